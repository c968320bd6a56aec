"""Snow: flakes that tumble and drift at every depth, out of focus near by, a haze of them far off.

Each flake falls at its own speed, sways, and is carried by gusts and eddies of the air; the lens
makes discs of those that are near, and the shutter draws them out a little.  Flakes are lit by the sky
and the sun of the plate, so that they are bright before a dark wall and grey before the sky.  With
the camera's motion the snow stays in the world when the camera turns.

Known limits: it settles on nothing, and it falls before everything (no roof keeps it off).
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
    amount: float = number(1.0, low=0, high=6, unit="times", about="how much snow falls", bold=1.5)
    speed: float = number(1.1, low=0.05, high=6, unit="m/s", about="how fast it falls")
    flake_mm: float = number(9.0, low=0.5, high=40, unit="mm", about="how large the flakes are across", bold=1.15)
    wind: float = number(0.3, low=-20, high=20, unit="m/s", about="the wind to the right; below 0 to the left")
    gusts: float = share(0.4, "how unsteady the wind is")
    turbulence: float = number(1.0, low=0, high=5, unit="times", about="how much flakes sway and eddy", bold=1.2)
    light: float = number(1.0, low=0, high=10, unit="times", about="how bright the flakes are beside a white wall")
    veil: float = share(0.4, "of the light from the far distance that the snow hides", bold=1.3)
    at: float = number(0.0, low=0, high=600, unit="s", about="when it sets in, from the shot's first frame on")
    until: float = number(
        0.0, low=0, high=600, unit="s", about="when it begins to let up, from the shot's first frame on; 0 never"
    )
    shutter_deg: float = number(180.0, low=0, high=360, unit="degrees", about="how long the shutter is open")
    view_deg: float = number(50.0, low=5, high=150, unit="degrees", about="the angle that the picture shows across")
    focus_m: float = number(8.0, low=0.3, high=1000, unit="m", about="how far away the camera is in focus")
    aperture_mm: float = number(14.0, low=0, high=100, unit="mm", about="how wide the lens is open: depth of field")
    softness_px: float = facts.softness_px("how soft the plate is: no flake is sharper")
    horizon_px: float = facts.horizon_px()
    plate_sky: Colour = facts.plate_sky("tells what is far")
    sun_light: Colour = facts.sun_light((0.45, 0.42, 0.38))
    sky_light: Colour = facts.sky_light()


HEAVY = {"amount": Times(2.2), "veil": Times(1.5)}
LIGHT = {"amount": Times(0.4), "veil": Times(0.4)}

WORDS = Words(
    nouns={
        "snow": {"amount": 1.0},
        "snowfall": {"amount": 1.0},
        "snowy": {"amount": 1.0},
        "snowflakes": {"amount": 1.0},
        "snow falls": {"amount": 1.0},
        "snow is falling": {"amount": 1.0},
        "flurry": {"amount": 0.6, "turbulence": 1.6, "gusts": 0.7},
        "flurries": {"amount": 0.6, "turbulence": 1.6, "gusts": 0.7},
        "blizzard": {"amount": 3.0, "veil": 0.75, "wind": 8.0, "gusts": 0.7, "turbulence": 1.6},
        "snowstorm": {"amount": 2.5, "veil": 0.65, "wind": 5.0, "gusts": 0.6, "turbulence": 1.4},
        "sleet": {"amount": 1.0, "speed": 3.5, "flake_mm": 4.0, "turbulence": 0.4},
    },
    adjectives={
        "heavy": HEAVY,
        "heavily": HEAVY,
        "hard": HEAVY,
        "thick": HEAVY,
        "dense": HEAVY,
        "light": LIGHT,
        "thin": LIGHT,
        "faint": LIGHT,
        "fine": {"flake_mm": Times(0.6), "amount": Times(1.4)},
        "big": {"flake_mm": Times(1.5)},
        "large": {"flake_mm": Times(1.5)},
        "soft": {"aperture_mm": Times(1.5), "speed": Times(0.85)},
        "gently": {"turbulence": Times(0.6), "gusts": Times(0.5), "speed": Times(0.85)},
        "gentle": {"turbulence": Times(0.6), "gusts": Times(0.5), "speed": Times(0.85)},
        "driving": {"amount": Times(1.4), "wind": 6.0},
        "swirling": {"turbulence": Times(2.0), "gusts": 0.7},
        "slow": {"speed": Times(0.6)},
        "fast": {"speed": Times(1.6)},
        "bright": {"light": Times(1.4)},
        "still": {"wind": 0.0, "gusts": 0.0, "turbulence": Times(0.6)},
    },
    circumstances={
        "wind": {"wind": 3.0},
        "breeze": {"wind": 1.5},
        "gale": {"wind": 8.0, "gusts": 0.7},
        "gusts": {"gusts": 0.8},
    },
)

FLAKES = 15000  # at an amount of 1
NEAR_M, FAR_M = 0.7, 22.0
SHEETS_M = 25.0  # across the picture where the veil hangs
SHOWN = 5.0  # how much more of a flake is seen than hides: each stands for the several that real air would hold


@maker(
    "snow",
    version=1,
    words=WORDS,
    purposes=("add",),
    seconds=lambda p, width, height: 1.4e-7 * width * height * (1 + 0.2 * p.amount),
)
def snow(
    plate: Clip, p: Params, rng: Chance, bell: Bell, foreground: Clip | None = None, motion: Track | None = None
) -> Clip:
    """The plate in falling snow, over its span."""
    from manyhands.comp.layers import over
    from manyhands.kit.distance import distance, horizon_at
    from manyhands.kit.falling import swarm
    from manyhands.kit.weather import falling_share, veil_light

    flakes = swarm(round(FLAKES * p.amount), near_m=NEAR_M, far_m=FAR_M, rng=rng.of("flakes").at())

    def in_snow(picture: Frame, at: int) -> Frame:
        falls = falling_share(float(plate.span.seconds_at(at)), p.at, p.until)
        if falls == 0:
            return picture
        front = foreground.frame(at).alpha if foreground else np.ones(picture.alpha.shape, np.float32)
        horizon = horizon_at(p.horizon_px, picture, motion, at)
        far = distance(picture.rgb, front, horizon, p.plate_sky, low=0.3)
        hidden = -np.log1p(-min(p.veil, 0.999)) * falls * far * _sheets(picture, p, plate, motion, rng, at)
        seen = _flakes(picture, flakes, falls, p, plate, motion, rng, at)
        cover = (1 - np.exp(-seen - hidden)).astype(np.float32) * picture.alpha
        part = (seen / np.maximum(seen + hidden, 1e-9))[..., None]
        haze = veil_light(picture.rgb)
        # every flake is lit by all the sky and, in part, by the sun; the air between takes its share
        white = np.float32(p.light) * (np.array(p.sky_light, np.float32) + 0.5 * np.array(p.sun_light, np.float32))
        rgb = (part * (0.9 * white + 0.2 * haze) + (1 - part) * haze) * cover[..., None]
        return over(Frame.of(np.dstack([rgb, cover]), snow.hand), picture)

    return plate.each(in_snow)


def _flakes(
    picture: Frame, flakes: object, falls: float, p: Params, plate: Clip, motion: Track | None, rng: Chance, at: int
) -> np.ndarray:
    """(H, W): how much of the light behind the flakes hide, as optical depth."""
    from manyhands.kit.falling import Swarm, defocus_px, focal_of, seen, shutter_of
    from manyhands.kit.streaks import draw_streaks

    assert isinstance(flakes, Swarm)
    share_ = p.shutter_deg / 360
    begins = float(plate.span.seconds_at(at))
    opens = _gone(flakes, p, rng, begins)
    closes = _gone(flakes, p, rng, begins + share_ / float(plate.span.rate_fps))
    focal = focal_of(picture.width, p.view_deg)
    shutter = shutter_of(motion, at, picture.width, picture.height, share_)
    paths = seen(flakes, shutter, focal, opens, closes)
    size = 0.45 + 1.1 * flakes.chance[:, 2] ** 2
    # a flake is no disc: turning, it shows now its face and now its edge
    turning = 0.75 + 0.25 * np.sin(2 * np.pi * (flakes.chance[:, 3] + begins * (0.4 + flakes.chance[:, 0])))
    radius = 0.0005 * p.flake_mm * size * focal / flakes.far_m
    blur = defocus_px(flakes.far_m, focal_px=focal, focus_m=p.focus_m, aperture_mm=p.aperture_mm)
    broad = np.sqrt(radius**2 + blur**2 + p.softness_px**2)
    strength = SHOWN * turning * (radius / broad) ** 2
    # the nearest would be great grey discs that nobody wants before a face
    strength *= np.clip((flakes.far_m - NEAR_M) / 1.2, 0.15, 1) * (7.3 * flakes.chance[:, 3] % 1 < falls)
    plane = np.zeros((picture.height, picture.width, 1), np.float32)
    draw_streaks(plane, paths, broad, strength[:, None])
    return plane[..., 0]


def _gone(flakes: object, p: Params, rng: Chance, seconds: float) -> np.ndarray:
    """(n, 2): how far each has gone to the right and down, m: falling, blown, swaying, and in eddies."""
    from manyhands.kit.falling import Swarm
    from manyhands.kit.weather import blown

    assert isinstance(flakes, Swarm)
    one, two, size, four = flakes.chance.T
    _, carried = blown(p.wind, p.gusts, seconds, rng.of("gusts").at())
    fall = p.speed * (0.6 + 0.6 * np.sqrt(0.45 + 1.1 * size**2))
    sway = 2 * np.pi * (four + seconds * (0.25 + 0.5 * one))
    reach = p.turbulence * (0.03 + 0.09 * two)
    # eddies are larger than a flake's own sway: neighbours in depth and column go the same way for a while
    eddy = 2 * np.pi * (flakes.far_m / 3.1 + 1.7 * one + 0.13 * seconds * (1 + 0.5 * two))
    drift = 0.22 * p.turbulence * np.sin(eddy)
    x = carried * (0.85 + 0.3 * four) + reach * np.sin(sway) + drift
    y = fall * seconds + 0.4 * reach * np.cos(2 * sway) + 0.12 * p.turbulence * np.cos(eddy)
    return np.stack([x, y], -1)


def _sheets(picture: Frame, p: Params, plate: Clip, motion: Track | None, rng: Chance, at: int) -> np.ndarray:
    """(H, W): how the far snow thickens and thins as it goes by."""
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
        slant=float(np.clip(-p.wind / p.speed, -4, 4)),
        chance=rng,
    )
