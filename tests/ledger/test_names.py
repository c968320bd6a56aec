"""One person, one account: however a name is typed, by whichever act money is booked."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import payees, spending
from manyhands.actions.accounts import ledger, overpaid, pay, reverse, statement, verify_ledger
from manyhands.actions.labour import task, time, wages
from manyhands.actions.roles import Member
from manyhands.actions.royalties import royalties
from manyhands.actions.studio import Studio, enter
from manyhands.actions.studio import person as member
from manyhands.core.entry import Entry
from manyhands.core.errors import NotFoundError
from manyhands.core.hand import person
from manyhands.core.spend import Agreement, Quote
from manyhands.hosted.sending import Receipt
from manyhands.ledger import balances
from tests.doors import here
from tests.ledger.made import CARD_OF_RATES, PRODUCER, book, film, owed
from tests.ledger.test_royalties import PLATES, PPM, accepted

YEAR = {"first_day": "2026-01-01", "last_day": "2026-12-31"}
SPELLINGS = ["Zoë Ünal", "zoë  ünal", "ZOË ÜNAL", "Zoe\u0308 U\u0308nal", "Ｚoë Ünal"]


@pytest.fixture
def made(tmp_path: Path) -> Studio:
    made = replace(film(tmp_path / "film"), clock=lambda: "2026-05-10T12:00:00Z")
    member(made, PRODUCER, person("Zoë Ünal"), roles=("artist",))
    return made


def owed_now(made: Studio) -> dict[str, int]:
    """What everybody is owed, by the account's name."""
    found: dict[str, int] = {}
    for (account, _), total in balances(ledger(made, PRODUCER, account="Liabilities:")).items():
        found[account.split(":")[1]] = found.get(account.split(":")[1], 0) - total
    return found


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_name_is_one_account_however_it_is_typed(made: Studio, tmp_path: Path, typed: str) -> None:
    card = tmp_path / "card.toml"
    card.write_text(CARD_OF_RATES)
    for day, each in (("2026-05-01", "Zoë Ünal"), ("2026-05-02", typed)):
        if made.production.find(Member, person(each).id) is None:
            member(made, PRODUCER, person(each), roles=("artist",))
        roto = task(made, PRODUCER, "roto", person(each), role="artist").id
        time(made, person(each), roto, 60, day=day)
        wages(made, PRODUCER, card)
    accounts = {name for name in owed_now(made) if payees._key(name) == payees._key("Zoë Ünal")}
    assert len(accounts) == 1
    pay(made, PRODUCER, SPELLINGS[2], "10", currency="EUR", kind="Wages", about="bank 1")
    for each in SPELLINGS:
        assert statement(made, PRODUCER, each, **YEAR).sheets[0].closing_minor == 4000
    assert verify_ledger(made.folder).faults == ()


def test_a_film_shares_among_people_and_not_among_spellings(made: Studio) -> None:
    other = PLATES["p2"].but(owner="person a")
    with made.act("source", PRODUCER) as t:
        t.put(PLATES["p1"], "p1")
        t.put(other, "p2")
    accepted(made, "s1", {PLATES["p1"].hand: PPM})
    accepted(made, "s2", {other.hand: PPM}, frames=8)
    found = royalties(made, PRODUCER, "0.03", currency="EUR", about="a cinema")
    assert found.amounts in ({"Person A": 3}, {"person a": 3})
    assert sum((part.share for part in found.parts), Fraction(0)) == 1


def test_a_persons_first_spelling_stays(made: Studio) -> None:
    first, second = owed("x1", "Person Q", 100), owed("x2", "Person Q", 100)
    with made.act("delivered", PRODUCER, take="none") as t:
        payees.book(made, t, first)
    assert payees.spelled(made, ["PERSON Q", "person q", "Person R"]) == {
        "PERSON Q": "Person Q", "person q": "Person Q", "Person R": "Person R",
    }  # fmt: skip
    with made.act("delivered", PRODUCER, take="none") as t:
        payees.book(made, t, second)
    assert len(made.production.all(payees.Payee)) == 1


def test_a_misspelt_name_is_not_found_and_the_nearest_is_told(made: Studio) -> None:
    with pytest.raises(NotFoundError) as error:
        statement(made, PRODUCER, "Zoe Unal", **YEAR)
    assert error.value.fix == "Did you mean Zoë Ünal?"
    with pytest.raises(NotFoundError, match=r"There is: .*Person P"):
        statement(made, PRODUCER, "Somebody Else Altogether", **YEAR)
    assert statement(made, PRODUCER, "zoë ünal", **YEAR).sheets == ()  # known, and nothing was booked
    said = here(
        "statement", "Zoe Unal", "--from", "2026-01-01", "--to", "2026-12-31", "-p", made.folder, "--by", "Person P"
    )
    assert "Did you mean" in said.complained("NotFoundError")


# --- taking back, by less than nothing, and both at once --------------------------------------


def test_reversing_a_wage_that_was_paid_says_what_to_do(made: Studio, tmp_path: Path) -> None:
    card = tmp_path / "card.toml"
    card.write_text(CARD_OF_RATES)
    artist = person("Zoë Ünal")
    time(made, artist, task(made, PRODUCER, "roto", artist, role="artist").id, 60, day="2026-05-01")
    (wage, _) = wages(made, PRODUCER, card)
    paid = pay(made, PRODUCER, "Zoë Ünal", "10", currency="EUR", kind="Wages", about="bank 1")
    said = here("ledger", "reverse", wage.transaction, "--why", "a slip", "-p", made.folder, "--by", "Person P")
    assert said.code == 0
    assert "Zoë Ünal was paid EUR 10.00 more of wages than they are owed now." in said.err
    assert f"manyhands ledger reverse {paid[0].transaction}" in said.err
    assert overpaid(made, reverse(made, PRODUCER, paid[0].transaction, why="given back")) == []


@pytest.mark.parametrize(
    "words",
    [
        ["ledger", "pay", "Person A", "-5", "--kind", "Wages", "--about", "b"],
        ["ledger", "pay", "Person A", "0", "--kind", "Wages", "--about", "b"],
        ["ledger", "share", "-5.00", "--about", "b"],
        ["ledger", "share", "0", "--about", "b"],
        ["cap", "-5"],
        ["source", "terms", "none", "--own", "--fee", "-1"],
        ["task", "add", "x", "--to", "Person A", "--role", "artist", "--bid", "-1"],
        ["time", "add", "none", "-90", "--day", "2026-05-01"],
    ],
    ids=lambda words: " ".join(words),
)
@pytest.mark.parametrize("json", [True, False])
def test_less_than_nothing_is_refused_in_the_houses_words(made: Studio, words: list[str], json: bool) -> None:
    said = here(*words, "-p", made.folder, "--by", "Person P", *(["--json"] if json else []))
    if json:
        assert re.search("nothing|no payment|must be 0 to", said.refused("InputError")["what"])
    else:
        said.complained("InputError")
        assert "Usage:" not in said.err


@pytest.mark.parametrize(
    ("currency", "minor", "told"),
    [
        ("JPY", 10**15, "1000000000000000"), ("KWD", 1, "0.001"), ("KWD", 10**15, "1000000000000.000"),
        ("EUR", 10**15, "10000000000000.00"), ("CLF", 12345, "1.2345"),
    ],
)  # fmt: skip
def test_any_currency_and_the_largest_amount_go_through_the_command_line(
    made: Studio, tmp_path: Path, currency: str, minor: int, told: str
) -> None:
    book(made, owed("big", "Person A", minor, currency=currency, at="2026-06-01T00:00:00Z"))
    at = ["-p", made.folder, "--by", "Person P"]
    words = ["pay", "Person A", told, "--currency", currency, "--kind", "Licences", "--about", "all of it"]
    assert f"{currency} {told}" in here("ledger", *words, *at).out
    said = here("statement", "Person A", "--from", "2026-05-01", "--to", "2026-12-31", "-o", tmp_path / "out", *at)
    assert f"{currency} {told}" in said.out
    assert f"{currency} -{told}" in said.out
    (written,) = (tmp_path / "out").glob("*.csv")
    assert f",{told}," in written.read_text()
    over = here("ledger", "share", "9" * 16, "--currency", currency, "--about", "x", *at)
    assert "too much for one entry" in over.complained("InputError")
    if currency == "JPY":
        assert "Write 2, or 250" in here("ledger", "share", "2.5", "--currency", "JPY", "--about", "x", *at).err


def test_two_who_book_one_run_at_once_book_it_once(made: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    quote = Quote(
        service="Runway", act="video", model="m", credits_most=50, minor_most=50, seconds=5, dated="2026-05-01"
    )
    agreement = Agreement(
        by=PRODUCER, shot="sh010", recipe="r", seed=1, quotes={"draw": quote}, most_minor=50, currency="USD"
    )
    with made.act("agree", PRODUCER) as t:
        t.put(agreement, "run-1", shot="sh010")
    receipt = Receipt(Path(), "m", "", 50, 50, task="task-1", status="SUCCEEDED", credits=40)
    monkeypatch.setattr(spending, "_receipts", lambda work, step: [receipt])
    both = threading.Barrier(2, timeout=20)
    look, work = spending._unbooked, object()
    seen = threading.local()

    def looked(*args: Any, **named: Any) -> Any:
        """The first look of each is done before either acts."""
        found = look(*args, **named)
        if not getattr(seen, "once", False):
            seen.once = True
            both.wait()
        return found

    monkeypatch.setattr(spending, "_unbooked", looked)
    studios = [enter(made.folder), enter(made.folder)]
    failed: list[BaseException] = []

    def one(studio: Studio) -> None:
        try:
            spending.book(studio, PRODUCER, work, "run-1", ended=True)  # type: ignore[arg-type]
        except BaseException as error:  # told below; a thread would swallow it
            failed.append(error)

    threads = [threading.Thread(target=one, args=(studio,)) for studio in studios]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for studio in studios:
        studio.close()
    assert failed == []
    assert made.production.get(Agreement, "run-1").spent_minor == 40
    assert len([one for one in made.production.all(Entry) if one.transaction == "sent-task-1"]) == 2
    assert [row.act for row in made.production.log()].count("book") == 1
    assert verify_ledger(made.folder).faults == ()
