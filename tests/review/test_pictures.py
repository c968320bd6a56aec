"""Pictures to decide by: two of different size are brought together."""

from __future__ import annotations

import numpy as np

from manyhands.review.pictures import fitted, wiped


def test_a_plate_is_wiped_against_a_take_of_another_size() -> None:
    plate, take = np.full((20, 30, 3), 40, np.uint8), np.full((40, 60, 3), 200, np.uint8)
    both = wiped(fitted(plate, take), take, 0.5)
    assert both.shape == take.shape
    assert both[0, 5, 0] == 200
    assert both[0, 50, 0] == 40
    assert fitted(take, take) is take
