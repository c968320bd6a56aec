"""What was heard in a note: every word in exactly one list."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from manyhands.core.noun import Noun


class Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Heard(Part):
    """Words of the note, where they stand, and what they were taken for."""

    text: str
    start: int
    end: int
    meaning: str


class Unknown(Part):
    """Words that nobody answers to; ``did_you_mean`` is a suggestion and was not acted on."""

    text: str
    start: int
    end: int
    why: str
    did_you_mean: tuple[str, ...] = ()


class Change(Part):
    """What some words do to a parameter: set it, scale it, add to it.

    ``exact`` marks a number that was said ("2 stops"), which no reading exaggerates; ``noun`` what
    a noun brings with it by being named.
    """

    parameter: str
    how: Literal["set", "times", "plus"]
    value: Any
    words: str
    exact: bool = False
    noun: bool = False


class Place(Part):
    """Where something is to stand: a relation to a target, such as behind the tower.

    ``rank`` picks one of several (the second roof; -1 the leftmost, -2 the rightmost), ``side`` a
    side of the place ("on the ground at the left").
    """

    relation: str
    target: str
    words: str
    rank: int = 0
    side: Literal["", "left", "right"] = ""


class Moment(Part):
    """When something begins or ends: so many seconds or frames in, or at a frame's number.

    ``since_start`` counts from its beginning and not from the shot's.
    """

    seconds: float | None = None
    frame: int | None = None
    frames_in: int | None = None
    since_start: bool = False


class Mention(Part):
    """One thing that the note asks for, of one maker.

    ``nouns`` are the words that called it; ``removed`` that it is not wanted; ``kept`` that it is to
    stay as it is; ``implied`` that no noun called it ("make it darker").  ``start`` is when it
    begins and ``stop`` when it ends.
    """

    maker: str
    nouns: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    removed: bool = False
    kept: bool = False
    implied: bool = False
    place: Place | None = None
    moved: tuple[int, int, int] | None = None
    start: Moment | None = None
    stop: Moment | None = None


class Understanding(Noun):
    """A note taken apart.

    Every word and sign of the note lies in exactly one of ``understood``, ``filler`` (the small
    words that are passed over) and ``unknown``.  ``sun`` is the way from which the light is to
    come, if the note says so.
    """

    KIND: ClassVar[str] = "understanding"

    note: str
    understood: tuple[Heard, ...] = ()
    filler: tuple[Heard, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    mentions: tuple[Mention, ...] = ()
    sun: tuple[int, int, int] | None = None
    remarks: tuple[str, ...] = ()
