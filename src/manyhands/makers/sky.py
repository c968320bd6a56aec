"""The sky made darker, graded, or replaced by a drawn one, behind what stands in front of it.

An edge pixel is a mixture of the foreground and a sky whose colour is known: only the sky's part is
changed, so that no rim of the old bright sky is left on roofs and branches.  A graded sky is the
camera's, altered; a replaced one is this procedure's own, with the plate's grain laid over it.

Known limits: the light on the ground stays as it was (grade the picture as well), water does not
mirror the new sky, and the clouds are a lit sheet, not volumes.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from manyhands.core import facts
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, Colour, MakerParams, choice, colour, maker, number, share
from manyhands.core.track import Track
from manyhands.core.words import Plus, Times, Words


class Params(MakerParams):
    look: Literal["graded", "storm", "overcast", "fair", "sunset", "night"] = choice(
        "graded", "the plate's own sky graded, or a drawn one in its place"
    )
    stops: float = number(
        0.0, low=-8, high=8, unit="stops", about="how much brighter the sky gets; below 0 darker", bold=1.4
    )
    top: float = share(0.6, "how much less the horizon is changed in brightness than the sky overhead")
    tint: Colour = colour((1.0, 1.0, 1.0), "the colour that the sky is pulled towards")
    tinted: float = share(0.0, "how far it is pulled there", bold=1.25)
    contrast: float = number(1.0, low=0.2, high=5, unit="times", about="the contrast within the sky", bold=1.25)
    saturation: float = number(1.0, low=0, high=4, unit="times", about="how strong the sky's colours are", bold=1.15)
    cover: float = number(1.0, low=0, high=3, unit="times", about="how many clouds a drawn sky has", bold=1.1)
    drift: float = number(1.0, low=0, high=40, unit="times", about="how fast the clouds move")
    wind: float = number(0.4, low=-4, high=4, unit="to the right", about="where the clouds go; below 0 to the left")
    wind_depth: float = number(
        0.2, low=-4, high=4, unit="away", about="where the clouds go; below 0 towards the camera"
    )
    horizon_px: float = facts.horizon_px()
    plate_sky: Colour = facts.plate_sky("contrast turns about")
    sun_from_x: float = facts.sun_from_x()
    sun_from_y: float = facts.sun_from_y()
    sun_from_z: float = facts.sun_from_z()


COOL: Colour = (0.75, 0.87, 1.0)  # clouds that hide the sun are lit by the blue above them

WORDS = Words(
    nouns={
        "sky": {},
        "skies": {},
        "clouds": {"look": "fair"},
        "storm": {"look": "storm"},
        "storm clouds": {"look": "storm"},
        "thunderclouds": {"look": "storm"},
        "thunderstorm": {"look": "storm"},
        "overcast": {"look": "overcast"},
        "cloud cover": {"look": "overcast"},
        "sunset": {"look": "sunset"},
        "dusk": {"look": "sunset", "stops": Plus(-1.0)},
        "sunrise": {"look": "sunset"},
        "dawn": {"look": "sunset", "stops": Plus(-0.6), "saturation": Times(0.7)},
        "night": {"look": "night"},
        "night sky": {"look": "night"},
    },
    adjectives={
        "dark": {"stops": Plus(-1.3), "tint": COOL, "tinted": Plus(0.12)},
        "gloomy": {
            "stops": Plus(-1.0),
            "saturation": Times(0.6),
            "contrast": Times(1.2),
            "tint": COOL,
            "tinted": Plus(0.15),
        },
        "heavy": {"stops": Plus(-0.9), "contrast": Times(1.4)},
        "brooding": {
            "stops": Plus(-1.2),
            "contrast": Times(1.5),
            "saturation": Times(0.6),
            "tint": COOL,
            "tinted": Plus(0.15),
        },
        "threatening": {
            "stops": Plus(-1.3),
            "contrast": Times(1.5),
            "saturation": Times(0.6),
            "tint": COOL,
            "tinted": Plus(0.15),
        },
        "ominous": {
            "stops": Plus(-1.3),
            "contrast": Times(1.4),
            "saturation": Times(0.6),
            "tint": COOL,
            "tinted": Plus(0.15),
        },
        "dramatic": {"stops": Plus(-0.7), "contrast": Times(1.8), "saturation": Times(1.1)},
        "bright": {"stops": Plus(0.6)},
        "light": {"stops": Plus(0.5)},
        "stormy": {"look": "storm"},
        "cloudy": {"look": "fair", "cover": Times(1.4)},
        "overcast": {"look": "overcast"},
        "fair": {"look": "fair"},
        "clear": {"look": "fair", "cover": Times(0.35)},
        "starless": {"look": "night"},
        "warm": {"tint": (1.0, 0.72, 0.48), "tinted": Plus(0.3)},
        "cold": {"tint": (0.62, 0.8, 1.0), "tinted": Plus(0.3)},
        "cool": {"tint": (0.68, 0.84, 1.0), "tinted": Plus(0.25)},
        "pale": {"saturation": Times(0.5), "stops": Plus(0.2)},
        "grey": {"saturation": Times(0.15), "stops": Plus(-0.3)},
        "gray": {"saturation": Times(0.15), "stops": Plus(-0.3)},
        "deep": {"saturation": Times(1.35), "stops": Plus(-0.5)},
        "saturated": {"saturation": Times(1.4)},
        "flat": {"contrast": Times(0.7)},
    },
    circumstances={
        "wind": {"wind": 0.8},
        "breeze": {"wind": 0.4},
        "gale": {"wind": 1.6, "drift": Times(1.8)},
        "gusts": {"drift": Times(1.3)},
    },
    places={"sky": {}},
)


@maker(
    "sky",
    version=1,
    words=WORDS,
    purposes=("change", "add"),
    seconds=lambda p, width, height: (1.1e-7 if p.look == "graded" else 2.5e-7) * width * height,
)
def sky(plate: Clip, foreground: Clip, p: Params, rng: Chance, bell: Bell, motion: Track | None = None) -> Clip:
    """The plate with another sky, over its span."""

    def behind(picture: Frame, at: int) -> Frame:
        front = np.ascontiguousarray(foreground.frame(at).alpha)
        if front.min() >= 1:
            return picture
        return (
            _graded(picture, front, p, motion, at)
            if p.look == "graded"
            else _replaced(picture, front, p, motion, plate, rng, at)
        )

    return plate.each(behind)


def _graded(picture: Frame, front: np.ndarray, p: Params, motion: Track | None, at: int) -> Frame:
    from manyhands.comp.layers import altered
    from manyhands.kit.skyline import sky_course, sky_part

    own = sky_part(picture.rgba, front, sky_course(picture.rgba, front))
    other = _changed(own, _height_share(picture, p, motion, at), p)
    rgba = picture.rgba.copy()
    rgba[..., :3] += (1 - front)[..., None] * (other - own) * picture.alpha[..., None]
    return altered(picture, rgba, sky.hand)


def _changed(light: np.ndarray, up: np.ndarray, p: Params) -> np.ndarray:
    """The sky's light after the grade; ``up`` is 0 at the horizon and 1 overhead."""
    from manyhands.core.frame import luminance

    weight = 1 - np.float32(p.top) * (1 - up) ** 2
    level = luminance(np.maximum(light, 0))
    middle = max(float(luminance(np.array(p.plate_sky, np.float32))), 1e-4)
    gain = np.exp2(np.float32(p.stops) * weight)
    if p.contrast != 1:
        gain = gain * np.power(np.clip(level / np.float32(middle), 1e-3, 1e3), np.float32(p.contrast - 1))
    grey = level[..., None]
    out = grey + np.float32(p.saturation) * (light - grey)
    if p.tinted:
        tint = np.array(p.tint, np.float32) / max(float(luminance(np.array(p.tint, np.float32))), 1e-4)
        amount = np.float32(p.tinted) * weight[..., None]
        out = out + amount * (grey * tint - out)
    return out * gain[..., None]


def _replaced(
    picture: Frame, front: np.ndarray, p: Params, motion: Track | None, plate: Clip, rng: Chance, at: int
) -> Frame:
    from manyhands.comp.layers import altered, over
    from manyhands.core.frame import luminance
    from manyhands.kit.skyline import sky_course, sky_part

    course = sky_course(picture.rgba, front)
    own = sky_part(picture.rgba, front, course)
    drawn = _drawn(picture, p, motion, plate, rng, at)
    up = _height_share(picture, p, motion, at)
    # distance: at the horizon the new sky keeps half of how bright the plate's was, which ties it to the far hills
    level, old = luminance(drawn), luminance(course)
    most = min(1.0, 1.6 * float(level.mean()) / max(float(old.mean()), 1e-4))
    glow = old * np.float32(most) / np.maximum(level, 1e-4)
    drawn = drawn * (1 + 0.5 * np.exp(-up * 14) * (glow - 1))[..., None].astype(np.float32)
    drawn = drawn + _grain(picture, front, drawn)
    cover = 1 - front
    rgba = picture.rgba.copy()
    part = np.maximum(front, 1e-3)[..., None]
    rest = (picture.rgb - cover[..., None] * own * picture.alpha[..., None]) / part
    rgba[..., :3] = np.where(front[..., None] < 1, np.maximum(rest, 0), picture.rgb)
    cleaned = altered(picture, rgba, sky.hand)
    layer = np.dstack([drawn * (cover * picture.alpha)[..., None], cover * picture.alpha])
    return over(Frame.of(layer, sky.hand), cleaned)


def _drawn(picture: Frame, p: Params, motion: Track | None, plate: Clip, rng: Chance, at: int) -> np.ndarray:
    from dataclasses import replace

    from manyhands.kit.sky import LOOKS, draw_sky

    look = LOOKS[p.look]
    look = replace(look, cover=min(0.98, look.cover * p.cover))
    seconds = float(plate.span.seconds_at(at)) * 0.012 * p.drift
    u, v = rng.of("clouds").at().random(2)
    drawn = draw_sky(
        look,
        width=picture.width,
        height=picture.height,
        to_reference=np.linalg.inv(motion.matrix(at)) if motion else np.eye(3),
        horizon_px=p.horizon_px or 0.8 * picture.height,
        drift=(seconds * p.wind, seconds * p.wind_depth),
        place=(float(u), float(v)),
        sun=(p.sun_from_x, p.sun_from_y, p.sun_from_z),
    )
    return _changed(drawn, _height_share(picture, p, motion, at), _about(p, drawn))


def _about(p: Params, drawn: np.ndarray) -> Params:
    """The same grade, its contrast turned about the drawn sky's own middle."""
    return p.model_copy(update={"plate_sky": tuple(float(part) for part in drawn.reshape(-1, 3).mean(0))})


def _height_share(picture: Frame, p: Params, motion: Track | None, at: int) -> np.ndarray:
    """(H, W): 0 at the horizon, 1 a picture's height above it or at the top of a low sky."""
    horizon = p.horizon_px or 0.8 * picture.height
    top = 0.0
    if motion:
        horizon = float((motion.matrix(at) @ [picture.width / 2, horizon, 1])[1])
        top = min(0.0, float((motion.matrix(at) @ [picture.width / 2, 0, 1])[1]))
    rows = (horizon - (np.arange(picture.height) + 0.5)) / max(horizon - top, 0.25 * picture.height)
    return np.broadcast_to(np.clip(rows, 0, 1).astype(np.float32)[:, None], (picture.height, picture.width))


def _grain(picture: Frame, front: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """The plate's own grain in its open sky, as strong as it would be at the new sky's brightness."""
    import cv2

    from manyhands.core.frame import luminance

    smooth = cv2.GaussianBlur(picture.rgb, (0, 0), 1.6)
    open_ = np.clip(1 - 8 * cv2.blur(front, (7, 7)), 0, 1)
    level = np.sqrt(np.clip(luminance(drawn) / np.maximum(luminance(smooth), 1e-4), 0, 4))
    return (picture.rgb - smooth) * (open_ * level)[..., None]
