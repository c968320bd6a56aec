"""Rights: who lets what be done with a work or a person, what is missing and its cure, and withdrawing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path as FilePath
from typing import Annotated, Literal, TypeVar, get_args

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from manyhands.actions import revocation, rights
from manyhands.actions.consents import grants, registry
from manyhands.actions.forgotten import REPORTS
from manyhands.actions.people import named, people, told_names
from manyhands.actions.revocation import Cascade
from manyhands.actions.rights import Checked
from manyhands.actions.roles import Member
from manyhands.actions.studio import Studio, today
from manyhands.actions.wanting import wanting
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.grant import Form, Grant, GrantScope, LikenessScope, Term
from manyhands.core.hand import Hand
from manyhands.core.names import is_same_name
from manyhands.core.party import Known
from manyhands.core.shot import Shot
from manyhands.core.showing import MEDIA, TERRITORIES, WIDEST
from manyhands.core.source import Scope, Source
from manyhands.rights import terms_as_grants
from manyhands.web import uploads
from manyhands.web.desk import AtDesk, By, InStudio
from manyhands.web.pictures import handed_over

router = APIRouter(prefix="/api/rights", tags=["rights"])

AnyShape = TypeVar("AnyShape", bound=BaseModel)
MOST_TAKES = 200

Named = Annotated[str, Path(max_length=200)]
Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Day = Annotated[str, Field(max_length=10)]
Offset = Annotated[int, Query(ge=0)]
Most = Annotated[int, Query(ge=1, le=200)]
Asked = Annotated[str, Query(max_length=200)]


class TermShown(BaseModel):
    """One scope that a grant permits, forbids or wants asked; empty places and days are everywhere and always."""

    scope: GrantScope
    verdict: Literal["permit", "prohibit", "ask"] = "permit"
    project: Name = ""
    territory: tuple[str, ...] = Field((), max_length=300)
    media: tuple[str, ...] = Field((), max_length=20)
    valid_from: Day = ""
    valid_until: Day = ""
    approver: Name = ""


class GrantShown(BaseModel):
    """A grant as it stands today; ``state`` is valid, or in words why it is not."""

    id: str
    form: str
    grantor: str
    given_to: str
    person: str
    work: str
    about: str
    terms: tuple[TermShown, ...]
    signed_on: str
    valid_until: str
    state: str
    supersedes: str
    document_sha256: str
    recorded_by: str
    revoked_why: str
    has_report: bool


class GrantsShown(BaseModel):
    total: int
    grants: tuple[GrantShown, ...]


class Vocabulary(BaseModel):
    """What a grant can say: the words of the form."""

    forms: tuple[str, ...]
    of_works: tuple[str, ...]
    of_people: tuple[str, ...]
    media: dict[str, str]
    territories: tuple[str, ...]
    today: str


class NewGrant(BaseModel):
    """A grant about a source (``work``) or a person; ``upload`` is the signed document, all of it here."""

    work: Name = ""
    person: Name = ""
    form: Form = "licence"
    grantor: Name
    about: Text
    terms: tuple[TermShown, ...] = Field(min_length=1, max_length=60)
    signed_on: Day
    valid_until: Day = ""
    supersedes: Name = ""
    upload: Name = ""


class SourceStanding(BaseModel):
    """A source with the terms that it came with, and what may be done with it today."""

    id: str
    title: str
    medium: str
    owner: str
    licence: str
    credit: str
    deliverable: bool
    deliverable_everywhere: bool
    may: tuple[str, ...]
    asks: tuple[str, ...]
    grants: int
    may_until: str


class SourcesStanding(BaseModel):
    total: int
    sources: tuple[SourceStanding, ...]


class Lack(BaseModel):
    """A use that is not allowed today, why, and what would cure it.

    ``cure`` is *terms* (say under which the source came), *consent* (of the person, by ``grantor``), *grant*, *replace*
    (a grant by ``grantor`` that takes the place of ``grant``) or *yes* (``approver`` is asked; ``is_mine`` if that is
    who sits here).  ``is_elsewhere`` if it is allowed in some places or media, and not everywhere.
    """

    scope: str
    step: str
    subject: str
    is_person: bool
    verdict: str
    why: str
    cure: Literal["terms", "consent", "grant", "replace", "yes"]
    grant: str
    grantor: str
    approver: str
    is_mine: bool
    is_elsewhere: bool


class ShotLacks(BaseModel):
    shot: str
    of: str
    lacks: tuple[Lack, ...]
    unseen: str


class LacksShown(BaseModel):
    """Shots ``offset`` to ``offset + asked`` of ``total``, those of them that lack something."""

    total: int
    asked: int
    shots: tuple[ShotLacks, ...]


class TakeTouched(BaseModel):
    """A take that was made under the grant: what becomes of it, and how much of it comes from there."""

    take: str
    shot: str
    standing: str
    scopes: tuple[str, ...]
    steps: tuple[str, ...]
    frames: int
    of: int
    origin_ppm: int
    altered_ppm: int


class ModelTouched(BaseModel):
    """A model that learned from the work (``from_``), last in ``take``; ``why_not`` says why it cannot be taught again
    without, where that is so."""

    shot: str
    take: str
    from_: tuple[str, ...]
    step: str
    maker: str
    again: str
    why_not: str


class NoticeShown(BaseModel):
    """A draft of what to write about a master that is out; a person sends it, or does not."""

    shot: str
    master: str
    delivered_at: str
    draft: str


class CascadeShown(BaseModel):
    """What a withdrawal touches: the scopes that nothing else permits, takes by what becomes of them, models, notices.

    Of very many takes the first are shown; ``counts`` tells how many there are of each standing.
    """

    grant: GrantShown
    lost: tuple[str, ...]
    counts: dict[str, int]
    shots: tuple[str, ...]
    takes: tuple[TakeTouched, ...]
    models: tuple[ModelTouched, ...]
    notices: tuple[NoticeShown, ...]
    report: str


class Withdrawal(BaseModel):
    """A typed confirmation (the grant's id) and the reason."""

    typed: Name
    why: Text


class Yes(BaseModel):
    """The yes of whom a grant wants asked, for one scope in one shot."""

    grant: Name
    scope: GrantScope
    shot: Name
    why: Text


@router.get("/vocabulary")
def vocabulary(studio: InStudio) -> Vocabulary:
    """What a grant can say."""
    return Vocabulary(
        forms=get_args(Form),
        of_works=(*get_args(Scope), "deliver"),
        of_people=get_args(LikenessScope),
        media=MEDIA,
        territories=tuple(sorted(TERRITORIES)),
        today=today(studio),
    )


@router.get("/grants")
def listed(studio: InStudio, by: By, about: Asked = "", offset: Offset = 0, most: Most = 50) -> GrantsShown:
    """Grants, the newest first; those that name what is asked ``about``, where something is."""
    studio.check(by, "look")
    known = told_names(people(studio))
    found = [named(one, known) for one in reversed(grants(studio))]
    wanted = about.casefold()
    fits = [
        one for one in found
        if wanted in "\n".join((one.id, one.grantor, one.person, one.work, one.about)).casefold()
    ]  # fmt: skip
    shown = tuple(_grant(studio, one) for one in fits[offset : offset + most])
    return GrantsShown(total=len(fits), grants=shown)


@router.post("/grants")
def record(desk: AtDesk, studio: InStudio, by: By, wish: NewGrant) -> GrantShown:
    """Record a grant, with the document that was signed."""
    studio.check(by, "grant")
    document = uploads.finished(desk.folder, wish.upload)[1] if wish.upload else None
    terms = [Term.model_validate(one.model_dump()) for one in wish.terms]
    said = wish.model_dump(exclude={"terms", "upload"})
    made = rights.grant(studio, by, terms=terms, document=document, **said)
    if wish.upload:
        uploads.forget(desk.folder, wish.upload)
    return _grant(studio, named(made, told_names(people(studio))))


@router.get("/grants/{grant}/document", response_class=Response)
def document(studio: InStudio, by: By, grant: Named) -> Response:
    """The signed document of a grant, for those who may record one."""
    studio.check(by, "grant")
    found = studio.production.get(Grant, grant)
    path = studio.folder / found.document
    if not found.document or not path.is_file():
        raise NotFoundError("document of", grant)
    return handed_over(path)


@router.get("/grants/{grant}/cascade")
def cascade(studio: InStudio, by: By, grant: Named) -> CascadeShown:
    """What withdrawing a grant would touch; nothing is changed."""
    studio.check(by, "look")
    return _cascade(studio, revocation.foresee(studio, grant))


@router.post("/grants/{grant}/withdrawal")
def withdraw(studio: InStudio, by: By, grant: Named, wish: Withdrawal) -> CascadeShown:
    """Withdraw a grant, once its id was typed: from then on it is a missing one."""
    if wish.typed.strip() != grant:
        raise InputError(f"revoke: {wish.typed[:80]} was typed.", f"Type {grant}, if it is the one.")
    return _cascade(studio, revocation.revoke(studio, by, grant, why=wish.why))


@router.get("/grants/{grant}/report", response_class=Response)
def report(studio: InStudio, by: By, grant: Named) -> Response:
    """The signed report of a withdrawal, once its signature and the log are found to agree."""
    studio.check(by, "look")
    revocation.report(studio, grant)
    return handed_over(_report(studio, grant))


@router.get("/grants/{grant}/models")
def models(studio: InStudio, by: By, grant: Named) -> list[ModelTouched]:
    """The models that learned from what was withdrawn, as the signed report tells them."""
    studio.check(by, "look")
    told = revocation.report(studio, grant)["models"]
    return [ModelTouched.model_validate({name: one[name] for name in ModelTouched.model_fields}) for one in told]


@router.get("/sources")
def sources(studio: InStudio, by: By, about: Asked = "", offset: Offset = 0, most: Most = 50) -> SourcesStanding:
    """Sources with their terms, and what may be done with each today."""
    studio.check(by, "look")
    held, everywhere = registry(studio), registry(studio, WIDEST)
    fits = [
        one for one in studio.production.all(Source)
        if about.casefold() in f"{one.id}\n{one.title}\n{one.owner}".casefold()
    ]  # fmt: skip
    shown = []
    for one in fits[offset : offset + most]:
        terms = terms_as_grants(one)
        ruled = {scope: held.ruled(scope, work=one.id, more=terms).verdict for scope in (*get_args(Scope), "deliver")}
        shown.append(
            SourceStanding(
                id=one.id, title=one.title, medium=one.medium, owner=one.owner, licence=one.terms.licence,
                credit=one.terms.credit, deliverable=ruled["deliver"] == "allow",
                deliverable_everywhere=everywhere.ruled("deliver", work=one.id, more=terms).verdict == "allow",
                may=tuple(scope for scope, verdict in ruled.items() if verdict == "allow"),
                asks=tuple(scope for scope, verdict in ruled.items() if verdict == "ask"),
                grants=len(held.about(one.id)), may_until=held.until("deliver", work=one.id, more=terms),
            )
        )  # fmt: skip
    return SourcesStanding(total=len(fits), sources=tuple(shown))


@router.get("/lacks")
def lacks(studio: InStudio, by: By, offset: Offset = 0, most: Most = 50) -> LacksShown:
    """What is missing for which shot, with what would cure it."""
    studio.check(by, "look")
    shots = studio.production.all(Shot)
    some = shots[offset : offset + most]
    known = people(studio)
    mine = {"director", "producer"} & set(_roles(studio, by))
    found = [
        ShotLacks(
            shot=one.shot.id, of=one.of, unseen=one.unseen,
            lacks=tuple(_lack(studio, by, use, known, heads=bool(mine)) for use in one.uses)
            + tuple(_lack(studio, by, use, known, heads=bool(mine), elsewhere=True) for use in one.elsewhere),
        )
        for one in wanting(studio, some)
        if one.uses or one.elsewhere or one.unseen
    ]  # fmt: skip
    return LacksShown(total=len(shots), asked=len(some), shots=tuple(found))


@router.post("/yeses")
def say_yes(studio: InStudio, by: By, wish: Yes) -> Response:
    """Say yes, as the person whom a grant wants asked."""
    rights.allow(studio, by, wish.grant, wish.scope, wish.shot, why=wish.why)
    return Response(status_code=204)


def _lack(studio: Studio, by: Hand, use: Checked, known: list[Known], *, heads: bool, elsewhere: bool = False) -> Lack:
    reason = use.ruling.reasons[0]
    is_person = use.scope in get_args(LikenessScope)
    given = studio.production.find(Grant, reason.grant) if reason.grant else None
    forbids = bool(reason.term and reason.term.verdict == "prohibit")
    cure: Literal["terms", "consent", "grant", "replace", "yes"] = "consent" if is_person else "grant"
    if use.ruling.verdict == "ask":
        cure = "yes"
    elif forbids and given is not None:
        cure = "replace"
    elif not (is_person or elsewhere) and studio.production.get(Source, use.subject).terms.licence == "unknown":
        cure = "terms"
    grantor = named(given, told_names(known)).grantor if given is not None and forbids else ""
    if cure == "consent":
        person = next((one for one in known if one.name and is_same_name(one.name, use.subject)), None)
        grantor = person.guardian if person and person.party.is_minor else use.subject
    approver = reason.term.approver if reason.term else ""
    return Lack(
        scope=use.scope, step=use.step, subject=use.subject, is_person=is_person, verdict=use.ruling.verdict,
        why=use.ruling.words, cure=cure, grant=reason.grant if given is not None else "", grantor=grantor,
        approver=reason.approver, is_mine=is_same_name(approver, by.name) if approver else heads,
        is_elsewhere=elsewhere,
    )  # fmt: skip


def _roles(studio: Studio, by: Hand) -> tuple[str, ...]:
    return studio.production.get(Member, by.id).roles


def _grant(studio: Studio, one: Grant) -> GrantShown:
    return GrantShown(
        id=one.id, form=one.form, grantor=one.grantor, given_to=one.given_to, person=one.person, work=one.work,
        about=one.about, terms=tuple(TermShown(**term.model_dump(include=set(TermShown.model_fields)))
                                     for term in one.terms),
        signed_on=one.signed_on, valid_until=one.valid_until, state=one.state_on(today(studio)),
        supersedes=one.supersedes, document_sha256=one.document_sha256, recorded_by=one.recorded_by.name,
        revoked_why=one.revoked_why, has_report=bool(one.revoked_on) and _report(studio, one.id).is_file(),
    )  # fmt: skip


def _report(studio: Studio, grant: str) -> FilePath:
    return studio.folder / REPORTS / f"withdrawn-{grant}.json"


def _cascade(studio: Studio, found: Cascade) -> CascadeShown:
    return CascadeShown(
        grant=_grant(studio, named(found.grant, told_names(people(studio)))),
        lost=found.lost,
        counts=Counter(one.standing for one in found.takes),
        shots=tuple(dict.fromkeys(one.shot for one in found.takes)),
        takes=tuple(_told(TakeTouched, one) for one in found.takes[:MOST_TAKES]),
        models=tuple(_told(ModelTouched, one) for one in found.models),
        notices=tuple(_told(NoticeShown, one) for one in found.notices),
        report=found.report,
    )


def _told(kind: type[AnyShape], one: object) -> AnyShape:
    return kind.model_validate({name: getattr(one, name) for name in kind.model_fields})
