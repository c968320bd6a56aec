"""Footage in files: the list of a sequence's hashes, and every failure of a file as one clear error."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import av.error

from manyhands.core.errors import CapacityError, ManyhandsError, MediaError
from manyhands.disk import sha256_each

FRAMES_LIST = "frames.sha256"
"""What the list of a sequence's hashes is called, where it lies beside the frames."""


def hash_lines(files: Sequence[Path], sums: Sequence[str] | None = None) -> bytes:
    """The lines ``<sha256>  <file name>`` of several files in their order, as ``sha256sum --check`` reads them.

    Args:
        sums: their hashes, where they are known.
    """
    each = zip(sha256_each(files) if sums is None else sums, files, strict=True)
    return "".join(f"{sha}  {file.name}\n" for sha, file in each).encode()


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
