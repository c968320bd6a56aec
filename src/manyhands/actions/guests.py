"""Guests: who came by a share link, and what that lets them see and say."""

from __future__ import annotations

from typing import ClassVar

from manyhands.core.errors import NotFoundError, RoleError
from manyhands.core.hand import Hand
from manyhands.core.names import written
from manyhands.core.noun import Noun
from manyhands.store.production import Production

GUEST = "guest:"
"""How a guest's hand begins; a person's begins otherwise, whatever a guest calls themself."""


class Share(Noun):
    """Takes that somebody outside may see by a link, until a time, and what they may do there.

    What opens it, a token and perhaps a password, is not here: the record keeps everything, and both must be able to
    go.  ``revoked_at`` is empty while it stands.
    """

    KIND: ClassVar[str] = "share"

    id: str
    label: str
    takes: tuple[str, ...]
    until: str
    may_comment: bool = False
    shows_plate: bool = False
    is_marked: bool = False
    has_password: bool = False
    by: Hand
    at: str
    revoked_at: str = ""

    def stands(self, at: str) -> bool:
        """Whether it opens at a time, as the log writes times."""
        return not self.revoked_at and at < self.until


def guest(share: Share, number: int, name: str) -> Hand:
    """The hand of the guest with a number at a link; that they are one stands in their name."""
    return Hand(id=f"{GUEST}{share.id}:{number}", origin="person", name=f"{written(name)} (guest, {share.label})")


def is_guest(hand: Hand) -> bool:
    return hand.id.startswith(GUEST)


def share_of(production: Production, hand: Hand) -> Share:
    """The link that a guest came by.  Raises: RoleError if there is none."""
    found = production.find(Share, hand.id.removeprefix(GUEST).rpartition(":")[0])
    if found is None:
        raise over()
    return found


def check_guest(production: Production, hand: Hand, act: str, *, at: str) -> None:
    """Let a guest look, and comment where their link allows it, while it stands.  Raises: RoleError."""
    share = share_of(production, hand)
    if not share.stands(at):
        raise over()
    if act != "look" and not (act == "comment" and share.may_comment):
        raise RoleError(
            f"{act}: {hand.name} came by a link that does not allow it.",
            f"Ask {share.by.name}, who shared it.",
            act=act,
        )


def check_shown_to(production: Production, hand: Hand, take_id: str, *, plate: bool) -> None:
    """Let a guest see the takes of their link.  Raises: NotFoundError, RoleError."""
    share = share_of(production, hand)
    if take_id not in share.takes:
        raise NotFoundError("take", take_id)
    if plate and not share.shows_plate:
        raise RoleError("plate: it is not shared.", f"Ask {share.by.name}, who shared the take.")


def over() -> RoleError:
    """What is told alike of a link that never was, ended, or was taken back."""
    return RoleError("link: it is no longer shared.", "Ask whoever sent it to you for another.", over=True)
