"""Waits: who tries again and again waits longer each time, also after the studio was started anew."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from manyhands.core.errors import ManyhandsError, WaitError
from manyhands.disk import write_whole

FILE = "waits.json"
"""Beside the accounts."""
FORGOTTEN_S = 3600.0
MOST_KEPT = 20_000


@dataclass(frozen=True)
class Rule:
    """``free`` tries at no wait; after that 2, 4, 8 … seconds between tries, at most ``longest_s``."""

    free: int
    longest_s: float


BY_BOTH, BY_ADDRESS, BY_NAME = Rule(5, 900), Rule(30, 900), Rule(20, 30)
"""A name from one address; an address, behind which a house may be; a name, whose person others must not lock out."""


@dataclass
class Waits:
    """How often was tried under which key, of which only a hash is kept.

    Args:
        clock: seconds since 1970.
        path: where it is kept, so that a restart forgets nothing.  A file that cannot be read holds nothing, and one
            that cannot be written is left: whoever is right comes in on a full disk, too.
    """

    clock: Callable[[], float]
    path: Path | None = None
    _tries: OrderedDict[str, tuple[int, float]] = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._tries = _read(self.path, self.clock()) if self.path else OrderedDict()

    def count(self, *keys: tuple[str, Rule]) -> None:
        """Count one try under each key, before it is known whether it is right: many at once count as many.

        Raises: WaitError if one of them has to wait; nothing is counted then.
        """
        now = self.clock()
        with self._lock:
            wait = max(self._wait(_kept(key), rule, now) for key, rule in keys)
            if wait > 0:
                seconds = math.ceil(wait)
                raise WaitError(
                    "studio: too many tries.", f"Wait {seconds} s, then try again.", seconds=seconds
                )  # fmt: skip
            for key, _ in keys:
                self._tries[_kept(key)] = (self._tries.pop(_kept(key), (0, now))[0] + 1, now)
            while len(self._tries) > MOST_KEPT:
                self._tries.popitem(last=False)
            self._write(now)

    def forgive(self, *keys: str) -> None:
        """Forget the tries of who was right."""
        with self._lock:
            if [key for key in keys if self._tries.pop(_kept(key), None)]:
                self._write(self.clock())

    def take_back(self, key: str) -> None:
        """Take the last try under a key back, and leave those before it."""
        with self._lock:
            if _kept(key) in self._tries:
                count, last = self._tries[_kept(key)]
                self._tries[_kept(key)] = (count - 1, last)
                self._write(self.clock())

    def _wait(self, key: str, rule: Rule, now: float) -> float:
        count, last = self._tries.get(key, (0, now))
        if now - last > FORGOTTEN_S:
            del self._tries[key]
            return 0.0
        if count < rule.free:
            return 0.0
        return last + min(rule.longest_s, 2.0 ** min(count - rule.free + 1, 30)) - now

    def _write(self, now: float) -> None:
        """Keep what still counts; it is small, for an hour later nothing of it is left."""
        if self.path is None:
            return
        told = {key: [count, last] for key, (count, last) in self._tries.items() if now - last <= FORGOTTEN_S}
        with suppress(ManyhandsError):
            write_whole(self.path, json.dumps(told).encode(), mode=0o600)


def _read(path: Path, now: float) -> OrderedDict[str, tuple[int, float]]:
    """The tries of before a restart, as far as they can be read; none is of a time to come, whatever the clock did."""
    found: OrderedDict[str, tuple[int, float]] = OrderedDict()
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return found
    for key, said in told.items() if isinstance(told, dict) else ():
        try:
            count, last = int(said[0]), float(said[1])
        except (TypeError, ValueError, LookupError, OverflowError):
            continue
        if math.isfinite(last) and len(found) < MOST_KEPT:
            found[key] = (max(0, count), min(last, now))
    return found


def _kept(key: str) -> str:
    """A key as it is kept: neither who tried nor from where can be read out of the file."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]


def place(address: str) -> str:
    """An address as it is counted: of IPv6 the network, for who has one address there has all of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "elsewhere"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), 64), strict=False))
    return str(found)
