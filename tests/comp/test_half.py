"""Halves: rounded as numpy rounds them."""

from __future__ import annotations

import warnings

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.comp.half import narrowed, stored, widened


@given(st.lists(st.floats(width=32), min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_a_float_becomes_the_half_that_numpy_makes_of_it(values: list[float]) -> None:
    array = np.array(values, np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # numpy says so when a value becomes infinite
        expected = array.astype(np.float16)
    assert np.array_equal(narrowed(array), expected, equal_nan=True)


def test_every_half_becomes_the_float_that_it_is() -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    assert np.array_equal(widened(halves), halves.astype(np.float32), equal_nan=True)


def test_shapes_stay_and_floats_are_stored_as_they_are() -> None:
    picture = np.zeros((4, 6, 4), np.float32)
    assert narrowed(picture).shape == widened(narrowed(picture)).shape == (4, 6, 4)
    assert stored(picture) is picture
    assert stored(narrowed(picture)).dtype == np.uint16
