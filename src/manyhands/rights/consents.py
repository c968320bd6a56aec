"""Who has agreed to what may be made of them.

Default deny: nobody's likeness is used without a valid consent of that person to just that.  One that has ended, was
withdrawn, or begins later is a missing one.

What we do not know: whether the person who signed is the one that they are said to be, or the one in the picture.  The
document is kept, and the log says who recorded it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import get_args

from manyhands.core.errors import InputError, RightsError
from manyhands.core.grant import Grant, LikenessScope, Need

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
    for day in (signed_on, valid_until) if valid_until else (signed_on,):
        _check_day(where, day)
    if signed_on > today:
        raise InputError(f"{where}: it is signed on {signed_on}; today is {today}.", "Record it when it is signed.")
    if valid_until and valid_until < signed_on:
        raise InputError(
            f"{where}: it ends on {valid_until}, before {signed_on}, when it was signed.", "Check --until."
        )


def _check_day(where: str, day: str) -> None:
    try:
        fits = date.fromisoformat(day).isoformat() == day
    except ValueError:
        fits = False
    if not fits:
        raise InputError(f"{where}: {day!r} is no day.", "Write year, month and day: 2026-05-01.")


def check_consents(needs: Iterable[Need], grants: Sequence[Grant], *, today: str, by_maker: str) -> list[Grant]:
    """The consents under which a maker may do what it does to people; one for each need.

    Raises: RightsError that names everybody whose consent is missing, to what, and how it comes in.
    """
    found: list[Grant] = []
    missing: list[tuple[Need, str]] = []
    for need in dict.fromkeys(needs):
        about = [grant for grant in grants if grant.answers(need)]
        valid = [grant for grant in about if grant.is_valid_on(today)]
        if valid:
            found.append(valid[-1])
        else:
            missing.append((need, about[-1].state_on(today) if about else ""))
    if missing:
        raise _denied(missing, by_maker)
    return found


def _denied(missing: Sequence[tuple[Need, str]], by_maker: str) -> RightsError:
    told = [
        f"{person} has not consented to {scope}" if not state else f"the consent of {person} to {scope} {_said(state)}"
        for (person, scope), state in missing
    ]
    cures = [
        f'manyhands consent add "{person}" --scope {scope} --document FILE --about "…" --signed DATE --by "…"'
        for (person, scope), _ in missing
    ]
    return RightsError(
        f"{by_maker}: {'; '.join(told)}. Nothing is made of a person without that.",
        f"Ask for it in writing; when it is signed: {'; '.join(cures)}.",
        missing=[{"person": person, "scope": scope, "state": state} for (person, scope), state in missing],
    )


def _said(state: str) -> str:
    return f"was {state}" if state.startswith("withdrawn") else state
