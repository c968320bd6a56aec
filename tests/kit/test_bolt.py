"""Bolts: a channel that hangs together, branches that die out, light that is the integral of its strokes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from manyhands.kit.bolt import STROKE_S, Flicker, branched, exposed, struck


def bolt(seed: int = 1, *, branches: float = 1.0, rough: float = 0.2):
    return branched((100, 0), (140, 400), np.random.default_rng(seed), rough=rough, branches=branches, finest_px=4.0)


def test_the_channel_goes_from_the_cloud_to_where_it_strikes_without_a_gap() -> None:
    found = bolt()
    channel = found.lines[found.is_channel]
    assert channel[0, :2].tolist() == [100, 0]
    assert channel[-1, 2:].tolist() == [140, 400]
    np.testing.assert_array_equal(channel[:-1, 2:], channel[1:, :2])
    assert np.hypot(*(channel[:, 2:] - channel[:, :2]).T).mean() < 4
    assert np.all(np.diff(found.born[found.is_channel]) > 0)


def test_it_is_crooked_as_said() -> None:
    lengths = [np.hypot(*(bolt(rough=rough).lines[bolt(rough=rough).is_channel][:, 2:] - bolt(rough=rough).lines[
        bolt(rough=rough).is_channel][:, :2]).T).sum() for rough in (0.0, 0.1, 0.25)]  # fmt: skip
    assert lengths[0] == pytest.approx(np.hypot(40, 400))
    assert lengths[0] < lengths[1] < lengths[2] < 2.5 * lengths[0]


def test_branches_begin_on_what_carries_them_and_are_dimmer_and_die_out() -> None:
    found = bolt()
    assert (~found.is_channel).sum() > 50
    assert found.part[found.is_channel].min() == 1
    assert found.part[~found.is_channel].max() < 0.55
    starts = {tuple(line[:2]) for line in found.lines}
    ends = {tuple(line[2:]) for line in found.lines}
    assert len(starts - ends) == 1  # only the cloud's end comes from nowhere
    assert bolt(branches=0.0).is_channel.all()


def test_every_strike_is_another() -> None:
    assert len({len(bolt(seed).lines) for seed in range(6)}) > 3


def test_exposures_sum_to_the_whole_light_whatever_the_frames() -> None:
    flicker = Flicker(np.array([0.0, 0.07]), np.array([1.0, 0.5]), 0.0)
    for rate in (24, 60):
        edges = np.arange(-2, rate) / rate
        light = [exposed(flicker, a, b)[1] * (b - a) for a, b in itertools.pairwise(edges)]
        assert sum(light) == pytest.approx(1.5 * STROKE_S, rel=1e-6)


def test_branches_flash_once_and_the_channel_again() -> None:
    flicker = Flicker(np.array([0.0, 0.1]), np.array([1.0, 0.8]), 0.0)
    first, every, _ = exposed(flicker, 0.09, 0.11)
    assert first < 1e-6
    assert every > 0.1
    assert exposed(flicker, -0.02, -0.01)[:2] == (0.0, 0.0)
    assert 0 < exposed(flicker, -0.02, -0.01)[2] < 1


def test_strikes_have_the_strokes_that_were_asked_for() -> None:
    counts = [len(struck(np.random.default_rng(seed), 3.4).times_s) for seed in range(400)]
    assert np.mean(counts) == pytest.approx(3.4, rel=0.1)
    assert min(counts) == 1
