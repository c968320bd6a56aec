"""The studio in a real browser when things go wrong: a killed server, two at once, hostile words, only keys."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from manyhands.actions import intake, studio
from manyhands.actions.comments import comment
from manyhands.actions.decisions import decide
from manyhands.actions.proposals import propose
from manyhands.actions.studio import enter
from manyhands.actions.takes import run
from manyhands.core.decision import Decision
from manyhands.core.hand import person
from manyhands.rights import terms_named
from tests.web.conftest import ME, SHOT, Server, put_down, started, until
from tests.web.test_browser import BUILT, CHROMIUM, Page, browser

__all__ = ["browser"]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the client is not built: make client"),
]

NOTE = "haze in the distance"
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}"


def port_of(server: Server) -> int:
    return int(server.address.split(":")[2].split("/")[0])


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., Server]]:
    """Start the studio of the small production, as often as a test kills it."""
    running: list[Server] = []

    def start(**how: Any) -> Server:
        running.append(started(folder, **how))
        return running[-1]

    yield start
    for one in running:
        one.kill()
    put_down(folder)


def taken(folder: Path) -> str:
    """The production with a take of its shot; the take's id."""
    film = enter(folder)
    answer, _ = propose(film, ME, SHOT, NOTE, previews=False)
    take = run(film, ME, SHOT, answer.recipes[0])
    film.close()
    return take.id


def padded(path: Path, to: Path, megabytes: int) -> Path:
    """The movie with so much behind it that no player reads."""
    with to.open("wb") as out:
        out.write(path.read_bytes())
        out.write(struct.pack(">I", 8 + (megabytes << 20)) + b"free" + bytes(megabytes << 20))
    return to


def test_an_upload_goes_on_by_itself_after_the_server_was_killed(
    browser: Any, serve: Callable[..., Server], folder: Path, clip: Path, tmp_path: Path
) -> None:
    server = serve()
    seen = Page(browser, server)
    page = seen.page
    slowly = {"offline": False, "latency": 1, "downloadThroughput": -1, "uploadThroughput": 3 << 20}
    seen.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slowly)
    page.get_by_test_id("chooser").set_input_files(padded(clip, tmp_path / "large.mp4", 24))
    held = folder / "scratch" / "uploads"
    until(lambda: sum(one.stat().st_size for one in held.glob("*/*.mp4")) > 5 << 20, what="a part of it")
    server.kill()
    page.get_by_text("Not connected").wait_for()
    seen.picture("offline-upload")
    there = sum(one.stat().st_size for one in held.glob("*/*.mp4"))
    assert there < 24 << 20
    serve(port=port_of(server))
    page.get_by_text("It is here.").wait_for()
    page.get_by_label("own I shot this").check()
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_selector("canvas[data-frame='1001']")
    assert len(sources_in(folder)) == 2


def sources_in(folder: Path) -> list[str]:
    from manyhands.core.source import Source

    film = enter(folder)
    found = film.production.ids(Source)
    film.close()
    return found


def test_a_run_is_done_though_the_server_was_killed_in_its_middle(
    browser: Any, serve: Callable[..., Server], folder: Path
) -> None:
    film = enter(folder)
    propose(film, ME, SHOT, NOTE, previews=False)
    film.close()
    server = serve()
    seen = Page(browser, server)
    page = seen.page
    page.goto(f"{seen.home}/shots/{SHOT}")
    page.locator(".offer", has_text="literal").get_by_role("button", name="Make it", exact=True).click()
    until(lambda: list((folder / "orders").glob("*/process")), what="the run begins")
    server.kill()
    page.get_by_text("Not connected").wait_for()
    seen.picture("offline-shot")
    assert not seen.serious()
    serve(port=port_of(server))
    page.locator(".takes button", has_text="literal").wait_for()


def test_two_who_decide_at_once_are_one_verdict_and_a_clear_word(
    browser: Any, serve: Callable[..., Server], folder: Path
) -> None:
    take = taken(folder)
    server = serve()
    one, other = Page(browser, server), Page(browser, server)
    other.page.route("**/api/events", lambda route: route.abort())  # nobody tells it
    for seen in (one, other):
        seen.page.goto(f"{seen.home}/shots/{SHOT}/decide")
        seen.page.get_by_role("radio", name="Accept").click()
        seen.page.get_by_label("Why?").fill("it sits")
    for seen in (one, other):
        seen.page.get_by_role("button", name="Accept restrained").click()
        if seen is one:
            seen.page.get_by_text("accepted").first.wait_for()
    other.page.get_by_role("alert").filter(has_text="decided meanwhile: accept").wait_for()
    other.picture("decided-meanwhile")
    assert other.page.get_by_label("Why?").input_value() == "it sits"  # what was written is not lost
    film = enter(folder)
    assert [said.take for said in film.production.all(Decision)] == [take]
    film.close()


def test_what_people_write_is_shown_as_text_and_never_runs(
    browser: Any, serve: Callable[..., Server], folder: Path, clip: Path
) -> None:
    evil = person(EVIL)
    film = enter(folder)
    studio.person(film, ME, evil, roles=("director", "producer"))
    intake.source(film, evil, clip, owner=EVIL, terms=terms_named("own"), title=EVIL)
    answer, _ = propose(film, evil, SHOT, f"{NOTE} {EVIL}", previews=False)
    take = run(film, evil, SHOT, answer.recipes[0])
    comment(film, evil, take.id, EVIL, first=1001)
    decide(film, evil, take.id, "revise", reason=EVIL, note=EVIL)
    film.close()
    server = serve(by=EVIL)
    seen = Page(browser, server)
    dialogs: list[str] = []
    seen.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for path in ("/", f"/shots/{SHOT}", f"/shots/{SHOT}/decide", f"/shots/{SHOT}/deliver"):
        seen.page.goto(seen.home + path)
        seen.page.get_by_text("onerror=alert(1)").first.wait_for()
        seen.page.wait_for_timeout(300)
        assert not seen.page.locator("main img[src='x'], main script").count(), path
    seen.page.locator(".me button").first.click()
    seen.picture("hostile-words")
    assert not dialogs
    assert not [line for line in seen.said if "alert" in line or "Content Security" in line]


def test_the_whole_way_by_the_keyboard_alone(browser: Any, serve: Callable[..., Server], folder: Path) -> None:
    server = serve()
    seen = Page(browser, server)
    page = seen.page
    page.get_by_text("sh010").first.wait_for()

    def tab_to(there: str, most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("(what) => document.activeElement.matches(what)", there):
                return
        raise AssertionError(f"the keyboard does not come to {there}")

    tab_to("a.shot")
    outline = page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow; }"
    )
    assert outline != "nonenone"  # where the keyboard is, is seen
    page.keyboard.press("Enter")
    page.wait_for_selector("canvas[data-frame='1001']")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("canvas[data-frame='1002']")
    tab_to("textarea")
    page.keyboard.type(NOTE)
    tab_to("button[type=submit], button.main")
    page.keyboard.press("Enter")
    page.locator(".offer").nth(1).wait_for()
    tab_to(".offer button.main, .offer button:not([aria-expanded])")
    while page.evaluate("() => document.activeElement.textContent") != "Make it":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".takes button").nth(1).wait_for(timeout=120_000)
    tab_to("a[href$='/decide']", most=200)
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Reject").wait_for()
    tab_to("[role=radio].reject", most=200)
    page.keyboard.press("Enter")
    tab_to("textarea", most=20)
    page.keyboard.type("it floats")
    assert page.get_by_label("Why?").input_value() == "it floats"
    seen.picture("keyboard")
    assert not seen.said


LONGEST_MOTION = """() => Math.max(0, ...[...document.querySelectorAll('*')].map(getComputedStyle)
  .flatMap((one) => [parseFloat(one.transitionDuration) || 0, parseFloat(one.animationDuration) || 0]))"""
SIZES = {"1280": {"width": 1280, "height": 800}, "tablet": {"width": 820, "height": 1180}}


@pytest.mark.parametrize("size", SIZES)
def test_every_state_of_the_screens(browser: Any, serve: Callable[..., Server], folder: Path, size: str) -> None:
    taken(folder)
    server = serve()
    seen = Page(browser, server, reduced_motion="reduce")
    page, found = seen.page, list[str]()
    page.set_viewport_size(SIZES[size])
    screens = {
        "shots": "/",
        "note": f"/shots/{SHOT}",
        "decide": f"/shots/{SHOT}/decide",
        "deliver": f"/shots/{SHOT}/deliver",
    }
    for name, path in screens.items():
        page.goto(seen.home + path)
        page.wait_for_selector(".cards img" if name == "shots" else "canvas[data-frame='1001']")
        page.wait_for_timeout(300)
        found += [f"{name}: {one}" for one in seen.serious()]
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than {size}"
        seen.picture(f"{size}-{name}")
    assert page.evaluate(LONGEST_MOTION) < 0.01  # who wants no motion sees none
    page.route("**/api/shots", lambda route: None)  # it never answers
    page.goto(f"{seen.home}/")
    page.get_by_text("Looking …").wait_for()
    found += [f"loading: {one}" for one in seen.serious()]
    seen.picture(f"{size}-loading")
    page.unroute("**/api/shots")
    page.route("**/api/shots", lambda route: route.fulfill(status=503, json={"error": {
        "kind": "StoreError", "what": "production film: another program is writing to it.", "fix": "Wait for it.",
        "about": {}, "status": 503}}))  # fmt: skip
    page.goto(f"{seen.home}/")
    page.get_by_text("another program is writing").wait_for()
    found += [f"error: {one}" for one in seen.serious()]
    seen.picture(f"{size}-error")
    page.unroute("**/api/shots")
    page.goto(f"{seen.home}/shots/none")
    page.get_by_text("not found").wait_for()
    found += [f"unknown: {one}" for one in seen.serious()]
    seen.picture(f"{size}-unknown")
    assert not found, "\n".join(found)
