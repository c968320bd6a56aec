"""The linter: every fault that c2pa-rs lets pass, put into a sound manifest, is found."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import c2pa
import pytest

from manyhands.deliver.authority import Authority
from manyhands.deliver.credentials import sign_master
from manyhands.deliver.lint import lint
from tests.deliver.made import dossier, film

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Manifest:
    master = film(tmp_path_factory.mktemp("lint") / "a.mp4")
    sign_master(master, dossier(model_ppm=30_000), authority)
    with master.open("rb") as opened, c2pa.Reader("video/mp4", opened) as reader:
        manifest: Manifest = json.loads(reader.crjson())["manifests"][0]
    return manifest


def action(manifest: Manifest, number: int) -> Any:
    return manifest["assertions"]["c2pa.actions.v2"]["actions"][number]


# Each fault is one that c2pa-rs 0.91.3 was seen to let pass, or a rule of C2PA's asset rules 0.2.
FAULTS: dict[str, Callable[[Manifest], object]] = {
    "more than one parent": lambda m: m["assertions"]["c2pa.ingredient.v3__1"].update(relationship="parentOf"),
    "no registered digital source type": lambda m: action(m, 1).update(digitalSourceType="http://example.org/x"),
    "unknown or deprecated": lambda m: action(m, 1).update(action="c2pa.color_adjustments"),
    "action c2pa.polished is unknown": lambda m: action(m, 1).update(action="c2pa.polished"),
    "c2pa.adjustedColor has no digital source type": lambda m: action(m, 3).pop("digitalSourceType"),
    "c2pa.opened has a digital source type": lambda m: action(m, 0).update(
        digitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    ),
    "does not name exactly one ingredient": lambda m: action(m, 0)["parameters"].update(ingredients=[]),
    "allActionsIncluded is missing": lambda m: m["assertions"]["c2pa.actions.v2"].pop("allActionsIncluded"),
    "neither opens nor creates": lambda m: m["assertions"]["c2pa.actions.v2"]["actions"].pop(0),
    "parameter reason has no name space": lambda m: action(m, 1)["parameters"].update(reason="x"),
    "has no modelType": lambda m: m["assertions"]["c2pa.ai-disclosure"].pop("modelType"),
    "oversight level is 'some'": lambda m: m["assertions"]["c2pa.ai-disclosure"].update(
        contentProfile={"humanOversightLevel": "some"}
    ),
    "specVersion is '2.4'": lambda m: m["claim.v2"]["claim_generator_info"].update(specVersion="2.4"),
    "first created assertion": lambda m: m["claim.v2"]["created_assertions"].pop(0),
    "c2pa.actions is deprecated": lambda m: m["assertions"].update({"c2pa.actions": {}}),
    "assertion stds.exif is deprecated": lambda m: m["assertions"].update({"stds.exif": {}}),
    "c2pa.opinion is not one of C2PA's": lambda m: m["assertions"].update({"c2pa.opinion": {}}),
    "assertion opinion has no name space": lambda m: m["assertions"].update(opinion={}),
    "its relationship is 'aunt'": lambda m: m["assertions"]["c2pa.ingredient.v3"].update(relationship="aunt"),
    "it has credentials and a digital source type": lambda m: m["assertions"]["c2pa.ingredient.v3"].update(
        activeManifest={"url": "x"}, validationResults={"activeManifest": {}}
    ),
    "not both": lambda m: m["assertions"]["c2pa.ingredient.v3"].update(validationResults={"activeManifest": {}}),
    "does not begin with urn:c2pa:": lambda m: m.update(label="urn:uuid:1"),
}


def test_our_own_manifest_has_no_fault(sound: Manifest) -> None:
    assert lint(sound) == []


@pytest.mark.parametrize("words", FAULTS)
def test_fault_is_found_when_it_is_put_in(sound: Manifest, words: str) -> None:
    faulty = copy.deepcopy(sound)
    FAULTS[words](faulty)
    assert any(words in found for found in lint(faulty)), lint(faulty)


@pytest.mark.parametrize("junk", [{}, {"assertions": 3}, {"assertions": {"c2pa.actions.v2": []}}, {"claim.v2": "x"}])
def test_junk_is_found_faulty_and_breaks_nothing(junk: Manifest) -> None:
    assert lint(junk)
