"""Something taken out of the shot, and what stood behind it brought back from the plate's own frames.

Behind what is taken out, the motion round it is completed; along it every missing pixel is followed to
a frame in which it can be seen, forward and backward in time, and copied from there once, at the
plate's full size.  What no frame shows comes from a painted clean plate, or is grown from the texture
round it.  What was made up or painted gets the plate's own grain, new in every frame.  Copied pixels stay
the camera's, altered by this procedure; grown ones are the procedure's; nothing here is trained.
Outside the matte and its rim the plate comes through bit for bit.

Known limits: what moves on its own behind the hole (another person, leaves in the wind) is brought
back as it was when it was seen; a background that is never seen cannot be known, and how much of it
there is is said before the work is done; copied pixels keep the grain of the frame that they come from,
which stands where the camera does; a single frame tells no grain.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from manyhands.core.authorship import Authorship, no_planes
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.maker import Bell, MakerParams, choice, maker, number, share
from manyhands.core.passes import Pass, Passes, Shelf, passed
from manyhands.core.words import Times, Words

if TYPE_CHECKING:
    from manyhands.kit.removal import Shot, Step


class Params(MakerParams):
    grow_px: float = number(
        4.0,
        low=1,
        high=100,
        unit="px",
        about="how far round the matte pixels are replaced, the outer half softly",
        bold=1.5,
    )
    fill: Literal["best", "patch", "smooth"] = choice(
        "best", "what comes where no frame shows the background: texture where it does well, texture, or a smooth fill"
    )
    trust: float = number(
        0.7, low=0.05, high=20, unit="doubt", about="how unsure a copied pixel may be before it counts as not seen"
    )
    grain: float = share(
        1.0, "how much of the plate's grain is given to what was made up or painted, and to what mixing made too clean"
    )
    detail: int = number(
        960, low=160, high=1920, unit="px", about="the longer side of the picture in which motion is looked for"
    )
    show: Literal["picture", "seen"] = choice(
        "picture",
        "the picture, or what the other frames show of its background: green where it is seen, red where never",
    )


THINGS = (
    "man", "woman", "person", "people", "boy", "girl", "child", "rider", "cyclist", "walker", "player", "actor",
    "crew", "passer-by", "car", "truck", "van", "bus", "bike", "bicycle", "motorbike", "dog",
    "cat", "bird", "sign", "logo", "poster", "billboard", "graffiti", "number plate", "pole", "post", "lamp post",
    "wire", "wires", "cable", "cables", "rig", "boom", "microphone", "light stand", "tripod", "crane",
    "dolly", "antenna", "aerial", "satellite dish", "scaffolding", "marker", "markers", "tracking markers", "litter",
    "rubbish", "reflection", "shadow", "watermark", "object", "passers-by", "pedestrian", "tourist", "scooter",
    "boat", "plane", "aeroplane", "drone", "horse", "lamppost", "rope", "rod", "tracking marker", "bin", "bag",
    "bottle",
)  # fmt: skip
"""What often has to go.  None is looked for: a matte says where it is, and what it covers may have any name."""

WORDS = Words(
    nouns={
        "clean-up": {},
        "cleanup": {},
        "paint out": {},
        "paint-out": {},
        "rig removal": {},
        "wire removal": {"grow_px": Times(0.5)},
        "object removal": {},
    },
    adjectives={
        "generous": {"grow_px": Times(1.6)},
        "tight": {"grow_px": Times(0.6)},
    },
    things={thing: {} for thing in THINGS},
)


@maker(
    "remove",
    version=2,
    role="treatment",
    words=WORDS,
    scope="retouch",
    purposes=("take out",),
    seconds=lambda p, width, height: 1.2e-7 * width * height,
)
def remove(
    plate: Clip,
    matte: Clip,
    p: Params,
    rng: Chance,
    bell: Bell,
    affected: Clip | None = None,
    clean: Clip | None = None,
) -> Clip:
    """The plate over its span without what the matte covers.

    Args:
        matte: its alpha covers what is to go.
        affected: its alpha covers what goes with it: shadows, reflections.
        clean: painted clean plates, each at the number of the frame that it was painted for.
    Raises: MediaError if a matte does not fit the plate.
    """
    from manyhands.kit import removal

    shot = removal.Shot.of(plate, matte, affected, clean, p, rng)

    def going(name: str, step: Step, *, seconds: float, **how: Any) -> Pass:
        def work(at: int, before: State, shelf: Shelf) -> State:
            bell(max(at - plate.span.start, 0), plate.span.length)
            return step(shot, at, before, shelf) or {}

        return Pass(name, work, seconds=seconds, **how)

    look, full = 1.5e-6 * shot.width * shot.height, 2e-7 * plate.width * plate.height
    fore, back = partial(removal.follow, to=-1), partial(removal.follow, to=1)
    rough, fine = partial(removal.motion, rough=True), partial(removal.motion, rough=False)
    passes = (
        going("look", removal.look, seconds=look / 4),
        going("check", removal.check_holes, over=range(1), seconds=0.1),
        going("motion", rough, seconds=look),
        going("fore", fore, way="forward", after=("motion",), seconds=look / 8),
        going("back", back, way="backward", after=("motion",), seconds=look / 8),
        going("join", removal.join, seconds=look / 4),
        going("motion again", fine, seconds=look),
        going("fore again", fore, way="forward", after=("motion again",), seconds=look / 8),
        going("back again", back, way="backward", after=("motion again",), seconds=look / 8),
        going("join again", removal.join, seconds=look / 4),
        going("grain", removal.measure_grain, over=range(1), after=("look",), seconds=3 * look),
        going("tell", removal.tell_seen, over=range(1), lasts=True, seconds=0.1),
        going("grow", removal.grow_unseen, way="forward", over=range(shot.rounds), at_a_time=1, seconds=20 * look),
        going("place", removal.place, seconds=look / 4 + full),
        going("gather", removal.gather, way="forward", seconds=full),
    )
    return passed(plate.span, plate.width, plate.height, Passes(passes, partial(_drawn, shot)))


def _drawn(shot: Shot, at: int, shelf: Shelf) -> Frame:
    """The plate with its hole filled; or, for a look before, what is seen of it."""
    from manyhands.comp.layers import altered, copied
    from manyhands.kit.removal import grained, patch, seen_share

    picture = shot.plate.frame(at)
    hole, soft = shot.hole(at)
    if not hole.any():
        return picture
    if shot.p.show == "seen":
        return altered(picture, _tinted(picture.rgba, hole, seen_share(shot, at, shelf)), remove.hand)
    filling = patch(shot, at, shelf, remove.hand)
    y, x = (where[filling.pixels] for where in np.nonzero(hole))
    rgba = picture.rgba.copy()
    rgba[y, x] = grained(shot, at, filling, y, x, shelf)

    def planes(values: Mapping[Hand, np.ndarray]) -> np.ndarray:
        laid = no_planes(*hole.shape) if not values else np.zeros((len(values), *hole.shape), np.float32)
        for plane, of_hand in zip(laid, values.values(), strict=True):
            plane[y, x] = of_hand
        return laid

    shares, changes = filling.shares, filling.altered
    authorship = Authorship(tuple(shares), planes(shares), tuple(changes), planes(changes))
    return copied(picture, Frame(rgba, authorship), soft, remove.hand)


def _tinted(rgba: np.ndarray, hole: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Green where other frames show what is behind, red where none does."""
    colour = seen[..., None] * np.array([0.05, 0.5, 0.1]) + (1 - seen[..., None]) * np.array([0.6, 0.05, 0.04])
    tinted = rgba.copy()
    tinted[..., :3] = np.where(hole[..., None], 0.35 * rgba[..., :3] + colour, rgba[..., :3])
    return tinted.astype(np.float32)
