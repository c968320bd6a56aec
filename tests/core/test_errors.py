"""Errors: each says what is the matter and what to do, and travels whole from a worker to the person."""

from __future__ import annotations

import pickle

import pytest

from manyhands.core import errors
from manyhands.core.errors import CapacityError, ManyhandsError, MediaError, NotFoundError, ParameterError, Stopped


def kinds(of: type[ManyhandsError] = ManyhandsError) -> list[type[ManyhandsError]]:
    own = [of] if of.__module__ == "manyhands.core.errors" else []
    return own + [kind for child in of.__subclasses__() for kind in kinds(child)]


every_kind = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)


def made(kind: type[ManyhandsError]) -> ManyhandsError:
    if kind is NotFoundError:
        return NotFoundError("shot", "sh020", known=["sh010", "sh030"])
    return kind("fog: density is 1.7; it must lie between 0 and 1.", "Lower it.", density=1.7)


@every_kind
def test_an_error_travels_to_another_process_whole(kind: type[ManyhandsError]) -> None:
    error = made(kind)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), again.what, again.fix, again.about) == (str(error), error.what, error.fix, error.about)
    assert (again.status, again.exit_code) == (error.status, error.exit_code)


@every_kind
def test_an_error_says_the_fact_and_then_the_next_step(kind: type[ManyhandsError]) -> None:
    error = made(kind)
    assert str(error) == f"{error.what} {error.fix}"
    assert error.what.endswith(".")
    assert error.fix.endswith(".")


@every_kind
def test_the_place_is_put_in_front_once_and_the_rest_stays(kind: type[ManyhandsError]) -> None:
    error = made(kind)
    placed = error.at("step 2")
    assert type(placed) is kind
    assert placed.what == f"step 2: {error.what}"
    assert (placed.fix, placed.about) == (error.fix, error.about)


@every_kind
def test_a_kind_has_a_docstring_a_status_and_an_exit_code(kind: type[ManyhandsError]) -> None:
    assert kind.__doc__
    assert 400 <= kind.status <= 599
    assert 1 <= kind.exit_code <= 255
    assert kind.exit_code != 2  # taken: a command line that cannot be read


def test_what_a_person_does_next_is_told_by_the_exit_code() -> None:
    # a script can tell apart all kinds but the three that say "change what you gave"
    codes: dict[int, set[str]] = {}
    for kind in kinds():
        codes.setdefault(kind.exit_code, set()).add(kind.__name__)
    shared = {code: names for code, names in codes.items() if len(names) > 1}
    assert shared == {3: {"InputError", "ParameterError", "NoteError"}}
    assert Stopped.exit_code == 130  # 128 + SIGINT, as shells have it


def test_the_tree_at_the_top_of_the_module_is_the_tree() -> None:
    drawn = {line.split("──")[1].split()[0] for line in (errors.__doc__ or "").splitlines() if "──" in line}
    assert drawn == {kind.__name__ for kind in kinds()} - {"ManyhandsError"}


def test_not_found_names_what_there_is() -> None:
    assert str(NotFoundError("shot", "sh020", known=["sh010"])) == "shot sh020: not found. There is: sh010."
    many = [f"NF-{letter}{at}" for letter in "ABC" for at in range(9)]
    told = NotFoundError("rule", "nf-c3", known=many, where="All of them: manyhands policy show netflix.")
    assert told.fix.startswith("There is: NF-C3, NF-")
    assert told.fix.endswith(", and 15 more. All of them: manyhands policy show netflix.")
    assert str(NotFoundError("shot", 12)) == "shot 12: not found. There is no shot yet."
    many = NotFoundError("maker", "fgo", known=[f"m{i}" for i in range(40)])
    assert "m11" in str(many)
    assert "m12" not in str(many)


def test_an_error_without_a_next_step_ends_with_the_fact() -> None:
    assert str(MediaError("plate.mov: it is empty.")) == "plate.mov: it is empty."


def test_errors_are_caught_by_what_one_can_do() -> None:
    with pytest.raises(errors.InputError):
        raise ParameterError("x.", "y.")
    with pytest.raises(ManyhandsError):
        raise CapacityError("x.", "y.")
