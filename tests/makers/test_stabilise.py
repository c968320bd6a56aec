"""Stabilise: walls seen by shaking cameras whose motion is known exactly."""

from __future__ import annotations

import json
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.comp.layers import transformed
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.passes import ACCOUNT, MemoryShelf, go_through
from manyhands.core.track import Track, standing
from manyhands.makers import all_makers
from manyhands.makers.stabilise import stabilise
from tests.moving import footage, moving, turned
from tests.plates import CAMERA, plate

SIZE = {"width": 192, "height": 144}


def shaken(frames: int = 24, shake: float = 2.0) -> tuple[Clip, Track]:
    rng = np.random.default_rng(2)
    matrices = [
        turned(*(shake * rng.uniform(-1, 1, 2)), 0.3 * shake * rng.uniform(-1, 1), 1, **SIZE) if at else np.eye(3)
        for at in range(frames)
    ]
    clip = moving(matrices, **SIZE)
    track = Track(
        span=clip.span,
        reference=clip.span.start,
        **SIZE,
        matrices=tuple(tuple(map(float, matrix.ravel())) for matrix in matrices),
        residual_px=(0.0,) * frames,
    )
    return clip, track


def made(clip: Clip, motion: Track, **params: Any) -> Clip:
    inputs = {"plate": clip, "motion": motion}
    found = stabilise.make(inputs, stabilise.checked(params), Chance(1), lambda done, of: None)
    assert isinstance(found, Clip)
    return found


def shift(one: np.ndarray, other: np.ndarray) -> float:
    """How far the middle of the picture moved, px."""
    a, b = (np.log2(picture[20:-20, 20:-20, 1].astype(np.float64) + 0.01) for picture in (one, other))
    (x, y), _ = cv2.phaseCorrelate(a, b, cv2.createHanningWindow(a.shape[::-1], cv2.CV_64F))
    return float(np.hypot(x, y))


def test_a_standing_camera_gives_the_plate_bit_for_bit() -> None:
    clip = plate(3)
    steady = made(clip, standing(clip.span, clip.width, clip.height))
    assert np.array_equal(steady.frame(1002).rgba, clip.frame(1002).rgba)


@pytest.mark.parametrize("params", [{}, {"border": "fill"}, {"way": "still"}, {"way": "smooth"}])
def test_what_shook_stands(params: dict[str, Any]) -> None:
    clip, track = shaken()
    steady = made(clip, track, **params)
    assert (steady.width, steady.height, steady.span) == (clip.width, clip.height, clip.span)
    before = np.mean([shift(clip.frame(at).rgb, clip.frame(at + 1).rgb) for at in range(1005, 1013)])
    after = np.mean([shift(steady.frame(at).rgb, steady.frame(at + 1).rgb) for at in range(1005, 1013)])
    assert before > 1
    assert after < (0.35 if params == {"way": "smooth"} else 0.15)


@pytest.mark.parametrize("border", ["crop", "fill"])
def test_there_are_no_gaps_and_all_light_is_the_cameras(border: str) -> None:
    clip, track = shaken()
    frame = made(clip, track, border=border).frame(1007)
    assert frame.alpha.min() > 0.9999
    assert frame.faults() == []
    assert [hand.id for hand in frame.authorship.hands] == [CAMERA.id]


def test_it_tells_how_far_the_picture_is_enlarged() -> None:
    clip, track = shaken()
    steady = made(clip, track)
    shelf = MemoryShelf()
    assert steady.passes
    go_through(steady.passes.each[0], [0], {}, shelf)
    account = json.loads(shelf.load(ACCOUNT)["json"].tobytes())
    assert 1 < account["zoom"] <= 1 / 0.9
    assert account["says"] == [f"The picture is enlarged to {100 * account['zoom']:.1f} %; the camera has no shake."]


def test_gaps_are_filled_with_what_neighbours_saw_there() -> None:
    clip, track = shaken(shake=12.0)
    filled = made(clip, track, border="fill", way="still")
    truth = clip.frame(1001).rgb  # the reference: what every steady frame must show, up to its border
    for at in (1004, 1009, 1016):
        found = filled.frame(at).rgb
        alone = transformed(clip.frame(at), track.between(at, 1001), clip.width, clip.height, edge=True).rgb
        gap = transformed(clip.frame(at), track.between(at, 1001), clip.width, clip.height).alpha < 0.01
        assert gap.mean() > 0.03
        off, off_alone = (np.abs(np.log2(picture + 0.05) - np.log2(truth + 0.05))[gap] for picture in (found, alone))
        assert off.mean() < 0.5 * off_alone.mean()


def test_a_camera_that_leaves_cannot_be_held_still_and_says_what_to_do() -> None:
    matrices = [turned(-10 * at, 0, 0, 1, **SIZE) for at in range(24)]
    clip = moving(matrices, **SIZE)
    track = Track(
        span=clip.span, reference=1001, **SIZE, residual_px=(0.0,) * 24,
        matrices=tuple(tuple(map(float, matrix.ravel())) for matrix in matrices),
    )  # fmt: skip
    with pytest.raises(ParameterError, match=r"crop is 0\.1.*more than there is") as caught:
        made(clip, track, way="still").frame(1003)
    assert "border" in caught.value.fix
    made(clip, track, way="still", border="fill").frame(1003)


@pytest.mark.footage
def test_a_hand_held_pan_shakes_less() -> None:
    clip = footage("pan/pan.avi", 100, 40)
    track = all_makers()["track"].make(
        {"plate": clip}, all_makers()["track"].checked({}), Chance(1), lambda done, of: None
    )
    steady = made(clip, track)
    frames = range(1010, 1022)
    before, after = ([shift(c.frame(at).rgb, c.frame(at + 1).rgb) for at in frames] for c in (clip, steady))
    assert np.mean(after) < 0.4 * np.mean(before)
