"""Plates for the pictures of the reference, and what is brought in with them: made in code, on one real photograph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from manyhands.actions import demo
from manyhands.comp.layers import transformed
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.span import Span
from manyhands.media.footage import open_clip, probe
from manyhands.media.masters import write_master
from manyhands.media.stills import write_png
from manyhands.media.view import view_for

CREDIT = f"Photograph: [{demo.TITLE}]({demo.FOUND_AT}) by {demo.CREDIT}, {demo.LICENCE}, changed."

OF_PHOTOGRAPH = ("pagoda", "walker", "temple")
"""The plates, and what is brought in, that have something of the photograph."""

HAND = Hand(id="camera:docs:000000", origin="camera", name="docs")


def pagoda() -> Clip:
    """The demonstration's plate."""
    return demo.plate()


def walker() -> Clip:
    """The demonstration's plate, and somebody who walks across it."""
    clip = pagoda()

    def read(at: int) -> Frame:
        frame = clip.frame(at)
        alpha, light = _figure(at - clip.span.start, frame.width, frame.height)
        rgba = frame.rgba.copy()
        rgba[..., :3] += alpha[..., None] * (light - rgba[..., :3])
        return Frame.of(rgba, HAND)

    return replace(clip, read=read)


def screen() -> Clip:
    """Somebody before a green screen that is lit unevenly, whose light spills on their edges."""
    span = Span(length=demo.FRAMES, rate_fps=demo.RATE_FPS)
    width, height = demo.WIDTH, demo.HEIGHT
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    lit = 0.75 + 0.35 * np.exp(-(((x - 0.42 * width) / (0.5 * width)) ** 2) - ((y / height - 0.4) / 0.7) ** 2)
    green = lit[..., None] * np.float32((0.140, 0.324, 0.091))

    def read(at: int) -> Frame:
        frame = at - span.start
        alpha, light = _figure(frame, width, height, tall=0.86, x=0.5, speed=0.0, hair=40)
        spill = np.clip(cv2.GaussianBlur(1 - alpha, (0, 0), 6), 0, 1)[..., None] * 0.25
        rgb = green + alpha[..., None] * (light + spill * green - green)
        grain = np.random.default_rng(frame).standard_normal(rgb.shape).astype(np.float32)
        rgb += 0.004 * cv2.GaussianBlur(grain, (0, 0), 0.6) * 2
        return Frame.of(np.dstack([rgb, np.ones_like(alpha)]).astype(np.float32), HAND)

    return Clip(span, width, height, read)


def _figure(
    frame: int, width: int, height: int, *, tall: float = 0.30, x: float = 0.30, speed: float = 0.004, hair: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """A person of simple shapes in mid-stride: coverage (H, W), light (H, W, 3)."""
    y, left = np.mgrid[0:height, 0:width].astype(np.float32)
    x = (left - (x + speed * frame) * width) / (tall * height)
    y = (y - (0.93 if tall < 0.5 else 0.99) * height) / (tall * height)
    swing = 0.13 * np.sin(0.45 * frame + 0.9)
    chance = np.random.default_rng(5)
    strands = [
        (float(np.cos(way)), float(np.sin(way)), float(reach))
        for way, reach in zip(chance.uniform(-2.9, -0.2, hair), chance.uniform(0.085, 0.125, hair), strict=True)
    ]
    parts = {
        "skin": [_limb(x, y, (0.0, -0.90), (0.0, -0.92), 0.075)],
        "coat": [
            _limb(x, y, (0.0, -0.74), (0.0, -0.46), 0.11),
            _limb(x, y, (-0.03, -0.74), (-0.05 - swing, -0.45), 0.045),
            _limb(x, y, (0.03, -0.74), (0.05 + swing, -0.45), 0.045),
        ],
        "legs": [
            _limb(x, y, (-0.03, -0.44), (-0.03 + swing, 0.0), 0.055),
            _limb(x, y, (0.03, -0.44), (0.03 - swing, 0.0), 0.055),
        ],
        "hair": [
            _limb(x, y, (0.0, -0.935), (0.0, -0.95), 0.078 if hair else -1.0),
            *(_limb(x, y, (0.06 * a, -0.92 + 0.06 * b), (r * a, -0.92 + r * b), 0.0012) for a, b, r in strands),
        ],
    }
    colours = {
        "skin": (0.32, 0.2, 0.14),
        "coat": (0.32, 0.035, 0.03),
        "legs": (0.03, 0.035, 0.06),
        "hair": (0.035, 0.02, 0.012),
    }
    alpha, light = np.zeros_like(x), np.zeros((*x.shape, 3), np.float32)
    edge = 1.5 / (tall * height)
    for name in ("legs", "coat", "hair", "skin"):
        near = np.min(parts[name], 0)
        cover = np.clip(0.5 - near / edge, 0, 1)
        shade = (1.0 - 0.5 * np.clip(x / 0.12, -1, 1))[..., None]
        light += cover[..., None] * (np.float32(colours[name]) * shade - light)
        alpha = np.maximum(alpha, cover)
    return alpha, light


def _limb(
    x: np.ndarray, y: np.ndarray, top: tuple[float, float], foot: tuple[float, float], radius: float
) -> np.ndarray:
    """How far outside a rounded stroke every pixel lies."""
    along = np.subtract(foot, top)
    share = ((x - top[0]) * along[0] + (y - top[1]) * along[1]) / max(float(along @ along), 1e-9)
    share = np.clip(share, 0, 1)
    return np.asarray(np.hypot(x - top[0] - share * along[0], y - top[1] - share * along[1]) - radius)


def balloon(folder: Path, clip: Clip) -> Path:
    """A still with alpha: a balloon in stripes, lit from the left."""
    side = 320
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    round_ = np.hypot((x - 0.5) / 0.36, (y - 0.40) / np.where(y < 0.40, 0.38, 0.46))
    basket = np.maximum(np.abs(x - 0.5) / 0.055, np.abs(y - 0.94) / 0.045)
    ropes = np.minimum(np.abs(x - 0.5 - 0.1 * (0.92 - y)), np.abs(x - 0.5 + 0.1 * (0.92 - y))) / 0.004
    edge = 2.0 / side / 0.36
    bag = np.clip((1 - round_) / edge + 0.5, 0, 1)
    cover = np.maximum(bag, np.clip((1 - basket) * 8, 0, 1))
    cover = np.maximum(cover, np.clip(1.5 - ropes, 0, 1) * ((y > 0.80) & (y < 0.92)))
    stripe = np.sin(
        9 * np.arcsin(np.clip((x - 0.5) / (0.36 * np.sqrt(np.maximum(1 - (y - 0.4) ** 2 / 0.2, 0.05))), -1, 1))
    )
    red, cream = np.float32((0.62, 0.08, 0.06)), np.float32((0.80, 0.74, 0.60))
    colour = np.where((stripe > 0)[..., None], red, cream)
    colour = np.where((bag > 0)[..., None], colour, np.float32((0.16, 0.10, 0.06)))
    shade = 0.35 + 0.65 * np.clip(1.1 - 1.6 * (x - 0.3), 0, 1)
    coded = np.clip(colour * shade[..., None], 0, 1) ** (1 / 2.2)
    path = folder / "balloon.png"
    write_png(path, np.round(255 * np.dstack([coded, cover])).astype(np.uint8))
    return path


def on_dark(folder: Path, clip: Clip) -> Path:
    """The balloon before a dark background, as a model without alpha gives it."""
    return _before(folder, "dark", 0.02)


def on_bright(folder: Path, clip: Clip) -> Path:
    """The same before a bright one."""
    return _before(folder, "bright", 0.6)


def _before(folder: Path, name: str, light: float) -> Path:
    inner = folder / f"{name} balloon"
    inner.mkdir()
    picture = probe(balloon(inner, screen()))
    drawn = open_clip(picture, HAND).frame(picture.span.start)
    rgba = drawn.rgba + (1 - drawn.rgba[..., 3:]) * np.float32([light, light, light, 1])
    path = folder / f"{name}.png"
    write_png(path, view_for("srgb").display16(rgba.astype(np.float32)))
    return path


def temple(folder: Path, clip: Clip) -> Path:
    """The pagoda as a still."""
    path = folder / "temple.png"
    bare = pagoda()
    write_png(path, view_for("srgb").display8(bare.frame(bare.span.start).rgba))
    return path


def person(folder: Path, clip: Clip) -> Path:
    """The walker's matte, a picture for every frame."""
    return _mattes(folder / "person", clip, list(clip.span.frames))


def painted_person(folder: Path, clip: Clip) -> Path:
    """The walker's matte in four frames, as somebody would have painted it."""
    return _mattes(folder / "painted", clip, _four(clip))


def painted_coat(folder: Path, clip: Clip) -> Path:
    """Four frames in which somebody gave the walker's coat another colour."""
    (folder / "coat").mkdir()
    filmed = folder / "plate.mov"  # painted on what the camera's file shows: what is not touched must be the same
    shown = open_clip(probe(filmed), HAND) if filmed.is_file() else clip
    for at in _four(clip):
        frame = shown.frame(at)
        red = np.clip(4 * (frame.rgb[..., 0] - frame.rgb[..., 1]) / (frame.rgb[..., 0] + 0.05) - 2.2, 0, 1)
        alpha, _ = _figure(at - clip.span.start, clip.width, clip.height)
        coat = (red * (alpha > 0.2))[..., None]
        rgba = frame.rgba.copy()
        rgba[..., :3] += coat * (frame.rgb[..., [2, 1, 0]] * np.float32((1.0, 1.6, 0.8)) - frame.rgb)
        write_png(folder / "coat" / f"coat.{at}.png", view_for("srgb").display16(rgba))
    return folder / "coat"


def rough_tree(folder: Path, clip: Clip) -> Path:
    """A still, drawn roughly round the tree at the right of the pagoda."""
    picture = np.zeros((clip.height, clip.width, 3), np.uint8)
    shape = np.float32([(1.1, 0.48), (0.985, 0.48), (0.955, 0.58), (0.93, 0.68), (0.93, 1.1), (1.1, 1.1)])
    cv2.fillPoly(picture, [np.round(shape * (clip.width, clip.height)).astype(np.int32)], (255, 255, 255))
    path = folder / "tree.png"
    write_png(path, picture)
    return path


def given_back(folder: Path, clip: Clip) -> Path:
    """The plate as a video model might give it back: somebody walks in it now, and all of it is moved and warmer."""
    path = folder / "edit.mov"
    with_walker = replace(walker(), span=clip.span)

    def handled(frame: Frame, at: int) -> Frame:
        moved = transformed(
            frame, np.array([[1, 0, 0.4], [0, 1, -0.3], [0, 0, 1.0]]), frame.width, frame.height, edge=True
        )
        rgba = moved.rgba * np.float32((1.05, 0.99, 0.93, 1))
        return Frame(rgba.astype(np.float32), moved.authorship)

    write_master(path, with_walker.each(handled), span=clip.span, format="prores422hq", view=view_for("rec709"))
    return path


def drawn_anew(folder: Path, clip: Clip) -> Path:
    """The plate as a video model might give it back that drew all of it anew: nothing stands where it stood."""
    path = folder / "anew.mov"

    rng = np.random.default_rng(6)
    size = (clip.width, clip.height)
    sway = cv2.resize(rng.normal(0, 14, (9, 16, 2)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[0 : clip.height, 0 : clip.width].astype(np.float32)
    places = x + sway[..., 0], y + sway[..., 1]

    def anew(frame: Frame, at: int) -> Frame:
        moved = cv2.remap(frame.rgb, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        coded = np.round(255 * np.clip(moved, 0, 1) ** np.float32(1 / 2.2)).astype(np.uint8)
        flat = (cv2.stylization(coded, sigma_s=40, sigma_r=0.35).astype(np.float32) / 255) ** np.float32(2.2)
        light = flat @ np.float32([[1.1, 0.1, -0.1], [0.1, 0.8, 0.2], [0, 0.1, 1.3]])
        return Frame.of(np.dstack([light, frame.alpha]).astype(np.float32), HAND)

    write_master(path, clip.each(anew), span=clip.span, format="prores422hq", view=view_for("rec709"))
    return path


def _four(clip: Clip) -> list[int]:
    """Four frames with gaps between them, none of them the last."""
    return [clip.span.start + round((0.05 + 0.28 * part) * (clip.span.length - 1)) for part in range(4)]


def _mattes(folder: Path, clip: Clip, numbers: list[int]) -> Path:
    folder.mkdir()
    for at in numbers:
        alpha, _ = _figure(at - clip.span.start, clip.width, clip.height)
        coded = np.round(255 * alpha).astype(np.uint8)
        write_png(folder / f"matte.{at}.png", np.dstack([coded] * 3))
    return folder


PLATES: dict[str, Callable[[], Clip]] = {"pagoda": pagoda, "walker": walker, "screen": screen}
"""By the names that docs/examples.toml uses."""

BROUGHT: dict[str, Callable[[Path, Clip], Path]] = {
    "balloon": balloon,
    "temple": temple,
    "on dark": on_dark,
    "on bright": on_bright,
    "person": person,
    "rough tree": rough_tree,
    "painted person": painted_person,
    "painted coat": painted_coat,
    "given back": given_back,
    "drawn anew": drawn_anew,
}


def written(name: str, path: Path, length: int) -> Clip:
    """A plate's first frames as a camera file; the clip that was written."""
    clip = PLATES[name]()
    clip = replace(clip, span=clip.span.but(length=min(length, clip.span.length)))
    write_master(path, clip, span=clip.span, format="dnxhr", view=view_for("rec709"))
    return clip
