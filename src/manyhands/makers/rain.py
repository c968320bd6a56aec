"""Rain: streaks of drops at every depth, each lit by what stands behind and above it, and a far veil.

Drops fall at their own speed through the air before the camera, and the shutter draws each out to a
streak: near ones long, broad and out of focus, far ones short and many, the farthest a veil over what
is far.  A drop is a small lens that shows most of the scene at once, so that rain is bright before a
dark wall and all but unseen before the sky.  With the camera's motion it stays in the world when the
camera turns.

Known limits: it does not wet the ground, and it falls before everything (no roof keeps it off).
"""

from __future__ import annotations

import numpy as np

from manyhands.core import facts
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, Colour, MakerParams, maker, number, share
from manyhands.core.track import Track
from manyhands.core.words import Times, Words


class Params(MakerParams):
    amount: float = number(1.0, low=0, high=6, unit="times", about="how much rain falls", bold=1.5)
    speed: float = number(8.0, low=0.5, high=15, unit="m/s", about="how fast it falls")
    drop_mm: float = number(2.6, low=0.2, high=8, unit="mm", about="how large the drops are across", bold=1.1)
    wind: float = number(0.6, low=-20, high=20, unit="m/s", about="the wind to the right; below 0 to the left")
    gusts: float = share(0.3, "how unsteady the wind is")
    light: float = number(1.0, low=0, high=10, unit="times", about="how bright the drops are beside the scene's light")
    veil: float = share(0.3, "of the light from the far distance that the rain hides", bold=1.3)
    splashes: float = share(0.0, "how many drops are seen to burst on the ground", bold=1.3)
    at: float = number(0.0, low=0, high=600, unit="s", about="when it sets in, from the shot's first frame on")
    until: float = number(
        0.0, low=0, high=600, unit="s", about="when it begins to let up, from the shot's first frame on; 0 never"
    )
    shutter_deg: float = number(180.0, low=0, high=360, unit="degrees", about="how long the shutter is open")
    view_deg: float = number(50.0, low=5, high=150, unit="degrees", about="the angle that the picture shows across")
    focus_m: float = number(12.0, low=0.3, high=1000, unit="m", about="how far away the camera is in focus")
    aperture_mm: float = number(8.0, low=0, high=100, unit="mm", about="how wide the lens is open: depth of field")
    softness_px: float = facts.softness_px("how soft the plate is: no streak is sharper")
    horizon_px: float = facts.horizon_px()
    plate_sky: Colour = facts.plate_sky("tells what is far")


HEAVY = {"amount": Times(2.2), "veil": Times(1.6), "drop_mm": Times(1.2)}
LIGHT = {"amount": Times(0.4), "veil": Times(0.5), "drop_mm": Times(0.85)}

POURS = {"amount": 2.2, "veil": 0.45, "drop_mm": 3.1}

WORDS = Words(
    nouns={
        "rain": {"amount": 1.0},
        "rainfall": {"amount": 1.0},
        "rainy": {"amount": 1.0},
        "raindrops": {"amount": 1.0},
        "rain falls": {"amount": 1.0},
        "rain is falling": {"amount": 1.0},
        "shower": {"amount": 1.2},
        "downpour": {"amount": 2.6, "veil": 0.5, "drop_mm": 3.2},
        "cloudburst": {"amount": 3.0, "veil": 0.55, "drop_mm": 3.4},
        "pouring rain": POURS,
        "it pours": POURS,
        "it is pouring": POURS,
        "it's pouring": POURS,
        "drizzle": {"amount": 0.8, "drop_mm": 0.9, "speed": 3.5, "veil": 0.35},
    },
    adjectives={
        "heavy": HEAVY,
        "heavily": HEAVY,
        "hard": HEAVY,
        "thick": HEAVY,
        "dense": HEAVY,
        "torrential": {"amount": Times(3.0), "veil": Times(1.8), "drop_mm": Times(1.3)},
        "driving": {"amount": Times(1.5), "wind": 6.0},
        "light": LIGHT,
        "fine": {"drop_mm": Times(0.6), "amount": Times(1.3)},
        "thin": LIGHT,
        "faint": {"light": Times(0.6), "amount": Times(0.6)},
        "bright": {"light": Times(1.6)},
        "backlit": {"light": Times(2.0)},
        "misty": {"veil": Times(1.6)},
        "splashing": {"splashes": 0.6},
        "windswept": {"wind": 6.0, "gusts": 0.6},
        "slanting": {"wind": 4.0},
        "straight": {"wind": 0.0, "gusts": 0.0},
        "big": {"drop_mm": Times(1.4)},
        "large": {"drop_mm": Times(1.4)},
    },
    circumstances={
        "wind": {"wind": 4.0},
        "breeze": {"wind": 2.0},
        "gale": {"wind": 9.0, "gusts": 0.6},
        "gusts": {"gusts": 0.7},
    },
)

DROPS = 14000  # at an amount of 1
NEAR_M, FAR_M = 1.2, 28.0
SHEETS_M = 30.0  # across the picture where the veil hangs
SHOWN = 30.0
"""How much more of a drop is seen than hides: natural rain hardly shows at a film's shutter speeds, and
what audiences know as rain comes from rain bars and a light behind them.  Far drops stand for several."""


@maker(
    "rain",
    version=1,
    words=WORDS,
    purposes=("add",),
    seconds=lambda p, width, height: 1.4e-7 * width * height * (1 + 0.2 * p.amount),
)
def rain(
    plate: Clip, p: Params, rng: Chance, bell: Bell, foreground: Clip | None = None, motion: Track | None = None
) -> Clip:
    """The plate in the rain, over its span."""
    from manyhands.comp.layers import over
    from manyhands.kit.distance import distance, horizon_at
    from manyhands.kit.falling import swarm
    from manyhands.kit.weather import falling_share, veil_light

    drops = swarm(round(DROPS * p.amount), near_m=NEAR_M, far_m=FAR_M, rng=rng.of("drops").at())

    def in_rain(picture: Frame, at: int) -> Frame:
        falls = falling_share(float(plate.span.seconds_at(at)), p.at, p.until)
        if falls == 0:
            return picture
        front = foreground.frame(at).alpha if foreground else np.ones(picture.alpha.shape, np.float32)
        horizon = horizon_at(p.horizon_px, picture, motion, at)
        far = distance(picture.rgb, front, horizon, p.plate_sky, low=0.4)
        hidden = -np.log1p(-min(p.veil, 0.999)) * falls * far * _sheets(picture, p, plate, motion, rng, at)
        seen = _streaks(picture, drops, falls, p, plate, motion, rng, at)
        if p.splashes > 0:
            seen += falls * _splashes(picture, front, horizon, p, plate, motion, rng, at)
        light = _drop_light(picture, p)
        cover = (1 - np.exp(-seen - hidden)).astype(np.float32) * picture.alpha
        part = (seen / np.maximum(seen + hidden, 1e-9))[..., None]
        veil = veil_light(picture.rgb)
        rgb = (part * light + (1 - part) * veil) * cover[..., None]
        return over(Frame.of(np.dstack([rgb, cover]), rain.hand), picture)

    return plate.each(in_rain)


def _streaks(
    picture: Frame, drops: object, falls: float, p: Params, plate: Clip, motion: Track | None, rng: Chance, at: int
) -> np.ndarray:
    """(H, W): how much of the light behind the drops hide, as optical depth."""
    from manyhands.kit.falling import Swarm, defocus_px, focal_of, seen, shutter_of
    from manyhands.kit.streaks import draw_streaks
    from manyhands.kit.weather import blown

    assert isinstance(drops, Swarm)
    seconds, rate = float(plate.span.seconds_at(at)), float(plate.span.rate_fps)
    share_ = p.shutter_deg / 360
    focal = focal_of(picture.width, p.view_deg)
    # large drops fall faster; each wanders off the plumb line a little
    size = 0.6 + 0.8 * drops.chance[:, 2] ** 1.5
    fall = p.speed * (0.75 + 0.25 * size)
    now, gone = blown(p.wind, p.gusts, seconds, rng.of("gusts").at())
    stray = 0.25 * (drops.chance[:, 3] - 0.5)
    opens = np.stack([gone + stray * seconds, fall * seconds], -1)
    closes = opens + np.stack([now + stray, fall], -1) * (share_ / rate)
    shutter = shutter_of(motion, at, picture.width, picture.height, share_)
    paths = seen(drops, shutter, focal, opens, closes)
    radius = 0.0005 * p.drop_mm * size * focal / drops.far_m
    blur = defocus_px(drops.far_m, focal_px=focal, focus_m=p.focus_m, aperture_mm=p.aperture_mm)
    broad = np.sqrt(radius**2 + blur**2 + p.softness_px**2)
    # what the lens spreads is the same light on more pixels
    strength = SHOWN * (radius / broad) ** 2 * (drops.far_m / 5) ** 0.5 * (7.3 * drops.chance[:, 3] % 1 < falls)
    beads = np.stack([1.5 + 3 * drops.chance[:, 3], 0.1 + 0.3 * drops.chance[:, 2], drops.chance[:, 0]], -1)
    plane = np.zeros((picture.height, picture.width, 1), np.float32)
    draw_streaks(plane, paths, broad, strength[:, None], beads=beads, taper=0.7)
    return plane[..., 0]


def _drop_light(picture: Frame, p: Params) -> np.ndarray:
    """(H, W, 3): what a drop shows: the scene behind it and above it, upside down and very wide."""
    import cv2

    height, width = picture.alpha.shape
    small = cv2.resize(picture.rgb, (max(8, width // 16), max(8, height // 16)), interpolation=cv2.INTER_AREA)
    rows = small.shape[0]
    around = cv2.GaussianBlur(small, (0, 0), 0.1 * rows, borderType=cv2.BORDER_REPLICATE)
    above = np.roll(around, round(0.12 * rows), 0)
    above[: round(0.12 * rows)] = around[:1]
    # a drop bends in light from far outside the picture; the brightest that is seen stands for it
    whole = np.sort(small.reshape(-1, 3), 0)[-max(1, small.shape[0] * small.shape[1] // 4) :].mean(0)
    light = np.float32(p.light) * (0.45 * above + 0.6 * whole)
    return np.asarray(cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _sheets(picture: Frame, p: Params, plate: Clip, motion: Track | None, rng: Chance, at: int) -> np.ndarray:
    """(H, W): how the far rain thickens and thins as it goes by."""
    from manyhands.kit.falling import shutter_of
    from manyhands.kit.weather import sheets

    return sheets(
        picture.width,
        picture.height,
        view=shutter_of(motion, at, picture.width, picture.height, 0.0).opens,
        seconds=float(plate.span.seconds_at(at)),
        wind=p.wind,
        gusts=p.gusts,
        speed=p.speed,
        across_m=SHEETS_M,
        slant=-p.wind / p.speed,
        chance=rng,
    )


def _splashes(
    picture: Frame,
    front: np.ndarray,
    horizon: float,
    p: Params,
    plate: Clip,
    motion: Track | None,
    rng: Chance,
    at: int,
) -> np.ndarray:
    """(H, W): crowns of droplets on the ground, each for a few frames, smaller towards the horizon."""
    from manyhands.kit.streaks import draw_streaks

    plane = np.zeros((*picture.alpha.shape, 1), np.float32)
    room = picture.height - horizon
    lasts = max(1, round(0.07 * float(plate.span.rate_fps)))
    for age in range(lasts):
        born = at - age
        dice = rng.of("splashes").at(born)
        count = dice.poisson(260 * p.splashes * p.amount / lasts)
        near = dice.random(count) ** 0.6  # 0 at the horizon, 1 at the picture's lower edge
        x, y = dice.random(count) * picture.width, horizon + near * room
        if motion is not None and plate.span.start <= born:
            step = motion.between(born, at)
            places = np.stack([x, y, np.ones(count)]) if count else np.zeros((3, 0))
            x, y, depth = step @ places
            x, y = x / depth, y / depth
        size = near * picture.height / 90
        part = (age + 1) / lasts
        for _ in range(5):
            way, lift = dice.uniform(-1, 1, count), dice.uniform(0.5, 1.0, count)
            px, py = x + way * size * part * 1.4, y - lift * size * (1.6 * part - 1.1 * part**2)
            tail = np.stack([px, py, px + way * size * 0.3, py - lift * size * (0.5 - 0.7 * part)], -1)
            inside = (px > 0) & (px < picture.width) & (py > 0) & (py < picture.height)
            solid = np.zeros(count)
            solid[inside] = front[py[inside].astype(int), px[inside].astype(int)]
            draw_streaks(plane, tail, np.maximum(0.12 * size, 0.3), (0.9 * solid * (1 - 0.6 * part))[:, None])
    return plane[..., 0]
