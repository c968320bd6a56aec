"""What may be told to everybody of a work or a person: never more than every grant about it lets be told.

A grant is given to one production.  What it permits there is no leave for the world: to others it is *constrained* at
best.  *Allowed* is only what a licence for everybody permits (terms with a public deed, such as CC0-1.0) or a
declaration of the owner, without limits of days, places or productions, and while nobody forbids or wants to be asked.
What is unknown is not allowed.

Source: CAWG training and data mining assertion 1.1, whose four entries are what is told here.
What we do not know: who reads it, and whether they keep to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from manyhands.core.grant import Grant, Term
from manyhands.core.source import Source
from manyhands.rights.terms import terms_as_grants
from manyhands.rights.verdict import Claim, Registry, claims_about

Use = Literal["allowed", "constrained", "notAllowed"]
_WORST: tuple[Use, ...] = ("allowed", "constrained", "notAllowed")

TRAINING = "train_general"
MINING_ENTRIES: Mapping[str, str] = {
    "cawg.ai_generative_training": TRAINING,
    "cawg.ai_training": TRAINING,
    "cawg.ai_inference": "input_hosted",
    "cawg.data_mining": TRAINING,
}
"""By entry: the scope that has to be open for it.  To teach a model of one shot opens nothing to others.  Mining has no
scope of its own; who may learn from a work in general may look for patterns in it."""

ASK = "ask whoever holds the rights"
HERE_ONLY = "on a machine of one's own only"


@dataclass(frozen=True)
class Subject:
    """What something is told of: a source with its terms, another work by its name, or a person.

    ``is_unknown`` is somebody, or something, of whom nobody said what it is: nothing of it is allowed.
    """

    source: Source | None = None
    work: str = ""
    person: str = ""
    is_unknown: bool = False

    @property
    def named_work(self) -> str:
        return self.source.id if self.source else self.work

    def terms(self, held: Registry) -> tuple[Grant, ...]:
        return terms_as_grants(self.source, held.about(self.source.id)) if self.source else ()


@dataclass(frozen=True)
class Opened:
    """Whether a scope is open to everybody, and in words under which limits; nothing personal is in them."""

    use: Use
    limits: tuple[str, ...] = ()


def opened(scope: str, subject: Subject, held: Registry) -> Opened:
    """Whether a scope of a subject is open to everybody today."""
    if subject.is_unknown:
        return Opened("notAllowed")
    work, more = subject.named_work, subject.terms(held)
    ruling = held.ruled(scope, work=work, person=subject.person, more=more)
    if ruling.verdict == "deny":
        return Opened("notAllowed")
    permits, restricts = claims_about(scope, held, work=work, person=subject.person, more=more)
    if any(term.verdict == "prohibit" and not where_told(term) for _, term in restricts):
        return Opened("notAllowed")  # forbidden to all, though this production was let off
    public = [claim for claim in permits if _is_for_everybody(claim, subject, more)]
    wide = [claim for claim in public if not _limits(claim, held.today)]
    if wide and not restricts:
        return Opened("allowed")
    limits = [limit for claim in permits for limit in _limits(claim, held.today)] if not wide else []
    limits += [f"not {limit}" if limit else ASK for limit in map(_forbidden, restricts)]
    if not public:
        limits.insert(0, ASK)
    return Opened("constrained", tuple(dict.fromkeys(limits)) or (ASK,))


def strictest(every: Iterable[Opened]) -> Opened:
    """What holds of all of them together; of nothing at all, nothing is allowed."""
    found = list(every)
    uses: list[Use] = [one.use for one in found] or ["notAllowed"]
    worst = max(uses, key=_WORST.index)
    limits = tuple(dict.fromkeys(limit for one in found for limit in one.limits))
    return Opened(worst, limits if worst == "constrained" else ())


def training_mining(subjects: Iterable[Subject], held: Registry) -> dict[str, dict[str, str]]:
    """The entries of ``cawg.training-mining`` for something that all of these subjects went into.

    Inference on a machine of one's own is told where that is open and sending it away is not.
    """
    every = list(subjects)
    told = {}
    for entry, scope in MINING_ENTRIES.items():
        found = strictest(opened(scope, one, held) for one in every)
        if entry == "cawg.ai_inference" and found.use == "notAllowed":
            near = strictest(opened("input_local", one, held) for one in every)
            found = near if near.use == "notAllowed" else Opened("constrained", (HERE_ONLY, *near.limits))
        told[entry] = _entry(found)
    return told


def training_mining_file(entries: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    """The assertion as a file of its own, as a signer takes it."""
    return {"label": "cawg.training-mining", "data": {"entries": {name: dict(one) for name, one in entries.items()}}}


def _entry(found: Opened) -> dict[str, str]:
    told = {"use": str(found.use)}
    return told | ({"constraint_info": "; ".join(found.limits)} if found.use == "constrained" else {})


def _is_for_everybody(claim: Claim, subject: Subject, terms: Collection[Grant]) -> bool:
    """Whether a claim on a subject, which comes under its source's ``terms`` or a grant, is anybody's."""
    grant, _ = claim
    if subject.source and grant in terms:
        return bool(subject.source.terms.licence_url)
    return grant.form == "declaration"


def _limits(claim: Claim, today: str) -> list[str]:
    grant, term = claim
    ends = [day for day in (grant.valid_until, term.valid_until) if day]
    told = [
        f"for {term.project} only" if term.project else "",
        f"in {', '.join(term.territory)} only" if term.territory else "",
        f"in {', '.join(term.media)} only" if term.media else "",
        f"from {term.valid_from}" if term.valid_from > today else "",
        f"until {min(ends)}" if ends else "",
    ]
    return [limit for limit in told if limit]


def _forbidden(claim: Claim) -> str:
    """Where something is forbidden, in words; empty where somebody wants to be asked."""
    _, term = claim
    return "" if term.verdict == "ask" else where_told(term)


def where_told(term: Term) -> str:
    """Where and when a term holds, without names."""
    told = [
        "for every production" if term.project else "",
        f"in {', '.join(term.territory)}" if term.territory else "",
        f"in {', '.join(term.media)}" if term.media else "",
        f"from {term.valid_from}" if term.valid_from else "",
    ]
    return " ".join(part for part in told if part)
