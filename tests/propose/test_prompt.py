"""What stands in quotation marks goes to a model that takes a prompt, and every word is still accounted for."""

from __future__ import annotations

import pytest

from manyhands.makers import all_makers
from manyhands.propose import adjusted, propose, setting
from manyhands.propose.grammar import understand
from tests.propose.house import reading

MAKERS = all_makers()


@pytest.mark.parametrize(
    ("note", "prompt"),
    [
        ('generate "a dragon lands on the roof"', "a dragon lands on the roof"),
        ("generate “a dragon, slowly”, then a darker sky", "a dragon, slowly"),
        ("generate „ein Drache landet“", "ein Drache landet"),
        ("generate «un dragon»", "un dragon"),
    ],
)
def test_a_quotation_is_the_prompt(note: str, prompt: str) -> None:
    heard = understand(note, MAKERS)
    (mention,) = [one for one in heard.mentions if one.maker == "runway"]
    (change,) = [one for one in mention.changes if one.parameter == "prompt"]
    assert (change.value, change.exact) == (prompt, True)
    assert heard.note == note
    (said,) = [one for one in heard.understood if prompt in one.text]
    assert note[said.start : said.end] == said.text


def test_words_in_a_quotation_call_no_other_maker() -> None:
    steps = propose('generate "thick smoke and rain"', reading(), MAKERS)[0].recipe.steps
    assert [step.maker for step in steps] == ["runway"]


def test_what_goes_by_its_prompt_alone_is_offered_once_and_what_can_vary_three_times() -> None:
    assert [one.recipe.name for one in propose('generate "a dragon"', reading(), MAKERS)] == ["literal"]
    varied = propose('a runway edit "make it snow" and thick smoke on the roof', reading(), MAKERS)
    assert len({one.recipe.id for one in varied}) >= 3


def test_what_a_model_made_is_locked_to_the_plate_that_it_was_given() -> None:
    recipe = propose('a runway edit "make it snow" and two stops darker', reading(), MAKERS)[1].recipe
    locked, _ = adjusted(recipe, [setting("lock.edit=runway")], reading(), MAKERS)
    before, after = ({step.name: step.inputs for step in one.steps} for one in (recipe, locked))
    assert after["lock"] == {"plate": before["runway"]["plate"], "edit": "runway"}
    assert [step.name for step in locked.steps if "runway" in step.inputs.values()] == ["lock"]
    assert len(after) == len(before) + 1


def test_a_note_without_such_a_maker_is_read_as_it_was() -> None:
    note = 'thick "black" smoke on the roof'
    heard = understand(note, MAKERS)
    assert "smoke" in [mention.maker for mention in heard.mentions]
    assert "black" in {word.text for word in heard.understood}


def test_every_sign_lies_in_exactly_one_list() -> None:
    note = 'please generate "a dragon lands" gladly'
    heard = understand(note, MAKERS)
    covered = sorted((one.start, one.end) for one in (*heard.understood, *heard.filler, *heard.unknown))
    kept = "".join(note[start:end] for start, end in covered)
    assert kept.replace(" ", "") == note.replace(" ", "")
