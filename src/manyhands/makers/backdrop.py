"""A picture behind what the plate covers: the street behind an actor who was keyed or cut out of the plate.

The picture fills the plate: it is scaled until it covers it, and its middle is kept.  A still holds for
every frame; footage that ends sooner keeps its last frame.  Where the plate is opaque it comes through
bit for bit.

Known limits: the picture stands still when the plate's camera moves; a plate without alpha hides it.
"""

from __future__ import annotations

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, maker, number


class Params(MakerParams):
    exposure: float = number(0.0, low=-10, high=10, unit="stops", about="how much brighter the picture gets")
    defocus_px: float = number(
        0.0, low=0, high=200, unit="px", about="how far it is out of focus, as the sigma of a Gaussian"
    )


@maker("backdrop", version=1, role="treatment", seconds=lambda p, width, height: 1.2e-7 * width * height)
def backdrop(plate: Clip, picture: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The plate over the picture, over the plate's span."""
    from manyhands.comp.layers import altered, blurred, cropped, over, resized

    def backed(front: Frame, at: int) -> Frame:
        if front.alpha.min() >= 1:
            return front
        behind = picture.frame(picture.span.clamped(picture.span.start + at - plate.span.start))
        factor = max(front.width / behind.width, front.height / behind.height)
        wide, tall = (max(round(factor * side), least) for side, least in
                      ((behind.width, front.width), (behind.height, front.height)))  # fmt: skip
        behind = resized(behind, wide, tall)
        behind = cropped(behind, (wide - front.width) // 2, (tall - front.height) // 2, front.width, front.height)
        behind = blurred(behind, p.defocus_px)
        if p.exposure:
            rgba = behind.rgba.copy()
            rgba[..., :3] *= np.float32(2.0**p.exposure)
            behind = altered(behind, rgba, backdrop.hand)
        return over(front, behind)

    return plate.each(backed)
