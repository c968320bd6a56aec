"""After a withdrawal: what came in before it is shared as ever, what came in after it is held in escrow, and told."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from manyhands.actions import revocation, rights
from manyhands.actions.accounts import ledger, reverse, statement, verify_ledger
from manyhands.actions.royalties import royalties
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, StateError
from manyhands.core.extent import PPM
from manyhands.core.grant import permits
from manyhands.core.recipe import PLATE, Step
from manyhands.ledger import balances
from manyhands.ledger.royalties import ESCROW, MEASURED, Seen, agreed, parts_of_film, shares_of, stopped_of
from manyhands.makers import find_maker
from manyhands.rights import terms_named
from tests.ledger.made import PRODUCER, film
from tests.ledger.test_royalties import MODEL, PLATES, SMOKE, accepted, extent, source

DAY = "2026-05-04"


def on(made: Studio, day: str) -> Studio:
    return replace(made, clock=lambda: f"{day}T12:00:00Z")


@pytest.fixture
def made(tmp_path: Path) -> Studio:
    """Half of the film is Person A's plate under a licence and smoke, half is Person B's own plate."""
    made = film(tmp_path / "film")
    with made.act("source", PRODUCER) as t:
        t.put(source("p1", "Person A").but(terms=terms_named("unknown")), "p1")
        t.put(source("p2", "Person B"), "p2")
    rights.grant(
        on(made, "2026-01-01"), PRODUCER, work="p1", grantor="Person A", about="one film", signed_on="2026-01-01",
        terms=permits("composite", "deliver"),
    )  # fmt: skip
    accepted(made, "s1", {PLATES["p1"].hand: PPM // 2, SMOKE: PPM // 2})
    plain = Step(name="own", maker="grade", version=1, params={"warm": 0.1}, inputs={"plate": PLATE})
    accepted(made, "s2", {PLATES["p2"].hand: PPM}, steps=(plain,))
    with made.act("shot", PRODUCER) as t:
        for shot, plate in (("s1", "p1"), ("s2", "p2")):
            t.put(made.production.get(revocation.Shot, shot).but(plate=plate), shot, shot=shot)
    return made


def test_it_stops_with_what_came_in_after_and_is_nobodys_gain(made: Studio) -> None:
    revocation.revoke(on(made, DAY), PRODUCER, "p1-1", why="the licence was called back")
    later = on(made, "2026-06-30")
    before = royalties(later, PRODUCER, "100", currency="EUR", about="April", received_on="2026-04-30")
    same_day = royalties(later, PRODUCER, "100", currency="EUR", about="that day", received_on=DAY)
    assert before.amounts == same_day.amounts == {"Film (the house)": 2500, "Person A": 2500, "Person B": 5000}
    assert before.stopped == {}
    after = royalties(later, PRODUCER, "100", currency="EUR", about="May", received_on="2026-05-05")
    assert after.amounts == {ESCROW: 2500, "Film (the house)": 2500, "Person B": 5000}
    assert list(after.stopped) == ["Person A"]
    assert "25.0000% of the film, in s1, stopped: Person A withdrew p1-1 on 2026-05-04" in after.stopped["Person A"]
    assert "freed by Person A" in after.methods[ESCROW]
    booked = balances(ledger(made, PRODUCER))
    assert booked["Equity:Escrow", "EUR"] == -2500
    assert booked["Liabilities:Person A:Royalties", "EUR"] == -5000  # what was booked before stays
    told = json.loads(Path(after.published).read_text())
    assert told["received_on"] == "2026-05-05"
    assert told["stopped"] == after.stopped
    assert verify_ledger(made.folder).faults == ()
    assert royalties(later, PRODUCER, "1", currency="EUR", about="today").stopped


def test_the_statement_says_why_it_stopped(made: Studio) -> None:
    revocation.revoke(on(made, DAY), PRODUCER, "p1-1", why="the licence was called back")
    later = on(made, "2026-06-30")
    royalties(later, PRODUCER, "100", currency="EUR", about="May", received_on="2026-05-31")
    sheet = next(
        one
        for one in statement(later, PRODUCER, "Person A", first_day="2026-06-01", last_day="2026-06-30").sheets
        if one.currency == "EUR"
    )
    (posting,) = sheet.postings
    assert posting.amount_minor == 0
    assert "stopped: Person A withdrew p1-1" in posting.method
    assert "held in escrow until that is decided on" in posting.method
    assert "received 2026-05-31" in posting.about


def test_once_it_is_decided_what_was_held_is_taken_back_and_shared_anew(made: Studio) -> None:
    revocation.revoke(on(made, DAY), PRODUCER, "p1-1", why="the licence was called back")
    later = on(made, "2026-06-30")
    held = royalties(later, PRODUCER, "100", currency="EUR", about="May", received_on="2026-05-31")
    rights.grant(
        later, PRODUCER, work="p1", grantor="Person A", about="they came to terms", signed_on="2026-05-30",
        terms=permits("composite", "deliver"),
    )  # fmt: skip
    reverse(later, PRODUCER, held.transaction, why="Person A granted it anew")
    again = royalties(later, PRODUCER, "100", currency="EUR", about="May, decided", received_on="2026-05-31")
    assert again.amounts["Person A"] == 2500
    assert balances(ledger(made, PRODUCER)).get(("Equity:Escrow", "EUR"), 0) == 0
    assert verify_ledger(made.folder).faults == ()


def test_what_another_grant_still_gives_does_not_stop(made: Studio) -> None:
    rights.grant(
        on(made, "2026-01-01"), PRODUCER, work="p1", grantor="Company Z", about="one film", signed_on="2026-01-01",
        terms=permits("composite", "deliver"),
    )  # fmt: skip
    revocation.revoke(on(made, DAY), PRODUCER, "p1-1", why="called back")
    later = on(made, "2026-06-30")
    assert royalties(later, PRODUCER, "100", currency="EUR", about="May", is_draft=True).stopped == {}
    revocation.revoke(later, PRODUCER, "p1-2", why="called back as well")
    july = on(made, "2026-07-30")
    # in May the second licence held; in July neither does
    for day, stopped in (("2026-05-31", False), ("2026-07-30", True)):
        found = royalties(july, PRODUCER, "1", currency="EUR", about=day, received_on=day, is_draft=True)
        assert bool(found.stopped) == stopped


@pytest.mark.parametrize("day", ["2999-01-01", "soon", "2026-13-01"])
def test_a_day_that_is_none_or_has_not_come_is_refused(day: str, made: Studio) -> None:
    with pytest.raises(InputError):
        royalties(made, PRODUCER, "1", currency="EUR", about="x", received_on=day)


def test_a_draft_looks_at_a_day_to_come_and_books_nothing(made: Studio) -> None:
    now, before = on(made, DAY), ledger(made, PRODUCER)
    revocation.revoke(now, PRODUCER, "p1-1", why="the licence was called back")
    found = royalties(now, PRODUCER, "100", currency="EUR", about="May", received_on="2026-05-05", is_draft=True)
    assert found.amounts == {ESCROW: 2500, "Film (the house)": 2500, "Person B": 5000}
    assert ledger(made, PRODUCER) == before


def test_of_several_painters_only_who_withdrew_has_nothing() -> None:
    painters = {MODEL.id: ("Person D", "Person E")}
    gone = {(MODEL.id, "Person E"): "Person E withdrew e-1"}
    one = Seen("s1", "t1", Fraction(1), extent({MODEL: PPM}), painters, gone)
    key = agreed(MODEL.id, {"Person D": Fraction(1), "Person E": Fraction(3)})
    parts = parts_of_film([one], {}, [key], house="House")
    assert shares_of(parts) == {ESCROW: Fraction(3, 4), "Person D": Fraction(1, 4)}
    assert list(stopped_of(parts)) == ["Person E"]
    # without a key nobody can say any more whose it was: all of it waits
    alone = parts_of_film([one], {}, [], house="House")
    assert shares_of(alone) == {ESCROW: 1}
    with pytest.raises(StateError, match="manyhands ledger measure t1"):
        parts_of_film([replace(one, stopped={})], {}, [], house="House")


def test_a_painter_who_withdrew_is_found_by_what_taught_the_take(made: Studio) -> None:
    hand = find_maker("taught_look").hand
    with made.act("source", PRODUCER) as t:
        for name in "DE":
            one = source(f"f{name}", f"Person {name}").but(role="painted", painted_by=f"Person {name}")
            t.put(one.but(terms=terms_named("unknown" if name == "E" else "own")), one.id)
    rights.grant(
        on(made, "2026-01-01"), PRODUCER, work="fE", grantor="Person E", about="one film", signed_on="2026-01-01",
        terms=permits("train_shot"),
    )  # fmt: skip
    inputs = {"plate": PLATE, "painted": "source:fD+fE"}
    step = Step(name="taught_look", maker="taught_look", version=2, inputs=inputs)
    accepted(made, "s3", {hand: PPM}, steps=(step,))
    revocation.revoke(on(made, DAY), PRODUCER, "fe-1", why="they asked us to")
    later = on(made, "2026-06-30")
    found = royalties(later, PRODUCER, "300", currency="EUR", about="May", is_draft=True)
    assert list(found.stopped) == ["Person E"]
    assert MEASURED not in found.stopped["Person E"]
