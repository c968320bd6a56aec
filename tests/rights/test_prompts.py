"""What a prompt names: people who are known, styles, marks; and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.rights.prompts import Named, named_in

KNOWN = ("Person A", "Zoë Person", "May", "Person B van Person")


@pytest.mark.parametrize(
    ("prompt", "people"),
    [
        ("Person A walks in", ("Person A",)),
        ("PERSON  A, seen from behind", ("Person A",)),
        ("the face of person a", ("Person A",)),
        ("Personal A-frame houses", ()),
        ("a person at the door", ()),
        ("zoë person smiles", ("Zoë Person",)),
        ("Zoe\u0308 Person smiles", ("Zoë Person",)),  # the same letter, written as two
        ("Pers\u200bon A walks in", ("Person A",)),
        ("Реrson А walks in", ("Person A",)),  # with letters of another alphabet
        ("\u202ePerson A\u202c walks in", ("Person A",)),
        ("May laughs", ("May",)),
        ("rain that may fall in mayhem", ()),
        ("Person B van Person and Person A", ("Person A", "Person B van Person")),
        ("", ()),
    ],
)
def test_people_who_are_known_are_found_by_their_whole_names(prompt: str, people: tuple[str, ...]) -> None:
    assert named_in(prompt, KNOWN).people == people


@pytest.mark.parametrize(
    ("prompt", "styles"),
    [
        ("a storm in the style of Person B", ("Person B",)),
        ("a storm, in the late style of Person B van der Person, dark", ("Person B van der Person",)),
        ("clouds à la Person", ("Person",)),
        ("a hall painted by Person C and Person D", ("Person C and Person D",)),
        ("Person-style smoke", ("Person",)),
        ("a Person B-inspired sky", ("Person B",)),
        ("it looks like a Person", ("Person",)),
        ("Rauch im Stil von Person", ("Person",)),
        ("un ciel dans le style de Person", ("Person",)),
        ("IN THE STYLE OF Person", ("Person",)),
        ("in the style of Élodie Person", ("Élodie Person",)),
        ("in the style of a documentary", ()),
        ("shot by candlelight", ()),
        ("documentary style, hand-held", ()),
        ("it looks like a storm", ()),
        ("a la carte", ()),
        ("in the style of Person B, in the style of Person B", ("Person B",)),
    ],
)
def test_a_style_is_found_with_whose_it_is(prompt: str, styles: tuple[str, ...]) -> None:
    assert named_in(prompt, ()).styles == styles


def test_marks_are_found_by_their_signs() -> None:
    assert named_in("a can of Brand® on a Thing ™ table", ()).marks == ("Brand", "Thing")
    assert named_in("a can of soup", ()) == Named()


def test_what_is_others_is_said_in_words() -> None:
    named = named_in("a Brand® van in the style of Person B", KNOWN)
    assert named.others == ("the style of Person B", "the mark Brand")


@given(st.text(max_size=300))
def test_any_text_is_read(prompt: str) -> None:
    assert set(named_in(prompt, KNOWN).people) <= set(KNOWN)


@given(st.text(max_size=40), st.sampled_from(KNOWN), st.text(max_size=40))
def test_a_name_that_stands_apart_is_always_found(before: str, name: str, after: str) -> None:
    assert name in named_in(f"{before} {name} {after}", KNOWN).people
