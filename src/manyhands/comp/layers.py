"""The law of light and authorship: how layers become a frame (DESIGN section 4).

Makers build their pictures with these and never write a law of their own.  All take and give
scene-linear premultiplied frames in one space; nothing is clamped.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from manyhands.comp import kernels
from manyhands.core.authorship import Authorship, joined, no_planes
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame, luminance
from manyhands.core.hand import Hand
from manyhands.kit.half import stored


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
    return Frame(out, Authorship(hands, planes, *_mixed_alterations(top, bottom)))


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
    wide = np.ascontiguousarray(factor[..., None] if factor.ndim == 2 else factor, np.float32)
    out, plane = np.empty(bottom.rgba.shape, np.float32), np.empty(bottom.rgba.shape[:2], np.float32)
    kernels.multiply(stored(bottom.rgba), wide, bottom.authorship.alteration_of(by), out, plane)
    return Frame(out, _with_alteration(bottom.authorship, by, plane))


def altered(before: Frame, rgba: np.ndarray, by: Hand) -> Frame:
    """The same light changed by a rule (a grade, a relight): origin stays, and so does alpha.

    The alteration of the hand is ``|L_out - L_in| / max(L_out, L_in)`` per pixel, joined with what
    it altered before as ``1 - prod(1 - a)``.
    Raises: MediaError if the size differs.
    """
    if rgba.shape != before.rgba.shape:
        raise MediaError("altered: the picture changed its size.", "Use transformed for that.")
    rgba = np.ascontiguousarray(rgba, np.float32)
    if not np.array_equal(rgba[..., 3], before.alpha):
        rgba = np.dstack([rgba[..., :3], before.alpha])
    authorship = before.authorship
    plane = np.empty(rgba.shape[:2], np.float32)
    kernels.change(stored(before.rgba), rgba, authorship.alteration_of(by), plane)
    return Frame(rgba, _with_alteration(authorship, by, plane))


def repainted(before: Frame, rgba: np.ndarray, by: Hand, matte: np.ndarray) -> Frame:
    """A hand paints new pixels inside a matte: origin moves to it by ``matte * change``.

    The change is ``sum |new - old| / sum max(|new|, |old|)`` over the colours.
    Plate lock: where the matte is 0 the picture is the one before, bit for bit.
    Shapes: matte (H, W), 0 to 1; rgba as before.  Alpha stays.
    Raises: MediaError if the sizes differ.
    """
    _fits(matte, before)
    if rgba.shape != before.rgba.shape:
        raise MediaError("repainted: the picture changed its size.", "Use transformed for that.")
    authorship = before.authorship
    hands = joined(authorship.hands, (by,))
    out = np.empty(before.rgba.shape, np.float32)
    planes = np.empty((len(hands), *matte.shape), np.float32)
    kernels.repaint(
        stored(before.rgba),
        np.ascontiguousarray(rgba, np.float32),
        np.ascontiguousarray(matte, np.float32),
        stored(authorship.weights),
        hands.index(by),
        out,
        planes,
    )
    return Frame(out, Authorship(hands, planes, authorship.altering, authorship.alterations))


def copied(base: Frame, patch: Frame, matte: np.ndarray, by: Hand) -> Frame:
    """Lay pixels that were copied from elsewhere over a picture: their hands come with them, altered by who copied.

    Where the matte is 0 the picture is the base, bit for bit; where it is 1 the patch, whose alteration by the hand
    is complete, because what the base showed there is gone.
    Shapes: matte (H, W), 0 to 1.
    Raises: MediaError if the sizes differ.
    """
    mixed = blend(base, patch, matte)
    before = mixed.authorship.alteration_of(by)
    return Frame(mixed.rgba, _with_alteration(mixed.authorship, by, before + matte * (1 - before)))


def held(frame: Frame, matte: np.ndarray) -> Frame:
    """Keep a frame where the matte is 1: colour, alpha and shares times the matte.

    Shapes: matte (H, W), 0 to 1.
    """
    _fits(matte, frame)
    matte = np.ascontiguousarray(matte, np.float32)
    authorship = frame.authorship
    out, planes = np.empty(frame.rgba.shape, np.float32), np.empty(authorship.weights.shape, np.float32)
    kernels.hold(stored(frame.rgba), stored(authorship.weights), matte, out, planes)
    return Frame(out, Authorship(authorship.hands, planes, authorship.altering, authorship.alterations))


def cropped(frame: Frame, left: int, top: int, width: int, height: int) -> Frame:
    """A part of the picture, in whole pixels; outside the picture there is nothing.

    Shapes: returns (height, width).
    """
    authorship = frame.authorship
    out = np.empty((height, width, 4), np.float32)
    planes = np.empty((len(authorship.hands), height, width), np.float32)
    moved = np.empty((len(authorship.altering), height, width), np.float32)
    alterations = authorship.alterations if authorship.altering else no_planes(frame.height, frame.width)
    kernels.crop(stored(frame.rgba), stored(authorship.weights), alterations, left, top, out, planes, moved)
    return Frame(out, Authorship(authorship.hands, planes, authorship.altering, moved))


def transformed(
    frame: Frame, matrix: np.ndarray, width: int, height: int, *, cubic: bool = True, edge: bool = False
) -> Frame:
    """Resample a frame; shares pass through the same filter as the colour.

    Args:
        matrix: (3, 3), from pixels of this frame to pixels of the result.
        cubic: Catmull-Rom (Keys 1981); else linear.
        edge: outside the frame its border goes on, as a plate wants it; else there is nothing.
    Shapes: returns (height, width).
    """
    back = np.linalg.inv(matrix)
    return _sampled(
        frame, width, height, lambda *arrays: kernels.transform(*arrays[:3], back, cubic, edge, *arrays[3:])
    )


def warped(frame: Frame, map_x: np.ndarray, map_y: np.ndarray, *, cubic: bool = True, edge: bool = False) -> Frame:
    """Resample by maps: the pixel at (x, y) comes from index position (map_x, map_y) of the frame.

    ``cubic`` and ``edge`` as in :func:`transformed`.
    Shapes: both maps (H, W) float32; returns (H, W).
    """
    height, width = map_x.shape
    return _sampled(
        frame, width, height, lambda *arrays: kernels.warp(*arrays[:3], map_x, map_y, cubic, edge, *arrays[3:])
    )


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
        return transformed(frame, scale, width, height, edge=True)
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
    return blend(one, other, np.full(one.alpha.shape, share, np.float32))


def blend(base: Frame, other: Frame, matte: np.ndarray) -> Frame:
    """The base where the matte is 0, the other where it is 1, shares and colour alike.

    Where the matte is exactly 0 or 1 that layer's samples come through bit for bit.
    Shapes: matte (H, W), 0 to 1.
    Raises: MediaError if the sizes differ.
    """
    _same_size(base, other)
    _fits(matte, base)
    matte = np.ascontiguousarray(matte, np.float32)
    hands, from_base, from_other = _routes(base.authorship.hands, other.authorship.hands)
    out = np.empty(base.rgba.shape, np.float32)
    planes = np.empty((len(hands), *matte.shape), np.float32)
    kernels.mix(
        stored(base.rgba),
        stored(other.rgba),
        stored(base.authorship.weights),
        stored(other.authorship.weights),
        from_base,
        from_other,
        matte,
        out,
        planes,
    )
    return Frame(out, Authorship(hands, planes, *_mixed_alterations(other, base, matte)))


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
    if not (top.authorship.altering or bottom.authorship.altering):
        return Frame(out, Authorship(hands, planes))
    seen = luminance(np.maximum(top.rgb, 0)) / np.maximum(luminance(np.maximum(out[..., :3], 0)), 1e-12)
    cover = Frame(np.dstack([top.rgb, np.clip(seen, 0, 1)]).astype(np.float32), top.authorship)
    return Frame(out, Authorship(hands, planes, *_mixed_alterations(cover, bottom)))


def _routes(first: tuple[Hand, ...], second: tuple[Hand, ...]) -> tuple[tuple[Hand, ...], np.ndarray, np.ndarray]:
    hands = joined(first, second)
    return (
        hands,
        np.array([first.index(hand) if hand in first else -1 for hand in hands], np.int64),
        np.array([second.index(hand) if hand in second else -1 for hand in hands], np.int64),
    )


def _mixed_alterations(
    top: Frame, bottom: Frame, share_top: np.ndarray | None = None
) -> tuple[tuple[Hand, ...], np.ndarray]:
    """Alterations joined by how much of each layer is seen: of the top over the bottom, or in a mixture."""
    empty = no_planes(top.height, top.width)
    if not (top.authorship.altering or bottom.authorship.altering):
        return (), empty
    hands, from_top, from_bottom = _routes(top.authorship.altering, bottom.authorship.altering)
    planes = np.empty((len(hands), top.height, top.width), np.float32)
    top_alpha = np.ascontiguousarray(top.alpha, np.float32)
    kernels.mix_alterations(
        top_alpha,
        np.ascontiguousarray(bottom.alpha, np.float32),
        top.authorship.alterations if top.authorship.altering else empty,
        bottom.authorship.alterations if bottom.authorship.altering else empty,
        from_top,
        from_bottom,
        top_alpha if share_top is None else share_top,
        share_top is None,
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


def _fits(matte: np.ndarray, frame: Frame) -> None:
    if matte.shape != frame.rgba.shape[:2]:
        raise MediaError(
            f"matte: it is {matte.shape[1]}x{matte.shape[0]}, the picture {frame.width}x{frame.height}.",
            "Make both of one size.",
        )


def _same_size(one: Frame, other: Frame) -> None:
    if one.rgba.shape != other.rgba.shape:
        raise MediaError(
            f"layers: one is {one.width}x{one.height}, the other {other.width}x{other.height}.",
            "Place or resize one of them first.",
        )
