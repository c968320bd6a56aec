"""Money for outside services: what a step would cost, and who agreed to how much."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from manyhands.core.currency import money
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun


class Quote(Noun):
    """What a step costs at most, and what of it leaves the machine, told before anything does.

    ``credits_most`` are the service's own units, ``minor_most`` whole minor units of ``currency``; ``seconds`` of
    pictures are billed in ``sendings`` tasks; ``leaves`` says in sentences what is sent; ``dated`` is the day of the
    price table.
    """

    KIND: ClassVar[str] = "quote"

    service: str
    act: str
    model: str
    credits_most: int = Field(ge=0)
    minor_most: int = Field(ge=0)
    currency: str = "USD"
    seconds: int = Field(ge=0)
    sendings: int = Field(1, ge=1)
    leaves: tuple[str, ...] = ()
    dated: str

    def told(self) -> tuple[str, ...]:
        """The quote in sentences, for a person who has to agree."""
        tasks = f"{self.sendings} tasks" if self.sendings > 1 else "one task"
        what = f"{self.seconds} s of pictures in {tasks}" if self.seconds else tasks
        return (
            f"costs at most {money(self.minor_most, self.currency)} ({self.credits_most} credits, {what}) at "
            f"{self.service}, model {self.model}, by the prices of {self.dated}",
            *(f"leaves this machine: {one}" for one in self.leaves),
        )


class Agreement(Noun):
    """A person's yes to a run that costs something: who, to what, up to how much.

    It is open until what came of it is booked: money may be spent as long as it is.  ``spent_minor`` is what was
    booked for it, ``lost_minor`` what sendings whose answer was lost may have cost, where a person had them sent again.
    """

    KIND: ClassVar[str] = "agreement"

    by: Hand
    shot: str
    recipe: str
    seed: int
    quotes: dict[str, Quote]
    most_minor: int = Field(ge=0)
    currency: str
    spent_minor: int = Field(0, ge=0)
    lost_minor: int = Field(0, ge=0)
    is_open: bool = True

    def covers(self, recipe: str, seed: int, step: str) -> bool:
        """Whether it is the agreement to a step of just this run."""
        return (self.recipe, self.seed) == (recipe, seed) and step in self.quotes

    @property
    def committed_minor(self) -> int:
        """What it has cost, or may have cost by now."""
        return self.lost_minor + (max(self.spent_minor, self.most_minor) if self.is_open else self.spent_minor)


class Cap(Noun):
    """The most that a production may spend on outside services, in whole minor units."""

    KIND: ClassVar[str] = "cap"

    most_minor: int = Field(ge=0)
    currency: str = "USD"
