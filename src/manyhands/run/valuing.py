"""What a taught step comes to when only some of its contributors teach it: taught anew, drawn, and measured.

One trial is one subset of the contributors and one seed.  It is gone through by one worker on one thread, and leaves
one file, whole; a kill loses the trials that were at work and no other.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import numpy as np

from manyhands.core.clip import Clip, State
from manyhands.core.errors import ParameterError, StateError
from manyhands.core.frame import Frame
from manyhands.core.noun import canonical, digest
from manyhands.core.passes import MemoryShelf, Shelf, go_through
from manyhands.core.recipe import PLATE, Step
from manyhands.disk import write_whole
from manyhands.kit.mattes import coverage_of
from manyhands.kit.taught import score
from manyhands.makers import find_maker
from manyhands.run import work
from manyhands.run.graph import Graph, opened
from manyhands.run.job import Footing, Job
from manyhands.run.schedule import Report, Task, carry_out
from manyhands.run.shelf import DiskShelf, shelf_of

METHOD = "manyhands teaching again 1"
"""The name and version of how a subset is valued; it grows when the same subset gives another value."""

DIGITS = 9
"""A value is told to so many digits, and divided as it is told."""

Measure = Literal["matte", "picture"]
MEASURES: dict[Measure, str] = {
    "matte": "the mean overlap (Jaccard index, cut at one half) of the matte with the reference's; nobody's teaching "
    "is an empty matte",
    "picture": "the share of the reference's change of the plate that is met: 1 - |made - reference| / |plate - "
    "reference|, summed over the frames, in encoded light; nobody's teaching is the untouched plate, 0",
}


@dataclass(frozen=True)
class Trial:
    """One subset of the contributors, to be taught and valued.

    Args:
        job: whose recipe has the step with the painted frames of this subset only, and the seed; None for nobody's.
        against: the job whose model, as it was taught for the take, is the reference; or ``truth``, a matte or painted
            frames that taught nobody.
        numbers: the frames that are measured.
        painted: the frames that teach.
    """

    of: tuple[str, ...]
    step: str
    seed: int
    job: Job | None
    against: Job
    truth: Footing | None
    numbers: tuple[int, ...]
    painted: tuple[int, ...]
    folder: Path

    @property
    def decided_by(self) -> dict[str, Any]:
        """All that decides its value, as plain values; two trials with the same are one."""
        reference = self.truth.key if self.truth else self.against.key(self.step)
        return {
            "method": METHOD,
            "of": list(self.of),
            "seed": self.seed,
            "taught": self.job.key(self.step) if self.job else "",
            "plate": self.against.key(PLATE),
            "reference": reference,
            "frames": list(self.numbers),
        }

    @property
    def file(self) -> Path:
        """Where its value is kept; the name is the hash of what decides it."""
        return self.folder / f"{digest(self.decided_by)[:32]}.json"


def measure_of(step: Step) -> Measure:
    return "matte" if find_maker(step.maker).role == "matte" else "picture"


def valued(trials: Sequence[Trial], *, workers: int, report: Report) -> list[dict[str, Any]]:
    """The told value of each trial; those that lie on the disk are not taught again.

    Raises: Stopped on Ctrl-C; StateError if there is no reference; whatever the maker raises.
    """
    tasks = [
        Task(("trial", trial.file.name), "subsets", value, (trial,), frozenset(), 60.0)
        for trial in {trial.file: trial for trial in trials}.values()
        if not trial.file.is_file()
    ]
    carry_out(tasks, workers=min(workers, len(tasks)), report=report)
    return [json.loads(trial.file.read_bytes()) for trial in trials]


def value(trial: Trial) -> None:
    """Teach and measure one trial, and keep what came of it, as canonical JSON."""
    write_whole(trial.file, canonical(found(trial)))


def found(trial: Trial) -> dict[str, Any]:
    """What a trial comes to: its value, the model's hash, how long it took, and by which versions."""
    from manyhands.kit.taught.course import extra_installed

    with extra_installed():
        from manyhands.kit.taught.network import one_thread
    began = time.monotonic()
    with one_thread():
        pairs = _References(trial)
        each, model, why = _measured(trial, pairs)
    return {
        **trial.decided_by,
        "value": f"{each.value:.{DIGITS}f}",
        "by_frame": {str(at): f"{part:.{DIGITS}f}" for at, part in each.by_frame.items()},
        "painted": list(trial.painted),
        "model_sha256": model,
        "untaught": why,
        "seconds": round(time.monotonic() - began, 1),
        "versions": _versions(),
    }


@dataclass(frozen=True)
class _Value:
    value: float
    by_frame: dict[int, float]


def _measured(trial: Trial, pairs: _References) -> tuple[_Value, str, str]:
    """The value, the hash of the model, and why nothing was taught where nothing was."""
    if trial.job is None:
        return pairs.value(None), "", "nobody teaches"
    try:
        clip, shelf = _taught(trial.job, trial.step, trial.numbers)
    except ParameterError as error:  # what is painted lies outside the shot, or nothing is painted
        return pairs.value(None), "", str(error)
    assert clip.passes
    picture = clip.passes.picture
    made = pairs.value(lambda at: picture(at, shelf))
    return made, hashlib.sha256(shelf.load("model")["onnx"].tobytes()).hexdigest(), ""


def _taught(job: Job, step: str, numbers: Sequence[int]) -> tuple[Clip, Shelf]:
    """A step with its model, taught here, ready to draw some frames."""
    clip, shelf = _opened(job, step, below=())
    assert clip.passes
    learn = clip.passes.named("learn")
    go_through(learn, learn.numbers(clip.span), {}, shelf)
    go_through(clip.passes.named("ask"), numbers, {}, shelf)
    return clip, shelf


def _opened(job: Job, step: str, *, below: Sequence[Shelf]) -> tuple[Clip, Shelf]:
    made = Graph(job, work.bell).make(job.recipe.step(step))
    assert isinstance(made, Clip)
    assert made.passes
    look = made.passes.named("look")
    size = getattr(job.params(job.recipe.step(step)), "shorter_px", 0)
    looked = job.folder / "scratch" / f"looked.{digest([job.key(PLATE), size])[:24]}"
    return made, _Asked(MemoryShelf(), (DiskShelf(looked, looked / "lasting"), *below), look.work)


@dataclass(frozen=True)
class _Asked:
    """A shelf in memory before others; how a frame moves is looked at when it is first asked for, and kept for all."""

    own: MemoryShelf
    below: tuple[Shelf, ...]
    look: Callable[[int, State, Shelf], State]

    def keep(self, name: str, arrays: State) -> None:
        (self.below[0] if name.startswith("look.") else self.own).keep(name, arrays)

    def load(self, name: str) -> State:
        if not self.has(name) and name.startswith("look."):
            self.look(int(name.removeprefix("look.")), {}, self)
        return next((shelf for shelf in (self.own, *self.below) if shelf.has(name)), self.own).load(name)

    def has(self, name: str) -> bool:
        return any(shelf.has(name) for shelf in (self.own, *self.below))

    def file(self, name: str) -> Path:
        return self.own.file(name)


class _References:
    """The frames that a trial is held against, and what that gives."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.step = trial.against.recipe.step(trial.step)
        self.kind = measure_of(self.step)
        self.plate = opened(trial.against.plate, trial.against.scale, trial.against)
        at_hand = opened(trial.truth, trial.against.scale, trial.against) if trial.truth else None
        self.read = at_hand.frame if at_hand else self._model()

    def value(self, made: Callable[[int], Frame] | None) -> _Value:
        """What pictures come to against the reference; None for what nobody taught."""
        if self.kind == "matte":
            each = {at: self._overlap(made, at) for at in self.trial.numbers}
            return _Value(float(np.mean(list(each.values()))), each)
        gaps = {at: self._gaps(made, at) for at in self.trial.numbers}
        whole = sum(gap for _, gap in gaps.values())
        if whole <= 0:
            raise StateError(
                f"measure: in the {len(gaps)} frames that are measured the reference changes nothing of the plate.",
                "Measure against a truth that does: --truth SOURCE.",
            )
        each = {at: 1 - left / gap if gap else 0.0 for at, (left, gap) in gaps.items()}
        return _Value(1 - sum(left for left, _ in gaps.values()) / whole, each)

    def _overlap(self, made: Callable[[int], Frame] | None, at: int) -> float:
        true = self._alpha(self.read(at))
        return score.overlap(np.zeros_like(true) if made is None else made(at).alpha, true)

    def _alpha(self, reference: Frame) -> np.ndarray:
        return reference.alpha if self.trial.truth is None else coverage_of(reference)

    def _gaps(self, made: Callable[[int], Frame] | None, at: int) -> tuple[float, float]:
        plate, true = self.plate.frame(at), self.read(at)
        shown = true.rgb + (1 - true.alpha)[..., None] * plate.rgb
        gap = score.away(plate.rgb, shown)
        return (gap if made is None else score.away(made(at).rgb, shown)), gap

    def _model(self) -> Callable[[int], Frame]:
        """The pictures of the model as it was taught for the take."""
        kept = shelf_of(self.trial.against, self.step, lasts=True)
        if not kept.has("model"):
            raise StateError(
                f"measure: the model of {self.step.name} is gone from the cache.",
                "Make the take again first, or measure against a truth: --truth SOURCE.",
            )
        clip, shelf = _opened(self.trial.against, self.step.name, below=(kept,))
        assert clip.passes
        go_through(clip.passes.named("ask"), self.trial.numbers, {}, shelf)
        picture = clip.passes.picture
        return lambda at: picture(at, shelf)


def _versions() -> dict[str, str]:
    """Of what may make another value of the same trial."""
    import manyhands

    found = {"manyhands": manyhands.__version__, "python": platform.python_version(), "machine": platform.machine()}
    for name in ("torch", "onnx", "onnxruntime", "numpy", "opencv-contrib-python-headless"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    found["threads"] = "1"
    found["cores"] = str(os.cpu_count())
    return found
