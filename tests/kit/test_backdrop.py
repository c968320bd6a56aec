"""What lies behind a building: a sky whose seam nobody finds, and grain like the plate's."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.backdrop import behind, grain_of


def sky(height: int = 180, width: int = 240) -> np.ndarray:
    """A clear sky: a gradient down and, weaker, across."""
    y, x = np.mgrid[:height, :width]
    level = (0.35 + 0.3 * y / height + 0.06 * x / width)[..., None] * np.array([0.7, 0.85, 1.1])
    return np.dstack([level, np.ones((height, width))]).astype(np.float32)


def with_house(grain: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The picture, what stands before the sky, the house alone, and the clean sky."""
    clean = sky()
    picture, front = clean.copy(), np.zeros(clean.shape[:2], np.float32)
    rng = np.random.default_rng(4)
    picture[..., :3] += grain * rng.standard_normal(picture[..., :3].shape)
    house = np.zeros_like(front)
    house[50:150, 90:150] = 1
    picture[50:150, 90:150, :3] = rng.uniform(0.05, 0.4, (100, 60, 3))
    picture[150:, :, :3] = 0.1
    front[50:150, 90:150] = front[150:] = 1
    return picture, front, house, clean


def test_a_smooth_sky_is_led_on_behind_a_house_without_a_seam() -> None:
    picture, front, house, clean = with_house()
    found = behind(picture, front, house, foot=150.0)
    inside, high = house > 0, np.zeros(house.shape, bool)
    high[:130] = True  # below that the far land begins
    error = np.abs(found - clean[..., :3])[inside & high]
    assert error.max() < 0.004, "a hundredth of the sky's light, a quarter of a code value of eight bits"
    rim = np.abs(found[49:51, 90:150] - clean[49:51, 90:150, :3])
    assert rim.max() < 0.003


def test_grain_does_not_spread_into_the_hole_as_streaks() -> None:
    picture, front, house, clean = with_house(grain=0.02)
    found = behind(picture, front, house, foot=150.0)
    error = np.abs(found - clean[..., :3])[50:125, 90:150]
    assert error.max() < 0.012


def test_what_stands_beside_the_house_does_not_stain_the_sky() -> None:
    picture, front, house, clean = with_house()
    picture[80:150, 150:200, :3] = 0.9
    front[80:150, 150:200] = 1
    found = behind(picture, front, house, foot=150.0)
    assert np.abs(found - clean[..., :3])[50:78, 90:140].max() < 0.004


def test_the_grain_is_the_plates() -> None:
    picture, front, _, _ = with_house(grain=0.02)
    found = grain_of(picture, front < 0.02, np.random.default_rng(1))
    assert found[60:140, 95:145].std() == pytest.approx(0.02, rel=0.15)
    other = grain_of(picture, front < 0.02, np.random.default_rng(2))
    assert not np.array_equal(found, other), "it does not stand still"


def test_without_open_sky_there_is_no_grain_to_be_had() -> None:
    picture, front, _, _ = with_house()
    assert not grain_of(picture, np.zeros(front.shape, bool), np.random.default_rng(1)).any()


def test_the_land_beside_the_house_is_met_without_a_seam() -> None:
    picture, front, house, _ = with_house()
    lake = np.array([0.2, 0.3, 0.35], np.float32)
    picture[100:150, :, :3] = np.where(house[100:150, :, None] > 0, picture[100:150, :, :3], lake)
    front[100:150] = 1
    found = behind(picture, front, house, foot=150.0)
    rim = np.concatenate([found[112:136, 91:95], found[112:136, 145:149]])
    assert np.abs(rim - lake).max() < 0.06, "a viewer would see the house's outline in the lake"
