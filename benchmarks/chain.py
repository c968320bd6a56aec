"""A whole chain at 1080p: decode, an element laid over, view, encode; with authorship, without, and bare."""

from __future__ import annotations

import itertools
import statistics
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from benchmarks.measure import Figure, median_ratio, seconds_of_each
from benchmarks.plate import WIDTH, moving_plate
from manyhands.comp import layers
from manyhands.core.authorship import Authorship, no_planes
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.kit.memory import reuse_memory
from manyhands.media.footage import open_clip, probe
from manyhands.media.masters import FORMATS, write_master
from manyhands.media.view import view_for

FRAMES = 48
CAMERA = Hand(id="camera:plate:1", origin="camera", name="plate")
SMOKE = Hand(id="maker:smoke@1", origin="procedure", name="smoke")
FIRE = Hand(id="maker:fire@1", origin="procedure", name="fire")


def figures() -> list[Figure]:
    reuse_memory()  # as the command line does
    with tempfile.TemporaryDirectory() as folder:
        return _figures(Path(folder))


def _figures(folder: Path) -> list[Figure]:
    path, element = folder / "plate.mp4", _element()
    clip = moving_plate(FRAMES)
    write_master(path, clip, span=clip.span, format="mp4", view=view_for("rec709"))
    footage = probe(path)
    plate = open_clip(footage, CAMERA)

    def carrying() -> None:
        made = plate.each(lambda frame, at: layers.over(element, frame))
        write_master(folder / "with.mp4", made, span=plate.span, format="mp4", source=footage)

    def without() -> None:
        bare_element = _colour_alone(element)
        made = plate.each(lambda frame, at: layers.over(bare_element, _colour_alone(frame)))
        write_master(folder / "without.mp4", made, span=plate.span, format="mp4", source=footage)

    def bare() -> None:
        _transcode(path, folder / "bare.mp4", plate)

    with_hands, colour, coding = seconds_of_each([carrying, without, bare], runs=9, warm=1)
    return [
        Figure("chain 1080p with authorship", FRAMES / statistics.median(with_hands), "frames a s", None),
        Figure("chain 1080p, with authorship / without", median_ratio(with_hands, colour), "times", 1.1),
        Figure(
            "chain 1080p rate / bare decode and encode", median_ratio(coding, with_hands), "times", 0.7, at_most=False
        ),
    ]


def _element() -> Frame:
    """A soft plume by two hands over a third of the picture."""
    y, x = np.mgrid[0 : WIDTH * 9 // 16, 0:WIDTH].astype(np.float32) / WIDTH
    alpha = np.exp(-(((x - 0.5) / 0.16) ** 2) - ((y - 0.28) / 0.2) ** 2).astype(np.float32)
    alpha[alpha < 0.02] = 0
    rgba = np.dstack([alpha * 0.05, alpha * 0.05, alpha * 0.06, alpha])
    return Frame(rgba, Authorship((SMOKE, FIRE), np.stack([alpha * np.float32(0.7), alpha * np.float32(0.3)])))


def _colour_alone(frame: Frame) -> Frame:
    return Frame(frame.rgba, Authorship((), no_planes(frame.height, frame.width)))


def _transcode(path: Path, out: Path, plate: Clip) -> None:
    """FFmpeg's decoder into its encoder with our settings, and nothing between."""
    chosen = FORMATS["mp4"]
    options = {"g": str(2 * round(plate.span.rate_fps)), **chosen.options}
    with av.open(str(path)) as source, av.open(str(out), "w") as target:
        source.streams.video[0].thread_type = "AUTO"
        stream = target.add_stream(chosen.codec, rate=plate.span.rate_fps, options=options)
        stream.width, stream.height, stream.pix_fmt = plate.width, plate.height, chosen.pixels
        stream.codec_context.time_base = Fraction(1) / plate.span.rate_fps
        for number, picture in enumerate(itertools.islice(source.decode(video=0), FRAMES)):
            picture.pts, picture.time_base = number, 1 / plate.span.rate_fps
            target.mux(stream.encode(picture))
        target.mux(stream.encode(None))
