"""A plate made in code, 1080p: a hard-edged skyline, texture and grain under a camera that drifts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span

WIDTH, HEIGHT = 1920, 1080
CAMERA = Hand(id="camera:bench:1", origin="camera", name="bench")


def moving_plate(frames: int, rate_fps: int = 24) -> Clip:
    """A clip of the wanted length; every frame differs from the one before, as a camera's do."""
    rng = np.random.Generator(np.random.PCG64(5))
    wide = 2 * WIDTH
    y, x = np.mgrid[0:HEIGHT, 0:wide].astype(np.float32)
    roofs = 0.45 * HEIGHT + 0.2 * HEIGHT * np.sin(x / 97) * np.sign(np.sin(x / 41))
    walls = 0.08 + 0.06 * np.sin(x / 7) * np.sin(y / 11) + 0.05 * rng.random((HEIGHT, wide), np.float32)
    world = np.where(y < roofs, 0.6 + 0.2 * y / HEIGHT, walls).astype(np.float32)
    grain = rng.standard_normal((8, HEIGHT, WIDTH, 1), np.float32) * np.float32(0.006)

    def read(at: int) -> Frame:
        left = (3 * at) % WIDTH
        rgba = np.ones((HEIGHT, WIDTH, 4), np.float32)
        rgba[..., :3] = world[:, left : left + WIDTH, None] * np.array([0.95, 1.0, 1.1], np.float32) + grain[at % 8]
        return Frame.of(rgba, CAMERA)

    return Clip(Span(length=frames, rate_fps=Fraction(rate_fps)), WIDTH, HEIGHT, read)
