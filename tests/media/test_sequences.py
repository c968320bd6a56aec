"""Pictures in.  Oracle: OpenImageIO, OpenEXR and OpenCV write them; closed forms say what they mean."""

import cv2
import numpy as np
import OpenEXR
import OpenImageIO as oiio
import pytest

from manyhands.core.errors import CapacityError, InputError, MediaError, NotFoundError
from manyhands.media.colour import CHROMATICITIES
from manyhands.media.footage import inspected, open_clip, probe
from manyhands.media.view import view_for
from tests.media.made import CAMERA


def ramp(kind: type, *, channels: int = 3, height: int = 24, width: int = 32) -> np.ndarray:
    top = np.iinfo(kind).max
    values = np.linspace(0, top, width * channels).reshape(1, width, channels)
    return np.repeat(values, height, 0).astype(kind)


def write_oiio(path, pixels: np.ndarray, **attributes) -> None:
    # OpenImageIO calls a float32 "float".
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], str(pixels.dtype).removesuffix("32"))
    for name, value in attributes.items():
        spec[name.replace("__", ":")] = value
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), spec), out.geterror()
    out.write_image(pixels)
    out.close()


def write_exr(path, channels: dict[str, np.ndarray], **header) -> None:
    OpenEXR.File({"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **header}, channels).write(
        str(path)
    )


def series(folder, numbers, name: str = "shot.{:04}.png", pixels: np.ndarray | None = None) -> None:
    for number in numbers:
        picture = np.full((24, 32, 3), number % 256, np.uint8) if pixels is None else pixels
        cv2.imwrite(str(folder / name.format(number)), picture)


def one(path, **asked):
    footage = probe(path, **asked)
    return footage, open_clip(footage, CAMERA).frame(footage.span.start)


@pytest.mark.parametrize("named", ["", "shot.%04d.png", "shot.####.png", "shot.0012.png"])
def test_a_sequence_is_found_however_it_is_named(tmp_path, named):
    series(tmp_path, range(10, 16))
    footage = probe(tmp_path / named if named else tmp_path)
    assert footage.kind == "sequence"
    assert footage.path.name == "shot.%04d.png"
    assert (footage.span.start, footage.span.length, footage.span.rate_fps) == (10, 6, 24)
    assert "taken as 24 fps" in " ".join(footage.notes)
    assert ("one of 6 numbered pictures" in " ".join(footage.notes)) == (named == "shot.0012.png")
    clip = open_clip(footage, CAMERA)
    assert [view_for("srgb").display8(clip.frame(at).rgba)[0, 0, 0] for at in (15, 10, 12)] == [15, 10, 12]


def test_a_lone_picture_is_a_still_and_another_series_beside_it_does_not_matter(tmp_path):
    series(tmp_path, [7], "alone.{:03}.png")
    series(tmp_path, [1, 2], "other.{:03}.png")
    footage = probe(tmp_path / "alone.007.png")
    assert footage.kind == "still"
    assert (footage.span.start, footage.span.length) == (1001, 1)


def test_a_first_frame_can_be_named(tmp_path):
    series(tmp_path, [1, 2, 3])
    footage = probe(tmp_path, first_frame=1001)
    clip = open_clip(footage, CAMERA)
    assert view_for("srgb").display8(clip.frame(1003).rgba)[0, 0, 0] == 3


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "dpx"])
def test_8_bit_pictures_come_back_as_they_were(tmp_path, suffix):
    pixels = ramp(np.uint8) if suffix != "jpg" else np.full((24, 32, 3), (200, 120, 60), np.uint8)
    write_oiio(tmp_path / f"a.{suffix}", pixels)
    footage, frame = one(tmp_path / f"a.{suffix}")
    assert footage.bit_depth == 8
    assert footage.colour_space == ("rec709" if suffix == "dpx" else "srgb")
    away = view_for(footage.colour_space).display8(frame.rgba).astype(int) - pixels
    assert np.abs(away).max() <= (2 if suffix == "jpg" else 0)
    assert not frame.faults()


@pytest.mark.parametrize(("suffix", "bits"), [("png", 16), ("tif", 16), ("dpx", 16), ("dpx", 10), ("dpx", 12)])
def test_deep_pictures_keep_their_depth(tmp_path, suffix, bits):
    pixels = ramp(np.uint16)
    write_oiio(tmp_path / f"a.{suffix}", pixels, oiio__BitsPerSample=bits)
    footage, frame = one(tmp_path / f"a.{suffix}")
    assert footage.bit_depth == bits
    away = view_for(footage.colour_space).display16(frame.rgba).astype(int) - pixels
    assert np.abs(away).max() <= 2 ** (16 - bits)


def test_straight_alpha_of_png_becomes_premultiplied_light(tmp_path):
    pixels = np.full((24, 32, 4), 188, np.uint8)
    pixels[..., 3] = np.linspace(0, 255, 32).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), pixels)
    footage, frame = one(tmp_path / "a.png")
    assert footage.has_alpha
    # sRGB 188 is 0.5029 of light (IEC 61966-2-1); grey is the same in ACEScg.
    assert np.allclose(frame.rgb, 0.5029 * pixels[..., 3:] / 255, atol=1e-4)
    assert not frame.faults()


def test_premultiplied_tiff_is_decoded_straight(tmp_path):
    pixels = np.full((24, 32, 4), 94, np.uint8)
    pixels[..., 3] = 128
    write_oiio(tmp_path / "a.tif", pixels, oiio__UnassociatedAlpha=0)
    _, frame = one(tmp_path / "a.tif")
    # 94 of 128 is code 0.7344 where it is opaque, which sRGB decodes to 0.4988.
    assert np.allclose(frame.rgb, 0.4988 * 128 / 255, atol=1e-3)


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_pictures_are_turned_as_exif_numbers_it(tmp_path, orientation):
    # EXIF 2.3, Orientation: the file's rows run from the bottom for 3 and 4, from the right for 6 and 7; its columns
    # from the right for 2 and 3, from the bottom for 7 and 8; from 5 on rows are columns.
    upright = np.zeros((16, 24, 3), np.uint8)
    upright[:4, :4] = (255, 0, 0)
    upright[:4, -4:] = (0, 255, 0)
    upright[-4:, :4] = (0, 0, 255)
    turned = upright[:: -1 if orientation in {3, 4, 7, 8} else 1, :: -1 if orientation in {2, 3, 6, 7} else 1]
    stored = turned.transpose(1, 0, 2) if orientation >= 5 else turned
    write_oiio(tmp_path / "a.tif", np.ascontiguousarray(stored), Orientation=orientation)
    footage, frame = one(tmp_path / "a.tif")
    assert (footage.width, footage.height) == (24, 16)
    assert (view_for("srgb").display8(frame.rgba) == upright).all()


def test_grey_pictures_are_grey(tmp_path):
    write_oiio(tmp_path / "a.png", ramp(np.uint8, channels=1))
    _, frame = one(tmp_path / "a.png")
    assert np.allclose(frame.rgb[..., 0], frame.rgb[..., 2], atol=1e-6)


def test_float_tiff_is_scene_linear_and_said_so(tmp_path):
    write_oiio(tmp_path / "a.tif", np.full((24, 32, 3), 3.5, np.float32))
    footage, frame = one(tmp_path / "a.tif")
    assert footage.notes == ("untagged: taken as scene-linear Rec.709",)
    assert np.allclose(frame.rgb, 3.5, atol=1e-4)


def test_film_density_must_be_named(tmp_path):
    write_oiio(tmp_path / "scan.dpx", ramp(np.uint16), dpx__Transfer="Printing density", oiio__BitsPerSample=10)
    with pytest.raises(MediaError, match=r"film density .* Name its colour space"):
        probe(tmp_path / "scan.dpx")
    assert probe(tmp_path / "scan.dpx", colour_space="logc3").colour_space == "logc3"


def test_time_code_and_rate_of_dpx_are_read(tmp_path):
    spec = oiio.ImageSpec(32, 24, 3, "uint16")
    spec.attribute("smpte:TimeCode", oiio.TypeDesc("timecode"), (0x01020304, 0))
    spec["dpx:FrameRate"] = 25.0
    for number in (1, 2):
        out = oiio.ImageOutput.create("a.dpx")
        assert out.open(str(tmp_path / f"a.{number}.dpx"), spec)
        out.write_image(ramp(np.uint16))
        out.close()
    footage = probe(tmp_path)
    assert footage.timecode == "01:02:03:04"
    assert footage.span.rate_fps == 25


# --- EXR -------------------------------------------------------------------------------------

HALF = np.random.default_rng(4).uniform(-0.2, 9, (24, 32, 4)).astype(np.float16)
HALF[..., 3] = np.linspace(0, 1, 32)


@pytest.mark.parametrize("name", CHROMATICITIES)
def test_chromaticities_name_the_space(tmp_path, name):
    write_exr(tmp_path / "a.exr", {"RGB": np.full((24, 32, 3), 0.5, np.float16)}, chromaticities=CHROMATICITIES[name])
    footage, frame = one(tmp_path / "a.exr")
    assert footage.colour_space == name
    assert not footage.notes
    assert np.allclose(frame.rgb, 0.5, atol=1e-3)  # grey is grey in every space


def test_an_untagged_exr_is_rec709_and_said_so(tmp_path):
    red = np.zeros((24, 32, 3), np.float16)
    red[..., 0] = 1
    write_exr(tmp_path / "a.exr", {"RGB": red})
    footage, frame = one(tmp_path / "a.exr")
    assert footage.notes == ("untagged: taken as scene-linear Rec.709",)
    # Rec.709's red in ACEScg: the first column of OpenColorIO's matrix with Bradford adaptation.
    assert np.allclose(frame.rgb[0, 0], [0.6131, 0.0702, 0.0206], atol=1e-4)
    footage, frame = one(tmp_path / "a.exr", colour_space="acescg")
    assert (frame.rgb[0, 0] == [1, 0, 0]).all()
    assert not footage.notes


def test_exr_is_premultiplied_already_and_negatives_stay(tmp_path):
    write_exr(tmp_path / "a.exr", {"RGBA": HALF}, chromaticities=CHROMATICITIES["acescg"])
    footage, frame = one(tmp_path / "a.exr")
    assert (footage.bit_depth, footage.has_alpha) == (16, True)
    assert (frame.rgba == HALF.astype(np.float32)).all()
    assert frame.rgb.min() < 0


def test_pixels_that_are_not_numbers_become_0_and_are_counted(tmp_path):
    for number, broken in ((1, 2), (2, 0), (3, 1)):
        pixels = HALF.astype(np.float32)
        pixels[..., 3] = 1
        pixels[0, :broken, 0] = np.nan
        pixels[5, 5] = np.inf if broken else 1
        write_exr(tmp_path / f"a.{number}.exr", {"RGBA": pixels}, chromaticities=CHROMATICITIES["acescg"])
    footage = probe(tmp_path)
    assert "3 pixels of the first frame are not numbers" in " ".join(footage.notes)
    assert "5 pixels in 2 frames are not numbers" in inspected(footage).notes[-1]
    frame = open_clip(footage, CAMERA).frame(1)
    assert not frame.faults()
    assert (frame.rgba[5, 5, :3] == 0).all()
    assert frame.rgba[0, 0, 0] == 0
    assert frame.rgba[0, 0, 1] != 0


def test_the_data_window_is_laid_into_the_display_window(tmp_path):
    pixels = np.full((10, 12, 3), 0.5, np.float16)
    window = (np.array([-4, 6], np.int32), np.array([7, 15], np.int32))
    whole = (np.array([0, 0], np.int32), np.array([31, 23], np.int32))
    write_exr(tmp_path / "a.exr", {"RGB": pixels}, dataWindow=window, displayWindow=whole)
    footage, frame = one(tmp_path / "a.exr", colour_space="acescg")
    assert (frame.width, frame.height) == (32, 24)
    assert "data window" in footage.notes[0]
    expected = np.zeros((24, 32), bool)
    expected[6:16, :8] = True
    assert ((frame.rgb[..., 0] == 0.5) == expected).all()


def test_colour_in_a_layer_and_luminance_alone_are_found(tmp_path):
    planes = {
        f"beauty.{letter}": np.full((24, 32), value, np.float16) for letter, value in zip("RGB", (1, 2, 3), strict=True)
    }
    write_exr(tmp_path / "layer.exr", {**planes, "depth.Z": np.ones((24, 32), np.float32)})
    assert (one(tmp_path / "layer.exr", colour_space="acescg")[1].rgb[0, 0] == [1, 2, 3]).all()
    write_exr(tmp_path / "grey.exr", {"Y": np.full((24, 32), 0.25, np.float32)})
    assert (one(tmp_path / "grey.exr", colour_space="acescg")[1].rgb == 0.25).all()


def test_an_exr_without_colour_is_refused_with_its_channels(tmp_path):
    write_exr(tmp_path / "depth.exr", {"depth.Z": np.ones((24, 32), np.float32)})
    with pytest.raises(MediaError, match=r"no red, green and blue \(its channels: depth\.Z\)"):
        probe(tmp_path / "depth.exr")


def test_a_log_exr_is_decoded_by_its_name(tmp_path):
    write_exr(tmp_path / "a.exr", {"RGB": np.full((24, 32, 3), 0.391007, np.float32)})
    _, frame = one(tmp_path / "a.exr", colour_space="logc3")
    assert np.allclose(frame.rgb, 0.18, atol=1e-4)


# --- bad input -------------------------------------------------------------------------------


def test_missing_frames_are_listed(tmp_path):
    series(tmp_path, [1, 2, 5, 6, 8, 12])
    with pytest.raises(MediaError, match=r"of frames 1 to 12, 6 are missing: 3-4, 7, 9-11\."):
        probe(tmp_path)


def test_mixed_sizes_are_refused_by_name(tmp_path):
    series(tmp_path, [1, 2])
    series(tmp_path, [3], pixels=np.zeros((30, 32, 3), np.uint8))
    with pytest.raises(MediaError, match=r"shot\.0003\.png: it is 32x30; the first picture is 32x24"):
        probe(tmp_path)


def test_a_folder_without_pictures_or_with_several_series_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("nothing")
    with pytest.raises(MediaError, match="no picture in this folder"):
        probe(tmp_path / "empty")
    series(tmp_path, [1, 2], "a.{}.png")
    series(tmp_path, [1, 2], "b.{}.png")
    with pytest.raises(MediaError, match=r"holds 2 sequences\. Give one of them alone"):
        probe(tmp_path)


def test_a_pattern_that_nothing_fits_and_a_missing_picture_are_refused(tmp_path):
    with pytest.raises(MediaError, match="no file fits this pattern"):
        probe(tmp_path / "a.%04d.exr")
    with pytest.raises(MediaError, match="no such file"):
        probe(tmp_path / "a.exr")


@pytest.mark.parametrize("suffix", ["exr", "png", "tif", "dpx", "jpg"])
def test_truncated_and_false_pictures_are_refused(tmp_path, suffix, capfd):
    path = tmp_path / f"a.{suffix}"
    chance = np.random.default_rng(1).integers(0, 256, (48, 64, 3), np.uint8)
    if suffix == "exr":
        write_exr(path, {"RGB": chance.astype(np.float16)})
    else:
        write_oiio(path, chance)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(MediaError, match="whole"):
        probe(path)
    path.write_text("This is no picture.")
    with pytest.raises(MediaError, match="whole"):
        probe(path)
    assert capfd.readouterr().out == ""


def test_a_picture_too_large_is_refused_with_advice(tmp_path):
    write_oiio(tmp_path / "wide.tif", np.zeros((1, 16385, 3), np.uint8))
    with pytest.raises(CapacityError, match=r"16385x1; at most 16384 px a side .* smaller copy"):
        probe(tmp_path / "wide.tif")
    write_exr(tmp_path / "wide.exr", {"Y": np.zeros((1, 16400), np.float16)})
    with pytest.raises(CapacityError, match="smaller copy"):
        probe(tmp_path / "wide.exr")
    write_oiio(tmp_path / "big.tif", np.zeros((8200, 8200, 1), np.uint8), compression="zip")
    with pytest.raises(CapacityError, match="64 million pixels"):
        probe(tmp_path / "big.tif")


def test_an_unknown_space_and_a_rate_of_nothing_are_refused(tmp_path):
    series(tmp_path, [1, 2])
    with pytest.raises(InputError, match="is not known"):
        probe(tmp_path, colour_space="nonsense")
    with pytest.raises(InputError, match="is not a rate"):
        probe(tmp_path, rate_fps=0)


# --- a few numbered pictures --------------------------------------------------------------------


@pytest.mark.parametrize("named", ["", "matte.%04d.png", "matte.####.png", "matte.1013.png"])
def test_a_few_numbered_pictures_are_read_by_their_numbers_when_that_is_asked(tmp_path, named):
    series(tmp_path, [1003, 1013, 1040], "matte.{}.png")
    footage = probe(tmp_path / named if named else tmp_path, sparse=True)
    assert footage.numbers == (1003, 1013, 1040)
    assert (footage.span.start, footage.span.end) == (1003, 1040)
    clip = open_clip(footage, CAMERA)
    shown = [view_for("srgb").display8(clip.frame(at).rgba)[0, 0, 0] for at in (1040, 1003, 1013)]
    assert shown == [1040 % 256, 1003 % 256, 1013 % 256]
    with pytest.raises(NotFoundError, match="frame 1004: not found") as told:
        clip.frame(1004)
    assert "1003, 1013, 1040" in told.value.fix
    assert clip.each(lambda frame, at: frame).numbers == (1003, 1013, 1040)
    assert inspected(footage).notes == footage.notes


def test_gaps_are_refused_when_nobody_asked_for_a_few_with_the_way_to(tmp_path):
    series(tmp_path, [1003, 1013], "matte.{}.png")
    with pytest.raises(MediaError, match="9 are missing: 1004-1012") as told:
        probe(tmp_path)
    assert "--painted" in told.value.fix


def test_a_still_that_was_painted_for_one_frame_has_its_number(tmp_path):
    series(tmp_path, [1013], "clean.{}.png")
    footage = probe(tmp_path / "clean.1013.png", sparse=True)
    assert footage.numbers == (1013,)
    assert (footage.span.start, footage.span.length) == (1013, 1)
    assert probe(tmp_path / "clean.1013.png").numbers is None


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], "no picture in this folder"),
        (["matte.png"], "does not say for which frame"),
        (["matte.1001.png", "other.1002.png"], "it holds 2 sequences"),
    ],
)
def test_pictures_that_do_not_say_their_frames_are_refused(tmp_path, names, says):
    for name in names:
        cv2.imwrite(str(tmp_path / name), np.zeros((24, 32, 3), np.uint8))
    with pytest.raises(MediaError, match=says):
        probe(tmp_path, sparse=True)


def test_a_few_of_several_sizes_and_movies_are_refused(tmp_path):
    series(tmp_path, [1003], "matte.{}.png")
    cv2.imwrite(str(tmp_path / "matte.1013.png"), np.zeros((12, 32, 3), np.uint8))
    with pytest.raises(MediaError, match=r"matte.1013.png: it is 32x12; the first picture is 32x24"):
        probe(tmp_path, sparse=True)
    (tmp_path / "plate.mov").write_bytes(b"some bytes")
    with pytest.raises(MediaError, match="it is no picture"):
        probe(tmp_path / "plate.mov", sparse=True)
    with pytest.raises(MediaError, match="there is no such file"):
        probe(tmp_path / "nowhere", sparse=True)
