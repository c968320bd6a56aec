"""What the film industry's self-declared schemes would call a shot, with the measured basis and the rule for it.

A scheme's answer is given only as far as this production's record allows it, else it is unknown, and what is known all
the same is told.
Source: Human Provenance in Film v0.9 (2026, CC BY 4.0), its three tiers; AIRS (airstransparency.com), its tiers A0 to
A2 as its page defines them.  The texts of A3 and A4 and the names of its six touchpoints we have not read, so the
profile here has parts of our own naming.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from manyhands.core.extent import FrameExtent
from manyhands.core.hand import Hand
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.plain import named, percent

UNKNOWN = "unknown"

ONE_SHOT = (
    "The scheme speaks of a whole film, and its producer signs it; this is the picture of one shot, without its sound "
    "and script. What was done to the sources before they came into this production is not in it. By AI a trained "
    "model is meant; procedures are computed from written rules."
)

NOTHING, HELPED, IN_IT = "0", "1", "2 or more"
"""How much of a part is a model's: nothing; it helped and left nothing in the film; something of it is in the film."""


@dataclass(frozen=True)
class Involvement:
    """What trained models had to do with a shot.

    ``made`` brought light into the picture, ``altered`` changed others' light, ``helped`` did neither; names, each
    once.  ``facts`` are what people said: ``alters_performance``, ``has_synthetic_performer``, ``script_is_human``.
    """

    made: tuple[str, ...]
    altered: tuple[str, ...]
    helped: tuple[str, ...]
    trained_ppm: int
    facts: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Scheme:
    """One scheme's answer, or ``unknown``; why; by which rule; what it does not cover; and its parts, if it has any."""

    name: str
    version: str
    tier: str
    basis: str
    rule: str
    limits: str
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_stated(self) -> bool:
        return not self.tier.startswith(UNKNOWN)


def involvement(
    trained: Iterable[Hand],
    frames: Sequence[FrameExtent],
    *,
    trained_ppm: int,
    proposer: str = "",
    facts: Mapping[str, bool | None] | None = None,
) -> Involvement:
    """What trained hands did in these frames; ``proposer`` is a trained system that proposed the recipe, if it was."""
    every = list(dict.fromkeys(trained))
    made = [hand for hand in every if any(frame.origin_ppm.get(hand.id) for frame in frames)]
    altered = [hand for hand in every if any(frame.altered_ppm.get(hand.id) for frame in frames)]
    helped = [hand.name for hand in every if hand not in (*made, *altered)] + ([proposer] if proposer else [])
    only = tuple(hand.name for hand in altered if hand not in made)
    return Involvement(tuple(hand.name for hand in made), only, tuple(helped), trained_ppm, facts or {})


def involvement_in(dossier: Dossier) -> Involvement:
    """What trained models had to do with a delivered shot."""
    proposer = dossier.proposer
    return involvement(
        (*dossier.hands("trained"), *dossier.trained_hands),
        dossier.frames,
        trained_ppm=dossier.take.extent.of("trained"),
        proposer=proposer.name if proposer.trained else "",
        facts=dossier.facts,
    )


def schemes(of: Involvement) -> tuple[Scheme, ...]:
    """What each scheme would say of a shot."""
    return (_human_provenance(of), _airs(of))


def _human_provenance(of: Involvement) -> Scheme:
    name, version = "Human Provenance in Film (HPF)", "0.9"
    if of.made:
        tier, rule = "Generative AI", "a trained model has a share of origin in a frame"
        basis = f"Trained models made {percent(of.trained_ppm)} of the picture: {named(of.made)}."
    elif of.altered:
        tier, rule = UNKNOWN, "a trained model altered a frame and has no share of origin in any"
        basis = (
            f"Trained models changed the picture and brought no pixel of it: {named(of.altered)}. Whether that is "
            "content which they generated is for the producer to say."
        )
    elif of.helped:
        tier, rule = "Assistive AI", "a trained model is among the hands and altered no frame"
        basis = f"Trained models helped and left no pixel in the picture: {named(of.helped)}."
    else:
        tier, rule = "No AI Used", "no trained model is among the hands, and none proposed the recipe"
        basis = (
            "No trained model is among the hands of this shot: not in its pixels, not among its helpers, and its "
            "recipe was proposed by written rules."
        )
    return Scheme(name, version, tier, basis, rule, ONE_SHOT)


def _airs(of: Involvement) -> Scheme:
    """The profile: each part as far as it is known.  Parts that nobody records here keep the tier open."""
    parts = {
        "picture": IN_IT if of.made or of.altered else HELPED if of.helped else NOTHING,
        "performance": _performance(of.facts),
        "script": {True: NOTHING, False: IN_IT, None: UNKNOWN}[of.facts.get("script_is_human")],
        "sound": UNKNOWN,
        "marketing": UNKNOWN,
    }
    reached = [part for part, score in parts.items() if score == IN_IT]
    told = "; ".join(f"{part}: {score}" for part, score in parts.items())
    return Scheme(
        "AIRS",
        "A0 to A4",
        f"{UNKNOWN}, at least A2" if reached else UNKNOWN,
        f"It scores six parts of the making of a whole film from 0 to 4. Of this shot: {told}.",
        "a part with anything of a trained model in it scores 2 or more, and one such part makes A2 or higher; a part "
        "of which a fact is missing is unknown, and while one is, so is the tier",
        ONE_SHOT,
        parts,
    )


def _performance(facts: Mapping[str, bool | None]) -> str:
    touched = (facts.get("alters_performance"), facts.get("has_synthetic_performer"))
    if True in touched:
        return IN_IT
    return NOTHING if facts.get("alters_performance") is False else UNKNOWN
