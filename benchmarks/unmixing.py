"""Alpha from one background or from two, against elements whose truth is known, with a camera's noise over them."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from benchmarks.measure import Figure
from manyhands.kit.unmixing import Kind, background_of, noise_of, spread_of, unmixed, unmixed_alone

HEIGHT, WIDTH = 360, 640
DARK, GREY, BRIGHT = (np.full(3, light, np.float32) for light in (0.02, 0.18, 0.6))
NOISE = 0.004


def elements() -> dict[Kind, np.ndarray]:
    """Something solid with soft edges, smoke that is 85 % dense at most, and a flame that covers a fifth at most."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    turn = np.arctan2(y - 180, x - 320)
    away = np.hypot(x - 320, y - 180) - 110 - 14 * np.sin(5 * turn)
    solid = np.clip(0.5 - away / 5, 0, 1)
    stripes = np.where((np.sin(x / 23) > 0)[..., None], [0.5, 0.06, 0.05], [0.62, 0.58, 0.45])
    shade = np.clip(1.1 - 0.002 * (x - 320), 0.3, 1.4)[..., None]
    billows = cv2.resize(_billows(), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    body = np.clip(1.3 - np.hypot((x - 320) / 190, (y - 180) / 130), 0, 1)
    smoke = np.clip(body * billows, 0, 0.85)
    flame = np.clip(1.2 - np.hypot((x - 320) / 90, (y - 200) / 140), 0, 1) * billows
    return {
        "solid": _element(stripes * shade, solid),
        "smoke": _element(np.broadcast_to([0.34, 0.33, 0.31], (HEIGHT, WIDTH, 3)), smoke),
        "light": np.dstack([flame[..., None] * [2.2, 0.8, 0.15], 0.2 * np.clip(flame, 0, 1)]).astype(np.float32),
    }


def _billows() -> np.ndarray:
    rng = np.random.default_rng(4)
    layers = [
        cv2.resize(rng.uniform(0, 1, (9 * 2**octave, 16 * 2**octave)).astype(np.float32), (320, 180)) / 2**octave
        for octave in range(4)
    ]
    return np.asarray(sum(layers) / 1.0, np.float32)


def _element(colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return np.dstack([colour * alpha[..., None], alpha]).astype(np.float32)


def before(rgba: np.ndarray, back: np.ndarray, seed: int) -> np.ndarray:
    """The element before an even background, with noise."""
    light = rgba[..., :3] + (1 - rgba[..., 3:]) * back
    noise = np.random.default_rng(seed).standard_normal(light.shape).astype(np.float32)
    return np.asarray(light + NOISE * noise, np.float32)


def figures() -> Iterator[Figure]:
    for kind, truth in elements().items():
        dark, bright, grey = (before(truth, back, seed) for seed, back in enumerate((DARK, BRIGHT, GREY)))
        backs = background_of(dark), background_of(bright)
        two = unmixed(dark, bright, *backs, noise=noise_of(dark, bright, *backs)).rgba
        back = background_of(grey)
        one = unmixed_alone(grey, back, kind, noise=spread_of(grey, back))
        there = truth[..., 3] > 0.01
        for name, found in (("two backgrounds", two), ("grey alone", one)):
            off = np.abs(found - truth)[there].mean(0)
            new = np.float32([0.05, 0.1, 0.3])
            over = np.abs(found[..., :3] - truth[..., :3] - (found[..., 3:] - truth[..., 3:]) * new)[there].mean()
            yield Figure(f"unmix, {kind}, {name}: alpha is off by", float(off[3]), "of 1", None)
            yield Figure(f"unmix, {kind}, {name}: over another picture, off by", float(over), "scene-linear", None)
