"""Cryptomatte: which hand covers how much of a pixel, as any compositing program reads it.

A layer keeps, for each pixel, pairs of an id and a coverage, the largest coverage first, two pairs to
each image layer (``hands00.RGBA``, ``hands01.RGBA``, …).  The id is a hash of the name, kept in the
bits of a float; the header tells names and hashes.
Source: Friedman and Jones, Cryptomatte specification 1.2.0 (Psyop).
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import mmh3
import numpy as np
from numba import njit

from manyhands.core.errors import MediaError
from manyhands.kit.half import from_half, store_half

_EXPONENT = 0x7F800000
_LOWEST_EXPONENT_BIT = 1 << 23


def id_bits(name: str) -> int:
    """The id of a name as the 32 bits of a float that is neither denormal nor infinite nor NaN."""
    bits: int = mmh3.hash(name.encode(), 0, signed=False)
    if bits & _EXPONENT in {0, _EXPONENT}:
        bits ^= _LOWEST_EXPONENT_BIT
    return bits


def attributes(layer: str, names: Sequence[str]) -> dict[str, str]:
    """The header attributes of one layer.  Raises: MediaError if two names have one id."""
    ids = [id_bits(name) for name in names]
    if len(set(ids)) < len(ids):
        raise MediaError(
            f"cryptomatte: two of the names {', '.join(names)} have the same hash.", "Rename one of these hands."
        )
    key = f"cryptomatte/{mmh3.hash(layer, 0, signed=False):08x}"[: len("cryptomatte/") + 7]
    manifest = {name: f"{bits:08x}" for name, bits in zip(names, ids, strict=True)}
    return {
        f"{key}/name": layer,
        f"{key}/hash": "MurmurHash3_32",
        f"{key}/conversion": "uint32_to_float32",
        f"{key}/manifest": json.dumps(manifest, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    }


def channels(layer: str, names: Sequence[str], planes: np.ndarray) -> dict[str, np.ndarray]:
    """The image channels of one layer: ids in float32, coverages in half.

    Shapes: planes (names, H, W) float32, 0 to 1; each channel (H, W).
    A coverage that half precision cannot tell from 0 has no id.
    """
    count, height, width = planes.shape
    pairs = 2 * ((count + 1) // 2)
    ids = np.zeros((pairs, height, width), np.uint32)
    covers = np.zeros((pairs, height, width), np.uint16)
    _rank(np.ascontiguousarray(planes), np.array([id_bits(name) for name in names], np.uint32), ids, covers)
    found = {}
    for pair in range(pairs):
        level, first = divmod(pair, 2)
        found[f"{layer}{level:02}.{'BR'[first == 0]}"] = ids[pair].view(np.float32)
        found[f"{layer}{level:02}.{'AG'[first == 0]}"] = covers[pair].view(np.float16)
    return found


def planes(layer: str, names: Sequence[str], found: Mapping[str, np.ndarray], size: tuple[int, int]) -> np.ndarray:
    """The coverage of each name, (names, H, W) float32, from the channels of one layer."""
    out = np.zeros((len(names), *size), np.float32)
    wanted = np.array([id_bits(name) for name in names], np.uint32)
    for pair in range(2 * ((len(names) + 1) // 2)):
        level, first = divmod(pair, 2)
        ids = found[f"{layer}{level:02}.{'BR'[first == 0]}"]
        covers = found[f"{layer}{level:02}.{'AG'[first == 0]}"]
        cover = np.empty(size, np.float32)
        if covers.dtype == np.float16:
            from_half(np.ascontiguousarray(covers).reshape(-1).view(np.uint16), cover.reshape(-1))
        else:
            cover[...] = covers
        _unrank(np.ascontiguousarray(ids, np.float32).view(np.uint32), cover, wanted, out)
    return out


@njit(cache=True)
def _rank(planes, names, ids, covers):
    count, height, width = planes.shape
    for slab in range(height):
        y = np.int64(slab)
        half = np.empty(count, np.uint16)
        for x in range(width):
            for hand in range(count):
                # The bits of halves from 0 up are in the order of their values.
                half[hand] = store_half(max(planes[hand, y, x], np.float32(0)))
            for pair in range(count):
                best = 0
                for hand in range(1, count):
                    if half[hand] > half[best]:
                        best = hand
                if half[best] == 0:
                    break
                ids[pair, y, x] = names[best]
                covers[pair, y, x] = half[best]
                half[best] = 0


@njit(cache=True)
def _unrank(ids, covers, names, out):
    height, width = ids.shape
    for slab in range(height):
        y = np.int64(slab)
        for x in range(width):
            if covers[y, x] != 0:
                for hand in range(names.size):
                    if ids[y, x] == names[hand]:
                        out[hand, y, x] += covers[y, x]
