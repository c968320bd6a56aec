"""The first tables: nouns with their revisions, and the log, both append-only."""

import sqlalchemy as sa
from alembic import op

from manyhands.store.tables import TEXT

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "nouns",
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("shot", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
    )
    op.create_index("nouns_by_shot", "nouns", ["kind", "shot"])
    op.create_table(
        "log",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("act", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("brought", TEXT, nullable=False),
        sa.Column("before", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in ("nouns", "log"):
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in ("nouns", "log"):
        for deed in ("UPDATE", "DELETE", "TRUNCATE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
            )
