"""Streaks: a disc's own area, wherever it is and however far it moves."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.streaks import draw_streaks


def drawn(radius: float, length: float, angle: float, *, x: float = 50.3, y: float = 49.6) -> np.ndarray:
    plane = np.zeros((100, 100, 1), np.float32)
    dx, dy = length / 2 * np.cos(angle), length / 2 * np.sin(angle)
    draw_streaks(plane, np.array([[x - dx, y - dy, x + dx, y + dy]]), np.array([radius]), np.ones((1, 1)))
    return plane[..., 0]


@pytest.mark.parametrize("angle", [0.0, 0.7, np.pi / 2])
@pytest.mark.parametrize("length", [0.0, 0.4, 6.0, 50.0])
@pytest.mark.parametrize("radius", [0.2, 0.9, 2.0, 5.0])
def test_the_sum_is_the_discs_area_whatever_its_length(radius: float, length: float, angle: float) -> None:
    assert drawn(radius, length, angle).sum() == pytest.approx(np.pi * radius**2, rel=0.12)


def test_a_streak_is_the_mean_of_still_discs_along_its_way() -> None:
    steps = [drawn(6.0, 0.0, 0.0, x=50.3 + step, y=49.6 + 0.5 * step) for step in np.linspace(-12, 12, 400)]
    long = np.hypot(24, 12)
    np.testing.assert_allclose(drawn(6.0, long, np.arctan2(12, 24)), np.mean(steps, 0), atol=0.03)


def test_a_thin_one_is_as_bright_between_pixels_as_on_them() -> None:
    peaks = [drawn(0.3, 30.0, np.pi / 2, x=50 + part).sum(1)[50] for part in np.linspace(0, 1, 9)]
    assert max(peaks) < 1.1 * min(peaks)


def test_channels_have_their_own_amounts_and_what_is_outside_is_left_out() -> None:
    plane = np.zeros((20, 30, 2), np.float32)
    paths = np.array([[-500.0, 10, -400, 10], [10, 10, 10, 10], [25, -40, 25, 60], [np.nan, 0, 1, 1]])
    draw_streaks(plane, paths, np.full(4, 4.0), np.array([[1, 1], [1, 3], [1, 1], [1, 1]]))
    assert plane[10, 10].tolist() == [1, 3]
    assert plane[:, 25, 0].min() > 0
    assert np.isfinite(plane).all()


def test_beads_and_taper_shape_it_and_a_taper_leaves_the_ends_dark() -> None:
    plane = np.zeros((40, 100, 1), np.float32)
    beads = np.array([[4.0, 0.8, 0.07]])
    draw_streaks(plane, np.array([[10.0, 20, 90, 20]]), np.array([1.0]), np.ones((1, 1)), beads=beads, taper=1.0)
    along = plane[20, 20:80, 0]
    assert ((along[1:-1] > along[:-2]) & (along[1:-1] > along[2:])).sum() in (3, 4)
    assert plane[20, 11, 0] < 0.25 * along.max()
