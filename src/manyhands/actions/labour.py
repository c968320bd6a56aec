"""People's work: tasks, the time that they say themselves they gave, and the wages that are booked for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

from manyhands.actions.roles import check_roles
from manyhands.actions.studio import Studio
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, RoleError, StateError
from manyhands.core.hand import Hand, slug
from manyhands.core.labour import Hours, Task, Work
from manyhands.core.shot import Shot
from manyhands.ledger.journal import stands
from manyhands.ledger.rates import read_card, wage_id, wages_owed
from manyhands.ledger.statements import day as day_of

LEAST_PEOPLE = 3
"""A role's hours are told together only where so many people gave them, so that nobody's own can be read off."""


def task(
    studio: Studio,
    by: Hand,
    title: str,
    assignee: Hand,
    *,
    role: str,
    work: Work = "Wages",
    shot: str = "",
    bid_minutes: int = 0,
) -> Task:
    """Give somebody a task, with what it is thought to take; that stands before work begins, and is never changed.

    Raises: RoleError, NotFoundError; InputError if it has no title, or the role, the work or the bid are none.
    """
    studio.check(by, "task")
    check_roles((role,))
    if work not in get_args(Work):
        raise InputError(f"task: {work} is no kind of work.", f"It is one of {', '.join(get_args(Work))}.")
    if not title.strip() or not 0 <= bid_minutes <= 10**7:
        raise InputError("task: it needs a title, and a bid from 0 minutes.", "Say what is to be done.")
    if shot:
        studio.production.get(Shot, shot)
    with studio.act("task", by, title=title.strip(), assignee=assignee.id, bid_minutes=bid_minutes) as t:
        id_ = _free(f"task-{slug(title)[:60]}", studio.production.ids(Task))
        made = Task(
            id=id_, title=title.strip(), role=role, assignee=assignee, work=work, shot=shot, bid_minutes=bid_minutes
        )
        t.put(made, id_, shot=shot)
    return made


def time(studio: Studio, by: Hand, task_id: str, minutes: int, *, day: str, about: str = "") -> Hours:
    """Say how long you worked on a task on a day; nobody says it for you.

    Raises: RoleError, NotFoundError; InputError if the day has not come or has not so many minutes.
    """
    studio.check(by, "time")
    studio.production.get(Task, task_id)
    tomorrow = date.fromisoformat(studio.clock()[:10]) + timedelta(1)  # where they are, it may have come already
    if day_of(day) > tomorrow:
        raise InputError(f"time: {day} has not come.", "Say what was done, when it was done.")
    if not 1 <= minutes <= 1440:
        raise InputError(f"time: {minutes} minutes; it must be 1 to 1440.", "Say one day at a time.")
    with studio.act("time", by, task=task_id, minutes=minutes, day=day) as t:
        own = [one for one in studio.production.all(Hours) if one.by == by]
        before = sum(one.minutes for one in own if one.day == day and not one.withdrawn_why)
        if before + minutes > 1440:
            raise InputError(f"time: {by.name} has {before} minutes on {day} already.", "A day has 1440.")
        id_ = _free(f"hours-{slug(by.name)[:60]}", [one.id for one in own])
        made = Hours(id=id_, task=task_id, by=by, day=day, minutes=minutes, about=about.strip())
        t.put(made, id_)
    return made


def take_back_time(studio: Studio, by: Hand, hours_id: str, *, why: str) -> Hours:
    """Take back what you said you worked; once wages are booked for it, those are reversed first.

    Raises: RoleError for another's hours; NotFoundError; InputError without a reason; StateError if it is booked.
    """
    studio.check(by, "time")
    found = studio.production.get(Hours, hours_id)
    if found.by != by:
        raise RoleError(f"time: {hours_id} was said by {found.by.name}.", "Only they take it back.")
    if not why.strip():
        raise InputError("time: it has no reason.", 'Add --why "…".')
    with studio.act("time", by, hours=hours_id, withdrawn=why.strip()) as t:
        if _is_booked(studio, found):
            raise StateError(
                f"time: wages are booked for {hours_id}.", f"First: manyhands ledger reverse {wage_id(found)}."
            )
        if studio.production.get(Hours, hours_id).withdrawn_why:
            raise StateError(f"time: {hours_id} was taken back before.", "Nothing is left to do.")
        withdrawn = found.but(withdrawn_why=why.strip())
        t.put(withdrawn, hours_id)
    return withdrawn


def wages(studio: Studio, by: Hand, card: Path) -> list[Entry]:
    """Book the wages of all hours that are not booked yet, by a rate card; all of them, or nothing.

    Hours whose wages were reversed are not booked again: they are taken back, and said anew.
    Raises: RoleError, NotFoundError; InputError if the card has no rate for some, or cannot be read; StateError if
        nothing is to be booked.
    """
    studio.check(by, "wages")
    rates = read_card(card)
    with studio.act("wages", by, card=card.name) as t:
        tasks = {one.id: one for one in studio.production.all(Task)}
        new = unbooked(studio)
        if not new:
            raise StateError("wages: every hour is booked.", "Nothing is left to do.")
        made = [entry for one in new for entry in wages_owed(one, tasks[one.task], rates, at=studio.clock())]
        for entry in made:
            t.put(entry, entry.id)
    return made


def unbooked(studio: Studio) -> list[Hours]:
    """The hours that people said and that no wages were booked for."""
    return [
        one
        for one in studio.production.all(Hours)
        if not one.withdrawn_why and studio.production.find(Entry, f"{wage_id(one)}-0") is None
    ]


@dataclass(frozen=True)
class Compared:
    """What was thought before work began, and what it took; of one's own, or of a role with at least three people."""

    whose: str
    people: int
    bid_minutes: int
    minutes: int


def hours_against_bids(studio: Studio, by: Hand) -> list[Compared]:
    """Hours against what was bid: your own, and of each role in which at least three people worked.

    Raises: RoleError.
    """
    studio.check(by, "time")
    tasks = {one.id: one for one in studio.production.all(Task)}
    own = [one for one in studio.production.all(Hours) if not one.withdrawn_why and one.by == by]
    return [_compared(by.name, own, tasks), *hours_by_role(studio)]


def hours_by_role(studio: Studio) -> list[Compared]:
    """The hours of each role in which at least three people worked, by the role's name."""
    tasks = {one.id: one for one in studio.production.all(Task)}
    roles: dict[str, list[Hours]] = defaultdict(list)
    for one in studio.production.all(Hours):
        if not one.withdrawn_why:
            roles[tasks[one.task].role].append(one)
    told = [_compared(role, some, tasks) for role, some in sorted(roles.items())]
    return [one for one in told if one.people >= LEAST_PEOPLE]


def _compared(whose: str, some: Sequence[Hours], tasks: dict[str, Task]) -> Compared:
    bids = {one.task: tasks[one.task].bid_minutes for one in some}
    people = len({one.by.id for one in some})
    return Compared(whose, people, sum(bids.values()), sum(one.minutes for one in some))


def _is_booked(studio: Studio, hours: Hours) -> bool:
    return stands(wage_id(hours), lambda id_: studio.production.find(Entry, f"{id_}-0") is not None)


def _free(beginning: str, taken: Sequence[str]) -> str:
    number = 1
    while (free := f"{beginning}-{number}") in taken:
        number += 1
    return free
