"""What is known about footage before a frame of it is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from manyhands.core.errors import CapacityError, MediaError
from manyhands.core.span import Span

MAX_SIDE_PX = 16384
MAX_PIXELS = 2**26
"""A frame of 8192 x 8192 takes 1 GiB as light; a comp holds several at once."""


@dataclass(frozen=True)
class Footage:
    """A movie, a sequence of pictures or a still, and how it is to be read.

    ``width`` and ``height`` are those of the upright picture.  ``notes`` say in plain words what was
    assumed or conformed.  ``files`` names a sequence's pictures in the span's order;
    ``shown_pts`` the time stamp of a movie's picture that each frame of the span shows, and
    ``key_pts`` those at which decoding can start.  ``matrix`` is a code point of ITU-T H.273.
    ``numbers`` are the frames that a sparse sequence has, one for each file; None where it has all of its span.
    ``layer`` is the prefix of an EXR's colour channels.  ``missing`` says what of the file cannot be read,
    nothing where it is whole.
    """

    path: Path
    kind: Literal["movie", "sequence", "still"]
    codec: str
    width: int
    height: int
    span: Span
    colour_space: str
    bit_depth: int
    has_alpha: bool = False
    timecode: str = ""
    is_interlaced: bool = False
    has_audio: bool = False
    pixel_aspect: Fraction = Fraction(1)
    notes: tuple[str, ...] = ()
    matrix: int = 1
    is_full_range: bool = False
    rotation_deg: int = 0
    has_authorship: bool = False
    layer: str = ""
    missing: str = ""
    files: tuple[Path, ...] = field(default=(), repr=False)
    numbers: tuple[int, ...] | None = None
    shown_pts: tuple[int, ...] = field(default=(), repr=False)
    key_pts: tuple[int, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """What a person calls it: the file's name, or the sequence's."""
        return self.path.name

    def check_whole(self) -> None:
        """Raises: MediaError if the file is cut or damaged."""
        if self.missing:
            raise MediaError(
                f"{self.path}: {self.missing}.",
                "Copy it again; or say --whole-frames to take those that are whole.",
                path=str(self.path),
            )

    def noting(self, *notes: str) -> Footage:
        """The same footage with more said about it."""
        return replace(self, notes=self.notes + notes)


def checked_size(where: str, width: int, height: int) -> None:
    """Raises: CapacityError for a picture too large to work with."""
    if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise CapacityError(
            f"{where}: the picture is {width}x{height}; at most {MAX_SIDE_PX} px a side and"
            f" {MAX_PIXELS // 2**20} million pixels can be worked with.",
            "Make a smaller copy of it (an 8K picture is 7680x4320), or cut out the part you need.",
            width=width,
            height=height,
        )
