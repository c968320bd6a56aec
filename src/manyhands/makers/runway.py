"""A picture that Runway's models make: an edit of the plate by a prompt, a clip or a still from words, an upscale.

It also brings the plate to HDR, gives a performance to another face, and makes frames between frames.

The plate (or one frame of it, or nothing) goes to Runway's service over the network, after a person
has agreed to the price and to what leaves the machine; what came back is brought to the plate's size and
frames.  Every pixel is new and the model's, also where nothing should have changed: what is to stay the
camera's needs `lock` after it.

It needs a key of your own.  A task is made once and paid once, whatever happens on the way; the same request
never gives the same pixels twice, so what came is kept.

An upscale gives detail back at the plate's own size: a shot has one size, and `upscale` is the maker that enlarges it.
`image_upscale` does so with the first frame, which then stays for the shot: it is for stills.  What
`enhance_frame_rate` makes runs at the plate's own rate, and so in slow motion, as `retime` does it: twice the frames,
half the speed.

A performance (`character_performance`) needs the recorded consent of who plays it and, where the character is a real
person, of that person: `manyhands consent add`.  Whoever leaves `character_of` empty states that it is nobody real.

A plate with cuts is sent in parts, one for each shot in it; which those are is found in the plate, is told with the
price, and can be set (`cuts`).

Known limits: no alpha; no mask; light above 1 is clipped in what is sent, and comes back at most as bright as
a screen; a shot longer than 30 seconds is sent in parts that know nothing of each other.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from manyhands.core import facts
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import InputError, MakerError
from manyhands.core.frame import Frame
from manyhands.core.maker import AboutModel, Bell, MakerParams, Purpose, choice, file, flag, maker, number, text
from manyhands.core.span import Span
from manyhands.core.words import Words
from manyhands.hosted import acts, schema
from manyhands.hosted.parts import EDITED, PERFORMED, numbers_at, rate_of
from manyhands.hosted.runway import check_ready

if TYPE_CHECKING:
    from manyhands.core.passes import Shelf
    from manyhands.hosted.runway import Request
    from manyhands.media.footage import Footage

KEYS = range(1, 6)
CLIPPED = "clipped.txt"
BRIGHTEST = 1.001  # of light: what a screen shows, and a little for rounding


def keyframe() -> Any:
    """A picture that shows how a frame is to look, or that a still is to go by."""
    return file("", "a picture of how a frame of the plate is to look; for text_to_image what @ref1 to @ref3 stand for")


def frame_number() -> Any:
    """The frame that such a picture is for."""
    return number(None, low=0, high=10_000_000, unit="frame", about="the frame of the plate that this keyframe is for")


class Params(MakerParams):
    act: Literal[
        "video_to_video",
        "image_to_video",
        "text_to_video",
        "text_to_image",
        "video_to_hdr",
        "character_performance",
        "video_upscale",
        "image_upscale",
    ] = choice(
        "video_to_video",
        "what is asked for: an edit of the plate, a clip from its first frame, or words, a still, HDR, a performance "
        "given to a character, more detail in the plate or its first frame",
    )
    model: str = text("", "the model's name at Runway; empty takes the first that the act has")
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
    cuts: str = facts.cuts("; it is sent in parts there; none sends it as if it had none")
    performance: str = file("", "a film of the performance that drives the character; empty takes the plate")
    performer: str = text("", "the name of the person who plays it; their consent to likeness_replica is needed")
    character: str = file("", "a picture or a film of the character to whom the performance is given")
    character_of: str = text(
        "", "the real person whose likeness the character is, whose consent is needed; empty states that it is nobody"
    )
    body_control: bool = flag(False, "whether the body follows the performance, and not the face alone")
    expression_intensity: int = number(3, low=1, high=5, unit="steps", about="how strongly the face plays it")
    creativity: int | None = number(
        None, low=0, high=100, unit="steps", about="how much detail an upscale of the plate may invent"
    )
    frame_rate: Literal["", "24", "25", "30", "48", "50", "60", "120", "23_98", "29_97", "59_94"] = choice(
        "", "the frames a second that enhance_frame_rate makes; they run at the plate's rate, so that it is slower"
    )
    output: Literal["mp4", "prores", "sdr_rec709_10bit"] = choice(
        "mp4", "how the result is coded; prores and ten bits band less and cost more"
    )
    public_figures: Literal["auto", "low"] = choice(
        "auto", "how strictly the service holds back pictures of public figures; low is less strict"
    )

    @property
    def by_model(self) -> str:
        return self.model or acts.MODELS[self.act]

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


SERVES: Mapping[Purpose, Mapping[str, Any]] = {
    "change": {"act": "video_to_video"},
    "add": {"act": "video_to_video"},
    "take out": {"act": "video_to_video"},
    "generate": {"act": "text_to_video"},
    "retime": {"act": "video_upscale", "model": "enhance_frame_rate", "frame_rate": "48"},
    "perform": {"act": "character_performance"},
}
"""What serves each purpose."""


@maker(
    "runway",
    version=1,
    origin="trained",
    words=WORDS,
    repeats=False,
    scope="input_hosted",
    needs=("network", "key"),
    consents=acts.consents,
    quote=acts.quote,
    ready=check_ready,
    purposes=tuple(SERVES),
    set_for=lambda purpose, given: SERVES[purpose],
    about_model=lambda p: AboutModel("its makers publish no list of what it was trained on", is_stated=False),
    seconds=lambda p, width, height: 0.02 + 3e-8 * width * height,
)
def runway(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The model's picture over the plate's span."""
    from manyhands.core.passes import ACCOUNT, Pass, Passes, accounted, live, passed
    from manyhands.hosted.runway import send
    from manyhands.hosted.sending import SENT, Sending

    pieces = acts.pieces(p, plate.span)
    shown = acts.shown(p, pieces)
    opened: dict[int, Clip] = {}

    def sending(number: int, shelf: Shelf) -> Sending:
        return Sending(shelf.file(SENT) / str(number))

    def go(number: int, before: State, shelf: Shelf) -> State:
        seed = int(rng.of("seed").at(number).integers(schema.SEED_MAX))
        one = sending(number, shelf)

        def request() -> Request:
            return _request(p, plate, pieces[number], seed, one.folder, bell)

        send(one, request, bell=bell, say=lambda told: shelf.keep(live("send", number), accounted(dict(told))))
        for left in (*one.folder.glob("*.mp4"), *one.folder.glob("*.png")):
            if not left.name.startswith("came."):
                left.unlink()
        return {}

    def tell(number: int, before: State, shelf: Shelf) -> State:
        told = [_told(p, plate, piece, sending(at, shelf)) for at, piece in enumerate(shown)]
        says = [sentence for one in told for sentence in one.pop("says")]
        if p.act == "character_performance":
            says.append(f"the performance is that of {p.performer}; the character is {acts.whose(p)}")
        shelf.keep(ACCOUNT, accounted({"maker": runway.id, "model": p.by_model, "sent": told, "says": says}))
        return {}

    def picture(at: int, shelf: Shelf) -> Frame:
        from manyhands.comp.conform import conformed
        from manyhands.media.footage import open_clip

        number = next(number for number, piece in enumerate(shown) if at in piece)
        if number not in opened:
            came = open_clip(_came(sending(number, shelf), plate.span.rate_fps), runway.hand)
            opened[number] = conformed(came, shown[number], plate.width, plate.height)
        return opened[number].frame(at)

    steps = (
        Pass("send", go, way="forward", over=range(len(pieces)), lasts=True, at_a_time=1, seconds=120.0),
        Pass("tell", tell, over=range(1), lasts=True, seconds=0.2),
    )
    span = plate.span.but(length=sum(piece.length for piece in shown))
    return passed(span, plate.width, plate.height, Passes(steps, picture))


# --- what is sent ------------------------------------------------------------------------------


def _request(p: Params, plate: Clip, piece: Span, seed: int, folder: Path, bell: Bell) -> Request:
    """One part's request, with its files written."""
    from manyhands.hosted.runway import Request
    from manyhands.media.stills import write_png

    size = acts.size(p, plate.width, plate.height)
    if p.act in acts.WHOLE:
        _write_plate(p, folder, _driving(p, plate), piece, bell)
    if p.act == "character_performance":
        _write_character(p, folder / acts.character_file(p), bell)
    if p.act in ("image_to_video", "image_upscale"):
        write_png(folder / acts.FIRST, _display(plate.frame(piece.start), size))
    for name, path, _ in acts.pictures_of(p, piece):
        write_png(folder / name, _display(_still(path), size))
    body = acts.body(p, piece, plate.width, plate.height, seed=seed, folder=folder)
    return Request(p.act, body, acts.credits_most(p, piece, plate.width, plate.height))


def _driving(p: Params, plate: Clip) -> Clip:
    """What is sent whole: the plate, or the film of a performance over its span.

    Raises: InputError if that film ends early.
    """
    if not p.performance:
        return plate
    from manyhands.comp.conform import conformed
    from manyhands.media.footage import open_clip, probe

    film = open_clip(probe(p.performance), runway.hand)
    if film.span.seconds < plate.span.seconds:
        raise InputError(
            f"runway: the performance has {float(film.span.seconds):.2f} s; the shot has "
            f"{float(plate.span.seconds):.2f} s.",
            "Make the shot on fewer frames of its plate, or bring a longer performance.",
        )
    return conformed(film, plate.span, film.width, film.height)


def _write_plate(p: Params, folder: Path, clip: Clip, piece: Span, bell: Bell) -> None:
    """The clip as the service takes it; and how much of it was too bright for that."""
    limits = acts.WHOLE[p.act]
    rate = rate_of(piece.rate_fps, limits)
    numbers = numbers_at(piece, rate)
    bright: list[float] = []

    def frames() -> Iterator[Frame]:
        for at in numbers:
            frame = clip.frame(at)
            bright.append(float((frame.rgb.max(axis=-1) > BRIGHTEST).mean()))
            yield frame

    size = acts.size(p, clip.width, clip.height)
    _write_movie(folder / acts.MOVIE, frames(), Span(length=len(numbers), rate_fps=rate), size, bell)
    (folder / CLIPPED).write_text(f"{float(np.mean(bright)):.6f}")


def _write_movie(path: Path, frames: Iterable[Frame], span: Span, size: tuple[int, int], bell: Bell) -> None:
    """H.264, Rec.709, without sound."""
    from manyhands.comp.layers import resized
    from manyhands.media.masters import write_master
    from manyhands.media.view import View

    sized = (resized(frame, *size) for frame in frames)
    write_master(path, sized, span=span, format="mp4", view=View("rec709"), bell=bell)


def _write_character(p: Params, path: Path, bell: Bell) -> None:
    """The character, in its own shape."""
    from manyhands.media.footage import open_clip, probe
    from manyhands.media.stills import write_png

    clip = open_clip(probe(p.character), runway.hand)
    size = acts.size(p, clip.width, clip.height)
    if not acts.is_movie(p.character):
        return write_png(path, _display(clip.frame(clip.span.start), size))
    most = int(PERFORMED.most_s * clip.span.rate_fps)
    span = clip.span.but(length=min(clip.span.length, most))
    return _write_movie(path, (clip.frame(at) for at in span.frames), span.but(start=0), size, bell)


def _still(path: str) -> Frame:
    from manyhands.media.footage import open_clip, probe

    footage = probe(path)
    return open_clip(footage, runway.hand).frame(footage.span.start)


def _display(frame: Frame, size: tuple[int, int]) -> np.ndarray:
    from manyhands.comp.conform import fitted
    from manyhands.media.view import View

    return View("rec709").display8(fitted(frame, *size).rgba)


# --- what came ---------------------------------------------------------------------------------


def _came(sending: Any, rate_fps: Fraction) -> Footage:
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
    if path.suffix == ".zip":
        return probe(_unpacked(path), rate_fps=rate_of(rate_fps, EDITED), colour_space="acescg")
    return probe(path)


def _unpacked(path: Path) -> Path:
    """The folder with the EXR frames of an archive that came; made anew from it where it is gone."""
    folder = path.with_suffix("")
    if not folder.is_dir():
        part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
        part.mkdir(exist_ok=True)
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.lower().endswith(".exr"):
                    (part / Path(name).name).write_bytes(archive.read(name))
        with contextlib.suppress(OSError):  # another worker was there first
            part.rename(folder)
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _told(p: Params, plate: Clip, piece: Span, sending: Any) -> dict[str, Any]:
    """What is known of one part, for the account."""
    from manyhands.comp.conform import brought
    from manyhands.hosted.credentials import has_credentials
    from manyhands.media.footage import open_clip

    receipt = sending.receipt()
    came = open_clip(_came(sending, plate.span.rate_fps), runway.hand)
    signed = has_credentials(sending.folder / receipt.files[0][0])
    where = f"frames {piece.start} to {piece.end}: " if piece != plate.span else ""
    says = [
        f"{where}task {receipt.task} of {receipt.model} billed {receipt.credits} credits",
        f"{where}what came {'has' if signed else 'has no'} Content Credentials; it is kept as it came, "
        f"SHA-256 {receipt.files[0][1][:16]}…",
    ]
    done = brought(came, piece, plate.width, plate.height)
    says += [f"{where}{done}"] if done else []
    clipped = sending.folder / CLIPPED
    if clipped.is_file() and (part := float(clipped.read_text())) > 0.0005:
        says.append(f"{where}{100 * part:.1f} % of what was sent is brighter than a screen, and went out clipped")
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
