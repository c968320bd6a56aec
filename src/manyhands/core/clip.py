"""Clip: frames over a span, read when asked for.  A still is a clip of one frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from manyhands.core.errors import NotFoundError
from manyhands.core.frame import Frame
from manyhands.core.span import Span

if TYPE_CHECKING:
    from manyhands.core.passes import Passes

State = dict[str, np.ndarray]
"""What one frame of a simulation hands to the next: named arrays, so that it can be kept on disk."""


@dataclass(frozen=True)
class Simulation:
    """Frames that need the frame before.

    ``start()`` is the state at the span's first frame, ``step(state, frame)`` makes the state of
    ``frame`` from that of the frame before, ``shown(state)`` picks what a picture needs, and
    ``picture(shown, frame)`` draws it.  States are made in order, pictures in any order.
    """

    start: Callable[[], State]
    step: Callable[[State, int], State]
    shown: Callable[[State], State]
    picture: Callable[[State, int], Frame]


@dataclass(frozen=True)
class Clip:
    """Frames of one size over a span; nothing is computed before somebody asks for a frame.

    ``numbers`` are the frames that it has, in order, where somebody painted only a few; None: all of its span.
    """

    span: Span
    width: int
    height: int
    read: Callable[[int], Frame]
    simulation: Simulation | None = None
    passes: Passes | None = None
    numbers: tuple[int, ...] | None = None

    def frame(self, at: int) -> Frame:
        """The frame with that number.  Raises: NotFoundError outside the span, or for one that it has not."""
        if at not in self.span:
            raise NotFoundError("frame", at, known=[f"{self.span.start} to {self.span.end}"])
        if self.numbers is not None and at not in self.numbers:
            raise NotFoundError("frame", at, known=self.numbers)
        return self.read(at)

    def each(self, change: Callable[[Frame, int], Frame]) -> Clip:
        """The same span, every frame changed on its own; the size stays."""
        return replace(self, read=lambda at: change(self.frame(at), at), simulation=None, passes=None)


def simulated(span: Span, width: int, height: int, simulation: Simulation) -> Clip:
    """A clip of a simulation; asked for frames in order it steps on, asked backwards it starts again."""
    reached: list[tuple[int, State]] = []

    def read(at: int) -> Frame:
        if not reached or reached[0][0] > at:
            reached[:] = [(span.start, simulation.start())]
        frame, state = reached[0]
        while frame < at:
            frame += 1
            state = simulation.step(state, frame)
        reached[:] = [(frame, state)]
        return simulation.picture(simulation.shown(state), at)

    return Clip(span, width, height, read, simulation)


def still(frame: Frame, span: Span) -> Clip:
    """One picture for every frame of a span."""
    return Clip(span, frame.width, frame.height, lambda at: frame)


def remembering(clip: Clip, *, frames: int = 2) -> Clip:
    """The same clip, with the last few frames kept so that two readers cost one reading."""
    kept: dict[int, Frame] = {}

    def read(at: int) -> Frame:
        if at not in kept:
            kept[at] = clip.read(at)
            while len(kept) > frames:
                del kept[next(iter(kept))]
        return kept[at]

    return replace(clip, read=read)
