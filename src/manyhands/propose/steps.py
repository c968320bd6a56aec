"""A proposed recipe that a person adjusts: steps taken out, added, moved and reset, beside what is set in them.

An adjustment is a line of words: ``haze.amount=0.6``, ``take out haze``, ``add grade``, ``move haze before grade`` or
``reset smoke.wind``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from manyhands.core.errors import InputError, ManyhandsError, NotFoundError
from manyhands.core.maker import Maker
from manyhands.core.recipe import PLATE, SOURCE, Recipe, Step
from manyhands.kit.plate import Reading
from manyhands.propose.adjust import Setting, adjusted, setting, used
from manyhands.propose.brought import Brought
from manyhands.propose.planner import with_element, with_treatment
from manyhands.propose.wiring import depth_of, in_order, row_of, take_out

Verb = Literal["take out", "add", "move", "reset"]

FREE = range(4)
"""The depths whose order is a matter of taste: the sky, elements, the air, the whole picture."""


@dataclass(frozen=True)
class Remake:
    """What becomes of a step as a whole.

    ``other`` is the step that it is moved before or after (``side``), or the one parameter that is reset.
    """

    verb: Verb
    step: str
    side: Literal["", "before", "after"] = ""
    other: str = ""

    def __str__(self) -> str:
        if self.verb == "reset":
            return f"reset {self.step}" + (f".{self.other}" if self.other else "")
        return " ".join(part for part in (self.verb, self.step, self.side, self.other) if part)


_NAME = r"([a-z][a-z0-9_]*)"
_VERBS: tuple[tuple[re.Pattern[str], Callable[..., Remake]], ...] = (
    (re.compile(rf"take out {_NAME}"), lambda step: Remake("take out", step)),
    (re.compile(rf"add {_NAME}"), lambda step: Remake("add", step)),
    (re.compile(rf"reset {_NAME}(?:\.{_NAME})?"), lambda step, name: Remake("reset", step, other=name or "")),
    (re.compile(rf"move {_NAME} (before|after) {_NAME}"), lambda step, side, other: Remake("move", step, side, other)),
)


def adjustment(written: str) -> Setting | Remake:
    """What a line of an adjustment asks.  Raises: InputError."""
    words = " ".join(written.split())
    for form, made in _VERBS:
        if found := form.fullmatch(words):
            return made(*found.groups())
    if "=" not in written:
        raise InputError(
            f"adjust: {written!r} is no adjustment.",
            'Write such as smoke.density=2, "take out haze", "add grade", "move haze before grade", "reset smoke" or '
            '"reset smoke.wind".',
        )
    return setting(written)


def remade(
    recipe: Recipe,
    wanted: Sequence[Setting | Remake],
    reading: Reading,
    makers: Mapping[str, Maker],
    brought: Sequence[Brought] = (),
    *,
    must_change: bool = True,
) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe after some adjustments in their order, and what each did in words.

    What is set is set together where it stands together, so that a matte and who takes it may come in any order.
    Raises: as :func:`adjusted`; InputError for a step that cannot be taken out or moved, or if nothing changes.
    """
    changed, told = recipe, list[str]()
    for kind, some in groupby(wanted, key=type):
        if kind is Setting:
            settings = [one for one in some if isinstance(one, Setting)]
            changed, says = adjusted(changed, settings, reading, makers, brought, must_change=False)
            told += [f"set {one}" for one in says]
            continue
        for one in some:
            assert isinstance(one, Remake)
            changed, done = _remade(changed, one, reading, makers)
            told.append(done)
    if must_change and changed.id == recipe.id:
        raise InputError(
            f"set: {', '.join(map(str, wanted))} changes nothing of {recipe.name or recipe.id}.",
            "Set something to another value than it has.",
        )
    return changed, tuple(told)


def fitting(recipe: Recipe, reading: Reading, makers: Mapping[str, Maker]) -> tuple[Maker, ...]:
    """The makers whose step could be added as things stand, in the order of their names."""
    found = []
    for maker in makers.values():
        try:
            _added(recipe, maker, reading, makers)
        except ManyhandsError:
            continue
        found.append(maker)
    return tuple(sorted(found, key=lambda maker: maker.name))


def neighbours(recipe: Recipe, makers: Mapping[str, Maker]) -> dict[str, tuple[str, str]]:
    """By step, the one that it may be moved before and the one that it may be moved after; empty where none."""
    row = row_of(recipe.steps, recipe.result.name)
    free = {(a.name, b.name) for a, b in pairwise(row) if not _why_fixed(recipe, a, b, makers)}
    found = {}
    for step in recipe.steps:
        name = _laid(recipe, step, makers)
        before = next((a for a, b in free if b == name), "")
        after = next((b for a, b in free if a == name), "")
        found[step.name] = (before, after)
    return found


def _remade(recipe: Recipe, one: Remake, reading: Reading, makers: Mapping[str, Maker]) -> tuple[Recipe, str]:
    if one.verb == "add":
        maker = makers.get(one.step)
        if maker is None:
            raise NotFoundError("maker", one.step, known=list(makers))
        after = _added(recipe, maker, reading, makers)
        there = {step.name for step in recipe.steps}
        new = next(step for step in after.steps if step.maker == maker.name and step.name not in there)
        return after, f"added {new.name}"
    step = _step(recipe, one.step)
    if one.verb == "take out":
        return _without(recipe, step, makers)
    if one.verb == "reset":
        return _reset(recipe, step, one.other, makers)
    other = _step(recipe, one.other)
    return _moved(recipe, step, other, makers, is_before=one.side == "before"), str(one).replace("move", "moved", 1)


def _step(recipe: Recipe, name: str) -> Step:
    found = next((step for step in recipe.steps if step.name == name), None)
    if found is None:
        raise NotFoundError("step", name, known=[step.name for step in recipe.steps])
    return found


def _added(recipe: Recipe, maker: Maker, reading: Reading, makers: Mapping[str, Maker]) -> Recipe:
    if maker.role in ("matte", "track", "placement"):
        raise InputError(
            f"add: {maker.name} is a {maker.role}, which is nothing to look at by itself.",
            f"It is made where something takes it: set an input to it, such as STEP.INPUT={maker.name}."
            if maker.role != "placement"
            else "Add what is to be laid in.",
        )
    if maker.role == "element" and not maker.cuts:
        return with_element(recipe, maker, reading, makers)
    return with_treatment(recipe, maker, reading, makers)


def _laid(recipe: Recipe, step: Step, makers: Mapping[str, Maker]) -> str:
    """The step by which an element stands in the row of pictures: the one that lays it in; others stand there."""
    maker = makers.get(step.maker)
    if maker is None or maker.role != "element" or maker.cuts:
        return step.name
    return next((one.name for one in recipe.steps if one.inputs.get("element") == step.name), step.name)


def _without(recipe: Recipe, step: Step, makers: Mapping[str, Maker]) -> tuple[Recipe, str]:
    """The recipe without a step, and without what only that one takes or is laid in by."""
    maker = makers.get(step.maker)
    is_shown = (maker is None or maker.role not in ("matte", "track")) and "plate" in step.inputs
    # whoever takes its picture goes on with the one that it took; footage that was cut out is laid in uncut
    goes_on = ({"plate", "element"} if maker and maker.cuts else {"plate"}) if is_shown else set[str]()
    laid = _laid(recipe, step, makers)
    gone = dict.fromkeys((step.name, laid))
    steps = []
    for one in recipe.steps:
        needed = {item.name for item in makers[one.maker].inputs if item.needed} if one.maker in makers else set()
        inputs = {}
        for name, taken in one.inputs.items():
            if taken not in gone or one.name in gone or name in goes_on:
                inputs[name] = taken
            elif name in needed:
                raise InputError(
                    f"take out: {one.name} needs {taken} as its {name}.",
                    f"Take {one.name} out as well, first, or give it another: {one.name}.{name}=",
                    step=one.name,
                )
        steps.append(one.but(inputs=inputs))
    left, current = take_out(steps, recipe.result.name, tuple(gone))
    if current == PLATE or current.startswith(SOURCE):
        raise InputError(
            f"take out: {step.name} is all that the recipe does to the plate.", "Add something else first, or keep it."
        )
    after = used(tuple(in_order(sorted(left, key=lambda one: one.name == current))))
    return recipe.but(steps=after), f"took out {step.name}"


def _reset(recipe: Recipe, step: Step, name: str, makers: Mapping[str, Maker]) -> tuple[Recipe, str]:
    """The recipe with a step's parameters, or one of them, as its maker has them by itself."""
    maker = makers.get(step.maker)
    if maker is not None and name not in ("", *(item.name for item in maker.parameters())):
        maker.checked({name: None})  # it refuses, and says what it has
    kept = {key: value for key, value in step.params.items() if name and key != name}
    after = step.but(params=kept)
    what = f"{step.name}.{name}" if name else step.name
    steps = tuple(after if one.name == step.name else one for one in recipe.steps)
    return recipe.but(steps=steps), f"set {what} back to what its maker does by itself"


def _moved(recipe: Recipe, step: Step, other: Step, makers: Mapping[str, Maker], *, is_before: bool) -> Recipe:
    """The recipe with a step elsewhere in the row, past one neighbour after the other.

    Raises: InputError where the order is not free.
    """
    name, goal = _laid(recipe, step, makers), _laid(recipe, other, makers)
    row = [one.name for one in row_of(recipe.steps, recipe.result.name)]
    for one, written in ((name, step.name), (goal, other.name)):
        if one not in row:
            raise InputError(
                f"move: {written} is not in the row of pictures; it helps others.",
                f"In the row are {', '.join(row)}.",
                step=written,
            )
    at, to = row.index(name), row.index(goal)
    to = to - 1 if at < to and is_before else to + 1 if at > to and not is_before else to
    if name == goal or at == to:
        raise InputError(f"move: {step.name} is there already.", f"The row is {', '.join(row)}.", step=step.name)
    while at != to:
        first = min(at, at + (1 if to > at else -1))
        a, b = recipe.step(row[first]), recipe.step(row[first + 1])
        if why := _why_fixed(recipe, a, b, makers):
            raise InputError(
                f"move: {a.name} and {b.name} cannot change places.", f"Leave their order: {why}.", step=step.name
            )
        recipe = _swapped(recipe, a, b)
        row[first], row[first + 1] = row[first + 1], row[first]
        at += 1 if to > at else -1
    return recipe


def _why_fixed(recipe: Recipe, a: Step, b: Step, makers: Mapping[str, Maker]) -> str:
    """Why two neighbours in the row must stand in this order; empty if they need not."""
    depths = [depth_of(makers.get(step.maker)) for step in (a, b)]
    if depths[0] != depths[1] and not all(depth in FREE for depth in depths):
        if min(depths) < 0:
            return f"{a.name} works on the plate as it was shot"
        return f"{b.name} gives its frames another place, size or time than the plate has"
    takers = {
        (one.name, name) for one in recipe.steps for name, taken in one.inputs.items() if taken in (a.name, b.name)
    }
    others = {f"{taker} takes one of them as its {name}" for taker, name in takers if name != "plate"}
    if others:
        return min(others)
    return "others take the picture between them" if len(takers) > 2 else ""


def _swapped(recipe: Recipe, a: Step, b: Step) -> Recipe:
    """The recipe with two neighbours of the row in the other order."""
    before, current = a.inputs["plate"], recipe.result.name
    steps = []
    for one in recipe.steps:
        plate = one.inputs.get("plate")
        now = b.name if one.name == a.name else before if one.name == b.name else a.name if plate == b.name else plate
        steps.append(one if now == plate or now is None else one.but(inputs={**one.inputs, "plate": now}))
    current = a.name if current == b.name else current
    return recipe.but(steps=tuple(in_order(sorted(steps, key=lambda one: one.name == current))))
