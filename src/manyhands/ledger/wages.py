"""What hours come to by a rate card: straight time, overtime, and the least that a day pays; exact, and line by line.

Minutes are counted in the order in which they were booked, then in that of their days and of being said.  A minute is
overtime by the day's rules once so many of that person's minutes came before it on its day, and by the week's once so
many came before it in its week that were not overtime by the day; where both hold, it is paid by the higher factor.
No minute is paid more for twice.  What a minute is paid more goes to the account of overtime, the rest to that of its
work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from manyhands.core.currency import money
from manyhands.core.entry import Entry
from manyhands.core.labour import Hours, Task
from manyhands.ledger.booking import owed_to, transaction
from manyhands.ledger.rates import Card, Minimum, Overtime, Rate
from manyhands.ledger.splits import split


@dataclass
class Worked:
    """How much of a person's time was counted so far, by the day and by the week."""

    of_day: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    of_week: dict[date, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Stretch:
    """Minutes in a row that are paid alike; by no rule of overtime, they are straight time."""

    minutes: int
    rule: Overtime | None = None


def wages_owed(
    new: Sequence[Hours],
    tasks: Mapping[str, Task],
    card: Card,
    *,
    at: str,
    before: Sequence[Hours] = (),
    ahead: Mapping[str, int] | None = None,
) -> list[Entry]:
    """The entries for hours, each rounded up to the minor unit once: never to the loss of who worked.

    Args:
        before: the hours that are booked, in the order in which they were.
        ahead: what was booked for the least that a day pays, in minor units, by the id of the hours that it stands at.
    Raises: InputError if the card has no rate for some, or two.
    """
    counted: dict[str, Worked] = defaultdict(Worked)
    for one in before:
        _counted(one, tasks[one.task], card, counted[one.by.id])
    entries: list[Entry] = []
    for one in sorted(new, key=lambda one: one.day):
        task = tasks[one.task]
        stretches = _counted(one, task, card, counted[one.by.id])
        rate = card.rate(task.role, one.work_on(task), date.fromisoformat(one.day), where=one.id)
        entries += _wage(one, task, rate, stretches, at)
    return [*entries, *_least(new, tasks, card, before, ahead or {}, at)]


def _counted(hours: Hours, task: Task, card: Card, so_far: Worked) -> list[Stretch]:
    """How the minutes of hours are paid, and ``so_far`` with them counted."""
    day, work = date.fromisoformat(hours.day), hours.work_on(task)
    daily = card.overtime_for(task.role, work, day, "day")
    weekly = card.overtime_for(task.role, work, day, "week")
    found: list[Stretch] = []
    for minutes, rule in _cut(so_far.of_day[hours.day], hours.minutes, daily):
        weeks = {one: _week(day, one.week_begins) for one in weekly}
        for some, more in _cut_by_week(minutes, weeks, so_far):
            over = max((one for one in (rule, more) if one), key=lambda one: one.factor, default=None)
            found.append(Stretch(some, over))
            if rule is None:
                for begins in range(7):
                    so_far.of_week[_week(day, begins)] += some
    so_far.of_day[hours.day] += hours.minutes
    return found


def _cut(start: int, minutes: int, rules: Sequence[Overtime]) -> Iterator[tuple[int, Overtime | None]]:
    """Minutes from a place on, cut where another rule begins to hold: of those that hold, the highest."""
    end = start + minutes
    ends = sorted({one.after_minutes for one in rules if start < one.after_minutes < end} | {end})
    for stop in ends:
        holding = [one for one in rules if one.after_minutes <= start]
        yield stop - start, max(holding, key=lambda one: one.factor, default=None)
        start = stop


def _cut_by_week(minutes: int, weeks: Mapping[Overtime, date], so_far: Worked) -> Iterator[tuple[int, Overtime | None]]:
    left = minutes
    while left:
        at = {one: so_far.of_week[week] for one, week in weeks.items()}
        nearest = [one.after_minutes - at[one] for one in weeks if at[one] < one.after_minutes]
        some = min([left, *nearest])
        holding = [one for one in weeks if at[one] >= one.after_minutes]
        yield some, max(holding, key=lambda one: one.factor, default=None)
        left -= some


def _week(day: date, begins: int) -> date:
    """The first day of the week in which a day lies; different first days never are one date by two counts."""
    return day - timedelta((day.weekday() - begins) % 7)


def _wage(hours: Hours, task: Task, rate: Rate, stretches: Sequence[Stretch], at: str) -> list[Entry]:
    over: dict[Overtime, int] = defaultdict(int)
    for one in stretches:
        if one.rule:
            over[one.rule] += one.minutes
    a_minute = Fraction(rate.per_hour_minor, 60)
    exact = {"0": hours.minutes * a_minute}
    exact |= {str(at): some * a_minute * (rule.factor - 1) for at, (rule, some) in enumerate(over.items(), 1)}
    parts = split(ceil(sum(exact.values())), exact)
    work = hours.work_on(task)
    told = f" ({work})" if work != "Wages" else ""
    lines = [(f"Expenses:{work}", parts["0"], f"{hours.minutes} minutes of {task.title} on {hours.day}{told}", "")]
    for number, (rule, some) in enumerate(over.items(), 1):
        after = f"after {_hours(rule.after_minutes)} h a {rule.per}"
        about = f"{some} of these {hours.minutes} minutes are overtime, {after}"
        lines.append(
            ("Expenses:Overtime", parts[str(number)], about, f", times {rule.factor - 1} more ({rule.source})")
        )
    method = f"{money(rate.per_hour_minor, rate.currency)} an hour ({rate.source})"
    owed = owed_to(hours.by.name, "Wages")
    kept = [line for line in lines if line[1]]
    sides = [side for account, minor, _, _ in kept for side in ((account, minor), (owed, -minor))]
    made = transaction(wage_id(hours), sides, currency=rate.currency, about="", at=at)
    texts = [(about, f"{method}{more}, rounded up") for _, _, about, more in kept for _ in range(2)]
    return [one.but(about=about, method=how) for one, (about, how) in zip(made, texts, strict=True)]


def _least(
    new: Sequence[Hours],
    tasks: Mapping[str, Task],
    card: Card,
    before: Sequence[Hours],
    ahead: Mapping[str, int],
    at: str,
) -> list[Entry]:
    """The entries that fill a day up to the least that it pays, or take back what was filled and is worked since."""
    days: dict[tuple[str, str, str], list[Hours]] = defaultdict(list)
    for one in (*before, *new):
        days[one.by.id, one.day, tasks[one.task].role].append(one)
    fresh = {one.id for one in new}
    entries: list[Entry] = []
    for (_, day, role), some in days.items():
        last = some[-1]
        least = card.minimum(role, date.fromisoformat(day))
        filled = sum(ahead.get(one.id, 0) for one in some)
        if last.id not in fresh or (least is None and not filled):
            continue
        rate = card.rate(role, last.work_on(tasks[last.task]), date.fromisoformat(day), where=last.id)
        short = max(0, least.minutes - sum(one.minutes for one in some)) if least else 0
        change = ceil(Fraction(short * rate.per_hour_minor, 60)) - filled
        if change:
            entries += _filled(last, role, rate, least, short, change, at)
    return entries


def _filled(last: Hours, role: str, rate: Rate, least: Minimum | None, short: int, change: int, at: str) -> list[Entry]:
    day = f"the day's least of {_hours(least.minutes)} h for {role}" if least else f"the day's least for {role}"
    what = f"{short} minutes up to it" if change > 0 else "what was paid ahead and is worked since is taken off"
    return transaction(
        least_id(last),
        (("Expenses:Wages", change), (owed_to(last.by.name, "Wages"), -change)),
        currency=rate.currency,
        about=f"{day} on {last.day}: {what}",
        at=at,
        method=f"{money(rate.per_hour_minor, rate.currency)} an hour ({rate.source}){_source(least)}, rounded up",
    )


def _source(least: Minimum | None) -> str:
    return f", the least by {least.source}" if least else ""


def _hours(minutes: int) -> str:
    return f"{minutes / 60:g}"


def wage_id(hours: Hours) -> str:
    """The transaction that books somebody's hours; there is one only."""
    return f"wage-{hours.id}"


def least_id(hours: Hours) -> str:
    """The transaction that fills a day up to the least that it pays, at the last of its hours."""
    return f"least-{hours.id}"
