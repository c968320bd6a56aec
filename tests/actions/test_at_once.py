"""Two people who decide at once, in two processes: one is first, the other is told so, and nothing is lost."""

from __future__ import annotations

import json
import multiprocessing
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import consents, decisions, labour, people, revocation, rights
from manyhands.actions.accounts import verify_ledger
from manyhands.actions.roles import Member
from manyhands.actions.studio import Studio, enter
from manyhands.core.decision import Decision
from manyhands.core.entry import Entry
from manyhands.core.errors import ManyhandsError
from manyhands.core.grant import Grant, Leave, Term, permits
from manyhands.core.hand import Hand, person
from manyhands.core.labour import Hours
from manyhands.core.party import Depiction, Party
from tests import large
from tests.databases import on_both
from tests.ledger.made import CARD_OF_RATES

pytestmark = on_both

PEOPLE = (large.DIRECTOR, person("Person B"))
ROUNDS = 3
SHOTS = tuple(large.shot_id(number) for number in (1, 2, 4))
"""Shots that were worked out by rule, one for each round."""


# --- what each of the two does ----------------------------------------------------------------


def decide(studio: Studio, by: Hand, number: int) -> object:
    verdict = "accept" if by == PEOPLE[0] else "reject"
    return decisions.decide(studio, by, f"{SHOTS[number]}-0", verdict, reason=f"so says {by.name}").id  # type: ignore[arg-type]


def grant(studio: Studio, by: Hand, number: int) -> object:
    about = f"film {number} by {by.name}"
    said: dict[str, Any] = {"grantor": "Company X", "about": about, "signed_on": large.DAY}
    return rights.grant(studio, by, work="work", terms=permits("deliver"), **said).id


def allow(studio: Studio, by: Hand, number: int) -> object:
    return rights.allow(studio, by, "asks-1", "composite", SHOTS[number], why=by.name).id


def revoke(studio: Studio, by: Hand, number: int) -> object:
    return revocation.revoke(studio, by, f"to-go-{number}", why=f"so says {by.name}").report


def book(studio: Studio, by: Hand, number: int) -> object:
    card = studio.folder.parent / "card.toml"
    labour.time(studio, by, "task-paint-1", 60, day=f"2026-01-{1 + number:02}")
    return len(labour.wages(studio, by, card))


def add_party(studio: Studio, by: Hand, number: int) -> object:
    return people.party(studio, by, f"Somebody {number}").party.id


def seen(studio: Studio, by: Hand, number: int) -> object:
    return people.nobody(studio, by, SHOTS[number], why=by.name).id


ACTS: dict[str, Callable[[Studio, Hand, int], object]] = {
    act.__name__: act for act in (decide, grant, allow, revoke, book, add_party, seen)
}


def work(folder: Path, who: int, asked: Any, gate: Any, said: Any) -> None:
    """One of the two: does what it is asked at the moment at which the other does."""
    studio = enter(folder)
    while (order := asked.get()) is not None:
        act, number = order
        gate.wait(60)
        try:
            said.put((who, True, ACTS[act](studio, PEOPLE[who], number)))
        except ManyhandsError as error:
            said.put((who, False, str(error)))
        except BaseException:
            said.put((who, None, traceback.format_exc()))
    studio.close()


# --- the two ----------------------------------------------------------------------------------

Both = Callable[[str, int], list[tuple[int, bool | None, Any]]]


@pytest.fixture(scope="module")
def film(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    made = large.film(tmp_path_factory.mktemp("film") / "film", shots=5, each=2, everybody=2)
    (made.folder.parent / "card.toml").write_text(CARD_OF_RATES)
    with made.act("grant", large.DIRECTOR) as t:
        t.put(Member(person=PEOPLE[1], roles=("director", "producer", "artist")), PEOPLE[1].id)
        t.put(Member(person=PEOPLE[0], roles=("director", "producer", "artist")), PEOPLE[0].id)
        told: dict[str, Any] = {"work": "work", "about": "x", "signed_on": large.DAY, "given_to": "Film"}
        for number in range(ROUNDS):
            one = Grant(
                id=f"to-go-{number}", grantor="Company X", terms=permits("deliver"), recorded_by=PEOPLE[0], **told
            )
            t.put(one, one.id)
        asks = Term(scope="composite", verdict="ask")
        t.put(Grant(id="asks-1", grantor="Company X", terms=(asks,), recorded_by=PEOPLE[0], **told), "asks-1")
    labour.task(made, PEOPLE[0], "Paint", PEOPLE[1], role="artist")
    yield made
    made.close()


@pytest.fixture(scope="module")
def both(film: Studio) -> Iterator[Both]:
    spawn = multiprocessing.get_context("spawn")
    gate, said, asked = spawn.Barrier(2), spawn.Queue(), [spawn.Queue(), spawn.Queue()]
    two = [spawn.Process(target=work, args=(film.folder, who, asked[who], gate, said), daemon=True) for who in range(2)]
    for one in two:
        one.start()

    def do(act: str, number: int) -> list[tuple[int, bool | None, Any]]:
        for each in asked:
            each.put((act, number))
        found = sorted((said.get(timeout=120) for _ in two), key=lambda one: one[0])
        assert all(one[1] is not None for one in found), found
        return found

    yield do
    for each in asked:
        each.put(None)
    for one in two:
        one.join(30)


def told(found: list[tuple[int, bool | None, Any]]) -> list[str]:
    """What those were told who were not first."""
    return [words for _, is_done, words in found if not is_done]


def holds(film: Studio) -> bool:
    return verify_ledger(film.folder).faults == ()


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_who_decide_on_a_take(number: int, film: Studio, both: Both) -> None:
    found = both("decide", number)
    take = f"{SHOTS[number]}-0"
    kept = [one for one in film.production.all(Decision) if one.take == take]
    assert len(kept) == sum(bool(one[1]) for one in found)
    for words in told(found):  # unless the first was done before the second began, and then both stand
        assert f"Person {'AB'[PEOPLE.index(kept[0].by)]} decided meanwhile: {kept[0].verdict}" in words
    assert holds(film)


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.parametrize(("act", "noun"), [("grant", Grant), ("allow", Leave), ("seen", Depiction)])
def test_two_who_write_down_something_under_the_next_number(
    act: str, noun: Any, number: int, film: Studio, both: Both
) -> None:
    before = len(film.production.ids(noun))
    found = both(act, number)
    assert len(film.production.ids(noun)) - before == sum(bool(one[1]) for one in found) >= 1
    assert film.production.moved_on(noun) in ([], [f"to-go-{at}" for at in range(ROUNDS)])
    for words in told(found):
        assert "somebody else made it at the same moment. Look at what they wrote" in words
    assert holds(film)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_who_withdraw_a_grant(number: int, film: Studio, both: Both) -> None:
    found = both("revoke", number)
    assert [bool(one[1]) for one in found].count(True) == 1
    assert f"to-go-{number}: it was withdrawn on" in told(found)[0]
    gone = film.production.get(Grant, f"to-go-{number}")
    first = next(PEOPLE[who] for who, is_done, _ in found if is_done)
    assert gone.revoked_why == f"so says {first.name}"
    assert revocation.report(film, f"to-go-{number}")["recorded_by"] == first.name  # and it is the one that was signed
    assert holds(film)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_who_book_hours(number: int, film: Studio, both: Both) -> None:
    found = both("book", number)
    assert holds(film)
    hours = [one for one in film.production.all(Hours) if one.day == f"2026-01-{1 + number:02}"]
    assert len(hours) == 2
    owed = [entry for _, entry in film.production.beginning(Entry, "account", "Liabilities:", holding=':Wages"')]
    assert len({entry.transaction for entry in owed}) == len(owed) == 2 * (number + 1)  # every hour once
    assert labour.unbooked(film) == []
    for words in told(found):
        assert "every hour is booked" in words


@pytest.mark.parametrize("number", range(ROUNDS))
def test_two_who_record_a_person_of_one_name(number: int, film: Studio, both: Both) -> None:
    both("add_party", number)
    names = [one.name for one in people.people(film)]
    assert names.count(f"Somebody {number}") == 1
    parties = {one.id for one in film.production.all(Party)}
    assert {path.stem for path in (film.folder / people.PEOPLE).iterdir()} == parties
    assert holds(film)


def test_nothing_that_was_done_is_missing_and_the_lines_have_no_gap(film: Studio, both: Both) -> None:
    both("grant", 99)
    lines = [row.number for row in film.production.log()]
    assert lines == list(range(1, len(lines) + 1))
    assert all(json.loads(row.about) for row in film.production.log(act="decide"))
    assert consents.registry(film).grants
