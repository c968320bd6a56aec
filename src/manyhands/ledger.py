"""Who is owed what: double entry in whole minor units, append-only, corrected by reversal.

It books two things: the fee that a source's terms ask for each delivered shot, and what hosted services billed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from manyhands.core.entry import Entry
from manyhands.core.errors import InputError
from manyhands.core.source import Source

LICENCES = "Expenses:Licences"
HOSTED = "Expenses:Hosted"


def fees_owed(shot: str, sources: Iterable[Source], *, at: str) -> list[Entry]:
    """The entries by which a delivered shot owes its sources' owners their fees."""
    entries = []
    for source in sources:
        terms = source.terms
        if terms.fee_minor == 0:
            continue
        transaction = f"fee-{shot}-{source.id}"
        owner = f"Liabilities:{account_name(source.owner)}:Licences"
        about = f"{source.title} in shot {shot}"
        for side, (account, amount) in enumerate(((LICENCES, terms.fee_minor), (owner, -terms.fee_minor))):
            entries.append(
                Entry(
                    id=f"{transaction}-{side}",
                    transaction=transaction,
                    account=account,
                    amount_minor=amount,
                    currency=terms.currency,
                    about=about,
                    at=at,
                )
            )
    check_balanced(entries)
    return entries


def sending_cost(task: str, *, service: str, amount_minor: int, currency: str, about: str, at: str) -> list[Entry]:
    """The entries for what a hosted service billed for one task: nothing, but booked, for one that failed."""
    transaction = f"sent-{task}"
    name = account_name(service)
    sides = ((f"{HOSTED}:{name}", amount_minor), (f"Liabilities:{name}:Credits", -amount_minor))
    entries = [
        Entry(
            id=f"{transaction}-{side}",
            transaction=transaction,
            account=account,
            amount_minor=amount,
            currency=currency,
            about=about,
            at=at,
        )
        for side, (account, amount) in enumerate(sides)
    ]
    check_balanced(entries)
    return entries


def check_balanced(entries: Iterable[Entry]) -> None:
    """Every transaction sums to zero in each currency.  Raises: InputError that names the first that does not."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        sums[(entry.transaction, entry.currency)] += entry.amount_minor
    for (transaction, currency), total in sums.items():
        if total:
            raise InputError(
                f"ledger: transaction {transaction} is off by {total} minor units of {currency}.",
                "Every debit needs its credit.",
            )


def balances(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """The sum on each account, (account, currency) to minor units, in order of the accounts."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        sums[(entry.account, entry.currency)] += entry.amount_minor
    return dict(sorted(sums.items()))


def account_name(name: str) -> str:
    """A person's name as part of an account: colons would split it."""
    kept = "".join(letter if letter.isalnum() or letter in " .-" else " " for letter in name)
    return " ".join(kept.split()) or "unnamed"
