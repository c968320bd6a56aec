"""Refine and what it needs: errors, and that only the edge is touched.  Its quality: tests/kit/test_matting.py."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.errors import MediaError
from manyhands.makers.refine import refine
from tests.cutouts import before_street, clip_of, gradient_error, matte_of, sad


def refined(rough: np.ndarray, **params: Any) -> np.ndarray:
    inputs = {"plate": clip_of(before_street().rgb), "matte": matte_of(rough)}
    frame = refine.make(inputs, refine.checked(params), Chance(1, "r"), lambda done, of: None).frame(1001)
    return np.asarray(frame.alpha)


def test_a_rough_matte_gets_closer_to_the_truth_by_either_way() -> None:
    truth = before_street().alpha
    rough = cv2.GaussianBlur(truth, (0, 0), 4)
    exact, quick = refined(rough, inner_px=2.0, outer_px=2.0), refined(rough, inner_px=2.0, outer_px=2.0, way="quick")
    assert sad(exact, truth) < 0.65 * sad(rough, truth)
    assert sad(quick, truth) < 0.9 * sad(rough, truth)
    assert gradient_error(exact, truth) < 0.3 * gradient_error(rough, truth)


def test_what_is_sure_stays_exactly() -> None:
    rough = cv2.GaussianBlur(before_street().alpha, (0, 0), 2)
    found = refined(rough)
    inner = cv2.distanceTransform((rough > 0.95).astype(np.uint8), cv2.DIST_L2, 5) > 5
    outer = cv2.distanceTransform((rough < 0.05).astype(np.uint8), cv2.DIST_L2, 5) > 7
    assert np.array_equal(found[inner], np.ones(inner.sum(), np.float32))
    assert np.array_equal(found[outer], np.zeros(outer.sum(), np.float32))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_empty_and_a_full_matte_stay_so(value: float) -> None:
    rough = np.full(before_street().alpha.shape, value, np.float32)
    assert np.array_equal(refined(rough), rough)


def test_a_hole_of_one_pixel_and_a_matte_that_is_unknown_everywhere_do_no_harm() -> None:
    rough = np.ones(before_street().alpha.shape, np.float32)
    rough[100, 200] = 0
    assert np.isfinite(refined(rough)).all()
    grey = np.full(rough.shape, 0.5, np.float32)
    assert np.isfinite(refined(grey)).all()


def test_a_matte_of_another_size_is_refused() -> None:
    with pytest.raises(MediaError, match="refine: matte is 20x10; the plate is 426x240"):
        refined(np.zeros((10, 20), np.float32))
