"""What each contributor gave to a result that they made together: the Shapley value.

A contributor's value is the mean, over all orders in which they could have come, of what the result gained when they
did.  It is the only division in which the parts sum to the whole (efficiency), equals get equal parts (symmetry), who
adds nothing gets nothing (dummy), and two results divided apart sum to their sum divided at once (additivity).
Source: L. S. Shapley, "A Value for n-Person Games", 1953; sampling: Castro, Gómez, Tejada, 2009; truncation: Ghorbani
and Zou, "Data Shapley", 2019.
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
    ``seed``; ``error`` is each part's standard error, 0 where it is exact.  Where ``truncate`` is above 0, an order was
    left as soon as its result came so near to the whole, and what was left was shared equally by those still to come.
    """

    parts: dict[str, Fraction]
    method: Literal["exact", "sampled"]
    values: dict[Coalition, Fraction]
    orders: tuple[Coalition, ...] = ()
    seed: int | None = None
    error: dict[str, float] | None = None
    truncate: Fraction = Fraction(0)


def shapley(
    value: Callable[[frozenset[str]], Fraction | float],
    players: Sequence[str],
    *,
    orders: int = 200,
    seed: int = 1,
    exact_up_to: int = MOST_EXACT,
    truncate: Fraction = Fraction(0),
) -> Shapley:
    """Value what each player gave.

    Args:
        value: what a set of players comes to, also the empty set; asked once for each set.
        orders: how many orders are sampled where there are more players than are valued exactly.
        seed: of the orders; order n has the players sorted by the SHA-256 of ``seed:n:player``, in any program.
        truncate: how near to the whole an order is left, in the value's unit; 0 goes through every order to its end.
    Raises: InputError if there is no player, one is named twice, or too few orders are asked for.
    """
    names = _checked(players, orders)
    known: dict[Coalition, Fraction] = {}

    def of(some: frozenset[str]) -> Fraction:
        key = tuple(sorted(some))
        if key not in known:
            known[key] = Fraction(value(some))
        return known[key]

    if len(names) <= exact_up_to:
        parts = {name: _exact(name, names, of) for name in names}
        return Shapley(parts, "exact", known, error=dict.fromkeys(names, 0.0))
    sampled = _orders(names, seed, orders)
    gains = _gains(sampled, of, truncate)
    parts = {name: sum(gains[name], Fraction(0)) / orders for name in names}
    error = {name: statistics.stdev(map(float, gains[name])) / sqrt(orders) for name in names}
    return Shapley(parts, "sampled", known, sampled, seed, error, truncate)


def wanted(
    known: Mapping[Coalition, Fraction],
    players: Sequence[str],
    *,
    orders: int = 200,
    seed: int = 1,
    exact_up_to: int = MOST_EXACT,
    truncate: Fraction = Fraction(0),
) -> list[Coalition]:
    """The coalitions that are to be valued next, all of which can be at once; none when :func:`shapley` has its values.

    The fewest contributors come first.  Where orders are truncated, which is wanted next depends on the values that are
    known, so that it is asked again after each lot.
    Args, Raises: as :func:`shapley`.
    """
    names = _checked(players, orders)
    if len(names) <= exact_up_to:
        every = [some for size in range(len(names) + 1) for some in combinations(names, size)]
        return [some for some in every if some not in known]
    ends: list[Coalition] = [some for some in ((), tuple(names)) if some not in known]
    if ends:
        return ends
    whole = known[tuple(names)]
    found: dict[Coalition, None] = {}
    for order in _orders(names, seed, orders):
        for size in range(1, len(names)):
            before, some = tuple(sorted(order[: size - 1])), tuple(sorted(order[:size]))
            if before in known and _is_near(whole - known[before], truncate):
                break
            if some not in known:
                found[some] = None
                if truncate:
                    break
    return sorted(found, key=lambda some: (len(some), some))


def _checked(players: Sequence[str], orders: int) -> list[str]:
    names = sorted(players)
    if not names or len(set(names)) < len(names):
        raise InputError("shapley: the players must be one or more, each named once.", "Name them so.")
    if orders < 2:
        raise InputError(f"shapley: {orders} orders give no error bar.", "Sample 2 or more.")
    return names


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
    return shapley(
        published,
        list(found.parts),
        orders=asked,
        seed=found.seed or 1,
        exact_up_to=exact,
        truncate=found.truncate,
    )


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


def _orders(names: Sequence[str], seed: int, orders: int) -> tuple[Coalition, ...]:
    return tuple(_order(names, seed, number) for number in range(orders))


def _gains(
    orders: Sequence[Coalition], of: Callable[[frozenset[str]], Fraction], truncate: Fraction
) -> Mapping[str, list[Fraction]]:
    gains: dict[str, list[Fraction]] = {name: [] for name in orders[0]}
    for order in orders:
        came: frozenset[str] = frozenset()
        for at, name in enumerate(order):
            if truncate and _is_near(left := of(frozenset(order)) - of(came), truncate):
                for other in order[at:]:
                    gains[other].append(left / len(order[at:]))
                break
            gains[name].append(of(came | {name}) - of(came))
            came |= {name}
    return gains


def _is_near(left: Fraction, truncate: Fraction) -> bool:
    return bool(truncate) and abs(left) <= truncate
