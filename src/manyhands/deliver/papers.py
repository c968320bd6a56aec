"""The papers beside the masters: the audience's page, its data, the cue sheet, the public root."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from manyhands.deliver import sequence
from manyhands.deliver.authority import ROOT, Authority
from manyhands.deliver.c2pa_errors import signing_errors_told
from manyhands.deliver.credentials import media_type
from manyhands.deliver.cuesheet import cue_sheet
from manyhands.deliver.disclosure import EncodingTold, disclosure, disclosure_json, told_file
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.page import FileOnPage, disclosure_page
from manyhands.disk import sha256_of, write_whole
from manyhands.media.files import FRAMES_LIST

MEDIA_TYPES = {".webm": "video/webm", ".mkv": "video/x-matroska", ".mxf": "application/mxf"}
"""What c2pa has no name for."""


ABOUT = {
    "disclosure.json": "this page’s figures, as data",
    "cuesheet.csv": "every use with its time code",
    ROOT: "the root certificate: get it another way as well",
    ".contact.png": "all frames on one sheet",
    ".preview.mp4": "a small preview, not signed",
    ".c2pa": "the master’s credentials",
    ".xmp": "what the master says of itself, as XMP",
}
"""What the files beside a master are, by their names or endings."""


def write_papers(
    folder: Path, dossier: Dossier, authority: Authority, masters: Sequence[Path], beside: Sequence[Path] = ()
) -> tuple[Path, ...]:
    """Write ``disclosure.html``, ``disclosure.json``, ``cuesheet.csv`` and ``root.pem`` for signed masters.

    The page names the SHA-256 of all that was delivered with it.  That is no part of what is signed: the files are
    signed before there is a page.

    Args:
        beside: what else was delivered: sidecars, previews.
    Raises: CapacityError or StoreError if they cannot be written.
    """
    with signing_errors_told(folder.name):
        told = [_told(master) for master in masters]
        data = {
            "disclosure.json": disclosure_json(disclosure(dossier, told)),
            "cuesheet.csv": cue_sheet(dossier),
            ROOT: authority.root_pem,
        }
        files = [FileOnPage(path.name, sha256_of(path), _about(path.name)) for path in beside]
        files += [FileOnPage(name, sha256(content).hexdigest(), ABOUT[name]) for name, content in data.items()]
        papers = {"disclosure.html": disclosure_page(dossier, authority, told, files).encode(), **data}
        for name, content in papers.items():
            write_whole(folder / name, content)
    return tuple(folder / name for name in papers)


def _about(name: str) -> str:
    return next((words for ending, words in ABOUT.items() if name.endswith(ending)), "delivered with it")


def _told(master: Path) -> EncodingTold:
    if master.is_dir():
        listed = told_file(master / FRAMES_LIST, "image sequence")
        size = sum(file.stat().st_size for file in sequence.listed_files(master))
        return listed.model_copy(update={"name": master.name, "bytes": size})
    return told_file(master, MEDIA_TYPES.get(master.suffix.lower(), media_type(master)))
