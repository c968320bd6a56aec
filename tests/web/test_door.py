"""Who may come in, what a page may load, and the one shape of an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from manyhands.web.app import studio_app
from manyhands.web.desk import Desk
from manyhands.web.door import COOKIE, HEADER, key_of
from tests.web.conftest import KEY, served


@pytest.fixture
def stranger(folder: Path) -> TestClient:
    return TestClient(studio_app(Desk(folder, "Person A"), key=KEY), base_url="http://127.0.0.1")


def refused(answer: object, kind: str = "RoleError") -> dict[str, object]:
    body = answer.json()  # type: ignore[attr-defined]
    assert list(body) == ["error"]
    assert list(body["error"]) == ["kind", "what", "fix", "about", "status"]
    assert body["error"]["kind"] == kind
    assert body["error"]["fix"]
    return body["error"]  # type: ignore[no-any-return]


def test_who_has_no_key_gets_nothing(stranger: TestClient) -> None:
    for path in ("/", "/api/shots", "/api/openapi.json", "/api/events", "/assets/x.js", "/enter?key=wrong"):
        answer = stranger.get(path)
        assert answer.status_code == 403, path
        refused(answer)


def test_the_key_lets_a_browser_in_once_and_for_all_its_tabs(stranger: TestClient) -> None:
    answer = stranger.get(f"/enter?key={KEY}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.get("/api/shots").status_code == 200


def test_the_key_is_its_persons_alone_and_the_same_after_a_restart(folder: Path) -> None:
    key = key_of(folder)
    assert (folder / "keys" / "studio.key").stat().st_mode & 0o077 == 0
    assert key_of(folder) == key
    assert len(key) > 30


def test_a_page_far_away_cannot_pass_itself_off_as_it(stranger: TestClient) -> None:
    stranger.cookies.set(COOKIE, KEY)
    for host in ("evil.example", "127.0.0.1.evil.example", "127.0.0.1.evil.example:7411", ""):
        refused(stranger.get("/api/shots", headers={"host": host}))
    assert stranger.get("/api/shots", headers={"host": "localhost:7411"}).status_code == 200


def test_another_page_in_the_browser_changes_nothing(stranger: TestClient, folder: Path) -> None:
    stranger.cookies.set(COOKIE, KEY)
    # what another page can send without being asked about: a form, and a fetch with no header of its own
    refused(stranger.post("/api/shots/sh010/notes", json={"note": "haze"}))
    refused(stranger.post("/api/shots/sh010/notes", data={"note": "haze"}))
    assert stranger.get("/api/shots/sh010").json()["notes"] == []
    said = stranger.post("/api/shots/sh010/notes", json={"note": "haze in the distance"}, headers={HEADER: "1"})
    assert said.status_code == 200


def test_every_answer_says_what_a_page_may_load(client: TestClient) -> None:
    for path in ("/api/shots", "/api/nothing", "/", "/api/shots/sh010/frames/1001/plate.jpg"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_every_error_has_the_one_shape(client: TestClient) -> None:
    refused(client.get("/api/nothing"), "NotFoundError")
    refused(client.get("/api/shots/none"), "NotFoundError")
    refused(client.get("/api/shots/sh010/frames/9/plate.jpg"), "InputError")
    refused(client.get("/api/shots/sh010/frames/nine/plate.jpg"), "InputError")
    refused(client.post("/api/shots/sh010/notes", json={"nota": 3}), "InputError")
    refused(client.post("/api/shots/sh010/notes", json={"note": ""}), "NoteError")
    refused(client.post("/api/shots/sh010/notes", content=b"{"), "InputError")
    refused(client.delete("/api/shots"), "InputError")


def test_what_a_role_may_not_do_is_refused_and_leaves_no_line(folder: Path) -> None:
    with served(folder, by="Person B") as artist:
        head = artist.get("/api/production").json()["head"]
        refused(artist.put("/api/sources/house-mp4/terms", json={"terms": "own"}))
        refused(artist.post("/api/shots/sh010/delivery", json={}))
        assert artist.get("/api/production").json()["head"] == head
    with served(folder, by="Person C") as nobody:
        refused(nobody.post("/api/shots/sh010/notes", json={"note": "haze"}))


def test_every_route_tells_what_it_does(folder: Path) -> None:
    schema = studio_app(Desk(folder), key=KEY).openapi()
    told = {
        f"{method} {path}": operation.get("description", "")
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    }
    assert len(told) > 20
    assert not [name for name, text in told.items() if not text.endswith(".")]
