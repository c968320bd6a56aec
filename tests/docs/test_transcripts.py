"""What a how-to page shows is what is printed: its commands are given, one after the other, and compared.

Figures and names that follow from the footage are masked; ``…`` on a page stands for any lines.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.written import DOCS, fences, name_of

TAKE = re.compile(r"sh\d{3}-[0-9a-f]{8}")


def transcript(page: Path) -> list[tuple[str, list[str]]]:
    """Each command of a page's consoles with the lines that it prints; a block may go on where one broke off."""
    found: list[tuple[str, list[str]]] = []
    for language, block in fences(page):
        if language == "console":
            for line in filter(str.strip, block.splitlines()):
                if line.startswith("$ "):
                    found.append((line.removeprefix("$ "), []))
                else:
                    found[-1][1].append(line)
    return found


def masked(line: str) -> str:
    line = re.sub(r"r-[0-9a-f]{12}", "RECIPE", TAKE.sub("TAKE", line))
    return " ".join(re.sub(r"\d+(\.\d+)?", "#", line).split())


def first_that_is_not_printed(shown: list[str], printed: list[str]) -> str | None:
    """The first line of a page that was not printed where the page has it."""
    left, skips = [masked(line) for line in printed if line.strip()], True
    for line in shown:
        if line == "…":
            skips = True
        elif masked(line) in (left if skips else left[:1]):
            del left[: left.index(masked(line)) + 1]
            skips = False
        else:
            return line
    return None


def test_a_line_that_is_not_printed_is_found() -> None:
    printed = ["one 1", "two 2", "three 3", "four 4"]
    assert first_that_is_not_printed(["one 9", "…", "four 9"], printed) is None
    assert first_that_is_not_printed(["one 9", "three 9"], printed) == "three 9"
    assert first_that_is_not_printed(["one 9", "…", "five 9"], printed) == "five 9"
    assert first_that_is_not_printed(["…", "two 1", "…", "one 1"], printed) == "one 1"


PAGES = [page for page in sorted((DOCS / "how").glob("*.md")) if transcript(page)]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_shows_what_its_commands_print(page: Path, desk: Path, tmp_path: Path) -> None:
    shutil.copytree(desk, tmp_path, dirs_exist_ok=True)
    if page.name == "first-shot.md":
        shutil.rmtree(tmp_path / "out")  # here it is made
    take = ""
    for command, shown in transcript(page):
        words = shlex.split(TAKE.sub(take, command) if take else command)
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=tmp_path,
            env={**os.environ, "MANYHANDS_BY": "Person A"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stdout, done.stdout
        missing = first_that_is_not_printed(shown, done.stdout.splitlines())
        assert missing is None, f"{name_of(page)}: “{missing}” is not what {command} prints:\n{done.stdout}"
        take = ([take, *TAKE.findall(done.stdout)])[-1]
