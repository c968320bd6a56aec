"""What a note does not want, what it wants left alone, when things end, and that no word of it gets lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.core.errors import NoteError
from manyhands.makers import all_makers
from manyhands.propose import Understanding, english, understand
from manyhands.propose.english import split_words
from tests.propose.house import MAKERS


def heard(note: str, **more: list[str]) -> Understanding:
    return understand(note, MAKERS, **more)


def stance(note: str) -> dict[str, str]:
    """What becomes of each thing that a note names: asked for, not wanted, or left as it is."""
    found = {}
    for one in heard(note).mentions:
        found[one.maker] = "not wanted" if one.removed else "stays" if one.kept else "asked for"
    return found


@pytest.mark.parametrize(
    "note",
    [
        "no smoke",
        "without smoke",
        "remove the smoke",
        "turn off the smoke",
        "turn the smoke off",
        "take the smoke away",
        "switch the smoke off",
        "put out the fire",
        "put the fire out",
        "the fire goes out",
        "the smoke fades out",
        "stop the smoke",
        "smoke off",
        "the fire is off",
        "neither smoke nor fire",
        "no smoke and fire",
        "no smoke, fire or roof fire",
        "remove the smoke and the fire",
        "don't add smoke",
        "I do not want fire",
    ],
)
def test_what_a_note_refuses_is_not_proposed(note: str) -> None:
    assert stance(note) == {"smoke": "not wanted"}
    assert heard(note).unknown == ()


@pytest.mark.parametrize(
    "note",
    [
        "keep the sky as it is",
        "the sky stays as it is",
        "leave the sky alone",
        "don't touch the sky",
        "don't darken the sky",
        "no darkening of the sky",
        "without darkening the sky",
        "don't make the sky darker",
        "the sky should not be darker",
        "the sky must not change",
        "don't remove the sky",
        "the sky remains unchanged",
    ],
)
def test_what_a_note_leaves_alone_is_not_changed_and_said(note: str) -> None:
    assert stance(note) == {"sky": "stays"}
    assert stance(f"{note}, smoke on the roof") == {"sky": "stays", "smoke": "asked for"}
    told = heard(note)
    assert told.unknown == ()
    assert any("stays as it is" in part.meaning for part in told.understood)


def test_a_wish_that_shapes_a_thing_does_not_leave_it_alone() -> None:
    assert stance("keep the sky dark") == {"sky": "asked for"}
    assert stance("the smoke stays on the roof") == {"smoke": "asked for"}
    assert stance("turn the sky darker") == {"sky": "asked for"}


def test_a_refusal_covers_its_own_list_and_no_more() -> None:
    assert stance("no smoke and a dark sky") == {"smoke": "not wanted", "sky": "asked for"}
    assert stance("no smoke, haze on the horizon") == {"smoke": "not wanted", "haze": "asked for"}
    assert stance("keep the sky and the haze") == {"sky": "stays", "haze": "stays"}


def test_only_says_that_nothing_else_is_asked_for_or_is_named() -> None:
    told = heard("only smoke, keep the sky as it is")
    assert {part.text: part.meaning for part in told.understood}["only"] == "nothing else"
    assert stance("only smoke, keep the sky as it is") == {"smoke": "asked for", "sky": "stays"}
    assert [part.text for part in heard("only smoke and a darker sky").unknown] == ["only"]
    on_a_take = heard("only smoke", about=["smoke", "sky"])
    assert "say what is to go" in on_a_take.unknown[0].why


def test_not_too_thick_is_thick_with_measure_however_it_is_said() -> None:
    for note in ("smoke, not too thick", "don't make the smoke too thick"):
        (smoke,) = heard(note).mentions
        assert not smoke.removed
        assert [(one.parameter, one.value) for one in smoke.changes if one.how == "times"] == [
            ("density", pytest.approx(1.6**0.5))
        ]


def test_a_comparison_with_the_take_needs_a_take() -> None:
    assert [part.text for part in heard("less smoke than before").unknown] == ["than before"]
    assert heard("less smoke than before", about=["smoke"]).unknown == ()


@pytest.mark.parametrize(
    ("note", "start", "stop"),
    [
        ("smoke until frame 1040", None, {"frame": 1040}),
        ("smoke until 2 seconds", None, {"seconds": 2.0}),
        ("smoke from frame 1010 to 1040", {"frame": 1010}, {"frame": 1040}),
        ("smoke between frame 1010 and 1040", {"frame": 1010}, {"frame": 1040}),
        ("frames 1010-1040 smoke", {"frame": 1010}, {"frame": 1040}),
        ("smoke from 1 to 3 seconds", {"seconds": 1.0}, {"seconds": 3.0}),
        ("smoke starting at 1 second and ending after 3 seconds", {"seconds": 1.0}, {"seconds": 3.0}),
        ("the smoke should stop after 2 seconds", None, {"seconds": 2.0}),
        ("after 2 seconds the smoke stops", None, {"seconds": 2.0}),
        ("the smoke stops at frame 1030", None, {"frame": 1030}),
        ("the smoke goes out after 20 frames", None, {"frames_in": 20}),
        ("turn the smoke off at frame 1030", None, {"frame": 1030}),
        ("no smoke after 2 seconds", None, {"seconds": 2.0}),
        ("smoke for 2 seconds", None, {"seconds": 2.0, "since_start": True}),
        ("smoke after 1 second for 12 frames", {"seconds": 1.0}, {"frames_in": 12, "since_start": True}),
        ("2 seconds in, smoke", {"seconds": 2.0}, None),
        ("smoke stops before frame 1030", None, {"frame": 1030}),
        ("smoke never stops", None, None),
        ("smoke until the end", None, None),
    ],
)
def test_a_thing_begins_and_ends_when_the_note_says(note: str, start: object, stop: object) -> None:
    told = heard(note)
    (smoke,) = told.mentions
    assert not smoke.removed
    assert told.unknown == ()
    for moment, expected in ((smoke.start, start), (smoke.stop, stop)):
        assert (moment and moment.model_dump(exclude_defaults=True)) == expected


def test_a_time_that_nothing_can_keep_is_named() -> None:
    told = heard("haze until frame 1040")
    assert {"until", "frame", "1040"} == {part.text for part in told.unknown}
    assert all("a time, but" in part.why for part in told.unknown)


def test_a_place_goes_to_who_can_go_there() -> None:
    smoke, haze = heard("smoke on the roof, haze on the ground").mentions
    assert smoke.place is not None
    assert smoke.place.target == "roof"
    assert [(one.parameter, one.how) for one in haze.changes if one.words == "on the ground"] == [("amount", "times")]
    lost = heard("haze on the tower")
    assert "lies over the whole picture" in lost.unknown[0].why


@pytest.mark.parametrize("note", ["smoke but not on the roof", "smoke except on the roof"])
def test_a_place_that_is_ruled_out_is_named_and_not_gone_to(note: str) -> None:
    told = heard(note)
    assert told.mentions[0].place is None
    assert {"on", "roof"} <= {part.text for part in told.unknown}
    assert "say where" in told.unknown[0].why


def test_a_place_of_what_is_not_wanted_is_heard() -> None:
    assert stance("no smoke on the roof") == {"smoke": "not wanted"}
    assert heard("no smoke on the roof").unknown == ()


def test_a_look_that_is_ruled_out_with_nothing_in_its_stead_is_named() -> None:
    assert {part.text for part in heard("smoke, not black").unknown} == {"not", "black"}


def test_what_is_done_to_a_thing_does_not_land_on_another() -> None:
    told = understand("clear the smoke", all_makers())
    assert [one.maker for one in told.mentions] == ["smoke"]
    assert [part.text for part in told.unknown] == ["clear"]


def test_a_word_of_place_that_leads_nowhere_is_named() -> None:
    assert {"behind", "zorp"} <= {part.text for part in heard("smoke behind the zorp").unknown}


# -- no word is lost -------------------------------------------------------------------------------

WORD = st.one_of(
    st.sampled_from(
        sorted(
            {
                *english.SMALL, *english.REFUSALS, *english.FORBIDDING, *english.ENDINGS, *english.KEEPING,
                *english.AS_IT_IS, *english.ONLY, *english.THAN, *english.UNTIL, *english.PHRASAL, *english.PARTICLES,
                *english.RELATIONS, *english.MOVING, *english.REST, *english.BEGINNINGS,
                *(word for words in english.LIGHT.values() for word in words),
                "smoke", "fire", "sky", "roof", "dark", "darken", "thick", "frame", "seconds", "2", "1040",
            }
        )
    ),
    st.text("abcdefghijklmnopqrstuvwxyzäéß'-", min_size=1, max_size=9),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORD, min_size=1, max_size=14).map(" ".join))
def test_the_words_of_a_note_are_those_heard_not_understood_and_passed_over(note: str) -> None:
    try:
        told = understand(note, all_makers())
    except NoteError:
        return  # it holds no letter
    parts = (*told.understood, *told.unknown, *told.filler)
    shown = Counter(word for part in parts for word, _, _ in split_words(part.text))
    assert shown == Counter(word for word, _, _ in split_words(note))
    assert all(part.meaning for part in told.understood)
    assert all(part.why for part in told.unknown)
    small = {english.plain(part.text) for part in told.filler}
    assert small <= english.SMALL | english.SYMBOLS | set(english.SEPARATORS)


# -- small words are closed classes ----------------------------------------------------------------

# The closed classes of English, as Quirk, Greenbaum, Leech and Svartvik list them (A Comprehensive Grammar of the
# English Language, 1985: 2.39 closed classes, 3.31 the primary and modal auxiliaries, 5.11 determiners, 6.1 pronouns,
# 9.7 simple prepositions, 13.5 coordinators, 11.54 formulae), as far as they can stand in a note.
CLOSED = {
    "article": "a an the",
    "pronoun": "i me my mine we us our you your he him his she her it its they them their this that these those who "
    "whom which what there one ones",
    "determiner": "all any some such every each both no",
    "auxiliary": "be am is are was were been being have has had having do does did can could may might must shall "
    "should will would",
    "preposition": "of to for from in into on onto at by as with about",
    "conjunction": "and or but nor then so also too plus than",
    "politeness": "please kindly thank thanks hello hi hey ok okay yes oh",
}
CONTRACTED = {"d", "ll", "m", "s", "re"}  # would, will, am, is and us, are; never n't


@pytest.mark.parametrize("kind", english.SMALL_WORDS)
def test_small_words_belong_to_a_closed_class(kind: str) -> None:
    words = set(english.SMALL_WORDS[kind])
    if kind != "contraction":
        assert words <= set(CLOSED[kind].split())
        return
    for word in words:
        stem, _, rest = word.partition("'")
        assert rest in CONTRACTED
        assert stem in {*CLOSED["pronoun"].split(), "let"}


def test_no_small_word_changes_refuses_keeps_ends_or_places_anything() -> None:
    saying = {
        *english.REFUSALS, *english.FORBIDDING, *english.PHRASAL, *english.PARTICLES, *english.ENDINGS,
        *english.BEGINNINGS, *english.UNTIL, *english.KEEPING, *english.AS_IT_IS, *english.ONLY, *english.MOVING,
        *english.DRIFTING, *english.RAISING, *english.STRENGTHS, *english.COLOURS, *english.TARGETS, *english.RANKS,
        *(word for words in english.LIGHT.values() for word in words),
    }  # fmt: skip
    assert not english.SMALL & saying
    for word in english.SMALL:
        assert not any(root in saying for root, form in english.roots(word) if form == "verb"), word
