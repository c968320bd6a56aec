"""The planner: three readings of one note, wired by role, with reasons; and a note on a take."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.core.errors import NoteError
from manyhands.core.maker import Input
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.kit.plate import Reading
from manyhands.makers import all_makers
from manyhands.propose import Brought, Proposal, english, propose, vocabulary
from tests.propose.house import MAKERS, no_sky, reading

NOTE = "thick black smoke and fire on the roof, wind from the left, a darker sky"


def literal(note: str, **more: Any) -> Proposal:
    found = propose(note, more.pop("reading", reading()), MAKERS, **more)
    return next(one for one in found if one.reading == "literal")


def step(note: str, name: str, **more: Any) -> Step:
    return literal(note, **more).recipe.step(name)


def value(step: Step, name: str) -> Any:
    params = MAKERS[step.maker].checked(step.params)
    return getattr(params, name)


def test_three_readings_differ_in_how_far_they_go() -> None:
    found = propose(NOTE, reading(), MAKERS)
    assert [one.reading for one in found][:3] == ["restrained", "literal", "bold"]
    assert len({one.recipe.id for one in found}) == len(found)
    density = [value(one.recipe.step("smoke"), "density") for one in found[:3]]
    stops = [value(one.recipe.step("sky"), "stops") for one in found[:3]]
    assert density == sorted(density)
    assert density[2] > 1.5 * density[0]
    assert stops == sorted(stops, reverse=True)
    assert stops[1] == -1.2


@pytest.mark.parametrize("note", ["storm", "the sky 2 stops darker", "dusk", "5600 K", "thin smoke", "slow motion"])
def test_readings_differ_even_where_a_note_leaves_little_room(note: str) -> None:
    found = propose(note, reading(), MAKERS)
    assert len({one.recipe.id for one in found[:3]}) == 3


def test_a_number_that_was_said_is_exact_in_the_literal_reading() -> None:
    assert value(step("the sky 2 stops darker", "sky"), "stops") == -2.0
    bold = propose("the sky 2 stops darker", reading(), MAKERS)[2]
    assert any("said exactly" in reason for reason in bold.reasons)


def test_steps_are_wired_by_role() -> None:
    recipe = literal(NOTE + ", a light haze, warmer, slow motion").recipe
    steps = {one.name: one for one in recipe.steps}
    assert steps["sky"].inputs == {"plate": PLATE, "foreground": "skyline", "motion": "track"}
    assert steps["smoke"].inputs == {"plate": PLATE}
    assert steps["place"].inputs == {"plate": "sky", "element": "smoke", "foreground": "skyline", "motion": "track"}
    assert steps["haze"].inputs == {"plate": "place", "foreground": "skyline"}
    assert steps["grade"].inputs == {"plate": "haze"}
    assert recipe.result.maker == "retime"
    assert sum(one.maker == "track" for one in recipe.steps) == 1


def screened(**changes: Any) -> Brought:
    facts: dict[str, Any] = {"id": "actor", "title": "actor.mov", "width_px": 1280, "height_px": 720}
    return Brought(**{**facts, "frames": 48, "rate_fps": 24.0, "has_alpha": False, **changes})


@pytest.mark.parametrize("note", ["key the green screen", "pull a key", "a tight key, the smoke on the roof"])
def test_a_key_is_pulled_from_what_was_brought_in(note: str) -> None:
    recipe = propose(note, reading(), all_makers(), elements=[screened()])[1].recipe
    assert recipe.step("key").inputs == {"plate": "source:actor"}
    assert "key" in [step.inputs.get("element") for step in recipe.steps]


def test_what_has_alpha_needs_no_key_and_then_the_plate_is_keyed() -> None:
    recipe = propose("pull a key", reading(), all_makers(), elements=[screened(has_alpha=True)])[1].recipe
    assert recipe.step("key").inputs == {"plate": PLATE}
    assert recipe.step("place").inputs["element"] == "source:actor"


def test_with_nothing_brought_in_the_plate_itself_is_keyed_and_its_screens_colour_is_heard() -> None:
    proposal = propose("pull a key from the blue screen", reading(), all_makers())[1]
    assert [(step.maker, step.inputs) for step in proposal.recipe.steps] == [("key", {"plate": PLATE})]
    assert proposal.recipe.step("key").params["screen"] == "blue"
    assert any("has its alpha" in reason for reason in proposal.reasons)


def test_a_key_can_be_softened_and_taken_back_in_a_revision() -> None:
    first = propose("key the green screen", reading(), all_makers(), elements=[screened()])[1].recipe
    softer = propose("a softer key", reading(), all_makers(), previous=first, elements=[screened()])[1].recipe
    assert softer.step("key").params["soften_px"] > 0
    without = propose("no key", reading(), all_makers(), previous=first, elements=[screened()])[1].recipe
    assert [(step.maker, step.inputs["element"]) for step in without.steps] == [("place", "source:actor")]


def test_of_several_matte_makers_the_one_that_fills_the_input_is_taken() -> None:
    keyer = replace(MAKERS["skyline"], name="a_keyer", fills="")  # its name comes first
    recipe = propose("storm", reading(), {"a_keyer": keyer, **MAKERS})[1].recipe
    assert recipe.step("sky").inputs["foreground"] == "skyline"
    assert "a_keyer" not in {step.maker for step in recipe.steps}


def test_an_input_that_nobody_makes_leaves_the_treatment_out_and_says_so() -> None:
    matted = replace(MAKERS["grade"], inputs=(*MAKERS["grade"].inputs, Input("matte", "clip", True)))
    proposal = propose("storm, warmer", reading(), {**MAKERS, "grade": matted})[1]
    assert "grade" not in {step.name for step in proposal.recipe.steps}
    assert any("needs a matte of what is meant, and there is none" in reason for reason in proposal.reasons)


def test_a_camera_that_stands_needs_no_track_and_what_is_in_front_no_matte() -> None:
    recipe = literal("fire on the ground", reading=reading(is_locked_off=True)).recipe
    assert {one.maker for one in recipe.steps} == {"smoke", "place"}
    assert value(recipe.step("place"), "behind") == 0


def test_the_place_is_on_the_side_to_which_the_plume_leaves() -> None:
    left, right = (value(step(f"smoke on the roof, wind from the {side}", "place"), "at") for side in ("right", "left"))
    assert left[0] < 400 < right[0]
    assert 100 < right[1] < 140
    foot = value(step("smoke on the roof, wind from the right", "place"), "foot")
    assert foot == value(step("smoke on the roof, wind from the right", "smoke"), "foot")
    assert foot[0] > 0.5


def test_the_element_keeps_its_size_beside_what_it_stands_on() -> None:
    near, far = (value(step(f"smoke {where}", "smoke"), "width_px") for where in ("on the roof", "on the horizon"))
    assert near > 1.5 * far
    small = reading(plate_width_px=640, plate_height_px=360)
    assert value(step("smoke on the horizon", "smoke", reading=small), "width_px") == pytest.approx(far / 2, rel=0.01)


def test_the_plates_facts_are_filled_in() -> None:
    recipe = literal(NOTE).recipe
    assert value(recipe.step("place"), "grain") == 0.004
    assert value(recipe.step("smoke"), "sun_from_x") == -0.4
    assert value(recipe.step("sky"), "horizon_px") == 400


def test_reasons_tell_what_words_did_and_where_things_stand() -> None:
    reasons = " ".join(literal(NOTE).reasons)
    assert "“thick” raised density to 1.6." in reasons
    assert "a roof was found at" in reasons
    assert "the wind blows to the right" in reasons
    assert "purple" in " ".join(literal(NOTE + ", purple elephants").reasons)


def test_a_place_that_the_plate_has_not_is_told_with_what_was_done() -> None:
    found = literal("smoke on the roof", reading=no_sky())
    assert any("no roof was found in this plate" in reason and "instead" in reason for reason in found.reasons)
    assert value(found.recipe.step("place"), "behind") == 0
    assert all(one.maker != "skyline" for one in found.recipe.steps)


def test_without_a_roof_it_stands_where_the_skyline_leaves_a_plume_room() -> None:
    def column_of(rows: dict[int, float]) -> float:
        skyline = tuple(rows.get(column, 400.0) for column in range(128))
        found = literal("smoke on the roof", reading=reading(tops=(), skyline=skyline))
        return float(value(found.recipe.step("place"), "at")[0] / 10)

    assert column_of({60: 20.0, 90: 200.0}) == 90.5, "what touches the picture's top was taken"
    assert column_of({60: 160.0, 90: 200.0}) == 60.5
    full = dict.fromkeys(range(128), 90.0)
    assert column_of({**full, 70: 30.0}) == 70.5, "with no room anywhere the highest point must do"


def test_a_sky_that_is_not_there_is_left_out_and_said() -> None:
    found = literal("smoke, a darker sky", reading=no_sky())
    assert all(one.maker != "sky" for one in found.recipe.steps)
    assert any("was left out" in reason and "as of a wall" in reason for reason in found.reasons)
    with pytest.raises(NoteError, match="nothing to do") as caught:
        propose("a darker sky", no_sky(), MAKERS)
    assert "sky" in caught.value.fix


def test_two_roofs_give_a_fourth_proposal() -> None:
    first = reading().tops[0]
    second = first.model_copy(update={"at": (1000, 200), "along": tuple((x + 600, y + 100) for x, y in first.along)})
    found = propose("smoke on the roof", reading(tops=(first, second)), MAKERS)
    assert [one.reading for one in found] == ["restrained", "literal", "bold", "literal, place 2"]
    chosen = propose("smoke on the second roof", reading(tops=(first, second)), MAKERS)[1]
    assert value(chosen.recipe.step("place"), "at")[0] > 900


def test_a_time_in_the_note_starts_the_element() -> None:
    assert value(step("fire from frame 1013", "smoke"), "at") == 0.5
    assert value(step("fire after 2 seconds", "smoke"), "at") == 2.0


def test_a_time_begins_and_ends_what_may_begin_within_the_shot() -> None:
    def retimed(note: str) -> dict[str, Any]:
        return propose(note, reading(), all_makers())[1].recipe.step("retime").params

    assert retimed("slow motion from frame 1013 to frame 1025") == {"speed": 0.5, "at": 0.5, "until": 1.0}
    assert retimed("speed up until frame 1025")["until"] == 1.0


@pytest.mark.parametrize(
    ("note", "says"),
    [("purple elephants", "no maker answers"), ("the sky", "what is to become of it"), ("smok", "smoke")],
)
def test_a_note_that_asks_for_nothing_is_refused_with_advice(note: str, says: str) -> None:
    with pytest.raises(NoteError) as caught:
        propose(note, reading(), MAKERS)
    assert says in str(caught.value)


def test_the_same_note_gives_the_same_recipes() -> None:
    one, other = (propose(NOTE, reading(), MAKERS) for _ in range(2))
    assert [p.save() for p in one] == [p.save() for p in other]
    assert Proposal.load(one[0].save()).save() == one[0].save()


# -- a note on a take ------------------------------------------------------------------------------


@pytest.fixture
def take() -> Recipe:
    return literal(NOTE).recipe


def changed(take: Recipe, note: str) -> dict[str, dict[str, Any]]:
    """What a note changes in a recipe: step name to (parameter to new value)."""
    after = literal(note, previous=take).recipe
    return {
        one.name: {
            key: one.params.get(key) for key in one.params if one.params.get(key) != take.step(one.name).params.get(key)
        }
        for one in after.steps
        if one.name in {s.name for s in take.steps} and one != take.step(one.name)
    }


def test_a_note_on_a_take_changes_what_it_names_and_nothing_else(take: Recipe) -> None:
    assert changed(take, "less smoke") == {"smoke": {"soot": pytest.approx(1 / 1.5, rel=1e-4)}}
    assert changed(take, "the sky a little darker") == {"sky": {"stops": pytest.approx(-1.8)}}
    assert changed(take, "thicker") == {"smoke": {"density": pytest.approx(1.6 * 1.6)}}
    assert changed(take, "no fire") == {"smoke": {"flame": 0.0}}


def test_a_take_is_moved(take: Recipe) -> None:
    before = value(take.step("place"), "at")
    after = changed(take, "move it to the left")["place"]["at"]
    assert after == [pytest.approx(before[0] - 128), before[1]]
    behind = changed(take, "behind the tower")["place"]["at"]
    assert behind[0] == 900


def test_a_note_on_a_take_may_add_and_take_away(take: Recipe) -> None:
    hazy = literal("add a light haze", previous=take).recipe
    assert hazy.result.maker == "haze"
    assert hazy.steps[:-1] == take.steps
    bare = literal("remove the sky", previous=take).recipe
    assert "sky" not in {one.name for one in bare.steps}
    assert bare.step("place").inputs["plate"] == PLATE


def test_a_thing_that_brings_more_than_its_amount_is_taken_away_whole() -> None:
    take = propose("ground fog", reading(), all_makers())[1].recipe
    (after,) = {
        tuple(step.maker for step in one.recipe.steps)
        for one in propose("no ground fog, a darker sky", reading(), all_makers(), previous=take)
    }
    assert "smoke" not in after


def test_a_sky_added_to_a_take_goes_behind_its_smoke() -> None:
    take = literal("smoke on the roof").recipe
    after = literal("a darker sky", previous=take).recipe
    assert after.step("place").inputs["plate"] == "sky"
    assert after.step("smoke") == take.step("smoke")
    assert after.result.name == "place"


def test_the_light_of_a_take_can_be_turned(take: Recipe) -> None:
    assert changed(take, "sun from the right")["smoke"]["sun_from_x"] == 0.8


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [word for words in vocabulary(all_makers()).values() for kind in words.values() for word in kind]
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_is_asked_the_recipes_are_sound(words: list[str]) -> None:
    note = " ".join(words)
    for plate in (reading(), no_sky()):
        found = proposed(note, plate)
        found += proposed("a bit more, " + note, plate, previous=found[0].recipe) if found else []
        assert len(found) == 0 or len(found) >= 3
        for one in found:
            for part in one.recipe.steps:
                all_makers()[part.maker].checked(part.params)


def proposed(note: str, plate: Reading, **more: Any) -> list[Proposal]:
    """The proposals, or none where the note asks for nothing that can be done."""
    try:
        return propose(note, plate, all_makers(), **more)
    except NoteError:
        return []


def test_the_vocabulary_lists_every_makers_words() -> None:
    words = vocabulary(MAKERS)
    assert "smoke" in words["smoke"]["nouns"]
    assert set(english.COLOURS) == set(words["general"]["colours"])


# -- what is not wanted, and when things end -------------------------------------------------------


def test_what_is_to_stay_is_said_and_not_touched(take: Recipe) -> None:
    found = literal("smoke on the roof, keep the sky as it is")
    assert {one.maker for one in found.recipe.steps} == {"skyline", "track", "smoke", "place"}
    assert "“sky” stays as it is, as asked." in found.reasons
    after = literal("less smoke, the sky stays as it is", previous=take).recipe
    assert after.step("sky") == take.step("sky")


def test_a_note_that_only_keeps_or_refuses_asks_for_nothing() -> None:
    for note, says in (("the sky stays as it is", "sky is to stay as it is"), ("turn off the smoke", "nothing to do")):
        with pytest.raises(NoteError, match=says):
            propose(note, reading(), MAKERS)


def test_an_end_in_the_note_ends_the_element() -> None:
    assert value(step("smoke until frame 1025", "smoke"), "until") == 1.0
    both = step("smoke from frame 1013 to 1025", "smoke")
    assert (value(both, "at"), value(both, "until")) == (0.5, 1.0)
    lasting = step("smoke after 1 second for 2 seconds", "smoke")
    assert value(lasting, "until") == 3.0
    assert any("ends 3 s after the first frame" in reason for reason in literal("smoke until 3 seconds").reasons)
    with pytest.raises(NoteError, match="end 1 s after the first frame; it begins at 2 s"):
        propose("smoke from 2 to 1 seconds", reading(), MAKERS)


def test_a_note_on_a_take_ends_what_it_has(take: Recipe) -> None:
    assert changed(take, "the smoke stops after 1 second") == {"smoke": {"until": 1.0}}


def test_places_shape_what_lies_over_the_picture() -> None:
    haze = literal("haze on the ground").recipe.result
    assert value(haze, "amount") == pytest.approx(1.5 * 0.4)


# -- what was brought in ---------------------------------------------------------------------------


def brought(name: str = "bird", width: int = 640, height: int = 480, **more: Any) -> Brought:
    return Brought(
        **{"id": name, "title": f"{name}.mov", "width_px": width, "height_px": height, "frames": 48, "rate_fps": 24.0,
           "has_alpha": True, **more}
    )  # fmt: skip


def laid(note: str, *elements: Brought, tone: str = "literal", **more: Any) -> list[Step]:
    found = propose(note, more.pop("reading", reading()), MAKERS, elements=elements, **more)
    recipe = next(one.recipe for one in found if one.reading == tone)
    return [one for one in recipe.steps if one.inputs.get("element", "").startswith("source:")]


def test_what_is_brought_in_is_laid_in_tracked_behind_the_skyline_and_matched() -> None:
    found = propose("the element on the roof, smaller", reading(), MAKERS, elements=[brought()])
    assert [one.reading for one in found] == ["restrained", "literal", "bold"]
    assert len({one.recipe.id for one in found}) == 3
    place = found[1].recipe.result
    assert place.inputs == {"plate": PLATE, "element": "source:bird", "foreground": "skyline", "motion": "track"}
    assert value(place, "at")[1] == pytest.approx(108, abs=15)
    assert value(place, "grain") == 0.004
    scales = [value(one.recipe.result, "scale") for one in found]
    plain = value(laid("the element on the roof", brought())[0], "scale")
    assert scales[2] < scales[1] < scales[0]  # the bold one is smaller still
    assert scales[1] == pytest.approx(0.7 * plain, rel=1e-3)
    assert found[1].understanding.unknown == ()


@pytest.mark.parametrize("note", ["place it on the left", "the bird on the left", "bird.mov on the left"])
def test_an_element_is_called_by_name_or_by_nothing(note: str) -> None:
    (place,) = laid(note, brought())
    assert value(place, "at")[0] == 0.2 * 1280


def test_several_elements_are_all_placed_each_where_its_name_says() -> None:
    bird, cloud = laid("the cloud on the left, the bird on the right", brought("bird"), brought("cloud"))
    assert bird.inputs["element"] == "source:bird"
    assert cloud.inputs == {**cloud.inputs, "plate": bird.name, "element": "source:cloud"}
    assert (value(bird, "at")[0], value(cloud, "at")[0]) == (0.8 * 1280, 0.2 * 1280)
    assert len(laid("a darker sky", brought("bird"), brought("cloud"))) == 2


def test_a_name_that_a_maker_also_has_means_what_was_brought_in() -> None:
    found = propose("smoke on the roof", reading(), MAKERS, elements=[brought("smoke")])[1]
    assert {one.maker for one in found.recipe.steps} == {"skyline", "track", "place"}


def test_an_element_as_large_as_the_plate_lies_over_it_exactly() -> None:
    (place,) = laid("a darker sky", brought(width=1280, height=720))
    assert (value(place, "at"), value(place, "scale"), value(place, "behind")) == ((640, 720), 1.0, 0.0)
    assert "motion" not in place.inputs


def test_an_element_is_seen_when_the_note_says() -> None:
    (place,) = laid("the bird from frame 1010 to 1030", brought())
    assert (value(place, "first_frame"), value(place, "last_frame")) == (1010, 1030)


def test_what_a_person_should_know_of_an_element_is_said() -> None:
    note = propose("the bird on the left", reading(), MAKERS, elements=[brought(has_alpha=False, frames=12)])
    reasons = " ".join(note[1].reasons)
    assert "as a rectangle" in reasons
    assert "12 frames of the shot's 48" in reasons


def test_a_take_gets_one_more_element_and_its_own_are_changed_by_note() -> None:
    take = propose("the bird on the left", reading(), MAKERS, elements=[brought()])[1].recipe
    (bird, cloud) = laid("the cloud on the right", brought(), brought("cloud"), previous=take)
    assert bird == take.result
    assert cloud.inputs["plate"] == bird.name
    (moved,) = laid("move it to the right", brought(), previous=take)
    assert value(moved, "at")[0] > value(take.result, "at")[0]
    with pytest.raises(NoteError, match="nothing to do"):
        propose("remove the bird", reading(), MAKERS, elements=[brought()], previous=take)


def test_an_element_that_nobody_brought_is_asked_for() -> None:
    with pytest.raises(NoteError) as caught:
        propose("the element on the roof", reading(), MAKERS)
    assert "--element" in caught.value.fix


def collapses(note: str) -> Step:
    found = propose(note, reading(building=(860.0, 60.0, 940.0, 60.0, 940.0, 500.0)), all_makers())
    return next(one for one in found if one.reading == "literal").recipe.step("collapse")


def test_a_building_that_falls_is_the_one_of_the_plate_tracked_and_told_from_the_sky() -> None:
    falls = collapses("the building collapses slowly to the left in thick dust")
    assert falls.params["building"] == [860.0, 60.0, 940.0, 60.0, 940.0, 500.0]
    assert falls.inputs == {"plate": PLATE, "foreground": "skyline", "motion": "track"}
    assert falls.params["speed"] < 1 < falls.params["density"]
    assert falls.params["lean"] < 0


@pytest.mark.parametrize(
    ("note", "name", "wanted"),
    [
        ("the tower collapses after 2 seconds", "at", 2.0),
        ("the tower falls at frame 1025", "at", 1.0),
        ("after 2 seconds the tower falls", "at", 2.0),
        ("the building collapses from the top left", "start", [0.0, 0.0]),
        ("the tower crumbles from the base", "start", [0.5, 1.0]),
        ("the tower collapses, wind to the left", "wind", -6.0),
        ("the tower collapses, wind from the left", "wind", 6.0),
        ("the tower collapses to the left, wind to the right", "lean", -0.7),
        ("the tower falls with camera shake", "shake", 1.0),
        ("the house comes down with white dust", "albedo", [0.68, 0.67, 0.65]),
    ],
)
def test_what_is_said_of_a_fall_is_heard(note: str, name: str, wanted: Any) -> None:
    assert collapses(note).params[name] == wanted


def test_the_wind_does_not_make_a_tower_topple() -> None:
    assert "lean" not in collapses("the tower collapses, wind to the left").params


def test_a_fall_comes_after_the_sky_and_before_what_is_laid_in_and_the_grade() -> None:
    note = "a darker sky, smoke on the roof, the tower collapses, a warmer picture"
    found = propose(note, reading(building=(860.0, 60.0, 940.0, 60.0, 940.0, 500.0)), all_makers())[1].recipe
    order = [one.maker for one in found.steps if one.maker in ("sky", "collapse", "place", "grade")]
    assert order == ["sky", "collapse", "place", "grade"]
    assert found.step("collapse").inputs["plate"] == "sky"


def test_dust_by_itself_is_smokes() -> None:
    found = propose("thick dust on the horizon", reading(), all_makers())[1].recipe
    assert "collapse" not in {one.maker for one in found.steps}
