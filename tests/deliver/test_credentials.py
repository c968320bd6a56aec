"""Signing: every format, what the manifest says, and that a master is never half-signed."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import c2pa
import numpy as np
import pytest
from PIL import Image

from manyhands.core.errors import MediaError, NotFoundError, StateError, StoreError, TrustError
from manyhands.core.hand import DIGITAL_SOURCE_TYPES
from manyhands.core.noun import digest
from manyhands.deliver import credentials, sequence
from manyhands.deliver.authority import Authority
from manyhands.deliver.credentials import media_type, sidecar_of, sign_master, xmp_of
from manyhands.deliver.lint import lint
from manyhands.deliver.manifest import ingredients, manifest_definition
from manyhands.deliver.verify import verify
from manyhands.deliver.xmp import NAMESPACES, read_xmp, xmp_packet
from tests.deliver.made import DIRECTOR, GRADE, MODEL, SMOKE, TRACK, dossier, film, plate, png, still

FILMS = {"a.mp4": "yuv420p", "a.mov": "yuv422p10le", "a.avi": "yuvj420p"}
ROOT = Path(__file__).parents[2]
STILLS = ("a.png", "a.jpg", "a.tif", "a.webp")
BESIDE = ("a.webm", "a.mkv", "a.exr", "a.mxf")


def made(name: str, folder: Path) -> Path:
    file = folder / name
    if name in FILMS:
        return film(file, pixels=FILMS[name])
    if name in STILLS:
        return still(file)
    if name in ("a.webm", "a.mkv"):
        return film(file)
    file.write_bytes(np.random.default_rng(4).bytes(5000))
    return file


def pictures(file: Path) -> list[np.ndarray]:
    if file.name in STILLS:
        return [np.asarray(Image.open(file))]
    with av.open(str(file)) as opened:
        return [frame.to_ndarray() for frame in opened.decode(video=0)]


def crjson(file: Path, sidecar: Path | None = None) -> dict[str, Any]:
    manifest = sidecar.read_bytes() if sidecar else None
    with file.open("rb") as opened, c2pa.Reader(media_type(file), opened, manifest) as reader:
        told: dict[str, Any] = json.loads(reader.crjson())
    return told


@pytest.mark.parametrize("name", [*FILMS, *STILLS])
def test_master_is_trusted_and_its_pictures_are_the_same_when_signed_inside(
    folder: Path, authority: Authority, name: str
) -> None:
    master = made(name, folder)
    before = pictures(master)
    signed = sign_master(master, dossier(), authority)
    assert verify(master, anchors=[authority.root_pem]).state == "intact and trusted"
    after = pictures(master)
    assert len(before) == len(after)
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert lint(crjson(master)["manifests"][0]) == []
    assert {file.name for file in folder.iterdir()} == {name, *(file.name for file in signed.sidecars)}


@pytest.mark.parametrize("name", BESIDE)
def test_master_is_unchanged_when_it_is_signed_by_a_sidecar(folder: Path, authority: Authority, name: str) -> None:
    master = made(name, folder)
    before = master.read_bytes()
    sign_master(master, dossier(), authority)
    assert master.read_bytes() == before
    assert verify(master, anchors=[authority.root_pem]).state == "intact and trusted"
    assert {file.name for file in folder.iterdir()} == {name, sidecar_of(master).name, xmp_of(master).name}
    assert lint(crjson(master, sidecar_of(master))["manifests"][0]) == []


def test_sequence_is_signed_by_its_list_of_hashes(folder: Path, authority: Authority) -> None:
    for number in range(1001, 1005):
        (folder / f"sh010.{number}.exr").write_bytes(bytes([number % 256]) * 100)
    sign_master(folder, dossier(), authority)
    assert verify(folder, anchors=[authority.root_pem]).state == "intact and trusted"
    # sha256sum is an independent reader of the list.
    check = subprocess.run(
        ["sha256sum", "--check", "--strict", sequence.FRAMES_LIST], cwd=folder, capture_output=True, check=False
    )
    assert check.returncode == 0
    assert check.stdout.count(b": OK") == 5  # four frames and the XMP


@pytest.mark.parametrize("name", [*FILMS, *STILLS])
@pytest.mark.parametrize("model_ppm", [0, 30_000], ids=["no model", "a model"])
def test_second_validator_agrees(folder: Path, authority: Authority, name: str, model_ppm: int) -> None:
    # encypher-c2pa is an independent implementation; it is no dependency of ours.
    encypher = pytest.importorskip("encypher_c2pa")
    master = made(name, folder)
    sign_master(master, dossier(model_ppm=model_ppm, **brought_in()), authority)
    judged = encypher.verify(
        str(master),
        mime_type=media_type(master),
        telemetry=False,
        trust_pem=authority.root_pem.decode(),
        no_default_trust=True,
    )
    assert judged["validation_state"] == "Trusted", judged["validation_results"]


def brought_in() -> dict[str, Any]:
    """A still that the grade step lays in, a model that it works from, and sound that no step names."""
    told = dossier()
    sources = (
        told.plate,
        plate(id="s-cloud", title="cloud.png", medium="still", sha256="11" * 32),
        plate(id="s-model", title="repaint", medium="model", sha256="22" * 32),
        plate(id="s-wind", title="wind.wav", medium="sound", sha256="33" * 32),
    )
    steps = (*told.steps[:-1], replace(told.steps[-1], sources=("s-cloud", "s-model")))
    return {"sources": sources, "steps": steps}


def actions(told: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told["manifests"][0]["assertions"]["c2pa.actions.v2"]["actions"]
    return found


def test_each_step_that_is_seen_is_one_action(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(), authority)
    opened, placed, edited, graded = actions(crjson(master))
    assert "digitalSourceType" not in opened
    assert (placed["action"], edited["action"], graded["action"]) == (
        "c2pa.placed",
        "c2pa.edited",
        "c2pa.adjustedColor",
    )
    assert placed["digitalSourceType"] == DIGITAL_SOURCE_TYPES + "algorithmicMedia"
    assert graded["digitalSourceType"] == DIGITAL_SOURCE_TYPES + "algorithmicallyEnhanced"
    assert placed["softwareAgent"] == {"name": "Manyhands smoke", "version": "1"}
    assert placed["changes"][0]["region"] == [{"type": "frame", "frame": {"start": 3, "end": 11}}]
    assert graded["parameters"]["org.manyhands.decision"]["by"] == "Person A"


def test_a_step_without_pixels_is_told_where_it_helped_and_among_the_uses(folder: Path, authority: Authority) -> None:
    master, told = film(folder / "a.mp4"), dossier()
    sign_master(master, told, authority)
    assertions = crjson(master)["manifests"][0]["assertions"]
    assert assertions["c2pa.actions.v2"]["allActionsIncluded"] is True
    _, placed, laid_in, _ = assertions["c2pa.actions.v2"]["actions"]
    helped = placed["parameters"]["org.manyhands.worked_with"]["camera_motion"]
    assert (helped["maker"], helped["version"], helped["role"]) == ("track", "1", "track")
    assert helped["content_sha256"] == told.take.contents["camera_motion"]
    assert "org.manyhands.worked_with" not in laid_in["parameters"]
    (use,) = assertions["org.manyhands.authorship"]["uses"]
    assert (use["step"], use["what"], use["hand"]) == ("camera_motion", "track", TRACK.id)


def test_a_step_that_no_action_tells_of_is_not_claimed_to_be_included() -> None:
    told = dossier()
    alone = told.recipe.steps[1].but(inputs={})  # the smoke follows no track, so nothing tells of the track
    recipe = told.recipe.but(steps=(told.recipe.steps[0], alone, *told.recipe.steps[2:]))
    take = told.take.but(recipe=recipe.id)
    facts = (told.steps[0], replace(told.steps[1], step=alone), *told.steps[2:])
    definition = manifest_definition(dossier(recipe=recipe, steps=facts, take=take))
    data = next(each["data"] for each in definition["assertions"] if each["label"] == "c2pa.actions.v2")
    assert data["allActionsIncluded"] is False


def test_hashes_are_of_what_they_say(folder: Path, authority: Authority) -> None:
    master, told = film(folder / "a.mp4"), dossier()
    sign_master(master, told, authority)
    assertions = crjson(master)["manifests"][0]["assertions"]
    told_of = {value["dc:title"]: value for label, value in assertions.items() if "c2pa.ingredient" in label}
    note = told_of["the director's note"]
    assert note["metadata"]["org.manyhands.sha256"] == hashlib.sha256(told.note.encode()).hexdigest()
    assert note["instanceID"] == f"sha256:{hashlib.sha256(told.note.encode()).hexdigest()}"
    layer = told_of["layer smoke, made by smoke 1"]
    assert layer["metadata"]["org.manyhands.content_sha256"] == told.take.contents["smoke"]
    assert "org.manyhands.sha256" not in layer["metadata"]  # its pixels have no file of their own
    layers = assertions["org.manyhands.authorship"]["layers"]
    assert (layers["files"], layers["first_frame"], layers["last_frame"]) == ("t-1.####.exr", 1001, 1012)
    assert layers["sha256"] == told.take.frames_sha256


def test_a_take_that_does_not_say_what_its_steps_were_made_of_is_not_told() -> None:
    with pytest.raises(StateError, match="does not say what camera_motion, smoke, laid_in, grade was made of"):
        dossier(take=dossier().take.but(contents={}))


def test_what_was_brought_in_is_an_ingredient_of_the_step_that_used_it(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(**brought_in()), authority)
    told = crjson(master)
    assert lint(told["manifests"][0]) == []
    report = verify(master)
    relations = {each.title: each.relationship for each in report.went_in}
    assert relations["roof.mov"] == "parentOf"
    assert relations["cloud.png"] == "componentOf"
    assert relations["repaint"] == relations["wind.wav"] == relations["the director's note"] == "inputTo"
    assert {each.title: each.sha256 for each in report.went_in}["cloud.png"] == "11" * 32
    assert [each["action"] for each in actions(told)].count("c2pa.placed") == 2


def test_a_trained_model_is_disclosed_with_the_oversight_that_was_earned(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(model_ppm=30_000, seen=False, **brought_in()), authority)
    assertions = crjson(master)["manifests"][0]["assertions"]
    models = [value for label, value in assertions.items() if label.startswith("c2pa.ai-disclosure")]
    assert [each["contentProfile"]["humanOversightLevel"] for each in models] == ["prompt_guided"] * 2
    assert "no trained weights" in models[0]["modelName"]
    assert models[1]["modelIdentifier"] == f"{MODEL.id}@sha256:{'22' * 32}"
    signed = assertions["org.manyhands.authorship"]
    assert signed["trained_ppm"] > 0
    assert signed["decision"]["oversight"] == "prompt_guided"


def test_only_the_proposer_is_disclosed_when_no_model_had_a_part(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(), authority)
    report = verify(master)
    assert report.oversight == ("human_validated",)
    assert report.authorship is not None
    assert report.authorship.trained_ppm == 0


def test_shares_are_whole_numbers_that_add_up(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(model_ppm=31_234), authority)
    signed = verify(master).authorship
    assert signed is not None
    kinds = (signed.camera_ppm, signed.person_ppm, signed.procedure_ppm, signed.trained_ppm, signed.empty_ppm)
    assert sum(kinds) == 1_000_000
    assert sum(each.origin_ppm for each in signed.hands) + signed.empty_ppm == 1_000_000


def test_no_list_of_bare_numbers_is_signed() -> None:
    # Reader.json() of c2pa-rs 0.91 turns such lists into base64 text.
    def lists(value: object) -> list[object]:
        if isinstance(value, dict):
            return [found for part in value.values() for found in lists(part)]
        if isinstance(value, list):
            return [value, *(found for part in value for found in lists(part))]
        return []

    told = dossier(model_ppm=30_000, **brought_in())
    for part in (manifest_definition(told), *(each.told for each in ingredients(told))):
        assert not any(isinstance(item, int | float) for found in lists(part) for item in found)  # type: ignore[attr-defined]


def test_nothing_personal_is_signed_but_names_given_for_credit() -> None:
    told = dossier()
    text = json.dumps([manifest_definition(told), [each.told for each in ingredients(told)]])
    assert "Person A" in text
    for private in (told.decision.reason, told.decisions[0].reason, "sources/roof.mov", "takes/t-1"):
        assert private not in text
    assert digest(told.decision.save()) in text


@pytest.mark.parametrize("note", ["dichter Rauch über dem Dach 🔥 屋根の煙 دخان", "smoke, " * 1_400, "<b>&\x00\x1b"])
def test_note_comes_back_whole_from_the_credential(folder: Path, authority: Authority, note: str) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(note=note), authority)
    with master.open("rb") as opened, c2pa.Reader("video/mp4", opened) as reader:
        told = json.loads(reader.crjson())["manifests"][0]["assertions"]
        at = told["c2pa.embedded-data"]["identifier"]
        out = io.BytesIO()
        reader.resource_to_stream(at, out)
    assert out.getvalue().decode() == note


def test_thumbnail_travels_with_a_film(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    told = dossier()
    sign_master(master, told, authority)
    assert "c2pa.thumbnail.claim" in crjson(master)["manifests"][0]["assertions"]
    assert told.pictures.thumbnail in master.read_bytes()


def test_names_in_every_alphabet_are_signed(folder: Path, authority: Authority) -> None:
    name = "Das Dach «Ω» 屋根 \u202e\x07"
    master = film(folder / "屋根 ü.mp4")
    sign_master(master, dossier(production=name), authority)
    report = verify(master, anchors=[authority.root_pem])
    assert report.state == "intact and trusted"
    assert report.authorship is not None
    assert report.authorship.production == name


def test_plates_own_credentials_are_carried_on(folder: Path, authority: Authority, stranger: Authority) -> None:
    source, master = film(folder / "plate.mp4"), film(folder / "a.mp4")
    sign_master(source, dossier(), stranger)
    sign_master(master, dossier(), authority, files={"s-plate": source})
    told = crjson(master)
    assert len(told["manifests"]) == 2
    assert lint(told["manifests"][0]) == []
    report = verify(master, anchors=[authority.root_pem])
    assert report.state == "intact and trusted"
    assert report.is_sound
    assert report.went_in[0].state == "intact"


@pytest.mark.parametrize("where", [b"mdat", b"org.manyhands.authorship"], ids=["picture", "statement"])
def test_plate_whose_credentials_do_not_hold_is_told(
    folder: Path, authority: Authority, stranger: Authority, where: bytes
) -> None:
    # c2pa calls the master Trusted all the same.
    source, master = film(folder / "plate.mp4"), film(folder / "a.mp4")
    sign_master(source, dossier(), stranger)
    content = bytearray(source.read_bytes())
    content[content.index(where) + 300] ^= 1
    source.write_bytes(content)
    sign_master(master, dossier(), authority, files={"s-plate": source})
    report = verify(master, anchors=[authority.root_pem])
    assert report.state == "intact and trusted"
    assert report.went_in[0].state == "broken"
    assert not report.is_sound


def test_plate_without_credentials_is_known_by_its_hash(folder: Path, authority: Authority) -> None:
    source, master = film(folder / "plate.mov", pixels="yuv422p10le"), film(folder / "a.mp4")
    sign_master(master, dossier(), authority, files={"s-plate": source})
    (parent, *_) = verify(master).went_in
    assert (parent.state, parent.sha256) == ("without credentials", plate().sha256)


def test_xmp_tells_what_kind_of_picture_it_is(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(production="A & B <c>", model_ppm=30_000), authority)
    root = ET.fromstring(read_xmp(master).decode())

    def told(name: str) -> str | None:
        prefix, field = name.split(":")
        return root.findtext(f".//{{{NAMESPACES[prefix]}}}{field}")

    assert told("Iptc4xmpExt:DigitalSourceType") == DIGITAL_SOURCE_TYPES + "compositeSynthetic"
    assert told("photoshop:Credit") == "A & B <c>"
    assert told("Iptc4xmpExt:AISystemUsed") == "repaint"
    assert "Roof by Person B (CC BY 2.0; changes were made)" in read_xmp(master).decode()


def test_xmp_names_no_ai_system_when_no_model_had_a_part() -> None:
    packet = xmp_packet(dossier()).decode()
    assert "AISystem" not in packet
    assert DIGITAL_SOURCE_TYPES + "composite<" in packet


def test_xmp_survives_text_that_xml_cannot_hold() -> None:
    packet = xmp_packet(dossier(production="a\x00b\x0b\ud800\ufffe]]>c"))
    assert "ab]]&gt;c" in packet.decode()
    ET.fromstring(packet.decode())


def test_signing_twice_is_refused(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(), authority)
    before = master.read_bytes()
    with pytest.raises(StateError, match="already"):
        sign_master(master, dossier(), authority)
    assert master.read_bytes() == before


def test_bad_masters_are_refused_and_left_alone(folder: Path, authority: Authority) -> None:
    whole = film(folder / "whole.mp4").read_bytes()
    cases = {
        "empty.mp4": b"",
        "cut.mp4": whole[: len(whole) // 2],
        "text.mov": b"hello, this is no film at all",
        "open.mp4": whole + b"\0\0\0\0mdat" + b"x" * 50,
        "no.png": b"not a picture",
    }
    for name, content in cases.items():
        (folder / name).write_bytes(content)
        with pytest.raises((MediaError, StoreError), match=name):
            sign_master(folder / name, dossier(), authority)
        assert (folder / name).read_bytes() == content
    (folder / "none").mkdir()
    with pytest.raises(MediaError, match="no frame"):
        sign_master(folder / "none", dossier(), authority)
    with pytest.raises(NotFoundError):
        sign_master(folder / "missing.mp4", dossier(), authority)
    assert {file.name for file in folder.iterdir()} == {*cases, "whole.mp4", "none"}


def test_master_is_as_it_was_when_signing_fails(
    folder: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    master = film(folder / "a.mp4")
    before = master.read_bytes()

    def break_down(*_: object) -> None:
        raise c2pa.C2paError.Signature("Signature: the pen broke")

    monkeypatch.setattr(credentials, "_add", break_down)
    with pytest.raises(TrustError, match=r"a\.mp4.*the pen broke"):
        sign_master(master, dossier(), authority)
    assert master.read_bytes() == before
    assert list(folder.iterdir()) == [master]


def test_full_disk_leaves_the_master_as_it_was(folder: Path, authority: Authority) -> None:
    # A limit on the size of files stands in for a full disk: writing beyond it fails in the same place.
    master = film(folder / "a.mp4")
    before = master.read_bytes()
    script = f"""
import resource, sys
from pathlib import Path
from datetime import datetime, UTC
from manyhands.core.errors import CapacityError, StoreError, TrustError
from manyhands.deliver.authority import open_authority
from manyhands.deliver.credentials import sign_master
from tests.deliver.made import dossier
keys = open_authority(Path(sys.argv[1]).parent / "keys", "R", at=datetime.now(UTC))
resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 5000}, -1))
try:
    sign_master(Path(sys.argv[1]), dossier(), keys)
except (CapacityError, StoreError) as error:
    print("refused", error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", script, str(master)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert "a.mp4: the disk is full" in ran.stdout
    assert master.read_bytes() == before
    assert {file.name for file in folder.iterdir()} == {"a.mp4", "keys"}


def test_every_master_is_plain_or_signed_when_the_program_is_killed(folder: Path, authority: Authority) -> None:
    plain = film(folder / "plain.mp4").read_bytes()
    masters = [folder / f"{number}.mp4" for number in range(400)]
    for master in masters:
        master.write_bytes(plain)
    script = """
import sys
import time
from pathlib import Path
from datetime import datetime, UTC
from manyhands.deliver.authority import open_authority
from manyhands.deliver.credentials import sign_master
from tests.deliver.made import dossier
home = Path(sys.argv[1])
keys, told = open_authority(home / "keys", "R", at=datetime.now(UTC)), dossier()
for number in range(400):
    sign_master(home / f"{number}.mp4", told, keys)
"""
    process = subprocess.Popen([sys.executable, "-c", script, str(folder)], cwd=ROOT)
    while masters[5].stat().st_size == len(plain):
        time.sleep(0.005)
    process.kill()
    process.wait(timeout=30)
    states = {master.name: verify(master).state for master in masters[:60]}
    assert states["0.mp4"] == "intact, signer unknown"
    for master in masters[:60]:
        assert states[master.name] == "intact, signer unknown" or master.read_bytes() == plain


def test_time_stamp_service_that_does_not_answer_is_named(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    before = master.read_bytes()
    with pytest.raises(TrustError, match="stamp"):
        sign_master(master, dossier(), authority, ta_url="http://127.0.0.1:9/")
    assert master.read_bytes() == before


def test_take_that_nobody_accepted_is_not_told() -> None:
    with pytest.raises(StateError, match="Only a take"):
        dossier(accepted="d-1")
    with pytest.raises(NotFoundError):
        dossier(accepted="d-9")
    with pytest.raises(StateError, match="no person"):
        dossier(by=SMOKE)
    told = dossier()
    with pytest.raises(StateError, match="no person"):
        replace(told, decisions=(told.decision.but(by=GRADE),))


def test_figures_that_do_not_add_up_are_not_told() -> None:
    told = dossier()
    with pytest.raises(TrustError, match="not the sum"):
        replace(told, frames=(told.frames[0].but(changed_ppm=0), *told.frames[1:]))
    with pytest.raises(TrustError, match="frames 1001 to 1012"):
        replace(told, frames=told.frames[1:])


def test_thumbnail_may_be_png_or_missing(folder: Path, authority: Authority) -> None:
    for thumbnail in (png(1, 2, 3), b""):
        master = film(folder / f"{len(thumbnail)}.mp4")
        told = dossier()
        sign_master(master, replace(told, pictures=replace(told.pictures, thumbnail=thumbnail)), authority)
        assert verify(master, anchors=[authority.root_pem]).state == "intact and trusted"


def test_accepting_person_is_the_one_that_is_signed(folder: Path, authority: Authority) -> None:
    master = film(folder / "a.mp4")
    sign_master(master, dossier(), authority)
    signed = verify(master).authorship
    assert signed is not None
    assert (signed.decision.by, signed.decision.verdict, signed.delivered_by) == ("Person A", "accept", DIRECTOR.name)
