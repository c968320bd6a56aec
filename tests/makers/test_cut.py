"""Cut: what is covered, with its own colours, so that it may be laid over something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.comp.layers import over
from manyhands.core.chance import Chance
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame
from manyhands.makers.cut import cut
from tests.cutouts import before_street, clip_of, matte_of
from tests.plates import CAMERA

SCENE = before_street()


def made(matte: np.ndarray = SCENE.alpha, **params: Any) -> Frame:
    inputs = {"plate": clip_of(SCENE.rgb), "matte": matte_of(matte)}
    frame: Frame = cut.make(inputs, cut.checked(params), Chance(1, "c"), lambda done, of: None).frame(1001)
    return frame


def test_laid_over_another_background_it_is_what_the_camera_would_have_seen_there() -> None:
    behind = np.full((*SCENE.alpha.shape, 4), (0.02, 0.03, 0.05, 1), np.float32)
    ground = Frame.of(behind, CAMERA)
    truth = SCENE.colour * SCENE.alpha[..., None] + behind[..., :3] * (1 - SCENE.alpha[..., None])
    errors = [
        float(np.abs(over(made(unmix=share), ground).rgb - truth)[SCENE.edge].mean()) for share in (0.0, 0.5, 1.0)
    ]
    assert errors[2] < 0.3 * errors[0]
    assert errors[2] < errors[1] < errors[0]
    assert errors[2] < 0.014


def test_where_it_is_solid_the_plate_comes_through_bit_for_bit_and_stays_the_cameras() -> None:
    frame = made()
    solid = SCENE.alpha == 1
    assert np.array_equal(frame.rgb[solid], SCENE.rgb[solid])
    assert frame.authorship.hands == (CAMERA,)
    assert frame.faults() == []


def test_an_empty_matte_cuts_out_nothing_and_a_full_one_the_plate() -> None:
    assert not made(np.zeros_like(SCENE.alpha)).rgba.any()
    assert np.array_equal(made(np.ones_like(SCENE.alpha)).rgb, SCENE.rgb)


def test_choking_makes_it_smaller() -> None:
    assert made(choke_px=1.0).alpha.sum() < made().alpha.sum() < made(choke_px=-1.0).alpha.sum()


def test_a_matte_of_another_size_is_refused() -> None:
    with pytest.raises(MediaError, match="cut: matte is 20x10; the plate is 426x240"):
        made(np.zeros((10, 20), np.float32))
