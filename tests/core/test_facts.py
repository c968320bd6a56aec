"""Facts: each is one that a plate's reading has, and no maker of the house declares one in its own way."""

from __future__ import annotations

from typing import Any

import pytest

from manyhands.core import facts
from manyhands.kit.plate import Reading
from manyhands.makers import all_makers

ASKED: dict[str, tuple[Any, ...]] = {"softness_px": ("how soft",), "plate_sky": ("tells what is far",)}
NAMES = ("softness_px", "grain", "black", "horizon_px", "plate_sky", "sun_from_x", "sun_from_y", "sun_from_z",
         "sun_light", "sky_light")  # fmt: skip


def about(name: str) -> dict[str, Any]:
    return dict(getattr(facts, name)(*ASKED.get(name, ())).json_schema_extra)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_filled_by_something_that_the_reading_has(name: str) -> None:
    assert about(name)["plate"] in Reading.model_fields


@pytest.mark.parametrize("name", NAMES)
def test_makers_that_are_filled_by_it_mean_the_same(name: str) -> None:
    declared = about(name)
    found = [one for maker in all_makers().values() for one in maker.parameters() if one.plate and one.name == name]
    assert found
    for one in found:
        assert (one.plate, one.unit, one.low, one.high) == tuple(
            declared[key] for key in ("plate", "unit", "low", "high")
        )
