"""Shot: a plate, a span, the director's notes, and where it stands."""

from __future__ import annotations

from typing import ClassVar, Literal

from manyhands.core.noun import Noun
from manyhands.core.span import Span

Standing = Literal["open", "proposed", "taken", "approved", "delivered"]


class Shot(Noun):
    """One shot of the production."""

    KIND: ClassVar[str] = "shot"

    id: str
    plate: str
    span: Span
    notes: tuple[str, ...] = ()
    standing: Standing = "open"
