"""Work by the command line: a bid, a maker that does the task, the person's no, hours, overtime, before and after."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from manyhands.media.masters import write_master
from manyhands.media.view import view_for
from tests.doors import here
from tests.ledger.test_wages import CARD
from tests.plates import plate

PRODUCER, ARTIST = ("--by", "Person A"), ("--by", "Person W")
DAY = "2026-01-05"


def test_from_the_bid_to_the_statement(tmp_path: Path) -> None:
    clip = plate(2)
    write_master(tmp_path / "plate.mp4", clip, span=clip.span, format="mp4", view=view_for("rec709"))
    there = ["-p", tmp_path / "film"]

    def ok(*words: object) -> object:
        return here(*words, *there, "--json").value

    assert here("new", tmp_path / "film", *PRODUCER).code == 0
    ok("person", "Person W", "--role", "artist", *PRODUCER)
    ok("source", "add", tmp_path / "plate.mp4", "--own", *PRODUCER)
    ok("shot", "add", "plate", "--id", "sh010", *PRODUCER)
    words = ["--to", "Person W", "--role", "artist", "--shot", "sh010", "--craft", "look", "--bid", "600"]
    task = ok("task", "add", "warm it", *words, *PRODUCER)["id"]  # type: ignore[index]
    ok("propose", "sh010", "a warmer picture", "--no-previews", *PRODUCER)
    made = ok("run", "sh010", "literal", "--workers", "0", *PRODUCER)
    take = made["id"]  # type: ignore[index]

    # the work has begun, so what was bid stands, and the new bid is shown beside it
    assert ok("task", "bid", task, "30", "--why", "the machine is quick", *PRODUCER)["is_baseline"] is False  # type: ignore[index]
    refused = here("decide", take, "accept", "--why", "good", *PRODUCER, *there, "--json").refused("RightsError")
    assert refused["about"] == {"task": task, "take": take}
    assert here("policy", "check", "sh010", *PRODUCER, *there).code == 8
    here("task", "override", task, "--take", take, "--why", "x", *PRODUCER, *there, "--json").refused("StateError")
    ok("task", "acknowledge", task, "--take", take, "--decline", "--note", "mine to do", *ARTIST)
    here("task", "override", task, "--take", take, "--why", "x", *ARTIST, *there, "--json").refused("RoleError")
    ok("task", "override", task, "--take", take, "--why", "we open on Friday", *PRODUCER)
    ok("decide", take, "accept", "--why", "good", *PRODUCER)
    page, data, *_ = ok("disclose", "sh010", "-o", tmp_path / "page", *PRODUCER)  # type: ignore[misc]
    assert "we open on Friday" in Path(page).read_text()
    assert any("we open on Friday" in one for one in json.loads(Path(data).read_text())["remarks"])

    # hours: by hand, and as they are suggested to Person W, who has looked at the take
    ok("time", "add", task, "540", "--day", DAY, *ARTIST)
    ok("take", "show", take, *ARTIST)
    mine = ok("time", "suggest", "--zone", "Europe/Berlin", *ARTIST)["suggested"]  # type: ignore[index]
    assert {one["task"] for one in mine} == {task}
    assert {one["work"] for one in mine} == {"Review"}
    assert "Person W" not in json.dumps(ok("time", "suggest", *PRODUCER))
    here("time", "suggest", "--zone", "Mars/Olympus", *ARTIST, *there, "--json").refused("InputError")
    here("time", "suggest", "--only", mine[0]["id"], *ARTIST, *there, "--json").refused("InputError")
    before = len(ok("log", "list"))  # type: ignore[arg-type]
    ok("time", "suggest", *ARTIST)
    assert len(ok("log", "list")) == before  # type: ignore[arg-type]
    said = ok("time", "suggest", "--submit", "--zone", "Europe/Berlin", *ARTIST)["submitted"]  # type: ignore[index]
    assert len(said) == len(mine)
    assert ok("time", "suggest", "--zone", "Europe/Berlin", *ARTIST)["suggested"] == []  # type: ignore[index]

    # wages: nine hours are one and a half beyond seven and a half; a card without a rate for reviewing pays nothing
    (tmp_path / "card.toml").write_text(CARD)
    here("wages", "book", tmp_path / "card.toml", *PRODUCER, *there, "--json").refused("InputError")
    rate = CARD[CARD.index("[[rate]]") : CARD.index("[[rate]]", CARD.index("[[rate]]") + 1)]
    works = sorted({one["work"] for one in said if one["work"]})
    (tmp_path / "card.toml").write_text(CARD + "".join(rate.replace('"Wages"', f'"{work}"') for work in works))
    ok("wages", "book", tmp_path / "card.toml", *PRODUCER)
    (sheet,) = ok("statement", "Person W", "--from", "2026-01-01", "--to", "2099-12-31", *ARTIST)["sheets"]  # type: ignore[index]
    (over,) = [one for one in sheet["postings"] if "are overtime" in one["about"]]
    assert (over["amount_minor"], over["about"]) == (1875, "90 of these 540 minutes are overtime, after 7.5 h a day")
    assert ok("ledger", "verify")["faults"] == []  # type: ignore[index]

    # before and after
    ok("task", "done", task, *ARTIST)
    found = ok("time", "compare", "--csv", tmp_path / "compared.csv", *ARTIST)
    own = found["own"]  # type: ignore[index]
    assert (own["bid_minutes"], own["revised_minutes"], own["machine"]["takes"]) == (600, 30, 1)
    assert own["machine"]["machine_seconds"] == made["seconds"]  # type: ignore[index]
    assert "fewer than 3 people" in found["hidden"]  # type: ignore[index]
    rows = list(csv.reader((tmp_path / "compared.csv").read_text().splitlines()))
    assert rows[1][:2] == ["Person W", "all"]
    assert ok("log", "verify")["faults"] == []  # type: ignore[index]
