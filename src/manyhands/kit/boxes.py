"""Following a box on somebody: where they are in each picture, and where that is no longer sure.

People turn, bend and pass before walls that hold still better than they do, so that what most of a box agrees on
(:mod:`~manyhands.kit.tracking`) is soon the wall.  A filter that was learned on the box, weighed by what in it differs
from round it, stays with them: CSRT (Lukezic et al. 2017, "Discriminative Correlation Filter with Channel and Spatial
Reliability").  It never says that it lost them.  So every few pictures the way is walked back by a filter that was
learned on where it has come to; whoever was followed is found where they were before, and what slid off them is not
(Kalal et al. 2010, "Forward-Backward Error").  Where the ways part, the box ends: nothing is guessed beyond.

What we do not know: whether two who cross are told apart, and how much of a box its person fills.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from manyhands.core.clip import Clip
from manyhands.core.maker import Bell, Box
from manyhands.kit.srgb import coded

WIDEST_PX = 480  # the picture that is searched, where the box is not too small in it
SMALLEST_PX = 24  # the shorter side of a box, in the picture that is searched
RATE_FPS = 30  # pictures a second that are looked at; between them the box goes straight
STRETCH = 8  # looks after which the way is walked back
RETURNED = 0.5  # overlap, of both boxes together, with where it came from
ALIKE = 0.4  # correlation from one look to the next; less is a cut, or somebody else (on real clips 0.46 was the least)
IN_PICTURE = 0.5  # share of a box that lies in the picture
DOUBTFUL = 3  # looks before a loss that go with it
MOST_LOOKS = 600  # either way from where the box was drawn: twenty seconds
TEMPLATE_PX = 100.0


@dataclass(frozen=True)
class Followed:
    """A box at the frames that were looked at, in their order; between two of them it goes straight.

    ``lost`` are the frames at which nobody is sure any more, after the last box or before the first; ``ended`` those
    at which the looking was ended, for it had gone on for long enough.
    """

    boxes: Mapping[int, Box]
    lost: tuple[int, ...] = ()
    ended: tuple[int, ...] = ()


def follow_box(clip: Clip, box: Box, at: int, *, bell: Bell) -> Followed:
    """Where a box on somebody goes, from the frame that it was drawn in to both ends of the clip.

    Units: pixels of the clip, left, top, width and height.
    Args:
        box: lies in the picture, at least two pixels wide and high.
        at: the frame that it was drawn in.
        bell: rung after each look.
    Colour: any scene-linear; it is searched as a screen would show it.
    """
    scale = min(1.0, max(WIDEST_PX / max(clip.width, clip.height), SMALLEST_PX / min(box[2:])))
    size = max(1, round(clip.width * scale)), max(1, round(clip.height * scale))
    to_small = np.tile([size[0] / clip.width, size[1] / clip.height], 2)
    step = max(1, round(float(clip.span.rate_fps) / RATE_FPS))
    found: dict[int, np.ndarray] = {at: np.asarray(box) * to_small}
    lost, ended = [], []
    for way in (_looks(at, clip.span.end, step), _looks(at, clip.span.start, -step)):
        looked, loss = _followed(clip, found[at], way[: MOST_LOOKS + 1], size, bell)
        found |= looked
        lost += [loss] if loss is not None else []
        ended += [way[MOST_LOOKS]] if loss is None and len(way) > MOST_LOOKS + 1 else []
    boxes = {frame: tuple(float(part) for part in found[frame] / to_small) for frame in sorted(found)}
    return Followed({frame: (left, top, width, height) for frame, (left, top, width, height) in boxes.items()},
                    tuple(sorted(lost)), tuple(sorted(ended)))  # fmt: skip


def _looks(at: int, end: int, step: int) -> list[int]:
    """The frames that are looked at from one to another, both included."""
    looks = list(range(at, end, step))
    return [*looks, end] if end != at else [at]


def _followed(
    clip: Clip, start: np.ndarray, way: Sequence[int], size: tuple[int, int], bell: Bell
) -> tuple[dict[int, np.ndarray], int | None]:
    """The box along a way of frames as far as it is sure, and the first frame in which it is not."""
    found: dict[int, np.ndarray] = {}
    pictures = {way[0]: _shown(clip, way[0], size)}
    tracker = _learned(pictures[way[0]], start)
    last = start
    for first in range(0, len(way) - 1, STRETCH):
        frames = way[first + 1 : first + 1 + STRETCH]
        # read in rising order, as footage likes it
        pictures = {way[first]: pictures[way[first]], **{at: _shown(clip, at, size) for at in sorted(frames)}}
        stretch: dict[int, np.ndarray] = {way[first]: last}
        before, loss = way[first], None
        for at in frames:
            box = _next(tracker, pictures[at])
            bell(len(found) + len(stretch), len(way))
            if (
                box is None
                or _inside(box, size) < IN_PICTURE
                or not _is_alike(pictures, stretch[before], before, box, at)
            ):
                loss = at
                break
            stretch[at], before = box, at
        sure = _walked_back(pictures, stretch)
        found |= {at: stretch[at] for at in sure[1:]}
        unsure = [*(at for at in stretch if at not in sure), *([loss] if loss is not None else [])]
        if unsure:
            # who is lost in one look was half out of the box in those before
            doubtful = [at for at in found if at != way[0]][-DOUBTFUL:]
            for at in doubtful:
                del found[at]
            return found, (*doubtful, *unsure)[0]
        last = stretch[before]
    return found, None


def _walked_back(pictures: Mapping[int, np.ndarray], stretch: Mapping[int, np.ndarray]) -> list[int]:
    """The frames of a stretch from whose end the way leads back to its beginning, as many as do."""
    frames = list(stretch)
    for end in range(len(frames) - 1, 0, -2):
        tracker = _learned(pictures[frames[end]], stretch[frames[end]])
        back: np.ndarray | None = stretch[frames[end]]
        for at in reversed(frames[:end]):
            back = _next(tracker, pictures[at])
            if back is None or _overlap(back, stretch[at]) < RETURNED:
                back = None
                break
        if back is not None:
            return frames[: end + 1]
    return frames[:1]


def _shown(clip: Clip, at: int, size: tuple[int, int]) -> np.ndarray:
    """A frame as a small screen shows it, blue first, (h, w, 3) uint8."""
    small = cv2.resize(clip.frame(at).rgb, size, interpolation=cv2.INTER_AREA)
    value = coded(np.clip(np.nan_to_num(small, nan=0.0), 0, 1))
    return np.ascontiguousarray(cv2.convertScaleAbs(value, alpha=255)[..., ::-1])


def _learned(picture: np.ndarray, box: np.ndarray) -> Any:
    library: Any = cv2  # its stubs leave the contributed trackers out
    wish = library.TrackerCSRT_Params()
    wish.template_size = TEMPLATE_PX
    tracker = library.TrackerCSRT_create(wish)
    left, top, right, bottom = np.round([*box[:2], *(box[:2] + box[2:])]).astype(int).tolist()
    height, width = picture.shape[:2]
    left, top = min(max(left, 0), width - 2), min(max(top, 0), height - 2)
    tracker.init(picture, (left, top, max(2, min(right, width) - left), max(2, min(bottom, height) - top)))
    return tracker


def _next(tracker: Any, picture: np.ndarray) -> np.ndarray | None:
    is_there, box = tracker.update(picture)
    return np.asarray(box, np.float64) if is_there else None


def _inside(box: np.ndarray, size: tuple[int, int]) -> float:
    """The share of a box that lies in the picture."""
    low, high = np.maximum(box[:2], 0), np.minimum(box[:2] + box[2:], size)
    return float(np.prod(np.maximum(high - low, 0)) / max(float(np.prod(box[2:])), 1e-9))


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    """What two boxes share, of what they cover together."""
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[:2] + one[2:], other[:2] + other[2:])
    both = float(np.prod(np.maximum(high - low, 0)))
    return both / max(float(np.prod(one[2:]) + np.prod(other[2:])) - both, 1e-9)


def _is_alike(pictures: Mapping[int, np.ndarray], one: np.ndarray, before: int, other: np.ndarray, at: int) -> bool:
    """Whether two boxes in two pictures show much the same; grey, 24 x 24."""
    a, b = (_patch(pictures[frame], box) for frame, box in ((before, one), (at, other)))
    spread = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return spread < 1e-3 or float((a * b).sum()) / spread > ALIKE


def _patch(picture: np.ndarray, box: np.ndarray) -> np.ndarray:
    middle = (box[:2] + box[2:] / 2).tolist()
    sides = max(1, round(float(box[2]))), max(1, round(float(box[3])))
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    patch = cv2.resize(cv2.getRectSubPix(grey, sides, middle), (24, 24), interpolation=cv2.INTER_AREA).astype(
        np.float32
    )
    return np.asarray(patch - patch.mean())
