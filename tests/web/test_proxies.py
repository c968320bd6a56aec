"""A team behind nginx and behind Caddy, each with the very words of the guide, in a real browser over TLS."""

from __future__ import annotations

import getpass
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from manyhands.actions.studio import enter
from manyhands.web.app import BUILT
from tests.docs.written import DOCS
from tests.doors import here
from tests.web.conftest import Server, until
from tests.web.team import NAME, PASSWORD
from tests.web.test_browser import CHROMIUM, Page
from tests.web.test_serving import closed, opened

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("argon2", reason="argon2-cffi is not installed")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the client is not built: make client"),
]
GUIDE = (DOCS / "how" / "studio-for-a-team.md").read_text()
UPLOAD_BYTES = 9_000_000
"""More than two pieces."""


def written(begins: str) -> str:
    """The example of the guide that begins so."""
    return next(block for block in re.findall(r"^```\w*\n(.*?)^```", GUIDE, re.S | re.M) if block.startswith(begins))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def nginx(folder: Path, studio_port: int, https: int, http: int) -> list[str]:
    """What starts nginx with the guide's example: only its port, certificates and address are the test's."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-keyout", folder / "studio.key", "-out", folder / "studio.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    site = written("server {").replace("/etc/ssl/", f"{folder}/").replace("listen 443 ssl", f"listen {https} ssl")
    site = site.replace("ADDRESS", f"http://127.0.0.1:{studio_port}")
    kept = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"user {getpass.getuser()};\npid {folder}/nginx.pid;\nerror_log {folder}/told.log;\ndaemon off;\n"
        f"worker_processes 1;\nevents {{}}\nhttp {{\n{kept}\n{site}\n}}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, studio_port: int, https: int, http: int) -> list[str]:
    """What starts Caddy with the guide's example: only its ports and who signs the certificate are the test's."""
    site = written(f"{NAME} {{").replace(":7411", f":{studio_port}")
    (folder / "Caddyfile").write_text(
        f"{{\nadmin off\nlocal_certs\nskip_install_trust\nhttp_port {http}\nhttps_port {https}\n"
        f"storage file_system {folder}/kept\n}}\n{site}"
    )
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@contextmanager
def in_front(command: list[str], port: int) -> Iterator[None]:
    proxy = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answers() -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(answers, within_s=30, what="the proxy answers")
        yield
    finally:
        proxy.terminate()
        proxy.wait(10)


@pytest.mark.parametrize("proxy", [nginx, caddy], ids=["nginx", "caddy"])
def test_the_guides_proxy_lets_a_team_in_over_tls(
    folder: Path, tmp_path: Path, proxy: Callable[[Path, int, int, int], list[str]]
) -> None:
    if shutil.which(proxy.__name__) is None or shutil.which("openssl") is None:
        pytest.skip(f"there is no {proxy.__name__}")
    at, https, http = free_port(), free_port(), free_port()
    site = tmp_path / "site"
    site.mkdir()
    server, said = opened(folder, "--behind-proxy", "--name", NAME, "--port", str(at), lines=2)
    # what a browser calls the studio leads to the proxy
    leads = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{https}"
    try:
        with in_front(proxy(site, at, https, http), https), playwright.sync_playwright() as p:
            browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", leads])
            seen = Page(browser, Server(said[1].split()[-1], server.process), ignore_https_errors=True)
            page = seen.page
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Come in").click()
            page.get_by_text("sh010").first.wait_for()
            assert page.url == f"https://{NAME}/"
            (cookie,) = seen.context.cookies()
            assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
            # what happens is told as it happens, through the proxy
            page.evaluate(LISTEN)
            here("person", "Person C", "--role", "artist", "--by", "Person A", "-p", folder)
            began = time.monotonic()
            page.wait_for_function("() => window.heard > 1", timeout=5000)
            took = time.monotonic() - began
            print(f"{proxy.__name__}: told after {took:.2f} s")  # noqa: T201
            assert took < 1.5
            # a file in pieces comes whole
            assert page.evaluate(SEND, UPLOAD_BYTES) == [UPLOAD_BYTES] * 2
            assert not seen.said
            browser.close()
    finally:
        closed(server, folder)
    assert [row.act for row in enter(folder).production.log()][-2:] == ["invite", "person"]


LISTEN = """() => {
    window.heard = 0;
    const told = new EventSource('/api/events');
    told.addEventListener('log', () => { window.heard += 1; });
    return new Promise(done => { told.onopen = () => done(); });
}"""
SEND = """async size => {
    const says = {'x-manyhands': '1', 'content-type': 'application/json'};
    const body = JSON.stringify({name: 'big.mov', size});
    const made = await (await fetch('/api/uploads', {method: 'POST', headers: says, body})).json();
    let there = 0;
    while (there < size) {
        const piece = new Uint8Array(Math.min(4 << 20, size - there));
        const to = `/api/uploads/${made.id}?offset=${there}`;
        const sent = await fetch(to, {method: 'PATCH', headers: {'x-manyhands': '1'}, body: piece});
        there = (await sent.json()).there;
    }
    return [there, (await (await fetch(`/api/uploads/${made.id}`)).json()).there];
}"""
