"""People: kept where they can go, seen where somebody says so, and a shot that a model drew in waits for that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import consents, people
from manyhands.actions.people import check_seen
from manyhands.actions.studio import Studio, new
from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError
from manyhands.core.extent import Extent, HandExtent
from manyhands.core.hand import Hand, Origin, person
from manyhands.core.shot import Shot
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.store.database import is_kept
from tests.databases import on_both

pytestmark = on_both

DIRECTOR = person("Person A")
SPAN = Span(start=1001, length=24, rate_fps="24")
SHOT = Shot(id="sh010", plate="plate", span=SPAN)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = new(tmp_path / "film", DIRECTOR)
    with opened.act("shot", DIRECTOR) as t:
        t.put(SHOT, "sh010", shot="sh010")
    yield opened
    opened.close()


def consented(studio: Studio, whose: str, **more: Any) -> str:
    paper = studio.folder.parent / "form.pdf"
    paper.write_bytes(b"signed")
    said: dict[str, Any] = {"scopes": ("likeness_alter",), "about": "a scar", "signed_on": "2019-05-01", **more}
    return consents.consent(studio, DIRECTOR, whose, document=paper, **said).id


def verdict(studio: Studio, whose: str) -> str:
    return consents.registry(studio).ruled("likeness_alter", person=whose).verdict


def test_who_asks_to_be_forgotten_is_nowhere_in_the_record_and_the_chain_holds(studio: Studio) -> None:
    added = people.party(studio, DIRECTOR, "Żaneta Person-B", contact="a letter box in Łódź")
    given = consented(studio, "żaneta  person-b")
    people.seen(studio, DIRECTOR, "sh010", "Żaneta Person-B")
    assert given == f"{added.party.id}-1"
    assert verdict(studio, "Żaneta Person-B") == "allow"
    gone, papers = people.forget(studio, DIRECTOR, "Żaneta Person-B", why="a letter of that day")
    assert papers == [consents.grants(studio)[0].document]
    assert verdict(studio, "Żaneta Person-B") == "deny"
    assert people.people(studio)[0].name == ""
    assert gone.party.forgotten_on
    assert studio.production.faults() == []
    studio.close()
    for path in studio.folder.rglob("*"):
        if path.is_file():
            assert not any(word.encode() in path.read_bytes() for word in ("Żaneta", "żaneta", "letter box")), path
    assert is_kept(studio.folder)
    with pytest.raises(StateError, match="forgotten on"):
        people.forget(studio, DIRECTOR, added.party.id, why="again")


def test_a_minors_guardian_signs(studio: Studio) -> None:
    with pytest.raises(NotFoundError):
        people.party(studio, DIRECTOR, "Person M", is_minor=True, guardian="Person G")
    people.party(studio, DIRECTOR, "Person G")
    people.party(studio, DIRECTOR, "Person M", is_minor=True, guardian="Person G")
    consented(studio, "Person M")
    assert verdict(studio, "Person M") == "deny"
    consented(studio, "Person M", guardian="Person G")
    assert verdict(studio, "Person M") == "allow"


def test_the_same_name_is_the_same_party_and_odd_words_are_refused(studio: Studio) -> None:
    first = people.party(studio, DIRECTOR, "Person B")
    again = people.party(studio, DIRECTOR, "person  b", deceased_on="2020-01-01")
    assert (first.party.id, again.party.deceased_on) == (again.party.id, "2020-01-01")
    assert len(people.people(studio)) == 1
    for more in ({"deceased_on": "2999-01-01"}, {"deceased_on": "May"}, {"guardian": "Person B"}):
        with pytest.raises(InputError):
            people.party(studio, DIRECTOR, "Person C", **more)  # type: ignore[arg-type]


def drawn(origin: Origin, ppm: int = 1000) -> Take:
    hand = Hand(id=f"{origin}:x", origin=origin, name="model x")
    parts = (HandExtent(hand=hand, origin_ppm=0, area_ppm=0, altered_ppm=ppm, frames=24),)
    extent = Extent(hands=parts, empty_ppm=0, changed_ppm=0, frames=24, screen_seconds="1")
    return Take(
        id="t", shot="sh010", recipe="r", seed=1, span=SPAN, width=4, height=4, folder="f", frames_sha256="",
        hands=(hand,), extent=extent, seconds=1,
    )  # fmt: skip


def test_where_a_model_drew_somebody_says_who_is_seen(studio: Studio) -> None:
    check_seen(studio, SHOT, drawn("procedure"))
    check_seen(studio, SHOT, drawn("trained", ppm=0))  # a matte by a model is no pixel
    with pytest.raises(RightsError, match="model x drew in it, and nobody has said who is seen") as caught:
        check_seen(studio, SHOT, drawn("trained"))
    assert "manyhands people nobody sh010" in caught.value.fix
    people.nobody(studio, DIRECTOR, "sh010", why="an empty street")
    check_seen(studio, SHOT, drawn("trained"))


def test_a_face_that_is_marked_unknown_keeps_any_shot_in(studio: Studio) -> None:
    people.party(studio, DIRECTOR, "Person B")
    people.seen(studio, DIRECTOR, "sh010", "", frames=(1005, 1010))
    with pytest.raises(RightsError, match="frames 1005 to 1010, whom nobody has named"):
        check_seen(studio, SHOT, drawn("procedure"))
    people.seen(studio, DIRECTOR, "sh010", "Person B", frames=(1005, 1009))
    with pytest.raises(RightsError, match="whom nobody has named"):
        check_seen(studio, SHOT, drawn("procedure"))
    people.seen(studio, DIRECTOR, "sh010", "Person B", frames=(1001, 1010))
    check_seen(studio, SHOT, drawn("procedure"))


def test_the_last_word_on_who_is_seen_counts(studio: Studio) -> None:
    people.party(studio, DIRECTOR, "Person B")
    people.seen(studio, DIRECTOR, "sh010", "", frames=(1005, 1010))
    people.nobody(studio, DIRECTOR, "sh010", why="it was a mannequin")
    assert [one.says for one in people.depictions(studio, "sh010")] == ["nobody"]
    check_seen(studio, SHOT, drawn("trained"))
    for frames in ((1001, 1002), (1005, 1006)):
        people.seen(studio, DIRECTOR, "sh010", "Person B", frames=frames)
    assert [one.says for one in people.depictions(studio, "sh010")] == ["known", "known"]


@pytest.mark.parametrize(
    "more",
    [{"frames": (1000, 1005)}, {"frames": (1010, 1005)}, {"box": (0.5, 0, 0.6, 1)}, {"box": (0, 0, 1)}],
    ids=str,
)
def test_frames_and_boxes_lie_in_the_shot(studio: Studio, more: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        people.seen(studio, DIRECTOR, "sh010", "", **more)
