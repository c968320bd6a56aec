"""Grade: each control against its closed form, and nobody's pixels become the grade's."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import InputError, ParameterError
from manyhands.core.frame import Frame, luminance
from manyhands.core.span import Span
from manyhands.makers.grade import _from_acescct, _to_acescct, grade
from manyhands.propose import understand
from manyhands.propose.effects import changed
from tests.plates import CAMERA

SPAN = Span(length=2, rate_fps=Fraction(24))


def picture(seed: int = 1) -> np.ndarray:
    rng = np.random.Generator(np.random.PCG64(seed))
    return np.dstack([rng.uniform(0, 1.5, (24, 32, 3)), np.ones((24, 32))]).astype(np.float32)


def made(rgba: np.ndarray | None = None, **params: Any) -> Frame:
    rgba = picture() if rgba is None else rgba
    clip = Clip(SPAN, rgba.shape[1], rgba.shape[0], lambda at: Frame.of(rgba, CAMERA))
    return grade.make({"plate": clip}, grade.checked(params), Chance(1), lambda done, of: None).frame(1001)


def grey(value: float) -> np.ndarray:
    rgba = np.full((24, 32, 4), value, np.float32)
    rgba[..., 3] = 1
    return rgba


def test_without_a_setting_nothing_changes() -> None:
    frame = made()
    np.testing.assert_allclose(frame.rgba, picture(), atol=2e-6)
    assert frame.authorship.altered().max() < 1e-5


@given(st.floats(-4, 4))
def test_a_stop_doubles_the_light(stops: float) -> None:
    np.testing.assert_allclose(made(exposure=stops).rgb, picture()[..., :3] * 2**stops, rtol=1e-4, atol=1e-6)


def test_contrast_turns_about_middle_grey_in_stops() -> None:
    np.testing.assert_allclose(made(grey(0.18), contrast=1.7).rgb, 0.18, rtol=1e-5)
    np.testing.assert_allclose(made(grey(0.36), contrast=2.0).rgb, 0.72, rtol=1e-5)  # one stop over becomes two
    np.testing.assert_allclose(made(grey(0.09), contrast=0.5).rgb, 0.18 * 2**-0.5, rtol=1e-5)


def test_saturation_keeps_the_luminance_and_none_is_grey() -> None:
    before = luminance(picture()[..., :3])
    for amount in (0.0, 0.5, 2.0):
        np.testing.assert_allclose(luminance(made(saturation=amount).rgb), before, atol=1e-5)
    rgb = made(saturation=0.0).rgb
    np.testing.assert_allclose(rgb, np.repeat(before[..., None], 3, -1), atol=1e-5)


def test_a_higher_temperature_is_warmer_and_keeps_the_brightness_of_white() -> None:
    warm, cold = made(grey(0.5), temperature_k=9000).rgb[0, 0], made(grey(0.5), temperature_k=4500).rgb[0, 0]
    assert warm[0] > warm[1] > warm[2]
    assert cold[0] < cold[1] < cold[2]
    assert luminance(warm) == pytest.approx(0.5, rel=1e-5)
    assert luminance(cold) == pytest.approx(0.5, rel=1e-5)


def test_tint_goes_to_magenta_and_to_green() -> None:
    magenta, green = made(grey(0.5), tint=0.5).rgb[0, 0], made(grey(0.5), tint=-0.5).rgb[0, 0]
    assert magenta[1] < min(magenta[0], magenta[2])
    assert green[1] > max(green[0], green[2])


def test_lift_gamma_and_gain_are_per_channel() -> None:
    np.testing.assert_allclose(made(grey(0.0), lift=(0.1, 0.2, 0.3)).rgb[0, 0], (0.1, 0.2, 0.3), atol=1e-6)
    np.testing.assert_allclose(made(grey(1.0), lift=(0.1, 0.2, 0.3)).rgb[0, 0], 1.0, atol=1e-6)
    np.testing.assert_allclose(made(grey(0.25), gamma=(2.0, 1.0, 0.5)).rgb[0, 0], (0.5, 0.25, 0.0625), rtol=1e-5)
    np.testing.assert_allclose(made(grey(0.25), gain=(2.0, 1.0, 0.5)).rgb[0, 0], (0.5, 0.25, 0.125), rtol=1e-5)


def test_origin_stays_and_the_alteration_is_the_share_of_light_that_changed() -> None:
    frame = made(exposure=-1.0)
    assert frame.authorship.hands == (CAMERA,)
    np.testing.assert_allclose(frame.authorship.alteration_of(grade.hand), 0.5, atol=1e-5)


def test_premultiplied_edges_are_graded_as_their_own_colour() -> None:
    rgba = picture()
    half = rgba * 0.5
    np.testing.assert_allclose(made(half, contrast=1.4).rgb, made(rgba, contrast=1.4).rgb * 0.5, rtol=1e-4, atol=1e-6)
    half[0] = 0
    assert made(half, contrast=1.4, lift=(0.1, 0.1, 0.1)).rgba[0].max() == 0


def test_light_below_zero_stays_finite() -> None:
    rgba = picture()
    rgba[0, 0, :3] = (-0.2, 0.3, -0.01)
    assert np.isfinite(made(rgba, contrast=1.7, gamma=(1.2, 0.8, 1.0)).rgba).all()


def test_acescct_is_the_academys() -> None:
    """Source: S-2016-001: 0.18 codes to 0.4135884, 0 to 0.0729055, 1 to 0.5547945; both ways agree."""
    codes = _to_acescct(np.array([0.0, 0.18, 1.0], np.float32))
    np.testing.assert_allclose(codes, [0.0729055, 0.4135884, 0.5547945], atol=2e-6)
    light = np.geomspace(1e-4, 60, 200).astype(np.float32)
    np.testing.assert_allclose(_from_acescct(_to_acescct(light)), light, rtol=2e-4)


@pytest.mark.parametrize("space", ["acescct", "linear"])
def test_an_identity_lut_changes_nothing(tmp_path: Path, space: str) -> None:
    rows = [f"{r / 4:.6f} {g / 4:.6f} {b / 4:.6f}" for b in range(5) for g in range(5) for r in range(5)]
    path = tmp_path / "same.cube"
    path.write_text("LUT_3D_SIZE 5\n" + "\n".join(rows))
    rgba = picture()
    rgba[..., :3] = np.clip(rgba[..., :3], 0, 1)
    np.testing.assert_allclose(made(rgba, lut=str(path), lut_space=space).rgb, rgba[..., :3], atol=3e-4)
    np.testing.assert_allclose(made(rgba, lut=str(path), lut_share=0.0).rgb, rgba[..., :3], atol=1e-5)


def test_a_missing_lut_and_a_wrong_number_are_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"nowhere\.cube"):
        made(lut="nowhere.cube")
    with pytest.raises(ParameterError, match="grade: exposure is 99"):
        made(exposure=99)


@pytest.mark.parametrize(
    ("words", "most", "brighter"),
    [
        ("lifted shadows", 0.02, True),
        ("blacks lifted", 0.02, True),
        ("crushed blacks", 0.02, False),
        ("brighter midtones", 0.18, True),
        ("darker mids", 0.18, False),
        ("brighter highlights", 1.0, True),
        ("highlights darker", 1.0, False),
    ],
)
def test_words_for_dark_middle_and_bright_parts_move_those_most(words: str, most: float, brighter: bool) -> None:
    heard = understand(words, {"grade": grade})
    assert heard.unknown == ()
    defaults = {item.name: item.default for item in grade.parameters()}
    params = {
        one.parameter: changed(defaults[one.parameter], one, 1.0, free=False) for one in heard.mentions[0].changes
    }
    moves = {}
    for level in (0.02, 0.18, 1.0):
        after = float(luminance(made(grey(level), **params).rgb[0, 0]))
        moves[level] = after / level - 1 if level < 0.5 else (after - level) / level
    assert (moves[most] > 0.05) if brighter else (moves[most] < -0.05)
    if most < 0.1:
        assert abs(moves[1.0]) < abs(moves[most]), "highlights stay nearer to what they were"
