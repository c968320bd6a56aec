"""Sharing what a film brought in: the split as it would be, booked just so, and what was shared before."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from manyhands.actions import royalties
from manyhands.actions.labour import still_stands
from manyhands.actions.measuring import PUBLISHED
from manyhands.actions.royalties import Shared, in_the_way, stamp_of
from manyhands.actions.studio import Studio
from manyhands.core.currency import money
from manyhands.core.entry import Entry
from manyhands.core.errors import NotFoundError
from manyhands.ledger.booking import INCOME
from manyhands.ledger.royalties import ESCROW
from manyhands.web.desk import By, InStudio
from manyhands.web.door import Trouble
from manyhands.web.pictures import handed_over

router = APIRouter(prefix="/api/royalties", tags=["royalties"])

MOST_PARTS = 500
BEGINS = "royalties-"

Sheet = Annotated[str, Field(max_length=200_000)]


class Income(BaseModel):
    """What came in, when, and what tells it from others.

    ``cut`` is the text of a CSV file with shot, first, last; ``keys`` that of a TOML file that says who the trained
    models' shares go to; both may be empty.
    """

    amount: Annotated[str, Field(max_length=24)]
    currency: Annotated[str, Field(max_length=3)]
    about: Annotated[str, Field(max_length=2000)]
    received_on: Annotated[str, Field(max_length=10)] = ""
    cut: Sheet = ""
    keys: Sheet = ""


class IncomeLookedAt(Income):
    """The same, with the stamp of the split that was looked at."""

    looked_at: Annotated[str, Field(min_length=1, max_length=64)]


class PayeeShown(BaseModel):
    """What one payee has of it; ``is_held`` in escrow, or ``is_house`` for what the production keeps."""

    name: str
    amount: str
    share: str
    how: str
    is_house: bool
    is_held: bool


class SplitPart(BaseModel):
    """One payee's share of the film by one hand in one shot; ``freed_by`` is whose it was, where it is held."""

    shot: str
    take: str
    hand: str
    payee: str
    share: str
    how: str
    freed_by: str


class ScreenTime(BaseModel):
    """A shot's share of the film's screen time."""

    shot: str
    share: str


class Stopped(BaseModel):
    """Who has no part of what comes in any more, and why."""

    name: str
    why: str


class SplitShown(BaseModel):
    """How an amount is shared, or would be.

    ``aside`` is what is put aside for wages that are owed, empty where nothing is; of very many ``parts`` the first are
    shown, of ``parts_in_all``; ``hindered`` says what keeps it from being booked.
    """

    transaction: str
    received: str
    aside: str
    payees: tuple[PayeeShown, ...]
    screen_time: tuple[ScreenTime, ...]
    parts: tuple[SplitPart, ...]
    parts_in_all: int
    stopped: tuple[Stopped, ...]
    hindered: Trouble | None
    stamp: str
    is_booked: bool


class SharedBefore(BaseModel):
    """An amount that was shared; ``has_file`` if what every payee can find it again by is there."""

    transaction: str
    about: str
    received: str
    at: str
    is_taken_back: bool
    has_file: bool


@router.get("")
def shared(studio: InStudio, by: By) -> list[SharedBefore]:
    """What was shared before, the last first."""
    studio.check(by, "ledger")
    came = [one for _, one in studio.production.beginning(Entry, "transaction", BEGINS) if one.account == INCOME]
    return [
        SharedBefore(
            transaction=one.transaction, about=one.about, received=money(-one.amount_minor, one.currency), at=one.at,
            is_taken_back=not still_stands(studio, one.transaction), has_file=_file(studio, one.transaction).is_file(),
        )
        for one in reversed(came)
    ]  # fmt: skip


@router.post("/draft")
def draft(studio: InStudio, by: By, wish: Income) -> SplitShown:
    """How an amount would be shared; nothing is booked, and a day to come may be looked at."""
    with _files(studio, wish) as (cut, keys):
        found = royalties.royalties(
            studio, by, wish.amount, currency=wish.currency, about=wish.about, cut=cut, keys=keys,
            received_on=wish.received_on, is_draft=True,
        )  # fmt: skip
    return _split(studio, found, hindered=_trouble(studio, found, wish))


@router.post("")
def book(studio: InStudio, by: By, wish: IncomeLookedAt) -> SplitShown:
    """Share an amount as it was looked at; once it would be shared otherwise, nothing is booked."""
    with _files(studio, wish) as (cut, keys):
        found = royalties.royalties(
            studio, by, wish.amount, currency=wish.currency, about=wish.about, cut=cut, keys=keys,
            received_on=wish.received_on, looked_at=wish.looked_at,
        )  # fmt: skip
    return _split(studio, found, hindered=None)


@router.get("/{transaction}/published", response_class=Response)
def published(studio: InStudio, by: By, transaction: Annotated[str, Path(max_length=200)]) -> Response:
    """All by which a payee finds their figure again: seconds, parts per million, keys, every share as a fraction."""
    studio.check(by, "look")
    path = _file(studio, transaction)
    if not re.fullmatch(rf"{BEGINS}[0-9a-f]{{12}}", transaction) or not path.is_file():
        raise NotFoundError("shared amount", transaction)
    return handed_over(path)


def _file(studio: Studio, transaction: str) -> FilePath:
    return studio.folder / PUBLISHED / f"{transaction}.json"


@contextmanager
def _files(studio: Studio, wish: Income) -> Iterator[tuple[FilePath | None, FilePath | None]]:
    """The texts that came along as files, for as long as they are read."""
    scratch = studio.folder / "scratch"
    scratch.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        found: list[FilePath | None] = []
        for name, text in (("cut.csv", wish.cut), ("keys.toml", wish.keys)):
            path = FilePath(folder) / name if text.strip() else None
            if path:
                path.write_text(text, encoding="utf-8")
            found.append(path)
        yield found[0], found[1]


def _trouble(studio: Studio, found: Shared, wish: Income) -> Trouble | None:
    error = in_the_way(studio, found.transaction, wish.about)
    return Trouble(**error.shape()) if error else None


def _split(studio: Studio, found: Shared, *, hindered: Trouble | None) -> SplitShown:
    house = f"{studio.name} (the house)"
    shares: dict[str, Fraction] = defaultdict(Fraction)
    screen: dict[str, Fraction] = defaultdict(Fraction)
    for part in found.parts:
        shares[part.payee] += part.share
        screen[part.shot] += part.share
    return SplitShown(
        transaction=found.transaction,
        received=money(found.received_minor, found.currency),
        aside=money(found.floor_minor, found.currency) if found.floor_minor else "",
        payees=tuple(
            PayeeShown(
                name=name, amount=money(minor, found.currency), share=_percent(shares[name]), how=found.methods[name],
                is_house=name == house, is_held=name == ESCROW,
            )
            for name, minor in sorted(found.amounts.items(), key=lambda one: (one[0] in (house, ESCROW), one[0]))
        ),
        screen_time=tuple(ScreenTime(shot=shot, share=_percent(share)) for shot, share in screen.items()),
        parts=tuple(
            SplitPart(**{**vars(part), "share": _percent(part.share)}) for part in found.parts[:MOST_PARTS]
        ),
        parts_in_all=len(found.parts),
        stopped=tuple(Stopped(name=name, why=why) for name, why in found.stopped.items()),
        hindered=hindered, stamp=stamp_of(found), is_booked=bool(found.published),
    )  # fmt: skip


def _percent(share: Fraction) -> str:
    return f"{float(share):.4%}".replace("%", " %")
