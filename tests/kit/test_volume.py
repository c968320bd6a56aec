"""The picture of a box of smoke, against what can be said of it by hand (Beer and Lambert)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from manyhands.kit.fluid import FLAME, SMOKE
from manyhands.kit.volume import Look, draw, draw_parted, light_in
from tests.threads import with_one_and_two

SHAPE = (12, 18, 16)  # depth, height, width
PLAIN = Look(detail=0.0, thick=1.0, sun_from=(0.0, 1.0, 0.0))


def box(smoke: float = 0.0, flame: float = 0.0) -> np.ndarray:
    """The same all through."""
    carried = np.zeros((*SHAPE, 3), np.float32)
    carried[..., SMOKE], carried[..., FLAME] = smoke, flame
    return carried


def puff() -> np.ndarray:
    """A ball of smoke with a flame in it, in clear air."""
    z, y, x = (np.mgrid[0 : SHAPE[0], 0 : SHAPE[1], 0 : SHAPE[2]].T + 0.5).T / np.reshape(SHAPE, (3, 1, 1, 1)) - 0.5
    ball = np.exp(-40 * (x**2 + y**2 + z**2))
    carried = box()
    carried[..., SMOKE], carried[..., FLAME] = ball, ball > 0.6
    return carried


def picture(
    carried: np.ndarray, look: Look = PLAIN, *, width: int = 20, height: int = 22, turn: float = 0.0
) -> np.ndarray:
    return draw(carried, np.zeros((*SHAPE, 6), np.float32), 0.25, look, width=width, height=height, turn=turn)


@pytest.mark.parametrize("smoke", [0.01, 0.05, 0.2, 0.4])
@pytest.mark.parametrize("turn", [0.0, 0.618])
def test_an_even_slab_hides_one_minus_e_to_its_depth(smoke: float, turn: float) -> None:
    # light passes from the first cells' middle to the last ones'
    depth = smoke * (SHAPE[0] - 1)
    assert picture(box(smoke), turn=turn)[..., 3] == pytest.approx(1 - np.exp(-depth), abs=2e-4)


def test_twice_the_extinction_is_twice_the_depth() -> None:
    once, twice = (picture(box(0.1), replace(PLAIN, thick=thick))[..., 3] for thick in (0.5, 1.0))
    assert (1 - once) ** 2 == pytest.approx(1 - twice, abs=1e-4)


def test_so_thick_a_slab_hides_all() -> None:
    assert picture(box(5.0))[..., 3].min() > 0.99
    assert picture(box(5.0))[..., 3].max() <= 1


def test_no_smoke_is_nothing_at_all() -> None:
    assert not picture(box()).any()


@pytest.mark.parametrize("detail", [0.0, 0.7])
def test_a_picture_is_finite_and_has_no_light_or_cover_below_nothing(detail: float) -> None:
    drawn = picture(puff(), Look(detail=detail))
    assert drawn.dtype == np.float32
    assert np.isfinite(drawn).all()
    assert drawn.min() >= 0
    assert drawn[..., 3].max() <= 1
    assert 0 < (drawn[..., 3] > 0).mean() < 1


def test_smoke_is_premultiplied_and_gives_back_no_more_than_falls_on_it() -> None:
    look = replace(PLAIN, albedo=(0.5, 0.4, 0.3), sun=(2, 2, 2), sky=(0.5, 0.5, 0.5))
    carried = puff()
    carried[..., FLAME] = 0
    drawn = picture(carried, look)
    assert not drawn[drawn[..., 3] == 0].any()
    assert (drawn[..., :3] <= 2.5 * drawn[..., 3:]).all()
    red, blue = (drawn[drawn[..., 3] > 0.2][:, tone] for tone in (0, 2))
    assert (red > blue).all()  # its own colour, in white light


def test_white_smoke_is_brighter_than_black() -> None:
    white, black = (picture(box(0.2), replace(PLAIN, albedo=(tone,) * 3))[..., 0].mean() for tone in (0.9, 0.1))
    assert white > 5 * black


def test_a_flame_shines_without_any_light_on_it_and_is_redder_than_blue() -> None:
    dark = replace(PLAIN, sun=(0, 0, 0), sky=(0, 0, 0))
    fire = picture(box(flame=0.8), dark)[10, 10]
    assert fire[0] > fire[1] > fire[2] > 0
    assert 0 < fire[3] < 1
    assert not picture(box(0.2), dark)[..., :3].any()


def height_above(axis: int) -> np.ndarray:
    """How many whole cells lie beyond each cell along an axis."""
    size = SHAPE[axis]
    return np.reshape(size - 1 - np.arange(size), [-1 if axis == at else 1 for at in range(3)])


@pytest.mark.parametrize(("towards", "axis"), [((0, 1, 0), 1), ((1, 0, 0), 2), ((0, 0, 1), 0)])
@pytest.mark.parametrize("smoke", [0.05, 0.3])
def test_the_sun_reaches_a_cell_through_the_cells_between(
    towards: tuple[float, float, float], axis: int, smoke: float
) -> None:
    sun, _, _ = light_in(box(smoke), replace(PLAIN, sun_from=towards))
    expected = np.exp(-smoke * (height_above(axis) + 0.5))
    assert np.allclose(sun, np.broadcast_to(expected, SHAPE), rtol=1e-4)


def test_from_the_other_side_it_reaches_the_other_cells() -> None:
    above, below = (light_in(puff(), replace(PLAIN, sun_from=(0, way, 0)))[0] for way in (1.0, -1.0))
    assert np.allclose(above, below[:, ::-1], rtol=1e-4)


def test_slanting_light_goes_the_longer_way_and_comes_in_at_the_side() -> None:
    sun, _, _ = light_in(box(0.1), replace(PLAIN, sun_from=(1.0, 1.0, 0.0)))
    cells = np.minimum(height_above(1), height_above(2))
    expected = np.exp(-0.1 * np.sqrt(2) * (cells + 0.5))
    assert np.allclose(sun, np.broadcast_to(expected, SHAPE), rtol=1e-4)


def test_in_clear_air_all_light_arrives_and_no_fire_shines() -> None:
    sun, sky, fire = light_in(box(), Look())
    assert sun == pytest.approx(1)
    assert sky == pytest.approx(1)
    assert not fire.any()


def test_smoke_lies_in_its_own_shadow() -> None:
    sun, sky, _ = light_in(puff(), PLAIN)
    assert sun[6, 4, 8] < 0.7 < sun[6, 14, 8]  # below the ball and above it
    assert 0 < sky.min() < 0.9


def test_a_fire_lights_what_is_near_it_more_than_what_is_far() -> None:
    carried = np.zeros((40, 48, 44, 3), np.float32)
    carried[18:22, 22:26, 4:8, FLAME] = 1
    _, _, fire = light_in(carried, PLAIN)
    assert fire[20, 24, 10] > 2 * fire[20, 24, 20] > 4 * fire[20, 24, 40] >= 0
    assert fire[20, 24, 20] == pytest.approx(fire[20, 23, 20], rel=0.1)


def test_the_picture_stands_upright_and_keeps_its_sides() -> None:
    carried = box()
    carried[:, 14:17, 2:5, SMOKE] = 1  # high up, on the left
    cover = picture(carried, width=32, height=36)[..., 3]
    y, x = np.mgrid[0:36, 0:32] + 0.5
    assert (cover * y).sum() / cover.sum() == pytest.approx(36 * (1 - 15.5 / 18), abs=0.5)
    assert (cover * x).sum() / cover.sum() == pytest.approx(32 * 3.5 / 16, abs=0.5)


def test_one_and_two_threads_draw_the_same_bits() -> None:
    one, two = with_one_and_two(lambda: picture(puff(), Look(), turn=0.3))
    assert np.array_equal(one, two)


def test_the_parts_of_a_box_laid_over_each_other_are_the_whole() -> None:
    """Up to what lies behind a part that hides nearly all, which the whole does not look at."""
    carried = np.zeros((24, 16, 20, 3), np.float32)
    carried[4:20, 3:12, 5:15, 0] = np.random.default_rng(2).uniform(0.1, 0.5, (16, 9, 10))
    drift = np.zeros((24, 16, 20, 6), np.float32)
    look = Look()
    whole = draw(carried, drift, 0.3, look, width=40, height=32)
    near, far = draw_parted(carried, drift, 0.3, look, width=40, height=32, at=(9,))
    laid = near + (1 - near[..., 3:]) * far
    assert near[..., 3].max() > 0.1
    assert far[..., 3].max() > 0.1
    assert laid == pytest.approx(whole, abs=0.01)


DENSE = Look(detail=0.75, thick=1.0, detail_cells=4.0, erosion=0.3, is_dense=True, sun_from=(1.0, 0.0, 0.0))


def test_lobes_are_bright_towards_the_sun_and_dark_away_from_it() -> None:
    """Turn the sun from one side to the other, and what relief adds turns over."""

    def added(x: float) -> np.ndarray:
        look = replace(DENSE, sun_from=(x, 0.0, -0.2))
        flat, deep = (picture(box(0.5), replace(look, relief=relief), width=96, height=96) for relief in (0.0, 1.5))
        return (deep - flat)[20:76, 30:66, 0] / flat[20:76, 30:66, 0]

    right, left = added(0.9), added(-0.9)
    assert right.std() > 0.03
    assert np.corrcoef(right.ravel(), left.ravel())[0, 1] < -0.15


def test_erosion_takes_from_the_edge_of_dense_dust_and_leaves_its_heart() -> None:
    whole, eaten = (picture(puff() * 6, replace(DENSE, erosion=erosion))[..., 3] for erosion in (0.0, 1.0))
    assert eaten.sum() < 0.9 * whole.sum()
    assert eaten.max() > 0.95 * whole.max()


def test_structure_that_is_wound_up_fades_instead_of_streaking() -> None:
    y = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1], 0 : SHAPE[2]][1].astype(np.float32)
    wound = np.zeros((*SHAPE, 6), np.float32)
    wound[..., 0] = wound[..., 3] = 9 * y
    still, streaked = (
        draw(box(2.0), drift, 0.25, DENSE, width=96, height=96) for drift in (np.zeros_like(wound), wound)
    )
    inner = np.s_[20:76, 40:56, 0]
    assert streaked[inner].std() < 0.5 * still[inner].std()
