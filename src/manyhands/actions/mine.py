"""What waits for one person: decisions, a yes that somebody wants asked, a word on whose work a take does, tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from manyhands.actions.facts import take_of
from manyhands.actions.labour import hours_of
from manyhands.actions.replaced import replaced
from manyhands.actions.roles import MAY, Member
from manyhands.actions.studio import Studio
from manyhands.actions.wanting import wanting
from manyhands.core.grant import Grant
from manyhands.core.hand import Hand
from manyhands.core.labour import Task
from manyhands.core.names import is_same_name
from manyhands.core.shot import Shot


@dataclass(frozen=True)
class Waits:
    """One thing that waits for somebody; which of the ids are there depends on what it is."""

    what: Literal["decision", "yes", "word", "task"]
    says: str
    shot: str = ""
    take: str = ""
    grant: str = ""
    scope: str = ""
    task: str = ""
    bid_minutes: int = 0
    minutes: int = 0


def waits_for(studio: Studio, by: Hand) -> list[Waits]:
    """Everything that waits for a person, what others wait for first.  Raises: RoleError."""
    studio.check(by, "look")
    member = studio.production.get(Member, by.id)
    shots = studio.production.all(Shot)
    return [
        *_decisions(member, shots),
        *_words(studio, by, shots),
        *_yeses(studio, member, shots),
        *_tasks(studio, by),
    ]


def _decisions(member: Member, shots: list[Shot]) -> Iterator[Waits]:
    if MAY["decide"] & set(member.roles):
        for shot in shots:
            if shot.standing == "taken":
                yield Waits("decision", f"{shot.id} has a take that nobody has decided on.", shot=shot.id)


def _words(studio: Studio, by: Hand, shots: list[Shot]) -> Iterator[Waits]:
    given = {one.shot for one in studio.production.all(Task) if one.assignee == by and one.craft and not one.done_on}
    for shot in shots:
        take = take_of(studio, shot) if shot.id in given else None
        for one in replaced(studio, take) if take else ():
            if one.task.assignee == by and not one.stands:
                says = f"The take of {shot.id} does the {one.task.craft} that was given to you: {one.task.title}."
                yield Waits("word", says, shot=shot.id, take=one.take, task=one.task.id)


def _yeses(studio: Studio, member: Member, shots: list[Shot]) -> Iterator[Waits]:
    """What grants want somebody asked about; the shots are looked through only where a grant asks anything."""
    if not any(term.verdict == "ask" for grant in studio.production.all(Grant) for term in grant.terms):
        return
    heads = bool({"director", "producer"} & set(member.roles))
    for one in wanting(studio, shots):
        for use in one.uses:
            for reason in use.ruling.reasons if use.ruling.verdict == "ask" else ():
                named = reason.term.approver if reason.term else ""
                if is_same_name(named, member.person.name) if named else heads:
                    says = f"{reason.words}: {one.shot.id} would use it."
                    yield Waits("yes", says, shot=one.shot.id, grant=reason.grant, scope=use.scope)


def _tasks(studio: Studio, by: Hand) -> Iterator[Waits]:
    given: dict[str, int] = {}
    for one in hours_of(studio, by):
        given[one.task] = given.get(one.task, 0) + one.minutes
    for task in studio.production.all(Task):
        if task.assignee == by and not task.done_on:
            yield Waits(
                "task", task.title, shot=task.shot, task=task.id, bid_minutes=task.bid_minutes,
                minutes=given.get(task.id, 0),
            )  # fmt: skip
