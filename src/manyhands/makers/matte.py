"""A matte out of a picture that was brought in, such as painted black and white frames.

One channel of the picture is read as coverage, turned round if asked, joined with another matte,
grown or shrunk, and softened.  A still holds for every frame.

Known limits: what was painted in a program that shows greys in another way than it stores them
needs ``coded`` to say so; in the soft edge where two joined mattes only touch, a thin seam stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, flag, maker, number
from manyhands.core.words import Plus, Words


class Params(MakerParams):
    channel: Literal["brightness", "alpha", "red", "green", "blue"] = choice(
        "brightness", "what of the picture is the matte: how bright it is where it is opaque, or one channel"
    )
    coded: Literal["srgb", "rec709", "linear"] = choice(
        "srgb",
        "how its greys were stored: as computer pictures or as video, where a grey of half means half covered, or as "
        "light, where the value itself is the coverage (EXR, data)",
    )
    invert: bool = flag(False, "black is what is covered")
    join: Literal["union", "intersection", "difference"] = choice(
        "union", "what becomes of a second matte: added, only what both cover, or taken away"
    )
    grow_px: float = number(0.0, low=-100, high=100, unit="px", about="how far the matte grows; below 0 it shrinks")
    soften_px: float = number(0.0, low=0, high=200, unit="px", about="over how many pixels its edge is spread")
    first_frame: int | None = number(
        None,
        low=-1_000_000_000,
        high=1_000_000_000,
        unit="frame",
        about="the frame of the plate on which the picture's own first frame lies; its own numbers if empty",
    )


WORDS = Words(
    nouns={"painted matte": {}, "matte": {}},
    adjectives={
        "soft": {"soften_px": Plus(6)},
        "large": {"grow_px": Plus(3)},
        "small": {"grow_px": Plus(-3)},
        "inverted": {"invert": True},
    },
)


@maker("matte", version=1, role="matte", words=WORDS, seconds=lambda p, width, height: 3e-8 * width * height)
def matte(plate: Clip, picture: Clip, p: Params, rng: Chance, bell: Bell, other: Clip | None = None) -> Clip:
    """The matte over the plate's span, white where the picture says so."""
    from manyhands.kit.mattes import coverage_at, coverage_in, grown, joined, matte_frame, picture_at, softened

    start = picture.span.start if p.first_frame is None else p.first_frame
    numbered = replace(
        picture,
        span=picture.span.but(start=start),
        read=lambda at: picture.read(at - start + picture.span.start),
        simulation=None,
    )

    def read(frame: Frame, at: int) -> Frame:
        found = coverage_in(picture_at(numbered, at, frame, by="matte", name="picture"), p.channel, p.coded)
        alpha = 1 - found if p.invert else found
        if other:
            alpha = joined(alpha, coverage_at(other, at, frame, by="matte", name="other"), p.join)
        return matte_frame(softened(grown(alpha, p.grow_px), p.soften_px), matte.hand)

    return plate.each(read)
