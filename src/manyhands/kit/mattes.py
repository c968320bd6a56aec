"""Mattes by the convention of the house: a clip whose alpha is the matte, and whose rgb is alpha too.

A matte is coverage: 1 is covered, 0 is not, and a pixel's edge is the share of it that is covered.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from manyhands.core.clip import Clip
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame, luminance
from manyhands.core.hand import Hand
from manyhands.kit import srgb

Join = Literal["union", "intersection", "difference"]


def matte_frame(alpha: np.ndarray, by: Hand) -> Frame:
    """A matte as a picture of one hand: rgb and alpha alike.  Shapes: (H, W), 0 to 1."""
    return Frame.of(np.repeat(np.asarray(alpha, np.float32)[..., None], 4, -1), by)


def coverage_at(matte: Clip, at: int, picture: Frame, *, by: str, name: str = "matte") -> np.ndarray:
    """The matte for one frame of a picture, (H, W) float32; a still holds for every frame.

    Args:
        by, name: the maker that takes it and the input it takes it as, for the error.
    Raises: MediaError if the matte is of another size, or ends before the picture does.
    """
    return picture_at(matte, at, picture, by=by, name=name).alpha


def picture_at(clip: Clip, at: int, picture: Frame, *, by: str, name: str) -> Frame:
    """The frame of a clip that lies over a frame of a picture; a still holds for every frame.

    Raises: MediaError if it is of another size, or its frames do not reach as far.
    """
    if (clip.width, clip.height) != (picture.width, picture.height):
        raise MediaError(
            f"{by}: {name} is {clip.width}x{clip.height}; the plate is {picture.width}x{picture.height}.",
            f"Bring in {name} at the plate's size.",
        )
    if clip.span.length == 1:
        return clip.frame(clip.span.start)
    if at not in clip.span:
        raise MediaError(
            f"{by}: {name} has frames {clip.span.start} to {clip.span.end}; the plate's frame {at} is not among them.",
            f"Bring in {name} for the whole shot, or one still for all frames.",
        )
    return clip.frame(at)


def coverage_in(picture: Frame, channel: str, coded: str) -> np.ndarray:
    """The coverage that a painted picture says, (H, W) float32, 0 to 1: how bright it is, or one channel.

    Args:
        channel: ``brightness``, ``alpha``, ``red``, ``green`` or ``blue``.
        coded: how its file stored greys: ``srgb`` or ``rec709``, where a grey of half means half covered, or
            ``linear``, where the light is the value.
    """
    if channel == "alpha":
        found = picture.alpha
    else:
        straight = picture.rgb / np.maximum(picture.alpha, 1e-6)[..., None]
        found = _stored(_channel(straight, channel, coded), coded) * picture.alpha
    return np.clip(found, 0, 1).astype(np.float32)


def coverage_of(picture: Frame) -> np.ndarray:
    """The coverage that a matte says by what it has: its alpha, or how bright it is where it has none, as in
    :func:`coverage_in`."""
    return coverage_in(picture, "brightness" if bool(np.all(picture.alpha >= 1)) else "alpha", "srgb")


def _channel(rgb: np.ndarray, channel: str, coded: str) -> np.ndarray:
    """(H, W): one channel of ACEScg light as the picture's file had it, or its luminance."""
    if channel == "brightness":
        return luminance(rgb)
    row = ("red", "green", "blue").index(channel)
    return rgb[..., row] if coded == "linear" else np.asarray(rgb @ TO_REC709[row])


TO_REC709 = np.array(
    [
        [1.7050510, -0.6217921, -0.0832589],
        [-0.1302564, 1.1408047, -0.0105483],
        [-0.0240034, -0.1289690, 1.1529724],
    ],
    np.float32,
)
"""ACEScg light in the primaries of Rec.709 and sRGB, Bradford-adapted (Academy TB-2014-004)."""


def held_as(light: np.ndarray, painted: np.ndarray) -> np.ndarray:
    """Light as the file of a painted picture would have held it: a display's colours, where the file has no others.

    A picture painted in an 8- or 16-bit file has lost what no display shows; the light that it was painted over has
    not, and without this that loss would look like paint.
    Shapes: both (H, W, 3), ACEScg; returns the light, clipped or as it was.
    """
    file = painted @ TO_REC709.T
    if file.min() < -BEYOND or file.max() > 1 + BEYOND:
        return light
    return np.asarray(np.clip(light @ TO_REC709.T, 0, 1) @ np.linalg.inv(TO_REC709).T, np.float32)


BEYOND = 2e-3
"""How far beyond a display's colours rounding may go."""


def _stored(light: np.ndarray, coded: str) -> np.ndarray:
    """The value that the file had for a grey of that light (IEC 61966-2-1; ITU-R BT.709)."""
    if coded == "linear":
        return light
    light = np.maximum(light, 0)
    if coded == "srgb":
        return srgb.coded(light)
    return np.where(light < 0.018, 4.5 * light, 1.099 * np.power(light, 0.45) - 0.099)


def grown(alpha: np.ndarray, grow_px: float) -> np.ndarray:
    """Move the matte's edge outwards, or inwards below 0; a part of a pixel moves it by a part.

    Shapes: (H, W) float32 to the same.
    """
    if not grow_px:
        return alpha
    size = 2 * int(np.ceil(abs(grow_px))) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    moved = cv2.dilate(alpha, disc) if grow_px > 0 else cv2.erode(alpha, disc)
    share = abs(grow_px) / np.ceil(abs(grow_px))
    return np.asarray(alpha + np.float32(share) * (moved - alpha), np.float32)


def softened(alpha: np.ndarray, soften_px: float) -> np.ndarray:
    """Spread the matte's edge over so many pixels, about where it was; the picture's border goes on.

    Units: a hard straight edge rises from 2 % to 98 % over ``soften_px``: four sigmas of a Gaussian.
    """
    if soften_px <= 0:
        return alpha
    soft = cv2.GaussianBlur(alpha, (0, 0), max(soften_px / 4, 0.05), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip(soft, 0, 1), np.float32)


def joined(one: np.ndarray, other: np.ndarray, how: Join) -> np.ndarray:
    """Two mattes as one: the larger, the smaller, or the first without the second.

    With the larger and the smaller a matte joined to itself stays as it is, edges and all, which
    mattes of one subject need; edges of two subjects that meet leave a thin seam.
    Source: Zadeh 1965, "Fuzzy sets", section II.
    """
    if how == "union":
        return np.maximum(one, other)
    return np.minimum(one, other if how == "intersection" else 1 - other)
