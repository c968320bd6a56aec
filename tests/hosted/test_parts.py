"""A shot is cut into what a model takes: every frame once, every part within the limits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.errors import InputError
from manyhands.core.span import Span
from manyhands.hosted.parts import EDITED, nearest_ratio, numbers_at, parts, rate_of, size_of

RATES = st.sampled_from([Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(30), Fraction(60), Fraction(12)])


@given(st.integers(1, 6000), RATES, st.lists(st.integers(900, 7200), max_size=40))
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


def test_a_part_ends_at_a_cut_where_there_is_one() -> None:
    span = Span(start=1001, length=1000, rate_fps=Fraction(24))
    assert [part.start for part in parts(span, EDITED, [1301, 1601])] == [1001, 1601]
    assert [part.start for part in parts(span, EDITED)] == [1001, 1501]
    short = span.but(length=240)
    assert len(parts(short, EDITED, [1050])) == 1  # a few cuts may stay within one


def test_more_cuts_than_a_model_takes_make_more_parts() -> None:
    span = Span(start=1001, length=650, rate_fps=Fraction(24))
    cuts = list(range(1051, 1651, 50))  # twelve
    found = parts(span, EDITED, cuts)
    assert len(found) == 2
    assert all(sum(part.start < cut <= part.end for cut in cuts) <= EDITED.cuts for part in found)


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
