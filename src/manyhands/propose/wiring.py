"""Where a step goes among others: the row of pictures from the plate to the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from manyhands.core.maker import Maker
from manyhands.core.recipe import PLATE, SOURCE, Step
from manyhands.propose.mattes import MATTE


def depth_of(maker: Maker | None) -> int:
    """How far in front a maker works: what was shot, the sky, elements, the air, the whole picture; motion, size, time.

    What needs the plate's track comes before what gives frames another size or time than the track has.
    """
    if maker is None or maker.role in ("placement", "element"):
        return 1
    takes = {item.name: item.needed for item in maker.inputs}
    if takes.get("painted") or takes.get("edit"):
        return -1  # was painted, or came back, over the plate as it was shot: what lies before it would be taken off
    if MATTE in takes and not takes[MATTE]:
        return 1  # what uncovers a background stands where elements do
    if MATTE in takes:
        return -1  # a matte is of the plate as it was shot, so nothing may be in front of it yet
    if maker.shifts:
        return 4 if takes.get("motion") else 5 if maker.resizes else 6
    return {True: 0, False: 2, None: 3}[takes.get("foreground")]


def insert(steps: Sequence[Step], current: str, step: Step, makers: Mapping[str, Maker]) -> tuple[list[Step], str]:
    """The steps with one more, at its depth in the row; what took the picture there now takes the new one's.

    Returns: the steps, and the name of the one whose picture is the result.
    """
    row = row_of(steps, current)
    depth = depth_of(makers.get(step.maker))
    at = next((index for index, other in enumerate(row) if depth_of(makers.get(other.maker)) > depth), len(row))
    step = step.but(inputs={**step.inputs, "plate": row[at - 1].name if at else PLATE})
    if at == len(row):
        return [*steps, step], step.name
    follower = row[at].but(inputs={**row[at].inputs, "plate": step.name})
    more = [part for one in steps for part in ((step, follower) if one.name == follower.name else (one,))]
    return in_order(more), current


def free_name(steps: Sequence[Step], name: str) -> str:
    """The name for one more step: as it is, or with a number where it is taken."""
    names = {step.name for step in steps}
    return next(free for n in count(1) if (free := f"{name}_{n}" if n > 1 else name) not in names)


def take_out(steps: Sequence[Step], current: str, names: Sequence[str]) -> tuple[list[Step], str]:
    """The steps without some; what took their picture takes the one that they took."""
    left = list(steps)
    for name in names:
        gone = next(step for step in left if step.name == name)
        before = gone.inputs.get("plate", PLATE)
        left = [
            step.but(inputs={key: before if taken == name else taken for key, taken in step.inputs.items()})
            for step in left
            if step.name != name
        ]
        current = before if current == name else current
    return left, current


def row_of(steps: Sequence[Step], current: str) -> list[Step]:
    """The steps that the picture goes through, from the plate to the result."""
    named = {step.name: step for step in steps}
    row: list[Step] = []
    while current in named and "plate" in named[current].inputs:
        row.insert(0, named[current])
        current = named[current].inputs["plate"]
    return row


def in_order(steps: Sequence[Step]) -> list[Step]:
    """Every step after those it takes from; otherwise as they were."""
    done: list[Step] = []
    waiting = list(steps)
    while waiting:
        names = {PLATE, *(step.name for step in done)}
        ready = next(
            step for step in waiting if all(name in names or name.startswith(SOURCE) for name in step.inputs.values())
        )
        waiting.remove(ready)
        done.append(ready)
    return done
