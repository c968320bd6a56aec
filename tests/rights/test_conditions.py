"""The language of policy rules: three-valued as Kleene's, closed, and nothing in it is ever executed."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.errors import InputError
from manyhands.rights.conditions import Fact, condition

KNOWN = {
    "a": Fact(bool, "one thing"),
    "b": Fact(bool, "another"),
    "share": Fact(float, "how much"),
    "kind": Fact(str, "which", ("red", "blue")),
    "uses": Fact(list, "things", {"on": Fact(bool, "it is on"), "size": Fact(int, "how big")}),
}
TRUTH = (True, False, None)


def holds(written: str, **facts: Any) -> bool | None:
    return condition(written, KNOWN, where="test").holds(facts)


def kleene_and(a: bool | None, b: bool | None) -> bool | None:
    """Kleene 1952, section 64: the least of the two, with unknown between false and true."""
    order = {False: 0, None: 1, True: 2}
    return min(a, b, key=order.__getitem__)


@pytest.mark.parametrize(("a", "b"), list(itertools.product(TRUTH, TRUTH)))
def test_and_or_and_not_are_those_of_three_valued_logic(a: bool | None, b: bool | None) -> None:
    negated = {True: False, False: True, None: None}
    assert holds("a and b", a=a, b=b) is kleene_and(a, b)
    assert holds("a or b", a=a, b=b) is negated[kleene_and(negated[a], negated[b])]
    assert holds("not a", a=a) is negated[a]


@given(st.booleans(), st.booleans(), st.floats(0, 1), st.sampled_from(["red", "blue"]))
def test_with_every_fact_known_it_says_what_python_says(a: bool, b: bool, share: float, kind: str) -> None:
    written = 'not (a and share > 0.5) or b and kind in ("red",) or kind == "blue" and share <= 0.25'
    expected = (not (a and share > 0.5)) or (b and kind == "red") or (kind == "blue" and share <= 0.25)
    assert holds(written, a=a, b=b, share=share, kind=kind) is expected


@given(st.lists(st.fixed_dictionaries({"on": st.sampled_from(TRUTH), "size": st.integers(0, 9)}), max_size=5))
def test_any_is_a_long_or_and_all_a_long_and(uses: list[dict[str, Any]]) -> None:
    each = [use["on"] if use["size"] > 4 else False for use in uses]
    any_ = True if True in each else None if None in each else False
    assert holds("any(uses, on and size > 4)", uses=uses) is any_
    assert holds("all(uses, not (on and size > 4))", uses=uses) is {True: False, False: True, None: None}[any_]


def test_what_is_missing_is_named_and_never_a_pass() -> None:
    asked = condition('any(uses, on and share > 0.5) or kind == "red"', KNOWN, where="test")
    assert asked.holds({}) is None
    assert asked.missing({}) == ("uses", "kind")
    assert asked.missing({"uses": [{"size": 1}], "kind": "blue"}) == ("on", "share")
    assert asked.asks == ("uses", "on", "share", "kind")
    assert holds("all(uses, on)") is None
    for compared in ('kind == "red"', 'not kind == "red"', "share > 0.5", 'kind not in ("red",)'):
        assert holds(compared) is None


def test_a_thing_sees_the_facts_around_it() -> None:
    assert holds("any(uses, on and a)", uses=[{"on": True}], a=True) is True
    assert holds("any(uses, on and a)", uses=[{"on": True}], a=False) is False


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("a and", "cannot be read"),
        ("c", "not a fact"),
        ("a + b > 1", "not in the language"),
        ("__import__('os').system('true')", "not in the language"),
        ("a.__class__", "not in the language"),
        ("(lambda: a)()", "not in the language"),
        ("[x for x in uses]", "not in the language"),
        ("open('x')", "not in the language"),
        ("any(a, b)", "no list"),
        ("any(uses, share)", "neither true nor false"),
        ("share", "neither true nor false"),
        ("a and share", "neither true nor false"),
        ("a == 'red'", "compares bool with str"),
        ("share > 'red'", "compares float with str"),
        ("kind < 'red'", "no order"),
        ("kind == 'green'", "no answer"),
        ("kind in ('red', 'green')", "no answer"),
        ("kind in 'red'", "no list"),
        ("kind == ('red', 'blue')", "one thing with many"),
        ("1 < share < 2", "not in the language"),
        ("size > 1", "not a fact"),
        ("any(uses, on, a)", "not in the language"),
        ("()", "not in the language"),
        ("a\0", "cannot be read"),
    ],
)
def test_what_is_not_in_the_language_is_refused_when_it_is_read(written: str, says: str) -> None:
    with pytest.raises(InputError, match="test: ") as refused:
        condition(written, KNOWN, where="test")
    assert says in str(refused.value)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(written: str) -> None:
    try:
        found = condition(written, KNOWN, where="test")
    except InputError:
        return
    assert found.holds({}) in TRUTH


def test_a_condition_that_goes_on_and_on_is_refused_and_no_crash() -> None:
    for written in ("not " * 100_000 + "a", "(" * 100_000 + "a" + ")" * 100_000, "a or " * 100_000 + "a"):
        with pytest.raises(InputError, match="at most 1000"):
            condition(written, KNOWN, where="test")
    assert condition("not " * 240 + "a", KNOWN, where="test").holds({"a": True}) is True
