"""Small things that move while the shutter is open: drops, flakes and sparks, as soft streaks.

A streak is what a disc leaves that moves evenly from one place to another during the exposure.  It
covers each pixel for a share of the time, so that a fast one is faint and a slow one dense, and the
sum over its pixels is the disc's own area whatever its length.

Units: pixels, origin at the picture's top left corner, a pixel's centre at a half.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math

import numpy as np
from numba import njit

THIN_PX = 3.0  # below this radius a disc is drawn as a smooth bump, which does not flicker between pixels
FINEST_PX = 1.25  # the narrowest bump that is still as bright in every position


def draw_streaks(
    plane: np.ndarray,
    paths: np.ndarray,
    radii_px: np.ndarray,
    amounts: np.ndarray,
    *,
    beads: np.ndarray | None = None,
    taper: float = 0.0,
) -> None:
    """Add streaks to a plane of any number of channels, in place.

    Args:
        plane: (H, W, C) float32; where a disc stands still a pixel that it covers gains its amount.
        paths: (n, 4) from x, y to x, y.
        radii_px: (n,) of the discs; one smaller than a pixel is drawn a pixel wide and fainter.
        amounts: (n, C).
        beads: (n, 3): how many waves of brightness lie along each streak, how deep they are (0 to
            1), and where they begin (0 to 1), as of a drop that swings while it falls.
        taper: how far streaks fade towards their ends, 0 to 1.
    Source: the share of time is the chord of the disc along its way (motion blur by exact
    integration); beads after Garg and Nayar, "Photorealistic rendering of rain streaks" (2006).
    """
    none = np.zeros((len(paths), 3), np.float32) if beads is None else beads
    _draw(
        plane,
        np.ascontiguousarray(paths, np.float64),
        np.ascontiguousarray(radii_px, np.float64),
        np.ascontiguousarray(amounts, np.float32),
        np.ascontiguousarray(none, np.float64),
        float(taper),
    )


@njit(cache=True, nogil=True)
def _draw(plane, paths, radii, amounts, beads, taper):
    for number in range(len(paths)):
        x0, y0, x1, y1 = paths[number]
        radius = radii[number]
        if not (radius > 0) or not math.isfinite(x0 + y0 + x1 + y1):
            continue
        if radius < THIN_PX:
            reach = max(1.5 * radius, FINEST_PX)
            _one(plane, x0, y0, x1, y1, reach, 2 * radius * radius / (reach * reach), True, amounts[number],
                 beads[number], taper)  # fmt: skip
        else:
            _one(plane, x0, y0, x1, y1, radius, 1.0, False, amounts[number], beads[number], taper)


@njit(cache=True, nogil=True)
def _one(plane, x0, y0, x1, y1, reach, gain, is_thin, amount, bead, taper):
    height, width, channels = plane.shape
    length = math.hypot(x1 - x0, y1 - y0)
    along_x, along_y = ((x1 - x0) / length, (y1 - y0) / length) if length > 1e-6 else (0.0, 1.0)
    short = length < 0.25  # a disc that stands still, but for a quarter of a pixel
    edge = reach + 0.5
    top, bottom = max(0, int(min(y0, y1) - edge)), min(height - 1, int(max(y0, y1) + edge))
    for row in range(top, bottom + 1):
        y = row + 0.5
        left, right = _span(x0, y0, along_x, along_y, length, y, edge)
        for column in range(max(0, int(left)), min(width - 1, int(right)) + 1):
            dx, dy = column + 0.5 - x0, y - y0
            s = dx * along_x + dy * along_y
            d2 = (dx * along_y - dy * along_x) ** 2
            value = _still(s, d2, length, reach, is_thin) if short else _moved(s, d2, length, reach, is_thin)
            if value <= 0:
                continue
            part = min(max(s / length, 0.0), 1.0) if not short else 0.5
            value *= gain * (1 - taper * (2 * part - 1) ** 6)
            value *= 1 + bead[1] * math.cos(2 * math.pi * (bead[0] * part + bead[2]))
            for channel in range(channels):
                plane[row, column, channel] += value * amount[channel]


@njit(cache=True, nogil=True)
def _span(x0, y0, along_x, along_y, length, y, edge):
    """The columns that a streak can reach in a row."""
    if abs(along_y) < 1e-9:
        return min(x0, x0 + length * along_x) - edge, max(x0, x0 + length * along_x) + edge
    reach = edge / abs(along_y) + edge
    middle = x0 + (y - y0) * along_x / along_y
    low, high = min(x0, x0 + length * along_x) - edge, max(x0, x0 + length * along_x) + edge
    return max(middle - reach, low), min(middle + reach, high)


@njit(cache=True, nogil=True)
def _still(s, d2, length, reach, is_thin):
    away2 = d2 + (s - length / 2) ** 2
    if is_thin:
        return max(0.0, 1 - away2 / (reach * reach))
    return min(1.0, max(0.0, reach + 0.5 - math.sqrt(away2)))


@njit(cache=True, nogil=True)
def _moved(s, d2, length, reach, is_thin):
    """The share of the exposure for which the disc covers a place: the length of its chord there."""
    if is_thin:
        inside = 1 - d2 / (reach * reach)
        if inside <= 0:
            return 0.0
        half = reach * math.sqrt(inside)
        low, high = max(s - length, -half), min(s, half)
        if high <= low:
            return 0.0
        cube = high * high * high - low * low * low
        return (inside * (high - low) - cube / (3 * reach * reach)) / length
    # the edge of a disc lies between pixels: half a pixel more, and a little less, on average the same
    total = 0.0
    for step in range(2):
        r = reach + (0.25 if step else -0.25)
        if d2 < r * r:
            half = math.sqrt(r * r - d2)
            low, high = max(s - length, -half), min(s, half)
            total += max(0.0, high - low)
    return 0.5 * total / length
