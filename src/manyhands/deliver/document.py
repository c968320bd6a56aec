"""A document: what a paper says, once, as Markdown, as a page that prints, as JSON, and its tables as CSV.

What nobody has said is a :class:`Blank`: it is shown as one in every form, and told apart at the end with what would
fill it.  Everything that a person wrote is text and never markup.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jinja2

from manyhands.core.cells import inert

MOST_COLUMNS = 9
"""A table of more does not fit on a sheet."""

LINE = "________"
"""What is written by hand, or before it is signed."""


@dataclass(frozen=True)
class Blank:
    """What nobody has said: what it is, how it is said (a command, or whom to ask), and what stands in its place."""

    what: str
    how: str
    shown: str = "not said"

    @property
    def is_command(self) -> bool:
        return self.how.startswith("manyhands ")


Cell = str | Blank


@dataclass(frozen=True)
class Fields:
    """Names and what stands behind them."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Table:
    """Rows under columns; a table with a ``file`` is also written as CSV of that name."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    file: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether no sheet of paper holds it; each row is then told as names and what stands behind them."""
        return len(self.columns) > MOST_COLUMNS

    def as_fields(self) -> tuple[Fields, ...]:
        """Each row by itself; what is empty is left out."""
        return tuple(
            Fields(tuple((name, cell) for name, cell in zip(self.columns, row, strict=True) if cell != ""))
            for row in self.rows
        )


@dataclass(frozen=True)
class Points:
    """A list."""

    items: tuple[Cell, ...]


Block = str | Fields | Table | Points


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """One paper as it is sent.

    ``of`` tells it from others of its kind (a person, for a rider); ``set_by`` is whose rules it answers, where not
    everybody's; ``data`` is what only the JSON has.
    """

    title: str
    sections: tuple[Section, ...]
    of: str = ""
    set_by: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, Table]:
        """The tables that are files of their own, by the file's name."""
        every = [block for section in self.sections for block in section.blocks]
        return {block.file: block for block in every if isinstance(block, Table) and block.file}

    @cached_property
    def blanks(self) -> tuple[Blank, ...]:
        """What nobody has said, each once, in the order in which it is met."""
        return tuple(dict.fromkeys(cell for cell in _cells(self) if isinstance(cell, Blank) and cell.how))


@dataclass(frozen=True)
class About:
    """What every paper tells of itself."""

    paper: str
    production: str
    made_on: str
    facts_sha256: str
    rules: tuple[str, ...]
    check: str


NO_ADVICE = (
    "It is made from the production's record as it stood on that day, in words of the house. It is no legal advice, "
    "and nobody else's form."
)


# --- Markdown ---------------------------------------------------------------------------------


def markdown(document: Document, about: About) -> str:
    """The paper as Markdown: what people wrote is escaped."""
    numbers = _numbers(document)
    lines = [f"# {_md(document.title)}", "", f"{_md(about.production)}, {_md(about.made_on)}", ""]
    for section in document.sections:
        lines += [f"## {_md(section.title)}", ""] if section.title else []
        for block in section.blocks:
            lines += [*_md_block(block, numbers), ""]
    lines += ["---", "", *(f"{_md_start(line)}\n" for line in _footer(about))]
    if document.blanks:
        lines += ["---", "", f"## {FOR_PRODUCTION}", ""]
        lines += [f"{number}. {_md_start(one.what)}: {_md_how(one.how)}" for one, number in numbers.items()]
        lines += ["", SAY_NO, ""] if _has_command(document) else [""]
        lines += [f"- {_md_start(how)}: {_md('; '.join(whats))}" for how, whats in _by_hand(document).items()]
    return "\n".join(lines).rstrip() + "\n"


FOR_PRODUCTION = "For the production: what is not said yet (take this part off before it is sent)"
SAY_NO = "Each command says yes; write =no for no."


def _md_block(block: Block, numbers: Mapping[Blank, int]) -> Iterator[str]:
    def cell(one: Cell) -> str:
        return _md(_shown(one, numbers))

    if isinstance(block, str):
        yield _md_start(block)
    elif isinstance(block, Points):
        yield from (f"- {_md_start(_shown(item, numbers))}" for item in block.items)
    elif isinstance(block, Fields):
        yield from (f"- **{_md(name)}**: {cell(value)}" for name, value in block.rows)
    elif block.is_wide:
        for row in block.as_fields():
            yield from (*_md_block(row, numbers), "")
    else:
        yield f"| {' | '.join(map(_md, block.columns))} |"
        yield f"|{' --- |' * len(block.columns)}"
        yield from (f"| {' | '.join(map(cell, row))} |" for row in block.rows)


def _md(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~&!$])", r"\\\1", clean(text)).replace(r"\_" * len(LINE), LINE)


def _md_start(text: str) -> str:
    """What begins a paragraph or an item: what would begin a list or a rule there does not."""
    return re.sub(r"^(\d+)([.)])|^([-+=])", r"\1\\\2\3", _md(text))


def _md_how(how: str) -> str:
    """A command as code; a fence that is longer than any inside."""
    if not how.startswith("manyhands "):
        return _md(how)
    fence = "`" * (max(map(len, re.findall("`+", how)), default=0) + 1)
    return f"{fence} {clean(how)} {fence}" if "`" in how else f"{fence}{clean(how)}{fence}"


# --- a page -----------------------------------------------------------------------------------


def page(document: Document, about: About) -> str:
    """The paper as one page that prints: no script, nothing loaded."""
    return template("document.html.j2").render(
        document=document,
        about=about,
        footer=list(_footer(about)),
        for_production=FOR_PRODUCTION,
        say_no=SAY_NO if _has_command(document) else "",
        by_hand=_by_hand(document),
        kind=lambda block: "Text" if isinstance(block, str) else type(block).__name__,
        numbers=(numbers := _numbers(document)),
        cell=lambda one: clean(_shown(one, numbers)),
        is_line=lambda one: isinstance(one, Blank) and one.shown == LINE,
        clean=clean,
    )


@cache
def template(name: str) -> jinja2.Template:
    """A page of this folder, in which every text is a text and no name is missing."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made.get_template(name)


# --- JSON and CSV -----------------------------------------------------------------------------


def as_data(document: Document, about: About) -> bytes:
    """The paper as JSON; what nobody has said is null, and listed as ``open``."""
    told = {
        "kind": "paper",
        "v": 1,
        "paper": about.paper,
        "of": document.of,
        "title": document.title,
        "production": about.production,
        "made_on": about.made_on,
        "facts_sha256": about.facts_sha256,
        "rules": list(about.rules),
        "is_not": NO_ADVICE,
        "check": about.check,
        "sections": [
            {"title": section.title, "blocks": [_block_data(block) for block in section.blocks]}
            for section in document.sections
        ],
        "open": [{"what": one.what, "how": one.how} for one in document.blanks],
        **({"data": _plain(document.data)} if document.data else {}),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _block_data(block: Block) -> Any:
    if isinstance(block, str):
        return block
    if isinstance(block, Points):
        return [_plain(item) for item in block.items]
    if isinstance(block, Fields):
        return [{"name": name, "value": _plain(value)} for name, value in block.rows]
    return [dict(zip(block.columns, map(_plain, row), strict=True)) for row in block.rows]


def _plain(value: Any) -> Any:
    """A value as JSON knows it; a blank is null."""
    if isinstance(value, Blank):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def csv_of(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A table as CSV, UTF-8 with a byte order mark so that spreadsheets read every alphabet; no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([inert("" if isinstance(cell, Blank) else cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


# --- what all forms share ---------------------------------------------------------------------


def clean(text: str) -> str:
    """Text on one line, without what cannot be seen and turns lines round."""
    kept = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    return " ".join(re.sub("[\u202a-\u202e\u2066-\u2069]", "", kept).split())


def _footer(about: About) -> Iterator[str]:
    yield f"Who has to check it: {about.check}."
    yield from about.rules
    yield f"{NO_ADVICE} Made on {about.made_on}; SHA-256 of the facts: {about.facts_sha256}."


def _cells(document: Document) -> Iterator[Cell]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, str):
                yield block
            elif isinstance(block, Points):
                yield from block.items
            else:
                yield from (cell for row in block.rows for cell in row)


def _numbers(document: Document) -> dict[Blank, int]:
    """What is told apart at the end; a line that is filled by hand needs no number."""
    return {blank: number for number, blank in enumerate((one for one in document.blanks if one.shown != LINE), 1)}


def _by_hand(document: Document) -> dict[str, list[str]]:
    """The lines to fill, by who fills them."""
    found: dict[str, list[str]] = {}
    for blank in document.blanks:
        if blank.shown == LINE:
            found.setdefault(blank.how, []).append(blank.what)
    return found


def _has_command(document: Document) -> bool:
    return any(one.is_command for one in document.blanks)


def _shown(cell: Cell, numbers: Mapping[Blank, int]) -> str:
    if not isinstance(cell, Blank):
        return cell
    return f"{cell.shown} ({numbers[cell]})" if cell in numbers else cell.shown
