"""A person's own page: what waits for them, the hours that they say, and what they are owed; nobody else is told it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from manyhands.actions import compared, labour, suggestions
from manyhands.actions.mine import Waits, waits_for
from manyhands.core.entry import Entry
from manyhands.core.labour import Hours, Task, Work
from manyhands.ledger.booking import owed_to
from manyhands.ledger.sittings import Rule
from manyhands.web.desk import By, InStudio
from manyhands.web.routes.ledger import BalanceShown, balance_shown

router = APIRouter(prefix="/api/mine", tags=["mine"])

Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Day = Annotated[str, Field(max_length=10)]
OnDay = Annotated[str, Query(max_length=10)]
Id = Annotated[str, Path(max_length=200)]


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


class SuggestedShown(BaseModel):
    id: str
    day: str
    task: str
    shot: str
    work: str
    minutes: int
    why: str
    unplaced: str


@router.get("")
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
        owed=tuple(balance_shown(account, currency, total) for (account, currency), total in sorted(owed.items())),
        today=studio.clock()[:10],
    )  # fmt: skip


@router.post("/hours")
def say_hours(studio: InStudio, by: By, wish: NewHours) -> HoursShown:
    """Say how long you worked; nobody says it for you."""
    made = labour.time(studio, by, wish.task, wish.minutes, day=wish.day, about=wish.about, work=wish.work)
    return _hours(made, {wish.task: studio.production.get(Task, wish.task).title})


@router.post("/hours/{hours}/back")
def take_back(studio: InStudio, by: By, hours: Id, wish: TakenBack) -> Response:
    """Take back what you said you worked."""
    labour.take_back_time(studio, by, hours, why=wish.why)
    return Response(status_code=204)


@router.post("/tasks/{task}/done")
def done(studio: InStudio, by: By, task: Id) -> Response:
    """Say that your task is done."""
    labour.done(studio, by, task)
    return Response(status_code=204)


@router.get("/suggestions")
def suggested(studio: InStudio, by: By, first_day: OnDay = "", last_day: OnDay = "") -> list[SuggestedShown]:
    """What you may have worked, told from your own acts and to you alone; nothing of it is kept."""
    found = suggestions.suggest_time(studio, by, first_day=first_day, last_day=last_day)
    return [SuggestedShown(**{name: getattr(one, name) for name in SuggestedShown.model_fields}) for one in found]


@router.post("/suggestions/{suggestion}")
def take_up(studio: InStudio, by: By, suggestion: Id, first_day: OnDay = "", last_day: OnDay = "") -> Response:
    """Say that you worked what was suggested, as it stands now."""
    found = suggestions.suggest_time(studio, by, first_day=first_day, last_day=last_day)
    suggestions.submit_time(studio, by, found, rule=Rule(), only=[suggestion])
    return Response(status_code=204)


@router.get("/compared")
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


def _hours(one: Hours, titles: dict[str, str]) -> HoursShown:
    return HoursShown(
        id=one.id, task=one.task, title=titles.get(one.task, ""), day=one.day, minutes=one.minutes, work=one.work,
        about=one.about, suggested=one.suggested, withdrawn_why=one.withdrawn_why,
    )  # fmt: skip
