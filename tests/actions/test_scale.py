"""What a large production is asked grows with what is looked at, and not with each shot again: queries are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from manyhands.actions import consents, gate, rights, royalties
from manyhands.actions.accounts import statement, verify_ledger
from manyhands.actions.facts import take_of
from manyhands.actions.policies import policy
from manyhands.actions.revocation import foresee
from manyhands.actions.studio import Studio
from manyhands.core.grant import permits
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.rights import all_packs
from tests import large
from tests.databases import on_both

pytestmark = on_both

SHOTS = 120


@pytest.fixture(scope="module")
def film(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("large")
    made = large.film(folder / "film", shots=SHOTS, each=2, everybody=10, transactions=300)
    policy(made, large.DIRECTOR, list(all_packs()))
    (folder / "keys.toml").write_text(large.KEYS)
    yield made
    made.close()


def asked(film: Studio, act: Callable[[], Any]) -> tuple[int, Any]:
    """How many queries an act asks of the database, and what it gives."""
    count = 0

    def one(*_: Any) -> None:
        nonlocal count
        count += 1

    engine = film.production._engine
    sa.event.listen(engine, "before_cursor_execute", one)
    try:
        found = act()
    finally:
        sa.event.remove(engine, "before_cursor_execute", one)
    return count, found


def test_a_hundred_shots_are_held_against_the_packs_by_as_many_queries_as_three(film: Studio) -> None:
    some = [shot for shot in film.production.all(Shot) if int(shot.id[2:]) % 10 in (1, 3, 7)]
    few, _ = asked(film, lambda: gate.checks(film, large.DIRECTOR, some[:3]))
    many, found = asked(film, lambda: gate.checks(film, large.DIRECTOR, film.production.all(Shot)))
    assert len(found) == SHOTS
    assert many <= few + 1 <= 16  # one more asks which shots there are


def test_a_check_of_a_film_is_one_act_for_many_shots_and_says_of_each_what_it_says_alone(film: Studio) -> None:
    alone = gate.checks(film, large.DIRECTOR, [film.production.get(Shot, large.shot_id(3))])[0]
    lines = film.production.head().number
    found = gate.check(film, large.DIRECTOR)
    assert film.production.head().number == lines + 1
    assert len(film.production.ids(gate.Check)) == SHOTS
    assert found[3].but(at=alone.at) == alone
    assert gate.check(film, large.DIRECTOR) == found  # and writes nothing
    assert film.production.head().number == lines + 1
    assert film.production.all(gate.Check) == sorted(found, key=lambda one: one.id)
    (log,) = film.production.log(act="check")
    assert alone.id in log.about


def test_one_shot_is_looked_at_by_few_queries(film: Studio) -> None:
    shot = film.production.get(Shot, large.shot_id(3))

    def gated() -> None:
        take, held = take_of(film, shot), consents.registry(film)
        assert take is not None
        rights.check(film, shot.id, film.production.get(Recipe, take.recipe), held=held)
        gate.checks(film, large.DIRECTOR, [shot], takes={shot.id: take}, held=held)

    assert asked(film, gated)[0] <= 20


def test_a_film_is_shared_by_few_queries(film: Studio) -> None:
    def shared() -> royalties.Shared:
        return royalties.royalties(
            film, large.DIRECTOR, "1234.56", currency="EUR", about="x", keys=film.folder.parent / "keys.toml",
            is_draft=True,
        )  # fmt: skip

    count, found = asked(film, shared)
    assert len({part.shot for part in found.parts}) == SHOTS
    assert sum(found.amounts.values()) == 123456
    assert count <= 24


def test_a_withdrawal_and_a_statement_are_a_few_queries_each(film: Studio) -> None:
    given = rights.grant(
        film, large.DIRECTOR, work="work", grantor="Company X", terms=permits("train_shot", "deliver"),
        about="one film", signed_on=large.DAY,
    )  # fmt: skip
    count, found = asked(film, lambda: foresee(film, given.id))
    assert {take.shot for take in found.takes} == {
        large.shot_id(number) for number in range(SHOTS) if number % 10 == 0 or number % 100 == 5
    }
    assert count <= 16
    period = {"first_day": "2026-01-01", "last_day": "2026-12-31"}
    count, told = asked(film, lambda: statement(film, large.DIRECTOR, "Person 7", **period))
    assert told.sheets[0].closing_minor == sum(100 + number for number in range(300) if number % 10 == 7)
    assert count <= 14  # that Person 7 is somebody is asked of everybody's names


def test_the_whole_of_it_holds(film: Studio) -> None:
    assert verify_ledger(film.folder).faults == ()


def test_a_noun_that_was_read_before_is_not_read_again_and_never_stale(film: Studio, tmp_path: Path) -> None:
    shot = film.production.get(Shot, large.shot_id(1))
    assert film.production.get(Shot, shot.id) is shot
    with film.act("shot", large.DIRECTOR) as t:
        t.put(shot.but(standing="open"), shot.id, shot=shot.id)
    assert film.production.get(Shot, shot.id).standing == "open"
