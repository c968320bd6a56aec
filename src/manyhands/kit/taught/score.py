"""How well a matte fits another: overlap, and how close the outlines run; and how far a picture lies from another."""

from __future__ import annotations

import cv2
import numpy as np

from manyhands.kit.taught.lessons import encoded


def overlap(found: np.ndarray, true: np.ndarray) -> float:
    """Intersection over union of two mattes, cut at one half; 1 where both are empty.

    Shapes: both (H, W), 0 to 1.
    """
    one, other = found > 0.5, true > 0.5
    union = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / union) if union else 1.0


def outline(found: np.ndarray, true: np.ndarray) -> float:
    """The boundary F-measure: precision and recall of the outline, within 0.8 % of the diagonal.

    Source: Perazzi et al. 2016 (DAVIS), measure F, with a disc instead of a bipartite matching, as
    their evaluation does.
    Shapes: both (H, W), 0 to 1.
    """
    one, other = _outline(found), _outline(true)
    if not one.any() and not other.any():
        return 1.0
    if not one.any() or not other.any():
        return 0.0
    reach = max(1, int(np.ceil(0.008 * np.hypot(*found.shape))))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    precision = np.count_nonzero(one & (cv2.dilate(other.astype(np.uint8), disc) > 0)) / np.count_nonzero(one)
    recall = np.count_nonzero(other & (cv2.dilate(one.astype(np.uint8), disc) > 0)) / np.count_nonzero(other)
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def _outline(matte: np.ndarray) -> np.ndarray:
    """Pixels whose right, lower or diagonal neighbour is on the other side."""
    inside = matte > 0.5
    padded = np.pad(inside, ((0, 1), (0, 1)), mode="edge")
    return np.asarray((inside != padded[:-1, 1:]) | (inside != padded[1:, :-1]) | (inside != padded[1:, 1:]), np.bool_)


def away(found: np.ndarray, true: np.ndarray) -> float:
    """How far a picture lies from another: the mean difference of their encoded light; 0 where they are one.

    Shapes: both (H, W, 3) scene-linear.
    """
    return float(np.mean(np.abs(encoded(found) - encoded(true)), dtype=np.float64))
