"""A short shot of a disc, whose matte several people painted: well, twice the same, badly, and outside the shot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from manyhands.actions import intake, studio, takes
from manyhands.actions.studio import Studio
from manyhands.core.hand import person
from manyhands.core.recipe import PLATE, Recipe, Step, source_named
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.taught import plate, true_matte

ME = person("Person P")
OWN = terms_named("own")
FIRST = 1001


def painted(folder: Path, at: Mapping[int, np.ndarray]) -> Path:
    """A folder of painted mattes by their frames, from 0 to 1; of the same mattes each folder has files of its own."""
    folder.mkdir(parents=True)
    packed = [cv2.IMWRITE_PNG_COMPRESSION, len(list(folder.parent.iterdir())) % 9]
    for number, matte in at.items():
        grey = np.dstack([np.round(255 * matte).astype(np.uint8)] * 3)
        cv2.imwrite(str(folder / f"matte.{number}.png"), grey, packed)
    return folder


def truly(*numbers: int) -> dict[int, np.ndarray]:
    return {at: true_matte(at - FIRST) for at in numbers}


def garbage(*numbers: int) -> dict[int, np.ndarray]:
    """All but the disc, as who painted the wrong thing."""
    return {at: 1 - true_matte(at - FIRST) for at in numbers}


def shot_of(folder: Path, frames: int = 12) -> Studio:
    """A production with the shot ``sh010``."""
    clip = plate()
    write_master(folder / "plate.mov", clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    made = replace(studio.new(folder / "film", ME, name="Film"), workers=0)
    source, _ = intake.source(made, ME, folder / "plate.mov", owner="Person O", terms=OWN)
    intake.shot(made, ME, source.id, id_="sh010", first=FIRST, last=FIRST + frames - 1)
    return made


def taught_by(
    made: Studio,
    folder: Path,
    painters: Mapping[str, Mapping[int, np.ndarray]],
    *,
    steps: int = 30,
    maker: str = "taught",
) -> tuple[Recipe, Take]:
    """The shot's matte as these people taught it, made."""
    ids = []
    for name, frames in painters.items():
        path = painted(folder / "painted" / name.replace(" ", "-"), frames)
        source, _ = intake.source(made, ME, path, owner=name, terms=OWN, role="painted", title=f"by {name}")
        ids.append(source.id)
    inputs = {"plate": PLATE, "painted": source_named(*ids)}
    params = {"steps": steps, "channel": "brightness", "shorter_px": 64, "twice": False}
    step = Step(name="taught", maker=maker, version=1, params=params, inputs=inputs)
    cut = Step(name="cut", maker="cut", version=1, inputs={"plate": PLATE, "matte": "taught"})
    recipe = Recipe(steps=(step, cut), name="literal")
    shot = made.production.get(Shot, "sh010")
    with made.act("propose", ME, shot="sh010") as t:
        t.put(recipe, recipe.id, shot=shot.id)
    return recipe, takes.run(made, ME, "sh010", recipe.id)
