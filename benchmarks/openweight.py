"""Open-weight models where they live, on an accelerator: how long a step takes, what fits, what stays the same.

Models of true size with random weights are built, saved as real ones are, and asked through the product's own edge
(:func:`manyhands.openweight.pipes.draw`).  What they draw is noise; how long it takes and how much memory it needs does
not depend on that.  The summary is written after each case, so a run that is cut off keeps what it has::

    python -m benchmarks.openweight --into FOLDER       # on an accelerator, some minutes
    python -m benchmarks.openweight --into FOLDER --tiny  # the tests' tiny models, anywhere
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import statistics
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bigmodels import GIVEN, save
from benchmarks.measure import Figure
from manyhands.core.errors import Stopped
from manyhands.openweight import cards, pipes
from manyhands.openweight.cards import Card
from manyhands.openweight.families import Act, Ask
from manyhands.openweight.pipes import Setup
from manyhands.openweight.presets import Place, chosen, this_machine

SECONDS = 330.0  # after that no case begins
HEAD = 9  # frames that a window begins with again
WHOLE = Setup("whole")


@dataclass(frozen=True)
class Scale:
    """How large a window is, and of which models."""

    width: int
    height: int
    frames: int
    steps: int
    tiny: bool


FULL = Scale(832, 480, 81, 6, tiny=False)
TINY = Scale(64, 64, 17, 6, tiny=True)


@dataclass
class Bench:
    """What the cases share: the size, the models that are built by now, and the frames others are held against."""

    scale: Scale
    device: str
    folder: Path
    ended_at: float
    rows: list[dict[str, Any]] = field(default_factory=list)
    drawn: dict[str, np.ndarray] = field(default_factory=dict)

    def row(self, name: str) -> dict[str, Any]:
        return next((row for row in self.rows if row["case"] == name), {})


@dataclass(frozen=True)
class Case:
    """One thing that is measured; ``like`` names the case whose frames it should give again."""

    name: str
    model: str
    act: Act = "text"
    setup: Setup = WHOLE
    like: str = ""
    head: bool = False
    does: Callable[[Bench, Case], dict[str, Any]] | None = None


def cases(device: str) -> list[Case]:
    """In the order of what is most worth knowing; the reference of each comes before it."""
    found = [
        Case("wan whole", "wan"),
        Case("wan whole, again", "wan", like="wan whole"),
        Case("wan first_block", "wan", setup=replace(WHOLE, cache="first_block", threshold=0.6), like="wan whole"),
        Case("wan taylorseer", "wan", setup=replace(WHOLE, cache="taylorseer"), like="wan whole"),
        Case("wan broadcast", "wan", setup=replace(WHOLE, cache="broadcast"), like="wan whole"),
        Case("wan stopped, then whole", "wan", like="wan whole", does=_stopped),
        Case("wan held on a window before", "wan", head=True),
    ]
    lower: tuple[Place, ...] = ("parts", "layers") if device == "cuda" else ("disk",) if device == "cpu" else ("parts",)
    found += [Case(f"wan {place}", "wan", setup=Setup(place), like="wan whole") for place in lower]
    if device == "cuda":
        found.append(Case("wan memory full", "wan", setup=Setup("auto"), like="wan whole", does=_memory_full))
        found.append(Case("wan whole, after that", "wan", like="wan whole"))
    found += [
        Case("wan two windows by the maker", "wan", does=_by_the_maker),
        Case("wan-vace masked, joined", "wan-vace", "masked", head=True),
        Case("ltx text", "ltx"),
        Case("ltx joined", "ltx", head=True),
        Case("ltx2 joined", "ltx2", head=True),
        Case("wan float8", "wan", setup=replace(WHOLE, precision="float8"), like="wan whole"),
        Case("wan tiled", "wan", setup=replace(WHOLE, tiled=True), like="wan whole"),
        Case("wan video", "wan", "video"),
        Case(
            f"wan {lower[0]} first_block",
            "wan",
            setup=Setup(lower[0], cache="first_block", threshold=0.6),
            like="wan first_block",
        ),
    ]
    return found


def figures() -> list[Figure]:
    """The cases as figures; none, and one sentence, where there is no accelerator and nobody said ``--tiny``."""
    return measured(FULL if "--tiny" not in sys.argv else TINY, Path(tempfile.gettempdir()))


def measured(scale: Scale, into: Path, seconds: float = SECONDS, only: str = "") -> list[Figure]:
    """Go through the cases; ``into/openweight.json`` has all that is known after each of them."""
    device = this_machine().device
    if device == "cpu" and not scale.tiny:
        sys.stdout.write("openweight needs an accelerator; --tiny takes it through tiny models here.\n")
        return []
    ended_at = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="manyhands-bench-", dir=_roomy()) as folder:
        before = os.environ.get("MANYHANDS_MODELS")
        os.environ["MANYHANDS_MODELS"] = f"{folder}/models"
        bench = Bench(scale, device, Path(folder), ended_at)
        try:
            for case in cases(device):
                if re.search(only, case.name):
                    _row(bench, case)
                    _written(bench, into)
        finally:
            pipes.let_go()
            os.environ.pop("MANYHANDS_MODELS") if before is None else os.environ.update(MANYHANDS_MODELS=before)
    return _figures(bench)


def _row(bench: Bench, case: Case) -> None:
    """One case, measured or told why not; what fails is told and does not end the others."""
    row: dict[str, Any] = {"case": case.name, "model": case.model, "setup": vars(case.setup)}
    bench.rows.append(row)
    if time.monotonic() > bench.ended_at:
        row["skipped"] = "the time was up"
    else:
        try:
            row |= (case.does or _drawn)(bench, case)
        except Exception as error:
            row["failed"] = f"{type(error).__name__}: {error}"
            row["where"] = traceback.format_exc()[-3000:]
            pipes.let_go()
    sys.stdout.write(_line(row))
    sys.stdout.flush()


def _drawn(bench: Bench, case: Case) -> dict[str, Any]:
    """A window, drawn and measured."""
    card, ask = _card(bench, case.model), _ask(bench, case)
    clock = Clock()
    _forget_peak()
    began = time.perf_counter()
    drawn = pipes.draw(card, ask, case.setup, clock.bell)
    ended = time.perf_counter()
    steps = np.diff(clock.rung)
    row = {
        "place": drawn.place,
        "ready_s": round(clock.rung[0] - began, 3),
        "first_step_s": round(float(steps[0]), 4),
        "step_s": round(statistics.median(steps[1:]), 4),
        "steps_s": [round(float(one), 4) for one in steps],
        "decode_s": round(ended - clock.rung[-1], 3),
        "all_s": round(ended - began, 3),
        "steps": drawn.steps,
        "fired": drawn.fired,
        "work_share": round(drawn.share, 4),
        "said": drawn.said,
        **_peak(),
        **_looked_at(bench, case, drawn.frames),
    }
    if case.model not in [row.get("model") for row in bench.rows[:-1]]:
        row["auto_would_take"] = chosen("auto", this_machine(), pipes.needed(card, ask, case.setup, bench.device))
        row["weights_gb"] = round(card.size / 1e9, 3)
    return row


def _looked_at(bench: Bench, case: Case, frames: np.ndarray) -> dict[str, Any]:
    """Whether the frames are frames, and how far they lie from those of the case that they are held against."""
    bench.drawn[case.name] = frames
    found: dict[str, Any] = {
        "finite": bool(np.isfinite(frames).all()),
        "spread": round(float(frames[:: max(1, len(frames) - 1)].std()), 4),
        "sha256": hashlib.sha256(np.ascontiguousarray(frames)).hexdigest()[:16],
    }
    if case.like in bench.drawn:
        other = bench.drawn[case.like]
        found["same"] = bool(np.array_equal(frames, other))
        found["apart"] = round(max(float(np.abs(a - b).max()) for a, b in zip(frames, other, strict=True)), 6)
    if case.name not in {each.like for each in cases(bench.device)}:
        del bench.drawn[case.name]
    return found


def _stopped(bench: Bench, case: Case) -> dict[str, Any]:
    """Stopped after two steps, and asked again: it stops at once, and nothing of it is left."""
    stopping = Clock(stop_after=2)
    caught = False
    try:
        pipes.draw(_card(bench, case.model), _ask(bench, case), case.setup, stopping.bell)
    except Stopped:
        caught = True
    ended = time.perf_counter()
    return {"stopped": caught, "stop_s": round(ended - stopping.rung[-1], 4), **_drawn(bench, case)}


def _memory_full(bench: Bench, case: Case) -> dict[str, Any]:
    """Less memory than the whole model needs, and enough for its parts: it goes one step down by itself."""
    import torch

    whole = bench.row("wan whole").get("peak_gb", 0.0)
    if not whole:
        return {"skipped": "it is not known what the whole model needs"}
    pipes.let_go()
    limit = 1e9 * 0.97 * whole  # what the parts leave of it goes to pieces in between
    total = torch.cuda.mem_get_info()[1]
    torch.cuda.set_per_process_memory_fraction(limit / total)
    try:
        return {"limit_gb": round(limit / 1e9, 3), **_drawn(bench, case)}
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


def _by_the_maker(bench: Bench, case: Case) -> dict[str, Any]:
    """All the way: the maker's passes over a shot of two windows, and its account."""
    from fractions import Fraction

    from manyhands.core.chance import Chance
    from manyhands.core.clip import Clip, State
    from manyhands.core.frame import Frame
    from manyhands.core.hand import Hand
    from manyhands.core.passes import MemoryShelf
    from manyhands.core.span import Span
    from manyhands.makers.diffusers import diffusers

    scale = bench.scale
    window = 33 if not scale.tiny else 9
    span = Span(length=window + 8, rate_fps=Fraction(24))
    rgba = np.full((scale.height, scale.width, 4), 0.18, np.float32)
    plate = Clip(
        span,
        scale.width,
        scale.height,
        lambda at: Frame.of(rgba, Hand(id="camera:bench", origin="camera", name="bench")),
    )
    settings = {
        "model": _card(bench, case.model).name,
        "prompt": "smoke over the roof",
        "steps": 3,
        "window": window,
        "overlap": 5,
        "shorter_px": scale.height,
    }
    _forget_peak()
    began = time.perf_counter()
    clip = diffusers.make({"plate": plate}, diffusers.checked(settings), Chance(1, "bench"), lambda done, of: None)
    assert isinstance(clip, Clip)
    assert clip.passes
    shelf = MemoryShelf()
    for item in clip.passes.each:
        state: State = {}
        for number in item.numbers(clip.span):
            state = item.work(number, state, shelf)
    last = clip.passes.picture(span.start + span.length - 1, shelf)
    account = json.loads(shelf.load("account")["json"].tobytes())
    return {
        "all_s": round(time.perf_counter() - began, 3),
        "finite": bool(np.isfinite(last.rgba).all()),
        "place": account["windows"][0]["place"],
        "said": account["says"],
        "versions": account["versions"],
        **_peak(),
    }


@dataclass
class Clock:
    """A bell that notes when it was rung, once the device has done what it was asked."""

    stop_after: int = 0
    rung: list[float] = field(default_factory=list)

    def bell(self, done: int, of: int) -> None:
        import torch

        if torch.cuda.is_available():
            torch.cuda.synchronize()
        if done == 0:
            self.rung.clear()  # it begins anew, one step down
        self.rung.append(time.perf_counter())
        if self.stop_after and done == self.stop_after:
            raise Stopped("bench: stopped between two steps.")


def _ask(bench: Bench, case: Case) -> Ask:
    scale = bench.scale
    shape = (scale.frames, scale.height, scale.width)
    chance = np.random.default_rng(3)
    small = chance.random((scale.frames, 6, 8, 3), np.float32)
    rows = np.arange(scale.height) * 6 // scale.height
    columns = np.arange(scale.width) * 8 // scale.width
    plate = small[:, rows][:, :, columns] if case.act in ("video", "masked") or case.head else None
    mask = None
    if case.act == "masked":
        mask = np.zeros(shape, np.float32)
        mask[:, scale.height // 4 : scale.height // 2, scale.width // 4 : scale.width // 2] = 1
    return Ask(
        act=case.act,
        prompt="smoke over the roof",
        negative="bad",
        width=scale.width,
        height=scale.height,
        frames=scale.frames,
        rate_fps=24.0,
        steps=scale.steps,
        guidance=5.0,
        strength=0.8,
        seed=11,
        plate=plate if case.act in ("video", "masked") else None,
        mask=mask,
        head=plate[:HEAD] if case.head and plate is not None else None,
    )


def _card(bench: Bench, kind: str) -> Card:
    """The card of a model, which is built and saved when it is first asked for."""
    if not (cards.models_folder() / kind / cards.CARD).is_file():
        began = time.perf_counter()
        weights = save(kind, bench.folder / kind, bench.device, tiny=bench.scale.tiny)
        card = cards.drawn_up(kind, weights, **GIVEN)
        cards.keep(card.but(accepted_by="Person A"))
        sys.stdout.write(f"{kind}: {card.size / 1e9:.2f} GB built and hashed in {time.perf_counter() - began:.1f} s\n")
        sys.stdout.flush()
    return cards.ready(kind)


def _roomy() -> str | None:
    """Where some ten GB may lie for a few minutes: the machine's memory, where it has enough."""
    place = Path("/dev/shm")
    if not place.is_dir():
        return None
    stat = os.statvfs(place)
    return str(place) if stat.f_bavail * stat.f_frsize > 40e9 else None


def _forget_peak() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def _peak() -> dict[str, float]:
    import torch

    if not torch.cuda.is_available():
        return {}
    return {
        "peak_gb": round(torch.cuda.max_memory_allocated() / 1e9, 3),
        "reserved_gb": round(torch.cuda.max_memory_reserved() / 1e9, 3),
    }


def _machine(bench: Bench) -> dict[str, Any]:
    import torch

    found = {"device": bench.device, "python": sys.version.split()[0], **pipes.versions()}
    if torch.cuda.is_available():
        found |= {"card": torch.cuda.get_device_name(), "memory_gb": round(torch.cuda.mem_get_info()[1] / 1e9, 1)}
    return found


def _written(bench: Bench, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    summary = {"machine": _machine(bench), "scale": vars(bench.scale), "cases": bench.rows}
    part = into / ".openweight.json.part"
    part.write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    part.replace(into / "openweight.json")


def _line(row: dict[str, Any]) -> str:
    """One case as a line of the table."""
    if "skipped" in row or "failed" in row:
        return f"{row['case']:30s} {row.get('skipped') or 'FAILED ' + row['failed']}\n"
    parts = [f"{row['case']:30s} {row['place']:6s}"]
    if "step_s" in row:
        parts.append(f"step {row['step_s']:7.3f} s  decode {row['decode_s']:6.2f} s  ready {row['ready_s']:6.2f} s")
        parts.append(f"fired {row['fired']} of {row['steps']}")
    if "peak_gb" in row:
        parts.append(f"peak {row['peak_gb']:6.2f} GB (reserved {row['reserved_gb']:6.2f})")
    if "same" in row:
        parts.append("the same frames" if row["same"] else f"up to {row['apart']:.4f} apart")
    if "stop_s" in row:
        parts.append(f"stopped in {row['stop_s']:.3f} s")
    if not row["finite"]:
        parts.append("NOT FINITE")
    return "  ".join(parts) + "\n"


def _figures(bench: Bench) -> list[Figure]:
    kinds = (("step_s", "a step", "s"), ("decode_s", "decoding", "s"), ("peak_gb", "peak memory", "GB"))
    return [
        Figure(f"{row['case']}: {title}", row[key], unit, None)
        for row in bench.rows
        for key, title, unit in kinds
        if key in row
    ]


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--into", type=Path, default=Path(tempfile.gettempdir()), help="a folder for openweight.json")
    words.add_argument("--tiny", action="store_true", help="the tests' tiny models")
    words.add_argument("--seconds", type=float, default=SECONDS, help="no case begins after so many")
    words.add_argument("--steps", type=int, default=FULL.steps, help="how many steps a window takes")
    words.add_argument("--only", default="", help="only cases whose name has this pattern in it")
    said = words.parse_args()
    measured(replace(TINY if said.tiny else FULL, steps=said.steps), said.into, said.seconds, said.only)
    ours = {"manyhands", "benchmarks", "tests"}
    outside = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names) - ours
    sys.stdout.write(f"imported: {' '.join(sorted(name for name in outside if not name.startswith('_')))}\n")
