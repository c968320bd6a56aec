"""Learning from painted frames: the same steps give the same weights, and a stop changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from manyhands.core.clip import State
from manyhands.kit.taught import asking, lessons, model, motion, network, score
from manyhands.kit.taught.lessons import Example, Lessons
from manyhands.kit.taught.network import Lesson
from tests.moving import seen, turned
from tests.taught import seen as frame_seen
from tests.taught import true_matte


def silent(done: int, of: int) -> None:
    """A bell that nobody hears."""


def example(number: int, *, changed: bool = False) -> Example:
    picture = lessons.encoded(frame_seen(number)[..., :3])
    still = np.zeros((*picture.shape[:2], motion.PLANES), np.float32)
    return Example(number, picture, still, true_matte(number), picture * 0.5 if changed else None)


LESSON = Lesson(lessons.PLANES, 0, 12, crop_px=32)
DRAW = Lessons([example(0), example(6)], 7, crop_px=32).draw


def start() -> State:
    return network.begin(LESSON, np.random.Generator(np.random.PCG64(1)))


def learned(*rounds: int, state: State | None = None) -> State:
    state = state or start()
    for steps in rounds:
        kept = {name: np.array(value) for name, value in state.items()}  # as a file gives it back
        state = network.learn(kept, LESSON, DRAW, steps, bell=silent)
    return state


@pytest.fixture(scope="module")
def once() -> State:
    return learned(6)


def test_the_same_seed_gives_the_same_weights_bit_for_bit(once: State) -> None:
    again = learned(6)
    assert again.keys() == once.keys()
    assert all(np.array_equal(again[name], once[name]) for name in once)


def test_a_stop_between_rounds_changes_no_bit(once: State) -> None:
    resumed = learned(2, 3, 1)
    assert all(np.array_equal(resumed[name], once[name]) for name in once if name != "loss")


def test_the_loss_falls(once: State) -> None:
    assert learned(6, state=once)["loss"] < learned(1)["loss"]


def test_the_last_round_ends_at_the_budget(once: State) -> None:
    assert int(learned(25, state=once)["step"]) == LESSON.steps


def test_the_network_is_small(once: State) -> None:
    trained = [value.size for name, value in once.items() if name.startswith("m.")]
    assert 1.0e6 < sum(trained) < 1.2e6


def test_a_bell_that_says_stop_is_heard_between_steps() -> None:
    def stop(done: int, of: int) -> None:
        if done == 2:
            raise KeyError("stop")

    with pytest.raises(KeyError):
        network.learn(start(), LESSON, DRAW, 6, bell=stop)


@pytest.mark.parametrize(("height", "width"), [(32, 48), (48, 32), (37, 50)])
def test_the_onnx_file_gives_what_the_network_gives(once: State, height: int, width: int) -> None:
    weights = network.weights_of(once)
    planes = np.random.default_rng(3).normal(0, 0.5, (height, width, lessons.PLANES)).astype(np.float32)
    file = model.as_onnx(weights, lessons.PLANES, 1, {"maker": "test"})
    given, deep = model.Model(file).look(planes)
    matte = network.drawn(weights, planes)[1]
    assert given.shape == (height, width, 1)
    assert deep.shape == (-(-height // 16), -(-width // 16), 192)
    np.testing.assert_allclose(model.sigmoid(given[..., 0]), matte, atol=1e-3)


def test_a_model_that_leans_gives_the_same_matte_by_other_odds(once: State) -> None:
    weights = network.weights_of(once)
    planes = np.random.default_rng(3).normal(0, 0.5, (32, 32, lessons.PLANES)).astype(np.float32)
    upright, leaning = (
        model.Model(model.as_onnx(each, lessons.PLANES, 1, {})).look(planes)[0]
        for each in (weights, model.leaning(weights, 0.5))
    )
    np.testing.assert_allclose(leaning, upright + 0.5, atol=1e-4)


def test_a_model_that_is_very_sure_gives_whole_numbers(once: State) -> None:
    weights = network.weights_of(once)
    sure = {**weights, "last.bias": np.full_like(weights["last.bias"], -500)}
    matte = network.drawn(sure, np.zeros((32, 32, lessons.PLANES), np.float32))[1]
    assert matte.dtype == np.float32
    assert 0 <= matte.min() <= matte.max() < 1e-6


def test_the_same_weights_give_the_same_file(once: State) -> None:
    weights = network.weights_of(once)
    assert model.as_onnx(weights, 7, 1, {"b": "2", "a": "1"}) == model.as_onnx(weights, 7, 1, {"a": "1", "b": "2"})


def test_two_looks_of_a_model_that_sees_no_sides_lie_together(once: State) -> None:
    """Oracle: a picture that is its own mirror image gets a matte that is."""
    half = np.random.default_rng(3).normal(0, 0.5, (32, 32, lessons.PLANES)).astype(np.float32)
    planes = np.concatenate([half, half[:, ::-1]], 1)
    found = model.Model(model.as_onnx(network.weights_of(once), lessons.PLANES, 1, {})).see(planes, twice=False)
    np.testing.assert_allclose(found.matte, found.matte[:, ::-1], atol=1e-5)
    assert found.deep.shape == (2 * 192,)


@pytest.mark.parametrize("changed", [False, True])
def test_a_step_draws_the_same_crops_whoever_asks_and_other_steps_others(changed: bool) -> None:
    drawn = Lessons([example(0, changed=changed), example(6, changed=changed)], 7, crop_px=48)
    inputs, targets = drawn.draw(3)
    assert inputs.shape == (lessons.BATCH, 48, 48, lessons.PLANES)
    assert targets.shape == (lessons.BATCH, 48, 48, 4 if changed else 1)
    assert inputs.dtype == targets.dtype == np.float32
    for one, other in zip((inputs, targets), drawn.draw(3), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(inputs, drawn.draw(4)[0])


def test_a_crop_of_a_learned_change_keeps_pairs_together() -> None:
    """Oracle: where the change halves the code, every crop shows code and half of it."""
    inputs, targets = Lessons([example(2, changed=True)], 7, crop_px=48).draw(0)
    np.testing.assert_allclose(targets[..., :3], 0.5 * inputs[..., :3], atol=1e-5)


def test_many_crops_of_a_change_are_the_painted_pixels_themselves() -> None:
    """Oracle: every pixel of the frame has another value, and resampling makes values that none of them has."""
    values = np.random.default_rng(2).permutation(64 * 96 * 3).reshape(64, 96, 3).astype(np.float32) / 16384
    frame = replace(example(3, changed=True), picture=values, changed=values * 2)
    crops = [crop for step in range(25) for crop in Lessons([frame], 7, crop_px=32).draw(step)[0][..., :3]]
    as_they_are = [bool(np.isin(crop, values).all()) for crop in crops]
    assert np.mean(as_they_are) == pytest.approx(lessons.AS_IS, abs=0.15)
    one = crops[as_they_are.index(True)]
    moved = [np.argwhere((values == pixel).all(-1))[0] for pixel in (one[0, 0], one[0, 1], one[1, 0])]
    assert abs(moved[1] - moved[0]).tolist() == [0, 1]
    assert (moved[2] - moved[0]).tolist() == [1, 0]


def test_the_network_lays_a_change_in_as_the_maker_does() -> None:
    import torch

    matte = np.linspace(0, 1, 101, dtype=np.float32)
    np.testing.assert_allclose(network.laid(torch.from_numpy(matte)).numpy(), lessons.laid(matte), atol=1e-6)
    assert lessons.laid(matte)[[0, 25, 50, 75, 100]].tolist() == pytest.approx([0, 0, 0.5, 1, 1], abs=1e-6)


def test_the_network_changes_a_picture_as_the_maker_does() -> None:
    import torch

    rng = np.random.default_rng(6)
    picture, change = rng.random((24, 40, 3), np.float32), rng.normal(0, 0.2, (24, 40, 15)).astype(np.float32)
    matte = rng.random((24, 40), np.float32)
    planes = [torch.from_numpy(part.transpose(2, 0, 1)[None].copy()) for part in (picture, lessons.REACH * change)]
    learned_from = picture + network.changed(*planes, torch.from_numpy(matte)[None])[0].numpy().transpose(1, 2, 0)
    np.testing.assert_allclose(lessons.recoloured(picture, change, matte), learned_from, atol=1e-5)


def test_a_change_can_take_a_spot_away_and_bring_an_edge_back() -> None:
    """Oracle: all detail up to 3 px less is the blurred picture; the fill is what lies about."""
    spot = np.full((41, 41, 3), 0.5, np.float32)
    spot[20, 20] = 0.1
    less, more, fill = np.zeros((3, 41, 41, 15), np.float32)
    matte = np.zeros((41, 41), np.float32)
    less[..., 6:12] = -1 / lessons.REACH
    more[..., 6:9] = 1 / lessons.REACH
    assert np.abs(lessons.recoloured(spot, less, matte) - 0.5).max() < 0.4 / (2 * np.pi * 3**2) * 1.1
    assert lessons.recoloured(spot, more, matte)[20, 20, 0] < -0.2
    fill[..., 12:] = 1 / lessons.REACH
    matte[18:23, 18:23] = 1
    np.testing.assert_allclose(lessons.recoloured(spot, fill, matte)[20, 20], 0.5, atol=3e-3)
    even = np.full((41, 41, 3), 0.5, np.float32)
    np.testing.assert_allclose(lessons.recoloured(even, more, matte, scale=2.5), even, atol=1e-6)


def test_the_wildest_change_is_light_that_a_file_can_hold() -> None:
    code, matte = np.full((20, 20, 3), 0.5, np.float32), np.ones((20, 20), np.float32)
    for size in (-100, 100):
        light = lessons.decoded(lessons.recoloured(code, np.full((20, 20, 15), size, np.float32), matte))
        assert np.abs(light).max() <= 65504 * 1.001


@pytest.fixture
def square() -> Any:
    """A square made lighter by 0.2: what is wanted, and a loss of a matte's odds and a change."""
    import torch

    lesson = Lesson(lessons.PLANES, 3, 10, crop_px=16)
    inputs, matte = torch.full((1, lessons.PLANES, 16, 16), 0.5), torch.zeros(1, 16, 16)
    matte[:, 4:12, 4:12] = 1

    def loss(logit: Any, change: Any, wanted: Any) -> float:
        none, offset = torch.zeros(1, 3, 16, 16), change.expand(1, 3, 16, 16)
        given = torch.cat([none, offset, none, none, none, logit[:, None]], 1)
        targets = torch.cat([0.5 + wanted.expand(1, 3, 16, 16), matte[:, None]], 1)
        return float(network._loss(given, targets, inputs, lesson))

    return matte, loss


def test_a_change_is_judged_by_what_will_be_seen(square: Any) -> None:
    """A change that is too small costs something, and one outside the matte more where it would show."""
    matte, loss = square
    wanted, sure, generous = 0.2 * matte[:, None], 20 * (matte - 0.5), 0 * matte + 10
    everywhere = 0 * wanted + 0.2
    assert loss(sure, wanted, wanted) == pytest.approx(0, abs=1e-2)
    assert loss(sure, wanted, wanted) < loss(sure, 0.5 * wanted, wanted)
    shown = loss(generous, everywhere, wanted) - loss(generous, wanted, wanted)
    assert shown > 1.5 * (loss(sure, everywhere, wanted) - loss(sure, wanted, wanted))


def test_a_speck_weighs_as_much_as_all_that_surrounds_it(square: Any) -> None:
    """To leave four of 64 pixels as they are costs about as much as to change the other 60 as well."""
    matte, loss = square
    wanted = 0 * matte[:, None]
    wanted[..., 7:9, 7:9] = 0.2
    sure = 20 * (matte - 0.5)
    right = loss(sure, wanted, wanted)
    missed, spread = loss(sure, 0 * wanted, wanted) - right, loss(sure, 0.2 * matte[:, None], wanted) - right
    assert missed > 0.6 * spread
    assert spread > 0.2 * missed


def test_most_crops_look_at_an_edge() -> None:
    drawn = Lessons([example(3)], 7, crop_px=32, paste=0.0)
    mattes = [matte for step in range(20) for matte in drawn.draw(step)[1]]
    assert np.mean([matte.min() < 0.5 < matte.max() for matte in mattes]) > 0.6


def test_code_and_light_are_each_others_inverse_and_smooth_at_one() -> None:
    light = np.array([-0.3, 0.0, 1e-4, 0.18, 0.999, 1.001, 7.0, 300.0], np.float32)
    np.testing.assert_allclose(lessons.decoded(lessons.encoded(light)), light, rtol=2e-4, atol=1e-6)
    below, above = (float(lessons.encoded(np.float32(1 + step)) - 1) / step for step in (-1e-3, 1e-3))
    assert below == pytest.approx(above, rel=2e-3)


def test_what_moves_by_itself_stands_out_from_what_the_camera_moves() -> None:
    pictures = []
    for number in range(3):
        grey = np.cbrt(seen(turned(3 * number, number, 0.5 * number, 1.0)))
        grey[100:140, 60 + 9 * number : 110 + 9 * number] = np.cbrt(seen(turned(0, 0, 0, 1), world=None)[:40, 200:250])
        pictures.append(np.repeat(grey[..., None], 3, -1).astype(np.float32))
    planes = motion.own_motion(pictures[1], [pictures[0], pictures[2]])
    assert planes.shape == (240, 320, motion.PLANES)
    assert planes.min() >= 0
    assert planes.max() <= 1
    thing = planes[105:135, 80:110].mean((0, 1))
    rest = planes.copy()
    rest[90:150, 50:140] = 0
    assert (thing > 8 * rest.mean((0, 1))).all()


def test_a_single_frame_has_no_motion() -> None:
    assert not motion.own_motion(np.full((20, 30, 3), 0.5, np.float32), []).any()


def test_the_overlap_of_shifted_squares_is_the_share_that_meets() -> None:
    one, other = np.zeros((40, 40)), np.zeros((40, 40))
    one[10:20, 10:20] = other[10:20, 15:25] = 1
    assert score.overlap(one, other) == pytest.approx(50 / 150)
    assert score.overlap(one * 0, other * 0) == 1
    assert score.overlap(one, other * 0) == 0


def test_outlines_within_reach_meet_and_far_ones_do_not() -> None:
    """Oracle: 0.8 % of the diagonal of 300x400 is 4 px."""
    one = np.zeros((300, 400))
    one[100:200, 100:200] = 1
    assert score.outline(one, one) == 1
    assert score.outline(np.roll(one, 3, 1), one) == 1
    # the two upright edges are lost; of each level one 60 px and the reach are met: 2 x 64 of 400
    assert score.outline(np.roll(one, 40, 1), one) == pytest.approx(0.33, abs=0.03)
    assert score.outline(one * 0, one) == 0
    assert score.outline(one * 0, one * 0) == 1


def test_a_sure_matte_misses_nothing_and_an_even_one_half() -> None:
    sure = np.zeros((20, 20))
    sure[5:10, 5:10] = 1
    assert asking.likely_miss(sure) == pytest.approx(0, abs=1e-4)
    assert asking.likely_miss(np.where(sure > 0, 0.75, 0)) == pytest.approx(0.25, abs=1e-3)
    assert asking.likely_miss(np.full((20, 20), 0.3)) == pytest.approx(1, abs=1e-3)


def even(deep: dict[int, np.ndarray]) -> dict[int, float]:
    """As much is painted in every frame."""
    return dict.fromkeys(deep, 0.1)


def test_the_frames_asked_for_are_doubtful_and_differ_from_each_other() -> None:
    """Two kinds of frames are unsure: one of each is asked for, not the two most unsure, which are alike."""
    deep = {at: np.array([0.0, 0.0]) for at in range(10)}
    deep |= {at: np.array([5.0, 0.0]) for at in (10, 11, 12)} | {20: np.array([0.0, 5.0])}
    unsure = dict.fromkeys(deep, 0.1) | {10: 0.9, 11: 1.0, 12: 0.9, 20: 0.6}
    assert asking.next_frames(unsure, deep, even(deep), [0, 5]) == [11, 20]
    assert asking.next_frames(unsure, deep, even(deep), [0, 5, 11, 20], wanted=1)[0] not in (0, 5, 11, 20)
    assert asking.next_frames({}, {1: np.zeros(2)}, {}, [1]) == []


def test_where_all_is_alike_the_middles_of_the_widest_gaps_are_asked_for() -> None:
    """Oracle: with even doubt and no features to tell frames apart, only time is left."""
    deep = {at: np.zeros(4) for at in range(61)}
    assert 39 <= asking.next_frames(dict.fromkeys(deep, 0.3), deep, even(deep), [0, 20, 60], wanted=1)[0] <= 41


def test_one_odd_frame_is_not_asked_for_before_a_doubtful_stretch() -> None:
    """A single frame that is blurred looks like no other, but to paint it says nothing of any other."""
    rng = np.random.default_rng(4)
    deep = {at: 0.05 * rng.standard_normal(6) + (at > 30) for at in range(60)}
    deep[12] = deep[12] + 3 * np.array([1, -1, 1, -1, 1, -1])
    unsure = {at: 1.0 if at == 12 else 0.6 if 40 <= at < 48 else 0.2 for at in deep}
    assert 40 <= asking.next_frames(unsure, deep, even(deep), [0, 30, 59], wanted=1)[0] < 48


def test_what_stays_doubtful_where_it_is_painted_is_asked_for_less() -> None:
    """Two stretches of the same doubt: beside one the painted frame is as doubtful, beside the other it is sure."""
    deep = {at: np.zeros(4) for at in range(61)}
    unsure = {at: 0.5 if at not in (30, 60) else {30: 0.45, 60: 0.05}[at] for at in deep}
    unsure[0] = 0.45
    assert asking.next_frames(unsure, deep, even(deep), [0, 30, 60], wanted=1)[0] > 40
    assert asking.next_frames({**unsure, 0: 0.05, 60: 0.45}, deep, even(deep), [0, 30, 60], wanted=1)[0] < 20


def test_of_frames_beside_each_other_one_that_shows_what_is_painted_is_asked_for() -> None:
    """What is wanted is all but hidden in the middle of the gap; just beside it stands free."""
    deep = {at: np.zeros(4) for at in range(61)}
    covers = {at: 0.001 if 37 <= at <= 41 else 0.1 for at in deep}
    asked = asking.next_frames(dict.fromkeys(deep, 0.3), deep, covers, [0, 20, 60], wanted=1)[0]
    assert asked in (34, 35, 36, 42, 43, 44)


def test_a_picture_lies_away_from_another_by_its_encoded_light() -> None:
    dark, light = np.full((4, 6, 3), 0.2**2.2, np.float32), np.full((4, 6, 3), 0.5**2.2, np.float32)
    assert score.away(light, dark) == pytest.approx(0.3, abs=1e-6)
    assert score.away(light, light) == 0


def test_within_one_thread_learning_uses_one_and_then_what_is_useful_again() -> None:
    before = network._useful_threads(160)
    with network.one_thread():
        assert network._useful_threads(160) == 1
    assert network._useful_threads(160) == before
