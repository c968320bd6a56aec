"""A task is made once and paid once, whatever happens: against a Runway of our own over real HTTP.

Expected states and money: reference page "Generation", 1.5 (wire shapes) and 1.6 (failures cost nothing).
"""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from manyhands.core.errors import (
    CapacityError,
    InputError,
    MakerError,
    ManyhandsError,
    RightsError,
    StateError,
    Stopped,
)
from manyhands.hosted import runway as client
from manyhands.hosted.runway import Request, send
from manyhands.hosted.sending import ASKED, TASK, Receipt, Sending, put_aside, receipts, sendings
from tests.hosted.server import BAD_GATEWAY, DAILY, POOR, RETRIED, Runway, serving


def silent(done: int, of: int) -> None:
    """A bell that nobody hears."""


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    path = tmp_path / "plate.mp4"
    path.write_bytes(b"a plate" * 100)
    return path


def request(plate: Path, prompt: str = "make it snow", **more: Any) -> Request:
    return Request("video_to_video", {"model": "aleph2", "videoUri": plate, "promptText": prompt, **more}, 84)


def sent(folder: Path, plate: Path, bell: Any = silent, **more: Any) -> Receipt:
    return send(Sending(folder / "sent" / "0"), lambda: request(plate, **more), bell=bell)


def test_a_task_is_made_followed_and_fetched_whole(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.course = ["THROTTLED", "PENDING", "RUNNING", "RUNNING", "SUCCEEDED"]
    receipt = sent(tmp_path, plate)
    assert (receipt.status, receipt.credits, receipt.credits_most) == ("SUCCEEDED", 56, 84)
    ((name, sha),) = receipt.files
    made = tmp_path / "sent" / "0" / name
    assert made.read_bytes() == b"made of video_to_video"
    assert sha == hashlib.sha256(made.read_bytes()).hexdigest()
    assert made.stat().st_mode & 0o222 == 0
    (task,) = runway.tasks.values()
    assert runway.blobs[task.body["videoUri"]] == plate.read_bytes()
    assert (runway.count, runway.money) == (1, 56)


def test_what_was_made_is_not_asked_for_again(runway: Runway, plate: Path, tmp_path: Path) -> None:
    first = sent(tmp_path, plate)
    calls = len(runway.calls)
    assert sent(tmp_path, plate) == first
    assert len(runway.calls) == calls


def test_each_step_is_told_to_those_who_watch(runway: Runway, plate: Path, tmp_path: Path) -> None:
    told: list[Any] = []
    runway.course = ["RUNNING", "ASCENDING", "SUCCEEDED"]
    send(Sending(tmp_path / "0"), lambda: request(plate), bell=silent, say=told.append)
    assert [(one["status"], one["progress"]) for one in told] == [("RUNNING", 0.5), ("ASCENDING", 0.0)]
    assert "not known here" in told[1]["warning"]


@pytest.mark.parametrize("asked_again", [1, 3])
def test_too_many_requests_are_waited_out(runway: Runway, plate: Path, tmp_path: Path, asked_again: int) -> None:
    runway.creates = [RETRIED] * asked_again
    assert sent(tmp_path, plate).credits == 56
    assert runway.called("POST", "/v1/video_to_video") == asked_again + 1
    assert (runway.count, runway.money) == (1, 56)


def test_a_daily_limit_is_told_and_nothing_is_left_asked(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.creates = [DAILY]
    with pytest.raises(CapacityError, match=r"limit is reached.*daily"):
        sent(tmp_path, plate)
    assert runway.count == 0
    assert sent(tmp_path, plate).credits == 56  # the next day
    assert (runway.count, runway.money) == (1, 56)


def test_no_credits_are_told(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.creates = [POOR]
    with pytest.raises(CapacityError, match="not enough credits"):
        sent(tmp_path, plate)
    assert receipts(tmp_path / "sent") == []
    assert runway.count == 0


def test_a_service_that_stumbles_while_a_task_runs_is_asked_again(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.reads = [BAD_GATEWAY, BAD_GATEWAY, RETRIED]
    runway.uploads = [BAD_GATEWAY]
    assert sent(tmp_path, plate).credits == 56
    assert (runway.count, runway.money) == (1, 56)


@pytest.mark.parametrize("how", ["cut", "502"])
def test_a_lost_answer_is_never_sent_again_by_itself(runway: Runway, plate: Path, tmp_path: Path, how: str) -> None:
    runway.loses = [how]
    for _ in range(2):
        with pytest.raises(StateError, match="answer was lost") as error:
            sent(tmp_path, plate)
        assert "--send-again" in error.value.fix
    assert (runway.called("POST", "/v1/video_to_video"), runway.count) == (1, 1)
    (receipt,) = receipts(tmp_path / "sent")
    assert receipt.is_lost
    assert receipt.credits_most == 84
    put_aside(sendings(tmp_path / "sent")[0])  # a person says so
    assert sent(tmp_path, plate).credits == 56
    assert runway.count == 2


@pytest.mark.parametrize("code", ["SAFETY.INPUT.TEXT", "SAFETY.OUTPUT.VIDEO"])
def test_what_moderation_refuses_costs_nothing_and_is_not_tried_again(
    runway: Runway, plate: Path, tmp_path: Path, code: str
) -> None:
    runway.course, runway.failure = ["RUNNING", "FAILED"], (code, "not allowed")
    for _ in range(2):
        with pytest.raises(InputError, match="moderation refused") as error:
            sent(tmp_path, plate)
        assert "It cost nothing" in error.value.fix
    assert (runway.count, runway.money) == (1, 0)
    assert receipts(tmp_path / "sent")[0].credits == 0


def test_a_bad_output_is_told_with_what_to_do(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.course, runway.failure = ["FAILED"], ("INTERNAL.BAD_OUTPUT.CODE01", "poor quality")
    with pytest.raises(MakerError, match="BAD_OUTPUT") as error:
        sent(tmp_path, plate)
    assert "--send-again" in error.value.fix
    assert (runway.count, runway.money) == (1, 0)


def test_a_cancelled_task_ends(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.course = ["RUNNING", "CANCELLED"]
    with pytest.raises(StateError, match="cancelled"):
        sent(tmp_path, plate)
    assert (runway.count, runway.money) == (1, 0)


def test_an_expired_address_is_renewed(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.expired = 2
    assert sent(tmp_path, plate).files
    assert runway.count == 1


def test_a_cut_download_goes_on_where_it_stopped(runway: Runway, plate: Path, tmp_path: Path) -> None:
    content = bytes(range(256)) * 3000
    runway.makes, runway.cuts = lambda *_: [("made.mp4", content)], [300_000, 100_000]
    receipt = sent(tmp_path, plate)
    assert (tmp_path / "sent" / "0" / receipt.files[0][0]).read_bytes() == content
    assert runway.downloads == ["whole", "bytes=300000-", "bytes=400000-"]


def test_a_server_without_ranges_sends_it_whole_again(runway: Runway, plate: Path, tmp_path: Path) -> None:
    content = bytes(range(256)) * 3000
    runway.makes, runway.cuts, runway.has_ranges = lambda *_: [("made.mp4", content)], [300_000], False
    receipt = sent(tmp_path, plate)
    assert (tmp_path / "sent" / "0" / receipt.files[0][0]).read_bytes() == content


def test_a_download_that_never_comes_is_given_up_and_gone_on_with(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.expired = 99
    with pytest.raises(MakerError, match="cannot be fetched"):
        sent(tmp_path, plate)
    runway.expired = 0
    assert sent(tmp_path, plate).files
    assert (runway.count, runway.money) == (1, 56)


def test_two_outputs_are_both_kept(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.makes = lambda *_: [("a.png", b"one"), ("b.png", b"two")]
    receipt = sent(tmp_path, plate)
    kept = [(tmp_path / "sent" / "0" / name).read_bytes() for name, _ in receipt.files]
    assert kept == [b"one", b"two"]


def test_a_run_that_was_stopped_goes_on_by_the_tasks_id(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.course = ["RUNNING"] * 3 + ["SUCCEEDED"]

    def stop_when_asked_twice(done: int, of: int) -> None:
        if runway.called("GET", "/v1/tasks/.*") >= 2:
            raise Stopped("stopped.")

    with pytest.raises(Stopped):
        sent(tmp_path, plate, bell=stop_when_asked_twice)
    assert receipts(tmp_path / "sent")[0].status == "SENT"
    assert sent(tmp_path, plate).credits == 56
    assert (runway.count, runway.money) == (1, 56)


def test_a_task_that_takes_too_long_is_left_and_waited_for_later(
    runway: Runway, plate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runway.course = ["RUNNING"] * 8 + ["SUCCEEDED"]
    monkeypatch.setattr(client, "PATIENCE_S", 0.05)
    with pytest.raises(StateError, match="RUNNING after"):
        sent(tmp_path, plate)
    monkeypatch.setattr(client, "PATIENCE_S", 60.0)
    assert sent(tmp_path, plate).credits == 56
    assert runway.count == 1


def test_a_restarted_service_knows_the_task_by_its_id(
    runway: Runway, plate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runway.course = ["RUNNING"] * 3 + ["SUCCEEDED"]
    monkeypatch.setattr(client, "READS", 1)
    runway.reads = [BAD_GATEWAY]
    with pytest.raises(CapacityError, match="service is down"):
        sent(tmp_path, plate)
    with serving(Runway(makes=runway.makes, tasks=runway.tasks, blobs=runway.blobs)) as again:
        monkeypatch.setenv("RUNWAYML_BASE_URL", again.address)
        assert sent(tmp_path, plate).credits == 56
        assert again.called("POST", ".*") == 0
    assert len(runway.tasks) == 1


def test_a_task_that_another_account_made_is_not_known(runway: Runway, plate: Path, tmp_path: Path) -> None:
    sending = Sending(tmp_path / "sent" / "0")
    with sending.held():
        sending.keep(ASKED, {"model": "aleph2", "credits_most": 84})
        sending.keep(TASK, {"id": "of-another-account", "credits_most": 84})
    with pytest.raises(StateError, match="knows no such thing"):
        sent(tmp_path, plate)
    assert runway.count == 0


def test_a_cost_that_the_service_does_not_tell_is_taken_as_estimated(
    runway: Runway, plate: Path, tmp_path: Path
) -> None:
    runway.tells_cost = False
    assert sent(tmp_path, plate).credits == 84


def test_no_key_and_a_wrong_key_are_told(
    runway: Runway, plate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(client.KEY, "key_of_nobody")
    with pytest.raises(RightsError, match="key is not valid") as wrong:
        sent(tmp_path, plate)
    assert client.KEY in wrong.value.fix
    assert "key_of_nobody" not in str(wrong.value)
    monkeypatch.delenv(client.KEY)
    with pytest.raises(RightsError, match="there is no key"):
        sent(tmp_path, plate)
    assert (runway.count, receipts(tmp_path / "sent")) == (0, [])


def test_no_network_is_told_and_nothing_is_left_asked(
    runway: Runway, plate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closed_port() as port:
        monkeypatch.setenv("RUNWAYML_BASE_URL", f"http://127.0.0.1:{port}")
        with pytest.raises(CapacityError, match="cannot be reached"):
            sent(tmp_path, plate)
        with pytest.raises(CapacityError, match="cannot be reached"):  # where nothing has to be uploaded before
            send(Sending(tmp_path / "1"), lambda: words_only("a dragon lands"), bell=silent)
    assert receipts(tmp_path / "sent") == receipts(tmp_path) == []


def words_only(prompt: str) -> Request:
    body = {"model": "gen4.5", "promptText": prompt, "ratio": "1280:720", "duration": 2}
    return Request("text_to_video", body, 24)


@contextmanager
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_a_request_that_does_not_fit_is_refused_before_anything_is_sent(
    runway: Runway, plate: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="1002 UTF-16 units"):
        sent(tmp_path, plate, prompt="🐉" * 501)
    assert runway.calls == []
    assert receipts(tmp_path / "sent") == []


def test_two_runs_at_once_make_one_task(runway: Runway, plate: Path, tmp_path: Path) -> None:
    runway.taken = lambda task: time.sleep(0.3)
    refused: list[ManyhandsError] = []

    def also() -> None:
        try:
            sent(tmp_path, plate)
        except ManyhandsError as error:
            refused.append(error)

    threads = [threading.Thread(target=also) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["another run is at it" in error.what for error in refused] == [True, True]
    assert (runway.count, runway.money) == (1, 56)


def test_the_key_is_written_nowhere(runway: Runway, plate: Path, tmp_path: Path) -> None:
    from tests.hosted.server import KEY

    sent(tmp_path, plate)
    kept = [path for path in (tmp_path / "sent").rglob("*") if path.is_file()]
    assert len(kept) >= 5
    assert all(KEY.encode() not in path.read_bytes() and b"_jwt" not in path.read_bytes() for path in kept)


def test_what_was_asked_is_kept_for_those_who_check(runway: Runway, plate: Path, tmp_path: Path) -> None:
    sent(tmp_path, plate)
    asked = json.loads((tmp_path / "sent" / "0" / ASKED).read_text())
    assert asked["body"]["promptText"] == "make it snow"
    assert asked["route"] == "video_to_video"
    assert asked["at"].endswith("Z")


def test_every_error_of_the_sdk_becomes_one_that_says_what_to_do() -> None:
    import httpx
    import runwayml

    asked = httpx.Request("GET", "http://x/")
    kinds = [kind for kind in vars(runwayml).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert runwayml.InternalServerError in kinds
    for kind in kinds:
        for code in (400, 401, 402, 403, 404, 409, 422, 429, 500, 503):
            if issubclass(kind, runwayml.APIStatusError):
                error: Exception = kind("no", response=httpx.Response(code, request=asked), body={"error": "no"})
            elif issubclass(kind, runwayml.APIResponseValidationError):
                error = kind(httpx.Response(code, request=asked), {})
            elif issubclass(kind, runwayml.APIConnectionError):
                error = kind(request=asked)
            elif kind is runwayml.APIError:
                error = kind("no", asked, body=None)
            else:
                error = kind("no")
            told = client.mapped(error)
            assert isinstance(told, ManyhandsError)
            assert told.what.startswith("runway: ")
            assert told.fix.endswith(".")
