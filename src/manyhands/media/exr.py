"""OpenEXR: one frame in one file, light beside authorship, the same after reading as before writing.

Light and alpha are half precision; the hands are Cryptomatte layers (``hands`` for whose light it
is, ``alterations`` for who changed it), and the header holds the hands themselves, so that a frame
comes back with exactly the hands that it had.
"""

from __future__ import annotations

import contextlib
import io
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR

from manyhands.core.authorship import Authorship, no_planes
from manyhands.core.errors import ManyhandsError, MediaError
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.noun import canonical
from manyhands.disk import write_whole
from manyhands.kit.half import narrowed, visited
from manyhands.media import colour, cryptomatte, samples
from manyhands.media.facts import checked_size
from manyhands.media.files import mapped
from manyhands.media.timecode import frames_of, timecode_of

AUTHORSHIP = "manyhands/authorship"
HANDS, ALTERATIONS = "hands", "alterations"
Attributes = Mapping[str, str | int | float]

_MAGIC = b"v/1\x01"
# OpenEXR prints a warning of its own for a broken file, which would land in the middle of --json.
_quiet = threading.Lock()


def write_frame(
    path: Path,
    frame: Frame,
    *,
    hands: Sequence[Hand] | None = None,
    altering: Sequence[Hand] | None = None,
    rate_fps: Fraction | None = None,
    timecode: str = "",
    attributes: Attributes | None = None,
) -> None:
    """Write a frame as EXR: half RGBA in ACEScg with its authorship, PIZ; whole or not at all.

    The same frame gives the same bytes.  Light beyond 65504 is kept at that.

    Args:
        hands, altering: all hands of the take, so that each of its frames has the same channels;
            by default those of this frame.
        timecode: of this frame, at ``rate_fps``.
    Raises: MediaError if the frame has a hand that the lists leave out; CapacityError if the disk
        is full; StoreError if the folder cannot be written.
    """
    header, channels = _content(frame, tuple(hands or ()), tuple(altering or ()))
    if rate_fps is not None:
        header["framesPerSecond"] = Fraction(rate_fps)
        if timecode:
            header["timeCode"] = _packed_timecode(timecode, rate_fps)
    header.update(attributes or {})
    memory = io.BytesIO()
    OpenEXR.File(header, channels).write(memory)
    write_whole(path, memory.getvalue())


def _content(
    frame: Frame, hands: tuple[Hand, ...], altering: tuple[Hand, ...]
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    authorship = _arranged(frame.authorship, hands, altering)
    half = narrowed(frame.rgba)
    record = {
        "kind": "authorship",
        "v": 1,
        "hands": [hand.save() for hand in authorship.hands],
        "altering": [hand.save() for hand in authorship.altering],
    }
    header: dict[str, Any] = {
        "compression": OpenEXR.PIZ_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "chromaticities": colour.AP1_CHROMATICITIES,
        "colorInteropID": "lin_ap1_scene",
        AUTHORSHIP: canonical(record).decode(),
    }
    channels = {"RGBA": half}
    layers = ((HANDS, authorship.hands, authorship.weights), (ALTERATIONS, authorship.altering, authorship.alterations))
    for layer, whose, planes in layers:
        if whose:
            names = [hand.id for hand in whose]
            header |= cryptomatte.attributes(layer, names)
            channels |= cryptomatte.channels(layer, names, planes)
    return header, channels


def _arranged(authorship: Authorship, hands: tuple[Hand, ...], altering: tuple[Hand, ...]) -> Authorship:
    """The same authorship with the take's hands in the take's order."""
    hands, altering = hands or authorship.hands, altering or authorship.altering
    left_out = [hand.id for hand in authorship.hands if hand not in hands]
    left_out += [hand.id for hand in authorship.altering if hand not in altering]
    if left_out:
        raise MediaError(
            f"frame: the hands {', '.join(left_out)} are not among those of the take.", "Name all hands of the take."
        )
    size = authorship.weights.shape[1:]
    weights = no_planes(*size) if not hands else np.stack([authorship.weight_of(hand) for hand in hands])
    if not altering:
        return Authorship(hands, weights)
    return Authorship(hands, weights, altering, np.stack([authorship.alteration_of(hand) for hand in altering]))


def stored(frame: Frame, *, hands: Sequence[Hand] | None = None, altering: Sequence[Hand] | None = None) -> Frame:
    """The frame as it will be read back after :func:`write_frame` with the same hands.

    So what is measured before writing is what anybody measures on the file.
    """
    authorship = _arranged(frame.authorship, tuple(hands or ()), tuple(altering or ()))
    alterations = visited(np.maximum(authorship.alterations, 0)) if authorship.altering else no_planes(0, 0)
    return Frame(
        visited(frame.rgba),
        Authorship(authorship.hands, visited(np.maximum(authorship.weights, 0)), authorship.altering, alterations),
    )


def read_frame(path: Path) -> Frame:
    """The frame that :func:`write_frame` wrote, with the same hands in the same order.

    Raises: MediaError if the file is broken or carries no authorship.
    """
    header, channels = _read(path)
    authorship = read_authorship(path, header, channels)
    if authorship is None:
        raise MediaError(
            f"{path}: it carries no authorship.", "Bring it in as a source; it was not written by Manyhands."
        )
    rgba, _ = _light(path, header, channels, "", colour.WORKING)
    return Frame(rgba, authorship)


def read_authorship(path: Path, header: Mapping[str, Any], channels: Mapping[str, np.ndarray]) -> Authorship | None:
    """The authorship that a header and channels hold, or None where they hold none."""
    if AUTHORSHIP not in header:
        return None
    try:
        record = json.loads(header[AUTHORSHIP])
        hands = tuple(Hand.load(hand) for hand in record["hands"])
        altering = tuple(Hand.load(hand) for hand in record["altering"])
        low, high = header["displayWindow"]
        size = int(high[1] - low[1] + 1), int(high[0] - low[0] + 1)
        weights = cryptomatte.planes(HANDS, [hand.id for hand in hands], channels, size)
        alterations = cryptomatte.planes(ALTERATIONS, [hand.id for hand in altering], channels, size)
    except (KeyError, TypeError, ValueError, ManyhandsError) as error:
        raise MediaError(
            f"{path}: its record of authorship is damaged ({error}).",
            "Use the file as it was written; another program may have dropped or scaled the layers.",
        ) from error
    return Authorship(hands, weights, altering, alterations if altering else no_planes(0, 0))


# --- EXR files of others ---------------------------------------------------------------------


@dataclass(frozen=True)
class Exr:
    """What an EXR's header says.  ``colour_space`` is empty where it says nothing that is known."""

    width: int
    height: int
    bits: int
    layer: str
    has_alpha: bool
    has_authorship: bool
    colour_space: str
    timecode: str
    rate_fps: Fraction | None
    pixel_aspect: Fraction
    notes: tuple[str, ...]


def look(path: Path) -> Exr:
    """What one EXR is, from the whole file.  Raises: MediaError if it is broken or has no colour channels."""
    width, height = size_of(path)
    with _opened(path, header_only=False) as file:
        part, layer = _colour_part(path, file)
        header, channels = dict(part.header), dict(part.channels)
    notes = []
    inside, outside = header["dataWindow"], header["displayWindow"]
    if any((inside[end] != outside[end]).any() for end in (0, 1)):
        notes.append("the data window differs from the display window: cut or filled up to the display window")
    rate = Fraction(header["framesPerSecond"]) if "framesPerSecond" in header else None
    kinds = {channels[name].pixels.dtype for name in _names_of(channels, layer)}
    space, more = _tagged_space(header)
    return Exr(
        width=width,
        height=height,
        bits=16 if kinds == {np.dtype(np.float16)} else 32,
        layer=layer,
        has_alpha=f"{layer}A" in channels or f"{layer}a" in channels,
        has_authorship=AUTHORSHIP in header,
        colour_space=space,
        timecode=_unpacked_timecode(header.get("timeCode"), rate),
        rate_fps=rate,
        pixel_aspect=Fraction(header.get("pixelAspectRatio", 1.0)).limit_denominator(1000),
        notes=(*notes, *more),
    )


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of the display window, from the header alone.  Raises: MediaError, CapacityError."""
    with _opened(path, header_only=True) as file:
        low, high = file.parts[0].header["displayWindow"]
    width, height = int(high[0] - low[0] + 1), int(high[1] - low[1] + 1)
    checked_size(str(path), width, height)
    return width, height


def read_light(path: Path, layer: str, colour_space: str) -> tuple[np.ndarray, int, Authorship | None]:
    """The picture as ACEScg (H, W, 4) float32 premultiplied, how many of its pixels were not numbers
    (they became 0), and its authorship if it carries one."""
    header, channels = _read(path)
    rgba, broken = _light(path, header, channels, layer, colour_space)
    return rgba, broken, read_authorship(path, header, channels)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    with _opened(path, header_only=False) as file:
        part, _ = _colour_part(path, file)
        return dict(part.header), {name: channel.pixels for name, channel in part.channels.items()}


@contextlib.contextmanager
def _opened(path: Path, *, header_only: bool) -> Iterator[Any]:
    with mapped(path):
        with path.open("rb") as file:
            if file.read(4)[:3] != _MAGIC[:3] and not OpenEXR.isOpenExrFile(str(path)):
                raise _broken(path)
        try:
            with _quiet, contextlib.redirect_stdout(io.StringIO()):
                opened = OpenEXR.File(str(path), separate_channels=True, header_only=header_only)
        except (RuntimeError, ValueError, TypeError) as error:
            raise _broken(path) from error
    if not opened.parts:
        raise _broken(path)
    yield opened


def _broken(path: Path) -> MediaError:
    return MediaError(f"{path}: it is not a whole EXR file.", "Render or copy it again.", path=str(path))


def _colour_part(path: Path, file: Any) -> tuple[Any, str]:
    """The first part with colour, and the prefix of its channels: none, else a layer's that has R, G and B."""
    names: list[str] = []
    for part in file.parts:
        names = [channel.name for channel in part.header["channels"]]
        layers = sorted({name.rpartition(".")[0] for name in names})
        for layer in ("", *(f"{layer}." for layer in layers if layer)):
            if _names_of(names, layer) and not _is_cryptomatte(layer, part.header):
                return part, layer
    raise MediaError(
        f"{path}: it has no red, green and blue (its channels: {', '.join(names[:12])}).",
        "Give a file with R, G and B, or with Y.",
    )


def _is_cryptomatte(layer: str, header: Mapping[str, Any]) -> bool:
    typed = {str(value) for key, value in header.items() if key.startswith("cryptomatte/") and key.endswith("/name")}
    return bool(layer) and layer.rstrip(".").rstrip("0123456789") in typed


def _names_of(names: Any, layer: str) -> tuple[str, ...]:
    """The channels of red, green and blue; luminance alone is all three."""
    for wanted in (("R", "G", "B"), ("r", "g", "b"), ("Y", "Y", "Y")):
        found = tuple(f"{layer}{letter}" for letter in wanted)
        if all(name in names for name in found):
            return found
    return ()


def _light(
    path: Path, header: Mapping[str, Any], channels: Mapping[str, np.ndarray], layer: str, colour_space: str
) -> tuple[np.ndarray, int]:
    low, high = (np.asarray(corner) for corner in header["displayWindow"])
    width, height = (int(size) for size in high - low + 1)
    found = [channels[name] for name in _names_of(channels, layer)]
    alpha = channels.get(f"{layer}A", channels.get(f"{layer}a"))
    if len({channel.shape for channel in [*found, *([] if alpha is None else [alpha])]}) > 1:
        raise MediaError(f"{path}: its colour channels differ in size.", "Write it with full-size R, G and B.")
    planes = [*found] if alpha is None else [*found, alpha]
    kind = np.float16 if all(plane.dtype == np.float16 for plane in planes) else np.float32
    offset = np.asarray(header["dataWindow"][0]) - low
    planes = [_placed(plane.astype(kind, copy=False), offset, width, height) for plane in planes]
    if kind == np.float16:
        planes = [plane.view(np.uint16) for plane in planes]
    opacity = planes[3] if alpha is not None else planes[0][:0, :0].copy()
    way = colour.reading(colour_space)
    is_linear = colour.is_linear(colour_space)
    out, broken = np.empty((height, width, 4), np.float32), np.zeros(height, np.int64)
    matrix = way.matrix if is_linear else np.eye(3, dtype=np.float32)
    samples.linear_to_light(*planes[:3], opacity, matrix, out, broken)
    if not is_linear:
        out = colour.decoded(out, colour_space)
    return out, int(broken.sum())


def _placed(plane: np.ndarray, offset: np.ndarray, width: int, height: int) -> np.ndarray:
    """The data window laid into the display window; beyond it there is nothing."""
    if not offset.any() and plane.shape == (height, width):
        return np.ascontiguousarray(plane)
    out = np.zeros((height, width), plane.dtype)
    left, top = int(offset[0]), int(offset[1])
    rows, columns = slice(max(top, 0), top + plane.shape[0]), slice(max(left, 0), left + plane.shape[1])
    target = out[rows, columns]
    target[...] = plane[max(-top, 0) :, max(-left, 0) :][: target.shape[0], : target.shape[1]]
    return out


def _tagged_space(header: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    named = header.get("colorInteropID")
    if named and colour.is_known(named):
        return colour.space(named).name, ()
    tagged = header.get("chromaticities")
    if tagged is None:
        return "", ()
    for name, chromaticities in colour.CHROMATICITIES.items():
        if np.allclose(tagged, chromaticities, atol=2e-3):
            return name, ()
    return "", ("its chromaticities are those of no space that is known here",)


def _packed_timecode(timecode: str, rate_fps: Fraction) -> Any:
    drop = any(mark in timecode for mark in ";.")
    normal = timecode_of(frames_of(timecode, rate_fps), rate_fps, drop=drop).replace(";", ":")
    packed = OpenEXR.TimeCode()
    packed.hours, packed.minutes, packed.seconds, packed.frame = (int(part) for part in normal.split(":"))
    packed.dropFrame = int(drop)
    return packed


def _unpacked_timecode(packed: Any, rate_fps: Fraction | None) -> str:
    if packed is None:
        return ""
    mark = ";" if packed.dropFrame else ":"
    return f"{packed.hours:02}:{packed.minutes:02}:{packed.seconds:02}{mark}{packed.frame:02}"
