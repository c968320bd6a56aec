"""Statements: what a person was owed and paid in a period, looked at and issued."""

from __future__ import annotations

import json
import uuid
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from manyhands.actions import accounts
from manyhands.core.currency import money
from manyhands.core.errors import NotFoundError
from manyhands.ledger.booking import owed_to
from manyhands.ledger.statements import Statement
from manyhands.web.desk import AtDesk, By, InStudio
from manyhands.web.pictures import handed_over

router = APIRouter(prefix="/api", tags=["statements"])

STATEMENTS = "statements"

Name = Annotated[str, Field(max_length=200)]
Day = Annotated[str, Field(max_length=10)]
Asked = Annotated[str, Query(max_length=200)]
OnDay = Annotated[str, Query(max_length=10)]
Id = Annotated[str, Path(max_length=200)]


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
