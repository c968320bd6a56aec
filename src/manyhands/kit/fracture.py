"""Breaking a surface into shards: Voronoi cells whose edges are jagged, cut along floors.

Units: lengths in pixels of the picture that the surface is seen in, y down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Shards:
    """A surface in pieces that fit together without gaps.

    Shapes: ``triangles`` (T, 3, 2) float32, ``of`` (T,) the shard that each belongs to; ``centre``
    (S, 2) and ``area`` (S,) float32 of the shards.  Corners that two shards share are the same numbers.
    """

    triangles: np.ndarray
    of: np.ndarray
    centre: np.ndarray
    area: np.ndarray

    def __len__(self) -> int:
        return len(self.centre)


def broken(
    left: float, top: float, right: float, bottom: float, count: int, floor_px: float, rng: np.random.Generator
) -> Shards:
    """A rectangle in about so many shards, smaller towards its foot, where the fall is hardest.

    Args:
        floor_px: the height of a floor; shards rather end at floors than cross them.
    Source: Voronoi cells mirrored at the rectangle's sides, so that they end there.
    """
    from scipy.spatial import Voronoi

    seeds = _seeds(left, top, right, bottom, count, floor_px, rng)
    stretch = np.array([1.0, 1.25])  # breaks run level more often than upright: floors are weak lines
    flat = seeds * stretch
    low, high = np.array([left, top]) * stretch, np.array([right, bottom]) * stretch
    mirrored = [flat]
    for axis in range(2):
        for side in (low, high):
            other = flat.copy()
            other[:, axis] = 2 * side[axis] - other[:, axis]
            mirrored.append(other)
    cells = Voronoi(np.concatenate(mirrored))
    corners = cells.vertices / stretch
    size = np.sqrt((right - left) * (bottom - top) / len(seeds))
    middles = _bent(cells.ridge_vertices, corners, size, (left, top, right, bottom), rng)
    triangles, of, centres, areas = [], [], [], []
    for number in range(len(seeds)):
        around = _outline(cells.regions[cells.point_region[number]], corners, middles)
        centre = around.mean(0)
        fan = np.stack([np.broadcast_to(centre, around.shape), around, np.roll(around, -1, 0)], 1)
        one, other = fan[:, 1] - fan[:, 0], fan[:, 2] - fan[:, 0]
        triangles.append(fan)
        of += [number] * len(fan)
        centres.append(centre)
        areas.append(0.5 * float(np.abs(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]).sum()))
    return Shards(
        np.concatenate(triangles).astype(np.float32),
        np.array(of, np.int64),
        np.array(centres, np.float32),
        np.array(areas, np.float32),
    )


def _seeds(
    left: float, top: float, right: float, bottom: float, count: int, floor_px: float, rng: np.random.Generator
) -> np.ndarray:
    """Where shards have their middles: at random, denser at the foot, drawn to the middle of a floor."""
    found = rng.random((max(count, 4), 2))
    found[:, 1] **= 0.75  # more of them low down
    x = left + found[:, 0] * (right - left)
    y = top + found[:, 1] * (bottom - top)
    part = ((bottom - y) / floor_px) % 1
    y += 0.45 * (part - 0.5) * floor_px
    return np.stack([x, np.clip(y, top + 0.5, bottom - 0.5)], 1)


def _bent(
    ridges: list[list[int]],
    corners: np.ndarray,
    size: float,
    box: tuple[float, float, float, float],
    rng: np.random.Generator,
) -> dict[tuple[int, int], np.ndarray]:
    """A point near the middle of each edge inside the box, off its line: two neighbours share it."""
    left, top, right, bottom = box
    bent = {}
    for one, other in sorted((min(pair), max(pair)) for pair in ridges if min(pair) >= 0):
        middle, along = (corners[one] + corners[other]) / 2, corners[other] - corners[one]
        shift = rng.uniform(-0.22, 0.22) * np.array([-along[1], along[0]]) + rng.uniform(-0.15, 0.15) * along
        inside = left + 0.5 < middle[0] < right - 0.5 and top + 0.5 < middle[1] < bottom - 0.5
        if inside and np.hypot(*along) > 0.15 * size:
            bent[one, other] = middle + shift
    return bent


def _outline(region: list[int], corners: np.ndarray, middles: dict[tuple[int, int], np.ndarray]) -> np.ndarray:
    points = []
    for one, other in zip(region, [*region[1:], region[0]], strict=True):
        points.append(corners[one])
        middle = middles.get((min(one, other), max(one, other)))
        if middle is not None:
            points.append(middle)
    return np.array(points)
