"""One person, one account: however a name is typed, money goes where that person's money went before.

Names are one as they are for grants (:func:`manyhands.core.grant.is_same_name`): without case, doubled blanks and the
two ways in which Unicode writes a letter.  The first spelling that anything was booked under stays; before that, the
one by which the production recorded them counts.  docs/explain/ledger.md says so to those who are paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

from manyhands.actions.people import people
from manyhands.actions.roles import Member
from manyhands.actions.studio import Studio
from manyhands.core.entry import Entry
from manyhands.core.errors import NotFoundError
from manyhands.core.labour import Hours
from manyhands.core.names import plain_name
from manyhands.core.noun import Noun
from manyhands.core.source import Source
from manyhands.ledger import account_name
from manyhands.ledger.booking import owed_to, payee_id
from manyhands.store.production import Transaction


class Payee(Noun):
    """The spelling of a name that the ledger's accounts have, for all spellings of it."""

    KIND: ClassVar[str] = "payee"

    name: str

    @property
    def id(self) -> str:
        return payee_id(self.name)


def spelled(studio: Studio, names: Iterable[str]) -> dict[str, str]:
    """By each name as it was typed: the one spelling that the ledger has, or will have, for that person."""
    found: dict[str, str] = {}
    known: dict[str, str] | None = None
    names = set(names)
    spellings = studio.production.several_saved(Payee, {payee_id(name) for name in names})
    for name in sorted(names):
        key = _key(name)
        if key not in found:
            booked = spellings.get(payee_id(name))
            if booked is None and known is None:
                known = {_key(one): one for one in recorded_names(studio)}
            found[key] = str(booked["name"]) if booked else (known or {}).get(key) or " ".join(name.split())
    return {name: found[_key(name)] for name in names}


def book(studio: Studio, t: Transaction, entries: Iterable[Entry], *, shot: str = "") -> None:
    """Put entries into the ledger, and remember the spelling of everybody who is owed by them."""
    owed: dict[str, str] = {}
    for entry in entries:
        t.put(entry, entry.id, shot=shot)
        root, name, *_ = entry.account.split(":")
        if root == "Liabilities":
            owed.setdefault(payee_id(name), name)
    known = studio.production.several_saved(Payee, owed)
    for id_, name in owed.items():
        if id_ not in known:
            t.put(Payee(name=name), id_)


def someone(studio: Studio, name: str) -> str:
    """The ledger's spelling of somebody who is known to the production.

    Raises: NotFoundError for a name that nobody here has, with the one that comes nearest.
    """
    booked = studio.production.find(Payee, payee_id(name))
    if booked is not None:
        return booked.name
    spelling = spelled(studio, [name])[name]
    names = {_key(one): one for one in recorded_names(studio)}
    if _key(name) not in names and not studio.production.beginning(Entry, "account", owed_to(spelling)):
        names |= {_key(one.name): one.name for one in studio.production.all(Payee)}
        near = get_close_matches(_key(name), names, n=1, cutoff=0.6)
        error = NotFoundError("person", name, known=sorted(names.values()))
        error.fix = f"Did you mean {names[near[0]]}?" if near else error.fix
        raise error
    return spelling


def recorded_names(studio: Studio) -> list[str]:
    """Everybody whom the production names: those who have a role, its people, whose sources and hours there are."""
    sources = studio.production.all(Source)
    every = [
        *(one.person.name for one in studio.production.all(Member)),
        *(one.name for one in people(studio)),
        *(name for source in sources for name in (source.owner, source.painted_by)),
        *(one.by.name for one in studio.production.all(Hours)),
    ]
    return [name for name in dict.fromkeys(reversed(every)) if name.strip()]


def _key(name: str) -> str:
    """What two spellings of one name have in common, as far as an account can hold a name."""
    return plain_name(account_name(name))
