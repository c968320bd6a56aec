"""Waits: who tries again and again waits longer each time."""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from manyhands.core.errors import WaitError

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
    """How often was tried, in memory: a restart forgets it."""

    clock: Callable[[], float]
    _tries: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, *keys: tuple[str, Rule]) -> None:
        """Count one try under each key, before it is known whether it is right: many at once count as many.

        Raises: WaitError if one of them has to wait; nothing is counted then.
        """
        now = self.clock()
        with self._lock:
            wait = max(self._wait(key, rule, now) for key, rule in keys)
            if wait > 0:
                seconds = math.ceil(wait)
                raise WaitError(
                    "studio: too many tries.", f"Wait {seconds} s, then try again.", seconds=seconds
                )  # fmt: skip
            for key, _ in keys:
                self._tries[key] = (self._tries.pop(key, (0, now))[0] + 1, now)
            while len(self._tries) > MOST_KEPT:
                self._tries.popitem(last=False)

    def forgive(self, *keys: str) -> None:
        """Forget the tries of who was right."""
        with self._lock:
            for key in keys:
                self._tries.pop(key, None)

    def take_back(self, key: str) -> None:
        """Take the last try under a key back, and leave those before it."""
        with self._lock:
            if key in self._tries:
                count, last = self._tries[key]
                self._tries[key] = (count - 1, last)

    def _wait(self, key: str, rule: Rule, now: float) -> float:
        count, last = self._tries.get(key, (0, now))
        if now - last > FORGOTTEN_S:
            del self._tries[key]
            return 0.0
        if count < rule.free:
            return 0.0
        return last + min(rule.longest_s, 2.0 ** min(count - rule.free + 1, 30)) - now


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
