"""Footage in: what a file or folder holds, and its frames as light, read when asked for.

Every frame comes as ACEScg, premultiplied, upright, at its own size; nothing is clamped.  What had
to be assumed on the way is said in the footage's ``notes``.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from manyhands.core.authorship import Authorship
from manyhands.core.clip import Clip
from manyhands.core.errors import InputError, ManyhandsError, MediaError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.maker import Bell
from manyhands.media.facts import Footage
from manyhands.media.files import mapped
from manyhands.media.movies import decoder_of, probe_movie, read_movie
from manyhands.media.sequences import is_picture, number_of, probe_pictures, probe_sparse, read_picture

__all__ = ["Footage", "inspected", "number_of", "open_clip", "probe"]


def probe(
    path: str | Path,
    *,
    rate_fps: Fraction | None = None,
    colour_space: str | None = None,
    first_frame: int | None = None,
    sparse: bool = False,
) -> Footage:
    """Find out what footage is: a movie, a numbered sequence, or a still.

    Args:
        path: a movie, a folder of pictures, a pattern (``shot.%04d.exr``, ``shot.####.exr``), or one
            picture, which stands for its whole sequence where it has numbered neighbours.
        rate_fps: the rate to count at; by default the file's own, or the nearest standard rate where
            it varies.
        colour_space: a name of :data:`manyhands.media.colour.SPACES`; by default what the tags say.
        first_frame: the number of the first frame; by default 1001, or what a sequence's files say.
        sparse: it is a few pictures for a few frames, such as painted ones: the numbers in their names are the
            frames that they are for, and there may be gaps.
    Raises: MediaError if it cannot be used, or is to be sparse and has no numbers; CapacityError if its
        picture is too large, InputError for an unknown colour space or a rate that is not positive.
    """
    path = Path(path)
    if rate_fps is not None and rate_fps <= 0:
        raise InputError(f"rate: {rate_fps} fps is not a rate.", "Give a number of frames a second, such as 24.")
    asked = {"rate_fps": rate_fps, "colour_space": colour_space, "first_frame": first_frame}
    if sparse:
        return probe_sparse(path, rate_fps=rate_fps, colour_space=colour_space)
    if path.is_dir() or is_picture(path):
        return probe_pictures(path, **asked)  # type: ignore[arg-type]
    with mapped(path):
        about = path.stat()
    if about.st_size == 0:
        raise MediaError(f"{path}: the file is empty.", "Copy it again.", path=str(path))
    try:
        return _probed(path, (about.st_ino, about.st_size, about.st_mtime_ns), **asked)
    except MediaError as error:
        raise (error if str(path) in error.what else error.at(str(path))) from error


@lru_cache(maxsize=64)
def _probed(path: Path, identity: tuple[int, ...], **asked: Any) -> Footage:
    """What :func:`probe_movie` finds, found once while the file is the same: it decodes to be sure."""
    return probe_movie(path, **asked)


def open_clip(footage: Footage, hand: Hand, *, scale: float = 1.0, threads: int | None = None) -> Clip:
    """The footage as a clip whose light is one hand's.

    Frames come in any order, exactly; in order is fastest.  Nothing is kept but the last picture,
    and a few movies stay open at a time.

    Args:
        scale: for drafts; the picture is averaged down to that share of its width and height.
        threads: for decoding; by default as many as the kernels use.
    Raises: MediaError, when a frame is read that is damaged.
    """
    width, height = (max(1, round(size * scale)) for size in (footage.width, footage.height))
    movie = decoder_of(footage, threads=threads) if footage.kind == "movie" else None
    opaque = np.ones((footage.height, footage.width), np.float32)  # every frame's share, where none is seen through

    def read(at: int) -> Frame:
        if movie is not None:
            rgba, authorship = read_movie(movie, footage, at), None
        else:
            rgba, _, authorship = read_picture(footage, at)
        if authorship is None:
            alpha = rgba[..., 3] if footage.has_alpha else opaque
            authorship = Authorship.of(hand, alpha)
        frame = Frame(rgba, authorship)
        return frame if rgba.shape[:2] == (height, width) else _smaller(frame, width, height)

    return Clip(footage.span, width, height, read, numbers=footage.numbers)


def _smaller(frame: Frame, width: int, height: int) -> Frame:
    """Area averages, of colour and shares alike."""

    def averaged(planes: np.ndarray) -> np.ndarray:
        shrunk = [cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA) for plane in planes]
        return np.stack(shrunk) if shrunk else np.zeros((0, height, width), np.float32)

    authorship = frame.authorship
    rgba = cv2.resize(frame.rgba, (width, height), interpolation=cv2.INTER_AREA)
    alterations = averaged(authorship.alterations) if authorship.altering else authorship.alterations
    return Frame(rgba, Authorship(authorship.hands, averaged(authorship.weights), authorship.altering, alterations))


def inspected(footage: Footage, *, bell: Bell | None = None) -> Footage:
    """Read every frame once and say in the notes which are damaged or hold pixels that are not numbers.

    It costs a full decoding; :func:`probe` looks at the first and last frames only.
    """
    damaged, broken = [], {}
    clip_length = footage.span.length
    movie = decoder_of(footage, threads=None) if footage.kind == "movie" else None
    for done, at in enumerate(footage.numbers or footage.span.frames, 1):
        try:
            if movie is not None:
                read_movie(movie, footage, at)
            else:
                _, broken[at], _ = read_picture(footage, at)
        except ManyhandsError:
            damaged.append(at)
        if bell is not None:
            bell(done, clip_length)
    notes = []
    if damaged:
        said = ", ".join(map(str, damaged[:12])) + (" …" if len(damaged) > 12 else "")
        notes.append(f"{len(damaged)} frames are damaged and cannot be read: {said}")
    pixels = sum(broken.values())
    if pixels:
        frames = sum(map(bool, broken.values()))
        notes.append(f"{pixels} pixels in {frames} frames are not numbers; they are set to 0")
    return replace(footage, notes=footage.notes + tuple(notes))
