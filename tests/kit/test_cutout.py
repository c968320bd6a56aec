"""A building cut out of its picture: a hasty outline still takes all of it, and none of its neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.cutout import cut_out, own_light

HEIGHT, WIDTH = 180, 240


def street() -> np.ndarray:
    """(H, W): a tower, a low house that leans on its right side, and the ground, before the sky."""
    ahead = np.zeros((HEIGHT, WIDTH), np.float32)
    ahead[40:150, 80:140] = ahead[100:150, 140:200] = ahead[150:] = 1
    return ahead


def test_an_outline_with_room_to_spare_is_cut_along_the_sky() -> None:
    matte = cut_out((76, 34, 140, 34, 140, 150, 76, 150), street())
    assert np.array_equal(matte[40:148, 82:138] > 0.5, np.ones((108, 56), bool))
    assert matte[:38].max() < 0.1
    assert matte[45:145, :78].max() < 0.1


def test_what_a_hasty_outline_cut_off_is_found_and_the_neighbour_is_not() -> None:
    matte = cut_out((80, 44, 137, 42, 137, 150, 80, 150), street())
    assert matte[46:98, 138:140].min() > 0.5, "a strip on the right that runs down into the neighbour"
    assert matte[40:42, 84:134].min() > 0.5, "the edge of the roof"
    assert matte[105:145, 150:200].max() == 0


def test_where_all_is_taken_for_sky_the_outline_stands() -> None:
    matte = cut_out((80, 40, 140, 40, 140, 150, 80, 150), np.zeros((HEIGHT, WIDTH), np.float32))
    assert matte[45:145, 85:135].min() == 1


def test_the_skys_part_is_taken_out_of_an_edge() -> None:
    """An edge pixel that is half wall and half sky is given the wall's light."""
    building, ahead = np.zeros((HEIGHT, WIDTH), np.float32), street()
    building[40:150, 80:140] = 1
    building[41:99, 140] = ahead[41:99, 140] = 0.5
    picture = np.full((HEIGHT, WIDTH, 4), (0.5, 0.6, 0.9, 1.0), np.float32)
    wall = np.float32((0.2, 0.15, 0.1))
    picture[ahead >= 1, :3] = wall
    picture[41:99, 140, :3] = 0.5 * wall + 0.5 * picture[0, 0, :3]
    own = own_light(picture, building, ahead)
    assert own[60:90, 140] == pytest.approx(np.broadcast_to(wall, (30, 3)), abs=0.02)
