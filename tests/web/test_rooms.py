"""The rooms: rights, people, policies, the ledger and one's own page, and what each role is told there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from manyhands.actions.studio import enter
from tests.web.conftest import SHOT, movie, served
from tests.web.rooms import GRANT, HOSTILE, LONG, TASK, furnished
from tests.web.test_door import refused


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; each test has a copy."""
    folder = tmp_path_factory.mktemp("rooms")
    return furnished(folder, movie(folder / "house.mp4", 2))


@pytest.fixture
def artist(film: Path) -> Iterator[TestClient]:
    with served(film, by="Person B") as found:
        yield found


def told(client: TestClient, path: str) -> Any:
    answer = client.get(f"/api{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def head(client: TestClient) -> int:
    return int(told(client, "/production")["head"])


READ = (
    "/rights/vocabulary", "/rights/grants", "/rights/sources", "/rights/lacks", f"/rights/grants/{GRANT}/cascade",
    "/people", "/people/may", "/people/tasks", "/people/crafts", "/policies", "/policies/packs/house",
    "/policies/film", f"/policies/shots/{SHOT}", "/ledger/money", "/mine", "/mine/suggestions", "/mine/compared",
    "/statement?first_day=2026-01-01&last_day=2026-12-31",
)  # fmt: skip
READ_BY_FEW = (
    "/ledger/balances", "/ledger/entries", "/ledger/exports/beancount", f"/rights/grants/{GRANT}/document",
    f"/people/going?who={HOSTILE}", "/statement?first_day=2026-01-01&last_day=2026-12-31&person=Person A",
)  # fmt: skip


def test_looking_changes_nothing(room: TestClient) -> None:
    before = head(room)
    for path in (*READ, *READ_BY_FEW, "/policies/papers"):
        assert room.get(f"/api{path}").status_code == 200, path
    assert head(room) == before


def test_an_artist_reads_what_is_everybodys_and_no_more(artist: TestClient) -> None:
    for path in READ:
        assert artist.get(f"/api{path}").status_code == 200, path
    for path in READ_BY_FEW:
        refused(artist.get(f"/api{path}"))


def test_a_stranger_is_told_nothing_of_the_rooms(film: Path) -> None:
    of_nobody = {"/rights/vocabulary", "/people/may", "/people/crafts", "/policies/packs/house", "/ledger/money"}
    with served(film, by="Person Z") as stranger:
        for path in set(READ) | set(READ_BY_FEW) - of_nobody:
            if path not in of_nobody:
                refused(stranger.get(f"/api{path}"))


GIVEN = {
    "work": "house", "grantor": "Company X", "about": "this film", "signed_on": "2020-01-01",
    "terms": [{"scope": "train_shot", "verdict": "prohibit"}],
}  # fmt: skip
ACTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("post", "/rights/grants", GIVEN),
    ("put", "/people/members", {"name": "Person C", "roles": ["artist"]}),
    ("post", "/people/parties", {"name": "Person C"}),
    ("post", "/people/forgotten", {"who": "Person G", "typed": "Person G", "why": "a letter"}),
    ("post", "/people/tasks", {"title": "paint", "who": "Person B", "role": "artist"}),
    ("put", "/policies", {"packs": ["dga"]}),
    ("post", "/ledger/payments",
     {"person": "Person B", "amount": "1", "currency": "EUR", "kind": "Royalties", "about": "x"}),
    ("post", "/ledger/reversals", {"transaction": "owed-0-0", "why": "twice"}),
    ("post", "/statements", {"person": "Person A", "first_day": "2026-01-01", "last_day": "2026-12-31"}),
)  # fmt: skip


@pytest.mark.parametrize(("how", "path", "wish"), ACTS, ids=[path for _, path, _ in ACTS])
def test_what_an_artist_may_not_is_refused_and_leaves_no_line(
    artist: TestClient, how: str, path: str, wish: dict[str, Any]
) -> None:
    before = head(artist)
    refused(artist.request(how, f"/api{path}", json=wish))
    assert head(artist) == before


def test_a_withdrawal_is_looked_at_typed_done_and_reported(room: TestClient, film: Path) -> None:
    before = head(room)
    seen = told(room, f"/rights/grants/{GRANT}/cascade")
    assert seen["counts"] == {"needs a decision": 1, "blocked": 1}
    assert seen["shots"] == [SHOT]
    assert seen["lost"] == ["deliver"]  # its terms let the rest be tried
    assert head(room) == before
    assert told(room, "/rights/grants")["grants"][0]["state"] == "valid"
    path = f"/api/rights/grants/{GRANT}"
    refused(room.post(f"{path}/withdrawal", json={"typed": "another", "why": "called back"}), "InputError")
    refused(room.post(f"{path}/withdrawal", json={"typed": GRANT, "why": " "}), "InputError")
    assert head(room) == before
    done = room.post(f"{path}/withdrawal", json={"typed": GRANT, "why": "called back"}).json()
    assert done["takes"] == seen["takes"]
    assert head(room) == before + 1
    report = room.get(f"{path}/report")
    assert "attachment" in report.headers["content-disposition"]
    assert report.content == (film / "reports" / f"withdrawn-{GRANT}.json").read_bytes()
    shown = told(room, "/rights/grants")["grants"][0]
    assert (shown["has_report"], shown["revoked_why"]) == (True, "called back")
    assert shown["state"].startswith("withdrawn on ")
    refused(room.get(f"{path}/cascade"), "StateError")


def test_what_is_missing_comes_with_a_cure_that_can_be_sent(room: TestClient) -> None:
    (lack,) = told(room, "/rights/lacks")["shots"][0]["lacks"]
    assert (lack["is_elsewhere"], lack["scope"], lack["cure"]) == (True, "deliver", "grant")
    assert "does not hold all over the world" in lack["why"]
    (source,) = told(room, "/rights/sources")["sources"]
    assert (source["deliverable"], source["deliverable_everywhere"]) == (True, False)
    room.post(f"/api/rights/grants/{GRANT}/withdrawal", json={"typed": GRANT, "why": "called back"})
    lacks = told(room, "/rights/lacks")["shots"][0]["lacks"]
    assert {one["scope"]: one["cure"] for one in lacks}["deliver"] == "terms"
    stated = room.put("/api/sources/house/terms", json={"terms": "own", "owner": "Person A"})
    assert stated.status_code == 200
    assert told(room, "/rights/lacks")["shots"] == []


def test_a_yes_is_said_by_whom_a_grant_wants_asked(room: TestClient, film: Path) -> None:
    ask = {**GIVEN, "terms": [{"scope": "composite", "verdict": "ask", "approver": "Person B"}]}
    id_ = room.post("/api/rights/grants", json=ask).json()["id"]
    (lack,) = [one for one in told(room, "/rights/lacks")["shots"][0]["lacks"] if one["cure"] == "yes"]
    assert (lack["approver"], lack["is_mine"]) == ("Person B", False)
    yes = {"grant": id_, "scope": "composite", "shot": SHOT, "why": "as we agreed"}
    refused(room.post("/api/rights/yeses", json=yes))
    with served(film, by="Person B") as asked:
        assert [one["what"] for one in told(asked, "/mine")["waits"]] == ["yes", "task"]
        assert asked.post("/api/rights/yeses", json=yes).status_code == 204
        assert [one["what"] for one in told(asked, "/mine")["waits"]] == ["task"]


def test_a_grant_keeps_the_paper_that_was_signed(room: TestClient) -> None:
    there = room.post("/api/uploads", json={"name": "paper.pdf", "size": 6}).json()
    room.patch(f"/api/uploads/{there['id']}?offset=0", content=b"signed")
    made = room.post("/api/rights/grants", json={**GIVEN, "upload": there["id"]}).json()
    assert len(made["document_sha256"]) == 64
    assert room.get(f"/api/rights/grants/{made['id']}/document").content == b"signed"
    refused(room.post("/api/rights/grants", json={**GIVEN, "upload": "0" * 32}), "NotFoundError")


def test_hostile_names_are_text_everywhere_and_endless_ones_are_refused(room: TestClient) -> None:
    before = head(room)
    for how, path, wish in ACTS:
        for key, value in wish.items():
            if isinstance(value, str):
                refused(room.request(how, f"/api{path}", json={**wish, key: LONG}), "InputError")
    for path in ("/rights/grants?about=", "/ledger/entries?person=", "/people/going?who=", "/statement?person="):
        refused(room.get(f"/api{path}{LONG[:60_000]}"), "InputError")
    assert head(room) == before
    person = {**GIVEN, "work": "", "person": HOSTILE, "grantor": HOSTILE, "about": HOSTILE, "form": "consent",
              "terms": [{"scope": "likeness_alter"}]}  # fmt: skip
    id_ = room.post("/api/rights/grants", json=person).json()["id"]
    assert room.put("/api/people/members", json={"name": HOSTILE, "roles": ["guest"]}).status_code == 200
    shown = room.get("/api/rights/grants")
    assert shown.headers["content-type"] == "application/json"
    assert shown.json()["grants"][0]["person"] == HOSTILE
    assert HOSTILE in {one["name"] for one in told(room, "/people")["members"]}
    gone = room.post(f"/api/rights/grants/{id_}/withdrawal", json={"typed": id_, "why": HOSTILE}).json()
    assert gone["grant"]["revoked_why"] == HOSTILE
    assert room.get(f"/api/rights/grants/{id_}/report").headers["content-type"] == "application/octet-stream"


def test_a_grant_about_a_long_name_can_be_withdrawn(room: TestClient) -> None:
    name = "語" * 200
    wish = {**GIVEN, "work": "", "person": name, "grantor": name, "terms": [{"scope": "likeness_alter"}]}
    id_ = room.post("/api/rights/grants", json=wish).json()["id"]
    done = room.post(f"/api/rights/grants/{id_}/withdrawal", json={"typed": id_, "why": "a letter"})
    assert done.status_code == 200, done.text


def test_forgetting_is_told_before_and_typed(room: TestClient) -> None:
    before = head(room)
    going = room.get("/api/people/going", params={"who": HOSTILE}).json()
    assert going == {"name": HOSTILE, "grants": [], "seen": [SHOT], "papers": [], "works_here": False}
    refused(room.post("/api/people/forgotten", json={"who": HOSTILE, "typed": "x", "why": "a letter"}), "InputError")
    assert head(room) == before
    gone = room.post("/api/people/forgotten", json={"who": HOSTILE, "typed": HOSTILE, "why": "a letter"}).json()
    shown = {one["id"]: one for one in told(room, "/people")["parties"]}[gone["id"]]
    assert (shown["name"], bool(shown["forgotten_on"])) == ("", True)
    assert HOSTILE not in json.dumps(told(room, "/people"))


def test_who_is_seen_is_said_with_a_box_that_is_followed(room: TestClient) -> None:
    wish = {"shot": SHOT, "who": "Person M", "box": [0.3, 0.3, 0.3, 0.4], "at": 1001}
    said = room.post("/api/people/seen", json=wish).json()
    assert (said["who"], said["has_box"], said["first"]) == ("Person M", True, 1001)
    minor = {one["name"]: one for one in told(room, "/people")["parties"]}["Person M"]
    assert (minor["is_minor"], minor["guardian"], len(minor["seen"])) == (True, "Person G", 1)
    refused(room.post("/api/people/seen", json={**wish, "box": [0.9, 0, 0.5, 0.5]}), "InputError")
    refused(room.post("/api/people/seen", json={**wish, "first": 1001}), "InputError")


def test_hours_are_told_to_their_person_alone(room: TestClient, film: Path) -> None:
    for path in (*READ, *READ_BY_FEW):
        answer = room.get(f"/api{path}").text
        assert "hours-person-b" not in answer, path
        assert 'the roof"' not in answer.replace("roto of the roof", ""), path
    assert told(room, "/mine")["hours"] == []
    with served(film, by="Person B") as artist:
        (own,) = told(artist, "/mine")["hours"]
        assert (own["minutes"], own["about"]) == (90, "the roof")
        said = artist.post("/api/mine/hours", json={"task": TASK, "minutes": 30, "day": "2026-01-06"})
        assert said.json()["title"] == "roto of the roof"
    refused(room.post(f"/api/mine/hours/{own['id']}/back", json={"why": "mine now"}))


def test_money_is_exact_and_entries_come_in_pages(room: TestClient, film: Path) -> None:
    owed = [one for one in told(room, "/ledger/balances") if one["person"]]
    assert [(one["person"], one["amount"], one["amount_minor"]) for one in owed] == [("Person B", "EUR 123.45", 12345)]
    page = told(room, "/ledger/entries?most=1&person=Person B")
    assert (page["total"], len(page["entries"])) == (1, 1)
    paid = {"person": "Person B", "amount": "100.10", "currency": "EUR", "kind": "Royalties", "about": "ref 7"}
    assert room.post("/api/ledger/payments", json=paid).status_code == 200
    refused(room.post("/api/ledger/payments", json=paid), "StateError")
    refused(room.post("/api/ledger/payments", json={**paid, "amount": "1.005", "about": "8"}), "InputError")
    (left,) = [one for one in told(room, "/ledger/balances") if one["person"]]
    assert left["amount"] == "EUR 23.35"
    taken = page["entries"][0]["transaction"]
    assert room.post("/api/ledger/reversals", json={"transaction": taken, "why": "twice"}).status_code == 200
    refused(room.post("/api/ledger/reversals", json={"transaction": taken, "why": "twice"}), "StateError")
    assert room.post("/api/ledger/verification").json()["faults"] == []
    assert b"EUR" in room.get("/api/ledger/exports/hledger").content
    refused(room.get("/api/ledger/exports/none"), "NotFoundError")


def test_entries_of_a_shot_are_its_fees_and_its_wages(room: TestClient, film: Path, tmp_path: Path) -> None:
    from manyhands.actions import labour
    from tests.web.conftest import ME

    card = tmp_path / "card.toml"
    card.write_text(
        '[[rate]]\nrole = "artist"\nwork = "Wages"\nper_hour = "30"\ncurrency = "EUR"\nsource = "a letter"\n'
        'valid_from = "2026-01-01"\n'
    )
    film_ = enter(film)
    labour.wages(film_, ME, card)
    film_.close()
    of_shot = told(room, f"/ledger/entries?shot={SHOT}")
    assert of_shot["total"] == 2
    assert {one["amount"] for one in of_shot["entries"]} == {"EUR 45.00", "EUR -45.00"}
    assert told(room, "/ledger/entries")["total"] == 4


def test_a_statement_is_looked_at_issued_and_handed_to_its_person(film: Path) -> None:
    period = {"first_day": "2020-01-01", "last_day": "2099-12-31"}
    with served(film, by="Person B") as own:
        before = head(own)
        seen = own.get("/api/statement", params=period).json()
        assert (seen["sheets"][0]["closing"], head(own)) == ("EUR 123.45", before)
        files = own.post("/api/statements", json=period).json()["files"]
        assert sorted(Path(one).suffix for one in files) == [".csv", ".html", ".json"]
        for one in files:
            assert own.get(f"/api/statements/{one}").headers["content-disposition"].startswith("attachment")
        refused(own.get(f"/api/statements/{files[0].split('/')[0]}/..%2f..%2fmanyhands.db"), "NotFoundError")
        own.put("/api/me", json={"name": "Person A"})
        own.put("/api/people/members", json={"name": "Person C", "roles": ["artist"]})
        own.put("/api/me", json={"name": "Person C"})
        refused(own.get(f"/api/statements/{files[0]}"))


def test_packs_are_chosen_and_what_they_miss_is_answered_in_place(room: TestClient) -> None:
    assert {one["id"] for one in told(room, "/policies") if one["is_used"]} == {"house"}
    every = [one["id"] for one in told(room, "/policies")]
    chosen = room.put("/api/policies", json={"packs": every}).json()
    assert all(one["is_used"] for one in chosen)
    film = told(room, "/policies/film")
    assert (film["total"], film["packs"], film["shots"][0]["shot"]) == (1, every, SHOT)
    found = told(room, f"/policies/shots/{SHOT}")
    counted = sum(sum(count.values()) for count in film["shots"][0]["of"].values())
    assert counted == len(found["found"])
    missing = [fact for one in found["found"] for fact in one["missing"] if fact["is_sayable"] and not fact["of"]]
    name = missing[0]["fact"]
    said = {"shot": SHOT, "said": {name: "no"}, "why": "I was there"}
    assert room.post("/api/policies/statements", json=said).status_code == 204
    left = [fact["fact"] for one in told(room, f"/policies/shots/{SHOT}")["found"] for fact in one["missing"]]
    assert name not in left
    refused(room.put("/api/policies", json={"packs": []}), "InputError")


def test_papers_are_written_and_handed_over(room: TestClient) -> None:
    listed = told(room, "/policies/papers")
    slug = next(one["slug"] for one in (*listed["wanted"], *listed["others"]) if one["paper"] == "credits")
    made = room.post(f"/api/policies/papers/{slug}").json()
    assert any(one.endswith("facts.json") for one in made["files"])
    for one in made["files"]:
        assert room.get(f"/api/policies/papers/{one}").status_code == 200
    refused(room.get(f"/api/policies/papers/{slug}/..%2fx"), "NotFoundError")
