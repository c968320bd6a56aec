"""Tracking: against walls that move by matrices known beforehand, and against real cameras."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.track import Track, standing, told_of_loss
from manyhands.kit import tracking
from manyhands.kit.flow import lightness
from manyhands.kit.planes import moved
from manyhands.kit.tracking import Kind, follow
from tests.moving import footage, moving, seen, turned, wall
from tests.plates import CAMERA, flat

CORNERS = np.array([[0, 0], [320, 0], [320, 240], [0, 240]], np.float64)
SWAYING = [turned(40 * np.sin(i / 5), 25 * np.sin(i / 3.3), 4 * np.sin(i / 6), 1 + 0.006 * i) for i in range(24)]


def track(clip: Clip, kind: Kind = "similarity", **how: Any) -> Track:
    return follow(clip, kind, bell=lambda done, of: None, **how)


def errors_px(found: Track, matrices: Sequence[np.ndarray], points: np.ndarray = CORNERS) -> np.ndarray:
    """How far each point lands from where it should, (frames, points)."""
    return np.array(
        [
            np.linalg.norm(moved(found.matrix(1001 + i), points) - moved(matrix, points), axis=1)
            for i, matrix in enumerate(matrices)
        ]
    )


@pytest.mark.parametrize("grain", [0.0, 0.015])
@pytest.mark.parametrize("flicker", [0.0, 0.4])
@pytest.mark.parametrize("passer_by", [None, range(-140, 340, 20)], ids=["empty", "somebody walks by"])
def test_a_similarity_is_followed_to_a_tenth_of_a_pixel(grain: float, flicker: float, passer_by: range | None) -> None:
    found = track(moving(SWAYING, grain=grain, flicker=flicker, passer_by=passer_by))
    assert found.lost == ()
    assert errors_px(found, SWAYING).max() < 0.1


@pytest.mark.parametrize("grain", [0.0, 0.03])
def test_the_corners_of_a_tilting_plane_are_followed_to_a_third_of_a_pixel(grain: float) -> None:
    box = (100, 70, 120, 100)
    corners = np.array([[100, 70], [220, 70], [220, 170], [100, 170]], np.float32)
    tilts = [
        [[1.2 * i, 0.5 * i], [6 * np.sin(i / 4) - 0.4 * i, 0.8 * i], [0.3 * i, -0.7 * i], [8 * np.sin(i / 3), 0.2 * i]]
        for i in range(24)
    ]
    planes = [cv2.getPerspectiveTransform(corners, (corners + tilt).astype(np.float32)) for tilt in tilts]
    found = track(moving(planes, grain=grain, flicker=0.2), "planar", region=box)
    assert found.lost == ()
    assert errors_px(found, planes, corners.astype(np.float64)).max() < 0.3


@pytest.mark.parametrize("side", [24, 60])
def test_a_point_is_followed_within_a_small_box(side: int) -> None:
    ways = [turned(30 * np.sin(i / 5), 12 * np.sin(i / 3.3), 0, 1) for i in range(24)]
    found = track(moving(ways, grain=0.01), "point", region=(150, 100, side, side))
    assert found.lost == ()
    assert errors_px(found, ways, np.array([[150 + side / 2, 100 + side / 2]])).max() < 0.15


def test_a_long_pan_does_not_drift_when_all_that_was_seen_first_is_gone() -> None:
    pan = [turned(480 - 6.5 * i, 10 * np.sin(i / 7), 0.02 * i, 1) for i in range(150)]
    found = track(moving(pan, grain=0.01, world=wall(4, 2600)))
    assert found.lost == ()
    whole = pan[-1] @ np.linalg.inv(pan[0])
    there = moved(np.linalg.inv(whole), CORNERS)  # what the last picture shows, in pixels of the first
    off = np.linalg.norm(moved(found.matrix(1150), there) - moved(whole, there), axis=1)
    assert off.max() < 0.3  # 975 px on, three pictures' widths


@pytest.mark.parametrize("reference", [1001, 1012, 1024])
def test_any_frame_can_be_the_reference(reference: int) -> None:
    found = track(moving(SWAYING, grain=0.01), reference=reference)
    first = np.linalg.inv(SWAYING[reference - 1001])
    assert found.reference == reference
    assert np.array_equal(found.matrix(reference), np.eye(3))
    assert errors_px(found, [matrix @ first for matrix in SWAYING]).max() < 0.1


@pytest.mark.parametrize("kind", ["point", "similarity", "planar"])
def test_what_walks_in_front_of_a_region_makes_it_lost_and_never_takes_it_along(kind: Kind) -> None:
    pan = [turned(2 * i, 0, 0, 1) for i in range(30)]
    found = track(moving(pan, grain=0.01, passer_by=range(-140, 220, 12)), kind, region=(110, 90, 50, 50))
    sure = [i for i in range(30) if 1001 + i not in found.lost]
    assert 8 <= len(found.lost) <= 14
    assert errors_px(found, pan, np.array([[135.0, 115.0]]))[sure].max() < 0.4
    assert {28, 29} <= set(sure)  # found again when the way is free
    assert errors_px(found, pan, np.array([[135.0, 115.0]])).max() < 1.5  # this pan goes straight on while it is hidden


def test_after_a_jump_the_plane_is_found_again() -> None:
    jump = [turned(0, 0, 0, 1)] * 5 + [turned(90, 40, 8, 1)] * 5
    found = track(moving(jump, grain=0.01))
    assert found.lost == ()
    assert errors_px(found, jump).max() < 0.1


def test_frames_of_something_else_are_lost_and_those_after_them_are_not() -> None:
    clip = moving(SWAYING, grain=0.01)
    other = {at: Frame.of(np.dstack([seen(np.eye(3), world=wall(at, 800))] * 4), CAMERA) for at in range(1009, 1013)}
    cut = Clip(clip.span, clip.width, clip.height, lambda at: other.get(at) or clip.read(at))
    found = track(cut)
    assert found.lost == (1009, 1010, 1011, 1012)
    assert errors_px(found, SWAYING)[12:].max() < 0.1


def grainy(at: int) -> Frame:
    rng = np.random.Generator(np.random.PCG64(at))
    noise = rng.standard_normal((120, 160, 3), np.float32)
    return Frame.of(np.dstack([0.3 + 0.02 * noise, np.ones((120, 160), np.float32)]), CAMERA)


@pytest.mark.parametrize(
    "clip", [flat(0.5, 4, width=160, height=120), Clip(flat(0, 4).span, 160, 120, grainy)], ids=["even", "only grain"]
)
def test_a_plate_without_anything_to_hold_on_to_is_lost_in_every_frame_and_says_so(clip: Clip) -> None:
    found = track(clip)
    assert found.lost == tuple(clip.span.frames)
    assert all(np.array_equal(found.matrix(at), np.eye(3)) for at in clip.span.frames)
    assert told_of_loss(found).startswith("The plate could not be followed: nothing in it holds still enough")


def test_a_camera_that_stands_still_gives_exactly_the_identity() -> None:
    found = track(moving([np.eye(3)] * 8, grain=0.03, flicker=0.3, passer_by=range(-140, 340, 60)))
    assert found.matrices == standing(found.span, 320, 240).matrices
    assert found.lost == ()


def test_a_slow_drift_is_not_taken_for_standing_still() -> None:
    drift = [turned(0.05 * i, 0, 0, 1) for i in range(12)]
    assert errors_px(track(moving(drift, grain=0.01)), drift).max() < 0.08


def test_broken_pixels_do_no_harm() -> None:
    def broken(frame: Frame, at: int) -> Frame:
        rgba = frame.rgba.copy()
        rgba[at % 240, 40, :3] = np.nan
        rgba[100, at % 320, :3] = np.inf
        rgba[200, 200, :3] = -5
        return Frame(rgba, frame.authorship)

    assert errors_px(track(moving(SWAYING).each(broken)), SWAYING).max() < 0.1


def test_the_residual_is_what_the_matrix_leaves() -> None:
    found = track(moving(SWAYING, grain=0.01))
    assert found.residual_px[0] == 0
    assert all(0 < residual < 0.15 for residual in found.residual_px[1:])
    assert told_of_loss(found) == ""


def test_the_bell_rings_once_for_each_frame() -> None:
    rung: list[tuple[int, int]] = []
    follow(moving(SWAYING[:5]), "similarity", bell=lambda done, of: rung.append((done, of)))
    assert rung == [(i + 1, 5) for i in range(5)]


REGION = (100, 70, 120, 100)
BOX = np.array([[100, 70], [220, 70], [220, 170], [100, 170]], np.float64)


def tilting(count: int) -> list[np.ndarray]:
    """A plane that tilts to and fro, shrinks and wanders, and ends as it began."""
    whole = np.sin(np.pi * np.arange(count) / (count - 1))
    tilt = np.array([[6, 3], [-14, 9], [-9, -10], [9, -4]], np.float64)
    to = [(BOX + s * tilt + [14 * s, -9 * s]).astype(np.float32) for s in whole]
    return [cv2.getPerspectiveTransform(BOX.astype(np.float32), each) for each in to]


def windows(period: int) -> np.ndarray:
    """A wall of windows that differ a little, as large as :func:`wall` is."""
    rng = np.random.Generator(np.random.PCG64(6))
    light = 0.3 * wall(3, 1400) ** 0.1
    for y in range(0, 1400, period):
        for x in range(0, 1400, period):
            light[y : y + period * 5 // 8, x : x + period * 5 // 8] = 0.05 * rng.uniform(0.75, 1.3)
    return np.asarray(cv2.GaussianBlur(light, (0, 0), 1.2), np.float32)


@pytest.mark.parametrize("grain", [0.0, 0.02])
def test_a_plane_that_comes_back_is_where_it_was(grain: float) -> None:
    planes = tilting(40)
    found = track(moving(planes, grain=grain, flicker=0.2), "planar", region=REGION)
    assert found.lost == ()
    assert errors_px(found, planes, BOX)[-1].max() < 0.03  # 0.04 without the last refinement against the reference
    assert errors_px(found, planes, BOX).max() < 0.3


@pytest.mark.parametrize("world", [None, windows(40)], ids=["stone", "windows"])
def test_a_plane_behind_something_wide_is_named_lost_and_found_at_the_right_place(world: np.ndarray | None) -> None:
    planes = tilting(40)
    clip = moving(planes, grain=0.01, passer_by=range(-140, 420, 14), world=world)
    found = track(clip, "planar", region=REGION)
    off = errors_px(found, planes, BOX).max(1)
    sure = np.array([1001 + i not in found.lost for i in range(40)])
    assert not sure[20:22].any()  # the passer-by stands before the whole of it
    assert sure[[*range(8), *range(30 if world is None else 36, 40)]].all()
    assert off[sure].max() < 1
    assert off.max() < 12  # between them it goes straight on
    assert "and only guesses there: 10" in told_of_loss(found)


def test_a_plane_that_leaves_the_picture_is_lost_until_it_is_back() -> None:
    away = 330 * np.sin(np.pi * np.arange(48) / 47) ** 2
    pan = [turned(x, 0.1 * x, 0, 1) for x in away]
    found = track(moving(pan, grain=0.01, world=wall(4, 2600)), "planar", region=REGION)
    off = errors_px(found, pan, BOX).max(1)
    sure = np.array([1001 + i not in found.lost for i in range(48)])
    assert not sure[away > 230].any()  # the box's left side has left the picture
    assert sure[away < 60].all()
    assert off[sure].max() < 1
    assert off[-1] < 0.1


def test_what_was_half_hidden_for_long_and_then_wholly_is_trusted_again_when_the_way_is_free() -> None:
    planes = [turned(0.8 * np.sin(i / 4), 0.3 * i, 0, 1) for i in range(50)]
    covers = [400] * 4 + [42] * 21 + [95] * 6 + [400] * 19  # the left half of the box, then all of it
    clip = moving(planes, grain=0.02, passer_by=covers)
    found = track(clip, "planar", region=REGION, features=60)
    assert set(range(1026, 1032)) <= set(found.lost)
    assert found.lost[-1] < 1036
    assert errors_px(found, planes, BOX)[34:].max() < 0.5


def test_features_that_were_hidden_for_long_count_again_when_a_box_is_found_again() -> None:
    views = [np.repeat(seen(turned(i, 0, 0, 1))[..., None], 3, -1) for i in range(4)]
    follower = tracking._Follower("planar", 320, 240, REGION, 200)
    for view in views[:2]:
        follower.seen(lightness(view, follower.size))
    follower._held()
    follower._key.trust[5:] = 0.02  # as when they were found to go with something in front, frame after frame
    sightings = [follower.seen(lightness(view, follower.size)) for view in views[2:]]
    assert not any(sighting.lost for sighting in sightings)
    assert (follower._key.trust > 0.5).mean() > 0.8


def test_what_parks_in_front_does_not_become_what_is_followed() -> None:
    planes = [turned(1.2 * i, 0.4 * i, 0, 1) for i in range(36)]
    still = moving(planes, grain=0.01)
    parked = moving([turned(-0.7 * i, 0, 0, 1) for i in range(36)], grain=0.01, world=wall(33, 1400))
    clip = Clip(still.span, 320, 240, lambda at: (parked if at > 1014 else still).frame(at))
    found = track(clip, "planar", region=REGION)
    assert found.lost == tuple(range(1015, 1037))
    assert errors_px(found, planes, BOX)[:14].max() < 0.2
    assert np.allclose(found.matrix(1036), found.matrix(1014))


@pytest.mark.footage
@pytest.mark.parametrize("kind", ["similarity", "planar"])
def test_a_hand_held_pan_is_followed(kind: Kind) -> None:
    found = track(footage("pan/pan.avi", 0, 100), kind)
    assert found.lost == ()
    assert np.median(found.residual_px) <= 0.7


@pytest.mark.footage
@pytest.mark.parametrize("clip", ["people/people.mp4", "dog/dog.mp4"])
def test_a_real_camera_on_a_tripod_gives_exactly_the_identity(clip: str) -> None:
    found = track(footage(clip, 0 if "people" in clip else 140, 30))
    assert found.matrices == standing(found.span, found.width, found.height).matrices
