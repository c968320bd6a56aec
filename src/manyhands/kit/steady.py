"""A steadier way for the camera: where each frame of a tracked plate is to be laid, and how far to zoom in.

A *view* is what the camera sees of the reference frame: the place in its middle (px), how near it is
(the logarithm of its scale) and how far it is turned (radians).  Frames go from the view that the
camera had to the one on the steady way.

Units: pixels, origin at the picture's top left corner, a pixel's centre at a half.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from manyhands.core.track import Track

Way = Literal["film", "smooth", "still"]
"""``film`` stands, pans evenly, and eases between the two, as on a tripod head or a dolly; ``smooth``
follows the camera without its shake; ``still`` does not move."""

AT_A_TIME = 200  # frames whose way is sought in one piece, so that a long shot does not cost its square
SHARED = 40  # of them again in the next piece, so that the way does not break between two
FREE = 0.03  # how far the way may be nearer and turned otherwise than the camera was; radians
STANDS, GLIDES, EASES = 10.0, 1.0, 100.0
"""What moving, changing speed, and changing that change cost (Grundmann et al. 2011, section 3)."""


@dataclass(frozen=True)
class Steadied:
    """``views`` and ``steady`` are (n, 4): the camera's own views and the new ones; ``zoom`` is at least 1."""

    track: Track
    width: int
    height: int
    views: np.ndarray
    steady: np.ndarray
    zoom: float

    def matrix(self, at: int, of: int | None = None) -> np.ndarray:
        """(3, 3): pixels of frame ``of`` to pixels of the steady frame ``at``; of the same frame if None."""
        start = self.track.span.start
        here = _onto(self.steady[at - start], self.width, self.height, self.zoom)
        source = _onto(self.views[(at if of is None else of) - start], self.width, self.height, 1.0)
        return np.asarray(here @ np.linalg.inv(source))

    @property
    def is_still(self) -> bool:
        """Nothing is to be done."""
        return self.zoom == 1 and np.array_equal(self.views, self.steady)


def steadied(track: Track, width: int, height: int, way: Way, *, crop: float, seconds: float) -> Steadied:
    """The steady way of a tracked camera.

    Args:
        crop: the share of the picture's width that may be lost at most; the zoom is the least that
            leaves no gap, over the whole shot.  At 0 gaps are left and nothing is zoomed.
        seconds: over which a ``smooth`` way is averaged, as a standard deviation.
    A ``film`` way keeps within the crop.  A ``smooth`` one is pulled towards the camera's own, all
    of it alike, until it does.  A ``still`` one is what it is; its zoom may be more than the crop allows.
    Source: Grundmann, Kwatra and Essa 2011, "Auto-directed video stabilization with robust L1 optimal camera paths".
    """
    views = _views(track, width, height)
    moves = np.ptp(views, 0) @ [1, 1, width, width]
    if moves < 1e-6:
        return Steadied(track, width, height, views, views, 1.0)
    most = 1 / (1 - crop) if crop else math.inf
    if way == "still":
        steady = np.repeat(views[track.reference - track.span.start][None], len(views), 0)
    elif way == "smooth":
        steady = _within(views, _averaged(views, seconds * float(track.span.rate_fps)), width, height, most)
    else:
        room = min(most, 1 / (1 - 0.1)) if crop == 0 else most
        steady = _within(views, _filmed(views, width, height, room), width, height, most)
    zoom = _zoom_needed(views, steady, width, height) if crop else 1.0
    return Steadied(track, width, height, views, steady, zoom)


def told(found: Steadied) -> str:
    """How far the shot is zoomed and how much quieter it is, in a sentence for people."""
    before, after = (_shake(views, found.width) for views in (found.views, found.steady))
    if found.is_still:
        return "The camera stands still already; nothing was changed."
    calmer = f"{before / after:.0f} times less" if after > before / 1000 else "no"
    return f"The picture is enlarged to {100 * found.zoom:.1f} %; the camera has {calmer} shake."


def _shake(views: np.ndarray, width: int) -> float:
    """The mean change of speed, px per frame and frame."""
    if len(views) < 3:
        return 0.0
    return float(np.abs(np.diff(views * [1, 1, width / 2, width / 2], n=2, axis=0)).sum(1).mean())


def _views(track: Track, width: int, height: int) -> np.ndarray:
    """(n, 4): the view of each frame, by the similarity that is nearest to its matrix in the picture."""
    grow = np.diag([width / track.width, height / track.height, 1.0])
    middle = np.array([width / 2, height / 2, 1.0])
    found = []
    for frame in track.span.frames:
        back = np.linalg.inv(grow @ track.matrix(frame) @ np.linalg.inv(grow))

        def seen(x: float, y: float, back: np.ndarray = back) -> np.ndarray:
            place = back @ [x, y, 1.0]
            return np.asarray(place[:2] / place[2])

        across = seen(width, height / 2) - seen(0, height / 2)
        down = seen(width / 2, height) - seen(width / 2, 0)
        # a step to the right as one complex number, from both sides of the picture alike
        step = 0.5 * (complex(*across) / width + complex(down[1], -down[0]) / height)
        found.append([*seen(middle[0], middle[1]), -math.log(abs(step)), -math.atan2(step.imag, step.real)])
    views = np.array(found)
    views[:, 3] = np.unwrap(views[:, 3])
    return views


def _onto(view: np.ndarray, width: int, height: int, zoom: float) -> np.ndarray:
    """(3, 3): pixels of the reference frame to pixels of a view."""
    x, y, near, turn = view
    c, s = zoom * math.exp(near) * math.cos(turn), zoom * math.exp(near) * math.sin(turn)
    return np.array(
        [[c, -s, width / 2 - c * x + s * y], [s, c, height / 2 - s * x - c * y], [0.0, 0.0, 1.0]], np.float64
    )


def _averaged(views: np.ndarray, frames: float) -> np.ndarray:
    """Each view as the Gaussian average of those round it; the ends go on as they came."""
    from scipy.ndimage import gaussian_filter1d

    pad = min(len(views) - 1, math.ceil(4 * frames))
    start, end = 2 * views[0] - views[1 : pad + 1][::-1], 2 * views[-1] - views[-1 - pad : -1][::-1]
    return np.asarray(gaussian_filter1d(np.concatenate([start, views, end]), frames, axis=0)[pad : pad + len(views)])


def _within(views: np.ndarray, steady: np.ndarray, width: int, height: int, most: float) -> np.ndarray:
    """The steady way, pulled towards the camera's own until no more zoom is needed than there may be."""
    if _zoom_needed(views, steady, width, height) <= most:
        return steady
    low, high = 0.0, 1.0
    for _ in range(30):
        part = (low + high) / 2
        fits = _zoom_needed(views, views + part * (steady - views), width, height) <= most
        low, high = (part, high) if fits else (low, part)
    return np.asarray(views + low * (steady - views))


def _zoom_needed(views: np.ndarray, steady: np.ndarray, width: int, height: int) -> float:
    """The least zoom that leaves no gap in any frame; endless where the views have nothing in common."""
    corners = _corners(width, height)
    half = np.array([width / 2, height / 2])
    needed = 1.0
    for own, new in zip(views, steady, strict=True):
        turn, size = own[3] - new[3], math.exp(own[2] - new[2])
        offset = math.exp(own[2]) * _turned(new[:2] - own[:2], own[3])
        reach = size * np.array([_turned(corner, turn) for corner in corners])
        for sign in (1, -1):
            room = half - sign * offset
            if room.min() <= 0:
                return math.inf
            needed = max(needed, float((sign * reach / room).max()))
    return needed


def _corners(width: int, height: int) -> np.ndarray:
    return np.array([[x, y] for x in (-width / 2, width / 2) for y in (-height / 2, height / 2)])


def _turned(vector: np.ndarray, angle: float) -> np.ndarray:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([c * vector[0] - s * vector[1], s * vector[0] + c * vector[1]])


def _filmed(views: np.ndarray, width: int, height: int, most: float) -> np.ndarray:
    """The way with the least sum of absolute speeds, accelerations and jerks that keeps within the zoom."""
    scale = np.array([1, 1, math.hypot(width, height) / 2, math.hypot(width, height) / 2])
    steady = np.empty_like(views)
    done = 0
    while done < len(views):
        first = max(0, done - 3) if done else 0
        last = min(len(views), first + AT_A_TIME)
        known = steady[first:done] if done else np.zeros((0, 4))
        piece = _shortest(views[first:last], known * scale, scale, width, height, most)
        whole = last == len(views)
        keep = last if whole else last - SHARED
        steady[done:keep] = piece[done - first : keep - first] / scale
        done = keep
    return steady


def _shortest(
    views: np.ndarray, known: np.ndarray, scale: np.ndarray, width: int, height: int, most: float
) -> np.ndarray:
    """One piece of the way, in pixels at the picture's corner; its first few views may be known."""
    from scipy import sparse
    from scipy.optimize import linprog

    count, parts = len(views), 4
    total = count * parts
    own = views * scale
    rows, bounds, costs = [], [], [np.zeros(total)]
    blocks = []
    for order, weight in ((1, STANDS), (2, GLIDES), (3, EASES)):
        if count <= order:
            continue
        steps = sparse.kron(_differences(count, order), sparse.eye_array(parts))
        blocks.append(steps)
        costs.append(np.full(steps.shape[0], weight))
    slack = sum(block.shape[0] for block in blocks)
    at = 0
    for steps in blocks:
        left = sparse.csr_array((steps.shape[0], at))
        right = sparse.csr_array((steps.shape[0], slack - at - steps.shape[0]))
        for sign in (1, -1):
            rows.append(sparse.hstack([sign * steps, left, -sparse.eye_array(steps.shape[0]), right]))
            bounds.append(np.zeros(steps.shape[0]))
        at += steps.shape[0]
    inside, limits = _inside(own, views, scale, width, height, most)
    rows.append(sparse.hstack([inside, sparse.csr_array((inside.shape[0], slack))]))
    bounds.append(limits)
    # a way that comes nearer than the camera did would hide its gaps by that, at the cost of the picture
    free = np.array([np.inf, np.inf, FREE * scale[2], FREE * scale[3]])
    ranges = [*zip((own - free).ravel(), (own + free).ravel(), strict=True), *[(0, None)] * slack]
    for index, value in enumerate(known.ravel()):
        ranges[index] = (value, value)
    answer = linprog(
        np.concatenate(costs),
        A_ub=sparse.vstack(rows).tocsr(),
        b_ub=np.concatenate(bounds),
        bounds=ranges,
        method="highs",
    )
    if answer.x is None:  # the few known views leave no way within: the camera's own is one without a gap
        return own
    return np.asarray(answer.x[:total]).reshape(count, parts)


def _differences(count: int, order: int) -> Any:
    from scipy import sparse

    taps = np.array([1.0])
    for _ in range(order):
        taps = np.convolve(taps, [1.0, -1.0])
    return sparse.diags_array(taps[::-1], offsets=np.arange(order + 1), shape=(count - order, count))


def _inside(
    own: np.ndarray, views: np.ndarray, scale: np.ndarray, width: int, height: int, most: float
) -> tuple[Any, np.ndarray]:
    """That the zoomed picture's corners come from within the frame, as inequalities, for small turns and growths."""
    from scipy import sparse

    half = np.array([width / 2, height / 2])
    entries, limits = [], []
    for view, now in zip(views, own, strict=True):
        c, s = math.exp(view[2]) * math.cos(view[3]), math.exp(view[2]) * math.sin(view[3])
        block, limit = [], []
        for corner in _corners(width, height) / most:
            # where the corner comes from: corner + onto (new - own) - growth corner - turn (corner turned a quarter)
            lines = np.array(
                [
                    [c, -s, -corner[0] / scale[2], corner[1] / scale[3]],
                    [s, c, -corner[1] / scale[2], -corner[0] / scale[3]],
                ]
            )
            for axis in range(2):
                for sign in (1, -1):
                    block.append(sign * lines[axis])
                    limit.append(0.995 * half[axis] - sign * corner[axis] + sign * float(lines[axis] @ now))
        entries.append(np.array(block))
        limits.append(limit)
    return sparse.block_diag(entries), np.concatenate(limits)
