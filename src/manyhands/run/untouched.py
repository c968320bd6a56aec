"""The proof of what was left alone, taken again: a take's frames held against the camera's, tile by tile.

What the record says (the authorship of every pixel, and the hashes that a plate lock took) is the claim;
the files are the evidence.  Nothing is made anew, and of what the run found only those hashes are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from manyhands.core.errors import MediaError
from manyhands.core.extent import PPM
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.recipe import Step
from manyhands.kit.half import narrowed
from manyhands.kit.lock import locked_tiles, proof_name, tile_hashes
from manyhands.media.exr import read_frame
from manyhands.run import work
from manyhands.run.job import Job
from manyhands.run.schedule import Report, Task, carry_out
from manyhands.run.shelf import shelf_of

Tile = tuple[int, int]
"""A tile's column and row, counted from 0 at the upper left."""


@dataclass(frozen=True)
class Held:
    """One frame held against the camera's, as half floats, in which takes are kept.

    ``same_tiles`` of the ``tiles`` and ``same_ppm`` of the pixels are the camera's, bit for bit; ``said_ppm`` should
    be, by the authorship; ``hashed_tiles`` are those of which a lock kept hashes.  ``take_differs`` are the tiles
    that are not the camera's where the record says so, ``plate_differs`` those that are not what the lock hashed.
    """

    frame: int
    tiles: int
    same_tiles: int
    same_ppm: int
    said_ppm: int
    hashed_tiles: int
    take_differs: tuple[Tile, ...]
    plate_differs: tuple[Tile, ...]


def hold(job: Job, files: Mapping[int, Path], *, workers: int, report: Report) -> tuple[Held, ...]:
    """Hold frames against the plate's of the same numbers.

    Args:
        files: by frame, the EXR that Manyhands wrote of it.
    Raises: Stopped on Ctrl-C; MediaError if a frame or the plate cannot be read, or they differ in size.
    """
    tasks = [Task(at, "frames", held, (job, at, path), seconds=0.3) for at, path in files.items()]
    results = carry_out(tasks, workers=workers, report=report)
    return tuple(results[at] for at in files)


def held(job: Job, at: int, path: Path) -> Held:
    """One frame held against the plate's."""
    work.bell(0, 1)
    frame, camera = read_frame(path), work.plate_beside(job, at)
    if frame.rgba.shape != camera.rgba.shape:
        raise MediaError(
            f"{path.name}: it is {frame.width}x{frame.height}, the plate {camera.width}x{camera.height}.",
            "Pixels can only be the camera's where they are of the camera's size.",
        )
    its, mine = narrowed(frame.rgba), narrowed(camera.rgba)
    same = (its.view(np.uint16) == mine.view(np.uint16)).all(-1)
    said = said_untouched(frame, job.plate.hand)
    whole = locked_tiles(~same)
    take_differs, plate_differs, hashed = ~locked_tiles(said & ~same), np.zeros_like(whole), np.zeros_like(whole)
    for step, left, hashes in _proofs(job, at):
        hashed |= left
        plate_differs |= left & (tile_hashes(mine) != hashes)
        if step is job.recipe.result:  # its hashes tell which of the two was changed
            take_differs = np.where(left, tile_hashes(its) != hashes, take_differs)
    return Held(
        frame=at,
        tiles=whole.size,
        same_tiles=int(whole.sum()),
        same_ppm=round(PPM * float(same.mean())),
        said_ppm=round(PPM * float(said.mean())),
        hashed_tiles=int(hashed.sum()),
        take_differs=_named(take_differs),
        plate_differs=_named(plate_differs),
    )


def said_untouched(frame: Frame, camera: Hand) -> np.ndarray:
    """(H, W) bool: where the authorship says that it is the camera's, and that nobody else had a hand in it."""
    authorship = frame.authorship
    said = authorship.weight_of(camera) > 0
    for hand in authorship.hands:
        if hand != camera:
            said &= authorship.weight_of(hand) == 0
    for hand in authorship.altering:
        said &= authorship.alteration_of(hand) == 0
    return said


def _proofs(job: Job, at: int) -> Iterator[tuple[Step, np.ndarray, np.ndarray]]:
    """The steps that kept hashes of a frame, the tiles that they left alone, and the hashes."""
    for step in job.recipe.steps:
        shelf = shelf_of(job, step)
        if shelf.has(proof_name(at)):
            kept = shelf.load(proof_name(at))
            yield step, kept["left"], kept["hashes"]


def _named(tiles: np.ndarray) -> tuple[Tile, ...]:
    return tuple((int(column), int(row)) for row, column in np.argwhere(tiles))
