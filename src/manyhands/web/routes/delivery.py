"""Delivery: what has to be green or decided, the order, and the files that came of it."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel

from manyhands.actions import facts, gate, orders, people
from manyhands.actions.delivery import deliverable
from manyhands.actions.gate import checks
from manyhands.actions.orders import Order
from manyhands.actions.studio import Studio
from manyhands.core.errors import ManyhandsError, NotFoundError
from manyhands.core.hand import Hand
from manyhands.core.shot import Shot
from manyhands.core.showing import MEDIA, WIDEST, Showing, read_showing
from manyhands.deliver.page import policy
from manyhands.media.masters import FORMATS
from manyhands.web.desk import AtDesk, By, InStudio
from manyhands.web.door import ALONE
from manyhands.web.pictures import picture
from manyhands.web.shown import Gate

router = APIRouter(prefix="/api/shots/{shot}", tags=["delivery"])

Named = Annotated[str, Path(max_length=200)]


class Shown(BaseModel):
    """Where, in what and until when a master is to be shown; empty is all over the world, in all media, no end."""

    territory: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    first_day: str = ""
    last_day: str = ""


class Wish(Shown):
    """The format of the master; empty is the one that plays most widely."""

    format: str = ""


class Statement(BaseModel):
    """What rules ask of a shot, as NAME: yes or no, and how it is known."""

    said: dict[str, Literal["yes", "no", "unknown"]]
    why: str


class Why(BaseModel):
    why: str


class Delivered(BaseModel):
    name: str
    bytes: int
    kind: str


SHOWN = frozenset({".html", ".png", ".jpg", ".mp4", ".mov", ".json"})
KINDS = {
    ".html": "page",
    ".json": "data",
    ".csv": "table",
    ".pem": "key",
    ".png": "picture",
    ".mp4": "movie",
    ".mov": "movie",
    ".c2pa": "credentials",
}


@router.get("/gate")
def what_stops(
    studio: InStudio, by: By, shot: Named, territory: str = "", media: str = "", first_day: str = "", last_day: str = ""
) -> Gate:
    """What keeps a shot from being delivered there and then, with what would cure each."""
    showing = read_showing([territory], [media], first_day=first_day, last_day=last_day)
    return _gate(studio, by, shot, showing)


@router.get("/media")
def media() -> dict[str, str]:
    """The media that something is shown in, each with what it is."""
    return MEDIA


@router.post("/statements")
def state(studio: InStudio, by: By, shot: Named, wish: Statement) -> Gate:
    """Say what rules have to know of a shot."""
    facts.say(studio, by, dict(wish.said), why=wish.why, shot_id=shot)
    return _gate(studio, by, shot)


@router.post("/nobody")
def nobody(studio: InStudio, by: By, shot: Named, wish: Why) -> Gate:
    """Say that nobody recognisable is seen, and how you know."""
    people.nobody(studio, by, shot, why=wish.why)
    return _gate(studio, by, shot)


@router.post("/approvals/{rule}")
def approve(studio: InStudio, by: By, shot: Named, rule: str, wish: Why) -> Gate:
    """Approve what a rule asks."""
    gate.approve(studio, by, shot, rule, why=wish.why)
    return _gate(studio, by, shot)


@router.get("/formats")
def formats() -> list[str]:
    """The formats that a master can be written in."""
    return list(FORMATS)


@router.post("/delivery")
def deliver(desk: AtDesk, studio: InStudio, by: By, shot: Named, wish: Wish) -> Order:
    """Order the master of the accepted take, with its credentials and its page."""
    return orders.order(studio, by, "deliver", shot, out=str(_out(desk.folder, shot)), **wish.model_dump())


@router.get("/delivery")
def delivered(desk: AtDesk, studio: InStudio, shot: Named) -> list[Delivered]:
    """The files of the last delivery."""
    folder = _out(desk.folder, studio.production.get(Shot, shot).id)
    found = sorted(item for item in folder.iterdir() if not item.name.startswith(".")) if folder.is_dir() else []
    return [
        Delivered(
            name=item.name, bytes=_bytes(item), kind="sequence" if item.is_dir() else KINDS.get(item.suffix, "file")
        )
        for item in found
    ]  # fmt: skip


def _bytes(item: FilePath) -> int:
    parts = item.rglob("*") if item.is_dir() else [item]
    return sum(part.stat().st_size for part in parts if part.is_file())


@router.get("/delivery/{name}", response_class=FileResponse)
def file(desk: AtDesk, studio: InStudio, shot: Named, name: str) -> Response:
    """One file of a delivery; the audience's page is shown as it stands, everything else is a download or a picture."""
    path = _out(desk.folder, studio.production.get(Shot, shot).id) / name
    if name != path.name or name.startswith(".") or not name.isprintable() or not path.is_file():
        raise NotFoundError("file", name[:200])
    shown = picture(path)
    shown.headers["content-security-policy"] = (
        f"sandbox allow-scripts allow-downloads; {policy()}; frame-ancestors 'self'"  # it is no page of the studio's
        if path.suffix == ".html"
        else ALONE
    )
    if path.suffix not in SHOWN:
        shown.headers["content-disposition"] = "attachment; filename*=UTF-8''" + quote(path.name, safe="")
    return shown


def _gate(studio: Studio, by: Hand, shot_id: str, showing: Showing = WIDEST) -> Gate:
    shot = studio.production.get(Shot, shot_id)
    errors: list[dict[str, Any]] = []
    take = None
    try:
        take = deliverable(studio, shot, showing).take
    except ManyhandsError as error:
        errors.append(error.shape())
    seen = take or facts.take_of(studio, shot)
    found = checks(studio, by, [shot], takes={shot.id: seen}, is_final=True)[0] if seen else None
    return Gate.of(found, errors)


def _out(folder: FilePath, shot: str) -> FilePath:
    return folder / "delivered" / shot
