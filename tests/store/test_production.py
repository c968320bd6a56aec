"""The store: append-only, hash-chained, one folder."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import SQLAlchemyError

from manyhands.core.errors import CapacityError, NotFoundError, StateError, StoreError, TrustError
from manyhands.core.hand import person
from manyhands.core.shot import Shot
from manyhands.core.span import Span
from manyhands.store.log import BEGINNING, Head, Line, chain_faults
from manyhands.store.production import Production, create_production, open_production
from manyhands.store.refusals import store_error
from tests.databases import behind, on_both

pytestmark = on_both

ME = person("Person A")
AT = "2026-01-01T00:00:00Z"


def shot(id_: str, **changes: object) -> Shot:
    return Shot(id=id_, plate="p", span=Span(length=3, rate_fps="24000/1001")).but(**changes)


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Production]:
    made = create_production(tmp_path / "production", "Test")
    yield made
    made.close()


def put(production: Production, *shots: Shot, act: str = "shot") -> None:
    with production.act(act, ME, AT, {"n": len(shots)}) as t:
        for item in shots:
            t.put(item, item.id, shot=item.id)


def test_a_noun_comes_back_as_its_latest_revision(production: Production) -> None:
    put(production, shot("a"))
    put(production, shot("a", standing="taken"))
    assert production.get(Shot, "a").standing == "taken"
    assert production.ids(Shot) == ["a"]
    assert [item.standing for item in production.all(Shot)] == ["taken"]


def test_all_lists_one_shot_when_one_is_named(production: Production) -> None:
    put(production, shot("a"), shot("b"))
    assert [item.id for item in production.all(Shot, shot="b")] == ["b"]


def test_get_names_what_there_is_when_it_finds_nothing(production: Production) -> None:
    put(production, shot("a"))
    with pytest.raises(NotFoundError, match=r"shot z: not found. There is: a."):
        production.get(Shot, "z")


def test_an_act_that_fails_leaves_no_line_and_no_noun(production: Production) -> None:
    def fails() -> None:
        with production.act("shot", ME, AT, {}) as t:
            t.put(shot("a"), "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert production.ids(Shot) == []
    assert production.log() == []


def test_the_log_holds_when_nobody_touched_it(production: Production) -> None:
    for number in range(5):
        put(production, shot(f"s{number}"))
    assert production.faults() == []
    assert [row.number for row in production.log()] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("edit", "line", "says"),
    [
        ("DELETE FROM log WHERE number = 2", 2, "missing"),
        ("DELETE FROM log WHERE number = 4", 4, "missing"),
        ("UPDATE log SET about = '{\"n\": 7}' WHERE number = 3", 3, "edited"),
        ("UPDATE log SET by = 'person:b' WHERE number = 1", 1, "edited"),
        ("UPDATE log SET about = 'nonsense' WHERE number = 3", 3, "cannot be read"),
        ("UPDATE nouns SET body = replace(body, 'open', 'approved') WHERE id = 's1'", 2, "edited after"),
        ("DELETE FROM nouns WHERE id = 's2'", 3, "missing"),
        (
            "INSERT INTO nouns SELECT kind, 'x', 1, shot, body, sha256, 1 FROM nouns WHERE id = 's1'",
            1,
            "came by no line",
        ),
        ("UPDATE nouns SET shot = 's3' WHERE id = 's1'", 2, "shot s1 was edited after"),
        ("UPDATE nouns SET line = 4 WHERE id = 's1'", 2, "shot s1 was edited after"),
        ("UPDATE nouns SET sha256 = 'x' WHERE id = 's1'", 2, "shot s1 was edited after"),
    ],
)
def test_every_edit_behind_the_stores_back_is_found(production: Production, edit: str, line: int, says: str) -> None:
    for number in range(4):
        put(production, shot(f"s{number}"))
    behind(production.folder, edit)
    faults = production.faults()
    assert any(fault.line == line and says in fault.what for fault in faults), faults


def test_a_log_that_was_rewritten_from_the_start_is_found_by_the_witness(production: Production) -> None:
    put(production, shot("a"))
    row = production.log()[0]
    forged = Line(1, row.at, "person:b", row.act, {"n": 1}, (), BEGINNING)
    line = (
        "INSERT INTO log VALUES (1, ?, 'person:b', ?, '{\"n\":1}', '[]', ?, ?)",
        (row.at, row.act, BEGINNING, forged.hash),
    )
    behind(production.folder, "DELETE FROM log", "DELETE FROM nouns", line)
    assert any("not the one" in fault.what for fault in production.faults())


def test_rows_cannot_be_changed_or_removed_while_the_triggers_stand(production: Production) -> None:
    put(production, shot("a"))
    for statement in ("DELETE FROM log", "UPDATE nouns SET body = ''"):
        with pytest.raises(SQLAlchemyError, match="append-only") as refused:
            behind(production.folder, statement, guarded=True)
        assert "the log is append-only" in str(store_error(production.folder, refused.value))


def test_a_cut_log_refuses_to_open(production: Production) -> None:
    put(production, shot("a"))
    put(production, shot("b"))
    behind(production.folder, "DELETE FROM log WHERE number = 2")
    production.close()
    with pytest.raises(TrustError, match="ends at line 1"):
        open_production(production.folder)


@pytest.mark.parametrize("left", [None, "", "not json", '{"number": 2}'])
def test_a_witness_that_is_gone_or_damaged_does_not_pass(production: Production, left: str | None) -> None:
    put(production, shot("a"))
    witness = production.folder / "log.head"
    witness.unlink() if left is None else witness.write_text(left)
    told = [(fault.line, fault.what) for fault in production.faults()]
    assert told == [
        (
            1,
            f"log.head, the second witness of the log's end, is missing or damaged; line 1 is {production.head().hash}",
        )
    ]
    production.close()
    for enter in (open_production, lambda folder: create_production(folder, "Test")):
        with pytest.raises(TrustError, match=r"log\.head, the second witness.* Restore log\.head from a copy"):
            enter(production.folder)


def test_a_new_production_has_its_witness_before_its_first_line(production: Production) -> None:
    head = (production.folder / "log.head").read_text()
    put(production, shot("a"))
    (production.folder / "log.head").write_text(head)  # killed between the first line and its witness
    production.close()
    reopened = open_production(production.folder)
    assert reopened.faults() == []
    reopened.close()


def test_a_log_written_anew_and_longer_refuses_to_open(production: Production) -> None:
    put(production, shot("a"))
    other = create_production(production.folder.parent / "other", "Test")
    put(other, shot("c"))
    put(other, shot("d"))
    assert (other.hash_at(2), other.hash_at(3)) == (other.head().hash, "")
    other.close()
    (other.folder / "log.head").write_bytes((production.folder / "log.head").read_bytes())
    with pytest.raises(TrustError, match="but line 1 was written otherwise than it stands there"):
        open_production(other.folder)


def test_a_witness_that_lags_behind_is_no_fault(production: Production) -> None:
    put(production, shot("a"))
    head = (production.folder / "log.head").read_text()
    put(production, shot("b"))
    (production.folder / "log.head").write_text(head)  # as after a kill between commit and witness
    assert production.faults() == []


def test_two_productions_open_at_once_queue_their_acts(production: Production) -> None:
    second = open_production(production.folder)
    for number in range(4):
        put(production if number % 2 else second, shot(f"s{number}"))
    assert production.faults() == []
    second.close()


def test_create_refuses_a_folder_that_holds_other_things(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StateError, match=r"thesis\.txt"):
        create_production(tmp_path, "x")


def test_open_says_how_to_make_one_when_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="manyhands new"):
        open_production(tmp_path)


def test_open_says_so_when_the_database_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "manyhands.db").write_text("not a database, but long enough to be looked at as one " * 40)
    with pytest.raises(StoreError, match="damaged"):
        open_production(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_open_says_so_when_the_folder_is_read_only(production: Production) -> None:
    production.folder.chmod(0o500)
    with pytest.raises(StoreError, match="read-only"):
        open_production(production.folder)
    production.folder.chmod(0o700)


def test_a_full_disk_is_a_capacity_error(tmp_path: Path) -> None:
    class Full(Exception):
        orig = sqlite3.OperationalError("database or disk is full")

    assert isinstance(store_error(tmp_path, Full()), CapacityError)


lines = st.lists(st.dictionaries(st.text(max_size=5), st.integers(), max_size=3), min_size=1, max_size=8)


class Row:
    """A row as the database gives it."""

    def __init__(self, line: Line) -> None:
        import json

        self.number, self.at, self.by, self.act = line.number, line.at, line.by, line.act
        self.about, self.brought = json.dumps(line.about), json.dumps([list(item) for item in line.brought])
        self.before, self.hash = line.before, line.hash


def chain(abouts: list[dict[str, int]]) -> list[Row]:
    rows, before = [], BEGINNING
    for number, about in enumerate(abouts, 1):
        line = Line(number, AT, ME.id, "shot", about, (), before)
        rows.append(Row(line))
        before = line.hash
    return rows


@given(lines, st.data())
@settings(max_examples=60)
def test_any_one_edit_or_cut_shows(abouts: list[dict[str, int]], data: st.DataObject) -> None:
    rows = chain(abouts)
    head = Head(len(rows), rows[-1].hash)
    assert chain_faults(rows, head) == []
    victim = data.draw(st.integers(0, len(rows) - 1))
    if data.draw(st.booleans()):
        del rows[victim]
    else:
        rows[victim].by = "person:somebody-else"
    assert chain_faults(rows, head)
