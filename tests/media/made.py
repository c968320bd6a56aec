"""Small movies made in code: planes of samples in, a file out, tagged as asked."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span

CAMERA = Hand(id="camera:plate:000000", origin="camera", name="plate")
Planes = Sequence[np.ndarray]
# Primaries, transfer, matrix (ITU-T H.273) and range (1 limited, 2 full).
REC709 = (1, 1, 1, 1)


def picture_of(planes: Planes, pixels: str, tags: tuple[int, int, int, int] = REC709) -> VideoFrame:
    """A frame for an encoder; packed formats have one plane (H, W * channels)."""
    channels = {"rgb24": 3, "bgra": 4, "rgba": 4}.get(pixels, 1)
    picture = VideoFrame(planes[0].shape[1] // channels, planes[0].shape[0], pixels)
    for memory, plane in zip(picture.planes, planes, strict=True):
        lines = np.frombuffer(memory, plane.dtype).reshape(-1, memory.line_size // plane.dtype.itemsize)
        lines[: plane.shape[0], : plane.shape[1]] = plane
    picture.color_primaries, picture.color_trc, picture.colorspace, picture.color_range = tags
    return picture


def write_movie(
    path: Path,
    frames: Sequence[Planes],
    pixels: str,
    *,
    codec: str = "ffv1",
    tags: tuple[int, int, int, int] = REC709,
    rate_fps: Fraction = Fraction(24),
    pts: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    rotation_deg: int = 0,
    timecode: str = "",
    aspect: Fraction | None = None,
    sound: np.ndarray | None = None,
    sound_codec: str = "pcm_s16le",
) -> Path:
    """A movie of planes of samples, tagged as asked; lossless FFV1 unless told otherwise."""
    with av.open(str(path), "w", container_options=container or {}) as out:
        stream = out.add_stream(codec, rate=rate_fps, options=options or {})
        first = picture_of(frames[0], pixels, tags)
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, pixels
        context = stream.codec_context
        context.time_base = time_base or 1 / rate_fps
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = tags
        if rotation_deg:
            stream.set_display_rotation(rotation_deg)
        if timecode:
            stream.metadata["timecode"] = timecode
        if aspect:
            context.sample_aspect_ratio = aspect
        if sound is not None:
            track = out.add_stream(sound_codec, rate=48000, layout="mono")
            heard = av.AudioFrame.from_ndarray(sound[None].astype(np.int16), format="s16", layout="mono")
            heard.sample_rate, heard.pts, heard.time_base = 48000, 0, Fraction(1, 48000)
            out.mux(track.encode(heard))
            out.mux(track.encode(None))
        for number, planes in enumerate(frames):
            picture = picture_of(planes, pixels, tags)
            picture.pts = number if pts is None else pts[number]
            picture.time_base = time_base or 1 / rate_fps
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return path


def numbered(count: int, height: int = 48, width: int = 64) -> list[Planes]:
    """Frames that show their number as a row of black and white squares, which survive any codec."""
    frames = []
    for number in range(count):
        luma = np.full((height, width), 40, np.uint8)
        for bit in range(8):
            luma[:16, bit * 8 : bit * 8 + 8] = 235 if number >> bit & 1 else 16
        chroma = np.full((height // 2, width // 2), 128, np.uint8)
        frames.append((luma, chroma, chroma))
    return frames


def number_in(rgba: np.ndarray) -> int:
    """The number that :func:`numbered` painted."""
    return sum(1 << bit for bit in range(8) if rgba[8, bit * 8 + 4, 1] > 0.2)


def plate(width: int = 32, height: int = 24, *, length: int = 3, seed: int = 1, alpha: bool = False) -> Clip:
    """A clip of smooth light of one camera."""
    span = Span(length=length, rate_fps=Fraction(24))

    def read(at: int) -> Frame:
        chance = np.random.default_rng(seed + at)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        rgba = np.empty((height, width, 4), np.float32)
        # Near grey, so that every colour lies well inside Rec.709.
        a, b, c = chance.uniform(0.05, 0.25, 3)
        tint = chance.uniform(0.85, 1.15, 3)
        rgba[..., :3] = (a + b * x / width + c * y / height)[..., None] * tint
        rgba[..., 3] = np.clip((x - width / 4) / (width / 2), 0, 1) if alpha else 1
        rgba[..., :3] *= rgba[..., 3:]
        return Frame.of(rgba, CAMERA)

    return Clip(span, width, height, read)
