"""Share links: what a guest sees and says, that it is nothing else, and that it ends."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from manyhands.actions import intake, shares, takes
from manyhands.actions import studio as acts
from manyhands.actions.comments import Comment, comment, comments
from manyhands.actions.guests import Share, guest, is_guest
from manyhands.actions.proposals import propose
from manyhands.actions.studio import enter
from manyhands.core.errors import InputError, NotFoundError, RoleError, StateError
from manyhands.core.hand import person
from manyhands.core.source import Source
from manyhands.store.access import FILE
from tests.web.conftest import ME, OTHER, SHOT, served
from tests.web.team import TeamStudio, team_studio

pytest.importorskip("argon2", reason="argon2-cffi is not installed")

WATCHER = person("Person W")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Path:
    """A production with a take on each of two shots; Person B is an artist, Person W may only look."""
    from manyhands.rights import terms_named

    folder = tmp_path_factory.mktemp("shared") / "film"
    made = replace(acts.new(folder, ME, name="A secret title", door="studio"), workers=0)
    source, _ = intake.source(made, ME, clip, owner=ME.name, terms=terms_named("own", credit=""))
    for shot in (SHOT, "sh020"):
        intake.shot(made, ME, source.id, id_=shot)
        answer = propose(made, ME, shot, "haze in the distance", previews=False)
        takes.run(made, ME, shot, answer[0].recipes[1] if isinstance(answer, tuple) else answer.recipes[1])
    acts.person(made, ME, OTHER, roles=("artist",))
    acts.person(made, ME, WATCHER, roles=("guest",))
    made.close()
    return folder


@pytest.fixture
def studio(film: Path, tmp_path: Path) -> Iterator[TeamStudio]:
    with team_studio(Path(shutil.copytree(film, tmp_path / "film"))) as made:
        yield made


def take_of(studio: TeamStudio, shot: str = SHOT) -> str:
    from manyhands.core.take import Take

    return next(one.id for one in studio.desk.studio.production.all(Take, shot=shot))


def shared(studio: TeamStudio, **settings: Any) -> dict[str, Any]:
    """A link, as a producer makes it."""
    wish = {"takes": [take_of(studio)], "label": "Studio B", "days": 3, **settings}
    answer = studio.member(ME.name).post("/api/shares", json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def token_of(link: dict[str, Any]) -> str:
    return str(link["path"]).removeprefix("/share/")


def come_in(studio: TeamStudio, link: dict[str, Any], name: str = "Anna", password: str = "") -> TestClient:
    """A guest's browser, at the link."""
    browser = studio.browser()
    wish = {"token": token_of(link), "name": name, "password": password}
    answer = browser.post(f"/api/guests/{link['id']}", json=wish)
    assert answer.status_code == 200, answer.text
    return browser


def test_a_guest_sees_the_takes_of_the_link_and_says_something(studio: TeamStudio) -> None:
    link = shared(studio, may_comment=True)
    browser, take = come_in(studio, link, "Anna Ångström"), take_of(studio)
    seen = browser.get(f"/api/guests/{link['id']}").json()
    assert [one["id"] for one in seen["takes"]] == [take]
    assert seen["me"] == "Anna Ångström (guest, Studio B)"
    assert "A secret title" not in str(seen)
    at = f"/api/guests/{link['id']}/takes/{take}"
    for kind in ("take", "hands"):
        answer = browser.get(f"{at}/frames/1003/{kind}.jpg")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert answer.headers["cache-control"] == "no-store"
    assert browser.get(f"{at}/frames/1003/plate.jpg").status_code == 403
    said = browser.post(f"{at}/comments", json={"text": "the haze is fine", "first": 1002})
    assert said.status_code == 200, said.text
    line = studio.desk.studio.production.log(act="comment")[-1]
    assert line.by == f"guest:{link['id']}:1"
    theirs = studio.member(ME.name).get(f"/api/takes/{take}/comments").json()
    assert [(one["by"], one["text"]) for one in theirs] == [("Anna Ångström (guest, Studio B)", "the haze is fine")]


def test_who_calls_themself_a_member_is_a_guest_still(studio: TeamStudio) -> None:
    link = shared(studio, may_comment=True)
    for number, name in enumerate((ME.name, "person:person-a", "Person A (guest, Studio B)"), 1):
        browser = come_in(studio, link, name)
        answer = browser.post(
            f"/api/guests/{link['id']}/takes/{take_of(studio)}/comments", json={"text": "x", "first": 1001}
        )
        assert answer.json()["by"] == f"{name} (guest, Studio B)"
        made = studio.desk.studio.production.get(Comment, answer.json()["id"])
        assert made.by.id == f"guest:{link['id']}:{number}"
        assert made.by != ME


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u202e", "x" * 81, "x" * 100_000])
def test_a_guest_says_who_they_are(studio: TeamStudio, name: str) -> None:
    link = shared(studio)
    wish = {"token": token_of(link), "name": name}
    assert studio.browser().post(f"/api/guests/{link['id']}", json=wish).status_code == 400


def test_a_name_and_a_label_that_are_markup_come_back_as_letters(studio: TeamStudio) -> None:
    evil = "<img src=x onerror=alert(1)>"
    link = shared(studio, label=evil, may_comment=True)
    browser = come_in(studio, link, evil)
    answer = browser.get(f"/api/guests/{link['id']}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["label"] == evil


def test_only_a_link_that_allows_it_lets_a_guest_comment(studio: TeamStudio) -> None:
    link = shared(studio, may_comment=False)
    browser = come_in(studio, link)
    answer = browser.post(
        f"/api/guests/{link['id']}/takes/{take_of(studio)}/comments", json={"text": "x", "first": 1001}
    )
    assert answer.status_code == 403
    assert not comments(studio.desk.studio, take_of(studio))


def test_the_plate_is_shown_where_it_is_shared(studio: TeamStudio) -> None:
    link = shared(studio, shows_plate=True)
    browser = come_in(studio, link)
    answer = browser.get(f"/api/guests/{link['id']}/takes/{take_of(studio)}/frames/1003/plate.jpg")
    assert answer.status_code == 200


def test_a_picture_bears_for_whom_it_is(studio: TeamStudio) -> None:
    plain, marked = shared(studio), shared(studio, is_marked=True)
    at = f"takes/{take_of(studio)}/frames/1003/take.jpg"
    one = picture(come_in(studio, plain).get(f"/api/guests/{plain['id']}/{at}").content)
    other = picture(come_in(studio, marked).get(f"/api/guests/{marked['id']}/{at}").content)
    assert one.shape == other.shape
    assert (np.abs(one.astype(int) - other) > 12).mean() > 0.005


def picture(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


def test_a_password_is_asked_for_and_not_guessed(studio: TeamStudio) -> None:
    link = shared(studio, password="a bridge at dawn")
    assert b"a bridge at dawn" not in (studio.folder / FILE).read_bytes()
    browser = studio.browser()
    assert browser.post("/api/guests", json={"token": token_of(link)}).json()["has_password"]
    enter_ = {"token": token_of(link), "name": "Anna"}
    for _ in range(5):
        wrong = browser.post(f"/api/guests/{link['id']}", json={**enter_, "password": "a bridge at dusk"})
        assert wrong.status_code == 403
    assert browser.post(f"/api/guests/{link['id']}", json={**enter_, "password": "a bridge at dawn"}).status_code == 429
    studio.clock.at += 3
    assert browser.post(f"/api/guests/{link['id']}", json={**enter_, "password": "a bridge at dawn"}).status_code == 200
    assert studio.member(ME.name).post(
        "/api/shares", json={"takes": [take_of(studio)], "label": "x", "password": "short"}
    ).status_code == 400  # fmt: skip


def test_a_link_that_is_taken_back_opens_nothing_from_then_on(studio: TeamStudio) -> None:
    link = shared(studio, may_comment=True)
    browser, producer, take = come_in(studio, link), studio.member(ME.name), take_of(studio)
    assert producer.delete(f"/api/shares/{link['id']}").json()["stands"] is False
    at = f"/api/guests/{link['id']}"
    for answer in (
        browser.get(at),
        browser.get(f"{at}/takes/{take}/frames/1003/take.jpg"),
        browser.get(f"{at}/takes/{take}/comments"),
        browser.post(f"{at}/takes/{take}/comments", json={"text": "x", "first": 1001}),
        browser.post("/api/guests", json={"token": token_of(link)}),
        browser.post(at, json={"token": token_of(link), "name": "Anna"}),
    ):
        assert answer.status_code == 403
        assert answer.json()["error"]["what"] == "link: it is no longer shared."
        assert answer.json()["error"]["about"] == {"over": True}
    assert producer.delete(f"/api/shares/{link['id']}").status_code == 409
    with pytest.raises(RoleError, match="no longer shared"):  # nor by any other door than the web's
        comment(studio.desk.studio, _hand(studio, link["id"]), take, "x", first=1001)
    assert [one["stands"] for one in producer.get("/api/shares").json()] == [False]


def _hand(studio: TeamStudio, share_id: str, number: int = 1):  # type: ignore[no-untyped-def]
    return guest(studio.desk.studio.production.get(Share, share_id), number, "Anna")


def test_a_link_ends_by_itself(studio: TeamStudio) -> None:
    link = shared(studio, days=1, may_comment=True)
    browser = come_in(studio, link)
    later = replace(studio.desk.studio, clock=lambda: link["until"])
    studio.desk._studio = later
    assert browser.get(f"/api/guests/{link['id']}").status_code == 403
    assert studio.browser().post("/api/guests", json={"token": token_of(link)}).status_code == 403
    with pytest.raises(RoleError, match="no longer shared"):
        comment(later, _hand(studio, link["id"]), take_of(studio), "x", first=1001)


def test_a_guest_s_hand_reaches_no_further_by_the_acts_themselves(studio: TeamStudio) -> None:
    """Behind the door as well: whatever a route forgot, the act refuses."""
    from manyhands.actions.frames import hands_at, plate_picture, take_picture

    link, film = shared(studio, may_comment=True), studio.desk.studio
    by, other = _hand(studio, link["id"]), take_of(studio, "sh020")
    assert is_guest(by)
    with pytest.raises(NotFoundError):
        comment(film, by, other, "x", first=1001)
    with pytest.raises(NotFoundError):
        take_picture(film, by, other, 1003, "take")
    with pytest.raises(NotFoundError):
        hands_at(film, by, other, 1003, 0.5, 0.5)
    with pytest.raises(NotFoundError):
        plate_picture(film, by, SHOT, 1003)
    with pytest.raises(RoleError, match="not shared"):
        take_picture(film, by, take_of(studio), 1003, "plate")
    for act in ("propose", "decide", "share", "person", "deliver", "source"):
        with pytest.raises(RoleError, match="does not allow it"):
            film.check(by, act)
    for id_ in ("guest:g-00000000:1", "guest:", "guest:x"):
        with pytest.raises(RoleError, match="no longer shared"):
            film.check(by.but(id=id_), "look")


def test_another_link_s_guest_is_a_stranger_here(studio: TeamStudio) -> None:
    one, other = shared(studio), shared(studio, takes=[take_of(studio, "sh020")])
    browser = come_in(studio, one)
    cookie = next(item for item in browser.cookies.jar if item.name == "manyhands-guest")
    assert cookie.path == f"/api/guests/{one['id']}"
    thief = studio.browser()
    thief.cookies.set("manyhands-guest", str(cookie.value))
    assert thief.get(f"/api/guests/{one['id']}").status_code == 200
    assert thief.get(f"/api/guests/{other['id']}").status_code == 403
    assert thief.post(
        f"/api/guests/{other['id']}", json={"token": token_of(one), "name": "Anna"}
    ).status_code == 400  # fmt: skip
    take = take_of(studio, "sh020")
    assert thief.get(f"/api/guests/{one['id']}/takes/{take}/frames/1003/take.jpg").status_code == 404
    assert thief.get(f"/api/guests/{one['id']}/takes/{take}/comments").status_code == 404
    assert thief.get(f"/api/guests/{one['id']}/takes/..%2f../comments").status_code == 404


def test_what_the_production_says_among_itself_no_guest_reads(studio: TeamStudio) -> None:
    link, other = shared(studio, may_comment=True), shared(studio, may_comment=True, label="Studio C")
    take, film = take_of(studio), studio.desk.studio
    inner = comment(film, ME, take, "they must not read this", first=1001)
    browser, elsewhere = come_in(studio, link), come_in(studio, other)
    at = f"/api/guests/{link['id']}/takes/{take}/comments"
    mine = browser.post(at, json={"text": "mine", "first": 1001}).json()
    comment(film, ME, take, "an answer to you", first=1001, answers=mine["id"])
    theirs = elsewhere.post(f"/api/guests/{other['id']}/takes/{take}/comments", json={"text": "theirs", "first": 1001})
    assert [one["text"] for one in browser.get(at).json()] == ["mine", "an answer to you"]
    for answers in (inner.id, theirs.json()["id"], "none"):
        assert browser.post(at, json={"text": "x", "first": 1001, "answers": answers}).status_code == 400
    taken = browser.post(at, json={"id": inner.id, "text": "x", "first": 1001})  # called as another is
    assert taken.status_code == 400
    assert "must not read" not in taken.text
    assert (
        browser.post(at, json={"text": "x", "first": 1001, "answers": mine["id"], "settles": True}).status_code == 400
    )
    assert len(comments(film, take)) == 4


def test_a_comment_sent_twice_is_one_and_nobody_writes_over_another_s(studio: TeamStudio) -> None:
    film, take = studio.desk.studio, take_of(studio)
    one = comment(film, ME, take, "first", first=1001, id_="abc")
    assert comment(film, ME, take, "first", first=1001, id_="abc") == one
    for by, at in ((OTHER, take), (ME, take_of(studio, "sh020"))):
        with pytest.raises(InputError, match="another is called so"):
            comment(film, by, at, "over it", first=1001, id_="abc")
    assert film.production.get(Comment, "abc").text == "first"


def test_a_guest_does_not_flood(studio: TeamStudio) -> None:
    link = shared(studio, may_comment=True)
    browser = come_in(studio, link)
    at = f"/api/guests/{link['id']}/takes/{take_of(studio)}/comments"
    said = [browser.post(at, json={"id": "same", "text": "x", "first": 1001}).status_code for _ in range(61)]
    assert said == [200] * 60 + [429]
    studio.clock.at += 60
    assert browser.post(at, json={"id": "same", "text": "x", "first": 1001}).status_code == 200


def test_who_shares_and_what_is_no_share(studio: TeamStudio) -> None:
    take = take_of(studio)
    for name in (OTHER.name, WATCHER.name):
        member = studio.member(name)
        assert member.post("/api/shares", json={"takes": [take], "label": "x"}).status_code == 403
        assert member.get("/api/shares").status_code == 403
        assert member.delete("/api/shares/g-1").status_code == 403
    acts.person(studio.desk.studio, ME, OTHER, roles=("ai_supervisor",))
    assert studio.member(OTHER.name).get("/api/shares").status_code == 200
    producer = studio.member(ME.name)
    for wish, status in (
        ({"takes": [], "label": "x"}, 400),
        ({"takes": ["none"], "label": "x"}, 404),
        ({"takes": [take], "label": " "}, 400),
        ({"takes": [take], "label": "x" * 200}, 400),
        ({"takes": [take], "label": "x" * 100_000}, 400),
        ({"takes": [take], "label": "x", "days": 0}, 400),
        ({"takes": [take], "label": "x", "days": 10**9}, 400),
        ({"takes": [take] * 100_000, "label": "x"}, 413),
        ({"takes": [take], "label": "x", "password": "x" * 100_000}, 400),
    ):
        assert producer.post("/api/shares", json=wish).status_code == status, str(wish)[:100]
    assert producer.get("/api/shares").json() == []
    assert producer.delete("/api/shares/g-1").status_code == 404


def test_a_share_and_its_end_stand_in_the_log_and_what_opens_it_nowhere(studio: TeamStudio) -> None:
    link = shared(studio, password="a bridge at dawn")
    studio.member(ME.name).delete(f"/api/shares/{link['id']}")
    rows = studio.desk.studio.production.log()
    assert [(row.act, row.by) for row in rows][-2:] == [("share", ME.id), ("unshare", ME.id)]
    listed = studio.member(ME.name).get("/api/shares").json()
    assert [one["path"] for one in listed] == [""]
    for path in studio.folder.rglob("*"):
        assert not path.is_file() or token_of(link).encode() not in path.read_bytes()
    assert b"argon2" not in (studio.folder / "manyhands.db").read_bytes()
    with pytest.raises(StateError):
        shares.unshare(studio.desk.studio, ME, link["id"])


def test_one_who_sits_at_the_machine_has_neither_accounts_nor_links(film: Path) -> None:
    with served(film) as alone:
        for path, wish in (
            ("/api/session", {"name": "x", "password": "x"}),
            ("/api/invitations", {"name": "x"}),
            ("/api/shares", {"takes": [], "label": "x"}),
            ("/api/guests", {"token": "x"}),
        ):
            answer = alone.post(path, json=wish)
            assert answer.status_code == 409
            assert "--team" in answer.json()["error"]["fix"]
        assert alone.get("/api/session").json() == {"is_team": False, "name": ME.name}
        alone.cookies.clear()
        assert alone.get("/api/session").status_code == 403
        assert alone.post("/api/guests", json={"token": "x"}).status_code == 403


# ------------------------------------------------------------------------------------------------ route by route

DOOR = {
    ("get", "/api/session"), ("post", "/api/session"), ("delete", "/api/session"),
    ("post", "/api/joining"), ("put", "/api/joining"),
    ("post", "/api/guests"), ("post", "/api/guests/{share}"),
}  # fmt: skip
"""What strangers may ask: to come in, and to go."""
READS = {
    "/api/licences", "/api/production", "/api/session", "/api/shots/{shot}/formats",
}  # fmt: skip


def routes(studio: TeamStudio) -> list[tuple[str, str]]:
    paths = studio.app.openapi()["paths"]
    return [(method, path) for path, operations in paths.items() for method in operations if "events" not in path]


def named(studio: TeamStudio, path: str, link: dict[str, Any]) -> str:
    """A route's path with names of things that there are."""
    film = studio.desk.studio
    take = take_of(studio)
    values = {
        "shot": SHOT, "take": take, "share": link["id"], "source": film.production.ids(Source)[0], "at": "1003",
        "kind": "take", "upload": "0" * 32, "order": "none", "rule": "H1", "recipe": "none", "name": "none",
    }  # fmt: skip
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{", "").replace("}", "")


def test_a_stranger_is_refused_by_every_route_but_the_door(studio: TeamStudio) -> None:
    link, head = shared(studio, may_comment=True), studio.desk.studio.production.head()
    tried = 0
    for method, path in routes(studio):
        if (method, path) in DOOR:
            continue
        answer = studio.browser().request(method, named(studio, path, link), json={})
        assert answer.status_code == 403, f"{method} {path}: {answer.status_code}"
        assert set(answer.json()["error"]["about"]) & {"login", "enter"}, f"{method} {path}"
        tried += 1
    assert tried > 40
    for path in ("/api/events", "/api/openapi.json", "/api/none"):
        assert studio.browser().get(path).status_code == 403
    assert studio.desk.studio.production.head() == head


def test_a_guest_is_refused_by_every_route_but_their_own(studio: TeamStudio) -> None:
    link = shared(studio, may_comment=True)
    browser, head = come_in(studio, link), studio.desk.studio.production.head()
    cookie = next(item.value for item in browser.cookies.jar if item.name == "manyhands-guest")
    browser.cookies.set("manyhands-guest", str(cookie))  # sent to every path, as no browser would
    browser.cookies.set(f"manyhands-{studio.team.id}", str(cookie))  # and as what it is not
    refused = 0
    for method, path in routes(studio):
        if (method, path) in DOOR or path.startswith("/api/guests/"):
            continue
        answer = browser.request(method, named(studio, path, link), json={})
        assert answer.status_code == 403, f"{method} {path}: {answer.status_code}"
        refused += 1
    assert refused > 35
    for path in ("/api/events", "/api/openapi.json", "/api/none"):
        assert browser.get(path).status_code == 403
    assert studio.desk.studio.production.head() == head


def test_members_reach_what_their_roles_allow_and_no_role_is_let_by_without_one(studio: TeamStudio) -> None:
    """No route breaks under anybody; who may only look changes nothing; and a guest's page is no member's."""
    link = shared(studio)
    for name in (ME.name, OTHER.name, WATCHER.name):
        browser = studio.member(name)
        for method, path in routes(studio):
            if path in ("/api/session", "/api/sessions", "/api/password"):
                continue
            if name == ME.name and method != "get":
                continue  # a producer may, and would change what is tried
            head = studio.desk.studio.production.head()
            answer = browser.request(method, named(studio, path, link), json={})
            assert answer.status_code < 500, f"{name} {method} {path}: {answer.text}"
            if path.startswith("/api/guests/{share}"):
                assert answer.status_code in (400, 403), f"{name} {method} {path}"
            if name == WATCHER.name and method != "get" and not path.endswith(("/looks", "/verification")):
                assert answer.status_code >= 400, f"{name} {method} {path}"
                assert studio.desk.studio.production.head() == head
            if method == "get" and path in READS:
                assert answer.status_code == 200, f"{name} {method} {path}"


def test_what_is_refused_to_an_artist_is_refused_by_their_role(studio: TeamStudio) -> None:
    artist, link = studio.member(OTHER.name), shared(studio)
    take = take_of(studio)
    for method, path, wish in (
        ("post", f"/api/takes/{take}/decisions", {"verdict": "accept", "reason": "x"}),
        ("post", f"/api/shots/{SHOT}/delivery", {}),
        ("put", f"/api/sources/{enter(studio.folder).production.ids(Source)[0]}/terms", {"terms": "own"}),
        ("post", "/api/shares", {"takes": [take], "label": "x"}),
        ("delete", f"/api/shares/{link['id']}", None),
        ("post", "/api/invitations", {"name": OTHER.name, "roles": ["producer"]}),
    ):
        answer = artist.request(method, path, json=wish)
        assert answer.status_code == 403, path
        assert OTHER.name in answer.json()["error"]["what"], path
