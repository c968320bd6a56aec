"""Whether a file that came carries Content Credentials; nothing in it is touched."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

MP4_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""The identifier of the box that holds a C2PA manifest store in MP4 and MOV (C2PA 2.2, A.3)."""
PNG_CHUNK = b"caBX"
PNG = b"\x89PNG\r\n\x1a\n"


def has_credentials(path: Path) -> bool:
    """Whether an MP4, MOV or PNG file has a C2PA manifest store; of other kinds it is not known, and False."""
    with path.open("rb") as file:
        if file.read(8) == PNG:
            return _chunk_in(file)
        file.seek(0)
        return _box_in(file)


def _chunk_in(stream: BinaryIO) -> bool:
    while len(head := stream.read(8)) == 8:
        if head[4:] == PNG_CHUNK:
            return True
        stream.seek(int.from_bytes(head[:4]) + 4, 1)
    return False


def _box_in(stream: BinaryIO) -> bool:
    while len(head := stream.read(8)) == 8:
        size, kind, used = int.from_bytes(head[:4]), head[4:], 8
        if size == 1:
            size, used = int.from_bytes(stream.read(8)), 16
        if kind == b"uuid" and stream.read(16) == MP4_BOX:
            return True
        used += 16 if kind == b"uuid" else 0
        if size < used:
            return False  # the last box reaches to the end, or it is no such file
        stream.seek(size - used, 1)
    return False
