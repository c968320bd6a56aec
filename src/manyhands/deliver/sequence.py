"""A sequence of frame files as one thing that can be signed: a list of their hashes.

No container holds an image sequence, so its credential binds to ``frames.sha256``, which names
every file with its hash in the form that ``sha256sum --check`` reads too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from manyhands.core.errors import MediaError
from manyhands.core.extent import FrameExtent, frame_extent
from manyhands.disk import sha256_of
from manyhands.media import exr
from manyhands.media.files import FRAMES_LIST, hash_lines

CREDENTIAL = "frames.c2pa"
XMP = "sequence.xmp"
_NUMBER = re.compile(r"-?\d+$")
_LINE = re.compile(r"([0-9a-f]{64})  ([^/\\\0]+)")


def hash_list(folder: Path) -> bytes:
    """The list of all files in a folder, in the order of their names; hidden files are left out.

    Raises: MediaError if a name cannot be listed in one line.
    """
    files = listed_files(folder)
    for file in files:
        if not _LINE.fullmatch(f"{'0' * 64}  {file.name}") or not file.name.isprintable():
            raise MediaError(f"{folder.name}: a file is named {file.name!r}.", "Give it a plain name.")
    return hash_lines(files)


def listed_files(folder: Path) -> list[Path]:
    """The files that belong to a sequence."""
    own = (FRAMES_LIST, CREDENTIAL)
    return sorted(
        file for file in folder.iterdir() if file.is_file() and not file.name.startswith(".") and file.name not in own
    )


def extents(folder: Path) -> Iterator[FrameExtent] | None:
    """The extent of every frame, measured on the authorship layers that it carries; None if none carries any.

    Raises (as it is read): MediaError if a frame is broken or lacks the layers.
    """
    named = [(_NUMBER.search(file.stem), file) for file in listed_files(folder) if file.suffix.lower() == ".exr"]
    frames = sorted((int(number[0]), file) for number, file in named if number)
    if not frames or not exr.look(frames[0][1]).has_authorship:
        return None
    return (frame_extent(exr.read_frame(file), at) for at, file in frames)


def faults(folder: Path, listed: bytes) -> Iterator[tuple[str, bool]]:
    """How a folder differs from its list, in words, each with whether it breaks the sequence.

    A file that nobody listed breaks it if it looks like one of the frames, by its suffix.
    """
    hashes: dict[str, str] = {}
    for line in listed.decode("utf-8", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if not match:
            yield f"a line of {FRAMES_LIST} is no hash and name", True
            return
        hashes[match[2]] = match[1]
    there = {file.name: file for file in listed_files(folder)}
    for name, expected in hashes.items():
        if name not in there:
            yield f"{name} is missing", True
        elif sha256_of(there[name]) != expected:
            yield f"{name} was changed", True
    suffixes = {Path(name).suffix.lower() for name in hashes}
    for name in there.keys() - hashes.keys():
        yield f"{name} is not in the signed list", Path(name).suffix.lower() in suffixes
