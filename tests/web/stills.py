"""A shot whose plate and takes carry their frames' numbers, at more than a small picture's size, with four takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from manyhands.actions import intake
from manyhands.actions.extents import FIGURES
from manyhands.actions.frames import take_picture
from manyhands.actions.studio import Studio, new
from manyhands.core.authorship import Authorship
from manyhands.core.extent import frame_extent, total_extent
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.noun import canonical
from manyhands.core.recipe import PLATE, Recipe, Step
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.core.take import Take
from manyhands.disk import write_whole
from manyhands.media.exr import write_frame
from manyhands.media.footage import open_clip, probe
from manyhands.media.stills import write_png
from manyhands.rights import terms_named
from manyhands.run.take import frame_file
from tests.web.conftest import ME, SHOT
from tests.web.test_frames import COLUMNS

WIDTH, HEIGHT, FRAMES, TAKES = 1280, 640, 12, 4
FINE = HEIGHT - 40
"""From this row down every second column is bright: of a smaller picture nothing of it is left."""
EDGE = 701
"""From this column on, the smoke's hand made the pixels."""
TOUCHED = (203, 117, 303, 217)
"""Left, top, right and bottom of what a take changed."""
SMOKE = Hand(id="procedure:smoke:1", origin="procedure", name="smoke")


def numbered(number: int) -> np.ndarray:
    """A picture of code values that carries its number as bars, with grain, and columns below."""
    rng = np.random.Generator(np.random.PCG64(number))
    picture = rng.integers(20, 50, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    for digit in range(COLUMNS):
        if number >> digit & 1:
            picture[:, digit * WIDTH // COLUMNS : (digit + 1) * WIDTH // COLUMNS] += 160
    picture[FINE:, 0::2] = 230
    picture[FINE:, 1::2] = 15
    return picture


def reviewed(folder: Path) -> Path:
    """A production with one shot and its takes, of which each changed one patch by another strength."""
    film = new(folder / "film", ME, name="Numbers", door="studio")
    for number in range(FRAMES):
        write_png(folder / "plate" / f"n.{1001 + number}.png", numbered(number))
    source, _ = intake.source(film, ME, folder / "plate", owner="", terms=terms_named("own"))
    intake.shot(film, ME, source.id, id_=SHOT)
    recipe = Recipe(name="literal", steps=(Step(name="smoke", maker="smoke", version=1, inputs={"plate": PLATE}),))
    with film.act("run", ME) as t:
        t.put(recipe, recipe.id)
        for seed in range(1, TAKES + 1):
            take = _taken(film, source, recipe, seed, folder / "plate")
            t.put(take, take.id, shot=SHOT)
    for seed in range(1, TAKES + 1):
        for at in range(1001, 1001 + FRAMES):
            take_picture(film, ME, f"{SHOT}-{seed}", at, "take")  # as a run leaves them
            take_picture(film, ME, f"{SHOT}-{seed}", at, "plate")
    film.close()
    return folder / "film"


def _taken(film: Studio, source: Source, recipe: Recipe, seed: int, pictures: Path) -> Take:
    clip = open_clip(probe(pictures), source.hand)
    name, hands = f"{SHOT}-{seed}", (source.hand, SMOKE)
    folder = film.folder / "takes" / SHOT / name
    span = Span(start=1001, length=FRAMES, rate_fps=clip.span.rate_fps)
    left, top, right, bottom = TOUCHED
    extents = []
    for at in span.frames:
        rgba = clip.frame(clip.span.start + at - 1001).rgba.copy()
        rgba[top:bottom, left:right, :3] += 0.03 * seed
        weights = np.zeros((2, HEIGHT, WIDTH), np.float32)
        weights[0, :, :EDGE] = weights[1, :, EDGE:] = 1
        frame = Frame(rgba, Authorship(hands, weights))
        write_frame(frame_file(folder, name, at), frame, hands=hands, altering=(), rate_fps=span.rate_fps)
        extents.append(frame_extent(frame, at))
    write_whole(folder / FIGURES, canonical([one.save() for one in extents]))
    return Take(
        id=name, shot=SHOT, recipe=recipe.id, seed=seed, span=span, width=WIDTH, height=HEIGHT,
        folder=f"takes/{SHOT}/{name}", frames_sha256=f"{seed:064x}", hands=hands,
        extent=total_extent(extents, hands, span), seconds=1,
    )  # fmt: skip
