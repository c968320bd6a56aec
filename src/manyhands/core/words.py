"""Words: what a maker answers to in a director's note, declared beside the maker itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Effects = Mapping[str, Any]
"""Parameter name to what a word does to it: a value sets it, Times scales it, Plus adds to it."""


@dataclass(frozen=True)
class Times:
    """Scale the parameter by a factor; a degree ("very", "slightly") raises or lowers the power."""

    factor: float


@dataclass(frozen=True)
class Plus:
    """Add to the parameter, in its own unit; a degree scales the amount."""

    amount: float


@dataclass(frozen=True)
class Words:
    """The vocabulary of one maker.

    ``nouns`` call the maker ("smoke", "fire"); two nouns of one maker joined by "and" make one
    step.  ``adjectives`` shape the step they stand with ("thick").  ``circumstances`` are nouns
    that never call a maker but shape all that answer to them ("wind").  A phrase of several words
    is written with blanks.

    ``things`` are what stands in a plate and may have to go: a note that does not want one calls the
    maker ("take out the man"); one that only speaks of it does not.

    ``places`` are where it can go, each with what going there does to its parameters.  For an
    element that stands in the plate they need do nothing: the planner finds the spot.
    """

    nouns: Mapping[str, Effects] = field(default_factory=dict)
    adjectives: Mapping[str, Effects] = field(default_factory=dict)
    circumstances: Mapping[str, Effects] = field(default_factory=dict)
    places: Mapping[str, Effects] = field(default_factory=dict)
    things: Mapping[str, Effects] = field(default_factory=dict)


PLACES = (
    "roof", "building", "tower", "tree", "horizon", "background", "foreground", "ground", "water", "sky",
    "left", "right", "middle", "top", "bottom", "top left", "top right", "bottom left", "bottom right",
)  # fmt: skip
"""The places that a picture may have, by the names that makers use; notes have many words for each."""

ANYWHERE: Mapping[str, Effects] = {place: {} for place in PLACES}
"""The places of an element that can stand wherever there is room for it."""
