"""Peak memory of a 1080p shot with three layers (sky, smoke, grade; tracked and matted), and of one four times as long.

Peaks are of the whole family of processes: the sum of their proportional set sizes, read four times a
second, so that memory which workers share counts once.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from benchmarks.measure import Figure

SHORT, LONG = 60, 240  # 2.5 s and 10 s
WORKERS = 2


def figures() -> list[Figure]:
    short, long = peak_bytes(SHORT), peak_bytes(LONG)
    return [
        Figure("10 s of 1080p, three layers: peak memory", long / 1e9, "GB", 2.0),
        Figure("four times as long / short: peak memory", long / short, "times", 1.1),
    ]


def peak_bytes(frames: int) -> int:
    """The most that a run of its own needs."""
    with tempfile.TemporaryDirectory() as folder:
        words = [f"{folder}/plate.mp4", str(frames)]
        subprocess.run([sys.executable, "-m", "benchmarks.memory", "plate", *words], check=True)
        run = subprocess.Popen([sys.executable, "-m", "benchmarks.memory", "run", *words])
        peak = 0
        while run.poll() is None:
            peak = max(peak, sum(_proportional_bytes(each) for each in _family(run.pid)))
            time.sleep(0.25)
        if run.returncode:
            raise SystemExit(f"memory: the run of {frames} frames ended with {run.returncode}")
        return peak


def _family(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        with suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _proportional_bytes(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return 1024 * int(line.split()[1])
    return 0


def _write_plate(path: Path, frames: int) -> None:
    from benchmarks.plate import moving_plate
    from manyhands.media.masters import write_master
    from manyhands.media.view import view_for

    clip = moving_plate(frames)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))


def _run(path: Path, frames: int) -> None:
    from benchmarks.plate import CAMERA
    from manyhands.core.recipe import Recipe, Step
    from manyhands.core.span import Span
    from manyhands.disk import sha256_of
    from manyhands.run.job import Footing, Job
    from manyhands.run.take import run_take

    smoke = {"width_px": 700.0, "height_px": 500.0, "before": 1.0, "flame": 1.0, "softness_px": 0.8}
    laid = {"at": (600.0, 300.0), "foot": (0.25, 0.86), "grain": 0.004}
    recipe = Recipe(
        steps=(
            Step(name="track", maker="track", version=1, inputs={"plate": "plate"}),
            Step(name="front", maker="skyline", version=1, inputs={"plate": "plate"}),
            Step(
                name="sky",
                maker="sky",
                version=1,
                params={"stops": -1.0},
                inputs={"plate": "plate", "foreground": "front", "motion": "track"},
            ),
            Step(name="smoke", maker="smoke", version=1, params=smoke, inputs={"plate": "plate"}),
            Step(
                name="laid",
                maker="place",
                version=1,
                params=laid,
                inputs={"plate": "sky", "element": "smoke", "motion": "track", "foreground": "front"},
            ),
            Step(name="look", maker="grade", version=1, params={"exposure": -0.5}, inputs={"plate": "laid"}),
        )
    )
    footing = Footing(path, sha256_of(path), "rec709", "24", 1001, CAMERA)
    span = Span(length=frames, rate_fps=Fraction(24))
    job = Job(folder=path.parent, plate=footing, span=span, recipe=recipe, seed=1)
    run_take(job, path.parent / "takes", "t", timecodes={}, workers=WORKERS, report=lambda progress: None)


if __name__ == "__main__":
    {"plate": _write_plate, "run": _run}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
