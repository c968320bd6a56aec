"""Halves: rounded as numpy rounds them, and kept finite."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.kit.half import narrowed, stored, visited, widened

FINITE = st.floats(min_value=-65504, max_value=65504, width=32)


@given(st.lists(FINITE, min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_a_float_becomes_the_half_that_numpy_makes_of_it(values: list[float]) -> None:
    array = np.array(values, np.float32)
    expected = (array + np.float32(0)).astype(np.float16)
    assert narrowed(array).tobytes() == expected.tobytes()
    assert np.array_equal(visited(array), expected.astype(np.float32))


def test_what_a_half_cannot_hold_stays_finite() -> None:
    array = np.array([1e9, -1e9, 65519, np.inf, -0.0], np.float32)
    assert (visited(array) == [65504, -65504, 65504, 65504, 0]).all()
    assert not np.signbit(visited(array)[-1])


def test_every_half_becomes_the_float_that_it_is() -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    assert np.array_equal(widened(halves), halves.astype(np.float32), equal_nan=True)


def test_shapes_stay_and_floats_are_stored_as_they_are() -> None:
    picture = np.zeros((4, 6, 4), np.float32)
    assert narrowed(picture).shape == widened(narrowed(picture)).shape == (4, 6, 4)
    assert stored(picture) is picture
    assert stored(narrowed(picture)).dtype == np.uint16
