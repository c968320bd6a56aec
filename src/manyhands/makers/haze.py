"""Aerial perspective: air that hides what is far and thickens towards the horizon, drifting slowly.

How far something is, is read from the plate: the ground runs away towards the horizon, and what is
already pale with air is farther than what is not.  The haze is a layer of its own over the plate.

Known limits: a white wall near by looks far (nothing tells it from pale air), and the haze does
not part round people.
"""

from __future__ import annotations

import numpy as np

from manyhands.core import facts
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, Colour, MakerParams, colour, maker, number, share
from manyhands.core.track import Track
from manyhands.core.words import Plus, Times, Words


class Params(MakerParams):
    amount: float = share(0.5, "of the light from the far distance that the air hides", bold=1.35)
    near: float = share(0.04, "of the light from close by that it hides", bold=1.5)
    air: Colour = colour((0.6, 0.65, 0.7), "the light that the air sends instead", plate="sky_colour")
    tint: Colour = colour((1.0, 1.0, 1.0), "what the air's light is multiplied by")
    low: float = share(0.5, "how much the haze keeps to the ground and the horizon")
    uneven: float = share(0.35, "how much it comes in banks", bold=1.1)
    drift: float = number(1.0, low=0, high=20, unit="times", about="how fast the banks move")
    wind: float = number(0.5, low=-4, high=4, unit="to the right", about="where the banks go; below 0 to the left")
    horizon_px: float = facts.horizon_px()
    plate_sky: Colour = facts.plate_sky("tells pale air")


WORDS = Words(
    nouns={
        "haze": {"amount": 0.5},
        "mist": {"low": 0.8, "uneven": 0.5},
        "fog": {"amount": 0.75, "near": 0.18, "low": 0.3},
        "smog": {"amount": 0.6, "near": 0.1, "low": 0.3, "tint": (1.0, 0.86, 0.66)},
        "murk": {"amount": 0.7, "near": 0.15, "tint": (0.55, 0.55, 0.55)},
        "atmosphere": {"amount": 0.35},
        "aerial perspective": {"uneven": 0.0},
        "morning mist": {"low": 0.9, "uneven": 0.6},
        "dust haze": {"tint": (1.0, 0.82, 0.58), "near": 0.08},
        "smoke haze": {"tint": (0.7, 0.68, 0.66), "near": 0.08},
    },
    adjectives={
        "thick": {"amount": Times(1.5), "near": Times(2.5)},
        "dense": {"amount": Times(1.6), "near": Times(3)},
        "heavy": {"amount": Times(1.5), "near": Times(2.2)},
        "thin": {"amount": Times(0.55), "near": Times(0.4)},
        "light": {"amount": Times(0.6), "near": Times(0.5)},
        "faint": {"amount": Times(0.45), "near": Times(0.4)},
        "subtle": {"amount": Times(0.5), "near": Times(0.5)},
        "low": {"low": 0.95},
        "high": {"low": 0.15},
        "patchy": {"uneven": 0.8},
        "drifting": {"drift": Times(2.5), "uneven": 0.55},
        "rolling": {"drift": Times(2.5), "uneven": 0.7},
        "even": {"uneven": 0.0},
        "warm": {"tint": (1.0, 0.84, 0.64)},
        "cold": {"tint": (0.78, 0.9, 1.0)},
        "cool": {"tint": (0.82, 0.92, 1.0)},
        "dark": {"tint": (0.45, 0.45, 0.47)},
        "bright": {"tint": (1.3, 1.3, 1.3)},
        "foggy": {"amount": 0.75, "near": 0.18, "low": 0.3},
        "misty": {"amount": 0.5, "low": 0.8, "uneven": 0.5},
        "hazy": {"amount": 0.5},
        "dusty": {"tint": (1.0, 0.82, 0.58)},
    },
    circumstances={
        "wind": {"wind": 0.8, "drift": Times(1.5)},
        "breeze": {"wind": 0.5},
        "gale": {"wind": 1.6, "drift": Times(2)},
    },
    places={
        "ground": {"low": 0.95},
        "water": {"low": 0.95},
        "bottom": {"low": 0.95},
        "horizon": {},
        "background": {"near": 0.0},
        "foreground": {"near": Plus(0.15)},
        "top": {"low": 0.1},
        "sky": {"low": 0.1},
    },
)


@maker("haze", version=1, words=WORDS, purposes=("add",), seconds=lambda p, width, height: 9e-8 * width * height)
def haze(
    plate: Clip, p: Params, rng: Chance, bell: Bell, foreground: Clip | None = None, motion: Track | None = None
) -> Clip:
    """The plate with air in it, over its span."""
    from manyhands.comp.layers import over
    from manyhands.kit.distance import distance, horizon_at

    def in_air(picture: Frame, at: int) -> Frame:
        front = foreground.frame(at).alpha if foreground else np.ones(picture.alpha.shape, np.float32)
        horizon = horizon_at(p.horizon_px, picture, motion, at)
        far = distance(picture.rgb, front, horizon, p.plate_sky, low=p.low)
        hides = p.near + (p.amount - p.near) * far
        cover = (
            np.clip(hides * _banks(picture, far, p, plate, motion, rng, at), 0, 1).astype(np.float32) * picture.alpha
        )
        light = np.array(p.air, np.float32) * np.array(p.tint, np.float32)
        return over(Frame.of(np.dstack([light * cover[..., None], cover]), haze.hand), picture)

    return plate.each(in_air)


def _banks(
    picture: Frame, far: np.ndarray, p: Params, plate: Clip, motion: Track | None, rng: Chance, at: int
) -> np.ndarray:
    """(H, W): how the haze thickens and thins, about 1; the banks move with the camera and the wind."""
    import cv2

    from manyhands.kit.noise import clouds

    height, width = picture.alpha.shape
    rows, columns = max(8, height // 8), max(8, width // 8)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    places = np.stack([(x + 0.5) * width / columns, (y + 0.5) * height / rows, np.ones_like(x)])
    back = np.linalg.inv(motion.matrix(at)) if motion else np.eye(3)
    x, y, depth = np.tensordot(back, places, 1)
    start = rng.of("banks").at().random(2)
    moved = float(plate.span.seconds_at(at)) * 0.012 * p.drift * p.wind
    sheet = clouds(256, 256, 3, 4, 17)
    u = (x / depth / width - moved + start[0]) * 256 * 0.8
    v = (y / depth / width * 3.0 + start[1]) * 256 * 0.8
    level = cv2.remap(
        sheet, (u % 256).astype(np.float32), (v % 256).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
    )
    level = cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(1 + np.float32(p.uneven) * (2 * level - 1), np.float32)
