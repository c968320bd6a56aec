"""Frames as pictures: each is its own, whatever was asked before."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from manyhands.actions import intake
from manyhands.actions.studio import enter
from manyhands.core.clip import Clip
from manyhands.core.frame import Frame
from manyhands.core.span import Span
from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from manyhands.rights import terms_named
from tests.plates import CAMERA
from tests.web.conftest import ME, SHOT, settled
from tests.web.test_orders import proposed

COLUMNS = 8


def numbered(number: int, *, width: int = 128, height: int = 64) -> np.ndarray:
    """A picture that carries its number: a bar for each binary digit, bright for one."""
    rgba = np.full((height, width, 4), 0.02, np.float32)
    for digit in range(COLUMNS):
        if number >> digit & 1:
            rgba[:, digit * width // COLUMNS : (digit + 1) * width // COLUMNS, :3] = 0.8
    rgba[..., 3] = 1
    return rgba


def read(picture: np.ndarray) -> int:
    """The number that a picture carries."""
    width = picture.shape[1]
    middles = [(2 * digit + 1) * width // (2 * COLUMNS) for digit in range(COLUMNS)]
    return sum(1 << digit for digit, x in enumerate(middles) if picture[:, x].mean() > 100)


def numbered_movie(path: Path, frames: int) -> Path:
    span = Span(length=frames, rate_fps=Fraction(24))
    clip = Clip(span, 128, 64, lambda at: Frame.of(numbered(at - span.start), CAMERA))
    write_master(path, clip, span=span, format="mp4", view=view_for("rec709"))
    return path


def opened(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


def test_every_frame_of_a_plate_is_its_own_in_any_order(client: TestClient, folder: Path, tmp_path: Path) -> None:
    film = enter(folder)
    source, _ = intake.source(film, ME, numbered_movie(tmp_path / "n.mp4", 40), owner="", terms=terms_named("own"))
    intake.shot(film, ME, source.id, id_="sh020", first=1003, last=1038)
    rng = np.random.Generator(np.random.PCG64(1))
    for at in rng.permutation(np.arange(1003, 1039)):
        answer = client.get(f"/api/shots/sh020/frames/{at}/plate.jpg")
        assert read(opened(answer.content)) == at - 1001
    for at in (1002, 1039):
        assert client.get(f"/api/shots/sh020/frames/{at}/plate.jpg").status_code == 400


def test_a_take_s_pictures_and_whose_hands_are_in_them(client: TestClient) -> None:
    order = client.post(f"/api/shots/{SHOT}/runs", json={"recipe": proposed(client)}).json()
    take = settled(client, order["id"])["result"]
    pictures = {
        name: client.get(f"/api/takes/{take}/frames/1003/{name}")
        for kind in ("take", "plate", "hands")
        for name in (f"{kind}.jpg", f"{kind}.png", f"{kind}.jpg?size=thumb")
    }
    for name, answer in pictures.items():
        assert opened(answer.content).shape == (64, 96, 3), name
        assert answer.headers["content-type"] == ("image/png" if name.endswith("png") else "image/jpeg"), name
        assert "immutable" in answer.headers["cache-control"]
    assert client.get(f"/api/takes/{take}/frames/1003/secret.jpg").status_code == 400
    here = client.get(f"/api/takes/{take}/frames/1003/hands?x=0.5&y=0.1").json()
    assert abs(sum(one["origin_ppm"] for one in here) - 1_000_000) < 2000  # a half-float picture holds 1e-3
    extent = client.get(f"/api/takes/{take}/extent").json()
    assert [one["frame"] for one in extent] == list(range(1001, 1007))
    for x, y in ((-0.1, 0.5), (0.5, 1.1)):
        assert client.get(f"/api/takes/{take}/frames/1003/hands?x={x}&y={y}").status_code == 400
    assert client.get(f"/api/takes/{take}/frames/1003/hands?x=nan&y=0.5").status_code == 400


@pytest.mark.slow
def test_what_is_set_by_hand_is_seen_before_it_is_proposed(client: TestClient) -> None:
    recipe = proposed(client, "a darker sky")
    step = client.get(f"/api/shots/{SHOT}").json()["answers"][0]["offers"][1]["steps"]
    stops = next(one for each in step for one in each["controls"] if one["name"] == "stops")
    pictures = []
    for value in (0, -3):
        wish = {"like": recipe, "settings": [f"{stops['set']}={value}"], "frame": 1002}
        answer = client.post(f"/api/shots/{SHOT}/drafts", json=wish)
        assert answer.status_code == 200, answer.text
        pictures.append(opened(answer.content).astype(float))
    assert pictures[0][:5].mean() > pictures[1][:5].mean() + 10  # the sky
    head = client.get("/api/production").json()["head"]
    wrong = {"like": recipe, "settings": [f"{stops['set']}=1000"], "frame": 1002}
    assert client.post(f"/api/shots/{SHOT}/drafts", json=wrong).json()["error"]["kind"] == "ParameterError"
    assert client.get("/api/production").json()["head"] == head
