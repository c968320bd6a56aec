"""Who makes a matte of what was brought in, who of the plate alone, and what to say where there is none.

Nobody is named here: a picture becomes a matte by the maker of mattes that takes a ``picture``, a few painted frames by
the one that takes ``painted``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from manyhands.core.maker import Maker
from manyhands.core.recipe import PLATE, SOURCE, Step
from manyhands.core.source import SourceRole
from manyhands.propose.brought import Brought

MATTE = "matte"
"""The input of a maker that says what of the plate is meant."""

BROUGHT = frozenset((MATTE, "edit"))
"""Inputs that somebody brings in for what the note asks."""

_TAKES: dict[SourceRole, str] = {"matte": "picture", "painted": "painted"}
_NEED = {
    "matte": "a matte of what is meant",
    "painted": "a few painted frames",
    "clean": "a clean plate",
    "edit": "an edit of the plate",
}


def maker_for(role: SourceRole, makers: Mapping[str, Maker]) -> Maker | None:
    """The maker that makes a matte of what was brought in, if one is installed."""
    takes = _TAKES.get(role, "")
    return next(
        (maker for maker in _mattes(makers) if takes in _names(maker) and needs_of(maker) <= {PLATE, takes}), None
    )


def of_plate(makers: Mapping[str, Maker]) -> list[Maker]:
    """The makers whose matte needs the plate alone, and a word."""
    return [maker for maker in _mattes(makers) if needs_of(maker) <= {PLATE} and not maker.fills and maker.words.nouns]


def maker_of(aid: Brought, makers: Mapping[str, Maker]) -> Maker | None:
    """The maker that makes a matte of this: of a picture, of painted frames, or of shapes that were drawn."""
    if not aid.shapes:
        return maker_for(aid.role, makers)
    return next((maker for maker in of_plate(makers) if shapes_of(maker)), None)


def shapes_of(maker: Maker) -> str:
    """The parameter that takes shapes, if a maker has one."""
    return next((one.name for one in maker.parameters() if one.unit == "shapes"), "")


def is_matte(step: Step, makers: Mapping[str, Maker]) -> bool:
    """Whether a step makes a matte that any maker may be given."""
    return any(maker.name == step.maker for maker in _mattes(makers))


def needs_of(maker: Maker) -> set[str]:
    """The inputs that a maker cannot do without."""
    return {item.name for item in maker.inputs if item.needed}


def params_of(aid: Brought, maker: Maker) -> dict[str, Any]:
    """How a picture that was brought in is read, as far as its file says; of what was drawn its shapes."""
    if aid.shapes:
        return {shapes_of(maker): aid.shapes}
    found: dict[str, Any] = {}
    coded = "linear" if aid.colour_space.startswith(("linear", "aces")) else aid.colour_space
    for parameter in maker.parameters():
        if "alpha" in parameter.names:
            found[parameter.name] = next(name for name in parameter.names if (name == "alpha") == aid.has_alpha)
        elif coded in parameter.names:
            found[parameter.name] = coded
    return found


def step_of(aid: Brought, maker: Maker, name: str, params: Mapping[str, Any]) -> Step:
    """The step that makes a matte of what was brought in."""
    inputs = {PLATE: PLATE} if PLATE in _names(maker) else {}
    if not aid.shapes:
        inputs[_TAKES[aid.role]] = f"{SOURCE}{aid.id}"
    return Step(name=name, maker=maker.name, version=maker.version, params=dict(params), inputs=inputs)


def need_told(missing: Sequence[str]) -> str:
    """What inputs are, in words."""
    return " and ".join(_NEED.get(name, name) for name in missing)


def ways_told(missing: Sequence[str], makers: Mapping[str, Maker]) -> str:
    """How to come by what is missing, by what is installed."""
    ways = []
    if MATTE in missing:
        if maker_for("matte", makers):
            ways.append("bring one in with --matte")
        if maker_for("painted", makers):
            ways.append("paint a few frames and bring them in with --painted")
        if drawn := of_plate(makers):
            ways.append(f"ask in the note for {' or '.join(next(iter(maker.words.nouns)) for maker in drawn)}")
    ways += [f"bring it in with --{name}" for name in missing if name in ("painted", "clean", "edit")]
    ways += [f"give it by hand, as in --set STEP.{name}=source:ID" for name in missing if name not in _NEED]
    if not ways:
        return "No maker is installed that makes it."
    told = ", or ".join(ways)
    return f"{told[0].upper()}{told[1:]}."


def _mattes(makers: Mapping[str, Maker]) -> list[Maker]:
    return [maker for maker in makers.values() if maker.role == "matte" and not maker.fills]


def _names(maker: Maker) -> set[str]:
    return {item.name for item in maker.inputs}
