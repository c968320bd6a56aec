"""Removal against a known truth: holes that walk and holes that stand, over real clips, held against three others.

A textured blob, which wobbles as it goes, is laid over clips of 432x240 and taken out again; what stood
behind it is known.  Beside ``remove`` the same holes are filled by Telea's method frame by frame (2004,
OpenCV's), by the median over time, and by colours carried from frame to frame along DIS flow as it is
found.  PSNR and SSIM count the hole alone, in display values.  The clips are for judging only and are
not part of the house; without them a wall made in code stands alone.

``python -m benchmarks removal`` takes some minutes.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
from manyhands.core.passes import ACCOUNT, MemoryShelf, go_through
from manyhands.core.recipe import Recipe, Step
from manyhands.core.span import Span
from manyhands.kit.flow import flow_between
from manyhands.makers.remove import remove
from manyhands.media.footage import open_clip, probe
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.run.job import Footing, Job
from manyhands.run.take import run_take

FOOTAGE = Path(__file__).parents[2] / "shared" / "footage"
CAMERA = Hand(id="camera:bench:1", origin="camera", name="bench")
SIZE = 432, 240
FRAMES = 40
CLIPS = {
    "pan": "pan/pan.avi",
    "bmx": "bmx-trees/frames",
    "tennis": "tennis/frames",
    "dog": "dog/dog.mp4",
    "flower": "flower/flower.mp4",
    "water": "water/stream-of-water.mp4",
    "people": "people/people.mp4",
    "green": "green/green.mp4",
}


@dataclass(frozen=True)
class Case:
    """A clip with something in it, what it covers, and what stood behind.

    Shapes: plates and truth (N, H, W, 3) uint8 display values; holes (N, H, W) bool.
    """

    name: str
    plates: np.ndarray
    holes: np.ndarray
    truth: np.ndarray


@dataclass(frozen=True)
class Score:
    """What one way of filling gained: PSNR (dB) and SSIM in the hole."""

    psnr: float
    ssim: float


def figures() -> list[Figure]:
    scores: dict[str, dict[str, Score]] = {}
    seen: dict[str, float] = {}
    found: list[Figure] = []
    flicker = []
    for case in cases():
        filled, share = removed(case)
        seen[case.name] = share
        scores[case.name] = {
            "remove": score(case, filled),
            "Telea": score(case, telea(case)),
            "median": score(case, median(case)),
            "DIS": score(case, carried(case)),
        }
        if share >= 0.9:
            flicker.append(flickering(filled, case.holes) / flickering(filled, rings(case.holes)))
        for name, one in scores[case.name].items():
            found.append(Figure(f"{case.name}, {share:.0%} seen, {name}", one.psnr, f"dB, SSIM {one.ssim:.3f}", None))
    mostly = [name for name, share in seen.items() if share >= 0.9]
    never = [name for name, share in seen.items() if share < 0.25]
    for other, goal in (("Telea", 6.5), ("median", 5.0), ("DIS", None)):
        gain = float(np.mean([scores[name]["remove"].psnr - scores[name][other].psnr for name in mostly]))
        found.append(Figure(f"90 % seen ({len(mostly)} clips), over {other}", gain, "dB", goal, at_most=False))
    if never:
        worst = min(scores[name]["remove"].psnr - scores[name]["Telea"].psnr for name in never)
        found.append(
            Figure(f"hardly anything seen ({len(never)} clips), least over Telea", worst, "dB", 0.0, at_most=False)
        )
    if flicker:
        found.append(Figure("flicker in the hole, to that round it (median)", float(np.median(flicker)), "times", 1.2))
    return [*found, *graininess(), *speeds()]


# -- cases ------------------------------------------------------------------------------------------


def cases() -> Iterator[Case]:
    """Every clip with a hole that walks and with one that stands."""
    for name in ("wall", *CLIPS):
        truth = pictures(name, *SIZE, FRAMES)
        if truth is None:
            continue
        for kind in ("walks", "stands"):
            yield case_of(f"{name}, hole {kind}", truth, walks=kind == "walks")


def pictures(name: str, width: int, height: int, frames: int) -> np.ndarray | None:
    """The first frames of a clip, (N, H, W, 3) uint8, or None where it is not there."""
    if name == "wall":
        return _wall(width, height, frames)
    path = FOOTAGE / CLIPS[name]
    if not path.exists():
        return None
    footage = probe(path, colour_space="srgb", first_frame=1001)
    clip = open_clip(footage, CAMERA)
    found = [
        cv2.resize(display(clip.frame(at).rgb), (width, height), interpolation=cv2.INTER_AREA)
        for at in list(footage.span.frames)[:frames]
    ]
    return np.stack(found)


def _wall(width: int, height: int, frames: int) -> np.ndarray:
    from tests.moving import seen, turned

    views = [seen(turned(-2.5 * at, 0.6 * at, 0, 1, width=width, height=height), width=width, height=height)
             for at in range(frames)]  # fmt: skip
    return np.stack([display(np.repeat(view[..., None], 3, -1)) for view in views])


def case_of(name: str, truth: np.ndarray, *, walks: bool, share: float = 0.13) -> Case:
    """A blob as high as a share of half the picture's height, wobbling; it crosses the picture or stays."""
    frames, height, width = truth.shape[:3]
    y, x = np.mgrid[0:height, 0:width]
    texture = cv2.GaussianBlur(np.random.default_rng(1).uniform(0, 255, (height, width, 3)), (0, 0), height / 120)
    texture = np.clip(4 * (texture - texture.mean()) + 128, 0, 255).astype(np.uint8)
    holes, plates = [], truth.copy()
    for at in range(frames):
        middle_x = width * (0.22 + 0.56 * at / max(frames - 1, 1)) if walks else width / 2
        middle_y = height * (0.55 + 0.16 * np.sin(1 + 0.16 * at)) if walks else height / 2
        angle, away = np.arctan2(y - middle_y, x - middle_x), np.hypot(y - middle_y, x - middle_x)
        radius = share * height * (1 + 0.15 * np.sin(3 * angle + 0.2 * at) + 0.1 * np.sin(5 * angle - 0.13 * at))
        holes.append(away < radius)
        shift = np.array([[1, 0, middle_x - width / 2], [0, 1, middle_y - height / 2]], np.float32)
        laid = cv2.warpAffine(texture, shift, (width, height), borderMode=cv2.BORDER_WRAP)
        plates[at][holes[at]] = laid[holes[at]]
    return Case(name, plates, np.stack(holes), truth)


def display(rgb: np.ndarray) -> np.ndarray:
    """Light as 8-bit sRGB values, without a view's tone curve, so that it goes there and back."""
    light = np.clip(rgb, 0, 1)
    return np.asarray(
        np.round(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)), np.uint8
    )


def light(picture: np.ndarray) -> np.ndarray:
    value = picture.astype(np.float32) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


# -- ways of filling --------------------------------------------------------------------------------


def clips(case: Case) -> tuple[Clip, Clip]:
    """The plate and the matte of a case."""
    frames, height, width = case.holes.shape
    span = Span(length=frames, rate_fps=Fraction(24))
    opaque = np.ones((height, width, 1), np.float32)
    plate = Clip(span, width, height, lambda at: Frame.of(np.dstack([light(case.plates[at - 1001]), opaque]), CAMERA))
    matte = replace(
        plate, read=lambda at: Frame.of(np.repeat(case.holes[at - 1001][..., None].astype(np.float32), 4, -1), CAMERA)
    )
    return plate, matte


def removed(case: Case) -> tuple[np.ndarray, float]:
    """What the maker makes of it, and the share that it says is seen."""
    plate, matte = clips(case)
    made = remove.make(
        {"plate": plate, "matte": matte}, remove.checked({"grow_px": 1}), Chance(1, "remove"), lambda done, of: None
    )
    shelf = MemoryShelf()
    for item in made.passes.each:
        go_through(item, item.numbers(plate.span), {}, shelf)
    seen = json.loads(shelf.load(ACCOUNT)["json"].tobytes())["seen"]
    filled = [display(made.passes.picture(at, shelf).rgb) for at in plate.span.frames]
    return np.stack(filled), float(np.mean(list(seen.values())))


def telea(case: Case) -> np.ndarray:
    return np.stack(
        [
            cv2.inpaint(plate, hole.astype(np.uint8), 5, cv2.INPAINT_TELEA)
            for plate, hole in zip(case.plates, case.holes, strict=True)
        ]
    )


def median(case: Case) -> np.ndarray:
    """The median of the frames in which a pixel is open; Telea's where it never is."""
    masked = np.ma.masked_array(case.plates, np.repeat(case.holes[..., None], 3, -1))
    middle = np.ma.median(masked, axis=0)
    filled, otherwise = case.plates.copy(), telea(case)
    for at, hole in enumerate(case.holes):
        never = np.ma.getmaskarray(middle).any(-1)
        filled[at][hole] = np.where(never[..., None], otherwise[at], middle.filled(0))[hole].astype(np.uint8)
    return filled


def carried(case: Case) -> np.ndarray:
    """Colours taken from the next frame along DIS flow as it is found, from the last frame to the first; then back."""
    filled, open_ = case.plates.copy(), ~case.holes
    y, x = np.mgrid[0 : case.holes.shape[1], 0 : case.holes.shape[2]].astype(np.float32)
    for order, step in ((range(len(filled) - 2, -1, -1), 1), (range(1, len(filled)), -1)):
        for at in order:
            flow = flow_between(_lightness(case.plates[at]), _lightness(case.plates[at + step])).there
            map_x, map_y = x + flow[..., 0], y + flow[..., 1]
            seen = cv2.remap(open_[at + step].astype(np.float32), map_x, map_y, cv2.INTER_LINEAR) > 0.99
            moved = cv2.remap(filled[at + step], map_x, map_y, cv2.INTER_CUBIC)
            take = ~open_[at] & seen
            filled[at][take] = moved[take]
            open_[at] |= take
    for at in range(len(filled)):
        if not open_[at].all():
            filled[at] = cv2.inpaint(filled[at], (~open_[at]).astype(np.uint8), 5, cv2.INPAINT_TELEA)
    return filled


def _lightness(picture: np.ndarray) -> np.ndarray:
    return np.asarray(picture.mean(-1) / 255, np.float32)


# -- scores -----------------------------------------------------------------------------------------


def score(case: Case, filled: np.ndarray) -> Score:
    off = (filled.astype(np.float32) - case.truth)[case.holes] / 255
    similar = [
        structure(one, other)[hole].mean()
        for one, other, hole in zip(filled, case.truth, case.holes, strict=True)
        if hole.any()
    ]
    return Score(float(-10 * np.log10(max(float((off**2).mean()), 1e-10))), float(np.mean(similar)))


def structure(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """SSIM of the lightness of two pictures, pixel by pixel (Wang et al. 2004, Gaussian window of 1.5)."""
    a, b = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) for picture in (one, other))

    def mean(values: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5))

    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b, both = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2, mean(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return ((2 * mean_a * mean_b + c1) * (2 * both + c2)) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))


def flickering(filled: np.ndarray, where: np.ndarray) -> float:
    """The mean absolute difference from frame to frame, motion taken out by DIS flow, in a region."""
    y, x = np.mgrid[0 : filled.shape[1], 0 : filled.shape[2]].astype(np.float32)
    found = []
    for at in range(len(filled) - 1):
        flow = flow_between(_lightness(filled[at]), _lightness(filled[at + 1])).there
        moved = cv2.remap(filled[at + 1], x + flow[..., 0], y + flow[..., 1], cv2.INTER_CUBIC)
        found.append(np.abs(moved.astype(np.float32) - filled[at])[where[at]].mean())
    return float(np.mean(found))


def rings(holes: np.ndarray) -> np.ndarray:
    """What lies round the holes, as wide as they are, without their rims."""
    wide = np.ones((31, 31), np.uint8)
    near = np.ones((9, 9), np.uint8)
    return np.stack(
        [
            (cv2.dilate(hole.astype(np.uint8), wide) > 0) & ~(cv2.dilate(hole.astype(np.uint8), near) > 0)
            for hole in holes
        ]
    )


# -- grain ------------------------------------------------------------------------------------------


def graininess() -> list[Figure]:
    """How far the grain of what is made up is from that round it, on a plain wall that stands, with sensor noise."""
    frames, width, height = 8, 320, 200
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:height, 0:width]
    wall = 0.12 + 0.12 * np.sin(x / 70) * np.cos(y / 50) + 0.06
    noise = [cv2.GaussianBlur(rng.standard_normal((height, width, 3)), (0, 0), 0.6) * 2 for _ in range(frames)]
    lit = [wall[..., None] + 0.02 * np.sqrt(wall / 0.18 + 0.05)[..., None] * each for each in noise]
    hole = (x - width / 2) ** 2 + (y - height / 2) ** 2 < 30**2
    truth = np.stack([display(picture) for picture in lit])
    plates = truth.copy()
    plates[:, hole] = (180, 20, 20)
    filled, _ = removed(Case("grain", plates, np.stack([hole] * frames), truth))
    inside, ring = cv2.erode(hole.astype(np.uint8), np.ones((5, 5))) > 0, rings(hole[None])[0]
    shown = filled.astype(np.float32)
    fine = [picture - cv2.GaussianBlur(picture, (0, 0), 1.5) for picture in shown]
    changes = [other - one for one, other in pairwise(shown)]
    return [
        Figure(
            f"grain of what is made up, {name}, off that round it",
            abs(float(np.mean([part[inside].std() / part[ring].std() for part in parts])) - 1),
            "of it",
            0.2,
        )
        for name, parts in (("in a frame", fine), ("from frame to frame", changes))
    ]


# -- speed ------------------------------------------------------------------------------------------


def speeds() -> list[Figure]:
    """A whole run on two workers, with their start, for a walking hole of 5 % of the picture."""
    goals = (((432, 240), 40, 0.35), ((1280, 720), 24, 1.5), ((1920, 1080), 16, 3.5))
    return [
        Figure(f"remove {width}x{height}, {frames} frames", seconds_a_frame(width, height, frames), "s a frame", goal)
        for (width, height), frames, goal in goals
    ]


def seconds_a_frame(width: int, height: int, frames: int) -> float:
    truth = pictures("dog", width, height, frames)
    case = case_of("speed", _wall(width, height, frames) if truth is None else truth, walks=True, share=0.168)
    plate, matte = clips(case)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        footings = {}
        for part, clip in (("plate", plate), ("matte", matte)):
            path = folder / f"{part}.mov"
            write_master(path, clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
            footings[part] = Footing(path, part.encode().hex().ljust(64, "0"), "rec709", "24", 1001, CAMERA)
        recipe = Recipe(
            steps=(
                Step(name="matte", maker="matte", version=1, inputs={"plate": "plate", "picture": "source:matte"}),
                Step(name="remove", maker="remove", version=2, inputs={"plate": "plate", "matte": "matte"}),
            )
        )
        job = Job(folder, footings["plate"], plate.span, recipe, 1, sources={"matte": footings["matte"]})
        began = time.perf_counter()
        run_take(job, folder / "take", "t", timecodes={}, workers=2, report=lambda progress: None)
        return (time.perf_counter() - began) / frames
