"""What something that comes in says of its own rights, and on whose word its terms rest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from manyhands.core.errors import InputError
from manyhands.core.grant import Grant, GrantScope, Term
from manyhands.core.hand import Hand
from manyhands.core.intake import Intake, Saying
from manyhands.core.source import Source, Terms
from manyhands.deliver.carried import credentials_carried
from manyhands.media.files import mapped
from manyhands.rights.offered import PARTLY_TRAINED, Offer, offered, wider
from manyhands.rights.sayings import sayings_of
from manyhands.rights.terms import terms_named

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Rests:
    """The terms of a source, whose it is, and on whose word that rests.

    ``against`` is where that person's word goes further than the file's, and ``opened`` the scopes of that.
    """

    terms: Terms
    owner: str
    terms_by: Literal["file", "person", "nobody"]
    against: tuple[str, ...] = ()
    opened: tuple[GrantScope, ...] = ()
    why: str = ""


def carried(path: Path, pictures: Sequence[Path] = ()) -> list[Saying]:
    """What a file or a sequence, and what lies beside it, says of its rights and of how it was made.

    Args:
        pictures: of a sequence its files; the first, the middle and the last are asked.
    Raises: MediaError if it cannot be read.
    """
    path = Path(os.path.abspath(path))  # "." has no name to look beside of
    asked = list(dict.fromkeys(pictures[at] for at in (0, len(pictures) // 2, -1))) if pictures else []
    with mapped(path):
        found = sayings_of(path, asked)
        for file in (path,) if path.exists() else asked:
            found += credentials_carried(file)
    return list(dict.fromkeys(found))


def rests(
    where: str, offer: Offer, *, terms: Terms | None, owner: str, confirm: bool, why: str, before: Intake | None = None
) -> Rests:
    """The terms by which something is kept: a person's, or those that the file proposes and a person takes.

    Args:
        terms: what a person states; None or ``unknown`` where nobody does.
        confirm: that person has read what the file says, and takes it.
        why: the reason of terms that go further than what the file says.
        before: what was found when the same came in before; its reason still holds.
    Raises: InputError if there is nothing to take, or terms go further and no reason is given.
    """
    if terms is None or terms.licence == UNKNOWN:
        if confirm and not offer.says_something:
            raise InputError(
                f"{where}: it says nothing of its rights, so there is nothing to confirm.",
                "State the terms: --own, or --terms LICENCE --credit NAME.",
            )
        if confirm:
            return Rests(offer.as_terms, owner or offer.owner, "file")
        return Rests(terms or terms_named(UNKNOWN), owner or offer.owner, "nobody")
    gone_further = wider(terms, offer, owner=owner)
    against = tuple(words for words, _ in gone_further)
    if before is not None and not why.strip() and set(against) <= set(before.against):
        why = before.why
    if against and not why.strip():
        raise InputError(
            f"{where}: {'; '.join(against)}.",
            'Take what the file says with `manyhands source add FILE --confirm`, or add --why "…" there: your reason '
            "is kept with the source.",
            against=list(against),
        )
    opened = tuple(dict.fromkeys(scope for _, scopes in gone_further for scope in scopes))
    return Rests(terms, owner, "person", against, opened, why.strip() if against else "")


def intake_of(
    source_id: str, by: Hand, at: str, sayings: Sequence[Saying], offer: Offer, resting: Rests, **more: object
) -> Intake:
    """The record of what was found, and on whose word the terms rest."""
    return Intake.model_validate(
        {
            "id": source_id,
            "sayings": tuple(sayings),
            "offered": offer.licence,
            "restricts": tuple(term for term in offer.restricts if term.scope not in resting.opened),
            "source_type": offer.source_type,
            "disagree": offer.disagree,
            "terms_by": resting.terms_by,
            "by": by,
            "against": resting.against,
            "why": resting.why,
            "at": at,
            **more,
        }
    )


def grant_of(source: Source, offer: Offer, resting: Rests, *, by: Hand, project: str, day: str) -> Grant | None:
    """What the file forbids, wants asked and (where a person took it) allows, as a grant that every gate asks.

    None where it says none of that.
    """
    if not offer.terms:
        return None
    heeded = [
        term
        for term in offer.terms
        if term.scope not in resting.opened and (term.verdict != "permit" or resting.terms_by == "file")
    ]
    about = f"what {source.title} says of itself"
    if resting.opened:
        about += f"; not of {', '.join(resting.opened)}, by the word of {by.name}: {resting.why}"
    return Grant(
        id=f"{source.id}-said",
        form="declaration",
        grantor=source.owner or f"whoever wrote {source.title}",
        work=source.id,
        # a grant has a term; to view is what the terms of every source permit
        terms=tuple(heeded) or (Term(scope="view"),),
        about=about,
        signed_on=day,
        given_to=project,
        recorded_by=by,
    )


def offer_of(intake: Intake | None) -> Offer:
    """What a source's file proposed when it came in."""
    return offered(intake.sayings if intake else ())


def told(intake: Intake) -> list[str]:
    """What was found, line by line, for people."""
    offer = offer_of(intake)
    lines = offer_told(offer)
    lines += [f"Against what it says: {words}. Why: {intake.why}" for words in intake.against]
    if offer.says_something:
        lines.append(f"The terms rest on {_WORD[intake.terms_by].format(by=intake.by.name)}.")
    return lines


def offer_told(offer: Offer) -> list[str]:
    """What a file says and proposes, line by line, for people."""
    lines = list(offer.told)
    if offer.says_something:
        barred = f" ({offer.barred})" if offer.barred else ""
        named = f", by {offer.owner}" if offer.owner else ""
        lines.append(f"Proposed: {offer.licence}{barred}{named}{_terms_told(offer.terms)}.")
    lines += offer.disagree
    if offer.made_by:
        lines.append(f"It says that a model made it: {offer.made_by}. It counts as trained AI.")
    elif offer.source_type in PARTLY_TRAINED:
        lines.append(f"It says that a model made a part of it ({offer.source_type}).")
    return lines


_WORD = {
    "file": "the file's word, which {by} took",
    "person": "the word of {by}",
    "nobody": "nobody's word yet: what it forbids is forbidden, and nothing else is permitted by it",
}


def _terms_told(terms: Sequence[Term]) -> str:
    words = {"prohibit": "forbids", "ask": "wants to be asked before", "permit": "allows"}
    said = [
        f"{words[verdict]} {', '.join(term.scope for term in terms if term.verdict == verdict)}"
        for verdict in words
        if any(term.verdict == verdict for term in terms)
    ]
    return f"; {'; '.join(said)}" if said else ""
