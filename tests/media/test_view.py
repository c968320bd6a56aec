"""What a screen shows.  Oracle: the way in undone (decision 0002), and OpenColorIO's ACES 2.0 rendering."""

import pickle

import numpy as np
import PyOpenColorIO as ocio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.media import colour, samples
from manyhands.media.view import View, view_for

NOTHING = np.zeros((0, 0), np.uint8)
DISPLAYED = [space.name for space in colour.SPACES if space.is_display_referred]


def light_of(codes: np.ndarray, name: str) -> np.ndarray:
    way, out = colour.reading(name), np.empty((*codes.shape[:2], 4), np.float32)
    gain = np.float32(1 / np.iinfo(codes.dtype).max)
    planes = [np.ascontiguousarray(codes[..., channel]) for channel in range(3)]
    curve = way.curve
    samples.rgb_to_light(*planes, NOTHING.astype(codes.dtype), gain, curve.table, curve.power, way.matrix, out)
    if way.processor is not None:
        way.processor(out)
    return out


@pytest.mark.parametrize("name", ["rec709", "srgb", "gamma22", "gamma24", "rec2020", "p3", "p3-video"])
def test_every_8_bit_colour_comes_back_as_it_was(name):
    # A lattice with every value of each channel against a spread of the others, and a million at random.
    ramp, few = np.arange(256, dtype=np.uint8), np.array([0, 1, 2, 7, 64, 128, 200, 254, 255], np.uint8)
    lattice = [np.stack(np.meshgrid(*axes), -1).reshape(-1, 3) for axes in
               ((ramp, few, few), (few, ramp, few), (few, few, ramp))]  # fmt: skip
    chance = np.random.default_rng(5).integers(0, 256, (2**20, 3), np.uint8)
    codes = np.concatenate([*lattice, chance])[None]
    assert (view_for(name).display8(light_of(codes, name)) == codes).all()


@pytest.mark.parametrize("name", ["rec709", "srgb"])
def test_every_16_bit_grey_comes_back_as_it_was(name):
    codes = np.repeat(np.arange(65536, dtype=np.uint16)[None, :, None], 3, 2)
    found = view_for(name).display16(light_of(codes, name)).astype(int)
    assert np.abs(found - codes).max() <= 1


@pytest.mark.parametrize("name", ["pq", "hlg"])
def test_hdr_comes_back_within_a_code_value_of_ten_bits(name):
    codes = np.random.default_rng(2).integers(0, 65536, (64, 64, 3), np.uint16)
    found = view_for(name).display16(light_of(codes, name)).astype(int)
    assert np.abs(found - codes).max() < 64


def test_a_scene_referred_plate_goes_out_by_the_aces_rendering():
    view = view_for("logc4")
    rgba = np.random.default_rng(1).uniform(0, 4, (20, 30, 4)).astype(np.float32)
    wanted = rgba.copy()
    transform = ocio.DisplayViewTransform(
        src="ACEScg", display="Rec.1886 Rec.709 - Display", view="ACES 2.0 - SDR 100 nits (Rec.709)"
    )
    colour.config().getProcessor(transform).getDefaultCPUProcessor().applyRGBA(wanted)
    assert np.allclose(view.display(rgba), np.clip(wanted[..., :3], 0, 1), atol=1e-6)
    # The reference rendering of mid grey: ACES 2.0 puts 0.18 at 10 nits of 100, which gamma 2.4 writes as 0.383.
    assert np.allclose(view.display(np.full((1, 1, 4), 0.18, np.float32)), 0.1 ** (1 / 2.4), atol=2e-3)


def test_the_baked_view_is_near_the_exact_one():
    # machine.md, 3.5: 65 cubed in an ACEScct shaper, mean error 0.16 and 99th percentile 2.9 of 255.
    rgba = np.random.default_rng(1).uniform(0, 1, (60, 60, 4)).astype(np.float32)
    view = View("aces-sdr")
    away = np.abs(view.display(rgba, fast=True) - view.display(rgba)) * 255
    assert away.mean() < 0.3
    assert np.percentile(away, 99) < 5


def test_light_is_clipped_at_the_end_only():
    rgba = np.array([[[-1, 0.2, 50, 1]]], np.float32)
    shown = view_for("rec709").display(rgba)
    assert shown.min() == 0
    assert shown.max() == 1


@given(st.floats(0.001, 1), st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_dither_keeps_the_mean_and_stays_within_a_code_value(level, at):
    rgba = np.full((32, 64, 4), level, np.float32)
    view = view_for("rec709")
    exact = view.display(rgba) * 255
    shown = view.display8(rgba, at=at)
    assert np.abs(shown - exact).max() <= 1
    assert abs(shown.mean() - exact.mean()) < 0.05


def test_a_slow_ramp_has_no_bands():
    # Half a code value over 256 pixels: rounding would give two flat halves, dither a mix everywhere.
    codes = np.linspace(100.1, 100.6, 256, dtype=np.float32) / 255
    light = ((codes + 0.099) / 1.099) ** (1 / 0.45)
    rgba = np.repeat(light[None, :, None], 4, 2).repeat(32, 0)
    shown = view_for("rec709").display8(rgba)
    left, right = shown[:, :64].mean(), shown[:, -64:].mean()
    assert 100.05 < left < 100.35
    assert 100.4 < right < 100.7


def test_straight_alpha_is_taken_out_before_the_curve():
    codes = np.full((2, 2, 3), 130, np.uint8)
    rgba = light_of(codes, "rec709")
    half = rgba * np.float32(0.5)
    assert (view_for("rec709").display8(half, straight=True) == 130).all()
    empty = np.zeros((2, 2, 4), np.float32)
    assert (view_for("rec709").display8(empty, straight=True) == 0).all()


@pytest.mark.parametrize("name", DISPLAYED)
def test_a_view_carries_the_tags_of_its_space(name):
    view = view_for(name)
    back, _ = colour.tagged_space(view.primaries, view.transfer, is_rgb=False)
    # Gamma 2.4 has no code point of its own; players show Rec.709 by it.
    assert back == ("rec709" if name == "gamma24" else name)
    assert view.matrix == (9 if view.primaries == 9 else 1)


def test_the_matrix_of_the_source_is_kept():
    assert view_for("rec709", matrix=6).matrix == 6
    assert view_for("pq", matrix=1).matrix == 9
    assert view_for("rec709", matrix=7).matrix == 1


def test_a_view_travels_to_another_process():
    view = view_for("srgb")
    assert pickle.loads(pickle.dumps(view)) == view
