"""What falls: it goes by its own speed, comes back elsewhere, and stays in the world when the camera turns."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from manyhands.core.span import Span
from manyhands.core.track import Track
from manyhands.kit.falling import Shutter, defocus_px, focal_of, seen, shutter_of, swarm

WIDTH, HEIGHT = 320, 180
SWARM = swarm(4000, near_m=1, far_m=20, rng=np.random.default_rng(3))


def at(seconds: float, shutter: Shutter | None = None, *, speed: float = 8.0, exposure: float = 0.02) -> np.ndarray:
    opens = np.stack([np.zeros(4000), np.full(4000, speed * seconds)], -1)
    return seen(SWARM, shutter or Shutter(WIDTH, HEIGHT), 300.0, opens, opens + np.array([0, speed * exposure]))


def inside(paths: np.ndarray) -> np.ndarray:
    return (paths[:, 0] > 5) & (paths[:, 0] < WIDTH - 5) & (paths[:, 1] > 5) & (paths[:, 1] < HEIGHT - 5)


def test_near_ones_fall_faster_and_draw_longer_streaks_by_the_law_of_perspective() -> None:
    paths = at(1.0)
    np.testing.assert_allclose(paths[:, 3] - paths[:, 1], 8.0 * 0.02 * 300 / SWARM.far_m, rtol=1e-9)
    one, other = at(1.0), at(1.005)
    both = inside(one) & inside(other)
    np.testing.assert_allclose((other - one)[both, 1], (8.0 * 0.005 * 300 / SWARM.far_m)[both], rtol=1e-6)


def test_the_picture_is_evenly_filled_at_every_time_and_no_path_is_seen_twice() -> None:
    for seconds in (0.0, 3.7, 400.0):
        paths = at(seconds)
        counts, _, _ = np.histogram2d(paths[:, 0], paths[:, 1], bins=4, range=[[0, WIDTH], [0, HEIGHT]])
        assert counts.min() > 0.6 * counts.mean()
    nearest = int(np.argmin(SWARM.far_m))
    columns = [at(second)[nearest, 0] for second in np.arange(0, 4, 0.4)]
    assert len(np.unique(np.round(columns))) > 5


def test_it_goes_against_the_cameras_turn() -> None:
    still, turned = at(1.0, Shutter(WIDTH, HEIGHT)), at(1.0, Shutter(WIDTH, HEIGHT, (30.0, -4.0), (30.0, -4.0)))
    both = inside(still) & inside(turned)
    assert both.sum() > 100
    np.testing.assert_allclose((turned - still)[both, :2], [[-30, 4]] * both.sum(), atol=1e-6)


def test_a_pan_while_the_shutter_is_open_slants_every_streak() -> None:
    paths = at(1.0, Shutter(WIDTH, HEIGHT, (30.0, 0.0), (36.0, 0.0)))
    np.testing.assert_allclose(paths[:, 2] - paths[:, 0], -6, atol=1e-9)


def test_a_roll_turns_every_place_about_the_middle() -> None:
    level, rolled = at(1.0), at(1.0, Shutter(WIDTH, HEIGHT, roll=0.3))
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    turn = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    np.testing.assert_allclose(rolled[:, :2] - middle, (level[:, :2] - middle) @ turn.T, atol=1e-6)


def test_the_shutter_sees_where_the_track_says_that_the_view_goes() -> None:
    span = Span(length=3, rate_fps=Fraction(24))
    matrices = tuple((1.0, 0.0, -8.0 * step, 0.0, 1.0, 2.0 * step, 0.0, 0.0, 1.0) for step in range(3))
    track = Track(span=span, reference=1001, width=WIDTH, height=HEIGHT, matrices=matrices, residual_px=(0.0,) * 3)
    shutter = shutter_of(track, 1002, WIDTH, HEIGHT, 0.5)
    assert shutter.opens == pytest.approx((WIDTH / 2 + 8, HEIGHT / 2 - 2))
    assert shutter.closes == pytest.approx((WIDTH / 2 + 12, HEIGHT / 2 - 3))
    assert shutter.roll == 0


def test_the_lens_is_sharp_where_it_is_focused() -> None:
    blur = defocus_px(np.array([1.0, 5.0, 50.0]), focal_px=1000, focus_m=5, aperture_mm=10)
    assert blur == pytest.approx([5 * 0.8, 0, 5 * 0.18])
    assert focal_of(200, 90) == pytest.approx(100)
