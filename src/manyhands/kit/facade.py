"""The front of a building as it comes down: which shard hangs where, which has come off, and how all of it is seen.

Shards hang on the lattice of :mod:`manyhands.kit.pancake` and bend with it until their bay is too
badly hurt; then they fly, with crumbs, by :mod:`manyhands.kit.rubble`.  Behind them stand the dark
inside of each bay and the edges of its floors.

Units: pixels of the plate's reference frame and seconds, y down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from manyhands.kit.fracture import Shards
from manyhands.kit.pancake import Building, Fall, squashed
from manyhands.kit.pieces import Pieces, joined
from manyhands.kit.rubble import (
    BOUND,
    FREE,
    PARTS,
    RADIUS,
    ROLL_X,
    ROLL_Y,
    SPIN,
    TILT_X,
    TILT_Y,
    TURN,
    VX,
    VY,
    VZ,
    X,
    Y,
    Z,
)

MOVED_PX = 0.2  # a shard that went less far has not moved
CRUMBS = 2  # to a shard


@dataclass(frozen=True)
class Hanging:
    """Where points hang on the lattice: bay (row, column) and the place in it, (N,) each."""

    row: np.ndarray
    column: np.ndarray
    up: np.ndarray
    along: np.ndarray

    def of(self, nodes: np.ndarray) -> np.ndarray:
        """A quantity (J, I, C) of the nodes at the points: (N, C)."""
        j, i, s, t = self.row, self.column, self.up[:, None], self.along[:, None]
        low = nodes[j, i] * (1 - t) + nodes[j, i + 1] * t
        high = nodes[j + 1, i] * (1 - t) + nodes[j + 1, i + 1] * t
        return np.asarray(low * (1 - s) + high * s)


def hung(building: Building, points: np.ndarray) -> Hanging:
    """Hang points (N, 2) on the bays that are there, each on its own or the nearest."""
    rest, present = building.rest, building.present
    columns = rest[0, :, 0]
    column = np.clip(np.searchsorted(columns, points[:, 0], "right") - 1, 0, present.shape[1] - 1)
    along = (points[:, 0] - columns[column]) / (columns[column + 1] - columns[column])
    foot = rest[0, column, 1] * (1 - along) + rest[0, column + 1, 1] * along
    head = rest[-1, column, 1] * (1 - along) + rest[-1, column + 1, 1] * along
    storey = (foot - points[:, 1]) / np.maximum(foot - head, 1e-6) * present.shape[0]
    row = np.clip(np.floor(storey).astype(int), 0, present.shape[0] - 1)
    missing = ~present[row, column]
    if missing.any() and present.any():
        there = np.argwhere(present)
        away = np.abs(there[None] - np.stack([row, column], 1)[missing][:, None]).sum(-1)
        row[missing], column[missing] = there[away.argmin(1)].T
        along = (points[:, 0] - columns[column]) / (columns[column + 1] - columns[column])
    return Hanging(row, column, (storey - row).astype(np.float32), along.astype(np.float32))


def bound_pieces(shards: Shards, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The shards, and after them the crumbs that they will shed.

    Returns: pieces (N, PARTS), what they are doing (N,), and the shard of each (N,).
    """
    count = len(shards)
    of = np.concatenate([np.arange(count), rng.integers(0, count, CRUMBS * count)])
    pieces = np.zeros((len(of), PARTS), np.float32)
    pieces[:, X:Z] = shards.centre[of]
    radius = np.sqrt(shards.area / np.pi)
    pieces[:, RADIUS] = radius[of]
    pieces[count:, RADIUS] *= 0.08 + 0.3 * rng.random(len(of) - count) ** 2.5
    return pieces, np.full(len(of), BOUND, np.uint8), of


def hurt(building: Building, fall: Fall) -> np.ndarray:
    """(J - 1, I - 1): how badly each bay is hurt: 0 as it stood, from about 1 on nothing holds to it."""
    at, rest = fall.at, building.rest
    squeezed = (1 - squashed(building, fall)) / 0.5
    wide = np.linalg.norm(at[:, 1:] - at[:, :-1], axis=-1) / np.linalg.norm(rest[:, 1:] - rest[:, :-1], axis=-1)
    torn = np.maximum(np.abs(wide[1:] - 1), np.abs(wide[:-1] - 1)) / 0.2
    turn = [
        np.arctan2(*(at[1:, side] - at[:-1, side]).transpose(2, 0, 1))
        - np.arctan2(*(rest[1:, side] - rest[:-1, side]).transpose(2, 0, 1))
        for side in (np.s_[1:], np.s_[:-1])
    ]
    skew = np.maximum(*(np.abs((part + np.pi) % (2 * np.pi) - np.pi) for part in turn)) / 0.5
    found = np.maximum(np.maximum(np.abs(squeezed), torn), skew)
    return np.asarray(np.where(building.present, found, 0), np.float32)


def come_off(
    building: Building,
    fall: Fall,
    shards: Shards,
    pieces: np.ndarray,
    how: np.ndarray,
    of: np.ndarray,
    tough: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Set free the shards whose bay is hurt more than they bear, and their crumbs, with a push outward.

    Args:
        tough: (S,) 0 to 1, how much a shard bears.
    Returns: pieces and what they are doing.
    """
    count = len(shards)
    place = hung(building, shards.centre)
    now = place.of(fall.at)
    floor = building.rest[0, :, 1].mean() - building.rest[1, :, 1].mean()
    buried = now[:, 1] > place.of(np.broadcast_to(building.rest[:1], building.rest.shape))[:, 1] - 0.3 * floor
    moved = np.hypot(*(now - shards.centre).T) > 0.5 * floor
    loose = (hurt(building, fall)[place.row, place.column] > 0.25 + 0.75 * tough) | (buried & moved)
    goes = np.flatnonzero((how[:count] == BOUND) & loose)
    dice = rng.random((len(how), 9)).astype(np.float32)
    if not len(goes):
        return pieces, how
    pieces, how = pieces.copy(), how.copy()
    crumbs = count + np.flatnonzero((how[count:] == BOUND) & np.isin(of[count:], goes))
    every = np.concatenate([goes, crumbs])
    parent, roll = of[every], dice[every]
    metre = building.metre_px
    side = (shards.centre[parent, 0] - building.rest[..., 0].mean()) / np.ptp(building.rest[..., 0])
    wild = np.where(every < count, 1.0, 2.2).astype(np.float32)
    around = (roll[:, :2] - 0.5) * 1.4 * np.sqrt(shards.area[parent])[:, None] * (every >= count)[:, None]
    pieces[every, X:Z] = now[parent] + around
    pieces[every, Z] = -0.5 * metre * roll[:, 2]
    carried = place.of(fall.speed)[parent]
    pieces[every, VX] = carried[:, 0] + metre * wild * (5.0 * side * roll[:, 3] + 2.4 * (roll[:, 4] - 0.5))
    pieces[every, VY] = 0.8 * carried[:, 1] + metre * wild * 1.6 * (roll[:, 5] - 0.6)
    pieces[every, VZ] = -metre * wild * 4.0 * roll[:, 6] ** 2
    pieces[every, SPIN] = 5.0 * wild * (roll[:, 7] - 0.5)
    pieces[every, ROLL_X] = 8.0 * (roll[:, 8] - 0.5) * wild
    pieces[every, ROLL_Y] = 8.0 * (roll[:, 2] - 0.5) * wild
    how[every] = FREE
    return pieces, how


def gone(building: Building, fall: Fall, shards: Shards, how: np.ndarray) -> np.ndarray:
    """(S,) bool: the shards that are no longer where they stood."""
    now = hung(building, shards.centre).of(fall.at)
    return np.asarray((how[: len(shards)] != BOUND) | (np.hypot(*(now - shards.centre).T) > MOVED_PX))


@dataclass(frozen=True)
class Paint:
    """Light of what the texture does not show: a broken edge, the inside of a bay, the edge of a floor.

    ``sun_from`` as elsewhere; ``even`` the share of light that comes from everywhere.
    """

    edge: tuple[float, float, float]
    inside: tuple[float, float, float]
    floor: tuple[float, float, float]
    sun_from: tuple[float, float, float]
    even: float


def seen(
    building: Building,
    fall: Fall,
    shards: Shards,
    pieces: np.ndarray,
    how: np.ndarray,
    of: np.ndarray,
    paint: Paint,
    frame_s: float,
) -> Pieces:
    """All that is no longer where it stood, as triangles of the reference frame.

    Args:
        frame_s: how long a frame is: how far corners move in it follows.
    """
    away = gone(building, fall, shards, how)
    return joined(
        [
            _hanging(building, fall, shards, away & (how[: len(shards)] == BOUND), frame_s),
            *_flying(shards, pieces, how, paint, building.metre_px, frame_s),
            *_crumbs(shards, pieces, how, of, paint, frame_s),
            *_behind(building, fall, shards, away, paint, frame_s),
            _standing(shards, ~away),
        ]
    )


def _pieces(
    at: np.ndarray, moved: np.ndarray, from_: np.ndarray, depth: np.ndarray, shade: np.ndarray, own: object = None
) -> Pieces:
    colour = np.broadcast_to(np.asarray(own if own is not None else (0, 0, 0), np.float32), (len(at), 3))
    return Pieces(at, moved, from_, depth, shade, colour, np.full(len(at), own is not None, np.float32))


def _hanging(building: Building, fall: Fall, shards: Shards, which: np.ndarray, frame_s: float) -> Pieces:
    corners = shards.triangles[which[shards.of]]
    place = hung(building, corners.reshape(-1, 2))
    at, moved = (place.of(part).reshape(corners.shape) for part in (fall.at, fall.speed * np.float32(frame_s)))
    count = len(corners)
    return _pieces(at, moved, corners, np.zeros(count), np.ones(count))


def _standing(shards: Shards, which: np.ndarray) -> Pieces:
    """What still stands is the plate's; it hides what is inside."""
    corners = shards.triangles[which[shards.of]]
    count = len(corners)
    found = _pieces(corners, np.zeros_like(corners), corners, np.zeros(count), np.ones(count), (0, 0, 0))
    return replace(found, is_own=np.full(count, 2, np.float32))


def _turned(local: np.ndarray, piece: np.ndarray) -> np.ndarray:
    """Offsets (N, K, 2) from a piece's middle, turned as the piece (N, PARTS) is."""
    x = local[..., 0] * np.cos(piece[:, TILT_Y])[:, None]
    y = local[..., 1] * np.cos(piece[:, TILT_X])[:, None]
    c, s = np.cos(piece[:, TURN])[:, None], np.sin(piece[:, TURN])[:, None]
    return np.stack([c * x - s * y, s * x + c * y], -1)


def _shade(piece: np.ndarray, paint: Paint) -> np.ndarray:
    """How much lighter or darker than in the wall a tilted piece is."""
    x, y, z = paint.sun_from
    facing = -np.cos(piece[:, TILT_X]) * np.cos(piece[:, TILT_Y])
    normal = np.stack([np.sin(piece[:, TILT_Y]), -np.sin(piece[:, TILT_X]), facing])
    lit = np.abs(normal[0] * x + normal[1] * y + normal[2] * z)
    flat = paint.even + (1 - paint.even) * max(-z, 0.15)
    return np.asarray(np.clip((paint.even + (1 - paint.even) * lit) / flat, 0.35, 1.5), np.float32)


def _dirt(how: np.ndarray, number: np.ndarray) -> np.ndarray:
    """How much darker rubble is than a wall: dirty, and shaded by its neighbours where it lies."""
    varied = 0.85 + 0.15 * np.sin(12.9898 * number)
    return np.asarray(np.where(how == FREE, 0.92, 0.62) * varied, np.float32)


def _flying(
    shards: Shards, pieces: np.ndarray, how: np.ndarray, paint: Paint, metre_px: float, frame_s: float
) -> list[Pieces]:
    """Each free shard, and behind it its own thickness, dark."""
    flies = how[: len(shards)] != BOUND
    chosen = flies[shards.of]
    corners, owner = shards.triangles[chosen], shards.of[chosen]
    piece = pieces[owner]
    local = corners - shards.centre[owner][:, None]
    at = _turned(local, piece) + piece[:, None, X:Z]
    later = piece.copy()
    for part, rate in ((X, VX), (Y, VY), (TURN, SPIN), (TILT_X, ROLL_X), (TILT_Y, ROLL_Y)):
        later[:, part] += later[:, rate] * np.float32(frame_s)
    moved = _turned(local, later) + later[:, None, X:Z] - at
    depth = piece[:, Z] - 1 - 1e-3 * owner
    facing = np.cos(piece[:, TILT_X]) * np.cos(piece[:, TILT_Y])
    front = _pieces(
        at, moved, corners, depth, _shade(piece, paint) * np.where(facing < 0, 0.45, 1.0) * _dirt(how[owner], owner)
    )
    thick = np.float32(max(0.35 * metre_px, 1.0))
    lift = np.stack([np.sin(piece[:, TILT_Y]), np.sin(piece[:, TILT_X])], -1)[:, None] * thick
    shift = _turned(lift, np.where(np.arange(PARTS) == TURN, piece, 0).astype(np.float32))
    sides = [
        _pieces(at + part * shift, moved, corners, depth + 0.4 * part, np.full(len(at), 0.9), paint.edge)
        for part in (0.5, 1.0)
    ]
    return [front, *sides]


def _crumbs(
    shards: Shards, pieces: np.ndarray, how: np.ndarray, of: np.ndarray, paint: Paint, frame_s: float
) -> list[Pieces]:
    """Each crumb as two triangles of its shard's own picture."""
    chosen = np.arange(len(shards), len(how))[how[len(shards) :] != BOUND]
    if not len(chosen):
        return []
    piece, middle = pieces[chosen], shards.centre[of[chosen]]
    size = np.maximum(piece[:, RADIUS], 0.55)[:, None, None]
    turn = np.array([0.2, 1.7, 3.3, 4.9]) + 0.7 * np.sin(chosen[:, None] * np.array([1.3, 2.1, 3.7, 4.4]))
    shape = np.stack([np.cos(turn), np.sin(turn)], -1).astype(np.float32) * size
    at = _turned(shape, piece) + piece[:, None, X:Z]
    moved = np.broadcast_to(piece[:, None, VX:VZ] * np.float32(frame_s), at.shape)
    from_ = middle[:, None] + 0.5 * shape
    shade = _shade(piece, paint) * _dirt(how[chosen], chosen)
    return [
        _pieces(at[:, way], moved[:, way], from_[:, way], piece[:, Z] - 2 - 1e-3 * chosen, shade)
        for way in ([0, 1, 2], [0, 2, 3])
    ]


def _behind(
    building: Building, fall: Fall, shards: Shards, away: np.ndarray, paint: Paint, frame_s: float
) -> list[Pieces]:
    """The inside of the bays from which anything has gone, and the edges of their floors."""
    place = hung(building, shards.centre)
    open_ = np.zeros(building.present.shape, bool)
    open_[place.row[away], place.column[away]] = True
    wide = np.pad(open_, 1)
    near = wide[1:-1, 1:-1] | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]
    rows, columns = np.nonzero(near & building.present)
    if not len(rows):
        return []
    parts = []
    quad = [(0, 0), (0, 1), (1, 1), (1, 0)]
    at, rest, speed = (
        np.stack([field[rows + j, columns + i] for j, i in quad], 1) for field in (fall.at, building.rest, fall.speed)
    )
    # a bay that is torn open has no walls left
    whole = hurt(building, fall)[rows, columns] < 1.3
    moved = speed * np.float32(frame_s)
    for way in ([0, 1, 2], [0, 2, 3]):
        parts.append(
            _pieces(
                at[whole][:, way], moved[whole][:, way], rest[whole][:, way],
                np.full(whole.sum(), 30.0), np.ones(whole.sum()), paint.inside,
            )
        )  # fmt: skip
    return [*parts, *_floors(building, fall, rows, columns, paint, frame_s)]


def _floors(
    building: Building, fall: Fall, rows: np.ndarray, columns: np.ndarray, paint: Paint, frame_s: float
) -> list[Pieces]:
    """The edge of the floor over each bay: from node to node, or two stumps where it broke."""
    one, other = fall.at[rows + 1, columns], fall.at[rows + 1, columns + 1]
    speed = (fall.speed[rows + 1, columns], fall.speed[rows + 1, columns + 1])
    rest_one, rest_other = building.rest[rows + 1, columns], building.rest[rows + 1, columns + 1]
    broken = fall.slabs[rows + 1, columns] > 0
    long = np.linalg.norm(rest_other - rest_one, axis=-1, keepdims=True)
    along = other - one
    length = np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-6)
    reach = np.where(broken[:, None], np.minimum(0.46 * long, 0.46 * length), length)
    unit = along / length
    thick = np.array([0, 0.14 * float(np.mean(building.rest[:-1, :, 1] - building.rest[1:, :, 1]))], np.float32)
    parts = []
    ends = [(one, one + unit * reach, speed[0])]
    if broken.any():
        ends.append((other - unit * reach, other, speed[1]))
    for start, end, rate in ends:
        quad = np.stack([start, end, end + thick, start + thick], 1)
        from_ = np.stack([rest_one, rest_other, rest_other + thick, rest_one + thick], 1)
        moved = np.broadcast_to(rate[:, None] * np.float32(frame_s), quad.shape)
        for way in ([0, 1, 2], [0, 2, 3]):
            shade = 0.75 + 0.25 * np.sin(7.1 * rows + 3.3 * columns)
            parts.append(
                _pieces(quad[:, way], moved[:, way], from_[:, way], np.full(len(quad), 20.0), shade, paint.floor)
            )
    return parts
