"""A picture behind what the plate covers: the street behind an actor who was keyed or cut out of the plate.

The picture fills the plate: it is scaled until it covers it, and its middle is kept.  A still holds for
every frame; footage that ends sooner keeps its last frame.  With a track it goes with the camera: it is
scaled until it covers all that the camera looks at in the shot.  Where the plate is opaque it comes
through bit for bit.

Known limits: it moves as what was tracked does, so track what is far away; a camera that looks far about
spreads the picture thin, for its own pixels are all that there are; a plate without alpha hides it.
"""

from __future__ import annotations

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, Box, MakerParams, maker, number
from manyhands.core.span import Span
from manyhands.core.track import Track


class Params(MakerParams):
    exposure: float = number(0.0, low=-10, high=10, unit="stops", about="how much brighter the picture gets")
    defocus_px: float = number(
        0.0, low=0, high=200, unit="px", about="how far it is out of focus, as the sigma of a Gaussian"
    )


@maker("backdrop", version=1, role="treatment", seconds=lambda p, width, height: 1.2e-7 * width * height)
def backdrop(plate: Clip, picture: Clip, p: Params, rng: Chance, bell: Bell, motion: Track | None = None) -> Clip:
    """The plate over the picture, over the plate's span."""
    from manyhands.comp.layers import altered, blurred, over

    looked_at = _looked_at(motion, plate.span, plate.width, plate.height) if motion else None

    def backed(front: Frame, at: int) -> Frame:
        if front.alpha.min() >= 1:
            return front
        behind = picture.frame(picture.span.clamped(picture.span.start + at - plate.span.start))
        if motion and looked_at:
            behind = _led(behind, motion.matrix(at), looked_at, front.width, front.height)
        else:
            behind = _filling(behind, front.width, front.height)
        behind = blurred(behind, p.defocus_px)
        if p.exposure:
            rgba = behind.rgba.copy()
            rgba[..., :3] *= np.float32(2.0**p.exposure)
            behind = altered(behind, rgba, backdrop.hand)
        return over(front, behind)

    return plate.each(backed)


def _filling(picture: Frame, width: int, height: int) -> Frame:
    """The picture's middle, as large as it must be to fill the plate."""
    from manyhands.comp.layers import cropped, resized

    factor = max(width / picture.width, height / picture.height)
    wide, tall = max(round(factor * picture.width), width), max(round(factor * picture.height), height)
    return cropped(resized(picture, wide, tall), (wide - width) // 2, (tall - height) // 2, width, height)


def _looked_at(motion: Track, span: Span, width: int, height: int) -> Box:
    """The part of the track's reference frame, and round it, that the camera looks at in the shot."""
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64).T
    seen = np.concatenate([np.linalg.inv(motion.matrix(at)) @ corners for at in span.frames], axis=1)
    x, y = seen[:2] / seen[2]
    return float(x.min()), float(y.min()), float(np.ptp(x)), float(np.ptp(y))


def _led(picture: Frame, matrix: np.ndarray, looked_at: Box, width: int, height: int) -> Frame:
    """The picture as the camera sees it that moves by a matrix, if it covers all that is looked at."""
    from manyhands.comp.layers import resized, transformed

    left, top, wide, tall = looked_at
    factor = max(wide / picture.width, tall / picture.height)
    if factor < 1:  # the filter between pixels does not average
        picture = resized(picture, max(round(factor * picture.width), 1), max(round(factor * picture.height), 1))
        factor = max(wide / picture.width, tall / picture.height)
    x, y = left + wide / 2 - factor * picture.width / 2, top + tall / 2 - factor * picture.height / 2
    laid = np.array([[factor, 0, x], [0, factor, y], [0, 0, 1]])
    return transformed(picture, matrix @ laid, width, height, edge=True)
