"""Only people decide, with a reason, and a script cannot say that somebody looked."""

from __future__ import annotations

import pytest

from manyhands.core.errors import InputError, RoleError, StateError
from manyhands.core.extent import Extent
from manyhands.core.hand import Hand, person
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.review.verdict import decided

TAKE = Take(
    id="t1",
    shot="sh010",
    recipe="r-1",
    seed=1,
    span=Span(length=2, rate_fps="24"),
    width=8,
    height=8,
    folder="takes/t1",
    frames_sha256="f" * 64,
    hands=(),
    extent=Extent(hands=(), empty_ppm=1_000_000, changed_ppm=0, frames=2, screen_seconds="1/12"),
    seconds=1.0,
)
PERSON = person("Person A")
GIVEN = {"note": "", "door": "terminal", "seen": True, "at": "2026-01-01T00:00:00Z", "earlier": []}


def test_a_person_who_saw_the_take_validates_it() -> None:
    decision = decided(TAKE, "accept", by=PERSON, reason="it sits", **GIVEN)
    assert decision.oversight == "human_validated"
    assert decision.seen == TAKE.frames_sha256


def test_a_script_that_accepts_before_the_take_is_there_does_not() -> None:
    decision = decided(TAKE, "accept", by=PERSON, reason="nightly", **{**GIVEN, "seen": False, "door": "command line"})
    assert decision.oversight == "prompt_guided"
    assert decision.door == "command line"


def test_a_maker_cannot_decide() -> None:
    maker = Hand(id="procedure:smoke:1", origin="procedure", name="smoke")
    with pytest.raises(RoleError, match="only people decide"):
        decided(TAKE, "accept", by=maker, reason="I like it", **GIVEN)


def test_a_verdict_needs_a_reason() -> None:
    with pytest.raises(InputError, match="no reason"):
        decided(TAKE, "reject", by=PERSON, reason="  ", **GIVEN)


def test_revise_needs_a_note() -> None:
    with pytest.raises(InputError, match="needs a note"):
        decided(TAKE, "revise", by=PERSON, reason="too much", **GIVEN)


def test_saying_the_same_twice_is_refused() -> None:
    first = decided(TAKE, "accept", by=PERSON, reason="good", **GIVEN)
    with pytest.raises(StateError, match="already"):
        decided(TAKE, "accept", by=PERSON, reason="good", **{**GIVEN, "earlier": [first]})
