"""A model is taught again without what was withdrawn: as a take of its own, compared, and worse where it is worse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from manyhands.actions import adjusting, decisions, intake, proposals, reteaching, revocation, rights, takes
from manyhands.actions.reteaching import Retaught, without_works
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NotFoundError, RightsError, StateError
from manyhands.core.grant import permits
from manyhands.core.recipe import Recipe, Step
from manyhands.core.take import Take
from manyhands.rights import terms_named
from tests.actions.teachers import ME, OWN, garbage, painted, shot_of, truly

GRANT = "by-person-c-1"


@pytest.fixture(scope="module")
def revoked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Studio, Take, revocation.Cascade]]:
    """Person B painted what is not meant, Person C what is; then Person C withdraws."""
    folder = tmp_path_factory.mktemp("reteach")
    made = shot_of(folder)
    for name, frames, terms in (
        ("Person B", garbage(1003), OWN),
        ("Person C", truly(1001, 1006, 1011), terms_named("unknown")),
    ):
        path = painted(folder / "painted" / name, frames)
        intake.source(made, ME, path, owner=name, terms=terms, role="painted", title=f"by {name}")
    mattes = painted(folder / "truth", truly(*range(1001, 1013)))
    intake.source(made, ME, mattes, owner="Person T", terms=OWN, role="matte", title="truth")
    given = rights.grant(
        made, ME, work="by-person-c", grantor="Person C", about="this shot", signed_on="2019-05-01",
        terms=permits("composite", "train_shot", "deliver"),
    )  # fmt: skip
    assert given.id == GRANT
    both = "by-person-b+by-person-c"
    proposals.propose(made, ME, "sh010", "a warmer cutout by taught matte", painted=[both], previews=False)
    quick = ["taught.steps=40", "taught.shorter_px=64", "taught.twice=no"]
    answer, _ = adjusting.adjust(made, ME, "sh010", "literal", quick, why="quick", previews=False)
    take = takes.run(made, ME, "sh010", answer.recipes[0])
    yield made, take, revocation.revoke(made, ME, GRANT, why="they asked us to")
    made.close()


@pytest.fixture(scope="module")
def again(revoked: tuple[Studio, Take, revocation.Cascade]) -> Retaught:
    made, take, _ = revoked
    return reteaching.reteach(made, ME, take.id, without="Person C", truth="truth")


def test_one_step_was_taught_by_both(revoked: tuple[Studio, Take, revocation.Cascade]) -> None:
    made, take, _ = revoked
    recipe = made.production.get(Recipe, take.recipe)
    (step,) = (step for step in recipe.steps if step.maker == "taught")
    assert step.inputs["painted"] == "source:by-person-b+by-person-c"
    assert step.sources == ("by-person-b", "by-person-c")
    uses = {use.hand.name: use for use in take.uses}
    assert uses["taught"].hand.behind == "by-person-b, by-person-c"
    assert {"Person B", "Person C"} <= set(uses)


def test_the_signed_report_says_which_model_is_taught_again_and_how(
    revoked: tuple[Studio, Take, revocation.Cascade],
) -> None:
    made, take, found = revoked
    (model,) = found.models
    assert model.again == f"manyhands rights reteach {take.id} --without by-person-c"
    (told,) = revocation.report(made, GRANT)["models"]
    assert (told["again"], told["why_not"], told["take"]) == (model.again, "", take.id)
    with pytest.raises(RightsError, match="by-person-c"):
        decisions.decide(made, ME, take.id, "accept", reason="good")


def test_the_new_take_is_taught_by_who_is_left_and_waits_for_a_person(
    revoked: tuple[Studio, Take, revocation.Cascade], again: Retaught
) -> None:
    made, take, _ = revoked
    new = made.production.get(Take, again.take)
    assert new.answers == take.id != new.id
    assert again.taught_by == ("by-person-b",)
    assert again.without == ("by-person-c",)
    assert {use.hand.behind for use in new.uses} == {"by-person-b"}
    assert decisions.decisions(made, "sh010") == []
    decisions.decide(made, ME, new.id, "accept", reason="it will do", unseen=True)


def test_it_is_told_that_it_got_worse(revoked: tuple[Studio, Take, revocation.Cascade], again: Retaught) -> None:
    made, _, _ = revoked
    found = again.compared
    overlap, outline = found.scores
    assert overlap.measure == "overlap (Jaccard)"
    assert outline.measure == "outline (F)"
    assert overlap.after < overlap.before - 0.1  # Person B alone taught it all but the disc
    assert overlap.frames == 12 - 4
    assert "it does worse by overlap" in found.verdict
    assert (found.changed, found.of) == (12, 12)
    assert 0 < found.difference <= found.largest
    assert found.overlap is not None
    assert found.overlap < 0.5
    picture = cv2.imread(str(made.folder / again.picture))
    assert picture is not None
    assert picture.std() > 10
    told = json.loads((made.folder / again.told).read_bytes())
    assert told["compared"]["verdict"] == found.verdict
    (line,) = made.production.log(act="retaught")
    assert json.loads(line.about)["take"] == again.take


def test_what_cannot_be_taught_without_is_told(
    revoked: tuple[Studio, Take, revocation.Cascade], again: Retaught
) -> None:
    made, take, _ = revoked
    with pytest.raises(StateError, match="cannot be taught without Person B: nothing else taught the step"):
        reteaching.reteach(made, ME, again.take, without="Person B")
    with pytest.raises(NotFoundError, match="Person Z"):
        reteaching.reteach(made, ME, take.id, without="Person Z")
    with pytest.raises(InputError, match="no truth of its own"):
        reteaching.reteach(made, ME, take.id, without="Person C", truth="by-person-b")


def test_without_a_truth_nobody_says_that_it_got_better(revoked: tuple[Studio, Take, revocation.Cascade]) -> None:
    made, take, _ = revoked
    found = reteaching.reteach(made, ME, take.id, without="by-person-c").compared
    assert "whether it got better or worse is not known" in found.verdict
    assert found.scores == ()


@pytest.mark.parametrize(
    ("steps", "plate", "why"),
    [
        ((), "p", "it was not taught by that"),
        (
            (Step(name="t", maker="taught", version=1, inputs={"plate": "plate", "painted": "source:a"}),),
            "p",
            "nothing",
        ),
        (
            (Step(name="t", maker="taught", version=1, inputs={"plate": "plate", "painted": "source:b+a"}),),
            "a",
            "plate",
        ),
        (
            (
                Step(name="t", maker="taught", version=1, inputs={"plate": "plate", "painted": "source:b+a"}),
                Step(name="m", maker="matte", version=1, inputs={"picture": "source:a"}),
            ),
            "p",
            "the step m takes a itself",
        ),
    ],
)
def test_why_it_cannot_be(steps: tuple[Step, ...], plate: str, why: str) -> None:
    plain = Step(name="g", maker="grade", version=1, inputs={"plate": "plate"})
    settings, why_not = without_works(Recipe(steps=(*steps, plain)), {"a"}, plate=plate)
    assert settings == []
    assert why in why_not


def test_the_rest_of_several_goes_on_teaching() -> None:
    step = Step(name="t", maker="taught", version=1, inputs={"plate": "plate", "painted": "source:b+a+c"})
    assert without_works(Recipe(steps=(step,)), {"a"}, plate="p") == (["t.painted=source:b+c"], "")


def test_a_work_is_found_in_a_model_that_several_taught(tmp_path: Path) -> None:
    """The walk passes over recipes by their text: a work among several is not passed over, and no other is taken."""
    made = shot_of(tmp_path)
    step = Step(name="t", maker="taught", version=1, inputs={"plate": "plate", "painted": "source:one+two+three"})
    recipe = Recipe(steps=(step,))
    with made.act("propose", ME, shot="sh010") as t:
        t.put(recipe, recipe.id, shot="sh010")
    text = recipe.save()
    for work, hit in (("one", True), ("two", True), ("three", True), ("tw", False), ("wo", False)):
        uses = revocation._uses_of_work(work, ["train_shot"])(text, "")
        assert bool(uses) == hit
        assert bool(revocation.names(work).search(json.dumps(text, separators=(",", ":")))) == hit
    made.close()
