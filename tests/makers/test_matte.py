"""Matte: what was painted is the coverage, whatever channel and code it came in, and joins with others."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import MediaError
from manyhands.core.span import Span
from manyhands.makers.matte import matte
from manyhands.media.footage import open_clip, probe
from manyhands.media.stills import write_png
from tests.cutouts import clip_of, matte_of
from tests.plates import CAMERA, flat


def made(picture: Clip, *, frames: int = 3, other: Clip | None = None, at: int = 1001, **params: Any) -> np.ndarray:
    plate = flat(0.2, frames, width=picture.width, height=picture.height)
    inputs = {"plate": plate, "picture": picture, "other": other}
    frame = matte.make(inputs, matte.checked(params), Chance(1, "m"), lambda done, of: None).frame(at)
    assert np.array_equal(frame.rgb, np.repeat(frame.alpha[..., None], 3, -1))
    return np.asarray(frame.alpha)


def painted(tmp_path: Path, codes: np.ndarray, **how: Any) -> Clip:
    """A PNG as a painting program writes it, read as a source is."""
    path = tmp_path / "painted.png"
    write_png(path, codes)
    return open_clip(probe(path, rate_fps=Fraction(24), **how), CAMERA)


def test_a_painted_grey_of_half_means_half_covered(tmp_path: Path) -> None:
    codes = np.repeat(np.arange(0, 256, 17, dtype=np.uint8)[None, :, None], 3, -1).repeat(4, 0)
    alpha = made(painted(tmp_path, codes))
    assert alpha[0] == pytest.approx(codes[0, :, 0] / 255, abs=2e-3)
    video = made(painted(tmp_path, codes, colour_space="rec709"), coded="rec709")
    assert video[0] == pytest.approx(codes[0, :, 0] / 255, abs=2e-3)


def test_light_that_is_coverage_already_is_taken_as_it_is() -> None:
    light = clip_of(np.full((4, 6, 3), 0.25, np.float32))
    assert made(light, coded="linear", frames=2)[0, 0] == pytest.approx(0.25)
    assert made(light, frames=2)[0, 0] == pytest.approx(0.537, abs=1e-3)  # sRGB's code for a light of 0.25


def test_each_channel_of_a_painted_colour_is_a_matte_of_its_own(tmp_path: Path) -> None:
    codes = np.zeros((4, 6, 3), np.uint8)
    codes[..., 0], codes[..., 1], codes[..., 2] = 255, 128, 26
    picture = painted(tmp_path, codes)
    for channel, code in (("red", 255), ("green", 128), ("blue", 26)):
        assert made(picture, channel=channel)[0, 0] == pytest.approx(code / 255, abs=4e-3)


def test_alpha_is_taken_as_it_is_and_brightness_only_where_it_is_opaque(tmp_path: Path) -> None:
    codes = np.full((4, 6, 4), 255, np.uint8)
    codes[:, 3:, 3] = 51
    picture = painted(tmp_path, codes)
    assert made(picture, channel="alpha")[0] == pytest.approx([1, 1, 1, 0.2, 0.2, 0.2], abs=1e-3)
    assert made(picture)[0] == pytest.approx([1, 1, 1, 0.2, 0.2, 0.2], abs=4e-3)
    assert made(picture, channel="alpha", invert=True)[0] == pytest.approx([0, 0, 0, 0.8, 0.8, 0.8], abs=1e-3)


def disc(radius: float = 20) -> np.ndarray:
    y, x = np.mgrid[0:80, 0:100] + 0.5
    return np.clip(radius - np.hypot(x - 50, y - 40) + 0.5, 0, 1).astype(np.float32)


def test_growing_moves_the_edge_and_softening_spreads_it_about_where_it_was() -> None:
    picture = matte_of(disc())
    radius = lambda alpha: float(np.sqrt(alpha.sum() / np.pi))  # noqa: E731
    assert radius(made(picture, channel="alpha", grow_px=4.0)) == pytest.approx(24, abs=0.4)
    assert radius(made(picture, channel="alpha", grow_px=-4.0)) == pytest.approx(16, abs=0.4)
    assert radius(made(picture, channel="alpha", grow_px=1.5)) == pytest.approx(21.5, abs=0.3)
    soft = made(picture, channel="alpha", soften_px=12.0)
    assert radius(soft) == pytest.approx(20, abs=0.1)
    row = soft[40, 50:]
    assert row[19:21].mean() == pytest.approx(0.5, abs=0.04)
    assert row[13] > 0.97
    assert row[27] < 0.03


def test_a_second_matte_is_joined() -> None:
    left = np.zeros((80, 100), np.float32)
    left[:, :50] = 1
    shown = {
        how: made(matte_of(disc()), channel="alpha", other=matte_of(left), join=how)
        for how in ("union", "intersection", "difference")
    }
    assert shown["union"][40, 10] == 1
    assert np.array_equal(shown["intersection"][:, :50], disc()[:, :50])
    assert not shown["intersection"][:, 50:].any()
    assert np.array_equal(shown["difference"][:, 50:], disc()[:, 50:])
    assert not shown["difference"][:, :50].any()
    assert np.array_equal(made(matte_of(disc()), channel="alpha", other=matte_of(disc()), join="union"), disc())


def test_a_still_holds_for_every_frame_and_a_short_row_of_frames_is_refused() -> None:
    assert made(matte_of(disc(), frames=1), channel="alpha", frames=9, at=1009).max() == 1
    with pytest.raises(MediaError, match="picture has frames 1001 to 1002; the plate's frame 1003 is not among them"):
        made(matte_of(disc(), frames=2), channel="alpha", frames=3, at=1003)


def test_its_first_frame_may_lie_anywhere_in_the_plate() -> None:
    picture = matte_of(disc(), frames=3)
    from dataclasses import replace

    numbered = replace(picture, span=Span(start=1, length=3, rate_fps=Fraction(24)))
    with pytest.raises(MediaError, match="picture has frames 1 to 3"):
        made(numbered, channel="alpha")
    assert np.array_equal(made(numbered, channel="alpha", first_frame=1001, at=1003), disc())


def test_a_picture_of_another_size_is_refused() -> None:
    inputs = {"plate": flat(0.2), "picture": matte_of(disc())}
    clip = matte.make(inputs, matte.checked({}), Chance(1, "m"), lambda done, of: None)
    with pytest.raises(MediaError, match="matte: picture is 100x80; the plate is 32x24"):
        clip.frame(1001)
