"""Verifying: what a file says of itself, whether it holds, and whether its production still agrees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from manyhands.actions.checks import changes
from manyhands.actions.studio import Studio
from manyhands.actions.takes import take_frame
from manyhands.core.errors import NotFoundError
from manyhands.core.extent import FrameExtent, frame_extent
from manyhands.core.take import Take
from manyhands.deliver.authority import ROOT
from manyhands.deliver.filmverify import film_data_of, verify_film
from manyhands.deliver.manifest import AuthorshipSigned
from manyhands.deliver.report import Finding, Report
from manyhands.deliver.verify import root_beside
from manyhands.deliver.verify import verify as verify_file
from manyhands.store.production import inspect_production

MOST_FAULTS = 5
"""So many of the log's faults are told with a master; `manyhands log verify` tells all."""


def verify(
    path: Path, *, sidecar: Path | None = None, production: Path | None = None, root: Path | None = None
) -> Report:
    """What a file's Content Credentials say and whether they hold; with the production, measured again.

    A film's page is asked about with its data beside it, or the data alone (``film.json``).

    Without a root the signer is unknown, also where a ``root.pem`` lies beside the file: whoever
    changes the one can change the other.

    Args:
        production: its folder, whose own root is trusted, whose log must hold the line that the
            master saw, and whose frames are measured again.
        root: a root certificate to trust.
    Raises: NotFoundError, MediaError, InputError, StateError.
    """
    if root is not None and not root.is_file():
        raise NotFoundError("file", root)
    own = production / "keys" / ROOT if production else None
    anchors = [file.read_bytes() for file in (root, own) if file and file.is_file()]
    data = film_data_of(path)
    if data is not None:
        return _film(path, data, production, anchors)
    report = verify_file(path, sidecar=sidecar, anchors=anchors)
    if not anchors:
        report = _with(report, *root_beside(path, sidecar, report))
    if production is None or report.authorship is None or not report.state.startswith("intact"):
        return report
    opened = Studio(inspect_production(production))
    try:
        return _held_against(opened, report, report.authorship, path, sidecar, anchors)
    finally:
        opened.close()


def measured_again(studio: Studio, take: Take) -> Iterator[FrameExtent]:
    """The extent of each stored frame, taken anew from its authorship layers."""
    for at in take.span.frames:
        yield frame_extent(take_frame(studio, take, at), at)


def _film(path: Path, data: Path, production: Path | None, anchors: list[bytes]) -> Report:
    """What holds of a film's page; with its production, whether that still agrees."""
    report = verify_film(path, data, anchors=anchors)
    told = report.film
    if production is None or told is None or not report.state.startswith("intact"):
        return report
    opened = Studio(inspect_production(production))
    try:
        for shot in told.shots:
            take = opened.production.find(Take, shot.take)
            if take is None:
                words = f"Take {shot.take} is not in this production."
                report = _with(report, Finding("production.other", shot.shot, words, "warns"))
            elif changed := changes(opened, take, shot.frames_sha256):
                report = _with(
                    report, Finding("frames.changed", shot.shot, f"In the production, {changed.words}.", "warns")
                )
        return _with(report, *_log_findings(opened, told.log_sequence, told.log_hash))
    finally:
        opened.close()


def _held_against(
    studio: Studio, report: Report, signed: AuthorshipSigned, path: Path, sidecar: Path | None, anchors: list[bytes]
) -> Report:
    """The report, with all in which the production contradicts it."""
    take = studio.production.find(Take, signed.take)
    if take is None:
        words = f"Take {signed.take} is not in this production; nothing was measured."
        return _with(report, Finding("production.other", studio.name, words, "warns"))
    changed = changes(studio, take, signed.frames_sha256)
    if changed:
        words = f"In the production, {changed.words}; its figures were not measured again."
        report = _with(report, Finding("frames.changed", f"take {take.id}", words, "warns"))
    elif report.measured == "not measured":
        report = verify_file(path, sidecar=sidecar, anchors=anchors, frames=measured_again(studio, take))
    return _with(report, *_log_findings(studio, signed.log_sequence, signed.log_hash))


def _log_findings(studio: Studio, line: int, was: str) -> Iterator[Finding]:
    """Whether the production's log still holds the line that was its last when this was signed."""
    where = "log"
    now = studio.production.hash_at(line)
    if now != was:
        words = (
            f"The production's log no longer holds line {line} that was its end when this was signed: its "
            f"hash was {was[:16]}…, {f'now it is {now[:16]}…' if now else 'now there is no such line'}."
        )
        yield Finding("log.differs", where, words, "warns")
    faults = studio.production.faults()
    for fault in faults[:MOST_FAULTS]:
        yield Finding("log.fault", where, f"The production's log, line {fault.line}: {fault.what}.", "warns")
    if len(faults) > MOST_FAULTS:
        words = f"And {len(faults) - MOST_FAULTS} more faults of the log: manyhands log verify."
        yield Finding("log.fault", where, words, "warns")


def _with(report: Report, *findings: Finding) -> Report:
    return replace(report, findings=(*report.findings, *findings))
