"""The application: its routes, its door, and what it does beside answering."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles

import manyhands
from manyhands.web.desk import Desk
from manyhands.web.door import Told, guard, tell_errors
from manyhands.web.drafts import Drawing
from manyhands.web.events import Watch
from manyhands.web.hands import Hands
from manyhands.web.routes import (
    accounts,
    delivery,
    guests,
    ledger,
    mine,
    people,
    policies,
    production,
    rights,
    royalties,
    shares,
    shots,
    sources,
    statements,
    takes,
    teach,
    valuing,
    verifying,
    wages,
    words,
    work,
)
from manyhands.web.team_door import guard_team, while_in

TOLD: dict[int | str, dict[str, Any]] = {
    "default": {"model": Told, "description": "What is the matter, and what to do next."}
}
BUILT = Path(__file__).parent / "built"


def studio_app(desk: Desk, *, key: str, built: Path = BUILT) -> FastAPI:
    """The studio of one folder, for browsers that have its key.

    Args:
        built: where the client that is shown was built.
    """
    watch, hands, drawing = Watch(desk), Hands(desk), Drawing()

    @asynccontextmanager
    async def while_open(app: FastAPI) -> AsyncIterator[None]:
        beside = [asyncio.create_task(watch.go_on()), asyncio.create_task(hands.go_on())]
        yield
        for task in beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        hands.leave()
        drawing.close()
        desk.close()

    app = FastAPI(
        title="Manyhands studio", version=manyhands.__version__, lifespan=while_open, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json",
        description="AI proposes, named people decide, and every pixel knows whose hands made it.",
    )  # fmt: skip
    app.state.desk, app.state.drawing = desk, drawing
    guard_team(app, desk, desk.team) if desk.team is not None else guard(app, key=key)
    tell_errors(app)
    for module in (
        production, sources, shots, takes, work, teach, delivery, verifying, rights, people, policies, ledger,
        wages, royalties, valuing, words, statements, mine, accounts, shares, guests,
    ):  # fmt: skip
        app.include_router(module.router, responses=TOLD)

    @app.get("/api/events", tags=["events"], response_class=StreamingResponse)
    async def events(request: Request) -> Response:
        """A stream of what happens: ``log`` when somebody did something, with the shots that it touched or null where
        it may touch any; ``order`` when something is being made."""
        stream = watch.stream() if desk.team is None else while_in(request, desk, desk.team, watch.stream())
        return StreamingResponse(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})

    if (built / "index.html").is_file():
        app.mount("/assets", StaticFiles(directory=built / "assets"), name="assets")

    @app.get("/{page:path}", include_in_schema=False)
    def client(page: str) -> Response:
        """The client, whose pages have their addresses in it."""
        if page.startswith("api/"):
            from manyhands.core.errors import NotFoundError

            raise NotFoundError("page", f"/{page[:200]}")
        if not (built / "index.html").is_file():
            return HTMLResponse(
                "<!doctype html><title>Manyhands</title><p>The client is not built yet: make client", 503
            )
        return FileResponse(built / "index.html", headers={"cache-control": "no-cache"})

    return app
