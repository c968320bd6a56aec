"""Changes of the picture taught by four painted frames, on real clips whose true change is made in code.

``python -m benchmarks looks`` learns each for a few steps, to see that all is well; its figures have no
goals.  ``LOOKS=full python -m benchmarks looks`` learns for the default budget (two minutes and more for
each change on one free core); ``LOOKS=spots``, ``stand``, ``bud`` or ``focus`` does one so, and
``LOOKS_AT=folder`` keeps pictures of it there: plate, taught, true.  The clips are for judging only and
are not part of the house; without them there are no figures.

Every frame is judged that nobody painted, in display code, where it was changed or should have been.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from benchmarks.measure import Figure
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.passes import MemoryShelf, go_through
from manyhands.core.span import Span
from manyhands.kit.flow import flow_to
from manyhands.makers.taught_look import taught_look

FOOTAGE = Path(__file__).parents[2] / "shared" / "footage"
CAMERA = Hand(id="camera:plate:1", origin="camera", name="plate")
PAINTER = Hand(id="person:painter:1", origin="person", name="painter")
FRAMES = 24
STEPS, QUICK_STEPS = 1200, 40
BETTER_DB = 6.0
_SEEN = 1.5 / 255  # a difference that can be seen, in display code


@dataclass(frozen=True)
class Change:
    """A clip before and after a change, display code from 0 to 1, (H, W, 3) float32 each."""

    before: list[np.ndarray]
    after: list[np.ndarray]


@dataclass(frozen=True)
class Met:
    """Peak signal to noise where a change was made or should have been, and where it should alone; what it took."""

    plate_db: float
    taught_db: float
    plate_changed_db: float
    taught_changed_db: float
    outside: float
    sharpness: float
    seconds_a_step: float


def pictures(clip: str, first: int, size: tuple[int, int], *, every: int = 1) -> list[np.ndarray]:
    """Frames of a clip in display code; none where it is not there."""
    path = FOOTAGE / clip
    if not path.exists():
        return []
    if path.is_dir():
        read = [cv2.imread(str(item)) for item in sorted((path / "frames").iterdir())]
        found = read[first : first + every * FRAMES : every]
    else:
        film = cv2.VideoCapture(str(path))
        read = [film.read()[1] for _ in range(first + every * FRAMES)]
        found = read[first::every]
    return [_code(cv2.resize(one, size, interpolation=cv2.INTER_AREA)) for one in found if one is not None]


def spots() -> Change:
    """Freckles of many sizes on a face, where it goes; true is the face without them."""
    clean = pictures("green/green.mp4", 100, (320, 192), every=2)
    rng = np.random.Generator(np.random.PCG64(5))
    places = []
    while len(places) < 40:
        x, y = rng.uniform(100, 180), rng.uniform(35, 112)
        if ((x - 140) / 33) ** 2 + ((y - 76) / 36) ** 2 < 1:
            places.append((x, y))
    radii, depths = rng.uniform(0.8, 2.0, 40), rng.uniform(0.25, 0.6, 40)
    found = []
    for picture, moved in zip(clean, _followed(clean, np.array(places)), strict=True):
        y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32)
        cover = np.zeros(picture.shape[:2], np.float32)
        for (at_x, at_y), radius, depth in zip(moved, radii, depths, strict=True):
            away = np.hypot(x - at_x, y - at_y)
            cover = np.maximum(cover, depth * np.clip(radius + 0.5 - away, 0, 1))
        found.append(picture + cover[..., None] * (np.array([0.35, 0.2, 0.13]) - picture))
    return Change([_whole(one) for one in found], clean)


def stand() -> Change:
    """A thin stand before wall and ground, that the camera pans along; true is the shot without it."""
    clean = pictures("tennis", 42, (432, 240))
    base = np.array([[300.0, 60], [300, 205], [300, 205], [283, 214], [300, 205], [318, 213]])
    found = []
    for picture, ends in zip(clean, _followed(clean, base, by_camera=True), strict=True):
        large = np.zeros((4 * picture.shape[0], 4 * picture.shape[1]), np.float32)
        for one, other in zip(ends[::2], ends[1::2], strict=True):
            (x0, y0), (x1, y1) = ((4 * point).round().astype(int).tolist() for point in (one, other))
            cv2.line(large, (x0, y0), (x1, y1), 1.0, 10)
        cover = cv2.resize(large, picture.shape[1::-1], interpolation=cv2.INTER_AREA)[..., None]
        found.append(picture * (1 - cover) + cover * np.array([0.12, 0.12, 0.14]))
    return Change([_whole(one) for one in found], clean)


def bud() -> Change:
    """A red bud that opens, graded to blue; other red in the shot stays."""
    before = pictures("flower/flower.mp4", 50, (480, 270), every=2)
    found = []
    for picture in before:
        share = _largest_red(picture)[..., None]
        turned = picture[..., [2, 1, 0]] * np.array([1.0, 1.1, 0.9])
        found.append(picture * (1 - share) + share * turned)
    return Change(before, [_whole(one) for one in found])


def focus() -> Change:
    """A shot out of focus by 1.2 px; true is the sharp one."""
    sharp = pictures("tennis", 10, (432, 240))
    return Change([_whole(cv2.GaussianBlur(one, (0, 0), 1.2)) for one in sharp], sharp)


CHANGES: dict[str, tuple[Callable[[], Change], float | None]] = {
    "spots": (spots, BETTER_DB),
    "stand": (stand, BETTER_DB),
    "bud": (bud, BETTER_DB),
    "focus": (focus, 2.0),
}


def taught_by_four(change: Change, steps: int, *, seed: int = 1, look_at: str = "", name: str = "") -> Met:
    """What the maker makes of the frames that nobody painted."""
    height, width = change.before[0].shape[:2]
    span = Span(length=len(change.before), rate_fps=Fraction(24))
    four = [span.start + round(at) for at in np.linspace(0, span.length - 1, 4)]
    plate = Clip(span, width, height, lambda at: _frame(change.before[at - span.start], CAMERA))
    painted = Clip(span, width, height, lambda at: _frame(change.after[at - span.start], PAINTER), numbers=tuple(four))
    made = taught_look.make(
        {"plate": plate, "painted": painted}, taught_look.checked({"steps": steps}), Chance(seed), lambda *_: None
    )
    shelf, took = MemoryShelf(), {}
    for item in made.passes.each:
        began = time.perf_counter()
        go_through(item, item.numbers(span), {}, shelf)
        took[item.name] = time.perf_counter() - began
    measured: list[list[float]] = []
    for at in span.frames:
        if at in four:
            continue
        light = plate.frame(at)
        frame = made.passes.picture(at, shelf)
        before, after = change.before[at - span.start], change.after[at - span.start]
        untouched = frame.authorship.weight_of(taught_look.hand) == 0
        if not np.array_equal(frame.rgba[untouched], light.rgba[untouched]):
            sys.stderr.write(f"looks: {name}: the plate is not locked in frame {at}\n")
        found = np.where(untouched[..., None], before, _code_of_light(frame.rgb))
        changes = np.abs(after - before).max(-1) > _SEEN
        there = ~untouched | changes
        measured.append(
            [
                float(((before - after)[there] ** 2).mean()),
                float(((found - after)[there] ** 2).mean()),
                float(((before - after)[changes] ** 2).mean()),
                float(((found - after)[changes] ** 2).mean()),
                float(untouched.mean()),
                _rough(found, there) / max(_rough(after, there), 1e-6),
            ]
        )
        if look_at:
            sheet = np.clip(255 * np.hstack([before, found, after]), 0, 255).round().astype(np.uint8)
            cv2.imwrite(str(Path(look_at) / f"{name}.{at}.png"), sheet[..., ::-1])
    *errors, outside, sharpness = np.mean(measured, 0)
    return Met(*(_db(error) for error in errors), float(outside), float(sharpness), took["learn"] / steps)


def figures() -> Iterator[Figure]:
    """Quick ones, or the whole ones where the environment says so."""
    wanted = os.environ.get("LOOKS", "")
    for name, (made, goal) in CHANGES.items():
        if wanted not in ("", "full", name):
            continue
        change = made() if pictures("tennis", 0, (16, 16)) else None
        if change is None:
            sys.stderr.write("looks: the clips are not here\n")
            return
        steps = STEPS if wanted else QUICK_STEPS
        met = taught_by_four(change, steps, look_at=os.environ.get("LOOKS_AT", ""), name=name)
        title = f"taught look, {name}, 4 painted frames, {steps} steps"
        yield Figure(f"{title}: PSNR", met.taught_db, "dB", None)
        yield Figure(f"{title}: PSNR of the plate there", met.plate_db, "dB", None)
        better = met.taught_db - met.plate_db
        yield Figure(f"{title}: better by", better, "dB", goal if wanted else None, at_most=False)
        changed = met.taught_changed_db - met.plate_changed_db
        yield Figure(f"{title}: better by, where it should change", changed, "dB", None)
        yield Figure(f"{title}: detail that is left, of the true one", met.sharpness, "", None)
        yield Figure(f"{title}: share of the picture left bit for bit", met.outside, "", None)
        yield Figure(f"{title}: steps a second", 1 / met.seconds_a_step, "steps/s", None)


def _largest_red(code: np.ndarray) -> np.ndarray:
    """How much of each pixel is of the largest red thing, as an artist would outline it."""
    hue = cv2.cvtColor(cv2.GaussianBlur(code, (0, 0), 1.0), cv2.COLOR_RGB2HSV)
    x = np.arange(code.shape[1])[None]
    bright = hue[..., 2] > np.where(x < 192, 0.72, 0.35)  # what lies out of focus behind it, on the left, is darker
    red = (np.minimum(hue[..., 0], 360 - hue[..., 0]) < 32) & (hue[..., 1] > 0.4) & bright
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    opened = cv2.morphologyEx(red.astype(np.uint8), cv2.MORPH_OPEN, disc)
    _, parts, facts, _ = cv2.connectedComponentsWithStats(opened)
    largest = (parts == 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA]))).astype(np.uint8)
    closed = cv2.morphologyEx(largest, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15)))
    whole = cv2.dilate(closed, np.ones((3, 3), np.uint8))
    return cv2.GaussianBlur(whole.astype(np.float32), (0, 0), 0.8)


def _followed(clip: list[np.ndarray], points: np.ndarray, *, by_camera: bool = False) -> Iterator[np.ndarray]:
    """Points of the first frame in every frame, by one similarity of the flow about them, or one homography of all."""
    greys = [np.clip(220 * one.mean(-1), 0, 255).astype(np.uint8) for one in clip]
    there = points.astype(np.float32)
    yield there
    for one, other in pairwise(greys):
        flow = flow_to(one, other)
        if by_camera:
            y, x = np.mgrid[2 : one.shape[0] : 6, 2 : one.shape[1] : 6]
            here = np.stack([x.ravel(), y.ravel()], -1).astype(np.float32)
            to = here + flow[y.ravel(), x.ravel()]
            matrix, _ = cv2.findHomography(here, to, cv2.RANSAC, 1.0)
        else:
            at = np.clip(there.round().astype(int), 0, np.array(one.shape[::-1]) - 1)
            affine, _ = cv2.estimateAffinePartial2D(there, there + flow[at[:, 1], at[:, 0]])
            matrix = np.vstack([affine, [0, 0, 1]])
        there = cv2.perspectiveTransform(there[None], matrix)[0]
        yield there


def _code(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture[..., ::-1], np.float32) / np.float32(255)


def _whole(code: np.ndarray) -> np.ndarray:
    """As a file of eight bits holds it."""
    return (np.clip(255 * code, 0, 255).round() / 255).astype(np.float32)


def _frame(code: np.ndarray, hand: Hand) -> Frame:
    light = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    return Frame.of(np.dstack([light, np.ones(code.shape[:2])]).astype(np.float32), hand)


def _code_of_light(light: np.ndarray) -> np.ndarray:
    held = np.clip(light, 0, 1)
    return np.where(held <= 0.0031308, 12.92 * held, 1.055 * held ** (1 / 2.4) - 0.055).astype(np.float32)


def _rough(code: np.ndarray, there: np.ndarray) -> float:
    grey = code.mean(-1)
    return float(np.abs(cv2.Laplacian(grey, cv2.CV_32F))[there].mean())


def _db(error: float) -> float:
    return float(-10 * np.log10(max(error, 1e-10)))
