"""Memory of the process, for a program that makes and drops one large picture after another."""

from __future__ import annotations

import ctypes


def reuse_memory() -> None:
    """Keep freed memory in the process: pictures come and go, and fresh pages cost more than the work.

    Where the C library is not glibc nothing happens: it is slower, nothing else.
    """
    try:
        libc = ctypes.CDLL(None)
        libc.mallopt(-3, 1 << 30)  # M_MMAP_THRESHOLD
        libc.mallopt(-1, 1 << 30)  # M_TRIM_THRESHOLD
    except (OSError, AttributeError):
        return
