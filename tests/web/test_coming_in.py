"""What comes in: sequences as one, looked at as soon as they are here, and never more than there is room for."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from manyhands.media.stills import write_png
from manyhands.web import uploads
from tests.web.conftest import OTHER, served
from tests.web.test_hostile import HOSTILE, NAMES
from tests.web.test_uploads import sent

KEPT = ["house.mp4"]


def pictures(folder: Path, numbers: Sequence[int], *, name: str = "plate.{:04d}.png", width: int = 32) -> list[Path]:
    """Small numbered pictures of noise."""
    chance = np.random.default_rng(3)
    paths = [folder / name.format(number) for number in numbers]
    for path in paths:
        write_png(path, chance.integers(0, 255, (24, width, 3), np.uint8))
    return paths


def begun(client: TestClient, files: Sequence[Path], *, name: str = "plates") -> Any:
    told = [{"name": f"{name}/{one.name}", "size": one.stat().st_size} for one in files]
    return client.post("/api/sequences", json={"name": name, "files": told})


def sequence(client: TestClient, files: Sequence[Path], *, name: str = "plates", piece: int = 700) -> str:
    """A sequence that is all here; its upload's id."""
    id_ = str(begun(client, files, name=name).json()["id"])
    for index, file in enumerate(files):
        content = file.read_bytes()
        for at in range(0, len(content), piece):
            answer = client.patch(f"/api/uploads/{id_}?offset={at}&file={index}", content=content[at : at + piece])
            assert answer.status_code == 200, answer.text
    return id_


def titles(client: TestClient) -> list[str]:
    return [one["title"] for one in client.get("/api/sources").json()]


def held(folder: Path) -> list[Path]:
    return list((folder / "scratch" / "uploads").glob("*"))


def test_a_folder_of_pictures_becomes_one_source_and_a_shot(client: TestClient, folder: Path, tmp_path: Path) -> None:
    id_ = sequence(client, pictures(tmp_path, range(1001, 1005)))
    looked = client.post(f"/api/uploads/{id_}/examination").json()
    assert (looked["is_examined"], looked["there"]) == (True, looked["size"])
    source = client.post(f"/api/uploads/{id_}/source", json={"terms": "own"}).json()
    assert (source["title"], source["medium"]) == ("plates", "footage")
    shot = client.post("/api/shots", json={"source": source["id"]}).json()
    assert (shot["frames"]["first"], shot["frames"]["last"]) == (1001, 1004)
    assert held(folder) == []


def test_a_sequence_goes_on_in_the_file_in_which_it_stopped(folder: Path, tmp_path: Path) -> None:
    files = pictures(tmp_path, range(1, 4))
    with served(folder) as before:
        id_ = begun(before, files).json()["id"]
        before.patch(f"/api/uploads/{id_}?offset=0&file=0", content=files[0].read_bytes())
        before.patch(f"/api/uploads/{id_}?offset=0&file=1", content=files[1].read_bytes()[:100])
    with served(folder) as after:
        told = after.get(f"/api/uploads/{id_}").json()
        assert [one["there"] for one in told["files"]] == [files[0].stat().st_size, 100, 0]
        assert told["there"] == files[0].stat().st_size + 100
        assert after.patch(f"/api/uploads/{id_}?offset=0&file=1", content=b"x").status_code == 409
        assert after.post(f"/api/uploads/{id_}/examination").status_code == 409
        assert after.patch(f"/api/uploads/{id_}?offset=0&file=3", content=b"x").status_code == 404
        assert after.patch(f"/api/uploads/{id_}?offset=0&file=-1", content=b"x").status_code == 404


@pytest.mark.parametrize(
    ("numbers", "name", "more", "says"),
    [
        ((1001, 1002, 1005), "plate.{:04d}.png", (), "plates/plate.%04d.png: of frames 1001 to 1005, 2 are missing"),
        ((1, 10**17), "p.{}.png", (), "are missing: 2-99999999999999999"),
        ((1, 2), "a.{}.png", ("b.1.png", "b.2.png"), "plates: it holds 2 sequences"),
        ((1, 2), "a.{}.png", ("a.0001.png",), "3 pictures are 2 frames"),
        ((1, 2), "a.{}.png", ("A.1.PNG",), "2 of the files have one name"),
        ((1, 2), "a.{}.png", ("notes.txt",), "notes.txt is no picture"),
    ],
)
def test_names_that_are_no_sequence_are_refused_before_a_byte_of_it_comes(
    client: TestClient, folder: Path, numbers: tuple[int, ...], name: str, more: tuple[str, ...], says: str
) -> None:
    files = [{"name": one, "size": 9} for one in (*(name.format(number) for number in numbers), *more)]
    started = time.monotonic()
    answer = client.post("/api/sequences", json={"name": "plates", "files": files})
    assert answer.status_code in (400, 415)
    assert says in answer.json()["error"]["what"]
    assert str(folder) not in answer.text
    assert time.monotonic() - started < 2
    assert held(folder) == []
    assert titles(client) == KEPT


def test_mixed_sizes_are_one_clear_error_and_the_files_are_taken_away(
    client: TestClient, folder: Path, tmp_path: Path
) -> None:
    files = [*pictures(tmp_path, (1, 2)), *pictures(tmp_path, (3,), width=40)]
    id_ = sequence(client, files, name="Plates of <b>")
    answer = client.post(f"/api/uploads/{id_}/examination")
    error = answer.json()["error"]
    assert error["what"] == "Plates of _b_/plate.0003.png: it is 40x24; the first picture is 32x24."
    assert error["fix"]
    assert str(folder) not in answer.text
    assert held(folder) == []
    assert titles(client) == KEPT


def test_hostile_names_in_a_folder_stay_in_it(client: TestClient, folder: Path, tmp_path: Path) -> None:
    size = pictures(tmp_path, (1,))[0].stat().st_size
    hostile = [*NAMES, "/etc/cron.d/x", "..", ".", "", "a/../../../b", "C:\\x\\..\\y", "\ud800"]
    for name in hostile:
        for folder_s, files in ((name, ["a.1.png", "a.2.png"]), ("plates", [f"{name}.1.png", f"{name}.2.png"])):
            told = [{"name": one, "size": size} for one in files]
            body = json.dumps({"name": folder_s, "files": told})
            answer = client.post("/api/sequences", content=body, headers={"content-type": "application/json"})
            assert answer.status_code < 500, (name, answer.text)
            if answer.status_code == 200:
                made = answer.json()
                home = folder / "scratch" / "uploads" / made["id"]
                assert sorted(one.name for one in home.iterdir()) == ["pictures", "upload.json"]
                lie = sorted(one.name for one in (home / "pictures").iterdir())
                assert lie == sorted(one["name"] for one in made["files"])
                assert not any(letter in "".join([*lie, made["name"]]) for letter in "\n\r\0\u202e/\\")
    outside = {one.name for one in (folder / "scratch").iterdir()} | {one.name for one in folder.iterdir()}
    assert not outside & {"etc", "b", "y", "x"}


def test_a_file_that_is_called_as_what_is_kept_beside_it_is_whole(client: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "upload.json"
    path.write_bytes(b'{"shapes": []}')
    upload = sent(client, path)
    told = client.get(f"/api/uploads/{upload['id']}").json()
    assert (told["name"], told["there"], told["size"]) == ("_upload.json", 14, 14)


def test_a_sequence_without_end_is_refused(client: TestClient, folder: Path) -> None:
    many = [{"name": f"{at}.png", "size": 1} for at in range(uploads.MOST_FILES + 1)]
    assert client.post("/api/sequences", json={"name": "x", "files": many}).status_code == 400
    assert client.post("/api/sequences", json={"name": "x", "files": []}).status_code == 400
    assert held(folder) == []


@pytest.mark.parametrize("name", ["picture-bomb.png", "half-there.png", "bomb.mp4", "list.mov", "deep.json"])
def test_what_breaks_is_told_when_it_is_here_and_taken_away(
    client: TestClient, folder: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    upload = sent(client, path, piece=1 << 20)
    answer = client.post(f"/api/uploads/{upload['id']}/examination")
    assert answer.status_code in (400, 415, 507)
    assert answer.json()["error"]["fix"]
    assert str(folder) not in answer.text
    assert held(folder) == []


def test_what_was_looked_at_is_not_looked_at_again(
    client: TestClient, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = sent(client, clip, piece=1 << 20)
    assert client.post(f"/api/uploads/{upload['id']}/examination").json()["is_examined"]

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it is looked at twice")

    monkeypatch.setattr("manyhands.web.uploads.examine", never)
    monkeypatch.setattr("manyhands.web.routes.sources.examine", never)
    assert client.post(f"/api/uploads/{upload['id']}/examination").status_code == 200
    assert client.post(f"/api/uploads/{upload['id']}/source", json={"terms": "own"}).status_code == 200


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk here that is always full")
def test_a_disk_that_becomes_full_is_one_clear_error(client: TestClient, folder: Path) -> None:
    upload = client.post("/api/uploads", json={"name": "a.mp4", "size": 1000}).json()
    path = folder / "scratch" / "uploads" / upload["id"] / "a.mp4"
    path.unlink()
    path.symlink_to("/dev/full")
    answer = client.patch(f"/api/uploads/{upload['id']}?offset=0", content=b"x" * 1000)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (507, "CapacityError")
    assert answer.json()["error"]["what"] == "a.mp4: the disk became full."
    assert "drop it again" in answer.json()["error"]["fix"]
    assert str(folder) not in answer.text
    assert held(folder) == []


def test_what_is_promised_to_one_upload_is_not_promised_to_another(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = uploads.KEPT_FREE_BYTES + 1500
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr("manyhands.web.uploads.shutil.disk_usage", lambda _: usage)
    first = client.post("/api/uploads", json={"name": "a", "size": 1000}).json()
    answer = client.post("/api/uploads", json={"name": "b", "size": 1000})
    assert (answer.status_code, answer.json()["error"]["what"]) == (
        507, "upload: the disk has no room for 1,000 bytes.",
    )  # fmt: skip
    client.delete(f"/api/uploads/{first['id']}")
    assert client.post("/api/uploads", json={"name": "b", "size": 1000}).status_code == 200


def test_one_person_has_so_much_on_the_way_and_no_more(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_ON_THE_WAY_BYTES", 2000)
    first = client.post("/api/uploads", json={"name": "a", "size": 1500}).json()
    answer = client.post("/api/uploads", json={"name": "b", "size": 600})
    assert answer.status_code == 507
    assert "Person A has 1,500 bytes on the way; with 600 more it is over 2,000" in answer.json()["error"]["what"]
    files = [{"name": f"a.{at}.png", "size": 300} for at in (1, 2)]
    assert client.post("/api/sequences", json={"name": "s", "files": files}).status_code == 507
    client.put("/api/me", json={"name": OTHER.name})
    assert client.post("/api/uploads", json={"name": "b", "size": 600}).status_code == 200
    client.put("/api/me", json={"name": "Person A"})
    client.delete(f"/api/uploads/{first['id']}")
    assert client.post("/api/uploads", json={"name": "b", "size": 600}).status_code == 200


def test_what_was_given_up_is_taken_away_after_a_week(client: TestClient, folder: Path) -> None:
    old = client.post("/api/uploads", json={"name": "a", "size": 10}).json()["id"]
    path = folder / "scratch" / "uploads" / old / "a"
    os.utime(path, (time.time() - uploads.GIVEN_UP_S - 60,) * 2)
    client.post("/api/uploads", json={"name": "b", "size": 10})
    assert old not in [one.name for one in held(folder)]
    assert len(held(folder)) == 1
