"""Verifying a film's page: what its seal holds, and whether page, papers and sums are the sealed ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from manyhands.core.errors import ManyhandsError
from manyhands.core.extent import FrameExtent, total_extent
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from manyhands.deliver.authority import ROOT
from manyhands.deliver.crjson import mapping, mappings
from manyhands.deliver.disclosure import extents_sha256
from manyhands.deliver.filmdata import FILM_DATA, KIND, FilmDisclosure, ShotOfFilm, as_written, figures
from manyhands.deliver.filmpage import summed
from manyhands.deliver.report import WORDS, Finding, Report, Signer, State, Weight
from manyhands.deliver.seal import fingerprint_of, is_issued_by, unsealed
from manyhands.deliver.verify import check_anchors, told_of_root
from manyhands.disk import sha256_of

MOST_BYTES = 256 << 20
"""A film of thousands of shots is smaller by far."""


def film_data_of(path: Path) -> Path | None:
    """The sealed data that tells of a file: itself, or what lies beside a film's page; None for any other file."""
    beside = path if path.suffix.lower() == ".json" else path.with_name(FILM_DATA)
    if path.suffix.lower() not in (".json", ".html") or not path.is_file() or not beside.is_file():
        return None
    told = mapping(mapping(_read(beside)).get("told"))
    if told.get("kind") != KIND:
        return None
    page = mapping(told.get("page"))
    return beside if path == beside or path.name == page.get("name") or sha256_of(path) == page.get("sha256") else None


def verify_film(path: Path, data: Path, *, anchors: Sequence[bytes] = ()) -> Report:
    """Whether a film's data is what its production sealed, and whether what lies beside it agrees.

    Args:
        path: what is asked about: the data, or the page, which then has to be the sealed one.
        data: ``film.json``, as :func:`film_data_of` found it.
        anchors: root certificates (PEM) of the productions that are trusted.
    Raises: InputError if an anchor is no certificate.
    """
    check_anchors(anchors)
    document = _read(data)
    found = unsealed(document)
    told = _told(found[0]) if found else None
    is_whole = (
        found
        and told
        and told.certificate_sha256 == fingerprint_of(found[1])
        and _written(document) == data.read_bytes()
    )
    if not is_whole or found is None or told is None:
        words = "It was changed after it was sealed, or is no whole seal."
        return Report(str(path), "broken", (Finding("seal.mismatch", data.name, words, "breaks"),))
    certificate = found[1]
    trusted = any(is_issued_by(certificate, anchor) for anchor in anchors)
    beside = [*_page_findings(path, data, told), *_shot_findings(data, told), *_sum_findings(told)]
    state: State = "intact and trusted" if trusted else "intact, signer unknown"
    report = Report(
        str(path),
        "broken" if any(each.weight == "breaks" for each in beside) else state,
        tuple(beside),
        title=told.production,
        signer=_signer(certificate),
        film=told,
    )
    if trusted or report.state == "broken":
        return report
    unknown = Finding("signingCredential.untrusted", data.name, WORDS["signingCredential.untrusted"], "notes")
    return replace(report, findings=(unknown, *report.findings, *_root_beside(data, certificate, anchors)))


def _written(document: Any) -> bytes:
    try:
        return as_written(document)
    except (ValueError, TypeError, RecursionError):
        return b""


def _told(told: Mapping[str, Any]) -> FilmDisclosure | None:
    try:
        return FilmDisclosure.model_validate_json(json.dumps(told))
    except ValidationError:
        return None


def _page_findings(path: Path, data: Path, told: FilmDisclosure) -> Iterator[Finding]:
    page, asked = data.with_name(told.page.name), path != data
    if asked and sha256_of(path) != told.page.sha256:
        yield Finding("page.changed", path.name, "The page was changed after it was sealed.", "breaks")
    elif not asked and not _lies_beside(told.page.name, data):
        yield Finding("page.missing", told.page.name, "The page is not beside its data.", "notes")
    elif not asked and sha256_of(page) != told.page.sha256:
        yield Finding("page.changed", page.name, "The page beside it was changed after it was sealed.", "warns")


def _shot_findings(data: Path, told: FilmDisclosure) -> Iterator[Finding]:
    """What the shots' papers say, where they lie beside the data."""
    missing = [shot.shot for shot in told.shots if not _lies_beside(shot.paper.name, data)]
    if missing:
        some = f"{', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}"
        words = f"The papers of {len(missing)} of {len(told.shots)} shots are not beside it ({some})."
        yield Finding("paper.missing", data.name, words, "notes")
    hands = {each.id: Hand(**each.model_dump(include={"id", "name", "version", "origin"})) for each in told.hands}
    for shot in told.shots:
        if shot.shot in missing:
            continue
        path = data.with_name(shot.paper.name)
        if sha256_of(path) != shot.paper.sha256:
            yield Finding(
                "paper.changed", path.name, f"The paper of {shot.shot} was changed after it was sealed.", "warns"
            )
        else:
            yield from (_differs(shot.shot, words) for words in _differences(shot, mapping(_read(path)), hands))


def _sum_findings(told: FilmDisclosure) -> Iterator[Finding]:
    """Whether the film's sums are those of its shots, as exact whole numbers."""
    try:
        again = summed([figures(shot) for shot in told.shots])
    except (ValueError, ZeroDivisionError):
        yield _differs("the film", "the figures of its shots cannot be added up")
        return
    by_id = {one.id: one for one in again.hands}
    found: list[str] = []
    if [one.id for one in told.hands if one.id not in by_id] or len(by_id) != len(told.hands):
        found.append("the hands of the film are not those of its shots")
    for one in told.hands:
        sums = by_id.get(one.id)
        for name in ("origin_ppm", "altered_ppm", "frames", "shots") if sums else ():
            if getattr(one, name) != getattr(sums, name):
                found.append(f"{one.name}: {name} is {getattr(sums, name)}; sealed was {getattr(one, name)}")
        if sums and Fraction(one.seconds) != sums.seconds:
            found.append(f"{one.name}: seconds are {sums.seconds}; sealed was {one.seconds}")
    shares: dict[str, int] = {"empty_ppm": again.empty_ppm, "changed_ppm": again.changed_ppm}
    for origin in ("camera", "person", "procedure", "trained"):
        shares[f"{origin}_ppm"] = sum(
            by_id[one.id].origin_ppm for one in told.hands if one.origin == origin and one.id in by_id
        )
    found += [
        f"{name} is {part}; sealed was {getattr(told.shares, name)}"
        for name, part in shares.items()
        if part != getattr(told.shares, name)
    ]
    if Fraction(told.screen_seconds) != again.seconds:
        found.append(f"screen_seconds are {again.seconds}; sealed was {told.screen_seconds}")
    count = sum(shot.frame_count for shot in told.shots)
    if told.frame_count != count:
        found.append(f"frame_count is {count}; sealed was {told.frame_count}")
    for words in found:
        yield _differs("the film", words)
    if not found:
        shots = "1 shot" if len(told.shots) == 1 else f"{len(told.shots)} shots"
        yield Finding("film.added_up", FILM_DATA, f"The sums over {shots} were added up again, and agree.", "notes")


def _differences(shot: ShotOfFilm, paper: Mapping[str, Any], hands: Mapping[str, Hand]) -> Iterator[str]:
    """Where a shot's paper, added up again from its frames, is not what the film says of the shot."""
    try:
        frames = [FrameExtent.model_validate(each) for each in mappings(paper.get("frames"))]
        known = [hands[one.id] for one in shot.hands]
        span = Span(start=shot.first_frame, length=shot.frame_count, rate_fps=Fraction(shot.rate_fps))
        again = total_extent(frames, known, span)
    except (ValueError, KeyError, ZeroDivisionError, ManyhandsError):
        yield "its paper's figures cannot be added up"
        return
    if len(frames) != shot.frame_count or [frame.frame for frame in frames] != list(span.frames):
        yield f"its paper tells of {len(frames)} frames, not of {shot.frame_count} from {shot.first_frame}"
    if extents_sha256(frames) != shot.frame_extents_sha256:
        yield "the figures of single frames are not those of its master"
    if Fraction(again.screen_seconds) != Fraction(shot.screen_seconds):
        yield f"screen_seconds are {again.screen_seconds}; sealed was {shot.screen_seconds}"
    for part, one in zip(again.hands, shot.hands, strict=True):
        # which of equal remainders is rounded up depends on an order that the paper does not keep
        if abs(part.origin_ppm - one.origin_ppm) > 1 or (part.altered_ppm, part.frames) != (
            one.altered_ppm, one.frames,
        ):  # fmt: skip
            yield f"the figures of {part.hand.name} are not those of its frames"
    if abs(again.empty_ppm - shot.empty_ppm) > 1 or again.changed_ppm != shot.changed_ppm:
        yield "what is empty or altered is not what its frames say"


def _root_beside(data: Path, certificate: x509.Certificate, anchors: Sequence[bytes]) -> Iterator[Finding]:
    beside = data.with_name(ROOT)
    if not anchors and beside.is_file():
        pem = beside.read_bytes()
        yield told_of_root(pem, lambda: is_issued_by(certificate, pem))


def _signer(certificate: x509.Certificate) -> Signer:
    def of(name: x509.Name, what: x509.ObjectIdentifier) -> str:
        return str(next((each.value for each in name.get_attributes_for_oid(what)), ""))

    subject, issuer = certificate.subject, certificate.issuer
    return Signer(
        name=of(subject, NameOID.ORGANIZATION_NAME) or of(subject, NameOID.COMMON_NAME) or "nobody by name",
        issuer=", ".join(
            filter(None, (of(issuer, NameOID.ORGANIZATION_NAME), of(issuer, NameOID.COMMON_NAME)))
        ),
        valid_until=f"{certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
    )  # fmt: skip


def _differs(where: str, words: str, weight: Weight = "warns") -> Finding:
    return Finding("film.differs", where, f"{where}: added up again, {words}.", weight)


def _lies_beside(name: str, data: Path) -> bool:
    """Whether a name that the data says is that of a file in its own folder."""
    return name == Path(name).name and data.with_name(name).is_file()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes()) if path.stat().st_size <= MOST_BYTES else None
    except (ValueError, RecursionError):
        return None
