"""What is taken out of a shot, step by step: each function is one going through (see :mod:`manyhands.core.passes`).

Small pictures show how things look (the cube root of light, in 200 steps to 1) at the size in which motion
is looked for; where pixels come from is found in them, and the pixels themselves are taken from the
plate's full size, each once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.passes import ACCOUNT, Shelf, accounted
from manyhands.kit.fill import smooth, spread
from manyhands.kit.flow import flow_between, small_size
from manyhands.kit.holes import (
    NOWHERE,
    SMEAR,
    Candidate,
    Origins,
    candidate,
    completed,
    grown,
    lifted,
    sampled,
    shares,
    strongest,
)
from manyhands.kit.holes import traced as followed
from manyhands.kit.patches import grow

STEPS = 200.0
"""Steps of lightness to 1 in a small picture."""

CLEAN = 1 << 24
"""What is added to the number of a clean plate, so that it is told from the plate's own frames."""

NEAR = 40
"""Small pictures that are kept at hand."""


@dataclass(frozen=True)
class Shot:
    """A plate with what is to be taken out of it.  ``width`` and ``height`` are the small pictures'."""

    plate: Clip
    matte: Clip
    affected: Clip | None
    clean: Clip | None
    p: Any
    rng: Chance
    width: int
    height: int
    near: dict[int, np.ndarray] = field(default_factory=dict)
    closed: dict[int, np.ndarray] = field(default_factory=dict)
    users: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, plate: Clip, matte: Clip, affected: Clip | None, clean: Clip | None, p: Any, rng: Chance) -> Shot:
        """Raises: MediaError if something does not fit the plate."""
        for name, clip in (("matte", matte), ("affected", affected), ("clean", clean)):
            if clip is not None and (clip.width, clip.height) != (plate.width, plate.height):
                raise MediaError(
                    f"remove: {name} is {clip.width}x{clip.height}; the plate is {plate.width}x{plate.height}.",
                    "Make both of one size.",
                )
        for name, clip in (("matte", matte), ("affected", affected)):
            if clip is not None and not (clip.span.start <= plate.span.start and clip.span.end >= plate.span.end):
                raise MediaError(
                    f"remove: {name} has the frames {clip.span.start} to {clip.span.end}; the shot has "
                    f"{plate.span.start} to {plate.span.end}.",
                    "Bring one for every frame of the shot.",
                )
        width, height = small_size(plate.width, plate.height, p.detail)
        return cls(plate, matte, affected, clean, p, rng, width, height)

    @property
    def scale(self) -> float:
        """Small pixels to a pixel of the plate."""
        return self.width / self.plate.width

    @property
    def rim_px(self) -> int:
        return max(3, round(0.017 * self.height))

    @property
    def clean_numbers(self) -> list[int]:
        """The frames for which a clean plate was painted."""
        if self.clean is None:
            return []
        numbers = self.clean.numbers or tuple(self.clean.span.frames)
        return [at for at in numbers if at in self.plate.span]

    @property
    def rounds(self) -> int:
        """How often what is not seen is filled in one frame and led to the others."""
        return len(self.clean_numbers) + 4

    def hole(self, at: int) -> tuple[np.ndarray, np.ndarray]:
        """What goes: the pixels that are replaced, (H, W) bool, and how far, (H, W) float32, softly at their rim."""
        cover = self.matte.frame(at).alpha
        if self.affected is not None:
            cover = np.maximum(cover, self.affected.frame(at).alpha)
        core = cover > 0.02
        if not core.any():
            return core, np.zeros(core.shape, np.float32)
        reach = max(1.0, self.p.grow_px)
        away = cv2.distanceTransform((~core).astype(np.uint8), cv2.DIST_L2, 5)
        soft = np.clip((reach + 1 - away) / (0.5 * reach + 1), 0, 1).astype(np.float32)
        return soft > 0, soft


# -- small pictures ---------------------------------------------------------------------------------


def look(shot: Shot, at: int, before: State, shelf: Shelf) -> None:
    """Keep a small picture of a frame and of its hole."""
    hole, _ = shot.hole(at)
    size = shot.width, shot.height
    small = cv2.resize(shot.plate.frame(at).rgb, size, interpolation=cv2.INTER_AREA)
    gap = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.001
    shelf.keep(f"look.{at}", {"look": _coded(np.cbrt(np.maximum(small, 0))), "hole": np.packbits(gap)})


def _coded(seen: np.ndarray) -> np.ndarray:
    return np.clip(seen * np.float32(STEPS) + np.float32(0.5), 0, 255).astype(np.uint8)


def _look(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """(h, w, 3) float32: how a frame looks."""
    if at not in shot.near:
        shot.near[at] = shelf.load(f"look.{at}")["look"]
        while len(shot.near) > NEAR:
            del shot.near[next(iter(shot.near))]
    return np.asarray(shot.near[at], np.float32) / np.float32(STEPS)


def _hole(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    bits = np.unpackbits(shelf.load(f"look.{at}")["hole"], count=shot.width * shot.height)
    return bits.reshape(shot.height, shot.width).astype(bool)


def _closed(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """What of a frame must not be copied: its hole, with room for the filter's taps."""
    if at not in shot.closed:
        shot.closed[at] = grown(_hole(shot, at, shelf), 2)
        while len(shot.closed) > NEAR:
            del shot.closed[next(iter(shot.closed))]
    return shot.closed[at]


def _filled(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """How a frame looks with its hole filled as far as it is known by now."""
    picture, hole = _look(shot, at, shelf).copy(), _hole(shot, at, shelf)
    picture[hole] = shelf.load(f"filled.{at}")["look"]
    return picture


# -- motion -----------------------------------------------------------------------------------------


def motion(shot: Shot, at: int, before: State, shelf: Shelf, *, rough: bool) -> None:
    """Keep the motion from a frame to the next and back, completed in the holes.

    Rough: from the frames with smooth holes, where flow is not believed near them either.  Else from
    the filled frames, where it is.
    """
    if at == shot.plate.span.end:
        return
    holes = _hole(shot, at, shelf), _hole(shot, at + 1, shelf)
    if rough:
        pictures = [_smoothed(shot, _look(shot, at + k, shelf), holes[k]) for k in range(2)]
    else:
        pictures = [_filled(shot, at + k, shelf) for k in range(2)]
    flows = flow_between(*(picture.mean(-1) for picture in pictures))
    reach = SMEAR * shot.height if rough else 0.75 * shot.rim_px
    there = completed(flows.there, grown(holes[0], reach))
    back = completed(flows.back, grown(holes[1], reach))
    cut = _box(grown(holes[0] | holes[1], shot.rim_px + 3), 4 + np.abs(there).max(), shot)
    shelf.keep(
        f"flow.{at}",
        {
            "there": there[cut].astype(np.float16),
            "back": back[cut].astype(np.float16),
            "corner": np.array([cut[0].start, cut[1].start]),
            "is_cut": np.array(_is_cut(pictures[0], pictures[1], flows.there, holes)),
        },
    )


def _smoothed(shot: Shot, picture: np.ndarray, hole: np.ndarray) -> np.ndarray:
    box = _box(hole, 8, shot)
    smoothed = picture.copy()
    smoothed[box] = spread(np.ascontiguousarray(picture[box]), ~hole[box])
    return smoothed


def _box(mask: np.ndarray, margin: float, shot: Shot) -> tuple[slice, slice]:
    if not mask.any():
        return slice(0, 1), slice(0, 1)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    more = round(min(float(margin), 0.25 * shot.width))
    return (
        slice(max(0, int(rows[0]) - more), min(shot.height, int(rows[-1]) + 1 + more)),
        slice(max(0, int(columns[0]) - more), min(shot.width, int(columns[-1]) + 1 + more)),
    )


UNLIKE = 0.16
"""Two pictures that differ by more than this, half of them at least and motion taken out, are of two shots."""


def _is_cut(one: np.ndarray, other: np.ndarray, there: np.ndarray, holes: tuple[np.ndarray, np.ndarray]) -> bool:
    height, width = holes[0].shape
    y, x = np.mgrid[0:height:4, 0:width:4]
    to_x = np.clip(np.round(x + there[::4, ::4, 0]), 0, width - 1).astype(int)
    to_y = np.clip(np.round(y + there[::4, ::4, 1]), 0, height - 1).astype(int)
    off = np.abs(other[to_y, to_x] - one[::4, ::4]).mean(-1)
    open_ = ~holes[0][::4, ::4] & ~holes[1][to_y, to_x]
    return bool(open_.any() and np.median(off[open_]) > UNLIKE)


def _flow(shot: Shot, at: int, to: int, shelf: Shelf) -> tuple[np.ndarray, np.ndarray] | None:
    """The flow from a frame to one beside it and the flow back; None across a cut and at the ends."""
    first = min(at, to)
    if first < shot.plate.span.start or max(at, to) > shot.plate.span.end:
        return None
    kept = shelf.load(f"flow.{first}")
    if kept["is_cut"]:
        return None
    top, left = kept["corner"]
    height, width = kept["there"].shape[:2]
    both = []
    for name in ("there", "back"):
        whole = np.zeros((shot.height, shot.width, 2), np.float32)
        whole[top : top + height, left : left + width] = kept[name]
        both.append(whole)
    return (both[0], both[1]) if at < to else (both[1], both[0])


# -- where pixels come from -------------------------------------------------------------------------


def follow(shot: Shot, at: int, before: State, shelf: Shelf, *, to: int) -> State:
    """Follow a frame's hole to the frame beside it: the next one (to is 1) or the one before (-1)."""
    name = "back" if to > 0 else "fore"
    hole = _hole(shot, at, shelf)
    wide = grown(hole, shot.rim_px)
    flows = _flow(shot, at, at + to, shelf)
    if flows is None or not hole.any():
        found = Origins.none(shot.height, shot.width)
    else:
        there = _hole(shot, at + to, shelf)
        around = grown(there, shot.rim_px)
        known = Origins.unpacked(before, around) if before else Origins.none(shot.height, shot.width)
        found = followed(wide, *flows, at + to, grown(there, shot.rim_px + 2), known)
    packed = found.packed(wide)
    shelf.keep(f"{name}.{at}", packed)
    return packed


@dataclass(frozen=True)
class Ways:
    """Both ways to fill a frame's hole, in the box round it.

    Shapes: all of the box: ``share`` float32, the first way's; ``seen`` bool, what can be trusted to be seen.
    """

    box: tuple[slice, slice]
    origins: tuple[Origins, Origins]
    candidates: tuple[Candidate, Candidate]
    share: np.ndarray
    seen: np.ndarray

    @property
    def look(self) -> np.ndarray:
        one, other = self.candidates
        return self.share[..., None] * one.look + (1 - self.share[..., None]) * other.look


def _ways(shot: Shot, at: int, hole: np.ndarray, shelf: Shelf) -> Ways:
    wide = grown(hole, shot.rim_px)
    box = _box(wide, 2, shot)
    picture, hole = _look(shot, at, shelf)[box], hole[box]
    found = (Origins.unpacked(shelf.load(f"{name}.{at}"), wide).within(box) for name in ("fore", "back"))
    one, other = (origins.without(lambda s: _closed(shot, s, shelf)) for origins in found)
    a, b = (candidate(origins, picture, hole, lambda s: _look(shot, s, shelf)) for origins in (one, other))
    share = shares(a, b, one.seen, other.seen)
    unlike = np.where(one.seen & other.seen, strongest(a.look - b.look), 0)
    doubt = np.minimum(np.where(one.seen, a.doubt, np.inf), np.where(other.seen, b.doubt, np.inf))
    doubt = doubt + 2 * np.maximum(unlike - 0.04, 0)
    sure = _without_slivers(~hole | (doubt < shot.p.trust), max(2, shot.rim_px // 2))
    if (hole & sure).sum() < LITTLE * hole.sum():  # where next to nothing is seen, most of that is a mistake
        sure &= doubt < 0.4 * shot.p.trust
    return Ways(box, (one, other), (a, b), share, hole & sure)


LITTLE = 0.12
"""A share of the hole that is not much."""


def _without_slivers(mask: np.ndarray, thinner_px: int) -> np.ndarray:
    """A mask without its thin and lonely parts."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * thinner_px + 1, 2 * thinner_px + 1))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc) > 0)


def join(shot: Shot, at: int, before: State, shelf: Shelf) -> None:
    """Fill a frame's hole with what other frames show of it, the rest smoothly."""
    hole = _hole(shot, at, shelf)
    if not hole.any():
        shelf.keep(f"filled.{at}", {"look": np.zeros((0, 3), np.float16), "seen": np.zeros(0, bool)})
        return
    ways = _ways(shot, at, hole, shelf)
    picture = np.where(ways.seen[..., None], ways.look, _look(shot, at, shelf)[ways.box]).astype(np.float32)
    mine = hole[ways.box]
    picture = spread(picture, ways.seen | ~mine)
    shelf.keep(f"filled.{at}", {"look": picture[mine].astype(np.float16), "seen": ways.seen[mine]})


# -- what no frame shows ----------------------------------------------------------------------------


def grow_unseen(shot: Shot, number: int, before: State, shelf: Shelf) -> State:
    """Fill what no frame shows in one frame, and lead that to the others.

    Where texture would not do well there, nothing is led on: a smooth fill is better made for each frame.
    """
    tried = before.get("tried", np.zeros(0, np.int64))
    left = {at: _left(shot, at, shelf) for at in shot.plate.span.frames}
    cleans = shot.clean_numbers
    open_ = [at for at in left if at not in tried] or list(left)
    key = cleans[number] if number < len(cleans) else max(open_, key=lambda at: int(left[at].sum()))
    after = {"tried": np.append(tried, key) if number >= len(cleans) else tried}
    if not left[key].any():
        return after
    gap = left[key]
    if number < len(cleans):
        fill = _painted(shot, key, gap, _hole(shot, key, shelf))
    else:
        found = _invented(shot, key, gap, shelf)
        if found is None:
            return after
        fill = found
    reach = grown(gap, 3 * shot.rim_px)
    y, x = np.mgrid[0 : shot.height, 0 : shot.width].astype(np.float32)
    own = Origins(np.where(reach, key, NOWHERE).astype(np.int32), x, y, np.zeros_like(x))
    _keep_grown(shot, key, gap, own, fill, shelf)
    for way in (1, -1):
        known, at = own, key + way
        while at in left:
            flows = _flow(shot, at, at - way, shelf)
            if flows is None:
                break
            wide = grown(left[at] | _hole(shot, at, shelf), shot.rim_px)
            known = followed(wide, *flows, key, np.ones(wide.shape, bool), known)
            if not known.seen.any():
                break
            if left[at].any():
                _keep_grown(shot, at, left[at], known, fill, shelf)
            at += way
    return after


@dataclass(frozen=True)
class Fill:
    """How a key frame is filled: the look of ``frame`` at ``x``, ``y``, and ``add``.

    Only what is ``usable`` may be led to other frames: what other frames show is taken from those.
    Shapes: (h, w); add and look (h, w, 3).
    """

    frame: np.ndarray
    x: np.ndarray
    y: np.ndarray
    add: np.ndarray
    look: np.ndarray
    usable: np.ndarray


def _painted(shot: Shot, key: int, gap: np.ndarray, hole: np.ndarray) -> Fill:
    """From the clean plate that was painted for a frame."""
    assert shot.clean is not None
    size = shot.width, shot.height
    painted = cv2.resize(shot.clean.frame(key).rgb, size, interpolation=cv2.INTER_AREA)
    y, x = np.mgrid[0 : shot.height, 0 : shot.width].astype(np.float32)
    number = np.where(gap, key + CLEAN, key).astype(np.int32)
    nothing = np.zeros((*gap.shape, 3), np.float32)
    return Fill(number, x, y, nothing, np.cbrt(np.maximum(painted, 0)), gap | ~grown(hole, 2))


def _invented(shot: Shot, key: int, gap: np.ndarray, shelf: Shelf) -> Fill | None:
    """Texture from the same frame; None where a smooth fill does better."""
    if shot.p.fill == "smooth":
        return None
    picture, hole = _filled(shot, key, shelf), _hole(shot, key, shelf)
    known = np.where(gap[..., None], 0, picture).astype(np.float32)
    cut = _box(gap, 2.0 * max(8, *_extent(gap)), shot)
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
    return Fill(np.full(gap.shape, key, np.int32), x, y, add, result, gap | ~grown(hole, 2))


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


def _left(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """What of a frame's hole is neither seen nor grown yet."""
    hole = _hole(shot, at, shelf)
    left = np.zeros_like(hole)
    if hole.any():
        left[hole] = ~shelf.load(f"filled.{at}")["seen"]
        for part in _grown(shot, at, shelf):
            left[part["y"], part["x"]] = False
    return left


def _grown(shot: Shot, at: int, shelf: Shelf) -> Iterator[State]:
    for number in range(shot.rounds):
        if shelf.has(f"grown.{at}.{number}"):
            yield shelf.load(f"grown.{at}.{number}")


LED = 0.08
"""How far, at most, the light of what was grown is led over to that round it."""


def _keep_grown(shot: Shot, at: int, left: np.ndarray, known: Origins, fill: Fill, shelf: Shelf) -> None:
    """Keep what a frame gets of the key frame's fill, met with what is round it."""
    near_x = np.clip(np.round(known.x), 0, shot.width - 1).astype(int)
    near_y = np.clip(np.round(known.y), 0, shot.height - 1).astype(int)
    got = left & known.seen & (known.doubt < 3 * shot.p.trust) & fill.usable[near_y, near_x]
    if not got.any():
        return
    picture = _filled(shot, at, shelf)
    rim = grown(left, 3) & ~left & known.seen
    both = got | rim
    seen = np.zeros_like(picture)
    seen[both] = sampled(fill.look, known.x[both], known.y[both])
    led = np.zeros_like(picture)
    if rim.any():
        led = spread(np.where(rim[..., None], np.clip(picture - seen, -LED, LED), 0).astype(np.float32), rim)
    i, j = near_x[got], near_y[got]
    y, x = np.nonzero(got)
    number = next(n for n in range(shot.rounds) if not shelf.has(f"grown.{at}.{n}"))
    shelf.keep(
        f"grown.{at}.{number}",
        {
            "x": x.astype(np.int16),
            "y": y.astype(np.int16),
            "frame": fill.frame[j, i],
            "from_x": (fill.x[j, i] + known.x[got] - i).astype(np.float32),
            "from_y": (fill.y[j, i] + known.y[got] - j).astype(np.float32),
            "add": (fill.add[j, i] + led[got]).astype(np.float16),
        },
    )
    whole = picture
    whole[got] = seen[got] + led[got]
    hole = _hole(shot, at, shelf)
    shelf.keep(f"filled.{at}", {**shelf.load(f"filled.{at}"), "look": whole[hole].astype(np.float16)})


# -- full size --------------------------------------------------------------------------------------


def place(shot: Shot, at: int, before: State, shelf: Shelf) -> None:
    """Keep, for every pixel of a frame's hole at the plate's size, the places that it is taken from."""
    hole = _hole(shot, at, shelf)
    full, _ = shot.hole(at)
    if not hole.any():
        return
    ways = _ways(shot, at, hole, shelf)
    box, share, seen = ways.box, ways.share, ways.seen
    (one, other), (a, b) = ways.origins, ways.candidates
    gap = hole.copy()
    gap[box] &= ~seen
    rest, gain, add = _of_grown(shot, at, gap, shelf)
    mixed = [
        (one, np.where(seen & one.seen, share, 0), np.ones_like(share), a.led),
        (other, np.where(seen & other.seen, 1 - share, 0), np.ones_like(share), b.led),
        (rest.within(box), gap[box].astype(np.float32), gain[box], add[box]),
    ]
    y, x = np.nonzero(full)
    corner = box[1].start, box[0].start
    entries = [lifted(*way, x, y, shot.scale, corner) for way in mixed]
    invented = np.concatenate([np.full(len(entry["pixel"]), way == 2) for way, entry in enumerate(entries)])
    joined = {name: np.concatenate([entry[name] for entry in entries]) for name in entries[0]}
    joined["invented"] = invented & (joined["frame"] < CLEAN)
    order = np.argsort(joined["frame"], kind="stable")
    shelf.keep(f"place.{at}", {name: values[order] for name, values in joined.items()})
    shelf.keep(f"uses.{at}", {"frames": np.unique(joined["frame"])})


def _of_grown(shot: Shot, at: int, gap: np.ndarray, shelf: Shelf) -> tuple[Origins, np.ndarray, np.ndarray]:
    """What was grown in a frame, with what is still left filled smoothly."""
    rest = Origins.none(*gap.shape)
    gain, add = np.zeros(gap.shape, np.float32), np.zeros((*gap.shape, 3), np.float32)
    for part in _grown(shot, at, shelf):
        where = part["y"], part["x"]
        rest.frame[where], rest.x[where], rest.y[where] = part["frame"], part["from_x"], part["from_y"]
        gain[where], add[where] = 1, part["add"]
    left = gap & ~rest.seen
    if left.any():
        even = smooth(_filled(shot, at, shelf), left)
        rest.frame[left], add[left] = at, even[left]
    return rest, gain, add


def gather(shot: Shot, at: int, before: State, shelf: Shelf) -> None:
    """Take from one frame of the plate all the pixels that other frames need of it."""
    if not shot.users:
        for frame in shot.plate.span.frames:
            if shelf.has(f"uses.{frame}"):
                for source in shelf.load(f"uses.{frame}")["frames"]:
                    shot.users.setdefault(int(source), []).append(frame)
    sources = [(at, shot.plate)]
    if shot.clean is not None and at == shot.plate.span.start:
        sources += [(number + CLEAN, shot.clean) for number in shot.clean_numbers]
    for number, clip in sources:
        if number not in shot.users:
            continue
        planes, hands = _planes(clip.frame(number - CLEAN if number >= CLEAN else number))
        kept: State = {"hands": np.frombuffer(json.dumps(hands).encode(), np.uint8)}
        for user in shot.users[number]:
            entries = shelf.load(f"place.{user}")
            mine = entries["frame"] == number
            kept[str(user)] = sampled(planes, entries["x"][mine], entries["y"][mine]).astype(np.float16)
        shelf.keep(f"got.{number}", kept)


def _planes(frame: Frame) -> tuple[np.ndarray, list[list[Any]]]:
    """Light and shares as planes (H, W, K), and whose the shares are: first the origins, then the alterations."""
    authorship = frame.authorship
    shares_ = [*authorship.weights, *(authorship.alterations if authorship.altering else [])]
    hands = [[hand.save() for hand in authorship.hands], [hand.save() for hand in authorship.altering]]
    return np.dstack([frame.rgba, *shares_]).astype(np.float32), hands


@dataclass(frozen=True)
class Patch:
    """What fills a frame's hole: light (N, 4), and each hand's share and alteration (N,), at pixels of the plate."""

    pixels: np.ndarray
    light: np.ndarray
    shares: dict[Hand, np.ndarray]
    altered: dict[Hand, np.ndarray]


def patch(shot: Shot, at: int, shelf: Shelf, by: Hand) -> Patch:
    """All that a frame's hole gets, each pixel mixed of the places that it is taken from.

    Args:
        by: whose the pixels are that no frame showed.
    """
    entries = shelf.load(f"place.{at}")
    pixels, index = np.unique(entries["pixel"], return_inverse=True)
    light = np.zeros((len(pixels), 4), np.float64)
    origin: dict[Hand, np.ndarray] = {}
    altered: dict[Hand, np.ndarray] = {}
    total = np.bincount(index, entries["weight"], len(pixels))

    def add_to(found: dict[Hand, np.ndarray], hand: Hand, values: np.ndarray, where: np.ndarray) -> None:
        found.setdefault(hand, np.zeros(len(pixels)))
        found[hand] += np.bincount(index[where], values, len(pixels))

    for source in np.unique(entries["frame"]):
        where = np.flatnonzero(entries["frame"] == source)
        got = shelf.load(f"got.{source}")
        values = got[str(at)].astype(np.float32)
        weight = entries["weight"][where].astype(np.float64) / total[index[where]]
        rgb = entries["gain"][where][:, None] * np.cbrt(values[:, :3]) + entries["add"][where]
        values[:, :3] = np.maximum(rgb, 0).astype(np.float32) ** 3
        values[:, 3:] = np.clip(values[:, 3:], 0, 1)
        made = entries["invented"][where]
        values[made, 3] = 1
        for channel in range(4):
            light[:, channel] += np.bincount(index[where], weight * values[:, channel], len(pixels))
        hands, altering = json.loads(got["hands"].tobytes())
        own = values[:, 4 : 4 + len(hands)]
        own = own * (values[:, 3] / np.maximum(own.sum(1), 1e-6))[:, None]
        for number, saved in enumerate(hands):
            add_to(origin, Hand.load(saved), weight * np.where(made, 0, own[:, number]), where)
        for number, saved in enumerate(altering):
            add_to(altered, Hand.load(saved), weight * np.where(made, 0, values[:, 4 + len(hands) + number]), where)
        if made.any():
            add_to(origin, by, weight * np.where(made, values[:, 3], 0), where)
    return Patch(pixels, light.astype(np.float32), origin, altered)


def seen_share(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """Where other frames show what is behind the hole, 1, and where none does, 0, at the plate's size (H, W)."""
    hole = _hole(shot, at, shelf)
    seen = np.zeros(hole.shape, np.float32)
    seen[hole] = shelf.load(f"filled.{at}")["seen"]
    return np.asarray(cv2.resize(seen, (shot.plate.width, shot.plate.height), interpolation=cv2.INTER_NEAREST))


# -- what is told -----------------------------------------------------------------------------------


def check_holes(shot: Shot, number: int, before: State, shelf: Shelf) -> None:
    """Raises: MediaError if there is nothing to take out, or nothing that could be copied."""
    parts = {at: float(_hole(shot, at, shelf).mean()) for at in shot.plate.span.frames}
    if not any(parts.values()):
        raise MediaError("remove: the matte is empty in every frame.", "Paint what is to go, white on black.")
    full = [at for at, part in parts.items() if part > 0.98]
    if full:
        raise MediaError(
            f"remove: the matte covers the whole picture in frame {full[0]}; nothing is left to copy from.",
            "Paint only what is to go, white on black; a matte the wrong way round is turned by matte.invert.",
        )


def tell_seen(shot: Shot, number: int, before: State, shelf: Shelf) -> None:
    """Keep what was found of the background, for people: how much of the hole other frames show, frame by frame."""
    shown = {}
    cuts = []
    for at in shot.plate.span.frames:
        seen = shelf.load(f"filled.{at}")["seen"]
        if len(seen):
            shown[at] = float(seen.mean())
        if shelf.has(f"flow.{at}") and shelf.load(f"flow.{at}")["is_cut"]:
            cuts.append(at + 1)
    shelf.keep(ACCOUNT, accounted(_account(shown, cuts)))


HALF = 0.5


def _account(shown: dict[int, float], cuts: list[int]) -> dict[str, Any]:
    mean = float(np.mean(list(shown.values())))
    least = min(shown, key=lambda at: shown[at])
    says = [f"{mean:.0%} of what is behind it is seen in other frames (least in frame {least}: {shown[least]:.0%})."]
    if mean < HALF:
        says.append(
            "The rest is never seen and has to be made up: bring a painted clean plate (--clean), take a smooth fill "
            "(remove.fill=smooth), or use a generative maker."
        )
    if cuts:
        named = ", ".join(map(str, cuts))
        says.append(f"There is a cut at frame {named}: nothing is copied across it; make two shots of it.")
    return {"says": says, "seen": {str(at): round(share, 4) for at, share in shown.items()}, "cuts": cuts}


Step = Callable[[Shot, int, State, Shelf], State | None]
