"""One step of the gas with everything that it carries, at 1.1 million cells."""

from __future__ import annotations

import os

import numpy as np

from benchmarks.measure import Figure, median_seconds
from manyhands.kit.fluid import Air, advance, divergence_of, still_gas

SHAPE = (72, 144, 112)  # 1,161,216 cells


def figures() -> list[Figure]:
    air = Air(wind=(0.9, 0.1), rise=0.3, soot=1.1, spread=0.0)
    gas = still_gas(SHAPE, air)
    for _ in range(30):
        gas.carried[30:42, 0:6, 50:62] = 1
        gas = advance(gas, air, threads=os.cpu_count() or 1)
    seconds = median_seconds(lambda: advance(gas, air, threads=os.cpu_count() or 1), runs=9)
    left = float(np.abs(divergence_of(gas)).max())
    return [
        Figure("gas, one step of 1.16 million cells", seconds, "s", 0.35),
        Figure("gas, largest |div| after the pressure solve", left, "cells a frame", 1e-5),
    ]
