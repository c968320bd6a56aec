"""The ledger: whole minor units, every transaction sums to zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.errors import InputError
from manyhands.core.source import Source
from manyhands.ledger import account_name, balances, check_balanced, fees_owed
from manyhands.rights import terms_named

AT = "2026-01-01T00:00:00Z"


def source(id_: str, fee: int, owner: str = "Person A", currency: str = "EUR") -> Source:
    terms = terms_named("licensed", credit=owner, fee_minor=fee, currency=currency)
    return Source(id=id_, title=id_, sha256="0" * 64, path="p", owner=owner, terms=terms)


@given(st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from(["EUR", "JPY", "USD"])), max_size=8))
def test_fees_balance_and_are_owed_to_their_owners(fees: list[tuple[int, str]]) -> None:
    sources = [source(f"s{number}", fee, currency=currency) for number, (fee, currency) in enumerate(fees)]
    entries = fees_owed("sh010", sources, at=AT)
    check_balanced(entries)
    for currency in ("EUR", "JPY", "USD"):
        owed = sum(fee for fee, of in fees if of == currency)
        assert -balances(entries).get(("Liabilities:Person A:Licences", currency), 0) == owed


def test_one_unit_off_is_found() -> None:
    entries = fees_owed("sh010", [source("a", 1200)], at=AT)
    entries[0] = entries[0].but(amount_minor=1201)
    with pytest.raises(InputError, match="off by 1 minor"):
        check_balanced(entries)


@given(st.text())
def test_any_name_makes_an_account(name: str) -> None:
    assert ":" not in account_name(name)
    assert fees_owed("sh", [source("a", 5, owner=name or "x")], at=AT)


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("क्षितिज", "क्षितिज"),  # the marks belong to the letters
        ("Zoe\u0308", "Zoë"),
        ("  Person:  A ", "Person A"),
        ("A/B, Inc.", "A B Inc."),
        ("🎬", "unnamed"),
    ],
)
def test_a_name_stays_itself_as_an_account(name: str, account: str) -> None:
    assert account_name(name) == account
