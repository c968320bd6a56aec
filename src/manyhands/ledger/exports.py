"""The ledger for other programs: journals that beancount 3 and hledger check by themselves.

Sources: the beancount language syntax (accounts begin with a capital letter or a digit and hold letters, digits and
hyphens; strings escape quotes and backslashes) and the hledger manual, "Journal" (two spaces before an amount; a
semicolon begins a comment).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from manyhands.core.currency import decimal, minor_digits
from manyhands.core.entry import Entry


def beancount(entries: Sequence[Entry], *, title: str, log_line: int, log_hash: str) -> str:
    """The ledger as a beancount file."""
    names = _beancount_names(entry.account for entry in entries)
    lines = [f"; Log line {log_line}, hash {log_hash}", f'option "title" {_quoted(title)}', ""]
    first = min((entry.at[:10] for entry in entries), default="")
    for currency in sorted({entry.currency for entry in entries}):
        lines.append(f"{first} commodity {currency}")
    for account, name in names.items():
        lines += [f"{first} open {name}", f"  account: {_quoted(account)}"]
    for id_, some in _transactions(entries):
        lines += ["", f"{some[0].at[:10]} * {_quoted(some[0].about)}", f"  transaction: {_quoted(id_)}"]
        lines += [f"  method: {_quoted(some[0].method)}"] if some[0].method else []
        lines += [f"  reverses: {_quoted(some[0].reverses)}"] if some[0].reverses else []
        lines += [f"  {names[one.account]}  {decimal(one.amount_minor, one.currency)} {one.currency}" for one in some]
    return "\n".join(lines) + "\n"


def hledger(entries: Sequence[Entry], *, title: str, log_line: int, log_hash: str) -> str:
    """The ledger as an hledger journal, with its accounts and commodities declared."""
    lines = [f"; {_one_line(title)}. Log line {log_line}, hash {log_hash}", ""]
    for currency in sorted({entry.currency for entry in entries}):
        digits = minor_digits(currency)
        lines.append(f"commodity 1000.{'0' * digits} {currency}")
    lines += [f"account {account}" for account in sorted({entry.account for entry in entries})]
    for id_, some in _transactions(entries):
        lines += ["", f"{some[0].at[:10]} * {_plain(some[0].about)}", f"    ; transaction: {_plain(id_)}"]
        lines += [f"    ; method: {_plain(some[0].method)}"] if some[0].method else []
        lines += [f"    {one.account}  {decimal(one.amount_minor, one.currency)} {one.currency}" for one in some]
    return "\n".join(lines) + "\n"


FORMATS: dict[str, Callable[..., str]] = {"beancount": beancount, "hledger": hledger}


def _transactions(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """Transactions by their days, those of one day in the order they came."""
    came = [(id_, list(some)) for id_, some in groupby(entries, key=lambda entry: entry.transaction)]
    return sorted(came, key=lambda item: item[1][0].at[:10])


def _beancount_names(accounts: Iterable[str]) -> dict[str, str]:
    """Each account's name for beancount; of two that would become one, the later bears a hash of its own."""
    names: dict[str, str] = {}
    for account in sorted(set(accounts)):
        name = ":".join(_beancount_part(part) for part in account.split(":"))
        if name in names.values():
            name += "-" + hashlib.sha256(account.encode()).hexdigest()[:8]
        names[account] = name
    return names


def _beancount_part(part: str) -> str:
    kept = "".join(letter if unicodedata.category(letter)[0] == "L" or letter in DIGITS else "-" for letter in part)
    first = kept[0].upper()
    if len(first) == 1 and (unicodedata.category(first) == "Lu" or first in DIGITS):
        return first + kept[1:]
    return f"X{kept}"


DIGITS = "0123456789"


def _quoted(text: str) -> str:
    return '"' + _one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    """A text that hledger reads as it stands: a semicolon would begin a comment, a bar a note, a comma a tag's end."""
    return _one_line(text).replace(";", ",").replace("|", "/")


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
