"""Mattes: set algebra, and what a maker says of one that does not fit."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from manyhands.kit.mattes import TO_REC709, grown, held_as, joined, softened


def some(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 1, (12, 15)).astype(np.float32)


@given(st.integers(0, 2**31), st.integers(0, 2**31))
def test_joining_is_set_algebra(one: int, other: int) -> None:
    a, b = some(one), some(other)
    for how in ("union", "intersection"):
        assert np.array_equal(joined(a, a, how), a)  # type: ignore[arg-type]
        assert np.array_equal(joined(a, b, how), joined(b, a, how))  # type: ignore[arg-type]
    assert np.array_equal(1 - joined(a, b, "union"), joined(1 - a, 1 - b, "intersection"))  # De Morgan
    assert np.array_equal(joined(a, b, "difference"), joined(a, 1 - b, "intersection"))


def test_growing_what_was_turned_round_is_shrinking() -> None:
    matte = some(3)
    for px in (0.4, 1.0, 2.7):
        assert np.abs(grown(matte, px) - (1 - grown(1 - matte, -px))).max() < 1e-6


def test_softening_nothing_changes_nothing() -> None:
    matte = some(5)
    assert np.array_equal(softened(matte, 0.0), matte)
    assert np.abs(softened(np.full((9, 9), 0.3, np.float32), 5.0) - 0.3).max() < 1e-6


def test_light_is_held_as_a_painted_file_would_hold_it() -> None:
    red = np.array([[[0.9, 0.02, 0.02]]], np.float32)  # beyond what a display shows: sRGB's own red is weaker
    grey = np.full((1, 1, 3), 0.18, np.float32)
    in_a_file, in_exr = np.concatenate([grey, grey], 1), np.concatenate([grey, 3 * grey, 9 * grey], 1)
    assert np.allclose(held_as(grey, in_a_file), grey, atol=1e-6)
    held = held_as(red, in_a_file)
    assert (held @ TO_REC709.T).min() > -1e-6
    assert np.abs(held - red).max() > 0.05
    assert np.allclose(held_as(held, in_a_file), held, atol=1e-6)
    assert np.array_equal(held_as(red, in_exr), red)
