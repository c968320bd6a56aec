"""Sharing what a film brought in: wages first, then by screen time and authorship, published to be found again."""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from manyhands.actions import payees
from manyhands.actions.decisions import all_accepted
from manyhands.actions.extents import frame_extents
from manyhands.actions.labour import unbooked
from manyhands.actions.measuring import PUBLISHED, measured_keys, painted_for, painters_in
from manyhands.actions.revocation import Gone, withdrawn_before
from manyhands.actions.studio import Studio
from manyhands.core.currency import minor_of, money
from manyhands.core.decision import Decision, last_accepted
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, NotFoundError, StateError
from manyhands.core.extent import total_extent
from manyhands.core.hand import Hand
from manyhands.core.noun import digest
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.disk import write_whole
from manyhands.ledger import split
from manyhands.ledger.booking import WAGES_FUND, royalties_owed, wages_uncovered
from manyhands.ledger.royalties import (
    ESCROW,
    METHOD,
    Key,
    Part,
    Seen,
    agreed,
    measured,
    methods_of,
    parts_of_film,
    shares_of,
    stopped_of,
)
from manyhands.ledger.shapley import shapley
from manyhands.ledger.statements import day
from manyhands.makers import find_maker


@dataclass(frozen=True)
class Shared:
    """How an amount was shared, or would be.

    ``floor_minor`` was put aside for wages that are owed; ``amounts`` are each payee's of the rest, in minor units;
    ``stopped`` says who has nothing any more of what came in, and why; ``published`` is the file from which every payee
    can find the figures again, empty in a draft.
    """

    transaction: str
    received_minor: int
    floor_minor: int
    currency: str
    amounts: dict[str, int]
    methods: dict[str, str]
    parts: tuple[Part, ...]
    stopped: dict[str, str]
    published: str = ""


def royalties(
    studio: Studio,
    by: Hand,
    amount: str,
    *,
    currency: str,
    about: str,
    cut: Path | None = None,
    keys: Path | None = None,
    received_on: str = "",
    is_draft: bool = False,
    looked_at: str = "",
) -> Shared:
    """Share what came in: first what is owed in wages, then the film's shares, in one transaction.

    Args:
        amount: as people write it, 2.50.
        about: whose account it came by, and for which period; it tells this amount from others.
        cut: a CSV file with a row ``shot,first,last`` for each piece of the film; without it every accepted take counts
            with all its frames.
        keys: a TOML file that says who the trained models' shares go to; what it does not name goes by what was
            measured.
        received_on: the day on which it came in, 2026-05-31; empty is today.  Whoever withdrew what they had granted
            before that day has no share of it: theirs is held in escrow.
        is_draft: book nothing; a draft may look at a day that has not come.
        looked_at: the :func:`stamp_of` of the draft that somebody saw; shared otherwise, nothing is booked.
    Raises: RoleError; InputError, NotFoundError for what was given; StateError if it was shared already, hours are
        in no wages yet, wages are owed in another currency, a share is nobody's, or it would be shared otherwise than
        was looked at.
    """
    studio.check(by, "royalties")
    received = minor_of(amount, currency)
    if received <= 0:
        raise InputError(f"royalties: {money(received, currency)} is nothing to share.", "Give what came in.")
    if not about.strip():
        raise InputError("royalties: nothing tells this amount from others.", 'Add --about "whose account, when".')
    today = studio.clock()[:10]
    came_on = str(day(received_on)) if received_on else today
    if came_on > today and not is_draft:
        raise InputError(
            f"royalties: {came_on} has not come; today is {today}.",
            "Say when it came in, or add --draft to look at what it would come to.",
        )
    house = f"{studio.name} (the house)"
    seen = screened(studio, cut, received_on=came_on)
    agreed_keys = read_keys(keys)
    agreed_keys += _measured_here(studio, seen, agreed_keys)
    sources = {source.id: source for source in studio.production.all(Source)}
    parts = _one_each(studio, parts_of_film(seen, sources, agreed_keys, house=house), house)
    id_ = "royalties-" + hashlib.sha256(f"{currency}\n{about.strip()}".encode()).hexdigest()[:12]
    if is_draft:
        return _shared(studio, id_, received, currency, parts)
    told = {"received_minor": received, "currency": currency, "of": about.strip(), "received_on": came_on}
    with studio.act("royalties", by, **told, method=METHOD, transaction=id_) as t:
        if hindered := in_the_way(studio, id_, about):
            raise hindered
        found = _shared(studio, id_, received, currency, parts)
        if looked_at and looked_at != stamp_of(found):
            raise StateError(
                f"royalties: {about.strip()} would be shared otherwise than you saw.", "Look at the split again."
            )
        path = studio.folder / PUBLISHED / f"{id_}.json"
        text = (
            json.dumps(publication(found, seen, agreed_keys, received_on=came_on), ensure_ascii=False, indent=1) + "\n"
        )
        write_whole(path, text.encode())
        sha = hashlib.sha256(text.encode()).hexdigest()
        made = royalties_owed(
            id_,
            received,
            currency,
            floor_minor=found.floor_minor,
            amounts=found.amounts,
            methods=found.methods,
            house=house,
            escrow=ESCROW,
            stopped=stopped_of(parts),
            about=f"{about.strip()}, received {came_on} (published: SHA-256 {sha})",
            at=studio.clock(),
        )
        payees.book(studio, t, made)
    return Shared(**{**vars(found), "published": str(path)})


def in_the_way(studio: Studio, transaction: str, about: str) -> StateError | None:
    """What keeps an amount from being shared now, though a draft shows how it would be; None where nothing does."""
    if studio.production.find(Entry, f"{transaction}-0") is not None:
        return StateError(
            f"royalties: {about.strip()} was shared already, as {transaction}.",
            "Say which other amount this is; what was shared and reversed comes back by reversing its reversal.",
        )
    waiting = unbooked(studio)
    if not waiting:
        return None
    minutes = sum(one.minutes for one in waiting)
    whose = " and ".join(dict.fromkeys(one.by.name for one in waiting))
    return StateError(
        f"royalties: {minutes} minutes of {whose} are in no wages yet, and hours come before shares.",
        "Book them: manyhands wages book CARD; or, where they are wrong: manyhands time back.",
    )


def stamp_of(found: Shared) -> str:
    """What tells how an amount is shared from every other way to share it."""
    parts = [{**vars(part), "share": str(part.share)} for part in found.parts]
    told = [found.transaction, found.received_minor, found.floor_minor, found.currency, found.amounts]
    return digest([*told, found.methods, found.stopped, parts])[:32]


def _one_each(studio: Studio, parts: Sequence[Part], house: str) -> list[Part]:
    """The parts with one spelling of each payee's name, so that nobody is two and shares in the rounding twice."""
    names = payees.spelled(studio, [part.payee for part in parts if part.payee != house])
    return [replace(part, payee=names.get(part.payee, house)) for part in parts]


def _shared(studio: Studio, id_: str, received: int, currency: str, parts: Sequence[Part]) -> Shared:
    booked = [
        entry
        for beginning, holding in (("Liabilities:", ':Wages"'), (WAGES_FUND, ""))
        for _, entry in studio.production.beginning(Entry, "account", beginning, holding=holding)
    ]
    owed = wages_uncovered(booked)
    others = [money(minor, other) for other, minor in owed.items() if other != currency]
    if others:
        raise StateError(
            f"royalties: {' and '.join(others)} of wages are owed, and currencies are never mixed.",
            "Pay those first; hours come before shares.",
        )
    floor = min(received, owed.get(currency, 0))
    shares = shares_of(parts)
    amounts = split(received - floor, shares)
    return Shared(id_, received, floor, currency, amounts, methods_of(parts), tuple(parts), stopped_of(parts))


def screened(studio: Studio, cut: Path | None, *, received_on: str) -> list[Seen]:
    """Each accepted take with how long it is seen, by the cut or in whole, and who has nothing of it any more.

    Args:
        received_on: the day on which what is shared came in.
    Raises: InputError, NotFoundError for the cut; StateError if it holds a shot without an accepted take.
    """
    if cut is None:
        takes = all_accepted(studio)
        told = _behind(studio, takes, received_on)
        return [_seen(studio, take, None, told) for take in takes]
    pieces = read_cut(cut)
    shots = studio.production.several(Shot, {shot for shot, _, _ in pieces})
    said = studio.production.by_shot(Decision, shots.keys())
    chosen = {shot: last_accepted(said.get(shot, ())) for shot in shots}
    missing = next((shot for shot, _, _ in pieces if chosen[shot] is None), None)
    if missing is not None:
        raise StateError(f"cut {cut.name}: no take of {missing} is accepted.", "Accept one, or cut it out.")
    takes_by_id = studio.production.several(Take, {take for take in chosen.values() if take})
    told = _behind(studio, takes_by_id.values(), received_on)
    found = []
    for shot, first, last in pieces:
        take = takes_by_id[str(chosen[shot])]
        if first not in take.span.frames or last not in take.span.frames:
            raise InputError(
                f"cut {cut.name}: {shot} has frames {take.span.start} to {take.span.end}, not {first} to {last}.",
                "Name frames that it has.",
            )
        found.append(_seen(studio, take, range(first, last + 1), told))
    return found


Painters = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By the id of each hand that was taught for a take: whose painted frames taught it, and which sources they are."""


@dataclass(frozen=True)
class Behind:
    """What stands behind some takes: the painters by recipe, the sources, and what was withdrawn of them, by take."""

    painters: Mapping[str, Painters]
    sources: Mapping[str, Source]
    gone: Mapping[str, Sequence[Gone]]


def _behind(studio: Studio, takes: Iterable[Take], received_on: str) -> Behind:
    takes = list(takes)
    recipes = studio.production.several(Recipe, {take.recipe for take in takes})
    taught = {
        id_: [step for step in recipe.steps if find_maker(step.maker).kind == "taught"]
        for id_, recipe in recipes.items()
    }
    gone = withdrawn_before(studio, received_on)
    asked = {work for id_, steps in taught.items() for step in steps for work in painted_for(recipes[id_], step)}
    sources = studio.production.several(Source, asked | {one.grant.work for one in gone})
    shots = studio.production.several(Shot, {take.shot for take in takes}) if gone else {}
    return Behind(
        {id_: _painters(recipes[id_], steps, sources) for id_, steps in taught.items()},
        sources,
        {take.id: [one for one in gone if one.touches(shots[take.shot], recipes[take.recipe])] for take in takes},
    )


def _seen(studio: Studio, take: Take, frames: range | None, told: Behind) -> Seen:
    extent = take.extent
    if frames is not None:
        some = [one for one in frame_extents(studio, take) if one.frame in frames]
        extent = total_extent(some, take.hands, take.span.but(start=frames.start, length=len(frames)))
    seconds = Fraction(len(frames) if frames is not None else take.span.length) / take.span.rate_fps
    painters = told.painters[take.recipe]
    by_hand = {hand: tuple(theirs) for hand, theirs in painters.items()}
    return Seen(take.shot, take.id, seconds, extent, by_hand, _stopped(take, painters, told))


def _painters(recipe: Recipe, steps: Iterable[Step], sources: Mapping[str, Source]) -> Painters:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for step in steps:
        for name, ids in painters_in(sources, recipe, step).items():
            theirs = found.setdefault(find_maker(step.maker).hand.id, {})
            theirs[name] = (*theirs.get(name, ()), *ids)
    return found


def _stopped(take: Take, painters: Painters, told: Behind) -> dict[tuple[str, str], str]:
    """By hand and payee: why that payee has nothing more of a take, since what it was made with was withdrawn."""
    found = {}
    for one in told.gone[take.id]:
        source = told.sources[one.grant.work]
        for part in take.extent.hands:
            if part.hand.behind == source.id and part.hand.origin in ("camera", "person"):
                payee = source.owner if part.hand.origin == "camera" else part.hand.name
                found[part.hand.id, payee] = one.words
        for hand, theirs in painters.items():
            found |= {(hand, name): one.words for name, ids in theirs.items() if source.id in ids}
    return found


def _measured_here(studio: Studio, seen: Sequence[Seen], agreed_keys: Sequence[Key]) -> list[Key]:
    """The keys that were measured by teaching anew, of hands that no other key is given for."""
    given = {(key.hand, key.shot) for key in agreed_keys}
    found = measured_keys(studio, {one.take: one.shot for one in seen})
    return [key for key in found if not given & {(key.hand, ""), (key.hand, key.shot)}]


def read_cut(path: Path) -> list[tuple[str, int, int]]:
    """The pieces of a film in a CSV file: shot, first and last frame, the last included.  Raises: InputError."""
    text = _read(path, "cut")
    rows = csv.DictReader(text.splitlines())
    if rows.fieldnames is None or not {"shot", "first", "last"} <= set(rows.fieldnames):
        raise InputError(f"cut {path.name}: its first row does not name shot, first and last.", "Begin it with them.")
    found = []
    for number, row in enumerate(rows, 2):
        try:
            shot, first, last = str(row["shot"]).strip(), int(row["first"]), int(row["last"])
        except (TypeError, ValueError):
            raise InputError(f"cut {path.name}: row {number} has no frames.", "Write shot,first,last.") from None
        if not shot or last < first:
            raise InputError(f"cut {path.name}: row {number} has no frames.", "The last comes after the first.")
        found.append((shot, first, last))
    return found


def read_keys(path: Path | None) -> list[Key]:
    """Who trained models' shares go to, by a TOML file: tables ``agreed`` and ``measured``; none without a file.

    Raises: InputError that names what cannot be read.
    """
    if path is None:
        return []
    try:
        saved = tomllib.loads(_read(path, "keys"))
        found = [
            agreed(one["hand"], {str(who): Fraction(part) for who, part in one["shares"].items()}, shot=_shot(one))
            for one in saved.pop("agreed", [])
        ]
        found += [_measured(one) for one in saved.pop("measured", [])]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        raise InputError(
            f"keys {path.name}: it cannot be read ({error}).", "docs/explain/ledger.md shows how one is written."
        ) from error
    if saved:
        raise InputError(f"keys {path.name}: it has {', '.join(saved)}.", "It may have agreed and measured.")
    return found


def _shot(one: Mapping[str, Any]) -> str:
    return str(one.get("shot", ""))


def _measured(one: Mapping[str, Any]) -> Key:
    """A key by the values that were published for every subset of the contributors."""
    values = {frozenset(map(str, each["of"])): Fraction(str(each["value"])) for each in one["values"]}
    players = sorted(frozenset().union(*values))
    missing = 2 ** len(players) - len(values)
    if missing:
        raise ValueError(f"{one['hand']}: the values of {missing} subsets are missing")
    valued = shapley(lambda some: values[some], players, exact_up_to=len(players))
    return measured(str(one["hand"]), valued, shot=str(one["shot"]))


def publication(found: Shared, seen: Sequence[Seen], keys: Sequence[Key], *, received_on: str) -> dict[str, Any]:
    """All that a payee needs to find the figures again, as plain JSON values; fractions as text."""
    return {
        "method": METHOD,
        "transaction": found.transaction,
        "currency": found.currency,
        "received_minor": found.received_minor,
        "received_on": received_on,
        "put_aside_for_wages_minor": found.floor_minor,
        "amounts_minor": found.amounts,
        "shots": [
            {
                "shot": one.shot,
                "take": one.take,
                "seconds": str(one.seconds),
                "origin_ppm": {part.hand.id: part.origin_ppm for part in one.extent.hands if part.origin_ppm},
            }
            for one in seen
        ],
        "keys": [_key_told(key) for key in keys],
        "stopped": stopped_of(found.parts),
        "parts": [{**vars(part), "share": str(part.share)} for part in found.parts],
    }


def _key_told(key: Key) -> dict[str, Any]:
    told: dict[str, Any] = {"hand": key.hand, "shot": key.shot, "how": key.how}
    told["shares"] = {name: str(share) for name, share in key.shares.items()}
    if key.valued is not None:
        told["values"] = [{"of": list(some), "value": str(value)} for some, value in key.valued.values.items()]
        told |= {"orders": [list(order) for order in key.valued.orders], "seed": key.valued.seed}
        told |= {"truncate": str(key.valued.truncate), "published": key.published}
    return told


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFoundError(what, str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{what} {path}: it cannot be read ({error}).", "Give a text file in UTF-8.") from error
