"""Files that come in pieces: kept, gone on with, and hostile by assumption."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from manyhands.web import uploads
from tests.web.conftest import served


def sent(client: TestClient, path: Path, *, piece: int = 1000, name: str = "") -> dict[str, object]:
    content = path.read_bytes()
    upload = client.post("/api/uploads", json={"name": name or path.name, "size": len(content)}).json()
    for at in range(0, len(content), piece):
        answer = client.patch(f"/api/uploads/{upload['id']}?offset={at}", content=content[at : at + piece])
        assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_a_clip_in_pieces_becomes_a_source_and_a_shot(client: TestClient, clip: Path) -> None:
    upload = sent(client, clip, name="../../etc/my clip.mp4")
    assert upload["name"] == "my clip.mp4"
    source = client.post(f"/api/uploads/{upload['id']}/source", json={"terms": "own"}).json()
    assert (source["title"], source["owner"], source["licence"]) == ("my clip.mp4", "Person A", "own")
    shot = client.post("/api/shots", json={"source": source["id"], "id": "sh020"}).json()
    assert (shot["frames"]["first"], shot["frames"]["last"]) == (1001, 1006)
    assert client.get(f"/api/uploads/{upload['id']}").status_code == 404  # it was brought in


def test_an_upload_goes_on_where_it_stopped_also_after_a_restart(folder: Path, clip: Path) -> None:
    content = clip.read_bytes()
    with served(folder) as before:
        upload = before.post("/api/uploads", json={"name": "a.mp4", "size": len(content)}).json()
        before.patch(f"/api/uploads/{upload['id']}?offset=0", content=content[:700])
    with served(folder) as after:
        there = after.get(f"/api/uploads/{upload['id']}").json()["there"]
        assert there == 700
        wrong = after.patch(f"/api/uploads/{upload['id']}?offset=0", content=content[:700])
        assert wrong.status_code == 409
        assert wrong.json()["error"]["about"]["there"] == 700
        early = after.post(f"/api/uploads/{upload['id']}/source", json={"terms": "own"})
        assert early.status_code == 409
        after.patch(f"/api/uploads/{upload['id']}?offset=700", content=content[700:])
        assert after.post(f"/api/uploads/{upload['id']}/source", json={"terms": "own"}).status_code == 200


def test_more_than_was_said_is_not_taken(client: TestClient) -> None:
    upload = client.post("/api/uploads", json={"name": "a.mp4", "size": 10}).json()
    answer = client.patch(f"/api/uploads/{upload['id']}?offset=0", content=b"x" * 11)
    assert answer.status_code == 400
    assert client.get(f"/api/uploads/{upload['id']}").json()["there"] == 0


@pytest.mark.parametrize("size", [0, -1, 1 << 60])
def test_a_size_that_is_none_is_refused(client: TestClient, size: int) -> None:
    assert client.post("/api/uploads", json={"name": "a", "size": size}).status_code in (400, 507)


def test_what_is_no_footage_is_refused_and_nothing_is_kept_of_it(client: TestClient, tmp_path: Path) -> None:
    for name, content in (
        ("a.mp4", b"no movie at all"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("a.zip", b"PK\x03\x04" + bytes(100)),
        ("a.exr", b"\x76\x2f\x31\x01" + bytes(8)),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20)),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        upload = sent(client, path)
        answer = client.post(f"/api/uploads/{upload['id']}/source", json={"terms": "own"})
        assert answer.status_code == 415, (name, answer.text)
    assert [one["title"] for one in client.get("/api/sources").json()] == ["house.mp4"]


@given(st.text(max_size=300))
def test_a_name_leads_nowhere_else(name: str) -> None:
    safe = uploads.safe_name(name)
    assert 0 < len(safe) <= uploads.LONGEST_NAME
    assert len(safe.encode()) <= uploads.MOST_NAME_BYTES
    assert Path(safe).name == safe
    assert safe not in (".", "..")
    assert not safe.startswith(".")
    assert os.path.normpath(f"/x/{safe}") == f"/x/{safe}"
    assert safe.isprintable() or all(letter.isprintable() or letter.isspace() for letter in safe)


@pytest.mark.parametrize("upload", ["../keys", "a" * 32 + "/..", "%2e%2e", "A" * 32, "x"])
def test_an_upload_s_name_is_its_own(client: TestClient, upload: str) -> None:
    assert client.get(f"/api/uploads/{upload}").status_code in (404, 405)
