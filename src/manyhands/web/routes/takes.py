"""Takes: their frames, whose hands are in them, and what people say of them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from manyhands.actions.comments import LONGEST, MOST_MARKS, MOST_POINTS, Comment, Mark, comment, comments
from manyhands.actions.decisions import decide, decisions
from manyhands.actions.extents import frame_extents
from manyhands.actions.frames import Kind, hands_at, take_picture
from manyhands.actions.takes import look, was_shown
from manyhands.core.recipe import Recipe
from manyhands.core.take import Take
from manyhands.review.pictures import hand_colours
from manyhands.web.desk import By, InStudio
from manyhands.web.pictures import LASTS, Small, picture
from manyhands.web.shown import TakeShown, css

router = APIRouter(prefix="/api/takes", tags=["takes"])

LONGEST_SAID = 10_000

Named = Annotated[str, Path(max_length=200)]


class Here(BaseModel):
    """One hand's part of one pixel."""

    hand: str
    name: str
    origin: str
    colour: str
    origin_ppm: int
    altered_ppm: int


class FrameExtentShown(BaseModel):
    """By hand id, in parts per million of one frame."""

    frame: int
    origin_ppm: dict[str, int]
    altered_ppm: dict[str, int]


class Looked(BaseModel):
    """What was found while a take was made that a person should know, and the frame that tells most."""

    frame: int
    findings: tuple[str, ...]


class Say(BaseModel):
    """A verdict on a take; ``note`` says what to change, for a revise; ``after`` is the last verdict that was seen."""

    verdict: Literal["accept", "revise", "reject"]
    reason: str = Field(max_length=LONGEST_SAID)
    note: str = Field("", max_length=LONGEST_SAID)
    after: str | None = None


class MarkShown(BaseModel):
    """One thing drawn; points are shares of width and height from the top left."""

    shape: Literal["pen", "arrow", "box"]
    points: tuple[tuple[float, float], ...] = Field(min_length=2, max_length=MOST_POINTS)
    colour: str = Field("#e6a65c", pattern=r"^#[0-9a-f]{6}$")


class Remark(BaseModel):
    """What is said of frames ``first`` to ``last``; ``id`` is the sender's, so that one sent twice is one."""

    id: str = Field("", pattern=r"^[a-z0-9-]{0,64}$")
    text: str = Field("", max_length=LONGEST)
    first: int
    last: int | None = None
    marks: tuple[MarkShown, ...] = Field((), max_length=MOST_MARKS)
    answers: str = ""
    settles: bool = False


class CommentShown(BaseModel):
    id: str
    first: int
    last: int
    text: str
    marks: tuple[MarkShown, ...]
    answers: str
    settles: bool
    by: str
    at: str

    @classmethod
    def of(cls, one: Comment) -> CommentShown:
        return cls(
            id=one.id, first=one.first, last=one.last, text=one.text, answers=one.answers, settles=one.settles,
            by=one.by.name, at=one.at,
            marks=tuple(MarkShown(shape=mark.shape, points=mark.points, colour=mark.colour) for mark in one.marks),
        )  # fmt: skip


@router.get("/{take}/comments")
def comments_on(studio: InStudio, by: By, take: Named) -> list[CommentShown]:
    """Everything that was said of frames of a take."""
    studio.check(by, "look")
    return [CommentShown.of(one) for one in comments(studio, take)]


@router.post("/{take}/comments")
def remark(studio: InStudio, by: By, take: Named, wish: Remark) -> CommentShown:
    """Say something of a frame or some frames, answer, or say that something is settled."""
    marks = tuple(Mark(shape=one.shape, points=one.points, colour=one.colour) for one in wish.marks)
    made = comment(
        studio, by, take, wish.text, first=wish.first, last=wish.last, marks=marks, answers=wish.answers,
        settles=wish.settles, id_=wish.id,
    )  # fmt: skip
    return CommentShown.of(made)


@router.get("/{take}/frames/{at}/{kind}.jpg", response_class=FileResponse)
def frame(studio: InStudio, by: By, take: Named, at: int, kind: Kind, size: Small = "") -> Response:
    """A frame of a take, of the plate beside it, or its hands in colour: small, to step through."""
    return picture(take_picture(studio, by, take, at, kind, size=size), lasts=LASTS)


@router.get("/{take}/frames/{at}/{kind}.png", response_class=FileResponse)
def still(studio: InStudio, by: By, take: Named, at: int, kind: Kind) -> Response:
    """The same at the frame's own size and without loss, to look at."""
    return picture(take_picture(studio, by, take, at, kind, size="full"), lasts=LASTS)


@router.get("/{take}/frames/{at}/hands")
def hands(studio: InStudio, by: By, take: Named, at: int, x: float, y: float) -> list[Here]:
    """Whose hands are in one pixel; x and y are shares of width and height from the top left."""
    colours = hand_colours(studio.production.get(Take, take).hands)
    return [
        Here(
            hand=one.hand.id, name=one.hand.name, origin=one.hand.origin, origin_ppm=one.origin_ppm,
            altered_ppm=one.altered_ppm, colour=css(colours, one.hand),
        )
        for one in hands_at(studio, by, take, at, x, y)
    ]  # fmt: skip


@router.get("/{take}/extent")
def extent(studio: InStudio, take: Named) -> list[FrameExtentShown]:
    """The extent of every frame: what a strip is drawn from."""
    return [
        FrameExtentShown(frame=one.frame, origin_ppm=one.origin_ppm, altered_ppm=one.altered_ppm)
        for one in frame_extents(studio, studio.production.get(Take, take))
    ]


@router.post("/{take}/looks")
def looked(studio: InStudio, by: By, take: Named) -> Looked:
    """Record that the person who sits here was shown a take: the player played it to them."""
    _, looks = look(studio, by, take)
    return Looked(frame=looks.frame, findings=looks.findings)


@router.post("/{take}/decisions")
def say(studio: InStudio, by: By, take: Named, wish: Say) -> TakeShown:
    """Accept a take, send it back or reject it, with the reason."""
    decide(studio, by, take, wish.verdict, reason=wish.reason, note=wish.note, after=wish.after)
    made = studio.production.get(Take, take)
    recipe = studio.production.get(Recipe, made.recipe)
    return TakeShown.of(made, recipe, decisions(studio, made.shot), seen=was_shown(studio, by, made))
