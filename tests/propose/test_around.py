"""Weather, sparks, strikes and shots, the steadied and the enlarged plate: what notes call them, and how they are wired."""

from __future__ import annotations

from typing import Any

import pytest

from manyhands.core.recipe import PLATE, Step
from manyhands.makers import all_makers
from manyhands.propose import propose, understand
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
