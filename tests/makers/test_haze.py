"""Haze: a layer by the law of over, thicker with distance, and its maker's own by its alpha."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from manyhands.makers.haze import haze
from manyhands.makers.skyline import skyline
from tests.plates import CAMERA

WIDTH, HEIGHT = 160, 120
SPAN = Span(length=30, rate_fps=Fraction(24))


def valley() -> np.ndarray:
    """Open sky to row 50, then ground that pales towards it, as it does in air."""
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    air = np.clip(1 - (rows - 50) / 40, 0, 1)
    level = np.where(rows < 50, 0.7, 0.05 + 0.5 * air)
    rgb = np.repeat(level[..., None] * np.ones((1, WIDTH, 1)), 3, -1)
    return np.dstack([rgb, np.ones((HEIGHT, WIDTH))]).astype(np.float32)


def front() -> np.ndarray:
    return np.repeat((np.arange(HEIGHT) >= 50)[:, None], WIDTH, 1).astype(np.float32)


def made(at: int = 1001, *, with_matte: bool = True, **params: Any) -> Frame:
    plate = Clip(SPAN, WIDTH, HEIGHT, lambda at: Frame.of(valley(), CAMERA))
    matte = Clip(SPAN, WIDTH, HEIGHT, lambda at: Frame.of(np.repeat(front()[..., None], 4, -1), skyline.hand))
    given = {"horizon_px": 50.0, "air": (0.7, 0.7, 0.7), "plate_sky": (0.7, 0.7, 0.7), "uneven": 0.0, **params}
    inputs = {"plate": plate, "foreground": matte if with_matte else None}
    return haze.make(inputs, haze.checked(given), Chance(1, "haze"), lambda done, of: None).frame(at)


def test_what_is_seen_is_the_plate_through_air_of_one_light() -> None:
    frame = made(air=(0.2, 0.5, 0.9))
    cover = frame.authorship.weight_of(haze.hand)[..., None]
    expected = valley()[..., :3] * (1 - cover) + np.array([0.2, 0.5, 0.9]) * cover
    np.testing.assert_allclose(frame.rgb, expected, atol=1e-5)
    assert frame.faults() == []


def test_the_far_is_hidden_more_than_the_near_and_no_more_than_said() -> None:
    cover = made(amount=0.6, near=0.1).authorship.weight_of(haze.hand)
    below = cover[52:, 80]
    assert below[2] > 0.3
    assert below[-1] < 0.2
    assert np.corrcoef(below, -np.arange(len(below)))[0, 1] > 0.75
    assert cover.max() <= 0.6 + 1e-5
    assert cover.min() >= 0.1 - 1e-5


def test_the_sky_is_hidden_where_it_is_low() -> None:
    cover = made().authorship.weight_of(haze.hand)
    assert cover[48, 80] > 3 * cover[2, 80]


def test_no_haze_leaves_the_plate() -> None:
    np.testing.assert_allclose(made(amount=0.0, near=0.0).rgba, valley(), atol=1e-6)


def test_banks_drift_and_the_same_frame_is_the_same() -> None:
    first, again, later = (made(at, uneven=1.0, drift=20.0) for at in (1001, 1001, 1030))
    np.testing.assert_array_equal(first.rgba, again.rgba)
    assert np.abs(first.rgba - later.rgba).max() > 0.005


@pytest.mark.parametrize("with_matte", [True, False])
def test_it_works_with_and_without_a_matte(with_matte: bool) -> None:
    assert made(with_matte=with_matte).faults() == []
