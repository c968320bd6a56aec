"""A person's statement: opening, entries, closing, to the cent, and nobody else's money."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.actions.accounts import pay, reverse, statement
from manyhands.actions.studio import person as member
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, RoleError
from manyhands.core.hand import person
from manyhands.ledger.booking import owed_to
from manyhands.ledger.statements import Statement, as_csv, as_html, as_json
from manyhands.ledger.statements import statement as drawn_up
from tests.databases import on_both
from tests.ledger.made import PRODUCER, book, film, owed

pytestmark = on_both

DAYS = st.integers(1, 28).map(lambda day: f"2026-02-{day:02d}")


def drawn(entries: list[Entry], *, first: str = "2026-02-10", last: str = "2026-02-20") -> Statement:
    return drawn_up(
        list(enumerate(entries, 1)),
        production="Film",
        person="Person A",
        first_day=first,
        last_day=last,
        drawn_up="2026-03-01",
        log_line=9,
        log_hash="0" * 64,
    )


@given(st.lists(st.tuples(DAYS, st.integers(1, 10**12), st.sampled_from(["EUR", "JPY", "KWD"])), max_size=12))
def test_two_periods_that_meet_carry_the_balance_over(some: list[tuple[str, int, str]]) -> None:
    entries = [
        entry
        for number, (day, minor, currency) in enumerate(some)
        for entry in owed(f"t{number}", "Person A", minor, currency=currency, at=f"{day}T10:00:00Z")
    ]
    early, late = drawn(entries, first="2026-02-01"), drawn(entries, first="2026-02-21", last="2026-02-28")
    for before, after in zip(early.sheets, late.sheets, strict=True):
        assert before.currency == after.currency
        assert before.opening_minor == 0
        assert before.closing_minor == after.opening_minor
        owed_in_all = sum(minor for _, minor, currency in some if currency == after.currency)
        assert after.closing_minor == owed_in_all


def test_the_first_and_the_last_second_of_a_period_belong_to_it() -> None:
    times = ["2026-02-09T23:59:59Z", "2026-02-10T00:00:00Z", "2026-02-20T23:59:59Z", "2026-02-21T00:00:00Z"]
    found = drawn([entry for n, at in enumerate(times) for entry in owed(f"t{n}", "Person A", 10**n, at=at)])
    assert [one.amount_minor for one in found.sheets[0].postings] == [10, 100]
    assert (found.sheets[0].opening_minor, found.sheets[0].closing_minor) == (1, 111)


def test_a_person_whose_name_begins_like_anothers_has_their_own() -> None:
    entries = [*owed("t1", "Person A", 5), *owed("t2", "Person AB", 7), *owed("t3", "person a", 11)]
    assert [sheet.closing_minor for sheet in drawn(entries, last="2026-12-31").sheets] == [5]


@pytest.mark.parametrize(
    ("first", "last"), [("2026-02-30", "2026-03-01"), ("", "2026-03-01"), ("2026-03-02", "2026-03-01"), ("x", "y")]
)
def test_days_that_are_none_are_refused(first: str, last: str) -> None:
    with pytest.raises(InputError, match=r"statement: |day: "):
        drawn([], first=first, last=last)


NAMES = ["李安", "Zoë Ünal", "क्षितिज", "محمد", 'Per"son <A> & =B', "Nul\\l%_"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_gets_its_statement_from_the_database(name: str, tmp_path: Path) -> None:
    made = film(tmp_path / "film")
    account = owed_to(name).split(":")[1]
    book(made, owed("n1", account, 321, about=f"=SUM(1) of {name}"))
    found = statement(made, PRODUCER, name, first_day="2026-01-01", last_day="2026-12-31", out=tmp_path / "out")
    assert [sheet.closing_minor for sheet in found.sheets] == [321]
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert [row["amount"] for row in rows] == ["0.00", "3.21", "3.21"]
    assert rows[1]["about"].startswith("'=SUM")
    assert json.loads(as_json(found))["sheets"][0]["closing_minor"] == 321
    page = as_html(found)
    assert "<A>" not in page
    assert "3.21" in page
    assert found.dispute_by in page
    assert len(list((tmp_path / "out").iterdir())) == 3
    assert made.production.log(act="statement")[-1].by == PRODUCER.id
    made.close()


def test_what_was_paid_and_taken_back_stands_in_the_statement_with_its_method(tmp_path: Path) -> None:
    made = film(tmp_path / "film")
    pay(made, PRODUCER, "Person A", "2.50", currency="EUR", kind="Licences", about="bank 1")
    reverse(made, PRODUCER, "t4", why="not used")
    found = statement(made, PRODUCER, "Person A", first_day="2026-01-01", last_day="2099-12-31")
    euros, yen = found.sheets
    assert [one.amount_minor for one in euros.postings] == [1250, 1, -250, -1]
    assert [one.method for one in euros.postings] == ["agreed", "agreed", "paid", "reversal of t4"]
    assert (euros.closing_minor, yen.closing_minor) == (1000, 99)
    assert "JPY" in as_csv(found)
    assert ",99," in as_csv(found)
    lines = {row.number for row in made.production.log()}
    assert {one.line for one in euros.postings} <= lines
    made.close()


def test_everybody_may_have_their_own_statement_and_a_producer_anybodys(tmp_path: Path) -> None:
    made = film(tmp_path / "film")
    artist = person("Person A")
    member(made, PRODUCER, artist, roles=("artist",))
    period = {"first_day": "2026-01-01", "last_day": "2026-12-31"}
    assert statement(made, artist, "Person A", **period).sheets
    with pytest.raises(RoleError):
        statement(made, artist, "Person B", **period)
    assert statement(made, PRODUCER, "Person B", **period).sheets
    assert statement(made, PRODUCER, "Person P", **period).sheets == ()  # known, and nothing was booked
    made.close()
