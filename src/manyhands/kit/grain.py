"""Grain for what is laid into a plate: where a layer covers, the plate's own is dimmed."""

from __future__ import annotations

import cv2
import numpy as np

from manyhands.core.frame import luminance


def topping_grain(rgba: np.ndarray, strength: float, softness_px: float, rng: np.random.Generator) -> np.ndarray:
    """Grain that tops the plate's up under a layer: as strong as it would be at the layer's light.

    Args:
        strength: the plate's grain at middle grey, as a standard deviation.
        softness_px: the plate's softness, for its grain is no finer.
    Shapes: rgba (H, W, 4) premultiplied; returns (H, W, 3) light to be added.
    """
    noise = rng.standard_normal((*rgba.shape[:2], 3), np.float32)
    if softness_px > 0.3:
        sigma = min(softness_px, 1.2)
        noise = cv2.GaussianBlur(noise, (0, 0), sigma) * np.float32(2 * np.sqrt(np.pi) * max(sigma, 0.3))
    alpha = rgba[..., 3]
    missing = np.sqrt(np.clip(1 - (1 - alpha) ** 2, 0, 1))
    level = np.sqrt(np.maximum(luminance(rgba[..., :3]), 0) / np.maximum(alpha, 1e-3) / 0.18 + 0.05)
    return np.asarray(noise * (np.float32(strength) * missing * np.minimum(level, 3))[..., None])
