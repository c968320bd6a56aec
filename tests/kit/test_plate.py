"""The reading of a plate: facts measured against pictures whose facts were put in."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.noun import canonical
from manyhands.core.span import Span
from manyhands.kit.plate import Reading, Top, read_plate
from manyhands.makers import all_makers
from tests.plates import CAMERA, house

WIDTH, HEIGHT = 320, 200


def leaves(seed: int = 2, *, sigma_px: float = 0.0, noise: float = 0.0) -> np.ndarray:
    """A picture with the amplitudes of the world (f to the power of -1.2), blurred by a known Gaussian."""
    rng = np.random.Generator(np.random.PCG64(seed))
    height, width = 384, 512
    white = np.fft.rfft2(rng.normal(size=(height, width)))
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    shaped = white / np.maximum(radius, 1 / width) ** 1.2 * np.exp(-2 * (np.pi * sigma_px * radius) ** 2)
    field = np.fft.irfft2(shaped, s=(height, width))
    code = 0.5 + 0.12 * field / field.std()
    light = np.clip(code, 0.05, 1) ** 2
    rgb = np.repeat(light[..., None], 3, -1) + rng.normal(0, 1, (height, width, 3)) * noise
    return np.dstack([rgb, np.ones((height, width))]).astype(np.float32)


def street(*, shift: int = 0) -> np.ndarray:
    """A sky, a broad house, a slender tower and a dark ground."""
    rng = np.random.Generator(np.random.PCG64(4))
    rows = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    rgb = (np.array([0.3, 0.42, 0.75]) * (1 - rows) + np.array([0.7, 0.74, 0.8]) * rows) * np.ones((1, WIDTH, 1))
    stones = cv2.resize(rng.uniform(0.05, 0.2, (40, 64, 3)), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    front = np.zeros((HEIGHT, WIDTH), bool)
    front[150:] = front[80:, 40:140] = front[30:, 230:246] = True
    rgb = np.where(front[..., None], stones, rgb)
    return np.dstack([np.roll(rgb, shift, 1), np.ones((HEIGHT, WIDTH))]).astype(np.float32)


def clip_of(pictures: list[np.ndarray]) -> Clip:
    span = Span(length=len(pictures), rate_fps=Fraction(24))
    height, width = pictures[0].shape[:2]
    return Clip(span, width, height, lambda at: Frame.of(pictures[at - span.start], CAMERA))


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_plate(clip_of([street(shift=at) for at in range(4)]))


def test_a_roof_and_a_tower_are_found_where_they_stand(reading: Reading) -> None:
    kinds = {top.kind: top for top in reading.tops}
    roof, tower = kinds["roof"], kinds["tower"]
    assert (roof.at[0], roof.at[1]) == pytest.approx((90, 80), abs=4)
    assert roof.width_px == pytest.approx(100, rel=0.08)
    assert (tower.at[0], tower.at[1]) == pytest.approx((238, 30), abs=4)
    assert reading.tops[0] == roof  # the better place to stand comes first
    assert reading.horizon_px == pytest.approx(150, abs=8)
    assert reading.skyline_at(10) == pytest.approx(150, abs=3)
    assert roof.point(0.0)[0] < roof.at[0] < roof.point(1.0)[0]


def test_the_greatest_building_has_an_outline_down_to_the_ground(reading: Reading) -> None:
    outline = np.array(reading.building).reshape(-1, 2)
    greatest = max(
        (top for top in reading.tops if top.kind != "tree"),
        key=lambda top: top.sure * (top.width_px * top.rise_px) ** 0.5,
    )
    left, right = outline[:, 0].min(), outline[:, 0].max()
    assert left <= greatest.at[0] <= right
    assert outline[:, 1].min() == pytest.approx(greatest.at[1], abs=6)
    assert outline[:, 1].max() > reading.horizon_px - 4


def test_where_nothing_rises_there_is_no_building() -> None:
    sky = np.full((90, 160, 4), (0.4, 0.55, 0.8, 1.0), np.float32)
    sky[60:, :, :3] = 0.1
    assert read_plate(clip_of([sky])).building == ()


def test_the_sky_is_read_with_its_share_and_colour(reading: Reading) -> None:
    assert reading.has_sky
    front = street()[..., 1] < 0.25
    assert reading.sky_share == pytest.approx(1 - front.mean(), abs=0.02)
    assert reading.sky_colour[2] > reading.sky_colour[0]


def test_motion_is_measured_in_pixels_per_frame(reading: Reading) -> None:
    assert reading.motion_px == pytest.approx(1.0, abs=0.1)
    assert not reading.is_locked_off
    still = read_plate(clip_of([street()] * 3))
    assert still.is_locked_off
    assert still.motion_px == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(("sigma_px", "within_px"), [(0.0, 0.35), (0.7, 0.2), (1.2, 0.2), (2.0, 0.2)])
def test_softness_is_the_sigma_that_blurred_the_picture(sigma_px: float, within_px: float) -> None:
    found = read_plate(clip_of([leaves(sigma_px=sigma_px)])).softness_px
    assert found == pytest.approx(sigma_px, abs=within_px)  # a third of a pixel is no softness that one sees


@pytest.mark.parametrize("noise", [0.002, 0.01])
def test_grain_is_the_noise_that_was_added(noise: float) -> None:
    found = read_plate(clip_of([leaves(sigma_px=2.5, noise=noise)]))
    assert found.grain == pytest.approx(noise, rel=0.25)
    assert found.grain_growth < 0.2  # the same in the dark and in the light


def test_levels_are_those_of_the_picture() -> None:
    picture = street()
    picture[-30:, :, :3] = 0.01
    picture[:6, :, :3] = 2.5
    found = read_plate(clip_of([picture]))
    assert found.black == pytest.approx(0.01, abs=0.003)
    assert found.white == pytest.approx(2.5, rel=0.02)


def test_the_sun_is_on_the_side_that_is_lit() -> None:
    rng = np.random.Generator(np.random.PCG64(8))
    rgb = np.full((HEIGHT, WIDTH, 3), 0.05, np.float32)
    for x, y in rng.uniform((20, 20), (300, 180), (60, 2)):
        for side in np.linspace(-1, 1, 13):
            lit = 0.12 + 0.1 * side  # balls, brighter on their right
            cv2.ellipse(rgb, (int(x + 6 * side), int(y)), (3, 9), 0, 0, 360, (lit, lit, lit), -1)
    picture = np.dstack([rgb, np.ones((HEIGHT, WIDTH), np.float32)])
    right = read_plate(clip_of([picture]))
    left = read_plate(clip_of([picture[:, ::-1].copy()]))
    assert right.sun_from_x > 0 > left.sun_from_x
    for found in (right, left):
        way = np.array([found.sun_from_x, found.sun_from_y, found.sun_from_z])
        assert np.linalg.norm(way) == pytest.approx(1, abs=1e-3)
        assert found.sun_from_y > 0


def test_a_reading_is_saved_and_loaded(reading: Reading) -> None:
    assert Reading.load(reading.save()) == reading
    assert isinstance(reading.tops[0], Top)


def test_every_fact_that_a_maker_asks_for_has_that_name(reading: Reading) -> None:
    asked = {p.plate for maker in all_makers().values() for p in maker.parameters() if p.plate}
    assert {name for name in asked if reading.fact(name) is None} == set()
    assert reading.fact("no_such_fact") is None


def test_a_single_tiny_frame_can_be_read() -> None:
    found = read_plate(clip_of([np.full((24, 32, 4), 0.5, np.float32)]))
    assert found.span.length == 1
    assert found.tops == ()
    assert np.isfinite([found.grain, found.softness_px, found.motion_px]).all()


def test_a_flat_picture_has_no_shading_to_tell_the_sun_by() -> None:
    """A title card: most of it has no slope at all."""
    card = np.zeros((64, 96, 4), np.float32)
    card[..., 3] = 1
    card[20:40, 30:60, :3] = 1
    found = read_plate(clip_of([card, card]))
    assert np.isfinite([found.sun_from_x, found.sun_from_y, found.sun_from_z, *found.sun_light]).all()


@pytest.mark.parametrize("size", [(64, 48), (96, 64), (33, 25), (20, 300), (300, 20), (8, 8), (3, 2), (1, 1)], ids=str)
@pytest.mark.parametrize("times", [1.0, 0.5, 20.0, 0.0])
def test_every_fact_of_a_plate_of_any_size_and_brightness_is_a_number(size: tuple[int, int], times: float) -> None:
    pictures = [house(at, width=size[0], height=size[1]) * np.float32([times, times, times, 1]) for at in range(3)]
    assert canonical(read_plate(clip_of(pictures)).save())  # refuses what is not a number
