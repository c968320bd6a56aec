"""Steadier ways: against cameras whose way and shake are known."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from manyhands.core.span import Span
from manyhands.core.track import Track
from manyhands.kit.steady import Steadied, steadied, told
from tests.moving import turned

WIDTH, HEIGHT = 320, 240


def tracked(matrices: list[np.ndarray], reference: int = 1001) -> Track:
    span = Span(length=len(matrices), rate_fps=Fraction(24))
    rows = tuple(tuple(map(float, matrix.ravel())) for matrix in matrices)
    return Track(
        span=span, reference=reference, width=WIDTH, height=HEIGHT, matrices=rows, residual_px=(0.0,) * len(rows)
    )


def shaken(frames: int = 90, *, pan: float = 0.0, shake: float = 3.0, seed: int = 5) -> Track:
    rng = np.random.default_rng(seed)
    return tracked(
        [
            turned(
                *(pan * at * np.array([-1, 0]) + shake * rng.uniform(-1, 1, 2)),
                0.3 * shake * rng.uniform(-1, 1),
                1 + 0.003 * shake * rng.uniform(-1, 1),
            )
            for at in range(frames)
        ]
    )


def found(track: Track, way: str = "film", crop: float = 0.1, seconds: float = 0.8) -> Steadied:
    return steadied(track, WIDTH, HEIGHT, way, crop=crop, seconds=seconds)  # type: ignore[arg-type]


def gap_px(steady: Steadied) -> float:
    """The deepest gap in any frame: how far a corner of the result comes from outside its frame."""
    worst = 0.0
    for at in steady.track.span.frames:
        back = np.linalg.inv(steady.matrix(at))
        for corner in ((0, 0), (WIDTH, 0), (0, HEIGHT), (WIDTH, HEIGHT)):
            x, y, _ = back @ [*corner, 1.0]
            worst = max(worst, -x, -y, x - WIDTH, y - HEIGHT)
    return worst


def paths(steady: Steadied) -> np.ndarray:
    """Where a point of the reference frame is in each frame of the result: (n, 2)."""
    point = np.array([WIDTH / 2, HEIGHT / 2, 1.0])
    return np.array([(steady.matrix(at) @ steady.track.matrix(at) @ point)[:2] for at in steady.track.span.frames])


def test_a_camera_that_stands_still_is_left_alone() -> None:
    steady = found(tracked([np.eye(3)] * 8))
    assert steady.is_still
    assert steady.zoom == 1
    assert told(steady).startswith("The camera stands still")


@pytest.mark.parametrize("way", ["film", "smooth", "still"])
def test_the_zoom_is_the_least_that_leaves_no_gap(way: str) -> None:
    steady = found(shaken(), way)
    assert gap_px(steady) < 1e-6
    assert gap_px(Steadied(steady.track, WIDTH, HEIGHT, steady.views, steady.steady, steady.zoom * 0.995)) > 0.1
    assert 1 < steady.zoom <= 1 / 0.9 + 1e-9


def test_held_still_nothing_moves() -> None:
    steady = found(shaken(), "still")
    np.testing.assert_allclose(paths(steady), paths(steady)[:1].repeat(90, 0), atol=1e-6)


def test_a_filmed_shake_on_a_tripod_stands_and_on_a_pan_goes_evenly() -> None:
    standing = paths(found(shaken()))
    assert np.abs(np.diff(standing, axis=0)).max() < 0.02
    panned = paths(found(shaken(pan=2.0)))
    speed = np.diff(panned[:, 0])
    assert abs(speed.mean()) == pytest.approx(2.0, rel=0.15)  # enlarged by the zoom
    assert np.abs(np.diff(speed)).mean() < 0.02
    assert np.abs(np.diff(speed)).mean() < 0.01 * np.abs(np.diff(paths_of_plate(shaken(pan=2.0)), n=2, axis=0)).mean()


def paths_of_plate(track: Track) -> np.ndarray:
    point = np.array([WIDTH / 2, HEIGHT / 2, 1.0])
    return np.array([(track.matrix(at) @ point)[:2] for at in track.span.frames])


def test_a_long_shot_in_pieces_is_as_calm_where_they_meet() -> None:
    steady = found(shaken(420, pan=1.0))
    assert gap_px(steady) < 1e-6
    jerks = np.abs(np.diff(paths(steady), n=2, axis=0)).sum(1)
    assert jerks[150:170].max() < 0.5
    assert jerks.mean() < 0.05


def test_a_smoothed_way_keeps_what_is_slow_and_takes_what_is_quick() -> None:
    slow = 30 * np.sin(np.arange(200) * 2 * np.pi / 200)
    quick = 1.5 * np.sin(np.arange(200) * 2 * np.pi / 5)
    steady = found(tracked([turned(a + b, 0, 0, 1) for a, b in zip(slow, quick, strict=True)]), "smooth", 0.3, 0.4)
    x = paths(steady)[:, 0] / steady.zoom
    x -= x.mean()
    np.testing.assert_allclose(
        x[20:-20], (slow - slow.mean())[20:-20], atol=1.5
    )  # a Gaussian of 0.4 s takes 4.5 % of it
    assert np.abs(np.diff(x, n=2)).mean() < 0.03 * np.abs(np.diff(quick, n=2)).mean()


def test_more_shake_than_the_crop_allows_is_calmed_as_far_as_it_goes() -> None:
    wild = found(shaken(shake=40.0), "smooth", crop=0.05)
    assert gap_px(wild) < 1e-6
    assert wild.zoom == pytest.approx(1 / 0.95, rel=1e-3)
    filmed = found(shaken(shake=40.0), "film", crop=0.05)
    assert gap_px(filmed) < 1e-6
    assert "shake" in told(filmed)


def test_what_cannot_be_held_within_the_picture_is_told_by_its_zoom() -> None:
    away = tracked([turned(-12.0 * at, 0, 0, 1) for at in range(40)])
    assert found(away, "still").zoom == np.inf
    assert found(shaken(1)).is_still


def test_a_plate_of_another_size_than_its_track_is_steadied_alike() -> None:
    small = shaken()
    large = steadied(small, 2 * WIDTH, 2 * HEIGHT, "film", crop=0.1, seconds=0.8)
    grow = np.diag([2.0, 2.0, 1.0])
    one = found(small)
    assert large.zoom == pytest.approx(one.zoom, rel=0.02)
    np.testing.assert_allclose(
        large.matrix(1040)[:2, :2], (grow @ one.matrix(1040) @ np.linalg.inv(grow))[:2, :2], atol=0.01
    )
