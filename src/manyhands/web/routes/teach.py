"""Teach: mattes that a person paints on a few frames, kept as they go; the model that learns them; its account."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from manyhands.actions import orders, painting
from manyhands.actions.orders import Order
from manyhands.actions.proposals import find_recipe
from manyhands.actions.taught import Learned
from manyhands.core.errors import InputError, NotFoundError
from manyhands.core.shot import Shot
from manyhands.core.take import Take
from manyhands.web.desk import By, InStudio
from manyhands.web.pictures import picture

router = APIRouter(prefix="/api/shots/{shot}/teach", tags=["teach"])

Named = Annotated[str, Path(max_length=200)]


class PaintedShown(BaseModel):
    """A painted frame; ``share`` of it is white."""

    frame: int
    share: float


class FitShown(BaseModel):
    """How much of what was painted in a frame the model meets, as a share."""

    frame: int
    fits: float


class LearnedShown(BaseModel):
    """How far a step has learned; ``report`` is its honesty report in words, when it has learned."""

    step: str
    steps: int
    of: int
    loss: float
    seconds: float
    picture: str
    has_learned: bool
    report: str
    fits: tuple[FitShown, ...] = ()
    held_out: FitShown | None = None
    unsure: tuple[int, ...] = ()
    paint_next: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()

    @classmethod
    def told(cls, shot: str, recipe: str, one: Learned) -> LearnedShown:
        account: dict[str, Any] = one.account or {}
        held = account.get("held_out")
        return cls(
            step=one.step, steps=one.steps, of=one.of, loss=one.loss, seconds=one.seconds, report=one.words,
            picture=f"/api/shots/{shot}/teach/{recipe}/{one.step}.png?v={one.steps}", has_learned=bool(account),
            fits=tuple(FitShown(frame=item["frame"], fits=item["fits"]) for item in account.get("painted", ())),
            held_out=FitShown(frame=held["frame"], fits=held["overlap"]) if held else None,
            unsure=tuple(item["frame"] for item in account.get("unsure", ())),
            paint_next=tuple(account.get("paint_next", ())), warnings=tuple(account.get("warnings", ())),
        )  # fmt: skip


class TeachShown(BaseModel):
    """What is asked for, what this person has painted, and the last lesson with the take that came of it."""

    asked_for: tuple[int, ...]
    painted: tuple[PaintedShown, ...]
    note: str
    recipe: str
    learned: tuple[LearnedShown, ...]
    take: str


class Lesson(BaseModel):
    """What was painted (``thing``), what is to become of it, and for how many steps is learned."""

    thing: str = Field("", max_length=80)
    note: str = Field("", max_length=2000)
    steps: int = 600


class Taught(BaseModel):
    """The recipe that learns, and the order that has it made."""

    recipe: str
    order: Order


@router.get("")
def lesson(studio: InStudio, by: By, shot: Named) -> TeachShown:
    """Everything that the page shows beside the picture."""
    span = studio.production.get(Shot, shot).span
    recipe = painting.last_lesson(studio, shot)
    learned = painting.learning(studio, by, shot, recipe.id) if recipe else []
    takes = [one.id for one in studio.production.all(Take, shot=shot) if recipe and one.recipe == recipe.id]
    return TeachShown(
        asked_for=painting.asked_for(span, learned),
        painted=tuple(PaintedShown(frame=one.frame, share=one.share) for one in painting.painted(studio, by, shot)),
        note=painting.NOTE, recipe=recipe.id if recipe else "",
        learned=tuple(LearnedShown.told(shot, recipe.id, one) for one in learned) if recipe else (),
        take=takes[-1] if takes else "",
    )  # fmt: skip


@router.put("/frames/{at}.png")
async def paint(studio: InStudio, by: By, shot: Named, at: int, request: Request) -> PaintedShown:
    """Keep a painted frame as far as it is: an 8-bit grey PNG of the plate's size, white for what is meant."""
    from starlette.concurrency import run_in_threadpool

    png = bytearray()
    async for piece in request.stream():
        png += piece
        if len(png) > painting.MOST_BYTES:
            raise InputError(f"painted frame: more than {painting.MOST_BYTES:,} bytes came.", "Send an 8-bit grey PNG.")
    made = await run_in_threadpool(painting.paint, studio, by, shot, at, bytes(png))
    return PaintedShown(frame=made.frame, share=made.share)


@router.get("/frames/{at}.png", response_class=FileResponse, responses={204: {"description": "Nothing is painted."}})
def painted(studio: InStudio, by: By, shot: Named, at: int) -> Response:
    """A painted frame, or nothing where nothing is painted yet."""
    try:
        return picture(painting.painting(studio, by, shot, at), lasts="no-store")
    except NotFoundError:
        studio.production.get(Shot, shot)
        return Response(status_code=204)


@router.delete("/frames/{at}", status_code=204)
def unpaint(studio: InStudio, by: By, shot: Named, at: int) -> None:
    """Take a painted frame away."""
    painting.unpaint(studio, by, shot, at)


@router.post("")
def teach(studio: InStudio, by: By, shot: Named, wish: Lesson) -> Taught:
    """Bring the painted frames in and order a take by what is learned from them."""
    _, recipe = painting.teach(studio, by, shot, thing=wish.thing, note=wish.note, steps=wish.steps)
    return Taught(recipe=recipe.id, order=orders.order(studio, by, "run", shot, recipes=(recipe.id,)))


@router.get("/{recipe}/{step}.png", response_class=FileResponse)
def live(studio: InStudio, by: By, shot: Named, recipe: Named, step: Named) -> Response:
    """What the model made lately of a frame that nobody painted."""
    studio.check(by, "look")
    known = find_recipe(studio, studio.production.get(Shot, shot).id, recipe)
    path = studio.folder / "takes" / shot / "taught" / known.id / f"{known.step(step).name}.png"
    if not path.is_file():
        raise NotFoundError("picture", f"{recipe}/{step}")
    return picture(path)
