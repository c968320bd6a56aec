"""A maker that does somebody's task: their word, their department's, their no, and a producer who goes over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions import decisions, delivery, gate, policies, proposals, studio, takes
from manyhands.actions.facts import facts_of
from manyhands.actions.labour import bid, done, task, time
from manyhands.actions.replaced import acknowledge, check_acknowledged, override, replaced
from manyhands.actions.slate import slate
from manyhands.actions.studio import Studio
from manyhands.actions.tasks import tasks_told
from manyhands.core.errors import InputError, NotFoundError, RightsError, RoleError, StateError
from manyhands.core.hand import person
from manyhands.core.labour import Task
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from tests.actions.test_gate import production

ME, ARTIST, OTHER = (person(f"Person {letter}") for letter in "AWV")


@pytest.fixture
def film(tmp_path: Path) -> Iterator[tuple[Studio, Task, Take]]:
    """A shot that a maker made warmer, and Person W, whose task it was to."""
    made, shot, take = production(tmp_path)
    made = replace(made, clock=lambda: studio.now())
    for someone, roles in ((ME, ("producer",)), (ARTIST, ("artist",)), (OTHER, ("artist",))):
        with made.act("person", ME, person=someone.id, roles=list(roles)) as t:
            t.put(studio.Member(person=someone, roles=roles), someone.id)
    given = task(made, ME, "warm it", ARTIST, role="artist", shot=shot, craft="look", department="grading")
    yield made, given, take
    made.close()


def h6(made: Studio, shot: str) -> str:
    (found,) = gate.check(made, ME, [shot])
    return next(one.verdict for one in found.found if one.rule == "H7")


def test_a_take_that_does_a_persons_task_is_not_accepted_before_they_said_so(
    film: tuple[Studio, Task, Take], tmp_path: Path
) -> None:
    made, given, take = film
    assert h6(made, take.shot) == "deny"
    with pytest.raises(RightsError, match=f"does the look that {given.id} gave to Person W, who has not") as told:
        decisions.decide(made, ME, take.id, "accept", reason="good")
    assert f"manyhands task acknowledge {given.id} --take {take.id}" in told.value.fix
    assert decisions.decide(made, ME, take.id, "revise", reason="darker", note="darker").verdict == "revise"
    word = acknowledge(made, ARTIST, given.id, take.id, note="fine by me")
    assert (word.says, word.by, word.why) == ("acknowledged", ARTIST, "fine by me")
    assert h6(made, take.shot) == "pass"
    decisions.decide(made, ME, take.id, "accept", reason="good")
    acknowledge(made, ARTIST, given.id, take.id, decline=True, note="I thought better of it")  # what was said last
    with pytest.raises(RightsError, match=r"Person W declined that \(I thought better of it\)") as told:
        delivery.deliver(made, ME, take.shot, tmp_path / "out")
    assert "manyhands task override" in told.value.fix
    with pytest.raises(RightsError, match="H7"):  # nor is it a rule that approval lifts
        gate.approve(made, ME, take.shot, "H7", why="so")


def test_over_a_no_only_a_producer_goes_with_a_reason_and_the_disclosure_tells_it(
    film: tuple[Studio, Task, Take], tmp_path: Path
) -> None:
    made, given, take = film
    with pytest.raises(StateError, match="Person W has not said anything"):
        override(made, ME, given.id, take.id, why="time is short")
    acknowledge(made, ARTIST, given.id, take.id, decline=True, note="I want to do it myself")
    with pytest.raises(RoleError):
        override(made, OTHER, given.id, take.id, why="time is short")
    with pytest.raises(InputError, match="no reason"):
        override(made, ME, given.id, take.id, why=" ")
    assert override(made, ME, given.id, take.id, why="time is short").says == "overridden"
    with pytest.raises(StateError, match="is overridden"):
        override(made, ME, given.id, take.id, why="again")
    assert h6(made, take.shot) == "pass"
    decisions.decide(made, ME, take.id, "accept", reason="good")
    page, data, *_ = delivery.disclose(made, ME, take.shot, tmp_path / "page")
    for told in (page.read_text(), data.read_text()):
        assert "without their yes; Person A, producer, decided so: time is short" in told
        assert "Person W" not in told  # whose task it was is nobody's business outside


def test_an_acknowledgement_is_told_too_and_names_nobody(film: tuple[Studio, Task, Take], tmp_path: Path) -> None:
    made, given, take = film
    acknowledge(made, ARTIST, given.id, take.id)
    decisions.decide(made, ME, take.id, "accept", reason="good")
    _, data, *_ = delivery.disclose(made, ME, take.shot, tmp_path / "page")
    assert "was given to a person, and a maker did it" in data.read_text()
    assert "that person has acknowledged that" in data.read_text()
    assert "Person W" not in data.read_text()


def test_a_department_speaks_for_its_own_until_they_speak_themselves(film: tuple[Studio, Task, Take]) -> None:
    made, given, take = film
    with pytest.raises(RoleError, match="Person V does not speak for grading"):
        acknowledge(made, OTHER, given.id, take.id, department="grading")
    task(made, ME, "another", OTHER, role="artist", department="grading")
    task(made, ME, "a third", ME, role="artist", department="grading")
    with pytest.raises(RoleError, match="was given to Person W"):
        acknowledge(made, OTHER, given.id, take.id)
    with pytest.raises(RoleError, match="is of grading, not of roto"):
        acknowledge(made, OTHER, given.id, take.id, department="roto")
    with pytest.raises(RoleError, match="Person A does not speak for grading"):  # who decides speaks for nobody else
        acknowledge(made, ME, given.id, take.id, department="grading")
    acknowledge(made, OTHER, given.id, take.id, department="grading")
    check_acknowledged(made, take)
    acknowledge(made, ARTIST, given.id, take.id, decline=True, note="ask me first")
    with pytest.raises(RightsError, match="Person W declined"):
        check_acknowledged(made, take)


def test_after_a_week_without_a_word_a_producer_may_go_on(film: tuple[Studio, Task, Take]) -> None:
    made, given, take = film
    ran = made.production.log(act="run")[0].at
    later = replace(made, clock=lambda: f"{int(ran[:4]) + 1}{ran[4:]}")
    override(later, ME, given.id, take.id, why="they are at sea")
    check_acknowledged(made, take)


def test_who_runs_a_maker_themselves_is_not_replaced_by_it(film: tuple[Studio, Task, Take]) -> None:
    made, given, take = film
    (answer, _) = proposals.propose(made, ARTIST, take.shot, "a warmer picture", previews=False)
    own = takes.run(made, ARTIST, take.shot, answer.recipes[1])
    assert replaced(made, own) == []
    decisions.decide(made, ME, own.id, "accept", reason="theirs")
    with pytest.raises(StateError, match="does not do the work"):
        acknowledge(made, ARTIST, given.id, own.id)


@pytest.mark.parametrize("change", ["done", "another craft", "no craft", "another shot"])
def test_a_task_that_the_take_does_not_do_is_asked_of_nobody(change: str, film: tuple[Studio, Task, Take]) -> None:
    made, given, take = film
    done(made, ARTIST, given.id)
    if change == "another craft":
        task(made, ME, "cut it", ARTIST, role="artist", shot=take.shot, craft="roto")
    elif change == "no craft":
        task(made, ME, "see to it", ARTIST, role="artist", shot=take.shot)
    elif change == "another shot":
        with made.act("shot", ME) as t:
            t.put(made.production.get(Shot, take.shot).but(id="sh020"), "sh020", shot="sh020")
        task(made, ME, "warm it", ARTIST, role="artist", shot="sh020", craft="look")
    assert replaced(made, take) == []
    assert h6(made, take.shot) == "pass"
    decisions.decide(made, ME, take.id, "accept", reason="good")


def test_a_production_without_the_rule_is_not_held_to_it(film: tuple[Studio, Task, Take]) -> None:
    made, _, take = film
    policies.policy(made, ME, ["us-copyright"])
    decisions.decide(made, ME, take.id, "accept", reason="good")


def test_the_facts_name_each_task_and_what_stands(film: tuple[Studio, Task, Take]) -> None:
    made, given, take = film
    its = made.production.get(Shot, take.shot)
    known = facts_of(slate(made, [its]), its)["tasks"]
    assert known == [{"task": given.id, "is_acknowledged": False, "is_overridden": False}]
    acknowledge(made, ARTIST, given.id, take.id)
    assert facts_of(slate(made, [its]), its)["tasks"][0]["is_acknowledged"]


def test_bad_words_are_refused(film: tuple[Studio, Task, Take]) -> None:
    made, given, take = film
    with pytest.raises(InputError, match="a no has no reason"):
        acknowledge(made, ARTIST, given.id, take.id, decline=True)
    with pytest.raises(NotFoundError):
        acknowledge(made, ARTIST, "none", take.id)
    with pytest.raises(NotFoundError):
        acknowledge(made, ARTIST, given.id, "none")
    with pytest.raises(NotFoundError):
        override(made, ME, given.id, "none", why="x")


def test_the_list_tells_what_was_bid_what_began_and_what_a_take_does(film: tuple[Studio, Task, Take]) -> None:
    made, given, take = film
    (one,) = tasks_told(made, take.shot)
    assert (one.task.id, one.bids, one.begun, one.take, one.stands) == (given.id, (), "", take.id, "not asked yet")
    (answer, _) = proposals.propose(made, ME, take.shot, "a warmer picture", previews=False)
    second = takes.run(made, ME, take.shot, answer.recipes[1])  # work on the shot began
    assert not bid(made, ME, given.id, 30, why="the machine is quick").is_baseline
    acknowledge(made, ARTIST, given.id, second.id)
    time(made, ARTIST, given.id, 30, day="2026-01-01")
    (one,) = tasks_told(made)
    assert ([each.minutes for each in one.bids], one.take, one.stands) == ([30], second.id, "acknowledged")
    assert one.begun == "hours were given to it"
