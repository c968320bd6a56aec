"""The inner loops of reading and writing: stored samples become light and back, in one pass each.

A *curve* is what a camera or a display does to each channel.  It is kept in two tables, because
each way needs its own spacing: from code values to light evenly spaced, from light to code values
evenly spaced within each power of two, so that shadows are as exact as highlights.  Both are read
with linear interpolation and go on far outside 0 to 1, so nothing is clipped on the way.

Chroma at half size is interpolated linearly (horizontally on the left sample, vertically between
two lines, as H.264 and HEVC have it by default), and brought back by the filters that undo exactly
that interpolation, so that a picture that nobody changed gives the chroma samples that it had.
Source: Le Gall and Tabatabai 1988, the 5/3 pair; the vertical one is its even-length relative.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call,index"

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload

from manyhands.kit.half import load

_f = np.float32

# Code values from -1 to 2.25 of full scale: what extreme Y'CbCr of a limited range can reach.
CODE_LOW, CODE_HIGH, CODE_STEPS = -1.0, 2.25, 13 * 1024
# Light from 2**-24 to 2**17 in 256 steps to each power of two; below, one straight piece to 0.
LIGHT_LOW_POWER, LIGHT_POWERS, LIGHT_STEPS = -24, 41, 256
_LOWEST = _f(2.0**LIGHT_LOW_POWER)
_LOWEST_BITS = np.int64(_LOWEST.view(np.uint32))
_TABLE_END = LIGHT_POWERS * LIGHT_STEPS
_SHIFT = 23 - 8

NOISE_SPAN = 0.96
"""The width of the dither in code values: below 1, so that a sample which needs no rounding gets none."""

NO_NOISE = np.zeros(2, np.float32)


def noise(at: int) -> np.ndarray:
    """The dither of one frame as the kernels take it: width and place.

    Source: Jimenez 2014 (see :func:`_noise`), who moves the pattern by 5.588238 px a frame over 64 frames.
    """
    return np.array([NOISE_SPAN, 5.588238 * (at % 64)], np.float32)


def code_knots() -> np.ndarray:
    """The code values at which a decoding table is sampled, (n,) float64."""
    return np.linspace(CODE_LOW, CODE_HIGH, CODE_STEPS + 1)


def light_knots() -> np.ndarray:
    """The amounts of light at which an encoding table is sampled, (n,) float64; the first is 0."""
    powers = np.exp2(np.arange(LIGHT_LOW_POWER, LIGHT_LOW_POWER + LIGHT_POWERS))
    inside = (powers[:, None] * (1 + np.arange(LIGHT_STEPS) / LIGHT_STEPS)).reshape(-1)
    return np.concatenate([[0.0], inside, [2.0 ** (LIGHT_LOW_POWER + LIGHT_POWERS)]])


@intrinsic
def _bits_of(typingctx, value):
    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(32))

    return types.int32(types.float32), codegen


@intrinsic
def _of_bits(typingctx, bits):
    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.FloatType())

    return types.float32(types.int32), codegen


@njit(error_model="numpy", fastmath={"contract"})
def _decoded(code, table):
    place = min((code - _f(CODE_LOW)) * _f(CODE_STEPS / (CODE_HIGH - CODE_LOW)), _f(CODE_STEPS) - _f(0.01))
    place = place if place > 0 else _f(0)  # also where the code is not a number: it must not look beside the table
    knot = np.int32(place)
    below = table[knot]
    return below + (place - _f(knot)) * (table[knot + 1] - below)


@njit(error_model="numpy", fastmath={"contract"})
def _encoded(light, table):
    """``table`` is (2, n): for light from 0 up, and for light from 0 down."""
    side = np.int64(0)
    if light < 0:
        side = np.int64(1)
        light = -light
    if light < _LOWEST:
        return table[side, 0] + light * _f(1 / _LOWEST) * (table[side, 1] - table[side, 0])
    steps = np.int64(_bits_of(light)) - _LOWEST_BITS
    knot = min(steps >> _SHIFT, np.int64(_TABLE_END - 1))
    below = table[side, knot + 1]
    share = _f(steps & ((1 << _SHIFT) - 1)) * _f(1.0 / (1 << _SHIFT))
    return below + share * (table[side, knot + 2] - below)


@njit(error_model="numpy", fastmath={"contract"})
def _raise_line(line, power):
    """A power with a straight toe: ``slope x`` below ``start``, else ``rise (scale x + shift)^gamma + base``.

    Logarithm and exponential are the usual series (atanh; e^r), exact to a few units in the last
    place, so that the processor can take sixteen samples at a time.
    """
    start, slope, scale, shift = power[0], power[1], power[2], power[3]
    gamma, rise, base = power[4], power[5], power[6]
    for index in range(line.size):
        x = line[index]
        bits = _bits_of(max(x, start) * scale + shift)
        # The mantissa between sqrt(1/2) and sqrt(2), and the power of two that goes with it.
        whole = np.int32(bits - np.int32(0x3F3504F3)) >> np.int32(23)
        mantissa = _of_bits(np.int32(bits - np.int32(whole << np.int32(23))))
        s = (mantissa - _f(1)) / (mantissa + _f(1))
        t = s * s
        series = _f(1) + t * (_f(1 / 3) + t * (_f(1 / 5) + t * (_f(1 / 7) + t * _f(1 / 9))))
        exponent = gamma * (_f(whole) + s * _f(2.8853900817779268) * series)
        near = np.floor(exponent + _f(0.5))
        r = (exponent - near) * _f(0.6931471805599453)
        series = _f(1 / 24) + r * (_f(1 / 120) + r * (_f(1 / 720) + r * _f(1 / 5040)))
        series = _f(1) + r * (_f(1) + r * (_f(1 / 2) + r * (_f(1 / 6) + r * series)))
        raised = series * _of_bits(np.int32(np.int32(np.int32(near) + np.int32(127)) << np.int32(23)))
        line[index] = rise * raised + base if x > start else slope * x


@njit(error_model="numpy", fastmath={"contract"})
def _decode_line(line, table):
    for x in range(line.size):
        line[x] = _decoded(line[x], table)


@njit(error_model="numpy", fastmath={"contract"})
def _encode_line(line, table):
    for x in range(line.size):
        line[x] = _encoded(line[x], table)


@njit(error_model="numpy", fastmath={"contract"})
def _lit(red, green, blue, alpha, table, power, matrix, out, y):
    """One line of straight code values to premultiplied light; ``power[0]`` below 0 means by table."""
    width = out.shape[1]
    m = matrix
    if power[0] >= 0:
        _raise_line(red, power)
        _raise_line(green, power)
        _raise_line(blue, power)
    else:
        _decode_line(red, table)
        _decode_line(green, table)
        _decode_line(blue, table)
    m00, m01, m02, m10, m11, m12 = m[0, 0], m[0, 1], m[0, 2], m[1, 0], m[1, 1], m[1, 2]
    m20, m21, m22 = m[2, 0], m[2, 1], m[2, 2]
    for x in range(width):
        r, g, b, a = red[x], green[x], blue[x], alpha[x]
        out[y, x, 0] = (m00 * r + m01 * g + m02 * b) * a
        out[y, x, 1] = (m10 * r + m11 * g + m12 * b) * a
        out[y, x, 2] = (m20 * r + m21 * g + m22 * b) * a
        out[y, x, 3] = a


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def yuv_to_light(luma, blue, red, alpha, halved, scaling, weights, table, power, matrix, out):
    """Y'CbCr planes to premultiplied light.

    Shapes: planes as the decoder keeps them, wider than the picture; ``alpha`` may be (0, 0);
    ``halved`` (2,) says whether chroma has half the width and half the height; ``scaling`` (6,) is
    offset and gain of luma, chroma and alpha; ``weights`` (4,) is red from Cr, green from Cb,
    green from Cr and blue from Cb; ``out`` (H, W, 4).
    """
    height, width = out.shape[:2]
    wide, tall = halved[0], halved[1]
    columns = (width + 1) // 2 if wide else width
    lines = (height + 1) // 2 if tall else height
    for slab in range(height):
        y = np.int64(slab)
        cb, cr = np.empty(columns + 1, np.float32), np.empty(columns + 1, np.float32)
        # an even width leaves the last one unset, and the curve is looked up for all of the line
        r, g, b = np.zeros(width + 1, np.float32), np.zeros(width + 1, np.float32), np.zeros(width + 1, np.float32)
        l, a = np.empty(width + 1, np.float32), np.ones(width, np.float32)
        near = y // 2 if tall else y
        far = min(max(near + (1 if y & 1 else -1), 0), lines - 1) if tall else near
        share = _f(0.25) if tall else _f(0)
        zero, gain = scaling[2], scaling[3]
        for x in range(columns):
            p = _f(blue[near, x])
            cb[x] = (p + share * (_f(blue[far, x]) - p) - zero) * gain
        for x in range(columns):
            q = _f(red[near, x])
            cr[x] = (q + share * (_f(red[far, x]) - q) - zero) * gain
        cb[columns], cr[columns] = cb[columns - 1], cr[columns - 1]
        zero, gain = scaling[0], scaling[1]
        for x in range(width):
            l[x] = (_f(luma[y, x]) - zero) * gain
        l[width] = l[width - 1]
        if alpha.shape[0]:
            for x in range(width):
                a[x] = (_f(alpha[y, x]) - scaling[4]) * scaling[5]
        r_cr, g_cb, g_cr, b_cb = weights[0], weights[1], weights[2], weights[3]
        if wide:
            half = _f(0.5)
            for i in range(columns):
                p, q = cb[i], cr[i]
                s, t = half * (p + cb[i + 1]), half * (q + cr[i + 1])
                r[2 * i] = l[2 * i] + r_cr * q
                g[2 * i] = l[2 * i] + g_cb * p + g_cr * q
                b[2 * i] = l[2 * i] + b_cb * p
                r[2 * i + 1] = l[2 * i + 1] + r_cr * t
                g[2 * i + 1] = l[2 * i + 1] + g_cb * s + g_cr * t
                b[2 * i + 1] = l[2 * i + 1] + b_cb * s
        else:
            for x in range(width):
                r[x] = l[x] + r_cr * cr[x]
                g[x] = l[x] + g_cb * cb[x] + g_cr * cr[x]
                b[x] = l[x] + b_cb * cb[x]
        _lit(r, g, b, a, table, power, matrix, out, y)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def rgb_to_light(red, green, blue, alpha, gain, table, power, matrix, out):
    """Straight integer red, green, blue (and alpha, or (0, 0)) to premultiplied light, (H, W, 4)."""
    height, width = out.shape[:2]
    for slab in range(height):
        y = np.int64(slab)
        r, g, b = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
        a = np.ones(width, np.float32)
        for x in range(width):
            r[x] = _f(red[y, x]) * gain
            g[x] = _f(green[y, x]) * gain
            b[x] = _f(blue[y, x]) * gain
        if alpha.shape[0]:
            for x in range(width):
                a[x] = _f(alpha[y, x]) * gain
        _lit(r, g, b, a, table, power, matrix, out, y)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def linear_to_light(red, green, blue, alpha, matrix, out, broken):
    """Premultiplied scene-linear planes, float32 or the bits of halves, to ACEScg.

    Negative samples stay; those that are not finite become 0 and are counted by line in
    ``broken`` (H,).
    """
    height, width = out.shape[:2]
    opaque = alpha.shape[0] == 0
    for slab in range(height):
        y = np.int64(slab)
        found = 0
        for x in range(width):
            r, g, b = load(red[y, x]), load(green[y, x]), load(blue[y, x])
            a = _f(1) if opaque else load(alpha[y, x])
            if not (np.isfinite(r) and np.isfinite(g) and np.isfinite(b) and np.isfinite(a)):
                found += 1
                r = r if np.isfinite(r) else _f(0)
                g = g if np.isfinite(g) else _f(0)
                b = b if np.isfinite(b) else _f(0)
                a = a if np.isfinite(a) else _f(0)
            out[y, x, 0] = matrix[0, 0] * r + matrix[0, 1] * g + matrix[0, 2] * b
            out[y, x, 1] = matrix[1, 0] * r + matrix[1, 1] * g + matrix[1, 2] * b
            out[y, x, 2] = matrix[2, 0] * r + matrix[2, 1] * g + matrix[2, 2] * b
            out[y, x, 3] = min(max(a, _f(0)), _f(1))
        broken[y] = found


@njit(error_model="numpy", fastmath={"contract"})
def _quantised(value, peak, noise):
    return min(max(np.floor(value + _f(0.5) + noise), _f(0)), peak)


@njit(error_model="numpy", fastmath={"contract"})
def _noise(x, y, amount):
    """Interleaved gradient noise, from -amount/2 to amount/2.

    Source: Jimenez 2014, "Next generation post processing in Call of Duty: Advanced Warfare".
    """
    step = _f(0.06711056) * _f(x) + _f(0.00583715) * _f(y)
    step = _f(52.9829189) * (step - np.floor(step))
    return amount * (step - np.floor(step) - _f(0.5))


@njit(error_model="numpy", fastmath={"contract"})
def _off_black(codes):
    """The share of the dither: none at black, where a pure gamma makes much of the last bit of light."""
    return min(max(codes, _f(0)), _f(1))


@njit(error_model="numpy", fastmath={"contract"})
def _coded(rgba, y, matrix, table, power, curved, straight, red, green, blue):
    """The code values of one line, not clipped; ``straight`` takes colour out of alpha first."""
    width = rgba.shape[1]
    if straight:
        for x in range(width):
            a = rgba[y, x, 3]
            part = _f(1) / a if a > 0 else _f(1)
            red[x], green[x], blue[x] = rgba[y, x, 0] * part, rgba[y, x, 1] * part, rgba[y, x, 2] * part
    else:
        for x in range(width):
            red[x], green[x], blue[x] = rgba[y, x, 0], rgba[y, x, 1], rgba[y, x, 2]
    if not curved:
        return
    m = matrix
    m00, m01, m02, m10, m11, m12 = m[0, 0], m[0, 1], m[0, 2], m[1, 0], m[1, 1], m[1, 2]
    m20, m21, m22 = m[2, 0], m[2, 1], m[2, 2]
    for x in range(width):
        r, g, b = red[x], green[x], blue[x]
        red[x] = m00 * r + m01 * g + m02 * b
        green[x] = m10 * r + m11 * g + m12 * b
        blue[x] = m20 * r + m21 * g + m22 * b
    if power[0] >= 0:
        _raise_line(red, power)
        _raise_line(green, power)
        _raise_line(blue, power)
    else:
        _encode_line(red, table)
        _encode_line(green, table)
        _encode_line(blue, table)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def light_to_yuv(rgba, matrix, table, power, curved, straight, weights, scaling, dither, luma, blue, red, alpha):
    """Premultiplied light to Y'CbCr planes, which may be a line or a column larger (edges repeat).

    Args:
        curved: False where ``rgba`` holds code values already.
        straight: take colour out of alpha first.
        weights: (3,) luma's weights of red, green, blue.
        scaling: (6,) offset and gain of luma and of chroma, the highest code value, and alpha's.
        dither: width of the noise in code values, and the number that moves it, (2,).
    """
    tall, wide = luma.shape
    height, width = rgba.shape[:2]
    lines, columns = blue.shape
    halved = columns < wide
    kept = np.empty((2, tall, columns), np.float32)
    peak = scaling[4]
    to_blue, to_red = _f(0.5) / (_f(1) - weights[2]), _f(0.5) / (_f(1) - weights[0])
    w0, w1, w2 = weights[0], weights[1], weights[2]
    for slab in range(tall):
        y = np.int64(slab)
        source = min(y, height - 1)
        r, g, b = np.empty(wide, np.float32), np.empty(wide, np.float32), np.empty(wide, np.float32)
        cb, cr = np.empty(wide + 4, np.float32), np.empty(wide + 4, np.float32)
        _coded(rgba, source, matrix, table, power, curved, straight, r, g, b)
        for x in range(width, wide):
            r[x], g[x], b[x] = r[width - 1], g[width - 1], b[width - 1]
        low, span, width_of_noise, moved = scaling[0], scaling[1], dither[0], dither[1]
        for x in range(wide):
            l = w0 * r[x] + w1 * g[x] + w2 * b[x]
            noise = _noise(_f(x) + moved, _f(y), width_of_noise)
            luma[y, x] = _quantised(low + span * l, peak, noise * _off_black(span * l))
            cb[x + 2] = (b[x] - l) * to_blue
            cr[x + 2] = (r[x] - l) * to_red
        if alpha.shape[0]:
            for x in range(wide):
                alpha[y, x] = _quantised(scaling[5] * rgba[source, min(x, width - 1), 3], scaling[5], _f(0))
        if halved:
            for edge in range(2):
                cb[edge], cr[edge] = cb[4 - edge], cr[4 - edge]
                cb[wide + 2 + edge], cr[wide + 2 + edge] = cb[wide + 1], cr[wide + 1]
            _halved_line(cb, kept[0, y])
            _halved_line(cr, kept[1, y])
        else:
            kept[0, y, :] = cb[2 : wide + 2]
            kept[1, y, :] = cr[2 : wide + 2]
    for slab in range(lines):
        j = np.int64(slab)
        zero, span, width_of_noise, moved = scaling[2], scaling[3], dither[0], dither[1] + _f(47)
        if lines < tall:
            above, below = max(2 * j - 1, 0), min(2 * j + 2, tall - 1)
            first, second = 2 * j, 2 * j + 1
            centre, around = _f(0.75), _f(0.25)
        else:
            above = below = first = second = j
            centre, around = _f(0.5), _f(0)
        for i in range(columns):
            p = centre * (kept[0, first, i] + kept[0, second, i]) - around * (kept[0, above, i] + kept[0, below, i])
            noise = _noise(_f(i) + moved, _f(j), width_of_noise)
            blue[j, i] = _quantised(zero + span * p, peak, noise)
        for i in range(columns):
            q = centre * (kept[1, first, i] + kept[1, second, i]) - around * (kept[1, above, i] + kept[1, below, i])
            noise = _noise(_f(i) + moved, _f(j), width_of_noise)
            red[j, i] = _quantised(zero + span * q, peak, -noise)


@njit(error_model="numpy", fastmath={"contract"})
def _halved_line(line, out):
    """Every second sample of a line that starts two samples early, by the low-pass of the 5/3 pair."""
    for i in range(out.size):
        x = 2 * i + 2
        near, far = line[x - 1] + line[x + 1], line[x - 2] + line[x + 2]
        out[i] = _f(0.75) * line[x] + _f(0.25) * near - _f(0.125) * far


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def light_to_rgb(rgba, matrix, table, power, curved, straight, dither, out):
    """Premultiplied light to code values (H, W, 3 or 4): integers of full range, or float32 unclipped."""
    height, width, channels = out.shape
    for slab in range(height):
        y = np.int64(slab)
        r, g, b = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
        _coded(rgba, y, matrix, table, power, curved, straight, r, g, b)
        noise, moved = dither[0], dither[1]
        for x in range(width):
            _put(out, y, x, 0, r[x], _noise(_f(x) + moved, _f(y), noise))
            _put(out, y, x, 1, g[x], _noise(_f(x) + moved + _f(31), _f(y), noise))
            _put(out, y, x, 2, b[x], _noise(_f(x) + moved + _f(67), _f(y), noise))
        if channels == 4:
            for x in range(width):
                _put(out, y, x, 3, rgba[y, x, 3], _f(0))


def _put(out, y, x, channel, value, noise):
    raise NotImplementedError


@overload(_put)
def _put_sample(out, y, x, channel, value, noise):
    if isinstance(out.dtype, types.Float):

        def as_it_is(out, y, x, channel, value, noise):
            out[y, x, channel] = value

        return as_it_is
    peak = np.float32(2**out.dtype.bitwidth - 1)

    def rounded(out, y, x, channel, value, noise):
        out[y, x, channel] = _quantised(value * peak, peak, noise * _off_black(value * peak))

    return rounded
