"""What is asked many times a second reads only what is new, and says the same as reading everything."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from manyhands.actions import intake, orders
from manyhands.actions.comments import comment
from manyhands.actions.decisions import decide
from manyhands.actions.frames import take_picture
from manyhands.actions.proposals import propose
from manyhands.actions.sheet import Sheet, touched_since
from manyhands.actions.studio import Studio, enter, person
from manyhands.actions.takes import look, run, shown_of, was_shown
from manyhands.core.errors import InputError, StateError
from manyhands.core.hand import person as named
from manyhands.core.source import Source
from manyhands.core.take import Take
from manyhands.media.previews import read_small
from manyhands.media.proxies import THUMB_PX
from manyhands.web.desk import Desk
from manyhands.web.events import Watch
from tests.web.conftest import ME, OTHER, SHOT


@pytest.fixture
def film(folder: Path) -> Studio:
    return enter(folder)


def taken(film: Studio, note: str = "haze in the distance") -> Take:
    answer, _ = propose(film, ME, SHOT, note, previews=False)
    return run(film, ME, SHOT, answer.recipes[0])


def test_the_sheet_read_on_is_the_sheet_read_anew(film: Studio) -> None:
    kept = Sheet()
    plate = film.production.ids(Source)[0]

    def same() -> None:
        assert kept.rows(film) == Sheet().rows(film)

    same()
    take = taken(film)
    same()
    assert [(row.shot.id, row.takes, row.take and row.take.id) for row in kept.rows(film)[1]] == [(SHOT, 1, take.id)]
    intake.shot(film, ME, plate, id_="sh020", first=1001, last=1003)
    same()
    decide(film, ME, take.id, "accept", reason="it sits")
    same()
    person(film, ME, named("Person D"), roles=("artist",))
    same()
    later = taken(film, "haze far away, much")
    same()
    assert kept.rows(film)[1][0].take.id == take.id != later.id  # type: ignore[union-attr]


def test_only_what_was_touched_is_read_anew(film: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Sheet()
    taken(film)
    kept.rows(film)
    monkeypatch.setattr(type(film.production), "saved", lambda *_, **__: pytest.fail("it reads everything"))
    monkeypatch.setattr(type(film.production), "all", lambda *_, **__: pytest.fail("it reads everything"))
    kept.rows(film)


def test_a_change_says_which_shots_it_touched(film: Studio) -> None:
    production = film.production
    at = production.head().number
    take = taken(film)
    assert touched_since(production, at) == {SHOT}
    at = production.head().number
    look(film, ME, take.id)
    assert touched_since(production, at) == {SHOT}  # who was shown it stands on its page
    at = production.head().number
    comment(film, ME, take.id, "here", first=1001)
    assert touched_since(production, at) == {SHOT}
    at = production.head().number
    person(film, ME, named("Person D"), roles=("artist",))
    assert touched_since(production, at) is None  # may matter to anything
    assert touched_since(production, production.head().number) == set()


def test_a_browser_is_told_which(film: Studio, folder: Path) -> None:
    watch = Watch(Desk(folder, ME.name))
    assert '"shots": null' in watch.news()[0]
    assert watch.news() == []
    taken(film)
    assert [line for line in watch.news() if f'"shots": ["{SHOT}"]' in line]


def test_a_sheet_that_is_as_it_was_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/api/shots")
    tag = first.headers["etag"]
    assert client.get("/api/shots", headers={"if-none-match": tag}).status_code == 304
    client.post(f"/api/shots/{SHOT}/notes", json={"note": "haze in the distance"})
    again = client.get("/api/shots", headers={"if-none-match": tag})
    assert again.status_code == 200
    assert again.json()[0]["standing"] == "proposed"


def test_who_was_shown_what_is_read_once_for_all(film: Studio) -> None:
    one, two = taken(film), taken(film, "haze far away, much")
    look(film, ME, one.id)
    assert shown_of(film, ME, [one, two]) == {one.id}
    assert shown_of(film, OTHER, [one, two]) == set()
    assert shown_of(film, ME, []) == set()
    assert was_shown(film, ME, one)
    assert not was_shown(film, ME, one.but(frames_sha256="0" * 64))


def test_orders_that_are_over_are_read_once_and_put_away(film: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [orders.order(film, ME, "previews", SHOT, recipes=(f"r-{number}",)) for number in range(3)]
    for one in asked[:2]:
        orders.stop(film, ME, one.id)
    states = {one.order.id: one.state for one in orders.standings(film)}
    assert states == {asked[0].id: "stopped", asked[1].id: "stopped", asked[2].id: "waiting"}
    read = []
    standing = orders.standing
    monkeypatch.setattr(orders, "standing", lambda studio, id_: read.append(id_) or standing(studio, id_))
    assert len(orders.standings(film)) == 3
    assert read == [asked[2].id]
    long_ago = time.time() - 8 * 24 * 3600
    for one in asked:
        for path in (film.folder / "orders" / one.id).iterdir():
            os.utime(path, (long_ago, long_ago))
    assert orders.put_away(film) == 2
    assert [one.order.id for one in orders.standings(film)] == [asked[2].id]
    assert orders.standing(film, asked[0].id).state == "stopped"  # still found
    new = orders.order(film, ME, "previews", SHOT, recipes=("r-9",))
    assert new.id in [one.order.id for one in orders.standings(film)]


def test_who_decides_on_what_stood_before_is_told(film: Studio) -> None:
    take = taken(film)
    first = decide(film, ME, take.id, "accept", reason="it sits", after="")
    with pytest.raises(StateError, match="Person A decided meanwhile: accept"):
        decide(film, ME, take.id, "reject", reason="it floats", after="")
    decide(film, ME, take.id, "reject", reason="it floats after all", after=first.id)


def test_of_two_verdicts_at_once_one_is_written(film: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    from manyhands.actions import decisions

    take = taken(film)
    decided, other = decisions.decided, enter(film.folder)

    def meanwhile(*given: object, **named_: object) -> object:
        monkeypatch.setattr(decisions, "decided", decided)
        decide(other, ME, take.id, "reject", reason="it floats")
        return decided(*given, **named_)  # type: ignore[arg-type]

    monkeypatch.setattr(decisions, "decided", meanwhile)
    with pytest.raises(StateError, match="Person A decided meanwhile: reject"):
        decide(film, ME, take.id, "accept", reason="it sits")
    assert [one.verdict for one in decisions.decisions(film, SHOT)] == ["reject"]


@pytest.mark.parametrize("id_", ["..", "../x", "a/b", "/x", "a\nb", "-x", ".x", "x" * 65, "\0", "a\u202eb"])
def test_a_shot_s_id_is_a_name_of_a_folder(film: Studio, id_: str) -> None:
    with pytest.raises(InputError, match="no id of a shot"):
        intake.shot(film, ME, film.production.ids(Source)[0], id_=id_, last=1002)


def test_the_contact_sheet_s_pictures_are_small(film: Studio) -> None:
    take = taken(film)
    assert read_small(take_picture(film, ME, take.id, 1003, "take", size="thumb")).shape[1] <= THUMB_PX
