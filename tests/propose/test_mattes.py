"""Mattes, painted frames and clean plates find the steps that take them, by what makers say of themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import InputError, NoteError
from manyhands.core.maker import Bell, Input, Maker, MakerParams, choice, maker, number
from manyhands.core.recipe import PLATE, Recipe
from manyhands.core.source import SourceRole
from manyhands.core.words import Plus, Words
from manyhands.makers import all_makers
from manyhands.propose import Brought, Proposal, adjusted, propose, setting
from tests.propose.house import MAKERS as HOUSE
from tests.propose.house import reading


class Gone(MakerParams):
    grow_px: float = number(4.0, low=0, high=100, unit="px", about="how far the hole grows", bold=1.5)


@maker("gone", version=1, words=Words(nouns={"clean-up": {}, "passer-by": {"grow_px": 4.0}}))
def gone(plate: Clip, matte: Clip, p: Gone, rng: Chance, bell: Bell, clean: Clip | None = None) -> Clip:
    """Gone."""
    return plate


@maker("veil", version=1, words=Words(nouns={"veil": {"grow_px": 2.0}}))
def veil(plate: Clip, p: Gone, rng: Chance, bell: Bell, matte: Clip | None = None) -> Clip:
    """A treatment that may be given a matte."""
    return plate


class Read(MakerParams):
    channel: Literal["brightness", "alpha"] = choice("brightness", "what of the picture it is")
    coded: Literal["srgb", "linear"] = choice("srgb", "how it was stored")
    soften_px: float = number(0.0, low=0, high=50, unit="px", about="how soft")


@maker("a_picture", version=1, role="matte", words=Words(adjectives={"feathered": {"soften_px": Plus(6)}}))
def a_picture(plate: Clip, picture: Clip, p: Read, rng: Chance, bell: Bell, other: Clip | None = None) -> Clip:
    """Picture to matte."""
    return picture


class Plain(MakerParams):
    steps: int = number(600, low=1, high=9999, unit="steps", about="how long it learns")


@maker("pupil", version=1, role="matte")
def pupil(plate: Clip, painted: Clip, p: Plain, rng: Chance, bell: Bell) -> Clip:
    """Painted to matte."""
    return plate


@maker("screen", version=1, role="matte", words=Words(nouns={"green screen": {"steps": 5}}))
def screen(plate: Clip, p: Plain, rng: Chance, bell: Bell) -> Clip:
    """Plate to matte."""
    return plate


@maker("edge", version=1, role="matte", words=Words(nouns={"hair": {"steps": 7}}))
def edge(plate: Clip, matte: Clip, p: Plain, rng: Chance, bell: Bell) -> Clip:
    """Matte to matte."""
    return matte


MAKERS: dict[str, Maker] = {**HOUSE, **{one.name: one for one in (gone, veil, a_picture, pupil, screen, edge)}}


def brought(id_: str, role: SourceRole, **more: Any) -> Brought:
    facts = {"title": f"{id_}.png", "width_px": 1280, "height_px": 720, "frames": 48, "rate_fps": 24.0}
    return Brought(**{"id": id_, "has_alpha": False, "role": role, "colour_space": "srgb", **facts, **more})


def literal(note: str, *aids: Brought, makers: dict[str, Maker] = MAKERS, **more: Any) -> Proposal:
    return propose(note, reading(), makers, elements=aids, **more)[1]


def wired(recipe: Recipe) -> dict[str, dict[str, str]]:
    return {step.name: step.inputs for step in recipe.steps}


def test_a_matte_that_was_brought_goes_through_the_maker_that_reads_pictures() -> None:
    recipe = literal("clean-up", brought("man", "matte")).recipe
    assert wired(recipe) == {
        "a_picture": {"plate": PLATE, "picture": "source:man"},
        "gone": {"plate": PLATE, "matte": "a_picture"},
    }
    assert recipe.result.name == "gone"


@pytest.mark.parametrize(
    ("about", "params"),
    [
        ({"has_alpha": True}, {"channel": "alpha"}),
        ({"colour_space": "linear-srgb"}, {"coded": "linear"}),
        ({"colour_space": "acescg"}, {"coded": "linear"}),
        ({"colour_space": "pq"}, {}),
    ],
)
def test_it_is_read_as_its_file_says(about: dict[str, Any], params: dict[str, Any]) -> None:
    step = literal("clean-up", brought("man", "matte", **about)).recipe.step("a_picture")
    assert {name: step.params[name] for name in params} == params
    assert step.params.get("coded", "srgb") == params.get("coded", "srgb")


def test_words_for_its_matte_shape_it_once() -> None:
    recipe = literal("clean-up, feathered", brought("man", "matte")).recipe
    assert recipe.step("a_picture").params["soften_px"] == 6


def test_painted_frames_teach_the_maker_that_takes_them() -> None:
    assert wired(literal("clean-up", brought("few", "painted")).recipe) == {
        "pupil": {"plate": PLATE, "painted": "source:few"},
        "gone": {"plate": PLATE, "matte": "pupil"},
    }


def test_a_clean_plate_goes_straight_to_what_takes_it() -> None:
    recipe = literal("clean-up", brought("man", "matte"), brought("empty", "clean")).recipe
    assert recipe.step("gone").inputs == {"plate": PLATE, "matte": "a_picture", "clean": "source:empty"}


@pytest.mark.parametrize("note", ["a clean-up", "the clean-up and a storm", "clean-up, warmer, slow motion"])
def test_without_any_the_answer_says_what_is_needed_and_the_ways(note: str) -> None:
    try:
        told = " ".join(literal(note).reasons)
    except NoteError as error:
        told = f"{error.what} {error.fix}"
    assert "“clean-up”" in told
    assert "needs a matte of what is meant" in told
    assert "Bring one in with --matte, or paint a few frames and bring them in with --painted" in told
    assert "or ask in the note for green screen" in told


def test_when_it_is_all_that_was_asked_the_note_is_refused_with_the_ways() -> None:
    with pytest.raises(NoteError, match="“clean-up” needs a matte of what is meant, and there is none") as told:
        literal("a clean-up")
    assert "--matte" in told.value.fix


def test_the_ways_are_those_that_are_installed() -> None:
    makers = {name: one for name, one in MAKERS.items() if name not in ("pupil", "screen")}
    with pytest.raises(NoteError) as told:
        literal("a clean-up", makers=makers)
    assert told.value.fix == "Bring one in with --matte."
    bare = {**HOUSE, "gone": gone}
    with pytest.raises(NoteError, match="needs a matte") as told:
        literal("a clean-up", makers=bare)
    assert told.value.fix == "No maker is installed that makes it."
    proposal = literal("a clean-up, storm", brought("man", "matte"), makers=bare)
    assert any("no maker is installed that makes a matte of it" in reason for reason in proposal.reasons)


def test_a_matte_that_nothing_takes_is_told() -> None:
    proposal = literal("a storm", brought("man", "matte"), brought("empty", "clean"))
    told = [reason for reason in proposal.reasons if "was brought in as" in reason]
    assert len(told) == 2
    assert "“man.png” was brought in as a matte of what is meant, and nothing that the note asks takes it." in told
    assert not proposal.recipe.sources


def test_a_matte_that_may_be_left_out_is_taken_where_it_was_brought() -> None:
    assert literal("a veil").recipe.step("veil").inputs == {"plate": PLATE}
    assert literal("a veil", brought("man", "matte")).recipe.step("veil").inputs["matte"] == "a_picture"


def test_several_mattes_go_to_several_treatments_in_turn_and_one_to_all() -> None:
    two = literal("a clean-up and a veil", brought("man", "matte"), brought("car", "matte")).recipe
    of = {step.name: step.inputs.get("picture") for step in two.steps}
    assert of[two.step("gone").inputs["matte"]] == "source:man"
    assert of[two.step("veil").inputs["matte"]] == "source:car"
    one = literal("a clean-up and a veil", brought("man", "matte")).recipe
    assert one.step("gone").inputs["matte"] == one.step("veil").inputs["matte"] == "a_picture"


def test_a_matte_whose_name_the_note_says_is_taken_for_it() -> None:
    recipe = literal("the passer-by, a veil", brought("car", "matte"), brought("passer-by", "matte")).recipe
    of = {step.name: step.inputs.get("picture") for step in recipe.steps}
    assert of[recipe.step("gone").inputs["matte"]] == "source:passer-by"


def test_a_maker_that_the_note_names_makes_the_matte_of_the_plate() -> None:
    recipe = literal("a clean-up by the green screen").recipe
    assert wired(recipe) == {"screen": {"plate": PLATE}, "gone": {"plate": PLATE, "matte": "screen"}}
    assert recipe.step("screen").params == {"steps": 5}


def test_what_works_on_a_matte_is_laid_behind_it() -> None:
    recipe = literal("a clean-up with hair", brought("man", "matte")).recipe
    assert recipe.step("edge").inputs == {"plate": PLATE, "matte": "a_picture"}
    assert recipe.step("gone").inputs["matte"] == "edge"


def test_what_was_shot_is_cleaned_before_anything_stands_in_front_of_it() -> None:
    recipe = literal("smoke on the roof, a storm, warmer, a clean-up", brought("man", "matte")).recipe
    assert recipe.step("gone").inputs["plate"] == PLATE
    assert recipe.step("sky").inputs["plate"] == "gone"


def test_a_revision_takes_the_matte_that_is_there() -> None:
    before = literal("a clean-up", brought("man", "matte")).recipe
    after = literal("a clean-up with hair, feathered", brought("man", "matte"), previous=before).recipe
    assert after.step("gone").inputs["matte"] == "edge"
    assert after.step("a_picture").params["soften_px"] == 6
    keyed = literal("a storm, a clean-up by the green screen").recipe
    again = literal("warmer", previous=keyed).recipe
    assert again.step("gone").inputs["matte"] == "screen"


def test_a_revision_with_another_matte_takes_that() -> None:
    before = literal("a clean-up", brought("man", "matte")).recipe
    after = literal("more clean-up", brought("man", "matte"), brought("few", "painted"), previous=before).recipe
    assert after.step("gone").inputs["matte"] == "pupil"
    assert after.sources == ("few",)


def test_an_element_beside_a_matte_is_still_laid_in() -> None:
    recipe = literal("the bird in the sky, a clean-up", brought("bird", ""), brought("man", "matte")).recipe
    assert recipe.step("place").inputs["element"] == "source:bird"
    assert recipe.step("gone").inputs["matte"] == "a_picture"


# -- by hand -------------------------------------------------------------------------------------


def by_hand(recipe: Recipe, *written: str, aids: tuple[Brought, ...] = ()) -> Recipe:
    return adjusted(recipe, [setting(one) for one in written], reading(), MAKERS, aids)[0]


def test_a_matte_set_by_hand_gets_the_step_that_reads_it() -> None:
    before = literal("a clean-up by the green screen").recipe
    after = by_hand(before, "gone.matte=source:man", aids=(brought("man", "matte"),))
    assert wired(after) == {
        "a_picture": {"plate": PLATE, "picture": "source:man"},
        "gone": {"plate": PLATE, "matte": "a_picture"},
    }
    taught = by_hand(after, "gone.matte=source:few", aids=(brought("few", "painted"),))
    assert taught.step("gone").inputs["matte"] == "pupil"
    drawn = by_hand(taught, "gone.matte=screen", "screen.steps=9")
    assert drawn.step("gone").inputs["matte"] == "screen"
    assert drawn.step("screen").params == {"steps": 9}


def test_a_treatment_added_by_hand_takes_the_matte_that_was_set() -> None:
    before = literal("a storm").recipe
    after = by_hand(before, "gone.matte=source:man", "gone.grow_px=9", aids=(brought("man", "matte"),))
    assert after.step("gone").inputs == {"plate": PLATE, "matte": "a_picture"}
    assert [step.maker for step in after.steps].count("a_picture") == 1
    with pytest.raises(NoteError, match="needs a matte of what is meant"):
        by_hand(before, "gone.grow_px=9")


@pytest.mark.parametrize(
    ("written", "aid", "says"),
    [
        ("gone.matte=source:bird", brought("bird", ""), "brought in as footage; it takes matte or painted"),
        ("gone.clean=source:man", brought("man", "matte"), "brought in as matte; it takes clean or footage"),
        ("gone.matte=source:empty", brought("empty", "clean"), "brought in as clean; it takes matte or painted"),
        ("pupil.painted=source:man", brought("man", "matte"), "brought in as matte; it takes painted"),
    ],
)
def test_a_source_that_was_brought_for_something_else_is_refused(written: str, aid: Brought, says: str) -> None:
    before = literal("a clean-up", brought("few", "painted")).recipe
    with pytest.raises(InputError, match=says) as told:
        by_hand(before, written, aids=(aid,))
    assert "manyhands source add FILE --as" in told.value.fix


def test_a_matte_that_follows_a_track_comes_after_it() -> None:
    inputs = (*screen.inputs, Input("motion", "track", needed=False))
    makers = {**MAKERS, "screen": replace(screen, inputs=inputs)}
    recipe = literal("a clean-up by the green screen", makers=makers).recipe
    assert [step.name for step in recipe.steps] == ["track", "screen", "gone"]
    assert recipe.step("screen").inputs == {"plate": PLATE, "motion": "track"}


def test_the_makers_of_the_house_are_wired_so_too() -> None:
    makers = all_makers()
    recipe = propose(
        "a cutout with edge refinement, a softer matte", reading(), makers, elements=[brought("man", "matte")]
    )[1].recipe
    assert wired(recipe) == {
        "matte": {"plate": PLATE, "picture": "source:man"},
        "refine": {"plate": PLATE, "matte": "matte"},
        "cut": {"plate": PLATE, "matte": "refine"},
    }
    assert recipe.step("matte").params["soften_px"] == 6
    drawn = propose("a cutout by roto", reading(), makers)[1].recipe
    assert drawn.step("cut").inputs["matte"] == "roto"
    shaped, _ = adjusted(drawn, [setting("roto.shapes=polygon 10,20 90,20 50,80")], reading(), makers)
    assert "polygon" in shaped.step("roto").params["shapes"]


def test_any_other_input_that_is_a_clip_gets_the_step_that_reads_a_matte() -> None:
    before = literal("a storm").recipe
    after = by_hand(before, "sky.foreground=source:ridge", aids=(brought("ridge", "matte"),))
    assert after.step("sky").inputs["foreground"] == "a_picture"
    assert after.step("a_picture").inputs["picture"] == "source:ridge"
    assert "skyline" not in {step.name for step in after.steps}


# -- things that are to go -----------------------------------------------------------------------

TAKING = {
    **MAKERS,
    "gone": replace(gone, words=Words(nouns={"clean-up": {}}, things={"man": {}, "car": {}, "wire": {}})),
}
MAN, CAR = brought("one", "matte", title="man.1001.png"), brought("two", "matte", title="car.png")


@pytest.mark.parametrize(
    "note",
    [
        "take out the man on the left",
        "take the man out",
        "remove the man",
        "the man is gone",
        "get rid of the wires",
        "without the car",
        "a clean-up",
    ],
)
def test_a_thing_that_is_not_wanted_calls_whoever_takes_it_out(note: str) -> None:
    proposal = literal(note, MAN, makers=TAKING)
    assert not proposal.understanding.unknown
    assert wired(proposal.recipe) == {
        "a_picture": {"plate": PLATE, "picture": "source:one"},
        "gone": {"plate": PLATE, "matte": "a_picture"},
    }


@pytest.mark.parametrize("note", ["the man, a storm", "don't remove the man, a storm", "keep the man, and a storm"])
def test_a_thing_that_is_only_spoken_of_stays(note: str) -> None:
    proposal = literal(note, MAN, makers=TAKING)
    assert "gone" not in {step.maker for step in proposal.recipe.steps}
    assert any("“man”" in reason and "stays as it is" in reason for reason in proposal.reasons)


def test_several_things_go_by_their_own_mattes_or_all_by_one() -> None:
    two = literal("take out the car and the man", MAN, CAR, makers=TAKING).recipe
    pictures = {step.name: step.inputs.get("picture") for step in two.steps}
    gone_ = [step for step in two.steps if step.maker == "gone"]
    assert [pictures[step.inputs["matte"]] for step in gone_] == ["source:two", "source:one"]
    assert gone_[1].inputs["plate"] == gone_[0].name
    one = literal("take out the car and the man", MAN, makers=TAKING).recipe
    assert [step.maker for step in one.steps].count("gone") == 1


def test_a_thing_has_the_name_of_its_matte() -> None:
    fountain = brought("f", "painted", title="old_fountain.1013.png")
    proposal = literal("remove the old fountain", fountain, makers=TAKING)
    assert not proposal.understanding.unknown
    assert proposal.recipe.step("pupil").inputs["painted"] == "source:f"
    with pytest.raises(NoteError, match="no maker answers"):
        literal("remove the old fountain", makers=TAKING)
    # a word that means something goes on meaning it
    assert "sky" in {
        step.maker for step in literal("a darker sky", brought("sky", "matte"), makers=TAKING).recipe.steps
    }


def test_a_thing_without_a_matte_is_told_how_to_come_by_one() -> None:
    with pytest.raises(NoteError, match="“man” needs a matte of what is meant") as told:
        literal("take out the man", makers=TAKING)
    assert "--matte" in told.value.fix


def test_a_revision_takes_out_another_thing_as_well() -> None:
    before = literal("take out the man", MAN, makers=TAKING).recipe
    after = literal("take out the car", MAN, CAR, makers=TAKING, previous=before).recipe
    pictures = {step.name: step.inputs.get("picture") for step in after.steps}
    assert [pictures[step.inputs["matte"]] for step in after.steps if step.maker == "gone"] == [
        "source:one",
        "source:two",
    ]
    undone = literal("no clean-up, a storm", MAN, makers=TAKING, previous=before).recipe
    assert "gone" not in {step.maker for step in undone.steps}
