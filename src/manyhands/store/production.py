"""A production: a folder that can be copied, archived and opened elsewhere.

manyhands.db   nouns and the log (SQLite, write-ahead log); or
database.toml  where in PostgreSQL they are
log.head       the end of the log, a second witness
sources/       what was brought in, named by its hash
takes/         the frames of every take, and what a person looks at
orders/        what people asked to have made, and how far it is
sent/          what hosted services were asked for and made: paid for, not to be emptied
royalties/     how each amount was shared, and what each painter gave, for every payee to find again
delivered/     what was delivered from the browser, a folder for each shot
cache/         results by content hash, shared between takes; may be emptied
scratch/       unfinished work; may be emptied
keys/          the production's certificate authority; never leaves the machine
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import weakref
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from manyhands.core.errors import (
    CapacityError,
    InputError,
    ManyhandsError,
    NotFoundError,
    StateError,
    StoreError,
    TrustError,
)
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun, canonical
from manyhands.disk import unwritable, whole
from manyhands.store import tables
from manyhands.store.database import WITHIN, begin, begin_to_look, choose, engine_of, holds, is_kept, migrate
from manyhands.store.files import sweep
from manyhands.store.forgetting import FORGET, Anew, wipe, write_anew, written_anew
from manyhands.store.log import BEGINNING, Fault, Head, Line, chain_faults
from manyhands.store.refusals import store_error

AnyNoun = TypeVar("AnyNoun", bound=Noun)

HEAD = "log.head"

FIRST, LATER = tables.nouns.alias("first"), tables.nouns.alias("later")
MOVES_ON = sa.exists().where(
    LATER.c.kind == tables.nouns.c.kind, LATER.c.id == tables.nouns.c.id, LATER.c.revision > tables.nouns.c.revision
)
"""Whether there is a later revision of a noun."""

AT_ONCE = 500
"""So many nouns are asked for in one query."""

MOST_KEPT, LONGEST_KEPT = 2048, 4096
"""So many nouns of each kind, of so many characters, stay as they were read."""
FOLDERS = ("sources", "takes", "orders", "sent", "cache", "scratch", "keys")


class Transaction:
    """What one act writes; all of it happens, or nothing.  ``about`` are the facts for the log, to be added to."""

    def __init__(self, about: dict[str, Any], connection: sa.Connection) -> None:
        self.about = about
        self._connection = connection
        self._put: list[tuple[str, str, str, str, str]] = []
        self._new: set[tuple[str, str]] = set()

    def put(self, noun: Noun, id_: str, *, shot: str = "", is_new: bool = False) -> None:
        """Save a noun; if one of that kind and id exists, this is its next revision.

        Args:
            is_new: there was none when the id was chosen; if somebody made one since, the act ends in a StateError.
        """
        _check_text(id_, shot)
        body = canonical(noun.save())
        if is_new:
            self._new.add((noun.KIND, id_))
        self._put.append((noun.KIND, id_, shot, body.decode(), hashlib.sha256(body).hexdigest()))

    def write_anew(self, change: Callable[[str], str]) -> Anew:
        """Change every text that was ever written; see ``forgetting``."""
        return write_anew(self._connection, change)

    def rows(self) -> list[dict[str, Any]]:
        """What was put, in that order, each with its revision.  Raises: StateError for what is new and is there."""
        asked: dict[str, set[str]] = {}
        for kind, id_, *_ in self._put:
            asked.setdefault(kind, set()).add(id_)
        last = {(kind, id_): at for kind, ids in asked.items() for id_, at in _revisions(self._connection, kind, ids)}
        taken = next((one for one in self._new if one in last), None)
        if taken is not None:
            raise StateError(
                f"{taken[0]} {taken[1]}: somebody else made it at the same moment.",
                "Look at what they wrote; then, if it is still wanted, run the same command again.",
            )
        found = []
        for kind, id_, shot, body, sha in self._put:
            revision = last[kind, id_] = last.get((kind, id_), 0) + 1
            row = {"kind": kind, "id": id_, "revision": revision, "shot": shot, "body": body, "sha256": sha}
            found.append(row)
        return found


class Production:
    """An open production."""

    def __init__(self, folder: Path, engine: sa.Engine) -> None:
        self.folder = folder
        self._engine = engine
        self._nouns: dict[type[Noun], dict[str, Noun]] = {}
        weakref.finalize(self, engine.dispose)  # who forgets to close it, leaves nothing open

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def act(self, verb: str, by: Hand, at: str, about: dict[str, Any]) -> Iterator[Transaction]:
        """One act: a transaction, and one line in the log.

        Args:
            at: the time, ISO 8601 in UTC.
            about: facts for the log, plain JSON values; may be added to inside the block.
        Raises: StateError if somebody else did the same at that moment; StoreError, CapacityError; then nothing was
            written.
        """
        _check_text(verb, by.id, at)
        with self._connected(write=True) as connection:
            transaction = Transaction(about, connection)
            yield transaction
            head, rows = _head_of(connection), transaction.rows()
            brought = tuple((row["kind"], row["id"], row["revision"], row["sha256"], row["shot"]) for row in rows)
            line = Line(head.number + 1, at, by.id, verb, about, brought, head.hash)
            if rows:
                connection.execute(tables.nouns.insert(), [{**row, "line": line.number} for row in rows])
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
        return self._read(kind, row.body) if row else None

    def get(self, kind: type[AnyNoun], id_: str) -> AnyNoun:
        """The latest revision of a noun.  Raises: NotFoundError that lists what there is."""
        found = self.find(kind, id_)
        if found is None:
            raise NotFoundError(kind.KIND, id_, known=self.ids(kind))
        return found

    def several(self, kind: type[AnyNoun], ids: Collection[str]) -> dict[str, AnyNoun]:
        """The latest revisions of these nouns, by their ids.  Raises: NotFoundError for one that is not there."""
        found = {id_: self._read(kind, text) for id_, text in self._texts(kind, ids)}
        missing = next((id_ for id_ in ids if id_ not in found), None)
        if missing is not None:
            raise NotFoundError(kind.KIND, missing, known=self.ids(kind))
        return found

    def several_saved(self, kind: type[Noun], ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """The latest revisions of those of these nouns that there are, by their ids, as they were saved."""
        return {id_: json.loads(text) for id_, text in self._texts(kind, ids)}

    def _texts(self, kind: type[Noun], ids: Collection[str]) -> list[tuple[str, str]]:
        n = tables.nouns.c
        query = sa.select(n.id, n.body).where(n.kind == kind.KIND, ~MOVES_ON)
        with self._connected() as connection:
            return [
                (row[0], row[1]) for some in _in_turn(ids) for row in connection.execute(query.where(n.id.in_(some)))
            ]

    def ids(self, kind: type[Noun]) -> list[str]:
        """The ids of one kind, in the order they came."""
        return [row.id for row in self._first(kind, None)]

    def ids_by_shot(self, kind: type[Noun], shots: Collection[str]) -> dict[str, list[str]]:
        """As :meth:`ids`, by the shots that they came with, for some shots."""
        found: dict[str, list[str]] = {}
        for row in self._first(kind, shots):
            found.setdefault(row.shot, []).append(row.id)
        return found

    def came(self, kind: type[Noun], *, shot: str) -> dict[str, int]:
        """By the ids of a shot's nouns of one kind: the line of the log that brought the first revision."""
        n = tables.nouns.c
        query = sa.select(n.id, n.line).where(n.kind == kind.KIND, n.shot == shot, n.revision == 1).order_by(n.line)
        with self._connected() as connection:
            return {row.id: row.line for row in connection.execute(query)}

    def came_by(self, kind: type[Noun], ids: Collection[str]) -> dict[str, Any]:
        """By the ids of those of these nouns that there are: the row of the log that brought the first revision."""
        n = tables.nouns.c
        query = sa.select(n.id.label("noun"), tables.log).join(tables.nouns, n.line == tables.log.c.number)
        query = query.where(n.kind == kind.KIND, n.revision == 1)
        with self._connected() as connection:
            return {row.noun: row for some in _in_turn(ids) for row in connection.execute(query.where(n.id.in_(some)))}

    def places(self, kind: type[Noun]) -> list[tuple[str, str]]:
        """The ids of one kind with the shot of each, in the order they came; nothing else is read."""
        n = tables.nouns.c
        query = sa.select(n.id, n.shot).where(n.kind == kind.KIND, n.revision == 1).order_by(n.line, n.id)
        with self._connected() as connection:
            return [(row.id, row.shot) for row in connection.execute(query).all()]

    def all(self, kind: type[AnyNoun], *, shot: str | None = None) -> list[AnyNoun]:
        """The latest revisions of one kind, in the order they came; of one shot where one is named."""
        return [self._read(kind, row.body) for row in self._latest(kind, None if shot is None else [shot])]

    def by_shot(self, kind: type[AnyNoun], shots: Collection[str]) -> dict[str, list[AnyNoun]]:
        """As :meth:`all`, by the shots that they belong to, for some shots."""
        found: dict[str, list[AnyNoun]] = {}
        for row in self._latest(kind, shots):
            found.setdefault(row.shot, []).append(self._read(kind, row.body))
        return found

    def saved(
        self, kind: type[Noun], *, where: Callable[[str, str], bool] = lambda id_, text: True
    ) -> dict[str, dict[str, Any]]:
        """As :meth:`all`, by their ids, as they were saved and not upgraded: for walking very many.

        Args:
            where: asked of each one's id and canonical JSON, before that is read.
        """
        return {row.id: json.loads(row.body) for row in self._latest(kind, None) if where(row.id, row.body)}

    def _first(self, kind: type[Noun], shots: Collection[str] | None) -> Iterator[Any]:
        n = tables.nouns.c
        query = sa.select(n.id, n.shot).where(n.kind == kind.KIND, n.revision == 1).order_by(n.line, n.id)
        with self._connected() as connection:
            yield from _of_shots(connection, query, n.shot, shots)

    def _latest(self, kind: type[Noun], shots: Collection[str] | None) -> Iterator[Any]:
        n, first = tables.nouns.c, FIRST.c
        query = (
            sa.select(n.id, n.shot, n.body)
            .join(FIRST, sa.and_(first.kind == n.kind, first.id == n.id, first.revision == 1))
            .where(n.kind == kind.KIND, ~MOVES_ON)
            .order_by(first.line, n.id)
        )
        with self._connected() as connection:
            yield from _of_shots(connection, query, n.shot, shots)

    def _read(self, kind: type[AnyNoun], text: str) -> AnyNoun:
        """A noun from its canonical JSON: what was read before is not read again, since nouns never change."""
        kept = self._nouns.setdefault(kind, {})
        found = kept.get(text)
        if found is None:
            found = kind.load(json.loads(text))
            if len(text) <= LONGEST_KEPT:
                kept[text] = found
                if len(kept) > MOST_KEPT:
                    kept.pop(next(iter(kept), text), None)
        return found  # type: ignore[return-value]

    def beginning(self, kind: type[AnyNoun], field: str, text: str, *, holding: str = "") -> list[tuple[int, AnyNoun]]:
        """The nouns of a kind of which a field begins with a text, in the order they came, each with its log line.

        For kinds that have one revision only, as entries do.

        Args:
            holding: a text that stands somewhere in their canonical JSON as well.
        """
        n = tables.nouns.c
        within = f'"{field}":{canonical(text).decode()[:-1]}'
        query = sa.select(n.line, n.body).where(n.kind == kind.KIND, n.revision == 1).order_by(n.line, n.id)
        with self._connected() as connection:
            query = query.where(*(holds(n.body, some, connection) for some in (within, holding) if some))
            rows = connection.execute(query).all()
        return [(row.line, self._read(kind, row.body)) for row in rows]

    def page(
        self,
        kind: type[AnyNoun],
        *,
        begins: Sequence[tuple[str, str]] = (),
        shot: str = "",
        ids: Collection[str] = (),
        offset: int = 0,
        most: int = 100,
    ) -> tuple[int, list[tuple[int, AnyNoun]]]:
        """How many nouns of a kind there are, and some of them with their log lines, the newest first.

        For kinds that have one revision only, as entries do.
        Args:
            begins: fields and what they begin with; ``shot``: put under it; ``ids``: called so.  Those count of which
                any of these is true; none of them named, all count.
        """
        n = tables.nouns.c
        with self._connected() as connection:
            any_of = [holds(n.body, f'"{field}":{canonical(text).decode()[:-1]}', connection) for field, text in begins]
            any_of += [n.shot == shot] * bool(shot) + [n.id.in_(ids)] * bool(ids)
            fits = sa.and_(n.kind == kind.KIND, n.revision == 1, *([sa.or_(*any_of)] if any_of else []))
            query = sa.select(n.line, n.body).where(fits).order_by(n.line.desc(), n.id).limit(most).offset(offset)
            count = connection.execute(sa.select(sa.func.count()).select_from(tables.nouns).where(fits)).scalar()
            rows = connection.execute(query).all()
        return int(count or 0), [(row.line, kind.load(json.loads(row.body))) for row in rows]

    def last_line(self, kind: type[Noun]) -> int:
        """The line of the log that last brought a noun of a kind; 0 where none did."""
        n = tables.nouns.c
        with self._connected() as connection:
            found = connection.execute(sa.select(sa.func.max(n.line)).where(n.kind == kind.KIND)).scalar()
        return int(found or 0)

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
        with self.act(FORGET, by, at, dict(about)) as transaction:
            transaction.about |= transaction.write_anew(change).told()
            transaction.put(noun, id_)
        self._nouns.clear()

    def wipe(self) -> None:
        """Leave nothing of what was written anew in the database's free pages.  Raises: StoreError, CapacityError."""
        with self._connected() as connection:
            wipe(connection)

    def faults(self) -> list[Fault]:
        """Every edited, missing or foreign line of the log, and every noun that differs from it."""
        witness = self._witnessed()
        brought: dict[tuple[str, str, int], tuple[str, str, int]] = {}
        with self._connected(still=True) as connection:
            rows = connection.execute(sa.select(tables.log).order_by(tables.log.c.number)).all()
            found, anew = chain_faults(rows, witness), written_anew(rows).nouns
            for row in rows:
                try:
                    for kind, id_, revision, sha, shot in json.loads(row.brought):
                        brought[(kind, id_, revision)] = (sha, shot, row.number)
                except (ValueError, TypeError):
                    continue  # chain_faults has named the line
            for row in connection.execute(sa.select(tables.nouns), execution_options={"yield_per": AT_ONCE}):
                key = (row.kind, row.id, row.revision)
                logged, said = brought.pop(key, None), _digest_of_text(row.body)
                if logged is None:
                    found.append(Fault(row.line, f"{row.kind} {row.id} came by no line of the log"))
                elif (row.sha256, row.shot, row.line) != logged or said not in (row.sha256, anew.get(key)):
                    found.append(Fault(logged[2], f"{row.kind} {row.id} was edited after it was logged"))
        if rows and witness is None:
            found.append(Fault(rows[-1].number, _unwitnessed(Head(rows[-1].number, rows[-1].hash))))
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
    def _connected(self, *, write: bool = False, still: bool = False) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                if write or still:
                    begin(connection) if write else begin_to_look(connection)
                yield connection
                if write:
                    connection.commit()
        except ManyhandsError:
            raise
        except SQLAlchemyError as error:
            raise store_error(self.folder, error) from error


def create_production(folder: Path, name: str, *, database: str = "") -> Production:
    """Make the folder of a new production, or go on with one whose making was cut short.

    Args:
        database: PostgreSQL's address, without a password, for tables that are not to lie in the folder; see
            :func:`manyhands.store.database.choose`.
    Raises: StateError if the folder holds something else; InputError for an address that cannot be one; StoreError if
        it cannot be written, or the server cannot be reached; TrustError as of :func:`open_production`, if it holds a
        production already.
    """
    if folder.exists() and not folder.is_dir():
        raise StateError(f"production {folder}: it is a file.", "Name a folder that is new or empty.")
    try:
        sweep(folder, deep=False)
        strangers = [item.name for item in folder.iterdir()] if folder.exists() else []
    except OSError as error:
        raise unwritable(folder, error) from error
    known = {*FOLDERS, *WITHIN, HEAD, ".gitignore"}
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
    choose(folder, database)
    with _closed_on_failure(_opened(folder)) as production:
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
    if not is_kept(folder):
        raise StateError(f"production {folder}: there is none.", f'Make one: manyhands new {folder} --by "Your Name".')
    for part in FOLDERS:
        try:
            (folder / part).mkdir(exist_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from error
    with _closed_on_failure(_opened(folder)) as production:
        _check_head(production)
    sweep(folder)
    return production


def inspect_production(folder: Path) -> Production:
    """Open a production without judging its log, to find out what is wrong with it."""
    if not is_kept(folder):
        raise StateError(f"production {folder}: there is none.", "Name a production's folder with --production.")
    return _opened(folder)


def _opened(folder: Path) -> Production:
    if not os.access(folder, os.W_OK):
        raise StoreError(
            f"production {folder}: the folder is read-only.",
            "Give yourself the right to write, or copy the production to a disk of your own.",
        )
    engine = engine_of(folder)
    with _closed_on_failure(Production(folder, engine)) as production:
        try:
            migrate(engine)
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise store_error(folder, error) from error
    return production


@contextmanager
def _closed_on_failure(production: Production) -> Iterator[Production]:
    try:
        yield production
    except BaseException:
        production.close()
        raise


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


def _revisions(connection: sa.Connection, kind: str, ids: set[str]) -> Iterator[tuple[str, int]]:
    """Of each of these nouns that exists, its latest revision."""
    n = tables.nouns.c
    latest = sa.select(n.id, sa.func.max(n.revision)).where(n.kind == kind).group_by(n.id)
    for some in _in_turn(ids):
        for row in connection.execute(latest.where(n.id.in_(some))):
            yield row[0], row[1]


def _in_turn(ids: Collection[str]) -> Iterator[list[str]]:
    each = sorted(ids)
    for at in range(0, len(each), AT_ONCE):
        yield each[at : at + AT_ONCE]


def _of_shots(
    connection: sa.Connection, query: sa.Select[Any], shot: sa.ColumnElement[str], shots: Collection[str] | None
) -> Iterator[Any]:
    """The rows of a query that belong to some shots, or of all: few are asked for, of many all is looked through."""
    if shots is not None and len(shots) <= AT_ONCE:
        query = query.where(shot.in_(sorted(shots)))
        shots = None
    for row in connection.execute(query):
        if shots is None or row.shot in shots:
            yield row


def _check_text(*texts: str) -> None:
    """Refuse what not every database can keep.  Raises: InputError."""
    for text in texts:
        if "\0" in text:
            raise InputError(f"text: {text!r} holds the character NUL.", "Type it again without.")


def _digest_of_text(text: str) -> str:
    """The hash of canonical JSON as it stands; of anything else it is another one than was logged."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
