"""Tasks with what they need first, handed to workers as soon as they can go."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from manyhands.core.errors import CapacityError, Stopped
from manyhands.run import work

ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Task:
    """One call of a worker's function.

    ``kind`` groups tasks that cost alike; ``seconds`` is what one is believed to cost before any
    was timed; ``needs`` are the names of tasks that must be done first; ``says`` is asked, here and not in the worker,
    what it says of itself while it is at work.
    """

    name: Hashable
    kind: str
    call: Callable[..., Any]
    args: tuple[Any, ...]
    needs: frozenset[Hashable] = frozenset()
    seconds: float = 0.1
    says: Callable[[], str] = lambda: ""


@dataclass(frozen=True)
class Progress:
    """How far the work is.  ``seconds_left`` is None until enough was timed to say; ``says`` is what work that waits
    for others says of it."""

    done: int
    of: int
    kind: str
    seconds_left: float | None
    says: str = ""


Report = Callable[[Progress], None]


@dataclass
class _Clock:
    """What is left, from what tasks of each kind really took."""

    tasks: Sequence[Task]
    workers: int
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def left(self, remaining: Sequence[Task]) -> float | None:
        """Seconds until all is done; None while too little was timed to say."""
        known = {
            kind: _typical(times[self.workers :]) for kind, times in self.took.items() if len(times) > self.workers
        }
        if not known:
            return None
        believed = {task.kind: task.seconds for task in self.tasks}
        ratio = statistics.median(known[kind] / believed[kind] for kind in known)
        return sum(known.get(task.kind, task.seconds * ratio) for task in remaining) / self.workers


def _typical(times: list[float]) -> float:
    """The median of the last timings; each worker's first was left out, for it also loads and compiles."""
    return statistics.median(times[-20:])


def carry_out(tasks: Sequence[Task], *, workers: int, report: Report) -> dict[Hashable, Any]:
    """Do all tasks and give their results by name.

    Args:
        workers: processes; 0 does everything in this one, in order.
    Raises: Stopped on Ctrl-C, after the tasks at work have ended; whatever a task raises, after the
    others at work have ended.  What finished tasks wrote stays.
    """
    if workers == 0:
        return _one_by_one(tasks, report)
    results: dict[Hashable, Any] = {}
    waiting = {task.name: task for task in tasks}
    running: dict[Future[Any], tuple[Task, float]] = {}
    clock = _Clock(tasks, workers)
    with _pool(workers) as (pool, stop):
        try:
            while waiting or running:
                ready = [task for task in waiting.values() if task.needs <= results.keys()]
                for task in ready[: max(0, 2 * workers - len(running))]:
                    del waiting[task.name]
                    running[pool.submit(_timed, task.call, task.args)] = (task, 0.0)
                done, _ = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                said = {task.kind: words for task, _ in running.values() if (words := task.says())}
                for kind, words in said.items():
                    report(Progress(len(results), len(tasks), kind, None, words))
                for future in done:
                    task, _ = running.pop(future)
                    result, seconds = future.result()
                    results[task.name] = result
                    clock.took[task.kind].append(seconds)
                    remaining = [*waiting.values(), *(other for other, _ in running.values())]
                    report(Progress(len(results), len(tasks), task.kind, clock.left(remaining)))
        except KeyboardInterrupt:
            stop.set()
            raise Stopped(
                f"run: stopped after {len(results)} of {len(tasks)} tasks.", "Run the same command again to go on."
            ) from None
        except BrokenProcessPool as error:
            raise CapacityError(
                "run: a worker was killed, most likely because the memory was full.",
                "Run the same command again with --workers 1; finished frames are kept.",
            ) from error
        except BaseException:
            stop.set()
            raise
    return results


def _one_by_one(tasks: Sequence[Task], report: Report) -> dict[Hashable, Any]:
    results: dict[Hashable, Any] = {}
    waiting = list(tasks)
    clock = _Clock(tasks, 1)
    while waiting:
        task = next(task for task in waiting if task.needs <= results.keys())
        waiting.remove(task)
        results[task.name], seconds = _timed(task.call, task.args)
        clock.took[task.kind].append(seconds)
        report(Progress(len(results), len(tasks), task.kind, clock.left(waiting)))
    return results


def _timed(call: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, float]:
    began = time.perf_counter()
    result = call(*args)
    return result, time.perf_counter() - began


@contextmanager
def _pool(workers: int) -> Iterator[tuple[ProcessPoolExecutor, Any]]:
    """Spawned workers with one thread each (a fork after an OpenMP kernel would kill them)."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=work.begin, initargs=(stop, os.getpid()))
    try:
        yield pool, stop
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
