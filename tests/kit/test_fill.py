"""Filling: what is known stays, a smooth picture is filled smoothly, a patch meets the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.kit.fill import smooth, spread


def ramp(height: int = 60, width: int = 80) -> np.ndarray:
    """Three planes that rise evenly, (H, W, 3) float32."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.stack([0.01 * x, 0.2 + 0.004 * y, 0.5 - 0.002 * x + 0.003 * y], -1).astype(np.float32)


def disc(height: int = 60, width: int = 80, radius: float = 12) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return (x - 41) ** 2 + (y - 29) ** 2 < radius**2


def test_what_is_known_stays_and_an_even_picture_is_filled_evenly() -> None:
    even = np.full((40, 50, 2), 0.37, np.float32)
    known = ~disc(40, 50)
    assert np.abs(spread(np.where(known[..., None], even, 9), known) - even).max() < 1e-5


@pytest.mark.parametrize("size", [(135, 240), (135, 213), (7, 100)])
def test_an_even_picture_of_an_odd_size_is_filled_evenly_far_from_what_is_known(size: tuple[int, int]) -> None:
    known = np.zeros(size, bool)
    known[:, : size[1] // 3] = True
    filled = spread(np.full((*size, 3), 0.37, np.float32), known)
    assert np.abs(filled - 0.37).max() < 1e-5


def test_a_ramp_is_filled_close_to_the_ramp() -> None:
    known = ~disc()
    filled = spread(np.where(known[..., None], ramp(), 0), known)
    assert np.array_equal(filled[known], ramp()[known])
    assert np.abs(filled - ramp()).max() < 0.05  # of a rise of 0.24 across the hole


@given(st.integers(0, 2**32 - 1))
def test_what_is_filled_lies_between_what_is_known(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.uniform(-1, 2, (17, 23, 1)).astype(np.float32)
    known = rng.uniform(size=(17, 23)) < 0.3
    known[0, 0] = True
    filled = spread(values, known)
    assert filled.min() >= values[known].min() - 1e-4
    assert filled.max() <= values[known].max() + 1e-4


def saddle(height: int = 60, width: int = 80) -> np.ndarray:
    """x squared minus y squared: the mean of a pixel's four neighbours is the pixel, so it is its own smooth fill."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (x - 40) / 40, (y - 30) / 40
    return np.stack([x * x - y * y, 0.3 * x * y, 0.2 * x], -1).astype(np.float32)


def test_a_harmonic_picture_is_filled_exactly() -> None:
    hole = disc()
    filled = smooth(np.where(hole[..., None], 7, saddle()).astype(np.float32), hole)
    assert np.abs(filled - saddle()).max() < 1e-5


def test_a_large_hole_is_filled_at_half_the_size_first_and_hardly_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("manyhands.kit.fill.MOST_UNKNOWNS", 200)
    hole = disc()
    filled = smooth(np.where(hole[..., None], 7, saddle()).astype(np.float32), hole)
    assert np.abs(filled - saddle()).max() < 0.02
    assert np.array_equal(filled[~hole], saddle()[~hole])


def test_a_hole_at_the_border_and_one_that_is_everything_are_filled() -> None:
    hole = np.zeros((60, 80), bool)
    hole[:, 60:] = True
    filled = smooth(ramp(), hole)
    assert np.isfinite(filled).all()
    assert np.abs(filled[:, 60:] - ramp()[:, 59:60]).max() < 0.2
    assert not smooth(ramp(), np.ones((60, 80), bool)).any()
