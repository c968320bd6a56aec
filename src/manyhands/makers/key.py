"""The subject before a green or blue screen, cut out: the screen's light is gone, and so is its spill.

How the screen is lit is modelled in every frame from the screen that is seen (or from a clean
plate), so an uneven screen keys evenly.  Edges get their own colour back, not the screen's, and the
picture is premultiplied: it is laid in as an element, and its alpha is a matte for those who take one.
Where the subject is solid and has no spill, the plate comes through bit for bit; on strong colours spill is
what a rim has more of than all that lies farther in.

Known limits: clothes in the screen's colour turn transparent (draw a ``holdout``), and what is solid
nowhere, such as a fast ball in a strong colour, is found less exactly than what stands still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import MediaError
from manyhands.core.frame import LUMINANCE, Frame
from manyhands.core.maker import Bell, MakerParams, choice, maker, number, share
from manyhands.core.words import Plus, Times, Words

if TYPE_CHECKING:
    from manyhands.kit.keying import Screen


class Params(MakerParams):
    screen: Literal["look", "green", "blue"] = choice("look", "the screen's colour; look for it in the plate")
    black: float = share(0.01, "coverage up to which all is empty")
    white: float = share(0.97, "coverage from which all is solid")
    core: float = share(
        0.9, "coverage from which the inside of things, away from every edge, is solid; spill had made it thinner"
    )
    grain: float = number(
        1.0, low=0, high=5, unit="times", about="how much of the plate's grain is taken out of the matte", bold=1.5
    )
    despill: float = share(1.0, "how much of the screen's light on the subject is taken off")
    spill_limit: float = share(
        0.2, "what the screen's channel may reach: the mean of the other two at 0, the larger at 1"
    )
    spill_light: float = share(0.25, "how much of the brightness that went with the spill comes back as white light")
    choke_px: float = number(0.0, low=-50, high=50, unit="px", about="how far the edge moves in; below 0 out")
    soften_px: float = number(0.0, low=0, high=100, unit="px", about="over how many pixels the edge is spread")


WORDS = Words(
    nouns={
        "key": {"despill": 1.0},
        "pull a key": {"despill": 1.0},
        "key out": {"despill": 1.0},
        "keyer": {"despill": 1.0},
        "chroma key": {"despill": 1.0},
        "green screen": {"screen": "green"},
        "greenscreen": {"screen": "green"},
        "blue screen": {"screen": "blue"},
        "bluescreen": {"screen": "blue"},
    },
    adjectives={
        "soft": {"soften_px": Plus(3)},
        "tight": {"choke_px": Plus(1)},
        "loose": {"choke_px": Plus(-1)},
        "clean": {"grain": Times(1.6)},
        "hard": {"white": Plus(-0.1), "black": Plus(0.05)},
    },
)


@maker("key", version=1, role="element", cuts=True, words=WORDS, seconds=lambda p, width, height: 7e-7 * width * height)
def key(
    plate: Clip,
    p: Params,
    rng: Chance,
    bell: Bell,
    clean: Clip | None = None,
    garbage: Clip | None = None,
    holdout: Clip | None = None,
) -> Clip:
    """The subject over the plate's span, premultiplied."""
    learned: list[Screen] = []

    def cut(picture: Frame, at: int) -> Frame:
        from manyhands.comp.layers import altered, held
        from manyhands.kit.keying import screen_light, unmixed
        from manyhands.kit.mattes import coverage_at, grown, picture_at, softened

        if not learned:
            learned.append(_learned(plate, p))
        screen = learned[0]
        rgb = picture.rgb / np.maximum(picture.alpha, 1e-6)[..., None]
        empty = picture_at(clean, at, picture, by="key", name="clean").rgb if clean else None
        light = screen_light(rgb, screen, empty)
        alpha, colour = unmixed(rgb, light, screen, grain=p.grain, black=p.black, white=p.white, core=p.core)
        colour = _without_spill(colour, alpha, screen.channel, p)
        if holdout:
            kept = coverage_at(holdout, at, picture, by="key", name="holdout")
            alpha = np.maximum(alpha, kept)
            colour = np.where(kept[..., None] >= 1, rgb, colour + kept[..., None] * (rgb - colour))
        if garbage:
            alpha = alpha * (1 - coverage_at(garbage, at, picture, by="key", name="garbage"))
        alpha = softened(grown(alpha, -p.choke_px), p.soften_px)
        cut_out = held(picture, alpha)
        return altered(cut_out, np.dstack([colour * cut_out.alpha[..., None], cut_out.alpha]), key.hand)

    return plate.each(cut)


def _learned(plate: Clip, p: Params) -> Screen:
    from manyhands.kit.keying import fit_screen
    from manyhands.kit.skyline import sample_frames

    looked = sample_frames(plate.span)
    found = fit_screen([plate.frame(at).rgb for at in looked], None if p.screen == "look" else p.screen)
    if found is None:
        named = "green or blue" if p.screen == "look" else p.screen
        raise MediaError(
            f"key: no {named} screen was found in frames {', '.join(map(str, looked))} of the plate; it must fill half "
            "a percent of them or more.",
            "Name its colour in screen, or take a matte by hand (roto) and cut.",
        )
    return found


def _without_spill(colour: np.ndarray, alpha: np.ndarray, channel: int, p: Params) -> np.ndarray:
    from manyhands.kit.keying import despilled, edge_spill

    out, excess = despilled(colour, channel, amount=p.despill, balance=p.spill_limit)
    rim = np.float32(p.despill) * edge_spill(out, alpha, channel)
    out[..., channel] -= rim
    excess = excess + rim
    lost = np.float32(p.spill_light * LUMINANCE[channel]) * excess
    return np.where(excess[..., None] > 0, out + lost[..., None], colour)
