"""Every example is run from its beginning, and its page shows what is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.test_transcripts import first_that_is_not_printed, masked, transcript
from tests.docs.written import ROOT, links, text_of

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/README.md"))
every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)


def printed_by(log: str) -> list[tuple[str, list[str]]]:
    """Each command that a script shows behind a ``$``, with what was printed after it."""
    found: list[tuple[str, list[str]]] = []
    for line in log.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        elif found:
            found[-1][1].append(line)
    return found


def first_untrue(page: list[tuple[str, list[str]]], log: str) -> str | None:
    """The first command or line of a page that was not given, or not printed, in its order."""
    left = printed_by(log)
    for command, shown in page:
        at = next((at for at, (given, _) in enumerate(left) if masked(given) == masked(command)), None)
        if at is None:
            return command
        missing = first_that_is_not_printed(shown, left[at][1])
        if missing is not None:
            return missing
        left = left[at + 1 :]
    return None


def test_what_a_page_makes_up_is_found() -> None:
    log = "$ one\na 1\nb\n$ two\nc\n$ one\nd\n"
    assert first_untrue([("one", ["a 9", "b"]), ("two", ["c"])], log) is None
    assert first_untrue([("one", ["a 9"]), ("one", ["d"])], log) is None
    assert first_untrue([("two", ["c"]), ("one", ["b"])], log) == "b"
    assert first_untrue([("two", ["c"]), ("two", ["c"])], log) == "two"
    assert first_untrue([("three", [])], log) == "three"


def test_there_is_an_example() -> None:
    assert EXAMPLES


@pytest.mark.slow
@every_example
def test_an_example_runs_and_its_page_shows_what_it_prints(example: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, words in (("python", ""), ("manyhands", "-m manyhands ")):
        (commands / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
        (commands / name).chmod(0o755)
    paths = {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT / "src")}
    (script,) = example.glob("*.sh")
    done = subprocess.run(
        ["sh", str(script), str(tmp_path / "film")],
        cwd=tmp_path,
        env={**os.environ, **paths},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1200,
        check=False,
    )
    assert "Traceback" not in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout[-4000:]
    untrue = first_untrue(transcript(example / "README.md"), done.stdout)
    assert untrue is None, f"{example.name}/README.md: “{untrue}” is not what was printed:\n{done.stdout}"


@every_example
def test_an_example_names_nobody(example: Path) -> None:
    for path in filter(Path.is_file, example.rglob("*")):
        text = path.read_text(encoding="utf-8")
        for whose in re.findall(r'--(?:by|to|owner|credit|grantor|of) "([^"$]+)"|person "([^"$]+)"', text):
            assert re.fullmatch(r"Person [A-Z]", "".join(whose)), f"{path.name}: {''.join(whose)}"
        assert not re.findall(r"\b(?:Person|Company) (?![A-Z]\b)[A-Z]\w+", text), path.name


@every_example
def test_the_links_of_an_example_lead_somewhere(example: Path) -> None:
    for link in links(example / "README.md"):
        assert (example / link.partition("#")[0]).exists(), link


@every_example
def test_an_example_is_linked_from_the_readme(example: Path) -> None:
    assert f"examples/{example.name}/README.md" in text_of(ROOT / "README.md")
