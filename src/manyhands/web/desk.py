"""The desk: the open production that every route is given, and who sits at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from manyhands.actions.sheet import Sheet
from manyhands.actions.studio import Studio, enter
from manyhands.core.errors import RoleError, StateError
from manyhands.core.hand import Hand
from manyhands.core.hand import person as named
from manyhands.store.database import is_kept
from manyhands.web.team import Team


@dataclass
class Desk:
    """What one server serves: a folder, opened when it holds a production, and the person of this machine.

    With a ``team`` nobody sits at the machine: who acts is the person of the account that a request comes from.
    """

    folder: Path
    person: str = ""
    workers: int = 1
    team: Team | None = None
    sheet: Sheet = field(default_factory=Sheet)
    _studio: Studio | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def has_production(self) -> bool:
        return is_kept(self.folder)

    @property
    def studio(self) -> Studio:
        """The open production.  Raises: StateError if there is none yet; StoreError, TrustError."""
        with self._opening:
            if self._studio is None:
                self._studio = replace(enter(self.folder, door="studio"), workers=self.workers)
            return self._studio

    @property
    def by(self) -> Hand:
        """Who acts.  Raises: StateError while nobody has said who they are."""
        if not self.person.strip():
            raise StateError("studio: nobody has said who sits here.", "Say your name first.")
        return named(self.person.strip())

    def close(self) -> None:
        with self._opening:
            if self._studio is not None:
                self._studio.close()
                self._studio = None
        if self.team is not None:
            self.team.close()


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def studio_of(request: Request) -> Studio:
    return desk_of(request).studio


def by_of(request: Request) -> Hand:
    """Who acts: in a team whose session it is, as the door found."""
    desk = desk_of(request)
    if desk.team is None:
        return desk.by
    by: Hand | None = getattr(request.state, "by", None)
    if by is None:
        raise RoleError("studio: nobody is logged in.", "Log in first.", login=True)
    return by


def team_of(request: Request) -> Team:
    """The team's accounts.  Raises: StateError where one person sits at the machine."""
    team = desk_of(request).team
    if team is None:
        raise StateError("studio: it has no accounts here.", "Open it for a team: manyhands studio --team.")
    return team


def secure_of(request: Request) -> bool:
    """Whether the browser came by https."""
    return bool(getattr(request.state, "is_secure", False))


def place_of(request: Request) -> str:
    """Where a request comes from, as tries are counted."""
    return str(getattr(request.state, "place", "elsewhere"))


def closing(desk: Desk) -> Iterator[None]:
    yield
    desk.close()


AtDesk = Annotated[Desk, Depends(desk_of)]
InStudio = Annotated[Studio, Depends(studio_of)]
By = Annotated[Hand, Depends(by_of)]
InTeam = Annotated[Team, Depends(team_of)]
Secure = Annotated[bool, Depends(secure_of)]
Place = Annotated[str, Depends(place_of)]
