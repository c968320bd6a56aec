"""Place: the element stands where it was put, behind what is in front, and lights what is near."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from manyhands.core.track import Track
from manyhands.makers.place import place
from tests.plates import CAMERA, flat

SMOKE = Hand(id="procedure:smoke:1", origin="procedure", name="smoke", version="1")
SPAN = Span(length=3, rate_fps=Fraction(24))
WIDTH, HEIGHT = 160, 120
BARE = {"light": 0.0, "bloom": 0.0, "shadow": 0.0, "wrap": 0.0, "white": 1000.0}


def square(rgb: tuple[float, float, float], alpha: float = 1.0, size: int = 20) -> Clip:
    """An even square, premultiplied."""
    rgba = np.zeros((size, size, 4), np.float32)
    rgba[...] = (*(alpha * part for part in rgb), alpha)
    return Clip(SPAN, size, size, lambda at: Frame.of(rgba, SMOKE))


def placed(element: Clip, plate: Clip | None = None, **more: Any) -> Clip:
    motion, foreground = more.pop("motion", None), more.pop("foreground", None)
    inputs = {
        "plate": plate or flat(0.4, width=WIDTH, height=HEIGHT),
        "element": element,
        "motion": motion,
        "foreground": foreground,
    }
    params = {"at": (80.0, 60.0), **BARE, **more}
    return place.make(inputs, place.checked(params), Chance(1, "place"), lambda done, of: None)


def matte(front: np.ndarray) -> Clip:
    rgba = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    rgba[..., 3] = front
    return Clip(SPAN, WIDTH, HEIGHT, lambda at: Frame.of(rgba, Hand(id="procedure:m:1", origin="procedure", name="m")))


def test_its_foot_stands_where_it_was_put() -> None:
    frame = placed(square((0, 0, 0))).frame(1001)
    rows, columns = np.nonzero(frame.authorship.weight_of(SMOKE) > 0.5)
    assert (rows.min(), rows.max() + 1) == (40, 60)  # the foot is the middle of the lower edge
    assert (columns.min(), columns.max() + 1) == (70, 90)


def test_an_opaque_element_is_what_one_sees_and_a_half_one_shares() -> None:
    frame = placed(square((0.1, 0.2, 0.3), alpha=0.5)).frame(1001)
    middle = frame.rgba[50, 80]
    assert middle == pytest.approx([0.05 + 0.2, 0.1 + 0.2, 0.15 + 0.2, 1.0], abs=1e-6)
    assert frame.authorship.weight_of(SMOKE)[50, 80] == pytest.approx(0.5, abs=1e-6)
    assert frame.authorship.weight_of(CAMERA)[50, 80] == pytest.approx(0.5, abs=1e-6)


def test_the_plate_is_untouched_bit_for_bit_where_the_element_is_not() -> None:
    clip = flat(0.4, width=WIDTH, height=HEIGHT)
    frame = placed(square((2, 1.2, 0.4)), clip, light=1.0, bloom=1.0, shadow=0.3, wrap=0.2, white=1.0).frame(1001)
    far = np.zeros((HEIGHT, WIDTH), bool)
    far[:, :20], far[:, -20:] = True, True
    assert np.array_equal(frame.rgba[far], clip.frame(1001).rgba[far])
    assert frame.authorship.weight_of(CAMERA)[far].min() == 1


def test_the_foreground_hides_it() -> None:
    front = np.zeros((HEIGHT, WIDTH), np.float32)
    front[:, :80] = 1
    frame = placed(square((0, 0, 0)), foreground=matte(front)).frame(1001)
    share = frame.authorship.weight_of(SMOKE)
    assert share[50, 75] == 0
    assert share[50, 85] == 1
    half = placed(square((0, 0, 0)), foreground=matte(front), behind=0.25).frame(1001)
    assert half.authorship.weight_of(SMOKE)[50, 75] == pytest.approx(0.75)


def test_it_follows_the_track() -> None:
    shifts = [(1.0, 0, dx, 0, 1.0, 0, 0, 0, 1.0) for dx in (0.0, 10.0, 20.0)]
    motion = Track(
        span=SPAN, reference=1001, width=WIDTH, height=HEIGHT, matrices=tuple(shifts), residual_px=(0.0, 0.0, 0.0)
    )
    frame = placed(square((0, 0, 0)), motion=motion).frame(1003)
    columns = np.nonzero((frame.authorship.weight_of(SMOKE) > 0.5).any(0))[0]
    assert (columns.min(), columns.max() + 1) == (90, 110)


def test_fire_lights_the_foreground_near_it_and_its_light_is_the_elements() -> None:
    front = np.zeros((HEIGHT, WIDTH), np.float32)
    front[60:] = 1
    lit = placed(square((6, 3, 0.6)), foreground=matte(front), light=1.0, white=1.0).frame(1001)
    gain = lit.rgb - 0.4
    assert gain[64, 80, 0] > 0.01  # the roof below the fire
    assert gain[64, 80, 0] > gain[64, 80, 2]  # warm
    assert gain[64, 80, 0] > gain[110, 80, 0]  # fading with distance
    share = lit.authorship.weight_of(SMOKE)[64, 80]
    added = float(gain[64, 80] @ [0.2722287, 0.6740818, 0.0536895])
    assert share == pytest.approx(added / (0.4 + added), rel=1e-3)  # the law of additive light


def test_a_flash_reaches_over_the_scene_and_not_over_the_sky() -> None:
    front = np.zeros((HEIGHT, WIDTH), np.float32)
    front[60:] = 1
    given = {"light": 1.0, "white": 1.0, "foreground": matte(front)}
    near, far = (placed(square((30, 30, 30)), **given, reach=reach).frame(1001).rgb - 0.4 for reach in (0.0, 1.0))
    assert far[115, 20].min() > near[115, 20].max() + 0.05
    assert np.abs(far[10, 10]).max() < 1e-3
    # half as strong at its reach, which is the picture's height
    alone = placed(square((30, 30, 30), size=4), **{**given, "at": (8.0, 64.0)}, reach=1.0).frame(1001).rgb - 0.4
    assert alone[66, 8 + 120, 0] < 0.75 * alone[66, 8 + 40, 0]


def test_a_flash_overexposes_a_plate_in_which_nothing_is_bright() -> None:
    dim = flat(0.02, width=WIDTH, height=HEIGHT)
    for reach, top in ((0.0, 0.12), (0.5, 1.0)):
        frame = placed(square((40, 40, 40)), dim, light=0.0, white=0.12, reach=reach).frame(1001)
        assert frame.rgb[50, 80] == pytest.approx([top] * 3, rel=0.02)


def test_without_a_foreground_a_flash_lights_what_is_not_nearly_white() -> None:
    for level, is_lit in ((0.2, True), (0.95, False)):
        plate = flat(level, width=WIDTH, height=HEIGHT)
        lit = placed(square((30, 30, 30)), plate, light=1.0, white=1.0, reach=0.5).frame(1001).rgb
        assert (lit[80, 30].min() > level + 0.01) == is_lit
    dark = placed(square((30, 30, 30)), flat(0.2, width=WIDTH, height=HEIGHT), light=1.0, white=1.0).frame(1001).rgb
    assert dark[80, 30].max() == np.float32(0.2), "without a reach nothing is lit that no matte calls a surface"


def test_highlights_end_where_the_plates_do_and_blacks_rise_to_its() -> None:
    bright = placed(square((40, 30, 20)), white=1.0, light=0.0).frame(1001)
    assert bright.rgb.max() <= 1.0
    dark = placed(square((0, 0, 0)), black=0.03).frame(1001)
    assert dark.rgb[50, 80] == pytest.approx([0.03] * 3, abs=1e-6)


def test_grain_is_the_plates_where_it_covers_and_none_elsewhere() -> None:
    big = square((0.18, 0.18, 0.18), size=80)
    frame = placed(big, at=(80.0, 100.0), grain=0.02).frame(1001)
    inside = frame.rgb[30:90, 50:110]
    assert np.std(inside) == pytest.approx(0.02, rel=0.15)
    assert np.array_equal(frame.rgb[:, :30], np.full((HEIGHT, 30, 3), np.float32(0.4)))
    assert not np.array_equal(inside, placed(big, at=(80.0, 100.0), grain=0.02).frame(1002).rgb[30:90, 50:110])


def test_a_dense_element_shades_what_lies_below_and_the_plate_stays_the_cameras() -> None:
    frame = placed(square((0.1, 0.1, 0.1)), shadow=0.5).frame(1001)
    below = frame.rgb[66, 80]
    assert below.max() < 0.4
    assert frame.authorship.weight_of(CAMERA)[66, 80] == 1
    assert frame.authorship.alteration_of(place.hand)[66, 80] == pytest.approx(1 - below[0] / 0.4, rel=1e-3)


def test_an_element_out_of_the_picture_changes_nothing() -> None:
    clip = flat(0.4, width=WIDTH, height=HEIGHT)
    frame = placed(square((0, 0, 0)), clip, at=(-400.0, 60.0)).frame(1001)
    assert frame.rgba is clip.frame(1001).rgba


def numbered(frames: int = 2) -> Clip:
    """An element whose own frames are told apart: they start at 1 and get brighter."""

    def read(at: int) -> Frame:
        return Frame.of(np.full((20, 20, 4), (0.1 * at, 0, 0, 1), np.float32), SMOKE)

    return Clip(Span(start=1, length=frames, rate_fps=Fraction(24)), 20, 20, read)


def test_the_elements_first_frame_lies_on_the_plates_first_or_where_it_was_put() -> None:
    clip = placed(numbered())
    assert [float(clip.frame(at).rgba[50, 80, 0]) for at in (1001, 1002, 1003)] == pytest.approx([0.1, 0.2, 0.2])
    late = placed(numbered(), first_frame=1002)
    assert [float(late.frame(at).rgba[50, 80, 0]) for at in (1001, 1002, 1003)] == pytest.approx([0.4, 0.1, 0.2])


def test_an_element_is_seen_up_to_its_last_frame() -> None:
    clip = placed(numbered(), last_frame=1002)
    assert [float(clip.frame(at).rgba[50, 80, 0]) for at in (1001, 1002, 1003)] == pytest.approx([0.1, 0.2, 0.4])
