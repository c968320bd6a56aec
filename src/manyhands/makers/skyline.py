"""The soft matte of what stands in front of the sky: 1 on roofs, trees and hills, 0 in the open sky.

The sky is learned once from a few frames of the plate, then told apart in every frame on its own;
edges as thin as hair get a fractional matte, because each edge pixel is seen as a mixture of the
sky's colour beside it and the foreground's.  Where no sky is found, everything is foreground.

Known limits: see :mod:`manyhands.kit.skyline`; a white wall and an overcast sky look alike, and a
reflection of the sky is told from the sky only by where it lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, maker, number

if TYPE_CHECKING:
    from manyhands.kit.skyline import Sky


class Params(MakerParams):
    sky: Literal["look", "there", "none"] = choice(
        "look", "whether there is a sky: look for one, take it that there is one, or that there is none"
    )
    grow_px: float = number(0.0, low=-20, high=20, unit="px", about="how far the foreground grows; below 0 it shrinks")


@maker(
    "skyline",
    version=1,
    role="matte",
    fills="foreground",
    seconds=lambda p, width, height: 4.5e-8 * width * height,
)
def skyline(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The matte over the plate's span, white where the foreground is."""
    learned: list[Sky] = []

    def matte(picture: Frame, at: int) -> Frame:
        from manyhands.kit.mattes import grown, matte_frame
        from manyhands.kit.skyline import split

        if not learned:
            learned.append(_learned(plate, p))
        return matte_frame(grown(split(picture.rgba, learned[0]).alpha, p.grow_px), skyline.hand)

    return plate.each(matte)


def _learned(plate: Clip, p: Params) -> Sky:
    from dataclasses import replace

    from manyhands.kit.skyline import fit_sky, sample_frames

    sky = fit_sky([plate.frame(at).rgba for at in sample_frames(plate.span)])
    return {"look": sky, "there": replace(sky, sure=1.0), "none": replace(sky, sure=0.0)}[p.sky]
