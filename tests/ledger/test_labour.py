"""Hours as people say them themselves, and wages by rates that somebody wrote down with their source."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions import people
from manyhands.actions.accounts import ledger, reverse, statement, verify_ledger
from manyhands.actions.labour import bid, bids, done, take_back_time, task, time, wages
from manyhands.actions.studio import Studio
from manyhands.actions.studio import person as member
from manyhands.core.errors import InputError, NotFoundError, RoleError, StateError
from manyhands.core.hand import Hand, person
from manyhands.core.labour import Hours, Task
from manyhands.ledger import balances
from manyhands.ledger.rates import TEMPLATE, Card, read_card
from tests.databases import on_both
from tests.ledger.made import CARD_OF_RATES, PRODUCER, film
from tests.ledger.test_journal import together
from tests.ledger.test_wages import CARD

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
    assert read_card(TEMPLATE) == Card(())
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


@pytest.mark.parametrize(
    "about", [{"role": "king"}, {"work": "Favours"}, {"bid_minutes": -1}, {"craft": "roto"}, {"craft": "cooking"}]
)
def test_a_task_that_is_none_is_refused(about: dict[str, object], made: Studio) -> None:
    with pytest.raises(InputError):
        given(made, **about)
    with pytest.raises(NotFoundError):
        given(made, shot="none")


def test_the_log_says_who_said_what(made: Studio) -> None:
    time(made, ARTISTS[0], given(made), 60, day="2026-05-01", about="the roof")
    last = made.production.log(act="time")[-1]
    assert (last.by, json.loads(last.about)["minutes"]) == (ARTISTS[0].id, 60)


@pytest.mark.parametrize("work", ["Teaching", "Prompting", "Supervision", "DataCuration", "Review"])
def test_work_around_models_has_an_account_of_its_own_in_wages_and_on_the_statement(
    work: str, made: Studio, card: Path
) -> None:
    card.write_text(CARD_OF_RATES + CARD_OF_RATES.split("[[rate]]")[1].join(["[[rate]]", ""]).replace("Wages", work, 1))
    time(made, ARTISTS[0], given(made), 60, day="2026-05-01")
    time(made, ARTISTS[0], given(made, work=work), 60, day="2026-05-01")
    time(made, ARTISTS[0], given(made), 60, day="2026-05-02", work=work)  # on a task that is other work
    wages(made, PRODUCER, card)
    sums = balances(ledger(made, PRODUCER))
    assert (sums["Expenses:Wages", "EUR"], sums[f"Expenses:{work}", "EUR"]) == (2500, 5000)
    told = statement(made, ARTISTS[0], "Person A", first_day="2026-01-01", last_day="2026-12-31")
    sheet = told.sheets[0]
    assert sum(f"({work})" in one.about for one in sheet.postings) == 2


def test_overtime_stands_in_a_line_of_its_own_on_the_statement_over_two_bookings(made: Studio, card: Path) -> None:
    card.write_text(CARD)
    roto = given(made)
    time(made, ARTISTS[0], roto, 420, day="2026-05-01")
    wages(made, PRODUCER, card)
    time(made, ARTISTS[0], roto, 150, day="2026-05-01")
    wages(made, PRODUCER, card)
    (sheet,) = statement(made, ARTISTS[0], "Person A", first_day="2026-01-01", last_day="2026-12-31").sheets[:1]
    ours = [one for one in sheet.postings if one.kind == "Wages"]
    # by hand: 7 h and 2.5 h at 25.00; after 7.5 h, 2 h are half as much again
    assert [one.amount_minor for one in ours] == [17500, 6250, 2500]
    assert ours[-1].about == "120 of these 150 minutes are overtime, after 7.5 h a day"
    assert verify_ledger(made.folder).faults == ()


def test_a_day_that_was_filled_up_is_not_filled_twice_and_is_reversed_before_its_hours_go(
    made: Studio, card: Path
) -> None:
    card.write_text(CARD)
    roto = given(made)
    first = time(made, ARTISTS[0], roto, 60, day="2026-05-01")
    wages(made, PRODUCER, card)
    time(made, ARTISTS[0], roto, 60, day="2026-05-01")
    wages(made, PRODUCER, card)
    assert balances(ledger(made, PRODUCER))["Liabilities:Person A:Wages", "EUR"] == -4 * 2500
    reverse(made, PRODUCER, f"wage-{first.id}", why="another day")
    with pytest.raises(StateError, match=f"ledger reverse least-{first.id}"):
        take_back_time(made, ARTISTS[0], first.id, why="another day")
    assert verify_ledger(made.folder).faults == ()


def test_a_bid_stands_once_work_began_and_a_later_one_is_told_beside_it(made: Studio) -> None:
    roto = given(made)
    assert bid(made, PRODUCER, roto, 90, why="two more shots").is_baseline
    time(made, ARTISTS[0], roto, 10, day="2026-05-01")
    assert not bid(made, PRODUCER, roto, 900, why="it is harder").is_baseline
    take_back_time(made, ARTISTS[0], "hours-person-a-1", why="not that day")
    assert not bid(made, PRODUCER, roto, 30, why="to look good").is_baseline  # an hour that was said was work
    assert [one.minutes for one in bids(made, roto)] == [90, 900, 30]
    assert made.production.moved_on(Task) == []
    with pytest.raises(InputError, match="no reason"):
        bid(made, PRODUCER, roto, 30, why=" ")
    with pytest.raises(InputError, match="must be 0"):
        bid(made, PRODUCER, roto, -1, why="x")
    with pytest.raises(RoleError):
        bid(made, ARTISTS[0], roto, 30, why="x")


def test_only_its_person_says_that_a_task_is_done_and_then_its_bid_stands(made: Studio) -> None:
    roto = given(made)
    with pytest.raises(RoleError, match="was given to Person A"):
        done(made, PRODUCER, roto)
    assert done(made, ARTISTS[0], roto).done_on == "2026-05-10"
    with pytest.raises(StateError, match="it was said on 2026-05-10"):
        done(made, ARTISTS[0], roto)
    assert not bid(made, PRODUCER, roto, 30, why="x").is_baseline


def test_two_names_that_begin_alike_keep_their_hours_apart(made: Studio) -> None:
    long = "Person " + "A" * 60
    twins = [person(f"{long} {letter}") for letter in "XY"]
    for one in twins:
        member(made, PRODUCER, one, roles=("artist",))
        time(made, one, given(made, one), 60, day="2026-05-01")
    assert [one.by for one in made.production.all(Hours)] == twins


def test_the_hours_of_somebody_who_was_forgotten_stay_under_their_pseudonym_and_are_paid(
    made: Studio, card: Path
) -> None:
    known = people.party(made, PRODUCER, "Person G")
    alias = person(known.party.id)
    member(made, PRODUCER, alias, roles=("artist",))
    time(made, alias, given(made, alias), 60, day="2026-05-01")
    people.forget(made, PRODUCER, "Person G", why="they asked")
    assert wages(made, PRODUCER, card)[-1].account == f"Liabilities:{known.party.id}:Wages"
    assert "Person G" not in "".join(row.about + row.by for row in made.production.log())
    assert made.production.faults() == []
