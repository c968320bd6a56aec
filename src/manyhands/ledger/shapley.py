"""What each contributor gave to a result that they made together: the Shapley value.

A contributor's value is the mean, over all orders in which they could have come, of what the result gained when they
did.  It is the only division in which the parts sum to the whole (efficiency), equals get equal parts (symmetry), who
adds nothing gets nothing (dummy), and two results divided apart sum to their sum divided at once (additivity).
Source: L. S. Shapley, "A Value for n-Person Games", 1953; sampling: Castro, Gómez, Tejada, 2009.
"""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial, sqrt
from typing import Literal

from manyhands.core.errors import InputError

MOST_EXACT = 6
"""So many contributors are valued exactly, by all 64 subsets; of more, orders are sampled."""

Coalition = tuple[str, ...]
"""Some of the contributors, sorted by name."""


@dataclass(frozen=True)
class Shapley:
    """The parts, and all that is needed to find them again.

    ``values`` are all coalitions whose result was asked for, with it; ``orders`` are the orders that were sampled from
    ``seed``; ``error`` is each part's standard error, 0 where it is exact.
    """

    parts: dict[str, Fraction]
    method: Literal["exact", "sampled"]
    values: dict[Coalition, Fraction]
    orders: tuple[Coalition, ...] = ()
    seed: int | None = None
    error: dict[str, float] | None = None


def shapley(
    value: Callable[[frozenset[str]], Fraction | float],
    players: Sequence[str],
    *,
    orders: int = 200,
    seed: int = 1,
    exact_up_to: int = MOST_EXACT,
) -> Shapley:
    """Value what each player gave.

    Args:
        value: what a set of players comes to, also the empty set; asked once for each set.
        orders: how many orders are sampled where there are more players than are valued exactly.
        seed: of the orders; order n has the players sorted by the SHA-256 of ``seed:n:player``, in any program.
    Raises: InputError if there is no player, one is named twice, or too few orders are asked for.
    """
    names = sorted(players)
    if not names or len(set(names)) < len(names):
        raise InputError("shapley: the players must be one or more, each named once.", "Name them so.")
    if orders < 2:
        raise InputError(f"shapley: {orders} orders give no error bar.", "Sample 2 or more.")
    known: dict[Coalition, Fraction] = {}

    def of(some: frozenset[str]) -> Fraction:
        key = tuple(sorted(some))
        if key not in known:
            known[key] = Fraction(value(some))
        return known[key]

    if len(names) <= exact_up_to:
        parts = {name: _exact(name, names, of) for name in names}
        return Shapley(parts, "exact", known, error=dict.fromkeys(names, 0.0))
    sampled = tuple(_order(names, seed, number) for number in range(orders))
    gains = _gains(sampled, of)
    parts = {name: sum(gains[name], Fraction(0)) / orders for name in names}
    error = {name: statistics.stdev(map(float, gains[name])) / sqrt(orders) for name in names}
    return Shapley(parts, "sampled", known, sampled, seed, error)


def recomputed(found: Shapley) -> Shapley:
    """The same from what was published only: the values of coalitions, and the seed.

    Raises: InputError if a value that is needed was not published.
    """

    def published(some: frozenset[str]) -> Fraction:
        key = tuple(sorted(some))
        if key not in found.values:
            raise InputError(f"shapley: the value of {', '.join(key) or 'nobody'} was not published.", "Ask for it.")
        return found.values[key]

    exact = len(found.parts) if found.method == "exact" else 0
    asked = max(2, len(found.orders))
    return shapley(published, list(found.parts), orders=asked, seed=found.seed or 1, exact_up_to=exact)


def _exact(name: str, names: Sequence[str], of: Callable[[frozenset[str]], Fraction]) -> Fraction:
    others, count = [other for other in names if other != name], len(names)
    total = Fraction(0)
    for size in range(count):
        weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
        for some in map(frozenset, combinations(others, size)):
            total += weight * (of(some | {name}) - of(some))
    return total


def _order(names: Sequence[str], seed: int, number: int) -> Coalition:
    return tuple(sorted(names, key=lambda name: hashlib.sha256(f"{seed}:{number}:{name}".encode()).digest()))


def _gains(orders: Sequence[Coalition], of: Callable[[frozenset[str]], Fraction]) -> Mapping[str, list[Fraction]]:
    gains: dict[str, list[Fraction]] = {name: [] for name in orders[0]}
    for order in orders:
        came: frozenset[str] = frozenset()
        for name in order:
            gains[name].append(of(came | {name}) - of(came))
            came |= {name}
    return gains
