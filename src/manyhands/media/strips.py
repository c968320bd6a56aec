"""Strips: some small pictures of one size side by side in one file, for a page that plays them without a movie.

A strip is read with ``img-src data:`` alone, shows any frame exactly, and is whole in every browser since 2020.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

MOST_PX = 16_000
"""WebP knows no picture that is higher; a strip goes on in another column."""


def columns_of(count: int, height: int) -> int:
    """In how many columns so many pictures of that height stand."""
    return -(-count * height // MOST_PX)


def strip_of(pictures: Sequence[np.ndarray], *, quality: int) -> bytes:
    """Pictures as one WebP, from top to bottom and then in the next column, the last rows of it black.

    Shapes: each (H, W, 3) uint8 of one size; all of one columns_of(N, H) times W wide.
    """
    height, width = pictures[0].shape[:2]
    columns = columns_of(len(pictures), height)
    rows = -(-len(pictures) // columns)
    whole = np.zeros((rows * height, columns * width, 3), np.uint8)
    for index, picture in enumerate(pictures):
        column, row = divmod(index, rows)
        whole[row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    return cv2.imencode(".webp", whole[..., ::-1], [cv2.IMWRITE_WEBP_QUALITY, quality])[1].tobytes()
