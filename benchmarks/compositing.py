"""What authorship costs: the kernel of ``over`` at 1080p, with four planes and without."""

from __future__ import annotations

import numpy as np

from benchmarks.measure import Figure, median_of_each
from manyhands.comp import kernels

HEIGHT, WIDTH, HANDS = 1080, 1920, 4


def figures() -> list[Figure]:
    rng = np.random.Generator(np.random.PCG64(1))
    top, bottom = (rng.random((HEIGHT, WIDTH, 4), np.float32) for _ in range(2))
    tops, bottoms = (rng.random((HANDS // 2, HEIGHT, WIDTH), np.float32) for _ in range(2))
    out, through = np.empty_like(top), np.empty((HEIGHT, WIDTH, 1), np.float32)
    planes = np.empty((HANDS, HEIGHT, WIDTH), np.float32)
    none = np.empty((0, HEIGHT, WIDTH), np.float32)
    from_top, from_bottom = np.array([0, 1, -1, -1]), np.array([-1, -1, 0, 1])
    nobody = np.empty(0, np.int64)

    def alone() -> None:
        kernels.over(top, bottom, none, none, nobody, nobody, out, none)

    def with_hands() -> None:
        kernels.over(top, bottom, tops, bottoms, from_top, from_bottom, out, planes)

    def numpy_best() -> None:
        np.subtract(1, top[..., 3:], out=through)
        np.multiply(bottom, through, out=out)
        np.add(out, top, out=out)

    bare, carrying, plain = median_of_each([alone, with_hands, numpy_best], runs=25)
    return [
        Figure("over 1080p, colour alone", 1000 * bare, "ms", 10),
        Figure("over 1080p, four authorship planes / none", carrying / bare, "times", 2.1),
        Figure("numpy's over / ours, colour alone", plain / bare, "times", 2.0, at_most=False),
    ]
