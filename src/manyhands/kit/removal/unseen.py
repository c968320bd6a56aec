"""What no frame shows: painted by somebody or grown from the texture round it in one frame, and led to the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from manyhands.core.clip import State
from manyhands.core.passes import Shelf
from manyhands.kit.fill import smooth, spread
from manyhands.kit.holes import (
    NOWHERE,
    Origins,
    grown,
    sampled,
    traced,
)
from manyhands.kit.patches import grow
from manyhands.kit.removal.motion import flow_of
from manyhands.kit.removal.shot import CLEAN, Shot, box_round, filled_of, hole_of


def grow_unseen(shot: Shot, number: int, before: State, shelf: Shelf) -> State:
    """Fill what no frame shows in one frame, and lead that to the others.

    Where texture would not do well there, nothing is led on: a smooth fill is better made for each frame.
    """
    tried = before.get("tried", np.zeros(0, np.int64))
    left = {at: left_of(shot, at, number, shelf) for at in shot.plate.span.frames}
    if number < len(shot.paintings):
        for key in shot.paintings[number]:
            fill = _painted(shot, key, left[key], hole_of(shot, key, shelf))
            if len(shot.paintings[number]) == 1:
                _lead(shot, key, number, left, fill, shelf)
            else:
                _keep_grown(shot, key, number, left[key], _own(shot, key, left[key]), fill, shelf)
        return before
    open_ = [at for at in left if at not in tried] or list(left)
    key = max(open_, key=lambda at: int(left[at].sum()))
    if left[key].any() and (invented := _invented(shot, key, number, left[key], shelf)) is not None:
        _lead(shot, key, number, left, invented, shelf)
    return {"tried": np.append(tried, key)}


def _own(shot: Shot, key: int, gap: np.ndarray) -> Origins:
    """The key frame's own pixels, in the gap and round it."""
    reach = grown(gap, 3 * shot.rim_px)
    y, x = np.mgrid[0 : shot.height, 0 : shot.width].astype(np.float32)
    return Origins(np.where(reach, key, NOWHERE).astype(np.int32), x, y, np.zeros_like(x))


def _lead(shot: Shot, key: int, number: int, left: dict[int, np.ndarray], fill: Fill, shelf: Shelf) -> None:
    """Give the key frame its fill, and lead it to the frames before and after, as far as motion is known."""
    if not left[key].any():
        return
    own = _own(shot, key, left[key])
    _keep_grown(shot, key, number, left[key], own, fill, shelf)
    for way in (1, -1):
        known, at = own, key + way
        while at in left:
            flows = flow_of(shot, at, at - way, shelf)
            if flows is None:
                break
            wide = grown(left[at] | hole_of(shot, at, shelf), shot.rim_px)
            known = traced(wide, *flows, key, np.ones(wide.shape, bool), known)
            if not known.seen.any():
                break
            if left[at].any():
                _keep_grown(shot, at, number, left[at], known, fill, shelf)
            at += way


@dataclass(frozen=True)
class Fill:
    """How a key frame is filled: the look of ``frame`` at ``x``, ``y``, and ``add``.

    Only what is ``usable`` may be led to other frames: what other frames show is taken from those.  ``made`` is what
    the fill made up; the rest of the key frame is the plate's own.
    Shapes: (h, w); add and look (h, w, 3).
    """

    frame: np.ndarray
    x: np.ndarray
    y: np.ndarray
    add: np.ndarray
    look: np.ndarray
    usable: np.ndarray
    made: np.ndarray


def _painted(shot: Shot, key: int, gap: np.ndarray, hole: np.ndarray) -> Fill:
    """From the clean plate that was painted for a frame."""
    assert shot.clean is not None
    size = shot.width, shot.height
    painted = cv2.resize(shot.clean.frame(key).rgb, size, interpolation=cv2.INTER_AREA)
    y, x = np.mgrid[0 : shot.height, 0 : shot.width].astype(np.float32)
    number = np.where(gap, key + CLEAN, key).astype(np.int32)
    nothing, made = np.zeros((*gap.shape, 3), np.float32), np.zeros_like(gap)
    return Fill(number, x, y, nothing, np.cbrt(np.maximum(painted, 0)), gap | ~grown(hole, 2), made)


def _invented(shot: Shot, key: int, number: int, gap: np.ndarray, shelf: Shelf) -> Fill | None:
    """Texture from the same frame; None where a smooth fill does better."""
    if shot.p.fill == "smooth":
        return None
    picture, hole = whole_of(shot, key, number, shelf), hole_of(shot, key, shelf)
    known = np.where(gap[..., None], 0, picture).astype(np.float32)
    cut = box_round(gap, 2.0 * max(8, *_extent(gap)), shot)
    usable, inside = ~grown(hole, 1)[cut], gap[cut]
    seed = int(shot.rng.of("patches").at(key).integers(1, 2**31))
    texture = grow(known[cut], inside, usable, seed)
    if texture is None or (shot.p.fill == "best" and not _texture_does_well(known[cut], inside, usable, seed)):
        return None
    y, x = np.mgrid[0 : shot.height, 0 : shot.width].astype(np.float32)
    add, result = np.zeros((*gap.shape, 3), np.float32), picture.copy()
    x[cut][inside] = texture.x[inside] + cut[1].start
    y[cut][inside] = texture.y[inside] + cut[0].start
    copied = known[cut][texture.y, texture.x]
    off = np.where(inside[..., None], texture.look - copied, 0).astype(np.float32)
    weight = np.maximum(cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 2.5), 0.05)
    add[cut] = np.where(inside[..., None], cv2.GaussianBlur(off, (0, 0), 2.5) / weight[..., None], 0)
    result[cut][inside] = (copied + add[cut])[inside]
    return Fill(np.full(gap.shape, key, np.int32), x, y, add, result, gap | ~grown(hole, 2), gap)


def _extent(mask: np.ndarray) -> tuple[int, int]:
    return int(mask.any(1).sum()), int(mask.any(0).sum())


WORSE = 1.0
"""How many times the squared error of a smooth fill that of texture may be."""


def _texture_does_well(picture: np.ndarray, gap: np.ndarray, usable: np.ndarray, seed: int) -> bool:
    """Whether texture comes closer to the truth than a smooth fill where the truth is known: in the gap moved aside."""
    high, wide = _extent(gap)
    errors = []
    for down, right in ((0, wide), (0, -wide), (high, 0), (-high, 0)):
        moved = _moved(gap, down, right)
        if moved.sum() < 0.7 * gap.sum() or (moved & ~usable).sum() > 0.1 * moved.sum():
            continue
        moved &= usable
        texture = grow(picture, moved, usable & ~gap, seed)
        if texture is None:
            continue
        even = smooth(picture, moved)
        errors.append([float(((fill - picture)[moved] ** 2).mean()) for fill in (texture.look, even)])
        if len(errors) == 2:
            break
    if not errors:
        return True
    of_texture, of_even = np.mean(errors, 0)
    return bool(of_texture <= WORSE * of_even)


def _moved(mask: np.ndarray, down: int, right: int) -> np.ndarray:
    shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
    return np.asarray(cv2.warpAffine(mask.astype(np.uint8), shift, mask.shape[::-1], flags=cv2.INTER_NEAREST) > 0)


def left_of(shot: Shot, at: int, number: int, shelf: Shelf) -> np.ndarray:
    """What of a frame's hole is neither seen nor was grown before a round."""
    hole = hole_of(shot, at, shelf)
    left = np.zeros_like(hole)
    if hole.any():
        left[hole] = ~shelf.load(f"filled.{at}")["seen"]
        for part in grown_in(at, number, shelf):
            left[part["y"], part["x"]] = False
    return left


def grown_in(at: int, before: int, shelf: Shelf) -> Iterator[State]:
    """What a frame got in the rounds before one; a round that was broken off is done again as if it had not begun."""
    for number in range(before):
        if shelf.has(f"grown.{at}.{number}"):
            yield shelf.load(f"grown.{at}.{number}")


def whole_of(shot: Shot, at: int, before: int, shelf: Shelf) -> np.ndarray:
    """How a frame looks with its hole filled by what is seen and by what was grown in the rounds before one."""
    picture = filled_of(shot, at, shelf)
    for part in grown_in(at, before, shelf):
        picture[part["y"], part["x"]] = part["look"]
    return picture


LED = 0.08
"""How far, at most, the light of what was grown is led over to that round it."""


def _keep_grown(shot: Shot, at: int, number: int, left: np.ndarray, known: Origins, fill: Fill, shelf: Shelf) -> None:
    """Keep what a frame gets of the key frame's fill, met with what is round it."""
    near_x = np.clip(np.round(known.x), 0, shot.width - 1).astype(int)
    near_y = np.clip(np.round(known.y), 0, shot.height - 1).astype(int)
    got = left & known.seen & (known.doubt < 3 * shot.p.trust) & fill.usable[near_y, near_x]
    if not got.any():
        return
    picture = whole_of(shot, at, number, shelf)
    rim = grown(left, 3) & ~left & known.seen
    both = got | rim
    seen = np.zeros_like(picture)
    seen[both] = sampled(fill.look, known.x[both], known.y[both])
    led = np.zeros_like(picture)
    if rim.any():
        led = spread(np.where(rim[..., None], np.clip(picture - seen, -LED, LED), 0).astype(np.float32), rim)
    i, j = near_x[got], near_y[got]
    y, x = np.nonzero(got)
    shelf.keep(
        f"grown.{at}.{number}",
        {
            "x": x.astype(np.int16),
            "y": y.astype(np.int16),
            "frame": fill.frame[j, i],
            "from_x": (fill.x[j, i] + known.x[got] - i).astype(np.float32),
            "from_y": (fill.y[j, i] + known.y[got] - j).astype(np.float32),
            "add": (fill.add[j, i] + led[got]).astype(np.float16),
            "look": (seen[got] + led[got]).astype(np.float16),
            "made": fill.made[j, i],
        },
    )
