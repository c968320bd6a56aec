"""Perceptual fingerprints: whether a picture or clip is, or is cut from, one that is known, coded or sized anew.

A picture's fingerprint are 256 bits: its luma in 64 x 64 cells, the lowest 16 x 16 frequencies of their cosine
transform without the mean, each above or below the median.  A clip's is the row of its pictures' with their times.
Small crops, borders and mirrors are tried on the side that asks, so that what is kept is 32 bytes a picture.

Source: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Facebook, 2019, section 2 (PDQ:
the transform, the median, the measure of detail, and that mirrors are changes of sign).  Ours averages into the cells
where PDQ filters and then decimates, and orders its bits so that the coarse ones lie in one word.

What we do not know: a picture that was turned, put into a larger one, or slowed is not found, nor one that a model
drew after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from manyhands.core.errors import InputError

CELLS = 64
SMALL = 128
BITS = 256
VARIANTS = 38  # of a picture that asks
A_SECOND = 12  # pictures of a clip that are worth keeping
DETAIL = 0.006  # mean step of luma between cells, below which a picture says too little to be known by
ALIKE = 75  # bits of 256 that may differ in the mean over a clip
ALIKE_STILL = 60  # and over one or two pictures
TRIED = 32  # pictures of a clip that asks, spread over it
COARSE = 12  # bits of the coarse word of 64 that may differ, in one picture at least
ELSEWHERE_S = 0.4  # a place that is another one
NEARLY = 6  # bits by which a place has to fit better than all others
_ANCHORS = 8  # pictures that are held against everything
_COARSE_TRIES = (0, 5, 14, 19, 24, 33)  # as it is, cropped and bordered in the middle, and those mirrored
_FREQUENCIES = np.arange(1, 17)
_DCT = (np.sqrt(2 / CELLS) * np.cos(np.pi / (2 * CELLS) * np.outer(_FREQUENCIES, 2 * np.arange(CELLS) + 1))).astype(
    np.float32
)
# The 8 x 8 lowest frequencies first: they are the coarse word.
_ORDER = np.array(
    [row * 16 + column for row in range(8) for column in range(8)]
    + [row * 16 + column for row in range(16) for column in range(16) if row >= 8 or column >= 8]
)
_BYTES = 37  # of words, seconds and detail for each picture
_MIRRORED = np.where(_FREQUENCIES % 2, -1.0, 1.0).astype(np.float32)  # cosine k of a mirrored row is (-1)^k its own


@dataclass(frozen=True)
class Hashes:
    """What is kept of a clip: 256 bits for each picture that was looked at, and which of them say something.

    Shapes: seconds (N,) float32 from the first frame; words (N, 4) uint64; detailed (N,) bool.
    """

    seconds: np.ndarray
    words: np.ndarray
    detailed: np.ndarray


@dataclass(frozen=True)
class Asked:
    """What is looked for: some pictures of a clip, each as it is and as small crops, borders and mirrors of it.

    Shapes: seconds (Q,) float32; words (Q, V, 4) uint64; detailed (Q,) bool.
    """

    seconds: np.ndarray
    words: np.ndarray
    detailed: np.ndarray


@dataclass(frozen=True)
class Match:
    """Where a clip was found in a known one.

    ``known`` is its place in the row that was searched.  From ``asked_from_s`` of the clip on, ``length_s`` are what
    the known one shows from ``known_from_s`` on.  ``differ_bits`` of 256 differ in the mean.
    ``is_placed`` is False where it fits another place about as well, as in a shot in which nothing moves.
    """

    known: int
    asked_from_s: float
    known_from_s: float
    length_s: float
    differ_bits: float
    is_mirrored: bool
    is_placed: bool


def small_grey(grey: np.ndarray) -> np.ndarray:
    """A picture without black bars, averaged to 128 x 128.

    Shapes: (H, W) uint8 or float32 to (128, 128) float32.
    Colour: display luma, 0 to 255 or 0 to 1, to 0 to 1.
    """
    height, width = grey.shape
    whole = max(1, min(height, width) // (2 * SMALL))
    if whole > 1 and height % whole == 0 and width % whole == 0:  # whole factors average several times faster
        grey = cv2.resize(grey, (width // whole, height // whole), interpolation=cv2.INTER_AREA)
    small = _averaged(grey)
    top, bottom = _bars(small)
    left, right = _bars(small.T)
    if (top, bottom, left, right) == (0, SMALL, 0, SMALL):
        return small
    height, width = grey.shape
    rows = slice(-(-top * height // SMALL), bottom * height // SMALL)
    columns = slice(-(-left * width // SMALL), right * width // SMALL)
    return _averaged(np.ascontiguousarray(grey[rows, columns]))


def fingerprinted(pictures: Iterable[tuple[float, np.ndarray]], *, length_s: float) -> tuple[Hashes, Asked]:
    """The fingerprint of a clip to keep, and what to look for with it; one picture is in memory at a time.

    Args:
        pictures: the time of each in seconds from the first frame, and its display luma, in order.
        length_s: how long the clip is, so that the pictures that ask are spread over all of it.
    Shapes: each (H, W), uint8 or float32.
    """
    seconds, words, details = [], [], []
    asked: list[tuple[float, np.ndarray, bool]] = []
    for at, grey in pictures:
        small = small_grey(grey)
        cells = _cells(small)
        waves = _waves(cells)
        detailed = _detail(cells) >= DETAIL
        seconds.append(at)
        words.append(_packed(waves[None])[0])
        details.append(detailed)
        if len(asked) < TRIED and (not asked or at - asked[-1][0] >= length_s / TRIED - 1e-6):
            asked.append((at, _variants(small), detailed))
    kept = Hashes(np.array(seconds, np.float32), np.array(words, np.uint64).reshape(-1, 4), np.array(details, bool))
    tried = np.array([each for _, each, _ in asked], np.uint64).reshape(len(asked), VARIANTS, 4)
    return kept, Asked(np.array([at for at, *_ in asked], np.float32), tried, np.array([d for *_, d in asked], bool))


def matches(asked: Asked, known: Sequence[Hashes]) -> list[Match]:
    """The known clips that show what is asked for, the nearest first; each at the place where it fits best.

    One word of 64 coarse bits is held against everything first; what is near there is aligned in time.
    """
    use = np.flatnonzero(asked.detailed)
    if not len(use) or not known:
        return []
    starts = np.cumsum([0, *(len(one.seconds) for one in known)])
    coarse = np.concatenate([one.words[:, 0] for one in known])
    detailed = np.concatenate([one.detailed for one in known])
    chosen = use[np.unique(np.linspace(0, len(use) - 1, min(len(use), _ANCHORS)).round().astype(int))]
    near = _near(
        np.ascontiguousarray(asked.words[chosen][:, _COARSE_TRIES, 0]).ravel(), coarse, detailed, starts, COARSE
    )
    found = [one for index in np.flatnonzero(near).tolist() if (one := _aligned(asked, known[index], index))]
    return sorted(found, key=lambda one: one.differ_bits)


def packed(hashes: Hashes) -> bytes:
    """What :func:`unpacked` reads: 37 bytes a picture."""
    parts = ((hashes.words, "<u8"), (hashes.seconds, "<f4"), (hashes.detailed, "u1"))
    return b"".join(np.ascontiguousarray(part, kind).tobytes() for part, kind in parts)


def unpacked(saved: bytes) -> Hashes:
    """The hashes that :func:`packed` wrote, read-only.  Raises: InputError if it is something else."""
    count, rest = divmod(len(saved), _BYTES)
    if rest:
        raise InputError("fingerprint: it is cut off.", "Take the source in again.")
    words = np.frombuffer(saved, "<u8", 4 * count).reshape(count, 4)
    seconds = np.frombuffer(saved, "<f4", count, 32 * count)
    return Hashes(seconds, words, np.frombuffer(saved, np.bool_, count, 36 * count))


# --- one picture ------------------------------------------------------------------------------


def _averaged(grey: np.ndarray) -> np.ndarray:
    small = cv2.resize(grey, (SMALL, SMALL), interpolation=cv2.INTER_AREA).astype(np.float32)
    return small / 255 if grey.dtype == np.uint8 else small


def _bars(small: np.ndarray) -> tuple[int, int]:
    """The rows between black bars above and below: from, to."""
    black = (small.max(axis=1) < 0.09) & (small.std(axis=1) < 0.012)
    lit = np.flatnonzero(~black)
    if len(lit) < SMALL // 2:
        return 0, SMALL
    top, bottom = int(lit[0]), int(lit[-1]) + 1
    # the row where bar and picture meet is half of each
    return (top + 1 if top else 0), (bottom - 1 if bottom < SMALL else SMALL)


def _cells(small: np.ndarray) -> np.ndarray:
    return cv2.resize(small, (CELLS, CELLS), interpolation=cv2.INTER_AREA)


def _detail(cells: np.ndarray) -> float:
    return float(np.abs(np.diff(cells, axis=0)).mean() + np.abs(np.diff(cells, axis=1)).mean())


def _waves(cells: np.ndarray) -> np.ndarray:
    """(…, 64, 64) cells to (…, 16, 16) amplitudes of the lowest waves without the mean."""
    return _DCT @ cells @ _DCT.T


def _packed(waves: np.ndarray) -> np.ndarray:
    """(N, 16, 16) amplitudes to (N, 4) words of 64 bits."""
    flat = waves.reshape(len(waves), -1)[:, _ORDER]
    bits = flat > np.median(flat, axis=1, keepdims=True)
    return np.ascontiguousarray(np.packbits(bits, axis=1)).view(np.uint64)


def _variants(small: np.ndarray) -> np.ndarray:
    """A picture as it is, cropped and bordered by about a twentieth in nine places each; then all that mirrored.

    Shapes: (128, 128) to (38, 4) words.
    """
    cut = SMALL // 20
    framed = cv2.copyMakeBorder(small, cut, cut, cut, cut, cv2.BORDER_REFLECT_101)
    places = (0, cut // 2, cut)
    inside, wide = SMALL - cut, SMALL + cut
    all_ = [small]
    all_ += [small[y : y + inside, x : x + inside] for y in places for x in places]
    all_ += [framed[y : y + wide, x : x + wide] for y in places for x in places]
    waves = _waves(np.stack([_cells(each) for each in all_]))
    return np.concatenate([_packed(waves), _packed(waves * _MIRRORED)])


# --- many -------------------------------------------------------------------------------------


@njit(cache=True, nogil=True, inline="always")
def _ones(word):  # type: ignore[no-untyped-def]
    """How many bits of a word are one.  Source: H. S. Warren, Hacker's Delight, 2nd ed., section 5-1."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)


@njit(cache=True, nogil=True)
def _near(wanted, coarse, detailed, starts, most):  # type: ignore[no-untyped-def]
    """Which clips have a picture whose coarse word is near a wanted one."""
    near = np.zeros(len(starts) - 1, np.bool_)
    limit = np.uint64(most)
    for clip in range(len(starts) - 1):
        for at in range(starts[clip], starts[clip + 1]):
            if not detailed[at]:
                continue
            for word in wanted:
                if _ones(word ^ coarse[at]) <= limit:
                    near[clip] = True
                    break
            if near[clip]:
                break
    return near


@njit(cache=True, nogil=True)
def _distances(asked, known):  # type: ignore[no-untyped-def]
    """(Q, V, 4) and (N, 4) words to the (V, Q, N) bits that differ."""
    queries, variants, _ = asked.shape
    bits = np.empty((variants, queries, len(known)), np.int16)
    for query in range(queries):
        for variant in range(variants):
            for at in range(len(known)):
                total = np.uint64(0)
                for word in range(4):
                    total += _ones(asked[query, variant, word] ^ known[at, word])
                bits[variant, query, at] = total
    return bits


def _aligned(asked: Asked, known: Hashes, index: int) -> Match | None:
    """Where in a known clip the asked one fits best, or None if nowhere."""
    queries, samples = np.flatnonzero(asked.detailed), len(known.seconds)
    bits = _distances(asked.words[queries], np.array(known.words))
    at, there = asked.seconds[queries], known.seconds
    step = float(np.diff(there).mean()) if samples > 1 else 0.0
    reach = max(step, 1 / 12) * 0.75
    best: tuple[float, int, float, np.ndarray] | None = None
    fits: list[tuple[float, float]] = []
    fine = reach / 1.5
    for offset in np.unique(np.round((there[:, None] - at[None, :]).ravel() / fine).astype(int)) * fine:
        nearest = _nearest(there, at + offset)
        holds = (np.abs(there[nearest] - at - offset) <= reach) & known.detailed[nearest]
        if holds.sum() < _needed(at, there):
            continue
        means = bits[:, np.flatnonzero(holds), nearest[holds]].mean(axis=1)
        variant = int(means.argmin())
        fits.append((float(means[variant]), float(offset)))
        if best is None or means[variant] < best[0]:
            best = (float(means[variant]), variant, float(offset), holds)
    if best is None:
        return None
    differ, variant, offset, holds = best
    if differ > (ALIKE if holds.sum() > 2 else ALIKE_STILL):
        return None
    first, last = float(at[holds][0]), float(at[holds][-1])
    again = min((bits_ for bits_, elsewhere in fits if abs(elsewhere - offset) > ELSEWHERE_S), default=BITS)
    return Match(
        index,
        asked_from_s=first,
        known_from_s=max(0.0, first + offset),
        length_s=last - first + step if last > first else 0.0,
        differ_bits=differ,
        is_mirrored=variant >= bits.shape[0] // 2,
        is_placed=again > differ + NEARLY,
    )


def _nearest(there: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The place in a sorted row that is nearest to each wanted value."""
    if len(there) == 1:
        return np.zeros(len(wanted), int)
    after = np.clip(np.searchsorted(there, wanted), 1, len(there) - 1)
    return np.asarray(after - (wanted - there[after - 1] < there[after] - wanted))


def _needed(at: np.ndarray, there: np.ndarray) -> int:
    """How many pictures have to lie over each other: half of those that can."""
    shorter = min(float(at[-1] - at[0]), float(there[-1] - there[0]))
    spacing = float(at[-1] - at[0]) / max(1, len(at) - 1) or 1.0
    return max(1, int(0.5 * min(len(at), shorter / spacing + 1)))
