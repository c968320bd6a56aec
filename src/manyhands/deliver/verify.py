"""The verifier: is this file what its makers signed, who signed it, and what do they say of it?

It needs nothing but the file, or the file and its sidecar, and no network.  With the production's
root certificate it also tells whether the signer is the production's; with the authorship layers,
which an EXR sequence carries itself, it adds the figures up again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pydantic import ValidationError

from manyhands.core.errors import InputError, MediaError, NotFoundError
from manyhands.core.extent import FrameExtent, total_extent
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from manyhands.deliver import sequence
from manyhands.deliver.authority import ROOT
from manyhands.deliver.c2pa_errors import file_error, reading_error
from manyhands.deliver.credentials import EMBEDDED, media_type, sidecar_of, xmp_of
from manyhands.deliver.crjson import codes, mapping, mappings, text, whole
from manyhands.deliver.disclosure import extents_sha256, facts_sha256
from manyhands.deliver.lint import lint
from manyhands.deliver.manifest import AUTHORSHIP, SHA256, AuthorshipSigned
from manyhands.deliver.plain import percent
from manyhands.deliver.report import WORDS, Done, Finding, Report, Signer, State, Weight, WentIn
from manyhands.media.files import FRAMES_LIST

SIGNER_ONLY = ("signingCredential.untrusted", "signingCredential.expired", "claimSignature.outsideValidity")
"""Failures that say who signed is not known, not that anything was changed."""


def verify(
    path: Path,
    *,
    sidecar: Path | None = None,
    anchors: Sequence[bytes] = (),
    frames: Iterable[FrameExtent] | None = None,
    disclosure: Path | None = None,
) -> Report:
    """Read a file's Content Credentials and say in plain words whether they hold.

    Args:
        path: a master, or the folder of a signed image sequence.
        sidecar: its ``.c2pa`` file; found by itself where it lies beside the file.
        anchors: root certificates (PEM) of the signers that are trusted.
        frames: the figures of every frame, measured again from the authorship layers; they are
            only asked for where there is something sound to compare them with.  An EXR sequence
            that carries the layers itself is measured without them.
        disclosure: its ``disclosure.json``; found by itself where it lies beside the file.
    Raises: NotFoundError if a file is missing; MediaError if it is no film, still or sequence;
        InputError if an anchor is no certificate; StoreError if it cannot be read.
    """
    for file in (path, *filter(None, (sidecar, disclosure))):
        if not file.exists():
            raise NotFoundError("file", file)
    check_anchors(anchors)
    asset, sidecar = _asset_of(path, sidecar)
    if asset is None:
        return Report(str(path), "no credentials")
    try:
        manifest = sidecar.read_bytes() if sidecar else None
        report = _read(path, asset, manifest, anchors)
        if not report.state.startswith("intact"):
            return report
        beside = [
            *_folder_findings(path, asset),
            *_xmp_findings(path, report),
            *_told_findings(path, report, disclosure),
        ]
    except OSError as error:
        raise file_error(error, path.name) from error
    state: State = "broken" if any(each.weight == "breaks" for each in beside) else report.state
    report = replace(report, state=state, findings=(*report.findings, *beside))
    if report.authorship is None or state == "broken":
        return report
    try:
        frames = sequence.extents(path) if frames is None and path.is_dir() else frames
        if frames is None:
            return report
        differences = tuple(_differences(report.authorship, list(frames)))
    except MediaError as error:
        differences = (
            Finding("extent.unreadable", AUTHORSHIP, f"The figures cannot be measured: {error.what}", "warns"),
        )
    return replace(report, findings=(*report.findings, *differences), measured="differs" if differences else "agrees")


def root_beside(path: Path, sidecar: Path | None, report: Report) -> Iterator[Finding]:
    """What a ``root.pem`` that lies beside a file says of its signer: a hint to compare, never trust.

    Args:
        report: of the file, read without a root.
    """
    beside = path.parent / ROOT
    if report.state != "intact, signer unknown" or not beside.is_file():
        return
    pem = beside.read_bytes()
    asset, sidecar = _asset_of(path, sidecar)
    manifest = sidecar.read_bytes() if sidecar else None
    yield told_of_root(
        pem, lambda: asset is not None and _read(path, asset, manifest, [pem]).state == "intact and trusted"
    )


def told_of_root(pem: bytes, was_signed_under: Callable[[], bool]) -> Finding:
    """What the root certificate that lies beside something says of its signer."""
    try:
        marks = [each.fingerprint(hashes.SHA256()).hex() for each in x509.load_pem_x509_certificates(pem)]
    except ValueError:
        return Finding("root.beside", ROOT, f"The {ROOT} beside it is no certificate.", "notes")
    if not was_signed_under():
        return Finding("root.beside", ROOT, f"The {ROOT} beside it is not the one that it was signed under.", "notes")
    words = (
        f"It was signed under the {ROOT} that lies beside it, fingerprint (SHA-256) {', '.join(marks)}. That proves "
        "little until you compare this with the fingerprint that the maker published: whoever changes the file can "
        "change that one too. Then give the root with --root."
    )
    return Finding("root.beside", ROOT, words, "notes")


def check_anchors(anchors: Sequence[bytes]) -> None:
    """Raises: InputError if one of them is no certificate."""
    for anchor in anchors:
        try:
            x509.load_pem_x509_certificates(anchor)
        except ValueError as error:
            raise InputError(
                "root: it is no certificate in PEM form.", "Give the root.pem that the production publishes."
            ) from error


def _asset_of(path: Path, sidecar: Path | None) -> tuple[Path | None, Path | None]:
    """The file that the credential binds to, and the sidecar, where only that can hold the credential."""
    if path.is_dir():
        listed, beside = path / FRAMES_LIST, sidecar or path / sequence.CREDENTIAL
        return (listed, beside) if listed.is_file() and beside.is_file() else (None, None)
    beside = sidecar_of(path)
    has_no_room = path.suffix.lower() not in EMBEDDED
    return path, sidecar or (beside if has_no_room and beside.is_file() else None)


def _read(path: Path, asset: Path, manifest: bytes | None, anchors: Sequence[bytes]) -> Report:
    settings: dict[str, Any] = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
    if anchors:
        settings["trust"] = {
            "anchors": [
                {"trust_kind": kind, "trust_anchors": anchor.decode(), "trust_uri": "urn:manyhands:given-root"}
                for anchor in anchors
                for kind in ("manifest", "tsa")
            ]
        }
    with c2pa.Context(c2pa.Settings.from_dict(settings)) as context, asset.open("rb") as file:
        try:
            with c2pa.Reader(media_type(asset), file, manifest, context=context) as reader:
                told, validity = json.loads(reader.crjson()), reader.get_validation_state()
        except c2pa.C2paError as error:
            return _unread(path, error, has_sidecar=manifest is not None)
    return _report(path, mappings(told.get("manifests")), validity == "Trusted")


def _unread(path: Path, error: c2pa.C2paError, *, has_sidecar: bool) -> Report:
    """What it means that c2pa could read no credential at all."""
    none = (c2pa.C2paError.ManifestNotFound, c2pa.C2paError.NotSupported)
    if isinstance(error, none) and not has_sidecar:
        return Report(str(path), "no credentials")
    if isinstance(error, c2pa.C2paError.RemoteManifest):
        words = "Its credential is kept at a web address, which was not asked; give it as a sidecar."
        return Report(str(path), "no credentials", (Finding("manifest.remote", path.name, words, "notes"),))
    told = reading_error(error, path.name)
    if isinstance(error, c2pa.C2paError.Io) and not has_sidecar:
        raise told from error
    return Report(str(path), "broken", (Finding(type(error).__name__.strip("_"), path.name, told.what, "breaks"),))


def _report(path: Path, manifests: list[Mapping[str, Any]], trusted: bool) -> Report:
    active = manifests[0]
    assertions = {label: mapping(value) for label, value in mapping(active.get("assertions")).items()}
    claim = mapping(active.get("claim.v2")) or mapping(active.get("claim"))
    generator = mapping(claim.get("claim_generator_info"))
    findings = [*_failures(active), *_stamps(active)]
    went_in, trouble = _ingredients(assertions, active, manifests)
    authorship, unread = _authorship(assertions)
    findings += trouble + unread
    # Another program may follow another version of the rules; what we sign ourselves follows them.
    against_rules: Weight = "warns" if authorship else "notes"
    findings += [Finding("lint", "credential", f"Against C2PA 2.4: {words}.", against_rules) for words in lint(active)]
    broken = any(each.weight == "breaks" for each in findings)
    state: State = "broken" if broken else ("intact and trusted" if trusted else "intact, signer unknown")
    return Report(
        str(path),
        state,
        tuple(findings),
        title=text(claim.get("dc:title")),
        generator=f"{text(generator.get('name'))} {text(generator.get('version'))}".strip(),
        signer=_signer(active),
        went_in=tuple(went_in),
        done=tuple(_done(assertions)),
        oversight=tuple(
            text(mapping(value.get("contentProfile")).get("humanOversightLevel"))
            for label, value in assertions.items()
            if label.startswith("c2pa.ai-disclosure")
        ),
        authorship=authorship,
    )


def _failures(manifest: Mapping[str, Any]) -> Iterator[Finding]:
    for code, explanation in codes(manifest.get("validationResults"), "failure"):
        yield Finding(code, "credential", _words(code, explanation), "notes" if code in SIGNER_ONLY else "breaks")


def _stamps(manifest: Mapping[str, Any]) -> Iterator[Finding]:
    for kind in ("success", "informational"):
        for code, explanation in codes(manifest.get("validationResults"), kind):
            if code.startswith("timeStamp."):
                yield Finding(code, "credential", _words(code, explanation), "notes")


def _words(code: str, explanation: str) -> str:
    return WORDS.get(code, f"c2pa says {code}: {explanation}.")


def _signer(manifest: Mapping[str, Any]) -> Signer:
    told = mapping(mapping(manifest.get("signature")).get("certificateInfo"))
    subject, issuer = mapping(told.get("subject")), mapping(told.get("issuer"))
    return Signer(
        name=text(subject.get("O")) or text(subject.get("CN")) or "nobody by name",
        issuer=", ".join(filter(None, (text(issuer.get("O")), text(issuer.get("CN"))))),
        valid_until=text(mapping(told.get("validity")).get("notAfter")),
    )


def _ingredients(
    assertions: Mapping[str, Mapping[str, Any]], active: Mapping[str, Any], manifests: list[Mapping[str, Any]]
) -> tuple[list[WentIn], list[Finding]]:
    """What went in.  That a film is trusted says nothing of its ingredients, so each is looked at.

    An ingredient's own credentials were judged when it went in (that judgement is stored with it)
    and are judged again now; either may find a fault.
    """
    again: dict[str, list[tuple[str, str]]] = {}
    for delta in mappings(active.get("ingredientDeltas")):
        label = text(delta.get("ingredientAssertionURI")).rsplit("/", 1)[-1]
        again.setdefault(label, []).extend(codes(delta.get("validationDeltas"), "failure"))
    went_in, findings = [], []
    for label, value in assertions.items():
        if not label.startswith("c2pa.ingredient"):
            continue
        title, told = text(value.get("dc:title")), mapping(value.get("metadata"))
        faults = [
            *codes(mapping(value.get("validationResults")).get("activeManifest"), "failure"),
            *again.get(label, []),
        ]
        for inner in mappings(mapping(value.get("validationResults")).get("ingredientDeltas")):
            faults += codes(inner.get("validationDeltas"), "failure")
        inside = text(mapping(value.get("activeManifest")).get("url"))
        for manifest in manifests[1:]:
            if text(manifest.get("label")) and text(manifest.get("label")) in inside:
                faults += codes(manifest.get("validationResults"), "failure")
        serious = [fault for fault in dict.fromkeys(faults) if fault[0] not in SIGNER_ONLY]
        findings += [
            Finding(code, f"ingredient {title}", f"{title}: {_words(code, explanation)}", "warns")
            for code, explanation in serious
        ]
        went_in.append(
            WentIn(
                title=title,
                relationship=text(value.get("relationship")),
                sha256=text(told.get(SHA256)),
                licence=text(told.get("org.manyhands.licence")),
                credit=text(told.get("org.manyhands.credit")),
                state="broken" if serious else ("intact" if inside else "without credentials"),
            )
        )
    return went_in, findings


def _done(assertions: Mapping[str, Mapping[str, Any]]) -> Iterator[Done]:
    for label, value in assertions.items():
        if not label.startswith("c2pa.actions"):
            continue
        for each in mappings(value.get("actions")):
            agent = mapping(each.get("softwareAgent"))
            regions = [part for change in mappings(each.get("changes")) for part in mappings(change.get("region"))]
            spans = [mapping(part.get("frame")) for part in regions if part.get("type") == "frame"]
            yield Done(
                action=text(each.get("action")),
                agent=f"{text(agent.get('name'))} {text(agent.get('version'))}".strip(),
                source_type=text(each.get("digitalSourceType")).rsplit("/", 1)[-1],
                description=text(each.get("description")),
                frames=tuple((whole(span.get("start"), 0), whole(span.get("end"), -1)) for span in spans),
            )


def _authorship(assertions: Mapping[str, Mapping[str, Any]]) -> tuple[AuthorshipSigned | None, list[Finding]]:
    if AUTHORSHIP not in assertions:
        return None, []
    try:
        return AuthorshipSigned.model_validate(assertions[AUTHORSHIP]), []
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        words = f"The signed figures are not in a form that this version reads ({where})."
        return None, [Finding("authorship.unreadable", AUTHORSHIP, words, "warns")]


def _folder_findings(path: Path, listed: Path) -> Iterator[Finding]:
    if path.is_dir():
        for words, breaks in sequence.faults(path, listed.read_bytes()):
            yield Finding("sequence", path.name, f"{words}.", "breaks" if breaks else "warns")


def _xmp_findings(path: Path, report: Report) -> Iterator[Finding]:
    signed = report.authorship.xmp_sha256 if report.authorship else ""
    beside = xmp_of(path)
    if not signed:
        return
    if not beside.is_file():
        yield Finding("xmp.missing", beside.name, "The XMP that was signed with it is not beside it.", "notes")
    elif hashlib.sha256(beside.read_bytes()).hexdigest() != signed:
        yield Finding("xmp.changed", beside.name, "The XMP beside it was changed after it was signed.", "warns")


def _told_findings(path: Path, report: Report, given: Path | None) -> Iterator[Finding]:
    """Whether the disclosure beside a master is the one that the master signed."""
    file = given or path.parent / "disclosure.json"
    if report.authorship is None or not file.is_file():
        return
    try:
        told = mapping(json.loads(file.read_bytes()))
    except ValueError:
        yield Finding("disclosure.changed", file.name, "The disclosure is not readable JSON.", "warns")
        return
    if given is None and mapping(told.get("record")).get("take") != report.authorship.take:
        return
    if facts_sha256(told) != report.authorship.disclosure_sha256:
        yield Finding("disclosure.changed", file.name, "The disclosure is not the one that was signed.", "warns")


def _differences(signed: AuthorshipSigned, frames: list[FrameExtent]) -> Iterator[Finding]:
    """Where figures that were added up again are not the signed ones, as exact whole numbers."""
    hands = [Hand(id=each.id, origin=each.origin, name=each.name, version=each.version) for each in signed.hands]
    known = {hand.id for hand in hands}
    for name in sorted({name for frame in frames for name in (*frame.origin_ppm, *frame.altered_ppm)} - known):
        yield _difference(f"the layers show {name}, which the credential does not name")
        return
    if len(frames) != signed.frames:
        yield _difference(f"there are {len(frames)} frames; signed were {signed.frames}")
        return
    span = Span(start=signed.first_frame, length=signed.frames, rate_fps=Fraction(signed.rate_fps))
    again = total_extent(frames, hands, span)
    for name in ("empty_ppm", "changed_ppm"):
        if getattr(again, name) != getattr(signed, name):
            yield _difference(f"{name} is {getattr(again, name)}; signed was {getattr(signed, name)}")
    for part, was in zip(again.hands, signed.hands, strict=True):
        for name in ("origin_ppm", "area_ppm", "altered_ppm", "frames"):
            if getattr(part, name) != getattr(was, name):
                yield _difference(f"{was.name}: {name} is {getattr(part, name)}; signed was {getattr(was, name)}")
    for origin in ("camera", "person", "procedure", "trained"):
        total = sum(part.origin_ppm for part in again.hands if part.hand.origin == origin)
        if total != getattr(signed, f"{origin}_ppm"):
            yield _difference(f"{origin} is {percent(total)}; signed was {percent(getattr(signed, f'{origin}_ppm'))}")
    if extents_sha256(frames) != signed.frame_extents_sha256:
        yield _difference("the figures of single frames are not the signed ones")


def _difference(words: str) -> Finding:
    return Finding("extent.differs", AUTHORSHIP, f"Measured again, {words}.", "warns")
