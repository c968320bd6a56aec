"""A building that falls, as one simulation: structure, shards and dust, frame by frame.

What falls drives the dust: each bay's lost volume is the air that leaves it, and what strikes the
ground or another piece raises more.

Units: pixels of the plate's reference frame, y down; seconds of the film's world, in which the frame's
length is ``frame_s``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import State
from manyhands.kit.dust import Box, Burst, drag_along, dusty_air, raise_dust, thin_out
from manyhands.kit.facade import bound_pieces, come_off
from manyhands.kit.fluid import Air, Gas, advance, still_gas
from manyhands.kit.fracture import Shards, broken
from manyhands.kit.pancake import (
    CRUSHED,
    Building,
    Fall,
    failing_from,
    fallen,
    heap_of,
    squashed,
    standing_still,
)
from manyhands.kit.rubble import FREE, RADIUS, VY, X, Y, Z, tumbled

STOREY_M = 3.2


Outline = tuple[float, float, float, float]


def standing_at(building: np.ndarray) -> tuple[Outline, tuple[float, float]]:
    """The box round a building's matte (left, top, right, bottom), and the rows of its foot at its two ends."""
    solid = building > 0.5
    columns, rows = np.flatnonzero(solid.any(0)), np.flatnonzero(solid.any(1))
    left, right, top, bottom = float(columns[0]), float(columns[-1] + 1), float(rows[0]), float(rows[-1] + 1)
    tall = bottom - top
    lowest = solid.shape[0] - solid[::-1, columns].argmax(0)
    stands = lowest > bottom - 0.25 * tall
    slope = float(np.polyfit(columns[stands] + 0.5, lowest[stands], 1)[0]) if stands.sum() > 8 else 0.0
    slope = min(max(slope, -0.3), 0.3)
    middle, level = float((columns[stands] + 0.5).mean()), float(lowest[stands].mean())
    foot = (level + slope * (left - middle), level + slope * (right - middle))
    return (left, top, right, bottom), foot


BEYOND = 0.2  # of the picture's width: there dust ends unseen


def room_for_dust(
    outline: Outline,
    foot: tuple[float, float],
    *,
    rolling: float,
    near: float,
    cells: int,
    seen: tuple[float, float] = (-math.inf, math.inf),
) -> Box:
    """The box in which there is dust.

    Args:
        rolling: how far it reaches to the sides, in heights of the building.
        seen: columns that the picture shows at one time or another; far beyond them there is no room.
        near: how far below the foot, in heights.
        cells: how many across; never finer than about two pixels.
    """
    left, top, right, bottom = outline
    wide, tall = right - left, bottom - top
    reach = rolling * tall + 0.2 * wide
    beyond = BEYOND * (seen[1] - seen[0]) if math.isfinite(seen[1] - seen[0]) else 0.0
    box_left = max(left - reach, min(seen[0] - beyond, left - 0.2 * wide))
    box_right = min(right + reach, max(seen[1] + beyond, right + 0.2 * wide))
    box_top, box_bottom = top - 0.14 * tall, max(foot) + max(near * tall, 2.0)
    across = max(32, min(cells, round((box_right - box_left) / 2.2)))
    cell = (box_right - box_left) / across
    room, deep = 0.42 * tall, float(np.clip(0.7 * wide, 0.3 * tall, 0.9 * tall))

    def even(px: float) -> int:
        return max(16, 2 * round(px / cell / 2))

    shape = (even(2 * room + deep), even(box_bottom - box_top), 2 * (across // 2))
    ahead = min(max(2, round(room / cell)), shape[0] - 6)
    return Box(
        left=box_left,
        top=box_bottom - shape[1] * (box_right - box_left) / shape[2],
        width_px=box_right - box_left,
        height_px=shape[1] * (box_right - box_left) / shape[2],
        shape=shape,
        front=ahead,
        back=min(max(ahead + 2, ahead + round(deep / cell)), shape[0] - 3),
    )


@dataclass(frozen=True)
class Order:
    """What is ordered: lengths in px and seconds, wind in m/s, the rest as the maker's parameters say.

    ``outline``: left, top, right and bottom of the building; ``foot``: rows of the ground at its left
    and right end; ``box``: where there is dust.
    """

    outline: Outline
    foot: tuple[float, float]
    box: Box
    height_m: float
    start: tuple[float, float]
    spread_s: float
    lean: float
    pieces: int
    dust: float
    wind: float
    wind_depth: float
    gusts: float
    turbulence: float
    lasting_s: float
    frame_s: float

    @property
    def metre_px(self) -> float:
        return (self.outline[3] - self.outline[1]) / self.height_m


BUILDING = ("rest", "present", "fails", "slab_limit", "brace_limit", "thrown", "resist")
FALL = ("at", "speed", "loose", "posts", "slabs", "braces")
SHARDS = ("triangles", "of", "centre", "area")
GAS = ("u", "v", "w", "carried", "drift")


def begun(order: Order, matte: np.ndarray, rng: Chance) -> State:
    """The state before anything has happened.

    Shapes: matte (H, W), 1 where the building is, in the reference frame.
    """
    building = _building(order, matte, rng)
    left, top, right, bottom = order.outline
    grow = 0.02 * (right - left) + 2
    floor_px = STOREY_M * order.metre_px
    shards = broken(left - grow, top - grow, right + grow, bottom + grow, order.pieces, floor_px, rng.of("shards").at())
    pieces, how, of = bound_pieces(shards, rng.of("crumbs").at())
    gas = still_gas(order.box.shape, _air(order))
    return {
        **{f"building.{name}": getattr(building, name) for name in BUILDING},
        **{f"shards.{name}": getattr(shards, name) for name in SHARDS},
        **_of_fall(standing_still(building)),
        **_of_gas(gas),
        "pieces": pieces,
        "how": how,
        "parent": of,
        "tough": rng.of("tough").at().random(len(shards)).astype(np.float32),
        "felt": np.zeros(1, np.float32),
        "fresh": np.zeros(1, np.float32),
    }


def gone_on(state: State, order: Order, second: float, frame: int, rng: Chance) -> State:
    """The state a frame later.

    Args:
        second: time since the failure began, at the new frame.
        frame: its number since then, for chance.
    """
    building, shards = building_of(state, order), shards_of(state)
    before = fall_of(state)
    fall = fallen(building, before, second - order.frame_s, order.frame_s)
    pieces, how = come_off(
        building, fall, shards, state["pieces"], state["how"], state["parent"], state["tough"], rng.of("off").at(frame)
    )
    rows = building.rest[0, :, 0]
    pieces, how, struck = tumbled(
        pieces, how, heap_of(building, fall), float(rows[0]), float(rows[-1]), building.gravity, order.frame_s
    )
    bursts = _squeezed(building, before, fall, order, rng.of("jets").at(int(5 * second))) + _wake(building, fall, order)
    bursts += _struck(pieces, how, struck, order, len(shards), rng.of("strikes").at(frame))
    felt = sum(burst.lost * (burst.right - burst.left) for burst in bursts) / (order.outline[2] - order.outline[0])
    fresh = float(state["fresh"][0]) * math.exp(-order.frame_s / FRESH_S)
    fresh = max(fresh, min(1.0, 3.0 * felt))
    bursts += _smoking(building, fall, order, fresh, second, rng)
    gas = _dusty(gas_of(state), bursts, building, fall, order, second, rng)
    return {
        **state,
        **_of_fall(fall),
        **_of_gas(gas),
        "pieces": pieces,
        "how": how,
        "fresh": np.array([fresh], np.float32),
        "felt": np.array([0.82 * float(state["felt"][0]) + 0.18 * min(felt, 2.0)], np.float32),
    }


def building_of(state: State, order: Order) -> Building:
    arrays = {name: state[f"building.{name}"] for name in BUILDING}
    return Building(**arrays, gravity=9.81 * order.metre_px, lean=0.22 * order.lean, metre_px=order.metre_px)


def shards_of(state: State) -> Shards:
    return Shards(**{name: state[f"shards.{name}"] for name in SHARDS})


def fall_of(state: State) -> Fall:
    return Fall(**{name: state[f"fall.{name}"] for name in FALL})


def gas_of(state: State) -> Gas:
    return Gas(**{name: state[f"gas.{name}"] for name in GAS})


def _of_fall(fall: Fall) -> State:
    return {f"fall.{name}": getattr(fall, name) for name in FALL}


def _of_gas(gas: Gas) -> State:
    return {f"gas.{name}": getattr(gas, name) for name in GAS}


def _building(order: Order, matte: np.ndarray, rng: Chance) -> Building:
    left, top, right, bottom = order.outline
    floors = max(3, round(order.height_m / STOREY_M))
    floor_px = (bottom - top) / floors
    bays = int(np.clip(round((right - left) / (1.3 * floor_px)), 3, 24))
    x = np.linspace(left, right, bays + 1)
    foot = np.interp(x, [left, right], order.foot)
    level = np.arange(floors + 1)[:, None] / floors
    rest = np.stack([np.broadcast_to(x, (floors + 1, bays + 1)), foot * (1 - level) + top * level], -1)
    dice = rng.of("structure").at()
    start = (left + order.start[0] * (right - left), top + order.start[1] * (bottom - top))
    metre = order.metre_px
    outward = np.clip((x - (left + right) / 2) / (right - left) * 2, -1, 1)
    return Building(
        rest=rest.astype(np.float64),
        present=_present(rest, matte),
        fails=failing_from(rest, start, order.spread_s, dice),
        slab_limit=dice.uniform(3, 16, (floors + 1, bays)),
        brace_limit=dice.uniform(1.5, 8, (floors, bays)),
        thrown=metre * (1.6 * outward + dice.uniform(-1.1, 1.1, (floors + 1, bays + 1))),
        gravity=9.81 * metre,
        lean=0.22 * order.lean,
        resist=_resistance(floors, bays + 1, dice),
        metre_px=metre,
    )


def _resistance(storeys: int, posts: int, dice: np.random.Generator) -> np.ndarray:
    """(storeys, posts): how much each post brakes while it is crushed; stiffer parts of a building lag behind."""
    coarse = dice.uniform(-1, 1, (max(2, storeys // 4), max(2, posts // 3)))
    rows = np.linspace(0, coarse.shape[0] - 1, storeys)
    columns = np.linspace(0, coarse.shape[1] - 1, posts)
    along = np.stack([np.interp(columns, np.arange(coarse.shape[1]), row) for row in coarse])
    smooth = np.stack([np.interp(rows, np.arange(coarse.shape[0]), column) for column in along.T], 1)
    return np.asarray(np.clip(0.33 + 0.22 * smooth + dice.uniform(-0.08, 0.08, smooth.shape), 0.05, 0.75))


def _present(rest: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """The bays of which enough belongs to the building."""
    height, width = matte.shape
    sums = np.pad(matte.astype(np.float64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    bays = np.zeros((rest.shape[0] - 1, rest.shape[1] - 1), bool)
    for j, i in np.ndindex(bays.shape):
        x0, x1 = (int(np.clip(round(v), 0, width)) for v in (rest[j, i, 0], rest[j, i + 1, 0]))
        y0, y1 = (int(np.clip(round(v), 0, height)) for v in (rest[j + 1, i, 1], rest[j, i, 1]))
        whole = max((x1 - x0) * (y1 - y0), 1)
        bays[j, i] = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0] > 0.3 * whole
    if not bays.any():
        bays[:] = True
    return bays


def _air(order: Order, steps: int = 1) -> Air:
    return dusty_air(
        order.metre_px / order.box.cell_px,
        steps / order.frame_s,
        wind=(order.wind, order.wind_depth),
        turbulence=order.turbulence,
        lasting_s=order.lasting_s,
    )


JET_M_S = 17.0


def _dusty(
    gas: Gas, bursts: list[Burst], building: Building, fall: Fall, order: Order, second: float, rng: Chance
) -> Gas:
    metre_cells = order.metre_px / order.box.cell_px
    steps = int(np.clip(math.ceil(JET_M_S * metre_cells * order.frame_s / 1.8), 1, 4))
    air = _air(order, steps)
    shift = tuple(int(part) for part in rng.of("dust").at().integers(0, 128, 3))
    turn = rng.of("gusts").at().uniform(0, 2 * math.pi, 3)
    swing = sum(
        math.sin(2 * math.pi * pace * second + t) * 0.4 for pace, t in zip((0.11, 0.31, 0.83), turn, strict=True)
    )
    speed = metre_cells * order.frame_s / steps
    gust = order.gusts * speed * swing * (1.2 + 0.5 * abs(order.wind))
    parts = {name: array.copy() for name, array in _of_gas(gas).items()}
    gas = Gas(**{name: parts[f"gas.{name}"] for name in GAS})
    period = max(2, round(RENEWED_S / order.frame_s))
    number = round(second / order.frame_s)
    if number % period == 0:
        gas.drift[..., :3] = 0
    if (number + period // 2) % period == 0:
        gas.drift[..., 3:] = 0
    corners, rate = _bays_in_motion(building, fall)
    for part in range(steps):
        drag_along(gas, order.box, corners, rate * np.float32(order.frame_s / steps))
        thin_out(gas, order.box, max(order.foot), order.outline[3] - order.outline[1], order.frame_s / steps)
        raise_dust(
            gas,
            order.box,
            bursts,
            steps=steps,
            jet=JET_M_S * speed,
            seconds=second + part * order.frame_s / steps,
            shift=(shift[0], shift[1], shift[2]),
        )
        gas = advance(gas, air, gusts=(gust, 0.5 * gust))
    return gas


RENEWED_S = 0.64


def _bays_in_motion(building: Building, fall: Fall) -> tuple[np.ndarray, np.ndarray]:
    """The corners (N, 4, 2) and the speed (N, 2) of the bays that have not been squeezed flat."""
    bays = np.argwhere(building.present & (squashed(building, fall) > 0.3))
    j, i = bays[:, 0], bays[:, 1]
    quad = ((0, 0), (0, 1), (1, 0), (1, 1))
    corners = np.stack([fall.at[j + a, i + b] for a, b in quad], 1)
    return corners, np.stack([fall.speed[j + a, i + b] for a, b in quad], 1).mean(1)


def phase_of(order: Order, second: float) -> float:
    """Where the first set of texture coordinates stands in its life, 0 to 1."""
    period = max(2, round(RENEWED_S / order.frame_s))
    return (round(second / order.frame_s) % period) / period


def _squeezed(building: Building, before: Fall, fall: Fall, order: Order, rng: np.random.Generator) -> list[Burst]:
    """The bays that lost height in this frame, and those whose posts have just given way."""
    was, now = squashed(building, before), squashed(building, fall)
    lost = np.clip(was - now, 0, None)
    cracked = ((fall.posts == CRUSHED) & (before.posts != CRUSHED)).astype(np.float32)
    cracked = np.maximum(cracked[:, 1:], cracked[:, :-1])
    present = np.pad(building.present, ((0, 0), (1, 1)))
    heap, tall = heap_of(building, fall), order.outline[3] - order.outline[1]
    luck = 0.15 + 1.9 * rng.random(building.present.shape) ** 2  # or each bay would give a lobe like the next
    found = []
    for j, i in np.argwhere(building.present & ((lost > 0.006) | (cracked > 0))):
        corners = fall.at[j : j + 2, i : i + 2].reshape(-1, 2)
        left, top = corners.min(0)
        right, bottom = corners.max(0)
        gone = float(lost[j, i]) / max(float(was[j, i]), 0.15)
        amount = float(np.clip(3.5 * gone + 0.12 * cracked[j, i], 0, 1.3)) * order.dust
        # what is squeezed high up is soon passed by what falls: little dust comes of it
        low = math.exp(-max(float(heap[i]) - float(bottom), 0) / (0.35 * tall))
        amount *= 0.4 + 0.6 * low
        ends = (not present[j, i], not present[j, i + 2])
        force = float(luck[j, i]) * (0.35 + 0.65 * low)
        box = (float(left), float(top), float(right), float(bottom))
        found.append(Burst(*box, gone, amount * (0.4 + 0.6 * force), ends, force=force))
    return found


def _wake(building: Building, fall: Fall, order: Order) -> list[Burst]:
    """The dust that hangs behind a roof as it comes down: the farther and the faster, the more."""
    tall, metre = order.outline[3] - order.outline[1], order.metre_px
    found = []
    heights = np.where(building.present.any(0), len(building.present) - building.present[::-1].argmax(0), 0)
    beside = np.pad(heights, 1)
    for column, height in enumerate(heights):
        # a spire or a mast leaves no wake: no wider than its roof is what counts
        top, ends = min(int(height), max(beside[column], beside[column + 2])), slice(column, column + 2)
        if top == 0:
            continue
        x, y = (float(part) for part in fall.at[top, ends].mean(0))
        drop = y - float(building.rest[top, ends, 1].mean())
        speed = float(fall.speed[top, ends, 1].mean()) / metre
        if drop < 0.3 * tall or speed < 2:
            continue
        reach = 0.09 * tall
        amount = min(0.9, 0.07 * speed) * min(1.0, 2.2 * (drop / tall - 0.25)) * order.dust
        box = (x - 1.2 * reach, y - 0.5 * reach, x + 1.2 * reach, y + 1.5 * reach)
        found.append(Burst(*box, 0.0, amount, is_round=True))
    return found


FRESH_S = 2.2  # how long a heap gives off dust after something has come down on it


def _smoking(building: Building, fall: Fall, order: Order, fresh: float, second: float, rng: Chance) -> list[Burst]:
    """The dust that a fresh heap gives off: puffs of all sizes that swell out of it here and there."""
    if fresh < 0.05:
        return []
    heap, x, foot = heap_of(building, fall), building.rest[0, :, 0], building.rest[0, :, 1]
    if (foot - heap).max() <= 0:
        return []
    left, top, right, bottom = order.outline
    tall, found = bottom - top, []
    for n in range(PUFFS):
        # each puff lives for a while, somewhere; then it is another one
        life = 0.5 + 0.3 * (n % 3)
        turn = second / life + n / PUFFS
        dice = rng.of(f"puff {n}").at(int(turn))
        place, size, depth, rise = dice.random(4)
        part = turn % 1
        column = left + place * (right - left)
        reach = tall * (0.06 + 0.12 * size) * (0.6 + 0.4 * part)
        up = rise * fresh * (0.4 + 0.6 * part) * 0.5 * tall
        row = float(np.interp(column, x, heap)) + 0.2 * reach - up
        amount = 1.2 * fresh * (1 - 0.5 * rise) * min(1.0, 4 * part, 3 * (1 - part)) * order.dust
        near = -0.35 + 1.1 * float(depth)  # before the rubble as well as among it
        found.append(
            Burst(
                column - 1.3 * reach, row - reach, column + 1.3 * reach, row + reach, 0.006 * fresh, amount,
                depth=(near, near + 0.3), is_round=True,
            )
        )  # fmt: skip
    return found


PUFFS = 18


def _struck(
    pieces: np.ndarray, how: np.ndarray, struck: np.ndarray, order: Order, count: int, rng: np.random.Generator
) -> list[Burst]:
    """Dust from what struck something, and the thin trail of what falls fast."""
    metre = order.metre_px
    luck = rng.random(len(how))
    low = pieces[:count, Y] > order.outline[3] - 0.4 * (order.outline[3] - order.outline[1])
    trail = low & (how[:count] == FREE) & (np.abs(pieces[:count, VY]) > 7 * metre) & (luck[:count] < 0.5)
    hard = struck[:count] > 2.5 * metre
    found = []
    for n in np.flatnonzero(trail | hard):
        x, y, radius = (float(pieces[n, part]) for part in (X, Y, RADIUS))
        depth = float(np.clip(0.02 + pieces[n, Z] / max(order.outline[2] - order.outline[0], 1.0), 0, 1))
        amount = min(float(struck[n]) / (10 * metre), 1.0) if hard[n] else 0.12
        reach = radius * (1.4 if hard[n] else 0.7)
        found.append(
            Burst(
                x - reach,
                y - reach,
                x + reach,
                y + 0.6 * reach,
                0.0,
                amount * order.dust,
                (False, False),
                (0.0, depth),
                True,
            )
        )
    return found
