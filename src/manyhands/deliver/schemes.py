"""What the film industry's self-declared schemes would call a shot, with the measured basis for it.

A scheme's answer is given only as far as this production's record allows it, else it is not stated.
Source: Human Provenance in Film v0.9 (2026, CC BY 4.0), its three tiers; AIRS, whose tiers A3 and A4
we have not read.
"""

from __future__ import annotations

from dataclasses import dataclass

from manyhands.deliver.dossier import Dossier
from manyhands.deliver.plain import named, percent

NOT_STATED = "not stated"

ONE_SHOT = (
    "The scheme speaks of a whole film, and its producer signs it; this is the picture of one shot, without its sound "
    "and script. What was done to the sources before they came into this production is not in it. By AI a trained "
    "model is meant; procedures are computed from written rules."
)


@dataclass(frozen=True)
class Scheme:
    """One scheme's answer, or ``not stated``; why; and what it does not cover."""

    name: str
    version: str
    tier: str
    basis: str
    limits: str

    @property
    def is_stated(self) -> bool:
        return self.tier != NOT_STATED


def schemes(dossier: Dossier) -> tuple[Scheme, ...]:
    """What each scheme would say of a shot."""
    tier, basis = _human_provenance(dossier)
    return (
        Scheme("Human Provenance in Film (HPF)", "0.9", tier, basis, ONE_SHOT),
        Scheme(
            "AIRS",
            "A0 to A4",
            NOT_STATED,
            "It scores six parts of the making of a whole film; this record measures the picture of one shot. Its "
            "trained share, given above, is what such a score could rest on.",
            ONE_SHOT,
        ),
    )


def _human_provenance(dossier: Dossier) -> tuple[str, str]:
    seen = dossier.hands("trained")
    made = [hand for hand in seen if any(frame.origin_ppm.get(hand.id) for frame in dossier.frames)]
    if made:
        share = percent(dossier.take.extent.of("trained"))
        return "Generative AI", f"Trained models made {share} of the picture: {named([hand.name for hand in made])}."
    altered = [hand for hand in seen if any(frame.altered_ppm.get(hand.id) for frame in dossier.frames)]
    if altered:
        names = named([hand.name for hand in altered])
        return NOT_STATED, (
            f"Trained models changed the picture and brought no pixel of it: {names}. Whether that is content which "
            "they generated is for the producer to say."
        )
    helped = [hand.name for hand in dossier.trained_hands]
    helped += [dossier.proposer.name] if dossier.proposer.trained else []
    if helped:
        return "Assistive AI", f"Trained models helped and left no pixel in the picture: {named(helped)}."
    return "No AI Used", (
        "No trained model is among the hands of this shot: not in its pixels, not among its helpers, and its recipe "
        "was proposed by written rules."
    )
