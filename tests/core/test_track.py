"""Tracks: matrices from the reference frame to every other."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from manyhands.core.errors import NotFoundError
from manyhands.core.span import Span
from manyhands.core.track import Track, standing

SPAN = Span(start=1001, length=3, rate_fps=24)
SHIFTS = [(0.0, 0.0), (3.0, -1.0), (7.0, 2.0)]
TRACK = Track(
    span=SPAN,
    reference=1001,
    width=64,
    height=48,
    matrices=tuple((1.0, 0.0, x, 0.0, 1.0, y, 0.0, 0.0, 1.0) for x, y in SHIFTS),
    residual_px=(0.0, 0.1, 0.2),
)


def test_a_matrix_leads_from_the_reference_to_its_frame() -> None:
    assert TRACK.matrix(1003) @ (10, 20, 1) == pytest.approx([17, 22, 1])


def test_two_matrices_lead_from_frame_to_frame() -> None:
    assert TRACK.between(1002, 1003) @ (10, 20, 1) == pytest.approx([14, 23, 1])
    assert TRACK.between(1003, 1001) == pytest.approx(np.linalg.inv(TRACK.matrix(1003)))


@pytest.mark.parametrize("frame", [1000, 1004])
def test_a_frame_that_was_not_tracked_is_not_found(frame: int) -> None:
    with pytest.raises(NotFoundError, match=f"tracked frame {frame}: not found. There is: 1001 to 1003."):
        TRACK.matrix(frame)


@pytest.mark.parametrize("wrong", [{"matrices": TRACK.matrices[:2]}, {"residual_px": (0.0,)}])
def test_every_frame_has_one_matrix_and_one_residual(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="one matrix and one residual for each frame"):
        TRACK.but(**wrong)


def test_a_locked_off_camera_does_not_move() -> None:
    track = standing(SPAN, 64, 48)
    assert all(np.array_equal(track.matrix(at), np.eye(3)) for at in SPAN.frames)
    assert track.lost == ()
