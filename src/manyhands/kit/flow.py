"""Where every pixel goes from one picture to another: dense flow, and how far to believe it.

Flow is looked for in small display-like pictures and used at full size.  A flow ``f`` from one
picture to another says that what stands at ``(x, y)`` in the first stands at ``(x, y) + f[y, x]``
in the second.

Units: pixels of the picture that the flow belongs to; positions are array indices, so that a
pixel's centre lies at a whole number.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from manyhands.core.frame import LUMINANCE
from manyhands.kit.fill import spread

_f = np.float32

WIDEST_PX = 960
"""Motion is looked for in pictures no larger than this: finer ones cost more than they tell."""


SMALLEST_PX = 16


@dataclass(frozen=True)
class Flows:
    """The flow between two pictures, both ways.  Shapes: (H, W, 2) float32 each."""

    there: np.ndarray
    back: np.ndarray


def small_size(width: int, height: int, widest: int = WIDEST_PX) -> tuple[int, int]:
    """Width and height of the picture that motion is looked for in; never larger than the plate."""
    scale = min(1.0, widest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def lightness(rgb: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """How bright a picture looks: the cube root of its luminance, at another size.

    Shapes: (H, W, 3) scene-linear to (h, w) float32; ``size`` is (w, h).
    """
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    light = cv2.transform(small, LUMINANCE[None]).reshape(size[1], size[0])
    # a broken pixel (not a number, or endless) stays one pixel and does not spread with the next blur
    return np.asarray(cv2.pow(np.where(light > 0, np.minimum(light, _f(1e6)), _f(0)), 1 / 3))


def flow_between(one: np.ndarray, other: np.ndarray) -> Flows:
    """The dense flow from one picture to another and back.

    Shapes: two (h, w) float32 pictures as :func:`lightness` gives them.
    """
    white = max(float(one.max()), float(other.max()), 1e-6)
    a, b = (cv2.convertScaleAbs(picture, alpha=255 / white) for picture in (one, other))
    return Flows(flow_to(a, b), flow_to(b, a))


def flow_to(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The dense flow from one grey picture to another; in one that is too small to search in, nothing moves.

    Shapes: two (h, w) uint8 to (h, w, 2) float32.
    Source: dense inverse search (Kroeger et al. 2016), OpenCV's, preset MEDIUM.
    """
    if min(one.shape) < SMALLEST_PX:
        return np.zeros((*one.shape, 2), np.float32)
    return np.asarray(cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(one, other, None))


def disagreement(flow: np.ndarray, back: np.ndarray) -> np.ndarray:
    """How far from itself a pixel lands after going there and back; large where it is hidden there.

    Shapes: two (h, w, 2) to (h, w) float32, in pixels.
    """
    out = np.empty(flow.shape[:2], np.float32)
    _disagree(flow, back, out)
    return out


def maps_along(flow: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Where each pixel comes from when it has gone a share of its flow: maps for a warp.

    A place outside the picture becomes the nearest one on its border.
    Shapes: (h, w, 2) to two (h, w) float32.
    """
    height, width = flow.shape[:2]
    x = np.arange(width, dtype=np.float32)[None] + _f(share) * flow[..., 0]
    y = np.arange(height, dtype=np.float32)[:, None] + _f(share) * flow[..., 1]
    return np.clip(x, 0, _f(width - 1)), np.clip(y, 0, _f(height - 1))


def enlarged(flow: np.ndarray, width: int, height: int) -> np.ndarray:
    """The same flow for a picture of another size, its vectors grown with it."""
    scale = np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    return np.asarray(cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR) * scale)


def flow_within(flows: Flows, one: np.ndarray, other: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """The motion at a moment between two pictures, and how much of the second one shows there.

    Every pixel of both is sent along its flow to that moment.  Where several arrive, the one stays
    that looks alike in both pictures: what covers others is seen in both, what is covered is not.
    Where none arrives, what stands around is spread.  A pixel is taken from the picture in which
    it can be seen, and from both, in proportion to the moment, where it is seen in both.

    Args:
        share: the moment, from 0 (the first picture) to 1 (the second).
    Shapes: pictures (h, w) as :func:`lightness` gives them; returns the flow from the first to the
    second as it stands at that moment, (h, w, 2), and the second one's part, (h, w), 0 to 1.
    Source: after Baker et al., "A database and evaluation methodology for optical flow" (2011),
    section 3.3.2, with candidates from both sides.
    """
    height, width = one.shape
    arrived = np.zeros((height, width, 2), np.float32)
    cost = np.full((height, width), np.inf, np.float32)
    _send(flows.there, one, other, disagreement(flows.there, flows.back), _f(share), _f(1), arrived, cost)
    _send(flows.back, other, one, disagreement(flows.back, flows.there), _f(1 - share), _f(-1), arrived, cost)
    flow = spread(arrived, np.isfinite(cost))
    flow = np.dstack([cv2.medianBlur(np.ascontiguousarray(flow[..., axis]), 5) for axis in range(2)])
    part, unlike = np.empty((height, width), np.float32), np.empty((height, width), np.float32)
    _parts(flow, flows.there, flows.back, one, other, _f(share), part, unlike)
    return flow, cv2.GaussianBlur(_decided(part, unlike, share), (0, 0), 1.5)  # a hard seam would show


def _decided(part: np.ndarray, unlike: np.ndarray, share: float) -> np.ndarray:
    """The parts, where both pictures show something else, pushed towards the nearer moment.

    There the flow is wrong, and half of each would be a ghost.
    """
    doubt = np.clip(cv2.GaussianBlur(unlike, (0, 0), 3) / _f(GHOST) - 1, 0, 1) * (4 * part * (1 - part))
    nearer = _f(1 / (1 + math.exp(-20 * (share - 0.4))))
    return np.asarray(part + doubt * (nearer - part))


GHOST = 0.025  # difference in lightness from which two halves read as a double image


@njit(inline="always")
def _look(field, y, x):
    """A value between pixels, the border repeated."""
    height, width = field.shape
    x = min(max(x, _f(0)), _f(width - 1))
    y = min(max(y, _f(0)), _f(height - 1))
    i, j = min(int(x), max(width - 2, 0)), min(int(y), max(height - 2, 0))
    fx, fy = x - _f(i), y - _f(j)
    i1, j1 = min(i + 1, width - 1), min(j + 1, height - 1)
    top = field[j, i] + fx * (field[j, i1] - field[j, i])
    bottom = field[j1, i] + fx * (field[j1, i1] - field[j1, i])
    return top + fy * (bottom - top)


@njit(cache=True)
def _disagree(flow, back, out):
    height, width = out.shape
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            u, v = flow[y, x, 0], flow[y, x, 1]
            du = u + _look(back[..., 0], _f(y) + v, _f(x) + u)
            dv = v + _look(back[..., 1], _f(y) + v, _f(x) + u)
            out[y, x] = math.sqrt(du * du + dv * dv)


@njit(cache=True)
def _send(flow, from_, to, off, share, sign, arrived, cost):
    height, width = from_.shape
    for y in range(height):
        for x in range(width):
            u, v = flow[y, x, 0], flow[y, x, 1]
            price = abs(from_[y, x] - _look(to, _f(y) + v, _f(x) + u)) + _f(0.02) * off[y, x]
            px, py = _f(x) + share * u, _f(y) + share * v
            i0, j0 = int(math.floor(px)), int(math.floor(py))
            for j in range(j0, j0 + 2):
                for i in range(i0, i0 + 2):
                    if 0 <= j < height and 0 <= i < width and price < cost[j, i]:
                        cost[j, i] = price
                        arrived[j, i, 0] = sign * u
                        arrived[j, i, 1] = sign * v


@njit(cache=True)
def _parts(flow, there, back, one, other, share, part, unlike):
    height, width = part.shape
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            u, v = flow[y, x, 0], flow[y, x, 1]
            ax, ay = _f(x) - share * u, _f(y) - share * v
            bx, by = _f(x) + (_f(1) - share) * u, _f(y) + (_f(1) - share) * v
            du, dv = u - _look(there[..., 0], ay, ax), v - _look(there[..., 1], ay, ax)
            eu, ev = u + _look(back[..., 0], by, bx), v + _look(back[..., 1], by, bx)
            slack = _f(1) / (_f(1) + _f(0.0025) * (u * u + v * v))  # long ways are told less exactly
            seen_one = math.exp(-_f(0.25) * slack * (du * du + dv * dv)) + _f(1e-3)
            seen_other = math.exp(-_f(0.25) * slack * (eu * eu + ev * ev)) + _f(1e-3)
            if ax < 0 or ay < 0 or ax > width - 1 or ay > height - 1:
                seen_one = _f(1e-4)
            if bx < 0 or by < 0 or bx > width - 1 or by > height - 1:
                seen_other = _f(1e-4)
            a, b = (_f(1) - share) * seen_one, share * seen_other
            part[y, x] = b / (a + b)
            unlike[y, x] = abs(_look(one, ay, ax) - _look(other, by, bx))
