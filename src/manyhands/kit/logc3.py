"""ARRI's LogC3 curve at EI 800: light as code values from 0 to 1, which reach up to 55 times white.

Source: ARRI, "ALEXA Log C Curve, Usage in VFX", 2017, table of EI 800 (linear scene exposure).
"""

from __future__ import annotations

import numpy as np

_A, _B, _C, _D, _E, _F, _CUT = 5.555556, 0.052272, 0.247190, 0.385537, 5.367655, 0.092809, 0.010591


def coded(light: np.ndarray) -> np.ndarray:
    """Light as code values; 18 % grey is 0.391.  Shapes: any."""
    log = _C * np.log10(np.maximum(_A * light + _B, 1e-9)) + _D
    return np.where(light > _CUT, log, _E * light + _F)


def linear(value: np.ndarray) -> np.ndarray:
    """Code values as light; below 0.093 it is negative.  Shapes: any."""
    light = (np.power(10.0, (value - _D) / _C) - _B) / _A
    return np.where(value > _E * _CUT + _F, light, (value - _F) / _E)
