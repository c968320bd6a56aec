"""Lightning: a branching channel that flickers, and the cloud and air lit round it, as an element of light.

A leader comes down in a frame, the first stroke lights all its branches, the next ones the channel
alone, a few of them a twentieth of a second apart with a glow between; what falls into each frame's
exposure is summed exactly.  Every strike has its own way.  Laid into a plate it stands behind what
is before the sky and lights the scene.

Known limits: clouds are lit as noise is, and not those that the plate has.
"""

from __future__ import annotations

import math

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, Colour, MakerParams, Point, colour, maker, number, part_of_picture, share
from manyhands.core.words import ANYWHERE, Times, Words


class Params(MakerParams):
    width_px: float = number(1400, low=16, high=16384, unit="px", about="the width of the element in the plate")
    height_px: float = number(900, low=16, high=16384, unit="px", about="the height of the element in the plate")
    foot: Point = part_of_picture((0.5, 0.68), "where in the element it strikes")
    every: float = number(1.6, low=0.1, high=600, unit="s", about="how long from one strike to the next, on average")
    strokes: float = number(3.4, low=1, high=20, unit="strokes", about="how often a strike flickers, on average")
    branches: float = number(1.0, low=0, high=4, unit="times", about="how many branches the channel has", bold=1.25)
    rough: float = share(0.2, "how crooked it is")
    lean: float = number(0.25, low=0, high=2, unit="heights", about="how far from above its foot it may begin")
    glow: float = number(18.0, low=0, high=500, unit="scene-linear", about="how bright the channel is", bold=1.25)
    thickness: float = number(
        0.0042, low=0.0002, high=0.2, unit="heights", about="how wide the channel is beside the element's height"
    )
    clouds: float = number(
        1.0, low=0, high=10, unit="times", about="how bright the cloud is that it comes from", bold=1.3
    )
    air: float = number(1.0, low=0, high=10, unit="times", about="how bright the air round it glows")
    reach: float = number(
        0.7, low=0, high=4, unit="heights", about="how far its light reaches over the scene", bold=1.2
    )
    tint: Colour = colour((0.82, 0.92, 1.25), "the colour of its light")
    shutter_deg: float = number(180.0, low=0, high=360, unit="degrees", about="how long the shutter is open")
    at: float = number(0.0, low=0, high=600, unit="s", about="when it strikes first, from the shot's first frame on")
    until: float = number(
        0.0, low=0, high=600, unit="s", about="when it strikes no more, from the shot's first frame on; 0 never"
    )


ONE = {"branches": 1.0}

WORDS = Words(
    nouns={
        "lightning": ONE,
        "lightning strike": {"branches": 1.0, "every": 600.0},
        "lightning bolt": {"branches": 1.0, "every": 600.0},
        "lightning strikes": ONE,
        "bolt of lightning": {"branches": 1.0, "every": 600.0},
        "flash of lightning": {"branches": 1.0, "every": 600.0},
        "forked lightning": {"branches": 1.8},
        "sheet lightning": {"branches": 0.0, "glow": 0.6, "clouds": 2.5, "thickness": 0.0012},
        "thunderbolt": {"branches": 1.0, "every": 600.0},
    },
    adjectives={
        "forked": {"branches": Times(1.8)},
        "distant": {"width_px": Times(0.5), "height_px": Times(0.5), "reach": Times(0.3)},
        "bright": {"glow": Times(1.6), "clouds": Times(1.4)},
        "faint": {"glow": Times(0.4), "clouds": Times(0.5), "reach": Times(0.5)},
        "violet": {"tint": (1.0, 0.8, 1.4)},
        "thick": {"thickness": Times(1.7)},
        "thin": {"thickness": Times(0.6)},
        "frequent": {"every": Times(0.45)},
        "rare": {"every": Times(3)},
        "constant": {"every": 0.4},
        "big": {"width_px": Times(1.3), "height_px": Times(1.3)},
        "huge": {"width_px": Times(1.6), "height_px": Times(1.6)},
        "small": {"width_px": Times(0.6), "height_px": Times(0.6)},
        "flickering": {"strokes": Times(1.8)},
        "single": {"every": 600.0},
    },
    places=ANYWHERE,
)

LONGEST_S = 0.8  # after which a strike is over


@maker(
    "lightning",
    version=1,
    role="element",
    words=WORDS,
    seconds=lambda p, width, height: 1.2e-7 * p.width_px * p.height_px,
)
def lightning(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The element over the plate's span; the plate itself is not looked at."""
    width, height = round(p.width_px), round(p.height_px)

    def picture(at: int) -> Frame:
        bell(at - plate.span.start, plate.span.length)
        light = np.zeros((height, width, 3), np.float32)
        for begins in _strikes(p, plate, rng, at):
            light += _struck(p, plate, rng, begins, at)
        light *= _thinned_edge(p)[..., None]
        cover = np.clip(0.5 * light.max(-1), 0, 1)
        return Frame.of(np.dstack([light, cover]).astype(np.float32), lightning.hand)

    return Clip(plate.span, width, height, picture)


def _strikes(p: Params, plate: Clip, rng: Chance, at: int) -> list[int]:
    """The frames in which the strikes begin that may still be seen."""
    rate = float(plate.span.rate_fps)
    first = plate.span.start + round(p.at * rate)
    last = plate.span.start + round(p.until * rate) - 1 if p.until else at + 2
    found = []
    for frame in range(max(first, at - math.ceil(LONGEST_S * rate)), min(last, at + 2) + 1):
        if frame == first or rng.of("strikes").at(frame).random() < 1 / (p.every * rate):
            found.append(frame)
    return found


def _struck(p: Params, plate: Clip, rng: Chance, begins: int, at: int) -> np.ndarray:
    """(H, W, 3): what a strike that begins in one frame is in another."""
    import cv2

    from manyhands.kit.bolt import branched, exposed, struck
    from manyhands.kit.streaks import draw_streaks

    width, height = round(p.width_px), round(p.height_px)
    rate, open_s = float(plate.span.rate_fps), max(p.shutter_deg / 360, 0.02) / float(plate.span.rate_fps)
    dice = rng.of("bolt").at(begins)
    flicker = struck(dice, p.strokes)
    # the first stroke falls into its frame's exposure: nobody asks for lightning to miss it
    opens = (at - begins) / rate - 0.3 * open_s
    first, every, leader = exposed(flicker, opens, opens + open_s)
    light = np.zeros((height, width, 3), np.float32)
    if first + every + leader < 1e-4:
        return light
    foot = (p.foot[0] * width, p.foot[1] * height)
    start = (foot[0] + p.lean * foot[1] * float(dice.uniform(-1, 1)), -0.04 * height)
    finest = max(3.0, height / 220)
    bolt = branched(start, foot, dice, rough=p.rough, branches=p.branches, finest_px=finest)
    # an exposure is a small part of a stroke's peak: a full one is what the first stroke gives a frame
    peak = 0.25
    level = np.where(bolt.is_channel, every, first + 0.12 * (every - first)) / peak
    level = level + 0.05 * (leader > 0) * (bolt.born <= leader) * (first < 1e-3)
    radius = max(0.5 * p.thickness * height, 0.2)
    lengths = np.hypot(bolt.lines[:, 2] - bolt.lines[:, 0], bolt.lines[:, 3] - bolt.lines[:, 1])
    slim = radius * np.clip(0.35 + 0.65 * bolt.part, 0.3, 1)
    amount = level * bolt.part * lengths / (2 * slim)
    plane = np.zeros((height, width, 1), np.float32)
    draw_streaks(plane, bolt.lines, slim, amount[:, None].astype(np.float32))
    channel = np.minimum(plane[..., 0], 1.6)
    tint = np.array(p.tint, np.float32)
    small = cv2.resize(channel, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    around = sum(
        weight * cv2.GaussianBlur(small, (0, 0), sigma * foot[1] / 4)
        for sigma, weight in ((0.006, 0.04), (0.025, 0.03), (0.12, 0.06))
    )
    halo = cv2.resize(np.asarray(around, np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    light += (channel * np.float32(p.glow))[..., None] * (0.75 + 0.25 * tint)
    light += (halo * np.float32(p.air * p.glow))[..., None] * tint
    light += (_cloud(p, dice, start) * np.float32(0.35 * p.clouds * min(every / peak, 2)))[..., None] * tint
    return light


def _cloud(p: Params, dice: np.random.Generator, start: tuple[float, float]) -> np.ndarray:
    """(H, W): the cloud that a strike comes from, lit from within: patchy, and brightest where it leaves it."""
    import cv2

    from manyhands.kit.noise import clouds

    width, height = round(p.width_px), round(p.height_px)
    rows, columns = max(8, height // 6), max(8, width // 6)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    x, y = (x + 0.5) * width / columns, (y + 0.5) * height / rows
    away = np.hypot((x - np.float32(start[0])) / 1.7, y - np.float32(start[1])) / np.float32(p.foot[1] * height)
    shift = dice.random(2) * 256
    u = (x / np.float32(height) * 170 + shift[0]) % 256
    v = (y / np.float32(height) * 320 + shift[1]) % 256
    sheet = cv2.remap(
        clouds(256, 256, 3, 5, 41),
        u.astype(np.float32),
        v.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    lit = (0.25 + 0.75 * sheet) * np.exp(-((away / 0.42) ** 1.4))
    return np.asarray(cv2.resize(lit.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR))


def _thinned_edge(p: Params) -> np.ndarray:
    """(H, W): 1 down to the foot, falling to 0 at the sides and below it, so that no glow ends in a line."""
    width, height = round(p.width_px), round(p.height_px)

    def soft(t: np.ndarray) -> np.ndarray:
        t = np.clip(t, 0, 1)
        return np.asarray(t * t * (3 - 2 * t), np.float32)

    x = np.minimum(np.arange(width) + 0.5, width - np.arange(width) - 0.5) / width
    top, below = (np.arange(height) + 0.5) / height, (height - np.arange(height) - 0.5) / height
    return np.asarray((soft(top / 0.08) * soft(below / 0.3))[:, None] * soft(x / 0.22)[None])
