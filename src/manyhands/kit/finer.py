"""A picture on a finer grid, from itself and from its neighbours in time, which sampled the scene elsewhere.

The scene moves by fractions of a pixel between frames, so that each frame holds samples which the
others lack.  Neighbours are registered to a hundredth or two of a pixel where there is texture; a finer
picture is then sought that, softened and sampled as the camera does it, gives all of them.  What a
neighbour does not see, or shows otherwise, is left out; detail that is no stronger than the noise is
not added.  Nothing is invented: where neighbours add nothing the picture is the cubic one, sharpened
by what the lens took.

Units: pixels of the coarse picture unless said otherwise; positions are array indices.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from manyhands.core.frame import luminance
from manyhands.kit.flow import disagreement, flow_between

ROUNDS = 8
CAREFUL = 3.0  # times the noise that two pictures may differ and still show the same


@dataclass(frozen=True)
class Seen:
    """A neighbour: its luminance, the flow to it from the reference and back, and how far to believe it there."""

    light: np.ndarray
    there: np.ndarray
    back: np.ndarray
    trust: np.ndarray


def finer(reference: np.ndarray, neighbours: Sequence[np.ndarray], factor: float, *, softness_px: float) -> np.ndarray:
    """The reference on a grid ``factor`` times as fine.

    Args:
        softness_px: what the camera softens, as the sigma of a Gaussian, together with its pixels' own width.
    Shapes: (H, W, 3) scene-linear each; returns (round(H factor), round(W factor), 3) float32.
    Source: iterative back-projection, Irani and Peleg 1991, with weights after Zomet, Rav-Acha and
    Peleg 2001 ("robust super-resolution"), and shrinkage of the detail by its local signal to noise.
    """
    height, width = reference.shape[:2]
    size = (round(width * factor), round(height * factor))
    light = luminance(reference).astype(np.float32)
    noise = noise_of(light)
    seen = [_registered(light, luminance(other).astype(np.float32), noise) for other in neighbours]
    seen.insert(0, Seen(light, *(np.zeros((height, width, 2), np.float32),) * 2, np.ones_like(light)))
    cubic = enlarged(light, size)
    detail = _detail(cubic, seen, size, softness_px)
    calm = _calmed(reference, neighbours, seen)
    detail = _shrunk(detail, cubic, seen, size, noise)
    return _coloured(enlarged(calm, size), cubic + detail, DIM + np.float32(0.3 * noise))


DIM = np.float32(0.002)  # light below which colour says nothing of whose the detail is; more where there is noise


def _coloured(rgb: np.ndarray, light: np.ndarray, dim: np.float32) -> np.ndarray:
    """The picture with another luminance: as detail of a surface changes it, each colour by its own part.

    Added to all colours alike, what is a trace in a pure red's red would be a pattern in its green.
    """
    own = luminance(rgb)
    part = (np.maximum(rgb, 0) + dim) / (np.maximum(own, 0) + dim)[..., None]
    return np.asarray(rgb + part * (light - own)[..., None], np.float32)


def enlarged(plane: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A plane at another size, Catmull-Rom, by the positions of its pixels' middles; ``size`` is (w, h).

    Shapes: (H, W) or (H, W, 3).
    """
    height, width = plane.shape[:2]
    x = (np.arange(size[0], dtype=np.float32) + 0.5) * np.float32(width / size[0]) - 0.5
    y = (np.arange(size[1], dtype=np.float32) + 0.5) * np.float32(height / size[1]) - 0.5
    return _along(_along(plane, y, 0), x, 1)


def _along(plane: np.ndarray, places: np.ndarray, axis: int) -> np.ndarray:
    """Cubic samples along one axis.  Source: Keys 1981, a = -0.5."""
    count = plane.shape[axis]
    first = np.floor(places).astype(np.int64)
    t = (places - first).astype(np.float32)
    weights = (
        ((-0.5 * t + 1) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1,
        ((-1.5 * t + 2) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )
    shape = [1] * plane.ndim
    shape[axis] = len(places)
    total = np.zeros((*plane.shape[:axis], len(places), *plane.shape[axis + 1 :]), np.float32)
    for tap, weight in enumerate(weights):
        index = np.clip(first + tap - 1, 0, count - 1)
        total += np.take(plane, index, axis) * weight.reshape(shape)
    return total


def noise_of(light: np.ndarray) -> float:
    """The noise of a luminance for each root of its level: its deviation at 1, growing with the root.

    Source: Immerkaer 1996, in the quieter half of the picture.
    """
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    rough = np.abs(cv2.filter2D(light, cv2.CV_32F, mask, borderType=cv2.BORDER_REFLECT)) / _root(light)
    even = cv2.blur(rough, (9, 9))
    return float(np.quantile(even, 0.25)) * float(np.sqrt(np.pi / 2) / 6)


def _root(light: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(light, 0) + np.float32(0.01))


def _registered(light: np.ndarray, other: np.ndarray, noise: float) -> Seen:
    """The flow between two luminances, both ways, refined to small parts of a pixel, and where it holds."""
    one, two = np.cbrt(np.maximum(light, 0)), np.cbrt(np.maximum(other, 0))
    flows = flow_between(one, two)
    there, back = refined(one, two, flows.there), refined(two, one, flows.back)
    shown = _taken(other, there)
    away = cv2.GaussianBlur(np.abs(shown - light) / _root(light), (0, 0), 1.5)
    limit = CAREFUL * noise + 0.02
    lands = disagreement(there, back)
    height, width = light.shape
    x = np.arange(width)[None] + there[..., 0]
    y = np.arange(height)[:, None] + there[..., 1]
    inside = (x > 1) & (y > 1) & (x < width - 2) & (y < height - 2)
    trust = np.exp(-((away / limit) ** 2) - (lands / np.float32(0.4)) ** 2) * inside
    return Seen(other, there, back, trust.astype(np.float32))


def refined(one: np.ndarray, other: np.ndarray, flow: np.ndarray, *, rounds: int = 3) -> np.ndarray:
    """A flow brought from about a tenth of a pixel to a hundredth or two where there is texture.

    Shapes: two (H, W), and (H, W, 2); all float32.
    Source: Lucas and Kanade 1981, dense, with a Gaussian window.
    """
    # the finest waves, which sampling between pixels changes, only disturb
    one, other = (cv2.GaussianBlur(picture, (0, 0), 0.8) for picture in (one, other))
    gx, gy = (cv2.Sobel(one, cv2.CV_32F, dx, dy, ksize=3, scale=1 / 8) for dx, dy in ((1, 0), (0, 1)))

    def near(plane: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), 2.5))

    xx, xy, yy = near(gx * gx), near(gx * gy), near(gy * gy)
    damp = np.float32(2e-6)
    det = (xx + damp) * (yy + damp) - xy * xy
    flow = cv2.GaussianBlur(flow, (0, 0), 1.0)
    for _ in range(rounds):
        off = one - _taken(other, flow)
        bx, by = near(gx * off), near(gy * off)
        step = np.dstack([(bx * (yy + damp) - by * xy) / det, (by * (xx + damp) - bx * xy) / det])
        flow = flow + np.clip(step, -0.5, 0.5)
    return np.asarray(flow, np.float32)


def _taken(plane: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """What stands where the flow leads: (h, w) of the flow."""
    height, width = flow.shape[:2]
    x = np.arange(width, dtype=np.float32)[None] + flow[..., 0]
    y = np.arange(height, dtype=np.float32)[:, None] + flow[..., 1]
    return _cubic(plane, x, y)


def _detail(cubic: np.ndarray, seen: Sequence[Seen], size: tuple[int, int], softness_px: float) -> np.ndarray:
    """What is to be added to the cubic picture so that all that was seen follows from it."""
    height, width = seen[0].light.shape
    scale = np.float32(size[0] / width)
    sigma = float(scale) * softness_px
    fine_x = (np.arange(size[0], dtype=np.float32)[None] + 0.5) / scale - np.float32(0.5)
    fine_y = (np.arange(size[1], dtype=np.float32)[:, None] + 0.5) * np.float32(height / size[1]) - np.float32(0.5)
    ways, places = [], []
    for one in seen:
        flow = cv2.resize(one.there, size, interpolation=cv2.INTER_LINEAR)
        ways.append((fine_x + flow[..., 0], fine_y + flow[..., 1]))
        x = np.arange(width, dtype=np.float32)[None] + one.back[..., 0]
        y = np.arange(height, dtype=np.float32)[:, None] + one.back[..., 1]
        places.append(((x + 0.5) * scale - np.float32(0.5), (y + 0.5) * np.float32(size[1] / height) - np.float32(0.5)))
    trusts = [cv2.resize(one.trust, size, interpolation=cv2.INTER_LINEAR) for one in seen]
    total = np.sum(trusts, 0)
    sought = cubic.copy()
    for _ in range(ROUNDS):
        soft = cv2.GaussianBlur(sought, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        step = np.zeros_like(sought)
        for one, way, place, trust in zip(seen, ways, places, trusts, strict=True):
            simulated = cv2.remap(soft, *place, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            missing = one.light - simulated
            step += trust * cv2.remap(missing, *way, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        sought += cv2.GaussianBlur(step / total, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(sought - cubic)


def _calmed(reference: np.ndarray, neighbours: Sequence[np.ndarray], seen: Sequence[Seen]) -> np.ndarray:
    """The mean of all that agree, in the reference's place: what its colours are taken from.

    Colours and luminance are averaged alike: coding keeps colour coarser than luma, and a colour that
    is averaged beside a luminance that is not would show its steps.
    """
    total, weight = reference.copy(), np.ones(reference.shape[:2], np.float32)
    for picture, one in zip(neighbours, seen[1:], strict=True):
        planes = [_taken(np.ascontiguousarray(picture[..., part]), one.there) for part in range(3)]
        total += one.trust[..., None] * np.dstack(planes)
        weight += one.trust
    return np.asarray(total / weight[..., None])


def _shrunk(
    detail: np.ndarray, cubic: np.ndarray, seen: Sequence[Seen], size: tuple[int, int], noise: float
) -> np.ndarray:
    """The detail by how far it stands out of the noise that is left in it."""
    count = cv2.resize(np.sum([one.trust for one in seen], 0), size, interpolation=cv2.INTER_LINEAR)
    left = noise * noise * (np.maximum(cubic, 0) + np.float32(0.01)) / count
    energy = cv2.GaussianBlur(detail * detail, (0, 0), 1.5 * size[0] / seen[0].light.shape[1])
    # what averaging took away from the reference's own noise is part of the detail and must stay
    taken = 1 - 1 / count
    share = np.maximum(energy - 2 * left, 0) / np.maximum(energy, 1e-12)
    return np.asarray(detail * np.maximum(share, taken))


def _cubic(plane: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Samples between pixels, Catmull-Rom, at places finer than the 32nds of a pixel that OpenCV knows."""
    out = np.empty(x.shape, np.float32)
    _sample_cubic(np.ascontiguousarray(plane), x, y, out)
    return out


@njit(inline="always")
def _weights(t):
    half = np.float32(0.5)
    return (
        ((-half * t + np.float32(1)) * t - half) * t,
        (np.float32(1.5) * t - np.float32(2.5)) * t * t + np.float32(1),
        ((np.float32(-1.5) * t + np.float32(2)) * t + half) * t,
        (half * t - half) * t * t,
    )


@njit(cache=True, nogil=True)
def _sample_cubic(plane, x, y, out):
    height, width = plane.shape
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            px = min(max(x[row, column], np.float32(-2)), np.float32(width + 1))
            py = min(max(y[row, column], np.float32(-2)), np.float32(height + 1))
            i, j = int(math.floor(px)), int(math.floor(py))
            wx, wy = _weights(px - np.float32(i)), _weights(py - np.float32(j))
            total = np.float32(0)
            if 1 <= i < width - 2 and 1 <= j < height - 2:
                for b in range(4):
                    line = j - 1 + b
                    total += wy[b] * (
                        wx[0] * plane[line, i - 1]
                        + wx[1] * plane[line, i]
                        + wx[2] * plane[line, i + 1]
                        + wx[3] * plane[line, i + 2]
                    )
            else:
                for b in range(4):
                    line = min(max(j - 1 + b, 0), height - 1)
                    for a in range(4):
                        total += wy[b] * wx[a] * plane[line, min(max(i - 1 + a, 0), width - 1)]
            out[row, column] = total
