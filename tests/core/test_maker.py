"""Makers: all that is derived from a declaration, and how it refuses what it was not made for."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.maker import (
    Bell,
    Box,
    Colour,
    MakerParams,
    Point,
    box,
    choice,
    colour,
    flag,
    maker,
    number,
    part_of_picture,
    point,
    share,
    text,
)
from manyhands.core.track import Track, standing
from tests.plates import flat


class Params(MakerParams):
    density: float = share(0.3, "of the light that the fog hides", bold=1.4)
    size_px: float = number(40.0, low=1, high=500, unit="px", about="the size of a billow", plate="billow_px")
    steps: int = number(8, low=2, high=64, unit="steps", about="how often the light is asked", detail=0.5)
    grain_px: int = number(10, low=1, high=99, unit="px", about="the size of a grain")
    limit: float | None = number(None, low=0, high=9, unit="m", about="where it ends; nowhere if empty")
    way: Literal["up", "down"] = choice("up", "which way it drifts")
    lit: bool = flag(True, "whether the sun shines on it")
    look: str = text("", "a file with a look")
    tone: Colour = colour((0.5, 0.5, 0.5), "its colour")
    at: Point | None = point(None, "where it begins")
    area: Box | None = box(None, "where it may be")
    foot: Point = part_of_picture((0.5, 1.0), "where it stands")


@maker("fog", version=3, role="element", seconds=lambda p, width, height: p.steps * 1e-9 * width * height)
def fog(
    plate: Clip, p: Params, rng: Chance, bell: Bell, motion: Track | None = None, matte: Clip | None = None
) -> Clip:
    """Fog over the plate,
    as thick as one likes.

    More words.
    """
    del p, rng, bell, motion, matte
    return plate


@maker("follow", version=1, origin="trained", role="track")
def follow(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Track:
    """Where the plate goes."""
    return standing(plate.span, plate.width, plate.height)


def silent(done: int, of: int) -> None:
    """A bell that nobody hears."""


def test_inputs_are_read_from_the_signature() -> None:
    told = [(item.name, item.kind, item.needed) for item in fog.inputs]
    assert told == [("plate", "clip", True), ("motion", "track", False), ("matte", "clip", False)]
    assert (fog.gives, follow.gives) == ("clip", "track")


def test_its_hand_and_id_carry_name_and_version() -> None:
    assert (fog.id, fog.hand.id) == ("fog@3", "procedure:fog:3")
    assert follow.hand.origin == "trained"


def test_its_manual_is_its_modules_first_paragraph() -> None:
    assert fog.about == "Makers: all that is derived from a declaration, and how it refuses what it was not made for."


def test_parameters_are_told_in_the_order_they_are_declared() -> None:
    told = {parameter.name: parameter for parameter in fog.parameters()}
    assert list(told) == list(Params.model_fields)
    assert (told["density"].low, told["density"].high, told["density"].unit, told["density"].bold) == (
        0,
        1,
        "share",
        1.4,
    )
    assert (told["size_px"].plate, told["size_px"].default) == ("billow_px", 40.0)
    assert told["way"].names == ("up", "down")
    assert told["density"].about == "of the light that the fog hides"


def test_what_it_is_given_comes_back_as_a_frozen_value() -> None:
    params = fog.checked({"density": 0.7, "at": [3, 4], "steps": "16"})
    assert params.model_dump()["at"] == (3.0, 4.0)
    assert params.model_dump()["steps"] == 16
    with pytest.raises(ValueError, match="frozen"):
        params.density = 0.1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"density": 1.7}, "fog: density is 1.7; it must lie between 0 and 1. It is of the light that the fog hides."),
        ({"density": float("nan")}, "fog: density is nan; it must lie between 0 and 1. It is of the light that"),
        ({"density": "thick"}, "fog: density is 'thick'; it must lie between 0 and 1. It is of the light"),
        ({"size_px": 0}, "fog: size_px is 0; it must lie between 1 and 500 (px). It is the size of a billow."),
        ({"steps": 65}, "fog: steps is 65; it must lie between 2 and 64 (steps). It is how often the light is asked."),
        (
            {"steps": 2.5},
            "fog: steps is 2.5; it must lie between 2 and 64 (steps). It is how often the light is asked.",
        ),
        ({"limit": 10}, "fog: limit is 10; it must lie between 0 and 9 (m). It is where it ends; nowhere if empty."),
        ({"way": "left"}, "fog: way is 'left'; it must be one of up, down. It is which way it drifts."),
        (
            {"tone": (0.5, -1, 0.5)},
            "fog: tone is (0.5, -1, 0.5); it must lie between 0 and 100 (ACEScg). It is its colour.",
        ),
        (
            {"fluff": 1},
            "fog: fluff is not one of its parameters. It has: density, size_px, steps, grain_px, limit, way, ",
        ),
    ],
)
def test_it_refuses_by_name_value_bounds_and_meaning(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as refused:
        fog.checked(given)
    assert str(refused.value).startswith(message)
    assert refused.value.about["maker"] == "fog"
    assert refused.value.about["parameter"] == next(iter(given))


@pytest.mark.parametrize(
    "given",
    [{"at": (float("nan"), 3)}, {"at": (1,)}, {"area": (1, 2, 3)}, {"foot": (float("inf"), 0)}, {"lit": "maybe"}],
)
def test_what_has_no_bounds_is_refused_when_it_is_no_such_thing(given: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=f"fog: {next(iter(given))} is "):
        fog.checked(given)


def test_a_refusal_tells_its_bounds_to_programs() -> None:
    with pytest.raises(ParameterError) as refused:
        fog.checked({"density": 1.7})
    assert refused.value.about == {"maker": "fog", "parameter": "density", "value": "1.7", "low": 0, "high": 1}


def test_a_draft_shrinks_what_is_measured_in_pixels_and_nothing_else() -> None:
    full = fog.checked({"at": (100, 60), "area": (10, 20, 30, 40), "density": 0.7, "steps": 64})
    draft = full.scaled(0.25)
    changed = {name: value for name, value in draft.model_dump().items() if value != full.model_dump()[name]}
    assert changed == {"size_px": 10.0, "grain_px": 2, "at": (25, 15), "area": (2.5, 5, 7.5, 10), "steps": 32}
    assert isinstance(draft.model_dump()["grain_px"], int)
    assert full.model_dump()["size_px"] == 40.0


def test_a_draft_at_full_size_is_the_same() -> None:
    full = fog.checked({"at": (100, 60)})
    assert full.scaled(1.0) == full


def test_a_grid_is_not_drafted_below_its_lowest() -> None:
    assert fog.checked({}).scaled(0.001).model_dump()["steps"] == 2


def test_making_hands_over_inputs_by_name() -> None:
    plate = flat(0.2)
    assert fog.make({"plate": plate, "other": plate}, fog.checked({}), Chance(1), silent) is plate


@pytest.mark.parametrize("inputs", [{}, {"plate": None}])
def test_making_without_a_needed_input_is_refused(inputs: dict[str, None]) -> None:
    with pytest.raises(ParameterError, match="fog: the input plate is missing"):
        fog.make(inputs, fog.checked({}), Chance(1), silent)


def test_a_function_without_parameters_is_no_maker() -> None:
    def bare(plate: Clip) -> Clip:
        return plate

    with pytest.raises(TypeError, match="maker bare: give it an argument p with a MakerParams type"):
        maker("bare", version=1)(bare)
