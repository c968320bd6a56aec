"""The ledger of a large production: 500 people, 100,000 entries, 2,000 shots, 20,000 takes, on SQLite."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import Figure
from manyhands.actions import studio
from manyhands.actions.accounts import export_ledger, pay, reverse, statement, verify_ledger
from manyhands.actions.royalties import royalties
from manyhands.core.decision import Decision
from manyhands.core.extent import Extent, HandExtent
from manyhands.core.hand import Hand, person
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.ledger.booking import owed_to, transaction
from manyhands.rights import terms_named

PEOPLE, TRANSACTIONS, LINES = 500, 50_000, 2_000
PRODUCER = person("Person P")


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        made = large(Path(folder) / "film")
        period = {"first_day": "2026-04-01", "last_day": "2026-06-30"}
        found = [
            Figure(
                "100,000 entries: a person's statement",
                seconds(lambda: statement(made, PRODUCER, "Person 7", **period)),
                "s",
                1.0,
            ),
            Figure("100,000 entries: take one transaction back", seconds(lambda: reverse_one(made)), "s", None),
            Figure("100,000 entries: record a payment", seconds(lambda: pay_one(made)), "s", None),
            Figure("100,000 entries: ledger verify", seconds(lambda: verify_ledger(made.folder)), "s", None),
            Figure(
                "100,000 entries: export to beancount",
                seconds(lambda: export_ledger(made, PRODUCER, Path(folder) / "out", format="beancount")),
                "s",
                None,
            ),
        ]
        shots(made)
        found.append(Figure("2,000 shots, 20,000 takes: share what came in", seconds(lambda: share(made)), "s", None))
        made.close()
    return found


def large(folder: Path) -> studio.Studio:
    """A production in which everybody is owed something, again and again, over a year."""
    made = studio.new(folder, PRODUCER, name="Film")
    each = TRANSACTIONS // LINES
    for line in range(LINES):
        with made.act("delivered", PRODUCER) as t:
            for number in range(line * each, (line + 1) * each):
                who, minor = f"Person {number % PEOPLE}", 100 + number % 9973
                at = f"2026-{1 + 12 * number // TRANSACTIONS:02d}-{1 + number % 28:02d}T12:00:00Z"
                sides = (("Expenses:Licences", minor), (owed_to(who, "Licences"), -minor))
                about = f"a plate in shot sh{number:05d}"
                for entry in transaction(f"t{number}", sides, currency="EUR", about=about, at=at, method="agreed"):
                    t.put(entry, entry.id)
    return made


def shots(made: studio.Studio) -> None:
    """Shots with ten takes each, the last of them accepted; a plate of somebody's under smoke."""
    span, smoke = Span(length=48, rate_fps=24), Hand(id="procedure:smoke:1", origin="procedure", name="smoke")
    recipe = Recipe(steps=(Step(name="smoke", maker="smoke", version=1, inputs={"plate": PLATE}),))
    for number in range(2_000):
        who, shot = f"Person {number % PEOPLE}", f"sh{number:05d}"
        plate = Source(id=f"p{number}", title=shot, sha256="a" * 64, path="p", owner=who, terms=terms_named("own"))
        hands = [(plate.hand, 700_000), (smoke, 300_000)]
        parts = tuple(
            HandExtent(hand=hand, origin_ppm=ppm, area_ppm=0, altered_ppm=0, frames=48) for hand, ppm in hands
        )
        extent = Extent(hands=parts, empty_ppm=0, changed_ppm=0, frames=48, screen_seconds="2")
        with made.act("run", PRODUCER) as t:
            t.put(plate, plate.id)
            t.put(Shot(id=shot, plate=plate.id, span=span), shot, shot=shot)
            if number == 0:
                t.put(recipe, recipe.id)
            for run in range(10):
                take = Take(
                    id=f"{shot}-{run}",
                    shot=shot,
                    recipe=recipe.id,
                    seed=run,
                    span=span,
                    width=8,
                    height=8,
                    folder="x",
                    frames_sha256="b" * 64,
                    hands=(plate.hand, smoke),
                    extent=extent,
                    seconds=1,
                )
                t.put(take, take.id, shot=shot)
            verdict = Decision(
                id=f"d-{shot}", take=take.id, verdict="accept", by=PRODUCER, reason="x", door="studio", at="2026-01-01"
            )
            t.put(verdict, verdict.id, shot=shot)


def share(made: studio.Studio) -> None:
    royalties(made, PRODUCER, "123456.78", currency="EUR", about="a cinema, May")


def reverse_one(made: studio.Studio) -> None:
    reverse(made, PRODUCER, "t4321", why="measured")


def pay_one(made: studio.Studio) -> None:
    pay(made, PRODUCER, "Person 9", "1.00", currency="EUR", kind="Licences", about="bank 1")


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
