"""Intake: what was found when a source came in, and on whose word its terms rest."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from manyhands.core.grant import Term
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun

Carrier = Literal["XMP", "IPTC", "EXIF", "header", "Content Credentials", "licence file", "neighbour"]
"""What says something of a file's rights; a *neighbour* is a licence beside it, which may be about anything there."""


UNREADABLE = "unreadable"
"""What a saying is named by which tells that something is there and cannot be read."""


class Saying(Noun):
    """One thing that a file, or a file beside it, says of its rights or of how it was made.

    ``where`` is the file that says it, ``name`` the field as its standard calls it.  ``holds`` is False for what a
    broken credential says: its no is heeded, its yes is not.
    """

    KIND: ClassVar[str] = "saying"

    carrier: Carrier
    where: str
    name: str
    says: str
    holds: bool = True


class Alike(Noun):
    """A known source or take that something which came in looks like.

    ``frame`` is the known one's, which the first frame of ``from_s`` shows; it is not sure where ``is_placed`` is
    False, as in a shot in which nothing moves.  ``differ_bits`` of 256 differ in the mean.
    """

    KIND: ClassVar[str] = "alike"

    of: Literal["source", "take"]
    subject: str
    terms: str
    frame: int
    from_s: float
    length_s: float
    differ_bits: float
    is_mirrored: bool = False
    is_placed: bool = True
    forbids: tuple[str, ...] = ()


class Intake(Noun):
    """What was found when a source came in, under the source's id.

    ``offered`` is the licence that the file names, as the house calls it (``unknown`` where it names none that is
    known).  ``terms_by`` says on whose word the terms rest: the file's, which a person took; that person's own; or
    nobody's.  ``against`` is where that person's word goes further than what the file says or forbids, with ``why``.
    ``source_type`` is IPTC's digital source type, without its address.
    """

    KIND: ClassVar[str] = "intake"

    id: str
    sayings: tuple[Saying, ...] = ()
    offered: str = "unknown"
    restricts: tuple[Term, ...] = ()
    source_type: str = ""
    disagree: tuple[str, ...] = ()
    alike: tuple[Alike, ...] = ()
    terms_by: Literal["file", "person", "nobody"] = "nobody"
    by: Hand
    against: tuple[str, ...] = ()
    why: str = ""
    at: str


class Fingerprint(Noun):
    """What a source or a take is known again by: the packed hashes of its pictures, in base 64.

    ``method`` names how they were made; those of another method are not compared.
    """

    KIND: ClassVar[str] = "fingerprint"

    id: str
    of: Literal["source", "take"]
    subject: str
    method: str
    rate_fps: str
    first_frame: int
    hashes: str = Field(repr=False)
