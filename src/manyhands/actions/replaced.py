"""Where a maker does the work of somebody's task: their word on it, and what follows where they say no.

A take does a task's work where a maker in its recipe does the task's craft on the task's shot, the task is not done,
and somebody else than its person ran it: who works a maker themselves is not replaced by it.  Such a take is accepted
and delivered only once its person, or somebody of their department, has acknowledged it.  Their own no goes before
their department's yes; over a no, or over silence of a week, only a producer goes, with a reason that the disclosure
tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from manyhands.actions.policies import policies
from manyhands.actions.roles import Member
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, RightsError, RoleError, StateError
from manyhands.core.hand import Hand
from manyhands.core.labour import Acknowledgement, Task
from manyhands.core.recipe import Recipe
from manyhands.core.take import Take
from manyhands.makers import find_maker
from manyhands.rights.crafts import crafts_of

DAYS_TO_ANSWER = 7
"""So long a person may think about a take before a producer may go on without their word."""

NOT_FOR_A_DEPARTMENT = ("director", "producer")
"""Whoever may decide on the take does not also speak for those whose work it does."""


@dataclass(frozen=True)
class Replaced:
    """A task whose work a take does, by which steps, and what was said of that.

    ``stands`` is *acknowledged*, *declined*, *overridden*, or empty where nobody whose word counts has said anything.
    """

    task: Task
    take: str
    steps: tuple[str, ...]
    stands: str
    word: Acknowledgement | None

    @property
    def is_settled(self) -> bool:
        return self.stands in ("acknowledged", "overridden")


def replaced(studio: Studio, take: Take) -> list[Replaced]:
    """Every task of its shot that a take does the work of."""
    return replaced_in(studio, {take.shot: take}).get(take.shot, [])


def replaced_in(studio: Studio, takes: Mapping[str, Take]) -> dict[str, list[Replaced]]:
    """As :func:`replaced`, by the shots of some takes that do anybody's work: one take of each."""
    tasks = studio.production.by_shot(Task, takes.keys())
    given = {shot: [one for one in some if one.craft and not one.done_on] for shot, some in tasks.items()}
    meant = {shot: takes[shot] for shot, some in given.items() if some}
    if not meant:
        return {}
    words = studio.production.by_shot(Acknowledgement, meant.keys())
    recipes = studio.production.several(Recipe, {take.recipe for take in meant.values()})
    lines = studio.production.came_by(Take, {take.id for take in meant.values()})
    found: dict[str, list[Replaced]] = {}
    for shot, take in meant.items():
        does = _crafts(recipes[take.recipe])
        for one in given[shot]:
            if one.craft in does and not (lines[take.id].act == "run" and lines[take.id].by == one.assignee.id):
                said = [each for each in words.get(shot, ()) if each.take == take.id and each.task == one.id]
                made = Replaced(one, take.id, tuple(does[one.craft]), *_standing(one, said))
                found.setdefault(shot, []).append(made)
    return found


def acknowledge(
    studio: Studio, by: Hand, task_id: str, take_id: str, *, decline: bool = False, department: str = "", note: str = ""
) -> Acknowledgement:
    """Say that you know and accept that a take does the work of your task, or of one in your department; or that not.

    What was said last counts.
    Args:
        decline: you do not accept it; ``note`` says why.
        department: the task's, where you speak for it and not for yourself.
    Raises: RoleError if it is another's task and you work in no department that it is of; NotFoundError; InputError to
    decline without a reason; StateError if the take does not do the task's work.
    """
    studio.check(by, "acknowledge")
    task, take = studio.production.get(Task, task_id), studio.production.get(Take, take_id)
    _find(studio, task, take)
    if not department and task.assignee != by:
        raise RoleError(
            f"task acknowledge: {task_id} was given to {task.assignee.name}.",
            f"They say so themselves, or somebody of their department: --department {task.department or 'NAME'}.",
        )
    if department:
        _check_department(studio, by, task, department)
    if decline and not note.strip():
        raise InputError("task acknowledge: a no has no reason.", 'Add --note "…".')
    says = "declined" if decline else "acknowledged"
    word = Acknowledgement(
        id=f"{task_id}:{take_id}:{by.id}:{department}",
        task=task_id,
        take=take_id,
        says=says,
        department=department,
        why=note.strip(),
        by=by,
        at=studio.clock(),
    )
    told = {"task": task_id, "take": take_id, "says": says, "department": department}
    with studio.act("acknowledge", by, **told) as t:
        t.put(word, word.id, shot=take.shot)
    return word


def override(studio: Studio, by: Hand, task_id: str, take_id: str, *, why: str) -> Acknowledgement:
    """Go on with a take over the no of the person whose task it does, or after a week without their word.

    The reason is told with the shot, on its disclosure.
    Raises: RoleError, NotFoundError; InputError without a reason; StateError if nobody said no and there is time left,
    or nothing is in the way.
    """
    studio.check(by, "override")
    task, take = studio.production.get(Task, task_id), studio.production.get(Take, take_id)
    if not why.strip():
        raise InputError("task override: it has no reason.", 'Add --why "…": it is told with the shot.')
    with studio.act("override", by, task=task_id, take=take_id, why=why.strip()) as t:
        found = _find(studio, task, take)
        if found.is_settled:
            raise StateError(f"task override: {task_id} is {found.stands} for {take_id}.", "Nothing is in the way.")
        if until := may_override_from(studio, found, take):
            raise StateError(
                f"task override: {task.assignee.name} has not said anything of {take_id}.",
                f"Ask them: manyhands task acknowledge {task_id} --take {take_id}; they have until {until[:10]}.",
            )
        word = Acknowledgement(
            id=f"{task_id}:{take_id}:override",
            task=task_id,
            take=take_id,
            says="overridden",
            why=why.strip(),
            by=by,
            at=studio.clock(),
        )
        t.put(word, word.id, shot=take.shot)
    return word


def check_acknowledged(studio: Studio, take: Take) -> None:
    """Under packs that ask for it: each person whose task a take does has agreed, or was overridden with a reason.

    Raises: RightsError that names the task, the person, and whom to ask.
    """
    open_ = [one for one in replaced(studio, take) if not one.is_settled]
    rules = [each for pack in policies(studio) for each in pack.conditions.values()] if open_ else []
    if any("is_acknowledged" in rule.asks for rule in rules):
        raise RightsError(_open_told(open_[0]), cure_of(open_[0]), task=open_[0].task.id, take=take.id)


def cure_of(one: Replaced) -> str:
    """What a person can do about a take that does somebody's task."""
    say = f"task acknowledge {one.task.id} --take {one.take}"
    if one.stands == "declined":
        return (
            f"A producer may go on over that, with a reason that is told: manyhands task override {one.task.id} "
            f'--take {one.take} --why "…"; or leave the work to {one.task.assignee.name}.'
        )
    return f'Ask {one.task.assignee.name}: manyhands {say} --by "{one.task.assignee.name}" (or --decline --note "…").'


def facts_of_tasks(studio: Studio, takes: Mapping[str, Take]) -> dict[str, list[dict[str, object]]]:
    """The tasks whose work takes do, one take of each shot, as facts for rules, by those shots that have any."""
    return {
        shot: [
            {
                "task": one.task.id,
                "is_acknowledged": one.stands == "acknowledged",
                "is_overridden": one.stands == "overridden",
            }
            for one in some
        ]
        for shot, some in replaced_in(studio, takes).items()
    }


def told_of_tasks(studio: Studio, take: Take) -> tuple[str, ...]:
    """What the audience is told of the tasks that a take does; nobody who was given one is named."""
    told = []
    for one in replaced(studio, take):
        if one.stands == "acknowledged" and one.word:
            whose = f"the department of {one.word.department}" if one.word.department else "that person"
            told.append(f"{_what(one)}; {whose} has acknowledged that.")
        elif one.word:
            told.append(told_of_override(one, one.word.by, one.word.why))
    return tuple(told)


def told_of_override(one: Replaced, producer: Hand, why: str) -> str:
    """What the audience is told where somebody goes on with a take over a person's no, or over their silence."""
    return f"{_what(one)} without their yes; {producer.name}, producer, decided so: {why}"


def _what(one: Replaced) -> str:
    return f"The {one.task.craft} of this shot was given to a person, and a maker did it ({', '.join(one.steps)})"


def may_override_from(studio: Studio, one: Replaced, take: Take) -> str:
    """The moment from which a producer may go on with a take; empty where that is now, or where nothing is in the way.

    A no may be gone over at once, and silence after :data:`DAYS_TO_ANSWER` days.
    """
    until = _asked_at(studio, take) + timedelta(DAYS_TO_ANSWER)
    waits = not one.stands and datetime.fromisoformat(studio.clock()) < until
    return until.isoformat() if waits else ""


def _open_told(one: Replaced) -> str:
    what = f"take {one.take}: it does the {one.task.craft} that {one.task.id} gave to {one.task.assignee.name}"
    if one.stands == "declined" and one.word:
        return f"{what}, and {one.word.by.name} declined that ({one.word.why})."
    return f"{what}, who has not acknowledged that."


def _find(studio: Studio, task: Task, take: Take) -> Replaced:
    found = next((one for one in replaced(studio, take) if one.task.id == task.id), None)
    if found is None:
        raise StateError(
            f"take {take.id}: it does not do the work of {task.id}.",
            "Nothing is to be said: the task is of another shot or craft, is done, or its person ran the take.",
        )
    return found


def _standing(task: Task, words: Sequence[Acknowledgement]) -> tuple[str, Acknowledgement | None]:
    """The word that counts: the person's own before their department's; an override where that is no yes."""
    own = [word for word in words if word.by == task.assignee and not word.department]
    others = [word for word in words if word.department and word.department == task.department]
    latest = [None, *sorted(own or others, key=lambda word: word.at)][-1]
    if latest and latest.says == "acknowledged":
        return latest.says, latest
    over = next((word for word in words if word.says == "overridden"), None)
    return (over.says, over) if over else (latest.says if latest else "", latest)


def _crafts(recipe: Recipe) -> dict[str, list[str]]:
    """By craft: the makers in a recipe that do its work."""
    does: dict[str, list[str]] = {}
    for step in recipe.steps:
        maker = find_maker(step.maker)
        for craft in crafts_of(maker, step):
            does.setdefault(craft, []).append(maker.name)
    return {craft: list(dict.fromkeys(makers)) for craft, makers in does.items()}


def _asked_at(studio: Studio, take: Take) -> datetime:
    """When a take was there to be asked about."""
    line = studio.production.came_by(Take, {take.id})[take.id]
    return datetime.fromisoformat(line.at)


def speaks_for(studio: Studio, someone: Hand, department: str) -> bool:
    """Whether somebody speaks for a department: who has a task in it, and is neither director nor producer."""
    member = studio.production.find(Member, someone.id)
    works = any(one.assignee == someone and one.department == department for one in studio.production.all(Task))
    return bool(member and department and works and not set(member.roles) & set(NOT_FOR_A_DEPARTMENT))


def _check_department(studio: Studio, by: Hand, task: Task, department: str) -> None:
    if department != task.department:
        raise RoleError(
            f"task acknowledge: {task.id} is of {task.department or 'no department'}, not of {department}.",
            f"{task.assignee.name} says so themselves.",
        )
    if not speaks_for(studio, by, department):
        raise RoleError(
            f"task acknowledge: {by.name} does not speak for {department}.",
            "Somebody who has a task in it does, and is neither director nor producer.",
        )
