"""A statement as PDF, A4, for people who file paper.

Set in Helvetica, which every reader of PDF has; letters that it lacks (Polish, Greek, Cyrillic and more) in DejaVu Sans
where the machine has it, or in the font that is named.  What no font at hand can show is refused by name, and so are
scripts whose letters have to be joined or stacked, which a PDF made here would show wrongly: the HTML shows every name.
The same statement is the same bytes, on every day, with the same fonts.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from manyhands.core.currency import decimal
from manyhands.core.errors import CapacityError, InputError, NotFoundError

if TYPE_CHECKING:
    from fpdf import FPDF

    from manyhands.ledger.statements import Sheet, Statement

MARGIN_MM = 18.0
BODY_PT, SMALL_PT = 9.0, 7.5
GREY, RULE = 105, 190
FONT = "DejaVuSans.ttf"
FONT_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/Library/Fonts",
    "~/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
JOINED = ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1800, 0x18AF))
"""Arabic, Syriac and their like; the scripts of India and Sri Lanka; Thai, Lao, Tibetan; Burmese; Khmer; Mongolian."""


def as_pdf(found: Statement, *, font: Path | None = None) -> bytes:
    """The statement as PDF.

    Args:
        font: a TrueType or OpenType file for the letters that Helvetica lacks; None looks for DejaVu Sans.
    Raises: CapacityError without the extra ``pdf``; NotFoundError if the named font is not there; InputError if it is
        none, or where a name or a text has letters that cannot be shown.
    """
    try:
        import fpdf  # noqa: F401
    except ImportError as error:
        raise CapacityError(
            f"statement: PDF needs {error.name or error}, which is not installed.",
            "Install it: pip install 'manyhands[pdf]'; or issue it as HTML: --format html.",
        ) from error
    return bytes(_drawn(found, _font_for(_texts(found), font)).output())


def _drawn(found: Statement, second: Path | None) -> FPDF:
    """The pages."""
    from fpdf import FPDF

    # what stands for the number of pages until they are counted, and in no text
    count = next(f"{{{at}}}" for at in range(10**6) if not any(f"{{{at}}}" in text for text in _texts(found)))

    class Pages(FPDF):
        def footer(self) -> None:
            self.set_y(-MARGIN_MM + 4)
            self.set_font(style="", size=SMALL_PT)
            self.set_text_color(GREY)
            left = f"{found.production}: statement for {found.person}, {found.first_day} to {found.last_day}"
            width = self.epw - 34
            self.cell(width, 4, _fitting(self, left, width - 2))
            before, self.c_margin = self.c_margin, 0.4
            self.cell(27, 4, f"page {self.page_no()} of", align="R")
            self.cell(7, 4, count)
            self.c_margin = before
            self.set_text_color(0)

    pdf = Pages(format="A4")
    pdf.alias_nb_pages(count)
    pdf.core_fonts_encoding = "windows-1252"
    pdf.set_margins(MARGIN_MM, MARGIN_MM, MARGIN_MM)
    pdf.set_auto_page_break(True, margin=MARGIN_MM)
    pdf.set_lang("en")
    pdf.set_creation_date(datetime.fromisoformat(found.drawn_up).replace(tzinfo=UTC))
    pdf.set_title(f"Statement for {found.person}, {found.first_day} to {found.last_day}")
    pdf.set_author(found.production)
    pdf.set_creator("Manyhands")
    pdf.set_font("Helvetica", size=BODY_PT)
    if second:
        pdf.add_font("second", fname=second)
        pdf.set_font("second", size=BODY_PT)
    pdf.add_page()
    _head(pdf, found)
    for sheet in found.sheets:
        _sheet(pdf, sheet, found)
    if not found.sheets:
        _line(pdf, "Nothing was ever booked for this person.", after=4)
    _foot(pdf, found)
    return pdf


def _head(pdf: FPDF, found: Statement) -> None:
    _line(pdf, f"Statement for {found.person}", size=17, after=2)
    _line(
        pdf,
        f"{found.production}, {found.first_day} to {found.last_day}, both days included (UTC). Drawn up on "
        f"{found.drawn_up}.",
        after=1,
    )
    _line(pdf, f"If something is wrong, say so by {found.dispute_by}.", size=11, after=4)


def _sheet(pdf: FPDF, sheet: Sheet, found: Statement) -> None:
    from fpdf.enums import TableBordersLayout, TableHeadingsDisplay
    from fpdf.fonts import FontFace

    rows: list[tuple[str, ...]] = [
        (found.first_day, "", "opening balance", "", decimal(sheet.opening_minor, sheet.currency), ""),
        *(
            (one.at[:10], one.kind, one.about, one.method, decimal(one.amount_minor, sheet.currency), str(one.line))
            for one in sheet.postings
        ),
        (found.last_day, "", "closing balance", "", decimal(sheet.closing_minor, sheet.currency), ""),
    ]
    heads = ("day", "for", "what", "how it was come by", sheet.currency, "log line")
    pdf.set_font(size=BODY_PT)
    if pdf.will_page_break(30):  # a heading does not stand alone at the foot of a page
        pdf.add_page()
    _line(pdf, sheet.currency, size=12, after=1)
    pdf.set_font(size=BODY_PT)
    pdf.set_draw_color(RULE)
    pdf.set_line_width(0.2)
    balance = None if "second" in pdf.font_family else FontFace(emphasis="BOLD")
    with pdf.table(
        col_widths=_widths(pdf, heads, rows),
        text_align=("LEFT", "LEFT", "LEFT", "LEFT", "RIGHT", "RIGHT"),
        headings_style=FontFace(color=GREY),
        repeat_headings=TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=4.4,
        padding=(0.9, 1.2),
        v_align="TOP",
    ) as table:
        for at, texts in enumerate((heads, *rows)):
            row = table.row(style=balance if at in (1, len(rows)) else None)
            for text in texts:
                row.cell(_set(text))
    pdf.ln(4)


def _widths(pdf: FPDF, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Days, kinds, amounts and lines as wide as their longest, so that no number is broken; texts share the rest."""
    widest = [max(pdf.get_string_width(_set(row[at])) for row in (heads, *rows)) * 1.06 + 4 for at in range(len(heads))]
    what, how = widest[2:4]
    rest = pdf.epw - sum(widest[at] for at in (0, 1, 4, 5))
    least = pdf.get_string_width(heads[3]) + 4
    widest[3] = max(least, rest * min(0.7, how / (what + how)))
    widest[2] = rest - widest[3]
    return tuple(widest)


def _foot(pdf: FPDF, found: Statement) -> None:
    _line(
        pdf,
        "Positive: owed to you. Negative: paid, or taken back. Currencies are never added up. "
        f"Method: {found.method}. Every entry stands in the line of the log that is named beside it; the log ended at "
        f"line {found.log_line} with hash {found.log_hash}.",
        size=SMALL_PT,
    )


def _line(pdf: FPDF, text: str, *, size: float = BODY_PT, after: float = 0) -> None:
    pdf.set_font(size=size)
    pdf.multi_cell(0, size * 0.5, _set(text), new_x="LMARGIN", new_y="NEXT", align="L")
    pdf.ln(after)


def _set(text: str) -> str:
    """A text as it is set: letters and their marks in one, and nothing that no page can show."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in composed)


def _fitting(pdf: FPDF, text: str, width: float) -> str:
    """A text that fits a line, with an ellipsis where it was cut."""
    text = _set(text)
    if pdf.get_string_width(text) <= width:
        return text
    while text and pdf.get_string_width(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


# --- fonts ------------------------------------------------------------------------------------


def _texts(found: Statement) -> list[str]:
    every = [found.production, found.person]
    return every + [
        text for sheet in found.sheets for one in sheet.postings for text in (one.kind, one.about, one.method)
    ]


def _font_for(texts: Iterable[str], named: Path | None) -> Path | None:
    """The font that a statement needs beside Helvetica: none, the named one, or DejaVu Sans."""
    if named is not None and not named.is_file():
        raise NotFoundError("font", str(named))
    letters = {letter for text in texts for letter in _set(text)}
    beyond = sorted(letter for letter in letters if not _is_in_helvetica(letter))
    if not beyond:
        return None
    if joined := [letter for letter in beyond if _has_to_be_joined(letter)]:
        raise _cannot_show(joined, "are of a script that joins or stacks its letters, which is not done here")
    path = named or _found_font()
    if path is None:
        raise _cannot_show(beyond, f"are not in Helvetica, and {FONT} is not on this machine", OR_FONT)
    covered = _covered(path)
    if missing := [letter for letter in letters if letter not in covered]:
        raise _cannot_show(sorted(missing), f"are in neither Helvetica nor {path.name}", OR_FONT)
    return path


OR_FONT = "; or name a font that has them: --font FILE"


def _cannot_show(letters: Sequence[str], why: str, more: str = "") -> InputError:
    shown = " ".join(letters[:8]) + (" …" if len(letters) > 8 else "")
    return InputError(
        f"statement: {shown} cannot be shown in PDF: they {why}.",
        f"Issue it as HTML, which shows every name and prints: --format html{more}.",
        letters=[f"U+{ord(letter):04X}" for letter in letters[:100]],
    )


def _is_in_helvetica(letter: str) -> bool:
    try:
        letter.encode("windows-1252")
    except UnicodeEncodeError:
        return False
    return True


def _has_to_be_joined(letter: str) -> bool:
    marks = unicodedata.category(letter).startswith("M") or unicodedata.bidirectional(letter) in ("R", "AL")
    return marks or any(first <= ord(letter) <= last for first, last in JOINED)


def _found_font() -> Path | None:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return next((path for folder in folders if folder.is_dir() for path in sorted(folder.rglob(FONT))), None)


def _covered(path: Path) -> set[str]:
    """The letters that a font file has.  Raises: InputError if it is none."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        table: dict[int, Any] = TTFont(io.BytesIO(path.read_bytes()), fontNumber=0).getBestCmap() or {}
    except (TTLibError, OSError) as error:
        raise InputError(
            f"font {path.name}: it cannot be read ({error}).", "Name a TrueType or OpenType file."
        ) from error
    return {chr(code) for code in table}
