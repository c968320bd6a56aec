"""What a page for the audience shows of a take: three stills, and the same three in motion, as far as there is room.

A page is one file that travels, so its pictures have room for so many bytes and no more: first the stills are made to
fit half of it, then as many frames in motion as the rest holds, spread evenly over the shot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from manyhands.actions.frames import Kind, look_of
from manyhands.actions.studio import Studio
from manyhands.actions.takes import pictured
from manyhands.core.take import Take
from manyhands.deliver.dossier import Motion, Pictures
from manyhands.media.previews import read_small
from manyhands.media.proxies import small
from manyhands.media.stills import jpeg_of
from manyhands.media.strips import columns_of, strip_of
from manyhands.review.pictures import fitted, hand_colours

SHOT_BYTES, FILM_BYTES = 1_350_000, 7_700_000
"""Of a page's bytes, so many are for the pictures of one shot, and for all of a film's: with its words it stays under
1.5 and 8 million."""
WORDS_BYTES, LEAST_BYTES = 40_000, 60_000
"""A shot's words on a film's page, and the least that its pictures get: the page of very many shots is larger."""
CODED = 4 / 3  # base64

STILLS = ((960, 90), (960, 80), (800, 76), (640, 74), (480, 70), (320, 60))
"""Width and JPEG quality of stills, the first that fits; the last does in any case."""
MOTION_PX, QUALITY = (480, 320, 240), 58
MOST_FRAMES, LEAST_FRAMES = 48, 6
KINDS: tuple[Kind, ...] = ("take", "plate", "hands")


def room_of_film(shots: int) -> int:
    """How many bytes of a film's page the pictures of each of so many shots have."""
    return max(LEAST_BYTES, min(SHOT_BYTES, FILM_BYTES // shots - WORDS_BYTES))


def page_pictures(studio: Studio, take: Take, *, room: int = SHOT_BYTES) -> Pictures:
    """A take's pictures for a page; a still has no motion, nor has a take for which there is no room.

    Args:
        room: for so many bytes of the page.
    Raises: MediaError if frames are missing.
    """
    looks = pictured(studio, take)
    stills = [read_small(path) for path in (looks.result, looks.plate, looks.heat_map)]
    most = int(room / CODED)
    coded = _stills(stills, most // 2)
    colours = hand_colours(take.hands)
    return Pictures(
        frame=looks.frame,
        result=coded[0],
        plate=coded[1],
        heat=coded[2],
        legend=tuple((hand, colours[hand.id]) for hand in take.hands),
        thumbnail=jpeg_of(stills[0], quality=80, at_most_px=512),
        motion=_motion(studio, take, most - sum(map(len, coded))),
    )


def _stills(stills: Sequence[np.ndarray], most: int) -> list[bytes]:
    for width_px, quality in STILLS:
        coded = [jpeg_of(still, quality=quality, at_most_px=width_px) for still in stills]
        if sum(map(len, coded)) <= most:
            break
    return coded


def _motion(studio: Studio, take: Take, most: int) -> Motion | None:
    """As many frames of the shot as there is room for, the wider the better; None for fewer than move."""
    every = list(take.span.frames)
    if len(every) < 2:
        return None
    tried = (_motion_at(studio, take, every, width_px, most) for width_px in MOTION_PX)
    return next((made for made in tried if made), None)


def _motion_at(studio: Studio, take: Take, every: Sequence[int], width_px: int, most: int) -> Motion | None:
    """As many frames as there is room for at one width; None for fewer than move."""

    @cache
    def looked(kind: Kind, at: int) -> np.ndarray:
        return small(read_small(look_of(studio, take, at, kind)), width_px)

    least = min(LEAST_FRAMES, len(every))
    made = _strips(take, spread(every, min(MOST_FRAMES, len(every))), looked)
    while made.size_bytes > most and len(made.frames) > least:
        fewer = min(len(made.frames) - 1, int(len(made.frames) * 0.97 * most / made.size_bytes))
        made = _strips(take, spread(every, max(least, fewer)), looked)
    return made if made.size_bytes <= most else None


def spread(every: Sequence[int], count: int) -> tuple[int, ...]:
    """So many of the frames, evenly from the first to the last."""
    last = len(every) - 1
    return tuple(every[round(step * last / max(1, count - 1))] for step in range(count))


def _strips(take: Take, frames: tuple[int, ...], looked: Callable[[Kind, int], np.ndarray]) -> Motion:
    first = looked("take", frames[0])
    height, width = first.shape[:2]
    # each is fitted to the first of its kind, and that to the take's
    strips = [
        strip_of([fitted(fitted(looked(kind, at), looked(kind, frames[0])), first) for at in frames], quality=QUALITY)
        for kind in KINDS
    ]
    return Motion(frames, width, height, columns_of(len(frames), height), take.span.rate_fps, *strips)
