"""What the browser is told: the shapes of the answers, of which the client's types are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from manyhands.actions.gate import Check
from manyhands.actions.orders import Standing
from manyhands.actions.proposals import NO_PREVIEW, Adjustment, Answer, Offer
from manyhands.actions.sheet import Row
from manyhands.actions.ways import Choice
from manyhands.core.decision import Decision
from manyhands.core.extent import Extent
from manyhands.core.hand import Hand
from manyhands.core.maker import Maker
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.makers import all_makers, find_maker
from manyhands.propose import neighbours
from manyhands.propose.wording import lines_of
from manyhands.review.pictures import hand_colours


class Frames(BaseModel):
    """Frames ``first`` to ``last``, both included, at ``rate`` (exact) or ``fps`` (for clocks) frames a second."""

    first: int
    last: int
    rate: str
    fps: float

    @classmethod
    def of(cls, span: Span) -> Frames:
        return cls(first=span.start, last=span.end, rate=str(span.rate_fps), fps=float(Fraction(span.rate_fps)))


class Part(BaseModel):
    """One hand's part of a take; ``colour`` is its colour in every picture, as #rrggbb."""

    hand: str
    name: str
    origin: str
    colour: str
    origin_ppm: int
    altered_ppm: int
    area_ppm: int
    frames: int


class Person(BaseModel):
    name: str
    roles: tuple[str, ...]


class Production(BaseModel):
    """What is open; ``name`` is empty while there is none, ``me`` while nobody has said who they are."""

    name: str
    folder: str
    me: str
    roles: tuple[str, ...]
    may: tuple[str, ...]
    people: tuple[Person, ...]
    version: str
    head: int
    is_team: bool = False


class Verdict(BaseModel):
    """What a named person said of a take."""

    id: str
    verdict: str
    by: str
    reason: str
    note: str
    at: str
    saw_it: bool

    @classmethod
    def of(cls, decision: Decision) -> Verdict:
        return cls(
            id=decision.id, verdict=decision.verdict, by=decision.by.name, reason=decision.reason, note=decision.note,
            at=decision.at, saw_it=bool(decision.seen),
        )  # fmt: skip


class TakeShown(BaseModel):
    id: str
    shot: str
    recipe: str
    name: str
    seed: int
    frames: Frames
    width: int
    height: int
    stamp: str
    seconds: float
    cost_minor: int
    currency: str
    extent: tuple[Part, ...]
    empty_ppm: int
    changed_ppm: int
    answers: str
    verdicts: tuple[Verdict, ...]
    seen_by_me: bool

    @classmethod
    def of(cls, take: Take, recipe: Recipe, verdicts: Sequence[Decision], *, seen: bool) -> TakeShown:
        return cls(
            id=take.id, shot=take.shot, recipe=take.recipe, name=recipe.name, seed=take.seed,
            frames=Frames.of(take.span), width=take.width, height=take.height, stamp=take.frames_sha256[:12],
            seconds=take.seconds, cost_minor=take.cost_minor, currency=take.currency,
            extent=parts(take.extent, take.hands), empty_ppm=take.extent.empty_ppm,
            changed_ppm=take.extent.changed_ppm, answers=take.answers,
            verdicts=tuple(Verdict.of(one) for one in verdicts if one.take == take.id), seen_by_me=seen,
        )  # fmt: skip


class ShotCard(BaseModel):
    """A shot on the contact sheet: where it stands, and what waits for whom."""

    id: str
    standing: str
    frames: Frames
    note: str
    plate: str
    take: str
    picture: str
    takes: int
    extent: tuple[Part, ...]
    waits: str


class PlateShown(BaseModel):
    id: str
    title: str
    owner: str
    licence: str
    credit: str
    deliverable: bool
    width: int
    height: int
    colour_space: str
    notes: tuple[str, ...]
    stamp: str


class Control(BaseModel):
    """One parameter of a step, as a form shows it; ``set`` is how it is written in a setting."""

    set: str
    name: str
    about: str
    unit: str
    low: float | None
    high: float | None
    names: tuple[str, ...]
    value: Any
    default: Any


class StepShown(BaseModel):
    """A step: ``says`` are the parts of its line, ``before`` and ``after`` whom it may be moved past."""

    name: str
    maker: str
    about: str
    origin: str
    inputs: dict[str, str]
    says: tuple[str, ...]
    before: str
    after: str
    controls: tuple[Control, ...]


class AdjustmentShown(BaseModel):
    """One thing that a person changed by hand; its number is its place in the list, from 1."""

    number: int
    told: str
    written: str
    turn: int
    by: str
    at: str
    why: str
    undone_by: str
    undone_at: str

    @classmethod
    def of(cls, number: int, one: Adjustment) -> AdjustmentShown:
        return cls(number=number, **one.model_dump(include=set(cls.model_fields)))


class SketchShown(BaseModel):
    """A recipe as it would be with what is changed by hand, and each change in words."""

    steps: tuple[StepShown, ...]
    told: tuple[str, ...]


class MakerShown(BaseModel):
    """A maker whose step may be added; ``needs`` is what must be at hand for it."""

    name: str
    about: str
    origin: str
    kind: str
    needs: tuple[str, ...]


class OfferShown(BaseModel):
    """A proposed recipe, with its pictures as far as they are made."""

    recipe: str
    name: str
    why: tuple[str, ...]
    steps: tuple[StepShown, ...]
    has_preview: bool
    no_preview: str
    findings: tuple[str, ...]
    price: str
    is_complete: bool

    @classmethod
    def of(cls, offer: Offer) -> OfferShown:
        return cls(
            recipe=offer.recipe.id, name=offer.recipe.name, why=offer.recipe.why,
            steps=steps_shown(offer.recipe), has_preview=offer.preview is not None, no_preview=_no_preview(offer),
            findings=offer.findings,
            price="; ".join(line for quote in offer.prices.values() for line in quote.told()),
            is_complete=offer.is_complete,
        )  # fmt: skip


class AnswerShown(BaseModel):
    """What the studio answered to a note."""

    id: str
    note: str
    understood: tuple[str, ...]
    not_understood: tuple[str, ...]
    remarks: tuple[str, ...]
    offers: tuple[OfferShown, ...]
    ways: tuple[Choice, ...]
    revises: str
    set_by: str
    why: str
    adjustments: tuple[AdjustmentShown, ...]

    @classmethod
    def of(cls, id_: str, answer: Answer, offers: Sequence[Offer]) -> AnswerShown:
        return cls(
            id=id_, note=answer.note, understood=answer.understood, not_understood=answer.not_understood,
            remarks=answer.understanding.remarks, offers=tuple(OfferShown.of(one) for one in offers),
            ways=answer.ways, revises=answer.revises, set_by=answer.set_by, why=answer.why,
            adjustments=tuple(AdjustmentShown.of(number, one) for number, one in enumerate(answer.adjustments, 1)),
        )  # fmt: skip


class Rule(BaseModel):
    """What one rule says of a shot, and what would cure it."""

    pack: str
    rule: str
    verdict: str
    says: str
    missing: tuple[str, ...]
    cure: str
    approved: str
    stops: bool


class Gate(BaseModel):
    """Everything that must be green or decided before a delivery."""

    may: bool
    errors: tuple[dict[str, Any], ...]
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, check: Check | None, errors: Sequence[dict[str, Any]]) -> Gate:
        rules = tuple(Rule(**one.model_dump(include=set(Rule.model_fields))) for one in check.found) if check else ()
        return cls(may=not errors and not any(rule.stops for rule in rules), errors=tuple(errors), rules=rules)


class ShotShown(BaseModel):
    """Everything of one shot that its page shows."""

    id: str
    standing: str
    frames: Frames
    notes: tuple[str, ...]
    plate: PlateShown
    answers: tuple[AnswerShown, ...]
    takes: tuple[TakeShown, ...]
    accepted: str
    orders: tuple[Standing, ...]


def parts(extent: Extent, hands: Sequence[Hand]) -> tuple[Part, ...]:
    """The hands of an extent with their colours, the largest part first."""
    colours = hand_colours(hands)
    found = [
        Part(
            hand=one.hand.id, name=one.hand.name, origin=one.hand.origin,
            colour=css(colours, one.hand),
            origin_ppm=one.origin_ppm, altered_ppm=one.altered_ppm, area_ppm=one.area_ppm, frames=one.frames,
        )
        for one in extent.hands
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda part: -part.origin_ppm))


def css(colours: Mapping[str, tuple[int, int, int]], hand: Hand) -> str:
    """A hand's colour as #rrggbb; of one that has no pixel a grey."""
    return "#{:02x}{:02x}{:02x}".format(*colours.get(hand.id, (120, 120, 120)))


def steps_shown(recipe: Recipe) -> tuple[StepShown, ...]:
    """The steps of a recipe in their order, each with its form, which is derived from its maker's parameters."""
    past, lines = neighbours(recipe, all_makers()), lines_of(recipe, all_makers())
    return tuple(_step_shown(step, lines[step.name], *past[step.name]) for step in recipe.steps)


def _step_shown(step: Step, says: tuple[str, ...], before: str, after: str) -> StepShown:
    maker = find_maker(step.maker)
    return StepShown(
        name=step.name, maker=maker.name, about=maker.about, origin=maker.origin, inputs=step.inputs,
        says=says, before=before, after=after, controls=controls(maker, step.name, step.params),
    )  # fmt: skip


def _no_preview(offer: Offer) -> str:
    """Why there can be no moving picture of a proposal; empty where there can."""
    if offer.prices:
        return "no picture before it is paid for"
    if not offer.is_complete:
        return "not complete as it is"
    needs = {need for step in offer.recipe.steps for need in find_maker(step.maker).needs}
    return NO_PREVIEW if needs else ""


def maker_shown(maker: Maker) -> MakerShown:
    return MakerShown(name=maker.name, about=maker.about, origin=maker.origin, kind=maker.kind, needs=maker.needs)


def controls(maker: Maker, step: str, params: dict[str, Any]) -> tuple[Control, ...]:
    """Every parameter that can be set in a form, with what it is set to."""
    return tuple(
        Control(
            set=f"{step}.{one.name}", name=one.name, about=one.about, unit=one.unit, low=one.low, high=one.high,
            names=tuple(map(str, one.names)), value=_plain(params.get(one.name, one.default)),
            default=_plain(one.default),
        )
        for one in maker.parameters()
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value)


def plate_shown(source: Source, size: tuple[int, int], notes: Sequence[str]) -> PlateShown:
    return PlateShown(
        id=source.id, title=source.title, owner=source.owner, licence=source.terms.licence, credit=source.terms.credit,
        deliverable=source.terms.deliverable, width=size[0], height=size[1], colour_space=source.colour_space,
        notes=tuple(notes), stamp=source.sha256[:12],
    )  # fmt: skip


def card(row: Row, working: Sequence[Standing]) -> ShotCard:
    """A shot on the contact sheet: by the take that stands accepted, or else the last one."""
    shot, take = row.shot, row.take
    at = shot.span.start + shot.span.length // 2
    picture = (
        f"/api/takes/{quote(take.id, safe='')}/frames/{at}/take.jpg?size=thumb&v={take.frames_sha256[:12]}" if take
        else f"/api/shots/{quote(shot.id, safe='')}/frames/{at}/plate.jpg?size=thumb"
    )  # fmt: skip
    return ShotCard(
        id=shot.id, standing=shot.standing, frames=Frames.of(shot.span), note=shot.notes[-1] if shot.notes else "",
        plate=shot.plate, take=take.id if take else "", picture=picture, takes=row.takes,
        extent=parts(take.extent, take.hands) if take else (), waits=_waits(shot, working),
    )  # fmt: skip


def _waits(shot: Shot, working: Sequence[Standing]) -> str:
    if working:
        return "being made" if working[0].order.what == "run" else "at work"
    waits = {
        "open": "for a note",
        "proposed": "for a choice",
        "taken": "for a decision by a director, producer or AI supervisor",
        "approved": "to be delivered",
        "delivered": "",
    }
    return waits[shot.standing]
