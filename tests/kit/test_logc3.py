"""LogC3 against ARRI's own figures and against the library whose models speak it."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit import logc3


@pytest.mark.parametrize(("light", "code"), [(0.18, 0.391007), (0.0, 0.092809), (1.0, 0.570631)])
def test_the_curve_is_arris(light: float, code: float) -> None:
    """ARRI 2017: 18 % grey is 400/1023 at EI 800, and black is 95/1023; white by their formula."""
    assert float(logc3.coded(np.array(light))) == pytest.approx(code, abs=2e-6)


def test_it_comes_back_over_all_of_its_range() -> None:
    light = np.concatenate([np.linspace(-0.017, 0.05, 200), np.geomspace(0.05, 55, 200)])
    np.testing.assert_allclose(logc3.linear(logc3.coded(light)), light, rtol=1e-9, atol=1e-6)


def test_it_is_the_curve_of_the_models() -> None:
    pytest.importorskip("diffusers")
    import torch
    from diffusers.pipelines.ltx2.image_processor import LTX2VideoHDRProcessor

    code = np.linspace(0, 1, 1001)
    theirs = LTX2VideoHDRProcessor._logc3_decompress(torch.from_numpy(code)).numpy()
    np.testing.assert_allclose(logc3.linear(code), theirs, rtol=1e-9, atol=1e-9)
