"""Delivering: the master with its credentials, the page for the audience, and the check of what was written."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import manyhands
from manyhands.actions import payees
from manyhands.actions.checks import check_frames, check_models, check_sources
from manyhands.actions.consents import registry
from manyhands.actions.decisions import accepted, decisions
from manyhands.actions.declaring import mining_of, told_facts
from manyhands.actions.extents import frame_extents
from manyhands.actions.gate import Approval, Check, checks, gate
from manyhands.actions.jobs import check_rights, job, job_to_look_at
from manyhands.actions.pagelooks import SHOT_BYTES, page_pictures
from manyhands.actions.people import check_seen
from manyhands.actions.plates import plate_footage
from manyhands.actions.proposals import answer_to
from manyhands.actions.replaced import check_acknowledged, told_of_tasks
from manyhands.actions.studio import Studio, today
from manyhands.actions.takes import pictured, take_frame
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, ManyhandsError, StateError, TrustError
from manyhands.core.extent import FrameExtent, frame_extent
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.maker import Maker, Role
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.showing import WIDEST, Showing
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.deliver.authority import open_authority
from manyhands.deliver.credentials import sign_master
from manyhands.deliver.cuesheet import Cue, cues
from manyhands.deliver.dossier import Bought, Dossier, Override, Pictures, Proposer, StepFact
from manyhands.deliver.papers import write_papers
from manyhands.deliver.paperwork import BESIDE
from manyhands.deliver.report import Report
from manyhands.deliver.verify import verify as verify_file
from manyhands.disk import sha256_of, unwritable, write_whole
from manyhands.hosted.sending import SENT, receipts
from manyhands.ledger import fees_owed
from manyhands.makers import find_maker
from manyhands.media.files import FRAMES_LIST
from manyhands.media.footage import Footage
from manyhands.media.masters import FORMATS, format_for, write_master
from manyhands.media.timecode import carried, moved
from manyhands.media.view import view_for
from manyhands.rights import Registry, check_delivery, terms_as_grants
from manyhands.run.job import Job
from manyhands.run.shelf import shelf_of
from manyhands.store.files import sweep


@dataclass(frozen=True)
class Delivery:
    """What a delivery wrote, which papers the production's rules want beside it, and what the verifier says of it."""

    take: Take
    master: Path
    sidecars: tuple[Path, ...]
    disclosure_page: Path
    disclosure_data: Path
    cue_sheet: Path
    contact_sheet: Path
    preview: Path
    root: Path
    papers_wanted: tuple[str, ...]
    report: Report


def deliver(
    studio: Studio, by: Hand, shot_id: str, out: Path, *, format: str = "", showing: Showing = WIDEST
) -> Delivery:
    """Write the accepted take of a shot as a signed master with everything that tells of it, and verify it.

    Nothing stands under its name in ``out`` before all of it is signed and verified, and the log
    tells of it: the line ``deliver`` says which master is let out, the line ``delivered`` that it
    stands there.

    Args:
        format: one of ``media.masters.FORMATS``; empty is the one that plays most widely.
        showing: where, in what and when it is to be shown; leave is asked for all of that.
    Raises: StateError if no take is accepted; RightsError if a source or a model may not be delivered there, a
    consent does not hold there and then, nobody has said who is seen where a model drew, or a rule of the
    production's packs stops it; InputError, MediaError if the format is unknown or cannot take the pictures;
    RoleError; TrustError if the take's frames are not those that were accepted, a source is not the one that was
    brought in, or what was written does not verify; CapacityError, StoreError.
    """
    studio.check(by, "deliver")
    shot = studio.production.get(Shot, shot_id)
    footage = plate_footage(studio, studio.production.get(Source, shot.plate))
    view = view_for(footage.colour_space, matrix=footage.matrix)
    format = format_for(format, view)  # what was typed is checked first; whether it fits, when the take is known
    ready = deliverable(studio, shot, showing)
    take, sources, remarks, showing, held = ready.take, ready.sources, ready.remarks, ready.showing, ready.held
    format = format_for(format, view, (take.width, take.height))
    passed = gate(studio, by, shot, take, held=held)
    check_sources(studio, sources)
    check_frames(studio, take)
    authority = open_authority(studio.folder / "keys", studio.name, at=_moment(studio))
    now = replace(held, showing=None)
    work = _work(studio, shot, take, now)
    bought = _bought(work, take)
    pictures = page_pictures(studio, take)
    dossier = _dossier(studio, by, shot, take, sources, remarks, work, bought, pictures, held)
    dossier = _ruled(studio, dossier, passed, now)
    chosen = FORMATS[format]
    with _staged(out, shot.id) as stage:
        master = stage / (shot.id + (chosen.suffix if chosen.kind == "movie" else ""))
        measured: list[FrameExtent] = []
        write_master(
            master,
            _frames(studio, take, measured),
            span=take.span,
            format=format,
            source=footage,
            metadata=_metadata(studio, shot, remarks) if chosen.kind == "movie" else None,
        )
        files = {source.id: studio.folder / source.path for source in sources}
        files |= {one.id: path for each in bought.values() for one, path in each}
        signed = sign_master(master, dossier, authority, files=files)
        looks = pictured(studio, take)
        contact, preview = (stage / f"{shot.id}.{name}" for name in ("contact.png", "preview.mp4"))
        write_whole(contact, looks.contact_sheet.read_bytes())
        write_whole(preview, looks.preview.read_bytes())
        beside = [path for path in (*signed.sidecars, contact, preview) if path.is_file()]
        papers = write_papers(stage, dossier, authority, [master], beside)
        report = verify_file(signed.master, anchors=[authority.root_pem], frames=measured, disclosure=papers[1])
        if report.state != "intact and trusted" or not report.is_sound:
            raise TrustError(
                f"{master.name}: it does not verify after it was written ({report.state}).",
                "Deliver again; if it stays so, the disk is failing or this is our fault: report it.",
                findings=[finding.words for finding in report.findings],
            )
        told = {"take": take.id, "master": master.name, "format": format, "sha256": _master_sha256(master)}
        told |= {"showing": showing.words}
        studio.note("deliver", by, state=report.state, **told)
    with studio.act("delivered", by, **told) as t:
        t.put(shot.but(standing="delivered"), shot.id, shot=shot.id)
        t.put(showing, f"{take.id}:{told['sha256'][:12]}", shot=shot.id)
        if studio.production.find(Check, passed.id) is None:
            t.put(passed, passed.id, shot=shot.id)
        names = payees.spelled(studio, [source.owner for source in sources])
        owed = [source.but(owner=names[source.owner]) for source in sources]
        fees = fees_owed(shot.id, owed, at=studio.clock())
        payees.book(studio, t, [one for one in fees if studio.production.find(Entry, one.id) is None], shot=shot.id)
    master, page, data, sheet, root, contact, preview, *sidecars = (
        out / path.relative_to(stage) for path in (master, *papers, contact, preview, *signed.sidecars)
    )
    report = replace(report, path=str(master))
    wanted = tuple(dict.fromkeys(one.paper for one in passed.found if one.wants_paper and one.paper not in BESIDE))
    return Delivery(take, master, tuple(sidecars), page, data, sheet, contact, preview, root, wanted, report)


@dataclass(frozen=True)
class Deliverable:
    """The accepted take of a shot that may go out: its sources, what has to be said of them, where it is shown."""

    take: Take
    sources: list[Source]
    remarks: list[str]
    showing: Showing
    held: Registry


def deliverable(studio: Studio, shot: Shot, showing: Showing = WIDEST) -> Deliverable:
    """What of a shot may be delivered, apart from what the packs' rules say.

    Raises: StateError, RightsError, InputError, as :func:`deliver`.
    """
    take = _accepted_take(studio, shot)
    sources = _sources(studio, shot, take)
    showing, held = _to_be_shown(studio, shot, take, showing)
    remarks = check_delivery(sources, registry=held, shot=shot.id)
    check_rights(studio, shot, studio.production.get(Recipe, take.recipe), held=held)
    check_models(studio, take)
    check_seen(studio, shot, take)
    check_acknowledged(studio, take)
    return Deliverable(take, sources, remarks, showing, held)


def disclose(studio: Studio, by: Hand, shot_id: str, out: Path, *, showing: Showing = WIDEST) -> tuple[Path, ...]:
    """Write the disclosure page, its data and the cue sheet of a shot's accepted take, without a master.

    Raises: as :func:`deliver`.
    """
    studio.check(by, "disclose")
    shot = studio.production.get(Shot, shot_id)
    authority = open_authority(studio.folder / "keys", studio.name, at=_moment(studio))
    return write_papers(out, dossier_of(studio, by, shot, _accepted_take(studio, shot), showing), authority, [])


def dossier_of(
    studio: Studio, by: Hand, shot: Shot, take: Take, showing: Showing, *, room: int = SHOT_BYTES
) -> Dossier:
    """All that is told of an accepted take, where it may be shown like that today.

    Args:
        room: for so many bytes of a page are its pictures.
    Raises: as :func:`deliver`, without asking for a role.
    """
    sources = _sources(studio, shot, take)
    work = _work(studio, shot, take)
    _, held = _to_be_shown(studio, shot, take, showing)
    now = replace(held, showing=None)
    remarks = check_delivery(sources, registry=held, shot=shot.id)
    pictures = page_pictures(studio, take, room=room)
    (passed,) = checks(studio, by, [shot], takes={shot.id: take}, held=now, is_final=True)
    told = _dossier(studio, by, shot, take, sources, remarks, work, _bought(work, take), pictures, held)
    return _ruled(studio, told, passed, now)


def cue_lines(studio: Studio, by: Hand, shot: Shot, take: Take, held: Registry) -> tuple[Cue, ...]:
    """The lines of the cue sheet of an accepted take; nothing is drawn for them, and what was withdrawn may be told."""
    recipe = studio.production.get(Recipe, take.recipe)
    work = job_to_look_at(studio, shot, recipe, seed=take.seed)
    undrawn = Pictures(take.span.start, b"", b"", b"", ())
    sources = _sources(studio, shot, take)
    return tuple(cues(_dossier(studio, by, shot, take, sources, [], work, {}, undrawn, held)))


def _to_be_shown(studio: Studio, shot: Shot, take: Take, showing: Showing) -> tuple[Showing, Registry]:
    """The showing of this take, and all that is known of leave, to be asked about it.  Raises: InputError."""
    if showing.last_day and showing.last_day < today(studio):
        raise InputError(
            f"delivery: it is to be shown until {showing.last_day}, which has been.", "Give a later day: --until."
        )
    showing = showing.but(shot=shot.id, take=take.id)
    return showing, registry(studio, showing)


def _leave_until(shot: Shot, recipe: Recipe, sources: list[Source], held: Registry) -> str:
    """The last day on which all leave holds that a shot goes out under; empty where no end of it is known."""
    ends = [
        held.until("deliver", work=source.id, shot=shot.id, more=terms_as_grants(source, recorded))
        for source in sources
        if (recorded := held.about(source.id))
    ]
    for step in recipe.steps:
        maker = find_maker(step.maker)
        ends += [
            held.until(scope, person=person, shot=shot.id)
            for person, scope in maker.consents(maker.checked(step.params))
        ]
    return min((day for day in ends if day), default="")


def _master_sha256(master: Path) -> str:
    """The hash of a master; of a sequence that of its signed list."""
    return sha256_of(master / FRAMES_LIST if master.is_dir() else master)


@contextmanager
def _staged(out: Path, shot_id: str) -> Iterator[Path]:
    """A hidden folder to deliver into; what is in it takes its names in ``out`` when all went well.

    Raises: CapacityError or StoreError if ``out`` cannot be written, told of ``out``.
    """
    stage = out / f".{shot_id}.{os.getpid()}-{threading.get_ident():x}.part"
    try:
        out.mkdir(parents=True, exist_ok=True)
        sweep(out, deep=False)
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir()
        yield stage
        for made in sorted(stage.iterdir()):
            if (out / made.name).is_dir():
                os.replace(out / made.name, stage / f".{made.name}.old")
            os.replace(made, out / made.name)
    except OSError as error:
        raise unwritable(out, error) from error
    except ManyhandsError as error:
        # The person knows the results by their own names, not by the hidden folder's.
        error.what = error.what.replace(str(stage), str(out))
        error.about = {**error.about, "path": str(out)}
        raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _accepted_take(studio: Studio, shot: Shot) -> Take:
    take_id = accepted(studio, shot.id)
    if take_id is None:
        raise StateError(
            f"shot {shot.id}: nobody has accepted a take of it.",
            'Look at one and decide: manyhands decide TAKE accept --why "…".',
        )
    return studio.production.get(Take, take_id)


def _sources(studio: Studio, shot: Shot, take: Take) -> list[Source]:
    recipe = studio.production.get(Recipe, take.recipe)
    return [studio.production.get(Source, id_) for id_ in (shot.plate, *recipe.sources)]


def _frames(studio: Studio, take: Take, measured: list[FrameExtent]) -> Iterator[Frame]:
    """The stored frames for the master; each is measured anew as it passes."""
    for at in take.span.frames:
        frame = take_frame(studio, take, at)
        measured.append(frame_extent(frame, at))
        yield frame


def _metadata(studio: Studio, shot: Shot, remarks: list[str]) -> dict[str, str]:
    return {"title": f"{studio.name} {shot.id}", "copyright": " ".join(remarks)}


def _work(studio: Studio, shot: Shot, take: Take, held: Registry | None = None) -> Job:
    """What a take was made of."""
    return job(studio, shot, studio.production.get(Recipe, take.recipe), seed=take.seed, held=held)


def _dossier(
    studio: Studio,
    by: Hand,
    shot: Shot,
    take: Take,
    sources: list[Source],
    remarks: list[str],
    work: Job,
    bought: Mapping[str, list[tuple[Bought, Path]]],
    pictures: Pictures,
    held: Registry,
) -> Dossier:
    recipe = work.recipe
    answer = answer_to(studio, shot.id, recipe.id)
    every = decisions(studio, shot.id)
    letting_out = next(item for item in reversed(every) if item.take == take.id and item.verdict == "accept")
    head = studio.production.head()
    footage = plate_footage(studio, sources[0])
    drew = {hand.id: hand for hand in take.hands}  # as they were then: what a card says may have changed since
    return Dossier(
        production=studio.name,
        shot=shot,
        plate=sources[0],
        sources=tuple(sources),
        note=answer.note,
        understood=answer.understood,
        not_understood=answer.not_understood,
        proposer=Proposer(
            name="Manyhands propose",
            version=manyhands.__version__,
            trained=False,
            about="rules that read the note word by word and measure the plate",
        ),
        recipe=recipe,
        steps=tuple(
            StepFact(
                step=step,
                hand=drew.get(work.hand_of(step).id, work.hand_of(step)),
                role=_told_role(find_maker(step.maker)),
                about=find_maker(step.maker).about,
                sources=step.sources,
                bought=tuple(one for one, _ in bought.get(step.name, ())),
            )
            for step in recipe.steps
        ),
        take=take,
        frames=frame_extents(studio, take),
        decisions=tuple(every),
        accepted=letting_out.id,
        by=by,
        at=studio.clock(),
        log_sequence=head.number,
        log_hash=head.hash,
        pictures=pictures,
        remarks=(*remarks, *told_of_tasks(studio, take)),
        showing=held.showing or WIDEST,
        leave_until=_leave_until(shot, recipe, sources, held),
        timecode=first_timecode(footage, take.span),
    )


def _ruled(studio: Studio, told: Dossier, passed: Check, held: Registry) -> Dossier:
    """A dossier with what follows from the rules and the grants of today: overrides, uses by others, what was said."""
    return replace(
        told,
        overrides=_overrides(studio, passed),
        mining=mining_of(studio, told.shot, told.take, held),
        facts=told_facts(studio, told.shot, told.take, held),
    )


def _overrides(studio: Studio, passed: Check) -> tuple[Override, ...]:
    """What rules asked of a take and somebody approved, as the check found it."""
    found = []
    for one in passed.found:
        if one.approved:
            given = studio.production.get(Approval, one.approved)
            found.append(Override(one.pack, one.rule, one.says, given.by, given.why, given.at))
    return tuple(found)


def _bought(work: Job, take: Take) -> dict[str, list[tuple[Bought, Path]]]:
    """By step: what hosted models made for it, with where each file lies."""
    found: dict[str, list[tuple[Bought, Path]]] = {}
    for step in work.recipe.steps:
        for receipt in receipts(shelf_of(work, step).file(SENT)) if find_maker(step.maker).quote else ():
            name, sha = receipt.files[0]
            if sha256_of(receipt.folder / name) != sha:
                raise TrustError(
                    f"take {take.id}: {receipt.folder / name} is not what came from the service.",
                    f"Put it back from a copy (SHA-256 {sha}).",
                )
            title = f"made by {work.hand_of(step).name}, task {receipt.task}"
            came = Bought(f"came-{step.name}-{receipt.folder.name}", title, sha)
            found.setdefault(step.name, []).append((came, receipt.folder / name))
    return found


def _told_role(maker: Maker) -> Role:
    """A role as the audience understands it: footage that was cut out is footage that was treated."""
    return "treatment" if maker.cuts else maker.role


def first_timecode(footage: Footage, span: Span) -> str:
    """The time code of the first frame of a shot's master: the plate's own, else counted from its first frame."""
    into = span.start - footage.span.start
    return carried(footage.timecode, into, span.rate_fps) or moved("00:00:00:00", into, span.rate_fps)


def _moment(studio: Studio) -> datetime:
    return datetime.fromisoformat(studio.clock()).astimezone(UTC)
