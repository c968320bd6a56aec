"""The tables.  Nothing is ever changed or removed in them: a noun that moves on gets a new revision."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

metadata = MetaData()

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is told apart, and put in order, byte by byte: SQLite's own way, which PostgreSQL is told to go."""

nouns = Table(
    "nouns",
    metadata,
    Column("kind", TEXT, primary_key=True),
    Column("id", TEXT, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("shot", TEXT, nullable=False, default=""),
    Column("body", TEXT, nullable=False),
    Column("sha256", TEXT, nullable=False),
    Column("line", Integer, nullable=False),  # the log line that brought it
)
Index("nouns_by_shot", nouns.c.kind, nouns.c.shot)

log = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", TEXT, nullable=False),
    Column("by", TEXT, nullable=False),
    Column("act", TEXT, nullable=False),
    Column("about", TEXT, nullable=False),
    Column("brought", TEXT, nullable=False),  # [[kind, id, revision, sha256, shot], ...]
    Column("before", TEXT, nullable=False),
    Column("hash", TEXT, nullable=False),
)
