"""A proposal changed by hand at the terminal, and what was changed undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from manyhands.core.errors import InputError

if TYPE_CHECKING:
    from manyhands.actions.proposals import Answer, Offer
    from manyhands.actions.studio import Studio
    from manyhands.core.hand import Hand


def is_by_hand(note: str, like: str, wanted: Sequence[str], *, undo: bool, redo: bool, changes: Sequence[int]) -> bool:
    """Whether a proposal is changed by hand.  Raises: InputError if there is a note as well, or two things at once."""
    if not (like or wanted or undo or redo or changes):
        return False
    if note or not like:
        what = "it has a note as well" if note else "it does not say of which proposal"
        raise InputError(
            f"--set: {what}.", 'Leave the note out and name a proposal: --like literal --set smoke.density=2 --why "…".'
        )
    if (bool(wanted) + undo + redo) > 1 or (changes and not (undo or redo)):
        raise InputError(
            "--undo: it is asked together with something else.", "Say one at a time: --undo, --redo, or what to set."
        )
    return True


def adjust_by_hand(
    studio: Studio, by: Hand, shot_id: str, like: str, wanted: Sequence[str], *, why: str, undo: bool, redo: bool,
    changes: Sequence[int], previews: bool,
) -> tuple[Answer, list[Offer]]:  # fmt: skip
    """Change a proposal, undo what was changed, or do it again."""
    from manyhands.actions import adjusting

    more: dict[str, Any] = {"previews": previews}
    if undo:
        return adjusting.undo(studio, by, shot_id, like, changes, **more)
    if redo:
        return adjusting.redo(studio, by, shot_id, like, changes, **more)
    return adjusting.adjust(studio, by, shot_id, like, wanted, why=why, **more)


def adjustments_told(answer: Answer) -> list[str]:
    """What was changed by hand since the proposal to the note: a line each, with what was undone."""
    lines = []
    for number, one in enumerate(answer.adjustments, 1):
        undone = f"; UNDONE by {one.undone_by}, {one.undone_at}" if one.undone_by else ""
        lines.append(f"  {number}. {one.told}: {one.by}, {one.at} (“{one.why}”){undone}")
    return ["Changed by hand:", *lines] if lines else []
