"""A team's studio served to this process: browsers with and without a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient

from manyhands.core.hand import person
from manyhands.store.access import Access
from manyhands.web.app import studio_app
from manyhands.web.desk import Desk
from manyhands.web.door import HEADER, LOCAL
from manyhands.web.team import Team, invitation, join
from tests.web.conftest import put_down

PASSWORD = "a lantern under the stairs"
NAME = "studio.example"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self, at: float = 1_800_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


class TeamStudio:
    """An application with accounts, and its clock."""

    def __init__(self, folder: Path, *, behind_proxy: bool = False) -> None:
        self.folder, self.clock = folder, Clock()
        self.team = Team(Access(folder), LOCAL | {NAME}, behind_proxy=behind_proxy, clock=self.clock)
        self.desk = Desk(folder, team=self.team)
        self.app = studio_app(self.desk, key="")

    def browser(self, *, address: str = f"http://{NAME}") -> TestClient:
        """A browser of a stranger."""
        made = TestClient(self.app, base_url=address)
        made.headers[HEADER] = "1"
        return made

    def account(self, name: str, password: str = PASSWORD) -> None:
        """Give a member an account."""
        token = invitation(self.team.access, person(name), at=self.clock())
        join(self.team, self.desk.studio, token, password)

    def member(self, name: str, password: str = PASSWORD) -> TestClient:
        """A browser in which a member is logged in."""
        if self.team.access.account(person(name).id) is None:
            self.account(name, password)
        made = self.browser()
        answer = made.post("/api/session", json={"name": name, "password": password})
        assert answer.status_code == 200, answer.text
        return made


@contextmanager
def team_studio(folder: Path, *, behind_proxy: bool = False) -> Iterator[TeamStudio]:
    made = TeamStudio(folder, behind_proxy=behind_proxy)
    yield made
    made.desk.close()
    put_down(folder)
