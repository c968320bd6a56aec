"""Boxes on somebody: followed where the truth is known, and lost where nobody could know."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import cv2
import numpy as np
import pytest

from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Box
from manyhands.core.span import Span
from manyhands.kit import boxes
from manyhands.kit.boxes import follow_box
from tests.moving import footage, wall
from tests.plates import CAMERA

WIDTH, HEIGHT = 320, 180
SOMEBODY = 2.2 * wall(11, 400)[:60, :44]
Where = Callable[[int], tuple[float, float, float]]
"""Left, top and size of somebody in a frame."""


def passing(where: Where, count: int, *, hidden: tuple[int, int] = (-1, -1), rate: int = 24) -> Clip:
    """Somebody before a wall that stands; in the frames ``hidden`` something three times as wide is before them."""

    def read(at: int) -> Frame:
        picture = wall(4, 600)[:HEIGHT, :WIDTH].copy()
        left, top, size = where(at)
        onto = np.array([[size, 0, left], [0, size, top]], np.float64)
        mask = cv2.warpAffine(np.ones_like(SOMEBODY), onto, (WIDTH, HEIGHT))
        picture = picture * (1 - mask) + mask * cv2.warpAffine(SOMEBODY, onto, (WIDTH, HEIGHT))
        if hidden[0] <= at <= hidden[1]:
            edge = max(0, round(left) - 44)
            picture[:, edge : edge + 132] = wall(21, 600)[200 : 200 + HEIGHT, : min(132, WIDTH - edge)]
        return shown(picture)

    return Clip(Span(start=1001, length=count, rate_fps=Fraction(rate)), WIDTH, HEIGHT, read)


def shown(grey: np.ndarray) -> Frame:
    return Frame.of(np.dstack([grey] * 3 + [np.ones_like(grey)]).astype(np.float32), CAMERA)


def box_of(where: Where, at: int) -> Box:
    left, top, size = where(at)
    return left, top, 44 * size, 60 * size


def overlap(one: Box, other: Box) -> float:
    return boxes._overlap(np.array(one), np.array(other))


def walking(at: int) -> tuple[float, float, float]:
    return 20 + 4.0 * (at - 1001), 40 + 6 * np.sin((at - 1001) / 3), 1 + 0.008 * (at - 1001)


def quiet(done: int, of: int) -> None:
    return None


@pytest.mark.parametrize("at", [1001, 1020, 1040])
def test_a_box_stays_on_who_walks_and_grows_from_wherever_it_was_drawn(at: int) -> None:
    found = follow_box(passing(walking, 40), box_of(walking, at), at, bell=quiet)
    assert (found.lost, found.ended) == ((), ())
    assert sorted(found.boxes) == list(range(1001, 1041))
    assert min(overlap(found.boxes[frame], box_of(walking, frame)) for frame in found.boxes) > 0.6
    assert found.boxes[at] == pytest.approx(box_of(walking, at))


def test_who_goes_behind_something_is_lost_there_and_not_guessed() -> None:
    clip = passing(walking, 40, hidden=(1020, 1040))
    found = follow_box(clip, box_of(walking, 1001), 1001, bell=quiet)
    (lost,) = found.lost
    assert 1012 <= lost <= 1020
    assert max(found.boxes) == lost - 1


def test_who_leaves_the_picture_is_lost_at_its_edge() -> None:
    def leaving(at: int) -> tuple[float, float, float]:
        return 160 + 8.0 * (at - 1001), 60, 1

    found = follow_box(passing(leaving, 40), box_of(leaving, 1001), 1001, bell=quiet)
    (lost,) = found.lost
    assert 1012 <= lost <= 1001 + round((WIDTH - 160) / 8)


def test_a_cut_ends_it() -> None:
    clip = passing(walking, 30)
    other = wall(50, 900)[300 : 300 + HEIGHT, 100 : 100 + WIDTH]
    cut = Clip(clip.span, WIDTH, HEIGHT, lambda at: clip.frame(at) if at < 1015 else shown(other))
    found = follow_box(cut, box_of(walking, 1001), 1001, bell=quiet)
    assert found.lost
    assert 1008 <= max(found.boxes) < 1015


def test_the_same_again_is_the_same() -> None:
    clip = passing(walking, 20)
    one, other = (follow_box(clip, box_of(walking, 1001), 1001, bell=quiet) for _ in range(2))
    assert one == other


def test_of_sixty_pictures_a_second_every_other_is_looked_at_and_looking_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = passing(lambda at: (100.0, 60.0, 1.0), 30, rate=60)
    found = follow_box(clip, (100, 60, 44, 60), 1001, bell=quiet)
    assert sorted(found.boxes) == [*range(1001, 1030, 2), 1030]
    monkeypatch.setattr(boxes, "MOST_LOOKS", 5)
    short = follow_box(clip, (100, 60, 44, 60), 1001, bell=quiet)
    assert (max(short.boxes), short.lost, short.ended) == (1011, (), (1011,))


@pytest.mark.footage
def test_a_box_on_a_walker_in_real_footage_ends_where_she_leaves() -> None:
    clip = footage("people/people.mp4", 80, 120)
    start = clip.span.start
    found = follow_box(clip, (415, 12, 75, 110), start + 49, bell=quiet)
    (lost,) = found.lost
    assert start + 100 <= lost <= start + 112  # she turns and walks off
    assert min(found.boxes) == start
