"""The grammar: every word is accounted for, and describing words find what they describe."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.core.errors import NoteError
from manyhands.core.maker import Maker
from manyhands.makers import all_makers
from manyhands.propose import Mention, Understanding, english, understand
from manyhands.propose.lexicon import lexicon_of
from tests.propose.house import MAKERS

WORDS = sorted({" ".join(phrase) for phrase in lexicon_of(all_makers().values()).phrases})


def of(note: str, maker: str, **more: Any) -> Mention:
    return next(one for one in understand(note, MAKERS, **more).mentions if one.maker == maker)


def change(note: str, maker: str, parameter: str) -> Any:
    """The last change to a parameter: (how, value)."""
    found = [one for one in of(note, maker).changes if one.parameter == parameter]
    return (found[-1].how, found[-1].value) if found else None


def unknown(note: str) -> list[str]:
    return [item.text for item in understand(note, MAKERS).unknown]


def assert_whole(heard: Understanding) -> None:
    """Every sign of the note that is not blank lies in exactly one list."""
    covered = [0] * len(heard.note)
    for part in (*heard.understood, *heard.filler, *heard.unknown):
        assert heard.note[part.start : part.end] == part.text
        for index in range(part.start, part.end):
            covered[index] += 1
    for letter, times in zip(heard.note, covered, strict=True):
        assert times == 1 or (letter.isspace() and times <= 1), (letter, times)


def assert_heard_or_refused(note: str, makers: dict[str, Maker]) -> None:
    refusal = None
    try:
        heard = understand(note, makers)
    except NoteError as error:
        refusal = error
    if refusal is None:
        assert_whole(heard)
    else:
        assert refusal.fix


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*WORDS, *sorted(english.SMALL), "1040", "2", "3.5", "zorp", "-", "é"]), max_size=12))
def test_every_word_is_accounted_for_once_whatever_is_said(words: list[str]) -> None:
    assert_heard_or_refused(" ".join(words), all_makers())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_no_text_of_any_alphabet_makes_it_fall(note: str) -> None:
    assert_heard_or_refused(note, MAKERS)


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("дым на крыше", "Latin"),
        ("屋顶上的浓烟", "Latin"),
        ("smoke " * 1700, "long"),
        ("smoke\x00on the roof", "control"),
        ("smoke \x1b[31m", "control"),
        ("!!! 42 ???", "no words"),
    ],
)
def test_what_cannot_be_read_is_refused_with_advice(note: str, says: str) -> None:
    with pytest.raises(NoteError, match=says) as caught:
        understand(note, MAKERS)
    assert caught.value.fix


def test_the_note_of_the_house_is_taken_apart() -> None:
    heard = understand("thick black smoke and fire on the roof, wind from the left, a darker sky", MAKERS)
    assert [one.maker for one in heard.mentions] == ["smoke", "sky"]
    assert heard.unknown == ()
    smoke, sky = heard.mentions
    assert smoke.nouns == ("smoke", "fire")
    said = {one.parameter: one.value for one in smoke.changes}
    assert said["soot"] == 1.0  # the larger of what smoke and what fire bring
    assert said["flame"] == 1.0
    assert said["density"] == 1.6
    assert said["albedo"] == english.COLOURS["black"]
    assert said["wind"] == 0.9
    assert smoke.place is not None
    assert (smoke.place.relation, smoke.place.target) == ("on", "roof")
    assert {one.parameter: one.value for one in sky.changes}["stops"] == -1.2


@pytest.mark.parametrize(
    "note", ["thick black smoke", "smoke, thick and black", "make the smoke thick and black", "black, thick smoke"]
)
def test_describing_words_find_their_noun_before_after_and_as_a_statement(note: str) -> None:
    assert change(note, "smoke", "density") == ("times", 1.6)
    assert change(note, "smoke", "albedo") == ("set", english.COLOURS["black"])


def test_each_describing_word_goes_to_its_own_noun() -> None:
    note = "the sky darker and thick smoke, a warm picture"
    assert change(note, "sky", "stops") == ("plus", -1.2)
    assert change(note, "smoke", "density") == ("times", 1.6)
    assert change(note, "grade", "temperature_k") == ("plus", 1300)
    assert change(note, "grade", "exposure") is None


@pytest.mark.parametrize(
    ("note", "value"),
    [
        ("a dark sky", -1.2),
        ("a slightly darker sky", -0.6),
        ("the sky a little darker", -0.6),
        ("a very dark sky", -1.92),
        ("the sky much darker", -1.8),
        ("the sky is too dark", 0.96),
        ("a sky not so dark", 0.6),
        ("a sky 2 stops darker", -2.0),
        ("two stops darker sky", -2.0),
        ("a sky 50 % darker", -1.0),
        ("the sky darker by 50 percent", -1.0),
    ],
)
def test_degrees_and_numbers_set_how_far_a_word_goes(note: str, value: float) -> None:
    assert change(note, "sky", "stops") == ("plus", pytest.approx(value))


@pytest.mark.parametrize(
    ("note", "parameter", "factor"),
    [
        ("half as thick smoke", "density", 0.5),
        ("smoke twice as thick", "density", 2.0),
        ("20 % thicker smoke", "density", 1.2),
        ("smoke 20 % thinner", "density", 0.8),
        ("less thick smoke", "density", 1 / 1.6),
        ("more smoke", "soot", 1.5),
        ("less smoke", "soot", 1 / 1.5),
        ("a lot of smoke", "soot", 1.8),
        ("half the smoke", "soot", 0.5),
        ("30 % more smoke", "soot", 1.3),
    ],
)
def test_amounts_scale_what_they_stand_with(note: str, parameter: str, factor: float) -> None:
    assert change(note, "smoke", parameter) == ("times", pytest.approx(factor))


def test_a_named_colour_goes_to_the_makers_colour() -> None:
    assert change("red smoke", "smoke", "albedo") == ("set", english.COLOURS["red"])
    how, tint = change("a red sky", "sky", "tint")
    assert how == "set"
    assert tint[0] > 1 > tint[1] > 0  # a cast of light: as bright as it was, and redder
    grey = change("dark grey smoke", "smoke", "albedo")[1]
    assert grey[0] == pytest.approx(0.45 * english.COLOURS["grey"][0])


@pytest.mark.parametrize(
    ("note", "wind"),
    [
        ("smoke, wind from the left", 0.9),
        ("smoke, wind from the right", -0.9),
        ("smoke drifting to the left", -0.63),
        ("smoke in a gale from the right", -1.8),
        ("smoke, strong wind from the left", 1.35),
        ("smoke, no wind", 0.0),
    ],
)
def test_the_wind_has_a_side_and_a_strength(note: str, wind: float) -> None:
    assert change(note, "smoke", "wind") == ("set", pytest.approx(wind))


def test_wind_towards_the_camera_blows_in_depth() -> None:
    assert change("smoke, wind towards the camera", "smoke", "wind_depth") == ("set", pytest.approx(-0.9))
    assert change("smoke, wind towards the camera", "smoke", "wind")[1] == 0


@pytest.mark.parametrize(
    ("note", "relation", "target"),
    [
        ("smoke on the roof", "on", "roof"),
        ("smoke behind the old tower", "behind", "tower"),
        ("fire at the foot of the tower", "foot", "tower"),
        ("smoke on the horizon", "on", "horizon"),
        ("smoke in the background", "at", "background"),
        ("smoke over the water", "over", "water"),
        ("smoke in the sky", "at", "sky"),
        ("smoke top right", "on", "top right"),
        ("smoke to the left of the tower", "left of", "tower"),
        ("smoke at the top of the tower", "on", "tower"),
        ("smoke on the left", "on", "left"),
    ],
)
def test_places_are_a_relation_to_a_target(note: str, relation: str, target: str) -> None:
    place = of(note, "smoke").place
    assert place is not None
    assert (place.relation, place.target) == (relation, target)
    assert unknown(note) == []


def test_two_places_make_two_elements_and_one_place_makes_one() -> None:
    heard = understand("smoke on the roof and fire behind the tower", MAKERS)
    assert [(one.nouns, one.place and one.place.target) for one in heard.mentions] == [
        (("smoke",), "roof"),
        (("fire",), "tower"),
    ]
    assert len(understand("smoke and fire on the roof", MAKERS).mentions) == 1
    sided = understand("smoke on the ground at the left", MAKERS).mentions
    assert [one.place and (one.place.target, one.place.side) for one in sided] == [("ground", "left")]
    again = understand("smoke on the roof and on the tower", MAKERS).mentions
    assert [one.place and one.place.target for one in again] == ["roof", "tower"]


def test_what_is_not_wanted_is_put_out() -> None:
    assert change("smoke without fire", "smoke", "flame") == ("set", 0.0)
    assert change("no fire, just smoke", "smoke", "flame") == ("set", 0.0)
    assert of("no smoke", "smoke").removed


def test_a_time_says_when_it_starts() -> None:
    assert of("fire from frame 1013", "smoke").start.frame == 1013  # type: ignore[union-attr]
    assert of("fire after 2 seconds", "smoke").start.seconds == 2.0  # type: ignore[union-attr]
    assert of("after 12 frames fire on the roof", "smoke").start.frames_in == 12  # type: ignore[union-attr]


def test_a_noun_of_two_makers_calls_both() -> None:
    assert {one.maker for one in understand("dusk", MAKERS).mentions} == {"sky", "grade"}


def test_a_word_that_is_noun_and_adjective_is_what_it_stands_as() -> None:
    assert change("light haze", "haze", "amount")[0] == "times"
    assert [one.maker for one in understand("warm light", MAKERS).mentions] == ["grade"]


def test_a_word_alone_means_the_picture_or_what_the_recipe_has() -> None:
    assert change("warmer", "grade", "temperature_k") == ("plus", 1300)
    assert of("thicker", "smoke", about=["smoke"]).implied


def test_unknown_words_are_shown_with_a_suggestion_that_is_not_acted_on() -> None:
    heard = understand("smok on the roof and purple elephants", MAKERS)
    assert heard.mentions == ()
    shown = {item.text: item for item in heard.unknown}
    assert "smoke" in shown["smok"].did_you_mean
    assert {"purple", "elephants", "roof"} <= shown.keys()


def test_words_that_describe_an_unknown_one_land_nowhere_else() -> None:
    heard = understand("thick black smok on the roof, a slightly darker sky", MAKERS)
    assert [one.maker for one in heard.mentions] == ["sky"]
    assert {"thick", "black", "smok", "roof"} <= {item.text for item in heard.unknown}


@pytest.mark.parametrize("note", ["bright yellow elephants", "smoke, not dark red", "do not bright yellow the smoke"])
def test_two_words_of_one_colour_end_in_one_list(note: str) -> None:
    assert_whole(understand(note, MAKERS))


def test_words_of_the_picture_tell_where_the_light_comes_from() -> None:
    assert understand("smoke, sun from the right", MAKERS).sun == english.RIGHT
