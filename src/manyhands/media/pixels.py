"""Decoded pictures become light: where each pixel format keeps its samples, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane

from manyhands.core.errors import MediaError
from manyhands.media import colour, samples
from manyhands.media.facts import Footage

# ITU-T H.273 and FFmpeg: luma's weights of red and blue for each matrix that is a plain matrix.
LUMA = {1: (0.2126, 0.0722), 4: (0.3, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087),
        9: (0.2627, 0.0593)}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """Where the samples of a pixel format lie.

    Each channel is (plane, first sample, step in samples); ``halved`` says whether chroma has half
    the width and half the height.
    """

    bits: int
    is_rgb: bool
    channels: tuple[tuple[int, int, int], ...]
    alpha: tuple[int, int, int] | None = None
    halved: tuple[bool, bool] = (False, False)
    through: str = ""


_PACKED = {"rgb24": "rgb", "bgr24": "bgr", "rgba": "rgba", "bgra": "bgra", "argb": "argb", "abgr": "abgr",
           "rgb0": "rgb0", "bgr0": "bgr0", "rgb48le": "rgb", "rgba64le": "rgba", "bgra64le": "bgra"}  # fmt: skip


@lru_cache(maxsize=64)
def _layout_of(name: str) -> Layout:
    its = VideoFormat(name)
    components = its.components
    bits = max(component.bits for component in components)
    if name in _PACKED:
        order = _PACKED[name]
        where = [(0, order.index(letter), len(order)) for letter in "rgb"]
        alpha = (0, order.index("a"), len(order)) if "a" in order else None
        return Layout(bits, True, tuple(where), alpha)
    if name.startswith("xyz"):
        raise MediaError("it holds XYZ of digital cinema.", "Convert it to ProRes 4444 or an EXR sequence first.")
    is_little = bits == 8 or not its.is_big_endian
    is_planar = its.is_planar and len({component.plane for component in components}) == len(components) >= 3
    if is_little and is_planar and not its.name.endswith(("f32le", "f16le", "msble")):
        where = [(component.plane, 0, 1) for component in components]
        alpha = where[3] if len(where) > 3 else None
        wide, tall = _subsampling(its)
        if max(wide, tall) <= 2:
            return Layout(bits, its.is_rgb, tuple(where[:3]), alpha, (wide == 2, tall == 2))
    plain = _layout_of(_plainer(its, bits))
    alpha = plain.alpha if any(component.is_alpha for component in components) else None
    return replace(plain, bits=bits, alpha=alpha, through=_plainer(its, bits))


def layout_of(its: VideoFormat) -> Layout:
    """Where a pixel format keeps its samples.  Raises: MediaError for one that is no picture of light."""
    return _layout_of(its.name)


def _subsampling(its: VideoFormat) -> tuple[int, int]:
    return 64 // its.chroma_width(64), 64 // its.chroma_height(64)


def _plainer(its: VideoFormat, bits: int) -> str:
    """A planar format that holds everything of one whose samples are packed in another way."""
    has_alpha = any(component.is_alpha for component in its.components)
    if its.is_rgb or its.has_palette:
        return "rgba" if bits <= 8 else "rgba64le"
    size = {(2, 2): "420", (2, 1): "422"}.get(_subsampling(its), "444") if len(its.components) > 2 else "444"
    depth = "" if bits <= 8 else "10le" if bits == 10 else "12le" if bits == 12 else "16le"
    return f"yuva444p{'' if bits <= 8 else '16le'}" if has_alpha else f"yuv{size}p{depth}"


def upright(rgba: np.ndarray, rotation_deg: int) -> np.ndarray:
    """Turned against the clock by quarter turns."""
    turn = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}.get(rotation_deg)
    return rgba if turn is None else cv2.rotate(rgba, turn)


def light_of(picture: VideoFrame, footage: Footage) -> np.ndarray:
    """A decoded picture as ACEScg, (H, W, 4) float32, premultiplied; not turned.

    Matrix and range are those of the footage, whatever the frame says by itself.
    """
    layout = layout_of(picture.format)
    if layout.through:
        picture = _plain(picture, layout.through, footage)
    channels = [_plane(picture, where, layout) for where in layout.channels]
    alpha = _plane(picture, layout.alpha, layout) if layout.alpha else channels[0][:0, :0]
    way = colour.reading(footage.colour_space)
    curve = way.curve
    out = np.empty((picture.height, picture.width, 4), np.float32)
    # Alpha multiplies light, so where OpenColorIO itself makes the light it waits until that is done.
    held = alpha if way.processor is None else alpha[:0, :0]
    bits = max(component.bits for component in picture.format.components)
    if layout.is_rgb:
        gain = np.float32(1 / (2**bits - 1))
        samples.rgb_to_light(*channels, held, gain, curve.table, curve.power, way.matrix, out)
    else:
        scaling, weights = _yuv_meaning(bits, footage.matrix, is_full_range=footage.is_full_range)
        halved = np.array(layout.halved, np.bool_)
        samples.yuv_to_light(*channels, held, halved, scaling, weights, curve.table, curve.power, way.matrix, out)
    if way.processor is not None:
        way.processor(out)
        if alpha.size:
            out[..., 3] = alpha[: out.shape[0], : out.shape[1]] / np.float32(2**bits - 1)
            out[..., :3] *= out[..., 3:]
    return out


def _plain(picture: VideoFrame, pixel_format: str, footage: Footage) -> VideoFrame:
    matrix = footage.matrix if footage.matrix in LUMA else 1
    range_ = 2 if footage.is_full_range else 1
    return picture.reformat(
        format=pixel_format,
        src_colorspace=matrix,
        dst_colorspace=matrix,
        src_color_range=range_,
        dst_color_range=range_,
    )


def _plane(picture: VideoFrame, where: tuple[int, int, int], layout: Layout) -> np.ndarray:
    """One channel's samples, (H, W or more), as a view into the decoder's memory."""
    plane, first, step = where
    memory = picture.planes[plane]
    kind = np.uint8 if layout.bits <= 8 else np.uint16
    lines = lines_of(memory, np.dtype(kind))
    return lines[:, first::step] if step > 1 else lines


def lines_of(memory: VideoPlane, kind: np.dtype) -> np.ndarray:
    """A plane's own memory, (H, W or more); the columns beyond the picture mean nothing."""
    return np.frombuffer(memory, kind).reshape(-1, memory.line_size // kind.itemsize)  # type: ignore[call-overload]


def _yuv_meaning(bits: int, matrix: int, *, is_full_range: bool) -> tuple[np.ndarray, np.ndarray]:
    """``scaling`` and ``weights`` of :func:`samples.yuv_to_light`.  Source: ITU-R BT.709 and BT.2020."""
    kr, kb = LUMA[matrix]
    kg = 1 - kr - kb
    weights = [2 * (1 - kr), -2 * (1 - kb) * kb / kg, -2 * (1 - kr) * kr / kg, 2 * (1 - kb)]
    return np.array(yuv_scaling(bits, is_full_range=is_full_range, undo=True), np.float32), np.array(
        weights, np.float32
    )


def yuv_scaling(bits: int, *, is_full_range: bool, undo: bool = False) -> list[float]:
    """Offset and span of luma and of chroma in code values, with ``undo`` their inverses, then alpha's."""
    peak, step = 2**bits - 1, 2 ** (bits - 8)
    luma, chroma = (0, peak), (128 * step, peak)
    if not is_full_range:
        luma, chroma = (16 * step, 219 * step), (128 * step, 224 * step)
    if undo:
        return [luma[0], 1 / luma[1], chroma[0], 1 / chroma[1], 0, 1 / peak]
    return [*luma, *chroma, peak, peak]
