"""Files are written whole or not at all, and every failure of a file becomes one clear error."""

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

import av.error

from manyhands.core.errors import CapacityError, ManyhandsError, MediaError, StoreError

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
        _settle(part)
        if over:
            os.replace(part, path)
        else:
            with suppress(FileExistsError):
                os.link(part, path)
        _settle(path.parent)
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


FRAMES_LIST = "frames.sha256"
"""What the list of a sequence's hashes is called, where it lies beside the frames."""


def hash_lines(files: Sequence[Path], sums: Sequence[str] | None = None) -> bytes:
    """The lines ``<sha256>  <file name>`` of several files in their order, as ``sha256sum --check`` reads them.

    Args:
        sums: their hashes, where they are known.
    """
    each = zip(sha256_each(files) if sums is None else sums, files, strict=True)
    return "".join(f"{sha}  {file.name}\n" for sha, file in each).encode()


def _remove(part: Path) -> None:
    # On a folder that cannot be written there is nothing to remove, and the first error matters.
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return


def _settle(path: Path) -> None:
    """Have the disk keep what was written, so that a power cut does not leave an empty file."""
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


@contextmanager
def mapped(path: Path) -> Iterator[None]:
    """Turn every error of FFmpeg and of the file system into one that says what to do."""
    try:
        yield
    except (av.error.FFmpegError, OSError, MemoryError) as error:
        raise unreadable(path, error) from error


@contextmanager
def coded(path: Path) -> Iterator[None]:
    """Turn an encoder's refusal into an error that says what to do; those of the disk pass on to :func:`whole`."""
    try:
        yield
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise MediaError(
            f"{path}: pictures of this size, rate or kind cannot be coded like that ({_bare(error)}).",
            "Choose another format, or a usual size.",
            path=str(path),
        ) from error


def unreadable(path: Path, error: BaseException) -> ManyhandsError:
    """Why a file could not be read as footage, and what to do."""
    if isinstance(error, FileNotFoundError):
        return MediaError(f"{path}: there is no such file.", "Check the name and the folder.", path=str(path))
    if isinstance(error, PermissionError):
        return MediaError(f"{path}: it may not be read.", "Ask for permission to read it.", path=str(path))
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return CapacityError(
            f"{path}: memory ran out.", "Close other programs, or work at a smaller scale.", path=str(path)
        )
    if isinstance(error, av.error.DecoderNotFoundError | av.error.PatchWelcomeError | av.error.NotImplementedError):
        return MediaError(
            f"{path}: it is coded in a way that cannot be decoded here ({_bare(error)}).",
            "Convert it to ProRes, H.264 or an EXR sequence first.",
            path=str(path),
        )
    if isinstance(error, av.error.InvalidDataError | av.error.EOFError | av.error.DemuxerNotFoundError):
        return MediaError(
            f"{path}: it is not a movie or picture that can be read, or its index is missing.",
            "A movie that was cut while it was written or copied has no index: copy it again, or repair it"
            " with the camera's own tool.",
            path=str(path),
        )
    return MediaError(f"{path}: it cannot be read ({_bare(error)}).", "Copy it again, or convert it.", path=str(path))


def _bare(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error) or type(error).__name__
