"""The door: who may come in, what a page may load, and the one shape of an error.

Bound to this machine, the studio still has to tell its own page from every other page that the browser shows, and its
own person from others on the machine.  A key that only its person can read lets them in once and stays as a cookie;
what changes something has to say a header that no other page can send; a name that is not this machine's is refused,
so that no page far away can pass itself off as it.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from manyhands.core.errors import CapacityError, InputError, ManyhandsError, NotFoundError, RoleError
from manyhands.disk import write_whole

COOKIE, HEADER = "manyhands", "x-manyhands"
LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_BODY_BYTES = 1 << 20
"""Of what is said in JSON; files come in pieces, elsewhere."""
ALONE = "sandbox; default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For a page that was made for others and is only shown: it runs nothing, loads nothing, and is of no origin."""
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def key_of(folder: Path) -> str:
    """The key that lets a browser in; the same after a restart, so that open tabs go on.

    Raises: CapacityError, StoreError if it cannot be kept.
    """
    path = folder / "keys" / "studio.key"
    if not path.is_file():
        write_whole(path, secrets.token_urlsafe(32).encode(), mode=0o600)
    return path.read_text().strip()


def guard(app: FastAPI, *, key: str, hosts: frozenset[str] = LOCAL) -> None:
    """Let only this machine's own page and person in, and say in every answer what a page may load."""

    @app.middleware("http")
    async def _guarded(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        refused = _refusal(request, key, hosts)
        return sealed(refused if refused is not None else await go_on(request))


def sealed(answer: Response) -> Response:
    """An answer that says what a page may load, and tells no other place where it is."""
    answer.headers.setdefault("content-security-policy", POLICY)  # the audience's page brings a narrower one
    answer.headers["x-content-type-options"] = "nosniff"
    answer.headers["referrer-policy"] = "no-referrer"
    answer.headers["cross-origin-resource-policy"] = "same-origin"
    answer.headers.setdefault("cache-control", "no-store")
    return answer


def host_refused(request: Request, hosts: frozenset[str]) -> Response | None:
    """What is answered to a request that calls the studio by another's name."""
    host = request.headers.get("host", "")
    if host.rsplit(":", 1)[0].lower() in hosts:
        return None
    return error_answer(RoleError(f"studio: {host[:80]} is not its name.", "Open it by the address that it printed."))


def says_header(request: Request) -> bool:
    """Whether a request says what no other page can say."""
    return request.method in SAFE or request.headers.get(HEADER) == "1"


def another_page() -> Response:
    return error_answer(RoleError("studio: another page asked for that.", f"A program says the header {HEADER}: 1."))


def _refusal(request: Request, key: str, hosts: frozenset[str]) -> Response | None:
    """What is answered instead, or None where the request may go on."""
    if (refused := host_refused(request, hosts)) is not None:
        return refused
    if request.url.path == "/enter":
        if not hmac.compare_digest(request.query_params.get("key", "").encode(), key.encode()):
            return error_answer(
                RoleError("studio: that key does not open it.", "Use the address that `manyhands studio` printed.")
            )
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(COOKIE, key, httponly=True, samesite="strict", max_age=30 * 24 * 3600)
        return answer
    if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), key.encode()):
        return error_answer(
            RoleError("studio: it does not know this browser.", "Open the address that `manyhands studio` printed.")
        )
    if not says_header(request):
        return another_page()
    return too_much(request)


def too_much(request: Request) -> Response | None:
    """What is answered to more than any act takes."""
    if not _says_too_much(request):
        return None
    return error_answer(
        CapacityError(f"request: more than {MOST_BODY_BYTES:,} bytes.", "Say less at once."), status=413
    )


def _says_too_much(request: Request) -> bool:
    """Whether more is said than any act takes; without a length it is not known, and that is no way to say JSON."""
    if request.method in SAFE or (request.method == "PATCH" and request.url.path.startswith("/api/uploads/")):
        return False
    length = request.headers.get("content-length", "")
    if "transfer-encoding" in request.headers:
        return True
    return bool(length) and not (length.isdigit() and int(length) <= MOST_BODY_BYTES)


def tell_errors(app: FastAPI) -> None:
    """Every error in one shape, with its own status."""

    @app.exception_handler(ManyhandsError)
    def _known(request: Request, error: ManyhandsError) -> JSONResponse:
        return error_answer(error)

    @app.exception_handler(RequestValidationError)
    def _misspoken(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return error_answer(
            InputError(f"{where[:200] or 'request'}: {first['msg'].lower()}.", "Correct it and send it again.")
        )

    @app.exception_handler(HTTPException)
    def _unknown(request: Request, error: HTTPException) -> JSONResponse:
        known = (
            NotFoundError("page", request.url.path[:200])
            if error.status_code == 404
            else InputError(f"request: {str(error.detail).lower()}.", "See /api/openapi.json for what can be asked.")
        )
        return error_answer(known, status=error.status_code)


def error_answer(error: ManyhandsError, *, status: int = 0) -> JSONResponse:
    """An error as an answer: ``{"error": {kind, what, fix, about, status}}``."""
    return Plain({"error": error.shape()}, status_code=status or error.status)


class Trouble(BaseModel):
    """What is the matter, and what to do next; ``about`` holds facts for a program."""

    kind: str
    what: str
    fix: str
    about: dict[str, Any]
    status: int


class Told(BaseModel):
    """The one shape of an error."""

    error: Trouble


class Plain(JSONResponse):
    """JSON in ASCII: what somebody sent and is told again may hold letters that are none."""

    def render(self, content: object) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()
