"""Small plates made in code: a house with a roof against a bright sky, seen by a camera that drifts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span

CAMERA = Hand(id="camera:test:000000", origin="camera", name="test")


def house(at: int = 0, *, width: int = 96, height: int = 64, drift: float = 0.5, seed: int = 3) -> np.ndarray:
    """One picture: (height, width, 4) float32 scene-linear, opaque."""
    rng = np.random.Generator(np.random.PCG64(seed))
    bricks = rng.uniform(0.04, 0.22, (height * 2, width * 2, 3)).astype(np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x = x + at * drift
    sky = np.stack([0.55 + 0.2 * y / height, 0.62 + 0.15 * y / height, 0.8 + 0.0 * y], -1)
    left, right, eaves, ridge = 0.25 * width, 0.7 * width, 0.5 * height, 0.3 * height
    middle = (left + right) / 2
    roof = ridge + np.abs(x - middle) / (middle - left) * (eaves - ridge)
    front = ((x > left) & (x < right) & (y > roof)) | (y > 0.82 * height)
    texture = bricks[y.astype(int), np.clip(x, 0, 2 * width - 1).astype(int)]
    rgb = np.where(front[..., None], texture, sky)
    return np.dstack([rgb, np.ones((height, width), np.float32)]).astype(np.float32)


def plate(frames: int = 6, *, width: int = 96, height: int = 64, drift: float = 0.5, rate_fps: int = 24) -> Clip:
    """A clip of the house over a few frames."""
    span = Span(length=frames, rate_fps=Fraction(rate_fps))

    def read(at: int) -> Frame:
        return Frame.of(house(at - span.start, width=width, height=height, drift=drift), CAMERA)

    return Clip(span, width, height, read)


def flat(value: float, frames: int = 3, *, width: int = 32, height: int = 24) -> Clip:
    """An even grey clip."""
    span = Span(length=frames, rate_fps=Fraction(24))
    rgba = np.full((height, width, 4), value, np.float32)
    rgba[..., 3] = 1
    return Clip(span, width, height, lambda at: Frame.of(rgba, CAMERA))
