"""How far what a plate shows is, as well as one picture tells it: for air that hides what is far."""

from __future__ import annotations

import cv2
import numpy as np

from manyhands.core.frame import Frame
from manyhands.core.track import Track

Colour = tuple[float, float, float]


def horizon_at(horizon_px: float, picture: Frame, motion: Track | None, at: int) -> float:
    """The horizon's row in a frame, from its row in the track's reference frame; the middle where it is 0."""
    horizon = horizon_px or 0.5 * picture.height
    return float((motion.matrix(at) @ [picture.width / 2, horizon, 1])[1]) if motion else horizon


def distance(rgb: np.ndarray, front: np.ndarray, horizon: float, plate_sky: Colour, *, low: float) -> np.ndarray:
    """How far everything is, 0 close by, 1 at the horizon; the sky counts by how low it is.

    Args:
        front: (H, W), 1 where something stands before the sky.
        plate_sky: the sky's colour in the plate, which pale air is told by.
        low: how much the air keeps to the horizon, 0 to 1.
    Shapes: (H, W, 3) scene-linear to (H, W) float32.
    Source: what is pale with air in its darkest channel is far (He, Sun and Tang 2011, "dark channel").
    """
    height, width = front.shape
    small = cv2.resize(rgb, (max(8, width // 4), max(8, height // 4)), interpolation=cv2.INTER_AREA)
    air = np.maximum(np.array(plate_sky, np.float32), 1e-3)
    patch = 2 * max(1, small.shape[0] // 80) + 1
    dark = cv2.erode(np.ascontiguousarray((small / air).min(-1)), np.ones((patch, patch), np.uint8))
    pale = np.clip(dark, 0, 1).astype(np.float32)
    rows = (np.arange(small.shape[0], dtype=np.float32) + 0.5) * height / small.shape[0]
    below = np.maximum(rows - horizon, 0) / height
    ground = np.where(rows > horizon, 0.03 / (0.03 + below), 1)[:, None]
    depth = np.clip(0.1 * ground + pale**1.5 * (0.4 + 0.6 * ground) + 0.2 * ground**2 * pale, 0, 1).astype(np.float32)
    guide = np.ascontiguousarray(np.clip(small, 0, 2).mean(-1), np.float32)
    depth = _guided(guide, depth, reach=max(4, small.shape[0] // 30))
    depth = cv2.resize(depth, (width, height), interpolation=cv2.INTER_LINEAR)
    rows = (np.arange(height, dtype=np.float32) + 0.5)[:, None]
    up = np.maximum(horizon - rows, 0) / height
    sky = np.exp(-up * np.float32(2 + 10 * low))
    lower = np.where(rows < horizon, np.exp(-up * np.float32(3 * low)), 1)
    return np.asarray(front * np.clip(depth, 0, 1) * lower + (1 - front) * sky, np.float32)


def _guided(guide: np.ndarray, value: np.ndarray, *, reach: int) -> np.ndarray:
    """Smooth a value, but not over the guide's edges.  Source: He, Sun and Tang 2013, "guided filter"."""

    def mean(plane: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.blur(plane, (2 * reach + 1, 2 * reach + 1), borderType=cv2.BORDER_REPLICATE))

    middle, level = mean(guide), mean(value)
    slope = (mean(guide * value) - middle * level) / (mean(guide * guide) - middle * middle + 1e-3)
    return mean(slope) * guide + mean(level - slope * middle)
