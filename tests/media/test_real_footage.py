"""The clips of ../shared/footage, where they are at hand: every one opens, whole, in any order."""

from pathlib import Path

import pytest

from manyhands.media.footage import open_clip, probe
from tests.media.made import CAMERA

FOOTAGE = Path(__file__).parents[3] / "shared" / "footage"
CLIPS = {
    "pan/pan.avi": (496, 640, 360), "dog/dog.mp4": (289, 1280, 720), "flower/flower.mp4": (150, 960, 540),
    "green/green.mp4": (1465, 320, 192), "people/people.mp4": (1394, 768, 432),
    "water/stream-of-water.mp4": (90, 480, 360), "bmx-trees/frames": (80, 432, 240), "tennis/frames": (70, 432, 240),
}  # fmt: skip

pytestmark = pytest.mark.footage


@pytest.mark.parametrize("name", CLIPS)
def test_a_real_clip_opens_and_its_frames_come_in_any_order(name):
    path = FOOTAGE / name
    if not path.exists():
        pytest.skip(f"{path.name} of ../shared/footage is not here")
    footage = probe(path)
    assert (footage.span.length, footage.width, footage.height) == CLIPS[name]
    clip = open_clip(footage, CAMERA, scale=0.25)
    first, middle, last = (footage.span.frames[place] for place in (0, footage.span.length // 2, -1))
    forwards = {at: clip.frame(at).rgba for at in (first, middle, last)}
    for at in (last, first, middle):
        assert (clip.frame(at).rgba == forwards[at]).all()
        assert not clip.frame(at).faults()
