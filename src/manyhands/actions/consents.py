"""Grants: people's consents and others, recorded with the signed document, and looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from manyhands.actions.forgotten import DOCUMENTS
from manyhands.actions.people import named, people, told_names
from manyhands.actions.studio import Studio, begun, today
from manyhands.core.errors import InputError
from manyhands.core.grant import Form, Grant, Leave, LikenessScope, Term, permits
from manyhands.core.hand import Hand, slug
from manyhands.core.names import is_same_name, written
from manyhands.core.recipe import Recipe
from manyhands.core.showing import Showing
from manyhands.makers import find_maker
from manyhands.rights import Registry, check_consents, check_grant
from manyhands.store.files import bring_in


def consent(
    studio: Studio,
    by: Hand,
    person: str,
    *,
    scopes: Sequence[LikenessScope],
    document: Path,
    about: str,
    signed_on: str,
    valid_until: str = "",
    guardian: str = "",
) -> Grant:
    """Record that a person consented, or their guardian for them, and keep what was signed.

    The same recorded twice is one consent.
    Raises: RoleError, InputError; CapacityError, StoreError if the document cannot be kept.
    """
    studio.check(by, "consent")
    check_grant(person, scopes, about, signed_on, valid_until, today=begun(studio))
    whose = kept_name(studio, person)
    said = Said("consent", kept_name(studio, guardian) or whose, permits(*scopes), about, signed_on, valid_until)
    return recorded(studio, by, "consent", said, person=whose, document=document)


def kept_name(studio: Studio, name: str) -> str:
    """What the record calls somebody: the id of a party that was recorded, or else the name as it is."""
    known = people(studio)
    return next((one.party.id for one in known if one.name and is_same_name(one.name, name)), written(name))


@dataclass(frozen=True)
class Said:
    """What a grant says, before it has an id and a document."""

    form: Form
    grantor: str
    terms: tuple[Term, ...]
    about: str
    signed_on: str
    valid_until: str = ""
    supersedes: str = ""


def recorded(
    studio: Studio, by: Hand, act: str, said: Said, *, person: str = "", work: str = "", document: Path | None = None
) -> Grant:
    """Write a grant into the record under an id of its own; the same twice is one.

    Raises: InputError if the document is not there; StateError if somebody else recorded one at the same moment;
    CapacityError, StoreError.
    """
    if document is not None and not document.is_file():
        raise InputError(f"{act} of {person or work}: there is no document {document}.", "Give the signed file.")
    sha, inside = bring_in((document,), studio.folder / DOCUMENTS) if document else ("", "")
    before = grants(studio)
    given = Grant(
        id=_free_id(before, person or work),
        form=said.form,
        grantor=said.grantor,
        person=person,
        work=work,
        terms=said.terms,
        about=said.about.strip(),
        document=inside,
        document_sha256=sha,
        signed_on=said.signed_on,
        valid_until=said.valid_until,
        given_to=studio.name,
        recorded_by=by,
        supersedes=said.supersedes,
    )
    same = next((one for one in before if one == given.but(id=one.id, recorded_by=one.recorded_by)), None)
    if same is not None:
        return same
    named = {"grantor", "person", "work", "about", "document_sha256", "signed_on", "valid_until", "supersedes"}
    terms = [f"{term.verdict} {term.scope}" for term in given.terms]
    told = {name: value for name, value in given.model_dump(include=named).items() if value}
    with studio.act(act, by, **{act: given.id, **told, "terms": terms}) as t:
        t.put(given, given.id, is_new=True)
    return given


def grants(studio: Studio) -> list[Grant]:
    """Every consent that was recorded, valid or not, oldest first."""
    return studio.production.all(Grant)


def registry(studio: Studio, showing: Showing | None = None) -> Registry:
    """Every grant, approval and party as they are today; what all checks of leave are held against.

    Args:
        showing: where and when what is about to go out is to be shown.
    """
    known = people(studio)
    names = told_names(known)
    return Registry(
        grants=tuple(named(grant, names) for grant in grants(studio)),
        people=tuple(known),
        leaves=tuple(studio.production.all(Leave)),
        today=today(studio),
        project=studio.name,
        showing=showing,
    )


def consents_under(recipe: Recipe, held: Registry, *, shot: str = "") -> list[Grant]:
    """The consents under which a recipe may be made.  Raises: RightsError for those that are missing; InputError."""
    found: list[Grant] = []
    for step in recipe.steps:
        maker = find_maker(step.maker)
        needs = maker.consents(maker.checked(step.params))
        if needs:
            found += check_consents(needs, held, by_maker=f"the maker {maker.name}", shot=shot)
    return list(dict.fromkeys(found))


def _free_id(before: Sequence[Grant], person: str) -> str:
    taken = {one.id for one in before}
    number = 1
    while (free := f"{slug(person)}-{number}") in taken:
        number += 1
    return free
