"""Fingerprints: the same picture in another size, coding or crop is near, another one is far, and a cut is placed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.errors import InputError
from manyhands.kit import fingerprint
from manyhands.kit.fingerprint import Asked, Hashes, Match, fingerprinted, matches, packed, small_grey, unpacked
from tests.moving import wall

RATE = 24


def clip(seed: int, frames: int = 72, *, step: float = 6.0) -> list[np.ndarray]:
    """A camera that goes over a wall of its own, (120, 160) uint8 pictures."""
    world = np.clip(255 * np.sqrt(wall(seed)), 0, 255).astype(np.uint8)
    return [np.ascontiguousarray(world[300 + at : 780 + at : 4, int(step * at) :][:, :640:4]) for at in range(frames)]


def prints(pictures: Sequence[np.ndarray]) -> tuple[Hashes, Asked]:
    each = ((at / RATE, pictures[at]) for at in range(0, len(pictures), 2))
    return fingerprinted(each, length_s=len(pictures) / RATE)


@pytest.fixture(scope="module")
def known() -> list[Hashes]:
    return [prints(clip(seed))[0] for seed in (3, 4, 5)]


def found(pictures: Sequence[np.ndarray], known: list[Hashes]) -> list[Match]:
    return matches(prints(pictures)[1], known)


def coded(picture: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", picture, [1, 25])[1], cv2.IMREAD_GRAYSCALE))


CHANGES = {
    "as it is": lambda picture: picture,
    "half the size": lambda picture: cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "coded hard": coded,
    "brighter": lambda picture: np.clip(picture * 1.1, 0, 255).astype(np.uint8),
    "cropped": lambda picture: np.ascontiguousarray(picture[3:117, 4:156]),
    "cropped at a corner": lambda picture: np.ascontiguousarray(picture[:114, 8:]),
    "mirrored": lambda picture: np.ascontiguousarray(picture[:, ::-1]),
    "letter-boxed": lambda picture: cv2.copyMakeBorder(picture, 15, 15, 0, 0, cv2.BORDER_CONSTANT, value=16),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_second_that_was_cut_out_is_found_where_it_was_when_changed(change: str, known: list[Hashes]) -> None:
    piece = [CHANGES[change](picture) for picture in clip(4)[31:55]]
    best, *others = found(piece, known)
    assert (best.known, others) == (1, [])
    assert best.known_from_s == pytest.approx(31 / RATE, abs=0.06)
    assert best.length_s == pytest.approx(1, abs=0.1)
    assert best.is_mirrored is (change == "mirrored")
    assert best.is_placed


def test_another_clip_is_not_found(known: list[Hashes]) -> None:
    assert found(clip(9)[:24], known) == []


def test_another_second_of_a_moving_shot_is_not_taken_for_this_one(known: list[Hashes]) -> None:
    assert found(clip(4)[48:72], [prints(clip(4)[:30])[0]]) == []


def test_one_picture_is_found_in_its_clip(known: list[Hashes]) -> None:
    (best,) = found([coded(clip(5)[40])], known)
    assert (best.known, best.length_s) == (2, 0)
    assert best.known_from_s == pytest.approx(40 / RATE, abs=0.06)


def test_a_longer_clip_that_holds_a_known_one_is_told_with_where_it_begins() -> None:
    (best,) = found(clip(4), [prints(clip(4)[24:60])[0]])
    assert best.asked_from_s == pytest.approx(1, abs=0.1)
    assert best.known_from_s == pytest.approx(0, abs=0.1)


def test_the_place_is_not_sure_where_nothing_moves() -> None:
    still = clip(3)[:1] * 72
    (best,) = found(still[:24], [prints(still)[0]])
    assert not best.is_placed


@pytest.mark.parametrize("value", [0, 128, 255])
def test_plain_pictures_say_nothing_and_are_like_nothing(value: int) -> None:
    plain = [np.full((90, 160), value, np.uint8)] * 24
    hashes, asked = prints(plain)
    assert not hashes.detailed.any()
    assert matches(asked, [hashes]) == []


def test_nothing_known_and_nothing_asked_give_nothing(known: list[Hashes]) -> None:
    assert found(clip(3)[:24], []) == []
    assert matches(fingerprinted([], length_s=0)[1], known) == []


def test_the_hash_is_the_published_one_by_scipys_transform() -> None:
    """Oracle: scipy's orthonormal DCT-II of the 64 x 64 cells, frequencies 1 to 16, against their median."""
    from scipy.fft import dctn

    small = small_grey(clip(3)[5])
    cells = cv2.resize(small, (64, 64), interpolation=cv2.INTER_AREA)
    waves = dctn(cells.astype(np.float64), norm="ortho")[1:17, 1:17]
    bits = waves > np.median(waves)
    ours = np.unpackbits(prints(clip(3)[5:6])[0].words.view(np.uint8))
    order = sorted(((row, column) for row in range(16) for column in range(16)), key=lambda at: max(at) >= 8)
    wrong = sum(int(bits[at]) != int(one) for at, one in zip(order, ours, strict=True))
    assert wrong <= 2  # float32 may fall on the other side of the median


@given(st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=2))
def test_differing_bits_are_counted(pair: list[int]) -> None:
    """Oracle: Python's own count."""
    one, other = (np.array([[each, 0, 0, 0]], np.uint64) for each in pair)
    assert fingerprint._distances(one[None], other)[0, 0, 0] == (pair[0] ^ pair[1]).bit_count()


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_what_is_packed_is_unpacked_to_the_bit(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    hashes = Hashes(
        rng.random(count).astype(np.float32),
        rng.integers(0, 2**64, (count, 4), dtype=np.uint64),
        rng.random(count) > 0.5,
    )
    again = unpacked(packed(hashes))
    assert all(np.array_equal(getattr(hashes, name), getattr(again, name)) for name in ("seconds", "words", "detailed"))


def test_what_was_cut_off_is_refused() -> None:
    with pytest.raises(InputError, match="cut off"):
        unpacked(b"x" * 38)
