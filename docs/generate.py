"""Write the reference pages that follow from the code: ``make docs``.

Nothing is listed here by hand.  Pages come from the makers, the acts, the commands, the errors, the
master formats, the papers, and ``pyproject.toml``; only their lead paragraphs are written.
"""

from __future__ import annotations

import sys

from pages.acts import actions_page
from pages.faults import errors_page
from pages.formats import formats_page
from pages.libraries import libraries_page
from pages.makers import makers_page
from pages.markdown import ROOT
from pages.papers import papers_page

MADE = "This page is made from the code by `make docs`; edit the code, not the page."


def pages() -> dict[str, str]:
    """Every generated page by its path: its whole text."""
    made = {
        "makers": makers_page(),
        "actions": actions_page(),
        "formats": formats_page(),
        "errors": errors_page(),
        "libraries": libraries_page(),
        "papers": papers_page(),
    }
    return {
        f"docs/reference/{name}.md": "\n".join([lines[0], "", MADE, *lines[1:]]).strip() + "\n"
        for name, lines in made.items()
    }


def main() -> None:
    for path, text in pages().items():
        (ROOT / path).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
