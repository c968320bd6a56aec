"""What moves by itself: a cue for a model that learns a matte, beside colour and place.

Whatever the camera does moves most of the picture by one homography.  What does not follow it is
likely to be what somebody wants to take hold of; it says so also in frames that look like none of
the painted ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from manyhands.kit.flow import flow_to

PLANES = 2
_FAST_PX = 16.0  # own motion that counts as 1, in a picture 240 px high
_GRID_PX = 6
_FLOW_AT_MOST_PX = 480  # of the longer side: own motion is a soft cue, and finer flow costs more than it tells


def own_motion(picture: np.ndarray, neighbours: Sequence[np.ndarray]) -> np.ndarray:
    """How far each pixel moves against the camera's motion, and how little it looks like what came there.

    Of several neighbours the least is taken: what is only uncovered in one of them does not move.

    Shapes: (H, W, 3) encoded pictures to (h, w, 2) float32 from 0 to 1, where h, w are at most 480.
    Without neighbours all is 0.
    Source: homography by RANSAC over dense inverse search flow (Kroeger et al. 2016).
    """
    grey = small_grey(picture)
    found = [_against(grey, small_grey(other)) for other in neighbours]
    if not found:
        return np.zeros((*grey.shape, PLANES), np.float32)
    return np.asarray(np.min(found, axis=0), np.float32)


def small_grey(picture: np.ndarray) -> np.ndarray:
    """The picture as (h, w) uint8 grey, small enough to find flow in quickly."""
    height, width = picture.shape[:2]
    scale = min(1.0, _FLOW_AT_MOST_PX / max(height, width))
    grey = picture @ np.array([0.27, 0.67, 0.06], np.float32)
    if scale < 1:
        grey = cv2.resize(grey, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(grey * 220, 0, 255), np.uint8)


def _against(grey: np.ndarray, other: np.ndarray) -> np.ndarray:
    height, width = grey.shape
    flow = flow_to(grey, other)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    grid = np.s_[_GRID_PX // 2 :: _GRID_PX, _GRID_PX // 2 :: _GRID_PX]
    here = np.stack([x[grid], y[grid]], -1).reshape(-1, 2)
    there = here + flow[grid].reshape(-1, 2)
    camera, _ = cv2.findHomography(here, there, cv2.RANSAC, 1.5)
    if camera is None:
        return np.zeros((height, width, PLANES), np.float32)
    moved = cv2.perspectiveTransform(np.stack([x, y], -1).reshape(1, -1, 2), camera).reshape(height, width, 2)
    moved = moved.astype(np.float32)
    away = np.linalg.norm(flow - (moved - np.stack([x, y], -1)), axis=-1) * (240 / height)
    aligned = cv2.remap(other, moved[..., 0], moved[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = (moved[..., 0] >= 0) & (moved[..., 0] <= width - 1) & (moved[..., 1] >= 0) & (moved[..., 1] <= height - 1)
    differs = cv2.GaussianBlur(np.abs(grey.astype(np.float32) - aligned) / 255, (0, 0), 1.5) * inside
    return np.stack([np.clip(np.log1p(away) / np.log1p(_FAST_PX), 0, 1), np.clip(4 * differs, 0, 1)], -1)
