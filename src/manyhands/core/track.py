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
    to be sure.  There the motion is the best guess: what little was found, a straight way from the
    frame before to the frame after, or, at an end, the last that was known.
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


def told_of_loss(track: Track) -> str:
    """The frames in which a track is lost and what to do about them, in sentences for people; empty where it is not."""
    if len(track.lost) == track.span.length:
        return (
            "The plate could not be followed: nothing in it holds still enough to be found again. Name a region with "
            "detail in it, or say that the camera is locked off."
        )
    if not track.lost:
        return ""
    return (
        f"It is lost in {len(track.lost)} of {track.span.length} frames and only guesses there: {_ranges(track.lost)}. "
        "Look at them; where something slides, draw the region round a part that stays in sight, start from a "
        "reference frame that shows more of it, or make two shots where it is gone for long."
    )


def _ranges(frames: tuple[int, ...], most: int = 6) -> str:
    """Frames that follow each other as ranges; so many of them, and how many more there are."""
    runs: list[list[int]] = []
    for frame in sorted(frames):
        if runs and frame == runs[-1][-1] + 1:
            runs[-1].append(frame)
        else:
            runs.append([frame])
    named = [f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs[:most]]
    return ", ".join(named) + (f" and {len(runs) - most} more stretches" if len(runs) > most else "")
