"""Everything that comes in is hostile by assumption: files, names, notes, paths and bodies."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from manyhands.core.errors import CapacityError, MediaError
from manyhands.web.door import MOST_BODY_BYTES
from manyhands.web.examine import HAS_LIMITS, examine
from tests.web.conftest import KEY, SHOT
from tests.web.test_uploads import sent

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}{% raise %}"
LIMITS = pytest.mark.skipif(not HAS_LIMITS, reason="this system sets no limits to a process")


def png(width: int, height: int, *, rows: int | None = None) -> bytes:
    """A PNG that says how large it is, with so many rows of black."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(1 + 3 * width)) for _ in range(height if rows is None else rows))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", body + packer.flush()) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def exr(width: int, height: int) -> bytes:
    """An EXR's header with huge windows, and nothing behind it."""

    def attribute(name: bytes, kind: bytes, value: bytes) -> bytes:
        return name + b"\0" + kind + b"\0" + struct.pack("<i", len(value)) + value

    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    channels = b"".join(name + b"\0" + struct.pack("<iB3xii", 1, 0, 1, 1) for name in (b"B", b"G", b"R")) + b"\0"
    return (
        b"\x76\x2f\x31\x01\x02\0\0\0"
        + attribute(b"channels", b"chlist", channels)
        + attribute(b"compression", b"compression", b"\0")
        + attribute(b"dataWindow", b"box2i", window)
        + attribute(b"displayWindow", b"box2i", window)
        + attribute(b"lineOrder", b"lineOrder", b"\0")
        + attribute(b"pixelAspectRatio", b"float", struct.pack("<f", 1))
        + attribute(b"screenWindowCenter", b"v2f", struct.pack("<2f", 0, 0))
        + attribute(b"screenWindowWidth", b"float", struct.pack("<f", 1))
        + b"\0"
    )


def bomb() -> bytes:
    """A small archive of much."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.exr", bytes(50_000_000))
    return held.getvalue()


HOSTILE = {
    "picture-bomb.png": png(30_000, 30_000, rows=300),
    "half-there.png": png(4_000, 4_000, rows=10),
    "wide.exr": exr(2_000_000_000, 4),
    "large.exr": exr(60_000, 60_000),
    "bomb.zip": bomb(),
    "bomb.mp4": bomb(),
    "playlist.mp4": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "list.mov": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "page.png": b"<!doctype html><script>alert(1)</script>",
    "drawn.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
    "deep.json": b"[" * 200_000,
    "deep.cube": b"LUT_3D_SIZE 4096\n" + b"0 0 0\n" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_break_is_one_clear_refusal(client: TestClient, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    upload = sent(client, path, piece=1 << 20)
    answer = client.post(f"/api/uploads/{upload['id']}/source", json={"terms": "own"})
    assert answer.status_code in (400, 415, 507), answer.text
    error = answer.json()["error"]
    assert error["what"]
    assert error["fix"]
    assert str(tmp_path) not in answer.text  # where it lies on this machine is nobody's business
    assert [one["title"] for one in client.get("/api/sources").json()] == ["house.mp4"]
    assert client.get("/api/production").status_code == 200


@LIMITS
def test_what_eats_memory_or_never_ends_is_stopped(tmp_path: Path, clip: Path) -> None:
    with pytest.raises((MediaError, CapacityError)):
        examine(clip, memory_bytes=64 << 20)  # less than the decoders take to begin
    with pytest.raises(CapacityError, match=r"house\.mp4: reading it took more than"):
        examine(clip, within_s=0.05)
    examine(clip)


@LIMITS
def test_what_opens_a_file_has_neither_secrets_nor_open_files(monkeypatch: pytest.MonkeyPatch, clip: Path) -> None:
    import subprocess

    asked: dict[str, object] = {}
    run = subprocess.run

    def seen(command: list[str], **how: object) -> object:
        asked.update(how)
        return run(command, **how)  # type: ignore[call-overload]

    monkeypatch.setenv("A_SECRET", "x")
    monkeypatch.setattr("manyhands.web.examine.subprocess.run", seen)
    examine(clip)
    assert "A_SECRET" not in asked["env"]  # type: ignore[operator]
    assert "close_fds" not in asked  # its default is to close them
    assert "pass_fds" not in asked


NAMES = (
    "a" * 4_000 + ".mp4",
    "\u202egnp.exe.mp4",
    "two\nlines\r.mp4",
    "../../../etc/passwd.mp4",
    "..\\..\\windows.mp4",
    "nul\0in it.mp4",
    f"{SCRIPT}.mp4",
    "CON .mp4",
    "\ud83d\ude00.mp4".encode("utf-16", "surrogatepass").decode("utf-16"),
    ".mp4",
    "-rf.mp4",
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_stays_in_its_folder(client: TestClient, folder: Path, clip: Path, name: str) -> None:
    upload = sent(client, clip, name=name, piece=1 << 20)
    held = list((folder / "scratch" / "uploads" / str(upload["id"])).iterdir())
    assert sorted(one.name for one in held) == sorted([str(upload["name"]), "upload.json"])
    assert not any(letter in str(upload["name"]) for letter in "\n\r\0\u202e/\\")


def test_names_and_notes_without_end_are_refused(client: TestClient) -> None:
    long = "x" * 100_000
    asked = (
        ("post", "/api/uploads", {"name": long, "size": 3}),
        ("put", "/api/me", {"name": long}),
        ("post", "/api/shots", {"source": "house-mp4", "id": long}),
        ("post", f"/api/shots/{SHOT}/notes", {"note": long}),
        ("post", f"/api/shots/{SHOT}/statements", {"said": {long: "yes"}, "why": "x"}),
    )
    for method, path, body in asked:
        answer = client.request(method, path, json=body)
        assert 400 <= answer.status_code < 500, (path, answer.text[:200])
    assert client.get(f"/api/shots/{'x' * 5_000}").status_code in (400, 404)


def test_a_body_without_end_is_not_read(client: TestClient) -> None:
    deep = "[" * 200_000
    assert client.post(f"/api/shots/{SHOT}/notes", content=deep).status_code == 400
    huge = json.dumps({"note": "x" * MOST_BODY_BYTES})
    answer = client.post(f"/api/shots/{SHOT}/notes", content=huge)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (413, "CapacityError")
    piecewise = client.post(f"/api/shots/{SHOT}/notes", content=iter([b'{"note":', b'"haze"}']))
    assert piecewise.status_code == 413  # without a length nobody knows how much comes
    lying = client.post(f"/api/shots/{SHOT}/notes", content=b"{}", headers={"content-length": "99999999999"})
    assert lying.status_code == 413


@pytest.mark.parametrize("wish", ["\ud800", "a\0b", "\u202e", "﷽" * 200, "../..", "%00", "a/b"], ids=range(7))
def test_odd_letters_break_nothing(client: TestClient, wish: str) -> None:
    body = json.dumps({"note": wish, "source": wish, "id": wish, "name": wish, "size": 3, "by": wish})
    headers = {"content-type": "application/json"}
    for path in (f"/api/shots/{SHOT}/notes", "/api/shots", "/api/uploads", f"/api/shots/{SHOT}/runs"):
        answer = client.post(path, content=body, headers=headers)
        assert answer.status_code < 500, (path, answer.text)
        assert answer.json()


OF_NO_SHOT = ("/api/shots/{shot}/formats", "/api/shots/{shot}/media")  # the same for every shot


def paths(client: TestClient) -> list[tuple[str, str]]:
    """Every operation that has something in its path, from what the server itself says that it has."""
    schema = client.get("/api/openapi.json").json()
    return [(m, path) for path, found in schema["paths"].items() for m in found if "{" in path]


@pytest.mark.parametrize(
    "part",
    ["..%2f..%2fkeys%2fstudio.key", "%2e%2e%2f%2e%2e%2fmanyhands.db", "%00", "..", "%252e%252e", "..%5c..", "a" * 3000],
    ids=range(7),
)
def test_no_part_of_an_address_leads_out(client: TestClient, folder: Path, part: str) -> None:
    head = client.get("/api/production").json()["head"]
    for method, path in paths(client):
        for one in re.findall(r"{(\w+)}", path):
            known = {"shot": SHOT, "at": "1001", "kind": "take", one: part}
            address = re.sub(r"{(\w+)}", lambda found, known=known: known.get(found[1], "x"), path)
            answer = client.request(method, address, json={} if method != "get" else None)
            assert answer.status_code < 500, (method, address, answer.text[:300])
            assert answer.status_code >= 400 or path in OF_NO_SHOT or part == "..", (method, address)
            assert b"SQLite" not in answer.content
            assert KEY.encode() not in answer.content
    assert client.get("/api/production").json()["head"] == head


def test_a_page_that_was_delivered_cannot_act_in_the_studio(client: TestClient, folder: Path) -> None:
    out = folder / "delivered" / SHOT
    out.mkdir(parents=True)
    (out / "disclosure.html").write_text(SCRIPT)
    (out / "drawn.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    page = client.get(f"/api/shots/{SHOT}/delivery/disclosure.html")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts allow-downloads; default-src 'none'")  # in an origin of its own
    assert "allow-same-origin" not in policy
    assert re.search(r"script-src 'sha256-[^']+';", policy)  # the page's one script, and no other
    drawn = client.get(f"/api/shots/{SHOT}/delivery/drawn.svg")
    assert drawn.headers["content-disposition"].startswith("attachment")
    assert client.get(f"/api/shots/{SHOT}/delivery/a%0Ab").status_code == 404
