"""What `source add` tells of a file's own word and of what it looks like, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.doors import here
from tests.marked import CC_BY, DMI, still, xmp

PACKET = xmp(dc_creator="Person B", cc_license=CC_BY, plus_DataMining=f"{DMI}PROHIBITED")


@pytest.fixture
def there(tmp_path: Path) -> list[str]:
    words = ["-p", str(tmp_path / "film"), "--by", "Person A"]
    assert here("new", str(tmp_path / "film"), "--by", "Person A").code == 0
    return words


def test_what_a_file_says_is_told_and_how_to_take_it(there: list[str], tmp_path: Path) -> None:
    path = still(tmp_path / "tower.png", PACKET)
    said = here("source", "add", path, *there)
    assert said.code == 0, said
    assert "Proposed: CC-BY-4.0, by Person B; forbids train_shot, train_general." in said.out
    assert "manyhands source terms tower --confirm" in said.out
    taken = here("source", "terms", "tower", "--confirm", *there)
    assert "tower: CC-BY-4.0, by Person B." in taken.out


def test_programs_get_the_same(there: list[str], tmp_path: Path) -> None:
    path = still(tmp_path / "tower.png", PACKET)
    found = json.loads(here("source", "add", path, "--confirm", "--json", *there).out)
    assert found["terms"]["licence"] == "CC-BY-4.0"
    assert (found["intake"]["terms_by"], found["intake"]["offered"]) == ("file", "CC-BY-4.0")
    assert {one["name"] for one in found["intake"]["sayings"]} == {"dc:creator", "cc:license", "plus:DataMining"}
    assert [(one["scope"], one["verdict"]) for one in found["intake"]["restricts"]] == [
        ("train_shot", "prohibit"),
        ("train_general", "prohibit"),
    ]


def test_terms_that_go_further_are_refused_with_what_to_do(there: list[str], tmp_path: Path) -> None:
    path = still(tmp_path / "tower.png", PACKET)
    refused = json.loads(here("source", "add", path, "--own", "--json", *there).out)["error"]
    assert refused["kind"] == "InputError"
    assert len(refused["about"]["against"]) == 2
    given = here("source", "add", path, "--own", "--why", "she works for me", *there)
    assert "Against what it says" in given.out
    assert "Why: she works for me" in given.out


def test_what_it_looks_like_is_told(there: list[str], tmp_path: Path) -> None:
    assert here("source", "add", still(tmp_path / "one.png", xmp()), "--own", *there).code == 0
    said = here("source", "add", still(tmp_path / "two.jpg", xmp()), "--own", *there)
    assert "LOOK: this looks like a frame of source one (terms own) from frame 1001" in said.out
