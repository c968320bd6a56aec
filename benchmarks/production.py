"""A large production: 2,000 shots, 20,000 takes, 500 people, 100,000 entries; on SQLite and on PostgreSQL.

PostgreSQL is the server that MANYHANDS_TEST_POSTGRES names, or a private one; without its programs it is left out.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.measure import Figure
from manyhands.actions import gate, rights
from manyhands.actions.accounts import export_ledger, pay, reverse, statement, verify_ledger
from manyhands.actions.consents import registry
from manyhands.actions.facts import take_of
from manyhands.actions.policies import policy
from manyhands.actions.revocation import foresee
from manyhands.actions.rights import grant
from manyhands.actions.royalties import royalties
from manyhands.actions.studio import Studio
from manyhands.core.grant import permits
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.rights import all_packs
from tests import databases, large

ENTRIES, SHOTS = "100,000 entries", "2,000 shots, 20,000 takes"


def figures() -> Iterator[Figure]:
    yield from measured("SQLite", "")
    try:
        address = databases.address()
    except pytest.skip.Exception:
        return
    yield from measured("PostgreSQL", address)


def measured(name: str, database: str) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        film = large.film(Path(folder) / "film", transactions=large.TRANSACTIONS, database=database)
        policy(film, large.DIRECTOR, list(all_packs()))
        given = grant(
            film, large.DIRECTOR, work="work", grantor="Company X", terms=permits("train_shot", "deliver"),
            about="one film", signed_on=large.DAY,
        )  # fmt: skip
        yield Figure(f"{name}: make it, straight in the store", time.perf_counter() - began, "s", None)
        for what, value, unit, goal in film_figures(film, given.id, Path(folder)):
            yield Figure(f"{name}: {what}", value, unit, goal)
        film.close()


Told = tuple[str, float, str, float | None]


def film_figures(film: Studio, given: str, folder: Path) -> Iterator[Told]:
    yield from gates(film)
    keys, out = folder / "keys.toml", folder / "ledger.beancount"
    keys.write_text(large.KEYS)
    by, period = large.DIRECTOR, {"first_day": "2026-04-01", "last_day": "2026-06-30"}
    acts: list[tuple[str, float | None, Callable[[], object]]] = [
        (f"{SHOTS}: all packs over the film", 20, lambda: gate.check(film, by)),
        ("the same again, nothing changed", 20, lambda: gate.check(film, by)),
        (f"{ENTRIES}: a person's statement", 1, lambda: statement(film, by, "Person 7", **period)),
        (f"{SHOTS}: what a withdrawal touches", 2, lambda: foresee(film, given)),
        (f"{SHOTS}: share what came in", None, lambda: share(film, keys)),
        (f"{ENTRIES}: take one transaction back", None, lambda: reverse(film, by, "t4321", why="measured")),
        (f"{ENTRIES}: record a payment", None, lambda: pay_one(film)),
        (f"{ENTRIES}: ledger verify", None, lambda: verify_ledger(film.folder)),
        (f"{ENTRIES}: export to beancount", None, lambda: export_ledger(film, by, out, format="beancount")),
    ]
    for what, goal, act in acts:
        wall, own = seconds(act)
        yield what, wall, "s", goal
        yield "  of that this process's own", own, "s", None
    yield "most memory so far", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", None


def gates(film: Studio) -> Iterator[Told]:
    """Of one shot after another, the first few left out; how much of it this process computed, and did not wait."""
    each = [seconds(lambda at=at: gate_of(film, large.shot_id(at))) for at in range(0, large.SHOTS, 39)][5:]
    yield "gate check of one shot, all packs (median)", 1000 * statistics.median(wall for wall, _ in each), "ms", 50
    yield "  of that this process's own", 1000 * statistics.median(own for _, own in each), "ms", None


def gate_of(film: Studio, shot_id: str) -> None:
    """What stands between a shot and its delivery, but for the frames themselves."""
    shot = film.production.get(Shot, shot_id)
    take = take_of(film, shot)
    assert take is not None
    held = registry(film)
    rights.check(film, shot_id, film.production.get(Recipe, take.recipe), held=held)
    gate.checks(film, large.DIRECTOR, [shot], takes={shot_id: take}, held=held, is_final=True)


def share(film: Studio, keys: Path) -> None:
    royalties(film, large.DIRECTOR, "123456.78", currency="EUR", about="a cinema, May", keys=keys)


def pay_one(film: Studio) -> None:
    pay(film, large.DIRECTOR, "Person 9", "1.00", currency="EUR", kind="Licences", about="bank 1")


def seconds(act: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of this process's own work: on a busy machine the second tells more."""
    wall, own = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - own
