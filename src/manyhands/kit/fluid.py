"""A three-dimensional gas on a staggered grid: hot smoke that rises, rolls and burns.

The grid is a box that the camera looks through along z.  Axes of every array: z (depth), y (up),
x (right); cell (k, j, i) has its centre at (k + 1/2, j + 1/2, i + 1/2).  Velocities live on the
faces of the cells (marker-and-cell; Harlow and Welch 1965), so that pressure and velocity cannot
come apart.  Floor closed, top and sides open.

One step: forces (buoyancy, wind, vorticity confinement; Fedkiw, Stam and Jensen 2001), advection
by MacCormack with limits (Selle et al. 2008), exact pressure projection in the cosine and sine
basis that fits the boundaries, advection of what the gas carries.

Units: lengths in cells, time in frames, velocities in cells per frame.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numba import njit

SMOKE, HEAT, FLAME = 0, 1, 2
"""What a cell carries: extinction of soot, heat above the air, burning gas."""


@dataclass
class Gas:
    """The state of the box.

    Shapes: ``u`` (nz, ny, nx + 1), ``v`` (nz, ny + 1, nx), ``w`` (nz + 1, ny, nx) are face
    velocities; ``carried`` (nz, ny, nx, 3) as SMOKE, HEAT, FLAME; ``drift`` (nz, ny, nx, 6)
    how far the gas has moved since its two sets of texture coordinates were laid anew.
    """

    u: np.ndarray
    v: np.ndarray
    w: np.ndarray
    carried: np.ndarray
    drift: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.carried.shape[:3]


@dataclass(frozen=True)
class Air:
    """What moves the gas.

    ``wind`` is the velocity (x, z) of the air at mid height, in cells per frame; it grows from the
    floor with the power ``shear``.  ``cooling`` is the share of heat lost in a frame,
    ``burn_frames`` how long a flame lives, ``soot`` the smoke that a burnt flame leaves, ``rise``
    the upward pull of unit heat, ``weight`` the downward pull of unit smoke, ``swirl`` the
    strength of vorticity confinement, ``spread`` the expansion of burning gas, ``thinning`` the
    share of smoke lost in a frame, ``calm`` the drag of the air round the plume towards the wind.
    """

    wind: tuple[float, float] = (0.0, 0.0)
    shear: float = 0.3
    rise: float = 0.12
    weight: float = 0.0
    cooling: float = 0.02
    burn_frames: float = 14.0
    soot: float = 0.0
    swirl: float = 0.25
    spread: float = 0.0
    thinning: float = 0.0
    calm: float = 0.02


def still_gas(shape: tuple[int, int, int], air: Air) -> Gas:
    """Clean air that already moves with the wind."""
    nz, ny, nx = shape
    profile = _wind_profile(ny, air.shear)[None, :, None]
    return Gas(
        u=np.broadcast_to(np.float32(air.wind[0]) * profile, (nz, ny, nx + 1)).astype(np.float32),
        v=np.zeros((nz, ny + 1, nx), np.float32),
        w=np.broadcast_to(np.float32(air.wind[1]) * profile, (nz + 1, ny, nx)).astype(np.float32),
        carried=np.zeros((nz, ny, nx, 3), np.float32),
        drift=np.zeros((nz, ny, nx, 6), np.float32),
    )


def refined(gas: Gas, shape: tuple[int, int, int]) -> Gas:
    """The same flow on a finer (or coarser) grid; velocities keep their real speed."""
    nz, ny, nx = shape
    old = gas.shape
    scale = [new / was for new, was in zip(shape, old, strict=True)]
    carried = np.stack([_resampled(gas.carried[..., part], shape) for part in range(3)], -1)
    drift = np.stack([_resampled(gas.drift[..., part], shape) * scale[2 - part % 3] for part in range(6)], -1)
    return Gas(
        u=_resampled(gas.u, (nz, ny, nx + 1)) * np.float32(scale[2]),
        v=_resampled(gas.v, (nz, ny + 1, nx)) * np.float32(scale[1]),
        w=_resampled(gas.w, (nz + 1, ny, nx)) * np.float32(scale[0]),
        carried=np.ascontiguousarray(carried),
        drift=np.ascontiguousarray(drift),
    )


def advance(gas: Gas, air: Air, *, threads: int = 1, gusts: tuple[float, float] = (0.0, 0.0)) -> Gas:
    """The gas one frame later.

    Args:
        gusts: velocity (x, z) on top of the wind in this frame.
        threads: workers for the transforms of the pressure solve.
    """
    shape = gas.shape
    profile = _wind_profile(shape[1], air.shear)
    wind_x = profile * np.float32(air.wind[0] + gusts[0])
    wind_z = profile * np.float32(air.wind[1] + gusts[1])
    u, v, w = gas.u.copy(), gas.v.copy(), gas.w.copy()
    curl, force = np.empty((*shape, 4), np.float32), np.empty((*shape, 3), np.float32)
    if air.swirl > 0:
        _spin(u, v, w, curl)
    strengths = [np.float32(value) for value in (air.rise, air.weight, air.calm, air.swirl)]
    _forces(u, v, w, gas.carried, curl, wind_x, wind_z, *strengths, force)
    _push(u, v, w, force)
    moved = [np.empty_like(part) for part in (u, v, w)]
    once = [np.empty_like(part) for part in (u, v, w)]
    for axis, field in enumerate((u, v, w)):
        _carry_face(field, u, v, w, axis, once[axis])
        _correct_face(field, once[axis], u, v, w, axis, moved[axis])
    u, v, w = moved
    _blow_edges(u, v, w, wind_x, wind_z)
    project(u, v, w, expansion=_burning(gas.carried, air), threads=threads)
    carried, drift = _carried_on(gas, u, v, w)
    _react(
        carried,
        np.float32(1 / air.burn_frames),
        np.float32(air.soot),
        np.float32(air.cooling),
        np.float32(air.thinning),
    )
    _clear_edges(carried, u, v, w)
    return Gas(u, v, w, carried, drift)


def _clear_edges(carried: np.ndarray, u: np.ndarray, v: np.ndarray, w: np.ndarray) -> None:
    """Air that flows in through an open side is clean: empty the outermost cells there, in place.

    Without it the sample beyond the edge is the smoke on the edge, and an eddy there fills the box.
    """
    carried[:, :, 0][u[:, :, 0] > 0] = 0
    carried[:, :, -1][u[:, :, -1] < 0] = 0
    carried[0][w[0] > 0] = 0
    carried[-1][w[-1] < 0] = 0
    carried[:, -1][v[:, -1] < 0] = 0


def _burning(carried: np.ndarray, air: Air) -> np.ndarray | None:
    if air.spread <= 0:
        return None
    return np.ascontiguousarray(carried[..., FLAME]) * np.float32(air.spread / air.burn_frames)


def project(
    u: np.ndarray, v: np.ndarray, w: np.ndarray, *, expansion: np.ndarray | None = None, threads: int = 1
) -> None:
    """Make the flow keep its volume (or grow by ``expansion`` per frame), in place.

    Solves the discrete Poisson equation exactly: sine transforms between the open sides, a
    cosine transform of type IV between closed floor and open top.
    Source: Strang, "The discrete cosine transform" (SIAM Review 1999), for the bases.
    """
    divergence = np.empty((w.shape[0] - 1, *w.shape[1:]), np.float32)
    _divergence(u, v, w, divergence)
    v[:, 0, :] = 0
    if expansion is not None:
        divergence -= expansion
    spectrum = scipy.fft.dst(divergence, 2, axis=2, norm="ortho", workers=threads, overwrite_x=True)
    spectrum = scipy.fft.dst(spectrum, 2, axis=0, norm="ortho", workers=threads, overwrite_x=True)
    spectrum = scipy.fft.dct(spectrum, 4, axis=1, norm="ortho", workers=threads, overwrite_x=True)
    spectrum *= _inverse_laplacian(divergence.shape)
    spectrum = scipy.fft.dct(spectrum, 4, axis=1, norm="ortho", workers=threads, overwrite_x=True)
    spectrum = scipy.fft.idst(spectrum, 2, axis=0, norm="ortho", workers=threads, overwrite_x=True)
    pressure = scipy.fft.idst(spectrum, 2, axis=2, norm="ortho", workers=threads, overwrite_x=True)
    _subtract_gradient(u, v, w, pressure)


def divergence_of(gas: Gas) -> np.ndarray:
    """Net outflow of each cell, (nz, ny, nx), cells per frame."""
    out = np.empty(gas.shape, np.float32)
    _divergence(gas.u, gas.v, gas.w, out)
    return out


@lru_cache(maxsize=4)
def _inverse_laplacian(shape: tuple[int, int, int]) -> np.ndarray:
    nz, ny, nx = shape
    along_x = 2 - 2 * np.cos(math.pi * (np.arange(nx) + 1) / nx)
    along_z = 2 - 2 * np.cos(math.pi * (np.arange(nz) + 1) / nz)
    along_y = 2 - 2 * np.cos(math.pi * (np.arange(ny) + 0.5) / ny)
    total = along_z[:, None, None] + along_y[None, :, None] + along_x[None, None, :]
    return (-1 / total).astype(np.float32)


def _wind_profile(ny: int, shear: float) -> np.ndarray:
    height = (np.arange(ny, dtype=np.float32) + 0.5) / ny
    return np.asarray((height / 0.5) ** shear, np.float32)


def _resampled(field: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    out = field
    for axis, size in enumerate(shape):
        if out.shape[axis] == size:
            continue
        at = np.clip((np.arange(size) + 0.5) * out.shape[axis] / size - 0.5, 0, out.shape[axis] - 1)
        low = np.minimum(at.astype(int), max(0, out.shape[axis] - 2))
        part = (at - low).astype(np.float32).reshape([-1 if axis == a else 1 for a in range(out.ndim)])
        out = np.take(out, low, axis) * (1 - part) + np.take(out, np.minimum(low + 1, out.shape[axis] - 1), axis) * part
    return np.ascontiguousarray(out, np.float32)


# Kernels.  Each writes every sample of its output from its inputs alone, so that the result does
# not depend on the number of threads.


_f = np.float32


@njit(inline="always")
def _within(value, low, high):
    return min(max(value, low), high)


@njit(inline="always")
def _sample(field, z, y, x):
    nz, ny, nx = field.shape
    z = _within(z, np.float32(0), np.float32(nz - 1))
    y = _within(y, np.float32(0), np.float32(ny - 1))
    x = _within(x, np.float32(0), np.float32(nx - 1))
    k, j, i = min(int(z), max(nz - 2, 0)), min(int(y), max(ny - 2, 0)), min(int(x), max(nx - 2, 0))
    fz, fy, fx = z - _f(k), y - _f(j), x - _f(i)
    k1, j1, i1 = min(k + 1, nz - 1), min(j + 1, ny - 1), min(i + 1, nx - 1)
    a = field[k, j, i] + fx * (field[k, j, i1] - field[k, j, i])
    b = field[k, j1, i] + fx * (field[k, j1, i1] - field[k, j1, i])
    c = field[k1, j, i] + fx * (field[k1, j, i1] - field[k1, j, i])
    d = field[k1, j1, i] + fx * (field[k1, j1, i1] - field[k1, j1, i])
    e = a + fy * (b - a)
    f = c + fy * (d - c)
    return e + fz * (f - e)


@njit(inline="always")
def _face_velocity(u, v, w, axis, k, j, i):
    """Velocity (x, y, z) at a face of the axis (0: u, 1: v, 2: w); averages of the nearest faces."""
    nz, ny, nx = w.shape[0] - 1, u.shape[1], v.shape[2]
    if axis == 0:
        a, b = max(i - 1, 0), min(i, nx - 1)
        vx = u[k, j, i]
        vy = np.float32(0.25) * (v[k, j, a] + v[k, j, b] + v[k, j + 1, a] + v[k, j + 1, b])
        vz = np.float32(0.25) * (w[k, j, a] + w[k, j, b] + w[k + 1, j, a] + w[k + 1, j, b])
    elif axis == 1:
        a, b = max(j - 1, 0), min(j, ny - 1)
        vy = v[k, j, i]
        vx = np.float32(0.25) * (u[k, a, i] + u[k, b, i] + u[k, a, i + 1] + u[k, b, i + 1])
        vz = np.float32(0.25) * (w[k, a, i] + w[k, b, i] + w[k + 1, a, i] + w[k + 1, b, i])
    else:
        a, b = max(k - 1, 0), min(k, nz - 1)
        vz = w[k, j, i]
        vx = np.float32(0.25) * (u[a, j, i] + u[b, j, i] + u[a, j, i + 1] + u[b, j, i + 1])
        vy = np.float32(0.25) * (v[a, j, i] + v[b, j, i] + v[a, j + 1, i] + v[b, j + 1, i])
    return vx, vy, vz


@njit(cache=True)
def _carry_face(field, u, v, w, axis, out):
    nz, ny, nx = field.shape
    for slab in range(nz):
        k = np.int64(slab)
        for j in range(ny):
            for i in range(nx):
                vx, vy, vz = _face_velocity(u, v, w, axis, k, j, i)
                out[k, j, i] = _sample(field, _f(k) - vz, _f(j) - vy, _f(i) - vx)


@njit(cache=True)
def _correct_face(field, once, u, v, w, axis, out):
    nz, ny, nx = field.shape
    for slab in range(nz):
        k = np.int64(slab)
        for j in range(ny):
            for i in range(nx):
                vx, vy, vz = _face_velocity(u, v, w, axis, k, j, i)
                back = _sample(once, _f(k) + vz, _f(j) + vy, _f(i) + vx)
                value = once[k, j, i] + np.float32(0.5) * (field[k, j, i] - back)
                z = _within(_f(k) - vz, np.float32(0), np.float32(nz - 1))
                y = _within(_f(j) - vy, np.float32(0), np.float32(ny - 1))
                x = _within(_f(i) - vx, np.float32(0), np.float32(nx - 1))
                c, b, a = min(int(z), nz - 2), min(int(y), ny - 2), min(int(x), nx - 2)
                low, high = field[c, b, a], field[c, b, a]
                for dz in range(2):
                    for dy in range(2):
                        for dx in range(2):
                            corner = field[c + dz, b + dy, a + dx]
                            low, high = min(low, corner), max(high, corner)
                out[k, j, i] = _within(value, low, high)


@njit(cache=True)
def _spin(u, v, w, curl):
    """Vorticity and its length in every cell, (nz, ny, nx, 4)."""
    nz, ny, nx, _ = curl.shape
    quarter = np.float32(0.25)
    for slab in range(nz):
        k = np.int64(slab)
        a, b = max(k - 1, 0), min(k + 1, nz - 1)
        for j in range(ny):
            d, t = max(j - 1, 0), min(j + 1, ny - 1)
            for i in range(nx):
                le, r = max(i - 1, 0), min(i + 1, nx - 1)
                dwdy = w[k, t, i] + w[k + 1, t, i] - w[k, d, i] - w[k + 1, d, i]
                dvdz = v[b, j, i] + v[b, j + 1, i] - v[a, j, i] - v[a, j + 1, i]
                dudz = u[b, j, i] + u[b, j, i + 1] - u[a, j, i] - u[a, j, i + 1]
                dwdx = w[k, j, r] + w[k + 1, j, r] - w[k, j, le] - w[k + 1, j, le]
                dvdx = v[k, j, r] + v[k, j + 1, r] - v[k, j, le] - v[k, j + 1, le]
                dudy = u[k, t, i] + u[k, t, i + 1] - u[k, d, i] - u[k, d, i + 1]
                x, y, z = quarter * (dwdy - dvdz), quarter * (dudz - dwdx), quarter * (dvdx - dudy)
                curl[k, j, i, 0] = x
                curl[k, j, i, 1] = y
                curl[k, j, i, 2] = z
                curl[k, j, i, 3] = math.sqrt(x * x + y * y + z * z)


@njit(cache=True)
def _forces(u, v, w, carried, curl, wind_x, wind_z, rise, weight, calm, swirl, force):
    """Buoyancy, drag towards the wind, and confinement of the eddies, in every cell."""
    nz, ny, nx, _ = carried.shape
    half = np.float32(0.5)
    one = np.float32(1)
    for slab in range(nz):
        k = np.int64(slab)
        for j in range(ny):
            for i in range(nx):
                smoke, heat, flame = carried[k, j, i, SMOKE], carried[k, j, i, HEAT], carried[k, j, i, FLAME]
                felt = smoke + heat + flame
                drag = calm / (one + np.float32(20) * felt)
                fx = drag * (wind_x[j] - half * (u[k, j, i] + u[k, j, i + 1]))
                fy = rise * heat - weight * smoke
                fz = drag * (wind_z[j] - half * (w[k, j, i] + w[k + 1, j, i]))
                inside = 0 < k < nz - 1 and 0 < j < ny - 1 and 0 < i < nx - 1
                if inside and swirl > 0 and felt > np.float32(1e-3):
                    gx = curl[k, j, i + 1, 3] - curl[k, j, i - 1, 3]
                    gy = curl[k, j + 1, i, 3] - curl[k, j - 1, i, 3]
                    gz = curl[k + 1, j, i, 3] - curl[k - 1, j, i, 3]
                    length = math.sqrt(gx * gx + gy * gy + gz * gz)
                    if length > np.float32(1e-6):
                        push = swirl * min(felt * np.float32(4), one) / length
                        fx += push * (gy * curl[k, j, i, 2] - gz * curl[k, j, i, 1])
                        fy += push * (gz * curl[k, j, i, 0] - gx * curl[k, j, i, 2])
                        fz += push * (gx * curl[k, j, i, 1] - gy * curl[k, j, i, 0])
                force[k, j, i, 0] = fx
                force[k, j, i, 1] = fy
                force[k, j, i, 2] = fz


@njit(cache=True)
def _push(u, v, w, force):
    """Add the cells' forces to the faces between them."""
    nz, ny, nx, _ = force.shape
    half = np.float32(0.5)
    for slab in range(nz):
        k = np.int64(slab)
        before = max(k - 1, 0)
        for j in range(ny):
            below = max(j - 1, 0)
            for i in range(nx):
                left = max(i - 1, 0)
                u[k, j, i] += half * (force[k, j, left, 0] + force[k, j, i, 0])
                v[k, j, i] += half * (force[k, below, i, 1] + force[k, j, i, 1])
                w[k, j, i] += half * (force[before, j, i, 2] + force[k, j, i, 2])
            u[k, j, nx] += force[k, j, nx - 1, 0]
        for i in range(nx):
            v[k, ny, i] += force[k, ny - 1, i, 1]
        if k == nz - 1:
            for j in range(ny):
                for i in range(nx):
                    w[nz, j, i] += force[nz - 1, j, i, 2]


@njit(cache=True)
def _blow_edges(u, v, w, wind_x, wind_z):
    """The air that enters through the sides has the wind's speed, and through the top it comes from rest.

    Else what an eddy draws in would bring the eddy's own speed with it, and draw in more: a downdraught
    without end.
    """
    nz, ny, nx = u.shape
    depth = 4
    for k in range(nz):
        for d in range(depth):
            for i in range(v.shape[2]):
                v[k, ny - d, i] = max(v[k, ny - d, i], v[k, ny - d, i] * np.float32(d) / depth)
    for k in range(nz):
        for j in range(ny):
            for i in range(depth):
                drag = np.float32(0.5) * (depth - i) / depth
                u[k, j, i] += drag * (wind_x[j] - u[k, j, i])
                u[k, j, nx - 1 - i] += drag * (wind_x[j] - u[k, j, nx - 1 - i])
    for k in range(depth):
        drag = np.float32(0.5) * (depth - k) / depth
        for j in range(ny):
            for i in range(w.shape[2]):
                w[k, j, i] += drag * (wind_z[j] - w[k, j, i])
                w[w.shape[0] - 1 - k, j, i] += drag * (wind_z[j] - w[w.shape[0] - 1 - k, j, i])


@njit(cache=True)
def _divergence(u, v, w, out):
    nz, ny, nx = out.shape
    for slab in range(nz):
        k = np.int64(slab)
        for j in range(ny):
            for i in range(nx):
                floor = v[k, j, i] if j > 0 else np.float32(0)
                out[k, j, i] = u[k, j, i + 1] - u[k, j, i] + v[k, j + 1, i] - floor + w[k + 1, j, i] - w[k, j, i]


@njit(cache=True)
def _subtract_gradient(u, v, w, pressure):
    nz, ny, nx = pressure.shape
    two = np.float32(2)
    for slab in range(nz):
        k = np.int64(slab)
        for j in range(ny):
            u[k, j, 0] -= two * pressure[k, j, 0]
            for i in range(1, nx):
                u[k, j, i] -= pressure[k, j, i] - pressure[k, j, i - 1]
            u[k, j, nx] += two * pressure[k, j, nx - 1]
        for j in range(1, ny):
            for i in range(nx):
                v[k, j, i] -= pressure[k, j, i] - pressure[k, j - 1, i]
        for i in range(nx):
            v[k, ny, i] += two * pressure[k, ny - 1, i]
        if k == 0:
            for j in range(ny):
                for i in range(nx):
                    w[0, j, i] -= two * pressure[0, j, i]
                    w[nz, j, i] += two * pressure[nz - 1, j, i]
        else:
            for j in range(ny):
                for i in range(nx):
                    w[k, j, i] -= pressure[k, j, i] - pressure[k - 1, j, i]


def _carried_on(gas: Gas, u: np.ndarray, v: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    once, carried, drift = np.empty_like(gas.carried), np.empty_like(gas.carried), np.empty_like(gas.drift)
    _carry_cells(gas.carried, gas.drift, u, v, w, once, drift)
    _correct_cells(gas.carried, once, u, v, w, carried)
    return carried, drift


@njit(inline="always")
def _corner(k, j, i, vx, vy, vz, nz, ny, nx):
    z = _within(_f(k) - vz, np.float32(0), np.float32(nz - 1))
    y = _within(_f(j) - vy, np.float32(0), np.float32(ny - 1))
    x = _within(_f(i) - vx, np.float32(0), np.float32(nx - 1))
    c, b, a = min(int(z), nz - 2), min(int(y), ny - 2), min(int(x), nx - 2)
    return c, b, a, z - _f(c), y - _f(b), x - _f(a)


@njit(inline="always")
def _cell_velocity(u, v, w, k, j, i):
    half = np.float32(0.5)
    return (
        half * (u[k, j, i] + u[k, j, i + 1]),
        half * (v[k, j, i] + v[k, j + 1, i]),
        half * (w[k, j, i] + w[k + 1, j, i]),
    )


@njit(cache=True)
def _carry_cells(carried, drift, u, v, w, once, drifted):
    nz, ny, nx, _ = carried.shape
    for slab in range(nz):
        k = np.int64(slab)
        for j in range(ny):
            for i in range(nx):
                vx, vy, vz = _cell_velocity(u, v, w, k, j, i)
                c, b, a, fz, fy, fx = _corner(k, j, i, vx, vy, vz, nz, ny, nx)
                for part in range(3):
                    once[k, j, i, part] = 0
                for part in range(6):
                    drifted[k, j, i, part] = 0
                for dz in range(2):
                    wz = fz if dz else np.float32(1) - fz
                    for dy in range(2):
                        wy = wz * (fy if dy else np.float32(1) - fy)
                        for dx in range(2):
                            weight = wy * (fx if dx else np.float32(1) - fx)
                            for part in range(3):
                                once[k, j, i, part] += weight * carried[c + dz, b + dy, a + dx, part]
                            for part in range(6):
                                drifted[k, j, i, part] += weight * drift[c + dz, b + dy, a + dx, part]
                drifted[k, j, i, 0] += vx
                drifted[k, j, i, 1] += vy
                drifted[k, j, i, 2] += vz
                drifted[k, j, i, 3] += vx
                drifted[k, j, i, 4] += vy
                drifted[k, j, i, 5] += vz


@njit(cache=True)
def _correct_cells(carried, once, u, v, w, out):
    nz, ny, nx, _ = carried.shape
    for slab in range(nz):
        k = np.int64(slab)
        for j in range(ny):
            for i in range(nx):
                vx, vy, vz = _cell_velocity(u, v, w, k, j, i)
                c, b, a, fz, fy, fx = _corner(k, j, i, -vx, -vy, -vz, nz, ny, nx)
                for part in range(3):
                    out[k, j, i, part] = 0
                for dz in range(2):
                    wz = fz if dz else np.float32(1) - fz
                    for dy in range(2):
                        wy = wz * (fy if dy else np.float32(1) - fy)
                        for dx in range(2):
                            weight = wy * (fx if dx else np.float32(1) - fx)
                            for part in range(3):
                                out[k, j, i, part] += weight * once[c + dz, b + dy, a + dx, part]
                c, b, a, fz, fy, fx = _corner(k, j, i, vx, vy, vz, nz, ny, nx)
                for part in range(3):
                    value = once[k, j, i, part] + np.float32(0.5) * (carried[k, j, i, part] - out[k, j, i, part])
                    low, high = carried[c, b, a, part], carried[c, b, a, part]
                    for dz in range(2):
                        for dy in range(2):
                            for dx in range(2):
                                corner = carried[c + dz, b + dy, a + dx, part]
                                low, high = min(low, corner), max(high, corner)
                    out[k, j, i, part] = _within(value, low, high)


@njit(cache=True)
def _react(carried, burn, soot, cooling, thinning):
    nz, ny, nx, _ = carried.shape
    one = np.float32(1)
    for slab in range(nz):
        k = np.int64(slab)
        for j in range(ny):
            for i in range(nx):
                flame = carried[k, j, i, FLAME]
                burnt = min(flame, burn)
                carried[k, j, i, FLAME] = flame - burnt
                # a young flame burns clean; soot comes as it dies
                sooty = np.float32(3) * max(one - flame, np.float32(0)) ** 2
                carried[k, j, i, SMOKE] = carried[k, j, i, SMOKE] * (one - thinning) + burnt * soot * sooty
                heat = carried[k, j, i, HEAT]
                carried[k, j, i, HEAT] = heat * (one - cooling) / (one + cooling * heat * heat * heat)
