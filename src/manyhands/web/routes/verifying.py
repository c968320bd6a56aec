"""Verifying: what a file says of itself, for a delivered master and for any file that somebody drops; papers wanted."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from manyhands.actions import papers
from manyhands.actions.papers import Wanted
from manyhands.actions.verification import verify
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.hand import Origin
from manyhands.core.shot import Shot
from manyhands.deliver.authority import ROOT
from manyhands.deliver.filmdata import FilmDisclosure
from manyhands.deliver.filmverify import film_data_of
from manyhands.deliver.manifest import AuthorshipSigned
from manyhands.deliver.paperwork import BESIDE, all_papers
from manyhands.deliver.plain import ORIGINS
from manyhands.deliver.report import Report, State, Weight
from manyhands.web import uploads
from manyhands.web.desk import AtDesk, By, InStudio

router = APIRouter(prefix="/api", tags=["verifying"])

Named = Annotated[str, Path(max_length=200)]
BESIDE_FILES = (".c2pa", ".json", ".xmp", ".pem")
"""Endings of what lies beside a master: none of these is the file that is asked about."""

MOST_FILES = 500
"""A film's page comes with a paper for each of its shots."""


class Dropped(BaseModel):
    """A file, perhaps with its sidecar, or a film's page with its papers; ``again`` adds figures up once more."""

    uploads: tuple[str, ...] = Field(min_length=1, max_length=MOST_FILES)
    again: bool = False


class FindingTold(BaseModel):
    words: str
    weight: Weight


class Share(BaseModel):
    origin: Origin
    words: str
    ppm: int


class HandShown(BaseModel):
    name: str
    origin: Origin
    origin_ppm: int
    altered_ppm: int


class Decided(BaseModel):
    by: str
    verdict: str
    at: str
    was_shown: bool
    delivered_by: str


class ShotTold(BaseModel):
    """A shot that a film's page tells of."""

    shot: str
    description: str
    frames: int
    master: str
    master_sha256: str


class In(BaseModel):
    title: str
    licence: str
    credit: str
    state: str


class Verified(BaseModel):
    """What the verifier says of a file: as any reader of its credentials would be told."""

    name: str
    state: State
    sentence: str
    is_sound: bool
    findings: tuple[FindingTold, ...]
    signer: str
    issuer: str
    title: str
    says: str = ""
    shares: tuple[Share, ...] = ()
    hands: tuple[HandShown, ...] = ()
    decision: Decided | None = None
    shots: tuple[ShotTold, ...] = ()
    went_in: tuple[In, ...]
    measured: Literal["not measured", "agrees", "differs"]


class Wish(BaseModel):
    """Papers by their names; none are those that rules certainly want."""

    names: tuple[str, ...] = ()


class PaperWanted(BaseModel):
    paper: str
    is_certain: bool
    rules: tuple[str, ...]
    missing: tuple[str, ...]
    how: str
    can_be_written: bool
    comes_with_delivery: bool


@router.post("/verify")
def verify_dropped(desk: AtDesk, studio: InStudio, by: By, dropped: Dropped) -> Verified:
    """Verify a file that was dropped, with what was dropped beside it; nothing of it is kept."""
    studio.check(by, "look")
    room = desk.folder / "scratch" / f"verify-{uuid.uuid4().hex}"
    try:
        room.mkdir(parents=True)
        for one in dropped.uploads:
            _, path = uploads.finished(desk.folder, one)
            path.replace(room / path.name)
        return _shown(_verified(_asked(room), desk.folder, again=dropped.again))
    finally:
        shutil.rmtree(room, ignore_errors=True)
        for one in dropped.uploads:
            uploads.forget(desk.folder, one)


@router.get("/shots/{shot}/credentials")
def credentials(desk: AtDesk, studio: InStudio, by: By, shot: Named) -> Verified:
    """The delivered master's credentials as a reader sees them who has the production's root."""
    studio.check(by, "look")
    folder = desk.folder / "delivered" / studio.production.get(Shot, shot).id
    masters = sorted(
        item
        for item in (folder.iterdir() if folder.is_dir() else ())
        if item.stem == shot and (item.is_dir() or item.suffix in (".mp4", ".mov", ".webm", ".mkv", ".mxf"))
    )
    if not masters:
        raise NotFoundError("master", shot)
    newest = max(masters, key=lambda item: item.stat().st_mtime)
    return _shown(_verified(newest, desk.folder, again=False))


@router.get("/shots/{shot}/papers")
def papers_wanted(studio: InStudio, by: By, shot: Named) -> list[PaperWanted]:
    """The papers that rules want, or may want, of a shot."""
    return [_paper(one) for one in papers.papers(studio, by, shot_ids=[shot]).wanted]


@router.post("/shots/{shot}/papers")
def write_papers(desk: AtDesk, studio: InStudio, by: By, shot: Named, wish: Wish) -> list[str]:
    """Write papers beside the delivered master; the names of their files."""
    out = desk.folder / "delivered" / studio.production.get(Shot, shot).id
    return [path.name for path in papers.papers(studio, by, shot_ids=[shot], names=wish.names, out=out).files]


def _asked(room: FilePath) -> FilePath:
    """The file among those that were dropped that is asked about."""
    there = sorted(room.iterdir())
    files = [path for path in there if path.suffix.lower() not in BESIDE_FILES]
    files = files or [path for path in there if film_data_of(path)]  # a film's data may come without its page
    if len(files) != 1:
        raise InputError(
            f"verify: {len(files)} of the files could be the film.",
            "Drop one film or still, with its .c2pa if it has one, or a film's page with its papers.",
        )
    return files[0]


def _verified(path: FilePath, production: FilePath, *, again: bool) -> Report:
    if again:
        return verify(path, production=production)
    root = production / "keys" / ROOT
    return verify(path, root=root if root.is_file() else None)


def _paper(one: Wanted) -> PaperWanted:
    return PaperWanted(
        paper=one.paper, is_certain=one.is_certain, rules=one.rules, missing=one.missing, how=one.how,
        can_be_written=one.paper in all_papers(), comes_with_delivery=one.paper in BESIDE,
    )  # fmt: skip


def _shown(report: Report) -> Verified:
    told = report.authorship if report.state.startswith("intact") else None
    film = report.film if report.state.startswith("intact") else None
    return Verified(
        name=FilePath(report.path).name,
        state=report.state,
        sentence=report.sentence,
        is_sound=report.is_sound,
        findings=tuple(FindingTold(words=one.words, weight=one.weight) for one in report.findings),
        signer=report.signer.name if report.signer else "",
        issuer=report.signer.issuer if report.signer else "",
        title=report.title,
        went_in=tuple(
            In(title=one.title, licence=one.licence, credit=one.credit, state=one.state) for one in report.went_in
        ),
        measured=report.measured,
        **(_signed(told) if told else _sealed(film) if film else {}),
    )


def _signed(told: AuthorshipSigned) -> dict[str, Any]:
    """What the production signed, in the words of the page for the audience."""
    return {
        "says": told.says,
        "shares": tuple(
            Share(origin=kind, words=words, ppm=getattr(told, f"{kind}_ppm")) for kind, words in ORIGINS.items()
        ),
        "hands": tuple(
            HandShown(
                name=f"{one.name} {one.version}".strip(),
                **one.model_dump(include={"origin", "origin_ppm", "altered_ppm"}),
            )
            for one in told.hands
        ),
        "decision": Decided(
            by=told.decision.by,
            verdict=told.decision.verdict,
            at=told.decision.at,
            was_shown=told.decision.oversight == "human_validated",
            delivered_by=told.delivered_by,
        ),
    }


def _sealed(told: FilmDisclosure) -> dict[str, Any]:
    """What the production sealed of a film's page, in the words of that page."""
    return {
        "says": told.description,
        "shares": tuple(
            Share(origin=kind, words=words, ppm=getattr(told.shares, f"{kind}_ppm")) for kind, words in ORIGINS.items()
        ),
        "hands": tuple(
            HandShown(
                name=f"{one.name} {one.version}".strip(),
                **one.model_dump(include={"origin", "origin_ppm", "altered_ppm"}),
            )
            for one in told.hands
        ),
        "shots": tuple(
            ShotTold(
                shot=one.shot,
                description=one.description,
                frames=one.frame_count,
                master=one.master.name,
                master_sha256=one.master.sha256,
            )
            for one in told.shots
        ),
    }
