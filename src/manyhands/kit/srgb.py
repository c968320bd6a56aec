"""sRGB's curve (IEC 61966-2-1): how light is coded for a display, and back; both go on above 1."""

from __future__ import annotations

import numpy as np


def coded(light: np.ndarray) -> np.ndarray:
    """The value that a file has for light, from 0; of the same shape and type."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055)


def linear(value: np.ndarray) -> np.ndarray:
    """The light that a file's value stands for, from 0; of the same shape and type."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
