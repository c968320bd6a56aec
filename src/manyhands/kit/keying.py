"""Telling a subject from a green or blue screen, and taking the screen's light out of it.

A pixel is a mixture ``C = alpha F + (1 - alpha) S`` of the subject's colour F and the screen's S.
S is modelled for every pixel from the screen that is seen around it (or from a clean plate), the
mixture is told by how much the screen's channel stands out over the other two, and once alpha and
S are known the screen's light is taken off and F is what is left.

Colour: scene-linear, any primaries; nothing is clamped but coverage, and colours below no light.
Sources: Vlahos, US patents 3,595,987 (1971) and 4,100,569 (1978): the colour difference and the
subtraction of the screen; Brinkmann, "The Art and Science of Digital Compositing", 2nd ed.,
chapter 6: difference mattes, spill and edges; Wright, "Digital Compositing for Film and Video".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from manyhands.kit.fill import spread

Backing = Literal["green", "blue"]

MODEL_PX = 480
"""The screen's light is modelled in a picture no wider than this: it is smooth, its grain is not."""


@dataclass(frozen=True)
class Screen:
    """What was learned of a screen from some frames.

    ``purity`` is how far its channel stands out over the larger of the other two, as a share of
    itself, in the middle of its pixels; ``spread`` is how much that varies; ``colour`` is its
    middle colour; ``share`` how much of the pictures it fills.
    """

    backing: Backing
    purity: float
    spread: float
    colour: tuple[float, float, float]
    share: float

    @property
    def channel(self) -> int:
        return 1 if self.backing == "green" else 2


def fit_screen(pictures: Sequence[np.ndarray], backing: Backing | None = None) -> Screen | None:
    """What screen the pictures show; None if there is none.

    Args:
        backing: green or blue if it is known; else the one that more of the pictures show.
    Shapes: each (H, W, 3) scene-linear.
    """
    small = [_small(picture) for picture in pictures]
    found = [_fitted(small, one) for one in ((backing,) if backing else ("green", "blue"))]
    return max((one for one in found if one), key=lambda one: one.share, default=None)


def _fitted(small: Sequence[np.ndarray], backing: Backing) -> Screen | None:
    channel = 1 if backing == "green" else 2
    colours = np.concatenate([picture.reshape(-1, 3) for picture in small])
    purity = _purity(colours, channel)
    lit = colours[:, channel]
    seen = (purity > PUREST[backing]) & (lit > 0.02 * max(float(np.percentile(lit, 99)), 1e-6))
    if seen.mean() < LEAST_SHARE:
        return None
    # the screen is the most even colour there is: the highest point of the histogram of purity
    counts, edges = np.histogram(purity[seen], bins=60, range=(0, 1))
    counts = np.convolve(counts, [0.25, 0.5, 0.25], "same")
    middle = edges[int(counts.argmax())] + 0.5 / 60
    near = seen & (np.abs(purity - middle) < 0.2 * middle)
    middle = float(np.median(purity[near]))
    varies = float(1.4826 * np.median(np.abs(purity[near] - middle)))
    if _together(near, small) < LEAST_SHARE:
        return None
    r, g, b = np.median(colours[near], 0)
    return Screen(backing, middle, max(varies, 0.01), (float(r), float(g), float(b)), float(near.mean()))


def _together(near: np.ndarray, small: Sequence[np.ndarray]) -> float:
    """The share of pixels whose neighbours are all of the screen too: specks are no screen."""
    parts = np.split(near, np.cumsum([picture.shape[0] * picture.shape[1] for picture in small])[:-1])
    square = np.ones((3, 3), np.uint8)
    whole = [
        cv2.erode(part.reshape(picture.shape[:2]).astype(np.uint8), square)
        for part, picture in zip(parts, small, strict=True)
    ]
    return sum(int(one.sum()) for one in whole) / near.size


PUREST = {"green": 0.22, "blue": 0.3}  # a sky is bluish and a meadow greenish; no screen is as pale as they are
LEAST_SHARE = 0.005


def _small(rgb: np.ndarray) -> np.ndarray:
    height, width = rgb.shape[:2]
    scale = min(0.5, MODEL_PX / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))


def _others(rgb: np.ndarray, channel: int) -> tuple[np.ndarray, np.ndarray]:
    first, second = (0, 2) if channel == 1 else (0, 1)
    return rgb[..., first], rgb[..., second]


def _purity(rgb: np.ndarray, channel: int) -> np.ndarray:
    return (rgb[..., channel] - np.maximum(*_others(rgb, channel))) / np.maximum(rgb[..., channel], 1e-4)


def screen_light(rgb: np.ndarray, screen: Screen, clean: np.ndarray | None = None) -> np.ndarray:
    """The light of the screen at every pixel, behind the subject as well, (H, W, 3) float32.

    What is surely screen is averaged, and spread smoothly to where the subject stands.  With a
    clean plate it is the clean plate's light, times how the screen's light changed since.
    Shapes: rgb and clean (H, W, 3) scene-linear, of one size.
    """
    small = _small(rgb)
    sure = sure_screen(small, screen)
    given = small if clean is None else small / np.maximum(_small(clean), 1e-4)
    if not sure.any():
        flat = np.array(screen.colour, np.float32) if clean is None else np.ones(3, np.float32)
        return np.broadcast_to(flat, rgb.shape) if clean is None else clean
    course = _course(given, sure)
    own = _mean_where(given / course, sure, REACH)
    near = cv2.GaussianBlur(sure.astype(np.float32), (0, 0), REACH) > 0.25
    model = course * cv2.GaussianBlur(spread(own, near), (0, 0), REACH)
    model = cv2.resize(model, rgb.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(model if clean is None else model * cv2.GaussianBlur(clean, (0, 0), 1.0), np.float32)


REACH = 2.0


def _course(given: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """(h, w, 3): how light falls over the whole screen: a cubic of its logarithm, led by what is sure."""
    height, width = sure.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float64) / max(height, width) - 0.5
    terms = np.stack([x**i * y**j for i in range(4) for j in range(4 - i)], -1)
    rows = np.flatnonzero(sure)[:: max(1, int(sure.sum()) // 20000)]
    basis, light = (
        terms.reshape(-1, terms.shape[-1])[rows],
        np.log(np.maximum(given.reshape(-1, given.shape[-1])[rows], 1e-4)),
    )
    fitted = np.linalg.solve(basis.T @ basis + 1e-3 * len(rows) * PULL, basis.T @ light)
    low, high = light.min(0) - 0.7, light.max(0) + 0.7
    return np.exp(np.clip(terms @ fitted, low, high)).astype(np.float32)


PULL = np.diag([0.0 if i + j == 0 else 1e-3 * 4.0 ** (i + j) for i in range(4) for j in range(4 - i)])
"""How strongly each term of the cubic is held to 0, so that it does not run away where nothing is seen."""


def sure_screen(small: np.ndarray, screen: Screen) -> np.ndarray:
    """(h, w) bool: what is as pure as the screen round it, and lies a little away from all that is not."""
    purity = _purity(small, screen.channel)
    lit = small[..., screen.channel] > 0.04 * screen.colour[screen.channel]
    sure = lit & (purity > screen.purity - max(6 * screen.spread, 0.12 * screen.purity))
    if not sure.any():
        return sure
    # thin smoke makes it only a little less pure: grain is averaged away, and what is less pure than its
    # surroundings let expect is no longer what tells how pure it is
    even = _mean_where(purity, sure, 2.0)
    for _ in range(3):
        less = even - np.log(_course(np.exp(even)[..., None], sure))[..., 0]
        varies = 1.4826 * float(np.median(np.abs(less[sure])))
        pure = sure & (less > -max(2.0 * varies, 0.008))
        if pure.sum() < 0.2 * sure.sum():
            break
        sure = pure
    return cv2.erode(sure.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def _mean_where(values: np.ndarray, known: np.ndarray, sigma: float) -> np.ndarray:
    """The mean of what is known around each place.  Shapes: (h, w), or (h, w, 3), to the same."""
    weight = known.astype(np.float32)
    wide = weight if values.ndim == 2 else weight[..., None]
    total, amount = cv2.GaussianBlur(values * wide, (0, 0), sigma), cv2.GaussianBlur(weight, (0, 0), sigma)
    return np.asarray(total / np.maximum(amount if values.ndim == 2 else amount[..., None], 1e-4))


def difference(rgb: np.ndarray, channel: int, balance: float) -> np.ndarray:
    """How far the screen's channel stands out: over the larger of the others, or over their mean.

    Args:
        balance: 1 for the larger, 0 for the mean.
    """
    one, other = _others(rgb, channel)
    mean, larger = 0.5 * (one + other), np.maximum(one, other)
    return np.asarray(rgb[..., channel] - (mean + np.float32(balance) * (larger - mean)))


def colour_difference(rgb: np.ndarray, light: np.ndarray, channel: int) -> np.ndarray:
    """Coverage by the colour difference alone, (H, W) float32, neither clipped nor cleaned of grain.

    Source: Vlahos 1978 (US 4,100,569): the screen is let through in proportion to how far its
    channel stands out over the larger of the other two.
    """
    stands_out = np.maximum(difference(light, channel, 1.0), 1e-5)
    return np.asarray(1 - difference(rgb, channel, 1.0) / stands_out, np.float32)


def unmixed(
    rgb: np.ndarray,
    light: np.ndarray,
    screen: Screen,
    *,
    grain: float = 1.0,
    black: float = 0.0,
    white: float = 1.0,
    core: float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Coverage and the subject's straight colour.

    The colour difference takes a subject that has less of the screen's channel than of the others
    (skin, hair) for more than it is.  So what is solid is found first, its colour is spread to the
    edges, and there a pixel is read as a mixture of that colour and the screen's, as far as it lies
    between the two.

    Args:
        grain: how many times the plate's own grain counts as empty, or as solid.
        black, white: coverage up to and from which all is empty, or solid.
        core: coverage from which what lies away from every edge is solid.
    Shapes: rgb and light (H, W, 3) scene-linear; returns (H, W) and (H, W, 3) float32.
    """
    channel = screen.channel
    rough = colour_difference(rgb, light, channel)
    noise = _noise(rough, light, channel)
    alpha = rough
    edge = _edge(rough)
    for beside in _solid_colours(rgb, rough, channel):
        alpha = alpha + edge * (_between(rgb, light, beside, alpha, noise) - alpha)
    alpha = _settled(_even(alpha, grain * noise), grain * noise)
    alpha = np.clip((alpha - np.float32(black)) / np.float32(max(white - black, 1e-3)), 0, 1)
    alpha = _cored(alpha, core)
    return alpha, straight_colour(rgb, light, alpha, noise)


def _cored(alpha: np.ndarray, core: float) -> np.ndarray:
    """Coverage with the inside of things made solid: spill looks as if the screen shone through."""
    if core >= 1:
        return alpha
    reach = max(2, round(alpha.shape[0] / 120))
    inside = cv2.erode((alpha >= core).astype(np.uint8), np.ones((3, 3), np.uint8), iterations=reach)
    if not inside.any():
        return alpha
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach + 1, reach + 1))
    away = cv2.distanceTransform(1 - cv2.dilate(inside, disc), cv2.DIST_L2, 3)
    return np.asarray(1 - (1 - alpha) * _ramp(away / np.float32(0.5 * reach)), np.float32)


def _noise(rough: np.ndarray, light: np.ndarray, channel: int) -> np.ndarray:
    """(H, W): the grain of the coverage, as a standard deviation, if grain grows with the root of light.

    Source: Immerkaer 1996, "Fast noise variance estimation": a mask that no plane or edge answers to.
    """
    bright = np.sqrt(np.maximum(light[..., channel], 1e-5))
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    answer = (np.abs(cv2.filter2D(rough, -1, mask)) * bright)[np.abs(cv2.GaussianBlur(rough, (0, 0), 2)) < 0.15]
    return np.asarray(np.float32(1.4826 * np.median(answer) / 6 if answer.size > 50 else 0.0) / bright)


def _solid_colours(rgb: np.ndarray, rough: np.ndarray, channel: int) -> Iterator[np.ndarray]:
    """Guesses (H, W, 3) at the subject's colour beside every pixel, from what is solid.

    First what is solid close by.  Then what stands out most against the screen in a wider circle:
    the middle of something that moved is solid, its blurred rest only seems so.
    """
    solid = cv2.erode((rough > 0.97).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if not solid.any():
        return
    own = despilled(rgb, channel)[0]
    yield spread(own, solid)
    height, width = rough.shape
    small = max(1, height // 270)
    size = (max(1, width // small), max(1, height // small))
    weight = np.where(solid, np.clip(rough - 0.9, 0, 8), 0) ** 4
    lit = cv2.resize((own * weight[..., None]).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    amount = cv2.resize(weight.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    reach = 0.04 * size[1]
    lit, amount = cv2.GaussianBlur(lit, (0, 0), reach), cv2.GaussianBlur(amount, (0, 0), reach)
    extreme = spread(lit / np.maximum(amount, 1e-12)[..., None], amount > 1e-7)
    yield cv2.resize(extreme, (width, height))


def _edge(rough: np.ndarray) -> np.ndarray:
    """(H, W): 1 where the screen shows through close by, falling to 0 deep inside what is solid."""
    height, width = rough.shape
    small = max(1, height // 270)
    open_ = cv2.resize((rough < 0.9).astype(np.float32), (max(1, width // small), max(1, height // small)))
    away = cv2.distanceTransform((open_ < 0.5).astype(np.uint8), cv2.DIST_L2, 3) / open_.shape[0]
    return np.asarray(_ramp(2 - cv2.resize(away, (width, height)) / np.float32(DEEP)), np.float32)


def _between(
    rgb: np.ndarray, light: np.ndarray, beside: np.ndarray, alpha: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    """Coverage as the place of a pixel's colour between the screen's and the solid one's.

    What does not lie on the way between the two (smoke before the screen, a thing that is solid
    nowhere) keeps the coverage that it had.
    """
    way, gone = beside - light, rgb - light
    length = np.maximum(_dot(way, way), 1e-8)
    place = _dot(way, gone) / length
    aside = gone - place[..., None] * way
    off = np.sqrt(_dot(aside, aside) / length)
    slack = SLACK * np.clip(np.abs(place), 0.1, 1) + noise
    trust = np.exp(-0.5 * (off / slack) ** 2)
    return np.asarray(alpha + trust * (np.minimum(place, alpha) - alpha), np.float32)


SLACK = 0.06
DEEP = 0.05


def _dot(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(np.einsum("ijk,ijk->ij", one, other))


def _even(alpha: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Coverage without grain where nothing but grain makes it vary.

    Source: Lee 1980, "Digital image enhancement and noise filtering by use of local statistics".
    """
    mean = cv2.GaussianBlur(alpha, (0, 0), 1.5)
    varies = np.maximum(cv2.GaussianBlur(alpha * alpha, (0, 0), 1.5) - mean * mean, 1e-12)
    kept = np.clip(1 - 1.3 * noise * noise / varies, 0, 1)
    return np.asarray(mean + kept * (alpha - mean), np.float32)


def _settled(alpha: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Coverage without the grain of what is empty and of what is solid; what is thin and faint stays."""
    soft = cv2.GaussianBlur(alpha, (0, 0), 1.2)
    still = np.maximum(noise / np.float32(1.2 * 2 * np.sqrt(np.pi)), 1e-6)  # what is left of the grain in the blur
    empty = np.abs(soft[np.abs(soft) < 0.15])
    if noise.any() and empty.size > 50:  # what a codec left is no finer than the blur
        still = np.maximum(still, np.float32(1.4826) * np.median(empty))
    there = _ramp((soft - 2 * still) / (3 * still))
    solid = _ramp((1 - soft - 2 * still) / (3 * still))
    return np.asarray(1 - solid * (1 - there * np.clip(alpha, 0, 1)), np.float32)


def _ramp(x: np.ndarray) -> np.ndarray:
    x = np.clip(x, 0, 1)
    return np.asarray(x * x * (3 - 2 * x), np.float32)


def straight_colour(rgb: np.ndarray, light: np.ndarray, alpha: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The subject's own colour, (H, W, 3): the screen's light taken off, divided by coverage.

    Where coverage is so faint that only grain would be left, it is the colour of the more solid
    parts beside it.  Where it is 1, the picture comes through bit for bit.
    """
    cover = np.maximum(alpha, 1e-3)[..., None]
    own = np.maximum((rgb - (1 - alpha)[..., None] * light) / cover, 0)
    weight = alpha * alpha
    total, amount = np.zeros_like(rgb), np.zeros_like(alpha)
    for sigma, share in ((1.5, 1.0), (5.0, 0.05)):
        total += np.float32(share) * cv2.GaussianBlur(own * weight[..., None], (0, 0), sigma)
        amount += np.float32(share) * cv2.GaussianBlur(weight, (0, 0), sigma)
    near = spread(total / np.maximum(amount, 1e-6)[..., None], amount > 1e-3)
    sure = weight / (weight + np.maximum(3 * noise, 0.02) ** 2 * (1 - alpha))
    mixed = near + sure[..., None] * (own - near)
    return np.where((alpha >= 1)[..., None], rgb, mixed)


def despilled(
    rgb: np.ndarray, channel: int, *, amount: float = 1.0, balance: float = 0.5
) -> tuple[np.ndarray, np.ndarray]:
    """Light whose screen channel stands out no more over the others, and how much was taken off it.

    Args:
        balance: what it may reach: the larger of the others at 1, their mean at 0.
    Shapes: (H, W, 3) to (H, W, 3) and (H, W).
    Source: Vlahos 1971 (US 3,595,987), the limit of the screen's channel; Brinkmann, chapter 6.
    """
    excess = np.float32(amount) * np.maximum(difference(rgb, channel, balance), 0)
    out = rgb.copy()
    out[..., channel] -= excess
    return out, excess


def edge_spill(colour: np.ndarray, alpha: np.ndarray, channel: int) -> np.ndarray:
    """How much of the screen's channel the rim of solid things has over all of their inside near by, (H, W).

    On strong colours (a red coat) spill does not stand out over the other channels, but the rim has
    more of it than any place farther in, and that is what the screen shone on it.
    Shapes: colour (H, W, 3), straight; alpha (H, W).
    """
    reach = max(2, round(alpha.shape[0] / 60))
    inside = cv2.erode((alpha >= 0.99).astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    if not inside.any():
        return np.zeros(alpha.shape, np.float32)
    cover = np.maximum(cv2.GaussianBlur(alpha, (0, 0), 1.5), 1e-3)[..., None]
    soft = cv2.GaussianBlur(colour * alpha[..., None], (0, 0), 1.5) / cover
    ratio = soft[..., channel] / np.maximum(np.maximum(*_others(soft, channel)), 1e-4)
    square = np.ones((4 * reach + 1, 4 * reach + 1), np.uint8)
    most = cv2.dilate(np.where(inside, ratio, 0).astype(np.float32), square)
    known = cv2.dilate(inside.astype(np.uint8), square) > 0
    over = np.where(known & ~inside, np.maximum(ratio - np.float32(1.1) * most, 0), 0)
    excess = over * np.maximum(np.maximum(*_others(colour, channel)), 0)
    return np.asarray(np.clip(excess, 0, np.maximum(colour[..., channel], 0)), np.float32)
