"""Pieces that have broken loose: they fly, turn, strike the ground and each other, and come to rest.

Pieces are discs in several layers of depth; only those of one layer meet, so that rubble heaps up
as flat as it does where it also spreads towards and away from the camera.  A piece that has come to
rest stays where it is, exactly.

Units: pixels and seconds, y down, z away from the camera; angles in radians.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math

import numpy as np
from numba import njit

BOUND, FREE, RESTS = 0, 1, 2
"""A piece is part of something, flies, or lies still."""

LAYERS = 17
STEPS = 4  # small steps a frame
BOUNCE, RUB = 0.28, 0.55

PARTS = 13
"""Numbers of a piece: x, y, z; their speeds; turn and its speed; tilt over the two axes and their speeds; radius."""
X, Y, Z, VX, VY, VZ, TURN, SPIN, TILT_X, TILT_Y, ROLL_X, ROLL_Y, RADIUS = range(PARTS)


def tumbled(
    pieces: np.ndarray, how: np.ndarray, floor: np.ndarray, left: float, right: float, gravity: float, seconds: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pieces a frame later.

    Args:
        pieces: (N, PARTS); how: (N,) BOUND, FREE or RESTS.
        floor: (K,) rows on which they come to lie, evenly spread from column ``left`` to ``right``.
    Returns: pieces, how, and (N,) how hard each struck anything in this frame, px/s.
    """
    out, now = pieces.astype(np.float64), how.copy()
    struck = np.zeros(len(out))
    if (now == FREE).any():
        _tumble(out, now, np.asarray(floor, np.float64), left, right, gravity, seconds / STEPS, struck)
    return out.astype(np.float32), now, struck.astype(np.float32)


@njit(cache=True)
def _floor_at(floor, left, right, x):
    place = min(max((x - left) / (right - left), 0.0), 1.0) * (len(floor) - 1)
    low = min(int(place), len(floor) - 2)
    part = place - low
    return floor[low] + part * (floor[low + 1] - floor[low])


@njit(cache=True)
def _rest(p, how, n):
    how[n] = RESTS
    for part in (VX, VY, VZ, SPIN, ROLL_X, ROLL_Y):
        p[n, part] = 0.0


@njit(cache=True)
def _tumble(p, how, floor, left, right, gravity, h, struck):
    count = len(p)
    for _ in range(STEPS):
        for n in range(count):
            if how[n] != FREE:
                continue
            p[n, VY] += gravity * h
            drag = 1.0 - 0.12 * h
            p[n, VX] *= drag
            p[n, VZ] *= drag
            p[n, X] += p[n, VX] * h
            p[n, Y] += p[n, VY] * h
            p[n, Z] += p[n, VZ] * h
            p[n, TURN] += p[n, SPIN] * h
            p[n, TILT_X] += p[n, ROLL_X] * h
            p[n, TILT_Y] += p[n, ROLL_Y] * h
        for a in range(count):
            if how[a] == BOUND:
                continue
            for b in range(a + LAYERS, count, LAYERS):
                if how[b] == BOUND or (how[a] == RESTS and how[b] == RESTS):
                    continue
                dx, dy = p[b, X] - p[a, X], p[b, Y] - p[a, Y]
                reach = p[a, RADIUS] + p[b, RADIUS]
                if abs(dx) >= reach or abs(dy) >= reach:
                    continue
                away = math.sqrt(dx * dx + dy * dy)
                if away >= reach or away < 1e-9:
                    continue
                nx, ny = dx / away, dy / away
                wa, wb = (1.0 if how[a] == FREE else 0.0), (1.0 if how[b] == FREE else 0.0)
                push = 0.5 * (reach - away) / (wa + wb)
                p[a, X] -= wa * push * nx
                p[a, Y] -= wa * push * ny
                p[b, X] += wb * push * nx
                p[b, Y] += wb * push * ny
                closing = (p[a, VX] - p[b, VX]) * nx + (p[a, VY] - p[b, VY]) * ny
                if closing > 0:
                    hit = (1 + BOUNCE) * closing / (wa + wb)
                    p[a, VX] -= wa * hit * nx
                    p[a, VY] -= wa * hit * ny
                    p[b, VX] += wb * hit * nx
                    p[b, VY] += wb * hit * ny
                    struck[a] = max(struck[a], wa * closing)
                    struck[b] = max(struck[b], wb * closing)
                    for n in (a, b):
                        if how[n] == FREE:
                            p[n, SPIN] *= 0.8
                            p[n, ROLL_X] *= 0.8
                            p[n, ROLL_Y] *= 0.8
                if how[a] == RESTS or how[b] == RESTS:
                    n = b if how[a] == RESTS else a
                    p[n, VX] *= 0.9
                    slow = p[n, VX] * p[n, VX] + p[n, VY] * p[n, VY] < (0.25 * gravity * 0.1 + 6 * gravity * h) ** 2
                    if slow and abs(ny) > 0.4:
                        _rest(p, how, n)
        for n in range(count):
            if how[n] != FREE:
                continue
            low = _floor_at(floor, left, right, p[n, X]) - 0.6 * p[n, RADIUS]
            if p[n, Y] > low:
                fast = p[n, VY]
                p[n, Y] = low
                if fast > 0:
                    struck[n] = max(struck[n], fast)
                    p[n, VY] = -BOUNCE * fast
                    p[n, VX] *= 1 - RUB
                    p[n, VZ] *= 1 - RUB
                    p[n, SPIN] = 0.4 * p[n, SPIN] + 0.3 * p[n, VX] / max(p[n, RADIUS], 1.0)
                    p[n, ROLL_X] *= 0.4
                    p[n, ROLL_Y] *= 0.4
                if abs(p[n, VY]) < 2.5 * gravity * h and abs(p[n, VX]) < 0.02 * gravity + 2.5 * gravity * h:
                    _rest(p, how, n)
