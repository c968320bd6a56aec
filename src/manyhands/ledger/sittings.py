"""Sittings: how long somebody worked, as far as the moments of their acts tell.

Acts that are no further apart than a gap are one sitting.  It begins a lead before its first act, since something was
done before there was anything to write down, and ends with its last.  The time between two acts of a sitting belongs
to the second, which is what it was for.  Days are those of the person's own zone: what goes over midnight is cut there,
and a day on which the clock is changed has its 23 or 25 hours, since all is measured in exact time and only named by
the local calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from manyhands.core.errors import InputError

GAP_MINUTES, LEAD_MINUTES, ROUND_MINUTES = 30, 5, 1
MOST_MINUTES = 240
"""No gap, lead or rounding is longer: half a day without an act is no sitting."""


@dataclass(frozen=True)
class Rule:
    """How sittings are told: the longest gap within one, its lead, and to how many minutes what is found is rounded."""

    gap_minutes: int = GAP_MINUTES
    lead_minutes: int = LEAD_MINUTES
    round_minutes: int = ROUND_MINUTES
    zone: str = "UTC"

    @property
    def words(self) -> str:
        return (
            f"acts up to {self.gap_minutes} min apart are one sitting, which begins {self.lead_minutes} min before "
            f"its first act and ends with its last; rounded to {self.round_minutes} min, a half upwards; "
            f"days of {self.zone}"
        )


@dataclass(frozen=True)
class Moment:
    """One act: its line in the log, when it was begun, what it was, and for what the time before it was given."""

    line: int
    at: datetime
    act: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A stretch of a sitting on one local day, from one moment to the next."""

    day: date
    begins: datetime
    ends: datetime
    moment: Moment

    @property
    def seconds(self) -> Fraction:
        return Fraction((self.ends - self.begins) // timedelta(microseconds=1), 10**6)


def checked_rule(rule: Rule) -> ZoneInfo:
    """The rule's zone.  Raises: InputError if it is none, or a number of minutes is out of bounds."""
    for name, value, least in (
        ("gap", rule.gap_minutes, 1), ("lead", rule.lead_minutes, 0), ("round", rule.round_minutes, 1),
    ):  # fmt: skip
        if not least <= value <= MOST_MINUTES:
            raise InputError(
                f"time suggest: {name} is {value} minutes; it must be {least} to {MOST_MINUTES}.", "Give another."
            )
    try:
        return ZoneInfo(rule.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"time suggest: {rule.zone or 'nothing'} is no time zone.",
            "Name one as the IANA does: Europe/Berlin, America/Los_Angeles, UTC.",
        ) from None


def pieces(moments: Sequence[Moment], rule: Rule) -> list[Piece]:
    """What was given to each moment, cut at local midnights, in the order of time.

    Raises: as :func:`checked_rule`.
    """
    zone = checked_rule(rule)
    gap, lead = timedelta(minutes=rule.gap_minutes), timedelta(minutes=rule.lead_minutes)
    found: list[Piece] = []
    last: datetime | None = None
    for moment in sorted(moments, key=lambda one: (one.at, one.line)):
        at = moment.at.astimezone(UTC)
        if last is None:
            begins = at - lead
        else:
            begins = last if at - last <= gap else max(last, at - lead)
        found += [Piece(*cut, moment) for cut in _cut_at_midnights(begins, at, zone)]
        last = at
    return found


def _cut_at_midnights(begins: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[tuple[date, datetime, datetime]]:
    """Exact time, cut where the local date changes.  A zone may skip midnight, or have it twice: the first counts."""
    while begins < ends:
        day = begins.astimezone(zone).date()
        midnight = datetime.combine(day + timedelta(1), datetime.min.time(), zone).astimezone(UTC)
        stop = min(ends, midnight) if midnight > begins else ends
        yield day, begins, stop
        begins = stop


def rounded(seconds: Fraction, to_minutes: int) -> int:
    """Whole minutes, a multiple of ``to_minutes``, a half upwards; at least one such step for any time at all."""
    steps = int(seconds / (60 * to_minutes) + Fraction(1, 2))
    return max(steps, 1) * to_minutes if seconds > 0 else 0
