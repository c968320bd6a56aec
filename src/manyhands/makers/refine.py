"""A rough matte made exact: hair, motion blur and soft edges get the coverage that the picture shows.

What the matte says is surely in or out stays.  In the band between, and so far into both sides as is
asked, coverage is found from the picture's own colours.  A part painted grey is left to be found, so
hair is best painted over in grey.

Known limits: where the subject and what is behind it have the same colour nothing tells them apart,
and a band that is much too wide lets in what only looks alike, as a haze; a band of more than 600,000 pixels is
refined the quick way.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, maker, number, share
from manyhands.core.words import Words


class Params(MakerParams):
    way: Literal["exact", "quick"] = choice(
        "exact", "solve for the whole edge at once (closed-form matting), or only follow the colours (guided filter)"
    )
    inner_px: float = number(
        4.0, low=0, high=400, unit="px", about="how far inside the matte's solid part the true edge may lie"
    )
    outer_px: float = number(6.0, low=0, high=400, unit="px", about="how far outside the matte the true edge may lie")
    black: float = share(0.05, "coverage in the band up to which all is empty; higher where a haze is left")
    white: float = share(0.95, "coverage in the band from which all is solid")


WORDS = Words(nouns={"edge refinement": {}}, adjectives={"quick": {"way": "quick"}})


@maker(
    "refine",
    version=1,
    role="matte",
    words=WORDS,
    seconds=lambda p, width, height: (6e-7 if p.way == "quick" else 2e-6) * width * height,
)
def refine(plate: Clip, matte: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The matte over the plate's span, its edge found in the plate."""

    def exact(picture: Frame, at: int) -> Frame:
        from manyhands.kit.mattes import coverage_at, matte_frame
        from manyhands.kit.matting import refined

        rough = np.ascontiguousarray(coverage_at(matte, at, picture, by="refine"))
        rgb = np.ascontiguousarray(picture.rgb)
        found = refined(rgb, rough, inner_px=p.inner_px, outer_px=p.outer_px, quick=p.way == "quick")
        found = np.clip((found - np.float32(p.black)) / np.float32(max(p.white - p.black, 1e-3)), 0, 1)
        return matte_frame(found, refine.hand)

    return plate.each(exact)
