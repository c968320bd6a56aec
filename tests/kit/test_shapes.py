"""Shapes: areas by closed form, coverage against sixteen samples a side, keys in between, and what may be written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from manyhands.core.errors import InputError
from manyhands.kit.shapes import Shapes, coverage, drawn, outline, read_shapes

NOW = np.array([1001.0])


def area(text: str, width: int = 80, height: int = 60) -> float:
    return float(drawn(Shapes.model_validate(text), width, height, NOW).sum(dtype=np.float64))


def circle(x: float, y: float, radius: float, kind: str) -> str:
    """As four cubics (the error of the well-known 0.5523 is 2.7e-4 of the radius), or through 32 points."""
    if kind == "bezier":
        k = 0.5522847498 * radius
        points = []
        for angle in (0, 90, 180, 270):
            c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
            px, py = x + radius * c, y + radius * s
            points.append(f"{px},{py},{px + k * s},{py - k * c},{px - k * s},{py + k * c}")
        return "bezier " + " ".join(points)
    turns = np.arange(32) * 2 * np.pi / 32
    return "spline " + " ".join(f"{x + radius * np.cos(t)},{y + radius * np.sin(t)}" for t in turns)


def test_a_triangles_area_is_half_its_base_times_its_height() -> None:
    assert area("polygon 10.3,7.9 61.7,7.9 30.1,48.25") == pytest.approx(0.5 * 51.4 * 40.35, abs=1e-3)


def test_a_rectangle_covers_its_border_pixels_by_their_part() -> None:
    matte = drawn(Shapes.model_validate("polygon 2.25,1.5 5,1.5 5,3 2.25,3"), 8, 5, NOW)
    assert matte[1, 1:6] == pytest.approx([0, 0.375, 0.5, 0.5, 0])
    assert matte[2, 1:6] == pytest.approx([0, 0.75, 1, 1, 0])
    assert matte[3].max() == 0


@pytest.mark.parametrize("kind", ["bezier", "spline"])
def test_a_circles_area_is_pi_r_squared(kind: str) -> None:
    assert area(circle(40.2, 29.7, 21.0, kind)) == pytest.approx(np.pi * 21**2, rel=1e-3)


def test_of_a_circle_that_leaves_the_picture_the_segment_inside_is_left() -> None:
    # a segment's area: r^2 acos(d / r) - d sqrt(r^2 - d^2), with the centre d beyond each border
    r, d = 20.0, 6.0
    segment = r * r * np.arccos(d / r) - d * np.sqrt(r * r - d * d)
    for x, y in ((-d, 30), (80 + d, 30), (40, -d), (40, 60 + d)):
        assert area(circle(x, y, r, "bezier")) == pytest.approx(segment, rel=2e-3)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_coverage_is_the_share_of_many_samples_that_lie_inside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    angles = (
        2 * np.pi * (np.arange(7) + rng.uniform(0, 0.9, 7)) / 7
    )  # seen from the middle in turn: it cannot cross itself
    away = rng.uniform(3, 16, 7)
    corners = np.column_stack([9 + away * np.cos(angles), 8 + away * np.sin(angles)])
    fine = 32
    y, x = (np.mgrid[0 : 16 * fine, 0 : 18 * fine] + 0.5) / fine
    inside = np.zeros(x.shape, bool)  # even-odd, by counting crossings to the right
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, 0), strict=True):
        spans = (y0 <= y) != (y1 <= y)
        inside ^= spans & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0 if y1 != y0 else 1))
    sampled = inside.reshape(16, fine, 18, fine).mean((1, 3))
    assert np.abs(coverage(corners, 18, 16) - sampled).max() < 0.03


def test_turning_the_corners_round_or_starting_elsewhere_changes_nothing() -> None:
    corners = np.array([[3.1, 2.2], [15.7, 4.9], [11.3, 13.6], [4.4, 9.8]])
    whole = coverage(corners, 20, 16)
    assert coverage(corners[::-1], 20, 16) == pytest.approx(whole, abs=1e-6)
    assert coverage(np.roll(corners, 2, 0), 20, 16) == pytest.approx(whole, abs=1e-6)


def test_shapes_add_subtract_and_intersect() -> None:
    square = "polygon 10,10 50,10 50,50 10,50"
    inner = "polygon 20,20 40,20 40,40 20,40"
    assert area(square) == pytest.approx(1600)
    assert area(f"{square} | subtract {inner}") == pytest.approx(1200)
    assert area(f"{square} | intersect {inner}") == pytest.approx(400)
    assert area(f"{square} | {inner}") == pytest.approx(1600)
    assert area(f"opacity 0.25 {square}") == pytest.approx(400)


def test_a_feather_keeps_the_area_and_fades_over_its_width() -> None:
    matte = drawn(Shapes.model_validate("feather 8 polygon 20,0 60,0 60,60 20,60"), 80, 60, NOW)
    assert matte.sum() == pytest.approx(40 * 60, rel=0.06)  # above and below it fades out of the picture
    row = matte[30]
    assert row[19:21].mean() == pytest.approx(0.5, abs=0.01)
    assert row[15] < 0.03
    assert row[18] > 0.2
    assert row[24] > 0.97


def test_between_keys_points_go_straight_or_smoothly() -> None:
    moving = Shapes.model_validate("polygon 1001: 0,0 10,0 10,10; 1011: 20,0 30,0 30,10; 1021: 40,8 50,8 50,18")
    shape = moving.shapes[0]
    assert shape.points_at(1006.0)[0] == pytest.approx([10, 0])
    assert shape.points_at(900.0)[0] == pytest.approx([0, 0])
    assert shape.points_at(2000.0)[0] == pytest.approx([40, 8])
    smooth = Shapes.model_validate("smooth " + str(moving)).shapes[0]
    assert smooth.points_at(1011.0)[0] == pytest.approx([20, 0])
    assert smooth.points_at(1006.0)[0][0] == pytest.approx(10)  # as fast all along
    assert smooth.points_at(1014.0)[0][1] < shape.points_at(1014.0)[0][1] + 1e-9
    before, after = (smooth.points_at(1011 + step)[0] for step in (-1e-4, 1e-4))
    assert (after[1] - smooth.points_at(1011.0)[0][1]) == pytest.approx(
        smooth.points_at(1011.0)[0][1] - before[1], rel=0.01
    )


def test_a_spline_goes_through_its_points_and_stays_near_its_chords() -> None:
    points = np.array([[10, 10], [60, 12], [62, 40], [12, 42.0]])
    line = outline("spline", points)
    for point in points:
        assert np.linalg.norm(line - point, axis=1).min() < 1e-9
    assert line.min() > 0


def test_a_shutter_spreads_an_edge_over_its_way() -> None:
    moving = Shapes.model_validate("polygon 1001: 20,0 60,0 60,60 20,60; 1002: 28,0 68,0 68,60 28,60")
    times = 1001.5 + (np.arange(32) + 0.5) / 32 - 0.5
    row = drawn(moving, 80, 60, times)[30]
    assert row[18:30] == pytest.approx([0, 0, *(np.arange(8) + 0.5) / 8, 1, 1], abs=0.02)


def test_what_is_written_is_read_back_as_it_was() -> None:
    text = "subtract feather 2.5 opacity 0.5 smooth spline 1001: 1,2 3,4 5,6.5; 1010: 2,2 3,4 5,6"
    text += " | bezier 1,1,0,1,2,1 9,1,8,1,9,2 9,9,9,8,8,9"
    shapes = Shapes.model_validate(text)
    assert Shapes.model_validate(str(shapes)) == shapes
    assert Shapes.model_validate(shapes.model_dump_json()) == shapes
    assert Shapes.model_validate(json.dumps(shapes.model_dump(mode="json")["shapes"])) == shapes


def test_shapes_follow_the_size_of_a_draft() -> None:
    shapes = Shapes.model_validate("feather 8 spline 10,20 30,40 50,10")
    half = shapes.scaled(0.5)
    assert half == Shapes.model_validate("feather 4 spline 5,10 15,20 25,5")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("polygon 1,2 3,4", "three points or more"),
        ("polygon 1,2 3,4 5", "has 2 numbers"),
        ("bezier 1,2 3,4 5,6", "a bezier has 6 numbers"),
        ("polygon 1: 1,2 3,4 5,6; 2: 1,2 3,4 5,6 7,8", "as many points in every key"),
        ("polygon 5: 1,2 3,4 5,6; 2: 1,2 3,4 5,6", "in the order of their frames"),
        ("polygon here 3,4 5,6", "no row of points"),
        ("polygon 1e9,2 3,4 5,6", "a million pixels away"),
        ("polygon nan,2 3,4 5,6", "finite"),
        ('{"shapes": [{"kind": "blob", "keys": []}]}', "polygon"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_why(text: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Shapes.model_validate(text)


def test_shapes_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "car.shapes"
    path.write_text("polygon 1,2 3,4 5,6")
    assert len(read_shapes(str(path)).shapes) == 1
    path.write_text("{not json")
    with pytest.raises(InputError, match=r"car\.shapes"):
        read_shapes(str(path))
    with pytest.raises(InputError, match="cannot be read"):
        read_shapes(str(tmp_path / "gone.json"))
