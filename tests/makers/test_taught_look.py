"""The taught change: what was painted is done elsewhere too, and outside it the plate comes through bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.frame import Frame
from manyhands.core.passes import MemoryShelf, Shelf, go_through
from manyhands.makers.taught_look import taught_look
from tests.plates import CAMERA
from tests.taught import HEIGHT, PAINTER, SPAN, WIDTH, plate, seen, true_matte

PAINTED = (1001, 1006, 1012)
RED = np.array([1.6, 0.5, 0.4], np.float32)


def repainted_disc(number: int) -> np.ndarray:
    """The disc made redder: what an artist painted."""
    rgba = seen(number).copy()
    rgba[..., :3] *= 1 + true_matte(number)[..., None] * (RED - 1)
    return rgba


def painted(change: Any = repainted_disc) -> Clip:
    return Clip(SPAN, WIDTH, HEIGHT, lambda at: Frame.of(change(at - SPAN.start), PAINTER), numbers=PAINTED)


def made(frames: Clip, **params: Any) -> tuple[Clip, Shelf]:
    clip = taught_look.make(
        {"plate": plate(), "painted": frames}, taught_look.checked(params), Chance(1), lambda done, of: None
    )
    assert isinstance(clip, Clip)
    assert clip.passes
    shelf = MemoryShelf()
    for item in clip.passes.each:
        go_through(item, item.numbers(clip.span), {}, shelf)
    return clip, shelf


@pytest.fixture(scope="module")
def learned() -> dict[int, Frame]:
    clip, shelf = made(painted(), steps=200)
    assert clip.passes
    return {at: clip.passes.picture(at, shelf) for at in SPAN.frames}


def test_the_change_is_made_where_nobody_painted_it(learned: dict[int, Frame]) -> None:
    """Oracle: the same change by hand; the taught frame is nearer to it than the plate, by far."""
    for at in (1003, 1008, 1010):
        inside = true_matte(at - SPAN.start) > 0.5
        wanted = repainted_disc(at - SPAN.start)[inside, :3]
        before = np.abs(seen(at - SPAN.start)[inside, :3] - wanted).mean()
        assert np.abs(learned[at].rgb[inside] - wanted).mean() < 0.6 * before


def test_outside_the_change_the_plate_comes_through_bit_for_bit(learned: dict[int, Frame]) -> None:
    for at, frame in learned.items():
        untouched = frame.authorship.weight_of(taught_look.hand) == 0
        far = true_matte(at - SPAN.start) == 0
        assert untouched[far].mean() > 0.5
        np.testing.assert_array_equal(frame.rgba[untouched], seen(at - SPAN.start)[untouched])


def test_the_change_is_the_models_by_how_much_it_changes(learned: dict[int, Frame]) -> None:
    for at, frame in learned.items():
        assert frame.faults() == []
        share = frame.authorship.weight_of(taught_look.hand)
        assert share[true_matte(at - SPAN.start) > 0.9].mean() > 0.1
        np.testing.assert_allclose(share + frame.authorship.weight_of(CAMERA), 1, atol=1e-5)
    assert taught_look.hand.origin == "trained"
    assert taught_look.scope == "train_shot"


def test_painted_frames_like_the_plates_teach_nothing() -> None:
    with pytest.raises(ParameterError, match="taught_look: nothing is painted in any of the 3 painted frames"):
        made(painted(seen), steps=10)


def test_a_change_of_the_whole_picture_can_be_learned() -> None:
    def darker(number: int) -> np.ndarray:
        return np.dstack([0.5 * seen(number)[..., :3], np.ones((HEIGHT, WIDTH), np.float32)])

    clip, shelf = made(painted(darker), steps=60)
    assert clip.passes
    frame = clip.passes.picture(1004, shelf)
    assert np.median(frame.rgb / seen(3)[..., :3]) == pytest.approx(0.5, abs=0.08)
