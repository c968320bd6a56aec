"""How a shot is cut into what a service takes: parts of a length, a rate and a size that it knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from manyhands.core.errors import InputError
from manyhands.core.span import Span


@dataclass(frozen=True)
class Limits:
    """What a model takes of a movie.

    ``least_s`` to ``most_s`` seconds, ``least_px`` to ``most_px`` of the shorter side (at most ``wide_px`` of the
    longer), ``slowest_fps`` to ``fastest_fps``, and so many cuts in one.
    """

    least_s: Fraction
    most_s: Fraction
    least_px: int
    most_px: int
    wide_px: int
    slowest_fps: Fraction
    fastest_fps: Fraction
    cuts: int


EDITED = Limits(Fraction(49, 24), Fraction(29), 480, 1080, 1920, Fraction(24000, 1001), Fraction(30), 10)
"""Of ``aleph2``: more than 2 s and less than 30 (help.runwayml.com, "Creating with Edit Studio", 2026)."""


def parts(span: Span, limits: Limits, cuts: Sequence[int] = ()) -> list[Span]:
    """The spans that are sent each on their own: as few as there can be, cut where the shot has cuts.

    Args:
        cuts: first frames of the shots within the span.
    Raises: InputError if the span is shorter than what is taken.
    """
    most, least = int(limits.most_s * span.rate_fps), -int(-limits.least_s * span.rate_fps // 1)
    if span.length < least:
        raise InputError(
            f"runway: the shot has {float(span.seconds):.2f} s; at least {float(limits.least_s):g} s are taken.",
            "Add handles: make the shot on more frames of its plate.",
        )
    inside = sorted({at for at in cuts if span.start < at <= span.end})
    found, start = [], span.start
    while start <= span.end:
        left = span.end - start + 1
        within = [at for at in inside if start < at < start + left]
        if left <= most and len(within) <= limits.cuts:
            found.append(span.but(start=start, length=left))
            break
        far = min(most, left)
        if len(within) > limits.cuts:
            far = min(far, within[limits.cuts] - start)
        here = [at - start for at in inside if least <= at - start <= far and left - (at - start) >= least]
        even = -(-left // -(-left // far))
        length = max(here) if here else min(max(even, least), left - least)
        found.append(span.but(start=start, length=length))
        start += length
    return found


def rate_of(rate_fps: Fraction, limits: Limits) -> Fraction:
    """The rate at which a plate is sent: its own, or every second or third frame of it, or else the slowest taken."""
    for every in range(1, 9):
        if limits.slowest_fps <= rate_fps / every <= limits.fastest_fps:
            return rate_fps / every
    return Fraction(24)


def size_of(width: int, height: int, limits: Limits) -> tuple[int, int]:
    """The size at which a plate is sent: its own where that is taken, in even numbers."""
    shorter, longer = min(width, height), max(width, height)
    scale = max(1.0, limits.least_px / shorter)
    scale = min(scale, limits.most_px / shorter, limits.wide_px / longer)
    return tuple(2 * max(1, round(side * scale / 2)) for side in (width, height))  # type: ignore[return-value]


def numbers_at(span: Span, rate_fps: Fraction) -> list[int]:
    """The span's frames that stand at another rate's, one for each, over the same time."""
    count = max(1, int(span.seconds * rate_fps))
    return [span.clamped(span.start + int(number / rate_fps * span.rate_fps)) for number in range(count)]


def nearest_ratio(width: int, height: int, ratios: Sequence[str]) -> str:
    """The ratio (``1280:720``) whose shape comes nearest to a picture's."""
    from math import log

    def apart(ratio: str) -> float:
        wide, high = map(int, ratio.split(":"))
        return abs(log(wide / high) - log(width / height))

    return min(ratios, key=apart)
