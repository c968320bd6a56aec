"""The air in which rain and snow fall: wind that comes in gusts, and the veil that the far ones make."""

from __future__ import annotations

import math

import cv2
import numpy as np

from manyhands.core.chance import Chance
from manyhands.kit.noise import clouds


def blown(wind: float, gusts: float, seconds: float, rng: np.random.Generator) -> tuple[float, float]:
    """The wind at a moment, m/s, and how far it has carried what rides on it since the beginning, m.

    Args:
        gusts: how unsteady it is, 0 to 1; the wind itself is its mean.
        rng: the same for every moment of a shot.
    """
    phases = rng.uniform(0, 2 * np.pi, 3)
    reach = gusts * (0.5 * abs(wind) + 0.4)
    now, gone = wind, wind * seconds
    for phase, pace, part in zip(phases, (0.9, 2.1, 3.7), (0.6, 0.3, 0.2), strict=True):
        now += reach * part * math.sin(pace * seconds + phase)
        gone -= reach * part / pace * (math.cos(pace * seconds + phase) - math.cos(phase))
    return now, gone


SETS_IN_S = 1.5
"""How long rain or snow takes to set in, and to let up."""


def falling_share(seconds: float, begins: float, ends: float) -> float:
    """How much of the rain or snow falls at a moment, 0 to 1.

    Args:
        seconds, begins, ends: s from the shot's first frame; beginning at 0 it falls from the first frame on, ending
            at 0 it never lets up.
    """
    there = 1.0 if begins <= 0 else min(max((seconds - begins) / SETS_IN_S, 0.0), 1.0)
    left = 1.0 if ends <= 0 else min(max(1 - (seconds - ends) / SETS_IN_S, 0.0), 1.0)
    return min(there, left)


def veil_light(rgb: np.ndarray) -> np.ndarray:
    """The light that the far rain or snow sends: that of the sky, evened out.

    Shapes: (H, W, 3) scene-linear to the same.
    """
    height, width = rgb.shape[:2]
    small = cv2.resize(rgb, (max(8, width // 16), max(8, height // 16)), interpolation=cv2.INTER_AREA)
    around = cv2.GaussianBlur(small, (0, 0), 0.2 * small.shape[0], borderType=cv2.BORDER_REPLICATE)
    upper = small[: max(1, small.shape[0] // 2)].reshape(-1, 3)
    return np.asarray(cv2.resize(0.45 * around + 0.5 * upper.mean(0), (width, height)), np.float32)


def sheets(
    width: int,
    height: int,
    *,
    view: tuple[float, float],
    seconds: float,
    wind: float,
    gusts: float,
    speed: float,
    across_m: float,
    slant: float,
    chance: Chance,
) -> np.ndarray:
    """How far rain or snow thickens and thins, 0.6 to 1.4, as it goes by in sheets: (height, width) float32.

    Args:
        view: the middle of the view in the world, px, so that sheets stay there when the camera turns.
        wind, gusts: as :func:`blown` takes them; ``speed`` at which it falls, m/s.
        across_m: the width of the picture where the sheets hang, m.
        slant: how far they lean to the right for each step up.
        chance: of the gusts, and of which part of the noise they begin with.
    """
    _, carried = blown(wind, gusts, seconds, chance.of("gusts").at())
    gone = carried / across_m, speed * seconds / across_m
    start = chance.of("sheets").at().random(2)
    rows, columns = max(8, height // 8), max(8, width // 8)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    x, y = (x + 0.5) / columns + view[0] / width - gone[0], (y + 0.5) / columns + view[1] / width - gone[1]
    u, v = (x + slant * y) * 200 + start[0] * 256, y * 40 + start[1] * 256
    level = cv2.remap(
        clouds(256, 256, 5, 4, 29),
        (u % 256).astype(np.float32),
        (v % 256).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    return np.asarray(0.6 + 0.8 * cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
