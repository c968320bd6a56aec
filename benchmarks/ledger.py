"""The ledger of a large production: 500 people, 100,000 entries, on SQLite."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Figure
from manyhands.actions import studio
from manyhands.actions.accounts import export_ledger, pay, reverse, statement, verify_ledger
from manyhands.core.hand import person
from manyhands.ledger.booking import owed_to, transaction

PEOPLE, TRANSACTIONS, LINES = 500, 50_000, 2_000
PRODUCER = person("Person P")


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        made = large(Path(folder) / "film")
        period = {"first_day": "2026-04-01", "last_day": "2026-06-30"}
        found = [
            Figure(
                "100,000 entries: a person's statement",
                seconds(lambda: statement(made, PRODUCER, "Person 7", **period)),
                "s",
                1.0,
            ),
            Figure("100,000 entries: take one transaction back", seconds(lambda: reverse_one(made)), "s", None),
            Figure("100,000 entries: record a payment", seconds(lambda: pay_one(made)), "s", None),
            Figure("100,000 entries: ledger verify", seconds(lambda: verify_ledger(made.folder)), "s", None),
            Figure(
                "100,000 entries: export to beancount",
                seconds(lambda: export_ledger(made, PRODUCER, Path(folder) / "out", format="beancount")),
                "s",
                None,
            ),
        ]
        made.close()
    return found


def large(folder: Path) -> studio.Studio:
    """A production in which everybody is owed something, again and again, over a year."""
    made = studio.new(folder, PRODUCER, name="Film")
    each = TRANSACTIONS // LINES
    for line in range(LINES):
        with made.act("delivered", PRODUCER) as t:
            for number in range(line * each, (line + 1) * each):
                who, minor = f"Person {number % PEOPLE}", 100 + number % 9973
                at = f"2026-{1 + 12 * number // TRANSACTIONS:02d}-{1 + number % 28:02d}T12:00:00Z"
                sides = (("Expenses:Licences", minor), (owed_to(who, "Licences"), -minor))
                about = f"a plate in shot sh{number:05d}"
                for entry in transaction(f"t{number}", sides, currency="EUR", about=about, at=at, method="agreed"):
                    t.put(entry, entry.id)
    return made


def reverse_one(made: studio.Studio) -> None:
    reverse(made, PRODUCER, "t4321", why="measured")


def pay_one(made: studio.Studio) -> None:
    pay(made, PRODUCER, "Person 9", "1.00", currency="EUR", kind="Licences", about="bank 1")


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
