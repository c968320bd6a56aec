"""The plate with what an edit changed in it, and nothing else of the edit: plate lock.

A model that edits a shot gives every pixel back a little different: moved, coded anew, off in
colour.  The edit is laid back onto the plate, its colour is matched, and what differs by more than
such handling explains is composited over the camera's own pixels.  All the rest is the plate, bit for
bit; the account has the hash of every tile that was left alone, and anybody can take it again.

Known limits: what differs from the plate by less than its coding does is not seen as a change; where
the edit changed nearly everything there is nothing to lock, and the account says so.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from manyhands.core.chance import Chance
from manyhands.core.clip import Clip, State
from manyhands.core.errors import MediaError
from manyhands.core.frame import Frame
from manyhands.core.maker import Bell, MakerParams, choice, maker, number
from manyhands.core.passes import ACCOUNT, Pass, Passes, Shelf, accounted, passed
from manyhands.core.words import Words

if TYPE_CHECKING:
    from manyhands.kit.lock import Change


class Params(MakerParams):
    soft_px: float = number(
        1.5,
        low=0,
        high=100,
        unit="px",
        about="how far the edit fades into the plate beyond what it changed",
        bold=1.6,
    )
    grow_px: float = number(
        0.0, low=-50, high=200, unit="px", about="how far beyond what it changed the edit is taken; below 0 less"
    )
    show: Literal["picture", "change"] = choice(
        "picture", "what is given: the picture, or the plate with all that would be taken from the edit in red"
    )


WORDS = Words(
    nouns={"edit": {}, "edited version": {}, "edited plate": {}, "edited shot": {}},
    adjectives={"generous": {"grow_px": 4.0}, "soft": {"soft_px": 6.0}},
)


@maker(
    "lock",
    version=1,
    role="treatment",
    words=WORDS,
    scope="retouch",
    purposes=(),
    seconds=lambda p, width, height: 2e-7 * width * height,
)
def lock(plate: Clip, edit: Clip, p: Params, rng: Chance, bell: Bell, matte: Clip | None = None) -> Clip:
    """The plate over its span with the edit's changes.

    Args:
        edit: the plate as it came back, over the same frames, at its own size.
        matte: its alpha covers where something may have changed; all over, if there is none.
    Raises: MediaError if the edit does not reach as far as the plate, or is of another shape.
    """
    laid = _over(edit, plate)

    def compare(at: int, before: State, shelf: Shelf) -> State:
        from manyhands.kit.lock import change_of

        bell(at - plate.span.start, plate.span.length)
        change = change_of(plate.frame(at).rgb, laid.frame(at).rgb, limit=_limit(plate, matte, at))
        shelf.keep(f"change.{at}", _kept(change))
        return {}

    def prove(at: int, before: State, shelf: Shelf) -> State:
        from manyhands.kit.lock import locked_tiles, proof_name, tile_hashes

        left = locked_tiles(_matte(plate, p, matte, at, shelf))
        hashes = np.where(left, tile_hashes(plate.frame(at).rgba), 0).astype(np.uint64)
        shelf.keep(proof_name(at), {"left": left, "hashes": hashes})
        return {}

    def tell(number: int, before: State, shelf: Shelf) -> State:
        shelf.keep(ACCOUNT, accounted(_account(plate, shelf)))
        return {}

    pixels = plate.width * plate.height
    passes = (
        Pass("compare", compare, seconds=1.2e-6 * pixels),
        Pass("prove", prove, lasts=True, seconds=2e-7 * pixels),
        Pass("tell", tell, over=range(1), lasts=True, seconds=0.1),
    )
    return passed(plate.span, plate.width, plate.height, Passes(passes, partial(_drawn, plate, laid, p, matte)))


def _over(edit: Clip, plate: Clip) -> Clip:
    """The edit at the plate's size.  Raises: MediaError."""
    from manyhands.kit.lock import is_of_shape

    if plate.span.start not in edit.span or plate.span.end not in edit.span:
        raise MediaError(
            f"lock: edit has frames {edit.span.start} to {edit.span.end}; the plate {plate.span.start} to "
            f"{plate.span.end}.",
            "Bring in an edit of the whole shot, or make a shot of the frames that were edited (--first, --last).",
        )
    if not is_of_shape((edit.width, edit.height), (plate.width, plate.height)):
        raise MediaError(
            f"lock: edit is {edit.width}x{edit.height}, another shape than the plate's {plate.width}x{plate.height}.",
            "Have it made at the plate's shape, or pad or crop it to that.",
        )

    def fitted(picture: Frame, at: int) -> Frame:
        from manyhands.comp.layers import resized

        return resized(picture, plate.width, plate.height)

    sized = edit.each(fitted)
    return Clip(plate.span, plate.width, plate.height, sized.read)


def _limit(plate: Clip, matte: Clip | None, at: int) -> np.ndarray | None:
    from manyhands.kit.mattes import coverage_at

    return None if matte is None else coverage_at(matte, at, plate.frame(at), by="lock")


def _kept(change: Change) -> State:
    fit = change.fit
    return {
        "mask": np.packbits(change.mask),
        "matrix": fit.matrix,
        "colour": fit.colour,
        "drift": change.drift,
        "told": np.array([fit.moved_px, fit.drift_before, fit.drift_after, change.share]),
    }


def _mask(plate: Clip, at: int, shelf: Shelf) -> np.ndarray | None:
    if at not in plate.span:
        return None
    bits = np.unpackbits(shelf.load(f"change.{at}")["mask"], count=plate.height * plate.width)
    return bits.reshape(plate.height, plate.width).astype(bool)


def _matte(plate: Clip, p: Params, matte: Clip | None, at: int, shelf: Shelf) -> np.ndarray:
    """(H, W): how much of the edit is taken, as its neighbours bear it out."""
    from manyhands.kit.lock import matte_of, steadied

    before, now, after = (_mask(plate, number, shelf) for number in (at - 1, at, at + 1))
    assert now is not None
    steady = steadied(before, now, after)
    return matte_of(steady, grow_px=p.grow_px, soft_px=p.soft_px, limit=_limit(plate, matte, at))


def _drawn(plate: Clip, laid: Clip, p: Params, matte: Clip | None, at: int, shelf: Shelf) -> Frame:
    from manyhands.comp.layers import altered, blend, transformed
    from manyhands.kit.lock import enlarged, light_of, seen

    picture = plate.frame(at)
    taken = _matte(plate, p, matte, at, shelf)
    if not taken.any():
        return picture
    if p.show == "change":
        red = picture.rgba.copy()
        red[..., :3] += taken[..., None] * (np.array([0.6, 0.03, 0.03], np.float32) - 0.7 * red[..., :3])
        return altered(picture, red, lock.hand)
    change = shelf.load(f"change.{at}")
    back = transformed(laid.frame(at), np.linalg.inv(change["matrix"]), plate.width, plate.height, edge=True)
    colour = change["colour"].astype(np.float32)
    coded = seen(back.rgba) @ colour[:3] + colour[3] + enlarged(change["drift"], taken.shape)
    matched = altered(back, np.dstack([light_of(coded), back.alpha]), lock.hand)
    return blend(picture, matched, taken)


def _account(plate: Clip, shelf: Shelf) -> dict[str, Any]:
    """What was found, in sentences and frame by frame, and one hash over the hashes of all tiles that were left."""
    import hashlib

    from manyhands.kit.lock import ALL, TILE_PX, proof_name

    told, left, proof = {}, [], hashlib.sha256()
    for at in plate.span.frames:
        told[at] = shelf.load(f"change.{at}")["told"]
        tiles = shelf.load(proof_name(at))
        left.append(float(tiles["left"].mean()))
        proof.update(tiles["hashes"].astype(">u8").tobytes())
    moved, before, after, share = np.array(list(told.values())).mean(0)
    most = max(told, key=lambda at: told[at][3])
    says = [
        f"the edit changed {share:.1%} of the picture (most in frame {most}: {told[most][3]:.1%}); {np.mean(left):.0%} "
        f"of its tiles of {TILE_PX} px are the plate's, bit for bit.",
        f"It had moved by {moved:.2f} px and was off by {255 * before:.1f} of 255 where nothing changed; laid back and "
        f"matched it is off by {255 * after:.1f}.",
    ]
    if share > ALL:
        says.append(
            "That is nearly everything: there is little to lock. Give a matte of where it may change (--matte), or "
            "count the shot as generated."
        )
    elif share == 0:
        says.append("No change was found in it at all: the result is the plate.")
    return {
        "says": says,
        "changed": {str(at): round(float(one[3]), 5) for at, one in told.items()},
        "left": [round(one, 5) for one in left],
        "proof": proof.hexdigest(),
    }
