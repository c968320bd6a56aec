"""What a matte covers, cut out of the plate with its own colours: an element that can be laid in elsewhere.

In the soft edge a pixel is a mixture of the subject and what was behind it; the two are told apart,
so that hair does not carry its old background along.  Where the matte is 1 the plate comes through
bit for bit.

Known limits: the colours in a very wide soft edge are guesses from both sides; a shadow on the
ground is not part of the subject unless the matte says so.
"""

from __future__ import annotations

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, maker, number, share
from manyhands.core.words import Plus, Words


class Params(MakerParams):
    unmix: float = share(1.0, "how far the colours of soft edges are freed of what was behind them")
    choke_px: float = number(0.0, low=-50, high=50, unit="px", about="how far the edge moves in; below 0 out")
    soften_px: float = number(0.0, low=0, high=100, unit="px", about="over how many pixels the edge is spread")


WORDS = Words(
    nouns={"cutout": {"unmix": 1.0}},
    adjectives={"soft": {"soften_px": Plus(3)}, "tight": {"choke_px": Plus(1)}, "loose": {"choke_px": Plus(-1)}},
)


@maker("cut", version=1, role="element", cuts=True, words=WORDS, seconds=lambda p, width, height: 6e-7 * width * height)
def cut(plate: Clip, matte: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The covered part over the plate's span, premultiplied."""

    def out(picture: Frame, at: int) -> Frame:
        from manyhands.comp.layers import altered, held
        from manyhands.kit.mattes import coverage_at, grown, softened
        from manyhands.kit.matting import colours_apart

        alpha = np.clip(coverage_at(matte, at, picture, by="cut"), 0, 1)
        moved = softened(grown(alpha, -p.choke_px), p.soften_px)
        cut_out = held(picture, moved)
        if not p.unmix or not ((alpha < 1) & (moved > 0)).any():
            return cut_out
        rgb = picture.rgb / np.maximum(picture.alpha, 1e-6)[..., None]
        front, _ = colours_apart(rgb, alpha)
        own = np.where((alpha >= 1)[..., None], rgb, rgb + np.float32(p.unmix) * (front - rgb))
        return altered(cut_out, np.dstack([own * cut_out.alpha[..., None], cut_out.alpha]), cut.hand)

    return plate.each(out)
