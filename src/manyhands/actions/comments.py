"""Comments: what a person says of a frame or some frames of a take, and what they draw on it.

A comment is never changed: an answer is a comment of its own, and so is what is said when one is settled.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, StateError
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun
from manyhands.core.take import Take

LONGEST = 5000
MOST_MARKS, MOST_POINTS = 200, 4000


class Mark(Noun):
    """One thing drawn on a frame; points are shares of the picture's width and height from its top left corner."""

    KIND: ClassVar[str] = "mark"

    shape: Literal["pen", "arrow", "box"]
    points: tuple[tuple[float, float], ...] = Field(min_length=2, max_length=MOST_POINTS)
    colour: str = Field("#e6a65c", pattern=r"^#[0-9a-f]{6}$")


class Comment(Noun):
    """What a person said of frames ``first`` to ``last`` of a take, both included.

    ``answers`` is the comment that it answers, ``settles`` whether it says that what that one wants is done.
    """

    KIND: ClassVar[str] = "comment"

    id: str
    take: str
    first: int
    last: int
    text: str
    marks: tuple[Mark, ...] = ()
    answers: str = ""
    settles: bool = False
    by: Hand
    at: str


def comment(
    studio: Studio,
    by: Hand,
    take_id: str,
    text: str,
    *,
    first: int,
    last: int | None = None,
    marks: tuple[Mark, ...] = (),
    answers: str = "",
    settles: bool = False,
    id_: str = "",
) -> Comment:
    """Say something of some frames of a take.

    Args:
        last: the last frame that it is about; by default the first.
        marks: what is drawn on the first frame, and held over the others.
        answers: the comment that it answers, on the same take.
        id_: what the sender calls it, so that one sent twice, because an answer was lost, is one.
    Raises: RoleError, NotFoundError; InputError if it says nothing, too much, or of frames that the take has not;
        StateError if it settles nothing.
    """
    studio.check(by, "comment")
    studio.check_shown(by, take_id)
    take = studio.production.get(Take, take_id)
    last = first if last is None else last
    if not text.strip() and not marks:
        raise InputError("comment: it says nothing.", "Write a word, or draw on the frame.")
    if len(text) > LONGEST or len(marks) > MOST_MARKS:
        raise InputError(
            f"comment: it has {len(text):,} letters and {len(marks)} marks; at most {LONGEST:,} and {MOST_MARKS}.",
            "Say it in several.",
        )
    if not take.span.start <= first <= last <= take.span.end:
        raise InputError(
            f"comment: frames {first} to {last} are not all in {take.id}.",
            f"Its frames are {take.span.start} to {take.span.end}.",
        )
    if any(not (0 <= x <= 1 and 0 <= y <= 1) for mark in marks for x, y in mark.points):
        raise InputError("comment: a mark lies outside the picture.", "Draw it within the frame.")
    said = comments(studio, take_id)
    if answers and answers not in {one.id for one in said}:
        raise InputError(f"comment {answers}: it is not on {take_id}.", "Answer a comment of the same take.")
    if settles and not answers:
        raise StateError("comment: it settles nothing.", "Name the comment that is settled.")
    known = studio.production.find(Comment, id_) if id_ else None
    if known is not None and (known.by != by or known.take != take_id):
        raise InputError(f"comment {id_}: another is called so.", "Send it again under another name.")
    if known is not None:
        return known
    made = Comment(
        id=id_ or f"{take_id}-c{len(said) + 1:03d}", take=take_id, first=first, last=last, text=text.strip(),
        marks=marks, answers=answers, settles=settles, by=by, at=studio.clock(),
    )  # fmt: skip
    with studio.act("comment", by, take=take_id, comment=made.id, settles=settles) as t:
        t.put(made, made.id, shot=take.shot)
    return made


def comments(studio: Studio, take_id: str) -> list[Comment]:
    """All comments on a take, in the order they came."""
    take = studio.production.get(Take, take_id)
    return [one for one in studio.production.all(Comment, shot=take.shot) if one.take == take_id]
