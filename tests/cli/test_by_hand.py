"""Elements of one's own and parameters set by hand, by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from manyhands.actions.proposals import find_recipe
from manyhands.actions.studio import enter
from manyhands.cli.tell import recipe_told
from tests.actions.test_by_hand import a_look, a_still
from tests.doors import at_a_terminal, here

ME = ("--by", "Person A", "--workers", "0")
BY = ("--by", "Person A")
SCRIPT = ("--accept", "--why", "the test accepts")


def test_the_main_job_lays_an_element_in_with_its_own_terms(footage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    disc = a_still(tmp_path)
    element = ("--element", disc, "--element-terms", "CC-BY-4.0", "--element-owner", "Person C")
    made = here("make", footage, "place it in the sky", "-o", out, *ME, "--own", *element, *SCRIPT, "--json").value
    assert "camera:disc.png" in json.dumps(made["takes"][0]["hands"])
    sources = {item["title"]: item for item in here("source", "list", "-p", out / "production", "--json").value}
    assert sources["disc.png"]["terms"]["licence"] == "CC-BY-4.0"
    assert (sources["disc.png"]["owner"], sources["disc.png"]["terms"]["credit"]) == ("Person C", "Person C")
    assert sources["plate.mp4"]["terms"]["licence"] == "own"
    assert "Person C" in (out / "disclosure.html").read_text()


@pytest.mark.parametrize(
    ("more", "says", "fix"),
    [
        (("--terms", "CC0-1.0"), "nobody said whose it is", "--element-terms"),
        (("--own", "--element-terms", "CC-BY-4.0"), "wants a credit", "--element-owner"),
    ],
)
def test_an_element_of_nobody_is_refused_before_anything_is_made(
    footage: Path, tmp_path: Path, more: tuple[str, ...], says: str, fix: str
) -> None:
    out = tmp_path / "out"
    words = ("make", footage, "haze", "-o", out, *ME, *more, "--element", a_still(tmp_path), *SCRIPT)
    told = here(*words, "--json").refused("InputError")
    assert says in told["what"]
    assert fix in told["fix"]
    assert not out.exists()


def test_an_element_that_is_no_picture_leaves_nothing(footage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    here("make", footage, "haze", "-o", out, *ME, "--own", "--element", a_look(tmp_path), *SCRIPT, "--json").refused(
        "MediaError"
    )
    assert not out.exists()


def test_the_terms_of_an_element_are_asked_for_at_a_terminal(footage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = at_a_terminal(
        *("make", footage, "place it in the sky", "-o", out, *ME, "--terms", "CC0-1.0", "--element", a_still(tmp_path)),
        answers=[
            ("Did you make it yourself?", "n"),
            ("Terms of the element", "CC-BY-4.0"),
            ("Whose name to credit", "Person C"),
            ("Which shall be made?", "literal"),
            ("accept, revise, reject, or leave", "leave"),
        ],
    )
    assert said.code == 0, said.out
    sources = {item["title"]: item for item in here("source", "list", "-p", out / "production", "--json").value}
    assert (sources["disc.png"]["owner"], sources["disc.png"]["terms"]["licence"]) == ("Person C", "CC-BY-4.0")


def test_a_proposal_is_made_with_an_element_and_then_set_by_hand(footage: Path, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    there = ("-p", folder, "--json")
    assert here("new", folder, *BY, "--json").code == 0
    for path in (footage, a_still(tmp_path), a_look(tmp_path)):
        assert here("source", "add", path, *BY, "--own", *there).code == 0
    here("shot", "add", "plate", *BY, *there)
    first = here(
        *("propose", "sh010", "the element in the sky, smaller", "--element", "disc", "--no-previews", *ME), *there
    ).value
    assert first["answer"]["understanding"]["unknown"] == []
    assert [part["text"] for part in first["answer"]["understanding"]["filler"]] == ["the", "the", ","]
    byhand = ("propose", "sh010", *ME, "--like", "literal", "--why", "as the director showed me")
    setting = ("--set", "place.opacity=0.5", "--set", "grade.lut=source:look")
    second = here(*byhand, *setting, "--no-previews", *there).value["answer"]
    assert second["settings"] == ["place.opacity=0.5", "grade.lut=source:look"]
    assert (second["set_by"], second["why"]) == ("Person A", "as the director showed me")
    take = here("run", "sh010", "literal, by hand", *ME, *there).value
    assert take["recipe"] == second["recipes"][0]
    told = here(*byhand, "--set", "place.opacity=0.25", "-p", folder).out
    assert "  1. set place.opacity from 1 to 0.25: Person A, " in told
    assert "set place.opacity from 1 to 0.25: “as the director showed me”" in told
    acts = [line["act"] for line in here("log", "list", *there).value]
    assert acts[-4:] == ["propose", "adjust", "run", "adjust"]


def test_steps_are_added_by_hand_and_undone_at_the_terminal(footage: Path, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    there = ("-p", folder, "--json")
    here("new", folder, *BY, "--json")
    here("source", "add", footage, *BY, "--own", *there)
    here("shot", "add", "plate", *BY, *there)
    here("propose", "sh010", "haze in the distance", "--no-previews", *ME, *there)
    like = ("propose", "sh010", *ME, "--no-previews", "--like")
    changes = ("--adjust", "add grade", "--adjust", "move grade before haze", "--set", "grade.exposure=0.5")
    told = here(*like, "literal", *changes, "--why", "flatter", "-p", folder).out
    assert "  2. moved grade before haze: Person A, " in told
    there_is = here(*like, "literal, by hand", "--undo", "--change", "2", *there).value["answer"]
    assert [one["undone_by"] for one in there_is["adjustments"]] == ["", "Person A", ""]
    again = here(*like, "literal, by hand", "--redo", "-p", folder).out
    assert ("UNDONE" in again, "2. moved grade before haze" in again) == (False, True)
    made = find_recipe(enter(folder), "sh010", "literal, by hand")
    assert "    grade · exposure 0.5 stops" in recipe_told(made)
    refused = here(*like, "literal", "--undo", "--set", "haze.amount=0.6", *there).refused("InputError")
    assert "together with something else" in refused["what"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("a note", "--like", "literal", "--set", "haze.low=1", "--why", "so"), "a note as well"),
        (("--set", "haze.low=1", "--why", "so"), "of which proposal"),
        ((), "empty"),
    ],
)
def test_a_note_or_a_proposal_to_set_is_named_and_not_both(tmp_path: Path, more: tuple[str, ...], says: str) -> None:
    folder = tmp_path / "film"
    here("new", folder, *BY, "--json")
    done = here("propose", "sh010", *more, *ME, "-p", folder, "--json")
    assert done.code != 0
    assert says in json.loads(done.out)["error"]["what"]


def test_a_person_is_shown_every_word_of_the_note(footage: Path, tmp_path: Path) -> None:
    folder = tmp_path / "film"
    here("new", folder, *BY, "--json")
    here("source", "add", footage, *BY, "--own", "-p", folder, "--json")
    here("shot", "add", "plate", *BY, "-p", folder, "--json")
    note = "please make a warm picture with zorps but keep the sky as it is"
    told = here("propose", "sh010", note, "--no-previews", *ME, "-p", folder).out
    assert "Passed over, as small words: please, a, with, but, the." in told
    not_understood = told.split("NOT understood")[1].split("Passed over")[0]
    assert "zorps" in not_understood
    for word in note.split():
        assert word in told
