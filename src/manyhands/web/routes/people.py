"""People: who works here, who is known, who is seen where; tasks; and forgetting somebody who asks for it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from manyhands.actions import labour, people
from manyhands.actions.people import Going
from manyhands.actions.roles import MAY, ROLES, Member
from manyhands.actions.studio import person as give_roles
from manyhands.actions.tasks import tasks_told
from manyhands.core.errors import InputError
from manyhands.core.hand import person as hand
from manyhands.core.labour import Work
from manyhands.core.names import written
from manyhands.core.party import Depiction, PartyForm
from manyhands.core.source import Source
from manyhands.rights.crafts import crafts as every_craft
from manyhands.web.desk import By, InStudio

router = APIRouter(prefix="/api/people", tags=["people"])

Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Box = tuple[float, float, float, float]


class MemberShown(BaseModel):
    name: str
    roles: tuple[str, ...]
    is_me: bool


class SeenShown(BaseModel):
    """What was said of who is seen or heard, in a shot or a source; ``who`` is empty for somebody unnamed."""

    id: str
    shot: str
    source: str
    says: str
    who: str
    what: str
    first: int
    last: int
    has_box: bool
    lost: tuple[int, ...]
    is_recognisable: bool
    by: str
    why: str


class PartyShown(BaseModel):
    """Somebody known to the record; who was forgotten has an id and no name."""

    id: str
    name: str
    form: str
    is_minor: bool
    guardian: str
    deceased_on: str
    forgotten_on: str
    alike: tuple[str, ...]
    seen: tuple[SeenShown, ...]


class PeopleShown(BaseModel):
    members: tuple[MemberShown, ...]
    roles: tuple[str, ...]
    parties: tuple[PartyShown, ...]
    elsewhere: tuple[SeenShown, ...]
    sources: tuple[str, ...]


class Roles(BaseModel):
    """Somebody's roles; they replace those that were."""

    name: Name
    roles: tuple[str, ...] = Field(min_length=1, max_length=8)


class NewParty(BaseModel):
    name: Name
    form: PartyForm = "person"
    is_minor: bool = False
    guardian: Name = ""
    deceased_on: Annotated[str, Field(max_length=10)] = ""
    contact: Annotated[str, Field(max_length=1000)] = ""


class Seen(BaseModel):
    """Who is seen or heard in a shot, or in a source; an empty ``who`` is somebody whom nobody has named."""

    shot: Name = ""
    source: Name = ""
    who: Name = ""
    what: Literal["face", "voice", "body"] = "face"
    first: int | None = None
    last: int | None = None
    box: Box | None = None
    at: int | None = None
    is_recognisable: bool = True


class Nobody(BaseModel):
    shot: Name = ""
    source: Name = ""
    why: Text


class Forget(BaseModel):
    """Who is to be forgotten, their name typed once more, and the reason."""

    who: Name
    typed: Name
    why: Text


class Gone(BaseModel):
    id: str
    papers: tuple[str, ...]


class TaskShown(BaseModel):
    id: str
    title: str
    who: str
    role: str
    work: str
    craft: str
    department: str
    shot: str
    bid_minutes: int
    begun: str
    done_on: str
    stands: str


class NewTask(BaseModel):
    title: Annotated[str, Field(max_length=200)]
    who: Name
    role: Name
    work: Work = "Wages"
    shot: Name = ""
    bid_minutes: int = 0
    craft: Name = ""
    department: Name = ""


@router.get("")
def everybody(studio: InStudio, by: By) -> PeopleShown:
    """Who works here, who is known, and where anybody is seen."""
    studio.check(by, "look")
    known = people.people(studio)
    names = {one.party.id: one.name for one in known}
    held = people.every_depiction(studio)
    said = [_seen(one, names) for one in held]
    shown = {one.party.id: list[SeenShown]() for one in known}
    for depiction, one in zip(held, said, strict=True):
        if depiction.party in shown:
            shown[depiction.party].append(one)
    return PeopleShown(
        members=tuple(MemberShown(name=one.person.name, roles=one.roles, is_me=one.person == by)
                      for one in studio.production.all(Member)),
        roles=ROLES,
        parties=tuple(
            PartyShown(
                id=one.party.id, name=one.name, form=one.party.form, is_minor=one.party.is_minor,
                guardian=one.guardian, deceased_on=one.party.deceased_on, forgotten_on=one.party.forgotten_on,
                alike=tuple(people.alike(known, one.name)) if one.name else (), seen=tuple(shown[one.party.id]),
            )
            for one in known
        ),
        elsewhere=tuple(one for one in said if one.says != "known"),
        sources=tuple(studio.production.ids(Source)),
    )  # fmt: skip


@router.get("/may")
def who_may() -> dict[str, list[str]]:
    """Which roles may do what, to tell a person whom to ask."""
    return {act: [role for role in ROLES if role in roles] for act, roles in MAY.items()}


@router.put("/members")
def roles(studio: InStudio, by: By, wish: Roles) -> MemberShown:
    """Give a person their roles."""
    name = _named(wish.name)
    made = give_roles(studio, by, hand(name), roles=wish.roles)
    return MemberShown(name=made.person.name, roles=made.roles, is_me=made.person == by)


@router.post("/parties")
def add(studio: InStudio, by: By, wish: NewParty) -> Response:
    """Record a person, a company or a union; the name lies in a file apart, so that it can go."""
    people.party(studio, by, **wish.model_dump())
    return Response(status_code=204)


@router.post("/seen")
def seen(studio: InStudio, by: By, wish: Seen) -> SeenShown:
    """Say who is seen; a box that was drawn in a frame is followed from there."""
    if (wish.first is None) != (wish.last is None):
        raise InputError("frames: the first or the last is missing.", "Give both, or none for all.")
    frames = (wish.first, wish.last) if wish.first is not None and wish.last is not None else None
    made = people.seen(
        studio, by, wish.shot, wish.who, source_id=wish.source, frames=frames, box=wish.box or (), at=wish.at,
        what=wish.what, is_recognisable=wish.is_recognisable,
    )  # fmt: skip
    return _seen(made, {one.party.id: one.name for one in people.people(studio)})


@router.post("/nobody")
def nobody(studio: InStudio, by: By, wish: Nobody) -> SeenShown:
    """Say that nobody recognisable is seen in a shot or a source."""
    return _seen(people.nobody(studio, by, wish.shot, why=wish.why, source_id=wish.source), {})


@router.get("/going")
def going(studio: InStudio, by: By, who: Annotated[str, Query(max_length=200)]) -> Going:
    """What forgetting somebody would do; nothing is changed."""
    studio.check(by, "forget")
    return people.would_go(studio, who)


@router.post("/forgotten")
def forget(studio: InStudio, by: By, wish: Forget) -> Gone:
    """Take what names and shows somebody out of the production, once their name was typed again."""
    if wish.typed.strip() != wish.who.strip():
        raise InputError(f"forget: {wish.typed[:80]} was typed.", f"Type {wish.who[:80]}, if it is that person.")
    gone, papers = people.forget(studio, by, wish.who, why=wish.why)
    return Gone(id=gone.party.id, papers=tuple(papers))


@router.get("/crafts")
def crafts() -> list[str]:
    """The kinds of work in a picture that a task can be."""
    return list(every_craft())


@router.get("/tasks")
def tasks(studio: InStudio, by: By) -> list[TaskShown]:
    """Every task, what was bid for it, and where a take does its work; nobody's hours."""
    studio.check(by, "look")
    return [
        TaskShown(
            id=one.task.id, title=one.task.title, who=one.task.assignee.name, role=one.task.role, work=one.task.work,
            craft=one.task.craft, department=one.task.department, shot=one.task.shot, bid_minutes=one.task.bid_minutes,
            begun="begun" if one.begun else "", done_on=one.task.done_on, stands=one.stands,
        )
        for one in tasks_told(studio)
    ]  # fmt: skip


@router.post("/tasks")
def give_task(studio: InStudio, by: By, wish: NewTask) -> Response:
    """Give somebody a task, with what it is thought to take before it begins."""
    said = wish.model_dump(exclude={"title", "who"})
    labour.task(studio, by, wish.title, hand(_named(wish.who)), **said)
    return Response(status_code=204)


def _named(name: str) -> str:
    plain = written(name)
    if not plain:
        raise InputError("name: there is none.", "Name them.")
    return plain


def _seen(one: Depiction, names: dict[str, str]) -> SeenShown:
    return SeenShown(
        id=one.id, shot=one.shot, source=one.source, says=one.says, who=names.get(one.party, ""), what=one.what,
        first=one.first, last=one.last, has_box=bool(one.box), lost=one.lost, is_recognisable=one.is_recognisable,
        by=one.by.name, why=one.why,
    )  # fmt: skip
