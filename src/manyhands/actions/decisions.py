"""People decide: accept, revise or reject a take, with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from manyhands.actions.jobs import check_rights
from manyhands.actions.known import of_take
from manyhands.actions.replaced import check_acknowledged
from manyhands.actions.studio import Studio
from manyhands.actions.takes import was_shown
from manyhands.core.decision import Decision, Verdict, last_accepted
from manyhands.core.errors import StateError
from manyhands.core.hand import Hand
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.review.verdict import decided


def decide(
    studio: Studio, by: Hand, take_id: str, verdict: Verdict, *, reason: str, note: str = "", unseen: bool = False,
    after: str | None = None,
) -> Decision:  # fmt: skip
    """Record that a person accepts, sends back or rejects a take, and why.

    Whether that person had seen it follows from the log: they were shown it, or they were not.

    Args:
        note: what to change, for a revise.
        unseen: the verdict counts as given unseen whatever the log says, as one given in advance does.
        after: the last decision on the take that the person knew of, empty for none; where it is given, one that
            somebody else made since is no longer passed over.
    Raises: RoleError, NotFoundError, InputError; StateError, also if somebody else decided on it meanwhile;
        RightsError to accept what nobody permits any more, or what does somebody's task without their word.
    """
    studio.check(by, "decide")
    take = studio.production.get(Take, take_id)
    shot = studio.production.get(Shot, take.shot)
    if verdict == "accept":
        check_rights(studio, shot, studio.production.get(Recipe, take.recipe))
        check_acknowledged(studio, take)
    earlier = decisions(studio, shot.id)
    said = [item for item in earlier if item.take == take_id]
    if after is not None and after != (said[-1].id if said else ""):
        raise _meanwhile(said[-1:])
    decision = decided(
        take,
        verdict,
        by=by,
        reason=reason,
        note=note,
        door=studio.door,
        seen=not unseen and was_shown(studio, by, take),
        at=studio.clock(),
        earlier=said,
    )
    looks = of_take(studio, take) if verdict == "accept" else None
    with studio.act("decide", by, take=take_id, verdict=verdict, decision=decision.id) as t:
        since = decisions(studio, shot.id)
        if now_said := _of_take(since, take_id)[len(said) :]:  # in the act: nobody else writes now
            raise _meanwhile(now_said)
        t.put(decision, decision.id, shot=shot.id, is_new=True)
        if looks is not None:
            t.put(looks, looks.id, shot=shot.id)
        before, now = last_accepted(since), last_accepted([*since, decision])
        if verdict == "accept" or now != before:
            t.put(shot.but(standing="approved" if now else "taken"), shot.id, shot=shot.id)
    return decision


def _meanwhile(said: Sequence[Decision]) -> StateError:
    told = f"{said[-1].by.name} decided meanwhile: {said[-1].verdict}" if said else "what was said of it is gone"
    return StateError(
        f"your verdict was not written: {told}.", "Look at what was said, then decide again if you still would."
    )


def decisions(studio: Studio, shot_id: str) -> list[Decision]:
    """All decisions on a shot's takes, oldest first."""
    return studio.production.all(Decision, shot=shot_id)


def _of_take(said: Sequence[Decision], take_id: str) -> list[Decision]:
    return [item for item in said if item.take == take_id]


def has_accepted(studio: Studio, by: Hand, take: Take, *, seen: bool = False) -> bool:
    """Whether the last that was said of a take is that this person accepts it.

    Args:
        seen: only an acceptance after having been shown it counts.
    """
    said = [item for item in decisions(studio, take.shot) if item.take == take.id]
    stands = bool(said) and said[-1].verdict == "accept" and said[-1].by == by
    return stands and (bool(said[-1].seen) or not seen)


def accepted(studio: Studio, shot_id: str) -> str | None:
    """The take that stands accepted: the last one accepted and not sent back or rejected since."""
    return last_accepted(decisions(studio, shot_id))


def all_accepted(studio: Studio) -> list[Take]:
    """Of every shot that has one the take that stands accepted, in the order of the shots."""
    shots = studio.production.ids(Shot)
    said = studio.production.by_shot(Decision, set(shots))
    chosen = [take for shot in shots if (take := last_accepted(said.get(shot, ()))) is not None]
    takes = studio.production.several(Take, chosen)
    return [takes[take] for take in chosen]
