"""Who may do what: roles and acts in one table."""

from __future__ import annotations

from typing import ClassVar

from manyhands.core.errors import InputError, RoleError
from manyhands.core.hand import Hand
from manyhands.core.noun import Noun

ROLES = (
    "director",
    "producer",
    "ai_supervisor",
    "creative_technologist",
    "ml_editor",
    "artist",
    "contributor",
    "guest",
)

# A cross says that the role of the column may do the act of the row.
TABLE = """
            director producer ai_supervisor creative_technologist ml_editor artist contributor guest
look        x        x        x             x                     x         x      x           x
propose     x        x        x             x                     x         x      .           .
adjust      x        x        x             x                     x         x      .           .
undo        x        x        x             x                     x         x      .           .
run         x        x        x             x                     x         x      .           .
agree       x        x        x             .                     .         .      .           .
cap         x        x        .             .                     .         .      .           .
shot        x        x        x             x                     x         x      .           .
source      x        x        x             x                     x         x      x           .
terms       x        x        .             .                     .         .      .           .
consent     x        x        .             .                     .         .      .           .
party       x        x        .             .                     .         .      .           .
forget      x        x        .             .                     .         .      .           .
seen        x        x        x             x                     x         x      x           .
grant       x        x        .             .                     .         .      .           .
allow       x        x        x             x                     x         x      x           .
revoke      x        x        x             x                     x         x      x           .
comment     x        x        x             x                     x         x      x           .
share       x        x        x             .                     .         .      .           .
decide      x        x        x             .                     .         .      .           .
deliver     x        x        x             .                     .         .      .           .
disclose    x        x        x             x                     x         .      .           .
person      x        x        .             .                     .         .      .           .
policy      x        x        x             .                     .         .      .           .
say         x        x        x             x                     x         x      .           .
check       x        x        x             x                     x         x      .           .
approve     x        x        .             .                     .         .      .           .
papers      x        x        x             x                     x         .      .           .
model       x        x        x             x                     .         .      .           .
ledger      x        x        .             .                     .         .      .           .
pay         .        x        .             .                     .         .      .           .
task        x        x        x             .                     .         .      .           .
acknowledge x        x        x             x                     x         x      x           .
override    .        x        .             .                     .         .      .           .
time        x        x        x             x                     x         x      x           .
wages       .        x        .             .                     .         .      .           .
royalties   .        x        .             .                     .         .      .           .
measure     x        x        x             .                     .         .      .           .
reverse     x        x        .             .                     .         .      .           .
statement   x        x        .             .                     .         .      .           .
"""


def _read(table: str) -> dict[str, frozenset[str]]:
    head, *rows = [line.split() for line in table.strip().splitlines()]
    acts = [act for act, *_ in rows]
    if len(set(acts)) < len(acts):
        raise ValueError(f"roles: an act has two rows: {', '.join(act for act in acts if acts.count(act) > 1)}")
    return {act: frozenset(role for role, mark in zip(head, marks, strict=True) if mark == "x") for act, *marks in rows}


MAY: dict[str, frozenset[str]] = _read(TABLE)


class Member(Noun):
    """A person's roles in a production."""

    KIND: ClassVar[str] = "member"

    person: Hand
    roles: tuple[str, ...]


def check_roles(roles: tuple[str, ...]) -> None:
    """Raises: InputError if one of the roles does not exist."""
    for role in roles:
        if role not in ROLES:
            raise InputError(f"role: {role} does not exist.", f"It must be one of {', '.join(ROLES)}.")


def check_may(member: Member, act: str) -> None:
    """Raises: RoleError that says whom to ask."""
    if not MAY[act] & set(member.roles):
        able = ", ".join(role for role in ROLES if role in MAY[act])
        raise RoleError(
            f"{act}: {member.person.name} is {' and '.join(member.roles)} here; that takes one of: {able}.",
            f"Ask somebody who is, or be given the role: manyhands person {member.person.name!r} --role ROLE.",
            act=act,
            roles=list(member.roles),
        )
