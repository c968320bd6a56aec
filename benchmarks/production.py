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

PEOPLE, ENTRIES, SHOTS = "500 people", "100,000 entries", "2,000 shots, 20,000 takes"


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


def film_figures(film: Studio, given: str, folder: Path) -> Iterator[tuple[str, float, str, float | None]]:
    ids = [large.shot_id(number) for number in range(0, large.SHOTS, 39)]
    yield "gate check of one shot, all packs (median)", median(lambda id_: gate_of(film, id_), ids), "ms", 50
    yield f"{SHOTS}: all packs over the film", seconds(lambda: gate.check(film, large.DIRECTOR)), "s", 20
    yield "the same again, nothing changed", seconds(lambda: gate.check(film, large.DIRECTOR)), "s", 20
    period = {"first_day": "2026-04-01", "last_day": "2026-06-30"}
    told = lambda: statement(film, large.DIRECTOR, "Person 7", **period)  # noqa: E731
    yield f"{ENTRIES}: a person's statement", seconds(told), "s", 1
    yield f"{SHOTS}: what a withdrawal touches", seconds(lambda: foresee(film, given)), "s", 2
    keys = folder / "keys.toml"
    keys.write_text(large.KEYS)
    yield f"{SHOTS}: share what came in", seconds(lambda: share(film, keys)), "s", None
    yield (
        f"{ENTRIES}: take one transaction back",
        seconds(lambda: reverse(film, large.DIRECTOR, "t4321", why="m")),
        "s",
        None,
    )
    yield f"{ENTRIES}: record a payment", seconds(lambda: pay_one(film)), "s", None
    yield f"{ENTRIES}: ledger verify", seconds(lambda: verify_ledger(film.folder)), "s", None
    out = folder / "ledger.beancount"
    exported = lambda: export_ledger(film, large.DIRECTOR, out, format="beancount")  # noqa: E731
    yield f"{ENTRIES}: export to beancount", seconds(exported), "s", None
    yield "most memory so far", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", None


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


def median(act: Callable[[str], object], ids: list[str]) -> float:
    """In ms, over many, the first few left out."""
    taken = [seconds(lambda id_=id_: act(id_)) for id_ in ids]
    return 1000 * statistics.median(taken[5:])


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
