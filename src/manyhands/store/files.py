"""Sources as files: copied into the production under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from manyhands.core.errors import MediaError
from manyhands.media.files import hash_lines, sha256_each, unwritable

PIECE = 8 << 20

_PART = re.compile(r"\.(?:.*\.(\d+)-[0-9a-f]+\.part(?:\..*)?|part-(\d+)(?:\.old)?)")


def bring_in(files: Sequence[Path], sources: Path, *, named: bool = False) -> tuple[str, str]:
    """Copy one file, or the files of a sequence, into the production; what is there already and whole stays.

    Args:
        sources: the folder of the production in which it is kept.
        named: the names say something, as a frame's number does: one file, too, is kept as a sequence.
    Returns: the SHA-256 (of the file; of the lines ``<sha256>  <name>`` for a sequence), and the
    path inside the production: the file, or the sequence's folder.
    Raises: MediaError if a file cannot be read; CapacityError, StoreError if it cannot be written.
    """
    part, damaged = sources / f".part-{os.getpid()}", sources / f".part-{os.getpid()}.old"
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        sha = _joined([_copied(file, part / file.name) for file in files], files, named=named)
        home = sources / sha[:16]
        if home.is_dir() and content_sha256(sorted(home.iterdir())) != content_sha256(sorted(part.iterdir())):
            os.replace(home, damaged)
        if not home.is_dir():
            os.replace(part, home)
    except OSError as error:
        raise unwritable(sources, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(damaged, ignore_errors=True)
    inside = f"{sources.name}/{sha[:16]}"
    return sha, f"{inside}/{next(home.iterdir()).name}" if len(files) == 1 and not named else inside


def content_sha256(files: Sequence[Path], *, named: bool = False) -> str:
    """The SHA-256 under which :func:`bring_in` keeps one file, or the files of a sequence in their order.

    Raises: OSError if one cannot be read.
    """
    return _joined(sha256_each(files), files, named=named)


def _joined(sums: Sequence[str], files: Sequence[Path], *, named: bool) -> str:
    if len(files) == 1 and not named:
        return sums[0]
    return hashlib.sha256(hash_lines(files, sums)).hexdigest()


def sweep(folder: Path, *, deep: bool = True) -> None:
    """Remove the hidden files and folders that killed processes of this machine left half-written.

    What a living process writes stays, and so does everything whose name is not of that making.

    Args:
        deep: look into the folders within as well.
    """
    for at, folders, files in os.walk(folder):
        for name in (*folders, *files):
            if _is_left_over(name):
                shutil.rmtree(Path(at, name), ignore_errors=True)
                with suppress(OSError):
                    Path(at, name).unlink(missing_ok=True)
        folders[:] = [name for name in folders if deep and not name.startswith(".")]


def _is_left_over(name: str) -> bool:
    part = _PART.fullmatch(name)
    if part is None:
        return False
    try:
        os.kill(int(part[1] or part[2]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False  # another person's process, alive
    return False


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
