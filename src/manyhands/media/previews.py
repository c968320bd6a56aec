"""Previews: small display pictures as a movie that any player and browser steps through."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame

from manyhands.core.errors import MediaError
from manyhands.disk import whole
from manyhands.media import x264
from manyhands.media.files import coded


def write_pictures(path: Path, pictures: Iterable[np.ndarray], *, rate_fps: Fraction) -> None:
    """Write display pictures as H.264 with a key frame every few frames, whole or not at all.

    Shapes: each (H, W, 3) uint8, Rec.709 code values; an odd last row or column is left out, an only one
    shown twice.
    Raises: MediaError without a picture; CapacityError, StoreError if it cannot be written.
    """
    with (
        whole(path) as part,
        coded(path),
        av.open(str(part), "w", container_options={"movflags": "+faststart"}) as out,
    ):
        stream = out.add_stream(
            "libx264", rate=rate_fps, options={"preset": "veryfast", "crf": "20", "g": "6", "bf": "0", **x264.options()}
        )
        number = -1
        for number, picture in enumerate(pictures):
            if min(picture.shape[:2]) < 2:
                picture = picture.repeat(2, axis=int(picture.shape[0] > 1))
            height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
            if number == 0:
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
                context = stream.codec_context
                context.color_primaries = context.color_trc = context.colorspace = 1
                context.color_range = 1
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), "rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=1, src_color_range=2, dst_color_range=1)
            frame.pts, frame.time_base = number, 1 / rate_fps
            out.mux(stream.encode(frame))
        if number < 0:
            raise MediaError(f"{path}: there is no picture to write.", "Make the take first.")
        out.mux(stream.encode(None))


def read_small(path: Path) -> np.ndarray:
    """A small display picture that lies in a file: (H, W, 3) uint8.  Raises: MediaError."""
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR) if path.is_file() else None
    if picture is None:
        raise MediaError(f"{path}: it is missing or damaged.", "Run the take again; finished frames are kept.")
    return np.ascontiguousarray(picture[..., ::-1])
