"""Sparks: glowing specks that ride on a gas, cool, and go out.

A spark is a row of eight numbers: place (x, y, z) and velocity (x, y, z) in cells and cells per
frame, age and life in frames.
"""

from __future__ import annotations

import cv2
import numpy as np

from manyhands.kit.fluid import Gas

NONE = np.zeros((0, 8), np.float32)


def flown(sparks: np.ndarray, gas: Gas, rng: np.random.Generator, *, weight: float) -> np.ndarray:
    """The sparks one frame later: carried by the gas, falling a little, tumbling, dying.

    Args:
        weight: pull downward, cells per frame and frame.
    """
    if not len(sparks):
        return sparks
    nz, ny, nx = gas.shape
    moved = sparks.copy()
    k = np.clip(sparks[:, 2].astype(int), 0, nz - 1)
    j = np.clip(sparks[:, 1].astype(int), 0, ny - 1)
    i = np.clip(sparks[:, 0].astype(int), 0, nx - 1)
    air = np.stack([gas.u[k, j, i], gas.v[k, j, i], gas.w[k, j, i]], -1)
    jolt = rng.standard_normal((len(sparks), 3), np.float32) * np.float32(0.12)
    moved[:, 3:6] += np.float32(0.35) * (air - moved[:, 3:6]) + jolt * (1 + np.abs(air).max(-1, keepdims=True))
    moved[:, 4] -= np.float32(weight)
    moved[:, :3] += moved[:, 3:6]
    moved[:, 6] += 1
    inside = (moved[:, 0] > 0) & (moved[:, 0] < nx) & (moved[:, 1] > 0) & (moved[:, 1] < ny)
    return np.ascontiguousarray(moved[inside & (moved[:, 6] < moved[:, 7])])


def lit(
    count: int, rng: np.random.Generator, *, centre: tuple[float, float, float], radius: float, lift: float, life: float
) -> np.ndarray:
    """New sparks over a disc round ``centre``; ``life`` is their mean life in frames."""
    sparks = np.zeros((count, 8), np.float32)
    turn, away = rng.uniform(0, 2 * np.pi, count), radius * np.sqrt(rng.uniform(0, 1, count))
    sparks[:, 0] = centre[0] + away * np.cos(turn)
    sparks[:, 1] = centre[1] + rng.uniform(0, 0.6 * radius + 1, count)
    sparks[:, 2] = centre[2] + away * np.sin(turn)
    sparks[:, 3:6] = rng.standard_normal((count, 3)) * 0.4 * lift
    sparks[:, 4] += lift * rng.uniform(0.6, 1.8, count)
    sparks[:, 7] = life * rng.uniform(0.4, 1.6, count)
    return sparks


def glowing(
    sparks: np.ndarray, shape: tuple[int, int, int], *, width: int, height: int, brightness: float, shutter: float = 0.5
) -> np.ndarray:
    """The light of the sparks, each a short streak: (height, width, 3) scene-linear.

    Args:
        shape: the grid's cells (depth, height, width).
        shutter: the share of a frame that the shutter is open.
    """
    light = np.zeros((height, width, 3), np.float32)
    if not len(sparks):
        return light
    _, ny, nx = shape
    to_x, to_y = width / nx, height / ny
    age = sparks[:, 6] / np.maximum(sparks[:, 7], 1)
    heat = (np.clip(1 - age, 0, 1) ** 1.5 * brightness)[:, None]
    colour = heat * np.stack([np.ones_like(age), 0.42 * (1 - 0.6 * age), 0.10 * (1 - age) ** 2], -1)
    points = 6
    for step in range(points):
        back = shutter * step / points
        x = (sparks[:, 0] - back * sparks[:, 3]) * to_x - 0.5
        y = height - (sparks[:, 1] - back * sparks[:, 4]) * to_y - 0.5
        i, j = np.floor(x).astype(int), np.floor(y).astype(int)
        for dy in range(2):
            for dx in range(2):
                weight = np.abs(1 - dx - (x - i)) * np.abs(1 - dy - (y - j)) / points
                fits = (i + dx >= 0) & (i + dx < width) & (j + dy >= 0) & (j + dy < height)
                np.add.at(light, (j[fits] + dy, i[fits] + dx), (colour * weight[:, None])[fits].astype(np.float32))
    return np.asarray(cv2.GaussianBlur(light, (0, 0), max(0.45, height / 1400)))
