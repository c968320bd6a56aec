"""Party: a person, a company or a union, known to the record by a name of the production's own making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import model_validator

from manyhands.core.hand import Hand
from manyhands.core.noun import Noun

PartyForm = Literal["person", "company", "union"]


class Party(Noun):
    """Who can give a grant, or be seen.

    The id says nothing of who it is.  The name and how to reach them lie in a file beside the record, so that they can
    go when that person asks while the record stays and the log's chain holds; ``told_sha256`` is the salted hash of
    that file.  ``guardian`` is another party's id; days are ISO dates.
    """

    KIND: ClassVar[str] = "party"

    id: str
    form: PartyForm = "person"
    is_minor: bool = False
    guardian: str = ""
    deceased_on: str = ""
    told_sha256: str
    forgotten_on: str = ""


@dataclass(frozen=True)
class Known:
    """A party with its name and its guardian's, as far as they are still told."""

    party: Party
    name: str
    guardian: str = ""


Region = tuple[int, float, float, float, float]
"""A frame, and where in it: left, top, width and height as shares of the picture."""


class Depiction(Noun):
    """What somebody said of who is seen or heard in a shot, or in a source that shots are made with.

    ``says`` is *known* (it is ``party``), *unknown* (somebody is there whom nobody has named) or *nobody* (nobody whom
    one could recognise is in all of it).  Frames are those of the shot or the source, both ends included.  ``box`` is
    left, top, width and height as shares of the picture, empty for all of it.  Where it was drawn in one frame
    (``drawn_at``) and followed from there, ``regions`` are where it went, in the frames that were looked at;
    ``lost`` are the frames from which on, or up to which, nobody is sure any more.  ``picture`` shows it, a file
    inside the production.
    """

    KIND: ClassVar[str] = "depiction"

    id: str
    shot: str = ""
    source: str = ""
    says: Literal["known", "unknown", "nobody"]
    party: str = ""
    first: int
    last: int
    box: tuple[float, ...] = ()
    drawn_at: int | None = None
    regions: tuple[Region, ...] = ()
    lost: tuple[int, ...] = ()
    picture: str = ""
    what: Literal["face", "voice", "body"] = "face"
    is_recognisable: bool = True
    why: str = ""
    by: Hand
    at: str

    @model_validator(mode="after")
    def _of_one(self) -> Depiction:
        if bool(self.shot) == bool(self.source):
            raise ValueError("a depiction is of a shot or of a source, and not of both")
        return self

    @property
    def number(self) -> int:
        """The how-manieth thing it is that was said of anybody."""
        return int(self.id.rpartition(":")[2])

    def region(self, frame: int) -> tuple[float, ...]:
        """Where they are in a frame, as shares of the picture; empty where nobody said so, or nobody is sure."""
        if not self.regions:
            return self.box if self.drawn_at is None and self.first <= frame <= self.last else ()
        after = next((one for one in self.regions if one[0] >= frame), None)
        before = next((one for one in reversed(self.regions) if one[0] <= frame), None)
        if before is None or after is None:
            return ()
        way = (frame - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
        return tuple(a + (b - a) * way for a, b in zip(before[1:], after[1:], strict=True))
