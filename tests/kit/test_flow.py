"""Flow: against walls moved by known amounts, and against algebra."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.kit.flow import (
    Flows,
    disagreement,
    enlarged,
    flow_between,
    flow_within,
    lightness,
    maps_along,
    small_size,
)
from tests.moving import seen, turned
from tests.threads import with_one_and_two

INNER = np.s_[24:-24, 24:-24]  # what the border cannot disturb


def pair(dx: float, dy: float) -> tuple[np.ndarray, np.ndarray]:
    one, other = (seen(turned(x, y, 0, 1), width=160, height=120) for x, y in ((0, 0), (dx, dy)))
    return tuple(lightness(np.repeat(picture[..., None], 3, 2), (160, 120)) for picture in (one, other))  # type: ignore[return-value]


def still(dx: float, dy: float, shape: tuple[int, int] = (120, 160)) -> np.ndarray:
    """A flow that is the same everywhere."""
    return np.full((*shape, 2), (dx, dy), np.float32)


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (3.5, -1.25), (-9, 6)])
def test_the_flow_of_a_shifted_wall_is_the_shift(dx: float, dy: float) -> None:
    flows = flow_between(*pair(dx, dy))
    assert np.abs(flows.there[INNER] - (dx, dy)).mean() < 0.1
    assert np.abs(flows.back[INNER] + (dx, dy)).mean() < 0.1
    assert np.median(disagreement(flows.there, flows.back)[INNER]) < 0.1


def test_the_flow_has_the_same_bits_with_one_and_two_threads() -> None:
    pictures = pair(4.2, -2.6)

    def work() -> tuple[np.ndarray, ...]:
        flows = flow_between(*pictures)
        return flows.there, flows.back, *flow_within(flows, *pictures, 0.3)

    assert all(np.array_equal(one, two) for one, two in zip(*with_one_and_two(work), strict=True))


def test_the_flow_does_not_change_when_the_exposure_of_both_pictures_does() -> None:
    one, other = pair(3, 2)
    bright, brighter = (picture * np.float32(8 ** (1 / 3)) for picture in (one, other))  # three stops
    assert np.abs(flow_between(one, other).there - flow_between(bright, brighter).there).mean() < 0.05


def test_lightness_is_the_cube_root_of_luminance() -> None:
    grey = np.full((8, 12, 3), 0.125, np.float32)
    assert lightness(grey, (12, 8)) == pytest.approx(0.5, abs=1e-5)
    assert lightness(-grey, (6, 4)) == pytest.approx(0)


def test_lightness_keeps_a_broken_pixel_where_it_is() -> None:
    grey = np.full((8, 12, 3), 0.125, np.float32)
    grey[2, 3], grey[5, 6] = np.nan, np.inf
    light = lightness(grey, (12, 8))
    assert np.isfinite(light).all()
    assert np.count_nonzero(np.abs(light - 0.5) > 1e-4) == 2


def test_there_and_back_disagree_by_what_they_do_not_cancel() -> None:
    assert disagreement(still(3, 1), still(-3, -1)) == pytest.approx(0, abs=1e-6)
    assert disagreement(still(3, 1), still(0, 3)) == pytest.approx(5, abs=1e-5)  # 3, 4, 5


def test_maps_lead_along_a_share_of_the_flow_and_end_at_the_border() -> None:
    x, y = maps_along(still(8, -4), 0.25)
    assert (x[50, 20], y[50, 20]) == (22, 49)
    assert (x.max(), y.min()) == (159, 0)


def test_a_flow_enlarged_grows_its_vectors() -> None:
    large = enlarged(still(3, 1), 320, 480)
    assert large.shape == (480, 320, 2)
    assert np.allclose(large, (6, 4))


@pytest.mark.parametrize(
    ("width", "height", "small"), [(1920, 1080, (960, 540)), (640, 360, (640, 360)), (1, 9, (1, 9))]
)
def test_small_pictures_are_never_larger_than_the_plate(width: int, height: int, small: tuple[int, int]) -> None:
    assert small_size(width, height) == small


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_a_shift_stands_everywhere_within_and_both_pictures_show_it(share: float) -> None:
    one, other = pair(6, -4)
    flow, part = flow_within(Flows(still(6, -4), still(-6, 4)), one, other, share)
    assert np.allclose(flow[INNER], (6, -4))
    assert np.abs(part[INNER] - share).mean() < 0.02


def test_what_is_hidden_in_one_picture_is_taken_from_the_other() -> None:
    # a square goes 12 px to the right before a wall that stands: in the middle of its way it has
    # freed a strip that only the second picture shows, and not yet covered one that only the first shows
    behind, front = pair(0, 0)[0], pair(40, 20)[0] + np.float32(0.5)
    one, other = behind.copy(), behind.copy()
    one[40:80, 50:90] = other[40:80, 62:102] = front[40:80, 50:90]
    there, back = still(0, 0), still(0, 0)
    there[40:80, 50:90] = (12, 0)
    back[40:80, 62:102] = (-12, 0)
    flow, part = flow_within(Flows(there, back), one, other, 0.5)
    assert np.allclose(flow[45:75, 60:92], (12, 0))  # the square, half way
    assert np.allclose(flow[45:75, 52:54], 0, atol=0.5)
    assert part[45:75, 52:54].min() > 0.8  # freed: from the second
    assert part[45:75, 98:100].max() < 0.2  # not yet covered: from the first
