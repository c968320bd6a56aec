"""The makers around a shot at 720p: seconds a frame, and what the larger picture gains over a cubic one."""

from __future__ import annotations

import time
from fractions import Fraction

import cv2
import numpy as np

from benchmarks.measure import Figure
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from manyhands.core.track import Track
from manyhands.kit.finer import enlarged, finer
from manyhands.kit.noise import clouds
from manyhands.makers import all_makers

WIDTH, HEIGHT, FRAMES = 1280, 720, 6
SPAN = Span(length=FRAMES, rate_fps=Fraction(24))
CAMERA = Hand(id="camera:plate:1", origin="camera", name="plate")
MAKERS = ("rain", "snow", "sparks", "lightning", "muzzle_flash", "stabilise", "upscale")


def figures() -> list[Figure]:
    found = [Figure(f"{name} 720p", _seconds(name), "s a frame", None) for name in MAKERS]
    for noise in (0.0, 0.01):
        moving, standing = (_gain(step, noise) for step in (1.0, 0.0))
        said = "with noise" if noise else "clean"
        found.append(Figure(f"upscale 2x, sub-pixel motion, {said}, over cubic", moving, "dB", 4.0, at_most=False))
        found.append(Figure(f"upscale 2x, standing plate, {said}, over cubic", standing, "dB", 0.0, at_most=False))
    return found


def _seconds(name: str) -> float:
    """Of one frame on one core, without the first, which compiles."""
    maker = all_makers()[name]
    params = maker.checked({"way": "still"} if name == "stabilise" else {})
    given = {"plate": _plate(), "motion": _shake()}
    inputs = {item.name: given.get(item.name) for item in maker.inputs}
    made = maker.make(inputs, params, Chance(1, name), lambda done, of: None)
    spent = []
    for at in (1001, 1002, 1003):
        began = time.thread_time()
        made.frame(at)
        spent.append(time.thread_time() - began)
    return min(spent[1:])


def _wall(height: int, width: int, shift: tuple[float, float]) -> np.ndarray:
    """A wall with structure down to two pixels, moved by parts of a pixel: (height, width, 3)."""
    sheet = 0.06 + 0.5 * clouds(1024, 2048, 16, 6, 3) ** 2
    matrix = np.array([[1, 0, -shift[0] - 100], [0, 1, -shift[1] - 100]], np.float64)
    return np.repeat(cv2.warpAffine(sheet, matrix, (width, height), flags=cv2.INTER_CUBIC)[..., None], 3, -1)


def _plate() -> Clip:
    rgba = np.dstack([_wall(HEIGHT, WIDTH, (0, 0)), np.ones((HEIGHT, WIDTH), np.float32)]).astype(np.float32)
    rgba[: HEIGHT // 3, :, :3] = 0.7
    return Clip(SPAN, WIDTH, HEIGHT, lambda at: Frame.of(rgba, CAMERA))


def _shake() -> Track:
    rng = np.random.default_rng(1)
    moves = rng.uniform(-8, 8, (FRAMES, 2))
    rows = tuple((1.0, 0.0, float(x), 0.0, 1.0, float(y), 0.0, 0.0, 1.0) for x, y in moves)
    return Track(span=SPAN, reference=1001, width=WIDTH, height=HEIGHT, matrices=rows, residual_px=(0.0,) * FRAMES)


def _gain(step: float, noise: float) -> float:
    """PSNR over the cubic enlargement's, of what a display shows, dB."""
    rng = np.random.default_rng(2)
    fine = [_wall(360, 480, (2.75 * step * at, 1.25 * step * at)) for at in range(5)]
    coarse = []
    for picture in fine:
        soft = cv2.GaussianBlur(picture, (0, 0), 0.4)
        small = cv2.resize(soft, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        coarse.append((small + noise * np.sqrt(small / 0.18) * rng.standard_normal(small.shape)).astype(np.float32))
    found = finer(coarse[2], [coarse[at] for at in (0, 1, 3, 4)], 2, softness_px=0.3)
    return _psnr(found, fine[2]) - _psnr(enlarged(coarse[2], (480, 360)), fine[2])


def _psnr(found: np.ndarray, true: np.ndarray) -> float:
    one, other = (np.clip(picture, 0, 1)[8:-8, 8:-8] ** (1 / 2.4) for picture in (found, true))
    return float(-10 * np.log10(np.mean((one - other) ** 2)))
