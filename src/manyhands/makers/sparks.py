"""Sparks: glowing specks thrown off by a wire, a grinder or a weld, as an element of light.

Each flies, is slowed by the air, falls, bounces and cools as a black body does, from nearly white
through orange to dark; the shutter draws it out to a streak, the fainter the faster it is.  A wire
sparks in bursts, each with the flash of its arc.  Laid into a plate they light what is near them.

Known limits: they bounce from a level ground only, and from nothing else.
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
    width_px: float = number(640, low=16, high=16384, unit="px", about="the width of the element in the plate")
    height_px: float = number(560, low=16, high=16384, unit="px", about="the height of the element in the plate")
    width_m: float = number(4.0, low=0.1, high=200, unit="m", about="how wide the element is in the scene")
    foot: Point = part_of_picture((0.5, 0.3), "where in the element the sparks come from")
    rate: float = number(450, low=0, high=20000, unit="sparks a second", about="how many there are", bold=1.5)
    bursts: float = share(0.85, "how much they come in bursts, as from a wire, and not evenly, as from a grinder")
    speed: float = number(5.5, low=0, high=60, unit="m/s", about="how fast they are thrown", bold=1.15)
    way_deg: float = number(90, low=-360, high=360, unit="degrees", about="where they are thrown: 0 right, 90 up")
    spread_deg: float = number(115, low=0, high=180, unit="degrees", about="how far off that way they may go")
    life: float = number(1.1, low=0.03, high=10, unit="s", about="how long the longest glow")
    drag: float = number(0.22, low=0, high=5, unit="for each metre", about="how the air slows them")
    bounce: float = share(0.4, "how much of its speed a spark keeps when it bounces from the ground")
    floor: float = share(1.0, "where in the element the ground is, from its top; at 1 there is none")
    wind: float = number(0.0, low=-30, high=30, unit="m/s", about="the wind to the right; below 0 to the left")
    hot_k: float = number(2300, low=1200, high=4500, unit="K", about="how hot they are when thrown")
    glow: float = number(110, low=0, high=2000, unit="scene-linear", about="how bright a spark of 2400 K is", bold=1.3)
    size_mm: float = number(2.5, low=0.1, high=30, unit="mm", about="how thick a spark's light is")
    arc: float = number(1.0, low=0, high=10, unit="times", about="how bright the flash is with which a burst begins")
    reach: float = number(0.2, low=0, high=4, unit="heights", about="how far their light reaches over the scene")
    shutter_deg: float = number(180.0, low=0, high=360, unit="degrees", about="how long the shutter is open")
    at: float = number(0.0, low=0, high=600, unit="s", about="when they start, from the shot's first frame on")
    until: float = number(
        0.0, low=0, high=600, unit="s", about="when they end, from the shot's first frame on; 0 never"
    )


WIRE = {"rate": 450, "bursts": 0.85, "arc": 1.0}
GRINDER = {
    "rate": 900, "bursts": 0.12, "arc": 0.0, "way_deg": 10.0, "spread_deg": 14.0, "speed": 9.0, "life": 0.55,
    "foot": (0.12, 0.4), "hot_k": 2200,
}  # fmt: skip
WELD = {"rate": 700, "bursts": 0.45, "arc": 2.5, "spread_deg": 80.0, "speed": 3.5, "life": 0.7, "foot": (0.5, 0.55)}

WORDS = Words(
    nouns={
        "sparks": {"rate": 450},
        "sparks fly": {"rate": 450},
        "sparks are flying": {"rate": 450},
        "shower of sparks": {"rate": 1100, "bursts": 0.5, "arc": 0.4, "spread_deg": 60.0},
        "electric sparks": WIRE,
        "short circuit": WIRE,
        "arcing": {**WIRE, "arc": 2.0},
        "sparking wire": WIRE,
        "sparking cable": WIRE,
        "grinder sparks": GRINDER,
        "welding": WELD,
        "welding sparks": WELD,
    },
    adjectives={
        "heavy": {"rate": Times(1.8)},
        "dense": {"rate": Times(1.8)},
        "wild": {"rate": Times(1.4), "speed": Times(1.3), "spread_deg": Times(1.3)},
        "few": {"rate": Times(0.3)},
        "bright": {"glow": Times(1.7)},
        "dim": {"glow": Times(0.5)},
        "hot": {"hot_k": Times(1.12)},
        "white hot": {"hot_k": 3000},
        "red": {"hot_k": 1750, "glow": Times(4)},
        "fast": {"speed": Times(1.5)},
        "slow": {"speed": Times(0.6)},
        "big": {"width_px": Times(1.4), "height_px": Times(1.4)},
        "small": {"width_px": Times(0.6), "height_px": Times(0.6)},
        "bouncing": {"floor": 0.92, "bounce": 0.5},
        "steady": {"bursts": 0.1},
        "intermittent": {"bursts": 1.0},
    },
    circumstances={
        "wind": {"wind": 3.0},
        "wire": WIRE,
        "cable": WIRE,
        "power line": WIRE,
        "grinder": GRINDER,
    },
    places=ANYWHERE,
)


@maker(
    "sparks",
    version=1,
    role="element",
    words=WORDS,
    is_near=True,
    seconds=lambda p, width, height: 2e-8 * p.width_px * p.height_px + 2e-5 * p.rate * p.life,
)
def sparks(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The element over the plate's span; the plate itself is not looked at."""
    width, height = round(p.width_px), round(p.height_px)

    def picture(at: int) -> Frame:
        bell(at - plate.span.start, plate.span.length)
        light = _streaks(p, plate, rng, at) + _arc(p, plate, rng, at)
        light *= _thinned_edge(p)[..., None]
        cover = np.clip(0.5 * light.max(-1), 0, 1)
        return Frame.of(np.dstack([light, cover]).astype(np.float32), sparks.hand)

    return Clip(plate.span, width, height, picture)


POINTS = 5  # places along a streak, so that a bounce within an exposure bends it


def _streaks(p: Params, plate: Clip, rng: Chance, at: int) -> np.ndarray:
    """(H, W, 3): the light of all sparks that are still alive."""
    from manyhands.kit.blackbody import glowing
    from manyhands.kit.streaks import draw_streaks
    from manyhands.kit.thrown import Flight, cooled, flown

    width, height = round(p.width_px), round(p.height_px)
    light = np.zeros((height, width, 3), np.float32)
    rate = float(plate.span.rate_fps)
    metre = p.width_px / p.width_m
    exposure = p.shutter_deg / 360 / rate
    thrown = [_thrown(p, plate, rng, born, at) for born in range(at - math.ceil(p.life * rate) - 1, at + 1)]
    velocities, ages, kelvin, lives = (np.concatenate(parts) for parts in zip(*thrown, strict=True))
    if not len(ages):
        return light
    floor = (p.floor - p.foot[1]) * height / metre if p.floor < 1 else np.inf
    flight = Flight(drag=p.drag, wind=p.wind, floor_m=max(floor, 0.0), bounce=p.bounce)
    ways = flown(velocities, ages, flight, exposure_s=exposure, points=POINTS)
    x, y = p.foot[0] * width + ways[..., 0] * metre, p.foot[1] * height - ways[..., 1] * metre
    paths = np.stack([x[:, :-1], y[:, :-1], x[:, 1:], y[:, 1:]], -1).reshape(-1, 4)
    colour = glowing(cooled(kelvin, ages, lives)) * (p.glow / (POINTS - 1))
    # a spark goes out within its last tenth, and is not there before it was thrown
    colour *= (np.clip((lives - ages) / (0.1 * lives), 0, 1) * np.clip(1 + ages / max(exposure, 1e-6), 0, 1))[:, None]
    radius = np.full(len(paths), 0.0005 * p.size_mm * metre)
    draw_streaks(light, paths, radius, np.repeat(colour, POINTS - 1, 0))
    return light


def _thrown(p: Params, plate: Clip, rng: Chance, born: int, at: int) -> tuple[np.ndarray, ...]:
    """The sparks of one frame: velocities, ages when the frame ``at`` opens, temperatures and lives."""
    rate = float(plate.span.rate_fps)
    dice = rng.of("sparks").at(born)
    count = int(dice.poisson(p.rate / rate * _burst(p, plate, rng, born)))
    ages = (at - born - dice.random(count)) / rate
    way, turn = np.deg2rad(p.way_deg), dice.uniform(0, 2 * np.pi, count)
    # evenly over the cap of a ball round the way
    off = np.arccos(1 - dice.random(count) * (1 - math.cos(math.radians(p.spread_deg))))
    along, side, deep = np.cos(off), np.sin(off) * np.cos(turn), np.sin(off) * np.sin(turn)
    speed = p.speed * dice.uniform(0.25, 1.3, count)
    velocity = np.stack([along * np.cos(way) - side * np.sin(way), along * np.sin(way) + side * np.cos(way), deep], -1)
    lives = p.life * dice.uniform(0.3, 1.0, count)
    kelvin = np.clip(p.hot_k * dice.uniform(0.88, 1.08, count), 1150, None)
    alive = ages < lives
    return (velocity * speed[:, None])[alive], ages[alive], kelvin[alive], lives[alive]


BURSTS_A_SECOND = 2.6
BURST_FRAMES = 5


def _burst(p: Params, plate: Clip, rng: Chance, frame: int) -> float:
    """How many sparks are thrown in a frame, beside their mean."""
    rate = float(plate.span.rate_fps)
    seconds = (frame - plate.span.start) / rate
    if (p.at and seconds < p.at - 1e-6) or (p.until and seconds >= p.until):
        return 0.0
    each = rate / BURSTS_A_SECOND / sum(math.exp(-0.6 * step) for step in range(BURST_FRAMES))
    now = sum(_begins(p, plate, rng, frame - step) * math.exp(-0.6 * step) for step in range(BURST_FRAMES))
    return 1 - p.bursts + p.bursts * each * now


def _begins(p: Params, plate: Clip, rng: Chance, frame: int) -> float:
    """How strong the burst is that begins in a frame; 0 in most."""
    rate = float(plate.span.rate_fps)
    first = plate.span.start + round(p.at * rate)
    if frame < first and p.at:
        return 0.0
    dice = rng.of("bursts").at(frame)
    strength = float(dice.uniform(0.4, 1.6))
    # something is seen from the moment on at which it was said to start
    return strength if dice.random() < BURSTS_A_SECOND / rate or frame == first else 0.0


def _arc(p: Params, plate: Clip, rng: Chance, at: int) -> np.ndarray:
    """(H, W, 3): the flash at the source itself, a blue white core with a glow round it."""
    width, height = round(p.width_px), round(p.height_px)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
    away2 = (x - p.foot[0] * width) ** 2 + (y - p.foot[1] * height) ** 2
    metre = p.width_px / p.width_m
    now = sum(_begins(p, plate, rng, at - step) * math.exp(-1.6 * step) for step in range(3))
    if p.until and (at - plate.span.start) / float(plate.span.rate_fps) >= p.until:
        now = 0.0
    flicker = float(rng.of("arc").at(at).uniform(0.6, 1.2))
    level = np.float32(p.arc * p.bursts * now * flicker)
    core = np.exp(-away2 / np.float32((0.02 * metre) ** 2)) * 45
    halo = 0.8 / (1 + away2 / np.float32((0.07 * metre) ** 2)) ** 1.5
    colour = np.array([0.72, 0.9, 1.3], np.float32)
    return np.asarray(level * (core + halo)[..., None] * colour, np.float32)


def _thinned_edge(p: Params) -> np.ndarray:
    """(H, W): 1 inside, falling to 0 where the element ends, so that no streak is cut off."""
    width, height = round(p.width_px), round(p.height_px)
    x = np.minimum(np.arange(width) + 0.5, width - np.arange(width) - 0.5) / width
    y = np.minimum(np.arange(height) + 0.5, height - np.arange(height) - 0.5) / height
    return np.asarray(np.clip(y / 0.08, 0, 1)[:, None] * np.clip(x / 0.08, 0, 1)[None], np.float32)
