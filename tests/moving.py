"""Plates that move by known matrices, so that what a tracker or a retime should find is known exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from tests.plates import CAMERA

FOOTAGE = Path(__file__).parents[2] / "shared" / "footage"
OVER = 2  # the wall has this many samples to a pixel of the plate, so that a picture of it is not aliased


@cache
def wall(seed: int = 3, size: int = 1400) -> np.ndarray:
    """A textured wall: structure of four sizes, reflectances as of stone, (size, size) float32."""
    rng = np.random.Generator(np.random.PCG64(seed))
    total = np.zeros((size, size), np.float32)
    for sigma in (2.0, 5.0, 14.0, 40.0):
        layer = cv2.GaussianBlur(rng.standard_normal((size, size), np.float32), (0, 0), sigma)
        total += layer / layer.std()
    return np.asarray(0.18 * np.exp2(0.6 * total), np.float32)


def turned(dx: float, dy: float, degrees: float, scale: float, *, width: int = 320, height: int = 240) -> np.ndarray:
    """(3, 3): a turn and growth about the picture's middle, then a shift, in pixels."""
    angle = np.deg2rad(degrees)
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    middle = np.array([[1, 0, width / 2], [0, 1, height / 2], [0, 0, 1.0]])
    spin = np.array([[c, -s, dx], [s, c, dy], [0, 0, 1.0]])
    return np.asarray(middle @ spin @ np.linalg.inv(middle))


def seen(matrix: np.ndarray, *, width: int = 320, height: int = 240, world: np.ndarray | None = None) -> np.ndarray:
    """The wall after the matrix moved it, (height, width) float32; the identity shows its middle."""
    world = wall() if world is None else world
    middle = world.shape[0] / 2
    onto_wall = np.array([[OVER, 0, middle - OVER * width / 2], [0, OVER, middle - OVER * height / 2], [0, 0, 1.0]])
    index = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])  # from pixels to array indices
    fine = index @ np.diag([OVER, OVER, 1.0]) @ matrix @ np.linalg.inv(onto_wall) @ np.linalg.inv(index)
    picture = cv2.warpPerspective(world, fine, (OVER * width, OVER * height), flags=cv2.INTER_CUBIC)
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))


def moving(
    matrices: Sequence[np.ndarray],
    *,
    width: int = 320,
    height: int = 240,
    grain: float = 0.0,
    flicker: float = 0.0,
    passer_by: Sequence[int] | None = None,
    world: np.ndarray | None = None,
) -> Clip:
    """The wall seen once for each matrix.

    Args:
        grain: its standard deviation at middle grey; it grows with the square root of the light.
        flicker: exposure goes up and down by up to this share from frame to frame.
        passer_by: where the left edge of something 130 px wide, of another texture, stands in each frame.
    """
    rng = np.random.Generator(np.random.PCG64(7))
    pictures = []
    for number, matrix in enumerate(matrices):
        picture = seen(matrix, width=width, height=height, world=world)
        if passer_by is not None:
            left, right = max(passer_by[number], 0), min(passer_by[number] + 130, width)
            if right > left:
                at = left - passer_by[number]
                picture[:, left:right] = 0.7 * wall(33, 500)[:height, at : at + right - left]
        picture = picture * np.float32(1 + flicker * rng.uniform(-1, 1))
        noise = (
            grain * np.sqrt(np.maximum(picture, 0) / 0.18 + 0.05)[..., None] * rng.standard_normal((height, width, 3))
        )
        pictures.append(
            np.dstack([picture[..., None] + noise, np.ones((height, width), np.float32)]).astype(np.float32)
        )
    span = Span(length=len(pictures), rate_fps=Fraction(24))
    return Clip(span, width, height, lambda at: Frame.of(pictures[at - span.start], CAMERA))


def footage(name: str, first: int, count: int) -> Clip:
    """Some frames of a real clip, display light made linear; skips, by name, where it is not there."""
    path = FOOTAGE / name
    if not path.is_file():
        pytest.skip(f"footage {name} is not here")
    import av

    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        decoded = []
        for number, picture in enumerate(container.decode(video=0)):
            if number >= first + count:
                break
            if number >= first:
                decoded.append(picture.to_ndarray(format="rgb24"))
        rate = container.streams.video[0].average_rate
    height, width = decoded[0].shape[:2]
    level = np.arange(256) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4).astype(np.float32)
    span = Span(length=count, rate_fps=Fraction(rate))

    def read(at: int) -> Frame:
        rgb = linear[decoded[at - span.start]]
        return Frame.of(np.dstack([rgb, np.ones((height, width), np.float32)]), CAMERA)

    return Clip(span, width, height, read)
