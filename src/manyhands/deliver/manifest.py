"""The manifest: what a master's Content Credentials say, as C2PA 2.4 words it.

Lists of bare numbers are avoided: c2pa-rs 0.91 reports them wrongly to other readers.  Shares are
named whole numbers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from manyhands import __version__
from manyhands.core.decision import Decision
from manyhands.core.extent import PPM, THRESHOLD
from manyhands.core.hand import Hand, Origin
from manyhands.core.noun import digest
from manyhands.core.source import Source
from manyhands.deliver.disclosure import as_json, disclosure, extents_sha256, facts_sha256
from manyhands.deliver.dossier import Bought, Dossier, StepFact
from manyhands.deliver.plain import DEFINITIONS, action_of, sentence

SPEC_VERSION = "2.4.0"
AUTHORSHIP = "org.manyhands.authorship"
SHA256 = "org.manyhands.sha256"
"""The hash of an ingredient's bytes: of its file, or of what is embedded."""

CONTENT = "org.manyhands.content_sha256"
"""The hash of all that decides a layer's pixels (maker, version, parameters, inputs, seed), not of the pixels."""

NOTE = "note.txt"
THUMBNAIL = "thumbnail"
NO_FORMAT = "application/octet-stream"
"""What c2pa-rs takes for an ingredient of which it gets no bytes to look into."""


@dataclass(frozen=True)
class Ingredient:
    """One thing that went in: what is said of it, and the id of its file where it has one."""

    told: dict[str, Any]
    format: str
    file_id: str = ""


class SignedPart(BaseModel):
    """A part of our own assertion; what a later version adds to it is let be."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class HandSigned(SignedPart):
    """One hand's figures."""

    id: str
    name: str
    version: str
    origin: Origin
    origin_ppm: int
    area_ppm: int
    altered_ppm: int
    frames: int


class UseSigned(SignedPart):
    """A hand that helped and left no pixels; ``step`` is the recipe's, with all that decides it, if it was one."""

    hand: str
    origin: Origin
    what: str
    step: str = ""
    content_sha256: str = ""


class LayersSigned(SignedPart):
    """Where the shares of every single pixel are: the Cryptomatte layers of the take's frames."""

    form: str = "OpenEXR with Cryptomatte 1.2 layers: hands for whose light it is, alterations for who changed it"
    where: str = "in the production, with the take; in a master that is an EXR sequence, in the master itself"
    files: str
    first_frame: int
    last_frame: int
    sha256: str
    sha256_is_of: str = "the lines '<SHA-256 of the file>  <name>' of all files in order, each ended by a line feed"


class DecisionSigned(SignedPart):
    """Who decided what and when; the reason stays outside, under the hash of the whole decision."""

    by: str
    verdict: str
    at: str
    door: str
    oversight: str
    sha256: str


class AuthorshipSigned(SignedPart):
    """``org.manyhands.authorship``: how much of the picture each hand made, and by whose leave."""

    v: Literal[1] = 1
    says: str
    definitions: dict[str, str]
    unit: str = "parts per million of all pixels of all frames"
    threshold_ppm: int
    production: str
    shot: str
    take: str
    recipe: str
    seed: int
    width: int
    height: int
    first_frame: int
    frames: int = Field(ge=1)
    rate_fps: str = Field(pattern=r"^[1-9]\d{0,8}(/[1-9]\d{0,8})?$")
    screen_seconds: str
    camera_ppm: int
    person_ppm: int
    procedure_ppm: int
    trained_ppm: int
    empty_ppm: int
    changed_ppm: int
    hands: tuple[HandSigned, ...]
    uses: tuple[UseSigned, ...]
    layers: LayersSigned
    decision: DecisionSigned
    delivered_by: str
    delivered_at: str
    frames_sha256: str
    frame_extents_sha256: str
    disclosure_sha256: str
    log_sequence: int
    log_hash: str
    xmp_sha256: str = ""


def manifest_definition(dossier: Dossier, *, xmp_sha256: str = "") -> dict[str, Any]:
    """The definition for c2pa's builder; its ingredients come beside it, from :func:`ingredients`.

    Args:
        xmp_sha256: the hash of an XMP sidecar; empty where the XMP lies inside the master.
    """
    definition: dict[str, Any] = {
        "claim_generator_info": [{"name": "Manyhands", "version": __version__, "specVersion": SPEC_VERSION}],
        "title": f"{dossier.production}: {dossier.shot.id}",
        "vendor": "manyhands",
        "assertions": [
            {"label": "c2pa.actions.v2", "created": True, "data": _actions(dossier)},
            *({"label": "c2pa.ai-disclosure", "created": True, "data": told} for told in _ai_disclosures(dossier)),
            {"label": AUTHORSHIP, "created": True, "data": _authorship(dossier, xmp_sha256).model_dump(mode="json")},
            {"label": "cawg.training-mining", "created": True, "data": {"entries": _mining(dossier)}},
        ],
    }
    if dossier.pictures.thumbnail:
        definition["thumbnail"] = {"format": image_format(dossier.pictures.thumbnail), "identifier": THUMBNAIL}
    return definition


def _mining(dossier: Dossier) -> dict[str, dict[str, str]]:
    return {entry: dict(told) for entry, told in dossier.mining.items()}


def image_format(picture: bytes) -> str:
    """The MIME type of a JPEG or PNG, by its first bytes."""
    return "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"


def ingredients(dossier: Dossier) -> list[Ingredient]:
    """The plate, the note, each layer that was made, and whatever else was brought in."""
    found = [
        Ingredient(
            {**_brought_in(dossier.plate), "relationship": "parentOf", "label": "plate"},
            NO_FORMAT,
            dossier.plate.id,
        ),
        Ingredient(
            {
                "title": "the director's note",
                "relationship": "inputTo",
                "label": "note",
                "instance_id": f"sha256:{_sha256(dossier.note)}",
                "metadata": {SHA256: _sha256(dossier.note)},
                "data_types": [{"type": "c2pa.types.generator.prompt"}],
                "data": {"format": "text/plain", "identifier": NOTE},
            },
            "text/plain",
        ),
    ]
    found += [
        Ingredient(
            {
                "title": f"layer {fact.step.name}, made by {fact.hand.name} {fact.hand.version}".strip(),
                "relationship": "componentOf",
                "label": _layer(fact),
                "instance_id": f"{CONTENT}:{dossier.take.contents[fact.step.name]}",
                "digital_source_type": fact.hand.source_type,
                "metadata": {"org.manyhands.step": fact.step.name, CONTENT: dossier.take.contents[fact.step.name]},
            },
            NO_FORMAT,
        )
        for fact in dossier.steps
        if fact.role == "element"
    ]
    for source in dossier.sources:
        if source.id != dossier.plate.id:
            relationship = "componentOf" if _is_placed(source, dossier) else "inputTo"
            told = {**_brought_in(source), "relationship": relationship, "label": _brought(source.id)}
            found.append(Ingredient(told, NO_FORMAT, source.id))
    for fact in dossier.steps:
        found += [Ingredient(_came_in(one, fact), NO_FORMAT, one.id) for one in fact.bought]
    return found


def _came_in(bought: Bought, fact: StepFact) -> dict[str, Any]:
    """A file that a hosted model made; the step's pixels were worked from it."""
    return {
        "title": bought.title,
        "relationship": "inputTo",
        "label": bought.id,
        "instance_id": f"sha256:{bought.sha256}",
        "digital_source_type": fact.hand.source_type,
        "metadata": {SHA256: bought.sha256, "org.manyhands.step": fact.step.name},
    }


def _brought_in(source: Source) -> dict[str, Any]:
    told: dict[str, Any] = {
        "title": source.title,
        "instance_id": f"sha256:{source.sha256}",
        "metadata": {
            SHA256: source.sha256,
            "org.manyhands.licence": source.terms.licence,
            "org.manyhands.credit": source.terms.credit or source.owner,
        },
    }
    if source.medium in ("footage", "still"):
        told["digital_source_type"] = source.hand.source_type
    if source.medium in ("model", "data"):
        kind = "c2pa.types.model" if source.medium == "model" else "c2pa.types.dataset"
        told["data_types"] = [{"type": kind}]
    return told


def _sha256(text: str) -> str:
    """The hash of a text as it is embedded, in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def _is_placed(source: Source, dossier: Dossier) -> bool:
    """Whether a source's own picture is laid into the shot, rather than worked from."""
    return source.medium in ("footage", "still") and any(
        fact.is_seen and source.id in fact.sources for fact in dossier.steps
    )


def _layer(fact: StepFact) -> str:
    return f"layer-{fact.step.name}"


def _brought(source_id: str) -> str:
    return f"source-{source_id}"


def _actions(dossier: Dossier) -> dict[str, Any]:
    """What was done to the picture, step by step.

    A step without pixels does nothing to the picture: it is told with each action that worked with
    it, and among the uses.  All actions are included only if every step is told in one of these ways.
    """
    actions: list[dict[str, Any]] = [{"action": "c2pa.opened", "parameters": {"ingredientIds": ["plate"]}}]
    told = {fact.step.name for fact in dossier.steps if fact.is_seen}
    sources = {source.id: source for source in dossier.sources}
    for fact in dossier.steps:
        if not fact.is_seen:
            continue
        helpers = dossier.helpers(fact)
        told |= {each.step.name for each in helpers}
        ids = dict.fromkeys(name for each in (fact, *helpers) for name in each.sources if name != dossier.plate.id)
        brought = [sources[name] for name in ids]
        laid_in = [
            _brought(source.id) for source in brought if source.id in fact.sources and _is_placed(source, dossier)
        ]
        if laid_in:
            actions.append(_action(fact, dossier, "c2pa.placed", laid_in))
        if fact.role == "element":
            actions.append(_action(fact, dossier, action_of(fact), [_layer(fact)]))
        else:
            worked_from = [each for each in map(_brought, ids) if each not in laid_in]
            worked_from += [one.id for one in fact.bought]
            actions.append(_action(fact, dossier, action_of(fact), ["note", *worked_from]))
    return {"actions": actions, "allActionsIncluded": told == {fact.step.name for fact in dossier.steps}}


def _action(fact: StepFact, dossier: Dossier, action: str, from_ingredients: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "action": action,
        "description": fact.about,
        "softwareAgent": {"name": f"Manyhands {fact.step.maker}", "version": str(fact.step.version)},
        "digitalSourceType": fact.hand.source_type if fact.role == "element" else fact.hand.edit_source_type,
        "parameters": {
            "ingredientIds": from_ingredients,
            "org.manyhands.step": _step(fact, dossier),
            **({"org.manyhands.worked_with": _worked_with(fact, dossier)} if dossier.helpers(fact) else {}),
            "org.manyhands.decision": _decided(dossier.decision).model_dump(),
        },
    }
    start = dossier.take.span.start
    region = [
        {"type": "frame", "frame": {"start": first - start, "end": last - start}}
        for first, last in dossier.ranges(fact.hand)
    ]
    if region:
        told["changes"] = [{"region": region, "name": fact.step.name, "identifier": fact.step.name}]
    return told


def _step(fact: StepFact, dossier: Dossier) -> dict[str, str]:
    return {
        "name": fact.step.name,
        "role": fact.role,
        "maker": fact.step.maker,
        "version": str(fact.step.version),
        "hand": fact.hand.id,
        "content_sha256": dossier.take.contents[fact.step.name],
    }


def _worked_with(fact: StepFact, dossier: Dossier) -> dict[str, dict[str, str]]:
    """The steps without pixels that a step worked with, by name."""
    return {helper.step.name: _step(helper, dossier) for helper in dossier.helpers(fact)}


def _uses(dossier: Dossier) -> tuple[UseSigned, ...]:
    """Every step without pixels, and every other hand that helped."""
    steps = [fact for fact in dossier.steps if not fact.is_seen]
    others = [use for use in dossier.take.uses if use.hand not in {fact.hand for fact in steps}]
    contents = dossier.take.contents
    return (
        *(
            UseSigned(
                hand=fact.hand.id,
                origin=fact.hand.origin,
                what=fact.role,
                step=fact.step.name,
                content_sha256=contents[fact.step.name],
            )
            for fact in steps
        ),
        *(UseSigned(hand=use.hand.id, origin=use.hand.origin, what=use.what) for use in others),
    )


def _decided(decision: Decision) -> DecisionSigned:
    return DecisionSigned(
        by=decision.by.name,
        verdict=decision.verdict,
        at=decision.at,
        door=decision.door,
        oversight=decision.oversight,
        sha256=digest(decision.save()),
    )


def _ai_disclosures(dossier: Dossier) -> list[dict[str, Any]]:
    proposer = dossier.proposer
    kind = "a trained model" if proposer.trained else "rules, no trained weights"
    told = [
        (f"{proposer.name} {proposer.version} ({kind}; proposes the recipe)", f"{proposer.name}@{proposer.version}")
    ]
    told += [
        (f"{hand.name} {hand.version}".strip(), _model_identifier(hand, dossier)) for hand in dossier.trained_hands
    ]
    return [
        {
            "modelType": "c2pa.types.model",
            "modelName": name,
            "modelIdentifier": identifier,
            "contentProfile": {"humanOversightLevel": dossier.decision.oversight},
        }
        for name, identifier in told
    ]


def _model_identifier(hand: Hand, dossier: Dossier) -> str:
    behind = next((source for source in dossier.sources if source.id == hand.behind), None)
    return f"{hand.id}@sha256:{behind.sha256}" if behind else hand.id


def _authorship(dossier: Dossier, xmp_sha256: str) -> AuthorshipSigned:
    take, extent = dossier.take, dossier.take.extent
    return AuthorshipSigned(
        says=sentence(dossier),
        definitions={each.word: each.meaning for each in DEFINITIONS},
        threshold_ppm=round(THRESHOLD * PPM),
        production=dossier.production,
        shot=dossier.shot.id,
        take=take.id,
        recipe=dossier.recipe.id,
        seed=take.seed,
        width=take.width,
        height=take.height,
        first_frame=take.span.start,
        frames=extent.frames,
        rate_fps=str(take.span.rate_fps),
        screen_seconds=extent.screen_seconds,
        camera_ppm=extent.of("camera"),
        person_ppm=extent.of("person"),
        procedure_ppm=extent.of("procedure"),
        trained_ppm=extent.of("trained"),
        empty_ppm=extent.empty_ppm,
        changed_ppm=extent.changed_ppm,
        hands=tuple(
            HandSigned(
                id=part.hand.id,
                name=part.hand.name,
                version=part.hand.version,
                origin=part.hand.origin,
                origin_ppm=part.origin_ppm,
                area_ppm=part.area_ppm,
                altered_ppm=part.altered_ppm,
                frames=part.frames,
            )
            for part in extent.hands
        ),
        uses=_uses(dossier),
        layers=LayersSigned(
            files=f"{take.id}.####.exr",
            first_frame=take.span.start,
            last_frame=take.span.end,
            sha256=take.frames_sha256,
        ),
        decision=_decided(dossier.decision),
        delivered_by=dossier.by.name,
        delivered_at=dossier.at,
        frames_sha256=take.frames_sha256,
        frame_extents_sha256=extents_sha256(dossier.frames),
        disclosure_sha256=facts_sha256(as_json(disclosure(dossier))),
        log_sequence=dossier.log_sequence,
        log_hash=dossier.log_hash,
        xmp_sha256=xmp_sha256,
    )
