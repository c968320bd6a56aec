"""Work: what somebody is to do, the time they gave to it, what was bid for it, and their word on who else does it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from manyhands.core.hand import Hand
from manyhands.core.noun import Noun

Work = Literal["Wages", "Overtime", "Teaching", "Prompting", "Supervision", "DataCuration", "Review"]
"""The kinds of work, as the ledger's accounts of expenses name them: painting frames that a model learns from, writing
what a model is asked, watching over models, labelling and reviewing are work like any other, and have accounts of their
own."""


class Task(Noun):
    """What somebody is to do.

    ``bid_minutes`` is what it was thought to take when it was given; 0 where nobody said.  ``craft`` names the kind of
    work in a picture that it is (roto, paint), so that a maker which does the same on that shot is known to stand in
    for it; ``department`` those who may speak for its person.  ``done_on`` is the day on which they said it is done.
    """

    KIND: ClassVar[str] = "task"

    id: str
    title: str = Field(min_length=1)
    role: str
    assignee: Hand
    work: Work = "Wages"
    shot: str = ""
    bid_minutes: int = Field(0, ge=0)
    craft: str = ""
    department: str = ""
    given_at: str = ""
    done_on: str = ""


class Bid(Noun):
    """A later word on what a task takes.

    ``is_baseline`` if it came before work on the task began: then hours are held against it.  One that came after is
    told beside what was bid, and changes nothing.
    """

    KIND: ClassVar[str] = "bid"

    id: str
    task: str
    minutes: int = Field(ge=0)
    is_baseline: bool
    why: str
    by: Hand
    at: str


class Hours(Noun):
    """The whole minutes that a person gave to a task on one day, as they said themselves.

    ``work`` is the kind of work that it was, where that is another than its task's; ``suggested`` says what it was
    suggested from, where they took what was suggested; ``withdrawn_why`` why they took it back, where they did.
    """

    KIND: ClassVar[str] = "hours"

    id: str
    task: str
    by: Hand
    day: str
    minutes: int = Field(ge=1, le=1440)
    about: str = ""
    work: Work | Literal[""] = ""
    suggested: str = ""
    withdrawn_why: str = ""

    def work_on(self, task: Task) -> Work:
        """The kind of work that it was."""
        return self.work or task.work


class Acknowledgement(Noun):
    """What was said of a take that does the work of somebody's task: by them, for their department, or over them.

    ``says`` is *acknowledged*, *declined*, or *overridden*, which only a producer says, with a reason.
    """

    KIND: ClassVar[str] = "acknowledgement"

    id: str
    task: str
    take: str
    says: Literal["acknowledged", "declined", "overridden"]
    department: str = ""
    why: str = ""
    by: Hand
    at: str
