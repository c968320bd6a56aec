"""What the Content Credentials of something that comes in say is read, with who signed it and whether it holds."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import c2pa
import pytest

from manyhands.deliver.authority import Authority
from manyhands.deliver.carried import credentials_carried
from manyhands.deliver.credentials import media_type, sign_master
from tests.deliver.made import dossier
from tests.marked import picture

DS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
NO_TRAINING = {"entries": {"cawg.ai_training": {"use": "notAllowed"},
                           "cawg.data_mining": {"use": "constrained", "constraint_info": "ask us"}}}  # fmt: skip


def signed(
    path: Path, authority: Authority, *assertions: dict[str, Any], beside: bool = False, parent: Path | None = None,
    relation: str = "parentOf", **action: Any,
) -> Path:  # fmt: skip
    """A still with credentials by another program than ours."""
    plain = io.BytesIO()
    picture().save(plain, "PNG" if path.suffix == ".png" else "JPEG")
    plain.seek(0)
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=authority.chain_pem, private_key=authority.key_pem, ta_url=None)
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["was"]}}
    first = {} if parent is None else opened if relation == "parentOf" else created("digitalCapture")
    acted = [each for each in (first, action) if each]
    actions = {"label": "c2pa.actions.v2", "created": True, "data": {"allActionsIncluded": True, "actions": acted}}
    told = {"claim_generator_info": [{"name": "Painter", "version": "1"}], "assertions": [actions, *assertions]}
    with c2pa.Context(c2pa.Settings.from_dict({"builder": {"thumbnail": {"enabled": False}}})) as context:
        builder = c2pa.Builder(told, context)
        if parent:
            about = {"title": "was", "relationship": relation, "label": "was", "instance_id": "was"}
            with parent.open("rb") as file:
                builder.add_ingredient(json.dumps(about), media_type(parent), file)
        if beside:
            builder.set_no_embed()
        out = io.BytesIO()
        manifest = builder.sign(c2pa.Signer.from_info(info), media_type(path), plain, out)
    path.write_bytes(plain.getvalue() if beside else out.getvalue())
    if beside:
        path.with_name(f"{path.name}.c2pa").write_bytes(manifest)
    return path


def created(kind: str) -> dict[str, Any]:
    return {
        "action": "c2pa.created",
        "digitalSourceType": DS + kind,
        "softwareAgent": {"name": "Painter", "version": "1"},
    }


def says(path: Path) -> dict[str, str]:
    return {one.name: one.says for one in credentials_carried(path)}


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("label", ["cawg.training-mining", "c2pa.training-mining"])
@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_what_is_signed_is_read_inside_and_beside(
    name: str, label: str, beside: bool, folder: Path, authority: Authority
) -> None:
    mining = {"label": label, "data": NO_TRAINING}
    path = signed(folder / name, authority, mining, beside=beside, **created("digitalCapture"))
    assert says(path) == {
        "signature": "intact, signed by The Roof",
        "c2pa.actions/digitalSourceType": "digitalCapture (c2pa.created)",
        f"{label}/cawg.ai_training": "notAllowed",
        f"{label}/cawg.data_mining": "constrained: ask us",
    }
    assert all(one.holds for one in credentials_carried(path))


def test_what_a_model_made_is_told_with_its_name(folder: Path, authority: Authority) -> None:
    found = says(signed(folder / "a.png", authority, **created("trainedAlgorithmicMedia")))
    assert found["c2pa.actions/digitalSourceType"] == "trainedAlgorithmicMedia (c2pa.created)"
    assert found["c2pa.actions/softwareAgent"] == "Painter 1"


def test_an_edit_does_not_undo_how_it_was_made_and_a_part_is_told_as_a_part(folder: Path, authority: Authority) -> None:
    mining = {"label": "cawg.training-mining", "data": NO_TRAINING}
    made = signed(folder / "made.png", authority, mining, **created("trainedAlgorithmicMedia"))
    edit = {"action": "c2pa.adjustedColor", "digitalSourceType": f"{DS}humanEdits"}
    after = credentials_carried(signed(folder / "after.png", authority, parent=made, **edit))
    assert ("c2pa.actions/digitalSourceType", "trainedAlgorithmicMedia (c2pa.created)") in {
        (one.name, one.says) for one in after
    }
    assert "cawg.training-mining/cawg.ai_training" in {one.name for one in after}
    placed = {"action": "c2pa.placed", "parameters": {"ingredientIds": ["was"]}, "digitalSourceType": f"{DS}composite"}
    part = signed(folder / "part.png", authority, parent=made, relation="componentOf", **placed)
    kinds = {one.says for one in credentials_carried(part) if one.name.endswith("digitalSourceType")}
    assert "compositeSynthetic (c2pa.created)" in kinds
    assert not any(kind.startswith("trained") for kind in kinds)


def test_what_a_changed_file_says_does_not_hold(folder: Path, authority: Authority) -> None:
    path = signed(folder / "a.jpg", authority, {"label": "cawg.training-mining", "data": NO_TRAINING},
                  **created("digitalCapture"))  # fmt: skip
    whole = bytearray(path.read_bytes())
    whole[-40] ^= 0x10
    path.write_bytes(whole)
    found = credentials_carried(path)
    assert found
    assert not any(one.holds for one in found)
    assert "cawg.training-mining/cawg.ai_training" in {one.name for one in found}


def test_a_manifest_that_is_damaged_says_that_it_cannot_be_read(folder: Path, authority: Authority) -> None:
    path = signed(folder / "a.png", authority, beside=True, **created("digitalCapture"))
    (folder / "a.png.c2pa").write_bytes(b"\0\1\2" * 100)
    assert list(says(path)) == ["unreadable"]


def test_our_own_master_forbids_training_as_its_credential_says(folder: Path, authority: Authority) -> None:
    picture((64, 48)).save(folder / "m.png")
    sign_master(folder / "m.png", dossier(model_ppm=30_000), authority)
    found = says(folder / "m.png")
    assert found["cawg.training-mining/cawg.ai_training"] == "notAllowed"
    assert found["signature"] == "intact, signed by The Roof"


@pytest.mark.parametrize("name", ["a.png", "a.exr", "nothing"])
def test_what_has_none_says_nothing(name: str, folder: Path) -> None:
    if name == "a.png":
        picture().save(folder / name)
    elif name == "a.exr":
        (folder / name).write_bytes(b"\x76\x2f\x31\x01")
    assert credentials_carried(folder / name) == []
