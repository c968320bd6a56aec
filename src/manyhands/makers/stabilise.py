"""The plate with a steadier camera, by its own motion.

The shake is taken out of the tracked camera's way and each frame is laid where the steady camera
would have had it, resampled once.  The picture is enlarged as little as leaves no gap, by the same
amount in the whole shot; or it is not enlarged, and its edges are taken from neighbouring frames that
saw what is there.  A camera that stands still gives the plate, bit for bit.

Known limits: the track's plane is what becomes steady, and what lies nearer or farther sways a little
when the camera travels; blur from the shake stays in the frames; a rolling shutter is not undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State, remembering
from manyhands.core.errors import ParameterError
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, maker, number
from manyhands.core.passes import ACCOUNT, Pass, Passes, Shelf, accounted, passed
from manyhands.core.track import Track
from manyhands.core.words import Times, Words

if TYPE_CHECKING:
    from manyhands.kit.steady import Steadied


class Params(MakerParams):
    way: Literal["film", "smooth", "still"] = choice(
        "film",
        "the camera's new way: standing or panning evenly, as on a tripod head; its own, smoothed; or held still on "
        "the track's reference frame",
    )
    crop: float = number(
        0.1,
        low=0.01,
        high=0.5,
        unit="share",
        about="how much of the picture's width may be lost at most: more allows a steadier way",
        bold=1.4,
    )
    smoothing: float = number(
        0.8, low=0.02, high=20, unit="s", about="over how long a smoothed way is averaged", bold=1.4
    )
    border: Literal["crop", "fill"] = choice(
        "crop",
        "enlarge the picture until it has no gaps, or leave its size and fill them from neighbouring frames",
    )
    reach: int = number(12, low=1, high=60, unit="frames", about="how many frames before and after may fill a gap")


FILM = {"way": "film"}
STILL = {"way": "still"}

WORDS = Words(
    nouns={
        "stabilise": FILM,
        "stabilize": FILM,
        "stabilised": FILM,
        "stabilized": FILM,
        "stabilisation": FILM,
        "stabilization": FILM,
        "stabilise the shot": FILM,
        "stabilize the shot": FILM,
        "steady the shot": FILM,
        "steady the camera": FILM,
        "steady the picture": FILM,
        "steady the plate": FILM,
        "steady it": FILM,
        "steady shot": FILM,
        "steady camera": FILM,
        "steadier shot": FILM,
        "steadier camera": FILM,
        "less camera shake": FILM,
        "less shake": FILM,
        "no camera shake": FILM,
        "remove the camera shake": FILM,
        "take out the camera shake": FILM,
        "smooth the camera": {"way": "smooth"},
        "smooth camera": {"way": "smooth"},
        "smoother camera": {"way": "smooth"},
        "smooth out the camera": {"way": "smooth"},
        "lock the camera": STILL,
        "lock the shot": STILL,
        "lock off the shot": STILL,
        "lock the shot off": STILL,
        "hold the camera still": STILL,
        "hold the shot still": STILL,
        "tripod shot": STILL,
    },
    adjectives={
        "without cropping": {"border": "fill"},
        "uncropped": {"border": "fill"},
        "loosely": {"crop": Times(0.5), "smoothing": Times(0.5)},
    },
)


@maker(
    "stabilise",
    version=1,
    words=WORDS,
    shifts=True,
    purposes=("steady",),
    seconds=lambda p, width, height: (1e-7 if p.border == "crop" else 6e-7) * width * height,
)
def stabilise(plate: Clip, motion: Track, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The steadied plate over its span and at its size."""
    from manyhands.comp.layers import transformed
    from manyhands.kit.steady import Steadied, steadied, told

    size = plate.width, plate.height

    def find(at: int, before: State, shelf: Shelf) -> State:
        bell(0, plate.span.length)
        crop = p.crop if p.border == "crop" else 0.0
        found = steadied(motion, *size, p.way, crop=crop, seconds=p.smoothing)
        if p.border == "crop" and found.zoom > 1.0001 / (1 - p.crop):
            raise _too_far(found, p)
        shelf.keep("way", {"views": found.views, "steady": found.steady, "zoom": np.array(found.zoom)})
        shelf.keep(ACCOUNT, accounted({"zoom": found.zoom, "says": [told(found)]}))
        return {}

    clip = remembering(plate, frames=4) if p.border == "fill" else plate

    def steady(at: int, shelf: Shelf) -> Frame:
        bell(at - plate.span.start, plate.span.length)
        way = shelf.load("way")
        found = Steadied(motion, *size, way["views"], way["steady"], float(way["zoom"]))
        if found.is_still:
            return plate.frame(at)
        if p.border == "fill":
            return _filled(clip, found, at, p.reach)
        return transformed(plate.frame(at), found.matrix(at), *size, edge=True)

    way = Pass("way", find, over=range(1), lasts=True, seconds=0.005 * plate.span.length)
    return passed(plate.span, *size, Passes((way,), steady))


def _too_far(found: Steadied, p: Params) -> ParameterError:
    needed = "more than there is" if not np.isfinite(found.zoom) else f"{1 - 1 / found.zoom:.2f}"
    return ParameterError(
        f"stabilise: crop is {p.crop:g}; to hold this camera still {needed} of the picture's width would be lost.",
        "Allow more crop, set way to film or smooth, or set border to fill.",
        maker="stabilise",
        parameter="crop",
        value=repr(p.crop),
    )


FEATHER_PX = 10.0  # for a picture 720 high: how softly one frame ends on another


def _filled(clip: Clip, found: Steadied, at: int, reach: int) -> Frame:
    """The steady frame at the plate's size, its gaps shown by the frames nearest in time that saw them."""
    from manyhands.comp.layers import held, over, transformed

    own = clip.frame(at)
    matrix = found.matrix(at)
    inside = _inside(matrix, own)
    picture = held(transformed(own, matrix, own.width, own.height, edge=True), inside)
    seen = inside
    for step in range(1, reach + 1):
        for other in (at - step, at + step):
            if seen.min() > 0.999 or other not in clip.span:
                continue
            there = found.matrix(at, other)
            cover = _inside(there, own)
            if not ((cover > 0.5) & (seen < 0.5)).any():
                continue
            layer = held(transformed(clip.frame(other), there, own.width, own.height, edge=True), cover)
            picture = over(picture, layer)
            seen = picture.alpha
    if seen.min() < 1:
        # what no frame saw: the border goes on
        picture = over(picture, transformed(own, matrix, own.width, own.height, edge=True))
    return picture


def _inside(matrix: np.ndarray, picture: Frame) -> np.ndarray:
    """(H, W) float32: 1 where the transformed picture is, falling to 0 at its border."""
    height, width = picture.alpha.shape
    back = np.linalg.inv(matrix)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) + np.float32(0.5)
    u = np.float32(back[0, 0]) * x + np.float32(back[0, 1]) * y + np.float32(back[0, 2])
    v = np.float32(back[1, 0]) * x + np.float32(back[1, 1]) * y + np.float32(back[1, 2])
    depth = np.minimum(np.minimum(u, width - u), np.minimum(v, height - v))
    feather = FEATHER_PX * height / 720
    at_edge = np.clip(depth / np.float32(feather), 0, 1)
    return np.asarray(at_edge, np.float32)
