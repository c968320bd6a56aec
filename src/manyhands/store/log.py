"""The log: one line for each act, chained by hashes, so that an edit or a gap shows.

A line's hash is the SHA-256 over its own content (with the hashes of the nouns that it brought, and
the shots that they belong to) and the hash of the line before.  The head, the last line's number and
hash, is also kept in a file of its own and travels in every delivered master, so that cutting lines
off the end, or writing the whole log anew, shows as well.  A line out of which a person was taken who
asked to be forgotten keeps its hash, and a later line tells what stands there now (``forgetting``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from manyhands.core.noun import digest
from manyhands.store.forgetting import content_sha256, written_anew

BEGINNING = "0" * 64


@dataclass(frozen=True)
class Line:
    """One act: who did what when, what it was about, and which revisions of nouns it brought.

    ``brought`` has for each noun its kind, id, revision, the SHA-256 of its body, and its shot.
    """

    number: int
    at: str
    by: str
    act: str
    about: dict[str, Any]
    brought: tuple[tuple[str, str, int, str, str], ...]
    before: str

    @property
    def hash(self) -> str:
        return digest(
            {
                "number": self.number,
                "at": self.at,
                "by": self.by,
                "act": self.act,
                "about": self.about,
                "brought": [list(item) for item in self.brought],
                "before": self.before,
            }
        )


@dataclass(frozen=True)
class Head:
    """The end of the log."""

    number: int
    hash: str


@dataclass(frozen=True)
class Fault:
    """One thing that does not hold, at one line."""

    line: int
    what: str


def line_of(row: Any) -> Line:
    """A row of the table as a line; values are taken as they stand, whoever wrote them."""
    return Line(
        number=row.number,
        at=row.at,
        by=row.by,
        act=row.act,
        about=json.loads(row.about),
        brought=tuple((kind, id_, revision, sha, shot) for kind, id_, revision, sha, shot in json.loads(row.brought)),
        before=row.before,
    )


def chain_faults(rows: Iterable[Any], head: Head | None) -> list[Fault]:
    """Every place at which the chain does not hold; empty when all is well.

    Args:
        rows: the log's rows in order of their numbers.
        head: the end of the log as another witness saw it.
    """
    faults = []
    rows = list(rows)
    anew = written_anew(rows).lines
    before, expected, last = BEGINNING, 1, Head(0, BEGINNING)
    for row in rows:
        while expected < row.number:
            faults.append(Fault(expected, "the line is missing"))
            expected += 1
        try:
            line = line_of(row)
        except (ValueError, TypeError):
            faults.append(Fault(row.number, "the line cannot be read"))
        else:
            if line.hash != row.hash and anew.get(row.number) != content_sha256(row):
                faults.append(Fault(row.number, "the line was edited: its content does not fit its hash"))
            if row.before != before and row.number == expected:
                faults.append(Fault(row.number, "the line does not follow the one before it"))
        if head and row.number == head.number and row.hash != head.hash:
            faults.append(Fault(row.number, "the line is not the one that stood here before"))
        before, expected, last = row.hash, row.number + 1, Head(row.number, row.hash)
    if head and head.number > last.number:
        faults.extend(Fault(number, "the line is missing") for number in range(last.number + 1, head.number + 1))
    return faults
