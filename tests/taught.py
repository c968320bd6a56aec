"""A small clip to learn from: a striped disc goes over a mottled wall while the camera drifts, and its true matte."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import cv2
import numpy as np

from manyhands.core.clip import Clip
from manyhands.core.errors import NotFoundError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from tests.moving import wall
from tests.plates import CAMERA

PAINTER = Hand(id="camera:painted by person a:aaaaaa", origin="camera", name="painted by person a", behind="src-1")
WIDTH, HEIGHT, FRAMES = 96, 64, 12
SPAN = Span(length=FRAMES, rate_fps=Fraction(24))


@cache
def true_matte(number: int) -> np.ndarray:
    """The disc's cover in a frame, by its number from 0; (HEIGHT, WIDTH) float32."""
    x, y = disc_at(number)
    across, down = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    return np.clip(11.5 - np.hypot(across - x, down - y), 0, 1).astype(np.float32)


def disc_at(number: int) -> tuple[float, float]:
    return 16 + 5.5 * number, 32 + 14 * np.sin(number / 2.2)


@cache
def seen(number: int) -> np.ndarray:
    """(HEIGHT, WIDTH, 4) float32 scene-linear, opaque."""
    rng = np.random.Generator(np.random.PCG64([5, number]))
    left = 40 + 2 * number
    ground = wall(4, 400)[100 : 100 + 2 * HEIGHT, 2 * left : 2 * left + 2 * WIDTH]
    ground = cv2.resize(ground, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)[..., None] * np.array([1.1, 1.0, 0.8])
    x, y = disc_at(number)
    across, down = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    stripes = 0.5 + 0.5 * np.sin((across - x + 2 * (down - y)) / 1.6)
    disc = stripes[..., None] * np.array([0.1, 0.25, 0.45]) + 0.04
    matte = true_matte(number)[..., None]
    rgb = matte * disc + (1 - matte) * ground + 0.004 * rng.standard_normal((HEIGHT, WIDTH, 3))
    return np.dstack([rgb, np.ones((HEIGHT, WIDTH))]).astype(np.float32)


def plate() -> Clip:
    return Clip(SPAN, WIDTH, HEIGHT, lambda at: Frame.of(seen(at - SPAN.start), CAMERA))


def painted(*numbers: int, mattes: dict[int, np.ndarray] | None = None) -> Clip:
    """A clip that has only some frames, their alpha the true matte or another one."""
    mattes = mattes or {}

    def read(at: int) -> Frame:
        if at not in numbers:
            raise NotFoundError("frame", at, known=numbers)
        matte = mattes.get(at, true_matte(at - SPAN.start))
        return Frame.of(np.repeat(matte[..., None], 4, -1), PAINTER)

    return Clip(SPAN, WIDTH, HEIGHT, read, numbers=tuple(numbers))
