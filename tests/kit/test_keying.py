"""Keying: the colour difference by closed form, the screen's light against the truth, and what no screen is."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.keying import colour_difference, despilled, fit_screen, screen_light, sure_screen, unmixed
from tests.cutouts import BLUE, GREEN, before_screen, grained, screen
from tests.plates import house


@pytest.mark.parametrize(("colour", "channel"), [(GREEN, 1), (BLUE, 2)])
def test_grey_before_a_known_screen_has_its_coverage_exactly(colour: tuple[float, ...], channel: int) -> None:
    # C = a g + (1 - a) S: the grey stands out nowhere, so the difference is (1 - a) of the screen's
    alpha = np.linspace(0, 1, 40, dtype=np.float32)[None].repeat(5, 0)
    light = np.broadcast_to(np.array(colour, np.float32), (5, 40, 3))
    rgb = alpha[..., None] * 0.3 + (1 - alpha[..., None]) * light
    assert np.abs(colour_difference(rgb, light, channel) - alpha).max() < 1e-5


@pytest.mark.parametrize(("colour", "backing"), [(GREEN, "green"), (BLUE, "blue")])
def test_a_screen_is_found_with_its_colour_and_how_much_it_fills(
    colour: tuple[float, float, float], backing: str
) -> None:
    scene = before_screen(colour=colour, smoke=False)
    found = fit_screen([scene.rgb])
    assert found
    assert found.backing == backing
    assert found.share == pytest.approx(float((scene.alpha < 0.02).mean()), abs=0.06)
    wanted = np.median(scene.behind[scene.alpha < 0.02], 0)
    assert np.array(found.colour) == pytest.approx(wanted, rel=0.08)


def test_where_there_is_no_screen_none_is_found() -> None:
    assert fit_screen([house()[..., :3]]) is None  # a bluish sky is no blue screen
    assert fit_screen([np.zeros((40, 60, 3), np.float32)]) is None
    meadow = np.full((40, 60, 3), (0.09, 0.11, 0.05), np.float32)
    assert fit_screen([meadow]) is None


def test_the_screens_light_is_modelled_where_it_is_seen_and_behind_the_subject() -> None:
    scene = before_screen(smoke=False)
    found = fit_screen([scene.rgb])
    assert found
    off = np.abs(screen_light(scene.rgb, found) / scene.behind - 1).mean(-1)
    assert off[scene.alpha < 0.02].mean() < 0.015
    assert off[scene.alpha > 0.5].mean() < 0.06


def test_thin_smoke_is_not_taken_for_an_uneven_screen() -> None:
    scene = before_screen(852, 480)
    found = fit_screen([scene.rgb])
    assert found
    import cv2

    small = cv2.resize(scene.rgb, (426, 240), interpolation=cv2.INTER_AREA)
    cover = cv2.resize(scene.alpha, (426, 240), interpolation=cv2.INTER_AREA)
    sure = sure_screen(small, found)
    assert (sure & (cover > 0.05)).sum() < 0.002 * sure.sum()
    assert (sure & (cover < 0.003)).sum() > 0.9 * (cover < 0.003).sum()


def test_a_clean_plate_follows_a_change_of_light() -> None:
    behind = screen(320, 180)
    clean = grained(behind, 3)
    later = grained(0.6 * behind * np.array([1, 1, 1.1], np.float32), 4)
    found = fit_screen([later])
    assert found
    model = screen_light(later, found, clean)
    assert np.abs(model / (0.6 * behind * np.array([1, 1, 1.1], np.float32)) - 1).mean() < 0.02


def test_where_no_screen_is_seen_its_middle_colour_stands_in() -> None:
    scene = before_screen(smoke=False)
    found = fit_screen([scene.rgb])
    assert found
    full = np.full((60, 80, 3), (0.4, 0.3, 0.2), np.float32)
    assert screen_light(full, found)[30, 40] == pytest.approx(found.colour)
    assert unmixed(full, screen_light(full, found), found)[0].min() == pytest.approx(1)


def test_despilled_light_has_no_more_of_the_screens_channel_than_allowed() -> None:
    rng = np.random.default_rng(2)
    rgb = rng.uniform(0, 2, (20, 30, 3)).astype(np.float32)
    for channel, others in ((1, (0, 2)), (2, (0, 1))):
        pair = rgb[..., list(others)]
        for balance, limit in ((1.0, pair.max(-1)), (0.0, pair.mean(-1))):
            out, excess = despilled(rgb, channel, balance=balance)
            assert (out[..., channel] <= limit + 1e-6).all()
            assert np.array_equal(out[..., list(others)], pair)
            assert np.allclose(rgb[..., channel] - out[..., channel], excess, atol=1e-6)
            assert np.allclose(despilled(out, channel, balance=balance)[0], out, atol=1e-6)  # once is enough
