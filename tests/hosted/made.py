"""Films that a service would make, and productions that ask for them by the command line."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from manyhands.comp.conform import conformed
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from manyhands.media.footage import open_clip, probe
from manyhands.media.masters import write_master
from manyhands.media.view import View, view_for
from tests.doors import Said, here
from tests.plates import plate

MODEL = Hand(id="trained:test:1", origin="trained", name="test")
ME = ("--by", "Person A")
FRAMES = 60  # two and a half seconds: the shortest whole one that aleph2 takes


def movie(clip: Clip) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.mp4"
        write_master(path, clip, span=clip.span, format="mp4", view=View("rec709"))
        return path.read_bytes()


def film(content: bytes, folder: Path) -> Clip:
    path = folder / "film.mp4"
    path.write_bytes(content)
    return open_clip(probe(path), MODEL)


def darker(uploads: Mapping[str, bytes], address: str) -> bytes:
    """The uploaded film at a quarter of its light."""
    with TemporaryDirectory() as folder:
        clip = film(uploads[address], Path(folder))
        return movie(clip.each(lambda frame, at: Frame.of(frame.rgba * np.float32([0.25, 0.25, 0.25, 1]), MODEL)))


def other(uploads: Mapping[str, bytes], address: str) -> bytes:
    """The uploaded film at another size and rate."""
    with TemporaryDirectory() as folder:
        clip = film(uploads[address], Path(folder))
        span = Span(length=int(clip.span.seconds * 30), rate_fps=Fraction(30))
        return movie(conformed(clip, span, 256, 144))


@cache
def drawn(seconds: int, width: int = 128, height: int = 72) -> bytes:
    return movie(plate(seconds * 24, width=width, height=height))


def makes(route: str, body: dict[str, Any], uploads: dict[str, bytes]) -> list[tuple[str, bytes]]:
    """A film of each task: the plate made darker, or one of its own."""
    if route == "video_to_video":
        return [("made.mp4", darker(uploads, body["videoUri"]))]
    return [("made.mp4", drawn(body["duration"]))]


def write_plate(path: Path, frames: int = FRAMES, *, rate_fps: int = 24) -> Path:
    clip = plate(frames, rate_fps=rate_fps)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    return path


def production(folder: Path, plate_: Path, *terms: str, params: Mapping[str, str] | None = None) -> tuple[Path, Any]:
    """A production with a shot for which a runway step was set by hand; and what was offered."""
    where = folder / "production"
    told("new", where, *ME)
    source = told("source", "add", plate_, *ME, "-p", where, "--own", *(terms or ("--hosted",)))
    told("shot", "add", source["id"], *ME, "-p", where, "--id", "sh010")
    told("propose", "sh010", "a darker sky", *ME, "-p", where, "--no-previews")
    wanted = {"prompt": "make it snow", **(params or {})}
    sets = [word for name, value in wanted.items() for word in ("--set", f"runway.{name}={value}")]
    offered = told("propose", "sh010", *ME, "-p", where, "--like", "literal", *sets, "--why", "to see snow")
    return where, offered["offers"][0]


def told(*words: object) -> Any:
    return here(*words, "--json").value


def ran(where: Path, *more: object, workers: int = 0) -> Said:
    return here("run", "sh010", "literal, by hand", *ME, "-p", where, "--workers", workers, *more, "--json")
