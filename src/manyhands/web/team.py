"""A team: who comes in by an invitation, a password, a session or a share link, and for how long."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from manyhands.actions.guests import Share, guest, over
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, RoleError, StateError
from manyhands.core.hand import Hand
from manyhands.core.hand import person as named
from manyhands.core.names import written
from manyhands.store.access import Access, Session, token_made
from manyhands.web.passwords import check_password, hashed, is_password, wants_rehash
from manyhands.web.waits import BY_ADDRESS, BY_BOTH, BY_NAME, FILE, Rule, Waits

DAY_S = 86_400.0
INVITED_S, IDLE_S, LONGEST_S = 7 * DAY_S, DAY_S / 2, 14 * DAY_S
SEEN_EVERY_S = 60.0
"""So often at most is it written down that a session is used."""
MOST_GUESTS, LONGEST_NAME, SHORTEST_OF_LINK = 500, 80, 8
BY_LINK, REMARKS, REMARKS_OF_LINK = Rule(50, 30), Rule(60, 60), Rule(300, 60)
ADDRESS, PRODUCTION = "address", "production"


@dataclass
class Team:
    """The accounts of one production, and how its studio is reached.

    Args:
        names: the hosts that a browser may call it by, without ports.
        behind_proxy: one on this machine or network ends TLS and says so in X-Forwarded-Proto and X-Forwarded-For.
        clock: seconds since 1970.
    """

    access: Access
    names: frozenset[str]
    behind_proxy: bool = False
    clock: Callable[[], float] = time.time
    waits: Waits = field(init=False)
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.waits = Waits(self.clock, self.access.path.with_name(FILE))
        self.id = self.access.stated_once(PRODUCTION, secrets.token_hex(4))

    def close(self) -> None:
        self.access.close()


def log_in(team: Team, name: str, password: str, place: str) -> str:
    """Begin a session.  Gives its token, which is always a new one.

    Raises: RoleError where name and password do not belong together, whether or not there is such an account;
        WaitError after too many tries.
    """
    who = named(name).id
    both = f"in {place} {who}"
    team.waits.count((both, BY_BOTH), (f"from {place}", BY_ADDRESS), (f"as {who}", BY_NAME))
    account = team.access.account(who)
    kept = account.password if account else ""
    token = token_made()
    if not is_password(password, kept) or not team.access.begin(who, token, at=team.clock(), of_password=kept):
        raise RoleError("studio: name and password do not belong together.", "Try again, or ask to be invited anew.")
    team.waits.forgive(both, f"as {who}")
    team.waits.take_back(f"from {place}")
    if wants_rehash(kept):
        team.access.rehash(who, hashed(password), instead_of=kept)
    now = team.clock()
    team.access.sweep(began_before=now - LONGEST_S, seen_before=now - IDLE_S, at=now)
    return token


def session(team: Team, token: str, *, is_used: bool = True) -> Session | None:
    """The session of a token, unless it is over.

    Args:
        is_used: False where a page only listens: that keeps no session awake.
    """
    found = team.access.session(token) if token else None
    if found is None:
        return None
    now = team.clock()
    if now - found.began > LONGEST_S or now - found.seen > IDLE_S:
        team.access.end(token)
        return None
    if is_used and now - found.seen > SEEN_EVERY_S:
        team.access.see(token, now)
    return found


def invitation(access: Access, someone: Hand, *, at: float) -> str:
    """Make what lets a person choose a password, once; the one they had before opens nothing any more."""
    token = token_made()
    access.invite(someone.id, someone.name, token, at + INVITED_S)
    return token


def invited(team: Team, token: str) -> str:
    """The name of who was invited.  Raises: StateError if the invitation was used, replaced or is over."""
    found = team.access.invited(token)
    if found is None or found.ends <= team.clock():
        raise StateError("invitation: it is used, replaced or over.", "Ask a director or producer for another.")
    return found.name


def join(team: Team, studio: Studio, token: str, password: str) -> str:
    """Choose a password by an invitation, and begin a session.  Gives the session's token.

    Raises: StateError as :func:`invited`; InputError if the password is too short, too long or easily guessed.
    """
    name = invited(team, token)
    check_password(password, names=(name, studio.name))
    kept, fresh = hashed(password), token_made()
    if not team.access.join(token, kept, at=team.clock()):
        invited(team, token)
    if not team.access.begin(named(name).id, fresh, at=team.clock(), of_password=kept):
        raise StateError("invitation: it was used twice at once.", "Log in with your password.")
    return fresh


def change_password(team: Team, studio: Studio, by: Hand, old: str, new: str, place: str) -> str:
    """Change one's password: every session is over, and a fresh one begins.  Gives its token.

    Raises: RoleError if the old one is wrong; InputError for the new one; WaitError.
    """
    check_password(new, names=(by.name, studio.name))
    key = f"change {by.id}"
    team.waits.count((key, BY_BOTH), (f"from {place}", BY_ADDRESS))
    account = team.access.account(by.id)
    kept = account.password if account else ""
    if not is_password(old, kept):
        raise RoleError("password: the old one is not right.", "Type the one that you logged in with.")
    team.waits.forgive(key)
    team.waits.take_back(f"from {place}")
    fresh, token = hashed(new), token_made()
    done = team.access.change_password(by.id, fresh, instead_of=kept)
    if not done or not team.access.begin(by.id, token, at=team.clock(), of_password=fresh):
        raise StateError("password: it was changed elsewhere just now.", "Log in again.")
    return token


def link(access: Access, share: Share, password: str) -> str:
    """Make what opens a share.  Gives the token; it is told once, and only its hash is kept."""
    token = token_made()
    access.link(share.id, token, hashed(password) if password else "")
    return token


def check_link_password(password: str) -> None:
    """Raises: InputError; none at all is fine."""
    if password:
        check_password(password, shortest=SHORTEST_OF_LINK)


def linked(team: Team, studio: Studio, token: str) -> Share:
    """The share that a token opens.  Raises: RoleError if it is none, taken back or over: which, nobody is told."""
    found = team.access.linked(token)
    share = studio.production.find(Share, found.share) if found else None
    if share is None or not share.stands(studio.clock()):
        raise over()
    return share


def welcome(team: Team, studio: Studio, token: str, name: str, password: str, place: str) -> str:
    """Let a guest in by a link, under the name that they give.  Gives the token of their session.

    Raises: RoleError as :func:`linked`, or if the password is wrong; InputError for a name that is none; WaitError.
    """
    share = linked(team, studio, token)
    name = written(name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise InputError(f"guest: the name has {len(name)} letters.", f"Say who you are in 1 to {LONGEST_NAME}.")
    both = f"guest {place} {share.id}"
    team.waits.count((both, BY_BOTH), (f"from {place}", BY_ADDRESS), (f"by {share.id}", BY_LINK))
    found = team.access.linked(token)
    if found is None or (found.password and not is_password(password, found.password)):
        raise RoleError("link: the password is not right.", "It was told to you with the link, or apart from it.")
    team.waits.forgive(both)
    fresh = token_made()
    if not team.access.welcome(share.id, name, fresh, at=team.clock(), most=MOST_GUESTS):
        raise RoleError(f"link: {MOST_GUESTS} guests came by it; that is the most.", "Ask for another link.")
    return fresh


def guest_at(team: Team, studio: Studio, share_id: str, token: str) -> tuple[Share, Hand]:
    """The share and hand of a guest who was let in.

    Raises: RoleError, with ``over`` where nothing is shared any more, and ``enter`` where they have to come in first.
    """
    if not token:
        raise _unknown()
    found = team.access.guest(token)
    share = studio.production.find(Share, share_id)
    if share is None or not share.stands(studio.clock()):
        raise over()
    if found is None or found.share != share_id:
        raise _unknown()
    return share, guest(share, found.number, found.name)


def _unknown() -> RoleError:
    return RoleError("link: it does not know this browser.", "Open the link that was sent to you.", enter=True)


def may_remark(team: Team, by: Hand, share: Share) -> None:
    """Count one comment of a guest.  Raises: WaitError after too many."""
    team.waits.count((f"says {by.id}", REMARKS), (f"said {share.id}", REMARKS_OF_LINK))


def address_of(folder: Path) -> tuple[Access, str]:
    """The open accounts of a production and where its studio is reached.

    Raises: StateError before it was opened for a team.
    """
    access = Access(folder)
    where = access.fact(ADDRESS)
    if not where:
        access.close()
        raise StateError(
            "studio: it was never opened for a team.", f"Open it first: manyhands studio --team -p {folder}"
        )
    return access, where
