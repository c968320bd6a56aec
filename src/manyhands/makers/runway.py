"""A picture that Runway's models make: the plate edited by a prompt, or a clip from its first frame or from words.

The plate (or one frame of it, or nothing) goes to Runway's service over the network, after a person
has agreed to the price and to what leaves the machine; what came back is brought to the plate's size and
frames.  Every pixel is new and the model's, also where nothing should have changed: what is to stay the
camera's needs `lock` after it.

It needs a key of your own.  A task is made once and paid once, whatever happens on the way; the same request
never gives the same pixels twice, so what came is kept.

Known limits: no alpha; no mask; light above 1 is clipped in what is sent, and comes back at most as bright as
a screen; a shot longer than 30 seconds is sent in parts that know nothing of each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import InputError, MakerError, ParameterError
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, file, maker, number, text
from manyhands.core.span import Span
from manyhands.core.spend import Quote
from manyhands.core.words import Words
from manyhands.hosted import prices, schema
from manyhands.hosted.parts import EDITED, nearest_ratio, numbers_at, parts, rate_of, size_of
from manyhands.hosted.runway import check_ready

if TYPE_CHECKING:
    from manyhands.core.passes import Shelf
    from manyhands.hosted.runway import Request
    from manyhands.media.footage import Footage

MODELS = {"video_to_video": "aleph2", "image_to_video": "gen4.5", "text_to_video": "gen4.5"}
MOVIE, FIRST = Path("plate.mp4"), Path("first.png")
KEYS = range(1, 6)
GENERATED_S = schema.RANGES["gen4.5", "duration"]


def keyframe() -> Any:
    """A picture that shows how a frame is to look."""
    return file("", "a picture of how a frame of the plate is to look, which the edit goes by")


def frame_number() -> Any:
    """The frame that such a picture is for."""
    return number(None, low=0, high=10_000_000, unit="frame", about="the frame of the plate that this keyframe is for")


class Params(MakerParams):
    act: Literal["video_to_video", "image_to_video", "text_to_video"] = choice(
        "video_to_video", "what the model gets: the whole plate, its first frame, or words alone"
    )
    model: str = text("", "the model's name at Runway; empty takes aleph2 for a plate, gen4.5 for the others")
    prompt: str = text("", "what is to be seen, in the words that the model gets; at most 1000 UTF-16 units")
    keyframe_1: str = keyframe()
    keyframe_1_frame: int | None = frame_number()
    keyframe_2: str = keyframe()
    keyframe_2_frame: int | None = frame_number()
    keyframe_3: str = keyframe()
    keyframe_3_frame: int | None = frame_number()
    keyframe_4: str = keyframe()
    keyframe_4_frame: int | None = frame_number()
    keyframe_5: str = keyframe()
    keyframe_5_frame: int | None = frame_number()
    cuts: str = text("", "first frames of the shots within a plate that has cuts, with blanks between: 1051 1102")
    output: Literal["mp4", "prores", "sdr_rec709_10bit"] = choice(
        "mp4", "how the result is coded; prores and ten bits band less and cost more"
    )
    public_figures: Literal["auto", "low"] = choice(
        "auto", "how strictly the service holds back pictures of public figures; low is less strict"
    )

    @property
    def by_model(self) -> str:
        return self.model or MODELS[self.act]

    @property
    def keyframes(self) -> dict[int, tuple[str, int | None]]:
        """The keyframes that are given, with their frames, by number."""
        each = {at: (getattr(self, f"keyframe_{at}"), getattr(self, f"keyframe_{at}_frame")) for at in KEYS}
        return {at: (path, frame) for at, (path, frame) in each.items() if path}


WORDS = Words(
    nouns={
        "runway edit": {"act": "video_to_video"},
        "generated edit": {"act": "video_to_video"},
        "generate": {"act": "text_to_video"},
        "generated clip": {"act": "text_to_video"},
        "generated shot": {"act": "text_to_video"},
        "animated still": {"act": "image_to_video"},
    }
)


def quoted(p: Params, span: Span, width: int, height: int) -> Quote:
    """What it costs at most; every request is held against what the service takes."""
    pieces = _pieces(p, span)
    for piece in pieces:
        schema.check(p.act, _body(p, piece, width, height, seed=0))
    leaves = _leaves(p, span, width, height)
    pixels = math.prod(_size_billed(p, width, height))
    return prices.quote(
        p.act, p.by_model, [_billed(p, piece) for piece in pieces], leaves=leaves, format=p.output, pixels=pixels
    )


@maker(
    "runway",
    version=1,
    origin="trained",
    words=WORDS,
    repeats=False,
    scope="input_hosted",
    needs=("network", "key"),
    quote=quoted,
    ready=check_ready,
    seconds=lambda p, width, height: 0.02 + 3e-8 * width * height,
)
def runway(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The model's picture over the plate's span."""
    from manyhands.core.passes import ACCOUNT, Pass, Passes, accounted, passed
    from manyhands.hosted.runway import send
    from manyhands.hosted.sending import SENT, Sending

    pieces = _pieces(p, plate.span)
    opened: dict[int, Clip] = {}

    def sending(number: int, shelf: Shelf) -> Sending:
        return Sending(shelf.file(SENT) / str(number))

    def go(number: int, before: State, shelf: Shelf) -> State:
        seed = int(rng.of("seed").at(number).integers(schema.SEED_MAX))
        one = sending(number, shelf)

        def request() -> Request:
            return _request(p, plate, pieces[number], seed, one.folder, bell)

        send(one, request, bell=bell, say=lambda told: shelf.keep(f"live.{number}", accounted(dict(told))))
        for left in (*one.folder.glob("*.mp4"), *one.folder.glob("*.png")):
            if not left.name.startswith("came."):
                left.unlink()
        return {}

    def tell(number: int, before: State, shelf: Shelf) -> State:
        told = [_told(p, plate, piece, sending(at, shelf)) for at, piece in enumerate(pieces)]
        says = [sentence for one in told for sentence in one.pop("says")]
        shelf.keep(ACCOUNT, accounted({"maker": runway.id, "model": p.by_model, "sent": told, "says": says}))
        return {}

    def picture(at: int, shelf: Shelf) -> Frame:
        from manyhands.comp.conform import conformed
        from manyhands.media.footage import open_clip

        number = next(number for number, piece in enumerate(pieces) if at in piece)
        if number not in opened:
            came = open_clip(_came(sending(number, shelf)), runway.hand)
            opened[number] = conformed(came, pieces[number], plate.width, plate.height)
        return opened[number].frame(at)

    steps = (
        Pass("send", go, way="forward", over=range(len(pieces)), lasts=True, at_a_time=1, seconds=120.0),
        Pass("tell", tell, over=range(1), lasts=True, seconds=0.2),
    )
    return passed(plate.span, plate.width, plate.height, Passes(steps, picture))


# --- what is sent ------------------------------------------------------------------------------


def _pieces(p: Params, span: Span) -> list[Span]:
    """The spans that are made each in a task of its own."""
    if p.act == "video_to_video":
        if not (p.prompt or p.keyframes):
            raise InputError(
                "runway: it is not said what is to be done to the plate.",
                'Give a prompt, such as --set runway.prompt="make it snow", or a keyframe.',
            )
        return parts(span, EDITED, _cuts(p))
    if span.seconds > GENERATED_S[1]:
        raise InputError(
            f"runway: the shot has {float(span.seconds):.2f} s; {p.by_model} makes at most {GENERATED_S[1]} s.",
            "Make the shot on fewer frames of its plate.",
        )
    return [span]


def _cuts(p: Params) -> list[int]:
    try:
        return [int(word) for word in p.cuts.replace(",", " ").split()]
    except ValueError:
        raise ParameterError(
            f"runway: cuts is {p.cuts}; it must be numbers of frames with blanks between.", "Write 1051 1102."
        ) from None


def _billed(p: Params, piece: Span) -> Fraction | int:
    return piece.seconds if p.act == "video_to_video" else _duration(piece)


def _duration(piece: Span) -> int:
    return max(GENERATED_S[0], math.ceil(piece.seconds))


def _size_billed(p: Params, width: int, height: int) -> tuple[int, int]:
    return size_of(width, height, EDITED) if p.act == "video_to_video" else _sides(_ratio(p, width, height))


def _ratio(p: Params, width: int, height: int) -> str:
    return nearest_ratio(width, height, schema.words(p.act, p.by_model, "ratio"))


def _sides(ratio: str) -> tuple[int, int]:
    wide, high = map(int, ratio.split(":"))
    return wide, high


def _body(p: Params, piece: Span, width: int, height: int, *, seed: int, folder: Path = Path()) -> dict[str, Any]:
    """The request for one part, with files where the service gets addresses."""
    fields = schema.fields(p.act, p.by_model)
    body: dict[str, Any] = {"model": p.by_model}
    if p.prompt:
        body["promptText"] = p.prompt
    if p.act == "video_to_video":
        body["videoUri"] = str(MOVIE) if folder == Path() else folder / MOVIE
        keys = [
            {"seconds": float(piece.seconds_at(at)), "uri": name if folder == Path() else folder / name}
            for name, _, at in _keys_of(p, piece)
        ]
        body |= {"keyframes": keys} if keys else {}
    else:
        body |= {"ratio": _ratio(p, width, height), "duration": _duration(piece)}
        if p.act == "image_to_video":
            body["promptImage"] = str(FIRST) if folder == Path() else folder / FIRST
    if "seed" in fields:
        body["seed"] = seed
    if p.output != "mp4":
        body["outputFormat"] = p.output
    if p.public_figures != "auto":
        body["contentModeration"] = {"publicFigureThreshold": p.public_figures}
    return body


def _keys_of(p: Params, piece: Span) -> Iterator[tuple[str, str, int]]:
    """The keyframes that lie in a part: what they are called there, their files, and their frames."""
    for which, (path, at) in p.keyframes.items():
        if at is None:
            raise ParameterError(
                f"runway: keyframe_{which} has no frame.", f"Say for which: --set runway.keyframe_{which}_frame=…"
            )
        if at in piece:
            yield f"key_{which}.png", path, at


def _request(p: Params, plate: Clip, piece: Span, seed: int, folder: Path, bell: Bell) -> Request:
    """One part's request, with its files written."""
    from manyhands.hosted.runway import Request
    from manyhands.media.stills import write_png

    size = size_of(plate.width, plate.height, EDITED)
    if p.act == "video_to_video":
        _write_movie(folder / MOVIE, plate, piece, size, bell)
        for name, path, _ in _keys_of(p, piece):
            write_png(folder / name, _display(_still(path), size))
    elif p.act == "image_to_video":
        sides = _sides(_ratio(p, plate.width, plate.height))
        write_png(folder / FIRST, _display(plate.frame(piece.start), sides))
    body = _body(p, piece, plate.width, plate.height, seed=seed, folder=folder)
    pixels = math.prod(_size_billed(p, plate.width, plate.height))
    return Request(p.act, body, prices.credits_most(p.by_model, _billed(p, piece), format=p.output, pixels=pixels))


def _write_movie(path: Path, plate: Clip, piece: Span, size: tuple[int, int], bell: Bell) -> None:
    """The plate as the service takes it: H.264, Rec.709, without sound."""
    from manyhands.comp.layers import resized
    from manyhands.media.masters import write_master
    from manyhands.media.view import View

    rate = rate_of(piece.rate_fps, EDITED)
    numbers = numbers_at(piece, rate)
    frames = (resized(plate.frame(at), *size) for at in numbers)
    write_master(
        path, frames, span=Span(length=len(numbers), rate_fps=rate), format="mp4", view=View("rec709"), bell=bell
    )


def _still(path: str) -> Frame:
    from manyhands.media.footage import open_clip, probe

    footage = probe(path)
    return open_clip(footage, runway.hand).frame(footage.span.start)


def _display(frame: Frame, size: tuple[int, int]) -> np.ndarray:
    from manyhands.comp.conform import fitted
    from manyhands.media.view import View

    return View("rec709").display8(fitted(frame, *size).rgba)


def _leaves(p: Params, span: Span, width: int, height: int) -> list[str]:
    """What leaves the machine, in sentences."""
    found = []
    if p.act == "video_to_video":
        wide, high = size_of(width, height, EDITED)
        rate = float(rate_of(span.rate_fps, EDITED))
        found.append(
            f"frames {span.start} to {span.end} of the picture that it is given, as H.264 ({wide}x{high}, {rate:g} "
            "fps), without sound or time code"
        )
        found += [f"keyframe {number} ({Path(path).name})" for number, (path, _) in p.keyframes.items()]
    elif p.act == "image_to_video":
        found.append(f"frame {span.start} of the picture that it is given, as PNG ({_ratio(p, width, height)})")
    if p.prompt:
        found.append(f"the words “{p.prompt}”")
    return found


# --- what came ---------------------------------------------------------------------------------


def _came(sending: Any) -> Footage:
    """The file that one part's task made, held against its hash.  Raises: MakerError if it is another."""
    from manyhands.media.files import sha256_of
    from manyhands.media.footage import probe

    name, sha = sending.receipt().files[0]
    path = sending.folder / name
    if not path.is_file() or sha256_of(path) != sha:
        raise MakerError(
            f"runway: {path} is gone, or is not what came.",
            f"Put it back from a copy (SHA-256 {sha}); or have it made and paid again with another --seed.",
        )
    return probe(path)


def _told(p: Params, plate: Clip, piece: Span, sending: Any) -> dict[str, Any]:
    """What is known of one part, for the account."""
    from manyhands.comp.conform import brought
    from manyhands.hosted.credentials import has_credentials
    from manyhands.media.footage import open_clip

    receipt = sending.receipt()
    came = open_clip(_came(sending), runway.hand)
    signed = has_credentials(sending.folder / receipt.files[0][0])
    where = f"frames {piece.start} to {piece.end}: " if piece != plate.span else ""
    says = [
        f"{where}task {receipt.task} of {receipt.model} billed {receipt.credits} credits",
        f"{where}what came {'has' if signed else 'has no'} Content Credentials; it is kept as it came, "
        f"SHA-256 {receipt.files[0][1][:16]}…",
    ]
    done = brought(came, piece, plate.width, plate.height)
    says += [f"{where}{done}"] if done else []
    if len(receipt.files) > 1:
        says.append(f"{where}{len(receipt.files)} files came; the first is shown, the others lie beside it")
    return {
        "task": receipt.task,
        "model": receipt.model,
        "credits": receipt.credits,
        "files": [list(one) for one in receipt.files],
        "has_credentials": signed,
        "frames": [piece.start, piece.end],
        "says": says,
    }
