"""Muzzle flash: a frame or two of light for each shot, ahead of the muzzle, each another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import luminance
from manyhands.makers.muzzle_flash import muzzle_flash
from tests.plates import flat

SIZE = {"width_px": 210, "height_px": 160}


def made(rate_fps: int = 24, **params: Any) -> Clip:
    plate = flat(0.1, 72)
    plate = Clip(plate.span.model_copy(update={"rate_fps": rate_fps}), 32, 24, plate.read)
    given = muzzle_flash.checked({**SIZE, **params})
    found = muzzle_flash.make({"plate": plate}, given, Chance(3), lambda done, of: None)
    assert isinstance(found, Clip)
    return found


def levels(clip: Clip, frames: int = 48) -> np.ndarray:
    return np.array([luminance(clip.frame(at).rgb).max() for at in range(1001, 1001 + frames)])


def test_a_single_shot_is_seen_for_two_frames_and_its_smoke_for_a_while() -> None:
    level = levels(made())
    assert level[0] > 8
    assert level[1] < 0.3 * level[0]
    assert level[2:].max() < 0.35
    assert level[2] > 0
    assert level[40:].max() == 0
    assert levels(made(smoke=0.0))[2:].max() == 0


@pytest.mark.parametrize(("shots", "frames"), [(240.0, [0, 6, 12, 18]), (650.0, [0, 2, 4, 7, 9, 11])])
def test_shots_fall_in_the_frames_that_the_rate_of_fire_says(shots: float, frames: list[int]) -> None:
    level = levels(made(shots_per_minute=shots, smoke=0.0), 12 if shots > 400 else 20)
    assert np.flatnonzero(level > 8).tolist() == frames


def test_it_fires_from_when_to_when_it_was_said() -> None:
    level = levels(made(shots_per_minute=300.0, at=0.5, until=1.0, smoke=0.0))
    assert level[:12].max() == 0
    assert level[12] > 8
    assert level[26:].max() == 0


@pytest.mark.parametrize(("way", "side"), [(0.0, 1), (180.0, -1)])
def test_the_flame_is_ahead_of_the_muzzle(way: float, side: int) -> None:
    frame = luminance(made(way_deg=way, foot=(0.5, 0.5), lobes=0).frame(1001).rgb)
    x = np.arange(210) - 105
    assert np.sign((frame.sum(0) * x).sum()) == side
    up = luminance(made(way_deg=90.0, foot=(0.5, 0.5), lobes=0).frame(1001).rgb)
    assert up[:80].sum() > 3 * up[80:].sum()


def test_each_shot_has_its_own_shape() -> None:
    clip = made(shots_per_minute=240.0, smoke=0.0)
    one, other = (clip.frame(at).rgb for at in (1001, 1007))
    assert np.abs(one - other).sum() > 0.2 * one.sum()
    assert np.array_equal(clip.frame(1007).rgb, other)


def test_the_core_is_white_and_the_edge_is_redder() -> None:
    rgb = made(smoke=0.0).frame(1001).rgb.reshape(-1, 3)
    level = luminance(rgb)
    core, edge = rgb[level > 0.6 * level.max()].mean(0), rgb[(level > 0.2) & (level < 1)].mean(0)
    assert core[2] / core[0] > edge[2] / edge[0]
    assert edge[0] > edge[1] > edge[2]


def test_nothing_is_cut_off_at_the_elements_edge() -> None:
    for at in (1001, 1006, 1012):
        rgba = made(length=1.0, smoke=1.0).frame(at).rgba
        assert max(rgba[0].max(), rgba[-1].max(), rgba[:, 0].max(), rgba[:, -1].max()) < 0.25
