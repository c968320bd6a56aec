"""What is kept of a sending, and what a lean install says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.core.errors import StateError
from manyhands.hosted.credentials import MP4_BOX, PNG, has_credentials
from manyhands.hosted.sending import ASKED, END, TASK, Sending, put_aside, receipts, sendings


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content


@pytest.mark.parametrize(
    ("content", "has"),
    [
        (box(b"ftyp", b"isom") + box(b"uuid", MP4_BOX + b"store") + box(b"mdat", b"x"), True),
        (box(b"ftyp", b"isom") + box(b"mdat", MP4_BOX) + box(b"moov", b""), False),
        (box(b"ftyp", b"isom") + b"\0\0\0\1mdat" + (20).to_bytes(8) + b"1234" + box(b"uuid", MP4_BOX), True),
        (box(b"uuid", bytes(16)) + box(b"moov", b""), False),
        (PNG + (0).to_bytes(4) + b"IHDR" + bytes(4) + (2).to_bytes(4) + b"caBX" + b"ab" + bytes(4), True),
        (PNG + (0).to_bytes(4) + b"IHDR" + bytes(4), False),
        (b"no film at all", False),
    ],
)
def test_content_credentials_are_found_where_they_stand(tmp_path: Path, content: bytes, has: bool) -> None:
    path = tmp_path / "came"
    path.write_bytes(content)
    assert has_credentials(path) == has


def test_a_sending_is_written_step_by_step_and_each_step_once(tmp_path: Path) -> None:
    sending = Sending(tmp_path / "0")
    with sending.held():
        assert sending.receipt() is None
        sending.keep(ASKED, {"model": "aleph2", "credits_most": 84})
        asked = sending.receipt()
        assert asked
        assert (asked.is_lost, asked.status, asked.credits) == (True, "ASKED", None)
        with pytest.raises(FileExistsError):
            sending.keep(ASKED, {})
        sending.keep(TASK, {"id": "t-1", "credits_most": 90})
        assert sending.receipt() == replace(asked, task="t-1", status="SENT", credits_most=90)
        sending.keep(END, {"status": "SUCCEEDED", "credits": 56})
        receipt = sending.receipt()
        assert receipt
        assert (receipt.status, receipt.credits, receipt.credits_quoted) == ("SUCCEEDED", 56, 84)


def test_a_file_that_a_kill_left_half_written_counts_as_asked(tmp_path: Path) -> None:
    sending = Sending(tmp_path / "0")
    with sending.held():
        (sending.folder / ASKED).write_text('{"model": "ale')
        receipt = sending.receipt()
    assert receipt
    assert receipt.is_lost


def test_another_run_at_the_same_sending_is_refused(tmp_path: Path) -> None:
    sending = Sending(tmp_path / "0")
    with sending.held(), pytest.raises(StateError, match="another run is at it"), Sending(tmp_path / "0").held():
        pass
    with sending.held():
        pass


def test_what_is_put_aside_stays_beside_it(tmp_path: Path) -> None:
    for _ in range(2):
        with Sending(tmp_path / "0").held():
            Sending(tmp_path / "0").keep(ASKED, {"model": "aleph2", "credits_most": 84})
        put_aside(Sending(tmp_path / "0"))
    assert sendings(tmp_path) == receipts(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.aside-1", "0.aside-2"]
    assert receipts(tmp_path / "none") == []


LEAN = """
import sys
sys.modules["runwayml"] = sys.modules["httpx"] = None
from manyhands.makers import all_makers, find_maker
assert "runway" in all_makers()
from manyhands.core.span import Span
maker = find_maker("runway")
print(maker.quote(maker.checked({"prompt": "snow"}), Span(length=72, rate_fps=24), 1280, 720).credits_most)
try:
    maker.ready()
except Exception as error:
    print(type(error).__name__, error)
"""


def test_without_the_extra_everything_is_told_and_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.splitlines() == [
        "84",
        "CapacityError runway: it needs runwayml, which is not installed. Install it: pip install 'manyhands[hosted]'.",
    ], done.stderr
