"""Who has agreed to what may be made of them.

Default deny: nobody's likeness is used without a valid consent of that person to just that.  One that has ended, was
withdrawn, or begins later is a missing one.

What we do not know: whether the person who signed is the one that they are said to be, or the one in the picture.  The
document is kept, and the log says who recorded it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from manyhands.core.errors import InputError, RightsError
from manyhands.core.grant import Grant, LikenessScope, Need
from manyhands.core.showing import check_day
from manyhands.rights.verdict import Registry, Ruling

LIKENESS_SCOPES: tuple[LikenessScope, ...] = get_args(LikenessScope)


def check_grant(
    person: str, scopes: Sequence[str], about: str, signed_on: str, valid_until: str, *, today: str
) -> None:
    """Raises: InputError for a consent that says too little, or whose days cannot be."""
    where = f"consent of {person}"
    if not person.strip():
        raise InputError("consent: it has no person.", "Name who signed it.")
    if not about.strip():
        raise InputError(
            f"{where}: it does not say to what.", 'Add --about "…", as the document describes it, in plain words.'
        )
    unknown = [scope for scope in scopes if scope not in LIKENESS_SCOPES]
    if unknown or not scopes:
        named = f"the scope {unknown[0]} is not known" if unknown else "it has no scope"
        raise InputError(f"{where}: {named}.", f"Give --scope: {', '.join(LIKENESS_SCOPES)}.")
    check_days(where, signed_on, valid_until, today=today)


def check_days(where: str, signed_on: str, valid_until: str, *, today: str = "9999-12-31") -> None:
    """Raises: InputError for days that are none, a signature to come, or an end before the beginning."""
    for day in (signed_on, valid_until) if valid_until else (signed_on,):
        check_day(where, day)
    if signed_on > today:
        raise InputError(
            f"{where}: it is signed on {signed_on}; today is {today} at the latest.",
            "Record it when it is signed.",
        )
    if valid_until and valid_until < signed_on:
        raise InputError(
            f"{where}: it ends on {valid_until}, before {signed_on}, when it was signed.", "Check --until."
        )


def check_consents(needs: Iterable[Need], registry: Registry, *, by_maker: str, shot: str = "") -> list[Grant]:
    """The consents under which a maker may do what it does to people; one for each need.

    Raises: RightsError that names everybody whose consent is missing, to what, and how it comes in.
    """
    found: list[Grant] = []
    refused: list[tuple[Need, Ruling]] = []
    for person, scope in dict.fromkeys(needs):
        ruling = registry.ruled(scope, person=person, shot=shot)
        if ruling.verdict == "allow":
            found.append(ruling.by[-1])
        else:
            refused.append(((person, scope), ruling))
    if refused:
        raise _denied(refused, by_maker)
    return found


def _denied(refused: Sequence[tuple[Need, Ruling]], by_maker: str) -> RightsError:
    told = "; ".join(ruling.words for _, ruling in refused)
    cures = "; ".join(cure for _, ruling in refused for cure in ruling.cures)
    return RightsError(
        f"{by_maker}: {told}. Nothing is made of a person without that.",
        f"Ask for it in writing; when it is signed: {cures}.",
        missing=[
            {"person": person, "scope": scope, "verdict": ruling.verdict, "why": ruling.words}
            for (person, scope), ruling in refused
        ],
    )
