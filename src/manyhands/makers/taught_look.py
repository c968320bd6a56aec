"""A change of the picture learned from a few frames in which an artist made it by hand.

Paint the change into three or four frames of the plate itself: a blemish gone, a rig painted out on
flat ground, another grade, a sharper picture.  A small network learns from the pairs where the
picture changes and how, and does the same in the other frames.  It loads no weights and has seen
no other picture.

Outside what it learned to change the picture is the plate's, bit for bit; inside, the light is the
model's by matte times change, and so the painters' through it.

A change is a gain and an offset of each colour, detail that is added (a shot out of focus) or taken away
(spots on skin), and a fill from what lies about it (a wire before a wall).

Known limits: it makes up no structure: what something wide hides comes from `remove`.  A few hundred steps
give a grade and focus; of thin or small things that are taken out a ghost stays and skin beside them is
softened until it has learned for longer.  Where the ground behind what is taken out has an edge, the fill
is soft across it.  What looks like the painted thing and stands near it may be changed with it.  What it
learns at a smaller size than the plate's it lays over the plate's own detail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, flag, maker, number, share
from manyhands.core.words import Times, Words
from manyhands.kit.taught import PAINTED

if TYPE_CHECKING:
    from manyhands.core.passes import Shelf

_LEAST, _SURE = 0.006, 0.02  # of encoded light: less is rounding and compression, more was painted


class Params(MakerParams):
    steps: int = number(
        1200, low=10, high=100_000, unit="steps", about="how long it learns; 600 are a look, 1800 a result", detail=2
    )
    shorter_px: int = number(
        1080,
        low=64,
        high=2160,
        unit="pixels",
        about="the shorter side of the pictures that it learns from; a larger plate is made smaller for it",
    )
    strength: float = share(1.0, "how much of the learned change is laid into the plate", bold=1.0)
    twice: bool = flag(False, "whether every frame is also looked at larger, which is slower and blurs fine detail")


WORDS = Words(
    nouns={
        "painted look": {"strength": 1.0},
        "look as painted": {"strength": 1.0},
        "change as painted": {"strength": 1.0},
    },
    adjectives={
        "careful": {"steps": Times(1.5)},
        "quick": {"steps": Times(0.5)},
        "subtle": {"strength": Times(0.6)},
    },
)


@maker(
    "taught_look",
    version=2,
    origin="trained",
    words=WORDS,
    scope="train_shot",
    about_model=lambda p: PAINTED,
    seconds=lambda p, width, height: 0.05 + 7e-7 * width * height,
)
def taught_look(plate: Clip, painted: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The plate with the learned change, over its span."""
    from manyhands.comp.layers import repainted
    from manyhands.kit.taught.course import Course, enlarged, enlarged_change, learned
    from manyhands.kit.taught.lessons import decoded, encoded, laid, recoloured

    course = Course.of(taught_look, plate, painted, _changed, p, rng, bell, colours=3)

    def drawn(at: int, shelf: Shelf) -> Frame:
        frame = plate.frame(at)
        seen = course.see(at, shelf)
        matte = enlarged(seen.matte, frame)
        rgba = frame.rgba.copy()
        change = enlarged_change(seen.given[..., :-1], frame)
        scale = frame.height / seen.given.shape[0]
        rgba[..., :3] = decoded(recoloured(encoded(frame.rgb), change, matte, scale=scale))
        return repainted(frame, rgba, taught_look.hand, laid(matte) * np.float32(p.strength))

    return learned(course, drawn)


def _changed(painted: Frame, plate: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Where a painted frame differs from the plate, softly, and what it shows there; encoded."""
    import cv2

    from manyhands.kit.mattes import held_as
    from manyhands.kit.taught.lessons import encoded

    # what is painted on a layer of its own lies over the plate
    shown = painted.rgb + (1 - painted.alpha)[..., None] * plate.rgb
    before, after = encoded(held_as(plate.rgb, painted.rgb)), encoded(shown)
    away = cv2.GaussianBlur(np.abs(after - before).max(-1), (0, 0), 1.0)
    matte = np.clip((away - _LEAST) / (_SURE - _LEAST), 0, 1).astype(np.float32)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    closed = cv2.morphologyEx(matte, cv2.MORPH_CLOSE, disc)
    return np.asarray(cv2.GaussianBlur(cv2.dilate(closed, disc), (0, 0), 1.0), np.float32), after
