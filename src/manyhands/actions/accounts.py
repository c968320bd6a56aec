"""The ledger as people use it: looked at, held against the log, taken back, paid, and told to each person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from manyhands.actions import payees
from manyhands.actions.studio import Studio
from manyhands.core.currency import minor_of, money
from manyhands.core.entry import Entry
from manyhands.core.errors import InputError, StateError, StoreError
from manyhands.core.hand import Hand, slug
from manyhands.core.names import is_same_name
from manyhands.disk import write_whole
from manyhands.ledger import balances, journal_faults, payment, reversal
from manyhands.ledger.booking import WAGES_FUND, owed_to
from manyhands.ledger.exports import FORMATS
from manyhands.ledger.pdf import as_pdf
from manyhands.ledger.statements import DISPUTE_DAYS, Statement, as_csv, as_html, as_json
from manyhands.ledger.statements import statement as drawn_up
from manyhands.store.production import Production, inspect_production


@dataclass(frozen=True)
class Checked:
    """What holding the ledger against the log found: how many entries there are, the balances, and every fault."""

    entries: int
    lines: int
    balances: tuple[tuple[str, str, int], ...]
    faults: tuple[str, ...]


def ledger(studio: Studio, by: Hand, *, account: str = "") -> list[Entry]:
    """Every entry, oldest first; of accounts that hold a text in their name, where one is given.

    Raises: RoleError.
    """
    studio.check(by, "ledger")
    return [entry for entry in studio.production.all(Entry) if account.casefold() in entry.account.casefold()]


def verify_ledger(folder: Path) -> Checked:
    """Hold every entry against its line in the log, and the ledger against its own rules; anybody may.

    Raises: StateError if there is no production.
    """
    production = inspect_production(folder)
    try:
        return _checked(production)
    finally:
        production.close()


def _checked(production: Production) -> Checked:
    broken = [f"log line {fault.line}: {fault.what}" for fault in production.faults()]
    entries: list[Entry] = []
    unread = [f"entry {id_} was booked more than once under one id" for id_ in production.moved_on(Entry)]
    try:
        entries = production.all(Entry)
    except (StoreError, ValueError, TypeError) as error:
        unread.append(f"the entries cannot be read: {error}")
    sums = tuple((account, currency, total) for (account, currency), total in balances(entries).items())
    return Checked(len(entries), production.head().number, sums, (*broken, *unread, *journal_faults(entries)))


def reverse(studio: Studio, by: Hand, transaction: str, *, why: str) -> list[Entry]:
    """Take a transaction back by entries of its own, with a reason; what was booked stays in its place.

    Raises: RoleError, NotFoundError; InputError without a reason; StateError if it was taken back before.
    """
    studio.check(by, "reverse")
    about = {"transaction": transaction, "why": why.strip()}
    with studio.act("reverse", by, **about) as t:  # whoever else would take it back waits until this is done
        made = reversal(transaction, _of(studio.production, transaction), why=why, at=studio.clock())
        payees.book(studio, t, made)
    return made


def overpaid(studio: Studio, made: Sequence[Entry]) -> list[str]:
    """Of whoever was paid more than they are owed since these were booked: how much, and what to do about it."""
    told = []
    for account, currency in dict.fromkeys((entry.account, entry.currency) for entry in made):
        if not account.startswith("Liabilities:"):
            continue
        booked = [entry for _, entry in studio.production.beginning(Entry, "account", account)]
        over = balances(booked).get((account, currency), 0)
        if over <= 0:
            continue
        _, name, kind = account.split(":", 2)
        paid = [one.transaction for one in booked if one.amount_minor > 0 and one.method == "paid"]
        last = f": manyhands ledger reverse {paid[-1]}" if paid else ""
        told.append(
            f"{name} was paid {money(over, currency)} more of {kind.lower()} than they are owed now. If they give it "
            f"back, take the payment back as well{last}; if they keep it, it counts against what they are owed next."
        )
    return told


def _of(production: Production, transaction: str) -> list[Entry]:
    """The entries of a transaction, and of what took it back; of every transaction where there is no such one."""
    found = [
        entry
        for field in ("transaction", "reverses")
        for _, entry in production.beginning(Entry, field, transaction)
        if transaction in (entry.transaction, entry.reverses)
    ]
    return found if any(entry.transaction == transaction for entry in found) else production.all(Entry)


def pay(studio: Studio, by: Hand, someone: str, amount: str, *, currency: str, kind: str, about: str) -> list[Entry]:
    """Record that a person was paid, outside Manyhands, some or all of what they are owed.

    Args:
        amount: as people write it, 2.50.
        kind: for what: Wages, Royalties, Licences or Replica.
        about: the bank's reference, or whatever else tells this payment from others.
    Raises: RoleError; InputError if it is no amount, more than is owed, or nothing tells it from others; StateError
        if it was recorded already.
    """
    studio.check(by, "pay")
    amount_minor = minor_of(amount, currency)
    if not about.strip():
        raise InputError("pay: nothing tells this payment from others.", 'Add --about "the bank\'s reference".')
    if amount_minor <= 0:
        raise InputError(
            f"pay: {money(amount_minor, currency)} is no payment.",
            "Give what was paid; to take it back, reverse it.",
        )
    someone = payees.spelled(studio, [someone])[someone]
    key = hashlib.sha256("\n".join((someone, kind, currency, about.strip())).encode()).hexdigest()[:12]
    id_ = f"paid-{slug(someone)[:100]}-{key}"
    with studio.act("pay", by, person=someone, amount_minor=amount_minor, currency=currency, kind=kind) as t:
        account = owed_to(someone, kind)
        own = [entry for _, entry in studio.production.beginning(Entry, "account", account)]
        fund = [entry for _, entry in studio.production.beginning(Entry, "account", WAGES_FUND)]
        if studio.production.find(Entry, f"{id_}-0") is not None:
            raise StateError(f"pay: {about.strip()} to {someone} is in the books.", "Give another reference.")
        made = payment(
            id_,
            someone,
            kind,
            amount_minor,
            currency,
            owed_minor=-balances(own).get((account, currency), 0),
            fund_minor=balances(fund).get((WAGES_FUND, currency), 0),
            about=about.strip(),
            at=studio.clock(),
        )
        payees.book(studio, t, made)
    return made


def statement(
    studio: Studio,
    by: Hand,
    someone: str,
    *,
    first_day: str,
    last_day: str,
    dispute_days: int = DISPUTE_DAYS,
    out: Path | None = None,
    formats: Sequence[str] = (),
    font: Path | None = None,
) -> Statement:
    """Draw up what a person was owed and paid in a period; everybody may have their own.

    Args:
        out: a folder to issue it to; that is logged, with the hash of the JSON, whichever formats are written.
        formats: of csv, json, html and pdf; none are the first three.
        font: for the PDF, a font with letters that are not in Helvetica.
    Raises: RoleError; NotFoundError for a name that nobody here has; InputError if the days are none, a format is, or
        a PDF cannot show a letter; StoreError, CapacityError if it cannot be written.
    """
    strange = [one for one in formats if one not in STATEMENTS]
    if strange or (formats and out is None):
        what = f"{strange[0]} is no format" if strange else "a format, and nowhere to write it"
        raise InputError(f"statement: {what}.", f"Give --format {', '.join(STATEMENTS)}, and --out FOLDER.")
    if not is_same_name(by.name, someone):
        studio.check(by, "statement")
    else:
        studio.check(by, "look")
    someone = payees.someone(studio, someone)
    head = studio.production.head()
    found = drawn_up(
        studio.production.beginning(Entry, "account", owed_to(someone)),
        production=studio.name,
        person=someone,
        first_day=first_day,
        last_day=last_day,
        drawn_up=studio.clock()[:10],
        log_line=head.number,
        log_hash=head.hash,
        dispute_days=dispute_days,
    )
    if out is not None:
        _issue(studio, by, found, out, formats or tuple(_TEXTS), font)
    return found


_TEXTS: Mapping[str, Callable[[Statement], str]] = {"json": as_json, "csv": as_csv, "html": as_html}
STATEMENTS = (*_TEXTS, "pdf")
"""What a statement is issued as."""


def _issue(studio: Studio, by: Hand, found: Statement, out: Path, formats: Sequence[str], font: Path | None) -> None:
    told = as_json(found)
    name = f"statement-{slug(found.person)[:80]}-{found.first_day}-{found.last_day}"
    made = {one: as_pdf(found, font=font) if one == "pdf" else _TEXTS[one](found).encode() for one in formats}
    for ending, content in made.items():
        write_whole(out / f"{name}.{ending}", content)
    closing = {sheet.currency: sheet.closing_minor for sheet in found.sheets}
    period = {"first_day": found.first_day, "last_day": found.last_day, "dispute_by": found.dispute_by}
    sha = hashlib.sha256(told.encode()).hexdigest()
    studio.note("statement", by, person=found.person, **period, closing_minor=closing, sha256=sha)


def export_ledger(studio: Studio, by: Hand, out: Path, *, format: str) -> Path:
    """Write the ledger as a journal that another program reads and checks: ``beancount`` or ``hledger``.

    Raises: RoleError; InputError if there is no such format; StoreError, CapacityError if it cannot be written.
    """
    studio.check(by, "ledger")
    if format not in FORMATS:
        raise InputError(f"ledger export: {format} is no format.", f"Name one of {', '.join(FORMATS)}.")
    head = studio.production.head()
    entries = studio.production.all(Entry)
    told = FORMATS[format](entries, title=studio.name, log_line=head.number, log_hash=head.hash)
    write_whole(out, told.encode())
    return out


def told_balances(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Each account with what stands on it, as people read it."""
    return [(account, money(total, currency)) for (account, currency), total in balances(entries).items()]
