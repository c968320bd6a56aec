"""A proposed recipe with parameters and inputs that a person sets by hand: ``smoke.density=2``."""

from __future__ import annotations

import re
import types
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.maker import Input, Maker
from manyhands.core.recipe import PLATE, SOURCE, Recipe, Step
from manyhands.core.source import SourceRole
from manyhands.kit.plate import Reading
from manyhands.propose import mattes
from manyhands.propose.brought import Brought
from manyhands.propose.effects import is_same
from manyhands.propose.planner import with_treatment
from manyhands.propose.wiring import free_name, in_order

EDIT = "edit"
"""The input by which a step takes what a model or a person made of the plate."""


@dataclass(frozen=True)
class Setting:
    """One thing that is set: a parameter or an input of a step, as it was written."""

    step: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.step}.{self.name}={self.text}"


def setting(written: str) -> Setting:
    """The setting that ``STEP.NAME=VALUE`` writes.  Raises: InputError."""
    found = re.fullmatch(r"\s*([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\s*=\s*(.*?)\s*", written, re.DOTALL)
    if found is None:
        raise InputError(
            f"set: {written} is not a setting; it must read STEP.NAME=VALUE.",
            "Write such as smoke.density=2, grade.lut=look.cube or place.element=source:ID.",
        )
    return Setting(*found.groups())


def maker_of(recipe: Recipe, one: Setting, makers: Mapping[str, Maker]) -> Maker:
    """The maker of the step that a setting names, or of the step that it adds.

    Raises: NotFoundError that lists the steps there are and the makers whose step may be added.
    """
    step = next((step for step in recipe.steps if step.name == one.step), None)
    if step is not None and step.maker in makers:
        return makers[step.maker]
    # several mattes may be drawn: roto, roto_2
    added = makers.get(one.step) or makers.get(re.sub(r"_\d+$", "", one.step))
    if step is None and added is not None and (added.name == one.step or _helps(added)) and _may_be_added(added):
        return added
    may = [maker.name for maker in makers.values() if _may_be_added(maker)]
    known = dict.fromkeys((*(step.name for step in recipe.steps), *may))
    raise NotFoundError("step", one.step, known=list(known))


def _may_be_added(maker: Maker) -> bool:
    return maker.role == "treatment" or _helps(maker)


def _helps(maker: Maker) -> bool:
    """Others take what it makes: a matte, a track, what is cut out of footage."""
    return maker.cuts or maker.role in ("matte", "track")


def adjusted(
    recipe: Recipe,
    settings: Sequence[Setting],
    reading: Reading,
    makers: Mapping[str, Maker],
    brought: Sequence[Brought] = (),
    *,
    must_change: bool = True,
) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe with some parameters and inputs set, and what became of each in words.

    A treatment that the recipe has not is added where it belongs; a matte, a track or a cut is added
    for others to take, and so is the step that makes a matte of a source.  A step that nothing takes any
    more is left out.
    Args:
        brought: what is known of the sources that the settings name.
        must_change: refuse what leaves the recipe as it is.
    Raises: NotFoundError for a step, ParameterError for a parameter or its value, InputError for an
        input, for an added step that lacks one or that nothing takes, or if nothing changes; NoteError
        for a treatment that the plate does not allow.
    """
    changed, told = recipe, []
    aids = [item for item in brought if item.role]
    for one in sorted(settings, key=lambda one: not _helps(maker_of(recipe, one, makers))):
        if all(step.name != one.step for step in changed.steps):
            given = {other.name for other in settings if other.step == one.step}
            added = maker_of(changed, one, makers)
            edits = {other.text for other in settings if (other.step, other.name) == (one.step, EDIT)}
            edited = next((step for step in changed.steps if step.name in edits and PLATE in step.inputs), None)
            if edited is not None:
                changed = _locked(changed, one.step, added, edited)
            else:
                changed = _with_step(changed, one.step, added, reading, makers, aids=aids, given=given)
    for one in settings:
        maker = maker_of(changed, one, makers)
        step = changed.step(one.step)
        taken = next((item for item in maker.inputs if item.name == one.name), None)
        made: tuple[Step, ...] = ()
        if taken:
            step_for = _step_for(changed, taken, one, makers, brought)
            made = (step_for,) if step_for and step_for not in changed.steps else ()
            fitting = replace(one, text=step_for.name) if step_for else one
            after, says = _with_input(changed.but(steps=(*made, *changed.steps)), step, taken, fitting, makers)
        else:
            after, says = _with_parameter(step, maker, one)
        steps = tuple(after if other.name == step.name else other for other in (*made, *changed.steps))
        changed = changed.but(steps=tuple(in_order(steps)))
        told.append(says)
    changed = changed.but(steps=used(changed.steps))
    for name in dict.fromkeys(one.step for one in settings):
        _check_taken(recipe, changed, name, makers)
    if must_change and changed.id == recipe.id:
        raise InputError(
            f"set: {', '.join(map(str, settings))} changes nothing of {recipe.name or recipe.id}.",
            "Set something to another value than it has.",
        )
    return changed, tuple(told)


def _with_step(
    recipe: Recipe,
    name: str,
    maker: Maker,
    reading: Reading,
    makers: Mapping[str, Maker],
    *,
    aids: Sequence[Brought],
    given: Collection[str],
) -> Recipe:
    if not _helps(maker):
        return with_treatment(recipe, maker, reading, makers, aids=aids, given=given)
    inputs = {item.name: PLATE for item in maker.inputs if item.name == "plate"}
    step = Step(name=name, maker=maker.name, version=maker.version, params={}, inputs=inputs)
    return recipe.but(steps=(step, *recipe.steps))


def _locked(recipe: Recipe, name: str, maker: Maker, edited: Step) -> Recipe:
    """The recipe with a step that locks what another made of its plate to that plate; it takes that one's place."""
    inputs = {PLATE: edited.inputs[PLATE], EDIT: edited.name}
    lock = Step(name=name, maker=maker.name, version=maker.version, inputs=inputs)
    after = [
        one.but(inputs={key: name if taken == edited.name else taken for key, taken in one.inputs.items()})
        for one in recipe.steps
    ]
    at = next(number for number, one in enumerate(after, 1) if one.name == edited.name)
    return recipe.but(steps=(*after[:at], lock, *after[at:]))


def _check_taken(before: Recipe, after: Recipe, name: str, makers: Mapping[str, Maker]) -> None:
    """An added step has what it needs, and somebody takes it.  Raises: InputError."""
    step = next((step for step in after.steps if step.name == name), None)
    if step is None:
        if all(one.name != name for one in before.steps):
            takers = _takers(after, makers)
            raise InputError(
                f"set: {name} is added, and nothing takes it.",
                f"Say who does, such as --set {takers[0] if takers else 'cut.matte'}={name}.",
                step=name,
            )
        return
    needed = [item.name for item in makers[step.maker].inputs if item.needed] if step.maker in makers else []
    for missing in (one for one in needed if one not in step.inputs):
        raise InputError(
            f"{name}: its input {missing} is missing.",
            f"Add --set {name}.{missing}= with a step that is there, or source:ID.",
            step=name,
        )


def _takers(recipe: Recipe, makers: Mapping[str, Maker]) -> list[str]:
    """The inputs of the recipe's steps, beside the picture itself, that take a clip."""
    return [
        f"{step.name}.{item.name}"
        for step in recipe.steps
        if step.maker in makers
        for item in makers[step.maker].inputs
        if item.kind == "clip" and item.name not in ("plate", "element")
    ]


def _with_parameter(step: Step, maker: Maker, one: Setting) -> tuple[Step, str]:
    before = maker.checked(step.params)
    given = {**step.params, one.name: _parsed(maker, one)}
    value = _plain(getattr(maker.checked(given), one.name))
    default = next(item.default for item in maker.parameters() if item.name == one.name)
    params = {**step.params, one.name: value}
    if is_same(value, _plain(default)):
        del params[one.name]
    was = _plain(getattr(before, one.name))
    return step.but(params=params), f"{one.step}.{one.name} from {_shown(was)} to {_shown(value)}"


def _parsed(maker: Maker, one: Setting) -> Any:
    """What was written, in the shape that the parameter has; the maker's own checks do the rest."""
    info = maker.params.model_fields.get(one.name)
    annotation = info.annotation if info else str
    members = get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,)
    if type(None) in members and one.text.casefold() in ("", "none"):
        return None
    if any(get_origin(member) is tuple for member in members):
        return tuple(part for part in re.split(r"[,\s]+", one.text) if part)
    return one.text


def _plain(value: Any) -> Any:
    """A value as a record keeps it."""
    if isinstance(value, BaseModel):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if value is None or value == "":
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


_MAY_BE: dict[str, tuple[SourceRole, ...]] = {
    mattes.MATTE: ("matte", "painted"),
    "picture": ("matte", ""),
    "painted": ("painted",),
    "clean": ("clean", ""),
    "edit": ("edit",),
    "element": ("",),
}
"""What a source must have been brought in as, by the input that takes it."""


def _step_for(
    recipe: Recipe, taken: Input, one: Setting, makers: Mapping[str, Maker], brought: Sequence[Brought]
) -> Step | None:
    """The step that makes a matte of what was written, where an input takes one; None if it takes it as it is.

    Raises: InputError for a source that was not brought in for this.
    """
    drawn = next((maker for maker in mattes.of_plate(makers) if maker.name == one.text), None)
    if taken.name == mattes.MATTE and drawn and all(step.name != one.text for step in recipe.steps):
        return Step(name=drawn.name, maker=drawn.name, version=drawn.version, inputs={PLATE: PLATE})
    aid = next((item for item in brought if f"{SOURCE}{item.id}" == one.text), None)
    if aid is None:
        return None
    may = _MAY_BE.get(taken.name)
    if may and aid.role not in may:
        raise InputError(
            f"{one.step}: {one.name} is {one.text}, which was brought in as {aid.role or 'footage'}; it takes "
            f"{' or '.join(role or 'footage' for role in may)}.",
            f"Bring it in as what it is: manyhands source add FILE{f' --as {may[0]}' if may[0] else ''}.",
            step=one.step,
        )
    if aid.role not in ("matte", "painted") or (may and taken.name != mattes.MATTE):
        return None
    maker = mattes.maker_for(aid.role, makers)
    if maker is None:
        raise InputError(f"{one.step}: no maker is installed that makes a matte of {one.text}.", "Install one.")
    there = next(
        (step for step in recipe.steps if step.maker == maker.name and set(aid.sources) <= {*step.sources}), None
    )
    return there or mattes.step_of(aid, maker, free_name(recipe.steps, maker.name), mattes.params_of(aid, maker))


def _with_input(
    recipe: Recipe, step: Step, taken: Input, one: Setting, makers: Mapping[str, Maker]
) -> tuple[Step, str]:
    was = step.inputs.get(one.name, "none")
    inputs = {name: source for name, source in step.inputs.items() if name != one.name}
    if one.text.casefold() in ("", "none") and not taken.needed:
        return step.but(inputs=inputs), f"{one.step}.{one.name} from {was} to none"
    after = _fed_by(recipe, step.name)
    fitting = [
        other.name
        for other in recipe.steps
        if other.name not in after and other.maker in makers and makers[other.maker].gives == taken.kind
    ]
    fitting += [PLATE] if taken.kind == "clip" else []
    if one.text not in fitting and not (taken.kind == "clip" and one.text.startswith(SOURCE)):
        may = [*fitting, *(["source:ID"] if taken.kind == "clip" else []), *([] if taken.needed else ["none"])]
        raise InputError(
            f"{one.step}: {one.name} is {one.text!r}; it takes a {taken.kind} that is there before it.",
            f"It may be {', '.join(may)}.",
            step=one.step,
        )
    return step.but(inputs={**inputs, one.name: one.text}), f"{one.step}.{one.name} from {was} to {one.text}"


def _fed_by(recipe: Recipe, name: str) -> set[str]:
    """A step and all that take from it, on whatever way."""
    fed = {name}
    for step in recipe.steps:
        if fed & set(step.inputs.values()):
            fed.add(step.name)
    return fed


def used(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Without what nothing takes: the last step is the result."""
    while True:
        taken = {name for step in steps for name in step.inputs.values()}
        left = tuple(step for step in steps if step.name in taken or step is steps[-1])
        if left == steps:
            return steps
        steps = left
