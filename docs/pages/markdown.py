"""What every page is written with: paragraphs, tables, values, docstrings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "manyhands"


def paragraph(text: str) -> list[str]:
    """A paragraph in lines that can be read in an editor, and the empty line after it."""
    return [*textwrap.wrap(text, 118, break_long_words=False, break_on_hyphens=False), ""]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table; a bar inside a cell is told from one between cells."""
    every = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (list(head), ["---"] * len(head), *every)]


def value(given: object) -> str:
    """A value as a person writes it."""
    if given is None:
        return "none"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, tuple | list):
        return ", ".join(value(part) for part in given)
    return f"{given:g}" if isinstance(given, float) else str(given)


def rest(doc: str) -> list[str]:
    """A docstring as Markdown: marks and references as code, arguments and errors as lists."""
    text = re.sub(r":\w+:`~?([^`]+)`", lambda found: f"`{found[1].rpartition('.')[2]}`", doc).replace("``", "`")
    text = re.sub(r"^Args:\n", "\n**Arguments**\n\n", text, flags=re.MULTILINE)
    text = re.sub(r"^Raises:\s*", "\nRaises: ", text, flags=re.MULTILINE)
    text = re.sub(r"^    (\w+(?:, \w+)*): ", r"- `\1`: ", text, flags=re.MULTILINE)
    text = re.sub(r"\.  (?=\S)", ". ", re.sub(r"^    +", "  ", text, flags=re.MULTILINE))
    return re.sub(r"\n{3,}", "\n\n", text).strip().split("\n")
