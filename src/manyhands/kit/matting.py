"""Mattes with hair and motion blur: a rough matte's unknown edge, told from the picture's own colours.

Where a matte is surely 1 or 0 it stays; in the band between, coverage is what best explains each
pixel as a mixture of the colours on both sides.  And once coverage is known, the colours on both
sides are told apart, so that what is cut out does not carry its old background along.

Colour: scene-linear, in which mixtures are straight lines; every measure is relative to how bright
a place is, so that exposure changes nothing.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from manyhands.kit.fill import spread

_f = np.float32


@dataclass(frozen=True)
class Band:
    """What is sure of a matte and what is to be found out.  Shapes: unknown (H, W) bool, alpha (H, W)."""

    unknown: np.ndarray
    alpha: np.ndarray


def band_of(rough: np.ndarray, inner_px: float, outer_px: float) -> Band:
    """The unknown edge of a rough matte: so far into what it says is solid, and so far out of it.

    Shapes: (H, W), 0 to 1.
    """
    solid, empty = (rough > 0.95).astype(np.uint8), (rough < 0.05).astype(np.uint8)
    sure = _shrunk(solid, inner_px)
    void = _shrunk(empty, outer_px)
    return Band(~(sure | void), sure.astype(np.float32))


def _shrunk(mask: np.ndarray, by_px: float) -> np.ndarray:
    """What lies farther than that from all that is not in the mask; the picture's border does not count."""
    if mask.all():
        return mask > 0
    return np.asarray((mask > 0) & (cv2.distanceTransform(mask, cv2.DIST_L2, 5) > by_px))


def guided(guide: np.ndarray, value: np.ndarray, reach_px: int, smooth: float) -> np.ndarray:
    """A value made to follow the edges of a picture: in every square it is linear in the picture's colours.

    Args:
        smooth: how much of the colours' variance counts as none, relative to how bright a place is.
    Shapes: guide (H, W, 3), value (H, W); returns (H, W) float32.
    Source: He, Sun and Tang 2013, "Guided image filtering", equations 19 to 21.
    """
    size = (2 * reach_px + 1, 2 * reach_px + 1)

    def mean(plane: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.blur(plane, size, borderType=cv2.BORDER_REFLECT))

    guide = np.ascontiguousarray(guide, np.float32)
    middle, level = mean(guide), mean(value)
    cross = mean(guide * value[..., None]) - middle * level[..., None]
    pairs = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
    spread_ = [mean(guide[..., i] * guide[..., j]) - middle[..., i] * middle[..., j] for i, j in pairs]
    floor = _f(smooth) * (np.square(middle).sum(-1) + _f(1e-5))
    slope = _solved3(spread_, floor, cross)
    offset = level - (slope * middle).sum(-1)
    return np.asarray((mean(slope) * guide).sum(-1) + mean(offset), np.float32)


def _solved3(spread_: list[np.ndarray], floor: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(S + floor 1)^-1 right for symmetric 3 x 3 matrices, everywhere at once."""
    a, b, c, d, e, f = spread_
    a, d, f = a + floor, d + floor, f + floor
    aa, bb, cc = d * f - e * e, c * e - b * f, b * e - c * d
    dd, ee, ff = a * f - c * c, b * c - a * e, a * d - b * b
    x, y, z = right[..., 0], right[..., 1], right[..., 2]
    found = np.stack([aa * x + bb * y + cc * z, bb * x + dd * y + ee * z, cc * x + ee * y + ff * z], -1)
    return np.asarray(found / np.maximum(a * aa + b * bb + c * cc, 1e-20)[..., None])


def closed_form(
    rgb: np.ndarray,
    band: Band,
    *,
    guess: np.ndarray | None = None,
    trust: np.ndarray | None = None,
    smooth: float = 1e-6,
    rounds: int = 300,
) -> np.ndarray:
    """Coverage in the unknown band as the smoothest that local colours allow; outside it is as it was.

    In every square of 3 x 3 pixels coverage is taken to be linear in colour, which holds where both
    sides vary along a line each.  Squares that touch the band make one sparse system, solved by
    conjugate gradients from the guess.

    Args:
        guess: a first guess, 0 to 1.
        trust: how strongly coverage is drawn to the guess; none if left out.
        smooth: how much variance of colour counts as none, relative to how bright a place is.
        rounds: conjugate gradient steps at most; what is reached then is taken.
    Shapes: rgb (H, W, 3), scene-linear, the rest (H, W); returns (H, W) float32, 0 to 1.
    Source: Levin, Lischinski and Weiss 2008, "A closed-form solution to natural image matting",
    equations 12 and 14 with known pixels fixed; the pull to a guess as in Wang and Cohen 2007,
    "Optimized color sampling for robust matting", section 4.
    """
    alpha = band.alpha.astype(np.float32)
    count = int(band.unknown.sum())
    if count == 0:
        return alpha
    rows, columns = np.flatnonzero(band.unknown.any(1)), np.flatnonzero(band.unknown.any(0))
    cut = np.s_[max(rows[0] - 3, 0) : rows[-1] + 4, max(columns[0] - 3, 0) : columns[-1] + 4]
    unknown = band.unknown[cut]
    number = np.full(unknown.shape, -1, np.int32)
    number[unknown] = np.arange(count)
    weights = np.zeros((count, 25), np.float64)
    _weigh(np.ascontiguousarray(rgb[cut], np.float32), unknown, number, smooth, weights)
    near = np.full((count, 25), -1, np.int32)
    right = np.zeros(count, np.float64)
    _gather(number, unknown, alpha[cut], weights, near, right)
    found = (alpha if guess is None else guess)[cut][unknown].astype(np.float64)
    if trust is not None:
        pull = trust[cut][unknown].astype(np.float64)
        weights[:, 12] += pull
        right += pull * found
    _solve(weights, near, right, found, 1e-4, rounds)
    out = alpha.copy()
    out[cut][unknown] = np.clip(found, 0, 1)
    return out


@njit(cache=True, nogil=True)
def _gather(number, unknown, alpha, weights, near, right):
    """Which unknown pixels each one's weights are for, and what the known ones ask of it."""
    height, width = number.shape
    for y in range(height):
        for x in range(width):
            row = number[y, x]
            if row < 0:
                continue
            for k in range(25):
                ny, nx = y + k // 5 - 2, x + k % 5 - 2
                if ny < 0 or nx < 0 or ny >= height or nx >= width:
                    continue
                if number[ny, nx] >= 0:
                    near[row, k] = number[ny, nx]
                else:
                    right[row] -= weights[row, k] * alpha[ny, nx]


@njit(cache=True, nogil=True)
def _times(weights, near, x, out):
    for row in range(len(x)):
        total = 0.0
        for k in range(25):
            if near[row, k] >= 0:
                total += weights[row, k] * x[near[row, k]]
        out[row] = total


# on one thread and without BLAS, whose threads wait for each other when another program has a core
@njit(cache=True, nogil=True)
def _solve(weights, near, right, x, within, rounds):
    """Conjugate gradients with the diagonal as preconditioner, in place.  Source: Hestenes and Stiefel 1952."""
    count = len(x)
    residual, along, product = np.empty(count), np.empty(count), np.empty(count)
    _times(weights, near, x, product)
    size = goal = 0.0
    for i in range(count):
        residual[i] = right[i] - product[i]
        along[i] = residual[i] / max(weights[i, 12], 1e-12)
        size += residual[i] * along[i]
        goal += right[i] * right[i] / max(weights[i, 12], 1e-12)
    goal *= within * within
    for _ in range(rounds):
        if size <= goal:
            break
        _times(weights, near, along, product)
        curve = 0.0
        for i in range(count):
            curve += along[i] * product[i]
        if curve <= 0:
            break
        step = size / curve
        after = 0.0
        for i in range(count):
            x[i] += step * along[i]
            residual[i] -= step * product[i]
            after += residual[i] * residual[i] / max(weights[i, 12], 1e-12)
        turn = after / size
        size = after
        for i in range(count):
            along[i] = residual[i] / max(weights[i, 12], 1e-12) + turn * along[i]


@njit(cache=True, nogil=True)
def _weigh(rgb, unknown, number, smooth, weights):
    """Sum the matting Laplacian's entries of every square that touches an unknown pixel, 5 x 5 for each of those."""
    height, width = unknown.shape
    colours, part, away = np.empty((9, 3)), np.empty((9, 3)), np.empty((3, 3))
    for cy in range(1, height - 1):
        for cx in range(1, width - 1):
            touched = False
            for dy in range(-1, 2):
                for dx in range(-1, 2):
                    touched = touched or unknown[cy + dy, cx + dx]
            if not touched:
                continue
            for k in range(9):
                for c in range(3):
                    colours[k, c] = rgb[cy + k // 3 - 1, cx + k % 3 - 1, c]
            bright = 1e-5
            for c in range(3):
                mean = 0.0
                for k in range(9):
                    mean += colours[k, c] / 9
                bright += mean * mean
                for k in range(9):
                    colours[k, c] -= mean
            for i in range(3):
                for j in range(3):
                    total = 0.0
                    for k in range(9):
                        total += colours[k, i] * colours[k, j]
                    away[i, j] = total / 9
                away[i, i] += smooth * bright / 9
            a, b, c2, d, e, f = away[0, 0], away[0, 1], away[0, 2], away[1, 1], away[1, 2], away[2, 2]
            aa, bb, cc = d * f - e * e, c2 * e - b * f, b * e - c2 * d
            dd, ee, ff = a * f - c2 * c2, b * c2 - a * e, a * d - b * b
            size = a * aa + b * bb + c2 * cc
            for k in range(9):
                x, y, z = colours[k, 0], colours[k, 1], colours[k, 2]
                part[k, 0] = (aa * x + bb * y + cc * z) / size
                part[k, 1] = (bb * x + dd * y + ee * z) / size
                part[k, 2] = (cc * x + ee * y + ff * z) / size
            for k in range(9):
                ky, kx = cy + k // 3 - 1, cx + k % 3 - 1
                row = number[ky, kx]
                if row < 0:
                    continue
                for m in range(9):
                    affinity = 1.0
                    for c in range(3):
                        affinity += part[k, c] * colours[m, c]
                    step = (m // 3 - k // 3 + 2) * 5 + (m % 3 - k % 3 + 2)
                    weights[row, step] += (1.0 if k == m else 0.0) - affinity / 9


def refined(
    rgb: np.ndarray,
    rough: np.ndarray,
    *,
    inner_px: float,
    outer_px: float,
    quick: bool = False,
    most: int = 600_000,
) -> np.ndarray:
    """A rough matte with its edge found in the picture, (H, W) float32.

    Args:
        inner_px, outer_px: how far inside and outside the rough edge the true one may lie.
        quick: by the guided filter alone.
        most: the band's pixels above which the quick way is taken, so that a frame's time is bounded.
    """
    band = band_of(rough, inner_px, outer_px)
    if not band.unknown.any():
        return band.alpha
    quick = quick or bool(band.unknown.sum() > most)
    place, differ, off = _placed(rgb, band)
    loose = np.exp(-0.5 * (off / LOOSE) ** 2)
    strange = _strange(rgb, band)
    other = rough + strange * (1 - rough)
    guess = np.where(band.unknown, other + (differ if quick else differ * loose) * (place - other), band.alpha)
    follows = np.clip(guided(rgb, guess, 4, 1e-3), 0, 1)
    if quick:
        return np.where(band.unknown, follows, band.alpha).astype(np.float32)
    sure, new = differ * np.exp(-0.5 * (off / CLOSE) ** 2), strange * (1 - loose)
    guess = follows + np.sqrt(sure) * (place - follows)
    return closed_form(rgb, band, guess=guess + new * (1 - guess), trust=FLOOR + PULL * np.maximum(sure, new))


EVEN = _f(0.004)
"""Variance, relative to the square of its level, from which a background is no longer even."""

LOOSE, CLOSE = _f(0.4), _f(0.12)
"""How far off the way between both sides a colour is still a hint, and still a proof."""

PULL = 1e-2
FLOOR = 1e-5
"""How strongly the guess is held to where the colours tell it, and everywhere, against what squares say."""


def _strange(rgb: np.ndarray, band: Band) -> np.ndarray:
    """(H, W): how far a colour lies out of all that the even background round it varies, 0 to 1.

    Before an even background (a wall, a sky, a screen) what is neither side's colour is the subject's.
    """
    void = ~band.unknown & (band.alpha == 0)
    if not void.any():
        return np.zeros(void.shape, np.float32)
    weight = void.astype(np.float32)
    reach = max(2.0, 0.02 * rgb.shape[0])
    amount = np.maximum(cv2.GaussianBlur(weight, (0, 0), reach), 1e-4)[..., None]
    mean = cv2.GaussianBlur(rgb * weight[..., None], (0, 0), reach) / amount
    square = cv2.GaussianBlur(rgb * rgb * weight[..., None], (0, 0), reach) / amount
    told = np.dstack([mean, np.maximum(square - mean * mean, 0).sum(-1)])
    told = spread(told, amount[..., 0] > 0.02)
    away = rgb - told[..., :3]
    level = np.einsum("ijk,ijk->ij", told[..., :3], told[..., :3])
    varies = told[..., 3] + 0.01 * level + 1e-8
    even = np.exp(-told[..., 3] / np.maximum(EVEN * level, 1e-10))
    return np.asarray(even * np.clip(np.einsum("ijk,ijk->ij", away, away) / (9 * varies) - 1, 0, 1), np.float32)


def _placed(rgb: np.ndarray, band: Band) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coverage as the place of a colour between those of the nearest sure sides.

    Returns: it, how far both sides differ (0 to 1), and how far off the way between them the colour lies.
    Source: the confidence of Wang and Cohen 2007, section 3, with smoothly spread samples.
    """
    front, behind = spread(rgb, band.alpha > 0), spread(rgb, ~band.unknown & (band.alpha == 0))
    way, gone = front - behind, rgb - behind
    length = np.maximum(np.einsum("ijk,ijk->ij", way, way), 1e-10)
    place = np.einsum("ijk,ijk->ij", way, gone) / length
    aside = gone - place[..., None] * way
    off = np.sqrt(np.einsum("ijk,ijk->ij", aside, aside) / length) + 2 * np.abs(place - np.clip(place, 0, 1))
    level = np.einsum("ijk,ijk->ij", front, front) + np.einsum("ijk,ijk->ij", behind, behind)
    differ = np.clip(length / np.maximum(0.15 * level, 1e-10), 0, 1)
    return np.clip(place, 0, 1), differ, np.asarray(off, np.float32)


def colours_apart(rgb: np.ndarray, alpha: np.ndarray, *, rounds: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """The straight colours in front and behind of which a picture is mixed, (H, W, 3) each.

    ``alpha F + (1 - alpha) B = rgb`` is met as well as smooth colours allow, from the smallest
    picture to the largest, a few steps each.  Colours are light, so they are not below 0; above 1
    they are free.
    Shapes: rgb (H, W, 3) scene-linear, alpha (H, W).
    Source: Germer, Uelwer, Conrad and Harmeling 2020, "Fast multi-level foreground estimation",
    algorithm 1.
    """
    rgb, alpha = np.ascontiguousarray(rgb, np.float32), np.ascontiguousarray(alpha, np.float32)
    height, width = alpha.shape
    levels = max(1, int(np.ceil(np.log2(max(height, width)))))
    front = np.full((1, 1, 3), rgb.mean((0, 1)), np.float32)
    behind = front.copy()
    for level in range(levels + 1):
        size = (max(1, round(width ** (level / levels))), max(1, round(height ** (level / levels))))
        front, behind = (cv2.resize(one, size, interpolation=cv2.INTER_NEAREST) for one in (front, behind))
        picture, cover = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (rgb, alpha))
        for _ in range(rounds if max(size) <= 32 else 2):
            _separate(picture, cover, front, behind)
    return front, behind


@njit(cache=True, nogil=True)
def _separate(rgb, alpha, front, behind):
    """One sweep: each pixel's two colours from its own mixture and its four neighbours' colours."""
    height, width = alpha.shape
    for y in range(height):
        for x in range(width):
            a = alpha[y, x]
            b = _f(1) - a
            total = _f(0)
            f0 = f1 = f2 = b0 = b1 = b2 = _f(0)
            for k in range(4):
                ny = min(max(y + (k == 0) - (k == 1), 0), height - 1)
                nx = min(max(x + (k == 2) - (k == 3), 0), width - 1)
                weight = _f(1e-5) + abs(a - alpha[ny, nx])
                total += weight
                f0 += weight * front[ny, nx, 0]
                f1 += weight * front[ny, nx, 1]
                f2 += weight * front[ny, nx, 2]
                b0 += weight * behind[ny, nx, 0]
                b1 += weight * behind[ny, nx, 1]
                b2 += weight * behind[ny, nx, 2]
            # (a^2 + t) F + a b B = a C + f and a b F + (b^2 + t) B = b C + g; its determinant:
            size = total * (a * a + b * b + total)
            front[y, x, 0], behind[y, x, 0] = _two(a, b, total, size, rgb[y, x, 0], f0, b0)
            front[y, x, 1], behind[y, x, 1] = _two(a, b, total, size, rgb[y, x, 1], f1, b1)
            front[y, x, 2], behind[y, x, 2] = _two(a, b, total, size, rgb[y, x, 2], f2, b2)


@njit(inline="always")
def _two(a, b, t, size, c, f, g):
    right_f, right_b = a * c + f, b * c + g
    front = ((b * b + t) * right_f - a * b * right_b) / size
    behind = ((a * a + t) * right_b - a * b * right_f) / size
    return max(front, _f(0)), max(behind, _f(0))
