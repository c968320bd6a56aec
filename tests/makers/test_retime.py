"""Retime: against walls that move by known amounts, whose pictures between frames can be drawn."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from manyhands.core.authorship import Authorship
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from manyhands.makers.retime import retime
from tests.moving import footage, moving, seen, turned
from tests.plates import CAMERA

SIZE = {"width": 160, "height": 120}
SMOKE = Hand(id="procedure:smoke:1", origin="procedure", name="smoke", version="1")


def made(clip: Clip, **params: Any) -> Clip:
    found = retime.make({"plate": clip}, retime.checked(params), Chance(1), lambda done, of: None)
    assert isinstance(found, Clip)
    return found


def shift(step: float) -> np.ndarray:
    return turned(4 * step, -2 * step, 0, 1, **SIZE)


def pan(frames: int = 5) -> Clip:
    return moving([shift(i) for i in range(frames)], **SIZE)


def off(found: np.ndarray, true: np.ndarray) -> float:
    """Root of the mean square difference away from the border, as a share of middle grey."""
    return float(np.sqrt(np.mean((found - true)[8:-8, 8:-8] ** 2)) / 0.18)


def test_at_its_own_speed_the_plate_comes_through_bit_for_bit() -> None:
    clip = pan()
    same = made(clip, speed=1.0)
    assert same.span == clip.span
    for at in clip.span.frames:
        assert np.array_equal(same.frame(at).rgba, clip.frame(at).rgba)


@pytest.mark.parametrize(
    ("speed", "length"), [(0.5, 9), (0.25, 17), (2.0, 3), (4.0, 2), (1.5, 3), (100.0, 1), (0.3333, 13)]
)
def test_it_starts_with_the_plate_and_ends_on_the_last_moment_it_reaches(speed: float, length: int) -> None:
    retimed = made(pan(), speed=speed)
    assert retimed.span == Span(start=1001, length=length, rate_fps=Fraction(24))


def test_it_may_begin_and_end_within_the_shot() -> None:
    # 9 frames at 24 a second; from the plate's frame 2 to its frame 5 at half speed: 0 1 2 2.5 3 3.5 4 4.5 5 6 7 8
    clip = pan(9)
    retimed = made(clip, speed=0.5, at=2 / 24, until=5 / 24)
    assert retimed.span.length == 12
    shown = {0: 0, 1: 1, 2: 2, 4: 3, 6: 4, 8: 5, 9: 6, 11: 8}
    for new, old in shown.items():
        assert np.array_equal(retimed.frame(1001 + new).rgba, clip.frame(1001 + old).rgba)
    between = retimed.frame(1001 + 5).rgba[..., 0]
    assert off(between, seen(shift(3.5), **SIZE)) < 0.1
    faster = made(clip, speed=3.0, at=2 / 24)  # 0 1 2 5 8
    for new, old in ((1, 1), (3, 5), (4, 8)):
        assert np.array_equal(faster.frame(1001 + new).rgba, clip.frame(1001 + old).rgba)
    assert faster.span.length == 5
    assert made(clip, speed=0.5, at=9.0).span == clip.span
    with pytest.raises(ParameterError, match=r"until is 1 .*must come after at, which is 2"):
        made(clip, speed=0.5, at=2.0, until=1.0)


def test_slowed_down_the_plates_own_frames_stay_bit_for_bit() -> None:
    clip = pan()
    slow = made(clip, speed=1 / 3)
    for number in range(5):
        assert np.array_equal(slow.frame(1001 + 3 * number).rgba, clip.frame(1001 + number).rgba)


@pytest.mark.parametrize("part", [1, 2, 3])
def test_slowed_down_what_moves_stands_where_it_would_have_been(part: int) -> None:
    clip = pan()
    slow = made(clip, speed=0.25)
    for number in (0, 2):
        true = seen(shift(number + part / 4), **SIZE)
        found = slow.frame(1001 + 4 * number + part)
        assert off(found.rgb[..., 1], true) < 0.05
        mixed = made(clip, speed=0.25, between="blend").frame(1001 + 4 * number + part)
        assert off(found.rgb[..., 1], true) < 0.15 * off(mixed.rgb[..., 1], true)


def test_what_goes_by_is_not_seen_twice() -> None:
    # a bright disc crosses in front of a wall that stands; in the middle of its way there is one disc
    wall = seen(np.eye(3), **SIZE)
    y, x = np.mgrid[0:120, 0:160]

    def crossing(at: float) -> np.ndarray:
        return np.where((x - 50 - 10 * at) ** 2 + (y - 60) ** 2 < 18**2, np.float32(1.5), wall)

    def read(at: int) -> Frame:
        rgb = np.repeat(crossing(at - 1001)[..., None], 3, 2)
        return Frame.of(np.dstack([rgb, np.ones((120, 160))]), CAMERA)

    clip = Clip(Span(length=3, rate_fps=Fraction(24)), 160, 120, read)
    found = made(clip, speed=0.5).frame(1002).rgb[..., 0]
    inside, outside = (x - 55) ** 2 + (y - 60) ** 2 < 13**2, (x - 55) ** 2 + (y - 60) ** 2 > 26**2
    assert np.abs(found - 1.5)[inside].max() < 0.05
    assert np.abs(found - wall)[outside].max() < 0.15  # a second disc would show half of 1.3


def test_an_opaque_plate_stays_opaque_to_its_border_and_gets_no_brighter_there() -> None:
    white = Clip(pan().span, 160, 120, lambda at: Frame.of(np.ones((120, 160, 4), np.float32), CAMERA))
    moved = made(white, speed=0.4).frame(1002)
    assert moved.rgba == pytest.approx(1, abs=1e-6)
    pan_alpha = made(pan(), speed=0.4).frame(1002).alpha
    assert pan_alpha == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("between", ["flow", "blend"])
def test_shares_go_the_same_way_as_the_light(between: str) -> None:
    # half the wall's light is another hand's, in a pattern that moves with it: white where it is the
    # other hand's, so that the picture of the light is also that of the share
    def read(at: int) -> Frame:
        share = np.clip(seen(shift(at - 1001), **SIZE), 0, 1)
        rgba = np.dstack([share, share, share, np.ones_like(share)]).astype(np.float32)
        return Frame(rgba, Authorship((CAMERA, SMOKE), np.stack([1 - share, share]).astype(np.float32)))

    clip = Clip(pan().span, 160, 120, read)
    found = made(clip, speed=0.5, between=between).frame(1002)
    assert found.faults() == []
    assert found.authorship.hands == (CAMERA, SMOKE)
    assert np.abs(found.authorship.weight_of(SMOKE) - np.clip(found.rgb[..., 0], 0, 1)).max() < 0.02


def test_the_nearer_frame_is_taken_as_it_is_when_nothing_is_to_be_made_up() -> None:
    clip = pan()
    slow = made(clip, speed=0.25, between="nearest")
    assert np.array_equal(slow.frame(1002).rgba, clip.frame(1001).rgba)
    assert np.array_equal(slow.frame(1004).rgba, clip.frame(1002).rgba)


def test_sped_up_frames_are_left_out() -> None:
    clip = pan()
    fast = made(clip, speed=2.0)
    assert np.array_equal(fast.frame(1003).rgba, clip.frame(1005).rgba)


def test_sped_up_with_a_long_exposure_frames_are_averaged() -> None:
    clip = pan(9)
    fast = made(clip, speed=4.0, exposure=0.75)
    true = np.mean([clip.frame(at).rgba for at in (1005, 1006, 1007)], 0)
    assert fast.frame(1002).rgba == pytest.approx(true, abs=1e-6)
    assert fast.frame(1002).faults() == []


def test_sped_up_by_a_fraction_the_frames_between_are_made() -> None:
    fast = made(pan(), speed=1.5)
    assert off(fast.frame(1002).rgb[..., 1], seen(shift(1.5), **SIZE)) < 0.03


def test_frames_can_be_asked_for_in_any_order() -> None:
    slow, again = made(pan(), speed=0.5), made(pan(), speed=0.5)
    backwards = {at: slow.frame(at).rgba for at in reversed(slow.span.frames)}
    assert all(np.array_equal(again.frame(at).rgba, backwards[at]) for at in again.span.frames)


def test_a_still_stays_one_frame() -> None:
    assert made(pan(1), speed=0.1).span.length == 1


@pytest.mark.footage
@pytest.mark.parametrize(
    ("clip", "first", "better_db"),
    [("dog/dog.mp4", 140, 3.5), ("pan/pan.avi", 130, 3.5), ("flower/flower.mp4", 30, 1.0)],
)
def test_a_real_frame_left_out_is_made_better_than_by_mixing(clip: str, first: int, better_db: float) -> None:
    plate = footage(clip, first, 9)
    every_other = Clip(
        Span(length=5, rate_fps=plate.span.rate_fps), plate.width, plate.height, lambda at: plate.frame(2 * at - 1001)
    )
    gain = []
    for at in (1002, 1006):
        true = np.cbrt(plate.frame(at).rgb)
        errors = [
            np.mean((np.cbrt(made(every_other, speed=0.5, between=how).frame(at).rgb) - true) ** 2)
            for how in ("flow", "blend")
        ]
        gain.append(10 * np.log10(errors[1] / errors[0]))
    assert np.mean(gain) > better_db
