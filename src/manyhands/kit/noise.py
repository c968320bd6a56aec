"""Noise that tiles: the fine structure of smoke, clouds and grain."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=8)
def billows(size: int = 128, waves: int = 8, octaves: int = 4, seed: int = 11) -> np.ndarray:
    """Cauliflower noise in a cube that repeats on every side, as bytes to stay in the cache.

    Shapes: (size, size, size) uint8; 0 in the creases, 255 on the crests, mean near 128.
    Source: the absolute value of gradient noise (Perlin 2002), summed over octaves ("turbulence",
    Perlin 1985), turned round so that the crests are round.
    """
    total = np.zeros((size, size, size), np.float32)
    for octave in range(octaves):
        layer = gradient_noise((size,) * 3, (waves * 2**octave,) * 3, seed + octave)
        total += np.abs(layer) * np.float32(0.5**octave)
    return _as_bytes(-total)


@lru_cache(maxsize=8)
def clouds(height: int, width: int, waves: int = 4, octaves: int = 7, seed: int = 5) -> np.ndarray:
    """Soft noise on a sheet that repeats on every side: (height, width) float32 from 0 to 1."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        total += gradient_noise((height, width), (waves * 2**octave,) * 2, seed + octave) * np.float32(0.5**octave)
    low, high = np.quantile(total, [0.002, 0.998])
    return np.asarray(np.clip((total - low) / (high - low), 0, 1), np.float32)


def gradient_noise(shape: tuple[int, ...], waves: tuple[int, ...], seed: int) -> np.ndarray:
    """Gradient noise with ``waves`` lattice cells along each axis, about -1 to 1, periodic.

    Source: Perlin, "Improving noise" (SIGGRAPH 2002), with random unit gradients.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    gradients = rng.normal(size=(*waves, len(shape))).astype(np.float32)
    gradients /= np.linalg.norm(gradients, axis=-1, keepdims=True)
    cells, parts, fades = [], [], []
    for axis, (size, count) in enumerate(zip(shape, waves, strict=True)):
        at = np.arange(size, dtype=np.float32) * np.float32(count / size)
        cell = at.astype(np.int64)
        part = (at - cell).astype(np.float32)
        along = [-1 if axis == other else 1 for other in range(len(shape))]
        cells.append(cell)
        parts.append(part.reshape(along))
        fades.append((part * part * part * (part * (part * 6 - 15) + 10)).reshape(along))
    total = np.zeros(shape, np.float32)
    for corner in np.ndindex(*(2,) * len(shape)):
        index = np.ix_(*[(cell + step) % count for cell, step, count in zip(cells, corner, waves, strict=True)])
        reach = np.zeros(shape, np.float32)
        weight = np.ones((1,) * len(shape), np.float32)
        for axis, step in enumerate(corner):
            reach += gradients[(*index, axis)] * (parts[axis] - np.float32(step))
            weight = weight * (fades[axis] if step else 1 - fades[axis])
        total += weight * reach
    return total * np.float32(1.5)


def _as_bytes(field: np.ndarray) -> np.ndarray:
    """Spread a field evenly over 0 to 255 by rank quantiles, cutting the rarest ends."""
    low, high = np.quantile(field, [0.005, 0.995])
    return np.asarray(np.clip((field - low) / (high - low) * 255, 0, 255), np.uint8)
