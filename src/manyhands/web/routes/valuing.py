"""What each painter gave to a taught model: found by orders that teach it anew, published, taught again and without."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from manyhands.actions import orders, painters, reteaching
from manyhands.actions.measuring import Plan, measure, published
from manyhands.actions.orders import Order, Standing
from manyhands.actions.painters import TaughtBy
from manyhands.actions.reteaching import Retaught
from manyhands.actions.studio import Studio
from manyhands.core.errors import NotFoundError, TrustError
from manyhands.core.hand import Hand
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.web.desk import By, InStudio
from manyhands.web.door import Trouble
from manyhands.web.pictures import handed_over, picture

router = APIRouter(prefix="/api/valuing", tags=["valuing"])

TRUTHS = ("matte", "painted", "clean")
ORDERED = ("measure", "recompute", "reteach")
MOST_ORDERS = 12

Id = Annotated[str, Path(max_length=200)]
Name = Annotated[str, Field(max_length=200)]
Steps = Annotated[int, Query(ge=0, le=100_000)]


class Painter(BaseModel):
    """Somebody whose painted frames taught a model, with the sources that they are."""

    name: str
    works: tuple[str, ...]


class Gave(BaseModel):
    """What one painter was found to have given: by the measure, as a share of the model, and how sure it is."""

    name: str
    part: str
    share: str
    error: str


class SubsetShown(BaseModel):
    """What the model came to that these painters alone taught."""

    of: tuple[str, ...]
    value: str


class PublishedValues(BaseModel):
    """What was published: the parts of all painters, and the value of every subset that they come from."""

    method: str
    measure: str
    reference: str
    frames: tuple[int, ...]
    steps: int
    seeds: tuple[int, ...]
    gave: tuple[Gave, ...]
    subsets: tuple[SubsetShown, ...]


class ValuedShown(BaseModel):
    """A take whose model several taught; ``trouble`` if what was published of it does not hold any more."""

    take: str
    shot: str
    step: str
    painters: tuple[Painter, ...]
    is_accepted: bool
    published: PublishedValues | None
    trouble: Trouble | None
    orders: tuple[Standing, ...]


class Truth(BaseModel):
    """A source that models can be held against where it taught none of them."""

    id: str
    title: str
    role: str


class ValuingShown(BaseModel):
    takes: tuple[ValuedShown, ...]
    truths: tuple[Truth, ...]


class PlanShown(BaseModel):
    """What would be taught and measured, and how long that is believed to take."""

    painters: tuple[Painter, ...]
    subsets: int
    steps: int
    seeds: int
    frames: tuple[int, ...]
    measure: str
    reference: str
    believed_seconds: int


class Valuation(BaseModel):
    """How a model is to be valued: steps of each lesson (0 as the take's), the truth (none: the take), seeds."""

    steps: Annotated[int, Field(ge=0, le=100_000)] = 0
    seeds: Annotated[int, Field(ge=1, le=16)] = 1
    truth: Name = ""


class Subset(BaseModel):
    """The painters of one published subset; none is nobody."""

    of: tuple[Name, ...] = Field((), max_length=40)


class Without(BaseModel):
    """A source or a painter that a model is to be taught without, and what both are held against."""

    without: Name
    truth: Name = ""


class ScoreShown(BaseModel):
    measure: str
    frames: int
    before: float
    after: float


class RetaughtShown(BaseModel):
    """A take whose model was taught without, and how it differs; nobody has decided on it by that."""

    take: str
    shot: str
    without: tuple[str, ...]
    taught_by: tuple[str, ...]
    verdict: str
    changed: int
    of: int
    scores: tuple[ScoreShown, ...]
    picture: str


class AgainShown(BaseModel):
    """The takes that were taught without, and the orders for that."""

    takes: tuple[RetaughtShown, ...]
    orders: tuple[Standing, ...]


@router.get("")
def every(studio: InStudio, by: By) -> ValuingShown:
    """Every take whose model several taught, with what was published of it and what is being found out."""
    taught, there = painters.taught_by_several(studio, by), orders.standings(studio)
    truths = [one for one in studio.production.all(Source) if one.role in TRUTHS]
    return ValuingShown(
        takes=tuple(_valued(studio, one, there) for one in reversed(taught)),
        truths=tuple(Truth(id=one.id, title=one.title, role=one.role) for one in truths),
    )


@router.get("/{take}/plan")
def plan(
    studio: InStudio, by: By, take: Id, steps: Steps = 0, seeds: Annotated[int, Query(ge=1, le=16)] = 1,
    truth: Annotated[str, Query(max_length=200)] = "",
) -> PlanShown:  # fmt: skip
    """What valuing a take would teach, and how long; nothing is taught."""
    found: Plan = measure(studio, by, take, steps=steps, seeds=seeds, truth=truth, is_draft=True).plan
    return PlanShown(
        painters=_painters(found.painters), subsets=found.subsets, steps=found.steps, seeds=len(found.seeds),
        frames=found.frames, measure=found.measure, reference=found.reference, believed_seconds=found.believed_seconds,
    )  # fmt: skip


@router.post("/{take}")
def value(studio: InStudio, by: By, take: Id, wish: Valuation) -> Order:
    """Order that each painter's part is found; it goes on when nobody looks, and one that was stopped goes on too."""
    return orders.order(studio, by, "measure", _shot(studio, by, take), take=take, **wish.model_dump())


@router.post("/{take}/again")
def again(studio: InStudio, by: By, take: Id, wish: Subset) -> Order:
    """Order that one published subset is taught again, and held against what was published; any member may."""
    return orders.order(studio, by, "recompute", _shot(studio, by, take), take=take, of=tuple(sorted(set(wish.of))))


@router.get("/{take}/published", response_class=Response)
def file(studio: InStudio, by: By, take: Id) -> Response:
    """All that was published of a take's painters, as it stands in the log."""
    return handed_over(painters.published_file(studio, by, take))


@router.post("/{take}/without")
def teach_without(studio: InStudio, by: By, take: Id, wish: Without) -> Order:
    """Order a take whose model is taught without a source or a painter, and compared; somebody decides on it later."""
    return orders.order(studio, by, "reteach", _shot(studio, by, take), take=take, **wish.model_dump())


@router.get("/{take}/without")
def without(studio: InStudio, by: By, take: Id) -> AgainShown:
    """The takes that were taught without somebody, with how each differs."""
    made = reteaching.retaught(studio, by, take)
    return AgainShown(
        takes=tuple(map(_retaught, made)), orders=_orders(orders.standings(studio), take, "reteach")
    )  # fmt: skip


@router.get("/{take}/without/{other}.png", response_class=FileResponse)
def side_by_side(studio: InStudio, by: By, take: Id, other: Id) -> Response:
    """The frames in which a take and the one that was taught without differ most, side by side."""
    for one in reteaching.retaught(studio, by, take):
        if one.take == other and (studio.folder / one.picture).is_file():
            return picture(studio.folder / one.picture)
    raise NotFoundError("comparison", other)


def _shot(studio: Studio, by: Hand, take: str) -> str:
    studio.check(by, "look")
    return studio.production.get(Take, take).shot


def _orders(there: list[Standing], take: str, *what: str) -> tuple[Standing, ...]:
    return tuple(one for one in there if one.order.take == take and one.order.what in what)[-MOST_ORDERS:]


def _valued(studio: Studio, one: TaughtBy, there: list[Standing]) -> ValuedShown:
    document, trouble = None, None
    if one.is_measured:
        try:
            document = published(studio, one.take)
        except TrustError as error:
            trouble = Trouble(**error.shape())
    return ValuedShown(
        take=one.take, shot=one.shot, step=one.step, painters=_painters(one.painters), is_accepted=one.is_accepted,
        published=_published(document) if document else None, trouble=trouble,
        orders=_orders(there, one.take, "measure", "recompute"),
    )  # fmt: skip


def _painters(found: dict[str, tuple[str, ...]]) -> tuple[Painter, ...]:
    return tuple(Painter(name=name, works=works) for name, works in found.items())


def _published(document: dict[str, Any]) -> PublishedValues:
    plan = document["plan"]
    parts = {name: max(0.0, _number(part)) for name, part in document["parts"].items()}
    whole = sum(parts.values())
    return PublishedValues(
        method=document["shapley"], measure=plan["measure"], reference=plan["reference"], frames=tuple(plan["frames"]),
        steps=plan["steps"], seeds=tuple(plan["seeds"]),
        gave=tuple(
            Gave(
                name=name, part=f"{_number(part):.4f}", share=f"{parts[name] / whole:.2%}" if whole else "",
                error=str(document["error"].get(name, "")),
            )
            for name, part in document["parts"].items()
        ),
        subsets=tuple(
            SubsetShown(of=tuple(one["of"]), value=f"{_number(one['value']):.4f}") for one in document["values"]
        ),
    )  # fmt: skip


def _number(written: str) -> float:
    return float(Fraction(written))


def _retaught(one: Retaught) -> RetaughtShown:
    return RetaughtShown(
        take=one.take, shot=one.shot, without=one.without, taught_by=one.taught_by, verdict=one.compared.verdict,
        changed=one.compared.changed, of=one.compared.of,
        scores=tuple(ScoreShown(**vars(score)) for score in one.compared.scores),
        picture=f"/api/valuing/{one.before}/without/{one.take}.png",
    )  # fmt: skip
