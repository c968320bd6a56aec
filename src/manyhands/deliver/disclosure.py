"""The disclosure as plain data: ``disclosure.json``, which other programs and people can read.

It is JSON-LD, so that a crawler understands the parts that schema.org has words for.  Shares are
whole parts per million.  The hash of everything but ``encoding`` is signed into the master, so the
page beside a film cannot tell another story than the film itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from manyhands.core.extent import PPM, THRESHOLD, FrameExtent
from manyhands.core.hand import Origin
from manyhands.core.noun import digest
from manyhands.deliver.dossier import Dossier, StepFact
from manyhands.deliver.plain import (
    DEFINITIONS,
    NOT_KNOWN,
    NOT_MEANT,
    credit,
    sentence,
    showing_sentence,
    told_params,
    trained_sentence,
    whole_source_type,
)
from manyhands.deliver.schemes import involvement_in, schemes
from manyhands.disk import sha256_of

CONTEXT = {
    "@vocab": "urn:manyhands:disclosure:1#",
    "schema": "https://schema.org/",
    "name": "schema:name",
    "description": "schema:description",
    "creditText": "schema:creditText",
    "license": "schema:license",
    "encoding": "schema:encoding",
    "sha256": "schema:sha256",
    "encodingFormat": "schema:encodingFormat",
    "digitalSourceType": {"@id": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/DigitalSourceType", "@type": "@id"},
}


class Told(BaseModel):
    """A part of the disclosure."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class SharesTold(Told):
    """How much of the picture each kind of hand made; camera to empty sum to exactly 1,000,000."""

    camera_ppm: int = Field(description="share of the picture's light that cameras recorded")
    person_ppm: int = Field(description="share that people made by hand")
    procedure_ppm: int = Field(description="share that procedures computed from rules, without a trained model")
    trained_ppm: int = Field(description="share that trained models made")
    empty_ppm: int = Field(description="share of the frame that nobody's picture covers")
    changed_ppm: int = Field(
        description="how far light was altered after it was brought in, on average; beside the shares"
    )
    threshold_ppm: int = Field(description="from which share on a pixel counts towards a hand's area")


class HandTold(Told):
    """One hand that is seen in the picture."""

    id: str = Field(description="the hand's id, as in the Cryptomatte layers of the take")
    name: str = Field(description="its name")
    version: str = Field(description="its version; empty for a camera or a person")
    origin: Origin = Field(description="camera, person, procedure or trained")
    digitalSourceType: str = Field(description="the IPTC digital source type of its pixels")  # noqa: N815
    origin_ppm: int = Field(description="mean share of the picture's light")
    area_ppm: int = Field(description="pixels in which it has at least the threshold")
    altered_ppm: int = Field(description="mean alteration by it of light that it did not bring")
    frames: int = Field(description="frames in which it made or altered anything")


class UseTold(Told):
    """A hand that helped and left no pixels."""

    hand: str = Field(description="the hand's id")
    name: str = Field(description="its name")
    origin: Origin = Field(description="camera, person, procedure or trained")
    what: str = Field(description="what it did")


class StretchTold(Told):
    """Frames from first to last, both included."""

    first: int = Field(description="number of the first frame")
    last: int = Field(description="number of the last frame")


class StepTold(Told):
    """One step of the recipe."""

    name: str = Field(description="the step's name in the recipe")
    maker: str = Field(description="the maker that worked")
    version: int = Field(description="the maker's version")
    role: Literal["element", "treatment", "matte", "track", "placement"] = Field(description="what the step is for")
    description: str = Field(description="what the maker does, in one line")
    hand: str = Field(description="the id of the maker's hand")
    params: dict[str, Any] = Field(description="its parameters; of a file only the name")
    inputs: dict[str, str] = Field(description="input name to the step (or plate) that it comes from")
    sources: tuple[str, ...] = Field(description="ids of the sources brought in for it")
    frames: tuple[StretchTold, ...] = Field(description="where its hand made or altered anything")


class FrameTold(Told):
    """One frame's figures, hand id to parts per million."""

    frame: int = Field(description="number of the frame")
    origin_ppm: dict[str, int] = Field(description="share of origin by hand")
    area_ppm: dict[str, int] = Field(description="area by hand")
    altered_ppm: dict[str, int] = Field(description="alteration by hand")
    empty_ppm: int = Field(description="share that nobody's picture covers")
    changed_ppm: int = Field(description="alteration by all hands together")


class NoteTold(Told):
    """What was asked for, and how it became a recipe."""

    text: str = Field(description="the director's note")
    understood: tuple[str, ...] = Field(description="words of the note that shaped the recipe")
    not_understood: tuple[str, ...] = Field(description="words of the note that no maker answers to")
    proposed_by: str = Field(description="name and version of the system that proposed the recipe")
    proposer_is_trained: bool = Field(description="whether that system has learned weights")


class DecisionTold(Told):
    """A person's verdict on a take of this shot."""

    id: str = Field(description="the decision's id")
    take: str = Field(description="the take that it is about")
    verdict: Literal["accept", "revise", "reject"] = Field(description="what was decided")
    by: str = Field(description="who decided")
    reason: str = Field(description="why, in that person's words")
    note: str = Field(description="the note for the next take; empty if none was given")
    door: str = Field(description="through which door the decision came")
    seen_sha256: str = Field(description="hash of the frames that the person was shown; empty if none were")
    oversight: Literal["human_validated", "prompt_guided"] = Field(description="the C2PA oversight level it earned")
    at: str = Field(description="when")
    accepted_this: bool = Field(description="whether it is the decision that let this take out")
    sha256: str = Field(description="hash of the decision as recorded; the accepting one's is signed")


class OverrideTold(Told):
    """A rule that asked, and the person who let it pass for this take."""

    pack: str = Field(description="the pack of rules")
    rule: str = Field(description="the rule's id in it")
    says: str = Field(description="what the rule wants")
    by: str = Field(description="who let it pass")
    why: str = Field(description="why, in that person's words")
    at: str = Field(description="when")


class SourceTold(Told):
    """Something that was brought in, and under which terms."""

    id: str = Field(description="the source's id")
    name: str = Field(description="its title")
    medium: str = Field(description="footage, still, sound, model, data or likeness")
    owner: str = Field(description="whose it is")
    creditText: str = Field(description="the line by which it is credited")  # noqa: N815
    license: str = Field(description="its licence")
    license_url: str = Field(description="where the licence can be read; may be empty")
    found_at: str = Field(description="where it came from; may be empty")
    changes_made: bool = Field(description="whether its terms ask to say that it was changed")
    sha256: str = Field(description="hash of its file")


class ShowingTold(Told):
    """Where and when the shot is to be shown, as leave was asked for it when it was delivered."""

    territory: tuple[str, ...] = Field(description="ISO 3166-1 codes; empty is the world")
    media: tuple[str, ...] = Field(description="cinema, festival, tv, web, disc, other; empty is every one")
    first_day: str = Field(description="the first day, in UTC; empty is the day of delivery")
    last_day: str = Field(description="the last day that leave was asked for, in UTC; empty if nobody named one")
    leave_until: str = Field(description="the last day on which all leave holds, in UTC; empty if no end is known")
    description: str = Field(description="the same in one sentence")


class SchemeTold(Told):
    """What a self-declared scheme of the film industry would say, here with a measured basis."""

    name: str = Field(description="the scheme")
    version: str = Field(description="its version or scale")
    tier: str = Field(description="its tier, or `unknown` where the record does not allow one")
    basis: str = Field(description="why, from the record")
    rule: str = Field(description="the rule by which it follows")
    limits: str = Field(description="what the answer does not cover")
    parts: dict[str, str] = Field(description="the parts that it scores, as far as they are known; may be empty")


class RecordTold(Told):
    """Where the production's record holds this, and the hashes that tie both together."""

    take: str = Field(description="the take's id")
    recipe: str = Field(description="the recipe's id")
    seed: int = Field(description="the seed of all chance in it")
    frames_sha256: str = Field(description="hash over the take's frame files")
    frame_extents_sha256: str = Field(description="hash over the per-frame figures; signed")
    log_sequence: int = Field(description="the last line of the production's log at delivery")
    log_hash: str = Field(description="that line's hash")
    delivered_by: str = Field(description="who delivered")
    delivered_at: str = Field(description="when")


class EncodingTold(Told):
    """One delivered file; the only part that is not under the signed hash, for it tells of signed files."""

    name: str = Field(description="the file's name")
    encodingFormat: str = Field(description="its MIME type, or sequence")  # noqa: N815
    bytes: int = Field(description="its size")
    sha256: str = Field(description="its hash; of a sequence that of its list of frames")


class Disclosure(Told):
    """Everything that is told about one delivered shot."""

    context: dict[str, Any] = Field(alias="@context", description="the JSON-LD context")
    type: Literal["schema:VideoObject"] = Field(alias="@type", description="what it is to schema.org")
    kind: Literal["disclosure"] = Field("disclosure", description="what it is to Manyhands")
    v: Literal[1] = Field(1, description="version of this schema")
    name: str = Field(description="production and shot")
    production: str = Field(description="the production's name")
    shot: str = Field(description="the shot's id")
    description: str = Field(description="the whole in one sentence, the human share first")
    trained: str = Field(description="what trained models had to do with it, in words")
    digitalSourceType: str = Field(description="the IPTC digital source type of the whole picture")  # noqa: N815
    width: int = Field(description="pixels across")
    height: int = Field(description="pixels down")
    first_frame: int = Field(description="number of the first frame")
    frame_count: int = Field(description="how many frames")
    rate_fps: str = Field(description="frames a second, as a whole number or a fraction")
    screen_seconds: str = Field(description="screen time in seconds, as a whole number or a fraction")
    timecode: str = Field(description="time code of the first frame")
    shares: SharesTold = Field(description="how much each kind of hand made")
    hands: tuple[HandTold, ...] = Field(description="every hand that is seen")
    uses: tuple[UseTold, ...] = Field(description="every hand that helped unseen")
    steps: tuple[StepTold, ...] = Field(description="the recipe, step by step")
    frames: tuple[FrameTold, ...] = Field(description="the figures of every frame")
    note: NoteTold = Field(description="what was asked for")
    decisions: tuple[DecisionTold, ...] = Field(description="every decision on the shot")
    overrides: tuple[OverrideTold, ...] = Field((), description="every rule that asked and that somebody let pass")
    sources: tuple[SourceTold, ...] = Field(description="what was brought in")
    remarks: tuple[str, ...] = Field(description="remarks on rights")
    showing: ShowingTold = Field(description="where, in what and until when it may be shown")
    definitions: dict[str, str] = Field(description="what the words mean")
    does_not_mean: tuple[str, ...] = Field(description="what must not be read into the figures")
    cannot_be_known: tuple[str, ...] = Field(description="what this record cannot tell")
    training_and_mining: dict[str, dict[str, str]] = Field(
        description="what others may do with the master, as its credential says by CAWG's entries"
    )
    schemes: tuple[SchemeTold, ...] = Field(description="self-declared schemes, here with a measured basis")
    record: RecordTold = Field(description="ties to the production's record")
    encoding: tuple[EncodingTold, ...] = Field((), description="the delivered files")


def disclosure(dossier: Dossier, masters: Iterable[EncodingTold] = ()) -> Disclosure:
    """Everything that is told about a shot, as plain data."""
    take, extent = dossier.take, dossier.take.extent
    return Disclosure(
        context=CONTEXT,
        type="schema:VideoObject",
        name=f"{dossier.production}: {dossier.shot.id}",
        production=dossier.production,
        shot=dossier.shot.id,
        description=sentence(dossier),
        trained=trained_sentence(dossier),
        digitalSourceType=whole_source_type(dossier),
        width=take.width,
        height=take.height,
        first_frame=take.span.start,
        frame_count=extent.frames,
        rate_fps=str(take.span.rate_fps),
        screen_seconds=extent.screen_seconds,
        timecode=dossier.timecode,
        shares=SharesTold(
            camera_ppm=extent.of("camera"),
            person_ppm=extent.of("person"),
            procedure_ppm=extent.of("procedure"),
            trained_ppm=extent.of("trained"),
            empty_ppm=extent.empty_ppm,
            changed_ppm=extent.changed_ppm,
            threshold_ppm=round(THRESHOLD * PPM),
        ),
        hands=tuple(
            HandTold(
                id=part.hand.id,
                name=part.hand.name,
                version=part.hand.version,
                origin=part.hand.origin,
                digitalSourceType=part.hand.source_type,
                **part.model_dump(include={"origin_ppm", "area_ppm", "altered_ppm", "frames"}),
            )
            for part in dossier.parts
        ),
        uses=tuple(
            UseTold(hand=use.hand.id, name=use.hand.name, origin=use.hand.origin, what=use.what) for use in take.uses
        ),
        steps=tuple(_step(fact, dossier) for fact in dossier.steps),
        frames=tuple(FrameTold(**frame.model_dump(include=set(FrameTold.model_fields))) for frame in dossier.frames),
        note=NoteTold(
            text=dossier.note,
            understood=dossier.understood,
            not_understood=dossier.not_understood,
            proposed_by=f"{dossier.proposer.name} {dossier.proposer.version}",
            proposer_is_trained=dossier.proposer.trained,
        ),
        decisions=tuple(
            DecisionTold(
                **decision.model_dump(include={"id", "take", "verdict", "reason", "note", "door", "at"}),
                by=decision.by.name,
                seen_sha256=decision.seen,
                oversight=decision.oversight,
                accepted_this=decision.id == dossier.accepted,
                sha256=digest(decision.save()),
            )
            for decision in dossier.decisions
        ),
        overrides=tuple(
            OverrideTold(pack=one.pack, rule=one.rule, says=one.says, by=one.by.name, why=one.why, at=one.at)
            for one in dossier.overrides
        ),
        sources=tuple(
            SourceTold(
                **source.model_dump(include={"id", "medium", "owner", "found_at", "sha256"}),
                name=source.title,
                creditText=credit(source),
                license=source.terms.licence,
                license_url=source.terms.licence_url,
                changes_made=source.terms.say_changes,
            )
            for source in dossier.sources
        ),
        remarks=dossier.remarks,
        showing=ShowingTold(
            **dossier.showing.model_dump(include={"territory", "media", "first_day", "last_day"}),
            leave_until=dossier.leave_until,
            description=showing_sentence(dossier),
        ),
        definitions={each.word: each.meaning for each in DEFINITIONS},
        does_not_mean=NOT_MEANT,
        cannot_be_known=NOT_KNOWN,
        training_and_mining={entry: dict(told) for entry, told in dossier.mining.items()},
        schemes=tuple(SchemeTold(**asdict(scheme)) for scheme in schemes(involvement_in(dossier))),
        record=RecordTold(
            take=take.id,
            recipe=dossier.recipe.id,
            seed=take.seed,
            frames_sha256=take.frames_sha256,
            frame_extents_sha256=extents_sha256(dossier.frames),
            log_sequence=dossier.log_sequence,
            log_hash=dossier.log_hash,
            delivered_by=dossier.by.name,
            delivered_at=dossier.at,
        ),
        encoding=tuple(masters),
    )


def _step(fact: StepFact, dossier: Dossier) -> StepTold:
    return StepTold(
        **fact.step.model_dump(include={"name", "maker", "version", "inputs"}),
        role=fact.role,
        description=fact.about,
        hand=fact.hand.id,
        params=told_params(fact.step),
        sources=fact.sources,
        frames=tuple(StretchTold(first=first, last=last) for first, last in dossier.ranges(fact.hand)),
    )


def extents_sha256(frames: Iterable[FrameExtent]) -> str:
    """The hash over the figures of every frame; a hand with nothing in a frame counts as not listed."""
    return digest(
        [
            {
                name: {hand: part for hand, part in value.items() if part} if isinstance(value, dict) else value
                for name, value in frame.save().items()
            }
            for frame in frames
        ]
    )


def facts_sha256(told: Mapping[str, Any]) -> str:
    """The hash of a disclosure, as read from its JSON, without the files that it tells of."""
    return digest({key: value for key, value in told.items() if key != "encoding"})


def as_json(told: Disclosure) -> dict[str, Any]:
    """A disclosure as plain JSON values, the ones that are written and hashed."""
    values: dict[str, Any] = told.model_dump(mode="json", by_alias=True)
    return values


def disclosure_json(told: Disclosure) -> bytes:
    """A disclosure as the file that is written beside the masters."""
    return json.dumps(as_json(told), ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def told_file(master: Path, media_type: str) -> EncodingTold:
    """What is told of one delivered file."""
    size = master.stat().st_size
    return EncodingTold(name=master.name, encodingFormat=media_type, bytes=size, sha256=sha256_of(master))


def schema_page() -> str:
    """The reference page of the schema, written from the models themselves."""
    return "\n".join(["# `disclosure.json`, field by field", "", _SCHEMA_HEAD, *schema_lines(Disclosure)])


def schema_lines(model: type[Told]) -> list[str]:
    """A table of every part of a model, the whole first, in Markdown."""
    schema = model.model_json_schema(by_alias=True)
    lines = []
    for name, part in {model.__name__: schema, **schema["$defs"]}.items():
        lines += [f"## {name}", "", part["description"], "", "| field | type | meaning |", "|---|---|---|"]
        for field, about in part["properties"].items():
            lines.append(f"| `{field}` | {_type_of(about)} | {about.get('description', '')} |")
        lines.append("")
    return lines


_SCHEMA_HEAD = """This page is written from the models in `manyhands.deliver.disclosure`; a test holds it to them.

Every share is a whole number of parts per million. `camera_ppm + person_ppm + procedure_ppm + trained_ppm +
empty_ppm` is exactly 1,000,000. The file is JSON-LD: read it as plain JSON, or give it to a JSON-LD program.

The master signs the SHA-256 of this document without its member `encoding`, in canonical JSON (sorted keys, no
blanks, UTF-8), as `disclosure_sha256` in its assertion `org.manyhands.authorship`. `manyhands verify` compares both.

As a JSON Schema: `python -c "import json; from manyhands.deliver.disclosure import Disclosure;
print(json.dumps(Disclosure.model_json_schema()))"`.
"""


def _type_of(about: Mapping[str, Any]) -> str:
    if "$ref" in about:
        name = about["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in about:
        return f"`{json.dumps(about['const'])}`"
    if "enum" in about:
        return ", ".join(f"`{value}`" for value in about["enum"])
    if about.get("type") == "array":
        return f"list of {_type_of(about['items'])}"
    if about.get("type") == "object":
        held = about.get("additionalProperties")
        return f"object of {_type_of(held)}" if isinstance(held, dict) else "object"
    return str(about.get("type", "any"))
