"""A building cut out of the picture it stands in: its matte, and its own light without the sky's."""

from __future__ import annotations

import cv2
import numpy as np

from manyhands.kit.fill import spread
from manyhands.kit.skyline import sky_course


def cut_out(outline: tuple[float, ...], ahead: np.ndarray) -> np.ndarray:
    """The matte of what an outline surrounds; drawn with room to spare, or in haste, it is cut along the sky.

    Args:
        outline: px, x and y of each corner in turn.
        ahead: (H, W) what stands before the sky, 0 to 1.
    Shapes: returns (H, W) float32.
    """
    corners = np.round((np.array(outline).reshape(-1, 2) - 0.5) * 16).astype(np.int32)
    drawn = np.zeros(ahead.shape, np.uint8)
    cv2.fillPoly(drawn, [corners], 255, lineType=cv2.LINE_AA, shift=4)
    matte = drawn.astype(np.float32) / np.float32(255)
    if float((matte * ahead).sum()) < 0.3 * float(matte.sum()):
        return matte  # what is taken for sky is most of it: then it is no sky
    matte = np.maximum(matte, left_out(matte, ahead)) * ahead
    # bright edges of a roof pass for sky; a building has no such slits
    size = 2 * max(2, round(ahead.shape[0] / 100)) + 1
    return cv2.morphologyEx(matte, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))


def left_out(drawn: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """(H, W): what a hasty outline cut off: bits close by it that end in the sky."""
    size = 2 * max(3, round(drawn.shape[0] / 45)) + 1
    near = cv2.dilate((drawn > 0).astype(np.uint8), np.ones((size, size), np.uint8)) > 0
    beside = ((drawn <= 0) & (ahead > 0.25)).astype(np.uint8)
    _, label = cv2.connectedComponents(beside)
    alone = ~np.isin(label, np.unique(label[~near]))
    # a sliver that runs down into a neighbour is still thinner than any neighbour
    wide, tall = (
        cv2.morphologyEx(beside, cv2.MORPH_OPEN, np.ones(kernel, np.uint8)) > 0
        for kernel in ((1, size // 2), (size // 2, 1))
    )
    return np.asarray(near & (drawn <= 0) & (alone | ((beside > 0) & ~(wide & tall))), np.float32)


def own_light(rgba: np.ndarray, building: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """The building's own light, also where its edge mixes with the sky's: the sky's part is taken out."""
    rgb = np.ascontiguousarray(rgba[..., :3])
    mixed = (building > 0) & (building < 0.97) & (ahead < 0.97)
    if not mixed.any():
        return rgb
    part = np.maximum(building, 0.3)[..., None]
    own = np.maximum((rgb - (1 - part) * sky_course(rgba, ahead)) / part, 0)
    own = np.where(mixed[..., None], own, rgb)
    known = (building >= 0.6) | (building <= 0)
    return np.where(known[..., None], own, spread(own, building >= 0.6))


def choked(building: np.ndarray) -> np.ndarray:
    """The matte without its outermost pixel, where lenses, sharpening and coding leave the sky's light."""
    size = 2 * round(building.shape[0] / 720) + 1
    return cv2.erode(building, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
