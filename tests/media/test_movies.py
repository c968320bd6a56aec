"""Movies in.  Oracle: lossless FFV1 with code values by the formulas of ITU-R BT.601, 709 and 2020."""

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.reformatter import Interpolation

from manyhands.core.errors import MediaError
from manyhands.media import colour, movies
from manyhands.media.footage import inspected, open_clip, probe
from manyhands.media.view import view_for
from tests.media.made import CAMERA, number_in, numbered, write_movie

# Weights of red and blue in luma: ITU-R BT.709, BT.601, BT.2020.
WEIGHTS = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
COLOURS = np.array([[0.5, 0.5, 0.5], [0.9, 0.1, 0.1], [0.1, 0.8, 0.2], [0.15, 0.2, 0.95], [1, 1, 1], [0, 0, 0]])


def coded(rgb: np.ndarray, matrix: int, bits: int, *, full: bool) -> np.ndarray:
    """Y'CbCr code values of R'G'B', unrounded, as the recommendations word them: (n, 3)."""
    kr, kb = WEIGHTS[matrix]
    luma = rgb @ [kr, 1 - kr - kb, kb]
    blue, red = (rgb[:, 2] - luma) / (2 - 2 * kb), (rgb[:, 0] - luma) / (2 - 2 * kr)
    step = 2 ** (bits - 8)
    if full:
        peak = 2**bits - 1
        return np.stack([peak * luma, peak * blue + 128 * step, peak * red + 128 * step], 1)
    return np.stack([(219 * luma + 16) * step, (224 * blue + 128) * step, (224 * red + 128) * step], 1)


def bars(matrix: int, bits: int, *, full: bool, halved: tuple[int, int] = (1, 1)) -> list[np.ndarray]:
    """Bars of 8 columns, one for each colour, as planes."""
    codes = np.floor(coded(COLOURS, matrix, bits, full=full) + 0.5).clip(0, 2**bits - 1)
    kind = np.uint8 if bits == 8 else np.uint16
    wide = np.repeat(codes, 8, 0).astype(kind)
    tall, narrow = halved
    return [
        np.repeat(wide[None, :, 0], 24, 0),
        *(np.repeat(wide[None, ::narrow, channel], 24 // tall, 0) for channel in (1, 2)),
    ]


def shown(path, **asked) -> np.ndarray:
    """The middle of each bar, back in code values of its own space (the way out undoes the way in)."""
    footage = probe(path, **asked)
    frame = open_clip(footage, CAMERA).frame(footage.span.start)
    view = view_for(footage.colour_space)
    return view.display(frame.rgba)[12, 4::8]


@pytest.mark.parametrize("matrix", [1, 6, 9])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    ("pixels", "bits", "halved"),
    [("yuv444p", 8, (1, 1)), ("yuv422p10le", 10, (1, 2)), ("yuv420p", 8, (2, 2)), ("yuv444p12le", 12, (1, 1)),
     ("yuv420p16le", 16, (2, 2))],
)  # fmt: skip
def test_known_colours_come_back_for_every_combination_of_tags(tmp_path, matrix, full, pixels, bits, halved):
    primaries = 9 if matrix == 9 else 1
    tags = (primaries, 14 if matrix == 9 else 1, matrix, 2 if full else 1)
    path = write_movie(tmp_path / "bars.mkv", [bars(matrix, bits, full=full, halved=halved)], pixels, tags=tags)
    footage = probe(path)
    assert footage.colour_space == ("rec2020" if matrix == 9 else "rec709")
    assert (footage.matrix, footage.is_full_range, footage.bit_depth) == (matrix, full, bits)
    # Rounding to code values moves a channel by at most two of them.
    assert np.abs(shown(path) - COLOURS).max() < 2.1 / 219 / 2 ** (bits - 8)


@pytest.mark.parametrize(
    ("tags", "meant"),
    [((1, 13, 1, 1), "srgb"), ((12, 13, 1, 1), "p3"), ((9, 16, 9, 1), "pq"), ((1, 4, 1, 1), "gamma22"),
     ((1, 8, 1, 1), "linear-srgb")],
)  # fmt: skip
def test_transfer_and_primaries_name_the_space(tmp_path, tags, meant):
    path = write_movie(tmp_path / "bars.mkv", [bars(tags[2], 10, full=False)], "yuv444p10le", tags=tags)
    assert probe(path).colour_space == meant


def test_a_log_plate_is_read_as_what_it_is_called(tmp_path):
    # ARRI: LogC3 at EI 800 writes mid grey at 0.391 of full scale.
    grey = [np.full((24, 32), round(0.391007 * 1023), np.uint16), *[np.full((24, 32), 512, np.uint16)] * 2]
    path = write_movie(tmp_path / "log.mkv", [grey], "yuv444p10le", tags=(1, 1, 1, 2))
    footage = probe(path, colour_space="LogC3")
    assert footage.colour_space == "logc3"
    assert np.allclose(open_clip(footage, CAMERA).frame(1001).rgb, 0.18, atol=2e-3)


@pytest.mark.parametrize("space", [each.name for each in colour.SPACES if not each.is_display_referred])
def test_a_plate_with_half_size_chroma_is_read_in_every_camera_space(tmp_path, space):
    """Oracle: OpenColorIO on the same code values, which pass no chroma and no line longer than the picture."""
    luma = np.linspace(16, 235, 24 * 32).reshape(24, 32).round().astype(np.uint8)
    grey = np.full((12, 16), 128, np.uint8)
    path = write_movie(tmp_path / "log.mkv", [[luma, grey, grey]], "yuv420p")
    light = open_clip(probe(path, colour_space=space), CAMERA).frame(1001).rgb
    codes = np.repeat((luma[..., None].astype(np.float32) - 16) / 219, 4, -1)
    codes[..., 3] = 1
    assert np.isfinite(light).all()
    assert np.allclose(light, colour.decoded(codes, space)[..., :3], rtol=2e-3, atol=1e-4)


def test_untagged_footage_is_taken_as_rec709_and_said_so(tmp_path):
    small = write_movie(tmp_path / "small.mkv", [bars(6, 8, full=False)], "yuv444p", tags=(2, 2, 2, 0))
    notes = " ".join(probe(small).notes)
    assert "untagged: taken as Rec.709" in notes
    assert "Rec.601 is usual" in notes
    assert np.abs(shown(small) - COLOURS).max() < 0.01


def test_light_beyond_white_and_black_is_kept(tmp_path):
    planes = [np.full((24, 32), 250, np.uint8), *[np.full((24, 32), 128, np.uint8)] * 2]
    path = write_movie(tmp_path / "bright.mkv", [planes], "yuv444p")
    assert open_clip(probe(path), CAMERA).frame(1001).rgb.min() > 1.1


def test_chroma_is_interpolated_from_its_left_upper_place(tmp_path):
    """H.264's default siting: chroma lies on the left luma sample, half-way between two lines."""
    ramp = np.arange(16, dtype=np.uint8) * 4 + 96
    chroma = np.repeat(ramp[None], 12, 0)
    planes = [np.full((24, 32), 126, np.uint8), chroma, np.full((12, 16), 128, np.uint8)]
    path = write_movie(tmp_path / "ramp.mkv", [planes], "yuv420p")
    codes = view_for("rec709").display(open_clip(probe(path), CAMERA).frame(1001).rgba)
    blue = (codes[12, :, 2] * 219 + 16 - 126) / (1.8556 * 219 / 224) + 128
    assert np.allclose(blue[4:24], np.arange(4, 24) * 2 + 96, atol=0.05)


def test_ffmpegs_own_conversion_agrees(tmp_path):
    """A second reader: libswscale, told matrix and range, on a smooth picture with saturated colours.

    (To packed rgb48 with full chroma, FFmpeg 8's own result is wrong: its green is 0; planar is right.)
    """
    y, x = np.mgrid[0:48, 0:64]
    luma = (80 + y + x // 2).astype(np.uint8)
    blue, red = (100 + y[:24, :32] + x[:24, :32] // 2).astype(np.uint8), (160 - x[:24, :32]).astype(np.uint8)
    path = write_movie(tmp_path / "smooth.mkv", [[luma, blue, red]], "yuv420p")
    with av.open(str(path)) as container:
        theirs = next(container.decode(video=0)).to_ndarray(
            format="gbrp16le", src_colorspace=1, dst_colorspace=1, src_color_range=1, dst_color_range=2,
            interpolation=Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT,
        )  # fmt: skip
    ours = view_for("rec709").display(open_clip(probe(path), CAMERA).frame(1001).rgba)
    away = np.abs(ours - theirs / 65535)[2:-2, 2:-2]
    assert away.max() < 2 / 255
    assert away.mean() < 0.6 / 255


def test_rgb_and_straight_alpha_become_premultiplied_light(tmp_path):
    codes = np.zeros((24, 32, 4), np.uint8)
    codes[..., :3] = (64, 128, 200)  # blue, green, red
    codes[..., 3] = np.linspace(0, 255, 32).astype(np.uint8)
    path = write_movie(tmp_path / "alpha.mkv", [[codes.reshape(24, 128)]], "bgra", tags=(1, 13, 0, 2))
    footage = probe(path)
    assert footage.has_alpha
    assert footage.colour_space == "srgb"
    frame = open_clip(footage, CAMERA).frame(1001)
    assert np.allclose(frame.alpha, codes[..., 3] / 255, atol=1e-6)
    assert not frame.faults()
    assert (frame.rgb[:, 0] == 0).all()
    straight = view_for("srgb").display8(frame.rgba, straight=True)
    assert (straight[:, 1:] == (200, 128, 64)).all()


def test_vp9_keeps_its_alpha(tmp_path):
    luma, chroma = np.full((48, 64), 120, np.uint8), np.full((24, 32), 128, np.uint8)
    alpha = np.zeros((48, 64), np.uint8)
    alpha[:, 32:] = 255
    path = write_movie(tmp_path / "a.webm", [[luma, chroma, chroma, alpha]] * 3, "yuva420p", codec="libvpx-vp9")
    footage = probe(path)
    frame = open_clip(footage, CAMERA).frame(1002)
    assert footage.has_alpha
    assert frame.alpha[:, 4:28].max() < 0.05
    assert frame.alpha[:, 36:60].min() > 0.95


@pytest.mark.parametrize("pixels", ["gray", "gray10le", "rgb24", "gbrp10le", "yuv411p", "yuv440p", "rgb48le", "bgr0"])
def test_unusual_pixel_formats_read_as_grey(tmp_path, pixels):
    bits = 10 if "10" in pixels else 16 if "48" in pixels else 8
    kind = np.uint8 if bits == 8 else np.uint16
    level, zero = 2 ** (bits - 1), 2 ** (bits - 1)
    channels = {"rgb24": 3, "rgb48le": 3, "bgr0": 4}.get(pixels, 1)
    planes = [np.full((24, 32 * channels), level, kind)]
    if pixels == "gbrp10le":
        planes *= 3
    if pixels.startswith("yuv"):
        size = (24, 8) if pixels == "yuv411p" else (12, 32)
        planes += [np.full(size, zero, kind)] * 2
    path = tmp_path / ("grey.mov" if pixels == "rgb24" else "grey.mkv")
    with av.open(str(path), "w") as out:
        stream = out.add_stream("png" if pixels == "rgb24" else "ffv1", rate=24)
        stream.width, stream.height, stream.pix_fmt = 32, 24, pixels
        picture = av.VideoFrame(32, 24, pixels)
        for memory, plane in zip(picture.planes, planes, strict=True):
            lines = np.frombuffer(memory, kind).reshape(-1, memory.line_size // kind().itemsize)
            lines[: plane.shape[0], : plane.shape[1]] = plane
        picture.pts, picture.color_range = 0, 2
        stream.codec_context.color_range = 2
        out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    footage = probe(path)
    frame = open_clip(footage, CAMERA).frame(1001)
    assert not footage.has_alpha
    found = view_for(footage.colour_space).display(frame.rgba)
    assert np.abs(found - level / (2**bits - 1)).max() < 0.003


@pytest.mark.parametrize(
    ("codec", "name", "pixels", "options"),
    [
        ("libx264", "a.mp4", "yuv420p", {}), ("libx265", "a.mov", "yuv420p", {"x265-params": "log-level=none"}),
        ("libsvtav1", "a.mkv", "yuv420p", {"preset": "12", "svtav1-params": "keyint=10"}),
        ("libvpx-vp9", "a.webm", "yuv420p", {"deadline": "realtime", "auto-alt-ref": "1"}),
        ("mpeg4", "a.avi", "yuv420p", {"bf": "2", "g": "10"}), ("mjpeg", "a.mov", "yuvj420p", {}),
        ("ffv1", "a.mkv", "yuv420p", {}),
    ],
)  # fmt: skip
def test_frames_come_exactly_in_any_order(tmp_path, monkeypatch, codec, name, pixels, options):
    monkeypatch.setenv("SVT_LOG", "1")
    frames = numbered(40, 64, 96)
    with ThreadPoolExecutor(1) as apart:  # SVT-AV1 gives the thread that calls it real-time priority, where root does
        path = apart.submit(
            write_movie, tmp_path / name, frames, pixels, codec=codec, options={"g": "12", **options}
        ).result()
    footage = probe(path)
    assert footage.span.length == 40
    assert not hasattr(os, "sched_getscheduler") or os.sched_getscheduler(0) == os.SCHED_OTHER
    clip = open_clip(footage, CAMERA)
    order = [1001, 1040, 1013, 1012, 1014, 1039, 1001, 1002, 1025, 1024, 1023, 1040]
    assert [number_in(clip.frame(at).rgba) + 1001 for at in order] == order
    assert [number_in(clip.frame(at).rgba) for at in footage.span.frames] == list(range(40))


def test_a_frame_is_the_same_with_any_number_of_threads_and_in_another_process(tmp_path):
    path = write_movie(tmp_path / "a.mp4", numbered(12), "yuv420p", codec="libx264")
    footage = probe(path)
    again = pickle.loads(pickle.dumps(footage))
    assert again == footage
    one, many = open_clip(again, CAMERA, threads=1), open_clip(footage, CAMERA, threads=4)
    assert all((one.frame(at).rgba == many.frame(at).rgba).all() for at in footage.span.frames)


def test_few_movies_stay_open_and_closed_ones_open_again(tmp_path):
    paths = [write_movie(tmp_path / f"{number}.mp4", numbered(6), "yuv420p", codec="libx264") for number in range(6)]
    clips = [open_clip(probe(path), CAMERA) for path in paths]
    for at in (1001, 1005, 1002):
        assert [number_in(clip.frame(at).rgba) for clip in clips] == [at - 1001] * 6
    assert len(movies._open) == movies.OPEN_AT_ONCE


@pytest.mark.parametrize("turn", [90, 180, -90])
def test_a_rotation_tag_turns_the_picture_upright(tmp_path, turn):
    path = write_movie(tmp_path / "a.mov", numbered(2), "yuv420p", codec="libx264", rotation_deg=turn)
    footage = probe(path)
    assert (footage.width, footage.height) == ((64, 48) if turn == 180 else (48, 64))
    assert "turned upright" in " ".join(footage.notes)
    # The tag says by how much to turn against the clock; the bright squares of frame 1 lie at the left of the top.
    lying = np.zeros((48, 64))
    lying[:16, :8] = 1
    expected = np.rot90(lying, turn // 90 % 4)
    bright = open_clip(footage, CAMERA).frame(1002).rgb[..., 1] > 0.3
    assert (bright == expected.astype(bool)).mean() > 0.99


def test_odd_sizes_read_whole(tmp_path):
    luma = np.arange(25 * 33, dtype=np.uint8).reshape(25, 33) // 4 + 50
    chroma = np.full((13, 17), 128, np.uint8)
    path = write_movie(tmp_path / "odd.mkv", [[luma, chroma, chroma]], "yuv420p")
    frame = open_clip(probe(path), CAMERA).frame(1001)
    codes = view_for("rec709").display(frame.rgba)[..., 1] * 219 + 16
    assert codes.shape == (25, 33)
    assert np.abs(codes - luma).max() < 0.01


def test_time_code_aspect_and_first_frame_are_read(tmp_path):
    path = write_movie(
        tmp_path / "a.mov", numbered(3), "yuv420p", codec="libx264", timecode="01:00:10:12", aspect=Fraction(4, 3)
    )
    footage = probe(path, first_frame=5)
    assert footage.timecode == "01:00:10:12"
    assert footage.pixel_aspect == Fraction(4, 3)
    assert (footage.span.start, footage.span.length, footage.span.rate_fps) == (5, 3, 24)
    assert "1.333 times as wide" in " ".join(footage.notes)
    assert not footage.has_audio


@pytest.mark.parametrize(
    "rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(15), Fraction(17)]
)
def test_a_steady_rate_is_found_though_time_stamps_are_rounded(tmp_path, rate):
    # Matroska keeps milliseconds; 300 frames tell 23.976 from 24.
    path = write_movie(tmp_path / "a.mkv", numbered(300, 16, 64), "yuv420p", codec="libx264", rate_fps=rate)
    footage = probe(path)
    assert footage.span.rate_fps == rate
    assert footage.span.length == 300
    assert not footage.notes


def test_a_variable_rate_is_conformed_by_nearest_time_and_counted(tmp_path):
    # 24 fps, but frame 5 stays for two frames more.
    pts = [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]
    path = write_movie(
        tmp_path / "phone.mp4", numbered(20), "yuv420p", codec="libx264", pts=pts, time_base=Fraction(1, 24)
    )
    footage = probe(path, rate_fps=Fraction(24))
    clip = open_clip(footage, CAMERA)
    seen = [number_in(clip.frame(at).rgba) for at in footage.span.frames]
    assert footage.notes == ("variable frame rate conformed to 24 fps: 2 frames repeated, 0 dropped",)
    assert seen == [0, 1, 2, 3, 4, 5, 5, 6, *range(6, 20)]
    assert "conformed to" in probe(path).notes[0]
    half = probe(path, rate_fps=Fraction(12))
    assert half.span.length == 12  # the last picture comes at 21/24 s, frame 10.5 of 12 a second
    assert "dropped" in half.notes[0]


def test_a_rate_without_any_order_is_refused_unless_one_is_named(tmp_path):
    pts = [0, 1, 2, 300, 301, 302, 900, 901, 902, 903]
    path = write_movie(
        tmp_path / "wild.mkv", numbered(10), "yuv420p", codec="libx264", pts=pts, time_base=Fraction(1, 24)
    )
    with pytest.raises(MediaError, match=r"so irregularly .* Name the rate"):
        probe(path)
    assert probe(path, rate_fps=Fraction(24)).span.length == 904


def test_a_named_rate_counts_a_steady_movie_anew(tmp_path):
    path = write_movie(tmp_path / "a.mp4", numbered(10), "yuv420p", codec="libx264")
    footage = probe(path, rate_fps=Fraction(25))
    assert (footage.span.length, footage.span.rate_fps) == (10, 25)
    assert "every frame is kept" in footage.notes[0]


def test_frames_without_time_are_refused(tmp_path):
    path = write_movie(tmp_path / "bare.h264", numbered(5), "yuv420p", codec="libx264")
    with pytest.raises(MediaError, match=r"carry no time\. Put them into a container"):
        probe(path)


def test_interlaced_footage_is_flagged(tmp_path):
    options = {"flags": "+ildct+ilme", "x264-params": "tff=1"}
    path = write_movie(tmp_path / "i.mp4", numbered(4, 64, 64), "yuv420p", codec="libx264", options=options)
    footage = probe(path)
    assert footage.is_interlaced
    assert "deinterlace first or accept combing" in " ".join(footage.notes)


def test_a_draft_is_averaged_down(tmp_path):
    path = write_movie(tmp_path / "a.mkv", numbered(2), "yuv420p")
    footage = probe(path)
    whole, half = (open_clip(footage, CAMERA, scale=scale).frame(1002) for scale in (1, 0.5))
    assert (half.width, half.height) == (32, 24)
    assert np.allclose(half.rgba, whole.rgba.reshape(24, 2, 32, 2, 4).mean((1, 3)), atol=1e-6)
    assert not half.faults()


# --- bad input -------------------------------------------------------------------------------


def test_a_movie_cut_in_the_middle_gives_its_whole_frames_and_says_so(tmp_path):
    path = write_movie(
        tmp_path / "cut.mp4", numbered(60), "yuv420p", codec="libx264", options={"g": "10"},
        container={"movflags": "faststart"},
    )  # fmt: skip
    content = path.read_bytes()
    start = content.index(b"mdat")
    path.write_bytes(content[: start + (len(content) - start) // 2])
    footage = probe(path)
    assert 5 < footage.span.length < 55
    assert f"{footage.span.length} of 60 frames are whole; the whole ones are used" in " ".join(footage.notes)
    clip = open_clip(footage, CAMERA)
    assert [number_in(clip.frame(at).rgba) for at in footage.span.frames] == list(range(footage.span.length))


def test_a_movie_cut_in_matroska_is_used_as_far_as_it_goes(tmp_path):
    path = write_movie(tmp_path / "cut.mkv", numbered(60), "yuv420p", codec="libx264", options={"g": "10"})
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    footage = probe(path)
    assert 5 < footage.span.length < 55
    assert "ends early" in " ".join(footage.notes) or "are whole" in " ".join(footage.notes)


def test_a_movie_without_index_is_refused(tmp_path):
    path = write_movie(tmp_path / "cut.mp4", numbered(20), "yuv420p", codec="libx264")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(MediaError, match=r"cut\.mp4: it is not a movie .* index is missing"):
        probe(path)


def test_damage_inside_is_an_error_for_its_frames_and_not_for_the_others(tmp_path):
    path = write_movie(
        tmp_path / "hurt.mp4", numbered(60), "yuv420p", codec="libx264", options={"g": "10"},
        container={"movflags": "faststart"},
    )  # fmt: skip
    whole = {at: number_in(open_clip(probe(path), CAMERA).frame(at).rgba) for at in (1001, 1060)}
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as movie:
        hit = [(packet.pos, packet.size) for packet in movie.demux(video=0) if packet.size][30]
    content[hit[0] + 8 : hit[0] + hit[1] - 4] = b"\xa5" * (hit[1] - 12)
    path.write_bytes(content)
    footage = probe(path)
    clip = open_clip(footage, CAMERA)
    assert {at: number_in(clip.frame(at).rgba) for at in (1001, 1060)} == whole
    told = inspected(footage).notes[-1]
    assert "are damaged and cannot be read: 1031" in told
    with pytest.raises(MediaError, match=r"hurt\.mp4: frame 1031: it is damaged"):
        clip.frame(1031)


def test_a_text_file_an_empty_one_and_a_missing_one_are_refused(tmp_path):
    text, empty = tmp_path / "text.mov", tmp_path / "empty.mov"
    text.write_text("This is no movie.\n" * 40)
    empty.write_bytes(b"")
    with pytest.raises(MediaError, match=r"text\.mov: it is not a movie"):
        probe(text)
    with pytest.raises(MediaError, match=r"empty\.mov: the file is empty"):
        probe(empty)
    with pytest.raises(MediaError, match=r"gone\.mov: there is no such file"):
        probe(tmp_path / "gone.mov")


def test_a_movie_with_no_frames_is_refused(tmp_path):
    path = tmp_path / "none.mp4"
    with av.open(str(path), "w", container_options={"movflags": "empty_moov+frag_keyframe"}) as out:
        stream = out.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 32, 24, "yuv420p"
        out.start_encoding()
    with pytest.raises(MediaError, match=r"none\.mp4: it has no frames"):
        probe(path)


def test_sound_alone_is_refused(tmp_path):
    path = tmp_path / "voice.wav"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=48000, layout="mono")
        heard = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), format="s16", layout="mono")
        heard.sample_rate = 48000
        out.mux(stream.encode(heard))
    with pytest.raises(MediaError, match=r"voice\.wav: it holds sound only"):
        probe(path)


def test_an_unreadable_file_is_refused(tmp_path, monkeypatch):
    path = write_movie(tmp_path / "shut.mkv", numbered(2), "yuv420p")

    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(movies.av, "open", refuse)
    with pytest.raises(MediaError, match="may not be read"):
        probe(path)
