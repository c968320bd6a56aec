"""What falls through the air before a camera: where each drop or flake is in each frame, in any order.

Every depth has a sheet that repeats over a little more than the picture; what leaves it below comes
back above, in another column each time, so that no path is seen twice.  The sheets stay in the world
when the camera turns.  A camera that travels is taken for one that turns.

Units: metres and seconds in the air, pixels in the picture (origin at its top left corner, y down).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from manyhands.core.track import Track

SPARE = 1.3  # sheets are so much wider and higher than the picture


@dataclass(frozen=True)
class Swarm:
    """Drops or flakes: ``far_m`` is how far each is from the camera, ``chance`` (n, 4) its own numbers, 0 to 1."""

    far_m: np.ndarray
    chance: np.ndarray


@dataclass(frozen=True)
class Shutter:
    """How the camera moves while one frame is exposed.

    ``opens`` and ``closes`` are the middle of the view, pixels of the reference frame; ``roll`` the
    turn of the picture, radians, clockwise.
    """

    width: int
    height: int
    opens: tuple[float, float] = (0.0, 0.0)
    closes: tuple[float, float] = (0.0, 0.0)
    roll: float = 0.0


def swarm(count: int, *, near_m: float, far_m: float, rng: np.random.Generator) -> Swarm:
    """So many between two distances, as evenly in the picture's depth as the eye wants them.

    A view widens with distance, so that even air holds ever more of ever smaller ones; the number
    here grows with the distance itself and the rest is left to a veil.
    """
    share = rng.random(count)
    return Swarm(np.sqrt(near_m**2 + share * (far_m**2 - near_m**2)), rng.random((count, 4)))


def shutter_of(motion: Track | None, at: int, width: int, height: int, share: float) -> Shutter:
    """The camera's own way in a frame.

    Args:
        share: of the time from one frame to the next for which the shutter is open.
    """
    if motion is None:
        return Shutter(width, height, (width / 2, height / 2), (width / 2, height / 2))
    span = motion.span
    middle = np.array([width / 2, height / 2, 1.0])

    def centre(frame: int) -> np.ndarray:
        place = np.linalg.solve(motion.matrix(frame), middle)
        return np.asarray(place[:2] / place[2])

    here = centre(at)
    step = centre(at + 1) - here if at < span.end else here - centre(at - 1) if at > span.start else np.zeros(2)
    end = here + share * step
    matrix = motion.matrix(at)
    roll = math.atan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1])
    return Shutter(width, height, (float(here[0]), float(here[1])), (float(end[0]), float(end[1])), roll)


def seen(swarm: Swarm, shutter: Shutter, focal_px: float, opens_m: np.ndarray, closes_m: np.ndarray) -> np.ndarray:
    """Where each is when the shutter opens and when it closes: (n, 4), x, y, x, y in the picture.

    Args:
        focal_px: pixels that one metre is wide at a distance of one metre.
        opens_m: (n, 2), how far each has gone to the right and down since the beginning; ``closes_m`` as well.
    """
    scale = (focal_px / swarm.far_m)[:, None]
    # sheets have room for the longest streak, so that nothing comes or goes within the picture
    longest = float(np.abs((closes_m - opens_m) * scale).max(initial=0.0))
    longest += math.hypot(shutter.closes[0] - shutter.opens[0], shutter.closes[1] - shutter.opens[1])
    spare = 2 * math.ceil(longest / 64) * 64
    wide, high = SPARE * shutter.width + spare, SPARE * shutter.height + spare
    gone = opens_m * scale - np.array(shutter.opens)
    fall = swarm.chance[:, 1] * high + gone[:, 1]
    turns = np.floor(fall / high)
    y = fall - turns * high
    column = _hashed(np.arange(len(y)), turns, swarm.chance[:, 0]) * wide + gone[:, 0]
    x = column - np.floor(column / wide) * wide
    start = np.stack([x - wide / 2, y - high / 2], -1)
    end = start + (closes_m - opens_m) * scale - (np.array(shutter.closes) - np.array(shutter.opens))
    c, s = math.cos(shutter.roll), math.sin(shutter.roll)
    turn = np.array([[c, s], [-s, c]])
    middle = np.array([shutter.width / 2, shutter.height / 2])
    return np.concatenate([start @ turn + middle, end @ turn + middle], -1)


def defocus_px(far_m: np.ndarray, *, focal_px: float, focus_m: float, aperture_mm: float) -> np.ndarray:
    """The radius of the disc that the lens makes of a point.

    Source: the thin lens, ``aperture / 2 * focal * |1 / far - 1 / focus|``.
    """
    return np.asarray(0.0005 * aperture_mm * focal_px * np.abs(1 / far_m - 1 / focus_m))


def focal_of(width: int, view_deg: float) -> float:
    """Pixels that one metre is wide at one metre, from the picture's angle across."""
    return 0.5 * width / math.tan(math.radians(view_deg) / 2)


def _hashed(number: np.ndarray, turn: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """A number from 0 to 1 for each drop and each of its turns.  Source: the finalizer of SplitMix64 (Steele 2014)."""
    mixed = (number.astype(np.uint64) << np.uint64(32)) ^ turn.astype(np.int64).astype(np.uint64)
    with np.errstate(over="ignore"):
        mixed = (mixed + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return np.asarray((mixed >> np.uint64(11)).astype(np.float64) / 2**53 + chance) % 1
