"""Showing: where, in what and when a delivered master is to be shown; what a delivery asks leave for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from manyhands.core.errors import InputError
from manyhands.core.noun import Noun

WORLD = "world"
EVERY_MEDIUM = "all"

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
TERRITORIES = frozenset(_CODES.split())
"""The two-letter codes of ISO 3166-1; a group of countries is written out."""

MEDIA: dict[str, str] = {
    "cinema": "shown to a paying audience",
    "festival": "shown at festivals, to juries and at markets",
    "tv": "broadcast, free or paid for",
    "web": "streamed, downloaded or posted, free or paid for",
    "disc": "sold or lent on discs and files to keep",
    "other": "shown elsewhere: aeroplanes, ships, schools, hospitals, museums",
}


class Showing(Noun):
    """Where, in what and when something is to be shown.

    ``territory`` are ISO 3166-1 codes, empty is the world; ``media`` are of :data:`MEDIA`, empty is every one.  Days
    are ISO dates in UTC, both included: an empty ``first_day`` is the day of delivery, and where nobody said a
    ``last_day``, only the first is asked about.
    """

    KIND: ClassVar[str] = "showing"

    shot: str = ""
    take: str = ""
    territory: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    first_day: str = ""
    last_day: str = ""

    @property
    def places(self) -> list[tuple[str, str]]:
        """Every territory with every medium; the world and all media are one each."""
        return [(where, how) for where in self.territory or (WORLD,) for how in self.media or (EVERY_MEDIUM,)]

    @property
    def words(self) -> str:
        """Where, in what and when, as a clause."""
        where = f"in {', '.join(self.territory)}" if self.territory else "all over the world"
        how = f"as {', '.join(self.media)}" if self.media else "in all media"
        days = (f" from {self.first_day}" if self.first_day else "") + (f" to {self.last_day}" if self.last_day else "")
        return f"{where}, {how}{',' + days if days else ''}"


WIDEST = Showing()
"""All over the world, in all media."""


def read_showing(
    territory: Iterable[str] = (), media: Iterable[str] = (), *, first_day: str = "", last_day: str = ""
) -> Showing:
    """A showing as people write it: codes and media, each also several with commas between; ``world`` and ``all``.

    Raises: InputError for what is no country, no medium or no day, and for an end before the beginning.
    """
    for day in (first_day, last_day):
        if day:
            check_day("showing", day)
    if first_day and last_day and last_day < first_day:
        raise InputError(f"showing: it ends on {last_day}, before {first_day}.", "Check --from and --until.")
    return Showing(territory=read_territory(territory), media=read_media(media), first_day=first_day, last_day=last_day)


def read_territory(written: Iterable[str]) -> tuple[str, ...]:
    """Codes of ISO 3166-1, sorted, each once; the world is none.  Raises: InputError."""
    codes = sorted({code.upper() for code in _parts(written)})
    if WORLD.upper() in codes:
        return ()
    for code in codes:
        if code not in TERRITORIES:
            raise InputError(
                f"territory: {code} is no country of ISO 3166-1.",
                "Write two letters each, as DE,AT,GB; a group such as the EU country by country; or world.",
            )
    return tuple(codes)


def read_media(written: Iterable[str]) -> tuple[str, ...]:
    """Media by their names, sorted, each once; all of them are none.  Raises: InputError."""
    names = sorted({name.lower() for name in _parts(written)})
    if EVERY_MEDIUM in names:
        return ()
    for name in names:
        if name not in MEDIA:
            raise InputError(f"medium: {name} is not known.", f"It is one of {', '.join(MEDIA)}, or all.")
    return tuple(names)


def _parts(written: Iterable[str]) -> list[str]:
    return [part.strip() for each in written for part in each.split(",") if part.strip()]


def check_day(where: str, day: str) -> None:
    """Raises: InputError if it is no day, written so: 2026-05-01."""
    try:
        fits = date.fromisoformat(day).isoformat() == day
    except ValueError:
        fits = False
    if not fits:
        raise InputError(f"{where}: {day!r} is no day.", "Write year, month and day: 2026-05-01.")
