"""Texture grown into a hole: what repeats is continued, what cannot be copied is not."""

from __future__ import annotations

import numpy as np

from manyhands.kit.fill import smooth
from manyhands.kit.patches import RADIUS, grow


def stripes(height: int = 96, width: int = 128) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    wave = 0.5 + 0.3 * np.sign(np.sin(2 * np.pi * (x + y) / 12))
    return np.repeat(wave[..., None], 3, -1).astype(np.float32)


def hole(height: int = 96, width: int = 128) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return (x - 64) ** 2 + (y - 48) ** 2 < 12**2


def test_stripes_go_on_through_the_hole() -> None:
    gap = hole()
    grown = grow(np.where(gap[..., None], 0, stripes()).astype(np.float32), gap, ~gap, seed=1)
    assert grown is not None
    error = np.abs(grown.look - stripes())[gap].mean()
    even = np.abs(smooth(np.where(gap[..., None], 0, stripes()).astype(np.float32), gap) - stripes())[gap].mean()
    assert error < 0.1 * even
    assert np.abs(stripes()[grown.y, grown.x] - stripes())[gap].mean() < 0.1 * even


def test_what_is_copied_lies_outside_the_hole_and_the_rest_stays() -> None:
    gap = hole()
    known = np.where(gap[..., None], 9, stripes()).astype(np.float32)
    grown = grow(known, gap, ~gap, seed=1)
    assert grown is not None
    assert not gap[grown.y, grown.x][gap].any()
    assert np.array_equal(grown.look[~gap], known[~gap])
    assert grown.look[gap].max() < 1  # the 9 in the hole was not looked at


def test_the_hole_is_never_copied_even_where_everything_is_said_to_be_usable() -> None:
    gap = hole()
    known = np.where(gap[..., None], 9, stripes()).astype(np.float32)
    grown = grow(known, gap, np.ones_like(gap), seed=1)
    assert grown is not None
    assert not gap[grown.y, grown.x][gap].any()
    assert grown.look[gap].max() < 1


def test_the_same_seed_grows_the_same_and_another_may_not() -> None:
    gap = hole()
    rng = np.random.default_rng(3)
    noise = rng.uniform(0, 1, (96, 128, 3)).astype(np.float32)
    one, again, other = (grow(noise, gap, ~gap, seed) for seed in (1, 1, 2))
    assert one is not None
    assert again is not None
    assert other is not None
    assert np.array_equal(one.look, again.look)
    assert not np.array_equal(one.look, other.look)


def test_nothing_is_grown_where_no_whole_patch_may_be_copied() -> None:
    gap = hole()
    usable = np.zeros_like(gap)
    usable[10 : 10 + 2 * RADIUS, 10:100] = True  # one row too thin
    assert grow(stripes(), gap, usable, seed=1) is None
