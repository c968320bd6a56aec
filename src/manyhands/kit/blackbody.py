"""The light of glowing things by their temperature."""

from __future__ import annotations

import numpy as np

# XYZ (D65 or any: the light itself is not adapted) to ACEScg, AP1 primaries with the ACES white
# (Academy S-2014-004); its rows applied to the white of 6000 K give 1, 1, 1 to within a few hundredths.
XYZ_TO_ACESCG = np.array(
    [[1.6410234, -0.3248033, -0.2364247], [-0.6636629, 1.6153316, 0.0167563], [0.0117219, -0.0082844, 0.9883949]]
)


def glowing(kelvin: np.ndarray) -> np.ndarray:
    """The radiance of black bodies, beside the luminance of one at 2400 K.

    Shapes: (n,) kelvin, above 0, to (n, 3) float32.
    Colour: scene-linear ACEScg, not below 0: what lies outside its primaries is taken to their edge.
    Source: Planck's law, and the CIE 1931 observer as fitted by Wyman, Sloan and Shirley (2013).
    """
    light = _xyz(np.asarray(kelvin, np.float64)) / _xyz(np.array([2400.0]))[0, 1]
    return np.maximum(light @ XYZ_TO_ACESCG.T, 0).astype(np.float32)


def _xyz(kelvin: np.ndarray) -> np.ndarray:
    wave = np.arange(390.0, 781.0, 10.0)  # nm
    matching = np.stack(
        [
            _lobe(wave, 1.056, 599.8, 37.9, 31.0)
            + _lobe(wave, 0.362, 442.0, 16.0, 26.7)
            + _lobe(wave, -0.065, 501.1, 20.4, 26.2),
            _lobe(wave, 0.821, 568.8, 46.9, 40.5) + _lobe(wave, 0.286, 530.9, 16.3, 31.1),
            _lobe(wave, 1.217, 437.0, 11.8, 36.0) + _lobe(wave, 0.681, 459.0, 26.0, 13.8),
        ],
        -1,
    )
    heat = 1.438777e7 / (wave[None] * np.maximum(kelvin, 1.0)[:, None])
    radiance = (560.0 / wave[None]) ** 5 / np.expm1(np.minimum(heat, 600.0))
    return np.asarray(radiance @ matching)


def _lobe(wave: np.ndarray, height: float, peak: float, below: float, above: float) -> np.ndarray:
    away = (wave - peak) / np.where(wave < peak, below, above)
    return np.asarray(height * np.exp(-0.5 * away**2))
