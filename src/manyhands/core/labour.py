"""Work: what somebody is to do, the time they gave to it, and what an hour is paid."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from manyhands.core.hand import Hand
from manyhands.core.noun import Noun

Work = Literal["Wages", "Overtime", "Teaching", "Supervision", "DataCuration", "Review"]
"""The kinds of work, as the ledger's accounts of expenses name them: painting frames that a model learns from, watching
over models, labelling and reviewing are work like any other, and have accounts of their own."""


class Task(Noun):
    """What somebody is to do.  ``bid_minutes`` is what it was thought to take before it began; 0 where nobody said."""

    KIND: ClassVar[str] = "task"

    id: str
    title: str = Field(min_length=1)
    role: str
    assignee: Hand
    work: Work = "Wages"
    shot: str = ""
    bid_minutes: int = Field(0, ge=0)


class Hours(Noun):
    """The whole minutes that a person gave to a task on one day, as they said themselves.

    ``withdrawn_why`` says why they took them back, where they did.
    """

    KIND: ClassVar[str] = "hours"

    id: str
    task: str
    by: Hand
    day: str
    minutes: int = Field(ge=1, le=1440)
    about: str = ""
    withdrawn_why: str = ""
