"""Look-up tables in the .cube format, read and applied.

Source: Adobe, "Cube LUT Specification" version 1.0 (2013).
"""
# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numba import njit

from manyhands.core.errors import InputError, MediaError

_f = np.float32


@dataclass(frozen=True)
class Cube:
    """A table of colours.

    Shapes: ``table`` (n, n, n, 3) indexed blue, green, red; for a one-dimensional table (n, 3).
    """

    table: np.ndarray
    low: tuple[float, float, float]
    high: tuple[float, float, float]


def read_cube(path: str) -> Cube:
    """The table in a .cube file.

    Raises: InputError if the file is missing; MediaError if it is no such table.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"LUT {path}: cannot be read ({error.strerror}).", "Give the path of a .cube file.") from error
    except UnicodeDecodeError as error:
        raise MediaError(f"LUT {path}: is not text.", "Give a .cube file, as a grading program exports it.") from error
    sizes: dict[str, int] = {}
    bounds = {"DOMAIN_MIN": (0.0, 0.0, 0.0), "DOMAIN_MAX": (1.0, 1.0, 1.0)}
    rows = []
    try:
        for line in lines:
            words = line.split("#")[0].split()
            if not words or words[0] == "TITLE":
                continue
            if words[0] in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
                sizes[words[0]] = int(words[1])
            elif words[0] in bounds:
                bounds[words[0]] = (float(words[1]), float(words[2]), float(words[3]))
            elif words[0] not in ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"):
                rows.append((float(words[0]), float(words[1]), float(words[2])))
    except (ValueError, IndexError) as error:
        raise MediaError(
            f"LUT {path}: a line cannot be read ({line.strip()[:60]!r}).", "Export the table again."
        ) from error
    low, high = bounds["DOMAIN_MIN"], bounds["DOMAIN_MAX"]
    edge = sizes.get("LUT_3D_SIZE", 0)
    wanted = edge**3 if edge else sizes.get("LUT_1D_SIZE", 0)
    if not 2 <= (edge or wanted) <= (256 if edge else 65536) or len(rows) != wanted:
        raise MediaError(
            f"LUT {path}: it has {len(rows)} colours where its size says {wanted}.", "Export the table again."
        )
    if any(b <= a for a, b in zip(low, high, strict=True)):
        raise MediaError(f"LUT {path}: its domain is empty.", "Export the table again.")
    table = np.array(rows, np.float32)
    return Cube(table.reshape(edge, edge, edge, 3) if edge else table, low, high)


def apply_cube(cube: Cube, rgb: np.ndarray) -> np.ndarray:
    """Look colours up; between samples tetrahedral (linear for one dimension), outside the domain its edge.

    Shapes: rgb (H, W, 3) in the table's own space; returns the same.
    """
    low, high = np.array(cube.low, np.float32), np.array(cube.high, np.float32)
    place = np.clip((rgb - low) / (high - low), 0, 1) * np.float32(cube.table.shape[0] - 1)
    if cube.table.ndim == 2:
        steps = np.arange(cube.table.shape[0])
        return np.stack([np.interp(place[..., part], steps, cube.table[:, part]) for part in range(3)], -1).astype(
            np.float32
        )
    out = np.empty(rgb.shape, np.float32)
    _tetrahedral(cube.table, np.ascontiguousarray(place, np.float32), out)
    return out


@njit(cache=True)
def _tetrahedral(table, place, out):
    """Each cell of the table is cut into six tetrahedra along its grey diagonal."""
    edge = table.shape[0]
    for row in range(place.shape[0]):
        y = np.int64(row)
        for x in range(place.shape[1]):
            i = min(np.int64(place[y, x, 0]), edge - 2)
            j = min(np.int64(place[y, x, 1]), edge - 2)
            k = min(np.int64(place[y, x, 2]), edge - 2)
            r, g, b = place[y, x, 0] - _f(i), place[y, x, 1] - _f(j), place[y, x, 2] - _f(k)
            # walk from the cell's dark corner to its bright one, along the largest part first
            r1, g1, b1 = 1 if r >= g and r >= b else 0, 0, 0
            if r1 == 0:
                g1 = 1 if g >= b else 0
                b1 = 1 - g1
            most = max(r, g, b)
            least = min(r, g, b)
            middle = r + g + b - most - least
            if r < g and r <= b:
                r0, g0, b0 = 1, 0, 0
            elif b <= g:
                r0, g0, b0 = 0, 0, 1
            else:
                r0, g0, b0 = 0, 1, 0
            # two corners on: all but the least part
            r2, g2, b2 = 1 - r0, 1 - g0, 1 - b0
            for part in range(3):
                out[y, x, part] = (
                    table[k, j, i, part] * (_f(1) - most)
                    + table[k + b1, j + g1, i + r1, part] * (most - middle)
                    + table[k + b2, j + g2, i + r2, part] * (middle - least)
                    + table[k + 1, j + 1, i + 1, part] * least
                )
