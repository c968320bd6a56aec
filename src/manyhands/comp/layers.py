"""The law of light and authorship: how layers become a frame (DESIGN section 4).

Makers build their pictures with these and never write a law of their own.  All take and give
scene-linear premultiplied frames in one space; nothing is clamped.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from manyhands.comp import kernels
from manyhands.comp.half import stored
from manyhands.core.authorship import Authorship, joined, no_planes
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame, luminance
from manyhands.core.hand import Hand


def over(top: Frame, bottom: Frame) -> Frame:
    """Lay one frame over another, light and authorship alike: ``w = w_a + (1 - alpha_a) w_b``.

    Shapes: both (H, W); authorship planes are joined by hand.
    Colour: scene-linear, premultiplied; not clamped.
    Source: Porter and Duff 1984, "over".
    Raises: MediaError if the sizes differ.
    """
    _same_size(top, bottom)
    hands, from_top, from_bottom = _routes(top.authorship.hands, bottom.authorship.hands)
    out = np.empty(top.rgba.shape, np.float32)
    planes = np.empty((len(hands), *out.shape[:2]), np.float32)
    kernels.over(
        stored(top.rgba),
        stored(bottom.rgba),
        stored(top.authorship.weights),
        stored(bottom.authorship.weights),
        from_top,
        from_bottom,
        out,
        planes,
    )
    return Frame(out, Authorship(hands, planes, *_mixed_alterations(top, bottom, -1.0)))


def plus(top: Frame, bottom: Frame) -> Frame:
    """Add a layer's light; each layer's share is its share of the resulting luminance.

    Where the top covers nothing (pure light, alpha 0) its light is its hands' in equal parts.
    Alpha becomes the union of both.
    Raises: MediaError if the sizes differ.
    """
    return _added(top, bottom, screen=False)


def screen(top: Frame, bottom: Frame) -> Frame:
    """``a + b - a b`` where both lie in 0 to 1, else the brighter one; shares as in :func:`plus`.

    Raises: MediaError if the sizes differ.
    """
    return _added(top, bottom, screen=True)


def light(rgb: np.ndarray, by: Hand) -> Frame:
    """Pure light of one hand, which covers nothing: a layer for :func:`plus`.

    Shapes: (H, W, 3).
    """
    rgba = np.zeros((*rgb.shape[:2], 4), np.float32)
    rgba[..., :3] = rgb
    return Frame.of(rgba, by)


def multiply(bottom: Frame, factor: np.ndarray, by: Hand) -> Frame:
    """Darken (or tint) by a factor: origin stays, alteration rises by the share of light removed.

    Shapes: factor (H, W) or (H, W, 3).
    """
    wide = factor[..., None] if factor.ndim == 2 else factor
    rgba = bottom.rgba.copy()
    rgba[..., :3] *= wide
    return altered(bottom, rgba, by)


def altered(before: Frame, rgba: np.ndarray, by: Hand) -> Frame:
    """The same light changed by a rule (a grade, a relight): origin stays.

    The alteration of the hand is ``|L_out - L_in| / max(L_out, L_in)`` per pixel, joined with what
    it altered before as ``1 - prod(1 - a)``.
    Raises: MediaError if size or alpha differ.
    """
    if rgba.shape != before.rgba.shape:
        raise MediaError("altered: the picture changed its size.", "Use transform for that.")
    rgba = np.ascontiguousarray(rgba, np.float32)
    rgba[..., 3] = before.alpha
    authorship = before.authorship
    plane = np.empty(rgba.shape[:2], np.float32)
    kernels.change(before.rgba, rgba, authorship.alteration_of(by), plane)
    return Frame(rgba, _with_alteration(authorship, by, plane))


def repainted(before: Frame, rgba: np.ndarray, by: Hand, matte: np.ndarray) -> Frame:
    """A hand paints new pixels inside a matte: origin moves to it by ``matte * change``.

    Plate lock: where the matte is 0 the picture is the one before, bit for bit.
    Shapes: matte (H, W), 0 to 1; rgba as before.  Alpha stays.
    """
    amount = matte[..., None].astype(np.float32)
    mixed = np.where(amount > 0, before.rgba + amount * (rgba - before.rgba), before.rgba)
    mixed[..., 3] = before.alpha
    away = np.abs(mixed[..., :3] - before.rgb).sum(-1)
    most = np.maximum(np.abs(mixed[..., :3]), np.abs(before.rgb)).sum(-1)
    moved = np.where(most > 0, away / np.where(most > 0, most, 1), 0).astype(np.float32) * (matte > 0)
    authorship = before.authorship
    hands, _, _ = _routes(authorship.hands, (by,))
    planes = np.zeros((len(hands), *moved.shape), np.float32)
    planes[: len(authorship.hands)] = authorship.weights * (1 - moved)
    planes[hands.index(by)] += moved * before.alpha
    return Frame(np.ascontiguousarray(mixed), Authorship(hands, planes, authorship.altering, authorship.alterations))


def held(frame: Frame, matte: np.ndarray) -> Frame:
    """Keep a frame where the matte is 1: colour, alpha and shares times the matte.

    Shapes: matte (H, W), 0 to 1.
    """
    if matte.shape != frame.rgba.shape[:2]:
        raise MediaError(
            f"matte: it is {matte.shape[1]}x{matte.shape[0]}, the picture {frame.width}x{frame.height}.",
            "Make both of one size.",
        )
    matte = np.ascontiguousarray(matte, np.float32)
    out, planes = np.empty_like(frame.rgba), np.empty_like(frame.authorship.weights)
    kernels.hold(frame.rgba, frame.authorship.weights, matte, out, planes)
    authorship = frame.authorship
    return Frame(out, Authorship(authorship.hands, planes, authorship.altering, authorship.alterations))


def cropped(frame: Frame, left: int, top: int, width: int, height: int) -> Frame:
    """A part of the picture, in whole pixels; outside the picture there is nothing.

    Shapes: returns (height, width).
    """
    if left >= 0 and top >= 0 and left + width <= frame.width and top + height <= frame.height:
        rows, columns = slice(top, top + height), slice(left, left + width)
        authorship = frame.authorship
        altering = authorship.alterations[:, rows, columns] if authorship.altering else no_planes(height, width)
        return Frame(
            np.ascontiguousarray(frame.rgba[rows, columns]),
            Authorship(
                authorship.hands,
                np.ascontiguousarray(authorship.weights[:, rows, columns]),
                authorship.altering,
                np.ascontiguousarray(altering),
            ),
        )
    shift = np.array([[1, 0, left], [0, 1, top], [0, 0, 1]], np.float64)
    return transformed(frame, np.linalg.inv(shift), width, height, cubic=False)


def transformed(frame: Frame, matrix: np.ndarray, width: int, height: int, *, cubic: bool = True) -> Frame:
    """Resample a frame; shares pass through the same filter as the colour.

    Args:
        matrix: (3, 3), from pixels of this frame to pixels of the result.
        cubic: Catmull-Rom (Keys 1981); else linear.
    Shapes: returns (height, width); what lies outside the frame is empty.
    """
    return _sampled(
        frame, width, height, lambda *arrays: kernels.transform(*arrays[:3], np.linalg.inv(matrix), cubic, *arrays[3:])
    )


def warped(frame: Frame, map_x: np.ndarray, map_y: np.ndarray, *, cubic: bool = True) -> Frame:
    """Resample by maps: the pixel at (x, y) comes from index position (map_x, map_y) of the frame.

    Shapes: both maps (H, W) float32; returns (H, W).
    """
    height, width = map_x.shape
    return _sampled(frame, width, height, lambda *arrays: kernels.warp(*arrays[:3], map_x, map_y, cubic, *arrays[3:]))


def _sampled(frame: Frame, width: int, height: int, kernel: Callable[..., None]) -> Frame:
    authorship = frame.authorship
    alterations = authorship.alterations if authorship.altering else no_planes(frame.height, frame.width)
    out = np.empty((height, width, 4), np.float32)
    planes = np.empty((len(authorship.hands), height, width), np.float32)
    moved = np.empty((len(authorship.altering), height, width), np.float32)
    kernel(frame.rgba, authorship.weights, alterations, out, planes, moved)
    return Frame(out, Authorship(authorship.hands, planes, authorship.altering, moved))


def resized(frame: Frame, width: int, height: int) -> Frame:
    """The whole frame at another size: area averages when it shrinks, Catmull-Rom when it grows."""
    if (width, height) == (frame.width, frame.height):
        return frame
    if width > frame.width or height > frame.height:
        scale = np.diag([width / frame.width, height / frame.height, 1.0])
        return transformed(frame, scale, width, height)
    return _filtered(frame, lambda plane: cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA))


def blurred(frame: Frame, sigma_px: float) -> Frame:
    """Gaussian blur of colour and shares alike; the picture's edge repeats."""
    if sigma_px <= 0:
        return frame
    return _filtered(frame, lambda plane: cv2.GaussianBlur(plane, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE))


def _filtered(frame: Frame, filter_: Callable[[np.ndarray], np.ndarray]) -> Frame:
    authorship = frame.authorship
    rgba = filter_(frame.rgba)
    weights = (
        np.stack([filter_(plane) for plane in authorship.weights]) if authorship.hands else no_planes(*rgba.shape[:2])
    )
    alterations = no_planes(*rgba.shape[:2])
    if authorship.altering:
        cover = np.maximum(rgba[..., 3], 1e-6)
        alterations = np.stack([filter_(plane * frame.alpha) / cover for plane in authorship.alterations])
    return Frame(
        np.ascontiguousarray(rgba),
        Authorship(authorship.hands, weights, authorship.altering, np.clip(alterations, 0, 1)),
    )


def mixed(one: Frame, other: Frame, share: float) -> Frame:
    """``(1 - share) one + share other``: a dissolve; shares and colour alike.

    Raises: MediaError if the sizes differ.
    """
    _same_size(one, other)
    hands, from_other, from_one = _routes(other.authorship.hands, one.authorship.hands)
    part = np.float32(share)
    rgba = one.rgba * (1 - part) + other.rgba * part
    planes = np.zeros((len(hands), *rgba.shape[:2]), np.float32)
    for hand, a, b in zip(range(len(hands)), from_one, from_other, strict=True):
        if a >= 0:
            planes[hand] += one.authorship.weights[a] * (1 - part)
        if b >= 0:
            planes[hand] += other.authorship.weights[b] * part
    return Frame(rgba, Authorship(hands, planes, *_mixed_alterations(other, one, float(part))))


def blend(base: Frame, other: Frame, matte: np.ndarray) -> Frame:
    """The base where the matte is 0, the other where it is 1: ``over`` of the held other.

    Where the matte is exactly 0 the base's samples come through bit for bit.
    """
    inside = held(other, matte)
    outside = held(base, 1 - np.asarray(matte, np.float32))
    hands, from_top, from_bottom = _routes(inside.authorship.hands, outside.authorship.hands)
    planes = np.zeros((len(hands), base.height, base.width), np.float32)
    for hand, a, b in zip(range(len(hands)), from_top, from_bottom, strict=True):
        if a >= 0:
            planes[hand] += inside.authorship.weights[a]
        if b >= 0:
            planes[hand] += outside.authorship.weights[b]
    altering, alterations = _mixed_alterations(inside, outside, 0.5)
    return Frame(inside.rgba + outside.rgba, Authorship(hands, planes, altering, alterations))


def _added(top: Frame, bottom: Frame, *, screen: bool) -> Frame:
    _same_size(top, bottom)
    hands, from_top, from_bottom = _routes(top.authorship.hands, bottom.authorship.hands)
    out = np.empty(top.rgba.shape, np.float32)
    planes = np.empty((len(hands), *out.shape[:2]), np.float32)
    kernels.add(
        stored(top.rgba),
        stored(bottom.rgba),
        stored(top.authorship.weights),
        stored(bottom.authorship.weights),
        from_top,
        from_bottom,
        screen,
        out,
        planes,
    )
    seen = luminance(np.maximum(top.rgb, 0)) / np.maximum(luminance(np.maximum(out[..., :3], 0)), 1e-12)
    cover = Frame(np.dstack([top.rgb, np.clip(seen, 0, 1)]).astype(np.float32), top.authorship)
    return Frame(out, Authorship(hands, planes, *_mixed_alterations(cover, bottom, -1.0)))


def _routes(first: tuple[Hand, ...], second: tuple[Hand, ...]) -> tuple[tuple[Hand, ...], np.ndarray, np.ndarray]:
    hands = joined(first, second)
    return (
        hands,
        np.array([first.index(hand) if hand in first else -1 for hand in hands], np.int64),
        np.array([second.index(hand) if hand in second else -1 for hand in hands], np.int64),
    )


def _mixed_alterations(top: Frame, bottom: Frame, share_top: float) -> tuple[tuple[Hand, ...], np.ndarray]:
    """Alterations joined by how much of each layer is seen; ``share_top`` below 0 means over."""
    if not (top.authorship.altering or bottom.authorship.altering):
        return (), no_planes(top.height, top.width)
    empty = no_planes(top.height, top.width)
    hands, from_top, from_bottom = _routes(top.authorship.altering, bottom.authorship.altering)
    planes = np.empty((len(hands), top.height, top.width), np.float32)
    kernels.mix_alterations(
        np.ascontiguousarray(top.alpha),
        np.ascontiguousarray(bottom.alpha),
        top.authorship.alterations if top.authorship.altering else empty,
        bottom.authorship.alterations if bottom.authorship.altering else empty,
        from_top,
        from_bottom,
        np.float32(share_top),
        planes,
    )
    return hands, planes


def _with_alteration(authorship: Authorship, by: Hand, plane: np.ndarray) -> Authorship:
    if by in authorship.altering:
        planes = authorship.alterations.copy()
        planes[authorship.altering.index(by)] = plane
        return Authorship(authorship.hands, authorship.weights, authorship.altering, planes)
    if not plane.any():
        return authorship
    before = authorship.alterations if authorship.altering else np.zeros((0, *plane.shape), np.float32)
    planes = np.concatenate([before, plane[None]])
    return Authorship(authorship.hands, authorship.weights, (*authorship.altering, by), planes)


def _same_size(one: Frame, other: Frame) -> None:
    if one.rgba.shape != other.rgba.shape:
        raise MediaError(
            f"layers: one is {one.width}x{one.height}, the other {other.width}x{other.height}.",
            "Place or resize one of them first.",
        )
