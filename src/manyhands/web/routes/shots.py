"""Shots: the contact sheet, a shot's page, notes and what is set by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, TypeAdapter

from manyhands.actions import adjusting, intake, orders
from manyhands.actions.adjusting import SO_MANY
from manyhands.actions.decisions import accepted, decisions
from manyhands.actions.frames import plate_picture
from manyhands.actions.orders import Order, Standing
from manyhands.actions.plates import plate_footage
from manyhands.actions.proposals import Answer, answers, find_recipe, offered, propose
from manyhands.actions.studio import Studio
from manyhands.actions.takes import shown_of
from manyhands.core.errors import NotFoundError
from manyhands.core.hand import Hand
from manyhands.core.noun import digest
from manyhands.core.recipe import Recipe
from manyhands.core.shot import Shot
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.propose.here import MOST_POINTS, Here, Stroke, Tool
from manyhands.web.desk import AtDesk, By, InStudio
from manyhands.web.pictures import LASTS, Small, picture
from manyhands.web.shown import (
    AnswerShown,
    Frames,
    MakerShown,
    ShotCard,
    ShotShown,
    SketchShown,
    TakeShown,
    card,
    maker_shown,
    plate_shown,
    steps_shown,
)

router = APIRouter(prefix="/api/shots", tags=["shots"])

Named = Annotated[str, Path(max_length=200)]
ANSWERS_SHOWN, MOST_SHOWN = 3, 12
DRAFT_SCALE = 0.25
CARDS = TypeAdapter(list[ShotCard])


Settings = Annotated[tuple[Annotated[str, Field(max_length=20_000)], ...], Field(max_length=SO_MANY)]


class NewShot(BaseModel):
    """A shot on a source: the whole of it, or frames ``first`` to ``last``, both included."""

    source: str
    id: str = ""
    first: int | None = None
    last: int | None = None


class StrokeShown(BaseModel):
    """One thing drawn; points are shares of width and height from the top left, a brush's radius of the width."""

    tool: Tool
    points: tuple[tuple[float, float], ...] = Field(min_length=1, max_length=MOST_POINTS)
    radius: float = Field(0.01, ge=0.0005, le=0.5)


class HereShown(BaseModel):
    """What was drawn in one frame to say what is meant, or where."""

    frame: int
    strokes: tuple[StrokeShown, ...] = Field(min_length=1, max_length=200)

    def meant(self) -> Here:
        return Here(self.frame, tuple(Stroke(one.tool, one.points, one.radius) for one in self.strokes))


class Note(BaseModel):
    """A director's note; ``revise`` is the take that it changes, ``here`` what was drawn in the picture with it; the
    rest are ids of sources that it speaks of."""

    note: str
    revise: str = ""
    elements: tuple[str, ...] = ()
    mattes: tuple[str, ...] = ()
    painted: tuple[str, ...] = ()
    clean: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    here: HereShown | None = None


class Adjusted(BaseModel):
    """What is changed in a proposal: STEP.NAME=VALUE, "take out STEP", "add MAKER", "move STEP before STEP" (or after),
    "reset STEP" or "reset STEP.NAME", in this order; and why."""

    like: str
    settings: Settings
    why: str


class Sketch(BaseModel):
    """A proposal with what is being changed in it."""

    like: str
    settings: Settings = ()


class Look(Sketch):
    """A frame to look at of a proposal with what is being changed in it."""

    frame: int


class Turn(BaseModel):
    """Of a proposal, the changes by hand that are undone or done again, by their numbers; none: the last of them."""

    like: str
    changes: Annotated[tuple[int, ...], Field(max_length=SO_MANY)] = ()


class Ask(BaseModel):
    """A proposal to make a take of."""

    recipe: str
    seed: int = 1
    agree: bool = False
    most_minor: int | None = None


@router.get("", response_model=list[ShotCard], responses={304: {"description": "It is as it was."}})
def contact_sheet(request: Request, desk: AtDesk) -> Response:
    """All shots, with where each stands, whose hands are in it, and what waits; none while there is no production."""
    if not desk.has_production:
        return Response("[]", media_type="application/json")
    studio = desk.studio
    working: dict[str, list[Standing]] = {}
    for one in orders.standings(studio):
        if one.state in orders.OPEN:
            working.setdefault(one.order.shot, []).append(one)
    head, rows = desk.sheet.rows(studio)
    busy = sorted((shot, some[0].order.what) for shot, some in working.items())
    headers = {"etag": f'"{head}-{digest(busy)[:16]}"', "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    cards = [card(row, working.get(row.shot.id, [])) for row in rows]
    return Response(CARDS.dump_json(cards), media_type="application/json", headers=headers)


@router.post("")
def add(studio: InStudio, by: By, wish: NewShot) -> ShotShown:
    """Make a shot on a source."""
    made = intake.shot(studio, by, wish.source, id_=wish.id.strip(), first=wish.first, last=wish.last)
    return shown(studio, by, made)


@router.get("/{shot}")
def one(studio: InStudio, by: By, shot: Named) -> ShotShown:
    """Everything that a shot's page shows."""
    return shown(studio, by, studio.production.get(Shot, shot))


@router.get("/{shot}/frames/{at}/plate.jpg", response_class=FileResponse)
def plate(studio: InStudio, by: By, shot: Named, at: int, size: Small = "") -> Response:
    """A frame of the plate, small, to step through."""
    return picture(plate_picture(studio, by, shot, at, size=size), lasts=LASTS)


@router.get("/{shot}/frames/{at}/plate.png", response_class=FileResponse)
def plate_still(studio: InStudio, by: By, shot: Named, at: int) -> Response:
    """A frame of the plate at its own size, without loss, to look at."""
    return picture(plate_picture(studio, by, shot, at, size="full"), lasts=LASTS)


@router.post("/{shot}/notes")
def say(studio: InStudio, by: By, shot: Named, wish: Note) -> AnswerShown:
    """Read a note and propose recipes; their moving previews are ordered, and come as they are made."""
    answer, _ = propose(
        studio, by, shot, wish.note, revise=wish.revise, elements=wish.elements, mattes=wish.mattes,
        painted=wish.painted, clean=wish.clean, edits=wish.edits,
        here=wish.here.meant() if wish.here else None, previews=False,
    )  # fmt: skip
    return _answered(studio, by, shot, answer)


@router.post("/{shot}/settings")
def set_by_hand(studio: InStudio, by: By, shot: Named, wish: Adjusted) -> AnswerShown:
    """Change a proposal by hand; what comes of it is a proposal of the person who changed it."""
    answer, _ = adjusting.adjust(studio, by, shot, wish.like, wish.settings, why=wish.why, previews=False)
    return _answered(studio, by, shot, answer)


@router.post("/{shot}/undo")
def undo(studio: InStudio, by: By, shot: Named, wish: Turn) -> AnswerShown:
    """Undo what was changed by hand; what comes of it is a proposal, and what was undone can be done again."""
    answer, _ = adjusting.undo(studio, by, shot, wish.like, wish.changes, previews=False)
    return _answered(studio, by, shot, answer)


@router.post("/{shot}/redo")
def redo(studio: InStudio, by: By, shot: Named, wish: Turn) -> AnswerShown:
    """Do again what was undone."""
    answer, _ = adjusting.redo(studio, by, shot, wish.like, wish.changes, previews=False)
    return _answered(studio, by, shot, answer)


@router.post("/{shot}/sketches")
def sketch(studio: InStudio, by: By, shot: Named, wish: Sketch) -> SketchShown:
    """The recipe as it would be with what is being changed in it; nothing is recorded."""
    recipe, told = adjusting.sketch(studio, by, shot, wish.like, wish.settings)
    return SketchShown(steps=steps_shown(recipe), told=told)


@router.get("/{shot}/proposals/{recipe}/makers")
def addable(studio: InStudio, by: By, shot: Named, recipe: Named) -> list[MakerShown]:
    """The makers whose step may be added to a proposal."""
    return [maker_shown(one) for one in adjusting.addable(studio, by, shot, recipe)]


@router.post("/{shot}/proposals/{recipe}/previews")
def show(studio: InStudio, by: By, shot: Named, recipe: Named) -> Order:
    """Order the small moving picture of a proposal."""
    return orders.order(studio, by, "previews", shot, recipes=(find_recipe(studio, shot, recipe).id,))


@router.post("/{shot}/drafts", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
def look(request: Request, studio: InStudio, by: By, shot: Named, wish: Look) -> Response:
    """A frame as it would be, at a quarter of the plate's size; nothing is recorded."""
    _, work = adjusting.draft(studio, by, shot, wish.like, wish.settings, scale=DRAFT_SCALE)
    span = studio.production.get(Shot, shot).span
    return Response(request.app.state.drawing.draw(work, span.clamped(wish.frame)), media_type="image/jpeg")


def _answered(studio: Studio, by: Hand, shot: str, answer: Answer) -> AnswerShown:
    """An answer with pictures of its recipes on order."""
    said = (answer.note, answer.recipes, answer.settings)
    there = enumerate(answers(studio, shot), 1)
    number = max(number for number, one in there if (one.note, one.recipes, one.settings) == said)
    free = tuple(
        offer.recipe.id for offer in offered(studio, shot, answer) if not offer.prices and offer.preview is None
    )
    if free:
        orders.order(studio, by, "previews", shot, recipes=free)
    return _answer(studio, shot, number, answer)


@router.get("/{shot}/proposals/{recipe}/preview.mp4", response_class=FileResponse)
def preview(studio: InStudio, shot: Named, recipe: Named) -> Response:
    """The small moving picture of a proposal."""
    return _proposed(studio, shot, recipe, "preview.mp4")


@router.get("/{shot}/proposals/{recipe}/contact.png", response_class=FileResponse)
def contact(studio: InStudio, shot: Named, recipe: Named) -> Response:
    """Three frames of a proposal."""
    return _proposed(studio, shot, recipe, "contact.png")


def _proposed(studio: Studio, shot: str, recipe: str, name: str) -> Response:
    known = find_recipe(studio, studio.production.get(Shot, shot).id, recipe)
    path = studio.folder / "takes" / shot / "proposals" / known.id / name
    if not path.is_file():
        raise NotFoundError("picture", f"{recipe}/{name}")
    return picture(path, lasts=LASTS)


@router.post("/{shot}/runs")
def ask(studio: InStudio, by: By, shot: Named, wish: Ask) -> Order:
    """Order a take of a proposal; it goes on when the page is closed."""
    answers_to = next((one.revises for one in reversed(answers(studio, shot)) if wish.recipe in one.recipes), "")
    return orders.order(
        studio, by, "run", shot, recipes=(wish.recipe,), seed=wish.seed, answers=answers_to, agree=wish.agree,
        most_minor=wish.most_minor,
    )  # fmt: skip


def shown(studio: Studio, by: Hand, shot: Shot) -> ShotShown:
    """Everything of a shot."""
    source = studio.production.get(Source, shot.plate)
    footage = plate_footage(studio, source)
    said = decisions(studio, shot.id)
    found = answers(studio, shot.id)
    takes = studio.production.all(Take, shot=shot.id)
    seen = shown_of(studio, by, takes)
    return ShotShown(
        id=shot.id, standing=shot.standing, frames=Frames.of(shot.span), notes=shot.notes,
        plate=plate_shown(source, (footage.width, footage.height), footage.notes),
        answers=tuple(_answer(studio, shot.id, number, one) for number, one in reversed(_in_sight(found))),
        takes=tuple(
            TakeShown.of(take, studio.production.get(Recipe, take.recipe), said, seen=take.id in seen) for take in takes
        ),
        accepted=accepted(studio, shot.id) or "",
        orders=tuple(one for one in orders.standings(studio) if one.order.shot == shot.id)[-20:],
    )  # fmt: skip


def _in_sight(found: Sequence[Answer]) -> list[tuple[int, Answer]]:
    """The answers to the last notes with their numbers, and what people made of them by hand, as it stands now."""
    numbered = list(enumerate(found, 1))
    notes = [number for number, one in numbered if not one.like]
    since = notes[-ANSWERS_SHOWN] if len(notes) >= ANSWERS_SHOWN else 1
    # who went on from what was made by hand went on from there: the list of changes leads back to it
    passed, last = set(), dict[str, tuple[int, Answer]]()
    for number, one in numbered:
        if one.like in last and last[one.like][1].like:
            passed.add(last[one.like][0])
        last |= dict.fromkeys(one.recipes, (number, one))
    return [(number, one) for number, one in numbered if number >= since and number not in passed][-MOST_SHOWN:]


def _answer(studio: Studio, shot: str, number: int, answer: Answer) -> AnswerShown:
    return AnswerShown.of(f"{shot}-{number:03d}", answer, offered(studio, shot, answer))
