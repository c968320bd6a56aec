"""Review pictures of a plate: a row of them as its view shows it, one for each frame, made once.

A browser cannot step a movie by frames and be sure of it; a row of pictures is its own proof.  To step through they
are small JPEGs; a still, at the frame's own size, is a PNG, because a difference that is shown four times as bright
would show what any JPEG leaves out.
"""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np

from manyhands.core.clip import Clip
from manyhands.kit.half import visited
from manyhands.media.stills import write_jpeg, write_png
from manyhands.media.view import View

PROXY_PX = 960  # wide enough to judge by, small enough to step through
THUMB_PX = 480  # for a contact sheet, where hundreds are seen at once

_decoding = threading.Lock()


def proxy_of(clip: Clip, at: int, folder: Path, view: View, *, width_px: int = PROXY_PX) -> Path:
    """The review picture of a frame, made where it is not there yet; one thread decodes at a time.

    Args:
        width_px: at most so wide; 0 for a still, whose light is rounded as a take's is when it is stored: where a
            take is the plate, both show the same code values.
    Raises: MediaError if the frame cannot be read; CapacityError, StoreError.
    """
    path = proxy_file(folder, at, width_px)
    if not path.is_file():
        with _decoding:
            light = clip.frame(at).rgba
        if width_px:
            write_jpeg(path, small(view.display8(light), width_px))
        else:
            write_png(path, view.display8(visited(light)), quick=True)
    return path


def proxy_file(folder: Path, at: int, width_px: int) -> Path:
    """Where the review picture of a frame lies, at most so wide; with 0 its still."""
    return folder / (f"{width_px}.{at:06d}.jpg" if width_px else f"full.{at:06d}.png")


def small(picture: np.ndarray, width_px: int = PROXY_PX) -> np.ndarray:
    """A display picture, (H, W, 3) uint8, at most so wide; 0 leaves it as it is."""
    height, width = picture.shape[:2]
    if not width_px or width <= width_px:
        return picture
    return cv2.resize(picture, (width_px, max(1, round(height * width_px / width))), interpolation=cv2.INTER_AREA)
