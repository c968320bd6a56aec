"""Stills out.  Oracle: OpenCV and OpenImageIO read back what was written."""

import struct

import cv2
import numpy as np
import OpenImageIO as oiio
import pytest

from manyhands.core.errors import StoreError
from manyhands.media.footage import probe
from manyhands.media.stills import write_jpeg, write_png


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("quick", [False, True])
def test_png_keeps_every_bit(tmp_path, kind, channels, quick):
    pixels = np.random.default_rng(1).integers(0, np.iinfo(kind).max, (20, 30, channels), kind, endpoint=True)
    write_png(tmp_path / "a.png", pixels, quick=quick)
    back = cv2.imread(str(tmp_path / "a.png"), cv2.IMREAD_UNCHANGED)
    assert back.dtype == kind
    assert (back[..., [2, 1, 0, 3][:channels]] == pixels).all()


def test_png_carries_its_tags_where_every_reader_looks(tmp_path):
    path = tmp_path / "a.png"
    write_png(path, np.zeros((8, 8, 3), np.uint8), tags=(1, 1))
    content = path.read_bytes()
    # PNG, third edition: cICP comes before the picture; length 4, then its name.
    assert content[33:45] == struct.pack(">I", 4) + b"cICP" + bytes([1, 1, 0, 1])
    assert oiio.ImageInput.open(str(path)).spec().getattribute("CICP") == (1, 1, 0, 1)
    assert probe(path).colour_space == "rec709"
    write_png(path, np.zeros((8, 8, 3), np.uint8))
    assert probe(path).colour_space == "srgb"


def test_jpeg_is_near_and_keeps_colour_sharp(tmp_path):
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[:, ::2] = (255, 0, 0)  # red columns, which half-size chroma would smear
    write_jpeg(tmp_path / "a.jpg", pixels, quality=95)
    back = cv2.imread(str(tmp_path / "a.jpg"))[..., ::-1]
    assert np.abs(back.astype(int) - pixels).mean() < 6


def test_a_picture_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        write_png(tmp_path / "file" / "a.png", np.zeros((8, 8, 3), np.uint8))
