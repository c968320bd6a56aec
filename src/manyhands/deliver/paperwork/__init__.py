"""Papers: what rules want written, each made from the facts of the film alone.

Nothing is listed here: every module of this folder that declares a :class:`Paper` brings it.  A paper is a pure
function from a :class:`~manyhands.deliver.film.Film` to documents; it reads no file and asks nobody, and what the facts
do not say it leaves blank.  Rules name papers in their pack (``paper = "cue sheet"``).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from manyhands.core.errors import NotFoundError
from manyhands.deliver.document import About, Document
from manyhands.deliver.film import Film
from manyhands.deliver.paperwork.kind import Paper, Written

BESIDE: Mapping[str, str] = {
    "Content Credentials": "manyhands deliver SHOT",
    "disclosure page": "manyhands disclose SHOT",
}
"""Papers that rules name and that come with a master or its disclosure, with the command that makes them."""


@cache
def all_papers() -> Mapping[str, Paper]:
    """The papers that are made from the facts, by name."""
    modules = [importlib.import_module(f"{__name__}.{item.name}") for item in pkgutil.iter_modules(__path__)]
    found = {value.name: value for module in modules for value in vars(module).values() if isinstance(value, Paper)}
    return dict(sorted(found.items()))


def find_paper(name: str) -> Paper:
    """The paper of that name, however its words are joined.  Raises: NotFoundError."""
    wanted = " ".join(name.lower().replace("-", " ").split())
    for paper in all_papers().values():
        if paper.name.lower() == wanted:
            return paper
    raise NotFoundError("paper", name, known=list(all_papers()))


def how_made(name: str, shot: str = "SHOT") -> str:
    """The command that makes a paper; empty where none does."""
    if name in BESIDE:
        return BESIDE[name].replace("SHOT", shot)
    return f"manyhands policy papers --paper {all_papers()[name].slug}" if name in all_papers() else ""


def written(paper: Paper, film: Film, *, made_on: str) -> Iterator[Written]:
    """The files of a paper: of each document the Markdown, the page, the JSON, and its tables."""
    taken: set[str] = set()
    for document in paper.make(film):
        about = About(
            paper=paper.name,
            production=film.production,
            made_on=made_on,
            facts_sha256=film.sha256,
            rules=tuple(_rules(paper, film, document)),
            check=paper.check,
        )
        one = Written.of(paper, document, about, taken)
        taken |= {one.stem}
        yield one


def _rules(paper: Paper, film: Film, document: Document) -> Iterable[str]:
    """Where a paper comes from: its own source, and the rules that want it, each with whether its text was seen."""
    yield f"What it asks follows {paper.source}."
    told: dict[str, None] = {}
    for wish in film.wished(paper.name):
        if document.set_by in ("", wish.set_by):
            may = "May be wanted" if wish.verdict == "unknown" else "Wanted"
            seen = "was read" if wish.seen == "text" else "was not seen"
            told[f"{may} by {wish.pack} {wish.rule}, as of {wish.dated}: {wish.source}. Its text {seen}."] = None
    yield from told or ("No rule of the production's packs wants it now.",)


__all__ = ["BESIDE", "Document", "Paper", "Written", "all_papers", "find_paper", "how_made", "written"]
