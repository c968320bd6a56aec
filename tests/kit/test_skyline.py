"""The skyline: what is sky, what stands before it, and how much of each pixel is which.

Expected mattes are known by construction: each plate is a foreground laid over a sky by a matte that
is made first, so that the oracle is the matte itself.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from manyhands.core.span import Span
from manyhands.kit.skyline import fit_sky, sample_frames, sky_course, skyline, split
from tests.threads import with_one_and_two

WIDTH, HEIGHT = 320, 200
FOOTAGE = Path(__file__).parents[3] / "shared" / "footage"


def open_sky(*, tint: tuple[float, float, float] = (0.35, 0.47, 0.8), shift: int = 0) -> np.ndarray:
    """A sky that pales towards the horizon."""
    rows = ((np.arange(HEIGHT, dtype=np.float32) - shift) / HEIGHT)[:, None, None]
    sky = np.array(tint, np.float32) * (1 - rows) + np.array([0.75, 0.78, 0.82], np.float32) * rows
    return np.repeat(sky, WIDTH, 1)


def town(*, scale: int = 8) -> np.ndarray:
    """The matte of houses, a slanted roof and a thin mast, drawn large and averaged down: true edges."""
    large = np.zeros((HEIGHT * scale, WIDTH * scale), np.float32)

    def box(left: float, top: float, right: float) -> None:
        large[round(top * scale) :, round(left * scale) : round(right * scale)] = 1

    box(0, 150, WIDTH)
    box(30.3, 90.6, 90.4)
    box(200.7, 60.2, 260.1)
    box(150.0, 30.0, 151.6)
    roof = np.array([[100, 150], [125.5, 110.3], [150, 150]]) * scale
    cv2.fillPoly(large, [roof.astype(np.int32)], 1)
    return cv2.resize(large, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def town_plate(matte: np.ndarray, sky: np.ndarray, *, noise: float = 0.004, seed: int = 1) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(seed))
    blocks = rng.uniform(0.03, 0.2, (HEIGHT // 10 + 1, WIDTH // 10 + 1, 3)).astype(np.float32)
    front = cv2.resize(blocks, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    rgb = matte[..., None] * front + (1 - matte[..., None]) * sky
    rgb = rgb + rng.normal(0, noise, rgb.shape)
    return np.dstack([rgb, np.ones((HEIGHT, WIDTH))]).astype(np.float32)


def test_the_matte_is_the_one_that_the_plate_was_made_with() -> None:
    matte = town()
    picture = town_plate(matte, open_sky())
    sky = fit_sky([picture])
    assert sky.is_found
    assert sky.separation > 5
    found = split(picture, sky).alpha
    assert np.abs(found - matte).mean() < 0.006
    edge = (matte > 0.05) & (matte < 0.95)
    assert np.abs(found - matte)[edge].mean() < 0.12
    assert abs(sky.share - (1 - matte.mean())) < 0.03


def test_a_mast_thinner_than_two_pixels_stays() -> None:
    matte = town()
    picture = town_plate(matte, open_sky())
    found = split(picture, fit_sky([picture])).alpha
    mast = found[40:85, 149:153].sum(1)  # its width in pixels, row by row
    np.testing.assert_allclose(mast.mean(), 1.6, atol=0.35)
    assert mast.min() > 0.9


def test_a_pale_lake_below_the_horizon_is_no_sky() -> None:
    picture = town_plate(town(), open_sky())
    picture[165:, :, :3] = open_sky()[100] * 0.98
    found = split(picture, fit_sky([picture])).alpha
    assert found[170:].min() > 0.95


def test_the_sky_under_an_arch_is_sky() -> None:
    matte = town()
    matte[110:140, 215:245] = 0
    picture = town_plate(matte, open_sky())
    found = split(picture, fit_sky([picture])).alpha
    assert found[114:136, 219:241].max() < 0.05


def test_the_model_is_fitted_once_and_serves_a_camera_that_tilts() -> None:
    first = town_plate(town(), open_sky())
    sky = fit_sky([first])
    moved = np.roll(town(), 12, 0)
    moved[:12] = 0
    found = split(town_plate(moved, open_sky(shift=12), seed=2), sky).alpha
    assert np.abs(found - moved)[16:].mean() < 0.02


def test_grain_does_not_make_the_matte_flicker() -> None:
    matte = town()
    frames = [town_plate(matte, open_sky(), seed=seed) for seed in (1, 2)]
    sky = fit_sky(frames)
    one, other = (split(frame, sky).alpha for frame in frames)
    assert np.abs(one - other).mean() < 0.004


@pytest.mark.parametrize("name", ["gravel", "green screen", "white wall", "black"])
def test_what_is_no_sky_is_not_taken_for_one(name: str) -> None:
    rng = np.random.Generator(np.random.PCG64(5))
    rgb = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    if name == "gravel":
        rgb[:] = rng.uniform(0.02, 0.6, (HEIGHT, WIDTH, 1))
    elif name == "green screen":
        rgb[:] = (0.12, 0.5, 0.06)
        rgb[80:, 120:200] = 0.1
    elif name == "white wall":
        rgb[:] = (0.6, 0.6, 0.62)
        rgb[150:] = (0.25, 0.12, 0.06)
        rgb[40:150, 200:230] = 0.3
        rgb[30:100, 20:90] = 0.02
        rgb[:, 225:232] = 0.25
        rgb[120:128, 120:170] = 0.95
    picture = np.dstack([rgb, np.ones((HEIGHT, WIDTH), np.float32)])
    sky = fit_sky([picture])
    assert not sky.is_found, sky
    assert sky.why
    assert split(picture, sky).alpha.min() == 1


def test_the_skyline_is_the_first_solid_row_and_hair_is_none() -> None:
    alpha = np.zeros((100, 6), np.float32)
    alpha[40:, 1] = 1
    alpha[:, 2] = 1
    alpha[20, 3] = 1
    alpha[60:, 3] = 1
    np.testing.assert_array_equal(skyline(alpha), [100, 40, 0, 60, 100, 100])


def test_the_course_of_the_sky_goes_on_behind_what_hides_it() -> None:
    matte, sky = town(), open_sky()
    course = sky_course(town_plate(matte, sky), matte)
    beside = np.abs(course - sky)[60:145, 196:264].mean()
    assert beside < 0.02


def test_one_thread_and_two_give_the_same_matte() -> None:
    picture = town_plate(town(), open_sky())
    one, two = with_one_and_two(lambda: split(picture, fit_sky([picture])).alpha)
    np.testing.assert_array_equal(one, two)


def test_sample_frames_are_in_the_span_and_hold_its_ends() -> None:
    assert sample_frames(Span(length=1, rate_fps=Fraction(24))) == [1001]
    assert sample_frames(Span(length=100, rate_fps=Fraction(24))) == [1001, 1034, 1067, 1100]


@pytest.mark.footage
@pytest.mark.parametrize(
    ("clip", "has_sky"), [("pan/pan.avi", True), ("dog/dog.mp4", False), ("flower/flower.mp4", False)]
)
def test_real_clips_are_told_apart(clip: str, has_sky: bool) -> None:
    path = FOOTAGE / clip
    if not path.exists():
        pytest.skip(f"{clip} is not here")
    import av

    with av.open(str(path)) as container:
        coded = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(np.float32) / 255
    linear = np.where(coded < 0.081, coded / 4.5, ((coded + 0.099) / 1.099) ** (1 / 0.45)).astype(np.float32)
    assert fit_sky([linear]).is_found == has_sky
