"""The production that is open, and who sits at it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

import manyhands
from manyhands.actions.roles import MAY, Member
from manyhands.actions.studio import new
from manyhands.core.errors import InputError, RoleError
from manyhands.core.hand import person as named
from manyhands.web.desk import AtDesk, Desk, by_of
from manyhands.web.shown import Person, Production

router = APIRouter(prefix="/api", tags=["production"])


class Me(BaseModel):
    name: str


class Begin(BaseModel):
    """A production's name, and the name of its first person."""

    name: str = ""
    by: str


@router.get("/production")
def production(desk: AtDesk, request: Request) -> Production:
    """What is open, and what the person who sits here may do."""
    return told(desk, by_of(request).name if desk.team else desk.person)


@router.post("/production")
def begin(desk: AtDesk, wish: Begin) -> Production:
    """Start a production in the folder that is served."""
    _check_alone(desk)
    desk.person = _name(wish.by)
    new(desk.folder, named(desk.person), name=wish.name.strip(), door="studio").close()
    return told(desk, desk.person)


@router.put("/me")
def sit_down(desk: AtDesk, me: Me) -> Production:
    """Say who sits here; every act from now on is theirs.  In a team that is who logged in."""
    _check_alone(desk)
    desk.person = _name(me.name)
    return told(desk, desk.person)


def told(desk: Desk, me: str) -> Production:
    if not desk.has_production:
        return Production(
            name="", folder=str(desk.folder), me=me, roles=(), may=(), people=(), head=0,
            version=manyhands.__version__, is_team=desk.team is not None,
        )  # fmt: skip
    studio = desk.studio
    members = studio.production.all(Member)
    mine = next((one.roles for one in members if one.person == named(me)), ())
    return Production(
        name=studio.name, folder=str(desk.folder) if desk.team is None else "", me=me, roles=mine,
        may=tuple(act for act, roles in MAY.items() if roles & set(mine)),
        people=tuple(Person(name=one.person.name, roles=one.roles) for one in members),
        version=manyhands.__version__, head=studio.production.head().number, is_team=desk.team is not None,
    )  # fmt: skip


def _check_alone(desk: Desk) -> None:
    if desk.team is not None:
        raise RoleError("studio: in a team everybody acts under their own name.", "Log in as who you are.")


def _name(given: str) -> str:
    name = given.strip()
    if not 0 < len(name) <= 200:
        raise InputError(
            f"name: it has {len(name)} letters.", "Give the name that the record is to show, up to 200 letters."
        )
    return name
