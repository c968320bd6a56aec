"""What a person points at in the picture where words are not enough: a point, a box, a polygon, strokes of a brush.

What is drawn goes where a recipe takes it: into a parameter that is a place in the plate, or as the matte of what is
meant.  Each is drawn in one frame; where the plate moves, a track that starts from that frame carries it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import cv2
import numpy as np

from manyhands.core.errors import InputError
from manyhands.core.maker import Box, Maker, Outline, Point
from manyhands.core.recipe import Recipe, Step
from manyhands.kit.plate import Reading
from manyhands.kit.shapes import Key, Shape, Shapes, traced
from manyhands.propose import mattes
from manyhands.propose.adjust import Setting, adjusted
from manyhands.propose.brought import Brought
from manyhands.propose.heard import Understanding
from manyhands.propose.wiring import free_name

Tool = Literal["point", "box", "polygon", "brush"]
LEAST = {"point": 1, "box": 2, "polygon": 3, "brush": 1}
MOST_POINTS = 5000
LEAST_PX = 2.0
POINTS: tuple[Any, ...] = (Point, Point | None)
BOXES: tuple[Any, ...] = (Box, Box | None)


@dataclass(frozen=True)
class Stroke:
    """One thing drawn; its points are shares of the picture's width and height, its radius of the width."""

    tool: Tool
    points: tuple[tuple[float, float], ...]
    radius: float = 0.01


@dataclass(frozen=True)
class Here:
    """What a person drew in one frame of the shot, to say what they mean."""

    frame: int
    strokes: tuple[Stroke, ...]


def check_here(here: Here, reading: Reading) -> None:
    """Raises: InputError for what is drawn outside the picture or the shot, or is too small to mean anything."""
    if here.frame not in reading.span:
        raise InputError(
            f"here: frame {here.frame} is not in the shot; it has {reading.span.start} to {reading.span.end}.",
            "Draw in a frame of the shot.",
        )
    if not here.strokes or sum(len(one.points) for one in here.strokes) > MOST_POINTS:
        raise InputError(
            f"here: {len(here.strokes)} things are drawn; there must be one or more, of {MOST_POINTS} points at most.",
            "Draw less, or paint a matte instead.",
        )
    for one in here.strokes:
        if len(one.points) < LEAST[one.tool] or not all(0 <= part <= 1 for point in one.points for part in point):
            raise InputError(
                f"here: a {one.tool} has {len(one.points)} points; it takes {LEAST[one.tool]} or more in the picture.",
                "Draw it within the picture.",
            )
        if one.tool in ("box", "polygon"):
            width, height = np.ptp(_pixels(one, reading), axis=0)
            if min(width, height) < LEAST_PX:
                raise InputError(
                    f"here: a {one.tool} is {width:.0f}x{height:.0f} px; it must be {LEAST_PX:.0f} px or more.",
                    "Draw it larger.",
                )


def drawn_matte(here: Here, reading: Reading) -> Brought | None:
    """What was drawn as the matte of what is meant; None where only a point was."""
    shapes: list[Shape] = []
    for one in here.strokes:
        if one.tool in ("box", "polygon"):
            shapes.append(Shape(keys=(Key(points=_corners(one, reading)),)))
    shapes += _painted([one for one in here.strokes if one.tool == "brush"], reading)
    if not shapes:
        return None
    size = (reading.plate_width_px, reading.plate_height_px)
    return Brought(
        id="", title="what was drawn", width_px=size[0], height_px=size[1], frames=1,
        rate_fps=float(reading.span.rate_fps), has_alpha=True, role="matte", shapes=str(Shapes(shapes=tuple(shapes))),
    )  # fmt: skip


def pointed(
    recipe: Recipe,
    here: Here,
    heard: Understanding,
    reading: Reading,
    makers: Mapping[str, Maker],
    *,
    by: str,
    previous: Recipe | None = None,
) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe with what a person drew where it takes it, and what that set, each as STEP.NAME=VALUE.

    Where nothing of it takes what was drawn, its reasons say so.
    """
    before = {step.name: step for step in previous.steps} if previous else {}
    called = {mention.maker for mention in heard.mentions}
    matte = drawn_matte(here, reading)
    found: list[Setting] = []
    took = [step for step in recipe.steps if matte and matte.shapes in step.params.values()]
    for step in recipe.steps:
        is_asked = step.name not in before or {step.maker, _laid(recipe, step)} & called
        if step.maker in makers and makers[step.maker].role != "track" and is_asked:
            asked = _set_in(step, makers[step.maker], here, reading)
            found += asked
            if asked and step.params.get("behind") and not _is_behind(recipe, step, heard):
                found.append(Setting(step.name, "behind", "0"))  # what stands where one points is seen there
    if not found and not took:
        told = f"{by} pointed at a place in frame {here.frame}, and nothing that the note asks takes one."
        return recipe.but(why=(*recipe.why, told)), ()
    drawn = tuple(f"{step.name}.{mattes.shapes_of(makers[step.maker])}={matte.shapes}" for step in took if matte)
    carried = [step.name for step in took] + list(dict.fromkeys(one.step for one in found))
    found += _carried(recipe, carried, here, reading, makers)
    changed, told_each = adjusted(recipe, found, reading, makers) if found else (recipe, ())
    told_drawn = [f"{one.split('=', 1)[0]} to what was drawn" for one in drawn]
    reason = f"{by} pointed at it in frame {here.frame}: {'; '.join([*told_drawn, *told_each])}"
    return changed.but(name=recipe.name, why=(*recipe.why, reason)), (*drawn, *map(str, found))


def _laid(recipe: Recipe, step: Step) -> str:
    """The maker of the element that a placement lays in."""
    return next((one.maker for one in recipe.steps if one.name == step.inputs.get("element")), "")


def _is_behind(recipe: Recipe, step: Step, heard: Understanding) -> bool:
    """The note says that it stands behind something."""
    makers = (step.maker, _laid(recipe, step))
    return any(one.maker in makers and one.place and one.place.relation == "behind" for one in heard.mentions)


def _set_in(step: Step, maker: Maker, here: Here, reading: Reading) -> list[Setting]:
    """The settings of a step whose parameters are a place in the plate."""
    found = []
    for one in maker.parameters():
        annotation = maker.params.model_fields[one.name].annotation
        value: Sequence[float] | None = None
        if one.unit == "px" and annotation in POINTS:
            value = _foot(here, reading)
        elif one.unit == "px" and annotation in BOXES:
            value = _box(here, reading)
        elif one.unit == "px" and annotation == Outline:
            value = _outline(here, reading)
        if value is not None and list(value) != list(step.params.get(one.name) or ()):
            found.append(Setting(step.name, one.name, ",".join(f"{part:.6g}" for part in value)))
    return found


def _carried(
    recipe: Recipe, names: Sequence[str], here: Here, reading: Reading, makers: Mapping[str, Maker]
) -> list[Setting]:
    """What has the steps follow a track that starts from the frame in which was drawn."""
    filler = next((maker for maker in makers.values() if maker.fills == "motion"), None)
    if filler is None or reading.is_locked_off or "reference" not in filler.params.model_fields:
        return []
    follow = [name for name in names if any(item.name == "motion" for item in makers[recipe.step(name).maker].inputs)]
    if not follow:
        return []
    name = free_name(recipe.steps, filler.name)
    known = [step.params for step in recipe.steps if step.maker == filler.name]
    kept = [Setting(name, key, str(value)) for key, value in (known[0] if known else {}).items() if key == "kind"]
    return [
        *kept,
        Setting(name, "reference", str(here.frame)),
        *(Setting(one, "motion", name) for one in follow),
    ]


def _foot(here: Here, reading: Reading) -> tuple[float, float] | None:
    """Where something is to stand: at the last point, or else in the middle of a box's lower edge."""
    points = [one for one in here.strokes if one.tool == "point"]
    if points:
        x, y = _pixels(points[-1], reading)[0]
        return round(float(x), 2), round(float(y), 2)
    box = _box(here, reading)
    return None if box is None else (round(box[0] + box[2] / 2, 2), round(box[1] + box[3], 2))


def _box(here: Here, reading: Reading) -> tuple[float, float, float, float] | None:
    boxes = [one for one in here.strokes if one.tool == "box"]
    if not boxes:
        return None
    corners = _pixels(boxes[-1], reading)
    (left, top), (width, height) = corners.min(0), np.ptp(corners, axis=0)
    return round(float(left), 2), round(float(top), 2), round(float(width), 2), round(float(height), 2)


def _outline(here: Here, reading: Reading) -> tuple[float, ...] | None:
    drawn = [one for one in here.strokes if one.tool in ("box", "polygon")]
    return tuple(part for point in _corners(drawn[-1], reading) for part in point) if drawn else None


def _corners(one: Stroke, reading: Reading) -> tuple[tuple[float, float], ...]:
    points = _pixels(one, reading)
    if one.tool == "box":
        (left, top), (right, bottom) = points.min(0), points.max(0)
        points = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)


def _pixels(one: Stroke, reading: Reading) -> np.ndarray:
    return np.array(one.points, np.float64) * (reading.plate_width_px, reading.plate_height_px)


def _painted(strokes: Sequence[Stroke], reading: Reading) -> tuple[Shape, ...]:
    """What a brush went over, as polygons."""
    mask = np.zeros((reading.plate_height_px, reading.plate_width_px), np.uint8)
    bits = 4
    for one in strokes:
        # a border is followed through the middles of pixels, which lie half a pixel within it
        radius = max(min(one.radius, 1.0) * reading.plate_width_px, 1.0) + 0.5
        points = np.round((_pixels(one, reading) - 0.5) * (1 << bits)).astype(np.int32)
        for start, end in pairwise(points):
            cv2.line(mask, start.tolist(), end.tolist(), 1, math.ceil(2 * radius), cv2.LINE_8, bits)
        for x, y in points[[0, -1]]:
            cv2.circle(mask, (int(x), int(y)), round(radius * (1 << bits)), 1, -1, cv2.LINE_8, bits)
    return traced(mask > 0).shapes
