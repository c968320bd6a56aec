"""Policies: which packs hold, what each rule says of each shot, what nobody has said, and the papers wanted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path as FilePath
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from manyhands.actions import facts, papers
from manyhands.actions.gate import Check, checks
from manyhands.actions.policies import policies, policy
from manyhands.actions.slate import slate
from manyhands.actions.studio import Studio
from manyhands.core.errors import NotFoundError
from manyhands.core.hand import Hand
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.deliver.document import Blank
from manyhands.deliver.paperwork import all_papers, find_paper
from manyhands.rights import FACTS, Pack, all_packs, find_pack
from manyhands.rights.facts import PERSON, USE
from manyhands.web.desk import AtDesk, By, InStudio
from manyhands.web.pictures import handed_over

router = APIRouter(prefix="/api/policies", tags=["policies"])

PAPERS = "papers"

Named = Annotated[str, Path(max_length=200)]
Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]


class PackShown(BaseModel):
    """A pack: who set it, as of when, what it is not, and how many of its rules' texts were read."""

    id: str
    title: str
    set_by: str
    dated: str
    is_not: str
    rules: int
    read: int
    is_used: bool


class RuleShown(BaseModel):
    id: str
    says: str
    when: str
    outcome: str
    cure: str
    source: str
    seen: str
    paper: str


class Chosen(BaseModel):
    """The packs that the production is to be held to; no others hold then."""

    packs: tuple[str, ...] = Field(max_length=100)


class Missing(BaseModel):
    """A fact that nobody has said, what it means, and of whom it is said: the shot, or one of its makers or people."""

    fact: str
    about: str
    of: Literal["", "maker", "person"]
    is_sayable: bool


class Finding(BaseModel):
    """What one rule says of a shot."""

    pack: str
    rule: str
    verdict: str
    says: str
    missing: tuple[Missing, ...]
    cure: str
    paper: str
    approved: bool
    stops: bool


class ShotRow(BaseModel):
    """A shot in the film's table: by pack, how many rules came to each verdict; ``stops`` is how many stop it."""

    shot: str
    take: str
    stops: int
    of: dict[str, dict[str, int]]


class FilmTable(BaseModel):
    total: int
    packs: tuple[str, ...]
    shots: tuple[ShotRow, ...]


class ShotFindings(BaseModel):
    shot: str
    take: str
    makers: tuple[str, ...]
    people: tuple[str, ...]
    found: tuple[Finding, ...]


class Said(BaseModel):
    """What rules ask, as NAME: yes, no or unknown, and how it is known; no shot is the whole production."""

    shot: Name = ""
    of: Name = ""
    said: dict[str, Literal["yes", "no", "unknown"]] = Field(max_length=50)
    why: Text


class WantedShown(BaseModel):
    paper: str
    slug: str
    about: str
    to: str
    check: str
    is_certain: bool
    rules: tuple[str, ...]
    shots: tuple[str, ...]
    missing: tuple[str, ...]
    how: str


class PapersShown(BaseModel):
    wanted: tuple[WantedShown, ...]
    others: tuple[WantedShown, ...]


class BlankShown(BaseModel):
    what: str
    how: str


class WrittenShown(BaseModel):
    """The files of a paper, and what is blank in it for a person to fill in."""

    files: tuple[str, ...]
    blanks: tuple[BlankShown, ...]
    facts_sha256: str


@router.get("")
def packs(studio: InStudio, by: By) -> list[PackShown]:
    """Every pack that comes along, and which the production is held to."""
    studio.check(by, "look")
    return _packs(studio)


@router.get("/packs/{pack}")
def rules(pack: Named) -> list[RuleShown]:
    """The rules of a pack, each with its source."""
    return [
        RuleShown(**one.model_dump(include=set(RuleShown.model_fields))) for one in find_pack(pack).rule
    ]  # fmt: skip


@router.put("")
def choose(studio: InStudio, by: By, wish: Chosen) -> list[PackShown]:
    """Hold the production to these packs, and to no others."""
    policy(studio, by, wish.packs)
    return _packs(studio)


@router.get("/film")
def film(
    studio: InStudio,
    by: By,
    offset: Annotated[int, Query(ge=0)] = 0,
    most: Annotated[int, Query(ge=1, le=100)] = 25,
) -> FilmTable:
    """Some of the film's shots, each with what the packs say of it."""
    studio.check(by, "look")
    shots = studio.production.all(Shot)
    rows = []
    for shot, made in zip(some := shots[offset : offset + most], checks(studio, by, some, is_final=True), strict=True):
        of: dict[str, Counter[str]] = {}
        for one in made.found:
            of.setdefault(one.pack, Counter())["approved" if one.approved else one.verdict] += 1
        rows.append(ShotRow(shot=shot.id, take=made.take, stops=len(made.stopping),
                            of={pack: dict(count) for pack, count in of.items()}))  # fmt: skip
    return FilmTable(total=len(shots), packs=tuple(pack.id for pack in policies(studio)), shots=tuple(rows))


@router.get("/shots/{shot}")
def of_shot(studio: InStudio, by: By, shot: Named) -> ShotFindings:
    """What every rule says of a shot, and what nobody has said."""
    studio.check(by, "look")
    found = studio.production.get(Shot, shot)
    return _findings(studio, by, found)


@router.post("/statements")
def say(studio: InStudio, by: By, wish: Said) -> Response:
    """Say what rules have to know, of a shot or of the whole production."""
    facts.say(studio, by, dict(wish.said), why=wish.why, shot_id=wish.shot, of=wish.of)
    return Response(status_code=204)


@router.get("/papers")
def wanted(studio: InStudio, by: By) -> PapersShown:
    """The papers that rules want, or may want, and the others that can be written."""
    found = papers.papers(studio, by)
    named = {one.paper for one in found.wanted}
    return PapersShown(
        wanted=tuple(
            _wanted(one.paper, one.is_certain, one.rules, one.shots, one.missing, one.how) for one in found.wanted
        ),
        others=tuple(_wanted(name, False, (), (), (), "") for name in all_papers() if name not in named),
    )  # fmt: skip


@router.post("/papers/{paper}")
def write(desk: AtDesk, studio: InStudio, by: By, paper: Named) -> WrittenShown:
    """Write a paper from the facts as they stand now; nothing is sent to anybody."""
    kind = find_paper(paper)
    made = papers.papers(studio, by, names=[kind.name], out=desk.folder / PAPERS / kind.slug)
    return WrittenShown(
        files=tuple(f"{kind.slug}/{path.name}" for path in made.files),
        blanks=tuple(_blank(one) for one in dict.fromkeys(made.blanks)), facts_sha256=made.facts_sha256,
    )  # fmt: skip


@router.get("/papers/{paper}/{name}", response_class=Response)
def file(desk: AtDesk, studio: InStudio, by: By, paper: Named, name: Named) -> Response:
    """A file of a paper that was written, for those who may have papers written."""
    studio.check(by, "papers")
    path: FilePath = desk.folder / PAPERS / find_paper(paper).slug / name
    if name != path.name or name.startswith(".") or not path.is_file():
        raise NotFoundError("file", name)
    return handed_over(path)


def _packs(studio: Studio) -> list[PackShown]:
    used = {pack.id for pack in policies(studio)}
    return [_pack(pack, is_used=pack.id in used) for pack in all_packs().values()]


def _pack(pack: Pack, *, is_used: bool) -> PackShown:
    return PackShown(
        id=pack.id, title=pack.title, set_by=pack.set_by, dated=pack.dated, is_not=pack.is_not, rules=len(pack.rule),
        read=sum(rule.seen == "text" for rule in pack.rule), is_used=is_used,
    )  # fmt: skip


def _checked(studio: Studio, by: Hand, shot: Shot) -> Check:
    return checks(studio, by, [shot], is_final=True)[0]


def _findings(studio: Studio, by: Hand, shot: Shot) -> ShotFindings:
    made = _checked(studio, by, shot)
    take = studio.production.find(Take, made.take) if made.take else None
    known = facts.facts_of(slate(studio, [shot], takes={shot.id: take} if take else None), shot)
    return ShotFindings(
        shot=shot.id, take=made.take,
        makers=tuple(dict.fromkeys(str(use["maker"]) for use in known.get("uses") or ())),
        people=tuple(dict.fromkeys(str(one["person"]) for one in known.get("people") or ())),
        found=tuple(
            Finding(
                pack=one.pack, rule=one.rule, verdict=one.verdict, says=one.says,
                missing=tuple(map(_missing, one.missing)), cure=one.cure, paper=one.paper,
                approved=bool(one.approved), stops=one.stops,
            )
            for one in made.found
        ),
    )  # fmt: skip


def _missing(name: str) -> Missing:
    of: Literal["", "maker", "person"] = "maker" if name in USE else "person" if name in PERSON else ""
    fact = {**FACTS, **USE, **PERSON}.get(name)
    return Missing(
        fact=name, about=fact.about if fact else name, of=of, is_sayable=bool(fact and not fact.derived)
    )  # fmt: skip


def _wanted(
    name: str, is_certain: bool, rules: tuple[str, ...], shots: tuple[str, ...], missing: tuple[str, ...], how: str
) -> WantedShown:
    kind = all_papers().get(name)
    return WantedShown(
        paper=name, slug=kind.slug if kind else "", about=kind.about if kind else "", to=kind.to if kind else "",
        check=kind.check if kind else "", is_certain=is_certain, rules=rules, shots=shots, missing=missing, how=how,
    )  # fmt: skip


def _blank(one: Blank) -> BlankShown:
    return BlankShown(what=one.what, how=one.how)
