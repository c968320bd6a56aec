"""Files that come from a browser, in pieces: an upload that was cut short goes on where it stopped.

An upload is one file, or the numbered pictures of one sequence.  What is promised is kept: no more is begun than the
disk has room for, nor more at once than one person may have on the way.
"""

from __future__ import annotations

import re
import shutil
import time
import unicodedata
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel

from manyhands.core.errors import CapacityError, InputError, ManyhandsError, NotFoundError, StateError
from manyhands.core.hand import Hand
from manyhands.disk import unwritable, write_whole
from manyhands.media.sequences import SUFFIXES, check_numbered, is_picture
from manyhands.web.examine import examine, told_by_name

FOLDER = Path("scratch") / "uploads"
MOST_BYTES = 1 << 40
MOST_ON_THE_WAY_BYTES = 1 << 40
"""By one person at once, with what is here and was not brought in yet."""
MOST_FILES = 10_000
"""In one sequence; seven minutes at 24 frames a second."""
LONGEST_NAME = 120
MOST_NAME_BYTES = 180
"""File systems count bytes, to 255, and a file that is being written has a longer name for a while."""
KEPT_FREE_BYTES = 1 << 28
GIVEN_UP_S = 7 * 86_400.0
"""An upload to which nothing came for so long is taken away when another begins."""
ABOUT, PICTURES = "upload.json", "pictures"


class Upload(BaseModel):
    """A file on its way in: ``there`` of ``size`` bytes have come.  Of a sequence that is so of all its ``files``."""

    id: str
    name: str
    size: int
    there: int = 0
    files: tuple[UploadFile, ...] = ()
    by: str = ""
    is_examined: bool = False


class UploadFile(BaseModel):
    """One picture of a sequence that is on its way in."""

    name: str
    size: int
    there: int = 0


Upload.model_rebuild()


def begin(production: Path, by: Hand, name: str, size: int) -> Upload:
    """Make room for a file.

    Raises: InputError for a size that is none; CapacityError if the disk has no room for it, or the person has too
    much on the way; StoreError.
    """
    _check_room(production, by, [size])
    safe = safe_name(name)
    safe = f"_{safe}" if safe.casefold() == ABOUT else safe
    return _begun(production, Upload(id=uuid.uuid4().hex, name=safe, size=size, by=by.id))


def begin_sequence(production: Path, by: Hand, name: str, files: Sequence[tuple[str, int]]) -> Upload:
    """Make room for a numbered sequence, whose names are judged before any of it comes.

    Args:
        name: what it is called, as the folder that it came from.
        files: the name and size of each picture; of a path the last part is its name.
    Raises: InputError if one is no picture, comes twice or has a size that is none; MediaError if frames are missing
    or it is not one sequence; CapacityError; StoreError.
    """
    if not 0 < len(files) <= MOST_FILES:
        raise InputError(f"upload: {len(files):,} files are no sequence; it has 1 to {MOST_FILES:,}.", "Split it.")
    parts = tuple(UploadFile(name=safe_name(one), size=size) for one, size in files)
    odd = next((one.name for one in parts if not is_picture(Path(one.name))), "")
    if odd:
        raise InputError(f"upload: {odd} is no picture of a sequence.", f"Drop {', '.join(SUFFIXES)} alone.")
    twice = len(parts) - len({one.name.casefold() for one in parts})
    if twice:
        raise InputError(f"upload: {twice + 1} of the files have one name.", "Drop one sequence at a time.")
    _check_room(production, by, [one.size for one in parts])
    made = Upload(
        id=uuid.uuid4().hex, name=safe_name(name), size=sum(one.size for one in parts), files=parts, by=by.id
    )  # fmt: skip
    made = _begun(production, made)
    home = _folder(production, made.id) / PICTURES
    try:
        check_numbered(home)
    except ManyhandsError as error:
        forget(production, made.id)
        raise told_by_name(error, home, made.name) from error
    return made


def found(production: Path, upload_id: str) -> Upload:
    """How far an upload is.  Raises: NotFoundError."""
    known = _known(production, upload_id)
    try:
        parts = tuple(one.model_copy(update={"there": path.stat().st_size}) for one, path in _parts(production, known))
    except OSError as error:
        raise NotFoundError("upload", upload_id) from error
    return known.model_copy(
        update={"there": sum(one.there for one in parts), "files": parts if known.files else ()}
    )  # fmt: skip


async def take_in(
    production: Path, upload_id: str, offset: int, pieces: AsyncIterator[bytes], *, file: int = 0
) -> Upload:
    """Add what comes to a file, and tell how much of it is here; what the disk has no room for is taken away.

    Args:
        offset: where in the file it begins; it has to be where the file ends so far.
        file: which of a sequence, from 0.
    Raises: NotFoundError; StateError if it begins elsewhere; InputError if more comes than was said; CapacityError.
    """
    known = _known(production, upload_id)
    parts = list(_parts(production, known))
    if not 0 <= file < len(parts):
        raise NotFoundError("upload", f"{upload_id} file {file}")
    one, path = parts[file]
    try:
        there = path.stat().st_size
    except OSError as error:
        raise NotFoundError("upload", upload_id) from error
    if offset != there:
        raise StateError(f"upload {upload_id}: {there} bytes are here, not {offset}.", "Go on from there.", there=there)
    try:
        with path.open("ab") as out:
            async for piece in pieces:
                if out.tell() + len(piece) > one.size:
                    raise InputError(f"upload {upload_id}: more came than {one.size:,} bytes.", "Drop the file again.")
                out.write(piece)
            out.flush()
            there = out.tell()
    except OSError as error:
        told = unwritable(Path(one.name), error)
        if isinstance(told, CapacityError):
            forget(production, upload_id)
            told = _no_room(f"{one.name}: the disk became full")
        raise told from error
    return Upload(id=upload_id, name=one.name, size=one.size, there=there)


def finished(production: Path, upload_id: str) -> tuple[Upload, Path]:
    """An upload with its file, or the folder of its sequence, when all of it is here.

    Raises: NotFoundError; StateError if some is missing.
    """
    known = found(production, upload_id)
    if known.there != known.size:
        raise StateError(
            f"upload {known.name}: {known.there:,} of {known.size:,} bytes are here.", "Wait for the rest."
        )
    return known, _home(production, known)


def examined(production: Path, upload_id: str) -> Upload:
    """See that what has come is footage, or data that makers read, in a process of its own; what fails is taken away.

    Raises: StateError if some is missing; else as :func:`manyhands.web.examine.examine`, with the upload's own name.
    """
    known, path = finished(production, upload_id)
    if known.is_examined:
        return known
    try:
        examine(path)
    except ManyhandsError as error:
        forget(production, upload_id)
        raise told_by_name(error, path, known.name) from error
    made = known.model_copy(update={"is_examined": True})
    _write(production, made)
    return made


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


def _check_room(production: Path, by: Hand, sizes: Sequence[int]) -> None:
    """Raises: InputError, CapacityError as :func:`begin`."""
    odd = [size for size in sizes if not 0 < size <= MOST_BYTES]
    if odd:
        raise InputError(f"upload: {odd[0]} bytes is no size of a file that can be taken in.", "Choose another file.")
    size, others = sum(sizes), list(_others(production))
    mine = sum(one.size for one in others if one.by == by.id)
    if mine + size > MOST_ON_THE_WAY_BYTES:
        raise CapacityError(
            f"upload: {by.name} has {mine:,} bytes on the way; with {size:,} more it is over "
            f"{MOST_ON_THE_WAY_BYTES:,}.",
            "Bring in what is here, or leave it, then drop this again.",
        )
    promised = sum(one.size - one.there for one in others)
    if shutil.disk_usage(production).free - promised < size + KEPT_FREE_BYTES:
        raise _no_room(f"upload: the disk has no room for {size:,} bytes")


def _no_room(what: str) -> CapacityError:
    return CapacityError(f"{what}.", "Make room, then drop it again.")


def _others(production: Path) -> Iterator[Upload]:
    """Every upload that is on the way; what was given up long ago is taken away."""
    for folder in (production / FOLDER).glob("*/"):
        try:
            one = found(production, folder.name)
            newest = max(path.stat().st_mtime for _, path in _parts(production, one))
        except (NotFoundError, OSError):
            continue
        if time.time() - newest > GIVEN_UP_S:
            forget(production, one.id)
        else:
            yield one


def _begun(production: Path, made: Upload) -> Upload:
    folder = _folder(production, made.id)
    try:
        for _, path in _parts(production, made):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        _write(production, made)
    except (OSError, ManyhandsError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise (unwritable(Path(made.name), error) if isinstance(error, OSError) else error) from error
    return made


def _write(production: Path, known: Upload) -> None:
    write_whole(_folder(production, known.id) / ABOUT, known.model_dump_json().encode())


def _known(production: Path, upload_id: str) -> Upload:
    """What was said when it began.  Raises: NotFoundError."""
    try:
        return Upload.model_validate_json((_folder(production, upload_id) / ABOUT).read_text())
    except (OSError, ValueError) as error:
        raise NotFoundError("upload", upload_id[:40]) from error


def _home(production: Path, known: Upload) -> Path:
    """The file, or the folder of a sequence's pictures."""
    return _folder(production, known.id) / (PICTURES if known.files else known.name)


def _parts(production: Path, known: Upload) -> Iterator[tuple[UploadFile, Path]]:
    """Its files, each with where it lies."""
    home = _home(production, known)
    if not known.files:
        yield UploadFile(name=known.name, size=known.size), home
    for one in known.files:
        yield one, home / one.name


def _cut(text: str, most_bytes: int) -> str:
    """The text's beginning in so many bytes; no letter is cut in two."""
    return text[:LONGEST_NAME].encode("utf-8", "replace")[:most_bytes].decode("utf-8", "ignore")


def _folder(production: Path, upload_id: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{32}", upload_id):
        raise NotFoundError("upload", upload_id[:40])
    return production / FOLDER / upload_id
