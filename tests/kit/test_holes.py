"""Holes: motion completed in closed form, pixels followed over many frames, samples that reproduce polynomials."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manyhands.kit.holes import (
    NOWHERE,
    Candidate,
    Origins,
    candidate,
    completed,
    grown,
    lifted,
    sampled,
    shares,
    traced,
)

HEIGHT, WIDTH = 60, 90


def places(height: int = HEIGHT, width: int = WIDTH) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return x, y


def disc(x0: float = 45, y0: float = 30, radius: float = 9) -> np.ndarray:
    x, y = places()
    return (x - x0) ** 2 + (y - y0) ** 2 < radius**2


def even(dx: float, dy: float) -> np.ndarray:
    return np.broadcast_to(np.array([dx, dy], np.float32), (HEIGHT, WIDTH, 2)).copy()


def test_a_mask_grows_by_a_disc() -> None:
    one = np.zeros((21, 21), bool)
    one[10, 10] = True
    x, y = places(21, 21)
    away = np.hypot(x - 10, y - 10)
    assert not (grown(one, 5) & (away > 5.3)).any()  # OpenCV's distances are true to about 4 %
    assert grown(one, 5)[away <= 4.7].all()
    assert not grown(np.zeros_like(one), 5).any()


@given(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05), st.floats(-4, 4))
@settings(max_examples=15, deadline=None)
def test_an_affine_motion_is_led_into_the_hole(a: float, b: float, c: float) -> None:
    x, y = places()
    flow = np.stack([a * x + b * y + c, -b * x + a * y - c], -1).astype(np.float32)
    hole = disc()
    spoiled = np.where(hole[..., None], 37, flow).astype(np.float32)
    led = completed(spoiled, hole)
    assert np.abs(led - flow).max() < 0.05
    assert np.array_equal(led[~hole], flow[~hole])


def test_two_parts_of_a_hole_move_with_what_is_round_each() -> None:
    x, _ = places()
    flow = np.where((x < 45)[..., None], even(3, 0), even(-2, 1)).astype(np.float32)
    hole = disc(20, 30, 6) | disc(70, 30, 6)
    led = completed(np.where(hole[..., None], 0, flow).astype(np.float32), hole)
    assert np.abs(led - flow)[hole].max() < 0.05


def test_pixels_are_followed_until_they_come_out_and_keep_where_they_come_from() -> None:
    # the world shifts by (2.5, -0.5) a frame and the hole stands still, so that a pixel comes out after some frames
    hole, none = disc(), Origins.none(HEIGHT, WIDTH)
    flow, back = even(2.5, -0.5), even(-2.5, 0.5)
    known = none
    for at in range(20, 0, -1):
        known = traced(hole, flow, back, at, hole, known)
    x, y = places()
    steps = known.frame[known.seen]  # the frame it comes from is as many steps away
    assert known.seen[hole].all()
    assert np.abs(known.x[known.seen] - (x[known.seen] + 2.5 * steps)).max() < 1e-3
    assert np.abs(known.y[known.seen] - (y[known.seen] - 0.5 * steps)).max() < 1e-3
    out = np.round(np.stack([known.y, known.x], -1)[known.seen]).astype(int)
    inside = hole & ~grown(~hole, 4.6)  # up to half a pixel is given at each step; `without` sees to the rest
    assert not inside[out[:, 0], out[:, 1]].any()
    assert (known.doubt[known.seen] > 0).all()
    assert not known.seen[~hole].any()


def test_what_would_come_out_of_a_hole_is_left_out() -> None:
    hole, x = disc(), places()[0]
    origins = Origins(np.full(hole.shape, 4, np.int32), x, places()[1], np.zeros_like(x))
    left = origins.without(lambda at: hole)
    assert np.array_equal(left.seen, ~hole)
    assert np.array_equal(left.x, origins.x)


def test_nothing_comes_from_beyond_the_border_or_out_of_a_hole_that_never_opens() -> None:
    hole, none = disc(85, 30, 9), Origins.none(HEIGHT, WIDTH)
    assert not traced(hole, even(20, 0), even(-20, 0), 5, np.zeros_like(hole), none).seen.any()
    assert not traced(hole, even(1, 0), even(-1, 0), 5, np.ones_like(hole), none).seen.any()


def test_a_way_that_does_not_lead_back_is_doubted() -> None:
    hole, none, nothing = disc(), Origins.none(HEIGHT, WIDTH), np.zeros((HEIGHT, WIDTH), bool)
    sure = traced(hole, even(2, 0), even(-2, 0), 5, nothing, none)
    unsure = traced(hole, even(2, 0), even(-4, 0), 5, nothing, none)
    assert unsure.doubt[hole].min() > 10 * sure.doubt[hole].max()


def test_origins_go_into_a_mask_and_out_again() -> None:
    hole = disc()
    found = traced(hole, even(2, 1), even(-2, -1), 7, np.zeros_like(hole), Origins.none(HEIGHT, WIDTH))
    again = Origins.unpacked(found.packed(hole), hole)
    for name in ("frame", "x", "y", "doubt"):
        assert np.array_equal(getattr(again, name), getattr(found, name))


@given(st.lists(st.floats(-1, 1), min_size=6, max_size=6), st.floats(5, 80), st.floats(5, 50))
@settings(max_examples=40, deadline=None)
def test_samples_reproduce_polynomials_of_degree_two(c: list[float], at_x: float, at_y: float) -> None:
    # Keys 1981, section II: the kernel with a = -1/2 reproduces quadratics exactly
    def value(x, y):  # type: ignore[no-untyped-def]
        x, y = x / 50, y / 50
        return c[0] + c[1] * x + c[2] * y + c[3] * x * x + c[4] * x * y + c[5] * y * y

    x, y = places()
    got = sampled(value(x, y)[..., None], np.array([at_x], np.float32), np.array([at_y], np.float32))
    assert abs(float(got[0, 0]) - float(value(np.float32(at_x), np.float32(at_y)))) < 1e-4


def test_what_was_found_is_led_over_to_the_light_round_the_hole() -> None:
    x, y = places()
    world = np.stack([0.5 + 0.1 * np.sin(x / 5), 0.5 + 0.1 * np.cos(y / 4), 0.4 + 0 * x], -1).astype(np.float32)
    hole = disc()
    origins = traced(grown(hole, 4), even(0, 0), even(0, 0), 7, np.zeros_like(hole), Origins.none(HEIGHT, WIDTH))
    found = candidate(origins, world + np.float32(0.05), hole, lambda at: world)  # the frame is lighter than the other
    assert np.abs(found.look - world - 0.05)[hole].max() < 2e-3
    assert np.abs(found.led[hole] - 0.05).max() < 2e-3


def test_of_two_that_look_unlike_the_surer_one_wins_alone() -> None:
    shape, seen = (4, 5), np.ones((4, 5), bool)

    def grey(value: float, doubt: float) -> Candidate:
        return Candidate(np.full((*shape, 3), value, np.float32), np.zeros((*shape, 3)), np.full(shape, doubt))

    assert np.allclose(shares(grey(0.5, 0.2), grey(0.5, 0.2), seen, seen), 0.5)
    assert (shares(grey(0.5, 0.2), grey(0.9, 0.6), seen, seen) > 0.99).all()
    assert (shares(grey(0.5, 0.2), grey(0.51, 0.3), seen, seen) < 0.8).all()
    assert (shares(grey(0.5, 9), grey(0.5, 0), seen, ~seen) == 1).all()
    assert (shares(grey(0.5, 0), grey(0.5, 9), ~seen, seen) == 0).all()


@pytest.mark.parametrize("scale", [1.0, 0.5, 0.3])
def test_places_at_the_plates_size_are_those_of_the_small_pictures_scaled(scale: float) -> None:
    # small positions are moved by an affine rule; at the plate's size the same rule must hold between pixel centres
    x, y = places()
    hole = disc()
    origins = Origins(np.where(hole, 3, NOWHERE).astype(np.int32), x + 4.25, y - 1.5, np.zeros_like(x))
    wide, high = round(WIDTH / scale), round(HEIGHT / scale)
    fx, fy = (part.ravel() for part in np.meshgrid(np.arange(wide), np.arange(high)))
    inside = hole[((fy + 0.5) * scale).astype(int), ((fx + 0.5) * scale).astype(int)]
    fx, fy = fx[inside], fy[inside]
    ones = np.ones_like(x)
    got = lifted(origins, hole.astype(np.float32), ones, np.zeros((*hole.shape, 3)), fx, fy, scale)
    assert len(got["pixel"]) == len(fx)
    assert np.abs(got["x"] - (fx[got["pixel"]] + 4.25 / scale)).max() < 1e-2
    assert np.abs(got["y"] - (fy[got["pixel"]] - 1.5 / scale)).max() < 1e-2
