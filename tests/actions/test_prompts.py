"""A prompt that names somebody, or somebody's style, is not handed to a model before they agreed or it was decided."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions import consents, facts, intake, people, proposals, studio
from manyhands.actions.studio import Studio
from manyhands.core.errors import RightsError
from manyhands.core.hand import person
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.plates import plate

ME = person("Person A")


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Studio, str]:
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_test")
    monkeypatch.setenv("MANYHANDS_MODELS", str(tmp_path / "models"))
    clip = plate(50, width=64, height=48)
    write_master(tmp_path / "plate.mov", clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    made = replace(studio.new(tmp_path / "production", ME), workers=0)
    source, _ = intake.source(made, ME, tmp_path / "plate.mov", owner=ME.name, terms=terms_named("own", hosted=True))
    return made, intake.shot(made, ME, source.id).id


def proposed(film: tuple[Studio, str], note: str) -> proposals.Answer:
    made, shot = film
    return proposals.propose(made, ME, shot, note, previews=False)[0]


def test_who_is_known_and_named_has_to_agree(film: tuple[Studio, str], tmp_path: Path) -> None:
    made, _ = film
    note = 'generate "Person B walks through the gate"'
    assert proposed(film, note)  # nobody here knows a Person B
    people.party(made, ME, "Person B")
    with pytest.raises(RightsError, match=r"the prompt of runway.*Person B") as refused:
        proposed(film, note)
    assert "manyhands consent add" in refused.value.fix
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(b"signed")
    consents.consent(
        made, ME, "Person B", scopes=("likeness_replica",), document=signed, about="the walk", signed_on="2020-01-01"
    )
    assert proposed(film, note)


def test_a_style_waits_for_a_decision_that_says_who_and_why(film: tuple[Studio, str]) -> None:
    made, shot = film
    note = 'a runway edit "snow in the style of Person C" and a darker sky'
    with pytest.raises(RightsError, match="the style of Person C, and nobody has decided") as refused:
        proposed(film, note)
    assert "policy say sh010 refers_to_others=yes" in refused.value.fix
    facts.say(made, ME, {"refers_to_others": "no"}, why="it is my own style", shot_id=shot)
    assert proposed(film, note)


def test_a_note_for_procedures_names_whom_it_likes_and_its_models_ways_wait(film: tuple[Studio, str]) -> None:
    answer = proposed(film, "thick smoke in the style of Person C")
    own, hosted = answer.ways[0], answer.ways[-1]
    assert own.can_run
    assert (hosted.kind, hosted.recipe) == ("hosted", "")
    assert "the style of Person C" in hosted.lacks
