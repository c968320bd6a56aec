"""Extent: how much of a picture each hand made and altered, as whole numbers that add up.

A share is given in parts per million, an integer, so that it reads the same in every program and
sums exactly.  Never one number alone: mean share, frames touched, area above a threshold, screen
time, and the altered share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import ClassVar

import numpy as np

from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun
from manyhands.core.span import Span

PPM = 1_000_000
THRESHOLD = 0.01
"""A pixel counts as touched by a hand from one part in a hundred on."""


class HandExtent(Noun):
    """One hand's part of a span of frames.

    Units: ``*_ppm`` are parts per million of all pixels of all frames.
    ``origin_ppm``: mean share of origin.  ``area_ppm``: pixels where its share of origin is at
    least 1 %.  ``altered_ppm``: mean alteration by this hand.  ``frames``: frames in which it has
    a share of origin of at least one part per million, or altered as much.
    """

    KIND: ClassVar[str] = "hand_extent"

    hand: Hand
    origin_ppm: int
    area_ppm: int
    altered_ppm: int
    frames: int


class FrameExtent(Noun):
    """The same figures for one frame, hand id to parts per million; what a strip is drawn from."""

    KIND: ClassVar[str] = "frame_extent"

    frame: int
    origin_ppm: dict[str, int]
    area_ppm: dict[str, int]
    altered_ppm: dict[str, int]
    empty_ppm: int
    changed_ppm: int


class Extent(Noun):
    """The parts of all hands over a span.

    The hands' ``origin_ppm`` and ``empty_ppm`` (light that nobody's alpha covers) sum to exactly
    1,000,000.  ``changed_ppm`` is the mean alteration by all hands together.
    """

    KIND: ClassVar[str] = "extent"

    hands: tuple[HandExtent, ...]
    empty_ppm: int
    changed_ppm: int
    frames: int
    screen_seconds: str

    def of(self, origin: str) -> int:
        """Parts per million of origin by all hands of one kind of origin."""
        return sum(part.origin_ppm for part in self.hands if part.hand.origin == origin)


def apportion(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Divide a whole number by weights so that the parts sum to it exactly.

    Largest remainder; of equal remainders the earlier one wins, so that it can be recomputed.
    Source: Hamilton's method.
    Raises: ValueError if no weight is positive or one is negative.
    """
    parts = [Fraction(weight) for weight in weights]
    whole = sum(parts)
    if whole <= 0 or min(parts) < 0:
        raise ValueError("weights must not be negative, and one must be positive")
    exact = [total * part / whole for part in parts]
    floors = [int(value // 1) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: (floors[index] - exact[index], index))
    for index in by_remainder[: total - sum(floors)]:
        floors[index] += 1
    return floors


def frame_extent(frame: Frame, number: int) -> FrameExtent:
    """Measure one frame; sums are taken in double precision, so every machine agrees."""
    pixels = frame.height * frame.width
    shares = [_ppm_sum(plane, pixels) for plane in frame.authorship.weights]
    empty = max(0, PPM - _ppm_sum(frame.alpha, pixels))
    parts = apportion(PPM, [*shares, empty]) if sum(shares) + empty else [*shares, PPM]
    authorship = frame.authorship
    areas = [round(PPM * int(np.count_nonzero(plane >= THRESHOLD)) / pixels) for plane in authorship.weights]
    altered = [_ppm_sum(plane, pixels) for plane in authorship.alterations]
    return FrameExtent(
        frame=number,
        origin_ppm=_told(authorship.hands, parts),
        area_ppm=_told(authorship.hands, areas),
        altered_ppm=_told(authorship.altering, altered),
        empty_ppm=parts[-1],
        changed_ppm=_ppm_sum(authorship.altered(), pixels),
    )


def _told(hands: Sequence[Hand], parts: Sequence[int]) -> dict[str, int]:
    """By hand id; a hand with nothing is left out, so that lists of other length say the same."""
    return {hand.id: part for hand, part in zip(hands, parts, strict=False) if part}


def _ppm_sum(plane: np.ndarray, pixels: int) -> int:
    return round(float(plane.sum(dtype=np.float64)) * PPM / pixels)


def total_extent(frames: Iterable[FrameExtent], hands: Sequence[Hand], span: Span) -> Extent:
    """Sum frames of one size over a span; the parts add up to exactly 1,000,000."""
    frames = list(frames)
    count = len(frames)
    sums = [sum(frame.origin_ppm.get(hand.id, 0) for frame in frames) for hand in hands]
    origin = apportion(PPM, [*sums, sum(frame.empty_ppm for frame in frames)])
    return Extent(
        hands=tuple(
            HandExtent(
                hand=hand,
                origin_ppm=part,
                area_ppm=round(Fraction(sum(frame.area_ppm.get(hand.id, 0) for frame in frames), count)),
                altered_ppm=round(Fraction(sum(frame.altered_ppm.get(hand.id, 0) for frame in frames), count)),
                frames=sum(
                    bool(frame.origin_ppm.get(hand.id, 0) or frame.altered_ppm.get(hand.id, 0)) for frame in frames
                ),
            )
            for hand, part in zip(hands, origin, strict=False)
        ),
        empty_ppm=origin[-1],
        changed_ppm=round(Fraction(sum(frame.changed_ppm for frame in frames), count)),
        frames=count,
        screen_seconds=str(Fraction(count) / span.rate_fps),
    )
