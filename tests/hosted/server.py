"""A Runway of our own over real HTTP on this machine, as exact as its protocol is known, with a ledger of its own.

It counts what it takes and bills, whoever asks: a test that ends with another number here than in the production's
books has found a second payment.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from manyhands.core.errors import InputError
from manyhands.hosted import runway as client
from manyhands.hosted import schema

KEY = "key_of_the_test"
VERSION = "2024-11-06"
Answer = tuple[int, Mapping[str, str], Any]
RETRIED: Answer = (429, {"retry-after-ms": "20"}, {"error": "Too many requests"})
DAILY: Answer = (429, {}, {"error": "You have reached your daily limit for this model"})
POOR: Answer = (400, {}, {"error": "You do not have enough credits to run this task"})
BAD_GATEWAY: Answer = (502, {}, {"error": "Bad gateway"})


@dataclass
class Task:
    """One task that was taken, and what is left of its course."""

    id: str
    route: str
    body: dict[str, Any]
    course: list[str]
    files: list[tuple[str, bytes]]
    status: str = "PENDING"
    billed: int | None = None
    key: int = 0  # of the addresses of its files: another number makes all older ones invalid


@dataclass
class Runway:
    """What the server does next; every list is used up from its front.

    Args:
        makes: the files of a task, from its route, its body and the uploads by their addresses.
        course: the states that a task goes through, one for each time that it is asked for.
        failure: code and words, where the course ends in FAILED.
    """

    makes: Callable[[str, dict[str, Any], dict[str, bytes]], list[tuple[str, bytes]]]
    course: list[str] = field(default_factory=lambda: ["PENDING", "RUNNING", "SUCCEEDED"])
    failure: tuple[str, str] = ("", "")
    cost: int = 56
    estimate: int | None = 84
    tells_cost: bool = True
    creates: list[Answer] = field(default_factory=list)  # answers by which it refuses to take a task
    reads: list[Answer] = field(default_factory=list)
    uploads: list[Answer] = field(default_factory=list)
    loses: list[str] = field(default_factory=list)  # after a task was taken: "cut" or "502"
    taken: Callable[[Task], None] = lambda task: None  # called between taking a task and answering
    expired: int = 0
    cuts: list[int] = field(default_factory=list)  # bytes after which a download breaks off
    has_ranges: bool = True

    address: str = ""
    tasks: dict[str, Task] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many tasks were made."""
        return len(self.tasks)

    @property
    def money(self) -> int:
        """The credits that were billed for good."""
        return sum(task.billed or 0 for task in self.tasks.values())

    def called(self, method: str, path: str) -> int:
        return sum(1 for one in self.calls if one[0] == method and re.fullmatch(path, one[1]))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed or hangs up is no fault; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(runway: Runway) -> Iterator[Runway]:
    """Serve on a free port of this machine."""

    class Handler(_Handler):
        of = runway

    server = _Server(("127.0.0.1", 0), Handler)
    runway.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield runway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def known(runway: Runway) -> Iterator[Runway]:
    """Serve to this process and its children, with a key that fits, asked without long waits."""
    with serving(runway), pytest.MonkeyPatch.context() as patch:
        patch.setenv(client.KEY, KEY)
        patch.setenv("RUNWAYML_BASE_URL", runway.address)
        patch.setattr(client, "FIRST_POLL_S", 0.02)
        patch.setattr(client, "LONGEST_POLL_S", 0.05)
        yield runway


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    of: Runway

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    # --- doors ---------------------------------------------------------------------------------

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.of.calls.append(("POST", self.path))
        if self.path.startswith("/blob/"):
            return self._blob(body)
        if not self._let_in():
            return None
        if self.path == "/v1/uploads":
            return self._upload(json.loads(body))
        return self._create(self.path.removeprefix("/v1/"), json.loads(body))

    def do_GET(self) -> None:
        self.of.calls.append(("GET", self.path))
        if self.path.startswith("/files/"):
            return self._file()
        if not self._let_in():
            return None
        return self._task(self.path.removeprefix("/v1/tasks/"))

    def do_DELETE(self) -> None:
        self.of.calls.append(("DELETE", self.path))
        if self._let_in():
            self.of.tasks[self.path.removeprefix("/v1/tasks/")].course = ["CANCELLED"]
            self._say(204, {}, None)

    def _let_in(self) -> bool:
        if self.headers.get("authorization") != f"Bearer {KEY}":
            self._say(401, {}, {"error": "Invalid or missing API key"})
            return False
        if self.headers.get("x-runway-version") != VERSION:
            self._say(400, {}, {"error": "The X-Runway-Version header is missing or unknown"})
            return False
        return True

    # --- uploads -------------------------------------------------------------------------------

    def _upload(self, body: dict[str, Any]) -> None:
        if self.of.uploads:
            return self._say(*self.of.uploads.pop(0))
        assert body["type"] == "ephemeral"
        number = len(self.of.blobs) + 1
        self.of.blobs[f"runway://up-{number}"] = b""
        return self._say(200, {}, {
            "uploadUrl": f"{self.of.address}/blob/{number}",
            "fields": {"key": f"k{number}", "policy": "p"},
            "runwayUri": f"runway://up-{number}",
        })  # fmt: skip

    def _blob(self, body: bytes) -> None:
        assert self.headers.get("authorization") is None, "the key must not go to the store of uploads"
        boundary = re.search("boundary=(.*)", self.headers["content-type"])
        assert boundary
        parts = body.split(b"--" + boundary[1].encode())[1:-1]
        names = [re.search(rb'name="([^"]+)"', part)[1].decode() for part in parts]  # type: ignore[index]
        assert names == ["key", "policy", "file"], names
        content = parts[-1].split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")
        self.of.blobs[f"runway://up-{self.path.removeprefix('/blob/')}"] = content
        self._say(204, {}, None)

    # --- tasks ---------------------------------------------------------------------------------

    def _create(self, route: str, body: dict[str, Any]) -> None:
        if self.of.creates:
            return self._say(*self.of.creates.pop(0))
        try:
            schema.check(route, body)
        except InputError as error:
            return self._say(400, {}, {"error": "Validation", "issues": [{"path": ["body"], "message": error.what}]})
        for uri in re.findall(r"runway://[\w-]+", json.dumps(body)):
            if not self.of.blobs.get(uri):
                return self._say(400, {}, {"error": f"there is no upload {uri}"})
        task = Task(str(uuid.uuid4()), route, body, list(self.of.course), self.of.makes(route, body, self.of.blobs))
        self.of.tasks[task.id] = task
        self.of.taken(task)
        loses = self.of.loses.pop(0) if self.of.loses else ""
        if loses == "cut":
            self.close_connection = True
            self.connection.close()
            return None
        if loses:
            return self._say(*BAD_GATEWAY)
        estimate = {} if self.of.estimate is None else {"estimatedCost": {"credits": self.of.estimate}}
        return self._say(200, {}, {"id": task.id, **estimate})

    def _task(self, id_: str) -> None:
        if self.of.reads:
            return self._say(*self.of.reads.pop(0))
        task = self.of.tasks.get(id_)
        if task is None:
            return self._say(404, {}, {"error": "Task not found"})
        if task.course:
            task.status = task.course.pop(0)
        told: dict[str, Any] = {"id": id_, "createdAt": "2026-11-01T10:00:00.000Z", "status": task.status}
        if task.status in ("SUCCEEDED", "FAILED", "CANCELLED"):
            task.billed = self.of.cost if task.status == "SUCCEEDED" else 0
            told |= {"cost": {"credits": task.billed}} if self.of.tells_cost else {}
        elif self.of.estimate is not None:
            told["estimatedCost"] = {"credits": self.of.estimate}
        if task.status == "RUNNING":
            told["progress"] = 0.5
        if task.status == "SUCCEEDED":
            told["output"] = [
                f"{self.of.address}/files/{id_}/{number}/{name}?_jwt={task.key}"
                for number, (name, _) in enumerate(task.files)
            ]
        if task.status == "FAILED":
            told |= {"failureCode": self.of.failure[0], "failure": self.of.failure[1]}
        return self._say(200, {}, told)

    def _file(self) -> None:
        path, _, key = self.path.partition("?_jwt=")
        _, _, id_, number, _ = path.split("/")
        task = self.of.tasks[id_]
        if self.of.expired > 0 and int(key) == task.key:
            self.of.expired -= 1
            task.key += 1
        if int(key) != task.key:
            return self._say(403, {}, {"error": "the address has expired"})
        content = task.files[int(number)][1]
        asked = self.headers.get("range")
        self.of.downloads.append(asked or "whole")
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and self.of.has_ranges else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Content-Length", str(len(content) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        cut = self.of.cuts.pop(0) if self.of.cuts else None
        self.wfile.write(content[start : None if cut is None else start + cut])
        if cut is not None:
            self.wfile.flush()
            self.close_connection = True
        return None

    def _say(self, code: int, headers: Mapping[str, str], body: Any) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        if code != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
