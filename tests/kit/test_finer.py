"""Finer pictures: against scenes whose truth is known, softened and sampled as a camera does it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from manyhands.kit.finer import enlarged, finer, noise_of, refined
from tests.moving import footage, seen, turned

WIDTH, HEIGHT = 320, 240
SIZE = {"width": WIDTH, "height": HEIGHT}


def scene(step: float, frames: int = 5) -> list[np.ndarray]:
    """True fine pictures of a wall before a camera that moves by parts of a pixel, turns and nears."""
    ways = [
        turned(1.37 * step * at, 0.61 * step * at, 0.1 * step * at, 1 + 0.002 * step * at, **SIZE)
        for at in range(frames)
    ]
    return [np.repeat(seen(way, **SIZE)[..., None], 3, -1) for way in ways]


def sampled(
    fine: Sequence[np.ndarray], *, noise: float = 0.0, factor: int = 2, softness: float = 0.2
) -> list[np.ndarray]:
    """What a camera with pixels ``factor`` times as wide sees: blurred by its lens and by its pixels, with noise."""
    rng = np.random.default_rng(1)
    coarse = []
    for picture in fine:
        soft = cv2.GaussianBlur(picture, (0, 0), softness * factor)
        small = cv2.resize(soft, (picture.shape[1] // factor, picture.shape[0] // factor), interpolation=cv2.INTER_AREA)
        small = small + noise * np.sqrt(small / 0.18 + 0.05) * rng.standard_normal(small.shape)
        coarse.append(small.astype(np.float32))
    return coarse


def psnr(found: np.ndarray, true: np.ndarray) -> float:
    """Of what a display shows, 8 px away from the border."""
    one, other = (np.clip(picture, 0, 1)[8:-8, 8:-8] ** (1 / 2.4) for picture in (found, true))
    return float(-10 * np.log10(np.mean((one - other) ** 2)))


def gains(fine: list[np.ndarray], coarse: list[np.ndarray], *, frames: int = 2, factor: int = 2) -> float:
    """How much better than the cubic enlargement, dB."""
    middle = len(coarse) // 2
    near = [coarse[middle + step] for step in range(-frames, frames + 1) if step]
    cubic = enlarged(coarse[middle], (coarse[0].shape[1] * factor, coarse[0].shape[0] * factor))
    return psnr(finer(coarse[middle], near, factor, softness_px=0.3), fine[middle]) - psnr(cubic, fine[middle])


@pytest.mark.parametrize(("noise", "margin"), [(0.0, 4.0), (0.01, 4.0)])
def test_sub_pixel_motion_gives_back_what_single_frames_have_not(noise: float, margin: float) -> None:
    fine = scene(1.0)
    coarse = sampled(fine, noise=noise)
    assert gains(fine, coarse) > margin
    assert gains(fine, coarse) > gains(fine, coarse, frames=0) + 3


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.03, 0.1])
def test_a_plate_that_stands_is_never_worse_than_the_cubic_one(noise: float) -> None:
    fine = scene(0.0)
    assert gains(fine, sampled(fine, noise=noise)) > 0
    assert gains(fine, sampled(fine, noise=noise), frames=0) > -0.05


def test_three_times_the_size_gains_as_well() -> None:
    fine = [picture[:, :318] for picture in scene(1.5)]
    assert gains(fine, sampled(fine, factor=3), factor=3) > 1.5


def test_what_a_neighbour_hides_or_shows_otherwise_is_left_out() -> None:
    fine = scene(1.0)
    coarse = sampled(fine)
    spoilt = [picture.copy() for picture in coarse]
    for index in (0, 1, 3, 4):
        spoilt[index][30:80, 50:100] = 0.9  # something bright before the wall
    clean = finer(coarse[2], [coarse[index] for index in (0, 1, 3, 4)], 2, softness_px=0.3)
    found = finer(spoilt[2], [spoilt[index] for index in (0, 1, 3, 4)], 2, softness_px=0.3)
    hidden = np.s_[70:150, 110:190]
    cubic = enlarged(coarse[2], (WIDTH, HEIGHT))
    worse = psnr(found[hidden], fine[2][hidden]) - psnr(cubic[hidden], fine[2][hidden])
    assert worse > -0.3, "a ghost"
    away = np.s_[170:, :80]
    np.testing.assert_allclose(found[away], clean[away], atol=0.03)


def test_a_pure_colour_stays_pure() -> None:
    """Detail of a red wall is detail of its red: added to all colours alike it would be a pattern in green."""
    tint = np.array([1.0, 0.03, 0.01], np.float32)
    coarse = [picture * tint for picture in sampled(scene(1.0))]
    found = finer(coarse[2], [coarse[index] for index in (0, 1, 3, 4)], 2, softness_px=0.3)[8:-8, 8:-8]
    assert np.quantile(np.abs(found[..., 1] / found[..., 0] - 0.03), 0.9) < 0.02


def test_an_even_field_stays_even_and_light_above_one_is_kept() -> None:
    flat = np.full((30, 40, 3), 7.5, np.float32)
    found = finer(flat, [flat, flat], 2, softness_px=0.3)
    assert found.shape == (60, 80, 3)
    np.testing.assert_allclose(found, 7.5, rtol=1e-4)


def test_odd_sizes_and_parts_of_a_factor_come_out_as_they_should() -> None:
    ramp = np.repeat(np.linspace(0.1, 0.9, 41, dtype=np.float32)[None, :, None], 23, 0).repeat(3, 2)
    found = finer(ramp, [ramp], 1.5, softness_px=0.3)
    assert found.shape == (34, 62, 3)
    middle = 0.1 + 0.8 * ((np.arange(62) + 0.5) / 62 * 41 - 0.5) / 40
    np.testing.assert_allclose(found[17, 8:-8, 0], middle[8:-8], atol=0.01)


def test_flow_is_refined_to_a_hundredth_or_two_of_a_pixel() -> None:
    one = np.cbrt(seen(np.eye(3), **SIZE))
    # shifted exactly, by the phase of its waves; the picture is made periodic by its mirror
    whole = np.block([[one, one[:, ::-1]], [one[::-1], one[::-1, ::-1]]])
    phase = np.fft.fftfreq(2 * HEIGHT)[:, None] * 0.14 + np.fft.rfftfreq(2 * WIDTH) * 0.35
    other = np.fft.irfft2(np.fft.rfft2(whole) * np.exp(-2j * np.pi * phase), whole.shape)[:HEIGHT, :WIDTH]
    flow = refined(one, other.astype(np.float32), np.zeros((HEIGHT, WIDTH, 2), np.float32))
    off = np.hypot(flow[..., 0] - 0.35, flow[..., 1] - 0.14)[12:-12, 12:-12]
    assert np.median(off) < 0.02


def test_noise_is_measured_by_its_own_law() -> None:
    rng = np.random.default_rng(4)
    level = np.linspace(0.05, 0.8, 200, dtype=np.float32)[None].repeat(150, 0)
    noisy = level + 0.02 * np.sqrt(level + 0.01) * rng.standard_normal(level.shape)
    assert noise_of(noisy.astype(np.float32)) == pytest.approx(0.02, rel=0.2)


@pytest.mark.footage
@pytest.mark.parametrize(("name", "first", "margin"), [("flower/flower.mp4", 30, 0.4), ("people/people.mp4", 60, 1.0)])
def test_real_clips_made_small_come_back_better_than_cubic(name: str, first: int, margin: float) -> None:
    clip = footage(name, first, 5)
    fine = [clip.frame(at).rgb[: clip.height // 2 * 2, : clip.width // 2 * 2] for at in clip.span.frames]
    assert gains(fine, sampled(fine, noise=0.002, softness=0.3)) > margin
