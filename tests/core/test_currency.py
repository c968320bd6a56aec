"""Amounts have the digits of their own currency."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.currency import MINOR_DIGITS, MOST_MINOR, decimal, minor_of, money
from manyhands.core.errors import InputError


@pytest.mark.parametrize(
    ("minor", "currency", "told"),
    [
        (140, "USD", "USD 1.40"),
        (-150, "USD", "USD -1.50"),  # not -2.50, which floor division makes of it
        (-5, "EUR", "EUR -0.05"),
        (0, "EUR", "EUR 0.00"),
        (1400, "JPY", "JPY 1400"),
        (1234, "KWD", "KWD 1.234"),
        (-1, "CLF", "CLF -0.0001"),
    ],
)
def test_money_reads_as_people_write_it(minor: int, currency: str, told: str) -> None:
    assert money(minor, currency) == told


@given(st.integers(-MOST_MINOR, MOST_MINOR), st.sampled_from(sorted(MINOR_DIGITS)))
def test_what_is_written_is_read_back(minor: int, currency: str) -> None:
    assert minor_of(decimal(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        *(
            (amount, "EUR")
            for amount in ("", "1.234", "1,50", "1e9", "nan", "٣", "--1", "1.", "9" * 17, "10000000000000.01")
        ),
        ("1.5", "JPY"),
        ("1", "XAU"),
        ("1", "eur"),
        ("1", "ABC"),
    ],
)
def test_what_is_no_amount_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(InputError):
        minor_of(amount, currency)


def test_the_list_has_the_codes_of_iso_4217_by_their_digits() -> None:
    counts = {digits: sum(1 for found in MINOR_DIGITS.values() if found == digits) for digits in (0, 2, 3, 4)}
    withdrawn = 6
    assert counts == {0: 17, 2: 139 + withdrawn, 3: 7, 4: 2}
