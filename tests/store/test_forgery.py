"""A forged log: every field of every line, lines that change places, cuts, and a log written anew with its witness."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from manyhands.core.errors import TrustError
from manyhands.core.hand import person
from manyhands.core.shot import Shot
from manyhands.core.span import Span
from manyhands.store.log import BEGINNING, line_of
from manyhands.store.production import HEAD, Production, create_production, open_production

ME, AT = person("Person A"), "2026-01-02T03:04:05Z"
LINES = 5
SPAN = Span(start=1001, length=24, rate_fps="24")

OTHERWISE = {
    "number": "9",
    "at": "'2026-01-02T03:04:06Z'",
    "by": "'person:b'",
    "act": "'decide'",
    "about": "json_set(about, '$.n', 77)",
    "brought": "replace(brought, '\"shot\"', '\"take\"')",
    "before": f"'{'1' * 64}'",
    "hash": f"'{'2' * 64}'",
}
"""For each column of the log another value."""


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Production]:
    made = create_production(tmp_path / "film", "A film")
    for number in range(LINES):
        with made.act("shot", ME, AT, {"n": number}) as t:
            t.put(Shot(id=f"s{number}", plate="plate", span=SPAN), f"s{number}", shot=f"s{number}")
    yield made
    made.close()


def forged(production: Production, *statements: str) -> None:
    """Write to the tables behind the store's back."""
    with closing(sqlite3.connect(production.folder / "manyhands.db")) as behind, behind:
        for table in ("nouns", "log"):
            for deed in ("update", "delete"):
                behind.execute(f"DROP TRIGGER IF EXISTS {table}_no_{deed}")
        for statement in statements:
            behind.execute(statement)


def chained_anew(production: Production, first: int) -> None:
    """Give every line from one on the hash of what it says now, as whoever knows how it is made could."""
    before = BEGINNING
    for row in production.log():
        if row.number >= first:
            forged(production, f"UPDATE log SET before = '{before}' WHERE number = {row.number}")
            anew = next(one for one in production.log() if one.number == row.number)
            before = line_of(anew).hash
            forged(production, f"UPDATE log SET hash = '{before}' WHERE number = {row.number}")
        else:
            before = row.hash


def test_every_column_of_the_log_is_forged_here(production: Production) -> None:
    assert set(OTHERWISE) == set(production.log()[0]._mapping)


@pytest.mark.parametrize("number", range(1, LINES + 1))
@pytest.mark.parametrize("column", OTHERWISE)
def test_a_field_that_was_edited_is_found(column: str, number: int, production: Production) -> None:
    assert production.faults() == []
    forged(production, f"UPDATE log SET {column} = {OTHERWISE[column]} WHERE number = {number}")
    faults = production.faults()
    assert {number, number + 1, 9} & {fault.line for fault in faults}, faults


@pytest.mark.parametrize("number", range(1, LINES + 1))
@pytest.mark.parametrize("column", [name for name in OTHERWISE if name not in ("number", "before", "hash")])
def test_a_field_that_was_edited_with_the_lines_own_hash_is_found(
    column: str, number: int, production: Production
) -> None:
    forged(production, f"UPDATE log SET {column} = {OTHERWISE[column]} WHERE number = {number}")
    row = production.log()[number - 1]
    forged(production, f"UPDATE log SET hash = '{line_of(row).hash}' WHERE number = {number}")
    says = [fault.what for fault in production.faults()]
    last = number == LINES
    assert (
        "the line is not the one that stood here before" if last else "the line does not follow the one before it"
    ) in says


@pytest.mark.parametrize("first", range(1, LINES))
@pytest.mark.parametrize("is_mended", [False, True])
def test_two_lines_that_changed_places_are_found(first: int, is_mended: bool, production: Production) -> None:
    forged(
        production,
        f"UPDATE log SET number = 99 WHERE number = {first}",
        f"UPDATE log SET number = {first} WHERE number = {first + 1}",
        f"UPDATE log SET number = {first + 1} WHERE number = 99",
    )
    if is_mended:
        chained_anew(production, first)
    assert production.faults()


@pytest.mark.parametrize("number", range(1, LINES + 1))
@pytest.mark.parametrize("is_mended", [False, True])
def test_a_line_that_was_cut_out_is_found(number: int, is_mended: bool, production: Production) -> None:
    forged(production, f"DELETE FROM log WHERE number = {number}", f"DELETE FROM nouns WHERE line = {number}")
    if is_mended:
        forged(
            production,
            *(f"UPDATE log SET number = {at - 1} WHERE number = {at}" for at in range(number + 1, LINES + 1)),
        )
        chained_anew(production, number)
    assert production.faults()
    production.close()
    if is_mended or number == LINES:  # what the last line was is asked before anything else is
        with pytest.raises(TrustError, match=f"its log ends at line {LINES - 1}, but line {LINES} was written"):
            open_production(production.folder)


def test_a_line_that_was_put_in_is_found(production: Production) -> None:
    forged(
        production,
        f"INSERT INTO log SELECT {LINES + 1}, at, by, 'decide', about, '[]', hash, '{'3' * 64}' FROM log "
        f"WHERE number = {LINES}",
    )
    assert [(fault.line, fault.what) for fault in production.faults()] == [
        (LINES + 1, "the line was edited: its content does not fit its hash")
    ]


@pytest.mark.parametrize("at", range(1, LINES + 1))
def test_a_log_that_was_written_anew_is_found_by_its_witness_and_with_that_by_nothing_in_the_folder(
    at: int, production: Production
) -> None:
    """Whoever can write every file can write another log: that shows by the masters that are out, and not here."""
    out = production.head()  # as a master, a statement or a report took it along
    forged(production, f"UPDATE log SET by = 'person:b' WHERE number = {at}")
    chained_anew(production, at)
    assert [fault.what for fault in production.faults()] == ["the line is not the one that stood here before"]
    head = production.head()
    (production.folder / HEAD).write_text(json.dumps({"number": head.number, "hash": head.hash}))
    assert production.faults() == []
    assert production.hash_at(out.number) != out.hash
