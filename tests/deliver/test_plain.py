"""Plain words: percentages, time codes, and which kind of picture the whole is."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.extent import PPM, FrameExtent, total_extent
from manyhands.core.hand import DIGITAL_SOURCE_TYPES, Hand
from manyhands.core.recipe import Step
from manyhands.core.span import Span
from manyhands.deliver.dossier import Dossier, stretches
from manyhands.deliver.plain import (
    accepted,
    credit,
    moment,
    named,
    percent,
    sentence,
    timecode,
    told_params,
    trained_sentence,
    whole_source_type,
)
from tests.deliver.made import GRADE, MODEL, SMOKE, SPAN, dossier, plate

PAINTER = Hand(id="person:painter", origin="person", name="Painter")
OTHER = Hand(id="camera:other:1", origin="camera", name="other.mov")


@pytest.mark.parametrize(
    ("ppm", "words"),
    [
        (0, "0"),
        (1, "under 0.1"),
        (499, "under 0.1"),
        (500, "0.1"),
        (123_456, "12.3"),
        (999_499, "99.9"),
        (999_500, "over 99.9"),
        (999_999, "over 99.9"),
        (PPM, "100"),
    ],
)
def test_percent_says_nothing_and_all_only_of_nothing_and_all(ppm: int, words: str) -> None:
    assert percent(ppm) == f"{words}\N{NO-BREAK SPACE}%"


@given(st.integers(0, PPM))
def test_percent_never_rounds_to_nothing_or_all(ppm: int) -> None:
    assert (percent(ppm)[:2] == "0\N{NO-BREAK SPACE}") == (ppm == 0)
    assert percent(ppm).startswith("100") == (ppm == PPM)
    assert not percent(ppm).startswith("0.0")


@given(st.sets(st.integers(0, 300)))
def test_stretches_hold_just_the_numbers_they_were_made_of(numbers: set[int]) -> None:
    found = stretches(sorted(numbers))
    assert {number for first, last in found for number in range(first, last + 1)} == numbers
    assert all(one[1] + 1 < other[0] for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("frame", "rate", "first", "told"),
    [
        (1001, Fraction(24), "00:00:00:00", "00:00:00:00"),
        (1025, Fraction(24), "00:00:00:00", "00:00:01:00"),
        (1001, Fraction(25), "10:00:00:00", "10:00:00:00"),
        (1026, Fraction(25), "09:59:59:24", "10:00:00:24"),
        (1025, Fraction(24000, 1001), "00:00:00:00", "00:00:01:00"),
        (1031, Fraction(30000, 1001), "01:00:00:00", "01:00:01:00"),
    ],
)
def test_timecode_counts_whole_frames_from_the_first(frame: int, rate: Fraction, first: str, told: str) -> None:
    # Expected values are counted by hand, non-drop, as an edit list counts them.
    assert timecode(frame, Span(start=1001, length=100, rate_fps=rate), first) == told


def test_moment_is_told_in_universal_time() -> None:
    assert moment("2026-11-23T01:30:00+02:00") == "22 November 2026, 23:30 UTC"


def test_names_are_joined_as_in_speech() -> None:
    assert named(["A"]) == "A"
    assert named(["A", "B"]) == "A and B"
    assert named(["A", "B", "C"]) == "A, B and C"


def of(origin: dict[Hand, int], altered: dict[Hand, int] | None = None) -> Dossier:
    """A dossier whose every frame has these shares."""
    altered = altered or {}
    told = dossier()
    frames = tuple(
        FrameExtent(
            frame=number,
            origin_ppm={hand.id: part for hand, part in origin.items()},
            area_ppm={hand.id: part for hand, part in origin.items()},
            altered_ppm={hand.id: part for hand, part in altered.items()},
            empty_ppm=PPM - sum(origin.values()),
            changed_ppm=sum(altered.values()),
        )
        for number in SPAN.frames
    )
    hands = tuple(dict.fromkeys([*origin, *altered]))
    take = told.take.but(hands=hands, extent=total_extent(frames, hands, SPAN))
    return dossier(frames=frames, take=take)


CAMERA = plate().hand


# The words and what each means: IPTC NewsCodes, digitalsourcetype.
@pytest.mark.parametrize(
    ("origin", "altered", "kind"),
    [
        ({CAMERA: PPM}, {}, "digitalCapture"),
        ({CAMERA: PPM}, {GRADE: 10_000}, "algorithmicallyEnhanced"),
        ({CAMERA: PPM}, {PAINTER: 10_000}, "humanEdits"),
        ({CAMERA: PPM - 5, OTHER: 5}, {}, "compositeCapture"),
        ({CAMERA: PPM - 5, OTHER: 5}, {GRADE: 10_000}, "compositeCapture"),
        ({CAMERA: PPM - 5, SMOKE: 5}, {}, "composite"),
        ({CAMERA: PPM - 5, PAINTER: 5}, {}, "composite"),
        ({SMOKE: PPM}, {}, "algorithmicMedia"),
        ({PAINTER: PPM}, {}, "digitalCreation"),
        ({CAMERA: PPM - 5, MODEL: 5}, {}, "compositeSynthetic"),
        ({CAMERA: PPM}, {MODEL: 5}, "compositeSynthetic"),
        ({CAMERA: PPM, MODEL: 0}, {}, "compositeSynthetic"),
        ({MODEL: PPM}, {}, "trainedAlgorithmicMedia"),
        ({MODEL.but(makes="algorithmicMedia"): PPM}, {}, "algorithmicMedia"),
        ({CAMERA: PPM - 5, MODEL.but(makes="algorithmicMedia"): 5}, {}, "compositeSynthetic"),
    ],
)
def test_whole_is_named_by_the_hands_in_its_pixels(
    origin: dict[Hand, int], altered: dict[Hand, int], kind: str
) -> None:
    assert whole_source_type(of(origin, altered)) == DIGITAL_SOURCE_TYPES + kind


def test_sentence_says_the_human_share_first() -> None:
    said = sentence(dossier())
    assert said.replace("\N{NO-BREAK SPACE}", " ") == (
        "Camera and people made 95.0 % of this picture, procedures without a trained model 5.0 %, "
        "and trained models 0 %; Person A was shown the finished picture and accepted it."
    )


def test_accepting_in_advance_is_not_called_seeing() -> None:
    assert accepted(dossier(seen=False).decision) == "Person A accepted it without having been shown it"


def test_trained_models_are_spoken_of_also_where_there_are_none() -> None:
    assert trained_sentence(dossier()).startswith("No trained model left a pixel in this picture.")
    assert "repaint" in trained_sentence(dossier(model_ppm=30_000))
    told = dossier()
    helped = told.take.but(uses=(told.take.uses[0].but(hand=MODEL, what="cut a matte"),))
    said = trained_sentence(dossier(take=helped))
    assert "No trained model left a pixel" in said
    assert "helped without leaving pixels: repaint" in said


def test_credit_says_who_under_what_and_that_it_was_changed() -> None:
    assert credit(plate()) == "Roof by Person B (CC BY 2.0; changes were made)"


def test_params_tell_no_folders() -> None:
    step = Step(
        name="a", maker="grade", version=1, params={"lut": "/home/ada/looks/a.cube", "b": r"C:\x\y.exr", "n": 2}
    )
    assert told_params(step) == {"lut": "a.cube", "b": "y.exr", "n": 2}
