"""Passwords: how long they are, and how they are kept and compared; nowhere else is one seen."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from manyhands.core.errors import InputError, StateError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 256
FEWEST_LETTERS = 5
AT_ONCE = 2
"""So many are hashed at a time: each takes 64 MiB, and strangers may ask as often as they like."""

_hashing = threading.Semaphore(AT_ONCE)


def check_password(password: str, *, names: tuple[str, ...] = (), shortest: int = SHORTEST) -> None:
    """Raises: InputError if it is too short, too long, or easily guessed from ``names``."""
    length = len(password)
    if not shortest <= length <= LONGEST:
        raise InputError(
            f"password: it has {length:,} letters; it takes {shortest} to {LONGEST}.",
            "A sentence that only you would say is easy to keep in mind.",
        )
    plain = password.casefold()
    if len(set(plain)) < FEWEST_LETTERS or any(
        plain.replace(name.casefold(), "").strip() == "" for name in names if name
    ):
        raise InputError("password: it is easy to guess.", "Take other words than names, and more than one letter.")


def hashed(password: str) -> str:
    """A password as it is kept: argon2id with a salt of its own.  Bounded: see :func:`check_password`."""
    with _hashing:
        return _hasher().hash(_composed(password))


def is_password(password: str, kept: str) -> bool:
    """Whether a password is the one that is kept; with nothing kept it takes as long, and is not.

    What is longer than any password can be is not looked at.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > LONGEST:
        password, kept = "", ""
    with _hashing:
        try:
            return _hasher().verify(kept or _nobodys(), _composed(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def check_can_hash() -> None:
    """Raises: StateError where what hashes passwords is not installed."""
    _hasher()


def wants_rehash(kept: str) -> bool:
    """Whether a hash was made when less was asked of one."""
    return _hasher().check_needs_rehash(kept)


def _composed(password: str) -> bytes:
    """The same letters however they were typed: two keyboards may compose an umlaut otherwise."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")


@cache
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError as error:
        raise StateError(
            "studio: passwords need argon2-cffi, which is not installed.", "Install it: pip install 'manyhands[team]'."
        ) from error
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


@cache
def _nobodys() -> str:
    return _hasher().hash("what nobody has")
