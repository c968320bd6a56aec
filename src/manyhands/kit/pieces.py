"""Textured pieces drawn over each other by depth, with motion blur: triangles to premultiplied pictures.

Every pixel is looked at several times, each time at another place within it and at another moment of
the open shutter; a look sees the nearest triangle.  So edges, overlaps and motion blur come out
exactly as mixtures of what was seen, without hairlines between pieces that touch.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

LOOKS, MORE_LOOKS = 8, 16  # at each pixel; more where blur is long, or its steps would show
LONG_PX = 5.0


@dataclass(frozen=True)
class Pieces:
    """Triangles in a picture.

    Shapes: ``at`` (T, 3, 2) px where their corners are, ``moved`` (T, 3, 2) px how far each corner
    goes in a frame, ``from_`` (T, 3, 2) px where in the texture they come from, ``depth`` (T,) the
    larger the farther, ``shade`` (T,) what their light is multiplied by, ``own`` (T, 3) light of
    their own, which counts where ``is_own`` (T,) is 1, else the texture's; where it is 2 the triangle is
    not seen itself, and hides what lies behind it.
    """

    at: np.ndarray
    moved: np.ndarray
    from_: np.ndarray
    depth: np.ndarray
    shade: np.ndarray
    own: np.ndarray
    is_own: np.ndarray


def joined(parts: list[Pieces]) -> Pieces:
    """Several sets of triangles as one."""
    names = ("at", "moved", "from_", "depth", "shade", "own", "is_own")
    return Pieces(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True)
class Drawn:
    """What was seen.

    Shapes: ``texture`` and ``own`` (H, W, 4) float32 premultiplied: the light that came from the
    texture and the pieces' own, which do not overlap; ``source`` (H, W, 2) px of the texture that the
    last look saw, ``moved`` (H, W, 2) and ``depth`` (H, W) their means over what was seen.
    """

    texture: np.ndarray
    own: np.ndarray
    source: np.ndarray
    moved: np.ndarray
    depth: np.ndarray


def draw_pieces(pieces: Pieces, texture: np.ndarray, *, width: int, height: int, shutter: float = 0.5) -> Drawn:
    """The picture of the pieces.

    Args:
        texture: (h, w, 4) float32, scene-linear, premultiplied; where its alpha is 0 a piece has a hole.
        shutter: the share of a frame that the shutter is open, its middle at the frame.
    """
    seen = np.zeros((height, width, 8), np.float32)
    about = np.zeros((height, width, 5), np.float32)
    nearest = np.empty((height, width), np.float32)
    look = np.empty((height, width, 10), np.float32)
    arrays = [np.ascontiguousarray(part, np.float32) for part in (
        pieces.at, pieces.moved, pieces.from_, pieces.depth, pieces.shade, pieces.own, pieces.is_own,
    )]  # fmt: skip
    if len(pieces.at):
        long = float(np.quantile(np.abs(pieces.moved).max((1, 2)), 0.9)) * shutter > LONG_PX
        places = _places(MORE_LOOKS if long else LOOKS, shutter)
        _draw(*arrays, np.ascontiguousarray(texture, np.float32), places, nearest, look, seen, about)
    cover = np.maximum(seen[..., 3] + seen[..., 7], 1e-6)[..., None]
    return Drawn(seen[..., :4], seen[..., 4:], about[..., :2], about[..., 2:4] / cover, about[..., 4] / cover[..., 0])


def _places(looks: int, shutter: float) -> np.ndarray:
    """(looks, 3): where in the pixel and when each look is, spread evenly (Korobov lattice)."""
    number = np.arange(looks)
    x, y, t = (number + 0.5) / looks, (number * 3 % looks + 0.5) / looks, (number * 5 % looks + 0.5) / looks
    return np.stack([x - 0.5, y - 0.5, shutter * (t - 0.5)], 1).astype(np.float32)


@njit(cache=True)
def _draw(at, moved, from_, depth, shade, own, is_own, texture, places, nearest, look, seen, about):
    height, width = nearest.shape
    tall, wide = texture.shape[:2]
    looks = places.shape[0]
    part = np.float32(1.0 / looks)
    for number in range(looks):
        nearest[:] = np.float32(1e30)
        look[:] = np.float32(0)
        px, py, when = places[number, 0], places[number, 1], places[number, 2]
        for t in range(at.shape[0]):
            ax, ay = at[t, 0, 0] + when * moved[t, 0, 0], at[t, 0, 1] + when * moved[t, 0, 1]
            bx, by = at[t, 1, 0] + when * moved[t, 1, 0], at[t, 1, 1] + when * moved[t, 1, 1]
            cx, cy = at[t, 2, 0] + when * moved[t, 2, 0], at[t, 2, 1] + when * moved[t, 2, 1]
            area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
            if abs(area) < np.float32(1e-4):
                continue
            left, right = min(ax, bx, cx), max(ax, bx, cx)
            top, bottom = min(ay, by, cy), max(ay, by, cy)
            if right < 0 or bottom < 0 or left > width or top > height:
                continue
            i0, i1 = max(int(left - px - np.float32(0.5)), 0), min(int(right - px + np.float32(0.5)) + 1, width)
            j0, j1 = max(int(top - py - np.float32(0.5)), 0), min(int(bottom - py + np.float32(0.5)) + 1, height)
            inv = np.float32(1) / area
            for j in range(j0, j1):
                y = np.float32(j) + np.float32(0.5) + py
                for i in range(i0, i1):
                    if depth[t] >= nearest[j, i]:
                        continue
                    x = np.float32(i) + np.float32(0.5) + px
                    wb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) * inv
                    wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) * inv
                    wa = np.float32(1) - wb - wc
                    if wa < 0 or wb < 0 or wc < 0:
                        continue
                    u = wa * from_[t, 0, 0] + wb * from_[t, 1, 0] + wc * from_[t, 2, 0] - np.float32(0.5)
                    v = wa * from_[t, 0, 1] + wb * from_[t, 1, 1] + wc * from_[t, 2, 1] - np.float32(0.5)
                    u = min(max(u, np.float32(0)), np.float32(wide - 1.001))
                    v = min(max(v, np.float32(0)), np.float32(tall - 1.001))
                    k, m = int(u), int(v)
                    fu, fv = u - np.float32(k), v - np.float32(m)
                    k1, m1 = min(k + 1, wide - 1), min(m + 1, tall - 1)
                    alpha = (texture[m, k, 3] * (1 - fu) + texture[m, k1, 3] * fu) * (1 - fv) + (
                        texture[m1, k, 3] * (1 - fu) + texture[m1, k1, 3] * fu
                    ) * fv
                    # a texture's soft edge is kept by half of the looks: it is at most a pixel wide
                    if alpha < np.float32((number * 5 % looks + 0.5) / looks):
                        continue
                    nearest[j, i] = depth[t]
                    look[j, i, 8] = u + np.float32(0.5)
                    look[j, i, 9] = v + np.float32(0.5)
                    look[j, i, 3] = np.float32(0) if is_own[t] > np.float32(1.5) else np.float32(1)
                    look[j, i, 7] = is_own[t]
                    look[j, i, 4] = wa * moved[t, 0, 0] + wb * moved[t, 1, 0] + wc * moved[t, 2, 0]
                    look[j, i, 5] = wa * moved[t, 0, 1] + wb * moved[t, 1, 1] + wc * moved[t, 2, 1]
                    look[j, i, 6] = depth[t]
                    for c in range(3):
                        if is_own[t] > 0:
                            value = own[t, c]
                        else:
                            value = (
                                (texture[m, k, c] * (1 - fu) + texture[m, k1, c] * fu) * (1 - fv)
                                + (texture[m1, k, c] * (1 - fu) + texture[m1, k1, c] * fu) * fv
                            ) / alpha
                        look[j, i, c] = shade[t] * value
        for j in range(height):
            for i in range(width):
                if look[j, i, 3] > 0:
                    base = 4 if look[j, i, 7] > 0 else 0
                    for c in range(4):
                        seen[j, i, base + c] += part * look[j, i, c]
                    about[j, i, 0], about[j, i, 1] = look[j, i, 8], look[j, i, 9]
                    for c in range(3):
                        about[j, i, 2 + c] += part * look[j, i, 4 + c]
