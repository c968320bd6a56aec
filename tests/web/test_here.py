"""What is drawn on the picture with a note: measured in the take, where it was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from manyhands.actions import intake, studio
from manyhands.actions.studio import enter
from manyhands.actions.takes import take_frame
from manyhands.core.take import Take
from manyhands.rights import terms_named
from tests.web.conftest import ME, SHOT, movie, served, settled

WIDTH, HEIGHT, DRIFT = 96, 64, 1.5


@pytest.fixture(scope="module")
def drifting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A production whose plate's camera drifts."""
    folder = tmp_path_factory.mktemp("drifting")
    film = studio.new(folder / "film", ME, name="A film", door="studio")
    clip = movie(folder / "house.mp4", 6, width=WIDTH, height=HEIGHT, drift=DRIFT)
    source, _ = intake.source(film, ME, clip, owner=ME.name, terms=terms_named("own", credit=""))
    intake.shot(film, ME, source.id)
    film.close()
    return folder / "film"


@pytest.fixture
def client(drifting: Path) -> Iterator[TestClient]:
    with served(drifting) as found:
        yield found


def said(client: TestClient, note: str, here: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/shots/{SHOT}/notes", json={"note": note, "here": here})
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def made(client: TestClient, folder: Path, answer: dict[str, Any], name: str = "literal") -> tuple[Any, Take]:
    recipe = next(one["recipe"] for one in answer["offers"] if one["name"] == name)
    order = client.post(f"/api/shots/{SHOT}/runs", json={"recipe": recipe}).json()
    over = settled(client, order["id"])
    assert over["state"] == "done", over
    film = enter(folder)
    return film, film.production.get(Take, over["result"])


def value(answer: dict[str, Any], reading: str, setting: str) -> Any:
    offer = next(one for one in answer["offers"] if one["name"] == reading)
    return next(one["value"] for step in offer["steps"] for one in step["controls"] if one["set"] == setting)


def test_smoke_stands_where_the_click_was(client: TestClient, drifting: Path) -> None:
    at = (0.5, 0.75)  # on the house, behind which smoke stands where nobody points
    answer = said(client, "thick black smoke here", {"frame": 1004, "strokes": [{"tool": "point", "points": [at]}]})
    assert (answer["set_by"], answer["not_understood"]) == (ME.name, [])
    assert not any("here" in reason for reason in answer["offers"][1]["why"])
    for reading in ("restrained", "literal", "bold"):
        assert value(answer, reading, "place.behind") == 0
        assert value(answer, reading, "place.at") == pytest.approx([at[0] * WIDTH, at[1] * HEIGHT])
    film, take = made(client, drifting, answer)
    smoke = next(hand for hand in take.hands if hand.name == "smoke")
    frame = take_frame(film, take, 1004)
    cover = frame.authorship.weights[frame.authorship.hands.index(smoke)]
    below = cover[int(at[1] * HEIGHT) - 4 : int(at[1] * HEIGHT)].sum(0)
    middle = float((below * (np.arange(WIDTH) + 0.5)).sum() / below.sum())
    assert abs(middle - at[0] * WIDTH) < 8  # its foot, in the frame that was clicked in
    assert cover[int(at[1] * HEIGHT) + 6 :].max() < 0.1  # and nothing of it below


def test_what_the_note_puts_behind_something_stays_behind_it(client: TestClient) -> None:
    answer = said(
        client, "thick smoke behind the roof", {"frame": 1001, "strokes": [{"tool": "point", "points": [(0.4, 0.5)]}]}
    )
    assert value(answer, "literal", "place.behind") == 1
    assert value(answer, "literal", "place.at") == pytest.approx([0.4 * WIDTH, 0.5 * HEIGHT])


def touched(film: Any, take: Take, at: int) -> np.ndarray:
    """(H, W): where another hand than the camera's made or altered a pixel."""
    authorship = take_frame(film, take, at).authorship
    made = [plane for hand, plane in zip(authorship.hands, authorship.weights, strict=True) if hand.name == "remove"]
    return np.asarray(np.max([*made, *authorship.alterations], axis=0) > 0)


def test_removal_happens_within_the_drawn_box_and_follows_the_camera(client: TestClient, drifting: Path) -> None:
    left, top, right, bottom = 0.42, 0.55, 0.54, 0.72
    here = {"frame": 1003, "strokes": [{"tool": "box", "points": [(left, top), (right, bottom)]}]}
    answer = said(client, "take out this", here)
    film, take = made(client, drifting, answer)
    for at in (1001, 1003, 1006):
        rows, columns = np.nonzero(touched(film, take, at))
        shift = -DRIFT * (at - 1003)  # the house goes left as the camera drifts right
        edge = 4 + 1.5  # remove replaces so far round its matte
        assert abs(columns.min() - (left * WIDTH + shift)) < edge + 1
        assert abs(columns.max() + 1 - (right * WIDTH + shift)) < edge + 1
        assert rows.min() > top * HEIGHT - edge - 1
        assert rows.max() + 1 < bottom * HEIGHT + edge + 1


def test_a_brush_and_a_polygon_are_mattes(client: TestClient) -> None:
    brush = {"tool": "brush", "points": [(0.4, 0.6), (0.5, 0.65)], "radius": 0.04}
    polygon = {"tool": "polygon", "points": [(0.1, 0.1), (0.2, 0.1), (0.15, 0.3)]}
    answer = said(client, "take out that", {"frame": 1001, "strokes": [brush, polygon]})
    shapes = value(answer, "literal", "roto.shapes")
    assert shapes.count("polygon") == 2
    assert "9.6,6.4 19.2,6.4 14.4,19.2" in shapes


@pytest.mark.parametrize(
    ("here", "says"),
    [
        ({"frame": 9999, "strokes": [{"tool": "point", "points": [(0.5, 0.5)]}]}, "not in the shot"),
        ({"frame": 1001, "strokes": [{"tool": "point", "points": [(1.5, 0.5)]}]}, "a point has 1 points"),
        ({"frame": 1001, "strokes": [{"tool": "polygon", "points": [(0.5, 0.5)]}]}, "takes 3 or more"),
        ({"frame": 1001, "strokes": [{"tool": "box", "points": [(0.5, 0.5), (0.501, 0.9)]}]}, "2 px or more"),
    ],
)
def test_what_cannot_be_meant_is_refused(client: TestClient, here: dict[str, Any], says: str) -> None:
    answer = client.post(f"/api/shots/{SHOT}/notes", json={"note": "thick smoke", "here": here})
    assert answer.status_code in (400, 409, 422), answer.text
    assert says in answer.json()["error"]["what"]


def test_what_nothing_takes_is_told(client: TestClient) -> None:
    answer = said(client, "warmer", {"frame": 1001, "strokes": [{"tool": "point", "points": [(0.5, 0.5)]}]})
    assert any("nothing that the note asks takes one" in reason for reason in answer["offers"][0]["why"])
    assert answer["set_by"] == ""
