"""What other programs' own checkers say of the ledger: beancount's ``bean-check`` and ``hledger check``."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from manyhands.core.entry import Entry
from manyhands.core.errors import InputError
from manyhands.ledger import account_name, reversal
from manyhands.ledger.exports import FORMATS
from tests.ledger.made import AT, owed

BEAN_CHECK = os.environ.get("BEAN_CHECK") or shutil.which("bean-check")
HLEDGER = shutil.which("hledger")

JUDGES = {
    "beancount": (BEAN_CHECK, []),
    "hledger": (HLEDGER, ["check", "accounts", "commodities", "balancednoautoconversion", "ordereddates", "-f"]),
}
each_judge = pytest.mark.parametrize("format", FORMATS)

NAMES = ["Person A", "Person-A", "person a", "Person.A", "李安", "Zoë", "क्षितिज", "ß", "9 lives", "-", "..", "ªb"]
CURRENCIES = ["EUR", "JPY", "KWD", "CLF"]


def every() -> list[Entry]:
    """Entries with every odd name, currency and text there is, one of them taken back."""
    found = [
        entry
        for number, name in enumerate(NAMES)
        for entry in owed(
            f"t{number}",
            account_name(name),
            10**number + 1,
            currency=CURRENCIES[number % 4],
            at=f"2026-0{1 + (7 * number) % 9}-01T00:00:00Z",
            about=f'a "plate"; of | {name}\\\n, 1: {{}}',
        )
    ]
    return [*found, *reversal("t3", found, why="so", at=AT)]


def judged(format: str, text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    judge, words = JUDGES[format]
    if judge is None:
        pytest.skip(f"{format} has no checker here: {'bean-check' if format == 'beancount' else 'hledger'}")
    path = folder / f"ledger.{format}"
    path.write_text(text, encoding="utf-8")
    settings = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run([judge, *words, str(path)], capture_output=True, text=True, env=settings, check=False)


def written(format: str, entries: list[Entry]) -> str:
    return FORMATS[format](entries, title='A "film"', log_line=3, log_hash="a" * 64)


@each_judge
@pytest.mark.parametrize("entries", [every(), []], ids=["odd", "empty"])
def test_a_ledger_passes_the_checks_of_other_programs(format: str, entries: list[Entry], tmp_path: Path) -> None:
    said = judged(format, written(format, entries), tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr


@each_judge
def test_one_minor_unit_that_was_changed_in_the_file_is_found(format: str, tmp_path: Path) -> None:
    for currency in CURRENCIES:
        text = written(format, owed("t1", "Person A", 12345, currency=currency))
        lines = text.splitlines()
        last = lines[-1]
        at = last.rindex("5")
        changed = "\n".join([*lines[:-1], last[:at] + "4" + last[at + 1 :]]) + "\n"
        assert judged(format, text, tmp_path).returncode == 0
        assert judged(format, changed, tmp_path).returncode == 1


def test_accounts_that_would_become_one_stay_apart() -> None:
    text = written("beancount", every())
    opened = [line.split()[2] for line in text.splitlines() if " open " in line]
    assert len(opened) == len(set(opened)) == len({entry.account for entry in every()})


def test_a_currency_that_is_none_is_refused() -> None:
    booked = [entry.but(currency="ABC") for entry in owed("t1", "Person A", 5)]
    with pytest.raises(InputError, match="currency: ABC"):
        written("hledger", booked)
