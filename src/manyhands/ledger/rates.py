"""Rate cards: what an hour of work is paid, as data with dates and a source; and what hours come to by them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from manyhands.core.currency import minor_of, money
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.labour import Hours, Task, Work
from manyhands.ledger.booking import owed_to, transaction

TEMPLATE = Path(__file__).parent / "cards/template.toml"
FIELDS = ("role", "work", "currency", "per_hour", "valid_from", "valid_until", "source")


@dataclass(frozen=True)
class Rate:
    """What an hour of one role's work is paid, from one day to another, both included, and where that stands."""

    role: str
    work: str
    currency: str
    per_hour_minor: int
    valid_from: date
    valid_until: date
    source: str


def read_card(path: Path) -> list[Rate]:
    """The rates of a card that are filled in; empty ones are passed over.

    Raises: NotFoundError if there is no file; InputError that names the rate and what it lacks.
    """
    try:
        saved = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFoundError("rate card", str(path)) from None
    except (OSError, ValueError) as error:
        raise InputError(f"rate card {path.name}: it cannot be read ({error}).", "Copy the template again.") from error
    rows = saved.get("rate", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"rate card {path.name}: it has no list of rates.", "Begin each with [[rate]].")
    return [_rate(row, f"rate card {path.name}, rate {at}") for at, row in enumerate(rows, 1) if row.get("per_hour")]


def _rate(row: dict[str, Any], where: str) -> Rate:
    told = {name: str(row.get(name, "")).strip() for name in FIELDS}
    strange = sorted(set(row) - set(FIELDS))
    missing = [name for name in FIELDS if not told[name] and name != "valid_until"]
    if strange or missing:
        what = f"it has {', '.join(strange)}" if strange else f"{', '.join(missing)} is empty"
        raise InputError(f"{where}: {what}.", f"A rate has {', '.join(FIELDS)}; a figure without a source is none.")
    if told["work"] not in get_args(Work):
        raise InputError(f"{where}: work is {told['work']}.", f"It is one of {', '.join(get_args(Work))}.")
    try:
        first, last = (date.fromisoformat(told[name] or "9999-12-31") for name in ("valid_from", "valid_until"))
    except ValueError as error:
        raise InputError(f"{where}: {error}.", "Write days as 2026-05-01.") from None
    per_hour = minor_of(told["per_hour"], told["currency"])
    if per_hour <= 0 or last < first:
        raise InputError(f"{where}: it pays {told['per_hour']} from {first} to {last}.", "Give a rate that pays.")
    return Rate(told["role"], told["work"], told["currency"], per_hour, first, last, told["source"])


def wages_owed(hours: Hours, task: Task, rates: Sequence[Rate], *, at: str) -> list[Entry]:
    """The entries for one person's hours, rounded up to the minor unit: never to the loss of who worked.

    Raises: InputError if the card has no rate for them, or two.
    """
    day = date.fromisoformat(hours.day)
    fitting = [
        rate
        for rate in rates
        if (rate.role, rate.work) == (task.role, task.work) and rate.valid_from <= day <= rate.valid_until
    ]
    if len(fitting) != 1:
        number = "no rate" if not fitting else f"{len(fitting)} rates"
        raise InputError(
            f"wages: the card has {number} for {task.work} of {task.role} on {hours.day} ({hours.id}).",
            "Fill one in, with its source.",
        )
    rate = fitting[0]
    amount = -(-hours.minutes * rate.per_hour_minor // 60)
    return transaction(
        wage_id(hours),
        ((f"Expenses:{task.work}", amount), (owed_to(hours.by.name, "Wages"), -amount)),
        currency=rate.currency,
        about=f"{hours.minutes} minutes of {task.title} on {hours.day}",
        at=at,
        method=f"{money(rate.per_hour_minor, rate.currency)} an hour ({rate.source}), rounded up",
    )


def wage_id(hours: Hours) -> str:
    """The transaction that books somebody's hours; there is one only."""
    return f"wage-{hours.id}"
