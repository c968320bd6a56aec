"""Frames with authorship as EXR.  Oracle: what was written comes back; OpenImageIO reads the same channels."""

import json
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import OpenEXR
import OpenImageIO as oiio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from manyhands.core.authorship import Authorship
from manyhands.core.errors import CapacityError, MediaError, StoreError
from manyhands.core.extent import frame_extent
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand, person
from manyhands.media import cryptomatte
from manyhands.media.exr import AUTHORSHIP, read_frame, stored, write_frame
from manyhands.media.footage import open_clip, probe
from tests.media.made import CAMERA

SMOKE = Hand(id="procedure:smoke:1", origin="procedure", name="smoke", version="1")
MODEL = Hand(id="trained:paint:2", origin="trained", name="paint", version="2", behind="source-7")
GRADE = Hand(id="procedure:grade:1", origin="procedure", name="grade", version="1")
PAINTER = person("Person A")
ALL = (CAMERA, SMOKE, MODEL, PAINTER)


def mixed(hands=ALL, altering=(GRADE,), *, height: int = 24, width: int = 32, seed: int = 0) -> Frame:
    """A frame with many hands, clear parts, light above 1 and below 0."""
    rng = np.random.default_rng(seed)
    alpha = rng.uniform(0, 1, (height, width)).astype(np.float32)
    alpha[:4], alpha[-4:] = 0, 1
    shares = rng.dirichlet([0.4] * len(hands), (height, width)).transpose(2, 0, 1).astype(np.float32)
    rgba = np.dstack([rng.uniform(-0.1, 6, (height, width, 3)).astype(np.float32) * alpha[..., None], alpha])
    weights = (shares / shares.sum(0) * alpha).astype(np.float32)
    changes = rng.uniform(0, 1, (len(altering), height, width)).astype(np.float32)
    return Frame(np.ascontiguousarray(rgba, np.float32), Authorship(hands, weights, altering, changes))


def same(one: Frame, other: Frame) -> bool:
    a, b = one.authorship, other.authorship
    alike = (one.rgba == other.rgba).all() and (a.weights == b.weights).all()
    if a.altering:
        alike &= (a.alterations == b.alterations).all()
    saved = [[hand.save() for hand in its.hands + its.altering] for its in (a, b)]
    return bool(alike) and saved[0] == saved[1] and a.hands == b.hands and a.altering == b.altering


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("altering", [(), (GRADE,), (GRADE, PAINTER, SMOKE)])
def test_a_frame_comes_back_with_the_same_hands(tmp_path, count, altering):
    frame = mixed(ALL[:count], altering)
    write_frame(tmp_path / "f.exr", frame)
    back = read_frame(tmp_path / "f.exr")
    assert same(back, stored(frame))
    assert not back.faults(within=1e-3)
    assert np.abs(back.rgba - frame.rgba).max() <= 6 * 2**-11
    assert np.abs(back.authorship.weights - frame.authorship.weights).max() <= 2**-12
    assert frame_extent(back, 1001) == frame_extent(stored(frame), 1001)


@given(st.integers(0, 2**32), st.floats(0, 1))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_shares_sum_to_alpha_after_half(tmp_path, seed, opacity):
    frame = mixed(seed=seed)
    light = Frame(frame.rgba * np.float32(opacity), Authorship(ALL, frame.authorship.weights * np.float32(opacity)))
    assert not stored(light).faults(within=1e-3)


def test_the_same_frame_gives_the_same_bytes_also_after_a_visit(tmp_path):
    frame = mixed()
    asked = {"rate_fps": Fraction(24000, 1001), "timecode": "01:00:00:05", "attributes": {"comments": "take 3"}}
    write_frame(tmp_path / "a.exr", frame, **asked)
    write_frame(tmp_path / "b.exr", frame, **asked)
    write_frame(tmp_path / "c.exr", read_frame(tmp_path / "a.exr"), **asked)
    assert len({(tmp_path / f"{name}.exr").read_bytes() for name in "abc"}) == 1


def test_every_frame_of_a_take_has_the_channels_of_all_its_hands(tmp_path):
    alone = mixed((CAMERA,), ())
    write_frame(tmp_path / "a.exr", alone, hands=ALL, altering=(GRADE,))
    back = read_frame(tmp_path / "a.exr")
    assert back.authorship.hands == ALL
    assert back.authorship.altering == (GRADE,)
    assert (back.authorship.weight_of(CAMERA) == stored(alone).authorship.weight_of(CAMERA)).all()
    assert not back.authorship.weights[1:].any()
    assert same(back, stored(alone, hands=ALL, altering=(GRADE,)))


def test_a_hand_that_the_take_does_not_name_is_refused(tmp_path):
    with pytest.raises(MediaError, match=r"procedure:grade:1 are not among those of the take"):
        write_frame(tmp_path / "a.exr", mixed(), hands=ALL, altering=(SMOKE,))
    with pytest.raises(MediaError, match=r"person:person-a are not among"):
        write_frame(tmp_path / "a.exr", mixed(), hands=ALL[:3], altering=(GRADE,))
    assert list(tmp_path.iterdir()) == []


def test_another_reader_finds_light_ids_and_coverage(tmp_path):
    """OpenImageIO, addressed by channel name (it hands extra channels over in alphabetical order)."""
    frame = mixed()
    path = tmp_path / "a.exr"
    write_frame(path, frame, rate_fps=Fraction(25), timecode="10:11:12:13")
    reader = oiio.ImageInput.open(str(path))
    spec = reader.spec()
    names, kinds = list(spec.channelnames), list(map(str, spec.channelformats))
    pixels = reader.read_image("float")
    assert (spec.get_string_attribute("compression"), spec.getattribute("framesPerSecond")) == ("piz", (25, 1))
    assert spec.getattribute("smpte:TimeCode")[0] == 0x10111213
    assert np.allclose(spec.getattribute("chromaticities")[:2], (0.713, 0.293))
    found = {name: pixels[..., names.index(name)] for name in names}
    assert {kinds[names.index(name)] for name in names if name[-1] in "RB" and "0" in name} == {"float"}
    assert {kinds[names.index(name)] for name in "RGBA"} == {"half"}
    assert np.allclose(np.dstack([found[name] for name in "RGBA"]), frame.rgba, atol=4e-3)
    keys = [attribute.name for attribute in spec.extra_attribs if attribute.name.endswith("/manifest")]
    manifests = {spec.getattribute(key.replace("manifest", "name")): json.loads(spec.getattribute(key)) for key in keys}
    assert set(manifests) == {"hands", "alterations"}
    # What a matte picker does: add up the coverage wherever the id is the hand's.
    wanted = np.frombuffer(bytes.fromhex(manifests["hands"][MODEL.id])[::-1], np.float32)[0]
    matte = np.zeros((24, 32), np.float32)
    for level in ("hands00", "hands01"):
        for name, cover in (("R", "G"), ("B", "A")):
            matte += np.where(found[f"{level}.{name}"] == wanted, found[f"{level}.{cover}"], 0)
    assert np.allclose(matte, frame.authorship.weight_of(MODEL), atol=1e-3)
    assert wanted == np.float32(struct.unpack("<f", struct.pack("<I", cryptomatte.id_bits(MODEL.id)))[0])


def test_light_beyond_half_is_kept_at_the_largest(tmp_path):
    rgba = np.ones((24, 32, 4), np.float32)
    rgba[0, 0] = (1e6, -1e6, 2, 1)
    write_frame(tmp_path / "a.exr", Frame.of(rgba, CAMERA))
    assert (read_frame(tmp_path / "a.exr").rgba[0, 0] == [65504, -65504, 2, 1]).all()


def test_footage_that_carries_authorship_keeps_it(tmp_path):
    for number in (1001, 1002):
        write_frame(tmp_path / f"take.{number}.exr", mixed(seed=number), rate_fps=Fraction(25), timecode="01:00:00:00")
    footage = probe(tmp_path)
    assert (footage.colour_space, footage.timecode, footage.span.rate_fps) == ("acescg", "01:00:00:00", 25)
    assert "its own authorship" in " ".join(footage.notes)
    frame = open_clip(footage, Hand(id="camera:other:1", origin="camera", name="other")).frame(1002)
    assert same(frame, stored(mixed(seed=1002)))
    half = open_clip(footage, CAMERA, scale=0.5).frame(1001)
    assert not half.faults(within=1e-3)
    assert half.authorship.hands == ALL


def test_a_file_of_others_has_no_authorship(tmp_path):
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    OpenEXR.File(header, {"RGB": np.ones((24, 32, 3), np.float16)}).write(str(tmp_path / "a.exr"))
    with pytest.raises(MediaError, match="carries no authorship"):
        read_frame(tmp_path / "a.exr")


def test_damaged_authorship_is_refused(tmp_path):
    write_frame(tmp_path / "a.exr", mixed())
    file = OpenEXR.File(str(tmp_path / "a.exr"), separate_channels=True)
    header = {key: value for key, value in file.header().items() if key != "channels"}
    channels = {name: channel.pixels for name, channel in file.channels().items()}
    without = {name: pixels for name, pixels in channels.items() if not name.startswith("hands01")}
    OpenEXR.File(header, without).write(str(tmp_path / "b.exr"))
    with pytest.raises(MediaError, match=r"b\.exr: its record of authorship is damaged"):
        read_frame(tmp_path / "b.exr")
    OpenEXR.File({**header, AUTHORSHIP: "{"}, channels).write(str(tmp_path / "c.exr"))
    with pytest.raises(MediaError, match="authorship is damaged"):
        read_frame(tmp_path / "c.exr")


def test_a_full_disk_leaves_the_earlier_frame(tmp_path):
    path = tmp_path / "a.exr"
    write_frame(path, mixed())
    before = path.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(CapacityError, match="Make room"):
            write_frame(path, mixed(seed=2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


WRITER = """
import sys
from pathlib import Path
import numpy as np
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.media.exr import write_frame
hand = Hand(id="camera:plate:000000", origin="camera", name="plate")
frames = [Frame.of(np.random.default_rng(n).uniform(0, 1, (120, 160, 4)).astype(np.float32), hand) for n in (0, 1)]
for turn in range(100_000):
    write_frame(Path(sys.argv[1]), frames[turn % 2])
    if turn == 2:
        print("ready", flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_a_whole_frame(tmp_path):
    path = tmp_path / "a.exr"
    chance = np.random.default_rng(11)
    seen = set()
    for _ in range(4):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0, 0.05))
            writer.kill()
        seen.add(float(read_frame(path).rgba[0, 0, 0]))
        assert [name.name for name in tmp_path.iterdir() if not name.name.startswith(".")] == ["a.exr"]
    assert seen <= {float(np.float16(np.random.default_rng(n).uniform(0, 1))) for n in (0, 1)}


def test_a_folder_that_is_a_file_is_a_store_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        write_frame(tmp_path / "file" / "a.exr", mixed())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_store_error(tmp_path):
    folder = Path(shutil.copytree(tmp_path, tmp_path / "shut"))
    folder.chmod(0o500)
    with pytest.raises(StoreError, match="permissions"):
        write_frame(folder / "a.exr", mixed())
    folder.chmod(0o700)
