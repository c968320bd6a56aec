"""A building that comes down: floors on posts, a failure that travels, and what falls crushing what stands.

The building is seen from in front as a lattice: nodes where floors meet posts.  *Posts* carry one
floor on the next, *slabs* tie the nodes of a floor together, *braces* keep each bay square.  A node
stands as it stood until nothing carries it any more; then it is loose, and moves under gravity with
what still ties it to its neighbours.  A post fails when the failure that travels through the
building reaches it, when what it carries strikes on it, or when it is torn.  A failed post keeps its
floors apart by the rubble that is left of it, and brakes what comes down; so floors pancake.

Units: pixels and seconds, y down; arrays of nodes are (floors + 1, posts) with the ground first.
Source: position based dynamics in small steps (Macklin et al. 2019), solved in one fixed order, so
that the same building falls in the same way.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

STANDS, CRUSHED, TORN = 0, 1, 2
"""What has become of a post; slabs and braces are 0 whole or 1 broken."""

CRUSH = 0.09  # what is left of a floor's height when it has pancaked
STRIKE_M_S = 1.2  # what strikes a post faster than this breaks it
STEPS = 14  # small steps a frame
SOON = 0.12  # share of a new load that is felt in a small step: a blow is over before all of it is
SPARE = 1.5  # of what a post carries anyhow, what more it can bear
ROUNDS = 4  # times that all ties are gone through in a step


@dataclass(frozen=True)
class Building:
    """What a building is before anything happens.

    Shapes: ``rest`` (J, I, 2); ``present`` (J - 1, I - 1) the bays that are there; ``fails`` (J - 1, I)
    the second at which the failure reaches each post; ``slab_limit`` (J, I - 1) and ``brace_limit``
    (J - 1, I - 1) the load that breaks them, in weights of a node; ``thrown`` (J, I) the sideways speed
    that a crushed node is given, px/s; ``resist`` (J - 1, I) the share of gravity by which a post that
    is being crushed brakes.  ``gravity`` px/s²; ``lean`` the share of it that pulls sideways.
    """

    rest: np.ndarray
    present: np.ndarray
    fails: np.ndarray
    slab_limit: np.ndarray
    brace_limit: np.ndarray
    thrown: np.ndarray
    gravity: float
    lean: float
    resist: np.ndarray
    metre_px: float

    @property
    def nodes(self) -> np.ndarray:
        """(J, I) bool: the nodes that belong to a bay that is there."""
        bays = np.pad(self.present, 1)
        return np.asarray(bays[1:, 1:] | bays[:-1, 1:] | bays[1:, :-1] | bays[:-1, :-1])


@dataclass
class Fall:
    """How far it has come.

    Shapes: ``at`` and ``speed`` (J, I, 2) float32 px and px/s; ``loose`` (J, I), ``posts`` (J - 1, I),
    ``slabs`` (J, I - 1), ``braces`` (J - 1, I - 1, 2) uint8.
    """

    at: np.ndarray
    speed: np.ndarray
    loose: np.ndarray
    posts: np.ndarray
    slabs: np.ndarray
    braces: np.ndarray


def standing_still(building: Building) -> Fall:
    """The building as it stands."""
    rows, columns = building.rest.shape[:2]
    bays, nodes = np.pad(building.present, ((0, 0), (1, 1))), np.pad(building.present, ((1, 1), (0, 0)))
    posts = np.where(bays[:, 1:] | bays[:, :-1], STANDS, TORN).astype(np.uint8)
    slabs = np.where(nodes[1:] | nodes[:-1], 0, 1).astype(np.uint8)
    braces = np.repeat(np.where(building.present, 0, 1)[..., None], 2, -1).astype(np.uint8)
    return Fall(
        at=building.rest.astype(np.float32).copy(),
        speed=np.zeros((rows, columns, 2), np.float32),
        loose=np.zeros((rows, columns), np.uint8),
        posts=posts,
        slabs=slabs,
        braces=braces,
    )


def failing_from(
    rest: np.ndarray, start: tuple[float, float], seconds: float, rng: np.random.Generator, *, uneven: float = 0.12
) -> np.ndarray:
    """(J - 1, I): when the failure reaches each post, if it goes from a point through all in so many seconds.

    Only near the start, and in a weak storey here and there, does it break posts by itself; the
    others, for which the second is infinite, wait for what falls on them.

    Args:
        start: px; the failure goes from there evenly to all sides.
        uneven: how far a post may be late, as a share of those seconds.
    """
    middle = (rest[1:] + rest[:-1]) / 2
    away = np.hypot(middle[..., 0] - start[0], middle[..., 1] - start[1])
    away = (away - away.min()) / max(float(away.max() - away.min()), 1e-6)
    late = rng.uniform(0, uneven, away.shape)
    fails = seconds * (away + late) / (1 + uneven)
    weak = np.zeros(len(away), bool)
    row = int(rng.integers(1, 4))
    while row < len(away):
        weak[row] = True
        row += int(rng.integers(3, 6))
    nearest = np.unravel_index(int(away.argmin()), away.shape)[0]
    near = np.abs(np.arange(len(away)) - nearest) < 1.5
    return np.asarray(np.where(weak[:, None] | near[:, None] | (away < 0.2), fails, np.inf), np.float64)


def fallen(building: Building, fall: Fall, second: float, seconds: float) -> Fall:
    """The building a frame later.

    Args:
        second: the time since the failure began, at the frame's start.
        seconds: how long a frame is.
    """
    now = Fall(*(part.copy() for part in (fall.at, fall.speed, fall.loose, fall.posts, fall.slabs, fall.braces)))
    at, speed = now.at.astype(np.float64), now.speed.astype(np.float64)
    _fall(
        at,
        speed,
        now.loose,
        now.posts,
        now.slabs,
        now.braces,
        building.rest.astype(np.float64),
        building.nodes,
        building.present,
        building.fails,
        building.slab_limit,
        building.brace_limit,
        building.thrown,
        building.gravity,
        building.lean,
        building.resist,
        STRIKE_M_S * building.metre_px,
        second,
        seconds / STEPS,
    )
    now.at, now.speed = at.astype(np.float32), speed.astype(np.float32)
    return now


def squashed(building: Building, fall: Fall) -> np.ndarray:
    """(J - 1, I - 1): what is left of each bay's height, 1 as it stood."""
    tall = fall.at[:-1, :, 1] - fall.at[1:, :, 1]
    was = building.rest[:-1, :, 1] - building.rest[1:, :, 1]
    share = tall / np.maximum(was, 1e-6)
    return np.asarray((share[:, 1:] + share[:, :-1]) / 2, np.float32)


def heap_of(building: Building, fall: Fall) -> np.ndarray:
    """(I,): the row on which rubble comes to lie at each post: the ground, or the floors stacked on it."""
    rows, columns = building.rest.shape[:2]
    top = building.rest[0, :, 1].astype(np.float64).copy()
    least = 1.6 * CRUSH * (building.rest[:-1, :, 1] - building.rest[1:, :, 1])
    for column in range(columns):
        for row in range(rows - 1):
            rise = top[column] - fall.at[row + 1, column, 1]
            if fall.posts[row, column] != CRUSHED or not 0 <= rise <= least[row, column]:
                break
            top[column] = fall.at[row + 1, column, 1]
    return top


@njit(cache=True)
def _tie(at, loose, burden, a, b, c, d, rest, part):
    """Bring two nodes to their distance; those that stand do not move.  Returns how far it moved them."""
    dx, dy = at[c, d, 0] - at[a, b, 0], at[c, d, 1] - at[a, b, 1]
    length = math.sqrt(dx * dx + dy * dy)
    weight = loose[a, b] + loose[c, d]
    if weight > 0 and length > 1e-9:
        move = part * (length - rest) / length / weight
        if loose[a, b]:
            at[a, b, 0] += move * dx
            at[a, b, 1] += move * dy
        if loose[c, d]:
            at[c, d, 0] -= move * dx
            at[c, d, 1] -= move * dy
        if loose[a, b] == 0:
            burden[a, b] += SOON * abs(move) * length
        if loose[c, d] == 0:
            burden[c, d] += SOON * abs(move) * length
        return abs(move) * length
    return 0.0


@njit(cache=True)
def _let_go(nodes, loose, posts, slabs, held):
    """Loosen what nothing holds up: neither its post, nor, where it juts out, a floor that is held."""
    rows, columns = loose.shape
    for i in range(columns):
        held[0, i] = True
    for j in range(1, rows):
        for i in range(columns):
            held[j, i] = nodes[j, i] and loose[j, i] == 0 and posts[j - 1, i] == STANDS and held[j - 1, i]
        for i in range(1, columns):
            juts = nodes[j, i] and loose[j, i] == 0 and posts[j - 1, i] == TORN
            if juts and held[j, i - 1] and slabs[j, i - 1] == 0:
                held[j, i] = True
        for i in range(columns - 2, -1, -1):
            juts = nodes[j, i] and loose[j, i] == 0 and posts[j - 1, i] == TORN
            if juts and held[j, i + 1] and slabs[j, i] == 0:
                held[j, i] = True
        for i in range(columns):
            if nodes[j, i] and not held[j, i]:
                loose[j, i] = 1


@njit(cache=True)
def _crush(j, i, posts, braces, speed, thrown):
    posts[j, i] = CRUSHED
    columns = braces.shape[1]
    for side in range(2):
        bay = i - side
        if 0 <= bay < columns:
            braces[j, bay, 0] = 1
            braces[j, bay, 1] = 1
    speed[j + 1, i, 0] += thrown[j + 1, i]


@njit(cache=True)
def _break(slabs, slab_load, braces, brace_load, slab_limit, brace_limit, weight):
    """Break what carried more than it bears; what it carried a while ago counts less and less."""
    for j in range(slabs.shape[0]):
        for i in range(slabs.shape[1]):
            if slab_load[j, i] > slab_limit[j, i] * weight:
                slabs[j, i] = 1
            slab_load[j, i] *= 1 - SOON
    for j in range(braces.shape[0]):
        for i in range(braces.shape[1]):
            for way in range(2):
                if brace_load[j, i, way] > brace_limit[j, i] * weight:
                    braces[j, i, way] = 1
                brace_load[j, i, way] *= 1 - SOON


@njit(cache=True)
def _fall(
    at, speed, loose, posts, slabs, braces, rest, nodes, present, fails, slab_limit, brace_limit, thrown,
    gravity, lean, resist, strike, second, h,
):  # fmt: skip
    rows, columns = loose.shape
    before = at.copy()
    slab_load, brace_load = np.zeros(slabs.shape), np.zeros(braces.shape)
    burden = np.zeros(loose.shape)
    weight, held = gravity * h * h, np.zeros(loose.shape, np.bool_)
    for step in range(STEPS):
        now = second + step * h
        for j in range(rows - 1):
            for i in range(columns):
                if posts[j, i] == STANDS and now >= fails[j, i]:
                    _crush(j, i, posts, braces, speed, thrown)
                    if loose[j + 1, i] == 0:
                        speed[j + 1, i, 0] = 0.0
        _let_go(nodes, loose, posts, slabs, held)
        for j in range(1, rows):
            for i in range(columns):
                before[j, i, 0], before[j, i, 1] = at[j, i, 0], at[j, i, 1]
                if loose[j, i] == 0:
                    continue
                pull = 1.0
                if posts[j - 1, i] == CRUSHED:
                    full = rest[j - 1, i, 1] - rest[j, i, 1]
                    if at[j - 1, i, 1] - at[j, i, 1] > CRUSH * 1.05 * full:
                        pull -= resist[j - 1, i]
                speed[j, i, 1] += gravity * pull * h
                speed[j, i, 0] += gravity * lean * h
                at[j, i, 0] += speed[j, i, 0] * h
                at[j, i, 1] += speed[j, i, 1] * h
        for j in range(rows - 1):
            for i in range(columns):
                if posts[j, i] == STANDS and loose[j + 1, i]:
                    full = rest[j, i, 1] - rest[j + 1, i, 1]
                    closing = (full - (at[j, i, 1] - at[j + 1, i, 1])) / h
                    if closing > strike:
                        _crush(j, i, posts, braces, speed, thrown)
                    elif closing < -0.06 * full / h:
                        posts[j, i] = TORN
                        braces[j, max(i - 1, 0), 0] = 1
                        braces[j, min(i, columns - 2), 1] = 1
        for _ in range(ROUNDS):
            for j in range(1, rows):
                for i in range(columns - 1):
                    if slabs[j, i] == 0:
                        wide = math.hypot(rest[j, i + 1, 0] - rest[j, i, 0], rest[j, i + 1, 1] - rest[j, i, 1])
                        slab_load[j, i] += SOON * _tie(at, loose, burden, j, i, j, i + 1, wide, 0.9)
            for j in range(rows - 1):
                for i in range(columns - 1):
                    if not present[j, i]:
                        continue
                    for way in range(2):
                        if braces[j, i, way]:
                            continue
                        one, other = i + way, i + 1 - way
                        long = math.hypot(
                            rest[j + 1, other, 0] - rest[j, one, 0], rest[j + 1, other, 1] - rest[j, one, 1]
                        )
                        brace_load[j, i, way] += SOON * _tie(at, loose, burden, j, one, j + 1, other, long, 0.7)
            for j in range(rows - 1):
                for i in range(columns):
                    full = rest[j, i, 1] - rest[j + 1, i, 1]
                    if posts[j, i] == STANDS:
                        _tie(at, loose, burden, j, i, j + 1, i, full, 0.9)
                    elif loose[j + 1, i] and abs(at[j, i, 0] - at[j + 1, i, 0]) < full:
                        short = CRUSH * full - (at[j, i, 1] - at[j + 1, i, 1])
                        if short > 0:
                            # what lies below carries: it gives way less than what comes down on it
                            give = 0.25 if loose[j, i] else 0.0
                            struck = j > 0 and loose[j, i] == 0 and posts[j - 1, i] == STANDS
                            if struck and speed[j + 1, i, 1] > strike:
                                _crush(j - 1, i, posts, braces, speed, thrown)
                            at[j + 1, i, 1] -= (1 - give) * short
                            at[j, i, 1] += give * short
            for j in range(1, rows):
                for i in range(columns):
                    if loose[j, i]:
                        at[j, i, 1] = min(
                            at[j, i, 1], rest[0, i, 1] - 0.2 * CRUSH * j * (rest[0, i, 1] - rest[1, i, 1])
                        )
        for i in range(columns):
            total = 0.0
            for j in range(rows - 1, 0, -1):
                total += burden[j, i]
                burden[j, i] *= 1 - SOON
                if posts[j - 1, i] == STANDS and total > SPARE * (rows - j) * weight:
                    _crush(j - 1, i, posts, braces, speed, thrown)
        _break(slabs, slab_load, braces, brace_load, slab_limit, brace_limit, weight)
        for j in range(1, rows):
            for i in range(columns):
                if loose[j, i]:
                    vx, vy = (at[j, i, 0] - before[j, i, 0]) / h, (at[j, i, 1] - before[j, i, 1]) / h
                    vy = max(vy, -0.15 * gravity)  # nothing is thrown up by being laid on a heap
                    rests = vy < speed[j, i, 1] - 2 * gravity * h
                    speed[j, i, 0] = vx * (0.93 if rests else 0.999)
                    speed[j, i, 1] = vy
