"""The commands for grants: record one, list them, check a shot, say yes where one is asked, withdraw."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from manyhands.cli.options import CORES, HERE, By, Folder, Json, Media, ShownFrom, ShownUntil, Territory, Workers
from manyhands.cli.show import bar, percent, show, table

if TYPE_CHECKING:
    from manyhands.actions.reteaching import Retaught
    from manyhands.actions.revocation import Cascade
    from manyhands.actions.studio import Studio
    from manyhands.core.grant import Grant, Term

rights = typer.Typer(
    help="Who lets what be done with a work or a person, under which terms, and what may be done today.",
    no_args_is_help=True,
)

Why = Annotated[str, typer.Option("--why", help="The reason; the record is nothing without it.")]
GrantId = Annotated[str, typer.Argument(metavar="GRANT", help="The grant, as `rights list` names it.")]
Look = Annotated[bool, typer.Option("--look", help="Only show what it would touch.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask again at the terminal.")]
Scopes = list[str] | None


@rights.command("grant")
def rights_grant(
    by: By,
    grantor: Annotated[str, typer.Option(help="Who gives it.")],
    about: Annotated[str, typer.Option(help="What it is for, as the paper describes it, in plain words.")],
    signed: Annotated[str, typer.Option(help="The day on which it was signed or said, in UTC: 2026-05-01.")],
    work: Annotated[str, typer.Argument(metavar="[SOURCE]", help="The source that it is about.")] = "",
    person: Annotated[str, typer.Option(help="Instead of a source: the person whom it is about.")] = "",
    shot: Annotated[str, typer.Option(help="Instead: what the production itself made in this shot.")] = "",
    form: Annotated[
        Literal["licence", "consent", "release", "declaration"], typer.Option(help="What it is.")
    ] = "licence",
    permit: Annotated[Scopes, typer.Option(help="A scope that it permits; repeatable.")] = None,
    prohibit: Annotated[Scopes, typer.Option(help="A scope that it forbids; repeatable.")] = None,
    ask: Annotated[Scopes, typer.Option(help="A scope about which somebody is to be asked; repeatable.")] = None,
    approver: Annotated[str, typer.Option(help="Who is to be asked; by default a director or producer.")] = "",
    project: Annotated[str, typer.Option(help="Only for this production.")] = "",
    territory: Annotated[Scopes, typer.Option(help="Only there, as DE; repeatable.")] = None,
    medium: Annotated[Scopes, typer.Option(help="Only as that, as cinema; repeatable.")] = None,
    until: Annotated[str, typer.Option(help="The last day on which it holds, in UTC.")] = "",
    supersedes: Annotated[str, typer.Option(help="The earlier grant of the same grantor that this one replaces.")] = "",
    document: Annotated[Path | None, typer.Option(help="What was signed; a copy is kept.")] = None,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Record what somebody permits, forbids or wants to be asked about, with a source or a person."""
    from manyhands.actions.people import named, people, told_names
    from manyhands.actions.rights import grant
    from manyhands.cli import commands
    from manyhands.core.showing import read_media, read_territory

    places: dict[str, Any] = {
        "project": project, "territory": read_territory(territory or ()), "media": read_media(medium or ())
    }  # fmt: skip
    terms = [
        *_terms(permit, "permit", places),
        *_terms(prohibit, "prohibit", places),
        *_terms(ask, "ask", {**places, "approver": approver}),
    ]
    studio = commands.entered(production)
    given = grant(
        studio, commands.person(by), work=work, person=person, shot=shot, form=form, grantor=grantor,
        terms=terms, about=about, signed_on=signed, valid_until=until, supersedes=supersedes,
        document=document,
    )  # fmt: skip
    show(given, as_json=json, text=grant_told(named(given, told_names(people(studio)))))


def _terms(scopes: Scopes, verdict: str, more: dict[str, Any]) -> list[Term]:
    from manyhands.core.errors import InputError
    from manyhands.core.grant import Term
    from manyhands.rights import GRANT_SCOPES

    for scope in scopes or ():
        if scope not in GRANT_SCOPES:
            raise InputError(f"scope: {scope} is not known.", f"It must be one of {', '.join(GRANT_SCOPES)}.")
    found: list[Any] = [{"scope": scope, "verdict": verdict, **more} for scope in scopes or ()]
    return [Term.model_validate(each) for each in found]


@rights.command("list")
def rights_list(production: Folder = HERE, json: Json = False) -> None:
    """Every grant that was recorded, and whether it holds today."""
    from manyhands.actions.consents import grants
    from manyhands.actions.people import named, people, told_names
    from manyhands.actions.studio import today
    from manyhands.cli.commands import entered

    studio = entered(production)
    found, names = grants(studio), told_names(people(studio))
    rows = [
        (one.id, one.form, one.grantor, one.work or one.person, _said(one), one.state_on(today(studio)))
        for one in (named(each, names) for each in found)
    ]
    heads = ("grant", "is a", "by", "about", "says", "state")
    show(found, as_json=json, text=table(heads, rows) if rows else "Nobody has granted anything.")


def _said(given: Grant) -> str:
    return ", ".join(term.scope if term.verdict == "permit" else f"{term.verdict} {term.scope}" for term in given.terms)


@rights.command("check")
def rights_check(
    shot_id: str,
    proposal: Annotated[str, typer.Argument(help="A proposal's name or a recipe's id.")],
    territory: Territory = None,
    media: Media = None,
    first: ShownFrom = "",
    until: ShownUntil = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """What a proposal does with sources and people, and whether that is allowed, asked or denied there and then."""
    from manyhands.actions.proposals import find_recipe
    from manyhands.actions.rights import check
    from manyhands.cli.commands import entered
    from manyhands.core.showing import read_showing

    studio = entered(production)
    showing = read_showing(territory or (), media or (), first_day=first, last_day=until)
    found = check(studio, shot_id, find_recipe(studio, shot_id, proposal), showing=showing)
    rows = [(one.ruling.verdict, one.step, one.scope, one.subject, one.ruling.words) for one in found]
    cures = list(dict.fromkeys(cure for one in found for cure in one.ruling.cures))
    text = table(("verdict", "step", "scope", "of", "because"), rows)
    value = [
        {
            "step": one.step, "scope": one.scope, "subject": one.subject, "verdict": one.ruling.verdict,
            "reasons": one.ruling.reasons,
        }
        for one in found
    ]  # fmt: skip
    lines = [text, *(f"To cure it: {cure}" for cure in cures)]
    if any(reason.grant.startswith("the terms of ") for one in found for reason in one.ruling.reasons):
        lines.append("The terms that sources came with: manyhands source list; to change them: manyhands source terms.")
    show(value, as_json=json, text="\n".join(lines))


@rights.command("export")
def rights_export(
    format: Annotated[
        Literal["odrl", "rsl", "cawg"],
        typer.Option(help="odrl: a policy for partners; rsl: for crawlers; cawg: entries on training and mining."),
    ] = "odrl",
    source: Annotated[Scopes, typer.Option(help="Of this source; repeatable; none are all.")] = None,
    shot: Annotated[str, typer.Option(help="Of all that went into this shot's accepted take, or its last.")] = "",
    take: Annotated[str, typer.Option(help="Of all that went into this take.")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file to write.")] = None,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """What is granted, for other people's programs; never more open than the grants are."""
    from manyhands.actions.declaring import export
    from manyhands.cli.commands import entered

    found = export(entered(production), format=format, sources=source or (), shot_id=shot, take_id=take, out=out)
    told = f"{out or 'Nothing is written yet'}: {found.format}, of {', '.join(found.about)}."
    told += "" if out else " Name a file with --out, or read it with --json."
    show(found, as_json=json, text=told)


@rights.command("allow")
def rights_allow(
    grant_id: GrantId, scope: str, shot_id: str, why: Why, by: By, production: Folder = HERE, json: Json = False
) -> None:
    """Say yes, as the person whom a grant wants to be asked, to one scope in one shot."""
    from manyhands.actions.rights import allow
    from manyhands.cli.commands import entered, person

    named: Any = scope
    said = allow(entered(production), person(by), grant_id, named, shot_id, why=why)
    show(said, as_json=json, text=f"{by} says yes to {scope} in {shot_id} under {grant_id}: {said.why}")


@rights.command("revoke")
def rights_revoke(
    grant_id: GrantId,
    why: Why,
    by: By,
    look: Look = False,
    yes: Yes = False,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Show what withdrawing a grant touches; then withdraw it, with a signed report of that."""
    from manyhands.cli.commands import entered, person

    withdrawn(entered(production), person(by), grant_id, why=why, look=look, yes=yes, json=json)


def withdrawn(studio: Studio, by: Any, grant_id: str, *, why: str, look: bool, yes: bool, json: bool) -> None:
    """Show a withdrawal, ask at a terminal, and record it."""
    from manyhands.actions.people import named, people, told_names
    from manyhands.actions.revocation import foresee, revoke
    from manyhands.core.errors import Stopped

    def told(found: Cascade) -> str:
        return cascade_told(replace(found, grant=named(found.grant, told_names(people(studio)))))

    if look:
        found = foresee(studio, grant_id)
        show(found, as_json=json, text=told(found))
        return
    if sys.stdin.isatty() and not (yes or json):
        typer.echo(told(foresee(studio, grant_id)))
        if not typer.confirm(f"Record that {grant_id} is withdrawn?"):
            raise Stopped("revoke: nothing was recorded.", "Ask again when it is sure.")
    found = revoke(studio, by, grant_id, why=why)
    show(
        found,
        as_json=json,
        text=f"{told(found)}\nWithdrawn on {found.grant.revoked_on}; signed: {found.report}",
    )


@rights.command("report")
def rights_report(grant_id: GrantId, production: Folder = HERE, json: Json = False) -> None:
    """The signed report of a withdrawal, once its signature and the log are found to agree."""
    from manyhands.actions.revocation import report
    from manyhands.cli.commands import entered

    told = report(entered(production), grant_id)
    rows = [
        (one["take"], one["standing"], ", ".join(one["scopes"]), f"{one['frames']} of {one['of']}")
        for one in told["takes"]
    ]
    lines = [
        f"Signed by {told['production']}, and as the log has it: {grant_id}, withdrawn {told['grant']['revoked_on']} "
        f"({told['grant']['revoked_why']}).",
        table(("take", "stands", "under", "frames"), rows) if rows else "It touches no take.",
        *(notice["draft"] for notice in told["notices"]),
    ]
    show(told, as_json=json, text="\n".join(lines))


@rights.command("reteach")
def rights_reteach(
    take_id: Annotated[str, typer.Argument(metavar="TAKE", help="The take whose model learned.")],
    by: By,
    without: Annotated[str, typer.Option(help="What is not to teach it: a source, or the name of who painted.")],
    truth: Annotated[str, typer.Option(help="A matte or frames that taught neither, to hold both against.")] = "",
    workers: Workers = CORES,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Teach a take's model again without a work or a painter, as a new take, and say what that changed."""
    from manyhands.actions.reteaching import reteach
    from manyhands.cli import commands

    with bar(f"{take_id} without {without}", quiet=json) as report:
        studio = commands.entered(production, workers=workers, report=report)
        found = reteach(studio, commands.person(by), take_id, without=without, truth=truth)
    show(found, as_json=json, text=_retaught_told(found))


def _retaught_told(found: Retaught) -> str:
    one = found.compared
    lines = [f"{found.take}: {found.shot}, taught by {', '.join(found.taught_by)}, without {', '.join(found.without)}."]
    lines.append(f"  {one.verdict}.")
    lines.append(
        f"  Mean difference of encoded light {one.difference:.4f}, the most in frame {one.at} ({one.largest:.4f})."
    )
    if one.overlap is not None:
        lines.append(f"  The two mattes overlap by {one.overlap:.1%}, their outlines by {one.outline:.1%}.")
    if one.fits is not None:
        lines.append(f"  Of the frames that taught both {one.fits[0]:.1%} was met before, {one.fits[1]:.1%} without.")
    lines.append(f"  Side by side: {found.picture}")
    lines.append(f"  Nobody has decided on it: manyhands decide {found.take} accept, revise or reject, with --why")
    return "\n".join(lines)


def cascade_told(found: Cascade) -> str:
    """What a withdrawal touches, in a few lines."""
    given = found.grant
    what = given.person or f"source {given.work}"
    lines = [f"{given.id}: {given.grantor}, {given.form} about {what} ({given.about})."]
    if not found.lost:
        return "\n".join([*lines, "  Other grants permit all of it; nothing is touched."])
    lines.append(f"  Then nobody permits {', '.join(found.lost)} any more, unless newly asked.")
    standings: Sequence[Any] = ("blocked", "needs a decision", "delivered")
    for standing in standings:
        of = found.standing(standing)
        lines.append(f"  {standing}: {len(of)} take{'' if len(of) == 1 else 's'}{_first(of)}")
    for one in found.models:
        how = f"again without: {one.again}" if one.again else f"cannot be taught without: {one.why_not}"
        lines.append(f"  taught: {one.shot} {one.step} ({one.recipe}) {how}")
    return "\n".join(lines)


def _first(of: Sequence[Any]) -> str:
    told = [f"{one.take} ({one.frames} of {one.of} frames, {percent(one.origin_ppm)})" for one in of[:6]]
    return f": {', '.join(told)}{' …' if len(of) > 6 else ''}" if of else ""


def grant_told(given: Grant) -> str:
    """A grant in a few lines."""
    until = f" until {given.valid_until}" if given.valid_until else ""
    what = given.person or f"source {given.work}"
    lines = [f"{given.id}: {given.grantor}, {given.form} about {what}, {given.signed_on}{until}"]
    lines += [f"  {_said(given)}", f"  for: {given.about}"]
    lines += [f"  signed: {given.document}, SHA-256 {given.document_sha256}"] if given.document else []
    return "\n".join(lines)
