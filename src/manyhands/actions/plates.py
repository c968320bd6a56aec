"""Sources as they are read: the files inside the production, in the colour space that they were taken in by."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from manyhands.actions.studio import Studio
from manyhands.core.source import Source

if TYPE_CHECKING:
    from manyhands.media.footage import Footage


def plate_footage(studio: Studio, plate: Source) -> Footage:
    """A source as it is read: its file inside the production, in the colour space it was taken in by."""
    from manyhands.media.footage import probe

    return probe(
        studio.folder / plate.path,
        rate_fps=Fraction(plate.rate_fps) if plate.rate_fps else None,
        colour_space=plate.colour_space or None,
        first_frame=plate.first_frame,
        sparse=plate.is_sparse,
    )
