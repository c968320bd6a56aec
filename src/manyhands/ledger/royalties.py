"""Who shares in a film: by screen time, by whose hands made each picture, and by what they were made from.

A shot has the share of the film's screen time that it is seen for.  Within a shot each hand has the share of the light
that is its own (``origin_ppm`` of the take's extent; light that nobody's alpha covers belongs to nobody, and a hand
that altered others' light has no share by that).  A camera's share is its source's owner's, a person's their own, a
procedure's the house's.  A trained model's is that of those it was taught by, as measured or agreed; what was agreed
is told as that, and is never called measured.

What came in after somebody withdrew what they had granted is not theirs any more, and it is nobody else's gain either:
their share of a take that was made with it is held in escrow until people have decided on that take.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from manyhands.core.errors import InputError, StateError
from manyhands.core.extent import Extent
from manyhands.core.hand import Hand
from manyhands.core.source import Source
from manyhands.ledger.shapley import Shapley

METHOD = "manyhands royalties 2"
"""The name and version of how shares are found; it grows when the same takes give other shares."""

MEASURED, AGREED = "measured", "agreed, not measured"

ESCROW = "(held in escrow)"
"""Who has, among the payees, what was freed by a withdrawal; no person's name begins so."""


@dataclass(frozen=True)
class Seen:
    """How long a shot is seen, and who made what of it.

    ``seconds`` on screen; ``extent`` of the frames that are seen; ``painters`` has for each hand
    that was taught for this shot, by its id, those whose painted frames taught it; ``stopped`` says, by a hand's id and
    a payee's name, why that payee has nothing of it any more.
    """

    shot: str
    take: str
    seconds: Fraction
    extent: Extent
    painters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stopped: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Key:
    """Who a trained hand's share goes to: shares as weights, and how they were come by.

    ``shot`` is empty where it holds for every shot; ``valued`` is what was published with a measured one, ``published``
    the file that has it.
    """

    hand: str
    shares: Mapping[str, Fraction]
    how: str
    shot: str = ""
    valued: Shapley | None = None
    published: str = ""


@dataclass(frozen=True)
class Part:
    """One payee's share of the film by one hand in one shot, and how it was come by.

    What is held in escrow was ``freed_by`` somebody; empty else.
    """

    shot: str
    take: str
    hand: str
    payee: str
    share: Fraction
    how: str
    freed_by: str = ""


def agreed(hand: str, shares: Mapping[str, Fraction], *, shot: str = "") -> Key:
    """A key that people agreed on.  Raises: InputError if nobody has a share in it, or less than nothing."""
    return Key(hand, _checked(hand, shares), AGREED, shot)


def measured(hand: str, valued: Shapley, *, shot: str, published: str = "") -> Key:
    """A key by what each contributor was found to have given; who made the result worse has nothing, and owes nothing.

    Raises: InputError if nobody gave anything.
    """
    kept = {name: max(part, Fraction(0)) for name, part in valued.parts.items()}
    error = max((valued.error or {}).values(), default=0.0)
    whole = float(sum(kept.values()))
    how = f"{MEASURED}: exact Shapley over {len(valued.values)} subsets"
    if valued.method == "sampled":
        bar = f", standard error up to {error / whole:.3f} of the whole" if whole else ""
        how = f"{MEASURED}: Shapley over {len(valued.orders)} sampled orders, seed {valued.seed}{bar}"
    if min(valued.parts.values()) < 0:
        how += "; parts below zero count as zero"
    return Key(hand, _checked(hand, kept), how, shot, valued, published)


def _checked(hand: str, shares: Mapping[str, Fraction]) -> dict[str, Fraction]:
    if not any(shares.values()) or min(shares.values()) < 0:
        raise InputError(f"key of {hand}: its shares must be from 0, and one above it.", "Write 2/3 and 1/3.")
    return dict(shares)


def parts_of_film(
    seen: Sequence[Seen], sources: Mapping[str, Source], keys: Sequence[Key], *, house: str
) -> list[Part]:
    """Everybody's shares of a film; they sum to exactly 1.

    Args:
        sources: by their ids, those that the hands stand before.
        keys: of trained hands; one of a shot goes before one of every shot.
        house: who has the share of procedures, and of models that nobody agreed on a key of.
    Raises: StateError if there is no shot, or a model had several painters and nobody said who gave what.
    """
    whole = sum((one.seconds for one in seen), Fraction(0))
    if not whole:
        raise StateError("royalties: no accepted take is seen.", "Accept takes first, or name them in the cut.")
    return [part for one in seen for part in _parts(one, one.seconds / whole, sources, keys, house)]


def shares_of(parts: Sequence[Part]) -> dict[str, Fraction]:
    """Each payee's share of the film, by name."""
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for part in parts:
        sums[part.payee] += part.share
    return dict(sorted(sums.items()))


def methods_of(parts: Sequence[Part]) -> dict[str, str]:
    """In a sentence for each payee: their share, and how much of it was measured, and how much only agreed."""
    told = {}
    agreed_only = shares_of([part for part in parts if part.how.startswith(AGREED)])
    for payee, share in shares_of(parts).items():
        only = agreed_only.get(payee, Fraction(0))
        told[payee] = f"{float(share):.4%} of the film by screen time and authorship ({METHOD})"
        told[payee] += f"; of that {float(only / share):.2%} agreed, not measured" if only else ""
    if ESCROW in told:
        told[ESCROW] += "; freed by " + " and ".join(stopped_of(parts))
    return told


def _parts(one: Seen, weight: Fraction, sources: Mapping[str, Source], keys: Sequence[Key], house: str) -> list[Part]:
    hands = [(part.hand, part.origin_ppm) for part in one.extent.hands if part.origin_ppm]
    lit = sum(ppm for _, ppm in hands)
    if not lit:
        return [Part(one.shot, one.take, "", house, weight, "no hand has light in it: the house's")]
    found = []
    for hand, ppm in hands:
        share = weight * Fraction(ppm, lit)
        shares, how = _payees(hand, one, sources, keys, house)
        sum_of = sum(shares.values(), Fraction(0))
        found += [
            _held_where_stopped(Part(one.shot, one.take, hand.id, payee, share * Fraction(of) / sum_of, how), one)
            for payee, of in sorted(shares.items())
            if of
        ]
    return found


def _held_where_stopped(part: Part, one: Seen) -> Part:
    why = one.stopped.get((part.hand, part.payee))
    return part if why is None else replace(part, payee=ESCROW, how=why, freed_by=part.payee)


def stopped_of(parts: Sequence[Part]) -> dict[str, str]:
    """In a sentence for each payee of whom something is held in escrow: how much, where, and why."""
    told = {}
    for name in sorted({part.freed_by for part in parts if part.freed_by}):
        theirs = [part for part in parts if part.freed_by == name]
        share = float(sum((part.share for part in theirs), Fraction(0)))
        shots = ", ".join(dict.fromkeys(part.shot for part in theirs))
        why = "; ".join(dict.fromkeys(part.how for part in theirs))
        told[name] = f"{share:.4%} of the film, in {shots}, stopped: {why}; held in escrow until that is decided on"
    return told


def _payees(
    hand: Hand, one: Seen, sources: Mapping[str, Source], keys: Sequence[Key], house: str
) -> tuple[Mapping[str, Fraction], str]:
    """Who has a hand's share of a shot, by what weights, and how that was come by."""
    if hand.origin == "trained":
        return _taught(hand, one, keys, house)
    if hand.origin == "person":
        return {hand.name: Fraction(1)}, f"{MEASURED}: their own hand"
    source = sources.get(hand.behind)
    if hand.origin == "camera" and source is not None and source.owner.strip():
        return {source.owner: Fraction(1)}, f"{MEASURED}: the owner of {source.title}"
    return {house: Fraction(1)}, f"{MEASURED}: a procedure or footage of nobody’s: the house's"


def _taught(hand: Hand, one: Seen, keys: Sequence[Key], house: str) -> tuple[Mapping[str, Fraction], str]:
    mine = [key for key in keys if key.hand == hand.id and key.shot in ("", one.shot)]
    if mine:
        key = max(mine, key=lambda each: bool(each.shot))
        return key.shares, key.how
    painters = one.painters.get(hand.id, ())
    if not painters:
        return {house: Fraction(1)}, f"{AGREED} with nobody: a model trained elsewhere, without a key, is the house's"
    gone = [name for name in painters if (hand.id, name) in one.stopped]
    if len(painters) > 1 and gone:
        return {gone[0]: Fraction(1)}, ""  # nobody may measure any more what was theirs: all of it waits
    if len(painters) > 1:
        raise StateError(
            f"royalties: {hand.id} in shot {one.shot} learned from {' and '.join(painters)}, and nobody has "
            "measured or agreed who gave what.",
            f"Measure it: manyhands ledger measure {one.take}; or give a key for it with --keys.",
        )
    return {painters[0]: Fraction(1)}, f"{MEASURED}: it learned from nobody else’s frames"
