"""Windows and colours: every frame is covered, joints have no step, ΔE is the published one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.errors import ParameterError
from manyhands.openweight import windows
from manyhands.openweight.families import FAMILIES

FAMILY = st.sampled_from(sorted(FAMILIES))


@given(FAMILY, st.integers(1, 400), st.integers(17, 120), st.integers(1, 40))
def test_windows_cover_the_shot_and_fit_the_family(name: str, length: int, window: int, overlap: int) -> None:
    family = FAMILIES[name]
    try:
        plan = windows.plan(family, length, window, overlap)
    except ParameterError:
        assert (overlap - 1) // family.stride >= (window - 1) // family.stride
        return
    covered: set[int] = set()
    for before, one in zip((None, *plan), plan, strict=False):
        assert one.frames % family.stride == 1
        assert one.overlap in (0, (overlap - 1) // family.stride * family.stride + 1)
        if before:
            assert before.first + before.frames - one.overlap == one.first
            assert one.frames > one.overlap
        covered |= set(range(one.first, one.first + one.frames))
    assert set(range(length)) <= covered
    assert plan[-1].first + plan[-1].frames < length + family.stride + (len(plan) == 1) * family.stride + 16


def test_an_overlap_that_leaves_nothing_of_a_window_is_refused() -> None:
    with pytest.raises(ParameterError, match="overlap is 33; it must be less than the window of 17 frames"):
        windows.plan(FAMILIES["wan"], 100, 17, 33)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # Sharma, Wu and Dalal 2005, table 1
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_delta_e_is_ciede2000(one: tuple[float, ...], other: tuple[float, ...], expected: float) -> None:
    assert float(windows.delta_e(np.array(one), np.array(other))) == pytest.approx(expected, abs=1e-4)
    assert float(windows.delta_e(np.array(other), np.array(one))) == pytest.approx(expected, abs=1e-4)


def test_lab_of_white_and_of_red() -> None:
    """White is (100, 0, 0) by definition; sRGB red as Lindbloom's calculator gives it."""
    np.testing.assert_allclose(windows.lab(np.ones(3)), (100, 0, 0), atol=1e-3)
    np.testing.assert_allclose(windows.lab(np.array([1.0, 0, 0])), (53.24, 80.09, 67.20), atol=0.02)


def test_display_values_become_light_and_come_back() -> None:
    display = np.random.default_rng(1).random((5, 7, 3)).astype(np.float32)
    np.testing.assert_allclose(windows.to_display(windows.to_light(display)), display, atol=2e-5)
    grey = windows.to_light(np.full((1, 1, 3), 0.5, np.float32))
    np.testing.assert_allclose(grey, 0.21404, atol=2e-4)  # IEC 61966-2-1 of one half; ACEScg shares white


def test_a_window_in_another_colour_is_brought_back() -> None:
    rng = np.random.default_rng(2)
    right = (0.2 + 0.5 * rng.random((9, 24, 32, 3))).astype(np.float32)
    wrong = (right - np.array([0.02, -0.03, 0.04], np.float32)) / np.array([1.1, 0.95, 1.04], np.float32)
    before = windows.colour_apart(windows.cells(wrong), windows.cells(right))
    after = windows.colour_apart(windows.cells(windows.correction(wrong, right).of(wrong)), windows.cells(right))
    assert before > 2
    assert after < 0.02


def test_colour_is_taken_from_where_it_is_said_and_not_beside() -> None:
    rng = np.random.default_rng(3)
    right = rng.random((3, 20, 20, 3)).astype(np.float32)
    where = np.zeros((3, 20, 20), bool)
    where[:, :, :10] = True
    wrong = 0.9 * right
    wrong[~where] = 0
    found = windows.correction(wrong, right, where)
    np.testing.assert_allclose(found.gain, 1 / 0.9, rtol=1e-4)
    np.testing.assert_allclose(found.offset, 0, atol=1e-5)


def test_what_the_plate_itself_changes_is_no_fault_of_a_joint() -> None:
    dark, light = (windows.cells(np.full((4, 24, 32, 3), value, np.float32)) for value in (0.3, 0.5))
    assert windows.colour_apart(dark, light) > 10
    assert windows.colour_broken(dark, light, dark, light) == pytest.approx(0, abs=1e-6)


def test_a_joint_dissolves_without_a_step() -> None:
    """From all of one to all of the other, the ends left out, since they stand beside it."""
    joined = windows.laid_together(np.zeros((4, 1, 1, 3), np.float32), np.ones((4, 1, 1, 3), np.float32))
    np.testing.assert_allclose(joined[:, 0, 0, 0], (0.2, 0.4, 0.6, 0.8), rtol=1e-6)
