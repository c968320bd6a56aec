"""Pictures in: numbered sequences and stills (EXR, DPX, TIFF, PNG, JPEG) as light."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import OpenImageIO as oiio

from manyhands.core.authorship import Authorship
from manyhands.core.errors import MediaError
from manyhands.core.span import FIRST_FRAME, Span
from manyhands.media import colour, exr, samples
from manyhands.media.facts import Footage, checked_size
from manyhands.media.files import mapped

SUFFIXES = (".exr", ".dpx", ".tif", ".tiff", ".png", ".jpg", ".jpeg")
DEFAULT_RATE = Fraction(24)

_NUMBERED = re.compile(r"(.*?)(\d+)")
_PATTERN = re.compile(r"(.*?)(?:%0?(\d*)d|(#+))(.*)")


def is_picture(path: Path) -> bool:
    """Whether a name stands for pictures: a picture's suffix, with or without a pattern for numbers."""
    return path.suffix.lower() in SUFFIXES


def number_of(path: Path) -> int | None:
    """The number at the end of a picture's name, before its suffix: the frame that it is for."""
    numbered = _NUMBERED.fullmatch(path.stem)
    return int(numbered[2]) if numbered and is_picture(path) else None


def probe_pictures(
    path: Path, *, rate_fps: Fraction | None, colour_space: str | None, first_frame: int | None
) -> Footage:
    """What a folder, a pattern, or one picture (and its numbered neighbours) holds.

    Raises: MediaError if frames are missing or do not fit each other, CapacityError if too large.
    """
    named, files, notes = _found(path)
    numbers = sorted(files)
    _refuse_gaps(named, numbers)
    facts = _look(files[numbers[0]], colour_space)
    kind: Literal["still", "sequence"] = "still" if len(numbers) == 1 else "sequence"
    if kind == "sequence" and not (rate_fps or facts.rate_fps):
        notes += ("no rate is written in the pictures: taken as 24 fps",)
    start = numbers[0] if kind == "sequence" else FIRST_FRAME
    span = Span(
        start=start if first_frame is None else first_frame,
        length=len(numbers),
        rate_fps=rate_fps or facts.rate_fps or DEFAULT_RATE,
    )
    return _footage(named, kind, [files[number] for number in numbers], facts, span, notes)


def check_numbered(folder: Path) -> None:
    """See by their names alone that the pictures of a folder are one sequence in which none is missing.

    Raises: MediaError.
    """
    named, files, _ = _found(folder)
    _refuse_gaps(named, sorted(files))
    pictures = sum(is_picture(file) for file in folder.iterdir())
    if pictures != len(files):
        raise MediaError(
            f"{folder}: {pictures} pictures are {len(files)} frames.", "Drop one sequence, each frame of it once."
        )


def probe_sparse(path: Path, *, rate_fps: Fraction | None, colour_space: str | None) -> Footage:
    """What a folder, a pattern, or one picture (and its numbered neighbours) holds, as pictures for a few frames.

    Raises: MediaError if they have no numbers or do not fit each other, or if it is a movie.
    """
    if not (path.is_dir() or is_picture(path)):
        with mapped(path):
            path.stat()
        raise MediaError(
            f"{path}: it is no picture, and only pictures are numbered one by one.",
            "Save the frames as pictures, each with its frame's number in its name, such as matte.1013.png.",
            path=str(path),
        )
    named, files, _ = _found(path)
    numbers = sorted(files)
    if number_of(files[numbers[0]]) is None:
        raise MediaError(
            f"{files[numbers[0]]}: its name does not say for which frame it is.",
            "Name it with the frame's number at the end, such as matte.1013.png.",
            path=str(path),
        )
    facts = _look(files[numbers[0]], colour_space)
    length = numbers[-1] - numbers[0] + 1
    span = Span(start=numbers[0], length=length, rate_fps=rate_fps or facts.rate_fps or DEFAULT_RATE)
    footage = _footage(named, "sequence", [files[number] for number in numbers], facts, span, ())
    return replace(footage, numbers=tuple(numbers))


def _footage(
    named: Path,
    kind: Literal["still", "sequence"],
    files: list[Path],
    facts: _Facts,
    span: Span,
    notes: tuple[str, ...],
) -> Footage:
    """Pictures of one size as footage.  Raises: MediaError if one has another size."""
    for file in files[1:]:
        size = _size_of(file)
        if size != (facts.width, facts.height):
            raise MediaError(
                f"{file}: it is {size[0]}x{size[1]}; the first picture is {facts.width}x{facts.height}.",
                "A sequence has one size: render the odd ones again, or split it.",
            )
    footage = Footage(
        path=named,
        kind=kind,
        codec=files[0].suffix.lower().lstrip("."),
        width=facts.width,
        height=facts.height,
        span=span,
        colour_space=facts.colour_space,
        bit_depth=facts.bits,
        has_alpha=facts.has_alpha,
        timecode=facts.timecode,
        pixel_aspect=facts.pixel_aspect,
        notes=(*notes, *facts.notes),
        is_full_range=True,
        has_authorship=facts.has_authorship,
        layer=facts.layer,
        files=tuple(files),
    )
    _, broken, _ = read_picture(footage, footage.span.start)
    if broken:
        footage = footage.noting(f"{broken} pixels of the first frame are not numbers; such pixels are set to 0")
    if footage.pixel_aspect != 1:
        footage = footage.noting(f"pixels are {float(footage.pixel_aspect):.4g} times as wide as high; not stretched")
    return footage


def _found(path: Path) -> tuple[Path, dict[int, Path], tuple[str, ...]]:
    """The name of a sequence, its files by number, and what had to be assumed."""
    pattern = _PATTERN.fullmatch(path.name)
    if path.is_dir():
        return _in_folder(path)
    if pattern and not path.exists():
        digits = int(pattern[2] or 1) if pattern[3] is None else len(pattern[3])
        files = _series(path.parent, pattern[1], pattern[4], path)
        if not files:
            raise MediaError(f"{path}: no file fits this pattern.", "Check the name and the folder.", path=str(path))
        return path.with_name(f"{pattern[1]}%0{digits}d{pattern[4]}"), files, ()
    with mapped(path):
        path.stat()
    numbered = _NUMBERED.fullmatch(path.stem)
    files = _series(path.parent, numbered[1], path.suffix, path) if numbered else {}
    if numbered is None or len(files) < 2:
        return path, {int(numbered[2]) if numbered else 0: path}, ()
    named = path.with_name(f"{numbered[1]}%0{len(numbered[2])}d{path.suffix}")
    note = f"{path.name} is one of {len(files)} numbered pictures: taken as the whole sequence"
    return named, files, (note,)


def _in_folder(folder: Path) -> tuple[Path, dict[int, Path], tuple[str, ...]]:
    with mapped(folder):
        pictures = sorted(file for file in folder.iterdir() if is_picture(file) and not file.name.startswith("."))
    if not pictures:
        raise MediaError(
            f"{folder}: there is no picture in this folder.",
            f"Give a folder with a numbered sequence ({', '.join(SUFFIXES)}), or a movie.",
            path=str(folder),
        )
    series = {}
    for file in pictures:
        numbered = _NUMBERED.fullmatch(file.stem)
        series[(numbered[1], file.suffix) if numbered else (file.stem, "")] = file
    if len(series) > 1:
        names = ", ".join(file.name for file in series.values())
        raise MediaError(f"{folder}: it holds {len(series)} sequences.", f"Give one of them alone: {names}.")
    named, files, _ = _found(pictures[0])
    return named, files, ()


def _series(folder: Path, before: str, after: str, path: Path) -> dict[int, Path]:
    with mapped(path):
        names = [file for file in folder.iterdir() if file.name.startswith(before) and file.name.endswith(after)]
    middles = {file: file.name[len(before) : len(file.name) - len(after)] for file in names}
    return {int(middle): file for file, middle in sorted(middles.items()) if middle.isdecimal()}


def _refuse_gaps(named: Path, numbers: list[int]) -> None:
    gaps = [(before + 1, after - 1) for before, after in pairwise(numbers) if after > before + 1]
    if not gaps:
        return
    missing = sum(last - first + 1 for first, last in gaps)
    runs = [f"{first}-{last}" if last > first else f"{first}" for first, last in gaps]
    said = ", ".join(runs[:8]) + (f" and {len(runs) - 8} more" if len(runs) > 8 else "")
    raise MediaError(
        f"{named}: of frames {numbers[0]} to {numbers[-1]}, {missing} are missing: {said}.",
        "Render or copy the missing ones; a sequence has no gaps, unless it is brought in as --painted.",
        missing=gaps,
    )


# --- one picture -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Facts:
    width: int
    height: int
    bits: int
    has_alpha: bool
    colour_space: str
    timecode: str
    rate_fps: Fraction | None
    pixel_aspect: Fraction
    notes: tuple[str, ...]
    layer: str = ""
    has_authorship: bool = False


def _look(path: Path, colour_space: str | None) -> _Facts:
    named = colour.space(colour_space).name if colour_space else ""
    if path.suffix.lower() == ".exr":
        its = exr.look(path)
        notes = its.notes
        if not named and not its.colour_space:
            notes += ("untagged: taken as scene-linear Rec.709",)
        if its.has_authorship:
            notes += ("it carries its own authorship, which is kept",)
        space = named or its.colour_space or "linear-srgb"
        return _Facts(
            its.width, its.height, its.bits, its.has_alpha, space, its.timecode, its.rate_fps, its.pixel_aspect,
            notes, its.layer, its.has_authorship,
        )  # fmt: skip
    _, spec = _opened(path)
    is_float = spec.format.basetype in {oiio.FLOAT, oiio.HALF, oiio.DOUBLE}
    turned = spec.get_int_attribute("Orientation", 1) >= 5
    width, height = (spec.height, spec.width) if turned else (spec.width, spec.height)
    checked_size(str(path), width, height)
    space, note = (named, ()) if named else _space_of(path, spec, is_float=is_float)
    packed = spec.getattribute("smpte:TimeCode")
    rate = spec.get_float_attribute("dpx:FrameRate", 0.0) or spec.get_float_attribute("dpx:TemporalFrameRate", 0.0)
    aspect = Fraction(spec.get_float_attribute("PixelAspectRatio", 1.0)).limit_denominator(1000)
    return _Facts(
        width,
        height,
        spec.get_int_attribute("oiio:BitsPerSample", 0) or spec.format.size() * 8,
        spec.alpha_channel >= 0,
        space,
        _timecode(packed),
        _rational(rate) if rate else None,
        1 / aspect if turned else aspect,
        note,
    )


def _space_of(path: Path, spec: Any, *, is_float: bool) -> tuple[str, tuple[str, ...]]:
    transfer = spec.get_string_attribute("dpx:Transfer")
    if transfer in {"Printing density", "Logarithmic"}:
        raise MediaError(
            f"{path}: it holds film density ({transfer}), which has no single meaning.",
            "Name its colour space, e.g. ADX10, logc3, or rec709 if it was graded for a screen.",
        )
    if is_float:
        return "linear-srgb", ("untagged: taken as scene-linear Rec.709",)
    tags = spec.getattribute("CICP")
    if tags is not None:
        return colour.tagged_space(int(tags[0]), int(tags[1]), is_rgb=True)
    notes: tuple[str, ...] = ()
    if spec.getattribute("ICCProfile") is not None:
        described = spec.get_string_attribute("ICCProfile:profile_description") or "unnamed"
        if "srgb" not in described.lower():
            notes = (f"its ICC profile ({described}) is not applied: taken as sRGB",)
    if path.suffix.lower() == ".dpx":
        return "rec709", ("untagged: taken as Rec.709",)
    return "srgb", notes or ("taken as sRGB",)


def _timecode(packed: Any) -> str:
    """Binary-coded decimals of SMPTE ST 12-1, as OpenImageIO hands them over."""
    if packed is None:
        return ""
    if isinstance(packed, str):
        return packed
    word = int(packed[0]) & 0xFFFFFFFF
    hours, minutes, seconds, frames = (
        10 * ((byte >> 4) & mask) + (byte & 15) for byte, mask in zip(word.to_bytes(4), (3, 7, 7, 3), strict=True)
    )
    mark = ";" if word & 0x40 else ":"
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{frames:02}"


def _rational(rate: float) -> Fraction:
    ntsc = Fraction(round(rate * 1001 / 1000) * 1000, 1001)
    return ntsc if abs(float(ntsc) - rate) < 1e-3 else Fraction(rate).limit_denominator(1000)


def _size_of(path: Path) -> tuple[int, int]:
    if path.suffix.lower() == ".exr":
        return exr.size_of(path)
    _, spec = _opened(path)
    turned = spec.get_int_attribute("Orientation", 1) >= 5
    return (spec.height, spec.width) if turned else (spec.width, spec.height)


def read_picture(footage: Footage, at: int) -> tuple[np.ndarray, int, Authorship | None]:
    """Frame ``at`` as ACEScg (H, W, 4) float32 premultiplied, how many of its pixels were not
    numbers, and the authorship it carries by itself."""
    path = footage.files[at - footage.span.start if footage.numbers is None else footage.numbers.index(at)]
    if footage.codec == "exr":
        rgba, broken, authorship = exr.read_light(path, footage.layer, footage.colour_space)
    else:
        (rgba, broken), authorship = _read(path, footage.colour_space), None
    if rgba.shape[:2] != (footage.height, footage.width):
        raise MediaError(
            f"{path}: it is {rgba.shape[1]}x{rgba.shape[0]}; the first picture is {footage.width}x{footage.height}.",
            "A sequence has one size: render the odd ones again.",
        )
    return rgba, broken, authorship


def _opened(path: Path) -> tuple[Any, Any]:
    with mapped(path):
        path.open("rb").close()
    wanted = oiio.ImageSpec()
    # Straight alpha as the file has it: colour is decoded before it is multiplied.
    wanted["oiio:UnassociatedAlpha"] = 1
    reader = oiio.ImageInput.open(str(path), wanted)
    if reader is None:
        raise _broken(path, oiio.geterror())
    return reader, reader.spec()


def _broken(path: Path, said: str) -> MediaError:
    reason = " ".join(said.split())[:200]
    return MediaError(f"{path}: it is not a whole picture ({reason}).", "Render or copy it again.", path=str(path))


def _read(path: Path, colour_space: str) -> tuple[np.ndarray, int]:
    reader, spec = _opened(path)
    kind = {oiio.UINT8: "uint8", oiio.UINT16: "uint16"}.get(spec.format.basetype, "float")
    pixels = reader.read_image(kind)
    said = reader.geterror()
    if pixels is None or said:
        raise _broken(path, said)
    pixels = _upright(pixels.reshape(spec.height, spec.width, -1), spec.get_int_attribute("Orientation", 1))
    channels = [pixels[..., index] for index in ((0, 1, 2) if pixels.shape[2] > 2 else (0, 0, 0))]
    alpha = pixels[..., spec.alpha_channel] if spec.alpha_channel >= 0 else pixels[:0, :0, 0]
    out = np.empty((*pixels.shape[:2], 4), np.float32)
    is_straight = bool(spec.get_int_attribute("oiio:UnassociatedAlpha", 0)) or not alpha.size
    if kind == "float" and is_straight and alpha.size:
        channels, is_straight = [channel * alpha for channel in channels], False
    if kind == "float":
        return _read_float(channels, alpha, colour_space, out)
    gain = np.float32(1 / np.iinfo(pixels.dtype).max)
    way = colour.reading(colour_space)
    if is_straight and way.processor is None:
        samples.rgb_to_light(*channels, alpha, gain, way.curve.table, way.curve.power, way.matrix, out)
        return out, 0
    for index, channel in enumerate(channels):
        out[..., index] = channel * gain
    out[..., 3] = alpha * gain if alpha.size else 1
    if is_straight:
        out[..., :3] *= out[..., 3:]
    return colour.decoded(out, colour_space), 0


def _read_float(
    channels: list[np.ndarray], alpha: np.ndarray, colour_space: str, out: np.ndarray
) -> tuple[np.ndarray, int]:
    """Premultiplied floats."""
    is_linear = colour.is_linear(colour_space)
    matrix = colour.reading(colour_space).matrix if is_linear else np.eye(3, dtype=np.float32)
    broken = np.zeros(out.shape[0], np.int64)
    planes = [np.ascontiguousarray(plane) for plane in (*channels, alpha)]
    samples.linear_to_light(*planes, matrix, out, broken)
    return (out if is_linear else colour.decoded(out, colour_space)), int(broken.sum())


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Turned and mirrored as TIFF and EXIF number it, 1 to 8."""
    if orientation in {2, 4}:
        pixels = pixels[:, ::-1]
    if orientation in {3, 4}:
        pixels = pixels[::-1, ::-1]
    if orientation in {5, 7}:
        pixels = pixels[:, ::-1]
    if orientation in {5, 8}:
        pixels = np.rot90(pixels, 1)
    if orientation in {6, 7}:
        pixels = np.rot90(pixels, -1)
    return pixels
