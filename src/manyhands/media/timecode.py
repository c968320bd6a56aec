"""Time code: hours, minutes, seconds and frames, drop-frame or not, to frame counts and back.

Source: SMPTE ST 12-1; drop-frame skips the first two (or four) numbers of each minute but every tenth.
"""

from __future__ import annotations

import re
from fractions import Fraction

from manyhands.core.errors import InputError

_FORM = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;.])(\d{2,3})")


def frames_of(timecode: str, rate_fps: Fraction) -> int:
    """Frames since 00:00:00:00.  A ``;`` before the frames means drop-frame.

    Raises: InputError if it is not a time code at that rate.
    """
    match = _FORM.fullmatch(timecode.strip())
    per_second = _nominal(rate_fps)
    if match is None or int(match[2]) > 59 or int(match[3]) > 59 or int(match[5]) >= per_second:
        raise InputError(
            f"time code: {timecode} is not one at {rate_fps} fps.",
            f"Write hours:minutes:seconds:frames, with frames from 0 to {per_second - 1}.",
        )
    hours, minutes, seconds, frames = (int(match[part]) for part in (1, 2, 3, 5))
    whole_minutes = 60 * hours + minutes
    count = (60 * whole_minutes + seconds) * per_second + frames
    if match[4] != ":":
        count -= _dropped(per_second) * (whole_minutes - whole_minutes // 10)
    return count


def timecode_of(frames: int, rate_fps: Fraction, *, drop: bool = False) -> str:
    """The time code of a frame count; it starts again after 24 hours."""
    per_second = _nominal(rate_fps)
    skip = _dropped(per_second) if drop else 0
    ten_minutes = 600 * per_second - 9 * skip
    frames %= 144 * ten_minutes
    tens, rest = divmod(frames, ten_minutes)
    minute = 60 * per_second - skip
    frames += 9 * skip * tens + (skip * ((rest - skip) // minute) if rest >= skip else 0)
    seconds, frames = divmod(frames, per_second)
    mark = ";" if drop else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{frames:02}"


def moved(timecode: str, by_frames: int, rate_fps: Fraction) -> str:
    """The time code some frames later, counted as it is counted."""
    drop = any(mark in timecode for mark in ";.")
    return timecode_of(frames_of(timecode, rate_fps) + by_frames, rate_fps, drop=drop)


def carried(timecode: str, by_frames: int, rate_fps: Fraction) -> str:
    """A plate's time code some frames later; nothing where it has none or says nothing about frames at this rate."""
    try:
        return moved(timecode, by_frames, rate_fps) if timecode else ""
    except InputError:
        return ""


def _nominal(rate_fps: Fraction) -> int:
    return max(1, round(rate_fps))


def _dropped(per_second: int) -> int:
    """Numbers skipped each minute: 2 at 30, 4 at 60; drop-frame exists only at multiples of 30."""
    return 2 * (per_second // 30) if per_second % 30 == 0 else 0
