"""Every way to what a note wants: by need and not by name, in the order of the house, and never a silent substitute."""

from __future__ import annotations

from itertools import pairwise

import pytest

from manyhands.core.recipe import PLATE
from manyhands.makers import all_makers
from manyhands.propose import Brought, Way, propose, ways
from manyhands.propose.ways import KINDS
from tests.propose.house import reading

MAKERS = all_makers()
MATTE = Brought(
    id="m1", title="man.mov", width_px=1280, height_px=720, frames=48, rate_fps=24.0, has_alpha=False, role="matte"
)


def ways_of(note: str, *, brought: tuple[Brought, ...] = ()) -> list[Way]:
    proposals = propose(note, reading(), MAKERS, elements=brought)
    literal = next(one for one in proposals if one.reading == "literal")
    return ways(literal.recipe, literal.understanding, reading(), MAKERS, brought=brought)


def way_of(found: list[Way], maker: str) -> Way:
    return next(way for way in found if maker in way.makers)


@pytest.mark.parametrize(
    ("note", "brought", "purposes", "own", "others"),
    [
        ("thick smoke on the roof", (), ("add",), "smoke", {"diffusers", "runway"}),
        ("a darker sky", (), ("change",), "sky", {"diffusers", "runway"}),
        ("take out the man", (MATTE,), ("take out",), "remove", {"diffusers", "runway"}),
        ('generate "a dragon"', (), ("generate",), "runway", {"diffusers"}),
        ("slow motion", (), ("retime",), "retime", {"runway"}),
        ("steady the camera", (), ("steady",), "stabilise", set()),
    ],
)
def test_who_serves_the_same_need_is_offered_and_nobody_else(
    note: str, brought: tuple[Brought, ...], purposes: tuple[str, ...], own: str, others: set[str]
) -> None:
    found = ways_of(note, brought=brought)
    assert way_of(found, own).purposes == purposes
    assert {name for way in found for name in way.makers} - {own} == others


@pytest.mark.parametrize("note", ["thick smoke on the roof, a darker sky", 'generate "a dragon"', "warm and hazy"])
def test_the_kinds_come_in_the_order_of_the_house(note: str) -> None:
    ranks = [KINDS.index(way.kind) for way in ways_of(note)]
    assert all(before <= after for before, after in pairwise(ranks))
    assert KINDS == ("simulated", "plate", "taught", "open-weight", "hosted")


def test_the_notes_own_way_is_its_literal_reading() -> None:
    literal = next(one for one in propose("smoke and a darker sky", reading(), MAKERS) if one.reading == "literal")
    own = ways_of("smoke and a darker sky")[0]
    assert own.recipe == literal.recipe
    assert (own.kind, own.purposes, own.makers) == ("simulated", ("add", "change"), ("smoke", "sky"))


def test_what_a_model_has_a_part_in_is_the_models_way() -> None:
    found = ways_of('thick smoke on the roof and a runway edit "make it snow"')
    own = next(way for way in found if "smoke" in way.makers)
    assert set(own.makers) == {"smoke", "runway"}
    assert own.kind == "hosted"


def test_a_model_gets_the_notes_words_and_is_locked_over_the_plate() -> None:
    way = way_of(ways_of("thick smoke on the roof"), "runway")
    assert way.recipe
    drawn, locked = way.recipe.steps
    assert drawn.params == {"cuts": "", "prompt": "thick smoke on the roof", "act": "video_to_video"}
    assert (locked.maker, locked.inputs) == ("lock", {"plate": PLATE, "edit": "runway"})
    assert way.recipe.name == way.kind == "hosted"
    assert way.recipe.why


def test_a_matte_goes_to_the_model_that_takes_one_and_to_the_lock() -> None:
    found = ways_of("take out the man", brought=(MATTE,))
    masked = way_of(found, "diffusers").recipe
    assert masked
    assert [step.maker for step in masked.steps] == ["matte", "diffusers", "lock"]
    _, drawn, locked = masked.steps
    assert drawn.params["act"] == "masked"
    assert drawn.inputs == {"plate": PLATE, "matte": "matte"}
    assert locked.inputs == {"plate": PLATE, "edit": "diffusers", "matte": "matte"}
    whole = way_of(found, "runway").recipe
    assert whole
    assert "matte" not in whole.step("runway").inputs  # it takes none
    assert whole.step("lock").inputs["matte"] == "matte"  # the artist's limit holds all the same


def test_a_picture_of_its_own_is_not_locked_to_the_plate() -> None:
    way = way_of(ways_of('generate "a dragon"'), "diffusers")
    assert way.recipe
    assert [(step.maker, step.params["act"]) for step in way.recipe.steps] == [("diffusers", "text")]


def test_a_revision_is_drawn_over_what_was_there() -> None:
    before = propose("thick smoke on the roof", reading(), MAKERS)[1].recipe
    revised = propose("a darker sky", reading(), MAKERS, previous=before)[1]
    found = ways(revised.recipe, revised.understanding, reading(), MAKERS, previous=before)
    recipe = way_of(found, "runway").recipe
    assert recipe
    assert recipe.steps[: len(before.steps)] == before.steps
    assert recipe.step("runway").inputs == {"plate": before.result.name}


def test_a_note_too_long_for_a_model_says_so_and_gives_no_recipe() -> None:
    way = way_of(ways_of("thick smoke on the roof, " * 60), "runway")
    assert way.recipe is None
    assert "prompt" in way.lacks


def test_other_ways_to_a_matte_say_what_they_need_or_how_to_ask() -> None:
    found = ways_of("key the green screen")
    assert way_of(found, "key").recipe
    taught, roto = way_of(found, "taught"), way_of(found, "roto")
    assert (taught.kind, "painted" in taught.lacks) == ("taught", True)
    assert roto.say
    assert not roto.lacks
    assert {taught.recipe, roto.recipe} == {None}


def test_a_note_that_only_a_model_could_answer_says_how_to_ask_one() -> None:
    from manyhands.core.errors import NoteError

    with pytest.raises(NoteError, match='ask a model to draw it: generate "a dragon lands"'):
        propose("a dragon lands", reading(), MAKERS)
