"""The weights against the light itself: what is missing from a picture that is rendered without a hand.

Nothing here reads how the weights are made.  A tree of layers is rendered once in full, and once
more with one hand's light taken away (its colour black, its cover kept).  Each hand has one colour
of its own, so the difference must be its weight times that colour; and with one hand white and all
others black the picture must be its weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.comp import layers as comp
from manyhands.core.authorship import Authorship
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from tests.comp.pictures import HANDS, alphas, generator, planes, seeds

HEIGHT, WIDTH = 10, 12

Colours = Mapping[Hand, np.ndarray]  # straight colour of each hand, (3,)
Tree = Callable[[Colours], Frame]
"""A composite that can be rendered again with other colours."""


def leaf(seed: int, hands: list[Hand]) -> Tree:
    """A layer in which each pixel is several hands' together, in random shares."""
    rng = generator(seed)
    alpha = alphas(rng, HEIGHT, WIDTH)
    weights = planes(rng, len(hands), alpha)

    def render(colours: Colours) -> Frame:
        rgb = sum(weight[..., None] * colours[hand] for hand, weight in zip(hands, weights, strict=True))
        rgba = np.dstack([rgb, alpha]).astype(np.float32)
        return Frame(rgba, Authorship(tuple(hands), weights))

    return render


def one(act: Callable[[Frame], Frame], tree: Tree) -> Tree:
    return lambda colours: act(tree(colours))


def two(act: Callable[[Frame, Frame], Frame], first: Tree, second: Tree) -> Tree:
    return lambda colours: act(first(colours), second(colours))


def cut_out(seed: int) -> Callable[[Frame], Frame]:
    """A part of the picture, laid back where it was."""
    rng = generator(seed)
    left, top = int(rng.integers(0, WIDTH - 3)), int(rng.integers(0, HEIGHT - 3))
    width, height = int(rng.integers(2, WIDTH - left + 1)), int(rng.integers(2, HEIGHT - top + 1))
    return lambda frame: comp.cropped(comp.cropped(frame, left, top, width, height), -left, -top, WIDTH, HEIGHT)


def turn(seed: int) -> Callable[[Frame], Frame]:
    rng = generator(seed)
    angle, scale = rng.uniform(-3, 3), rng.uniform(0.5, 2)
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    matrix = np.array([[c, -s, rng.uniform(-4, 8)], [s, c, rng.uniform(-4, 8)], [0, 0, 1]])
    # linear: Catmull-Rom's negative lobes are cut from shares, which cannot be negative, and not from light
    return lambda frame: comp.transformed(frame, matrix, WIDTH, HEIGHT, cubic=False)


def bend(seed: int) -> Callable[[Frame], Frame]:
    maps = generator(seed).uniform(-2, WIDTH, (2, HEIGHT, WIDTH)).astype(np.float32)
    return lambda frame: comp.warped(frame, *maps, cubic=False)


def matted(seed: int) -> Callable[[Frame], Frame]:
    matte = alphas(generator(seed), HEIGHT, WIDTH)
    return lambda frame: comp.held(frame, matte)


def soft(seed: int) -> Callable[[Frame], Frame]:
    return lambda frame: comp.blurred(frame, 0.5 + seed % 3)


def small_and_back(seed: int) -> Callable[[Frame], Frame]:
    enlarged = np.diag([WIDTH / 5, HEIGHT / 4, 1.0])
    return lambda frame: comp.transformed(comp.resized(frame, 5, 4), enlarged, WIDTH, HEIGHT, cubic=False, edge=True)


def dissolve(seed: int) -> Callable[[Frame, Frame], Frame]:
    return lambda a, b: comp.mixed(a, b, (seed % 101) / 100)


def parted(seed: int) -> Callable[[Frame, Frame], Frame]:
    matte = alphas(generator(seed), HEIGHT, WIDTH)
    return lambda a, b: comp.blend(a, b, matte)


leaves = st.builds(leaf, seeds, st.lists(st.sampled_from(HANDS), min_size=1, max_size=3, unique=True))
shapes = st.sampled_from([cut_out, turn, bend, matted, soft, small_and_back])
joints = st.one_of(st.just(comp.over), st.just(comp.over), st.builds(dissolve, seeds), st.builds(parted, seeds))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(one, st.builds(lambda shape, seed: shape(seed), shapes, seeds), inner),
        st.builds(two, joints, inner, inner),
    ),
    max_leaves=6,
)

PALETTE = {hand: np.array(colour) for hand, colour in zip(HANDS, np.eye(5, 3) * 3 + 0.25, strict=True)}
BLACK = {hand: np.zeros(3) for hand in HANDS}
WHITE = {hand: np.ones(3) for hand in HANDS}


@given(tree=trees)
@settings(max_examples=80, deadline=None)
def test_what_is_missing_without_a_hand_is_its_weight_times_its_colour(tree: Tree) -> None:
    whole = tree(PALETTE)
    assert whole.faults() == []
    for hand in HANDS:
        without = tree({**PALETTE, hand: BLACK[hand]})
        assert np.array_equal(without.alpha, whole.alpha)
        lost = whole.rgb - without.rgb
        weight = whole.authorship.weight_of(hand)
        np.testing.assert_allclose(lost, weight[..., None] * PALETTE[hand], atol=2e-5)


@given(tree=trees)
@settings(max_examples=80, deadline=None)
def test_with_one_hand_white_and_all_others_black_the_picture_is_its_weight(tree: Tree) -> None:
    weights = tree(PALETTE).authorship
    for hand in HANDS:
        alone = tree({**BLACK, hand: WHITE[hand]})
        np.testing.assert_allclose(alone.rgb[..., 1], weights.weight_of(hand), atol=1e-5)


@given(first=leaves, second=leaves, seed=seeds)
@settings(max_examples=40, deadline=None)
def test_through_the_sharper_filter_they_agree_wherever_it_does_not_ring(first: Tree, second: Tree, seed: int) -> None:
    # a soft picture, and places well inside it
    maps = generator(seed).uniform(2, 7, (2, HEIGHT, WIDTH)).astype(np.float32)
    tree = one(lambda frame: comp.warped(comp.blurred(frame, 2.0), *maps, cubic=True), two(comp.over, first, second))
    whole = tree(PALETTE)
    for hand in HANDS:
        alone = tree({**BLACK, hand: WHITE[hand]})
        np.testing.assert_allclose(alone.rgb[..., 1], whole.authorship.weight_of(hand), atol=5e-3)


def test_pure_light_is_left_out_by_its_share_of_the_luminance() -> None:
    # on an opaque plate: the share that a glow is given is the share of luminance that goes with it
    plate = Frame.of(np.full((2, 2, 4), (0.3, 0.2, 0.1, 1), np.float32), HANDS[0])
    glow = comp.light(np.full((2, 2, 3), (2.0, 0.9, 0.3), np.float32), HANDS[1])
    whole, without = comp.plus(glow, plate), plate
    weights = np.array([0.2722287, 0.6740818, 0.0536895])
    lost = ((whole.rgb - without.rgb) @ weights) / (whole.rgb @ weights)
    assert whole.authorship.weight_of(HANDS[1]) == pytest.approx(lost, abs=1e-6)
