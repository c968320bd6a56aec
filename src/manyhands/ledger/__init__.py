"""Who is owed what: double entry in whole minor units, append-only, corrected by reversal."""

from __future__ import annotations

from manyhands.ledger.booking import (
    account_name,
    balances,
    check_balanced,
    fees_owed,
    payment,
    sending_cost,
)
from manyhands.ledger.journal import journal_faults, reversal
from manyhands.ledger.splits import split

__all__ = [
    "account_name",
    "balances",
    "check_balanced",
    "fees_owed",
    "journal_faults",
    "payment",
    "reversal",
    "sending_cost",
    "split",
]
