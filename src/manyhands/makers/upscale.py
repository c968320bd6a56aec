"""The plate on a finer grid, by what its own neighbouring frames saw between its pixels.

Neighbouring frames are laid over each other to small parts of a pixel, and a finer picture is sought
that would have given all of them; what has moved otherwise, is hidden, or is no more than noise is
left out.  Nothing is trained and nothing is invented: where neighbours add nothing, as when neither
camera nor scene moves, it is the cubic enlargement with less noise and a little of the lens's
softness taken back.  The light stays the camera's, altered by this procedure.

Known limits: most of what can be won is won at twice the size; detail that the lens or the coding of
the plate took is gone; fast motion is left as the cubic one has it.
"""

from __future__ import annotations

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, remembering
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, maker, number
from manyhands.core.words import Times, Words


class Params(MakerParams):
    factor: float = number(2.0, low=1, high=4, unit="times", about="how much wider and higher the picture gets")
    frames: int = number(2, low=0, high=4, unit="frames", about="how many frames before and after are looked at")
    softness: float = number(
        0.3,
        low=0.05,
        high=1.0,
        unit="of a pixel",
        about="how soft the camera is, as the sigma of a Gaussian: what is taken back",
        bold=1.15,
    )


TWICE = {"factor": 2.0}

WORDS = Words(
    nouns={
        "upscale": TWICE,
        "upscale the shot": TWICE,
        "upscale the picture": TWICE,
        "upscaled": TWICE,
        "upscaling": TWICE,
        "upres": TWICE,
        "super resolution": TWICE,
        "super-resolution": TWICE,
        "higher resolution": TWICE,
        "more resolution": TWICE,
        "enlarge the picture": TWICE,
        "enlarge the plate": TWICE,
        "enlarge the shot": TWICE,
        "twice the size": TWICE,
        "double the size": TWICE,
        "twice the resolution": TWICE,
        "double the resolution": TWICE,
        "twice as large": TWICE,
        "three times the size": {"factor": 3.0},
        "three times the resolution": {"factor": 3.0},
        "four times the size": {"factor": 4.0},
        "four times the resolution": {"factor": 4.0},
    },
    adjectives={"crisp": {"softness": Times(1.3)}, "natural": {"softness": Times(0.6)}},
)


@maker(
    "upscale",
    version=1,
    words=WORDS,
    shifts=True,
    resizes=True,
    purposes=("enlarge",),
    seconds=lambda p, width, height: 8e-7 * (2 * p.frames + 1) * width * height * (0.5 + 0.13 * p.factor**2),
)
def upscale(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The enlarged plate over its span."""
    from manyhands.comp.layers import altered, resized
    from manyhands.kit.finer import finer

    width, height = round(plate.width * p.factor), round(plate.height * p.factor)
    if (width, height) == (plate.width, plate.height):
        return plate
    clip = remembering(plate, frames=2 * p.frames + 1)

    def enlarged(at: int) -> Frame:
        bell(at - plate.span.start, plate.span.length)
        near = [at + step for step in range(-p.frames, p.frames + 1) if step and at + step in plate.span]
        own = clip.frame(at)
        others = [clip.frame(other).rgb for other in near]
        fine = finer(own.rgb, others, p.factor, softness_px=p.softness)
        large = resized(own, width, height)
        return altered(large, np.dstack([fine, large.alpha]), upscale.hand)

    return Clip(plate.span, width, height, enlarged)
