"""A folder as a reader of the pages has it."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from manyhands.actions.decisions import decide
from manyhands.actions.delivery import deliver
from manyhands.actions.intake import shot, source, terms
from manyhands.actions.proposals import propose
from manyhands.actions.studio import Studio, enter, new
from manyhands.actions.takes import run
from manyhands.core.frame import Frame
from manyhands.core.hand import person
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.plates import plate

ME = person("Person A")


def given_back(frame: Frame, at: int) -> Frame:
    """A frame as a video model gives it back: a little warmer all over, and with a ball of light in it."""
    y, x = np.mgrid[: frame.height, : frame.width]
    ball = np.clip(14 - np.hypot(x - 110, y - 55), 0, 1)[..., None] * np.float32([0.5, 0.35, 0.1, 0])
    return Frame((frame.rgba * np.float32([1.03, 1, 0.97, 1]) + ball).astype(np.float32), frame.authorship)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Footage, mattes, a clean plate and an edit of it; a shot delivered to ``out`` and ``exr``; the film alone; a
    production with a plate of unknown terms."""
    folder = tmp_path_factory.mktemp("desk")
    clip = plate(4, width=160, height=90)
    for name, form in (("plate.mov", "prores422hq"), ("mine.mp4", "mp4")):
        write_master(folder / name, clip, span=clip.span, format=form, view=view_for("rec709"))
    back = clip.each(given_back)
    write_master(folder / "edit.mov", back, span=back.span, format="prores422hq", view=view_for("rec709"))
    (folder / "painted").mkdir()
    matte = np.zeros((90, 160, 3), np.uint8)
    matte[30:60, 70:85] = 255
    for name in ("painted/matte.1001.png", "painted/matte.1003.png", "man.png"):
        cv2.imwrite(str(folder / name), matte)
    cv2.imwrite(str(folder / "clean.1002.png"), np.full((90, 160, 3), 160, np.uint8))
    cv2.imwrite(str(folder / "small.png"), np.full((45, 80, 3), 255, np.uint8))
    studio = Studio(new(folder / "out/production", ME, name="out").production, workers=0)
    brought, _ = source(studio, ME, folder / "mine.mp4", owner="Person A", terms=terms_named("own"))
    its = shot(studio, ME, brought.id)
    answer, _ = propose(studio, ME, its.id, "a warmer picture", previews=False)
    take = run(studio, ME, its.id, answer.recipes[1])
    decide(studio, ME, take.id, "accept", reason="the test accepts")
    deliver(studio, ME, its.id, folder / "out")
    deliver(studio, ME, its.id, folder / "exr", format="exr")
    studio.close()
    for name, at in (("sh010.mp4", "alone"), ("root.pem", "given")):
        (folder / at).mkdir()
        shutil.copy(folder / "out" / name, folder / at / name)
    shutil.copytree(folder / "out/production", folder / "production")
    again = enter(folder / "production")
    terms(again, ME, brought.id, owner="", terms=terms_named("unknown"))
    again.close()
    return folder
