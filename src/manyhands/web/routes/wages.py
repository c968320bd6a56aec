"""Wages: the rate cards that are kept, what hours would come to by one, and booking just that."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from typing import Annotated, get_args

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from manyhands.actions import labour
from manyhands.actions.cards import RateCard, cards, keep_card
from manyhands.actions.roles import ROLES
from manyhands.core.currency import MINOR_DIGITS, money
from manyhands.core.entry import Entry
from manyhands.core.labour import Work
from manyhands.ledger.rates import DAYS, FIELDS, MINIMUM, MINUTES, OVERTIME, TEMPLATE
from manyhands.web.desk import By, InStudio

router = APIRouter(prefix="/api/wages", tags=["wages"])

Cell = Annotated[str, Field(max_length=400)]
Row = Annotated[dict[Annotated[str, Field(max_length=40)], Cell], Field(max_length=20)]
Rows = Annotated[tuple[Row, ...], Field(max_length=200)]


class RateCardShown(BaseModel):
    """A rate card with its rows, each by its fields, as text; ``by`` kept it ``at`` a moment, empty in the template."""

    id: str
    title: str
    rate: Rows
    overtime: Rows
    minimum: Rows
    by: str = ""
    at: str = ""


class CardsShown(BaseModel):
    """The cards that are kept, the empty one, and the words that a row may have."""

    cards: tuple[RateCardShown, ...]
    template: RateCardShown
    fields: dict[str, tuple[str, ...]]
    roles: tuple[str, ...]
    works: tuple[str, ...]
    currencies: tuple[str, ...]
    per: tuple[str, ...]
    days: tuple[str, ...]


class NewCard(BaseModel):
    """A card as it was filled in; rows without their figure are left out."""

    title: Annotated[str, Field(max_length=120)]
    rate: Rows = ()
    overtime: Rows = ()
    minimum: Rows = ()


class Unbooked(BaseModel):
    """Hours that no wages are booked for: how many entries and minutes, of how many people."""

    entries: int
    minutes: int
    people: int


class WageLine(BaseModel):
    """What one line comes to; ``kind`` is its work, Overtime, or the least that a day pays."""

    transaction: str
    person: str
    kind: str
    amount: str
    about: str
    method: str


class WageSum(BaseModel):
    """What all lines of a person, or of everybody (nobody named), come to in one currency."""

    person: str
    amount: str


class WagesShown(BaseModel):
    """What is to be booked, or was; ``stamp`` is what is sent along to book just this."""

    card: str
    stamp: str
    lines: tuple[WageLine, ...]
    sums: tuple[WageSum, ...]


class WagesWish(BaseModel):
    """The card, and the stamp of what was looked at."""

    card: Annotated[str, Field(max_length=200)]
    looked_at: Annotated[str, Field(min_length=1, max_length=64)]


@router.get("/cards")
def kept(studio: InStudio, by: By) -> CardsShown:
    """The rate cards, and an empty one to fill in: no figure is made up."""
    empty = tomllib.loads(TEMPLATE.read_text(encoding="utf-8"))
    rows = {kind: tuple(empty[kind]) for kind in ("rate", "overtime", "minimum")}
    return CardsShown(
        cards=tuple(map(_card, cards(studio, by))), template=RateCardShown(id="", title="", **rows),
        fields={"rate": FIELDS, "overtime": OVERTIME, "minimum": MINIMUM}, roles=ROLES, works=get_args(Work),
        currencies=tuple(sorted(MINOR_DIGITS)), per=tuple(MINUTES), days=DAYS,
    )  # fmt: skip


@router.put("/cards")
def keep(studio: InStudio, by: By, wish: NewCard) -> RateCardShown:
    """Keep a rate card, or put it in the place of the one with its title; nothing is booked by that."""
    return _card(keep_card(studio, by, wish.title, wish.model_dump(exclude={"title"})))


@router.get("/unbooked")
def unbooked(studio: InStudio, by: By) -> Unbooked:
    """How many hours wait for their wages."""
    studio.check(by, "wages")
    found = labour.unbooked(studio)
    return Unbooked(
        entries=len(found), minutes=sum(one.minutes for one in found), people=len({one.by.id for one in found})
    )


@router.get("/draft")
def draft(studio: InStudio, by: By, card: Annotated[str, Query(max_length=200)]) -> WagesShown:
    """What the hours that are not booked come to by a card, line by line; nothing is booked."""
    return _wages(card, labour.wages(studio, by, card, is_draft=True))


@router.post("")
def book(studio: InStudio, by: By, wish: WagesWish) -> WagesShown:
    """Book what was looked at, all of it; once anything changed since, nothing is."""
    return _wages(wish.card, labour.wages(studio, by, wish.card, looked_at=wish.looked_at))


def _card(one: RateCard) -> RateCardShown:
    return RateCardShown(
        id=one.id, title=one.title, rate=one.rate, overtime=one.overtime, minimum=one.minimum, by=one.by.name, at=one.at
    )


def _wages(card: str, made: list[Entry]) -> WagesShown:
    lines, kind = [], ""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for one in made:
        root, *rest = one.account.split(":")
        if root != "Liabilities":
            kind = "the day's least" if one.transaction.startswith("least-") else rest[0]
            continue
        lines.append(
            WageLine(
                transaction=one.transaction, person=rest[0], kind=kind, amount=money(-one.amount_minor, one.currency),
                about=one.about, method=one.method,
            )
        )  # fmt: skip
        sums[rest[0], one.currency] -= one.amount_minor
        sums["", one.currency] -= one.amount_minor
    each = tuple(WageSum(person=who, amount=money(minor, code)) for (who, code), minor in sorted(sums.items()))
    return WagesShown(card=card, stamp=labour.stamp_of(made), lines=tuple(lines), sums=each)
