"""Source: something brought in, with its terms."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from manyhands.core.hand import Hand
from manyhands.core.noun import Noun

Scope = Literal[
    "view", "composite", "retouch", "style_reference", "input_local", "input_hosted", "train_shot", "train_general"
]
"""What may be done with a source, from weak to strong; permission never flows upward."""


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
    """Footage, a still, sound, a model, a data set or a likeness, kept under its SHA-256."""

    KIND: ClassVar[str] = "source"

    id: str
    title: str
    medium: Literal["footage", "still", "sound", "model", "data", "likeness"] = "footage"
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    path: str
    owner: str
    terms: Terms
    found_at: str = ""

    @property
    def hand(self) -> Hand:
        """The hand of the camera (or of whatever took it) that this source shows."""
        return Hand(id=f"camera:{self.title}:{self.sha256[:6]}", origin="camera", name=self.title, behind=self.id)
