"""People's work: tasks and what is bid for them, the time that people say they gave, and the wages booked for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

from manyhands.actions import payees
from manyhands.actions.cards import rates_of
from manyhands.actions.roles import check_roles
from manyhands.actions.studio import Studio
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, RoleError, StateError
from manyhands.core.hand import Hand, slug
from manyhands.core.labour import Acknowledgement, Bid, Hours, Task, Work
from manyhands.core.noun import digest
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.ledger.journal import stands
from manyhands.ledger.rates import Card
from manyhands.ledger.statements import day as day_of
from manyhands.ledger.wages import least_id, wage_id, wages_owed
from manyhands.rights.crafts import check_craft

DAY_MINUTES = 1440


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
    craft: str = "",
    department: str = "",
) -> Task:
    """Give somebody a task, with what it is thought to take; once work on it began, that stands.

    Args:
        craft: what it is in the picture (roto, paint); a maker that does the same on the shot then needs their word.
        department: who works in it may speak for them.
    Raises: RoleError, NotFoundError; InputError if it has no title, or the role, the work, the craft or the bid are
        none.
    """
    studio.check(by, "task")
    check_roles((role,))
    _check_work(work)
    check_craft(craft)
    if not title.strip():
        raise InputError("task: it needs a title.", "Say what is to be done.")
    _check_bid(bid_minutes)
    if craft and not shot:
        raise InputError(f"task: {craft} of which shot?", "Add --shot: a craft is told of one shot.")
    if shot:
        studio.production.get(Shot, shot)
    with studio.act("task", by, title=title.strip(), assignee=assignee.id, bid_minutes=bid_minutes) as t:
        id_ = _free(f"task-{slug(title)[:60]}", studio.production.ids(Task))
        made = Task(
            id=id_,
            title=title.strip(),
            role=role,
            assignee=assignee,
            work=work,
            shot=shot,
            bid_minutes=bid_minutes,
            craft=craft,
            department=department.strip(),
            given_at=studio.clock(),
        )
        t.put(made, id_, shot=shot)
    return made


def bid(studio: Studio, by: Hand, task_id: str, minutes: int, *, why: str) -> Bid:
    """Say anew what a task is thought to take.

    Before work on it began that is what its hours are held against; afterwards it is told beside what was bid, which
    nobody changes any more.
    Raises: RoleError, NotFoundError; InputError if the bid is none, or has no reason.
    """
    studio.check(by, "task")
    found = studio.production.get(Task, task_id)
    _check_bid(minutes)
    if not why.strip():
        raise InputError("task bid: it has no reason.", 'Add --why "…".')
    with studio.act("task", by, bid=task_id, minutes=minutes, why=why.strip()) as t:
        number = len(bids(studio, task_id)) + 1
        made = Bid(
            id=f"{task_id}-bid-{number}",
            task=task_id,
            minutes=minutes,
            is_baseline=begun(studio, found) == "",
            why=why.strip(),
            by=by,
            at=studio.clock(),
        )
        t.put(made, made.id, shot=found.shot)
    return made


def bids(studio: Studio, task_id: str) -> list[Bid]:
    """What was bid for a task after it was given, oldest first."""
    return [one for one in studio.production.all(Bid) if one.task == task_id]


def begun(
    studio: Studio, task: Task, *, worked: Collection[str] | None = None, asked: Collection[str] | None = None
) -> str:
    """By what work on a task began, in words; empty where nothing was done yet.

    It began with the first hour that was said of it (also one taken back), with its being said done, with a word on a
    take that does it, or with the first take of its shot that was made after it was given.

    Args:
        worked, asked: the tasks with hours, and those with a word on a take, where they were read already.
    """
    if worked is None:
        worked = {one.task for one in studio.production.all(Hours)}
    if task.id in worked:
        return "hours were given to it"
    if task.done_on:
        return f"it was said to be done on {task.done_on}"
    if asked is None:
        asked = {one.task for one in studio.production.all(Acknowledgement)}
    if task.id in asked:
        return "somebody was asked about a take that does it"
    if not task.shot:
        return ""
    given = studio.production.came(Task, shot=task.shot)[task.id]
    runs = studio.production.came(Take, shot=task.shot).values()
    return "a take of its shot was made" if any(line > given for line in runs) else ""


def done(studio: Studio, by: Hand, task_id: str) -> Task:
    """Say that your task is done; only who was given it says so.  Raises: RoleError, NotFoundError, StateError."""
    studio.check(by, "time")
    found = studio.production.get(Task, task_id)
    if found.assignee != by:
        raise RoleError(f"task done: {task_id} was given to {found.assignee.name}.", "Only they say that it is done.")
    if found.done_on:
        raise StateError(f"task done: it was said on {found.done_on}.", "Nothing is left to do.")
    finished = found.but(done_on=studio.clock()[:10])
    with studio.act("time", by, done=task_id) as t:
        t.put(finished, task_id, shot=found.shot)
    return finished


def tasks(studio: Studio, shot: str | None = None) -> list[Task]:
    """Every task, or those of a shot, in the order in which they were given."""
    return studio.production.all(Task, shot=shot)


def time(
    studio: Studio,
    by: Hand,
    task_id: str,
    minutes: int,
    *,
    day: str,
    about: str = "",
    work: Work | str = "",
    suggested: str = "",
) -> Hours:
    """Say how long you worked on a task on a day; nobody says it for you.

    Args:
        work: the kind of work, where it was another than the task's: teaching a model, prompting, labelling.
        suggested: what it was suggested from, where it was.
    Raises: RoleError, NotFoundError; InputError if the day has not come or has not so many minutes.
    """
    studio.check(by, "time")
    given = studio.production.get(Task, task_id)
    if work:
        _check_work(work)
    tomorrow = date.fromisoformat(studio.clock()[:10]) + timedelta(1)  # where they are, it may have come already
    if day_of(day) > tomorrow:
        raise InputError(f"time: {day} has not come.", "Say what was done, when it was done.")
    if not 1 <= minutes <= DAY_MINUTES:
        raise InputError(f"time: {minutes} minutes; it must be 1 to {DAY_MINUTES}.", "Say one day at a time.")
    with studio.act("time", by, task=task_id, minutes=minutes, day=day) as t:
        before = sum(one.minutes for one in hours_of(studio, by) if one.day == day)
        if before + minutes > DAY_MINUTES:
            raise InputError(f"time: {by.name} has {before} minutes on {day} already.", f"A day has {DAY_MINUTES}.")
        id_ = _free(f"hours-{slug(by.name)[:60]}", studio.production.ids(Hours))
        made = Hours.model_validate(
            {
                "id": id_,
                "task": task_id,
                "by": by,
                "day": str(day_of(day)),
                "minutes": minutes,
                "about": about.strip(),
                "work": "" if work == given.work else work,
                "suggested": suggested,
            }
        )
        t.put(made, id_)
    return made


def hours_of(studio: Studio, by: Hand, *, withdrawn: bool = False) -> list[Hours]:
    """What a person says that they worked, without what they took back unless that is wanted too."""
    return [one for one in studio.production.all(Hours) if one.by == by and (withdrawn or not one.withdrawn_why)]


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
        for booked in (wage_id(found), least_id(found)):
            if still_stands(studio, booked):
                raise StateError(
                    f"time: wages are booked for {hours_id}.", f"First: manyhands ledger reverse {booked}."
                )
        if studio.production.get(Hours, hours_id).withdrawn_why:
            raise StateError(f"time: {hours_id} was taken back before.", "Nothing is left to do.")
        withdrawn = found.but(withdrawn_why=why.strip())
        t.put(withdrawn, hours_id)
    return withdrawn


def wages(studio: Studio, by: Hand, card: Path | str, *, is_draft: bool = False, looked_at: str = "") -> list[Entry]:
    """Book the wages of all hours that are not booked yet, by a rate card; all of them, or nothing.

    Overtime and the least that a day pays are worked out over all hours of a person, those booked before included.
    Hours whose wages were reversed are not booked again: they are taken back, and said anew.
    Args:
        card: a file, or the id or title of a card that the production keeps.
        is_draft: book nothing, and tell what would be.
        looked_at: the :func:`stamp_of` of what somebody saw as to be booked; something else is not booked then.
    Raises: RoleError, NotFoundError; InputError if the card has no rate for some, or cannot be read; StateError if
        nothing is to be booked, or other than was looked at.
    """
    studio.check(by, "wages")
    rates = rates_of(studio, card)
    if is_draft:
        return _wages_now(studio, rates)
    with studio.act("wages", by, card=card.name if isinstance(card, Path) else card) as t:
        made = _wages_now(studio, rates)
        if looked_at and looked_at != stamp_of(made):
            raise StateError(
                "wages: hours or the card changed since you looked.", "Look again at what is to be booked."
            )
        payees.book(studio, t, made)
    return made


def _wages_now(studio: Studio, rates: Card) -> list[Entry]:
    given = {one.id: one for one in studio.production.all(Task)}
    new = unbooked(studio)
    if not new:
        raise StateError("wages: every hour is booked.", "Nothing is left to do.")
    booked, ahead = booked_so_far(studio)
    names = payees.spelled(studio, [one.by.name for one in new])
    named = [one.but(by=one.by.but(name=names[one.by.name])) for one in new]
    return wages_owed(named, given, rates, at=studio.clock(), before=booked, ahead=ahead)


def stamp_of(entries: Sequence[Entry]) -> str:
    """What tells entries from others, but for the moment at which they were worked out."""
    return digest([one.model_dump(mode="json", exclude={"at"}) for one in entries])[:32]


def unbooked(studio: Studio) -> list[Hours]:
    """The hours that people said and that no wages were booked for."""
    booked = {entry.transaction for _, entry in studio.production.beginning(Entry, "transaction", "wage-")}
    return [one for one in studio.production.all(Hours) if not one.withdrawn_why and wage_id(one) not in booked]


def booked_so_far(studio: Studio) -> tuple[list[Hours], dict[str, int]]:
    """The hours whose wages stand, in the order in which they were booked, and what filled their days up to the least.

    The second is in minor units by the id of the hours at which it was booked.
    """
    there: dict[str, list[Entry]] = {}
    for beginning in ("wage-", "least-", "reversal-"):
        for _, entry in studio.production.beginning(Entry, "transaction", beginning):
            there.setdefault(entry.transaction, []).append(entry)
    said = {one.id: one for one in studio.production.all(Hours) if not one.withdrawn_why}
    order = [id_.removeprefix("wage-") for id_ in there if id_.startswith("wage-")]
    booked = [said[id_] for id_ in order if id_ in said and stands(f"wage-{id_}", there.__contains__)]
    ahead = {
        one.id: sum(entry.amount_minor for entry in there[least_id(one)] if entry.account.startswith("Expenses:"))
        for one in said.values()
        if stands(least_id(one), there.__contains__)
    }
    return booked, ahead


def still_stands(studio: Studio, transaction: str) -> bool:
    """Whether a transaction is booked and was not taken back since."""
    return stands(transaction, lambda id_: studio.production.find(Entry, f"{id_}-0") is not None)


def _check_work(work: str) -> None:
    if work not in get_args(Work):
        raise InputError(f"task: {work} is no kind of work.", f"It is one of {', '.join(get_args(Work))}.")


def _check_bid(minutes: int) -> None:
    if not 0 <= minutes <= 10**7:
        raise InputError(f"task: it is bid at {minutes} minutes; it must be 0 to {10**7}.", "0 where nobody knows.")


def _free(beginning: str, taken: Sequence[str]) -> str:
    number, known = 1, set(taken)
    while (free := f"{beginning}-{number}") in known:
        number += 1
    return free
