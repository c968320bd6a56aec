"""Who else could do what a note wants: makers by need, in the order of the house.

What a person wants (something added, taken out, changed …) is read off the makers that the note called; every other
maker that declares the same purpose is another way there.  One that takes a prompt gets the note's own words and draws
the picture anew; where the plate is to stay, the maker that takes an edit locks it over the plate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from manyhands.core.errors import ManyhandsError
from manyhands.core.maker import Kind, Maker, Purpose
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.kit.plate import Reading
from manyhands.propose import mattes
from manyhands.propose.brought import Brought
from manyhands.propose.effects import facts_of
from manyhands.propose.heard import Understanding
from manyhands.propose.planner import asks
from manyhands.propose.prompt import PROMPT, words_for
from manyhands.propose.wiring import free_name

KINDS: tuple[Kind, ...] = get_args(Kind)
WHY: Mapping[Kind, str] = {
    "simulated": "worked out by rule: nobody's pictures are in it, and it can be made again, bit by bit",
    "plate": "its pixels are the camera's own, and what was changed can be told",
    "taught": "learnt from what a person painted for this shot, and from nobody else's work",
    "open-weight": "drawn by a model that others trained; it runs here, and nothing leaves the machine",
    "hosted": "drawn by a model on somebody else's machine: it costs money, pictures leave, and it is never made twice",
}
"""Why a kind of maker is offered where it is."""

_REPLACES: tuple[Purpose, ...] = ("take out", "matte", "enlarge", "retime")
"""What any maker that can do it does as well as another; who adds smoke does not add rain."""
_PICTURED: tuple[Purpose, ...] = ("add", "take out", "change")
"""What is done to a plate that is to stay as it is elsewhere."""


@dataclass(frozen=True)
class Way:
    """One way to what a note wants.

    Args:
        purposes: what of the note's wants it does.
        makers: who does it.
        recipe: how, as far as it can be said; one that the note's readings have is theirs.
        say: the word by which a note asks for it, where it does so in words.
        lacks: what is missing for a recipe.
    """

    purposes: tuple[Purpose, ...]
    kind: Kind
    makers: tuple[str, ...]
    recipe: Recipe | None = None
    say: str = ""
    lacks: str = ""


def ways(
    literal: Recipe,
    heard: Understanding,
    reading: Reading,
    makers: Mapping[str, Maker],
    *,
    previous: Recipe | None = None,
    brought: Sequence[Brought] = (),
) -> list[Way]:
    """Every way to what a note wants, its own first among those of its kind; the kinds in the order of the house.

    Args:
        literal: the recipe that the note's words came to.
    """
    there = {step.maker for step in literal.steps}
    called = [mention.maker for mention in heard.mentions if asks(mention, makers) and mention.maker in there]
    called += [step.maker for step in reversed(literal.steps) if not called]
    own = [makers[name] for name in dict.fromkeys(called) if name in makers and makers[name].purposes]
    if not own:
        return []
    steps = {step.maker: step for step in reversed(literal.steps)}
    wanted = {maker.name: maker.purpose_of(steps[maker.name].params, steps[maker.name].inputs) for maker in own}
    purposes = tuple(dict.fromkeys(wanted.values()))
    # who needs most of others stands for the whole: smoke and a model's edit together are the model's
    kind = max((maker.kind for maker in own), key=KINDS.index)
    found = [Way(purposes, kind, tuple(wanted), literal)]
    for maker in makers.values():
        serves = tuple(purpose for purpose in purposes if purpose in maker.purposes)
        if maker.name in wanted or not serves or maker.fills:
            continue
        if PROMPT in maker.params.model_fields:
            way = _drawn(serves, maker, heard, reading, makers, previous, brought)
            alike = any(other.recipe and other.recipe.name == maker.kind for other in found)
            name = f"{maker.kind}, {maker.name}" if alike else maker.kind
            found.append(replace(way, recipe=way.recipe.but(name=name)) if way.recipe else way)
        elif maker.words.nouns and set(serves) & set(_REPLACES):
            missing = sorted(mattes.needs_of(maker) - {PLATE, *(one.role for one in brought)})
            lacks = f"It needs {mattes.need_told(missing)}. {mattes.ways_told(missing, makers)}" if missing else ""
            found.append(Way(serves, maker.kind, (maker.name,), say=next(iter(maker.words.nouns)), lacks=lacks))
    return sorted(found, key=lambda way: KINDS.index(way.kind))


def _drawn(
    purposes: tuple[Purpose, ...],
    maker: Maker,
    heard: Understanding,
    reading: Reading,
    makers: Mapping[str, Maker],
    previous: Recipe | None,
    brought: Sequence[Brought],
) -> Way:
    """The picture drawn anew by a model from the note's words, and locked over the plate where that is to stay."""
    purpose = purposes[0]
    steps = list(previous.steps) if previous else []
    below = steps[-1].name if steps else PLATE
    takes = {item.name for item in maker.inputs}
    matte = _matte(steps, makers, brought) if mattes.MATTE in takes or purpose in _PICTURED else ""
    inputs = {PLATE: below} if PLATE in takes else {}
    inputs |= {mattes.MATTE: matte} if matte and mattes.MATTE in takes else {}
    prompt = {PROMPT: words_for(heard.note)} if purpose in (*_PICTURED, "generate") else {}
    params = {**facts_of(maker, reading), **prompt, **maker.set_for(purpose, set(inputs))}
    try:
        maker.checked(params)
    except ManyhandsError as error:
        return Way(purposes, maker.kind, (maker.name,), lacks=str(error))
    drawn = Step(
        name=free_name(steps, maker.name), maker=maker.name, version=maker.version, params=params, inputs=inputs
    )
    steps.append(drawn)
    why = [f"Another way: {maker.name} draws the whole picture anew from the words of the note; {WHY[maker.kind]}."]
    lock = next((one for one in makers.values() if "edit" in mattes.needs_of(one)), None)
    if purpose in _PICTURED and lock is not None:
        given = {PLATE: below, "edit": drawn.name, **({mattes.MATTE: matte} if matte else {})}
        steps.append(Step(name=free_name(steps, lock.name), maker=lock.name, version=lock.version, inputs=given))
        why.append(f"{lock.name} takes over what really changed; all else stays the plate's, bit for bit.")
    recipe = Recipe(steps=tuple(steps), why=tuple(why))
    return Way(purposes, maker.kind, (maker.name,), recipe)


def _matte(steps: list[Step], makers: Mapping[str, Maker], brought: Sequence[Brought]) -> str:
    """The name of the step that makes a matte of what was brought in; it is added, where something was."""
    for aid in brought:
        maker = mattes.maker_of(aid, makers)
        if maker is not None:
            step = mattes.step_of(aid, maker, free_name(steps, maker.name), mattes.params_of(aid, maker))
            steps.append(step)
            return step.name
    return ""
