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
from manyhands.core.errors import StateError
from manyhands.core.hand import Hand
from manyhands.core.hand import person as named
from manyhands.store.production import DATABASE


@dataclass
class Desk:
    """What one server serves: a folder, opened when it holds a production, and the person of this machine."""

    folder: Path
    person: str = ""
    workers: int = 1
    sheet: Sheet = field(default_factory=Sheet)
    _studio: Studio | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def has_production(self) -> bool:
        return (self.folder / DATABASE).is_file()

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


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def studio_of(request: Request) -> Studio:
    return desk_of(request).studio


def by_of(request: Request) -> Hand:
    return desk_of(request).by


def closing(desk: Desk) -> Iterator[None]:
    yield
    desk.close()


AtDesk = Annotated[Desk, Depends(desk_of)]
InStudio = Annotated[Studio, Depends(studio_of)]
By = Annotated[Hand, Depends(by_of)]
