"""Guests: what somebody sees and says who came by a share link; there is nothing else for them."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from manyhands.actions.comments import Comment, Mark, comment, comments
from manyhands.actions.frames import Kind, take_picture
from manyhands.actions.guests import Share, is_guest
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError
from manyhands.core.hand import Hand
from manyhands.core.recipe import Recipe
from manyhands.core.take import Take
from manyhands.media.previews import read_small
from manyhands.media.stills import jpeg_of
from manyhands.review.pictures import marked_for
from manyhands.web import team as door
from manyhands.web.desk import InStudio, InTeam, Place, Secure
from manyhands.web.pictures import picture
from manyhands.web.routes.takes import CommentShown, Remark
from manyhands.web.shown import Frames, Part, parts
from manyhands.web.team_door import GUESTS, guest_cookie_of

router = APIRouter(prefix="/api/guests", tags=["guests"])

Named = Annotated[str, Path(max_length=200)]


class Knock(BaseModel):
    """The end of a share link's address."""

    token: str = Field(max_length=100)


class Entry(BaseModel):
    """Who comes by a share link, and its password where it has one."""

    token: str = Field(max_length=100)
    name: str = Field(max_length=200)
    password: str = Field("", max_length=256)


class LinkShown(BaseModel):
    share: str
    label: str
    has_password: bool


class TakeForGuest(BaseModel):
    id: str
    shot: str
    name: str
    frames: Frames
    width: int
    height: int
    stamp: str
    extent: tuple[Part, ...]


class SharedShown(BaseModel):
    """What a link shows; ``me`` is the guest as the record names them."""

    share: str
    label: str
    by: str
    until: str
    me: str
    may_comment: bool
    shows_plate: bool
    takes: tuple[TakeForGuest, ...]


def guest_of(request: Request, team: InTeam, studio: InStudio, secure: Secure, share: Named) -> tuple[Share, Hand]:
    token = request.cookies.get(guest_cookie_of(is_secure=secure), "")
    return door.guest_at(team, studio, share, token)


AsGuest = Annotated[tuple[Share, Hand], Depends(guest_of)]


@router.post("")
def knock(team: InTeam, studio: InStudio, wish: Knock) -> LinkShown:
    """Whom a link is for, and whether it asks for a password."""
    found = door.linked(team, studio, wish.token)
    return LinkShown(share=found.id, label=found.label, has_password=found.has_password)


@router.post("/{share}")
def come_in(
    team: InTeam, studio: InStudio, place: Place, secure: Secure, answer: Response, share: Named, wish: Entry
) -> LinkShown:
    """Come in by a link, under a name."""
    found = door.linked(team, studio, wish.token)
    if found.id != share:
        raise InputError("link: it is another.", "Open the link that was sent to you.")
    token = door.welcome(team, studio, wish.token, wish.name, wish.password, place)
    answer.set_cookie(
        guest_cookie_of(is_secure=secure), token, httponly=True, samesite="strict", secure=secure,
        path=f"{GUESTS}{found.id}",
    )  # fmt: skip
    return LinkShown(share=found.id, label=found.label, has_password=found.has_password)


@router.get("/{share}")
def shared(studio: InStudio, guest: AsGuest) -> SharedShown:
    """The takes of a link, and what its guest may do."""
    share, by = guest
    studio.check(by, "look")
    return SharedShown(
        share=share.id, label=share.label, by=share.by.name, until=share.until, me=by.name,
        may_comment=share.may_comment, shows_plate=share.shows_plate,
        takes=tuple(_shown(studio, studio.production.get(Take, one)) for one in share.takes),
    )  # fmt: skip


def _shown(studio: Studio, take: Take) -> TakeForGuest:
    return TakeForGuest(
        id=take.id, shot=take.shot, name=studio.production.get(Recipe, take.recipe).name, frames=Frames.of(take.span),
        width=take.width, height=take.height, stamp=take.frames_sha256[:12], extent=parts(take.extent, take.hands),
    )  # fmt: skip


@router.get(
    "/{share}/takes/{take}/frames/{at}/{kind}.jpg",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
)
def frame(studio: InStudio, guest: AsGuest, take: Named, at: int, kind: Kind) -> Response:
    """A frame of a shared take, its hands in colour, or the plate where that is shared; no browser keeps it."""
    share, by = guest
    path = take_picture(studio, by, take, at, kind)
    if not share.is_marked:
        return picture(path, lasts="no-store")
    marked = jpeg_of(marked_for(read_small(path), f"{share.label} · {share.id}"))
    return Response(marked, media_type="image/jpeg", headers={"cache-control": "no-store"})


@router.get("/{share}/takes/{take}/comments")
def said(studio: InStudio, guest: AsGuest, take: Named) -> list[CommentShown]:
    """What guests of this link said of a take, and what they were answered."""
    share, by = guest
    studio.check(by, "look")
    studio.check_shown(by, take)
    return [CommentShown.of(one) for one in _theirs(share, comments(studio, take))]


@router.post("/{share}/takes/{take}/comments")
def say(studio: InStudio, team: InTeam, guest: AsGuest, take: Named, wish: Remark) -> CommentShown:
    """Say something of a frame or some frames, or answer."""
    share, by = guest
    studio.check(by, "comment")
    studio.check_shown(by, take)
    door.may_remark(team, by, share)
    if wish.settles:
        raise InputError("comment: a guest settles none.", "Say that it is done; one of the production settles it.")
    if wish.answers and wish.answers not in {one.id for one in _theirs(share, comments(studio, take))}:
        raise InputError(f"comment {wish.answers}: it is not here.", "Answer one that you see.")
    marks = tuple(Mark(shape=one.shape, points=one.points, colour=one.colour) for one in wish.marks)
    made = comment(
        studio, by, take, wish.text, first=wish.first, last=wish.last, marks=marks, answers=wish.answers,
        id_=wish.id or uuid.uuid4().hex,
    )  # fmt: skip
    return CommentShown.of(made)


def _theirs(share: Share, every: list[Comment]) -> list[Comment]:
    """The comments of a link's guests and the answers to them; what the production says among itself is its own."""
    own = {one.id for one in every if is_guest(one.by) and one.by.id.split(":")[1] == share.id}
    return [one for one in every if one.id in own or one.answers in own]
