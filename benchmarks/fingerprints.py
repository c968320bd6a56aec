"""Fingerprints against the real clips: what was changed is found and placed, what is another clip is not; and how fast.

A known clip is looked for by a second cut out of it, rescaled, coded as H.264 at crf 30, off in colour by a tenth,
cropped by a twentieth, letter-boxed, mirrored, and all that together; each clip is held against every other.
"""

from __future__ import annotations

import io
import itertools
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.lock import FOOTAGE
from benchmarks.measure import Figure, median_seconds
from manyhands.actions.known import alike, fingerprint_noun, of_footage
from manyhands.actions.studio import new
from manyhands.core.hand import person
from manyhands.core.source import Source
from manyhands.kit.fingerprint import A_SECOND, Asked, Hashes, fingerprinted, matches
from manyhands.media.footage import probe
from manyhands.rights import terms_named

LONGEST = 240  # pictures of a clip
CUTS = 3  # seconds cut out of each clip for each change
BESIDE_S = 0.15  # a place that is told right

Clip = tuple[float, list[np.ndarray]]


def figures() -> Iterator[Figure]:
    """Found, falsely found, placed, and times."""
    clips = _clips()
    if clips:
        yield from _found(clips)
        yield from _others(clips)
    yield from _times()
    yield from _search()


def _found(clips: dict[str, Clip]) -> Iterator[Figure]:
    known = {name: _prints(*clip)[0] for name, clip in clips.items()}
    rng = np.random.default_rng(7)
    found = placed = surely = sure = false = total = 0
    for change in CHANGES:
        hits = tries = 0
        for number, (rate, pictures) in enumerate(clips.values()):
            second = min(int(round(rate)), len(pictures) - 2)
            for start in rng.integers(0, len(pictures) - second, CUTS):
                asked = _prints(rate, CHANGES[change](pictures[start : start + second], rate))[1]
                told = matches(asked, list(known.values()))
                ours = next((one for one in told if one.known == number), None)
                false += sum(one.known != number for one in told)
                tries += 1
                if ours is not None:
                    hits += 1
                    is_right = abs(ours.known_from_s - start / rate) <= BESIDE_S
                    placed += is_right
                    sure += ours.is_placed
                    surely += ours.is_placed and is_right
        yield Figure(f"found again, {change}", hits / tries, "of cuts", 0.95, at_most=False)
        found, total = found + hits, total + tries
    yield Figure("found again, all changes", found / total, "of cuts", 0.95, at_most=False)
    yield Figure("other clips that were told with them", false, "clips", 0)
    yield Figure("placed within 0.15 s, of those found", placed / found, "of cuts", None, at_most=False)
    yield Figure("placed within 0.15 s, of those told as placed", surely / max(1, sure), "of cuts", 0.95, at_most=False)
    yield Figure("told as placed, of those found", sure / found, "of cuts", None, at_most=False)


def _others(clips: dict[str, Clip]) -> Iterator[Figure]:
    """Whole clips against each other, and the first half of a clip against its second."""
    prints = [_prints(*clip) for clip in clips.values()]
    pairs = list(itertools.permutations(range(len(prints)), 2))
    wrong = sum(len(matches(prints[one][1], [prints[other][0]])) for one, other in pairs)
    yield Figure(f"false pairs between whole clips, of {len(pairs)}", wrong, "pairs", 0)
    cuts = 0
    for rate, pictures in clips.values():
        half = len(pictures) // 2
        asked, later = _prints(rate, pictures[: min(half, int(rate))])[1], _prints(rate, pictures[half:])[0]
        cuts += len(matches(asked, [later]))
    yield Figure(f"another time of the same shot told as it, of {len(clips)}", cuts, "clips", None)


def _times() -> Iterator[Figure]:
    """What a picture of a clip of four seconds costs, alone and with its decoding."""
    grey = cv2.resize(np.random.default_rng(1).integers(0, 255, (90, 160), dtype=np.uint8), (1920, 1080))

    def whole() -> None:
        fingerprinted(((at / A_SECOND, grey) for at in range(48)), length_s=4)

    yield Figure("fingerprint, for each 1080p picture", 1000 * median_seconds(whole, runs=5) / 48, "ms", 10)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mp4"
        colour = np.dstack([grey] * 3)
        path.write_bytes(_mp4([np.roll(colour, 8 * at, axis=1) for at in range(96)], 24.0, crf=20))
        footage = probe(path)

        def read() -> None:
            of_footage("a", footage)

        yield Figure(
            "reading and fingerprint, for each 1080p frame", 1000 * median_seconds(read, runs=3) / 96, "ms", 20
        )


def _search() -> Iterator[Figure]:
    """20,000 clips of ten seconds, made of noise, as hashes of other pictures are; alone, and out of a record."""
    rng = np.random.default_rng(3)
    each = A_SECOND * 10
    seconds, detailed = np.arange(each, dtype=np.float32) / A_SECOND, np.ones(each, bool)
    many = [Hashes(seconds, rng.integers(0, 2**64, (each, 4), np.uint64), detailed) for _ in range(20_000)]
    asked = Asked(seconds[:32], rng.integers(0, 2**64, (32, 38, 4), np.uint64), np.ones(32, bool))
    asked.words[:, 0] = many[12_345].words[40:72]
    (one,) = matches(asked, many)
    assert (one.known, one.differ_bits) == (12_345, 0)
    yield Figure("search in 20,000 clips of 10 s", median_seconds(lambda: matches(asked, many), runs=5), "s", 2)
    by = person("Person A")
    with tempfile.TemporaryDirectory() as folder:
        studio = new(Path(folder) / "film", by)
        with studio.act("source", by) as t:
            for number, hashes in enumerate(many):
                kept = fingerprint_noun("source", f"s{number}", hashes, Fraction(24), 1001)
                t.put(kept, kept.id)
            kept = Source(id="s12345", title="a", sha256="0" * 64, path="a", owner="", terms=terms_named("unknown"))
            t.put(kept, kept.id)
        took = median_seconds(lambda: alike(studio, asked), runs=3, warm=1)
        yield Figure("the same, with reading them from the record", took, "s", 5)
        studio.close()


# --- clips and changes ------------------------------------------------------------------------


def _clips() -> dict[str, Clip]:
    """The real clips, at most 480 px wide, (H, W, 3) uint8."""
    found: dict[str, Clip] = {}
    for path in sorted(FOOTAGE.glob("*/*")):
        if path.suffix in (".mp4", ".avi"):
            with av.open(str(path)) as box:
                rate = float(box.streams.video[0].average_rate or 24)
                frames = itertools.islice(box.decode(video=0), LONGEST)
                found[path.parent.name] = rate, [_small(frame.to_ndarray(format="rgb24")) for frame in frames]
        elif path.name == "frames":
            files = sorted(path.iterdir())[:LONGEST]
            found[path.parent.name] = 24.0, [_small(cv2.imread(str(file))[..., ::-1]) for file in files]
    return found


def _small(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    size = (480, round(480 * height / width) // 2 * 2)
    return np.ascontiguousarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _prints(rate: float, pictures: list[np.ndarray]) -> tuple[Hashes, Asked]:
    every = max(1, int(rate / A_SECOND))
    greys = ((at / rate, cv2.cvtColor(pictures[at], cv2.COLOR_RGB2GRAY)) for at in range(0, len(pictures), every))
    return fingerprinted(greys, length_s=len(pictures) / rate)


def _each(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[list[np.ndarray], float], list[np.ndarray]]:
    return lambda pictures, rate: [np.ascontiguousarray(change(picture)) for picture in pictures]


def _gained(*gains: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda picture: np.clip(picture * np.array(gains), 0, 255).astype(np.uint8)


def _cropped(top: float, left: float) -> Callable[[np.ndarray], np.ndarray]:
    """Without a twentieth of its height and width; where the rest lies is a share of what was cut."""

    def crop(picture: np.ndarray) -> np.ndarray:
        height, width = picture.shape[:2]
        y, x = round(0.05 * height * top), round(0.05 * width * left)
        return picture[y : y + round(0.95 * height), x : x + round(0.95 * width)]

    return crop


def _boxed(picture: np.ndarray) -> np.ndarray:
    bar = picture.shape[0] // 8
    return cv2.copyMakeBorder(picture, bar, bar, 0, 0, cv2.BORDER_CONSTANT, value=(16, 16, 16))


def _coded(pictures: list[np.ndarray], rate: float, *, crf: int = 30) -> list[np.ndarray]:
    """As H.264 and back."""
    with av.open(io.BytesIO(_mp4(pictures, rate, crf=crf))) as box:
        return [frame.to_ndarray(format="rgb24") for frame in box.decode(video=0)]


def _mp4(pictures: list[np.ndarray], rate: float, *, crf: int) -> bytes:
    out = io.BytesIO()
    height, width = (size // 2 * 2 for size in pictures[0].shape[:2])
    with av.open(out, "w", format="mp4") as box:
        stream = box.add_stream("libx264", rate=Fraction(rate).limit_denominator(1001), options={"crf": str(crf)})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for picture in pictures:
            box.mux(stream.encode(av.VideoFrame.from_ndarray(picture[:height, :width].copy(), "rgb24")))
        box.mux(stream.encode(None))
    return out.getvalue()


def _all_at_once(pictures: list[np.ndarray], rate: float) -> list[np.ndarray]:
    """Mirrored, cropped, warmer, half the size and coded."""
    changed = [_gained(1.1, 1, 0.9)(_cropped(0.5, 0.5)(picture[:, ::-1])) for picture in pictures]
    return _coded([cv2.resize(each, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for each in changed], rate)


CHANGES: dict[str, Callable[[list[np.ndarray], float], list[np.ndarray]]] = {
    "cut out": _each(lambda picture: picture),
    "half the size": _each(lambda picture: cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)),
    "twice the size": _each(lambda picture: cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)),
    "H.264 at crf 30": _coded,
    "a tenth brighter": _each(_gained(1.1, 1.1, 1.1)),
    "a tenth darker": _each(_gained(0.9, 0.9, 0.9)),
    "a tenth warmer": _each(_gained(1.1, 1, 0.9)),
    "cropped by 5 %, middle": _each(_cropped(0.5, 0.5)),
    "cropped by 5 %, corner": _each(_cropped(0, 0)),
    "cropped by 5 %, anywhere": _each(_cropped(0.3, 0.8)),
    "letter-boxed": _each(_boxed),
    "mirrored": _each(lambda picture: picture[:, ::-1]),
    "all at once": _all_at_once,
}
