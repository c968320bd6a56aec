"""The commands for people: record them, forget them, say in which shots they are seen."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from manyhands.cli.options import HERE, By, Folder, Json
from manyhands.cli.show import show, table

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
    """Everybody who was recorded; who was forgotten has an id and no name."""
    from manyhands.actions.people import people as every
    from manyhands.cli.commands import entered

    found = every(entered(production))
    rows = [
        (
            one.party.id,
            one.name or f"forgotten on {one.party.forgotten_on}",
            one.party.form,
            f"a minor, guardian {one.guardian or 'not said'}" if one.party.is_minor else "",
            one.party.deceased_on,
        )
        for one in found
    ]
    text = table(("id", "name", "is a", "age", "died on"), rows) if rows else "Nobody was recorded."
    show(found, as_json=json, text=text)


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
    shot_id: str,
    by: By,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Who; nothing with --unknown.")] = "",
    unknown: Annotated[bool, typer.Option("--unknown", help="Somebody is there whom nobody has named yet.")] = False,
    frames: Annotated[str, typer.Option(help="In which frames, as 1001-1024; by default in all.")] = "",
    box: Annotated[str, typer.Option(help="Where: left,top,width,height in shares of the picture.")] = "",
    what: Annotated[Literal["face", "voice", "body"], typer.Option("--as", help="What of them.")] = "face",
    hidden: Annotated[bool, typer.Option("--hidden", help="They cannot be recognised.")] = False,
    production: Folder = HERE,
    json: Json = False,
) -> None:
    """Say who is seen or heard in a shot, in which frames and where."""
    from manyhands.actions.people import seen
    from manyhands.cli.commands import entered, person
    from manyhands.core.errors import InputError

    if bool(name) == unknown:
        raise InputError("people seen: it needs a name or --unknown, and not both.", "Name them, or add --unknown.")
    said = seen(
        entered(production), person(by), shot_id, name, frames=_frames(frames), box=_box(box), what=what,
        is_recognisable=not hidden,
    )  # fmt: skip
    show(
        said, as_json=json, text=f"{shot_id}: {name or 'somebody unknown'}, {what}, frames {said.first} to {said.last}."
    )


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
def people_nobody(shot_id: str, why: Why, by: By, production: Folder = HERE, json: Json = False) -> None:
    """Say that nobody whom one could recognise is seen or heard in a shot."""
    from manyhands.actions.people import nobody
    from manyhands.cli.commands import entered, person

    said = nobody(entered(production), person(by), shot_id, why=why)
    show(said, as_json=json, text=f"{shot_id}: nobody recognisable, says {by}: {said.why}")
