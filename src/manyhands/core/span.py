"""Span: exact start and length in whole frames at a rational rate."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from pydantic import Field, field_validator

from manyhands.core.noun import Noun

FIRST_FRAME = 1001  # the field's habit: room for handles in front without negative numbers


class Span(Noun):
    """Frames ``start`` to ``start + length - 1`` at ``rate_fps`` frames a second."""

    KIND: ClassVar[str] = "span"

    start: int = FIRST_FRAME
    length: int = Field(ge=1)
    rate_fps: Fraction = Field(gt=0)

    @field_validator("rate_fps", mode="before")
    @classmethod
    def _rational(cls, value: object) -> object:
        if isinstance(value, float):
            raise ValueError("a rate is exact: write 24, '24000/1001' or a Fraction, not a float")
        return value

    @property
    def end(self) -> int:
        """The last frame, included."""
        return self.start + self.length - 1

    @property
    def frames(self) -> range:
        return range(self.start, self.start + self.length)

    @property
    def seconds(self) -> Fraction:
        return self.length / self.rate_fps

    def __contains__(self, frame: object) -> bool:
        return isinstance(frame, int) and self.start <= frame <= self.end

    def seconds_at(self, frame: int) -> Fraction:
        """Time from the span's start to the start of a frame."""
        return (frame - self.start) / self.rate_fps

    def clamped(self, frame: int) -> int:
        """The nearest frame that the span has."""
        return min(max(frame, self.start), self.end)
