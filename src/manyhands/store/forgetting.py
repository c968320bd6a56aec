"""Taking a name out of what was written, so that the chain still holds.

Tables are append-only, with this one exception: a person who asks to be forgotten.  What named them is written again
with a pseudonym in its place.  The hashes of the lines stay those of what stood there, so that the chain and what went
out with masters hold; the line of the act that did it tells which lines and nouns were written anew, and the SHA-256
of what stands there now.  An edit that no such line tells of is a fault like any other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from manyhands.core.noun import Noun, canonical, digest
from manyhands.store import tables

FORGET = "forget"
"""The act whose line may tell of lines and nouns that were written anew."""

Key = tuple[str, str, int]
"""A noun's kind, id and revision."""


@dataclass(frozen=True)
class Anew:
    """The SHA-256 of lines and nouns that were written anew, by number and by kind, id and revision."""

    lines: dict[int, str] = field(default_factory=dict)
    nouns: dict[Key, str] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As the log's line tells it."""
        return {
            "lines": [[number, sha] for number, sha in self.lines.items()],
            "nouns": [[*key, sha] for key, sha in self.nouns.items()],
        }


def written_anew(rows: Iterable[Any]) -> Anew:
    """What the log's lines tell of; of what was written anew twice the last counts."""
    found = Anew()
    for row in rows:
        if row.act == FORGET:
            try:
                told = json.loads(row.about)
                found.lines.update({int(number): str(sha) for number, sha in told.get("lines", ())})
                found.nouns.update({(kind, id_, int(at)): str(sha) for kind, id_, at, sha in told.get("nouns", ())})
            except (ValueError, TypeError, AttributeError):
                continue  # the chain names such a line
    return found


def content_sha256(row: Any) -> str:
    """The SHA-256 of what a line says, without its place in the chain."""
    return digest([row.at, row.by, row.act, row.about, row.brought])


def write_anew(connection: sa.Connection, change: Callable[[str], str]) -> Anew:
    """Change every text in the log and the nouns; whose hand did something, and whose is in a picture, stays.

    Raises: StoreError if a noun could not be read any more.
    """
    made, kinds = Anew(), _kinds()
    with _open_to_change(connection):
        for row in connection.execute(sa.select(tables.nouns)).all():
            id_, body = change(row.id), canonical(changed(json.loads(row.body), change)).decode()
            if (id_, body) != (row.id, row.body):
                if row.kind in kinds:
                    kinds[row.kind].load(json.loads(body))
                made.nouns[row.kind, id_, row.revision] = digest(json.loads(body))
                n = tables.nouns.c
                which = sa.and_(n.kind == row.kind, n.id == row.id, n.revision == row.revision)
                connection.execute(tables.nouns.update().where(which).values(id=id_, body=body))
        for row in connection.execute(sa.select(tables.log)).all():
            about, brought = (
                canonical(changed(json.loads(part), change)).decode() for part in (row.about, row.brought)
            )
            if (about, brought) != (row.about, row.brought):
                made.lines[row.number] = digest([row.at, row.by, row.act, about, brought])
                which = tables.log.c.number == row.number
                connection.execute(tables.log.update().where(which).values(about=about, brought=brought))
    return made


def _kinds() -> dict[str, type[Noun]]:
    found: dict[str, type[Noun]] = {}
    left = list(Noun.__subclasses__())
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        found |= {kind.KIND: kind} if hasattr(kind, "KIND") else {}
    return found


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with its texts changed; a hand in it stays as it is, for pictures and other lines hold its id."""
    match value:
        case str():
            return change(value)
        case list():
            return [changed(each, change) for each in value]
        case dict() if {"id", "name", "origin"} <= value.keys():
            return value
        case {"text": str() as word, "start": int(), "end": int()}:  # a word of a note, quoted as in its reading
            return {**value, "text": change(f"“{word}”").removeprefix("“").removesuffix("”")}
        case dict():
            return {change(key): changed(each, change) for key, each in value.items()}
        case _:
            return value


@contextmanager
def _open_to_change(connection: sa.Connection) -> Iterator[None]:
    """Inside it the two tables may be changed; it is over, or undone, with the act."""
    if connection.dialect.name != "sqlite":
        for table in ("nouns", "log"):
            connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        for table in ("nouns", "log"):
            connection.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    guards = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('nouns', 'log')")
    stood = connection.execute(guards).all()
    for guard in stood:
        connection.execute(sa.text(f"DROP TRIGGER {guard.name}"))
    yield
    for guard in stood:
        connection.execute(sa.text(guard.sql))


def wipe(connection: sa.Connection) -> None:
    """Leave nothing in the database's files of what was changed: no free page, no old page in the write-ahead log.

    Of PostgreSQL that is the tables, their indexes and what is sampled of them; the server's write-ahead log and the
    free pages of its own catalogue are not a production's to empty.
    """
    if connection.dialect.name == "sqlite":
        for deed in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.execute(sa.text(deed))
    else:
        for table in ("nouns", "log"):
            connection.execute(sa.text(f"VACUUM (FULL, ANALYZE) {table}"))
