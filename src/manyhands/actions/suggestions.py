"""Time that somebody may have worked, told to them from the log of their own acts; only they say that it was so.

It is a help for one's own memory and nothing else.  A person is told of themselves only: nobody is told of another,
whatever their role, and there is no argument by which they could ask.  Nothing of what is suggested is kept, and that
somebody looked is not written down; what they submit is said by them, like any other hours.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from manyhands.actions.labour import hours_of, tasks, time
from manyhands.actions.roles import Member
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.hand import Hand
from manyhands.core.labour import Hours, Task, Work
from manyhands.core.noun import digest
from manyhands.core.recipe import Recipe
from manyhands.core.take import Take
from manyhands.ledger.sittings import Moment, Piece, Rule, checked_rule, pieces, rounded
from manyhands.ledger.statements import day as day_of
from manyhands.makers import find_maker

# What kind of work an act is: by itself, where a model has a part in what it is about, and there for those who watch
# over models.  What is not named here is work like any other; painted frames that are brought in are teaching.
ACTS = """
             alone         model         watching
look         Review        Review        Review
decide       Review        Review        Review
approve      Review        Review        Review
acknowledge  Review        Review        Review
check        Wages         Review        Supervision
propose      Wages         Prompting     Prompting
run          Wages         Wages         Supervision
agree        Wages         Supervision   Supervision
seen         DataCuration  DataCuration  DataCuration
say          DataCuration  DataCuration  DataCuration
model        Supervision   Supervision   Supervision
remove_model Supervision   Supervision   Supervision
"""
_WORK = {act: works for act, *works in map(str.split, ACTS.strip().splitlines()[1:])}
WATCHING = ("ai_supervisor", "ml_editor")

NOT_WORK = ("time", "book", "delivered")
"""To say one's hours is no work on a film; the other two are written by the program itself after what a person did."""

MOST_DAYS = 366


@dataclass(frozen=True)
class Suggested:
    """What somebody may have worked on one day for one task.

    ``minutes`` is what is left of ``counted_minutes`` after ``said_minutes``, which they said already; ``task`` is
    empty where none of theirs fits, and ``unplaced`` says why; ``why`` tells the acts, ``lines`` where they stand in
    the log.
    """

    id: str
    day: str
    task: str
    shot: str
    work: Work
    minutes: int
    counted_minutes: int
    said_minutes: int
    why: str
    lines: tuple[int, ...]
    unplaced: str = ""


class _Key(NamedTuple):
    day: date
    task: str
    shot: str
    work: Work
    unplaced: str


def suggest_time(
    studio: Studio, by: Hand, *, first_day: str = "", last_day: str = "", rule: Rule | None = None
) -> list[Suggested]:
    """What you may have worked, from your own acts in the log, less what you said already; nothing is kept.

    Args:
        first_day, last_day: both included, in the rule's zone; empty is today.
    Raises: RoleError; InputError for days that are none or have not come, a zone that is none, minutes out of bounds.
    """
    studio.check(by, "time")
    rule = rule or Rule()
    zone = checked_rule(rule)
    today = datetime.fromisoformat(studio.clock()).astimezone(zone).date()
    first = day_of(first_day or last_day) if first_day or last_day else today
    last = day_of(last_day or first_day) if first_day or last_day else today
    if last < first or last > today or (last - first).days >= MOST_DAYS:
        raise InputError(
            f"time suggest: {first} to {last}; it must end by {today} and not before it begins.",
            f"Name days that have been, at most {MOST_DAYS} of them.",
        )
    moments = _moments(studio, by, first, last)
    known = {one.id: one for one in tasks(studio)}
    given = [one for one in known.values() if one.assignee == by]
    grouped: dict[_Key, list[Piece]] = defaultdict(list)
    for piece in pieces(moments, rule):
        if first <= piece.day <= last:
            shot, work = piece.moment.target
            task, unplaced = _placed(given, shot, work, str(piece.day))
            grouped[_Key(piece.day, task, shot, work, unplaced)].append(piece)  # type: ignore[arg-type]
    said = [(one.day, one.task, one.work_on(known[one.task]), one.minutes) for one in hours_of(studio, by)]
    return _less_said(grouped, said, rule)


def submit_time(
    studio: Studio, by: Hand, suggested: Sequence[Suggested], *, rule: Rule, only: Sequence[str] = ()
) -> list[Hours]:
    """Say that you worked what was suggested to you, or some of it; what no task fits is left.

    Raises: RoleError, NotFoundError for a suggestion that there is not (any more); InputError as for any hours.
    """
    known = {one.id: one for one in suggested}
    for id_ in only:
        if id_ not in known:
            raise NotFoundError("suggestion", id_, known=list(known))
        if not known[id_].task:
            raise InputError(f"suggestion {id_}: {known[id_].unplaced}.", "Say it by hand: manyhands time add.")
    taken = [one for one in suggested if one.task and (not only or one.id in only)]
    return [
        time(
            studio,
            by,
            one.task,
            one.minutes,
            day=one.day,
            about=one.why,
            work=one.work,
            suggested=f"{one.id}: log lines {', '.join(map(str, one.lines))}; {rule.words}",
        )
        for one in taken
    ]


# --- from acts to moments ---------------------------------------------------------------------


def _moments(studio: Studio, by: Hand, first: date, last: date) -> list[Moment]:
    """A person's own acts of those days, and of one more on either side, so that no sitting is cut."""
    member = studio.production.find(Member, by.id)
    watches = member is not None and any(role in WATCHING for role in member.roles)
    early, late = str(first - timedelta(2)), str(last + timedelta(3))
    found = []
    for row in studio.production.log(by=by.id):
        if row.act in NOT_WORK or not early <= row.at[:10] < late:
            continue
        about = json.loads(row.about)
        take = studio.production.find(Take, about["take"]) if about.get("take") else None
        at = datetime.fromisoformat(row.at)
        if row.act == "run" and take is not None:
            at -= timedelta(seconds=take.seconds)  # the machine worked then, and whoever began it may have left
        target = (_shot(row, about, take), _work(studio, by, row.act, about, take, watches=watches))
        found.append(Moment(row.number, at, row.act, target))
    return found


def _shot(row: Any, about: dict[str, Any], take: Take | None) -> str:
    brought = next((shot for *_, shot in json.loads(row.brought) if shot), "")
    return str(brought or about.get("shot") or (take.shot if take else ""))


def _work(studio: Studio, by: Hand, act: str, about: dict[str, Any], take: Take | None, *, watches: bool) -> str:
    if act == "source" and about.get("role") == "painted" and about.get("painted_by") == by.name:
        return "Teaching"
    alone, model, watching = _WORK.get(act, ("Wages", "Wages", "Wages"))
    if alone == model == watching:
        return alone
    named = about.get("recipe") or (about.get("recipes") or [""])[0] or (take.recipe if take else "")
    recipe = studio.production.find(Recipe, named) if named else None
    is_model = recipe is not None and any(find_maker(step.maker).origin == "trained" for step in recipe.steps)
    return (watching if watches else model) if is_model else alone


# --- from moments to tasks --------------------------------------------------------------------


def _placed(given: Sequence[Task], shot: str, work: str, day: str) -> tuple[str, str]:
    """The one of somebody's tasks that time was for, or none and why: nobody guesses between two."""
    open_ = [one for one in given if not one.done_on or one.done_on >= day]
    where = f"on {shot}" if shot else "without a shot"
    for some in (
        [one for one in open_ if one.shot == shot and one.work == work],
        [one for one in open_ if one.shot == shot],
        [one for one in open_ if not one.shot and one.work == work],
        [one for one in open_ if not one.shot],
    ):
        if len(some) == 1:
            return some[0].id, ""
        if some:
            return "", f"several of your tasks fit {work} {where}: {', '.join(one.id for one in some)}"
    return "", f"none of your tasks fits {work} {where}"


def _less_said(
    grouped: dict[_Key, list[Piece]], said: Sequence[tuple[str, str, str, int]], rule: Rule
) -> list[Suggested]:
    """What is left after what was said: of the same task and work first, then of the same task."""
    every = [
        (key, some, rounded(sum((one.seconds for one in some), Fraction(0)), rule.round_minutes))
        for key, some in sorted(grouped.items())
    ]
    left: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, task, work, minutes in said:
        left[day, task][work] += minutes
    taken: dict[int, int] = defaultdict(int)
    for same in (True, False):
        for at, (key, _, minutes) in enumerate(every):
            pool = left.get((str(key.day), key.task), {})
            for kind in [kind for kind in pool if (kind == key.work) is same]:
                part = min(pool[kind], minutes - taken[at])
                pool[kind] -= part
                taken[at] += part
    return [_suggested(key, some, minutes, taken[at], rule)
            for at, (key, some, minutes) in enumerate(every) if minutes > taken[at]]  # fmt: skip


def _suggested(key: _Key, some: Sequence[Piece], counted: int, said: int, rule: Rule) -> Suggested:
    lines = tuple(sorted({one.moment.line for one in some}))
    return Suggested(
        id=f"s-{digest([str(key.day), *key[1:], counted, said, rule.words])[:8]}",
        day=str(key.day),
        task=key.task,
        shot=key.shot,
        work=key.work,
        minutes=counted - said,
        counted_minutes=counted,
        said_minutes=said,
        why=_why(some, rule),
        lines=lines,
        unplaced=key.unplaced,
    )


def _why(some: Sequence[Piece], rule: Rule) -> str:
    """The acts that time was told from, and its stretches by the local clock."""
    zone = checked_rule(rule)
    acts: dict[str, set[int]] = defaultdict(set)
    for one in some:
        acts[one.moment.act].add(one.moment.line)
    stretches: list[list[datetime]] = []
    for one in sorted(some, key=lambda one: one.begins):
        if stretches and stretches[-1][1] == one.begins:
            stretches[-1][1] = one.ends
        else:
            stretches.append([one.begins, one.ends])
    times = ", ".join("-".join(f"{at.astimezone(zone):%H:%M}" for at in both) for both in stretches)
    return f"{', '.join(f'{act} ({len(lines)})' for act, lines in acts.items())}; {times}"
