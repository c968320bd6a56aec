"""Accounts: coming in, going out, and inviting others."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from manyhands.actions.invitations import invite
from manyhands.actions.studio import person as give_roles
from manyhands.core.hand import person as named
from manyhands.web import team as door
from manyhands.web.desk import AtDesk, By, InStudio, InTeam, Place, Secure
from manyhands.web.passwords import LONGEST
from manyhands.web.team import Team
from manyhands.web.team_door import cookie_of, member

router = APIRouter(prefix="/api", tags=["accounts"])

Name = Annotated[str, Field(min_length=1, max_length=200)]
Password = Annotated[str, Field(max_length=LONGEST)]
Token = Annotated[str, Field(max_length=100)]


class SessionShown(BaseModel):
    """Whether this studio has accounts, and who is logged in; ``name`` is empty while nobody is."""

    is_team: bool
    name: str = ""


class Login(BaseModel):
    name: Name
    password: Password


class Change(BaseModel):
    old: Password
    new: Password


class Invitation(BaseModel):
    """Whom to invite; with ``roles`` they become a member, or get these instead of theirs."""

    name: Name
    roles: tuple[str, ...] = ()


class InvitationShown(BaseModel):
    """What lets somebody choose a password, once: told this one time."""

    name: str
    path: str
    days: int


class Held(BaseModel):
    """What an invitation says after its #."""

    token: Token


class Joining(BaseModel):
    token: Token
    password: Password


@router.get("/session")
def who(desk: AtDesk, request: Request) -> SessionShown:
    """Who is logged in here."""
    if desk.team is None:
        return SessionShown(is_team=False, name=desk.person)
    by = member(request, desk, desk.team, is_used=False)
    return SessionShown(is_team=True, name=by.name if by else "")


@router.post("/session")
def log_in(team: InTeam, place: Place, secure: Secure, request: Request, answer: Response, wish: Login) -> SessionShown:
    """Log in; a session that this browser had is over."""
    token = door.log_in(team, wish.name, wish.password, place)
    _leave(team, request, secure)
    _come_in(team, answer, token, secure)
    return SessionShown(is_team=True, name=named(wish.name).name)


@router.delete("/session", status_code=204)
def log_out(team: InTeam, secure: Secure, request: Request, answer: Response) -> None:
    """Log out of this browser."""
    _leave(team, request, secure)
    answer.delete_cookie(cookie_of(team, is_secure=secure), secure=secure, httponly=True, samesite="strict")


@router.delete("/sessions", status_code=204)
def log_out_everywhere(team: InTeam, by: By, secure: Secure, answer: Response) -> None:
    """Log out of every browser."""
    team.access.end_all(by.id)
    answer.delete_cookie(cookie_of(team, is_secure=secure), secure=secure, httponly=True, samesite="strict")


@router.put("/password")
def change(
    team: InTeam, studio: InStudio, by: By, place: Place, secure: Secure, answer: Response, wish: Change
) -> SessionShown:
    """Change one's password; every other browser is logged out."""
    _come_in(team, answer, door.change_password(team, studio, by, wish.old, wish.new, place), secure)
    return SessionShown(is_team=True, name=by.name)


@router.post("/invitations")
def ask_in(team: InTeam, studio: InStudio, by: By, wish: Invitation) -> InvitationShown:
    """Invite somebody to come in, or to choose a password anew."""
    studio.check(by, "person")
    someone = named(wish.name)
    if wish.roles:
        give_roles(studio, by, someone, roles=wish.roles)
    asked = invite(studio, by, someone)
    token = door.invitation(team.access, asked.person, at=team.clock())
    return InvitationShown(
        name=asked.person.name, path=f"/invitation#{token}", days=round(door.INVITED_S / door.DAY_S)
    )  # fmt: skip


@router.post("/joining")
def look(team: InTeam, wish: Held) -> SessionShown:
    """Whom an invitation is for."""
    return SessionShown(is_team=True, name=door.invited(team, wish.token))


@router.put("/joining")
def join(
    team: InTeam, studio: InStudio, secure: Secure, request: Request, answer: Response, wish: Joining
) -> SessionShown:
    """Choose a password by an invitation, and come in."""
    name = door.invited(team, wish.token)
    token = door.join(team, studio, wish.token, wish.password)
    _leave(team, request, secure)
    _come_in(team, answer, token, secure)
    return SessionShown(is_team=True, name=name)


def _come_in(team: Team, answer: Response, token: str, secure: bool) -> None:
    answer.set_cookie(
        cookie_of(team, is_secure=secure), token, httponly=True, samesite="strict", secure=secure,
        max_age=int(door.LONGEST_S),
    )  # fmt: skip


def _leave(team: Team, request: Request, secure: bool) -> None:
    token = request.cookies.get(cookie_of(team, is_secure=secure), "")
    if token:
        team.access.end(token)
