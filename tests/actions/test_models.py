"""From a folder of weights to a take: the card, the licence, the recipe that names its weights, and the account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from manyhands.actions import adjusting, decisions, delivery, facts, intake, models, people, proposals, studio, takes
from manyhands.actions.checks import check_models
from manyhands.actions.studio import Studio
from manyhands.cli.commands import app
from manyhands.core.errors import InputError, RightsError, RoleError, StateError, Stopped, TrustError
from manyhands.core.frame import Frame
from manyhands.core.hand import DIGITAL_SOURCE_TYPES, person
from manyhands.core.recipe import Recipe
from manyhands.core.take import Take
from manyhands.media.exr import read_frame
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.openweight import cards, pipes
from manyhands.rights import terms_named
from tests.openweights import save
from tests.plates import plate

ME = person("Person A")
SAID: dict[str, Any] = {"licence": "cc0-1.0", "training": "nothing; random"}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save("wan", tmp_path_factory.mktemp("weights") / "wan")


@pytest.fixture(scope="module", autouse=True)
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MANYHANDS_MODELS", str(tmp_path_factory.mktemp("models")))
        yield
    pipes.let_go()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> tuple[Studio, str]:
    folder = tmp_path_factory.mktemp("film")
    clip = plate(14, width=64, height=48)
    write_master(folder / "plate.mov", clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    made = replace(studio.new(folder / "production", ME), workers=0)
    source, _ = intake.source(made, ME, folder / "plate.mov", owner=ME.name, terms=terms_named("own"))
    shot = intake.shot(made, ME, source.id)
    proposals.propose(made, ME, shot.id, "a warmer picture", previews=False)
    models.model(made, ME, "tiny", folder=weights, **SAID)
    return made, shot.id


def set_up(film: tuple[Studio, str], **more: Any) -> Recipe:
    wanted = {"model": "tiny", "prompt": "smoke over the roof", "steps": 2, "window": 9, "overlap": 5, **more}
    settings = [f"diffusers.{name}={value}" for name, value in {"precision": "float32", **wanted}.items()]
    answer, offers = adjusting.adjust(film[0], ME, film[1], "literal", settings, why="a try")
    assert [offer.preview for offer in offers] == [None]  # a model is not asked for one
    return film[0].production.get(Recipe, answer.recipes[0])


def frames_of(made: Studio, take: Take) -> list[Frame]:
    return [read_frame(path) for path in sorted((made.folder / take.folder).glob("*.exr"))]


def log_of(made: Studio, act: str) -> list[dict[str, Any]]:
    return [
        json.loads(row.about) if isinstance(row.about, str) else row.about
        for row in made.production.log()
        if row.act == act
    ]


def test_until_its_licence_is_accepted_a_model_does_not_run(film: tuple[Studio, str]) -> None:
    made, shot = film
    recipe = set_up(film)
    with pytest.raises(RightsError, match="nobody has accepted the licence of tiny"):
        takes.run(made, ME, shot, recipe.id)
    with pytest.raises(RightsError, match="is whole, but nobody"):
        models.check_model(made, ME, "tiny")
    card = models.model(made, ME, "tiny", accept=True)
    assert card.accepted_by == "Person A"
    assert models.check_model(made, ME, "tiny") == card
    line = log_of(made, "model")[-1]
    assert (line["model"], line["accepted_by"], line["digest"]) == ("tiny", "Person A", card.digest)


@pytest.fixture(scope="module")
def taken(film: tuple[Studio, str]) -> tuple[Recipe, Take]:
    models.model(film[0], ME, "tiny", accept=True)
    recipe = set_up(film)
    return recipe, takes.run(film[0], ME, film[1], recipe.id)


def test_the_recipe_names_the_weights_and_the_take_says_what_drew_it(
    film: tuple[Studio, str], taken: tuple[Recipe, Take]
) -> None:
    recipe, take = taken
    assert recipe.step("diffusers").params["model"] == cards.card_of("tiny").pinned
    _, looks = takes.look(film[0], ME, take.id, shown=False)
    assert any("diffusers: drawn by tiny" in said and "in 3 windows" in said for said in looks.findings)
    digest = cards.card_of("tiny").digest
    assert f"trained:tiny:{digest[:12]}" in {hand.hand.id for hand in take.extent.hands}


def test_a_run_that_was_stopped_goes_on_at_its_window_and_ends_in_the_same_frames(
    film: tuple[Studio, str], taken: tuple[Recipe, Take], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, shot = film
    seen: list[str] = []

    def stop(progress: Any) -> None:
        seen.append(progress.kind)
        if seen.count("diffusers: generate") == 2:
            raise Stopped("stopped.")

    recipe = set_up(film, negative="bad")
    with pytest.raises(Stopped):
        takes.run(replace(made, report=stop), ME, shot, recipe.id)
    asked: list[int] = []
    real = pipes.draw
    monkeypatch.setattr(pipes, "draw", lambda *given: (asked.append(given[1].seed), real(*given))[1])
    take = takes.run(made, ME, shot, recipe.id)
    assert len(asked) == 1  # of three windows two were kept
    assert take.frames_sha256 != taken[1].frames_sha256
    whole = takes.run(made, ME, shot, set_up(film, negative="bad", preset="whole").id)  # alike, but made in one go
    assert len(frames_of(made, whole)) == 14
    for one, other in zip(frames_of(made, whole), frames_of(made, take), strict=True):
        assert np.array_equal(one.rgba, other.rgba)


def test_what_may_not_be_in_a_final_is_not_delivered(
    film: tuple[Studio, str], taken: tuple[Recipe, Take], tmp_path: Path
) -> None:
    made, shot = film
    decisions.decide(made, ME, taken[1].id, "accept", reason="good")
    with pytest.raises(RightsError, match="tiny drew in it, and no card says that this may be used in a final"):
        delivery.deliver(made, ME, shot, tmp_path)
    card = cards.card_of("tiny")
    models.model(made, ME, "tiny", may_be_final=True)
    check_models(made, taken[1])
    cards.keep(card)


def test_what_is_delivered_names_the_model_and_what_its_card_says_that_it_makes(
    film: tuple[Studio, str], tmp_path: Path
) -> None:
    """What the card said when it drew goes into the take, and from there into all that is signed and told."""
    made, shot = film
    card = cards.card_of("tiny")
    cards.keep(card.but(accepted_by="Person A", may_be_final=True, source_type="algorithmicMedia"))
    try:
        take = takes.run(made, ME, shot, set_up(film, negative="the").id)
        cards.keep(card.but(accepted_by="Person A", may_be_final=True))
        decisions.decide(made, ME, take.id, "accept", reason="good")
        facts.say(made, ME, {"alters_performance": "no"}, why="a roof", shot_id=shot)
        people.nobody(made, ME, shot, why="a chart")
        delivery.deliver(made, ME, shot, tmp_path)
    finally:
        cards.keep(card)
    told = json.loads((tmp_path / "disclosure.json").read_text())
    hands = {one["id"]: one for one in told["hands"]}
    drew = hands[f"trained:tiny:{card.digest[:12]}"]
    assert (drew["name"], drew["digitalSourceType"]) == ("tiny", DIGITAL_SOURCE_TYPES + "algorithmicMedia")
    assert "tiny" in (tmp_path / "disclosure.html").read_text()
    signed = (tmp_path / "sh010.mp4").read_bytes()
    assert b"trained:tiny" in signed
    assert b"rainedAlgorithmicMedia" not in signed


def test_other_weights_under_the_same_name_do_not_make_an_old_recipe(
    film: tuple[Studio, str], taken: tuple[Recipe, Take], weights: Path, tmp_path: Path
) -> None:
    import shutil

    made, _ = film
    card = cards.card_of("tiny")
    other = tmp_path / "other"
    shutil.copytree(weights, other)
    (other / "scheduler" / "scheduler_config.json").write_text(
        (other / "scheduler" / "scheduler_config.json").read_text() + " "
    )
    models.remove_model(made, ME, "tiny")
    models.model(made, ME, "tiny", folder=other, accept=True, **SAID)
    recipe = set_up(film, negative="roof").but(steps=taken[0].steps, name="old")
    with pytest.raises(TrustError, match="tiny has other weights now"):
        cards.ready(str(recipe.step("diffusers").params["model"]))
    cards.keep(card)


def test_what_cannot_be_added_is_told(film: tuple[Studio, str], weights: Path) -> None:
    made = film[0]
    with pytest.raises(StateError, match="there is a tiny already"):
        models.model(made, ME, "tiny", folder=weights, **SAID)
    with pytest.raises(InputError, match="nothing is said of where another would come from"):
        models.model(made, ME, "tiny")
    with pytest.raises(InputError, match="from a folder and from the hub"):
        models.model(made, ME, "new", folder=weights, from_hub="someone/wan", **SAID)
    with pytest.raises(RoleError):
        models.model(made, person("Person Z"), "new", folder=weights, **SAID)


def test_by_the_command_line(film: tuple[Studio, str], weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> str:
        app([*words], standalone_mode=False)
        return capsys.readouterr().out

    by = ["--by", "Person A", "--production", str(film[0].folder)]
    added = said(
        "models",
        "add",
        "second",
        "--folder",
        str(weights),
        "--licence",
        "cc0-1.0",
        "--training",
        "nothing",
        "--accept",
        *by,
    )
    assert "licence: cc0-1.0, accepted by Person A" in added
    assert "in a final: no" in added
    listed = said("models", "list")
    assert "second" in listed
    assert "text video" in listed
    assert "every one as its card says" in said("models", "check", "second", *by)
    assert "second is gone" in said("models", "remove", "second", *by)
    assert weights.is_dir()
    assert json.loads(said("models", "list", "--json"))[0]["name"] == "tiny"
