"""Grants about works and people, the yes of whom a term wants asked, and what a shot's leave stands at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from manyhands.actions.consents import Said, kept_name, recorded, registry
from manyhands.actions.roles import Member
from manyhands.actions.studio import Studio, begun
from manyhands.core.errors import InputError, RoleError
from manyhands.core.grant import Form, Grant, GrantScope, Leave, Term
from manyhands.core.hand import Hand
from manyhands.core.names import is_same_name
from manyhands.core.recipe import PLATE, Recipe
from manyhands.core.shot import Shot
from manyhands.core.showing import Showing, read_media, read_territory
from manyhands.core.source import Source
from manyhands.makers import find_maker
from manyhands.rights import Registry, Ruling, check_days, terms_as_grants
from manyhands.rights.verdict import shot_work


def grant(
    studio: Studio,
    by: Hand,
    *,
    work: str = "",
    person: str = "",
    shot: str = "",
    form: Form = "licence",
    grantor: str,
    terms: Sequence[Term],
    about: str,
    signed_on: str,
    valid_until: str = "",
    supersedes: str = "",
    document: Path | None = None,
) -> Grant:
    """Record what somebody lets be done, forbids or wants to be asked about, with a source or with a person.

    Args:
        shot: instead of these: what the production made itself in a shot, for what others are told of it.
    Raises: RoleError, NotFoundError, InputError; CapacityError, StoreError if the document cannot be kept.
    """
    studio.check(by, "grant")
    if bool(work) + bool(person) + bool(shot) != 1:
        raise InputError(
            "grant: it is about one source, one person or one shot.", "Name the source, or give --person or --shot."
        )
    if work:
        studio.production.get(Source, work)
    elif shot:
        work = shot_work(studio.production.get(Shot, shot).id)
    where = f"grant about {work or person}"
    if not grantor.strip() or not about.strip() or not terms:
        raise InputError(
            f"{where}: it says too little.", "Give who grants it, what for in plain words, and at least one scope."
        )
    check_days(where, signed_on, valid_until, today=begun(studio))
    for term in terms:
        check_days(where, term.valid_from or signed_on, term.valid_until)
    terms = [term.but(territory=read_territory(term.territory), media=read_media(term.media)) for term in terms]
    whose, giver = kept_name(studio, person), kept_name(studio, grantor)
    if supersedes:
        _check_replaced(studio.production.get(Grant, supersedes), work, whose, giver)
    said = Said(form, giver, tuple(terms), about, signed_on, valid_until, supersedes)
    return recorded(studio, by, "grant", said, work=work, person=whose, document=document)


def _check_replaced(earlier: Grant, work: str, person: str, grantor: str) -> None:
    if not earlier.is_about(person=person, work=work) or not is_same_name(earlier.grantor, grantor):
        raise InputError(
            f"grant about {work or person}: {earlier.id} is by {earlier.grantor}, about "
            f"{earlier.work or earlier.person}.",
            "Only who gave a grant replaces it, by one about the same.",
        )


def allow(studio: Studio, by: Hand, grant_id: str, scope: GrantScope, shot_id: str, *, why: str) -> Leave:
    """Record the yes of the person whom a grant wants to be asked, for one scope in one shot.

    Raises: RoleError if it is somebody else's to say; NotFoundError; InputError without a reason, or where the grant
    does not want to be asked about that.
    """
    studio.check(by, "allow")
    given = studio.production.get(Grant, grant_id)
    shot = studio.production.get(Shot, shot_id)
    asking = [term for term in given.terms if term.verdict == "ask" and term.scope == scope]
    if not asking:
        asks = ", ".join(dict.fromkeys(term.scope for term in given.terms if term.verdict == "ask"))
        raise InputError(
            f"grant {grant_id}: it does not ask about {scope}.",
            f"It asks about {asks}."
            if asks
            else "It asks about nothing; `manyhands rights list` tells what others ask.",
        )
    if not why.strip():
        raise InputError("rights allow: it has no reason.", 'Add --why "…": the record is nothing without it.')
    for term in asking:
        _check_asked(studio, by, given, term)
    number = len(studio.production.ids(Leave)) + 1
    said = Leave(
        id=f"{grant_id}:{scope}:{shot.id}:{number}", grant=grant_id, scope=scope, shot=shot.id, by=by, why=why.strip(),
        at=studio.clock(),
    )  # fmt: skip
    with studio.act("allow", by, grant=grant_id, scope=scope, shot=shot.id, why=said.why) as t:
        t.put(said, said.id, shot=shot.id, is_new=True)
    return said


def _check_asked(studio: Studio, by: Hand, given: Grant, term: Term) -> None:
    if term.approver:
        able = is_same_name(by.name, term.approver)
    else:
        able = bool({"director", "producer"} & set(studio.production.get(Member, by.id).roles))
    if not able:
        who = term.approver or "a director or producer"
        raise RoleError(f"allow: {given.id} wants {who} to be asked, and not {by.name}.", f"Ask {who}.", act="allow")


@dataclass(frozen=True)
class Checked:
    """What one step of a recipe does with a source or a person, and whether that is allowed today."""

    step: str
    scope: str
    subject: str
    ruling: Ruling


def check(
    studio: Studio,
    shot_id: str,
    recipe: Recipe,
    *,
    showing: Showing | None = None,
    held: Registry | None = None,
) -> list[Checked]:
    """Every use that a recipe makes of sources and people on a shot, and letting it out, each with its verdict.

    Args:
        showing: where and when it is to be shown; None asks nothing of that.
        held: who has agreed to what, and for which showing, where that was read already.
    Raises: NotFoundError.
    """
    held = held or registry(studio, showing)
    shot = studio.production.get(Shot, shot_id)
    sources = studio.production.several(Source, {shot.plate, *recipe.sources})
    found: dict[tuple[str, str, str], Checked] = {}

    def ask(step: str, scope: str, *, work: str = "", person: str = "") -> None:
        more = terms_as_grants(sources[work], held.about(work)) if work else ()
        ruling = held.ruled(scope, work=work, person=person, shot=shot.id, more=more)
        found.setdefault((step, scope, work or person), Checked(step, scope, work or person, ruling))

    for step in recipe.steps:
        maker = find_maker(step.maker)
        for name in recipe.reached(step):
            ask(step.name, maker.scope, work=shot.plate if name == PLATE else name)
        for person, scope in maker.consents(maker.checked(step.params)):
            ask(step.name, scope, person=person)
    for work in (shot.plate, *recipe.sources):
        ask("deliver", "deliver", work=work)
    return list(found.values())
