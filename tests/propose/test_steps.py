"""Steps of a recipe taken out, added, moved and reset by hand, on tiny makers; and a step in words."""

from __future__ import annotations

import pytest

from manyhands.core.errors import InputError, ManyhandsError, NotFoundError, ParameterError
from manyhands.core.recipe import PLATE, Recipe
from manyhands.makers import all_makers
from manyhands.propose import adjustment, fitting, neighbours, propose, remade
from manyhands.propose.steps import Remake
from manyhands.propose.wiring import row_of
from manyhands.propose.wording import lines_of, told_of
from tests.propose.house import MAKERS, reading

READING = reading()
NOTE = "thick smoke on the roof, haze, warm"


def recipe(note: str = NOTE) -> Recipe:
    return propose(note, READING, MAKERS)[1].recipe


def after(before: Recipe, *written: str) -> Recipe:
    return remade(before, [adjustment(one) for one in written], READING, MAKERS)[0]


def row(of: Recipe) -> list[str]:
    """The row of pictures, and that it holds together: each takes the one before, the first the plate."""
    steps = row_of(of.steps, of.result.name)
    assert [step.inputs["plate"] for step in steps] == [PLATE, *(step.name for step in steps[:-1])]
    return [step.name for step in steps]


@pytest.mark.parametrize(
    "written",
    [
        "take out haze",
        "add grade",
        "move haze before grade",
        "move haze after place",
        "reset smoke",
        "reset smoke.wind",
    ],
)
def test_an_adjustment_is_written_as_it_is_read(written: str) -> None:
    assert str(adjustment(f"  {written.replace(' ', '   ')} ")) == written
    assert isinstance(adjustment(written), Remake)


def test_what_is_no_adjustment_is_told_what_is_one() -> None:
    with pytest.raises(InputError, match="is no adjustment") as told:
        adjustment("make it warmer")
    assert "take out haze" in told.value.fix


def test_a_step_is_taken_out_and_who_took_its_picture_takes_the_one_before() -> None:
    before = recipe()
    assert row(before) == ["place", "haze", "grade"]
    assert row(after(before, "take out haze")) == ["place", "grade"]
    assert row(after(before, "take out grade")) == ["place", "haze"]


def test_an_element_goes_with_what_lays_it_in_and_with_the_helpers_that_nothing_takes_any_more() -> None:
    before = recipe()
    for name in ("smoke", "place"):
        left = after(before, f"take out {name}")
        assert {step.name for step in left.steps}.isdisjoint({"smoke", "place"})
        assert row(left) == ["haze", "grade"]
        taken = {name for step in left.steps for name in step.inputs.values()}
        assert all(step.name in taken or step is left.result for step in left.steps)


def test_a_helper_that_is_only_welcome_is_no_longer_taken_and_one_that_is_needed_stays() -> None:
    before = recipe()
    helper = before.step("haze").inputs["foreground"]
    left = after(before, f"take out {helper}")
    assert helper not in {taken for step in left.steps for taken in step.inputs.values()}
    sky = recipe("a darker sky")
    needed = sky.step("sky").inputs["foreground"]
    with pytest.raises(InputError, match=f"sky needs {needed} as its foreground"):
        after(sky, f"take out {needed}")


def test_the_last_step_is_not_taken_out() -> None:
    with pytest.raises(InputError, match="all that the recipe does"):
        after(recipe("warm"), "take out grade")


def test_a_step_is_added_where_it_belongs_and_can_be_set_at_once() -> None:
    before = recipe("warm")
    assert row(after(before, "add haze")) == ["haze", "grade"]
    both = after(before, "add smoke", "smoke.density=2", "add haze")
    assert row(both) == ["place", "haze", "grade"]
    assert both.step("smoke").params["density"] == 2
    assert both.step("place").inputs["element"] == "smoke"
    assert after(before, "add grade").result.maker == "grade"
    assert row(after(before, "add grade")) == ["grade", "grade_2"]


@pytest.mark.parametrize("written", ["add skyline", "add place", "add nobody"])
def test_what_is_nothing_to_look_at_by_itself_is_not_added(written: str) -> None:
    with pytest.raises(ManyhandsError) as told:
        after(recipe(), written)
    assert told.value.fix


def test_what_fits_is_what_can_be_added() -> None:
    before = recipe("warm")
    found = {maker.name for maker in fitting(before, READING, MAKERS)}
    assert {"grade", "haze", "smoke"} <= found
    for maker in MAKERS.values():
        try:
            after(before, f"add {maker.name}")
        except ManyhandsError:
            assert maker.name not in found
        else:
            assert maker.name in found


def test_taken_out_and_added_again_is_the_same_row() -> None:
    before = after(recipe("haze, warm"), "haze.amount=0.9")
    again = after(before, "take out haze", "add haze")
    assert row(again) == row(before)
    assert "amount" not in again.step("haze").params


def test_a_step_is_moved_where_the_order_is_free_and_back_again() -> None:
    before = recipe()
    moved = after(before, "move grade before place")
    assert row(moved) == ["grade", "place", "haze"]
    assert moved.id != before.id
    assert after(moved, "move grade after haze").id == before.id  # the id goes by content, order and all
    assert row(after(before, "move smoke after haze")) == ["haze", "place", "grade"]  # by what lays it in


def test_neighbours_are_those_that_it_can_be_moved_past() -> None:
    before = recipe()
    found = neighbours(before, MAKERS)
    assert found["place"] == ("", "haze") == found["smoke"]
    assert found["haze"] == ("place", "grade")
    assert found["grade"] == ("haze", "")
    for name, (first, last) in found.items():
        for side, other in (("before", first), ("after", last)):
            assert not other or after(before, f"move {name} {side} {other}").id != before.id


def test_an_order_that_is_not_free_is_refused_with_the_reason() -> None:
    makers = all_makers()
    warm = propose("slow motion, warm", READING, makers)[1].recipe
    retime = next(step.name for step in warm.steps if step.maker == "retime")
    assert neighbours(warm, makers)[retime] == ("", "")
    with pytest.raises(InputError, match="cannot change places") as told:
        remade(warm, [adjustment(f"move {retime} before grade")], READING, makers)
    assert "size or time" in told.value.fix
    with pytest.raises(InputError, match="is not in the row"):
        after(recipe(), f"move {recipe().step('haze').inputs['foreground']} before grade")
    with pytest.raises(InputError, match="is there already"):
        after(recipe(), "move haze before grade")


def test_a_step_is_reset_in_whole_or_in_part() -> None:
    before = after(recipe(), "smoke.density=3", "smoke.wind=1.5")
    assert after(before, "reset smoke").step("smoke").params == {}
    part = after(before, "reset smoke.wind").step("smoke").params
    assert ("wind" in part, part["density"]) == (False, 3)
    with pytest.raises(ParameterError, match="thickness is not one of its parameters"):
        after(before, "reset smoke.thickness")
    with pytest.raises(NotFoundError, match="rain"):
        after(before, "reset rain")


def test_what_changes_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="changes nothing"):
        after(recipe(), "move haze after grade", "move haze before grade")


def test_a_step_in_words_says_what_is_not_as_its_maker_has_it() -> None:
    makers = all_makers()
    said = propose("thick smoke on the roof, wind from the left", READING, makers)[1].recipe
    before, _ = remade(
        said,
        [adjustment(one) for one in (
            "reset smoke", "smoke.foot=0.41,0.63", "smoke.density=0.8", "smoke.wind=0.9", "smoke.width_px=640",
            "smoke.sun_from_x=-0.7", "smoke.sun_from_y=0.6",
        )],
        READING, makers,
    )  # fmt: skip
    told = told_of(before.step("smoke"), makers["smoke"])
    assert set(told) == {
        "width 640 px", "foot 41 %, 63 %", "density 0.8", "wind 0.9 to the right", "sun from the upper left",
    }  # fmt: skip
    assert told[:3] == ("foot 41 %, 63 %", "density 0.8", "wind 0.9 to the right")  # how it looks comes first
    assert told_of(before.step("smoke").but(params={}), makers["smoke"]) == ()
    assert told_of(before.step("smoke").but(params={"wind": -0.5}), makers["smoke"]) == ("wind 0.5 to the left",)
    assert lines_of(before, makers)["skyline"] == ("matte for place",)
    assert "element smoke" in told_of(before.step("place"), makers["place"])
    grade = propose("warm", READING, makers)[1].recipe.step("grade")
    assert any(one.startswith("temperature ") and one.endswith(" K") for one in told_of(grade, makers["grade"]))
