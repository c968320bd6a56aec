"""What is asked of Runway for one act on a shot: the tasks, their bodies, their price, and what leaves the machine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from manyhands.core.errors import InputError, ParameterError
from manyhands.core.span import Span
from manyhands.core.spend import Quote
from manyhands.hosted import prices, schema
from manyhands.hosted.parts import EDITED, nearest_ratio, parts, rate_of, size_of

MODELS = {
    "video_to_video": "aleph2",
    "image_to_video": "gen4.5",
    "text_to_video": "gen4.5",
    "text_to_image": "gen4_image",
    "video_to_hdr": "ruby",
}
WHOLE = ("video_to_video", "video_to_hdr")
"""The acts that get the whole plate."""

MOVIE, FIRST = Path("plate.mp4"), Path("first.png")
GENERATED_S = schema.RANGES["gen4.5", "duration"]
ACESCG = "hdr_exr_acescg_sequence_1_3"
NOWHERE = Path()


class Asked(Protocol):
    """The parameters of the maker: what a person asks for."""

    @property
    def act(self) -> str: ...
    @property
    def by_model(self) -> str: ...
    @property
    def prompt(self) -> str: ...
    @property
    def cuts(self) -> str: ...
    @property
    def output(self) -> str: ...
    @property
    def public_figures(self) -> str: ...
    @property
    def keyframes(self) -> dict[int, tuple[str, int | None]]: ...


def quote(p: Asked, span: Span, width: int, height: int) -> Quote:
    """What it costs at most; every request is held against what the service takes.

    Raises: InputError, ParameterError for what would be refused.
    """
    each = pieces(p, span)
    for piece in each:
        schema.check(p.act, body(p, piece, width, height, seed=0))
    return prices.quote(
        p.act,
        p.by_model,
        [_billed(p, piece) for piece in each],
        leaves=_leaves(p, span, width, height),
        format=_format(p),
        pixels=math.prod(size(p, width, height)),
    )


def credits_most(p: Asked, piece: Span, width: int, height: int) -> int:
    """What one task costs at most."""
    pixels = math.prod(size(p, width, height))
    return prices.credits_most(p.by_model, _billed(p, piece), format=_format(p), pixels=pixels)


def pieces(p: Asked, span: Span) -> list[Span]:
    """The spans that are made each in a task of its own.

    Raises: InputError if nothing is asked for, or the shot is too short or too long; ParameterError.
    """
    outside = [which for which, (_, at) in p.keyframes.items() if at is not None and at not in span]
    if outside and p.act == "video_to_video":
        raise ParameterError(
            f"runway: keyframe_{outside[0]} is for frame {p.keyframes[outside[0]][1]}; the shot has {span.start} to "
            f"{span.end}.",
            "Give it a frame of the shot.",
        )
    if p.act == "video_to_video" and not (p.prompt or p.keyframes):
        raise InputError(
            "runway: it is not said what is to be done to the plate.",
            'Give a prompt, such as --set runway.prompt="make it snow", or a keyframe.',
        )
    if p.act in WHOLE:
        return parts(span, EDITED, _cuts(p))
    if p.act != "text_to_image" and span.seconds > GENERATED_S[1]:
        raise InputError(
            f"runway: the shot has {float(span.seconds):.2f} s; {p.by_model} makes at most {GENERATED_S[1]} s.",
            "Make the shot on fewer frames of its plate.",
        )
    return [span]


def body(p: Asked, piece: Span, width: int, height: int, *, seed: int, folder: Path = NOWHERE) -> dict[str, Any]:
    """The request for one part, with files where the service gets addresses.

    Args:
        folder: where the files lie; nowhere puts their names there, for a check.
    """

    def placed(name: Path | str) -> Path | str:
        return str(name) if folder == NOWHERE else folder / name

    asked: dict[str, Any] = {"model": p.by_model}
    if p.prompt:
        asked["promptText"] = p.prompt
    if p.act in WHOLE:
        asked["videoUri"] = placed(MOVIE)
    else:
        asked["ratio"] = _ratio(p, width, height)
    if p.act in ("image_to_video", "text_to_video"):
        asked["duration"] = _duration(piece)
    if p.act == "image_to_video":
        asked["promptImage"] = placed(FIRST)
    pictures = list(pictures_of(p, piece))
    if p.act == "video_to_video" and pictures:
        asked["keyframes"] = [{"seconds": float(piece.seconds_at(at)), "uri": placed(name)} for name, _, at in pictures]
    if p.act == "text_to_image" and pictures:
        asked["referenceImages"] = [{"uri": placed(name), "tag": Path(name).stem} for name, _, _ in pictures]
    if "seed" in schema.fields(p.act, p.by_model):
        asked["seed"] = seed
    if _format(p) != "mp4":
        asked["outputFormat"] = _format(p)
    if p.public_figures != "auto":
        asked["contentModeration"] = {"publicFigureThreshold": p.public_figures}
    return asked


def pictures_of(p: Asked, piece: Span) -> Iterator[tuple[str, str, int]]:
    """The pictures that go with a part: what they are called there, their files, and their frames.

    For an edit they are the keyframes that lie in it; for a still its references, which a prompt calls by ``@ref1``.
    """
    for which, (path, at) in p.keyframes.items():
        if p.act == "text_to_image":
            yield f"ref{which}.png", path, piece.start
        elif p.act == "video_to_video" and at is None:
            raise ParameterError(
                f"runway: keyframe_{which} has no frame.", f"Say for which: --set runway.keyframe_{which}_frame=…"
            )
        elif p.act == "video_to_video" and at in piece:
            yield f"key{which}.png", path, at or 0


def size(p: Asked, width: int, height: int) -> tuple[int, int]:
    """The size of the pictures that are sent, or asked for."""
    if p.act in WHOLE:
        return size_of(width, height, EDITED)
    wide, high = map(int, _ratio(p, width, height).split(":"))
    return wide, high


def _format(p: Asked) -> str:
    return ACESCG if p.act == "video_to_hdr" and p.output == "mp4" else p.output


def _ratio(p: Asked, width: int, height: int) -> str:
    return nearest_ratio(width, height, schema.words(p.act, p.by_model, "ratio"))


def _billed(p: Asked, piece: Span) -> Fraction | int:
    if p.act == "text_to_image":
        return 0
    return piece.seconds if p.act in WHOLE else _duration(piece)


def _duration(piece: Span) -> int:
    return max(GENERATED_S[0], math.ceil(piece.seconds))


def _cuts(p: Asked) -> list[int]:
    try:
        return [int(word) for word in p.cuts.replace(",", " ").split()]
    except ValueError:
        raise ParameterError(
            f"runway: cuts is {p.cuts}; it must be numbers of frames with blanks between.", "Write 1051 1102."
        ) from None


def _leaves(p: Asked, span: Span, width: int, height: int) -> list[str]:
    """What leaves the machine, in sentences."""
    found = []
    wide, high = size(p, width, height)
    if p.act in WHOLE:
        rate = float(rate_of(span.rate_fps, EDITED))
        found.append(
            f"frames {span.start} to {span.end} of the picture that it is given, as H.264 ({wide}x{high}, {rate:g} "
            "fps), without sound or time code"
        )
    elif p.act == "image_to_video":
        found.append(f"frame {span.start} of the picture that it is given, as PNG ({wide}x{high})")
    if p.act in ("video_to_video", "text_to_image"):
        found += [f"the picture {Path(path).name}" for path, _ in p.keyframes.values()]
    if p.prompt:
        found.append(f"the words “{p.prompt}”")
    return found
