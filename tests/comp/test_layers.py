"""The law of light and authorship: every invariant of DESIGN section 4, on random layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.comp import layers as comp
from manyhands.core.authorship import Authorship
from manyhands.core.errors import MediaError
from manyhands.core.frame import LUMINANCE, Frame
from manyhands.core.hand import Hand
from manyhands.kit.half import narrowed
from tests.comp.pictures import CAMERA, GRADE, HANDS, MODEL, PAINTER, SMOKE, generator, layer, layers, mattes, seeds

HEIGHT, WIDTH = 9, 11

quick = settings(max_examples=30, deadline=None)


def turned(seed: int) -> np.ndarray:
    """A random turn, growth and shift."""
    rng = generator(seed)
    angle, scale = rng.uniform(-3, 3), rng.uniform(0.4, 2.5)
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[c, -s, rng.uniform(-6, 12)], [s, c, rng.uniform(-6, 12)], [0, 0, 1]])


def graded(frame: Frame, seed: int) -> np.ndarray:
    rgba = frame.rgba.copy()
    rgba[..., :3] *= generator(seed).uniform(0, 2, (HEIGHT, WIDTH, 1)).astype(np.float32)
    return rgba


Act = Callable[[Frame, Frame, np.ndarray, int], Frame]

ACTS: dict[str, Act] = {
    "over": lambda a, b, m, n: comp.over(a, b),
    "plus": lambda a, b, m, n: comp.plus(a, b),
    "plus pure light": lambda a, b, m, n: comp.plus(comp.light(a.rgb, MODEL), b),
    "screen": lambda a, b, m, n: comp.screen(a, b),
    "multiply": lambda a, b, m, n: comp.multiply(a, m, GRADE),
    "altered": lambda a, b, m, n: comp.altered(a, graded(a, n), GRADE),
    "repainted": lambda a, b, m, n: comp.repainted(a, b.rgba, MODEL, m),
    "copied": lambda a, b, m, n: comp.copied(a, b, m, GRADE),
    "held": lambda a, b, m, n: comp.held(a, m),
    "cropped": lambda a, b, m, n: comp.cropped(a, 2, 1, 6, 5),
    "cropped outside": lambda a, b, m, n: comp.cropped(a, -3, 4, 9, 9),
    "transformed": lambda a, b, m, n: comp.transformed(a, turned(n), 13, 8),
    "transformed, linear": lambda a, b, m, n: comp.transformed(a, turned(n), 13, 8, cubic=False),
    "transformed, the border goes on": lambda a, b, m, n: comp.transformed(a, turned(n), 13, 8, edge=True),
    "warped": lambda a, b, m, n: comp.warped(a, *generator(n).uniform(-3, 13, (2, 6, 7)).astype(np.float32)),
    "resized smaller": lambda a, b, m, n: comp.resized(a, 5, 4),
    "resized larger": lambda a, b, m, n: comp.resized(a, 23, 17),
    "blurred": lambda a, b, m, n: comp.blurred(a, 0.4 + n % 5),
    "mixed": lambda a, b, m, n: comp.mixed(a, b, (n % 100) / 99),
    "blended": lambda a, b, m, n: comp.blend(a, b, m),
}

every_act = pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))


@every_act
@given(a=layers(), b=layers(), matte=mattes(), number=seeds)
@quick
def test_shares_sum_to_alpha_and_nothing_is_negative_and_nothing_has_no_share(
    act: Act, a: Frame, b: Frame, matte: np.ndarray, number: int
) -> None:
    before = [(frame.rgba.copy(), frame.authorship.weights.copy()) for frame in (a, b)]
    assert a.faults() == b.faults() == []
    assert act(a, b, matte, number).faults(within=1e-5) == []
    for frame, (rgba, weights) in zip((a, b), before, strict=True):
        assert np.array_equal(frame.rgba, rgba)
        assert np.array_equal(frame.authorship.weights, weights)


@every_act
@given(a=layers(opaque=True), b=layers(opaque=True), matte=mattes(), number=seeds)
@quick
def test_opaque_layers_stay_opaque_where_they_are_not_held_or_moved(
    act: Act, a: Frame, b: Frame, matte: np.ndarray, number: int
) -> None:
    result = act(a, b, matte, number)
    if act in (ACTS["held"], ACTS["cropped outside"], ACTS["transformed"], ACTS["transformed, linear"], ACTS["warped"]):
        assert result.alpha.max() <= 1
    else:
        assert result.alpha == pytest.approx(1, abs=1e-6)


@every_act
@given(a=layers(), b=layers(), matte=mattes(), number=seeds)
@quick
def test_half_floats_keep_the_law(act: Act, a: Frame, b: Frame, matte: np.ndarray, number: int) -> None:
    result = act(a, b, matte, number)
    shares = narrowed(result.authorship.weights).astype(np.float64)
    assert np.abs(shares.sum(0) - narrowed(result.alpha).astype(np.float64)).max(initial=0) < 1e-3
    assert shares.min(initial=0) >= 0


def close(one: Frame, other: Frame, within: float = 1e-5) -> None:
    """Same light, same shares, hand by hand."""
    np.testing.assert_allclose(one.rgba, other.rgba, rtol=within, atol=within)
    for hand in {*one.authorship.hands, *other.authorship.hands}:
        np.testing.assert_allclose(one.authorship.weight_of(hand), other.authorship.weight_of(hand), atol=within)


@given(a=layers(), b=layers(), c=layers())
@quick
def test_over_is_associative_in_light_and_shares(a: Frame, b: Frame, c: Frame) -> None:
    close(comp.over(comp.over(a, b), c), comp.over(a, comp.over(b, c)))


@given(a=layers(), b=layers())
@quick
def test_layers_that_do_not_touch_may_be_laid_in_any_order(a: Frame, b: Frame) -> None:
    left = np.zeros((HEIGHT, WIDTH), np.float32)
    left[:, :5] = 1
    a, b = comp.held(a, left), comp.held(b, 1 - left)
    close(comp.over(a, b), comp.over(b, a), 0)
    close(comp.plus(a, b), comp.over(a, b))


@given(a=layers(), b=layers())
@quick
def test_a_part_of_the_whole_is_the_whole_of_the_parts(a: Frame, b: Frame) -> None:
    close(
        comp.cropped(comp.over(a, b), 2, 1, 6, 5),
        comp.over(comp.cropped(a, 2, 1, 6, 5), comp.cropped(b, 2, 1, 6, 5)),
        0,
    )


@given(a=layers())
@quick
def test_a_crop_beyond_the_border_is_the_picture_and_nothing_round_it(a: Frame) -> None:
    wide = comp.cropped(a, -2, -3, WIDTH + 5, HEIGHT + 6)
    close(comp.cropped(wide, 2, 3, WIDTH, HEIGHT), a, 1e-6)
    wide.rgba[3 : 3 + HEIGHT, 2 : 2 + WIDTH] = 0
    assert not wide.rgba.any()


@given(a=layers(), b=layers())
@quick
def test_an_opaque_top_hides_every_hand_below(a: Frame, b: Frame) -> None:
    top = layer(generator(1), (SMOKE,), opaque=True)
    close(comp.over(top, comp.over(a, b)), top, 0)


@given(a=layers(), number=seeds, other=seeds)
@quick
def test_alterations_join_as_one_minus_the_product_of_what_is_kept(a: Frame, number: int, other: int) -> None:
    a = Frame(a.rgba, Authorship(a.authorship.hands, a.authorship.weights))

    def alone(before: Frame, seed: int) -> np.ndarray:
        light = np.maximum(before.rgb @ LUMINANCE, 0), np.maximum(graded(before, seed)[..., :3] @ LUMINANCE, 0)
        return np.abs(light[1] - light[0]) / np.maximum(np.maximum(*light), 1e-20)

    once = comp.altered(a, graded(a, number), GRADE)
    by_another = comp.altered(once, graded(once, other), MODEL)
    by_the_same = comp.altered(once, graded(once, other), GRADE)
    expected = 1 - (1 - alone(a, number)) * (1 - alone(once, other))
    np.testing.assert_allclose(once.authorship.alteration_of(GRADE), alone(a, number), atol=1e-5)
    np.testing.assert_allclose(by_another.authorship.altered(), expected, atol=1e-5)
    np.testing.assert_allclose(by_the_same.authorship.alteration_of(GRADE), expected, atol=1e-5)


@given(a=layers(), number=seeds)
@quick
def test_a_grade_keeps_origin_bit_for_bit(a: Frame, number: int) -> None:
    graded_ = comp.altered(a, graded(a, number), GRADE)
    assert graded_.authorship.hands == a.authorship.hands
    assert np.array_equal(graded_.authorship.weights, a.authorship.weights)
    assert np.array_equal(graded_.alpha, a.alpha)


def test_a_grade_that_changes_nothing_alters_nothing() -> None:
    a = layer(generator(1))
    assert comp.altered(a, a.rgba.copy(), GRADE).authorship.altering == ()


def test_a_grade_does_not_write_into_what_it_is_given() -> None:
    a = layer(generator(1))
    rgba = a.rgba.copy()
    rgba[..., 3] = 0.5
    comp.altered(a, rgba, GRADE)
    assert (rgba[..., 3] == 0.5).all()


@pytest.mark.parametrize("factor", [0.25, 4.0])
def test_a_change_of_two_stops_is_an_alteration_of_three_quarters(factor: float) -> None:
    a = layer(generator(1), opaque=True)
    assert comp.multiply(a, np.full((HEIGHT, WIDTH), factor), GRADE).authorship.altered() == pytest.approx(0.75)


def test_multiply_tints_by_colour_and_keeps_alpha() -> None:
    a = layer(generator(1))
    tinted = comp.multiply(a, np.full((HEIGHT, WIDTH, 3), (1, 0.5, 0)), GRADE)
    assert np.allclose(tinted.rgb, a.rgb * (1, 0.5, 0))
    assert np.array_equal(tinted.alpha, a.alpha)


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    return np.ascontiguousarray(one).tobytes() == np.ascontiguousarray(other).tobytes()


@pytest.mark.parametrize("rubbish", [np.nan, np.inf, -7.0])
@given(plate=layers(opaque=True), matte=mattes())
@quick
def test_outside_its_matte_the_plate_is_locked_bit_for_bit(rubbish: float, plate: Frame, matte: np.ndarray) -> None:
    plate.rgba[0, 0] = (-0.0, 1e-42, 70000, 1)  # zeros have a sign, and there are numbers below the smallest normal
    new = np.where(matte[..., None] > 0, 0.5, rubbish).astype(np.float32) * np.ones(4, np.float32)
    locked = matte == 0
    whose = Frame(new, Authorship.of(MODEL, np.ones((HEIGHT, WIDTH), np.float32)))
    for result in (comp.repainted(plate, new, MODEL, matte), comp.blend(plate, whose, matte)):
        assert same_bits(result.rgba[locked], plate.rgba[locked])
        for hand in plate.authorship.hands:
            before, after = plate.authorship.weight_of(hand), result.authorship.weight_of(hand)
            assert same_bits(after[locked], before[locked])
        if MODEL not in plate.authorship.hands:
            assert not result.authorship.weight_of(MODEL)[locked].any()


@pytest.mark.parametrize(
    ("old", "new", "matte", "share"),
    [
        (0.5, 0.5, 1.0, 0.0),  # nothing changed: nothing is the model's
        (0.0, 1.0, 1.0, 1.0),  # all the light is new
        (0.0, 1.0, 0.5, 0.5),
        (0.8, 0.2, 1.0, 0.75),
        (0.8, 0.2, 0.5, 0.375),
        (0.2, 0.8, 0.5, 0.375),
    ],
)
def test_what_a_model_repaints_is_its_own_by_matte_times_change(
    old: float, new: float, matte: float, share: float
) -> None:
    plate = Frame.of(np.full((2, 2, 4), (old, old, old, 1), np.float32), CAMERA)
    painted = comp.repainted(plate, np.full((2, 2, 4), new, np.float32), MODEL, np.full((2, 2), matte))
    assert painted.authorship.weight_of(MODEL) == pytest.approx(share, abs=1e-6)
    assert painted.authorship.weight_of(CAMERA) == pytest.approx(1 - share, abs=1e-6)
    assert painted.rgb == pytest.approx(old + matte * (new - old))
    assert painted.alpha == pytest.approx(1)


def test_light_painted_below_nothing_moves_no_more_than_all() -> None:
    # an overshoot of a filter: from 0.02 to -0.01 is a change of 0.03 in light of 0.02
    plate = Frame.of(np.array([[[0.02, 0.02, 0.02, 1]]], np.float32), CAMERA)
    painted = comp.repainted(plate, np.array([[[-0.01, -0.01, -0.01, 1]]], np.float32), MODEL, np.ones((1, 1)))
    assert painted.authorship.faults(painted.alpha) == []
    assert painted.authorship.weight_of(MODEL) == pytest.approx(1)


@given(a=layers(), b=layers(), matte=mattes())
@quick
def test_copied_pixels_keep_their_hands_and_are_altered_as_far_as_they_are_laid_in(
    a: Frame, b: Frame, matte: np.ndarray
) -> None:
    made = comp.copied(a, b, matte, GRADE)
    for hand in HANDS:
        mixed = (1 - matte) * a.authorship.weight_of(hand) + matte * b.authorship.weight_of(hand)
        assert np.allclose(made.authorship.weight_of(hand), mixed, atol=1e-5)
    assert (made.authorship.alteration_of(GRADE)[matte == 1] == 1).all()
    kept = matte == 0
    assert np.array_equal(made.rgba[kept], a.rgba[kept])
    assert np.allclose(made.authorship.alteration_of(GRADE)[kept], a.authorship.alteration_of(GRADE)[kept], atol=1e-6)


@quick
@given(a=layers(), matte=mattes())
def test_a_matte_takes_light_and_shares_alike(a: Frame, matte: np.ndarray) -> None:
    kept = comp.held(a, matte)
    assert np.allclose(kept.rgba, a.rgba * matte[..., None])
    assert np.allclose(kept.authorship.weights, a.authorship.weights * matte)
    close(comp.held(a, np.ones_like(matte)), a, 0)


def test_a_matte_of_nothing_takes_even_what_is_not_a_number() -> None:
    a = layer(generator(1))
    a.rgba[2, 2] = np.nan
    assert not comp.held(a, np.zeros((HEIGHT, WIDTH), np.float32)).rgba.any()


@pytest.mark.parametrize("top_light", [0.0, 0.1, 1.0, 12.0])
def test_pure_light_has_its_share_of_the_luminance(top_light: float) -> None:
    plate = Frame.of(np.full((2, 2, 4), (0.4, 0.2, 0.1, 1), np.float32), CAMERA)
    glow = np.full((2, 2, 3), (top_light, 0, 0), np.float32)
    sum_ = comp.plus(comp.light(glow, SMOKE), plate)
    of_glow = top_light * LUMINANCE[0]
    expected = of_glow / (of_glow + np.array([0.4, 0.2, 0.1]) @ LUMINANCE)
    assert sum_.authorship.weight_of(SMOKE) == pytest.approx(expected, abs=1e-6)
    assert sum_.rgb[0, 0] == pytest.approx([0.4 + top_light, 0.2, 0.1])
    assert sum_.alpha == pytest.approx(1)


def test_light_on_nothing_covers_nothing_and_is_nobodys() -> None:
    nothing = Frame.of(np.zeros((2, 2, 4), np.float32), CAMERA)
    result = comp.plus(comp.light(np.ones((2, 2, 3), np.float32), SMOKE), nothing)
    assert result.rgb == pytest.approx(1)
    assert not result.alpha.any()
    assert not result.authorship.weights.any()


@given(a=layers(), b=layers())
@quick
def test_screen_never_exceeds_1_where_neither_layer_does(a: Frame, b: Frame) -> None:
    a, b = (Frame(frame.rgba * np.float32([0.25, 0.25, 0.25, 1]), frame.authorship) for frame in (a, b))
    result = comp.screen(a, b)
    assert result.rgb.max() <= 1
    assert (result.rgb >= np.maximum(a.rgb, b.rgb) - 1e-6).all()


@given(a=layers())
@quick
def test_a_shift_by_whole_pixels_carries_every_share_along(a: Frame) -> None:
    shift = np.array([[1, 0, 3], [0, 1, -2], [0, 0, 1.0]])
    result = comp.transformed(a, shift, WIDTH, HEIGHT)
    inside = comp.cropped(a, 0, 2, WIDTH - 3, HEIGHT - 2)
    close(comp.cropped(result, 3, 0, WIDTH - 3, HEIGHT - 2), inside, 2e-6)
    np.testing.assert_allclose(
        comp.cropped(result, 3, 0, WIDTH - 3, HEIGHT - 2).authorship.alterations * (inside.alpha > 0),
        inside.authorship.alterations,
        atol=1e-5,
    )


def test_a_matrix_leads_from_the_frame_to_the_result() -> None:
    # a dot whose middle is at (3.5, 2.5), doubled about the corner, has its middle at (7, 5)
    dot = np.zeros((6, 8, 4), np.float32)
    dot[2, 3] = 1
    result = comp.transformed(Frame.of(dot, SMOKE), np.diag([2, 2, 1.0]), 16, 12, cubic=False)
    y, x = np.mgrid[0:12, 0:16] + 0.5
    assert (result.alpha * x).sum() / result.alpha.sum() == pytest.approx(7)
    assert (result.alpha * y).sum() / result.alpha.sum() == pytest.approx(5)


@pytest.mark.parametrize("times", [2, 3])
@given(number=seeds)
@quick
def test_shrinking_keeps_the_mean_of_light_and_of_every_share(times: int, number: int) -> None:
    a = layer(generator(number), HANDS[:3], height=12, width=18)
    small = comp.resized(a, 18 // times, 12 // times)
    assert small.rgba.mean((0, 1)) == pytest.approx(a.rgba.mean((0, 1)), abs=1e-5)
    assert small.authorship.weights.mean((1, 2)) == pytest.approx(a.authorship.weights.mean((1, 2)), abs=1e-5)


def test_resized_to_its_own_size_a_frame_is_itself() -> None:
    a = layer(generator(1))
    assert comp.resized(a, WIDTH, HEIGHT) is a


@given(number=seeds)
@quick
def test_a_blur_keeps_the_sum_of_light_and_of_every_share(number: int) -> None:
    inner = layer(generator(number), HANDS[:3], height=12, width=12)
    a = comp.cropped(inner, -12, -12, 36, 36)  # so far from the border that nothing repeats
    soft = comp.blurred(a, 2.0)
    assert soft.rgba.sum((0, 1)) == pytest.approx(a.rgba.sum((0, 1)), rel=1e-4)
    assert soft.authorship.weights.sum((1, 2)) == pytest.approx(a.authorship.weights.sum((1, 2)), rel=1e-4)


def test_a_blur_of_nothing_is_the_frame_itself() -> None:
    a = layer(generator(1))
    assert comp.blurred(a, 0) is a


@given(a=layers(), b=layers())
@quick
def test_a_dissolve_begins_with_one_and_ends_with_the_other(a: Frame, b: Frame) -> None:
    close(comp.mixed(a, b, 0.0), a, 0)
    close(comp.mixed(a, b, 1.0), b, 0)
    half = comp.mixed(a, b, 0.5)
    assert np.allclose(half.rgba, (a.rgba + b.rgba) / 2)


@given(a=layers(), b=layers(), matte=mattes())
@quick
def test_layers_stored_in_half_give_what_their_floats_give(a: Frame, b: Frame, matte: np.ndarray) -> None:
    def halved(frame: Frame) -> Frame:
        authorship = frame.authorship
        kept = Authorship(authorship.hands, narrowed(authorship.weights), authorship.altering, authorship.alterations)
        return Frame(narrowed(frame.rgba), kept)

    acts: list[Any] = [
        comp.over,
        comp.plus,
        comp.screen,
        lambda p, q: comp.blend(p, q, matte),
        lambda p, q: comp.held(p, matte),
    ]
    for act in acts:
        result = act(halved(a), halved(b))
        assert result.rgba.dtype == result.authorship.weights.dtype == np.float32
        close(result, act(a, b), 4e-3)  # a half has 11 bits


def test_alteration_is_seen_as_far_as_its_layer_is() -> None:
    def altered_layer(alpha: float, amount: float, by: Hand) -> Frame:
        shape = (2, 2)
        rgba = np.full((*shape, 4), alpha, np.float32)
        planes = np.full((1, *shape), amount, np.float32)
        return Frame(rgba, Authorship((CAMERA,), rgba[None, ..., 3].copy(), (by,), planes))

    both = comp.over(altered_layer(0.25, 0.8, GRADE), altered_layer(1.0, 0.4, PAINTER))
    assert both.authorship.alteration_of(GRADE) == pytest.approx(0.25 * 0.8)
    assert both.authorship.alteration_of(PAINTER) == pytest.approx(0.75 * 0.4)


@pytest.mark.parametrize("act", [comp.over, comp.plus, comp.screen, lambda a, b: comp.mixed(a, b, 0.5)])
def test_layers_of_two_sizes_are_refused(act: Any) -> None:
    with pytest.raises(MediaError, match=r"layers: one is 11x9, the other 7x5. Place or resize one of them first."):
        act(layer(generator(1)), layer(generator(1), height=5, width=7))


@pytest.mark.parametrize(
    "act",
    [comp.held, lambda a, m: comp.blend(a, a, m), lambda a, m: comp.repainted(a, a.rgba, MODEL, m)],
)
def test_a_matte_of_another_size_is_refused(act: Any) -> None:
    with pytest.raises(MediaError, match=r"matte: it is 7x5, the picture 11x9. Make both of one size."):
        act(layer(generator(1)), np.ones((5, 7), np.float32))


@pytest.mark.parametrize(
    "act", [lambda a, p: comp.altered(a, p, GRADE), lambda a, p: comp.repainted(a, p, MODEL, a.alpha)]
)
def test_a_picture_of_another_size_is_refused(act: Any) -> None:
    with pytest.raises(MediaError, match=r"the picture changed its size. Use transformed for that."):
        act(layer(generator(1)), np.ones((5, 7, 4), np.float32))


@given(st.sampled_from(HANDS), layers())
@quick
def test_a_hand_that_was_not_there_has_no_share(hand: Hand, a: Frame) -> None:
    if hand not in a.authorship.hands:
        assert not a.authorship.weight_of(hand).any()
