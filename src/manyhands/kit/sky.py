"""A sky that is drawn: light from the horizon up, and clouds on a sheet overhead, seen in perspective.

Clouds come from noise that tiles, so that they can drift for ever; they are lit from the sun's side by
comparing how thick the sheet is here and a little nearer to the sun.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from manyhands.kit.noise import clouds

SHEET = 1024  # samples along a side of the cloud sheet before it repeats
_f = np.float32

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class SkyLook:
    """What a sky looks like; colours are scene-linear ACEScg.

    ``cover`` is the share of the sky that clouds hide, ``soft`` how soft their edges are, ``shade``
    how much darker their thick parts get, ``glow`` the light round the sun's place on the horizon.
    """

    zenith: Colour
    horizon: Colour
    lit: Colour
    dark: Colour
    glow: Colour
    cover: float
    soft: float
    shade: float


LOOKS = {
    "storm": SkyLook(
        (0.10, 0.12, 0.15),
        (0.34, 0.36, 0.38),
        (0.30, 0.32, 0.35),
        (0.045, 0.055, 0.07),
        (0.06, 0.05, 0.04),
        0.93,
        0.55,
        0.85,
    ),
    "overcast": SkyLook(
        (0.42, 0.46, 0.52),
        (0.62, 0.64, 0.66),
        (0.66, 0.67, 0.69),
        (0.30, 0.32, 0.36),
        (0.05, 0.05, 0.04),
        0.97,
        0.9,
        0.6,
    ),
    "fair": SkyLook(
        (0.11, 0.22, 0.52),
        (0.50, 0.60, 0.76),
        (1.05, 1.03, 1.0),
        (0.42, 0.47, 0.56),
        (0.12, 0.11, 0.08),
        0.42,
        0.35,
        0.5,
    ),
    "sunset": SkyLook(
        (0.07, 0.10, 0.24),
        (0.95, 0.42, 0.16),
        (0.95, 0.40, 0.22),
        (0.10, 0.085, 0.14),
        (1.1, 0.55, 0.16),
        0.5,
        0.5,
        0.7,
    ),
    "night": SkyLook(
        (0.004, 0.006, 0.013),
        (0.016, 0.019, 0.030),
        (0.022, 0.026, 0.038),
        (0.004, 0.005, 0.009),
        (0.01, 0.01, 0.012),
        0.55,
        0.7,
        0.6,
    ),
}


def draw_sky(
    look: SkyLook,
    *,
    width: int,
    height: int,
    to_reference: np.ndarray,
    horizon_px: float,
    drift: tuple[float, float],
    place: tuple[float, float],
    sun: tuple[float, float, float],
) -> np.ndarray:
    """The sky as a camera sees it.

    Args:
        to_reference: (3, 3), from pixels of this frame to those of the frame in which ``horizon_px``
            and the picture's middle are known: so the clouds stand still in the world.
        drift: how far the clouds have moved, to the right and away, in heights of the sheet above us.
        place: where in the endless sheet the camera stands, 0 to 1 twice.
        sun: unit vector towards the sun: right, up, away.
    Shapes: returns (height, width, 3) float32 scene-linear.
    """
    small = (max(8, -(-height // 2)), max(8, -(-width // 2)))
    out = np.empty((*small, 3), np.float32)
    colours = np.array([look.zenith, look.horizon, look.lit, look.dark, look.glow], np.float32)
    numbers = np.array([look.cover, look.soft, look.shade], np.float32)
    sheet = clouds(SHEET, SHEET)
    there = np.array([place[0] * SHEET, place[1] * SHEET, drift[0], drift[1]], np.float32)
    towards = np.array(sun, np.float32)
    _draw(out, np.asarray(to_reference, np.float64), width, height, horizon_px, colours, numbers, sheet, there, towards)
    return cv2.resize(out, (width, height), interpolation=cv2.INTER_LINEAR)


@njit(cache=True, inline="always")
def _sample(sheet, u, v):
    size = sheet.shape[0]
    i, j = np.int64(np.floor(u)), np.int64(np.floor(v))
    fu, fv = u - _f(i), v - _f(j)
    i0, j0 = i % size, j % size
    i1, j1 = (i + 1) % size, (j + 1) % size
    top = sheet[j0, i0] * (_f(1) - fu) + sheet[j0, i1] * fu
    low = sheet[j1, i0] * (_f(1) - fu) + sheet[j1, i1] * fu
    return top * (_f(1) - fv) + low * fv


@njit(cache=True, inline="always")
def _thick(sheet, u, v, near):
    """How thick the clouds are: great shapes, bent by one another, and ragged detail that drops out far away."""
    bend = _sample(sheet, u * _f(0.31) + _f(97), v * _f(0.31) + _f(411))
    great = _sample(sheet, u * _f(0.5) + bend * _f(60), v * _f(0.5) + bend * _f(35))
    fine = _sample(sheet, u * _f(2.1) + _f(313) + bend * _f(50), v * _f(2.1) + _f(59))
    return great + near * _f(0.32) * (fine - _f(0.5))


@njit(cache=True, inline="always")
def _step(value, low, high):
    t = min(max((value - low) / (high - low), _f(0)), _f(1))
    return t * t * (_f(3) - _f(2) * t)


@njit(cache=True)
def _draw(out, to_reference, width, height, horizon_px, colours, numbers, sheet, there, sun):
    rows, columns = out.shape[0], out.shape[1]
    focal = 1.15 * max(width, height)
    cover, soft, shade = numbers[0], numbers[1], numbers[2]
    for row in range(rows):
        j = np.int64(row)
        for i in range(columns):
            x, y = (i + 0.5) * width / columns, (j + 0.5) * height / rows
            depth = to_reference[2, 0] * x + to_reference[2, 1] * y + to_reference[2, 2]
            at_x = (to_reference[0, 0] * x + to_reference[0, 1] * y + to_reference[0, 2]) / depth
            at_y = (to_reference[1, 0] * x + to_reference[1, 1] * y + to_reference[1, 2]) / depth
            across = _f((at_x - 0.5 * width) / focal)
            up = _f((horizon_px - at_y) / focal)
            height_ = max(up, _f(0.0))
            # the sheet bends down with the earth: at the horizon it is far, but not endlessly far
            far = _f(1) / (height_ + _f(0.10))
            u = there[0] + (across * far - there[2]) * _f(105)
            v = there[1] + (far - there[3]) * _f(105)
            near = _step(height_, _f(0.0), _f(0.22))
            thick = _thick(sheet, u, v, near)
            beside = _thick(sheet, u + sun[0] * _f(16), v + sun[2] * _f(16), near)
            edge = _f(1) - cover
            cloud = _step(thick, edge * _f(0.9), edge * _f(0.9) + _f(0.06) + _f(0.4) * soft)
            body = _step(thick, edge, _f(0.92))
            light = _f(0.5) + _f(2.6) * (thick - beside) - shade * (body - _f(0.45))
            light = min(max(light, _f(0)), _f(1))
            rise = min(height_ / _f(0.75), _f(1))
            air = _f(np.exp(-rise * _f(4.5)))
            haze = _f(np.exp(-height_ * _f(13)))
            glow = _f(np.exp(-((height_ * _f(4.2)) ** 2))) * _f(np.exp(-(((across - sun[0] * _f(0.6)) * _f(2.0)) ** 2)))
            for part in range(3):
                clear = colours[0, part] + (colours[1, part] - colours[0, part]) * air
                seen = colours[3, part] + (colours[2, part] - colours[3, part]) * light
                value = clear + (seen - clear) * cloud * (_f(1) - _f(0.85) * haze)
                value = value + (colours[1, part] - value) * haze * _f(0.9)
                out[j, i, part] = value + colours[4, part] * glow * (
                    _f(0.35) + _f(0.65) * (_f(1) - cloud * (_f(1) - light))
                )
