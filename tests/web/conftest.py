"""A small production at the desk, and its studio served to this process or to a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from manyhands.actions import intake, studio
from manyhands.actions.orders import FOLDER
from manyhands.core.hand import person
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from manyhands.web.app import studio_app
from manyhands.web.desk import Desk
from manyhands.web.door import COOKIE, HEADER
from tests.plates import plate

ME, OTHER = person("Person A"), person("Person B")
SHOT, KEY = "sh010", "a-key-for-tests"


def movie(path: Path, frames: int = 6, **size: int) -> Path:
    """A small movie of a house under a sky."""
    clip = plate(frames, **size)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    return path


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return movie(tmp_path_factory.mktemp("clips") / "house.mp4")


@pytest.fixture
def folder(tmp_path: Path, clip: Path) -> Path:
    """A production with a shot on the small movie; Person B is an artist in it."""
    film = studio.new(tmp_path / "film", ME, name="A film", door="studio")
    source, _ = intake.source(film, ME, clip, owner=ME.name, terms=terms_named("own", credit=""))
    intake.shot(film, ME, source.id)
    studio.person(film, ME, OTHER, roles=("artist",))
    film.close()
    return tmp_path / "film"


@contextmanager
def served(folder: Path, *, by: str = ME.name, built: Path | None = None) -> Iterator[TestClient]:
    """The studio of a folder in this process, as its own page calls it."""
    app = studio_app(Desk(folder, by), key=KEY, **({"built": built} if built else {}))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.cookies.set(COOKIE, KEY)
        client.headers[HEADER] = "1"
        yield client
    put_down(folder)


@pytest.fixture(autouse=True)
def _closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test opened in a browser is closed with it: a page left open asks its server again and again."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    with served(folder) as found:
        yield found


@pytest.fixture
def film(made: Path, tmp_path: Path) -> Path:
    """A copy of the production that the module ``made`` once."""
    return Path(shutil.copytree(made, tmp_path / "film"))


@pytest.fixture
def room(film: Path) -> Iterator[TestClient]:
    """Its studio, as Person A sees it."""
    with served(film) as found:
        yield found


def put_down(folder: Path) -> None:
    """End what still carries orders out: a test leaves nothing behind."""
    for path in (folder / FOLDER).glob("*/process"):
        try:
            os.kill(int(path.read_text()), signal.SIGKILL)
        except (OSError, ValueError):
            continue


def until(true: Callable[[], Any], *, within_s: float = 120, what: str = "") -> Any:
    """What a question answers once its answer is not empty."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {within_s} s: {what or true}")


def settled(client: TestClient, order_id: str) -> dict[str, Any]:
    """An order once it is over."""

    def over() -> Any:
        now = client.get(f"/api/orders/{order_id}").json()
        return now if now["state"] not in ("waiting", "at work") else None

    return until(over, what=f"order {order_id}")  # type: ignore[no-any-return]


@dataclass
class Server:
    """A studio in a process of its own."""

    address: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def started(folder: Path, *, by: str = ME.name, port: int = 0) -> Server:
    """`manyhands studio` in a process of its own, once it answers."""
    command = [
        sys.executable,
        "-u",
        "-m",
        "manyhands",
        "studio",
        "-p",
        str(folder),
        "--no-open",
        "--by",
        by,
        "--workers",
        "1",
    ]
    command += ["--port", str(port)] if port else []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "http://" in line, line
    return Server(line.split()[-1], process)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """A studio of a folder in which there is no production yet."""
    server = started(tmp_path / "film", by="")
    yield server
    server.kill()
    put_down(tmp_path / "film")
