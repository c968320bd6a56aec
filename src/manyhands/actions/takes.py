"""Running a recipe, and looking at what came of it."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

import manyhands
from manyhands.actions import spending
from manyhands.actions.checks import changes, check_sources
from manyhands.actions.extents import FIGURES, frame_extents
from manyhands.actions.jobs import check_rights, job, job_to_look_at
from manyhands.actions.plates import plate_footage
from manyhands.actions.studio import Studio, today
from manyhands.core.errors import TrustError
from manyhands.core.extent import FrameExtent, total_extent
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.noun import canonical
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.disk import write_whole
from manyhands.makers import find_maker
from manyhands.media.exr import read_frame
from manyhands.media.footage import Footage
from manyhands.media.previews import read_small, write_pictures
from manyhands.media.stills import write_png
from manyhands.media.timecode import carried
from manyhands.media.view import screen_for
from manyhands.review import pictures
from manyhands.run.findings import findings
from manyhands.run.schedule import Progress, Report
from manyhands.run.take import Made, frame_file, run_take
from manyhands.run.work import proxy_path


def run(
    studio: Studio,
    by: Hand,
    shot_id: str,
    recipe_id: str,
    *,
    seed: int = 1,
    answers: str = "",
    agree: bool = False,
    most_minor: int | None = None,
    again: bool = False,
) -> Take:
    """Make every frame of a recipe on a shot, and keep the take.

    Frames that an earlier, stopped run made are kept; a take that is finished is given back, and
    its frames that were lost or changed since are made again as they were.

    Args:
        answers: the take that this one was revised from, where it was.
        agree, most_minor, again: where it costs something, the person's yes to that; see :func:`spending.agree`.
    Raises: RoleError, RightsError, NotFoundError; Stopped on Ctrl-C; CapacityError; MakerError;
    StateError if it costs something and nobody has agreed; TrustError if a source is not the one that was
    brought in, or if a take cannot be made as it was.
    """
    studio.check(by, "run")
    shot = studio.production.get(Shot, shot_id)
    recipe = studio.production.get(Recipe, recipe_id)
    work = job(studio, shot, recipe, seed=seed)
    take_id = spending.run_name(work, shot.id)
    finished = studio.production.find(Take, take_id)
    changed = changes(studio, finished, finished.frames_sha256) if finished else None
    folder = studio.folder / "takes" / shot.id / take_id
    if finished is not None and changed is None and (folder / FIGURES).is_file():
        return finished
    check_sources(studio, [studio.production.get(Source, id_) for id_ in (shot.plate, *recipe.sources)])
    footage = plate_footage(studio, studio.production.get(Source, shot.plate))
    for at in changed.frames if changed else ():
        frame_file(folder, take_id, at).unlink(missing_ok=True)
    quotes = spending.due(work)
    if quotes:
        agreement = None if again else spending.agreed(studio, take_id, quotes)
        if agreement is None and not agree:
            raise spending.nobody_agreed(quotes)
        agreement = agreement or spending.agree(
            studio, by, shot_id, recipe_id, seed=seed, most_minor=most_minor, again=again
        )
        work = replace(work, agreement=agreement)
    codes = _timecodes(footage)
    with spending.accounted_for(studio, by, work, take_id):
        made = run_take(
            work, folder, take_id, timecodes=codes, workers=studio.workers, report=_heeding(studio, shot, recipe)
        )
    cost_minor, currency = spending.cost(studio, take_id)
    write_whole(folder / FIGURES, canonical([frame.save() for frame in made.frames]))
    if finished is not None:
        return _as_it_was(finished, made)
    extent = total_extent(made.frames, made.hands, made.span)
    take = Take(
        id=take_id,
        shot=shot.id,
        recipe=recipe.id,
        seed=seed,
        span=made.span,
        width=made.width,
        height=made.height,
        folder=str(folder.relative_to(studio.folder)),
        frames_sha256=made.frames_sha256,
        hands=made.hands,
        uses=work.uses,
        contents={step.name: work.key(step.name) for step in recipe.steps},
        extent=extent,
        seconds=round(made.seconds, 1),
        cost_minor=cost_minor,
        currency=currency,
        versions=_versions(recipe),
        answers=answers,
    )
    with studio.act("run", by, take=take.id, recipe=recipe.id, seed=seed, frames=made.frames_sha256) as t:
        t.put(take, take.id, shot=shot.id)
        t.put(shot.but(standing="taken"), shot.id, shot=shot.id)
    return take


def _heeding(studio: Studio, shot: Shot, recipe: Recipe) -> Report:
    """The studio's report, which also stops the run with a RightsError when leave for it was withdrawn or has ended."""
    seen = (studio.production.head(), today(studio))

    def report(progress: Progress) -> None:
        nonlocal seen
        studio.report(progress)
        now = (studio.production.head(), today(studio))
        if now != seen:
            seen = now
            check_rights(studio, shot, recipe)

    return report


def _as_it_was(take: Take, made: Made) -> Take:
    """The take, when its frames were made again and are the same."""
    if made.frames_sha256 != take.frames_sha256:
        raise TrustError(
            f"take {take.id}: made again, its frames are not those that were decided on.",
            "Empty the production's cache folder and run it again; on another machine or version, make a new take "
            "with another --seed and decide on that.",
        )
    return take


@dataclass(frozen=True)
class Looks:
    """What a person looks at before they decide."""

    contact_sheet: Path
    preview: Path
    result: Path
    plate: Path
    heat_map: Path
    frame: int
    findings: tuple[str, ...] = ()


def look(studio: Studio, by: Hand, take_id: str, *, shown: bool = True) -> tuple[Take, Looks]:
    """A take's contact sheet, its preview with a wipe against the plate, and its hands in colour.

    That they were shown to this person is written into the log, once for each take.

    Args:
        shown: False where a program takes the pictures and nobody is shown them.
    Raises: NotFoundError, RoleError; MediaError if frames are missing.
    """
    studio.check(by, "look")
    take = studio.production.get(Take, take_id)
    looks = pictured(studio, take)
    if shown and not was_shown(studio, by, take):
        studio.note("look", by, take=take.id, frames=take.frames_sha256)
    return take, looks


def _findings(studio: Studio, take: Take) -> tuple[str, ...]:
    """What was found while it was made that a person should know."""
    shot, recipe = studio.production.get(Shot, take.shot), studio.production.get(Recipe, take.recipe)
    return findings(job_to_look_at(studio, shot, recipe, seed=take.seed))


def was_shown(studio: Studio, by: Hand, take: Take) -> bool:
    """Whether the log says that a person was shown just these frames."""
    return take.id in shown_of(studio, by, [take])


def shown_of(studio: Studio, by: Hand, takes: Sequence[Take]) -> set[str]:
    """Of some takes the ids of those whose very frames the log says that a person was shown; read once for all."""
    if not takes:
        return set()
    naming = [canonical(take.frames_sha256).decode() for take in takes]
    told = [json.loads(row.about) for row in studio.production.log(act="look", by=by.id, naming=naming)]
    seen = {(about["take"], about["frames"]) for about in told}
    return {take.id for take in takes if (take.id, take.frames_sha256) in seen}


def pictured(studio: Studio, take: Take) -> Looks:
    """The pictures of a take, made once.  Raises: MediaError if frames are missing."""
    folder = studio.folder / take.folder / "look"
    at = telling_frame(studio, take)
    looks = Looks(
        folder / "contact.png",
        folder / "preview.mp4",
        folder / "result.png",
        folder / "plate.png",
        folder / "hands.png",
        at,
        _findings(studio, take),
    )
    if not looks.heat_map.is_file():
        write_pictures(looks.preview, _wipe(studio, take), rate_fps=take.span.rate_fps)
        write_png(looks.contact_sheet, _contact_sheet(studio, take))
        frame = take_frame(studio, take, at)
        result = displayed(studio, take, frame)
        write_png(looks.result, result)
        write_png(looks.plate, displayed(studio, take, plate_frame(studio, take, at)))
        write_png(looks.heat_map, pictures.tinted(result, frame.authorship, pictures.hand_colours(take.hands)))
    return looks


def takes(studio: Studio, shot_id: str | None = None) -> list[Take]:
    """All finished takes, or those of one shot, in the order they were made."""
    return studio.production.all(Take, shot=shot_id)


def take_frame(studio: Studio, take: Take, at: int) -> Frame:
    """One stored frame of a take.  Raises: MediaError if it is missing or damaged."""
    return read_frame(frame_file(studio.folder / take.folder, take.id, at))


def plate_frame(studio: Studio, take: Take, at: int) -> Frame:
    """The plate's frame beside a take's."""
    from manyhands.media.footage import open_clip

    shot = studio.production.get(Shot, take.shot)
    plate = studio.production.get(Source, shot.plate)
    return open_clip(plate_footage(studio, plate), plate.hand).frame(shot.span.clamped(at))


def telling_frame(studio: Studio, take: Take) -> int:
    """The frame in which most was made or altered by other hands than the camera: what stills show."""

    def touched(frame: FrameExtent) -> int:
        made = sum(part for hand, part in frame.origin_ppm.items() if not hand.startswith("camera:"))
        return made + frame.changed_ppm // 4

    return max(frame_extents(studio, take), key=touched).frame


def _wipe(studio: Studio, take: Take) -> Iterator[np.ndarray]:
    """The take, with a wipe that opens from the plate over the first third and stays."""
    folder = studio.folder / take.folder
    frames = list(take.span.frames)
    for number, at in enumerate(frames):
        share = min(1.0, number / max(1, len(frames) // 3))
        made, plate = (read_small(proxy_path(folder, kind, at)) for kind in ("take", "plate"))
        yield pictures.wiped(pictures.fitted(plate, made), made, share) if share < 1 else made


def _contact_sheet(studio: Studio, take: Take) -> np.ndarray:
    folder = studio.folder / take.folder
    frames = list(take.span.frames)
    chosen = [frames[round(step * (len(frames) - 1) / 5)] for step in range(6)]
    rows = []
    for row in (chosen[:3], chosen[3:]):
        for kind in ("plate", "take"):
            rows += [(f"{kind} {at}", read_small(proxy_path(folder, kind, at))) for at in row]
    title = f"{take.id}   {take.width}x{take.height}   {take.span.length} frames"
    return pictures.sheet(rows, columns=3, title=title)


def displayed(studio: Studio, take: Take, frame: Frame) -> np.ndarray:
    shot = studio.production.get(Shot, take.shot)
    return screen_for(studio.production.get(Source, shot.plate).colour_space).display8(frame.rgba)


def _timecodes(footage: Footage) -> dict[int, str]:
    span = footage.span
    return {at: carried(footage.timecode, at - span.start, span.rate_fps) for at in span.frames}


def _versions(recipe: Recipe) -> dict[str, str]:
    """What made the pixels: Manyhands, its makers, and the libraries whose numbers are in them."""
    libraries = ("numpy", "numba", "scipy", "opencv-contrib-python-headless", "av", "OpenEXR", "opencolorio")
    return {
        "manyhands": manyhands.__version__,
        "python": platform.python_version(),
        **{name: version(name) for name in libraries},
        **{f"maker {step.maker}": str(find_maker(step.maker).version) for step in recipe.steps},
    }
