"""Serving the studio: to the person of this machine, or to a team."""

from __future__ import annotations

import errno
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from manyhands.actions.invitations import invite
from manyhands.actions.roles import MAY, Member
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, StateError
from manyhands.core.hand import person as named
from manyhands.store.access import Access
from manyhands.web.app import studio_app
from manyhands.web.desk import Desk
from manyhands.web.door import LOCAL, key_of
from manyhands.web.examine import HAS_LIMITS
from manyhands.web.passwords import check_can_hash
from manyhands.web.team import ADDRESS, Team, invitation

HOST = "127.0.0.1"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PORTS = range(7411, 7431)
"""Tried one after another, where no port is asked for."""


def serve(folder: Path, *, person: str, port: int, workers: int, shows: bool, said: Callable[[str], None]) -> None:
    """Serve the studio to the person of this machine until it is stopped.

    Args:
        port: 0 takes a free one.
        shows: open the browser.
        said: told the address, once it answers.
    Raises: StateError if the port is taken; CapacityError, StoreError if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listening = _listening(HOST, port)
    key = key_of(folder)
    address = f"http://{HOST}:{listening.getsockname()[1]}/enter?key={key}"

    def tell() -> None:
        said(address)
        if not HAS_LIMITS:
            said("This system sets no limits to a process: what is brought in is looked at with a time limit only.")
        if shows:
            webbrowser.open(address)

    _run(studio_app(Desk(folder, person, workers), key=key), listening, tell)


def serve_team(
    folder: Path,
    *,
    person: str,
    host: str,
    port: int,
    names: tuple[str, ...],
    behind_proxy: bool,
    workers: int,
    said: Callable[[str], None],
    warned: Callable[[str], None],
) -> None:
    """Serve the studio to everybody who has an account, until it is stopped.

    While there is no account, a member who may invite is: ``person``, or else the first of them.

    Args:
        host: the address to listen at; only of this machine unless it is asked for.
        names: what a browser calls it; the first is told to those who are invited.
        behind_proxy: one in front ends TLS.
        said, warned: told the addresses, and what is not safe.
    Raises: StateError if there is no production, or the port is taken; NotFoundError, RoleError for ``person``.
    """
    check_can_hash()
    desk = Desk(folder, workers=workers)
    studio = desk.studio
    access = Access(folder)
    inviting = None if access.has_accounts() else _first(studio, person)
    listening = _listening(host, port)
    at = listening.getsockname()[1]
    called = frozenset(name.lower() for name in names) or frozenset({f"[{host}]" if ":" in host else host})
    if not behind_proxy and host not in LOOPBACK:
        warned(UNSAFE)
    first = names[0] if names else f"[{host}]" if ":" in host else host
    address = f"https://{first}" if behind_proxy else f"http://{first}:{at}"
    access.state(ADDRESS, address)
    desk.team = Team(access, called | LOCAL, behind_proxy=behind_proxy)

    def tell() -> None:
        said(f"The studio of {studio.name} is at {address}")
        if inviting is not None:
            token = invitation(access, inviting.person, at=desk.team.clock() if desk.team else 0)
            said(f"{inviting.person.name} chooses a password, once, at {address}/invitation#{token}")

    _run(studio_app(desk, key=""), listening, tell)


UNSAFE = (
    "Without TLS everybody on the way reads the passwords. Put a proxy in front and say --behind-proxy: "
    "docs/how/studio-for-a-team.md."
)


def _first(studio: Studio, name: str) -> Member:
    """Who is invited first."""
    able = [one for one in studio.production.all(Member) if MAY["person"] & set(one.roles)]
    someone = named(name) if name.strip() else able[0].person
    return invite(studio, someone, someone)


def _run(app: FastAPI, listening: socket.socket, tell: Callable[[], None]) -> None:
    # what a proxy says is read at the door of a team, and believed only where one is said to be in front
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=2, proxy_headers=False
    )  # fmt: skip
    _Server(config, tell).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        threading.Thread(target=self._tell, daemon=True).start()


def _listening(host: str, port: int) -> socket.socket:
    tried = [port] if port else list(PORTS)
    for one in tried:
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, one))
            return listening
        except OSError as error:
            listening.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise InputError(
                    f"host {host}: it is no address of this machine.", "Give one that is: --host 0.0.0.0 takes all."
                ) from error
    raise StateError(f"port {tried[0]}: another program listens there.", "Give another: --port 8080.")
