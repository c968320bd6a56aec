"""A file from a web address, streamed to the disk: cut downloads go on where they stopped, expired ones are renewed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from manyhands.core.errors import CapacityError, MakerError
from manyhands.core.maker import Bell
from manyhands.disk import settle, sha256_of

TRIES = 8  # without a single new byte; a try that brings some does not count
TIMEOUT_S = 60.0
EXPIRED = (401, 403, 404, 410)


@dataclass(frozen=True)
class Fetched:
    """What came: its SHA-256, its size, and what the server says it is."""

    sha256: str
    size: int
    kind: str


def fetch(address: str, path: Path, *, fresh: Callable[[], str], bell: Bell, pause: Callable[[int], None]) -> Fetched:
    """Fetch a file whole, untouched, and make it read-only.

    Args:
        fresh: a new address for the same file, where the old one has expired.
        pause: waits before the next try, given the number of those in vain.
    Raises: MakerError if it does not come; CapacityError if the disk is full; Stopped.
    """
    import httpx

    part = path.with_name(f"{path.name}.part")
    kind, vain, renewed = "", 0, 0
    while True:
        bell(0, 1)
        have = part.stat().st_size if part.is_file() else 0
        try:
            total, kind = _go_on(address, part, have, bell)
        except _Expired as expired:
            renewed += 1
            if renewed > 3:
                raise _given_up(f"the address is refused each time ({expired})") from None
            address = fresh()
            continue
        except httpx.HTTPError as error:
            total, reason = None, str(error) or type(error).__name__
        else:
            reason = "it was cut"
        got = part.stat().st_size if part.is_file() else 0
        if total is not None and got == total:
            break
        if total is not None and got > total:
            part.unlink()
        vain = 0 if got > have else vain + 1
        if vain >= TRIES:
            raise _given_up(reason)
        pause(vain)
    return _settled(part, path, kind)


class _Expired(Exception):
    """The address is not valid any more."""


def _go_on(address: str, part: Path, have: int, bell: Bell) -> tuple[int | None, str]:
    """Fetch from where the part ends.  Returns: the size of the whole file if the server tells it, and its kind."""
    import httpx as client

    headers = {"Range": f"bytes={have}-"} if have else {}
    headers["Accept-Encoding"] = "identity"
    with client.stream("GET", address, headers=headers, timeout=TIMEOUT_S, follow_redirects=True) as answer:
        if answer.status_code in EXPIRED:
            raise _Expired(f"HTTP {answer.status_code}")
        if answer.status_code == 416:
            part.unlink(missing_ok=True)
            return None, ""
        answer.raise_for_status()
        goes_on = answer.status_code == 206
        told = answer.headers.get("content-length")
        total = int(told) + (have if goes_on else 0) if told is not None else None
        try:
            with part.open("ab" if goes_on else "wb") as file:
                for piece in answer.iter_raw():
                    file.write(piece)
                    bell(0, 1)
        except OSError as error:
            raise CapacityError(
                f"{part.name}: it cannot be written ({error.strerror or error}).",
                "Make room, then run the same command again: what was paid for is fetched from where it stopped.",
            ) from error
        if total is None:  # nobody told the size, and the stream has ended in order
            total = part.stat().st_size
        return total, answer.headers.get("content-type", "")


def _settled(part: Path, path: Path, kind: str) -> Fetched:
    settle(part)
    sha = sha256_of(part)
    size = part.stat().st_size
    if size == 0:
        part.unlink()
        raise _given_up("it is empty")
    part.chmod(0o444)
    os.replace(part, path)
    settle(path.parent)
    return Fetched(sha, size, kind)


def _given_up(reason: str) -> MakerError:
    return MakerError(
        f"runway: what was made cannot be fetched: {reason}.",
        "Run the same command again: it is paid for and is not made anew, only fetched.",
    )
