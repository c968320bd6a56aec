"""Not a cent is lost or made, whoever shares in what."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from manyhands.core.currency import MOST_MINOR
from manyhands.core.errors import InputError
from manyhands.ledger import split


def test_twenty_thousand_random_splits_are_exact_to_the_cent() -> None:
    chance = random.Random(20260501)
    for _ in range(20_000):
        amount = chance.choice([0, 1, -1, MOST_MINOR, -MOST_MINOR, chance.randint(-(10**6), 10**6)])
        shares = {
            f"p{n}": Fraction(chance.randint(0, 10**6), chance.randint(1, 10**6)) for n in range(chance.randint(1, 9))
        }
        shares["p0"] += Fraction(1, 10**9)
        whole = sum(shares.values())
        parts = split(amount, shares)
        assert sum(parts.values()) == amount
        assert all(abs(parts[name] - amount * share / whole) < 1 for name, share in shares.items())
        assert all(parts[name] == 0 for name, share in shares.items() if share == 0)
        listed = list(shares.items())
        chance.shuffle(listed)
        assert split(amount, dict(listed)) == parts


def test_equal_remainders_go_to_the_name_that_sorts_first() -> None:
    third = Fraction(1, 3)
    assert split(100, {"c": third, "b": third, "a": third}) == {"a": 34, "b": 33, "c": 33}
    assert split(-100, {"c": third, "b": third, "a": third}) == {"a": -34, "b": -33, "c": -33}


@pytest.mark.parametrize("shares", [{}, {"a": 0}, {"a": 1, "b": -1}, {"a": 0.5}, {"a": True}])
def test_shares_that_are_none_are_refused(shares: dict[str, object]) -> None:
    with pytest.raises(InputError, match="split: "):
        split(100, shares)  # type: ignore[arg-type]


def test_more_than_anybody_books_is_refused() -> None:
    with pytest.raises(InputError, match="too much for one entry"):
        split(MOST_MINOR + 1, {"a": 1})
