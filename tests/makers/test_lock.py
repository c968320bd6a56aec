"""Lock: outside what changed the plate comes through bit for bit, and the account can be taken again."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.passes import ACCOUNT, MemoryShelf, go_through
from manyhands.core.span import Span
from manyhands.kit.lock import tile_hashes
from manyhands.makers.lock import lock
from tests.kit.test_lock import HEIGHT, WIDTH, handled, piece, plate
from tests.plates import CAMERA

MODEL = Hand(id="trained:video-model-2:abc123", origin="trained", name="Video model 2")
SPAN = Span(length=3, rate_fps=24)


def clip(light: np.ndarray, hand: Hand, width: int = WIDTH, height: int = HEIGHT) -> Clip:
    rgba = np.dstack([light, np.ones(light.shape[:2], np.float32)]).astype(np.float32)
    return Clip(SPAN, width, height, lambda at: Frame.of(rgba, hand))


def edited() -> np.ndarray:
    return handled(np.where(piece()[..., None], plate(9), plate()))


def locked(**inputs: Clip) -> Clip:
    given = {"plate": clip(plate(), CAMERA), "edit": clip(edited(), MODEL), **inputs}
    return lock.make(given, lock.params(), Chance(1, "lock"), lambda done, of: None)


def test_the_plate_is_kept_bit_for_bit_and_the_change_is_the_models() -> None:
    frame, before = locked().frame(1002), clip(plate(), CAMERA).frame(1002)
    wide = cv2.dilate(piece().astype(np.uint8), np.ones((13, 13), np.uint8)) > 0
    same = (frame.rgba == before.rgba).all(-1)
    assert same[~wide].mean() > 0.995
    shares = dict(zip([hand.id for hand in frame.authorship.hands], frame.authorship.weights, strict=True))
    assert shares[MODEL.id][piece()].mean() > 0.95
    assert (shares[MODEL.id][same] == 0).all(), "what is the plate's is not the model's"
    assert (shares[CAMERA.id][same] == 1).all()
    inner = cv2.erode(piece().astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert np.abs(frame.rgb - plate(9))[inner].mean() < 0.6 * np.abs(edited() - plate(9))[inner].mean()


def test_the_account_has_the_tiles_that_were_left_and_they_can_be_taken_again() -> None:
    made, shelf = locked(), MemoryShelf()
    assert made.passes
    for item in made.passes.each:
        go_through(item, item.numbers(SPAN), {}, shelf)
    tiles = shelf.load("tiles.1002")
    again = tile_hashes(made.passes.picture(1002, shelf).rgba)
    assert (again == tiles["hashes"])[tiles["left"]].all()
    assert 0.5 < tiles["left"].mean() < 1
    account = json.loads(shelf.load(ACCOUNT)["json"].tobytes())
    assert "bit for bit" in account["says"][0]
    assert len(account["proof"]) == 64


def test_an_edit_at_another_size_is_brought_to_the_plates() -> None:
    small = cv2.resize(edited(), (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    frame = locked(edit=clip(small, MODEL, WIDTH // 2, HEIGHT // 2)).frame(1001)
    assert frame.rgba.shape == (HEIGHT, WIDTH, 4)
    shares = dict(zip([hand.id for hand in frame.authorship.hands], frame.authorship.weights, strict=True))
    assert shares[MODEL.id][piece()].mean() > 0.9


def test_another_shape_or_too_few_frames_are_told_before_anything_is_made() -> None:
    with pytest.raises(MediaError, match="another shape"):
        locked(edit=clip(edited()[:, :200], MODEL, 200, HEIGHT))
    short = replace(clip(edited(), MODEL), span=Span(length=2, rate_fps=24))
    with pytest.raises(MediaError, match="1001 to 1002"):
        locked(edit=short)


def test_nothing_that_changed_is_said_as_such_and_is_the_plate() -> None:
    made = locked(edit=clip(handled(plate()), MODEL))
    assert np.array_equal(made.frame(1001).rgba, clip(plate(), CAMERA).frame(1001).rgba)
