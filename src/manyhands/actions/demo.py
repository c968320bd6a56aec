"""The demonstration's plate: a real photograph, moved by a synthetic hand-held camera, with grain.

The photograph is ``china.jpg`` of scikit-learn's sample images: the Tower of Buddhist Incense by
danielbuechele, CC BY 2.0.  It lies in that package's wheel; only the file is used.
"""

from __future__ import annotations

import math
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import cv2
import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.errors import StateError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from manyhands.media.footage import open_clip, probe
from manyhands.media.masters import write_master
from manyhands.media.view import view_for

NOTE = "thick black smoke and fire on the roof, wind from the left, a darker sky"
TITLE = "Tower of Buddhist Incense (china.jpg)"
CREDIT = "danielbuechele"
LICENCE = "CC-BY-2.0"
FOUND_AT = "https://www.flickr.com/photos/danielbuechele/6061409035/"
MADE_HOW = "enlarged, moved by a synthetic hand-held camera, with grain"

WIDTH, HEIGHT, FRAMES, RATE_FPS = 1280, 720, 72, Fraction(24)
SPARE_PX = 256
GRAIN = 0.006  # standard deviation at middle grey, scene-linear


def photograph() -> Path:
    """Where scikit-learn's wheel has the photograph.  Raises: StateError without the package."""
    try:
        found = [file for file in files("scikit-learn") or [] if file.name == "china.jpg"]
    except PackageNotFoundError:
        found = []
    if not found:
        raise StateError("demo: the photograph is missing.", "Install it: pip install 'manyhands[demo]'.")
    return Path(str(found[0].locate()))


def write_plate(path: Path) -> None:
    """Write the moving plate as a camera file (DNxHR).  The same bytes each time."""
    clip = plate()
    write_master(path, clip, span=clip.span, format="dnxhr", view=view_for("rec709"))


def plate() -> Clip:
    """The moving plate; a frame is made when it is asked for."""
    picture = open_clip(probe(photograph()), Hand(id="camera:china.jpg:demo", origin="camera", name="china.jpg"))
    still = picture.frame(picture.span.start).rgba
    span = Span(length=FRAMES, rate_fps=RATE_FPS)
    chance = Chance(1, "demo plate")
    grain = chance.of("grain").at(0).standard_normal((HEIGHT + SPARE_PX, WIDTH + SPARE_PX, 3), np.float32)
    grain = cv2.GaussianBlur(grain, (0, 0), 0.6) * 2.0  # each frame takes another part of it

    def read(at: int) -> Frame:
        moved = cv2.warpAffine(
            still,
            _camera(at - span.start, still),
            (WIDTH, HEIGHT),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REFLECT,
        )
        left, top = chance.at(at).integers(0, SPARE_PX, 2)
        noise = grain[top : top + HEIGHT, left : left + WIDTH]
        level = np.sqrt(np.maximum(moved[..., :3], 0) / 0.18 + 0.05)
        moved[..., :3] += np.float32(GRAIN) * noise * level
        moved[..., 3] = 1
        return Frame.of(moved, Hand(id="camera:china.jpg:demo", origin="camera", name="china.jpg"))

    return Clip(span, WIDTH, HEIGHT, read)


def _camera(frame: int, still: np.ndarray) -> np.ndarray:
    """(2, 3): the photograph's pixels to the plate's: a breath, a sway, a slow push to the right."""
    seconds = frame / float(RATE_FPS)
    x = (
        9 * math.sin(1.1 * seconds + 0.4)
        + 3.5 * math.sin(4.3 * seconds)
        + 1.2 * math.sin(11 * seconds + 1)
        + 6 * seconds
    )
    y = 6 * math.sin(0.9 * seconds + 2.0) + 2.5 * math.sin(3.7 * seconds + 1) + 1.0 * math.sin(9 * seconds)
    turn = math.radians(0.18 * math.sin(1.3 * seconds) + 0.06 * math.sin(5.1 * seconds + 2))
    height, width = still.shape[:2]
    scale = 1.06 * max(WIDTH / width, HEIGHT / height)
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    left = WIDTH / 2 + x - 12 - cos * width / 2 + sin * height / 2
    top = y - 14 - sin * width / 2  # all of the sky that the photograph has
    return np.array([[cos, -sin, left], [sin, cos, top]])
