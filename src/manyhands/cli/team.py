"""Commands of a team: inviting its people, and sharing takes with somebody outside."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from manyhands.cli.options import HERE, By, Folder, Json
from manyhands.cli.show import show

if TYPE_CHECKING:
    from manyhands.actions.studio import Studio
    from manyhands.core.hand import Hand

Password = Annotated[
    str,
    typer.Option(envvar="MANYHANDS_SHARE_PASSWORD", help="Asked of the guest; the terminal may keep what you type."),
]


def invite(
    who: str,
    by: By,
    production: Folder = HERE,
    role: Annotated[list[str] | None, typer.Option("--role", help="A role to give first.")] = None,
    json: Json = False,
) -> None:
    """Invite a member into the studio of a team, or to choose a password anew: a link that opens once."""
    from manyhands.actions import invitations
    from manyhands.actions import studio as acts
    from manyhands.web.team import DAY_S, INVITED_S, address_of, invitation

    film, me = _entered(production, by)
    film.check(me, "person")
    access, address = address_of(production)
    if role:
        acts.person(film, me, _named(who), roles=tuple(role))
    someone = invitations.invite(film, me, _named(who)).person
    link, days = f"{address}/invitation#{invitation(access, someone, at=time.time())}", round(INVITED_S / DAY_S)
    access.close()
    text = f"{someone.name} chooses a password within {days} days, once, at {link}"
    show({"person": someone.name, "link": link, "days": days}, as_json=json, text=text)


def share(
    take: Annotated[list[str], typer.Argument(help="One take or several.")],
    label: Annotated[str, typer.Option("--with", help="For whom it is: a person or a company.")],
    by: By,
    production: Folder = HERE,
    days: Annotated[int, typer.Option(help="How long it opens.")] = 7,
    password: Password = "",
    comment: Annotated[bool, typer.Option("--comment", help="They may comment.")] = False,
    plate: Annotated[bool, typer.Option("--plate", help="They see the plate too.")] = False,
    mark: Annotated[bool, typer.Option("--mark/--no-mark", help="Every picture bears for whom it is.")] = True,
    json: Json = False,
) -> None:
    """Show takes to somebody outside by a link, in the studio of a team."""
    from manyhands.actions import shares
    from manyhands.web import team

    film, me = _entered(production, by)
    film.check(me, "share")
    team.check_link_password(password)
    access, address = team.address_of(production)
    made = shares.share(
        film, me, take, label=label, days=days, may_comment=comment, shows_plate=plate, is_marked=mark,
        has_password=bool(password),
    )  # fmt: skip
    link = f"{address}/share/{team.link(access, made, password)}"
    access.close()
    text = f"Until {made.until} {made.label} sees it at {link}\nmanyhands unshare {made.id} takes it back."
    show({"id": made.id, "until": made.until, "link": link}, as_json=json, text=text)


def unshare(link: str, by: By, production: Folder = HERE, json: Json = False) -> None:
    """Take a share link back: it opens nothing any more."""
    from manyhands.actions import shares
    from manyhands.store.access import Access

    film, me = _entered(production, by)
    over = shares.unshare(film, me, link)
    access = Access(production)
    access.unlink(over.id)
    access.close()
    show({"id": over.id, "revoked_at": over.revoked_at}, as_json=json, text=f"{over.label} sees it no longer.")


def _entered(production: Folder, by: str) -> tuple[Studio, Hand]:
    from manyhands.cli.commands import entered

    return entered(production), _named(by)


def _named(name: str) -> Hand:
    from manyhands.cli.commands import person

    return person(name)
