"""Keys and mattes against a truth made by compositing: hair, a ball in motion, smoke; and what a frame costs."""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.measure import Figure, median_seconds
from manyhands.kit.keying import colour_difference, fit_screen, screen_light, unmixed
from manyhands.kit.matting import colours_apart, refined
from tests.cutouts import before_screen, before_street, gradient_error, sad

WIDTH, HEIGHT = 852, 480


def figures() -> list[Figure]:
    """SAD and gradient error as Rhemann et al. 2009 define them, in thousands."""
    return [*_keyed(), *_refined()]


def _keyed() -> list[Figure]:
    scene = before_screen(WIDTH, HEIGHT, spill=0.05)
    screen = fit_screen([scene.rgb])
    assert screen
    flat = np.broadcast_to(np.array(screen.colour, np.float32), scene.rgb.shape)
    plain = np.clip(colour_difference(scene.rgb, flat, screen.channel), 0, 1)
    light = screen_light(scene.rgb, screen)
    corrected = np.clip(colour_difference(scene.rgb, light, screen.channel), 0, 1)
    alpha, colour = unmixed(scene.rgb, light, screen, core=0.9)
    true = scene.colour * scene.alpha[..., None]
    wrong, untreated = (
        float(np.abs(one - true)[scene.edge].mean())
        for one in (colour * alpha[..., None], scene.rgb * alpha[..., None])
    )
    large = before_screen(1920, 1080)

    def whole() -> None:
        unmixed(large.rgb, screen_light(large.rgb, screen), screen, core=0.9)

    return [
        Figure("key, SAD, difference from one colour", sad(plain, scene.alpha), "thousands", None),
        Figure("key, SAD, difference from the screen's model", sad(corrected, scene.alpha), "thousands", None),
        Figure("key, SAD, ours", sad(alpha, scene.alpha), "thousands", 5.0),
        Figure("key, gradient error, one colour", gradient_error(plain, scene.alpha), "thousands", None),
        Figure("key, gradient error, ours", gradient_error(alpha, scene.alpha), "thousands", 0.006),
        Figure("key, colour error in the edge, ours / screen left in", wrong / untreated, "times", 0.35),
        Figure("key, one frame of 1080p", median_seconds(whole, runs=3, warm=1), "s", 2.5),
    ]


def _refined() -> list[Figure]:
    scene = before_street(WIDTH, HEIGHT)
    rough = cv2.GaussianBlur(scene.alpha, (0, 0), 8)
    found = []
    for name, alpha in (
        ("rough matte", rough),
        ("guided filter", refined(scene.rgb, rough, inner_px=4, outer_px=4, quick=True)),
        ("closed form", refined(scene.rgb, rough, inner_px=4, outer_px=4)),
    ):
        goals = {"closed form": (4.0, 0.03), "guided filter": (6.5, 0.06)}.get(name, (None, None))
        found += [
            Figure(f"refine, SAD, {name}", sad(alpha, scene.alpha), "thousands", goals[0]),
            Figure(f"refine, gradient error, {name}", gradient_error(alpha, scene.alpha), "thousands", goals[1]),
        ]
    front, _ = colours_apart(scene.rgb, scene.alpha)
    wrong, taken = (
        float(np.abs((one - scene.colour) * scene.alpha[..., None])[scene.edge].mean()) for one in (front, scene.rgb)
    )
    large = before_street(1920, 1080)
    soft = cv2.GaussianBlur(large.alpha, (0, 0), 9)
    seconds = median_seconds(lambda: refined(large.rgb, soft, inner_px=6, outer_px=6), runs=3, warm=1)
    apart = median_seconds(lambda: colours_apart(large.rgb, large.alpha), runs=3, warm=1)
    return [
        *found,
        Figure("cut, colour error in the edge, ours / as it was", wrong / taken, "times", 0.2),
        Figure("refine, closed form, one frame of 1080p", seconds, "s", 8.0),
        Figure("cut, one frame of 1080p", apart, "s", 1.5),
    ]
