"""Wages, shares, payments and what takes them back, by the studio's routes: seen first, booked once, by who may."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from manyhands.actions import labour, studio
from manyhands.actions.studio import enter
from manyhands.core.hand import person
from tests.web.conftest import ME, OTHER, movie, served
from tests.web.rooms import GRANT, TASK, furnished
from tests.web.test_door import refused
from tests.web.test_rooms import head, told

RATE = {
    "role": "artist", "work": "Wages", "currency": "EUR", "per_hour": "1,030.00", "valid_from": "2026-01-01",
    "source": "a letter of the tests",
}  # fmt: skip
OVERTIME = {
    "role": "artist", "per": "day", "after_hours": "1", "factor": "3/2", "valid_from": "2026-01-01", "source": "§ 2",
}  # fmt: skip
LEAST = {"role": "artist", "hours_a_day": "4", "valid_from": "2026-01-01", "source": "§ 3"}
CARD = {"title": "House rates 2026", "rate": [RATE], "overtime": [OVERTIME], "minimum": [LEAST]}
INCOME = {"amount": "1,000.00", "currency": "EUR", "about": "a cinema, May"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; each test has a copy.  Person D is only a guest."""
    folder = tmp_path_factory.mktemp("money")
    path = furnished(folder, movie(folder / "house.mp4", 2))
    film = enter(path)
    studio.person(film, ME, person("Person D"), roles=("guest",))
    film.close()
    return path


def both_at_once(ask: Callable[[], Any]) -> list[int]:
    """What two are told who ask for the same at the same time."""
    with ThreadPoolExecutor(2) as two:
        return sorted(one.status_code for one in two.map(lambda _: ask(), range(2)))


def kept(room: TestClient, **but: Any) -> str:
    answer = room.put("/api/wages/cards", json={**CARD, **but})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def draft(room: TestClient, card: str) -> Any:
    return told(room, f"/wages/draft?card={card}")


def booked(room: TestClient, card: str) -> Any:
    answer = room.post("/api/wages", json={"card": card, "looked_at": draft(room, card)["stamp"]})
    assert answer.status_code == 200, answer.text
    return answer.json()


def split(room: TestClient, **but: Any) -> Any:
    answer = room.post("/api/royalties/draft", json={**INCOME, **but})
    assert answer.status_code == 200, answer.text
    return answer.json()


def faults(room: TestClient) -> Any:
    return room.post("/api/ledger/verification").json()["faults"]


# --- who may ----------------------------------------------------------------------------------

ASKED: tuple[tuple[str, str, Any], ...] = (
    ("get", "/wages/cards", None),
    ("put", "/wages/cards", CARD),
    ("get", "/wages/unbooked", None),
    ("get", "/wages/draft?card=card-x", None),
    ("post", "/wages", {"card": "card-x", "looked_at": "x"}),
    ("get", "/royalties", None),
    ("post", "/royalties/draft", INCOME),
    ("post", "/royalties", {**INCOME, "looked_at": "x"}),
    ("post", "/ledger/payments",
     {"person": "Person B", "amount": "1", "currency": "EUR", "kind": "Royalties", "about": "x"}),
    ("post", "/ledger/reversals", {"transaction": "owed-0-0", "why": "x"}),
)  # fmt: skip


@pytest.mark.parametrize("who", ["Person B", "Person D", "Person Z"])
def test_an_artist_a_guest_and_a_stranger_are_told_no_figure_and_book_nothing(film: Path, who: str) -> None:
    with served(film, by=who) as client:
        before = head(client)
        for how, path, wish in ASKED:
            error = refused(client.request(how, f"/api{path}", json=wish) if wish else client.get(f"/api{path}"))
            assert who in str(error["what"]), path
        assert head(client) == before


def test_a_director_reads_the_cards_and_books_no_wages(film: Path) -> None:
    opened = enter(film)
    studio.person(opened, ME, person("Person E"), roles=("director",))
    opened.close()
    with served(film, by="Person E") as client:
        assert told(client, "/wages/cards")["cards"] == []
        refused(client.put("/api/wages/cards", json=CARD))
        refused(client.get("/api/wages/draft?card=x"))
        assert told(client, "/royalties") == []
        refused(client.post("/api/royalties/draft", json=INCOME))


# --- rate cards -------------------------------------------------------------------------------


def test_the_empty_card_has_no_figure_and_is_not_kept_so(room: TestClient) -> None:
    found = told(room, "/wages/cards")
    empty = found["template"]
    assert found["cards"] == []
    assert {row["per_hour"] for row in empty["rate"]} == {""}
    assert all(not row["source"] for kind in ("rate", "overtime", "minimum") for row in empty[kind])
    before = head(room)
    rows = {kind: empty[kind] for kind in ("rate", "overtime", "minimum")}
    error = refused(room.put("/api/wages/cards", json={"title": "mine", **rows}), "InputError")
    assert error["what"] == "rate card mine: no rate is filled in."
    unfounded = [{**RATE, "source": ""}]
    assert "source is empty" in str(
        refused(room.put("/api/wages/cards", json={**CARD, "rate": unfounded}), "InputError")
    )
    assert head(room) == before


def test_a_card_is_kept_by_its_title_and_a_new_one_takes_its_place(room: TestClient) -> None:
    assert kept(room) == kept(room, rate=[{**RATE, "per_hour": "31"}, {**RATE, "work": "Teaching", "per_hour": ""}])
    (card,) = told(room, "/wages/cards")["cards"]
    assert (card["title"], card["by"], [row["per_hour"] for row in card["rate"]]) == (CARD["title"], ME.name, ["31"])


# --- wages ------------------------------------------------------------------------------------


def test_wages_are_seen_with_overtime_and_the_least_and_booked_just_so_once(room: TestClient, film: Path) -> None:
    card = kept(room)
    assert told(room, "/wages/unbooked") == {"entries": 1, "minutes": 90, "people": 1}
    before = head(room)
    seen = draft(room, card)
    # 90 minutes at 1,030 an hour, half an hour of it half as much again, and the day filled up to four hours
    assert [(one["person"], one["kind"], one["amount"]) for one in seen["lines"]] == [
        ("Person B", "Wages", "EUR 1545.00"),
        ("Person B", "Overtime", "EUR 257.50"),
        ("Person B", "the day's least", "EUR 2575.00"),
    ]
    assert {(one["person"], one["amount"]) for one in seen["sums"]} == {
        ("", "EUR 4377.50"),
        ("Person B", "EUR 4377.50"),
    }
    assert head(room) == before
    made = booked(room, card)
    assert (made["lines"], made["stamp"]) == (seen["lines"], seen["stamp"])
    again = room.post("/api/wages", json={"card": card, "looked_at": seen["stamp"]})
    assert refused(again, "StateError")["what"] == "wages: every hour is booked."
    assert refused(room.get(f"/api/wages/draft?card={card}"), "StateError")
    assert told(room, "/wages/unbooked")["entries"] == 0
    assert faults(room) == []


def test_hours_that_came_after_the_look_are_not_booked_unseen(room: TestClient, film: Path) -> None:
    card = kept(room)
    seen = draft(room, card)
    opened = enter(film)
    labour.time(opened, OTHER, TASK, 30, day="2026-01-06")
    opened.close()
    before = head(room)
    error = refused(room.post("/api/wages", json={"card": card, "looked_at": seen["stamp"]}), "StateError")
    assert error["what"] == "wages: hours or the card changed since you looked."
    assert head(room) == before
    kept(room, rate=[{**RATE, "per_hour": "1"}])
    assert draft(room, card)["stamp"] != seen["stamp"]


def test_who_presses_twice_books_once(room: TestClient) -> None:
    card = kept(room)
    wish = {"card": card, "looked_at": draft(room, card)["stamp"]}
    assert both_at_once(lambda: room.post("/api/wages", json=wish)) == [200, 409]
    shared = {**INCOME, "looked_at": split(room)["stamp"]}
    assert both_at_once(lambda: room.post("/api/royalties", json=shared)) == [200, 409]
    paid = {"person": "Person B", "amount": "1", "currency": "EUR", "kind": "Wages", "about": "bank 1"}
    assert both_at_once(lambda: room.post("/api/ledger/payments", json=paid)) == [200, 409]
    back = {"transaction": "wage-hours-person-b-1", "why": "twice"}
    assert both_at_once(lambda: room.post("/api/ledger/reversals", json=back)) == [200, 409]
    assert faults(room) == []


def test_everything_that_was_booked_can_be_taken_back_and_the_statement_shows_both(room: TestClient) -> None:
    card = kept(room)
    booked(room, card)
    paid = {"person": "Person B", "amount": "4,377.50", "currency": "EUR", "kind": "Wages", "about": "bank 1"}
    (payment, *_) = room.post("/api/ledger/payments", json=paid).json()
    shared = room.post("/api/royalties", json={**INCOME, "looked_at": split(room)["stamp"]}).json()
    wages = ("wage-hours-person-b-1", "least-hours-person-b-1")
    every = (*wages, shared["transaction"], payment["transaction"])
    before = {one["account"]: one["amount_minor"] for one in told(room, "/ledger/balances")}
    for number, transaction in enumerate(every):
        back = room.post("/api/ledger/reversals", json={"transaction": transaction, "why": "agreed otherwise"}).json()
        assert {one["reverses"] for one in back["entries"]} == {transaction}
        if number < len(wages):  # paid already: told at once how much too much
            assert "was paid EUR" in back["overpaid"][0]
            assert payment["transaction"] in back["overpaid"][0]
    after = {one["account"]: one["amount_minor"] for one in told(room, "/ledger/balances")}
    assert before != after
    left = {account: minor for account, minor in after.items() if minor}
    assert left == {"Expenses:Royalties": 12345, "Liabilities:Person B:Royalties": 12345}  # of before all this
    statement = told(room, "/statement?person=Person B&first_day=2026-01-01&last_day=2099-12-31")
    (sheet,) = statement["sheets"]
    assert sheet["closing"] == "EUR 123.45"
    assert (
        sum("taken back" in one["about"] for one in sheet["postings"]) == 4
    )  # two of the wage, the least, the payment
    assert [one["is_taken_back"] for one in told(room, "/royalties")] == [True]
    assert faults(room) == []


# --- shares -----------------------------------------------------------------------------------


def test_hours_come_before_shares_and_the_split_says_so(room: TestClient) -> None:
    seen = split(room)
    assert seen["hindered"]["what"].startswith("royalties: 90 minutes of Person B are in no wages yet")
    before = head(room)
    wish = {**INCOME, "looked_at": seen["stamp"]}
    assert refused(room.post("/api/royalties", json=wish), "StateError")["what"] == seen["hindered"]["what"]
    assert head(room) == before


def test_a_split_is_seen_booked_just_so_and_published_to_be_found_again(room: TestClient, film: Path) -> None:
    booked(room, kept(room, rate=[{**RATE, "per_hour": "10"}], overtime=[], minimum=[]))
    before = head(room)
    seen = split(room)
    assert head(room) == before
    assert (seen["received"], seen["aside"], seen["hindered"], seen["is_booked"]) == (
        "EUR 1000.00", "EUR 15.00", None, False,
    )  # fmt: skip
    assert sum(round(100 * float(one["amount"].split()[1])) for one in seen["payees"]) == 100_000 - 1_500
    assert [one["share"] for one in seen["screen_time"]] == ["100.0000 %"]
    assert {one["payee"] for one in seen["parts"]} == {one["name"] for one in seen["payees"]}
    wish = {**INCOME, "looked_at": seen["stamp"]}
    error = refused(room.post("/api/royalties", json={**wish, "amount": "999"}), "StateError")
    assert error["what"] == "royalties: a cinema, May would be shared otherwise than you saw."
    made = room.post("/api/royalties", json=wish).json()
    assert made["payees"] == seen["payees"]
    assert made["is_booked"]
    assert refused(room.post("/api/royalties", json=wish), "StateError")["what"].endswith(
        f"was shared already, as {made['transaction']}."
    )
    assert split(room)["hindered"]["what"].endswith(f"was shared already, as {made['transaction']}.")
    (listed,) = told(room, "/royalties")
    assert (listed["received"], listed["has_file"], listed["is_taken_back"]) == ("EUR 1000.00", True, False)
    with served(film, by="Person B") as payee:
        file = payee.get(f"/api/royalties/{made['transaction']}/published")
    assert json.loads(file.content)["received_minor"] == 100_000
    assert hashlib.sha256(file.content).hexdigest() in listed["about"]
    refused(room.get("/api/royalties/royalties-000000000000/published"), "NotFoundError")
    refused(room.get("/api/royalties/..%2f..%2fmanyhands/published"), "NotFoundError")
    assert faults(room) == []


def test_what_a_withdrawal_freed_is_seen_to_wait_in_escrow(room: TestClient) -> None:
    booked(room, kept(room))
    room.post(f"/api/rights/grants/{GRANT}/withdrawal", json={"typed": GRANT, "why": "called back"})
    seen = split(room, received_on=str(date.today() + timedelta(2)))
    (held,) = [one for one in seen["payees"] if one["is_held"]]
    assert [one["name"] for one in seen["stopped"]] == ["Company X"]
    assert "called back" in seen["stopped"][0]["why"]
    assert {one["freed_by"] for one in seen["parts"]} >= {"Company X"}
    assert "Company X" not in {one["name"] for one in seen["payees"]}
    assert held["how"].endswith("freed by Company X")


def test_a_cut_and_agreed_keys_are_read_from_what_was_sent(room: TestClient, film: Path) -> None:
    error = refused(room.post("/api/royalties/draft", json={**INCOME, "cut": "shot,first\nsh010,1001\n"}), "InputError")
    assert error["what"] == "cut cut.csv: its first row does not name shot, first and last."
    assert "keys keys.toml" in str(
        refused(room.post("/api/royalties/draft", json={**INCOME, "keys": "agreed = 3"}), "InputError")
    )
    assert split(room, cut="shot,first,last\nsh010,1001,1001\n")["screen_time"][0]["share"] == "100.0000 %"
    assert not [one for one in (film / "scratch").iterdir() if one.name.startswith("tmp")]


# --- amounts ----------------------------------------------------------------------------------

ONE_WAY = ("1234.5", "1234.50", " 1,234.50 ")
NO_WAY = ("1.234,50", "1,234", "1234,50", "1 234.50", "12,34.50", "1,234.5", "0,123.50", "1234.505", "€1", "1e3", "")


@pytest.mark.parametrize("amount", ONE_WAY)
def test_an_amount_is_read_one_way(room: TestClient, amount: str) -> None:
    assert split(room, amount=amount)["received"] == "EUR 1234.50"


@pytest.mark.parametrize("amount", NO_WAY)
def test_what_could_be_read_two_ways_is_refused_with_how_it_is_written(room: TestClient, amount: str) -> None:
    error = refused(room.post("/api/royalties/draft", json={**INCOME, "amount": amount}), "InputError")
    assert error["what"] == f"amount: {amount} is no amount of EUR."
    assert error["fix"] == "Write 2, or 2.50, or 1,234.50."


def test_nothing_is_added_over_currencies(room: TestClient, film: Path) -> None:
    card = kept(
        room, rate=[RATE, {**RATE, "work": "Teaching", "currency": "JPY", "per_hour": "1,400"}], overtime=[], minimum=[]
    )
    opened = enter(film)
    labour.time(opened, OTHER, TASK, 60, day="2026-01-07", work="Teaching")
    opened.close()
    seen = draft(room, card)
    assert [one["amount"] for one in seen["sums"] if not one["person"]] == ["EUR 1545.00", "JPY 1400"]
    booked(room, card)
    error = refused(room.post("/api/royalties/draft", json=INCOME), "StateError")
    assert error["what"] == "royalties: JPY 1400 of wages are owed, and currencies are never mixed."
