"""Hands, sources and decisions: who, from what, and what a person has seen."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from manyhands.core.decision import Decision
from manyhands.core.hand import Hand, Origin, person, slug
from manyhands.core.source import Source, Terms


def hand(origin: str) -> Hand:
    return Hand(id=f"{origin}:x", origin=origin, name="x")  # type: ignore[arg-type]


def decision(**more: Any) -> Decision:
    whole = {
        "id": "d1",
        "take": "t1",
        "verdict": "accept",
        "by": person("Person A"),
        "reason": "it holds",
        "door": "terminal",
        "seen": "f" * 64,
        "at": "2026-01-02T03:04:05Z",
    }
    return Decision.model_validate({**whole, **more})


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ({}, "human_validated"),
        ({"seen": ""}, "prompt_guided"),  # accepted before there was anything to see
        ({"verdict": "reject"}, "prompt_guided"),
        ({"verdict": "revise"}, "prompt_guided"),
        ({"door": "command line", "seen": ""}, "prompt_guided"),
    ],
)
def test_oversight_is_earned_by_accepting_what_was_seen(more: dict[str, str], level: str) -> None:
    assert decision(**more).oversight == level


def test_a_decision_has_a_reason() -> None:
    with pytest.raises(ValidationError, match="reason"):
        decision(reason="")


@pytest.mark.parametrize(
    ("origin", "made", "edited"),
    [  # the concepts of http://cv.iptc.org/newscodes/digitalsourcetype/
        ("camera", "digitalCapture", "digitalCapture"),
        ("person", "digitalCreation", "humanEdits"),
        ("procedure", "algorithmicMedia", "algorithmicallyEnhanced"),
        ("trained", "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"),
    ],
)
def test_each_origin_has_its_digital_source_type(origin: str, made: str, edited: str) -> None:
    assert hand(origin).source_type.rsplit("/", 1)[1] == made
    assert hand(origin).edit_source_type.rsplit("/", 1)[1] == edited


def test_every_origin_is_named_above() -> None:
    assert set(get_args(Origin)) == {"camera", "person", "procedure", "trained"}


def test_hands_are_the_same_when_their_ids_are() -> None:
    one, other = person("Person A"), Hand(id="person:person-a", origin="person", name="A. Person")
    assert one == other
    assert len({one, other, hand("camera")}) == 2
    assert one != "person:person-a"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Person A", "person-a"),
        ("  Ærø & Co.  ", "ærø-co."),
        ("人物 甲", "人物-甲"),
        ("///", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_a_name_becomes_one_word_in_any_alphabet(text: str, word: str) -> None:
    assert slug(text) == word


def test_a_sources_hand_is_its_camera_and_points_back_to_it() -> None:
    terms = Terms(licence="CC BY 2.0")
    source = Source(id="s1", title="pan.avi", sha256="3f2ab1" + "0" * 58, path="x", owner="Person A", terms=terms)
    assert (source.hand.id, source.hand.origin, source.hand.behind) == ("camera:pan.avi:3f2ab1", "camera", "s1")


@pytest.mark.parametrize("wrong", [{"sha256": "F" * 64}, {"sha256": "a" * 63}, {"medium": "cake"}])
def test_a_source_that_is_not_whole_is_refused(wrong: dict[str, str]) -> None:
    whole = {"id": "s1", "title": "x", "sha256": "a" * 64, "path": "x", "owner": "x", "terms": {"licence": "x"}}
    with pytest.raises(ValidationError):
        Source.model_validate({**whole, **wrong})


def test_nobody_owes_less_than_nothing() -> None:
    with pytest.raises(ValidationError, match="fee_minor"):
        Terms(licence="x", fee_minor=-1)
