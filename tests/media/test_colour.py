"""Colour spaces by name.  Oracle: OpenColorIO's own processors, and closed forms of ITU-R BT.709 and IEC 61966-2-1."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from manyhands.core.errors import InputError
from manyhands.media import colour, samples

NOTHING = np.zeros((0, 0), np.float32)


def light_of(codes: np.ndarray, name: str) -> np.ndarray:
    """Straight code values (H, W, 3) through the kernels."""
    way = colour.reading(name)
    planes = [np.ascontiguousarray(codes[..., channel], np.float32) for channel in range(3)]
    out = np.empty((*codes.shape[:2], 4), np.float32)
    curve = way.curve
    samples.rgb_to_light(*planes, NOTHING, np.float32(1), curve.table, curve.power, way.matrix, out)
    if way.processor is not None:
        way.processor(out)
    return out[..., :3]


@pytest.mark.parametrize("name", [space.name for space in colour.SPACES])
def test_every_space_reads_as_opencolorio_does(name):
    codes = np.random.default_rng(7).uniform(0, 1, (40, 50, 3)).astype(np.float32)
    wanted = np.dstack([codes, np.ones((40, 50), np.float32)])
    found = colour.space(name)
    group = ocio.GroupTransform()
    if found.curve:
        curve = colour.config().getNamedTransform(found.curve)
        group.appendTransform(ocio.NamedTransform.GetTransform(curve, ocio.TRANSFORM_DIR_FORWARD))
    group.appendTransform(ocio.ColorSpaceTransform(found.scene, "ACEScg"))
    colour.config().getProcessor(group).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS).applyRGBA(wanted)
    largest = np.maximum(np.abs(wanted[..., :3]).max(-1, keepdims=True), 1)
    assert (np.abs(light_of(codes, name) - wanted[..., :3]) <= 1e-5 * largest).all()


def test_grey_follows_the_curves_of_the_standards():
    codes = np.linspace(0, 1, 1001)
    grey = np.repeat(codes[None, :, None], 3, 2)
    # IEC 61966-2-1 and ITU-R BT.709 as they are printed; OpenColorIO joins their pieces a little elsewhere.
    srgb = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    rec709 = np.where(codes < 0.081, codes / 4.5, ((codes + 0.099) / 1.099) ** (1 / 0.45))
    assert np.allclose(light_of(grey, "srgb")[0], srgb[:, None], atol=1e-4)
    assert np.allclose(light_of(grey, "rec709")[0], rec709[:, None], atol=2e-4)


def test_logc3_reads_mid_grey_as_mid_grey():
    # ARRI, LogC3 at EI 800: 18 % grey is code 0.391 (400 of 1023).
    assert np.allclose(light_of(np.full((1, 1, 3), 0.391007), "logc3"), 0.18, atol=1e-4)


def test_light_outside_the_screen_is_kept():
    codes = np.array([[[-0.05, 0.5, 1.09], [1.09, 1.09, 1.09]]], np.float32)
    out = light_of(codes, "rec709")
    assert out[0, 1].min() > 1.15
    assert light_of(np.full((1, 1, 3), -0.05), "rec709").max() < 0


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Rec.709", "rec709"), ("BT709", "rec709"), ("S-Log3", "slog3"), ("slog3.cine", "slog3cine"), ("LogC", "logc3"),
        ("ARRI LogC4", "logc4"), ("V-Log", "vlog"), ("Log3G10", "log3g10"), ("Apple Log", "applelog"),
        ("sRGB - Texture", "srgb"), ("lin_ap1_scene", "acescg"), ("ACES2065-1", "aces2065-1"),
        ("linear", "linear-srgb"),
        ("Linear Rec.2020", "linear-rec2020"), ("rec2020", "rec2020"), ("Linear V-Gamut", "Linear V-Gamut"),
    ],
)  # fmt: skip
def test_names_are_taken_as_people_type_them(said, meant):
    assert colour.space(said).name == meant


def test_an_unknown_name_is_refused_with_the_closest():
    with pytest.raises(InputError, match=r"aplelog is not known\. Did you mean: applelog"):
        colour.space("aplelog")
    with pytest.raises(InputError, match="logc3"):
        colour.space("?")


def test_data_is_no_colour_space():
    with pytest.raises(InputError):
        colour.space("Raw")


@pytest.mark.parametrize(
    ("primaries", "transfer", "meant", "says"),
    [
        (1, 1, "rec709", ""), (2, 2, "rec709", "untagged"), (6, 6, "rec709", "standard-definition"),
        (9, 14, "rec2020", ""),
        (9, 16, "pq", ""), (9, 18, "hlg", ""), (1, 13, "srgb", ""), (12, 13, "p3", ""), (12, 1, "p3-video", ""),
        (1, 8, "linear-srgb", ""), (1, 4, "gamma22", ""), (22, 1, "rec709", "unusual"), (1, 2, "rec709", "untagged"),
        (9, 2, "rec2020", "transfer"),
    ],
)  # fmt: skip
def test_tags_mean_a_space_and_doubts_are_said(primaries, transfer, meant, says):
    name, notes = colour.tagged_space(primaries, transfer, is_rgb=False)
    assert name == meant
    assert says in " ".join(notes)
    assert bool(notes) == bool(says)


def test_premultiplied_code_values_are_decoded_straight():
    codes = np.array([[[0.25, 0.25, 0.25, 0.5], [0, 0, 0, 0]]], np.float32)
    out = colour.decoded(codes, "srgb")
    assert np.allclose(out[0, 0], [0.10702, 0.10702, 0.10702, 0.5], atol=1e-4)  # half of sRGB 0.5, which is 0.21404
    assert (out[0, 1] == 0).all()
