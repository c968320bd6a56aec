"""Crafts: whose work on a set it is that a maker does, as data beside what makers say of themselves."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from manyhands.core.errors import InputError
from manyhands.core.maker import Maker
from manyhands.core.recipe import Step

CRAFTS = Path(__file__).with_name("crafts.toml")


@dataclass(frozen=True)
class Craft:
    """A craft, and by which purposes and roles of makers its work is done."""

    about: str
    purposes: Collection[str] = ()
    roles: Collection[str] = ()


@cache
def crafts() -> Mapping[str, Craft]:
    """Every craft, by its name."""
    return {name: Craft(**told) for name, told in tomllib.loads(CRAFTS.read_text(encoding="utf-8")).items()}


def check_craft(name: str) -> None:
    """Raises: InputError if there is no such craft."""
    if name and name not in crafts():
        raise InputError(f"task: {name} is no craft.", f"It is one of {', '.join(crafts())}; or leave it out.")


def crafts_of(maker: Maker, step: Step) -> set[str]:
    """The crafts whose work a step of a recipe does, by what its maker is and is set to."""
    purpose = maker.purpose_of(step.params, step.inputs) if maker.purposes else None
    return {name for name, one in crafts().items() if purpose in one.purposes or maker.role in one.roles}
