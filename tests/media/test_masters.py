"""Masters out.  Oracle: PyAV and this package read them back; sound is placed by a click whose time is known."""

import hashlib
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from manyhands.core.errors import CapacityError, InputError, MediaError, Stopped
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.media.exr import read_frame, stored
from manyhands.media.footage import open_clip, probe
from manyhands.media.masters import FORMATS, _Planes, write_master
from manyhands.media.pixels import LUMA
from manyhands.media.view import View, view_for
from tests.media.made import CAMERA, number_in, numbered, plate, write_movie

ROOT = Path(__file__).parents[2]
VIEW = view_for("rec709")
MOVIES = [name for name, its in FORMATS.items() if its.kind == "movie"]
# Mean error in code values of 255 that a codec may make of a smooth picture, and its profile and pixel format.
LOOKS = {
    "mp4": (1.0, "h264", "yuv420p"), "mp4-10": (0.6, "hevc", "yuv420p10le"),
    "prores422hq": (0.3, "prores", "yuv422p10le"), "prores4444": (0.3, "prores", "yuva444p12le"),
    "dnxhr": (0.3, "dnxhd", "yuv422p10le"), "webm": (1.0, "vp9", "yuv420p"),
}  # fmt: skip


def written(folder, clip, format: str, **asked):
    path = folder / ("master" + (FORMATS[format].suffix if FORMATS[format].kind == "movie" else ""))
    write_master(path, clip, **{"span": clip.span, "format": format, "view": VIEW, **asked})
    return path


def content(path) -> str:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()


def test_every_movie_format_is_held_against_its_look():
    assert set(MOVIES) == set(LOOKS)


@pytest.mark.parametrize("format", MOVIES)
def test_a_movie_shows_the_picture_with_its_tags(tmp_path, format):
    clip = plate(256, 144, length=4)
    path = written(tmp_path, clip, format, metadata={"title": "shot 1"})
    allowed, codec, pixels = LOOKS[format]
    with av.open(str(path)) as movie:
        stream = movie.streams.video[0]
        first = next(movie.decode(stream))
        assert (stream.codec_context.name, first.format.name) == (codec, pixels)
        assert (first.color_range, first.colorspace) == (1, 1)
        assert stream.codec_context.color_primaries == 1
        assert stream.codec_context.color_trc == 1
        assert stream.average_rate == 24
        assert movie.metadata.get("title", movie.metadata.get("TITLE")) == "shot 1"
        if format == "mp4-10":
            assert stream.codec_context.codec_tag == "hvc1"
    footage = probe(path)
    assert (footage.span, footage.colour_space, footage.matrix) == (clip.span, "rec709", 1)
    assert not footage.notes
    back = open_clip(footage, CAMERA)
    for at in clip.span.frames:
        away = np.abs(VIEW.display(back.frame(at).rgba) - VIEW.display(clip.frame(at).rgba)) * 255
        assert away.mean() < allowed


@pytest.mark.parametrize("format", ["mp4", "prores422hq"])
def test_the_index_stands_before_the_pictures(tmp_path, format):
    path = written(tmp_path, plate(256, 144), format)
    assert path.read_bytes().index(b"moov") < path.read_bytes().index(b"mdat")


@pytest.mark.parametrize("format", list(FORMATS))
def test_the_same_frames_give_the_same_bytes(tmp_path, format):
    clip = plate(256, 144, length=3)
    first = content(written(tmp_path, clip, format))
    assert content(written(tmp_path, clip, format)) == first  # over the one that stands there
    assert [path.name for path in tmp_path.iterdir()] == [written(tmp_path, clip, format).name]


AGAIN = """
import sys
from pathlib import Path
from manyhands.media.masters import write_master
from tests.plates import plate
clip = plate(40, width=160, height=90)
write_master(Path(sys.argv[1]), clip, span=clip.span, format="mp4")
"""


def test_the_same_bytes_come_whatever_lay_in_memory_before(tmp_path):
    """A process's first encoding meets empty memory, its second does not; here glibc fills it with something else."""
    found = []
    for garbage in ("1", "77"):
        path = tmp_path / f"{garbage}.mp4"
        alone = {**os.environ, "MALLOC_PERTURB_": garbage}
        subprocess.run([sys.executable, "-c", AGAIN, str(path)], check=True, env=alone, cwd=ROOT)
        found.append(path.read_bytes())
    assert found[0] == found[1]


@pytest.mark.parametrize("matrix", [1, 6])
def test_untouched_camera_pixels_keep_their_samples_down_to_chroma(tmp_path, matrix):
    """What decision 0002 promises, before the codec has its say: random Y'CbCr, also beyond what a screen shows."""
    rng = np.random.default_rng(9)
    planes = [rng.integers(0, 256, size, np.uint8) for size in ((48, 64), (24, 32), (24, 32))]
    path = write_movie(tmp_path / "plate.mkv", [planes], "yuv420p", tags=(1, 1, matrix, 1))
    footage = probe(path)
    view = view_for(footage.colour_space, matrix=footage.matrix)
    assert view.matrix == matrix
    picture = _Planes(64, 48, FORMATS["mp4"], view).filled(open_clip(footage, CAMERA).frame(1001), 1001)
    for memory, plane in zip(picture.planes, planes, strict=True):
        found = np.frombuffer(memory, np.uint8).reshape(-1, memory.line_size)[: plane.shape[0], : plane.shape[1]]
        assert (found == plane).all()


@pytest.mark.parametrize("format", MOVIES)
def test_an_odd_plate_is_padded_and_none_of_its_pixels_moves(tmp_path, format):
    clip = plate(257, 145, length=2)
    path = written(tmp_path, clip, format)
    footage = probe(path)
    assert (footage.width, footage.height) == (258, 146 if "420" in FORMATS[format].pixels else 145)
    back = VIEW.display(open_clip(footage, CAMERA).frame(1001).rgba)
    wanted = VIEW.display(clip.frame(1001).rgba)
    assert np.abs(back[:145, :257] - wanted).mean() * 255 < 1.2
    assert np.abs(back[:145, -1] - wanted[:, -1]).mean() * 255 < 3


@pytest.mark.parametrize("format", MOVIES)
@pytest.mark.parametrize("length", [1, 2, 3])
def test_very_short_movies_are_whole(tmp_path, format, length):
    clip = plate(256, 144, length=length)
    for _ in range(3):
        footage = probe(written(tmp_path, clip, format), rate_fps=Fraction(24))
        assert footage.span.length == length
        with av.open(str(footage.path)) as movie:
            times = [(packet.pts, packet.dts) for packet in movie.demux(video=0) if packet.size]
        assert all(dts is not None and -10_000 < dts <= pts for pts, dts in times)


def test_prores_4444_keeps_straight_alpha(tmp_path):
    clip = plate(128, 64, alpha=True)
    footage = probe(written(tmp_path, clip, "prores4444"))
    frame, wanted = open_clip(footage, CAMERA).frame(1002), clip.frame(1002)
    assert footage.has_alpha
    assert np.abs(frame.alpha - wanted.alpha).mean() < 0.002
    assert np.abs(frame.rgb - wanted.rgb).mean() < 0.002
    assert not frame.faults()


def test_an_opaque_master_lays_the_picture_over_black(tmp_path):
    clip = plate(128, 64, alpha=True)
    frame = open_clip(probe(written(tmp_path, clip, "mp4")), CAMERA).frame(1001)
    assert np.abs(frame.rgb - clip.frame(1001).rgb).mean() < 0.01
    assert (frame.alpha == 1).all()


def test_exr_masters_keep_light_hands_and_time_code(tmp_path):
    clip = plate(alpha=True)
    smoke = Hand(id="procedure:smoke:1", origin="procedure", name="smoke")
    source = replace(probe(_movie(tmp_path)), timecode="01:00:00:00")
    folder = written(tmp_path, clip, "exr", source=source, hands=(CAMERA, smoke), span=clip.span)
    assert [file.name for file in sorted(folder.iterdir())] == [f"master.{at}.exr" for at in (1001, 1002, 1003)]
    back = read_frame(folder / "master.1002.exr")
    assert back.authorship.hands == (CAMERA, smoke)
    assert (back.rgba == stored(clip.frame(1002)).rgba).all()
    footage = probe(folder)
    assert (footage.span, footage.timecode) == (clip.span, "01:00:00:00")
    assert probe(folder / "master.1003.exr").span.length == 3


@pytest.mark.parametrize(("format", "bits"), [("png", 8), ("png16", 16)])
def test_png_masters_keep_code_values_and_say_what_they_are(tmp_path, format, bits):
    clip = plate(alpha=True)
    footage = probe(written(tmp_path, clip, format))
    assert (footage.bit_depth, footage.colour_space, footage.has_alpha) == (bits, "rec709", bits == 16)
    frame, wanted = open_clip(footage, CAMERA).frame(1002), clip.frame(1002)
    assert np.abs(VIEW.display(frame.rgba) - VIEW.display(wanted.rgba)).max() < (1.1 / 255 if bits == 8 else 3e-5)


def test_a_sequence_takes_the_place_of_the_one_before(tmp_path):
    written(tmp_path, plate(length=4), "png")
    folder = written(tmp_path, plate(length=2), "png")
    assert len(list(folder.iterdir())) == 2
    assert list(tmp_path.iterdir()) == [folder]


def test_a_part_of_a_clip_is_written_frame_by_frame_with_the_bell(tmp_path):
    movie = _movie(tmp_path)
    footage = probe(movie)
    rung = []
    span = footage.span.but(start=1005, length=6)
    path = tmp_path / "part.mp4"
    write_master(
        path, open_clip(footage, CAMERA), span=span, format="mp4", source=footage,
        bell=lambda done, of: rung.append((done, of)),
    )  # fmt: skip
    assert rung == [(done, 6) for done in range(1, 7)]
    back = open_clip(probe(path), CAMERA)
    assert [number_in(back.frame(at).rgba) for at in back.span.frames] == [4, 5, 6, 7, 8, 9]


def test_hdr_is_written_with_its_tags_and_not_in_8_bits(tmp_path):
    view, clip = view_for("pq"), plate(256, 144, length=2)
    with pytest.raises(MediaError, match=r"has 8 bits; PQ needs 10\. Choose mp4-10"):
        written(tmp_path, clip, "mp4", view=view)
    footage = probe(written(tmp_path, clip, "mp4-10", view=view))
    assert (footage.colour_space, footage.matrix) == ("pq", 9)


def test_a_scene_referred_plate_goes_out_rendered_by_default(tmp_path):
    movie = _movie(tmp_path)
    footage = probe(movie, colour_space="logc4")
    clip = open_clip(footage, CAMERA)
    write_master(tmp_path / "a.mov", clip, span=footage.span, format="prores4444", source=footage)
    back = open_clip(probe(tmp_path / "a.mov"), CAMERA).frame(1001)
    wanted = View("aces-sdr").display(clip.frame(1001).rgba)
    assert np.abs(VIEW.display(back.rgba) - wanted).mean() < 0.01


# --- sound and time code ---------------------------------------------------------------------


def _movie(folder, *, name: str = "plate.mov", sound_codec: str = "", length: int = 24, timecode: str = ""):
    """A second of numbered pictures; with sound, a click at the start of frame 12."""
    sound = None
    if sound_codec:
        sound = np.zeros(48000 * length // 24, np.int16)
        sound[24000:24480] = 20000
    return write_movie(
        folder / name, numbered(length, 64, 64), "yuv420p", codec="libx264", sound=sound, timecode=timecode,
        sound_codec=sound_codec or "pcm_s16le",
    )  # fmt: skip


def _heard(path) -> tuple[str, float, float]:
    """Codec, the time of the first loud sample, and how long the sound lasts."""
    with av.open(str(path)) as movie:
        stream = movie.streams.audio[0]
        frames = [(float(frame.pts * frame.time_base), frame.to_ndarray()) for frame in movie.decode(stream)]
        rate = stream.codec_context.sample_rate
        name = stream.codec_context.name
    heard = np.concatenate([np.abs(values.astype(np.float64)).max(0) for _, values in frames])
    return name, frames[0][0] + float(np.argmax(heard > heard.max() / 2)) / rate, len(heard) / rate


@pytest.mark.parametrize(
    ("format", "given", "codec"),
    [
        ("prores422hq", "pcm_s16le", "pcm_s16le"), ("prores422hq", "flac", "pcm_s24le"), ("mp4", "aac", "aac"),
        ("mp4", "pcm_s16le", "aac"), ("webm", "pcm_s16le", "opus"), ("dnxhr", "aac", "aac"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("start", [1001, 1007])
def test_sound_goes_along_and_stays_in_place(tmp_path, format, given, codec, start):
    source = probe(_movie(tmp_path, name="plate.mkv" if given == "flac" else "plate.mov", sound_codec=given))
    assert source.has_audio
    span = source.span.but(start=start, length=12)
    clip = open_clip(source, CAMERA)
    path = tmp_path / ("out" + FORMATS[format].suffix)
    pictures = [_larger(clip.frame(at)) for at in span.frames]
    write_master(path, pictures, span=span, format=format, source=source, view=VIEW)
    found, at, lasts = _heard(path)
    assert found == codec
    assert lasts == pytest.approx(0.5, abs=0.03)
    if start == 1007:
        # Frame 12 after 1001 is 6 frames into this span; copied and lossy sound may lie a packet's part beside.
        assert at == pytest.approx(6 / 24, abs=0.012 if codec != "pcm_s24le" else 1e-4)


def _larger(frame: Frame) -> Frame:
    """DNxHR has a smallest size."""
    return Frame.of(np.repeat(np.repeat(frame.rgba, 4, 1), 2, 0), CAMERA)


@pytest.mark.parametrize("format", ["mp4", "mp4-10", "prores422hq", "prores4444"])
def test_time_code_is_carried_to_the_spans_first_frame(tmp_path, format):
    source = probe(_movie(tmp_path, timecode="01:00:00:20"))
    span = source.span.but(start=1006, length=3)
    path = tmp_path / ("out" + FORMATS[format].suffix)
    write_master(path, open_clip(source, CAMERA), span=span, format=format, source=source)
    assert probe(path).timecode == "01:00:01:01"


def test_time_code_is_never_invented(tmp_path):
    source = probe(_movie(tmp_path))
    path = tmp_path / "out.mov"
    write_master(path, open_clip(source, CAMERA), span=source.span, format="prores422hq", source=source)
    assert probe(path).timecode == ""


# --- bad input -------------------------------------------------------------------------------


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"format: gif is not known\. There is: mp4"):
        write_master(tmp_path / "a.gif", plate(), span=plate().span, format="gif")


def test_too_few_frames_and_frames_of_two_sizes_leave_nothing(tmp_path):
    span = plate().span
    with pytest.raises(MediaError, match="2 frames came for a span of 3"):
        write_master(tmp_path / "a.mp4", [plate().frame(1001)] * 2, span=span, format="mp4", view=VIEW)
    with pytest.raises(MediaError, match="0 frames came"):
        write_master(tmp_path / "a.mp4", [], span=span, format="mp4", view=VIEW)
    mixed = [plate().frame(1001), plate(64, 48).frame(1001), plate().frame(1001)]
    with pytest.raises(MediaError, match=r"frame 1002 is 64x48, the first 32x24"):
        write_master(tmp_path / "a.mp4", mixed, span=span, format="mp4", view=VIEW)
    assert list(tmp_path.iterdir()) == []


def test_a_size_that_the_codec_cannot_take_is_said_so(tmp_path):
    with pytest.raises(MediaError, match=r"a\.mp4: .* cannot be coded like that .* Choose another format"):
        write_master(tmp_path / "a.mp4", plate(16, 8), span=plate().span, format="mp4-10", view=VIEW)
    with pytest.raises(MediaError, match=r"dnxhr starts at 256x120; the pictures are 16x8"):
        write_master(tmp_path / "a.mov", plate(16, 8), span=plate().span, format="dnxhr", view=VIEW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["mp4", "exr", "png"])
def test_stopping_in_the_middle_leaves_what_stood_there(tmp_path, format):
    path = written(tmp_path, plate(256, 144), format)
    before = content(path)

    def stop(done: int, of: int) -> None:
        if done == 2:
            raise Stopped("stopped.", "Run again to go on.")

    with pytest.raises(Stopped):
        written(tmp_path, plate(256, 144, seed=7), format, bell=stop)
    assert content(path) == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("format", ["mp4", "prores422hq", "webm", "exr"])
def test_a_full_disk_is_a_capacity_error_and_leaves_nothing(tmp_path, format):
    clip = plate(256, 144, length=2)
    clip.frame(1001)
    written(tmp_path / "warm", clip, format)  # kernels compile, and their cache is written, without the limit
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700, before[1]))
    try:
        with pytest.raises(CapacityError, match=r"full/master.* Make room"):
            written(tmp_path / "full", clip, format)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list((tmp_path / "full").iterdir()) == []


def test_luma_weights_are_those_of_the_recommendations():
    # ITU-R BT.709-6, BT.601-7, BT.2020-2: the Y row of R'G'B' to Y'.
    assert (LUMA[1], LUMA[6], LUMA[9]) == ((0.2126, 0.0722), (0.299, 0.114), (0.2627, 0.0593))


def test_a_rate_is_exact(tmp_path):
    clip = replace(plate(64, 48, length=30), span=plate().span.but(length=30, rate_fps=Fraction(24000, 1001)))
    clip = replace(clip, read=lambda at: plate(64, 48).frame(1001))
    assert probe(written(tmp_path, clip, "mp4")).span.rate_fps == Fraction(24000, 1001)
