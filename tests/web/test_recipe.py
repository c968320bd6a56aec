"""A proposal that is changed in the browser's way: its list of steps, what may be added, undone and done again."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import ME, SHOT, settled

AT = f"/api/shots/{SHOT}"


@pytest.fixture
def offer(client: TestClient) -> dict[str, Any]:
    """The literal reading of a note."""
    answer = client.post(f"{AT}/notes", json={"note": "haze in the distance"}).json()
    return next(one for one in answer["offers"] if one["name"] == "literal")


def changed(client: TestClient, like: str, *settings: str) -> dict[str, Any]:
    answer = client.post(f"{AT}/settings", json={"like": like, "settings": settings, "why": "so"})
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_a_recipe_is_a_list_of_lines_with_what_is_not_as_its_maker_has_it(
    client: TestClient, offer: dict[str, Any]
) -> None:
    made = changed(client, offer["recipe"], "haze.amount=0.63", "add grade", "grade.exposure=0.5")
    lines = {step["name"]: step for step in made["offers"][0]["steps"]}
    assert "amount 63 %" in lines["haze"]["says"]
    assert lines["grade"]["says"] == ["exposure 0.5 stops"]
    assert (lines["haze"]["after"], lines["grade"]["before"]) == ("grade", "haze")


def test_a_sketch_shows_the_steps_as_they_would_be_and_what_is_wrong(client: TestClient, offer: dict[str, Any]) -> None:
    def sketch(*settings: str) -> Any:
        return client.post(f"{AT}/sketches", json={"like": offer["recipe"], "settings": settings})

    found = sketch("add grade", "grade.exposure=0.5").json()
    assert [step["maker"] for step in found["steps"]][-1] == "grade"
    assert found["told"] == ["added grade", "set grade.exposure from 0 to 0.5"]
    refused = sketch("take out haze")
    assert (refused.status_code, "all that the recipe does" in refused.json()["error"]["what"]) == (400, True)
    assert sketch(*["haze.amount=0.6"] * 501).status_code == 400
    makers = client.get(f"{AT}/proposals/{offer['recipe']}/makers").json()
    grade = next(one for one in makers if one["name"] == "grade")
    assert grade["about"]
    assert "skyline" not in {one["name"] for one in makers}


def test_undo_and_redo_are_proposals_and_the_page_shows_where_each_line_stands(
    client: TestClient, offer: dict[str, Any]
) -> None:
    once = changed(client, offer["recipe"], "haze.amount=0.9")["offers"][0]["recipe"]
    twice = changed(client, once, "add grade")["offers"][0]["recipe"]
    other = changed(client, offer["recipe"], "haze.low=0.3")["offers"][0]["recipe"]  # beside it, from the offer
    page = client.get(AT).json()["answers"]
    assert [one["offers"][0]["recipe"] for one in page[:2]] == [other, twice]  # `once` went on as `twice`
    assert len(page) == 3
    answer = client.post(f"{AT}/undo", json={"like": twice}).json()
    assert answer["offers"][0]["recipe"] == once
    assert [(one["written"], one["by"], one["undone_by"]) for one in answer["adjustments"]] == [
        ("haze.amount=0.9", ME.name, ""),
        ("add grade", ME.name, ME.name),
    ]
    page = client.get(AT).json()["answers"]
    assert [one["offers"][0]["recipe"] for one in page[:2]] == [once, other]
    assert page[0]["id"] == answer["id"]
    again = client.post(f"{AT}/redo", json={"like": once, "changes": [2]}).json()
    assert again["offers"][0]["recipe"] == twice
    assert client.post(f"{AT}/redo", json={"like": twice}).status_code == 409


def test_a_note_stays_in_sight_however_often_it_was_changed_by_hand(client: TestClient, offer: dict[str, Any]) -> None:
    like = offer["recipe"]
    for amount in (0.6, 0.7, 0.8, 0.9):
        like = changed(client, like, f"haze.amount={amount}")["offers"][0]["recipe"]
    page = client.get(AT).json()["answers"]
    assert [len(one["offers"]) for one in page] == [1, 3]
    assert len(page[0]["adjustments"]) == 4


def test_a_picture_is_ordered_and_tells_where_it_stands(client: TestClient, offer: dict[str, Any]) -> None:
    for order in client.get(AT).json()["orders"]:
        settled(client, order["order"]["id"])
    recipe = changed(client, offer["recipe"], "haze.amount=0.9")["offers"][0]["recipe"]
    order = client.post(f"{AT}/proposals/{recipe}/previews").json()  # the one that came with it is still open, or over
    assert order["recipes"] == [recipe]
    assert settled(client, order["id"])["state"] == "done"
    shown = client.get(AT).json()["answers"][0]["offers"][0]
    assert (shown["has_preview"], shown["no_preview"]) == (True, "")
    assert client.post(f"{AT}/proposals/none/previews").status_code == 404
