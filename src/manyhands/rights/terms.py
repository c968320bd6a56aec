"""What may be done with a source, and what must be said of it: its terms, and the checks that gate an act.

Default deny: a source whose terms nobody stated can be looked at and tried, and cannot be
delivered.  Permission never flows upward: what permits compositing does not permit training.

What we do not know: whether the person who stated the terms had the right to.  The log says who
did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from manyhands.core.currency import check_amount, minor_digits, money
from manyhands.core.errors import InputError, RightsError
from manyhands.core.grant import Grant, GrantScope, permits
from manyhands.core.hand import person
from manyhands.core.names import is_same_name
from manyhands.core.source import Scope, Source, Terms
from manyhands.rights.verdict import Registry, place_told

NOTHING_RECORDED = Registry()
HOSTED: Scope = "input_hosted"
WRITTEN = "licensed"
SCOPES: tuple[Scope, ...] = get_args(Scope)
_FOR_PICTURES: tuple[Scope, ...] = ("view", "composite", "retouch", "style_reference", "input_local")


@dataclass(frozen=True)
class Licence:
    """Terms that have a name people know."""

    name: str
    about: str
    url: str
    permits: tuple[Scope, ...]
    deliverable: bool
    wants_credit: bool


def _creative_commons(code: str, version: str) -> Licence:
    return Licence(
        f"CC-{code.upper()}-{version}",
        f"Creative Commons {code.upper()} {version}: credit the maker, link the licence, say that it was changed",
        f"https://creativecommons.org/licenses/{code}/{version}/",
        _FOR_PICTURES,
        deliverable=True,
        wants_credit=True,
    )


LICENCES: dict[str, Licence] = {
    licence.name.lower(): licence
    for licence in (
        Licence(
            "own", "I shot this, and everything in it may be used", "", (*_FOR_PICTURES, "train_shot"), True, False
        ),
        Licence(WRITTEN, "a written licence for this production covers it", "", _FOR_PICTURES, True, True),
        Licence("unknown", "nobody has said yet", "", ("view", "composite", "retouch", "input_local"), False, False),
        Licence(
            "CC0-1.0",
            "given to the public domain",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            SCOPES,
            deliverable=True,
            wants_credit=False,
        ),
        _creative_commons("by", "2.0"),
        _creative_commons("by", "3.0"),
        _creative_commons("by", "4.0"),
    )
}
"""Only licences that allow changed versions in any film are listed; for others, state ``licensed``
once there is a licence.  Source: the licences' own deeds at creativecommons.org."""


def terms_named(
    name: str, *, credit: str = "", fee_minor: int = 0, currency: str = "EUR", hosted: bool = False
) -> Terms:
    """The terms that go by a name.

    Args:
        hosted: its owner lets it be sent to hosted services as well, which no name but CC0 says.
    Raises: InputError if the name is not known, a licence that wants a credit gets none, or the fee is in no currency.
    """
    minor_digits(currency)
    if check_amount(fee_minor) < 0:
        raise InputError(f"terms: the fee is {money(fee_minor, currency)}, less than nothing.", "Give a fee from 0.")
    licence = LICENCES.get(name.lower())
    if licence is None:
        raise InputError(
            f"terms: {name} is not known; it must be one of {', '.join(item.name for item in LICENCES.values())}.",
            "Where you have a written licence, say licensed and give --credit.",
        )
    if licence.wants_credit and not credit:
        raise InputError(
            f"terms: {licence.name} wants a credit, and none was given.", 'Add --credit "the name as it must appear".'
        )
    return Terms(
        licence=licence.name,
        licence_url=licence.url,
        permits=tuple(dict.fromkeys((*licence.permits, *((HOSTED,) if hosted else ())))),
        credit=credit,
        say_changes=licence.wants_credit and bool(licence.url),
        deliverable=licence.deliverable,
        fee_minor=fee_minor,
        currency=currency,
    )


def terms_as_grants(source: Source, recorded: Iterable[Grant] = ()) -> tuple[Grant, ...]:
    """The terms of a source as the grant that they are, the simplest one: without days, places or paper.

    Args:
        recorded: every grant about the source, also those that have ended.  Terms that only say that there is a written
            licence give way to it, scope by scope, once it is recorded: its places and days count then, and what it
            gave goes when it is withdrawn.
    """
    let_out: tuple[GrantScope, ...] = ("deliver",) if source.terms.deliverable else ()
    owner = source.owner or "its owner"
    written: set[str] = set()
    if source.terms.licence == WRITTEN:
        theirs = [one for one in recorded if one.form == "licence" and is_same_name(one.grantor, owner)]
        written = {str(term.scope) for one in theirs for term in one.terms if term.verdict != "prohibit"}
    stated = permits(*(scope for scope in (*source.terms.permits, *let_out) if scope not in written))
    grant = {
        "id": f"the terms of {source.id}",
        "form": "licence",
        "grantor": owner,
        "work": source.id,
        "terms": stated,
        "about": source.terms.licence or "no terms",
        "signed_on": "",
        "given_to": "",
        "recorded_by": person(owner),
    }
    return (Grant.model_validate(grant),) if stated else ()


def check_use(
    source: Source, scope: str, *, by_maker: str, registry: Registry = NOTHING_RECORDED, shot: str = ""
) -> None:
    """Let a maker use a source, by its terms and every grant about it together, or say why not.

    Raises: RightsError that names the source, the scope and who can cure it.
    """
    if recorded := registry.about(source.id):
        ruling = registry.ruled(scope, work=source.id, shot=shot, more=terms_as_grants(source, recorded))
        if ruling.verdict != "allow":
            raise RightsError(
                f"source {source.id} ({source.title}): {ruling.words}; {by_maker} needs {scope}.",
                f"{'; '.join(ruling.cures)}.",
                source=source.id,
                scope=scope,
                verdict=ruling.verdict,
            )
    elif scope not in source.terms.permits:
        raise RightsError(
            f"source {source.id} ({source.title}): its terms ({source.terms.licence}) do not permit {scope}, "
            f"which {by_maker} needs.",
            f"Ask {source.owner or 'its owner'} for that, or pick another maker."
            + (f" If they agree: manyhands source terms {source.id} … --hosted." if scope == HOSTED else ""),
            source=source.id,
            scope=scope,
        )


def check_delivery(sources: Iterable[Source], *, registry: Registry = NOTHING_RECORDED, shot: str = "") -> list[str]:
    """What must be said with a delivered shot, line by line.

    Raises: RightsError if a source in it may not be delivered.
    """
    remarks = []
    for source in sources:
        terms = source.terms
        if registry.about(source.id):
            check_use(source, "deliver", by_maker="a delivery", registry=registry, shot=shot)
            remarks += _limits(source, registry)
        elif not terms.deliverable:
            raise RightsError(
                f"source {source.id} ({source.title}): nobody has said under which terms it may be shown "
                f"(terms: {terms.licence}).",
                f"Say it: manyhands source terms {source.id} --own, or --terms LICENCE --credit NAME.",
                source=source.id,
            )
        if terms.credit:
            changed = " Changed." if terms.say_changes else ""
            link = f" ({terms.licence_url})" if terms.licence_url else ""
            remarks.append(f"{source.title} by {terms.credit}, {terms.licence}{link}.{changed}")
        elif source.owner:
            remarks.append(f"{source.title} by {source.owner}.")
    return remarks


def _limits(source: Source, registry: Registry) -> list[str]:
    """Where a delivered source may be shown, by the grants that let it out, and where not."""
    return [
        f"{source.title}: {'not to be' if term.verdict == 'prohibit' else 'to be'} shown {limit} ({grant.id})."
        for grant in registry.about(source.id)
        for term in grant.terms
        if term.scope == "deliver" and grant.is_valid_on(registry.today) and (limit := place_told(term))
    ]
