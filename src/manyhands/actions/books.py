"""The ledger as a room shows it: balances, and entries page by page, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from manyhands.actions.studio import Studio
from manyhands.core.entry import Entry
from manyhands.core.hand import Hand
from manyhands.core.labour import Hours, Task
from manyhands.ledger.booking import owed_to
from manyhands.ledger.journal import reversal_id
from manyhands.ledger.wages import least_id, wage_id
from manyhands.store.forgetting import FORGET
from manyhands.store.production import Production

MOST_ON_A_PAGE = 500


@dataclass(frozen=True)
class PageOfEntries:
    """Entries, the newest first, each with its line of the log; ``total`` is how many there are of that kind."""

    total: int
    entries: tuple[tuple[int, Entry], ...]


def page(
    studio: Studio, by: Hand, *, person: str = "", shot: str = "", offset: int = 0, most: int = 100
) -> PageOfEntries:
    """Some of the entries: all, those on a person's accounts, or those that a shot brought about.

    Args:
        shot: what was billed and owed for it, and the wages of hours on its tasks; not with a person.
    Raises: RoleError.
    """
    studio.check(by, "ledger")
    begins: list[tuple[str, str]] = [("account", owed_to(person))] if person else []
    ids: list[str] = []
    if shot and not person:
        begins = [("transaction", f"fee-{shot}-")]
        ids = _of_work(studio.production, shot)
    total, entries = studio.production.page(
        Entry, begins=begins, shot="" if person else shot, ids=ids, offset=offset, most=min(most, MOST_ON_A_PAGE)
    )
    return PageOfEntries(total, tuple(entries))


def _of_work(production: Production, shot: str) -> list[str]:
    """The ids that entries for the hours on a shot's tasks have, and for what took them back."""
    tasks = {one.id for one in production.all(Task, shot=shot)}
    made = [booked for one in production.all(Hours) if one.task in tasks for booked in (wage_id(one), least_id(one))]
    return [f"{id_}-{side}" for one in made for id_ in (one, reversal_id(one)) for side in (0, 1)]


def balances_now(studio: Studio, by: Hand) -> list[tuple[str, str, int]]:
    """What stands on each account: its name, the currency, and minor units; they are summed once for new entries.

    Raises: RoleError.
    """
    studio.check(by, "ledger")
    forgotten = studio.production.log(act=FORGET)
    return list(_summed(studio.production, studio.production.last_line(Entry), len(forgotten)))


@lru_cache(maxsize=4)
def _summed(production: Production, last_line: int, forgotten: int) -> Sequence[tuple[str, str, int]]:
    """The balances, as they were saved: a name that was forgotten since is another account."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for one in production.saved(Entry).values():
        sums[one["account"], one["currency"]] += one["amount_minor"]
    return tuple((account, currency, total) for (account, currency), total in sorted(sums.items()))
