"""Before and after: sums by hand, and nobody's own hours to be read off whatever is told beside them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from manyhands.actions.accounts import reverse
from manyhands.actions.compared import COLUMNS, Report, as_csv, compare
from manyhands.actions.labour import bid, done, task, time, wages
from manyhands.actions.studio import Studio
from manyhands.actions.studio import person as member
from manyhands.core.decision import Decision
from manyhands.core.errors import RoleError
from manyhands.core.hand import Hand, person
from manyhands.core.labour import Hours, Task
from manyhands.core.shot import Shot
from manyhands.core.spend import Agreement
from manyhands.ledger import sending_cost
from tests.core.test_noun import NOUNS, QUOTE
from tests.ledger.made import CARD_OF_RATES, PRODUCER, film

PEOPLE = [person(f"Person {letter}") for letter in "ABCDE"]


@pytest.fixture
def made(tmp_path: Path) -> Studio:
    made = replace(film(tmp_path / "film"), clock=lambda: "2026-05-10T12:00:00Z")
    for one in PEOPLE:
        member(made, PRODUCER, one, roles=("artist",))
    return made


def worked(
    made: Studio, who: Hand, minutes: int, *, role: str = "artist", work: str = "Wages", bid_minutes: int = 60,
    is_done: bool = True, shot: str = "",
) -> Task:  # fmt: skip
    one = task(made, PRODUCER, "roto", who, role=role, bid_minutes=bid_minutes, shot=shot)
    if minutes:
        time(made, who, one.id, minutes, day="2026-05-10", work=work)
    if is_done:
        done(made, who, one.id)
    return one


def pages(found: Report) -> list[tuple[str, int, int, int, int]]:
    return [
        (one.whose, one.people, one.bid_minutes, one.minutes, one.difference_minutes)
        for one in (found.own, *found.roles)
    ]


def test_a_role_is_told_of_three_people_and_ones_own_page_always(made: Studio) -> None:
    for who in PEOPLE[:2]:
        worked(made, who, 45)
    found = compare(made, PEOPLE[0])
    assert pages(found) == [("Person A", 1, 60, 45, -15)]
    assert found.hidden.startswith("artist: fewer than 3 people worked there")
    worked(made, PEOPLE[2], 90)
    found = compare(made, PEOPLE[0])
    assert pages(found) == [("Person A", 1, 60, 45, -15), ("artist", 3, 180, 180, 0)]
    assert found.hidden == ""


def test_small_roles_are_told_together_where_that_makes_three(made: Studio) -> None:
    worked(made, PEOPLE[0], 10, role="ml_editor")
    worked(made, PEOPLE[1], 20, role="ml_editor")
    worked(made, PEOPLE[2], 30, role="ai_supervisor")
    assert pages(compare(made, PEOPLE[3]))[1:] == [("ai_supervisor, ml_editor", 3, 180, 60, -120)]


def test_what_is_half_done_is_not_held_against_its_bid(made: Studio) -> None:
    for who in PEOPLE[:3]:
        worked(made, who, 60, bid_minutes=50)
        worked(made, who, 5, bid_minutes=600, is_done=False)
        worked(made, who, 7, bid_minutes=0)
    (role,) = compare(made, PEOPLE[0]).roles
    assert (role.tasks, role.bid_minutes, role.minutes, role.open_minutes, role.unbid_minutes) == (3, 150, 180, 15, 21)


def test_where_the_difference_went_sums_to_it(made: Studio) -> None:
    for who in PEOPLE[:3]:
        one = worked(made, who, 20, bid_minutes=100, is_done=False)
        time(made, who, one.id, 30, day="2026-05-09", work="Prompting")
        time(made, who, one.id, 5, day="2026-05-08", work="Review")
        done(made, who, one.id)
    found = compare(made, PEOPLE[0])
    for page in (found.own, *found.roles):
        assert sum(one.difference_minutes for one in page.by_work) == page.difference_minutes
    assert [(one.work, one.bid_minutes, one.minutes) for one in found.roles[0].by_work] == [
        ("Prompting", 0, 90), ("Review", 0, 15), ("Wages", 300, 60),
    ]  # fmt: skip


def test_a_kind_of_work_of_one_person_is_told_with_others(made: Studio) -> None:
    for who in PEOPLE[:4]:
        worked(made, who, 20)
    one = worked(made, PEOPLE[0], 0, is_done=False)
    time(made, PEOPLE[0], one.id, 33, day="2026-05-09", work="Teaching")
    done(made, PEOPLE[0], one.id)
    (role,) = compare(made, PEOPLE[4]).roles
    assert [(row.work, row.minutes) for row in role.by_work] == [("Teaching, Wages", 113)]
    assert {row.work for row in compare(made, PEOPLE[0]).own.by_work} == {"Teaching", "Wages"}


def test_what_was_bid_later_is_told_beside_and_a_late_bid_is_named(made: Studio) -> None:
    late = task(made, PRODUCER, "roto", PEOPLE[0], role="artist", bid_minutes=60)
    time(made, PEOPLE[0], late.id, 45, day="2026-05-04")  # days before anybody bid it
    bid(made, PRODUCER, late.id, 45, why="as it turned out")
    done(made, PEOPLE[0], late.id)
    own = compare(made, PEOPLE[0]).own
    assert (own.bid_minutes, own.revised_minutes, own.late_bids) == (60, 45, 1)


def test_machines_services_and_retakes_are_those_of_the_shots(made: Studio, tmp_path: Path) -> None:
    take = next(one for one in NOUNS if one.KIND == "take")
    with made.act("run", PRODUCER) as t:
        t.put(next(one for one in NOUNS if one.KIND == "shot"), "sh010", shot="sh010")
        t.put(take, "t1", shot="sh010")
        t.put(take.but(id="t2", seconds=2.0), "t2", shot="sh010")
        verdict = {"by": PRODUCER, "reason": "no", "door": "terminal", "at": "2026-05-01T10:00:00Z"}
        t.put(Decision(id="d1", take="t1", verdict="revise", **verdict), "d1", shot="sh010")
        t.put(Decision(id="d2", take="t1", verdict="reject", **verdict), "d2", shot="sh010")
        t.put(Decision(id="d3", take="t2", verdict="accept", **verdict), "d3", shot="sh010")
        agreement = Agreement(
            by=PRODUCER, shot="sh010", recipe="r", seed=1, quotes={"runway": QUOTE}, most_minor=84, currency="USD"
        )
        t.put(agreement, "sh010-r", shot="sh010")
        for entry in sending_cost("x", service="Runway", amount_minor=84, currency="USD", about="x", at="2026-05-01"):
            t.put(entry, entry.id, shot="sh010")
    one = task(made, PRODUCER, "roto", PEOPLE[0], role="artist", bid_minutes=60, shot="sh010")
    done(made, PEOPLE[0], one.id)
    machine = compare(made, PEOPLE[0]).own.machine
    assert (machine.shots, machine.takes, machine.retakes, machine.machine_seconds) == (1, 2, 1, 3.5)
    assert machine.hosted_minor == {"USD": 84}
    reverse(made, PRODUCER, "sent-x", why="refunded")
    found = compare(made, PEOPLE[0])
    assert found.own.machine.hosted_minor == {"USD": 0}
    assert found.film.takes == 2


def test_wages_are_told_by_account_to_oneself_and_in_one_sum_of_a_role(made: Studio, tmp_path: Path) -> None:
    for who in PEOPLE[:3]:
        worked(made, who, 60)
    (tmp_path / "card.toml").write_text(CARD_OF_RATES)
    wages(made, PRODUCER, tmp_path / "card.toml")
    found = compare(made, PEOPLE[0])
    assert (found.own.wages_minor, found.roles[0].wages_minor) == ({"EUR": {"Wages": 2500}}, {"EUR": {"all": 7500}})


def test_the_table_is_one_that_programs_read_and_no_formula(made: Studio) -> None:
    member(made, PRODUCER, person("=Person()"), roles=("artist",))
    worked(made, person("=Person()"), 45)
    rows = list(csv.reader(io.StringIO(as_csv(compare(made, person("=Person()"))))))
    assert rows[0] == list(COLUMNS)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert rows[1][:8] == ["'=Person()", "all", "1", "1", "60", "60", "45", "-15"]
    assert [row[0] for row in rows[2:]] == ["'=Person()", "not told", "the film"]


def test_a_guest_compares_nothing(made: Studio) -> None:
    member(made, PRODUCER, PEOPLE[0], roles=("guest",))
    with pytest.raises(RoleError):
        compare(made, PEOPLE[0])


ROLES = ("artist", "ml_editor", "ai_supervisor")
entries = st.lists(
    st.tuples(
        st.integers(0, 4), st.sampled_from(ROLES), st.sampled_from(["Wages", "Teaching", "Review"]), st.integers(1, 99),
        st.sampled_from(["done", "open", "unbid"]),
    ),
    max_size=14,
)  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return film(tmp_path_factory.mktemp("compared") / "film")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries)
def test_no_figure_of_a_role_is_that_of_fewer_than_three(
    empty: Studio, some: Sequence[tuple[int, str, str, int, str]]
) -> None:
    tasks, hours = {}, []
    for at, (who, role, work, minutes, state) in enumerate(some):
        tasks[f"t{at}"] = Task(
            id=f"t{at}", title="x", role=role, assignee=PEOPLE[who], bid_minutes=0 if state == "unbid" else 50,
            given_at="2026-01-01", done_on="" if state == "open" else "2026-05-01",
        )  # fmt: skip
        hours.append(Hours(id=f"h{at}", task=f"t{at}", by=PEOPLE[who], day="2026-02-01", minutes=minutes, work=work))

    class Kept:
        """Stands for the store: what there is of each kind."""

        def all(self, kind: type, shot: str | None = None) -> list[object]:
            return {Task: list(tasks.values()), Hours: hours}.get(kind, [])

        def beginning(self, kind: type, name: str, text: str) -> list[object]:
            return []

        def ids(self, kind: type) -> list[str]:
            assert kind is Shot
            return []

        def find(self, kind: type, id_: str) -> object:
            return empty.production.find(kind, id_)

    found = compare(replace(empty, production=Kept()), PRODUCER)  # type: ignore[arg-type]
    for page in found.roles:
        roles = page.whose.split(", ")
        ours = [one for one in hours if tasks[one.task].role in roles]
        finished = [one for one in ours if tasks[one.task].done_on and tasks[one.task].bid_minutes]
        assert len({one.by.id for one in finished}) >= 3
        for row in page.by_work:
            gave = {one.by.id for one in finished if one.work in row.work.split(", ")}
            assert len(gave) >= 3 or row.minutes == 0
        for told, rest in (
            (page.open_minutes, [one for one in ours if not tasks[one.task].done_on]),
            (page.unbid_minutes, [one for one in ours if tasks[one.task].done_on and not tasks[one.task].bid_minutes]),
        ):
            assert (
                told is None if 0 < len({one.by.id for one in rest}) < 3 else told == sum(one.minutes for one in rest)
            )
