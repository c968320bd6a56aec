"""Places: makers declare where they can go, and the planner knows where each is in a picture."""

from __future__ import annotations

import pytest

from manyhands.core.maker import Maker
from manyhands.core.words import ANYWHERE, PLACES
from manyhands.makers import all_makers
from manyhands.propose import english, propose, understand
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


def test_what_lies_on_the_ground_reaches_from_edge_to_edge_and_below_the_picture() -> None:
    for words in ("low fog", "low fog on the ground"):
        proposal = propose(words, reading(), all_makers())[1]
        fog, laid = (proposal.recipe.step(name) for name in ("smoke", "place"))
        assert fog.params["width_px"] > 1.2 * reading().plate_width_px
        assert laid.params["at"][1] > reading().plate_height_px


def test_a_wall_of_dust_comes_from_the_side_that_the_note_says() -> None:
    proposals = {
        side: propose(f"a wall of dust from the {side}", reading(), all_makers())[1] for side in ("left", "right")
    }
    feet = {side: proposal.recipe.step("smoke").params["foot"][0] for side, proposal in proposals.items()}
    assert feet["left"] < 0.3
    assert feet["right"] > 0.7
    for proposal in proposals.values():
        dust, laid = (proposal.recipe.step(name).params for name in ("smoke", "place"))
        left = laid["at"][0] - dust["foot"][0] * dust["width_px"]
        assert left < 0  # the box goes over both edges
        assert left + dust["width_px"] > reading().plate_width_px


def test_on_a_roof_that_reaches_the_pictures_top_it_stands_where_there_is_room() -> None:
    plate = reading()
    middle = plate.tops[0].at[0]
    peak = tuple((x, 0.02 * plate.plate_height_px + 1.5 * abs(x - middle)) for x, _ in plate.tops[0].along)
    peaked = plate.but(tops=(plate.tops[0].model_copy(update={"along": peak}),))
    where = Place(relation="on", target="roof", words="on the roof")
    x, y = stands(where, peaked, wind=0.0, on_ground=False)[0].at
    assert y > 0.2 * plate.plate_height_px
    assert x != middle
