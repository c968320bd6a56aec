"""Where a step's results lie: what was paid for is found again, also by a program that has learnt more since."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from manyhands.core.maker import flag
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.core.span import Span
from manyhands.makers import find_maker
from manyhands.run import job as jobs
from manyhands.run.job import Footing, Job
from tests.plates import CAMERA


def bought(folder: Path, **params: str) -> Path:
    step = Step(name="runway", maker="runway", version=1, params=params, inputs={"plate": PLATE})
    plate = Footing(
        path=folder / "plate.mov", sha256="0" * 64, colour_space="", rate_fps="", first_frame=0, hand=CAMERA
    )
    return Job(
        folder=folder, plate=plate, span=Span(length=50, rate_fps=Fraction(24)), recipe=Recipe(steps=(step,)), seed=1
    ).lasting_of(step)


def test_what_was_paid_for_is_found_when_the_maker_has_a_parameter_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bought(tmp_path, prompt="make it snow")
    assert before.parent.name == "sent"
    assert bought(tmp_path, prompt="make it rain") != before
    runway = find_maker("runway")

    class More(runway.params):  # type: ignore[name-defined, misc]
        another: bool = flag(False, "something that it learnt")

    later = replace(runway, params=More, version=runway.version + 1)
    monkeypatch.setattr(jobs, "find_maker", lambda name: later)
    assert bought(tmp_path, prompt="make it snow") == before
    assert bought(tmp_path, prompt="make it snow", another="yes") != before
