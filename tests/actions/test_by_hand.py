"""What people bring in and set by hand: elements, look-up tables, parameters; and how the records tell it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from manyhands.actions import adjusting, decisions, delivery, intake, proposals, studio, takes
from manyhands.actions.jobs import job
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, NoteError, NotFoundError, ParameterError, RightsError
from manyhands.core.hand import person
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.plates import plate

ME = person("Person A")
SHOT = "sh010"
OWN = terms_named("own", credit="")


def a_still(folder: Path) -> Path:
    """A red disc with alpha, 24x24."""
    y, x = np.mgrid[0:24, 0:24] - 11.5
    picture = np.zeros((24, 24, 4), np.uint8)
    picture[..., 2], picture[..., 3] = 220, 255 * (np.hypot(x, y) < 10)
    path = folder / "disc.png"
    cv2.imwrite(str(path), picture)
    return path


def a_look(folder: Path, *, factor: float = 0.5) -> Path:
    """A look-up table that dims everything."""
    steps = np.linspace(0, factor, 2)
    rows = [f"{r} {g} {b}" for b in steps for g in steps for r in steps]
    path = folder / "look.cube"
    path.write_text("\n".join(["LUT_3D_SIZE 2", *rows]) + "\n")
    return path


@pytest.fixture
def film(tmp_path: Path) -> Iterator[Studio]:
    path = tmp_path / "plate.mp4"
    clip = plate(2)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    opened = replace(studio.new(tmp_path / "film", ME, name="A film"), workers=0)
    source, _ = intake.source(opened, ME, path, owner=ME.name, terms=OWN)
    intake.shot(opened, ME, source.id)
    yield opened
    opened.close()


def proposed(film: Studio, note: str, **more: Any) -> Recipe:
    answer, _ = proposals.propose(film, ME, SHOT, note, previews=False, **more)
    return film.production.get(Recipe, answer.recipes[1])


def adjusted(film: Studio, *settings: str, like: str = "literal", why: str = "so") -> Recipe:
    answer, _ = adjusting.adjust(film, ME, SHOT, like, settings, why=why, previews=False)
    return film.production.get(Recipe, answer.recipes[0])


def about(film: Studio) -> list[tuple[str, Any]]:
    return [(row.act, json.loads(row.about)) for row in film.production.log()]


def test_an_element_that_was_brought_in_is_seen_in_the_take_as_its_owners(film: Studio, tmp_path: Path) -> None:
    disc, _ = intake.source(film, ME, a_still(tmp_path), owner="Person B", terms=OWN)
    recipe = proposed(film, "the element in the sky", elements=[disc.id])
    assert recipe.result.inputs["element"] == f"source:{disc.id}"
    take = takes.run(film, ME, SHOT, recipe.id)
    assert disc.hand in take.hands
    frame = takes.take_frame(film, take, 1001)
    share = dict(zip(frame.authorship.hands, frame.authorship.weights, strict=True))[disc.hand]
    assert share.max() > 0.9
    assert frame.rgba[share > 0.9, 0].mean() > 3 * frame.rgba[share > 0.9, 2].mean()  # red
    decisions.decide(film, ME, take.id, "accept", reason="it sits")
    delivery.deliver(film, ME, SHOT, tmp_path / "out")
    told = json.loads((tmp_path / "out/disclosure.json").read_text())
    assert "disc.png" in json.dumps(told)


def test_what_its_terms_forbid_is_not_laid_in(film: Studio, tmp_path: Path) -> None:
    terms = OWN.but(permits=("view",))
    disc, _ = intake.source(film, ME, a_still(tmp_path), owner="Person B", terms=terms)
    with pytest.raises(RightsError, match="do not permit composite"):
        proposed(film, "the element in the sky", elements=[disc.id])


def test_only_pictures_that_are_there_can_be_laid_in(film: Studio, tmp_path: Path) -> None:
    look = intake.data(film, ME, a_look(tmp_path), owner=ME.name, terms=OWN)
    with pytest.raises(InputError, match="the source look is data"):
        proposed(film, "the element in the sky", elements=[look.id])
    with pytest.raises(NotFoundError, match="nowhere"):
        proposed(film, "the element in the sky", elements=["nowhere"])


def test_a_parameter_set_by_hand_is_a_proposal_of_that_person(film: Studio) -> None:
    before = proposed(film, "haze in the distance")
    after = adjusted(film, "haze.amount=0.9", "haze.tint=1, 0.8, 0.6", "haze.low=0.25", why="warmer in the valley")
    assert after.id != before.id
    assert after.step("haze").params == {
        **before.step("haze").params,
        "amount": 0.9,
        "tint": [1, 0.8, 0.6],
        "low": 0.25,
    }
    assert after.name == "literal, by hand"
    assert after.why[-1].startswith("Person A set haze.amount from 0.5 to 0.9; haze.tint from 1, 1, 1 to 1, 0.8, 0.6;")
    assert "warmer in the valley" in after.why[-1]
    act, line = about(film)[-1]
    assert (act, line["like"], line["recipe"], line["why"]) == ("adjust", before.id, after.id, "warmer in the valley")
    assert line["set"] == ["haze.amount=0.9", "haze.tint=1, 0.8, 0.6", "haze.low=0.25"]
    answer = proposals.answer_to(film, SHOT, after.id)
    assert (answer.set_by, answer.like, answer.note) == ("Person A", before.id, "haze in the distance")
    assert "haze.amount=0.9: set by hand by Person A (warmer in the valley)" in answer.understood
    assert film.production.faults() == []


def test_what_was_set_can_be_set_again_and_the_notes_own_are_still_there(film: Studio) -> None:
    before = proposed(film, "haze in the distance")
    once = adjusted(film, "haze.amount=0.9")
    again = adjusted(film, "haze.low=0.1", like="literal, by hand")
    assert (again.name, again.step("haze").params["amount"]) == ("literal, by hand", 0.9)
    assert proposals.find_recipe(film, SHOT, "literal").id == before.id
    assert proposals.find_recipe(film, SHOT, "literal, by hand").id == again.id != once.id
    back = adjusted(film, "haze.amount=0.5", "haze.low=0.5", like=again.id)
    assert back.id == before.id  # the id is the hash of the content


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        (["haze.thickness=2"], ParameterError, "thickness is not one of its parameters"),
        (["haze.amount=7"], ParameterError, "amount is '7'; it must lie between 0 and 1"),
        (["haze.amount=much"], ParameterError, "amount is 'much'; it must lie between 0 and 1"),
        (["smoke.density=2"], NotFoundError, "smoke"),
        (["density=2"], InputError, "must read STEP.NAME=VALUE"),
        (["haze.amount=0.5"], InputError, "changes nothing"),
        (["haze.foreground=track"], InputError, "foreground is 'track'; it takes a clip that is there before it"),
        (["haze.plate=none"], InputError, "plate is 'none'"),
        (["grade.lut=nowhere.cube"], InputError, "nowhere.cube"),
        ([], InputError, "nothing is set"),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_can(
    film: Studio, settings: list[str], error: type[Exception], says: str
) -> None:
    proposed(film, "haze in the distance")
    lines = film.production.head()
    with pytest.raises(error, match=says) as told:
        adjusted(film, *settings)
    assert told.value.fix  # type: ignore[attr-defined]
    assert film.production.head() == lines


def test_a_setting_needs_a_reason(film: Studio) -> None:
    proposed(film, "haze in the distance")
    with pytest.raises(InputError, match="no reason"):
        adjusted(film, "haze.amount=0.9", why=" ")


def test_a_treatment_that_a_recipe_has_not_is_added_where_it_belongs(film: Studio) -> None:
    before = proposed(film, "warm")
    after = adjusted(film, "haze.amount=0.9")
    assert [step.maker for step in before.steps] == ["grade"]
    assert after.result.maker == "grade"
    assert after.result.inputs["plate"] == "haze"
    assert after.step("haze").params["amount"] == 0.9


def test_an_input_is_set_and_what_nothing_takes_any_more_is_left_out(film: Studio, tmp_path: Path) -> None:
    proposed(film, "smoke on the roof")
    disc, _ = intake.source(film, ME, a_still(tmp_path), owner=ME.name, terms=OWN)
    after = adjusted(film, f"place.element=source:{disc.id}", "place.foreground=none", "place.at=10,20")
    assert "smoke" not in {step.maker for step in after.steps}
    assert after.sources == (disc.id,)
    assert "foreground" not in after.result.inputs
    assert after.result.params["at"] == [10, 20]
    with pytest.raises(NotFoundError, match="nowhere"):
        adjusted(film, "place.element=source:nowhere")


def test_a_matte_drawn_by_hand_is_added_and_taken_by_whom_it_is_for(film: Studio, tmp_path: Path) -> None:
    proposed(film, "haze in the distance")
    drawn = "roto.shapes=feather 4 polygon 10,10 60,10 60,50 10,50"
    after = adjusted(film, drawn, "haze.foreground=roto", "roto.soften_px=2")
    assert after.step("roto").params == {"shapes": "feather 4 polygon 10,10 60,10 60,50 10,50", "soften_px": 2}
    assert after.step("haze").inputs["foreground"] == "roto"
    assert "skyline" not in {step.maker for step in after.steps}
    takes.run(film, ME, SHOT, after.id)
    # several, one made of the other, named in whatever order
    more = adjusted(
        film, "refine.matte=roto_2", "roto_2.shapes=polygon 1,1 9,1 9,9", "haze.foreground=refine", like=after.id
    )
    order = [step.name for step in more.steps]
    assert order.index("roto_2") < order.index("refine") < order.index("haze")
    assert "roto" not in order


def test_shapes_from_a_file_come_into_the_production(film: Studio, tmp_path: Path) -> None:
    proposed(film, "haze in the distance")
    path = tmp_path / "house.shapes"
    path.write_text("polygon 10,10 60,10 60,50")
    after = adjusted(film, f"roto.drawn={path}", "haze.foreground=roto")
    path.unlink()
    assert after.step("roto").params["drawn"] == "source:house"
    takes.run(film, ME, SHOT, after.id)


def test_a_keyed_plate_gets_a_backdrop_by_hand(film: Studio, tmp_path: Path) -> None:
    disc, _ = intake.source(film, ME, a_still(tmp_path), owner=ME.name, terms=OWN)
    proposed(film, "pull a key")
    after = adjusted(film, f"backdrop.picture=source:{disc.id}", "backdrop.exposure=1")
    assert after.result.maker == "backdrop"
    assert after.result.inputs == {"plate": "key", "picture": f"source:{disc.id}", "motion": "track"}
    with pytest.raises(NoteError, match=r"backdrop: it cannot be added.*needs picture.*--set STEP.picture=source:ID"):
        adjusted(film, "backdrop.exposure=1")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["roto.shapes=polygon 1,1 9,1 9,9"], "roto is added, and nothing takes it"),
        (["haze.foreground=roto"], "foreground is 'roto'"),
        (["refine.inner_px=3", "haze.foreground=refine"], "its input matte is missing"),
        (["roto.shapes=polygon 1,1 9,1", "haze.foreground=roto"], "three points or more"),
    ],
)
def test_an_added_matte_that_cannot_be_is_refused_with_what_to_do(film: Studio, settings: list[str], says: str) -> None:
    proposed(film, "haze in the distance")
    with pytest.raises(InputError, match=says) as told:
        adjusted(film, *settings)
    assert told.value.fix


def test_a_green_screen_that_was_brought_in_is_keyed_and_laid_in(film: Studio, tmp_path: Path) -> None:
    picture = np.full((64, 96, 3), (40, 170, 60), np.uint8)
    picture[20:50, 30:60] = (60, 70, 180)  # blue first: a red card before the screen
    path = tmp_path / "actor.png"
    cv2.imwrite(str(path), picture)
    actor, _ = intake.source(film, ME, path, owner="Person B", terms=OWN)
    recipe = proposed(film, "key the green screen", elements=[actor.id])
    assert [step.maker for step in recipe.steps] == ["key", "place"]
    take = takes.run(film, ME, SHOT, recipe.id)
    frame = takes.take_frame(film, take, 1001)
    share = dict(zip(frame.authorship.hands, frame.authorship.weights, strict=True))[actor.hand]
    assert share[25:45, 35:55].min() > 0.99
    assert share[:15].max() < 0.01
    decisions.decide(film, ME, take.id, "accept", reason="it sits")
    delivery.deliver(film, ME, SHOT, tmp_path / "out")
    told = json.loads((tmp_path / "out/disclosure.json").read_text())
    assert "treatment" in {step["role"] for step in told["steps"] if "key" in step["name"]}
    without = proposed(film, "no key", revise=take.id)
    assert without.result.inputs["element"] == f"source:{actor.id}"


def test_a_look_up_table_comes_into_the_production_and_colours_the_take(film: Studio, tmp_path: Path) -> None:
    proposed(film, "warm")
    look = a_look(tmp_path)
    after = adjusted(film, f"grade.lut={look}", "grade.lut_space=linear")
    assert after.step("grade").params["lut"] == "source:look"
    source = film.production.get(Source, "look")
    assert (source.medium, source.terms.licence, source.title) == ("data", "unknown", "look.cube")
    look.unlink()  # the production has its own
    plain = takes.run(film, ME, SHOT, proposals.find_recipe(film, SHOT, "literal").id)
    dimmed = takes.run(film, ME, SHOT, after.id)
    bright, dark = (takes.take_frame(film, take, 1001).rgba[..., :3] for take in (plain, dimmed))
    inside = (bright > 0.02) & (bright < 0.9)
    np.testing.assert_allclose(dark[inside], 0.5 * bright[inside], rtol=0.02)
    assert source.hand not in job(film, film.production.get(Shot, SHOT), after, seed=1).hands
    decisions.decide(film, ME, dimmed.id, "accept", reason="it sits")
    with pytest.raises(RightsError, match="look"):
        delivery.deliver(film, ME, SHOT, tmp_path / "out")
    intake.terms(film, ME, "look", owner=ME.name, terms=OWN)
    assert delivery.deliver(film, ME, SHOT, tmp_path / "out").report.state == "intact and trusted"


def test_another_table_under_the_same_name_is_another_take(film: Studio, tmp_path: Path) -> None:
    proposed(film, "warm")
    made = []
    for number, factor in enumerate((0.5, 0.25)):
        folder = tmp_path / str(number)
        folder.mkdir()
        recipe = adjusted(film, f"grade.lut={a_look(folder, factor=factor)}", "grade.lut_space=linear", like="literal")
        made.append(takes.run(film, ME, SHOT, recipe.id).frames_sha256)
    assert made[0] != made[1]
    assert [item.id for item in film.production.all(Source) if item.medium == "data"] == ["look", "look-2"]
