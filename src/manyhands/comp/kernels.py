"""The inner loops of compositing: colour and authorship in one pass over memory.

Memory bandwidth, not arithmetic, bounds these, so each reads and writes every sample once.  Arrays
may be stored as float32 or as half (see :mod:`manyhands.comp.half`); results are float32.  Every
kernel has a plain numpy twin in :mod:`manyhands.comp.reference`, which the tests hold it against.

Shapes: colour (H, W, 4); planes (hands, H, W).  ``from_top`` and ``from_bottom`` say, for each
plane of the result, which plane of an input it continues, or -1.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange

from manyhands.comp.half import load

_f = np.float32


@njit(parallel=True, cache=True)
def over(top, bottom, top_planes, bottom_planes, from_top, from_bottom, out, planes):
    height, width = out.shape[:2]
    one = _f(1)
    for y in prange(height):
        clear = np.empty(width, np.float32)
        for x in range(width):
            through = one - load(top[y, x, 3])
            clear[x] = through
            for c in range(4):
                out[y, x, c] = load(top[y, x, c]) + through * load(bottom[y, x, c])
        for hand in range(planes.shape[0]):
            a, b = from_top[hand], from_bottom[hand]
            if a >= 0 and b >= 0:
                for x in range(width):
                    planes[hand, y, x] = load(top_planes[a, y, x]) + clear[x] * load(bottom_planes[b, y, x])
            elif a >= 0:
                for x in range(width):
                    planes[hand, y, x] = load(top_planes[a, y, x])
            else:
                for x in range(width):
                    planes[hand, y, x] = clear[x] * load(bottom_planes[b, y, x])


@njit(inline="always")
def _light(r, g, b):
    return max(_f(0.2722287) * r + _f(0.6740818) * g + _f(0.0536895) * b, _f(0))


@njit(parallel=True, cache=True)
def add(top, bottom, top_planes, bottom_planes, from_top, from_bottom, screen, out, planes):
    """Plus or screen: light adds, and each layer's share is its share of the light."""
    height, width = out.shape[:2]
    one = _f(1)
    tops = top_planes.shape[0]
    for y in prange(height):
        take_top = np.empty(width, np.float32)
        take_bottom = np.empty(width, np.float32)
        even = np.empty(width, np.float32)
        for x in range(width):
            ta, ba = load(top[y, x, 3]), load(bottom[y, x, 3])
            alpha = ta + ba - ta * ba
            a = _light(load(top[y, x, 0]), load(top[y, x, 1]), load(top[y, x, 2]))
            b = _light(load(bottom[y, x, 0]), load(bottom[y, x, 1]), load(bottom[y, x, 2]))
            if a + b > 0:
                part = a / (a + b)
            else:
                part = ta / (ta + ba) if ta + ba > 0 else _f(0)
            if ba <= 0 < ta:
                part = one
            if ta <= 0 and (a <= 0 or tops == 0):
                part = _f(0)
            take_top[x] = alpha * part / ta if ta > 0 else _f(0)
            even[x] = alpha * part / tops if ta <= 0 and tops > 0 else _f(0)
            take_bottom[x] = alpha * (one - part) / ba if ba > 0 else _f(0)
            for c in range(3):
                p, q = load(top[y, x, c]), load(bottom[y, x, c])
                if not screen:
                    out[y, x, c] = p + q
                elif 0 <= p <= 1 and 0 <= q <= 1:
                    out[y, x, c] = p + q - p * q
                else:
                    out[y, x, c] = max(p, q)
            out[y, x, 3] = alpha
        for hand in range(planes.shape[0]):
            a, b = from_top[hand], from_bottom[hand]
            for x in range(width):
                value = _f(0)
                if a >= 0:
                    value += take_top[x] * load(top_planes[a, y, x]) + even[x]
                if b >= 0:
                    value += take_bottom[x] * load(bottom_planes[b, y, x])
                planes[hand, y, x] = value


@njit(parallel=True, cache=True)
def hold(source, source_planes, matte, out, planes):
    """Colour and shares times a matte."""
    height, width = matte.shape
    for y in prange(height):
        for x in range(width):
            m = load(matte[y, x])
            for c in range(4):
                out[y, x, c] = m * load(source[y, x, c])
        for hand in range(planes.shape[0]):
            for x in range(width):
                planes[hand, y, x] = load(matte[y, x]) * load(source_planes[hand, y, x])


@njit(parallel=True, cache=True)
def change(before, after, already, out):
    """How far light went from before to after, ``|after - before| / max``, joined with ``already``."""
    height, width = out.shape
    for y in prange(height):
        for x in range(width):
            a = _light(load(before[y, x, 0]), load(before[y, x, 1]), load(before[y, x, 2]))
            b = _light(load(after[y, x, 0]), load(after[y, x, 1]), load(after[y, x, 2]))
            most = max(a, b)
            moved = abs(b - a) / most if most > 0 else _f(0)
            out[y, x] = _f(1) - (_f(1) - already[y, x]) * (_f(1) - moved)


@njit(parallel=True, cache=True)
def mix_alterations(top_alpha, bottom_alpha, top_planes, bottom_planes, from_top, from_bottom, share_top, planes):
    """Alterations of two layers, each in the measure in which its layer is what one sees."""
    _, height, width = planes.shape
    for y in prange(height):
        for x in range(width):
            seen_top = top_alpha[y, x] if share_top < 0 else share_top * top_alpha[y, x]
            rest = _f(1) - top_alpha[y, x] if share_top < 0 else _f(1) - share_top
            seen_bottom = rest * bottom_alpha[y, x]
            total = seen_top + seen_bottom
            for hand in range(planes.shape[0]):
                value = _f(0)
                if total > 0:
                    if from_top[hand] >= 0:
                        value += seen_top * top_planes[from_top[hand], y, x]
                    if from_bottom[hand] >= 0:
                        value += seen_bottom * bottom_planes[from_bottom[hand], y, x]
                    value /= total
                planes[hand, y, x] = value


@njit(inline="always")
def _catmull_rom(t):
    """Weights of the four taps round a point (Keys 1981, a = -1/2)."""
    half = _f(0.5)
    return (
        ((-half * t + _f(1)) * t - half) * t,
        ((_f(1.5) * t - _f(2.5)) * t) * t + _f(1),
        ((_f(-1.5) * t + _f(2)) * t + half) * t,
        ((half * t - half) * t) * t,
    )


@njit(inline="always")
def _taps(at, cubic):
    base = int(math.floor(at))
    t = _f(at - base)
    if cubic:
        a, b, c, d = _catmull_rom(t)
        return base - 1, 4, a, b, c, d
    return base, 2, _f(1) - t, t, _f(0), _f(0)


@njit(inline="always")
def _gather(source, planes_in, altered_in, sx, sy, cubic, y, x, out, planes, altered):
    """One pixel of a warp: outside the picture there is nothing."""
    height, width = source.shape[:2]
    x0, count, xa, xb, xc, xd = _taps(sx, cubic)
    y0, _, ya, yb, yc, yd = _taps(sy, cubic)
    for c in range(4):
        out[y, x, c] = _f(0)
    for hand in range(planes.shape[0]):
        planes[hand, y, x] = _f(0)
    for hand in range(altered.shape[0]):
        altered[hand, y, x] = _f(0)
    if x0 + count <= 0 or y0 + count <= 0 or x0 >= width or y0 >= height:
        return
    covered = _f(0)
    for j in range(count):
        row = y0 + j
        if row < 0 or row >= height:
            continue
        wy = ya if j == 0 else (yb if j == 1 else (yc if j == 2 else yd))
        for i in range(count):
            column = x0 + i
            if column < 0 or column >= width:
                continue
            weight = wy * (xa if i == 0 else (xb if i == 1 else (xc if i == 2 else xd)))
            for c in range(4):
                out[y, x, c] += weight * source[row, column, c]
            for hand in range(planes.shape[0]):
                planes[hand, y, x] += weight * planes_in[hand, row, column]
            seen = weight * source[row, column, 3]
            covered += seen
            for hand in range(altered.shape[0]):
                altered[hand, y, x] += seen * altered_in[hand, row, column]
    alpha = min(max(out[y, x, 3], _f(0)), _f(1))
    out[y, x, 3] = alpha
    total = _f(0)
    for hand in range(planes.shape[0]):
        planes[hand, y, x] = max(planes[hand, y, x], _f(0))
        total += planes[hand, y, x]
    for hand in range(planes.shape[0]):
        planes[hand, y, x] = planes[hand, y, x] * alpha / total if total > 0 else _f(0)
    if total <= 0:
        out[y, x, 3] = _f(0)
    for hand in range(altered.shape[0]):
        share = altered[hand, y, x] / covered if covered > _f(1e-6) else _f(0)
        altered[hand, y, x] = min(max(share, _f(0)), _f(1))


@njit(parallel=True, cache=True)
def transform(source, planes_in, altered_in, matrix, cubic, out, planes, altered):
    """Resample by a 3 x 3 matrix from pixels of the result to pixels of the source."""
    height, width = out.shape[:2]
    for y in prange(height):
        for x in range(width):
            px, py = x + 0.5, y + 0.5
            depth = matrix[2, 0] * px + matrix[2, 1] * py + matrix[2, 2]
            sx = (matrix[0, 0] * px + matrix[0, 1] * py + matrix[0, 2]) / depth - 0.5
            sy = (matrix[1, 0] * px + matrix[1, 1] * py + matrix[1, 2]) / depth - 0.5
            _gather(source, planes_in, altered_in, sx, sy, cubic, y, x, out, planes, altered)


@njit(parallel=True, cache=True)
def warp(source, planes_in, altered_in, map_x, map_y, cubic, out, planes, altered):
    """Resample by maps that say, for each pixel of the result, where it comes from."""
    height, width = out.shape[:2]
    for y in prange(height):
        for x in range(width):
            _gather(source, planes_in, altered_in, map_x[y, x], map_y[y, x], cubic, y, x, out, planes, altered)
