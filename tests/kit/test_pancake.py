"""A building that comes down: what stands, in which order it fails, and that what falls falls as it should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from manyhands.kit.pancake import (
    CRUSH,
    CRUSHED,
    STANDS,
    Building,
    Fall,
    failing_from,
    fallen,
    heap_of,
    squashed,
    standing_still,
)

FRAME_S = 1 / 24


def house(storeys: int = 8, bays: int = 5, *, resist: float = 0.0, fails: np.ndarray | None = None) -> Building:
    """A house 10 px to a storey, 2 px to a metre."""
    x, y = np.linspace(20, 20 + 12 * bays, bays + 1), 100 - 10.0 * np.arange(storeys + 1)
    rest = np.stack(np.broadcast_arrays(x[None, :], y[:, None]), -1).astype(np.float64)
    never = np.full((storeys, bays + 1), np.inf)
    return Building(
        rest=rest,
        present=np.ones((storeys, bays), bool),
        fails=never if fails is None else fails,
        slab_limit=np.full((storeys + 1, bays), 8.0),
        brace_limit=np.full((storeys, bays), 4.0),
        thrown=np.zeros((storeys + 1, bays + 1)),
        gravity=9.81 * 2,
        lean=0.0,
        resist=np.full((storeys, bays + 1), resist),
        metre_px=2.0,
    )


def after(building: Building, seconds: float) -> Fall:
    fall = standing_still(building)
    for frame in range(round(seconds / FRAME_S)):
        fall = fallen(building, fall, frame * FRAME_S, FRAME_S)
    return fall


def test_a_house_of_which_nothing_fails_stands_exactly() -> None:
    building = house()
    fall = after(building, 2.0)
    assert np.array_equal(fall.at, building.rest.astype(np.float32))
    assert not fall.loose.any()


def test_what_loses_its_ground_floor_falls_freely() -> None:
    """Half a g t squared until the first storey is crushed, where a crushed post does not brake."""
    fails = np.full((8, 6), np.inf)
    fails[0] = 0.0
    building = house(fails=fails)
    seconds = 0.5
    roof = after(building, seconds).at[-1, :, 1] - building.rest[-1, :, 1]
    assert roof == pytest.approx(0.5 * building.gravity * seconds**2, rel=0.1)


def test_posts_that_are_crushed_brake_what_comes_down() -> None:
    fails = np.full((8, 6), np.inf)
    fails[0] = 0.0
    slow, free = (after(house(resist=part, fails=fails), 0.5).at[-1, :, 1].mean() for part in (0.6, 0.0))
    assert slow < free


def test_in_the_end_all_floors_lie_on_each_other_and_stay_there() -> None:
    fails = np.zeros((8, 6))
    building = house(fails=fails)
    end = after(building, 5.0)
    tall = end.at[0, :, 1] - end.at[-1, :, 1]
    assert (tall > 0.5 * CRUSH * 80).all()
    assert (tall < 3 * CRUSH * 80).all()
    later = end
    for frame in range(24):
        later = fallen(building, later, 5.0 + frame * FRAME_S, FRAME_S)
    assert np.abs(later.at[..., 1] - end.at[..., 1]).max() < 0.5, "a heap does not sink"
    assert (later.at[..., 1] <= building.rest[0, 0, 1] + 1e-3).all(), "nothing sinks into the ground"


def test_the_failure_travels_from_where_it_starts() -> None:
    rest = house(20, 10).rest
    start = (rest[0, 0, 0], rest[0, 0, 1])
    fails = failing_from(rest, start, 2.0, np.random.default_rng(3))
    middle = (rest[1:] + rest[:-1]) / 2
    away = np.hypot(middle[..., 0] - start[0], middle[..., 1] - start[1])
    self_failing = np.isfinite(fails)
    order = np.argsort(away[self_failing])
    near, far = fails[self_failing][order[:10]], fails[self_failing][order[-10:]]
    assert near.max() < far.min()
    assert fails[self_failing].max() <= 2.0
    assert 0.1 < self_failing.mean() < 0.8, "most of a building waits until something falls on it"


def test_what_stands_is_crushed_by_what_falls_on_it_from_above_to_below() -> None:
    fails = np.full((8, 6), np.inf)
    fails[5] = 0.0
    building = house(fails=fails)
    fall, broke = standing_still(building), np.full(8, np.inf)
    for frame in range(120):
        fall = fallen(building, fall, frame * FRAME_S, FRAME_S)
        newly = (fall.posts == CRUSHED).all(1) & np.isinf(broke)
        broke[newly] = frame
    assert np.isfinite(broke[:6]).all()
    assert (np.diff(broke[:6]) <= 0).all(), "the lower, the later"


def test_a_part_that_juts_out_goes_with_what_holds_it() -> None:
    fails = np.full((8, 6), np.inf)
    fails[0] = 0.0
    building = house(fails=fails)
    present = building.present.copy()
    present[:5, 0] = present[:5, 4] = False  # eaves on both sides
    fall = after(replace(building, present=present), 0.6)
    assert (fall.at[6, :, 1] - building.rest[6, :, 1] > 1).all()


def test_a_house_that_fails_on_one_side_does_not_come_down_level() -> None:
    fails = np.full((8, 6), np.inf)
    fails[0] = np.linspace(0, 1.5, 6)
    weak = replace(house(fails=fails), brace_limit=np.full((8, 5), 0.4), slab_limit=np.full((9, 5), 0.8))
    sunk = after(weak, 1.2).at[-1, :, 1] - weak.rest[-1, :, 1]
    assert sunk[0] > sunk[-1] + 2


def test_the_heap_rises_with_the_floors_that_lie_on_it() -> None:
    building = house(fails=np.zeros((8, 6)))
    heap = heap_of(building, after(building, 5.0))
    assert (heap < building.rest[0, :, 1] - 0.5 * CRUSH * 80).all()
    assert np.array_equal(heap_of(building, standing_still(building)), building.rest[0, :, 1])


def test_bays_that_stand_are_not_squashed() -> None:
    building = house()
    fall = standing_still(building)
    assert squashed(building, fall) == pytest.approx(1.0)
    assert (fall.posts == STANDS).all()
