"""The tables.  Nothing is ever changed or removed in them: a noun that moves on gets a new revision."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

nouns = Table(
    "nouns",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("shot", String(200), nullable=False, default=""),
    Column("body", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("line", Integer, nullable=False),  # the log line that brought it
)
Index("nouns_by_shot", nouns.c.kind, nouns.c.shot)

log = Table(
    "log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("by", Text, nullable=False),
    Column("act", String(64), nullable=False),
    Column("about", Text, nullable=False),
    Column("brought", Text, nullable=False),  # [[kind, id, revision, sha256, shot], ...]
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
