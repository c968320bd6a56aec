"""Snow: white before the dark and grey before a bright sky, slow, drifting, out of focus near by."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.makers.snow import snow
from tests.plates import flat, plate

LIT = {"sky_light": (0.4, 0.4, 0.4), "sun_light": (0.2, 0.2, 0.2), "veil": 0.0}


def made(clip: Clip, frame: int = 1002, **params: Any) -> Frame:
    return snow.make({"plate": clip}, snow.checked(params), Chance(2, "snow"), lambda done, of: None).frame(frame)


def test_no_snow_and_no_veil_leave_the_plate_bit_for_bit() -> None:
    clip = plate(2)
    assert np.array_equal(made(clip, 1001, amount=0.0, veil=0.0).rgba, clip.frame(1001).rgba)


def test_flakes_are_brighter_than_the_dark_and_darker_than_a_bright_sky() -> None:
    dark = made(flat(0.02, width=320, height=180), **LIT).rgb
    bright = made(flat(2.0, width=320, height=180), **{**LIT, "light": 0.8}).rgb
    assert dark.max() > 0.2
    assert dark.min() >= 0.02 - 1e-4
    assert bright.min() < 1.5
    assert bright.max() <= 2.0 + 1e-4


def test_an_open_lens_makes_discs_of_the_near_ones_and_keeps_their_light() -> None:
    shut, wide = (
        made(flat(0.02, width=320, height=180), **LIT, aperture_mm=mm, amount=0.3).authorship.weight_of(snow.hand)
        for mm in (0.0, 40.0)
    )
    assert wide.max() < 0.8 * shut.max()
    depths = [-np.log1p(-cover).sum() for cover in (shut, wide)]
    assert depths[1] == pytest.approx(depths[0], rel=0.25)


def test_eddies_part_flakes_that_would_fall_together() -> None:
    clip = flat(0.02, 30, width=320, height=180)
    calm, eddying = (
        [
            made(clip, at, **LIT, aperture_mm=0.0, speed=0.05, gusts=0.0, wind=0.0, turbulence=turbulence).rgb[..., 1]
            for at in (1001, 1004)
        ]
        for turbulence in (0.0, 2.0)
    )
    alike = [np.corrcoef(pair[0].ravel(), pair[1].ravel())[0, 1] for pair in (calm, eddying)]
    assert alike[0] > alike[1] + 0.2


@pytest.mark.parametrize("wind", [-3.0, 3.0])
def test_the_wind_carries_it(wind: float) -> None:
    clip = flat(0.02, width=320, height=180)
    frame = made(clip, **LIT, wind=wind, turbulence=0.0, gusts=0.0, shutter_deg=360.0, aperture_mm=0.0)
    gy, gx = np.gradient(frame.rgb[..., 1].astype(np.float64))
    assert np.sign(-(gx * gy).sum()) == np.sign(wind)


def test_it_sets_in_and_lets_up_within_the_shot() -> None:
    # at 24 frames a second: nothing before half a second in, all of it a second and a half later, none at the end
    clip = plate(120)
    whole = {at: made(clip, at).rgba for at in (1011, 1031, 1060, 1119)}
    part = {at: made(clip, at, at=0.5, until=2.5).rgba for at in whole}
    assert np.array_equal(part[1011], clip.frame(1011).rgba)
    assert np.array_equal(part[1119], clip.frame(1119).rgba)
    assert np.array_equal(part[1060], whole[1060])
    gained, all_of_it = (float(np.abs(found - clip.frame(1031).rgba).sum()) for found in (part[1031], whole[1031]))
    assert 0.25 * all_of_it < gained < 0.85 * all_of_it
