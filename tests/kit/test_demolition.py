"""A building that falls, as one simulation: where its dust has room, and where it comes from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.kit.demolition import Order, _wake, begun, building_of, fall_of, room_for_dust

OUTLINE, FOOT = (300.0, 100.0, 420.0, 400.0), (400.0, 400.0)


def test_dust_has_no_room_far_beyond_what_the_picture_shows() -> None:
    whole = room_for_dust(OUTLINE, FOOT, rolling=3.0, near=0.07, cells=160)
    seen = room_for_dust(OUTLINE, FOOT, rolling=3.0, near=0.07, cells=160, seen=(0.0, 640.0))
    assert whole.left < -500
    assert seen.left == pytest.approx(-128)
    assert seen.left + seen.width_px == pytest.approx(768)
    assert seen.cell_px < 0.6 * whole.cell_px, "the cells that are saved make it finer"


def test_a_building_out_of_the_picture_keeps_the_room_that_it_stands_in() -> None:
    box = room_for_dust(OUTLINE, FOOT, rolling=1.0, near=0.07, cells=160, seen=(500.0, 1000.0))
    assert box.left < OUTLINE[0]


def order(matte_of: np.ndarray) -> Order:
    return Order(
        outline=OUTLINE, foot=FOOT, box=room_for_dust(OUTLINE, FOOT, rolling=1.0, near=0.07, cells=96), height_m=48,
        start=(0.5, 1.0), spread_s=1.0, lean=0.0, pieces=40, dust=1.0, wind=0.0, wind_depth=0.0, gusts=0.0,
        turbulence=1.0, lasting_s=45.0, frame_s=1 / 24,
    )  # fmt: skip


def test_a_mast_on_a_roof_leaves_no_dust_of_its_own_in_the_air() -> None:
    matte = np.zeros((480, 640), np.float32)
    matte[200:400, 300:420] = matte[100:200, 352:368] = 1
    what = order(matte)
    state = begun(what, matte, Chance(1, "fall"))
    building = building_of(state, what)
    dropped = fall_of(state)
    dropped = replace(
        dropped, at=dropped.at + np.array([0, 150.0]), speed=np.broadcast_to([0, 100.0], dropped.speed.shape)
    )
    found = _wake(building, dropped, what)
    assert found, "the roof leaves a wake"
    assert min(burst.top for burst in found) > 300, "which hangs at the roof, not at the mast's tip"
