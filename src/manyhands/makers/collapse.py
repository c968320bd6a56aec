"""A building in the plate that comes down: floors pancake, its front breaks into shards, dust rolls over the ground.

The building is given as an outline in the track's reference frame, or as a matte.  A failure travels
through it from a chosen point; what nothing carries any more falls, bends and tears, and crushes what
it strikes; its front comes off in shards with the plate's own picture on them, which tumble, collide
and come to rest.  The dust is a gas in three dimensions that the falling mass drives: it jets out
along the floors, rolls over the ground, and hides what it should, in the plate's light.  Behind the
building the sky is filled in without a seam, with the plate's grain.  Until something has moved, and
wherever nothing does, the plate comes through bit for bit.

Known limits: the front is a picture, so close by it is flat; what stands behind the building, below
the skyline, is a soft stand-in (give a clean plate for more); without a matte of what stands in front,
dust rolls over everything but the sky.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from manyhands.core import facts
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, Simulation, State, simulated
from manyhands.core.errors import ParameterError
from manyhands.core.frame import Frame, luminance
from manyhands.core.maker import (
    Bell,
    Colour,
    MakerParams,
    Outline,
    Point,
    choice,
    colour,
    maker,
    number,
    outline,
    part_of_picture,
    share,
)
from manyhands.core.track import Track
from manyhands.core.words import Effects, Times, Words

if TYPE_CHECKING:
    from manyhands.kit.demolition import Order
    from manyhands.kit.facade import Paint
    from manyhands.kit.pieces import Drawn
    from manyhands.kit.volume import Look


class Params(MakerParams):
    building: Outline = outline(
        (), "the building's outline, corner by corner, in the track's reference frame; a matte does as well",
        plate="building",
    )  # fmt: skip
    start: Point = part_of_picture((0.3, 1.0), "where in the building it starts: 0,0 is its top left, 1,1 its foot")
    at: float = number(0.6, low=0, high=600, unit="s", about="when it starts, from the shot's first frame on")
    speed: float = number(1.0, low=0.1, high=5, unit="times", about="how fast all goes, beside nature", bold=1.1)
    spread: float = number(
        1.3, low=0.05, high=30, unit="s", about="how long the failure takes to go through the whole building"
    )
    height_m: float = number(
        45, low=3, high=900, unit="m", about="how tall the building is: tall ones fall more slowly in the picture"
    )
    lean: float = number(
        0.0, low=-1, high=1, unit="to the right", about="the side to which it topples; below 0 to the left", bold=1.15
    )
    pieces: int = number(520, low=20, high=4000, unit="shards", about="into how many shards its front breaks")
    dust: float = number(1.0, low=0, high=1.8, unit="times", about="how much dust there is", bold=1.15)
    density: float = number(1.0, low=0.02, high=10, unit="times", about="how thick the dust is", bold=1.25)
    albedo: Colour = colour((0.56, 0.52, 0.465), "the dust's colour: what it gives back of the light that it stops")
    rolling: float = number(
        1.0, low=0.2, high=4, unit="building heights", about="how far to the sides there is room for dust", bold=1.05
    )
    near: float = share(0.07, "how far the dust rolls down before what lies below the building's foot, of its height")
    wind: float = number(0.0, low=-40, high=40, unit="m/s", about="the wind to the right; below 0 to the left")
    wind_depth: float = number(0.0, low=-40, high=40, unit="m/s", about="the wind away from the camera")
    gusts: float = share(0.25, "how unsteady the wind is")
    turbulence: float = number(1.0, low=0, high=4, unit="times", about="how strongly the dust curls", bold=1.15)
    lasting: float = number(45.0, low=0.5, high=600, unit="s", about="how long it takes the dust to thin to a third")
    shake: float = number(
        0.0, low=0, high=4, unit="times", about="how much the fall shakes the camera; 0 not at all", bold=1.2
    )
    shadow: float = share(0.3, "how much light the dust takes from what stands near it", bold=1.15)
    cells: int = number(
        200, low=32, high=512, unit="cells", about="the grid's cells across the dust: more is finer and slower",
        detail=0.9,
    )  # fmt: skip
    detail: float = share(0.75, "how much fine structure is carved into the dust")
    softness_px: float = facts.softness_px("how soft the plate is: no finer than that is drawn")
    grain: float = facts.grain()
    black: float = facts.black()
    sun_from_x: float = facts.sun_from_x()
    sun_from_y: float = facts.sun_from_y()
    sun_from_z: float = facts.sun_from_z()
    sun_light: Colour = facts.sun_light()
    sky_light: Colour = facts.sky_light()
    show: Literal["picture", "depth", "matte", "motion"] = choice(
        "picture",
        "what is given: the picture; or as data for a video model how near things are (0 far, 1 near), mattes (red the "
        "falling building, green dust, blue the background that was filled in), or motion (red and green: px to the "
        "right and down until the next frame)",
    )


_FALLING = ("collapses", "collapse", "falls", "falls down", "comes down", "comes crashing down", "crumbles", "caves in")
_HOUSES = ("building", "tower", "house", "block")
_ALONE = (
    "collapse",
    "collapses",
    "collapsing",
    "demolition",
    "crumbles",
    "falls down",
    "comes crashing down",
    "caves in",
)
_CALLED = {
    **{f"{what} {verb}": {"dust": 1.0} for what in _HOUSES for verb in _FALLING},
    **{f"{noun} of the {what}": {"dust": 1.0} for noun in ("collapse", "demolition") for what in _HOUSES},
    **{verb: {"dust": 1.0} for verb in _ALONE},
    **{f"{what} topples": {"dust": 1.0, "lean": 0.6} for what in _HOUSES},
    "topples": {"dust": 1.0, "lean": 0.6},
}
_DUSTS: dict[str, Effects] = {
    "thick": {"density": Times(1.6), "dust": Times(1.2)},
    "dense": {"density": Times(1.7), "dust": Times(1.2)},
    "heavy": {"density": Times(1.4), "dust": Times(1.3)},
    "lots of": {"dust": Times(1.5), "density": Times(1.2)},
    "a lot of": {"dust": Times(1.5), "density": Times(1.2)},
    "much": {"dust": Times(1.5), "density": Times(1.2)},
    "more": {"dust": Times(1.3), "density": Times(1.2)},
    "less": {"dust": Times(0.7), "density": Times(0.8)},
    "little": {"dust": Times(0.5), "density": Times(0.6)},
    "white": {"albedo": (0.68, 0.67, 0.65)},
    "grey": {"albedo": (0.46, 0.46, 0.46)},
    "dark": {"albedo": (0.26, 0.24, 0.22)},
    "red": {"albedo": (0.45, 0.26, 0.19)},
    "brown": {"albedo": (0.4, 0.31, 0.22)},
}
WORDS = Words(
    nouns=_CALLED,
    adjectives={
        "slow": {"speed": Times(0.65), "spread": Times(1.3)},
        "fast": {"speed": Times(1.35)},
        "sudden": {"spread": Times(0.45), "speed": Times(1.15)},
        "gradual": {"spread": Times(2.2)},
        "dusty": {"dust": Times(1.3), "density": Times(1.4)},
        "thick": {"density": Times(1.6)},
        "dense": {"density": Times(1.7)},
        "heavy": {"density": Times(1.4), "dust": Times(1.2)},
        "in a cloud of dust": {"density": Times(1.4), "dust": Times(1.2)},
        "in dust": {"dust": Times(1.1)},
        **{f"{how} {kind} dust": effects for how in ("in", "with") for kind, effects in _DUSTS.items()},
        "in clouds of dust": {"density": Times(1.4), "dust": Times(1.3)},
        "without dust": {"dust": 0.0},
        "turbulent": {"turbulence": Times(1.5)},
        "shaking camera": {"shake": 1.0},
        "shaky camera": {"shake": 1.0},
        "camera shake": {"shake": 1.0},
        "camera shakes": {"shake": 1.0},
        "to the left": {"lean": -0.7, "start": (0.0, 1.0)},
        "to the right": {"lean": 0.7, "start": (1.0, 1.0)},
        "from the top": {"start": (0.5, 0.0)},
        "from the top left": {"start": (0.0, 0.0)},
        "from the top right": {"start": (1.0, 0.0)},
        "from the middle": {"start": (0.5, 0.5)},
        "from the base": {"start": (0.5, 1.0)},
        "from the bottom": {"start": (0.5, 1.0)},
        "from its base": {"start": (0.5, 1.0)},
        "from the bottom left": {"start": (0.0, 1.0)},
        "from the bottom right": {"start": (1.0, 1.0)},
        "from the left side": {"start": (0.0, 0.6)},
        "from the right side": {"start": (1.0, 0.6)},
        "grey": {"albedo": (0.46, 0.46, 0.46)},
        "white": {"albedo": (0.68, 0.67, 0.65)},
        "dark": {"albedo": (0.26, 0.24, 0.22)},
        "brown": {"albedo": (0.4, 0.31, 0.22)},
        "red": {"albedo": (0.45, 0.26, 0.19)},
    },
    circumstances={
        "wind": {"wind": 6.0},
        "breeze": {"wind": 3.0},
        "gale": {"wind": 14.0, "gusts": 0.5},
        "storm": {"wind": 12.0, "gusts": 0.6},
        "gusts": {"gusts": 0.6},
    },
    places={"building": {}, "tower": {}, "roof": {}},
)


@maker(
    "collapse",
    version=2,
    words=WORDS,
    purposes=("change", "add"),
    keeps=True,
    seconds=lambda p, width, height: 1.6e-7 * p.cells**2 * p.cells * 0.13 + 1.6e-6 * width * height,
)
def collapse(
    plate: Clip,
    p: Params,
    rng: Chance,
    bell: Bell,
    matte: Clip | None = None,
    foreground: Clip | None = None,
    front: Clip | None = None,
    clean: Clip | None = None,
    motion: Track | None = None,
) -> Clip:
    """The plate with its building falling, over the plate's span.

    ``matte``: its alpha is the building; ``foreground``: all that stands before the sky; ``front``:
    what stands before the building and stays in front; ``clean``: the plate without the building.
    """
    _check(plate, p, matte, foreground, front, clean)
    set_up: list[Scene] = []

    def scene() -> Scene:
        if not set_up:
            set_up.append(_scene(plate, p, matte, foreground, front, motion))
        return set_up[0]

    rate = float(plate.span.rate_fps)
    begins = plate.span.start + round(p.at * rate)

    def start() -> State:
        from manyhands.kit.demolition import begun

        order = scene().order
        # what it stands on goes with the state, so that stepping on needs no picture
        return {**begun(order, scene().matte, rng), "place": np.array([*order.outline, *order.foot, *scene().seen])}

    def step(state: State, frame: int) -> State:
        from manyhands.kit.demolition import gone_on

        if frame <= begins:
            return state
        order = _order(p, state["place"], rate)
        return gone_on(state, order, (frame - begins) * order.frame_s, frame - begins, rng)

    def shown(state: State) -> State:
        kept = {name: array for name, array in state.items() if not name.startswith("gas.")}
        dust = np.ascontiguousarray(state["gas.carried"][..., 0])
        return {**kept, "dust": dust.astype(np.float16), "drift": state["gas.drift"].astype(np.float16)}

    def picture(state: State, frame: int) -> Frame:
        before = plate.frame(frame)
        if frame <= begins and p.show == "picture":
            return before
        hidden = front.frame(frame).alpha if front else None
        ahead = foreground.frame(frame).alpha if foreground else None
        behind = clean.frame(frame) if clean else None
        shot = Shot(before, frame, (frame - begins) * scene().order.frame_s, hidden, ahead, behind)
        return _drawn(scene(), state, shot, p, rng)

    return simulated(plate.span, plate.width, plate.height, Simulation(start, step, shown, picture))


@dataclass(frozen=True)
class Scene:
    """What is the same in all frames.

    ``matte`` the building in the reference frame, ``owner`` the shard that each pixel belongs to,
    ``texture`` the building's own light, premultiplied; ``reference`` the picture they are from.
    """

    order: Order
    reference: Frame
    matte: np.ndarray
    texture: np.ndarray
    motion: Track | None
    sky: object
    seen: tuple[float, float]


@dataclass(frozen=True)
class Shot:
    """One frame of the plate, its number, the second since the fall began, and what came with it."""

    plate: Frame
    at: int
    second: float
    front: np.ndarray | None
    foreground: np.ndarray | None
    clean: Frame | None


def _check(plate: Clip, p: Params, matte: Clip | None, *others: Clip | None) -> None:
    for name, clip in zip(("matte", "foreground", "front", "clean"), (matte, *others), strict=True):
        if clip is not None and (clip.width, clip.height) != (plate.width, plate.height):
            raise ParameterError(
                f"collapse: {name} is {clip.width}x{clip.height} px; the plate is {plate.width}x{plate.height}.",
                "Make both of one size.",
                maker="collapse",
                parameter=name,
            )
    if matte is not None:
        return
    corners = np.array(p.building[: len(p.building) // 2 * 2], np.float64).reshape(-1, 2)
    fix = (
        "Draw its outline in the track's reference frame, as --set collapse.building=x,y,x,y,x,y with three corners at "
        "least, or give a matte of it."
    )
    if not p.building:
        raise ParameterError(
            "collapse: building is empty, and no building was found in the plate.", fix, maker="collapse",
            parameter="building", value="()",
        )  # fmt: skip
    inside = np.clip(corners, 0, [plate.width, plate.height])
    if len(p.building) % 2 or len(corners) < 3:
        limit = "it must be x and y of three corners at least"
    elif np.ptp(inside[:, 0]) < 8 or np.ptp(inside[:, 1]) < 8:
        limit = f"at least 8 px of it each way must lie in the picture of {plate.width}x{plate.height}"
    else:
        return
    told = ", ".join(f"{part:g}" for part in p.building[:12])
    raise ParameterError(
        f"collapse: building is {told} (px); {limit}.", fix, maker="collapse", parameter="building", value=told
    )


def _scene(
    plate: Clip, p: Params, matte: Clip | None, foreground: Clip | None, front: Clip | None, motion: Track | None
) -> Scene:
    from manyhands.kit.cutout import choked, own_light
    from manyhands.kit.demolition import standing_at
    from manyhands.kit.fill import spread

    at = plate.span.clamped(motion.reference if motion else plate.span.start)
    reference = plate.frame(at)
    sky = None if foreground else _learned(plate)
    ahead = _ahead(reference, foreground.frame(at).alpha if foreground else None, sky)
    building = _building_matte(p, matte.frame(at).alpha if matte else None, ahead)
    outline, foot = standing_at(building)
    seen = _seen(plate, motion)
    order = _order(p, np.array([*outline, *foot, *seen]), float(plate.span.rate_fps))
    rgb = own_light(reference.rgba, building, ahead)
    if front:
        hidden = front.frame(at).alpha > 0.1
        rgb = spread(np.ascontiguousarray(rgb), ~hidden | (building <= 0))
    cover = choked(building)
    texture = np.dstack([rgb * cover[..., None], cover]).astype(np.float32)
    return Scene(order, reference, building, texture, motion, sky, seen)


def _seen(plate: Clip, motion: Track | None) -> tuple[float, float]:
    """The columns of the reference frame that the picture shows at one time or another."""
    corners = np.array([[x, y] for x in (0, plate.width) for y in (0, plate.height)], np.float64)
    if motion is None:
        return 0.0, float(plate.width)
    x = [_mapped(corners, np.linalg.inv(motion.matrix(at)))[:, 0] for at in plate.span.frames]
    return float(np.min(x)), float(np.max(x))


def _learned(plate: Clip) -> object:
    from manyhands.kit.skyline import fit_sky, sample_frames

    return fit_sky([plate.frame(at).rgba for at in sample_frames(plate.span)])


def _ahead(picture: Frame, given: np.ndarray | None, sky: object) -> np.ndarray:
    """(H, W): what stands before the sky."""
    from manyhands.kit.skyline import Sky, split

    if given is not None:
        return np.ascontiguousarray(given)
    assert isinstance(sky, Sky)
    return split(picture.rgba, sky).alpha


def _building_matte(p: Params, given: np.ndarray | None, ahead: np.ndarray) -> np.ndarray:
    """(H, W): the building, from a matte or from its outline."""
    from manyhands.kit.cutout import cut_out

    matte = cut_out(p.building, ahead) if given is None else np.ascontiguousarray(given, np.float32)
    if matte.max() < 0.5:
        raise ParameterError(
            "collapse: the matte is empty in the reference frame.", "Give a matte of the building.", maker="collapse"
        )
    if matte.min() > 0.5:
        raise ParameterError(
            "collapse: the building covers the whole picture; something must stand round it.",
            "Give the outline or a matte of one building.",
            maker="collapse",
        )
    return matte


def _order(p: Params, place: np.ndarray, rate: float) -> Order:
    from manyhands.kit.demolition import Order, room_for_dust

    left, top, right, bottom, foot_left, foot_right, *seen = (float(part) for part in place)
    outline, foot = (left, top, right, bottom), (foot_left, foot_right)
    box = room_for_dust(outline, foot, rolling=p.rolling, near=p.near, cells=p.cells, seen=(seen[0], seen[1]))
    return Order(
        outline=outline,
        foot=foot,
        box=box,
        height_m=p.height_m,
        start=p.start,
        spread_s=p.spread,
        lean=p.lean,
        pieces=p.pieces,
        dust=p.dust,
        wind=p.wind,
        wind_depth=p.wind_depth,
        gusts=p.gusts,
        turbulence=p.turbulence,
        lasting_s=p.lasting,
        frame_s=p.speed / rate,
    )


# -- one picture -------------------------------------------------------------------------------------


def _drawn(scene: Scene, state: State, shot: Shot, p: Params, rng: Chance) -> Frame:
    from manyhands.comp.layers import held, over

    height, width = shot.plate.rgba.shape[:2]
    clear = np.ones((height, width), np.float32) if shot.front is None else 1 - np.clip(shot.front, 0, 1)
    drawn, gone = _structure(scene, state, shot, p, width, height)
    near, far = (held(layer, clear) for layer in _dust(scene, state, shot, p))
    if p.show == "picture" and not (gone.any() or near.alpha.any() or far.alpha.any()):
        return shot.plate
    building = _moved(scene.matte, scene, shot.at, width, height)
    standing = np.clip(building - gone, 0, 1)
    ahead = _ahead(shot.plate, shot.foreground, scene.sky)
    hole = _hole(gone, building, ahead) * clear
    if p.show != "picture":
        return _passes(scene, shot, drawn, hole, standing, ahead, near, far, clear, p)
    picture = _shaded(shot.plate, near, far, ahead * clear, p)
    picture = _revealed(picture, shot, ahead, hole, scene, p, rng)
    picture = over(_photographed(held(far, 1 - standing), p, rng.of("far"), shot.at), picture)
    picture = over(held(_pieces_layer(scene, drawn), clear), picture)
    picture = over(_photographed(near, p, rng.of("near"), shot.at), picture)
    return _shaken(picture, float(state["felt"][0]), p, rng, shot.at)


def _matrix(scene: Scene, at: int) -> np.ndarray:
    return scene.motion.matrix(at) if scene.motion else np.eye(3)


def _moved(plane: np.ndarray, scene: Scene, at: int, width: int, height: int) -> np.ndarray:
    """A plane of the reference frame where it lies in another."""
    import cv2

    half = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])
    matrix = half @ _matrix(scene, at) @ np.linalg.inv(half)
    return cv2.warpPerspective(np.ascontiguousarray(plane, np.float32), matrix, (width, height), flags=cv2.INTER_LINEAR)


def _structure(scene: Scene, state: State, shot: Shot, p: Params, width: int, height: int) -> tuple[Drawn, np.ndarray]:
    """What of the building moves, seen in this frame; and (H, W) what has left its place."""
    from manyhands.kit.demolition import building_of, fall_of, shards_of
    from manyhands.kit.facade import gone, seen
    from manyhands.kit.pieces import Pieces, draw_pieces

    order = scene.order
    building, fall, shards = building_of(state, order), fall_of(state), shards_of(state)
    found = seen(
        building, fall, shards, state["pieces"], state["how"], state["parent"], _paint(scene, p), order.frame_s
    )
    now = _matrix(scene, shot.at)
    at = _mapped(found.at, now)
    # the camera's own motion is left out: how sharp that leaves the plate, its shutter has decided
    was = _mapped(found.at - found.moved, now)
    pieces = Pieces(at, at - was, found.from_, found.depth, found.shade, found.own, found.is_own)
    away = gone(building, fall, shards, state["how"])
    left = np.zeros(scene.matte.shape, np.float32)
    if away.any():
        import cv2

        fine = np.round((shards.triangles - 0.5) * 16).astype(np.int32)
        drawn = np.zeros(scene.matte.shape, np.uint8)
        # what still stands is drawn last, for both draw the pixels on their edge
        for which, value in ((away, 255), (~away, 0)):
            for triangle in fine[which[shards.of]]:
                cv2.fillConvexPoly(drawn, triangle, value, shift=4)
        left = drawn.astype(np.float32) / np.float32(255) * (scene.matte > 0).astype(np.float32)
    return (
        draw_pieces(pieces, scene.texture, width=width, height=height),
        _moved(left, scene, shot.at, width, height),
    )


def _mapped(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    x, y = points[..., 0], points[..., 1]
    depth = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    return np.stack(
        [
            (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / depth,
            (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / depth,
        ],
        -1,
    )


def _paint(scene: Scene, p: Params) -> Paint:
    from manyhands.kit.facade import Paint

    inside = scene.matte > 0.9
    mean = scene.texture[inside][:, :3].mean(0) if inside.any() else np.full(3, 0.3)
    grey = np.full(3, float(luminance(mean.astype(np.float32))))
    tone = 0.5 * mean + 0.5 * grey
    return Paint(
        edge=_colour(0.65 * tone),
        inside=_colour(0.2 * tone),
        floor=_colour(0.55 * tone),
        sun_from=(p.sun_from_x, p.sun_from_y, p.sun_from_z),
        even=0.45,
    )


def _colour(rgb: np.ndarray) -> Colour:
    return float(rgb[0]), float(rgb[1]), float(rgb[2])


def _hole(gone: np.ndarray, building: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """(H, W): where the background is to be seen: what has gone, and the halo that coding left round it in the sky."""
    import cv2

    from manyhands.kit.cutout import left_out

    def grown(reach: float) -> np.ndarray:
        size = 2 * max(1, round(reach * gone.shape[0] / 720)) + 1
        return cv2.dilate(gone, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))

    halo = np.maximum(grown(2.0), grown(7.0) * ((ahead < 0.5) | (left_out(building, ahead) > 0))) * (building < 0.5)
    return np.asarray(np.maximum(gone, cv2.GaussianBlur(halo, (0, 0), 1.0)), np.float32)


def _dust(scene: Scene, state: State, shot: Shot, p: Params) -> tuple[Frame, Frame]:
    """The dust before the building's front, and that in and behind it, in this frame."""
    import cv2

    from manyhands.comp.layers import transformed
    from manyhands.kit.demolition import phase_of
    from manyhands.kit.dust import thinned_edge
    from manyhands.kit.volume import draw_parted

    box, height, width = scene.order.box, shot.plate.height, shot.plate.width
    dust = state["dust"].astype(np.float32)
    if dust.max() < 1e-3:
        nothing = Frame.of(np.zeros((height, width, 4), np.float32), collapse.hand)
        return nothing, nothing
    carried = np.zeros((*box.shape, 3), np.float32)
    carried[..., 0] = np.maximum(dust * thinned_edge(box, max(scene.order.foot)) - 0.004, 0)
    coarser = float(np.clip(p.softness_px / 0.45, 1.3, 2.5))
    across = max(16, round(box.width_px / coarser))
    down = max(16, round(box.height_px / coarser))
    parts = draw_parted(
        carried,
        state["drift"].astype(np.float32),
        phase_of(scene.order, shot.second),
        _look(scene, p),
        width=across,
        height=down,
        turn=(shot.at * 0.618034) % 1,
        at=(box.front,),
    )
    onto = np.array([[box.width_px / across, 0, box.left], [0, box.height_px / down, box.top], [0, 0, 1]])
    matrix = _matrix(scene, shot.at) @ onto
    layers = []
    for part in parts:
        part = cv2.blur(part, (3, 3))  # the pattern in which pixels look at different depths
        layer = transformed(Frame.of(part, collapse.hand), matrix, width, height)
        rgba = np.maximum(layer.rgba, 0)  # what the filter overshoots
        np.minimum(rgba[..., 3], 1, out=rgba[..., 3])
        layers.append(Frame.of(rgba, collapse.hand))
    return layers[0], layers[1]


def _look(scene: Scene, p: Params) -> Look:
    from manyhands.kit.volume import Look, phase_function

    tall_cells = (scene.order.outline[3] - scene.order.outline[1]) / scene.order.box.cell_px
    thick = 0.6 * p.density * 60 / tall_cells
    sun_from = (p.sun_from_x, p.sun_from_y, p.sun_from_z)
    # dust as dense as this scatters light so often that it shines to all sides alike, as a wall does
    even = 2.1 / phase_function(sun_from) ** 0.85
    return Look(
        albedo=p.albedo,
        sun=(even * p.sun_light[0], even * p.sun_light[1], even * p.sun_light[2]),
        sky=(2.2 * p.sky_light[0], 2.2 * p.sky_light[1], 2.2 * p.sky_light[2]),
        sun_from=sun_from,
        thick=thick,
        glow=0.0,
        flame_thick=0.0,
        detail=p.detail,
        detail_cells=max(0.1 * tall_cells, 3.0),
        erosion=0.32 * thick,
        is_dense=True,
    )


def _shaded(picture: Frame, near: Frame, far: Frame, ahead: np.ndarray, p: Params) -> Frame:
    """Take light from what stands near the dust, and give it some of the dust's own; the sky keeps all of its."""
    import cv2

    from manyhands.comp.layers import altered

    size = (max(1, picture.width // 8), max(1, picture.height // 8))
    cover = near.rgba + (1 - near.rgba[..., 3:]) * far.rgba
    small = cv2.resize(cover, size, interpolation=cv2.INTER_AREA)
    reach = size[1] * 0.07
    spread = cv2.GaussianBlur(small, (0, 0), reach)
    aside = -p.sun_from_x * reach * 1.2
    drop = np.array([[1, 0, aside], [0, 1, reach * 0.9]], np.float32)
    dark = cv2.warpAffine(spread[..., 3], drop, size)
    dark = np.maximum(cv2.resize(dark, (picture.width, picture.height)) - np.float32(0.015), 0)
    bright = cv2.resize(spread[..., :3], (picture.width, picture.height))
    bright = np.maximum(bright - np.float32(0.015), 0)
    stands = np.clip(ahead, 0, 1)[..., None]
    factor = 1 + stands * (np.float32(0.12) * bright - np.float32(p.shadow) * dark[..., None])
    if (factor == 1).all():
        return picture
    rgba = picture.rgba.copy()
    rgba[..., :3] *= factor
    return altered(picture, rgba, collapse.hand)


def _revealed(
    picture: Frame, shot: Shot, ahead: np.ndarray, hole: np.ndarray, scene: Scene, p: Params, rng: Chance
) -> Frame:
    """The background where the building was: the clean plate's, or the sky led on into the hole, with grain."""
    import cv2

    from manyhands.comp.layers import blend, repainted
    from manyhands.kit.backdrop import behind, grain_of

    if not hole.any():
        return picture
    if shot.clean is not None:
        return blend(picture, shot.clean, hole)
    building = _moved(scene.matte, scene, shot.at, picture.width, picture.height)
    size = 2 * max(2, round(picture.height / 110)) + 1
    taken = cv2.dilate(building, np.ones((size, size), np.uint8)) > 0.02
    taken |= hole > 0
    foot = float(_mapped(np.array([[scene.order.outline[0], max(scene.order.foot)]]), _matrix(scene, shot.at))[0, 1])
    light = behind(shot.plate.rgba, ahead, taken.astype(np.float32), foot)
    open_ = (ahead < 0.02) & ~taken
    rgba = picture.rgba.copy()
    rgba[..., :3] = light + grain_of(shot.plate.rgba, open_, rng.of("sky grain").at(shot.at))
    return repainted(picture, rgba, collapse.hand, hole)


def _pieces_layer(scene: Scene, drawn: Drawn) -> Frame:
    """What moves of the building: the plate's own light where it shows its front, this maker's where it does not."""
    from manyhands.comp.layers import altered, held, over, warped

    room = 1 - drawn.own[..., 3:]
    texture = np.where(room > 1e-6, drawn.texture / np.maximum(room, 1e-6), 0).astype(np.float32)
    cover = np.clip(texture[..., 3], 0, 1)
    source = np.ascontiguousarray(drawn.source - 0.5, np.float32)
    plate = warped(scene.reference, source[..., 0].copy(), source[..., 1].copy(), cubic=False, edge=True)
    shards = held(plate, cover)
    texture[..., 3] = shards.alpha
    return over(Frame.of(drawn.own, collapse.hand), altered(shards, texture, collapse.hand))


def _photographed(layer: Frame, p: Params, rng: Chance, at: int) -> Frame:
    """Dust as the plate's camera would have seen it: as soft, as grainy, as grey in the blacks."""
    from manyhands.kit.grain import topping_grain

    if not layer.alpha.any():
        return layer
    rgba = layer.rgba.copy()
    rgba[..., :3] += np.float32(p.black) * rgba[..., 3:]
    if p.grain > 0:
        rgba[..., :3] += topping_grain(layer.rgba, p.grain, p.softness_px, rng.of("grain").at(at))
    return Frame(rgba, layer.authorship)


def _shaken(picture: Frame, felt: float, p: Params, rng: Chance, at: int) -> Frame:
    """The picture as a camera sees it that the ground shakes."""
    from manyhands.comp.layers import transformed

    if p.shake <= 0 or felt < 1e-3:
        return picture
    reach = p.shake * min(felt, 1.0) ** 0.5 * picture.height / 720 * 5
    x, y, turn = rng.of("shake").at(at).normal(0, 1, 3) * [0.6 * reach, reach, 4e-4 * p.shake * min(felt, 1.0)]
    c, s = math.cos(turn), math.sin(turn)
    middle = np.array([[1, 0, picture.width / 2], [0, 1, picture.height / 2], [0, 0, 1.0]])
    matrix = middle @ np.array([[c, -s, x], [s, c, y], [0, 0, 1]]) @ np.linalg.inv(middle)
    return transformed(picture, matrix, picture.width, picture.height, edge=True)


def _passes(
    scene: Scene, shot: Shot, drawn: Drawn, hole: np.ndarray, standing: np.ndarray, ahead: np.ndarray,
    near: Frame, far: Frame, clear: np.ndarray, p: Params,
) -> Frame:  # fmt: skip
    """What a video model is guided by, as data: nearness, mattes, or motion."""
    height, width = hole.shape
    out = np.ones((height, width, 4), np.float32)
    debris = np.clip(drawn.texture[..., 3] + drawn.own[..., 3], 0, 1) * clear
    veil = near.alpha + (1 - near.alpha) * far.alpha * (1 - np.maximum(debris, standing))
    if p.show == "matte":
        out[..., 0] = np.clip(debris + standing * clear, 0, 1)
        out[..., 1] = veil
        out[..., 2] = hole
    elif p.show == "motion":
        now = _matrix(scene, shot.at)
        later = scene.motion is not None and shot.at + 1 in scene.motion.span
        then = _matrix(scene, shot.at + 1) if later else now
        y, x = np.mgrid[:height, :width] + 0.5
        points = np.stack([x, y], -1)
        camera = _mapped(_mapped(points, np.linalg.inv(now)), then) - points
        out[..., :2] = camera + debris[..., None] * drawn.moved
        out[..., 2] = 0
    else:
        ground = np.clip((np.arange(height)[:, None] + 0.5) / height, 0, 1)
        plate = np.where(ahead > 0.5, 0.35 + 0.5 * ground, 0.0)
        plate = np.where(hole > 0.5, 0.0, plate)
        plate = np.where(np.maximum(debris, standing) > 0.5, 0.6, plate)
        depth = plate + veil * (0.68 - plate) * (veil > 0.02)
        depth = np.where(clear < 0.5, 0.9, depth)
        out[..., :3] = depth[..., None]
    return Frame.of(out, collapse.hand)
