"""One sending to a service that bills, as files that survive a kill: asked, answered, ended, come.

``asked.json`` stands before the call and ``task.json`` right after its answer; ``end.json`` says how the task ended
and what it cost; ``came.json`` lists the files that came, with their hashes.  Each is written once.  Who finds it
asked and without a task cannot know whether the service got it, so it is never sent again unless a person says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from manyhands.core.errors import StateError
from manyhands.disk import held, settle

SENT = "sent"
"""The name on a step's shelf under which its sendings lie."""

ASKED, TASK, END, CAME = "asked.json", "task.json", "end.json", "came.json"


@dataclass(frozen=True)
class Receipt:
    """What is known of one sending: for the account, the ledger, and a person who asks.

    ``status`` is the service's last word (``ASKED`` where its answer was lost, ``SENT`` before its first word);
    ``credits_quoted`` what a person was told, ``credits_most`` what the service said that it may come to; ``credits``
    what it billed in the end, None while that is open; ``files`` are the names and SHA-256 of what came.
    """

    folder: Path
    model: str
    asked_at: str
    credits_quoted: int
    credits_most: int
    task: str = ""
    status: str = "ASKED"
    credits: int | None = None
    why: str = ""
    files: tuple[tuple[str, str], ...] = ()

    @property
    def is_lost(self) -> bool:
        """Asked, and nobody knows whether the service got it."""
        return not self.task


@dataclass(frozen=True)
class Sending:
    """The files of one sending, in a folder of its own."""

    folder: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Only one process works at a sending.  Raises: StateError if another does."""
        with held(self.folder / "held") as is_mine:
            if not is_mine:
                raise StateError(
                    f"sending {self.folder.name}: another run is at it now.", "Wait until that run has ended."
                )
            yield

    def read(self, name: str) -> dict[str, Any] | None:
        """One of its files, or None where it does not stand; a file that is not whole was being written at a kill."""
        path = self.folder / name
        if not path.is_file():
            return None
        try:
            return dict(json.loads(path.read_bytes()))
        except ValueError:
            return {}

    def keep(self, name: str, value: Mapping[str, Any]) -> None:
        """Write one of its files, once, and have the disk keep it before anything else happens."""
        path = self.folder / name
        with path.open("x", encoding="utf-8") as file:
            json.dump({**value, "at": _now()}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        settle(self.folder)

    def take_back(self) -> None:
        """Forget that it was asked, where the service is known not to have taken it."""
        (self.folder / ASKED).unlink()
        settle(self.folder)

    def receipt(self) -> Receipt | None:
        """What is known of it; None where nothing was asked."""
        asked = self.read(ASKED)
        if asked is None:
            return None
        task, end, came = (self.read(name) or {} for name in (TASK, END, CAME))
        return Receipt(
            folder=self.folder,
            model=asked.get("model", ""),
            asked_at=asked.get("at", ""),
            credits_quoted=int(asked.get("credits_most", 0)),
            credits_most=int(task.get("credits_most") or asked.get("credits_most", 0)),
            task=task.get("id", ""),
            status=end.get("status") or ("SENT" if task else "ASKED"),
            credits=end.get("credits"),
            why=end.get("why", ""),
            files=tuple((one["name"], one["sha256"]) for one in came.get("files", ())),
        )


def sendings(folder: Path) -> list[Sending]:
    """The sendings whose folders lie in one, in order; those that were put aside are left out."""
    found = [path for path in folder.iterdir() if path.name.isdigit()] if folder.is_dir() else []
    return [Sending(path) for path in sorted(found, key=lambda path: int(path.name))]


def receipts(folder: Path) -> list[Receipt]:
    """What is known of the sendings in a folder, in order."""
    return [known for one in sendings(folder) if (known := one.receipt()) is not None]


def put_aside(sending: Sending) -> None:
    """Let a sending be made anew, because a person said so; what is known of the old one stays beside it."""
    number = 1
    while (aside := sending.folder.with_name(f"{sending.folder.name}.aside-{number}")).exists():
        number += 1
    os.replace(sending.folder, aside)
    settle(aside.parent)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
