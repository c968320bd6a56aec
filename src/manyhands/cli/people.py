"""The commands for people: record them, forget them, say in which shots they are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from manyhands.cli.options import HERE, By, Folder, Json
from manyhands.cli.show import show, table

if TYPE_CHECKING:
    from manyhands.core.party import Depiction

people = typer.Typer(help="Who is who, kept where it can go, and who is seen in which shot.", no_args_is_help=True)

Why = Annotated[str, typer.Option("--why", help="The reason; the record is nothing without it.")]


@people.command("add")
def people_add(
    name: str,
    by: By,
    form: Annotated[Literal["person", "company", "union"], typer.Option("--form", help="What they are.")] = "person",
    minor: Annotated[bool, typer.Option("--minor", help="They are a minor; only their guardian grants.")] = False,
    guardian: Annotated[str, typer.Option(help="The minor's guardian, who was added before.")] = "",
    deceased: Annotated[str, typer.Option(help="The day on which they died: 2026-05-01.")] = "",
    contact: Annotated[str, typer.Option(help="How to reach them; kept beside the name, outside the record.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Record a person, a company or a union; the record knows them by a made-up id, the name lies in a file apart."""
    from manyhands.actions.people import alike, party
    from manyhands.actions.people import people as every
    from manyhands.cli.commands import entered, person

    studio = entered(production)
    found = party(
        studio, person(by), name, form=form, is_minor=minor, guardian=guardian, deceased_on=deceased, contact=contact
    )
    text = f"{found.party.id}: {found.name}, a {form}" + (", a minor" if minor else "")
    for other in alike(every(studio), found.name):
        text += (
            f"\nTake care: {other} is somebody else here, whose name is written with other letters and looks the same."
        )
    show(found, as_json=json, text=text)


@people.command("list")
def people_list(production: Folder = HERE, json: Json = False) -> None:
    """Everybody who was recorded, and where they are seen; who was forgotten has an id and no name."""
    from manyhands.actions.people import people as every
    from manyhands.actions.people import seen_in
    from manyhands.cli.commands import entered

    studio = entered(production)
    found = every(studio)
    seen = seen_in(studio)
    rows = [
        (
            one.party.id,
            one.name or f"forgotten on {one.party.forgotten_on}",
            one.party.form,
            f"a minor, guardian {one.guardian or 'not said'}" if one.party.is_minor else "",
            one.party.deceased_on,
            ", ".join(_seen_told(each) for each in seen.get(one.party.id, ())),
        )
        for one in found
    ]
    text = table(("id", "name", "is a", "age", "died on", "seen in"), rows) if rows else "Nobody was recorded."
    value = [
        {"party": one.party, "name": one.name, "guardian": one.guardian, "seen": seen.get(one.party.id, [])}
        for one in found
    ]
    show(value, as_json=json, text=text)


def _seen_told(said: Depiction) -> str:
    return f"{said.shot or said.source} {said.first}-{said.last}" + (f" ({said.what})" if said.what != "face" else "")


@people.command("forget")
def people_forget(
    name: Annotated[str, typer.Argument(help="The name or the id.")],
    why: Why,
    by: By,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Take what names somebody out of the production; the record and its chain stay, without a name."""
    from manyhands.actions.people import forget
    from manyhands.cli.commands import entered, person

    gone, papers = forget(entered(production), person(by), name, why=why)
    lines = [f"{gone.party.id}: its name and contact are gone; the record stays."]
    lines += [f"  may still tell of them, for you to judge: {paper}" for paper in papers]
    show({"party": gone.party, "papers": papers}, as_json=json, text="\n".join(lines))


@people.command("seen")
def people_seen(
    by: By,
    where: Annotated[str, typer.Argument(metavar="[SHOT]", help="The shot; nothing with --source.")] = "",
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Who; nothing with --unknown.")] = "",
    source: Annotated[str, typer.Option(help="Instead of a shot: a source, for every shot made with it.")] = "",
    unknown: Annotated[bool, typer.Option("--unknown", help="Somebody is there whom nobody has named yet.")] = False,
    frames: Annotated[str, typer.Option(help="In which frames, as 1001-1024; by default in all.")] = "",
    box: Annotated[str, typer.Option(help="Where: left,top,width,height in shares of the picture.")] = "",
    at: Annotated[
        int | None, typer.Option(help="The frame that the box is drawn in; it is followed from there.")
    ] = None,
    what: Annotated[Literal["face", "voice", "body"], typer.Option("--as", help="What of them.")] = "face",
    hidden: Annotated[bool, typer.Option("--hidden", help="They cannot be recognised.")] = False,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Say who is seen or heard in a shot or a source, in which frames and where."""
    from manyhands.actions.people import seen
    from manyhands.cli.commands import entered, person
    from manyhands.core.errors import InputError

    shot_id, whom = ("", where) if source and not name else (where, name)
    if bool(shot_id) == bool(source):
        raise InputError("people seen: it needs a shot or --source, and not both.", "Name where they are seen.")
    if bool(whom) == unknown:
        raise InputError("people seen: it needs a name or --unknown, and not both.", "Name them, or add --unknown.")
    said = seen(
        entered(production), person(by), shot_id, whom, source_id=source, frames=_frames(frames), box=_box(box), at=at,
        what=what, is_recognisable=not hidden,
    )  # fmt: skip
    lines = [f"{shot_id or source}: {whom or 'somebody unknown'}, {what}, frames {said.first} to {said.last}."]
    lines += [f"Lost at {', '.join(map(str, said.lost))}: mark them again beyond that, if they are there."] * bool(
        said.lost
    )
    lines += [f"Look whether the box is on them: {production / said.picture}"] * bool(said.picture)
    show(said, as_json=json, text="\n".join(lines))


def _frames(text: str) -> tuple[int, int] | None:
    from manyhands.core.errors import InputError

    first, dash, last = text.partition("-")
    if not text:
        return None
    if not (first.isdigit() and (last.isdigit() or not dash)):
        raise InputError(f"frames: {text} is no span.", "Give the first and the last: --frames 1001-1024.")
    return int(first), int(last or first)


def _box(text: str) -> tuple[float, ...]:
    from manyhands.core.errors import InputError

    try:
        return tuple(float(part) for part in text.split(",")) if text else ()
    except ValueError:
        raise InputError(f"box: {text} is none.", "Give left,top,width,height: --box 0.4,0.1,0.2,0.3.") from None


@people.command("nobody")
def people_nobody(
    why: Why,
    by: By,
    shot_id: Annotated[str, typer.Argument(metavar="[SHOT]", help="The shot; nothing with --source.")] = "",
    source: Annotated[str, typer.Option(help="Instead of a shot: a source.")] = "",
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Say that nobody whom one could recognise is seen or heard in a shot or a source."""
    from manyhands.actions.people import nobody
    from manyhands.cli.commands import entered, person
    from manyhands.core.errors import InputError

    if bool(shot_id) == bool(source):
        raise InputError("people nobody: it needs a shot or --source, and not both.", "Name where you looked.")
    said = nobody(entered(production), person(by), shot_id, why=why, source_id=source)
    show(said, as_json=json, text=f"{shot_id or source}: nobody recognisable, says {by}: {said.why}")
