"""Roto: shapes are where they were drawn, and follow a track to a fraction of a pixel."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.errors import InputError, ParameterError
from manyhands.core.span import Span
from manyhands.core.track import Track
from manyhands.makers.roto import roto
from tests.moving import turned
from tests.plates import flat

SQUARE = "polygon 60,50 110,50 110,90 60,90"


def drawn(at: int = 1001, *, frames: int = 8, motion: Track | None = None, **params: Any) -> np.ndarray:
    inputs = {"plate": flat(0.2, frames, width=320, height=240), "motion": motion}
    frame = roto.make(inputs, roto.checked(params), Chance(1, "r"), lambda done, of: None).frame(at)
    return np.asarray(frame.alpha)


def middle(alpha: np.ndarray) -> tuple[float, float]:
    y, x = np.mgrid[0 : alpha.shape[0], 0 : alpha.shape[1]] + 0.5
    return float((x * alpha).sum() / alpha.sum()), float((y * alpha).sum() / alpha.sum())


def track(matrices: list[np.ndarray]) -> Track:
    span = Span(length=len(matrices), rate_fps=Fraction(24))
    rows = tuple(tuple(float(part) for part in matrix.ravel()) for matrix in matrices)
    still = (0.0,) * len(matrices)
    return Track(span=span, reference=1001, width=320, height=240, matrices=rows, residual_px=still)  # type: ignore[arg-type]


def test_a_shape_covers_what_was_drawn_and_nothing_else() -> None:
    alpha = drawn(shapes=SQUARE)
    assert alpha.sum() == pytest.approx(50 * 40)
    assert np.array_equal(alpha[50:90, 60:110], np.ones((40, 50), np.float32))
    assert drawn(shapes=SQUARE, invert=True).sum() == pytest.approx(320 * 240 - 50 * 40)
    away = drawn(shapes="polygon 400,50 500,50 500,90")  # what has left the picture covers nothing
    assert not away.any()


def test_it_follows_a_track_to_a_hundredth_of_a_pixel() -> None:
    matrices = [turned(1.37 * step, -0.61 * step, 1.5 * step, 1 + 0.01 * step) for step in range(8)]
    for step in (0, 3, 7):
        alpha = drawn(1001 + step, shapes=SQUARE, motion=track(matrices))
        x, y, depth = matrices[step] @ [85, 70, 1]  # an affine motion takes a middle to a middle
        assert middle(alpha) == pytest.approx((x / depth, y / depth), abs=0.01)
        assert alpha.sum() == pytest.approx(2000 * np.linalg.det(matrices[step][:2, :2]), rel=1e-4)


def test_it_tilts_with_a_plane() -> None:
    tilted = np.array([[1, 0.05, 3], [0.02, 1.1, -4], [2e-4, 4e-4, 1]])
    alpha = drawn(1002, shapes=SQUARE, motion=track([np.eye(3), tilted]), frames=2)
    corners = np.array([[60, 50], [110, 50], [110, 90], [60, 90.0]])
    x, y, depth = tilted @ np.column_stack([corners, np.ones(4)]).T
    x, y = x / depth, y / depth
    area = 0.5 * abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()))  # the shoelace formula
    assert alpha.sum() == pytest.approx(area, rel=1e-4)


def test_keys_correct_what_the_track_carries() -> None:
    matrices = [turned(2.0 * step, 0, 0, 1) for step in range(8)]
    keyed = "polygon 1001: 60,50 110,50 110,90 60,90; 1005: 64,50 114,50 114,90 64,90"
    assert middle(drawn(1005, shapes=keyed, motion=track(matrices)))[0] == pytest.approx(85 + 8 + 4, abs=0.01)
    assert middle(drawn(1003, shapes=keyed, motion=track(matrices)))[0] == pytest.approx(85 + 4 + 2, abs=0.01)


def test_the_shutter_blurs_along_the_way_about_the_frame() -> None:
    matrices = [turned(20.0 * step, 0, 0, 1) for step in range(8)]
    alpha = drawn(1003, shapes=SQUARE, motion=track(matrices), shutter_deg=180.0)
    assert middle(alpha)[0] == pytest.approx(85 + 40, abs=0.05)
    row = alpha[70]  # the left edge goes ten pixels, from 95 to 105
    assert row[94] == 0
    assert row[95:105] == pytest.approx((np.arange(10) + 0.5) / 10, abs=0.03)
    assert row[106] == 1
    assert np.array_equal(drawn(1003, shapes=SQUARE, shutter_deg=180.0), drawn(1003, shapes=SQUARE))


def test_a_draft_half_as_large_draws_the_same_half_as_large() -> None:
    params = roto.checked({"shapes": f"feather 6 {SQUARE}", "soften_px": 4.0}).scaled(0.5)
    assert str(params.shapes) == "feather 3 polygon 30,25 55,25 55,45 30,45"  # type: ignore[attr-defined]
    assert params.soften_px == 2  # type: ignore[attr-defined]


def test_more_shapes_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "hole.json"
    path.write_text('[{"join": "subtract", "keys": [{"points": [[70, 60], [80, 60], [80, 70], [70, 70]]}]}]')
    assert drawn(shapes=SQUARE, drawn=str(path)).sum() == pytest.approx(1900)
    path.write_text("scribble")
    with pytest.raises(InputError, match=r"hole\.json"):
        drawn(shapes=SQUARE, drawn=str(path))


def test_nothing_drawn_is_refused_with_what_to_do() -> None:
    with pytest.raises(ParameterError, match=r"roto: shapes is empty.*Draw one"):
        drawn()


def test_what_cannot_be_drawn_is_refused_by_name() -> None:
    with pytest.raises(ParameterError, match=r"roto: shapes is 'polygon 1,2 3,4'; a shape has three points"):
        roto.checked({"shapes": "polygon 1,2 3,4"})
