"""The kernels once more, in plain numpy: slow, short, and what the fast ones are held against.

Written from the law (DESIGN section 4), not from the kernels.  Each takes what its twin in
:mod:`manyhands.comp.kernels` takes, float32 or float16, and returns what that one writes; it
calculates in double precision.
"""

from __future__ import annotations

import numpy as np

LIGHT = np.array([0.2722287, 0.6740818, 0.0536895])
"""The share of red, green and blue in relative luminance, ACEScg."""

Routes = np.ndarray  # for each plane of the result, the plane of an input that it continues, or -1


def over(
    top: np.ndarray,
    bottom: np.ndarray,
    top_planes: np.ndarray,
    bottom_planes: np.ndarray,
    from_top: Routes,
    from_bottom: Routes,
) -> tuple[np.ndarray, np.ndarray]:
    """``a + (1 - alpha_a) b``, for colour and shares alike."""
    top, bottom = _doubles(top, bottom)
    through = 1 - top[..., 3]
    shares = _routed(top_planes, from_top) + through * _routed(bottom_planes, from_bottom)
    return top + through[..., None] * bottom, shares


def add(
    top: np.ndarray,
    bottom: np.ndarray,
    top_planes: np.ndarray,
    bottom_planes: np.ndarray,
    from_top: Routes,
    from_bottom: Routes,
    screen: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Light adds, alpha is the union, and each layer has its share of the light of that alpha.

    Where there is no light at all the layers share by alpha.  A layer that covers nothing has its
    hands in equal parts; what neither covers is nobody's.
    """
    top, bottom = _doubles(top, bottom)
    p, q = top[..., :3], bottom[..., :3]
    colour = p + q
    if screen:
        within = (p >= 0) & (p <= 1) & (q >= 0) & (q <= 1)
        colour = np.where(within, p + q - p * q, np.maximum(p, q))
    ta, ba = top[..., 3], bottom[..., 3]
    alpha = ta + ba - ta * ba
    light_a, light_b = np.maximum(p @ LIGHT, 0), np.maximum(q @ LIGHT, 0)
    part = _quotient(light_a, light_a + light_b)
    dark = light_a + light_b == 0
    part[dark] = _quotient(ta, ta + ba)[dark]
    part[(ba == 0) & (ta > 0)] = 1
    part[(ta == 0) & ((light_a == 0) | (len(top_planes) == 0))] = 0
    of_top = np.where(ta > 0, _quotient(_routed(top_planes, from_top), ta), 0)
    evenly = (np.asarray(from_top) >= 0)[:, None, None] / max(len(top_planes), 1)
    of_top = of_top + np.where(ta > 0, 0, evenly)
    of_bottom = _quotient(_routed(bottom_planes, from_bottom), ba)
    return np.dstack([colour, alpha]), alpha * (part * of_top + (1 - part) * of_bottom)


def hold(source: np.ndarray, source_planes: np.ndarray, matte: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Everything times the matte."""
    source, source_planes, matte = _doubles(source, source_planes, matte)
    return source * matte[..., None], source_planes * matte


def mix(
    one: np.ndarray,
    other: np.ndarray,
    one_planes: np.ndarray,
    other_planes: np.ndarray,
    from_one: Routes,
    from_other: Routes,
    matte: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """``(1 - m) one + m other``, for colour and shares alike."""
    one, other, m = _doubles(one, other, matte)
    colour = (1 - m)[..., None] * one + m[..., None] * other
    return colour, (1 - m) * _routed(one_planes, from_one) + m * _routed(other_planes, from_other)


def multiply(source: np.ndarray, factor: np.ndarray, already: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Colour times a factor, alpha stays; and how far that changed the light."""
    wide, factor = _doubles(source, factor)
    colour = np.dstack([wide[..., :3] * factor, wide[..., 3]])
    return colour, change(source, colour, already)


def crop(
    source: np.ndarray, planes: np.ndarray, altered: np.ndarray, left: int, top: int, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A part of the picture, with nothing around it."""
    height, width = source.shape[:2]
    rows, columns = top + np.arange(shape[0])[:, None], left + np.arange(shape[1])
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    at = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    colour, shares, changed = _doubles(source[at], planes[:, *at], altered[:, *at])
    return colour * inside[..., None], shares * inside, changed * inside


def change(before: np.ndarray, after: np.ndarray, already: np.ndarray) -> np.ndarray:
    """``1 - (1 - already) (1 - |after - before| / max)``, of luminance."""
    before, after, already = _doubles(before, after, already)
    a, b = np.maximum(before[..., :3] @ LIGHT, 0), np.maximum(after[..., :3] @ LIGHT, 0)
    return np.asarray(1 - (1 - already) * (1 - _quotient(np.abs(b - a), np.maximum(a, b))))


def repaint(
    before: np.ndarray, after: np.ndarray, matte: np.ndarray, before_planes: np.ndarray, by: int
) -> tuple[np.ndarray, np.ndarray]:
    """New colour by the matte; the share of the hand ``by`` grows by ``matte * change * alpha``."""
    before, after, m, shares = _doubles(before, after, matte, before_planes)
    p, q = before[..., :3], after[..., :3]
    changed = np.minimum(_quotient(np.abs(q - p).sum(-1), np.maximum(np.abs(p), np.abs(q)).sum(-1)), 1)
    colour = np.dstack([p + m[..., None] * (q - p), before[..., 3]])
    planes = np.zeros((max(len(shares), by + 1), *m.shape))
    planes[: len(shares)] = shares * (1 - m * changed)
    planes[by] += m * changed * before[..., 3]
    return colour, planes


def mix_alterations(
    top_alpha: np.ndarray,
    bottom_alpha: np.ndarray,
    top_planes: np.ndarray,
    bottom_planes: np.ndarray,
    from_top: Routes,
    from_bottom: Routes,
    seen: np.ndarray,
    over: bool,
) -> np.ndarray:
    """The mean of two layers' alterations, weighed by how much of each is seen."""
    ta, ba, seen = _doubles(top_alpha, bottom_alpha, seen)
    of_top, of_bottom = (ta, (1 - ta) * ba) if over else (seen * ta, (1 - seen) * ba)
    total = of_top * _routed(top_planes, from_top) + of_bottom * _routed(bottom_planes, from_bottom)
    return _quotient(total, of_top + of_bottom)


def transform(
    source: np.ndarray,
    planes: np.ndarray,
    altered: np.ndarray,
    matrix: np.ndarray,
    cubic: bool,
    edge: bool,
    shape: tuple[int, int],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A warp whose maps are a 3 x 3 matrix from pixels of the result to pixels of the source."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]] + 0.5
    sx, sy, depth = np.einsum("ij,jyx->iyx", matrix, np.stack([x, y, np.ones_like(x)]))
    return warp(source, planes, altered, sx / depth - 0.5, sy / depth - 0.5, cubic, edge)


def warp(
    source: np.ndarray,
    planes: np.ndarray,
    altered: np.ndarray,
    map_x: np.ndarray,
    map_y: np.ndarray,
    cubic: bool,
    edge: bool,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Colour and shares through one filter; then shares are not negative, alpha is 0 to 1, and they sum to it."""
    stack = np.concatenate([np.moveaxis(source, -1, 0), planes, altered * source[..., 3]]).astype(np.float64)
    result = _resampled(stack, map_x.astype(np.float64), map_y.astype(np.float64), cubic, edge)
    colour, shares, seen = np.split(result, [4, 4 + len(planes)])
    covered = colour[3]
    shares = np.maximum(shares, 0)
    total = shares.sum(0)
    alpha = np.where(total > 0, np.clip(covered, 0, 1), 0)
    share_of_seen = np.where(covered > 1e-6, _quotient(seen, covered), 0)
    rgba = np.dstack([*colour[:3], alpha])
    return rgba, _quotient(shares, total) * alpha, np.clip(share_of_seen, 0, 1)


def _resampled(stack: np.ndarray, x: np.ndarray, y: np.ndarray, cubic: bool, edge: bool) -> np.ndarray:
    height, width = stack.shape[1:]
    result = np.zeros((len(stack), *x.shape))
    for j in range(-1, 3):
        for i in range(-1, 3):
            column, row = np.floor(x).astype(int) + i, np.floor(y).astype(int) + j
            weight = _kernel(x - column, cubic) * _kernel(y - row, cubic)
            if not edge:
                weight = weight * ((column >= 0) & (column < width) & (row >= 0) & (row < height))
            result += weight * stack[:, np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
    return result


def _kernel(t: np.ndarray, cubic: bool) -> np.ndarray:
    """A tent, or the cubic convolution kernel with a = -1/2 (Keys 1981, equation 15)."""
    t = np.abs(t)
    if not cubic:
        return np.maximum(1 - t, 0)
    near = 1.5 * t**3 - 2.5 * t**2 + 1
    far = -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
    return np.where(t <= 1, near, np.where(t < 2, far, 0))


def _doubles(*arrays: np.ndarray) -> list[np.ndarray]:
    return [array.astype(np.float64) for array in arrays]


def _routed(planes: np.ndarray, routes: Routes) -> np.ndarray:
    """The planes of one input in the order of the result, zeros where it has none."""
    empty = np.zeros((1, *planes.shape[1:]))
    return np.asarray(np.concatenate([planes.astype(np.float64), empty])[np.asarray(routes, np.int64)])


def _quotient(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """``part / whole``, and 0 where the whole is 0."""
    return np.asarray(part / np.where(whole == 0, 1, whole) * (whole != 0))
