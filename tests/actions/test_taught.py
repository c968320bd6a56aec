"""A matte taught by painted frames, from files to the account: while it learns, when it was stopped, and after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.actions import adjusting, intake, proposals, studio, takes, taught
from manyhands.actions.studio import Studio
from manyhands.core.errors import NotFoundError, RightsError, Stopped
from manyhands.core.hand import person
from manyhands.core.recipe import Recipe
from manyhands.core.take import Take
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from manyhands.run.schedule import Progress
from tests.taught import plate, true_matte

ME = person("Person A")
OWN = terms_named("own")
PAINTED = (1001, 1006, 1012)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    clip = plate()
    write_master(folder / "plate.mov", clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    (folder / "painted").mkdir()
    for at in PAINTED:
        grey = np.round(255 * true_matte(at - clip.span.start)).astype(np.uint8)
        cv2.imwrite(str(folder / "painted" / f"matte.{at}.png"), np.dstack([grey] * 3))
    return folder


def proposed(files: Path, folder: Path, terms: Any = OWN, **settings: Any) -> tuple[Studio, str, Recipe]:
    made = replace(studio.new(folder, ME, name="test"), workers=0)
    plate_, _ = intake.source(made, ME, files / "plate.mov", owner=ME.name, terms=OWN)
    shot = intake.shot(made, ME, plate_.id)
    painted, _ = intake.source(
        made, ME, files / "painted", owner="Person B", terms=terms, role="painted", painted_by="Person B"
    )
    proposals.propose(made, ME, shot.id, "a warmer cutout by taught matte", painted=[painted.id], previews=False)
    wanted = [f"taught.{name}={value}" for name, value in {"steps": 50, **settings}.items()]
    answer, _ = adjusting.adjust(made, ME, shot.id, "literal", wanted, why="quick", previews=False)
    return made, shot.id, made.production.get(Recipe, answer.recipes[0])


def stop_after(kind: str, count: int) -> Any:
    seen = []

    def report(progress: Progress) -> None:
        seen.extend([progress.kind] if progress.kind == kind else [])
        if len(seen) == count:
            raise Stopped("stopped.")

    return report


@pytest.fixture(scope="module")
def run(files: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Studio, str, Recipe, Take]:
    made, shot, recipe = proposed(files, tmp_path_factory.mktemp("run") / "production")
    return made, shot, recipe, takes.run(made, ME, shot, recipe.id)


def test_the_account_says_who_painted_under_which_terms(run: tuple[Studio, str, Recipe, Take]) -> None:
    made, shot, recipe, _ = run
    (learned,) = taught.taught(made, ME, shot, recipe.id)
    assert learned.steps == learned.of == 50
    assert learned.account
    assert [item["frame"] for item in learned.account["painted"]] == list(PAINTED)
    assert "Person B (terms own)" in learned.words
    assert learned.picture.is_file()
    assert learned.account["model_sha256"] in learned.words


def test_the_painter_stands_in_the_take_and_behind_the_model(run: tuple[Studio, str, Recipe, Take]) -> None:
    _made, _, recipe, take = run
    uses = {use.hand.name: use for use in take.uses}
    assert uses["Person B"].what == "painted frames"
    assert uses["taught"].hand.behind == uses["Person B"].hand.behind != ""
    assert uses["taught"].hand.behind in recipe.sources


def test_a_run_that_was_stopped_while_it_learned_ends_in_the_same_model(
    run: tuple[Studio, str, Recipe, Take], files: Path, tmp_path: Path
) -> None:
    made, shot, recipe = proposed(files, tmp_path / "production")
    with pytest.raises(NotFoundError, match="taught model"):
        taught.taught(made, ME, shot, recipe.id)
    with pytest.raises(Stopped):
        takes.run(replace(made, report=stop_after("taught: learn", 1)), ME, shot, recipe.id)
    (learning,) = taught.taught(made, ME, shot, recipe.id)
    assert (learning.steps, learning.of, learning.account) == (25, 50, None)
    assert "has learned 25 of 50 steps" in learning.words
    take = takes.run(made, ME, shot, recipe.id)
    whole = taught.taught(run[0], ME, run[1], run[2].id)[0].account
    (learned,) = taught.taught(made, ME, shot, recipe.id)
    assert learned.account
    assert whole
    assert learned.account["model_sha256"] == whole["model_sha256"]
    assert take.frames_sha256 == run[3].frames_sha256
    states = sorted(made.folder.glob("cache/*/shelf/passes/learn.*.npz"))
    assert len(states) == 2
    assert states[0].stat().st_size < 1000 < states[1].stat().st_size  # what was handed on is not kept twice


def test_frames_that_nobody_permits_to_learn_from_are_refused(files: Path, tmp_path: Path) -> None:
    with pytest.raises(RightsError, match="do not permit train_shot, which the maker taught needs"):
        proposed(files, tmp_path / "production", terms_named("licensed", credit="Person B"))
