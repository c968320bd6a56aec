"""The journal as a whole: what is taken back by an entry of its own, and what does not hold.

That no entry was edited, removed, added or moved behind the ledger's back is proved by the log, whose lines are chained
by hashes and carry the SHA-256 of every entry (``store/log.py``); what is looked for here is what the log cannot know:
that every transaction balances, that nothing was taken back twice, or otherwise than as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from manyhands.core.currency import MINOR_DIGITS
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, NotFoundError, StateError
from manyhands.ledger.booking import check_balanced, unbalanced

ROOTS = ("Assets", "Equity", "Expenses", "Income", "Liabilities")
LONGEST_ID = 190


def reversal(transaction: str, entries: Sequence[Entry], *, why: str, at: str) -> list[Entry]:
    """The entries that take a transaction back: the same accounts, each amount with its sign turned.

    Args:
        entries: those of the transaction, and of what took it back already.
        why: the reason, which stands with the entries.
    Raises: InputError without a reason; NotFoundError if there is no such transaction; StateError if it was taken back.
    """
    if not why.strip():
        raise InputError("ledger reverse: it has no reason.", 'Add --why "…": the record is nothing without it.')
    of = [entry for entry in entries if entry.transaction == transaction]
    if not of:
        raise NotFoundError("transaction", transaction, known=list(dict.fromkeys(one.transaction for one in entries)))
    taken = next((entry for entry in entries if entry.reverses == transaction), None)
    if taken is not None:
        raise StateError(
            f"ledger reverse: {transaction} was taken back on {taken.at[:10]}.",
            f"To let it stand again, take that back: manyhands ledger reverse {taken.transaction}.",
        )
    id_ = reversal_id(transaction)
    made = [
        Entry(
            id=f"{id_}-{side}",
            transaction=id_,
            account=entry.account,
            amount_minor=-entry.amount_minor,
            currency=entry.currency,
            about=f"taken back: {entry.about} ({why.strip()})",
            at=at,
            method=f"reversal of {transaction}",
            reverses=transaction,
        )
        for side, entry in enumerate(of)
    ]
    check_balanced(made)
    return made


def reversal_id(transaction: str) -> str:
    """The id of what takes a transaction back; there is one only, so two people cannot do it twice."""
    id_ = f"reversal-{transaction}"
    return id_ if len(id_) <= LONGEST_ID else f"reversal-{hashlib.sha256(transaction.encode()).hexdigest()}"


def stands(transaction: str, is_there: Callable[[str], bool]) -> bool:
    """Whether a transaction was booked and is not taken back, or that was taken back in its turn, and so on."""
    times = 0
    if not is_there(transaction):
        return False
    while is_there(transaction := reversal_id(transaction)):
        times += 1
    return times % 2 == 0


def journal_faults(entries: Sequence[Entry]) -> list[str]:
    """Every transaction that does not balance, and every reversal that is not the mirror of what it takes back."""
    found = [
        f"transaction {id_} is off by {total} minor units of {currency}" for id_, currency, total in unbalanced(entries)
    ]
    of = {id_: list(some) for id_, some in groupby(sorted(entries, key=_transaction), key=_transaction)}
    taken: dict[str, str] = {}
    for id_, some in of.items():
        for origin in sorted({entry.reverses for entry in some if entry.reverses}):
            if origin in taken:
                found.append(f"transaction {origin} is taken back twice, by {taken[origin]} and by {id_}")
            elif origin not in of:
                found.append(f"transaction {id_} takes back {origin}, which is not there")
            elif _sums(some) != _sums(of[origin], sign=-1):
                found.append(f"transaction {id_} is not the mirror of {origin}, which it takes back")
            taken.setdefault(origin, id_)
    for entry in entries:
        if entry.account.split(":")[0] not in ROOTS:
            found.append(f"entry {entry.id} is on {entry.account}, which begins with none of {', '.join(ROOTS)}")
        if entry.currency not in MINOR_DIGITS:
            found.append(f"entry {entry.id} is in {entry.currency}, which is no currency")
    return found


def _transaction(entry: Entry) -> str:
    return entry.transaction


def _sums(entries: Iterable[Entry], *, sign: int = 1) -> list[tuple[str, str, int]]:
    return sorted((entry.account, entry.currency, sign * entry.amount_minor) for entry in entries)
