"""Cuts: found to the frame where one view follows another, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from manyhands.comp.conform import fitted
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from manyhands.kit.cuts import find_cuts
from tests.moving import footage, seen, turned, wall
from tests.plates import CAMERA

MOVIES = ("dog/dog.mp4", "flower/flower.mp4", "green/green.mp4", "pan/pan.avi", "people/people.mp4")


def film(pictures: Sequence[np.ndarray], *, rate_fps: int = 24) -> Clip:
    """Pictures (H, W) of light as a clip from frame 1001 on."""
    span = Span(start=1001, length=len(pictures), rate_fps=Fraction(rate_fps))

    def read(at: int) -> Frame:
        light = pictures[at - 1001]
        return Frame.of(np.dstack([light, light, light, np.ones_like(light)]).astype(np.float32), CAMERA)

    return Clip(span, pictures[0].shape[1], pictures[0].shape[0], read)


def pan(world: np.ndarray, frames: int, *, px: float = 1.0, start: float = 0.0) -> list[np.ndarray]:
    return [seen(turned(start + px * at, 0, 0, 1), width=160, height=90, world=world) for at in range(frames)]


def test_cuts_between_moving_views_are_found_to_the_frame() -> None:
    bright = 2 * wall(5)
    shots = pan(wall(3), 50) + pan(bright, 13, px=-2) + pan(wall(4) / 2, 40, px=0)
    assert find_cuts(film(shots)) == (1051, 1064)


@pytest.mark.parametrize("px", [0.0, 3.0, 25.0])
def test_a_pan_has_no_cuts(px: float) -> None:
    assert find_cuts(film(pan(wall(3), 30, px=px, start=-200))) == ()


def test_a_flash_is_no_cut() -> None:
    shots = pan(wall(3), 60)
    for at in (20, 21, 40):
        shots[at] = shots[at] + 0.8
    assert find_cuts(film(shots)) == ()


def test_few_frames_are_read_where_nothing_changes() -> None:
    clip = film(pan(wall(3), 1, px=0) * 240)
    asked: list[int] = []

    def read(at: int) -> Frame:
        asked.append(at)
        return clip.frame(at)

    assert find_cuts(Clip(clip.span, clip.width, clip.height, read)) == ()
    assert len(asked) == 240 // 8 + 1


def test_a_still_has_no_cuts() -> None:
    assert find_cuts(film(pan(wall(3), 1))) == ()


@pytest.mark.footage
def test_real_shots_have_none_and_their_joins_are_found() -> None:
    shots = [[clip.frame(at) for at in clip.span.frames] for clip in (footage(name, 20, 52) for name in MOVIES)]
    small = [[np.asarray(fitted(frame, 160, 90).rgb.mean(-1)) for frame in shot] for shot in shots]
    for shot in small:
        assert find_cuts(film(shot)) == ()
    for one, other in permutations(small, 2):
        assert find_cuts(film([*one, *other])) == (1053,)
