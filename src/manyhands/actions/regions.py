"""Where somebody is seen: their box followed through the plate, shown to people, and held against what models drew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from manyhands.actions.extents import frame_extents
from manyhands.actions.plates import plate_footage
from manyhands.actions.studio import Studio
from manyhands.core.clip import Clip
from manyhands.core.errors import MediaError, StateError
from manyhands.core.extent import PPM, THRESHOLD
from manyhands.core.frame import Frame
from manyhands.core.noun import canonical
from manyhands.core.party import Depiction, Region
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.disk import write_whole
from manyhands.makers import find_maker

SEEN = "seen"
MEASURED = "seen.json"
MOST_FRAMES = 12
"""So many frames of a take are held against a box."""


@dataclass(frozen=True)
class Shown:
    """What somebody is seen in: a shot on its plate, or a source by itself; the footage is opened when it is needed."""

    studio: Studio
    source: str
    span: Span
    shot: str = ""

    @property
    def told(self) -> str:
        return f"shot {self.shot}" if self.shot else f"source {self.source}"

    @property
    def has_sound(self) -> bool:
        return plate_footage(self.studio, self.studio.production.get(Source, self.source)).has_audio

    def clip(self) -> tuple[Clip, str]:
        """Its frames, and the colour space that they came in.  Raises: MediaError."""
        source = self.studio.production.get(Source, self.source)
        footage = plate_footage(self.studio, source)
        from manyhands.media.footage import open_clip

        return replace(open_clip(footage, source.hand), span=self.span), source.colour_space


def shown_in(studio: Studio, shot_id: str, source_id: str) -> Shown:
    """A shot, or a source.  Raises: NotFoundError; MediaError if the source cannot be read or is no picture."""
    if not source_id:
        shot = studio.production.get(Shot, shot_id)
        return Shown(studio, shot.plate, shot.span, shot.id)
    source = studio.production.get(Source, source_id)
    if source.medium not in ("footage", "still"):
        raise MediaError(f"source {source_id}: it is {source.medium}, in which nobody is seen.", "Name another source.")
    return Shown(studio, source.id, plate_footage(studio, source).span)


@dataclass(frozen=True)
class Kept:
    """Where a box went, as shares of the picture, and the frames in which it is lost, or its following was ended."""

    regions: tuple[Region, ...]
    lost: tuple[int, ...]


def followed(shown: Shown, box: Sequence[float], at: int, span: Span) -> Kept:
    """The house's tracker at work on a box that was drawn in one frame, within a span.  Raises: MediaError."""
    clip, _ = shown.clip()
    width, height = clip.width, clip.height
    left, top, across, down = (part * side for part, side in zip(box, (width, height, width, height), strict=True))
    from manyhands.kit.boxes import follow_box

    found = follow_box(
        replace(clip, span=span), (left, top, max(across, 2), max(down, 2)), at, bell=lambda done, of: None
    )
    regions: list[Region] = [
        (at, round(one[0] / width, 5), round(one[1] / height, 5), round(one[2] / width, 5), round(one[3] / height, 5))
        for at, one in found.boxes.items()
    ]
    return Kept(tuple(regions), tuple(sorted((*found.lost, *found.ended))))


def strip(studio: Studio, shown: Shown, one: Depiction) -> str:
    """A strip of small pictures with the box in them, for people to check; its name inside the production.

    They are the first, the last, the middle one and two between, that in which the box was drawn, and those in which
    it is lost, without a box.
    Raises: MediaError, CapacityError, StoreError.
    """
    from manyhands.media.stills import write_png
    from manyhands.media.view import screen_for
    from manyhands.review.pictures import boxed, sheet

    clip, space = shown.clip()
    ends = (one.regions[0][0], one.regions[-1][0]) if one.regions else (one.first, one.last)
    spread = {round(float(at)) for at in np.linspace(*ends, 5)} | ({one.drawn_at} - {None})
    cells = []
    for at in sorted({at for at in spread if at is not None} | {at for at in one.lost if at in shown.span}):
        picture = screen_for(space).display8(clip.frame(at).rgba)[..., :3]
        region = () if at in one.lost else one.region(at)
        told = "lost" if at in one.lost else "drawn here" if at == one.drawn_at else ""
        cells.append((f"{at}   {told}", boxed(picture, region) if region else picture))
    inside = f"{SEEN}/{one.id.replace(':', '-')}.png"
    (studio.folder / SEEN).mkdir(exist_ok=True)
    write_png(studio.folder / inside, sheet(cells, columns=min(4, len(cells)), width=1600))
    return inside


# --- what models drew there -------------------------------------------------------------------


def altered_ppm(studio: Studio, take: Take, one: Depiction, *, fresh: bool = False) -> int | None:
    """How much of somebody's box trained models made or changed, in the frame in which that is most, in ppm.

    It is measured in the ellipse within the box, for in a box's corners nobody is, in up to a dozen of the frames in
    which a model did anything; in all of the picture where they are and the box was lost, and where the recipe moves
    the picture, so that nobody knows where the box has come to.  None where it cannot be said: the take's frames are
    not there.
    Args:
        fresh: measure it again, and do not believe what was measured before.
    """
    if not any(part.hand.origin == "trained" for part in take.extent.hands):
        return 0
    folder = studio.folder / take.folder
    kept = folder / MEASURED
    known: dict[str, int] = {}
    try:
        told = json.loads(kept.read_bytes())
        known = dict(told["ppm"]) if told["frames_sha256"] == take.frames_sha256 else {}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    if fresh or one.id not in known:
        try:
            is_moved = _moves(studio, take)
            shares = [
                _everywhere(frame) if is_moved or not one.region(at) else _share(frame, one.region(at))
                for at, frame in _frames(studio, take, one)
            ]
        except (MediaError, StateError):
            return None
        known[one.id] = round(max(shares, default=0.0) * PPM)
        write_whole(kept, canonical({"frames_sha256": take.frames_sha256, "ppm": known}))
    return known[one.id]


def _frames(studio: Studio, take: Take, one: Depiction) -> Iterator[tuple[int, Frame]]:
    """Frames of a take in which a trained hand did anything and somebody is seen, spread evenly."""
    from manyhands.media.exr import read_frame
    from manyhands.run.take import frame_file

    trained = {part.hand.id for part in take.extent.hands if part.hand.origin == "trained"}
    told = frame_extents(studio, take)
    drew = [each.frame for each in told if trained & ({*each.origin_ppm} | {*each.altered_ppm})]
    able = [at for at in drew if one.first <= at <= one.last]
    picked = {able[round(float(index))] for index in np.linspace(0, len(able) - 1, min(MOST_FRAMES, len(able)))}
    for at in sorted(picked):
        yield at, read_frame(frame_file(studio.folder / take.folder, take.id, at))


def _share(frame: Frame, region: Sequence[float]) -> float:
    """The mean share, in the ellipse within a region, of light that trained hands made or changed."""
    left, top, across, down = region
    y, x = np.mgrid[: frame.height, : frame.width]
    off_x = ((x + 0.5) / frame.width - left - across / 2) / (across / 2)
    off_y = ((y + 0.5) / frame.height - top - down / 2) / (down / 2)
    within = off_x**2 + off_y**2 <= 1
    if not within.any():
        return 0.0
    return float(_drawn(frame)[within].mean(dtype=np.float64))


def _everywhere(frame: Frame) -> float:
    """The share of the pixels on which trained hands made or changed any of the light: somebody may be in each."""
    return float((_drawn(frame) >= THRESHOLD).mean(dtype=np.float64))


def _drawn(frame: Frame) -> np.ndarray:
    """How much of each pixel's light trained hands made or changed, (H, W) from 0 to 1."""
    told = frame.authorship
    kept = np.ones((frame.height, frame.width), np.float32)
    for hand, plane in zip(told.hands, told.weights, strict=True):
        kept -= plane * np.float32(hand.origin == "trained")
    for hand, plane in zip(told.altering, told.alterations, strict=True):
        kept *= 1 - plane * np.float32(hand.origin == "trained")
    return 1 - kept


def _moves(studio: Studio, take: Take) -> bool:
    """Whether a take's picture lies elsewhere, in place or in time, than the plate's."""
    recipe = studio.production.find(Recipe, take.recipe)
    makers = [find_maker(step.maker) for step in recipe.steps] if recipe else []
    return any(maker.shifts and not maker.resizes for maker in makers)
