"""Where passes keep what they find: files in the production, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyhands.core.clip import Clip, State
from manyhands.core.errors import NotFoundError
from manyhands.core.passes import ACCOUNT, Pass, live
from manyhands.core.recipe import Step
from manyhands.run.files import load_state, save_state
from manyhands.run.job import Job


@dataclass(frozen=True)
class DiskShelf:
    """A shelf of a step, in two folders: what goes when the take is made, and what stays with the results.

    Args:
        lasts: keep in the folder that stays.
    """

    passing: Path
    lasting: Path
    lasts: bool = False

    def keep(self, name: str, arrays: State) -> None:
        mine, other = (self.lasting, self.passing) if self.lasts else (self.passing, self.lasting)
        save_state(self._path(mine, name), arrays)
        self._path(other, name).unlink(missing_ok=True)

    def load(self, name: str) -> State:
        for folder in (self.passing, self.lasting):
            path = self._path(folder, name)
            if path.is_file():
                return load_state(path)
        raise NotFoundError("shelf", name, known=[])

    def has(self, name: str) -> bool:
        return any(self._path(folder, name).is_file() for folder in (self.passing, self.lasting))

    def file(self, name: str) -> Path:
        return self.lasting / "shelf" / name

    def _path(self, folder: Path, name: str) -> Path:
        return folder / "shelf" / f"{name}.npz"


def shelf_of(job: Job, step: Step, *, lasts: bool = False) -> DiskShelf:
    return DiskShelf(job.scratch_of(step), job.lasting_of(step), lasts)


def account_of(job: Job, step: Step) -> dict[str, Any] | None:
    """What a step's passes left for people to know, once they have."""
    shelf = shelf_of(job, step)
    return json.loads(shelf.load(ACCOUNT)["json"].tobytes()) if shelf.has(ACCOUNT) else None


def said_of(shelf: DiskShelf, item: Pass, numbers: Sequence[int]) -> str:
    """What a pass says meanwhile of the numbers that it is at; empty where it says nothing."""
    told = [shelf.load(live(item.name, at)) for at in numbers if shelf.has(live(item.name, at))]
    return "; ".join(json.loads(one["json"].tobytes())["says"] for one in told)


def is_bought(job: Job, step: Step) -> bool:
    """Whether all that a step has to pay for was made and lies here."""
    return shelf_of(job, step).has(ACCOUNT)


def portions(item: Pass, clip: Clip) -> list[tuple[int, ...]]:
    """A pass's numbers in the order they are gone through, as many together as one task does."""
    numbers = item.numbers(clip.span)
    return [tuple(numbers[start : start + item.at_a_time]) for start in range(0, len(numbers), item.at_a_time)]


def mark(item: Pass, numbers: Sequence[int]) -> str:
    """The name under which a done portion leaves what the next one needs."""
    return f"passes/{item.name}.{numbers[-1]}"
