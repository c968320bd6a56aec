"""What c2pa's errors mean to a person: every one becomes an error of ours."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import c2pa

from manyhands.core.errors import CapacityError, ManyhandsError, MediaError, StoreError, TrustError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_UNREADABLE = (c2pa.C2paError.NotSupported, c2pa.C2paError.Other)
"""What c2pa raises for bytes that are not of the format that their name says."""


@contextmanager
def signing_errors_told(where: str) -> Iterator[None]:
    """Give every error of c2pa and of the file system while signing its meaning and its place.

    Raises: MediaError, CapacityError, StoreError or TrustError, by what the person can do next.
    """
    try:
        yield
    except c2pa.C2paError as error:
        raise signing_error(error, where) from error
    except OSError as error:
        raise file_error(error, where) from error


def signing_error(error: c2pa.C2paError, where: str) -> ManyhandsError:
    """Our error for one of c2pa's while it signs."""
    if isinstance(error, _UNREADABLE):
        return MediaError(f"{where}: c2pa cannot read it ({error}).", "Make the master again.")
    if isinstance(error, c2pa.C2paError.FileNotFound | c2pa.C2paError.Io):
        return StoreError(
            f"{where}: it could not be read or written ({error}).", "Look at the disk's space, then make it again."
        )
    if "http" in str(error):
        return TrustError(
            f"{where}: the time stamp service gave no stamp ({error}).", "Sign without one, or ask again later."
        )
    return TrustError(f"{where}: it could not be signed ({error}).", "Report this; the master is as it was.")


def reading_error(error: c2pa.C2paError, where: str) -> ManyhandsError:
    """Our error for one of c2pa's while it reads."""
    if isinstance(error, (*_UNREADABLE, c2pa.C2paError.FileNotFound, c2pa.C2paError.Io)):
        return MediaError(f"{where}: c2pa cannot read it ({error}).", "Give a whole film or still.")
    return TrustError(f"{where}: its Content Credentials do not hold ({error}).", "Do not rely on it; get it anew.")


def file_error(error: OSError, where: str) -> ManyhandsError:
    """Our error for one of the file system's."""
    told = error.strerror or str(error)
    if error.errno in _FULL:
        return CapacityError(f"{where}: there is no room to write it ({told}).", "Make room on the disk, then go on.")
    return StoreError(f"{where}: it could not be read or written ({told}).", "Look at its folder and permissions.")
