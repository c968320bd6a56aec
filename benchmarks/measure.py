"""One measured figure, and how it is taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A value with its unit and goal (None: for information); ``at_most`` says on which side of it it must lie."""

    name: str
    value: float
    unit: str
    goal: float | None
    at_most: bool = True

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value <= self.goal if self.at_most else self.value >= self.goal


def median_seconds(work: Callable[[], object], *, runs: int = 15, warm: int = 2) -> float:
    """The median wall time of a call, after a few that are not counted."""
    return median_of_each([work], runs=runs, warm=warm)[0]


def seconds_of_each(works: list[Callable[[], object]], *, runs: int = 15, warm: int = 2) -> list[list[float]]:
    """Wall times of several calls taken in turn, so that a drift of the machine hits all alike."""
    times: list[list[float]] = [[] for _ in works]
    for run in range(runs + warm):
        for work, taken in zip(works, times, strict=True):
            began = time.perf_counter()
            work()
            if run >= warm:
                taken.append(time.perf_counter() - began)
    return times


def median_of_each(works: list[Callable[[], object]], *, runs: int = 15, warm: int = 2) -> list[float]:
    """Median wall times of several calls taken in turn."""
    return [statistics.median(taken) for taken in seconds_of_each(works, runs=runs, warm=warm)]


def median_ratio(one: list[float], other: list[float]) -> float:
    """The median of the ratios turn by turn: what slows the machine for a while slows both."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))
