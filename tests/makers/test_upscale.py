"""Upscale: its size, its shares, its neighbours; the picture itself is tested in the kit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import Stopped
from manyhands.makers.upscale import upscale
from tests.moving import moving, turned
from tests.plates import CAMERA, plate

SIZE = {"width": 96, "height": 72}


def made(clip: Clip, bell: Any = lambda done, of: None, **params: Any) -> Clip:
    found = upscale.make({"plate": clip}, upscale.checked(params), Chance(1), bell)
    assert isinstance(found, Clip)
    return found


def pan(frames: int = 7) -> Clip:
    return moving([turned(0.7 * at, 0.3 * at, 0, 1, **SIZE) for at in range(frames)], **SIZE)


@pytest.mark.parametrize(("factor", "size"), [(2.0, (192, 144)), (1.5, (144, 108)), (4.0, (384, 288))])
def test_the_picture_has_the_size_that_was_asked_for_and_the_plates_span(factor: float, size: tuple[int, int]) -> None:
    large = made(pan(3), factor=factor, frames=1)
    frame = large.frame(1002)
    assert (large.width, large.height) == (frame.width, frame.height) == size
    assert large.span == pan(3).span
    assert frame.faults() == []


def test_the_light_stays_the_cameras_and_is_altered_by_the_procedure() -> None:
    frame = made(pan()).frame(1004)
    assert [hand.id for hand in frame.authorship.hands] == [CAMERA.id]
    assert [hand.id for hand in frame.authorship.altering] == [upscale.hand.id]
    assert 0 < frame.authorship.alterations.mean() < 0.2


def test_at_the_same_size_it_is_the_plate() -> None:
    clip = plate(2)
    assert made(clip, factor=1.0) is clip


def test_the_first_and_the_last_frame_have_fewer_neighbours_and_a_single_one_none() -> None:
    large = made(pan(3), frames=4)
    for at in (1001, 1003):
        assert np.isfinite(large.frame(at).rgba).all()
    assert made(pan(1)).frame(1001).faults() == []


def test_a_cut_in_the_shot_leaves_no_ghost() -> None:
    one, other = pan(3), moving([turned(60, 30, 40, 1.5, **SIZE)] * 3, **SIZE)
    span = pan(6).span
    clip = Clip(span, one.width, one.height, lambda at: (one if at < 1004 else other).frame(1001 + (at - 1001) % 3))
    cut, whole = made(clip).frame(1003).rgb, made(one).frame(1003).rgb
    assert np.median(np.abs(cut - whole)) < 0.004


def test_it_reads_no_more_frames_than_it_needs() -> None:
    read: list[int] = []
    clip = pan()
    counted = Clip(clip.span, clip.width, clip.height, lambda at: read.append(at) or clip.read(at))
    large = made(counted)
    for at in clip.span.frames:
        large.frame(at)
    assert sorted(read) == list(clip.span.frames)


def test_it_stops() -> None:
    def stop(done: int, of: int) -> None:
        raise Stopped("stopped.")

    with pytest.raises(Stopped):
        made(pan(), stop).frame(1002)
