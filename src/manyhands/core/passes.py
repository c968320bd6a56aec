"""Passes: what is done with a whole clip before any of its frames can be drawn.

Following a hole from the first frame to the last and back again, or learning from painted frames:
such work goes through the clip several times and leaves what it found on a shelf, from which the
pictures are drawn in any order.  Memory does not grow with the clip; the shelf is on a disk.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from manyhands.core.clip import Clip, State
from manyhands.core.errors import NotFoundError
from manyhands.core.frame import Frame
from manyhands.core.span import Span

ACCOUNT = "account"
"""The name under which a pass that lasts leaves what people should know of what it found or learned."""


def accounted(account: dict[str, Any]) -> State:
    """An account as arrays for a shelf; under ``says`` it has sentences that are shown as they are, if it has any."""
    return {"json": np.frombuffer(json.dumps(account, sort_keys=True).encode(), np.uint8)}


def live(pass_name: str, at: int) -> str:
    """The name under which a pass that waits for others leaves, in ``says``, how that number stands."""
    return f"live/{pass_name}.{at}"


class Shelf(Protocol):
    """Where passes leave named arrays for each other and for the pictures."""

    def keep(self, name: str, arrays: State) -> None:
        """Keep arrays under a name, whole or not at all; what was there under that name is gone."""

    def load(self, name: str) -> State:
        """The arrays of a name.  Raises: NotFoundError."""

    def has(self, name: str) -> bool:
        """Whether there is something under a name."""

    def file(self, name: str) -> Path:
        """Where a file or folder of that name lies, or may be made, for what is no array; it stays with the results."""


@dataclass(frozen=True)
class Pass:
    """One going through.

    ``work(at, before, shelf)`` does what there is to do for one number and returns what the next
    number needs (nothing, where it goes through ``each`` on its own).

    Args:
        way: ``each`` number on its own, in any order and by several workers; ``forward`` or
            ``backward`` one after another, each with what the one before it returned.
        after: the passes that must be done first; None: all that stand before it.
        over: the numbers it goes over; None: the span's frames.
        lasts: what it keeps stays with the results, as a taught model does, and is not made again.
        at_a_time: numbers that are worked on between two savings of what is handed on.
        seconds: what one number costs on one core.
    """

    name: str
    work: Callable[[int, State, Shelf], State]
    way: Literal["each", "forward", "backward"] = "each"
    after: tuple[str, ...] | None = None
    over: Sequence[int] | None = None
    lasts: bool = False
    at_a_time: int = 6
    seconds: float = 0.1

    def numbers(self, span: Span) -> list[int]:
        """The numbers in the order they are gone through."""
        numbers = list(span.frames if self.over is None else self.over)
        return numbers[::-1] if self.way == "backward" else numbers


@dataclass(frozen=True)
class Passes:
    """All passes of a clip in order, and how a frame is drawn from what they left."""

    each: tuple[Pass, ...]
    picture: Callable[[int, Shelf], Frame]

    def named(self, name: str) -> Pass:
        return next(item for item in self.each if item.name == name)

    def before(self, item: Pass) -> tuple[Pass, ...]:
        """The passes that must be done before one."""
        if item.after is None:
            return self.each[: self.each.index(item)]
        return tuple(self.named(name) for name in item.after)


@dataclass
class MemoryShelf:
    """A shelf for short clips, in memory; its files lie in a folder that goes with it."""

    arrays: dict[str, State] = field(default_factory=dict)
    _folder: str = ""

    def keep(self, name: str, arrays: State) -> None:
        self.arrays[name] = {key: np.array(value) for key, value in arrays.items()}

    def load(self, name: str) -> State:
        if name not in self.arrays:
            raise NotFoundError("shelf", name, known=list(self.arrays))
        return self.arrays[name]

    def has(self, name: str) -> bool:
        return name in self.arrays

    def file(self, name: str) -> Path:
        if not self._folder:
            self._folder = tempfile.mkdtemp(prefix="manyhands-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return Path(self._folder) / name


def passed(span: Span, width: int, height: int, passes: Passes) -> Clip:
    """A clip whose frames are drawn after its passes; read without a runner, they are done at the first read."""
    shelf = MemoryShelf()
    done: list[str] = []

    def read(at: int) -> Frame:
        for item in passes.each:
            if item.name not in done:
                go_through(item, item.numbers(span), {}, shelf)
                done.append(item.name)
        return passes.picture(at, shelf)

    return Clip(span, width, height, read, passes=passes)


def go_through(item: Pass, numbers: Sequence[int], before: State, shelf: Shelf) -> State:
    """Work through some of a pass's numbers; returns what the next one needs."""
    for at in numbers:
        before = item.work(at, {} if item.way == "each" else before, shelf)
    return before
