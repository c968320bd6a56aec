"""The ledger and a person's own page: money with its currency and exact minor units, never more than a page of it."""

from __future__ import annotations

import json
import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from manyhands.actions import accounts, books, compared, labour, replaced, suggestions
from manyhands.actions.mine import Waits, waits_for
from manyhands.core.currency import MINOR_DIGITS, money
from manyhands.core.entry import Entry
from manyhands.core.errors import NotFoundError
from manyhands.core.labour import Hours, Task, Work
from manyhands.ledger.booking import owed_to
from manyhands.ledger.exports import FORMATS
from manyhands.ledger.sittings import Rule
from manyhands.ledger.statements import Statement
from manyhands.web.desk import AtDesk, By, InStudio
from manyhands.web.pictures import handed_over

router = APIRouter(prefix="/api", tags=["ledger"])

STATEMENTS, EXPORTS = "statements", "scratch/exports"

Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Day = Annotated[str, Field(max_length=10)]
Asked = Annotated[str, Query(max_length=200)]
OnDay = Annotated[str, Query(max_length=10)]
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


class BooksVerified(BaseModel):
    entries: int
    lines: int
    faults: tuple[str, ...]
    more_faults: int


class HoursShown(BaseModel):
    """What a person says themselves that they worked."""

    id: str
    task: str
    title: str
    day: str
    minutes: int
    work: str
    about: str
    suggested: str
    withdrawn_why: str


class Mine(BaseModel):
    """A person's own page: nobody else is told any of it."""

    name: str
    waits: tuple[Waits, ...]
    hours: tuple[HoursShown, ...]
    hours_before: int
    owed: tuple[BalanceShown, ...]
    today: str


class NewHours(BaseModel):
    task: Name
    minutes: int
    day: Day
    about: Text = ""
    work: Work | Literal[""] = ""


class TakenBack(BaseModel):
    why: Text


class Word(BaseModel):
    """Your word on a take that does the work of your task; a no has a reason."""

    task: Name
    take: Name
    decline: bool = False
    note: Text = ""


class SuggestedShown(BaseModel):
    id: str
    day: str
    task: str
    shot: str
    work: str
    minutes: int
    why: str
    unplaced: str


class Period(BaseModel):
    """A person's statement from the first to the last day, both included; nobody named: your own."""

    person: Name = ""
    first_day: Day
    last_day: Day


class PostingShown(BaseModel):
    day: str
    kind: str
    about: str
    method: str
    amount: str
    transaction: str
    line: int


class SheetShown(BaseModel):
    currency: str
    opening: str
    closing: str
    postings: tuple[PostingShown, ...]


class StatementShown(BaseModel):
    """What a person was owed and paid; positive is owed.  ``files`` are there once it was issued."""

    person: str
    first_day: str
    last_day: str
    dispute_by: str
    drawn_up: str
    method: str
    log_line: int
    log_hash: str
    sheets: tuple[SheetShown, ...]
    files: tuple[str, ...] = ()


# --- the ledger -------------------------------------------------------------------------------


@router.get("/ledger/money")
def currencies() -> Money:
    """The currencies that can be paid in, and the formats that the ledger is written in."""
    return Money(currencies=tuple(sorted(MINOR_DIGITS)), exports=tuple(FORMATS))


@router.get("/ledger/balances")
def balances(studio: InStudio, by: By) -> list[BalanceShown]:
    """What stands on each account."""
    return [_balance(*one) for one in books.balances_now(studio, by)]


@router.get("/ledger/entries")
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
    shown = tuple(_entry(line, one) for line, one in found.entries)
    return EntriesShown(total=found.total, offset=offset, entries=shown)


@router.post("/ledger/payments")
def pay(studio: InStudio, by: By, wish: Payment) -> list[EntryShown]:
    """Record that a person was paid what they were owed; no money is moved."""
    said = wish.model_dump(exclude={"person", "amount"})
    return [_entry(0, one) for one in accounts.pay(studio, by, wish.person, wish.amount, **said)]


@router.post("/ledger/reversals")
def reverse(studio: InStudio, by: By, wish: Reversal) -> list[EntryShown]:
    """Take a transaction back, by entries of its own and with a reason."""
    return [_entry(0, one) for one in accounts.reverse(studio, by, wish.transaction, why=wish.why)]


@router.post("/ledger/verification")
def verify(desk: AtDesk, studio: InStudio, by: By) -> BooksVerified:
    """Hold every entry against the log, and the ledger against its own rules."""
    studio.check(by, "look")
    found = accounts.verify_ledger(desk.folder)
    told = found.faults[:200]
    return BooksVerified(
        entries=found.entries, lines=found.lines, faults=told, more_faults=len(found.faults) - len(told)
    )  # fmt: skip


@router.get("/ledger/exports/{format}", response_class=Response)
def export(desk: AtDesk, studio: InStudio, by: By, format: Id) -> Response:
    """The ledger as a journal that another program reads and checks."""
    studio.check(by, "ledger")
    if format not in FORMATS:
        raise NotFoundError("format", format, known=list(FORMATS))
    out = desk.folder / EXPORTS / f"ledger.{format}"
    return handed_over(accounts.export_ledger(studio, by, out, format=format))


# --- a person's own page ----------------------------------------------------------------------


@router.get("/mine")
def mine(studio: InStudio, by: By, hours: Annotated[int, Query(ge=1, le=2000)] = 50) -> Mine:
    """What waits for you, the last of the hours that you said, and what you are owed."""
    waits = waits_for(studio, by)
    own = labour.hours_of(studio, by, withdrawn=True)
    titles = {one.id: one.title for one in studio.production.all(Task)}
    owed: dict[tuple[str, str], int] = {}
    for _, one in studio.production.beginning(Entry, "account", owed_to(by.name)):
        owed[one.account, one.currency] = owed.get((one.account, one.currency), 0) + one.amount_minor
    return Mine(
        name=by.name, waits=tuple(waits),
        hours=tuple(_hours(one, titles) for one in reversed(own[-hours:])), hours_before=max(0, len(own) - hours),
        owed=tuple(_balance(account, currency, total) for (account, currency), total in sorted(owed.items())),
        today=studio.clock()[:10],
    )  # fmt: skip


@router.post("/mine/hours")
def say_hours(studio: InStudio, by: By, wish: NewHours) -> HoursShown:
    """Say how long you worked; nobody says it for you."""
    made = labour.time(studio, by, wish.task, wish.minutes, day=wish.day, about=wish.about, work=wish.work)
    return _hours(made, {wish.task: studio.production.get(Task, wish.task).title})


@router.post("/mine/hours/{hours}/back")
def take_back(studio: InStudio, by: By, hours: Id, wish: TakenBack) -> Response:
    """Take back what you said you worked."""
    labour.take_back_time(studio, by, hours, why=wish.why)
    return Response(status_code=204)


@router.post("/mine/tasks/{task}/done")
def done(studio: InStudio, by: By, task: Id) -> Response:
    """Say that your task is done."""
    labour.done(studio, by, task)
    return Response(status_code=204)


@router.post("/mine/words")
def say_word(studio: InStudio, by: By, wish: Word) -> Response:
    """Say that you know and accept that a take does the work of your task; or that not."""
    replaced.acknowledge(studio, by, wish.task, wish.take, decline=wish.decline, note=wish.note)
    return Response(status_code=204)


@router.get("/mine/suggestions")
def suggested(studio: InStudio, by: By, first_day: OnDay = "", last_day: OnDay = "") -> list[SuggestedShown]:
    """What you may have worked, told from your own acts and to you alone; nothing of it is kept."""
    found = suggestions.suggest_time(studio, by, first_day=first_day, last_day=last_day)
    return [SuggestedShown(**{name: getattr(one, name) for name in SuggestedShown.model_fields}) for one in found]


@router.post("/mine/suggestions/{suggestion}")
def take_up(studio: InStudio, by: By, suggestion: Id, first_day: OnDay = "", last_day: OnDay = "") -> Response:
    """Say that you worked what was suggested, as it stands now."""
    found = suggestions.suggest_time(studio, by, first_day=first_day, last_day=last_day)
    suggestions.submit_time(studio, by, found, rule=Rule(), only=[suggestion])
    return Response(status_code=204)


@router.get("/mine/compared")
def before_and_after(studio: InStudio, by: By) -> dict[str, Any]:
    """What was bid and what it took: your own, and of roles in which enough people worked."""
    found = compared.compare(studio, by)
    pages = [("own", found.own), *(("role", one) for one in found.roles)]
    return {
        "pages": [
            {"of": of, "whose": one.whose, "people": one.people, "tasks": one.tasks, "bid_minutes": one.bid_minutes,
             "minutes": one.minutes} for of, one in pages
        ],
        "hidden": found.hidden,
        "is_not": found.is_not,
    }  # fmt: skip


@router.get("/statement")
def statement(studio: InStudio, by: By, first_day: OnDay, last_day: OnDay, person: Asked = "") -> StatementShown:
    """What a person was owed and paid in a period; everybody may have their own."""
    found = accounts.statement(studio, by, person or by.name, first_day=first_day, last_day=last_day)
    return _statement(found)


@router.post("/statements")
def issue(desk: AtDesk, studio: InStudio, by: By, wish: Period) -> StatementShown:
    """Issue a statement as HTML, CSV and JSON; the log keeps its hash."""
    name = uuid.uuid4().hex
    out = desk.folder / STATEMENTS / name
    whose = wish.person or by.name
    found = accounts.statement(studio, by, whose, first_day=wish.first_day, last_day=wish.last_day, out=out)
    files = tuple(f"{name}/{path.name}" for path in sorted(out.iterdir()))
    return _statement(found).model_copy(update={"files": files})


@router.get("/statements/{folder}/{name}", response_class=Response)
def issued(desk: AtDesk, studio: InStudio, by: By, folder: Id, name: Id) -> Response:
    """A file of a statement that was issued, for the person whom it is of and those who may have it."""
    within = desk.folder / STATEMENTS / folder
    path = within / name
    if not (folder.isalnum() and name == path.name and not name.startswith(".") and path.is_file()):
        raise NotFoundError("statement", name)
    of = str(json.loads(next(iter(within.glob("*.json"))).read_text())["person"])
    studio.check(by, "look" if owed_to(of) == owed_to(by.name) else "statement")
    return handed_over(path)


def _entry(line: int, one: Entry) -> EntryShown:
    return EntryShown(
        id=one.id, transaction=one.transaction, account=one.account, amount=money(one.amount_minor, one.currency),
        amount_minor=one.amount_minor, currency=one.currency, about=one.about, method=one.method, at=one.at,
        reverses=one.reverses, line=line,
    )  # fmt: skip


def _balance(account: str, currency: str, total: int) -> BalanceShown:
    root, *rest = account.split(":")
    person, kind = rest if root == "Liabilities" and len(rest) == 2 else ("", "")
    shown = -total if person else total
    return BalanceShown(
        account=account, currency=currency, amount=money(shown, currency), amount_minor=shown, person=person, kind=kind
    )


def _hours(one: Hours, titles: dict[str, str]) -> HoursShown:
    return HoursShown(
        id=one.id, task=one.task, title=titles.get(one.task, ""), day=one.day, minutes=one.minutes, work=one.work,
        about=one.about, suggested=one.suggested, withdrawn_why=one.withdrawn_why,
    )  # fmt: skip


def _statement(found: Statement) -> StatementShown:
    return StatementShown(
        person=found.person, first_day=found.first_day, last_day=found.last_day, dispute_by=found.dispute_by,
        drawn_up=found.drawn_up, method=found.method, log_line=found.log_line, log_hash=found.log_hash,
        sheets=tuple(
            SheetShown(
                currency=sheet.currency, opening=money(sheet.opening_minor, sheet.currency),
                closing=money(sheet.closing_minor, sheet.currency),
                postings=tuple(
                    PostingShown(
                        day=one.at[:10], kind=one.kind, about=one.about, method=one.method,
                        amount=money(one.amount_minor, sheet.currency), transaction=one.transaction, line=one.line,
                    )
                    for one in sheet.postings
                ),
            )
            for sheet in found.sheets
        ),
    )  # fmt: skip
