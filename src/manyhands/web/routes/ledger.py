"""The ledger: money with its currency and exact minor units, never more than a page of it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from manyhands.actions import accounts, books
from manyhands.core.currency import MINOR_DIGITS, money
from manyhands.core.entry import Entry
from manyhands.core.errors import NotFoundError
from manyhands.ledger.exports import FORMATS
from manyhands.web.desk import AtDesk, By, InStudio
from manyhands.web.pictures import handed_over

router = APIRouter(prefix="/api/ledger", tags=["ledger"])

EXPORTS = "scratch/exports"

Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Asked = Annotated[str, Query(max_length=200)]
Id = Annotated[str, Path(max_length=200)]


class EntryShown(BaseModel):
    """A line of the ledger; ``amount`` is as people read it, debit positive; ``line`` is where the log holds it."""

    id: str
    transaction: str
    account: str
    amount: str
    amount_minor: int
    currency: str
    about: str
    method: str
    at: str
    reverses: str
    line: int


class EntriesShown(BaseModel):
    total: int
    offset: int
    entries: tuple[EntryShown, ...]


class BalanceShown(BaseModel):
    """What stands on an account; ``person`` and ``kind`` where it is what somebody is owed, which is then positive."""

    account: str
    currency: str
    amount: str
    amount_minor: int
    person: str
    kind: str


class Money(BaseModel):
    """What the ledger's forms need to know."""

    currencies: tuple[str, ...]
    exports: tuple[str, ...]


class Payment(BaseModel):
    """Somebody was paid, outside Manyhands; ``about`` tells this payment from others."""

    person: Name
    amount: Annotated[str, Field(max_length=24)]
    currency: Annotated[str, Field(max_length=3)]
    kind: Literal["Wages", "Royalties", "Licences", "Replica"]
    about: Text


class Reversal(BaseModel):
    transaction: Name
    why: Text


class Reversed(BaseModel):
    """What took a transaction back; ``overpaid`` says who was paid more than they are owed now, and what to do."""

    entries: tuple[EntryShown, ...]
    overpaid: tuple[str, ...]


class BooksVerified(BaseModel):
    entries: int
    lines: int
    faults: tuple[str, ...]
    more_faults: int


@router.get("/money")
def currencies() -> Money:
    """The currencies that can be paid in, and the formats that the ledger is written in."""
    return Money(currencies=tuple(sorted(MINOR_DIGITS)), exports=tuple(FORMATS))


@router.get("/balances")
def balances(studio: InStudio, by: By) -> list[BalanceShown]:
    """What stands on each account."""
    return [balance_shown(*one) for one in books.balances_now(studio, by)]


@router.get("/entries")
def entries(
    studio: InStudio,
    by: By,
    person: Asked = "",
    shot: Asked = "",
    offset: Annotated[int, Query(ge=0)] = 0,
    most: Annotated[int, Query(ge=1, le=books.MOST_ON_A_PAGE)] = 100,
) -> EntriesShown:
    """A page of entries, the newest first; on a person's accounts, or brought about by a shot."""
    found = books.page(studio, by, person=person, shot=shot, offset=offset, most=most)
    shown = tuple(entry_shown(line, one) for line, one in found.entries)
    return EntriesShown(total=found.total, offset=offset, entries=shown)


@router.post("/payments")
def pay(studio: InStudio, by: By, wish: Payment) -> list[EntryShown]:
    """Record that a person was paid what they were owed; no money is moved."""
    said = wish.model_dump(exclude={"person", "amount"})
    return [entry_shown(0, one) for one in accounts.pay(studio, by, wish.person, wish.amount, **said)]


@router.post("/reversals")
def reverse(studio: InStudio, by: By, wish: Reversal) -> Reversed:
    """Take a transaction back, by entries of its own and with a reason."""
    made = accounts.reverse(studio, by, wish.transaction, why=wish.why)
    shown = tuple(entry_shown(0, one) for one in made)
    return Reversed(entries=shown, overpaid=tuple(accounts.overpaid(studio, made)))


@router.post("/verification")
def verify(desk: AtDesk, studio: InStudio, by: By) -> BooksVerified:
    """Hold every entry against the log, and the ledger against its own rules."""
    studio.check(by, "look")
    found = accounts.verify_ledger(desk.folder)
    told = found.faults[:200]
    return BooksVerified(
        entries=found.entries, lines=found.lines, faults=told, more_faults=len(found.faults) - len(told)
    )  # fmt: skip


@router.get("/exports/{format}", response_class=Response)
def export(desk: AtDesk, studio: InStudio, by: By, format: Id) -> Response:
    """The ledger as a journal that another program reads and checks."""
    studio.check(by, "ledger")
    if format not in FORMATS:
        raise NotFoundError("format", format, known=list(FORMATS))
    out = desk.folder / EXPORTS / f"ledger.{format}"
    return handed_over(accounts.export_ledger(studio, by, out, format=format))


def entry_shown(line: int, one: Entry) -> EntryShown:
    return EntryShown(
        id=one.id, transaction=one.transaction, account=one.account, amount=money(one.amount_minor, one.currency),
        amount_minor=one.amount_minor, currency=one.currency, about=one.about, method=one.method, at=one.at,
        reverses=one.reverses, line=line,
    )  # fmt: skip


def balance_shown(account: str, currency: str, total: int) -> BalanceShown:
    root, *rest = account.split(":")
    person, kind = rest if root == "Liabilities" and len(rest) == 2 else ("", "")
    shown = -total if person else total
    return BalanceShown(
        account=account, currency=currency, amount=money(shown, currency), amount_minor=shown, person=person, kind=kind
    )
