"""Shards: together they are the whole surface, without gaps and overlaps."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.fracture import broken


@pytest.mark.parametrize("count", [6, 60, 400])
def test_shards_cover_the_surface_once(count: int) -> None:
    shards = broken(10, 20, 90, 140, count, 8.0, np.random.default_rng(2))
    assert len(shards) == count
    assert shards.area.sum() == pytest.approx(80 * 120, rel=0.02)
    hits = np.zeros((120, 80), int)
    y, x = np.mgrid[:120, :80]
    points = np.stack([x + 10.37, y + 20.61], -1).reshape(-1, 2)
    for triangle in shards.triangles.astype(np.float64):
        a, b, c = triangle
        sides = [
            (q[0] - p[0]) * (points[:, 1] - p[1]) - (q[1] - p[1]) * (points[:, 0] - p[0])
            for p, q in ((a, b), (b, c), (c, a))
        ]
        inside = (np.min(sides, 0) >= 0) | (np.max(sides, 0) <= 0)
        hits.ravel()[inside] += 1
    assert (hits == 1).mean() > 0.97
    assert (hits == 0).mean() < 0.015


def test_shards_at_the_foot_are_smaller() -> None:
    shards = broken(0, 0, 100, 200, 300, 10.0, np.random.default_rng(5))
    low = shards.centre[:, 1] > 100
    assert shards.area[low].mean() < 0.9 * shards.area[~low].mean()
