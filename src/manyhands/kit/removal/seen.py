"""What other frames show of what is behind: followed there, held against the rim, joined, and told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from manyhands.core.clip import State
from manyhands.core.errors import MediaError
from manyhands.core.passes import ACCOUNT, Shelf, accounted
from manyhands.kit.fill import spread
from manyhands.kit.holes import (
    Candidate,
    Origins,
    candidate,
    grown,
    shares,
    strongest,
    traced,
)
from manyhands.kit.removal.motion import flow_of
from manyhands.kit.removal.shot import Shot, box_round, closed_of, hole_of, look_of


def follow(shot: Shot, at: int, before: State, shelf: Shelf, *, to: int) -> State:
    """Follow a frame's hole to the frame beside it: the next one (to is 1) or the one before (-1)."""
    name = "back" if to > 0 else "fore"
    hole = hole_of(shot, at, shelf)
    wide = grown(hole, shot.rim_px)
    flows = flow_of(shot, at, at + to, shelf)
    if flows is None or not hole.any():
        found = Origins.none(shot.height, shot.width)
    else:
        there = hole_of(shot, at + to, shelf)
        around = grown(there, shot.rim_px)
        known = Origins.unpacked(before, around) if before else Origins.none(shot.height, shot.width)
        found = traced(wide, *flows, at + to, around, known)
    packed = found.packed(wide)
    shelf.keep(f"{name}.{at}", packed)
    return packed


@dataclass(frozen=True)
class Ways:
    """Both ways to fill a frame's hole, in the box round it.

    Shapes: all of the box: ``share`` float32, the first way's; ``seen`` bool, what can be trusted to be seen.
    """

    box: tuple[slice, slice]
    origins: tuple[Origins, Origins]
    candidates: tuple[Candidate, Candidate]
    share: np.ndarray
    seen: np.ndarray

    @property
    def look(self) -> np.ndarray:
        one, other = self.candidates
        return self.share[..., None] * one.look + (1 - self.share[..., None]) * other.look


def ways_of(shot: Shot, at: int, hole: np.ndarray, shelf: Shelf) -> Ways:
    wide = grown(hole, shot.rim_px)
    box = box_round(wide, 2, shot)
    picture, hole = look_of(shot, at, shelf)[box], hole[box]
    found = (Origins.unpacked(shelf.load(f"{name}.{at}"), wide).within(box) for name in ("fore", "back"))
    one, other = (origins.without(lambda s: closed_of(shot, s, shelf)) for origins in found)
    a, b = (candidate(origins, picture, hole, lambda s: look_of(shot, s, shelf)) for origins in (one, other))
    share = shares(a, b, one.seen, other.seen)
    unlike = np.where(one.seen & other.seen, strongest(a.look - b.look), 0)
    doubt = np.minimum(np.where(one.seen, a.doubt, np.inf), np.where(other.seen, b.doubt, np.inf))
    doubt = doubt + 2 * np.maximum(unlike - 0.04, 0)
    sure = _without_slivers(~hole | (doubt < shot.p.trust), max(2, shot.rim_px // 2))
    if (hole & sure).sum() < LITTLE * hole.sum():  # where next to nothing is seen, most of that is a mistake
        sure &= doubt < 0.4 * shot.p.trust
    return Ways(box, (one, other), (a, b), share, hole & sure)


LITTLE = 0.12
"""A share of the hole that is not much."""


def _without_slivers(mask: np.ndarray, thinner_px: int) -> np.ndarray:
    """A mask without its thin and lonely parts."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * thinner_px + 1, 2 * thinner_px + 1))
    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc) > 0)


def join(shot: Shot, at: int, before: State, shelf: Shelf) -> None:
    """Fill a frame's hole with what other frames show of it, the rest smoothly."""
    hole = hole_of(shot, at, shelf)
    if not hole.any():
        shelf.keep(f"filled.{at}", {"look": np.zeros((0, 3), np.float16), "seen": np.zeros(0, bool)})
        return
    ways = ways_of(shot, at, hole, shelf)
    picture = np.where(ways.seen[..., None], ways.look, look_of(shot, at, shelf)[ways.box]).astype(np.float32)
    mine = hole[ways.box]
    picture = spread(picture, ways.seen | ~mine)
    shelf.keep(f"filled.{at}", {"look": picture[mine].astype(np.float16), "seen": ways.seen[mine]})


def seen_share(shot: Shot, at: int, shelf: Shelf) -> np.ndarray:
    """Where other frames show what is behind the hole, 1, and where none does, 0, at the plate's size (H, W)."""
    hole = hole_of(shot, at, shelf)
    seen = np.zeros(hole.shape, np.float32)
    seen[hole] = shelf.load(f"filled.{at}")["seen"]
    return np.asarray(cv2.resize(seen, (shot.plate.width, shot.plate.height), interpolation=cv2.INTER_NEAREST))


def check_holes(shot: Shot, number: int, before: State, shelf: Shelf) -> None:
    """Raises: MediaError if there is nothing to take out, or nothing that could be copied."""
    parts = {at: float(hole_of(shot, at, shelf).mean()) for at in shot.plate.span.frames}
    if not any(parts.values()):
        raise MediaError("remove: the matte is empty in every frame.", "Paint what is to go, white on black.")
    full = [at for at, part in parts.items() if part > 0.98]
    if full:
        raise MediaError(
            f"remove: the matte covers the whole picture in frame {full[0]}; nothing is left to copy from.",
            "Paint only what is to go, white on black; a matte the wrong way round is turned by matte.invert.",
        )


def tell_seen(shot: Shot, number: int, before: State, shelf: Shelf) -> None:
    """Keep what was found of the background, for people: how much of the hole other frames show, frame by frame."""
    shown = {}
    cuts = []
    for at in shot.plate.span.frames:
        seen = shelf.load(f"filled.{at}")["seen"]
        if len(seen):
            shown[at] = float(seen.mean())
        if shelf.has(f"flow.{at}") and shelf.load(f"flow.{at}")["is_cut"]:
            cuts.append(at + 1)
    is_helped = shot.clean is not None or shot.p.fill == "smooth"
    shelf.keep(ACCOUNT, accounted(_account(shown, cuts, is_helped=is_helped)))


HALF = 0.5


def _account(shown: dict[int, float], cuts: list[int], *, is_helped: bool) -> dict[str, Any]:
    mean = float(np.mean(list(shown.values())))
    least = min(shown, key=lambda at: shown[at])
    says = [f"{mean:.0%} of what is behind it is seen in other frames (least in frame {least}: {shown[least]:.0%})."]
    if mean < HALF and not is_helped:
        says.append(
            "The rest is never seen and has to be made up: bring a painted clean plate (--clean), take a smooth fill "
            "(remove.fill=smooth), or use a generative maker."
        )
    if cuts:
        named = ", ".join(map(str, cuts))
        says.append(f"There is a cut at frame {named}: nothing is copied across it; make two shots of it.")
    return {"says": says, "seen": {str(at): round(share, 4) for at, share in shown.items()}, "cuts": cuts}
