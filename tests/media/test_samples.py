"""The kernels.  Oracle: numpy's own conversions, and closed forms."""

import numba
import numpy as np
import pytest

from manyhands.media import colour, samples
from manyhands.media.pixels import LUMA, yuv_scaling

NOTHING = np.zeros((0, 0), np.uint8)


def test_curve_tables_are_exact_at_their_knots_and_near_between():
    codes, light = samples.code_knots(), samples.light_knots()
    assert light[0] == 0
    assert (np.diff(codes) > 0).all()
    assert (np.diff(light) > 0).all()
    # A straight line comes through both tables as itself.
    way_in, way_out = colour.reading("acescg"), colour.writing("acescg")
    values = np.random.default_rng(2).uniform(-0.9, 2.2, (1, 4000)).astype(np.float32)
    rgba = np.empty((1, 4000, 4), np.float32)
    curve = way_in.curve
    samples.rgb_to_light(
        values, values, values, NOTHING.astype(np.float32), np.float32(1), curve.table, curve.power, way_in.matrix, rgba
    )
    assert np.allclose(rgba[0, :, 0], values[0], atol=1e-6)
    rgba[..., :3] = np.exp2(np.random.default_rng(3).uniform(-20, 15, (1, 4000, 3)))
    back = np.empty((1, 4000, 3), np.float32)
    curve = way_out.curve
    samples.light_to_rgb(rgba, way_out.matrix, curve.table, curve.power, True, False, samples.NO_NOISE, back)
    assert np.allclose(back, rgba[..., :3], rtol=1e-6)


@pytest.mark.parametrize(
    ("halved", "size"), [((True, True), (24, 32)), ((True, False), (48, 32)), ((False, False), (48, 64))]
)
def test_results_do_not_depend_on_the_number_of_threads(halved, size):
    rng = np.random.default_rng(6)
    luma, blue, red = (rng.integers(0, 256, shape, np.uint8) for shape in ((48, 64), size, size))
    way_in, way_out = colour.reading("rec709"), colour.writing("rec709")
    kr, kb = LUMA[1]
    kg = 1 - kr - kb
    weights = np.array([2 - 2 * kr, -2 * (1 - kb) * kb / kg, -2 * (1 - kr) * kr / kg, 2 - 2 * kb], np.float32)
    undo = np.array(yuv_scaling(8, is_full_range=False, undo=True), np.float32)
    scaling = np.array(yuv_scaling(8, is_full_range=False), np.float32)
    found = []
    before = numba.get_num_threads()
    for threads in {1, before}:
        numba.set_num_threads(threads)
        rgba = np.empty((48, 64, 4), np.float32)
        into, out = way_in.curve, way_out.curve
        samples.yuv_to_light(
            luma, blue, red, NOTHING, np.array(halved), undo, weights, into.table, into.power, way_in.matrix, rgba
        )
        planes = [np.empty_like(plane) for plane in (luma, blue, red)]
        samples.light_to_yuv(
            rgba, way_out.matrix, out.table, out.power, True, False, np.array([kr, kg, kb], np.float32), scaling,
            samples.noise(3), *planes, NOTHING,
        )  # fmt: skip
        found.append([rgba, *planes])
        assert all((ours == given).all() for ours, given in zip(planes, (luma, blue, red), strict=True))
    numba.set_num_threads(before)
    assert all((one == other).all() for one, other in zip(found[0], found[-1], strict=True))


def test_a_sharp_edge_of_colour_keeps_its_mean_through_half_size_chroma():
    """The way down undoes the way up on what came up; elsewhere it must not shift or lose colour."""
    rgba = np.zeros((48, 64, 4), np.float32)
    rgba[..., 3] = 1
    rgba[..., :3] = 0.2
    rgba[:, 21:, 0] = 0.25
    way = colour.writing("rec709")
    kr, kb = LUMA[1]
    scaling = np.array(yuv_scaling(8, is_full_range=False), np.float32)
    full, half = ([np.empty((48, 64), np.uint8), *[np.empty(size, np.uint8) for _ in range(2)]]
                  for size in ((48, 64), (24, 32)))  # fmt: skip
    for planes in (full, half):
        samples.light_to_yuv(
            rgba, way.matrix, way.curve.table, way.curve.power, True, False,
            np.array([kr, 1 - kr - kb, kb], np.float32), scaling, samples.NO_NOISE, *planes, NOTHING,
        )  # fmt: skip
    assert abs(full[2].astype(float).mean() - half[2].astype(float).mean()) < 0.6


def test_a_code_that_is_not_a_number_is_read_from_within_the_table():
    """Looked up as it is, it would lie two thousand million samples before the table."""
    broken = np.full((1, 64), np.nan, np.float32)
    rgba = np.empty((1, 64, 4), np.float32)
    way = colour.reading("logc3")
    its = way.curve
    samples.rgb_to_light(
        broken, broken, broken, NOTHING.astype(np.float32), np.float32(1), its.table, its.power, way.matrix, rgba
    )
    assert rgba.shape == (1, 64, 4)
