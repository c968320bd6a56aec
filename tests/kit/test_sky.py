"""The drawn sky: it stands still in the world, and each look is what it is called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.core.frame import luminance
from manyhands.kit.sky import LOOKS, draw_sky
from tests.threads import with_one_and_two


def drawn(name: str = "fair", **more: Any) -> np.ndarray:
    given: dict[str, Any] = {
        "width": 160, "height": 96, "to_reference": np.eye(3), "horizon_px": 90.0, "drift": (0.0, 0.0),
        "place": (0.2, 0.4), "sun": (-0.5, 0.7, -0.5), **more,
    }  # fmt: skip
    return draw_sky(LOOKS[name], **given)


def test_the_clouds_follow_the_camera() -> None:
    """A camera that moves by (6, 4) px sees the same sky, moved."""
    shift = np.array([[1, 0, 6], [0, 1, 4], [0, 0, 1]], np.float64)
    here, there = drawn(), drawn(to_reference=shift)
    np.testing.assert_allclose(there[:-4, :-6], here[4:, 6:], atol=0.02)


def test_the_wind_carries_the_clouds_and_leaves_the_clear_sky() -> None:
    assert np.abs(drawn(drift=(0.3, 0.0)) - drawn()).max() > 0.05
    np.testing.assert_array_equal(drawn(), drawn())


@pytest.mark.parametrize("name", LOOKS)
def test_every_look_is_light_of_a_sky(name: str) -> None:
    sky = drawn(name)
    assert sky.dtype == np.float32
    assert np.isfinite(sky).all()
    assert sky.min() > 0
    assert sky.shape == (96, 160, 3)


def test_storm_is_darker_than_fair_and_night_than_storm() -> None:
    fair, storm, night = (float(luminance(drawn(name)).mean()) for name in ("fair", "storm", "night"))
    assert fair > 2 * storm > 20 * night


def test_a_sunset_is_warm_at_the_horizon() -> None:
    low = drawn("sunset")[80:88].mean((0, 1))
    assert low[0] > 1.8 * low[2]


def test_one_thread_and_two_draw_the_same() -> None:
    one, two = with_one_and_two(drawn)
    np.testing.assert_array_equal(one, two)
