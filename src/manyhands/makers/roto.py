"""A matte drawn by hand: polygons and splines with keys over frames, which may follow a track.

Points are drawn in pixels of the plate, or of the track's reference frame if there is one: then the
track carries them, and keys are corrections on top.  Edges are exact shares of a pixel, and blur as
the camera's shutter would have blurred them.

Known limits: a blurred edge takes the way between two moments as straight; a line that crosses
itself and turns back the other way cancels where both lie over each other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, drawing, file, flag, maker, number
from manyhands.core.track import Track
from manyhands.core.words import Plus, Words
from manyhands.kit.shapes import Shapes


class Params(MakerParams):
    shapes: Shapes = drawing(
        Shapes(),
        "the shapes, such as polygon 10,20 90,20 50,80; a bar between several, 1001: before the points of a frame",
    )
    drawn: str = file("", "more shapes from a file, .json or .shapes, joined after those; none if empty")
    grow_px: float = number(0.0, low=-200, high=200, unit="px", about="how far the matte grows; below 0 it shrinks")
    soften_px: float = number(0.0, low=0, high=500, unit="px", about="over how many pixels every edge is spread")
    shutter_deg: float = number(
        0.0, low=0, high=720, unit="degrees", about="how long the shutter is open about the frame; 180 is half of it"
    )
    invert: bool = flag(False, "what is drawn is what is left out")


WORDS = Words(
    nouns={"roto": {}, "rotoscope": {}},
    adjectives={"soft": {"soften_px": Plus(6)}, "motion blurred": {"shutter_deg": 180.0}},
)


@maker("roto", version=1, role="matte", words=WORDS, seconds=lambda p, width, height: 4e-8 * width * height)
def roto(plate: Clip, p: Params, rng: Chance, bell: Bell, motion: Track | None = None) -> Clip:
    """The matte over the plate's span, white inside the shapes."""
    shapes = _all(p)

    def matte(picture: Frame, at: int) -> Frame:
        from manyhands.kit.mattes import grown, matte_frame, softened
        from manyhands.kit.shapes import drawn

        onto = _carrier(motion)
        alpha = drawn(shapes, picture.width, picture.height, _moments(shapes, p.shutter_deg, at, onto), onto)
        alpha = softened(grown(alpha, p.grow_px), p.soften_px)
        return matte_frame(1 - alpha if p.invert else alpha, roto.hand)

    return plate.each(matte)


def _all(p: Params) -> Shapes:
    from manyhands.kit.shapes import read_shapes

    more = read_shapes(p.drawn).shapes if p.drawn else ()
    found = Shapes(shapes=(*p.shapes.shapes, *more))
    if not found.shapes:
        raise ParameterError(
            "roto: shapes is empty; it must hold one shape or more.",
            'Draw one, such as --set roto.shapes="polygon 100,80 400,80 400,300".',
            maker="roto",
            parameter="shapes",
        )
    return found


def _carrier(motion: Track | None) -> Callable[[np.ndarray, float], np.ndarray]:
    """What takes points of the reference frame to where they are at a moment: along the track, straight between."""

    def onto(points: np.ndarray, time: float) -> np.ndarray:
        if motion is None:
            return points
        time = min(max(time, motion.span.start), motion.span.end)
        first = min(int(np.floor(time)), motion.span.end)
        here = _moved(points, motion.matrix(first))
        if time == first:
            return here
        return np.asarray(here + (time - first) * (_moved(points, motion.matrix(first + 1)) - here))

    return onto


def _moved(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    x, y, depth = matrix @ np.column_stack([points, np.ones(len(points))]).T
    return np.column_stack([x / depth, y / depth])


def _moments(
    shapes: Shapes, shutter_deg: float, at: int, onto: Callable[[np.ndarray, float], np.ndarray]
) -> np.ndarray:
    """The moments while the shutter is open, two for each pixel that a point goes."""
    from manyhands.kit.shapes import travel_px

    half = shutter_deg / 720
    way = travel_px(shapes, at - half, at + half, onto) if half else 0.0
    count = int(min(max(np.ceil(2 * way), 1), 96))
    return np.asarray(at + half * (2 * (np.arange(count) + 0.5) / count - 1))
