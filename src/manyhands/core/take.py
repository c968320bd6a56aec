"""Take: one run of a recipe on a shot."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from manyhands.core.extent import Extent
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun
from manyhands.core.span import Span


class Use(Noun):
    """A hand that helped and has no pixels: a matte, a track, a proposal."""

    KIND: ClassVar[str] = "use"

    hand: Hand
    what: str


class Take(Noun):
    """Pixels, seed, versions, cost, time and authorship of one run.

    ``frames_sha256`` is the hash over the frame files in order; ``contents`` has for each step the
    hash of all that decides its pixels: maker, version, parameters, inputs and seed; ``extent`` sums the authorship of
    the stored frames; ``cost_minor`` is what outside services billed, in the minor unit of
    ``currency``.
    """

    KIND: ClassVar[str] = "take"

    id: str
    shot: str
    recipe: str
    seed: int = Field(ge=0)
    span: Span
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    folder: str
    frames_sha256: str
    hands: tuple[Hand, ...]
    uses: tuple[Use, ...] = ()
    contents: dict[str, str] = {}
    extent: Extent
    seconds: float = Field(ge=0)
    cost_minor: int = Field(0, ge=0)
    currency: str = "EUR"
    versions: dict[str, str] = {}
    answers: str = ""
