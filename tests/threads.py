"""The same work with one thread and with two: what comes out must not differ by a bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import cv2
import numba
import pytest

T = TypeVar("T")


def with_one_and_two(work: Callable[[], T]) -> tuple[T, T]:
    """What the work gives with one thread, and with two."""
    if numba.config.NUMBA_NUM_THREADS < 2:
        pytest.skip("this machine has one core")
    before = numba.get_num_threads(), cv2.getNumThreads()
    results = []
    try:
        for threads in (1, 2):
            numba.set_num_threads(threads)
            cv2.setNumThreads(threads)
            results.append(work())
    finally:
        numba.set_num_threads(before[0])
        cv2.setNumThreads(before[1])
    return results[0], results[1]
