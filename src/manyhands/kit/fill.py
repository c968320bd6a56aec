"""Filling what is not known from what stands round it: smoothly, and without a seam."""

from __future__ import annotations

import cv2
import numpy as np


def spread(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Fill what is not known from what stands around: averages of ever larger squares.

    Shapes: values (H, W, C) float32, known (H, W) bool; returns (H, W, C), the known values as they were.
    Source: the pull-push pyramid of Gortler et al., "The lumigraph" (1996), section 3.3.
    """
    if known.all():
        return values
    weight = known.astype(np.float32)
    levels = [(values * weight[..., None], weight)]
    while min(levels[-1][1].shape) > 1:
        total, count = levels[-1]
        size = (max(1, count.shape[1] // 2), max(1, count.shape[0] // 2))
        levels.append(
            (
                _planes(cv2.resize(total, size, interpolation=cv2.INTER_AREA)),
                cv2.resize(count, size, interpolation=cv2.INTER_AREA),
            )
        )
    total, count = levels[-1]
    filled = total / max(float(count.max()), 1e-6)
    for total, count in reversed(levels[:-1]):
        coarse = _planes(cv2.resize(filled, count.shape[::-1], interpolation=cv2.INTER_LINEAR))
        own = total / np.maximum(count, 1e-6)[..., None]
        sure = np.minimum(count, 1)[..., None]
        filled = sure * own + (1 - sure) * coarse
    return np.where(known[..., None], values, filled)


def _planes(picture: np.ndarray) -> np.ndarray:
    """With its channel axis, which OpenCV drops when there is one channel."""
    return picture[..., None] if picture.ndim == 2 else picture


def membrane(picture: np.ndarray, patch: np.ndarray, hole: np.ndarray, *, rim_px: int = 2) -> np.ndarray:
    """A patch made to meet the picture: the difference on the hole's rim is spread over the hole.

    Args:
        patch: what is to fill the hole, known on the rim round it as well.
        rim_px: how wide the rim is on which both are compared.
    Shapes: picture and patch (H, W, C) float32, hole (H, W) bool; returns (H, W, C): the picture, and in the
    hole the patch with its light led over to the picture's.
    Source: the aim of Perez et al., "Poisson image editing" (2003), with a pull-push in place of the solver, as
    in Farbman et al., "Coordinates for instant image cloning" (2009).
    """
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim_px + 1, 2 * rim_px + 1))
    rim = (cv2.dilate(hole.astype(np.uint8), disc) > 0) & ~hole
    if not rim.any():
        return np.where(hole[..., None], patch, picture)
    rows, columns = np.flatnonzero((rim | hole).any(1)), np.flatnonzero((rim | hole).any(0))
    cut = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    led = spread(np.where(rim[..., None], picture - patch, 0)[cut].astype(np.float32), rim[cut])
    filled = picture.copy()
    filled[cut] = np.where(hole[cut][..., None], patch[cut] + led, picture[cut])
    return filled
