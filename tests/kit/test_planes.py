"""Planes against homographies known beforehand: fitted to points, refined by pixels, told apart."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.kit.planes import aligned, is_clearly_likest, likest_shifts, moved, plane, similarity
from manyhands.kit.tracking import texture
from tests.moving import turned, wall

BOX = np.array([[60, 40], [220, 40], [220, 160], [60, 160]], np.float64)
RNG = np.random.Generator(np.random.PCG64(5))
POINTS = RNG.uniform([60, 40], [220, 160], (80, 2))
tilts = st.lists(st.floats(-15, 15), min_size=8, max_size=8)


def tilted(by: list[float]) -> np.ndarray:
    """The homography that moves the box's corners by eight numbers, px."""
    return cv2.getPerspectiveTransform(BOX.astype(np.float32), (BOX + np.reshape(by, (4, 2))).astype(np.float32))


@settings(max_examples=40, deadline=None)
@given(tilts)
def test_a_plane_is_recovered_from_points_that_lie_on_it(by: list[float]) -> None:
    true = tilted(by)
    found = plane(POINTS, moved(true, POINTS), BOX)
    assert found is not None
    assert np.abs(moved(found.matrix, BOX) - moved(true, BOX)).max() < 0.02


@settings(max_examples=20, deadline=None)
@given(tilts, st.integers(0, 100))
def test_a_fifth_of_the_points_going_their_own_way_does_no_harm(by: list[float], seed: int) -> None:
    true = tilted(by)
    goals = moved(true, POINTS)
    goals[:16] += np.random.Generator(np.random.PCG64(seed)).uniform(3, 12, (16, 2))
    found = plane(POINTS, goals, BOX)
    assert found is not None
    assert np.abs(moved(found.matrix, BOX) - moved(true, BOX)).max() < 0.3


@pytest.mark.parametrize("part", [slice(None), POINTS[:, 0] < 150], ids=["everywhere", "in the left half"])
def test_the_doubt_is_how_far_corners_really_scatter(part: slice | np.ndarray) -> None:
    """Oracle: the same fit to two hundred draws of noise."""
    true, points = tilted([4, 2, -6, 3, 5, -4, 2, 7]), POINTS[part]
    rng = np.random.Generator(np.random.PCG64(9))
    corners, doubts = [], []
    for _ in range(200):
        found = plane(points, moved(true, points) + rng.normal(0, 0.2, points.shape), BOX, shape=true, loose=10.0)
        assert found is not None
        corners.append(moved(found.matrix, BOX))
        doubts.append(found.doubt_px)
    scatter = max(np.linalg.eigvalsh(np.cov(np.array(corners)[:, corner].T))[-1] for corner in range(4)) ** 0.5
    assert 0.6 * scatter < np.median(doubts) < 1.6 * scatter


def test_points_on_a_line_leave_the_shape_as_it_was_and_say_that_they_do_not_know() -> None:
    true = tilted([4, 2, -6, 3, 5, -4, 2, 7])
    line = np.column_stack([np.linspace(70, 90, 30), np.linspace(45, 155, 30)])
    goals = moved(true, line) + np.random.Generator(np.random.PCG64(1)).normal(0, 0.1, line.shape)
    kept, untold = plane(line, goals, BOX, shape=true, loose=0.01), plane(line, goals, BOX, loose=0.01)
    assert kept is not None
    assert kept.doubt_px > 20
    assert np.abs(moved(kept.matrix, BOX) - moved(true, BOX)).max() < 2
    assert untold is not None
    assert np.abs(moved(untold.matrix, BOX) - moved(true, BOX)).max() > 5


def test_a_similarity_is_recovered_exactly() -> None:
    true = turned(11, -4, 7, 1.1)
    assert np.allclose(similarity(POINTS, moved(true, POINTS)), true, atol=1e-9)


# -- by pixels --------------------------------------------------------------------------------------

HIGH, WIDE = 200, 280
MASK = cv2.fillPoly(np.zeros((HIGH, WIDE), np.uint8), [BOX.astype(np.int32)], 255)


def stone(seed: int = 3) -> np.ndarray:
    return np.asarray(wall(seed, 600)[:HIGH, :WIDE] ** (1 / 3))


def pictured(light: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.warpPerspective(light, matrix, (WIDE, HIGH), flags=cv2.INTER_CUBIC))


@pytest.mark.parametrize(("gain", "level"), [(1.0, 0.0), (0.6, 0.0), (1.3, -0.05)])
def test_a_small_tilt_is_found_by_pixels_whatever_their_contrast_and_level(gain: float, level: float) -> None:
    true = tilted([0.9, 0.4, -0.8, 0.3, 0.5, -0.7, 1.0, 0.2])
    one, other = texture(stone(), MASK), texture(gain * pictured(stone(), true) + level, MASK)
    found = aligned(one, other, MASK, BOX)
    assert found is not None
    assert np.abs(moved(found.matrix, BOX) - moved(true, BOX)).max() < 0.06
    assert found.doubt_px < 0.2


def test_something_in_front_has_no_part_in_it() -> None:
    true = tilted([0.9, 0.4, -0.8, 0.3, 0.5, -0.7, 1.0, 0.2])
    light = pictured(stone(), true)
    light[40:160, 100:130] = stone(8)[40:160, 100:130]
    found = aligned(texture(stone(), MASK), texture(light, MASK), MASK, BOX)
    assert found is not None
    assert np.abs(moved(found.matrix, BOX) - moved(true, BOX)).max() < 0.3


@pytest.mark.parametrize("other", [stone(8), np.full((HIGH, WIDE), 0.5, np.float32)], ids=["other stone", "nothing"])
def test_pixels_that_do_not_agree_are_not_aligned(other: np.ndarray) -> None:
    assert aligned(texture(stone(), MASK), texture(other, MASK), MASK, BOX) is None


def test_a_way_farther_than_is_allowed_is_refused() -> None:
    there = texture(pictured(stone(), turned(1.6, 0, 0, 1, width=WIDE, height=HIGH)), MASK)
    assert aligned(texture(stone(), MASK), there, MASK, BOX) is not None
    assert aligned(texture(stone(), MASK), there, MASK, BOX, within=1.0) is None


# -- told apart -------------------------------------------------------------------------------------


def windows(unlike: float) -> np.ndarray:
    """A wall of windows, 20 px from one to the next, each as dark as chance has it."""
    rng = np.random.Generator(np.random.PCG64(2))
    light = 0.7 + 0.02 * rng.standard_normal((HIGH, WIDE)).astype(np.float32)
    for y in range(4, HIGH, 20):
        for x in range(4, WIDE, 20):
            light[y : y + 12, x : x + 12] = 0.35 * (1 + unlike * rng.uniform(-1, 1))
    return cv2.GaussianBlur(light, (0, 0), 0.8)


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (37, -22), (-80, 11)])
def test_where_a_box_went_is_found_wherever_it_is(dx: int, dy: int) -> None:
    there = texture(pictured(stone(), np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1.0]])))
    assert likest_shifts(texture(stone()), there, MASK)[0] == (dx, dy)


def test_windows_are_alike_in_many_places_and_stone_in_one() -> None:
    shifts = likest_shifts(texture(windows(0.2)), texture(windows(0.2)), MASK)
    assert shifts[0] == (0, 0)
    assert len(shifts) > 5
    assert all(x % 20 == y % 20 == 0 for x, y in shifts)
    assert likest_shifts(texture(stone()), texture(stone()), MASK) == [(0, 0)]


def test_one_window_on_is_told_from_the_right_place_if_windows_differ_and_not_if_they_do_not() -> None:
    def seen(light: np.ndarray, dx: float, seed: int) -> np.ndarray:
        grain = np.random.Generator(np.random.PCG64(seed)).normal(0, 0.01, light.shape).astype(np.float32)
        return texture(pictured(light, np.array([[1, 0, dx], [0, 1, 0], [0, 0, 1.0]])) + grain, MASK)

    for hidden in (0, 60):
        right, wrong = seen(windows(0.2), 0, 4), seen(windows(0.2), 20, 5)
        right[:, 160 - hidden :][:, : 2 * hidden] = wrong[:, 160 - hidden :][:, : 2 * hidden] = 7
        key = texture(windows(0.2), MASK)
        assert is_clearly_likest(key, right, wrong, MASK)
        assert not is_clearly_likest(key, wrong, right, MASK)
    plain = windows(0.0)
    plain[:] = np.tile(plain[60:80, 60:80], (10, 14))
    key, right, wrong = texture(plain, MASK), seen(plain, 0, 4), seen(plain, 20, 5)
    assert not is_clearly_likest(key, right, wrong, MASK)
    assert not is_clearly_likest(key, wrong, right, MASK)
