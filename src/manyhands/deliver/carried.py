"""What the Content Credentials of something that comes in say of its rights and of how it was made.

Only what comes in is read here; :mod:`manyhands.deliver.verify` judges what goes out.  What a credential says is
taken from its own manifest and from those of what it was opened from, for an edit does not undo how a picture was made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from manyhands.core.intake import UNREADABLE, Saying
from manyhands.deliver.crjson import codes, mapping, mappings, text
from manyhands.deliver.sequence import CREDENTIAL
from manyhands.media.files import FRAMES_LIST
from manyhands.media.packets import packets

MOST_BYTES = 2 << 30  # c2pa takes about the file's size in memory
MOST_SIDECAR_BYTES = 64 << 20
SIGNER = "signature"
_CARRIER = "Content Credentials"
_PARTLY = "componentOf"


def credentials_carried(path: Path) -> list[Saying]:
    """What a file's Content Credentials, inside or beside it, say; nothing where it has none.

    Raises: OSError if it cannot be read.
    """
    import c2pa

    from manyhands.deliver.c2pa_errors import reading_error
    from manyhands.deliver.credentials import EMBEDDED, media_type, sidecar_of

    if path.is_dir():
        path, beside = path / FRAMES_LIST, path / CREDENTIAL
    else:
        either = (sidecar_of(path), path.with_suffix(".c2pa"))
        beside = next((one for one in either if one.is_file()), either[0])
    if not path.is_file():
        return []
    inside = path.suffix.lower() in EMBEDDED and any(packet.kind == "c2pa" for packet in packets(path))
    if not inside and not beside.is_file():
        return []
    read, most = (path, MOST_BYTES) if inside else (beside, MOST_SIDECAR_BYTES)
    where = read.name
    if read.stat().st_size > most:
        return [_unread(where, f"it has {read.stat().st_size >> 20} MiB; at most {most >> 20} are read")]
    manifest = None if inside else beside.read_bytes()
    settings = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
    with c2pa.Context(c2pa.Settings.from_dict(settings)) as context, path.open("rb") as file:
        try:
            kind = media_type(path) if manifest is None else "application/octet-stream"
            with c2pa.Reader(kind, file, manifest, context=context) as reader:
                manifests = mappings(json.loads(reader.crjson()).get("manifests"))
        except c2pa.C2paError.ManifestNotFound:
            return []
        except c2pa.C2paError as error:
            return [_unread(where, reading_error(error, path.name).what)]
    return list(dict.fromkeys(_sayings(manifests, where))) if manifests else []


def _unread(where: str, why: str) -> Saying:
    return Saying(carrier=_CARRIER, where=where, name=UNREADABLE, says=why[:300], holds=False)


def _sayings(manifests: Sequence[Mapping[str, Any]], where: str) -> Iterator[Saying]:
    from manyhands.deliver.verify import SIGNER_ONLY

    active = manifests[0]
    faults = [code for code, _ in codes(active.get("validationResults"), "failure") if code not in SIGNER_ONLY]

    def said(name: str, says: str) -> Saying:
        words = " ".join("".join(letter if letter.isprintable() else " " for letter in says).split())
        return Saying(carrier=_CARRIER, where=where, name=name, says=words[:400], holds=not faults)

    subject = mapping(mapping(mapping(active.get("signature")).get("certificateInfo")).get("subject"))
    signer = text(subject.get("O")) or text(subject.get("CN")) or "nobody by name"
    yield said(SIGNER, f"broken ({faults[0]}), signed by {signer}" if faults else f"intact, signed by {signer}")
    for manifest, partly in _line_of(manifests):
        assertions = {label: mapping(value) for label, value in mapping(manifest.get("assertions")).items()}
        for label, value in assertions.items():
            if ".training-mining" in label:
                for entry, use in mapping(value.get("entries")).items():
                    limit = text(mapping(use).get("constraint_info"))
                    told = text(mapping(use).get("use")) + (f": {limit}" if limit else "")
                    yield said(f"{label.split('__')[0]}/{entry}", told)
            elif label.startswith("c2pa.actions"):
                for action in mappings(value.get("actions")):
                    yield from _made(action, said, partly=partly)


def _made(action: Mapping[str, Any], said: Any, *, partly: bool) -> Iterator[Saying]:
    kind = text(action.get("digitalSourceType")).rsplit("/", 1)[-1]
    if not kind:
        return
    is_trained = "rained" in kind or kind == "compositeSynthetic"
    agent = mapping(action.get("softwareAgent"))
    name = text(action.get("softwareAgent")) or f"{text(agent.get('name'))} {text(agent.get('version'))}".strip()
    if partly or (text(action.get("action")) != "c2pa.created" and kind == "trainedAlgorithmicMedia"):
        # a part of it: that a model made an element does not say that it made the whole
        kind = "compositeSynthetic" if is_trained else kind
    yield said("c2pa.actions/digitalSourceType", f"{kind} ({text(action.get('action'))})")
    if name and is_trained:
        yield said("c2pa.actions/softwareAgent", name)


def _line_of(manifests: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """The manifest, those it was opened from, and those of which it holds a part; each once."""
    by_label = {text(manifest.get("label")): manifest for manifest in manifests}
    waiting: list[tuple[Mapping[str, Any], bool]] = [(manifests[0], False)]
    seen: set[str] = set()
    while waiting:
        manifest, partly = waiting.pop(0)
        if text(manifest.get("label")) in seen:
            continue
        seen.add(text(manifest.get("label")))
        yield manifest, partly
        for label, value in mapping(manifest.get("assertions")).items():
            inside = text(mapping(mapping(value).get("activeManifest")).get("url"))
            relation = text(mapping(value).get("relationship"))
            if label.startswith("c2pa.ingredient") and inside and relation in ("parentOf", _PARTLY):
                parent = next((one for name, one in by_label.items() if name and name in inside), None)
                if parent is not None:
                    waiting.append((parent, partly or relation == _PARTLY))
