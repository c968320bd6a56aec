"""Make the pictures of how-to "Lock an edit to the plate": ``python docs/lock_pictures.py``, in a minute.

Two by two: the plate and the edit as it came, how they differ and what is taken of it, the result and whose
hands made it, and an edit that drew the whole frame anew.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pictures
from pages.examples import Example, examples
from pages.markdown import ROOT

from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.passes import MemoryShelf, go_through
from manyhands.core.recipe import PLATE, SOURCE
from manyhands.disk import write_whole
from manyhands.kit.lock import seen
from manyhands.review.pictures import hand_colours, tinted
from manyhands.run.graph import Graph
from manyhands.run.job import Job

PICTURES = ROOT / "docs/pictures/lock"
PART = (0.1, 0.45, 0.55, 0.55)
TIMES = 6  # a difference is shown so many times as large


def main() -> None:
    one = replace(examples()["lock"], at=1004)
    with tempfile.TemporaryDirectory() as folder:
        plate, edit, locked, change, hands = _made(one, Path(folder))
    coded = np.abs(seen(edit[0].rgb) - seen(plate[0].rgb))
    differs = np.round(255 * np.clip(TIMES * coded, 0, 1)).astype(np.uint8)
    kept("came", [plate[1], edit[1]], PART)
    kept("difference", [differs, change[1]], PART)
    kept("locked", [locked[1], hands], PART)
    anew = replace(one, brings={"edit": "drawn anew"})
    with tempfile.TemporaryDirectory() as folder:
        _, edit, _, change, _ = _made(anew, Path(folder))
    kept("whole", [edit[1], change[1]], (0.0, 0.0, 1.0, 1.0))


def kept(name: str, panels: Sequence[np.ndarray], part: Sequence[float]) -> None:
    sheet = pictures.side_by_side([pictures._part(panel, part) for panel in panels])
    write_whole(PICTURES / f"{name}.jpg", pictures._small_enough(sheet))
    sys.stdout.write(f"{name}.jpg: {(PICTURES / f'{name}.jpg').stat().st_size} bytes\n")


Seen = tuple[Frame, np.ndarray]


def _made(example: Example, folder: Path) -> tuple[Seen, Seen, Seen, Seen, np.ndarray]:
    """Plate, edit, the locked picture and what it takes, each with how it is shown; and the picture by its hands."""
    job = pictures._job(example, folder, scale=1.0)
    step = next(step for step in job.recipe.steps if step.maker == "lock")
    edit = next(name for name in step.inputs.values() if name.startswith(SOURCE))
    shown = replace(job, recipe=job.recipe.but(steps=tuple(
        one.but(params={**one.params, "show": "change"}) if one is step else one for one in job.recipe.steps
    )))  # fmt: skip
    locked, change = (_drawn(made, step.name, example.at) for made in (job, shown))
    graph = Graph(job, lambda done, of: None)
    plate, came = (graph.clip(name).frame(example.at) for name in (PLATE, edit))
    sized = Frame(cv2.resize(came.rgba, plate.rgba.shape[1::-1]), plate.authorship)
    by_hand = tinted(pictures._seen(locked, job), locked.authorship, hand_colours(job.hands))
    first, second, third, fourth = ((frame, pictures._seen(frame, job)) for frame in (plate, sized, locked, change))
    return first, second, third, fourth, by_hand


def _drawn(job: Job, name: str, at: int) -> Frame:
    """A frame of a step that has passes, and what it says printed."""
    made = Graph(job, lambda done, of: None).make(job.recipe.step(name))
    assert isinstance(made, Clip)
    assert made.passes
    shelf = MemoryShelf()
    for item in made.passes.each:
        go_through(item, item.numbers(made.span), {}, shelf)
    sys.stdout.write(shelf.load("account")["json"].tobytes().decode()[-800:] + "\n")
    return made.passes.picture(at, shelf)


if __name__ == "__main__":
    main()
