"""The track maker: its parameters reach the tracker, and it refuses what cannot be tracked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import ParameterError
from manyhands.core.track import Track, standing
from manyhands.makers import all_makers
from manyhands.makers.track import track
from manyhands.propose import understand
from tests.moving import moving, turned

PAN = [turned(3 * i, i, 0, 1, width=160, height=120) for i in range(6)]


def made(clip: Clip, **params: Any) -> Track:
    found = track.make({"plate": clip}, track.checked(params), Chance(1), lambda done, of: None)
    assert isinstance(found, Track)
    return found


def pan() -> Clip:
    return moving(PAN, width=160, height=120)


def test_the_whole_picture_is_followed_from_the_first_frame_on() -> None:
    found = made(pan())
    assert found.reference == 1001
    assert found.lost == ()
    for at, matrix in zip(found.span.frames, PAN, strict=True):
        assert np.allclose(found.matrix(at), matrix, atol=0.05)


@pytest.mark.parametrize("kind", ["point", "similarity", "planar"])
def test_a_region_of_a_later_frame_is_followed_both_ways(kind: str) -> None:
    found = made(pan(), kind=kind, reference=1004, region=(50, 40, 60, 50))
    middle = np.array([80, 65, 1.0])
    for at, matrix in zip(found.span.frames, PAN, strict=True):
        true = matrix @ np.linalg.inv(PAN[3]) @ middle
        there = found.matrix(at) @ middle
        assert np.linalg.norm((there / there[2] - true)[:2]) < 0.15


def test_a_locked_off_camera_is_not_looked_at() -> None:
    def unread(at: int) -> Any:
        raise AssertionError("a frame was read")

    clip = Clip(pan().span, 160, 120, unread)
    assert made(clip, kind="still") == standing(clip.span, 160, 120)


def test_the_words_for_a_locked_off_camera_call_for_it() -> None:
    assert track.words.adjectives["locked off"] == {"kind": "still"}


@pytest.mark.parametrize(
    ("words", "kind"),
    [("locked to the wall", "planar"), ("planar track", "planar"), ("locked to a point", "point")],
)
def test_words_for_what_is_followed_choose_the_kind(words: str, kind: str) -> None:
    heard = understand(f"smoke {words}", all_makers())
    track_ = next(one for one in heard.mentions if one.maker == "track")
    assert [one.value for one in track_.changes] == [kind]
    assert heard.unknown == ()


def test_a_reference_outside_the_shot_is_refused() -> None:
    with pytest.raises(ParameterError, match="track: reference is 1010; it must lie between 1001 and 1006"):
        made(pan(), reference=1010)


@pytest.mark.parametrize("region", [(0, 0, 4, 40), (150, 10, 40, 40), (-5, 0, 50, 50)])
def test_a_region_that_is_too_small_or_outside_is_refused(region: tuple[float, ...]) -> None:
    with pytest.raises(ParameterError, match=r"track: region is .* \(px\); it must be at least 8 px wide and high"):
        made(pan(), region=region)


def test_a_draft_of_half_the_size_follows_half_the_region() -> None:
    params = track.checked({"region": (50, 40, 60, 50), "reference": 1004}).scaled(0.5)
    assert params.model_dump()["region"] == (25, 20, 30, 25)
    assert params.model_dump()["reference"] == 1004


def test_a_track_is_saved_and_loaded_to_the_last_digit() -> None:
    found = made(pan())
    assert Track.load(found.save()).matrices == found.matrices
