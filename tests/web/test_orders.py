"""Orders go on when nobody looks, after a restart and after a kill."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from manyhands.actions import orders
from manyhands.actions.studio import Studio, enter
from manyhands.core.errors import NotFoundError, RoleError, StateError
from manyhands.core.hand import person
from manyhands.web.desk import Desk
from manyhands.web.hands import Hands
from tests.web.conftest import ME, SHOT, put_down, served, settled, until

NOTE = "haze in the distance"


def proposed(client: TestClient, note: str = NOTE) -> str:
    answer = client.post(f"/api/shots/{SHOT}/notes", json={"note": note}).json()
    return next(one["recipe"] for one in answer["offers"] if one["name"] == "literal")  # type: ignore[no-any-return]


def test_the_whole_way_from_a_note_to_files(client: TestClient) -> None:
    recipe = proposed(client)
    shot: dict[str, Any] = {}

    def pictured() -> bool:
        shot.update(client.get(f"/api/shots/{SHOT}").json())
        return all(one["has_preview"] for one in shot["answers"][0]["offers"])

    until(pictured, what="previews")
    moving = client.get(f"/api/shots/{SHOT}/proposals/{recipe}/preview.mp4")
    assert moving.headers["content-type"] == "video/mp4"
    order = client.post(f"/api/shots/{SHOT}/runs", json={"recipe": recipe}).json()
    take = settled(client, order["id"])["result"]
    shot = client.get(f"/api/shots/{SHOT}").json()
    assert [one["id"] for one in shot["takes"]] == [take]
    assert shot["standing"] == "taken"
    assert sum(one["origin_ppm"] for one in shot["takes"][0]["extent"]) + shot["takes"][0]["empty_ppm"] == 1_000_000
    early = client.post(f"/api/shots/{SHOT}/delivery", json={}).json()
    assert settled(client, early["id"])["error"]["kind"] == "StateError"  # nobody has accepted it
    client.post(f"/api/takes/{take}/looks")
    said = client.post(f"/api/takes/{take}/decisions", json={"verdict": "accept", "reason": "it sits"}).json()
    assert (said["verdicts"][0]["by"], said["verdicts"][0]["saw_it"]) == (ME.name, True)
    assert client.get(f"/api/shots/{SHOT}/gate").json()["may"]
    order = client.post(f"/api/shots/{SHOT}/delivery", json={}).json()
    over = settled(client, order["id"])
    assert over["state"] == "done", over
    files = {one["name"]: one for one in client.get(f"/api/shots/{SHOT}/delivery").json()}
    assert files["disclosure.html"]["kind"] == "page"
    assert all(client.get(f"/api/shots/{SHOT}/delivery/{name}").status_code == 200 for name in files)
    assert client.get(f"/api/shots/{SHOT}/delivery/..%2f..%2fmanyhands.db").status_code == 404


def test_asked_twice_is_one_order(client: TestClient) -> None:
    recipe = proposed(client)
    first, second = (client.post(f"/api/shots/{SHOT}/runs", json={"recipe": recipe}).json() for _ in range(2))
    assert first == second


def test_a_killed_worker_s_order_is_taken_up_again(client: TestClient, folder: Path) -> None:
    recipe = proposed(client)
    order = client.post(f"/api/shots/{SHOT}/runs", json={"recipe": recipe}).json()
    process = folder / orders.FOLDER / order["id"] / "process"
    first = int(until(lambda: process.is_file() and process.read_text(), what="the worker"))
    os.kill(first, signal.SIGKILL)
    over = settled(client, order["id"])
    assert over["state"] == "done", over
    assert int(process.read_text()) != first


def test_an_order_goes_on_while_no_server_is_there_and_the_next_one_sees_it(folder: Path) -> None:
    with served(folder) as before:
        recipe = proposed(before)
        order = before.post(f"/api/shots/{SHOT}/runs", json={"recipe": recipe}).json()
    with served(folder) as after:
        assert settled(after, order["id"])["state"] == "done"


def test_a_stopped_order_says_so_and_can_be_asked_for_again(folder: Path) -> None:
    studio = replace(enter(folder), door="studio", workers=0)
    by = person("Person A")
    made = orders.order(studio, by, "previews", SHOT, recipes=("r-none",))
    assert orders.standing(studio, made.id).state == "waiting"
    assert orders.stop(studio, by, made.id).state == "stopped"
    with pytest.raises(StateError, match="it is stopped"):
        orders.stop(studio, by, made.id)
    assert orders.waiting(studio) == []
    assert orders.order(studio, by, "previews", SHOT, recipes=("r-none",)).id != made.id


def test_what_fails_keeps_its_error(folder: Path) -> None:
    studio = replace(enter(folder), workers=0)
    made = orders.order(studio, ME, "previews", SHOT, recipes=("r-none",))
    over = orders.carry_out(studio, made.id)
    assert (over.state, over.error and over.error["kind"]) == ("failed", "NotFoundError")
    assert orders.carry_out(studio, made.id) == over  # it is over, and is not tried again by itself


def test_what_may_not_be_asked_is_refused_before_any_work(folder: Path) -> None:
    studio = enter(folder)
    with pytest.raises(RoleError):
        orders.order(studio, person("Person B"), "deliver", SHOT)
    with pytest.raises(NotFoundError):
        orders.order(studio, ME, "run", "sh999", recipes=())
    with pytest.raises(NotFoundError):
        orders.standing(studio, "../keys")
    assert orders.standings(studio) == []


def test_a_server_that_goes_while_it_starts_a_worker_leaves_none_unwatched(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(folder, ME.name)
    hands, looking, gone = Hands(desk), threading.Event(), threading.Event()
    orders.order(desk.studio, ME, "previews", SHOT, recipes=("r-none",))
    waiting = orders.waiting

    def slowly(studio: Studio) -> list[orders.Order]:
        looking.set()
        gone.wait(0.3)
        return waiting(studio)

    monkeypatch.setattr(orders, "waiting", slowly)
    starting = threading.Thread(target=hands.take_up)
    starting.start()
    looking.wait()
    hands.leave()
    gone.set()
    starting.join()
    assert hands._process is None
    hands.take_up()
    assert hands._process is None
    desk.close()
    put_down(folder)
