"""Holding shots against the rules of the production's packs: the check, a person's approval, the gate of a delivery.

A delivery is refused where a rule says deny, where it says ask and nobody has approved, and, where a model had a part
in the shot, where nobody has said what such a rule has to know.  What is unknown is asked and never taken for a pass; a
rule that could only end in a note or a notice stops nothing.  No approval lifts a deny, nor what may yet be one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from manyhands.actions.consents import registry
from manyhands.actions.facts import facts_of
from manyhands.actions.policies import policies
from manyhands.actions.slate import Slate, slate
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun, digest
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.rights import Finding, Registry, judge
from manyhands.rights.facts import PERSON
from manyhands.rights.policy import Pack, Verdict, find_pack

AT_ONCE = 200
"""So many shots are read, held against the packs and written down at once."""

MOST_TOLD = 5
"""So many rules are named where a delivery is refused; `manyhands policy check` tells all."""


class Approval(Noun):
    """A person's yes to what a rule asks of one take; it stands while take, pack and verdict are the same."""

    KIND: ClassVar[str] = "approval"

    id: str
    shot: str
    take: str
    pack: str
    dated: str
    rule: str
    verdict: Verdict
    why: str
    by: Hand
    at: str


class Found(Noun):
    """What one rule says of a shot.

    ``missing`` is what nobody has said, ``approved`` the id of the approval that answers it, ``stops`` whether it keeps
    the shot from being delivered.
    """

    KIND: ClassVar[str] = "found"

    pack: str
    rule: str
    verdict: Verdict
    says: str
    missing: tuple[str, ...] = ()
    cure: str
    paper: str = ""
    approved: str = ""
    stops: bool = False

    @property
    def wants_paper(self) -> bool:
        """Whether it wants its paper now; where something is unknown it may yet."""
        return bool(self.paper) and self.verdict not in ("pass", "unknown")


class Check(Noun):
    """What the production's packs said of a shot, with the hash of the facts that they saw.

    ``packs`` are the packs with their dates, ``packs_sha256`` their hashes; a check is never changed.
    """

    KIND: ClassVar[str] = "check"

    id: str
    shot: str
    take: str
    facts_sha256: str
    packs: dict[str, str]
    packs_sha256: dict[str, str]
    found: tuple[Found, ...]
    by: Hand
    at: str

    @property
    def stopping(self) -> tuple[Found, ...]:
        return tuple(one for one in self.found if one.stops)


def check(studio: Studio, by: Hand, shot_ids: Sequence[str] = ()) -> list[Check]:
    """Hold shots, or all of them, against the packs, and keep what came of it.

    The same facts under the same packs are one check, of whoever made it first.
    Raises: RoleError, NotFoundError.
    """
    studio.check(by, "check")
    shots = [studio.production.get(Shot, id_) for id_ in dict.fromkeys(shot_ids)] or studio.production.all(Shot)
    found: list[Check] = []
    held = registry(studio)
    for some in (shots[at : at + AT_ONCE] for at in range(0, len(shots), AT_ONCE)):
        found += _kept(studio, by, checks(studio, by, some, held=held))
    return found


def _kept(studio: Studio, by: Hand, made: Sequence[Check]) -> list[Check]:
    """Checks as they stand in the record: those that are new are written down, all of them by one act."""
    before = _first_made(studio, made)
    new = [one for one in made if one.id not in before]
    if new:
        stops = {one.shot: len(one.stopping) for one in new if one.stopping}
        with studio.act("check", by, checks={one.shot: one.id for one in new}, stops=stops) as t:
            before |= _first_made(studio, new)  # by somebody who checked at the same time
            for one in new:
                if one.id not in before:
                    t.put(one, one.id, shot=one.shot)
    return [one.model_copy(update=before.get(one.id, {})) for one in made]


def _first_made(studio: Studio, made: Sequence[Check]) -> dict[str, dict[str, Any]]:
    """Who made checks first, and when, by the ids of those that are in the record: a check's id says all the rest."""
    saved = studio.production.several_saved(Check, {one.id for one in made})
    return {id_: {"by": Hand.model_validate(one["by"]), "at": one["at"]} for id_, one in saved.items()}


def approve(studio: Studio, by: Hand, shot_id: str, rule: str, *, why: str) -> Approval:
    """Record that a person approves what a rule asks of a shot's take.

    Raises: RoleError, NotFoundError; InputError without a reason; StateError if there is no take, or if the rule asks
    for nothing; RightsError if it denies, or may, once what is unknown is said.
    """
    studio.check(by, "approve")
    shot = studio.production.get(Shot, shot_id)
    if not why.strip():
        raise InputError("policy approve: it has no reason.", 'Add --why "…": the record is nothing without it.')
    known = slate(studio, [shot])
    take = known.takes.get(shot.id)
    if take is None:
        raise StateError(f"shot {shot_id}: there is no take of it to approve.", "Make one: manyhands run.")
    judged = judge(policies(studio), facts_of(known, shot))
    finding = next((one for one in judged if one.rule.id.casefold() == rule.casefold()), None)
    if finding is None:
        packs = " or ".join(dict.fromkeys(one.pack for one in judged))
        raise NotFoundError(
            "rule", rule, known=[one.rule.id for one in judged], where=f"All of them: manyhands policy show {packs}."
        )
    rule = finding.rule.id
    if finding.rule.outcome == "deny" and finding.verdict != "pass":
        denies = f"it needs to know {', '.join(finding.missing)}" if finding.missing else "it denies"
        cure = _cure(shot_id, _found(finding, None, is_model=True))
        raise RightsError(f"{finding.pack} {rule}: {denies}; nobody can approve that away.", cure, rule=rule)
    if finding.verdict not in ("ask", "unknown"):
        raise StateError(
            f"{finding.pack} {rule}: it says {finding.verdict} of {shot_id}.", "There is nothing to approve."
        )
    given = Approval(
        id=_approval_id(take.id, finding),
        shot=shot_id,
        take=take.id,
        pack=finding.pack,
        dated=find_pack(finding.pack).dated,
        rule=rule,
        verdict=finding.verdict,
        why=why.strip(),
        by=by,
        at=studio.clock(),
    )
    told = {"shot": shot_id, "take": take.id, "pack": given.pack, "rule": rule, "verdict": given.verdict}
    with studio.act("approve", by, **told, why=given.why) as t:
        t.put(given, given.id, shot=shot_id)
    return given


def gate(studio: Studio, by: Hand, shot: Shot, take: Take, *, held: Registry | None = None) -> Check:
    """The check under which a take may be delivered.

    Args:
        held: what everybody has agreed to, and where it is to be shown.
    Raises: RightsError that names the rules that stop it.
    """
    (made,) = checks(studio, by, [shot], takes={shot.id: take}, held=held, is_final=True)
    stopping = made.stopping
    if stopping:
        more = len(stopping) - MOST_TOLD
        told = "; ".join(_reason(one) for one in stopping[:MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")
        raise RightsError(
            f"shot {shot.id}: {told}.",
            f"{_cure(shot.id, stopping[0])} All of it: manyhands policy check {shot.id}.",
            shot=shot.id,
            take=take.id,
            rules=[one.rule for one in stopping],
        )
    return studio.production.find(Check, made.id) or made


def checks(
    studio: Studio,
    by: Hand,
    shots: Sequence[Shot],
    *,
    takes: Mapping[str, Take] | None = None,
    held: Registry | None = None,
    known: Slate | None = None,
    is_final: bool | None = None,
) -> list[Check]:
    """What the packs say of shots now, of each one's take that counts; nothing is kept.

    Args:
        takes: the take of each shot that is meant, by the shot's id, where another one than what counts.
        held: who has agreed to what, and where it is to be shown, where that was read already.
        known: what there is of the shots, where that was read already.
        is_final: whether they are meant for the final, whatever was said; None is what was said.  What models drew
            where somebody is seen is then measured again.
    """
    known, packs = known or slate(studio, shots, takes=takes, held=held, fresh=bool(is_final)), policies(studio)
    approvals = studio.production.by_shot(Approval, {shot.id for shot in shots})
    told: dict[Any, Found] = {}  # most shots are told the same of most rules
    at, made = studio.clock(), []
    for shot in shots:
        facts = facts_of(known, shot)
        if is_final is not None:
            facts["is_final"] = is_final
        given = {one.id: one for one in approvals.get(shot.id, ())}
        made.append(_checked(by, at, shot.id, known.takes.get(shot.id), facts, packs, given, told))
    return made


def _checked(
    by: Hand,
    at: str,
    shot: str,
    take: Take | None,
    facts: dict[str, Any],
    packs: Sequence[Pack],
    approvals: Mapping[str, Approval],
    told: dict[Any, Found],
) -> Check:
    is_model = any(use["origin"] == "trained" for use in facts.get("uses") or ())
    found, says = [], []
    for finding in judge(packs, facts):
        approval = approvals.get(_approval_id(take.id, finding)) if take else None
        key = (finding.pack, finding.rule.id, finding.verdict, finding.missing, approval and approval.id, is_model)
        if key not in told:
            told[key] = _found(finding, approval, is_model=is_model)
        found.append(told[key])
        says.append([finding.pack, finding.rule.id, finding.verdict, told[key].missing, told[key].approved])
    seen: dict[str, Any] = {
        "shot": shot,
        "take": take.id if take else "",
        "facts_sha256": digest(facts),
        "packs": {pack.id: pack.dated for pack in packs},
        "packs_sha256": {pack.id: pack.sha256 for pack in packs},
    }
    return Check(id=f"check-{digest({**seen, 'found': says})[:12]}", found=tuple(found), by=by, at=at, **seen)


def _found(finding: Finding, approval: Approval | None, *, is_model: bool) -> Found:
    rule, verdict = finding.rule, finding.verdict
    stands = approval is not None and approval.verdict == verdict and approval.dated == find_pack(finding.pack).dated
    open_ = verdict == "unknown" and is_model and rule.outcome in ("ask", "deny")
    return Found(
        pack=finding.pack,
        rule=rule.id,
        verdict=verdict,
        says=rule.says,
        missing=finding.missing,
        cure=rule.cure,
        paper=rule.paper,
        approved=approval.id if approval and stands else "",
        stops=verdict == "deny" or ((verdict == "ask" or open_) and not stands),
    )


def _approval_id(take_id: str, finding: Finding) -> str:
    return f"{take_id}:{finding.pack}:{finding.rule.id}"


def _reason(one: Found) -> str:
    what = {"deny": "does not allow it", "ask": "wants an approval"}.get(one.verdict, "")
    return f"{one.pack} {one.rule} {what or 'has to know ' + ', '.join(one.missing)}: {one.says.rstrip('.')}"


def _cure(shot_id: str, one: Found) -> str:
    if one.verdict == "unknown" and one.missing[0] == "performance_consent":
        told = f'manyhands policy say {shot_id} is_replica=no --of "NAME" --why "…" (or =yes)'
        return f"{one.cure} And of everybody who was seen or is played, say what is made of them: {told}."
    if one.verdict == "unknown":
        whom = ' --of "NAME"' if one.missing[0] in PERSON else ""
        return f'Say it: manyhands policy say {shot_id} {one.missing[0]}=yes{whom} --why "…" (or =no).'
    approval = f' Or: manyhands policy approve {shot_id} {one.rule} --why "…".' if one.verdict == "ask" else ""
    return f"{one.cure}{approval}"
