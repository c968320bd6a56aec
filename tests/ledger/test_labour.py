"""Hours as people say them themselves, and wages by rates that somebody wrote down with their source."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions.accounts import ledger, reverse, verify_ledger
from manyhands.actions.labour import hours_against_bids, take_back_time, task, time, wages
from manyhands.actions.studio import Studio
from manyhands.actions.studio import person as member
from manyhands.core.errors import InputError, NotFoundError, RoleError, StateError
from manyhands.core.hand import Hand, person
from manyhands.ledger import balances
from manyhands.ledger.rates import TEMPLATE, read_card
from tests.databases import on_both
from tests.ledger.made import CARD_OF_RATES, PRODUCER, film
from tests.ledger.test_journal import together

pytestmark = on_both

ARTISTS = [person(f"Person {letter}") for letter in "ABC"]


@pytest.fixture
def made(tmp_path: Path) -> Studio:
    made = replace(film(tmp_path / "film"), clock=lambda: "2026-05-10T12:00:00Z")
    for artist in ARTISTS:
        member(made, PRODUCER, artist, roles=("artist",))
    return made


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card.toml"
    path.write_text(CARD_OF_RATES)
    return path


def given(made: Studio, who: Hand = ARTISTS[0], **about: object) -> str:
    return task(made, PRODUCER, "roto", who, **{"role": "artist", "bid_minutes": 60, **about}).id  # type: ignore[arg-type]


def test_hours_are_paid_by_the_card_rounded_up_and_booked_once(made: Studio, card: Path) -> None:
    roto = given(made)
    time(made, ARTISTS[0], roto, 90, day="2026-05-01")
    time(made, ARTISTS[0], roto, 1, day="2026-05-02")  # 41.67 cents
    booked = wages(made, PRODUCER, card)
    assert [one.amount_minor for one in booked if one.account == "Liabilities:Person A:Wages"] == [-3750, -42]
    assert balances(ledger(made, PRODUCER))[("Expenses:Wages", "EUR")] == 3792
    assert booked[0].method == "EUR 25.00 an hour (a contract of the tests, paragraph 1), rounded up"
    with pytest.raises(StateError, match="every hour is booked"):
        wages(made, PRODUCER, card)
    assert verify_ledger(made.folder).faults == ()


def test_work_without_a_rate_is_not_paid_by_a_made_up_one(made: Studio, card: Path) -> None:
    time(made, ARTISTS[0], given(made), 60, day="2026-05-01")
    time(made, ARTISTS[0], given(made, work="Teaching"), 60, day="2026-05-01")
    before = ledger(made, PRODUCER)
    with pytest.raises(InputError, match="no rate for Teaching of artist on 2026-05-01"):
        wages(made, PRODUCER, card)
    assert ledger(made, PRODUCER) == before
    card.write_text(CARD_OF_RATES + CARD_OF_RATES.split('tests"\n')[1])
    with pytest.raises(InputError, match="2 rates for Wages of artist"):
        wages(made, PRODUCER, card)


def test_the_template_has_no_figures_and_pays_nothing(made: Studio) -> None:
    assert read_card(TEMPLATE) == []
    time(made, ARTISTS[0], given(made), 60, day="2026-05-01")
    with pytest.raises(InputError, match="no rate"):
        wages(made, PRODUCER, TEMPLATE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('source = "a contract of the tests, paragraph 1"', 'source = ""'),
        ('"25.00"', '"-25.00"'),
        ('"25.00"', '"25.001"'),
        ('"EUR"', '"ABC"'),
        ('work = "Wages"', 'work = "Favours"'),
        ('valid_until = ""', 'valid_until = "2019-01-01"'),
        ('valid_from = "2020-01-01"', 'valid_from = "May"'),
        ("title = ", "rate = 5\nx = "),
        ('role = "artist"', 'role = "artist"\nbonus = 1'),
    ],
)
def test_a_card_that_is_none_is_refused(old: str, new: str, card: Path) -> None:
    text = CARD_OF_RATES.split('[[rate]]\nrole = "artist"\nwork = "Teaching"')[0].replace(old, new, 1)
    card.write_text(text.split("[[rate]]")[0] if new.startswith("rate") else text)
    with pytest.raises(InputError):
        read_card(card)
    with pytest.raises(NotFoundError):
        read_card(card.with_name("none.toml"))


def test_only_the_person_says_and_takes_back_their_time(made: Studio, card: Path) -> None:
    roto = given(made)
    said = time(made, ARTISTS[0], roto, 60, day="2026-05-01")
    assert said.by == ARTISTS[0]
    with pytest.raises(RoleError, match="was said by Person A"):
        take_back_time(made, PRODUCER, said.id, why="too much")
    wages(made, PRODUCER, card)
    with pytest.raises(StateError, match="wages are booked for hours-person-a-1"):
        take_back_time(made, ARTISTS[0], said.id, why="wrong day")
    reverse(made, PRODUCER, f"wage-{said.id}", why="wrong day")
    reverse(made, PRODUCER, f"reversal-wage-{said.id}", why="no, right")
    with pytest.raises(StateError, match="wages are booked"):
        take_back_time(made, ARTISTS[0], said.id, why="wrong day")
    reverse(made, PRODUCER, f"reversal-reversal-wage-{said.id}", why="wrong after all")
    take_back_time(made, ARTISTS[0], said.id, why="wrong day")
    with pytest.raises(StateError, match="taken back before"):
        take_back_time(made, ARTISTS[0], said.id, why="again")
    time(made, ARTISTS[0], roto, 60, day="2026-05-02")
    assert [one.transaction for one in wages(made, PRODUCER, card)] == ["wage-hours-person-a-2"] * 2
    assert verify_ledger(made.folder).faults == ()


@pytest.mark.parametrize(
    ("minutes", "day"), [(0, "2026-05-01"), (-5, "2026-05-01"), (1441, "2026-05-01"), (5, "2026-05-12"), (5, "May")]
)
def test_time_that_nobody_can_have_worked_is_refused(minutes: int, day: str, made: Studio) -> None:
    with pytest.raises(InputError):
        time(made, ARTISTS[0], given(made), minutes, day=day)


def test_a_day_has_so_many_minutes_also_for_two_at_once(made: Studio) -> None:
    roto = given(made)

    def say() -> object:
        try:
            return time(made, ARTISTS[0], roto, 500, day="2026-05-01")
        except InputError as error:
            return error

    said = together(say)
    assert sum(isinstance(one, InputError) for one in said) == 2
    assert "has 1000 minutes" in str(next(one for one in said if isinstance(one, InputError)))


def test_a_role_is_told_together_only_of_three_people(made: Studio) -> None:
    for artist in ARTISTS[:2]:
        time(made, artist, given(made, artist), 45, day="2026-05-01")
    told = hours_against_bids(made, ARTISTS[0])
    assert [(one.whose, one.people, one.bid_minutes, one.minutes) for one in told] == [("Person A", 1, 60, 45)]
    time(made, ARTISTS[2], given(made, ARTISTS[2]), 90, day="2026-05-01")
    told = hours_against_bids(made, ARTISTS[0])
    assert [(one.whose, one.people, one.bid_minutes, one.minutes) for one in told][1:] == [("artist", 3, 180, 180)]


@pytest.mark.parametrize("about", [{"role": "king"}, {"work": "Favours"}, {"bid_minutes": -1}])
def test_a_task_that_is_none_is_refused(about: dict[str, object], made: Studio) -> None:
    with pytest.raises(InputError):
        given(made, **about)
    with pytest.raises(NotFoundError):
        given(made, shot="none")


def test_the_log_says_who_said_what(made: Studio) -> None:
    time(made, ARTISTS[0], given(made), 60, day="2026-05-01", about="the roof")
    last = made.production.log(act="time")[-1]
    assert (last.by, json.loads(last.about)["minutes"]) == (ARTISTS[0].id, 60)
