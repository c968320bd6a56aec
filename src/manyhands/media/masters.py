"""Masters out: movies and sequences of finished frames, tagged, with sound and time code, whole or not at all.

Light goes straight to the planes that an encoder takes, in one pass; nothing is clipped before the
last step.  The same frames give the same bytes: no dates, no names of machines, a fixed number of
encoding threads.
"""

from __future__ import annotations

import itertools
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
from av.video.frame import VideoFrame

from manyhands.core.clip import Clip
from manyhands.core.errors import CapacityError, InputError, MediaError, StoreError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.maker import Bell
from manyhands.core.span import Span
from manyhands.media import exr, samples, stills, x264
from manyhands.media.ahead import ahead
from manyhands.media.facts import Footage
from manyhands.media.files import coded, unwritable, whole
from manyhands.media.pixels import LUMA, lines_of, yuv_scaling
from manyhands.media.sound import Sound
from manyhands.media.timecode import carried, moved
from manyhands.media.view import View, view_for

ENCODING_THREADS = 8
"""Fixed, because some encoders give other bytes with other numbers of threads."""


@dataclass(frozen=True)
class Format:
    """One kind of master.

    ``kind`` tells a movie from a folder of pictures.  ``pixels`` is the encoder's pixel format;
    ``sound`` are the codecs whose packets the container takes as they are, ``sound_codec`` what
    everything else becomes; ``least`` is the smallest width and height that the encoder takes.
    """

    about: str
    kind: Literal["movie", "exr", "png"]
    suffix: str
    bits: int
    codec: str = ""
    pixels: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    container: Mapping[str, str] = field(default_factory=dict)
    has_alpha: bool = False
    tag: str = ""
    sound: tuple[str, ...] = ()
    sound_codec: str = ""
    has_timecode: bool = False
    least: tuple[int, int] = (1, 1)


_MP4_SOUND = ("aac", "mp3", "ac3", "eac3", "alac", "opus")
_MOV_SOUND = ("aac", "alac", "ac3", "mp3", "pcm_s16le", "pcm_s24le", "pcm_s16be", "pcm_s24be", "pcm_s32le", "pcm_f32le")
_FAST_START = {"movflags": "+faststart", "fflags": "+bitexact"}
_X265 = f"log-level=none:frame-threads=2:pools={ENCODING_THREADS}"
# With fewer pictures than its B-frames reach, x265 gives decoding times that were never set.
_X265_LOOKAHEAD = 2

FORMATS: Mapping[str, Format] = {
    "mp4": Format(
        "H.264, 8 bit 4:2:0: plays everywhere",
        "movie", ".mp4", 8, "libx264", "yuv420p",
        {"preset": "medium", "crf": "16"}, _FAST_START,
        sound=_MP4_SOUND, sound_codec="aac", has_timecode=True,
    ),
    "mp4-10": Format(
        "HEVC Main 10, 10 bit 4:2:0: the 10 bits that players and televisions decode in hardware",
        "movie", ".mp4", 10, "libx265", "yuv420p10le",
        {"preset": "fast", "crf": "16", "x265-params": _X265}, _FAST_START, tag="hvc1",
        sound=_MP4_SOUND, sound_codec="aac", has_timecode=True,
    ),
    "prores422hq": Format(
        "Apple ProRes 422 HQ, 10 bit 4:2:2",
        "movie", ".mov", 10, "prores_aw", "yuv422p10le",
        {"profile": "3", "vendor": "apl0"}, _FAST_START,
        sound=_MOV_SOUND, sound_codec="pcm_s24le", has_timecode=True,
    ),
    "prores4444": Format(
        "Apple ProRes 4444, 10 bit 4:4:4 with straight alpha",
        "movie", ".mov", 10, "prores_aw", "yuva444p10le",
        {"profile": "4", "vendor": "apl0"}, _FAST_START, has_alpha=True,
        sound=_MOV_SOUND, sound_codec="pcm_s24le", has_timecode=True,
    ),
    "dnxhr": Format(
        "Avid DNxHR HQX, 10 bit 4:2:2, in MOV",
        "movie", ".mov", 10, "dnxhd", "yuv422p10le",
        {"profile": "dnxhr_hqx"}, _FAST_START,
        sound=_MOV_SOUND, sound_codec="pcm_s24le", has_timecode=True, least=(256, 120),
    ),
    "webm": Format(
        "VP9, 8 bit 4:2:0: plays in every browser",
        "movie", ".webm", 8, "libvpx-vp9", "yuv420p",
        {"deadline": "good", "cpu-used": "4", "row-mt": "1", "tile-columns": "2", "crf": "20", "b": "0"},
        {"fflags": "+bitexact"},
        sound=("opus", "vorbis"), sound_codec="libopus",
    ),
    "exr": Format("OpenEXR half float, PIZ, ACEScg, with authorship as Cryptomatte", "exr", ".exr", 16),
    "png": Format("PNG, 8 bit", "png", ".png", 8),
    "png16": Format("PNG, 16 bit with straight alpha", "png", ".png", 16, has_alpha=True),
}  # fmt: skip


def format_for(name: str, view: View, size: tuple[int, int] | None = None) -> str:
    """The format of that name, if it can hold such pictures; for no name the one that plays most widely.

    Raises: InputError for an unknown format, MediaError if the format cannot take these pictures.
    """
    name = name or ("mp4-10" if view.is_hdr else "mp4")
    if name not in FORMATS:
        raise InputError(f"format: {name} is not known.", f"There is: {', '.join(FORMATS)}.")
    chosen = FORMATS[name]
    if chosen.kind != "exr" and view.is_hdr and chosen.bits < 10:
        raise MediaError(
            f"format: {name} has {chosen.bits} bits; {view.name.upper()} needs 10.", "Choose mp4-10 or prores422hq."
        )
    if size is not None and (size[0] < chosen.least[0] or size[1] < chosen.least[1]):
        raise MediaError(
            f"format: {name} starts at {chosen.least[0]}x{chosen.least[1]}; the pictures are {size[0]}x{size[1]}.",
            "Choose mp4 or prores422hq.",
        )
    return name


def write_master(
    path: str | Path,
    frames: Clip | Iterable[Frame],
    *,
    span: Span,
    format: str,
    view: View | None = None,
    source: Footage | None = None,
    metadata: Mapping[str, str] | None = None,
    hands: Sequence[Hand] | None = None,
    altering: Sequence[Hand] | None = None,
    bell: Bell | None = None,
) -> None:
    """Write frames as a master, pulled one at a time.

    A movie of odd width gets one more column, and of odd height one more row where its format halves
    chroma in height; both repeat the last one, so that no pixel moves.

    Args:
        path: the file, or for ``exr`` and ``png`` the folder, whose frames are named after it.
        frames: a clip that has the span, or the span's frames in order.
        span: what is written; numbers name the frames of a sequence, and place sound and time code.
        format: one of :data:`FORMATS`; empty picks by :func:`format_for`.
        view: by default the one in which the source keeps its look.
        source: where sound and time code come from.
        hands, altering: all hands of the take, for ``exr``.
    Raises: InputError for an unknown format, MediaError if the format cannot take these frames,
        CapacityError if the disk is full, StoreError if the folder cannot be written.
    """
    view = view or view_for(source.colour_space if source else "acescg", matrix=source.matrix if source else 1)
    chosen, path = FORMATS[format_for(format, view)], Path(path)
    pictures = (frames.frame(at) for at in span.frames) if isinstance(frames, Clip) else iter(frames)
    counted = _counted(path, pictures, span, bell)
    timecode = _timecode(span, source)
    if chosen.kind == "movie":
        with whole(path) as part:
            _write_movie(part, path, counted, span, format, view, source, timecode, metadata or {})
        return
    with _whole_folder(path) as part:
        for at, frame in zip(span.frames, counted, strict=True):
            target = part / f"{path.name}.{at:04}{chosen.suffix}"
            if chosen.kind == "exr":
                its = moved(timecode, at - span.start, span.rate_fps) if timecode else ""
                exr.write_frame(
                    target, frame, hands=hands, altering=altering, rate_fps=span.rate_fps, timecode=its,
                    attributes=metadata,
                )  # fmt: skip
            else:
                stills.write_png(target, _png(frame, chosen, view, at), tags=(view.primaries, view.transfer))


def _counted(path: Path, frames: Iterator[Frame], span: Span, bell: Bell | None) -> Iterator[Frame]:
    """Exactly the span's frames, all of one size; the bell rings after each."""
    size, done = None, 0
    for frame in frames:
        size = size or (frame.width, frame.height)
        if (frame.width, frame.height) != size:
            raise MediaError(
                f"{path}: frame {span.start + done} is {frame.width}x{frame.height}, the first {size[0]}x{size[1]}.",
                "A master has one size.",
            )
        yield frame
        done += 1
        if bell is not None:
            bell(done, span.length)
    if done != span.length:
        raise MediaError(f"{path}: {done} frames came for a span of {span.length}.", "Give the span's frames.")


def _timecode(span: Span, source: Footage | None) -> str:
    """The time code of the span's first frame; carried on from the source, never invented."""
    return carried(source.timecode, span.start - source.span.start, span.rate_fps) if source else ""


@contextmanager
def _whole_folder(path: Path) -> Iterator[Path]:
    """A hidden folder to write to, which takes the place of ``path`` when all is there."""
    stamp = f"{os.getpid()}-{threading.get_ident():x}"
    part, old = (path.with_name(f".{path.name}.{stamp}.{what}") for what in ("part", "old"))
    try:
        part.mkdir(parents=True)
        yield part
        if path.exists():
            os.replace(path, old)
        os.replace(part, path)
    except OSError as error:
        raise unwritable(path, error) from error
    except (CapacityError, StoreError) as error:
        # The person knows the sequence by its own name, not by the hidden folder's.
        raise type(error)(error.what.replace(str(part), str(path)), error.fix, path=str(path)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _png(frame: Frame, chosen: Format, view: View, at: int) -> np.ndarray:
    if not chosen.has_alpha:
        return view.display8(frame.rgba, at=at)
    out = np.empty((*frame.rgba.shape[:2], 4), np.uint16)
    samples.light_to_rgb(*view.encoding(frame.rgba, straight=True), samples.NO_NOISE, out)
    return out


# --- movies ----------------------------------------------------------------------------------


def _write_movie(
    part: Path,
    path: Path,
    frames: Iterator[Frame],
    span: Span,
    format: str,
    view: View,
    source: Footage | None,
    timecode: str,
    metadata: Mapping[str, str],
) -> None:
    first = next(frames)
    chosen = FORMATS[format_for(format, view, (first.width, first.height))]
    planes = _Planes(first.width, first.height, chosen, view)
    with coded(path), av.open(str(part), "w", container_options=dict(chosen.container)) as out:
        out.metadata.update(metadata)
        video = _video_stream(out, chosen, view, span, planes, source)
        if timecode and chosen.has_timecode:
            video.metadata["timecode"] = timecode
        sound = (
            Sound(out, source, span, copied=chosen.sound, codec=chosen.sound_codec)
            if source is not None and source.has_audio
            else None
        )
        pictures = (planes.filled(frame, at) for at, frame in enumerate(itertools.chain([first], frames), span.start))
        with ahead(pictures) as coming:
            for number, picture in enumerate(coming):
                picture.pts, picture.time_base = number, 1 / span.rate_fps
                out.mux(video.encode(picture))
                if sound is not None:
                    sound.write_until((number + 1) / span.rate_fps)
        out.mux(video.encode(None))
        if sound is not None:
            sound.finish()


def _video_stream(out: Any, chosen: Format, view: View, span: Span, planes: _Planes, source: Footage | None) -> Any:
    options = {"g": str(2 * round(span.rate_fps) or 1), **chosen.options, "flags": "+bitexact"}
    if chosen.codec.startswith(("prores", "dnxhd")):
        del options["g"]
    if chosen.codec == "libx264":
        options |= x264.options()
    if chosen.codec == "libx265" and span.length <= _X265_LOOKAHEAD:
        options["x265-params"] += ":bframes=0"
    stream = out.add_stream(chosen.codec, rate=span.rate_fps, options=options)
    stream.width, stream.height, stream.pix_fmt = planes.width, planes.height, chosen.pixels
    context = stream.codec_context
    context.time_base = 1 / span.rate_fps
    context.thread_count = ENCODING_THREADS
    context.color_primaries, context.color_trc = view.primaries, view.transfer
    context.colorspace, context.color_range = view.matrix, 1
    if chosen.tag:
        context.codec_tag = chosen.tag
    if source is not None and source.pixel_aspect != 1:
        context.sample_aspect_ratio = source.pixel_aspect
    return stream


class _Planes:
    """Light to the planes of one pixel format; memory is used again from frame to frame."""

    def __init__(self, width: int, height: int, chosen: Format, view: View) -> None:
        self._view, self._chosen = view, chosen
        halves_width, halves_height = "444" not in chosen.pixels, "420" in chosen.pixels
        # ProRes wants whole pairs of columns even where its chroma has full size.
        self.width = width + width % 2
        self.height = height + height % 2 if halves_height else height
        kind = np.uint8 if chosen.bits == 8 else np.uint16
        chroma = (self.height // (1 + halves_height), self.width // (1 + halves_width))
        alpha = (self.height, self.width) if chosen.has_alpha else (0, 0)
        shapes = ((self.height, self.width), chroma, chroma, alpha)
        self._arrays = [np.empty(shape, kind) for shape in shapes]
        kr, kb = LUMA[view.matrix]
        self._weights = np.array([kr, 1 - kr - kb, kb], np.float32)
        self._scaling = np.array(yuv_scaling(chosen.bits, is_full_range=False), np.float32)

    def filled(self, frame: Frame, at: int) -> VideoFrame:
        """A picture for the encoder."""
        chosen, view = self._chosen, self._view
        dither = samples.noise(at) if chosen.bits == 8 else samples.NO_NOISE
        encoding = view.encoding(frame.rgba, straight=chosen.has_alpha)
        samples.light_to_yuv(*encoding, self._weights, self._scaling, dither, *self._arrays)
        picture = VideoFrame(self.width, self.height, chosen.pixels)
        for plane, array in zip(picture.planes, self._arrays, strict=False):
            lines = lines_of(plane, array.dtype)
            lines[: array.shape[0], : array.shape[1]] = array
        picture.color_primaries, picture.color_trc = view.primaries, view.transfer
        picture.colorspace, picture.color_range = view.matrix, 1
        return picture
