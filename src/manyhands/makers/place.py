"""An element laid into the plate so that it was there: tracked, behind what stands in front, in the
plate's light, as soft, as grainy and as grey in the blacks as the plate is.

In order: the element follows the track; the foreground hides it; its highlights roll off where the
plate's do, and its blacks rise to the plate's; it is softened and given the plate's grain; a dense
element shades the ground below; a bright one lights what stands near it, and blooms in the lens.
Where the element and its light do not reach, the plate comes through bit for bit.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from manyhands.core import facts
from manyhands.core.chance import Chance
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame, luminance
from manyhands.core.maker import Bell, MakerParams, Point, flag, maker, number, part_of_picture, point, share
from manyhands.core.track import Track
from manyhands.core.words import ANYWHERE, Times, Words


class Params(MakerParams):
    at: Point | None = point(
        None, "where the element's foot stands in the track's reference frame; the middle if empty"
    )
    foot: Point = part_of_picture((0.5, 1.0), "which part of the element stands there")
    scale: float = number(1.0, low=0.01, high=50, unit="times", about="the element's size in the plate", bold=1.2)
    mirror: bool = flag(False, "turn the element left to right")
    opacity: float = share(1.0, "how much of the element is laid in")
    behind: float = share(1.0, "how far the foreground hides the element")
    softness_px: float = facts.softness_px("the plate's softness, as the sigma of a Gaussian")
    grain: float = facts.grain()
    black: float = facts.black()
    white: float = number(
        1.0, low=0.05, high=1000, unit="scene-linear", about="where the plate's highlights end", plate="white"
    )
    light: float = number(
        1.0, low=0, high=10, unit="times", about="how strongly the element lights what is near it", bold=1.3
    )
    reach: float = number(
        0.0,
        low=0,
        high=4,
        unit="heights",
        about="how far a flash reaches over the scene beyond what is near it, in heights of the picture; its own "
        "highlights then end no lower than at 1, and without a foreground all that is not nearly white is lit",
    )
    bloom: float = number(
        1.0, low=0, high=10, unit="times", about="how much the element's light spreads in the lens", bold=1.2
    )
    shadow: float = share(0.25, "how much a dense element takes of the light on the ground below it", bold=1.3)
    wrap: float = share(0.05, "how much of the light behind creeps round the element's edges")
    first_frame: int | None = number(
        None,
        low=-1_000_000_000,
        high=1_000_000_000,
        unit="frame",
        about="the frame of the plate on which the element's own first frame lies; the plate's first if empty",
    )
    last_frame: int | None = number(
        None,
        low=-1_000_000_000,
        high=1_000_000_000,
        unit="frame",
        about="the last frame of the plate in which the element is seen; the plate's last if empty",
    )


WORDS = Words(
    nouns={"element": {}, "elements": {}, "footage": {}},
    adjectives={
        "small": {"scale": Times(0.7)},
        "tiny": {"scale": Times(0.4)},
        "big": {"scale": Times(1.4)},
        "large": {"scale": Times(1.4)},
        "huge": {"scale": Times(2.0)},
        "faint": {"opacity": Times(0.5)},
        "transparent": {"opacity": Times(0.5)},
        "see through": {"opacity": Times(0.5)},
        "mirrored": {"mirror": True},
        "flipped": {"mirror": True},
        "glowing": {"light": Times(1.5), "bloom": Times(1.5)},
    },
    places=ANYWHERE,
)


@maker(
    "place",
    version=1,
    role="placement",
    words=WORDS,
    seconds=lambda p, width, height: 2.2e-7 * width * height,
)
def place(
    plate: Clip,
    element: Clip,
    p: Params,
    rng: Chance,
    bell: Bell,
    motion: Track | None = None,
    foreground: Clip | None = None,
) -> Clip:
    """The plate with the element in it, over the plate's span."""
    from manyhands.comp.layers import cropped, held, over, plus, transformed

    first = plate.span.start if p.first_frame is None else p.first_frame
    last = plate.span.end if p.last_frame is None else p.last_frame

    def laid_in(picture: Frame, at: int) -> Frame:
        if not first <= at <= last:
            return picture
        source = element.frame(element.span.clamped(element.span.start + at - first))
        matrix = _into_plate(p, element, plate, motion, at)
        window = _window(matrix, source, picture, p)
        if window is None:
            return picture
        front = foreground.frame(at).alpha if foreground else np.zeros(picture.alpha.shape, np.float32)
        hidden = p.behind * front[window.cut]
        layer = transformed(source, window.shift @ matrix, window.width, window.height)
        if p.reach > 0:
            # beside so bright a light the filter undershoots into the dark; that is no light
            layer = Frame(np.maximum(layer.rgba, 0), layer.authorship)
        fire = _emitted(layer.rgb, p.white) * p.opacity
        seen_fire = fire * (1 - hidden)[..., None]
        layer = held(layer, p.opacity * (1 - hidden))
        layer = _photographed(layer, picture.rgb[window.cut], plate.height, p, rng, at)
        hand = layer.authorship.hands[0]
        layer = cropped(layer, -window.left, -window.top, picture.width, picture.height)
        picture = _shaded(picture, layer, p, place.hand)
        picture = plus(_cast(window.within(0.5 * (seen_fire + fire), picture), picture, front, p, hand), picture)
        laid = over(layer, picture)
        picture = _cleared_edge(laid, layer, picture, front, p, window) if front.any() else laid
        bloom = _bloom(window.within(seen_fire, picture), p, hand)
        return plus(bloom, picture) if bloom is not None else picture

    return plate.each(laid_in)


class Window(NamedTuple):
    """The part of the plate in which the element can be seen, in whole pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def cut(self) -> tuple[slice, slice]:
        """Its rows and columns in the plate."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    @property
    def shift(self) -> np.ndarray:
        """(3, 3): the plate's pixels to its own."""
        return np.array([[1, 0, -self.left], [0, 1, -self.top], [0, 0, 1]], np.float64)

    def within(self, rgb: np.ndarray, plate: Frame) -> np.ndarray:
        """Its light (height, width, 3) in the whole plate, dark elsewhere."""
        whole = np.zeros((plate.height, plate.width, 3), np.float32)
        whole[self.cut] = rgb
        return whole


def _window(matrix: np.ndarray, element: Frame, plate: Frame, p: Params) -> Window | None:
    """Where the element lies, and as far round it as its blur reaches; None where it is out of the plate."""
    corners = np.array([[x, y, 1] for x in (0, element.width) for y in (0, element.height)], np.float64).T
    x, y, depth = matrix @ corners
    x, y = x / depth, y / depth
    if not (x.max() > 0 and y.max() > 0 and x.min() < plate.width and y.min() < plate.height):
        return None
    reach = 3 + 4 * p.softness_px
    left, right = (math.floor(min(max(at, 0), plate.width)) for at in (x.min() - reach, x.max() + reach + 1))
    top, bottom = (math.floor(min(max(at, 0), plate.height)) for at in (y.min() - reach, y.max() + reach + 1))
    return Window(left, top, max(right - left, 1), max(bottom - top, 1))


def _cleared_edge(laid: Frame, layer: Frame, picture: Frame, front: np.ndarray, p: Params, window: Window) -> Frame:
    """Take the old background out of the foreground's soft edge, where the layer now stands behind it.

    A pixel of the edge is the foreground's light and, in part, the background's.  ``over`` dims both
    alike; only the background's part is behind the layer, so only that must go.
    """
    rgb, front = picture.rgb[window.cut], front[window.cut][..., None]
    hidden = p.behind * front
    cover = np.minimum(layer.rgba[window.cut][..., 3:] / np.maximum(1 - hidden, 1e-3), 1)
    edge = (front > 0) & (front < 1)
    rgba = laid.rgba.copy()
    part = rgba[window.cut][..., :3]
    excess = cover * hidden * ((1 - front) * rgb - _light_behind(rgb, front[..., 0]))
    part[:] = np.where(edge, np.maximum(part + excess, 0), part)
    return Frame(rgba, laid.authorship)


def _light_behind(rgb: np.ndarray, front: np.ndarray) -> np.ndarray:
    """(H, W, 3): the background's part of each pixel's light, from the background seen close by."""
    import cv2

    height, width = front.shape
    seen = (front < 0.04).astype(np.float32)
    size = (max(1, width // 4), max(1, height // 4))
    light = cv2.resize(rgb * seen[..., None], size, interpolation=cv2.INTER_AREA)
    amount = cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    light, amount = cv2.GaussianBlur(light, (0, 0), 2.5), cv2.GaussianBlur(amount, (0, 0), 2.5)
    known = cv2.resize(light / np.maximum(amount, 1e-4)[..., None], (width, height))
    return np.minimum((1 - front)[..., None] * known, np.maximum(rgb, 0))


def _into_plate(p: Params, element: Clip, plate: Clip, motion: Track | None, at: int) -> np.ndarray:
    """(3, 3): the element's pixels to the plate's in one frame."""
    x, y = p.at or (plate.width / 2, plate.height / 2)
    flip = -1 if p.mirror else 1
    foot_x, foot_y = p.foot[0] * element.width, p.foot[1] * element.height
    stand = np.array([[flip * p.scale, 0, x - flip * p.scale * foot_x], [0, p.scale, y - p.scale * foot_y], [0, 0, 1]])
    return np.asarray(motion.matrix(at) @ stand if motion else stand)


def _emitted(rgb: np.ndarray, white: float) -> np.ndarray:
    """The light that the element sends out itself: what is brighter than the plate's white could be lit."""
    return np.maximum(rgb - np.float32(0.55 * white), 0)


def _photographed(layer: Frame, behind: np.ndarray, tall_px: int, p: Params, rng: Chance, at: int) -> Frame:
    """The layer as the plate's camera would have seen it, before the light ``behind`` it."""
    import cv2

    from manyhands.comp.layers import blurred
    from manyhands.kit.grain import topping_grain

    rgba = layer.rgba.copy()
    # a flash overexposes a plate in which nothing else is bright
    rgba[..., :3] = _rolled_off(rgba[..., :3], max(p.white, 1.0) if p.reach > 0 else p.white)
    alpha = rgba[..., 3:]
    if p.wrap > 0:
        small = (max(1, round(layer.width / 8)), max(1, round(layer.height / 8)))
        around = cv2.GaussianBlur(cv2.resize(behind, small, interpolation=cv2.INTER_AREA), (0, 0), 3)
        around = cv2.resize(around, (layer.width, layer.height))
        cover = cv2.GaussianBlur(rgba[..., 3], (0, 0), max(2.0, tall_px / 120))
        rgba[..., :3] += np.float32(p.wrap) * around * np.maximum(alpha - cover[..., None], 0)
    rgba[..., :3] += np.float32(p.black) * alpha
    layer = Frame(rgba, layer.authorship)
    layer = blurred(layer, p.softness_px)
    if p.grain > 0:
        rgba = layer.rgba.copy()
        rgba[..., :3] += topping_grain(layer.rgba, p.grain, p.softness_px, rng.of("grain").at(at))
        layer = Frame(rgba, layer.authorship)
    return layer


def _rolled_off(rgb: np.ndarray, white: float) -> np.ndarray:
    """A shoulder: straight to 0.6 of the plate's white, then bending towards it, never over it."""
    knee = np.float32(0.6 * white)
    room = np.float32(white) - knee
    return np.where(rgb <= knee, rgb, knee + room * (1 - np.exp(-np.maximum(rgb - knee, 0) / room)))


def _shaded(picture: Frame, layer: Frame, p: Params, by: object) -> Frame:
    """Take light from what lies below and beside a dense element."""
    import cv2

    from manyhands.comp.layers import multiply
    from manyhands.core.hand import Hand

    if p.shadow <= 0 or not isinstance(by, Hand):
        return picture
    small = cv2.resize(layer.alpha, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    reach = picture.height / 8 * 0.12
    spread = cv2.GaussianBlur(small, (0, 0), reach)
    drop = np.array([[1, 0, 0], [0, 1, reach * 1.5]], np.float32)
    spread = cv2.warpAffine(spread, drop, (small.shape[1], small.shape[0]))
    amount = cv2.resize(spread, (picture.width, picture.height), interpolation=cv2.INTER_LINEAR)
    amount = np.maximum(amount - np.float32(0.01), 0)
    return multiply(picture, 1 - np.float32(p.shadow) * amount, by) if amount.any() else picture


def _cast(fire: np.ndarray, picture: Frame, front: np.ndarray, p: Params, by: object) -> Frame:
    """The element's light on the surfaces near it: their own colour, lit by it, fading with distance."""
    import cv2

    from manyhands.comp.layers import light
    from manyhands.core.hand import Hand

    assert isinstance(by, Hand)
    small = cv2.resize(fire, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    tall = picture.height / 8
    near = cv2.GaussianBlur(small, (0, 0), tall * 0.045) * np.float32(0.9) + cv2.GaussianBlur(
        small, (0, 0), tall * 0.14
    ) * np.float32(1.2)
    if p.reach > 0:
        near += _flash(small, p.reach * tall)
        near /= 1 + luminance(near)[..., None] / np.float32(0.35)  # a flash overexposes softly
        if front.any():
            # the sky's light in a soft edge would be lit as if it were a surface: a bright line all round
            choke = np.ones((2 * math.ceil(picture.height / 360) + 1,) * 2, np.uint8)
            front = np.minimum(front, cv2.GaussianBlur(cv2.erode(front, choke), (0, 0), 0.8))
        else:
            # without a matte what is nearly white is taken for the sky, or for a lamp
            front = np.clip((0.9 - luminance(picture.rgb) / np.float32(p.white)) / 0.4, 0, 1)
    falling = cv2.resize(near, (picture.width, picture.height), interpolation=cv2.INTER_LINEAR)
    surface = np.clip(picture.rgb / np.float32(p.white), 0.02, 1) * front[..., None]
    lit = np.float32(3.5 * p.light) * surface * falling
    return light(_ended(lit, p), by)


def _flash(fire: np.ndarray, reach: float) -> np.ndarray:
    """A flash's light far from it: by how much of the picture it fills, and half as strong at its reach."""
    import cv2

    height, width = fire.shape[:2]
    tiny = cv2.resize(fire, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    sigma = reach / 4 / 1.1774
    spread = cv2.GaussianBlur(tiny, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    spread *= np.float32(6 * 2 * np.pi * sigma**2 / max(tiny.shape[0], 1) ** 2)
    return np.asarray(cv2.resize(spread, (width, height), interpolation=cv2.INTER_CUBIC))


def _ended(rgb: np.ndarray, p: Params) -> np.ndarray:
    """Light that ends somewhere: what no one could see is taken off, so that the far plate stays the plate."""
    return np.maximum(rgb - np.float32(0.0015 * min(p.white, 1.0)), 0)


def _bloom(seen: np.ndarray, p: Params, by: object) -> Frame | None:
    """The little that a lens spreads of a bright light."""
    import cv2

    from manyhands.comp.layers import light
    from manyhands.core.hand import Hand

    assert isinstance(by, Hand)
    if p.bloom <= 0 or not seen.any():
        return None
    tall = seen.shape[0] / 8
    small = cv2.resize(seen, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    spread = cv2.GaussianBlur(small, (0, 0), tall * 0.02) * np.float32(0.10)
    spread += cv2.GaussianBlur(small, (0, 0), tall * 0.08) * np.float32(0.10)
    wide = cv2.resize(spread, (seen.shape[1], seen.shape[0]), interpolation=cv2.INTER_LINEAR)
    wide = np.float32(p.bloom) * wide
    return light(_ended(wide, p), by)
