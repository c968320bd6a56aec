"""Decision: a person's accept, revise or reject of a take or a proposal, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from manyhands.core.hand import Hand
from manyhands.core.noun import Noun

Verdict = Literal["accept", "revise", "reject"]
Door = Literal["terminal", "command line", "api", "studio"]


class Decision(Noun):
    """Who decided what, by which door, and whether that person had been shown the result.

    ``seen`` holds the hash of the frames that the log says this person was shown; it is empty where
    it says nothing of the kind, or where the verdict was given in advance (a script's
    ``--accept``), and then nobody can say that a human validated the picture.
    """

    KIND: ClassVar[str] = "decision"

    id: str
    take: str
    verdict: Verdict
    by: Hand
    reason: str = Field(min_length=1)
    note: str = ""
    door: Door
    seen: str = ""
    at: str

    @property
    def oversight(self) -> Literal["human_validated", "prompt_guided"]:
        """The human oversight level of C2PA 2.4 that this decision earned."""
        return "human_validated" if self.verdict == "accept" and self.seen else "prompt_guided"


def last_accepted(said: Sequence[Decision]) -> str | None:
    """Of the decisions on a shot, oldest first, the take that stands accepted."""
    standing: dict[str, Verdict] = {}
    for decision in said:
        standing.pop(decision.take, None)
        standing[decision.take] = decision.verdict
    return next((take for take, verdict in reversed(standing.items()) if verdict == "accept"), None)
