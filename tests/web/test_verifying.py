"""A dropped file is verified and not kept; a delivered master is shown as a reader of its credentials sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.doors import here
from tests.web.conftest import ME, movie, served


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A production with a delivered shot, where the studio puts it."""
    folder = tmp_path_factory.mktemp("delivered")
    clip, film = movie(folder / "house.mp4", 3), folder / "film"
    words = ["make", clip, "haze in the distance", "-o", film / "delivered" / "sh010", "-p", film, "--by", ME.name]
    assert here(*words, "--own", "--accept", "--why", "the test accepts", "--workers", "0").code == 0
    return film


@pytest.fixture
def client(delivered: Path) -> Iterator[TestClient]:
    with served(delivered) as found:
        yield found


def dropped(client: TestClient, *files: tuple[str, bytes], again: bool = False) -> dict:  # type: ignore[type-arg]
    ids = []
    for name, content in files:
        made = client.post("/api/uploads", json={"name": name, "size": len(content)}).json()
        client.patch(f"/api/uploads/{made['id']}?offset=0", content=content).raise_for_status()
        ids.append(made["id"])
    return client.post("/api/verify", json={"uploads": ids, "again": again}).json()  # type: ignore[no-any-return]


def test_a_delivered_master_is_told_as_a_reader_sees_it(client: TestClient) -> None:
    told = client.get("/api/shots/sh010/credentials").json()
    assert told["state"] == "intact and trusted"
    assert told["is_sound"]
    assert [one["origin"] for one in told["shares"]] == ["camera", "person", "procedure", "trained"]
    assert sum(one["ppm"] for one in told["shares"]) == 1_000_000
    assert sum(one["origin_ppm"] for one in told["hands"]) == 1_000_000
    assert told["decision"]["by"] == ME.name
    assert told["decision"]["was_shown"] is False
    assert told["says"].startswith("Camera and people made")


def test_a_dropped_file_is_verified_and_nothing_of_it_is_kept(client: TestClient, delivered: Path) -> None:
    master = (delivered / "delivered" / "sh010" / "sh010.mp4").read_bytes()
    before = client.get("/api/production").json()
    told = dropped(client, ("film.mp4", master), again=True)
    assert (told["state"], told["measured"]) == ("intact and trusted", "agrees")
    bent = bytearray(master)
    bent[len(bent) // 2] ^= 1
    told = dropped(client, ("film.mp4", bytes(bent)))
    assert told["state"] == "broken"
    assert told["shares"] == []  # what a broken credential says of itself is not repeated
    assert any(one["weight"] == "breaks" and "changed after it was signed" in one["words"] for one in told["findings"])
    assert list((delivered / "scratch" / "uploads").iterdir()) == []
    assert list((delivered / "scratch").glob("verify-*")) == []
    assert client.get("/api/production").json() == before


def test_what_is_no_film_or_too_many_of_them_is_refused(client: TestClient, delivered: Path) -> None:
    assert dropped(client, ("a.txt", b"words"))["state"] == "no credentials"
    assert "2 of the files could be the film" in dropped(client, ("a.mp4", b"a"), ("b.mp4", b"b"))["error"]["what"]
    assert client.post("/api/verify", json={"uploads": ["../../keys"]}).status_code == 404
    assert list((delivered / "scratch" / "uploads").iterdir()) == []


def test_the_audience_s_page_runs_nothing_but_its_own_script_and_is_framed_by_the_studio_alone(
    client: TestClient,
) -> None:
    answer = client.get("/api/shots/sh010/delivery/disclosure.html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'sha256-" in policy
    assert "default-src 'self'" in client.get("/api/shots/sh010/delivery").headers["content-security-policy"]


def test_leave_is_asked_for_the_showing_that_is_wished(client: TestClient) -> None:
    assert client.get("/api/shots/sh010/gate?territory=DE,AT&media=tv&last_day=2031-01-01").json()["errors"] == []
    past = client.get("/api/shots/sh010/gate?last_day=2001-01-01").json()
    assert "which has been" in past["errors"][0]["what"]
    assert not past["may"]
    assert client.get("/api/shots/sh010/gate?territory=XX").status_code == 400
    wish = {"territory": ["XX"], "format": ""}
    assert client.post("/api/shots/sh010/delivery", json=wish).json()["error"]["kind"] == "InputError"


def test_papers_that_are_wanted_are_named_and_written_beside_the_master(client: TestClient) -> None:
    assert isinstance(client.get("/api/shots/sh010/papers").json(), list)
    made = client.post("/api/shots/sh010/papers", json={"names": ["credits"]}).json()
    assert made
    for name in made:
        assert client.get(f"/api/shots/sh010/delivery/{name}").status_code == 200


def test_a_film_s_page_is_verified_with_its_papers_and_says_what_was_changed(
    client: TestClient, delivered: Path, tmp_path: Path
) -> None:
    assert here("disclose", "--film", "-o", tmp_path, "-p", delivered, "--by", ME.name).code == 0
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(files) == {"film.html", "film.json", "root.pem", "sh010.disclosure.json"}
    told = dropped(client, *files.items())
    assert (told["name"], told["state"], told["is_sound"]) == ("film.html", "intact and trusted", True)
    assert [one["shot"] for one in told["shots"]] == ["sh010"]
    assert sum(one["ppm"] for one in told["shares"]) == 1_000_000
    assert told["says"].startswith("Camera and people made")
    assert dropped(client, ("film.json", files["film.json"]))["state"] == "intact and trusted"
    for name, state, says in (
        ("film.html", "broken", "The page was changed"),
        ("film.json", "", ""),
        ("sh010.disclosure.json", "intact and trusted", "The paper of sh010 was changed"),
    ):
        bent = bytearray(files[name])
        bent[len(bent) // 2] ^= 1
        told = dropped(client, *{**files, name: bytes(bent)}.items())
        assert not told["is_sound"], name
        assert not state or told["state"] == state
        assert any(says in one["words"] for one in told["findings"] if one["weight"] != "notes") or not says
        assert told["shares"] == [] or told["state"] != "broken"
    assert list((delivered / "scratch" / "uploads").iterdir()) == []
