"""Accounts of a team: invitations, passwords, sessions, and who tries too often."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from manyhands.actions import studio as acts
from manyhands.core.errors import InputError, RoleError, StateError, StoreError, WaitError
from manyhands.core.hand import person
from manyhands.store.access import FILE, Access, token_made
from manyhands.web import passwords, team
from manyhands.web.passwords import LONGEST, SHORTEST, check_password, hashed, is_password
from manyhands.web.team import DAY_S, IDLE_S, INVITED_S, LONGEST_S
from manyhands.web.team_door import while_in
from manyhands.web.waits import FORGOTTEN_S, MOST_KEPT, Rule, Waits, place
from tests.web.conftest import ME
from tests.web.team import PASSWORD, Clock, TeamStudio, team_studio

pytest.importorskip("argon2", reason="argon2-cffi is not installed")


@pytest.fixture
def studio(folder: Path) -> Iterator[TeamStudio]:
    with team_studio(folder) as made:
        yield made


def log_in(browser: TestClient, name: str = ME.name, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return browser.post("/api/session", json={"name": name, "password": password})


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own_and_nowhere_else(studio: TeamStudio) -> None:
    one, other = hashed(PASSWORD), hashed(PASSWORD)
    assert one != other
    assert one.startswith("$argon2id$")
    assert is_password(PASSWORD, one)
    assert not is_password(PASSWORD + " ", one)
    assert not is_password(PASSWORD, "")
    assert not is_password(PASSWORD, "no hash")
    studio.member(ME.name)
    for path in studio.folder.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()
    assert b"argon2" not in (studio.folder / "manyhands.db").read_bytes()
    for path in (studio.folder / "keys").glob("accounts.db*"):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "password",
    [
        "",
        "x" * (SHORTEST - 1),
        "abcd" * 2 + "abc",
        "a" * 40,
        "abababababababab",
        "Person AlbertPerson Albert",
        "x" * (LONGEST + 1),
        "word " * 20_000,
    ],
)
def test_a_password_that_is_short_long_or_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(InputError, match="password: it"):
        check_password(password, names=("Person Albert",))


def test_a_password_of_100_000_letters_is_never_hashed(studio: TeamStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    studio.account(ME.name)
    monkeypatch.setattr(passwords, "_hasher", lambda: pytest.fail("it was hashed"))
    answer = log_in(studio.browser(), password="word " * 20_000)
    assert answer.status_code == 400
    assert "word word" not in answer.text
    monkeypatch.undo()
    began = time.monotonic()
    assert not is_password("word " * 20_000, hashed(PASSWORD))
    assert time.monotonic() - began < 5


def test_a_body_without_end_is_not_read_from_a_stranger(studio: TeamStudio) -> None:
    browser = studio.browser()
    assert browser.post("/api/session", content=b"x" * (1 << 21)).status_code == 413
    assert browser.post("/api/session", content=iter([b"{}"])).status_code == 413


def test_a_name_is_one_however_it_is_typed(studio: TeamStudio) -> None:
    composed = unicodedata.normalize("NFC", "Zoë Ångström")
    apart = unicodedata.normalize("NFD", composed)
    acts.person(studio.desk.studio, ME, person(apart), roles=("artist",))
    studio.account(apart, unicodedata.normalize("NFD", "ein grüner Esel"))
    for name in (composed, apart, f"  {composed.upper()} "):
        assert log_in(studio.browser(), name, unicodedata.normalize("NFC", "ein grüner Esel")).status_code == 200
    browser = studio.browser()
    log_in(browser, composed, "ein grüner Esel")
    assert browser.get("/api/production").json()["me"] == composed
    assert browser.get("/api/production").json()["roles"] == ["artist"]


def test_who_draws_a_name_alike_is_not_its_person(studio: TeamStudio) -> None:
    studio.account(ME.name)
    assert log_in(studio.browser(), "Реrsоn А").status_code == 403  # with Cyrillic letters


def test_nobody_learns_who_has_an_account(studio: TeamStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    studio.account(ME.name)
    wrong = log_in(studio.browser(), ME.name, "another lantern here")
    nobody = log_in(studio.browser(), "Person Nobody", "another lantern here")
    assert wrong.json() == nobody.json()
    assert wrong.status_code == nobody.status_code == 403
    looked = []

    class Counted:
        def verify(self, kept: str, password: bytes) -> bool:
            looked.append(kept[:9])
            return False

        def hash(self, password: object) -> str:
            return "$argon2id$of nobody"

    monkeypatch.setattr(passwords, "_hasher", Counted)
    passwords._nobodys.cache_clear()
    for name in (ME.name, "Person Nobody", "\x00", "x" * 200):
        log_in(studio.browser(), name, "another lantern here")
    monkeypatch.undo()
    passwords._nobodys.cache_clear()
    assert looked == ["$argon2id"] * 4  # the same work for each: one comparison


def test_it_takes_as_long_whether_or_not_there_is_an_account(studio: TeamStudio) -> None:
    studio.account(ME.name)

    def took(name: str) -> float:
        times = []
        for turn in range(5):
            began = time.perf_counter()
            with pytest.raises(RoleError):
                team.log_in(studio.team, name, "another lantern here", f"10.0.{turn}.{len(name)}")
            times.append(time.perf_counter() - began)
        return min(times)

    with pytest.raises(RoleError):
        team.log_in(studio.team, "Person Nobody", "another lantern here", "10.9.9.9")
    there, not_there = took(ME.name), took("Person Nobody")
    assert there < 2 * not_there
    assert not_there < 2 * there


def test_an_invitation_opens_once(studio: TeamStudio) -> None:
    token = team.invitation(studio.team.access, ME, at=studio.clock())
    browser = studio.browser()
    assert browser.post("/api/joining", json={"token": token}).json()["name"] == ME.name
    short = browser.put("/api/joining", json={"token": token, "password": "short"})
    assert short.status_code == 400
    assert browser.put("/api/joining", json={"token": token, "password": PASSWORD}).status_code == 200
    assert browser.get("/api/production").json()["me"] == ME.name
    for again in (browser.put("/api/joining", json={"token": token, "password": "another lantern here"}),
                  browser.post("/api/joining", json={"token": token})):  # fmt: skip
        assert again.status_code == 409
    assert log_in(studio.browser()).status_code == 200


def test_an_invitation_used_twice_at_once_opens_once(studio: TeamStudio) -> None:
    token = team.invitation(studio.team.access, ME, at=studio.clock())
    came: list[str] = []

    def come(password: str) -> None:
        try:
            team.join(studio.team, studio.desk.studio, token, password)
            came.append(password)
        except StateError:
            pass

    both = [threading.Thread(target=come, args=(f"{word} under the stairs",)) for word in ("lantern", "umbrella")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(came) == 1
    assert team.log_in(studio.team, ME.name, came[0], "10.0.0.1")


def test_an_invitation_ends_and_a_later_one_takes_its_place(studio: TeamStudio) -> None:
    browser = studio.browser()
    old = team.invitation(studio.team.access, ME, at=studio.clock())
    new = team.invitation(studio.team.access, ME, at=studio.clock())
    assert browser.post("/api/joining", json={"token": old}).status_code == 409
    studio.clock.at += INVITED_S - 1
    assert browser.post("/api/joining", json={"token": new}).status_code == 200
    studio.clock.at += 1
    assert browser.post("/api/joining", json={"token": new}).status_code == 409
    assert browser.put("/api/joining", json={"token": new, "password": PASSWORD}).status_code == 409
    assert browser.post("/api/joining", json={"token": token_made()}).status_code == 409


def test_to_be_invited_anew_ends_every_session_once_it_is_used(studio: TeamStudio) -> None:
    producer, artist = studio.member(ME.name), studio.member("Person B")
    made = producer.post("/api/invitations", json={"name": "Person B"}).json()
    assert artist.get("/api/shots").status_code == 200
    token = made["path"].partition("#")[2]
    assert studio.browser().put(
        "/api/joining", json={"token": token, "password": "an umbrella in the hall"}
    ).status_code == 200  # fmt: skip
    assert artist.get("/api/shots").status_code == 403
    assert log_in(studio.browser(), "Person B").status_code == 403
    assert log_in(studio.browser(), "Person B", "an umbrella in the hall").status_code == 200


def test_who_may_give_roles_may_invite_and_it_stands_in_the_log_without_the_token(studio: TeamStudio) -> None:
    producer, artist = studio.member(ME.name), studio.member("Person B")
    assert artist.post("/api/invitations", json={"name": "Person C", "roles": ["director"]}).status_code == 403
    assert artist.post("/api/invitations", json={"name": "Person B"}).status_code == 403
    assert producer.post("/api/invitations", json={"name": "Person C"}).status_code == 404
    made = producer.post("/api/invitations", json={"name": "Person C", "roles": ["artist"]})
    assert made.status_code == 200
    rows = studio.desk.studio.production.log()
    assert [row.act for row in rows][-2:] == ["person", "invite"]
    assert rows[-1].by == ME.id
    token = made.json()["path"].partition("#")[2]
    assert not any(token in row.about + row.brought for row in rows)
    assert token.encode() not in (studio.folder / FILE).read_bytes()


def test_a_session_begins_anew_with_every_login(studio: TeamStudio) -> None:
    """What somebody put into a browser before opens nothing after."""
    studio.account(ME.name)
    browser = studio.browser()
    cookie = f"manyhands-{studio.team.id}"
    fixed = token_made()
    browser.cookies.set(cookie, fixed)
    assert log_in(browser).status_code == 200
    assert browser.cookies.get(cookie, domain="studio.example") not in (None, fixed)
    thief = studio.browser()
    thief.cookies.set(cookie, fixed)
    assert thief.get("/api/shots").status_code == 403
    first = browser.cookies.get(cookie, domain="studio.example")
    browser.cookies.clear()
    browser.cookies.set(cookie, first)
    log_in(browser)
    thief.cookies.clear()
    thief.cookies.set(cookie, first)
    assert thief.get("/api/shots").status_code == 403  # the session before it is over


def test_a_cookie_is_seen_by_no_script_and_sent_by_no_other_page(studio: TeamStudio, folder: Path) -> None:
    studio.account(ME.name)
    said = log_in(studio.browser()).headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=strict" in said
    assert "path=/;" in said
    assert "domain" not in said
    assert "secure" not in said
    with team_studio(folder, behind_proxy=True) as proxied:
        browser = proxied.browser(address="https://studio.example")
        browser.headers["x-forwarded-proto"] = "https"
        said = log_in(browser).headers["set-cookie"]
        assert said.startswith("__Host-manyhands-")
        assert "Secure" in said
        assert browser.get("/api/shots").status_code == 200
        del browser.headers["x-forwarded-proto"]
        assert browser.get("/api/shots").status_code == 403  # by http, nothing


def test_what_a_proxy_would_say_counts_only_where_there_is_one(studio: TeamStudio) -> None:
    studio.account(ME.name)
    browser = studio.browser()
    browser.headers["x-forwarded-proto"] = "https"
    assert not log_in(browser).headers["set-cookie"].startswith("__Host-")
    for turn in range(5):
        browser.headers["x-forwarded-for"] = f"10.0.0.{turn}"
        log_in(browser, password="wrong again and again")
    assert log_in(browser, password="wrong again and again").status_code == 429


def test_behind_a_proxy_the_last_address_counts_which_it_added(folder: Path) -> None:
    with team_studio(folder, behind_proxy=True) as studio:
        browser = studio.browser(address="https://studio.example")
        browser.headers["x-forwarded-proto"] = "https"
        for turn in range(5):
            browser.headers["x-forwarded-for"] = f"1.1.1.{turn}, 10.0.0.7"
            assert log_in(browser, password="wrong again and again").status_code == 403
        assert log_in(browser, password="wrong again and again").status_code == 429
        browser.headers["x-forwarded-for"] = "10.0.0.7, 10.0.0.8"
        assert log_in(browser, password="wrong again and again").status_code == 403


def test_cookies_of_another_production_open_nothing(studio: TeamStudio, tmp_path: Path) -> None:
    acts.new(tmp_path / "other", ME, door="studio").close()
    with team_studio(tmp_path / "other") as other:
        theirs = other.member(ME.name)
        token = theirs.cookies.get(f"manyhands-{other.team.id}", domain="studio.example")
        assert other.team.id != studio.team.id
        browser = studio.browser()
        browser.cookies.set(f"manyhands-{other.team.id}", token)
        browser.cookies.set(f"manyhands-{studio.team.id}", token)
        assert browser.get("/api/shots").status_code == 403
        assert theirs.get("/api/shots").status_code == 200


def test_a_session_ends_when_nothing_is_done_and_in_any_case(studio: TeamStudio) -> None:
    browser = studio.member(ME.name)
    for _ in range(4):
        studio.clock.at += IDLE_S / 2
        assert browser.get("/api/shots").status_code == 200
    studio.clock.at += IDLE_S + 1
    assert browser.get("/api/shots").status_code == 403
    browser = studio.member(ME.name)
    began = studio.clock.at
    while studio.clock.at < began + LONGEST_S - IDLE_S / 2:
        studio.clock.at += IDLE_S / 2
        assert browser.get("/api/shots").status_code == 200
    studio.clock.at = began + LONGEST_S + 1
    assert browser.get("/api/shots").status_code == 403


def test_only_listening_keeps_no_session_awake(studio: TeamStudio) -> None:
    browser = studio.member(ME.name)
    token = browser.cookies.get(f"manyhands-{studio.team.id}", domain="studio.example")
    studio.clock.at += IDLE_S - 1
    assert team.session(studio.team, token, is_used=False) is not None
    assert browser.get("/api/session").json()["name"] == ME.name
    studio.clock.at += 2
    assert browser.get("/api/session").json()["name"] == ""


def test_logging_out_ends_it_here_and_everywhere_everywhere(studio: TeamStudio) -> None:
    one, other = studio.member(ME.name), studio.member(ME.name)
    token = one.cookies.get(f"manyhands-{studio.team.id}", domain="studio.example")
    assert one.delete("/api/session").status_code == 204
    one.cookies.set(f"manyhands-{studio.team.id}", token)
    assert one.get("/api/shots").status_code == 403
    third = studio.member(ME.name)
    assert other.delete("/api/sessions").status_code == 204
    assert other.get("/api/shots").status_code == third.get("/api/shots").status_code == 403
    assert studio.browser().delete("/api/sessions").status_code == 403


def test_a_changed_password_ends_every_other_session(studio: TeamStudio) -> None:
    one, other = studio.member(ME.name), studio.member(ME.name)
    new = "an umbrella in the hall"
    assert one.put("/api/password", json={"old": "not this one at all", "new": new}).status_code == 403
    assert one.put("/api/password", json={"old": PASSWORD, "new": "short"}).status_code == 400
    assert other.get("/api/shots").status_code == 200
    assert one.put("/api/password", json={"old": PASSWORD, "new": new}).status_code == 200
    assert one.get("/api/shots").status_code == 200
    assert other.get("/api/shots").status_code == 403
    assert log_in(studio.browser()).status_code == 403
    assert log_in(studio.browser(), password=new).status_code == 200


def test_the_old_password_is_not_guessed_from_an_open_browser(studio: TeamStudio) -> None:
    browser = studio.member(ME.name)
    said = [
        browser.put(
            "/api/password", json={"old": f"guess {turn} of many", "new": "an umbrella in the hall"}
        ).status_code
        for turn in range(6)
    ]
    assert said == [403] * 5 + [429]


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(studio: TeamStudio) -> None:
    artist = studio.member("Person B")
    assert artist.post("/api/shots/sh010/notes", json={"note": "haze in the distance"}).status_code == 200
    acts.person(studio.desk.studio, ME, person("Person B"), roles=("guest",))
    assert artist.post("/api/shots/sh010/notes", json={"note": "haze in the distance"}).status_code == 403
    assert artist.get("/api/shots").status_code == 200
    assert artist.get("/api/production").json()["roles"] == ["guest"]
    acts.person(studio.desk.studio, ME, person("Person B"), roles=())
    assert artist.get("/api/shots").status_code == 403
    assert artist.get("/api/sources").status_code == 403


def test_every_act_is_that_of_the_account_whoever_is_named_in_the_request(studio: TeamStudio) -> None:
    artist = studio.member("Person B")
    assert artist.put("/api/me", json={"name": ME.name}).status_code == 403
    assert artist.post("/api/production", json={"by": ME.name}).status_code == 403
    assert artist.get("/api/production").json()["me"] == "Person B"
    artist.post("/api/shots/sh010/notes", json={"note": "haze in the distance", "by": ME.name})
    assert studio.desk.studio.production.log(act="propose")[-1].by == "person:person-b"


def test_another_page_in_the_browser_changes_nothing(studio: TeamStudio) -> None:
    browser = studio.member(ME.name)
    note = {"note": "haze in the distance"}
    for headers in (
        {"x-manyhands": "0"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://studio.example.evil.example"},
        {"origin": "https://studio.example"},  # another scheme is another page
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        assert browser.post("/api/shots/sh010/notes", json=note, headers=headers).status_code == 403, headers
        assert browser.delete("/api/session", headers=headers).status_code == 403, headers
        assert log_in(TestClient(studio.app, base_url="http://studio.example", headers=headers)).status_code == 403
    own = {"origin": "http://studio.example", "sec-fetch-site": "same-origin"}
    assert browser.post("/api/shots/sh010/notes", json=note, headers=own).status_code == 200


def test_it_answers_to_its_names_alone_and_sends_nobody_elsewhere(studio: TeamStudio) -> None:
    browser = studio.member(ME.name)
    for host in ("evil.example", "studio.example.evil.example", "evil.example:80", ""):
        assert browser.get("/api/shots", headers={"host": host}).status_code == 403
    for host in ("studio.example", "STUDIO.example:7411", "127.0.0.1:7411"):
        assert browser.get("/", headers={"host": host}).status_code in (200, 503)
    for path in ("//evil.example", "/%2f%2fevil.example", "/enter?key=", "/login?next=//evil.example", "/api/shots/"):
        answer = browser.get(path, follow_redirects=False)
        assert not 300 <= answer.status_code < 400, path
        assert "location" not in answer.headers
    for method in ("post", "put", "delete", "patch"):
        answer = getattr(browser, method)("/api/session/", follow_redirects=False)
        assert "evil" not in answer.headers.get("location", "")
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_who_tries_again_and_again_waits_longer_each_time() -> None:
    clock = Clock()
    waits, rule = Waits(clock), Rule(free=3, longest_s=60)
    for _ in range(3):
        waits.count(("a", rule))
    waited = []
    for _ in range(8):
        with pytest.raises(WaitError) as told:
            waits.count(("a", rule))
        waited.append(told.value.about["seconds"])
        clock.at += told.value.about["seconds"] - 0.01  # type: ignore[operator]
        with pytest.raises(WaitError):
            waits.count(("a", rule))
        clock.at += 0.01
        waits.count(("a", rule), ("b", Rule(100, 1)))
    assert waited == [2, 4, 8, 16, 32, 60, 60, 60]
    waits.count(("c", rule))
    clock.at += FORGOTTEN_S + 1
    for _ in range(3):
        waits.count(("a", rule))


def test_a_try_that_waits_is_counted_under_no_key() -> None:
    waits = Waits(Clock())
    waits.count(("a", Rule(1, 60)))
    for _ in range(50):
        with pytest.raises(WaitError):
            waits.count(("a", Rule(1, 60)), ("b", Rule(10, 60)))
    waits.count(("b", Rule(1, 60)))


def test_many_tries_at_once_count_as_many() -> None:
    waits = Waits(Clock())
    let = []

    def one() -> None:
        try:
            waits.count(("a", Rule(5, 60)))
            let.append(1)
        except WaitError:
            pass

    many = [threading.Thread(target=one) for _ in range(40)]
    for thread in many:
        thread.start()
    for thread in many:
        thread.join()
    assert len(let) == 5


def test_what_is_kept_of_tries_has_a_bound() -> None:
    waits = Waits(Clock())
    for number in range(MOST_KEPT + 100):
        waits.count((f"{number}", Rule(5, 60)))
    assert len(waits._tries) == MOST_KEPT


def test_a_network_of_ipv6_counts_as_one_place() -> None:
    assert place("2001:db8:1:2:3::4") == place("2001:db8:1:2:ffff::1") != place("2001:db8:1:3::4")
    assert place("::ffff:10.0.0.1") == place("10.0.0.1") != place("10.0.0.2")
    assert place("not an address" * 1000) == place("") == "elsewhere"


def test_after_some_wrong_passwords_even_the_right_one_waits_and_others_do_not(studio: TeamStudio) -> None:
    studio.account(ME.name)
    studio.account("Person B")
    browser = studio.browser()
    for _ in range(5):
        assert log_in(browser, password="wrong again and again").status_code == 403
    told = log_in(browser)
    assert told.status_code == 429
    assert told.json()["error"]["about"] == {"seconds": 2}
    assert log_in(browser, "Person B").status_code == 200
    studio.clock.at += 2.1
    assert log_in(browser).status_code == 200
    assert log_in(browser, password="wrong again and again").status_code == 403  # who was right begins anew


def test_nobody_locks_somebody_else_out_for_long(studio: TeamStudio) -> None:
    studio.account(ME.name)
    refused = 0
    for turn in range(60):
        try:
            studio.team.waits.count((f"in 10.0.{turn}.1 {ME.id}", team.BY_BOTH), (f"as {ME.id}", team.BY_NAME))
        except WaitError:
            refused += 1
    assert refused == 60 - team.BY_NAME.free
    studio.clock.at += team.BY_NAME.longest_s + 1
    assert log_in(studio.browser()).status_code == 200


def test_accounts_last_over_a_restart_and_a_file_that_is_none_is_told(folder: Path) -> None:
    with team_studio(folder) as studio:
        token = studio.member(ME.name).cookies.get(f"manyhands-{studio.team.id}", domain="studio.example")
    with team_studio(folder) as again:
        browser = again.browser()
        browser.cookies.set(f"manyhands-{again.team.id}", token)
        assert browser.get("/api/shots").status_code == 200
    (folder / FILE).write_bytes(b"no database at all, but long enough to be looked at as one" * 20)
    with pytest.raises(StoreError, match="cannot be read"):
        Access(folder)


def test_two_processes_write_one_file(folder: Path) -> None:
    one, other = Access(folder), Access(folder)
    token = team.invitation(one, ME, at=0.0)
    assert other.invited(token) is not None
    assert other.join(token, "a hash", at=1.0)
    assert not one.join(token, "a hash", at=1.0)
    one.close()
    other.close()
    with sqlite3.connect(folder / FILE) as behind:
        assert behind.execute("SELECT count(*) FROM accounts").fetchone() == (1,)
    behind.close()


def test_what_is_over_is_swept_away(studio: TeamStudio) -> None:
    studio.member(ME.name)
    studio.clock.at += LONGEST_S + DAY_S
    studio.member(ME.name)
    with sqlite3.connect(studio.folder / FILE) as behind:
        assert behind.execute("SELECT count(*) FROM sessions").fetchone() == (1,)
    behind.close()


def test_what_a_page_listens_to_ends_with_its_session_and_with_membership(studio: TeamStudio) -> None:
    def heard(after: Callable[[], object]) -> int:
        token = studio.member(ME.name).cookies.get(f"manyhands-{studio.team.id}", domain="studio.example")
        headers = [(b"cookie", f"manyhands-{studio.team.id}={token}".encode())]
        request = Request({"type": "http", "headers": headers, "state": {"is_secure": False}})

        async def stream() -> AsyncIterator[str]:
            yield "one"
            after()
            yield "two"
            yield "three"

        async def listen() -> int:
            return len([text async for text in while_in(request, studio.desk, studio.team, stream())])

        return asyncio.run(listen())

    assert heard(lambda: None) == 3
    assert heard(lambda: studio.team.access.end_all(ME.id)) == 1
    assert heard(lambda: acts.person(studio.desk.studio, ME, ME, roles=())) == 1
