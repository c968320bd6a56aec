"""One choice for the person: every way to what a note wants, with what each costs, takes, sends and touches.

The ways are found by ``propose.ways``; here they get what only the production knows: prices, time on this machine,
terms, and the rules that the production is held to.  What cannot be done here is said in a sentence; nothing else
is put in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from manyhands.actions.facts import facts_ahead, use_of
from manyhands.actions.jobs import job, job_to_look_at
from manyhands.actions.policies import policies
from manyhands.actions.slate import Slate, slate
from manyhands.actions.studio import Studio
from manyhands.core.errors import ManyhandsError
from manyhands.core.maker import AboutModel, Kind, Maker, Purpose
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.spend import Quote
from manyhands.makers import find_maker
from manyhands.propose import Way
from manyhands.propose.ways import WHY
from manyhands.rights import Pack, judge
from manyhands.run.take import believed_seconds


class Touched(BaseModel):
    """A rule that a way touches: what follows from it, and the facts that nobody has given yet."""

    model_config = ConfigDict(frozen=True)

    pack: str
    rule: str
    verdict: str
    says: str
    missing: tuple[str, ...] = ()


class Choice(BaseModel):
    """One way to what a note wants, as a person chooses among them.

    Args:
        rank: from 1; simulated, from the plate, taught, open-weight, hosted.
        recipe: the id of the recipe that goes this way; empty where there is none to run.
        name: what ``run`` calls that recipe.
        say: the word by which a note asks for it, where it needs one.
        lacks: why it cannot be run here as things stand, and what would cure it; empty where it can.
        minor_most: what it costs at most, in minor units of ``currency``; None where that is not known.
        seconds: what it is believed to take here; None where that is not known.
        leaves: what leaves the machine, in sentences.
        trained_on: what its models were trained on, as their makers state it.
        remarks: what else to know of it.
        rules: the rules of the production's packs that it touches.
        why: why it stands where it does.
    """

    model_config = ConfigDict(frozen=True)

    rank: int
    kind: Kind
    purposes: tuple[Purpose, ...]
    makers: tuple[str, ...]
    recipe: str = ""
    name: str = ""
    say: str = ""
    lacks: str = ""
    minor_most: int | None = 0
    currency: str = ""
    seconds: float | None = None
    leaves: tuple[str, ...] = ()
    trained_on: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    rules: tuple[Touched, ...] = ()
    why: str = ""

    @property
    def can_run(self) -> bool:
        return bool(self.recipe)


def choices(studio: Studio, shot: Shot, found: Sequence[Way], size: tuple[int, int]) -> list[Choice]:
    """The ways with all that a person should know of each, in the order of the house.

    Within a kind what can be run comes before what lacks something, and what costs less before what costs more.
    Args:
        size: of the plate, in pixels.
    """
    packs, known = policies(studio), slate(studio, [shot])
    beside = {(one.pack, one.rule.id): one.verdict for one in judge(packs, facts_ahead(known, shot, []))}
    told = [_choice(studio, shot, way, size, packs, beside, known) for way in found]
    order = {way.kind: number for number, way in enumerate(found)}  # found are in the order of their kinds
    told.sort(key=lambda one: (order[one.kind], not one.can_run, one.minor_most or 0))
    return [one.model_copy(update={"rank": rank}) for rank, one in enumerate(told, 1)]


Beside = Mapping[tuple[str, str], str]
"""What rules say of any way, by pack and rule."""


def _choice(
    studio: Studio,
    shot: Shot,
    way: Way,
    size: tuple[int, int],
    packs: Sequence[Pack],
    beside: Beside,
    known: Slate,
) -> Choice:
    steps = way.recipe.steps if way.recipe else ()
    lacks = way.lacks or (_lacks(studio, shot, way.recipe) if way.recipe else "")
    quotes, unpriced = _quotes(steps, shot, size)
    models = [(maker, maker.about_model(maker.checked(step.params))) for step, maker in _makers(steps)]
    # a maker that nobody has set up yet is told of as it comes
    plain = [find_maker(name) for name in way.makers] if not steps else []
    models += [(maker, maker.about_model(maker.checked({}))) for maker in plain]
    runs = not (lacks or unpriced)
    is_ours = not any(maker.needs for _, maker in _makers(steps))  # else the time is a service's, or a model's
    timed = job_to_look_at(studio, shot, way.recipe, seed=1) if way.recipe and is_ours and runs else None
    seconds = believed_seconds(timed, workers=studio.workers) if timed else None
    return Choice(
        rank=0,
        kind=way.kind,
        purposes=way.purposes,
        makers=way.makers,
        recipe=way.recipe.id if way.recipe and runs else "",
        name=way.recipe.name if way.recipe and runs else "",
        say=way.say,
        lacks=lacks or unpriced,
        minor_most=None if unpriced else sum(quote.minor_most for quote in quotes),
        currency=next((quote.currency for quote in quotes), ""),
        seconds=seconds,
        leaves=tuple(sentence for quote in quotes for sentence in quote.leaves),
        trained_on=tuple(
            dict.fromkeys(
                f"{maker.name}: {model.trained_on}"
                for maker, model in models
                if maker.origin == "trained" and model.trained_on
            )
        ),
        remarks=tuple(dict.fromkeys(remark for _, model in models for remark in model.remarks)),
        rules=_touched(known, shot, way, models, packs, beside),
        why=WHY[way.kind],
    )


def _makers(steps: Sequence[Step]) -> list[tuple[Step, Maker]]:
    return [(step, find_maker(step.maker)) for step in steps]


def _lacks(studio: Studio, shot: Shot, recipe: Recipe) -> str:
    """What stands in the way of a recipe: terms, keys, weights, libraries."""
    try:
        for _, maker in _makers(recipe.steps):
            maker.ready()
        job(studio, shot, recipe, seed=1)
    except ManyhandsError as error:
        return str(error)
    return ""


def _quotes(steps: Sequence[Step], shot: Shot, size: tuple[int, int]) -> tuple[list[Quote], str]:
    """What the steps cost at most, or why nobody can say."""
    try:
        return [
            maker.quote(maker.checked(step.params), shot.span, *size) for step, maker in _makers(steps) if maker.quote
        ], ""
    except ManyhandsError as error:
        return [], str(error)


def _touched(
    known: Slate,
    shot: Shot,
    way: Way,
    models: Sequence[tuple[Maker, AboutModel]],
    packs: Sequence[Pack],
    beside: Beside,
) -> tuple[Touched, ...]:
    """The rules that this way touches, beside those that any way does: what holds, and what cannot be told yet."""
    uses = [use_of(maker, way.purposes[0], model) for maker, model in models]
    steps = _makers(way.recipe.steps) if way.recipe else []
    needs = [need for step, maker in steps for need in maker.consents(maker.checked(step.params))]
    found = judge(packs, facts_ahead(known, shot, uses, needs))
    return tuple(
        Touched(pack=one.pack, rule=one.rule.id, verdict=one.verdict, says=one.rule.says, missing=one.missing)
        for one in found
        if one.verdict not in ("pass", beside[one.pack, one.rule.id])
    )
