"""Party: a person, a company or a union, known to the record by a name of the production's own making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

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


class Depiction(Noun):
    """What somebody said of who is seen or heard in a shot.

    ``says`` is *known* (it is ``party``), *unknown* (somebody is there whom nobody has named) or *nobody* (nobody whom
    one could recognise is in all of the shot).  Frames are the shot's, both ends included.  ``box`` is left, top, width
    and height as shares of the picture, empty for all of it.
    """

    KIND: ClassVar[str] = "depiction"

    id: str
    shot: str
    says: Literal["known", "unknown", "nobody"]
    party: str = ""
    first: int
    last: int
    box: tuple[float, ...] = ()
    what: Literal["face", "voice", "body"] = "face"
    is_recognisable: bool = True
    why: str = ""
    by: Hand
    at: str
