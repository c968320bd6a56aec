"""Track: where a plane of the plate goes, frame by frame (decision 0001)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field, model_validator

from manyhands.core.errors import NotFoundError
from manyhands.core.noun import Noun
from manyhands.core.span import Span

Matrix = tuple[float, float, float, float, float, float, float, float, float]


class Track(Noun):
    """One 3 x 3 matrix per frame, from pixels of the ``reference`` frame to pixels of that frame.

    Units: pixels of the plate, origin at the top left corner of the picture, so that a pixel's
    centre lies at a half.  ``residual_px`` is the median distance between where features were
    found and where the matrix puts them; ``lost`` names the frames in which too little was found
    to be sure, and in which the last good motion was held.
    """

    KIND: ClassVar[str] = "track"

    span: Span
    reference: int
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    matrices: tuple[Matrix, ...]
    residual_px: tuple[float, ...]
    lost: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Track:
        if not len(self.matrices) == len(self.residual_px) == self.span.length:
            raise ValueError("a track has one matrix and one residual for each frame of its span")
        return self

    def matrix(self, frame: int) -> np.ndarray:
        """(3, 3) float64, reference pixels to pixels of ``frame``."""
        if frame not in self.span:
            raise NotFoundError("tracked frame", frame, known=[f"{self.span.start} to {self.span.end}"])
        return np.array(self.matrices[frame - self.span.start], np.float64).reshape(3, 3)

    def between(self, start: int, end: int) -> np.ndarray:
        """(3, 3) float64, pixels of frame ``start`` to pixels of frame ``end``."""
        return np.asarray(self.matrix(end) @ np.linalg.inv(self.matrix(start)))


def standing(span: Span, width: int, height: int) -> Track:
    """The track of a locked-off camera: nothing moves."""
    unit: Matrix = (1, 0, 0, 0, 1, 0, 0, 0, 1)
    return Track(
        span=span,
        reference=span.start,
        width=width,
        height=height,
        matrices=(unit,) * span.length,
        residual_px=(0.0,) * span.length,
    )
