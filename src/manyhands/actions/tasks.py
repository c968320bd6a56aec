"""Tasks as a list tells them: what was bid, by what work on it began, and whether a take does its work."""

from __future__ import annotations

from dataclasses import dataclass

from manyhands.actions.labour import begun, tasks
from manyhands.actions.replaced import replaced_in
from manyhands.actions.slate import chosen
from manyhands.actions.studio import Studio
from manyhands.core.decision import Decision
from manyhands.core.labour import Acknowledgement, Bid, Hours, Task
from manyhands.core.shot import Shot


@dataclass(frozen=True)
class TaskTold:
    """A task with every later bid, by what work on it began, and where its shot's take does its work what was said."""

    task: Task
    bids: tuple[Bid, ...]
    begun: str
    take: str
    stands: str


def tasks_told(studio: Studio, shot_id: str = "") -> list[TaskTold]:
    """Every task, or those of a shot; of each shot the take counts that is accepted, else the last.

    Raises: NotFoundError.
    """
    every = tasks(studio, studio.production.get(Shot, shot_id).id if shot_id else None)
    shots = {one.shot for one in every if one.shot and one.craft}
    takes = chosen(studio, shots, studio.production.by_shot(Decision, shots))
    does = {one.task.id: one for some in replaced_in(studio, takes).values() for one in some}
    said = studio.production.all(Bid)
    worked = {one.task for one in studio.production.all(Hours)}
    asked = {one.task for one in studio.production.all(Acknowledgement)}
    found = []
    for one in every:
        taken = does.get(one.id)
        stands = (taken.stands or "not asked yet") if taken else ""
        later = tuple(bid for bid in said if bid.task == one.id)
        found.append(
            TaskTold(one, later, begun(studio, one, worked=worked, asked=asked), taken.take if taken else "", stands)
        )
    return found
