"""Muzzle flash: the burning gas at a gun's muzzle, for a frame or two a shot, as an element of light.

Each shot has its own shape: a core, a tongue ahead, and lobes to the sides where a brake lets gas out;
hot white within, orange to red at its ragged edge.  A little smoke hangs after it.  Laid into a plate
it lights what is near it.  To fire to the left, turn ``way_deg`` to 180 (or mirror it where it is laid in).

Known limits: the gun does not recoil, and no case is thrown out.
"""

from __future__ import annotations

import math

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, Point, maker, number, part_of_picture, share
from manyhands.core.words import ANYWHERE, Times, Words


class Params(MakerParams):
    width_px: float = number(420, low=16, high=16384, unit="px", about="the width of the element in the plate")
    height_px: float = number(320, low=16, high=16384, unit="px", about="the height of the element in the plate")
    foot: Point = part_of_picture((0.3, 0.5), "where in the element the muzzle is")
    way_deg: float = number(0.0, low=-360, high=360, unit="degrees", about="where it fires: 0 right, 90 up, 180 left")
    shots_per_minute: float = number(
        0.0, low=0, high=6000, unit="shots a minute", about="how fast it fires; at 0 it is a single shot"
    )
    length: float = share(0.5, "how far the flame reaches, of the element's width", bold=1.2)
    lobes: int = number(5, low=0, high=12, unit="lobes", about="how many lobes of flame there are to the sides")
    glow: float = number(16.0, low=0, high=500, unit="scene-linear", about="how bright its core is", bold=1.25)
    hot_k: float = number(2350, low=1200, high=6000, unit="K", about="how hot the gas is where it burns")
    smoke: float = share(0.35, "how much smoke hangs after a shot", bold=1.3)
    wind: float = number(0.3, low=-10, high=10, unit="lengths a second", about="where the smoke drifts; below 0 left")
    reach: float = number(
        0.45, low=0, high=4, unit="heights", about="how far its light reaches over the scene", bold=1.2
    )
    at: float = number(0.0, low=0, high=600, unit="s", about="when it fires first, from the shot's first frame on")
    until: float = number(
        0.0, low=0, high=600, unit="s", about="when it stops firing, from the shot's first frame on; 0 never"
    )


SHOT = {"glow": 16.0}

WORDS = Words(
    nouns={
        "muzzle flash": SHOT,
        "muzzle flashes": {"glow": 16.0, "shots_per_minute": 240},
        "gunshot": SHOT,
        "gun shot": SHOT,
        "shot from a gun": SHOT,
        "gunfire": {"glow": 16.0, "shots_per_minute": 240},
        "gun fires": SHOT,
        "gun is fired": SHOT,
        "fires a gun": SHOT,
        "fires the gun": SHOT,
        "machine gun": {"glow": 16.0, "shots_per_minute": 650, "smoke": 0.5},
        "machine gun fire": {"glow": 16.0, "shots_per_minute": 650, "smoke": 0.5},
        "automatic fire": {"glow": 16.0, "shots_per_minute": 700, "smoke": 0.5},
        "rifle fire": {"glow": 14.0, "shots_per_minute": 90},
        "pistol shot": {"glow": 12.0, "lobes": 0, "length": 0.35},
        "shotgun blast": {"glow": 20.0, "lobes": 2, "length": 0.75, "smoke": 0.7},
    },
    adjectives={
        "bright": {"glow": Times(1.6)},
        "dim": {"glow": Times(0.5)},
        "big": {"width_px": Times(1.4), "height_px": Times(1.4)},
        "large": {"width_px": Times(1.4), "height_px": Times(1.4)},
        "huge": {"width_px": Times(1.8), "height_px": Times(1.8)},
        "small": {"width_px": Times(0.6), "height_px": Times(0.6)},
        "long": {"length": Times(1.5)},
        "short": {"length": Times(0.6)},
        "smoky": {"smoke": Times(2)},
        "rapid": {"shots_per_minute": 600},
        "repeated": {"shots_per_minute": 180},
        "single": {"shots_per_minute": 0},
        "star shaped": {"lobes": 6, "length": 0.35},
        "firing left": {"way_deg": 180.0},
        "firing to the left": {"way_deg": 180.0},
        "aimed left": {"way_deg": 180.0},
        "pointing left": {"way_deg": 180.0},
        "pointing to the left": {"way_deg": 180.0},
    },
    places=ANYWHERE,
)

SMOKE_S = 1.4  # after which a shot's smoke is gone


@maker(
    "muzzle_flash",
    version=1,
    role="element",
    words=WORDS,
    is_near=True,
    seconds=lambda p, width, height: 3e-7 * p.width_px * p.height_px,
)
def muzzle_flash(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The element over the plate's span; the plate itself is not looked at."""
    width, height = round(p.width_px), round(p.height_px)

    def picture(at: int) -> Frame:
        bell(at - plate.span.start, plate.span.length)
        rgba = np.zeros((height, width, 4), np.float32)
        for shot, frame in _shots(p, plate, at):
            since = at - frame
            layer = _smoke(p, plate, rng, shot, since)
            if since < 2:
                _add(layer, _flame(p, rng, shot, since))
            rgba = layer + (1 - layer[..., 3:]) * rgba
        return Frame.of(rgba, muzzle_flash.hand)

    return Clip(plate.span, width, height, picture)


def _shots(p: Params, plate: Clip, at: int) -> list[tuple[int, int]]:
    """The shots that may still be seen: their numbers and the frames in which they fall, the latest last."""
    rate = float(plate.span.rate_fps)
    first = plate.span.start + round(p.at * rate)
    pace = 60 * rate / p.shots_per_minute if p.shots_per_minute else math.inf
    last = plate.span.start + p.until * rate if p.until else math.inf
    latest = 0 if math.isinf(pace) else int(max(at - first, 0) / pace) + 1
    oldest = 0 if math.isinf(pace) else max(0, int((at - first - SMOKE_S * rate) / pace))
    found = [(shot, first + (round(shot * pace) if shot else 0)) for shot in range(oldest, latest + 1)]
    return [
        (shot, frame) for shot, frame in found if frame <= at < frame + SMOKE_S * rate and frame < max(last, first + 1)
    ]


def _places(p: Params) -> tuple[np.ndarray, np.ndarray]:
    """(H, W) each: how far ahead of the muzzle and to its side, in lengths of the flame."""
    width, height = round(p.width_px), round(p.height_px)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
    x, y = x - np.float32(p.foot[0] * width), y - np.float32(p.foot[1] * height)
    c, s = math.cos(math.radians(p.way_deg)), -math.sin(math.radians(p.way_deg))
    unit = np.float32(max(p.length * width, 1))
    return (c * x + s * y) / unit, (-s * x + c * y) / unit


def _flame(p: Params, rng: Chance, shot: int, since: int) -> np.ndarray:
    """(H, W, 3): the burning gas of one shot; in its second frame only a glimmer is left."""
    from manyhands.kit.blackbody import glowing

    dice = rng.of("shot").at(shot)
    ahead, side = _places(p)
    strength = float(dice.uniform(0.7, 1.25))
    grown = float(dice.uniform(0.75, 1.1))
    tongue = _tongue(ahead / grown, side / grown, wide=float(dice.uniform(0.13, 0.2)))
    heat = tongue
    for _ in range(p.lobes):
        # a brake lets gas out to the sides in pairs; each lobe is its own
        angle = float(dice.choice([-1, 1]) * np.deg2rad(dice.uniform(28, 105)))
        size = float(dice.uniform(0.28, 0.62)) * grown
        c, s = math.cos(angle), math.sin(angle)
        lobe = _tongue((c * ahead + s * side) / size, (-s * ahead + c * side) / size, wide=0.16)
        heat = np.maximum(heat, float(dice.uniform(0.75, 1.0)) * lobe)
    core = np.exp(-((np.hypot((ahead - 0.07) / 1.7, side) / 0.045) ** 2))
    ragged = _ragged(ahead, side, dice)
    heat = np.clip(np.maximum(heat, core) * 1.25 - 0.75 * ragged * (1 - core), 0, 1)
    if since:
        heat = np.clip(heat - 0.72, 0, 1)
        strength *= 0.25
    # thin at the edge and cooler there: red before dark
    colours = glowing(np.linspace(0.62, 1.1, 64) * p.hot_k)
    colours /= colours.max(-1, keepdims=True)
    toned = np.stack([np.interp(heat, np.linspace(0, 1, 64), colours[:, part]) for part in range(3)], -1)
    level = np.float32(p.glow * strength) * (0.5 * heat**1.8)[..., None]
    # the core overexposes film and eye alike
    white = (core * np.float32(1.5 * p.glow * strength * (0.1 if since else 1)))[..., None]
    return np.asarray((level * toned + white) * _thinned_edge(p)[..., None], np.float32)


def _tongue(ahead: np.ndarray, side: np.ndarray, *, wide: float) -> np.ndarray:
    """A tongue of flame from 0 to 1 ahead: broadest at a third of its way, hottest in the middle."""
    along = np.clip(ahead, 0, 1)
    breadth = np.float32(wide) * (0.35 + 3.2 * along) * np.sqrt(np.clip(1 - along, 0, 1)) + np.float32(1e-3)
    heat = np.clip(1 - (side / breadth) ** 2, 0, 1) * np.clip(1 - along, 0, 1) ** 0.4
    return np.asarray(heat * (ahead > -0.02) * (ahead < 1), np.float32)


def _ragged(ahead: np.ndarray, side: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """(H, W): noise drawn out along the flame, 0 to 1, another part of it for each shot."""
    import cv2

    from manyhands.kit.noise import clouds

    shift = dice.random(2) * 256
    u, v = (ahead * 60 + shift[0]) % 256, (side * 150 + shift[1]) % 256
    return np.asarray(
        cv2.remap(
            clouds(256, 256, 8, 4, 23), u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_WRAP,
        )
    )  # fmt: skip


def _smoke(p: Params, plate: Clip, rng: Chance, shot: int, since: int) -> np.ndarray:
    """(H, W, 4): the puff that is left, growing, drifting and thinning."""
    dice = rng.of("puff").at(shot)
    ahead, side = _places(p)
    seconds = since / float(plate.span.rate_fps)
    rgba = np.zeros((*ahead.shape, 4), np.float32)
    if p.smoke <= 0 or since == 0:
        return rgba
    size = 0.14 + 0.4 * math.sqrt(seconds)
    c = math.cos(math.radians(p.way_deg))
    drift = 0.25 + 0.45 * (1 - math.exp(-5 * seconds)) + p.wind * seconds * (1 if c >= 0 else -1)
    rise = 0.22 * seconds * (1 if c >= 0 else -1)
    away = np.hypot((ahead - drift) / 1.5, side + rise) / np.float32(size)
    billow = _ragged(0.8 * (ahead - 0.6 * drift) / size, 0.35 * (side + rise) / size, dice)
    left = max(0.0, 1 - seconds / SMOKE_S)
    cover = np.clip(1.15 - away, 0, 1) ** 1.3 * (0.25 + 0.75 * billow) * np.float32(p.smoke * left**1.5)
    cover = np.clip(cover, 0, 0.9) * _thinned_edge(p)
    rgba[..., :3] = np.float32(0.32) * cover[..., None]
    rgba[..., 3] = cover
    return rgba


def _add(layer: np.ndarray, light: np.ndarray) -> None:
    """Light added to a layer, which it covers as far as it outshines it."""
    layer[..., :3] += light
    cover = np.clip(0.5 * light.max(-1), 0, 1)
    layer[..., 3] += (1 - layer[..., 3]) * cover


def _thinned_edge(p: Params) -> np.ndarray:
    """(H, W): 1 inside, falling to 0 where the element ends."""
    width, height = round(p.width_px), round(p.height_px)
    x = np.minimum(np.arange(width) + 0.5, width - np.arange(width) - 0.5) / width
    y = np.minimum(np.arange(height) + 0.5, height - np.arange(height) - 0.5) / height
    return np.asarray(np.clip(y / 0.1, 0, 1)[:, None] * np.clip(x / 0.1, 0, 1)[None], np.float32)
