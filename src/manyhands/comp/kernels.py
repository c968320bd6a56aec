"""The inner loops of compositing: colour and authorship in one pass over memory.

Memory bandwidth, not arithmetic, bounds these, so each reads and writes every sample once.  Layers
may be stored as float32 or, warps apart, as half (:mod:`manyhands.kit.half`); results are float32.  Every
kernel has a plain numpy twin in :mod:`manyhands.comp.reference`, which the tests hold it against.

Shapes: colour (H, W, 4); planes (hands, H, W).  ``from_top`` and ``from_bottom`` say, for each
plane of the result, which plane of an input it continues, or -1.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math

import numpy as np
from numba import njit

from manyhands.kit.half import load

_f = np.float32

ROWS = 8
"""Rows that are worked on together: each plane is read and written in runs long enough for the
processor to fetch ahead, and what the rows share stays in its cache."""


@njit(cache=True, nogil=True)
def over(top, bottom, top_planes, bottom_planes, from_top, from_bottom, out, planes):
    """``a + (1 - alpha_a) b`` for colour, alpha and shares."""
    height, width = out.shape[:2]
    for block in range((height + ROWS - 1) // ROWS):
        first = np.int64(block) * ROWS
        end = min(first + ROWS, height)
        through = np.empty((end - first, width), np.float32)
        _over_colour(top[first:end], bottom[first:end], through, out[first:end])
        for hand in range(planes.shape[0]):
            a, b = from_top[hand], from_bottom[hand]
            if a >= 0 and b >= 0:
                _over_plane(top_planes[a, first:end], bottom_planes[b, first:end], through, planes[hand, first:end])
            elif a >= 0:
                _copy_plane(top_planes[a, first:end], planes[hand, first:end])
            else:
                _scale_plane(bottom_planes[b, first:end], through, planes[hand, first:end])


@njit
def _over_colour(top, bottom, through, out):
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            clear = _f(1) - load(top[y, x, 3])
            through[y, x] = clear
            for c in range(4):
                out[y, x, c] = load(top[y, x, c]) + clear * load(bottom[y, x, c])


@njit
def _over_plane(top, bottom, through, out):
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = load(top[y, x]) + through[y, x] * load(bottom[y, x])


@njit
def _copy_plane(source, out):
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = load(source[y, x])


@njit
def _scale_plane(source, factor, out):
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = factor[y, x] * load(source[y, x])


@njit(inline="always")
def _light(r, g, b):
    return max(_f(0.2722287) * r + _f(0.6740818) * g + _f(0.0536895) * b, _f(0))


@njit(cache=True, nogil=True)
def add(top, bottom, top_planes, bottom_planes, from_top, from_bottom, screen, out, planes):
    """Plus or screen: light adds, and each layer's share is its share of the light."""
    height, width = out.shape[:2]
    tops = top_planes.shape[0]
    for block in range((height + ROWS - 1) // ROWS):
        first = np.int64(block) * ROWS
        end = min(first + ROWS, height)
        taken = np.empty((3, end - first, width), np.float32)
        _add_colour(top[first:end], bottom[first:end], screen, tops, taken, out[first:end])
        for hand in range(planes.shape[0]):
            a, b = from_top[hand], from_bottom[hand]
            if a >= 0 and b >= 0:
                _add_planes(top_planes[a, first:end], bottom_planes[b, first:end], taken, planes[hand, first:end])
            elif a >= 0:
                _add_plane(top_planes[a, first:end], taken, planes[hand, first:end])
            else:
                _scale_plane(bottom_planes[b, first:end], taken[1], planes[hand, first:end])


@njit
def _add_colour(top, bottom, screen, tops, taken, out):
    """``taken``: the factors of the top's and the bottom's shares, and what each hand of pure light gets."""
    one = _f(1)
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
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
            taken[0, y, x] = alpha * part / ta if ta > 0 else _f(0)
            taken[1, y, x] = alpha * (one - part) / ba if ba > 0 else _f(0)
            taken[2, y, x] = alpha * part / _f(tops) if ta <= 0 and tops > 0 else _f(0)
            for c in range(3):
                p, q = load(top[y, x, c]), load(bottom[y, x, c])
                if not screen:
                    out[y, x, c] = p + q
                elif 0 <= p <= 1 and 0 <= q <= 1:
                    out[y, x, c] = p + q - p * q
                else:
                    out[y, x, c] = max(p, q)
            out[y, x, 3] = alpha


@njit
def _add_planes(top, bottom, taken, out):
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = taken[0, y, x] * load(top[y, x]) + taken[2, y, x] + taken[1, y, x] * load(bottom[y, x])


@njit
def _add_plane(top, taken, out):
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = taken[0, y, x] * load(top[y, x]) + taken[2, y, x]


@njit(cache=True, nogil=True)
def hold(source, source_planes, matte, out, planes):
    """Colour and shares times a matte; nothing where it is 0, whatever the source holds there."""
    height, width = matte.shape
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            m = load(matte[y, x])
            for c in range(4):
                out[y, x, c] = m * load(source[y, x, c]) if m != 0 else _f(0)
        for hand in range(planes.shape[0]):
            for x in range(width):
                m = load(matte[y, x])
                planes[hand, y, x] = m * load(source_planes[hand, y, x]) if m != 0 else _f(0)


@njit(cache=True, nogil=True)
def mix(one, other, one_planes, other_planes, from_one, from_other, matte, out, planes):
    """``(1 - matte) one + matte other``; where the matte is 0 or 1, that layer's samples bit for bit."""
    height, width = matte.shape
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            m = matte[y, x]
            for c in range(4):
                out[y, x, c] = _between(load(one[y, x, c]), load(other[y, x, c]), m)
        for hand in range(planes.shape[0]):
            a, b = from_one[hand], from_other[hand]
            for x in range(width):
                p = load(one_planes[a, y, x]) if a >= 0 else _f(0)
                q = load(other_planes[b, y, x]) if b >= 0 else _f(0)
                planes[hand, y, x] = _between(p, q, matte[y, x])


@njit(inline="always")
def _between(one, other, m):
    if m == 0:
        return one
    if m == 1:
        return other
    return (_f(1) - m) * one + m * other


@njit(cache=True, nogil=True)
def multiply(source, factor, already, out, altered):
    """Colour times a factor (H, W, 1 or 3), and how far its light went, joined with ``already``; alpha stays."""
    height, width = altered.shape
    last = factor.shape[2] - 1
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            r, g, b = load(source[y, x, 0]), load(source[y, x, 1]), load(source[y, x, 2])
            p, q, s = r * factor[y, x, 0], g * factor[y, x, min(1, last)], b * factor[y, x, last]
            out[y, x, 0], out[y, x, 1], out[y, x, 2], out[y, x, 3] = p, q, s, load(source[y, x, 3])
            altered[y, x] = _moved(_light(r, g, b), _light(p, q, s), already[y, x])


@njit(cache=True, nogil=True)
def change(before, after, already, out):
    """How far light went from before to after, ``|after - before| / max``, joined with ``already``."""
    height, width = out.shape
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            a = _light(load(before[y, x, 0]), load(before[y, x, 1]), load(before[y, x, 2]))
            b = _light(load(after[y, x, 0]), load(after[y, x, 1]), load(after[y, x, 2]))
            out[y, x] = _moved(a, b, already[y, x])


@njit(inline="always")
def _moved(before, after, already):
    most = max(before, after)
    part = abs(after - before) / most if most > 0 else _f(0)
    return _f(1) - (_f(1) - already) * (_f(1) - part)


@njit(cache=True, nogil=True)
def crop(source, planes_in, altered_in, left, top, out, planes, altered):
    """The part of a picture that begins at (left, top), sample for sample; nothing outside of it."""
    height, width = out.shape[:2]
    for row in range(height):
        y = np.int64(row)
        j = y + top
        # the columns of the result that lie in the picture
        first = min(max(-left, 0), width)
        end = max(min(source.shape[1] - left, width), first) if 0 <= j < source.shape[0] else first
        out[y, :first] = 0
        out[y, end:] = 0
        planes[:, y, :first] = 0
        planes[:, y, end:] = 0
        altered[:, y, :first] = 0
        altered[:, y, end:] = 0
        for x in range(first, end):
            for part in range(4):
                out[y, x, part] = load(source[j, x + left, part])
        for hand in range(planes.shape[0]):
            for x in range(first, end):
                planes[hand, y, x] = load(planes_in[hand, j, x + left])
        for hand in range(altered.shape[0]):
            for x in range(first, end):
                altered[hand, y, x] = altered_in[hand, j, x + left]


@njit(cache=True, nogil=True)
def repaint(before, after, matte, before_planes, by, out, planes):
    """New colour inside a matte; shares move to the hand ``by`` as far as the colour would change.

    Where the matte is 0, every sample is the one before, bit for bit; alpha stays everywhere.
    """
    height, width = matte.shape
    hands = before_planes.shape[0]
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            m = matte[y, x]
            away, most = _f(0), _f(0)
            for c in range(3):
                p, q = load(before[y, x, c]), load(after[y, x, c])
                out[y, x, c] = p
                if m > 0:
                    out[y, x, c] = _between(p, q, m)
                    away += abs(q - p)
                    most += max(abs(q), abs(p))
            alpha = load(before[y, x, 3])
            out[y, x, 3] = alpha
            moved = m * min(away / most, _f(1)) if most > 0 else _f(0)  # light below 0 may change by more than itself
            for hand in range(planes.shape[0]):
                share = load(before_planes[hand, y, x]) * (_f(1) - moved) if hand < hands else _f(0)
                planes[hand, y, x] = share + moved * alpha if hand == by else share


@njit(cache=True, nogil=True)
def mix_alterations(top_alpha, bottom_alpha, top_planes, bottom_planes, from_top, from_bottom, seen, over, planes):
    """Alterations of two layers, each in the measure in which its layer is what one sees.

    ``over`` lays the top over the bottom; else ``seen`` is the top's share of the mixture.
    """
    _, height, width = planes.shape
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            seen_top = top_alpha[y, x] if over else seen[y, x] * top_alpha[y, x]
            rest = _f(1) - (top_alpha[y, x] if over else seen[y, x])
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


@njit(forceinline=True)
def _taps(at, size, cubic, edge):
    """The four indices along an axis that a place is made of, and their weights.

    Beyond the border an index gives nothing, or the border's own value if ``edge``.
    """
    base = int(math.floor(at))
    t = _f(at - base)
    if cubic:
        a, b, c, d = _catmull_rom(t)
    else:
        a, b, c, d = _f(0), _f(1) - t, t, _f(0)
    last = size - 1
    if not edge:
        if base < 1 or base - 1 > last:
            a = _f(0)
        if base < 0 or base > last:
            b = _f(0)
        if base < -1 or base + 1 > last:
            c = _f(0)
        if base < -2 or base + 2 > last:
            d = _f(0)
    indices = (
        min(max(base - 1, 0), last),
        min(max(base, 0), last),
        min(max(base + 1, 0), last),
        min(max(base + 2, 0), last),
    )
    return indices, (a, b, c, d)


@njit(forceinline=True)
def _gather(source, planes_in, altered_in, sx, sy, cubic, edge, y, x, out, planes, altered):
    """One pixel of a warp."""
    if not edge and not (-3 < sx < source.shape[1] + 2 and -3 < sy < source.shape[0] + 2):
        for part in range(4):
            out[y, x, part] = _f(0)
        for hand in range(planes.shape[0]):
            planes[hand, y, x] = _f(0)
        for hand in range(altered.shape[0]):
            altered[hand, y, x] = _f(0)
        return
    (i0, i1, i2, i3), (a, b, c, d) = _taps(sx, source.shape[1], cubic, edge)
    (j0, j1, j2, j3), (e, f, g, h) = _taps(sy, source.shape[0], cubic, edge)
    for part in range(4):
        value = f * (b * source[j1, i1, part] + c * source[j1, i2, part])
        value += g * (b * source[j2, i1, part] + c * source[j2, i2, part])
        if cubic:
            value += e * (a * source[j0, i0, part] + b * source[j0, i1, part])
            value += e * (c * source[j0, i2, part] + d * source[j0, i3, part])
            value += f * (a * source[j1, i0, part] + d * source[j1, i3, part])
            value += g * (a * source[j2, i0, part] + d * source[j2, i3, part])
            value += h * (a * source[j3, i0, part] + b * source[j3, i1, part])
            value += h * (c * source[j3, i2, part] + d * source[j3, i3, part])
        out[y, x, part] = value
    alpha = min(max(out[y, x, 3], _f(0)), _f(1))
    total = _f(0)
    for hand in range(planes.shape[0]):
        value = f * (b * planes_in[hand, j1, i1] + c * planes_in[hand, j1, i2])
        value += g * (b * planes_in[hand, j2, i1] + c * planes_in[hand, j2, i2])
        if cubic:
            value += e * (a * planes_in[hand, j0, i0] + b * planes_in[hand, j0, i1])
            value += e * (c * planes_in[hand, j0, i2] + d * planes_in[hand, j0, i3])
            value += f * (a * planes_in[hand, j1, i0] + d * planes_in[hand, j1, i3])
            value += g * (a * planes_in[hand, j2, i0] + d * planes_in[hand, j2, i3])
            value += h * (a * planes_in[hand, j3, i0] + b * planes_in[hand, j3, i1])
            value += h * (c * planes_in[hand, j3, i2] + d * planes_in[hand, j3, i3])
        value = max(value, _f(0))
        planes[hand, y, x] = value
        total += value
    scale = alpha / total if total > 0 else _f(0)
    for hand in range(planes.shape[0]):
        planes[hand, y, x] *= scale
    out[y, x, 3] = alpha if total > 0 else _f(0)
    columns, rows, along_x, along_y = (i0, i1, i2, i3), (j0, j1, j2, j3), (a, b, c, d), (e, f, g, h)
    for hand in range(altered.shape[0]):
        # alterations count in the measure in which each sample is seen
        value, seen = _f(0), _f(0)
        for n in range(4):
            for m in range(4):
                weight = along_y[n] * along_x[m] * source[rows[n], columns[m], 3]
                seen += weight
                value += weight * altered_in[hand, rows[n], columns[m]]
        share = value / seen if seen > _f(1e-6) else _f(0)
        altered[hand, y, x] = min(max(share, _f(0)), _f(1))


@njit(cache=True, nogil=True)
def transform(source, planes_in, altered_in, matrix, cubic, edge, out, planes, altered):
    """Resample by a 3 x 3 matrix from pixels of the result to pixels of the source."""
    height, width = out.shape[:2]
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            px, py = x + 0.5, y + 0.5
            depth = matrix[2, 0] * px + matrix[2, 1] * py + matrix[2, 2]
            sx = (matrix[0, 0] * px + matrix[0, 1] * py + matrix[0, 2]) / depth - 0.5
            sy = (matrix[1, 0] * px + matrix[1, 1] * py + matrix[1, 2]) / depth - 0.5
            _gather(source, planes_in, altered_in, sx, sy, cubic, edge, y, x, out, planes, altered)


@njit(cache=True, nogil=True)
def warp(source, planes_in, altered_in, map_x, map_y, cubic, edge, out, planes, altered):
    """Resample by maps that say, for each pixel of the result, where it comes from."""
    height, width = out.shape[:2]
    for row in range(height):
        y = np.int64(row)
        for x in range(width):
            _gather(source, planes_in, altered_in, map_x[y, x], map_y[y, x], cubic, edge, y, x, out, planes, altered)
