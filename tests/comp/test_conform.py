"""A clip of another size, length and rate at a plate's: which frame stands where, and what is seen of it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from manyhands.comp.conform import brought, conformed, fitted, frame_at
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from tests.plates import CAMERA, plate


def numbered(length: int, rate_fps: Fraction, width: int = 8, height: int = 6) -> Clip:
    """A clip whose every frame is as bright as its place."""
    span = Span(start=1001, length=length, rate_fps=rate_fps)

    def read(at: int) -> Frame:
        rgba = np.full((height, width, 4), float(at - span.start), np.float32)
        rgba[..., 3] = 1
        return Frame.of(rgba, CAMERA)

    return Clip(span, width, height, read)


def shown(clip: Clip, span: Span) -> list[int]:
    made = conformed(clip, span, 8, 6)
    return [round(float(made.frame(at).rgb[0, 0, 0])) for at in span.frames]


def test_as_many_frames_are_taken_one_by_one() -> None:
    span = Span(start=2001, length=5, rate_fps=Fraction(24000, 1001))
    assert shown(numbered(5, Fraction(24)), span) == [0, 1, 2, 3, 4]


def test_at_the_same_rate_the_last_frame_stays() -> None:
    assert shown(numbered(3, Fraction(24)), Span(start=1, length=5, rate_fps=Fraction(24))) == [0, 1, 2, 2, 2]
    assert shown(numbered(9, Fraction(24)), Span(start=1, length=3, rate_fps=Fraction(24))) == [0, 1, 2]


def test_at_another_rate_the_frame_in_the_middle_of_the_time_is_taken() -> None:
    # each of 4 frames at 24 lasts 1.25 frames at 30; their middles are at 0.625, 1.875, 3.125, 4.375
    assert shown(numbered(5, Fraction(30)), Span(start=1, length=4, rate_fps=Fraction(24))) == [0, 1, 3, 4]
    # the other way each picture stands twice
    assert shown(numbered(3, Fraction(30)), Span(start=1, length=6, rate_fps=Fraction(60))) == [0, 0, 1, 1, 2, 2]


def test_every_frame_lies_in_the_clip() -> None:
    of = Span(start=5, length=7, rate_fps=Fraction(25))
    span = Span(start=1, length=400, rate_fps=Fraction(24))
    assert {frame_at(of, span, at) for at in span.frames} == set(of.frames)


def test_a_picture_of_another_shape_fills_and_is_cropped_around_its_middle() -> None:
    frame = plate(1, width=96, height=64).frame(1001)
    wide = fitted(frame, 96, 40)
    assert np.array_equal(wide.rgba, frame.rgba[12:52])
    assert wide.faults() == []


def test_a_picture_that_was_rounded_is_squeezed_back_whole() -> None:
    frame = plate(1, width=96, height=64).frame(1001)
    assert (fitted(frame, 192, 127).width, fitted(frame, 192, 127).height) == (192, 127)
    assert fitted(frame, 96, 64) is frame


def test_what_was_done_is_told_and_nothing_where_nothing_was() -> None:
    clip = numbered(60, Fraction(24), 96, 64)
    assert brought(clip, clip.span, 96, 64) == ""
    told = brought(clip, Span(start=1, length=75, rate_fps=Fraction(30)), 192, 108)
    assert told.startswith("came as 96x64, 60 frames at 24 fps, brought to 192x108, 75 frames at 30 fps")
    assert "cropped" in told
    assert "ends 15 frames early" in brought(clip, Span(start=1, length=75, rate_fps=Fraction(24)), 96, 64)


@pytest.mark.parametrize("size", [(8, 6), (16, 12), (5, 4)])
def test_the_size_is_the_plates(size: tuple[int, int]) -> None:
    made = conformed(numbered(3, Fraction(24)), Span(length=3, rate_fps=Fraction(24)), *size)
    frame = made.frame(1002)
    assert (frame.width, frame.height) == (made.width, made.height) == size
