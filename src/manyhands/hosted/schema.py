"""What Runway's routes take, checked before anything is sent: the SDK checks nothing (runwayml 5.24.0).

``runway.json`` is made from the SDK's request types by ``docs/runway_schema.py``; the limits below stand in the
service's documentation and not in its types.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from manyhands.core.errors import InputError

PROMPT_UNITS = 1000
"""The longest prompt, in UTF-16 code units: a sign outside the basic plane counts two."""

RANGES: Mapping[tuple[str, str], tuple[int, int]] = {
    ("gen4.5", "duration"): (2, 10),
    ("gen4_turbo", "duration"): (2, 10),
    ("act_two", "expressionIntensity"): (1, 5),
    ("magnific_video_upscaler_creative", "creativity"): (0, 100),
}
MOST: Mapping[tuple[str, str], int] = {("aleph2", "keyframes"): 5, ("gen4_image", "referenceImages"): 3}
SEED_MAX = 2**32 - 1


@cache
def _packaged() -> dict[str, Any]:
    text = resources.files("manyhands.hosted").joinpath("runway.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def version() -> str:
    """The version of the SDK whose request types this is."""
    return str(_packaged()["version"])


def models(route: str) -> tuple[str, ...]:
    """The models that a route knows.  Raises: InputError for an unknown route."""
    routes = _packaged()["routes"]
    if route not in routes:
        raise InputError(f"runway: the act {route} is not known.", f"There is: {', '.join(routes)}.")
    return tuple(routes[route])


def fields(route: str, model: str) -> dict[str, Any]:
    """The fields that a model takes, with their kinds.  Raises: InputError for an unknown one."""
    check_model(route, model)
    return dict(_packaged()["routes"][route][model]["fields"])


def words(route: str, model: str, name: str) -> tuple[str, ...]:
    """The words that may stand in a field; empty where it takes others."""
    kind = fields(route, model).get(name)
    return tuple(kind) if isinstance(kind, list) else ()


def check_model(route: str, model: Any) -> None:
    """Raises: InputError that names the models that there are."""
    known = models(route)
    if model not in known:
        raise InputError(
            f"runway: {route} has no model {model} (request types {version()}).",
            f"There is: {', '.join(known)}.",
            model=str(model),
        )


def check(route: str, body: Mapping[str, Any]) -> None:
    """Hold a request against what its route and model take.

    Args:
        body: JSON values by the service's own names, with ``model``.
    Raises: InputError that names the field, its value, and what is allowed.
    """
    model = body.get("model")
    check_model(route, model)
    _check(_packaged()["routes"][route][model], body, f"runway {model}")
    for name, value in body.items():
        _check_limits(str(model), name, value)


def _check_limits(model: str, name: str, value: Any) -> None:
    where = f"runway {model}"
    if name == "promptText":
        units = len(str(value).encode("utf-16-le", "surrogatepass")) // 2
        if not 0 < units <= PROMPT_UNITS:
            raise InputError(
                f"{where}: the prompt has {units} UTF-16 units; it must have 1 to {PROMPT_UNITS}.",
                "Say what is to be seen in fewer words." if units else 'Give it one, such as prompt="make it snow".',
            )
    low, high = (0, SEED_MAX) if name == "seed" else RANGES.get((model, name), (value, value))
    if isinstance(value, int) and not low <= value <= high:
        raise InputError(f"{where}: {name} is {value}; it must lie between {low} and {high}.", "Set another value.")
    most = MOST.get((model, name))
    if most is not None and len(value) > most:
        raise InputError(f"{where}: {name} has {len(value)} entries; at most {most}.", "Leave some out.")


def _check(kind: Any, value: Any, where: str) -> None:
    """Raises: InputError where a value is not of a kind."""
    if isinstance(kind, list):
        if value not in kind:
            raise InputError(f"{where} is {value!r}; it must be one of {', '.join(map(str, kind))}.", "Choose another.")
    elif isinstance(kind, str):
        if not _is(kind, value):
            raise InputError(f"{where} is {value!r}; it must be {_SAID[kind]}.", "Set another value.")
    elif "each" in kind:
        if not isinstance(value, list):
            raise InputError(f"{where} is {value!r}; it must be a list.", "Give a list.")
        for number, one in enumerate(value):
            _check(kind["each"], one, f"{where}[{number}]")
    elif "any" in kind:
        _check_any(kind["any"], value, where)
    else:
        _check_fields(kind, value, where)


def _check_any(kinds: list[Any], value: Any, where: str) -> None:
    refused: list[InputError] = []
    for kind in kinds:
        try:
            return _check(kind, value, where)
        except InputError as error:
            refused.append(error)
    raise refused[-1]


def _check_fields(kind: Any, value: Any, where: str) -> None:
    if not isinstance(value, Mapping):
        raise InputError(f"{where} is {value!r}; it must have {', '.join(kind['fields'])}.", "Give these.")
    for name in kind["needed"]:
        if name not in value:
            raise InputError(f"{where}: {name} is missing; it needs {', '.join(kind['needed'])}.", f"Give {name}.")
    for name, inner in value.items():
        if name not in kind["fields"]:
            raise InputError(
                f"{where}: {name} is not one of its fields.", f"It has: {', '.join(kind['fields'])}.", field=name
            )
        _check(kind["fields"][name], inner, f"{where}: {name}")


_SAID = {"text": "text", "integer": "a whole number", "number": "a number", "flag": "yes or no"}


def _is(kind: str, value: Any) -> bool:
    if kind == "anything":
        return True
    if kind == "flag":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "number":
        return isinstance(value, int | float)
    return isinstance(value, str if kind == "text" else int)
