"""Arrays in files: a simulation's states, and what passes keep."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from manyhands.core.clip import State
from manyhands.disk import whole


def save_state(path: Path, state: State) -> None:
    """Keep arrays, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part, part.open("wb") as file:
        np.savez(file, allow_pickle=False, **state)


def load_state(path: Path) -> State:
    """The arrays that :func:`save_state` kept."""
    with np.load(path) as kept_state:
        return {name: kept_state[name] for name in kept_state.files}
