"""Rate cards: what an hour of work is paid, from when it is overtime, and the least that a day pays; all as data.

Every figure has its dates and its source.  A card without a figure pays nothing by it: none is made up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from manyhands.core.currency import minor_of
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.labour import Work

TEMPLATE = Path(__file__).parent / "cards/template.toml"
DATES = ("valid_from", "valid_until", "source")
FIELDS = ("role", "work", "currency", "per_hour", *DATES)
OVERTIME = ("role", "work", "per", "after_hours", "factor", "week_begins", *DATES)
MINIMUM = ("role", "hours_a_day", *DATES)
FIGURES = {"rate": "per_hour", "overtime": "factor", "minimum": "hours_a_day"}
"""The kinds of rows that a card has, each with the field that makes it a row."""

MAY_BE_EMPTY = ("valid_until", "week_begins")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_FACTOR = 10
MINUTES = {"day": 1440, "week": 10080}


@dataclass(frozen=True)
class Dated:
    """From one day to another, both included, and where that stands."""

    valid_from: date
    valid_until: date
    source: str

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_until


@dataclass(frozen=True)
class Rate(Dated):
    """What an hour of one role's work is paid."""

    role: str
    work: str
    currency: str
    per_hour_minor: int


@dataclass(frozen=True)
class Overtime(Dated):
    """By how much an hour is paid more after so many minutes of a day or a week; ``work`` empty is every work.

    ``week_begins`` counts from Monday, 0.
    """

    role: str
    work: str
    per: str
    after_minutes: int
    factor: Fraction
    week_begins: int


@dataclass(frozen=True)
class Minimum(Dated):
    """The least that a day of work in a role is paid, in minutes at its rate."""

    role: str
    minutes: int


@dataclass(frozen=True)
class Card:
    """A rate card, without what is not filled in."""

    rates: tuple[Rate, ...]
    overtime: tuple[Overtime, ...] = ()
    minimums: tuple[Minimum, ...] = ()

    def rate(self, role: str, work: str, day: date, *, where: str) -> Rate:
        """The one rate for a role's work on a day.  Raises: InputError if there is none, or there are two."""
        fitting = [one for one in self.rates if (one.role, one.work) == (role, work) and one.holds_on(day)]
        if len(fitting) != 1:
            number = "no rate" if not fitting else f"{len(fitting)} rates"
            raise InputError(
                f"wages: the card has {number} for {work} of {role} on {day} ({where}).",
                "Fill one in, with its source.",
            )
        return fitting[0]

    def overtime_for(self, role: str, work: str, day: date, per: str) -> tuple[Overtime, ...]:
        """The rules of overtime for a role's work on a day; hours that are paid as overtime already have none."""
        if work == "Overtime":
            return ()
        return tuple(
            one
            for one in self.overtime
            if one.role == role and one.work in ("", work) and one.per == per and one.holds_on(day)
        )

    def minimum(self, role: str, day: date) -> Minimum | None:
        """The highest of the minimums that hold for a role on a day."""
        fitting = [one for one in self.minimums if one.role == role and one.holds_on(day)]
        return max(fitting, key=lambda one: one.minutes, default=None)


def read_card(path: Path) -> Card:
    """What of a card is filled in; empty rows are passed over.

    Raises: NotFoundError if there is no file; InputError that names the row and what it lacks.
    """
    return card_of(rows_of(path), path.name)


def rows_of(path: Path) -> dict[str, Any]:
    """A card's file as tables of rows, not judged yet.

    Raises: NotFoundError if there is no file; InputError if it cannot be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFoundError("rate card", str(path)) from None
    except (OSError, ValueError) as error:
        raise InputError(f"rate card {path.name}: it cannot be read ({error}).", "Copy the template again.") from error


def card_of(saved: Mapping[str, Any], name: str) -> Card:
    """The same of a card that was read already, as tables of rows.

    Args:
        name: what the card is called in errors.
    Raises: InputError that names the row and what it lacks.
    """
    strange = sorted({*saved} - {"title", *FIGURES})
    if strange:
        raise InputError(f"rate card {name}: it has {', '.join(strange)}.", "It has rate, overtime and minimum.")
    card = Card(
        tuple(_rate(row, where) for row, where in _rows(saved, "rate", name)),
        tuple(_overtime(row, where) for row, where in _rows(saved, "overtime", name)),
        tuple(_minimum(row, where) for row, where in _rows(saved, "minimum", name)),
    )
    _check_apart(card.overtime, name)
    return card


def is_filled(kind: str, row: Mapping[str, Any]) -> bool:
    """Whether a row of a card has its figure; one without is passed over."""
    return bool(str(row.get(FIGURES[kind], "")).strip())


def _rows(saved: Mapping[str, Any], kind: str, name: str) -> list[tuple[dict[str, Any], str]]:
    rows = saved.get(kind, [])
    if not isinstance(rows, list | tuple) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"rate card {name}: it has no list of {kind}.", f"Begin each with [[{kind}]].")
    return [(row, f"rate card {name}, {kind} {at}") for at, row in enumerate(rows, 1) if is_filled(kind, row)]


def _rate(row: dict[str, Any], where: str) -> Rate:
    told, dates = _told(row, FIELDS, where)
    _check_work(told["work"], where)
    per_hour = minor_of(told["per_hour"], told["currency"])
    if per_hour <= 0:
        raise InputError(f"{where}: it pays {told['per_hour']}.", "Give a rate that pays.")
    return Rate(*dates, told["role"], told["work"], told["currency"], per_hour)


def _overtime(row: dict[str, Any], where: str) -> Overtime:
    told, dates = _told(row, OVERTIME, where, may_be_empty=("work", *MAY_BE_EMPTY))
    if told["work"]:
        _check_work(told["work"], where)
    if told["per"] not in MINUTES:
        raise InputError(f"{where}: it counts by the {told['per']}.", "It is day or week.")
    begins = told["week_begins"].lower() or DAYS[0]
    if begins not in DAYS:
        raise InputError(f"{where}: the week begins on {told['week_begins']}.", f"It is one of {', '.join(DAYS)}.")
    factor = _exact(told["factor"], where)
    if not 1 < factor <= MOST_FACTOR:
        raise InputError(f"{where}: the factor is {told['factor']}; it must lie above 1, up to {MOST_FACTOR}.", "3/2.")
    after = _minutes(told["after_hours"], where, most=MINUTES[told["per"]] - 1, least=0)
    return Overtime(*dates, told["role"], told["work"], told["per"], after, factor, DAYS.index(begins))


def _minimum(row: dict[str, Any], where: str) -> Minimum:
    told, dates = _told(row, MINIMUM, where)
    return Minimum(*dates, told["role"], _minutes(told["hours_a_day"], where, most=1440, least=1))


def _told(
    row: dict[str, Any], fields: Sequence[str], where: str, *, may_be_empty: Sequence[str] = MAY_BE_EMPTY
) -> tuple[dict[str, str], tuple[date, date, str]]:
    told = {name: str(row.get(name, "")).strip() for name in fields}
    strange = sorted(set(row) - set(fields))
    missing = [name for name in fields if not told[name] and name not in may_be_empty]
    if strange or missing:
        what = f"it has {', '.join(strange)}" if strange else f"{', '.join(missing)} is empty"
        raise InputError(f"{where}: {what}.", f"It has {', '.join(fields)}; a figure without a source is none.")
    try:
        first, last = (date.fromisoformat(told[name] or "9999-12-31") for name in ("valid_from", "valid_until"))
    except ValueError as error:
        raise InputError(f"{where}: {error}.", "Write days as 2026-05-01.") from None
    if last < first:
        raise InputError(f"{where}: it holds from {first} to {last}.", "Turn the days round.")
    return told, (first, last, told["source"])


def _check_work(work: str, where: str) -> None:
    if work not in get_args(Work):
        raise InputError(f"{where}: work is {work}.", f"It is one of {', '.join(get_args(Work))}.")


def _exact(text: str, where: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise InputError(f"{where}: {text} is no number.", "Write it exactly: 8, 7.5, 3/2.") from None


def _minutes(text: str, where: str, *, most: int, least: int) -> int:
    minutes = _exact(text, where) * 60
    if minutes.denominator != 1 or not least <= minutes <= most:
        raise InputError(
            f"{where}: {text} hours are {float(minutes):g} minutes; it must be whole ones, {least} to {most}.",
            "Write hours as 8, 7.5 or 38.5.",
        )
    return int(minutes)


def _check_apart(rules: Sequence[Overtime], name: str) -> None:
    """No two rules of overtime say something else of one and the same minute."""
    for at, one in enumerate(rules):
        for other in rules[:at]:
            same = (one.role, one.per, one.after_minutes) == (other.role, other.per, other.after_minutes)
            both = one.valid_from <= other.valid_until and other.valid_from <= one.valid_until
            if same and both and (one.work == other.work or not (one.work and other.work)):
                raise InputError(
                    f"rate card {name}: overtime of {one.role} after {one.after_minutes // 60} hours a {one.per} "
                    f"stands twice ({other.factor} and {one.factor}).",
                    "Leave one out, or let one end before the other begins.",
                )
