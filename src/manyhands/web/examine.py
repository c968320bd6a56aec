"""A file that somebody sent is opened for the first time in a process of its own, with limits.

Decoders are large and old, and a file can be made to break them.  What breaks, eats memory or never ends breaks,
eats and waits there: the studio hears of it as one clear error.  The process may take so much memory and processor
time and no more, may write no large file, inherits nothing but its three streams, and is killed when its time is over.
On Linux it has no network either, where the machine lets it go without.  Where the system knows no such limits (as
Windows does not) the wall clock alone holds, and the studio says so when it starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from manyhands.core import errors
from manyhands.core.errors import CapacityError, ManyhandsError, MediaError

MOST_MEMORY_BYTES = 6 << 30
MOST_CPU_S = 120
MOST_WRITTEN_BYTES = 16 << 20
WITHIN_S = 240
MOST_FILES = 256
_OWN_USERS, _OWN_NETWORK = 0x10000000, 0x40000000
HANDED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG", "SYSTEMROOT", "TEMP", "NUMBA_CACHE_DIR")

try:
    import resource
except ImportError:  # pragma: no cover
    HAS_LIMITS = False
else:
    HAS_LIMITS = True


def examine(
    path: Path, *, rate: str = "", colour_space: str = "", role: str = "", within_s: float = WITHIN_S,
    memory_bytes: int = MOST_MEMORY_BYTES, cpu_s: int = MOST_CPU_S,
) -> None:  # fmt: skip
    """See that a file is footage, or data that makers read, and that its first frame decodes.

    Raises: what reading it raises; MediaError if it broke the process, CapacityError if it ran past a limit.
    """
    asked = {
        "path": str(path), "rate": rate, "colour_space": colour_space, "role": role,
        "memory_bytes": memory_bytes, "cpu_s": cpu_s,
    }  # fmt: skip
    environment = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "manyhands.web.examine"], input=json.dumps(asked).encode(), capture_output=True,
            timeout=within_s, env=environment, start_new_session=True, check=False, cwd=path.parent,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _too_much(path, f"reading it took more than {within_s:g} s") from error
    try:
        told = json.loads(done.stdout)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise _broken(path, done.returncode)
    if said := told.get("error"):
        raise _as_said(getattr(errors, str(said["kind"]), MediaError), path, said)


def told_by_name(error: ManyhandsError, path: Path, name: str) -> ManyhandsError:
    """An error that calls a file, or a folder of pictures, by the name under which somebody sent it.

    Where on this machine it lies for now is nobody's business.
    """
    what = error.what.replace(f"{path.parent}{os.sep}", "")
    if path.name != name:
        what = what.replace(f"{path.name}{os.sep}", f"{name}/")
        what = name + what.removeprefix(path.name) if what.startswith(f"{path.name}:") else what
    said = type(error).__new__(type(error))
    about = {key: value for key, value in error.about.items() if key != "path"}
    ManyhandsError.__init__(said, what, error.fix.replace(f"{path.parent}{os.sep}", ""), **about)
    return said


def _as_said(kind: type[ManyhandsError], path: Path, error: dict[str, Any]) -> ManyhandsError:
    """The error that was told."""
    said = kind.__new__(kind)
    ManyhandsError.__init__(said, str(error["what"]).replace(f"{path.parent}{os.sep}", ""), str(error["fix"]))
    return said


def _broken(path: Path, code: int) -> ManyhandsError:
    import signal

    if HAS_LIMITS and code in (-signal.SIGXCPU, -signal.SIGKILL):
        return _too_much(path, "reading it took more processor time or memory than a file may")
    return MediaError(
        f"{path.name}: reading it broke the process that did ({code}).", "Export it anew, then drop that."
    )


def _too_much(path: Path, why: str) -> CapacityError:
    return CapacityError(f"{path.name}: {why}.", "Export it smaller, or bring it in at the command line.")


def main() -> None:
    """In the process: take the limits first, then read, and say in JSON what came of it."""
    asked = json.loads(sys.stdin.buffer.read())
    _take_limits(asked["memory_bytes"], asked["cpu_s"])
    try:
        told: dict[str, Any] = {}
        _read(Path(asked["path"]), rate=asked["rate"], colour_space=asked["colour_space"], role=asked["role"])
    except ManyhandsError as error:
        told = {"error": error.shape()}
    except MemoryError:
        told = {"error": _too_much(Path(asked["path"]), "reading it takes more memory than a file may").shape()}
    except Exception as error:
        name = Path(asked["path"]).name
        known = MediaError(f"{name}: it cannot be read ({type(error).__name__}).", "Export it anew, then drop that.")
        told = {"error": known.shape()}
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # a library that breaks while it is put away has nothing to say any more


def _take_limits(memory_bytes: int, cpu_s: int) -> None:
    if not HAS_LIMITS:
        return
    limits = {"AS": memory_bytes, "CPU": cpu_s, "FSIZE": MOST_WRITTEN_BYTES, "NOFILE": MOST_FILES, "CORE": 0}
    for name, most in limits.items():
        which = getattr(resource, f"RLIMIT_{name}", None)
        if which is not None:
            with suppress(OSError, ValueError):
                resource.setrlimit(which, (most, most))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).unshare(_OWN_USERS | _OWN_NETWORK)  # refused where the machine does not let it


def _read(path: Path, *, rate: str, colour_space: str, role: str) -> None:
    from manyhands.actions.intake import is_data, is_sparse
    from manyhands.core.hand import person
    from manyhands.kit.cube import read_cube
    from manyhands.kit.shapes import read_shapes
    from manyhands.media.footage import open_clip, probe

    if is_data(path):
        (read_cube if path.suffix.lower() == ".cube" else read_shapes)(str(path))
        return
    footage = probe(
        path, rate_fps=Fraction(rate) if rate else None, colour_space=colour_space or None,
        sparse=is_sparse(path, role),  # type: ignore[arg-type]
    )  # fmt: skip
    footage.check_whole()
    open_clip(footage, person("nobody")).frame(footage.span.start if not footage.numbers else footage.numbers[0])


if __name__ == "__main__":
    main()
