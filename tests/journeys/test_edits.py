"""An edit that came back from elsewhere, from a file to a take: whose it is, and what of it is taken."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from manyhands.actions import studio as studios
from manyhands.actions.takes import take_frame
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from tests.doors import here
from tests.kit.test_lock import HEIGHT, WIDTH, handled, piece, plate
from tests.plates import CAMERA

SPAN = Span(length=4, rate_fps=24)
ANSWERS = ("leaves_machine=no", "may_be_final=yes", "alters_performance=no")
SAID = tuple(word for answer in ANSWERS for word in ("--say", answer))
SCRIPT = (
    "--own",
    "--accept",
    "--why",
    "the test accepts",
    "--nobody",
    "a chart",
    "--json",
    "--by",
    "Person A",
    "--workers",
    "0",
)


def written(path: Path, light: np.ndarray, span: Span = SPAN) -> Path:
    rgba = np.dstack([light, np.ones(light.shape[:2], np.float32)]).astype(np.float32)
    clip = Clip(span, light.shape[1], light.shape[0], lambda at: Frame.of(rgba, CAMERA))
    write_master(path, clip, span=span, format="prores422hq", view=view_for("rec709"))
    return path


@pytest.fixture
def films(tmp_path: Path) -> Path:
    written(tmp_path / "plate.mov", plate())
    written(tmp_path / "edit.mov", handled(np.where(piece()[..., None], plate(9), plate())))
    return tmp_path


def test_an_edit_becomes_a_take_in_which_only_its_change_is_the_models(films: Path) -> None:
    edit = ("--edit", str(films / "edit.mov"), "--made-by", "Video Model 2", "--out", str(films / "out"))
    done = here("make", str(films / "plate.mov"), "use the edit", *edit, *SCRIPT, *SAID)
    assert done.code == 0, done.err
    studio = studios.enter(films / "out" / "production")
    (take,) = studio.production.all(Take)
    assert {(hand.name, hand.origin) for hand in take.hands} >= {("Video Model 2", "trained")}
    frame = take_frame(studio, take, 1002)
    of = {hand.name: plane for hand, plane in zip(frame.authorship.hands, frame.authorship.weights, strict=True)}
    assert of["Video Model 2"][piece()].mean() > 0.9
    outside = np.zeros((HEIGHT, WIDTH), bool)
    outside[120:] = True
    assert of["Video Model 2"][outside].mean() < 0.005


def test_nobody_who_made_it_is_one_error(films: Path) -> None:
    edit = ("--edit", str(films / "edit.mov"), "--out", str(films / "out"))
    done = here("make", str(films / "plate.mov"), "use the edit", *edit, *SCRIPT)
    assert done.code != 0
    assert "nobody says who made this edit" in done.err + done.out


def test_an_edit_of_which_nobody_says_what_rules_ask_is_made_and_not_delivered(films: Path) -> None:
    edit = ("--edit", str(films / "edit.mov"), "--made-by", "Video Model 2", "--out", str(films / "out"))
    error = here("make", str(films / "plate.mov"), "use the edit", *edit, *SCRIPT).refused("RightsError")
    assert error["about"]["rules"] == ["H1", "H3"]  # that nobody is seen was said
    assert not list((films / "out").glob("sh010*"))
    there = ("--by", "Person A", "-p", films / "out/production")
    assert here("policy", "say", "sh010", *ANSWERS, "--why", "the contract", *there).code == 0
    assert here("deliver", "sh010", "-o", films / "out", *there).code == 0
    wrong = here("make", str(films / "plate.mov"), "use the edit", *edit, *SCRIPT, "--say", "is_nice=yes")
    assert "no rule asks for such a fact" in wrong.refused("InputError")["what"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda light, span: (light[:, :200], span), "another shape"),
        (lambda light, span: (light, replace_length(span, 40)), "it lasts 1.67 s"),
    ],
)
def test_an_edit_of_something_else_is_refused(films: Path, change: object, told: str) -> None:
    light, span = change(plate(), SPAN)  # type: ignore[operator]
    written(films / "other.mov", np.ascontiguousarray(light), span)
    edit = ("--edit", str(films / "other.mov"), "--made-by", "Video Model 2", "--out", str(films / "out"))
    done = here("make", str(films / "plate.mov"), "use the edit", *edit, *SCRIPT)
    assert done.code != 0
    assert told in done.err + done.out


def replace_length(span: Span, length: int) -> Span:
    return span.but(length=length)


def test_an_edit_at_another_rate_lies_over_the_same_seconds(films: Path) -> None:
    slow = Span(length=5, rate_fps=30)
    written(films / "edit30.mov", handled(np.where(piece()[..., None], plate(9), plate())), slow)
    edit = ("--edit", str(films / "edit30.mov"), "--made-by", "Video Model 2", "--out", str(films / "out"))
    done = here("make", str(films / "plate.mov"), "use the edit", *edit, *SCRIPT, *SAID)
    assert done.code == 0, done.err
    assert json.loads(done.out)
