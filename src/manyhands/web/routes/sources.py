"""Sources: files that come in, whose they are, and under which terms."""

from __future__ import annotations

from fractions import Fraction

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from manyhands.actions import intake
from manyhands.core.errors import InputError, ManyhandsError
from manyhands.core.source import Source, SourceRole
from manyhands.rights import LICENCES, terms_named
from manyhands.web import uploads
from manyhands.web.desk import AtDesk, By, InStudio
from manyhands.web.examine import examine, told_by_name
from manyhands.web.uploads import Upload

router = APIRouter(prefix="/api", tags=["sources"])

MOST_NAME = 4096
"""Longer than any system's; what is kept of a name is shorter by far."""


class File(BaseModel):
    name: str = Field(max_length=MOST_NAME)
    size: int


class Numbered(BaseModel):
    """A folder's numbered pictures, which come in as one sequence."""

    name: str = Field(max_length=MOST_NAME)
    files: tuple[File, ...] = Field(max_length=uploads.MOST_FILES)


class Stated(BaseModel):
    """Whose a file is, under which terms, and what it is for a shot where it is no plate."""

    terms: str = "unknown"
    owner: str = ""
    credit: str = ""
    hosted: bool = False
    role: SourceRole = ""
    painted_by: str = ""
    made_by: str = ""
    title: str = ""
    rate: str = ""
    colour_space: str = ""


class SourceShown(BaseModel):
    id: str
    title: str
    medium: str
    owner: str
    licence: str
    credit: str
    role: str
    notes: tuple[str, ...] = ()


class LicenceShown(BaseModel):
    name: str
    about: str
    deliverable: bool
    wants_credit: bool


@router.get("/licences")
def licences() -> list[LicenceShown]:
    """Terms that have a name, for the form in which a person says whose something is."""
    return [
        LicenceShown(name=one.name, about=one.about, deliverable=one.deliverable, wants_credit=one.wants_credit)
        for one in LICENCES.values()
    ]


@router.get("/sources")
def sources(studio: InStudio) -> list[SourceShown]:
    """Everything that was brought in."""
    return [_shown(one) for one in studio.production.all(Source)]


@router.post("/uploads")
def begin(desk: AtDesk, studio: InStudio, by: By, file: File) -> Upload:
    """Say that a file comes, in as many pieces as it takes."""
    studio.check(by, "source")
    return uploads.begin(desk.folder, by, file.name, file.size)


@router.post("/sequences")
def begin_sequence(desk: AtDesk, studio: InStudio, by: By, pictures: Numbered) -> Upload:
    """Say that a numbered sequence comes: its names are judged before any of it travels."""
    studio.check(by, "source")
    return uploads.begin_sequence(desk.folder, by, pictures.name, [(one.name, one.size) for one in pictures.files])


@router.get("/uploads/{upload}")
def upload(desk: AtDesk, upload: str) -> Upload:
    """How much of a file is here: where to go on."""
    return uploads.found(desk.folder, upload)


@router.patch("/uploads/{upload}")
async def go_on(desk: AtDesk, upload: str, offset: int, request: Request, file: int = 0) -> Upload:
    """The next piece of a file, as it is; ``offset`` is where in the file it begins, ``file`` which of a sequence."""
    return await uploads.take_in(desk.folder, upload, offset, request.stream(), file=file)


@router.post("/uploads/{upload}/examination")
def examine_upload(desk: AtDesk, studio: InStudio, by: By, upload: str) -> Upload:
    """See that what has come can be brought in; what cannot is taken away, with the reason."""
    studio.check(by, "source")
    return uploads.examined(desk.folder, upload)


@router.delete("/uploads/{upload}", status_code=204)
def give_up(desk: AtDesk, studio: InStudio, by: By, upload: str) -> None:
    """Take an upload away."""
    studio.check(by, "source")
    uploads.forget(desk.folder, upload)


@router.post("/uploads/{upload}/source")
def bring_in(desk: AtDesk, studio: InStudio, by: By, upload: str, stated: Stated) -> SourceShown:
    """Bring a file that is all here into the production, with its terms."""
    studio.check(by, "source")
    known, path = uploads.finished(desk.folder, upload)
    terms = terms_named(stated.terms, credit=stated.credit.strip(), hosted=stated.hosted)
    owner = stated.owner.strip() or (by.name if terms.licence == "own" else stated.credit.strip())
    rate = _rate(stated.rate)
    notes: tuple[str, ...] = ()
    try:
        if stated.rate.strip() or stated.colour_space or stated.role or not known.is_examined:
            examine(path, rate=stated.rate.strip(), colour_space=stated.colour_space, role=stated.role)
        if intake.is_data(path):
            made = intake.data(studio, by, path, owner=owner, terms=terms, title=stated.title.strip())
        else:
            made, footage = intake.source(
                studio, by, path, owner=owner, terms=terms, title=stated.title.strip() or known.name,
                rate_fps=rate, colour_space=stated.colour_space or None, role=stated.role,
                painted_by=stated.painted_by.strip(), made_by=stated.made_by.strip(),
            )  # fmt: skip
            notes = footage.notes
    except ManyhandsError as error:
        raise told_by_name(error, path, known.name) from error
    uploads.forget(desk.folder, upload)
    return _shown(made, notes)


@router.put("/sources/{source}/terms")
def restate(studio: InStudio, by: By, source: str, stated: Stated) -> SourceShown:
    """Say again whose a source is and under which terms."""
    terms = terms_named(stated.terms, credit=stated.credit.strip(), hosted=stated.hosted)
    owner = stated.owner.strip() or (by.name if terms.licence == "own" else stated.credit.strip())
    return _shown(intake.terms(studio, by, source, owner=owner or None, terms=terms))


def _shown(one: Source, notes: tuple[str, ...] = ()) -> SourceShown:
    return SourceShown(
        id=one.id, title=one.title, medium=one.medium, owner=one.owner, licence=one.terms.licence,
        credit=one.terms.credit, role=one.role, notes=notes,
    )  # fmt: skip


def _rate(text: str) -> Fraction | None:
    try:
        return Fraction(text) if text.strip() else None
    except (ValueError, ZeroDivisionError):
        raise InputError(f"rate: {text} is not a rate.", "Write 24, 25 or 24000/1001.") from None
