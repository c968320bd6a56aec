"""What c2pa-rs lets pass and the specification, or C2PA's conformance programme, does not.

Source: C2PA 2.4 and the conformance programme's asset rules 0.2, as gathered in August 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from manyhands.deliver.crjson import mapping, mappings, text

INCEPTION = ("c2pa.created", "c2pa.opened")

NON_EDITORIAL = (
    "c2pa.converted",
    "c2pa.published",
    "c2pa.repackaged",
    "c2pa.transcoded",
    "c2pa.resized.proportional",
    "c2pa.enhanced",
    "c2pa.edited.metadata",
    "c2pa.watermarked.bound",
    "c2pa.watermarked.unbound",
    "c2pa.redacted",
)

EDITORIAL = (
    "c2pa.addedText",
    "c2pa.adjustedColor",
    "c2pa.changedSpeed",
    "c2pa.cropped",
    "c2pa.deleted",
    "c2pa.drawing",
    "c2pa.dubbed",
    "c2pa.edited",
    "c2pa.filtered",
    "c2pa.mastered",
    "c2pa.mixed",
    "c2pa.orientation",
    "c2pa.placed",
    "c2pa.remixed",
    "c2pa.removed",
    "c2pa.resized",
    "c2pa.translated",
    "c2pa.trimmed",
    "c2pa.unknown",
)

WITHOUT_SOURCE_TYPE = "c2pa.placed"

DEPRECATED_ASSERTIONS = (
    "c2pa.claim",
    "c2pa.hash.bmff.v2",
    "c2pa.asset-type",
    "c2pa.ingredient",
    "c2pa.ingredient.v2",
    "c2pa.actions",
)

ASSERTIONS = (
    "c2pa.hash.data",
    "c2pa.hash.data.part",
    "c2pa.actions.v2",
    "c2pa.ingredient.v3",
    "c2pa.hash.boxes",
    "c2pa.hash.bmff.v3",
    "c2pa.hash.collection.data",
    "c2pa.soft-binding",
    "c2pa.cloud-data",
    "c2pa.embedded-data",
    "c2pa.metadata",
    "c2pa.certificate-status",
    "c2pa.asset-ref",
    "c2pa.asset-type.v2",
    "c2pa.hash.multi-asset",
    "c2pa.thumbnail.claim",
    "c2pa.thumbnail.ingredient",
    "c2pa.depthmap.GDepth",
    "c2pa.icon",
    "c2pa.alternative-content-representation",
    "c2pa.external-reference",
    "c2pa.session-keys",
    "c2pa.environmental-sustainability",
    "c2pa.repository-receipt",
    "c2pa.ai-disclosure",
    "c2pa.assertion.metadata",
    "c2pa.time-stamp",
)

PARAMETERS = ("redacted", "ingredients", "relatedAssertions", "sourceLanguage", "targetLanguage", "multipleInstances")

SOURCE_TYPES = {
    "http://cv.iptc.org/newscodes/digitalsourcetype/": (
        "digitalCapture",
        "computationalCapture",
        "negativeFilm",
        "positiveFilm",
        "print",
        "humanEdits",
        "algorithmicallyEnhanced",
        "digitalCreation",
        "dataDrivenMedia",
        "trainedAlgorithmicMedia",
        "compositeWithTrainedAlgorithmicMedia",
        "algorithmicMedia",
        "screenCapture",
        "virtualRecording",
        "composite",
        "compositeCapture",
        "compositeSynthetic",
    ),
    "http://c2pa.org/digitalsourcetype/": ("empty", "trainedAlgorithmicData"),
}

OVERSIGHT = ("fully_autonomous", "prompt_guided", "human_validated")


def lint(manifest: Mapping[str, Any]) -> list[str]:
    """What is against the rules in one manifest of a crJSON report, in words; empty when nothing is."""
    assertions = {label: mapping(value) for label, value in mapping(manifest.get("assertions")).items()}
    return [
        *_claim_faults(manifest),
        *_label_faults(assertions),
        *_ingredient_faults(assertions),
        *_action_faults(assertions),
        *_disclosure_faults(assertions),
    ]


def _claim_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    if not text(manifest.get("label")).startswith("urn:c2pa:"):
        yield "the manifest's label does not begin with urn:c2pa:"
    claim = mapping(manifest.get("claim.v2"))
    version = text(mapping(claim.get("claim_generator_info")).get("specVersion"))
    if not re.fullmatch(r"2\.4\.\d+", version):
        yield f"specVersion is {version!r}; it must be 2.4.x"
    first = next(iter(mappings(claim.get("created_assertions"))), {})
    if not text(first.get("url")).endswith("c2pa.actions.v2"):
        yield "the first created assertion is not c2pa.actions.v2"


def _label_faults(assertions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for label in assertions:
        plain = label.split("__")[0]
        if plain in DEPRECATED_ASSERTIONS or plain.startswith("stds."):
            yield f"assertion {label} is deprecated"
        elif plain.startswith("c2pa.") and plain not in ASSERTIONS:
            yield f"assertion {label} is not one of C2PA's"
        elif "." not in plain:
            yield f"assertion {label} has no name space"


def _ingredient_faults(assertions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    found = [value for label, value in assertions.items() if label.startswith("c2pa.ingredient")]
    if sum(each.get("relationship") == "parentOf" for each in found) > 1:
        yield "there is more than one parent"
    for each in found:
        title = each.get("dc:title", "without a title")
        if each.get("relationship") not in ("parentOf", "inputTo", "componentOf"):
            yield f"ingredient {title}: its relationship is {each.get('relationship')!r}"
        if each.get("activeManifest") and each.get("digitalSourceType"):
            yield f"ingredient {title}: it has credentials and a digital source type"
        if bool(each.get("activeManifest")) != bool(each.get("validationResults")):
            yield f"ingredient {title}: it has credentials or their validation, not both"
        yield from _source_type_faults(text(each.get("digitalSourceType")), f"ingredient {title}")


def _action_faults(assertions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for label, value in assertions.items():
        if not label.startswith("c2pa.actions"):
            continue
        if value.get("allActionsIncluded") is None:
            yield "allActionsIncluded is missing"
        actions = mappings(value.get("actions"))
        if not actions or actions[0].get("action") not in INCEPTION:
            yield "the first action neither opens nor creates"
        for each in actions:
            yield from _one_action_faults(each)


def _one_action_faults(each: Mapping[str, Any]) -> Iterator[str]:
    action, kind = text(each.get("action")), text(each.get("digitalSourceType"))
    parameters = mapping(each.get("parameters"))
    if action.startswith("c2pa.") and action not in (*INCEPTION, *NON_EDITORIAL, *EDITORIAL):
        yield f"action {action} is unknown or deprecated"
    if action == "c2pa.opened":
        if kind:
            yield "c2pa.opened has a digital source type"
        if len(mappings(parameters.get("ingredients"))) != 1:
            yield "c2pa.opened does not name exactly one ingredient"
    elif action in ("c2pa.created", *EDITORIAL) and action != WITHOUT_SOURCE_TYPE and not kind:
        yield f"action {action} has no digital source type"
    yield from _source_type_faults(kind, f"action {action}")
    for name in parameters:
        if name not in PARAMETERS and "." not in name:
            yield f"action {action}: its parameter {name} has no name space"


def _source_type_faults(kind: str, where: str) -> Iterator[str]:
    if kind and not any(kind == prefix + name for prefix, names in SOURCE_TYPES.items() for name in names):
        yield f"{where}: {kind} is no registered digital source type"


def _disclosure_faults(assertions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for label, value in assertions.items():
        if label.split("__")[0] != "c2pa.ai-disclosure":
            continue
        if not text(value.get("modelType")).startswith("c2pa.types."):
            yield f"{label} has no modelType"
        oversight = mapping(value.get("contentProfile")).get("humanOversightLevel")
        if oversight not in OVERSIGHT:
            yield f"{label}: its oversight level is {oversight!r}"
