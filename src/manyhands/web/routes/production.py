"""The production that is open, and who sits at it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

import manyhands
from manyhands.actions.roles import MAY, Member
from manyhands.actions.studio import new
from manyhands.core.errors import InputError
from manyhands.core.hand import person as named
from manyhands.web.desk import AtDesk, Desk
from manyhands.web.shown import Person, Production

router = APIRouter(prefix="/api", tags=["production"])


class Me(BaseModel):
    name: str


class Begin(BaseModel):
    """A production's name, and the name of its first person."""

    name: str = ""
    by: str


@router.get("/production")
def production(desk: AtDesk) -> Production:
    """What is open, and what the person who sits here may do."""
    return told(desk)


@router.post("/production")
def begin(desk: AtDesk, wish: Begin) -> Production:
    """Start a production in the folder that is served."""
    desk.person = _name(wish.by)
    new(desk.folder, named(desk.person), name=wish.name.strip(), door="studio").close()
    return told(desk)


@router.put("/me")
def sit_down(desk: AtDesk, me: Me) -> Production:
    """Say who sits here; every act from now on is theirs."""
    desk.person = _name(me.name)
    return told(desk)


def told(desk: Desk) -> Production:
    if not desk.has_production:
        return Production(
            name="", folder=str(desk.folder), me=desk.person, roles=(), may=(), people=(), head=0,
            version=manyhands.__version__,
        )  # fmt: skip
    studio = desk.studio
    members = studio.production.all(Member)
    mine = next((one.roles for one in members if one.person.name == desk.person), ())
    return Production(
        name=studio.name, folder=str(desk.folder), me=desk.person, roles=mine,
        may=tuple(act for act, roles in MAY.items() if roles & set(mine)),
        people=tuple(Person(name=one.person.name, roles=one.roles) for one in members),
        version=manyhands.__version__, head=studio.production.head().number,
    )  # fmt: skip


def _name(given: str) -> str:
    name = given.strip()
    if not 0 < len(name) <= 200:
        raise InputError(
            f"name: it has {len(name)} letters.", "Give the name that the record is to show, up to 200 letters."
        )
    return name
