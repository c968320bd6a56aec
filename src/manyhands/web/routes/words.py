"""People's word on a take that does the work of their task, and a producer who goes on over it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from manyhands.actions import facts, replaced
from manyhands.actions.replaced import Replaced
from manyhands.actions.roles import MAY, Member
from manyhands.actions.studio import Studio
from manyhands.core.hand import Hand
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.web.desk import By, InStudio

router = APIRouter(prefix="/api/shots/{shot}/words", tags=["words"])

Named = Annotated[str, Path(max_length=200)]
Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]


class WordShown(BaseModel):
    """A task whose work a take does, and what was said of that: acknowledged, declined, overridden, or nothing yet.

    ``is_mine`` if who asks was given the task, ``is_ours`` if they speak for its department; ``may_go_on`` if they may
    go on over a no now, and ``from_then`` is the day from which silence can be gone over. ``tells`` begins what the
    audience is told then; the reason comes after it.
    """

    task: str
    title: str
    craft: str
    person: str
    department: str
    take: str
    steps: tuple[str, ...]
    stands: str
    by: str
    why: str
    at: str
    is_mine: bool
    is_ours: bool
    may_go_on: bool
    from_then: str
    tells: str


class WordGiven(BaseModel):
    """Your word on a take, for yourself or for the department that you speak for; a no has a reason."""

    task: Name
    take: Name
    decline: bool = False
    department: Name = ""
    note: Text = ""


class GoneOver(BaseModel):
    """Going on with a take over somebody's no; the reason is told to the audience."""

    task: Name
    take: Name
    why: Text


@router.get("")
def words(studio: InStudio, by: By, shot: Named, take: Annotated[str, Query(max_length=200)] = "") -> list[WordShown]:
    """The tasks whose work a take of the shot does: the one that is named, else the accepted or the last one."""
    studio.check(by, "look")
    found = studio.production.get(Shot, shot)
    meant = studio.production.get(Take, take) if take else facts.take_of(studio, found)
    if meant is None or meant.shot != shot:
        return []
    return [_word(studio, by, one, meant) for one in replaced.replaced(studio, meant)]


@router.post("")
def say(studio: InStudio, by: By, shot: Named, wish: WordGiven) -> list[WordShown]:
    """Say that you know and accept that a take does the work of your task; or that not."""
    replaced.acknowledge(
        studio, by, wish.task, wish.take, decline=wish.decline, department=wish.department, note=wish.note
    )
    return words(studio, by, shot, wish.take)


@router.post("/over")
def go_over(studio: InStudio, by: By, shot: Named, wish: GoneOver) -> list[WordShown]:
    """Go on over a no, or over a week of silence, with a reason that the audience is told."""
    replaced.override(studio, by, wish.task, wish.take, why=wish.why)
    return words(studio, by, shot, wish.take)


def _word(studio: Studio, by: Hand, one: Replaced, take: Take) -> WordShown:
    word, task = one.word, one.task
    later = replaced.may_override_from(studio, one, take)
    member = studio.production.find(Member, by.id)
    produces = bool(member and MAY["override"] & set(member.roles))
    return WordShown(
        task=task.id, title=task.title, craft=task.craft, person=task.assignee.name, department=task.department,
        take=one.take, steps=one.steps, stands=one.stands, by=word.by.name if word else "",
        why=word.why if word else "", at=word.at if word else "", is_mine=task.assignee == by,
        is_ours=replaced.speaks_for(studio, by, task.department),
        may_go_on=produces and not one.is_settled and not later, from_then=later[:10],
        tells=replaced.told_of_override(one, by, ""),
    )  # fmt: skip
