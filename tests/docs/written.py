"""What is written: every page, its links, its examples and its command lines."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")), *DOCS.rglob("*.md")],
    key=lambda page: page.relative_to(ROOT).as_posix(),
)
CHANGES = sorted((ROOT / "changes").glob("*.md"))

_FENCE = re.compile(r"^(```+)(\w*)\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def fences(page: Path) -> list[tuple[str, str]]:
    """Each fenced block: its language and its text."""
    return [(found[2], found[3]) for found in _FENCE.finditer(text_of(page))]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text_of(page))


def links(page: Path) -> Iterator[str]:
    """Every link that stays in the house."""
    for found in _LINK.finditer(re.sub(r"`[^`\n]*`", "", prose(page))):
        target = found[1] or found[2]
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """The names by which a page's headings can be linked to."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@dataclass(frozen=True)
class Line:
    """One command line as a page shows it; ``whole`` if it is to be typed as it stands."""

    page: Path
    text: str
    whole: bool

    def __str__(self) -> str:
        return f"{name_of(self.page)}: {self.text}"


def lines_of(page: Path, program: str) -> Iterator[Line]:
    """Every command line of a program: in a block to be typed, in a sentence to be named."""
    for language, block in fences(page):
        if language in ("", "sh", "console"):
            for line in block.replace("\\\n", " ").splitlines():
                typed = line.removeprefix("$ ")
                if typed.startswith(f"{program} "):
                    yield Line(page, typed, whole=True)
    for found in re.finditer(rf"`({program} [^`]*)`", prose(page)):
        yield Line(page, found[1].replace("\n", " "), whole=False)


def generator() -> ModuleType:
    """``docs/generate.py`` as a module."""
    if str(DOCS) not in sys.path:
        sys.path.insert(0, str(DOCS))
    made = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert made
    assert made.loader
    module = importlib.util.module_from_spec(made)
    made.loader.exec_module(module)
    return module
