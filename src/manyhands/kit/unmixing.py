"""Colour and alpha of something that was pictured before even backgrounds: two of them, or one.

What covers hides both backgrounds alike; where it does not, the pictures differ as the backgrounds do.
One background does not say how much covers: that takes a word on what the thing is.
Source: Smith and Blinn, "Blue screen matting" (SIGGRAPH 1996), section 3, triangulation, in least squares, and
theorem 1, that one background leaves alpha open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from manyhands.kit.keying import straight_colour
from manyhands.kit.matting import band_of, closed_form

EDGE = 0.03  # of the picture's shorter side: there nothing but background is looked for
APART = 0.02  # backgrounds that differ by less light tell nothing


@dataclass(frozen=True)
class Unmixed:
    """``rgba`` (H, W, 4) premultiplied; ``miss`` (H, W), by how much light the two pictures contradict each other."""

    rgba: np.ndarray
    miss: np.ndarray


def background_of(rgb: np.ndarray) -> np.ndarray:
    """(3,): the light of an even background, from the picture's border; what crosses the border is outvoted."""
    return np.asarray(np.median(rgb[_border(rgb)][:, :3], axis=0), np.float32)


def unmixed(
    one: np.ndarray, other: np.ndarray, behind: np.ndarray, behind_other: np.ndarray, *, noise: float = 0.0
) -> Unmixed:
    """What stands before both backgrounds.

    Args:
        behind, behind_other: (3,) the light of each background.
        noise: coverage below this is noise, and nothing.
    Shapes: one and other (H, W, 3 or 4).  Colour: scene-linear; the result premultiplied.
    """
    apart = (behind_other - behind).astype(np.float32)
    seen = ((other[..., :3] - one[..., :3]) @ apart) / np.float32(apart @ apart)
    alpha = np.clip(1 - seen, 0, 1).astype(np.float32)
    if noise > 0:
        alpha = np.where(cv2.GaussianBlur(alpha, (0, 0), 1.0) < noise, np.float32(0), alpha)
    clear = (1 - alpha)[..., None]
    first, second = one[..., :3] - clear * behind, other[..., :3] - clear * behind_other
    light = np.maximum((first + second) / 2, 0) * (alpha > 0)[..., None]
    return Unmixed(np.dstack([light, alpha]).astype(np.float32), np.abs(first - second).max(-1).astype(np.float32))


Kind = Literal["solid", "smoke", "light"]
"""What stands before one background: something that is solid but for its edge, a veil of one colour, or light."""


def unmixed_alone(
    rgb: np.ndarray, behind: np.ndarray, kind: Kind, *, densest: np.ndarray | None = None, noise: float = 0.0
) -> np.ndarray:
    """What stands before one background, by what is assumed of it: (H, W, 4) premultiplied.

    ``solid``: what differs is solid up to an edge of some pixels, in which coverage follows the colours beside it.
    ``smoke``: all of it has one colour, the ``densest`` (3,), which covers wholly; coverage is the place between.
    ``light``: as little covers as can be: only what is darker than the background does.

    Args:
        noise: light by which the background varies on its own.
    Shapes: rgb (H, W, 3 or 4).  Colour: scene-linear.
    """
    light, back = rgb[..., :3], behind.astype(np.float32)
    away = light - back
    if kind == "solid":
        alpha = _solid(light, away, noise)
        own = straight_colour(light, np.broadcast_to(back, light.shape), alpha, np.full_like(alpha, 0.02))
        return np.dstack([own * alpha[..., None], alpha]).astype(np.float32)
    soft = cv2.GaussianBlur(away, (0, 0), 1.0)
    if kind == "smoke":
        way = (densest_of(rgb, behind) if densest is None else densest) - back
        alpha, sign = (part @ way / max(float(way @ way), 1e-8) for part in (away, soft))
        sign = sign * np.float32(np.linalg.norm(way))
    else:
        alpha, sign = (-soft / np.maximum(back, 1e-4)).max(-1), np.abs(soft).max(-1)
    there = np.clip((sign / max(noise, 1e-6) - 0.25) / 0.4, 0, 1).astype(np.float32)  # the blur leaves that of noise
    alpha = np.clip(alpha, 0, 1).astype(np.float32) * there
    rest = np.maximum(light - (1 - alpha)[..., None] * back, 0) * there[..., None]
    return np.dstack([rest, alpha]).astype(np.float32)


def _solid(light: np.ndarray, away: np.ndarray, noise: float) -> np.ndarray:
    """(H, W): 1 inside what differs from the background, and the colours' own word on an edge round it."""
    differs = cv2.GaussianBlur(np.linalg.norm(away, axis=-1), (0, 0), 0.7)
    there = (differs > max(4 * noise, 0.004)).astype(np.uint8)
    ring = np.ones((3, 3), np.uint8)
    there = cv2.morphologyEx(cv2.morphologyEx(there, cv2.MORPH_CLOSE, ring), cv2.MORPH_OPEN, ring)
    edge = max(5.0, light.shape[0] / EDGE_OF)
    return closed_form(light, band_of(there.astype(np.float32), edge, 1.5))


EDGE_OF = 80  # the edge in which coverage is told from colours: that part of the picture's height


def densest_of(rgb: np.ndarray, behind: np.ndarray) -> np.ndarray:
    """(3,): the colour that is farthest from the background, where enough of the picture has it to be no noise."""
    soft = cv2.GaussianBlur(rgb[..., :3], (0, 0), 2.0)
    far = np.linalg.norm(soft - behind, axis=-1)
    return np.asarray(np.median(soft[far >= np.quantile(far, 0.998)], axis=0), np.float32)


def spread_of(rgb: np.ndarray, behind: np.ndarray) -> float:
    """By how much light an even background varies on its own: three quarters of its border by less than half this."""
    away = np.abs(rgb[_border(rgb)][:, :3] - behind).max(-1)
    return float(np.quantile(away, 0.75) * 2.0)


def noise_of(one: np.ndarray, other: np.ndarray, behind: np.ndarray, behind_other: np.ndarray) -> float:
    """The coverage that noise alone seems to have at the border, where there is nothing: twice the upper quartile."""
    whole = unmixed(one, other, behind, behind_other).rgba[..., 3]
    return float(min(np.quantile(whole[_border(whole)], 0.75) * 2.0, 0.2))


def _border(picture: np.ndarray) -> np.ndarray:
    """(H, W) bool: the rim in which nothing but background is looked for."""
    wide = max(1, round(EDGE * min(picture.shape[:2])))
    rim = np.ones(picture.shape[:2], bool)
    rim[wide:-wide, wide:-wide] = False
    return rim
