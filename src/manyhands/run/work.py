"""What a worker does: one function for each kind of task, on one core."""
# A worker is a fresh process that runs one task at a time; frames in parallel beat threads within a
# frame, because two threads wait for each other whenever another program has a core.

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np

from manyhands.core.clip import Clip, State
from manyhands.core.errors import CapacityError, MakerError, ManyhandsError, Stopped
from manyhands.core.extent import FrameExtent, frame_extent
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.noun import canonical
from manyhands.core.passes import go_through
from manyhands.core.recipe import PLATE, Step
from manyhands.core.track import Track
from manyhands.disk import whole
from manyhands.kit.memory import reuse_memory
from manyhands.media.exr import read_frame, stored, write_frame
from manyhands.media.proxies import small
from manyhands.media.stills import write_jpeg
from manyhands.media.view import screen_for
from manyhands.run import graph as graphs
from manyhands.run.files import load_state, save_state
from manyhands.run.job import Job
from manyhands.run.shelf import mark, shelf_of

_stop: Event | None = None
_opened: dict[str, graphs.Graph] = {}
_reached: tuple[Path, int, State] | None = None
_handed: tuple[Path, str, int, State] | None = None


def begin(stop: Event, parent: int) -> None:
    """Make this process a worker: one thread, deaf to Ctrl-C, gone when its parent is."""
    global _stop
    _stop = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    import cv2
    import numba

    numba.set_num_threads(1)
    cv2.setNumThreads(1)
    reuse_memory()


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def bell(done: int, of: int) -> None:
    """Raises: Stopped when somebody asked to stop."""
    if _stop is not None and _stop.is_set():
        raise Stopped("run: stopped.", "Run the same command again to go on.")


def graph_of(job: Job) -> graphs.Graph:
    """The job's graph; the last few stay open, because tasks of several jobs take turns."""
    key = f"{job.folder} {job.id}"
    if key not in _opened:
        while len(_opened) >= 4:
            del _opened[next(iter(_opened))]
        _opened[key] = graphs.Graph(job, bell)
    return _opened[key]


@dataclass(frozen=True)
class MadeFrame:
    """One finished frame: its extent and the hands that touch it."""

    extent: FrameExtent
    hands: tuple[Hand, ...]


@dataclass(frozen=True)
class MadeDraft(MadeFrame):
    """A small frame to look at, with the plate's beside it.

    Shapes: both (H, W, 3) uint8, as the plate's view shows them.
    """

    picture: np.ndarray
    plate: np.ndarray


def make_track(job: Job, step_name: str) -> None:
    """Follow the plate and keep the track."""
    step = job.recipe.step(step_name)
    path = graphs.track_path(job, step)
    if path.is_file():
        return
    track = graph_of(job).make(step)
    assert isinstance(track, Track)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part:
        part.write_bytes(canonical(track.save()))


def step_states(job: Job, step_name: str, first: int, last: int, wanted: frozenset[int]) -> None:
    """Step a simulation from the frame before ``first`` to ``last``, keeping what pictures need."""
    global _reached
    step = job.recipe.step(step_name)
    scratch, cache = job.scratch_of(step), job.cache_of(step)
    clip = graph_of(job).make(step)
    assert isinstance(clip, Clip)
    simulation = clip.simulation
    assert simulation is not None
    with _named_by(step):
        if first == clip.span.start:
            state, at = simulation.start(), first
        elif _reached and _reached[0] == scratch and _reached[1] == first - 1:
            state, at = simulation.step(_reached[2], first), first
        else:
            state, at = simulation.step(load_state(graphs.state_path(scratch, first - 1)), first), first
        while True:
            if at in wanted and not graphs.frame_path(cache, at).is_file():
                save_state(graphs.shown_path(scratch, at), simulation.shown(state))
            bell(at - clip.span.start, clip.span.length)
            if at == last:
                break
            at += 1
            state = simulation.step(state, at)
    save_state(graphs.state_path(scratch, last), state)
    _reached = (scratch, last, state)
    graphs.state_path(scratch, first - 1).unlink(missing_ok=True)


def go_on(job: Job, step_name: str, pass_name: str, numbers: tuple[int, ...], last: int | None) -> None:
    """Work through one portion of a pass.

    Args:
        last: the number that the portion before it ended on; None for the first.
    """
    global _handed
    step = job.recipe.step(step_name)
    clip = graph_of(job).clip(step_name)
    assert clip.passes
    item = clip.passes.named(pass_name)
    shelf = shelf_of(job, step, lasts=item.lasts)
    bell(0, 1)
    place = (shelf.passing, pass_name)
    before = mark(item, [last]) if last is not None and item.way != "each" else ""
    with _named_by(step):
        if not before:
            state = {}
        elif _handed and _handed[:3] == (*place, last):
            state = _handed[3]
        else:
            state = shelf.load(before)
        state = go_through(item, numbers, state, shelf)
    shelf.keep(mark(item, numbers), state)
    if before:
        shelf.keep(before, {})  # done, and its state was handed on
    _handed = (*place, numbers[-1], state)


def draw_frame(job: Job, step_name: str, at: int) -> None:
    """Draw one frame of a kept step into the cache."""
    step = job.recipe.step(step_name)
    if not graphs.frame_path(job.cache_of(step), at).is_file():
        _pulled(graph_of(job), step_name, at)
    graphs.shown_path(job.scratch_of(step), at).unlink(missing_ok=True)


def make_frame(job: Job, at: int, folder: Path, name: str, timecode: str, rate_fps: Fraction) -> MadeFrame:
    """Make one frame of the take and write it, or measure it if it is there already.

    Beside it, in ``look``, go small display pictures of the frame and of the plate.
    """
    path = folder / f"{name}.{at:04d}.exr"
    if path.is_file():
        frame = read_frame(path)
    else:
        frame = stored(_pulled(graph_of(job), job.recipe.result.name, at))
        faults = frame.faults(within=1e-3)
        if faults:
            raise MakerError(
                f"step {job.recipe.result.name}: frame {at} breaks a promise ({'; '.join(faults)}).",
                "Report it with the recipe: this is our fault.",
            )
        write_frame(path, frame, hands=job.hands, altering=job.altering, rate_fps=rate_fps, timecode=timecode)
    for kind, picture in (("take", frame), ("plate", plate_beside(job, at))):
        proxy = proxy_path(folder, kind, at)
        if not proxy.is_file():
            write_jpeg(proxy, small(_displayed(job, picture, at)))
    return MadeFrame(frame_extent(frame, at), _touching(frame))


def proxy_path(folder: Path, kind: str, at: int) -> Path:
    """Where a take's small pictures lie: kind is ``take`` or ``plate``."""
    return folder / "look" / f"{kind}.{at:04d}.jpg"


def make_draft(job: Job, at: int) -> MadeDraft:
    """Make one frame small, to look at, and nothing else."""
    frame = _pulled(graph_of(job), job.recipe.result.name, at)
    pictures = [_displayed(job, picture, at) for picture in (frame, plate_beside(job, at))]
    return MadeDraft(frame_extent(frame, at), _touching(frame), *pictures)


def plate_beside(job: Job, at: int) -> Frame:
    """The plate's frame that a take's of that number is shown beside."""
    plate = graph_of(job).clip(PLATE)
    return plate.frame(plate.span.clamped(at))


def _displayed(job: Job, frame: Frame, at: int) -> np.ndarray:
    return screen_for(job.plate.colour_space).display8(frame.rgba, fast=True, at=at)


def _touching(frame: Frame) -> tuple[Hand, ...]:
    return tuple(dict.fromkeys((*frame.authorship.hands, *frame.authorship.altering)))


def _pulled(graph: graphs.Graph, step_name: str, at: int) -> Frame:
    step = graph.job.recipe.step(step_name)
    bell(0, 1)
    with _named_by(step):
        return graph.clip(step_name).frame(at)


@contextmanager
def _named_by(step: Step) -> Iterator[None]:
    """What goes wrong in a step is told with its name; what the house itself refuses is told as it is."""
    try:
        yield
    except ManyhandsError:
        raise
    except MemoryError as error:
        raise short_of_memory(step.name) from error
    except Exception as error:
        raise graphs.failure(step, error) from error


def short_of_memory(step_name: str) -> CapacityError:
    return CapacityError(
        f"step {step_name}: the memory is full.",
        "Close other programs, use --workers 1, or make the shot smaller.",
        step=step_name,
    )
