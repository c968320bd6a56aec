"""A verdict becomes a decision: who may say what of which take, and what must come with it."""

from __future__ import annotations

from manyhands.core.decision import Decision, Door, Verdict
from manyhands.core.errors import InputError, RoleError, StateError
from manyhands.core.hand import Hand
from manyhands.core.take import Take


def decided(
    take: Take,
    verdict: Verdict,
    *,
    by: Hand,
    reason: str,
    note: str,
    door: Door,
    seen: bool,
    at: str,
    earlier: list[Decision],
) -> Decision:
    """The decision of a person on a take.

    Args:
        seen: whether this person had been shown the finished take before the verdict was given.
        earlier: the decisions on this take so far.
    Raises: RoleError if a machine decides; InputError without a reason, or a revise without a
    note; StateError if the same person said the same of it before.  Who said it unseen may say it
    again having seen it.
    """
    if by.origin != "person":
        raise RoleError(f"take {take.id}: {by.id} is not a person; only people decide.", "Name a person with --by.")
    if not reason.strip():
        raise InputError(
            f"take {take.id}: the verdict {verdict} has no reason.", 'Say why: --why "…". It is what the record is for.'
        )
    if verdict == "revise" and not note.strip():
        raise InputError(f"take {take.id}: revise needs a note.", 'Say what to change: --note "less smoke".')
    repeats = bool(earlier) and earlier[-1].verdict == verdict and earlier[-1].by == by and verdict != "revise"
    if repeats and (earlier[-1].seen or not seen):
        raise StateError(
            f"take {take.id}: {by.name} said {verdict} of it already, at {earlier[-1].at}.",
            "Decide otherwise, or decide on another take.",
        )
    return Decision(
        id=f"d-{take.id}-{len(earlier) + 1}",
        take=take.id,
        verdict=verdict,
        by=by,
        reason=reason.strip(),
        note=note.strip(),
        door=door,
        seen=take.frames_sha256 if seen else "",
        at=at,
    )
