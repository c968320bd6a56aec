"""Frames and their authorship: what breaks the law is named."""

from __future__ import annotations

import numpy as np
import pytest

from manyhands.core.authorship import Authorship, joined, no_planes
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame, luminance
from tests.comp.pictures import CAMERA, GRADE, MODEL, PAINTER, SMOKE, generator, layer


def test_a_picture_of_one_hand_is_all_its_own() -> None:
    rgba = layer(generator(1)).rgba
    frame = Frame.of(rgba, CAMERA)
    assert np.array_equal(frame.authorship.weight_of(CAMERA), frame.alpha)
    assert not frame.authorship.weight_of(SMOKE).any()
    assert (frame.height, frame.width) == (9, 11)
    assert frame.faults() == []


def test_whole_numbers_become_float32() -> None:
    assert Frame.of(np.ones((2, 2, 4), np.int64), CAMERA).faults() == []


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3), (2, 4, 6, 4)])
def test_a_picture_without_rgb_and_alpha_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(MediaError, match=r"frame: the shape is .*; it must be \(H, W, 4\)"):
        Frame(np.zeros(shape, np.float32), Authorship((), no_planes(4, 6)))


def test_authorship_of_another_size_is_refused() -> None:
    with pytest.raises(MediaError, match="frame: picture and authorship differ in size"):
        Frame(np.zeros((4, 6, 4), np.float32), Authorship.of(CAMERA, np.zeros((6, 4))))


@pytest.mark.parametrize(
    "planes", [{"weights": np.zeros((2, 1, 1))}, {"weights": np.zeros((1, 1, 1)), "altering": (GRADE,)}]
)
def test_a_plane_too_many_or_too_few_is_refused(planes: dict[str, object]) -> None:
    with pytest.raises(MediaError, match="authorship: hands and planes differ in number"):
        Authorship((CAMERA,), **planes)  # type: ignore[arg-type]


def broken(change: str) -> Frame:
    """A sound layer with one fault."""
    frame = layer(generator(2), (CAMERA, SMOKE), altering=(GRADE,))
    clear = tuple(np.argwhere(frame.alpha == 0)[0])
    rgba, shares, altered = frame.rgba.copy(), frame.authorship.weights.copy(), frame.authorship.alterations.copy()
    if change == "missing share":
        shares[0] *= 0.5
    elif change == "negative share":
        shares[0, 0, 0], shares[1, 0, 0] = -0.25, frame.alpha[0, 0] + 0.25
    elif change == "share of nothing":
        shares[0][clear] = 1e-6
    elif change == "alteration above 1":
        altered[0, 0, 0] = 1.5
    elif change == "not a number":
        rgba[0, 0, 1] = np.nan
    elif change == "alpha above 1":
        rgba[0, 0, 3] = shares[0, 0, 0] = 1.5
        shares[1, 0, 0] = 0
    elif change == "double":
        rgba = rgba.astype(np.float64)
    return Frame(rgba, Authorship((CAMERA, SMOKE), shares, (GRADE,), altered))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("missing share", "shares miss alpha by"),
        ("negative share", "a share is -0.25"),
        ("share of nothing", "a pixel with alpha 0 has a share"),
        ("alteration above 1", "an alteration lies outside 0 to 1"),
        ("not a number", "a sample is not finite"),
        ("alpha above 1", "alpha lies outside 0 to 1"),
        ("double", "samples are float64, not float32"),
        ("nothing", None),
    ],
)
def test_a_fault_is_named(change: str, said: str | None) -> None:
    found = broken(change).faults()
    assert len(found) == (said is not None)
    assert said is None or found[0].startswith(said)


def test_shares_that_are_not_numbers_are_a_fault() -> None:
    frame = layer(generator(2))
    frame.authorship.weights[0, 0, 0] = np.nan
    assert any("shares miss alpha" in fault for fault in frame.faults())


def test_alterations_by_several_hands_join() -> None:
    planes = np.array([[[0.5]], [[0.2]]], np.float32)
    authorship = Authorship((CAMERA,), np.ones((1, 1, 1), np.float32), (GRADE, MODEL), planes)
    assert authorship.altered() == pytest.approx(1 - 0.5 * 0.8)
    assert authorship.alteration_of(MODEL) == pytest.approx(0.2)
    assert not authorship.alteration_of(PAINTER).any()


def test_hands_are_joined_in_order_and_none_twice() -> None:
    assert joined((SMOKE, CAMERA), (CAMERA, MODEL, SMOKE)) == (SMOKE, CAMERA, MODEL)


def test_white_has_luminance_1() -> None:
    # the weights are the Y row of ACEScg's matrix to XYZ, and sum to 1 for its own white
    assert luminance(np.ones(3, np.float32)) == pytest.approx(1, abs=1e-6)
    assert luminance(np.array([0, 1, 0], np.float32)) == pytest.approx(0.6740818)
