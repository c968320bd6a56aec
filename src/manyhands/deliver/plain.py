"""What a delivered shot says of itself in plain words: written once, for every document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from manyhands.core.decision import Decision
from manyhands.core.extent import PPM, THRESHOLD
from manyhands.core.hand import DIGITAL_SOURCE_TYPES, Origin
from manyhands.core.maker import Role
from manyhands.core.recipe import Step
from manyhands.core.source import Source
from manyhands.core.span import Span
from manyhands.deliver.dossier import Dossier, Proposer, StepFact

ORIGINS: dict[Origin, str] = {
    "camera": "camera",
    "person": "people",
    "procedure": "procedures (no trained model)",
    "trained": "trained models",
}
"""The four kinds of hand in the order in which they are always told: people's share comes first."""

DOORS = {
    "terminal": "at the terminal, asked by the program",
    "command line": "by the command line",
    "api": "through the programming interface",
    "studio": "in the studio",
}

KINDS: dict[Origin, str] = {
    "camera": "camera",
    "person": "person",
    "procedure": "procedure, no trained model",
    "trained": "trained model",
}
"""What one hand is."""

ROLES: dict[Role, str] = {
    "element": "makes a layer",
    "treatment": "changes the picture",
    "placement": "lays layers into the picture",
    "matte": "makes a matte, no pixels",
    "track": "finds a track, no pixels",
}

MINING = {
    "cawg.ai_generative_training": "teaching generative models",
    "cawg.ai_training": "teaching other models",
    "cawg.ai_inference": "giving it to a model",
    "cawg.data_mining": "mining it for data",
}
"""The entries of CAWG's assertion on training and mining in plain words."""

USES = {"allowed": "allowed", "notAllowed": "not allowed", "constrained": "only on conditions"}

ACTIONS = {"grade": "c2pa.adjustedColor", "retime": "c2pa.changedSpeed"}
"""Makers whose work C2PA has a closer word for than ``c2pa.edited``."""


@dataclass(frozen=True)
class Definition:
    """One word of the measurement, and what it means."""

    word: str
    meaning: str


DEFINITIONS = (
    Definition(
        "Share of the picture",
        "For every pixel of every frame it is known which hands its light comes from, in what proportion. "
        "The proportions are carried through the composite by the same arithmetic as the picture's transparency, "
        "then averaged over all pixels of all frames. The shares of all hands add up to the whole.",
    ),
    Definition(
        "Area",
        f"The part of all pixels in which a hand has at least {THRESHOLD * 100:g} % of the light.",
    ),
    Definition(
        "Altered",
        "How far a hand changed light that it did not bring, as a grade or a shadow does: 0 % is untouched, 100 % is "
        "all or nothing. It is counted beside the shares and never added to them.",
    ),
    Definition("Frames", "The frames in which a hand left a share, or a change, of at least one part in a million."),
    Definition(
        "Trained model",
        "A program whose numbers were learned from examples. Procedures are computed from written rules alone.",
    ),
)

NOT_MEANT = (
    "A share of pixels is not a share of creativity, of labour, or of authorship in law.",
    "A small area can matter most: a face is a small part of a picture.",
    "Help that leaves no pixels (a matte, a track, a proposal) has no share; it is listed by name instead.",
    "Compression for delivery changes pixels slightly everywhere; it is counted as nobody's.",
)

NOT_KNOWN = (
    "What happened before the sources came into this production; they are taken as their owners describe them.",
    "Whether the people named are who they say they are; the production vouches for them, nobody else does.",
    "What was done to copies of this film after it was signed; a changed copy no longer verifies.",
    "Work that was done outside this production's record.",
)

MEASURED_BY = (
    "The figures are whole parts per million, summed from the authorship layers that are stored with the take, "
    "and signed into the film's Content Credentials. Whoever has the layers can add them up again."
)


def percent(ppm: int) -> str:
    """Parts per million as a person reads them; only nothing is 0 % and only everything 100 %."""
    if ppm in (0, PPM):
        number = str(ppm * 100 // PPM)
    elif ppm < PPM // 2000:
        number = "under 0.1"
    elif ppm >= PPM - PPM // 2000:
        number = "over 99.9"
    else:
        number = f"{ppm * 100 / PPM:.1f}"
    return f"{number}\N{NO-BREAK SPACE}%"


def named(names: Sequence[str]) -> str:
    """A, B and C."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def mining_words(entries: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What others may do with a master, one entry after another: teaching generative models: not allowed."""
    return [
        f"{MINING.get(entry, entry)}: {USES.get(told['use'], told['use'])}"
        + (f" ({info})" if (info := told.get("constraint_info")) else "")
        for entry, told in entries.items()
    ]


def sentence(dossier: Dossier) -> str:
    """The whole in one sentence, the human share first."""
    extent = dossier.take.extent
    human = extent.of("camera") + extent.of("person")
    return (
        f"Camera and people made {percent(human)} of this picture, "
        f"procedures without a trained model {percent(extent.of('procedure'))}, "
        f"and trained models {percent(extent.of('trained'))}; "
        f"{accepted(dossier.decision)}."
    )


def accepted(decision: Decision) -> str:
    """Who let the picture out, and whether the record says that this person was shown it."""
    if decision.oversight == "human_validated":
        return f"{decision.by.name} was shown the finished picture and accepted it"
    return f"{decision.by.name} accepted it without having been shown it"


def trained_sentence(dossier: Dossier) -> str:
    """What trained models had to do with it, also where the answer is: nothing."""
    pixels = dossier.hands("trained")
    unseen = [hand for hand in dossier.trained_hands if hand not in pixels]
    told = []
    if pixels:
        told.append(
            f"Trained models left {percent(dossier.take.extent.of('trained'))} of the picture: "
            f"{named([hand.name for hand in pixels])}."
        )
    else:
        told.append("No trained model left a pixel in this picture.")
    if unseen:
        told.append(f"Trained models helped without leaving pixels: {named([hand.name for hand in unseen])}.")
    told.append(proposer_sentence(dossier.proposer))
    return " ".join(told)


def proposer_sentence(proposer: Proposer) -> str:
    kind = "a trained model" if proposer.trained else "written rules with no trained weights"
    return f"The way to make the shot was proposed by {proposer.name} {proposer.version} ({kind})."


def showing_sentence(dossier: Dossier) -> str:
    """Where, in what and until when the shot may be shown."""
    told = f"Leave was asked for showing it {dossier.showing.words}."
    if dossier.leave_until:
        return (
            f"{told} What it was made under holds to the end of {dossier.leave_until} (UTC), and has to be asked anew."
        )
    return f"{told} Nothing that it was made under ends on a day that is known."


def credit(source: Source) -> str:
    """The line by which a source wants to be credited, with its licence and whether it was changed."""
    terms = source.terms
    line = terms.credit or f"{source.title}, {source.owner}"
    changed = "; changes were made" if terms.say_changes else ""
    return f"{line} ({terms.licence}{changed})"


def action_of(fact: StepFact) -> str:
    """The C2PA action that a step's work is."""
    if fact.role == "element":
        return "c2pa.placed"
    return ACTIONS.get(fact.step.maker, "c2pa.edited")


def whole_source_type(dossier: Dossier) -> str:
    """The IPTC digital source type of the whole picture, by the hands that are in its pixels.

    IPTC has no word for captures mixed with synthetic light that no model made; ``composite`` is
    the only one that does not claim a trained model where there is none.
    """
    makes = {part.hand.origin for part in dossier.parts if part.area_ppm or part.origin_ppm}
    parts = {part.hand.origin for part in dossier.parts}
    cameras = sum(part.hand.origin == "camera" for part in dossier.parts)
    if parts == {"trained"}:
        kinds = {part.hand.source_type for part in dossier.parts}
        return kinds.pop() if len(kinds) == 1 else DIGITAL_SOURCE_TYPES + "trainedAlgorithmicMedia"
    if "trained" in parts:
        kind = "compositeSynthetic"
    elif len(makes) > 1:
        kind = "composite"
    elif makes == {"procedure"}:
        kind = "algorithmicMedia"
    elif makes == {"person"}:
        kind = "digitalCreation"
    elif "procedure" in parts:
        kind = "algorithmicallyEnhanced" if cameras == 1 else "compositeCapture"
    elif "person" in parts:
        kind = "humanEdits" if cameras == 1 else "compositeCapture"
    else:
        kind = "digitalCapture" if cameras <= 1 else "compositeCapture"
    return DIGITAL_SOURCE_TYPES + kind


def told_params(step: Step) -> dict[str, Any]:
    """A step's parameters; of a path only the name, for folders tell whose machine it was."""
    return {
        name: value.replace("\\", "/").rsplit("/", 1)[-1] if isinstance(value, str) else value
        for name, value in step.params.items()
    }


def shown(value: object) -> str:
    """A parameter as a person reads it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def timecode(frame: int, span: Span, first: str) -> str:
    """The time code of a frame, counted in whole frames from that of the master's first frame.

    Non-drop; a fractional rate counts at the next whole one, as the field does (23.976 at 24).
    """
    rate = -(-span.rate_fps.numerator // span.rate_fps.denominator)
    hours, minutes, seconds, frames = map(int, first.split(":"))
    count = ((hours * 60 + minutes) * 60 + seconds) * rate + frames + frame - span.start
    whole, frames = divmod(count, rate)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}:{frames:02}"


def moment(at: str) -> str:
    """A time as a person reads it: 23 November 2026, 10:00 UTC."""
    when = datetime.fromisoformat(at).astimezone(UTC)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M} UTC"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def seconds(value: Fraction) -> str:
    """Seconds as a person reads them: 3 s, 2.04 s."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".") + " s"
