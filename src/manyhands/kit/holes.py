"""Holes followed through a clip: motion completed inside them, and where their pixels are seen in other frames.

A hole is what is to be taken out of a picture.  What stood behind it may be seen in another frame;
to find it there, the motion round the hole is led into it, and every pixel is followed from frame
to frame until it comes out.  What is kept is *where it came from* (a frame and a place in it), so
that in the end each pixel is sampled once, from the plate, however far it came.

Units: pixels of the working picture, positions are array indices; pictures here are as they look
(the cube root of light), not light.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from manyhands.core.clip import State
from manyhands.kit.fill import spread
from manyhands.kit.flow import disagreement

_f = np.float32
NOWHERE = -(2**30)
"""The frame of a pixel that was seen nowhere."""

SMEAR = 0.055
"""How far, of the picture's height, flow takes the motion of a hole's edge to be that of what is round it."""


@dataclass(frozen=True)
class Origins:
    """Where the pixels of a frame's hole come from.

    Shapes: all (H, W).  ``frame`` int32 (NOWHERE where it was not seen), ``x`` and ``y`` float32
    positions in that frame, ``doubt`` float32: how unsure each is, growing with the way it took.
    """

    frame: np.ndarray
    x: np.ndarray
    y: np.ndarray
    doubt: np.ndarray

    @classmethod
    def none(cls, height: int, width: int) -> Origins:
        return cls(
            np.full((height, width), NOWHERE, np.int32),
            *(np.zeros((height, width), np.float32) for _ in range(3)),
        )

    def within(self, box: tuple[slice, slice]) -> Origins:
        """Those of a part of the frame; where they come from is told as before."""
        return Origins(*(np.ascontiguousarray(part[box]) for part in (self.frame, self.x, self.y, self.doubt)))

    def without(self, closed: Callable[[int], np.ndarray]) -> Origins:
        """Those that do not come from where another frame is closed, (H, W) bool by its number.

        Between pixels a place is rounded at each step, so that a long way may end a little too early.
        """
        frame = self.frame.copy()
        for at in np.unique(frame[self.seen]):
            where = np.nonzero(frame == at)
            mask = closed(int(at))
            y = np.clip(np.round(self.y[where]), 0, mask.shape[0] - 1).astype(int)
            x = np.clip(np.round(self.x[where]), 0, mask.shape[1] - 1).astype(int)
            bad = mask[y, x]
            frame[where[0][bad], where[1][bad]] = NOWHERE
        return Origins(frame, self.x, self.y, self.doubt)

    @property
    def seen(self) -> np.ndarray:
        return self.frame != NOWHERE

    def packed(self, where: np.ndarray) -> State:
        """The pixels of a mask only, as named arrays."""
        return {name: getattr(self, name)[where] for name in ("frame", "x", "y", "doubt")}

    @classmethod
    def unpacked(cls, arrays: State, where: np.ndarray) -> Origins:
        """What :meth:`packed` gave of the same mask."""
        found = cls.none(*where.shape)
        for name in ("frame", "x", "y", "doubt"):
            getattr(found, name)[where] = arrays[name]
        return found


def grown(mask: np.ndarray, by_px: float) -> np.ndarray:
    """A mask grown by a disc.  Shapes: (H, W) bool."""
    if not mask.any():
        return mask.copy()
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5) <= by_px)


def strongest(values: np.ndarray) -> np.ndarray:
    """The largest absolute value of the channels, (H, W, C) to (H, W); much quicker than numpy's over a short axis."""
    most = np.abs(values[..., 0])
    for channel in range(1, values.shape[-1]):
        np.maximum(most, np.abs(values[..., channel]), out=most)
    return most


def completed(flow: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """The flow with the motion round each part of a hole led into it.

    Round each part the affine motion that most agrees on is found; what differs from it on the rim
    is spread inwards.  Flow outside the hole stays.
    Shapes: (H, W, 2) float32 and (H, W) bool.
    """
    if not hole.any() or hole.all():
        return flow
    height = hole.shape[0]
    parts, labels, boxes, _ = cv2.connectedComponentsWithStats(hole.astype(np.uint8), connectivity=8)
    everywhere = _affine(flow, ~hole)
    led = flow.copy()
    for part in range(1, parts):
        left, top, wide, high = (int(value) for value in boxes[part][:4])
        reach = max(8, round(0.75 * max(wide, high)), round(SMEAR * height))
        cut = np.s_[max(0, top - reach) : top + high + reach, max(0, left - reach) : left + wide + reach]
        mine = labels[cut] == part
        ring = grown(mine, reach) & ~hole[cut]
        motion = _affine(flow[cut], ring) if ring.sum() > 30 else None
        if motion is None:
            motion = everywhere
        else:
            motion = motion @ np.array([[1, 0, -cut[1].start], [0, 1, -cut[0].start], [0, 0, 1.0]])
        plane = _displacement(motion, cut, hole.shape)
        known = ~hole[cut]
        off = np.where(known[..., None], flow[cut] - plane, 0).astype(np.float32)
        far = strongest(off) > max(3.0, 3 * float(np.median(np.abs(off[ring]))) if ring.any() else 3.0)
        near = grown(mine, max(3, reach // 4)) & known & ~far
        rest = spread(off, near) if near.any() else np.zeros_like(off)
        led[cut] = np.where(mine[..., None], plane + rest, led[cut])
    return led


def _displacement(motion: np.ndarray, cut: tuple[slice, slice], shape: tuple[int, int]) -> np.ndarray:
    rows, columns = np.arange(shape[0])[cut[0]], np.arange(shape[1])[cut[1]]
    x, y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    return np.stack([motion[k, 0] * x + motion[k, 1] * y + motion[k, 2] for k in range(2)], -1).astype(np.float32)


def _affine(flow: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(2, 3): the displacement, as an affine function of the place, that most known pixels agree on."""
    rows, columns = np.nonzero(known)
    if len(rows) > 1500:
        every = len(rows) / 1500
        pick = (np.arange(1500) * every).astype(int)
        rows, columns = rows[pick], columns[pick]
    if len(rows) < 3:
        return np.zeros((2, 3))
    places = np.stack([columns, rows], -1).astype(np.float32)
    goals = places + flow[rows, columns]
    found, _ = cv2.estimateAffine2D(places, goals, method=cv2.RANSAC, ransacReprojThreshold=0.7, maxIters=300)
    if found is None:
        return np.array([[0, 0, v] for v in np.median(flow[rows, columns], 0)])
    return np.asarray(found - np.eye(2, 3))


def traced(
    hole: np.ndarray, flow: np.ndarray, back: np.ndarray, to: int, blocked: np.ndarray, there: Origins
) -> Origins:
    """Where a hole's pixels come from, one frame on: from that frame where it is open, else from where its own come.

    Args:
        flow: from this frame to the other one, completed in the hole; ``back`` from it to this one.
        to: the number of the other frame.
        blocked: what of the other frame must not be taken, its hole with room for the filter's taps.
        there: the origins of the other frame's pixels.
    Shapes: masks (H, W) bool, flows (H, W, 2) float32.
    """
    found = Origins.none(*hole.shape)
    unsure = disagreement(flow, back)
    _trace(
        hole, flow, unsure, to, blocked, there.frame, there.x, there.y, there.doubt,
        found.frame, found.x, found.y, found.doubt,
    )  # fmt: skip
    return found


STEP = 0.012
"""How much doubt each step adds."""


@njit(cache=True, nogil=True)
def _trace(hole, flow, unsure, to, blocked, frames, xs, ys, doubts, frame, x_, y_, doubt):
    height, width = hole.shape
    for y in range(height):
        for x in range(width):
            if not hole[y, x]:
                continue
            px, py = _f(x) + flow[y, x, 0], _f(y) + flow[y, x, 1]
            if px < 0 or py < 0 or px > width - 1 or py > height - 1:
                continue
            off = min(unsure[y, x], _f(20))
            more = _f(STEP) + _f(0.25) * off * off
            i, j = int(px + _f(0.5)), int(py + _f(0.5))
            if not blocked[j, i]:
                frame[y, x], x_[y, x], y_[y, x], doubt[y, x] = to, px, py, more
                continue
            chosen = frames[j, i]
            i0, j0 = min(int(px), width - 2), min(int(py), height - 2)
            if chosen == NOWHERE:
                best = _f(0)
                for dj in range(2):
                    for di in range(2):
                        weight = (_f(1) - abs(px - _f(i0 + di))) * (_f(1) - abs(py - _f(j0 + dj)))
                        if frames[j0 + dj, i0 + di] != NOWHERE and weight > best:
                            best, chosen, i, j = weight, frames[j0 + dj, i0 + di], i0 + di, j0 + dj
                if chosen == NOWHERE:
                    continue
            total, sx, sy, sd = _f(0), _f(0), _f(0), _f(0)
            ox, oy = xs[j, i] - _f(i), ys[j, i] - _f(j)
            for dj in range(2):
                for di in range(2):
                    jj, ii = j0 + dj, i0 + di
                    if frames[jj, ii] != chosen:
                        continue
                    ax, ay = xs[jj, ii] - _f(ii), ys[jj, ii] - _f(jj)
                    if abs(ax - ox) > 2 or abs(ay - oy) > 2:
                        continue
                    weight = (_f(1) - abs(px - _f(ii))) * (_f(1) - abs(py - _f(jj)))
                    if weight <= 0:
                        continue
                    total += weight
                    sx += weight * ax
                    sy += weight * ay
                    sd += weight * doubts[jj, ii]
            if total < _f(1e-4):
                total, sx, sy, sd = _f(1), ox, oy, doubts[j, i]
            frame[y, x] = chosen
            x_[y, x] = px + sx / total
            y_[y, x] = py + sy / total
            doubt[y, x] = sd / total + more


@dataclass(frozen=True)
class Candidate:
    """One way to fill a hole: what its origins look like, led over to the light round the hole.

    Shapes: ``look`` and ``led`` (H, W, 3) float32, ``doubt`` (H, W) float32.  ``led`` is what was added to meet
    the rim; ``look`` has it in it.
    """

    look: np.ndarray
    led: np.ndarray
    doubt: np.ndarray


def candidate(origins: Origins, look: np.ndarray, hole: np.ndarray, looks: Callable[[int], np.ndarray]) -> Candidate:
    """What a hole's origins look like, met with what is round it.

    The rim round the hole is followed like the hole, so that there what was found can be held against
    what is seen: the difference is led into the hole, and where it is large, doubt grows.

    Args:
        look: the frame; ``hole`` what of it is not to be seen; ``origins`` reach a rim farther.
        looks: the picture of another frame by its number.
    """
    found = np.zeros_like(look)
    for at in np.unique(origins.frame[origins.seen]):
        where = origins.frame == at
        found[where] = sampled(looks(int(at)), origins.x[where], origins.y[where])
    rim = origins.seen & ~hole
    if not rim.any():
        return Candidate(found, np.zeros_like(found), origins.doubt)
    off = np.where(rim[..., None], look - found, 0)
    wrong = strongest(off)
    usual = float(np.median(wrong[rim]))
    fits = rim & (wrong <= max(3 * usual, 0.02))
    around = spread(np.dstack([off, wrong]).astype(np.float32), fits if fits.any() else rim)
    led = np.where(origins.seen[..., None], np.clip(around[..., :3], -LED, LED), 0).astype(np.float32)
    doubt = origins.doubt + np.float32(MISFIT) * spread(wrong[..., None].astype(np.float32), rim)[..., 0]
    return Candidate(found + led, led, doubt)


LED = 0.12
"""How far, at most, the light of what was found is led over to that round the hole."""

MISFIT = 6.0
"""How much doubt a difference of 1 on the rim adds."""


def shares(one: Candidate, other: Candidate, seen_one: np.ndarray, seen_other: np.ndarray) -> np.ndarray:
    """The first candidate's share of each pixel, 0 to 1; where they look unlike, the surer one wins alone.

    Shapes: (H, W) float32.
    """
    unlike = strongest(one.look - other.look)
    sharp = 1 + 60 * np.maximum(unlike - 0.02, 0)
    lead = np.clip(2.0 * sharp * (other.doubt - one.doubt), -30, 30)
    return np.where(seen_one & seen_other, 1 / (1 + np.exp(-lead)), seen_one).astype(np.float32)


@njit(cache=True, nogil=True)
def _weights(t):
    """Catmull-Rom's four weights (Keys 1981, a = -1/2)."""
    t2, t3 = t * t, t * t * t
    return (
        _f(-0.5) * t3 + t2 - _f(0.5) * t,
        _f(1.5) * t3 - _f(2.5) * t2 + _f(1),
        _f(-1.5) * t3 + _f(2) * t2 + _f(0.5) * t,
        _f(0.5) * t3 - _f(0.5) * t2,
    )


@njit(cache=True, nogil=True)
def _sample(planes, x, y, out):
    height, width, count = planes.shape
    for n in range(len(x)):
        px = min(max(x[n], _f(0)), _f(width - 1))
        py = min(max(y[n], _f(0)), _f(height - 1))
        i, j = int(math.floor(px)), int(math.floor(py))
        wx, wy = _weights(px - _f(i)), _weights(py - _f(j))
        for c in range(count):
            total = _f(0)
            for dj in range(4):
                jj = min(max(j + dj - 1, 0), height - 1)
                row = _f(0)
                for di in range(4):
                    ii = min(max(i + di - 1, 0), width - 1)
                    row += wx[di] * planes[jj, ii, c]
                total += wy[dj] * row
            out[n, c] = total


def sampled(planes: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Values between pixels, Catmull-Rom; beyond the border the border goes on.

    Shapes: planes (H, W, C) float32; x and y (N,) float32; returns (N, C) float32.
    Source: Keys, "Cubic convolution interpolation" (1981).
    """
    out = np.empty((len(x), planes.shape[2]), np.float32)
    _sample(np.ascontiguousarray(planes, np.float32), x.astype(np.float32), y.astype(np.float32), out)
    return out


LEAST = 0.02
"""A way that has less than this share of a pixel is left out."""


def lifted(
    origins: Origins,
    weight: np.ndarray,
    gain: np.ndarray,
    add: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    scale: float,
    corner: tuple[int, int] = (0, 0),
) -> dict[str, np.ndarray]:
    """The origins of small pixels as those of the plate's pixels that lie over them.

    Args:
        weight: each small pixel's share, (h, w); ``gain`` (h, w) and ``add`` (h, w, 3) go with it.
        x, y: the plate's pixels, (N,); ``scale`` small pixels to one of theirs.
        corner: left and top of the part of the small picture that is given.
    Returns arrays (M,) for those that have a share: ``pixel`` (which of the N), ``frame``, ``x`` and ``y`` in pixels
    of the plate, ``weight``, ``gain``, and ``add`` (M, 3).
    """
    valid = (weight > 0) & origins.seen
    px = ((x + 0.5) * scale - 0.5 - corner[0]).astype(np.float32)
    py = ((y + 0.5) * scale - 0.5 - corner[1]).astype(np.float32)
    share = np.zeros(len(x), np.float32)
    frame = np.full(len(x), NOWHERE, np.int32)
    out = np.zeros((len(x), 6), np.float32)
    weight, gain, add = (np.ascontiguousarray(part, np.float32) for part in (weight, gain, add))
    _lift(valid, origins.frame, origins.x, origins.y, weight, gain, add, px, py, share, frame, out)
    kept = np.flatnonzero((share > LEAST) & (frame != NOWHERE))
    to_full = 1 / scale
    return {
        "pixel": kept.astype(np.int32),
        "frame": frame[kept],
        "x": ((out[kept, 0] + 0.5) * to_full - 0.5).astype(np.float32),
        "y": ((out[kept, 1] + 0.5) * to_full - 0.5).astype(np.float32),
        "weight": share[kept].astype(np.float16),
        "gain": out[kept, 2].astype(np.float16),
        "add": out[kept, 3:6].astype(np.float16),
    }


@njit(cache=True, nogil=True)
def _lift(valid, frames, xs, ys, weight, gain, add, px, py, share, frame, out):
    height, width = valid.shape
    for n in range(len(px)):
        x, y = min(max(px[n], _f(0)), _f(width - 1)), min(max(py[n], _f(0)), _f(height - 1))
        i0, j0 = min(int(x), max(width - 2, 0)), min(int(y), max(height - 2, 0))
        best, bi, bj, total = _f(0), -1, -1, _f(0)
        for dj in range(2):
            for di in range(2):
                i, j = min(i0 + di, width - 1), min(j0 + dj, height - 1)
                near = (_f(1) - abs(x - _f(i0 + di))) * (_f(1) - abs(y - _f(j0 + dj)))
                if valid[j, i]:
                    total += near * weight[j, i]
                    if near > best or bi < 0:
                        best, bi, bj = near, i, j
        if bi < 0:
            continue
        chosen, flat = frames[bj, bi], gain[bj, bi] == 0
        ox, oy = xs[bj, bi] - _f(bi), ys[bj, bi] - _f(bj)
        sum_, sx, sy, s0, s1, s2 = _f(0), _f(0), _f(0), _f(0), _f(0), _f(0)
        for dj in range(2):
            for di in range(2):
                i, j = min(i0 + di, width - 1), min(j0 + dj, height - 1)
                if not valid[j, i] or frames[j, i] != chosen or (gain[j, i] == 0) != flat:
                    continue
                ax, ay = xs[j, i] - _f(i), ys[j, i] - _f(j)
                if not flat and (abs(ax - ox) > 2 or abs(ay - oy) > 2):
                    continue
                near = (_f(1) - abs(x - _f(i0 + di))) * (_f(1) - abs(y - _f(j0 + dj))) + _f(1e-5)
                sum_ += near
                sx += near * ax
                sy += near * ay
                s0 += near * add[j, i, 0]
                s1 += near * add[j, i, 1]
                s2 += near * add[j, i, 2]
        share[n], frame[n] = max(total, _f(0)), chosen
        out[n, 0], out[n, 1], out[n, 2] = x + sx / sum_, y + sy / sum_, gain[bj, bi]
        out[n, 3], out[n, 4], out[n, 5] = s0 / sum_, s1 / sum_, s2 / sum_
