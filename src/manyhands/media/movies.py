"""Movies in: every frame of a video file, in any order, as light.

A movie is indexed once by the time stamps of its packets, which needs no decoding.  A frame is then
found by its own time stamp: seek to the key picture before it, decode on until it comes.  What does
not come, or comes damaged, is an error and never another picture in its place.
"""

from __future__ import annotations

import bisect
import itertools
import statistics
import threading
from collections import deque
from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numba
import numpy as np
from av.stream import Disposition
from av.video.frame import VideoFrame

from manyhands.core.errors import MediaError
from manyhands.core.span import FIRST_FRAME, Span
from manyhands.media import colour
from manyhands.media.facts import Footage, checked_size
from manyhands.media.files import mapped
from manyhands.media.pixels import LUMA, layout_of, light_of, upright

STANDARD_RATES = tuple(
    Fraction(*rate)
    for rate in (
        (10, 1), (12, 1), (25, 2), (15, 1), (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1),
        (50, 1), (60000, 1001), (60, 1), (100, 1), (120000, 1001), (120, 1),
    )
)  # fmt: skip
OPEN_AT_ONCE = 4
"""Movies that stay open; one more closes the one that was used longest ago."""

_UNSAID = 2


def probe_movie(path: Path, *, rate_fps: Fraction | None, colour_space: str | None, first_frame: int | None) -> Footage:
    """What a movie holds, from its headers, its packets' time stamps and its first and last pictures.

    Raises: MediaError if it cannot be used, CapacityError if its picture is too large.
    """
    with mapped(path), av.open(str(path), metadata_errors="replace") as container:
        stream = _picture_stream(container, path)
        context = stream.codec_context
        checked_size(str(path), context.width, context.height)
        claimed, average = stream.frames, stream.average_rate
        # A stream must not be asked for anything after its container is closed.
        codec, time_base = context.name, stream.time_base or Fraction(1, 1000)
        field_order, aspect = context.field_order, Fraction(stream.sample_aspect_ratio or 1)
        hides_alpha = _hides_alpha(stream)
        times, keys = _time_stamps(container, stream)
        timecode = _timecode(container)
        has_audio = bool(container.streams.audio)
        duration = container.duration / 1_000_000 if container.duration else 0.0
    first, times, missing = _decodable(path, codec, times, keys, claimed)
    span, shown, timing_notes = _timing(path, times, time_base, average, rate_fps, first_frame)
    missing_s = duration - float((times[-1] - times[0]) * time_base + 1 / span.rate_fps)
    notes = (f"{missing}; the whole ones are used",) if missing else ()
    if not missing and missing_s > max(0.5, 2 / float(span.rate_fps)) and not has_audio:
        notes = (f"the file ends early: it says {duration:.1f} s and holds {duration - missing_s:.1f} s",)
    tags, tag_notes = _colour_tags(first, colour_space)
    layout = layout_of(first.format)
    upright = first.rotation % 360
    width, height = (first.height, first.width) if upright in {90, 270} else (first.width, first.height)
    is_reinterpreted = any("every frame is kept" in note for note in timing_notes)
    footage = Footage(
        path=path,
        kind="movie",
        codec=codec,
        width=width,
        height=height,
        span=span,
        bit_depth=layout.bits,
        has_alpha=layout.alpha is not None or hides_alpha,
        timecode=timecode,
        is_interlaced=first.interlaced_frame or field_order > 1,
        has_audio=has_audio and not is_reinterpreted,
        pixel_aspect=1 / aspect if upright in {90, 270} else aspect,
        rotation_deg=upright,
        shown_pts=shown,
        key_pts=keys,
        missing=missing,
        **tags,
    )
    return footage.noting(*notes, *timing_notes, *tag_notes, *_shape_notes(footage, field_order))


def _picture_stream(container: Any, path: Path) -> Any:
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            if stream.codec_context is None:
                raise MediaError(f"{path}: its picture is coded in an unknown way.", "Convert it to ProRes or H.264.")
            return stream
    holds = "sound only" if container.streams.audio else "no picture"
    raise MediaError(f"{path}: it holds {holds}.", "Give a movie or pictures.", path=str(path))


def _time_stamps(container: Any, stream: Any) -> tuple[list[int], tuple[int, ...]]:
    """The time stamps of all pictures in the order shown, and of those where decoding can start."""
    packets = []
    try:
        for packet in container.demux(stream):
            if packet.size and not packet.is_discard:
                packets.append((packet.pts if packet.pts is not None else packet.dts, packet.is_keyframe))
    except av.error.FFmpegError:
        # What was indexed up to the damage is still of use; _decodable says how much that is.
        if not packets:
            raise
    stamped = {pts: key for pts, key in packets if pts is not None}
    if not packets:
        raise MediaError("it has no frames.", "Copy it again; a recording that was broken off has none.")
    if len(stamped) < len(packets) // 2 + 1:
        raise MediaError(
            "its frames carry no time.",
            "Put them into a container with time stamps first, e.g. with `ffmpeg -r 24 -i in.h264 -c copy out.mp4`.",
        )
    return sorted(stamped), tuple(sorted(pts for pts, key in stamped.items() if key))


def _decodable(
    path: Path, codec: str, times: list[int], keys: tuple[int, ...], claimed: int
) -> tuple[VideoFrame, list[int], str]:
    """The first picture, the time stamps up to the last one that decodes, and what is missing."""
    decoder = Decoder(path, codec, keys)
    try:
        first, start = None, 0
        for start, pts in enumerate(times):
            first = _or_none(decoder, pts)
            if first is not None or start > 250:
                break
        if first is None:
            raise MediaError(
                f"{path}: none of its first frames can be decoded.", "Copy it again, or convert it.", path=str(path)
            )
        end = len(times)
        while end > start + 1 and _or_none(decoder, times[end - 1]) is None:
            # Each miss may cost a group of pictures; a file that was cut misses only a few.
            end -= 1
    finally:
        decoder.close()
        _open.remove(decoder)
    missing = []
    if start:
        missing.append(f"its first {start} frames cannot be decoded")
    good, said = end - start, max(claimed, len(times)) - start
    if good < said:
        missing.append(f"it is cut or damaged at its end, {good} of {said} frames are whole")
    return first, times[start:end], "; ".join(missing)


def _or_none(decoder: Decoder, pts: int) -> VideoFrame | None:
    try:
        return decoder.picture(pts)
    except (MediaError, av.error.FFmpegError):
        return None


# --- time ------------------------------------------------------------------------------------


def _timing(
    path: Path,
    times: list[int],
    time_base: Fraction,
    average: Fraction | None,
    rate_fps: Fraction | None,
    first_frame: int | None,
) -> tuple[Span, tuple[int, ...], tuple[str, ...]]:
    """The span of a movie, and which picture each of its frames shows."""
    start = FIRST_FRAME if first_frame is None else first_frame
    seconds = [float((pts - times[0]) * time_base) for pts in times]
    steady = _steady_rate(seconds, average)
    if steady is not None:
        notes: tuple[str, ...] = ()
        if rate_fps is not None and rate_fps != steady:
            notes = (f"{_fps(steady)} taken as {_fps(rate_fps)}: every frame is kept, sound no longer fits",)
        return Span(start=start, length=len(times), rate_fps=rate_fps or steady), tuple(times), notes
    mean = (len(times) - 1) / seconds[-1]
    rate = rate_fps or min(STANDARD_RATES, key=lambda rate: abs(float(rate) / mean - 1))
    shown = _conformed(seconds, rate)
    repeated = len(shown) - len(set(shown))
    dropped = len(times) - len(set(shown))
    if rate_fps is None and repeated + dropped > len(shown) / 2:
        raise MediaError(
            f"{path}: its frames come so irregularly ({min(_gaps(seconds)):.3f} to {max(_gaps(seconds)):.3f} s apart)"
            " that no rate fits.",
            "Name the rate that it shall have (rate_fps=24), or convert it to a constant rate first.",
            path=str(path),
        )
    note = f"variable frame rate conformed to {_fps(rate)}: {repeated} frames repeated, {dropped} dropped"
    return Span(start=start, length=len(shown), rate_fps=rate), tuple(times[index] for index in shown), (note,)


def _gaps(seconds: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(seconds)]


def _steady_rate(seconds: list[float], average: Fraction | None) -> Fraction | None:
    """The rate at which every frame lies within a third of a frame of its place, or None.

    Containers round time stamps, to a millisecond in Matroska, so places are never exact.
    """
    if len(seconds) == 1:
        return average or Fraction(24)
    usual = statistics.median(_gaps(seconds))
    candidates = [rate for rate in (*STANDARD_RATES, average) if rate and abs(float(rate) * usual - 1) < 0.04]
    if usual > 0:
        candidates.append(Fraction(1 / usual).limit_denominator(1001))

    def strays(rate: Fraction) -> float:
        return max(abs(at * float(rate) - index) for index, at in enumerate(seconds))

    best = min(candidates, key=strays, default=None)
    return best if best is not None and strays(best) < 1 / 3 else None


def _conformed(seconds: list[float], rate: Fraction) -> list[int]:
    """For each frame at a constant rate, which picture is nearest in time."""
    length = int(seconds[-1] * float(rate) + 0.5) + 1
    shown = []
    for frame in range(length):
        at = frame / float(rate)
        after = bisect.bisect_left(seconds, at)
        near = range(max(after - 1, 0), min(after + 1, len(seconds)))
        shown.append(min(near, key=lambda index: abs(seconds[index] - at)))
    return shown


def _fps(rate: Fraction) -> str:
    return f"{float(rate):.5g} fps"


def _timecode(container: Any) -> str:
    for stream in container.streams:
        if stream.metadata.get("timecode"):
            return str(stream.metadata["timecode"])
    return str(container.metadata.get("timecode", ""))


# --- what the samples mean -------------------------------------------------------------------


def _colour_tags(first: VideoFrame, colour_space: str | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Colour space, matrix and range, and what had to be assumed."""
    notes = []
    is_rgb = layout_of(first.format).is_rgb
    primaries, transfer, matrix = int(first.color_primaries), int(first.color_trc), int(first.colorspace)
    if not is_rgb and matrix not in LUMA:
        if matrix not in {0, _UNSAID, 10}:
            raise MediaError(
                f"its colour matrix is number {matrix} of ITU-T H.273, which is not a plain matrix.",
                "Convert it to Rec.709 or Rec.2020 with a constant matrix first.",
            )
        matrix = 9 if matrix == 10 or primaries == 9 else 1 if first.width >= 1280 or first.height > 576 else 6
        its_name = {9: "Rec.2020", 1: "Rec.709", 6: "Rec.601"}[matrix]
        notes.append(f"no colour matrix is tagged: {its_name} is usual for {first.width}x{first.height}")
    range_ = int(first.color_range)
    is_full = is_rgb or range_ == 2 or first.format.name.startswith("yuvj")
    name = colour.space(colour_space).name if colour_space else ""
    if not name:
        name, more = colour.tagged_space(primaries, transfer, is_rgb=is_rgb)
        notes += more
    return {"colour_space": name, "matrix": matrix, "is_full_range": is_full}, tuple(notes)


def _shape_notes(footage: Footage, field_order: int) -> Iterator[str]:
    if footage.is_interlaced:
        first = {2: "top field first", 3: "bottom field first", 4: "top field first", 5: "bottom field first"}
        order = f": {first[field_order]}" if field_order in first else ""
        yield f"interlaced{order}; deinterlace first or accept combing"
    if footage.pixel_aspect != 1:
        yield f"pixels are {float(footage.pixel_aspect):.4g} times as wide as high; the picture is not stretched"
    if footage.rotation_deg:
        yield f"turned upright by its rotation tag ({footage.rotation_deg} degrees)"


def _hides_alpha(stream: Any) -> bool:
    """VP8 and VP9 carry alpha as a second picture beside the first, which the container tells."""
    return bool(stream.metadata.get("alpha_mode", stream.metadata.get("ALPHA_MODE")) == "1")


# --- reading ---------------------------------------------------------------------------------


_open: deque[Decoder] = deque()
_open_lock = threading.Lock()


class Decoder:
    """One movie, which gives the picture with a time stamp.  Safe to use from several threads.

    It opens its file when it is asked, and again after it was closed to make room for others.
    """

    def __init__(self, path: Path, codec: str, keys: tuple[int, ...], *, threads: int | None = None) -> None:
        self._path = path
        self._codec = codec
        self._keys = keys
        self._threads = threads or numba.get_num_threads()
        self._lock = threading.Lock()
        self._container: Any = None
        self._pictures: Generator[Any] | None = None
        self._last: Any = None

    def picture(self, pts: int) -> VideoFrame:
        """The picture shown from that time stamp on.  Raises: MediaError if it is damaged or missing."""
        _keep_open(self)
        with self._lock:
            if self._container is None:
                self._start()
            found = self._found(pts)
        if found is None:
            raise MediaError("it is damaged.", "Use the frames before it, or get the file again.", pts=pts)
        return found

    def close(self) -> None:
        """Let go of the file; the next picture opens it again."""
        with self._lock:
            if self._container is not None:
                self._container.close()
            self._container = self._pictures = self._last = None

    def _start(self) -> None:
        self._container = av.open(str(self._path), metadata_errors="replace")
        self._stream = _picture_stream(self._container, self._path)
        self._context = self._stream.codec_context
        if _hides_alpha(self._stream) and self._codec in {"vp8", "vp9"}:
            # FFmpeg's own decoders leave alpha out; the library's reads it.
            self._context = av.CodecContext.create(f"libvpx{'-vp9' if self._codec == 'vp9' else ''}", "r")
            self._context.extradata = self._stream.codec_context.extradata
        self._context.thread_count = self._threads
        if self._threads > 1:
            self._context.thread_type = "AUTO"

    def _found(self, pts: int) -> VideoFrame | None:
        key = bisect.bisect_right(self._keys, pts) - 1
        if self._last is None or self._last.pts > pts or (key >= 0 and self._keys[key] > self._last.pts):
            self._seek(pts, key)
        while self._last is not None and self._last.pts < pts:
            self._last = self._next()
        if self._last is None or self._last.pts != pts or self._last.is_corrupt:
            return None
        return self._last

    def _seek(self, pts: int, key: int) -> None:
        """Stand on a picture at or before a time stamp; where the index lies, go further back."""
        while True:
            target = self._keys[key] if key >= 0 else 0
            self._container.seek(target, stream=self._stream, backward=True)
            self._context.flush_buffers()
            self._pictures = self._decoded()
            self._last = self._next()
            if key <= 0 or (self._last is not None and self._last.pts <= pts):
                return
            key -= 1

    def _next(self) -> Any:
        return next(self._pictures, None) if self._pictures is not None else None

    def _decoded(self) -> Generator[Any]:
        for packet in self._container.demux(self._stream):
            try:
                pictures = self._context.decode(packet if packet.size else None)
            except av.error.FFmpegError:
                # The picture of this packet is lost; whoever asks for it is told.
                continue
            yield from (picture for picture in pictures if picture.pts is not None)


def _keep_open(decoder: Decoder) -> None:
    """Count a movie as used last, and close those used longest ago."""
    with _open_lock:
        if decoder in _open:
            _open.remove(decoder)
        _open.append(decoder)
        too_many = [_open.popleft() for _ in range(len(_open) - OPEN_AT_ONCE)]
    for other in too_many:
        other.close()


def read_movie(decoder: Decoder, footage: Footage, at: int) -> np.ndarray:
    """Frame ``at`` as ACEScg, (H, W, 4) float32, premultiplied, upright.

    Raises: MediaError if it is damaged.
    """
    with mapped(footage.path):
        try:
            picture = decoder.picture(footage.shown_pts[at - footage.span.start])
        except MediaError as error:
            raise error.at(f"{footage.path}: frame {at}") from error
    if {picture.width, picture.height} != {footage.width, footage.height}:
        raise MediaError(
            f"{footage.path}: frame {at} is {picture.width}x{picture.height}, the first one"
            f" {footage.width}x{footage.height}.",
            "Cut the movie where its size changes.",
        )
    return upright(light_of(picture, footage), footage.rotation_deg)


def decoder_of(footage: Footage, *, threads: int | None) -> Decoder:
    """What reads a movie's pictures; ``threads`` are by default as many as the kernels use."""
    return Decoder(footage.path, footage.codec, footage.key_pts, threads=threads)
