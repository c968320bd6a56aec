"""Passes: each number once, in its order, after what must come before."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.core.clip import State
from manyhands.core.errors import NotFoundError
from manyhands.core.frame import Frame
from manyhands.core.passes import MemoryShelf, Pass, Passes, Shelf, passed
from manyhands.core.span import Span
from tests.plates import CAMERA

SPAN = Span(start=1001, length=5, rate_fps=24)


def picture(at: int, shelf: Shelf) -> Frame:
    value = shelf.load(f"sum.{at}")["n"]
    return Frame.of(np.full((2, 3, 4), float(value), np.float32), CAMERA)


def summed(seen: list[tuple[str, int]]) -> Passes:
    """Frame numbers summed from the front and, on top, from the back: closed form below."""

    def up(at: int, before: State, shelf: Shelf) -> State:
        seen.append(("up", at))
        total = before.get("n", np.array(0)) + at
        shelf.keep(f"up.{at}", {"n": total})
        return {"n": total}

    def down(at: int, before: State, shelf: Shelf) -> State:
        seen.append(("down", at))
        return {"n": _keep(shelf, at, before.get("n", np.array(0)) + shelf.load(f"up.{at}")["n"])}

    return Passes((Pass("up", up, way="forward"), Pass("down", down, way="backward", at_a_time=2)), picture)


def _keep(shelf: Shelf, at: int, total: np.ndarray) -> np.ndarray:
    shelf.keep(f"sum.{at}", {"n": total})
    return total


def test_passes_go_their_way_once_and_pictures_come_in_any_order() -> None:
    seen: list[tuple[str, int]] = []
    clip = passed(SPAN, 3, 2, summed(seen))
    assert not seen
    found = {at: float(clip.frame(at).rgba[0, 0, 0]) for at in (1004, 1001, 1005)}
    ups = np.cumsum(list(SPAN.frames))
    assert found == {at: float(ups[at - 1001 :].sum()) for at in found}
    assert seen == [("up", at) for at in SPAN.frames] + [("down", at) for at in reversed(SPAN.frames)]


def test_a_pass_of_its_own_numbers_does_not_go_over_the_frames() -> None:
    seen: list[int] = []

    def work(at: int, before: State, shelf: Shelf) -> State:
        seen.append(at)
        return {}

    clip = passed(SPAN, 3, 2, Passes((Pass("learn", work, over=range(3)),), lambda at, shelf: _grey()))
    clip.frame(1001)
    assert seen == [0, 1, 2]


def test_a_shelf_names_what_it_does_not_have() -> None:
    with pytest.raises(NotFoundError, match=r"up\.1001"):
        MemoryShelf().load("up.1001")


def test_a_changed_clip_has_no_passes_of_its_own() -> None:
    assert passed(SPAN, 3, 2, summed([])).each(lambda frame, at: frame).passes is None


def _grey() -> Frame:
    return Frame.of(np.full((2, 3, 4), 0.5, np.float32), CAMERA)
