"""Remove: the background comes back from where it was seen, and what was not touched is the plate's, bit for bit."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, still
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.passes import ACCOUNT, MemoryShelf, go_through
from manyhands.core.span import Span
from manyhands.makers.remove import remove
from tests.moving import moving, turned, wall
from tests.plates import CAMERA

WIDTH, HEIGHT, FRAMES = 160, 120, 16
PAINTER = Hand(id="person:person-a", origin="person", name="Person A")


def silent(done: int, of: int) -> None:
    """A bell that nobody hears."""


def panned(frames: int = FRAMES, *, speed: float = 3.0, grain: float = 0.0) -> Clip:
    matrices = [turned(-speed * at, 0.4 * at, 0, 1, width=WIDTH, height=HEIGHT) for at in range(frames)]
    return moving(matrices, width=WIDTH, height=HEIGHT, grain=grain)


def matte_of(clip: Clip, hole: Any, *, soft: bool = False) -> Clip:
    """A matte whose alpha is a function of the frame's place in the clip."""

    def read(at: int) -> Frame:
        alpha = hole(at - clip.span.start).astype(np.float32)
        alpha = cv2.GaussianBlur(alpha, (0, 0), 1) if soft else alpha
        return Frame.of(np.repeat(alpha[..., None], 4, -1), CAMERA)

    return Clip(clip.span, clip.width, clip.height, read)


def disc(x: float, y: float = 60, radius: float = 14) -> np.ndarray:
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return (columns - x) ** 2 + (rows - y) ** 2 < radius**2


def walker(at: int) -> np.ndarray:
    return disc(40 + 5 * at)


def stander(at: int) -> np.ndarray:
    return disc(80)


def spoiled(clip: Clip, hole: Any) -> Clip:
    """The clip with an object of another texture where the hole is: what must not be seen any more."""
    texture = 0.6 * wall(33, 500)[:HEIGHT, :WIDTH, None] * np.array([1, 0.3, 0.2, 0], np.float32)
    texture[..., 3] = 1

    def read(at: int) -> Frame:
        here = hole(at - clip.span.start)
        return Frame.of(np.where(here[..., None], texture, clip.frame(at).rgba).astype(np.float32), CAMERA)

    return replace(clip, read=read)


def made(plate: Clip, matte: Clip, *, params: dict[str, Any] | None = None, **inputs: Clip) -> Clip:
    settings = {"grow_px": 2, **(params or {})}
    given = {"plate": plate, "matte": matte, **inputs}
    return remove.make(given, remove.checked(settings), Chance(1, "clean"), silent)  # type: ignore[no-any-return]


def shown(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip(rgb, 0, 1) ** (1 / 2.2))


def psnr(result: Clip, truth: Clip, hole: Any) -> float:
    """In the hole, of display values, over all frames."""
    errors = [
        (shown(result.frame(at).rgb) - shown(truth.frame(at).rgb))[hole(at - truth.span.start)] ** 2
        for at in truth.span.frames
    ]
    return float(-10 * np.log10(np.concatenate(errors).mean()))


def telea(plate: Clip, hole: Any) -> Clip:
    """The reference: each frame filled on its own, Telea 2004, OpenCV's."""

    def read(at: int) -> Frame:
        eight = np.round(shown(plate.frame(at).rgb) * 255).astype(np.uint8)
        filled = cv2.inpaint(eight, hole(at - plate.span.start).astype(np.uint8), 5, cv2.INPAINT_TELEA)
        rgb = (filled / 255) ** 2.2
        return Frame.of(np.dstack([rgb, np.ones((HEIGHT, WIDTH))]).astype(np.float32), CAMERA)

    return replace(plate, read=read)


@pytest.fixture(scope="module")
def walked() -> tuple[Clip, Clip, Clip]:
    """The truth, the plate with somebody who walks through it, and the plate without them."""
    truth = panned()
    plate = spoiled(truth, walker)
    result = made(plate, matte_of(plate, walker))
    frames = {at: result.frame(at) for at in result.span.frames}
    return truth, plate, replace(result, read=frames.__getitem__)


def test_a_walker_is_gone_and_the_wall_is_back(walked: tuple[Clip, Clip, Clip]) -> None:
    truth, plate, result = walked
    ours, reference = psnr(result, truth, walker), psnr(telea(plate, walker), truth, walker)
    assert ours > 30
    assert ours > reference + 6.5


def test_outside_the_matte_and_its_rim_the_plate_is_the_plate_bit_for_bit(walked: tuple[Clip, Clip, Clip]) -> None:
    _, plate, result = walked
    for at in (1001, 1008, 1016):
        before, after = plate.frame(at), result.frame(at)
        away = cv2.distanceTransform((~walker(at - 1001)).astype(np.uint8), cv2.DIST_L2, 5) > 3.2
        assert np.array_equal(after.rgba[away], before.rgba[away])
        assert not after.authorship.altered()[away].any()


def test_copied_pixels_stay_the_cameras_altered_by_the_procedure(walked: tuple[Clip, Clip, Clip]) -> None:
    _, _, result = walked
    for at in (1007, 1010):
        frame, hole = result.frame(at), walker(at - 1001)
        assert frame.faults() == []
        assert frame.authorship.weight_of(CAMERA)[hole].min() > 0.999
        assert np.allclose(frame.authorship.alteration_of(remove.hand)[hole], 1)


def test_it_does_not_flicker_more_than_what_is_round_it() -> None:
    # the wall stands in its own coordinates, so that motion is taken out by its known matrices
    truth = panned(grain=0.01)
    plate = spoiled(truth, walker)
    result = made(plate, matte_of(plate, walker))
    inside, outside = [], []
    for at in range(1004, 1013):
        back = turned(3.0, -0.4, 0, 1, width=WIDTH, height=HEIGHT)  # the next frame laid over this one
        after = cv2.warpPerspective(result.frame(at + 1).rgb, back, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)
        off = np.abs(shown(after) - shown(result.frame(at).rgb)).mean(-1)
        hole = walker(at - 1001) | walker(at - 1000)
        ring = cv2.dilate(hole.astype(np.uint8), np.ones((15, 15), np.uint8)).astype(bool)
        ring &= ~cv2.dilate(hole.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
        inside.append(off[walker(at - 1001)].mean())
        outside.append(off[ring].mean())
    assert np.mean(inside) < 1.2 * np.mean(outside)


def test_what_is_never_seen_is_the_procedures_and_no_worse_than_telea() -> None:
    truth = panned(6, speed=0.0)
    plate = spoiled(truth, stander)
    result = made(plate, matte_of(plate, stander))
    frame = result.frame(1003)
    assert frame.faults() == []
    assert frame.authorship.weight_of(remove.hand)[disc(80, radius=12)].min() > 0.99
    assert psnr(result, truth, stander) > psnr(telea(plate, stander), truth, stander)


@pytest.mark.parametrize("fill", ["patch", "smooth"])
def test_the_fill_can_be_chosen(fill: str) -> None:
    plate = spoiled(panned(3, speed=0.0), stander)
    frame = made(plate, matte_of(plate, stander), params={"fill": fill}).frame(1002)
    detail = cv2.Laplacian(shown(frame.rgb).astype(np.float32), cv2.CV_32F)[disc(80, radius=9)].std()
    around = cv2.Laplacian(shown(plate.frame(1002).rgb).astype(np.float32), cv2.CV_32F)[disc(30, radius=9)].std()
    assert detail > 0.4 * around if fill == "patch" else detail < 0.1 * around


def test_a_painted_clean_plate_is_used_where_nothing_is_seen_and_goes_with_the_picture() -> None:
    # somebody stands in the middle of a picture that turns slowly: behind them nothing is ever seen
    matrices = [turned(0.15 * at, 0, 0, 1, width=WIDTH, height=HEIGHT) for at in range(6)]
    truth = moving(matrices, width=WIDTH, height=HEIGHT)
    plate = spoiled(truth, stander)
    painted = Frame(truth.frame(1003).rgba, Frame.of(truth.frame(1003).rgba, PAINTER).authorship)
    clean = replace(still(painted, truth.span), numbers=(1003,))
    result = made(plate, matte_of(plate, stander), clean=clean)
    assert psnr(result, truth, stander) > 30
    assert result.frame(1005).authorship.weight_of(PAINTER)[disc(80, radius=10)].min() > 0.9


def test_a_shadow_goes_with_what_casts_it() -> None:
    truth = panned(8)

    def shadow(at: int) -> np.ndarray:
        return disc(44 + 5 * at, 80, 8)

    plate = spoiled(truth, walker)
    dark = replace(plate, read=lambda at: _dimmed(plate.frame(at), shadow(at - 1001)))
    result = made(dark, matte_of(plate, walker), affected=matte_of(plate, shadow))
    assert psnr(result, truth, shadow) > 27
    alone = made(dark, matte_of(plate, walker))
    assert psnr(alone, truth, shadow) < psnr(result, truth, shadow) - 6


def _dimmed(frame: Frame, where: np.ndarray) -> Frame:
    rgba = frame.rgba.copy()
    rgba[where, :3] *= 0.4
    return Frame.of(rgba, CAMERA)


def test_before_the_work_it_can_be_shown_what_is_seen_of_the_background() -> None:
    plate = spoiled(panned(), walker)
    seen = made(plate, matte_of(plate, walker), params={"show": "seen"}).frame(1008)
    red, green, _ = np.moveaxis(seen.rgb[walker(7)] - 0.35 * plate.frame(1008).rgb[walker(7)], -1, 0)
    assert (green > red).mean() > 0.95
    still_plate = spoiled(panned(4, speed=0.0), stander)
    never = made(still_plate, matte_of(still_plate, stander), params={"show": "seen"}).frame(1002)
    red, green, _ = np.moveaxis(never.rgb[stander(0)] - 0.35 * still_plate.frame(1002).rgb[stander(0)], -1, 0)
    assert (red > green).all()


def looked_at(plate: Clip, hole: Any, **inputs: Clip) -> MemoryShelf:
    """The shelf before anything is made up."""
    passes = made(plate, matte_of(plate, hole), **inputs).passes
    assert passes
    shelf = MemoryShelf()
    for item in passes.each:
        go_through(item, item.numbers(plate.span), {}, shelf)
        if item.name == "tell":
            break
    return shelf


def account(plate: Clip, hole: Any, **inputs: Clip) -> dict[str, Any]:
    """What is found before anything is made up."""
    shelf = looked_at(plate, hole, **inputs)
    return json.loads(shelf.load(ACCOUNT)["json"].tobytes())  # type: ignore[no-any-return]


def test_how_much_is_seen_is_told_frame_by_frame_with_the_ways_out() -> None:
    moving_ = account(spoiled(panned(), walker), walker)
    assert set(moving_["seen"]) == {str(at) for at in range(1001, 1001 + FRAMES)}
    assert min(moving_["seen"].values()) > 0.85
    assert len(moving_["says"]) == 1
    standing = account(spoiled(panned(4, speed=0.0), stander), stander)
    assert max(standing["seen"].values()) == 0
    assert "never seen" in standing["says"][1]
    assert "--clean" in standing["says"][1]
    helped = account(spoiled(panned(4, speed=0.0), stander), stander, clean=panned(4, speed=0.0))
    assert len(helped["says"]) == 1  # who has brought a clean plate is not told to bring one


def test_nothing_is_copied_across_a_cut_and_it_is_said_where_it_is() -> None:
    one, other = panned(6), moving([turned(0, 0, 0, 1)] * 6, width=WIDTH, height=HEIGHT, world=0.2 * wall(11))
    cut = replace(one, span=Span(length=12, rate_fps=Fraction(24)), read=lambda at: _of(one, other, at))
    found = account(spoiled(cut, stander), stander)
    shelf = looked_at(spoiled(cut, stander), stander)
    for at in cut.span.frames:
        for way in ("fore", "back"):
            sources = shelf.load(f"{way}.{at}")["frame"]
            assert all((source < 1007) == (at < 1007) for source in sources[sources > 0])
    assert found["cuts"] == [1007]
    assert "cut at frame 1007" in found["says"][-1]
    result = made(spoiled(cut, stander), matte_of(cut, stander))
    assert result.frame(1009).rgb[stander(0)].max() < 0.5 * result.frame(1003).rgb[stander(0)].max()


def _of(one: Clip, other: Clip, at: int) -> Frame:
    return one.frame(at) if at < 1007 else other.frame(at - 6)


@pytest.mark.parametrize(("speed", "seen"), [(1.0, 0.25), (2.0, 0.7), (4.0, 0.95)])
def test_a_slow_pan_shows_what_stands_behind_too(speed: float, seen: float) -> None:
    # in 16 frames as much of the wall comes out from behind as it moves: about 40 %, 88 % and all of it
    truth = panned(speed=speed)
    plate = spoiled(truth, stander)
    assert np.mean(list(account(plate, stander)["seen"].values())) > seen
    if seen > 0.5:
        assert (
            psnr(made(plate, matte_of(plate, stander)), truth, stander)
            > psnr(telea(plate, stander), truth, stander) + 6
        )


def test_it_may_work_on_what_it_has_worked_on() -> None:
    # its hand then has pixels of its own and alterations as well
    plate = spoiled(panned(6, speed=0.0), stander)
    once = made(plate, matte_of(plate, stander))
    frames = {at: once.frame(at) for at in once.span.frames}
    again = made(replace(once, read=frames.__getitem__, passes=None), matte_of(plate, lambda at: disc(70)))
    frame = again.frame(1003)
    assert frame.faults() == []
    assert frame.authorship.weight_of(remove.hand)[disc(80, radius=10)].mean() > 0.9


class BreaksOff(MemoryShelf):
    """A shelf on which the disk is full after so many keepings."""

    left = 10**9

    def keep(self, name: str, arrays: Any) -> None:
        if name.startswith("grown."):
            self.left -= 1
            if self.left < 0:
                raise OSError("the disk is full")
        super().keep(name, arrays)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_round_that_was_broken_off_is_done_again_as_it_would_have_been(after: int) -> None:
    plate = spoiled(panned(6, speed=1.0), stander)
    passes = made(plate, matte_of(plate, stander), params={"fill": "patch"}).passes
    assert passes
    pictures = []
    for breaks in (False, True):
        shelf = BreaksOff()
        for item in passes.each:
            numbers = item.numbers(plate.span)
            if breaks and item.name == "grow":
                shelf.left = after
                with pytest.raises(OSError, match="full"):
                    go_through(item, numbers, {}, shelf)
                shelf.left = 10**9
            go_through(item, numbers, {}, shelf)
        pictures.append([passes.picture(at, shelf).rgba for at in plate.span.frames])
    assert np.array_equal(*pictures)


@pytest.mark.parametrize("fill", ["patch", "smooth"])
def test_a_bright_sky_is_filled_as_bright_as_it_is(fill: str) -> None:
    even = np.full((HEIGHT, WIDTH, 4), 6.0, np.float32)
    even[..., 3] = 1
    sky = replace(panned(3, speed=0.0), read=lambda at: Frame.of(even, CAMERA))
    filled = made(spoiled(sky, stander), matte_of(sky, stander), params={"fill": fill}).frame(1002)
    assert np.abs(filled.rgb - 6.0).max() < 0.1


def test_what_is_half_covered_stays_half_covered() -> None:
    half = np.full((HEIGHT, WIDTH, 4), 0.25, np.float32)
    half[..., 3] = 0.5
    veil = replace(panned(3, speed=0.0), read=lambda at: Frame.of(half, CAMERA))
    filled = made(veil, matte_of(veil, stander), params={"fill": "patch"}).frame(1002)
    assert filled.faults() == []
    assert np.abs(filled.alpha - 0.5).max() < 1e-3


def test_a_clean_plate_that_holds_for_every_frame_is_laid_in_everywhere() -> None:
    truth = moving([turned(0, 0, 0, 1, width=WIDTH, height=HEIGHT)] * 5, width=WIDTH, height=HEIGHT)
    plate = spoiled(truth, stander)
    painted = Frame(truth.frame(1001).rgba, Frame.of(truth.frame(1001).rgba, PAINTER).authorship)
    result = made(plate, matte_of(plate, stander), clean=still(painted, truth.span))
    assert psnr(result, truth, stander) > 40
    assert result.frame(1004).authorship.weight_of(PAINTER)[disc(80, radius=10)].min() > 0.99


@pytest.mark.parametrize(("width", "height"), [(8, 8), (33, 7), (101, 67)])
def test_very_small_pictures_are_filled(width: int, height: int) -> None:
    rng = np.random.default_rng(1)
    rgba = rng.uniform(0.1, 0.6, (height, width, 4)).astype(np.float32)
    rgba[..., 3] = 1
    span = Span(length=3, rate_fps=Fraction(24))
    hole = np.zeros((height, width, 4), np.float32)
    hole[2:4, 2:5] = 1
    plate = Clip(span, width, height, lambda at: Frame.of(rgba, CAMERA))
    matte = Clip(span, width, height, lambda at: Frame.of(hole, CAMERA))
    frame = made(plate, matte, params={"grow_px": 1}).frame(1002)
    assert frame.faults() == []
    assert np.abs(frame.rgb - rgba[..., :3])[2:4, 2:5].max() > 0.01


@pytest.mark.parametrize("frames", [1, 2])
def test_a_shot_of_one_or_two_frames_is_filled_from_itself(frames: int) -> None:
    plate = spoiled(panned(frames, speed=0.0), stander)
    result = made(plate, matte_of(plate, stander))
    assert result.frame(1001).faults() == []
    assert np.abs(result.frame(1001).rgb - plate.frame(1001).rgb)[stander(0)].mean() > 0.02


def test_a_hole_of_one_pixel_is_filled() -> None:
    def dot(at: int) -> np.ndarray:
        return disc(80, radius=0.9)

    truth = panned(4)
    plate = spoiled(truth, dot)
    assert psnr(made(plate, matte_of(plate, dot), params={"grow_px": 1}), truth, dot) > 25


def test_a_hole_at_the_border_and_one_that_comes_and_goes_are_filled() -> None:
    def comes(at: int) -> np.ndarray:
        return disc(2, 5) if at in (2, 3) else np.zeros((HEIGHT, WIDTH), bool)

    truth = panned(6)
    plate = spoiled(truth, comes)
    result = made(plate, matte_of(plate, comes))
    assert psnr(replace(result, span=truth.span), truth, lambda at: comes(at) if at in (2, 3) else disc(80)) > 25
    assert np.array_equal(result.frame(1001).rgba, plate.frame(1001).rgba)


def test_a_matte_with_soft_edges_leaves_no_ghost() -> None:
    truth = panned()

    def read(at: int) -> Frame:
        alpha = cv2.GaussianBlur(walker(at - 1001).astype(np.float32), (0, 0), 1.5)[..., None]
        rgba = truth.frame(at).rgba * (1 - alpha) + alpha * np.array([0.9, 0.05, 0.05, 1], np.float32)
        return Frame.of(rgba.astype(np.float32), CAMERA)

    plate = replace(truth, read=read)
    soft = Clip(truth.span, WIDTH, HEIGHT, lambda at: _blurred(walker(at - 1001)))
    result = made(plate, soft, params={"grow_px": 3})
    for at in (1005, 1010):
        rim = cv2.dilate(walker(at - 1001).astype(np.uint8), np.ones((13, 13), np.uint8)).astype(bool)
        off = shown(result.frame(at).rgb) - shown(truth.frame(at).rgb)
        assert abs(off[rim & ~walker(at - 1001)].mean()) < 0.004


def _blurred(hole: np.ndarray) -> Frame:
    alpha = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 1.5)
    return Frame.of(np.repeat(alpha[..., None], 4, -1), CAMERA)


def refused(plate: Clip, matte: Clip, words: str, **inputs: Clip) -> None:
    with pytest.raises(MediaError, match=words):
        made(plate, matte, **inputs).frame(plate.span.start)


def test_what_does_not_fit_is_refused_and_it_is_said_what_to_do() -> None:
    plate = panned(3)
    good = matte_of(plate, stander)
    small = Clip(plate.span, 80, 60, lambda at: Frame.of(np.zeros((60, 80, 4), np.float32), CAMERA))
    short = replace(good, span=good.span.but(length=2))
    refused(plate, small, "matte is 80x60; the plate is 160x120")
    refused(plate, short, "matte has the frames 1001 to 1002; the shot has 1001 to 1003")
    refused(plate, matte_of(plate, lambda at: np.zeros((HEIGHT, WIDTH), bool)), "empty in every frame")
    refused(plate, matte_of(plate, lambda at: np.ones((HEIGHT, WIDTH), bool)), "covers the whole picture in frame 1001")
    refused(plate, good, "clean is 80x60", clean=small)
    elsewhere = replace(plate, numbers=(1,))
    refused(plate, good, "the clean plate is for frame 1; the shot has 1001 to 1003", clean=elsewhere)


def test_light_over_white_comes_back_unclamped() -> None:
    truth = panned()
    bright = replace(truth, read=lambda at: _times(truth.frame(at), 12.0))
    result = made(spoiled(bright, walker), matte_of(truth, walker)).frame(1008)
    expected = bright.frame(1008).rgb
    assert expected[walker(7)].max() > 3
    off = np.abs(result.rgb - expected)[walker(7)].mean() / expected[walker(7)].mean()
    assert off < 0.06


def _times(frame: Frame, factor: float) -> Frame:
    rgba = frame.rgba.copy()
    rgba[..., :3] *= np.float32(factor)
    return Frame.of(rgba, CAMERA)


def grainy(frames: int, *, strength: float = 0.02) -> Clip:
    """A wall with next to no texture, and a sensor's noise on it that grows with the square root of the light."""
    soft = cv2.GaussianBlur(wall(), (0, 0), 40)
    return moving([np.eye(3)] * frames, width=WIDTH, height=HEIGHT, grain=strength, world=soft)


def fine(rgb: np.ndarray) -> np.ndarray:
    display = shown(rgb).astype(np.float32)
    return np.asarray(display - cv2.GaussianBlur(display, (0, 0), 1.5))


@pytest.mark.parametrize("fill", ["smooth", "patch"])
def test_what_is_made_up_is_as_grainy_and_as_lively_as_what_is_round_it(fill: str) -> None:
    plate = spoiled(grainy(4), stander)
    ring = disc(80, radius=34) & ~disc(80, radius=20)
    inside = disc(80, radius=12)
    result = made(plate, matte_of(plate, stander), params={"fill": fill})
    frames = [result.frame(at) for at in result.span.frames]
    assert frames[1].authorship.weight_of(remove.hand)[inside].min() > 0.99
    for frame in frames:
        assert 0.8 < fine(frame.rgb)[inside].std() / fine(frame.rgb)[ring].std() < 1.25
    for one, other in pairwise(frames):
        change = shown(other.rgb) - shown(one.rgb)
        assert 0.8 < change[inside].std() / change[ring].std() < 1.25


def test_a_painting_that_holds_for_every_frame_gets_living_grain() -> None:
    plate = spoiled(grainy(4), stander)
    painted = Frame(grainy(1).frame(1001).rgba, Frame.of(grainy(1).frame(1001).rgba, PAINTER).authorship)
    result = made(plate, matte_of(plate, stander), clean=still(painted, plate.span))
    inside, ring = disc(80, radius=12), disc(80, radius=34) & ~disc(80, radius=20)
    change = shown(result.frame(1003).rgb) - shown(result.frame(1002).rgb)
    assert 0.8 < change[inside].std() / change[ring].std() < 1.25
    # the painting's own grain is no longer there beside it
    assert 0.8 < fine(result.frame(1003).rgb)[inside].std() / fine(result.frame(1003).rgb)[ring].std() < 1.25
    assert result.frame(1003).authorship.weight_of(PAINTER)[inside].min() > 0.99


def test_no_grain_is_given_where_none_is_wanted_or_the_plate_has_none() -> None:
    plate = spoiled(grainy(3), stander)
    without = made(plate, matte_of(plate, stander), params={"fill": "smooth", "grain": 0.0}).frame(1002)
    assert fine(without.rgb)[disc(80, radius=12)].std() < 0.001
    clean = spoiled(grainy(3, strength=0.0), stander)
    none = made(clean, matte_of(clean, stander), params={"fill": "smooth"}).frame(1002)
    assert fine(none.rgb)[disc(80, radius=12)].std() < 0.001


def test_grain_is_the_same_whichever_frame_is_drawn_first() -> None:
    plate = spoiled(grainy(3), stander)
    one, other = (made(plate, matte_of(plate, stander), params={"fill": "smooth"}) for _ in range(2))
    last = one.frame(1003).rgba
    other.frame(1001)
    assert np.array_equal(last, other.frame(1003).rgba)
    assert not np.array_equal(last, other.frame(1002).rgba)


@pytest.mark.parametrize("wobble_px", [1.0, 4.0])
def test_a_matte_that_wobbles_over_a_shot_that_stands_shows_no_more_than_it_leaves_open(wobble_px: float) -> None:
    def hole(at: int) -> np.ndarray:
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
        angle, phase = np.arctan2(rows - 60, columns - 80), np.random.default_rng(at).uniform(0, 6)
        return np.hypot(columns - 80, rows - 60) < 24 + wobble_px * np.sin(3 * angle + phase)

    plate = spoiled(panned(8, speed=0.0), lambda at: disc(80, radius=24 - wobble_px))
    told = account(plate, hole)["seen"]
    replaced = np.stack([cv2.dilate(hole(at).astype(np.uint8), np.ones((3, 3))) > 0 for at in range(8)])
    for at in range(8):
        uncovered = (~replaced.all(0) & replaced[at]).sum() / replaced[at].sum()
        assert told[str(1001 + at)] <= uncovered
    if wobble_px == 1:
        assert max(told.values()) < 0.04
