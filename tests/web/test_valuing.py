"""Models that several taught, valued and taught again by orders: refused before, made beside the tab, published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from manyhands.actions import adjusting, decisions, intake, orders, proposals, rights, studio, takes
from manyhands.actions.studio import enter
from manyhands.core.grant import permits
from manyhands.core.hand import person
from manyhands.rights import terms_named
from tests.actions.teachers import OWN, garbage, painted, shot_of, truly
from tests.web.conftest import served, settled
from tests.web.test_door import refused
from tests.web.test_rooms import head, told

ME = person("Person P")
GRANT = "by-person-c-1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A disc whose matte Person B painted badly and Person C well, made and accepted; Person C's frames by a grant."""
    folder = tmp_path_factory.mktemp("valuing")
    film = shot_of(folder, 6)
    for name, frames, terms in (
        ("Person B", garbage(1003), OWN), ("Person C", truly(1001, 1005), terms_named("unknown"))
    ):  # fmt: skip
        path = painted(folder / "painted" / name, frames)
        intake.source(film, ME, path, owner=name, terms=terms, role="painted", title=f"by {name}")
    mattes = painted(folder / "truth", truly(*range(1001, 1007)))
    intake.source(film, ME, mattes, owner="Person T", terms=OWN, role="matte", title="truth")
    rights.grant(
        film, ME, work="by-person-c", grantor="Person C", about="this shot", signed_on="2019-05-01",
        terms=permits("composite", "train_shot", "deliver"),
    )  # fmt: skip
    both = "by-person-b+by-person-c"
    proposals.propose(film, ME, "sh010", "a warmer cutout by taught matte", painted=[both], previews=False)
    quick = ["taught.steps=20", "taught.shorter_px=64", "taught.twice=no"]
    answer, _ = adjusting.adjust(film, ME, "sh010", "literal", quick, why="quick", previews=False)
    take = takes.run(film, ME, "sh010", answer.recipes[0])
    decisions.decide(film, ME, take.id, "accept", reason="good")
    for name, role in (("Person B", "artist"), ("Person D", "guest"), ("Person G", "contributor")):
        studio.person(film, ME, person(name), roles=(role,))
    film.close()
    return folder / "film", take.id


@pytest.fixture
def film(made: tuple[Path, str], tmp_path: Path) -> Path:
    return Path(shutil.copytree(made[0], tmp_path / "film"))


@pytest.fixture
def take(made: tuple[Path, str]) -> str:
    return made[1]


@pytest.fixture
def room(film: Path) -> Iterator[TestClient]:
    with served(film, by=ME.name) as found:
        yield found


def test_what_may_not_be_ordered_is_refused_before_any_work(film: Path, take: str, room: TestClient) -> None:
    (shown,) = told(room, "/valuing")["takes"]
    assert (shown["take"], shown["is_accepted"], shown["published"]) == (take, True, None)
    assert [one["name"] for one in shown["painters"]] == ["Person B", "Person C"]
    refused(room.post(f"/api/valuing/{take}/again", json={"of": ["Person B"]}), "NotFoundError")  # nothing is published
    refused(room.post(f"/api/valuing/{take}/without", json={"without": "Person X"}), "NotFoundError")
    refused(room.post(f"/api/valuing/{take}", json={"truth": "by-person-c"}), "InputError")
    refused(room.post("/api/valuing/none", json={}), "NotFoundError")
    for who in ("Person B", "Person D", "Person Z"):
        with served(film, by=who) as client:
            refused(client.post(f"/api/valuing/{take}", json={}))
            refused(client.get(f"/api/valuing/{take}/plan"))
    for who in ("Person D", "Person G", "Person Z"):
        with served(film, by=who) as client:
            refused(client.post(f"/api/valuing/{take}/without", json={"without": "Person B"}))
    assert told(room, "/orders") == []


def test_a_valuing_goes_on_without_a_server_is_published_and_one_subset_is_taught_again(film: Path, take: str) -> None:
    with served(film, by=ME.name) as room:
        plan = told(room, f"/valuing/{take}/plan")
        assert (plan["subsets"], plan["steps"]) == (4, 20)
        asked = [room.post(f"/api/valuing/{take}", json={}).json()["id"] for _ in range(2)]
        assert asked[0] == asked[1]  # who presses twice asks once
    with served(film, by=ME.name) as room:
        over = settled(room, asked[0])
        assert over["state"] == "done", over
        (shown,) = told(room, "/valuing")["takes"]
        assert [one["name"] for one in shown["published"]["gave"]] == ["Person B", "Person C"]
        assert len(shown["published"]["subsets"]) == 4
        assert [one["state"] for one in shown["orders"]] == ["done"]
        file = json.loads(room.get(f"/api/valuing/{take}/published").content)
        assert file["plan"]["take"] == take
    with served(film, by="Person G") as member:  # anybody may check it, who was paid by it first of all
        order = member.post(f"/api/valuing/{take}/again", json={"of": ["Person C"]}).json()
        over = settled(member, order["id"])
        assert (over["state"], over["order"]["by"]) == ("done", "Person G")
        assert over["result"].endswith("the same, bit for bit")
    path = next((film / "royalties").glob("measured-*.json"))
    path.write_bytes(path.read_bytes().replace(b"Person B", b"Person Y"))
    with served(film, by=ME.name) as room:
        (shown,) = told(room, "/valuing")["takes"]
        assert (shown["published"], shown["trouble"]["kind"]) == (None, "TrustError")
        refused(room.post(f"/api/valuing/{take}/again", json={"of": ["Person C"]}), "TrustError")


def test_after_a_withdrawal_the_model_is_taught_again_by_an_order_and_the_report_leads_there(
    film: Path, take: str, room: TestClient
) -> None:
    done = room.post(f"/api/rights/grants/{GRANT}/withdrawal", json={"typed": GRANT, "why": "called back"}).json()
    (model,) = done["models"]
    assert (model["take"], model["from_"], model["why_not"]) == (take, ["by-person-c"], "")
    assert told(room, f"/rights/grants/{GRANT}/models") == done["models"]
    before = head(room)
    refused(room.post(f"/api/valuing/{take}", json={}), "RightsError")  # nor is anybody's part found with it any more
    assert head(room) == before
    wish = {"without": "by-person-c", "truth": "truth"}
    order = room.post(f"/api/valuing/{take}/without", json=wish).json()
    over = settled(room, order["id"])
    assert over["state"] == "done", over
    found = told(room, f"/valuing/{take}/without")
    (again,) = found["takes"]
    assert (again["take"], again["without"], again["taught_by"]) == (over["result"], ["by-person-c"], ["by-person-b"])
    assert "worse" in again["verdict"]
    assert room.get(again["picture"]).headers["content-type"] == "image/png"
    refused(room.get(f"/api/valuing/{take}/without/none.png"), "NotFoundError")
    assert told(room, "/shots")[0]["standing"] != "accepted" or told(room, "/shots")[0]["take"] != again["take"]


def test_two_who_order_the_same_at_once_ask_once(film: Path, take: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    opened = enter(film)
    with ThreadPoolExecutor(2) as two:
        asked = list(two.map(lambda _: orders.order(opened, ME, "measure", "sh010", take=take), range(2)))
    assert asked[0] == asked[1]
    assert len(orders.standings(opened)) == 1
    opened.close()
