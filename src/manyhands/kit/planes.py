"""How a plane lies in one picture as against another: fitted to points, refined by pixels, and how sure that is.

Units: points are pixels of any one kind, as long as all of a call are of that kind.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

RIVAL = 0.6  # likeness, of the best place's, from which another place is looked at closely
UNLIKE = 30.0  # contrast by which two pictures may differ and still show the same thing
CLEARLY = 0.9  # what is left over at the right place, of what is left over at a wrong one
FAINT = 0.4  # of the contrast that a thing had; with less it is something else
TURNS = 12  # steps of Gauss and Newton at most
ALIKE_AREA = 16  # pixels over which texture and its faults are of a piece
PIXELS = 24_000  # that a refinement looks at; more costs time and gains nothing


def moved(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points (n, 2) after a 3 x 3 matrix."""
    flat = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(flat[:, :2] / flat[:, 2:])


def similarity(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The shift, turn and growth (3, 3) that leads points (n, 2) to others, those far off counting less and less.

    Source: least squares over points as complex numbers; weights of Geman and McClure 1985.
    """
    p, q = one[:, 0] + 1j * one[:, 1], other[:, 0] + 1j * other[:, 1]
    weight = np.ones(len(p))
    for _ in range(6):
        middle_p, middle_q = np.average(p, weights=weight), np.average(q, weights=weight)
        dp, dq = p - middle_p, q - middle_q
        turn = (weight * dp.conj() * dq).sum() / max((weight * abs(dp) ** 2).sum(), 1e-12)
        off = abs(dq - turn * dp)
        weight = 1 / (1 + (off / (1.5 * np.median(off) + 1e-3)) ** 2) ** 2
    shift = middle_q - turn * middle_p
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag], [0, 0, 1]])


@dataclass(frozen=True)
class Plane:
    """A homography (3, 3), and how far the corners that it was asked for may be off: one standard deviation, px."""

    matrix: np.ndarray
    doubt_px: float


def plane(
    one: np.ndarray, other: np.ndarray, corners: np.ndarray, *, shape: np.ndarray | None = None, loose: float = 0.1
) -> Plane | None:
    """The homography that leads points (n, 2) to others; where they say nothing about its tilt, it stays as it was.

    Gauss and Newton's steps, weights as in :func:`similarity`.  A weak wish that the corners keep to the shape
    they had, but for a shift, turn and growth, keeps a plane whose points leave its tilt open from tipping over;
    the doubt is told without it.  None where the plane would be seen from its edge or from behind.

    Args:
        corners: (4, 2), of what is followed, among ``one``.
        shape: the homography that it had before; none tilts it.
        loose: how far corners may go from that shape before the wish is felt, of their distance.
    Source: Hartley and Zisserman 2004, 4.2 (reprojection error) and 5.2 (covariance of a fit).
    """
    shape = np.eye(3) if shape is None else shape
    start = similarity(moved(shape, one), other) @ shape
    wished = moved(start, corners)
    far = loose * np.linalg.norm(corners[2] - corners[0])
    shrink = _to_unit(corners)
    found = start @ np.linalg.inv(shrink)
    places = moved(shrink, np.vstack([one, corners]))
    goals = np.vstack([other, wished])
    for _ in range(TURNS):
        depth = places @ found[2, :2] + found[2, 2]
        if (depth < 0.2 * depth.max()).any():
            return None
        stands = moved(found, places)
        off = goals - stands
        away = np.linalg.norm(off[: len(one)], axis=1)
        spread = max(1.4826 * float(np.median(away)), 0.02)
        weight = np.concatenate([1 / (1 + (away / (2 * spread)) ** 2) ** 2, np.full(4, (spread / far) ** 2)])
        slope = _slope(places, stands, depth)
        a = slope.reshape(-1, 8) * np.repeat(np.sqrt(weight), 2)[:, None]
        b = off.reshape(-1) * np.repeat(np.sqrt(weight), 2)
        step = np.linalg.lstsq(a, b, rcond=None)[0]
        found = found + np.append(step, 0).reshape(3, 3)
    doubt = _doubt(a[: 2 * len(one)], slope[len(one) :], spread / np.sqrt(2))
    found = found @ shrink
    return Plane(np.asarray(found / found[2, 2]), doubt)


def _to_unit(corners: np.ndarray) -> np.ndarray:
    """Corners to about one in size, round nothing, so that the numbers stay well-behaved."""
    middle, size = corners.mean(0), max(float(np.linalg.norm(corners[2] - corners[0])), 1.0)
    return np.array([[1 / size, 0, -middle[0] / size], [0, 1 / size, -middle[1] / size], [0, 0, 1]])


def _slope(places: np.ndarray, stands: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """How the eight numbers of a homography move each point, (n, 2, 8)."""
    p = np.column_stack([places, np.ones(len(places))]) / depth[:, None]
    slope = np.zeros((len(places), 2, 8))
    slope[:, 0, 0:3] = slope[:, 1, 3:6] = p
    slope[:, :, 6:8] = -stands[:, :, None] * p[:, None, :2]
    return slope


def _doubt(weighed: np.ndarray, corners: np.ndarray, spread: float) -> float:
    """The largest standard deviation of a corner, given how points of this spread hold the plane."""
    hold = weighed.T @ weighed
    loosely = np.linalg.pinv(hold + 1e-12 * np.trace(hold) * np.eye(8))
    return float(spread * np.sqrt(max(np.linalg.eigvalsh(c @ loosely @ c.T)[-1] for c in corners)))


def aligned(
    one: np.ndarray, other: np.ndarray, support: np.ndarray, corners: np.ndarray, *, within: float = 2.0
) -> Plane | None:
    """The small homography that is left between two pictures, from their pixels, whatever their contrast and level.

    Shapes: (h, w) uint8 pictures and support (which pixels of ``one`` count); corners (4, 2), whose doubt is
    told; the homography leads from array indices of ``one`` to those of ``other``.
    Source: inverse compositional alignment with linear appearance (Baker and Matthews 2004; Baker et al. 2003,
    part 3), pixels that disagree counting less and less.
    Returns: None where the pixels do not agree, or only farther off than ``within``.
    """
    y, x = np.nonzero(support)
    if len(x) < 400:
        return None
    thin = max(1, len(x) // PIXELS)
    x, y = x[::thin].astype(np.float64), y[::thin].astype(np.float64)
    value = one[y.astype(int), x.astype(int)].astype(np.float64)
    box = np.array([[x.min(), y.min()], [x.max(), y.min()], [x.max(), y.max()], [x.min(), y.max()]])
    shrink = _to_unit(box)
    u = moved(shrink, np.column_stack([x, y]))
    blurred = one.astype(np.float32)
    gx, gy = (cv2.Sobel(blurred, cv2.CV_32F, dx, 1 - dx, ksize=3, scale=1 / 8) for dx in (1, 0))
    size = 1 / shrink[0, 0]
    gx, gy = (g[y.astype(int), x.astype(int)].astype(np.float64) * size for g in (gx, gy))
    along = gx * u[:, 0] + gy * u[:, 1]
    columns = [gx * u[:, 0], gx * u[:, 1], gx, gy * u[:, 0], gy * u[:, 1], gy, -along * u[:, 0], -along * u[:, 1]]
    slope = np.column_stack([*columns, value - value.mean(), np.ones(len(x))])
    found, start = np.linalg.inv(shrink), box
    unit = moved(shrink, box)
    for _ in range(TURNS):
        before = moved(found, unit)
        sampled, seen = _sampled(other, moved(found, u))
        if seen.sum() < 0.5 * len(x):
            return None
        off = np.where(seen, sampled - value, 0)
        gain = np.linalg.lstsq(slope[seen, 8:], off[seen], rcond=None)[0]
        left = np.abs(off - slope[:, 8:] @ gain)
        spread = max(1.4826 * float(np.median(left[seen])), 1.0)
        weight = seen / (1 + (left / (2 * spread)) ** 2) ** 2
        hold = (slope * weight[:, None]).T
        step = np.linalg.solve(hold @ slope + 1e-6 * np.eye(10), hold @ off)
        found = found @ np.linalg.inv(np.eye(3) + np.append(step[:8], 0).reshape(3, 3))
        now = moved(found, unit)
        if not np.isfinite(now).all() or np.linalg.norm(now - start, axis=1).max() > within:
            return None
        if np.abs(now - before).max() < 0.005:
            break
    # what has no contrast of its own agrees with anything, once its level is allowed for
    if spread > 0.6 * float(np.std(value[seen])) or gain[0] < FAINT - 1:
        return None
    at = moved(shrink, corners)
    slopes = _slope(at, at, np.ones(4)) * size
    # pixels next to each other err together: of so many, one counts
    doubt = _doubt((slope * np.sqrt(weight)[:, None])[:, :8], slopes, spread * np.sqrt(max(1, ALIKE_AREA / thin)))
    found = found @ shrink
    return Plane(np.asarray(found / found[2, 2]), doubt)


def _sampled(picture: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A picture's values at points, and which of them lie in it."""
    high, wide = picture.shape
    seen = (points[:, 0] > 4) & (points[:, 0] < wide - 5) & (points[:, 1] > 4) & (points[:, 1] < high - 5)
    at = np.where(seen[:, None], points, 5).astype(np.float32)
    rows = -(-len(at) // 1024)  # a remap's width is limited
    full = np.zeros((rows * 1024, 2), np.float32)
    full[: len(at)] = at
    maps = full.reshape(rows, 1024, 2)
    drawn = cv2.remap(picture.astype(np.float32), maps, None, cv2.INTER_CUBIC)
    return np.asarray(drawn.ravel()[: len(at)], np.float64), seen


def likest_shifts(one: np.ndarray, other: np.ndarray, mask: np.ndarray, most: int = 12) -> list[tuple[float, float]]:
    """Where to shift what the mask covers of one picture so that it is like the other: the best place first.

    Shapes: (h, w) uint8, local contrast round 128 as :func:`~manyhands.kit.tracking.texture` gives it.
    Units: array indices; at most three quarters of what the mask covers.
    """
    left, top, wide, high = cv2.boundingRect(mask)
    if not wide:
        return []
    part = np.where(mask > 0, one.astype(np.float32) - 128, 0)[top : top + high, left : left + wide]
    pad_x, pad_y = wide * 3 // 4, high * 3 // 4
    field = cv2.copyMakeBorder(other.astype(np.float32) - 128, pad_y, pad_y, pad_x, pad_x, cv2.BORDER_CONSTANT)
    field = field[top : top + high + 2 * pad_y, left : left + wide + 2 * pad_x]
    like = cv2.matchTemplate(field, part, cv2.TM_CCORR)
    best, near = float(like.max()), max(4, min(wide, high) // 20)
    found: list[tuple[float, float]] = []
    while len(found) < most and like.max() > RIVAL * max(best, 1.0):
        y, x = np.unravel_index(int(like.argmax()), like.shape)
        found.append((float(x - pad_x), float(y - pad_y)))
        like[max(y - near, 0) : y + near + 1, max(x - near, 0) : x + near + 1] = 0
    return found


def is_clearly_likest(key: np.ndarray, best: np.ndarray, other: np.ndarray, mask: np.ndarray) -> bool:
    """Whether one picture is more like the key than another is.

    Shapes: (h, w) uint8.  Where both are like it, what is left over decides, for something in front of the
    plane can let a wrong place show more of it; where they are like it in different parts, the larger part does.
    """
    off = [_unlikeness(key, picture) for picture in (best, other)]
    alike = [(mask > 0) & (each < UNLIKE**2) for each in off]
    both = alike[0] & alike[1]
    parts = [int(each.sum()) for each in alike]
    if both.sum() < 0.5 * max(parts):
        return parts[0] > parts[1]
    return bool(off[0][both].sum() < CLEARLY * off[1][both].sum())


def share_alike(key: np.ndarray, other: np.ndarray, mask: np.ndarray) -> float:
    """The share of the mask in which a picture is like the key."""
    inside = mask > 0
    return float((_unlikeness(key, other)[inside] < UNLIKE**2).mean()) if inside.any() else 0.0


def _unlikeness(key: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.blur((other.astype(np.float32) - key) ** 2, (9, 9)))
