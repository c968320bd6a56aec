"""What is brought into the main job beside the plate, with whose it is and under which terms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from manyhands.cli.commands import stated_terms
from manyhands.cli.show import aside
from manyhands.core.errors import InputError

if TYPE_CHECKING:
    from manyhands.actions.studio import Studio
    from manyhands.cli.make import Wish
    from manyhands.core.hand import Hand
    from manyhands.core.source import SourceRole, Terms


def with_element_terms(wish: Wish, *, asks: bool) -> Wish:
    """The wish, with the terms of what it brings stated; they are asked for where somebody sits there.

    Raises: InputError if nobody said them.
    """
    if wish.brought and not (wish.own or wish.element_terms):
        named = ", ".join(str(path) for _, path in wish.brought)
        if not asks:
            raise InputError(
                f"{wish.brought[0][0] or 'element'} {named}: nobody said whose it is and under which terms.",
                "Add --own if all of it is yours, else --element-terms CC-BY-4.0 --element-owner NAME.",
            )
        wish = _asked(wish, named)
    _element_terms(wish)
    return wish


def elements_taken_in(wish: Wish, studio: Studio, by: Hand) -> dict[SourceRole, list[str]]:
    """The ids of what the wish brings, taken into the production, by what it is for."""
    from manyhands.actions.intake import source

    terms, owner = _element_terms(wish)
    found: dict[SourceRole, list[str]] = {}
    for role, path in wish.brought:
        brought, _ = source(
            studio,
            by,
            path,
            owner=owner,
            terms=terms,
            whole_frames=wish.whole_frames,
            role=role,
            painted_by=wish.painted_by if role and not (role == "edit" and wish.made_by) else "",
            made_by=wish.made_by if role in ("", "edit") else "",
        )
        found.setdefault(role, []).append(brought.id)
    return found


def _element_terms(wish: Wish) -> tuple[Terms, str]:
    own = wish.own and not wish.element_terms
    try:
        return stated_terms(
            own, wish.element_terms, wish.element_owner, wish.element_owner, wish.by, hosted=wish.hosted and own
        )
    except InputError as error:
        raise InputError(f"element {error.what}", error.fix.replace("--credit", "--element-owner")) from error


def _asked(wish: Wish, named: str) -> Wish:
    aside.print(f"Whose is {named}, and under which terms?")
    if typer.confirm("Did you make it yourself?", default=False, err=True):
        return replace(wish, element_terms="own", element_owner=wish.by)
    terms = typer.prompt("Terms of the element (licensed, CC0-1.0, CC-BY-4.0, unknown)", err=True)
    return replace(
        wish, element_terms=terms, element_owner=typer.prompt("Whose name to credit for it", default="", err=True)
    )
