"""Grain is measured where it lives and drawn anew: the oracle is noise of known strength, softness and colour."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from manyhands.kit.grain import Grain, calmed, live_grain
from tests.moving import seen, turned

WIDTH, HEIGHT = 240, 160
MIX = np.array([[1, 0, 0], [0.6, 0.8, 0], [0.3, 0, 0.954]], np.float32)  # rows of length 1


def noise(rng: np.random.Generator, softness_px: float) -> np.ndarray:
    """(HEIGHT, WIDTH, 3) of deviation 1, its channels mixed."""
    found = rng.standard_normal((HEIGHT, WIDTH, 3), np.float32)
    if softness_px:
        found = cv2.GaussianBlur(found, (0, 0), softness_px)
    return np.asarray(found / found.std() @ MIX.T)


def pair(texture: bool, *, strength: float, softness_px: float = 0.0, speed: float = 0.0) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(4)
    pictures = []
    for at in range(2):
        if texture:
            light = seen(
                turned(speed * at, 0.3 * speed * at, 0, 1, width=WIDTH, height=HEIGHT), width=WIDTH, height=HEIGHT
            )
        else:
            light = np.tile(np.linspace(0.05, 0.6, WIDTH, dtype=np.float32), (HEIGHT, 1))
        rgb = np.repeat(light[..., None], 3, -1)
        law = np.sqrt(np.maximum(rgb, 0) / 0.18 + 0.05)
        pictures.append((rgb + strength * law * noise(rng, softness_px)).astype(np.float32))
    return *pictures, np.ones((HEIGHT, WIDTH), bool)


@pytest.mark.parametrize("softness_px", [0.0, 0.8])
@pytest.mark.parametrize(("texture", "speed"), [(False, 0.0), (True, 0.0), (True, 2.5)])
def test_grain_is_as_strong_as_it_was_made(texture: bool, speed: float, softness_px: float) -> None:
    grain = live_grain([pair(texture, strength=0.02, softness_px=softness_px, speed=speed)])
    for level in (0.1, 0.18, 0.35):
        known = 0.02 * np.sqrt(level / 0.18 + 0.05)
        assert grain.strength(np.full(3, level, np.float32)) == pytest.approx(
            known, rel=0.2
        )  # soft grain half a pixel off: the most


def test_grain_drawn_is_as_soft_and_as_coloured_as_it_was_made() -> None:
    grain = live_grain([pair(False, strength=0.02, softness_px=0.8)])
    drawn = grain.drawn(200, 300, np.random.default_rng(1))
    made = noise(np.random.default_rng(9), 0.8)
    assert drawn.std((0, 1)) == pytest.approx(1, abs=0.03)
    for one, other in ((0, 1), (1, 2)):
        for shift in (0, 1):
            expected = (made[:, : WIDTH - shift, one] * made[:, shift:, other]).mean()
            found = (drawn[:, : 300 - shift, one] * drawn[:, shift:, other]).mean()
            assert found == pytest.approx(expected, abs=0.1)


def test_texture_that_stands_or_moves_is_no_grain() -> None:
    still = live_grain([pair(True, strength=0.0)])
    assert still.strength(np.full(3, 0.18, np.float32)).max() == 0
    one, other, open_ = pair(True, strength=0.0, speed=2.5)
    finest = float(cv2.Laplacian(one[..., 1], cv2.CV_32F).std() / np.sqrt(20))  # as if it were white noise
    assert live_grain([(one, other, open_)]).strength(np.full(3, 0.18, np.float32)).max() < 0.05 * finest


def test_a_plate_too_small_to_be_measured_has_none() -> None:
    little = np.full((8, 8, 3), 0.2, np.float32)
    for grain in (live_grain([]), live_grain([(little, little, np.ones((8, 8), bool))])):
        assert not grain.strength(little).any()


def test_a_calmed_picture_keeps_its_texture_and_little_of_its_grain() -> None:
    one, other, open_ = pair(False, strength=0.02)
    grain = live_grain([(one, other, open_)])
    even = np.tile(np.linspace(0.05, 0.6, WIDTH, dtype=np.float32), (HEIGHT, 1))[..., None]
    assert (calmed(one, grain) - even).std() < 0.5 * (one - even).std()
    edge = one + 0.5 * (np.arange(WIDTH) >= 120)[None, :, None].astype(np.float32)
    step = np.diff(calmed(edge, grain)[:, 117:123].mean((0, 2)))
    assert step.max() > 0.45
    assert np.array_equal(calmed(one, Grain.none()), one) or np.abs(calmed(one, Grain.none()) - one).max() < 1e-6


def test_a_broken_pixel_is_left_out() -> None:
    one, other, open_ = pair(False, strength=0.02)
    known = live_grain([(one, other, open_)]).strength(np.full(3, 0.18, np.float32))
    one[40, 50], other[90, 120] = np.nan, np.inf
    found = live_grain([(one, other, open_)]).strength(np.full(3, 0.18, np.float32))
    assert found == pytest.approx(known, rel=0.1)
