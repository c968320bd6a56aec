"""A person's statement: what they were owed and paid in a period, by which method, disputable until which day."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from manyhands.core.cells import inert
from manyhands.core.currency import decimal
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError
from manyhands.ledger.booking import owed_to

METHOD = "manyhands statement 1"
"""The name and version of how statements are drawn up; it grows when the same entries give other figures."""

DISPUTE_DAYS = 90


@dataclass(frozen=True)
class Posting:
    """One entry on a person's accounts.

    ``amount_minor`` is positive where it is owed to the person, negative where it was paid or taken back; ``line`` is
    the line of the log that holds its hash.
    """

    at: str
    transaction: str
    kind: str
    about: str
    method: str
    amount_minor: int
    line: int


@dataclass(frozen=True)
class Sheet:
    """One currency of a statement: never added to another."""

    currency: str
    opening_minor: int
    postings: tuple[Posting, ...]
    closing_minor: int


@dataclass(frozen=True)
class Statement:
    """What a person was owed and paid from the first to the last day of a period, both included, in UTC.

    ``log_line`` and ``log_hash`` are the end of the log when it was drawn up: every entry in it is proved by them.
    """

    production: str
    person: str
    first_day: str
    last_day: str
    drawn_up: str
    dispute_by: str
    method: str
    log_line: int
    log_hash: str
    sheets: tuple[Sheet, ...]


def statement(
    entries: Iterable[tuple[int, Entry]],
    *,
    production: str,
    person: str,
    first_day: str,
    last_day: str,
    drawn_up: str,
    log_line: int,
    log_hash: str,
    dispute_days: int = DISPUTE_DAYS,
) -> Statement:
    """Draw up a person's statement.

    Args:
        entries: each with its line of the log; those on other people's accounts are passed over.
        first_day, last_day, drawn_up: days, 2026-05-01.
        dispute_days: how many days after it was drawn up it may be disputed.
    Raises: InputError if a day is none, the period ends before it begins, or the days to dispute it are none.
    """
    first, last, today = (day(text) for text in (first_day, last_day, drawn_up))
    if last < first:
        raise InputError(f"statement: the period ends on {last}, before it begins on {first}.", "Turn them round.")
    if not 1 <= dispute_days <= 3650:
        raise InputError(f"statement: {dispute_days} days to dispute it; it must be 1 to 3650.", "Give another number.")
    own = owed_to(person)
    found = [(line, entry) for line, entry in entries if entry.account.startswith(own)]
    return Statement(
        production=production,
        person=person,
        first_day=str(first),
        last_day=str(last),
        drawn_up=str(today),
        dispute_by=str(today + timedelta(dispute_days)),
        method=METHOD,
        log_line=log_line,
        log_hash=log_hash,
        sheets=tuple(
            _sheet(currency, [(line, entry) for line, entry in found if entry.currency == currency], first, last)
            for currency in sorted({entry.currency for _, entry in found})
        ),
    )


def day(text: str) -> date:
    """A day as people write it, 2026-05-01.  Raises: InputError if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"day: {text or 'nothing'} is no day.", "Write it as 2026-05-01.") from None


def _sheet(currency: str, entries: Sequence[tuple[int, Entry]], first: date, last: date) -> Sheet:
    before = -sum(entry.amount_minor for _, entry in entries if _when(entry) < first)
    postings = tuple(
        Posting(
            at=entry.at,
            transaction=entry.transaction,
            kind=entry.account.split(":", 2)[2],
            about=entry.about,
            method=entry.method,
            amount_minor=-entry.amount_minor,
            line=line,
        )
        for line, entry in entries
        if first <= _when(entry) <= last
    )
    return Sheet(currency, before, postings, before + sum(posting.amount_minor for posting in postings))


def _when(entry: Entry) -> date:
    return date.fromisoformat(entry.at[:10])


def as_json(found: Statement) -> str:
    """The statement as JSON, amounts in whole minor units."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n"


def as_csv(found: Statement) -> str:
    """The statement as CSV (RFC 4180): a row for each opening, entry and closing; amounts with a decimal point."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["person", "currency", "row", "day", "kind", "about", "method", "amount", "transaction", "log line"])
    for sheet in found.sheets:
        own = [inert(found.person), sheet.currency]
        rows.writerow([*own, "opening", found.first_day, "", "", "", decimal(sheet.opening_minor, sheet.currency)])
        for one in sheet.postings:
            told = [inert(text) for text in (one.kind, one.about, one.method)]
            amount = decimal(one.amount_minor, sheet.currency)
            rows.writerow([*own, "entry", one.at[:10], *told, amount, inert(one.transaction), one.line])
        rows.writerow([*own, "closing", found.last_day, "", "", "", decimal(sheet.closing_minor, sheet.currency)])
    return written.getvalue()


def as_html(found: Statement) -> str:
    """The statement as one page that needs nothing else, for people to read and print."""
    told = html.escape
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        f"<title>Statement for {told(found.person)}</title><style>{STYLE}</style>",
        f"<h1>Statement for {told(found.person)}</h1>",
        f"<p>{told(found.production)}, {found.first_day} to {found.last_day}, both days included (UTC). "
        f"Drawn up on {found.drawn_up}.</p>",
        f"<p><strong>If something is wrong, say so by {found.dispute_by}.</strong></p>",
    ]
    for sheet in found.sheets:
        parts += _sheet_html(sheet, found)
    if not found.sheets:
        parts.append("<p>Nothing was ever booked for this person.</p>")
    parts.append(
        "<p class=small>Positive: owed to you. Negative: paid, or taken back. Currencies are never added up. "
        f"Method: {told(found.method)}. Every entry stands in the line of the log that is named beside it; "
        f"the log ended at line {found.log_line} with hash {found.log_hash}.</p></html>"
    )
    return "\n".join(parts) + "\n"


STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;"
    "width:100%}td,th{padding:.3em .6em;border-bottom:1px solid #bbb;text-align:left;vertical-align:top}"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.small{color:#444;font-size:.85em;"
    "overflow-wrap:anywhere}@media print{body{margin:0;max-width:none}}"
)


def _sheet_html(sheet: Sheet, found: Statement) -> list[str]:
    def row(day_: str, *cells: str, amount: int, line: str = "", strong: bool = False) -> str:
        told = "".join(f"<td>{html.escape(cell)}</td>" for cell in (day_, *cells))
        tag = "th" if strong else "td"
        return f"<tr>{told}<{tag} class=n>{decimal(amount, sheet.currency)}</{tag}><td class=n>{line}</td></tr>"

    return [
        f"<h2>{sheet.currency}</h2><table>",
        "<tr><th>day</th><th>for</th><th>what</th><th>how it was come by</th>"
        f"<th class=n>{sheet.currency}</th><th class=n>log line</th></tr>",
        row(found.first_day, "", "opening balance", "", amount=sheet.opening_minor, strong=True),
        *(
            row(one.at[:10], one.kind, one.about, one.method, amount=one.amount_minor, line=str(one.line))
            for one in sheet.postings
        ),
        row(found.last_day, "", "closing balance", "", amount=sheet.closing_minor, strong=True),
        "</table>",
    ]
