"""Colour and alpha from two backgrounds: what was composited comes back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.kit.unmixing import background_of, noise_of, spread_of, unmixed, unmixed_alone

DARK, BRIGHT = np.array([0.02, 0.02, 0.03], np.float32), np.array([0.6, 0.55, 0.5], np.float32)


def element(height: int = 80, width: int = 120) -> np.ndarray:
    """A soft ball of two colours, premultiplied."""
    y, x = np.mgrid[:height, :width]
    alpha = np.clip(1.4 - np.hypot(x - 60, y - 40) / 22, 0, 1).astype(np.float32)
    colour = np.where((x > 60)[..., None], [0.8, 0.2, 0.05], [0.1, 0.3, 0.7])
    return np.dstack([colour * alpha[..., None], alpha]).astype(np.float32)


def before(back: np.ndarray) -> np.ndarray:
    rgba = element()
    return rgba[..., :3] + (1 - rgba[..., 3:]) * back


def test_what_was_composited_comes_back() -> None:
    found = unmixed(before(DARK), before(BRIGHT), DARK, BRIGHT)
    assert found.rgba == pytest.approx(element(), abs=1e-5)
    assert found.miss.max() < 1e-5


@given(st.floats(0, 1), st.floats(0, 3), st.floats(0.05, 2))
def test_any_coverage_and_light_come_back(alpha: float, light: float, bright: float) -> None:
    back = np.full(3, bright, np.float32)
    nothing = np.zeros(3, np.float32)
    one = np.full((1, 1, 3), light * alpha, np.float32)
    found = unmixed(one, one + np.float32(1 - alpha) * back, nothing, back)
    assert found.rgba[0, 0, 3] == pytest.approx(alpha, abs=1e-3)


def test_backgrounds_are_read_from_the_border() -> None:
    assert background_of(before(BRIGHT)) == pytest.approx(BRIGHT, abs=1e-6)


def test_noise_does_not_become_a_veil() -> None:
    rng = np.random.default_rng(2)
    one, other = (before(back) + rng.normal(0, 0.01, before(back).shape) for back in (DARK, BRIGHT))
    noise = noise_of(one, other, DARK, BRIGHT)
    found = unmixed(one, other, DARK, BRIGHT, noise=noise).rgba[..., 3]
    clear = element()[..., 3] == 0
    assert (found[clear] > 0).mean() < 0.02
    assert np.abs(found - element()[..., 3]).mean() < 0.01


def test_two_clips_that_differ_contradict_each_other() -> None:
    moved = np.roll(before(BRIGHT), 9, axis=1)
    found = unmixed(before(DARK), moved, DARK, BRIGHT)
    assert found.miss[element()[..., 3] > 0.5].mean() > 0.05


GREY = np.full(3, 0.18, np.float32)


def test_something_solid_comes_back_from_one_background() -> None:
    y, x = np.mgrid[:120, :160]
    alpha = np.clip((30 - np.hypot(x - 80, y - 60)) / 4 + 0.5, 0, 1).astype(np.float32)[..., None]
    colour = np.where((x > 80)[..., None], [0.7, 0.2, 0.1], [0.1, 0.3, 0.8])
    light = (colour * alpha + (1 - alpha) * GREY).astype(np.float32)
    found = unmixed_alone(light, GREY, "solid")
    assert np.abs(found[..., 3] - alpha[..., 0]).mean() < 0.006
    assert found[60, 60] == pytest.approx([0.1, 0.3, 0.8, 1], abs=1e-3), "inside it is the picture's own light"
    over = found[..., :3] + (1 - found[..., 3:]) * GREY
    assert np.abs(over - light).max() < 0.06, "laid over its own background it is the picture again"


@given(st.floats(0, 1), st.floats(0.3, 3))
def test_smoke_of_one_colour_comes_back_exactly_where_that_is_known(alpha: float, light: float) -> None:
    colour = np.float32([light, 0.9 * light, 0.8 * light])
    rgb = np.broadcast_to(alpha * colour + (1 - alpha) * GREY, (9, 9, 3)).astype(np.float32)
    found = unmixed_alone(rgb, GREY, "smoke", densest=colour)
    assert found[4, 4] == pytest.approx([*(alpha * colour), alpha], abs=2e-3)


@given(st.floats(0.01, 5))
def test_light_covers_nothing_and_comes_back_as_it_was_added(added: float) -> None:
    rgb = np.broadcast_to(GREY + np.float32(added) * np.float32([1, 0.5, 0.1]), (9, 9, 3)).astype(np.float32)
    found = unmixed_alone(rgb, GREY, "light")
    assert found[4, 4] == pytest.approx([added, 0.5 * added, 0.1 * added, 0], abs=1e-4)


@pytest.mark.parametrize("kind", ["solid", "smoke", "light"])
def test_noise_alone_is_nothing(kind: str) -> None:
    rng = np.random.default_rng(3)
    rgb = (GREY + rng.normal(0, 0.004, (90, 160, 3))).astype(np.float32)
    rgb[30:60, 60:100] = 0.6  # something, or all that varies is what there is
    found = unmixed_alone(rgb, background_of(rgb), kind, noise=spread_of(rgb, background_of(rgb)))  # type: ignore[arg-type]
    empty = np.ones((90, 160), bool)
    empty[24:66, 54:106] = False
    assert np.abs(found[empty]).mean() < 3e-4
