"""A production: a folder that can be copied, archived and opened elsewhere.

manyhands.db   nouns and the log (SQLite, write-ahead log)
log.head       the end of the log, a second witness
sources/       what was brought in, named by its hash
takes/         the frames of every take, and what a person looks at
orders/        what people asked to have made, and how far it is
sent/          what hosted services were asked for and made: paid for, not to be emptied
royalties/     how each amount was shared, for every payee to find again
delivered/     what was delivered from the browser, a folder for each shot
cache/         results by content hash, shared between takes; may be emptied
scratch/       unfinished work; may be emptied
keys/          the production's certificate authority; never leaves the machine
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from manyhands.core.errors import CapacityError, ManyhandsError, NotFoundError, StateError, StoreError, TrustError
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun, canonical, digest
from manyhands.disk import unwritable, whole
from manyhands.store import tables
from manyhands.store.files import sweep
from manyhands.store.forgetting import FORGET, Anew, wipe, write_anew, written_anew
from manyhands.store.log import BEGINNING, Fault, Head, Line, chain_faults

AnyNoun = TypeVar("AnyNoun", bound=Noun)

DATABASE, HEAD = "manyhands.db", "log.head"
FOLDERS = ("sources", "takes", "orders", "sent", "cache", "scratch", "keys")


class Transaction:
    """What one act reads and writes; all of it happens, or nothing."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.brought: list[tuple[str, str, int, str, str]] = []
        self._bodies: list[dict[str, Any]] = []
        self._revisions: dict[tuple[str, str], int] = {}

    def put(self, noun: Noun, id_: str, *, shot: str = "") -> None:
        """Save a noun; if one of that kind and id exists, this is its next revision."""
        body = noun.save()
        kind = noun.KIND
        earlier = self._revisions.get((kind, id_)) or _latest_revision(self._connection, kind, id_)
        revision = self._revisions[kind, id_] = earlier + 1
        sha = digest(body)
        self.brought.append((kind, id_, revision, sha, shot))
        text = canonical(body).decode()
        self._bodies.append({"kind": kind, "id": id_, "revision": revision, "shot": shot, "body": text, "sha256": sha})

    def write_anew(self, change: Callable[[str], str]) -> Anew:
        """Change every text that was ever written; see ``forgetting``."""
        return write_anew(self._connection, change)

    def write(self, line: int) -> None:
        if self._bodies:
            self._connection.execute(tables.nouns.insert(), [{**body, "line": line} for body in self._bodies])


class Production:
    """An open production."""

    def __init__(self, folder: Path, engine: sa.Engine) -> None:
        self.folder = folder
        self._engine = engine

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def act(self, verb: str, by: Hand, at: str, about: dict[str, Any]) -> Iterator[Transaction]:
        """One act: a transaction, and one line in the log.

        Args:
            at: the time, ISO 8601 in UTC.
            about: facts for the log, plain JSON values; may be added to inside the block.
        Raises: StoreError, CapacityError; then nothing was written.
        """
        with self._connected(write=True) as connection:
            transaction = Transaction(connection)
            yield transaction
            head = _head_of(connection)
            line = Line(head.number + 1, at, by.id, verb, about, tuple(transaction.brought), head.hash)
            transaction.write(line.number)
            connection.execute(
                tables.log.insert().values(
                    number=line.number,
                    at=line.at,
                    by=line.by,
                    act=line.act,
                    about=canonical(line.about).decode(),
                    brought=canonical([list(item) for item in line.brought]).decode(),
                    before=line.before,
                    hash=line.hash,
                )
            )
        # The act is done; a witness that lags is no fault, and the next act brings it up to date.
        with suppress(CapacityError, StoreError):
            self._witness(Head(line.number, line.hash))

    def find(self, kind: type[AnyNoun], id_: str) -> AnyNoun | None:
        """The latest revision of a noun, or None."""
        with self._connected() as connection:
            row = connection.execute(
                sa.select(tables.nouns.c.body)
                .where(tables.nouns.c.kind == kind.KIND, tables.nouns.c.id == id_)
                .order_by(tables.nouns.c.revision.desc())
                .limit(1)
            ).first()
        return kind.load(json.loads(row.body)) if row else None

    def get(self, kind: type[AnyNoun], id_: str) -> AnyNoun:
        """The latest revision of a noun.  Raises: NotFoundError that lists what there is."""
        found = self.find(kind, id_)
        if found is None:
            raise NotFoundError(kind.KIND, id_, known=self.ids(kind))
        return found

    def ids(self, kind: type[Noun]) -> list[str]:
        """The ids of one kind, in the order they came."""
        with self._connected() as connection:
            rows = connection.execute(
                sa.select(tables.nouns.c.id)
                .where(tables.nouns.c.kind == kind.KIND, tables.nouns.c.revision == 1)
                .order_by(tables.nouns.c.line)
            ).all()
        return [row.id for row in rows]

    def places(self, kind: type[Noun]) -> list[tuple[str, str]]:
        """The ids of one kind with the shot of each, in the order they came; nothing else is read."""
        n = tables.nouns.c
        query = sa.select(n.id, n.shot).where(n.kind == kind.KIND, n.revision == 1).order_by(n.line, n.id)
        with self._connected() as connection:
            return [(row.id, row.shot) for row in connection.execute(query).all()]

    def all(self, kind: type[AnyNoun], *, shot: str | None = None) -> list[AnyNoun]:
        """The latest revisions of one kind, in the order they came; of one shot where one is named."""
        return [kind.load(saved) for saved in self.saved(kind, shot=shot).values()]

    def saved(
        self, kind: type[Noun], *, shot: str | None = None, where: Callable[[str, str], bool] = lambda id_, text: True
    ) -> dict[str, dict[str, Any]]:
        """As :meth:`all`, by their ids, as they were saved and not upgraded: for walking very many.

        Args:
            where: asked of each one's id and canonical JSON, before that is read.
        """
        n = tables.nouns.c
        latest = (
            sa.select(n.id, sa.func.max(n.revision).label("revision"), sa.func.min(n.line).label("came"))
            .where(n.kind == kind.KIND)
            .group_by(n.id)
            .subquery()
        )
        query = (
            sa.select(n.id, n.body)
            .join(latest, sa.and_(n.id == latest.c.id, n.revision == latest.c.revision))
            .where(n.kind == kind.KIND)
            .order_by(latest.c.came, n.id)
        )
        if shot is not None:
            query = query.where(n.shot == shot)
        with self._connected() as connection:
            return {row.id: json.loads(row.body) for row in connection.execute(query) if where(row.id, row.body)}

    def beginning(self, kind: type[AnyNoun], field: str, text: str) -> list[tuple[int, AnyNoun]]:
        """The nouns of a kind of which a field begins with a text, in the order they came, each with its log line.

        For kinds that have one revision only, as entries do.  A database may take letters of two cases for one here.
        """
        n = tables.nouns.c
        within = f'"{field}":{canonical(text).decode()[:-1]}'
        query = (
            sa.select(n.line, n.body)
            .where(n.kind == kind.KIND, n.revision == 1, n.body.contains(within, autoescape=True))
            .order_by(n.line, n.id)
        )
        with self._connected() as connection:
            return [(row.line, kind.load(json.loads(row.body))) for row in connection.execute(query).all()]

    def moved_on(self, kind: type[Noun]) -> list[str]:
        """The ids of one kind of which there is more than one revision."""
        n = tables.nouns.c
        query = sa.select(n.id).where(n.kind == kind.KIND, n.revision > 1).distinct().order_by(n.id)
        with self._connected() as connection:
            return [row.id for row in connection.execute(query).all()]

    def log(self, *, act: str = "", by: str = "", after: int = 0, naming: Sequence[str] = ()) -> list[Any]:
        """The log's rows, oldest first; of one act, or by one hand, where they are named.

        Args:
            after: only lines behind this number.
            naming: only lines whose facts hold one of these texts, as canonical JSON holds them.
        """
        query = sa.select(tables.log).order_by(tables.log.c.number)
        if after:
            query = query.where(tables.log.c.number > after)
        if naming:
            query = query.where(sa.or_(*(tables.log.c.about.contains(one, autoescape=True) for one in naming)))
        if act:
            query = query.where(tables.log.c.act == act)
        if by:
            query = query.where(tables.log.c.by == by)
        with self._connected() as connection:
            return list(connection.execute(query).all())

    def head(self) -> Head:
        """The end of the log."""
        with self._connected() as connection:
            return _head_of(connection)

    def hash_at(self, line: int) -> str:
        """The hash that a line of the log has, or nothing where there is no such line."""
        with self._connected() as connection:
            found = connection.execute(sa.select(tables.log.c.hash).where(tables.log.c.number == line)).scalar()
        return str(found or "")

    def forget(
        self, by: Hand, at: str, about: dict[str, Any], change: Callable[[str], str], noun: Noun, id_: str
    ) -> None:
        """Change what names somebody in all that was written, as one act; its line tells what was written anew.

        Args:
            noun: what is left of them, with its id.
        Raises: StoreError, CapacityError; then nothing was changed.
        """
        about = dict(about)
        with self.act(FORGET, by, at, about) as transaction:
            about |= transaction.write_anew(change).told()
            transaction.put(noun, id_)
        with self._connected() as connection:
            wipe(connection)

    def faults(self) -> list[Fault]:
        """Every edited, missing or foreign line of the log, and every noun that differs from it."""
        rows, witness = self.log(), self._witnessed()
        found = chain_faults(rows, witness)
        if rows and witness is None:
            found.append(Fault(rows[-1].number, _unwitnessed(Head(rows[-1].number, rows[-1].hash))))
        anew = written_anew(rows).nouns
        brought: dict[tuple[str, str, int], tuple[str, str, int]] = {}
        for row in rows:
            try:
                for kind, id_, revision, sha, shot in json.loads(row.brought):
                    brought[(kind, id_, revision)] = (sha, shot, row.number)
            except (ValueError, TypeError):
                continue  # chain_faults has named the line
        with self._connected() as connection:
            kept = connection.execute(sa.select(tables.nouns)).all()
        for row in kept:
            logged = brought.pop((row.kind, row.id, row.revision), None)
            if logged is None:
                found.append(Fault(row.line, f"{row.kind} {row.id} came by no line of the log"))
            elif (row.sha256, row.shot, row.line) != logged or (
                (said := _digest_of_text(row.body)) != row.sha256 and anew.get((row.kind, row.id, row.revision)) != said
            ):
                found.append(Fault(logged[2], f"{row.kind} {row.id} was edited after it was logged"))
        found.extend(Fault(number, f"{kind} {id_} is missing") for (kind, id_, _), (_, _, number) in brought.items())
        return sorted(found, key=lambda fault: fault.line)

    def _witnessed(self) -> Head | None:
        """The end of the log as its second witness saw it; None where that is gone or cannot be read."""
        try:
            saved = json.loads((self.folder / HEAD).read_text())
            return Head(int(saved["number"]), str(saved["hash"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _witness(self, head: Head) -> None:
        with whole(self.folder / HEAD) as part:
            part.write_text(json.dumps({"number": head.number, "hash": head.hash}))

    @contextmanager
    def _connected(self, *, write: bool = False) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                if write:
                    connection.execute(sa.text("BEGIN IMMEDIATE")) if self._sqlite else connection.begin()
                yield connection
                if write:
                    connection.commit()
        except ManyhandsError:
            raise
        except SQLAlchemyError as error:
            raise store_error(self.folder, error) from error

    @property
    def _sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"


def create_production(folder: Path, name: str) -> Production:
    """Make the folder of a new production, or go on with one whose making was cut short.

    Raises: StateError if the folder holds something else; StoreError if it cannot be written;
    TrustError as of :func:`open_production`, if it holds a production already.
    """
    if folder.exists() and not folder.is_dir():
        raise StateError(f"production {folder}: it is a file.", "Name a folder that is new or empty.")
    try:
        sweep(folder, deep=False)
        strangers = [item.name for item in folder.iterdir()] if folder.exists() else []
    except OSError as error:
        raise unwritable(folder, error) from error
    known = {*FOLDERS, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal", HEAD, ".gitignore"}
    if set(strangers) - known:
        raise StateError(
            f"production {folder}: the folder holds other things ({', '.join(sorted(set(strangers) - known)[:3])}).",
            "Name a folder that is new or empty.",
        )
    try:
        for part in FOLDERS:
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "keys").chmod(0o700)
        (folder / ".gitignore").write_text("*\n")
    except OSError as error:
        raise unwritable(folder, error) from error
    production = _opened(folder)
    if production.head().number:
        _check_head(production)
    else:
        production._witness(Head(0, BEGINNING))
    return production


def open_production(folder: Path) -> Production:
    """Open a production.

    Raises: NotFoundError if there is none; StoreError if it cannot be read or written; TrustError
    if the end of its log is not what it was.
    """
    if not (folder / DATABASE).is_file():
        raise StateError(f"production {folder}: there is none.", f'Make one: manyhands new {folder} --by "Your Name".')
    for part in FOLDERS:
        try:
            (folder / part).mkdir(exist_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from error
    production = _opened(folder)
    _check_head(production)
    sweep(folder)
    return production


def inspect_production(folder: Path) -> Production:
    """Open a production without judging its log, to find out what is wrong with it."""
    if not (folder / DATABASE).is_file():
        raise StateError(f"production {folder}: there is none.", "Name a production's folder with --production.")
    return _opened(folder)


def _opened(folder: Path) -> Production:
    if not os.access(folder, os.W_OK):
        raise StoreError(
            f"production {folder}: the folder is read-only.",
            "Give yourself the right to write, or copy the production to a disk of your own.",
        )
    engine = sa.create_engine(f"sqlite:///{folder / DATABASE}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # transactions are begun by hand, so that writers queue
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    production = Production(folder, engine)
    try:
        _migrate(engine)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise store_error(folder, error) from error
    return production


def _migrate(engine: sa.Engine) -> None:
    """Bring the tables up to date; does nothing, and loads nothing, when they are."""
    newest = max(path.name.split("_")[0] for path in (Path(__file__).parent / "migrations/versions").glob("0*.py"))
    with engine.connect() as connection:
        if sa.inspect(connection).has_table("alembic_version"):
            at = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            if at == newest:
                return
            if at is not None and at > newest:
                raise StoreError(
                    f"production: its tables have version {at}; this Manyhands knows up to {newest}.",
                    "Open it with a newer Manyhands.",
                )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        connection.execute(sa.text("BEGIN IMMEDIATE"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _check_head(production: Production) -> None:
    witness, head = production._witnessed(), production.head()
    if witness is None:
        if head.number:
            raise TrustError(
                f"production {production.folder}: {_unwitnessed(head)}.",
                f"Restore {HEAD} from a copy of the production, and look what else is amiss: manyhands log verify.",
            )
        return
    if witness.number and production.hash_at(witness.number) != witness.hash:
        short = witness.number > head.number
        raise TrustError(
            f"production {production.folder}: its log ends at line {head.number}, "
            f"but line {witness.number} was written{'' if short else ' otherwise than it stands there'}.",
            "Restore the production from a copy; `manyhands log verify` names the lines.",
        )


def _unwitnessed(head: Head) -> str:
    return f"{HEAD}, the second witness of the log's end, is missing or damaged; line {head.number} is {head.hash}"


def _head_of(connection: sa.Connection) -> Head:
    row = connection.execute(
        sa.select(tables.log.c.number, tables.log.c.hash).order_by(tables.log.c.number.desc()).limit(1)
    ).first()
    return Head(row.number, row.hash) if row else Head(0, BEGINNING)


def _latest_revision(connection: sa.Connection, kind: str, id_: str) -> int:
    n = tables.nouns.c
    found = connection.execute(sa.select(sa.func.max(n.revision)).where(n.kind == kind, n.id == id_)).scalar()
    return int(found or 0)


def _digest_of_text(text: str) -> str:
    try:
        return digest(json.loads(text))
    except ValueError:
        return ""


def _is_full(folder: Path) -> bool:
    """SQLite calls a disk that is too full for its shared memory an I/O error."""
    return shutil.disk_usage(folder).free < 1 << 20


def store_error(folder: Path, error: Exception) -> ManyhandsError:
    """What the database said, as the next step for the person."""
    said = str(getattr(error, "orig", error)).lower()
    if "disk is full" in said or "no space" in said or ("i/o error" in said and _is_full(folder)):
        return CapacityError(
            f"production {folder}: the disk is full.", "Free some space and run the same command again."
        )
    if "readonly" in said or "read-only" in said or "unable to open" in said:
        return StoreError(
            f"production {folder}: it cannot be written.",
            "Give yourself the right to write to the folder and its files.",
        )
    if "locked" in said:
        return StoreError(f"production {folder}: another program is writing to it.", "Wait for it, then try again.")
    if "malformed" in said or "not a database" in said:
        return StoreError(
            f"production {folder}: {DATABASE} is damaged.",
            "Restore the file from a copy; takes and sources are intact.",
        )
    if "append-only" in said:
        return StoreError(f"production {folder}: the log is append-only.", "Record a new act instead.")
    return StoreError(f"production {folder}: the database refused ({said[:200]}).", "Run `manyhands log verify`.")
