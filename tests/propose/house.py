"""A handful of tiny makers and a reading of a plate with one roof and one tower."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.maker import (
    Bell,
    Colour,
    Maker,
    MakerParams,
    Point,
    choice,
    colour,
    maker,
    number,
    part_of_picture,
    point,
    share,
)
from manyhands.core.span import Span
from manyhands.core.track import Track, standing
from manyhands.core.words import ANYWHERE, Plus, Times, Words
from manyhands.kit.plate import Reading, Top


class Smoke(MakerParams):
    width_px: float = number(900, low=16, high=16384, unit="px", about="width")
    height_px: float = number(600, low=16, high=16384, unit="px", about="height")
    foot: Point = part_of_picture((0.25, 0.9), "where the source stands")
    size: float = number(0.05, low=0.002, high=1, unit="share", about="size")
    soot: float = number(1.0, low=0, high=4, unit="times", about="smoke", bold=1.3)
    flame: float = number(0.0, low=0, high=2, unit="times", about="fire", bold=1.3)
    density: float = number(1.0, low=0.02, high=10, unit="times", about="thickness", bold=1.35)
    albedo: Colour = colour((0.16, 0.15, 0.145), "the colour")
    wind: float = number(0.0, low=-4, high=4, unit="times", about="the wind to the right")
    wind_depth: float = number(0.0, low=-4, high=4, unit="times", about="the wind away")
    at: float = number(0.0, low=0, high=600, unit="s", about="when it starts")
    until: float = number(0.0, low=0, high=600, unit="s", about="when it ends")
    sun_from_x: float = number(0.0, low=-1, high=1, unit="unit vector", about="sun", plate="sun_from_x")
    sun_from_y: float = number(1.0, low=-1, high=1, unit="unit vector", about="sun", plate="sun_from_y")
    sun_from_z: float = number(0.0, low=-1, high=1, unit="unit vector", about="sun", plate="sun_from_z")


@maker(
    "smoke",
    version=1,
    role="element",
    words=Words(
        nouns={"smoke": {"soot": 1.0}, "fire": {"flame": 1.0, "soot": 0.6}, "roof fire": {"flame": 1.0}},
        adjectives={
            "thick": {"density": Times(1.6)},
            "thin": {"density": Times(0.5)},
            "light": {"density": Times(0.6)},
        },
        circumstances={"wind": {"wind": 0.9}, "gale": {"wind": 1.8}},
        places=ANYWHERE,
    ),
)
def smoke(plate: Clip, p: Smoke, rng: Chance, bell: Bell) -> Clip:
    """Smoke."""
    return plate


class Sky(MakerParams):
    look: Literal["graded", "storm"] = choice("graded", "which sky")
    stops: float = number(0.0, low=-8, high=8, unit="stops", about="how much brighter", bold=1.4)
    contrast: float = number(1.0, low=0.2, high=5, unit="times", about="contrast", bold=1.2)
    tint: Colour = colour((1.0, 1.0, 1.0), "a cast of light")
    wind: float = number(0.4, low=-4, high=4, unit="times", about="where the clouds go")
    horizon_px: float = number(0.0, low=-9999, high=9999, unit="px", about="the horizon", plate="horizon_px")


@maker(
    "sky",
    version=1,
    words=Words(
        nouns={"sky": {}, "storm": {"look": "storm"}, "dusk": {"stops": -1.0}},
        adjectives={"dark": {"stops": Plus(-1.2)}, "dramatic": {"contrast": Times(1.6)}},
        circumstances={"wind": {"wind": 0.8}},
        places={"sky": {}},
    ),
)
def sky(plate: Clip, foreground: Clip, p: Sky, rng: Chance, bell: Bell, motion: Track | None = None) -> Clip:
    """Sky."""
    return plate


class Haze(MakerParams):
    amount: float = share(0.4, "how much", bold=1.3)
    tint: Colour = colour((1.0, 1.0, 1.0), "a cast of light")


@maker(
    "haze",
    version=1,
    words=Words(
        nouns={"haze": {"amount": 0.4}},
        adjectives={"light": {"amount": Times(0.6)}},
        places={"horizon": {}, "ground": {"amount": Times(1.5)}},
    ),
)
def haze(plate: Clip, p: Haze, rng: Chance, bell: Bell, foreground: Clip | None = None) -> Clip:
    """Haze."""
    return plate


class Grade(MakerParams):
    exposure: float = number(0.0, low=-10, high=10, unit="stops", about="exposure", bold=1.3)
    temperature_k: float = number(6500, low=2000, high=25000, unit="K", about="temperature")
    gain: Colour = colour((1.0, 1.0, 1.0), "gain")


@maker(
    "grade",
    version=1,
    words=Words(
        nouns={"picture": {}, "light": {}, "dusk": {"exposure": -1.0}},
        adjectives={"dark": {"exposure": Plus(-0.8)}, "warm": {"temperature_k": Plus(1300)}},
    ),
)
def grade(plate: Clip, p: Grade, rng: Chance, bell: Bell) -> Clip:
    """Grade."""
    return plate


class Retime(MakerParams):
    speed: float = number(1.0, low=0.01, high=100, unit="times", about="speed", bold=0.8)


@maker("retime", version=1, shifts=True, words=Words(nouns={"slow motion": {"speed": Times(0.5)}}))
def retime(plate: Clip, p: Retime, rng: Chance, bell: Bell) -> Clip:
    """Retime."""
    return plate


class Matte(MakerParams):
    grow_px: float = number(0.0, low=-20, high=20, unit="px", about="grow")


@maker("skyline", version=1, role="matte", fills="foreground")
def skyline(plate: Clip, p: Matte, rng: Chance, bell: Bell) -> Clip:
    """Matte."""
    return plate


@maker("track", version=1, role="track", fills="motion")
def track(plate: Clip, p: Matte, rng: Chance, bell: Bell) -> Track:
    """Track."""
    return standing(plate.span, plate.width, plate.height)


class Place(MakerParams):
    at: Point | None = point(None, "where the foot stands")
    foot: Point = part_of_picture((0.5, 1.0), "which part stands there")
    behind: float = share(1.0, "how far the foreground hides it")
    scale: float = number(1.0, low=0.01, high=50, unit="times", about="size", bold=1.2)
    grain: float = number(0.0, low=0, high=1, unit="scene-linear", about="grain", plate="grain")
    first_frame: int | None = number(None, low=-9999, high=9999, unit="frame", about="its first frame")
    last_frame: int | None = number(None, low=-9999, high=9999, unit="frame", about="its last frame")


@maker(
    "place",
    version=1,
    role="placement",
    words=Words(nouns={"element": {}}, adjectives={"small": {"scale": Times(0.7)}}, places=ANYWHERE),
)
def place(
    plate: Clip,
    element: Clip,
    p: Place,
    rng: Chance,
    bell: Bell,
    motion: Track | None = None,
    foreground: Clip | None = None,
) -> Clip:
    """Place."""
    return plate


MAKERS: dict[str, Maker] = {one.name: one for one in (grade, haze, place, retime, sky, skyline, smoke, track)}

ROOF = Top(
    kind="roof", at=(400, 100), width_px=300, rise_px=200, sure=0.9, why="broad",
    along=tuple((250 + 25 * step, 100 + 5 * abs(step - 6)) for step in range(13)),
)  # fmt: skip
TOWER = Top(
    kind="tower", at=(900, 60), width_px=80, rise_px=300, sure=0.8, why="tall and narrow",
    along=((860, 70), (900, 60), (940, 70)),
)  # fmt: skip


def reading(**changes: Any) -> Reading:
    """A plate of 1280 x 720 with a roof, a tower, a horizon at row 400 and a camera that moves."""
    facts: dict[str, Any] = {
        "span": Span(length=48, rate_fps=Fraction(24)), "reference": 1001, "plate_width_px": 1280,
        "plate_height_px": 720, "sky_share": 0.4, "sky_sure": 0.95, "sky_why": "it is smooth",
        "sky_colour": (0.5, 0.6, 0.8),
        "skyline": tuple(100.0 if 25 <= c < 55 else 60.0 if 86 <= c < 94 else 400.0 for c in range(128)),
        "tops": (ROOF, TOWER), "horizon_px": 400.0, "horizon_sure": 0.9, "ground_px": 560.0, "brightness": 0.3,
        "black": 0.002, "white": 1.0, "sun_from_x": -0.4, "sun_from_y": 0.8, "sun_from_z": -0.45, "sun_sure": 0.5,
        "sun_why": "", "sun_light": (0.8, 0.75, 0.65), "sky_light": (0.3, 0.35, 0.45), "grain": 0.004,
        "grain_growth": 0.4, "softness_px": 0.7, "motion_px": 1.5, "is_locked_off": False, **changes,
    }  # fmt: skip
    return Reading.model_validate(facts)


def no_sky() -> Reading:
    return reading(
        sky_share=0.0, sky_sure=0.1, sky_why="its edge is straight, as of a wall", tops=(), skyline=(0.0,) * 128
    )
