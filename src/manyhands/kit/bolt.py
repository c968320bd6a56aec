"""The channel of a lightning stroke, with its branches, and how its light flickers.

Units: pixels, y down; seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Bolt:
    """``lines`` (n, 4), x, y, x, y; ``part`` (n,) how bright each is beside the channel; ``born`` (n,) how far
    along the leader's way down, 0 to 1, it comes to be; ``is_channel`` (n,) what the return strokes light."""

    lines: np.ndarray
    part: np.ndarray
    born: np.ndarray
    is_channel: np.ndarray


def branched(
    start: tuple[float, float],
    end: tuple[float, float],
    rng: np.random.Generator,
    *,
    rough: float,
    branches: float,
    finest_px: float,
) -> Bolt:
    """A channel from a cloud to where it strikes.

    Args:
        rough: how far it strays, of the way between two of its bends.
        branches: how many it has, about 1 in nature.
    Source: midpoint displacement (Reed and Wyvill 1994 for lightning), branches at angles about 16
    degrees as they measured, which die out before the ground.
    """
    lines, part, born, channel = [], [], [], []
    waiting = [(np.array(start, float), np.array(end, float), 1.0, 0.0, 1.0, 0)]
    while waiting:
        first, last, bright, begins, ends, depth = waiting.pop(0)
        way = _bent(first, last, rng, rough, finest_px)
        shares = np.linspace(0, 1, len(way))
        lines.append(np.concatenate([way[:-1], way[1:]], 1))
        # a branch dies away towards its tip
        fading = np.ones(len(way) - 1) if depth == 0 else (1 - shares[1:]) ** 0.6
        part.append(bright * fading)
        born.append(begins + (ends - begins) * shares[1:])
        channel.append(np.full(len(way) - 1, depth == 0))
        if depth == 3:
            continue
        for _ in range(int(rng.poisson(branches * (7, 2.2, 1.2)[depth]))):
            at = float(rng.uniform(0.05, 0.8))
            place = way[round(at * (len(way) - 1))]
            onward = (last - first) / max(float(np.linalg.norm(last - first)), 1e-6)
            angle = math.radians(float(rng.choice([-1, 1]) * rng.gamma(4, 7)))
            c, s = math.cos(angle), math.sin(angle)
            heading = np.array([c * onward[0] - s * onward[1], s * onward[0] + c * onward[1]])
            length = float(np.linalg.norm(last - first)) * (1 - at) * float(rng.uniform(0.2, 0.75))
            starts = begins + (ends - begins) * at
            waiting.append(
                (
                    place,
                    place + heading * length,
                    bright * float(rng.uniform(0.2, 0.5)),
                    starts,
                    starts + (ends - starts) * 0.8,
                    depth + 1,
                )
            )
    return Bolt(np.concatenate(lines), np.concatenate(part), np.concatenate(born), np.concatenate(channel))


def _bent(first: np.ndarray, last: np.ndarray, rng: np.random.Generator, rough: float, finest: float) -> np.ndarray:
    way = np.stack([first, last])
    while len(way) < 3 or float(np.linalg.norm(np.diff(way, axis=0), axis=1).mean()) > finest:
        step = np.diff(way, axis=0)
        across = np.stack([-step[:, 1], step[:, 0]], -1)
        # seldom straight, seldom far: the tails of a Laplacian make its kinks
        stray = np.clip(rng.laplace(0, rough / math.sqrt(2), len(step)), -0.45, 0.45)
        middle = 0.5 * (way[:-1] + way[1:]) + across * stray[:, None]
        bent = np.empty((len(way) + len(middle), 2))
        bent[::2], bent[1::2] = way, middle
        way = bent
        if len(way) > 4096:
            break
    return way


@dataclass(frozen=True)
class Flicker:
    """The strokes of one strike: ``times_s`` from its beginning, ``levels``, and what glows on between them."""

    times_s: np.ndarray
    levels: np.ndarray
    glow: float


LEADER_S = 0.03  # how long the leader takes to come down
STROKE_S = 0.006  # how long a return stroke's light lasts
GLOW_S = 0.09  # how long a continuing current glows


def struck(rng: np.random.Generator, strokes: float) -> Flicker:
    """The strokes of a strike, a few, a twentieth of a second apart.  Source: Rakov and Uman 2003, chapter 1."""
    count = 1 + int(rng.poisson(max(strokes - 1, 0)))
    gaps = np.exp(rng.normal(math.log(0.055), 0.5, count - 1))
    levels = np.concatenate([[1.0], rng.uniform(0.25, 0.9, count - 1)])
    return Flicker(np.concatenate([[0.0], np.cumsum(gaps)]), levels, float(rng.uniform(0.004, 0.02)))


def exposed(flicker: Flicker, opens_s: float, closes_s: float) -> tuple[float, float, float]:
    """How much light falls in an exposure: of the first stroke, of all of them, and the leader's way done.

    A stroke at its full level for all of the exposure is 1.  Times count from the first stroke.
    """
    length = max(closes_s - opens_s, 1e-6)

    def share(at: float, lasting: float) -> float:
        low, high = max(opens_s - at, 0.0), max(closes_s - at, 0.0)
        return lasting * (math.exp(-low / lasting) - math.exp(-high / lasting)) / length

    first = share(0.0, STROKE_S) * float(flicker.levels[0])
    every = sum(
        float(level) * (share(float(at), STROKE_S) + flicker.glow * share(float(at), GLOW_S))
        for at, level in zip(flicker.times_s, flicker.levels, strict=True)
    )
    leader = min(max((closes_s + LEADER_S) / LEADER_S, 0.0), 1.0) if opens_s < 0 else 0.0
    return first, every, leader
