"""The papers beside the masters: written whole, and held to the masters by the verifier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from manyhands.core.errors import StoreError
from manyhands.deliver.authority import Authority
from manyhands.deliver.credentials import sign_master
from manyhands.deliver.papers import write_papers
from manyhands.deliver.verify import verify
from tests.deliver.made import dossier, film


def test_delivery_is_sound_with_nothing_but_what_lies_in_its_folder(folder: Path, authority: Authority) -> None:
    told, out = dossier(), folder / "out"
    (out / "frames").mkdir(parents=True)
    (out / "frames" / "sh010.1001.dpx").write_bytes(b"one")
    masters = [film(out / "sh010.mp4"), film(out / "sh010.webm"), out / "frames"]
    for master in masters:
        sign_master(master, told, authority)
    papers = write_papers(out, told, authority, masters)
    assert [paper.name for paper in papers] == ["disclosure.html", "disclosure.json", "cuesheet.csv", "root.pem"]
    for master in masters:
        report = verify(master, anchors=[(out / "root.pem").read_bytes()])
        assert report.state == "intact and trusted"
        assert report.is_sound, report.findings
    data = json.loads((out / "disclosure.json").read_bytes())
    assert [each["encodingFormat"] for each in data["encoding"]] == ["video/mp4", "video/webm", "image sequence"]
    data["decisions"][1]["by"] = "Person C"
    (out / "disclosure.json").write_text(json.dumps(data))
    assert not any(verify(master).is_sound for master in masters)


def test_folder_that_is_missing_is_made(folder: Path, authority: Authority) -> None:
    papers = write_papers(folder / "new" / "place", dossier(), authority, [])
    assert all(paper.is_file() for paper in papers)


def test_folder_that_cannot_be_made_is_named(folder: Path, authority: Authority) -> None:
    (folder / "taken").write_text("a file")
    with pytest.raises(StoreError, match="taken"):
        write_papers(folder / "taken" / "papers", dossier(), authority, [])
