"""Invitations: who may come into the studio of a team."""

from __future__ import annotations

from manyhands.actions.roles import Member
from manyhands.actions.studio import Studio
from manyhands.core.errors import NotFoundError
from manyhands.core.hand import Hand


def invite(studio: Studio, by: Hand, someone: Hand) -> Member:
    """Record that a member is invited to come in, or to choose a password anew; the door makes the link.

    Raises: RoleError; NotFoundError if they are no member.
    """
    studio.check(by, "person")
    member = studio.production.find(Member, someone.id)
    if member is None:
        raise NotFoundError(
            "member", someone.name, known=[one.person.name for one in studio.production.all(Member)],
            where=f"Give them a role: manyhands person {someone.name!r} --role artist.",
        )  # fmt: skip
    studio.note("invite", by, person=someone.id)
    return member
