"""Texture grown into a hole from the same picture: every patch that touches the hole finds its like elsewhere.

Source: Barnes et al., "PatchMatch: a randomized correspondence algorithm" (2009), within the coarse-to-fine
scheme of Wexler et al., "Space-time completion of video" (2007).
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from manyhands.kit.fill import smooth

_f = np.float32
RADIUS = 3
"""Patches are this many pixels to each side of their middle: 7 x 7."""

ROUNDS = 4  # of searching and voting on each level


@dataclass(frozen=True)
class Grown:
    """What was grown.

    Shapes: ``look`` (H, W, 3) float32, the picture with the hole filled by votes; ``x`` and ``y`` (H, W)
    int32: the pixel that each pixel of the hole is most like, itself outside the hole.
    """

    look: np.ndarray
    x: np.ndarray
    y: np.ndarray


def grow(look: np.ndarray, hole: np.ndarray, usable: np.ndarray, seed: int) -> Grown | None:
    """Fill a hole with texture from the usable part of the same picture.

    Args:
        look: the picture as it looks; what it has in the hole is not looked at.
        usable: what may be copied, (H, W) bool; the hole never is.
    Returns None where nowhere a whole patch is usable.
    Shapes: (H, W, 3) float32, (H, W) bool.
    """
    height, width = hole.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.int32)
    levels = [(look, hole, usable & ~hole)]
    thickness = float(cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3).max())
    while thickness > RADIUS and min(levels[-1][1].shape) > 16 * RADIUS:
        levels.append(_halved(*levels[-1]))
        thickness /= 2
    while len(levels) > 1 and not _centres(levels[-1][2]).any():
        levels.pop()
    if not _centres(levels[0][2]).any():
        return None
    picture, like = None, None
    for number, (known, gap, open_) in reversed(list(enumerate(levels))):
        centres = _centres(open_)
        if not centres.any():
            continue
        touching = cv2.dilate(gap.astype(np.uint8), np.ones((2 * RADIUS + 1,) * 2, np.uint8)) > 0
        if picture is None or like is None:
            picture = smooth(known, gap)
            like = _anywhere(centres, seed)
        else:
            finer = cv2.resize(picture, gap.shape[::-1], interpolation=cv2.INTER_LINEAR)
            picture = np.where(gap[..., None], finer, known).astype(np.float32)
            like = _finer(like, gap.shape, centres, seed + number)
        for turn in range(ROUNDS if number else 2):
            cost = np.empty(gap.shape, np.float32)
            _search(picture, touching, centres, like, cost, np.uint64(seed * 7919 + 131 * number + turn + 1))
            picture = _voted(picture, gap, touching, like, cost)
    assert picture is not None
    assert like is not None
    return Grown(picture, np.where(hole, like[..., 0], x), np.where(hole, like[..., 1], y))


def _halved(look: np.ndarray, hole: np.ndarray, usable: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    size = max(1, look.shape[1] // 2), max(1, look.shape[0] // 2)
    weight = cv2.resize((~hole).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    light = cv2.resize(look * (~hole)[..., None], size, interpolation=cv2.INTER_AREA)
    gap = weight < 0.5
    small = light / np.maximum(weight, 1e-3)[..., None]
    open_ = cv2.resize(usable.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99
    return small.astype(np.float32), gap, open_ & ~gap


def _centres(usable: np.ndarray) -> np.ndarray:
    """Middles of patches that are usable as a whole, not too near the border."""
    whole = cv2.erode(usable.astype(np.uint8), np.ones((2 * RADIUS + 1,) * 2, np.uint8), borderValue=0)
    whole[:RADIUS] = whole[-RADIUS:] = 0
    whole[:, :RADIUS] = whole[:, -RADIUS:] = 0
    return np.asarray(whole > 0)


def _anywhere(centres: np.ndarray, seed: int) -> np.ndarray:
    rows, columns = np.nonzero(centres)
    pick = np.random.Generator(np.random.PCG64(seed)).integers(0, len(rows), centres.size).reshape(centres.shape)
    return np.stack([columns[pick], rows[pick]], -1).astype(np.int32)


def _finer(like: np.ndarray, shape: tuple[int, int], centres: np.ndarray, seed: int) -> np.ndarray:
    height, width = shape
    y, x = np.mgrid[0:height, 0:width]
    cy, cx = np.minimum(y // 2, like.shape[0] - 1), np.minimum(x // 2, like.shape[1] - 1)
    found = np.stack([2 * like[cy, cx, 0] + x % 2, 2 * like[cy, cx, 1] + y % 2], -1).astype(np.int32)
    found[..., 0] = np.clip(found[..., 0], 0, width - 1)
    found[..., 1] = np.clip(found[..., 1], 0, height - 1)
    good = centres[found[..., 1], found[..., 0]]
    return np.where(good[..., None], found, _anywhere(centres, seed)).astype(np.int32)


def _voted(
    picture: np.ndarray, gap: np.ndarray, touching: np.ndarray, like: np.ndarray, cost: np.ndarray
) -> np.ndarray:
    spread = max(float(np.percentile(cost[touching], 75)), 1e-6)
    out = picture.copy()
    _vote(picture, gap, touching, like, cost, _f(1 / (2 * spread)), out)
    return out


@njit(cache=True, nogil=True)
def _distance(picture, y, x, v, u, most):
    height, width = picture.shape[0], picture.shape[1]
    total = _f(0)
    for dy in range(-RADIUS, RADIUS + 1):
        yy = min(max(y + dy, 0), height - 1)
        for dx in range(-RADIUS, RADIUS + 1):
            xx = min(max(x + dx, 0), width - 1)
            for c in range(3):
                off = picture[yy, xx, c] - picture[v + dy, u + dx, c]
                total += off * off
        if total >= most:
            return total
    return total


@njit(cache=True, nogil=True)
def _search(picture, touching, centres, like, cost, state):
    height, width = touching.shape
    for y in range(height):
        for x in range(width):
            if touching[y, x]:
                cost[y, x] = _distance(picture, y, x, like[y, x, 1], like[y, x, 0], _f(1e30))
    for turn in range(2):
        step = 1 if turn == 0 else -1
        for a in range(height):
            y = a if turn == 0 else height - 1 - a
            for b in range(width):
                x = b if turn == 0 else width - 1 - b
                if not touching[y, x]:
                    continue
                best, u, v = cost[y, x], like[y, x, 0], like[y, x, 1]
                for side in range(2):
                    nx = x - step if side == 0 else x
                    ny = y if side == 0 else y - step
                    if nx < 0 or ny < 0 or nx >= width or ny >= height or not touching[ny, nx]:
                        continue
                    tu, tv = like[ny, nx, 0] + x - nx, like[ny, nx, 1] + y - ny
                    if 0 <= tu < width and 0 <= tv < height and centres[tv, tu]:
                        price = _distance(picture, y, x, tv, tu, best)
                        if price < best:
                            best, u, v = price, tu, tv
                reach = max(height, width)
                while reach >= 1:
                    state ^= state << np.uint64(13)
                    state ^= state >> np.uint64(7)
                    state ^= state << np.uint64(17)
                    tu = u + np.int64(state % np.uint64(2 * reach + 1)) - reach
                    tv = v + np.int64((state >> np.uint64(32)) % np.uint64(2 * reach + 1)) - reach
                    if 0 <= tu < width and 0 <= tv < height and centres[tv, tu]:
                        price = _distance(picture, y, x, tv, tu, best)
                        if price < best:
                            best, u, v = price, tu, tv
                    reach //= 2
                cost[y, x], like[y, x, 0], like[y, x, 1] = best, u, v


@njit(cache=True, nogil=True)
def _vote(picture, gap, touching, like, cost, sharp, out):
    height, width = gap.shape
    for y in range(height):
        for x in range(width):
            if not gap[y, x]:
                continue
            total, r, g, b = _f(1e-12), _f(0), _f(0), _f(0)
            for dy in range(-RADIUS, RADIUS + 1):
                for dx in range(-RADIUS, RADIUS + 1):
                    yy, xx = y + dy, x + dx
                    if yy < 0 or xx < 0 or yy >= height or xx >= width or not touching[yy, xx]:
                        continue
                    weight = np.exp(-cost[yy, xx] * sharp) + _f(1e-6)
                    u, v = like[yy, xx, 0] - dx, like[yy, xx, 1] - dy
                    total += weight
                    r += weight * picture[v, u, 0]
                    g += weight * picture[v, u, 1]
                    b += weight * picture[v, u, 2]
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = r / total, g / total, b / total
