"""Grain: for what is laid into a plate, whose own it dims; and a plate's own, measured and drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from manyhands.core.frame import luminance
from manyhands.kit.flow import flow_between, lightness, small_size


def topping_grain(rgba: np.ndarray, strength: float, softness_px: float, rng: np.random.Generator) -> np.ndarray:
    """Grain that tops the plate's up under a layer: as strong as it would be at the layer's light.

    Args:
        strength: the plate's grain at middle grey, as a standard deviation.
        softness_px: the plate's softness, for its grain is no finer.
    Shapes: rgba (H, W, 4) premultiplied; returns (H, W, 3) light to be added.
    """
    noise = rng.standard_normal((*rgba.shape[:2], 3), np.float32)
    if softness_px > 0.3:
        sigma = min(softness_px, 1.2)
        noise = cv2.GaussianBlur(noise, (0, 0), sigma) * np.float32(2 * np.sqrt(np.pi) * max(sigma, 0.3))
    alpha = rgba[..., 3]
    missing = np.sqrt(np.clip(1 - (1 - alpha) ** 2, 0, 1))
    level = _law(luminance(rgba[..., :3]) / np.maximum(alpha, 1e-3))
    return np.asarray(noise * (np.float32(strength) * missing * np.minimum(level, 3))[..., None])


@dataclass(frozen=True)
class Grain:
    """A plate's grain: how strong it is at each level of light, how soft, and how its channels go together.

    Shapes: ``levels`` (L,) luminance, ascending, and ``strengths`` (L, 3), the standard deviation there over
    the square root's law; none of them where a plate has no grain.  ``kernel`` (K, K), whose squares sum to
    1, makes white noise as soft as the grain; ``mix`` (3, 3) lets the channels go together as they do.
    """

    levels: np.ndarray
    strengths: np.ndarray
    kernel: np.ndarray
    mix: np.ndarray

    @classmethod
    def none(cls) -> Grain:
        nothing = np.zeros((0, 3), np.float32)
        return cls(nothing[:, 0], nothing, np.ones((1, 1), np.float32), np.eye(3, dtype=np.float32))

    def strength(self, rgb: np.ndarray) -> np.ndarray:
        """Its standard deviation at a light, (..., 3)."""
        if not len(self.levels):
            return np.zeros_like(rgb)
        level = luminance(rgb)
        at = np.log2(np.maximum(level, 1e-6))
        parts = [np.interp(at, np.log2(self.levels), self.strengths[:, channel]) for channel in range(3)]
        return np.asarray(np.stack(parts, -1) * _law(level)[..., None], np.float32)

    def drawn(self, height: int, width: int, rng: np.random.Generator) -> np.ndarray:
        """A piece of it, of standard deviation 1, (height, width, 3)."""
        more = len(self.kernel) // 2
        noise = rng.standard_normal((height + 2 * more, width + 2 * more, 3), np.float32)
        soft = cv2.filter2D(noise, cv2.CV_32F, self.kernel)[more : more + height, more : more + width]
        return np.asarray(soft @ self.mix.T.astype(np.float32))


def _law(level: np.ndarray) -> np.ndarray:
    """How grain grows with light where nothing else is known: as the square root of it, 1 at middle grey."""
    return np.sqrt(np.maximum(level, 0) / 0.18 + 0.05)


SIDE = 16
"""Grain is measured in squares of this many pixels a side."""

BLOCKS = 400
"""Squares of a pair of pictures that are looked at: those nearest to what is closed."""

STILL_PX = 0.2
"""What moves less stands: a slope explains the rest."""

NO_WORSE = 1.3
"""How many times what a flow leaves unexplained may be left without it, and it is still no motion."""


def live_grain(pairs: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> Grain:
    """The grain of a plate: what changes from one picture to the next when motion is taken out.

    What stands still is texture, or what coding left, however fine.  In each square the next picture is laid over by
    the flow, and what a small shift and a change of light explain is taken off; the calmest quarter of the squares of
    each level of light tells the strength, for where things move on their own there is more than grain.

    Args:
        pairs: neighbours in time, and where both are open to be measured.
    Shapes: pictures (H, W, 3) scene-linear, open (H, W) bool.
    """
    squares = [square for pair in pairs for square in _squares(*pair)]
    levels, strengths, rests = [], [], []
    for low in 0.18 * 2.0 ** np.arange(-7, 8):
        here = [square for square in squares if low <= square.level < 2 * low]
        if len(here) < 6:
            continue
        change = np.stack([square.change for square in here])
        power = np.maximum((change**2).mean((1, 2)) - np.stack([square.texture for square in here]), 0)
        calm = np.quantile(power, 0.25, axis=0)
        levels.append(float(np.median([square.level for square in here])))
        strengths.append(np.sqrt(calm) / _law(np.array(levels[-1])))
        if calm.min() > 0:
            rests.append(change[power.mean(1) <= np.quantile(power.mean(1), 0.4)] / np.sqrt(calm))
    if not rests:
        return Grain.none()
    kernel, mix = _manner(np.concatenate(rests))
    return Grain(np.array(levels, np.float32), np.array(strengths, np.float32), kernel, mix)


class Square(NamedTuple):
    """A square of a picture: how light it is, and what changes in it to the next picture.

    Shapes: ``change`` (SIDE, SIDE, 3), as deep as if it were the grain of one picture; ``texture`` (3,), the variance
    of texture that is in it because it lay between two pixels.
    """

    level: float
    change: np.ndarray
    texture: np.ndarray


def _squares(one: np.ndarray, other: np.ndarray, open_: np.ndarray) -> list[Square]:
    """The squares of a pair of pictures, those nearest to what is closed first."""
    height, width = open_.shape
    corners = [
        (y, x)
        for y in range(2, height - SIDE - 1, SIDE)
        for x in range(2, width - SIDE - 1, SIDE)
        if open_[y : y + SIDE, x : x + SIDE].all()
    ]
    if not corners:
        return []
    away = cv2.distanceTransform(np.pad(open_, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    corners.sort(key=lambda corner: float(away[corner[0] + SIDE // 2, corner[1] + SIDE // 2]))
    size = small_size(width, height)
    flow = flow_between(lightness(one, size), lightness(other, size)).there
    flow = cv2.resize(flow, (width, height)) * np.array([width / size[0], height / size[1]], np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    laid = cv2.remap(other, x + flow[..., 0], y + flow[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
    fine = cv2.filter2D(one, cv2.CV_32F, np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6)
    found = []
    for top, left in corners[:BLOCKS]:
        cut = np.s_[top : top + SIDE, left : left + SIDE]
        if not all(np.isfinite(part[cut]).all() for part in (fine, laid, other)):
            continue
        moved = float(np.median(np.hypot(*np.moveaxis(flow[cut], -1, 0))))
        kept, lost = _between_pixels(flow[cut])
        # where there is little else, flow follows the grain
        off = [float(((after[cut] - one[cut]) ** 2).sum()) / share for after, share in ((other, 2), (laid, 1 + kept))]
        is_still = moved < STILL_PX or off[0] < NO_WORSE * off[1]
        if is_still:
            kept, lost = 1.0, 0.0
        after = (other if is_still else laid)[cut]
        smooth = cv2.GaussianBlur(one[cut] + after, (0, 0), 1) / 2
        slopes = np.gradient(smooth, axis=(0, 1))
        change = np.empty_like(after)
        for channel in range(3):
            terms = np.stack([np.ones_like(smooth[..., 0]), *(slope[..., channel] for slope in slopes)], -1)
            change[..., channel] = _unexplained((after - one[cut])[..., channel], terms)
        change /= np.sqrt((1 + kept) * (1 - lost))
        texture = lost / (1 - lost) * fine[cut].reshape(-1, 3).var(0)
        found.append(Square(float(luminance(one[cut]).mean()), change, texture))
    return found


def _unexplained(values: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """What is left of a square (SIDE, SIDE) that terms (SIDE, SIDE, K) do not explain, as deep as it was."""
    flat = terms.reshape(-1, terms.shape[-1]).astype(np.float64)
    fit, *_ = np.linalg.lstsq(flat, values.ravel(), 1e-6)
    deep = np.sqrt(values.size / (values.size - flat.shape[1]))
    return np.asarray(deep * (values.ravel() - flat @ fit).reshape(values.shape))


UNMET = 0.3
"""The share of a texture's finest that is lost half way between two pixels, at most, and is no grain."""


def _between_pixels(flow: np.ndarray) -> tuple[float, float]:
    """What of its grain a picture keeps that a flow lays over another, as variance; and what of texture it loses."""
    part = flow % 1
    a = -0.75  # OpenCV's cubic
    near, far = part, 1 - part
    weights = [(a + 2) * t**3 - (a + 3) * t**2 + 1 for t in (near, far)]
    weights += [a * (t + 1) ** 3 - 5 * a * (t + 1) ** 2 + 8 * a * (t + 1) - 4 * a for t in (near, far)]
    kept = np.square(weights).sum(0)
    return float((kept[..., 0] * kept[..., 1]).mean()), UNMET * float((4 * near * far).max(-1).mean())


def _manner(rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How soft and how coloured grain is, from pieces of it (N, SIDE, SIDE, 3) of deviation 1."""
    rest = rest - rest.mean((1, 2), keepdims=True)
    together = np.einsum("nyxc,nyxd->cd", rest, rest)
    scale = np.sqrt(np.maximum(np.diag(together), 1e-12))
    mix = np.linalg.cholesky(together / np.outer(scale, scale) + 1e-4 * np.eye(3))
    power = (np.abs(np.fft.fft2(rest, axes=(1, 2))) ** 2).mean((0, 3))
    kernel = np.fft.fftshift(np.fft.ifft2(np.sqrt(power)).real)[3:-2, 3:-2]
    return (kernel / np.sqrt((kernel**2).sum())).astype(np.float32), mix.astype(np.float32)


def calmed(rgb: np.ndarray, grain: Grain) -> np.ndarray:
    """A picture without most of its grain; texture that is stronger stays.

    Shapes: (H, W, 3).
    Source: the local Wiener filter of Lee, "Digital image enhancement and noise filtering" (1980).
    """
    mean = cv2.blur(rgb, (5, 5))
    spread = np.maximum(cv2.blur((rgb - mean) ** 2, (5, 5)), 1e-12)
    noise = 1.3 * grain.strength(mean) ** 2
    return np.asarray(mean + np.clip(1 - noise / spread, 0, 1) * (rgb - mean), np.float32)
