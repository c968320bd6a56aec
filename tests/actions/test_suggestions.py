"""Time suggested from one's own acts: told to that person only, kept nowhere, said only by them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions import decisions, intake, labour, proposals, studio, suggestions, takes
from manyhands.actions.labour import hours_of, task, time
from manyhands.actions.studio import Studio
from manyhands.actions.suggestions import Suggested, submit_time, suggest_time
from manyhands.core.errors import InputError, NotFoundError, RoleError
from manyhands.core.hand import Hand, person
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.ledger.sittings import Rule
from manyhands.makers import find_maker
from tests.actions.test_gate import production

ME, ARTIST, GUEST = person("Person A"), person("Person C"), person("Person G")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = "2026-05-04T08:00:00Z"

    def __call__(self) -> str:
        return self.at


@pytest.fixture
def film(tmp_path: Path) -> Iterator[tuple[Studio, Clock, str]]:
    made, shot, _ = production(tmp_path)
    clock = Clock()
    made = replace(made, clock=clock)
    studio.person(made, ME, ARTIST, roles=("artist",))
    studio.person(made, ME, GUEST, roles=("guest",))
    yield made, clock, shot
    made.close()


def look_at(made: Studio, clock: Clock, by: Hand, *times: str) -> None:
    take = takes.takes(made)[0]
    for at in times:
        clock.at = f"2026-05-04T{at}Z"
        made.note("look", by, take=take.id, frames=take.frames_sha256)


def told(found: list[Suggested]) -> list[tuple[str, str, str, int]]:
    return [(one.day, one.task, one.work, one.minutes) for one in found]


def test_ones_own_acts_become_minutes_of_ones_own_task(film: tuple[Studio, Clock, str]) -> None:
    made, clock, shot = film
    roof = task(made, ME, "roof", ARTIST, role="artist", shot=shot)
    look_at(made, clock, ARTIST, "10:00:00", "10:20:00")
    proposals.propose(made, ARTIST, shot, "a warmer picture", previews=False)
    clock.at = "2026-05-04T18:00:00Z"
    found = suggest_time(made, ARTIST)
    # by hand: 5 of lead and 20 to the second look; the note came in the same moment as that
    assert told(found) == [("2026-05-04", roof.id, "Review", 25)]
    assert found[0].why == "look (2); 09:55-10:20"
    assert [row.act for row in made.production.log() if row.number in found[0].lines] == ["look", "look"]


def test_nobody_is_told_of_another(film: tuple[Studio, Clock, str]) -> None:
    made, clock, shot = film
    task(made, ME, "roof", ARTIST, role="artist", shot=shot)
    look_at(made, clock, ARTIST, "10:00:00", "10:20:00")
    clock.at = "2026-05-04T18:00:00Z"
    before = made.production.head()
    for function in (suggest_time, submit_time):  # there is no argument by which one could ask
        assert [name for name, one in inspect.signature(function).parameters.items() if one.annotation == "Hand"] == [
            "by"
        ]
    assert suggest_time(made, ARTIST)
    theirs = suggest_time(made, ME)
    own = {row.number for row in made.production.log(by=ME.id)}
    assert all(set(one.lines) <= own for one in theirs)  # a producer and director is told of themselves
    assert not any(one.work == "Review" for one in theirs)
    assert made.production.head() == before  # that somebody looked is written nowhere
    with pytest.raises(RoleError):
        suggest_time(made, GUEST)
    with pytest.raises(NotFoundError):  # another's suggestion is none of one's own
        submit_time(made, ME, theirs, rule=Rule(), only=[suggest_time(made, ARTIST)[0].id])


def test_what_was_said_already_is_taken_off_and_submitting_leaves_nothing(film: tuple[Studio, Clock, str]) -> None:
    made, clock, shot = film
    roof = task(made, ME, "roof", ARTIST, role="artist", shot=shot)
    look_at(made, clock, ARTIST, "10:00:00", "10:20:00")
    clock.at = "2026-05-04T18:00:00Z"
    by_hand = time(made, ARTIST, roof.id, 10, day="2026-05-04")  # as work on the task, not as reviewing
    (left,) = suggest_time(made, ARTIST)
    assert (left.minutes, left.counted_minutes, left.said_minutes) == (15, 25, 10)
    assert hours_of(made, ARTIST) == [by_hand]
    (said,) = submit_time(made, ARTIST, [left], rule=Rule())
    assert (said.by, said.minutes, said.work, said.day) == (ARTIST, 15, "Review", "2026-05-04")
    assert left.id in said.suggested
    assert "acts up to 30 min apart are one sitting" in said.suggested
    assert suggest_time(made, ARTIST) == []
    labour.take_back_time(made, ARTIST, said.id, why="I was at lunch")
    assert [one.minutes for one in suggest_time(made, ARTIST)] == [15]


def test_painting_prompting_reviewing_and_labelling_are_told_apart(film: tuple[Studio, Clock, str]) -> None:
    made, clock, shot = film
    table = suggestions._WORK
    assert (table["look"][1], table["propose"][1], table["seen"][0]) == ("Review", "Prompting", "DataCuration")
    clock.at = "2026-05-04T09:00:00Z"
    told_of = {"source": "s2", "sha256": "a" * 64, "terms": "own", "role": "painted"}
    made.note("source", ARTIST, **told_of, painted_by=ARTIST.name)
    clock.at = "2026-05-04T10:00:00Z"
    made.note("source", ARTIST, **told_of, painted_by="Person Q")  # somebody else painted it
    clock.at = "2026-05-04T11:00:00Z"
    other = intake.shot(made, ARTIST, made.production.get(Shot, shot).plate, id_="sh020")
    clock.at = "2026-05-04T12:00:00Z"
    made.note("say", ARTIST, shot=other.id, why="x", said=[])
    model = find_maker("taught")
    steps = (Step(name="taught", maker=model.name, version=model.version, params={}, inputs={"plate": "plate"}),)
    learnt = Recipe(steps=steps, name="literal", why=("x",))
    clock.at = "2026-05-04T13:00:00Z"
    with made.act("propose", ARTIST, shot=shot, note="a warmer cutout", recipes=[learnt.id]) as t:
        t.put(learnt, learnt.id, shot=shot)
    clock.at = "2026-05-04T14:00:00Z"
    proposals.propose(made, ARTIST, shot, "a warmer picture", previews=False)  # no model has a part in that
    assert [(one.work, one.shot) for one in suggest_time(made, ARTIST)] == [
        ("Teaching", ""), ("Wages", ""), ("Prompting", "sh010"), ("Wages", "sh010"),
        ("DataCuration", "sh020"), ("Wages", "sh020"),
    ]  # fmt: skip


def test_the_machines_time_is_nobodys(film: tuple[Studio, Clock, str]) -> None:
    made, clock, shot = film
    take = takes.takes(made)[0]
    slow = take.but(id=f"{take.id}x", seconds=3600.0)
    look_at(made, clock, ARTIST, "10:00:00")
    clock.at = "2026-05-04T11:10:00Z"
    with made.act("run", ARTIST, take=slow.id, recipe=slow.recipe, seed=2, frames="") as t:
        t.put(slow, slow.id, shot=shot)
    clock.at = "2026-05-04T18:00:00Z"
    # by hand: 5 of lead to 10:00, and ten minutes from there to 10:10, when the run was begun
    assert sorted(one.minutes for one in suggest_time(made, ARTIST)) == [5, 10]


def test_where_no_task_fits_or_several_do_nobody_guesses(film: tuple[Studio, Clock, str]) -> None:
    made, clock, shot = film
    look_at(made, clock, ARTIST, "10:00:00")
    clock.at = "2026-05-04T18:00:00Z"
    (left,) = suggest_time(made, ARTIST)
    assert (left.task, left.unplaced) == ("", f"none of your tasks fits Review on {shot}")
    assert submit_time(made, ARTIST, [left], rule=Rule()) == []
    with pytest.raises(InputError, match="none of your tasks fits"):
        submit_time(made, ARTIST, [left], rule=Rule(), only=[left.id])
    for title in ("roof", "wall"):
        task(made, ME, title, ARTIST, role="artist", shot=shot)
    assert "several of your tasks fit" in suggest_time(made, ARTIST)[0].unplaced
    fitting = task(made, ME, "looking", ARTIST, role="artist", shot=shot, work="Review")
    assert suggest_time(made, ARTIST)[0].task == fitting.id
    task(made, ME, "theirs", ME, role="artist", shot=shot, work="Review")  # another's
    assert suggest_time(made, ARTIST)[0].task == fitting.id


def test_days_are_those_of_ones_own_zone(film: tuple[Studio, Clock, str]) -> None:
    made, clock, _ = film
    look_at(made, clock, ARTIST, "21:50:00", "22:10:00")
    clock.at = "2026-05-05T09:00:00Z"
    berlin = Rule(zone="Europe/Berlin")
    found = suggest_time(made, ARTIST, first_day="2026-05-04", last_day="2026-05-05", rule=berlin)
    assert [(one.day, one.minutes) for one in found] == [("2026-05-04", 15), ("2026-05-05", 10)]
    assert [(one.day, one.minutes) for one in suggest_time(made, ARTIST, first_day="2026-05-05", rule=berlin)] == [
        ("2026-05-05", 10)
    ]


@pytest.mark.parametrize(
    ("first", "last", "rule"),
    [
        ("2026-05-05", "2026-05-04", Rule()),
        ("2026-05-09", "", Rule()),
        ("2020-01-01", "2026-05-04", Rule()),
        ("May", "", Rule()),
        ("", "", Rule(zone="Mars/Olympus")),
        ("", "", Rule(gap_minutes=-1)),
    ],
)
def test_what_cannot_be_asked_is_refused(first: str, last: str, rule: Rule, film: tuple[Studio, Clock, str]) -> None:
    with pytest.raises(InputError):
        suggest_time(film[0], ARTIST, first_day=first, last_day=last, rule=rule)


def test_deciding_is_reviewing_and_saying_hours_is_no_work(film: tuple[Studio, Clock, str]) -> None:
    made, clock, shot = film
    roof = task(made, ME, "roof", ME, role="artist", shot=shot)
    clock.at = "2026-05-06T09:00:00Z"
    decisions.decide(made, ME, takes.takes(made)[0].id, "reject", reason="too dark")
    clock.at = "2026-05-06T09:20:00Z"
    time(made, ME, roof.id, 1, day="2026-05-05")
    assert told(suggest_time(made, ME)) == [("2026-05-06", roof.id, "Review", 5)]
