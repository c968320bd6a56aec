"""One choice for the person: what each way costs, takes, sends and touches, and a sentence where it cannot be gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.actions import adjusting, intake, policies, proposals, studio, takes
from manyhands.actions.studio import Studio
from manyhands.actions.ways import Choice
from manyhands.core.errors import NotFoundError, RoleError
from manyhands.core.hand import person
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.openweight import pipes, presets
from manyhands.rights import terms_named
from tests.openweights import carded
from tests.plates import plate

ME = person("Person A")
NOTE = "a warmer picture"
KEY = "RUNWAYML_API_SECRET"


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clip = plate(50, width=64, height=48)
    path = tmp_path_factory.mktemp("plate") / "plate.mov"
    write_master(path, clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    return path


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a key and without weights."""
    monkeypatch.delenv(KEY, raising=False)
    monkeypatch.setenv("MANYHANDS_MODELS", str(tmp_path / "models"))
    yield
    pipes.let_go()


def shot_of(footage: Path, folder: Path, *, hosted: bool = False, frames: int = 50) -> tuple[Studio, str]:
    made = replace(studio.new(folder / "production", ME), workers=0)
    source, _ = intake.source(made, ME, footage, owner=ME.name, terms=terms_named("own", hosted=hosted))
    return made, intake.shot(made, ME, source.id, last=1000 + frames).id


def ways_of(made: Studio, shot: str, note: str = NOTE) -> dict[str, Choice]:
    answer, _ = proposals.propose(made, ME, shot, note, previews=False)
    return {way.kind: way for way in answer.ways}


def test_on_a_bare_machine_each_missing_thing_is_a_sentence_and_the_notes_own_way_runs(
    footage: Path, tmp_path: Path
) -> None:
    made, shot = shot_of(footage, tmp_path, hosted=True)
    answer, offers = proposals.propose(made, ME, shot, NOTE, previews=False)
    own, weights, hosted = answer.ways
    assert [way.rank for way in answer.ways] == [1, 2, 3]
    assert [way.kind for way in answer.ways] == ["plate", "open-weight", "hosted"]
    assert (own.can_run, own.name, own.minor_most, own.leaves, own.rules) == (True, "literal", 0, (), ())
    assert own.seconds
    assert "no weights on this machine" in weights.lacks
    assert "manyhands models add" in weights.lacks
    assert "no key" in hosted.lacks
    assert (weights.seconds, hosted.seconds, weights.recipe, hosted.recipe) == (None, None, "", "")
    assert len(answer.recipes) == len(set(answer.recipes)) == 3  # what cannot be run is no recipe of the answer
    assert all(way.why for way in answer.ways)
    with pytest.raises(NotFoundError):
        proposals.find_recipe(made, shot, "hosted")
    assert [offer.recipe.name for offer in offers] == []  # none was asked for


def test_what_leaves_what_it_costs_and_what_it_was_trained_on_is_told_before_there_is_a_key(
    footage: Path, tmp_path: Path
) -> None:
    hosted = ways_of(*shot_of(footage, tmp_path, hosted=True))["hosted"]
    assert (hosted.minor_most, hosted.currency) == (84, "USD")  # 28 credits a second, three begun seconds
    assert any("H.264" in sentence for sentence in hosted.leaves)
    assert any(NOTE in sentence for sentence in hosted.leaves)
    assert "no list of what it was trained on" in hosted.trained_on[0]
    assert {("house", "H2"): "note", ("house", "H1"): "unknown", ("house", "H4"): "unknown"}.items() <= {
        (rule.pack, rule.rule): rule.verdict for rule in hosted.rules
    }.items()


def test_terms_that_keep_the_plate_here_stop_the_hosted_way_alone(
    footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "key_test")
    found = ways_of(*shot_of(footage, tmp_path))
    assert "do not permit input_hosted" in found["hosted"].lacks
    assert "--hosted" in found["hosted"].lacks
    assert found["plate"].can_run


def test_with_a_key_the_hosted_way_is_a_recipe_that_waits_for_an_agreement(
    footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "key_test")
    made, shot = shot_of(footage, tmp_path, hosted=True)
    answer, offers = proposals.propose(made, ME, shot, NOTE, previews=False)
    hosted = answer.ways[-1]
    assert (hosted.can_run, hosted.name, hosted.recipe in answer.recipes) == (True, "hosted", True)
    (offer,) = offers
    assert (offer.is_reading, offer.recipe.id) == (False, hosted.recipe)
    assert [quote.minor_most for quote in offer.prices.values()] == [84]
    recipe = proposals.find_recipe(made, shot, "hosted")
    with pytest.raises(studio.StateError, match="nobody has agreed"):
        takes.run(made, ME, shot, recipe.id)


def test_with_weights_the_open_way_runs_and_the_plate_is_held(
    footage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = carded("wan")
    monkeypatch.setattr(presets, "without_gpu", lambda: ("no GPU was found here",))
    made, shot = shot_of(footage, tmp_path, frames=5)
    answer, offers = proposals.propose(made, ME, shot, NOTE, previews=True)
    way = next(way for way in answer.ways if way.kind == "open-weight")
    assert (way.can_run, way.minor_most, way.leaves) == (True, 0, ())
    assert any("no GPU" in remark for remark in way.remarks)
    assert ("house", "H3") in {(rule.pack, rule.rule) for rule in way.rules}  # its card keeps it out of finals
    offer = next(offer for offer in offers if not offer.is_reading)
    assert (offer.preview, len(offer.findings)) == (None, 1)
    recipe = proposals.find_recipe(made, shot, "open-weight")
    assert recipe.step("diffusers").params["model"].startswith(f"{pinned.partition('@')[0]}@")
    recipe, _ = _quick(made, shot)
    take = takes.run(made, ME, shot, recipe)
    assert [step.maker for step in proposals.find_recipe(made, shot, recipe).steps] == ["diffusers", "lock"]
    assert {hand.origin for hand in take.hands} >= {"camera"}


def _quick(made: Studio, shot: str) -> tuple[str, object]:
    """The open way with the fewest steps."""
    settings = ["diffusers.steps=2", "diffusers.window=5", "diffusers.overlap=1", "diffusers.shorter_px=32"]
    answer, offers = adjusting.adjust(made, ME, shot, "open-weight", settings, why="quick", previews=False)
    assert answer.ways == ()  # what a person set is theirs, and no choice among makers
    return answer.recipes[0], offers


def test_the_packs_that_a_production_is_held_to_are_chosen_and_logged(footage: Path, tmp_path: Path) -> None:
    made, shot = shot_of(footage, tmp_path, hosted=True)
    assert [pack.id for pack in policies.policies(made)] == ["house"]
    policies.policy(made, ME, ["netflix-genai-2025", "netflix-genai-2025"])
    assert [pack.id for pack in policies.policies(made)] == ["netflix-genai-2025"]
    rules = {(rule.pack, rule.rule) for rule in ways_of(made, shot)["hosted"].rules}
    assert ("netflix-genai-2025", "NF-G3") in rules
    assert not any(pack == "house" for pack, _ in rules)
    line = made.production.log()[-2]
    assert (line.act, json.loads(line.about)["packs"]) == ("policy", ["netflix-genai-2025"])
    with pytest.raises(NotFoundError, match="house"):
        policies.policy(made, ME, ["nobody"])
    studio.person(made, ME, person("Person B"), roles=("artist",))
    with pytest.raises(RoleError):
        policies.policy(made, person("Person B"), ["house"])
