"""Names: composed and decomposed, from right to left, with what nobody sees, and with letters that look the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.hand import person
from manyhands.core.names import is_same_name, looks_like, written

ONE = [
    ("Zoë Person", "Zoe\u0308 Person"),
    ("Zoë Person", "  ZOË\u00a0person "),
    ("Person B", "Person\u200b B"),
    ("Person B", "\ufeffPerson B"),
    ("Person B", "\u202ePerson B\u202c"),
    ("שרה כהן", "\u200fשרה\u200f כהן"),
    ("محمد", "\u2067محمد\u2069"),
    ("Ｐｅｒｓｏｎ Ｂ", "Person B"),
    ("Straße", "STRASSE"),
    ("ǅ Person", "ǆ person"),
]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_a_name_is_the_same_however_it_is_typed(one: str, other: str) -> None:
    assert is_same_name(one, other)
    assert not looks_like(one, other)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Person B", "Person В", True),  # the last letter is Cyrillic
        ("Person B", "Реrsоn B", True),
        ("Anna", "Αnna", True),  # the first letter is Greek
        ("Person B", "Person C", False),
        ("Person B", "PersonB", False),
        ("Анна", "Anna", False),  # the same name, and nobody takes one for the other
    ],
)
def test_names_that_are_two_and_look_like_one_are_told(one: str, other: str, alike: bool) -> None:
    assert not is_same_name(one, other)
    assert looks_like(one, other) is looks_like(other, one) is alike


def test_a_name_is_kept_without_what_turns_or_hides_letters() -> None:
    assert written("\u202ePerson\u202c \u200b B\ufeff\x00") == "Person B"
    assert written("Zoe\u0308\tPerson") == "Zoë Person"
    assert written("می\u200cخواهم") == "می\u200cخواهم"  # in Persian this joiner is spelling
    assert written("\u200b \u2060") == ""


def test_somebody_is_the_same_hand_however_their_name_is_typed() -> None:
    assert person("Zoë Person").id == person("Zoe\u0308  Person").id == person("Zoë\u200b Person").id
    assert person("Zoe\u0308 Person").name == "Zoë Person"


@given(st.text())
def test_writing_a_name_again_changes_nothing(name: str) -> None:
    assert written(written(name)) == written(name)
    assert is_same_name(written(name), name)
    assert is_same_name(name, unicodedata.normalize("NFD", name))
