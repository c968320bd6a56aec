"""People decide: accept, revise or reject a take, with a reason."""

from __future__ import annotations

from manyhands.actions.studio import Studio
from manyhands.core.decision import Decision, Verdict
from manyhands.core.hand import Hand
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.review.verdict import decided


def decide(
    studio: Studio, by: Hand, take_id: str, verdict: Verdict, *, reason: str, note: str = "", seen: bool = True
) -> Decision:
    """Record that a person accepts, sends back or rejects a take, and why.

    Args:
        note: what to change, for a revise.
        seen: False where the verdict was given before the take existed, as by a script.
    Raises: RoleError, NotFoundError, InputError, StateError.
    """
    studio.check(by, "decide")
    take = studio.production.get(Take, take_id)
    shot = studio.production.get(Shot, take.shot)
    earlier = decisions(studio, shot.id)
    decision = decided(
        take,
        verdict,
        by=by,
        reason=reason,
        note=note,
        door=studio.door,
        seen=seen,
        at=studio.clock(),
        earlier=[item for item in earlier if item.take == take_id],
    )
    with studio.act("decide", by, take=take_id, verdict=verdict, decision=decision.id) as t:
        t.put(decision, decision.id, shot=shot.id)
        before, now = _last_accepted(earlier), _last_accepted([*earlier, decision])
        if verdict == "accept" or now != before:
            t.put(shot.but(standing="approved" if now else "taken"), shot.id, shot=shot.id)
    return decision


def decisions(studio: Studio, shot_id: str) -> list[Decision]:
    """All decisions on a shot's takes, oldest first."""
    return studio.production.all(Decision, shot=shot_id)


def has_accepted(studio: Studio, by: Hand, take: Take) -> bool:
    """Whether the last that was said of a take is that this person accepts it."""
    said = [item for item in decisions(studio, take.shot) if item.take == take.id]
    return bool(said) and said[-1].verdict == "accept" and said[-1].by == by


def accepted(studio: Studio, shot_id: str) -> str | None:
    """The take that stands accepted: the last one accepted and not sent back or rejected since."""
    return _last_accepted(decisions(studio, shot_id))


def _last_accepted(said: list[Decision]) -> str | None:
    standing: dict[str, Verdict] = {}
    for decision in said:
        standing.pop(decision.take, None)
        standing[decision.take] = decision.verdict
    return next((take for take, verdict in reversed(standing.items()) if verdict == "accept"), None)
