"""The door of a team: who comes in by which cookie, and what strangers may ask for.

Strangers get the client, which tells nothing, and the few routes by which one comes in.  Everything else takes a
session of somebody who is a member now; guests of a share link have routes of their own, which ask for their own
cookie.  A new route is therefore closed to both until somebody opens it here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from manyhands.core.errors import InputError, ManyhandsError, RoleError
from manyhands.core.hand import Hand
from manyhands.core.hand import person as named
from manyhands.web.desk import Desk
from manyhands.web.door import SAFE, another_page, error_answer, host_refused, says_header, sealed, too_much
from manyhands.web.team import Team, session
from manyhands.web.waits import place

OPEN = frozenset({"/api/session", "/api/joining", "/api/guests"})
GUESTS = "/api/guests/"
MOST_BYTES = 1 << 20
"""The longest body that is read from somebody who is not logged in: a comment with many marks."""


def guard_team(app: FastAPI, desk: Desk, team: Team) -> None:
    """Let members in by their sessions and strangers to the door alone."""

    @app.middleware("http")
    async def _guarded(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        refused = _refusal(request, team)
        if refused is None:
            try:
                refused = await run_in_threadpool(_not_in, request, desk, team)
            except ManyhandsError as error:
                refused = error_answer(error)
        return sealed(refused if refused is not None else await go_on(request))


def cookie_of(team: Team, *, is_secure: bool) -> str:
    """What the session's cookie is called: each production has its own, for cookies do not tell ports apart."""
    return f"{'__Host-' if is_secure else ''}manyhands-{team.id}"


def guest_cookie_of(*, is_secure: bool) -> str:
    """What a guest's cookie is called; its path is that of one link."""
    return f"{'__Secure-' if is_secure else ''}manyhands-guest"


def member(request: Request, desk: Desk, team: Team, *, is_used: bool = True) -> Hand | None:
    """Who is logged in.  Raises: RoleError if they are no member any more."""
    token = request.cookies.get(cookie_of(team, is_secure=request.state.is_secure), "")
    found = session(team, token, is_used=is_used)
    if found is None:
        return None
    by = named(found.name)
    desk.studio.check(by, "look")
    return by


async def while_in(request: Request, desk: Desk, team: Team, stream: AsyncIterator[str]) -> AsyncIterator[str]:
    """A stream that ends when its listener's session does, or their membership."""

    def is_in() -> bool:
        try:
            return member(request, desk, team, is_used=False) is not None
        except ManyhandsError:
            return False

    async for text in stream:
        if not await run_in_threadpool(is_in):
            return
        yield text


def _refusal(request: Request, team: Team) -> Response | None:
    """What is answered to a request that comes the wrong way, whoever sent it."""
    if (refused := host_refused(request, team.names)) is not None:
        return refused
    forwarded = request.headers if team.behind_proxy else {}
    request.state.is_secure = forwarded.get("x-forwarded-proto", "") == "https"
    request.state.place = place(_address(request, forwarded.get("x-forwarded-for", "")))
    if team.behind_proxy and not request.state.is_secure:
        return error_answer(RoleError("studio: it is opened by https only.", "Write https:// before its name."))
    if not says_header(request) or not _is_own_page(request):
        return another_page()
    if (told := too_much(request)) is not None:
        return told
    return None


def _not_in(request: Request, desk: Desk, team: Team) -> Response | None:
    """What is answered to whoever is not logged in and asks for more than the door."""
    path = request.url.path
    if path in OPEN or path.startswith(GUESTS):
        return _too_long(request)
    if not path.startswith("/api/") and request.method in SAFE:
        return None
    by = member(request, desk, team)
    if by is None:
        return error_answer(RoleError("studio: nobody is logged in.", "Log in first.", login=True))
    request.state.by = by
    return None


def _is_own_page(request: Request) -> bool:
    """Whether what changes something comes from the studio's own page, as far as the browser says where from."""
    if request.method in SAFE:
        return True
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    scheme = "https" if request.state.is_secure else "http"
    return origin in (None, f"{scheme}://{request.headers.get('host', '')}") and site == "same-origin"


def _too_long(request: Request) -> Response | None:
    if request.method in SAFE:
        return None
    length = request.headers.get("content-length", "0" if request.method == "DELETE" else "")
    if not length.isdecimal() or int(length[:12]) > MOST_BYTES or "transfer-encoding" in request.headers:
        return error_answer(
            InputError(f"request: its body says no length up to {MOST_BYTES:,} bytes.", "Send less."), status=413
        )
    return None


def _address(request: Request, forwarded: str) -> str:
    """Where a request comes from; behind a proxy the last address, which it added itself."""
    last = forwarded.rpartition(",")[2].strip()
    return last or (request.client.host if request.client else "")
