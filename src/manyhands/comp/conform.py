"""A clip that came at its own size, length and rate is brought to a plate's."""

from __future__ import annotations

from fractions import Fraction

from manyhands.comp.layers import cropped, resized
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span

SQUEEZED = 0.02
"""Shapes that differ less than that were rounded on the way, and are squeezed back; others are cropped."""


def conformed(clip: Clip, span: Span, width: int, height: int) -> Clip:
    """The clip over a span, at a size: frames nearest in time, the picture filled and cropped around its middle.

    Where both have as many frames they are taken one by one; where the clip ends early its last frame stays.
    """

    def read(at: int) -> Frame:
        return fitted(clip.frame(frame_at(clip.span, span, at)), width, height)

    return Clip(span, width, height, read)


def frame_at(of: Span, span: Span, at: int) -> int:
    """The frame of one span that stands where a frame of another does; both begin together."""
    into = at - span.start
    if of.length != span.length and abs(of.rate_fps / span.rate_fps - 1) > Fraction(1, 500):
        into = int((into + Fraction(1, 2)) / span.rate_fps * of.rate_fps)
    return of.clamped(of.start + into)


def fitted(frame: Frame, width: int, height: int) -> Frame:
    """A frame at another size, its shape kept: what stands over is cropped on both sides alike."""
    wide, high = width / frame.width, height / frame.height
    if abs(wide / high - 1) <= SQUEEZED:
        return resized(frame, width, height)
    scale = max(wide, high)
    size = max(width, round(frame.width * scale)), max(height, round(frame.height * scale))
    return cropped(resized(frame, *size), (size[0] - width) // 2, (size[1] - height) // 2, width, height)


def brought(clip: Clip, span: Span, width: int, height: int) -> str:
    """What had to be done to it, in a sentence; empty where it came as it had to be."""
    of = clip.span
    came = f"{clip.width}x{clip.height}, {of.length} frames at {_rate(of)} fps"
    wanted = f"{width}x{height}, {span.length} frames at {_rate(span)} fps"
    if (clip.width, clip.height, of.length, of.rate_fps) == (width, height, span.length, span.rate_fps):
        return ""
    told = f"came as {came}, brought to {wanted}"
    if abs((width / clip.width) / (height / clip.height) - 1) > SQUEEZED:
        told += "; its shape is another, so its sides are cropped"
    missing = span.length - 1 - max(0, int(of.seconds * span.rate_fps) - 1)
    if of.length != span.length and missing > 1:
        told += f"; it ends {missing} frames early, its last frame stays"
    return told


def _rate(span: Span) -> str:
    return f"{float(span.rate_fps):.3f}".rstrip("0").rstrip(".")
