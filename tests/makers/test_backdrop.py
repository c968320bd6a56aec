"""Backdrop: what stands behind is seen through the plate's alpha, fills it, and keeps its hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from manyhands.core.track import Track
from manyhands.makers.backdrop import backdrop
from tests.cutouts import clip_of
from tests.moving import turned
from tests.plates import flat

STREET = Hand(id="camera:street:1", origin="camera", name="street")


def street(width: int, height: int, frames: int = 1) -> Clip:
    """A ramp from left to right that gets brighter from frame to frame."""
    ramp = np.repeat(np.linspace(0.1, 0.9, width, dtype=np.float32)[None, :, None], height, 0).repeat(3, -1)
    span = Span(length=frames, rate_fps=Fraction(24))

    def read(at: int) -> Frame:
        rgb = ramp * np.float32(at - 1000)
        return Frame.of(np.dstack([rgb, np.ones((height, width), np.float32)]), STREET)

    return Clip(span, width, height, read)


def made(plate: Clip, picture: Clip, at: int = 1001, *, motion: Track | None = None, **params: Any) -> Frame:
    inputs = {"plate": plate, "picture": picture, "motion": motion}
    frame: Frame = backdrop.make(inputs, backdrop.checked(params), Chance(1, "b"), lambda done, of: None).frame(at)
    return frame


def track(matrices: list[np.ndarray]) -> Track:
    return Track(
        span=Span(length=len(matrices), rate_fps=Fraction(24)),
        reference=1001,
        width=32,
        height=24,
        matrices=tuple(tuple(matrix.ravel()) for matrix in matrices),  # type: ignore[misc]
        residual_px=(0.0,) * len(matrices),
    )


def waves(width: int, height: int) -> Clip:
    """A smooth pattern."""
    y, x = np.mgrid[0:height, 0:width] / np.array([height, width])[:, None, None]
    rgb = np.stack([0.4 + 0.2 * np.sin(9 * x + c) * np.cos(7 * y) for c in range(3)], -1).astype(np.float32)
    return clip_of(rgb)


def half_covered() -> Clip:
    alpha = np.zeros((24, 32), np.float32)
    alpha[:, :16], alpha[:, 16] = 1, 0.25
    return clip_of(np.full((24, 32, 3), 0.5, np.float32), frames=4, alpha=alpha)


def test_it_is_seen_through_the_alpha_and_keeps_its_hand() -> None:
    frame = made(half_covered(), street(32, 24))
    assert np.array_equal(frame.rgb[:, :16], np.full((24, 16, 3), 0.5, np.float32))
    ramp = np.linspace(0.1, 0.9, 32)
    assert frame.rgb[3, 17:, 1] == pytest.approx(ramp[17:], abs=1e-5)
    assert frame.rgb[3, 16, 1] == pytest.approx(0.25 * 0.5 + 0.75 * ramp[16], abs=1e-5)
    assert frame.authorship.weight_of(STREET)[3, 14:18] == pytest.approx([0, 0, 0.75, 1], abs=1e-6)
    assert frame.faults() == []


@pytest.mark.parametrize("size", [(64, 24), (32, 60), (16, 12), (33, 25)])
def test_a_picture_of_any_size_fills_the_plate(size: tuple[int, int]) -> None:
    frame = made(half_covered(), street(*size))
    assert frame.alpha.min() == pytest.approx(1, abs=1e-5)
    assert frame.rgb[12, 16:, 1].min() > 0.2


def test_an_opaque_plate_hides_it_bit_for_bit() -> None:
    plate = flat(0.3)
    assert made(plate, street(32, 24)).rgba is plate.frame(1001).rgba or np.array_equal(
        made(plate, street(32, 24)).rgba, plate.frame(1001).rgba
    )


def test_a_still_holds_and_footage_that_ends_keeps_its_last_frame() -> None:
    assert (
        made(half_covered(), street(32, 24), at=1004).rgb[0, 20, 0]
        == made(half_covered(), street(32, 24)).rgb[0, 20, 0]
    )
    short = street(32, 24, frames=2)
    assert made(half_covered(), short, at=1004).rgb[0, 20, 0] == made(half_covered(), short, at=1002).rgb[0, 20, 0]


def test_exposure_is_its_own_alteration() -> None:
    frame = made(half_covered(), street(32, 24), exposure=1.0)
    assert frame.rgb[3, 20, 1] == pytest.approx(2 * np.linspace(0.1, 0.9, 32)[20], rel=1e-5)
    assert frame.authorship.alteration_of(backdrop.hand)[3, 20] == pytest.approx(0.5, abs=1e-4)


MOVED = [turned(2.5 * at, -1.5 * at, 3 * at, 1 + 0.05 * at, width=32, height=24) for at in range(4)]


@pytest.mark.parametrize("size", [(160, 120), (40, 60)])
def test_with_a_track_it_goes_with_the_camera(size: tuple[int, int]) -> None:
    open_ = clip_of(np.zeros((24, 32, 3), np.float32), frames=4, alpha=np.zeros((24, 32), np.float32))
    first = made(open_, waves(*size), motion=track(MOVED))
    y, x = np.mgrid[0:24, 0:32] + 0.5
    for at in (1002, 1004):
        frame = made(open_, waves(*size), at=at, motion=track(MOVED))
        places = np.stack([x, y, np.ones_like(x)], -1) @ np.linalg.inv(MOVED[at - 1001]).T
        from_x, from_y = places[..., 0], places[..., 1]
        inside = (from_x > 3) & (from_x < 29) & (from_y > 3) & (from_y < 21)
        where = [(part - 0.5).astype(np.float32) for part in (from_x, from_y)]
        expected = cv2.remap(first.rgb, *where, cv2.INTER_CUBIC)
        assert inside.sum() > 200
        assert np.abs(frame.rgb - expected)[inside].max() < 0.02
        assert frame.faults() == []


def test_with_a_track_it_fills_the_plate_in_every_frame_and_is_no_larger_than_that() -> None:
    open_ = clip_of(np.zeros((24, 32, 3), np.float32), frames=4, alpha=np.zeros((24, 32), np.float32))
    pan = [turned(-8 * at, 0, 0, 1, width=32, height=24) for at in range(4)]
    picture = street(56, 24)  # as wide as all that the pan sees
    for at in range(4):
        ramp = np.linspace(0.1, 0.9, 56)[8 * at : 8 * at + 32]
        frame = made(open_, picture, at=1001 + at, motion=track(pan))
        assert frame.rgb[5, :, 0] == pytest.approx(ramp, abs=1e-4)
        assert frame.alpha.min() == pytest.approx(1, abs=1e-5)
