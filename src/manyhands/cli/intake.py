"""What was found when something came in: told, and asked about where somebody sits there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from manyhands.cli.show import aside

if TYPE_CHECKING:
    from manyhands.actions.studio import Studio
    from manyhands.core.source import Source, Terms


def takes_terms(path: Path, stated: Terms, *, asks: bool) -> bool:
    """Whether somebody at the terminal takes the terms that a file proposes; they are asked where they stated none."""
    from manyhands.actions.carried import carried, offer_told
    from manyhands.rights.offered import offered

    if stated.licence != "unknown" or not (asks and sys.stdin.isatty()):
        return False
    offer = offered(carried(path)) if path.is_file() else None
    if offer is None or not offer.says_something:
        return False
    for line in offer_told(offer):
        aside.print(f"  {line}", markup=False)
    return typer.confirm("Take these terms, in your name?", default=False, err=True)


def intake_found(studio: Studio, source: Source) -> tuple[dict[str, Any] | None, list[str]]:
    """What was found of a source, as JSON values and as lines for people."""
    from manyhands.actions.carried import told
    from manyhands.actions.known import alike_told
    from manyhands.core.intake import Intake

    found = studio.production.find(Intake, source.id)
    if found is None:
        return None, []
    lines = [f"  {line}" for line in told(found)]
    lines += [
        f"  LOOK: {alike_told(one)}. If it is, use {one.of} {one.subject} itself, or give this one the same terms: "
        f"manyhands source terms {source.id} …"
        for one in found.alike
    ]
    if found.terms_by == "nobody" and found.sayings:
        lines.append(f"  To take what it says: manyhands source terms {source.id} --confirm")
    return found.save(), lines
