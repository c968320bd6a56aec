"""Mattes, painted frames and clean plates: how they lie over the shot that they were made for."""

from __future__ import annotations

from manyhands.core.errors import InputError
from manyhands.core.source import SourceRole
from manyhands.core.span import Span
from manyhands.kit.lock import is_of_shape
from manyhands.media.footage import Footage, number_of

EXAMPLE = "matte.1013.png"


def check_fits(footage: Footage, role: SourceRole, plate: Footage, span: Span, *, title: str = "") -> None:
    """Refuse what was made for another picture, or for other frames.

    Args:
        span: the shot's frames.
    Raises: InputError that says both sizes, or the frames that are amiss.
    """
    what = f"{role} {title or footage.name}"
    if role == "edit":
        _check_edit(what, footage, plate, span)
        return
    size, its = f"{footage.width}x{footage.height}", f"{plate.width}x{plate.height}"
    if size != its:
        raise InputError(f"{what}: it is {size}; the plate is {its}.", f"Make it at the plate's size, {its}.")
    has = f"the shot has {_frames(span)}"
    if footage.numbers is not None:
        outside = [number for number in footage.numbers if number not in span]
        if outside:
            more = f" and {len(outside) - 8} more" if len(outside) > 8 else ""
            raise InputError(
                f"{what}: frame {', '.join(map(str, outside[:8]))}{more} lies outside; {has}.",
                f"The number at the end of a file's name is the frame that it was painted for, as in {EXAMPLE}.",
            )
    elif footage.kind == "still":
        if span.length > 1 and number_of(footage.path) in span:
            raise InputError(
                f"{what}: by its name it is for frame {number_of(footage.path)} alone; {has}.",
                "Bring a few painted frames in as --painted; one that holds for every frame has no number in its name.",
            )
    elif footage.kind == "sequence":
        if not {span.start, span.end} <= set(footage.span.frames):
            raise InputError(
                f"{what}: it has {_frames(footage.span)}; {has}.",
                "Number its files as the shot's frames are, one for each; bring a few painted ones in as --painted.",
            )
    elif footage.span.length not in (plate.span.length, span.length):
        raise InputError(
            f"{what}: it has {footage.span.length} frames; the plate has {plate.span.length}, the shot {span.length}.",
            "Make one frame for each of the plate's, or of the shot's.",
        )


def _check_edit(what: str, footage: Footage, plate: Footage, span: Span) -> None:
    """An edit may come at another size and rate, as services give it; its shape and its length in time may not."""
    if not is_of_shape((footage.width, footage.height), (plate.width, plate.height)):
        raise InputError(
            f"{what}: it is {footage.width}x{footage.height}, another shape than the plate's {plate.width}x"
            f"{plate.height}.",
            "Have it made at the plate's shape, or pad or crop it to that.",
        )
    lasts = float(footage.span.length / footage.span.rate_fps)
    wanted = [float(one.length / plate.span.rate_fps) for one in (span, plate.span)]
    same = footage.span.length in (span.length, plate.span.length)
    if footage.kind != "still" and not same and min(abs(lasts - time) for time in wanted) > OTHER_LENGTH_S:
        raise InputError(
            f"{what}: it lasts {lasts:.2f} s; the shot {wanted[0]:.2f} s.",
            "Bring in an edit of just this shot's frames, or make a shot of what was edited (--first, --last).",
        )


OTHER_LENGTH_S = 0.15


def first_frame(footage: Footage, plate: Footage, span: Span) -> int:
    """The shot's frame for which the first one was made: a movie has no numbers, so it begins with the plate, or
    with the shot where it is no longer."""
    if footage.kind != "movie":
        return footage.span.start
    return plate.span.start if footage.span.length == plate.span.length else span.start


def _frames(span: Span) -> str:
    return f"frames {span.start} to {span.end}"
