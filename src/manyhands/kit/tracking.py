"""Following a plane of the plate: one matrix per frame, without drift, and honest about being lost.

Features of a key frame are looked for in every later frame, which is first laid back over the key
frame by what is already known, so that turning and growing do not spoil the match (Lucas and
Kanade 1981, pyramids after Bouguet 2000).  Errors therefore add up only from key frame to key
frame, and a key is replaced only when too little of it is left in sight.  A match counts when
searching back finds where it came from (Kalal et al. 2010), when it agrees with the motion that
most of the picture makes (RANSAC, Fischler and Bolles 1981), and when the patches look alike.

Units: pixels of the plate, origin at its top left corner, a pixel's centre at a half, as in
:class:`~manyhands.core.track.Track`.  *Small* pixels are array indices of the picture that
features are looked for in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import cv2
import numpy as np

from manyhands.core.clip import Clip
from manyhands.core.maker import Bell, Box
from manyhands.core.track import Track
from manyhands.kit.flow import lightness, small_size
from manyhands.kit.planes import aligned, is_clearly_likest, likest_shifts, moved, plane, share_alike, similarity

Kind = Literal["point", "similarity", "planar"]
NEEDED = {"point": 3, "similarity": 8, "planar": 12}
"""Features that must agree before a motion is believed."""

AGREEING = 0.2  # share of the features in sight; what fewer agree on may be chance, or somebody who walks by
DOUBT_PX = 0.5  # how far a box's corners may be off, one standard deviation in small pixels, before a plane is lost
HOPELESS_PX = 2.0  # doubt beyond which what little was found is a worse guess than none
STRAYED = 4  # how far from where it was going a doubtful box may be, in reaches; else it slides with something
SPREAD = 0.5  # share of a key's area over which features must agree before another key can take over
SHAPELY = 0.01  # how far a box's corners may go from the shape they had before it is felt, of its size
REACH_PX = 1.5  # how far from the common motion a feature may lie, in small pixels
RETURNING_PX = 0.5  # how near to its origin searching back must lead, in small pixels
ALIKE = 0.5  # correlation from which two patches show the same thing
TRUSTED = 0.3  # a feature that agreed less often than this moves on its own
FRESH = 0.5  # share of what a key once showed; when less is found, another key takes over
SAME_SHAPE = 0.08  # how far a box's corners may go against each other, of its size, before another key does better
SAME_VIEW = 0.11  # how far the picture's corners may go, of its size, before another key does better
IN_SIGHT = 0.7  # share of a key's features below which it no longer shows the view
KEYS = 16  # keys kept, so that a camera that comes back finds what it knew
WHOLE = 0.75  # share of a box that must be seen again before it is told from places that look like it
REGAINED = 2  # sightings after a loss, in which a box is told apart from what looks like it
STILL_PX = 0.05  # a picture that fits as well as this without any motion stands still
NEARBY = 0.02  # share of a window that lies in a box; where less does, there is nothing to tell contrast against
FLAT = 0.012  # lightness; finer contrast than this is grain


def follow(
    clip: Clip,
    kind: Kind,
    *,
    bell: Bell,
    reference: int | None = None,
    region: Box | None = None,
    features: int = 400,
) -> Track:
    """Where the dominant plane of a region (or of the whole picture) goes, frame by frame.

    Args:
        kind: a point moves; a similarity also turns and grows; a plane may tilt as well.
        reference: the frame that ``region`` is drawn in and that all matrices start from; the first
            one if None.
        region: features are taken from this box only, and what moves with most of it is followed.
        features: how many to follow at a time.
    Where features lie as near to where they were in the reference as to where the motion puts them,
    in every frame, the camera is locked off, and every matrix is exactly the identity.
    """
    span = clip.span
    start = span.start if reference is None else reference
    found: dict[int, _Sighting] = {}
    ways = [range(start, span.end + 1)]
    if start > span.start:
        ways.append(range(start, span.start - 1, -1))
    for way in ways:
        follower = _Follower(kind, clip.width, clip.height, region, features)
        for frame, light in _in_order(clip, way, follower.size):
            found[frame] = follower.seen(light)
            bell(len(found), span.length)
    if span.length > 1 and all(found[frame].lost for frame in span.frames if frame != start):
        found[start] = _Sighting(np.eye(3), 0.0, lost=True)
    bridged = _bridged(found, _corners(region or (0, 0, clip.width, clip.height)))
    locked_off = region is None and all(sighting.is_still for sighting in found.values())
    matrices = [np.eye(3) if locked_off else bridged[frame] for frame in span.frames]
    return Track(
        span=span,
        reference=start,
        width=clip.width,
        height=clip.height,
        matrices=tuple(tuple(map(float, matrix.ravel())) for matrix in matrices),
        residual_px=tuple(found[frame].residual_px for frame in span.frames),
        lost=tuple(frame for frame in span.frames if found[frame].lost),
    )


def _bridged(found: Mapping[int, _Sighting], outline: np.ndarray) -> dict[int, np.ndarray]:
    """Every frame's matrix; where the plane was not found, its corners go straight on to the next."""
    sure = [frame for frame in sorted(found) if not found[frame].held]
    matrices = {frame: sighting.matrix for frame, sighting in found.items()}
    for one, other in pairwise(sure):
        from_, to = moved(matrices[one], outline), moved(matrices[other], outline)
        for frame in range(one + 1, other):
            between = from_ + (to - from_) * (frame - one) / (other - one)
            matrices[frame] = np.asarray(
                cv2.getPerspectiveTransform(outline.astype(np.float32), between.astype(np.float32))
            )
    return matrices


def texture(light: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    """Local contrast, the same in shade, in sun and when the exposure flickers; features live here.

    Shapes: (h, w) float32 as :func:`~manyhands.kit.flow.lightness` gives it, to (h, w) uint8, 128 where nothing is.
    Args:
        mask: (h, w) uint8; contrast is against what lies in it alone, whatever moves past beside it.
    """
    light = cv2.GaussianBlur(light, (0, 0), 0.7)
    around = (2 * round(max(light.shape) / 40) + 9,) * 2
    inside = None if mask is None else (mask > 0).astype(np.float32)

    def mean(values: np.ndarray) -> np.ndarray:
        if inside is None:
            return np.asarray(cv2.blur(values, around))
        return np.asarray(cv2.blur(values * inside, around) / np.maximum(cv2.blur(inside, around), np.float32(1e-3)))

    middle = mean(light)
    off = light - middle
    spread = cv2.sqrt(np.maximum(mean(light * light) - middle * middle, 0) + np.float32(FLAT**2))
    contrast = off / spread * np.float32(45)
    if inside is not None:
        contrast[cv2.blur(inside, around) < NEARBY] = 0
    return np.asarray(cv2.convertScaleAbs(np.maximum(contrast + 128, 0)))


def _distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(one - other, axis=1))


def _corners(box: Box) -> np.ndarray:
    left, top, width, height = box
    return np.array([[left, top], [left + width, top], [left + width, top + height], [left, top + height]], np.float64)


def _in_order(clip: Clip, way: range, size: tuple[int, int]) -> Iterator[tuple[int, np.ndarray]]:
    """Frames with their lightness; backwards they are read forwards in blocks, as footage likes it."""
    if way.step > 0:
        for frame in way:
            yield frame, lightness(clip.frame(frame).rgb, size)
        return
    for last in range(way.start, way.stop, -24):
        first = max(way.stop + 1, last - 23)
        block = [(frame, lightness(clip.frame(frame).rgb, size)) for frame in range(first, last + 1)]
        yield from reversed(block)


@dataclass(frozen=True)
class _Sighting:
    """The motion from the reference to one frame, and how sure it is.

    ``standing_px`` is the residual that no motion at all would leave; ``held`` says that nothing was
    found, so that the matrix is that of another frame; ``doubt_px`` is how far a corner of the box may be off,
    one standard deviation in small pixels.
    """

    matrix: np.ndarray
    residual_px: float
    standing_px: float = 0.0
    lost: bool = False
    held: bool = False
    doubt_px: float = 0.0

    @property
    def is_still(self) -> bool:
        return self.standing_px <= 1.3 * self.residual_px + STILL_PX


@dataclass(frozen=True)
class _View:
    """A frame's lightness and its texture, small."""

    light: np.ndarray
    picture: np.ndarray


@dataclass(frozen=True)
class _Fit:
    """How a view lies over the key: what a sighting and the next key are made from.

    ``seen`` are indices of the key's points in sight, ``agrees`` which of them agree.
    """

    sighting: _Sighting
    laid: np.ndarray
    seen: np.ndarray
    agrees: np.ndarray


@dataclass
class _Key:
    """A view whose features are looked for in others.

    ``picture`` is its texture against what lies in the box alone; ``matrix`` leads from the reference frame to
    this one; ``points`` are its features in plate pixels; ``trust`` says how often each agreed with the others
    lately; ``most`` how many ever did.
    """

    view: _View
    mask: np.ndarray
    picture: np.ndarray
    matrix: np.ndarray
    points: np.ndarray
    trust: np.ndarray
    most: int = 0


class _Follower:
    """Goes through a clip one way, picture after picture, from the reference frame on."""

    def __init__(self, kind: Kind, width: int, height: int, region: Box | None, features: int) -> None:
        self.size = small_size(width, height)
        self._plate = np.array([width, height], np.float64)
        self._kind = kind
        self._outline = _corners(region or (0, 0, width, height))
        self._everywhere = region is None
        self._features = features
        self._to_small = np.array([[self.size[0] / width, 0, -0.5], [0, self.size[1] / height, -0.5], [0, 0, 1]])
        self._to_full = np.linalg.inv(self._to_small)
        self._reach = REACH_PX * width / self.size[0]
        self._key: _Key
        self._keys: list[_Key] = []
        self._last = self._before = np.eye(3)
        self._last_view: _View
        self._astray = 0  # sightings until the motion is known again

    def seen(self, light: np.ndarray) -> _Sighting:
        """Where the plane is in the next picture, given its lightness; the first one is the reference."""
        view = _View(light, texture(light))
        if not self._keys:
            self._add_key(view, np.eye(3))
            self._last_view = view
            return _Sighting(np.eye(3), 0.0, lost=len(self._key.points) < NEEDED[self._kind])
        fit = self._followed(view) if not self._is_regained else None
        fit = fit or self._found_again(view)
        if fit is None:
            return self._held()
        sighting = self._settled(view, fit)
        expected = moved(self._going_on(view), self._outline)
        strayed = _distances(moved(sighting.matrix, self._outline), expected).max() > STRAYED * self._reach
        if sighting.lost and (strayed or sighting.doubt_px > HOPELESS_PX):
            return self._held()
        # the way from where it was lost to here is no speed
        self._before = sighting.matrix if self._astray == REGAINED else self._last
        self._last, self._last_view = sighting.matrix, view
        self._astray = max(0, self._astray - 1)
        return sighting

    def _held(self) -> _Sighting:
        self._before, self._astray = self._last, REGAINED
        return _Sighting(self._last, 0.0, lost=True, held=True)

    def _followed(self, view: _View) -> _Fit | None:
        """How the view lies over the key, from where the plane was in the picture before."""
        for guess in (self._going_on, self._by_a_step):
            start = guess(view)
            fit = None if start is None else self._registered(view, start)
            if fit:
                return fit
        return None

    def _found_again(self, view: _View) -> _Fit | None:
        """How the view lies over the key, wherever the plane may be; None where two places are as like it.

        A wall of windows fits nearly as well one window on, and what hides a part may look like another.
        """
        if self._everywhere:
            fits = (self._registered(view, start) for start in self._starts(view))
            return next((fit for fit in fits if fit), None)
        rivals: list[_Fit] = []
        for start in self._starts(view):
            self._compete(view, start, rivals)
        for start in self._slid(view, rivals[0].sighting.matrix) if rivals else ():
            self._compete(view, start, rivals)
        if len(rivals) < 2:
            return next(iter(rivals), None)
        key, best = self._key, rivals[0]
        for other in rivals[1:]:
            best = other if is_clearly_likest(key.picture, other.laid, best.laid, key.mask) else best
        others = [fit for fit in rivals if fit is not best]
        sure = all(is_clearly_likest(key.picture, best.laid, fit.laid, key.mask) for fit in others)
        # beside something in front, contrast is not what it was, and a wrong place away from it can do better
        return best if sure and share_alike(key.picture, best.laid, key.mask) > WHOLE else None

    def _starts(self, view: _View) -> Iterator[np.ndarray]:
        for guess in (self._going_on, self._by_a_step, self._by_likeness, self._by_sliding):
            start = guess(view)
            if start is not None:
                yield start

    def _compete(self, view: _View, start: np.ndarray, rivals: list[_Fit]) -> None:
        """Add where a start leads to, if it leads anywhere that is sure and not known yet."""
        fit = self._registered(view, start, afresh=True)
        if fit and not fit.sighting.lost and all(self._away(fit, known) > 2 * self._reach for known in rivals):
            rivals.append(fit)

    def _away(self, one: _Fit, other: _Fit) -> float:
        """How far apart two fits put the box's corners, px."""
        there = [moved(fit.sighting.matrix, self._outline) for fit in (one, other)]
        return float(_distances(*there).max())

    @property
    def _is_regained(self) -> bool:
        """Whether a box was lost just now, so that the next sighting finds it again."""
        return self._astray > 0 and not self._everywhere

    def _going_on(self, view: _View) -> np.ndarray:
        """The guess that the motion goes on as before."""
        return np.asarray(self._last @ np.linalg.inv(self._before) @ self._last)

    def _by_a_step(self, view: _View) -> np.ndarray | None:
        """The guess from the last picture in which the plane was seen."""
        points = self._chosen(self._last_view, self._last)
        there, good = _matched(self._last_view.picture, view.picture, moved(self._to_small, points))
        return self._guessed(points[good], moved(self._to_full, there[good]), self._last)

    def _by_sliding(self, view: _View) -> np.ndarray | None:
        """The guess from where the whole of the box is most like what it was, in the shape that it had last."""
        return None if self._everywhere else next(iter(self._slid(view, self._last)), None)

    def _slid(self, view: _View, matrix: np.ndarray) -> list[np.ndarray]:
        """Matrices like one, but for a shift, at which the box is like what it was; the likest first."""
        key = self._key
        motion = matrix @ np.linalg.inv(key.matrix)
        laid = texture(self._warped(view.light, motion))
        shifts = likest_shifts(key.view.picture, laid, key.mask)
        steps = [np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]]) for x, y in shifts]
        return [motion @ self._to_full @ step @ self._to_small @ key.matrix for step in steps]

    def _by_likeness(self, view: _View) -> np.ndarray | None:
        """The guess from what looks like the key, wherever it is: after a jump, or from behind something.

        Source: ORB (Rublee et al. 2011).
        """
        key = self._key
        search = cv2.ORB.create(800, fastThreshold=8)
        spots, codes = search.detectAndCompute(key.view.picture, self._mask(key.matrix))
        seen, seen_codes = search.detectAndCompute(view.picture, None)
        if codes is None or seen_codes is None:
            return None
        pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(codes, seen_codes)
        one = np.array([spots[pair.queryIdx].pt for pair in pairs], np.float64).reshape(-1, 2)
        other = np.array([seen[pair.trainIdx].pt for pair in pairs], np.float64).reshape(-1, 2)
        return self._guessed(moved(self._to_full, one), moved(self._to_full, other), key.matrix)

    def _guessed(self, one: np.ndarray, other: np.ndarray, matrix: np.ndarray) -> np.ndarray | None:
        agree = _agreeing("point" if self._kind == "point" else "similarity", one, other, 2 * self._reach)
        if agree is None:
            return None
        if self._kind != "point":
            return np.asarray(similarity(one[agree], other[agree]) @ matrix)
        shifted = np.eye(3)
        shifted[:2, 2] = (other[agree] - one[agree]).mean(0)
        return np.asarray(shifted @ matrix)

    def _registered(self, view: _View, guess: np.ndarray, *, afresh: bool = False) -> _Fit | None:
        """The picture laid over the key until nothing moves any more; None if too little agrees.

        Args:
            afresh: the guess says little about how the plane is tilted now.
        """
        key, needed = self._key, NEEDED[self._kind]
        motion = guess @ np.linalg.inv(key.matrix)
        shape = None if afresh else self._last @ np.linalg.inv(key.matrix)
        seen = np.flatnonzero(self._in_sight(moved(motion, key.points)))
        points, trusted = key.points[seen], key.trust[seen] > TRUSTED
        if self._is_regained:  # what was hidden for a while has not moved on its own
            trusted = np.ones(len(seen), bool)
        if trusted.sum() < needed:
            return None
        small = moved(self._to_small, points)
        for _ in range(4):
            laid = self._laid(view, motion, key)
            there, good = _matched(key.picture, laid, small)
            landed = moved(motion, moved(self._to_full, there))
            fit = self._fitted(key, points[good & trusted], landed[good & trusted], shape)
            if fit is None:
                return None
            before, (motion, doubt) = moved(motion, points), fit
            if np.abs(moved(motion, points) - before).max() < 0.1 * self._reach:
                break
        off = np.linalg.norm(landed - moved(motion, points), axis=1)
        agrees = good & (off < self._reach) & (_correlation(key.picture, laid, small) > ALIKE)
        if (agrees & trusted).sum() < max(needed, AGREEING * trusted.sum()):
            return None
        residual, standing = float(np.median(off[agrees])), float(np.median(_distances(landed, points)[agrees]))
        doubt = 0.0 if self._everywhere else doubt * REACH_PX / self._reach
        found = _Sighting(motion @ key.matrix, residual, standing, lost=doubt > DOUBT_PX, doubt_px=doubt)
        return _Fit(found, self._laid(view, motion, key), seen, agrees)

    def _settled(self, view: _View, fit: _Fit) -> _Sighting:
        """A fit that is believed: made better where it can be, and what it teaches about the key."""
        key, sighting, agrees = self._key, fit.sighting, fit.agrees
        key.trust[fit.seen] += (0.6 if self._is_regained else 0.15) * (agrees - key.trust[fit.seen])
        key.most = max(key.most, int(agrees.sum()))
        points = key.points[fit.seen]
        if self._kind == "planar":
            sighting = self._refined(view, sighting, points[agrees])
        enough = self._everywhere or _spread(points[agrees]) > SPREAD * _spread(key.points)
        if agrees.sum() < FRESH * key.most and enough and not sighting.lost:
            stands = moved(sighting.matrix @ np.linalg.inv(key.matrix), points)
            self._renew(view, sighting.matrix, stands, agrees)
        return sighting

    def _fitted(
        self, key: _Key, one: np.ndarray, other: np.ndarray, shape: np.ndarray | None
    ) -> tuple[np.ndarray, float] | None:
        """The motion that most points agree on, and how far a corner of the box may be off; None if too few agree."""
        agree = _agreeing(self._kind, one, other, self._reach)
        if agree is None:
            return None
        one, other = one[agree], other[agree]
        if self._kind == "planar":
            corners = _box_of(one) if self._everywhere else moved(key.matrix, self._outline)
            loose = 0.1 if self._everywhere or shape is None else SHAPELY
            fit = plane(one, other, corners, shape=None if self._everywhere else shape, loose=loose)
            return None if fit is None else (fit.matrix, fit.doubt_px)
        if self._kind == "similarity":
            return similarity(one, other), 0.0
        found = np.eye(3)
        found[:2, 2] = (other - one).mean(0)
        return found, 0.0

    def _refined(self, view: _View, sighting: _Sighting, points: np.ndarray) -> _Sighting:
        """A sighting made better by the pixels round the key's points, against the reference where it can be."""
        for base in (self._keys[0], self._key):
            motion = sighting.matrix @ np.linalg.inv(base.matrix)
            spots = moved(self._to_small @ base.matrix @ np.linalg.inv(self._key.matrix), points)
            support = np.zeros(self.size[::-1], np.uint8)
            for x, y in np.round(spots).astype(int).tolist():
                cv2.circle(support, (x, y), 8, 255, -1)
            corners = moved(self._to_small @ base.matrix, self._outline)
            better = aligned(base.picture, self._laid(view, motion, base), support & base.mask, corners)
            if better is not None:
                matrix = motion @ self._to_full @ better.matrix @ self._to_small @ base.matrix
                doubt = 0.0 if self._everywhere else better.doubt_px
                return replace(sighting, matrix=matrix / matrix[2, 2], lost=doubt > DOUBT_PX, doubt_px=doubt)
        return sighting

    def _renew(self, view: _View, matrix: np.ndarray, stands: np.ndarray, agrees: np.ndarray) -> None:
        """Take the key over to one that shows this view: an old one, or this picture itself.

        A key that still shows the view stays, for then something only hides it; an old one is the
        better the older it is, because errors add up from key to key.  New features start without
        trust where the old ones next to them moved on their own.
        """
        if self._shows(self._key, matrix):
            return
        known = next((key for key in self._keys if self._shows(key, matrix)), None)
        if known is not None:
            self._key = known
            return
        self._add_key(view, matrix)
        if len(self._key.points):
            beside = np.linalg.norm(self._key.points[:, None] - stands[None], axis=2).argmin(1)
            self._key.trust[~agrees[beside]] = 0.8 * TRUSTED

    def _shows(self, key: _Key, matrix: np.ndarray) -> bool:
        """Whether a key shows the view of another matrix, with most of its features in sight.

        A box may wander; in the whole picture a long way shows other depths and another perspective.
        """
        motion = matrix @ np.linalg.inv(key.matrix)
        away = moved(matrix, self._outline) - moved(key.matrix, self._outline)
        size = np.linalg.norm(self._outline[2] - self._outline[0])
        if self._everywhere:
            near = _distances(away, np.zeros(2)).max() < SAME_VIEW * size
        else:
            near = _distances(away, away.mean(0)).max() < SAME_SHAPE * size
        return bool(near and self._in_sight(moved(motion, key.points)).sum() > IN_SIGHT * len(key.points))

    def _add_key(self, view: _View, matrix: np.ndarray) -> None:
        points = self._chosen(view, matrix)
        mask = self._mask(matrix)
        picture = view.picture if self._everywhere else texture(view.light, mask)
        self._key = _Key(view, mask, picture, matrix, points, np.ones(len(points)))
        self._keys.append(self._key)
        if len(self._keys) > KEYS:
            del self._keys[1]

    def _chosen(self, view: _View, matrix: np.ndarray) -> np.ndarray:
        """Corners within the outline, spread evenly, in plate pixels (n, 2)."""
        mask = self._mask(matrix)
        area = max(int(np.count_nonzero(mask)), 1)
        apart = max(2.0, 0.6 * float(np.sqrt(area / self._features)))
        corners = cv2.goodFeaturesToTrack(view.picture, self._features, 0.02, apart, mask=mask, blockSize=5)
        if corners is None:
            return np.zeros((0, 2))
        return moved(self._to_full, corners.reshape(-1, 2).astype(np.float64))

    def _mask(self, matrix: np.ndarray) -> np.ndarray:
        """Where the region stands in a picture, without the picture's border; (h, w) uint8."""
        mask = np.full(self.size[::-1], 255 if self._everywhere else 0, np.uint8)
        if not self._everywhere:
            outline = moved(self._to_small, moved(matrix, self._outline))
            cv2.fillPoly(mask, [np.round(np.clip(outline, -30000, 30000)).astype(np.int32)], 255)
        border = 5
        mask[:border] = mask[-border:] = 0
        mask[:, :border] = mask[:, -border:] = 0
        return mask

    def _in_sight(self, points: np.ndarray) -> np.ndarray:
        margin = 4 * self._reach
        return np.asarray(((points > margin) & (points < self._plate - margin)).all(1))

    def _laid(self, view: _View, motion: np.ndarray, key: _Key) -> np.ndarray:
        """The texture of a view as it would stand over a key."""
        if self._everywhere:
            return self._warped(view.picture, motion)
        return texture(self._warped(view.light, motion), key.mask)

    def _warped(self, picture: np.ndarray, motion: np.ndarray) -> np.ndarray:
        small = self._to_small @ motion @ self._to_full
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpPerspective(picture, small, self.size, flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _spread(points: np.ndarray) -> float:
    """The area that points stand round."""
    return float(cv2.contourArea(cv2.convexHull(points.astype(np.float32))))


def _matched(one: np.ndarray, other: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where points of one picture stand in another, and which of them can be believed; small pixels."""
    if not len(points):
        return points, np.zeros(0, bool)
    from_ = points.astype(np.float32).reshape(-1, 1, 2)
    search: dict[str, Any] = {
        "winSize": (17, 17),
        "maxLevel": 3,
        "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 0.003),
    }
    there, seen, _ = cv2.calcOpticalFlowPyrLK(one, other, from_, None, **search)
    back, seen_back, _ = cv2.calcOpticalFlowPyrLK(other, one, there, None, **search)
    near = np.linalg.norm((back - from_).reshape(-1, 2), axis=1) < RETURNING_PX
    return there.reshape(-1, 2).astype(np.float64), (seen.ravel() > 0) & (seen_back.ravel() > 0) & near


def _agreeing(kind: Kind, one: np.ndarray, other: np.ndarray, reach: float) -> np.ndarray | None:
    """Which points agree on a motion of the kind, as most do; None if too few."""
    if len(one) < NEEDED[kind]:
        return None
    if kind == "point":
        shifts = other - one
        votes = np.linalg.norm(shifts[:, None] - shifts[None], axis=2) < reach
        agree = votes[votes.sum(1).argmax()]
        return np.asarray(agree) if agree.sum() >= NEEDED[kind] else None
    search: dict[str, Any] = {"ransacReprojThreshold": reach, "maxIters": 2000, "confidence": 0.999}
    if kind == "similarity":
        rough, kept = cv2.estimateAffinePartial2D(one, other, method=cv2.RANSAC, **search)
    else:
        rough, kept = cv2.findHomography(one, other, cv2.RANSAC, **search)
    if rough is None or kept.sum() < NEEDED[kind]:
        return None
    return np.asarray(kept.ravel() > 0)


def _box_of(points: np.ndarray) -> np.ndarray:
    """The corners of the upright box round points."""
    (left, top), (right, bottom) = points.min(0), points.max(0)
    return _corners((left, top, right - left, bottom - top))


def _correlation(one: np.ndarray, other: np.ndarray, points: np.ndarray) -> np.ndarray:
    """How alike the 15 x 15 patches of two pictures round each point are, -1 to 1; small pixels."""
    height, width = one.shape
    step = np.arange(-7, 8)
    x = np.clip(np.round(points[:, 0]).astype(int)[:, None, None] + step[None, None, :], 0, width - 1)
    y = np.clip(np.round(points[:, 1]).astype(int)[:, None, None] + step[None, :, None], 0, height - 1)
    a, b = (picture[y, x].reshape(len(points), -1).astype(np.float32) for picture in (one, other))
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    return np.asarray((a * b).sum(1) / np.sqrt(np.maximum((a * a).sum(1) * (b * b).sum(1), 1e-6)))
