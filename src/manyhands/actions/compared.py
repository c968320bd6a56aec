"""Before and after: what was bid before work began, and what it took of people, machines, services and takes.

A person is told of themselves, and of roles in which at least three people worked, so that nobody's own hours can be
read off; roles and kinds of work with fewer are told together, or not at all.  Only what its person said is done is
held against its bid: what is half done would look saved.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from manyhands.actions.labour import booked_so_far
from manyhands.actions.studio import Studio
from manyhands.core.cells import inert
from manyhands.core.currency import money
from manyhands.core.decision import Decision
from manyhands.core.entry import Entry
from manyhands.core.hand import Hand
from manyhands.core.labour import Bid, Hours, Task
from manyhands.core.shot import Shot
from manyhands.core.spend import Agreement
from manyhands.core.take import Take
from manyhands.ledger.booking import HOSTED

LEAST_PEOPLE = 3
"""Hours are told together only where so many people gave them, so that nobody's own can be read off."""

IS_NOT = (
    "Hours against what somebody thought before: an estimate, no measurement. It does not say what a machine saved, "
    "nor that anybody was slow or quick. Machine time is by the clock, of runs that were finished; drafts, stopped "
    "runs and what was made again are not in it. Hosted costs are what services billed for the shots."
)


@dataclass(frozen=True)
class OfWork:
    """One kind of work, or several that had to be told together: bid, worked, and the difference."""

    work: str
    bid_minutes: int
    minutes: int
    difference_minutes: int


@dataclass(frozen=True)
class Machine:
    """What shots took beside people's time: finished takes, those sent back, the clock's seconds, what was billed."""

    shots: int
    takes: int
    retakes: int
    machine_seconds: float
    hosted_minor: dict[str, int]


@dataclass(frozen=True)
class Compared:
    """What was bid for tasks that are done, and what they took; of a person, or of a role or several.

    Counts:
        bid_minutes, minutes, difference_minutes: of done tasks that had a bid before work began; ``by_work`` says where
            the difference went, and sums to it.
        revised_minutes: what was last bid for the same tasks, also after work began.
        late_bids: of these tasks, those whose bid was given after the day of the first hour.
        unbid_minutes, open_minutes: given to done tasks that nobody bid for, and to tasks that are not done; None where
            fewer than three people gave them.
        wages_minor: what was booked for the hours of done tasks, by currency, and on your own page by account.
        machine: of the shots that the done tasks are on.
    """

    whose: str
    people: int
    tasks: int
    bid_minutes: int
    revised_minutes: int
    minutes: int
    difference_minutes: int
    late_bids: int
    unbid_minutes: int | None
    open_minutes: int | None
    by_work: tuple[OfWork, ...]
    wages_minor: dict[str, dict[str, int]]
    machine: Machine


@dataclass(frozen=True)
class Report:
    """Your own page, those of the roles, what is not told and why, and the film's machines."""

    own: Compared
    roles: tuple[Compared, ...]
    hidden: str
    film: Machine
    is_not: str


@dataclass
class _Books:
    """What there is to compare, each read once."""

    tasks: dict[str, Task]
    hours: list[Hours]
    baseline: dict[str, int]
    revised: dict[str, int]
    wages: dict[str, list[tuple[str, str, int]]]
    first_days: dict[str, str] = field(default_factory=dict)
    takes: dict[str, list[Take]] = field(default_factory=lambda: defaultdict(list))
    retaken: set[str] = field(default_factory=set)
    hosted: dict[str, dict[str, int]] = field(default_factory=dict)


def compare(studio: Studio, by: Hand) -> Report:
    """Before and after: your own page, and each role's in which at least three people worked.

    Raises: RoleError.
    """
    studio.check(by, "time")
    books = _read(studio)
    roles: dict[str, list[Hours]] = defaultdict(list)
    for one in books.hours:
        if _state(books, one.task) == "done":
            roles[books.tasks[one.task].role].append(one)
    small = {role: some for role, some in roles.items() if _people(some) < LEAST_PEOPLE}
    told: list[tuple[str, ...]] = [(role,) for role in sorted(roles) if role not in small]
    together = [one for some in small.values() for one in some]
    hidden = ""
    if small and _people(together) >= LEAST_PEOPLE:
        told.append(tuple(sorted(small)))
    elif small:
        hidden = (
            f"{', '.join(sorted(small))}: fewer than {LEAST_PEOPLE} people worked there, and their own hours could be "
            "read off."
        )
    groups = [_role(books, names) for names in told]
    return Report(_own(books, by), tuple(groups), hidden, _machine(books, studio.production.ids(Shot)), IS_NOT)


def hours_by_role(studio: Studio) -> dict[str, int]:
    """The minutes given in each role in which at least three people worked, by its name."""
    given = {one.id: one.role for one in studio.production.all(Task)}
    roles: dict[str, list[Hours]] = defaultdict(list)
    for one in studio.production.all(Hours):
        if not one.withdrawn_why:
            roles[given[one.task]].append(one)
    told = sorted(roles.items())
    return {role: sum(one.minutes for one in some) for role, some in told if _people(some) >= LEAST_PEOPLE}


def _own(books: _Books, by: Hand) -> Compared:
    mine = [one for one in books.hours if one.by == by]
    given = [one for one in books.tasks.values() if one.assignee == by]
    return _compared(books, by.name, given, mine, least=1)


def _role(books: _Books, roles: Sequence[str]) -> Compared:
    given = [one for one in books.tasks.values() if one.role in roles]
    hours = [one for one in books.hours if books.tasks[one.task].role in roles]
    return _compared(books, ", ".join(roles), given, hours, least=LEAST_PEOPLE)


def _compared(books: _Books, whose: str, given: Sequence[Task], hours: Sequence[Hours], *, least: int) -> Compared:
    done = [one for one in given if _state(books, one.id) == "done"]
    ids = {one.id for one in done}
    spent = [one for one in hours if one.task in ids]
    rest = [one for one in hours if one.task not in ids]
    unbid = [one for one in rest if _state(books, one.task) != "open"]
    bid, minutes = sum(books.baseline[id_] for id_ in ids), sum(one.minutes for one in spent)
    return Compared(
        whose=whose,
        people=_people(spent),
        tasks=len(done),
        bid_minutes=bid,
        revised_minutes=sum(books.revised[id_] for id_ in ids),
        minutes=minutes,
        difference_minutes=minutes - bid,
        late_bids=sum(_is_late(one, books) for one in done),
        unbid_minutes=_unless_few(unbid, least),
        open_minutes=_unless_few([one for one in rest if _state(books, one.task) == "open"], least),
        by_work=_by_work(books, done, spent, least),
        wages_minor=_wages(books, spent, is_apart=least == 1),
        machine=_machine(books, sorted({one.shot for one in done if one.shot})),
    )


def _by_work(books: _Books, done: Sequence[Task], spent: Sequence[Hours], least: int) -> tuple[OfWork, ...]:
    """Bids and minutes by kind of work; kinds that too few people did are told together, with more if need be."""
    bids: dict[str, int] = defaultdict(int)
    hours: dict[str, list[Hours]] = defaultdict(list)
    for task in done:
        bids[task.work] += books.baseline[task.id]
    for one in spent:
        hours[one.work_on(books.tasks[one.task])].append(one)
    few = [work for work in hours if _people(hours[work]) < least]
    others = sorted((work for work in hours if work not in few), key=lambda work: (_people(hours[work]), work))
    while few and others and _people([one for work in few for one in hours[work]]) < least:
        few.append(others.pop(0))
    rows = [[work] for work in {*bids, *hours} if work not in few] + ([few] if few else [])
    return tuple(
        sorted(
            (_of_work(sorted(works), bids, hours) for works in rows),
            key=lambda one: one.work,
        )
    )


def _of_work(works: Sequence[str], bids: Mapping[str, int], hours: Mapping[str, list[Hours]]) -> OfWork:
    bid = sum(bids.get(work, 0) for work in works)
    minutes = sum(one.minutes for work in works for one in hours.get(work, ()))
    return OfWork(", ".join(works), bid, minutes, minutes - bid)


def _machine(books: _Books, shots: Sequence[str]) -> Machine:
    takes = [take for shot in shots for take in books.takes.get(shot, ())]
    hosted: dict[str, int] = defaultdict(int)
    for shot in shots:
        for currency, minor in books.hosted.get(shot, {}).items():
            hosted[currency] += minor
    return Machine(
        shots=len(shots),
        takes=len(takes),
        retakes=sum(take.id in books.retaken for take in takes),
        machine_seconds=round(sum(take.seconds for take in takes), 1),
        hosted_minor=dict(sorted(hosted.items())),
    )


def _wages(books: _Books, spent: Sequence[Hours], *, is_apart: bool) -> dict[str, dict[str, int]]:
    """What was booked, by currency; by account only where it is one's own, since a kind of work may be one person's."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in spent:
        for account, currency, minor in books.wages.get(one.id, ()):
            sums[currency][account if is_apart else "all"] += minor
    return {currency: dict(sorted(accounts.items())) for currency, accounts in sorted(sums.items())}


def _state(books: _Books, task_id: str) -> str:
    """Whether a task is *done* and had a bid, is done and had none, or is *open*."""
    if not books.tasks[task_id].done_on:
        return "open"
    return "done" if books.baseline[task_id] else "done without a bid"


def _is_late(task: Task, books: _Books) -> bool:
    return books.first_days.get(task.id, "9999") < task.given_at[:10]


def _unless_few(some: Sequence[Hours], least: int) -> int | None:
    return sum(one.minutes for one in some) if not some or _people(some) >= least else None


def _people(some: Iterable[Hours]) -> int:
    return len({one.by.id for one in some})


# --- reading ----------------------------------------------------------------------------------


def _read(studio: Studio) -> _Books:
    tasks = {one.id: one for one in studio.production.all(Task)}
    baseline = {id_: one.bid_minutes for id_, one in tasks.items()}
    revised = dict(baseline)
    for bid in studio.production.all(Bid):
        revised[bid.task] = bid.minutes
        if bid.is_baseline:
            baseline[bid.task] = bid.minutes
    hours = [one for one in studio.production.all(Hours) if not one.withdrawn_why]
    books = _Books(tasks, hours, baseline, revised, _booked(studio))
    for one in hours:
        books.first_days[one.task] = min(one.day, books.first_days.get(one.task, one.day))
    for take in studio.production.all(Take):
        books.takes[take.shot].append(take)
    books.retaken = {one.take for one in studio.production.all(Decision) if one.verdict in ("revise", "reject")}
    for shot in {one.shot for one in studio.production.all(Agreement)}:
        books.hosted[shot] = _hosted(studio, shot)
    return books


def _booked(studio: Studio) -> dict[str, list[tuple[str, str, int]]]:
    """By the id of hours: what stands booked for them, as account, currency and amount."""
    standing = {one.id for one in booked_so_far(studio)[0]}
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for _, entry in studio.production.beginning(Entry, "transaction", "wage-"):
        hours = entry.transaction.removeprefix("wage-")
        if hours in standing and entry.account.startswith("Expenses:"):
            found[hours].append((entry.account.removeprefix("Expenses:"), entry.currency, entry.amount_minor))
    return found


def _hosted(studio: Studio, shot: str) -> dict[str, int]:
    """What services billed for a shot, without what was taken back, by currency."""
    sums: dict[str, int] = defaultdict(int)
    for entry in studio.production.all(Entry, shot=shot):
        if entry.account.startswith(f"{HOSTED}:"):
            sums[entry.currency] += entry.amount_minor
            for _, other in studio.production.beginning(Entry, "reverses", entry.transaction):
                if other.reverses == entry.transaction and other.account == entry.account:
                    sums[other.currency] += other.amount_minor
    return dict(sums)


# --- telling ----------------------------------------------------------------------------------

COLUMNS = (
    "whose", "work", "people", "tasks done", "minutes bid", "minutes last bid", "minutes worked", "difference",
    "bids after the first hour", "minutes without a bid", "minutes of open tasks", "takes", "retakes",
    "machine seconds", "hosted",
)  # fmt: skip


def as_csv(report: Report) -> str:
    """The report as CSV (RFC 4180): a row for each page and, below it, one for each kind of work."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    for page in (report.own, *report.roles):
        rows.writerow([_cell(one) for one in page_row(page)])
        for one in page.by_work:
            minutes = (one.bid_minutes, "", one.minutes, one.difference_minutes)
            rows.writerow([_cell(value) for value in (page.whose, one.work, "", "", *minutes, *[""] * 7)])
    if report.hidden:
        rows.writerow(["not told", report.hidden, *[""] * (len(COLUMNS) - 2)])
    rows.writerow([_cell(value) for value in ("the film", "", *[""] * 9, *_machine_cells(report.film))])
    return written.getvalue()


def page_row(page: Compared) -> tuple[object, ...]:
    """A page in the order of :data:`COLUMNS`."""
    minutes = (page.bid_minutes, page.revised_minutes, page.minutes, page.difference_minutes, page.late_bids)
    rest = ["not told" if one is None else one for one in (page.unbid_minutes, page.open_minutes)]
    return (page.whose, "all", page.people, page.tasks, *minutes, *rest, *_machine_cells(page.machine))


def _machine_cells(machine: Machine) -> tuple[object, ...]:
    hosted = ", ".join(money(minor, currency) for currency, minor in machine.hosted_minor.items())
    return (machine.takes, machine.retakes, machine.machine_seconds, hosted)


def _cell(value: object) -> object:
    """A text that no spreadsheet takes for a formula; numbers stay numbers."""
    return inert(value) if isinstance(value, str) else value
