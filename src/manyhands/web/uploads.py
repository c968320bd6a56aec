"""Files that come from a browser, in pieces: an upload that was cut short goes on where it stopped."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import BaseModel

from manyhands.core.errors import CapacityError, InputError, NotFoundError, StateError
from manyhands.disk import unwritable, write_whole

FOLDER = Path("scratch") / "uploads"
MOST_BYTES = 1 << 40
LONGEST_NAME = 120
MOST_NAME_BYTES = 180
"""File systems count bytes, to 255, and a file that is being written has a longer name for a while."""
KEPT_FREE_BYTES = 1 << 28


class Upload(BaseModel):
    """A file on its way in: ``there`` of ``size`` bytes have come."""

    id: str
    name: str
    size: int
    there: int = 0


def begin(production: Path, name: str, size: int) -> Upload:
    """Make room for a file.

    Raises: InputError for a size that is none; CapacityError if the disk has no room for it; StoreError.
    """
    if not 0 < size <= MOST_BYTES:
        raise InputError(f"upload: {size} bytes is no size of a file that can be taken in.", "Choose another file.")
    if shutil.disk_usage(production).free < size + KEPT_FREE_BYTES:
        raise CapacityError(f"upload: the disk has no room for {size:,} bytes.", "Make room, then drop it again.")
    made = Upload(id=uuid.uuid4().hex, name=safe_name(name), size=size)
    folder = production / FOLDER / made.id
    try:
        folder.mkdir(parents=True)
        (folder / made.name).touch()
    except OSError as error:
        raise unwritable(folder, error) from error
    write_whole(folder / "upload.json", json.dumps(made.model_dump()).encode())
    return made


def found(production: Path, upload_id: str) -> Upload:
    """How far an upload is.  Raises: NotFoundError."""
    folder = _folder(production, upload_id)
    try:
        known = Upload.model_validate_json((folder / "upload.json").read_text())
        return known.model_copy(update={"there": (folder / known.name).stat().st_size})
    except (OSError, ValueError) as error:
        raise NotFoundError("upload", upload_id) from error


async def take_in(production: Path, upload_id: str, offset: int, pieces: AsyncIterator[bytes]) -> Upload:
    """Add what comes to a file.

    Args:
        offset: where in the file it begins; it has to be where the file ends so far.
    Raises: NotFoundError; StateError if it begins elsewhere; InputError if more comes than was said; CapacityError.
    """
    known = found(production, upload_id)
    if offset != known.there:
        raise StateError(
            f"upload {upload_id}: {known.there} bytes are here, not {offset}.", "Go on from there.", there=known.there
        )
    path = _folder(production, upload_id) / known.name
    try:
        with path.open("ab") as file:
            async for piece in pieces:
                if file.tell() + len(piece) > known.size:
                    raise InputError(
                        f"upload {upload_id}: more came than {known.size:,} bytes.", "Drop the file again."
                    )
                file.write(piece)
    except OSError as error:
        raise unwritable(path, error) from error
    return found(production, upload_id)


def finished(production: Path, upload_id: str) -> Path:
    """The file, when all of it is here.  Raises: NotFoundError; StateError if some is missing."""
    known = found(production, upload_id)
    if known.there != known.size:
        raise StateError(
            f"upload {known.name}: {known.there:,} of {known.size:,} bytes are here.", "Wait for the rest."
        )
    return _folder(production, upload_id) / known.name


def forget(production: Path, upload_id: str) -> None:
    """Take an upload away, as when its file was brought in."""
    shutil.rmtree(_folder(production, upload_id), ignore_errors=True)


def safe_name(name: str) -> str:
    """A file's name without what could lead elsewhere or cannot be seen; its ending is kept."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    seen = "".join(letter for letter in base if unicodedata.category(letter)[0] != "C").strip(" .")
    seen = re.sub(r'[<>:"|?*]', "_", seen)
    stem, dot, ending = seen.rpartition(".")
    if not dot:
        return _cut(seen or "file", MOST_NAME_BYTES)
    ending = _cut(ending[:11], 44)
    return f"{_cut((stem or 'file')[: LONGEST_NAME - 12], MOST_NAME_BYTES - 45).rstrip(' .') or 'file'}.{ending}"


def _cut(text: str, most_bytes: int) -> str:
    """The text's beginning in so many bytes; no letter is cut in two."""
    return text[:LONGEST_NAME].encode("utf-8", "replace")[:most_bytes].decode("utf-8", "ignore")


def _folder(production: Path, upload_id: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{32}", upload_id):
        raise NotFoundError("upload", upload_id[:40])
    return production / FOLDER / upload_id
