"""Runway's API by its SDK: a task is made once, followed to its end, and what it made is fetched untouched.

Only the call that makes a task costs money, and it is never repeated by itself: the SDK would send it again on a
timeout without an idempotency key (runwayml 5.24.0).  Everything else may be tried again.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyhands.core.errors import CapacityError, InputError, MakerError, ManyhandsError, RightsError, StateError
from manyhands.core.maker import Bell
from manyhands.hosted import schema
from manyhands.hosted.fetching import fetch
from manyhands.hosted.prices import minor_of
from manyhands.hosted.sending import ASKED, CAME, END, TASK, Receipt, Sending

KEY = "RUNWAYML_API_SECRET"
UPLOAD_BYTES = 200_000_000
FIRST_POLL_S, LONGEST_POLL_S = 2.0, 10.0
JITTER = 0.5  # of a wait, at random, so that many runs do not ask at once
PATIENCE_S = 2 * 3600.0  # without an end of the task; it goes on there, and the next run waits on
READS = 6  # in vain, one after another, before a read is given up
REFUSED = (400, 401, 402, 403, 404, 405, 413, 422, 429)
"""Answers by which the service says that it took nothing; after any other it is not known."""

WAITS, ENDS = ("PENDING", "THROTTLED", "RUNNING"), ("SUCCEEDED", "FAILED", "CANCELLED")
Say = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Request:
    """What a task is made from.

    ``body`` are JSON values by the service's names; a :class:`Path` anywhere in it is uploaded, and its address
    stands there instead.
    """

    route: str
    body: Mapping[str, Any]
    credits_most: int


def check_ready() -> None:
    """Raises: CapacityError if the SDK is not installed, RightsError if there is no key."""
    _client()


def send(sending: Sending, request: Callable[[], Request], *, bell: Bell, say: Say = lambda told: None) -> Receipt:
    """Have a task made, once, and fetch what it made; what an earlier, stopped run did is gone on with.

    Args:
        request: makes what is sent; asked only where a task has to be made.
        say: is told how the task stands, for those who watch.
    Raises: StateError if an earlier call's answer was lost, or the task does not end; RightsError for the key;
        InputError for what the service refuses; MakerError if the task failed; CapacityError for no network, no
        credits, or a full disk; Stopped.
    """
    with sending.held():
        client = _client()
        task = sending.read(TASK)
        if task is None:
            if sending.read(ASKED) is not None:
                raise _lost(sending)
            task = _made(client, sending, request(), bell)
        id_ = str(task["id"])
        end = sending.read(END) or _followed(client, sending, id_, bell, say)
        if end["status"] != "SUCCEEDED":
            raise _failed(end, id_)
        if sending.read(CAME) is None:
            _fetched(client, sending, id_, bell)
        receipt = sending.receipt()
        assert receipt
        return receipt


# --- making the task ---------------------------------------------------------------------------


def _made(client: Any, sending: Sending, request: Request, bell: Bell) -> dict[str, Any]:
    schema.check(request.route, _placed(request.body, lambda path: "runway://checked"))
    files: dict[str, str] = {}

    def uploaded(path: Path) -> str:
        files[path.name] = _sha256(path)
        return _uploaded(client, path, bell)

    body = _placed(request.body, uploaded)
    bell(0, 1)
    for attempt in range(READS):
        sending.keep(
            ASKED,
            {
                "route": request.route,
                "model": body["model"],
                "body": body,
                "files": files,
                "credits_most": request.credits_most,
            },
        )
        try:
            answer = client.with_options(max_retries=0).post(f"/v1/{request.route}", body=body, cast_to=object)
            id_, estimated = str(answer["id"]), (answer.get("estimatedCost") or {}).get("credits")
        except Exception as error:
            again_s = _refused(sending, error, attempt)
            _wait(again_s, bell)
            continue
        task = {"id": id_, "credits_most": request.credits_most if estimated is None else int(estimated)}
        sending.keep(TASK, task)
        return task
    raise AssertionError("the last refusal raises")


def _refused(sending: Sending, error: Exception, attempt: int) -> float:
    """What to do when the call that makes a task did not give one: the seconds to wait where it may be sent again.

    It may be where the service said that it took nothing.  Raises: what the person can do.
    """
    import runwayml

    code = error.status_code if isinstance(error, runwayml.APIStatusError) else None
    if code in REFUSED or _never_left(error):
        sending.take_back()
        again_s = _told_wait(error) if code == 429 else None
        if again_s is not None and attempt < READS - 1:
            return again_s
        raise mapped(error) from error
    raise _lost(sending, error) from error


def _never_left(error: Exception) -> bool:
    """No connection stood, so nothing was sent."""
    import httpx

    return isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol)


def _told_wait(error: Any) -> float | None:
    """The seconds that the service asks to wait for, where it says so and they are few."""
    with contextlib.suppress(ValueError, KeyError):
        headers = error.response.headers
        if "retry-after-ms" in headers:
            wait_s = float(headers["retry-after-ms"]) / 1000
        else:
            wait_s = float(headers["retry-after"])
        return wait_s if 0 <= wait_s <= 120 else None
    return None


def _lost(sending: Sending, error: Exception | None = None) -> StateError:
    asked = sending.read(ASKED) or {}
    what = asked.get("model") or "a task"
    why = f" ({_bare(error)})" if error else ""
    return StateError(
        f"runway: {what} was asked for at {asked.get('at') or 'an unknown time'}, and the answer was lost{why}; nobody "
        "here knows whether it was taken and will be billed.",
        "Look at the tasks and the usage of that minute at dev.runwayml.com. If there is no such task, or you agree "
        "to pay for another, run the same command with --send-again.",
        asked=str(sending.folder),
        lost=True,
    )


def _placed(value: Any, place: Callable[[Path], str]) -> Any:
    """JSON values with an address for each file."""
    if isinstance(value, Path):
        return place(value)
    if isinstance(value, Mapping):
        return {name: _placed(inner, place) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_placed(inner, place) for inner in value]
    return value


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _uploaded(client: Any, path: Path, bell: Bell) -> str:
    """The address of a file that was uploaded; that costs nothing, and the service forgets it in a day."""
    size = path.stat().st_size
    if size > UPLOAD_BYTES:
        raise InputError(
            f"runway: {path.name} has {size / 1e6:.0f} MB; at most {UPLOAD_BYTES // 10**6} MB can be uploaded.",
            "Make the shot shorter, or split it.",
        )
    bell(0, 1)
    answer = _read(lambda: client.uploads.create_ephemeral(file=path), bell)
    return str(answer.uri)


# --- following it ------------------------------------------------------------------------------


def _followed(client: Any, sending: Sending, id_: str, bell: Bell, say: Say) -> dict[str, Any]:
    """Wait until a task has ended, and keep how."""
    began, wait_s = time.monotonic(), FIRST_POLL_S
    while True:
        state = _state(client, id_, bell)
        status = str(state.get("status"))
        if status in ENDS:
            break
        odd = "" if status in WAITS else f"the service says {status}, which is not known here"
        left_s = PATIENCE_S - (time.monotonic() - began)
        say(_stands(id_, status, float(state.get("progress") or 0), odd, left_s))
        if left_s < 0:
            raise StateError(
                f"runway: task {id_} is {status} after {PATIENCE_S / 3600:g} h.",
                "Run the same command again later: it goes on waiting, and sends nothing.",
                task=id_,
            )
        _wait(wait_s, bell)
        wait_s = min(LONGEST_POLL_S, wait_s * 1.5)
    credits = (state.get("cost") or {}).get("credits")
    end = {
        "status": status,
        "credits": int(credits) if credits is not None else (0 if status != "SUCCEEDED" else None),
        "code": str(state.get("failureCode") or ""),
        "why": str(state.get("failure") or ""),
    }
    if end["credits"] is None:
        end["credits"], end["is_estimate"] = (sending.read(TASK) or {}).get("credits_most", 0), True
    sending.keep(END, end)
    return end


def _stands(id_: str, status: str, progress: float, odd: str, left_s: float) -> dict[str, Any]:
    """How a task stands, for those who watch; ``says`` puts it in a line."""
    how = f"{status} {100 * progress:.0f} %" if status == "RUNNING" else status
    says = f"{odd or f'the service says {how}'}, waited for {max(0, left_s) / 60:.0f} min at most"
    return {"task": id_, "status": status, "progress": progress, "warning": odd, "says": says}


def _state(client: Any, id_: str, bell: Bell) -> dict[str, Any]:
    # the SDK's types go wrong where a field is missing; what the service wrote is read as it is
    return dict(_read(lambda: client.tasks.with_raw_response.retrieve(id_), bell).json())


def _read(call: Callable[[], Any], bell: Bell) -> Any:
    """A call that costs nothing, tried again while there is hope."""
    import runwayml

    for attempt in range(READS):
        bell(0, 1)
        try:
            return call()
        except runwayml.APIStatusError as error:
            hopeless = error.status_code < 500 and error.status_code not in (408, 409, 429)
            if hopeless or attempt == READS - 1:
                raise mapped(error) from error
            wait_s = _told_wait(error)
        except Exception as error:
            if attempt == READS - 1 or isinstance(error, ManyhandsError | OSError):
                raise mapped(error) from error
            wait_s = None
        _wait(min(LONGEST_POLL_S, 2.0**attempt) * FIRST_POLL_S / 2 if wait_s is None else wait_s, bell)
    raise AssertionError("the last try raises")


def _wait(seconds: float, bell: Bell) -> None:
    """Wait, a little longer at random, ready to stop."""
    until = time.monotonic() + seconds * (1 + random.random() * JITTER)
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(0.25, left))
        bell(0, 1)


# --- fetching ----------------------------------------------------------------------------------


def _fetched(client: Any, sending: Sending, id_: str, bell: Bell) -> None:
    """Fetch every file that a task made; they are kept as they came, with the credentials that they carry.

    Their addresses let anybody in who knows them, so they are asked for and not kept.
    """

    def addresses() -> list[str]:
        return list(_state(client, id_, bell).get("output") or ())

    files = []
    for number, address in enumerate(addresses()):

        def fresh(number: int = number) -> str:
            return addresses()[number]

        path = sending.folder / f"came.{number}{_suffix(address)}"
        fetched = fetch(
            address, path, fresh=fresh, bell=bell, pause=lambda tries: _wait(min(10.0, FIRST_POLL_S * tries / 2), bell)
        )
        files.append({"name": path.name, "sha256": fetched.sha256, "size": fetched.size, "kind": fetched.kind})
    if not files:
        raise MakerError(f"runway: task {id_} succeeded without a file.", "Ask Runway's support, naming the task.")
    sending.keep(CAME, {"files": files})


def _suffix(address: str) -> str:
    import httpx

    return Path(httpx.URL(address).path).suffix.lower() or ".mp4"


def booked(receipt: Receipt) -> int | None:
    """What a sending cost in the end, in minor units; None while that is open."""
    return None if receipt.credits is None else minor_of(receipt.credits)


# --- errors ------------------------------------------------------------------------------------


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise CapacityError(
            f"runway: it needs {error.name or error}, which is not installed.",
            "Install it: pip install 'manyhands[hosted]'.",
        ) from error


def _client() -> Any:
    """The SDK's client, by the key in the environment."""
    with _installed():
        import runwayml
    try:
        return runwayml.RunwayML(max_retries=0)
    except runwayml.RunwayMLError as error:
        raise RightsError(
            "runway: there is no key.",
            f"Get one at dev.runwayml.com and put it into the environment: export {KEY}=… ; it is kept nowhere here.",
        ) from error


def _failed(end: Mapping[str, Any], id_: str) -> ManyhandsError:
    """Why a task made nothing, and what to do; a task that failed costs nothing."""
    code, why = end.get("code", ""), end.get("why", "")
    paid = f"It cost {end['credits']} credits." if end.get("credits") else "It cost nothing."
    what = f"runway: task {id_} {end['status'].lower()}" + (f" ({code or 'no code'}: {why})" if code or why else "")
    about = {"task": id_, "status": end["status"], "code": code}
    if end["status"] == "CANCELLED":
        return StateError(f"{what}.", f"{paid} Somebody cancelled it. To have it made: --send-again.", **about)
    if code.startswith("SAFETY."):
        of = "what was sent" if code.startswith("SAFETY.INPUT") else "what was made"
        return InputError(
            f"{what}: the service's moderation refused {of}.",
            f"{paid} The same request is refused again: change the prompt or the pictures.",
            **about,
        )
    if code.startswith(("INPUT_PREPROCESSING", "ASSET")):
        return InputError(f"{what}: it could not use the pictures.", f"{paid} Change them, or the span.", **about)
    more = " Lettering over the picture is a known cause." if code.startswith("INTERNAL.BAD_OUTPUT") else ""
    return MakerError(f"{what}.", f"{paid} It may do better once more: --send-again.{more}", **about)


def mapped(error: BaseException) -> ManyhandsError:
    """Any error of the SDK as one that says what to do."""
    import runwayml

    if isinstance(error, ManyhandsError):
        return error
    if isinstance(error, runwayml.APIStatusError):
        return _mapped_status(error)
    if isinstance(error, runwayml.APIConnectionError):
        return CapacityError(
            f"runway: it cannot be reached ({_bare(error)}).",
            "Check the network, then run the same command again; it goes on where it was.",
        )
    if isinstance(error, OSError):
        return CapacityError(f"runway: {error}.", "Check the file and the disk, then run the same command again.")
    return MakerError(
        f"runway: the SDK failed with {type(error).__name__}: {_bare(error)}.",
        "Run the same command again; if it stays so, report it: this is our fault.",
    )


def _mapped_status(error: Any) -> ManyhandsError:
    code, said = int(error.status_code), _said(error)
    about = {"http": code}
    if code == 402 or (code in (400, 403, 429) and "credit" in said.lower()):
        return CapacityError(
            f"runway: there are not enough credits ({said}).", "Buy API credits at dev.runwayml.com; nothing was sent.",
            **about,
        )  # fmt: skip
    if code == 401:
        return RightsError(
            f"runway: the key is not valid ({said}).", f"Put a valid one into the environment as {KEY}.", **about
        )
    if code == 403:
        return RightsError(f"runway: the key may not do that ({said}).", "Ask who owns the account.", **about)
    if code == 404:
        return StateError(
            f"runway: it knows no such thing ({said}).",
            "A task is known to the account that made it only, and not for ever: use that account's key.",
            **about,
        )
    if code == 429:
        return CapacityError(
            f"runway: the account's limit is reached ({said}).",
            "Wait for tomorrow, or ask Runway for a higher tier; then run the same command again.",
            **about,
        )
    if code < 500:
        return InputError(f"runway: the request is refused ({said}).", "Change what it names.", **about)
    return CapacityError(
        f"runway: the service is down (HTTP {code}).", "Run the same command again later; it goes on.", **about
    )


def _said(error: Any) -> str:
    """What the service says of a refusal, in one line."""
    body = error.body if isinstance(error.body, Mapping) else {}
    issues = [f"{'.'.join(map(str, one.get('path', ())))}: {one.get('message', '')}" for one in body.get("issues", ())]
    return "; ".join(filter(None, [str(body.get("error") or ""), *issues]))[:300] or f"HTTP {error.status_code}"


def _bare(error: BaseException) -> str:
    return (str(error.__cause__ or error) or type(error).__name__).rstrip(".")
