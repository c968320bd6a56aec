"""Dust that a fall sets free: where floors are squeezed, air and dust are driven out; it rolls and settles.

The air that a storey held has to go somewhere when the storey is crushed: it leaves as divergence in
the gas, and carries the dust with it, sideways and towards the camera, for walls and floors are in
its other ways.  So the jets along the floors and the front that rolls over the ground both follow
from how fast the building comes down.

Units: boxes in pixels of the plate's reference frame, y down; the gas in cells and steps, y up.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from manyhands.kit.fluid import FLAME, HEAT, SMOKE, Air, Gas
from manyhands.kit.noise import billows

FULL = 1.35  # the most dust that a cell takes
STRONGEST = 0.22  # divergence of a cell in a step that the grid still follows


@dataclass(frozen=True)
class Box:
    """The part of the plate in which there is dust.

    ``shape`` is its cells (depth, height, width); ``front`` and ``back`` the slices between which the
    building stands.
    """

    left: float
    top: float
    width_px: float
    height_px: float
    shape: tuple[int, int, int]
    front: int
    back: int

    @property
    def cell_px(self) -> float:
        return self.width_px / self.shape[2]

    def cells(self, x: float, y: float) -> tuple[float, float]:
        """A place in the plate in cells: (right, up)."""
        return (x - self.left) / self.cell_px, self.shape[1] - (y - self.top) / self.cell_px


@dataclass(frozen=True)
class Burst:
    """A part of the building that is squeezed, or that strikes something, in one frame.

    ``left`` to ``bottom`` px; ``lost`` the share of its volume that goes in this frame; ``dust`` how
    much dust that sets free, 1 for a cloud that one cannot see through; ``ends`` whether its left and
    right end lie open; ``depth`` the part of the building's depth that it takes up, 0 in front to 1;
    ``is_round`` whether it is a puff and not a storey; ``force`` how hard it blows, beside others.
    """

    left: float
    top: float
    right: float
    bottom: float
    lost: float
    dust: float
    ends: tuple[bool, bool] = (False, False)
    depth: tuple[float, float] = (0.0, 1.0)
    is_round: bool = False
    force: float = 1.0


def dusty_air(
    metre_cells: float, steps_a_second: float, *, wind: tuple[float, float], turbulence: float, lasting_s: float
) -> Air:
    """The forces on dust: heavier than air, curling, hardly settling.

    Args:
        metre_cells: cells to a metre.
        wind: m/s to the right and away.
    """
    speed = metre_cells / steps_a_second
    return Air(
        wind=(wind[0] * speed, wind[1] * speed),
        rise=2.6 * metre_cells / steps_a_second**2,
        weight=0.4 * metre_cells / steps_a_second**2,
        cooling=1 - math.exp(-1 / (3.0 * steps_a_second)),
        burn_frames=1.0,
        soot=0.0,
        swirl=3.4 * turbulence * metre_cells / steps_a_second**2,
        spread=1.0,
        thinning=1 - math.exp(-1 / (lasting_s * steps_a_second)),
        calm=0.25 / steps_a_second,
    )


def raise_dust(
    gas: Gas, box: Box, bursts: Sequence[Burst], *, steps: int, jet: float, seconds: float, shift: tuple[int, int, int]
) -> None:
    """Let the dust and the air of one frame's bursts into the gas, in place.

    Args:
        steps: steps of the gas in the frame; called before each.
        jet: cells a step at which dust shoots out of a storey that is crushed at once.
        seconds: the time, which moves the unevenness along.
        shift: where in the noise this fall lies.
    """
    if not bursts:
        return
    rows = np.array([_row(box, burst) for burst in bursts], np.float64)
    turns = np.array([round(seconds * pace) for _, _, pace in UNEVEN], np.int64)
    _raise(gas.carried, gas.u, gas.w, rows, billows(), turns, np.array(shift, np.int64), float(steps), jet)


def _row(box: Box, burst: Burst) -> tuple[float, ...]:
    """A burst in cells: right, up and away from and to, what it loses, its dust, its ends,
    whether it is round, its force."""
    x0, y1 = box.cells(burst.left, burst.top)
    x1, y0 = box.cells(burst.right, burst.bottom)
    deep = box.back - box.front
    z0, z1 = (box.front + part * deep for part in burst.depth)
    return x0, x1, y0, y1, z0, z1, burst.lost, burst.dust, *map(float, burst.ends), float(burst.is_round), burst.force


UNEVEN = ((0.45, 0.5, 7.0), (1.15, 0.3, 13.0), (2.3, 0.2, 23.0))
"""Dust never comes evenly: steps in the noise to a cell, weight, and steps upward in a second, for three sizes."""


@njit(inline="always")
def _unevenness(cube, k, j, i, turns, shift):
    """Noise of several sizes at a cell, 0 to 1.7, its mean near 0.8."""
    total = np.float32(0)
    for size in range(3):
        step, weight = UNEVEN[size][0], np.float32(UNEVEN[size][1] / 255)
        z = np.int64((k + shift[0]) * step) & 127
        y = (np.int64((j + shift[1]) * step) + turns[size]) & 127
        x = np.int64((i + shift[2]) * step) & 127
        total += weight * np.float32(cube[z, y, x])
    return min(max(np.float32(3.2) * (total - np.float32(0.25)), np.float32(0)), np.float32(1.7))


@njit(cache=True)
def _raise(carried, u, w, rows, cube, turns, shift, steps, jet):
    nz, ny, nx, _ = carried.shape
    for n in range(len(rows)):
        x0, x1, y0, y1, z0, z1, lost, amount, left_open, right_open, is_round, force = rows[n]
        i0, i1 = max(int(math.floor(x0)), 1), min(int(math.ceil(x1)), nx - 1)
        j0, j1 = max(int(math.floor(y0)), 0), min(max(int(math.ceil(y1)), int(math.floor(y0)) + 1), ny - 1)
        k0, k1 = max(int(math.floor(z0)), 1), min(max(int(math.ceil(z1)), int(math.floor(z0)) + 1), nz - 1)
        if i0 >= i1 or j0 >= j1 or k0 >= k1:
            continue
        reach = 2 if lost > 0 and is_round == 0 else 0
        left = max(i0 - reach, 1) if left_open > 0 else i0
        right = min(i1 + reach, nx - 1) if right_open > 0 else i1
        # what a coarse row of cells holds beside the storey is not squeezed with it
        share = min(max((y1 - y0) * (x1 - x0) / ((j1 - j0) * (i1 - i0)), 0.0), 1.0)
        rate = np.float32(lost / steps * share)
        strength = np.float32(jet * force * min(4 * lost, 1.0))
        # walls between bays are not straight in the dust, or each bay would stand in it as a box
        wide = 0 if is_round > 0 else (i1 - i0) // 2
        for k in range(max(k0 - reach, 1), k1):
            for j in range(j0, j1):
                for i in range(max(left - wide, 1), min(right + wide, nx - 1)):
                    crooked = np.float32(cube[(k * 3 + shift[0]) & 127, (j * 3 + shift[1]) & 127, shift[2] & 127])
                    at = i + int(wide * (2 * crooked / 255 - 1))
                    if at < left or at >= right:
                        continue
                    uneven = _unevenness(cube, k, j, i, turns, shift)
                    inner = k >= k0 and i0 <= at < i1
                    if is_round > 0:
                        dz = (k + 0.5 - 0.5 * (k0 + k1)) / max(0.5 * (k1 - k0), 0.7)
                        dy = (j + 0.5 - 0.5 * (y0 + y1)) / max(0.5 * (y1 - y0), 0.7)
                        dx = (i + 0.5 - 0.5 * (x0 + x1)) / max(0.5 * (x1 - x0), 0.7)
                        uneven *= np.float32(min(max(1.25 * (1 - dz * dz - dy * dy - dx * dx), 0.0), 1.0))
                    dust = max(carried[k, j, i, SMOKE], min(np.float32(amount) * uneven, np.float32(FULL)))
                    carried[k, j, i, SMOKE] = dust
                    if lost <= 0:
                        continue
                    warm = np.float32(0.9 if is_round > 0 else 0.6)
                    carried[k, j, i, HEAT] = max(carried[k, j, i, HEAT], warm * dust)
                    if inner:
                        swell = carried[k, j, i, FLAME] + rate * uneven
                        carried[k, j, i, FLAME] = min(swell, np.float32(STRONGEST))
                    if reach > 0:
                        blow = strength * max(uneven - np.float32(0.25), np.float32(0))
                        if k <= k0:
                            w[k, j, i] -= blow
                        if left_open > 0 and at <= i0:
                            u[k, j, i] -= blow
                        if right_open > 0 and at >= i1 - 1:
                            u[k, j, i + 1] += blow


def drag_along(gas: Gas, box: Box, corners: np.ndarray, speed: np.ndarray, *, grip: float = 0.4) -> None:
    """The air in a building goes where the building goes, and so does the dust in it, in place.

    Args:
        corners: (N, 4, 2) px, the bays as they are now.
        speed: (N, 2) px a step to the right and down.
        grip: the share of the difference that is taken away in a step.
    """
    _, ny, nx = box.shape
    held, right, up = (np.zeros((ny, nx), np.float32) for _ in range(3))
    low, high = corners.min(1), corners.max(1)
    for n in range(len(corners)):
        x0, y1 = box.cells(*low[n])
        x1, y0 = box.cells(*high[n])
        here = (
            slice(max(int(math.floor(y0)), 0), min(int(math.ceil(y1)), ny)),
            slice(max(int(math.floor(x0)), 0), min(int(math.ceil(x1)), nx)),
        )
        held[here], right[here], up[here] = grip, speed[n, 0] / box.cell_px, -speed[n, 1] / box.cell_px
    inner = slice(box.front, box.back)
    gas.u[inner, :, :-1] += held * (right - gas.u[inner, :, :-1])
    gas.v[inner, 1:] += held * (up - gas.v[inner, 1:])


def thin_out(gas: Gas, box: Box, foot: float, tall_px: float, seconds: float) -> None:
    """Thin dust goes first, and the higher up it hangs the sooner, in place: no puff is left alone in clear air.

    Args:
        seconds: how long a step is.
    """
    _, ny, _ = box.shape
    _, ground = box.cells(0, foot)
    height = np.clip((np.arange(ny) + 0.5 - ground) * box.cell_px / tall_px, 0, 1.5)
    loss = np.asarray(seconds * (0.03 + 0.32 * height**2), np.float32)[None, :, None]
    dust = gas.carried[..., SMOKE]
    np.maximum(dust - loss, 0, out=dust)


def thinned_edge(box: Box, foot: float) -> np.ndarray:
    """(1, ny, nx): 1 inside, falling to 0 at the sides, at the top, and below the building's foot.

    Args:
        foot: the row of the plate at which the building stands.
    """

    def soft(distance: np.ndarray) -> np.ndarray:
        t = np.clip(distance, 0, 1)
        return np.asarray(t * t * (3 - 2 * t), np.float32)

    _, ny, nx = box.shape
    x = (np.arange(nx) + 0.5) / nx
    y = np.arange(ny) + 0.5
    _, below = box.cells(0, foot)
    low = soft(y / max(0.9 * below, 1.0)) if below > 1.5 else np.ones(ny, np.float32)
    return np.asarray(
        (soft((ny - y) / (0.14 * ny)) * low)[None, :, None] * soft(np.minimum(x, 1 - x) / 0.12)[None, None]
    )
