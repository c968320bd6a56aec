"""Work that runs ahead of its use: the same items, never more than asked for, and nothing left running."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.media.ahead import ahead


def running() -> bool:
    return any(thread.name == "ahead" for thread in threading.enumerate())


@given(items=st.lists(st.none() | st.integers()), at_most=st.integers(1, 4))
@settings(max_examples=50, deadline=None)
def test_the_items_come_whole_and_in_order(items: list[int | None], at_most: int) -> None:
    with ahead(items, at_most=at_most) as made:
        assert list(made) == items
    assert not running()


def test_an_item_is_made_while_the_one_before_is_used() -> None:
    second = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        second.set()
        yield 2

    with ahead(items()) as made:
        assert next(made) == 1
        assert second.wait(10)  # nobody has asked for it yet


def test_no_more_is_made_ahead_than_it_may() -> None:
    started: list[int] = []
    third = threading.Event()

    def items() -> Iterator[int]:
        for number in range(100):
            started.append(number)
            if number == 2:
                third.set()
            yield number

    with ahead(items(), at_most=2) as made:
        assert third.wait(10)  # two wait in the queue, and the third waits for room
        assert started == [0, 1, 2]
        assert next(made) == 0
    assert len(started) <= 5
    assert not running()


def test_what_goes_wrong_in_the_making_is_raised_at_the_item_that_it_spoils() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("the second cannot be made")

    with ahead(items()) as made:
        assert next(made) == 1
        with pytest.raises(ValueError, match="the second"):
            next(made)
    assert not running()


def test_what_goes_wrong_in_the_use_ends_the_making() -> None:
    def use() -> None:
        with ahead(iter(int, 1)) as made:
            next(made)
            raise KeyError("the user gave up")

    with pytest.raises(KeyError):
        use()
    assert not running()
