"""Long shots by overlapping windows: where they lie, how they are laid together, how their colours are held.

A window begins again with the last frames of the one before.  The same instants are drawn twice there, so the
difference of the two in colour is a fault of the joint and nothing else: it is measured and taken out.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from manyhands.core.errors import ParameterError
from manyhands.kit import logc3, srgb
from manyhands.kit.mattes import TO_REC709
from manyhands.openweight.families import Curve, Family

_f = np.float32
GRID = (6, 8)  # cells of a picture, rows and columns, in which colours are compared
_GAIN = 1.25  # a window is made lighter or darker by no more


@dataclass(frozen=True)
class Window:
    """One window: its first frame in the shot, counted from 0, and how many it has; ``overlap`` of them are those that
    the one before ends with."""

    index: int
    first: int
    frames: int
    overlap: int


def plan(family: Family, length: int, window: int, overlap: int) -> tuple[Window, ...]:
    """The windows over a shot of ``length`` frames; the last may reach beyond its end.

    Args:
        window: frames of each; rounded down to what the family can make.
        overlap: frames that neighbours share; rounded likewise.
    Raises: ParameterError if the overlap leaves nothing of a window.
    """
    step = family.stride
    frames = (window - 1) // step * step + 1
    shared = (overlap - 1) // step * step + 1
    if length <= frames:
        return (Window(0, 0, family.fitted(length), 0),)
    if shared >= frames or frames <= 1:
        raise ParameterError(
            f"diffusers: overlap is {overlap}; it must be less than the window of {window} frames "
            f"({step}k+1 for {family.title}).",
            "Set a longer window or a shorter overlap.",
            parameter="overlap",
        )
    found = [Window(0, 0, frames, 0)]
    while found[-1].first + frames < length:
        first = found[-1].first + frames - shared
        rest = family.fitted(max(length - first, shared + step))
        found.append(Window(len(found), first, min(frames, rest), shared))
    return tuple(found)


def laid_together(tail: np.ndarray, head: np.ndarray) -> np.ndarray:
    """A dissolve from the end of one window to the beginning of the next, over the frames that they share.

    Shapes: both (O, H, W, 3).
    """
    share = (np.arange(1, len(tail) + 1, dtype=_f) / _f(len(tail) + 1))[:, None, None, None]
    return np.asarray((1 - share) * tail + share * head, _f)


def to_display(light: np.ndarray) -> np.ndarray:
    """ACEScg light as the display values that models know (IEC 61966-2-1), 0 to 1; what is brighter is lost."""
    return np.asarray(srgb.coded(np.clip(light @ TO_REC709.T, 0, 1)), _f)


def to_curve(light: np.ndarray, curve: Curve) -> np.ndarray:
    """ACEScg light as a model's values, 0 to 1."""
    if curve == "srgb":
        return to_display(light)
    return np.asarray(np.clip(logc3.coded(light @ TO_REC709.T), 0, 1), _f)


def to_light(values: np.ndarray, curve: Curve = "srgb") -> np.ndarray:
    """The values of a model as ACEScg light."""
    return np.asarray(_linear(values, curve) @ np.linalg.inv(TO_REC709).T, _f)


def cells(values: np.ndarray, curve: Curve = "srgb") -> np.ndarray:
    """The mean light in each cell of each frame.

    Shapes: (F, H, W, 3) values of a curve to (F, 6, 8, 3) linear Rec.709.
    """
    rows, columns = GRID
    small = [cv2.resize(_linear(frame, curve), (columns, rows), interpolation=cv2.INTER_AREA) for frame in values]
    return np.stack(small).astype(_f)


def colour_apart(one: np.ndarray, other: np.ndarray) -> float:
    """How far two stretches of a shot lie apart in colour: the mean CIEDE2000 of their cells, over time each.

    Shapes: (F, 6, 8, 3), as :func:`cells` gives; F may differ.
    """
    return float(np.mean(delta_e(lab(one.mean(0)), lab(other.mean(0)))))


def colour_broken(before: np.ndarray, after: np.ndarray, plate_before: np.ndarray, plate_after: np.ndarray) -> float:
    """The same across a joint, less what the plate itself changes there.

    Shapes: as in :func:`colour_apart`.
    """
    expected = lab(before.mean(0)) + lab(plate_after.mean(0)) - lab(plate_before.mean(0))
    return float(np.mean(delta_e(expected, lab(after.mean(0)))))


@dataclass(frozen=True)
class Correction:
    """What a window's display values are multiplied by, and what is added, in each channel."""

    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def save(self) -> np.ndarray:
        """Gains and offsets.  Shapes: (2, 3)."""
        return np.array([self.gain, self.offset])

    @classmethod
    def saved(cls, kept: np.ndarray) -> Correction:
        gain, offset = (tuple(map(float, row)) for row in kept)
        return cls(gain, offset)  # type: ignore[arg-type]

    def of(self, display: np.ndarray) -> np.ndarray:
        return np.asarray(np.clip(display * np.array(self.gain, _f) + np.array(self.offset, _f), 0, 1), _f)


def correction(wrong: np.ndarray, right: np.ndarray, where: np.ndarray | None = None) -> Correction:
    """What brings one to the other in mean and spread, channel by channel.

    Args:
        where: (F, H, W), pixels that count; all if None.
    Shapes: both (F, H, W, 3), the same instants.
    Source: Reinhard et al. 2001, in display values, with a bounded gain.
    """
    gains, offsets = [], []
    for channel in range(3):
        one, other = wrong[..., channel], right[..., channel]
        if where is not None:
            one, other = one[where], other[where]
        spread = float(one.std(dtype=np.float64))
        gain = float(other.std(dtype=np.float64)) / spread if spread > 1e-4 else 1.0
        gain = float(np.clip(gain, 1 / _GAIN, _GAIN))
        gains.append(gain)
        offsets.append(float(other.mean(dtype=np.float64) - gain * one.mean(dtype=np.float64)))
    return Correction((gains[0], gains[1], gains[2]), (offsets[0], offsets[1], offsets[2]))


def lab(linear: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of linear Rec.709 light.  Shapes: (..., 3)."""
    xyz = np.maximum(linear, 0).astype(np.float64) @ _TO_XYZ.T / _WHITE
    cubed = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(cubed, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


_TO_XYZ = np.array(
    [
        [0.4123908, 0.3575843, 0.1804808],
        [0.2126390, 0.7151687, 0.0721923],
        [0.0193308, 0.1191948, 0.9505322],
    ]
)
_WHITE = np.array([0.9504559, 1.0, 1.0890578])


def delta_e(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """CIEDE2000 of two L*a*b* colours, all weights 1.

    Shapes: (..., 3) to (...).
    Source: Sharma, Wu and Dalal 2005.
    """
    l1, a1, b1 = np.moveaxis(np.asarray(one, np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(other, np.float64), -1, 0)
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = c1 * c2 == 0
    turn = h2 - h1
    turn = np.where(grey, 0, np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn)))
    d_l, d_c = l2 - l1, c2 - c1
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    total = h1 + h2
    far = np.abs(h1 - h2) > 180
    mean_h = np.where(grey, total, np.where(~far, total / 2, np.where(total < 360, total / 2 + 180, total / 2 - 180)))
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    turned = 30 * np.exp(-(((mean_h - 275) / 25) ** 2))
    r_c = 2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    r_t = -np.sin(np.radians(2 * turned)) * r_c
    return np.sqrt((d_l / s_l) ** 2 + (d_c / s_c) ** 2 + (d_h / s_h) ** 2 + r_t * (d_c / s_c) * (d_h / s_h))


def _linear(values: np.ndarray, curve: Curve) -> np.ndarray:
    return np.asarray(logc3.linear(values) if curve == "logc3" else srgb.linear(np.maximum(values, 0)), _f)
