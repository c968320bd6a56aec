"""Make the pictures of the reference: ``python docs/pictures.py [MAKER …]``; all of them take some minutes.

Each shows the plate and what the maker made of it, side by side; of a matte also what it cuts out.
What is made is what the note of ``docs/examples.toml`` proposes, by the studio's own way.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from pages.examples import Example, examples
from plates import BROUGHT, written

from manyhands.actions import adjusting, intake, proposals, studio
from manyhands.actions.jobs import job
from manyhands.core.frame import Frame
from manyhands.core.hand import person
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.core.track import Track
from manyhands.disk import write_whole
from manyhands.makers import find_maker
from manyhands.media.stills import jpeg_of
from manyhands.media.view import screen_for
from manyhands.review.pictures import fitted
from manyhands.rights import terms_named
from manyhands.run.graph import Graph
from manyhands.run.job import Job
from manyhands.run.take import run_drafts

WIDTH_PX, GAP_PX = 960, 8
AT_MOST = 80_000  # bytes
BEHIND = (110, 110, 110)
ME = person("Docs")


def main(names: Sequence[str]) -> None:
    for name in names or list(examples()):
        with tempfile.TemporaryDirectory() as folder:
            panels = shown(examples()[name], Path(folder))
        path = examples()[name].picture
        write_whole(path, _small_enough(side_by_side(panels)))
        sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes\n")


def shown(example: Example, folder: Path, *, scale: float | None = None) -> list[np.ndarray]:
    """The plate, what the maker made, and of a matte what it cuts out: (H, W, 3) uint8 each."""
    panels = _panels(example, folder, scale=scale or min(1.0, 0.5 / example.part[2]))
    return [_part(panel, example.part) for panel in panels]


def _part(picture: np.ndarray, part: Sequence[float]) -> np.ndarray:
    left, top, width, height = (round(share * size) for share, size in zip(part, 2 * picture.shape[1::-1], strict=True))
    return picture[top : top + height, left : left + width]


def _panels(example: Example, folder: Path, *, scale: float) -> list[np.ndarray]:
    made = _job(example, folder, scale=scale)
    maker = find_maker(example.maker)
    draft = run_drafts([made], every=max(1, made.span.length - 1), workers=0, report=lambda *_: None)[0]
    graph = Graph(made, lambda done, of: None)
    (step,) = [one for one in made.recipe.steps if one.maker == maker.name][-1:]
    if maker.gives == "track":
        return _carried(graph, step, [draft.plates[0], draft.plates[-1]])
    if maker.role == "matte":
        plate, alpha = graph.clip(PLATE).frame(example.at), graph.clip(step.name).frame(example.at).alpha
        result = graph.clip(made.recipe.result.name).frame(example.at)
        cut_out = plate.rgba * alpha[..., None] if result.alpha.min() == 1 else result.rgba
        return [_seen(plate, made), _grey(alpha), _over_grey(cut_out, made)]
    if maker.cuts and PLATE in step.inputs:
        plate, cut_out = (graph.clip(name).frame(example.at) for name in (PLATE, step.name))
        return [_seen(plate, made), _over_grey(cut_out.rgba, made)]
    index = draft.numbers.index(example.at)
    return [fitted(draft.plates[index], draft.pictures[index]), draft.pictures[index]]


def _job(example: Example, folder: Path, *, scale: float) -> Job:
    """What the note proposes, on the plate's frames up to the one that is shown."""
    clip = written(example.plate, folder / "plate.mov", example.at - 1000)
    made = studio.new(folder / "production", ME, name="docs")
    own = terms_named("own")
    plate, _ = intake.source(made, ME, folder / "plate.mov", owner=ME.name, terms=own)
    shot = intake.shot(made, ME, plate.id)
    brought: dict[str, list[str]] = {}
    for role, name in example.brings.items():
        path = BROUGHT[name](folder, clip)
        source, _ = intake.source(
            made,
            ME,
            path,
            owner=ME.name,
            terms=own,
            role="" if role in ("element", "source") else role,  # type: ignore[arg-type]
            made_by="Video model 1" if role == "edit" else "",
        )
        if role == "source":
            continue  # it is set by hand
        brought.setdefault({"element": "elements", "matte": "mattes", "edit": "edits"}.get(role, role), []).append(
            source.id
        )
    answer, _ = proposals.propose(made, ME, shot.id, example.note, previews=False, **brought)  # type: ignore[arg-type]
    recipe = made.production.get(Recipe, answer.recipes[1])
    if example.settings:
        answer, _ = adjusting.adjust(made, ME, shot.id, recipe.id, example.settings, why="docs", previews=False)
        recipe = made.production.get(Recipe, answer.recipes[0])
    found = job(made, shot, recipe, seed=1, scale=scale)
    made.close()
    return replace(found, recipe=recipe)


def _seen(frame: Frame, made: Job) -> np.ndarray:
    return np.asarray(screen_for(made.plate.colour_space).display8(frame.rgba))


def _grey(alpha: np.ndarray) -> np.ndarray:
    """Coverage as the value that it is."""
    return np.repeat(np.round(255 * np.clip(alpha, 0, 1)).astype(np.uint8)[..., None], 3, 2)


def _over_grey(rgba: np.ndarray, made: Job) -> np.ndarray:
    """Premultiplied light over middle grey."""
    light = rgba.copy()
    light[..., :3] += 0.16 * (1 - rgba[..., 3:])
    light[..., 3] = 1
    return np.asarray(screen_for(made.plate.colour_space).display8(light))


def _carried(graph: Graph, step: Step, plates: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Marks in a grid in the first frame, and where they are in the last."""
    track = graph._get(step.name)
    assert isinstance(track, Track)
    height, width = plates[0].shape[:2]
    grid = np.stack(np.meshgrid(np.linspace(0.12, 0.88, 7) * width, np.linspace(0.15, 0.85, 5) * height), -1)
    points = grid.reshape(-1, 2)
    ones = np.column_stack([points, np.ones(len(points))])
    first, last = (track.matrix(at) for at in (track.span.start, track.span.end))
    carried = ones @ (last @ np.linalg.inv(first)).T
    return [_marked(plates[0], points), _marked(plates[1], carried[:, :2] / carried[:, 2:])]


def _marked(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    drawn = picture.copy()
    for x, y in np.round(points * 8).astype(int):
        for colour, thick in (((0, 0, 0), 4), ((255, 210, 0), 2)):
            for dx, dy in ((56, 0), (0, 56)):
                cv2.line(drawn, (x - dx, y - dy), (x + dx, y + dy), colour, thick, cv2.LINE_AA, 3)
    return drawn


def side_by_side(panels: Sequence[np.ndarray]) -> np.ndarray:
    """Pictures of one size beside each other, with white between, 960 px wide in all."""
    each = (WIDTH_PX - GAP_PX * (len(panels) - 1)) / len(panels)
    height = round(each * panels[0].shape[0] / panels[0].shape[1])
    sheet = np.full((height, WIDTH_PX, 3), 255, np.uint8)
    for index, panel in enumerate(panels):
        left, right = (round(index * (each + GAP_PX) + part) for part in (0, each))
        sheet[:, left:right] = cv2.resize(panel, (right - left, height), interpolation=cv2.INTER_AREA)
    return sheet


def _small_enough(picture: np.ndarray) -> bytes:
    return next(coded for quality in range(92, 20, -4) if len(coded := jpeg_of(picture, quality=quality)) <= AT_MOST)


if __name__ == "__main__":
    main(sys.argv[1:])
