"""Black bodies: their colours are known from tables."""

from __future__ import annotations

import numpy as np

from manyhands.core.frame import LUMINANCE
from manyhands.kit.blackbody import glowing


def test_its_white_is_neutral_and_cooler_things_are_redder_and_much_darker() -> None:
    light = glowing(np.array([1200.0, 1800.0, 2400.0, 6000.0]))
    assert np.all(np.diff(light[:, 0] / light[:, 2]) < 0)
    np.testing.assert_allclose(light[3] / light[3].mean(), 1, atol=0.04)
    level = light @ LUMINANCE
    np.testing.assert_allclose(level[2], 1, rtol=2e-3)
    # by Planck's law at 555 nm, near which the eye's curve lies: exp(-25924 / T)
    np.testing.assert_allclose(np.log(level[1]), -25924 / 1800 + 25924 / 2400, rtol=0.06)


def test_the_chromaticity_of_2856_k_is_that_of_illuminant_a() -> None:
    to_xyz = np.linalg.inv(
        [[1.6410234, -0.3248033, -0.2364247], [-0.6636629, 1.6153316, 0.0167563], [0.0117219, -0.0082844, 0.9883949]]
    )
    xyz = to_xyz @ glowing(np.array([2856.0]))[0]
    np.testing.assert_allclose(xyz[:2] / xyz.sum(), [0.44757, 0.40745], atol=0.004)  # CIE 15
