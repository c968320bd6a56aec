"""Source: something brought in, with its terms."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from manyhands.core.hand import Hand, slug
from manyhands.core.noun import Noun

Scope = Literal[
    "view", "composite", "retouch", "style_reference", "input_local", "input_hosted", "train_shot", "train_general"
]
"""What may be done with a source, from weak to strong; permission never flows upward."""


SourceRole = Literal["", "matte", "painted", "clean", "edit"]
"""What a source is for a shot: nothing is said of a plate or an element; a *matte* says what of the plate is meant, in
every frame; *painted* are a few frames that a person painted for the shot; a *clean* plate lacks what is to go;
an *edit* is the plate as a model or a person gave it back."""


class Terms(Noun):
    """Under which terms somebody lets a source be used.

    ``fee_minor`` is owed to the owner once for each shot that is delivered with it, in the minor
    unit of ``currency`` (ISO 4217).
    """

    KIND: ClassVar[str] = "terms"

    licence: str
    licence_url: str = ""
    permits: tuple[Scope, ...] = ()
    credit: str = ""
    say_changes: bool = False
    deliverable: bool = False
    fee_minor: int = Field(0, ge=0)
    currency: str = "EUR"


class Source(Noun):
    """Footage, a still, sound, a model, a data set or a likeness, kept under its SHA-256.

    ``path`` is the file (or the folder of a sequence) inside the production.  ``colour_space``,
    ``rate_fps``, ``first_frame`` and ``is_sparse`` (a few numbered pictures, with gaps) are how footage
    is read.  ``found_at`` is where it was found, ``made_how`` what was done to it before it came here,
    ``painted_by`` who painted it,
    where somebody did, ``made_by`` the model that made it, where one did.
    """

    KIND: ClassVar[str] = "source"

    id: str
    title: str
    medium: Literal["footage", "still", "sound", "model", "data", "likeness"] = "footage"
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    path: str
    owner: str
    terms: Terms
    colour_space: str = ""
    rate_fps: str = ""
    first_frame: int = 0
    found_at: str = ""
    made_how: str = ""
    role: SourceRole = ""
    is_sparse: bool = False
    painted_by: str = ""
    made_by: str = ""

    @property
    def hand(self) -> Hand:
        """The hand of the model that made it or the person who painted it, or else of the camera that took it."""
        if self.made_by:
            id_ = f"trained:{slug(self.made_by)}:{self.sha256[:6]}"
            return Hand(id=id_, origin="trained", name=self.made_by, behind=self.id)
        if self.painted_by:
            id_ = f"person:{slug(self.painted_by)}:{self.sha256[:6]}"
            return Hand(id=id_, origin="person", name=self.painted_by, behind=self.id)
        return Hand(id=f"camera:{self.title}:{self.sha256[:6]}", origin="camera", name=self.title, behind=self.id)
