"""Shapes drawn by hand: polygons and splines with keys over frames, and exactly how much of a pixel they cover.

A person writes them in a line, or keeps them as JSON::

    polygon 100,80 400,80 400,300                                    one shape, the same in all frames
    spline 1001: 90,80 200,60 180,220; 1024: 120,80 230,60 210,220   a smooth closed line that moves
    bezier 50,50,40,50,60,50 90,90,80,90,95,95                       point, handle in, handle out
    polygon 0,0 90,0 90,90 | subtract feather 6 polygon 30,30 60,30 60,60

Units: pixels of the picture from its top left corner, so that a pixel's centre lies at a half.
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, Self

import cv2
import numpy as np
from numba import njit
from pydantic import BaseModel, ConfigDict, Field, model_validator

from manyhands.core.errors import InputError

MOST_POINTS = 2000
FAR_PX = 1e6


class Drawn(BaseModel):
    """Frozen, refusing names that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Key(Drawn):
    """The points of a shape in one frame: ``x, y`` each, or with handles ``x, y, in x, in y, out x, out y``."""

    frame: int = Field(0, ge=-1_000_000_000, le=1_000_000_000)
    points: tuple[tuple[float, ...], ...] = Field(max_length=MOST_POINTS)


class Shape(Drawn):
    """One closed line, filled.

    ``spline`` goes smoothly through its points (Catmull-Rom), ``bezier`` has handles.  ``feather_px``
    is over how many pixels its edge fades, half of it outside the line.  Before the first key and
    after the last it stays; between keys points go straight, or on a smooth way.
    """

    kind: Literal["polygon", "spline", "bezier"] = "polygon"
    join: Literal["add", "subtract", "intersect"] = "add"
    between: Literal["straight", "smooth"] = "straight"
    feather_px: float = Field(0.0, ge=0, le=1000)
    opacity: float = Field(1.0, ge=0, le=1)
    keys: tuple[Key, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if any(len(key.points) < 3 for key in self.keys):
            raise ValueError("a shape has three points or more in every key")
        numbers = 6 if self.kind == "bezier" else 2
        counts = {len(key.points) for key in self.keys}
        if len(counts) > 1:
            raise ValueError(f"a shape has as many points in every key; here {', '.join(map(str, sorted(counts)))}")
        if any(len(point) != numbers for key in self.keys for point in key.points):
            raise ValueError(f"a point of a {self.kind} has {numbers} numbers")
        if any(abs(part) > FAR_PX for key in self.keys for point in key.points for part in point):
            raise ValueError("a point lies more than a million pixels away")
        frames = [key.frame for key in self.keys]
        if sorted(set(frames)) != frames:
            raise ValueError("keys come in the order of their frames, each frame once")
        return self

    def points_at(self, frame: float) -> np.ndarray:
        """(points, 2 or 6) float64: where its points are at a frame, or between two."""
        frames = np.array([key.frame for key in self.keys], np.float64)
        places = np.array([key.points for key in self.keys], np.float64)
        frame = min(max(frame, frames[0]), frames[-1])
        index = min(int(np.searchsorted(frames, frame, "right")) - 1, len(frames) - 2)
        if len(frames) == 1:
            return np.asarray(places[0])
        one, other = places[index], places[index + 1]
        length = frames[index + 1] - frames[index]
        part = (frame - frames[index]) / length
        if self.between == "straight":
            return np.asarray(one + part * (other - one))
        return _hermite(part, one, other, *(length * _speed(frames, places, at) for at in (index, index + 1)))

    def scaled(self, factor: float) -> Self:
        keys = tuple(
            key.model_copy(update={"points": tuple(tuple(factor * part for part in point) for point in key.points)})
            for key in self.keys
        )
        return self.model_copy(update={"keys": keys, "feather_px": factor * self.feather_px})


def _speed(frames: np.ndarray, places: np.ndarray, at: int) -> np.ndarray:
    """A point's way per frame at a key; at the ends it leaves straight."""
    before, after = max(at - 1, 0), min(at + 1, len(frames) - 1)
    return np.asarray((places[after] - places[before]) / (frames[after] - frames[before]))


def _hermite(t: float, one: np.ndarray, other: np.ndarray, leave: np.ndarray, arrive: np.ndarray) -> np.ndarray:
    """A cubic from one place to another with given speeds."""
    return np.asarray(
        (2 * t**3 - 3 * t**2 + 1) * one
        + (t**3 - 2 * t**2 + t) * leave
        + (-2 * t**3 + 3 * t**2) * other
        + (t**3 - t**2) * arrive
    )


class Shapes(Drawn):
    """Shapes in the order in which they are joined."""

    shapes: tuple[Shape, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return {"shapes": value}
        if not isinstance(value, str):
            return value
        text = value.strip()
        if text.startswith(("{", "[")):
            found = json.loads(text)
            return {"shapes": found} if isinstance(found, list) else found
        return {"shapes": [_read_shape(part) for part in text.split("|") if part.strip()]}

    def scaled(self, factor: float) -> Self:
        """The same shapes on a plate ``factor`` times the size."""
        return self.model_copy(update={"shapes": tuple(shape.scaled(factor) for shape in self.shapes)})

    def __str__(self) -> str:
        return " | ".join(map(_written, self.shapes))


_HEAD = re.compile(
    r"\s*(?:(?P<join>add|subtract|intersect)\b|(?P<kind>polygon|spline|bezier)\b|(?P<between>straight|smooth)\b"
    r"|feather\s+(?P<feather_px>[\d.]+)|opacity\s+(?P<opacity>[\d.]+))\s*"
)


def _read_shape(text: str) -> dict[str, Any]:
    shape: dict[str, Any] = {}
    at = 0
    while found := _HEAD.match(text, at):
        shape |= {name: value for name, value in found.groupdict().items() if value is not None}
        at = found.end()
    shape["keys"] = [_read_key(part) for part in text[at:].split(";") if part.strip()]
    return shape


def _read_key(text: str) -> dict[str, Any]:
    frame, colon, points = text.rpartition(":")
    try:
        told: dict[str, Any] = {"frame": int(frame)} if colon else {}
        return told | {"points": [tuple(float(part) for part in point.split(",")) for point in points.split()]}
    except ValueError:
        raise ValueError(f"{text.strip()!r} is no row of points such as 1001: 10,20 30,40 50,10") from None


def _written(shape: Shape) -> str:
    words: list[str] = [shape.join] if shape.join != "add" else []
    words += [f"feather {shape.feather_px:g}"] if shape.feather_px else []
    words += [f"opacity {shape.opacity:g}"] if shape.opacity != 1 else []
    words += [shape.between] if shape.between != "straight" else []
    rows = [" ".join(",".join(f"{part:.8g}" for part in point) for point in key.points) for key in shape.keys]
    if len(rows) > 1:
        rows = [f"{key.frame}: {row}" for key, row in zip(shape.keys, rows, strict=True)]
    return f"{' '.join([*words, shape.kind])} {'; '.join(rows)}"


def read_shapes(path: str) -> Shapes:
    """Shapes from a file: JSON, or written as in a line.  Raises: InputError."""
    try:
        with open(path, encoding="utf-8") as file:
            return Shapes.model_validate(file.read())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"shapes {path}: it cannot be read ({error}).", "Give a text file.") from error
    except ValueError as error:
        told: list[Any] = getattr(error, "errors", list)()
        why = told[0]["msg"] if told else str(error)
        raise InputError(f"shapes {path}: {why}.", 'Write such as "polygon 10,20 30,40 50,10", or JSON.') from error


# -- outlines ----------------------------------------------------------------------------------------


def outline(kind: str, points: np.ndarray, *, within_px: float = 0.02) -> np.ndarray:
    """A closed line as corners, (corners, 2) float64, nowhere farther from the curve than ``within_px``.

    Source: Catmull and Rom 1974, centripetal knots as in Yuksel et al. 2011, "Parameterization and
    applications of Catmull-Rom curves", which keeps the line free of loops.
    """
    if kind == "polygon":
        return np.asarray(points[:, :2])
    pieces = _beziers(points) if kind == "bezier" else _through(points)
    return np.concatenate([_flattened(piece, within_px) for piece in pieces])


def _beziers(points: np.ndarray) -> np.ndarray:
    """(pieces, 4, 2): the cubic from each point to the next, with their handles."""
    after = np.roll(points, -1, 0)
    return np.stack([points[:, :2], points[:, 4:6], after[:, 2:4], after[:, :2]], 1)


def _through(points: np.ndarray) -> np.ndarray:
    """(pieces, 4, 2): cubics that go smoothly through the points."""
    before, after, beyond = np.roll(points, 1, 0), np.roll(points, -1, 0), np.roll(points, -2, 0)
    root = [np.maximum(np.sqrt(np.linalg.norm(b - a, axis=1)), 1e-6)[:, None] for a, b in
            ((before, points), (points, after), (after, beyond))]  # fmt: skip
    a, b, c = root
    leave = (points - before) / a - (after - before) / (a + b) + (after - points) / b
    arrive = (after - points) / b - (beyond - points) / (b + c) + (beyond - after) / c
    return np.stack([points, points + b * leave / 3, after - b * arrive / 3, after], 1)


def _flattened(piece: np.ndarray, within_px: float) -> np.ndarray:
    """Corners on a cubic, its end left out.

    Source: the bound on a chord's distance by the second difference of the control points (Wang 1984).
    """
    bend = np.abs(np.diff(piece, 2, axis=0)).max(initial=0) * math.sqrt(2)
    steps = int(min(max(math.ceil(math.sqrt(0.75 * bend / within_px)), 1), 512))
    t = (np.arange(steps) / steps)[:, None]
    return np.asarray(
        (1 - t) ** 3 * piece[0] + 3 * (1 - t) ** 2 * t * piece[1] + 3 * (1 - t) * t * t * piece[2] + t**3 * piece[3]
    )


# -- coverage ----------------------------------------------------------------------------------------


def coverage(corners: np.ndarray, width: int, height: int) -> np.ndarray:
    """How much of every pixel lies inside a closed polygon, exactly, (height, width) float32.

    What lies outside the picture counts for nothing.  Where the line crosses itself, parts that turn
    the same way stay filled, and none counts twice.
    Shapes: (corners, 2) in pixels.
    Source: signed areas under edges, summed along rows, as in Raph Levien's font-rs (2015).
    """
    area = np.zeros((height, width + 2), np.float64)
    _sum_edges(np.ascontiguousarray(corners, np.float64), area)
    filled = np.abs(np.cumsum(area, 1)[:, :width])
    return np.minimum(filled, 1).astype(np.float32)


@njit(cache=True, nogil=True)
def _sum_edges(corners, area):
    height, width = area.shape[0], area.shape[1] - 2
    count = len(corners)
    for index in range(count):
        x0, y0 = corners[index]
        x1, y1 = corners[(index + 1) % count]
        if y0 == y1:
            continue
        sign = 1.0
        if y0 > y1:
            x0, y0, x1, y1, sign = x1, y1, x0, y0, -1.0
        slope = (x1 - x0) / (y1 - y0)
        for row in range(max(0, int(math.floor(y0))), min(height, int(math.ceil(y1)))):
            top, bottom = max(y0, float(row)), min(y1, row + 1.0)
            if bottom > top:
                _sum_row(area[row], x0 + slope * (top - y0), x0 + slope * (bottom - y0), sign * (bottom - top), width)


@njit(cache=True, nogil=True)
def _sum_row(line, xa, xb, tall, width):
    """Add an edge that crosses one row from xa to xb: what lies right of it is covered ``tall``."""
    left, right = min(xa, xb), max(xa, xb)
    if left >= width:
        return
    if right <= 0:
        line[0] += tall
        return
    whole = right - left
    if left < 0:  # the part beyond the left border covers whole rows
        part = tall * (-left / whole)
        line[0] += part
        tall -= part
        left, whole = 0.0, right
    if right > width:
        tall *= (width - left) / whole
        right, whole = float(width), width - left
    first, last = int(math.floor(left)), int(math.floor(right))
    if first == last or whole < 1e-12:
        middle = 0.5 * (left + right) - first
        line[first] += tall * (1 - middle)
        line[first + 1] += tall * middle
        return
    for column in range(first, last + 1):
        a, b = max(left, float(column)), min(right, column + 1.0)
        if b > a:
            part = tall * (b - a) / whole
            middle = 0.5 * (a + b) - column
            line[column] += part * (1 - middle)
            line[column + 1] += part * middle


def drawn(
    shapes: Shapes,
    width: int,
    height: int,
    times: np.ndarray,
    onto: Callable[[np.ndarray, float], np.ndarray] = lambda corners, time: corners,
) -> np.ndarray:
    """The matte of some shapes, the mean over moments, (height, width) float32.

    Shapes are joined as light through sheets: what a second adds covers a share of what the first
    left open, as ``over`` does, so edges that cross count right.
    Args:
        times: the moments, in frames.
        onto: takes corners at a moment to where they are seen; (n, 2) to (n, 2).
    """
    matte = np.zeros((height, width), np.float32)
    for shape in shapes.shapes:
        lines = [onto(outline(shape.kind, shape.points_at(float(time))), float(time)) for time in times]
        cover = np.zeros_like(matte)
        _lay(_feathered(lines, width, height, shape.feather_px), cover)
        matte = _joined(matte, np.float32(shape.opacity) * cover, shape.join)
    return matte


def _feathered(lines: Sequence[np.ndarray], width: int, height: int, feather_px: float) -> tuple[np.ndarray, int, int]:
    """The mean coverage by some lines, where they lie, and the place of its corner in the picture."""
    edge = math.ceil(feather_px)  # what lies outside feathers into the picture
    every = np.concatenate(lines)
    left, top = (int(np.clip(np.floor(every[:, axis].min()) - edge, -edge, size + edge)) for axis, size in
                 ((0, width), (1, height)))  # fmt: skip
    right, bottom = (int(np.clip(np.ceil(every[:, axis].max()) + edge, -edge, size + edge)) for axis, size in
                     ((0, width), (1, height)))  # fmt: skip
    wide, tall = max(right - left, 1), max(bottom - top, 1)
    total = np.zeros((tall, wide), np.float32)
    for line in lines:
        total += coverage(line - [left, top], wide, tall)
    total /= np.float32(len(lines))
    if feather_px > 0:
        total = cv2.GaussianBlur(total, (0, 0), max(feather_px / 4, 0.05), borderType=cv2.BORDER_REPLICATE)
    return total, left, top


def _lay(cut: tuple[np.ndarray, int, int], picture: np.ndarray) -> None:
    """Put a part where it belongs; what lies outside the picture is gone."""
    part, left, top = cut
    height, width = picture.shape
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + part.shape[1], width), min(top + part.shape[0], height)
    if x1 > x0 and y1 > y0:
        picture[y0:y1, x0:x1] = part[y0 - top : y1 - top, x0 - left : x1 - left]


def _joined(matte: np.ndarray, cover: np.ndarray, how: str) -> np.ndarray:
    if how == "add":
        return np.asarray(matte + cover * (1 - matte))
    return np.asarray(matte * (1 - cover) if how == "subtract" else matte * cover)


def travel_px(shapes: Shapes, start: float, end: float, onto: Callable[[np.ndarray, float], np.ndarray]) -> float:
    """The longest way that a point goes between two moments, in pixels."""
    ways = [0.0]
    for shape in shapes.shapes:
        here, there = (onto(shape.points_at(time)[:, :2], time) for time in (start, end))
        ways.append(float(np.linalg.norm(there - here, axis=1).max()))
    return max(ways)


def traced(mask: np.ndarray, *, within_px: float = 0.5) -> Shapes:
    """The polygons round what a mask covers; its holes are taken out again.

    Shapes: (H, W), true where it is covered.
    Args:
        within_px: a corner is left out where the line stays as near as that.
    Source: borders followed as by Suzuki and Abe 1985, thinned as by Douglas and Peucker 1973.
    """
    lines, tree = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    found: list[Shape] = []
    for line, (_, _, _, parent) in zip(lines, tree[0] if tree is not None else (), strict=True):
        corners = cv2.approxPolyDP(line, within_px, True)[:, 0] + 0.5
        if len(corners) >= 3:
            key = Key(points=tuple((float(x), float(y)) for x, y in corners))
            found.append(Shape(join="add" if parent < 0 else "subtract", keys=(key,)))
    return Shapes(shapes=tuple(sorted(found, key=lambda shape: shape.join)))
