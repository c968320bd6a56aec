"""Sources as files: copied into the production under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from manyhands.core.errors import MediaError
from manyhands.media.files import unwritable

PIECE = 8 << 20


def bring_in(files: Sequence[Path], sources: Path) -> tuple[str, str]:
    """Copy one file, or the files of a sequence, into the production; what is there already stays.

    Returns: the SHA-256 (of the file; of the lines ``<sha256>  <name>`` for a sequence), and the
    path inside the production: the file, or the sequence's folder.
    Raises: MediaError if a file cannot be read; CapacityError, StoreError if it cannot be written.
    """
    part = sources / f".part-{os.getpid()}"
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir()
        sums = [(_copied(file, part / file.name), file.name) for file in files]
        sha = (
            sums[0][0]
            if len(files) == 1
            else hashlib.sha256("".join(f"{s}  {n}\n" for s, n in sums).encode()).hexdigest()
        )
        home = sources / sha[:16]
        if not home.is_dir():
            os.replace(part, home)
    except OSError as error:
        raise unwritable(sources, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    inside = f"sources/{sha[:16]}"
    return sha, f"{inside}/{files[0].name}" if len(files) == 1 else inside


def _copied(source: Path, target: Path) -> str:
    whole = hashlib.sha256()
    try:
        reading = source.open("rb")
    except OSError as error:
        raise MediaError(
            f"{source}: it cannot be read ({error.strerror}).", "Check the path and your rights."
        ) from error
    with reading, target.open("wb") as writing:
        while piece := reading.read(PIECE):
            whole.update(piece)
            writing.write(piece)
        writing.flush()
        os.fsync(writing.fileno())
    return whole.hexdigest()
