"""Smoke, fire, dust and fog, simulated in three dimensions, as an element with its own alpha.

A hot gas is set free in a box that the camera looks into and followed frame by frame; light is
carried through it, so that it shades itself; flames light the smoke round them.  Nothing is
trained and nothing is taken from other footage.  The same parameters and seed give the same
pixels.

Known limits: the camera does not move through the smoke (it is seen without perspective), and
obstacles do not stop the gas.  Wide and medium shots hold; a hero close-up wants a finer grid
than a laptop steps in good time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np

from manyhands.core import facts
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, Simulation, State, simulated
from manyhands.core.errors import ParameterError
from manyhands.core.frame import Frame
from manyhands.core.maker import (
    Bell,
    Colour,
    MakerParams,
    Point,
    choice,
    colour,
    maker,
    number,
    part_of_picture,
    share,
)
from manyhands.core.words import ANYWHERE, Times, Words

if TYPE_CHECKING:
    from manyhands.kit.fluid import Air, Gas
    from manyhands.kit.volume import Look


class Params(MakerParams):
    source: Literal["patch", "stack", "ground", "wall", "burst"] = choice(
        "patch",
        "where the gas comes from: a burning patch, a narrow stack, the whole ground, a front that rolls over the "
        "ground, or one burst",
    )
    width_px: float = number(900, low=16, high=16384, unit="px", about="the width of the box of gas in the plate")
    height_px: float = number(600, low=16, high=16384, unit="px", about="the height of the box of gas in the plate")
    depth: float = share(0.42, "how deep the box is, as a share of its width")
    foot: Point = part_of_picture((0.25, 0.86), "where in the box the source stands")
    size: float = number(
        0.065, low=0.002, high=1, unit="share", about="the source's radius, of the box's width", bold=1.25
    )
    soot: float = number(1.0, low=0, high=4, unit="times", about="how much smoke there is", bold=1.3)
    flame: float = number(0.0, low=0, high=2, unit="times", about="how much fire there is", bold=1.35)
    density: float = number(1.0, low=0.02, high=10, unit="times", about="how thick the smoke is", bold=1.35)
    albedo: Colour = colour((0.16, 0.15, 0.145), "the smoke's colour: what it gives back of the light that it stops")
    rise: float = number(0.6, low=0.0, high=5, unit="box heights a second", about="how fast the gas rises", bold=1.15)
    heat: float = number(1.0, low=-2, high=4, unit="times", about="how buoyant the gas is; below 0 it sinks")
    wind: float = number(
        0.0,
        low=-4,
        high=4,
        unit="times the rise",
        about="the wind to the right, 1 leans the plume by half; below 0 to the left",
    )
    wind_depth: float = number(0.0, low=-4, high=4, unit="times the rise", about="the wind away from the camera")
    gusts: float = share(0.25, "how unsteady the wind is")
    turbulence: float = number(1.0, low=0, high=4, unit="times", about="how strongly the gas curls", bold=1.2)
    spread: float = number(1.0, low=0, high=8, unit="times", about="how much the burning gas swells", bold=1.2)
    lasting: float = number(6.0, low=0.2, high=120, unit="s", about="how long it takes the smoke to thin to a third")
    burning: float = number(1.1, low=0.1, high=6, unit="s", about="how long a flame lives")
    embers: float = share(0.0, "how many sparks fly", bold=1.4)
    glow: float = number(9.0, low=0, high=60, unit="scene-linear", about="how bright the hottest flame is")
    before: float = number(4.0, low=0, high=60, unit="s", about="how long it has been going on before the first frame")
    at: float = number(0.0, low=0, high=600, unit="s", about="when it starts, from the shot's first frame on")
    until: float = number(
        0.0,
        low=0,
        high=600,
        unit="s",
        about="when its source goes out, from the shot's first frame on, and what is in the air drifts off; 0 never",
    )
    cells: int = number(
        160,
        low=24,
        high=512,
        unit="cells",
        about="the grid's cells across the box: more is finer and slower",
        detail=0.75,
    )
    detail: float = share(0.7, "how much fine structure is carved into the smoke")
    softness_px: float = facts.softness_px("how soft the plate is: no finer than that is drawn")
    sun_from_x: float = facts.sun_from_x()
    sun_from_y: float = facts.sun_from_y()
    sun_from_z: float = facts.sun_from_z()
    sun_light: Colour = facts.sun_light()
    sky_light: Colour = facts.sky_light()


FOG = {
    "source": "ground",
    "size": 0.1,
    "soot": 1.0,
    "albedo": (0.82, 0.84, 0.87),
    "heat": -0.2,
    "rise": 0.15,
    "detail": 0.35,
    "foot": (0.5, 1.0),
    "lasting": 12.0,
}
DUST = {
    "source": "wall",
    "size": 0.05,
    "soot": 1.6,
    "albedo": (0.6, 0.52, 0.42),
    "heat": 0.12,
    "rise": 0.45,
    "wind": 1.0,
    "foot": (0.12, 1.0),
    "before": 1.5,
    "turbulence": 2.2,
    "detail": 0.9,
}

WORDS = Words(
    nouns={
        "smoke": {"soot": 1.0},
        "plume": {"soot": 1.0},
        "fire": {"flame": 1.0, "soot": 0.6, "embers": 0.08},
        "flames": {"flame": 1.0, "soot": 0.4, "embers": 0.2},
        "blaze": {"flame": 1.3, "soot": 0.9, "size": Times(1.4), "embers": 0.4},
        "embers": {"embers": 0.6, "flame": 0.5},
        "steam": {"soot": 0.6, "albedo": (0.9, 0.9, 0.9), "lasting": 2.0, "source": "stack"},
        "roof fire": {"flame": 1.0, "soot": 1.0, "embers": 0.25},
        "chimney": {"source": "stack", "soot": 0.8, "flame": 0.0, "albedo": (0.45, 0.45, 0.46)},
        "chimney smoke": {"source": "stack", "soot": 0.8, "flame": 0.0, "albedo": (0.45, 0.45, 0.46)},
        "ground fog": FOG,
        "low fog": FOG,
        "dust": DUST,
        "dust wall": DUST,
        "wall of dust": DUST,
        "explosion": {
            "source": "burst",
            "size": 0.075,
            "foot": (0.5, 0.88),
            "soot": 1.6,
            "flame": 1.4,
            "embers": 0.8,
            "spread": 3.0,
            "rise": 0.3,
            "burning": 0.8,
            "glow": 5.0,
            "before": 0.0,
        },
        "fireball": {
            "source": "burst",
            "size": 0.075,
            "foot": (0.5, 0.88),
            "soot": 1.0,
            "flame": 1.6,
            "embers": 0.5,
            "spread": 3.5,
            "rise": 0.3,
            "burning": 1.2,
            "glow": 5.0,
            "before": 0.0,
        },
    },
    adjectives={
        "thick": {"density": Times(1.6)},
        "heavy": {"density": Times(1.5), "soot": Times(1.3)},
        "dense": {"density": Times(1.7)},
        "thin": {"density": Times(0.5)},
        "light": {"density": Times(0.6)},
        "wispy": {"density": Times(0.45), "detail": 0.9},
        "billowing": {"turbulence": Times(1.4), "spread": Times(1.4)},
        "rolling": {"turbulence": Times(1.4)},
        "turbulent": {"turbulence": Times(1.6)},
        "calm": {"turbulence": Times(0.5), "gusts": Times(0.4)},
        "big": {"size": Times(1.4), "width_px": Times(1.3), "height_px": Times(1.3)},
        "large": {"size": Times(1.4), "width_px": Times(1.3), "height_px": Times(1.3)},
        "huge": {"size": Times(1.8), "width_px": Times(1.6), "height_px": Times(1.6)},
        "small": {"size": Times(0.65), "width_px": Times(0.7), "height_px": Times(0.7)},
        "tall": {"height_px": Times(1.4), "rise": Times(1.1)},
        "low": {"height_px": Times(0.6), "rise": Times(0.6)},
        "fast": {"rise": Times(1.4)},
        "slow": {"rise": Times(0.6)},
        "raging": {"flame": Times(1.5), "size": Times(1.3), "rise": Times(1.2)},
        "fierce": {"flame": Times(1.4), "rise": Times(1.2)},
        "bright": {"glow": Times(1.6)},
        "dim": {"glow": Times(0.5)},
        "smouldering": {"flame": Times(0.25), "rise": Times(0.7)},
        "burning": {"flame": 1.0},
        "smoky": {"soot": Times(1.5)},
        "black": {"albedo": (0.11, 0.105, 0.1)},
        "dark": {"albedo": (0.14, 0.135, 0.13)},
        "grey": {"albedo": (0.4, 0.4, 0.4)},
        "white": {"albedo": (0.85, 0.85, 0.86)},
        "sooty": {"albedo": (0.06, 0.055, 0.05)},
        "oily": {"albedo": (0.05, 0.045, 0.04), "density": Times(1.4)},
    },
    circumstances={
        "wind": {"wind": 0.55},
        "breeze": {"wind": 0.28},
        "gale": {"wind": 1.3, "gusts": 0.5},
        "storm": {"wind": 1.1, "gusts": 0.6},
        "gusts": {"gusts": 0.6},
    },
    places=ANYWHERE,
)


@maker(
    "smoke",
    version=1,
    role="element",
    words=WORDS,
    keeps=True,
    seconds=lambda p, width, height: (
        1.3e-7 * p.cells**2 * p.cells * p.depth * p.height_px / p.width_px + 1.5e-6 * p.width_px * p.height_px
    ),
)
def smoke(plate: Clip, p: Params, rng: Chance, bell: Bell) -> Clip:
    """The element over the plate's span; the plate itself is not looked at."""
    from manyhands.kit.fluid import refined, still_gas
    from manyhands.kit.sparks import NONE

    width, height = round(p.width_px), round(p.height_px)
    rate = float(plate.span.rate_fps)
    cells = max(24, min(p.cells, round(p.width_px / 2.2)))  # no finer than two pixels
    shape = _grid(p, cells)
    steps = _steps_per_frame(p, shape, rate)
    air = _air(p, shape, rate * steps)
    look = _look(p, shape)
    starts = plate.span.start + round(p.at * rate)
    going = round(p.before * rate) if p.at == 0 else 0
    ends = plate.span.start + round(p.until * rate) - starts if p.until else math.inf
    if ends <= 0:
        raise ParameterError(
            f"smoke: until is {p.until:g} (s); it must come after at, which is {p.at:g}.",
            "Let it end later or begin sooner, or set until to 0: then it goes on.",
            maker="smoke",
            parameter="until",
            value=repr(p.until),
        )

    def start() -> State:
        coarse = _grid(p, max(24, cells // 2))
        gas = still_gas(coarse, _air(p, coarse, rate))
        fine = min(going, 10)
        for frame in range(-going, -fine):
            gas = _stepped(gas, p, _air(p, coarse, rate), rng, frame, rate, 1)
            bell(frame + going, going)
        state = _state(refined(gas, shape), NONE)
        for frame in range(-fine, 0):
            state = advanced(state, frame)
            bell(frame + going, going)
        return state

    def advanced(state: State, frame: int) -> State:
        fed = frame < ends
        gas = _stepped(_gas(state), p, air, rng, frame, rate, steps, fed=fed)
        return _state(gas, _sparks(state["sparks"], gas, p, rng, frame, rate, fed=fed))

    def step(state: State, frame: int) -> State:
        since = frame - starts
        if since < 0:
            return state
        return advanced(state, since)

    def shown(state: State) -> State:
        carried = state["carried"] * _thinned_edge(shape, p)[..., None]
        return {
            "carried": carried.astype(np.float16),
            "drift": state["drift"].astype(np.float16),
            "sparks": state["sparks"],
        }

    def picture(state: State, frame: int) -> Frame:
        from manyhands.kit.volume import draw

        carried, drift = state["carried"].astype(np.float32), state["drift"].astype(np.float32)
        turn = (frame * 0.618034) % 1
        coarser = min(max(p.softness_px / 0.45, 1.0), 2.5)
        small = draw(
            carried,
            drift,
            _phase(frame - starts, rate),
            look,
            width=round(width / coarser),
            height=round(height / coarser),
            turn=turn,
        )
        rgba = _enlarged(small, width, height)
        return Frame.of(_with_sparks(rgba, state["sparks"], shape, p), smoke.hand)

    return simulated(plate.span, width, height, Simulation(start, step, shown, picture))


RENEWED_S = 1.8  # how long a set of texture coordinates is used before it has drifted too far


def _grid(p: Params, across: int) -> tuple[int, int, int]:
    """Cells in depth, height and width; even numbers, so that the transforms are quick."""

    def even(cells: float) -> int:
        return max(16, 2 * round(cells / 2))

    return even(across * p.depth), even(across * p.height_px / p.width_px), even(across)


def _speed(p: Params, shape: tuple[int, int, int], frames: float) -> float:
    """The rise in cells per frame."""
    return p.rise * shape[1] / frames


def _steps_per_frame(p: Params, shape: tuple[int, int, int], rate: float) -> int:
    fastest = 1.5 * _speed(p, shape, rate) * (1 + 0.5 * abs(p.wind))
    return min(4, max(1, math.ceil(fastest / 5)))


def _air(p: Params, shape: tuple[int, int, int], frames: float) -> Air:
    """The forces, from parameters in seconds and box heights to cells and steps; ``frames`` a second."""
    from manyhands.kit.fluid import Air

    speed = _speed(p, shape, frames)
    return Air(
        wind=(p.wind * speed * 0.62, p.wind_depth * speed * 0.62),
        rise=3.1 * p.heat * p.rise**2 * shape[1] / frames**2,
        cooling=0.3 / frames,
        burn_frames=max(2.0, p.burning * frames),
        soot=1.15 * p.soot if p.flame else 0.0,
        swirl=0.35 * p.turbulence * (shape[1] / 112) * (24 / frames) ** 2,
        spread=0.25 * p.spread,
        thinning=1 - math.exp(-1 / (p.lasting * frames)),
        calm=0.5 / frames,
    )


def _look(p: Params, shape: tuple[int, int, int]) -> Look:
    from manyhands.kit.volume import Look

    fineness = shape[2] / 176
    return Look(
        albedo=p.albedo,
        sun=p.sun_light,
        sky=p.sky_light,
        sun_from=(p.sun_from_x, p.sun_from_y, p.sun_from_z),
        thick=0.5 * p.density / fineness,
        glow=p.glow,
        flame_thick=0.4 / fineness,
        detail=p.detail,
        detail_cells=6 * fineness,
    )


def _phase(frame: int, rate: float) -> float:
    period = max(2, round(RENEWED_S * rate))
    return (frame % period) / period


def _stepped(
    gas: Gas, p: Params, air: Air, rng: Chance, frame: int, rate: float, steps: int, *, fed: bool = True
) -> Gas:
    from dataclasses import replace

    from manyhands.kit.fluid import advance

    period = max(2, round(RENEWED_S * rate))
    speed = _speed(p, gas.shape, rate * steps)
    for part in range(steps):
        gas = replace(
            gas, carried=gas.carried.copy(), drift=gas.drift.copy(), u=gas.u.copy(), v=gas.v.copy(), w=gas.w.copy()
        )
        if part == 0 and frame % period == 0:
            gas.drift[..., :3] = 0
        if part == 0 and (frame + period // 2) % period == 0:
            gas.drift[..., 3:] = 0
        seconds = (frame + part / steps) / rate
        if fed:
            SOURCES[p.source](gas, p, rng, seconds, speed)
        gas = advance(gas, air, gusts=_gusts(p, rng, seconds, speed))
    return gas


def _gusts(p: Params, rng: Chance, seconds: float, speed: float) -> tuple[float, float]:
    """Slow swings of the wind: three sines with phases from the seed."""
    turn = rng.of("gusts").at().uniform(0, 2 * math.pi, (2, 3))
    swing = [
        sum(math.sin(2 * math.pi * pace * seconds + t) * 0.4 for pace, t in zip((0.13, 0.37, 0.93), row, strict=True))
        for row in turn
    ]
    strength = p.gusts * speed * (0.35 + 0.5 * abs(p.wind))
    return strength * swing[0], 0.6 * strength * swing[1]


Source = Callable[["Gas", Params, Chance, float, float], None]


def _patch(gas: Gas, p: Params, rng: Chance, seconds: float, speed: float) -> None:
    """A burning patch: tongues that come and go over a disc, hottest in the middle."""
    near = _distance(gas, p, p.size)
    tongues = _flicker(gas, rng, seconds, pace=0.5, cells=5)
    mask = np.clip(1.5 * (1 - near) + 1.6 * (tongues - 0.55), 0, 1) * (near < 1.3)
    deep = max(2, round(gas.shape[1] * 0.035))
    base = _floor(gas, p)
    for level in range(deep):
        _feed(gas, base + level, mask * (1 - level / deep), p, lift=0.5 * speed)
    _stir(gas, p, rng, seconds, speed, near)


def _stack(gas: Gas, p: Params, rng: Chance, seconds: float, speed: float) -> None:
    """A steady jet from a narrow opening."""
    near = _distance(gas, p, p.size * 0.45)
    puffs = 0.8 + 0.2 * math.sin(7 * seconds + float(rng.of("puffs").at().uniform(0, 6)))
    mask = np.clip(1.8 * (1 - near), 0, 1) * puffs
    base = _floor(gas, p)
    for level in range(max(2, round(gas.shape[1] * 0.03))):
        _feed(gas, base + level, mask, p, lift=1.4 * speed)
    _stir(gas, p, rng, seconds, speed, near)


def _ground(gas: Gas, p: Params, rng: Chance, seconds: float, speed: float) -> None:
    """Banks of fog that seep out of the whole ground."""
    banks = np.clip(2.0 * (_flicker(gas, rng, seconds, pace=0.04, cells=70) - 0.35), 0, 1)
    banks *= 0.5 + 0.5 * _flicker(gas, rng.of("fine"), seconds, pace=0.1, cells=20)
    deep = max(2, round(gas.shape[1] * p.size * 3))
    for level in range(deep):
        _feed(gas, level, banks * (1 - level / deep) ** 1.5 * np.float32(0.22), p, lift=0.0)


def _wall(gas: Gas, p: Params, rng: Chance, seconds: float, speed: float) -> None:
    """A front that rolls over the ground with the wind, high and steep at its head."""
    _, ny, nx = gas.shape
    way = -1 if p.wind < 0 else 1
    pace = speed_of_front(p)
    since = seconds + p.before
    head = p.foot[0] * nx + way * since * pace * nx
    lobes = _flicker(gas, rng, seconds, pace=0.35, cells=16)
    behind = (head - (np.arange(nx) + 0.5)) * way / (p.size * nx * 2.5) + 1.2 * (lobes - 0.5)
    # thickest at its head, and dust hangs over all the ground that it has passed
    mask = np.clip(behind, 0, 1) ** 0.7 * (0.15 + 0.85 * np.exp(-np.maximum(behind - 1, 0) / 2.5)).astype(np.float32)
    deep = max(2, round(ny * 0.14))
    cells_a_step = speed / max(p.rise, 1e-3) * pace * nx / ny
    for level in range(deep):
        layer = mask * (1 - level / deep)
        _feed(gas, level, layer, p, lift=0.45 * speed)
        along = gas.u[:, level, :-1]
        along += 0.5 * layer * (np.float32(way * 1.3 * cells_a_step) - along)


def speed_of_front(p: Params) -> float:
    """Box widths a second that a wall of dust moves."""
    return 0.16 * max(0.3, abs(p.wind))


def _burst(gas: Gas, p: Params, rng: Chance, seconds: float, speed: float) -> None:
    """One ball of burning vapour, thrown outward in lobes, and gone after a sixth of a second."""
    if not 0 <= seconds < 1 / 6:
        return
    nz, ny, nx = gas.shape
    radius = p.size * nx * 1.3
    z, y, x = np.ogrid[:nz, :ny, :nx]
    dz, dx = z + 0.5 - nz / 2, x + 0.5 - p.foot[0] * nx
    dy = y + 0.5 - radius * 0.6 - _floor(gas, p)
    lobes = _flicker(gas, rng, 0.0, pace=0, cells=7)[:, None, :]
    near = np.sqrt(dz * dz + dy * dy + dx * dx) / (radius * (0.65 + 0.7 * lobes))
    mask = np.clip(2 * (1 - near), 0, 1).astype(np.float32)
    _fill(gas.carried, mask, p)
    push = mask * np.float32(2.2 * speed / radius)
    gas.u[:, :, :-1] += push * dx
    gas.v[:, :-1, :] += push * np.maximum(dy, 0) + mask * np.float32(0.8 * speed)
    gas.w[:-1] += push * dz


SOURCES: dict[str, Source] = {"patch": _patch, "stack": _stack, "ground": _ground, "wall": _wall, "burst": _burst}


def _stir(gas: Gas, p: Params, rng: Chance, seconds: float, speed: float, near: np.ndarray) -> None:
    """Eddies in the lee of what burns: wind does not pass a roof smoothly."""
    _, ny, _ = gas.shape
    base = _floor(gas, p)
    reach = np.clip(1.6 - 0.5 * near, 0, 1) * np.float32(0.22 * p.turbulence * speed)
    for level in range(max(0, base - ny // 14), min(ny, base + ny // 7)):
        drift = seconds + 0.13 * (level - base)
        gusts = [_flicker(gas, rng.of(way), drift, pace=1.1, cells=9) - np.float32(0.5) for way in ("x", "y", "z")]
        gas.u[:, level, :-1] += reach * gusts[0]
        gas.v[:, level] += reach * gusts[1]
        gas.w[:-1, level] += reach * gusts[2]


def _floor(gas: Gas, p: Params) -> int:
    """The layer of cells that the source stands on."""
    ny = gas.shape[1]
    return int(min(max((1 - p.foot[1]) * ny, 0), ny * 0.9))


def _distance(gas: Gas, p: Params, radius: float) -> np.ndarray:
    """(nz, nx): distance from the foot in radii."""
    nz, _, nx = gas.shape
    z, x = np.ogrid[:nz, :nx]
    away = np.sqrt((z + 0.5 - nz / 2) ** 2 + (x + 0.5 - p.foot[0] * nx) ** 2) / max(1.5, radius * nx)
    return np.asarray(away, np.float32)


def _flicker(gas: Gas, rng: Chance, seconds: float, *, pace: float, cells: float) -> np.ndarray:
    """(nz, nx): noise over the floor, 0 to 1, that changes ``pace`` times its size a second."""
    from manyhands.kit.noise import billows

    cube = billows()
    nz, _, nx = gas.shape
    shift = rng.of("source").at().integers(0, 128, 2)
    grain = 16 / (cells * nx / 176)
    level = seconds * pace * 16
    rows = (np.arange(nz) * grain + shift[0]).astype(int) % 128
    columns = (np.arange(nx) * grain + shift[1]).astype(int) % 128
    low, part = int(level) % 128, np.float32(level - math.floor(level))
    below, above = cube[low][np.ix_(rows, columns)], cube[(low + 1) % 128][np.ix_(rows, columns)]
    return np.asarray((below * (1 - part) + above * part) / np.float32(255), np.float32)


def _feed(gas: Gas, level: int, mask: np.ndarray, p: Params, *, lift: float) -> None:
    """Let gas out in one layer of cells; the stronger of what is there and what comes stays."""
    _fill(gas.carried[:, level], mask, p)
    above = gas.v[:, level + 1]
    np.maximum(above, mask * np.float32(lift), out=above, where=mask > 0)


def _fill(carried: np.ndarray, mask: np.ndarray, p: Params) -> None:
    smoke = 0.03 * p.soot if p.flame else 0.9 * p.soot
    for part, amount in ((0, smoke), (1, 1.0), (2, 0.95 * min(p.flame, 1.4))):
        np.maximum(carried[..., part], mask * np.float32(amount), out=carried[..., part])


def _thinned_edge(shape: tuple[int, int, int], p: Params) -> np.ndarray:
    """(1, ny, nx): 1 inside, falling to 0 where the box ends in mid air, so that smoke thins out there."""

    def soft(distance: np.ndarray) -> np.ndarray:
        t = np.clip(distance, 0, 1)
        return np.asarray((t * t * (3 - 2 * t)) ** 2, np.float32)

    _, ny, nx = shape
    x = (np.arange(nx) + 0.5) / nx
    y = (np.arange(ny) + 0.5) / ny
    # what lies on the ground has no edge below either: there the ground comes nearer and it is seen through less of it
    air_below = 1 - p.foot[1] if p.source in ("patch", "stack", "burst") else 0.16
    low = soft(y / (0.75 * air_below)) if air_below > 0.04 else np.ones(ny, np.float32)
    return np.asarray((soft((1 - y) / 0.16) * low)[None, :, None] * soft(np.minimum(x, 1 - x) / 0.14)[None, None, :])


def _sparks(sparks: np.ndarray, gas: Gas, p: Params, rng: Chance, frame: int, rate: float, *, fed: bool) -> np.ndarray:
    """The sparks one frame on, with new ones from the source while it burns."""
    from manyhands.kit.sparks import flown, lit

    if p.embers <= 0 or p.flame <= 0:
        return sparks
    nz, ny, nx = gas.shape
    dice = rng.of("sparks").at(frame)
    flying = flown(sparks, gas, dice, weight=0.012 * ny / 112)
    if not fed:
        return flying
    burst = 12 if p.source == "burst" and 0 <= frame < 4 else (0 if p.source == "burst" else 1)
    count = int(dice.poisson(9 * p.embers * burst * 24 / rate))
    new = lit(
        count,
        dice,
        centre=(p.foot[0] * nx, float(_floor(gas, p)), nz / 2),
        radius=p.size * nx,
        lift=0.9 * _speed(p, gas.shape, rate) * (2.5 if p.source == "burst" else 1),
        life=1.3 * rate,
    )
    return np.concatenate([flying, new])


def _with_sparks(rgba: np.ndarray, sparks: np.ndarray, shape: tuple[int, int, int], p: Params) -> np.ndarray:
    """Sparks added over the gas; they cover what they outshine, dimmed where smoke is dense."""
    from manyhands.kit.sparks import glowing

    if not len(sparks):
        return rgba
    height, width = rgba.shape[:2]
    light = glowing(sparks, shape, width=width, height=height, brightness=14 * p.glow * (height / 600) ** 2 / 9)
    light *= (1 - 0.7 * rgba[..., 3:]) * np.clip(light.max(-1, keepdims=True) / 0.02 - 0.1, 0, 1)
    cover = np.clip(0.5 * light.max(-1), 0, 1)
    out = rgba.copy()
    out[..., :3] += light
    out[..., 3] += (1 - rgba[..., 3]) * cover
    return out


def _enlarged(rgba: np.ndarray, width: int, height: int) -> np.ndarray:
    """The picture at its full size; what the filter overshoots is cut off."""
    import cv2

    if rgba.shape[:2] == (height, width):
        return rgba
    large = cv2.resize(rgba, (width, height), interpolation=cv2.INTER_CUBIC)
    np.maximum(large, 0, out=large)
    np.minimum(large[..., 3], 1, out=large[..., 3])
    return np.asarray(large)


def _state(gas: Gas, sparks: np.ndarray) -> State:
    return {"u": gas.u, "v": gas.v, "w": gas.w, "carried": gas.carried, "drift": gas.drift, "sparks": sparks}


def _gas(state: State) -> Gas:
    from manyhands.kit.fluid import Gas

    return Gas(**{name: field for name, field in state.items() if name != "sparks"})
