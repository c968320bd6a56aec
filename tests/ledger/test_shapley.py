"""The Shapley value against games whose values are known in closed form."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.core.errors import InputError
from manyhands.ledger.shapley import Shapley, recomputed, shapley, wanted

NAMES = ["ana", "ben", "cem", "dua", "eva", "fay", "gus", "hal"]
GAINS = st.lists(st.integers(-1000, 1000), min_size=1, max_size=6)


@given(GAINS)
def test_in_an_additive_game_everybody_gets_what_they_bring(gains: list[int]) -> None:
    brings = dict(zip(NAMES, gains, strict=False))
    found = shapley(lambda some: Fraction(sum(brings[name] for name in some)), list(brings))
    assert found.parts == brings
    assert len(found.values) == 2 ** len(gains)


def test_the_glove_game_gives_the_one_right_glove_two_thirds() -> None:
    def pairs(some: frozenset[str]) -> int:
        return min(len(some & {"left 1", "left 2"}), len(some & {"right"}))

    found = shapley(pairs, ["right", "left 2", "left 1"])
    assert found.parts == {"left 1": Fraction(1, 6), "left 2": Fraction(1, 6), "right": Fraction(2, 3)}


@settings(max_examples=30)
@given(st.integers(2, 5), st.randoms(use_true_random=False))
def test_any_game_is_the_mean_over_all_orders_and_divides_the_whole(count: int, chance: object) -> None:
    names = NAMES[:count]
    known: dict[frozenset[str], Fraction] = {}

    def value(some: frozenset[str]) -> Fraction:
        return known.setdefault(some, Fraction(chance.randint(-99, 99), 7))  # type: ignore[attr-defined]

    found = shapley(value, names)
    means = dict.fromkeys(names, Fraction(0))
    orders = list(permutations(names))
    for order in orders:
        for at, name in enumerate(order):
            means[name] += (value(frozenset(order[: at + 1])) - value(frozenset(order[:at]))) / len(orders)
    assert found.parts == means
    assert sum(found.parts.values()) == value(frozenset(names)) - value(frozenset())


def test_equals_get_equal_parts_and_who_adds_nothing_gets_nothing() -> None:
    found = shapley(lambda some: len(some - {"dummy"}) ** 2, ["a", "b", "dummy", "c"])
    assert found.parts == {"a": 3, "b": 3, "c": 3, "dummy": 0}


def test_games_divided_apart_sum_to_their_sum_divided_at_once() -> None:
    one, other = (lambda some: len(some) ** 3), (lambda some: 5 * ("a" in some and "b" in some))
    names = ["a", "b", "c"]
    both = shapley(lambda some: one(some) + other(some), names).parts
    assert both == {name: shapley(one, names).parts[name] + shapley(other, names).parts[name] for name in names}


def squares(some: frozenset[str]) -> Fraction:
    """A game of eight with a closed form: by weights w, the value is (sum of w)²; a part is w times all weights."""
    return Fraction(sum(NAMES.index(name) + 1 for name in some) ** 2)


def sampled(seed: int = 1) -> Shapley:
    return shapley(squares, NAMES, orders=400, seed=seed)


def test_beyond_six_orders_are_sampled_with_an_error_bar_that_holds() -> None:
    weights = {name: at for at, name in enumerate(NAMES, 1)}
    truth = {name: weight * sum(weights.values()) for name, weight in weights.items()}
    off = []
    for seed in range(8):
        found = sampled(seed)
        assert found.method == "sampled"
        assert found.error is not None
        assert sum(found.parts.values()) == squares(frozenset(NAMES))
        off += [abs(float(found.parts[name]) - truth[name]) / found.error[name] for name in NAMES]
    assert sum(one < 2 for one in off) / len(off) > 0.85  # 95 % if errors are normal
    assert max(off) < 4.5


def test_a_payee_finds_the_same_from_what_is_published_and_not_without_it() -> None:
    for found in (sampled(), shapley(squares, NAMES[:4])):
        assert recomputed(found) == found
        some = max(found.values, key=len)
        fewer = {key: value for key, value in found.values.items() if key != some}
        with pytest.raises(InputError, match="was not published"):
            recomputed(Shapley(found.parts, found.method, fewer, found.orders, found.seed, found.error))


def test_the_same_seed_gives_the_same_orders_whoever_is_listed_first() -> None:
    assert shapley(squares, NAMES[::-1], orders=400, seed=1) == sampled()
    assert sampled(2).orders != sampled(1).orders


@pytest.mark.parametrize(("players", "orders"), [([], 9), (["a", "a"], 9), (["a"], 1)])
def test_what_is_no_game_is_refused(players: list[str], orders: int) -> None:
    with pytest.raises(InputError, match="shapley: "):
        shapley(squares, players, orders=orders)


@pytest.mark.parametrize("truncate", [Fraction(0), Fraction(200)])
@pytest.mark.parametrize("count", [1, 4, 7])
def test_what_is_wanted_next_is_just_what_the_division_asks_for(count: int, truncate: Fraction) -> None:
    names, known, rounds = NAMES[:count], {}, 0
    settings = {"orders": 5, "truncate": truncate, "exact_up_to": 6}
    while some := wanted(known, names, **settings):
        assert not set(some) & set(known)
        known |= {each: squares(frozenset(each)) for each in some}
        rounds += 1
    asked = dict.fromkeys(known, False)

    def value(some: frozenset[str]) -> Fraction:
        key = tuple(sorted(some))
        asked[key] = True
        return known[key]

    found = shapley(value, names, **settings)
    assert all(asked.values())
    assert set(found.values) == set(known)
    assert rounds <= count + 1
    assert recomputed(found) == found


def test_a_truncated_order_shares_what_is_left_and_the_parts_still_sum_to_the_whole() -> None:
    whole = squares(frozenset(NAMES))
    near = shapley(squares, NAMES, orders=50, truncate=whole / 3)
    full = shapley(squares, NAMES, orders=50)
    assert sum(near.parts.values()) == sum(full.parts.values()) == whole
    assert len(near.values) < len(full.values)
    lost = shapley(lambda some: 1, NAMES, orders=4, truncate=Fraction(1, 100))
    assert lost.parts == dict.fromkeys(NAMES, 0)
    assert len(lost.values) == 2
