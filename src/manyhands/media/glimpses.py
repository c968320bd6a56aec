"""Glimpses: the grey of some pictures of footage, small and quickly read, to know it again by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import cv2
import numpy as np

from manyhands.core.errors import MediaError
from manyhands.core.frame import luminance
from manyhands.kit.srgb import coded
from manyhands.media.facts import Footage
from manyhands.media.files import mapped
from manyhands.media.movies import Decoder, decoder_of
from manyhands.media.pixels import upright
from manyhands.media.sequences import read_picture

LONGEST_PX = 640
MOST = 6000  # pictures of one clip


def glimpses(footage: Footage, *, a_second: int) -> Iterator[tuple[float, np.ndarray]]:
    """About so many pictures a second, in order: seconds from the first frame, and its grey as it is coded.

    Pictures that are damaged are left out.  One is in memory at a time.
    Shapes: each (H, W), upright, not larger than :data:`LONGEST_PX`; uint8 of a movie, else float32.
    Colour: the movie's own luma, 0 to 255; of pictures the luma of their light by sRGB's curve, 0 to 1.
    """
    frames = footage.numbers or tuple(footage.span.frames)
    every = max(1, int(footage.span.rate_fps / a_second), -(-len(frames) // MOST))
    movie = decoder_of(footage, threads=None) if footage.kind == "movie" else None
    try:
        for at in frames[::every]:
            seconds = float(footage.span.seconds_at(at))
            with suppress(MediaError):
                yield seconds, (_of_movie(movie, footage, at) if movie is not None else _of_picture(footage, at))
    finally:
        if movie is not None:
            movie.close()


def _of_movie(movie: Decoder, footage: Footage, at: int) -> np.ndarray:
    with mapped(footage.path):
        picture = movie.picture(footage.shown_pts[at - footage.span.start])
        smaller = max(1, -(-max(picture.width, picture.height) // LONGEST_PX))
        grey = picture.reformat(
            width=picture.width // smaller, height=picture.height // smaller, format="gray", interpolation="AREA"
        )
        return upright(grey.to_ndarray(), footage.rotation_deg)


def _of_picture(footage: Footage, at: int) -> np.ndarray:
    rgba, _, _ = read_picture(footage, at)
    height, width = rgba.shape[:2]
    smaller = max(1, -(-max(width, height) // LONGEST_PX))
    small = cv2.resize(rgba, (max(1, width // smaller), max(1, height // smaller)), interpolation=cv2.INTER_AREA)
    return coded(np.clip(luminance(small[..., :3]), 0, 1)).astype(np.float32)
