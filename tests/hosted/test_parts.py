"""A shot is cut into what a model takes: every frame once, every part within the limits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.errors import InputError
from manyhands.core.span import Span
from manyhands.hosted.parts import EDITED, PERFORMED, nearest_ratio, numbers_at, parts, rate_of, size_of

RATES = st.sampled_from([Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(30), Fraction(60), Fraction(12)])


@given(st.integers(1, 6000), RATES, st.lists(st.integers(900, 7200), max_size=EDITED.cuts))
def test_parts_cover_every_frame_once_within_the_limits(length: int, rate_fps: Fraction, cuts: list[int]) -> None:
    span = Span(start=1001, length=length, rate_fps=rate_fps)
    if span.seconds < EDITED.least_s:
        with pytest.raises(InputError, match="at least"):
            parts(span, EDITED, cuts)
        return
    found = parts(span, EDITED, cuts)
    assert [at for part in found for at in part.frames] == list(span.frames)
    for part in found:
        assert EDITED.least_s <= part.seconds <= EDITED.most_s


def test_each_shot_within_is_a_part() -> None:
    span = Span(start=1001, length=1000, rate_fps=Fraction(24))
    assert [part.start for part in parts(span, EDITED, [1301, 1601])] == [1001, 1301, 1601]
    assert [part.start for part in parts(span, EDITED)] == [1001, 1501]
    assert [part.start for part in parts(span, EDITED, [1101])] == [1001, 1101, 1551]  # and too long a one is split


def test_what_is_too_short_to_be_sent_stays_with_its_neighbour() -> None:
    span = Span(start=1001, length=240, rate_fps=Fraction(24))
    assert [part.start for part in parts(span, EDITED, [1020, 1101, 1120, 1230])] == [1001, 1101]
    assert [part.start for part in parts(span, EDITED, [1001, 1300])] == [1001]  # neither is within


def test_more_cuts_than_a_model_takes_in_one_are_refused() -> None:
    span = Span(start=1001, length=60, rate_fps=Fraction(24))
    assert len(parts(span, EDITED, range(1002, 1012))) == 1
    with pytest.raises(InputError, match=r"11 cuts; at most 10 .* runway.cuts=none"):
        parts(span, EDITED, range(1002, 1013))


def test_a_performance_has_its_own_limits() -> None:
    span = Span(start=1001, length=719, rate_fps=Fraction(24))
    assert len(parts(span, PERFORMED)) == 1
    with pytest.raises(InputError, match="at least 3 s"):
        parts(span.but(length=71), PERFORMED)


@pytest.mark.parametrize(
    ("plate", "sent"),
    [("24", "24"), ("24000/1001", "24000/1001"), ("30", "30"), ("60", "30"), ("50", "25"), ("120", "30"), ("12", "24")],
)
def test_a_rate_is_the_plates_own_or_a_whole_part_of_it(plate: str, sent: str) -> None:
    assert rate_of(Fraction(plate), EDITED) == Fraction(sent)


@pytest.mark.parametrize(
    ("plate", "sent"),
    [
        ((1920, 1080), (1920, 1080)),
        ((4096, 2160), (1920, 1012)),
        ((1280, 720), (1280, 720)),
        ((96, 64), (720, 480)),
        ((1080, 1920), (1080, 1920)),
        ((853, 480), (852, 480)),
    ],
)
def test_a_size_is_the_plates_own_or_the_nearest_that_is_taken(plate: tuple[int, int], sent: tuple[int, int]) -> None:
    assert size_of(*plate, EDITED) == sent


def test_frames_at_another_rate_stand_where_they_stood() -> None:
    span = Span(start=1001, length=6, rate_fps=Fraction(60))
    assert numbers_at(span, Fraction(30)) == [1001, 1003, 1005]
    assert numbers_at(span.but(rate_fps=Fraction(12)), Fraction(24)) == [
        1001, 1001, 1002, 1002, 1003, 1003, 1004, 1004, 1005, 1005, 1006, 1006,
    ]  # fmt: skip


def test_the_nearest_ratio_is_by_shape() -> None:
    ratios = ("1280:720", "720:1280", "960:960", "1584:672")
    assert nearest_ratio(1920, 1080, ratios) == "1280:720"
    assert nearest_ratio(2048, 858, ratios) == "1584:672"
    assert nearest_ratio(1000, 1000, ratios) == "960:960"
    assert nearest_ratio(1080, 1920, ratios) == "720:1280"
