"""Cut-outs whose truth is known: a head with hair, a ball in motion and smoke, laid over a screen or a street.

The truth is made by compositing: straight colours and coverage are drawn first (strokes at eight
samples to a pixel, averaged), light is mixed as ``alpha F + (1 - alpha) B``, and grain goes on top.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import cv2
import numpy as np

from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from tests.plates import CAMERA

FINE = 8
GREEN = (0.140, 0.324, 0.091)  # linear Rec.709 0.03, 0.35, 0.06 in ACEScg: a painted screen, evenly lit
BLUE = (0.064, 0.081, 0.357)


@dataclass(frozen=True)
class Cutout:
    """Shapes: rgb, colour and behind (H, W, 3), alpha (H, W); colour is straight and without spill."""

    rgb: np.ndarray
    alpha: np.ndarray
    colour: np.ndarray
    behind: np.ndarray

    @property
    def edge(self) -> np.ndarray:
        return np.asarray((self.alpha > 0.02) & (self.alpha < 0.98))


def _drawn(width: int, height: int, points: list[np.ndarray], thick: list[float]) -> np.ndarray:
    """Strokes as coverage, (height, width)."""
    fine = np.zeros((height * FINE, width * FINE), np.uint8)
    for path, width_px in zip(points, thick, strict=True):
        whole = np.round(path * FINE).astype(np.int32)
        cv2.polylines(fine, [whole], False, 255, max(1, round(width_px * FINE)))
    return np.asarray(cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA) / 255, np.float32)


def _disc(width: int, height: int, x: float, y: float, radius: float, travel: tuple[float, float]) -> np.ndarray:
    """A disc that moved while the shutter was open: the mean of 24 places."""
    total = np.zeros((height, width), np.float32)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + 0.5
    for step in (np.arange(24) + 0.5) / 24 - 0.5:
        away = np.hypot(columns - x - step * travel[0], rows - y - step * travel[1])
        total += np.clip(radius - away + 0.5, 0, 1)
    return total / 24


def _clouds(width: int, height: int, seed: int) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(seed))
    total = np.zeros((height, width), np.float32)
    for size, weight in ((3, 0.25), (8, 0.6), (20, 1.0)):
        layer = cv2.GaussianBlur(rng.standard_normal((height, width), np.float32), (0, 0), size * height / 240)
        total += weight * layer / layer.std()
    return total


def layers(width: int, height: int, *, at: int = 0, smoke: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Straight colour (H, W, 3) and coverage (H, W) of all that stands in front."""
    rng = np.random.Generator(np.random.PCG64(11))
    scale = height / 240
    grain = _clouds(width, height, 5)[..., None]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) + 0.5
    x, y = 0.4 * width + 1.5 * at, 0.45 * height

    def ellipse(cx: float, cy: float, rx: float, ry: float, soft: float) -> np.ndarray:
        away = (np.hypot((columns - cx) / rx, (rows - cy) / ry) - 1) * min(rx, ry)
        return np.asarray(1 / (1 + np.exp(np.clip(away / (soft * scale), -30, 30))), np.float32)

    head = ellipse(x, y, 34 * scale, 44 * scale, 0.35)
    coat = np.maximum(ellipse(x, 1.05 * height, 78 * scale, 70 * scale, 0.8), 0)
    skin = np.array([0.42, 0.30, 0.22], np.float32) * (1 + 0.06 * grain) * (1.15 - 0.4 * columns / width)[..., None]
    cloth = np.array([0.11, 0.12, 0.17], np.float32) * (1 + 0.2 * grain)
    colour, alpha = cloth.copy(), coat
    colour, alpha = _over(skin, head, colour, alpha)
    paths, thick = [], []
    for _ in range(170):
        angle = rng.uniform(-2.9, -0.25)
        length, bend = rng.uniform(22, 62) * scale, rng.normal(0, 0.5)
        t = np.linspace(0, 1, 24)[:, None]
        way = np.hstack([np.cos(angle + bend * t), np.sin(angle + bend * t)])
        paths.append([x, y] + np.array([30 * scale, 40 * scale]) * way[:1] + np.cumsum(way, 0) * length / 24)
        thick.append(rng.uniform(0.35, 1.3) * scale)
    hair = np.minimum(1, 1.0 * _drawn(width, height, paths, thick))
    strand = np.array([0.075, 0.05, 0.034], np.float32) * (1 + 0.35 * grain)
    colour, alpha = _over(strand, hair, colour, alpha)
    ball = _disc(width, height, 0.76 * width, 0.3 * height, 17 * scale, (30 * scale, 10 * scale))
    colour, alpha = _over(np.array([0.5, 0.09, 0.06], np.float32) + 0 * grain, ball, colour, alpha)
    if smoke:
        veil = np.clip(0.35 + 0.22 * _clouds(width, height, 9), 0, 0.75) * ellipse(
            0.78 * width, 0.75 * height, 45 * scale, 45 * scale, 9
        )
        colour, alpha = _over(np.array([0.3, 0.3, 0.31], np.float32) + 0 * grain, veil, colour, alpha)
    return colour, alpha


def _over(top: np.ndarray, cover: np.ndarray, colour: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Straight colours laid over each other."""
    both = cover + (1 - cover) * alpha
    light = top * cover[..., None] + colour * ((1 - cover) * alpha)[..., None]
    mixed = np.where(both[..., None] > 1e-6, light / np.maximum(both, 1e-6)[..., None], top)
    return mixed.astype(np.float32), both.astype(np.float32)


def screen(width: int, height: int, colour: tuple[float, float, float] = GREEN, *, at: int = 0) -> np.ndarray:
    """A screen lit unevenly: a stop and a half from one side to the other, a hot spot, a fold."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = columns / width, rows / height
    light = np.exp2(-1.1 * u - 0.4 * v + 0.55 * np.exp(-((u - 0.3) ** 2 + (v - 0.4) ** 2) / 0.06))
    light *= 1 - 0.06 * np.exp(-(((u - 0.62) / 0.03) ** 2))
    warm = np.stack([1 + 0.1 * v, 1 + 0 * v, 1 - 0.08 * v], -1)
    return np.asarray(1.25 * light[..., None] * warm * np.array(colour, np.float32), np.float32)


def grained(rgb: np.ndarray, seed: int, amount: float = 0.004) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(seed))
    noise = rng.standard_normal(rgb.shape, np.float32) * np.sqrt(np.maximum(rgb, 0) / 0.18 + 0.05)
    return np.asarray(rgb + amount * noise, np.float32)


@cache
def before_screen(
    width: int = 426,
    height: int = 240,
    *,
    colour: tuple[float, float, float] = GREEN,
    spill: float = 0.0,
    grain: float = 0.004,
    at: int = 0,
    smoke: bool = True,
) -> Cutout:
    """The head, the ball and the smoke before a screen; ``spill`` is the screen's light on what is solid."""
    straight, alpha = layers(width, height, at=at, smoke=smoke)
    behind = screen(width, height, colour)
    lit = straight + spill * behind * (0.3 + 0.7 * cv2.GaussianBlur(1 - alpha, (0, 0), 0.04 * height))[..., None]
    rgb = alpha[..., None] * lit + (1 - alpha[..., None]) * behind
    return Cutout(grained(rgb, 100 + at, grain), alpha, straight, behind)


@cache
def before_street(width: int = 426, height: int = 240, *, grain: float = 0.002, smoke: bool = False) -> Cutout:
    """The same before a background with structure and colours of its own."""
    straight, alpha = layers(width, height, smoke=smoke)
    a, b = (_clouds(width, height, seed)[..., None] for seed in (21, 22))
    far = np.array([0.35, 0.42, 0.5], np.float32) * np.exp2(0.5 * a) + np.array([0.05, 0.015, 0.0], np.float32) * b
    behind = np.maximum(far, 0.01).astype(np.float32)
    behind = cv2.GaussianBlur(behind, (0, 0), 2.5 * height / 240)
    rgb = alpha[..., None] * straight + (1 - alpha[..., None]) * behind
    return Cutout(grained(rgb, 200, grain), alpha, straight, behind)


def clip_of(rgb: np.ndarray, frames: int = 2, *, alpha: np.ndarray | None = None) -> Clip:
    """One picture as a clip of a camera."""
    cover = np.ones(rgb.shape[:2], np.float32) if alpha is None else alpha
    rgba = np.dstack([rgb * cover[..., None], cover]).astype(np.float32)
    span = Span(length=frames, rate_fps=Fraction(24))
    return Clip(span, rgb.shape[1], rgb.shape[0], lambda at: Frame.of(rgba, CAMERA))


def matte_of(alpha: np.ndarray, frames: int = 2) -> Clip:
    """A matte as a clip, by the convention of the house."""
    rgba = np.repeat(alpha[..., None].astype(np.float32), 4, -1)
    span = Span(length=frames, rate_fps=Fraction(24))
    return Clip(span, alpha.shape[1], alpha.shape[0], lambda at: Frame.of(rgba, CAMERA))


def sad(alpha: np.ndarray, truth: np.ndarray) -> float:
    """Sum of absolute differences, in thousands.  Source: Rhemann et al. 2009, section 4."""
    return float(np.abs(alpha.astype(np.float64) - truth).sum() / 1000)


def gradient_error(alpha: np.ndarray, truth: np.ndarray, sigma: float = 1.4) -> float:
    """Squared difference of the gradients' lengths, in thousands.

    Source: Rhemann et al. 2009, section 4: first derivatives of a Gaussian, variance 1.4.
    """
    from scipy.ndimage import gaussian_gradient_magnitude

    lengths = [gaussian_gradient_magnitude(one.astype(np.float64), sigma, mode="nearest") for one in (alpha, truth)]
    return float(((lengths[0] - lengths[1]) ** 2).sum() / 1000)
