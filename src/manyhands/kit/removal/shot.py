"""A shot with something to be taken out: its hole, and small pictures of it all that passes work in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import MediaError
from manyhands.core.passes import Shelf
from manyhands.kit.flow import small_size
from manyhands.kit.holes import (
    grown,
)

CLEAN = 1 << 24
"""What is added to the number of a clean plate, so that it is told from the plate's own frames."""

NEAR = 24
"""Small pictures that are kept at hand."""


@dataclass(frozen=True)
class Shot:
    """A plate with what is to be taken out of it.  ``width`` and ``height`` are the small pictures'."""

    plate: Clip
    matte: Clip
    affected: Clip | None
    clean: Clip | None
    p: Any
    rng: Chance
    width: int
    height: int
    near: dict[int, np.ndarray] = field(default_factory=dict)
    closed: dict[int, np.ndarray] = field(default_factory=dict)
    users: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, plate: Clip, matte: Clip, affected: Clip | None, clean: Clip | None, p: Any, rng: Chance) -> Shot:
        """Raises: MediaError if something does not fit the plate."""
        for name, clip in (("matte", matte), ("affected", affected), ("clean", clean)):
            if clip is not None and (clip.width, clip.height) != (plate.width, plate.height):
                raise MediaError(
                    f"remove: {name} is {clip.width}x{clip.height}; the plate is {plate.width}x{plate.height}.",
                    "Make both of one size.",
                )
        for name, clip in (("matte", matte), ("affected", affected)):
            if clip is not None and not (clip.span.start <= plate.span.start and clip.span.end >= plate.span.end):
                raise MediaError(
                    f"remove: {name} has the frames {clip.span.start} to {clip.span.end}; the shot has "
                    f"{plate.span.start} to {plate.span.end}.",
                    "Bring one for every frame of the shot.",
                )
        if clean is not None and clean.numbers and not any(at in plate.span for at in clean.numbers):
            raise MediaError(
                f"remove: the clean plate is for frame {clean.numbers[0]}; the shot has {plate.span.start} to "
                f"{plate.span.end}.",
                "Number it as the frame that it was painted for.",
            )
        width, height = small_size(plate.width, plate.height, p.detail)
        return cls(plate, matte, affected, clean, p, rng, width, height)

    @property
    def scale(self) -> float:
        """Small pixels to a pixel of the plate."""
        return self.width / self.plate.width

    @property
    def rim_px(self) -> int:
        return max(3, round(0.017 * self.height))

    @property
    def clean_numbers(self) -> list[int]:
        """The frames for which a clean plate was painted; all that it has, where it was painted for no one frame."""
        if self.clean is None:
            return []
        numbers = self.clean.numbers or tuple(self.clean.span.frames)
        return [at for at in numbers if at in self.plate.span]

    @property
    def paintings(self) -> list[list[int]]:
        """The frames that each round of painted plates fills: one that is led to the others, or each its own."""
        if self.clean is None:
            return []
        return [[at] for at in self.clean_numbers] if self.clean.numbers else [self.clean_numbers]

    @property
    def rounds(self) -> int:
        """How often what is not seen is filled in one frame and led to the others."""
        return len(self.paintings) + 4

    def hole(self, at: int) -> tuple[np.ndarray, np.ndarray]:
        """What goes: the pixels that are replaced, (H, W) bool, and how far, (H, W) float32, softly at their rim."""
        cover = self.matte.frame(at).alpha
        if self.affected is not None:
            cover = np.maximum(cover, self.affected.frame(at).alpha)
        core = cover > 0.02
        if not core.any():
            return core, np.zeros(core.shape, np.float32)
        reach = max(1.0, self.p.grow_px)
        away = cv2.distanceTransform((~core).astype(np.uint8), cv2.DIST_L2, 5)
        soft = np.clip((reach + 1 - away) / (0.5 * reach + 1), 0, 1).astype(np.float32)
        return soft > 0, soft


def look(shot: Shot, at: int, before: State, shelf: Shelf) -> None:
    """Keep a small picture of a frame and of its hole."""
    hole, _ = shot.hole(at)
    size = shot.width, shot.height
    small = cv2.resize(shot.plate.frame(at).rgb, size, interpolation=cv2.INTER_AREA)
    gap = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.001
    shelf.keep(f"look.{at}", {"look": np.cbrt(np.maximum(small, 0)).astype(np.float16), "hole": np.packbits(gap)})


def look_of(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """(h, w, 3) float32: how a frame looks."""
    return _near(shot.near, at, lambda: shelf.load(f"look.{at}")["look"]).astype(np.float32)


def hole_of(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """(h, w) bool: what a frame's hole covers."""
    bits = np.unpackbits(shelf.load(f"look.{at}")["hole"], count=shot.width * shot.height)
    return bits.reshape(shot.height, shot.width).astype(bool)


def closed_of(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """What of a frame must not be copied: its hole, with room for the filter's taps."""
    return _near(shot.closed, at, lambda: grown(hole_of(shot, at, shelf), 2))


def _near(kept: dict[int, np.ndarray], at: int, make: Callable[[], np.ndarray]) -> np.ndarray:
    """What was made for a frame, made again only when many others were asked for since."""
    if at not in kept:
        kept[at] = make()
        while len(kept) > NEAR:
            del kept[next(iter(kept))]
    return kept[at]


def filled_of(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """How a frame looks with its hole filled as far as it is known by now."""
    picture, hole = look_of(shot, at, shelf).copy(), hole_of(shot, at, shelf)
    picture[hole] = shelf.load(f"filled.{at}")["look"]
    return picture


def box_round(mask: np.ndarray, margin: float, shot: Shot) -> tuple[slice, slice]:
    """The rows and columns of a small picture that a mask takes, with a margin round it, px."""
    if not mask.any():
        return slice(0, 1), slice(0, 1)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    more = round(min(float(margin), 0.25 * shot.width))
    return (
        slice(max(0, int(rows[0]) - more), min(shot.height, int(rows[-1]) + 1 + more)),
        slice(max(0, int(columns[0]) - more), min(shot.width, int(columns[-1]) + 1 + more)),
    )


Step = Callable[[Shot, int, State, Shelf], State | None]
