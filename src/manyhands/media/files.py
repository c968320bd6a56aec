"""Files that are whole or not there: what is half written never stands under its final name."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from manyhands.core.errors import CapacityError, ManyhandsError, StoreError


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path``; when the block ends well, the file takes its place at once.

    The bytes are on the disk before the name is: a power cut leaves the old file or the new one.
    The temporary name keeps the suffix, so that writers which go by it work.
    Raises: CapacityError if the disk is full, StoreError if the folder cannot be written.
    """
    part = path.with_name(f".{os.getpid()}-{path.stem}.part{path.suffix}")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, path)
        _sync_folder(path.parent)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, ManyhandsError):
            raise disk_error(path, error) from error
        raise


def disk_error(path: Path, error: OSError) -> ManyhandsError:
    """What the file system said, as the next step for the person."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return CapacityError(f"{path}: the disk is full.", "Free some space and run the same command again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreError(f"{path}: it cannot be written.", "Give yourself the right to write there, or name another place.")
    return StoreError(f"{path}: it cannot be written ({error.strerror or error}).", "Check the disk, then try again.")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
