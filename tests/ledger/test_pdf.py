"""A statement as PDF: every figure of it, on pages that are numbered and headed, the same bytes each time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions.accounts import statement as act
from manyhands.core.currency import decimal
from manyhands.core.errors import CapacityError, InputError, NotFoundError
from manyhands.ledger import pdf
from manyhands.ledger.pdf import as_pdf
from manyhands.ledger.statements import Statement, statement
from tests.doors import here
from tests.ledger.made import PRODUCER, book, film, owed

PDF_PYTHON = os.environ.get("PDF_PYTHON", "")
HAS_DEJAVU = pdf._found_font() is not None
PERIOD = {"first_day": "2026-01-01", "last_day": "2026-12-31"}


def drawn(
    person: str = "Person A", rows: int = 3, currencies: tuple[str, ...] = ("EUR",), about: str = "a roof"
) -> Statement:
    entries = [
        entry
        for at in range(rows)
        for currency in currencies
        for entry in owed(f"t{at}{currency}", person, (at + 1) * 12_345 if at % 3 else -7, currency=currency,
                          kind="Wages", about=f"{about} ({at})")
    ]  # fmt: skip
    return statement(
        list(enumerate(entries, 1)), production="The Roof", person=person, first_day="2026-02-01",
        last_day="2026-03-31", drawn_up="2026-04-01", log_line=91, log_hash="ab" * 32,
    )  # fmt: skip


def texts(content: bytes) -> list[str]:
    """What is shown, page by page, of a PDF that is set in Helvetica: its streams unpacked, its strings joined."""
    pages = []
    for packed in re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL):
        try:
            stream = zlib.decompress(packed)
        except zlib.error:
            continue
        shown = re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", stream)
        if shown:
            pages.append(" ".join(re.sub(rb"\\(.)", rb"\1", one).decode("windows-1252") for one in shown))
    return pages


def figures(found: Statement) -> list[str]:
    return [
        decimal(minor, sheet.currency)
        for sheet in found.sheets
        for minor in (sheet.opening_minor, *(one.amount_minor for one in sheet.postings), sheet.closing_minor)
    ]


@pytest.mark.parametrize("rows", [0, 1, 3, 90])
def test_every_figure_is_on_the_pages_in_order(rows: int) -> None:
    found = drawn(rows=rows, currencies=("EUR", "JPY", "KWD"))
    pages = texts(as_pdf(found))
    words = " ".join(pages).split(" ")
    left = iter(words)
    assert all(figure in left for figure in figures(found))
    assert f"say so by {found.dispute_by}." in pages[0]
    assert found.log_hash in pages[-1]
    if not rows:
        assert "Nothing was ever booked" in pages[0]


def test_a_long_statement_has_heads_and_numbers_on_every_page() -> None:
    pages = texts(as_pdf(drawn(rows=90)))
    assert len(pages) > 2
    for at, page in enumerate(pages, 1):
        assert "how it was come by EUR log line" in page
        assert re.search(rf"page {at} of +{len(pages)}$", page.strip())
        assert "The Roof: statement for Person A, 2026-02-01 to 2026-03-31" in page


def test_an_amount_is_never_broken_over_lines() -> None:
    found = drawn(about="a word that is very very long indeed, " * 6)
    big = owed("big", "Person A", 10**15, currency="KWD", about="w" * 300)
    many = statement(
        list(enumerate(big * 9, 1)), production="P" * 120, person="Person A", first_day="2026-02-01",
        last_day="2026-03-31", drawn_up="2026-04-01", log_line=91, log_hash="ab" * 32,
    )  # fmt: skip
    for one in (found, many):
        shown = " ".join(texts(as_pdf(one))).split(" ")
        assert all(figure in shown for figure in figures(one))
    assert "9000000000000.000" in " ".join(texts(as_pdf(many)))


def test_the_same_statement_is_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["Person A", *(["Łukasz Żółć"] if HAS_DEJAVU else [])]
    first = [as_pdf(drawn(name)) for name in names]
    monkeypatch.setattr(time, "time", lambda: 2e9)
    time.sleep(1.1)  # a date within would be another second's
    assert [as_pdf(drawn(name)) for name in names] == first
    assert b"D:20260401" in first[0]


@pytest.mark.parametrize("name", ["Zoë Ünal", "Zoe\u0308 U\u0308nal", "O’Neill & Söhne – “A”, {0} €", "Per(son\\ A)"])
def test_western_names_are_shown_as_they_are(name: str) -> None:
    page = texts(as_pdf(drawn(name)))[0]
    assert f"Statement for {pdf._set(name)}" in page


@pytest.mark.skipif(not HAS_DEJAVU, reason="DejaVu Sans is not on this machine")
@pytest.mark.parametrize("name", ["Łukasz Żółć", "Ελένη", "Дмитрий", "Nguyễn Thị"])
def test_other_letters_are_set_in_dejavu(name: str) -> None:
    content = as_pdf(drawn(name))
    assert b"DejaVu" in content
    if PDF_PYTHON:
        assert f"Statement for {name}" in read(content)["text"]


@pytest.mark.parametrize("name", ["李安", "محمد", "क्षितिज", "สมชาย", "דוד", "🎬 Person"])
def test_what_cannot_be_shown_is_never_left_out_but_refused(name: str) -> None:
    for found in (drawn(name), drawn(about=f"roto by {name}")):
        with pytest.raises(InputError, match=r"cannot be shown in PDF: they .*HTML.*--format html") as error:
            as_pdf(found)
        assert error.value.about["letters"]


def test_without_a_second_font_it_says_which_and_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "FONT_FOLDERS", (str(tmp_path),))
    with pytest.raises(InputError, match=r"Ł cannot be shown .* DejaVuSans.ttf is not on this machine.* --font FILE"):
        as_pdf(drawn("Łukasz"))
    with pytest.raises(NotFoundError, match="font"):
        as_pdf(drawn("Łukasz"), font=tmp_path / "none.ttf")
    (tmp_path / "bad.ttf").write_bytes(b"no font at all")
    with pytest.raises(InputError, match="it cannot be read"):
        as_pdf(drawn("Łukasz"), font=tmp_path / "bad.ttf")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    with pytest.raises(CapacityError, match=r"pip install 'manyhands\[pdf\]'; or issue it as HTML"):
        as_pdf(drawn())


def test_a_statement_is_issued_as_pdf_when_it_is_asked_for(tmp_path: Path) -> None:
    made = film(tmp_path / "film")
    book(made, owed("n1", "李安", 5))
    at = ["--from", "2026-01-01", "--to", "2026-12-31", "-p", made.folder, "--by", "Person P"]
    assert here("statement", "Person A", *at, "--format", "pdf", "-o", tmp_path / "out").code == 0
    (written,) = (tmp_path / "out").iterdir()
    assert written.suffix == ".pdf"
    assert written.read_bytes().startswith(b"%PDF-1.")
    assert "12.51" in texts(written.read_bytes())[0]
    assert [row.act for row in made.production.log()].count("statement") == 1
    refused = here("statement", "李安", *at, "--format", "pdf", "-o", tmp_path / "other")
    assert "--format html" in refused.complained("InputError")
    assert not (tmp_path / "other").exists()  # nothing half
    assert [row.act for row in made.production.log()].count("statement") == 1
    assert here("statement", "李安", *at, "--format", "html", "-o", tmp_path / "other").code == 0
    with pytest.raises(InputError, match="doc is no format"):
        act(made, PRODUCER, "Person A", **PERIOD, out=tmp_path, formats=["doc"])
    with pytest.raises(InputError, match="nowhere to write it"):
        act(made, PRODUCER, "Person A", **PERIOD, formats=["pdf"])
    made.close()


READ = """
import io, json, sys
from pypdf import PdfReader
found = PdfReader(io.BytesIO(sys.stdin.buffer.read()), strict=True)
told = {"pages": len(found.pages), "text": "\\n".join(page.extract_text() for page in found.pages)}
json.dump({**told, "title": found.metadata.title, "author": found.metadata.author}, sys.stdout)
"""


def read(content: bytes) -> dict[str, Any]:
    """What pypdf reads in a PDF."""
    done = subprocess.run([PDF_PYTHON, "-c", READ], input=content, capture_output=True, check=True, timeout=60)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.skipif(not PDF_PYTHON, reason="PDF_PYTHON names no Python with pypdf")
@pytest.mark.parametrize("name", ["Person A", *(["Łukasz Żółć"] if HAS_DEJAVU else [])])
def test_another_program_reads_the_same_figures(name: str) -> None:
    found = drawn(name, rows=90, currencies=("EUR", "KWD"))
    told = read(as_pdf(found))
    words = iter(told["text"].split())
    assert all(figure in words for figure in figures(found))
    assert told["title"] == f"Statement for {name}, 2026-02-01 to 2026-03-31"
    assert told["author"] == "The Roof"
    assert told["pages"] > 4
