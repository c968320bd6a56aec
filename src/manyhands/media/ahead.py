"""Work that runs ahead: the next item is made while the one before is used."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

Item = TypeVar("Item")


@contextmanager
def ahead(items: Iterable[Item], *, at_most: int = 2) -> Iterator[Iterator[Item]]:
    """The same items in the same order, made in a thread of their own, at most a few before they are asked for.

    What making an item raises is raised where the item is asked for.  When the block ends, however it
    ends, nothing more is made and the thread is gone.
    """
    made: queue.Queue[tuple[bool, Item | BaseException | None]] = queue.Queue(at_most)
    over = threading.Event()

    def put(is_item: bool, value: Item | BaseException | None) -> None:
        while not over.is_set():
            with suppress(queue.Full):
                made.put((is_item, value), timeout=0.1)
                return

    def work() -> None:
        try:
            for item in items:
                put(True, item)
                if over.is_set():
                    return
            put(False, None)
        except BaseException as error:
            put(False, error)

    def taken() -> Iterator[Item]:
        while True:
            is_item, value = made.get()
            if is_item:
                yield value  # type: ignore[misc]
            elif value is None:
                return
            else:
                raise value  # type: ignore[misc]

    thread = threading.Thread(target=work, name="ahead", daemon=True)
    thread.start()
    try:
        yield taken()
    finally:
        over.set()
        thread.join()
