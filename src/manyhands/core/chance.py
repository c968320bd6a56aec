"""Chance: all the randomness that a maker may use, from one seed, the same in any order."""

from __future__ import annotations

import hashlib

import numpy as np


class Chance:
    """A seed that gives each frame and each purpose its own generator.

    Frames are computed in any order and by several workers, so nobody draws from a shared stream:
    ``chance.at(1012)`` is the same generator whoever asks first.
    """

    def __init__(self, seed: int, *path: str) -> None:
        self.seed = seed
        self._path = path

    def of(self, purpose: str) -> Chance:
        """Independent chance for one purpose, e.g. a step's name."""
        return Chance(self.seed, *self._path, purpose)

    def at(self, frame: int = 0) -> np.random.Generator:
        """The generator of one frame; 0 for what does not change over time."""
        name = "/".join([str(self.seed), *self._path, str(frame)])
        return np.random.Generator(np.random.PCG64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:16])))
