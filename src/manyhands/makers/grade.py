"""The picture's light changed by rule: exposure, white, contrast, saturation, lift, gamma, gain, a LUT.

In this order, on scene-linear ACEScg: white balance, exposure, contrast about middle grey (0.18, in
stops), lift-gamma-gain, saturation, and last the look-up table.  A LUT is applied in the space that
``lut_space`` names: ACEScct (its logarithm by the Academy's formula, on these primaries) or the
scene-linear values themselves.  Everything stays the hand's that it was, altered.

Known limits: a LUT made for a display's picture or another log space does not fit; convert it first.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, Colour, MakerParams, choice, colour, file, maker, number, share
from manyhands.core.words import Effects, Plus, Times, Words


class Params(MakerParams):
    exposure: float = number(0.0, low=-10, high=10, unit="stops", about="how much brighter the picture gets", bold=1.35)
    temperature_k: float = number(
        6500,
        low=2000,
        high=25000,
        unit="K",
        about="the light that is to look neutral: above 6500 the picture gets warmer",
    )
    tint: float = number(0.0, low=-1, high=1, unit="share", about="towards magenta; below 0 towards green")
    contrast: float = number(1.0, low=0.1, high=5, unit="times", about="the contrast about middle grey", bold=1.12)
    saturation: float = number(1.0, low=0, high=4, unit="times", about="how strong the colours are", bold=1.15)
    lift: Colour = colour((0.0, 0.0, 0.0), "light added to the blacks, fading towards white")
    gain: Colour = colour((1.0, 1.0, 1.0), "what all light is multiplied by")
    gamma: Colour = colour((1.0, 1.0, 1.0), "how bright the middle tones are; above 1 brighter")
    shadows: Colour = colour((1.0, 1.0, 1.0), "a tint for the dark parts, as bright as they were")
    toned: float = share(0.0, "how far the dark parts take that tint", bold=1.2)
    lut: str = file("", "a look-up table, a .cube file; none if empty")
    lut_space: Literal["acescct", "linear"] = choice("acescct", "what the LUT's numbers are")
    lut_share: float = share(1.0, "how much of the LUT is applied")


def _tones() -> dict[str, Effects]:
    """Dark, middle and bright parts by lift, gamma and gain, whichever word comes first."""
    parts: dict[tuple[str, ...], tuple[Effects, Effects]] = {
        ("shadows", "blacks"): ({"lift": Plus(0.015)}, {"gamma": Times(0.85), "contrast": Times(1.08)}),
        ("midtones", "mids"): ({"gamma": Times(1.2)}, {"gamma": Times(0.83)}),
        ("highlights", "whites"): ({"gain": Times(1.2)}, {"gain": Times(0.83)}),
    }
    ways = (("lifted", "brighter", "raised", "lighter"), ("crushed", "darker", "deeper", "lowered"))
    return {
        phrase: dict(effects)
        for names, both in parts.items()
        for effects, describing in zip(both, ways, strict=True)
        for name in names
        for word in describing
        for phrase in (f"{word} {name}", f"{name} {word}")
    }


WORDS = Words(
    nouns={
        **_tones(),
        "picture": {},
        "image": {},
        "shot": {},
        "plate": {},
        "scene": {},
        "frame": {},
        "grade": {},
        "everything": {},
        "exposure": {},
        "light": {},
        "colours": {},
        "colors": {},
        "contrast": {},
        "saturation": {},
        "blacks": {},
        "shadows": {},
        "midtones": {},
        "highlights": {},
        "day for night": {"exposure": -2.6, "temperature_k": 4300, "saturation": 0.45, "contrast": 1.12},
        "night": {"exposure": -2.4, "temperature_k": 4400, "saturation": 0.5, "contrast": 1.1},
        "moonlight": {"exposure": -2.2, "temperature_k": 4100, "saturation": 0.4},
        "dusk": {"exposure": -1.1, "temperature_k": 5400, "saturation": 0.85},
        "twilight": {"exposure": -1.5, "temperature_k": 4900, "saturation": 0.75},
        "dawn": {"exposure": -0.6, "temperature_k": 7200, "saturation": 0.85, "contrast": 0.92},
        "sunrise": {"exposure": -0.3, "temperature_k": 8200},
        "sunset": {"exposure": -0.5, "temperature_k": 9200, "saturation": 1.08},
        "golden hour": {"exposure": -0.2, "temperature_k": 8600, "saturation": 1.08},
        "noon": {"exposure": 0.2, "contrast": 1.1},
        "black and white": {"saturation": 0.0},
        "bleach bypass": {"saturation": 0.4, "contrast": 1.35},
        "teal and orange": {"temperature_k": 7600, "shadows": (0.55, 1.0, 1.1), "toned": 0.45, "saturation": 1.1},
    },
    adjectives={
        "dark": {"exposure": Plus(-0.8)},
        "dim": {"exposure": Plus(-0.6)},
        "underexposed": {"exposure": Plus(-1.2)},
        "bright": {"exposure": Plus(0.6)},
        "light": {"exposure": Plus(0.5)},
        "warm": {"temperature_k": Plus(1300)},
        "golden": {"temperature_k": Plus(1700), "saturation": Times(1.05)},
        "cold": {"temperature_k": Plus(-1300)},
        "cool": {"temperature_k": Plus(-1000)},
        "bluish": {"temperature_k": Plus(-1500)},
        "contrasty": {"contrast": Times(1.3)},
        "punchy": {"contrast": Times(1.25), "saturation": Times(1.1)},
        "crisp": {"contrast": Times(1.15)},
        "harsh": {"contrast": Times(1.4)},
        "flat": {"contrast": Times(0.75)},
        "soft": {"contrast": Times(0.85)},
        "saturated": {"saturation": Times(1.3)},
        "colourful": {"saturation": Times(1.3)},
        "colorful": {"saturation": Times(1.3)},
        "vivid": {"saturation": Times(1.35)},
        "muted": {"saturation": Times(0.65)},
        "desaturated": {"saturation": Times(0.5)},
        "washed out": {"saturation": Times(0.6), "contrast": Times(0.8), "exposure": Plus(0.2)},
        "faded": {"saturation": Times(0.7), "lift": (0.012, 0.012, 0.013)},
        "monochrome": {"saturation": 0.0},
        "colourless": {"saturation": 0.0},
        "moody": {"exposure": Plus(-0.6), "saturation": Times(0.75), "contrast": Times(1.12)},
        "gloomy": {"exposure": Plus(-0.8), "saturation": Times(0.65), "temperature_k": Plus(-600)},
        "ominous": {"exposure": Plus(-0.8), "saturation": Times(0.7), "contrast": Times(1.15)},
        "bleak": {"saturation": Times(0.5), "temperature_k": Plus(-900), "exposure": Plus(-0.3)},
        "dramatic": {"contrast": Times(1.25), "exposure": Plus(-0.3)},
        "greenish": {"tint": Plus(-0.35)},
        "magenta": {"tint": Plus(0.35)},
        "sunny": {"exposure": Plus(0.4), "temperature_k": Plus(700), "contrast": Times(1.08)},
    },
)


@maker("grade", version=1, words=WORDS, seconds=lambda p, width, height: 1.2e-7 * width * height)
def grade(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The plate graded, over its span."""
    from manyhands.comp.layers import altered

    balance = _balance(p.temperature_k, p.tint)
    table = _table(p.lut) if p.lut else None

    def graded(picture: Frame, at: int) -> Frame:
        covered = picture.alpha > 0
        alpha = np.where(covered, picture.alpha, 1)[..., None]
        rgb = _changed(picture.rgb / alpha, p, balance)
        if table is not None:
            rgb = rgb + np.float32(p.lut_share) * (_looked_up(table, rgb, p.lut_space) - rgb)
        rgba = picture.rgba.copy()
        rgba[..., :3] = np.where(covered[..., None], rgb * alpha, picture.rgb)
        return altered(picture, rgba, grade.hand)

    return plate.each(graded)


def _changed(rgb: np.ndarray, p: Params, balance: np.ndarray) -> np.ndarray:
    from manyhands.core.frame import luminance

    out: np.ndarray = (rgb @ (balance.T * np.float32(2.0**p.exposure))).astype(np.float32)
    if p.contrast != 1:
        out = np.float32(0.18) * _power(out / np.float32(0.18), p.contrast)
    lift, gamma, gain = (np.array(part, np.float32) for part in (p.lift, p.gamma, p.gain))
    if lift.any() or (gamma != 1).any() or (gain != 1).any():
        out = out * gain + lift * (1 - np.clip(out, 0, 1))
        out = _power(out, 1 / np.maximum(gamma, 1e-3))
    grey = luminance(out)[..., None]
    if p.toned:
        tone = np.array(p.shadows, np.float32) / max(float(luminance(np.array(p.shadows, np.float32))), 1e-4)
        amount = np.float32(p.toned) / (1 + (np.maximum(grey, 0) / np.float32(0.12)) ** 2)
        out = out + amount * (grey * tone - out)
    return grey + np.float32(p.saturation) * (out - grey)


def _power(value: np.ndarray, exponent: float | np.ndarray) -> np.ndarray:
    """A power that goes through 0 evenly, so that light below 0 stays finite."""
    return np.asarray(np.sign(value) * np.power(np.abs(value), exponent), np.float32)


def _balance(temperature_k: float, tint: float) -> np.ndarray:
    """(3, 3): light of that temperature becomes neutral, in ACEScg; 6500 K and no tint change nothing.

    Source: von Kries adaptation on the Bradford cone responses (Lam 1985).
    """
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    # ACEScg to XYZ with ACES white (Academy S-2014-004)
    to_xyz = np.array(
        [
            [0.6624541811, 0.1340042065, 0.1561876870],
            [0.2722287168, 0.6740817658, 0.0536895174],
            [-0.0055746495, 0.0040607335, 1.0103391003],
        ]
    )
    # 6500 K stays 6500 K: what is balanced is the way from there, as gains on cone responses
    gains = (bradford @ _white(6500, 0)) / (bradford @ _white(temperature_k, -tint))
    change = np.linalg.inv(bradford @ to_xyz) @ np.diag(gains) @ (bradford @ to_xyz)
    return np.asarray(change / (np.array([0.2722287168, 0.6740817658, 0.0536895174]) @ change @ np.ones(3)), np.float32)


def _white(temperature_k: float, tint: float) -> np.ndarray:
    """XYZ of a black body's light, moved off its curve by a tint; Y is 1.

    Source: Kim et al. 2002, cubic fit of the Planckian locus from 1667 to 25000 K.
    """
    t = 1000 / temperature_k
    if temperature_k < 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
    else:
        x = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
    if temperature_k < 2222:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif temperature_k < 4000:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    y -= 0.04 * tint
    return np.array([x / y, 1, (1 - x - y) / y])


def _table(path: str) -> object:
    from manyhands.kit.cube import read_cube

    return read_cube(path)


def _looked_up(table: object, rgb: np.ndarray, space: str) -> np.ndarray:
    from manyhands.kit.cube import Cube, apply_cube

    assert isinstance(table, Cube)
    return _from_acescct(apply_cube(table, _to_acescct(rgb))) if space == "acescct" else apply_cube(table, rgb)


# ACEScct by formula (Academy S-2016-001)
CUT, SLOPE, OFFSET = 0.0078125, 10.5402377416545, 0.0729055341958355


def _to_acescct(linear: np.ndarray) -> np.ndarray:
    log = (np.log2(np.maximum(linear, 1e-10)) + 9.72) / 17.52
    return np.asarray(np.where(linear <= CUT, SLOPE * linear + OFFSET, log), np.float32)


def _from_acescct(coded: np.ndarray) -> np.ndarray:
    linear = np.exp2(np.minimum(coded, 1.6) * 17.52 - 9.72)
    return np.asarray(np.where(coded <= 0.155251141552511, (coded - OFFSET) / SLOPE, linear), np.float32)
