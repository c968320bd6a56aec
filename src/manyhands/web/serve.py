"""Serving the studio on this machine."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from manyhands.core.errors import StateError
from manyhands.web.app import studio_app
from manyhands.web.desk import Desk
from manyhands.web.door import key_of
from manyhands.web.examine import HAS_LIMITS

HOST = "127.0.0.1"
PORTS = range(7411, 7431)
"""Tried one after another, where no port is asked for."""


def serve(folder: Path, *, person: str, port: int, workers: int, shows: bool, said: Callable[[str], None]) -> None:
    """Serve the studio until it is stopped.

    Args:
        port: 0 takes a free one.
        shows: open the browser.
        said: told the address, once it answers.
    Raises: StateError if the port is taken; CapacityError, StoreError if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listening = _listening(port)
    address = f"http://{HOST}:{listening.getsockname()[1]}"
    app = studio_app(Desk(folder, person, workers), key=(key := key_of(folder)))

    def tell() -> None:
        said(f"{address}/enter?key={key}")
        if not HAS_LIMITS:
            said("This system sets no limits to a process: what is brought in is looked at with a time limit only.")
        if shows:
            webbrowser.open(f"{address}/enter?key={key}")

    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    server = _Server(config, tell)
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        threading.Thread(target=self._tell, daemon=True).start()


def _listening(port: int) -> socket.socket:
    tried = [port] if port else list(PORTS)
    for one in tried:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, one))
            return listening
        except OSError:
            listening.close()
    raise StateError(f"port {tried[0]}: another program listens there.", "Give another: --port 8080.")
