"""Which frame to paint next: where the model is unsure, and where nothing like it was painted yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

from manyhands.kit.flow import maps_along

_WEIGHED = 800  # frames at most that are weighed against each other; of a longer shot every second, or third …
_SMOOTH = 1.5  # frames
_STAYS = 0.5  # of the doubt that a painted frame is left with
_FLOW = 0.25  # flow errs too, most on what is small or quick, so that it has less of a say


def likely_miss(matte: np.ndarray) -> float:
    """The overlap that a matte is likely to miss, if its own shares are the odds: 0 sure, 1 lost.

    Expected intersection over expected union of the matte cut at one half with a true one that each
    pixel draws by its share.  An empty matte is unsure by what little it holds.
    Shapes: (H, W), 0 to 1.
    """
    inside = matte > 0.5
    meet = float(matte[inside].sum())
    union = float(np.count_nonzero(inside) + matte[~inside].sum())
    return 1 - (meet + 1e-3) / (union + 1e-3)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """How far two mattes lie from each other: 0 alike, 1 where they share nothing.

    Shapes: both (H, W), 0 to 1.
    """
    return float(np.abs(one - other).sum() / max(float(np.maximum(one, other).sum()), 1.0))


def carried(matte: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """A neighbour's matte brought here along the flow from here to there.

    Shapes: matte (H, W), flow (h, w, 2); returns (h, w).
    """
    height, width = flow.shape[:2]
    small = cv2.resize(matte.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.remap(small, *maps_along(flow.astype(np.float32), 1.0), cv2.INTER_LINEAR))


def doubt(*, miss: float, looks: float, flow: float, fits: float | None = None) -> float:
    """One figure of how unsure a frame is, from 0.

    Args:
        miss: of :func:`likely_miss`.
        looks: how far mirrored and resized looks lie apart, per pixel of the matte.
        flow: how far the neighbours' mattes, brought here, lie :func:`apart`.
    """
    return miss + looks + _FLOW * flow


def next_frames(
    unsure: Mapping[int, float],
    deep: Mapping[int, np.ndarray],
    covers: Mapping[int, float],
    painted: Sequence[int],
    *,
    wanted: int = 2,
) -> list[int]:
    """The unpainted frames that teach most together, the best first.

    Doubt that lies far from all that is painted is taken away by painting near it: each choice is the
    frame that takes away most, summed over all frames (facility location, greedily, as Wei et al. 2015
    choose what to label).  So two choices never say the same, and one odd frame alone is not chosen
    before many doubtful ones that are alike.  Of each doubt a part stays whatever is painted, as it stayed
    in the painted frame that is nearest: what is small or thin is never quite sure.  And of frames that would
    do as well, the one that shows more of what is painted teaches more.

    Args:
        unsure: by frame number, 0 and up; of painted ones what is left there.
        deep: features by frame number, painted ones as well.
        covers: how much of the picture the matte covers, by frame number.
    """
    painted = [at for at in painted if at in deep]
    every = -(-len(deep) // _WEIGHED)
    numbers = sorted({*sorted(deep)[::every], *painted})
    known = [numbers.index(at) for at in sorted(painted)]
    if len(known) == len(numbers):
        return []
    apart_ = _between(numbers, np.stack([deep[at] for at in numbers]).astype(np.float64))
    doubts = np.array([unsure.get(at, 0.0) for at in numbers])
    if known:
        far = apart_[:, known].min(1)
        doubts = np.maximum(doubts - _STAYS * doubts[np.array(known)[apart_[:, known].argmin(1)]], 0)
    else:
        far = apart_.max(1)
    covered = np.array([covers.get(at, 0.0) for at in numbers])
    teaches = covered / (covered + 0.5 * float(np.median(covered)) + 1e-9)
    chosen: list[int] = []
    while len(chosen) < min(wanted, len(numbers) - len(known)):
        gains = teaches * (doubts[:, None] * np.maximum(far[:, None] - apart_, 0)).sum(0)
        gains[[*known, *chosen]] = -1
        chosen.append(max(range(len(numbers)), key=lambda index: (gains[index], doubts[index])))
        far = np.minimum(far, apart_[:, chosen[-1]])
    return [numbers[index] for index in chosen]


def _between(numbers: Sequence[int], deep: np.ndarray) -> np.ndarray:
    """How far each frame lies from each: by what the model sees in them and by time alike, 1 on the average.

    Features are smoothed along the shot: the blur or grain of a single frame makes it no other view.
    """
    smooth = gaussian_filter1d(deep, _SMOOTH, axis=0, mode="nearest")
    scaled = (smooth - smooth.mean(0)) / (deep.std(0) + 1e-3)
    squares = (scaled**2).sum(1)
    seen = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * scaled @ scaled.T, 0))
    at = np.array(numbers, np.float64)
    time = np.abs(at[:, None] - at[None])
    return np.asarray(np.hypot(seen / max(float(seen.mean()), 1e-6), time / max(float(time.mean()), 1e-6)) / np.sqrt(2))
