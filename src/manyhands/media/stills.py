"""Stills out: single pictures of code values, for contact sheets, thumbnails and sequences."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np

from manyhands.disk import write_whole

QUICK = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_AVG]


def write_png(path: Path, picture: np.ndarray, *, tags: tuple[int, int] | None = None, quick: bool = False) -> None:
    """Write code values as PNG, whole or not at all.

    Shapes: (H, W, 3) or (H, W, 4) uint8 or uint16, red first, alpha straight.

    Args:
        tags: primaries and transfer as code points of ITU-T H.273, for a cICP chunk; without them
            every program takes the picture as sRGB.
        quick: for somebody who waits: as many bytes within 2 %, in less than half the time.
    Raises: CapacityError if the disk is full, StoreError if the folder cannot be written.
    """
    order = [2, 1, 0, 3][: picture.shape[2]]
    effort = QUICK if quick else [cv2.IMWRITE_PNG_COMPRESSION, 3]
    _, coded = cv2.imencode(".png", np.ascontiguousarray(picture[..., order]), effort)
    content = coded.tobytes()
    if tags is not None:
        # Straight after the header (8 bytes of signature, 25 of IHDR), as PNG's third edition asks.
        content = content[:33] + _chunk(b"cICP", bytes([*tags, 0, 1])) + content[33:]
    write_whole(path, content)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def write_jpeg(path: Path, picture: np.ndarray, *, quality: int = 92) -> None:
    """Write (H, W, 3) uint8 as JPEG with full-size chroma; raises as :func:`write_png`."""
    write_whole(path, jpeg_of(picture, quality=quality))


def jpeg_of(picture: np.ndarray, *, quality: int = 92, at_most_px: int | None = None) -> bytes:
    """The bytes of a JPEG of (H, W, 3) uint8, made smaller by area averages where it is wider than that."""
    height, width = picture.shape[:2]
    if at_most_px is not None and width > at_most_px:
        size = at_most_px, max(1, round(height * at_most_px / width))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    return cv2.imencode(".jpg", np.ascontiguousarray(picture[..., ::-1]), options)[1].tobytes()
