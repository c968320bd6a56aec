"""What of a picture somebody changed, when every pixel came back a little different.

A model that edits a clip gives all of it back: moved by a part of a pixel, coded anew, a little off
in colour.  Here the edit is brought back onto the plate, its colour is matched, and what differs by
more than such handling explains is found; the rest can then stay the plate's, bit for bit.

Light is compared as it is coded and seen, by sRGB's curve; masks are found at full size.
Source: registration by the enhanced correlation coefficient (Evangelidis and Psarakis 2008), with
weights from its own misses; the rest is robust least squares (Huber 1981).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.special import erfinv

from manyhands.kit import srgb
from manyhands.kit.fill import spread
from manyhands.kit.half import narrowed

TILE_PX = 32
"""The side of the tiles that are proved one by one."""

WORK_PX = 640  # the longer side at which pictures are laid over each other
ROUNDS = 3
SLIGHT, SURE = 3.2, 7.0  # times the noise: what may belong to a change, and what is one
FLOOR = 2.6e-3  # a step of eight bits is 4e-3, and two of them are no change
ALIKE = 0.3  # fine structure that goes together less is of another picture
ALL = 0.6  # a change of more than this share of the picture is no edit of it any more


OTHER_SHAPE = 0.03  # wider or taller than this an edit is of another picture


def is_of_shape(size: tuple[int, int], its: tuple[int, int]) -> bool:
    """Whether an edit's width and height are the plate's in shape, but for what services and drafts round off."""
    stretch = size[0] * its[1] / (size[1] * its[0])
    return abs(stretch - 1) <= OTHER_SHAPE + 1 / min(*size, *its)


@dataclass(frozen=True)
class Fit:
    """How an edit lies over its plate.

    ``matrix`` (3, 3) from pixels of the plate to those of the edit; ``colour`` (4, 3) from what is
    seen of the edit, and 1, to the plate's; ``moved_px`` the farthest that a corner moved; ``drift_before`` and
    ``drift_after`` the mean difference outside the change, of what is seen; ``alike`` how much the
    fine structure of both goes together, 1 where it is the same.
    """

    matrix: np.ndarray
    colour: np.ndarray
    moved_px: float
    drift_before: float
    drift_after: float
    alike: float = 1.0


@dataclass(frozen=True)
class Change:
    """What changed: ``mask`` (H, W) bool; ``fit``; ``drift`` (h, w, 3) small, what the edit's own light still misses by
    in each part of the picture, to be added."""

    mask: np.ndarray
    fit: Fit
    drift: np.ndarray

    @property
    def share(self) -> float:
        return float(self.mask.mean())

    @property
    def is_all(self) -> bool:
        return self.share > ALL


def seen(rgb: np.ndarray) -> np.ndarray:
    """Light as it is compared, (H, W, 3) float32: by sRGB's curve (IEC 61966-2-1), which goes on above 1."""
    return srgb.coded(np.maximum(rgb[..., :3], 0).astype(np.float32))


def change_of(plate: np.ndarray, edit: np.ndarray, *, limit: np.ndarray | None = None) -> Change:
    """What an edit changed.

    Args:
        limit: (H, W) 0 to 1, where something may have changed; all over, if None.
    Shapes: plate and edit (H, W, 3 or 4), of one size.
    Colour: scene-linear.
    """
    mine, its = seen(plate), seen(edit)
    open_ = np.ones(mine.shape[:2], bool) if limit is None else limit <= 0
    fit = laid_over(mine, its, open_)
    back = brought_back(its, fit)
    if fit.alike < ALIKE:
        whole = np.ones(mine.shape[:2], bool) if limit is None else limit > 0
        return Change(whole, fit, np.zeros((2, 2, 3), np.float32))
    busy, mask = _texture(mine), np.zeros(mine.shape[:2], bool)
    drift = np.zeros((2, 2, 3), np.float32)  # first none: it would learn from the change itself
    for lowest in CALMEST:
        miss = mine - back - enlarged(drift, mask.shape)
        mask = joined(strangeness(miss, busy, ~mask, lowest), limit)
        calm = ~_wider(mask, 4)
        drift = drift_of(mine - back, calm & open_ if (calm & open_).any() else calm)
    return Change(mask, fit, drift)


def light_of(coded: np.ndarray) -> np.ndarray:
    """Light from what is compared: the inverse of :func:`seen`."""
    return srgb.linear(np.maximum(coded, 0).astype(np.float32))


def steadied(before: np.ndarray | None, now: np.ndarray, after: np.ndarray | None) -> np.ndarray:
    """(H, W) bool: a mask without the small parts that neither neighbour has, and with what both of them have.

    A large part may last for a single frame, as a flash does.
    """
    beside = [one for one in (before, after) if one is not None]
    if not beside:
        return now
    near = _wider(np.logical_or.reduce(beside), max(3, round(now.shape[0] / 144)))
    count, label, stats, _ = cv2.connectedComponentsWithStats(now.astype(np.uint8), connectivity=8)
    keep = (np.bincount(label[near], minlength=count) > 0) | (stats[:, cv2.CC_STAT_AREA] > 0.005 * now.size)
    keep[0] = False
    both = before & after if before is not None and after is not None else np.zeros_like(now)
    return np.asarray(keep[label] | both)


def brought_back(its: np.ndarray, fit: Fit) -> np.ndarray:
    """What is seen of an edit, where the plate's pixels are and in the plate's colour."""
    height, width = its.shape[:2]
    matrix = _of_indices(fit.matrix)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    moved = cv2.warpPerspective(its, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved @ fit.colour[:3].astype(np.float32) + fit.colour[3].astype(np.float32), np.float32)


def laid_over(mine: np.ndarray, its: np.ndarray, usable: np.ndarray) -> Fit:
    """How an edit lies over its plate, both as they are seen (H, W, 3); found where it is usable."""
    height, width = mine.shape[:2]
    scale = min(1.0, WORK_PX / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    one, other = (cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in (mine, its))
    good = cv2.resize(usable.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    good = good if good.mean() > 0.02 else np.ones_like(good)
    allowed, matrix, colour = good, np.eye(3), np.vstack([np.eye(3), np.zeros(3)])
    before = float(np.abs(one - other)[good].mean())
    for _ in range(ROUNDS):
        matrix = _registered(one, other, matrix, good)
        fit = Fit(matrix, np.vstack([np.eye(3), np.zeros(3)]), 0.0, 0.0, 0.0)
        back = brought_back(other, fit)
        colour = _matched(back, one, good)
        miss = np.abs(one - (back @ colour[:3] + colour[3])).max(-1)
        rough = cv2.GaussianBlur(miss.astype(np.float32), (0, 0), 1.5)
        good = allowed & (rough < max(3.0 * float(np.median(rough[allowed])), 0.004))
    after = float(np.abs(one - (back @ colour[:3] + colour[3]))[good].mean())
    grow = np.diag([width / size[0], height / size[1], 1.0])
    matrix = grow @ matrix @ np.linalg.inv(grow)
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
    moved = corners @ matrix.T
    away = float(np.hypot(*(moved[:, :2] / moved[:, 2:] - corners[:, :2]).T).max())
    return Fit(matrix, colour, away, before, after, _alike(one, back @ colour[:3] + colour[3], allowed))


def _alike(one: np.ndarray, other: np.ndarray, where: np.ndarray) -> float:
    """How much the fine structure of two pictures goes together: its correlation; 1 where there is none."""
    fine = [
        grey - cv2.GaussianBlur(grey, (0, 0), 3.0)
        for grey in (part.mean(-1).astype(np.float32) for part in (one, other))
    ]
    a, b = (part[where] for part in fine)
    power = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / power if power > 1e-6 * a.size else 1.0


def _registered(one: np.ndarray, other: np.ndarray, start: np.ndarray, good: np.ndarray) -> np.ndarray:
    """The motion from one picture to the other, where it is good: a shift, unless an affine one fits much better.

    A picture without texture does not say how it moved: then it is where the start has it.
    """
    grey, its = (part.mean(-1).astype(np.float32) for part in (one, other))
    found, least = start, _missed(grey, its, start, good)
    for kind, better in ((cv2.MOTION_TRANSLATION, 1.0), (cv2.MOTION_AFFINE, 0.95)):
        warp = _of_indices(found)[:2].astype(np.float32)
        ends = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-6)
        try:
            _, warp = cv2.findTransformECC(grey, its, warp, kind, ends, good.astype(np.uint8), 3)
        except cv2.error:
            continue
        moved = _of_pixels(np.vstack([warp.astype(np.float64), [0, 0, 1]]))
        miss = _missed(grey, its, moved, good)
        if miss < better * least and abs(np.linalg.det(moved[:2, :2]) - 1) < 0.2:
            found, least = moved, miss
    return found


def _missed(grey: np.ndarray, its: np.ndarray, matrix: np.ndarray, good: np.ndarray) -> float:
    """How far two pictures' slopes differ under a motion, on the mean."""
    size = grey.shape[::-1]
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    moved = cv2.warpPerspective(its, _of_indices(matrix), size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    slopes = [cv2.Sobel(grey - moved, cv2.CV_32F, *way, ksize=3, scale=0.125) for way in ((1, 0), (0, 1))]
    return float(np.hypot(*slopes)[good].mean())


def _matched(back: np.ndarray, one: np.ndarray, good: np.ndarray) -> np.ndarray:
    """(4, 3): the colour of one picture from the other's, by least squares with weights, near to none at all."""
    its, mine = back[good].reshape(-1, 3).astype(np.float64), one[good].reshape(-1, 3).astype(np.float64)
    basis = np.column_stack([its, np.ones(len(its))])
    none = np.vstack([np.eye(3), np.zeros(3)])
    found, keep = none, 1e-3 * len(its) * np.diag([1, 1, 1, 0.1])
    for _ in range(4):
        miss = np.linalg.norm(mine - basis @ found, axis=1)
        spread = max(1.5 * float(np.median(miss)), 1e-4)
        weight = 1 / np.maximum(miss / spread, 1)
        weighted = basis * weight[:, None]
        found = none + np.linalg.solve(weighted.T @ basis + keep, weighted.T @ (mine - basis @ none))
    return found


def drift_of(miss: np.ndarray, good: np.ndarray) -> np.ndarray:
    """(h, w, 3): how far an edit's colour is off in each part of the picture, smoothly, from where it is good."""
    height, width = good.shape
    size = (max(2, round(24 * width / max(width, height))), max(2, round(24 * height / max(width, height))))
    amount = cv2.resize(good.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    sums = cv2.resize(miss * good[..., None], size, interpolation=cv2.INTER_AREA)
    known = amount > 0.5
    if not known.any():
        return np.zeros((*amount.shape, 3), np.float32)
    found = spread((sums / np.maximum(amount, 1e-3)[..., None]).astype(np.float32), known)
    return np.asarray(cv2.GaussianBlur(np.ascontiguousarray(found), (0, 0), 1.5), np.float32)


def enlarged(small: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)


CALMEST = (0.35, 0.6, 0.75)
"""The share of what is compared that is taken to be untouched: little as long as nothing is known."""


def strangeness(miss: np.ndarray, busy: np.ndarray, calm: np.ndarray, lowest: float) -> np.ndarray:
    """(H, W): how many times what coding and moving explain the pictures differ by, at the finer of two scales.

    What they explain is learned from the picture itself: it grows with its texture.
    Args:
        busy: (H, W), the picture's texture.
        calm: (H, W) bool, where nothing is known to have changed.
        lowest: the share of that which surely has not.
    """
    scale = _scale(miss)
    found = np.zeros(busy.shape, np.float32)
    for sigma in (0.9, 2.2):
        soft = cv2.GaussianBlur(miss, (0, 0), sigma * scale)
        grey = soft.mean(-1)
        tint = np.abs(soft - grey[..., None]).max(-1)
        for part in (np.abs(grey), tint):
            found = np.maximum(found, part / expected(part, busy, calm, lowest))
    return found


def _scale(picture: np.ndarray) -> float:
    """What lengths are multiplied by that fit a picture of 720 lines."""
    return max(picture.shape[0] / 720, 0.4)


def _texture(mine: np.ndarray) -> np.ndarray:
    """(H, W): the steepest slope near by, of any colour: coded colour is coarser, and spreads over some pixels."""
    scale = _scale(mine)
    slopes = [cv2.Sobel(mine, cv2.CV_32F, *way, ksize=3, scale=0.125) for way in ((1, 0), (0, 1))]
    steep = np.hypot(*slopes).max(-1)
    return np.asarray(cv2.GaussianBlur(cv2.dilate(steep, _disc(2.5 * scale)), (0, 0), 1.2 * scale), np.float32)


def expected(part: np.ndarray, busy: np.ndarray, calm: np.ndarray, lowest: float) -> np.ndarray:
    """(H, W): the difference that is usual where a picture is as busy as here, never less where it is busier."""
    usual, level = (part[calm], busy[calm]) if calm.any() else (part.ravel(), busy.ravel())
    edges = np.quantile(level, BUSY)
    which = np.clip(np.searchsorted(edges, level, "right") - 1, 0, len(edges) - 2)
    bins = [n for n in range(len(edges) - 1) if (which == n).sum() > 30]
    if not bins:
        return np.full(part.shape, FLOOR, np.float32)
    middles = [float(np.median(level[which == n])) for n in bins]
    within = math.sqrt(2) * float(erfinv(lowest))  # deviations of normal noise that hold that share of it
    sizes = np.maximum.accumulate([float(np.quantile(usual[which == n], lowest)) / within for n in bins])
    return np.asarray(np.maximum(np.interp(busy, middles, sizes), FLOOR), np.float32)


BUSY = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.87, 0.93, 0.97, 0.99, 1)


def joined(strange: np.ndarray, limit: np.ndarray | None) -> np.ndarray:
    """(H, W) bool: parts that hang together, are slightly strange all over and surely somewhere, without holes."""
    scale = _scale(strange)
    slight, sure = strange > SLIGHT, strange > SURE
    if limit is not None:
        slight, sure = slight & (limit > 0), sure & (limit > 0)
    disc = _disc(1.5 * scale)
    slight = cv2.morphologyEx(slight.astype(np.uint8), cv2.MORPH_CLOSE, _disc(3.0 * scale))
    slight = cv2.morphologyEx(slight, cv2.MORPH_OPEN, disc)
    count, label, stats, _ = cv2.connectedComponentsWithStats(slight, connectivity=8)
    least = max(9.0, 90 * scale * scale)
    seeds = np.bincount(label[sure], minlength=count)
    keep = (stats[:, cv2.CC_STAT_AREA] >= least) & (seeds >= 0.08 * stats[:, cv2.CC_STAT_AREA])
    keep[0] = False
    mask = keep[label]
    mask |= _holes(mask)
    return np.asarray(mask if limit is None else mask & (limit > 0))


def _holes(mask: np.ndarray) -> np.ndarray:
    """What a mask surrounds, where that is smaller than a hundredth of the picture."""
    count, label, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    return np.asarray((stats[:, cv2.CC_STAT_AREA] < 0.01 * mask.size)[label] & ~mask) if count > 1 else ~mask & mask


def matte_of(mask: np.ndarray, *, grow_px: float, soft_px: float, limit: np.ndarray | None = None) -> np.ndarray:
    """(H, W) float32: 1 on the mask (grown, or shrunk below 0), fading to exactly 0 within ``soft_px`` outside it."""
    if not mask.any():
        return np.zeros(mask.shape, np.float32)
    out = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    away = out - cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    matte = np.clip(1 - (away - np.float32(grow_px)) / np.float32(soft_px + 1), 0, 1).astype(np.float32)
    matte = np.where(mask & (grow_px >= 0), np.float32(1), matte)
    return matte if limit is None else np.asarray(matte * np.clip(limit, 0, 1), np.float32)


def _wider(mask: np.ndarray, px: int) -> np.ndarray:
    return cv2.dilate(mask.astype(np.uint8), _disc(px)) > 0


def _disc(radius: float) -> np.ndarray:
    size = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))


HALF_PX = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])


def _of_indices(matrix: np.ndarray) -> np.ndarray:
    """A matrix between places in pictures as OpenCV wants it, whose first pixel is at 0 and not at 1/2."""
    return np.asarray(HALF_PX @ matrix @ np.linalg.inv(HALF_PX))


def _of_pixels(matrix: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.inv(HALF_PX) @ matrix @ HALF_PX)


def proof_name(at: int) -> str:
    """The name under which a lock keeps a frame's proof on its shelf: ``left`` and ``hashes``, (rows, columns)."""
    return f"tiles.{at}"


def tile_hashes(rgba: np.ndarray) -> np.ndarray:
    """(rows, columns) uint64: the first eight bytes of SHA-256 over each tile's half floats, row by row.

    Half floats, because takes are kept as such; tiles at the right and bottom may be smaller.
    Shapes: (H, W, 4), float32 or the half floats themselves.
    """
    half = rgba if rgba.dtype == np.float16 else narrowed(rgba)
    height, width = half.shape[:2]
    rows, columns = -(-height // TILE_PX), -(-width // TILE_PX)
    found = np.zeros((rows, columns), np.uint64)
    for row in range(rows):
        for column in range(columns):
            tile = half[row * TILE_PX : (row + 1) * TILE_PX, column * TILE_PX : (column + 1) * TILE_PX]
            digest = hashlib.sha256(np.ascontiguousarray(tile).tobytes()).digest()
            found[row, column] = int.from_bytes(digest[:8], "big")
    return found


def locked_tiles(matte: np.ndarray) -> np.ndarray:
    """(rows, columns) bool: the tiles in which the matte is 0 all over."""
    height, width = matte.shape
    rows, columns = -(-height // TILE_PX), -(-width // TILE_PX)
    padded = np.zeros((rows * TILE_PX, columns * TILE_PX), bool)
    padded[:height, :width] = matte > 0
    return np.asarray(~padded.reshape(rows, TILE_PX, columns, TILE_PX).any((1, 3)))
