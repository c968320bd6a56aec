"""People: kept where they can go, seen where somebody says so, and a shot that a model drew in waits for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.actions import consents, facts, intake, people
from manyhands.actions.people import check_seen
from manyhands.actions.slate import slate
from manyhands.actions.studio import Studio, new
from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError
from manyhands.core.extent import Extent, HandExtent
from manyhands.core.hand import Hand, Origin, person
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from manyhands.store.database import is_kept
from tests.databases import on_both
from tests.doors import here
from tests.kit.test_boxes import HEIGHT, WIDTH, box_of, overlap, passing, walking

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


def test_a_name_that_looks_like_anothers_is_told_at_the_command_line(studio: Studio) -> None:
    there = ["-p", studio.folder, "--by", "Person A"]
    assert "Take care" not in here("people", "add", "Person B", *there).out
    assert "Take care" not in here("people", "add", "person\u200b  b", *there).out
    told = here("people", "add", "Реrson В", *there)
    assert "Take care: person b is somebody else here" in told.out
    assert len(people.people(studio)) == 2


@pytest.mark.parametrize("name", ["Zoë Person", "Zoe\u0308 Person", "zoë\u200b person", "\u202eZoë Person"])
def test_a_consent_is_found_by_a_name_however_it_is_typed(studio: Studio, name: str) -> None:
    people.party(studio, DIRECTOR, "Zoë Person")
    consented(studio, name)
    for asked in ("Zoë Person", "ZOE\u0308  PERSON"):
        assert verdict(studio, asked) == "allow"
    assert verdict(studio, "Zое Person") == "deny"
    assert people.forget(studio, DIRECTOR, name, why="x")[0].party.forgotten_on


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


# --- boxes that are followed, sources, voices -------------------------------------------------


@pytest.fixture
def filmed(tmp_path: Path) -> Iterator[Studio]:
    """A production whose shot has somebody on it who walks to the right, and the same clip as another source."""
    clip = passing(walking, 24)
    write_master(tmp_path / "plate.mov", clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    opened = replace(new(tmp_path / "film", DIRECTOR), workers=0)
    source, _ = intake.source(opened, DIRECTOR, tmp_path / "plate.mov", owner="Person A", terms=terms_named("own"))
    intake.shot(opened, DIRECTOR, source.id, id_="sh010")
    people.party(opened, DIRECTOR, "Person B")
    yield opened
    opened.close()


def shares(at: int) -> tuple[float, ...]:
    left, top, width, height = box_of(walking, at)
    return left / WIDTH, top / HEIGHT, width / WIDTH, height / HEIGHT


def test_a_box_is_followed_through_the_shot_and_shown(filmed: Studio) -> None:
    said = people.seen(filmed, DIRECTOR, "sh010", "Person B", box=shares(1012), at=1012)
    assert (said.first, said.last, said.lost) == (1001, 1024, ())
    for at in (1001, 1012, 1024):
        assert overlap(said.region(at), shares(at)) > 0.6  # type: ignore[arg-type]
    assert said.region(1000) == said.region(1025) == ()
    picture = cv2.imread(str(filmed.folder / said.picture))
    assert picture.shape[1] == 1600
    yellow = (np.abs(picture.astype(int) - (66, 228, 240)) < 12).all(-1)
    assert yellow.sum() > 200
    assert people.seen_in(filmed).get(said.party, []) == [said]
    people.forget(filmed, DIRECTOR, "Person B", why="a letter")
    assert not (filmed.folder / said.picture).exists()


def test_frames_that_were_said_stay_and_a_box_is_not_followed_beyond_them(filmed: Studio) -> None:
    said = people.seen(filmed, DIRECTOR, "sh010", "Person B", box=shares(1005), at=1005, frames=(1003, 1010))
    assert (said.first, said.last, said.regions[0][0], said.regions[-1][0]) == (1003, 1010, 1003, 1010)
    still = people.seen(filmed, DIRECTOR, "sh010", "Person B", box=shares(1005), frames=(1003, 1010))
    assert (still.regions, still.region(1007), still.region(1011)) == ((), shares(1005), ())


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"at": 1001}, "there is no box"),
        ({"box": (0, 0, 0.5, 0.5), "at": 999}, "frame 999"),
        ({"box": (0, 0, 0.5, 0.5), "what": "voice"}, "a voice has no box"),
        ({"what": "voice", "source_id": "plate", "shot_id": ""}, "has no sound"),
    ],
    ids=str,
)
def test_what_cannot_be_marked_is_refused(filmed: Studio, more: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        people.seen(filmed, DIRECTOR, more.pop("shot_id", "sh010"), "Person B", **more)


def test_a_voice_is_heard_in_frames(filmed: Studio) -> None:
    said = people.seen(filmed, DIRECTOR, "sh010", "Person B", frames=(1003, 1010), what="voice")
    assert (said.what, said.first, said.last, said.picture) == ("voice", 1003, 1010, "")


def test_who_is_seen_in_the_plate_is_seen_in_each_shot_of_it_as_far_as_it_goes(filmed: Studio) -> None:
    people.seen(filmed, DIRECTOR, "", "", source_id="plate", frames=(1020, 1024))
    shot = filmed.production.get(Shot, "sh010")
    with pytest.raises(RightsError, match="frames 1020 to 1024, whom nobody has named"):
        check_seen(filmed, shot, drawn("procedure"))
    early = intake.shot(filmed, DIRECTOR, "plate", id_="sh020", last=1010)
    check_seen(filmed, early, drawn("procedure"))
    people.seen(filmed, DIRECTOR, "sh010", "Person B")
    check_seen(filmed, shot, drawn("procedure"))
    people.nobody(filmed, DIRECTOR, "", source_id="plate", why="it was a mannequin")
    assert [one.says for one in people.said_of(filmed, shot)] == ["nobody"]
    check_seen(filmed, early, drawn("trained"))


def test_somebody_unnamed_in_a_source_keeps_in_what_is_made_with_it(filmed: Studio) -> None:
    step = Step(name="x", maker="place", version=1, inputs={"plate": PLATE, "element": "source:plate"})
    recipe = Recipe(steps=(step,))
    with filmed.act("propose", DIRECTOR) as t:
        t.put(recipe, recipe.id)
    take = drawn("procedure").but(recipe=recipe.id)
    other = Shot(id="sh030", plate="another", span=SPAN)
    check_seen(filmed, other, take)
    people.seen(filmed, DIRECTOR, "", "", source_id="plate")
    with pytest.raises(RightsError, match="somebody is in the source plate") as caught:
        check_seen(filmed, other, take)
    assert "people nobody --source plate" in caught.value.fix
    people.seen(filmed, DIRECTOR, "", "Person B", source_id="plate")
    check_seen(filmed, other, take)


def given_to(made: Studio, recipe: Recipe) -> list[str]:
    shot = made.production.get(Shot, "sh010")
    with made.act("run", DIRECTOR) as t:
        t.put(recipe, recipe.id)
    take = drawn("trained").but(recipe=recipe.id)
    return facts._taken_from(slate(made, [shot], takes={shot.id: take}), recipe)


def test_who_is_seen_in_what_a_model_is_given_counts_among_the_people_of_the_shot(filmed: Studio) -> None:
    inputs = {"plate": PLATE, "painted": "source:plate"}
    recipe = Recipe(steps=(Step(name="x", maker="taught_look", version=1, inputs=inputs),))
    assert given_to(filmed, recipe) == []
    people.seen(filmed, DIRECTOR, "", "Person B", source_id="plate")
    assert given_to(filmed, recipe) == ["Person B"]
    ruled = Recipe(
        steps=(Step(name="x", maker="place", version=1, inputs={"plate": PLATE, "element": "source:plate"}),)
    )
    assert given_to(filmed, ruled) == []  # by rule: it makes nobody anew
