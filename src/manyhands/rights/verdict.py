"""May this be done with that, today: allow, ask or deny, by which terms, and what would cure a no.

The rules, from production.md 3.2 of the house:

1. Default deny: what nobody permitted is denied, and silence is no consent.
2. What forbids beats what permits, and both are named.  What forbids a weak use forbids the stronger ones; what permits
   a use permits just that one, so that permission never flows upward.
3. A later grant of the same grantor that is narrower (this project, these territories, these media) counts against an
   earlier wider no of theirs.  A wider one says which it replaces.
4. What ended, begins later, was withdrawn or was replaced is missing.  Withdrawing takes back what was given; what was
   forbidden stays forbidden until a new grant replaces it.
5. What wants to be asked waits for the person whom it names.
6. For a minor only the guardian grants, and nobody grants general training; for somebody who died nobody signs in their
   name after that day, while what they signed before holds.
7. Days are in UTC, wherever something is shown.  A use over several days is denied if one of them is.
8. The world and all media are asked of a grant that is limited to none of them, and touched by every no.  More places,
   more media and more days never allow more.

Pure: no clock, no files.  What we do not know: whether a grantor had the right to grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, get_args

from manyhands.core.grant import Grant, Leave, LikenessScope, Term
from manyhands.core.names import is_same_name
from manyhands.core.party import Known
from manyhands.core.showing import EVERY_MEDIUM, WORLD, Showing
from manyhands.core.source import Scope

Verdict = Literal["allow", "ask", "deny"]
_WORST: dict[Verdict, int] = {"allow": 0, "ask": 1, "deny": 2}
_ORDER: tuple[str, ...] = get_args(Scope)
GRANT_SCOPES: tuple[str, ...] = (*_ORDER, *get_args(LikenessScope), "deliver")
_BESIDE = "input_hosted"
_SHOWN = ("deliver", *get_args(LikenessScope))
_NO_END = "9999-12-30"


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to do with a work or a person.

    ``territory`` and ``medium`` are empty where it is not being shown yet, or else one each, of which one may be the
    world, and all media; days are ISO dates in UTC.
    """

    scope: str
    first_day: str
    work: str = ""
    person: str = ""
    project: str = ""
    territory: str = ""
    medium: str = ""
    last_day: str = ""
    shot: str = ""

    @property
    def subject(self) -> str:
        return self.person or f"source {self.work}"


@dataclass(frozen=True)
class Reason:
    """Why, in plain words, by which term of which grant, and what would cure it."""

    words: str
    grant: str = ""
    term: Term | None = None
    cure: str = ""
    approver: str = ""


@dataclass(frozen=True)
class Ruling:
    """A verdict with its reasons and, where it is allowed, the grants that allow it."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    by: tuple[Grant, ...] = ()
    on: str = ""

    @property
    def words(self) -> str:
        return "; ".join(reason.words for reason in self.reasons)

    @property
    def cures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reason.cure for reason in self.reasons if reason.cure))


@dataclass(frozen=True)
class Registry:
    """Everything that a production knows of leave on one day: what its checks are held against.

    ``showing`` is where and when something is to be shown, where it is about to go out.
    """

    grants: tuple[Grant, ...] = ()
    people: tuple[Known, ...] = ()
    leaves: tuple[Leave, ...] = ()
    today: str = ""
    project: str = ""
    showing: Showing | None = None

    def about(self, work: str) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.work == work)

    def ruled(
        self, scope: str, *, work: str = "", person: str = "", shot: str = "", more: Iterable[Grant] = ()
    ) -> Ruling:
        """Whether a scope may be used today, and where it is to be shown; ``more`` are grants beside the recorded."""
        rulings = [self._one(wanted, more) for wanted in self._wanted(scope, work, person, shot)]
        return max(rulings, key=lambda ruling: _WORST[ruling.verdict])

    def until(self, scope: str, *, work: str = "", person: str = "", shot: str = "", more: Iterable[Grant] = ()) -> str:
        """The last day up to which a scope may be used without a gap, from today on; empty where no end is known."""
        ends = []
        for wanted in self._wanted(scope, work, person, shot):
            ruling = self._one(replace(wanted, first_day=self.today, last_day=_NO_END), more)
            ends += [_day_before(ruling.on)] if ruling.verdict != "allow" else []
        return min(ends, default="")

    def _wanted(self, scope: str, work: str, person: str, shot: str) -> list[Wanted]:
        wanted = Wanted(scope, self.today, work=work, person=person, project=self.project, shot=shot)
        if self.showing is None:
            return [wanted]
        if scope in _SHOWN:  # what was made may be shown for longer than it may be made
            first = max(self.showing.first_day, self.today)
            wanted = replace(wanted, first_day=first, last_day=self.showing.last_day)
        return [replace(wanted, territory=where, medium=how) for where, how in self.showing.places]

    def _one(self, wanted: Wanted, more: Iterable[Grant]) -> Ruling:
        return ruled(wanted, [*more, *self.grants], people=self.people, leaves=self.leaves)


Claim = tuple[Grant, Term]


def shot_work(shot: str) -> str:
    """What a grant calls the production's own work in a shot."""
    return f"shot:{shot}"


def ruled(
    wanted: Wanted, grants: Iterable[Grant], *, people: Iterable[Known] = (), leaves: Iterable[Leave] = ()
) -> Ruling:
    """Whether something may be done; of a use over several days, its first worst day decides.

    The order of the grants does not matter.
    """
    about = sorted(
        (grant for grant in grants if grant.is_about(person=wanted.person, work=wanted.work)),
        key=lambda grant: (grant.signed_on, grant.id),
    )
    known = next((one for one in people if wanted.person and is_same_name(one.name, wanted.person)), None)
    yes = {(one.grant, str(one.scope)) for one in leaves if one.shot == wanted.shot}
    rulings = [_on(day, wanted, about, known, yes) for day in _turning_days(wanted, about)]
    return max(rulings, key=lambda ruling: _WORST[ruling.verdict])


def _turning_days(wanted: Wanted, grants: Sequence[Grant]) -> list[str]:
    """The first day, and every later one of the use on which something begins or has ended."""
    last = max(wanted.last_day, wanted.first_day)
    begins = [day for grant in grants for day in (grant.signed_on, *(term.valid_from for term in grant.terms))]
    ends = [day for grant in grants for day in (grant.valid_until, *(term.valid_until for term in grant.terms))]
    turning = {*begins, *(_day_after(day) for day in ends if day)}
    return [wanted.first_day, *sorted(day for day in turning if wanted.first_day < day <= last)]


def _day_after(day: str) -> str:
    return "9999-12-31" if day >= "9999-12-31" else (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _on(day: str, wanted: Wanted, about: Sequence[Grant], known: Known | None, yes: set[tuple[str, str]]) -> Ruling:
    standing = standing_on(day, about)
    claims = [(grant, term) for grant in standing for term in grant.terms if term.holds_on(day)]
    basis = [
        (grant, term)
        for grant, term in claims
        if term.verdict != "prohibit"
        and term.scope == wanted.scope
        and grant.is_valid_on(day)
        and _covers(term, wanted)
        and not not_theirs_to_give(grant, wanted, known)
    ]
    restricts = [
        (grant, term)
        for grant, term in claims
        if term.verdict != "permit"
        and reaches(term, wanted.scope)
        and not (grant.valid_until and day > grant.valid_until)
        and _covers(term, wanted, blind=False)
    ]
    forbids = [claim for claim in restricts if claim[1].verdict == "prohibit" and not _is_set_aside(claim, basis)]
    if forbids:
        return Ruling("deny", _forbidden(wanted, forbids, basis), on=day)
    if not basis:
        return Ruling("deny", (_missing(day, wanted, about, known),), on=day)
    asks = [
        (grant, term) for grant, term in restricts if term.verdict == "ask" and (grant.id, str(wanted.scope)) not in yes
    ]
    if asks:
        return Ruling("ask", tuple(_asked(wanted, grant, term) for grant, term in asks), on=day)
    by = tuple(dict.fromkeys(grant for grant, _ in basis))
    return Ruling("allow", tuple(_allowed(wanted, grant, term) for grant, term in basis), by, on=day)


def claims_about(
    scope: str, held: Registry, *, work: str = "", person: str = "", more: Iterable[Grant] = ()
) -> tuple[list[Claim], list[Claim]]:
    """What stands today and permits a scope, and what forbids it or wants to be asked, wherever and whenever it holds.

    Where :func:`ruled` answers for one use, this is for telling others all of it: what holds only elsewhere, or only
    later, is in it.
    """
    wanted = Wanted(scope, held.today, work=work, person=person, project=held.project)
    known = next((one for one in held.people if person and is_same_name(one.name, person)), None)
    about = [grant for grant in (*more, *held.grants) if grant.is_about(person=person, work=work)]
    standing = [
        (grant, term)
        for grant in standing_on(held.today, about)
        for term in grant.terms
        if not any(end and end < held.today for end in (grant.valid_until, term.valid_until))
    ]
    permits = [
        (grant, term)
        for grant, term in standing
        if term.scope == scope
        and term.verdict != "prohibit"
        and grant.is_valid_on(held.today)
        and not not_theirs_to_give(grant, wanted, known)
    ]
    restricts = [(grant, term) for grant, term in standing if term.verdict != "permit" and reaches(term, scope)]
    return permits, restricts


def standing_on(day: str, grants: Sequence[Grant]) -> list[Grant]:
    """The grants that have begun and that none of the same grantor replaces."""
    begun = [grant for grant in grants if grant.signed_on <= day]
    replaced = _replaced(begun)
    return [grant for grant in begun if grant.id not in replaced]


def _replaced(grants: Sequence[Grant]) -> set[str]:
    """The ids of grants that another of the same grantor replaces; that one's withdrawal does not bring them back."""
    by_id = {grant.id: grant for grant in grants}
    return {
        grant.supersedes
        for grant in grants
        if grant.supersedes in by_id
        and grant.supersedes != grant.id
        and is_same_name(by_id[grant.supersedes].grantor, grant.grantor)
    }


def reaches(term: Term, scope: str) -> bool:
    """Whether a term that restricts one scope restricts another: what is forbidden weakly is forbidden strongly."""
    if term.scope == scope:
        return True
    if term.verdict == "ask" or term.scope == _BESIDE or term.scope not in _ORDER or scope not in _ORDER:
        return False
    return _ORDER.index(term.scope) < _ORDER.index(scope)


def _covers(term: Term, wanted: Wanted, *, blind: bool = True) -> bool:
    """Whether a term holds where the use is.

    ``blind`` is the answer where nobody said in which territory or medium; the world and all media are not covered by
    a term that permits some of them, and touched by one that restricts some.
    """
    if term.project and not is_same_name(term.project, wanted.project):
        return False
    places = ((term.territory, wanted.territory), (term.media, wanted.medium))
    return all(_holds_in(place, named, blind=blind) for named, place in places if named)


def _holds_in(place: str, named: Sequence[str], *, blind: bool) -> bool:
    if not place:
        return blind
    return not blind if place in (WORLD, EVERY_MEDIUM) else place in named


def _is_set_aside(forbidding: Claim, basis: Sequence[Claim]) -> bool:
    no, term = forbidding
    return any(
        is_same_name(grant.grantor, no.grantor) and grant.signed_on > no.signed_on and _is_narrower(permit, term)
        for grant, permit in basis
    )


def _is_narrower(permit: Term, term: Term) -> bool:
    pairs = (
        ({permit.project} - {""}, {term.project} - {""}),
        (set(permit.territory), set(term.territory)),
        (set(permit.media), set(term.media)),
    )
    within = all(not wide or (narrow and narrow <= wide) for narrow, wide in pairs)
    return within and any(narrow and (not wide or narrow < wide) for narrow, wide in pairs)


def not_theirs_to_give(grant: Grant, wanted: Wanted, known: Known | None) -> str:
    """Why a grant about a person does not count, or nothing."""
    if not wanted.person:
        return ""
    if known and known.party.is_minor:
        if wanted.scope == "train_general":
            return f"{wanted.person} is a minor, of whom no model is taught in general, whoever signs"
        if not known.guardian or not is_same_name(grant.grantor, known.guardian):
            who = f"{known.guardian} has to sign as guardian" if known.guardian else "no guardian is recorded"
            return f"{wanted.person} is a minor: {who}"
        return ""
    died = known.party.deceased_on if known else ""
    if not is_same_name(grant.grantor, wanted.person):
        return "" if died and grant.signed_on > died else f"{grant.grantor} cannot consent for {wanted.person}"
    return f"{wanted.person} died on {died}, before it was signed" if died and grant.signed_on > died else ""


def _forbidden(wanted: Wanted, forbids: Sequence[Claim], basis: Sequence[Claim]) -> tuple[Reason, ...]:
    told = []
    for grant, term in forbids:
        words = f"{grant.grantor} forbids {term.scope} of {wanted.subject} ({grant.id})"
        permitting = ", ".join(f"{one.id} by {one.grantor}" for one, _ in basis)
        if permitting:
            words += f", which contradicts {permitting}, and what forbids beats what permits"
        cure = f"Ask {grant.grantor} for a grant that says it replaces {grant.id} (--supersedes {grant.id})"
        told.append(Reason(words, grant.id, term, cure))
    return tuple(told)


def _asked(wanted: Wanted, grant: Grant, term: Term) -> Reason:
    who = term.approver or "a director or producer"
    words = f"{grant.id} wants {who} to be asked before {wanted.scope} of {wanted.subject}"
    cure = f'manyhands rights allow {grant.id} {wanted.scope} {wanted.shot or "SHOT"} --why "…" --by "{who}"'
    return Reason(words, grant.id, term, cure, approver=who)


def _allowed(wanted: Wanted, grant: Grant, term: Term) -> Reason:
    return Reason(f"{grant.grantor} permits {wanted.scope} of {wanted.subject} ({grant.id})", grant.id, term)


def _missing(day: str, wanted: Wanted, about: Sequence[Grant], known: Known | None) -> Reason:
    """What is missing, told by the last grant that says something of it."""
    said = [(grant, term) for grant in about for term in grant.terms if term.scope == wanted.scope]
    permitting = [(grant, term) for grant, term in said if term.verdict != "prohibit"]
    grant, term = permitting[-1] if permitting else (None, None)
    state = _state(day, wanted, grant, term, _replaced([one for one in about if one.signed_on <= day]), known)
    if wanted.person:
        whose = f"the consent of {wanted.person} to {wanted.scope}"
        words = f"{whose} {state}" if state else f"{wanted.person} has not consented to {wanted.scope}"
        cure = (
            f'manyhands consent add "{wanted.person}" --scope {wanted.scope} --document FILE --about "…" '
            f'--signed DATE --by "…"'
        )
    else:
        words = (
            f"what permits {wanted.scope} of {wanted.subject} {state}"
            if state
            else f"nobody permits {wanted.scope} of {wanted.subject}"
        )
        cure = f'manyhands rights grant {wanted.work} --permit {wanted.scope} --grantor "…" --about "…" --signed DATE'
    if grant and term and (wanted.territory or wanted.medium) and grant.state_on(wanted.first_day) == "valid":
        less = _narrower(day, wanted, grant, term)
        cure = (
            f"deliver it only there and then: manyhands deliver {wanted.shot or 'SHOT'} {less}; or {cure}"
            if less
            else cure
        )
    return Reason(words, grant.id if grant else "", term, cure)


def _state(
    day: str, wanted: Wanted, grant: Grant | None, term: Term | None, replaced: set[str], known: Known | None
) -> str:
    if grant is None or term is None:
        return ""
    state = grant.state_on(day)
    if state != "valid":
        return f"was {state}" if state.startswith("withdrawn") else state
    if grant.id in replaced:
        return f"was replaced ({grant.id})"
    if not term.holds_on(day):
        return f"ended on {term.valid_until}" if day > term.valid_from else f"begins on {term.valid_from}"
    if not _covers(term, wanted):
        return f"does not hold {_where(wanted)}: {place_told(term)} ({grant.id})"
    why = not_theirs_to_give(grant, wanted, known)
    return f"does not count: {why} ({grant.id})" if why else ""


def _where(wanted: Wanted) -> str:
    parts = [part for part in (wanted.territory, wanted.medium) if part]
    told = {WORLD: "all over the world", EVERY_MEDIUM: "in all media"}
    return ", ".join(told.get(part, f"in {part}") for part in parts) or "here"


def _narrower(day: str, wanted: Wanted, grant: Grant, term: Term) -> str:
    """How a delivery is asked for so that a grant holds: fewer places, fewer days; empty where that is no way."""
    ends = min((one for one in (grant.valid_until, term.valid_until) if one), default="")
    parts = [
        f"--territory {','.join(term.territory)}" if term.territory and wanted.territory not in term.territory else "",
        f"--media {','.join(term.media)}" if term.media and wanted.medium not in term.media else "",
        f"--until {ends}" if ends and wanted.first_day <= ends < day else "",
    ]
    return " ".join(part for part in parts if part)


def place_told(term: Term) -> str:
    """Where and until when a term holds, in words; empty where it holds everywhere."""
    parts = [
        f"for {term.project}" if term.project else "",
        f"in {', '.join(term.territory)}" if term.territory else "",
        f"in {', '.join(term.media)}" if term.media else "",
        f"until {term.valid_until}" if term.valid_until else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"only {told}" if told else ""
