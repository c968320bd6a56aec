"""Content Credentials for masters: what went in, what was done, who decided, how much of it.

Signing is offline unless a time stamp service is named.  A master is never half-signed: the signed
file takes the plain one's place in one step.
"""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import c2pa

from manyhands.core.errors import MediaError, NotFoundError, StateError
from manyhands.deliver import sequence
from manyhands.deliver.authority import Authority
from manyhands.deliver.c2pa_errors import signing_errors_told
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.manifest import NOTE, THUMBNAIL, Ingredient, ingredients, manifest_definition
from manyhands.deliver.xmp import copy_with_xmp, xmp_packet
from manyhands.disk import whole, write_whole
from manyhands.media.files import FRAMES_LIST

EMBEDDED = {
    ".mp4": "video/mp4",
    ".m4v": "video/x-m4v",
    ".mov": "video/quicktime",
    ".avi": "video/avi",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
    ".wav": "audio/wav",
}
"""Formats that carry a credential inside; every other one gets a sidecar."""

WITH_XMP_INSIDE = (".mp4", ".m4v", ".mov")

_SETTINGS = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign_hash": True},
    "builder": {"thumbnail": {"enabled": False}},
}


@dataclass(frozen=True)
class Signed:
    """What signing wrote: the master, what lies beside it, and the size of the manifest in bytes."""

    master: Path
    sidecars: tuple[Path, ...]
    manifest_bytes: int


def sign_master(
    master: Path, dossier: Dossier, authority: Authority, *, files: Mapping[str, Path] = {}, ta_url: str = ""
) -> Signed:
    """Give a master its XMP and its Content Credentials, in place.

    Args:
        master: a film or still, or the folder of an image sequence.
        files: the file of each source that is at hand, by the source's id; where it has Content
            Credentials of its own, they are carried on.
        ta_url: a time stamp service (RFC 3161) to ask; none by default, for then nothing is sent.
    Raises: NotFoundError or MediaError if it is no whole file; StateError if it is signed already;
        TrustError if it cannot be signed; CapacityError or StoreError if it cannot be written.
    """
    if not master.exists():
        raise NotFoundError("master", master)
    pen = _Pen(dossier, authority, files, ta_url)
    with signing_errors_told(master.name):
        if master.is_dir():
            return _sign_sequence(master, pen)
        if not master.stat().st_size:
            raise MediaError(f"{master.name}: the file is empty.", "Make the master again.")
        if master.suffix.lower() not in EMBEDDED:
            return _sign_beside(master, pen)
        if _has_credentials(master):
            raise StateError(
                f"{master.name}: it has Content Credentials already.", "Deliver the take again to make a new master."
            )
        return _sign_inside(master, pen)


def media_type(file: Path) -> str:
    """The MIME type by which c2pa knows a file; a sidecar fits any bytes."""
    return EMBEDDED.get(file.suffix.lower(), "application/octet-stream")


def sidecar_of(master: Path) -> Path:
    """The file that holds the credential of a master that cannot hold it itself: ``sh010.webm.c2pa``."""
    return master.with_name(f"{master.name}.c2pa")


def xmp_of(master: Path) -> Path:
    """The file that holds a master's XMP where the master does not: ``sh010.png.xmp``."""
    return master.with_name(f"{master.name}.xmp")


@dataclass(frozen=True)
class _Pen:
    """What every signature needs beside the file."""

    dossier: Dossier
    authority: Authority
    files: Mapping[str, Path]
    ta_url: str

    def sign(self, kind: str, plain: BinaryIO, signed: BinaryIO, *, xmp: bytes = b"", inside: bool = True) -> bytes:
        """Write the signed file and return the manifest; with ``inside`` not set the file stays as it is.

        Args:
            xmp: the XMP that lies beside the master, whose hash is then signed.
        """
        xmp_sha256 = hashlib.sha256(xmp).hexdigest() if xmp else ""
        info = c2pa.C2paSignerInfo(
            alg=b"es256",
            sign_cert=self.authority.chain_pem,
            private_key=self.authority.key_pem,
            ta_url=self.ta_url.encode() or None,
        )
        with (
            c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context,
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(manifest_definition(self.dossier, xmp_sha256=xmp_sha256), context) as builder,
        ):
            builder.add_resource(NOTE, io.BytesIO(self.dossier.note.encode()))
            if self.dossier.pictures.thumbnail:
                builder.add_resource(THUMBNAIL, io.BytesIO(self.dossier.pictures.thumbnail))
            for ingredient in ingredients(self.dossier):
                _add(builder, ingredient, self.files)
            if not inside:
                builder.set_no_embed()
            try:
                manifest: bytes = builder.sign(signer, kind, plain, signed)
            except c2pa.C2paError.Io:
                signed.write(bytes(io.DEFAULT_BUFFER_SIZE))  # c2pa keeps to itself what the disk said: ask it again
                signed.flush()
                raise
            return manifest


def _sign_inside(master: Path, pen: _Pen) -> Signed:
    packet, kind = xmp_packet(pen.dossier), media_type(master)
    if master.suffix.lower() in WITH_XMP_INSIDE:
        with tempfile.TemporaryFile(dir=master.parent) as plain, whole(master) as part, part.open("r+b") as signed:
            copy_with_xmp(master, plain, packet)
            plain.seek(0)
            return Signed(master, (), len(pen.sign(kind, plain, signed)))
    beside = xmp_of(master)
    with master.open("rb") as plain_file, whole(master) as part, part.open("r+b") as signed:
        manifest = pen.sign(kind, plain_file, signed, xmp=packet)
        write_whole(beside, packet)
    return Signed(master, (beside,), len(manifest))


def _sign_beside(master: Path, pen: _Pen) -> Signed:
    packet = xmp_packet(pen.dossier)
    beside, sidecar = xmp_of(master), sidecar_of(master)
    manifest = _sidecar(master, pen, xmp=packet)
    write_whole(beside, packet)
    write_whole(sidecar, manifest)
    return Signed(master, (beside, sidecar), len(manifest))


def _sign_sequence(folder: Path, pen: _Pen) -> Signed:
    """Sign the list of the frames' hashes; the XMP is listed like a frame."""
    beside, listed, sidecar = (folder / name for name in (sequence.XMP, FRAMES_LIST, sequence.CREDENTIAL))
    if not sequence.listed_files(folder):
        raise MediaError(f"{folder.name}: there is no frame in it.", "Name the folder that holds the frames.")
    write_whole(beside, xmp_packet(pen.dossier))
    write_whole(listed, sequence.hash_list(folder))
    manifest = _sidecar(listed, pen)
    write_whole(sidecar, manifest)
    return Signed(folder, (beside, listed, sidecar), len(manifest))


def _sidecar(asset: Path, pen: _Pen, *, xmp: bytes = b"") -> bytes:
    with asset.open("rb") as file, tempfile.TemporaryFile(dir=asset.parent) as copy:
        return pen.sign(media_type(asset), file, copy, xmp=xmp, inside=False)


def _add(builder: Any, ingredient: Ingredient, files: Mapping[str, Path]) -> None:
    file = files.get(ingredient.file_id)
    if file is not None and file.suffix.lower() in EMBEDDED and file.is_file() and _has_credentials(file):
        told = {key: value for key, value in ingredient.told.items() if key != "digital_source_type"}
        with file.open("rb") as opened:
            builder.add_ingredient(json.dumps(told), media_type(file), opened)
    else:
        builder.add_ingredient(json.dumps(ingredient.told), ingredient.format, io.BytesIO())


def _has_credentials(file: Path) -> bool:
    """Whether a file carries Content Credentials, sound or not."""
    with c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context, file.open("rb") as opened:
        try:
            reader = c2pa.Reader.try_create(media_type(file), opened, context=context)
        except (c2pa.C2paError.Io, c2pa.C2paError.NotSupported, c2pa.C2paError.Other):
            return False  # not of the format that it is named for; whoever needs it to be will say so
        except c2pa.C2paError:
            return True
        if reader is not None:
            reader.close()
        return reader is not None
