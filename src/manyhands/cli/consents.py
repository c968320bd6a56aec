"""The commands for consents: record one, list them, record that one was withdrawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from manyhands.cli.options import HERE, By, Folder, Json
from manyhands.cli.show import show, table

if TYPE_CHECKING:
    from manyhands.core.grant import Grant

consents = typer.Typer(help="Who has agreed to what may be made of their likeness or voice.", no_args_is_help=True)


@consents.command("add")
def consent_add(
    who: Annotated[str, typer.Argument(metavar="PERSON", help="The name of the person who signed.")],
    by: By,
    scope: Annotated[
        list[str],
        typer.Option(help="What they agree to: likeness_alter, likeness_replica or voice_replica; repeatable."),
    ],
    document: Annotated[Path, typer.Option(help="What they signed; a copy is kept in the production.")],
    about: Annotated[str, typer.Option(help="What it is for, as the document describes it, in plain words.")],
    signed: Annotated[str, typer.Option(help="The day on which they signed: 2026-05-01.")],
    until: Annotated[str, typer.Option(help="The last day on which it holds; by default until it is withdrawn.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Record that a person consented, with the document that they signed."""
    from manyhands.actions.consents import consent
    from manyhands.cli.commands import entered, person

    scopes: Any = scope
    given = consent(
        entered(production), person(by), who, scopes=scopes, document=document, about=about, signed_on=signed,
        valid_until=until,
    )  # fmt: skip
    show(given, as_json=json, text=grant_told(given))


@consents.command("list")
def consent_list(production: Folder = HERE, json: Json = False) -> None:
    """Every consent that was recorded, and whether it holds today."""
    from manyhands.actions.consents import grants, today
    from manyhands.cli.commands import entered

    studio = entered(production)
    found = grants(studio)
    rows = [(one.id, one.person, " ".join(one.scopes), one.state_on(today(studio)), one.about) for one in found]
    text = table(("consent", "person", "to", "state", "for"), rows) if rows else "Nobody has consented to anything."
    show(found, as_json=json, text=text)


@consents.command("revoke")
def consent_revoke(
    consent_id: Annotated[str, typer.Argument(help="The consent, as `consent list` names it.")],
    by: By,
    why: Annotated[str, typer.Option(help="What was said when it was withdrawn.")],
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Record that a person withdrew a consent: nothing more is made or delivered under it."""
    from manyhands.actions.consents import revoke
    from manyhands.cli.commands import entered, person

    given = revoke(entered(production), person(by), consent_id, why=why)
    show(
        given, as_json=json, text=f"{given.id}: {given.person} withdrew it on {given.revoked_on} ({given.revoked_why})."
    )


def grant_told(given: Grant) -> str:
    """A consent in a few lines."""
    until = f" until {given.valid_until}" if given.valid_until else ""
    return "\n".join(
        [
            f"{given.id}: {given.person} consented to {', '.join(given.scopes)} on {given.signed_on}{until}",
            f"  for: {given.about}",
            f"  signed: {given.document}, SHA-256 {given.document_sha256}",
        ]
    )
