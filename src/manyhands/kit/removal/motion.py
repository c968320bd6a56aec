"""How a shot moves behind what is taken out: flow from frame to frame, completed in the holes; and where it is cut."""

from __future__ import annotations

import numpy as np

from manyhands.core.clip import State
from manyhands.core.passes import Shelf
from manyhands.kit.fill import spread
from manyhands.kit.flow import flow_between
from manyhands.kit.holes import (
    SMEAR,
    completed,
    grown,
)
from manyhands.kit.removal.shot import Shot, box_round, filled_of, hole_of, look_of

WHITE = 1.3
"""What is lighter is as light as this to the eye that looks for motion, or a lamp would leave the rest in the dark."""


def motion(shot: Shot, at: int, before: State, shelf: Shelf, *, rough: bool) -> None:
    """Keep the motion from a frame to the next and back, completed in the holes.

    Rough: from the frames with smooth holes, where flow is not believed near them either.  Else from
    the filled frames, where it is.
    """
    if at == shot.plate.span.end:
        return
    holes = hole_of(shot, at, shelf), hole_of(shot, at + 1, shelf)
    if rough:
        pictures = [_smoothed(shot, look_of(shot, at + k, shelf), holes[k]) for k in range(2)]
    else:
        pictures = [filled_of(shot, at + k, shelf) for k in range(2)]
    flows = flow_between(*(np.minimum(picture, WHITE).mean(-1) for picture in pictures))
    reach = SMEAR * shot.height if rough else 0.75 * shot.rim_px
    there = completed(flows.there, grown(holes[0], reach))
    back = completed(flows.back, grown(holes[1], reach))
    cut = box_round(grown(holes[0] | holes[1], shot.rim_px + 3), 4 + np.abs(there).max(), shot)
    shelf.keep(
        f"flow.{at}",
        {
            "there": there[cut].astype(np.float16),
            "back": back[cut].astype(np.float16),
            "corner": np.array([cut[0].start, cut[1].start]),
            "is_cut": np.array(_is_cut(pictures[0], pictures[1], flows.there, holes)),
        },
    )


def _smoothed(shot: Shot, picture: np.ndarray, hole: np.ndarray) -> np.ndarray:
    box = box_round(hole, 8, shot)
    smoothed = picture.copy()
    smoothed[box] = spread(np.ascontiguousarray(picture[box]), ~hole[box])
    return smoothed


UNLIKE = 0.16
"""Two pictures that differ by more than this, half of them at least and motion taken out, are of two shots."""


def _is_cut(one: np.ndarray, other: np.ndarray, there: np.ndarray, holes: tuple[np.ndarray, np.ndarray]) -> bool:
    height, width = holes[0].shape
    y, x = np.mgrid[0:height:4, 0:width:4]
    to_x = np.clip(np.round(x + there[::4, ::4, 0]), 0, width - 1).astype(int)
    to_y = np.clip(np.round(y + there[::4, ::4, 1]), 0, height - 1).astype(int)
    off = np.abs(other[to_y, to_x] - one[::4, ::4]).mean(-1)
    open_ = ~holes[0][::4, ::4] & ~holes[1][to_y, to_x]
    return bool(open_.any() and np.median(off[open_]) > UNLIKE)


def flow_of(shot: Shot, at: int, to: int, shelf: Shelf) -> tuple[np.ndarray, np.ndarray] | None:
    """The flow from a frame to one beside it and the flow back; None across a cut and at the ends."""
    first = min(at, to)
    if first < shot.plate.span.start or max(at, to) > shot.plate.span.end:
        return None
    kept = shelf.load(f"flow.{first}")
    if kept["is_cut"]:
        return None
    top, left = kept["corner"]
    height, width = kept["there"].shape[:2]
    both = []
    for name in ("there", "back"):
        whole = np.zeros((shot.height, shot.width, 2), np.float32)
        whole[top : top + height, left : left + width] = kept[name]
        both.append(whole)
    return (both[0], both[1]) if at < to else (both[1], both[0])
