"""Recipes: steps in order, and an id that is the hash of what decides the pixels."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from manyhands.core.recipe import Recipe, Step


def step(name: str, **more: Any) -> Step:
    return Step(**{"name": name, "maker": "smoke", "version": 1, **more})


TRACK = step("track", maker="track", inputs={"plate": "plate"})
SMOKE = step("smoke", params={"density": 0.5, "wind": 1.0}, inputs={"plate": "plate"})
PLACE = step("place", maker="place", inputs={"plate": "plate", "element": "smoke", "motion": "track"})
RECIPE = Recipe(steps=(TRACK, SMOKE, PLACE))


def test_the_id_does_not_ask_in_which_order_names_were_written() -> None:
    turned = step("smoke", inputs={"plate": "plate"}, params={"wind": 1.0, "density": 0.5})
    assert Recipe(steps=(TRACK, turned, PLACE)).id == RECIPE.id


def test_the_id_does_not_ask_what_people_call_it() -> None:
    assert RECIPE.but(name="bold", why=("because",)).id == RECIPE.id
    assert RECIPE.id.startswith("r-")
    assert len(RECIPE.id) == 14


@pytest.mark.parametrize(
    "changed",
    [
        {"params": {"density": 0.6, "wind": 1.0}},
        {"params": {"density": 0.5}},
        {"version": 2},
        {"maker": "haze"},
        {"inputs": {"plate": "track"}},
        {"inputs": {"plate": "source:s1"}},
    ],
)
def test_the_id_changes_with_everything_that_decides_pixels(changed: dict[str, Any]) -> None:
    assert Recipe(steps=(TRACK, SMOKE.but(**changed), PLACE)).id != RECIPE.id


def test_the_id_changes_when_steps_change_places() -> None:
    assert Recipe(steps=(SMOKE, TRACK, PLACE)).id != RECIPE.id


def test_the_last_step_is_the_result_and_steps_are_found_by_name() -> None:
    assert RECIPE.result == PLACE
    assert RECIPE.step("smoke") == SMOKE


def test_a_step_may_ask_only_for_what_stands_before_it() -> None:
    with pytest.raises(ValidationError, match="step place asks for smoke, track, which no step before it makes"):
        Recipe(steps=(PLACE, SMOKE, TRACK))


def test_a_step_may_ask_for_any_source() -> None:
    filmed = step(
        "place", inputs={"plate": "plate", "element": "source:s9", "foreground": "source:s2", "motion": "source:s9"}
    )
    assert Recipe(steps=(filmed,)).sources == ("s9", "s2")
    assert RECIPE.sources == ()


@pytest.mark.parametrize("name", ["smoke", "plate"])
def test_a_name_is_used_once_and_not_the_plates(name: str) -> None:
    with pytest.raises(ValidationError, match=f"step {name} is named twice, or is named like the plate"):
        Recipe(steps=(SMOKE, step(name)))


@pytest.mark.parametrize("name", ["", "Smoke", "1st", "a b", "../x"])
def test_a_name_is_a_plain_word(name: str) -> None:
    with pytest.raises(ValidationError, match="pattern"):
        step(name)


def test_a_recipe_has_a_step() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        Recipe(steps=())


def test_a_step_reaches_what_it_takes_itself_and_through_others() -> None:
    recipe = Recipe(
        steps=(
            Step(name="seen", maker="matte", version=1, inputs={"plate": "plate", "picture": "source:man"}),
            Step(name="lit", maker="grade", version=1, params={"lut": "source:look"}, inputs={"plate": "plate"}),
            Step(name="laid", maker="cut", version=1, inputs={"plate": "source:wall", "matte": "seen"}),
        )
    )
    seen, lit, laid = recipe.steps
    assert set(recipe.reached(seen)) == {"plate", "man"}
    assert set(recipe.reached(lit)) == {"plate", "look"}
    assert set(recipe.reached(laid)) == {"wall", "man", "plate"}
