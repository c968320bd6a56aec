"""What happens, as it happens: one watcher for all browsers, and a stream to each.

The log is the one witness of what was done, by whatever door, and the orders' files of what is being made; both are
looked at a few times a second, so that what somebody does at a terminal shows here as well.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from manyhands.actions import orders
from manyhands.actions.sheet import touched_since
from manyhands.core.errors import ManyhandsError
from manyhands.web.desk import Desk

EVERY_S = 0.3
MOST_WAITING = 100


@dataclass
class Watch:
    """Looks at the production for everybody who listens."""

    desk: Desk
    listening: set[asyncio.Queue[str]] = field(default_factory=set)
    _seen: dict[str, str] = field(default_factory=dict)
    _head: int = -1

    async def go_on(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            with suppress(ManyhandsError):
                for event in await asyncio.to_thread(self.news):
                    self.tell(event)
            await asyncio.sleep(EVERY_S)

    def news(self) -> list[str]:
        """What happened since the last time, each as one event of a stream."""
        if not self.desk.has_production:
            return []
        studio, found = self.desk.studio, []
        head = studio.production.head().number
        if head != self._head:
            shots = touched_since(studio.production, self._head) if self._head >= 0 else None
            found.append(event("log", {"head": head, "shots": None if shots is None else sorted(shots)}))
            self._head = head
        for one in orders.standings(studio):
            text = one.model_dump_json()
            if self._seen.get(one.order.id) != text:
                self._seen[one.order.id] = text
                found.append(f"event: order\ndata: {text}\n\n")
        return found

    def tell(self, text: str) -> None:
        for queue in tuple(self.listening):
            if queue.qsize() < MOST_WAITING:  # who does not listen any more is asked to look anew instead
                queue.put_nowait(text)

    async def stream(self) -> AsyncIterator[str]:
        """Events for one browser, from now on; a sign of life where nothing happens."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self.listening.add(queue)
        try:
            yield event("log", {"head": self._head, "shots": None})
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), 15)
                except TimeoutError:
                    yield ": here\n\n"
        finally:
            self.listening.discard(queue)


def event(kind: str, data: dict[str, object]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"
