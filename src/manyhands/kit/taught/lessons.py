"""Lessons: crops of painted frames, each a little different, for a network to learn from.

A few painted frames are shown thousands of times.  So that they are not learned by heart, each crop
is turned, resized, mirrored and exposed anew, and what was painted is also set before other places
of the shot.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

CROP_PX = 160
BATCH = 4
AS_IS = 0.6  # the share of crops of a change that are only moved and mirrored: resampling takes the detail away
PASTED = 0.3  # the share of crops that get something painted set before them
_f = np.float32


@dataclass(frozen=True)
class Example:
    """One painted frame as the network sees it.

    Shapes: ``picture`` (H, W, 3) encoded, ``motion`` (H, W, 2), ``matte`` (H, W); ``changed``
    (H, W, 3) encoded, what the picture should become, or None where only the matte is learned.
    """

    number: int
    picture: np.ndarray
    motion: np.ndarray
    matte: np.ndarray
    changed: np.ndarray | None = None

    def edges(self) -> np.ndarray:
        """Where the matte changes, as flat indices."""
        size = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
        band = cv2.dilate(self.matte, size) - cv2.erode(self.matte, size)
        return np.flatnonzero(band > 0.5)


def encoded(light: np.ndarray) -> np.ndarray:
    """Scene-linear light as the network sees it: a power of 1/2.2 up to 1, then a logarithm, without an end.

    Odd about 0, smooth at 1; :func:`decoded` undoes it.
    """
    size = np.abs(light)
    return np.asarray(
        np.sign(light) * np.where(size < 1, size ** _f(1 / 2.2), 1 + np.log(np.maximum(size, 1)) / 2.2), _f
    )


def decoded(code: np.ndarray) -> np.ndarray:
    """What :func:`encoded` undoes."""
    size = np.abs(code)
    return np.asarray(np.sign(code) * np.where(size < 1, size ** _f(2.2), np.exp(2.2 * (np.maximum(size, 1) - 1))), _f)


def planes(picture: np.ndarray, motion: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What the network sees: colours, place (-1 to 1), own motion; (H, W, 7) float32."""
    return np.dstack([picture, x, y, motion]).astype(_f)


PLANES = 7
REACH = _f(4.0)
"""What 1 in a learned gain or offset stands for: from small weights a large change is soon reached."""


LEFT, WHOLE = 0.25, 0.75


def laid(matte: np.ndarray) -> np.ndarray:
    """How much of a learned change is laid into the plate: nothing where the odds are low, all where they are high.

    A hair of doubt would otherwise touch every pixel.  Shapes: any, 0 to 1.
    """
    return np.asarray(np.clip((matte - _f(LEFT)) / _f(WHOLE - LEFT), 0, 1), _f)


KINDS = 5
"""Of planes that make a learned change: a gain, an offset, how much of fine and of broader detail, and of a fill."""
_FINE_PX, _BROAD_PX, _FILL_PX = 1.0, 3.0, 5.0
_BRIGHTEST = encoded(np.array([65504], _f))  # as half floats hold it: what has learned for ten steps may draw anything
THIN = 1e-2
"""A share of what lies about a place that counts even where all of it is to be changed."""


def recoloured(code: np.ndarray, change: np.ndarray, matte: np.ndarray, *, scale: float = 1.0) -> np.ndarray:
    """Encoded colours after a learned change: for each a gain, an offset, gains of its detail, and a share of a fill.

    Detail that is added sharpens, detail that is taken away smooths; the fill is what lies about the matte,
    so that what is out of focus, a blemish, or a wire before flat ground need not be drawn pixel by pixel.

    Shapes: (H, W, 3), (H, W, 15) and (H, W) from 0 to 1 to (H, W, 3).
    Args:
        scale: how much larger the picture is than what was learned from.
    No brighter than a half float.
    Source: the fill is a normalised convolution (Knutsson and Westin 1993).
    """
    gain, offset, fine, broad, fill = (REACH * change[..., 3 * kind : 3 * kind + 3] for kind in range(KINDS))
    little, more = (_blurred(code, scale * size) for size in (_FINE_PX, _BROAD_PX))
    about = (1 - laid(matte) + _f(THIN))[..., None]
    weighed = _blurred(np.dstack([code * about, about]), scale * _FILL_PX)
    filled = weighed[..., :3] / weighed[..., 3:]
    changed = code * (1 + gain) + offset + fine * (code - little) + broad * (little - more) + fill * (filled - code)
    return np.asarray(np.clip(changed, -_BRIGHTEST, _BRIGHTEST), _f)


def bells() -> tuple[np.ndarray, ...]:
    """The kernels, (taps,), of fine and of broader detail and of the fill at the working size."""
    return _bell(_FINE_PX), _bell(_BROAD_PX), _bell(_FILL_PX)


def _bell(sigma_px: float) -> np.ndarray:
    return np.asarray(cv2.getGaussianKernel(2 * math.ceil(3 * sigma_px) + 1, sigma_px, cv2.CV_32F)[:, 0])


def _blurred(code: np.ndarray, sigma_px: float) -> np.ndarray:
    bell = _bell(sigma_px)
    return np.asarray(cv2.sepFilter2D(code, -1, bell, bell, borderType=cv2.BORDER_REFLECT_101), _f)


def whole(picture: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """A whole frame as the network sees it.  Shapes: (H, W, 3) and (H, W, 2) to (H, W, 7)."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(_f)
    return planes(picture, motion, _placed(x, width), _placed(y, height))


def _placed(position: np.ndarray, size: int) -> np.ndarray:
    return np.asarray((2 * position + 1) / size - 1, _f)


class Lessons:
    """Draws the examples of each step; the same step draws the same ones.

    Args:
        seed: of all the chance in it.
        crop_px: of a crop's side; a multiple of 16, no larger than the frames.
    """

    def __init__(
        self, examples: Sequence[Example], seed: int, *, crop_px: int = CROP_PX, paste: float = PASTED
    ) -> None:
        self.examples = list(examples)
        self.seed = seed
        self.crop_px = crop_px
        self.paste = paste
        self._edges = {example.number: example.edges() for example in self.examples}

    def draw(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Inputs (B, crop, crop, 7) and targets (B, crop, crop, 1 or 4) of a step."""
        rng = np.random.Generator(np.random.PCG64([self.seed, step]))
        order = [self.examples[(step * BATCH + place) % len(self.examples)] for place in range(BATCH)]
        pairs = [self._one(example, rng) for example in order]
        return np.stack([pair[0] for pair in pairs]), np.stack([pair[1] for pair in pairs])

    def _one(self, example: Example, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        crop = self._cut(example, self._middle(example, rng), rng)
        learns_change = example.changed is not None
        if not learns_change and rng.random() < self.paste:
            other = self.examples[int(rng.integers(len(self.examples)))]
            crop = _pasted(crop, self._cut(other, self._middle(other, rng), rng))
        if not learns_change:
            crop["picture"] = exposed(crop["picture"], rng)
        seen = planes(crop["picture"], crop["motion"], crop["x"], crop["y"])
        matte = crop["matte"][..., None]
        return seen, np.concatenate([crop["changed"], matte], -1) if learns_change else matte

    def _middle(self, example: Example, rng: np.random.Generator) -> tuple[float, float]:
        height, width = example.matte.shape
        edges = self._edges[example.number]
        if len(edges) and rng.random() < 0.7:
            at = int(edges[int(rng.integers(len(edges)))])
            shift = rng.normal(0, 0.25 * self.crop_px, 2)
            return at % width + shift[0], at // width + shift[1]
        return rng.uniform(0, width), rng.uniform(0, height)

    def _cut(self, example: Example, middle: tuple[float, float], rng: np.random.Generator) -> dict[str, np.ndarray]:
        """A crop turned, resized and mirrored about a place that is kept within the picture.

        Of a change many are only moved by whole pixels and mirrored, so that what it does to detail is seen.
        """
        size = self.crop_px
        height, width = example.matte.shape
        scale = float(np.exp(rng.uniform(np.log(0.65), np.log(1.5))))
        stretch = float(np.exp(rng.normal(0, 0.06)))
        angle = np.deg2rad(rng.uniform(-15, 15))
        flip = -1.0 if rng.random() < 0.5 else 1.0
        as_is = example.changed is not None and rng.random() < AS_IS
        if as_is:
            scale, stretch, angle = 1.0, 1.0, 0.0
        half = [0.5 * size / scale] * 2
        centre = [
            float(np.clip(middle[0], half[0], width - half[0])) if width > 2 * half[0] else width / 2,
            float(np.clip(middle[1], half[1], height - half[1])) if height > 2 * half[1] else height / 2,
        ]
        c, s = np.cos(angle), np.sin(angle)
        turn = np.array([[c * flip / (scale * stretch), -s / scale], [s * flip / (scale * stretch), c / scale]])
        shift = np.array(centre) - turn @ np.array([size / 2, size / 2])
        shift = np.round(shift) if as_is else shift
        matrix = np.column_stack([turn, shift]).astype(np.float64)

        def sampled(plane: np.ndarray, *, linear: bool = True) -> np.ndarray:
            way = cv2.WARP_INVERSE_MAP | (cv2.INTER_LINEAR if linear else cv2.INTER_NEAREST)
            return np.asarray(cv2.warpAffine(plane, matrix, (size, size), flags=way, borderMode=cv2.BORDER_REFLECT_101))

        y, x = np.mgrid[0:size, 0:size].astype(_f)
        nudge = rng.normal(0, 0.1, 2)
        found = {
            "picture": sampled(example.picture),
            "motion": sampled(example.motion),
            "matte": sampled(example.matte),
            "x": _placed(matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2], width) + _f(nudge[0]),
            "y": _placed(matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2], height) + _f(nudge[1]),
        }
        if example.changed is not None:
            found["changed"] = sampled(example.changed)
        return {name: np.asarray(value, _f) for name, value in found.items()}


def _pasted(under: Mapping[str, np.ndarray], over: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What was painted in one crop before the place of another."""
    matte = over["matte"]
    soft = cv2.GaussianBlur(matte, (0, 0), 0.8)[..., None]
    mixed = {name: under[name] * (1 - soft) + over[name] * soft for name in ("picture", "motion")}
    return {**under, **mixed, "matte": np.maximum(under["matte"], matte)}


def exposed(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The encoded picture as another exposure, colour, contrast, focus and grain might have shown it."""
    gain = np.exp(rng.normal(0, 0.12) + rng.normal(0, 0.04, 3)).astype(_f)
    gamma = float(np.exp(rng.normal(0, 0.12)))
    pivot = float(picture.mean())
    contrast = float(np.exp(rng.normal(0, 0.12)))
    changed = np.maximum((picture - pivot) * contrast + pivot, 0) * gain
    changed = np.power(np.maximum(changed, 1e-4), gamma).astype(_f)
    grey = changed.mean(-1, keepdims=True)
    changed = grey + (changed - grey) * _f(np.exp(rng.normal(0, 0.2)))
    chance = rng.random()
    if chance < 0.25:
        changed = cv2.GaussianBlur(changed, (0, 0), float(rng.uniform(0.4, 1.4)))
    elif chance < 0.4:
        length = int(rng.integers(3, 9))
        kernel = np.zeros((length, length), _f)
        (x0, y0), (x1, y1) = rng.integers(0, length, (2, 2)).tolist()
        cv2.line(kernel, (x0, y0), (x1, y1), 1.0)
        changed = cv2.filter2D(changed, -1, kernel / max(float(kernel.sum()), 1.0))
    grain = rng.normal(0, abs(rng.normal(0, 0.015)), changed.shape)
    return np.asarray(changed + grain, _f)
