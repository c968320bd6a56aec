"""The main job at a terminal: it asks for terms, which recipes, and the decision, and does what is answered."""

from __future__ import annotations

import json
from pathlib import Path

from tests.doors import at_a_terminal, here

ME = ("--by", "Person A", "--workers", "0")
WHICH, VERDICT = "Which shall be made?", "accept, revise, reject, or leave"


def test_terms_choice_revision_and_acceptance_are_asked_for_and_kept(footage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = at_a_terminal(
        *("make", footage, "haze, warm", "-o", out, *ME),
        answers=[
            ("Did you shoot it yourself?", "n"),
            ("Terms (licensed", "CC-BY-4.0"),
            ("The name to credit", "Person C"),
            (WHICH, "restrained"),
            (VERDICT, "perhaps"),  # asked again
            (VERDICT, "revise"),
            ("Why", "too weak"),
            ("What to change", "more haze"),
            (WHICH, ""),  # the literal one
            (VERDICT, "accept"),
            ("Why", "that is it"),
        ],
    )
    assert said.code == 0, said.out
    assert "Traceback" not in said.out
    told = json.loads((out / "disclosure.json").read_text())
    assert [(item["verdict"], item["reason"]) for item in told["decisions"]] == [
        ("revise", "too weak"),
        ("accept", "that is it"),
    ]
    assert "human_validated" in json.dumps(told)  # it was shown before it was accepted
    there = ("-p", out / "production", "--json")
    source = here("source", "list", *there).value[0]
    assert (source["terms"]["licence"], source["terms"]["credit"], source["owner"]) == (
        ("CC-BY-4.0", "Person C", "Person C")
    )
    first, second = here("take", "list", *there).value
    assert second["answers"] == first["id"]
    log = here("log", "list", *there).value
    once = ["propose", "run", "look", "decide"]
    assert [line["act"] for line in log[-10:]] == [*once, *once, "deliver", "delivered"]
    assert all(json.loads(line["about"])["door"] == "terminal" for line in log)
    again = at_a_terminal(
        *("make", footage, "haze, warm", "-o", out, *ME, "--terms", "CC-BY-4.0", "--credit", "Person C"),
        answers=[(WHICH, "restrained"), (VERDICT, "leave")],
    )
    assert again.code == 0
    assert "Nobody has decided" in again.out


def test_what_one_shot_is_ones_own_and_nothing_is_delivered_when_one_leaves(footage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = at_a_terminal(
        *("make", footage, "warm", "-o", out, *ME),
        answers=[("Did you shoot it yourself?", "y"), (WHICH, "literal,bold"), ("Which take?", ""), (VERDICT, "")],
    )
    assert said.code == 0, said.out
    assert "manyhands decide" in said.out
    source = here("source", "list", "-p", out / "production", "--json").value[0]
    assert (source["terms"]["licence"], source["owner"]) == ("own", "Person A")
    assert len(here("take", "list", "-p", out / "production", "--json").value) == 2
    assert [path.name for path in out.iterdir()] == ["production"]


def test_terms_that_do_not_exist_are_refused_before_anything_is_made(footage: Path, tmp_path: Path) -> None:
    said = at_a_terminal(
        *("make", footage, "warm", "-o", tmp_path / "out", *ME),
        answers=[
            ("Did you shoot it yourself?", "n"),
            ("Terms (licensed", "beerware"),
            ("The name to credit", ""),
        ],
    )
    assert said.code == 3
    assert "beerware" in said.out
    assert not (tmp_path / "out").exists()


def test_a_decision_of_before_is_not_asked_to_be_made_twice(footage: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("make", footage, "warm", "-o", out, *ME, "--own")
    assert here(*words, "--accept", "--why", "a script's").code == 0
    # what a script accepted unseen is asked for again, from who is shown it now
    said = at_a_terminal(*words, answers=[(WHICH, ""), (VERDICT, "accept"), ("Why", "it sits")])
    assert said.code == 0, said.out
    said = at_a_terminal(*words, answers=[(WHICH, ""), (VERDICT, "accept")])
    assert said.code == 0, said.out
    told = json.loads((out / "disclosure.json").read_text())["decisions"]
    assert [item["oversight"] for item in told] == ["prompt_guided", "human_validated"]
