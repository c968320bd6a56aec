"""Entry: one line of the append-only ledger."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from manyhands.core.noun import Noun


class Entry(Noun):
    """An amount on an account; the entries of one ``transaction`` sum to zero in each currency.

    ``amount_minor`` is a whole number of the currency's minor unit, debit positive.  ``method`` says how the amount
    was come by; ``reverses`` names the transaction that this one takes back.
    """

    KIND: ClassVar[str] = "entry"

    id: str
    transaction: str
    account: str = Field(pattern=r"^[A-Z][a-z]+(:[^:\s][^:]*)+$")
    amount_minor: int
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    about: str
    at: str
    method: str = ""
    reverses: str = ""
