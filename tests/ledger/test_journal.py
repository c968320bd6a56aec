"""Nothing is edited: what is taken back is mirrored, and one cent that was changed anywhere is found."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions.accounts import ledger, pay, reverse, verify_ledger
from manyhands.core.currency import MOST_MINOR
from manyhands.core.errors import InputError, NotFoundError, StateError
from manyhands.core.noun import canonical, digest
from manyhands.ledger import balances, journal_faults, reversal
from manyhands.ledger.booking import transaction
from tests.databases import behind, on_both
from tests.databases import copied as copy_of
from tests.ledger.made import AT, PRODUCER, film, owed

pytestmark = on_both


@pytest.fixture(scope="module")
def kept(database: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger") / "film"
    made = film(folder)
    reverse(made, PRODUCER, "t3", why="booked twice")
    made.close()
    return folder


def rows(folder: Path, sql: str) -> list[Any]:
    return behind(folder, sql, guarded=True)[0]


def copied(kept: Path, tmp_path: Path) -> Path:
    return copy_of(kept, tmp_path / "film")


def test_a_ledger_that_nobody_touched_holds(kept: Path) -> None:
    found = verify_ledger(kept)
    assert found.faults == ()
    assert found.entries == 10


def test_one_cent_that_was_changed_in_any_entry_is_found(kept: Path, tmp_path: Path) -> None:
    entries = rows(kept, "SELECT id, body FROM nouns WHERE kind = 'entry'")
    assert len(entries) == 10
    for id_, text in entries:
        body = json.loads(str(text))
        body["amount_minor"] += 1
        for sha in (None, digest(body)):  # also by somebody who writes the entry's hash anew
            folder = copied(kept, tmp_path)
            change = ("UPDATE nouns SET body = ? WHERE kind = 'entry' AND id = ?", (canonical(body).decode(), id_))
            again = ("UPDATE nouns SET sha256 = ? WHERE kind = 'entry' AND id = ?", (sha, id_))
            behind(folder, change, *([again] if sha else []))
            assert any(str(id_) in fault for fault in verify_ledger(folder).faults)


def test_both_sides_changed_by_one_cent_still_balance_and_are_found(kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    for side, amount in ((0, 1251), (1, -1251)):
        text = rows(folder, f"SELECT body FROM nouns WHERE id = 't1-{side}'")[0][0]
        body = canonical({**json.loads(str(text)), "amount_minor": amount}).decode()
        behind(folder, ("UPDATE nouns SET body = ? WHERE id = ?", (body, f"t1-{side}")))
    faults = verify_ledger(folder).faults
    assert not any("off by" in fault for fault in faults)
    assert len(faults) == 2


def every_line(kept: Path) -> list[int]:
    return [int(str(number)) for (number,) in rows(kept, "SELECT number FROM log")]


def test_a_line_that_was_removed_or_two_that_were_swapped_are_found_anywhere(kept: Path, tmp_path: Path) -> None:
    numbers = every_line(kept)
    assert len(numbers) == 5
    for number in numbers:
        folder = copied(kept, tmp_path)
        behind(folder, ("DELETE FROM log WHERE number = ?", (number,)))
        assert any(f"log line {number}:" in fault for fault in verify_ledger(folder).faults)
    for one, other in pairwise(numbers):
        folder = copied(kept, tmp_path)
        behind(
            folder,
            ("UPDATE log SET number = -1 WHERE number = ?", (one,)),
            ("UPDATE log SET number = ? WHERE number = ?", (one, other)),
            ("UPDATE log SET number = ? WHERE number = -1", (other,)),
        )
        assert verify_ledger(folder).faults


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM nouns WHERE id = 't4-1'",
        "UPDATE nouns SET body = 'no json' WHERE id = 't4-1'",
        "UPDATE nouns SET body = '[]' WHERE id = 't4-1'",
        "UPDATE nouns SET id = 't9-1' WHERE id = 't4-1'",
        "UPDATE nouns SET revision = 2 WHERE id = 't4-1'",
        "INSERT INTO nouns SELECT kind, 't9-0', 1, shot, body, sha256, line FROM nouns WHERE id = 't4-1'",
    ],
)
def test_an_entry_that_was_removed_added_renamed_or_spoilt_is_found(sql: str, kept: Path, tmp_path: Path) -> None:
    folder = copied(kept, tmp_path)
    behind(folder, (sql, ()))
    assert verify_ledger(folder).faults


def test_an_entry_booked_again_under_its_id_is_found(tmp_path: Path) -> None:
    made = film(tmp_path / "film")
    with made.act("delivered", PRODUCER, take="none", master="none.mov") as t:
        for entry in owed("t1", "Person A", 1251):
            t.put(entry, entry.id)
    made.close()
    assert "entry t1-0 was booked more than once under one id" in verify_ledger(tmp_path / "film").faults


def test_a_reversal_leaves_nothing_and_edits_nothing(tmp_path: Path) -> None:
    made = film(tmp_path / "film")
    before = ledger(made, PRODUCER)
    taken = reverse(made, PRODUCER, "t1", why="the plate is our own")
    after = ledger(made, PRODUCER)
    assert after[: len(before)] == before
    assert after[len(before) :] == taken
    assert balances(after)[("Liabilities:Person A:Licences", "EUR")] == -1
    assert all("the plate is our own" in entry.about and entry.reverses == "t1" for entry in taken)
    with pytest.raises(StateError, match="t1 was taken back on"):
        reverse(made, PRODUCER, "t1", why="again")
    reverse(made, PRODUCER, taken[0].transaction, why="it was not")
    assert balances(ledger(made, PRODUCER)) == balances(before)
    made.close()
    assert verify_ledger(tmp_path / "film").faults == ()


def test_a_reversal_needs_a_reason_and_something_to_take_back(tmp_path: Path) -> None:
    made = film(tmp_path / "film")
    head = made.production.head()
    with pytest.raises(InputError, match="it has no reason"):
        reverse(made, PRODUCER, "t1", why="  ")
    with pytest.raises(NotFoundError, match=r"transaction t: not found. There is: t1, t2"):
        reverse(made, PRODUCER, "t", why="so")
    assert made.production.head() == head
    made.close()


def together(act: Callable[[], object], times: int = 4) -> list[object]:
    """What comes of several who do the same at once."""
    found: list[object] = []

    def one() -> None:
        try:
            found.append(act())
        except StateError as error:
            found.append(error)

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_people_who_do_it_at_once_one_does_it_and_the_others_are_told(tmp_path: Path) -> None:
    made = film(tmp_path / "film")
    done = together(lambda: reverse(made, PRODUCER, "t1", why="so"))
    assert sum(isinstance(one, list) for one in done) == 1
    assert sum(isinstance(one, StateError) for one in done) == 3
    paid = together(lambda: pay(made, PRODUCER, "Person B", "7", currency="EUR", kind="Licences", about="bank 1"))
    assert sum(isinstance(one, list) for one in paid) == 1
    made.close()
    assert verify_ledger(tmp_path / "film").faults == ()


def test_what_is_paid_is_owed_no_longer_and_nobody_is_paid_what_they_are_not_owed(tmp_path: Path) -> None:
    made = film(tmp_path / "film")

    def paying(amount: str, about: str = "bank 1", currency: str = "EUR", kind: str = "Licences") -> object:
        return pay(made, PRODUCER, "Person A", amount, currency=currency, kind=kind, about=about)

    for amount, currency, kind in (
        ("12.52", "EUR", "Licences"),
        ("-1", "EUR", "Licences"),
        ("0", "EUR", "Licences"),
        ("1", "USD", "Licences"),
        ("1", "EUR", "Wages"),
        ("1", "EUR", "Bribes"),
        ("99.5", "JPY", "Licences"),
        ("99999999999999", "EUR", "Licences"),
    ):
        with pytest.raises(InputError):
            paying(amount, currency=currency, kind=kind)
    with pytest.raises(InputError, match="nothing tells this payment from others"):
        paying("1", about=" ")
    paying("12.50")
    with pytest.raises(StateError, match="bank 1 to Person A is in the books"):
        paying("0.01")
    paying("99", currency="JPY")
    assert balances(ledger(made, PRODUCER))[("Liabilities:Person A:Licences", "EUR")] == -1
    assert balances(ledger(made, PRODUCER))[("Liabilities:Person A:Licences", "JPY")] == 0
    made.close()


def test_a_journal_that_breaks_its_own_rules_is_told() -> None:
    booked = owed("t1", "Person A", 100)
    back = reversal("t1", booked, why="so", at=AT)
    crooked = [back[0].but(amount_minor=-99), back[1].but(amount_minor=99)]
    assert journal_faults([*booked, *back]) == []
    assert "is not the mirror of t1" in journal_faults([*booked, *crooked])[0]
    assert "takes back t1, which is not there" in journal_faults(back)[0]
    twice = [entry.but(id=f"x{entry.id}", transaction="x") for entry in back]
    assert "taken back twice" in journal_faults([*booked, *back, *twice])[0]
    assert "off by 1 minor units of EUR" in journal_faults([booked[0].but(amount_minor=101), booked[1]])[0]
    assert any(
        "begins with none of" in fault for fault in journal_faults([one.but(account="Else:A") for one in booked])
    )
    assert any("no currency" in fault for fault in journal_faults([one.but(currency="ABC") for one in booked]))


def test_a_very_long_name_of_a_transaction_makes_no_longer_ones() -> None:
    booked = owed("t" * 189, "Person A", 1)
    assert len(reversal("t" * 189, booked, why="so", at=AT)[0].transaction) < 190


@pytest.mark.parametrize(("minor", "currency"), [(MOST_MINOR + 1, "EUR"), (1, "XXX"), (1, "ABC")])
def test_what_nobody_can_be_paid_is_not_booked(minor: int, currency: str) -> None:
    with pytest.raises(InputError):
        transaction("t", (("Expenses:X", minor), ("Liabilities:A:X", -minor)), currency=currency, about="x", at=AT)


def test_any_line_of_the_log_that_was_edited_is_found(kept: Path, tmp_path: Path) -> None:
    for number in every_line(kept):
        for column in ("at", "by", "act", "about", "brought"):
            folder = copied(kept, tmp_path)
            behind(
                folder, (f"UPDATE log SET {column} = replace({column}, 'e', 'E') || ' ' WHERE number = ?", (number,))
            )
            faults = verify_ledger(folder).faults
            assert any(fault.startswith(f"log line {number}: ") for fault in faults), (number, column)


def test_one_cent_changed_in_an_entry_its_hash_and_its_line_alike_is_found(kept: Path, tmp_path: Path) -> None:
    for id_, text, sha in rows(kept, "SELECT id, body, sha256 FROM nouns WHERE kind = 'entry'"):
        body = json.loads(str(text))
        body["amount_minor"] += 1
        folder, new = copied(kept, tmp_path), digest(body)
        values = (canonical(body).decode(), new, id_)
        behind(
            folder,
            ("UPDATE nouns SET body = ?, sha256 = ? WHERE kind = 'entry' AND id = ?", values),
            ("UPDATE log SET brought = replace(brought, ?, ?)", (sha, new)),
        )
        assert any("its content does not fit its hash" in fault for fault in verify_ledger(folder).faults)
