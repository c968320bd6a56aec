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
    guardian: Annotated[str, typer.Option(help="Who signed for a minor.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Record that a person consented, with the document that they signed."""
    from manyhands.actions.consents import consent
    from manyhands.actions.people import named, people, told_names
    from manyhands.cli.commands import entered, person

    studio = entered(production)
    scopes: Any = scope
    given = consent(
        studio, person(by), who, scopes=scopes, document=document, about=about, signed_on=signed,
        valid_until=until, guardian=guardian,
    )  # fmt: skip
    show(given, as_json=json, text=grant_told(named(given, told_names(people(studio)))))


@consents.command("list")
def consent_list(production: Folder = HERE, json: Json = False) -> None:
    """Every consent that was recorded, and whether it holds today."""
    from manyhands.actions.consents import grants
    from manyhands.actions.people import named, people, told_names
    from manyhands.actions.studio import today
    from manyhands.cli.commands import entered

    studio = entered(production)
    known = people(studio)
    gone = {one.party.id for one in known if one.party.forgotten_on}
    given = [one for one in grants(studio) if one.person and one.form in ("consent", "release")]
    names = told_names(known)
    found = [named(one, names) for one in given]
    rows = [
        (one.id, one.person, _told(one), "forgotten" if was.person in gone else one.state_on(today(studio)), one.about)
        for was, one in zip(given, found, strict=True)
    ]
    text = table(("consent", "person", "to", "state", "for"), rows) if rows else "Nobody has consented to anything."
    show(found, as_json=json, text=text)


@consents.command("revoke")
def consent_revoke(
    consent_id: Annotated[str, typer.Argument(help="The consent, as `consent list` names it.")],
    by: By,
    why: Annotated[str, typer.Option(help="What was said when it was withdrawn.")],
    look: Annotated[bool, typer.Option("--look", help="Only show what it would touch.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again at the terminal.")] = False,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Show what a withdrawn consent touches; then record it: nothing more is made or delivered under it."""
    from manyhands.cli.commands import entered, person
    from manyhands.cli.rights import withdrawn

    withdrawn(entered(production), person(by), consent_id, why=why, look=look, yes=yes, json=json)


def _told(given: Grant) -> str:
    """What a grant says, scope by scope; of what it permits just the scope."""
    return ", ".join(one.scope if one.verdict == "permit" else f"{one.verdict} {one.scope}" for one in given.terms)


def grant_told(given: Grant) -> str:
    """A consent in a few lines."""
    until = f" until {given.valid_until}" if given.valid_until else ""
    whom = "" if given.grantor == given.person else f" for {given.person}"
    return "\n".join(
        [
            f"{given.id}: {given.grantor} consented{whom} to {', '.join(given.scopes)} on {given.signed_on}{until}",
            f"  for: {given.about}",
            f"  signed: {given.document}, SHA-256 {given.document_sha256}",
        ]
    )
