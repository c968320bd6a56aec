"""Thrown specks: against the closed forms of mechanics and of radiation."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.thrown import GRAVITY, Flight, cooled, flown

FREE = Flight(drag=0.0, wind=0.0, floor_m=np.inf, bounce=0.5)


def ends(velocity: tuple[float, float, float], age: float, flight: Flight = FREE) -> np.ndarray:
    return flown(np.array([velocity]), np.array([age]), flight, exposure_s=0.0, points=1)[0, 0]


def test_without_air_it_is_a_parabola() -> None:
    np.testing.assert_allclose(ends((3, 4, 1), 0.7), [2.1, 4 * 0.7 - GRAVITY / 2 * 0.49], atol=1e-9)


def test_air_slows_it_as_the_logarithm_of_time() -> None:
    # level flight with quadratic drag alone: x = ln(1 + k v t) / k; the fall adds little in so short a time
    k, v, t = 0.8, 20.0, 0.1
    assert ends((v, 0, 0), t, Flight(k, 0.0, np.inf, 0.5))[0] == pytest.approx(np.log(1 + k * v * t) / k, rel=2e-3)


def test_what_falls_long_falls_as_fast_as_the_air_lets_it() -> None:
    flight = Flight(0.5, 0.0, np.inf, 0.5)
    one, other = ends((0, 0, 0), 5.0, flight), ends((0, 0, 0), 6.0, flight)
    assert one[1] - other[1] == pytest.approx(np.sqrt(GRAVITY / 0.5), rel=1e-3)


def test_the_wind_takes_it_along() -> None:
    assert ends((0, 0, 0), 1.0, Flight(0.5, 4.0, np.inf, 0.5))[0] > 1


def test_it_bounces_and_never_goes_below_the_ground() -> None:
    flight = Flight(0.0, 0.0, 1.0, 0.5)
    falls = np.sqrt(2 / GRAVITY)
    heights = [ends((0, 0, 0), age, flight)[1] for age in np.linspace(0, 3 * falls, 200)]
    assert min(heights) > -1.02
    top = max(heights[70:])
    assert top == pytest.approx(-1 + 0.25, abs=0.03)  # half the speed, a quarter of the height


def test_what_is_not_yet_thrown_waits_at_its_source() -> None:
    paths = flown(np.array([[5.0, 0, 0]]), np.array([-0.01]), FREE, exposure_s=0.03, points=4)
    np.testing.assert_allclose(paths[0, :2, 0], 0, atol=1e-9)
    assert paths[0, 3, 0] == pytest.approx(0.1)


def test_it_cools_by_the_fourth_power_and_ends_dark() -> None:
    kelvin, lives = np.array([2300.0]), np.array([1.0])
    np.testing.assert_allclose(cooled(kelvin, np.array([0.0]), lives), 2300)
    np.testing.assert_allclose(cooled(kelvin, lives, lives), 1700)
    early, late = (cooled(kelvin, np.array([t]), lives) - cooled(kelvin, np.array([t + 1e-4]), lives) for t in (0, 0.5))
    hot = cooled(kelvin, np.array([0.5]), lives)
    assert (early / late)[0] == pytest.approx((2300 / hot[0]) ** 4, rel=1e-2)
