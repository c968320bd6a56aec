"""The command line as a person or a script meets it: in this process, in one of its own, at a terminal."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import io
import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyhands.core import errors

EXIT_CODES = {
    name: kind.exit_code
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.ManyhandsError)
}


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON value that it printed, when it did what it was asked to."""
        assert self.code == 0, f"{self.out}\n{self.err}"
        return json.loads(self.out)

    def refused(self, kind: str) -> Any:
        """The one error by ``--json``, complete, of that kind and with its exit code, and nothing beside it."""
        assert self.code == EXIT_CODES[kind], f"{self.code}\n{self.out}\n{self.err}"
        assert self.err.strip() == ""
        told = json.loads(self.out)
        assert set(told) == {"error"}
        error = told["error"]
        assert list(error) == ["kind", "what", "fix", "about", "status"]
        assert error["kind"] == kind
        assert error["what"].endswith(".")
        assert error["fix"].endswith((".", "?"))
        return error

    def complained(self, kind: str) -> str:
        """The one error as a person reads it: what is the matter, and what to do."""
        assert self.code == EXIT_CODES[kind], f"{self.code}\n{self.out}\n{self.err}"
        assert "Traceback" not in self.err
        _, mark, told = self.err.partition("✗ ")
        assert mark
        assert "✗" not in told
        assert len(told.strip().splitlines()) >= 2
        return " ".join(told.split())


def here(*words: object) -> Said:
    """The command line in this process; a bug comes out as the exception that it is."""
    from manyhands.cli import main

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    before, code = sys.argv, 0
    sys.argv = ["manyhands", *map(str, words)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = before
    return Said(code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def command(*words: object) -> list[str]:
    """What starts the command line in a process of its own."""
    return [sys.executable, "-m", "manyhands", *map(str, words)]


def alone(*words: object, before: Callable[[], None] | None = None) -> Said:
    """The command line in a process of its own, without a terminal; ``before`` is called in it first."""
    done = subprocess.run(
        command(*words),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
        preexec_fn=before,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def without_roots_rights() -> None:
    """Let permissions hold for a process that root starts; for anybody else they do already."""
    if os.geteuid() == 0:
        for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if ctypes.CDLL(None).prctl(24, right, 0, 0, 0):  # PR_CAPBSET_DROP
                raise PermissionError("a right of root cannot be given up")


def at_a_terminal(*words: object, answers: Sequence[tuple[str, str]]) -> Said:
    """The command line at a terminal of its own, each question answered when it is asked.

    Args:
        answers: what each question says, in order, and the line that is typed then.
    """
    leader, terminal = pty.openpty()
    running = subprocess.Popen(command(*words), stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    seen, unread, asked, deadline = "", "", 0, time.monotonic() + 120
    while time.monotonic() < deadline and (piece := _piece(leader)) is not None:
        seen, unread = seen + piece, unread + piece
        if asked < len(answers) and answers[asked][0] in _plain(unread):
            os.write(leader, f"{answers[asked][1]}\n".encode())
            asked, unread = asked + 1, ""
    if time.monotonic() >= deadline:
        running.kill()
    code = running.wait(30)
    os.close(leader)
    text = _plain(seen)
    assert asked == len(answers), f"nobody asked {answers[asked][0]!r}:\n{text}"
    return Said(code, text, text)


def _piece(leader: int) -> str | None:
    """What came since, or None when the other end is closed."""
    if not select.select([leader], [], [], 0.2)[0]:
        return ""
    try:
        return os.read(leader, 65536).decode("utf-8", "replace") or None
    except OSError as error:
        if error.errno == errno.EIO:
            return None
        raise


def _plain(text: str) -> str:
    """Text without colours and movements of the cursor."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")


def left_over(folder: Path) -> list[str]:
    """The hidden files and folders of unfinished work in a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(".*") if "part" in path.name)
