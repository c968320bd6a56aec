"""Entries and balances: what is booked when a shot is delivered, a service bills, or somebody is paid.

A person's own accounts are ``Liabilities:NAME:KIND``; what they are owed there is a credit, a negative number.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Literal, get_args

from manyhands.core.currency import check_amount, minor_digits, money
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError
from manyhands.core.names import plain_name
from manyhands.core.source import Source

Owed = Literal["Wages", "Royalties", "Licences", "Replica"]
"""What a person may be owed money for."""

LICENCES = "Expenses:Licences"
HOSTED = "Expenses:Hosted"
ROYALTIES = "Expenses:Royalties"
CASH = "Assets:Cash"
WAGES_FUND = "Assets:Wages fund"
HOUSE = "Equity:House"
ESCROW_ACCOUNT = "Equity:Escrow"
INCOME = "Income:Receipts"


def transaction(
    id_: str, sides: Sequence[tuple[str, int]], *, currency: str, about: str, at: str, method: str = ""
) -> list[Entry]:
    """The entries of one transaction in one currency, its sides numbered from 0.

    Raises: InputError if they do not sum to zero, one is too large, or the currency is none.
    """
    minor_digits(currency)
    entries = [
        Entry(
            id=f"{id_}-{side}",
            transaction=id_,
            account=account,
            amount_minor=check_amount(amount),
            currency=currency,
            about=about,
            at=at,
            method=method,
        )
        for side, (account, amount) in enumerate(sides)
    ]
    check_balanced(entries)
    return entries


def fees_owed(shot: str, sources: Iterable[Source], *, at: str) -> list[Entry]:
    """The entries by which a delivered shot owes its sources' owners their fees."""
    entries = []
    for source in sources:
        terms = source.terms
        if terms.fee_minor == 0:
            continue
        entries += transaction(
            f"fee-{shot}-{source.id}",
            ((LICENCES, terms.fee_minor), (owed_to(source.owner, "Licences"), -terms.fee_minor)),
            currency=terms.currency,
            about=f"{source.title} in shot {shot}",
            at=at,
            method=f"the fee of its terms ({terms.licence}), once for each delivered shot",
        )
    return entries


def sending_cost(task: str, *, service: str, amount_minor: int, currency: str, about: str, at: str) -> list[Entry]:
    """The entries for what a hosted service billed for one task: nothing, but booked, for one that failed."""
    name = account_name(service)
    return transaction(
        f"sent-{task}",
        ((f"{HOSTED}:{name}", amount_minor), (f"Liabilities:{name}:Credits", -amount_minor)),
        currency=currency,
        about=about,
        at=at,
        method="what the service billed",
    )


def payment(
    id_: str,
    person: str,
    kind: str,
    amount_minor: int,
    currency: str,
    *,
    owed_minor: int,
    fund_minor: int,
    about: str,
    at: str,
) -> list[Entry]:
    """The entries by which a person was paid what they were owed; wages first out of what was put aside for them.

    Args:
        owed_minor: what they are owed of that kind.
        fund_minor: what lies aside for wages.
    Raises: InputError if the kind is none, the amount is not positive, or more than is owed.
    """
    if kind not in get_args(Owed):
        raise InputError(f"pay: nobody is owed {kind}.", f"It is one of {', '.join(get_args(Owed))}.")
    if amount_minor <= 0:
        raise InputError(
            f"pay: {money(amount_minor, currency)} is no payment.",
            "Give what was paid; to take it back, reverse it.",
        )
    if amount_minor > owed_minor:
        owed, paid = money(owed_minor, currency), money(amount_minor, currency)
        raise InputError(
            f"pay: {person} is owed {owed} of {kind.lower()}, not {paid}.",
            "Pay no more than that, or book first what more is owed.",
        )
    aside = min(amount_minor, max(0, fund_minor)) if kind == "Wages" else 0
    paid_out = [(account, -part) for account, part in ((WAGES_FUND, aside), (CASH, amount_minor - aside)) if part]
    sides = [(owed_to(person, kind), amount_minor), *paid_out]
    return transaction(id_, sides, currency=currency, about=about, at=at, method="paid")


def wages_uncovered(entries: Iterable[Entry]) -> dict[str, int]:
    """By currency: the wages that are owed, less what lies aside for them; only what is above zero.

    That one person was paid too much leaves another's wages as they are.
    """
    sums: dict[str, int] = defaultdict(int)
    for (account, currency), total in balances(entries).items():
        if account == WAGES_FUND:
            sums[currency] -= total
        elif account.startswith("Liabilities:") and account.split(":")[2:] == ["Wages"]:
            sums[currency] += max(0, -total)
    return {currency: owed for currency, owed in sorted(sums.items()) if owed > 0}


def royalties_owed(
    id_: str,
    received_minor: int,
    currency: str,
    *,
    floor_minor: int,
    amounts: Mapping[str, int],
    methods: Mapping[str, str],
    house: str,
    escrow: str,
    stopped: Mapping[str, str],
    about: str,
    at: str,
) -> list[Entry]:
    """The entries by which what came in is put aside for wages first, and the rest is owed to those who share in it.

    Args:
        amounts: each payee's, in minor units; they sum to ``received_minor - floor_minor``.
        methods: how each payee's share was come by.
        house: the payee whose share the production keeps.
        escrow: the payee that stands for what is held until it is decided on.
        stopped: who has nothing any more by a withdrawal, and why: it is booked, as an entry of nothing.
    """
    pool = received_minor - floor_minor
    kept = {house: HOUSE, escrow: ESCROW_ACCOUNT}
    account = {payee: kept.get(payee) or owed_to(payee, "Royalties") for payee in amounts}
    came = [(CASH, pool), (WAGES_FUND, floor_minor), (INCOME, -received_minor), (ROYALTIES, pool)]
    payees = [payee for payee, minor in amounts.items() if minor]
    sides = [side for side in came if side[1]] + [(account[payee], -amounts[payee]) for payee in payees]
    sides += [(owed_to(name, "Royalties"), 0) for name in stopped]
    made = transaction(id_, sides, currency=currency, about=about, at=at)
    told = [*(methods[payee] for payee in payees), *stopped.values()]
    first = len(made) - len(told)
    owed = [entry.but(method=how) for entry, how in zip(made[first:], told, strict=True)]
    return [*made[:first], *owed]


def check_balanced(entries: Iterable[Entry]) -> None:
    """Every transaction sums to zero in each currency.  Raises: InputError that names the first that does not."""
    for id_, currency, total in unbalanced(entries):
        raise InputError(
            f"ledger: transaction {id_} is off by {total} minor units of {currency}.", "Every debit needs its credit."
        )


def unbalanced(entries: Iterable[Entry]) -> list[tuple[str, str, int]]:
    """Each transaction that does not sum to zero: its id, the currency, and by how many minor units it is off."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        sums[(entry.transaction, entry.currency)] += entry.amount_minor
    return [(id_, currency, total) for (id_, currency), total in sums.items() if total]


def balances(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """The sum on each account, (account, currency) to minor units, in order of the accounts."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        sums[(entry.account, entry.currency)] += entry.amount_minor
    return dict(sorted(sums.items()))


def owed_to(person: str, kind: str = "") -> str:
    """The account of what a person is owed; without a kind, what all their accounts begin with."""
    return f"Liabilities:{account_name(person)}:{kind}"


def account_name(name: str) -> str:
    """A person's name as part of an account, in one form of Unicode: colons would split it, marks belong to letters."""
    composed = unicodedata.normalize("NFC", name)
    kept = "".join(letter if _is_kept(letter) else " " for letter in composed)
    return " ".join(kept.split()) or "unnamed"


def payee_id(name: str) -> str:
    """The id under which a payee's spelling is kept: one for all spellings of a name, as far as accounts tell them."""
    return f"payee-{sha256(plain_name(account_name(name)).encode()).hexdigest()[:24]}"


def _is_kept(letter: str) -> bool:
    return letter.isalnum() or letter in " .-" or unicodedata.category(letter).startswith("M")
