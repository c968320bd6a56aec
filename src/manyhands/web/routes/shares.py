"""Share links: what was given to somebody outside, and taking it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from manyhands.actions import shares
from manyhands.actions.guests import Share
from manyhands.web import team as door
from manyhands.web.desk import By, InStudio, InTeam
from manyhands.web.passwords import LONGEST

router = APIRouter(prefix="/api/shares", tags=["shares"])


class Sharing(BaseModel):
    """Takes to share, with whom, for how many days, and what a guest may do; an empty password asks for none."""

    takes: tuple[str, ...] = Field(max_length=shares.MOST_TAKES)
    label: str = Field(max_length=200)
    days: int = 7
    password: str = Field("", max_length=LONGEST)
    may_comment: bool = False
    shows_plate: bool = False
    is_marked: bool = False


class ShareShown(BaseModel):
    """A link; ``path`` is told once, when it is made."""

    id: str
    label: str
    takes: tuple[str, ...]
    until: str
    may_comment: bool
    shows_plate: bool
    is_marked: bool
    has_password: bool
    by: str
    at: str
    stands: bool
    revoked_at: str
    path: str = ""

    @classmethod
    def of(cls, one: Share, now: str, *, path: str = "") -> ShareShown:
        return cls(
            id=one.id, label=one.label, takes=one.takes, until=one.until, may_comment=one.may_comment,
            shows_plate=one.shows_plate, is_marked=one.is_marked, has_password=one.has_password, by=one.by.name,
            at=one.at, stands=one.stands(now), revoked_at=one.revoked_at, path=path,
        )  # fmt: skip


Named = Annotated[str, Field(max_length=200)]


@router.get("")
def every(studio: InStudio, by: By) -> list[ShareShown]:
    """All links, oldest first."""
    return [ShareShown.of(one, studio.clock()) for one in shares.shares(studio, by)]


@router.post("")
def share(team: InTeam, studio: InStudio, by: By, wish: Sharing) -> ShareShown:
    """Share takes with somebody outside."""
    studio.check(by, "share")
    door.check_link_password(wish.password)
    made = shares.share(
        studio, by, wish.takes, label=wish.label, days=wish.days, may_comment=wish.may_comment,
        shows_plate=wish.shows_plate, is_marked=wish.is_marked, has_password=bool(wish.password),
    )  # fmt: skip
    return ShareShown.of(made, studio.clock(), path=f"/share/{door.link(team.access, made, wish.password)}")


@router.delete("/{share}")
def unshare(team: InTeam, studio: InStudio, by: By, share: Named) -> ShareShown:
    """Take a link back; it opens nothing any more."""
    over = shares.unshare(studio, by, share)
    team.access.unlink(share)
    return ShareShown.of(over, studio.clock())
