"""Rubble: it falls freely, bounces lower, does not overlap where it lies, and what rests does not sink."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.rubble import FREE, LAYERS, PARTS, RADIUS, RESTS, VX, VY, X, Y, tumbled

FLOOR = np.full(5, 200.0)
GRAVITY, FRAME_S = 100.0, 1 / 24


def pieces(count: int) -> np.ndarray:
    found = np.zeros((count, PARTS), np.float32)
    found[:, RADIUS] = 4.0
    return found


def after(found: np.ndarray, frames: int) -> tuple[np.ndarray, np.ndarray, list[float]]:
    how, heard = np.full(len(found), FREE, np.uint8), []
    for _ in range(frames):
        found, how, struck = tumbled(found, how, FLOOR, 0.0, 100.0, GRAVITY, FRAME_S)
        heard.append(float(struck.max()))
    return found, how, heard


def test_a_piece_falls_as_all_things_fall() -> None:
    found = pieces(1)
    found[0, X], found[0, VX] = 50, 12
    end, _, heard = after(found, 24)
    assert end[0, Y] == pytest.approx(0.5 * GRAVITY, rel=0.08)
    assert end[0, X] == pytest.approx(62, rel=0.02)
    assert max(heard) == 0


def test_it_strikes_the_ground_bounces_lower_and_comes_to_rest() -> None:
    found = pieces(1)
    found[0, X], found[0, VX] = 50, 5
    heights, how = [], np.full(1, FREE, np.uint8)
    for _ in range(200):
        found, how, _ = tumbled(found, how, FLOOR, 0.0, 100.0, GRAVITY, FRAME_S)
        heights.append(200 - float(found[0, Y]))
    assert how[0] == RESTS
    first = next(number for number, height in enumerate(heights) if height < 4)
    assert max(heights[first:]) < 0.25 * heights[0]
    assert found[0, VY] == 0


def test_what_rests_stays_exactly_where_it_is() -> None:
    found = pieces(40)
    rng = np.random.default_rng(1)
    found[:, X], found[:, Y] = rng.uniform(20, 80, 40), rng.uniform(0, 150, 40)
    end, how, _ = after(found, 300)
    assert (how == RESTS).mean() > 0.9
    again, how_again, _ = tumbled(end, how, FLOOR, 0.0, 100.0, GRAVITY, FRAME_S)
    assert np.array_equal(again[how == RESTS], end[how == RESTS])
    assert (how_again[how == RESTS] == RESTS).all()
    assert (end[:, Y] <= 200).all()


def test_pieces_of_one_layer_do_not_lie_in_each_other() -> None:
    found = pieces(3 * LAYERS)
    found[:, X] = 50 + np.repeat([0, 1, -1], LAYERS)
    found[:, Y] = 100 - np.repeat([0, 30, 60], LAYERS)
    end, _, _ = after(found, 200)
    for layer in range(LAYERS):
        same = end[layer::LAYERS]
        away = np.hypot(*(same[:, None, :2] - same[None, :, :2]).transpose(2, 0, 1))
        assert away[~np.eye(3, dtype=bool)].min() > 0.8 * 8


def test_it_is_the_same_each_time() -> None:
    found = pieces(30)
    found[:, X], found[:, Y] = np.linspace(40, 60, 30), np.linspace(0, 90, 30)
    one, other = after(found.copy(), 60)[0], after(found.copy(), 60)[0]
    assert np.array_equal(one, other)
