"""Every kernel against its twin in plain numpy, stored in 32 bits and in 16."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.comp import kernels, reference
from manyhands.kit.half import narrowed, stored
from tests.comp.pictures import alphas, generator, planes, seeds

HEIGHT, WIDTH = 21, 13  # more than two blocks of rows, and a broken one
CLOSE = 2e-6  # relative and absolute: some roundings of float32
FROM_TOP, FROM_BOTTOM = np.array([0, 1, -1]), np.array([-1, 0, 1])  # a hand of the top, one of both, one of the bottom

storage = pytest.mark.parametrize("kept", [lambda a: a, narrowed], ids=["float", "half"])


def two_layers(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Top and bottom, with the shares of two hands each."""
    rng = generator(seed)
    pictures, shares = [], []
    for _ in range(2):
        alpha = alphas(rng, HEIGHT, WIDTH)
        rgb = rng.normal(0.5, 0.7, (HEIGHT, WIDTH, 3)) * rng.integers(0, 2, (HEIGHT, WIDTH, 1))
        pictures.append(np.dstack([rgb, alpha]).astype(np.float32))
        shares.append(planes(rng, 2, alpha))
    return pictures[0], pictures[1], shares[0], shares[1]


def empty(hands: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Where a kernel writes; full of what must not stay."""
    return np.full((HEIGHT, WIDTH, 4), np.nan, np.float32), np.full((hands, HEIGHT, WIDTH), np.nan, np.float32)


def agree(found: np.ndarray, expected: np.ndarray, within: float = CLOSE) -> None:
    np.testing.assert_allclose(found, expected, rtol=within, atol=within)


@storage
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_over_is_its_reference(kept: Any, seed: int) -> None:
    layers = [kept(array) for array in two_layers(seed)]
    out, shares = empty()
    kernels.over(*map(stored, layers), FROM_TOP, FROM_BOTTOM, out, shares)
    colour, expected = reference.over(*layers, FROM_TOP, FROM_BOTTOM)
    agree(out, colour)
    agree(shares, expected)


@storage
@pytest.mark.parametrize("screen", [False, True], ids=["plus", "screen"])
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_plus_and_screen_are_their_reference(kept: Any, screen: bool, seed: int) -> None:
    layers = [kept(array) for array in two_layers(seed)]
    out, shares = empty()
    kernels.add(*map(stored, layers), FROM_TOP, FROM_BOTTOM, screen, out, shares)
    colour, expected = reference.add(*layers, FROM_TOP, FROM_BOTTOM, screen)
    agree(out, colour)
    agree(shares, expected, 1e-5)  # a share is a quotient of sums


@storage
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_hold_is_its_reference(kept: Any, seed: int) -> None:
    top, _, shares, _ = (kept(array) for array in two_layers(seed))
    matte = alphas(generator(seed), HEIGHT, WIDTH)
    out, held = empty(2)
    kernels.hold(stored(top), stored(shares), matte, out, held)
    colour, expected = reference.hold(top, shares, matte)
    agree(out, colour)
    agree(held, expected)


@storage
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_mix_is_its_reference(kept: Any, seed: int) -> None:
    layers = [kept(array) for array in two_layers(seed)]
    matte = alphas(generator(seed), HEIGHT, WIDTH)
    out, shares = empty()
    kernels.mix(*map(stored, layers), FROM_TOP, FROM_BOTTOM, matte, out, shares)
    colour, expected = reference.mix(*layers, FROM_TOP, FROM_BOTTOM, matte)
    agree(out, colour)
    agree(shares, expected)


@storage
@pytest.mark.parametrize("colours", [1, 3])
@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_multiply_is_its_reference(kept: Any, colours: int, seed: int) -> None:
    source = kept(two_layers(seed)[0])
    factor = generator(seed).random((HEIGHT, WIDTH, colours), np.float32) * 2
    already = alphas(generator(seed), HEIGHT, WIDTH)
    out, (changed,) = empty(1)
    kernels.multiply(stored(source), factor, already, out, changed)
    colour, expected = reference.multiply(source, factor, already)
    agree(out, colour)
    agree(changed, expected, 1e-5)


@storage
@given(seed=seeds, left=st.integers(-20, 20), top=st.integers(-30, 30))
@settings(max_examples=40, deadline=None)
def test_crop_is_its_reference(kept: Any, seed: int, left: int, top: int) -> None:
    source, _, shares, _ = two_layers(seed)
    source, shares = kept(source), kept(shares)
    altered = generator(seed).random((1, HEIGHT, WIDTH), np.float32)
    found = [np.full(shape, np.nan, np.float32) for shape in ((7, 9, 4), (2, 7, 9), (1, 7, 9))]
    kernels.crop(stored(source), stored(shares), altered, left, top, *found)
    for one, expected in zip(found, reference.crop(source, shares, altered, left, top, (7, 9)), strict=True):
        assert np.array_equal(one, expected)


@storage
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_change_is_its_reference(kept: Any, seed: int) -> None:
    before, after, _, _ = two_layers(seed)
    already = alphas(generator(seed), HEIGHT, WIDTH)
    found = np.full((HEIGHT, WIDTH), np.nan, np.float32)
    kernels.change(stored(kept(before)), after, already, found)
    agree(found, reference.change(kept(before), after, already), 1e-5)


@storage
@pytest.mark.parametrize("by", [1, 2], ids=["a hand that is there", "a new hand"])
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_repaint_is_its_reference(kept: Any, by: int, seed: int) -> None:
    before, after, shares, _ = two_layers(seed)
    before, shares = kept(before), kept(shares)
    matte = alphas(generator(seed), HEIGHT, WIDTH)
    out, found = empty(max(2, by + 1))
    kernels.repaint(stored(before), after, matte, stored(shares), by, out, found)
    colour, expected = reference.repaint(before, after, matte, shares, by)
    agree(out, colour)
    agree(found, expected, 1e-5)


@pytest.mark.parametrize("over", [True, False], ids=["over", "mixed"])
@given(seed=seeds)
@settings(max_examples=25, deadline=None)
def test_mixed_alterations_are_their_reference(over: bool, seed: int) -> None:
    rng = generator(seed)
    top_alpha, bottom_alpha, seen = (alphas(rng, HEIGHT, WIDTH) for _ in range(3))
    tops, bottoms = (rng.random((2, HEIGHT, WIDTH), np.float32) for _ in range(2))
    given_ = (top_alpha, bottom_alpha, tops, bottoms, FROM_TOP, FROM_BOTTOM, seen, over)
    _, found = empty()
    kernels.mix_alterations(*given_, found)
    agree(found, reference.mix_alterations(*given_), 1e-5)


@pytest.mark.parametrize("edge", [False, True], ids=["nothing outside", "the border goes on"])
@pytest.mark.parametrize("cubic", [False, True], ids=["linear", "cubic"])
@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_warps_are_their_reference(cubic: bool, edge: bool, seed: int) -> None:
    rng = generator(seed)
    source, _, shares, _ = two_layers(seed)
    altered = rng.random((1, HEIGHT, WIDTH), np.float32)
    map_x, map_y = (rng.uniform(-4, size + 4, (7, 9)).astype(np.float32) for size in (WIDTH, HEIGHT))
    found = [np.full(shape, np.nan, np.float32) for shape in ((7, 9, 4), (2, 7, 9), (1, 7, 9))]
    kernels.warp(source, shares, altered, map_x, map_y, cubic, edge, *found)
    for one, expected in zip(found, reference.warp(source, shares, altered, map_x, map_y, cubic, edge), strict=True):
        agree(one, expected, 5e-4)  # where the cover nearly vanishes, a share of it is told less exactly


@pytest.mark.parametrize("edge", [False, True])
@given(seed=seeds)
@settings(max_examples=15, deadline=None)
def test_a_transform_is_its_reference(edge: bool, seed: int) -> None:
    rng = generator(seed)
    source, _, shares, _ = two_layers(seed)
    matrix = np.eye(3) + rng.normal(0, [[0.3, 0.3, 4], [0.3, 0.3, 4], [0.002, 0.002, 0]])
    none = np.zeros((0, HEIGHT, WIDTH), np.float32)
    found = [np.full(shape, np.nan, np.float32) for shape in ((7, 9, 4), (2, 7, 9), (0, 7, 9))]
    kernels.transform(source, shares, none, matrix, False, edge, *found)
    for one, expected in zip(
        found, reference.transform(source, shares, none, matrix, False, edge, (7, 9)), strict=True
    ):
        agree(one, expected, 5e-4)


def test_the_filters_are_what_they_are_called() -> None:
    # Keys 1981: weights of the four taps half way between samples are -1/16, 9/16, 9/16, -1/16
    row = np.zeros((1, 9, 4), np.float32)
    row[0, 4] = 1
    none = np.zeros((0, 1, 9), np.float32)
    shares = row[None, ..., 3].copy()
    out, found, nothing = np.empty((1, 9, 4), np.float32), np.empty((1, 1, 9), np.float32), none.copy()
    map_x, map_y = np.arange(9, dtype=np.float32)[None] + np.float32(0.5), np.zeros((1, 9), np.float32)
    kernels.warp(row, shares, none, map_x, map_y, True, True, out, found, nothing)
    assert out[0, :, 0] == pytest.approx([0, 0, -1 / 16, 9 / 16, 9 / 16, -1 / 16, 0, 0, 0])
    kernels.warp(row, shares, none, map_x, map_y, False, True, out, found, nothing)
    assert out[0, :, 0] == pytest.approx([0, 0, 0, 0.5, 0.5, 0, 0, 0, 0])


def test_every_kernel_has_a_reference() -> None:
    public = {name for name, kernel in vars(kernels).items() if hasattr(kernel, "py_func") and not name.startswith("_")}
    assert public == {name for name, twin in vars(reference).items() if inspect.isfunction(twin) and name[0] != "_"}
