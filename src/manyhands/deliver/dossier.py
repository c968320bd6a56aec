"""Dossier: everything that a delivered master tells about itself, checked before anybody signs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from manyhands.core.decision import Decision
from manyhands.core.errors import InputError, NotFoundError, StateError, TrustError
from manyhands.core.extent import FrameExtent, HandExtent, total_extent
from manyhands.core.hand import Hand, Origin
from manyhands.core.maker import Role
from manyhands.core.recipe import Recipe, Step
from manyhands.core.shot import Shot
from manyhands.core.showing import WIDEST, Showing
from manyhands.core.source import Source
from manyhands.core.take import Take

Rgb = tuple[int, int, int]

NOT_ALLOWED: Mapping[str, Mapping[str, str]] = {
    f"cawg.{use}": {"use": "notAllowed"}
    for use in ("ai_generative_training", "ai_training", "ai_inference", "data_mining")
}
"""What holds where nobody granted anything."""

PIXEL_ROLES: tuple[Role, ...] = ("element", "treatment", "placement")
"""The roles whose work is seen in the picture; a matte and a track only help."""


@dataclass(frozen=True)
class Bought:
    """A file that a hosted model made for a step, kept as it came; ``id`` names it among the files at hand."""

    id: str
    title: str
    sha256: str


@dataclass(frozen=True)
class StepFact:
    """One step of the recipe and what its maker says of itself.

    ``sources`` are the ids of what was brought in for this step beside the plate: a still, a model; ``bought`` the
    files that a hosted model made for it.
    """

    step: Step
    hand: Hand
    role: Role
    about: str
    sources: tuple[str, ...] = ()
    bought: tuple[Bought, ...] = ()

    @property
    def is_seen(self) -> bool:
        return self.role in PIXEL_ROLES


@dataclass(frozen=True)
class Proposer:
    """The system that turned the note into recipes; ``trained`` if it has learned weights."""

    name: str
    version: str
    trained: bool
    about: str


@dataclass(frozen=True)
class Motion:
    """Some frames of the shot, three times: each kind is one picture in which the frames stand below each other.

    ``frames`` are their numbers; each is ``width`` by ``height`` and they fill ``columns`` one after another.
    ``rate_fps`` is the shot's own.
    """

    frames: tuple[int, ...]
    width: int
    height: int
    columns: int
    rate_fps: Fraction
    result: bytes
    plate: bytes
    heat: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.result) + len(self.plate) + len(self.heat)


@dataclass(frozen=True)
class Pictures:
    """One frame of the shot, three times: the result, the plate, and a heat map of hands; perhaps some in motion.

    All are PNG, JPEG or WebP.  ``legend`` says which colour a hand has in the heat map; ``thumbnail`` is a small
    JPEG or PNG that travels inside the credential (empty: none does).
    """

    frame: int
    result: bytes
    plate: bytes
    heat: bytes
    legend: tuple[tuple[Hand, Rgb], ...]
    thumbnail: bytes = b""
    motion: Motion | None = None


@dataclass(frozen=True)
class Override:
    """A person's yes to what a rule asks: which rule of which pack, what it wants, who let it pass, why and when."""

    pack: str
    rule: str
    says: str
    by: Hand
    why: str
    at: str


@dataclass(frozen=True)
class Dossier:
    """What is told about one delivered take.

    ``at`` is when it is delivered, ISO 8601 with a zone; ``decisions`` are all on this shot, of
    which ``accepted`` names the one that let this take out; ``overrides`` are the rules that asked
    and that somebody let pass.  ``timecode`` is that of the first
    frame of the master, ``HH:MM:SS:FF``.  ``showing`` is where and when it is to be shown, and ``leave_until`` the last
    day on which all leave for that holds, empty where no end is known.  ``mining`` are the entries
    of ``cawg.training-mining``; ``facts`` are what people said that schemes of disclosure ask, None where nobody said.
    Raises: StateError if no named person accepted the take; TrustError if its figures do not add
        up from its frames; InputError or NotFoundError if a part does not fit the others.
    """

    production: str
    shot: Shot
    plate: Source
    sources: tuple[Source, ...]
    note: str
    understood: tuple[str, ...]
    not_understood: tuple[str, ...]
    proposer: Proposer
    recipe: Recipe
    steps: tuple[StepFact, ...]
    take: Take
    frames: tuple[FrameExtent, ...]
    decisions: tuple[Decision, ...]
    accepted: str
    by: Hand
    at: str
    log_sequence: int
    log_hash: str
    pictures: Pictures
    remarks: tuple[str, ...] = ()
    showing: Showing = WIDEST
    leave_until: str = ""
    timecode: str = "00:00:00:00"
    overrides: tuple[Override, ...] = ()
    mining: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: NOT_ALLOWED)
    facts: Mapping[str, bool | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._decided_by_a_person()
        self._adds_up()
        if [fact.step for fact in self.steps] != list(self.recipe.steps):
            raise InputError(
                f"take {self.take.id}: the facts of its steps are not those of recipe {self.recipe.id}.",
                "Give one fact for each step, in the recipe's order.",
            )
        unknown = [step.name for step in self.recipe.steps if step.name not in self.take.contents]
        if unknown:
            raise StateError(
                f"take {self.take.id}: it does not say what {', '.join(unknown)} was made of.",
                "It comes from another version; make a new take.",
            )
        known = {source.id for source in self.sources}
        for wanted in (self.plate.id, *(name for fact in self.steps for name in fact.sources)):
            if wanted not in known:
                raise NotFoundError("source", wanted, known=sorted(known))
        if datetime.fromisoformat(self.at).tzinfo is None:
            raise InputError(f"delivery: the time is {self.at}; it has no zone.", "Give it with a zone, e.g. +00:00.")

    def _decided_by_a_person(self) -> None:
        decision = next((each for each in self.decisions if each.id == self.accepted), None)
        if decision is None:
            raise NotFoundError("decision", self.accepted, known=[each.id for each in self.decisions])
        if decision.verdict != "accept" or decision.take != self.take.id:
            raise StateError(
                f"take {self.take.id}: decision {decision.id} is to {decision.verdict} take {decision.take}.",
                "Only a take that a person accepted can be delivered; decide on it first.",
            )
        for who, what in ((decision.by, "accepted"), (self.by, "delivers")):
            if who.origin != "person":
                raise StateError(f"take {self.take.id}: {who.name} {what} it and is no person.", "Name a person.")

    def _adds_up(self) -> None:
        hands = [part.hand for part in self.take.extent.hands]
        if [frame.frame for frame in self.frames] != list(self.take.span.frames):
            raise TrustError(
                f"take {self.take.id}: the figures are not of frames {self.take.span.start} to {self.take.span.end}.",
                "Measure the take's frames again.",
            )
        if total_extent(self.frames, hands, self.take.span) != self.take.extent:
            raise TrustError(
                f"take {self.take.id}: its extent is not the sum of its frames.", "Measure the take's frames again."
            )

    @property
    def decision(self) -> Decision:
        """The decision that let this take out."""
        return next(each for each in self.decisions if each.id == self.accepted)

    @property
    def parts(self) -> tuple[HandExtent, ...]:
        """The hands that are seen in the picture, by share of origin, then of alteration.

        A trained model that the take lists is always among them, however little is seen of it.
        """
        seen = [part for part in self.take.extent.hands if part.frames or part.hand.origin == "trained"]
        return tuple(sorted(seen, key=lambda part: (-part.origin_ppm, -part.altered_ppm, part.hand.id)))

    def hands(self, origin: Origin) -> tuple[Hand, ...]:
        """The hands of one kind that are seen in the picture."""
        return tuple(part.hand for part in self.parts if part.hand.origin == origin)

    @property
    def trained_hands(self) -> tuple[Hand, ...]:
        """Every trained model that had a part, with pixels or without."""
        used = [use.hand for use in self.take.uses] + [fact.hand for fact in self.steps]
        every = [*self.hands("trained"), *(hand for hand in used if hand.origin == "trained")]
        return tuple(dict.fromkeys(every))

    def helpers(self, fact: StepFact) -> tuple[StepFact, ...]:
        """The steps without pixels that a step worked with, such as a track, directly or through another such step."""
        by_name = {each.step.name: each for each in self.steps}
        found: dict[str, StepFact] = {}
        asked = [fact]
        while asked:
            inputs = [by_name[name] for name in asked.pop().step.inputs.values() if name in by_name]
            new = [each for each in inputs if not each.is_seen and each.step.name not in found]
            found |= {each.step.name: each for each in new}
            asked += new
        return tuple(each for each in self.steps if each.step.name in found)

    def ranges(self, hand: Hand) -> tuple[tuple[int, int], ...]:
        """First and last frame of each stretch in which a hand made or altered anything."""
        return stretches(
            frame.frame for frame in self.frames if frame.origin_ppm.get(hand.id) or frame.altered_ppm.get(hand.id)
        )


def stretches(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Rising whole numbers as first and last of each unbroken run: 1, 2, 3, 7 -> (1, 3), (7, 7)."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)
