"""The disclosure as data, and the cue sheet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.core.extent import total_extent
from manyhands.core.take import Use
from manyhands.deliver.cuesheet import COLUMNS, cue_sheet
from manyhands.deliver.disclosure import (
    Disclosure,
    EncodingTold,
    as_json,
    disclosure,
    disclosure_json,
    extents_sha256,
    facts_sha256,
    schema_page,
    told_file,
)
from manyhands.deliver.dossier import Dossier
from manyhands.deliver.plain import percent
from manyhands.deliver.schemes import involvement_in, schemes
from tests.deliver.made import MODEL, SPAN, dossier, frames

DOCS = Path(__file__).parents[2] / "docs"


def test_shares_add_up_to_the_whole() -> None:
    told = disclosure(dossier(model_ppm=31_234)).shares
    assert told.camera_ppm + told.person_ppm + told.procedure_ppm + told.trained_ppm + told.empty_ppm == 1_000_000


def test_file_says_again_what_was_told() -> None:
    told = disclosure(dossier(model_ppm=30_000))
    assert Disclosure.model_validate(json.loads(disclosure_json(told))) == told


def test_signed_hash_leaves_out_the_files_only() -> None:
    plain = as_json(disclosure(dossier()))
    file = EncodingTold(name="a.mp4", encodingFormat="video/mp4", bytes=1, sha256="0" * 64)
    assert facts_sha256(as_json(disclosure(dossier(), [file]))) == facts_sha256(plain)
    assert facts_sha256(as_json(disclosure(dossier(remarks=())))) != facts_sha256(plain)
    assert facts_sha256(json.loads(disclosure_json(disclosure(dossier(), [file])))) == facts_sha256(plain)


def test_hash_of_the_figures_does_not_see_hands_with_nothing() -> None:
    told = frames()
    more = tuple(frame.but(origin_ppm={**frame.origin_ppm, "nobody": 0}) for frame in told)
    assert extents_sha256(more) == extents_sha256(told)
    assert extents_sha256(told[:-1]) != extents_sha256(told)


def hpf(told: Dossier) -> tuple[str, str]:
    """What Human Provenance in Film would say, and why."""
    by_name = {scheme.name: scheme for scheme in schemes(involvement_in(told))}
    return by_name["Human Provenance in Film (HPF)"].tier, by_name["Human Provenance in Film (HPF)"].basis


def altered_by_a_model(told: Dossier) -> Dossier:
    changed = tuple(frame.but(altered_ppm={**frame.altered_ppm, MODEL.id: 5000}) for frame in told.frames)
    extent = total_extent(changed, [*told.take.hands, MODEL], SPAN)
    return replace(told, frames=changed, take=told.take.but(extent=extent, hands=(*told.take.hands, MODEL)))


def test_a_schemes_tier_follows_from_what_was_measured() -> None:
    told = dossier()
    assert hpf(told)[0] == "No AI Used"
    assert hpf(dossier(model_ppm=30_000)) == (
        "Generative AI",
        f"Trained models made {percent(dossier(model_ppm=30_000).take.extent.of('trained'))} of the picture: repaint.",
    )
    helped = replace(told, take=told.take.but(uses=(*told.take.uses, Use(hand=MODEL, what="a matte"))))
    assert hpf(helped) == ("Assistive AI", "Trained models helped and left no pixel in the picture: repaint.")
    proposed = replace(told, proposer=replace(told.proposer, trained=True))
    assert hpf(proposed)[0] == "Assistive AI"
    assert hpf(altered_by_a_model(told))[0] == "unknown"


def test_a_scheme_that_asks_for_more_than_is_recorded_is_not_answered() -> None:
    told = {each["name"]: each for each in as_json(disclosure(dossier()))["schemes"]}
    assert told["AIRS"]["tier"] == "unknown"
    assert told["AIRS"]["parts"] == {
        "picture": "0", "performance": "unknown", "script": "unknown", "sound": "unknown", "marketing": "unknown",
    }  # fmt: skip
    assert "is unknown" in told["AIRS"]["rule"]
    assert "one shot" in told["AIRS"]["limits"]


def airs(told: Dossier) -> tuple[str, dict[str, str]]:
    found = schemes(involvement_in(told))[1]
    return found.tier, dict(found.parts)


def test_a_part_with_anything_of_a_model_in_it_bounds_the_tier_from_below() -> None:
    told = dossier()
    for made in (dossier(model_ppm=30_000), altered_by_a_model(told)):
        assert airs(made)[0] == "unknown, at least A2"
        assert airs(made)[1]["picture"] == "2 or more"
    helped = replace(told, take=told.take.but(uses=(*told.take.uses, Use(hand=MODEL, what="a matte"))))
    assert (airs(helped)[0], airs(helped)[1]["picture"]) == ("unknown", "1")
    for fact, value, part, score in (
        ("alters_performance", False, "performance", "0"), ("alters_performance", True, "performance", "2 or more"),
        ("has_synthetic_performer", True, "performance", "2 or more"),
        ("has_synthetic_performer", False, "performance", "unknown"),
        ("script_is_human", True, "script", "0"), ("script_is_human", False, "script", "2 or more"),
        ("script_is_human", None, "script", "unknown"),
    ):  # fmt: skip
        tier, parts = airs(replace(told, facts={fact: value}))
        assert parts[part] == score
        assert ("at least A2" in tier) == (score == "2 or more")


def test_linked_data_names_what_schema_org_has_words_for() -> None:
    told = as_json(disclosure(dossier()))
    assert told["@type"] == "schema:VideoObject"
    assert told["@context"]["@vocab"].startswith("urn:manyhands:")
    assert {"name", "description", "creditText", "encoding"} <= told["@context"].keys()
    assert told["digitalSourceType"].startswith("http://cv.iptc.org/")


def test_file_is_told_with_its_hash(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"abc")
    # SHA-256 of "abc": FIPS 180-2, appendix B.1.
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert told_file(file, "video/mp4") == EncodingTold(
        name="a.mp4", encodingFormat="video/mp4", bytes=3, sha256=sha256
    )


def test_schema_page_is_what_the_models_say() -> None:
    again = (
        'python -c "from pathlib import Path; from manyhands.deliver.disclosure import schema_page; '
        "Path('docs/reference/disclosure-schema.md').write_text(schema_page())\""
    )
    written = (DOCS / "reference" / "disclosure-schema.md").read_text()
    assert written == schema_page(), f"the models changed; run: {again}"


def test_every_field_is_explained() -> None:
    schema = Disclosure.model_json_schema(by_alias=True)
    for part in (schema, *schema["$defs"].values()):
        assert all(about.get("description") for about in part["properties"].values()), part["title"]


def lines(told: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(told.decode("utf-8-sig"), newline="")))


def test_cue_sheet_has_a_line_for_every_hand() -> None:
    found = lines(cue_sheet(dossier()))
    assert tuple(found[0]) == COLUMNS
    assert [line["made by"] for line in found] == ["roof.mov", "track", "smoke", "place", "grade"]
    smoke = found[2]
    assert (smoke["time code in"], smoke["time code out (exclusive)"]) == ("00:00:00:03", "00:00:00:12")
    assert (smoke["share ppm"], smoke["kind"]) == ("50000", "procedure, no trained model")
    assert smoke["underlying sources and status"] == "Roof by Person B (CC BY 2.0; changes were made)"
    assert smoke["person responsible"] == "Person A"


def test_cue_sheet_has_a_line_for_a_model_that_left_no_pixels() -> None:
    told = dossier()
    take = told.take.but(uses=(*told.take.uses, Use(hand=MODEL, what="cut a matte of the roof")))
    last = lines(cue_sheet(replace(told, take=take)))[-1]
    assert (last["made by"], last["description"], last["share ppm"]) == ("repaint", "cut a matte of the roof", "0")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cue_sheet_holds_no_formulas(start: str) -> None:
    # A spreadsheet runs a cell that begins so (OWASP, "CSV injection").
    found = lines(cue_sheet(dossier(note=f"{start}HYPERLINK('http://x')")))
    assert all(not cell.startswith(start) for line in found for cell in line.values())
    assert found[1]["note or prompt"].endswith("HYPERLINK('http://x')")


def test_cue_sheet_keeps_every_alphabet_and_line_break() -> None:
    note = 'Rauch "dick"; 屋根\nzweite Zeile, mit Komma'
    assert lines(cue_sheet(dossier(note=note)))[1]["note or prompt"] == note
