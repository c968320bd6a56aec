"""Frames as people look at them, one by one: the plate's, a take's, and whose hands are in each pixel."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from manyhands.actions.plates import plate_footage
from manyhands.actions.studio import Studio
from manyhands.actions.takes import displayed, plate_frame, take_frame
from manyhands.core.authorship import Authorship
from manyhands.core.errors import InputError
from manyhands.core.extent import PPM
from manyhands.core.frame import Frame
from manyhands.core.hand import Hand
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.kit.half import visited
from manyhands.media.footage import open_clip
from manyhands.media.previews import read_small
from manyhands.media.proxies import PROXY_PX, THUMB_PX, proxy_file, proxy_of, small
from manyhands.media.stills import write_jpeg, write_png
from manyhands.media.view import screen_for
from manyhands.review import pictures
from manyhands.run.take import frame_file
from manyhands.run.work import proxy_path

Kind = Literal["take", "plate", "hands"]


@dataclass(frozen=True)
class HandHere:
    """One hand's part of one pixel, in parts per million of what is there."""

    hand: Hand
    origin_ppm: int
    altered_ppm: int


Size = Literal["", "full", "thumb"]
"""The picture to step through, the still at the frame's own size, or the small one of a contact sheet."""
WIDTHS: dict[Size, int] = {"": PROXY_PX, "full": 0, "thumb": THUMB_PX}


def plate_picture(studio: Studio, by: Hand, shot_id: str, at: int, *, size: Size = "") -> Path:
    """A shot's plate as its view shows it, as a JPEG, or in full as a PNG; made once.

    Raises: RoleError, NotFoundError; InputError if the shot has no such frame; MediaError.
    """
    studio.check(by, "look")
    studio.check_shown(by, "", plate=True)
    shot = studio.production.get(Shot, shot_id)
    _check_within(shot.id, at, shot.span.start, shot.span.end)
    plate = studio.production.get(Source, shot.plate)
    folder = studio.folder / "cache" / "review" / plate.sha256[:16]
    if (made := proxy_file(folder, at, WIDTHS[size])).is_file():
        return made
    clip = open_clip(plate_footage(studio, plate), plate.hand)
    return proxy_of(clip, at, folder, screen_for(plate.colour_space), width_px=WIDTHS[size])


def take_picture(studio: Studio, by: Hand, take_id: str, at: int, kind: Kind, *, size: Size = "") -> Path:
    """A frame of a take, of the plate beside it, or its hands in colour, as a JPEG, or in full as a PNG; made once.

    Raises: RoleError, NotFoundError; InputError if the take has no such frame; MediaError.
    """
    studio.check(by, "look")
    studio.check_shown(by, take_id, plate=kind == "plate")
    take = studio.production.get(Take, take_id)
    _check_within(take.id, at, take.span.start, take.span.end)
    return look_of(studio, take, at, kind, size=size)


def look_of(studio: Studio, take: Take, at: int, kind: Kind, *, size: Size = "") -> Path:
    """A frame of a take, of the plate beside it, or its hands in colour, as a JPEG; made once, for whomever.

    Raises: MediaError.
    """
    folder = studio.folder / take.folder
    path = _picture_file(folder, kind, at, size)
    if path.is_file():
        return path
    if size == "full":
        write_png(path, _still(studio, take, at, kind), quick=True)
    elif size == "thumb":
        write_jpeg(path, small(read_small(look_of(studio, take, at, kind)), THUMB_PX), quality=85)
    elif kind == "hands":
        authorship = _kept_frame(studio, take, at).authorship
        write_jpeg(path, _tinted(take, authorship, read_small(proxy_path(folder, "take", at))))
    else:
        frame = _kept_frame(studio, take, at) if kind == "take" else plate_frame(studio, take, at)
        write_jpeg(path, small(displayed(studio, take, frame)))
    return path


def _picture_file(folder: Path, kind: Kind, at: int, size: Size) -> Path:
    if not size:
        return proxy_path(folder, kind, at)
    return folder / "look" / f"{size}.{kind}.{at:04d}.{'png' if size == 'full' else 'jpg'}"


def _still(studio: Studio, take: Take, at: int, kind: Kind) -> np.ndarray:
    """A frame at its own size; the plate's light is rounded as the take's is, so that what is the same is the same."""
    if kind == "plate":
        plate = plate_frame(studio, take, at)
        return displayed(studio, take, replace(plate, rgba=visited(plate.rgba)))
    frame = _kept_frame(studio, take, at)
    shown = displayed(studio, take, frame)
    return _tinted(take, frame.authorship, shown) if kind == "hands" else shown


def _tinted(take: Take, authorship: Authorship, shown: np.ndarray) -> np.ndarray:
    return pictures.tinted(shown, _sized(authorship, shown.shape[:2]), pictures.hand_colours(take.hands))


def hands_at(studio: Studio, by: Hand, take_id: str, at: int, x: float, y: float) -> tuple[HandHere, ...]:
    """Whose hands are in one pixel, the largest part first.

    Args:
        x, y: the place, as shares of the width and height from the top left corner.
    Raises: RoleError, NotFoundError; InputError if there is no such frame or place; MediaError.
    """
    studio.check(by, "look")
    studio.check_shown(by, take_id)
    take = studio.production.get(Take, take_id)
    _check_within(take.id, at, take.span.start, take.span.end)
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise InputError(f"take {take.id}: {x}, {y} lies outside the picture.", "Give shares between 0 and 1.")
    authorship = _kept_frame(studio, take, at).authorship
    height, width = authorship.weights.shape[1:] if len(authorship.weights) else (1, 1)
    row, column = min(int(y * height), height - 1), min(int(x * width), width - 1)
    origin = {hand: _ppm(plane[row, column]) for hand, plane in zip(authorship.hands, authorship.weights, strict=True)}
    altered = {
        hand: _ppm(plane[row, column]) for hand, plane in zip(authorship.altering, authorship.alterations, strict=True)
    }
    found = [HandHere(one, origin.get(one, 0), altered.get(one, 0)) for one in dict.fromkeys((*origin, *altered))]
    there = (one for one in found if one.origin_ppm or one.altered_ppm)
    return tuple(sorted(there, key=lambda one: -one.origin_ppm - one.altered_ppm))


def _ppm(share: float) -> int:
    return round(float(share) * PPM)


def _check_within(name: str, at: int, first: int, last: int) -> None:
    if not first <= at <= last:
        raise InputError(f"{name}: it has no frame {at}.", f"Its frames are {first} to {last}.")


_reading = threading.Lock()
_kept: dict[tuple[Path, str], Frame] = {}
MOST_KEPT = 3


def _kept_frame(studio: Studio, take: Take, at: int) -> Frame:
    """A frame of a take; the last few stay at hand, because people point at one frame many times."""
    key = (frame_file(studio.folder / take.folder, take.id, at), take.frames_sha256)
    with _reading:
        if key not in _kept:
            while len(_kept) >= MOST_KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = take_frame(studio, take, at)
        return _kept[key]


def _sized(authorship: Authorship, size: tuple[int, int]) -> Authorship:
    """The hands at the size of a smaller picture, by area."""
    if not len(authorship.weights) or authorship.weights.shape[1:] == size:
        return authorship
    return replace(
        authorship, weights=_fitted(authorship.weights, size), alterations=_fitted(authorship.alterations, size)
    )


def _fitted(planes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    height, width = size
    fitted = np.zeros((len(planes), height, width), np.float32)
    for out, plane in zip(fitted, planes, strict=True):
        cv2.resize(np.ascontiguousarray(plane), (width, height), dst=out, interpolation=cv2.INTER_AREA)
    return fitted
