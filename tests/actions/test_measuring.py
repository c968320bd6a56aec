"""What painters gave to a model, by teaching it anew: planted cases, published, gone on with, and taught again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import decisions, intake, measuring, proposals
from manyhands.actions.measuring import Measured
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError, StateError, Stopped, TrustError
from manyhands.core.extent import PPM
from manyhands.core.noun import canonical
from manyhands.core.recipe import Recipe
from manyhands.core.take import Take
from manyhands.ledger.royalties import Seen, parts_of_film, shares_of
from manyhands.makers import find_maker
from tests.actions.teachers import ME, OWN, garbage, painted, shot_of, taught_by, truly
from tests.ledger.test_royalties import extent

BOTH = truly(1001, 1005, 1009)


def truth_in(made: Studio, folder: Path) -> str:
    mattes = painted(folder / "truth", truly(*range(1001, 1013)))
    return intake.source(made, ME, mattes, owner="Person T", terms=OWN, role="matte", title="truth")[0].id


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Studio, Take, str, Measured]]:
    """Person B and Person C painted the same, Person G all that is not meant."""
    folder = tmp_path_factory.mktemp("planted")
    made = shot_of(folder)
    painters = {"Person B": BOTH, "Person C": BOTH, "Person G": garbage(1003)}
    _, take = taught_by(made, folder, painters, steps=40)
    truth = truth_in(made, folder)
    yield made, take, truth, measuring.measure(made, ME, take.id, truth=truth, frames=4)
    made.close()


def document_of(made: Studio, found: Measured) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((made.folder / found.published).read_bytes())
    return told


def test_equals_get_equal_parts_and_who_painted_garbage_gets_least(
    planted: tuple[Studio, Take, str, Measured],
) -> None:
    made, _, _, found = planted
    parts = {name: Fraction(part) for name, part in document_of(made, found)["parts"].items()}
    assert parts["Person B"] == parts["Person C"] > Fraction(1, 5)
    assert parts["Person G"] < min(Fraction(1, 20), parts["Person B"])
    values = {of: Fraction(value) for of, value in found.values}
    assert values[()] == 0
    assert abs(sum(parts.values()) - values["Person B", "Person C", "Person G"]) < Fraction(1, 10**5)
    assert found.how.startswith("measured: exact Shapley over 8 subsets")


def test_all_that_a_payee_needs_is_published(planted: tuple[Studio, Take, str, Measured]) -> None:
    made, take, truth, found = planted
    content = (made.folder / found.published).read_bytes()
    document = document_of(made, found)
    assert content == canonical(document)
    assert found.sha256[:16] in found.published
    assert len(document["subsets"]) == 8
    taught = next(one for one in document["subsets"] if one["of"] == ["Person B", "Person G"])
    assert taught["painted"] == [1001, 1003, 1005, 1009]
    assert len(taught["model_sha256"]) == 64
    assert taught["seed"] == take.seed
    assert taught["versions"]["threads"] == "1"
    assert "torch" in taught["versions"]
    assert set(document["sources_sha256"]) == {"by-person-b", "by-person-c", "by-person-g"}
    assert not set(map(int, taught["by_frame"])) & {1001, 1003, 1005, 1009}
    assert truth in document["plan"]["reference"]
    assert measuring.published(made, take.id) == document
    (line,) = made.production.log(act="measure")
    assert json.loads(line.about)["sha256"] == found.sha256


def test_a_payee_teaches_a_subset_again_and_gets_the_same_bits(planted: tuple[Studio, Take, str, Measured]) -> None:
    made, take, _, _ = planted
    again = measuring.recompute(made, ME, take.id, ["Person C"])
    assert again.is_same_model
    assert again.verdict == "the same, bit for bit"
    assert measuring.recompute(made, ME, take.id, []).found == "0.000000000"
    with pytest.raises(NotFoundError, match="Person Z"):
        measuring.recompute(made, ME, take.id, ["Person Z"])
    with pytest.raises(NotFoundError, match="measured take"):
        measuring.recompute(made, ME, "none", [])


def test_what_was_stopped_goes_on_with_the_subsets_that_are_not_done(
    planted: tuple[Studio, Take, str, Measured],
) -> None:
    made, take, truth, found = planted
    files = sorted((made.folder / "royalties/subsets").iterdir())
    assert len(files) == 8
    lost = next(file for file in files if json.loads(file.read_bytes())["of"] == ["Person G"])
    lost.unlink()
    seen: list[int] = []

    def stop(progress: Any) -> None:
        seen.append(progress.of)
        raise Stopped("stopped.")

    with pytest.raises(Stopped):
        measuring.measure(replace(made, report=stop), ME, take.id, truth=truth, frames=4)
    assert seen == [1]
    assert lost.is_file()  # the one that was done is whole and stays
    assert not list((made.folder / "scratch").glob("looked.*"))
    again = measuring.measure(made, ME, take.id, truth=truth, frames=4)
    assert again.parts == found.parts
    assert measuring.measure(made, ME, take.id, truth=truth, is_draft=True).published == ""


def test_a_figure_that_was_changed_is_found(planted: tuple[Studio, Take, str, Measured]) -> None:
    made, take, _, _ = planted
    about = json.loads(made.production.log(act="measure")[-1].about)
    path = made.folder / about["file"]
    before = path.read_bytes()
    path.write_bytes(before.replace(b'"seed":1', b'"seed":2', 1))
    with pytest.raises(TrustError, match="the log tells of another file"):
        measuring.published(made, take.id)
    path.write_bytes(before)
    assert measuring.published(made, take.id)


def test_who_painted_outside_the_shot_gave_nothing(tmp_path: Path) -> None:
    made = shot_of(tmp_path, frames=10)
    _, take = taught_by(made, tmp_path, {"Person B": truly(1001, 1006), "Person D": truly(1012)}, steps=20)
    with pytest.raises(StateError, match="nobody has accepted"):
        measuring.measure(made, ME, take.id)
    decisions.decide(made, ME, take.id, "accept", reason="good", unseen=True)
    found = measuring.measure(made, ME, take.id, frames=3)
    assert found.parts == {"Person B": "1.000000", "Person D": "0.000000"}  # what all taught is the reference
    alone = next(one for one in document_of(made, found)["subsets"] if one["of"] == ["Person D"])
    assert "none of the painted frames lies in the shot" in alone["untaught"]
    made.close()


def test_a_models_share_goes_by_what_was_measured(planted: tuple[Studio, Take, str, Measured]) -> None:
    made, take, _, found = planted
    (key,) = measuring.measured_keys(made, {take.id: "sh010", "none": "sh020"})
    last = json.loads(made.production.log(act="measure")[-1].about)  # it may have been measured again since
    assert last["sha256"] in key.published
    hand = find_maker("taught").hand
    painters = {hand.id: tuple(found.plan.painters)}
    one = Seen("sh010", take.id, Fraction(1), extent({hand: PPM}), painters)
    shares = shares_of(parts_of_film([one], {}, [key], house="House"))
    assert shares["Person B"] == shares["Person C"]
    assert sum(shares.values()) == 1
    assert {name: f"{float(share):.6f}" for name, share in shares.items()} == {
        name: share for name, share in found.shares.items() if float(share)
    }


def test_a_revised_take_is_still_taught_by_all(planted: tuple[Studio, Take, str, Measured]) -> None:
    made, take, _, _ = planted
    answer, _ = proposals.propose(made, ME, "sh010", "a little warmer", revise=take.id, previews=False)
    recipes = [made.production.get(Recipe, id_) for id_ in answer.recipes]
    literal = next(recipe for recipe in recipes if recipe.name == "literal")
    (step,) = [step for step in literal.steps if step.maker == "taught"]
    assert step.inputs["painted"] == "source:by-person-b+by-person-c+by-person-g"
    painters = measuring.painters_of(made, literal, step)
    assert painters == {f"Person {name}": (f"by-person-{name.lower()}",) for name in "BCG"}


def test_what_cannot_be_measured_is_told(planted: tuple[Studio, Take, str, Measured], tmp_path: Path) -> None:
    made, take, truth, _ = planted
    for settings, error, said in (
        ({"truth": "by-person-b"}, InputError, "taught the model itself"),
        ({"truth": "plate"}, InputError, "no truth to measure against"),
        ({"seeds": 0}, InputError, "it must be 1 to 16"),
        ({"step": "cut"}, NotFoundError, "taught step"),
    ):
        with pytest.raises(error, match=said):
            measuring.measure(made, ME, take.id, **{"truth": truth, **settings})
    alone = shot_of(tmp_path)
    _, one = taught_by(alone, tmp_path, {"Person B": truly(1001)}, steps=10)
    with pytest.raises(StateError, match="learned from Person B alone"):
        measuring.measure(alone, ME, one.id)
    alone.close()


@pytest.mark.slow
def test_of_more_than_six_painters_orders_are_sampled(tmp_path: Path) -> None:
    made = shot_of(tmp_path)
    painters = {f"Person {name}": truly(1001 + at) for at, name in enumerate("BCDEFGH")}
    _, take = taught_by(made, tmp_path, painters, steps=10)
    found = measuring.measure(made, ME, take.id, truth=truth_in(made, tmp_path), frames=2, orders=2)
    document = document_of(made, found)
    assert document["shapley"] == "sampled"
    assert len(document["sampled"]) == 2
    parts = [Fraction(part) for part in document["parts"].values()]
    values = {tuple(one["of"]): Fraction(one["value"]) for one in document["values"]}
    assert sum(parts) == values[tuple(sorted(painters))] - values[()]
    assert len(values) <= 2 + 2 * 6
    assert measuring.published(made, take.id) == document
    made.close()
