"""How a shot is cut into what a service takes: parts of a length, a rate and a size that it knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

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

PERFORMED = replace(EDITED, least_s=Fraction(3), most_s=Fraction(30))
"""Of ``act_two``: 3 to 30 s; its sizes and rates are not published, and are taken to be those of ``aleph2``."""

UPSCALED = replace(EDITED, least_px=2, slowest_fps=Fraction(1), fastest_fps=Fraction(120))
"""Of the upscalers, whose limits are not published: as ``aleph2``, but pictures go as small and as fast as they are."""


def parts(span: Span, limits: Limits, cuts: Sequence[int] = ()) -> list[Span]:
    """The spans that are sent each on their own: one for each shot within, split evenly where that is too long.

    A shot within that is too short to be sent on its own stays with its neighbour.

    Args:
        cuts: first frames of the shots within the span.
    Raises: InputError if the span is shorter than what is taken, or has too many cuts at one place.
    """
    most, least = int(limits.most_s * span.rate_fps), -int(-limits.least_s * span.rate_fps // 1)
    if span.length < least:
        raise InputError(
            f"runway: the shot has {float(span.seconds):.2f} s; at least {float(limits.least_s):g} s are taken.",
            "Add handles: make the shot on more frames of its plate.",
        )
    inside = sorted({at for at in cuts if span.start < at <= span.end})
    starts = [span.start]
    for at in inside:
        if at - starts[-1] >= least and span.end + 1 - at >= least:
            starts.append(at)
    found = [part for start, end in pairwise([*starts, span.end + 1]) for part in _even(span, start, end, most)]
    for part in found:
        within = sum(part.start < at <= part.end for at in inside)
        if within > limits.cuts:
            raise InputError(
                f"runway: frames {part.start} to {part.end} have {within} cuts; at most {limits.cuts} are taken.",
                "Make the shot on fewer frames of its plate, or say the cuts: --set runway.cuts=none sends it as one.",
            )
    return found


def _even(span: Span, start: int, end: int, most: int) -> list[Span]:
    """Frames from ``start`` to before ``end``, in as few equal parts as there can be."""
    count = -(-(end - start) // most)
    edges = [start + (end - start) * number // count for number in range(count + 1)]
    return [span.but(start=one, length=other - one) for one, other in pairwise(edges)]


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
