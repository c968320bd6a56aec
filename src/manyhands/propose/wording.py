"""A step in plain words: what it takes, and each parameter that is not as its maker has it by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from manyhands.core.maker import Maker, Parameter
from manyhands.core.recipe import SOURCE, Recipe, Step
from manyhands.propose.effects import is_same

SUFFIXES = ("_px", "_k", "_deg", "_m", "_mm", "_fps")
BARE = ("name", "text", "file", "model", "scene-linear", "ACEScg", "frame", "shapes", "times", "cells", "unit vector")
"""Units that say nothing beside the value."""

LONGEST = 40


def lines_of(recipe: Recipe, makers: Mapping[str, Maker]) -> dict[str, tuple[str, ...]]:
    """By step, what it says in a list of the recipe; of a matte or a track first whom it helps."""
    found = {}
    for step in recipe.steps:
        maker = makers[step.maker]
        told = told_of(step, maker)
        if maker.role in ("matte", "track"):
            takers = ", ".join(one.name for one in recipe.steps if step.name in one.inputs.values())
            told = (f"{maker.role} for {takers}" if step.name != maker.role else f"for {takers}", *told)
        found[step.name] = told
    return found


def told_of(step: Step, maker: Maker) -> tuple[str, ...]:
    """What a step takes beside its picture, and what was set in it, each in a few words with its unit.

    How it looks comes first, then lengths in the plate, and last what the plate's reading fills in.
    """
    takes = [f"{name} {_named(taken)}" for name, taken in step.inputs.items() if name not in ("plate", "motion")]
    found = []
    for one in sorted(maker.parameters(), key=lambda one: (bool(one.plate), one.unit == "px")):
        value = step.params.get(one.name, one.default)
        if is_same(value, one.default) or one.unit == "unit vector":
            continue
        found.append(_told(one, value))
    return (*takes, *found, *_ways(step, maker))


def _told(one: Parameter, value: Any) -> str:
    name = plain(one.name)
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if value in (None, "", []):
        return f"no {name}"
    if isinstance(value, str):
        return f"{name} {_quoted(value) if one.unit == 'text' else _named(value)}"
    if isinstance(value, list | tuple):
        return f"{name} {_parts(one, list(value))}"
    if one.unit == "to the right" or "to the left" in one.about:
        unit = "" if one.unit in ("to the right", "times the rise") else f" {one.unit}"
        return f"{name} {figure(abs(value))}{unit} to the {'right' if value > 0 else 'left'}"
    return f"{name} {_measured(value, one.unit, name)}"


def plain(name: str) -> str:
    """A parameter's name as people say it; its unit stands with the value."""
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name.replace("_", " ")


def figure(value: float) -> str:
    """Three digits, and never a power of ten."""
    return f"{float(f'{value:.3g}'):.12g}"


def _measured(value: float, unit: str, name: str = "") -> str:
    if unit.startswith("share"):
        return f"{figure(100 * value)} %"
    if unit == "degrees":
        return f"{figure(value)}°"
    return figure(value) if unit in (*BARE, name) else f"{figure(value)} {unit}"


def _parts(one: Parameter, value: list[Any]) -> str:
    if len(value) > 4:
        return f"with {len(value) // 2} corners"
    if one.unit.startswith("share"):
        return ", ".join(_measured(part, one.unit) for part in value)
    told = ", ".join(figure(part) if isinstance(part, int | float) else str(part) for part in value)
    return told if one.unit in BARE else f"{told} {one.unit}"


def _ways(step: Step, maker: Maker) -> list[str]:
    """Where a light comes from, of the three numbers of its direction: a note cannot see a vector."""
    found = []
    for one in maker.parameters():
        if one.unit != "unit vector" or not one.name.endswith("_x"):
            continue
        name = one.name.removesuffix("_x")
        names = {item.name: item.default for item in maker.parameters()}
        set_to = [step.params.get(f"{name}_{axis}", names.get(f"{name}_{axis}", 0.0)) for axis in "xyz"]
        if all(is_same(part, names.get(f"{name}_{axis}")) for part, axis in zip(set_to, "xyz", strict=True)):
            continue
        side = "left" if set_to[0] < -0.25 else "right" if set_to[0] > 0.25 else ""
        high = "above" if set_to[1] > 0.8 else "upper" if set_to[1] > 0.35 else ""
        where = f"{high} {side}".strip() if side and high != "above" else (side and f"{side}, high") or high or "ahead"
        found.append(f"{plain(name)} {'the ' if side or high == 'upper' else ''}{where}")
    return found


def _named(value: str) -> str:
    return value.removeprefix(SOURCE).partition("@")[0][:LONGEST]


def _quoted(value: str) -> str:
    return f"“{value if len(value) <= LONGEST else value[: LONGEST - 1].rstrip() + '…'}”"
