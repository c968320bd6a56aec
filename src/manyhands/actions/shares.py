"""Shares: takes that somebody outside sees by a link, for a time, and can be taken back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from manyhands.actions.guests import Share
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, StateError
from manyhands.core.hand import Hand
from manyhands.core.names import written
from manyhands.core.take import Take

MOST_TAKES, LONGEST_DAYS, LONGEST_LABEL = 50, 366, 80


def share(
    studio: Studio,
    by: Hand,
    take_ids: Sequence[str],
    *,
    label: str,
    days: int,
    may_comment: bool = False,
    shows_plate: bool = False,
    is_marked: bool = False,
    has_password: bool = False,
) -> Share:
    """Share takes with somebody outside.

    Args:
        label: whom it is for; guests bear it beside their names.
        days: how long from now it opens.
        is_marked: every picture bears the label.
        has_password: that one is asked for; which, the door keeps, for the record keeps everything.
    Raises: RoleError, NotFoundError; InputError without takes or a label, or for a time that is none.
    """
    studio.check(by, "share")
    takes = tuple(dict.fromkeys(take_ids))
    label = written(label)
    if not 0 < len(takes) <= MOST_TAKES:
        raise InputError(f"share: it has {len(takes)} takes.", f"Choose 1 to {MOST_TAKES}.")
    if not 0 < len(label) <= LONGEST_LABEL:
        raise InputError(f"share: it does not say whom it is for in 1 to {LONGEST_LABEL} letters.", "Name them.")
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(f"share: it ends after {days} days.", f"Give 1 to {LONGEST_DAYS}.")
    for take_id in takes:
        studio.production.get(Take, take_id)
    now = studio.clock()
    made = Share(
        id=f"g-{secrets.token_hex(4)}", label=label, takes=takes, until=_after(now, days), may_comment=may_comment,
        shows_plate=shows_plate, is_marked=is_marked, has_password=has_password, by=by, at=now,
    )  # fmt: skip
    with studio.act("share", by, share=made.id, takes=list(takes), label=label, until=made.until) as t:
        t.put(made, made.id)
    return made


def unshare(studio: Studio, by: Hand, share_id: str) -> Share:
    """Take a link back: it opens nothing any more.  Raises: RoleError, NotFoundError; StateError if it is over."""
    studio.check(by, "share")
    known = studio.production.get(Share, share_id)
    if known.revoked_at:
        raise StateError(f"share {share_id}: it was taken back at {known.revoked_at}.", "Nothing more is to be done.")
    over = known.but(revoked_at=studio.clock())
    with studio.act("unshare", by, share=share_id) as t:
        t.put(over, over.id)
    return over


def shares(studio: Studio, by: Hand) -> list[Share]:
    """Every link that was ever made, oldest first.  Raises: RoleError."""
    studio.check(by, "share")
    return studio.production.all(Share)


def _after(now: str, days: int) -> str:
    at = datetime.fromisoformat(now.replace("Z", "+00:00")).astimezone(UTC) + timedelta(days=days)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
