"""Hands for orders: one process of its own at a time, which outlives the server that started it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field

from manyhands.actions import orders
from manyhands.core.errors import ManyhandsError
from manyhands.web.desk import Desk

EVERY_S = 0.3


@dataclass
class Hands:
    """Starts what waits; orders whose process was killed wait again."""

    desk: Desk
    _process: subprocess.Popen[bytes] | None = None
    _has_left: bool = False
    _taking: threading.Lock = field(default_factory=threading.Lock)

    async def go_on(self) -> None:
        """Look for orders again and again, until cancelled."""
        with suppress(ManyhandsError):
            await asyncio.to_thread(self.put_away)
        while True:
            with suppress(ManyhandsError):
                await asyncio.to_thread(self.take_up)
            await asyncio.sleep(EVERY_S)

    def put_away(self) -> None:
        """What has long been over is not looked at any more."""
        if self.desk.has_production:
            orders.put_away(self.desk.studio)

    def take_up(self) -> None:
        """Start the oldest order that waits, if nothing is at work; nothing any more once it was let go."""
        with self._taking:
            if not self._has_left:
                self._take_up()

    def _take_up(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._process = None
        if not self.desk.has_production:
            return
        waiting = orders.waiting(self.desk.studio)
        if waiting and not self._somebody_works():
            command = [
                sys.executable,
                "-m",
                "manyhands.web.carry",
                str(self.desk.folder),
                waiting[0].id,
                str(self.desk.workers),
            ]
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def leave(self) -> None:
        """Let go of the process at work: it outlives the server on purpose."""
        with self._taking:
            self._has_left = True
            if self._process is not None and self._process.poll() is None:
                self._process.returncode = 0  # else it would be told as forgotten
            self._process = None

    def _somebody_works(self) -> bool:
        """Whether an order is carried out by a process that an earlier server started."""
        free = {one.id for one in orders.waiting(self.desk.studio)}
        return any(one.state == "at work" and one.order.id not in free for one in orders.standings(self.desk.studio))
