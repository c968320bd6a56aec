"""Matting: exact where the model holds, and against a truth made by compositing (Rhemann et al. 2009's measures)."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.kit.matting import Band, band_of, closed_form, colours_apart, guided, refined
from tests.cutouts import before_screen, before_street, gradient_error, sad


def two_colours(height: int = 80, width: int = 100) -> tuple[np.ndarray, np.ndarray]:
    """A soft disc before a background; the colours on both sides vary along a line each."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    alpha = np.clip((25 - np.hypot(x - 50, y - 40)) / 12 + 0.5, 0, 1)
    front = np.stack([0.5 + 0.1 * x / width, 0.2 + 0 * x, 0.1 + 0 * x], -1)
    behind = np.stack([0.1 + 0 * x, 0.3 + 0.2 * y / height, 0.4 + 0 * x], -1)
    return (alpha[..., None] * front + (1 - alpha[..., None]) * behind).astype(np.float32), alpha


def around(alpha: np.ndarray, by: int = 5) -> Band:
    edge = cv2.dilate(((alpha > 0.001) & (alpha < 0.999)).astype(np.uint8), np.ones((by, by), np.uint8)) > 0
    return Band(edge, np.where(edge, 0, alpha).astype(np.float32))


def test_where_colours_lie_on_lines_coverage_is_found() -> None:
    rgb, alpha = two_colours()
    assert np.abs(closed_form(rgb, around(alpha), smooth=1e-7, rounds=2000) - alpha).max() < 0.025


def test_it_is_the_minimum_of_levins_energy() -> None:
    """Slow twin: the whole Laplacian, summed window by window as equation 12 has it, solved directly."""
    rng = np.random.default_rng(4)
    rgb = rng.uniform(0.1, 0.6, (9, 11, 3)).astype(np.float32)
    unknown = np.zeros((9, 11), bool)
    unknown[2:7, 3:9] = True
    known = np.where(unknown, 0, rng.uniform(0, 1, (9, 11)) > 0.5).astype(np.float32)
    smooth, count = 1e-3, 99
    whole = np.zeros((count, count))
    for y in range(1, 8):
        for x in range(1, 10):
            places = [(y + j) * 11 + x + i for j in (-1, 0, 1) for i in (-1, 0, 1)]
            colours = rgb.reshape(-1, 3)[places].astype(np.float64)
            mean = colours.mean(0)
            away = colours - mean
            spread = away.T @ away / 9 + np.eye(3) * smooth * (mean @ mean + 1e-5) / 9
            whole[np.ix_(places, places)] += np.eye(9) - (1 + away @ np.linalg.solve(spread, away.T)) / 9
    inside = unknown.ravel()
    wanted = np.linalg.solve(whole[np.ix_(inside, inside)], -whole[np.ix_(inside, ~inside)] @ known.ravel()[~inside])
    found = closed_form(rgb, Band(unknown, known), smooth=smooth, rounds=3000)
    assert found[unknown] == pytest.approx(np.clip(wanted, 0, 1), abs=2e-3)


def test_hair_and_blur_come_several_times_closer_to_the_truth_than_the_rough_matte() -> None:
    scene = before_street(852, 480)
    rough = cv2.GaussianBlur(scene.alpha, (0, 0), 8)  # as soft as a matte that was learned from four frames
    exact = refined(scene.rgb, rough, inner_px=4, outer_px=4)
    quick = refined(scene.rgb, rough, inner_px=4, outer_px=4, quick=True)
    assert sad(exact, scene.alpha) < sad(rough, scene.alpha) / 4
    assert gradient_error(exact, scene.alpha) < gradient_error(rough, scene.alpha) / 20
    assert sad(quick, scene.alpha) < sad(rough, scene.alpha) / 2.5
    assert sad(exact, scene.alpha) < 0.8 * sad(quick, scene.alpha)


def test_before_an_even_wall_hair_is_found_though_no_sure_part_has_its_colour() -> None:
    scene = before_screen(640, 360, smoke=False)
    head = scene.alpha.copy()
    head[240:], head[:, 400:] = 0, 0
    face = np.zeros(head.shape, np.uint8)
    cv2.ellipse(face, (256, 162), (36, 50), 0, 0, 360, 1, -1)
    near = cv2.dilate((head > 0.05).astype(np.uint8), np.ones((9, 9), np.uint8))
    painted = np.where(face > 0, 1, 0.5 * near).astype(np.float32)  # the face white, all hair and edges grey
    found = refined(scene.rgb, painted, inner_px=0, outer_px=0)
    hair = head[:110] > 0.95
    assert found[:110][hair].mean() > 0.75
    assert found[head < 0.01].mean() < 0.01


def test_exposure_changes_nothing() -> None:
    rgb, alpha = two_colours()
    rough = cv2.GaussianBlur(alpha, (0, 0), 3)
    one, other = (refined(gain * rgb, rough, inner_px=4, outer_px=4) for gain in (1, 8))
    assert np.abs(one - other).max() < 2e-3


def test_a_band_larger_than_allowed_is_refined_the_quick_way() -> None:
    scene = before_street()
    rough = cv2.GaussianBlur(scene.alpha, (0, 0), 4)
    bounded = refined(scene.rgb, rough, inner_px=2, outer_px=2, most=100)
    assert np.array_equal(bounded, refined(scene.rgb, rough, inner_px=2, outer_px=2, quick=True))


def test_the_guided_filter_keeps_what_is_linear_in_colour() -> None:
    rng = np.random.default_rng(1)
    rgb = rng.uniform(0.1, 0.9, (30, 40, 3)).astype(np.float32)
    value = (rgb @ np.array([0.4, -0.2, 0.5]) + 0.1).astype(np.float32)
    assert np.abs(guided(rgb, value, 3, 1e-7) - value).max() < 2e-3
    even = np.full((30, 40), 0.37, np.float32)
    assert np.abs(guided(rgb, even, 3, 1e-3) - even).max() < 1e-5


def test_the_band_reaches_as_far_as_asked_on_each_side_and_takes_in_what_is_grey() -> None:
    rough = np.zeros((40, 100), np.float32)
    rough[:, 50:] = 1
    rough[:, 48:50] = 0.5
    band = band_of(rough, 4, 7)
    assert np.flatnonzero(band.unknown[20]).tolist() == list(range(41, 54))
    assert band.alpha[20, 54:].min() == 1
    assert not band_of(np.zeros((9, 9), np.float32), 3, 3).unknown.any()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_both_colours_mix_to_the_picture_again(seed: int) -> None:
    rng = np.random.default_rng(seed)
    alpha = cv2.GaussianBlur(rng.uniform(0, 1, (24, 31)).astype(np.float32), (0, 0), 3)
    alpha = np.clip((alpha - 0.5) * 8 + 0.5, 0, 1)
    rgb = cv2.GaussianBlur(rng.uniform(0, 4, (24, 31, 3)).astype(np.float32), (0, 0), 2)
    front, behind = colours_apart(rgb, alpha)
    assert np.abs(alpha[..., None] * front + (1 - alpha[..., None]) * behind - rgb).mean() < 0.05
    assert front.min() >= 0
    assert behind.min() >= 0


def test_the_subjects_colour_is_free_of_what_was_behind_it() -> None:
    scene = before_street()
    front, _ = colours_apart(scene.rgb, scene.alpha)
    part = scene.alpha[..., None]
    told = float(np.abs((front - scene.colour) * part)[scene.edge].mean())
    taken = float(np.abs((scene.rgb - scene.colour) * part)[scene.edge].mean())
    assert told < 0.2 * taken
