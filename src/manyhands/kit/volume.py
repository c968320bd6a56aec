"""A box of lit, glowing smoke seen from in front: volume to premultiplied picture.

Light is swept through the grid slice by slice (each slice takes from the one before it, shifted
along the ray), and the camera looks along z without perspective, so that a row of pixels shares
its interpolation.  Finer structure than the grid's comes from noise that drifts with the gas.

Units: lengths in cells, extinction per cell, light scene-linear.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numba import njit

from manyhands.kit.fluid import FLAME, SMOKE
from manyhands.kit.noise import billows

_f = np.float32


@dataclass(frozen=True)
class Look:
    """How the gas looks and what light falls on it.

    ``albedo``: what a wisp gives back of the light it stops.  ``sun`` and ``sky``: light on a
    white surface from the sun, and from the whole sky; ``sun_from``: unit vector (x, y, z) towards
    the sun, y up, z away from the camera.  ``thick``: extinction of one cell of SMOKE 1.
    ``glow``: brightness of the hottest flame; ``flame_thick``: how much a flame hides.
    ``detail``: share of the density that fine structure carves away, ``detail_cells``: size of
    the largest fine structure, ``erosion``: extinction that it takes off besides, which brings out
    its shape at the edge.  ``is_dense``: lobes with creases between them and finer lobes on them, as dust
    has that nobody sees through, and not wisps; ``relief``: how much brighter they are on the side
    of the sun.
    """

    albedo: tuple[float, float, float] = (0.5, 0.5, 0.5)
    sun: tuple[float, float, float] = (2.0, 1.9, 1.7)
    sky: tuple[float, float, float] = (0.5, 0.6, 0.8)
    sun_from: tuple[float, float, float] = (-0.5, 0.7, -0.5)
    thick: float = 0.4
    glow: float = 5.0
    flame_thick: float = 0.35
    detail: float = 0.7
    detail_cells: float = 6.0
    erosion: float = 0.12
    is_dense: bool = False
    relief: float = 1.5


def draw(
    carried: np.ndarray, drift: np.ndarray, phase: float, look: Look, *, width: int, height: int, turn: float = 0.0
) -> np.ndarray:
    """The picture of a box.

    Args:
        carried: (nz, ny, nx, 3) and drift (nz, ny, nx, 6) as in :class:`~manyhands.kit.fluid.Gas`.
        phase: 0 to 1, where the first set of texture coordinates stands in its life.
        turn: 0 to 1, another number for each frame: it turns the pattern in which pixels look
            at different depths.
    Shapes: returns (height, width, 4) float32.
    Colour: scene-linear, premultiplied; flames add light and cover what they hide.
    """
    return draw_parted(carried, drift, phase, look, width=width, height=height, turn=turn, at=())[0]


def draw_parted(
    carried: np.ndarray,
    drift: np.ndarray,
    phase: float,
    look: Look,
    *,
    width: int,
    height: int,
    turn: float = 0.0,
    at: tuple[int, ...],
) -> list[np.ndarray]:
    """The picture of a box cut at some depths, so that things can stand between: the nearest part first.

    Args:
        at: the slices of cells at which it is cut, rising; the rest as in :func:`draw`.
    Laid over each other the parts are the picture of the whole box.
    """
    nz, ny, nx, _ = carried.shape
    lit = light_in(carried, look)
    fields = np.empty((nz, ny, nx, PARTS), np.float32)
    # small eddies would wind fine structure up into rings: it goes with the large ones
    drift = _calmed(drift) if look.is_dense else drift
    _gather(carried, drift, *lit, _f(look.thick), _f(_weight(phase)), fields)
    busy = _busy(fields)
    cuts = [0, *at, nz - 1]
    return [_part(fields, busy, (near, far), phase, look, width, height, turn) for near, far in pairwise(cuts)]


def _part(
    fields: np.ndarray,
    busy: np.ndarray,
    slices: tuple[int, int],
    phase: float,
    look: Look,
    width: int,
    height: int,
    turn: float,
) -> np.ndarray:
    """What lies between two slices, seen from in front: (height, width, 4)."""
    out = np.zeros((height, width, 4), np.float32)
    _march(
        fields,
        busy,
        *slices,
        billows(),
        _f(turn),
        _f(_weight(phase)),
        _many_times(np.array(look.albedo, np.float32)),
        np.array(look.sun, np.float32),
        np.array(look.sky, np.float32),
        _f(phase_function(look.sun_from)),
        _f(look.glow),
        _f(look.flame_thick),
        _f(look.detail),
        _f(16 / look.detail_cells),
        _f(look.erosion),
        look.is_dense,
        _f(look.relief),
        _towards(look.sun_from, 0.22 * look.detail_cells),
        out,
    )
    return out


def _weight(phase: float) -> float:
    """How much the first set of texture coordinates counts: not at all when it is laid anew."""
    return 1 - abs(2 * phase - 1)


def _towards(way: tuple[float, float, float], length: float) -> np.ndarray:
    """A step of some cells on a way, x, y, z."""
    found = np.array(way, np.float32)
    return np.asarray(found * _f(length / np.linalg.norm(found)), np.float32)


def _calmed(drift: np.ndarray) -> np.ndarray:
    return np.stack([_blurred(np.ascontiguousarray(drift[..., part], np.float32), 5.0) for part in range(6)], -1)


def light_in(carried: np.ndarray, look: Look) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Light that reaches each cell: from the sun, from the sky (shares), from the fire (scene-linear).

    Shapes: three (nz, ny, nx) float32.
    """
    thick = np.ascontiguousarray(carried[..., SMOKE]) * _f(look.thick)
    sun = _swept(thick, look.sun_from)
    above = [(0, 1, 0), (-0.7, 0.7, 0), (0.7, 0.7, 0), (0, 0.5, -0.85)]
    sky = np.asarray(sum(_swept(thick, way) for way in above) * _f(1 / len(above)))
    return sun, sky, _firelight(carried, thick, look)


def _many_times(albedo: np.ndarray) -> np.ndarray:
    """What light gives back that is scattered again and again: white smoke far more than black."""
    return np.asarray(albedo / (1 - _f(0.55) * albedo), np.float32)


def phase_function(sun_from: tuple[float, float, float]) -> float:
    """How much brighter smoke is towards the sun than beside it: Henyey and Greenstein 1941, g 0.35.

    1 where the sun stands at right angles to the view.
    """
    g = 0.35
    x, y, z = sun_from
    cosine = z / math.sqrt(x * x + y * y + z * z)
    return float(((1 + g * g) / (1 + g * g - 2 * g * cosine)) ** 1.5)


def _firelight(carried: np.ndarray, thick: np.ndarray, look: Look) -> np.ndarray:
    flame = np.ascontiguousarray(carried[..., FLAME]) * _f(look.glow)
    if not flame.any():
        return np.zeros_like(flame)
    nz, ny, nx = flame.shape
    small = (max(nz // 4, 1), max(ny // 4, 1), max(nx // 4, 1))
    reduced = _reduced(flame, small)
    near = _blurred(reduced, 1.2)
    far = _blurred(reduced, 4.0)
    spread = _enlarged(near * _f(0.22) + far * _f(0.5), flame.shape)
    return np.asarray(spread * np.exp(-thick * _f(1.5)), np.float32)


def _reduced(field: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    nz, ny, nx = shape
    slices = np.stack([cv2.resize(plane, (nx, ny), interpolation=cv2.INTER_AREA) for plane in field])
    flat = cv2.resize(slices.reshape(len(field), -1), (ny * nx, nz), interpolation=cv2.INTER_AREA)
    return np.asarray(flat.reshape(nz, ny, nx))


def _enlarged(field: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    nz, ny, nx = shape
    flat = cv2.resize(field.reshape(len(field), -1), (field[0].size, nz), interpolation=cv2.INTER_LINEAR)
    deep = flat.reshape(nz, *field.shape[1:])
    return np.stack([cv2.resize(plane, (nx, ny), interpolation=cv2.INTER_LINEAR) for plane in deep])


def _blurred(field: np.ndarray, sigma: float) -> np.ndarray:
    planes = np.stack([cv2.GaussianBlur(plane, (0, 0), sigma) for plane in field])
    flat = cv2.GaussianBlur(planes.reshape(len(field), -1), (1, 0), sigmaX=0.01, sigmaY=sigma)
    return np.asarray(flat.reshape(field.shape))


def _swept(thick: np.ndarray, towards: tuple[float, float, float]) -> np.ndarray:
    """Share of the light from one direction that reaches each cell's middle."""
    way = np.array([towards[2], towards[1], towards[0]], np.float64)  # in the arrays' order z, y, x
    axis = int(np.argmax(np.abs(way)))
    order = [axis, *[other for other in range(3) if other != axis]]
    view = thick.transpose(order)
    reversed_ = way[axis] > 0
    if reversed_:
        view = view[::-1]
    slope = [way[other] / abs(way[axis]) for other in order[1:]]
    length = np.linalg.norm(way) / abs(way[axis])
    out = np.empty_like(thick)
    seen = out.transpose(order)
    _sweep(view, _f(slope[0]), _f(slope[1]), _f(length), seen[::-1] if reversed_ else seen)
    return out


@njit(cache=True)
def _sweep(thick, shift_a, shift_b, length, out):
    depth, na, nb = thick.shape
    half = _f(0.5) * length
    for a in range(na):
        for b in range(nb):
            out[0, a, b] = math.exp(-half * thick[0, a, b])
    for k in range(1, depth):
        for a in range(na):
            pa = _f(a) + shift_a
            a0 = int(math.floor(pa))
            fa = pa - _f(a0)
            for b in range(nb):
                pb = _f(b) + shift_b
                b0 = int(math.floor(pb))
                fb = pb - _f(b0)
                light = _f(0)
                for da in range(2):
                    wa = fa if da else _f(1) - fa
                    for db in range(2):
                        weight = wa * (fb if db else _f(1) - fb)
                        if weight > 0:
                            ia, ib = a0 + da, b0 + db
                            if 0 <= ia < na and 0 <= ib < nb:
                                light += weight * out[k - 1, ia, ib] * math.exp(-half * thick[k - 1, ia, ib])
                            else:
                                light += weight
                out[k, a, b] = light * math.exp(-half * thick[k, a, b])


@njit(inline="always")
def _texture(noise, z, y, x):
    """Trilinear look-up in a cube of bytes that repeats; 0 to 1."""
    mask = np.int32(noise.shape[0] - 1)
    # far enough from zero that cutting off the fraction is rounding down, and quicker
    z, y, x = z + _f(2048), y + _f(2048), x + _f(2048)
    k, j, i = np.int32(z), np.int32(y), np.int32(x)
    fz, fy, fx = z - _f(k), y - _f(j), x - _f(i)
    k, j, i = k & mask, j & mask, i & mask
    k1, j1, i1 = (k + 1) & mask, (j + 1) & mask, (i + 1) & mask
    a = _f(noise[k, j, i]) + fx * (_f(noise[k, j, i1]) - _f(noise[k, j, i]))
    b = _f(noise[k, j1, i]) + fx * (_f(noise[k, j1, i1]) - _f(noise[k, j1, i]))
    c = _f(noise[k1, j, i]) + fx * (_f(noise[k1, j, i1]) - _f(noise[k1, j, i]))
    d = _f(noise[k1, j1, i]) + fx * (_f(noise[k1, j1, i1]) - _f(noise[k1, j1, i]))
    e = a + fy * (b - a)
    g = c + fy * (d - c)
    return (e + fz * (g - e)) * _f(1 / 255)


@njit(inline="always")
def _waves(noise, z, y, x, at, weight, grain):
    """The fine structure at a place, about -1/2 to 1/2: both sets of texture coordinates, as strong as one alone."""
    half, one = _f(0.5), _f(1)
    steady = one / math.sqrt(weight * weight + (one - weight) * (one - weight))
    first = _texture(noise, (z - at[7]) * grain, (y - at[6]) * grain, (x - at[5]) * grain)
    second = _texture(noise, (z - at[10]) * grain + _f(37), (y - at[9]) * grain + _f(71), (x - at[8]) * grain + _f(13))
    return steady * (weight * (first - half) + (one - weight) * (second - half))


@njit(inline="always")
def _dither(row, column, turn):
    """A number from 0 to 1 per pixel whose neighbours differ much (Jimenez 2014, interleaved)."""
    inner = _f(0.06711056) * _f(column) + _f(0.00583715) * _f(row)
    inner = _f(52.9829189) * (inner - _f(math.floor(inner)))
    value = inner - _f(math.floor(inner)) + turn
    return value - _f(math.floor(value))


OPAQUE = _f(0.006)  # what lies behind this little is not looked at

PARTS = 12
"""Fields of a sample: extinction, flame, light of sun, sky and fire, six of drift, and how far its
texture coordinates can be trusted."""


@njit(cache=True)
def _gather(carried, drift, sun, sky, fire, thick, weight, fields):
    """All that a sample needs, side by side."""
    nz, ny, nx = fields.shape[:3]
    for k in range(nz):
        for j in range(ny):
            for i in range(nx):
                fields[k, j, i, 0] = carried[k, j, i, SMOKE] * thick
                fields[k, j, i, 1] = carried[k, j, i, FLAME]
                fields[k, j, i, 2] = sun[k, j, i]
                fields[k, j, i, 3] = sky[k, j, i]
                fields[k, j, i, 4] = fire[k, j, i]
                for part in range(6):
                    fields[k, j, i, 5 + part] = drift[k, j, i, part]
                first, second = _f(0), _f(0)  # how much the two sets are stretched, squared
                if fields[k, j, i, 0] > _f(1e-4):
                    k1, j1, i1 = min(k + 1, nz - 1), min(j + 1, ny - 1), min(i + 1, nx - 1)
                    for part in range(3):
                        for near in ((k1, j, i), (k, j1, i), (k, j, i1)):
                            a = drift[near[0], near[1], near[2], part] - drift[k, j, i, part]
                            b = drift[near[0], near[1], near[2], part + 3] - drift[k, j, i, part + 3]
                            first += a * a
                            second += b * b
                fields[k, j, i, 11] = weight / (_f(1) + _f(0.1) * first) + (_f(1) - weight) / (_f(1) + _f(0.1) * second)


@njit(cache=True)
def _busy(fields):
    """Where along each line of cells there is anything: first cell and the one after the last, (nz, ny, 2)."""
    nz, ny, nx = fields.shape[:3]
    out = np.zeros((nz, ny, 2), np.int32)
    for k in range(nz):
        for j in range(ny):
            first, last = nx, 0
            for i in range(nx):
                if fields[k, j, i, 0] > _f(1e-4) or fields[k, j, i, 1] > _f(1e-4):
                    first, last = min(first, i), i + 1
            out[k, j, 0], out[k, j, 1] = first, last
    return out


@njit(cache=True, fastmath=True)
def _row(fields, k, j0, j1, j2, below, middle, above, first, last, clear, pixels, cells):
    """One slice of the box along one row of the picture: quadratic B-splines up, then across.

    Only the pixels from cell ``first`` up to ``last``, and only where light still comes through; nobody
    asks for the others.
    Shapes: pixels (width, PARTS) is the result; cells (nx, PARTS) is scratch.
    """
    nx, width = cells.shape[0], pixels.shape[0]
    half = _f(0.5)
    left, right = first * width // nx, min(-(-last * width // nx), width)
    for i in range(max(first - 2, 0), min(last + 2, nx)):
        for part in range(PARTS):
            cells[i, part] = (
                below * fields[k, j0, i, part] + middle * fields[k, j1, i, part] + above * fields[k, j2, i, part]
            )
    for column in range(left, right):
        if clear[column] < OPAQUE:
            continue
        x = (_f(column) + half) / _f(width) * _f(nx) - half
        i = int(math.floor(x + half))
        r = x - _f(i)
        wa, wb, wc = half * (half - r) * (half - r), _f(0.75) - r * r, half * (half + r) * (half + r)
        i0, i1, i2 = min(max(i - 1, 0), nx - 1), min(max(i, 0), nx - 1), min(max(i + 1, 0), nx - 1)
        for part in range(PARTS):
            pixels[column, part] = wa * cells[i0, part] + wb * cells[i1, part] + wc * cells[i2, part]


@njit(cache=True, fastmath=True)
def _march(
    fields,
    busy,
    near_k,
    far_k,
    noise,
    turn,
    weight,
    albedo,
    sun,
    sky,
    forward,
    glow,
    flame_thick,
    detail,
    grain,
    erosion,
    is_dense,
    relief,
    towards,
    out,
):
    nz, ny, nx = fields.shape[:3]
    height, width = out.shape[:2]
    one, half = _f(1), _f(0.5)
    shade = _f(0.3) if is_dense else _f(0.55)
    for row in range(height):
        clear = np.ones(width, np.float32)
        cells = np.empty((nx, PARTS), np.float32)
        lines = np.empty((2, width, PARTS), np.float32)
        at = np.empty(PARTS, np.float32)
        spans = np.empty((nz, 2), np.int64)
        # a picture's rows run down, the grid's up
        y = (one - (_f(row) + half) / _f(height)) * _f(ny) - half
        j = int(math.floor(y + half))
        t = y - _f(j)
        below, middle, above = half * (half - t) * (half - t), _f(0.75) - t * t, half * (half + t) * (half + t)
        j0, j1, j2 = min(max(j - 1, 0), ny - 1), min(max(j, 0), ny - 1), min(max(j + 1, 0), ny - 1)
        for k in range(nz):
            spans[k, 0], spans[k, 1] = nx, 0
            for j_near in (j0, j1, j2):
                if busy[k, j_near, 1] > 0:
                    # a spline reaches one cell and a half
                    spans[k, 0] = min(spans[k, 0], max(busy[k, j_near, 0] - 2, 0))
                    spans[k, 1] = max(spans[k, 1], min(busy[k, j_near, 1] + 2, nx))
        ready = -1
        for k in range(near_k, far_k):
            first, last = min(spans[k, 0], spans[k + 1, 0]), max(spans[k, 1], spans[k + 1, 1])
            if first >= last:
                continue
            left, right = first * width // nx, min(-(-last * width // nx), width)
            for each in range(k if ready != k else k + 1, k + 2):
                before, after = max(each - 1, 0), min(each + 1, nz - 1)
                low = min(spans[before, 0], spans[each, 0], spans[after, 0])
                high = max(spans[before, 1], spans[each, 1], spans[after, 1])
                _row(fields, each, j0, j1, j2, below, middle, above, low, high, clear, lines[each & 1], cells)
            ready = k + 1
            near, far = lines[k & 1], lines[(k + 1) & 1]
            for column in range(left, right):
                if clear[column] < OPAQUE:
                    continue
                thick = half * (near[column, 0] + far[column, 0])
                flame = half * (near[column, 1] + far[column, 1])
                if clear[column] * (thick + flame) < _f(4e-4):
                    continue
                x = (_f(column) + half) / _f(width) * _f(nx) - half
                # each pixel looks at its own depth within the slice, so that slices do not show,
                # and more often where one look would hide the next
                start = _dither(row, column, turn)
                looks = 1 + min(int(_f(1.5) * thick + _f(3) * flame), 3)
                length = one / _f(looks)
                for look in range(looks):
                    s = (_f(look) + start) * length
                    for part in range(PARTS):
                        at[part] = near[column, part] + s * (far[column, part] - near[column, part])
                    z = _f(k) + s
                    trust = at[11] if is_dense else one
                    crest = half + trust * _waves(noise, z, y, x, at, weight, grain)
                    relieved = one
                    if is_dense:
                        ahead = trust * _waves(noise, z + towards[2], y + towards[1], x + towards[0], at, weight, grain)
                        finer = _waves(noise, z + _f(5), y + _f(51), x + _f(93), at, weight, _f(3.7) * grain)
                        crest = one - crest
                        relieved += min(max(relief * (crest - half + ahead), -_f(0.8)), _f(0.8))
                        crest -= _f(0.4) * trust * trust * trust * finer
                    crest = min(max(crest, _f(0)), one)
                    # carve like a surface: a fixed depth of density goes, so thin parts lose most
                    carve = detail * (one - crest)
                    thick = max(at[0] * (one - carve) - erosion * carve, _f(0)) * (one + detail * half)
                    burning = max(at[1] - _f(0.45) * detail * (one - crest) * (_f(1.25) - at[1]), _f(0))
                    veil = thick + flame_thick * burning * burning
                    if veil < _f(1e-5):
                        continue
                    stops = one - math.exp(-veil * length)
                    of_smoke = thick / veil
                    lit, open_, fire = at[2], at[3], at[4]
                    # light scattered again and again reaches deeper than the straight ray (Wrenninge 2013)
                    deeper = math.sqrt(lit)
                    direct = forward * (_f(0.6) * lit + _f(0.28) * deeper + _f(0.12) * math.sqrt(deeper)) * relieved
                    around = _f(0.2) + _f(0.8) * open_
                    crease = one - shade * carve  # creases finer than the grid lie in their own shadow
                    bright = clear[column] * stops
                    smoke = bright * of_smoke * crease * half
                    flare = bright * (one - of_smoke) * glow * (_f(0.25) + burning)
                    out[row, column, 0] += smoke * albedo[0] * (sun[0] * direct + sky[0] * around + fire) + flare
                    out[row, column, 1] += smoke * albedo[1] * (
                        sun[1] * direct + sky[1] * around + fire * _f(0.42)
                    ) + flare * (_f(0.17) + half * burning)
                    out[row, column, 2] += smoke * albedo[2] * (
                        sun[2] * direct + sky[2] * around + fire * _f(0.10)
                    ) + flare * (_f(0.015) + _f(0.16) * burning * burning)
                    clear[column] *= one - stops
        for column in range(width):
            out[row, column, 3] = one - clear[column]
