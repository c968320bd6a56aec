"""Sparks: light only while they are alive, falling, cooling, brightest where they are thrown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame, luminance
from manyhands.makers.sparks import sparks
from tests.plates import flat

SIZE = {"width_px": 240, "height_px": 200}
STEADY = {"bursts": 0.0, "arc": 0.0}


def made(**params: Any) -> Clip:
    found = sparks.make({"plate": flat(0.1, 60)}, sparks.checked({**SIZE, **params}), Chance(4), lambda done, of: None)
    assert isinstance(found, Clip)
    return found


def light(frame: Frame) -> np.ndarray:
    return luminance(frame.rgb)


def test_cores_are_brighter_than_white_and_warm() -> None:
    rgb = made(**STEADY).frame(1010).rgb
    peak = rgb.reshape(-1, 3)[luminance(rgb).ravel().argmax()]
    assert peak[0] > 1
    assert peak[0] > peak[1] > peak[2]


def test_farther_from_the_source_they_are_cooler_and_redder() -> None:
    rgb = np.mean([made(**STEADY, rate=4000).frame(at).rgb for at in range(1010, 1014)], 0)
    y, x = np.mgrid[0:200, 0:240]
    away = np.hypot(x - 120, y - 60)
    near, far = (rgb[(away > low) & (away < low + 12)].sum(0) for low in (6, 60))
    assert near.sum() > far.sum()
    assert far[1] / far[0] < near[1] / near[0]


def test_they_fall() -> None:
    """The light that is old lies below the light that is young: with no way of their own all fall from the foot."""
    rows = light(made(**STEADY, speed=0.0, rate=3000).frame(1020)).sum(1)
    assert rows[:58].sum() < 0.02 * rows.sum()
    assert rows[80:].sum() > 0.2 * rows.sum()


def test_thrown_to_the_side_they_go_there() -> None:
    frame = light(made(**STEADY, way_deg=0.0, spread_deg=10.0, speed=9.0).frame(1010))
    assert frame[:, 125:].sum() > 10 * frame[:, :110].sum()
    left = light(made(**STEADY, way_deg=180.0, spread_deg=10.0, speed=9.0).frame(1010))
    assert left[:, :115].sum() > 10 * left[:, 130:].sum()


def test_they_bounce_from_the_ground_and_none_goes_through_it() -> None:
    rows = light(made(**STEADY, floor=0.7, rate=3000).frame(1020)).sum(1)
    assert rows[145:].sum() < 1e-3 * rows.sum()


def test_in_bursts_most_frames_are_quieter_and_some_much_brighter() -> None:
    levels = np.array([light(made(bursts=1.0, life=0.1).frame(at)).sum() for at in range(1001, 1050)])
    even = np.array([light(made(**STEADY, life=0.1).frame(at)).sum() for at in range(1001, 1050)])
    assert levels.std() / levels.mean() > 2 * even.std() / even.mean()
    assert levels[0] > levels.mean()  # something is seen at once


@pytest.mark.parametrize(("at", "until"), [(1.0, 0.0), (0.0, 0.5), (0.5, 1.5)])
def test_they_begin_and_end_when_it_was_said(at: float, until: float) -> None:
    clip = made(at=at, until=until, life=0.3)
    seen = [bool(clip.frame(frame).rgba.any()) for frame in range(1001, 1060)]
    first, last = 24 * at, (24 * until + 8 if until else 60)
    for index, is_seen in enumerate(seen):
        if index < first or index > last:
            assert not is_seen, index
    assert seen[round(first)]


def test_nothing_is_cut_off_at_the_elements_edge() -> None:
    rgba = made(**STEADY, rate=4000).frame(1010).rgba
    edge = np.concatenate([rgba[0], rgba[-1], rgba[:, 0], rgba[:, -1]])
    assert edge.max() < 0.2
