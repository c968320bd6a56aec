"""The figures that were measured of a take's frames when it was made."""

from __future__ import annotations

import json

from manyhands.actions.studio import Studio
from manyhands.core.errors import StateError
from manyhands.core.extent import FrameExtent
from manyhands.core.take import Take

FIGURES = "extent.json"


def frame_extents(studio: Studio, take: Take) -> tuple[FrameExtent, ...]:
    """The extent of each frame of a take, as it was measured when the take was made."""
    path = studio.folder / take.folder / FIGURES
    if not path.is_file():
        raise StateError(
            f"take {take.id}: {path.name} is gone.", "Run the take again: its frames are kept, only figures are taken."
        )
    return tuple(FrameExtent.load(saved) for saved in json.loads(path.read_text()))
