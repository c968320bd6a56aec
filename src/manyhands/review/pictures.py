"""What a person looks at before they decide: contact sheet, wipe against the plate, hands in colour.

All pictures here are display pictures, (H, W, 3) uint8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from manyhands.core.authorship import Authorship
from manyhands.core.hand import Hand

Picture = np.ndarray
Rgb = tuple[int, int, int]

PAPER: Rgb = (18, 18, 20)
INK: Rgb = (232, 230, 225)
MARK: Rgb = (240, 228, 66)

# One family of colours for each kind of origin, far apart for the common kinds of colour blindness
# (after Okabe and Ito 2008); the camera stays grey, because it is what a picture normally is.
FAMILIES: dict[str, tuple[Rgb, ...]] = {
    "camera": ((150, 150, 150), (190, 190, 190)),
    "person": ((240, 228, 66), (214, 190, 40)),
    "procedure": ((86, 180, 233), (0, 158, 115), (120, 140, 255), (0, 190, 190), (90, 210, 140)),
    "trained": ((213, 94, 0), (204, 121, 167), (230, 60, 60)),
}


def hand_colours(hands: Sequence[Hand]) -> dict[str, Rgb]:
    """A colour for each hand, by its id: the same hands in the same order get the same colours."""
    used: dict[str, int] = {}
    colours = {}
    for hand in hands:
        family = FAMILIES[hand.origin]
        colours[hand.id] = family[used.get(hand.origin, 0) % len(family)]
        used[hand.origin] = used.get(hand.origin, 0) + 1
    return colours


def tinted(picture: Picture, authorship: Authorship, colours: Mapping[str, Rgb]) -> Picture:
    """The picture in grey, every pixel tinted by the hands that made and altered it.

    Origin tints by its share; alteration tints half as strongly.  A hand without a colour has no pixel in the
    whole take (frames name all hands that might have had one) and tints none.
    """
    grey = picture.astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    out = np.repeat((grey * 0.75 + 20)[..., None], 3, -1)
    layers = [
        *[(hand, plane, 0.78) for hand, plane in zip(authorship.hands, authorship.weights, strict=True)],
        *[(hand, plane, 0.32) for hand, plane in zip(authorship.altering, authorship.alterations, strict=True)],
    ]
    for hand, plane, strength in layers:
        if hand.origin == "camera" or hand.id not in colours:
            continue
        share = (np.float32(strength) * plane)[..., None]
        light = 0.35 + 0.65 * grey[..., None] / 255
        out = out * (1 - share) + share * light * np.array(colours[hand.id], np.float32)
    return np.clip(out, 0, 255).astype(np.uint8)


def fitted(picture: Picture, other: Picture) -> Picture:
    """A picture at another one's size, so that both can be seen in one."""
    if picture.shape == other.shape:
        return picture
    size = (other.shape[1], other.shape[0])
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))


def wiped(plate: Picture, take: Picture, share: float) -> Picture:
    """The take up to ``share`` of the width, the plate beyond it, with a bright line between."""
    out = plate.copy()
    edge = round(share * plate.shape[1])
    out[:, :edge] = take[:, :edge]
    out[:, max(0, edge - 1) : edge + 1] = INK
    return out


def boxed(picture: Picture, region: Sequence[float]) -> Picture:
    """The picture with a box round a region: left, top, width and height as shares; seen on dark and on bright."""
    height, width = picture.shape[:2]
    left, top, across, down = region
    page = Image.fromarray(picture)
    draw = ImageDraw.Draw(page)
    thick = max(1, round(width / 400))
    for out, colour in ((2 * thick, PAPER), (thick, MARK)):  # both outside, so that nothing of a face is hidden
        low, high = (left * width - out, top * height - out), ((left + across) * width, (top + down) * height)
        draw.rectangle([*low, high[0] + out - 1, high[1] + out - 1], outline=colour, width=thick)
    return np.asarray(page)


def sheet(cells: Sequence[tuple[str, Picture]], *, columns: int, width: int = 1600, title: str = "") -> Picture:
    """Labelled pictures in a grid, left to right and top to bottom."""
    gap, label = 12, 24
    across = (width - gap * (columns + 1)) // columns
    first = cells[0][1]
    down = max(1, round(across * first.shape[0] / first.shape[1]))
    rows = -(-len(cells) // columns)
    top = gap + (34 if title else 0)
    page = Image.new("RGB", (width, top + rows * (down + label + gap)), PAPER)
    draw = ImageDraw.Draw(page)
    if title:
        draw.text((gap, gap), title, fill=INK, font=ImageFont.load_default(20))
    for index, (text, picture) in enumerate(cells):
        x = gap + (index % columns) * (across + gap)
        y = top + (index // columns) * (down + label + gap)
        page.paste(Image.fromarray(picture).resize((across, down), Image.Resampling.LANCZOS), (x, y))
        draw.text((x, y + down + 3), text, fill=INK, font=ImageFont.load_default(14))
    return np.asarray(page)


def marked_for(picture: Picture, text: str) -> Picture:
    """A picture that bears for whom it is, across it and faintly; (H, W, 3) uint8 as all pictures here."""
    height, width = picture.shape[:2]
    page = Image.fromarray(picture).convert("RGBA")
    mark = Image.new("RGBA", page.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(mark)
    font = ImageFont.load_default(max(11, width // 40))
    for row, across in enumerate((0.08, 0.5, 0.25)):
        place = (round(width * across), round(height * (0.12 + 0.32 * row)))
        draw.text((place[0] + 1, place[1] + 1), text, fill=(0, 0, 0, 70), font=font)
        draw.text(place, text, fill=(255, 255, 255, 90), font=font)
    return np.asarray(Image.alpha_composite(page, mark).convert("RGB"))


def legend(colours: Mapping[str, Rgb], shares: Mapping[str, str], *, width: int) -> Picture:
    """A line for each hand: its colour, its name, its share."""
    line = 26
    page = Image.new("RGB", (width, line * len(colours) + 8), PAPER)
    draw = ImageDraw.Draw(page)
    for row, (name, colour) in enumerate(colours.items()):
        y = 6 + row * line
        draw.rectangle((8, y, 26, y + 16), fill=colour)
        draw.text((36, y - 1), f"{name}   {shares.get(name, '')}", fill=INK, font=ImageFont.load_default(15))
    return np.asarray(page)


def stacked(pictures: Sequence[Picture]) -> Picture:
    """Pictures of one width, one below the other."""
    return np.concatenate(list(pictures), 0)
