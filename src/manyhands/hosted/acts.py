"""What is asked of Runway for one act on a shot: the tasks, their bodies, their price, and what leaves the machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from manyhands.core.errors import InputError, ParameterError
from manyhands.core.grant import Need
from manyhands.core.span import Span
from manyhands.core.spend import Quote
from manyhands.hosted import prices, schema
from manyhands.hosted.parts import EDITED, PERFORMED, UPSCALED, nearest_ratio, parts, rate_of, size_of

MODELS = {
    "video_to_video": "aleph2",
    "image_to_video": "gen4.5",
    "text_to_video": "gen4.5",
    "text_to_image": "gen4_image",
    "video_to_hdr": "ruby",
    "character_performance": "act_two",
    "video_upscale": "magnific_video_upscaler_creative",
    "image_upscale": "magnific_precision_upscaler_v2",
}
WHOLE = {
    "video_to_video": EDITED,
    "video_to_hdr": EDITED,
    "character_performance": PERFORMED,
    "video_upscale": UPSCALED,
}
"""The acts that get the whole plate, and what each takes of it."""

STILL = ("text_to_image", "image_upscale")
"""The acts that give one picture, which stays for the whole shot."""

MOVIE, FIRST, CHARACTER = Path("plate.mp4"), Path("first.png"), Path("character")
MOVIES = (".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mxf", ".webm")
FASTER = "enhance_frame_rate"
SIDES = {"720p": 1280, "1k": 1920, "2k": 2560, "4k": 3840}
"""What the upscaler's words for sizes are taken to mean, in px of width; what comes is brought to the plate's."""
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
    def character(self) -> str: ...
    @property
    def performance(self) -> str: ...
    @property
    def performer(self) -> str: ...
    @property
    def character_of(self) -> str: ...
    @property
    def body_control(self) -> bool: ...
    @property
    def expression_intensity(self) -> int: ...
    @property
    def creativity(self) -> int | None: ...
    @property
    def frame_rate(self) -> str: ...
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


def consents(p: Asked) -> tuple[Need, ...]:
    """Whose consent it needs to what.

    A performance makes a face do what it was not filmed doing, by the face of somebody who plays it; a character that
    is nobody real has nobody to ask, which is stated by naming nobody.
    Raises: ParameterError if nobody says who plays it.
    """
    if p.act != "character_performance":
        return ()
    if not p.performer.strip():
        raise ParameterError(
            "runway: performer is empty; nobody says whose performance drives the character.",
            'Name them, --set runway.performer="Person A"; and, if the character is a real person, '
            '--set runway.character_of="Person B".',
        )
    return tuple((person, "likeness_replica") for person in (p.performer, p.character_of) if person.strip())


def shown(p: Asked, each: list[Span]) -> list[Span]:
    """The frames over which what came of each part is shown: the part's own, or, at a higher rate, all that came.

    Their rate is the one at which they came.
    """
    if p.by_model != FASTER:
        return each
    found, start = [], each[0].start
    for piece in each:
        made = Span(start=start, length=int(piece.seconds * frame_rate(p)), rate_fps=frame_rate(p))
        found.append(made)
        start = made.end + 1
    return found


def frame_rate(p: Asked) -> Fraction:
    """The rate that is asked for; the service writes 23.976 as ``23_98``."""
    whole, _, part = p.frame_rate.partition("_")
    return Fraction((int(whole) + 1) * 1000, 1001) if part else Fraction(int(whole))


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
    if p.act == "character_performance" and not p.character:
        raise InputError(
            "runway: it is not said which character the performance is given to.",
            "Bring a picture or a film of it in, and name it: --set runway.character=source:ID.",
        )
    if p.by_model == FASTER:
        _check_faster(p, span)
    if p.act in WHOLE:
        return parts(span, WHOLE[p.act], _cuts(p))
    if p.act not in STILL and span.seconds > GENERATED_S[1]:
        raise InputError(
            f"runway: the shot has {float(span.seconds):.2f} s; {p.by_model} makes at most {GENERATED_S[1]} s.",
            "Make the shot on fewer frames of its plate.",
        )
    return [span]


def _check_faster(p: Asked, span: Span) -> None:
    if not p.frame_rate:
        raise InputError(
            f"runway: it is not said which frame rate {FASTER} makes.", "Say it: --set runway.frame_rate=48."
        )
    if frame_rate(p) <= span.rate_fps:
        raise InputError(
            f"runway: frame_rate is {p.frame_rate}; the shot has {float(span.rate_fps):g} already.", "Ask for more."
        )


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
    known = schema.fields(p.act, p.by_model)
    if p.act in WHOLE and p.act != "character_performance":
        asked["videoUri"] = placed(MOVIE)
    if p.act not in WHOLE or p.act == "character_performance":
        asked |= {"ratio": _ratio(p, width, height)} if "ratio" in known else {}
    if p.act in ("image_to_video", "text_to_video"):
        asked["duration"] = _duration(piece)
    if p.act == "image_to_video":
        asked["promptImage"] = placed(FIRST)
    if p.act == "character_performance":
        asked |= _performance(p, placed)
    if p.act in ("video_upscale", "image_upscale"):
        asked |= _upscale(p, placed, max(width, height))
    pictures = list(pictures_of(p, piece))
    if p.act == "video_to_video" and pictures:
        asked["keyframes"] = [{"seconds": float(piece.seconds_at(at)), "uri": placed(name)} for name, _, at in pictures]
    if p.act == "text_to_image" and pictures:
        asked["referenceImages"] = [{"uri": placed(name), "tag": Path(name).stem} for name, _, _ in pictures]
    if "seed" in known:
        asked["seed"] = seed
    if _format(p) != "mp4":
        asked["outputFormat"] = _format(p)
    if p.public_figures != "auto":
        asked["contentModeration"] = {"publicFigureThreshold": p.public_figures}
    return asked


def _performance(p: Asked, placed: Callable[[Path | str], Path | str]) -> dict[str, Any]:
    return {
        "character": {"type": "video" if is_movie(p.character) else "image", "uri": placed(character_file(p))},
        "reference": {"type": "video", "uri": placed(MOVIE)},
        "bodyControl": p.body_control,
        "expressionIntensity": p.expression_intensity,
    }


def _upscale(p: Asked, placed: Callable[[Path | str], Path | str], side: int) -> dict[str, Any]:
    if p.act == "image_upscale":
        return {"imageUri": placed(FIRST), "scaleFactor": 2}
    if p.by_model == FASTER:
        return {"targetFramerate": p.frame_rate}
    fits = next((word for word, wide in SIDES.items() if wide >= side), "4k")
    return {"resolution": fits, **({} if p.creativity is None else {"creativity": p.creativity})}


def is_movie(path: str) -> bool:
    """Whether a file is a film, or the folder of one, and no picture."""
    return Path(path).suffix.lower() in MOVIES or Path(path).is_dir()


def character_file(p: Asked) -> Path:
    """What the character is called where it is sent."""
    return CHARACTER.with_suffix(".mp4" if is_movie(p.character) else ".png")


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
    if p.act in WHOLE or p.act == "image_upscale":
        return size_of(width, height, WHOLE.get(p.act, UPSCALED))
    wide, high = map(int, _ratio(p, width, height).split(":"))
    return wide, high


def _format(p: Asked) -> str:
    return ACESCG if p.act == "video_to_hdr" and p.output == "mp4" else p.output


def _ratio(p: Asked, width: int, height: int) -> str:
    return nearest_ratio(width, height, schema.words(p.act, p.by_model, "ratio"))


def _billed(p: Asked, piece: Span) -> Fraction | int:
    if p.act in STILL:
        return 0
    return piece.seconds if p.act in WHOLE else _duration(piece)


def _duration(piece: Span) -> int:
    return max(GENERATED_S[0], math.ceil(piece.seconds))


def _cuts(p: Asked) -> list[int]:
    if p.cuts.strip().lower() == "none":
        return []
    try:
        return [int(word) for word in p.cuts.replace(",", " ").split()]
    except ValueError:
        raise ParameterError(
            f"runway: cuts is {p.cuts}; it must be numbers of frames with blanks between, or none.",
            "Write 1051 1102.",
        ) from None


def _leaves(p: Asked, span: Span, width: int, height: int) -> list[str]:
    """What leaves the machine, in sentences."""
    found = []
    wide, high = size(p, width, height)
    if p.act in WHOLE:
        rate = float(rate_of(span.rate_fps, WHOLE[p.act]))
        what = f"the film {Path(p.performance).name}" if p.performance else "the picture that it is given"
        found.append(
            f"frames {span.start} to {span.end} of {what}, as H.264 ({wide}x{high}, {rate:g} fps), without sound or "
            "time code" + _in_parts(p, span)
        )
    elif p.act in ("image_to_video", "image_upscale"):
        found.append(f"frame {span.start} of the picture that it is given, as PNG ({wide}x{high})")
    if p.act in ("video_to_video", "text_to_image"):
        found += [f"the picture {Path(path).name}" for path, _ in p.keyframes.values()]
    if p.act == "character_performance":
        found.append(f"the performance of {p.performer} in these frames")
        found.append(f"the character {Path(p.character).name}, {whose(p)}")
    if p.prompt:
        found.append(f"the words “{p.prompt}”")
    return found


def whose(p: Asked) -> str:
    """Whose likeness the character is."""
    return f"the likeness of {p.character_of}" if p.character_of.strip() else "stated to be nobody real"


def _in_parts(p: Asked, span: Span) -> str:
    """At which cuts it is sent in parts, so that a person can say that they are others."""
    starts = [piece.start for piece in pieces(p, span)[1:]]
    cuts = sorted({at for at in _cuts(p) if at in span and at > span.start})
    told = f"; cuts at {', '.join(map(str, cuts))}" if cuts else ""
    told += f": sent in {len(starts) + 1} parts" if starts else ""
    return told + (f", from {', '.join(map(str, starts))} on" if starts and starts != cuts else "")
