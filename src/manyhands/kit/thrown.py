"""Glowing specks that are thrown: they fly, are slowed by the air, fall, bounce, and cool.

Where each is follows from how it was thrown and how long ago, so that frames may be asked for in any
order.  Sparks that ride on a gas are in :mod:`~manyhands.kit.sparks`.

Units: metres, seconds, kelvin; x to the right, y up, z away from the camera.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

GRAVITY = 9.81
STEP_S = 1 / 300


@dataclass(frozen=True)
class Flight:
    """What acts on thrown things.

    ``drag`` is the air's, for each metre of way (``0.75 c rho_air / (rho d)`` of a ball); ``floor_m``
    how far below the source the ground is; ``bounce`` the share of the speed that a bounce leaves.
    """

    drag: float
    wind: float
    floor_m: float
    bounce: float


def flown(velocities: np.ndarray, ages_s: np.ndarray, flight: Flight, *, exposure_s: float, points: int) -> np.ndarray:
    """Where each is while the shutter is open: (n, points, 2), x and y from the source.

    Args:
        velocities: (n, 3) when thrown, m/s.
        ages_s: (n,) when the shutter opens; what is not yet thrown then waits at the source.
    Source: motion with quadratic drag, in steps of a 300th of a second (midpoint rule).
    """
    out = np.empty((len(velocities), points, 2), np.float64)
    _fly(
        np.ascontiguousarray(velocities, np.float64),
        np.ascontiguousarray(ages_s, np.float64),
        flight.drag,
        flight.wind,
        flight.floor_m,
        flight.bounce,
        exposure_s,
        out,
    )
    return out


def cooled(kelvin: np.ndarray, ages_s: np.ndarray, lives_s: np.ndarray, *, dark: float = 1700.0) -> np.ndarray:
    """The temperature of things that glow, which radiate their heat away down to where they go out.

    Source: Stefan and Boltzmann's law: ``dT/dt = -c T^4``, so that ``T = T0 (1 + 3 c T0^3 t)^(-1/3)``.
    """
    pace = ((kelvin / dark) ** 3 - 1) / lives_s
    return np.asarray(kelvin * (1 + pace * np.maximum(ages_s, 0)) ** (-1 / 3))


@njit(cache=True, nogil=True)
def _fly(velocities, ages, drag, wind, floor, bounce, exposure, out):
    count, points, _ = out.shape
    for number in range(count):
        x, y = 0.0, 0.0
        u, v, w = velocities[number]
        now = 0.0
        for point in range(points):
            until = ages[number] + exposure * point / max(points - 1, 1)
            while now < until:
                step = min(STEP_S, until - now)
                for half in range(2):
                    # the second time round with the speed of the step's middle
                    if half == 0:
                        a, b, c = u, v, w
                    speed = math.sqrt((a - wind) ** 2 + b * b + c * c)
                    du, dv, dw = -drag * speed * (a - wind), -drag * speed * b - GRAVITY, -drag * speed * c
                    if half == 0:
                        a, b, c = u + 0.5 * step * du, v + 0.5 * step * dv, w + 0.5 * step * dw
                x, y = x + step * a, y + step * b
                u, v, w = u + step * du, v + step * dv, w + step * dw
                if y < -floor and v < 0:
                    y = -floor - (y + floor) * bounce
                    v = -v * bounce
                    u, w = u * 0.7, w * 0.7
                now += step
            out[number, point, 0], out[number, point, 1] = x, y
