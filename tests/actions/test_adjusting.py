"""What people change by hand in a proposal, undone and done again: by whom, in any order, and by who comes later."""

from __future__ import annotations

import pytest

from manyhands.actions import adjusting, proposals
from manyhands.actions.studio import Studio, enter, person
from manyhands.core.errors import InputError, ManyhandsError, StateError
from manyhands.core.hand import person as named
from manyhands.core.recipe import Recipe
from tests.actions.test_by_hand import ME, SHOT, about, adjusted, film, proposed

__all__ = ["film"]

OTHER = named("Person B")


def turned(film: Studio, verb: str, like: str, *numbers: int, by: object = ME) -> Recipe:
    act = {"undo": adjusting.undo, "redo": adjusting.redo}[verb]
    answer, _ = act(film, by, SHOT, like, numbers, previews=False)  # type: ignore[arg-type]
    return film.production.get(Recipe, answer.recipes[0])


def changes(film: Studio, recipe: Recipe) -> list[tuple[str, str, str]]:
    """What was changed, by whom, and who undid it."""
    found = proposals.answer_to(film, SHOT, recipe.id).adjustments
    return [(one.written, one.by, one.undone_by) for one in found]


def test_steps_are_taken_out_added_and_moved_in_one_act_of_a_named_person(film: Studio) -> None:
    before = proposed(film, "haze in the distance")
    after = adjusted(film, "add grade", "grade.exposure=0.5", "move grade before haze", why="flatter")
    assert [step.maker for step in after.steps if step.maker in ("haze", "grade")] == ["grade", "haze"]
    assert after.step("grade").params["exposure"] == 0.5
    assert after.why[-1] == (
        "Person A added grade; set grade.exposure from 0 to 0.5; moved grade before haze: “flatter”"
    )
    act, line = about(film)[-1]
    assert (act, line["like"], line["recipe"]) == ("adjust", before.id, after.id)
    assert line["set"] == ["add grade", "grade.exposure=0.5", "move grade before haze"]
    found = proposals.answer_to(film, SHOT, after.id)
    assert [(one.told, one.by, one.turn, one.why) for one in found.adjustments] == [
        ("added grade", "Person A", 1, "flatter"),
        ("set grade.exposure from 0 to 0.5", "Person A", 1, "flatter"),
        ("moved grade before haze", "Person A", 1, "flatter"),
    ]
    assert found.since == before.id
    assert film.production.faults() == []


def test_the_last_act_is_undone_and_done_again_and_nothing_is_lost(film: Studio) -> None:
    before = proposed(film, "haze in the distance")
    once = adjusted(film, "haze.amount=0.9", "haze.low=0.25")
    twice = adjusted(film, "add grade", like=once.id)
    assert turned(film, "undo", twice.id).id == once.id  # the recipe that was recorded, and no other
    assert turned(film, "undo", once.id).id == before.id
    with pytest.raises(StateError, match="nothing was changed by hand"):
        turned(film, "undo", before.id)
    assert turned(film, "redo", before.id).id == once.id
    assert turned(film, "redo", once.id).id == twice.id
    with pytest.raises(StateError, match="nothing was undone"):
        turned(film, "redo", twice.id)
    assert [act for act, _ in about(film)][-4:] == ["undo", "undo", "redo", "redo"]
    assert about(film)[-4][1]["told"] == ["added grade"]
    assert film.production.faults() == []


def test_it_is_undone_by_somebody_else_who_comes_later(film: Studio) -> None:
    person(film, ME, OTHER, roles=("artist",))
    before = proposed(film, "haze in the distance")
    once = adjusted(film, "haze.amount=0.9", why="thicker")
    film.close()
    later = enter(film.folder)
    assert turned(later, "undo", once.id, by=OTHER).id == before.id
    assert changes(later, before) == [("haze.amount=0.9", "Person A", "Person B")]
    assert proposals.answer_to(later, SHOT, before.id).settings == ()
    later.close()


def test_any_one_change_is_undone_and_the_others_stand(film: Studio) -> None:
    before = proposed(film, "haze in the distance")
    once = adjusted(film, "haze.amount=0.9")
    twice = adjusted(film, "add grade", like=once.id)
    left = turned(film, "undo", twice.id, 1)
    assert left.step("haze").params == before.step("haze").params
    assert left.result.maker == "grade"
    assert changes(film, left) == [("haze.amount=0.9", "Person A", "Person A"), ("add grade", "Person A", "")]
    assert [reason for reason in left.why if "Person A" in reason] == ["Person A added grade: “so”"]
    assert turned(film, "redo", left.id, 1).id == twice.id


def test_what_others_need_is_not_undone_alone(film: Studio) -> None:
    proposed(film, "haze in the distance")
    once = adjusted(film, "add grade")
    twice = adjusted(film, "add grade", "grade_2.exposure=1", like=once.id)
    lines = film.production.head()
    with pytest.raises(InputError, match=r"grade_2\.exposure.* cannot stand") as told:
        turned(film, "undo", twice.id, 2)
    assert "Undo that first, or both at once" in told.value.fix
    assert film.production.head() == lines
    assert turned(film, "undo", twice.id, 2, 3).id == once.id


def test_who_goes_on_after_an_undo_keeps_what_was_undone_in_the_list(film: Studio) -> None:
    before = proposed(film, "haze in the distance")
    once = adjusted(film, "haze.amount=0.9")
    turned(film, "undo", once.id)
    other = adjusted(film, "haze.low=0.25", like=before.id)
    assert changes(film, other) == [("haze.amount=0.9", "Person A", "Person A"), ("haze.low=0.25", "Person A", "")]
    both = turned(film, "redo", other.id)
    assert (both.step("haze").params["amount"], both.step("haze").params["low"]) == (0.9, 0.25)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["take out haze"], "all that the recipe does"),
        (["take out rain"], "rain"),
        (["add skyline"], "nothing to look at by itself"),
        (["add remove"], "remove: it cannot be added"),
        (["move haze before haze"], "is there already"),
        (["make it warm"], "is no adjustment"),
        (["add grade", "take out grade"], "changes nothing"),
        (["haze.amount=0.6"] * 501, "501 changes"),
    ],
)
def test_what_does_not_hold_together_is_refused_and_nothing_is_recorded(
    film: Studio, settings: list[str], says: str
) -> None:
    proposed(film, "haze in the distance")
    lines = film.production.head()
    with pytest.raises(ManyhandsError, match=says) as told:
        adjusted(film, *settings)
    assert told.value.fix
    assert film.production.head() == lines


def test_numbers_that_are_none_are_refused_with_those_that_there_are(film: Studio) -> None:
    proposed(film, "haze in the distance")
    once = adjusted(film, "haze.amount=0.9")
    for number in (0, 2, -1):
        with pytest.raises(InputError, match="is no change that can be undone") as told:
            turned(film, "undo", once.id, number)
        assert "1 (set haze.amount from 0.5 to 0.9)" in told.value.fix


def test_a_sketch_is_what_a_proposal_would_be_and_leaves_no_line(film: Studio) -> None:
    before = proposed(film, "haze in the distance")
    lines = film.production.head()
    recipe, told = adjusting.sketch(film, ME, SHOT, before.id, ["add grade", "haze.amount=0.9"])
    assert told == ("added grade", "set haze.amount from 0.5 to 0.9")
    assert film.production.head() == lines
    assert recipe.id == adjusted(film, "add grade", "haze.amount=0.9").id
    assert {"grade", "snow"} <= {maker.name for maker in adjusting.addable(film, ME, SHOT, before.id)}
