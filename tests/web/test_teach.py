"""Teaching by the routes: what is painted is kept, refused where it is no matte, brought in, learned, told of."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from manyhands.actions import intake, studio
from manyhands.actions.studio import enter
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.taught import HEIGHT, WIDTH, plate, true_matte
from tests.web.conftest import ME, OTHER, SHOT, served, settled

ASKED = [1003, 1007, 1011]
"""In the middle of each third of 12 frames."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A production with a shot in which a disc goes over a wall."""
    film = studio.new(tmp_path / "film", ME, name="A film", door="studio")
    clip = plate()
    write_master(tmp_path / "disc.mov", clip, span=clip.span, format="prores422hq", view=view_for("rec709"))
    source, _ = intake.source(film, ME, tmp_path / "disc.mov", owner=ME.name, terms=terms_named("own", credit=""))
    intake.shot(film, ME, source.id)
    studio.person(film, ME, OTHER, roles=("artist",))
    film.close()
    return tmp_path / "film"


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    with served(folder) as found:
        yield found


def matte_of(at: int) -> np.ndarray:
    return np.round(255 * true_matte(at - 1001)).astype(np.uint8)


def png_of(matte: np.ndarray) -> bytes:
    return cv2.imencode(".png", matte)[1].tobytes()


def put(client: TestClient, at: int, png: bytes) -> Any:
    return client.put(f"/api/shots/{SHOT}/teach/frames/{at}.png", content=png)


def test_what_is_painted_is_there_again_and_everybody_has_their_own(folder: Path, client: TestClient) -> None:
    lesson = client.get(f"/api/shots/{SHOT}/teach").json()
    assert (lesson["asked_for"], lesson["painted"], lesson["learned"]) == (ASKED, [], [])
    assert client.get(f"/api/shots/{SHOT}/teach/frames/1003.png").status_code == 204
    kept = put(client, 1003, png_of(matte_of(1003))).json()
    assert kept == {"frame": 1003, "share": pytest.approx(matte_of(1003).mean() / 255, abs=1e-4)}
    with served(folder) as again:  # as after a restart
        back = again.get(f"/api/shots/{SHOT}/teach/frames/1003.png").content
        assert (cv2.imdecode(np.frombuffer(back, np.uint8), cv2.IMREAD_UNCHANGED) == matte_of(1003)).all()
    with served(folder, by=OTHER.name) as other:
        assert other.get(f"/api/shots/{SHOT}/teach").json()["painted"] == []
    assert client.delete(f"/api/shots/{SHOT}/teach/frames/1003").status_code == 204
    assert client.get(f"/api/shots/{SHOT}/teach").json()["painted"] == []


def bomb() -> bytes:
    """A PNG whose head tells of a picture that no memory holds."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 1_000_000, 1_000_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("png", "says"),
    [
        (b"", "no PNG"),
        (b"<svg onload=alert(1)>" * 9, "no PNG"),
        (bomb(), "the plate is 96x64"),
        (png_of(np.zeros((10, 10), np.uint8)), "it is 10x10"),
        (png_of(np.zeros((HEIGHT, WIDTH, 3), np.uint8)), "colours of type 2"),
        (png_of(np.zeros((HEIGHT, WIDTH), np.uint16)), "16 bits"),
        (png_of(matte_of(1003))[:60], "damaged"),
    ],
)
def test_what_is_no_matte_of_this_plate_is_refused(client: TestClient, png: bytes, says: str) -> None:
    answer = put(client, 1003, png)
    assert answer.status_code == 400, answer.text
    assert says in answer.json()["error"]["what"]
    assert client.get(f"/api/shots/{SHOT}/teach").json()["painted"] == []


def test_a_frame_that_the_shot_has_not_cannot_be_painted(client: TestClient) -> None:
    assert "no frame 1013" in put(client, 1013, png_of(matte_of(1003))).json()["error"]["what"]


def test_nothing_painted_or_all_black_teaches_nothing(client: TestClient) -> None:
    assert "nothing is painted yet" in client.post(f"/api/shots/{SHOT}/teach", json={}).json()["error"]["what"]
    put(client, 1003, png_of(np.zeros((HEIGHT, WIDTH), np.uint8)))
    assert "nothing is white" in client.post(f"/api/shots/{SHOT}/teach", json={}).json()["error"]["what"]


@pytest.mark.slow
def test_painted_frames_are_learned_and_told_of(client: TestClient, folder: Path) -> None:
    for at in ASKED:
        put(client, at, png_of(matte_of(at)))
    made = client.post(
        f"/api/shots/{SHOT}/teach", json={"thing": "disc", "note": "a warmer cutout", "steps": 75}
    ).json()
    over = settled(client, made["order"]["id"])
    assert over["state"] == "done", over
    lesson = client.get(f"/api/shots/{SHOT}/teach").json()
    (learned,) = lesson["learned"]
    assert (lesson["recipe"], lesson["take"]) == (made["recipe"], over["result"])
    assert learned["has_learned"]
    assert learned["steps"] == learned["of"] == 75
    assert [one["frame"] for one in learned["fits"]] == ASKED
    assert learned["held_out"]["frame"] == 1007
    assert lesson["asked_for"] == learned["paint_next"]
    assert f"{ME.name} (terms own)" in learned["report"]
    assert client.get(learned["picture"]).headers["content-type"] == "image/png"
    film = enter(folder)
    (painted,) = [one for one in film.production.all(Source) if one.role == "painted"]
    assert (painted.title, painted.painted_by, painted.is_sparse) == ("disc", ME.name, True)
    assert {use.hand.name for use in film.production.get(Take, over["result"]).uses} >= {ME.name}
