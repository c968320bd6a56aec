"""What words do to parameters: declared effects, with the degree and the amount that were said."""

from __future__ import annotations

from math import log2
from typing import Any

from manyhands.core.maker import Maker, Parameter
from manyhands.core.words import Effects, Plus, Times
from manyhands.kit.plate import Reading
from manyhands.propose.heard import Change

Amount = tuple[float, str]
"""A number that was said, and its unit."""


def changes_of(
    maker: Maker,
    effects: Effects,
    words: str,
    degree: float,
    amount: Amount | None,
    ratio: float | None,
    *,
    named_colour: bool = False,
) -> list[Change]:
    """The changes that some words make to a maker's parameters.

    Args:
        degree: how strongly it was said, 1 as it is; below 0 the other way.
        amount: a number with a unit, such as 20 percent, that stands for the degree.
        ratio: half as, twice as.
        named_colour: the effect is a colour by its name.
    """
    specs = {parameter.name: parameter for parameter in maker.parameters()}
    factor = _factor_said(amount, ratio, degree)
    found = []
    for name, effect in effects.items():
        if name not in specs:
            continue
        if isinstance(effect, Times):
            value = effect.factor**degree
            if factor is not None:
                value = factor if effect.factor >= 1 else _less(amount, factor)
            found.append(Change(parameter=name, how="times", value=value, words=words, exact=factor is not None))
        elif isinstance(effect, Plus):
            value, said = effect.amount * degree, False
            if amount and amount[1] == specs[name].unit:
                value, said = abs(amount[0]) * (1 if value >= 0 else -1), True
            elif factor is not None:
                value, said = _plus_by(effect.amount, factor, specs[name].unit), True
            found.append(Change(parameter=name, how="plus", value=value, words=words, exact=said))
        elif named_colour and degree > 0:
            found.append(
                Change(parameter=name, how="set", value=_coloured(specs[name].default, effect, degree), words=words)
            )
        elif degree >= 0:
            found.append(Change(parameter=name, how="set", value=effect, words=words))
    return found


def _factor_said(amount: Amount | None, ratio: float | None, degree: float) -> float | None:
    if ratio is not None:
        return ratio
    return _factor(amount, degree) if amount and amount[1] in ("percent", "times") else None


def _less(amount: Amount | None, factor: float) -> float:
    """ "20 % thinner" of what thinness scales down."""
    if amount and amount[1] == "percent":
        return max(0.0, 2 - factor)
    return 1 / max(factor, 1e-3)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def has_parameter(maker: Maker, name: str) -> bool:
    return name in maker.params.model_fields


def with_unit(maker: Maker, unit: str) -> list[str]:
    return [parameter.name for parameter in maker.parameters() if parameter.unit == unit]


def colour_parameter(maker: Maker) -> str:
    """The parameter that a named colour sets: one that multiplies (its default is white), else the first."""
    colours = [parameter for parameter in maker.parameters() if parameter.unit == "ACEScg" and not parameter.plate]
    white = [parameter for parameter in colours if parameter.default == (1.0, 1.0, 1.0)]
    return (white or colours)[0].name if colours else ""


def _coloured(default: Any, tone: Any, degree: float) -> Any:
    """A colour by name: as it is where it stands for a surface; as a cast of light where it multiplies."""
    if default != (1.0, 1.0, 1.0):
        return tone
    level = max(0.2722287 * tone[0] + 0.6740818 * tone[1] + 0.0536895 * tone[2], 1e-4)
    amount = min(0.9, 0.55 * degree)
    return tuple(round(1 + amount * (part / level - 1), 4) for part in tone)


def _factor(amount: tuple[float, str], degree: float) -> float:
    value, unit = amount
    if unit == "times":
        return value
    return max(0.01, 1 + (-1 if degree < 0 else 1) * value / 100)


def _plus_by(amount: float, factor: float, unit: str) -> float:
    """ "20 % darker" of something that is counted in stops, or else in its own unit."""
    if unit == "stops":
        change = (
            abs(log2(max(factor, 0.01))) if amount >= 0 else abs(log2(max(0.01, 2 - factor if factor < 2 else 0.5)))
        )
        return change if amount >= 0 else -change
    return amount * abs(factor - 1) * 3


def once(said: list[Change]) -> list[Change]:
    """Without what was said of two nouns that turned out to be one thing."""
    return [change for index, change in enumerate(said) if change not in said[:index]]


def together(called: list[Change]) -> list[Change]:
    """What several nouns of one step set: of numbers the larger, of all else the first."""
    kept: dict[str, Change] = {}
    for change in called:
        have = kept.get(change.parameter)
        if have is None:
            kept[change.parameter] = change
        elif have.how == change.how == "set" and is_number(have.value) and is_number(change.value):
            kept[change.parameter] = have if have.value >= change.value else change
        elif have.how == change.how == "times":
            kept[change.parameter] = change.model_copy(update={"value": have.value * change.value})
    return list(kept.values())


def blown(
    words: str, strength: float, way: tuple[int, int, int] | None, effects: Effects, maker: Maker
) -> list[Change]:
    """A circumstance's effects: as strong as was said, and the way that was said."""
    found = []
    for name, effect in effects.items():
        if isinstance(effect, Times):
            found.append(Change(parameter=name, how="times", value=effect.factor**strength, words=words))
        elif isinstance(effect, Plus):
            found.append(Change(parameter=name, how="plus", value=effect.amount * strength, words=words))
        elif is_number(effect):
            value = effect * strength
            if name == "wind" and way:
                right, _, away = way
                if away and has_parameter(maker, "wind_depth"):
                    found.append(Change(parameter="wind_depth", how="set", value=value * away, words=words))
                value = value * right
            found.append(Change(parameter=name, how="set", value=value, words=words))
        else:
            found.append(Change(parameter=name, how="set", value=effect, words=words))
    return found


def changed(before: Any, change: Change, power: float, *, free: bool) -> Any:
    """A parameter's value after a change; ``free`` lets a reading stray from a number that was said."""
    power = 1.0 if change.exact and not free else power
    if isinstance(before, (tuple, list)) and change.how != "set":
        return tuple(changed(part, change, power, free=free) for part in before)
    if change.how == "times":
        return before * change.value**power
    if change.how == "plus":
        return before + change.value * power
    if change.exact and free and isinstance(before, (int, float)):
        return before + (change.value - before) * power
    return change.value


def said(name: str, before: Any, after: Any) -> str:
    """What became of a parameter, in words."""
    what = name.removesuffix("_px").removesuffix("_k").replace("_", " ")
    if isinstance(after, (tuple, list)):
        return f"set {what} to {', '.join(f'{part:.3g}' for part in after)}"
    if isinstance(after, str) or isinstance(before, bool) or before is None:
        return f"set {what} to {after}"
    verb = "raised" if after > before else "lowered" if after < before else "left"
    return f"{verb} {what} {'at' if verb == 'left' else 'to'} {after:.4g}"


def bounded(maker: Maker, spec: Parameter, value: Any) -> Any:
    """A value within a parameter's bounds, plain enough for JSON."""
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, (tuple, list)):
        return [rounded(part) for part in value]
    low = -float("inf") if spec.low is None else spec.low
    high = float("inf") if spec.high is None else spec.high
    inside = min(max(float(value), low), high)
    return round(inside) if maker.params.model_fields[spec.name].annotation in (int, int | None) else rounded(inside)


def facts_of(maker: Maker, reading: Reading) -> dict[str, Any]:
    """What the plate's reading says of a maker's parameters."""
    found = {}
    for parameter in maker.parameters():
        value = reading.fact(parameter.plate) if parameter.plate else None
        if value is not None:
            found[parameter.name] = bounded(maker, parameter, value)
    return found


def rounded(value: float) -> float:
    """Five digits: more would be noise in a record."""
    return float(f"{float(value):.5g}")


def is_same(value: Any, default: Any) -> bool:
    """A value is the default, be it a list or a tuple."""
    return (
        tuple(value) == tuple(default)
        if isinstance(value, list) and isinstance(default, (tuple, list))
        else bool(value == default)
    )
