"""Sky: only the sky changes, edges keep no rim of the old one, and a new sky is the maker's own."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from manyhands.core.track import standing
from manyhands.makers.sky import sky
from manyhands.makers.skyline import skyline
from tests.plates import CAMERA

WIDTH, HEIGHT = 160, 120
SPAN = Span(length=4, rate_fps=Fraction(24))
FRONT = np.array([0.08, 0.06, 0.05], np.float32)


def matte_of_hill() -> np.ndarray:
    """A slanted hill whose edge takes four pixels, so that many pixels are mixtures."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return np.clip((y - 60 - 0.2 * x) / 4 + 0.5, 0, 1)


def light_of_sky() -> np.ndarray:
    rows = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    return (
        np.array([0.4, 0.5, 0.8], np.float32) * (1 - rows) + np.array([0.7, 0.74, 0.8], np.float32) * rows
    ) * np.ones((1, WIDTH, 1), np.float32)


def mixed(front: np.ndarray, behind: np.ndarray) -> np.ndarray:
    rgb = front[..., None] * FRONT + (1 - front[..., None]) * behind
    return np.dstack([rgb, np.ones(front.shape)]).astype(np.float32)


def clip(rgba: np.ndarray) -> Clip:
    return Clip(SPAN, WIDTH, HEIGHT, lambda at: Frame.of(rgba, CAMERA))


def matte(front: np.ndarray) -> Clip:
    rgba = np.repeat(front[..., None], 4, -1).astype(np.float32)
    return Clip(SPAN, WIDTH, HEIGHT, lambda at: Frame.of(rgba, skyline.hand))


def made(plate: np.ndarray, front: np.ndarray, at: int = 1001, **params: Any) -> Frame:
    motion = params.pop("motion", None)
    given = {"horizon_px": 100.0, "top": 0.0, **params}
    inputs = {"plate": clip(plate), "foreground": matte(front), "motion": motion}
    return sky.make(inputs, sky.checked(given), Chance(1, "sky"), lambda done, of: None).frame(at)


def test_the_open_sky_is_darker_by_the_stops_and_the_foreground_bit_for_bit_the_same() -> None:
    front = matte_of_hill()
    plate = mixed(front, light_of_sky())
    frame = made(plate, front, stops=-2.0)
    np.testing.assert_allclose(frame.rgb[front == 0], plate[front == 0, :3] / 4, rtol=1e-5)
    np.testing.assert_array_equal(frame.rgba[front == 1], plate[front == 1])
    assert frame.faults() == []


def test_an_edge_pixel_is_the_foreground_over_the_new_sky_without_a_rim() -> None:
    """Oracle: what the mixture would have been, had the sky been darker when it was shot."""
    front = matte_of_hill()
    frame = made(mixed(front, light_of_sky()), front, stops=-2.0)
    expected = mixed(front, light_of_sky() / 4)
    edge = (front > 0) & (front < 1)
    assert np.abs(frame.rgba - expected)[edge].max() < 0.02
    assert np.abs(frame.rgba - expected)[edge].mean() < 0.004


def test_the_bright_rim_of_a_sharpened_plate_goes_where_the_sky_goes() -> None:
    front = matte_of_hill()
    plate = mixed(front, light_of_sky())
    rim = (front > 0) & (front < 0.3)
    plate[rim, :3] = 1.25 * light_of_sky()[rim]  # an overshoot: brighter than the sky and than what stands before it
    result = made(plate, front, stops=-2.0).rgba
    # a quarter of the rim is a quarter brighter than a quarter of the sky, and what stands before it adds its share
    assert result[rim, :3].max() < 0.25 * 1.25 * light_of_sky().max() + 0.3 * 0.75 * light_of_sky().max() + 1e-3
    overshoot = result[rim, :3] - (front[rim, None] * plate[rim, :3] + (1 - front[rim, None]) * 0.25 * plate[rim, :3])
    assert overshoot.max() < 1e-3


def test_the_horizon_is_changed_less_by_as_much_as_said() -> None:
    front = np.zeros((HEIGHT, WIDTH), np.float32)
    front[110:] = 1
    plate = mixed(front, light_of_sky())
    frame = made(plate, front, stops=-2.0, top=1.0)
    stops = np.log2(frame.rgb[:110, 80, 1] / plate[:110, 80, 1])
    assert stops[0] == pytest.approx(-2.0, abs=0.02)
    assert stops[105] == pytest.approx(0.0, abs=1e-5)
    assert (np.diff(stops[:100]) > 0).all()


def test_a_graded_sky_stays_the_cameras_and_is_altered_by_the_light_that_went() -> None:
    front = matte_of_hill()
    frame = made(mixed(front, light_of_sky()), front, stops=-1.0)
    assert frame.authorship.hands == (CAMERA,)
    altered = frame.authorship.alteration_of(sky.hand)
    np.testing.assert_allclose(altered[front == 0], 0.5, atol=1e-5)  # |L/2 - L| / L
    assert altered[front == 1].max() == 0


@pytest.mark.parametrize("look", ["storm", "overcast", "fair", "sunset", "night"])
def test_a_new_sky_is_the_makers_where_the_sky_was(look: str) -> None:
    front = matte_of_hill()
    plate = mixed(front, light_of_sky())
    frame = made(plate, front, look=look)
    np.testing.assert_allclose(frame.authorship.weight_of(sky.hand), 1 - front, atol=1e-6)
    np.testing.assert_allclose(frame.authorship.weight_of(CAMERA), front, atol=1e-6)
    np.testing.assert_array_equal(frame.rgba[front == 1], plate[front == 1])
    assert frame.faults() == []


def test_a_night_behind_an_edge_leaves_no_bright_rim() -> None:
    front = matte_of_hill()
    frame = made(mixed(front, light_of_sky()), front, look="night")
    edge = (front > 0.05) & (front < 0.95)
    assert frame.rgb[edge].max() < float(FRONT.max()) + 0.02


def test_the_plates_grain_lies_over_a_new_sky() -> None:
    front = np.zeros((HEIGHT, WIDTH), np.float32)
    front[115:] = 1
    rng = np.random.Generator(np.random.PCG64(2))
    clean = mixed(front, light_of_sky())
    grainy = clean.copy()
    grainy[..., :3] += rng.normal(0, 0.02, (*clean.shape[:2], 3)).astype(np.float32)

    def roughness(frame: Frame) -> float:
        part = frame.rgb[10:90, 10:150]
        return float((part - cv2.GaussianBlur(part, (0, 0), 2)).std())

    both, alone = roughness(made(grainy, front, look="overcast")), roughness(made(clean, front, look="overcast"))
    added = np.sqrt(both**2 - alone**2)
    assert added == pytest.approx(0.02, rel=0.25)  # the new sky is about as bright as the old one


def test_a_new_sky_moves_with_the_wind_and_the_same_frame_is_the_same() -> None:
    front = matte_of_hill()
    plate = mixed(front, light_of_sky())
    first, again, later = (made(plate, front, at, look="fair", drift=30.0) for at in (1001, 1001, 1004))
    np.testing.assert_array_equal(first.rgba, again.rgba)
    assert np.abs(first.rgb - later.rgb)[front == 0].max() > 0.01


def test_a_track_that_stands_changes_nothing() -> None:
    front = matte_of_hill()
    plate = mixed(front, light_of_sky())
    still = made(plate, front, look="fair", motion=standing(SPAN, WIDTH, HEIGHT))
    np.testing.assert_allclose(still.rgba, made(plate, front, look="fair").rgba, atol=1e-6)


def test_without_any_sky_the_plate_comes_through() -> None:
    front = np.ones((HEIGHT, WIDTH), np.float32)
    plate = mixed(front, light_of_sky())
    np.testing.assert_array_equal(made(plate, front, look="storm").rgba, plate)


def test_the_matte_can_be_told_that_there_is_no_sky_and_can_grow() -> None:
    plate = {"plate": clip(mixed(matte_of_hill(), light_of_sky()))}

    def alpha(**params: Any) -> np.ndarray:
        return skyline.make(plate, skyline.checked(params), Chance(1), lambda done, of: None).frame(1002).alpha

    assert alpha(sky="none").min() == 1
    found = alpha(sky="there")
    assert np.abs(found - matte_of_hill()).mean() < 0.02
    assert alpha(sky="there", grow_px=3.0).sum() > found.sum() + 2 * WIDTH
    assert alpha(sky="there", grow_px=-3.0).sum() < found.sum() - 2 * WIDTH
