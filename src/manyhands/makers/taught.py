"""A matte learned from a few frames that an artist painted, for all the frames that nobody did.

Paint the matte in three or four frames; a small network learns those, and nothing else: no weights
are loaded, no picture of anybody else was ever seen.  It learns how things look, where they stand
and what moves against the camera, for as many steps as are given to it, and goes on where it was
stopped.  With the matte comes an account: how well it met a painted frame that was held out at
first, where it is unsure, and which frames to paint next.

The matte is made by the painters' hands through it: the account names the painted frames, and a
source that must not be learned from is refused.

Known limits: edges are soft over a few pixels (refine them for a key); what looks like nothing that
was painted may be missed; small things far off need a frame of their own.  The frames that it asks for
come beside those that are painted: where one of those shows little, as many frames spread over the shot
anew may teach more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, flag, maker, number
from manyhands.core.words import Times, Words
from manyhands.kit.taught import PAINTED

if TYPE_CHECKING:
    from manyhands.core.passes import Shelf


class Params(MakerParams):
    steps: int = number(
        1200, low=10, high=100_000, unit="steps", about="how long it learns; 600 are a look, 1800 a result", detail=2
    )
    shorter_px: int = number(
        480,
        low=64,
        high=2160,
        unit="pixels",
        about="the shorter side of the pictures that it learns from and draws; a larger plate is made smaller for it",
    )
    channel: Literal["brightness", "alpha", "red", "green", "blue"] = choice(
        "alpha", "what of the painted frames is the matte: how bright they are where they are opaque, or one channel"
    )
    coded: Literal["srgb", "rec709", "linear"] = choice(
        "srgb",
        "how their greys were stored: as computer pictures or as video, where a grey of half means half covered, or as "
        "light, where the value itself is the coverage (EXR, data)",
    )
    twice: bool = flag(True, "whether every frame is also looked at larger, which is slower and a little surer")


WORDS = Words(
    nouns={"taught matte": {}, "matte from painted frames": {}},
    adjectives={"careful": {"steps": Times(1.5)}, "quick": {"steps": Times(0.5)}},
)


@maker(
    "taught",
    version=1,
    origin="trained",
    role="matte",
    words=WORDS,
    keeps=True,
    scope="train_shot",
    about_model=lambda p: PAINTED,
    seconds=lambda p, width, height: 0.02 + 1e-7 * width * height,
)
def taught(plate: Clip, painted: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The matte over the plate's span, white where the painted ones are."""
    from manyhands.kit.mattes import coverage_in, matte_frame
    from manyhands.kit.taught.course import Course, enlarged, learned

    def target(picture: Frame, under: Frame) -> tuple[np.ndarray, None]:
        return coverage_in(picture, p.channel, p.coded), None

    course = Course.of(taught, plate, painted, target, p, rng, bell)

    def drawn(at: int, shelf: Shelf) -> Frame:
        matte = shelf.load(f"ask.{at}")["matte"].astype(np.float32)
        alpha = enlarged(_settled(matte), plate.frame(at)) if _is_smaller(matte, plate) else _settled(matte)
        return matte_frame(alpha, taught.hand)

    return learned(course, drawn)


def _is_smaller(matte: np.ndarray, plate: Clip) -> bool:
    return matte.shape != (plate.height, plate.width)


def _settled(matte: np.ndarray) -> np.ndarray:
    """Nothing where the model is all but sure of nothing, all where it is all but sure of all."""
    return np.asarray(np.clip((matte - 0.08) / 0.84, 0, 1), np.float32)
