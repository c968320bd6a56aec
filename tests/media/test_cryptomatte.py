"""Cryptomatte.  Oracle: the test vectors of specification 1.2.0, and a ranking by numpy."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from manyhands.core.errors import MediaError
from manyhands.media import cryptomatte

NAMES = ["camera:plate:3f2a11", "procedure:smoke:1", "person:person-a"]


@pytest.mark.parametrize(("name", "as_float"), [("torus", -1.54943624832e30), ("равнина", -1.31926312124e-25)])
def test_ids_are_those_of_the_specification(name, as_float):
    (value,) = struct.unpack("<f", struct.pack("<I", cryptomatte.id_bits(name)))
    assert value == pytest.approx(as_float, rel=1e-11)


@given(st.text(min_size=1))
def test_no_id_is_denormal_infinite_or_nan(name):
    assert cryptomatte.id_bits(name) >> 23 & 255 not in {0, 255}


def test_the_header_names_the_layer_and_its_manifest():
    header = cryptomatte.attributes("hands", NAMES)
    keys = {key.rsplit("/", 1)[0] for key in header}
    assert len(keys) == 1
    (key,) = keys
    assert len(key.removeprefix("cryptomatte/")) == 7
    assert header[f"{key}/name"] == "hands"
    assert header[f"{key}/hash"] == "MurmurHash3_32"
    assert header[f"{key}/conversion"] == "uint32_to_float32"
    assert json.loads(header[f"{key}/manifest"])["person:person-a"] == f"{cryptomatte.id_bits('person:person-a'):08x}"


def test_two_names_of_one_hash_are_refused():
    with pytest.raises(MediaError, match="same hash"):
        cryptomatte.attributes("hands", ["a", "a"])


def test_pairs_are_ranked_by_coverage_and_empty_ones_have_no_id():
    rng = np.random.default_rng(3)
    planes = rng.dirichlet((0.6, 0.6, 0.6), (5, 7)).astype(np.float32).transpose(2, 0, 1)
    planes[:, 0, 0] = 0
    planes[1, 1] = 0
    channels = cryptomatte.channels("hands", NAMES, planes)
    assert set(channels) == {f"hands0{level}.{letter}" for level in (0, 1) for letter in "RGBA"}
    ids = np.stack([channels[name] for name in ("hands00.R", "hands00.B", "hands01.R", "hands01.B")])
    covers = np.stack([channels[name] for name in ("hands00.G", "hands00.A", "hands01.G", "hands01.A")])
    assert ids.dtype == np.float32
    wanted = np.array([cryptomatte.id_bits(name) for name in NAMES], np.uint32).view(np.float32)
    half = planes.astype(np.float16)
    order = np.argsort(-half, axis=0, kind="stable")
    expected = np.take_along_axis(half, order, 0)
    assert (covers[:3] == expected).all()
    assert (covers[3] == 0).all()
    assert (ids[:3] == np.where(expected > 0, wanted[order], 0)).all()
    assert (cryptomatte.planes("hands", NAMES, channels, (5, 7)) == half.astype(np.float32)).all()
