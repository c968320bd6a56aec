"""From a recipe to finished frames: plan the tasks, carry them out, hash what stands on the disk."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from manyhands.core.clip import Clip
from manyhands.core.errors import CapacityError
from manyhands.core.extent import FrameExtent
from manyhands.core.hand import Hand
from manyhands.core.recipe import Step
from manyhands.core.span import Span
from manyhands.makers import find_maker
from manyhands.media.files import sha256_of
from manyhands.run import work
from manyhands.run.graph import Graph, frame_path, shown_path, state_path, track_path
from manyhands.run.job import Job
from manyhands.run.schedule import Report, Task, carry_out

STATES_AT_A_TIME = 6  # frames of a simulation that one task steps


@dataclass(frozen=True)
class Made:
    """A finished run: frames stand in the folder, measured."""

    span: Span
    width: int
    height: int
    frames: tuple[FrameExtent, ...]
    hands: tuple[Hand, ...]
    frames_sha256: str
    seconds: float


@dataclass(frozen=True)
class Draft:
    """A small look at a recipe: some frames, with the plate's beside them.

    Shapes: pictures and plates (frames, H, W, 3) uint8, as the plate's view shows them.
    """

    span: Span
    numbers: tuple[int, ...]
    pictures: np.ndarray
    plates: np.ndarray
    frames: tuple[FrameExtent, ...]
    hands: tuple[Hand, ...]


def run_take(job: Job, folder: Path, name: str, *, timecodes: dict[int, str], workers: int, report: Report) -> Made:
    """Make every frame of a recipe's result as ``folder/name.####.exr``; frames that stand are kept.

    Raises: Stopped on Ctrl-C; CapacityError if disk or memory will not do; whatever a maker raises.
    """
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    result = Graph(job, work.bell, blind=True).clip(job.recipe.result.name)
    frames = list(result.span.frames)
    missing = [at for at in frames if not (folder / f"{name}.{at:04d}.exr").is_file()]
    _check_room(folder, result, len(missing))
    tasks = _preparations(job, missing, "take")
    before = frozenset(task.name for task in tasks if task.kind != "states")
    for at in frames:
        needs = frozenset(
            item for item in before if not (isinstance(item, tuple) and item[1] == "draw" and item[3] != at)
        )
        shifted = any(find_maker(step.maker).shifts for step in job.recipe.steps)
        tasks.append(
            Task(
                ("take", "frame", "", at),
                "frames",
                work.make_frame,
                (job, at, folder, name, timecodes.get(at, ""), result.span.rate_fps),
                before if shifted else needs,
                _seconds(job, result),
            )
        )
    results = carry_out(tasks, workers=workers, report=report)
    made: list[work.MadeFrame] = [results[("take", "frame", "", at)] for at in frames]
    _clear_scratch(job)
    return Made(
        span=result.span,
        width=result.width,
        height=result.height,
        frames=tuple(frame.extent for frame in made),
        hands=tuple(hand for hand in job.hands if any(hand in frame.hands for frame in made)),
        frames_sha256=frames_hash(folder, name, result.span),
        seconds=time.monotonic() - began,
    )


def run_drafts(jobs: Sequence[Job], *, every: int, workers: int, report: Report) -> list[Draft]:
    """Make a small look at each of several recipes, every few frames, all in one go."""
    tasks: list[Task] = []
    numbers: list[list[int]] = []
    for index, job in enumerate(jobs):
        result = Graph(job, work.bell, blind=True).clip(job.recipe.result.name)
        numbers.append(list(result.span.frames)[::every])
        before = _preparations(job, numbers[-1], index)
        tasks += before
        needs = frozenset(task.name for task in before if task.kind != "states")
        tasks += [
            Task((index, "frame", "", at), "frames", work.make_draft, (job, at), needs, _seconds(job, result))
            for at in numbers[-1]
        ]
    results = carry_out(tasks, workers=workers, report=report)
    drafts = []
    for index, (job, wanted) in enumerate(zip(jobs, numbers, strict=True)):
        made: list[work.MadeDraft] = [results[(index, "frame", "", at)] for at in wanted]
        drafts.append(
            Draft(
                span=Span(start=wanted[0], length=len(wanted), rate_fps=job.span.rate_fps / every),
                numbers=tuple(wanted),
                pictures=np.stack([frame.picture for frame in made]),
                plates=np.stack([frame.plate for frame in made]),
                frames=tuple(frame.extent for frame in made),
                hands=tuple(hand for hand in job.hands if any(hand in frame.hands for frame in made)),
            )
        )
        _clear_scratch(job)
    return drafts


def frames_hash(folder: Path, name: str, span: Span) -> str:
    """One hash for all frames of a take: over the lines ``<sha256>  <file name>``, in order."""
    lines = [f"{sha256_of(folder / f'{name}.{at:04d}.exr')}  {name}.{at:04d}.exr\n" for at in span.frames]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _clear_scratch(job: Job) -> None:
    for step in job.recipe.steps:
        shutil.rmtree(job.scratch_of(step), ignore_errors=True)


def _preparations(job: Job, wanted: Sequence[int], run: object) -> list[Task]:
    """The tasks that come before the result's frames: tracks, and the frames of kept steps."""
    graph = Graph(job, work.bell, blind=True)
    tasks: list[Task] = []
    shifted = any(find_maker(step.maker).shifts for step in job.recipe.steps)
    for step in job.recipe.steps[:-1]:
        maker = find_maker(step.maker)
        needs = frozenset(task.name for task in tasks if task.kind != "states")
        if maker.gives == "track" and not track_path(job, step).is_file():
            plate = graph.clip("plate")
            seconds = maker.seconds(None, plate.width, plate.height) * plate.span.length
            tasks.append(Task((run, "track", step.name, 0), "track", work.make_track, (job, step.name), needs, seconds))
        elif maker.keeps:
            clip = graph.clip(step.name)
            frames = [at for at in clip.span.frames if shifted or at in set(wanted)]
            missing = [at for at in frames if not frame_path(job.cache_of(step), at).is_file()]
            if missing:
                tasks += _kept(job, step, clip, missing, needs, run)
    return tasks


def _kept(job: Job, step: Step, clip: Clip, missing: list[int], needs: frozenset[object], run: object) -> list[Task]:
    maker = find_maker(step.maker)
    cost = maker.seconds(maker.checked(step.params).scaled(job.scale), clip.width, clip.height)
    drawn = [
        Task((run, "draw", step.name, at), f"draw {step.name}", work.draw_frame, (job, step.name, at), needs, cost)
        for at in missing
    ]
    if clip.simulation is None:
        return drawn
    scratch = job.scratch_of(step)
    undrawn = [at for at in missing if not shown_path(scratch, at).is_file()]
    if not undrawn:
        return drawn
    start = max(
        (at + 1 for at in clip.span.frames if state_path(scratch, at).is_file() and at < undrawn[0]),
        default=clip.span.start,
    )
    wanted = frozenset(undrawn)
    stepped: list[Task] = []
    for first in range(start, undrawn[-1] + 1, STATES_AT_A_TIME):
        last = min(first + STATES_AT_A_TIME - 1, undrawn[-1])
        # not too far ahead of the pictures, so that the states waiting for them stay few
        behind = {(run, "draw", step.name, at) for at in missing if at < first - 3 * STATES_AT_A_TIME and at in wanted}
        after = {stepped[-1].name} if stepped else set()
        stepped.append(
            Task(
                (run, "states", step.name, first),
                "states",
                work.step_states,
                (job, step.name, first, last, wanted),
                needs | behind | after,
                cost * (last - first + 1),
            )
        )
    drawn = [
        Task(task.name, task.kind, task.call, task.args, task.needs | _step_of(stepped, task.args[2]), task.seconds)
        for task in drawn
    ]
    return [*stepped, *drawn]


def _step_of(stepped: list[Task], at: int) -> frozenset[object]:
    return frozenset(task.name for task in stepped if task.args[2] <= at <= task.args[3])


def _seconds(job: Job, result: Clip) -> float:
    total = 0.25 * result.width * result.height / 2e6
    for step in job.recipe.steps:
        maker = find_maker(step.maker)
        if maker.gives == "clip" and not maker.keeps:
            total += maker.seconds(maker.checked(step.params).scaled(job.scale), result.width, result.height)
    return total


def _check_room(folder: Path, result: Clip, frames: int) -> None:
    """Refuse before work is lost: half rgba and four authorship planes, hardly compressed by grain."""
    needed = frames * result.width * result.height * 14 + 600_000_000
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CapacityError(
            f"run: the take needs about {needed / 1e9:.1f} GB, the disk has {free / 1e9:.1f} GB free.",
            "Free some space, or keep the production on another disk.",
            needed_bytes=needed,
            free_bytes=free,
        )
