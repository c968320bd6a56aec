"""From small pictures to the plate: where each pixel of a hole is taken from at full size, and the taking."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from manyhands.core.clip import State
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.passes import Shelf
from manyhands.kit.fill import smooth
from manyhands.kit.grain import Grain, calmed, live_grain
from manyhands.kit.holes import (
    Origins,
    grown,
    lifted,
    sampled,
)
from manyhands.kit.removal.seen import ways_of
from manyhands.kit.removal.shot import CLEAN, Shot, hole_of
from manyhands.kit.removal.unseen import grown_in, whole_of

PAIRS = 3
"""How many times in the shot the plate's grain is measured."""


def measure_grain(shot: Shot, number: int, before: State, shelf: Shelf) -> None:
    """Keep the plate's grain, as it is round the hole."""
    span = shot.plate.span
    pairs = []
    if shot.p.grain > 0 and span.length > 1:
        for at in sorted({span.start + round(share * (span.length - 2)) for share in np.linspace(0, 1, PAIRS)}):
            closed = [grown(shot.hole(at + k)[0], 2 + shot.rim_px / shot.scale) for k in range(2)]
            one, other = (np.ascontiguousarray(shot.plate.frame(at + k).rgb) for k in range(2))
            pairs.append((one, other, ~(closed[0] | closed[1])))
    grain = live_grain(pairs)
    shelf.keep("grain", {part: getattr(grain, part) for part in ("levels", "strengths", "kernel", "mix")})


def grained(shot: Shot, at: int, filling: Patch, y: np.ndarray, x: np.ndarray, shelf: Shelf) -> np.ndarray:
    """The light of a patch, whose pixels lie at rows y and columns x, with the grain that it lacks; (N, 4)."""
    grain = Grain(**shelf.load("grain"))
    if not len(y) or not len(grain.levels):
        return filling.light
    top, left, light = y.min(), x.min(), filling.light.copy()
    alpha = light[:, 3:]
    strength = alpha * grain.strength(light[:, :3] / np.maximum(alpha, 1e-3))
    drawn = grain.drawn(y.max() + 1 - top, x.max() + 1 - left, shot.rng.of("grain").at(at))
    light[:, :3] += shot.p.grain * filling.bare[:, None] * strength * drawn[y - top, x - left]
    return light


def place(shot: Shot, at: int, before: State, shelf: Shelf) -> None:
    """Keep, for every pixel of a frame's hole at the plate's size, the places that it is taken from."""
    hole = hole_of(shot, at, shelf)
    full, _ = shot.hole(at)
    if not hole.any():
        return
    ways = ways_of(shot, at, hole, shelf)
    box, share, seen = ways.box, ways.share, ways.seen
    (one, other), (a, b) = ways.origins, ways.candidates
    gap = hole.copy()
    gap[box] &= ~seen
    rest, gain, add, made = _of_grown(shot, at, gap, shelf)
    mixed = [
        (one, np.where(seen & one.seen, share, 0), np.ones_like(share), a.led),
        (other, np.where(seen & other.seen, 1 - share, 0), np.ones_like(share), b.led),
        *((rest.within(box), (gap & part)[box].astype(np.float32), gain[box], add[box]) for part in (~made, made)),
    ]
    y, x = np.nonzero(full)
    corner = box[1].start, box[0].start
    entries = [lifted(*way, x, y, shot.scale, corner) for way in mixed]
    joined = {name: np.concatenate([entry[name] for entry in entries]) for name in entries[0]}
    joined["made"] = np.arange(len(joined["pixel"])) >= len(joined["pixel"]) - len(entries[-1]["pixel"])
    order = np.argsort(joined["frame"], kind="stable")
    shelf.keep(f"place.{at}", {name: values[order] for name, values in joined.items()})
    shelf.keep(f"uses.{at}", {"frames": np.unique(joined["frame"])})


def _of_grown(shot: Shot, at: int, gap: np.ndarray, shelf: Shelf) -> tuple[Origins, np.ndarray, np.ndarray, np.ndarray]:
    """What was grown in a frame, with what is still left filled smoothly; last: what of it was made up."""
    rest, made = Origins.none(*gap.shape), gap.copy()
    gain, add = np.zeros(gap.shape, np.float32), np.zeros((*gap.shape, 3), np.float32)
    for part in grown_in(at, shot.rounds, shelf):
        where = part["y"], part["x"]
        rest.frame[where], rest.x[where], rest.y[where] = part["frame"], part["from_x"], part["from_y"]
        gain[where], add[where], made[where] = 1, part["add"], part["made"]
    left = gap & ~rest.seen
    if left.any():
        even = smooth(whole_of(shot, at, shot.rounds, shelf), left)
        rest.frame[left], add[left] = at, even[left]
    return rest, gain, add, made


def gather(shot: Shot, at: int, before: State, shelf: Shelf) -> None:
    """Take from one frame of the plate all the pixels that other frames need of it."""
    if not shot.users:
        for frame in shot.plate.span.frames:
            if shelf.has(f"uses.{frame}"):
                for source in shelf.load(f"uses.{frame}")["frames"]:
                    shot.users.setdefault(int(source), []).append(frame)
    live = Grain(**shelf.load("grain"))
    sources = [(at, shot.plate)]
    if shot.clean is not None and at == shot.plate.span.start:
        sources += [(number + CLEAN, shot.clean) for number in shot.clean_numbers]
    for number, clip in sources:
        if number not in shot.users:
            continue
        planes, hands = _planes(clip.frame(number - CLEAN if number >= CLEAN else number))
        kept: State = {"hands": np.frombuffer(json.dumps(hands).encode(), np.uint8)}
        calm = None
        for user in shot.users[number]:
            entries = shelf.load(f"place.{user}")
            mine = entries["frame"] == number
            x, y, bare = entries["x"][mine], entries["y"][mine], _is_bare(entries)[mine]
            got = sampled(planes, x, y)
            if bare.any():
                calm = calmed(planes[..., :3], live) if calm is None else calm
                got[bare, :3] = sampled(calm, x[bare], y[bare])
            kept[str(user)] = _half(got)
        shelf.keep(f"got.{number}", kept)


def _is_bare(entries: State) -> np.ndarray:
    """What is led through the shot from one picture, and would carry that one's grain along as if it were frozen."""
    return np.asarray((entries["made"] & (entries["gain"] > 0)) | (entries["frame"] >= CLEAN))


def _half(values: np.ndarray) -> np.ndarray:
    return np.clip(values, -65504, 65504).astype(np.float16)  # beside the brightest lamp a filter overshoots


def _planes(frame: Frame) -> tuple[np.ndarray, list[list[Any]]]:
    """Light and shares as planes (H, W, K), and whose the shares are: first the origins, then the alterations."""
    authorship = frame.authorship
    shares_ = [*authorship.weights, *(authorship.alterations if authorship.altering else [])]
    hands = [[hand.save() for hand in authorship.hands], [hand.save() for hand in authorship.altering]]
    return np.dstack([frame.rgba, *shares_]).astype(np.float32), hands


@dataclass(frozen=True)
class Patch:
    """What fills a frame's hole: light (N, 4), and each hand's share and alteration (N,), at pixels of the plate.

    ``bare`` (N,) is how much of the plate's grain each pixel lacks, 0 to 1.
    """

    pixels: np.ndarray
    light: np.ndarray
    shares: dict[Hand, np.ndarray]
    altered: dict[Hand, np.ndarray]
    bare: np.ndarray


def patch(shot: Shot, at: int, shelf: Shelf, by: Hand) -> Patch:
    """All that a frame's hole gets, each pixel mixed of the places that it is taken from.

    Args:
        by: whose the pixels are that no frame showed.
    """
    entries = shelf.load(f"place.{at}")
    pixels, index = np.unique(entries["pixel"], return_inverse=True)
    light = np.zeros((len(pixels), 4), np.float64)
    origin: dict[Hand, np.ndarray] = {}
    altered: dict[Hand, np.ndarray] = {}
    total = np.bincount(index, entries["weight"], len(pixels))
    own_grain = np.where(_is_bare(entries), 0, entries["gain"] * entries["weight"].astype(np.float64) / total[index])
    bare = np.sqrt(np.clip(1 - np.bincount(index, own_grain**2, len(pixels)), 0, 1))

    def add_to(found: dict[Hand, np.ndarray], hand: Hand, values: np.ndarray, where: np.ndarray) -> None:
        found.setdefault(hand, np.zeros(len(pixels)))
        found[hand] += np.bincount(index[where], values, len(pixels))

    for source in np.unique(entries["frame"]):
        where = np.flatnonzero(entries["frame"] == source)
        got = shelf.load(f"got.{source}")
        values = got[str(at)].astype(np.float32)
        weight = entries["weight"][where].astype(np.float64) / total[index[where]]
        rgb = entries["gain"][where][:, None] * np.cbrt(values[:, :3]) + entries["add"][where]
        values[:, :3] = np.maximum(rgb, 0).astype(np.float32) ** 3
        values[:, 3:] = np.clip(values[:, 3:], 0, 1)
        made = entries["made"][where]
        for channel in range(4):
            light[:, channel] += np.bincount(index[where], weight * values[:, channel], len(pixels))
        hands, altering = json.loads(got["hands"].tobytes())
        own = values[:, 4 : 4 + len(hands)]
        own = own * (values[:, 3] / np.maximum(own.sum(1), 1e-6))[:, None]
        for number, saved in enumerate(hands):
            add_to(origin, Hand.load(saved), weight * np.where(made, 0, own[:, number]), where)
        for number, saved in enumerate(altering):
            add_to(altered, Hand.load(saved), weight * np.where(made, 0, values[:, 4 + len(hands) + number]), where)
        if made.any():
            add_to(origin, by, weight * np.where(made, values[:, 3], 0), where)
    return Patch(pixels, light.astype(np.float32), origin, altered, bare.astype(np.float32))
