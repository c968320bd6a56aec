"""Files that appear under their names when they are whole, or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path, *, mode: int = 0o666, over: bool = True) -> Iterator[BinaryIO]:
    """A file to write and read, which takes its name, on disk and complete, when the block ends well.

    A name that begins with a dot and ends in ``.part`` is what a power cut leaves behind.
    Args:
        over: whether it replaces a file that has the name; else whoever was there first stays.
    """
    part = path.parent / f".{path.name}.{secrets.token_hex(6)}.part"
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if over:
            os.replace(part, path)
        else:
            with suppress(FileExistsError):
                os.link(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes, *, mode: int = 0o666, over: bool = True) -> None:
    """Write bytes under a name in one step; see :func:`whole_file`."""
    with whole_file(path, mode=mode, over=over) as file:
        file.write(content)
