"""Small pictures of what is being set, drawn while it is set, by one warm process beside the server."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from manyhands.core.errors import MakerError
from manyhands.media.stills import jpeg_of
from manyhands.run.job import Job
from manyhands.run.schedule import ONE_THREAD
from manyhands.run.take import run_draft_frame


@dataclass
class Drawing:
    """A process that draws drafts, started when the first is asked for."""

    _pool: ProcessPoolExecutor | None = None
    _starting: threading.Lock = field(default_factory=threading.Lock)

    def draw(self, job: Job, at: int) -> bytes:
        """A frame of a job as a JPEG.  Raises: what its makers raise; MakerError if the process was lost."""
        try:
            return self._started().submit(_drawn, job, at).result()
        except BrokenProcessPool as error:
            self.close()
            raise MakerError(
                "draft: the process that draws was lost.", "Set something again; see that there is memory."
            ) from error

    def close(self) -> None:
        with self._starting:
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        with self._starting:
            if self._pool is None:
                for name in ONE_THREAD:
                    os.environ.setdefault(name, "1")
                self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
            return self._pool


def _drawn(job: Job, at: int) -> bytes:
    return jpeg_of(run_draft_frame(job, at).picture)
