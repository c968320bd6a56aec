"""Frame: one picture, scene-linear premultiplied rgb and alpha, with its authorship."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from manyhands.core.authorship import Authorship
from manyhands.core.errors import MediaError
from manyhands.core.hand import Hand


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture.

    Shapes: ``rgba`` (H, W, 4) float32.
    Colour: scene-linear ACEScg, premultiplied, never clamped; light above 1 is information.
    """

    rgba: np.ndarray
    authorship: Authorship

    def __post_init__(self) -> None:
        if self.rgba.ndim != 3 or self.rgba.shape[2] != 4:
            raise MediaError(f"frame: the shape is {self.rgba.shape}; it must be (H, W, 4).", "Give rgb and alpha.")
        planes = (self.authorship.weights, *([self.authorship.alterations] if self.authorship.altering else []))
        if any(plane.shape[1:] != self.rgba.shape[:2] for plane in planes):
            raise MediaError("frame: picture and authorship differ in size.", "Make both of one size.")

    @classmethod
    def of(cls, rgba: np.ndarray, hand: Hand) -> Frame:
        """A picture that is one hand's alone."""
        rgba = np.ascontiguousarray(rgba, np.float32)
        return cls(rgba, Authorship.of(hand, rgba[..., 3]))

    @property
    def height(self) -> int:
        return int(self.rgba.shape[0])

    @property
    def width(self) -> int:
        return int(self.rgba.shape[1])

    @property
    def rgb(self) -> np.ndarray:
        return self.rgba[..., :3]

    @property
    def alpha(self) -> np.ndarray:
        return self.rgba[..., 3]

    def faults(self, *, within: float = 1e-5) -> list[str]:
        """What breaks the promises of a frame, in words; empty when all holds."""
        found = []
        if self.rgba.dtype != np.float32:
            found.append(f"samples are {self.rgba.dtype}, not float32")
        if not np.isfinite(self.rgba).all():
            found.append("a sample is not finite")
        elif self.alpha.size and not (0 <= self.alpha.min() and self.alpha.max() <= 1 + 1e-6):
            found.append("alpha lies outside 0 to 1")
        return found + self.authorship.faults(self.alpha, within=within)


LUMINANCE = np.array([0.2722287, 0.6740818, 0.0536895], np.float32)
"""Weights of ACEScg (AP1, ACES white) for relative luminance: the Y row of its RGB to XYZ matrix
(Academy S-2014-004)."""


def luminance(rgb: np.ndarray) -> np.ndarray:
    """Relative luminance Y of ACEScg light, (..., 3) -> (...)."""
    return np.asarray(rgb @ LUMINANCE)
