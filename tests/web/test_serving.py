"""`manyhands studio --team` in a process of its own: what it says, where it listens, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from manyhands.actions.studio import enter
from tests.doors import here
from tests.web.conftest import ME, Server, put_down
from tests.web.team import PASSWORD

pytest.importorskip("argon2", reason="argon2-cffi is not installed")
HEADERS = {"x-manyhands": "1"}


def opened(folder: Path, *more: str, lines: int = 1) -> tuple[Server, list[str]]:
    """The studio for a team, once it answers, and what it said."""
    command = [sys.executable, "-u", "-m", "manyhands", "studio", "--team", "-p", str(folder), "--workers", "1", *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _ in range(lines)]
    address = next(line.split()[-1] for line in said if " is at http" in line)
    return Server(address, process), said


def closed(server: Server, folder: Path) -> None:
    server.kill()
    put_down(folder)


def test_the_first_is_invited_at_the_terminal_and_the_next_by_them(folder: Path) -> None:
    server, said = opened(folder, lines=2)
    try:
        assert server.address.startswith("http://127.0.0.1:")
        assert said[1].startswith("Person A chooses a password, once, at ")
        with httpx2.Client(base_url=server.address, headers=HEADERS) as browser:
            token = said[1].partition("#")[2]
            assert browser.put("/api/joining", json={"token": token, "password": PASSWORD}).status_code == 200
            assert browser.get("/api/production").json()["me"] == "Person A"
        made = here("invite", "Person B", "--by", "Person A", "-p", folder, "--json").value
        assert made["link"].startswith(f"{server.address}/invitation#")
        with httpx2.Client(base_url=server.address, headers=HEADERS) as browser:
            token = made["link"].partition("#")[2]
            assert browser.put("/api/joining", json={"token": token, "password": PASSWORD}).status_code == 200
            assert browser.get("/api/production").json()["roles"] == ["artist"]
            browser.headers["x-forwarded-proto"] = "https"  # nobody said that a proxy is in front
            assert browser.get("/api/production").status_code == 200
            # what goes round the door to the events ends with the session
            with browser.stream("GET", "/api/events") as events:
                lines = events.iter_lines()
                assert next(lines).startswith("event: log")
    finally:
        closed(server, folder)
    assert [row.act for row in enter(folder).production.log()][-2:] == ["invite", "invite"]
    server, said = opened(folder)  # there are accounts: nobody is invited
    closed(server, folder)
    assert [row.act for row in enter(folder).production.log()].count("invite") == 2


def test_behind_a_proxy_it_is_called_by_its_name_and_comes_by_https(folder: Path) -> None:
    server, said = opened(
        folder, "--behind-proxy", "--name", "studio.example", "--by", ME.name, "--port", "7497", lines=2
    )
    try:
        assert server.address == "https://studio.example"
        assert "https://studio.example/invitation#" in said[1]
        with httpx2.Client(base_url="http://127.0.0.1:7497", headers=HEADERS) as proxy:
            forwarded = {"host": "studio.example", "x-forwarded-proto": "https"}
            assert proxy.get("/api/session", headers=forwarded).json() == {"is_team": True, "name": ""}
            assert proxy.get("/api/session", headers={"host": "studio.example"}).status_code == 403
            assert proxy.get("/api/session", headers={**forwarded, "host": "evil.example"}).status_code == 403
    finally:
        closed(server, folder)


def test_to_others_without_tls_it_says_what_is_not_safe(folder: Path) -> None:
    server, said = opened(folder, "--host", "0.0.0.0", lines=2)
    try:
        assert any("Without TLS everybody on the way reads the passwords" in line for line in said)
    finally:
        closed(server, folder)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["--host", "0.0.0.0"], "InputError"),
        (["--name", "studio.example"], "InputError"),
        (["--behind-proxy"], "InputError"),
        (["--team", "--host", "203.0.113.7"], "InputError"),
        (["--team", "--by", "Person Z"], "RoleError"),
        (["--team", "--by", "Person B"], "RoleError"),
    ],
    ids=" ".join,
)
def test_it_is_not_opened_to_others_by_mistake(folder: Path, words: list[str], kind: str) -> None:
    here("studio", "-p", folder, "--no-open", *words).complained(kind)


def test_without_a_production_there_is_no_team(tmp_path: Path) -> None:
    here("studio", "--team", "-p", tmp_path / "none").complained("StateError")
    assert not (tmp_path / "none").exists()


def test_nobody_is_invited_before_there_is_an_address(folder: Path) -> None:
    told = here("invite", "Person B", "--by", "Person A", "-p", folder).complained("StateError")
    assert "manyhands studio --team" in told
    here("invite", "Person B", "--by", "Person B", "-p", folder).complained("RoleError")
