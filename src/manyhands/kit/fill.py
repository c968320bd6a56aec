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
    filled = total.sum((0, 1), keepdims=True) / max(float(count.sum()), 1e-6)
    for total, count in reversed(levels):
        coarse = _planes(cv2.resize(filled, count.shape[::-1], interpolation=cv2.INTER_LINEAR))
        own = total / np.maximum(count, 1e-6)[..., None]
        sure = np.minimum(count, 1)[..., None]
        filled = sure * own + (1 - sure) * coarse
    return np.where(known[..., None], values, filled)


def _planes(picture: np.ndarray) -> np.ndarray:
    """With its channel axis, which OpenCV drops when there is one channel."""
    return picture[..., None] if picture.ndim == 2 else picture


MOST_UNKNOWNS = 30_000
"""A larger hole is filled at half the size first: the solver's cost grows faster than the hole."""


def smooth(picture: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Fill a hole as smoothly as its rim allows: each pixel the mean of its neighbours (Laplace's equation).

    Shapes: picture (H, W, C) float32, hole (H, W) bool; outside the hole the picture comes through.
    A hole that is the whole picture becomes 0.
    """
    from scipy import sparse

    if not hole.any():
        return picture
    if hole.all():
        return np.zeros_like(picture)
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    cut = np.s_[max(rows[0] - 1, 0) : rows[-1] + 2, max(columns[0] - 1, 0) : columns[-1] + 2]
    part, gap = picture[cut], hole[cut]
    start = spread(np.where(gap[..., None], 0, part).astype(np.float32), ~gap)
    filled = picture.copy()
    if gap.sum() > MOST_UNKNOWNS:
        filled[cut] = _relaxed(_at_half_size(part, gap, start), part, gap)
        return filled
    y, x = np.nonzero(gap)
    number = np.full(gap.shape, -1, np.int64)
    number[y, x] = np.arange(len(y))
    degree, known = np.zeros(len(y)), np.zeros((len(y), picture.shape[2]))
    one, other = [], []
    for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        ny, nx = y + dy, x + dx
        there = (ny >= 0) & (ny < gap.shape[0]) & (nx >= 0) & (nx < gap.shape[1])
        degree += there
        ny, nx = np.clip(ny, 0, gap.shape[0] - 1), np.clip(nx, 0, gap.shape[1] - 1)
        inside = there & gap[ny, nx]
        one.append(np.flatnonzero(inside))
        other.append(number[ny, nx][inside])
        known += np.where((there & ~inside)[:, None], part[ny, nx], 0)
    links = np.concatenate(one), np.concatenate(other)
    matrix = sparse.diags(degree) - sparse.coo_matrix((np.ones(len(links[0])), links), shape=(len(y), len(y)))
    filled[cut][gap] = sparse.linalg.splu(matrix.tocsc()).solve(known)
    return filled


def _at_half_size(part: np.ndarray, gap: np.ndarray, start: np.ndarray) -> np.ndarray:
    height, width = gap.shape
    size = (max(1, width // 2), max(1, height // 2))
    small = _planes(cv2.resize(start, size, interpolation=cv2.INTER_AREA))
    missing = cv2.resize(gap.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    filled = _planes(cv2.resize(smooth(small, missing), (width, height), interpolation=cv2.INTER_LINEAR))
    return np.where(gap[..., None], filled, part)


def _relaxed(start: np.ndarray, part: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """A few more steps of the mean of the neighbours, at the full size (Jacobi's method)."""
    cross = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4
    for _ in range(12):
        around = _planes(cv2.filter2D(start, -1, cross, borderType=cv2.BORDER_REPLICATE))
        start = np.where(gap[..., None], around, part)
    return start
