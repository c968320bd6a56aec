"""What a screen shows: ACEScg light becomes code values (decision 0002)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import PyOpenColorIO as ocio

from manyhands.media import colour, samples

ACES_SDR = "aces-sdr"
_DISPLAY, _TRANSFORM = "Rec.1886 Rec.709 - Display", "ACES 2.0 - SDR 100 nits (Rec.709)"
_GRID = 65


@dataclass(frozen=True)
class View:
    """How ACEScg light becomes a picture for a screen.

    ``name`` is a display-referred colour space, whose curve is undone exactly, or ``aces-sdr``,
    the ACES 2.0 rendering for 100 nits.  ``primaries``, ``transfer`` and ``matrix`` are the code
    points of ITU-T H.273 that a file in this view carries.
    """

    name: str
    primaries: int = 1
    transfer: int = 1
    matrix: int = 1

    @property
    def is_hdr(self) -> bool:
        return self.name in {"pq", "hlg"}

    def display(self, rgba: np.ndarray, *, fast: bool = False, straight: bool = False) -> np.ndarray:
        """Code values (H, W, 3) float32, clipped to 0..1, which happens here and nowhere before.

        Args:
            rgba: (H, W, 4) float32, ACEScg, premultiplied.
            fast: by a baked table where the view is a rendering; for previews, not for masters.
            straight: take colour out of alpha first.
        """
        out = np.empty((*rgba.shape[:2], 3), np.float32)
        samples.light_to_rgb(*self.encoding(rgba, fast=fast, straight=straight), samples.NO_NOISE, out)
        return np.clip(out, 0, 1)

    def display8(self, rgba: np.ndarray, *, fast: bool = False, straight: bool = False, at: int = 0) -> np.ndarray:
        """(H, W, 3) uint8; what falls between two code values is dithered, what lies on one stays.

        Args:
            at: frame number; it moves the dither so that it does not stand on the picture.
        """
        out = np.empty((*rgba.shape[:2], 3), np.uint8)
        samples.light_to_rgb(*self.encoding(rgba, fast=fast, straight=straight), samples.noise(at), out)
        return out

    def display16(self, rgba: np.ndarray, *, straight: bool = False) -> np.ndarray:
        """(H, W, 3) uint16, rounded."""
        out = np.empty((*rgba.shape[:2], 3), np.uint16)
        samples.light_to_rgb(*self.encoding(rgba, straight=straight), samples.NO_NOISE, out)
        return out

    def encoding(self, rgba: np.ndarray, *, fast: bool = False, straight: bool = False) -> tuple[Any, ...]:
        """The picture and the curve as the kernels of :mod:`samples` take them, first to last."""
        way = colour.Conversion(*_unit(), _rendering(fast)) if self.name == ACES_SDR else colour.writing(self.name)
        tables = way.matrix, way.curve.table, way.curve.power
        if way.processor is None:
            return rgba, *tables, True, straight
        coded = colour.out_of_alpha(rgba) if straight else rgba.copy()
        way.processor(coded)
        coded[..., 3] = rgba[..., 3]
        return coded, *tables, False, False


def _unit() -> tuple[colour.Curve, np.ndarray]:
    way = colour.writing(colour.WORKING)
    return way.curve, way.matrix


def view_for(colour_space: str, *, matrix: int = 1) -> View:
    """The view in which a plate keeps its look (decision 0002).

    A display-referred plate goes out by the exact inverse of the curve that it came in by; a
    scene-referred one by the ACES 2.0 rendering for a standard screen.

    Args:
        colour_space: what the plate was read as.
        matrix: the Y'CbCr matrix that its file had, as a code point of ITU-T H.273.
    """
    found = colour.space(colour_space)
    if not found.is_display_referred:
        return View(ACES_SDR)
    if found.tags[0] == 9:
        matrix = 9
    return View(found.name, *found.tags, matrix if matrix in {1, 5, 6, 9} else 1)


def screen_for(colour_space: str) -> View:
    """The view of small pictures for an ordinary screen: the plate's own, or for HDR the ACES 2.0 rendering."""
    view = view_for(colour_space)
    return View(ACES_SDR) if view.is_hdr else view


@lru_cache(maxsize=2)
def _rendering(fast: bool) -> Callable[[np.ndarray], None]:
    exact = ocio.DisplayViewTransform(src="ACEScg", display=_DISPLAY, view=_TRANSFORM)
    if not fast:
        return colour.in_slabs(colour.config().getProcessor(exact).getDefaultCPUProcessor())
    shaper = ocio.ColorSpaceTransform("ACEScg", "ACEScct")
    lattice = np.ones((_GRID**3, 4), np.float32)
    # OpenColorIO keeps a cube with blue running fastest.
    steps = np.linspace(0, 1, _GRID, dtype=np.float32)
    lattice[:, :3] = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3)
    colour.config().getProcessor(shaper, ocio.TRANSFORM_DIR_INVERSE).getDefaultCPUProcessor().applyRGBA(lattice)
    colour.config().getProcessor(exact).getDefaultCPUProcessor().applyRGBA(lattice)
    cube = ocio.Lut3DTransform(gridSize=_GRID)
    cube.setData(np.ascontiguousarray(lattice[:, :3]).reshape(-1))
    cube.setInterpolation(ocio.INTERP_TETRAHEDRAL)
    group = ocio.GroupTransform([shaper, cube])
    return colour.in_slabs(colour.config().getProcessor(group).getDefaultCPUProcessor())
