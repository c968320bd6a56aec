"""Proving what was left alone: which pixels of a take are the camera's, bit for bit, taken anew from the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from manyhands.actions.checks import changes, check_sources
from manyhands.actions.jobs import job
from manyhands.actions.studio import Studio
from manyhands.core.errors import InputError, StateError, TrustError
from manyhands.core.recipe import PLATE, SOURCE, Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.kit.lock import TILE_PX
from manyhands.makers import find_maker
from manyhands.run.take import frame_file
from manyhands.run.untouched import Held, Tile, hold


@dataclass(frozen=True)
class Untouched:
    """What of a take is the camera's, over all its frames and in each; ``faults`` is all in which the record errs.

    Units: ``*_ppm`` are parts per million of the pixels; tiles are ``tile_px`` wide and high.
    """

    take: str
    against: str
    tile_px: int
    tiles: int
    same_tiles: int
    same_ppm: int
    said_ppm: int
    hashed_tiles: int
    frames: tuple[Held, ...]
    faults: tuple[str, ...]


def untouched(studio: Studio, take_id: str, *, master: Path | None = None) -> Untouched:
    """Hold a take's frames against the camera's own, and both against what the record says of them.

    Args:
        master: the folder of a delivered EXR sequence, whose frames are held in the place of the take's.
    Raises: NotFoundError; InputError if the master is none that keeps bits; StateError if the take's frames come
        from other frames or places of the plate; MediaError if something cannot be read.
    """
    take = studio.production.get(Take, take_id)
    shot, recipe = studio.production.get(Shot, take.shot), studio.production.get(Recipe, take.recipe)
    _check_stays_in_place(take, recipe)
    folder, name = (studio.folder / take.folder, take.id) if master is None else _sequence(master)
    files = {at: frame_file(folder, name, at) for at in take.span.frames}
    work = job(studio, shot, recipe, seed=take.seed)
    frames = hold(work, files, workers=studio.workers, report=studio.report)
    return Untouched(
        take=take.id,
        against=str(master) if master else "the take's frames",
        tile_px=TILE_PX,
        tiles=sum(one.tiles for one in frames),
        same_tiles=sum(one.same_tiles for one in frames),
        same_ppm=round(sum(one.same_ppm for one in frames) / len(frames)),
        said_ppm=round(sum(one.said_ppm for one in frames) / len(frames)),
        hashed_tiles=sum(one.hashed_tiles for one in frames),
        frames=frames,
        faults=(*_of_files(studio, take, shot, is_take=master is None), *_of_pixels(frames)),
    )


def _check_stays_in_place(take: Take, recipe: Recipe) -> None:
    """The camera's light may stand in another frame or place than it came from; there is nothing to hold it against."""
    for step in recipe.steps:
        maker = find_maker(step.maker)
        if (maker.shifts and maker.gives == "clip") or _moves_the_plate(recipe, step):
            raise StateError(
                f"take {take.id}: its step {step.name} ({maker.name}) takes the plate's pixels from other frames or "
                "places.",
                "Only a take whose pixels lie over the plate's own can be held against them.",
                take=take.id,
                step=step.name,
            )


def _moves_the_plate(recipe: Recipe, step: Step) -> bool:
    """Whether a step places something that was cut out of the plate."""
    if find_maker(step.maker).role != "placement":
        return False
    placed = [recipe.step(name) for name in step.inputs.values() if name != PLATE and not name.startswith(SOURCE)]
    return any(find_maker(one.maker).cuts and PLATE in recipe.reached(one) for one in placed)


def _sequence(master: Path) -> tuple[Path, str]:
    """Where a sequence's frames lie, and what they are named after."""
    if not master.is_dir() or not any(master.glob(f"{master.name}.*.exr")):
        raise InputError(
            f"{master}: it is no folder with frames {master.name}.####.exr.",
            "Only a sequence delivered with --format exr keeps the bits of what was made: films and PNG are coded anew "
            "for the eye. Leave --master out to hold the take's own frames against the camera's.",
        )
    return master, master.name


def _of_files(studio: Studio, take: Take, shot: Shot, *, is_take: bool) -> Iterator[str]:
    """The plate and the frames as files, held against the hashes that the record has of them."""
    try:
        check_sources(studio, [studio.production.get(Source, shot.plate)])
    except TrustError as error:
        yield error.what
    changed = changes(studio, take, take.frames_sha256) if is_take else None
    if changed:
        yield f"take {take.id}: {changed.words}."


def _of_pixels(frames: tuple[Held, ...]) -> Iterator[str]:
    for one in frames:
        for tile in one.plate_differs:
            yield f"{_place(one, tile)}: the plate is not what the lock took its hash of."
        for tile in one.take_differs:
            yield f"{_place(one, tile)}: by the record it is the camera's, and it is not."


def _place(one: Held, tile: Tile) -> str:
    left, top = (TILE_PX * number for number in tile)
    return f"frame {one.frame}, tile {tile[0]},{tile[1]} (from x {left}, y {top})"
