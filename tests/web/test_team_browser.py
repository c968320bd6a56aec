"""A team in real browsers: an invitation, a login, a share link, its guest, and the link taken back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from manyhands.actions.comments import Comment
from manyhands.actions.studio import enter
from manyhands.web.app import BUILT
from tests.web.conftest import Server
from tests.web.team import PASSWORD
from tests.web.test_browser import CHROMIUM, Page, browser  # noqa: F401
from tests.web.test_serving import closed, opened
from tests.web.test_shares import film  # noqa: F401

pytest.importorskip("argon2", reason="argon2-cffi is not installed")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(not (BUILT / "index.html").is_file(), reason="the client is not built: make client"),
]
REFUSED = "Failed to load resource: the server responded with a status of 403 (Forbidden)"


def test_from_an_invitation_to_a_link_that_is_taken_back(browser: object, film: Path) -> None:  # noqa: F811
    server, said = opened(film, lines=2)
    found: list[str] = []
    try:
        invited = said[1].split()[-1]
        producer = Page(browser, Server(invited, server.process))
        page = producer.page
        page.get_by_role("heading", name="Welcome, Person A").wait_for()
        found += producer.serious()
        producer.picture("invitation")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Come in").click()
        page.get_by_text("sh010").first.wait_for()
        assert "#" not in page.url

        page.get_by_role("button", name="Person A").click()
        producer.picture("account")
        found += producer.serious()
        page.get_by_role("button", name="Log out", exact=True).click()
        page.get_by_role("heading", name="Log in").wait_for()
        assert page.get_by_text("A secret title").count() == 0
        found += producer.serious()
        page.get_by_label("Your name").fill("person a")
        page.get_by_label("Password").fill("not this one at all")
        page.get_by_role("button", name="Log in").click()
        page.get_by_text("name and password do not belong together").wait_for()
        producer.picture("login")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_text("sh010").first.wait_for()

        page.get_by_role("button", name="Person A").click()
        page.get_by_role("button", name="Invite somebody …").click()
        page.get_by_label("Their name, as the record is to show it").fill("Person N")
        page.get_by_label("Their role").select_option("ml_editor")
        found += producer.serious()
        page.get_by_role("button", name="Make the link").click()
        assert "/invitation#" in page.get_by_label("The link", exact=True).input_value()
        producer.picture("invited")
        page.get_by_role("button", name="Close").click()

        page.goto(f"{producer.home.split('/invitation')[0]}/shots/sh010/decide")
        page.wait_for_selector("canvas[data-frame='1001']")
        page.get_by_role("button", name="Share …").click()
        page.get_by_label("For whom?").fill("Studio B")
        page.get_by_label("Password, if you want one").fill("a bridge at dawn")
        page.get_by_label("and the plate, to compare").check()
        found += producer.serious()
        producer.picture("share")
        page.get_by_role("button", name="Make the link").click()
        link = page.get_by_label("The link", exact=True).input_value()
        producer.picture("shared")
        found += producer.serious()
        page.get_by_role("button", name="Close").click()

        guest = Page(browser, Server(link, server.process))
        theirs = guest.page
        theirs.get_by_role("heading", name="Shared with Studio B").wait_for()
        theirs.get_by_label("Who are you?").fill("Anna")
        theirs.get_by_label("Password").fill("a bridge at dusk")
        theirs.get_by_role("button", name="Look").click()
        theirs.get_by_text("the password is not right").wait_for()
        found += guest.serious()
        guest.picture("guest-enter")
        theirs.get_by_label("Password").fill("a bridge at dawn")
        theirs.get_by_role("button", name="Look").click()
        theirs.wait_for_selector("canvas[data-frame='1001']")
        found += guest.serious()
        theirs.keyboard.press("h")
        theirs.get_by_role("list", name="Hands").wait_for()
        theirs.keyboard.press("w")
        theirs.get_by_role("button", name="Wipe").wait_for()
        theirs.get_by_label("On frame 1001").fill("the haze is a little thick <b>here</b>")
        began = time.monotonic()
        theirs.get_by_role("button", name="Say it").click()
        page.get_by_text("the haze is a little thick <b>here</b>").wait_for()
        took = time.monotonic() - began
        page.get_by_text("Anna (guest, Studio B)").wait_for()
        theirs.get_by_text("Anna (guest, Studio B)").nth(1).wait_for()
        guest.picture("guest")
        producer.picture("heard")
        found += guest.serious()
        theirs.set_viewport_size({"width": 820, "height": 1180})
        guest.picture("guest-tablet")
        theirs.reload()
        theirs.wait_for_selector("canvas[data-frame='1001']")  # who came in once need not again
        print(f"a guest's comment is seen by the producer after {took:.2f} s")  # noqa: T201
        assert took < 1.5

        assert theirs.evaluate("async () => (await fetch('/api/shots')).status") == 403
        assert theirs.evaluate("document.referrer") == ""
        page.get_by_role("button", name="Share …").click()
        page.get_by_role("button", name="Take the link of Studio B back").click()
        page.get_by_role("region", name="Shared now").wait_for(state="detached")
        theirs.get_by_role("heading", name="This is no longer shared.").wait_for()
        guest.picture("guest-over")
        found += guest.serious()
        theirs.goto(f"{producer.home.split('/invitation')[0]}/")
        theirs.get_by_role("heading", name="Log in").wait_for()
        assert not found, "\n".join(found)
        assert [line for line in (*producer.said, *guest.said) if line != REFUSED] == []
    finally:
        closed(server, film)
    made = enter(film).production.all(Comment)
    assert [(one.text, one.by.id.startswith("guest:g-")) for one in made] == [
        ("the haze is a little thick <b>here</b>", True)
    ]
