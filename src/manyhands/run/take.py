"""From a recipe to finished frames: plan the tasks, carry them out, hash what stands on the disk."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from manyhands.core.clip import Clip
from manyhands.core.errors import CapacityError
from manyhands.core.extent import FrameExtent
from manyhands.core.hand import Hand
from manyhands.core.recipe import Step
from manyhands.core.span import Span
from manyhands.disk import alone, write_whole
from manyhands.makers import find_maker
from manyhands.media.files import FRAMES_LIST, hash_lines
from manyhands.run import work
from manyhands.run.graph import Graph, frame_path, shown_path, state_path, track_path
from manyhands.run.job import Job
from manyhands.run.schedule import Report, Task, carry_out
from manyhands.run.shelf import mark, portions, said_of, shelf_of

STATES_AT_A_TIME = 6  # frames of a simulation that one task steps


@dataclass(frozen=True)
class Made:
    """A finished run: frames stand in the folder, measured.

    ``frames_sha256`` is the hash of ``frames.sha256``, which lies beside them and lists the hash of each.
    """

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
    with _alone([job]):
        return _taken(job, folder, name, timecodes=timecodes, workers=workers, report=report)


def _taken(job: Job, folder: Path, name: str, *, timecodes: dict[int, str], workers: int, report: Report) -> Made:
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    graph = Graph(job, work.bell, blind=True)
    result, shifting = graph.clip(job.recipe.result.name), _shifts(graph)
    frames = list(result.span.frames)
    missing = [at for at in frames if not frame_file(folder, name, at).is_file()]
    _check_room(folder, result, len(missing))
    tasks = _preparations(graph, missing, all_frames=shifting)
    tasks += [
        Task(
            ("frame", at),
            "frames",
            work.make_frame,
            (job, at, folder, name, timecodes.get(at, ""), result.span.rate_fps),
            _needed(at, tasks, all_frames=shifting),
            _seconds(job, result),
        )
        for at in frames
    ]
    results = carry_out(tasks, workers=workers, report=report)
    made: list[work.MadeFrame] = [results["frame", at] for at in frames]
    _clear_scratch(job)
    listed = _frames_list(folder, name, result.span)
    write_whole(folder / FRAMES_LIST, listed)
    return Made(
        span=result.span,
        width=result.width,
        height=result.height,
        frames=tuple(frame.extent for frame in made),
        hands=tuple(hand for hand in job.hands if any(hand in frame.hands for frame in made)),
        frames_sha256=_sha256(listed),
        seconds=time.monotonic() - began,
    )


def believed_seconds(job: Job, *, workers: int) -> float:
    """How long a run is believed to take here, from what its makers say that their work costs; nothing is made.

    Raises: whatever a maker raises that cannot begin.
    """
    graph = Graph(job, work.bell, blind=True)
    result = graph.clip(job.recipe.result.name)
    before = _preparations(graph, list(result.span.frames), all_frames=_shifts(graph))
    total = sum(task.seconds for task in before) + _seconds(job, result) * result.span.length
    return total / max(workers, 1)


def run_drafts(jobs: Sequence[Job], *, every: int, workers: int, report: Report) -> list[Draft]:
    """Make a small look at each of several recipes, every few frames, all in one go."""
    with _alone(jobs):
        return _drafted(jobs, every=every, workers=workers, report=report)


def run_draft_frame(job: Job, at: int) -> work.MadeDraft:
    """Make one frame of a recipe small, in this process; what it has to make first is kept, as by a run.

    Raises: whatever a maker raises; CapacityError, StoreError.
    """
    with _alone([job]):
        graph = Graph(job, work.bell, blind=True)
        before = _preparations(graph, [at], all_frames=_shifts(graph))
        carry_out(before, workers=0, report=lambda progress: None)
        made = work.make_draft(job, at)
        _clear_scratch(job)
        return made


@contextmanager
def _alone(jobs: Sequence[Job]) -> Iterator[None]:
    """Hold the scratch of the jobs' steps: one run at a time hands states on in it and clears up after."""

    def wait() -> None:
        work.bell(0, 1)
        time.sleep(0.2)

    folders = {job.scratch_of(step) for job in jobs for step in job.recipe.steps}
    with ExitStack() as held:
        for folder in sorted(folders):  # all in one order, so that nobody waits in a ring
            held.enter_context(alone(folder.with_name(f"{folder.name}.lock"), wait))
        yield


def _drafted(jobs: Sequence[Job], *, every: int, workers: int, report: Report) -> list[Draft]:
    tasks: dict[Hashable, Task] = {}
    numbers: list[list[int]] = []
    for index, job in enumerate(jobs):
        graph = Graph(job, work.bell, blind=True)
        result, shifting = graph.clip(job.recipe.result.name), _shifts(graph)
        numbers.append(list(result.span.frames)[::every])
        before = _preparations(graph, numbers[-1], all_frames=shifting)
        cost = _seconds(job, result)
        frames = [
            Task(
                ("draft", index, at),
                "frames",
                work.make_draft,
                (job, at),
                _needed(at, before, all_frames=shifting),
                cost,
            )
            for at in numbers[-1]
        ]
        # recipes of one shot often share their track, and some their smoke: it is made once
        for task in (*before, *frames):
            tasks.setdefault(task.name, task)
    results = carry_out(list(tasks.values()), workers=workers, report=report)
    drafts = []
    for index, (job, wanted) in enumerate(zip(jobs, numbers, strict=True)):
        made: list[work.MadeDraft] = [results["draft", index, at] for at in wanted]
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


@dataclass(frozen=True)
class Changed:
    """The frames of a take that are gone or not as they were made; all of them where nobody can tell which."""

    frames: tuple[int, ...]
    words: str


def changed_frames(folder: Path, name: str, span: Span, made_sha256: str) -> Changed | None:
    """How the frames on the disk differ from those that a run made, or None where they do not.

    Args:
        made_sha256: the hash that :func:`run_take` gave them.
    Raises: OSError if a frame cannot be read.
    """
    gone = tuple(at for at in span.frames if not frame_file(folder, name, at).is_file())
    if gone:
        return Changed(gone, f"frame {gone[0]} is gone")
    now = _frames_list(folder, name, span)
    if _sha256(now) == made_sha256:
        return None
    kept = folder / FRAMES_LIST
    then = kept.read_bytes() if kept.is_file() else b""
    if _sha256(then) != made_sha256:
        every = tuple(span.frames)
        return Changed(every, f"its frames are not those that were made, and {FRAMES_LIST} cannot say which")
    lines = zip(span.frames, now.splitlines(), then.splitlines(), strict=True)
    changed = tuple(at for at, line, was in lines if line != was)
    return Changed(changed, f"frame {changed[0]} is not the one that was made")


def frame_file(folder: Path, name: str, at: int) -> Path:
    """Where one frame of a take lies."""
    return folder / f"{name}.{at:04d}.exr"


def _frames_list(folder: Path, name: str, span: Span) -> bytes:
    return hash_lines([frame_file(folder, name, at) for at in span.frames])


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _clear_scratch(job: Job) -> None:
    """Put unfinished work away in one move, so that a kill leaves no mark of work whose results are gone."""
    for step in job.recipe.steps:
        folder = job.scratch_of(step)
        gone = folder.with_name(f"{folder.name}.gone")
        shutil.rmtree(gone, ignore_errors=True)
        with suppress(FileNotFoundError):
            folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def _preparations(graph: Graph, wanted: Sequence[int], *, all_frames: bool) -> list[Task]:
    """The tasks that come before the result's frames: tracks, passes, and the frames of kept steps.

    A task is named by what it writes, so that two jobs which need the same agree on it.
    Args:
        all_frames: a wanted frame may come from any frame of the steps before it.
    """
    job, asked = graph.job, set(wanted)
    tasks: list[Task] = []
    gives: dict[str, frozenset[Hashable]] = {}  # what must be done before a step can be pulled from
    for step in job.recipe.steps:
        maker = find_maker(step.maker)
        is_result = step is job.recipe.result
        needs = frozenset[Hashable]().union(*(gives.get(source, frozenset()) for source in step.inputs.values()))
        own: list[Task] = []
        if maker.gives == "track" and not track_path(job, step).is_file():
            plate = graph.clip("plate")
            seconds = maker.seconds(None, plate.width, plate.height) * plate.span.length
            name = ("track", str(track_path(job, step)))
            own = [Task(name, "track", work.make_track, (job, step.name), needs, seconds)]
        elif maker.gives == "clip":
            clip = graph.clip(step.name)
            missing = list(wanted)
            if maker.keeps:
                frames = [at for at in clip.span.frames if all_frames or at in asked]
                missing = [at for at in frames if not frame_path(job.cache_of(step), at).is_file()]
            if clip.passes and missing:
                own = _gone_through(job, step, clip, needs)
                needs = needs | {task.name for task in own}
            if maker.keeps and missing and (clip.simulation or not is_result):
                own += _kept(job, step, clip, missing, needs)
        gives[step.name] = needs | {task.name for task in own if task.kind != "states"}
        tasks += own
    return tasks


def _needed(at: int, before: Sequence[Task], *, all_frames: bool) -> frozenset[Hashable]:
    """What must be done before one frame of the result: all but the pictures of other frames."""
    others = [] if all_frames else [task for task in before if task.call is work.draw_frame and task.args[2] != at]
    return frozenset(task.name for task in before if task.kind != "states") - {task.name for task in others}


def _shifts(graph: Graph) -> bool:
    """Whether a frame of the result may come from any frame of the plate."""
    steps = [step for step in graph.job.recipe.steps if find_maker(step.maker).gives == "clip"]
    return any(find_maker(step.maker).shifts or graph.clip(step.name).passes for step in steps)


def _gone_through(job: Job, step: Step, clip: Clip, needs: frozenset[Hashable]) -> list[Task]:
    """The tasks of a clip's passes that are not done yet."""
    assert clip.passes
    tasks: list[Task] = []
    left: dict[str, frozenset[Hashable]] = {}
    for item in clip.passes.each:
        shelf = shelf_of(job, step, lasts=item.lasts)
        after = needs.union(*(left[other.name] for other in clip.passes.before(item)))
        done: list[Hashable] = []
        last: int | None = None
        for numbers in portions(item, clip):
            if not shelf.has(mark(item, numbers)):
                name = ("pass", str(shelf.passing), item.name, numbers)
                behind = {done[-1]} if done and item.way != "each" else set()
                args = (job, step.name, item.name, numbers, last)
                cost = item.seconds * len(numbers)
                says = partial(said_of, shelf, item, numbers)
                tasks.append(Task(name, f"{step.name}: {item.name}", work.go_on, args, after | behind, cost, says))
                done.append(name)
            last = numbers[-1]
        left[item.name] = frozenset(done)
    return tasks


def _kept(job: Job, step: Step, clip: Clip, missing: list[int], needs: frozenset[Hashable]) -> list[Task]:
    maker = find_maker(step.maker)
    cost = maker.seconds(maker.checked(step.params).scaled(job.scale), clip.width, clip.height)
    names = {at: ("draw", str(frame_path(job.cache_of(step), at))) for at in missing}
    drawn = [Task(names[at], f"draw {step.name}", work.draw_frame, (job, step.name, at), needs, cost) for at in missing]
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
        behind = {names[at] for at in undrawn if at < first - 3 * STATES_AT_A_TIME}
        after = {stepped[-1].name} if stepped else set()
        stepped.append(
            Task(
                ("states", str(scratch), first, wanted),
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


def _step_of(stepped: list[Task], at: int) -> frozenset[Hashable]:
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
