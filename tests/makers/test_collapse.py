"""The building that falls: plate lock, a sky without outline or light, shards that bend, dust that lasts."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import ParameterError
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from manyhands.core.track import Track, standing
from manyhands.kit.demolition import building_of, fall_of, shards_of
from manyhands.kit.facade import gone, hung
from manyhands.makers import all_makers
from manyhands.makers.collapse import WORDS, collapse
from manyhands.propose import propose
from tests.moving import footage
from tests.plates import CAMERA
from tests.propose.house import reading

WIDTH, HEIGHT = 160, 96
HOUSE = (62.0, 24.0, 98.0, 24.0, 98.0, 80.0, 62.0, 80.0)
FAST = {"building": HOUSE, "at": 0.0, "cells": 40, "pieces": 90, "height_m": 24.0, "speed": 1.4, "softness_px": 0.6}


@cache
def picture(shift: int = 0) -> np.ndarray:
    """A tower block with windows before a clear sky, ground below it, a low house beside it."""
    rng = np.random.default_rng(9)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    x = x - shift
    rgb = (0.4 + 0.25 * y / HEIGHT)[..., None] * np.array([0.7, 0.85, 1.1])
    wall = 0.5 + 0.1 * rng.standard_normal((HEIGHT, WIDTH))
    window = ((x % 6) > 2) & ((y % 7) > 3)
    block = (x >= 62) & (x < 98) & (y >= 24) & (y < 80)
    low = (x >= 105) & (x < 150) & (y >= 66) & (y < 80)
    rgb = np.where(block[..., None], np.where(window, 0.08, wall)[..., None] * np.array([1.0, 0.95, 0.85]), rgb)
    rgb = np.where(low[..., None], np.array([0.3, 0.12, 0.1]), rgb)
    rgb = np.where((y >= 80)[..., None], (0.12 + 0.03 * rng.random((HEIGHT, WIDTH)))[..., None], rgb)
    return np.dstack([rgb, np.ones((HEIGHT, WIDTH))]).astype(np.float32)


def plate(frames: int = 72, *, pan: int = 0) -> Clip:
    span = Span(length=frames, rate_fps=Fraction(24))
    return Clip(span, WIDTH, HEIGHT, lambda at: Frame.of(picture(pan * (at - span.start)), CAMERA))


def still_matte(alpha: np.ndarray, frames: int = 72) -> Clip:
    clip = plate(frames)
    frame = Frame.of(np.repeat(alpha.astype(np.float32)[..., None], 4, -1), CAMERA)
    return Clip(clip.span, clip.width, clip.height, lambda at: frame)


def fallen(frames: int = 72, *, seed: int = 1, clip: Clip | None = None, inputs: Any = None, **params: Any) -> Clip:
    clip = clip or plate(frames)
    given = {"plate": clip, **(inputs or {})}
    return collapse.make(given, collapse.checked({**FAST, **params}), Chance(seed, "collapse"), lambda done, of: None)


@cache
def states() -> dict[int, State]:
    """The states of the usual fall, every eighth frame."""
    simulation = fallen().simulation
    assert simulation is not None
    state, kept = simulation.start(), {}
    for at in range(1001, 1073):
        state = simulation.step(state, at) if at > 1001 else state
        if (at - 1001) % 8 == 0:
            kept[at] = state
    return kept


@cache
def drawn(at: int) -> Frame:
    simulation = fallen().simulation
    assert simulation is not None
    return simulation.picture(simulation.shown(states()[at]), at)


def order() -> Any:
    from manyhands.makers import collapse as module

    return module._scene(plate(), collapse.checked(FAST), None, None, None, None).order


def test_until_it_starts_the_plate_comes_through_bit_for_bit() -> None:
    clip = fallen(at=1.0)
    for at in (1001, 1010, 1025):
        assert np.array_equal(clip.frame(at).rgba, picture())


def test_where_nothing_falls_and_no_dust_goes_the_plate_comes_through_bit_for_bit() -> None:
    frame = drawn(1025)
    far = np.zeros((HEIGHT, WIDTH), bool)
    far[:, :6] = True
    far[:14] = True
    assert np.array_equal(frame.rgba[far], picture()[far])
    assert np.array_equal(frame.authorship.weight_of(CAMERA)[far], np.ones(far.sum(), np.float32))


def test_it_comes_down_and_lies_low_in_the_end() -> None:
    sunk = [float(np.median(fall_of(states()[at]).at[-1, :, 1])) for at in (1001, 1025, 1049, 1065)]
    assert sunk == sorted(sunk)
    assert sunk[0] == pytest.approx(24, abs=1)
    assert sunk[-1] > 70


def test_the_clear_sky_gets_neither_outline_nor_light() -> None:
    """Where the block stood high before the sky, nothing is left of it: less than a code value of eight bits."""
    frame = drawn(1065)
    sky = np.zeros((HEIGHT, WIDTH), bool)
    sky[16:34, 50:110] = True
    dust_free = sky & (cv2.blur(frame.authorship.weight_of(collapse.hand), (3, 3)) < 2)
    y = np.arange(HEIGHT)[:, None, None]
    clean = np.broadcast_to((0.4 + 0.25 * y / HEIGHT) * np.array([0.7, 0.85, 1.1]), (HEIGHT, WIDTH, 3))
    error = np.abs(np.sqrt(np.maximum(frame.rgb, 0)) - np.sqrt(clean))[dust_free]
    assert np.quantile(error, 0.98) < 0.006
    assert error.max() < 0.02


def test_dust_is_dense_to_the_end_and_hangs_together() -> None:
    cover = []
    for at in (1049, 1065):
        frame = drawn(at)
        cover.append(float(frame.authorship.weight_of(collapse.hand)[56:79, 50:110].mean()))
    assert cover[-1] > 0.8
    dust = states()[1065]["gas.carried"][..., 0].max(0)[::-1]
    _, _, stats, _ = cv2.connectedComponentsWithStats((dust > 0.25).astype(np.uint8))
    areas = np.sort(stats[1:, cv2.CC_STAT_AREA])[::-1]
    assert areas[0] > 0.93 * areas.sum(), "no puff hangs alone"


def test_the_front_bends_and_breaks() -> None:
    """While it falls, neighbouring shards go different ways: it does not sink as one plate."""
    state = states()[1025]
    building, fall, shards = building_of(state, order()), fall_of(state), shards_of(state)
    moved = hung(building, shards.centre).of(fall.at) - shards.centre
    upper = shards.centre[:, 1] < 60
    assert moved[upper, 1].std() > 0.05 * np.abs(moved[upper, 1]).max()
    high = moved[:, 1] + shards.centre[:, 1] < 62
    assert (state["how"][: len(shards)] > 0)[high].any(), "some come off before they reach the ground"


def test_shards_go_from_the_start_outward() -> None:
    clip = fallen(start=(0.0, 1.0), spread=2.0)
    simulation = clip.simulation
    assert simulation is not None
    state, first = simulation.start(), None
    for at in range(1002, 1060):
        state = simulation.step(state, at)
        building, fall, shards = building_of(state, order()), fall_of(state), shards_of(state)
        away = gone(building, fall, shards, state["how"])
        if away.any():
            first = shards.centre[away]
            break
    assert first is not None
    assert first[:, 0].mean() < 80, "on the side where it starts"
    assert first[:, 0].max() < 92, "and not yet on the other"


def test_what_rests_has_not_sunk_into_the_ground() -> None:
    state = states()[1065]
    resting = state["pieces"][state["how"] == 2]
    assert len(resting) > 20
    assert resting[:, 1].max() < 81


def test_the_same_seed_falls_alike_and_another_one_does_not() -> None:
    one, other = (fallen(24, seed=seed).frame(1024).rgba for seed in (1, 1))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, fallen(24, seed=2).frame(1024).rgba)


def test_a_run_from_a_kept_state_is_the_run_that_went_through() -> None:
    simulation = fallen().simulation
    assert simulation is not None
    kept = {name: array.copy() for name, array in states()[1041].items()}
    through = simulation.step(simulation.step(states()[1041], 1042), 1043)
    again = simulation.step(simulation.step(kept, 1042), 1043)
    for name, array in through.items():
        assert np.array_equal(array, again[name]), name


def test_shares_sum_to_alpha_and_its_shards_stay_the_cameras() -> None:
    for at in (1025, 1049):
        assert drawn(at).faults() == []
    frame = drawn(1025)
    assert frame.authorship.weight_of(CAMERA)[30:50, 66:94].mean() > 0.5
    assert frame.authorship.alteration_of(collapse.hand).max() > 0


def test_what_stands_in_front_stays_in_front() -> None:
    front = np.zeros((HEIGHT, WIDTH))
    front[40:80, 70:76] = 1
    clip = fallen(inputs={"front": still_matte(front)})
    frame = clip.frame(1060)
    assert np.array_equal(frame.rgb[42:78, 71:75], picture()[42:78, 71:75, :3])


def test_a_clean_plate_shows_where_it_was() -> None:
    green = np.broadcast_to(np.float32([0.0, 1.0, 0.0, 1.0]), (HEIGHT, WIDTH, 4)).copy()
    clip = plate()
    clean = Clip(clip.span, WIDTH, HEIGHT, lambda at: Frame.of(green, CAMERA))
    frame = fallen(inputs={"clean": clean}, dust=0.0).frame(1065)
    assert frame.rgb[30:40, 70:90, 1].mean() > 0.95


def test_it_follows_the_track() -> None:
    moving, still = plate(40, pan=1), plate(40)
    matrices = tuple((1.0, 0, float(n), 0, 1.0, 0, 0, 0, 1.0) for n in range(40))
    track = Track(
        span=moving.span, reference=1001, width=WIDTH, height=HEIGHT, matrices=matrices, residual_px=(0.0,) * 40
    )
    one = fallen(clip=moving, inputs={"motion": track}, dust=0.0).frame(1030).rgb
    other = fallen(clip=still, inputs={"motion": standing(still.span, WIDTH, HEIGHT)}, dust=0.0).frame(1030).rgb
    window, shifted = np.s_[20:70, 55:100], np.s_[20:70, 55 + 29 : 100 + 29]
    assert np.abs(one[shifted] - other[window]).mean() < 0.03


def test_passes_are_data_for_a_video_model() -> None:
    matte, depth, motion = (fallen(show=show).frame(1041) for show in ("matte", "depth", "motion"))
    assert matte.rgb[..., 0].max() == pytest.approx(1)
    assert 0 < matte.rgb[..., 2][26:36, 66:94].mean()
    assert 0 <= depth.rgb.min()
    assert depth.rgb.max() <= 1
    assert depth.rgb[4, 4].max() == 0, "the sky is far"
    down = motion.rgb[..., 1][30:70, 66:94]
    assert down.max() > 1
    assert np.abs(motion.rgb[:10, :10]).max() == 0


def test_no_camera_shakes_unless_it_is_asked_for() -> None:
    calm, shaken = (fallen(48, shake=shake).frame(1045).rgba for shake in (0.0, 2.0))
    assert np.array_equal(calm[:6, :6], picture()[:6, :6])
    assert not np.array_equal(shaken[:6, :6], picture()[:6, :6])


@pytest.mark.parametrize(
    ("building", "says"),
    [
        ((), "building is empty"),
        ((10.0, 10.0, 30.0, 10.0), "three corners"),
        ((10.0, 10.0, 30.0, 10.0, 30.0), "three corners"),
        ((-90.0, -90.0, -10.0, -90.0, -10.0, -10.0), "must lie in the picture"),
        ((500.0, 10.0, 600.0, 10.0, 600.0, 90.0), "must lie in the picture"),
        ((10.0, 10.0, 12.0, 10.0, 12.0, 12.0), "at least 8 px"),
    ],
)
def test_an_outline_that_is_none_is_refused(building: tuple[float, ...], says: str) -> None:
    with pytest.raises(ParameterError, match=says) as told:
        fallen(building=building)
    assert "collapse.building=" in told.value.fix


def test_a_matte_that_is_empty_or_covers_all_is_refused() -> None:
    for alpha, says in ((np.zeros((HEIGHT, WIDTH)), "empty"), (np.ones((HEIGHT, WIDTH)), "covers the whole picture")):
        with pytest.raises(ParameterError, match=says):
            fallen(inputs={"matte": still_matte(alpha)}).frame(1010)


def test_a_matte_of_another_size_is_refused() -> None:
    other = Clip(plate().span, 80, 48, lambda at: Frame.of(np.ones((48, 80, 4), np.float32), CAMERA))
    with pytest.raises(ParameterError, match="matte is 80x48 px; the plate is 160x96"):
        fallen(inputs={"matte": other})


def test_a_matte_does_as_well_as_an_outline() -> None:
    alpha = np.zeros((HEIGHT, WIDTH))
    alpha[24:80, 62:98] = 1
    frame = fallen(building=(), inputs={"matte": still_matte(alpha)}).frame(1041)
    assert np.abs(frame.rgb - picture()[..., :3])[24:80, 62:98].mean() > 0.05


def test_a_single_frame_is_the_plate() -> None:
    clip = fallen(1)
    assert np.array_equal(clip.frame(1001).rgba, picture())


@pytest.mark.parametrize("noun", sorted(WORDS.nouns))
def test_every_noun_calls_it_alone(noun: str) -> None:
    proposal = propose(f"the {noun}", reading(building=HOUSE), all_makers())[1]
    assert [step.maker for step in proposal.recipe.steps if step.maker not in ("track", "skyline")] == ["collapse"]
    assert not proposal.understanding.unknown


@pytest.mark.footage
def test_on_a_real_pan_the_sky_keeps_its_light_where_the_tower_stood() -> None:
    """The OpenShot pan: hand-held, compressed, a tower block whose roof stands in the sky."""
    real = footage("pan/pan.avi", 279, 60)
    track = all_makers()["track"]
    moves = track.make({"plate": real}, track.checked({}), Chance(1, "track"), lambda done, of: None)
    outline = (439, 107, 476, 76, 511, 64, 544, 64, 588, 76, 599, 192, 576, 240, 520, 248, 442, 248)
    params = {"building": outline, "at": 0.0, "speed": 2.5, "dust": 0.0, "cells": 32, "pieces": 120}
    clip = collapse.make(
        {"plate": real, "motion": moves}, collapse.checked(params), Chance(1, "collapse"), lambda done, of: None
    )
    frame = clip.frame(1060)
    stood = moves.matrix(1060) @ np.array([520.0, 90.0, 1.0])
    x, y = (int(part) for part in stood[:2] / stood[2])
    assert frame.authorship.weight_of(collapse.hand)[y, x] > 0.5
    blocks = frame.rgb[y - 8 : y + 8, x - 100 : x + 60].reshape(16, 8, 20, 3).mean((0, 2))
    steps = np.abs(np.diff(np.sqrt(blocks), axis=0))
    assert steps.max() < 0.008, "from the open sky over the seam into what was filled: two code values of eight bits"
    assert np.array_equal(frame.rgb[:40, :300], real.frame(1060).rgb[:40, :300])
