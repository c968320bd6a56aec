"""Smoke: is it right?  Where it goes, what it hides, what it lights, and that it can be cut short."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.words import Times
from manyhands.makers.smoke import WORDS, smoke
from tests.plates import plate

SMALL = {"width_px": 96, "height_px": 72, "cells": 32, "before": 1.0, "foot": (0.5, 0.9)}


def element(frames: int = 8, seed: int = 1, **params: Any) -> Clip:
    clip = plate(frames)
    return smoke.make({"plate": clip}, smoke.checked({**SMALL, **params}), Chance(seed, "smoke"), lambda done, of: None)


def centre_x(clip: Clip, at: int) -> float:
    alpha = clip.frame(at).alpha
    return float((alpha.sum(0) * np.arange(alpha.shape[1])).sum() / alpha.sum() / alpha.shape[1])


def test_wind_from_the_left_carries_it_to_the_right() -> None:
    still, right, left = (centre_x(element(wind=wind), 1008) for wind in (0.0, 1.5, -1.5))
    assert left < still - 0.05 < still + 0.05 < right


def test_it_rises_frame_by_frame_from_its_start() -> None:
    clip = element(12, before=0.0)
    tops = [int(np.argmax(clip.frame(at).alpha.max(1) > 0.05)) for at in (1003, 1007, 1012)]
    assert tops[0] > tops[1] > tops[2]


def test_nothing_is_there_before_it_starts() -> None:
    clip = element(8, at=0.25, before=0.0)
    assert clip.frame(1004).alpha.max() == 0
    assert clip.frame(1008).alpha.max() > 0.1


def test_what_is_in_the_air_drifts_off_once_the_source_is_out() -> None:
    fed, out = (element(36, flame=1.0, embers=1.0, lasting=0.5, until=until) for until in (0.0, 0.25))
    for at in (1001, 1006):
        assert np.array_equal(fed.frame(at).rgba, out.frame(at).rgba), "six frames at 24 fps are a quarter of a second"
    assert out.frame(1036).rgb.sum() < 0.4 * fed.frame(1036).rgb.sum()
    assert out.frame(1036).alpha.sum() < 0.7 * fed.frame(1036).alpha.sum()


def test_an_end_before_the_beginning_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"until is 1 \(s\); it must come after at, which is 2") as told:
        element(at=2.0, until=1.0)
    assert told.value.fix


def test_smoke_hides_and_does_not_glow() -> None:
    frame = element(soot=1.5, flame=0.0, albedo=(0.1, 0.1, 0.1)).frame(1008)
    thick = frame.alpha > 0.9
    assert thick.any()
    assert frame.rgb[thick].max() < 0.3


def test_fire_glows_warm_and_brighter_than_it_could_be_lit() -> None:
    frame = element(flame=1.0, soot=0.3).frame(1008)
    red, green, blue = frame.rgb.reshape(-1, 3).max(0)
    assert red > 1.2
    assert red > green > blue


def test_the_side_towards_the_sun_is_brighter() -> None:
    light = {"albedo": (0.8, 0.8, 0.8), "sky_light": (0.0, 0.0, 0.0), "soot": 2.0, "turbulence": 0.0, "gusts": 0.0}
    left = element(sun_from_x=-1.0, sun_from_y=0.0, sun_from_z=0.0, **light).frame(1008)
    right = element(sun_from_x=1.0, sun_from_y=0.0, sun_from_z=0.0, **light).frame(1008)
    half = left.width // 2
    assert left.rgb[:, :half].sum() > left.rgb[:, half:].sum()
    assert right.rgb[:, :half].sum() < right.rgb[:, half:].sum()


def test_the_box_never_shows_a_hard_edge() -> None:
    alpha = element(24, soot=2.0, wind=1.0, before=2.0).frame(1024).alpha
    assert alpha[0].max() < 0.02  # no flat ceiling
    assert max(alpha[:, 0].max(), alpha[:, -1].max()) < 0.02


def test_another_seed_is_another_plume() -> None:
    assert not np.array_equal(element(seed=1).frame(1006).rgba, element(seed=2).frame(1006).rgba)


def test_a_run_from_a_kept_state_is_the_run_that_went_through() -> None:
    simulation = element(flame=1.0, embers=1.0).simulation
    assert simulation is not None
    state = simulation.start()
    for at in (1002, 1003):
        state = simulation.step(state, at)
    kept = {name: array.copy() for name, array in state.items()}
    through = simulation.step(simulation.step(state, 1004), 1005)
    again = simulation.step(simulation.step(kept, 1004), 1005)
    for name, array in through.items():
        assert np.array_equal(array, again[name]), name


def test_a_softer_plate_gets_a_softer_element_of_the_same_size() -> None:
    sharp, soft = (element(softness_px=px).frame(1008) for px in (0.0, 2.2))
    assert sharp.rgba.shape == soft.rgba.shape
    assert soft.alpha.mean() == pytest.approx(sharp.alpha.mean(), rel=0.1)
    assert np.abs(np.diff(soft.alpha)).max() < np.abs(np.diff(sharp.alpha)).max()


@pytest.mark.parametrize("noun", sorted(WORDS.nouns))
def test_every_noun_makes_something_to_see(noun: str) -> None:
    params = {**smoke.checked({}).model_dump(), **SMALL}
    for name, effect in WORDS.nouns[noun].items():
        params[name] = params[name] * effect.factor if isinstance(effect, Times) else effect
    clip = smoke.make({"plate": plate(8)}, smoke.checked(params), Chance(1), lambda done, of: None)
    frame = clip.frame(1008)
    assert frame.faults() == []
    assert frame.alpha.max() > 0.05
