"""The studio: an open production with a clock, a door, and workers; what every act is given first."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manyhands.actions.guests import check_guest, check_shown_to, is_guest
from manyhands.actions.roles import Member, check_may, check_roles
from manyhands.core.decision import Door
from manyhands.core.errors import RoleError, StateError
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun
from manyhands.store.database import is_kept
from manyhands.store.production import Production, Transaction, create_production, open_production

if TYPE_CHECKING:
    from manyhands.run.schedule import Progress


def now() -> str:
    """The time as the log writes it: ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today(studio: Studio) -> str:
    """The day by the studio's clock, in UTC, whatever zone the clock tells."""
    return datetime.fromisoformat(studio.clock()).astimezone(UTC).date().isoformat()


def begun(studio: Studio) -> str:
    """The last day that has begun anywhere, which is at UTC+14: what is signed there today bears that day."""
    return (datetime.fromisoformat(studio.clock()) + timedelta(hours=14)).date().isoformat()


class Facts(Noun):
    """What a production is called."""

    KIND = "production"

    name: str


@dataclass(frozen=True)
class Studio:
    """An open production and the way in which it was entered."""

    production: Production
    door: Door = "command line"
    workers: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))
    report: Callable[[Progress], None] = lambda progress: None
    clock: Callable[[], str] = now

    @property
    def folder(self) -> Path:
        return self.production.folder

    @property
    def name(self) -> str:
        return self.production.get(Facts, "production").name

    def close(self) -> None:
        self.production.close()

    @contextmanager
    def act(self, verb: str, by: Hand, **about: Any) -> Iterator[Transaction]:
        """A transaction with its line in the log."""
        with self.production.act(verb, by, self.clock(), {"door": self.door, **about}) as transaction:
            yield transaction

    def note(self, verb: str, by: Hand, **about: Any) -> None:
        """A line in the log that brings no noun."""
        with self.act(verb, by, **about):
            pass

    def check(self, by: Hand, act: str) -> None:
        """Let a person act.  Raises: RoleError if their role, or a guest's link, does not allow it."""
        if is_guest(by):
            check_guest(self.production, by, act, at=self.clock())
            return
        member = self.production.find(Member, by.id)
        if member is None:
            raise RoleError(
                f"{act}: {by.name} is not a member of this production.",
                f"A director or producer adds them: manyhands person {by.name!r} --role artist.",
                act=act,
            )
        check_may(member, act)

    def check_shown(self, by: Hand, take_id: str, *, plate: bool = False) -> None:
        """Let a guest see what their link is for, and who is no guest everything.

        Raises: NotFoundError for a take that the link is not for; RoleError for a plate that it does not show.
        """
        if is_guest(by):
            check_shown_to(self.production, by, take_id, plate=plate)


def new(folder: Path, by: Hand, *, name: str = "", door: Door = "command line", database: str = "") -> Studio:
    """Start a production in a folder; its first person is director and producer.

    Args:
        database: PostgreSQL's address, where its tables are not to lie in the folder.
    Raises: StateError if the folder holds something else; InputError for an address that is none; StoreError,
    CapacityError.
    """
    production = create_production(folder, name, database=database)
    studio = Studio(production, door)
    if production.find(Facts, "production") is None:
        with studio.act("new", by, name=name or folder.name) as t:
            t.put(Facts(name=name or folder.name), "production")
            t.put(Member(person=by, roles=("director", "producer")), by.id)
    return studio


def enter(folder: Path, *, door: Door = "command line") -> Studio:
    """Open a production that exists.  Raises: StateError if there is none; StoreError; TrustError."""
    production = open_production(folder)
    if production.find(Facts, "production") is None:
        production.close()
        raise StateError(
            f"production {folder}: its making was cut short.",
            f'Make it again: manyhands new {folder} --by "Your Name".',
        )
    return Studio(production, door)


def enter_or_start(folder: Path, by: Hand, *, name: str, door: Door) -> Studio:
    """The production in a folder, started where there is none yet or where its making was cut short.

    Raises: as :func:`new` and :func:`enter`.
    """
    if is_kept(folder):
        with suppress(StateError):
            return enter(folder, door=door)
    return new(folder, by, name=name, door=door)


def person(studio: Studio, by: Hand, someone: Hand, *, roles: tuple[str, ...]) -> Member:
    """Give a person their roles in the production.  Raises: RoleError, InputError."""
    studio.check(by, "person")
    check_roles(roles)
    member = Member(person=someone, roles=roles)
    with studio.act("person", by, person=someone.id, roles=list(roles)) as t:
        t.put(member, someone.id)
    return member
