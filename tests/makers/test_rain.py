"""Rain: it slants with the wind, is lit by the scene, hides the far, and stays in the world."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from manyhands.core.track import Track
from manyhands.makers.rain import rain
from tests.plates import CAMERA, flat, plate

WIDTH, HEIGHT = 320, 180
BARE = {"veil": 0.0, "gusts": 0.0, "wind": 0.0}


def dark(frames: int = 6, level: float = 0.02) -> Clip:
    """A dark wall with a bright lamp above it."""
    span = Span(length=frames, rate_fps=Fraction(24))
    rgba = np.full((HEIGHT, WIDTH, 4), level, np.float32)
    rgba[:40, :, :3] = 0.8
    rgba[..., 3] = 1
    return Clip(span, WIDTH, HEIGHT, lambda at: Frame.of(rgba, CAMERA))


def made(clip: Clip, frame: int = 1003, motion: Track | None = None, **params: Any) -> Frame:
    inputs = {"plate": clip, "motion": motion}
    return rain.make(inputs, rain.checked(params), Chance(1, "rain"), lambda done, of: None).frame(frame)


def slope(frame: Frame) -> float:
    """Columns to the right for each row down along which the picture is alike, from its structure tensor."""
    wall = frame.rgb[60:, :, 1].astype(np.float64)
    gy, gx = np.gradient(wall)
    return float(-(gx * gy).sum() / (gx * gx).sum())


def test_no_rain_and_no_veil_leave_the_plate_bit_for_bit() -> None:
    clip = plate(2)
    assert np.array_equal(made(clip, 1001, amount=0.0, veil=0.0).rgba, clip.frame(1001).rgba)


def test_streaks_lean_as_wind_and_fall_say() -> None:
    assert slope(made(dark(), **BARE)) == pytest.approx(0, abs=0.03)
    leaning = slope(made(dark(), **{**BARE, "wind": 4.0}))
    assert leaning == pytest.approx(4 / 8, rel=0.25)
    assert slope(made(dark(), **{**BARE, "wind": -4.0})) == pytest.approx(-leaning, rel=0.2)


def test_drops_are_bright_before_the_dark_and_no_brighter_than_the_scene() -> None:
    rows = slice(60, HEIGHT)
    frame = made(dark(), **BARE)
    gained = frame.rgb[rows] - 0.02
    assert gained.max() > 0.05
    assert gained.min() > -0.02
    assert frame.rgb.max() < 1.2
    assert frame.authorship.weight_of(rain.hand).mean() < 0.1


def test_a_longer_exposure_draws_longer_and_fainter_streaks() -> None:
    short, long = (made(dark(), **BARE, shutter_deg=degrees).authorship.weight_of(rain.hand) for degrees in (30, 300))
    assert short.max() > 1.5 * long.max()
    assert short.sum() == pytest.approx(long.sum(), rel=0.25)


def test_more_rain_covers_more() -> None:
    covers = [made(dark(), **BARE, amount=amount).authorship.weight_of(rain.hand).mean() for amount in (0.3, 1, 3)]
    assert covers[0] < 0.5 * covers[1] < 0.25 * covers[2]


def test_the_veil_hides_the_far_and_not_the_near() -> None:
    clip = plate(3, width=192, height=128)
    far = made(clip, 1002, amount=0.0, veil=0.8).authorship.weight_of(rain.hand)
    assert far[20:40, 20:40].mean() > 3 * far[-10:].mean()


def test_with_the_track_it_goes_against_the_pan() -> None:
    span = dark().span
    matrices = tuple((1.0, 0.0, -12.0 * step, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0) for step in range(span.length))
    pan = Track(
        span=span, reference=1001, width=WIDTH, height=HEIGHT, matrices=matrices, residual_px=(0.0,) * span.length
    )
    still, panned = (made(dark(), motion=track, **BARE, shutter_deg=20) for track in (None, pan))
    # at the same moment the same drops, shifted by the pan: 24 px in the third frame
    a, b = (frame.rgb[60:, :, 1] for frame in (still, panned))
    width = WIDTH - 60

    def alike(shift: int) -> float:
        return float((a[:, 40 : width - 20] * b[:, 40 + shift : width - 20 + shift]).sum())

    best = max(range(-40, 41), key=alike)
    assert best == pytest.approx(-24, abs=3)


def test_splashes_are_on_the_ground_only() -> None:
    clip = flat(0.1, 3, width=WIDTH, height=HEIGHT)
    cover = made(clip, 1002, amount=1.0, veil=0.0, splashes=1.0, horizon_px=90.0).authorship.weight_of(rain.hand)
    bare = made(clip, 1002, amount=1.0, veil=0.0, horizon_px=90.0).authorship.weight_of(rain.hand)
    more = cover - bare
    assert np.abs(more[:80]).max() == 0
    assert more[100:].max() > 0.05


def test_it_sets_in_and_lets_up_within_the_shot() -> None:
    # at 24 frames a second: nothing before half a second in, all of it a second and a half later, none at the end
    clip = dark(120)
    whole = {at: made(clip, at).rgba for at in (1011, 1031, 1060, 1119)}
    part = {at: made(clip, at, at=0.5, until=2.5).rgba for at in whole}
    assert np.array_equal(part[1011], clip.frame(1011).rgba)
    assert np.array_equal(part[1119], clip.frame(1119).rgba)
    assert np.array_equal(part[1060], whole[1060])
    gained, all_of_it = (float(np.abs(found - clip.frame(1031).rgba).sum()) for found in (part[1031], whole[1031]))
    assert 0.25 * all_of_it < gained < 0.85 * all_of_it
