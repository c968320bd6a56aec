"""Hand: one contributor to a picture, and how the outside world names its kind of work."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from manyhands.core.names import written
from manyhands.core.noun import Noun

Origin = Literal["camera", "person", "procedure", "trained"]

# IPTC digital source types: http://cv.iptc.org/newscodes/digitalsourcetype/
DIGITAL_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class Hand(Noun):
    """A camera, a person, a procedure or a trained model, with the version that worked.

    ``id`` reads well in another program's matte picker: ``camera:pan.avi:3f2a``,
    ``procedure:smoke:1``, ``person:person-a``.  ``behind`` names the Source that a camera hand
    shows or that a trained hand was made from.  ``makes`` is the IPTC term of what it makes, where
    that is not the usual one of its origin.
    """

    KIND: ClassVar[str] = "hand"

    id: str
    origin: Origin
    name: str
    version: str = ""
    behind: str = ""
    makes: str = ""

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hand) and other.id == self.id

    @property
    def versioned(self) -> str:
        """Its name with its version."""
        return f"{self.name} {self.version}".strip()

    @property
    def source_type(self) -> str:
        """The IPTC digital source type of pixels that come from this hand."""
        kinds = {
            "camera": "digitalCapture",
            "person": "digitalCreation",
            "procedure": "algorithmicMedia",
            "trained": "trainedAlgorithmicMedia",
        }
        return DIGITAL_SOURCE_TYPES + (self.makes or kinds[self.origin])

    @property
    def edit_source_type(self) -> str:
        """The IPTC digital source type of a change that this hand made to others' pixels."""
        kinds = {
            "camera": "digitalCapture",
            "person": "humanEdits",
            "procedure": "algorithmicallyEnhanced",
            "trained": "compositeWithTrainedAlgorithmicMedia",
        }
        if self.makes == "algorithmicMedia":
            return DIGITAL_SOURCE_TYPES + kinds["procedure"]
        return DIGITAL_SOURCE_TYPES + kinds[self.origin]


def person(name: str) -> Hand:
    """The hand of a named person."""
    return Hand(id=f"person:{slug(written(name))}", origin="person", name=written(name) or name)


def slug(text: str) -> str:
    """A name as lower-case words joined by hyphens; letters of any alphabet stay."""
    return re.sub(r"[^\w.]+", "-", text.strip().lower()).strip("-") or "unnamed"
