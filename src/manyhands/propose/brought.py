"""What was brought in for a shot: elements that are laid into the plate, and mattes, painted frames, clean plates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from manyhands.core.recipe import TOGETHER
from manyhands.core.source import SourceRole
from manyhands.propose.heard import Heard, Understanding
from manyhands.propose.lexicon import phrase_of

POINTING = (("this",), ("that",), ("these",), ("those",))
"""What a note may call a thing that was drawn in the picture, where it has no name for it."""


HERE = ("here", "there", "right here", "over here", "over there")


@dataclass(frozen=True)
class Brought:
    """A picture from outside, by its source's id: an element that no maker made, or what its ``role`` says.

    A matte that a person drew in the picture while they said the note has no source: it is its ``shapes``, written.
    """

    id: str
    title: str
    width_px: int
    height_px: int
    frames: int
    rate_fps: float
    has_alpha: bool
    role: SourceRole = ""
    colour_space: str = ""
    shapes: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the sources in it: one, or those of several people that are taken as one."""
        return tuple(self.id.split(TOGETHER))

    @property
    def names(self) -> tuple[str, ...]:
        """What a note may call it: its id, and its title without the file's ending; what was drawn has no name."""
        if self.shapes:
            return ()
        title = PurePath(self.title).stem
        if self.role:
            title = re.sub(r"[\W_]*\d+$", "", title)  # a frame's number is no part of a thing's name
        told = [self.id.replace("_", " "), title.replace("_", " ").replace("-", " ")]
        return tuple(dict.fromkeys(name for name in told if any(letter.isalpha() for letter in name)))


def meant_by(aids: Iterable[Brought]) -> list[tuple[str, ...]]:
    """The phrases for things of which a matte was brought in, from what its file is called."""
    return [phrase_of(name) for one in aids if one.role in ("matte", "painted") for name in one.names]


def names_of(elements: Iterable[Brought]) -> dict[tuple[str, ...], str]:
    """The phrases that call each element, to its id."""
    return {phrase_of(name): one.id for one in elements for name in one.names}


def heard_here(heard: Understanding) -> Understanding:
    """The note with its words that point understood: what was drawn is what they mean."""
    words = [item for item in heard.unknown if item.text.casefold() in HERE]
    if not words:
        return heard
    told = (Heard(text=item.text, start=item.start, end=item.end, meaning="where it was drawn") for item in words)
    understood = sorted((*heard.understood, *told), key=lambda item: item.start)
    left = tuple(item for item in heard.unknown if item not in words)
    return heard.but(understood=tuple(understood), unknown=left)
