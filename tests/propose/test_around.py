"""Weather, sparks, strikes and shots, the steadied and the enlarged plate: what notes call them."""

from __future__ import annotations

from typing import Any

import pytest

from manyhands.core.recipe import PLATE, Step
from manyhands.makers import all_makers
from manyhands.propose import propose, understand
from manyhands.propose.wiring import insert
from tests.propose.house import no_sky, reading

MAKERS = all_makers()


def step(note: str, maker: str, **more: Any) -> Step:
    """The step of a maker in the literal reading of a note, of which every word was understood."""
    heard = understand(note, MAKERS)
    assert not heard.unknown, heard.unknown
    recipe = propose(note, more.pop("reading", reading()), MAKERS)[1].recipe
    return next(one for one in recipe.steps if one.maker == maker)


def value(one: Step, name: str) -> Any:
    return getattr(MAKERS[one.maker].checked(one.params), name)


@pytest.mark.parametrize(
    "note", ["it rains", "it is raining", "make it rain", "rain falls", "falling rain", "rain", "the rain is falling"]
)
def test_it_rains(note: str) -> None:
    found = step(note, "rain")
    assert value(found, "amount") == 1
    assert found.inputs == {"plate": PLATE, "foreground": "skyline", "motion": "track"}


def test_rain_is_shaped_and_wired() -> None:
    assert value(step("heavy rain", "rain"), "amount") == pytest.approx(2.2)
    assert value(step("it is raining heavily", "rain"), "amount") == pytest.approx(2.2)
    assert value(step("a light rain", "rain"), "amount") == pytest.approx(0.4)
    assert value(step("rain, wind from the right", "rain"), "wind") == -4
    assert value(step("drizzle", "rain"), "drop_mm") < 1
    indoors = step("it rains", "rain", reading=no_sky().but(is_locked_off=True))
    assert indoors.inputs == {"plate": PLATE}


@pytest.mark.parametrize("note", ["it is snowing", "it snows", "let it snow", "snow falls", "snow"])
def test_it_snows(note: str) -> None:
    assert value(step(note, "snow"), "amount") == 1


def test_snow_is_shaped() -> None:
    assert value(step("light snow", "snow"), "amount") == pytest.approx(0.4)
    assert value(step("heavy snow falling", "snow"), "amount") == pytest.approx(2.2)
    assert value(step("snow falling gently", "snow"), "turbulence") == pytest.approx(0.6)
    assert value(step("a blizzard", "snow"), "wind") == 8


def test_weather_goes_in_front_of_elements_and_under_the_grade() -> None:
    recipe = propose("smoke on the roof, heavy rain, a darker picture", reading(), MAKERS)[1].recipe
    assert recipe.step("rain").inputs["plate"] == "place"
    assert recipe.step("grade").inputs["plate"] == "rain"


@pytest.mark.parametrize(
    "note", ["stabilise", "stabilize the shot", "steady the shot", "the shot stabilised", "less shake"]
)
def test_the_shot_is_steadied_by_its_track(note: str) -> None:
    found = step(note, "stabilise")
    assert found.inputs == {"plate": PLATE, "motion": "track"}
    assert value(found, "way") == "film"


def test_the_shot_is_held_still_or_smoothed_or_left_uncropped() -> None:
    assert value(step("lock off the shot", "stabilise"), "way") == "still"
    assert value(step("smooth the camera", "stabilise"), "way") == "smooth"
    assert value(step("stabilise without cropping", "stabilise"), "border") == "fill"


@pytest.mark.parametrize(
    ("note", "factor"),
    [
        ("upscale", 2),
        ("twice the size", 2),
        ("upscale the shot", 2),
        ("four times the size", 4),
        ("double the resolution", 2),
    ],
)
def test_the_picture_is_enlarged(note: str, factor: float) -> None:
    assert value(step(note, "upscale"), "factor") == factor


def test_what_is_steadied_keeps_its_size_till_then_and_its_time_till_the_end() -> None:
    """In whatever order they are asked for: a track is of the plate's own size and time."""
    for note in (
        "slow motion, upscale, stabilise, a darker picture",
        "stabilise, a darker picture, upscale, slow motion",
    ):
        recipe = propose(note, reading(), MAKERS)[1].recipe
        row = [recipe.result]
        while row[0].inputs["plate"] != PLATE:
            row.insert(0, recipe.step(row[0].inputs["plate"]))
        assert [one.maker for one in row] == ["grade", "stabilise", "upscale", "retime"]
    take = propose("slow motion", reading(), MAKERS)[1].recipe
    after = propose("stabilise", reading(), MAKERS, previous=take)[1].recipe
    assert after.result.maker == "retime"
    assert after.result.inputs["plate"] == "stabilise"


@pytest.mark.parametrize(
    "note",
    [
        "sparks fly from the wire",
        "sparks",
        "flying sparks",
        "sparks from the cable",
        "sparks fly from the wire on the roof",
    ],
)
def test_sparks_fly(note: str) -> None:
    assert value(step(note, "sparks"), "rate") == 450
    assert value(step(note, "sparks"), "bursts") == 0.85


def test_sparks_have_their_kinds_and_their_times() -> None:
    grinder = step("sparks from the grinder", "sparks")
    assert (value(grinder, "way_deg"), value(grinder, "arc")) == (10, 0)
    assert value(step("a shower of sparks", "sparks"), "rate") == 1100
    assert value(step("sparks until frame 1025", "sparks"), "until") == 1
    assert not any(one.maker == "smoke" for one in propose("sparks", reading(), MAKERS)[1].recipe.steps)


@pytest.mark.parametrize(
    "note", ["lightning", "lightning strikes behind the tower", "a bolt of lightning behind the tower"]
)
def test_lightning_strikes(note: str) -> None:
    recipe = propose(note, reading(), MAKERS)[1].recipe
    assert step(note, "lightning").inputs == {"plate": PLATE}
    laid = recipe.result
    assert laid.inputs == {"plate": PLATE, "element": "lightning", "foreground": "skyline", "motion": "track"}
    assert value(laid, "reach") == value(recipe.step("lightning"), "reach") > 0
    if "tower" in note:
        assert value(laid, "at")[0] == 900
        assert value(laid, "behind") == 1


def test_lightning_is_shaped_and_timed() -> None:
    assert value(step("lightning after 2 seconds", "lightning"), "at") == 2
    assert value(step("forked lightning", "lightning"), "branches") == 1.8
    assert value(step("a single lightning strike", "lightning"), "every") == 600


def test_a_muzzle_flash_is_among_the_people_and_not_on_the_skyline() -> None:
    note = "a muzzle flash on the left"
    assert value(step(note, "muzzle_flash"), "shots_per_minute") == 0
    laid = propose(note, reading(), MAKERS)[1].recipe.result
    assert value(laid, "at") == (256, 432)
    assert value(laid, "behind") == 0
    assert value(laid, "reach") > 0
    nowhere = propose("gunfire", reading(), MAKERS)[1].recipe.result
    assert value(nowhere, "at")[1] == 432


@pytest.mark.parametrize(
    ("note", "shots"),
    [("a muzzle flash", 0), ("the gun fires", 0), ("machine gun fire", 650), ("muzzle flashes on the right", 240)],
)
def test_guns_fire_as_fast_as_they_do(note: str, shots: float) -> None:
    assert value(step(note, "muzzle_flash"), "shots_per_minute") == shots


@pytest.mark.parametrize(
    ("note", "makers"),
    [
        ("hot smoke", ["smoke"]),
        ("smoke, still", ["smoke"]),
        ("swirling smoke on the roof", ["smoke"]),
        ("the zorp is still, smoke", ["smoke"]),
        ("smoke pouring from the roof", ["smoke"]),
        ("a steady wind from the left, smoke", ["smoke"]),
        ("smoke drifting to the left", ["smoke"]),
        ("a darker sky, foggy", ["sky", "haze"]),
    ],
)
def test_a_word_that_describes_something_else_calls_none_of_them(note: str, makers: list[str]) -> None:
    assert [one.maker for one in understand(note, MAKERS).mentions] == makers


@pytest.mark.parametrize("note", ["pouring rain", "it's pouring", "it pours", "a downpour"])
def test_it_pours(note: str) -> None:
    assert value(step(note, "rain"), "amount") >= 2.2


@pytest.mark.parametrize("name", ["taught_look", "lock"])
def test_what_was_painted_or_came_back_over_the_plate_as_shot_has_nothing_laid_in_before_it(name: str) -> None:
    sky, smoke = (Step(name=each, maker=each, version=1, inputs={"plate": PLATE}) for each in ("sky", "place"))
    row, last = insert([smoke], "place", sky, MAKERS)
    row, last = insert(row, last, Step(name=name, maker=name, version=1), MAKERS)
    assert {one.name: one.inputs["plate"] for one in row} == {name: PLATE, "sky": name, "place": "sky"}
    assert last == "place"
