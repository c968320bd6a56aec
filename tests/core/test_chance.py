"""Chance: the same for the same seed, purpose and frame, whoever asks first."""

from __future__ import annotations

import itertools

import numpy as np

from manyhands.core.chance import Chance


def drawn(chance: Chance, frame: int) -> list[float]:
    return chance.at(frame).random(3).tolist()


def test_the_same_seed_purpose_and_frame_give_the_same_numbers_in_any_order() -> None:
    forward = [drawn(Chance(7, "smoke"), frame) for frame in range(1001, 1006)]
    one = Chance(7, "smoke")
    backward = [drawn(one, frame) for frame in range(1005, 1000, -1)]
    assert forward == backward[::-1]
    assert drawn(one, 1003) == drawn(one, 1003)


def test_a_purpose_is_a_name_on_the_path() -> None:
    assert drawn(Chance(7).of("smoke").of("gusts"), 5) == drawn(Chance(7, "smoke", "gusts"), 5)


def test_seeds_purposes_and_frames_differ() -> None:
    numbers = [
        tuple(drawn(Chance(seed, *path), frame))
        for seed, path, frame in itertools.product((1, 2), ((), ("a",), ("b",), ("a", "b")), (0, 1, 1001))
    ]
    assert len(set(numbers)) == len(numbers)


def test_a_seed_gives_the_numbers_that_it_always_gave() -> None:
    # pinned on the day the rule was made: SHA-256 of "7/smoke/1001", its first 16 bytes into PCG64
    assert Chance(7, "smoke").at(1001).integers(0, 2**32, 3).tolist() == [1297405918, 2678938390, 2341693329]


def test_neighbouring_frames_are_not_alike() -> None:
    noise = np.stack([Chance(1, "grain").at(frame).standard_normal(4000) for frame in range(20)])
    against = np.corrcoef(noise) - np.eye(20)
    assert np.abs(against).max() < 0.08
