"""Places: makers declare where they can go, and the planner knows where each is in a picture."""

from __future__ import annotations

import pytest

from manyhands.core.maker import Maker
from manyhands.core.words import ANYWHERE, PLACES
from manyhands.makers import all_makers
from manyhands.propose import english, understand
from manyhands.propose.heard import Place
from manyhands.propose.stand import stands
from tests.propose.house import MAKERS, no_sky, reading

PLACED = [maker for maker in all_makers().values() if maker.words.places]


@pytest.mark.parametrize("maker", PLACED, ids=lambda maker: maker.name)
def test_every_declared_place_is_one_that_notes_have_words_for(maker: Maker) -> None:
    assert set(maker.words.places) <= set(english.TARGETS.values())
    for effects in maker.words.places.values():
        assert set(effects) <= {item.name for item in maker.parameters()}


def test_notes_have_words_for_every_place_and_for_no_other() -> None:
    assert set(english.TARGETS.values()) == set(PLACES) == set(ANYWHERE)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_its_spot_in_every_picture(place: str) -> None:
    for plate in (reading(), no_sky()):
        for relation in ("on", "behind", "at", "foot", "beside"):
            for one in stands(Place(relation=relation, target=place, words=place), plate, wind=0.3, on_ground=False):
                assert 0 <= one.at[0] <= plate.plate_width_px
                assert 0 <= one.at[1] <= plate.plate_height_px


def test_no_two_places_are_one_spot() -> None:
    spots = {
        place: stands(Place(relation="on", target=place, words=place), reading(), wind=0.0, on_ground=False)[0]
        for place in PLACES
        if place not in ("building", "tree")  # a roof, or what stands for one
    }
    assert len({one.at for one in spots.values()}) == len(spots)


def test_a_place_that_no_maker_goes_to_is_no_word_of_a_note() -> None:
    grade = {"grade": MAKERS["grade"]}
    heard = understand("a darker picture on the roof", grade)
    assert {part.text: part.why for part in heard.unknown}["roof"] == "no maker answers to it"
    assert any("where" in part.meaning for part in understand("smoke on the roof", MAKERS).understood)


def test_a_maker_goes_only_where_it_says() -> None:
    words = MAKERS["smoke"].words
    bound = Maker(**{**vars(MAKERS["smoke"]), "words": type(words)(words.nouns, words.adjectives, places={"roof": {}})})
    heard = understand("smoke on the water", {**MAKERS, "smoke": bound, "place": MAKERS["place"]})
    assert heard.mentions[0].place is None
    assert any("smoke does not go on the water" in part.why for part in heard.unknown)
