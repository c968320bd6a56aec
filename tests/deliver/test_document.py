"""Documents: one text in every form; what people write is never markup, and what nobody said stays blank."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from typing import Any

import pytest

from manyhands.deliver.document import (
    LINE,
    About,
    Blank,
    Document,
    Fields,
    Points,
    Section,
    Table,
    as_data,
    clean,
    csv_of,
    markdown,
    page,
)

ABOUT = About("a paper", "The Roof", "2026-05-04", "ab" * 32, ("It follows a page.",), "a lawyer")
OPEN = Blank("whether it is", "manyhands policy say sh010 is_final=yes")
HOSTILE = (
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "a | b | c",
    "**bold** _it_ `code` ~~no~~",
    "&lt;b&gt; &amp;",
    "# heading",
    "- a list",
    "1. a list",
    "one\n\n## two\n- three",
    "</title><iframe src=//example.org>",
)


def document(text: str, *, of: str = "") -> Document:
    """A document that says these words wherever a person can write."""
    blank = Blank(text, f"manyhands policy say {text}")
    hand = Blank(text, text, LINE)
    blocks = (text, Points((text,)), Fields(((text, text), (text, blank), (text, hand))))
    table = Table((text, "b"), ((text, blank), (text, text)), file="t.csv")
    wide = Table(tuple(f"{text} {n}" for n in range(12)), ((text,) * 12,))
    return Document(text, (Section(text, (*blocks, table, wide)),), of=of)


class Elements(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in ("href", "src") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_people_write_is_text_on_the_page(hostile: str) -> None:
    calm, elements = Elements(page(document("calm"), ABOUT)), Elements(page(document(hostile), ABOUT))
    assert elements.tags == calm.tags
    assert "script" not in elements.tags
    assert clean(hostile) in "".join(elements.said)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_people_write_is_text_in_markdown(hostile: str) -> None:
    """By another's parser, which rich brings: the same headings, lists, tables and code, and the words within."""
    parser = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    calm, told = (parser.parse(markdown(document(words), ABOUT)) for words in ("calm", hostile))
    assert [_marks(token) for token in told] == [_marks(token) for token in calm]
    said = "".join(part.content for token in told for part in token.children or () if part.type == "text")
    assert clean(hostile) in said


def _marks(token: Any) -> tuple[str, list[str]]:
    inside = [part.type for part in token.children or () if part.type not in ("text", "text_special")]
    return token.type, inside


def test_names_of_every_alphabet_come_through_and_letters_that_turn_lines_do_not() -> None:
    for name in ("Мария Ёлкина", "李小龍", "فاطمه\u200cی", "Zoë Ångström", "O'Neill"):
        for told in (
            page(document(name), ABOUT),
            markdown(document(name), ABOUT),
            as_data(document(name), ABOUT).decode(),
        ):
            assert name in told or name.replace("'", "&#39;") in told
    assert clean("a\u202eb\u2066c\td\x00e") == "abc d e"


def test_a_blank_is_numbered_once_and_told_at_the_end_with_what_says_it() -> None:
    told = Document("t", (Section("s", (Fields((("a", OPEN), ("b", OPEN))), Points((OPEN,)))),))
    text = markdown(told, ABOUT)
    assert text.count("not said (1)") == 3
    assert text.count("1. whether it is: `manyhands policy say sh010 is_final=yes`") == 1
    data = json.loads(as_data(told, ABOUT))
    assert data["open"] == [{"what": OPEN.what, "how": OPEN.how}]
    assert [row["value"] for row in data["sections"][0]["blocks"][0]] == [None, None]


def test_a_line_that_is_filled_by_hand_is_a_line_and_is_told_by_who_fills_it() -> None:
    told = Document("t", (Section("s", (Fields((("pay", Blank("the pay", "by a lawyer", LINE)),)),)),))
    text = markdown(told, ABOUT)
    assert "**pay**: ________\n" in text
    assert "- by a lawyer: the pay" in text
    assert 'class="line"' in page(told, ABOUT)


def test_every_form_tells_date_hash_source_and_who_checks_it() -> None:
    for told in (markdown, page):
        text = told(document("x"), ABOUT)
        for wanted in ("2026-05-04", "ab" * 32, "It follows a page.", "no legal advice", "a lawyer"):
            assert wanted in text
    data = json.loads(as_data(document("x"), ABOUT))
    assert (data["made_on"], data["facts_sha256"], data["rules"]) == ("2026-05-04", "ab" * 32, ["It follows a page."])


def test_a_table_too_wide_for_a_sheet_is_told_row_by_row_without_what_is_empty() -> None:
    table = Table(tuple("abcdefghij"), (("1", "", *"34567890"),))
    text = markdown(Document("t", (Section("s", (table,)),)), ABOUT)
    assert "- **a**: 1\n- **c**: 3" in text
    assert "|" not in text


def test_a_cell_is_no_formula_and_a_blank_one_is_empty() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(("a", "b"), (("=1+1", OPEN), ("@x", "y"))).decode("utf-8-sig"))))
    assert rows == [["a", "b"], ["'=1+1", ""], ["'@x", "y"]]
