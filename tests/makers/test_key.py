"""Key: against a truth made by compositing, before an uneven, noisy screen; and what it leaves alone."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame, luminance
from manyhands.kit.keying import colour_difference, fit_screen, screen_light
from manyhands.makers.key import key
from tests.cutouts import BLUE, GREEN, Cutout, before_screen, clip_of, grained, matte_of, sad, screen
from tests.moving import footage
from tests.plates import CAMERA, flat


def keyed(plate: Clip | Cutout, at: int = 1001, **more: Any) -> Frame:
    inputs = {name: more.pop(name, None) for name in ("clean", "garbage", "holdout")}
    clip = plate if isinstance(plate, Clip) else clip_of(plate.rgb)
    made = key.make({"plate": clip, **inputs}, key.checked(more), Chance(1, "key"), lambda done, of: None)
    frame: Frame = made.frame(at)
    return frame


def light_error(frame: Frame, scene: Cutout, where: np.ndarray) -> float:
    """How far the premultiplied picture is from the truth's, on the average."""
    return float(np.abs(frame.rgb - scene.colour * scene.alpha[..., None])[where].mean())


def plain_key(scene: Cutout) -> np.ndarray:
    """The textbook's difference from one screen colour for the whole picture, clipped."""
    found = fit_screen([scene.rgb])
    assert found
    light = np.broadcast_to(np.array(found.colour, np.float32), scene.rgb.shape)
    return np.clip(colour_difference(scene.rgb, light, found.channel), 0, 1)


@pytest.mark.parametrize("spill", [0.0, 0.1])
def test_hair_blur_smoke_and_soft_edges_get_their_coverage_before_an_uneven_screen(spill: float) -> None:
    scene = before_screen(spill=spill)
    alpha = keyed(scene).alpha
    assert np.abs(alpha - scene.alpha)[scene.edge].mean() < 0.055
    assert np.abs(alpha - scene.alpha)[scene.alpha < 0.005].mean() < 0.001  # the screen is empty, grain and all
    assert np.abs(alpha - scene.alpha)[scene.alpha > 0.995].mean() < 0.002  # and the subject has no holes
    assert sad(alpha, scene.alpha) < 0.2 * sad(plain_key(scene), scene.alpha)
    assert keyed(scene).faults() == []


def test_edges_have_the_subjects_colour_and_not_the_screens() -> None:
    scene = before_screen(spill=0.05)
    frame = keyed(scene)
    assert light_error(frame, scene, scene.edge) < 0.012
    held = scene.rgb * frame.alpha[..., None]  # a keyer that takes no screen out
    assert light_error(frame, scene, scene.edge) < 0.35 * float(
        np.abs(held - scene.colour * scene.alpha[..., None])[scene.edge].mean()
    )


def test_spill_on_grey_is_taken_off_and_brightness_stays_believable() -> None:
    behind = screen(320, 180)
    rgb = behind.copy()
    grey = np.s_[60:120, 100:220]
    rgb[grey] = 0.3 + 0.08 * behind[grey]  # a grey card that the screen shines on
    card = np.s_[65:115, 105:215]
    spilled, bare = keyed(clip_of(rgb), despill=0.0).rgb[card], keyed(clip_of(rgb), spill_light=0.0).rgb[card]
    clean = keyed(clip_of(rgb)).rgb[card]
    green = [float((one[..., 1] - 0.5 * (one[..., 0] + one[..., 2])).mean()) for one in (spilled, clean)]
    assert green[0] > 0.008
    assert green[1] < 0.15 * green[0]
    assert keyed(clip_of(rgb)).alpha[card].min() == 1  # and no screen shows through it
    assert keyed(clip_of(rgb), core=1.0).alpha[card].max() < 0.99
    assert luminance(bare).mean() < luminance(clean).mean() < luminance(spilled).mean()


def test_a_rim_on_a_strong_colour_is_freed_of_the_screens_light() -> None:
    behind = screen(640, 360)
    y, x = np.mgrid[0:360, 0:640]
    away = np.clip(120 - np.hypot(x - 320, y - 180), 0, None)[..., None]
    red = np.array([0.3, 0.035, 0.03], np.float32) * (1 - 0.2 * x[..., None] / 640)
    lit = (red + 0.2 * behind * np.exp(-away / 2)).astype(np.float32)  # its green stays far below its red
    frame = keyed(clip_of(np.where(away > 0, lit, behind)))
    rim = (away[..., 0] > 1) & (away[..., 0] < 3)
    left, there = (float((one - red)[rim][:, 1].mean()) for one in (frame.rgb, lit))
    assert there > 0.01
    assert left < 0.5 * there  # what is left is no more than the inside varies
    inner = away[..., 0] > 20
    assert np.array_equal(frame.rgb[inner], lit[inner])


def test_where_the_subject_is_solid_and_has_no_spill_the_plate_comes_through_bit_for_bit() -> None:
    scene = before_screen()
    frame = keyed(scene)
    own = (frame.alpha == 1) & (scene.rgb[..., 1] < 0.5 * (scene.rgb[..., 0] + scene.rgb[..., 2]))
    assert own.mean() > 0.1
    inside = cv2.erode(own.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert np.array_equal(frame.rgb[inside], scene.rgb[inside])
    assert not frame.authorship.altered()[inside].any()
    assert (frame.rgb != scene.rgb).any(-1)[own].mean() < 0.01  # at the rim a pixel or two looks as if lit
    assert frame.authorship.hands == (CAMERA,)
    assert np.array_equal(frame.rgba[frame.alpha == 0], np.zeros_like(frame.rgba[frame.alpha == 0]))


def test_a_blue_screen_keys_as_well_and_is_found_by_itself() -> None:
    scene = before_screen(colour=BLUE, smoke=False)
    warm = slice(0, 150)  # the coat below is bluish, and no colour difference can tell it
    alpha = keyed(scene).alpha
    assert np.abs(alpha - scene.alpha)[warm].mean() < 0.012
    with pytest.raises(MediaError, match="no green screen was found in frames 1001, 1002"):
        keyed(scene, screen="green")


def test_a_clean_plate_tells_a_screen_that_no_smooth_model_could() -> None:
    scene = before_screen(smoke=False)
    columns = np.arange(scene.rgb.shape[1])[None, :, None]
    panels = np.where(columns // 23 % 2, np.float32(1), np.float32(0.72))  # a screen of panels with hard seams
    rgb = scene.rgb + (1 - scene.alpha[..., None]) * scene.behind * (panels - 1)
    clean = clip_of(grained(0.8 * scene.behind * panels, 5), frames=1)  # taken with less light
    without, with_ = (
        float(np.abs(keyed(clip_of(rgb), clean=one).alpha - scene.alpha)[scene.alpha < 0.01].mean())
        for one in (None, clean)
    )
    assert with_ < 0.004
    assert with_ < 0.3 * without


def test_garbage_is_left_out_and_a_holdout_stays_as_it_is() -> None:
    scene = before_screen()
    box = np.zeros(scene.alpha.shape, np.float32)
    box[:120, 270:] = 1
    assert keyed(scene, garbage=matte_of(box)).alpha[:120, 270:].max() == 0
    held = keyed(scene, holdout=matte_of(box))
    assert held.alpha[:120, 270:].min() == 1
    assert np.array_equal(held.rgb[:120, 270:], scene.rgb[:120, 270:])


def test_choke_and_soften_move_and_spread_the_edge_without_a_rim_of_screen() -> None:
    scene = before_screen(smoke=False)
    areas = [float(keyed(scene, choke_px=px).alpha.sum()) for px in (-1.0, 0.0, 1.0)]
    assert areas[0] > 1.03 * areas[1] > 1.06 * areas[2]
    soft = keyed(scene, soften_px=4.0)
    shown = soft.alpha > 0.05
    straight = soft.rgb[shown] / soft.alpha[shown][..., None]
    assert float((straight[:, 1] - np.maximum(straight[:, 0], straight[:, 2])).max()) < 0.05


def test_exposure_changes_nothing_but_exposure() -> None:
    scene = before_screen()
    one, brighter = keyed(scene), keyed(clip_of(4 * scene.rgb))
    assert np.abs(one.alpha - brighter.alpha).max() < 0.02
    assert np.abs(4 * one.rgb - brighter.rgb).mean() < 0.002


def test_a_frame_that_the_subject_fills_keeps_all_of_it() -> None:
    scene = before_screen(smoke=False)
    full = np.full(scene.rgb.shape, (0.4, 0.3, 0.2), np.float32)
    clip = clip_of(scene.rgb, frames=6)
    plate = clip.each(lambda frame, at: frame if at != 1004 else clip_of(full).frame(1001))
    assert keyed(plate, at=1004).alpha.min() > 0.999


def test_a_picture_without_any_screen_is_refused_with_what_to_do() -> None:
    with pytest.raises(MediaError, match=r"no green or blue screen.*roto"):
        keyed(flat(0.3))


def test_a_clean_plate_or_matte_of_another_size_or_span_is_refused() -> None:
    scene = before_screen()
    with pytest.raises(MediaError, match="garbage is 10x10; the plate is 426x240"):
        keyed(scene, garbage=matte_of(np.zeros((10, 10), np.float32)))
    short = matte_of(np.zeros(scene.alpha.shape, np.float32), frames=2)
    with pytest.raises(MediaError, match="holdout has frames 1001 to 1002; the plate's frame 1003"):
        keyed(clip_of(scene.rgb, frames=4), at=1003, holdout=short)


def test_only_screen_is_empty_and_one_pixel_of_subject_is_not_lost() -> None:
    rgb = screen(320, 180, GREEN)
    rgb[90, 160] = (0.4, 0.3, 0.25)
    alpha = keyed(clip_of(rgb)).alpha
    assert alpha[90, 160] > 0.8
    alpha[85:96, 155:166] = 0
    assert alpha.max() < 0.01


@pytest.mark.footage
def test_a_real_compressed_clip_with_its_wall_turned_green_is_cut_out_cleanly() -> None:
    # the wall of this clip is yellow; one matrix for all makes it green, keeps grey, and so keeps its real edges
    before = np.array([[0.53, 0.55, 0.006], [1, 1, 1], [0.65, 0.34, 0.15]]).T
    after = np.array([[0.2, 0.46, 0.13], [1, 1, 1], [0.55, 0.36, 0.26]]).T
    turn = (after @ np.linalg.inv(before)).astype(np.float32)
    clip = footage("green/green.mp4", 100, 2)
    plate = clip.each(lambda frame, at: Frame(np.dstack([frame.rgb @ turn.T, frame.alpha]), frame.authorship))
    frame = keyed(plate, black=0.02, white=0.95)
    assert frame.alpha[:100, :80].mean() < 0.01  # the wall
    assert frame.alpha[60:130, 115:165].mean() > 0.98  # the face
    assert frame.alpha[175:, 60:220].mean() > 0.98  # the black pullover
    light = screen_light(plate.frame(1001).rgb, fit_screen([plate.frame(1001).rgb]))  # type: ignore[arg-type]
    assert float(light.std(0).mean()) < 0.2
