"""The disk: files are written whole or not at all, held by one at a time, and hashed; failures are one clear error."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from manyhands.core.errors import CapacityError, ManyhandsError, StoreError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def whole(path: Path, *, mode: int = 0o666, over: bool = True) -> Iterator[Path]:
    """A hidden name beside ``path`` to write to; what was written appears under ``path`` in one step.

    On failure nothing new stands under ``path``, and the hidden file is gone.  A process that is
    killed leaves a hidden ``.<name>.<process>.part<suffix>`` behind, which nobody reads.

    Args:
        mode: who may read and write it, before the process's mask, from the first byte on.
        over: whether it replaces a file that has the name; else whoever was there first stays.

    Raises: CapacityError if the disk is full, StoreError if the folder cannot be written.
    """
    part = path.with_name(f".{path.stem}.{os.getpid()}-{threading.get_ident():x}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode))
        yield part
        settle(part)
        if over:
            os.replace(part, path)
        else:
            with suppress(FileExistsError):
                os.link(part, path)
        settle(path.parent)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        _remove(part)


def write_whole(path: Path, content: bytes, *, mode: int = 0o666, over: bool = True) -> None:
    """Write bytes so that the file is there whole or not at all; arguments and errors as of :func:`whole`."""
    with whole(path, mode=mode, over=over) as part:
        part.write_bytes(content)


@contextmanager
def alone(path: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Hold a file that one at a time can hold, among processes and threads; who is killed lets go of it.

    Args:
        wait: called again and again while somebody else holds it; what it raises ends the waiting.
    Raises: StoreError if the folder cannot be written.
    """
    while (file := _opened_and_locked(path)) is None:
        wait()
    try:
        yield
    finally:
        _remove(path)
        os.close(file)


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Try to hold a file that one at a time can hold, without waiting; who is killed lets go of it, and it stays.

    Gives whether it is held.  Raises: StoreError if the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        yield _locked(file)
    finally:
        os.close(file)


def _opened_and_locked(path: Path) -> int | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
    except OSError as error:
        raise unwritable(path, error) from error
    # who held it before may have removed it since it was opened, and a third hold another of that name
    with suppress(FileNotFoundError):
        if _locked(file) and os.path.samestat(os.fstat(file), path.stat()):
            return file
    os.close(file)
    return None


def _locked(file: int) -> bool:
    """Whether an open file could be locked just now; closing it unlocks it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read piece by piece, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_each(paths: Sequence[Path]) -> list[str]:
    """The SHA-256 of each of several files, several at a time."""
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as hashing:
        return list(hashing.map(sha256_of, paths))


def _remove(part: Path) -> None:
    # On a folder that cannot be written there is nothing to remove, and the first error matters.
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return


def settle(path: Path) -> None:
    """Have the disk keep what was written, so that a power cut leaves no empty file; or the names in a folder."""
    if sys.platform == "win32" and path.is_dir():
        return  # a folder cannot be opened there; its names are kept with the files
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def unwritable(path: Path, error: OSError) -> ManyhandsError:
    """Why a file could not be written, and what to do."""
    if error.errno in _FULL:
        return CapacityError(
            f"{path}: the disk is full or the file would be too large.",
            "Make room or choose another folder, then run again; nothing half-written was left.",
            path=str(path),
        )
    return StoreError(
        f"{path}: it cannot be written ({error.strerror or error}).",
        "Check the folder's permissions, or choose another one.",
        path=str(path),
    )
