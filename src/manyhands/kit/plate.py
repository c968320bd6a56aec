"""What a plate shows, read from a handful of its frames: where things can stand, and in which light.

Every fact has a name; a maker's parameter that declares ``plate="softness_px"`` is filled with it.
Nothing here is certain: ``*_sure`` says how far each estimate is to be trusted, 0 to 1.

Known limits: the sun's place is guessed from shading and from the sky's gradient, and is often right
only as to left or right; grain finer than coding noise cannot be told from it; roofs are shapes on
the skyline, so that a house before a hill is not seen.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict

from manyhands.core.clip import Clip
from manyhands.core.frame import luminance
from manyhands.core.noun import Noun
from manyhands.core.span import Span
from manyhands.kit.cuts import find_cuts
from manyhands.kit.skyline import Sky, fit_sky, sky_course, skyline, split

Colour = tuple[float, float, float]
Point = tuple[float, float]
COLUMNS = 128  # of the skyline that is kept with the reading


class Top(BaseModel):
    """A place on top of the foreground where something can stand.

    Units: px of the reference frame.  ``along`` follows its outline from left to right.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["roof", "tower", "tree"]
    at: Point
    width_px: float
    rise_px: float
    along: tuple[Point, ...]
    sure: float
    why: str

    def point(self, share: float) -> Point:
        """A place along its outline, 0 at its left end and 1 at its right one."""
        place = min(max(share, 0.0), 1.0) * (len(self.along) - 1)
        index = min(int(place), len(self.along) - 2)
        part = place - index
        (x0, y0), (x1, y1) = self.along[index], self.along[index + 1]
        return (x0 + part * (x1 - x0), y0 + part * (y1 - y0))


class Reading(Noun):
    """What was found in a plate; places are px of its ``reference`` frame.

    Units: light is scene-linear ACEScg.  ``sun_from_*`` is the unit vector towards the sun (right,
    up, away from the camera); ``sun_light`` and ``sky_light`` what a white surface gives back of
    the sun and of the whole sky; ``softness_px`` the sigma of a Gaussian as wide as the sharpest
    edges; ``grain`` the standard deviation of a channel's noise at 0.18, which grows with the
    light to the power of ``grain_growth``.  ``building`` is the outline, x and y of each corner in
    turn, of the greatest roof or tower down to where it seems to stand; empty where there is none.
    ``cuts`` are the first frames of the shots within, with blanks between; empty where it is one shot.
    """

    KIND: ClassVar[str] = "reading"

    span: Span
    reference: int
    plate_width_px: int
    plate_height_px: int
    sky_share: float
    sky_sure: float
    sky_why: str
    sky_colour: Colour
    skyline: tuple[float, ...]
    tops: tuple[Top, ...]
    building: tuple[float, ...] = ()
    horizon_px: float
    horizon_sure: float
    ground_px: float
    brightness: float
    black: float
    white: float
    sun_from_x: float
    sun_from_y: float
    sun_from_z: float
    sun_sure: float
    sun_why: str
    sun_light: Colour
    sky_light: Colour
    grain: float
    grain_growth: float
    softness_px: float
    motion_px: float
    is_locked_off: bool
    cuts: str = ""

    @property
    def has_sky(self) -> bool:
        return self.sky_sure >= 0.5

    def fact(self, name: str) -> Any:
        """The fact of that name, or None if this reading has none."""
        return getattr(self, name) if name in type(self).model_fields else None

    def skyline_at(self, x_px: float) -> float:
        """The skyline's row at a column."""
        columns = (np.arange(len(self.skyline)) + 0.5) * self.plate_width_px / len(self.skyline)
        return float(np.interp(x_px, columns, self.skyline))

    @property
    def sun_side(self) -> Literal["left", "right", "front", "behind", "above"]:
        """From where the sun shines, as one would say it."""
        if self.sun_from_y > 0.9:
            return "above"
        if abs(self.sun_from_x) >= abs(self.sun_from_z):
            return "left" if self.sun_from_x < 0 else "right"
        return "front" if self.sun_from_z > 0 else "behind"


def read_plate(clip: Clip) -> Reading:
    """Read a plate from six of its frames, and from a look at every eighth or so for where it is cut."""
    pairs = _pairs(clip.span)
    frames = {at: np.ascontiguousarray(clip.frame(at).rgba) for at in sorted({at for pair in pairs for at in pair})}
    first = frames[clip.span.start]
    sky = fit_sky([frames[one] for one, _ in pairs])
    parts = split(first, sky)
    light = luminance(np.maximum(first[..., :3], 0))
    black, white = _levels(list(frames.values()))
    motion = [_motion(frames[one], frames[other]) for one, other in pairs if one != other]
    front = parts.alpha > 0.98
    horizon, horizon_sure = _horizon(parts.alpha, parts.horizon, sky)
    line = skyline(parts.alpha)
    sun, sun_sure, sun_why = _sun(first, parts.alpha, sky)
    colour = _sky_colour(first, parts.alpha, sky)
    sun_light, sky_light = _lights(light, front, colour, white, sun)
    grain, growth = _grain(first, white)
    tops = _tops(first, line, parts.alpha, horizon) if sky.is_found else ()
    columns = np.linspace(0, clip.width, COLUMNS + 1).astype(int)
    return Reading(
        span=clip.span,
        reference=clip.span.start,
        plate_width_px=clip.width,
        plate_height_px=clip.height,
        sky_share=_tidy(1 - float(parts.alpha.mean())),
        sky_sure=_tidy(sky.sure),
        sky_why=sky.why,
        sky_colour=colour,
        skyline=tuple(_tidy(float(np.median(line[a : max(b, a + 1)]))) for a, b in pairwise(columns)),
        tops=tops,
        building=_building(first, line, tops, horizon),
        horizon_px=_tidy(horizon),
        horizon_sure=_tidy(horizon_sure),
        ground_px=_tidy(horizon + 0.4 * (clip.height - horizon)),
        brightness=_tidy(float(np.median(light))),
        black=_tidy(black),
        white=_tidy(white),
        sun_from_x=_tidy(sun[0]),
        sun_from_y=_tidy(sun[1]),
        sun_from_z=_tidy(sun[2]),
        sun_sure=_tidy(sun_sure),
        sun_why=sun_why,
        sun_light=sun_light,
        sky_light=sky_light,
        grain=_tidy(grain),
        grain_growth=_tidy(growth),
        softness_px=_tidy(_softness(light)),
        motion_px=_tidy(float(np.median(motion)) if motion else 0.0),
        is_locked_off=max(motion, default=0.0) < 0.08,
        cuts=" ".join(map(str, find_cuts(clip))),
    )


def _tidy(value: float) -> float:
    """Four digits: more would be noise, and records stay readable."""
    return float(f"{value:.4g}")


def _tidied(colour: np.ndarray) -> Colour:
    return (_tidy(float(colour[0])), _tidy(float(colour[1])), _tidy(float(colour[2])))


def _pairs(span: Span) -> list[tuple[int, int]]:
    """Neighbours at the start, in the middle and at the end."""
    if span.length == 1:
        return [(span.start, span.start)]
    firsts = (span.start, span.start + (span.length - 2) // 2, span.end - 1)
    return [(first, first + 1) for first in sorted(set(firsts))]


def _levels(frames: list[np.ndarray]) -> tuple[float, float]:
    """The darkest and the brightest light, without the rarest pixels."""
    light = np.concatenate([luminance(frame[::3, ::3, :3]).ravel() for frame in frames])
    low, high = np.quantile(light, [0.002, 0.998])
    return max(0.0, float(low)), max(0.05, float(high))


def _sky_colour(picture: np.ndarray, alpha: np.ndarray, sky: Sky) -> Colour:
    open_ = alpha < 0.02
    if sky.is_found and open_.mean() > 0.002:
        return _tidied(np.median(picture[open_][:, :3], 0))
    # indoors, or no sky in view: what lights the scene is taken to be as bright as its brightest parts, and grey
    return _tidied(np.full(3, float(np.quantile(luminance(picture[..., :3]), 0.95))))


def _horizon(alpha: np.ndarray, lowest: float, sky: Sky) -> tuple[float, float]:
    """The horizon's row: where much of the sky ends at one level, else somewhat below where it ends lowest."""
    height, width = alpha.shape
    if not sky.is_found:
        return 0.45 * height, 0.1
    open_ = alpha < 0.15
    ends = (height - open_[::-1].argmax(0).astype(np.float64))[open_.any(0)]
    if not len(ends):
        return 0.45 * height, 0.1
    counts, edges = np.histogram(ends, bins=max(20, height // 8), range=(0, height))
    smooth = np.convolve(counts, [0.5, 1, 0.5], "same")
    lower = edges[:-1] >= np.quantile(ends, 0.5)
    best = int(np.argmax(smooth * lower))
    shared = float(smooth[best]) / width
    if shared > 0.18:
        return float(edges[best] + edges[best + 1]) / 2, min(1.0, 0.4 + 1.5 * shared)
    return min(0.92 * height, lowest + 0.04 * height), 0.3


def _tops(picture: np.ndarray, line: np.ndarray, alpha: np.ndarray, horizon: float) -> tuple[Top, ...]:
    """What rises above the horizon, the best place to stand first."""
    from scipy.signal import find_peaks, peak_widths

    height, width = alpha.shape
    size = max(3, 2 * (width // 160) + 1)
    smooth = cv2.medianBlur(np.ascontiguousarray(line[None].astype(np.float32)), 5)[0]
    smooth = cv2.blur(smooth[None], (size, 1), borderType=cv2.BORDER_REPLICATE)[0].astype(np.float64)
    rise = np.maximum(horizon - smooth, 0)
    padded = np.concatenate([[0], rise, [0]])
    peaks, found = find_peaks(padded, prominence=0.05 * height, plateau_size=1)
    widths = peak_widths(
        padded,
        peaks,
        rel_height=0.6,
        prominence_data=tuple(found[key] for key in ("prominences", "left_bases", "right_bases")),
    )
    tops = []
    for rank in range(len(peaks)):
        left, right = max(0.0, widths[2][rank] - 1), min(width - 1.0, widths[3][rank] - 1)
        if right - left < 0.04 * width or smooth[int(left) : int(right) + 1].min() < 0.01 * height:
            continue
        tops.append(_top(picture, smooth, line, left, right, float(found["prominences"][rank])))
    best = {"roof": 1.0, "tower": 0.6, "tree": 0.25}
    return tuple(sorted(tops, key=lambda top: -best[top.kind] * top.sure * np.sqrt(top.width_px * top.rise_px)))[:6]


def _top(picture: np.ndarray, smooth: np.ndarray, line: np.ndarray, left: float, right: float, rise: float) -> Top:
    height, width = picture.shape[:2]
    columns = np.linspace(left, right, 13)
    along = tuple((_tidy(float(x)), _tidy(float(np.interp(x, np.arange(width), smooth)))) for x in columns)
    middle = along[len(along) // 2]
    inside = slice(int(left), int(right) + 1)
    ragged = float(np.abs(np.diff(line[inside])).clip(0, 0.05 * height).mean())
    trend = float(np.abs(np.diff(smooth[inside])).mean())
    deep = max(1, round(0.05 * height) - 2)
    rows = np.clip(line[inside].astype(int)[:, None] + 2 + np.arange(deep), 0, height - 1)
    skin = picture[rows, np.arange(int(left), int(right) + 1)[:, None], :3].reshape(-1, 3)
    red, green, blue = np.median(skin, 0)
    green = max(float(green), 1e-4)
    leafy = np.clip((1 - blue / green - 0.12) / 0.2, 0, 1) * np.clip((green / max(red, 1e-4) - 0.8) / 0.15, 0, 1)
    rough = ragged / (trend + 0.4)
    size = right - left
    tree = float(np.clip((rough - 1.0) / 0.25, 0, 1) * (0.6 + 0.4 * leafy))
    at_edge = left < 2 or right > width - 3
    if tree > 0.35:
        kind: Literal["roof", "tower", "tree"] = "tree"
        why, sure = "ragged, as leaves are", 0.4 + 0.5 * tree
    elif size < 0.14 * width and rise > 1.3 * size:
        kind, why, sure = "tower", "tall and narrow", 0.75
    else:
        kind, why, sure = "roof", "broad and clear-cut against the sky", 0.85 - 0.5 * tree
    return Top(
        kind=kind,
        at=middle,
        width_px=_tidy(size),
        rise_px=_tidy(rise),
        along=along,
        sure=_tidy(float(sure) * (0.6 if at_edge else 1.0)),
        why=why + (", cut by the picture's edge" if at_edge else ""),
    )


def _building(picture: np.ndarray, line: np.ndarray, tops: tuple[Top, ...], horizon: float) -> tuple[float, ...]:
    """The outline of the greatest roof or tower: the skyline over it, and straight down to its foot."""
    houses = [top for top in tops if top.kind != "tree"]
    if not houses:
        return ()
    width = picture.shape[1]
    top = max(houses, key=lambda one: one.sure * np.sqrt(one.width_px * one.rise_px))
    peak = int(np.clip(top.at[0], 0, width - 1))
    low = min(top.at[1] + 0.75 * top.rise_px, horizon)
    # where the skyline drops like a wall, the next house begins
    beside = max(2, width // 80)
    drop = np.abs(line[2 * beside :] - line[: -2 * beside]) > max(0.35 * top.rise_px, 4)
    above = line < low
    above[beside:-beside] &= ~drop
    above[peak] = True
    left = peak - int(np.argmin(above[peak::-1])) if not above[: peak + 1].all() else -1
    right = peak + int(np.argmin(above[peak:])) if not above[peak:].all() else width
    left, right = max(left + 1 - beside, 0), min(right + beside, width)
    if not 8 <= right - left < 0.9 * width:  # a horizon is no building
        return ()
    foot = _foot(picture, left, right, max(low, horizon))
    columns = np.unique(np.linspace(left, right - 1, 17).astype(int))
    corners = [(float(x) + 0.5, float(line[x])) for x in columns]
    corners[0], corners[-1] = (float(left), corners[0][1]), (float(right), corners[-1][1])
    corners += [(float(right), foot), (float(left), foot)]
    return tuple(_tidy(part) for corner in corners for part in corner)


def _foot(picture: np.ndarray, left: int, right: int, from_px: float) -> float:
    """The row at which something else begins under a building: where its colour changes to that which lies
    beside it, too; the picture's lower edge where there is no such row."""
    height, width = picture.shape[:2]
    code = np.sqrt(np.maximum(picture[..., :3], 0))
    aside = max(4, (right - left) // 3)
    flanks = [code[:, max(0, left - aside) : left], code[:, right : min(width, right + aside)]]
    beside = [flank.mean(1) for flank in flanks if flank.shape[1] >= 4]
    rows = code[:, left:right].mean(1)
    reach = max(3, height // 24)
    change = np.zeros(height)
    nearest = from_px + 0.45 * (height - from_px)  # what stands nearer than that reaches out of the picture
    for row in range(max(int(from_px), reach), min(int(nearest), height - reach)):
        under = rows[row : row + reach].mean(0)
        goes_on = [float(np.abs(flank[row : row + reach].mean(0) - under).max()) for flank in beside]
        if goes_on and min(goes_on) < 0.05:
            change[row] = np.abs(under - rows[row - reach : row].mean(0)).max()
    strong = change >= max(0.06, 0.45 * float(change.max()))
    if not strong.any():
        return float(height)
    first = int(np.argmax(strong))
    return float(first + np.argmax(change[first : first + 2 * reach]))


def _sun(picture: np.ndarray, alpha: np.ndarray, sky: Sky) -> tuple[tuple[float, float, float], float, str]:
    """The way to the sun, from shading (bulging things are bright on its side) and from the sky's gradient.

    Source: the mean image gradient as the light's tilt (Lee and Rosenfeld 1985).
    """
    height, width = alpha.shape
    size = (320, max(8, round(320 * height / width)))
    small = cv2.resize(picture[..., :3], size, interpolation=cv2.INTER_AREA)
    front = cv2.erode(
        (cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > 0.98).astype(np.uint8), np.ones((9, 9), np.uint8)
    )
    level = np.log2(np.maximum(luminance(small), 0) + 0.01)
    level = cv2.GaussianBlur(level.astype(np.float32), (0, 0), 2)
    gx, gy = cv2.Sobel(level, cv2.CV_32F, 1, 0), cv2.Sobel(level, cv2.CV_32F, 0, 1)
    inside = front > 0
    steep = np.hypot(gx, gy)[inside]
    shade_x = shade_y = 0.0
    weight = np.minimum(steep, np.quantile(steep, 0.8)) if inside.mean() > 0.05 else np.zeros(1, np.float32)
    if weight.mean() > 1e-5:  # flat things have no shading to read
        norm = weight / np.maximum(steep, 1e-6)
        shade_x = float((gx[inside] * norm).sum() / weight.sum())
        shade_y = float(-(gy[inside] * norm).sum() / weight.sum())
    tilt, said = 6 * shade_x, []
    if abs(tilt) > 0.15:
        said.append(f"things are brighter on their {'right' if tilt > 0 else 'left'} side")
    if sky.is_found:
        course = cv2.resize(sky_course(picture, alpha), (64, 36), interpolation=cv2.INTER_AREA)
        bright = luminance(course)[:18].mean(0)
        slope = float(np.polyfit(np.linspace(-1, 1, 64), bright / bright.mean(), 1)[0])
        tilt += 2.5 * slope
        if abs(slope) > 0.04:
            said.append(f"the sky is brighter on the {'right' if slope > 0 else 'left'}")
    x = float(np.clip(tilt, -1, 1)) * 0.75
    away = 0.0
    if sky.is_found and inside.any() and not inside.all():
        lit = float(np.median(luminance(small)[inside])) / max(float(np.median(luminance(small)[~inside])), 1e-4)
        away = float(np.clip((0.14 - lit) / 0.12, -1, 1)) * 0.6
        said.append(
            "the foreground is dark against the sky"
            if away > 0.2
            else "the foreground is well lit"
            if away < -0.2
            else ""
        )
    up = 0.55 + 0.3 * float(np.clip(4 * shade_y, -0.5, 1))
    vector = np.array([x, up, away])
    vector /= np.linalg.norm(vector)
    sure = min(0.8, 0.2 + 0.6 * min(1.0, abs(tilt)))
    why = "; ".join(part for part in said if part) or "nothing in the picture tells; taken to be high and in front"
    return (float(vector[0]), float(vector[1]), float(vector[2])), sure, why


def _lights(
    light: np.ndarray, front: np.ndarray, sky_colour: Colour, white: float, sun: tuple[float, float, float]
) -> tuple[Colour, Colour]:
    """What a white surface gives back of the sun and of the sky."""
    seen = light[front] if front.mean() > 0.02 else light.ravel()
    dark, bright = np.quantile(seen, [0.1, 0.95])
    # the brightest twentieth of things is taken to be fairly pale (they give back six tenths)
    whole = float(np.clip(bright / 0.6, 0.02, 1.4 * white))
    contrast = float(np.log2(max(bright, 1e-4) / max(dark, 1e-4)))
    blue = 1 - sky_colour[0] / max(sky_colour[2], 1e-4)
    sunny = float(np.clip(max((contrast - 2.0) / 3.0, (blue - 0.2) / 0.3), 0, 1))
    share = 0.35 + 0.4 * sunny
    tone = np.array(sky_colour) / max(float(luminance(np.array(sky_colour, np.float32))), 1e-4)
    above = 1 + 0.7 * (tone - 1)
    low_sun = float(np.clip((0.45 - sun[1]) / 0.45, 0, 1))
    warm = np.array([1.0, 0.96 - 0.1 * low_sun, 0.88 - 0.3 * low_sun])
    warm /= float(luminance(warm.astype(np.float32)))
    return _tidied(share * whole * warm), _tidied((1 - share) * whole * above)


def _grain(picture: np.ndarray, white: float) -> tuple[float, float]:
    """A channel's noise at 0.18 and how it grows with light, from the picture's flattest blocks.

    Source: the Laplacian difference that sees noise and not slopes (Immerkaer 1996), block by block.
    """
    green = np.ascontiguousarray(picture[..., 1])
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    rough = np.abs(cv2.filter2D(green, cv2.CV_32F, mask)) * np.float32(np.sqrt(np.pi / 2) / 6)
    side = 16
    rows, columns = green.shape[0] // side, green.shape[1] // side
    if rows < 2 or columns < 2:
        return 0.0, 0.5
    size = (columns, rows)
    cut = (slice(0, rows * side), slice(0, columns * side))
    noise = cv2.resize(rough[cut], size, interpolation=cv2.INTER_AREA).ravel()
    level = cv2.resize(green[cut], size, interpolation=cv2.INTER_AREA).ravel()
    levels, noises = [], []
    for low in 0.18 * 2.0 ** np.arange(-5, 4):
        here = (level >= low) & (level < 2 * low) & (level < 0.93 * white)
        if here.sum() >= 6:
            levels.append(float(np.log2(np.median(level[here]) / 0.18)))
            noises.append(float(np.quantile(noise[here], 0.12)))
    if not noises:
        return 0.0, 0.5
    if len(noises) == 1 or min(noises) < 1e-6:
        return float(np.interp(0.0, levels, noises)), 0.5
    growth, _ = np.polyfit(levels, np.log2(noises), 1)
    growth = float(np.clip(growth, 0.0, 1.0))
    at_grey = [noise * 2.0 ** (-growth * stops) for noise, stops in zip(noises, levels, strict=True)]
    return float(np.median(at_grey)), growth


def _softness(light: np.ndarray) -> float:
    """How soft the picture is, as the sigma in px of the Gaussian that made it so.

    Pictures of the world have amplitudes that fall as the frequency to the power of -1.2, about; what
    is missing beyond that at high frequencies was lost to the lens, to coding, or to enlarging.
    Source: Field 1987 for the law, and the Fourier transform of a Gaussian for the loss.
    """
    code = np.sqrt(np.maximum(light, 0)).astype(np.float64)
    side = 128
    while side > min(code.shape):
        side //= 2
    if side < 32:
        return 0.0
    frequency, power = _spectrum(code, side)
    floor = 0.9 * float(power[frequency > 0.44].min())
    sigma, highest = 0.0, 0.36
    for _ in range(4):
        used = (frequency >= 0.05) & (frequency <= highest) & (power > 2 * floor)
        if used.sum() < 3:
            break
        fall = np.log((power[used] - floor) * frequency[used] ** 2.4)
        slope = float(np.polyfit(frequency[used] ** 2, fall, 1)[0])
        sigma = float(np.sqrt(max(-slope, 0)) / (2 * np.pi))
        highest = min(0.36, 0.45 / max(sigma, 1e-3))  # farther up nothing is left but leakage
    return sigma


def _spectrum(code: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """The power at each frequency (cycles per px), over the livelier half of the picture's tiles."""
    window = np.hanning(side)[:, None] * np.hanning(side)
    steps = [range(0, size - side + 1, side) for size in code.shape]
    tiles = np.stack([code[y : y + side, x : x + side] for y in steps[0] for x in steps[1]])
    tiles = (tiles - tiles.mean((1, 2), keepdims=True)) * window
    powers = np.abs(np.fft.rfft2(tiles)) ** 2
    lively = powers.sum((1, 2))
    power = powers[lively >= np.median(lively)].mean(0)
    radius = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side))
    bins = np.arange(0.02, 0.5, 0.02)
    found = [power[(radius >= low) & (radius < low + 0.02)] for low in bins]
    seen = np.array([len(part) > 0 for part in found])
    return (bins + 0.01)[seen], np.array([part.mean() for part in found if len(part)])


def _motion(one: np.ndarray, other: np.ndarray) -> float:
    """How far the picture moves from one frame to the next, px, as most of it does."""
    grey = [
        np.clip(np.sqrt(np.maximum(luminance(frame[..., :3]), 0)) * 255, 0, 255).astype(np.uint8)
        for frame in (one, other)
    ]
    scale = min(1.0, 640 / one.shape[1])
    small = [cv2.resize(plane, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) for plane in grey]
    corners = cv2.goodFeaturesToTrack(small[0], 200, 0.01, 8)
    if corners is None or len(corners) < 8:
        return 0.0
    moved, found, _ = cv2.calcOpticalFlowPyrLK(small[0], small[1], corners, None, winSize=(21, 21), maxLevel=3)
    good = found.ravel() > 0
    if good.sum() < 8:
        return 0.0
    matrix, _ = cv2.estimateAffinePartial2D(corners[good], moved[good], ransacReprojThreshold=1.0)
    if matrix is None:
        return 0.0
    middle = np.array([small[0].shape[1] / 2, small[0].shape[0] / 2, 1])
    return float(np.hypot(*(matrix @ middle - middle[:2]))) / scale
