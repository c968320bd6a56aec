"""Papers: what rules want written, whom each is for, who checks it, and which rules name it."""

from __future__ import annotations

from manyhands.deliver.paperwork import BESIDE, Paper, all_papers
from manyhands.rights import all_packs
from pages.markdown import paragraph, table


def papers_page() -> list[str]:
    """The papers that are made from the facts, and those that come with a master."""
    lines = ["# Papers", ""]
    lines += paragraph(
        "`manyhands policy papers --paper NAME --out FOLDER` writes a paper as Markdown, as a page that prints, and as "
        "JSON; what they are and what they are not is told in [papers](../explain/papers.md)."
    )
    for paper in all_papers().values():
        lines += ["", f"## {paper.name}", "", *_told(paper)]
    lines += ["", "## Papers that come with a master", ""]
    lines += table(
        ("paper", "made by", "rules"), [(name, f"`{how}`", _rules(name)) for name, how in sorted(BESIDE.items())]
    )
    return lines


def _told(paper: Paper) -> list[str]:
    rows = [
        ("it", paper.about),
        ("goes to", paper.to),
        ("is checked by", paper.check),
        ("follows", paper.source),
        ("is wanted by", _rules(paper.name)),
        ("is written with", f"`--paper {paper.slug}`"),
    ]
    return table(("", ""), rows)


def _rules(name: str) -> str:
    return ", ".join(
        f"`{pack.id}` {rule.id}" for pack in all_packs().values() for rule in pack.rule if rule.paper == name
    )
