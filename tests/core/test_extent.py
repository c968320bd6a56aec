"""Extent: whole numbers that add up to exactly a million."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.core.authorship import Authorship
from manyhands.core.extent import PPM, FrameExtent, apportion, frame_extent, total_extent
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from manyhands.kit.half import narrowed
from tests.comp.pictures import CAMERA, GRADE, HANDS, MODEL, SMOKE, layers

weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@given(st.integers(0, 10**9), weights)
def test_the_parts_sum_to_the_whole_exactly(total: int, parts: list[int]) -> None:
    divided = apportion(total, parts)
    assert sum(divided) == total
    for part, weight in zip(divided, parts, strict=True):
        exact = Fraction(total * weight, sum(parts))
        assert exact // 1 <= part <= -(-exact // 1)  # the floor or the ceiling: Hamilton's quota rule
    assert all(part == 0 for part, weight in zip(divided, parts, strict=True) if weight == 0)


@given(st.integers(0, 10**6), weights, st.integers(1, 1000))
def test_only_the_proportions_count(total: int, parts: list[int], times: int) -> None:
    assert apportion(total, parts) == apportion(total, [part * times for part in parts])
    assert apportion(total, parts) == apportion(total, [Fraction(part, times) for part in parts])


@given(st.integers(0, 10**6), weights)
def test_who_weighs_more_gets_no_less(total: int, parts: list[int]) -> None:
    divided = apportion(total, parts)
    for one, his in zip(parts, divided, strict=True):
        assert all(his >= hers for other, hers in zip(parts, divided, strict=True) if one > other)


def test_hamiltons_example_comes_out_by_hand() -> None:
    # 10 cents in thirds: 3.33 each, one cent left, of equal remainders the first has it
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    # 100 over 1, 2, 4: 14.29, 28.57, 57.14; the one left goes to the largest remainder
    assert apportion(100, [1, 2, 4]) == [14, 29, 57]


@pytest.mark.parametrize("parts", [[], [0], [0, 0], [1, -1], [-1, 3]])
def test_weights_must_be_something_to_divide_by(parts: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must not be negative, and one must be positive"):
        apportion(10, parts)


@given(layers())
@settings(max_examples=60, deadline=None)
def test_a_frames_hands_and_what_is_empty_make_a_million(frame: Frame) -> None:
    extent = frame_extent(frame, 1001)
    assert sum(extent.origin_ppm.values()) + extent.empty_ppm == PPM
    for hand in frame.authorship.hands:
        share = float(frame.authorship.weight_of(hand).mean(dtype=np.float64))
        assert extent.origin_ppm.get(hand.id, 0) == pytest.approx(share * PPM, abs=4)
    assert extent.changed_ppm == pytest.approx(frame.authorship.altered().mean() * PPM, abs=2)


@given(st.lists(layers(), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_spans_hands_and_what_is_empty_make_a_million(frames: list[Frame]) -> None:
    measured = [frame_extent(frame, 1001 + number) for number, frame in enumerate(frames)]
    total = total_extent(measured, HANDS, Span(length=len(frames), rate_fps=24))
    assert sum(part.origin_ppm for part in total.hands) + total.empty_ppm == PPM
    assert total.frames == len(frames)
    for part in total.hands:
        mean = Fraction(sum(frame.origin_ppm.get(part.hand.id, 0) for frame in measured), len(frames))
        assert abs(part.origin_ppm - mean) <= 1
        assert part.altered_ppm == round(
            Fraction(sum(frame.altered_ppm.get(part.hand.id, 0) for frame in measured), len(frames))
        )


@given(layers())
@settings(max_examples=60, deadline=None)
def test_what_is_stored_in_half_measures_the_same_to_a_thousandth(frame: Frame) -> None:
    authorship = frame.authorship
    rgba = narrowed(frame.rgba).astype(np.float32)
    shares, altered = (narrowed(planes).astype(np.float32) for planes in (authorship.weights, authorship.alterations))
    halved = Frame(rgba, Authorship(authorship.hands, shares, authorship.altering, altered))
    one, other = frame_extent(frame, 1), frame_extent(halved, 1)
    assert sum(other.origin_ppm.values()) + other.empty_ppm == PPM
    for hand in authorship.hands:
        assert abs(one.origin_ppm.get(hand.id, 0) - other.origin_ppm.get(hand.id, 0)) <= 1000
    assert abs(one.changed_ppm - other.changed_ppm) <= 1000


def quarters() -> Frame:
    """Four pixels: smoke's, half smoke's, the camera's altered to a half, and nobody's."""
    shares = np.array([[[0, 0.5], [1, 0]], [[1, 0.5], [0, 0]]], np.float32)
    altered = np.array([[[0, 0], [0.5, 0]]], np.float32)
    alpha = shares.sum(0)
    return Frame(np.dstack([alpha, alpha, alpha, alpha]), Authorship((CAMERA, SMOKE), shares, (GRADE,), altered))


def test_the_figures_of_four_pixels_come_out_by_hand() -> None:
    extent = frame_extent(quarters(), 1001)
    assert extent.origin_ppm == {CAMERA.id: 375_000, SMOKE.id: 375_000}
    assert extent.area_ppm == {CAMERA.id: 500_000, SMOKE.id: 500_000}
    assert extent.altered_ppm == {GRADE.id: 125_000}
    assert (extent.empty_ppm, extent.changed_ppm) == (250_000, 125_000)


def test_a_pixel_is_touched_from_one_part_in_a_hundred_on() -> None:
    shares = np.array([[[0.0099, 0.0101, 0.5, 0]]], np.float32)
    frame = Frame(np.dstack([shares[0]] * 4), Authorship((SMOKE,), shares))
    assert frame_extent(frame, 1).area_ppm == {SMOKE.id: 500_000}


def test_a_span_tells_in_how_many_frames_a_hand_was_and_for_how_long() -> None:
    nobody = FrameExtent(frame=2, origin_ppm={}, area_ppm={}, altered_ppm={}, empty_ppm=PPM, changed_ppm=0)
    total = total_extent(
        [frame_extent(quarters(), 1), nobody], (CAMERA, SMOKE, GRADE, MODEL), Span(length=2, rate_fps="30000/1001")
    )
    told = {part.hand.id: (part.origin_ppm, part.altered_ppm, part.frames) for part in total.hands}
    assert told[SMOKE.id] == (187_500, 0, 1)
    assert told[GRADE.id] == (0, 62_500, 1)
    assert told[MODEL.id] == (0, 0, 0)
    assert total.empty_ppm == 625_000
    assert Fraction(total.screen_seconds) == Fraction(2 * 1001, 30000)
    assert (total.of("camera"), total.of("procedure"), total.of("trained")) == (187_500, 187_500, 0)
