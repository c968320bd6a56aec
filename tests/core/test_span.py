"""Spans: whole frames at an exact rate."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from manyhands.core.span import FIRST_FRAME, Span

spans = st.builds(
    Span,
    start=st.integers(-10_000, 10_000),
    length=st.integers(1, 10_000),
    rate_fps=st.fractions(Fraction(1, 100), 1000, max_denominator=1001),
)


@given(spans)
def test_its_frames_are_those_from_start_to_end(span: Span) -> None:
    assert (span.frames[0], span.frames[-1], len(span.frames)) == (span.start, span.end, span.length)
    assert span.start in span
    assert span.end in span
    assert span.start - 1 not in span
    assert span.end + 1 not in span


@given(spans, st.integers(-20_000, 20_000))
def test_a_frame_is_clamped_to_the_nearest_it_has(span: Span, frame: int) -> None:
    nearest = span.clamped(frame)
    assert nearest in span
    assert abs(nearest - frame) == min(
        abs(frame - end) for end in ((frame,) if frame in span else (span.start, span.end))
    )


@given(spans)
def test_time_is_exact(span: Span) -> None:
    assert span.seconds_at(span.start) == 0
    assert span.seconds_at(span.end + 1) == span.seconds == Fraction(span.length) / span.rate_fps


@given(spans)
def test_a_rate_is_saved_as_a_fraction(span: Span) -> None:
    saved = span.save()["rate_fps"]
    assert isinstance(saved, str)
    assert Fraction(saved) == span.rate_fps
    assert Span.load(span.save()) == span


def test_the_first_frame_is_1001() -> None:
    assert FIRST_FRAME == Span(length=1, rate_fps=24).start == 1001


@pytest.mark.parametrize("rate", [24, "24000/1001", "25", Fraction(30000, 1001)])
def test_a_rate_is_given_exactly(rate: object) -> None:
    assert Span(length=1, rate_fps=rate).rate_fps == Fraction(rate)  # type: ignore[arg-type]


@pytest.mark.parametrize("rate", [23.976, 24.0])
def test_a_rate_that_is_a_float_is_refused(rate: float) -> None:
    with pytest.raises(ValidationError, match="a rate is exact: write 24, '24000/1001' or a Fraction, not a float"):
        Span(length=1, rate_fps=rate)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"length": 0}, {"length": -3}, {"rate_fps": 0}, {"rate_fps": -24}])
def test_nothing_and_backwards_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Span(**{"length": 1, "rate_fps": 24, **wrong})  # type: ignore[arg-type]
