"""A film's facts, written by hand: what the tests of papers are made from.

Shot sh010 has ten frames at 24 frames a second from 01:00:00:00.  By hand: the model *painter* makes 600,000 ppm of
frames 1003 to 1005 and changes a little in 1008; a camera has the rest.  Nobody has accepted a take of sh020.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from manyhands.core.decision import Decision
from manyhands.core.extent import FrameExtent, total_extent
from manyhands.core.hand import Hand, person
from manyhands.core.source import Source, Terms
from manyhands.core.span import Span
from manyhands.deliver.cuesheet import COLUMNS
from manyhands.deliver.film import Answer, Film, MemberTold, PersonTold, ShotTold, TaskTold, UseTold, Wish

SPAN = Span(start=1001, length=10, rate_fps=Fraction(24))
CAMERA = Hand(id="camera:roof.mov:aa", origin="camera", name="roof.mov", behind="roof")
PAINTER = Hand(id="trained:painter:3", origin="trained", name="painter", version="3")
GRADE = Hand(id="procedure:grade:1", origin="procedure", name="grade", version="1")
SHA = "ab" * 32
AT = "2026-05-04T10:00:00Z"
USE = ("leaves_machine", "keeps_input", "trains_on_input", "is_checked", "training_cleared")
PERSON = ("is_minor", "is_deceased", "has_representation", "is_scanned")


def source(**changes: Any) -> Source:
    told: dict[str, Any] = {
        "id": "roof",
        "title": "roof.mov",
        "sha256": SHA,
        "path": "sources/roof.mov",
        "owner": "Person O",
        "terms": Terms(licence="CC BY 2.0", credit="Roof by Person O"),
    }
    return Source(**(told | changes))


def frames() -> tuple[FrameExtent, ...]:
    made = dict.fromkeys((1003, 1004, 1005), 600_000)
    return tuple(
        FrameExtent(
            frame=number,
            origin_ppm={CAMERA.id: 1_000_000 - made.get(number, 0)}
            | ({PAINTER.id: made[number]} if number in made else {}),
            area_ppm={},
            altered_ppm={GRADE.id: 10_000} | ({PAINTER.id: 2_000} if number == 1008 else {}),
            empty_ppm=0,
            changed_ppm=10_000,
        )
        for number in SPAN.frames
    )  # fmt: skip


def said(**values: bool | None) -> dict[str, Answer]:
    """Answers of Person S, each because *so they said*."""
    return {
        name: Answer(value=value, by="Person S", at=AT, why="so they said") if value is not None else Answer()
        for name, value in values.items()
    }


def use(**changes: Any) -> UseTold:
    told: dict[str, Any] = {
        "step": "painted_sky",
        "maker": "painter",
        "kind": "open-weight",
        "purpose": "change",
        "origin": "trained",
        "system": PAINTER,
        "trained_on": "skies",
        "prompt": "a red sky",
        "given": ("roof.mov",),
        "answers": dict.fromkeys(USE, Answer()) | {"leaves_machine": Answer(value=False)},
    }
    return UseTold(**(told | changes))


def somebody(name: str = "Person R", **changes: Any) -> PersonTold:
    answers = dict.fromkeys(PERSON, Answer()) | changes.pop("answers", {})
    return PersonTold(**({"name": name, "scopes": ("likeness_replica",), "answers": answers} | changes))


def shot(**changes: Any) -> ShotTold:
    hands = [CAMERA, PAINTER, GRADE]
    decided = Decision(
        id="d-1",
        take="t-1",
        verdict="accept",
        by=person("Person D"),
        reason="it glows",
        door="terminal",
        seen=SHA,
        at=AT,
    )
    told: dict[str, Any] = {
        "id": "sh010",
        "notes": ("a red sky",),
        "span": SPAN,
        "timecode": "01:00:00:00",
        "take": "t-1",
        "frames_sha256": SHA,
        "made_at": AT,
        "width": 64,
        "height": 48,
        "is_accepted": True,
        "takes": 2,
        "answers": said(is_final=True),
        "parts": total_extent(frames(), hands, SPAN).hands,
        "frames": frames(),
        "uses": (use(),),
        "decisions": (decided.but(id="d-0", take="t-0", verdict="reject", reason="too red"), decided),
        "sources": (source(),),
        "cues": (("sh010", *(f"cue {number}" for number in range(1, len(COLUMNS)))),),
    }
    return ShotTold(**(told | changes))


def unaccepted(**changes: Any) -> ShotTold:
    return shot(**({"id": "sh020", "take": "t-9", "is_accepted": False, "decisions": (), "cues": ()} | changes))


def wish(paper: str, **changes: Any) -> Wish:
    told = {
        "paper": paper, "pack": "some-pack", "set_by": "Some Union and the producers", "dated": "2026-01-02",
        "rule": "R1", "says": "It is said.", "source": "a page", "seen": "summary", "verdict": "notify",
        "shot": "sh010",
    }  # fmt: skip
    return Wish(**(told | changes))


def film(**changes: Any) -> Film:
    told: dict[str, Any] = {
        "production": "The Roof",
        "shots": (shot(people=(somebody(),)), unaccepted()),
        "members": (
            MemberTold(name="Person D", roles=("director",)),
            MemberTold(name="Zoë Ångström", roles=("artist",)),
            MemberTold(name="Person G", roles=("guest",)),
        ),
        "tasks": (
            TaskTold(title="roto", role="artist", assignee="Ben Ali"),
            TaskTold(title="paint", role="artist", assignee="zoë  ångström"),
        ),
        "hours": {"artist": 605},
        "meanings": {"is_final": "what is made is meant for the delivered picture"},
    }
    return Film(**(told | changes))
