"""Colour and alpha of something that was pictured twice, before two backgrounds.

What covers hides both backgrounds alike; where it does not, the pictures differ as the backgrounds do.
Source: Smith and Blinn, "Blue screen matting" (SIGGRAPH 1996), section 3, triangulation, in least squares.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

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
