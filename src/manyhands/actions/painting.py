"""Frames that a person paints, one by one, until they are brought in: kept as they go, so that nothing is lost."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from manyhands.actions.adjusting import adjust
from manyhands.actions.intake import source
from manyhands.actions.plates import plate_footage
from manyhands.actions.proposals import answers, find_recipe, propose
from manyhands.actions.studio import Studio
from manyhands.actions.taught import Learned, taught
from manyhands.core.errors import InputError, NotFoundError, StateError
from manyhands.core.hand import Hand, slug
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.disk import write_whole
from manyhands.makers import find_maker
from manyhands.rights import terms_named

FOLDER = Path("scratch") / "painting"
MOST_BYTES = 1 << 26
WANTED = 3
"""So many frames are asked for at first: with three, one can be held out to see how well the others teach it."""
NOTE = "a cutout by taught matte"
_HEADER = struct.Struct(">8s4x4sIIBB")


@dataclass(frozen=True)
class PaintedFrame:
    """A frame that somebody has painted so far; ``share`` of it is white."""

    frame: int
    share: float


def paint(studio: Studio, by: Hand, shot_id: str, at: int, png: bytes) -> PaintedFrame:
    """Keep a matte that somebody paints on a frame of the plate, as far as it is.

    Args:
        png: white for what is meant; 8-bit grey, as large as the plate.
    Raises: RoleError, NotFoundError; InputError if it is no such picture; CapacityError, StoreError.
    """
    studio.check(by, "source")
    shot = studio.production.get(Shot, shot_id)
    _check_within(shot, at)
    footage = plate_footage(studio, studio.production.get(Source, shot.plate))
    matte = _read(png, footage.width, footage.height)
    write_whole(_file(studio, by, shot_id, at), png)
    return PaintedFrame(at, round(float(matte.mean()) / 255, 4))


def painted(studio: Studio, by: Hand, shot_id: str) -> list[PaintedFrame]:
    """The frames that somebody has painted of a shot so far, in order.  Raises: RoleError, NotFoundError."""
    studio.check(by, "look")
    shot = studio.production.get(Shot, shot_id)
    found = sorted(_folder(studio, by, shot.id).glob("matte.*.png"))
    return [PaintedFrame(int(path.stem.split(".")[1]), _share(path)) for path in found]


def painting(studio: Studio, by: Hand, shot_id: str, at: int) -> Path:
    """The file of a painted frame.  Raises: RoleError; NotFoundError if nothing is painted there."""
    studio.check(by, "look")
    path = _file(studio, by, studio.production.get(Shot, shot_id).id, at)
    if not path.is_file():
        raise NotFoundError("painted frame", at, known=[one.frame for one in painted(studio, by, shot_id)])
    return path


def unpaint(studio: Studio, by: Hand, shot_id: str, at: int) -> None:
    """Take a painted frame away.  Raises: RoleError, NotFoundError."""
    studio.check(by, "source")
    path = painting(studio, by, shot_id, at)
    path.unlink(missing_ok=True)


def teach(
    studio: Studio, by: Hand, shot_id: str, *, thing: str = "", note: str = "", steps: int = 600, why: str = ""
) -> tuple[Source, Recipe]:
    """Bring in what somebody painted, and propose the recipe that learns from it.

    Args:
        thing: what is painted, by which a note may call it.
        note: what is to become of it; by default it is cut out.
        steps: for how long it learns.
    Raises: StateError if nothing is painted; as of bringing a source in, of proposing and of setting by hand.
    """
    studio.check(by, "propose")
    shot = studio.production.get(Shot, shot_id)
    frames = painted(studio, by, shot_id)
    if not frames:
        raise StateError(f"{shot_id}: nothing is painted yet.", "Paint what is meant in a few frames.")
    if not any(one.share for one in frames):
        raise StateError(
            f"{shot_id}: nothing is white in any of the {len(frames)} painted frames.", "Paint what is meant in one."
        )
    made, _ = source(
        studio, by, _folder(studio, by, shot_id), owner=by.name, terms=terms_named("own"),
        title=thing.strip() or f"painted {shot.id}", role="painted", painted_by=by.name,
    )  # fmt: skip
    answer, _ = propose(studio, by, shot_id, note.strip() or NOTE, painted=[made.id], previews=False)
    recipe = find_recipe(studio, shot_id, answer.recipes[0])
    recipe = next(
        (one for id_ in answer.recipes if (one := find_recipe(studio, shot_id, id_)).name == "literal"), recipe
    )
    learning = [step for step in recipe.steps if "painted" in step.inputs]
    if not learning:
        raise InputError(
            f"note: “{note}” takes nothing of what was painted.", f'Say such as "{NOTE}", or "take out the man".'
        )
    settings = [
        f"{step.name}.steps={steps}"
        for step in learning
        if step.params.get("steps", _default_steps(step.maker)) != steps
    ]
    if settings:
        reason = why.strip() or f"to learn from {len(frames)} painted frames for {steps} steps"
        answer, _ = adjust(studio, by, shot_id, recipe.id, settings, why=reason, previews=False)
        recipe = studio.production.get(Recipe, answer.recipes[0])
    return made, recipe


def learning(studio: Studio, by: Hand, shot_id: str, recipe_id: str) -> list[Learned]:
    """How the steps of a recipe stand that learn; none before the first has begun.  Raises: RoleError, RightsError."""
    studio.check(by, "look")
    try:
        return taught(studio, by, shot_id, recipe_id)
    except NotFoundError:
        studio.production.get(Recipe, recipe_id)
        return []


def last_lesson(studio: Studio, shot_id: str) -> Recipe | None:
    """The recipe of a shot, the newest, that learns from painted frames."""
    for answer in reversed(answers(studio, shot_id)):
        for recipe in (studio.production.get(Recipe, id_) for id_ in answer.recipes):
            if any("painted" in step.inputs for step in recipe.steps):
                return recipe
    return None


def asked_for(span: Span, learned: list[Learned]) -> tuple[int, ...]:
    """The frames to paint next: those that the account names, or at first a few spread over the shot."""
    told = [at for one in learned if one.account for at in one.account["paint_next"]]
    if told:
        return tuple(dict.fromkeys(told))
    wanted = min(WANTED, span.length)
    return tuple(span.start + (2 * index + 1) * span.length // (2 * wanted) for index in range(wanted))


def _default_steps(maker: str) -> int | None:
    return next((one.default for one in find_maker(maker).parameters() if one.name == "steps"), None)


def _folder(studio: Studio, by: Hand, shot_id: str) -> Path:
    whose = hashlib.sha256(by.id.encode()).hexdigest()[:8]
    return studio.folder / FOLDER / re.sub(r"[^\w-]", "_", shot_id) / f"{slug(by.name)[:40]}-{whose}"


def _file(studio: Studio, by: Hand, shot_id: str, at: int) -> Path:
    return _folder(studio, by, shot_id) / f"matte.{at:04d}.png"


def _check_within(shot: Shot, at: int) -> None:
    if at not in shot.span:
        raise InputError(f"{shot.id}: it has no frame {at}.", f"Its frames are {shot.span.start} to {shot.span.end}.")


def _read(png: bytes, width: int, height: int) -> np.ndarray:
    """(H, W) uint8; the head is read before anything is unpacked.  Raises: InputError."""
    if len(png) > MOST_BYTES:
        raise InputError(f"painted frame: it has {len(png):,} bytes.", f"It may have {MOST_BYTES:,}.")
    told = _HEADER.unpack_from(png) if len(png) >= _HEADER.size else (b"", b"", 0, 0, 0, 0)
    signature, kind, wide, tall, depth, colours = told
    if signature != b"\x89PNG\r\n\x1a\n" or kind != b"IHDR":
        raise InputError("painted frame: it is no PNG.", "Send an 8-bit grey PNG.")
    if (wide, tall) != (width, height):
        raise InputError(
            f"painted frame: it is {wide}x{tall}; the plate is {width}x{height}.", "Paint at the plate's size."
        )
    if (depth, colours) != (8, 0):
        raise InputError(f"painted frame: it has {depth} bits, colours of type {colours}.", "Send an 8-bit grey PNG.")
    matte = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    if matte is None or matte.shape != (height, width):
        raise InputError("painted frame: it is damaged.", "Send it again.")
    return np.asarray(matte, np.uint8)


def _share(path: Path) -> float:
    matte = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    return 0.0 if matte is None else round(float(matte.mean()) / 255, 4)
