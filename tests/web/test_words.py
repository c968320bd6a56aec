"""A person's word on a take that does their task, by the studio's routes: asked, declined, gone over, told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from manyhands.actions import labour
from manyhands.actions.studio import enter
from tests.web.conftest import ME, OTHER, SHOT, movie, served
from tests.web.rooms import furnished
from tests.web.test_door import refused
from tests.web.test_rooms import head, told

GIVEN = "task-warm-it-1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film whose accepted take, run by Person A, does the look that was given to Person B."""
    folder = tmp_path_factory.mktemp("words")
    path = furnished(folder, movie(folder / "house.mp4", 2))
    film = enter(path)
    labour.task(film, ME, "warm it", OTHER, role="artist", shot=SHOT, craft="look", department="grading")
    film.close()
    return path


def word(client: TestClient) -> Any:
    (found,) = told(client, f"/shots/{SHOT}/words")
    return found


def test_a_take_s_tasks_are_told_with_who_may_say_what(room: TestClient, film: Path) -> None:
    one = word(room)
    assert (one["task"], one["craft"], one["person"], one["stands"]) == (GIVEN, "look", "Person B", "")
    assert (one["is_mine"], one["is_ours"], one["may_go_on"]) == (False, False, False)
    assert one["from_then"]  # silence is gone over only after a week
    assert "Person B" not in one["tells"]
    with served(film, by="Person B") as artist:
        assert (word(artist)["is_mine"], word(artist)["may_go_on"]) == (True, False)
        assert "word" in [each["what"] for each in told(artist, "/mine")["waits"]]
    with served(film, by="Person Z") as stranger:
        refused(stranger.get(f"/api/shots/{SHOT}/words"))


def test_a_no_has_a_reason_and_only_a_producer_goes_over_it_with_another(room: TestClient, film: Path) -> None:
    path, take = f"/api/shots/{SHOT}/words", word(room)["take"]
    no = {"task": GIVEN, "take": take, "decline": True}
    over = {"task": GIVEN, "take": take, "why": "time is short"}
    before = head(room)
    refused(room.post(path, json=no))  # it is Person B's word
    refused(room.post(f"{path}/over", json=over), "StateError")  # nobody said no, and there is time left
    with served(film, by="Person B") as artist:
        refused(artist.post(path, json=no), "InputError")
        refused(artist.post(f"{path}/over", json=over))
        assert head(room) == before
        (said,) = artist.post(path, json={**no, "note": "let me do it"}).json()
        assert (said["stands"], said["by"], said["why"]) == ("declined", "Person B", "let me do it")
    assert word(room)["may_go_on"]
    stopping = {one["rule"] for one in told(room, f"/shots/{SHOT}/gate")["rules"] if one["stops"]}
    assert "H7" in stopping
    refused(room.post(f"{path}/over", json={**over, "why": " "}), "InputError")
    refused(room.post(f"/api/shots/{SHOT}/approvals/H7", json={"why": "so"}), "RightsError")  # no approval lifts a no
    (gone,) = room.post(f"{path}/over", json=over).json()
    assert (gone["stands"], gone["by"], gone["may_go_on"]) == ("overridden", ME.name, False)
    refused(room.post(f"{path}/over", json=over), "StateError")
    assert "H7" not in {one["rule"] for one in told(room, f"/shots/{SHOT}/gate")["rules"] if one["stops"]}


def test_what_the_producer_is_shown_is_what_the_audience_is_told(room: TestClient, film: Path) -> None:
    from manyhands.actions.replaced import told_of_tasks
    from manyhands.core.take import Take

    shown = word(room)
    with served(film, by="Person B") as artist:
        artist.post(
            f"/api/shots/{SHOT}/words", json={"task": GIVEN, "take": shown["take"], "decline": True, "note": "no"}
        )
    room.post(f"/api/shots/{SHOT}/words/over", json={"task": GIVEN, "take": shown["take"], "why": "time is short"})
    opened = enter(film)
    assert told_of_tasks(opened, opened.production.get(Take, shown["take"])) == (shown["tells"] + "time is short",)
    opened.close()


def test_an_acknowledgement_opens_the_gate_and_what_is_said_last_counts(film: Path) -> None:
    with served(film, by="Person B") as artist:
        wish = {"task": GIVEN, "take": word(artist)["take"]}
        (said,) = artist.post(f"/api/shots/{SHOT}/words", json=wish).json()
        assert said["stands"] == "acknowledged"
        assert "word" not in [each["what"] for each in told(artist, "/mine")["waits"]]
        (said,) = artist.post(f"/api/shots/{SHOT}/words", json={**wish, "decline": True, "note": "after all"}).json()
        assert said["stands"] == "declined"
