"""People's consents: recorded with the signed document, looked up, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, StateError
from manyhands.core.grant import Grant, LikenessScope
from manyhands.core.hand import Hand, slug
from manyhands.core.recipe import Recipe
from manyhands.makers import find_maker
from manyhands.rights import check_consents, check_grant
from manyhands.store.files import bring_in

DOCUMENTS = "consents"


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
) -> Grant:
    """Record that a person consented, and keep what they signed.

    The same recorded twice is one consent.
    Raises: RoleError, InputError; CapacityError, StoreError if the document cannot be kept.
    """
    studio.check(by, "consent")
    check_grant(person, scopes, about, signed_on, valid_until, today=today(studio))
    if not document.is_file():
        raise InputError(f"consent of {person}: there is no document {document}.", "Give the signed file.")
    sha, inside = bring_in((document,), studio.folder / DOCUMENTS)
    before = grants(studio)
    given = Grant(
        id=_free_id(before, person),
        person=" ".join(person.split()),
        scopes=tuple(dict.fromkeys(scopes)),
        about=about.strip(),
        document=inside,
        document_sha256=sha,
        signed_on=signed_on,
        valid_until=valid_until,
        given_to=studio.name,
        recorded_by=by,
    )
    same = next((one for one in before if one == given.but(id=one.id, recorded_by=one.recorded_by)), None)
    if same is not None:
        return same
    told = given.model_dump(include={"person", "scopes", "about", "document_sha256", "signed_on", "valid_until"})
    with studio.act("consent", by, consent=given.id, **told) as t:
        t.put(given, given.id)
    return given


def revoke(studio: Studio, by: Hand, grant_id: str, *, why: str) -> Grant:
    """Record that a consent was withdrawn; from then on it is a missing one.

    Raises: RoleError, NotFoundError; InputError without a reason; StateError if it was withdrawn before.
    """
    studio.check(by, "revoke")
    given = studio.production.get(Grant, grant_id)
    if not why.strip():
        raise InputError("consent revoke: it has no reason.", 'Add --why "…": the record is nothing without it.')
    if given.revoked_on:
        raise StateError(f"consent {grant_id}: it was withdrawn on {given.revoked_on}.", "Nothing is left to do.")
    withdrawn = given.but(revoked_on=today(studio), revoked_why=why.strip())
    with studio.act("revoke", by, consent=grant_id, person=given.person, why=withdrawn.revoked_why) as t:
        t.put(withdrawn, grant_id)
    return withdrawn


def grants(studio: Studio) -> list[Grant]:
    """Every consent that was recorded, valid or not, oldest first."""
    return studio.production.all(Grant)


def consents_under(studio: Studio, recipe: Recipe) -> list[Grant]:
    """The consents under which a recipe may be made.  Raises: RightsError for those that are missing; InputError."""
    found: list[Grant] = []
    for step in recipe.steps:
        maker = find_maker(step.maker)
        needs = maker.consents(maker.checked(step.params))
        if needs:
            found += check_consents(needs, grants(studio), today=today(studio), by_maker=f"the maker {maker.name}")
    return list(dict.fromkeys(found))


def today(studio: Studio) -> str:
    """The day by the studio's clock, in UTC."""
    return studio.clock()[:10]


def _free_id(before: Sequence[Grant], person: str) -> str:
    taken = {one.id for one in before}
    number = 1
    while (free := f"{slug(person)}-{number}") in taken:
        number += 1
    return free
