"""What lies behind a thing that is taken out of a picture before the sky: sky, far land, and the plate's grain.

The sky's own smooth course is followed under what hides it; the little that it misses by at the
hole's rim is spread into the hole, so that no outline is left.  Below the skyline that the
neighbours make there is a far, soft land of their colours: a stand-in for what nobody saw.
"""

from __future__ import annotations

import cv2
import numpy as np

from manyhands.kit.fill import smooth, spread
from manyhands.kit.skyline import skyline

SMALL = 4  # rims are compared at a quarter of the size, where grain no longer counts


def behind(picture: np.ndarray, foreground: np.ndarray, hole: np.ndarray, foot: float) -> np.ndarray:
    """The light behind a hole.

    Args:
        foreground: what stands before the sky, the thing in the hole among it.
        foot: the row at which the thing stands.
    Shapes: picture (H, W, 3 or 4), foreground and hole (H, W) 0 to 1; returns (H, W, 3), which away
    from the hole is no more than a smooth guess.
    Colour: scene-linear; without grain.
    """
    rgb = np.ascontiguousarray(picture[..., :3])
    front = np.maximum(foreground, (hole > 0).astype(np.float32))
    seen = front < 0.02
    land = _land(rgb, foreground, hole, foot)
    if seen.mean() < 0.004:
        return land
    course = _course(rgb, seen, hole)
    sky = course + _spread_misses(rgb, course, seen)
    near = _share_of_land(foreground, hole, foot)[..., None]
    far = np.asarray(sky + near * (land - sky), np.float32)
    return np.asarray(far + np.clip(8 * near, 0, 1) * (_between(rgb, hole) - far), np.float32)


def _between(rgb: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """(H, W, 3): the light at the hole's rim, led smoothly through the hole: no seam, and nothing in it."""
    height, width = hole.shape
    size = (max(1, width // SMALL), max(1, height // SMALL))
    taken = cv2.resize((hole > 0).astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    small = smooth(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), taken)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _course(rgb: np.ndarray, seen: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """(H, W, 3): the sky round the hole as a smooth surface of second degree, led on over it.

    Below the lowest open sky it stays as it is there, for nothing tells how it would go on.
    """
    height, width = seen.shape
    size = (max(2, width // 8), max(2, height // 8))
    amount = cv2.resize(seen.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    light = cv2.resize(rgb * seen[..., None], size, interpolation=cv2.INTER_AREA)
    taken = cv2.resize((hole > 0).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    known = amount > 0.6
    if known.sum() < 12:
        known = amount > 0
    away = cv2.distanceTransform((taken < 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    weight = np.sqrt(amount * np.exp(-((away / (0.35 * max(size))) ** 2)))[known]
    rows, columns = np.nonzero(known)
    lowest = (rows.max() + 0.5) / size[1]

    def terms(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        x, y = x - 0.5, np.minimum(y, lowest) - 0.5
        return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)

    basis = terms((columns + 0.5) / size[0], (rows + 0.5) / size[1])
    found, *_ = np.linalg.lstsq(
        basis * weight[:, None], (light[known] / amount[known][:, None]) * weight[:, None], 1e-4
    )
    y, x = (np.mgrid[:height, :width] + 0.5) / np.array([height, width])[:, None, None]
    return np.asarray(terms(x, y) @ found, np.float32)


def _spread_misses(rgb: np.ndarray, course: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(H, W, 3): how far the course misses the sky, spread from where it is seen to where it is not."""
    height, width = seen.shape
    size = (max(1, width // SMALL), max(1, height // SMALL))
    sure = cv2.erode(seen.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    amount = cv2.resize(sure, size, interpolation=cv2.INTER_AREA)
    miss = cv2.resize((rgb - course) * sure[..., None], size, interpolation=cv2.INTER_AREA)
    known = amount > 0.5
    if not known.any():
        return np.zeros_like(rgb)
    found = spread(miss / np.maximum(amount, 1e-4)[..., None], known)
    found = cv2.GaussianBlur(np.ascontiguousarray(found), (0, 0), 1.2)
    return cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR)


def _land(rgb: np.ndarray, foreground: np.ndarray, hole: np.ndarray, foot: float) -> np.ndarray:
    """(H, W, 3): the colours of what stands beside the hole, far and soft."""
    height, width = hole.shape
    size = (max(2, width // 8), max(2, height // 8))
    rows = (np.arange(height) + 0.5)[:, None]
    usable = ((foreground > 0.9) & (hole <= 0) & (rows < foot)).astype(np.float32)
    if usable.mean() < 0.002:
        usable = (hole <= 0).astype(np.float32)
    amount = cv2.resize(usable, size, interpolation=cv2.INTER_AREA)
    light = cv2.resize(rgb * usable[..., None], size, interpolation=cv2.INTER_AREA)
    found = spread(light / np.maximum(amount, 1e-4)[..., None], amount > 0.5)
    found = cv2.GaussianBlur(np.ascontiguousarray(found), (0, 0), 1.5)
    return cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR)


def _share_of_land(foreground: np.ndarray, hole: np.ndarray, foot: float) -> np.ndarray:
    """(H, W): 0 above the skyline led on behind the hole, growing through haze to 1 at its foot."""
    height, width = hole.shape
    columns = np.flatnonzero((hole > 0).any(0))
    if not len(columns):
        return np.zeros_like(foreground)
    line = skyline(foreground)
    left, right, beside = columns[0], columns[-1], max(3, width // 40)
    near = line[max(0, left - beside) : left], line[right + 1 : right + 1 + beside]
    ends = [float(np.median(part)) if len(part) else None for part in near]
    known = [end for end in ends if end is not None] or [float(height)]
    one, other = (known[0] if end is None else end for end in ends)
    # what stands close beside it ends a little farther in; beyond it lies what the lower side shows
    wide, low = max(right - left, 4), max(one, other)
    row = np.interp(np.arange(width), left + wide * np.array([0, 0.1, 0.9, 1]), [one, low, low, other])
    depth = np.maximum(foot - row, 0.06 * height)[None, :]
    return np.asarray(np.clip((np.arange(height)[:, None] - row[None, :]) / depth, 0, 1), np.float32)


def grain_of(picture: np.ndarray, seen: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The grain of a picture's open sky, laid anew over the whole of it.

    Shapes: picture (H, W, 3 or 4), seen (H, W) bool; returns (H, W, 3), zero where too little is seen.
    """
    height, width = seen.shape
    room = cv2.distanceTransform(np.pad(seen, 1).astype(np.uint8), cv2.DIST_C, 3)[1:-1, 1:-1]
    side = int(room.max()) - 2
    if side < 6:
        return np.zeros((height, width, 3), np.float32)
    y, x = np.unravel_index(int(room.argmax()), room.shape)
    cut = np.ascontiguousarray(picture[y - side : y + side, x - side : x + side, :3])
    rough = cut - cv2.GaussianBlur(cut, (0, 0), 2.5)
    tall, wide = rough.shape[:2]
    rows, columns = rng.integers(0, 2 * tall), rng.integers(0, 2 * wide)
    folded_rows = _folded(np.arange(height) + rows, tall)
    folded_columns = _folded(np.arange(width) + columns, wide)
    return np.asarray(rough[np.ix_(folded_rows, folded_columns)], np.float32)


def _folded(at: np.ndarray, size: int) -> np.ndarray:
    """Indices that run to and fro, so that the tile has no edges."""
    turn = at % (2 * size)
    return np.where(turn < size, turn, 2 * size - 1 - turn)
