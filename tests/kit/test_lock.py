"""Plate lock's numbers: an edit is laid back, matched, and only what it changed is found."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.kit.lock import (
    TILE_PX,
    brought_back,
    change_of,
    is_of_shape,
    light_of,
    locked_tiles,
    matte_of,
    seen,
    steadied,
    tile_hashes,
)

HEIGHT, WIDTH = 180, 320


def plate(seed: int = 3) -> np.ndarray:
    """A picture with fine and broad structure, (H, W, 3) light."""
    rng = np.random.default_rng(seed)
    layers = [
        cv2.GaussianBlur(rng.standard_normal((HEIGHT, WIDTH, 3)).astype(np.float32), (0, 0), sigma) * sigma
        for sigma in (1.0, 4.0, 16.0)
    ]
    return light_of(np.clip(0.45 + 0.12 * sum(layers), 0.02, 0.95))


def handled(light: np.ndarray, *, shift: float = 0.3, gain: tuple[float, ...] = (1.02, 0.98, 1.01)) -> np.ndarray:
    """As a service gives it back: moved, off in colour, in eight bits with noise that is as coarse as coding's."""
    coded = seen(light) * np.array(gain, np.float32)
    move = np.array([[1, 0, shift], [0, 1, -shift]])
    coded = cv2.warpAffine(coded, move, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    noise = cv2.GaussianBlur(np.random.default_rng(1).standard_normal(coded.shape).astype(np.float32), (0, 0), 1.5)
    return light_of(np.round(255 * np.clip(coded + 0.02 * noise, 0, 1)) / 255)


def piece() -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return np.hypot(x - 200, y - 80) < 38


def test_an_edit_that_changed_nothing_takes_nothing() -> None:
    change = change_of(plate(), handled(plate()))
    assert change.share < 0.002
    assert change.fit.moved_px == pytest.approx(0.42, abs=0.1), "0.3 px across and up"
    assert change.fit.drift_after < 0.55 * change.fit.drift_before


@pytest.mark.parametrize("kind", ["other", "darker"])
def test_what_was_changed_is_found_and_little_else(kind: str) -> None:
    here = piece()
    made = np.where(here[..., None], plate(9) if kind == "other" else 0.5 * plate(), plate())
    change = change_of(plate(), handled(made))
    assert change.mask[here].mean() > 0.95
    wide = cv2.dilate(here.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert change.mask[~wide].mean() < 0.005


def test_the_edit_lies_on_the_plate_again() -> None:
    change = change_of(plate(), handled(plate()))
    back = brought_back(seen(handled(plate())), change.fit)
    inner = np.s_[8:-8, 8:-8]
    assert (
        np.abs(back - seen(plate()))[inner].mean() < 0.5 * np.abs(seen(handled(plate())) - seen(plate()))[inner].mean()
    )


def test_a_limit_keeps_all_else_out() -> None:
    made = np.where(piece()[..., None], plate(9), plate())
    limit = np.zeros((HEIGHT, WIDTH), np.float32)
    limit[:, :200] = 1
    change = change_of(plate(), handled(made), limit=limit)
    assert change.mask[:, 200:].sum() == 0 < change.mask[:, :200].sum()


def test_another_picture_altogether_is_called_one() -> None:
    assert change_of(plate(3), handled(plate(8))).is_all


@pytest.mark.parametrize("flat", [0.0, 0.18, 4.0])
def test_a_flat_picture_moves_nowhere_and_breaks_nothing(flat: float) -> None:
    still = np.full((HEIGHT, WIDTH, 3), flat, np.float32)
    change = change_of(still, still)
    assert change.share == 0
    assert change.fit.moved_px < 0.01
    assert np.isfinite(change.drift).all()


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 20))
def test_light_comes_back_from_what_is_seen(value: float) -> None:
    light = np.full((2, 2, 3), value, np.float32)
    assert light_of(seen(light)) == pytest.approx(light, rel=1e-4, abs=1e-6)


def test_the_matte_is_one_on_the_change_and_exactly_nothing_beyond_its_soft_edge() -> None:
    matte = matte_of(piece(), grow_px=0, soft_px=2)
    assert (matte[piece()] == 1).all()
    wide = cv2.dilate(piece().astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))) > 0
    assert not matte[~wide].any()
    assert ((matte > 0) & (matte < 1)).any()
    assert matte_of(piece(), grow_px=5, soft_px=2).sum() > matte.sum() > matte_of(piece(), grow_px=-5, soft_px=2).sum()


def test_a_speck_of_one_frame_goes_and_a_flash_stays() -> None:
    none, speck, flash = (np.zeros((HEIGHT, WIDTH), bool) for _ in range(3))
    speck[20:24, 20:24] = True
    flash[40:140, 60:200] = True
    assert not steadied(none, speck, none).any()
    assert steadied(speck, speck, none).sum() == 16
    assert steadied(none, flash, none).sum() == flash.sum()
    assert steadied(speck, none, speck).sum() == 16, "what both neighbours have"


def test_tiles_are_left_where_the_matte_is_nothing_and_their_hashes_are_of_their_half_floats() -> None:
    matte = np.zeros((HEIGHT, WIDTH), np.float32)
    matte[0, 0] = 1e-6
    left = locked_tiles(matte)
    assert left.shape == (-(-HEIGHT // TILE_PX), -(-WIDTH // TILE_PX))
    assert not left[0, 0]
    assert left.sum() == left.size - 1
    one = np.random.default_rng(1).random((HEIGHT, WIDTH, 4)).astype(np.float32)
    other = one.copy()
    other[100, 300, 1] += 0.01
    differ = tile_hashes(one) != tile_hashes(other)
    assert differ.sum() == 1
    assert differ[100 // TILE_PX, 300 // TILE_PX]


@pytest.mark.parametrize(
    ("size", "fits"),
    [
        ((1280, 720), True),
        ((1280, 704), True),  # a model's multiple of 32: 2.3 %
        ((1280, 696), False),  # 3.4 %
        ((720, 720), False),
        ((33, 18), True),  # a draft, rounded
    ],
)
def test_an_edit_is_of_the_plates_shape_but_for_what_is_rounded_off(size: tuple[int, int], fits: bool) -> None:
    assert is_of_shape(size, (1920, 1080)) is fits
