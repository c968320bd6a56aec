"""The sky of a plate: a model fitted once from a few of its frames, and the soft matte of what stands before it.

The sky is what is smooth, reaches the top of the picture, and changes colour slowly.  Its own colour is
followed across each frame and under what hides it, so that a pixel at an edge can be told apart into its
share of foreground and its share of a sky that is known.

Known limits: a white wall may pass for an overcast sky (``sure`` falls, but not to nothing), a cumulus with
a hard edge that touches the skyline is taken for foreground, and a mirror of the sky above the horizon (a
window, wet rock) may show through.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from manyhands.core.frame import luminance
from manyhands.core.span import Span

SMALL_PX = 320  # the sky is followed at this width: smooth enough for it, and quick
BINS = 16  # of the palette, along each axis of the square root of light
TOP_CODE = 1.6  # square root of the brightest light that the palette tells apart
SMOOTH = (0.012, 0.022, 0.045)  # slopes to try: grain and coding make a sky rough, the finest that does is best
BOX = np.ones((3, 3), np.uint8)
LEAST_SHARE = 0.015  # a sky smaller than this part of the picture is not one

FAR = np.float32(70)  # tolerances from which on a pixel is simply something else

_f = np.float32


@dataclass(frozen=True)
class Sky:
    """What was learned of a plate's sky.

    ``sure`` is how certain it is that there is one, 0 to 1; ``share`` its mean part of the picture;
    ``separation`` how many tolerances the foreground at the skyline differs from it.  ``tolerance``
    is how far brightness and colour of the sky stray from their smooth course (square root of
    light), ``steepest`` how fast it may change from pixel to pixel at the small size; ``palette`` which
    colours it has.
    """

    sure: float
    share: float
    separation: float
    tolerance: tuple[float, float]
    steepest: float
    palette: np.ndarray
    why: str

    @property
    def is_found(self) -> bool:
        return self.sure >= 0.5


@dataclass(frozen=True)
class Split:
    """One frame told apart.

    Shapes: ``alpha`` (H, W) float32, 1 foreground, 0 sky; ``sky`` (h, w, 3) float32, the sky's own
    scene-linear colour followed under what hides it, at a small size; ``horizon`` the lowest row
    (px of the frame) where sky is seen.
    """

    alpha: np.ndarray
    sky: np.ndarray
    horizon: float

    def sky_at_size(self) -> np.ndarray:
        """The sky's own colour at the frame's size, (H, W, 3) scene-linear."""
        height, width = self.alpha.shape
        return cv2.resize(self.sky, (width, height), interpolation=cv2.INTER_LINEAR)


def sample_frames(span: Span, count: int = 4) -> list[int]:
    """Frames spread over a span, the first and the last among them: enough to learn its sky from."""
    return sorted({span.start + round(part * (span.length - 1) / max(1, count - 1)) for part in range(count)})


def fit_sky(pictures: Sequence[np.ndarray]) -> Sky:
    """Learn the sky from a few frames of one clip.

    Shapes: each (H, W, 3 or 4) scene-linear; a handful is enough.
    """
    smalls = [_small(picture) for picture in pictures]
    found = [_candidate(small) for small in smalls]
    sure = float(np.median([item.sure for item in found]))
    why = min(found, key=lambda item: abs(item.sure - sure)).why
    steepest = max(item.steepest for item in found)
    palette = np.zeros((BINS,) * 3, np.float32)
    spread = []
    for small, item in zip(smalls, found, strict=True):
        if item.mask.any():
            code = _code(small)
            np.add.at(palette, tuple(_bins(code[item.mask]).T), 1 / item.mask.sum())
            spread.append(_strays(code, item.mask))
    if not spread:
        return Sky(0.0, 0.0, 0.0, (0.02, 0.02), steepest, palette, why)
    palette = _dilated(palette > 1e-4 * len(spread)).astype(np.float32)
    tolerance = (
        max(0.012, float(np.median([s[0] for s in spread]))),
        max(0.010, float(np.median([s[1] for s in spread]))),
    )
    sky = Sky(sure, 0.0, 0.0, tolerance, steepest, palette, why)
    shares, separations = [], []
    for small in smalls:
        grown, course = _followed(small, sky)
        shares.append(float(grown.mean()))
        separations.append(_separation(small, grown, course, tolerance))
    share, separation = float(np.median(shares)), float(np.median(separations))
    if share < LEAST_SHARE:
        sure, why = min(sure, 0.2), "too little of the picture is sky"
    return Sky(sure, share, separation, tolerance, steepest, palette, why)


def split(picture: np.ndarray, sky: Sky) -> Split:
    """Tell one frame apart into foreground and sky.

    Shapes: picture (H, W, 3 or 4) scene-linear.
    """
    height, width = picture.shape[:2]
    if not sky.is_found:
        return Split(np.ones((height, width), np.float32), np.zeros((1, 1, 3), np.float32), 0.0)
    small = _small(picture)
    grown, course = _followed(small, sky)
    scale = height / small.shape[0]
    rows = np.flatnonzero(grown.mean(1) > 0.004)
    horizon = float((rows[-1] + 1) * scale) if len(rows) else 0.0
    reach = _reach(grown)
    alpha = np.ones((height, width), np.float32)
    reached = np.flatnonzero(reach.any(1))
    if len(reached):
        # below the last row where sky may be, there is none: half the picture, often
        end = min(height, int(np.ceil((reached[-1] + 2) * scale)))
        _told_apart(np.ascontiguousarray(picture[:end]), course, reach, sky, 1 / scale, alpha[:end])
    return Split(alpha, course, horizon)


def _told_apart(
    picture: np.ndarray, course: np.ndarray, reach: np.ndarray, sky: Sky, scale: float, alpha: np.ndarray
) -> None:
    """Fill in the matte of a picture's upper part; ``scale`` is the small size beside the picture's."""
    height, width = alpha.shape
    down = _f(scale)
    bright, tint = sky.tolerance
    away = np.empty((height, width), np.float32)
    _measure(picture, course, reach, down, _f(bright), _f(tint), away)
    near = np.zeros((-(-height // 2), -(-width // 2), 4), np.float32)
    open_ = np.zeros(near.shape[:2], np.float32)
    _gather(picture, away, near, open_)
    tall = round(course.shape[0] / scale)
    narrow, wide = 2 * max(1, tall // 480) + 1, 2 * max(2, tall // 170) + 1
    around = cv2.blur(near, (2 * wide + 1, 2 * wide + 1), borderType=cv2.BORDER_REPLICATE)
    near = cv2.blur(near, (narrow, narrow), borderType=cv2.BORDER_REPLICATE)
    open_ = cv2.blur(open_, (wide, wide), borderType=cv2.BORDER_REPLICATE)
    # a lone speck is grain or coding, not something that stands there
    support = cv2.blur(np.minimum(away, 8), (3, 3), borderType=cv2.BORDER_REPLICATE)
    _unmix(picture, course, down, away, support, near, around, open_, alpha)
    calm = 2 * max(1, tall // 240) + 1
    around = cv2.blur(cv2.merge([alpha, away]), (2 * calm + 1, calm), borderType=cv2.BORDER_REPLICATE)
    _settle(alpha, around, away)
    edge = min(max(1, tall // 120), height - 1)
    alpha[:edge] = alpha[edge]


def skyline(alpha: np.ndarray) -> np.ndarray:
    """Where the foreground begins in each column, seen from the top.

    Shapes: alpha (H, W); returns (W,) rows in px, 0 where the foreground reaches the top, H where
    the column is all sky.
    """
    height = alpha.shape[0]
    # it must go on for a short run: hair in the sky is no skyline
    run = max(3, height // 120)
    below = cv2.blur(alpha, (1, run), anchor=(0, 0), borderType=cv2.BORDER_REPLICATE)
    solid = (alpha >= 0.5) & (below >= 0.6)
    first = solid.argmax(0).astype(np.float32)
    first[~solid.any(0)] = height
    return first


def sky_course(picture: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """The smooth course of the sky's own colour, also under what hides it, from a picture and its matte.

    Shapes: picture (H, W, 3 or 4), alpha (H, W); returns (H, W, 3) scene-linear.
    """
    small = _small(picture)
    size = (small.shape[1], small.shape[0])
    hidden = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    open_ = hidden < 0.02
    if not open_.any():
        open_ = hidden <= hidden.min()
    course = _course(_code(small), _inner(open_), reach_px=size[1] * 0.02) ** 2
    return cv2.resize(course, (alpha.shape[1], alpha.shape[0]), interpolation=cv2.INTER_LINEAR)


def sky_part(picture: np.ndarray, alpha: np.ndarray, course: np.ndarray) -> np.ndarray:
    """The light of the sky behind each pixel: its own where the sky is open, the course's where it is hidden.

    Shapes: returns (H, W, 3) scene-linear.
    """
    out = np.empty_like(course)
    _sky_part(picture, alpha, course, out)
    return out


def _small(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    size = (min(width, SMALL_PX), max(8, round(height * min(width, SMALL_PX) / width)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)[..., :3]
    small = np.nan_to_num(np.ascontiguousarray(small), nan=0.0, posinf=1e4, neginf=0.0)
    edge = max(1, size[1] // 60)  # cameras and coders leave bad lines at the edge
    small[:edge] = small[edge]
    return small


def _code(rgb: np.ndarray) -> np.ndarray:
    """The square root of light: steps of like size look alike, and noise is even."""
    return np.sqrt(np.maximum(rgb, 0))


def _bins(code: np.ndarray) -> np.ndarray:
    return np.clip(code * (BINS / TOP_CODE), 0, BINS - 1).astype(np.int64)


def _dilated(palette: np.ndarray) -> np.ndarray:
    wide = np.pad(palette, 1)
    near = [
        wide[1 + a : BINS + 1 + a, 1 + b : BINS + 1 + b, 1 + c : BINS + 1 + c]
        for a, b, c in np.ndindex(3, 3, 3)
        for a, b, c in [(a - 1, b - 1, c - 1)]
    ]
    return np.asarray(np.any(near, axis=0))


@njit(cache=True)
def _slope(code):
    """How fast the colour changes from pixel to pixel, the quickest channel."""
    height, width = code.shape[0], code.shape[1]
    out = np.empty((height, width), np.float32)
    for j in range(height):
        up, low = max(j - 1, 0), min(j + 1, height - 1)
        for i in range(width):
            left, right = max(i - 1, 0), min(i + 1, width - 1)
            most = _f(0)
            for part in range(3):
                across = (
                    code[up, right, part]
                    - code[up, left, part]
                    + _f(2) * (code[j, right, part] - code[j, left, part])
                    + code[low, right, part]
                    - code[low, left, part]
                )
                down = (
                    code[low, left, part]
                    - code[up, left, part]
                    + _f(2) * (code[low, i, part] - code[up, i, part])
                    + code[low, right, part]
                    - code[up, right, part]
                )
                most = max(most, across * across + down * down)
            out[j, i] = np.sqrt(most) / _f(8)
    return out


@dataclass(frozen=True)
class _Candidate:
    mask: np.ndarray
    sure: float
    why: str
    steepest: float


def _candidate(small: np.ndarray) -> _Candidate:
    """The smooth region at the top that looks most like a sky, how sure that is, and why."""
    code = _code(small)
    slope = _slope(code)
    best = _Candidate(
        np.zeros(slope.shape, bool), 0.0, "nothing at the top of the picture is smooth and wide enough", SMOOTH[0]
    )
    for steepest in SMOOTH:
        smooth = cv2.erode((slope < steepest).astype(np.uint8), BOX, borderValue=1)
        _, label, stats, _ = cv2.connectedComponentsWithStats(smooth, connectivity=4)
        tops = np.unique(label[0][smooth[0] > 0])
        regions = [label == index for index in tops if stats[index, cv2.CC_STAT_AREA] > 0.01 * label.size]
        if not regions:
            continue
        likely = [_likeness(small, region) for region in regions]
        value, reason = max(likely)
        if value > 1.3 * best.sure:
            first = code[regions[likely.index((value, reason))]].mean(0)
            # a sky that a tower parts is one sky
            alike = [region for region in regions if np.abs(code[region].mean(0) - first).max() < 0.12]
            best = _Candidate(np.any(alike, axis=0), value, reason, steepest)
    return best


def _likeness(small: np.ndarray, mask: np.ndarray) -> tuple[float, str]:
    """How much a smooth region at the top looks like a sky, 0 to 1, and what speaks against it."""
    rest = ~cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    red, green, blue = np.maximum(np.median(small[mask], 0), 1e-5)
    most = max(red, green, blue)
    light = luminance(small)
    inside = max(float(np.median(light[mask])), 1e-5)
    outside = light[rest] if rest.any() else light[mask]
    pale = 1 - _ramp(1 - min(red, green, blue) / most, 0.2, 0.4)
    brighter = inside / max(float(np.median(outside)), 1e-5)
    outshone = float(np.quantile(outside, 0.985)) / inside
    cues = {
        "it is green": 1 - _ramp((green - 0.5 * (red + blue)) / most, 0.15, 0.3),
        "it is too small": _ramp(float(mask.mean()), 0.01, 0.06),
        "it covers little of the picture's top": 0.35 + 0.65 * _ramp(float(mask[0].mean()), 0.1, 0.4),
        "it is darker than what stands before it": 0.1 + 0.9 * _ramp(brighter, 0.3 + 0.5 * pale, 0.8 + 0.5 * pale),
        # white things do not outshine the grey sky that lights them, but they can a white wall
        "something outshines it, as before a wall": 1 - 0.4 * pale * _ramp(outshone, 1.0, 1.2),
        "its edge is straight, as of a wall": 1 - 0.6 * pale * _straight(mask),
    }
    value = float(np.prod(list(cues.values())))
    worst = min(cues, key=lambda name: cues[name])
    return value, "it is smooth and bright and reaches the top" if cues[worst] > 0.8 else worst


def _straight(mask: np.ndarray) -> float:
    """How much of the region's edge inside the picture runs in long straight lines, 0 to 1.

    Level ones alone do not count: a sea's horizon is one.
    """
    lines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    height, width = mask.shape
    whole, level, steep = 1e-9, 0.0, 0.0
    for line in lines:
        corners = cv2.approxPolyDP(line, 1.5, True)[:, 0, :].astype(np.float64)
        for one, other in zip(corners, np.roll(corners, -1, 0), strict=True):
            middle = (one + other) / 2
            if 2 < middle[0] < width - 3 and 2 < middle[1] < height - 3:
                length = float(np.hypot(*(other - one)))
                whole += length
                if length > 0.12 * width and abs(other[1] - one[1]) < 0.05 * length:
                    level += length
                elif length > 0.08 * width:
                    steep += length
    return _ramp((level + steep) / whole, 0.2, 0.6) * _ramp(steep / whole, 0.03, 0.12)


def _ramp(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0, 1))


def _strays(code: np.ndarray, mask: np.ndarray) -> tuple[float, float]:
    """How far brightness and colour of the sky stray from their smooth course."""
    sure = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=1).astype(bool)
    sure = sure if sure.any() else mask
    off = code - _course(code, sure, reach_px=code.shape[0] * 0.05)
    bright = off[sure].mean(-1)
    tint = np.abs(off[sure] - bright[..., None]).max(-1)
    return float(np.quantile(np.abs(bright), 0.95)), float(np.quantile(tint, 0.95))


def _course(code: np.ndarray, sure: np.ndarray, *, reach_px: float) -> np.ndarray:
    """The smooth course of the sky's colour, also where it is hidden: near sky counts most."""
    level = np.dstack([code, np.ones(sure.shape, np.float32)]) * sure[..., None].astype(np.float32)
    layers: list[np.ndarray] = []
    while min(level.shape[:2]) > 3:
        level = cv2.GaussianBlur(level, (0, 0), 1.0) if layers else _blurred(level, reach_px)
        layers.append(level)
        level = cv2.resize(level, ((level.shape[1] + 1) // 2, (level.shape[0] + 1) // 2), interpolation=cv2.INTER_AREA)
    filled = level[..., :3] / np.maximum(level[..., 3:], 1e-9)
    for layer in layers[::-1]:
        filled = cv2.resize(filled, (layer.shape[1], layer.shape[0]), interpolation=cv2.INTER_LINEAR)
        trust = np.minimum(layer[..., 3:] * 6, 1)
        filled = filled * (1 - trust) + trust * layer[..., :3] / np.maximum(layer[..., 3:], 1e-9)
    return np.asarray(filled, np.float32)


def _blurred(picture: np.ndarray, reach_px: float) -> np.ndarray:
    """Two box filters: near enough to a Gaussian, at the same cost for any reach."""
    size = 2 * max(1, round(reach_px)) + 1
    return cv2.blur(cv2.blur(picture, (size, size)), (size, size))


@njit(cache=True)
def _distance(code, course, bright_step, tint_step):
    """How many tolerances each pixel is away from the sky's course."""
    out = np.empty(code.shape[:2], np.float32)
    for j in range(out.shape[0]):
        for i in range(out.shape[1]):
            r = code[j, i, 0] - course[j, i, 0]
            g = code[j, i, 1] - course[j, i, 1]
            b = code[j, i, 2] - course[j, i, 2]
            out[j, i] = _apart(r, g, b, bright_step, tint_step)
    return out


@njit(cache=True, inline="always")
def _apart(r, g, b, bright_step, tint_step):
    bright = (r + g + b) / _f(3)
    tint = max(abs(r - bright), abs(g - bright), abs(b - bright)) / tint_step
    # what hides the sky is seldom brighter and of its very colour: that is cloud, or sky between leaves
    bright = bright / bright_step * (_f(0.4) if bright > 0 else _f(1))
    return np.sqrt(bright * bright + tint * tint)


def _followed(small: np.ndarray, sky: Sky) -> tuple[np.ndarray, np.ndarray]:
    """Grow the sky from what surely is one; returns its mask and its course, scene-linear."""
    code = _code(small)
    slope = _slope(code)
    height, width = slope.shape
    seen = sky.palette[tuple(np.moveaxis(_bins(code), -1, 0))] > 0
    seed = cv2.erode((seen & (slope < sky.steepest)).astype(np.uint8), BOX, borderValue=1)
    _, label, stats, _ = cv2.connectedComponentsWithStats(seed, connectivity=4)
    top = slice(0, max(1, height // 40))
    tops = np.unique(label[top][seed[top] > 0])
    grown = np.isin(label, [index for index in tops if stats[index, cv2.CC_STAT_AREA] > 0.002 * label.size])
    if not grown.any():
        return grown, np.zeros((height, width, 3), np.float32)
    bright, tint = (_f(step) for step in sky.tolerance)
    # haze can lead from the sky to a lake in small steps: nothing may stray far from the surest sky
    near_seed = _distance(code, _course(code, grown, reach_px=height * 0.1), bright, tint) < 8
    open_ = seen & near_seed & (slope < 2 * sky.steepest)
    ones = np.ones(grown.shape, np.float32)
    for _ in range(8):
        sums = _blurred(np.dstack([code, ones]) * grown[..., None].astype(np.float32), height * 0.03)
        near = cv2.dilate(grown.astype(np.uint8), BOX, iterations=4).astype(bool) & open_
        # what does not fit the course of its surroundings is no sky
        more = near & (_distance(code, sums[..., :3] / np.maximum(sums[..., 3:], 1e-6), bright, tint) < 2.5)
        if (more != grown).mean() < 5e-4:
            break
        grown = more
    grown = _top_part(grown)
    course = _course(code, _inner(grown), reach_px=height * 0.02)
    pockets = _pockets(grown, seen & (_distance(code, course, bright, tint) < 2.0))
    if pockets.any():
        grown = grown | pockets
        course = _course(code, _inner(grown), reach_px=height * 0.02)
    return grown, course**2


def _pockets(grown: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """Sky seen through things (under an arch, between branches): of the very colour, and no lower than sky goes."""
    height = grown.shape[0]
    rows = np.flatnonzero(grown.mean(1) > 0.004)
    low = (rows[-1] if len(rows) else 0) + round(0.08 * height)
    apart = alike & ~cv2.dilate(grown.astype(np.uint8), BOX).astype(bool)
    apart[low:] = False
    _, label, stats, _ = cv2.connectedComponentsWithStats(apart.astype(np.uint8), connectivity=4)
    large = [index for index in range(1, len(stats)) if stats[index, cv2.CC_STAT_AREA] >= 8]
    return np.asarray(np.isin(label, large))


def _top_part(grown: np.ndarray) -> np.ndarray:
    """The parts of the sky that reach the top, and the gaps in branches beside them."""
    _, label = cv2.connectedComponents(grown.astype(np.uint8), connectivity=8)
    tops = np.unique(label[0][grown[0]])
    return np.asarray(np.isin(label, tops[tops > 0]))


def _inner(grown: np.ndarray) -> np.ndarray:
    inner = cv2.erode(grown.astype(np.uint8), BOX, borderValue=1).astype(bool)
    return inner if inner.any() else grown


def _reach(grown: np.ndarray) -> np.ndarray:
    """Where sky may be seen, 0 to 1: near the sky that was followed, and fading into branches above the horizon."""
    height = grown.shape[0]
    rows = np.flatnonzero(grown.mean(1) > 0.004)
    away = cv2.distanceTransform((~grown).astype(np.uint8), cv2.DIST_L2, 3) / height
    reach = np.clip(1 - (away - 0.02) / 0.10, 0, 1)
    level = np.arange(height)[:, None] - (rows[-1] if len(rows) else 0)
    return np.asarray(np.where((level <= 1) | (away < 0.02), reach, 0), np.float32)


def _separation(small: np.ndarray, grown: np.ndarray, course: np.ndarray, tolerance: tuple[float, float]) -> float:
    """How many tolerances the foreground along the skyline differs from the sky beside it."""
    wide, narrow = (cv2.dilate(grown.astype(np.uint8), BOX, iterations=count) > 0 for count in (4, 2))
    rim = wide & ~narrow
    return float(np.median(_distance(_code(small), np.sqrt(course), *map(_f, tolerance))[rim])) if rim.any() else 0.0


@njit(cache=True, inline="always")
def _at(course, y, x, part):
    """A small picture looked up at a share of its height and width, linear."""
    height, width = course.shape[0], course.shape[1]
    j = min(max(np.int64(np.floor(y)), 0), height - 1)
    i = min(max(np.int64(np.floor(x)), 0), width - 1)
    j1, i1 = min(j + 1, height - 1), min(i + 1, width - 1)
    fy = min(max(y - _f(j), _f(0)), _f(1))
    fx = min(max(x - _f(i), _f(0)), _f(1))
    top = course[j, i, part] * (_f(1) - fx) + course[j, i1, part] * fx
    low = course[j1, i, part] * (_f(1) - fx) + course[j1, i1, part] * fx
    return top * (_f(1) - fy) + low * fy


@njit(cache=True)
def _measure(picture, course, reach, down, bright_step, tint_step, away):
    """How many tolerances each pixel is away from the sky, at most FAR; that far where no sky can be."""
    height, width = away.shape
    across = _f(course.shape[1] / width)
    for row in range(height):
        j = np.int64(row)
        y = (_f(j) + _f(0.5)) * down - _f(0.5)
        for i in range(width):
            x = (_f(i) + _f(0.5)) * across - _f(0.5)
            here = reach[min(np.int64(y + _f(0.5)), reach.shape[0] - 1), min(np.int64(x + _f(0.5)), reach.shape[1] - 1)]
            if here <= 0:
                away[j, i] = FAR
                continue
            r = np.sqrt(max(picture[j, i, 0], _f(0))) - np.sqrt(_at(course, y, x, 0))
            g = np.sqrt(max(picture[j, i, 1], _f(0))) - np.sqrt(_at(course, y, x, 1))
            b = np.sqrt(max(picture[j, i, 2], _f(0))) - np.sqrt(_at(course, y, x, 2))
            away[j, i] = min(_apart(r, g, b, bright_step, tint_step) / here, FAR)


@njit(cache=True)
def _gather(picture, away, near, open_):
    """At half the size: the foreground's colour times its weight, the weight, and how much is surely sky."""
    height, width = away.shape
    for row in range(near.shape[0]):
        j = np.int64(row)
        for y in range(2 * j, min(2 * j + 2, height)):
            for x in range(width):
                far = away[y, x] / FAR
                weight = far * far * far  # what is farthest from the sky shows the foreground's own colour best
                i = x // 2
                for part in range(3):
                    near[j, i, part] += picture[y, x, part] * weight
                near[j, i, 3] += weight
                open_[j, i] += _f(0.25) * min(max(_f(1.5) - _f(0.25) * away[y, x], _f(0)), _f(1))


@njit(cache=True, inline="always")
def _between(picture, course, fore, y, x, j, i):
    """How far a pixel lies from the sky's colour to a foreground colour, how far beside the way, and how sure."""
    weight = fore[j // 2, i // 2, 3]
    if weight < _f(1e-4):
        return _f(1), _f(0), _f(0)
    along, length, off = _f(0), _f(1e-9), _f(0)
    for part in range(3):
        back = _at(course, y, x, part)
        way = fore[j // 2, i // 2, part] / weight - back
        here = picture[j, i, part] - back
        along += here * way
        length += way * way
        off += here * here
    share = along / length
    beside = max(off - share * along, _f(0)) / length
    return min(max(share, _f(0)), _f(1)), np.sqrt(beside), min(weight * _f(50), _f(1))


@njit(cache=True)
def _unmix(picture, course, down, away, support, near, around, open_, alpha):
    """The share of foreground in each pixel: where it lies between the sky's colour and the foreground's."""
    height, width = away.shape
    across = _f(course.shape[1] / width)
    for row in range(height):
        j = np.int64(row)
        y = (_f(j) + _f(0.5)) * down - _f(0.5)
        for i in range(width):
            far = away[j, i]
            gate = min(max((far - _f(1.5)) / _f(2), _f(0)), _f(1)) * min(max(support[j, i] - _f(1), _f(0)), _f(1))
            # what has no sky beside it is whole, whatever its colour
            edge = min(max(open_[j // 2, i // 2] * _f(16) - _f(0.1), _f(0)), _f(1))
            if gate <= 0 or edge <= 0:
                alpha[j, i] = gate
                continue
            x = (_f(i) + _f(0.5)) * across - _f(0.5)
            share = min(max((far - _f(1.5)) / _f(8), _f(0)), _f(1))
            solved, _, trust = _between(picture, course, near, y, x, j, i)
            share += trust * (solved - share)
            # leaves too fine to show their own colour: the one a little farther off, if it explains the mixture
            wide, miss, trust = _between(picture, course, around, y, x, j, i)
            if wide < share:
                share += trust * max(_f(1) - miss * _f(12), _f(0)) * (wide - share)
            alpha[j, i] = gate * (_f(1) - edge * (_f(1) - share))


@njit(cache=True)
def _settle(alpha, around, away):
    """Where foreground and sky hardly differ (far hills in haze) the matte follows its surroundings, not the grain."""
    for row in range(alpha.shape[0]):
        j = np.int64(row)
        for i in range(alpha.shape[1]):
            if away[j, i] > _f(1.5):
                alike = min(max((_f(14) - max(away[j, i], around[j, i, 1])) / _f(6), _f(0)), _f(1))
                alpha[j, i] += alike * (around[j, i, 0] - alpha[j, i])


@njit(cache=True)
def _sky_part(picture, alpha, course, out):
    height, width = alpha.shape
    for row in range(height):
        j = np.int64(row)
        for i in range(width):
            own = max(_f(1) - alpha[j, i] / _f(0.12), _f(0))
            # a thin rim brighter than the sky is the sky's, overshot by sharpening: all of it goes where the sky goes
            thin = min(max((_f(0.6) - alpha[j, i]) / _f(0.3), _f(0)), _f(1))
            rim = max(own, thin / max(_f(1) - alpha[j, i], _f(0.4)))
            for part in range(3):
                more = picture[j, i, part] - course[j, i, part]
                out[j, i, part] = course[j, i, part] + (rim if more > 0 else own) * more
