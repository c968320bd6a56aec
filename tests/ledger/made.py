"""A production with some entries in its ledger, and entries made up."""

from __future__ import annotations

from pathlib import Path

from manyhands.actions import studio
from manyhands.actions.studio import Studio
from manyhands.core.entry import Entry
from manyhands.core.hand import person
from manyhands.ledger.booking import transaction

CARD_OF_RATES = """
title = "made up for tests"

[[rate]]
role = "artist"
work = "Wages"
currency = "EUR"
per_hour = "25.00"
valid_from = "2020-01-01"
valid_until = ""
source = "a contract of the tests, paragraph 1"

[[rate]]
role = "artist"
work = "Teaching"
currency = "EUR"
per_hour = ""
valid_from = ""
valid_until = ""
source = ""
"""
PRODUCER = person("Person P")
AT = "2026-03-01T12:00:00Z"


def owed(
    id_: str,
    who: str,
    minor: int,
    *,
    currency: str = "EUR",
    kind: str = "Licences",
    at: str = AT,
    about: str = "a plate",
) -> list[Entry]:
    """A transaction by which somebody is owed an amount."""
    sides = ((f"Expenses:{kind}", minor), (f"Liabilities:{who}:{kind}", -minor))
    return transaction(id_, sides, currency=currency, about=about, at=at, method="agreed")


def book(made: Studio, *transactions: list[Entry]) -> None:
    with made.act("delivered", PRODUCER, take="none", master="none.mov") as t:
        for entries in transactions:
            for entry in entries:
                t.put(entry, entry.id)


def film(folder: Path) -> Studio:
    """A production with three transactions in two currencies, each in a line of its own."""
    made = studio.new(folder, PRODUCER, name="Film")
    book(made, owed("t1", "Person A", 1250))
    book(made, owed("t2", "Person A", 99, currency="JPY", at="2026-04-01T00:00:00Z"))
    book(made, owed("t3", "Person B", 700), owed("t4", "Person A", 1, at="2026-05-31T23:59:59Z"))
    return made
