"""Film: the facts that a production's papers are made from, as plain data that can be hashed and kept beside them."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Iterator
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from manyhands.core.decision import Decision
from manyhands.core.extent import FrameExtent, HandExtent
from manyhands.core.hand import Hand, Origin
from manyhands.core.noun import canonical
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.deliver.cuesheet import Cue
from manyhands.deliver.document import Blank
from manyhands.deliver.dossier import stretches
from manyhands.deliver.plain import timecode

MODEL_KINDS = ("taught", "open-weight", "hosted")
"""The makers behind which a model stands."""


class Told(BaseModel):
    """A part of the facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wish(Told):
    """A rule that wants a paper for a shot.  ``verdict`` is the rule's: *unknown* is a paper that may be wanted."""

    paper: str
    pack: str
    set_by: str
    dated: str
    rule: str
    says: str
    source: str
    seen: str
    verdict: str
    shot: str
    missing: tuple[str, ...] = ()


class Answer(Told):
    """What is known of one fact: ``by`` who said so, empty where the program works it out; no value: nobody said."""

    value: bool | None = None
    by: str = ""
    at: str = ""
    why: str = ""


class UseTold(Told):
    """A maker's part in a shot.

    ``system`` is the hand of what drew, ``trained_on`` what its makers say of its training, ``prompt`` the words that
    it gets, ``given`` the titles of what was put in, ``painted`` those that people painted for it to learn from;
    ``brought`` is the title of what a model made elsewhere, and somebody brought in.
    """

    step: str
    maker: str
    kind: str
    purpose: str
    origin: Origin
    system: Hand
    trained_on: str = ""
    prompt: str = ""
    given: tuple[str, ...] = ()
    painted: tuple[Source, ...] = ()
    brought: str = ""
    answers: dict[str, Answer]

    @property
    def is_model(self) -> bool:
        return self.kind in MODEL_KINDS

    @property
    def named(self) -> str:
        """The system with its version."""
        return self.system.versioned


class PersonTold(Told):
    """A person of whom something is made in a shot, what is made, and the grants that permit it today."""

    name: str
    scopes: tuple[str, ...]
    is_known: bool = False
    guardian: str = ""
    answers: dict[str, Answer]
    granted: tuple[tuple[str, str], ...] = ()


class ShotTold(Told):
    """A shot with the take that counts: the accepted one, else the last, else none."""

    id: str
    notes: tuple[str, ...]
    span: Span
    timecode: str
    take: str = ""
    frames_sha256: str = ""
    made_at: str = ""
    width: int = 0
    height: int = 0
    is_accepted: bool = False
    takes: int = 0
    answers: dict[str, Answer]
    parts: tuple[HandExtent, ...] = ()
    frames: tuple[FrameExtent, ...] = ()
    uses: tuple[UseTold, ...] = ()
    people: tuple[PersonTold, ...] = ()
    decisions: tuple[Decision, ...] = ()
    sources: tuple[Source, ...] = ()
    cues: tuple[Cue, ...] = ()

    @property
    def models(self) -> tuple[UseTold, ...]:
        return tuple(use for use in self.uses if use.is_model)

    @property
    def trained(self) -> tuple[HandExtent, ...]:
        """The trained models that left or altered light, by their share."""
        seen = [
            part for part in self.parts if part.hand.origin == "trained" and (part.origin_ppm or part.altered_ppm or
            part.frames)
        ]  # fmt: skip
        return tuple(sorted(seen, key=lambda part: (-part.origin_ppm, -part.altered_ppm, part.hand.id)))

    def share(self, origin: Origin) -> int:
        """Parts per million of the picture that hands of one kind made."""
        return sum(part.origin_ppm for part in self.parts if part.hand.origin == origin)

    def stretches(self, hands: Iterable[Hand]) -> tuple[tuple[int, int], ...]:
        """First and last frame of each unbroken run in which any of these hands made or altered anything."""
        ids = [hand.id for hand in hands]
        return stretches(
            frame.frame for frame in self.frames if any(frame.origin_ppm.get(id_) or frame.altered_ppm.get(id_)
                                                        for id_ in ids)
        )  # fmt: skip

    def time(self, frame: int) -> str:
        return timecode(frame, self.span, self.timecode)

    def answer(self, fact: str) -> Answer:
        return self.answers.get(fact, Answer())


class MemberTold(Told):
    """Somebody of the production, and what they are here."""

    name: str
    roles: tuple[str, ...]


class TaskTold(Told):
    """What somebody was to do."""

    title: str
    role: str
    assignee: str
    shot: str = ""


class Film(Told):
    """All that papers tell of.

    ``hours`` are minutes of each role in which so many people worked that nobody's own can be read off; ``meanings``
    say what each fact means.
    """

    production: str
    shots: tuple[ShotTold, ...] = ()
    members: tuple[MemberTold, ...] = ()
    tasks: tuple[TaskTold, ...] = ()
    hours: dict[str, int] = {}
    least_people: int = 3
    wishes: tuple[Wish, ...] = ()
    meanings: dict[str, str] = {}

    @cached_property
    def kept(self) -> bytes:
        """The facts as the file beside the papers; its SHA-256 is what they name."""
        return canonical(self.model_dump(mode="json"))

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.kept).hexdigest()

    @property
    def accepted(self) -> tuple[ShotTold, ...]:
        """The shots of which a person accepted the take: what is said to be in the film."""
        return tuple(shot for shot in self.shots if shot.is_accepted)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Whatever was brought in for what is in the film, each once."""
        return tuple({source.id: source for shot in self.accepted for source in shot.sources}.values())

    @property
    def waiting(self) -> tuple[Blank, ...]:
        """A blank for each shot of which nobody has accepted a take, and which therefore is not told of."""
        how = 'manyhands decide TAKE accept --why "…"'
        return tuple(
            Blank(f"shot {shot.id}: no take is accepted", how, f"{shot.id}: no accepted take, not counted here")
            for shot in self.shots if not shot.is_accepted
        )  # fmt: skip

    @property
    def with_models(self) -> tuple[ShotTold, ...]:
        """The shots in which a model had a part, with pixels or without."""
        return tuple(shot for shot in self.shots if shot.models)

    def models(self) -> Iterator[tuple[ShotTold, UseTold]]:
        for shot in self.shots:
            for use in shot.models:
                yield shot, use

    def wished(self, paper: str) -> tuple[Wish, ...]:
        return tuple(wish for wish in self.wishes if wish.paper == paper)


def answered(answer: Answer, fact: str, *, shot: str, of: str = "", about: str = "") -> str | Blank:
    """A fact's answer as it is written, or a blank with the command by which it is said."""
    if answer.value is not None:
        return "yes" if answer.value else "no"
    whom = f" --of {shlex.quote(of)}" if of else ""
    where = f"{shlex.quote(shot)} " if shot else ""
    named = f"{shot or 'the production'}{f', {of}' if of else ''}"
    return Blank(f"{named}: {about or fact}", f'manyhands policy say {where}{fact}=yes{whom} --why "…"')
