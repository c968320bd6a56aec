"""Strips: every picture stands where the page looks for it, also where one column is not enough."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from manyhands.media.strips import MOST_PX, columns_of, strip_of


@pytest.mark.parametrize(("count", "height", "columns"), [(1, 24, 1), (5, 24, 1), (7, 4000, 2), (9, 4000, 3)])
def test_each_picture_is_found_by_its_number(count: int, height: int, columns: int) -> None:
    assert columns_of(count, height) == columns
    pictures = [np.full((height, 16, 3), (20 * index, 255 - 20 * index, 90), np.uint8) for index in range(count)]
    content = strip_of(pictures, quality=90)
    assert content[8:12] == b"WEBP"
    whole = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    rows = -(-count // columns)
    assert whole.shape == (rows * height, columns * 16, 3)
    assert whole.shape[0] <= MOST_PX
    for index, picture in enumerate(pictures):
        column, row = divmod(index, rows)
        found = whole[row * height : (row + 1) * height, column * 16 : (column + 1) * 16].astype(int)
        within = (slice(8, -8), slice(4, -4))  # at its edges a block of the code is of two pictures
        assert np.abs(found - picture)[within].max() <= 12, index
