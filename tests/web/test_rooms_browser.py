"""The rooms in a real browser: every one is walked, and a grant is withdrawn from the look to the report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.conftest import Server, movie, put_down, started
from tests.web.rooms import GRANT, HOSTILE, furnished
from tests.web.test_browser import Page, browser, pytestmark

__all__ = ["browser", "pytestmark"]

# each room and part, with a text that is there once it has read the record
WALK = {
    "rights/missing": "does not hold all over the world",
    "rights/sources": "Company X",
    "rights/grants": GRANT,
    "people/crew": "Person B",
    "people/known": "Person M",
    "people/seen": "voice",
    "people/tasks": "roto of the roof",
    "policies/film": "sh010",
    "policies/packs": "eu-ai-act-50",
    "policies/papers": "other papers can be written",
    "ledger/balances": "EUR 123.45",
    "ledger/entries": "a cinema, May",
    "ledger/wages": "No rate card is kept yet",
    "ledger/shares": "Nothing was shared yet.",
    "ledger/valuing": "No model was taught by more than one person",
    "ledger/statements": "Issue it as files",
    "ledger/check": "beancount",
    "mine": "Waits for you",
}
WIDE, TABLET = {"width": 1280, "height": 800}, {"width": 820, "height": 1180}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("rooms")
    made = furnished(folder, movie(folder / "house.mp4", 2, width=320, height=180))
    server = started(made)
    yield server
    server.kill()
    put_down(made)


def test_every_room_is_walked_and_axe_finds_nothing_serious(browser: object, film: Server) -> None:
    seen = Page(browser, film)
    page, found = seen.page, list[str]()
    for size, name in ((WIDE, "1280"), (TABLET, "tablet")):
        page.set_viewport_size(size)
        for path, text in WALK.items():
            page.goto(f"{seen.home}/rooms/{path}")
            page.get_by_text(text).first.wait_for()
            seen.picture(f"room-{path.replace('/', '-')}-{name}")
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            found += [f"{path} at {name}: {wide} px too wide"] if wide > 0 else []
            found += [f"{path}: {one}" for one in (seen.serious() if size is WIDE else [])]
    assert not found, "\n".join(found)
    assert not seen.said  # a name that is a script was text
    page.goto(f"{seen.home}/rooms/people/known")
    page.locator("th", has_text=HOSTILE).first.wait_for()


def test_who_is_seen_is_marked_on_the_frame(browser: object, film: Server) -> None:
    seen = Page(browser, film)
    page = seen.page
    page.set_viewport_size(WIDE)
    page.goto(f"{seen.home}/rooms/people/seen?shot=sh010")
    page.get_by_role("combobox", name="Who", exact=True).select_option("Person M")
    page.locator(".seenframe .drawing").wait_for()  # the frame is there
    area = page.locator(".seenframe").bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + area["width"] * 0.3, area["y"] + area["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.6, area["y"] + area["height"] * 0.7, steps=4)
    page.mouse.up()
    assert abs(float(page.get_by_label("left").input_value()) - 0.3) < 0.01
    found = seen.serious()
    seen.picture("room-seen-form")
    page.get_by_role("button", name="Say so").click()
    page.locator("td", has_text="in a box").first.wait_for()
    assert not found, "\n".join(found)
    assert not seen.said


def test_a_grant_is_withdrawn_from_the_look_to_the_report(browser: object, film: Server, tmp_path: Path) -> None:
    seen = Page(browser, film, accept_downloads=True)
    page, found = seen.page, list[str]()
    page.set_viewport_size(WIDE)
    page.goto(f"{seen.home}/rooms/rights/grants")
    page.get_by_role("button", name="Add a grant …").click()
    page.get_by_text("from weak to strong").wait_for()
    found += seen.serious()
    seen.picture("room-grant-form")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"Withdraw {GRANT}").press("Enter")  # by the keyboard alone
    page.get_by_text("2 takes in 1 shot").wait_for()
    sure = page.locator("dialog button[type=submit]")
    assert sure.is_disabled()
    page.get_by_label("What was said when it was withdrawn").fill("the licence was called back")
    page.get_by_label(f"Type {GRANT} to confirm").fill("house")
    assert sure.is_disabled()  # not before all of it is typed
    found += seen.serious()
    seen.picture("room-withdraw-look")
    page.get_by_label(f"Type {GRANT} to confirm").fill(GRANT)
    sure.click()
    page.get_by_text(f"{GRANT} is withdrawn").wait_for()
    found += seen.serious()
    seen.picture("room-withdraw-done")
    with page.expect_download() as kept:
        page.get_by_text("Keep the signed report").click()
    kept.value.save_as(tmp_path / "report.json")
    assert "the licence was called back" in (tmp_path / "report.json").read_text()
    page.keyboard.press("Escape")
    page.goto(f"{seen.home}/rooms/rights/missing")
    page.get_by_role("button", name="State its terms …").wait_for()
    seen.picture("room-rights-missing-after")
    found += seen.serious()
    assert not found, "\n".join(found)
    assert not seen.said
